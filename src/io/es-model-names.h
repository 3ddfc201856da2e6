/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model-map.h"

G_BEGIN_DECLS

/* What a tensor's name says. */
typedef enum {
  ES_NAME_NONE, /* nothing */
  ES_NAME_PART, /* a part of a network, as the role says */
  ES_NAME_BIAS, /* the bias of an embedding, which no network here has */
} EsNameKind;

/*
 * What "PREFIXembed.weight", "PREFIXblocks.0.weight", "PREFIXlayers.0.w_l.weight",
 * "PREFIXleft" and the like mean. @n_prefix is the length of PREFIX, which is empty or
 * ends in a point. The layer may be any number.
 */
EsNameKind es_model_name_parse (const char *name, EsRole *role, gsize *n_prefix);

G_END_DECLS

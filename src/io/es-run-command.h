/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run.h"

G_BEGIN_DECLS

/*
 * The command that trains by the recipe @last a network @model on the dataset @data (a
 * name or path) and keeps it in the library as @name, quoted for a shell. Every setting
 * is written out, so that it does not depend on what is usual; where rates were changed
 * on the way (@changes, of EsRateChange), it begins with those at the beginning and
 * changes them again at the same steps. Free with g_free().
 */
char *es_run_to_command (const char *name,
                         const char *data,
                         const EsModelConfig *model,
                         const EsTrainConfig *last,
                         const GArray *changes) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

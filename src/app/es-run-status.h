/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run-item.h"

G_BEGIN_DECLS

/* A line for people that says how @run stands (g_free()). */
char *es_run_status_make (EsRunItem *run) G_GNUC_WARN_UNUSED_RESULT;

/* Why a run that is in trouble cannot be kept, without the name of the file. */
const char *es_run_status_get_reason (EsRunItem *self);

G_END_DECLS

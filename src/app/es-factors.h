/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The factors of a network's components while a person changes them, with all changes
 * so far: each can be undone and redone. Begins with all factors 1.
 */
typedef struct _EsFactors EsFactors;

EsFactors *es_factors_new (gsize n) G_GNUC_WARN_UNUSED_RESULT;
void es_factors_free (EsFactors *factors);

const float *es_factors_get (const EsFactors *factors); /* (n) */
gsize es_factors_get_n (const EsFactors *factors);

/* How many factors are not 1. */
gsize es_factors_count_changed (const EsFactors *factors);

/* One change; nothing if nothing differs. @values (n). */
void es_factors_set (EsFactors *factors, gsize i, float value);
void es_factors_set_all (EsFactors *factors, const float *values);

/* FALSE if there is nothing to undo or redo. */
gboolean es_factors_undo (EsFactors *factors);
gboolean es_factors_redo (EsFactors *factors);
gboolean es_factors_can_undo (const EsFactors *factors);
gboolean es_factors_can_redo (const EsFactors *factors);

G_END_DECLS

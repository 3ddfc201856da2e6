/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model-map.h"
#include "es-run.h"

G_BEGIN_DECLS

/* Where a network that others saved came from, and what had to be assumed of it. */
typedef struct
{
  char *path;                /* the file or folder of others (nullable: unknown) */
  EsAssume residual;         /* as a person said */
  char **parts;              /* "ROLE=NAME", as a person said (nullable) */
  gboolean residual_assumed; /* nobody said */
  guint n_not_finite;        /* weights that are NaN or infinite */
  gboolean is_tried;         /* on images, or is being */
  char *data;                /* the dataset that it was tried on (nullable) */
  double accuracy;           /* on its test images, or NAN */
  double other;              /* with the other assumption on residual, or NAN */
} EsOrigin;

EsOrigin *es_origin_new (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* What @run itself knows of it, just opened or from the library; NULL if it is none of
   others: trained here, or edited. Looks at every weight. */
EsOrigin *es_origin_new_for_run (const EsRun *run) G_GNUC_WARN_UNUSED_RESULT;
void es_origin_free (EsOrigin *origin);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsOrigin, es_origin_free)

/* What is to be said of it in a sentence or two; NULL if there is no doubt (g_free()).
 * @residual is what the network has. */
char *es_origin_describe (const EsOrigin *origin,
                          gboolean residual) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

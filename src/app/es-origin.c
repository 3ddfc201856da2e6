/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-origin.h"

#include "es-i18n.h"
#include "es-run-file.h"

#include <math.h>

EsOrigin *
es_origin_new (const char *path)
{
  EsOrigin *origin = g_new0 (EsOrigin, 1);

  origin->path = g_strdup (path);
  origin->accuracy = NAN;
  origin->other = NAN;
  return origin;
}

EsOrigin *
es_origin_new_for_run (const EsRun *run)
{
  EsOrigin *origin;

  if (run->has_recipe || run->edited_from != NULL)
    return NULL;
  origin = es_origin_new (run->opened_path);
  origin->parts = g_strdupv (run->opened_parts);
  origin->data = g_strdup (run->dataset);
  origin->residual_assumed = run->residual_assumed;
  if (!run->residual_assumed)
    origin->residual =
        es_model_get_config (run->model)->residual ? ES_ASSUME_YES : ES_ASSUME_NO;
  origin->n_not_finite = (guint)MIN (es_run_count_not_finite (run), G_MAXUINT);
  return origin;
}

void
es_origin_free (EsOrigin *origin)
{
  if (origin == NULL)
    return;
  g_free (origin->path);
  g_strfreev (origin->parts);
  g_free (origin->data);
  g_free (origin);
}

static void
add (GString *text, const char *sentence)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
}

static void
add_accuracy (GString *text, const EsOrigin *origin, gboolean residual)
{
  g_autofree char *sentence = NULL;

  if (isnan (origin->accuracy))
    return;
  if (!origin->residual_assumed || isnan (origin->other))
    /* Translators: a dataset's name and a percentage. */
    sentence = g_strdup_printf (_ ("Test accuracy on %s: %.1f %%."), origin->data,
                                100 * origin->accuracy);
  else
    /* Translators: a dataset's name and two percentages. */
    sentence = g_strdup_printf (
        residual ? _ ("Test accuracy on %s: %.1f %%, without residual: %.1f %%.")
                 : _ ("Test accuracy on %s: %.1f %%, with residual: %.1f %%."),
        origin->data, 100 * origin->accuracy, 100 * origin->other);
  add (text, sentence);
}

char *
es_origin_describe (const EsOrigin *origin, gboolean residual)
{
  GString *text = g_string_new (NULL);

  if (origin->n_not_finite > 0) {
    g_autofree char *sentence = g_strdup_printf (
        g_dngettext (ES_TEXT_DOMAIN, "%u weight is NaN or infinite.",
                     "%u weights are NaN or infinite.", origin->n_not_finite),
        origin->n_not_finite);

    add (text, sentence);
  }
  if (origin->residual_assumed)
    add (text, residual ? _ ("The file does not say whether the network is residual; "
                             "it was assumed to be.")
                        : _ ("The file does not say whether the network is residual; "
                             "it was assumed not to be."));
  if (text->len > 0)
    add_accuracy (text, origin, residual);
  return g_string_free (text, text->len == 0);
}

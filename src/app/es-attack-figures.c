/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-figures.h"

#include "es-gallery-plot.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-panels-plot.h"

#include <string.h>

EsPlot *
es_attack_figures_pictures (const EsAttackOutcome *outcome, const EsModelConfig *config)
{
  const char *headings[] = {_ ("Input"), _ ("Change"), _ ("Result")};
  const char *classes[] = {""};
  gsize P = outcome->P;
  g_autofree float *pictures = g_new (float, 3 * P);
  EsGalleryData data = ES_GALLERY_DATA_INIT;

  memcpy (pictures, outcome->input, P * sizeof *pictures);
  memcpy (pictures + P, outcome->change, P * sizeof *pictures);
  memcpy (pictures + 2 * P, outcome->result, P * sizeof *pictures);
  data.n_classes = 1;
  data.n_components = 3;
  data.rows = config->rows;
  data.cols = config->cols;
  data.pictures = pictures;
  data.classes = classes;
  data.components = headings;
  data.order = ES_GALLERY_DOWN;
  data.plain = TRUE;
  data.shared_scale = TRUE;
  return es_gallery_plot_new (&data);
}

static char *
class_name (char **names, guint c)
{
  return names != NULL && c < g_strv_length (names) ? g_strdup (names[c])
                                                    : g_strdup_printf ("%u", c);
}

EsPlot *
es_attack_figures_logits (const EsAttackOutcome *outcome, char **names)
{
  gsize C = outcome->C;
  g_autofree double *x = g_new (double, C), *y = g_new (double, 2 * C);
  g_auto (GStrv) labels = g_new0 (char *, C + 1);
  EsCurve curves[2];
  EsPanel panel = {.heading = _ ("Logits"),
                   .x_name = _ ("Class"),
                   .zero = TRUE,
                   .groups = TRUE,
                   .curves = curves,
                   .n_curves = 2};
  EsPanelsData data = {.order = ES_PANELS_ROW, .panels = &panel, .n_panels = 1};

  for (gsize c = 0; c < C; c++) {
    x[c] = (double)c;
    y[c] = (double)outcome->before[c];
    y[C + c] = (double)outcome->after[c];
    labels[c] = class_name (names, (guint)c);
  }
  curves[0] = (EsCurve){_ ("before"), C, x, y, .labels = labels};
  curves[1] = (EsCurve){_ ("after"), C, x, y + C, .labels = labels};
  return es_panels_plot_new (&data);
}

static gboolean
is_misread (gint label, guint before)
{
  return label >= 0 && (guint)label != before;
}

char *
es_attack_figures_verdict (gint label, guint before, guint after, char **names)
{
  g_autofree char *was = class_name (names, before);
  g_autofree char *is = class_name (names, after);
  g_autofree char *verdict =
      before == after ? g_strdup_printf (_ ("Still read as %s"), is)
                      : g_strdup_printf (_ ("Read as %s instead of %s"), is, was);

  if (is_misread (label, before)) {
    g_autofree char *class = class_name (names, (guint)label);

    return g_strdup_printf (_ ("%s; it is %s"), verdict, class);
  }
  return g_steal_pointer (&verdict);
}

char *
es_attack_figures_caption (gint label, guint before, guint after, char **names)
{
  g_autofree char *was = class_name (names, before);
  g_autofree char *is = class_name (names, after);
  g_autofree char *class =
      is_misread (label, before) ? class_name (names, (guint)label) : NULL;

  return g_strdup_printf ("%s%s%s \xe2\x86\x92 %s", class != NULL ? class : "",
                          class != NULL ? ": " : "", was, is);
}

char *
es_attack_figures_norms (const EsAttackOutcome *outcome, const char *point)
{
  const EsNorms *norms = &outcome->norms;
  g_autofree char *l2 = es_number_text (norms->l2, 3, point);
  g_autofree char *l2_grey = es_number_text (255 * norms->l2, 3, point);
  g_autofree char *linf = es_number_text (norms->linf, 3, point);
  g_autofree char *linf_grey = es_number_text (255 * norms->linf, 3, point);

  return g_strdup_printf (
      _ ("L0 %u of %u pixels · L2 %s (%s grey levels) · L∞ %s (%s grey levels)"),
      (guint)norms->l0, (guint)outcome->P, l2, l2_grey, linf, linf_grey);
}

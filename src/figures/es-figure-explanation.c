/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-components.h"
#include "es-figure.h"
#include "es-i18n.h"
#include "es-panels-plot.h"

#include <math.h>

#define N_CLASSES 3
#define N_CONTRIBUTIONS 12

/* The figure while it is made. */
typedef struct
{
  const EsRun *run;
  const EsSpectrum *spectrum;
  const EsExplanation *explanation;
  gsize classes[N_CLASSES];
  gsize n_classes;
  char *names[N_CLASSES];
  double *places;          /* (n) 1, 2, ... */
  gsize *order[N_CLASSES]; /* (D) components of a class by falling contribution */
  EsCurve curves[2][N_CLASSES];
} Figure;

/* The classes of largest logit, in the order of their numbers. */
static void
choose_classes (Figure *figure)
{
  const EsExplanation *explanation = figure->explanation;
  g_autofree gboolean *taken = g_new0 (gboolean, explanation->n);

  figure->n_classes = MIN (N_CLASSES, explanation->n);
  for (gsize i = 0; i < figure->n_classes; i++) {
    gsize best = explanation->n;

    for (gsize c = 0; c < explanation->n; c++)
      if (!taken[c] && (best == explanation->n ||
                        explanation->values[c] > explanation->values[best]))
        best = c;
    taken[best] = TRUE;
  }
  figure->n_classes = 0;
  for (gsize c = 0; c < explanation->n; c++)
    if (taken[c])
      figure->classes[figure->n_classes++] = c;
}

static int
compare_falling (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *values = data;
  double first = values[*(const gsize *)a], second = values[*(const gsize *)b];

  return (first < second) - (first > second);
}

/* Curve 0 the largest contributions, falling; curve 1 the most negative, rising. */
static void
make_curves (Figure *figure, gsize i)
{
  const EsExplanation *explanation = figure->explanation;
  gsize D = explanation->D, n = MIN (N_CONTRIBUTIONS, D);
  const double *values = explanation->contributions + figure->classes[i] * D;
  gsize *order = figure->order[i] = g_new (gsize, D);

  for (gsize k = 0; k < D; k++)
    order[k] = k;
  g_qsort_with_data (order, (int)D, sizeof (gsize), compare_falling, (gpointer)values);
  for (guint sign = 0; sign < 2; sign++) {
    double *y = g_new (double, n);

    for (gsize k = 0; k < n; k++)
      y[k] = sign == 0 ? MAX (values[order[k]], 0) : MIN (values[order[D - 1 - k]], 0);
    figure->curves[sign][i] = (EsCurve){figure->names[i], n, figure->places, y, NULL};
  }
}

static void
figure_clear (Figure *figure)
{
  for (gsize i = 0; i < N_CLASSES; i++) {
    g_free (figure->names[i]);
    g_free (figure->order[i]);
    g_free ((double *)figure->curves[0][i].y);
    g_free ((double *)figure->curves[1][i].y);
  }
  g_free (figure->places);
}

/* The picture of component @index of class number @i, with what it contributes. */
static EsPanelsPicture
component_picture (const Figure *figure, gsize i, gsize index, char **caption)
{
  gsize c = figure->classes[i], D = figure->explanation->D;
  const float *eigenvalues = es_spectrum_get_eigenvalues (figure->spectrum, c);
  int component = (int)es_component_from_index (index, eigenvalues, D);

  *caption = g_strdup_printf (component < 0 ? _ ("%s, comp.\u00a0\u2212%d")
                                            : _ ("%s, comp.\u00a0%d"),
                              figure->names[i], ABS (component));
  return (EsPanelsPicture){es_spectrum_get_picture (figure->spectrum, c, index), TRUE,
                           0, *caption};
}

/* The strongest component for each class, then against; beside them the image, and what
   of it overlaps the strongest component of the class it is read as. */
static guint
make_pictures (const Figure *figure,
               const float *x,
               float *overlap,
               EsPanelsPicture *pictures,
               char **captions)
{
  gsize n = figure->n_classes, P = figure->spectrum->P, best = 0;
  guint at = 0;

  for (gsize i = 1; i < n; i++)
    if (figure->explanation->values[figure->classes[i]] >
        figure->explanation->values[figure->classes[best]])
      best = i;
  for (guint sign = 0; sign < 2; sign++) {
    for (gsize i = 0; i < n; i++, at++)
      pictures[at] = component_picture (
          figure, i, figure->order[i][sign == 0 ? 0 : figure->explanation->D - 1],
          &captions[at]);
    if (sign == 0) {
      captions[at] = g_strdup (_ ("input"));
      pictures[at] = (EsPanelsPicture){x, FALSE, 0, captions[at]};
    } else {
      const float *picture = pictures[best].values;

      for (gsize p = 0; p < P; p++)
        overlap[p] = picture != NULL ? picture[p] * x[p] : 0;
      captions[at] = g_strdup_printf (_ ("%s times input"), captions[best]);
      pictures[at] = (EsPanelsPicture){overlap, TRUE, 0, captions[at]};
    }
    at++;
  }
  return at;
}

/* A stem for every class. */
static EsCurve *
make_stems (const EsRun *run, const EsExplanation *explanation, double *x)
{
  EsCurve *stems = g_new0 (EsCurve, explanation->n);

  for (gsize c = 0; c < explanation->n; c++) {
    x[c] = (double)c;
    stems[c] = (EsCurve){es_run_dup_class_name (run, (guint)c), 1, &x[c],
                         &explanation->values[c], NULL};
  }
  return stems;
}

/* What the image is, and what it is read as. */
static char *
make_reading (const Figure *figure, gint label)
{
  const EsExplanation *explanation = figure->explanation;
  g_autofree char *read = NULL;
  g_autofree char *is = NULL;
  guint best = 0;

  for (guint c = 1; c < explanation->n; c++)
    if (explanation->values[c] > explanation->values[best])
      best = c;
  read = es_run_dup_class_name (figure->run, best);
  if (label < 0)
    return g_strdup_printf (_ ("Read as %s"), read);
  is = es_run_dup_class_name (figure->run, (guint)label);
  return g_strdup_printf (_ ("%s, read as %s"), is, read);
}

static char *
make_title (const Figure *figure, gint label)
{
  guint n = (guint)figure->explanation->n_edited;
  g_autofree char *reading = make_reading (figure, label);

  if (n == 0)
    return g_steal_pointer (&reading);
  /* Translators: what an image is read as, and that the network's components were
     switched off or scaled. */
  return g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN, "%s · edited: %u component",
                                       "%s · edited: %u components", n),
                          reading, n);
}

EsPlot *
es_figure_explanation (const EsRun *run,
                       const EsSpectrum *spectrum,
                       const EsExplanation *explanation,
                       const float *x,
                       gint label)
{
  const EsModelConfig *config = es_model_get_config (run->model);
  Figure figure = {.run = run, .spectrum = spectrum, .explanation = explanation};
  EsPanelsPicture pictures[2 * N_CLASSES + 2];
  char *captions[2 * N_CLASSES + 2] = {NULL};
  g_autofree float *overlap = g_new (float, spectrum->P);
  g_autofree double *stem_x = g_new (double, explanation->n);
  g_autofree EsCurve *stems = make_stems (run, explanation, stem_x);
  g_autofree char *title = NULL;
  EsPanel panels[3];
  EsPanelsData data = {.order = ES_PANELS_GRID};
  EsPlot *plot;

  choose_classes (&figure);
  figure.places = g_new (double, N_CONTRIBUTIONS);
  for (gsize k = 0; k < N_CONTRIBUTIONS; k++)
    figure.places[k] = (double)k + 1;
  for (gsize i = 0; i < figure.n_classes; i++) {
    figure.names[i] = es_run_dup_class_name (run, (guint)figure.classes[i]);
    make_curves (&figure, i);
  }
  panels[0] = (EsPanel){_ ("Largest contributions"),
                        NULL,
                        .zero = TRUE,
                        .whole = TRUE,
                        .curves = figure.curves[0],
                        .n_curves = figure.n_classes};
  panels[1] = (EsPanel){_ ("Most negative contributions"),
                        NULL,
                        .zero = TRUE,
                        .whole = TRUE,
                        .curves = figure.curves[1],
                        .n_curves = figure.n_classes};
  panels[2] = (EsPanel){_ ("Logits"),    NULL,
                        .zero = TRUE,    .stems = TRUE,
                        .curves = stems, .n_curves = explanation->n};
  data.panels = panels;
  data.n_panels = G_N_ELEMENTS (panels);
  data.rows = config->rows;
  data.cols = config->cols;
  data.n_pictures = make_pictures (&figure, x, overlap, pictures, captions);
  data.pictures = pictures;
  data.picture_rows = 2;
  data.note = config->residual
                  ? _ ("Contributions and the direct path add up to the logits · each "
                       "picture on its own colour scale")
                  : _ ("Contributions add up to the logits · each picture on its own "
                       "colour scale");
  data.title = title = make_title (&figure, label);
  plot = es_panels_plot_new (&data);
  for (guint i = 0; i < G_N_ELEMENTS (captions); i++)
    g_free (captions[i]);
  for (gsize c = 0; c < explanation->n; c++)
    g_free ((char *)stems[c].name);
  figure_clear (&figure);
  return plot;
}

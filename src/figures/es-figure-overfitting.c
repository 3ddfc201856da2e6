/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure-overfitting.h"

#include "es-components.h"
#include "es-evaluate.h"
#include "es-i18n.h"
#include "es-panels-plot.h"

static gboolean
evaluate (double *accuracy,
          const EsModel *model,
          const EsSamples *samples,
          const EsProgress *progress,
          GError **error)
{
  EsEvaluation evaluation;

  if (!es_evaluate (&evaluation, model, samples, progress, error))
    return FALSE;
  *accuracy = evaluation.accuracy;
  return TRUE;
}

EsSpectrum *
es_overfit_measure (EsOverfit *overfit,
                    const EsRun *run,
                    const EsDataset *dataset,
                    const EsProgress *progress,
                    GError **error)
{
  g_autofree float *x0 = g_new (float, (gsize)dataset->rows * dataset->cols);
  EsSpectrumOptions options = {.leading = 1, .x0 = x0};
  EsSpectrum *spectrum;

  if (!evaluate (&overfit->train_accuracy, run->model, &dataset->train, progress,
                 error) ||
      !evaluate (&overfit->test_accuracy, run->model, &dataset->test, progress, error))
    return NULL;
  es_dataset_mean_image (dataset, x0);
  spectrum = es_spectrum_new (run->model, NULL, &options, progress, error);
  overfit->run = run;
  overfit->spectrum = spectrum;
  return spectrum;
}

/* The picture of the most positive eigenvector of form @i. */
static const float *
top_picture (const EsSpectrum *spectrum, gsize i)
{
  return es_spectrum_get_picture (spectrum, i, spectrum->D - 1);
}

double
es_figure_mean_pixels (const EsSpectrum *spectrum)
{
  double sum = 0;

  /* The same measure of how spread something is, of pixels instead of eigenvalues. */
  for (gsize i = 0; i < spectrum->n; i++)
    sum += es_components_effective_rank (top_picture (spectrum, i), spectrum->P);
  return sum / (double)spectrum->n;
}

/* What the panels say of a run, and the stems that say it. */
enum {
  GAP,
  RANK,
  PIXELS,
  N_PANELS
};

typedef struct
{
  double places[ES_FIGURE_OVERFITTING_MAX];
  double values[N_PANELS][ES_FIGURE_OVERFITTING_MAX];
  EsCurve stems[N_PANELS][ES_FIGURE_OVERFITTING_MAX];
} Stems;

static void
fill_stems (Stems *stems, const EsOverfit *runs, gsize n)
{
  for (gsize r = 0; r < n; r++) {
    stems->places[r] = (double)r;
    stems->values[GAP][r] = 100 * (runs[r].train_accuracy - runs[r].test_accuracy);
    stems->values[RANK][r] = es_spectrum_mean_effective_rank (runs[r].spectrum);
    stems->values[PIXELS][r] = es_figure_mean_pixels (runs[r].spectrum);
    for (guint p = 0; p < N_PANELS; p++)
      stems->stems[p][r] = (EsCurve){runs[r].run->name, 1, &stems->places[r],
                                     &stems->values[p][r], NULL};
  }
}

/* "3, Run 1", or the class alone where there is one run (@name NULL). */
static char *
name_picture (const EsRun *run, gsize c, const char *name)
{
  g_autofree char *class = es_run_dup_class_name (run, (guint)c);

  return name != NULL ? g_strdup_printf ("%s, %s", class, name)
                      : g_steal_pointer (&class);
}

EsPlot *
es_figure_overfitting (const EsOverfit *runs, gsize n)
{
  const EsModelConfig *config = es_model_get_config (runs[0].run->model);
  gsize C = runs[0].spectrum->n;
  const char *const headings[N_PANELS] = {_ ("Training less test accuracy (%)"),
                                          _ ("Effective rank of the eigenvalues"),
                                          _ ("Effective pixels of an eigenvector")};
  g_autofree EsPanelsPicture *pictures = g_new0 (EsPanelsPicture, n * C);
  g_auto (GStrv) names = g_new0 (char *, n *C + 1);
  Stems stems;
  EsPanel panels[N_PANELS];
  EsPanelsData data = {.order = ES_PANELS_GRID,
                       .panels = panels,
                       .n_panels = N_PANELS,
                       .rows = config->rows,
                       .cols = config->cols,
                       .pictures = pictures,
                       .n_pictures = n * C,
                       /* Twice as many rows are larger where they come out even. */
                       .picture_rows = (guint)(C > 6 && C % 2 == 0 ? 2 * n : n),
                       .title = _ ("Overfitting, seen")};

  fill_stems (&stems, runs, n);
  for (guint p = 0; p < N_PANELS; p++)
    panels[p] = (EsPanel){.heading = headings[p],
                          .zero = TRUE,
                          .stems = TRUE,
                          .curves = stems.stems[p],
                          .n_curves = n};
  for (gsize i = 0; i < n * C; i++) {
    const EsOverfit *of = &runs[i / C];

    names[i] = name_picture (runs[0].run, i % C, n > 1 ? of->run->name : NULL);
    pictures[i] =
        (EsPanelsPicture){top_picture (of->spectrum, i % C), TRUE, 0, names[i]};
  }
  data.note =
      _ ("Most positive eigenvector of every class, the runs one below the "
         "other in the order of the bars · each picture on its own colour scale");
  return es_panels_plot_new (&data);
}

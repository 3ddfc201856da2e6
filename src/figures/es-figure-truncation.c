/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure.h"
#include "es-i18n.h"
#include "es-panels-plot.h"

#include <math.h>
#include <string.h>

/* Student's t that 95% lie below, by degrees of freedom from 1: two sides make 90%. */
static const double t95[] = {6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860,
                             1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746,
                             1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711,
                             1.708, 1.706, 1.703, 1.701, 1.699, 1.697};

/* Whether two runs differ in the seed only. */
static gboolean
is_same_but_seed (const EsRun *a, const EsRun *b)
{
  const EsModelConfig *m = es_model_get_config (a->model),
                      *n = es_model_get_config (b->model);
  const EsTrainConfig *s = &a->train, *t = &b->train;

  return a->has_recipe && b->has_recipe && g_strcmp0 (a->dataset, b->dataset) == 0 &&
         m->rows == n->rows && m->cols == n->cols && m->hidden == n->hidden &&
         m->outputs == n->outputs && m->layers == n->layers && m->bias == n->bias &&
         m->residual == n->residual && m->gate == n->gate && s->epochs == t->epochs &&
         s->batch == t->batch && s->lr == t->lr && s->weight_decay == t->weight_decay &&
         s->decay == t->decay && m->units == n->units && s->noise == t->noise &&
         s->rotate == t->rotate && s->translate == t->translate && s->blur == t->blur &&
         s->seed != t->seed;
}

/* The numbers of the runs that belong with @truncated[first], itself first. */
static gsize
find_group (gsize *members, const EsTruncated *truncated, gsize n, gsize first)
{
  gsize n_members = 0;

  members[n_members++] = first;
  for (gsize i = first + 1; i < n; i++)
    if (is_same_but_seed (truncated[first].run, truncated[i].run))
      members[n_members++] = i;
  return n_members;
}

/* Mean and half the 90% interval of the members at rank number @r. */
static void
average (double *mean,
         double *half,
         const EsTruncated *truncated,
         const gsize *members,
         gsize n,
         gsize r)
{
  double sum = 0, squares = 0;

  for (gsize i = 0; i < n; i++)
    sum += truncated[members[i]].accuracy[r];
  *mean = sum / (double)n;
  for (gsize i = 0; i < n; i++)
    squares += pow (truncated[members[i]].accuracy[r] - *mean, 2);
  *half = n > 1 ? t95[MIN (n - 2, G_N_ELEMENTS (t95) - 1)] *
                      sqrt (squares / (double)(n - 1) / (double)n)
                : 0;
}

static EsCurve
make_curve (const EsTruncated *truncated,
            const gsize *members,
            gsize n,
            const double *x,
            gsize n_ranks,
            gboolean show_error)
{
  const EsRun *run = truncated[members[0]].run;
  double *y = g_new (double, n_ranks), *half = g_new (double, n_ranks);
  char *name =
      n == 1 ? g_strdup (run->name)
             : g_strdup_printf (_ ("H %u, %u seeds"),
                                es_model_get_config (run->model)->hidden, (guint)n);

  for (gsize r = 0; r < n_ranks; r++) {
    average (&y[r], &half[r], truncated, members, n, r);
    if (show_error)
      y[r] = 1 - y[r];
  }
  if (n == 1)
    g_clear_pointer (&half, g_free);
  return (EsCurve){name, n_ranks, x, y, half};
}

/* One curve for each group of runs. */
static gsize
make_curves (EsCurve *curves,
             const EsTruncated *truncated,
             gsize n,
             const double *x,
             gsize n_ranks,
             gboolean show_error)
{
  g_autofree gboolean *done = g_new0 (gboolean, MAX (n, 1));
  g_autofree gsize *members = g_new (gsize, MAX (n, 1));
  gsize n_curves = 0;

  for (gsize i = 0; i < n; i++) {
    gsize n_members;

    if (done[i])
      continue;
    n_members = find_group (members, truncated, n, i);
    for (gsize k = 0; k < n_members; k++)
      done[members[k]] = TRUE;
    curves[n_curves++] =
        make_curve (truncated, members, n_members, x, n_ranks, show_error);
  }
  return n_curves;
}

static const char *
rule_note (EsTruncationRule rule)
{
  switch (rule) {
  case ES_TRUNCATION_POSITIVE:
    return _ ("The most positive components are kept");
  case ES_TRUNCATION_NEGATIVE:
    return _ ("The most negative components are kept");
  case ES_TRUNCATION_ABSOLUTE:
  default:
    return _ ("The components of largest absolute eigenvalue are kept");
  }
}

EsPlot *
es_figure_truncation (const EsTruncated *truncated,
                      gsize n,
                      const gsize *ranks,
                      gsize n_ranks,
                      EsTruncationRule rule,
                      gboolean show_error)
{
  g_autofree double *x = g_new (double, MAX (n_ranks, 1));
  g_autofree EsCurve *curves = g_new0 (EsCurve, MAX (n, 1));
  g_autofree char *note = NULL;
  EsPanel panel = {.heading = show_error ? _ ("Test error") : _ ("Test accuracy"),
                   .x_name = _ ("Components kept per class"),
                   .log = show_error,
                   .share = TRUE,
                   .whole = TRUE,
                   .bands = TRUE,
                   .curves = curves};
  EsPanelsData data = {.order = ES_PANELS_ROW, .panels = &panel, .n_panels = 1};
  gboolean banded = FALSE;
  EsPlot *plot;

  for (gsize r = 0; r < n_ranks; r++)
    x[r] = (double)ranks[r];
  panel.n_curves = make_curves (curves, truncated, n, x, n_ranks, show_error);
  for (gsize c = 0; c < panel.n_curves; c++)
    banded = banded || curves[c].half != NULL;
  note = banded
             ? g_strdup_printf ("%s · %s", rule_note (rule),
                                _ ("bands: 90-percent interval of the mean over seeds"))
             : g_strdup (rule_note (rule));
  data.note = note;
  data.title = _ ("Truncation");
  plot = es_panels_plot_new (&data);
  for (gsize c = 0; c < panel.n_curves; c++) {
    g_free ((char *)curves[c].name);
    g_free ((double *)curves[c].y);
    g_free ((double *)curves[c].half);
  }
  return plot;
}

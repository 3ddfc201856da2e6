/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-kit.h"

#include "es-components.h"
#include "es-explanation.h"
#include "es-i18n.h"
#include "es-panels-plot.h"
#include "es-work.h"

#include <math.h>

static void
kit_clear (gpointer data)
{
  EsAttackKit *kit = data;

  es_model_unref (kit->model);
  es_spectrum_unref (kit->spectrum);
  es_masks_free (kit->masks);
  g_free (kit->mean);
}

EsAttackKit *
es_attack_kit_ref (EsAttackKit *kit)
{
  return g_atomic_rc_box_acquire (kit);
}

void
es_attack_kit_unref (EsAttackKit *kit)
{
  if (kit != NULL)
    g_atomic_rc_box_release_full (kit, kit_clear);
}

/* Making one */

typedef struct
{
  EsModel *model;
  EsDataset *dataset;
  EsSpectrum *spectrum; /* nullable */
  gsize k;
} KitQuery;

static void
kit_query_free (gpointer data)
{
  KitQuery *query = data;

  es_model_unref (query->model);
  es_dataset_unref (query->dataset);
  es_spectrum_unref (query->spectrum);
  g_free (query);
}

static EsAttackKit *
kit_new (const KitQuery *query, GCancellable *cancellable, GError **error)
{
  const EsProgress progress = es_work_progress (cancellable);
  g_autoptr (EsAttackKit) kit = g_atomic_rc_box_new0 (EsAttackKit);
  EsSpectrumOptions options = {.basis = ES_BASIS_EMBEDDING};

  kit->model = es_model_ref (query->model);
  kit->mean = g_new (float, (gsize)query->dataset->rows * query->dataset->cols);
  es_dataset_mean_image (query->dataset, kit->mean);
  options.x0 = kit->mean;
  kit->spectrum =
      query->spectrum != NULL
          ? es_spectrum_ref (query->spectrum)
          : es_spectrum_new (query->model, NULL, &options, &progress, error);
  if (kit->spectrum == NULL)
    return NULL;
  kit->masks = es_masks_new (kit->model, kit->spectrum, kit->mean,
                             &query->dataset->test, query->k, error);
  return kit->masks != NULL ? g_steal_pointer (&kit) : NULL;
}

static void
kit_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsAttackKit *kit = kit_new (data, cancellable, &error);

  if (kit != NULL)
    g_task_return_pointer (task, kit, (GDestroyNotify)es_attack_kit_unref);
  else
    g_task_return_error (task, error);
}

void
es_attack_kit_async (EsModel *model,
                     EsDataset *dataset,
                     EsSpectrum *spectrum,
                     gsize k,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  KitQuery *query = g_new0 (KitQuery, 1);

  query->model = es_model_ref (model);
  query->dataset = es_dataset_ref (dataset);
  query->spectrum = spectrum != NULL ? es_spectrum_ref (spectrum) : NULL;
  query->k = k;
  g_task_set_source_tag (task, es_attack_kit_async);
  g_task_set_task_data (task, query, kit_query_free);
  es_work_start (task, kit_worker);
}

EsAttackKit *
es_attack_kit_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Contributions that moved */

typedef struct
{
  EsAttackKit *kit;
  float *before;
  float *after;
  guint c;
  char *name;
} MovedQuery;

static void
moved_query_free (gpointer data)
{
  MovedQuery *query = data;

  es_attack_kit_unref (query->kit);
  g_free (query->before);
  g_free (query->after);
  g_free (query->name);
  g_free (query);
}

typedef struct
{
  gsize index;
  double change;
} Moved;

static int
compare_moved (gconstpointer a, gconstpointer b)
{
  const Moved *x = a, *y = b;
  double dx = fabs (x->change), dy = fabs (y->change);

  if (dx != dy)
    return dx > dy ? -1 : 1;
  return x->index < y->index ? -1 : x->index > y->index;
}

/* A stem for each of the components that moved most. */
static EsPlot *
moved_plot (const MovedQuery *query, const Moved *moved, gsize n)
{
  const EsSpectrum *spectrum = query->kit->spectrum;
  const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, query->c);
  g_autofree EsCurve *stems = g_new0 (EsCurve, n);
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  g_autofree char *heading =
      g_strdup_printf (_ ("Contributions to “%s” that moved most"), query->name);
  EsPanel panel = {.heading = heading,
                   .x_name = _ ("Component"),
                   .zero = TRUE,
                   .stems = TRUE,
                   .curves = stems,
                   .n_curves = n};
  EsPanelsData data = {.order = ES_PANELS_ROW, .panels = &panel, .n_panels = 1};
  EsPlot *plot;

  for (gsize i = 0; i < n; i++) {
    gssize component =
        es_component_from_index (moved[i].index, eigenvalues, spectrum->D);

    x[i] = (double)i;
    y[i] = moved[i].change;
    stems[i] = (EsCurve){g_strdup_printf ("%s%d", component < 0 ? "\xe2\x88\x92" : "",
                                          (int)ABS (component)),
                         1, &x[i], &y[i], NULL};
  }
  plot = es_panels_plot_new (&data);
  for (gsize i = 0; i < n; i++)
    g_free ((char *)stems[i].name);
  return plot;
}

static EsPlot *
moved_new (const MovedQuery *query, GError **error)
{
  const EsAttackKit *kit = query->kit;
  gsize D = kit->spectrum->D;
  g_autoptr (EsExplanation) before =
      es_explanation_new (kit->model, kit->spectrum, query->before, error);
  g_autoptr (EsExplanation) after = NULL;
  g_autofree Moved *moved = g_new (Moved, D);

  if (before == NULL)
    return NULL;
  after = es_explanation_new (kit->model, kit->spectrum, query->after, error);
  if (after == NULL)
    return NULL;
  for (gsize i = 0; i < D; i++)
    moved[i] = (Moved){i, after->contributions[query->c * D + i] -
                              before->contributions[query->c * D + i]};
  qsort (moved, D, sizeof *moved, compare_moved);
  return moved_plot (query, moved, MIN (D, ES_ATTACK_KIT_MOVED));
}

static void
moved_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  EsPlot *plot = moved_new (data, &error);

  if (plot != NULL)
    g_task_return_pointer (task, plot, (GDestroyNotify)es_plot_unref);
  else
    g_task_return_error (task, error);
}

void
es_attack_kit_moved_async (EsAttackKit *kit,
                           const float *before,
                           const float *after,
                           guint c,
                           const char *name,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  MovedQuery *query = g_new0 (MovedQuery, 1);
  gsize n_bytes = kit->masks->P * sizeof *before;

  query->kit = es_attack_kit_ref (kit);
  query->before = g_memdup2 (before, n_bytes);
  query->after = g_memdup2 (after, n_bytes);
  query->c = c;
  query->name = g_strdup (name);
  g_task_set_source_tag (task, es_attack_kit_moved_async);
  g_task_set_task_data (task, query, moved_query_free);
  es_work_start (task, moved_worker);
}

EsPlot *
es_attack_kit_moved_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

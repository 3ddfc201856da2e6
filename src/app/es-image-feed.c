/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-image-feed.h"

#include "es-datasets.h"
#include "es-evaluate.h"
#include "es-i18n.h"
#include "es-work.h"

struct _EsImageFeed
{
  GObject parent_instance;

  GtkWidget *page; /* weak: work under way outlives it */
  EsWorkspace *workspace;
  EsRunItem *run;
  GCancellable *loading;
  char *no_images; /* why the run has none, or NULL */
  gboolean stale;  /* the page does not show what there is now */
};

G_DEFINE_FINAL_TYPE (EsImageFeed, es_image_feed, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_seen (EsImageFeed *self)
{
  return self->page != NULL && gtk_widget_get_mapped (self->page);
}

void
es_image_feed_update (EsImageFeed *self)
{
  g_return_if_fail (ES_IS_IMAGE_FEED (self));
  self->stale = TRUE;
  if (self->workspace == NULL || !is_seen (self))
    return;
  self->stale = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The dataset */

static void
dataset_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsImageFeed *self = data;
  g_autoptr (GError) error = NULL;
  gboolean brought = es_datasets_bring_finish (result, &error);

  if (ES_RUN_ITEM (source) == self->run &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_clear_pointer (&self->no_images, g_free);
    if (!brought)
      self->no_images = g_strdup (error->message);
    es_workspace_ensure_sample (self->workspace);
    es_image_feed_update (self);
  }
  g_object_unref (self);
}

static void
load_dataset (EsImageFeed *self)
{
  g_clear_pointer (&self->no_images, g_free);
  if (self->run == NULL || es_run_item_get_model (self->run) == NULL)
    return;
  es_work_renew (&self->loading);
  es_datasets_bring_async (self->run, self->loading, dataset_cb, g_object_ref (self));
}

/* The run */

static void
snapshot_cb (EsImageFeed *self)
{
  if (es_workspace_get_frame (self->workspace) >= 0)
    return;
  if (is_seen (self)) {
    if (es_run_item_get_dataset (self->run) == NULL && self->no_images == NULL)
      load_dataset (self);
    es_workspace_ensure_sample (self->workspace);
  }
  es_image_feed_update (self);
}

static void
run_cb (EsImageFeed *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  if (run != NULL)
    g_signal_connect_object (run, "snapshot", G_CALLBACK (snapshot_cb), self,
                             G_CONNECT_SWAPPED);
  if (is_seen (self))
    load_dataset (self);
  es_image_feed_update (self);
}

/* The images may have come while the page was not looked at. */
static void
map_cb (EsImageFeed *self)
{
  if (self->workspace == NULL)
    return;
  load_dataset (self);
  if (self->stale)
    es_image_feed_update (self);
}

void
es_image_feed_set_workspace (EsImageFeed *self, EsWorkspace *workspace)
{
  static const char *const followed[] = {"notify::frame", "notify::sample"};

  g_return_if_fail (ES_IS_IMAGE_FEED (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (followed); i++)
    g_signal_connect_object (workspace, followed[i], G_CALLBACK (es_image_feed_update),
                             self, G_CONNECT_SWAPPED);
  run_cb (self);
}

/* What there is */

EsWorkspace *
es_image_feed_get_workspace (EsImageFeed *self)
{
  g_return_val_if_fail (ES_IS_IMAGE_FEED (self), NULL);
  return self->workspace;
}

EsRunItem *
es_image_feed_get_run (EsImageFeed *self)
{
  g_return_val_if_fail (ES_IS_IMAGE_FEED (self), NULL);
  return self->run;
}

char **
es_image_feed_get_class_names (EsImageFeed *self)
{
  g_return_val_if_fail (ES_IS_IMAGE_FEED (self), NULL);
  return self->run != NULL ? es_run_item_get_class_names (self->run) : NULL;
}

void
es_image_problem_clear (EsImageProblem *problem)
{
  g_clear_pointer (&problem->text, g_free);
  problem->title = NULL;
}

static EsModel *
get_model (EsImageFeed *self, EsImageProblem *problem)
{
  EsModel *model =
      self->workspace != NULL ? es_workspace_get_model (self->workspace) : NULL;

  if (model != NULL && self->run != NULL)
    return model;
  problem->title = _ ("Not Trained Yet");
  problem->text = g_strdup (_ ("Train the network first."));
  return NULL;
}

gboolean
es_image_feed_get (EsImageFeed *self,
                   EsModel **model,
                   EsSample **sample,
                   EsImageProblem *problem)
{
  const EsModelConfig *config;
  const EsDataset *dataset;

  g_return_val_if_fail (ES_IS_IMAGE_FEED (self), FALSE);
  *problem = (EsImageProblem){NULL, NULL};
  *model = get_model (self, problem);
  if (*model == NULL)
    return FALSE;
  if (es_workspace_get_sample (self->workspace) == NULL)
    es_workspace_ensure_sample (self->workspace);
  *sample = es_workspace_get_sample (self->workspace);
  config = es_model_get_config (*model);
  if (*sample != NULL && es_sample_fits (*sample, config))
    return TRUE;
  dataset = es_run_item_get_dataset (self->run);
  if (dataset != NULL)
    problem->text = g_strdup_printf (
        _ ("Images of “%s” have %u × %u pixels; the network reads %u × %u."),
        dataset->name, dataset->rows, dataset->cols, config->rows, config->cols);
  else
    problem->text = g_strdup (self->no_images);
  return FALSE;
}

gboolean
es_image_feed_get_dataset (EsImageFeed *self,
                           EsModel **model,
                           EsDataset **dataset,
                           EsImageProblem *problem)
{
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (ES_IS_IMAGE_FEED (self), FALSE);
  *problem = (EsImageProblem){NULL, NULL};
  *model = get_model (self, problem);
  if (*model == NULL)
    return FALSE;
  *dataset = es_run_item_get_dataset (self->run);
  if (*dataset != NULL && es_evaluate_check (*model, *dataset, &error))
    return TRUE;
  problem->text = g_strdup (error != NULL ? error->message : self->no_images);
  return FALSE;
}

/* Life */

static void
es_image_feed_dispose (GObject *object)
{
  EsImageFeed *self = ES_IMAGE_FEED (object);

  g_clear_weak_pointer (&self->page);
  es_work_drop (&self->loading);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (es_image_feed_parent_class)->dispose (object);
}

static void
es_image_feed_finalize (GObject *object)
{
  g_free (ES_IMAGE_FEED (object)->no_images);
  G_OBJECT_CLASS (es_image_feed_parent_class)->finalize (object);
}

static void
es_image_feed_class_init (EsImageFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = es_image_feed_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_image_feed_finalize;
  signals[CHANGED] = g_signal_new ("changed", ES_TYPE_IMAGE_FEED, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
es_image_feed_init (EsImageFeed *self)
{
}

EsImageFeed *
es_image_feed_new (GtkWidget *page)
{
  EsImageFeed *self = g_object_new (ES_TYPE_IMAGE_FEED, NULL);

  g_set_weak_pointer (&self->page, page);
  g_signal_connect_object (page, "map", G_CALLBACK (map_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  return self;
}

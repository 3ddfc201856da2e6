/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-workspace.h"

#include "es-i18n.h"
#include "es-parallel.h"
#include "es-settings.h"

#include <stdlib.h>

struct _EsWorkspace
{
  GObject parent_instance;

  GListStore *runs;
  EsRunItem *run;
  char *direction;
  int component;
  int epoch;           /* of the film, that is shown; -1: the latest weights */
  EsSample *sample;    /* nullable */
  GPtrArray *drawings; /* of EsDrawing, each of another size */
  EsModel *held;       /* the weights at that epoch, which the film may have let go */
  gboolean closed;     /* nothing starts any more */
};

enum {
  PROP_0,
  PROP_RUN,
  PROP_DIRECTION,
  PROP_COMPONENT,
  PROP_FRAME,
  PROP_SAMPLE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static GType
get_item_type (GListModel *model)
{
  return ES_TYPE_RUN_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ES_WORKSPACE (model)->runs));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (ES_WORKSPACE (model)->runs), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EsWorkspace,
                               es_workspace,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      list_model_init))

/* The queue: one training at a time; the first that waits is next. */

static gboolean
is_training (EsRunItem *item)
{
  EsRunState state = es_run_item_get_state (item);

  return state == ES_RUN_LOADING || state == ES_RUN_TRAINING ||
         state == ES_RUN_STOPPING;
}

static void
start_next (EsWorkspace *self)
{
  g_autoptr (EsRunItem) next = NULL;

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++) {
    g_autoptr (EsRunItem) item = get_item (G_LIST_MODEL (self), i);

    if (is_training (item))
      return;
    if (next == NULL && es_run_item_get_state (item) == ES_RUN_QUEUED)
      next = g_object_ref (item);
  }
  if (next == NULL || self->closed)
    return;
  es_parallel_set_threads ((guint)g_settings_get_int (es_settings_get (), "threads"));
  es_run_item_start (next);
}

static void
state_cb (EsWorkspace *self)
{
  start_next (self);
}

/* Life */

static void
es_workspace_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  EsWorkspace *self = ES_WORKSPACE (object);

  switch (prop_id) {
  case PROP_RUN:
    g_value_set_object (value, self->run);
    break;
  case PROP_DIRECTION:
    g_value_set_string (value, self->direction);
    break;
  case PROP_COMPONENT:
    g_value_set_int (value, self->component);
    break;
  case PROP_FRAME:
    g_value_set_int (value, es_workspace_get_frame (self));
    break;
  case PROP_SAMPLE:
    g_value_set_boxed (value, self->sample);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
es_workspace_finalize (GObject *object)
{
  EsWorkspace *self = ES_WORKSPACE (object);

  g_clear_object (&self->run);
  g_clear_object (&self->runs);
  g_clear_pointer (&self->held, es_model_unref);
  es_sample_unref (self->sample);
  g_ptr_array_unref (self->drawings);
  g_free (self->direction);
  G_OBJECT_CLASS (es_workspace_parent_class)->finalize (object);
}

static void
es_workspace_class_init (EsWorkspaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = es_workspace_get_property;
  object_class->finalize = es_workspace_finalize;
  props[PROP_RUN] = g_param_spec_object ("run", NULL, NULL, ES_TYPE_RUN_ITEM, flags);
  props[PROP_DIRECTION] = g_param_spec_string ("direction", NULL, NULL, "0", flags);
  props[PROP_COMPONENT] =
      g_param_spec_int ("component", NULL, NULL, G_MININT, G_MAXINT, 0, flags);
  props[PROP_FRAME] = g_param_spec_int ("frame", NULL, NULL, -1, G_MAXINT, -1, flags);
  props[PROP_SAMPLE] = g_param_spec_boxed ("sample", NULL, NULL, ES_TYPE_SAMPLE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
es_workspace_init (EsWorkspace *self)
{
  self->runs = g_list_store_new (ES_TYPE_RUN_ITEM);
  self->drawings = g_ptr_array_new_with_free_func (g_object_unref);
  self->direction = g_strdup ("0");
  self->epoch = -1;
  g_signal_connect_object (self->runs, "items-changed",
                           G_CALLBACK (g_list_model_items_changed), self,
                           G_CONNECT_SWAPPED);
}

EsWorkspace *
es_workspace_new (void)
{
  return g_object_new (ES_TYPE_WORKSPACE, NULL);
}

EsRunItem *
es_workspace_get_run (EsWorkspace *self)
{
  g_return_val_if_fail (ES_IS_WORKSPACE (self), NULL);
  return self->run;
}

void
es_workspace_set_run (EsWorkspace *self, EsRunItem *run)
{
  g_return_if_fail (ES_IS_WORKSPACE (self));
  if (run == self->run)
    return;
  es_workspace_set_frame (self, -1);
  g_set_object (&self->run, run);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUN]);
}

const char *
es_workspace_get_direction (EsWorkspace *self)
{
  g_return_val_if_fail (ES_IS_WORKSPACE (self), NULL);
  return self->direction;
}

void
es_workspace_set_direction (EsWorkspace *self, const char *direction)
{
  g_return_if_fail (ES_IS_WORKSPACE (self));
  if (g_strcmp0 (direction, self->direction) == 0)
    return;
  g_free (self->direction);
  self->direction = g_strdup (direction);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DIRECTION]);
}

int
es_workspace_get_class (EsWorkspace *self)
{
  char *end;
  long c;

  g_return_val_if_fail (ES_IS_WORKSPACE (self), -1);
  c = strtol (self->direction, &end, 10);
  return *end == '\0' && end > self->direction && c >= 0 && c < G_MAXINT ? (int)c : -1;
}

void
es_workspace_set_class (EsWorkspace *self, int c)
{
  g_autofree char *text = g_strdup_printf ("%d", c);

  es_workspace_set_direction (self, text);
}

int
es_workspace_get_component (EsWorkspace *self)
{
  g_return_val_if_fail (ES_IS_WORKSPACE (self), 0);
  return self->component;
}

void
es_workspace_set_component (EsWorkspace *self, int component)
{
  g_return_if_fail (ES_IS_WORKSPACE (self));
  if (component == self->component)
    return;
  self->component = component;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COMPONENT]);
}

int
es_workspace_get_frame (EsWorkspace *self)
{
  g_return_val_if_fail (ES_IS_WORKSPACE (self), -1);
  if (self->epoch < 0 || self->run == NULL)
    return -1;
  return (int)es_film_find (es_run_item_get_film (self->run), self->epoch);
}

void
es_workspace_set_frame (EsWorkspace *self, int frame)
{
  const EsFilm *film = NULL;
  int epoch = -1;

  g_return_if_fail (ES_IS_WORKSPACE (self));
  if (self->run != NULL && frame >= 0) {
    film = es_run_item_get_film (self->run);
    if ((guint)frame + 1 < es_film_get_length (film))
      epoch = (int)es_film_get_epoch (film, (guint)frame);
  }
  if (epoch == self->epoch)
    return;
  self->epoch = epoch;
  g_clear_pointer (&self->held, es_model_unref);
  if (epoch >= 0)
    self->held = es_model_ref (es_film_get_model (film, (guint)frame));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FRAME]);
}

EsSample *
es_workspace_get_sample (EsWorkspace *self)
{
  g_return_val_if_fail (ES_IS_WORKSPACE (self), NULL);
  return self->sample;
}

void
es_workspace_set_sample (EsWorkspace *self, EsSample *sample)
{
  g_return_if_fail (ES_IS_WORKSPACE (self));
  if (sample == self->sample)
    return;
  es_sample_unref (self->sample);
  self->sample = sample != NULL ? es_sample_ref (sample) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SAMPLE]);
}

void
es_workspace_ensure_sample (EsWorkspace *self)
{
  EsModel *model = es_workspace_get_model (self);
  EsDataset *dataset = self->run != NULL ? es_run_item_get_dataset (self->run) : NULL;
  g_autoptr (EsSample) first = NULL;
  EsSample *sample;

  g_return_if_fail (ES_IS_WORKSPACE (self));
  if (model == NULL)
    return;
  sample = self->sample;
  if (sample != NULL && es_sample_fits (sample, es_model_get_config (model)) &&
      (sample->dataset == NULL || dataset == NULL ||
       es_sample_is (sample, dataset, sample->split, sample->index)))
    return;
  if (dataset != NULL)
    first = es_sample_new (dataset, ES_SPLIT_TEST, 0);
  if (first != NULL && !es_sample_fits (first, es_model_get_config (model)))
    g_clear_pointer (&first, es_sample_unref);
  es_workspace_set_sample (self, first);
}

static void
take_drawing (EsWorkspace *self, EsDrawing *drawing)
{
  g_autoptr (EsSample) sample =
      es_sample_new_own (es_drawing_get_pixels (drawing), es_drawing_get_rows (drawing),
                         es_drawing_get_cols (drawing), _ ("Own drawing"));

  es_workspace_set_sample (self, sample);
}

EsDrawing *
es_workspace_get_drawing (EsWorkspace *self)
{
  EsModel *model = es_workspace_get_model (self);
  const EsModelConfig *config = model != NULL ? es_model_get_config (model) : NULL;
  EsDrawing *drawing;

  g_return_val_if_fail (ES_IS_WORKSPACE (self), NULL);
  for (guint i = 0; config != NULL && i < self->drawings->len; i++) {
    drawing = self->drawings->pdata[i];
    if (es_drawing_get_rows (drawing) == config->rows &&
        es_drawing_get_cols (drawing) == config->cols)
      return drawing;
  }
  if (config == NULL)
    return NULL;
  drawing = es_drawing_new (config->rows, config->cols);
  g_ptr_array_add (self->drawings, drawing);
  g_signal_connect_object (drawing, "changed", G_CALLBACK (take_drawing), self,
                           G_CONNECT_SWAPPED);
  return drawing;
}

void
es_workspace_show_drawing (EsWorkspace *self)
{
  EsDrawing *drawing = es_workspace_get_drawing (self);

  if (drawing != NULL && !es_drawing_is_empty (drawing) &&
      (self->sample == NULL || self->sample->dataset != NULL))
    take_drawing (self, drawing);
}

double
es_workspace_get_epoch (EsWorkspace *self)
{
  g_return_val_if_fail (ES_IS_WORKSPACE (self), 0);
  if (self->run == NULL)
    return 0;
  return self->epoch >= 0 ? self->epoch : es_run_item_get_position (self->run);
}

EsModel *
es_workspace_get_model (EsWorkspace *self)
{
  g_return_val_if_fail (ES_IS_WORKSPACE (self), NULL);
  if (self->run == NULL)
    return NULL;
  return self->held != NULL ? self->held : es_run_item_get_model (self->run);
}

EsRun *
es_workspace_dup_run (EsWorkspace *self)
{
  EsModel *shown = es_workspace_get_model (self);
  EsRun *run = self->run != NULL ? es_run_item_dup_run (self->run) : NULL;

  if (run != NULL && shown != NULL && run->model != shown) {
    es_model_unref (run->model);
    run->model = es_model_ref (shown);
  }
  return run;
}

static void
watch (EsWorkspace *self, EsRunItem *item)
{
  g_signal_connect_object (item, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
}

void
es_workspace_insert (EsWorkspace *self, guint position, EsRunItem *item)
{
  g_return_if_fail (ES_IS_WORKSPACE (self));
  watch (self, item);
  g_list_store_insert (self->runs, MIN (position, get_n_items (G_LIST_MODEL (self))),
                       item);
  es_workspace_set_run (self, item);
}

void
es_workspace_put_before (EsWorkspace *self, const GPtrArray *items)
{
  g_return_if_fail (ES_IS_WORKSPACE (self));
  for (guint i = 0; i < items->len; i++)
    watch (self, items->pdata[i]);
  g_list_store_splice (self->runs, 0, 0, items->pdata, items->len);
  if (self->run == NULL && items->len > 0)
    es_workspace_set_run (self, items->pdata[items->len - 1]);
}

void
es_workspace_add (EsWorkspace *self, EsRunItem *item)
{
  es_workspace_insert (self, G_MAXUINT, item);
}

guint
es_workspace_remove (EsWorkspace *self, EsRunItem *item)
{
  g_autoptr (EsRunItem) neighbour = NULL;
  guint position;

  g_return_val_if_fail (ES_IS_WORKSPACE (self), 0);
  if (!g_list_store_find (self->runs, item, &position))
    return 0;
  g_signal_handlers_disconnect_by_func (item, state_cb, self);
  es_run_item_stop (item);
  if (es_run_item_get_state (item) == ES_RUN_QUEUED)
    es_run_item_set_queued (item, FALSE);
  g_list_store_remove (self->runs, position);
  if (self->run == item) {
    neighbour = get_item (G_LIST_MODEL (self), position);
    if (neighbour == NULL && position > 0)
      neighbour = get_item (G_LIST_MODEL (self), position - 1);
    es_workspace_set_run (self, neighbour);
  }
  start_next (self);
  return position;
}

char *
es_workspace_new_name (EsWorkspace *self)
{
  g_return_val_if_fail (ES_IS_WORKSPACE (self), NULL);
  for (guint number = 1;; number++) {
    g_autofree char *name = g_strdup_printf (_ ("Run %u"), number);
    gboolean taken = FALSE;

    for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)) && !taken; i++) {
      g_autoptr (EsRunItem) item = get_item (G_LIST_MODEL (self), i);

      taken = g_strcmp0 (es_run_item_get_name (item), name) == 0;
    }
    if (!taken)
      return g_steal_pointer (&name);
  }
}

void
es_workspace_start (EsWorkspace *self, EsRunItem *item)
{
  g_return_if_fail (ES_IS_WORKSPACE (self));
  es_run_item_set_queued (item, TRUE);
}

void
es_workspace_shutdown (EsWorkspace *self)
{
  g_return_if_fail (ES_IS_WORKSPACE (self));
  self->closed = TRUE;
  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++) {
    g_autoptr (EsRunItem) item = get_item (G_LIST_MODEL (self), i);

    es_run_item_stop (item);
  }
  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++) {
    g_autoptr (EsRunItem) item = get_item (G_LIST_MODEL (self), i);

    es_run_item_finish (item);
  }
}

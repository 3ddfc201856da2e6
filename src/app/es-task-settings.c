/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-task-settings.h"

#include "es-augment.h"
#include "es-dataset-row.h"
#include "es-datasets.h"
#include "es-i18n.h"
#include "es-number-row.h"
#include "es-target-window.h"
#include "es-theme.h"
#include "es-tile.h"
#include "es-toasts.h"

#include <math.h>
#include <string.h>

/* The target's picture, in pixels of the screen. */
#define PICTURE_SIZE 56

/* Where it is not known how many images there are. */
#define MAX_TARGET 1000000

struct _EsTaskSettings
{
  AdwBin parent_instance;

  EsPlan plan; /* what was started from */
  EsTask task;
  EsDataset *dataset; /* nullable */
  gboolean filling;   /* rows change because the target has */

  GtkWidget *toy;
  AdwComboRow *gate;
  AdwEntryRow *mix;
  EsNumberRow *inputs;
  EsNumberRow *sparsity;
  GtkSwitch *continuous;
  GtkWidget *modular;
  AdwComboRow *operation;
  EsNumberRow *modulus;
  EsNumberRow *fraction;
  GtkWidget *challenge;
  EsDatasetRow *images;
  AdwActionRow *picture_row;
  GtkPicture *picture;
  EsNumberRow *target;
  EsNumberRow *threshold;
  GtkSwitch *negative;
  EsNumberRow *width;
  GtkSwitch *bias;
  EsNumberRow *epochs;
  EsNumberRow *weight_decay;
  AdwComboRow *decay;
  EsNumberRow *seed;
};

G_DEFINE_FINAL_TYPE (EsTaskSettings, es_task_settings, ADW_TYPE_BIN)

enum {
  TRAIN,
  CHOOSE_TARGET,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The row of the list of gates that stands for a weighted mix. */
#define ROW_MIX ES_N_LOGICS

void
es_task_plan_init (EsPlan *plan, const EsTask *task)
{
  EsDataset *images = task->images != NULL ? es_datasets_peek (task->images) : NULL;

  *plan = (EsPlan){.data = es_task_to_text (task)};
  es_train_config_plan_task (&plan->train, &plan->model, task,
                             images != NULL ? images->train.N : 0);
}

static void bound_target (EsTaskSettings *self);

/* From the rows to a plan */

static gboolean
read_mix (EsTask *task, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 0);
  g_autofree char *joined = g_strjoinv ("", words);
  g_autofree char *whole = g_strdup_printf ("toy:%s", joined);
  g_auto (EsTask) read;

  if (!es_task_parse (&read, whole, error))
    return FALSE;
  memcpy (task->logic, read.logic, sizeof task->logic);
  return TRUE;
}

static gboolean
read_toy (EsTaskSettings *self, EsTask *task, GError **error)
{
  guint row = adw_combo_row_get_selected (self->gate);

  task->inputs = es_number_row_get_whole (self->inputs);
  task->sparsity = es_number_row_get_value (self->sparsity);
  task->continuous = gtk_switch_get_active (self->continuous);
  if (row == ROW_MIX)
    return read_mix (task, gtk_editable_get_text (GTK_EDITABLE (self->mix)), error);
  memset (task->logic, 0, sizeof task->logic);
  task->logic[MIN (row, ES_N_LOGICS - 1)] = 1;
  return TRUE;
}

static gboolean
read_task (EsTaskSettings *self, EsTask *task, GError **error)
{
  switch (task->kind) {
  case ES_TASK_TOY:
    return read_toy (self, task, error);
  case ES_TASK_MODULAR:
    task->operation = (EsOperation)adw_combo_row_get_selected (self->operation);
    task->modulus = es_number_row_get_whole (self->modulus);
    task->fraction = es_number_row_get_value (self->fraction);
    task->seed = (guint64)es_number_row_get_value (self->seed);
    return TRUE;
  case ES_TASK_CHALLENGE:
    task->target = es_number_row_get_whole (self->target);
    g_free (task->images);
    task->images = g_strdup (es_dataset_row_get_data (self->images));
    task->threshold = es_number_row_get_value (self->threshold);
    task->one_sided = !gtk_switch_get_active (self->negative);
    return TRUE;
  }
  return FALSE;
}

/* The rates that were started from stay; what depends on the task is its. */
static void
read_plan (EsTaskSettings *self, EsPlan *plan, const EsTask *task)
{
  guint width = es_number_row_get_whole (self->width);

  es_task_plan_init (plan, task);
  if (task->kind == ES_TASK_CHALLENGE && es_dataset_row_get_n_train (self->images) > 0)
    plan->train.batch =
        es_train_config_default_batch (es_dataset_row_get_n_train (self->images));
  plan->train.lr = self->plan.train.lr;
  plan->train.noise = self->plan.train.noise;
  plan->train.epochs = es_number_row_get_whole (self->epochs);
  plan->train.weight_decay = es_number_row_get_value (self->weight_decay);
  plan->train.decay = (EsDecay)adw_combo_row_get_selected (self->decay);
  plan->train.seed = (guint64)es_number_row_get_value (self->seed);
  plan->model.bias = gtk_switch_get_active (self->bias);
  if (plan->model.units > 0)
    es_model_config_set_units (&plan->model, width);
  else
    plan->model.hidden = width;
}

static void
commit (EsTaskSettings *self)
{
  EsNumberRow *rows[] = {
      self->inputs,    self->sparsity, self->modulus, self->fraction,     self->target,
      self->threshold, self->width,    self->epochs,  self->weight_decay, self->seed};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (gtk_widget_get_state_flags (GTK_WIDGET (rows[i])) & GTK_STATE_FLAG_FOCUS_WITHIN)
      es_number_row_commit (rows[i]);
}

static void
train (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsTaskSettings *self = ES_TASK_SETTINGS (widget);
  g_autoptr (EsTask) task = es_task_copy (&self->task);
  g_autoptr (GError) error = NULL;
  EsPlan plan;

  bound_target (self);
  commit (self);
  if (!read_task (self, task, &error) || !es_task_check (task, &error)) {
    es_toast_error (widget, error);
    return;
  }
  read_plan (self, &plan, task);
  g_signal_emit (self, signals[TRAIN], 0, &plan);
  es_plan_clear (&plan);
}

/* From a plan to the rows */

static void
fill_toy (EsTaskSettings *self)
{
  const EsTask *task = &self->task;
  g_autoptr (GString) mix = g_string_new (NULL);
  guint n = 0, row = ROW_MIX;

  for (guint i = 0; i < ES_N_LOGICS; i++) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    if (task->logic[i] == 0)
      continue;
    n++;
    if (task->logic[i] == 1)
      row = i;
    g_ascii_formatd (number, sizeof number, "%g", task->logic[i]);
    g_string_append_printf (mix, "%s%s=%s", mix->len > 0 ? "," : "",
                            es_logic_to_string ((EsLogic)i), number);
  }
  adw_combo_row_set_selected (self->gate, n == 1 ? row : ROW_MIX);
  gtk_editable_set_text (GTK_EDITABLE (self->mix), mix->str);
  es_number_row_set_value (self->inputs, task->inputs);
  es_number_row_set_value (self->sparsity, task->sparsity);
  gtk_switch_set_active (self->continuous, task->continuous);
}

/* Whether the images that are chosen are those of the run's dataset. */
static gboolean
has_images (EsTaskSettings *self)
{
  const EsTask *of = self->dataset != NULL ? self->dataset->task : NULL;

  return of != NULL && of->kind == ES_TASK_CHALLENGE &&
         g_strcmp0 (of->images, es_dataset_row_get_data (self->images)) == 0;
}

/* The target is one of the images, as far as it is known how many there are. */
static void
bound_target (EsTaskSettings *self)
{
  gsize n = has_images (self) ? self->dataset->train.N
                              : es_dataset_row_get_n_train (self->images);
  gboolean filling = self->filling;

  if (n == 0)
    return;
  self->filling = TRUE;
  g_object_set (self->target, "upper", (double)n - 1, NULL);
  es_number_row_set_value (self->target, es_number_row_get_value (self->target));
  self->task.target = es_number_row_get_whole (self->target);
  self->filling = filling;
}

/* The target's picture as far as it is known: drawn, or an image of the run's. */
static const guint8 *
find_target (EsTaskSettings *self)
{
  gsize P;

  if (self->task.kind != ES_TASK_CHALLENGE || !has_images (self))
    return NULL;
  P = (gsize)self->dataset->rows * self->dataset->cols;
  if (self->task.drawn != NULL ? self->task.n_drawn != P
                               : self->task.target >= self->dataset->train.N)
    return NULL;
  return es_task_get_target (&self->task, self->dataset);
}

static void
show_target (EsTaskSettings *self)
{
  const guint8 *target = find_target (self);
  g_autoptr (GdkTexture) texture = NULL;

  if (target != NULL) {
    guint rows = self->dataset->rows, cols = self->dataset->cols;
    g_autofree float *values = g_new (float, (gsize)rows *cols);
    EsColorScale scale = {NULL, 0, 1};
    EsStyle style;

    es_theme_get_style (&style, GTK_WIDGET (self));
    scale.map = style.ink;
    es_augment_expand (values, target, (gsize)rows * cols);
    texture = es_tile_new (values, rows, cols, es_tile_side (rows, cols, PICTURE_SIZE),
                           &scale);
  }
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->picture), texture != NULL);
  adw_action_row_set_subtitle (self->picture_row, self->task.drawn != NULL
                                                      ? _ ("One of your own")
                                                      : _ ("An image of the dataset"));
}

/* Other images, or the same ones. */
static void
target_cb (EsTaskSettings *self)
{
  if (self->filling || self->picture == NULL)
    return;
  bound_target (self);
  show_target (self);
}

/* A number that is typed takes the place of a drawing. */
static void
number_cb (EsTaskSettings *self)
{
  if (self->filling || self->task.kind != ES_TASK_CHALLENGE)
    return;
  es_task_set_drawn (&self->task, NULL, 0);
  self->task.target = es_number_row_get_whole (self->target);
  show_target (self);
}

static void
chosen_cb (const EsSample *sample, gpointer owner)
{
  EsTaskSettings *self = owner;
  gsize P = (gsize)sample->rows * sample->cols;
  g_autofree guint8 *pixels = g_new (guint8, P);

  self->filling = TRUE;
  if (sample->dataset != NULL && sample->split == ES_SPLIT_TRAIN) {
    es_task_set_drawn (&self->task, NULL, 0);
    self->task.target = (guint)sample->index;
    es_number_row_set_value (self->target, self->task.target);
  } else {
    for (gsize p = 0; p < P; p++)
      pixels[p] = (guint8)lrintf (255 * CLAMP (sample->pixels[p], 0, 1));
    es_task_set_drawn (&self->task, pixels, P);
  }
  /* It is of these images, or drawn in their size. */
  if (self->dataset != NULL && self->dataset->task != NULL)
    es_dataset_row_set_data (self->images, self->dataset->task->images);
  self->filling = FALSE;
  show_target (self);
}

void
es_task_settings_set_dataset (EsTaskSettings *self, EsDataset *dataset)
{
  g_return_if_fail (ES_IS_TASK_SETTINGS (self));
  if (dataset == self->dataset)
    return;
  g_clear_pointer (&self->dataset, es_dataset_unref);
  self->dataset = dataset != NULL ? es_dataset_ref (dataset) : NULL;
  bound_target (self);
  show_target (self);
}

void
es_task_settings_choose_target (EsTaskSettings *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_TASK_SETTINGS (self));
  if (self->task.kind == ES_TASK_CHALLENGE && self->dataset != NULL)
    es_target_window_present (GTK_WIDGET (self), workspace, chosen_cb);
}

static void
choose_target (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CHOOSE_TARGET], 0);
}

static void
fill_rows (EsTaskSettings *self)
{
  const EsPlan *plan = &self->plan;
  const EsTask *task = &self->task;

  gtk_widget_set_visible (self->toy, task->kind == ES_TASK_TOY);
  gtk_widget_set_visible (self->modular, task->kind == ES_TASK_MODULAR);
  gtk_widget_set_visible (self->challenge, task->kind == ES_TASK_CHALLENGE);
  fill_toy (self);
  adw_combo_row_set_selected (self->operation, task->operation);
  es_number_row_set_value (self->modulus, task->modulus);
  es_number_row_set_value (self->fraction, task->fraction);
  self->filling = TRUE;
  if (task->images != NULL)
    es_dataset_row_set_data (self->images, task->images);
  g_object_set (self->target, "upper", (double)MAX_TARGET, NULL);
  es_number_row_set_value (self->target, task->target);
  bound_target (self);
  self->filling = FALSE;
  show_target (self);
  es_number_row_set_value (self->threshold, task->threshold);
  gtk_switch_set_active (self->negative, !task->one_sided);
  es_number_row_set_value (self->width, plan->model.units > 0 ? plan->model.units
                                                              : plan->model.hidden);
  gtk_switch_set_active (self->bias, plan->model.bias);
  es_number_row_set_value (self->epochs, plan->train.epochs);
  es_number_row_set_value (self->weight_decay, plan->train.weight_decay);
  adw_combo_row_set_selected (self->decay, plan->train.decay);
  es_number_row_set_value (self->seed, (double)plan->train.seed);
}

void
es_task_settings_set_plan (EsTaskSettings *self, const EsPlan *plan)
{
  g_return_if_fail (ES_IS_TASK_SETTINGS (self));
  es_task_clear (&self->task);
  es_plan_clear (&self->plan);
  es_plan_copy (&self->plan, plan);
  if (es_task_parse (&self->task, plan->data, NULL))
    fill_rows (self);
}

static void
gate_cb (EsTaskSettings *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->mix),
                          adw_combo_row_get_selected (self->gate) == ROW_MIX);
}

/* Life */

static void
es_task_settings_dispose (GObject *object)
{
  g_clear_pointer (&ES_TASK_SETTINGS (object)->dataset, es_dataset_unref);
  G_OBJECT_CLASS (es_task_settings_parent_class)->dispose (object);
}

static void
es_task_settings_finalize (GObject *object)
{
  EsTaskSettings *self = ES_TASK_SETTINGS (object);

  es_task_clear (&self->task);
  es_plan_clear (&self->plan);
  G_OBJECT_CLASS (es_task_settings_parent_class)->finalize (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsTaskSettings, name)

static void
es_task_settings_class_init (EsTaskSettingsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_task_settings_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_task_settings_finalize;
  signals[CHOOSE_TARGET] =
      g_signal_new ("choose-target", ES_TYPE_TASK_SETTINGS, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
  signals[TRAIN] = g_signal_new ("train", ES_TYPE_TASK_SETTINGS, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_type_ensure (ES_TYPE_DATASET_ROW);
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-task-settings.ui");
  BIND (toy);
  BIND (gate);
  BIND (mix);
  BIND (inputs);
  BIND (sparsity);
  BIND (continuous);
  BIND (modular);
  BIND (operation);
  BIND (modulus);
  BIND (fraction);
  BIND (challenge);
  BIND (images);
  BIND (picture_row);
  BIND (picture);
  BIND (target);
  BIND (threshold);
  BIND (negative);
  BIND (width);
  BIND (bias);
  BIND (epochs);
  BIND (weight_decay);
  BIND (decay);
  BIND (seed);
  gtk_widget_class_bind_template_callback (widget_class, gate_cb);
  gtk_widget_class_bind_template_callback (widget_class, number_cb);
  gtk_widget_class_bind_template_callback (widget_class, target_cb);
  gtk_widget_class_install_action (widget_class, "task.choose-target", NULL,
                                   choose_target);
  gtk_widget_class_install_action (widget_class, "task.train", NULL, train);
}

static void
es_task_settings_init (EsTaskSettings *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

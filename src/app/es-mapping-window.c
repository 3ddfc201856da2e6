/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-mapping-window.h"

#include "es-datasets.h"
#include "es-dataset-search.h"
#include "es-i18n.h"
#include "es-judge.h"
#include "es-model-shapes.h"
#include "es-run-file.h"
#include "es-toasts.h"
#include "es-work.h"

#include <math.h>

struct _EsMappingWindow
{
  AdwWindow parent_instance;

  EsMappingChosen chosen;
  gpointer data_of_chosen;
  GDestroyNotify data_free;

  EsTensorFile *file;
  EsModelMap *map;
  GPtrArray *rows; /* of PartRow, as they stand in "parts" */
  gboolean filling;
  EsRun *run; /* as the parts make it; NULL while that is being found out */
  EsOrigin *origin;
  GCancellable *judging;

  GtkButton *use;
  AdwComboRow *data;
  GtkStringList *data_names;
  AdwActionRow *judgement;
  GtkLabel *accuracy;
  GtkSwitch *residual;
  GtkSwitch *halves;
  AdwPreferencesGroup *parts;
};

G_DEFINE_FINAL_TYPE (EsMappingWindow, es_mapping_window, ADW_TYPE_WINDOW)

/* One part and what it may be. */
typedef struct
{
  EsRole role;
  AdwComboRow *row;
  GPtrArray *candidates; /* of const EsTensor; entry i + 1 of the row is number i */
} PartRow;

static void
part_row_free (gpointer data)
{
  PartRow *part = data;

  g_ptr_array_unref (part->candidates);
  g_free (part);
}

/* What a part is called, "Left half of layer 2" (g_free()). */
static char *
name_role (const EsRole *role)
{
  static const char *const names[ES_N_ROLE_KINDS] = {
      [ES_ROLE_EMBED] = N_ ("Embedding"),
      [ES_ROLE_BLOCK] = N_ ("Layer %u"),
      [ES_ROLE_LEFT] = N_ ("Left Half of Layer %u"),
      [ES_ROLE_RIGHT] = N_ ("Right Half of Layer %u"),
      [ES_ROLE_BIAS] = N_ ("Bias of Layer %u"),
      [ES_ROLE_LEFT_BIAS] = N_ ("Left Bias of Layer %u"),
      [ES_ROLE_RIGHT_BIAS] = N_ ("Right Bias of Layer %u"),
      [ES_ROLE_HEAD] = N_ ("Head"),
      [ES_ROLE_HEAD_BIAS] = N_ ("Bias of the Head"),
  };
  g_autofree char *number = g_strdup_printf ("%u", role->layer + 1);
  g_auto (GStrv) parts = g_strsplit (_ (names[role->kind]), "%u", 2);

  return g_strjoinv (number, parts);
}

/* What keeps the parts from being a network, or NULL (g_free()). */
static char *
describe_gaps (EsMappingWindow *self)
{
  g_autoptr (GArray) roles = es_model_map_list_roles (self->map);
  g_autoptr (GPtrArray) gaps = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  for (guint i = 0; i < roles->len; i++) {
    const EsRole *role = &g_array_index (roles, EsRole, i);
    g_autofree char *problem = es_model_map_get_problem (self->map, role);

    if (problem != NULL)
      g_ptr_array_add (gaps, name_role (role));
  }
  if (gaps->len == 0)
    return NULL;
  g_ptr_array_add (gaps, NULL);
  list = g_strjoinv (", ", (char **)gaps->pdata);
  /* Translators: parts of a network, with commas between them. */
  return g_strdup_printf (_ ("Missing or of the wrong size: %s"), list);
}

/* The network as the parts make it */

/* "ROLE=NAME" for every part, NAME empty for none. */
static char **
list_parts (EsMappingWindow *self)
{
  GPtrArray *parts = g_ptr_array_new ();

  for (guint i = 0; i < self->rows->len; i++) {
    const PartRow *part = self->rows->pdata[i];
    const EsTensor *tensor = es_model_map_get (self->map, &part->role);
    g_autofree char *role = es_role_to_string (&part->role);

    g_ptr_array_add (
        parts, g_strdup_printf ("%s=%s", role, tensor != NULL ? tensor->name : ""));
  }
  g_ptr_array_add (parts, NULL);
  return (char **)g_ptr_array_free (parts, FALSE);
}

typedef struct
{
  EsOrigin *origin; /* with the parts */
  EsRun *run;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  es_origin_free (reading->origin);
  es_run_free (reading->run);
  g_free (reading);
}

static void
read_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Reading *reading = data;
  const EsModelOverrides overrides = {
      .residual = reading->origin->residual,
      .parts = (const char *const *)reading->origin->parts,
  };
  EsRunNotes notes = {0};
  GError *error = NULL;
  g_autoptr (EsTensorFile) file = es_tensor_file_open (reading->origin->path, &error);

  if (file != NULL)
    reading->run = es_run_from_tensor_file (file, &overrides, &notes, &error);
  reading->origin->n_not_finite = (guint)MIN (notes.n_not_finite, G_MAXUINT);
  if (reading->run != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
show_judgement (EsMappingWindow *self, const char *accuracy, const char *text)
{
  gtk_label_set_label (self->accuracy, accuracy);
  adw_action_row_set_subtitle (self->judgement, text);
}

static void
judged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsMappingWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsJudgement) judgement = es_judge_finish (result, &error);
  g_autofree char *accuracy = NULL;
  g_autofree char *text = NULL;

  if (g_task_get_cancellable (G_TASK (result)) != self->judging || self->run == NULL)
    return;
  if (judgement == NULL) {
    show_judgement (self, "", error->message);
    return;
  }
  if (judgement->dataset == NULL) {
    show_judgement (self, "", _ ("No dataset here has images of its size"));
    return;
  }
  es_datasets_keep (judgement->data, judgement->dataset);
  g_free (self->origin->data);
  self->origin->data = g_strdup (judgement->data);
  self->origin->accuracy = judgement->accuracy;
  /* Translators: an accuracy in percent. */
  accuracy = g_strdup_printf (_ ("%.2f %%"), 100 * judgement->accuracy);
  /* Translators: a dataset's name. */
  text = g_strdup_printf (_ ("On the test images of %s"), judgement->data);
  show_judgement (self, accuracy, text);
}

static void
start_judging (EsMappingWindow *self)
{
  guint chosen = adw_combo_row_get_selected (self->data);
  const char *data =
      chosen > 0 ? gtk_string_list_get_string (self->data_names, chosen) : NULL;

  if (self->run == NULL)
    return;
  if (self->origin->n_not_finite > 0) {
    show_judgement (self, "", _ ("Some of its weights are no finite numbers"));
    return;
  }
  show_judgement (self, "…", "");
  es_judge_async (self->run->model, data, FALSE, self->judging, judged_cb,
                  g_object_ref (self));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsMappingWindow *self = ES_MAPPING_WINDOW (source);
  Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->judging)
    return;
  if (!done) {
    show_judgement (self, "", error->message);
    return;
  }
  self->run = g_steal_pointer (&reading->run);
  es_origin_free (self->origin);
  self->origin = g_steal_pointer (&reading->origin);
  gtk_widget_set_sensitive (GTK_WIDGET (self->use), TRUE);
  start_judging (self);
}

/* Reads the network anew, and what it is worth. */
static void
start_reading (EsMappingWindow *self)
{
  const EsModelOverrides overrides = {
      .residual = gtk_switch_get_active (self->residual) ? ES_ASSUME_YES : ES_ASSUME_NO,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  g_autofree char *gaps = NULL;
  EsModelConfig config;
  Reading *reading;

  es_work_renew (&self->judging);
  g_clear_pointer (&self->run, es_run_free);
  gtk_widget_set_sensitive (GTK_WIDGET (self->use), FALSE);
  if (!es_model_map_override (self->map, &overrides, &error) ||
      !es_model_map_get_config (self->map, &config, &error)) {
    gaps = describe_gaps (self);
    show_judgement (self, "", gaps != NULL ? gaps : error->message);
    return;
  }
  show_judgement (self, "…", "");
  reading = g_new0 (Reading, 1);
  reading->origin = es_origin_new (self->origin->path);
  reading->origin->residual = overrides.residual;
  reading->origin->parts = list_parts (self);
  task = g_task_new (self, self->judging, read_cb, NULL);
  g_task_set_source_tag (task, start_reading);
  g_task_set_task_data (task, reading, reading_free);
  es_work_start (task, read_worker);
}

/* The parts */

static void
show_problems (EsMappingWindow *self)
{
  for (guint i = 0; i < self->rows->len; i++) {
    const PartRow *part = self->rows->pdata[i];
    const EsTensor *tensor = es_model_map_get (self->map, &part->role);
    g_autofree char *problem = es_model_map_get_problem (self->map, &part->role);
    g_autofree char *shape = tensor != NULL ? es_tensor_shape (tensor) : NULL;

    adw_action_row_set_subtitle (ADW_ACTION_ROW (part->row), problem != NULL ? problem
                                                             : shape != NULL ? shape
                                                                             : "");
    if (problem != NULL)
      gtk_widget_add_css_class (GTK_WIDGET (part->row), "error");
    else
      gtk_widget_remove_css_class (GTK_WIDGET (part->row), "error");
  }
}

static void fill_parts (EsMappingWindow *self);

static gboolean
is_in_halves (EsMappingWindow *self)
{
  const EsRole left = {ES_ROLE_LEFT, 0}, right = {ES_ROLE_RIGHT, 0};

  return es_model_map_get (self->map, &left) != NULL ||
         es_model_map_get (self->map, &right) != NULL;
}

static void
part_cb (AdwComboRow *row, GParamSpec *pspec, EsMappingWindow *self)
{
  const PartRow *part = g_object_get_data (G_OBJECT (row), "part");
  guint chosen = adw_combo_row_get_selected (row);

  if (self->filling)
    return;
  es_model_map_assign (self->map, &part->role,
                       chosen > 0 && chosen <= part->candidates->len
                           ? part->candidates->pdata[chosen - 1]
                           : NULL);
  show_problems (self);
  start_reading (self);
}

static void
add_part (EsMappingWindow *self, const EsRole *role)
{
  PartRow *part = g_new0 (PartRow, 1);
  const EsTensor *tensor = es_model_map_get (self->map, role);
  g_autofree char *title = name_role (role);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint chosen = 0;

  part->role = *role;
  part->candidates = es_model_map_list_candidates (self->map, role);
  gtk_string_list_append (names, _ ("None"));
  for (guint i = 0; i < part->candidates->len; i++) {
    const EsTensor *candidate = part->candidates->pdata[i];
    g_autofree char *shape = es_tensor_shape (candidate);
    g_autofree char *text = g_strdup_printf ("%s · %s", candidate->name, shape);

    gtk_string_list_append (names, text);
    if (candidate == tensor)
      chosen = i + 1;
  }
  part->row = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (part->row), title);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (part->row), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (part->row), 0);
  adw_combo_row_set_model (part->row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (part->row, chosen);
  g_object_set_data (G_OBJECT (part->row), "part", part);
  g_signal_connect_object (part->row, "notify::selected", G_CALLBACK (part_cb), self,
                           0);
  adw_preferences_group_add (self->parts, GTK_WIDGET (part->row));
  g_ptr_array_add (self->rows, part);
}

static void
fill_parts (EsMappingWindow *self)
{
  g_autoptr (GArray) roles = es_model_map_list_roles (self->map);

  self->filling = TRUE;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->parts,
                                  GTK_WIDGET (((PartRow *)self->rows->pdata[i])->row));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < roles->len; i++)
    add_part (self, &g_array_index (roles, EsRole, i));
  gtk_switch_set_active (self->halves, is_in_halves (self));
  self->filling = FALSE;
  show_problems (self);
}

/* What the person changes */

static void
residual_cb (EsMappingWindow *self)
{
  if (!self->filling && self->map != NULL)
    start_reading (self);
}

/* A layer's tensor becomes its left half, or the other way round: a place to go on
   from. */
static void
halves_cb (EsMappingWindow *self)
{
  gboolean halves = gtk_switch_get_active (self->halves);

  if (self->filling || self->map == NULL)
    return;
  for (guint i = 0; i < self->rows->len; i++) {
    const EsRole role = ((PartRow *)self->rows->pdata[i])->role;
    const EsRole other = {halves ? ES_ROLE_LEFT : ES_ROLE_BLOCK, role.layer};

    if (role.kind == (halves ? ES_ROLE_BLOCK : ES_ROLE_LEFT)) {
      const EsTensor *tensor = es_model_map_get (self->map, &role);
      g_autoptr (GPtrArray) others = es_model_map_list_candidates (self->map, &other);

      if (tensor == NULL && others->len > 0)
        tensor = others->pdata[0];
      es_model_map_assign (self->map, &other, tensor);
    }
  }
  fill_parts (self);
  start_reading (self);
}

static void
data_cb (EsMappingWindow *self)
{
  if (self->filling || self->map == NULL)
    return;
  start_reading (self);
}

static void
use_cb (EsMappingWindow *self)
{
  EsRun *run = g_steal_pointer (&self->run);

  if (run == NULL)
    return;
  self->chosen (run, g_steal_pointer (&self->origin), self->data_of_chosen);
  gtk_window_close (GTK_WINDOW (self));
}

/* Life */

/* When it is closed. Work under way may hold it longer than the window behind lives. */
static void
es_mapping_window_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (es_mapping_window_parent_class)->unmap (widget);
  g_cancellable_cancel (ES_MAPPING_WINDOW (widget)->judging);
  gtk_window_set_transient_for (GTK_WINDOW (widget), NULL);
}

static void
es_mapping_window_dispose (GObject *object)
{
  EsMappingWindow *self = ES_MAPPING_WINDOW (object);

  es_work_drop (&self->judging);
  if (self->data_free != NULL)
    self->data_free (self->data_of_chosen);
  self->data_free = NULL;
  G_OBJECT_CLASS (es_mapping_window_parent_class)->dispose (object);
}

static void
es_mapping_window_finalize (GObject *object)
{
  EsMappingWindow *self = ES_MAPPING_WINDOW (object);

  g_ptr_array_unref (self->rows);
  es_model_map_free (self->map);
  es_tensor_file_free (self->file);
  es_run_free (self->run);
  es_origin_free (self->origin);
  G_OBJECT_CLASS (es_mapping_window_parent_class)->finalize (object);
}

#define BIND(child)                                                                    \
  gtk_widget_class_bind_template_child (widget_class, EsMappingWindow, child)

static void
es_mapping_window_class_init (EsMappingWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_mapping_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_mapping_window_finalize;
  widget_class->unmap = es_mapping_window_unmap;
  gtk_widget_class_set_template_from_resource (widget_class, ES_RESOURCE_PATH
                                               "/es-mapping-window.ui");
  BIND (use);
  BIND (data);
  BIND (data_names);
  BIND (judgement);
  BIND (accuracy);
  BIND (residual);
  BIND (halves);
  BIND (parts);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
  gtk_widget_class_bind_template_callback (widget_class, data_cb);
  gtk_widget_class_bind_template_callback (widget_class, residual_cb);
  gtk_widget_class_bind_template_callback (widget_class, halves_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
es_mapping_window_init (EsMappingWindow *self)
{
  self->rows = g_ptr_array_new_with_free_func (part_row_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->judgement), FALSE);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsMappingWindow) self = data;
  g_autoptr (GPtrArray) infos = es_datasets_list_finish (result);

  for (guint i = 0; i < infos->len; i++) {
    const EsDatasetInfo *info = infos->pdata[i];

    if (info->n_test > 0 && info->problem == NULL)
      gtk_string_list_append (self->data_names, info->name);
  }
}

/* Fills in the guess from names and sizes, and what the person said before. */
static void
fill (EsMappingWindow *self)
{
  const EsModelOverrides overrides = {
      .residual = self->origin->residual,
      .parts = (const char *const *)self->origin->parts,
  };
  EsModelConfig config = {0};
  gboolean said = es_model_map_override (self->map, &overrides, NULL);

  if (said)
    es_model_shapes_guess (self->map, self->file);
  if (!said || !es_model_map_get_config (self->map, &config, NULL))
    config.residual = self->origin->residual == ES_ASSUME_YES;
  self->filling = TRUE;
  gtk_switch_set_active (self->residual, config.residual);
  fill_parts (self);
  start_reading (self);
  es_datasets_list_async (NULL, listed_cb, g_object_ref (self));
}

static void
open_worker (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  EsTensorFile *file = es_tensor_file_open (path, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, (GDestroyNotify)es_tensor_file_free);
  else
    g_task_return_error (task, error);
}

static void
opened_cb (GObject *owner, GAsyncResult *result, gpointer data)
{
  g_autoptr (EsMappingWindow) self = data;
  g_autoptr (GError) error = NULL;

  self->file = g_task_propagate_pointer (G_TASK (result), &error);
  if (gtk_window_get_transient_for (GTK_WINDOW (self)) == NULL) /* gone with it */
    return;
  if (self->file == NULL) {
    es_toast_error (GTK_WIDGET (owner), error);
    gtk_window_destroy (GTK_WINDOW (self));
    return;
  }
  self->map = es_model_map_new (self->file);
  fill (self);
  gtk_window_set_transient_for (GTK_WINDOW (self),
                                GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (owner))));
  gtk_window_present (GTK_WINDOW (self));
}

void
es_mapping_window_present (GtkWidget *owner,
                           const EsOrigin *origin,
                           EsMappingChosen chosen,
                           gpointer data,
                           GDestroyNotify data_free)
{
  EsMappingWindow *self = g_object_new (ES_TYPE_MAPPING_WINDOW, "transient-for",
                                        GTK_WINDOW (gtk_widget_get_root (owner)), NULL);
  g_autoptr (GTask) task = g_task_new (owner, NULL, opened_cb, g_object_ref (self));

  self->origin = es_origin_new (origin->path);
  self->origin->residual = origin->residual;
  self->origin->parts = g_strdupv (origin->parts);
  self->chosen = chosen;
  self->data_of_chosen = data;
  self->data_free = data_free;
  g_task_set_source_tag (task, es_mapping_window_present);
  g_task_set_task_data (task, g_strdup (origin->path), g_free);
  es_work_start (task, open_worker);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-import-window.h"

#include "es-dataset-store.h"
#include "es-figure.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-number-row.h"
#include "es-plot-view.h"
#include "es-work.h"

/* Images that are read for the preview, and shown in it. */
#define PREVIEW_IMAGES 24
#define PREVIEW_SHOWN 10

/* After the last change, before the preview is made anew. */
#define PREVIEW_DELAY_MS 250

#define PROGRESS_MS 100

struct _EsImportWindow
{
  AdwWindow parent_instance;

  EsImportInfo *info;
  gboolean filling;
  gboolean is_good; /* the preview could be made */
  guint preview_source;
  gboolean closed; /* rows change while they are taken apart, too */
  guint progress_source;
  char *labels_path; /* the file that has them, if it is another one (nullable) */
  GCancellable *previewing;
  GCancellable *importing; /* NULL unless it is under way */

  GtkButton *import;
  GtkWidget *options;
  GtkLabel *recognised;
  AdwEntryRow *name;
  GtkWidget *taken; /* says that there is a dataset of that name */
  GtkLabel *taken_label;
  GtkLabel *other_name;
  AdwActionRow *labels;
  EsNumberRow *width;
  EsNumberRow *height;
  AdwComboRow *fit;
  AdwComboRow *colors;
  GtkSwitch *invert;
  AdwEntryRow *label_column;
  EsNumberRow *low;
  EsNumberRow *high;
  EsNumberRow *test_share;
  AdwEntryRow *classes;
  EsPlotView *preview;
  GtkLabel *problem;
  GtkProgressBar *progress;
};

enum {
  IMPORTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsImportWindow, es_import_window, ADW_TYPE_WINDOW)

/* What the person has chosen, for a worker. */
typedef struct
{
  EsImportOptions options; /* the strings are the next three */
  char *label_column;
  char *labels_path;
  char **class_names;
  char *path;
  char *name; /* to keep it under; NULL: a preview */
  GCancellable *cancellable;
  int permille; /* atomic */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->label_column);
  g_free (job->labels_path);
  g_strfreev (job->class_names);
  g_free (job->path);
  g_free (job->name);
  g_object_unref (job->cancellable);
  g_free (job);
}

/* "a, b" becomes two names; NULL if there are none. */
static char **
split_names (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  GPtrArray *names = g_ptr_array_new ();

  for (char **part = parts; *part != NULL; part++)
    if (*g_strstrip (*part) != '\0')
      g_ptr_array_add (names, g_strdup (*part));
  g_ptr_array_add (names, NULL);
  if (names->len == 1)
    return (g_ptr_array_free (names, TRUE), NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

static Job *
job_new (EsImportWindow *self, GCancellable *cancellable)
{
  Job *job = g_new0 (Job, 1);
  EsImportOptions *options = &job->options;
  const char *column = gtk_editable_get_text (GTK_EDITABLE (self->label_column));

  *options = self->info->defaults;
  options->cols = es_number_row_get_whole (self->width);
  options->rows = es_number_row_get_whole (self->height);
  options->fit = (EsFit)adw_combo_row_get_selected (self->fit);
  options->colors = (EsColors)adw_combo_row_get_selected (self->colors);
  options->invert = gtk_switch_get_active (self->invert);
  options->low = es_number_row_get_value (self->low);
  options->high = es_number_row_get_value (self->high);
  options->test_fraction = es_number_row_get_value (self->test_share) / 100;
  job->label_column = *column != '\0' ? g_strdup (column) : NULL;
  options->label_column = job->label_column;
  job->labels_path = g_strdup (self->labels_path);
  options->labels_path = job->labels_path;
  job->class_names = split_names (gtk_editable_get_text (GTK_EDITABLE (self->classes)));
  options->class_names = (const char *const *)job->class_names;
  job->path = g_strdup (self->info->path);
  job->cancellable = g_object_ref (cancellable);
  return job;
}

static gboolean
going (double fraction, const char *message, gpointer data)
{
  Job *job = data;

  if (fraction >= 0)
    g_atomic_int_set (&job->permille, (int)(1000 * fraction));
  return !g_cancellable_is_cancelled (job->cancellable);
}

/* The preview */

static void
preview_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  const EsProgress progress = {going, job};
  GError *error = NULL;
  g_autoptr (EsDataset) dataset = NULL;

  job->options.limit = PREVIEW_IMAGES;
  dataset = es_import_load (job->path, &job->options, &progress, &error);
  if (dataset == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task,
                           es_figure_samples (dataset, ES_SPLIT_TRAIN, PREVIEW_SHOWN),
                           (GDestroyNotify)es_plot_unref);
}

static void
show_problem (EsImportWindow *self, const char *problem)
{
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

/* Offers another name for one that is taken. */
static void
show_taken (EsImportWindow *self, const char *name, gboolean taken)
{
  g_autofree char *other = taken ? es_dataset_free_name (name) : NULL;
  g_autofree char *text = NULL, *label = NULL;

  gtk_widget_set_visible (self->taken, taken);
  if (!taken)
    return;
  text = g_strdup_printf (_ ("There is a dataset “%s” already."), name);
  label = g_strdup_printf (_ ("Call It “%s”"), other);
  gtk_label_set_label (self->taken_label, text);
  gtk_label_set_label (self->other_name, label);
}

static void
other_name_cb (EsImportWindow *self)
{
  g_autofree char *other =
      es_dataset_free_name (gtk_editable_get_text (GTK_EDITABLE (self->name)));

  gtk_editable_set_text (GTK_EDITABLE (self->name), other);
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

/* Whether the name will do, which is shown. */
static gboolean
check_name (EsImportWindow *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  g_autoptr (GError) error = NULL;
  gboolean good = es_dataset_check_name (name, &error);
  gboolean taken = good && es_dataset_is_taken (name);

  show_taken (self, name, taken && self->importing == NULL);
  if (good)
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), good ? NULL : error->message);
  return good && !taken;
}

static void
update (EsImportWindow *self)
{
  gboolean busy = self->importing != NULL;
  gboolean good = check_name (self) && self->is_good;

  gtk_widget_set_sensitive (GTK_WIDGET (self->import), good && !busy);
  gtk_widget_set_sensitive (self->options, !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), busy);
}

static void
previewed_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsImportWindow *self = ES_IMPORT_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsPlot) plot = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->previewing ||
      g_cancellable_is_cancelled (self->previewing))
    return;
  self->is_good = plot != NULL;
  es_plot_view_set_plot (self->preview, plot);
  show_problem (self, plot != NULL ? NULL : error->message);
  update (self);
}

static gboolean
preview_timeout (gpointer window)
{
  EsImportWindow *self = window;
  g_autoptr (GTask) task = NULL;

  self->preview_source = 0;
  self->previewing = g_cancellable_new ();
  task = g_task_new (self, self->previewing, previewed_cb, NULL);
  g_task_set_source_tag (task, preview_timeout);
  g_task_set_task_data (task, job_new (self, self->previewing), job_free);
  es_work_start (task, preview_worker);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (EsImportWindow *self)
{
  if (self->filling || self->closed || self->info == NULL)
    return;
  es_work_drop (&self->previewing);
  g_clear_handle_id (&self->preview_source, g_source_remove);
  self->preview_source = g_timeout_add (PREVIEW_DELAY_MS, preview_timeout, self);
  self->is_good = FALSE;
  update (self);
}

static void
show_labels (EsImportWindow *self)
{
  g_autofree char *name = self->labels_path != NULL
                              ? g_filename_display_basename (self->labels_path)
                              : NULL;

  adw_action_row_set_subtitle (self->labels,
                               name != NULL ? name : _ ("No file was chosen yet"));
}

static void
labels_chosen_cb (const char *path, gpointer window)
{
  EsImportWindow *self = window;

  g_free (self->labels_path);
  self->labels_path = g_strdup (path);
  show_labels (self);
  changed_cb (self);
}

static void
labels_cb (EsImportWindow *self)
{
  static const EsFileKind kinds[] = {{N_ ("NumPy Arrays"), "npy npz"}, {NULL}};

  es_files_open (GTK_WIDGET (self), _ ("Choose the File of the Labels"), kinds,
                 labels_chosen_cb);
}

static void
name_cb (EsImportWindow *self)
{
  if (!self->filling)
    update (self);
}

/* Importing */

static void
import_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  const EsProgress progress = {going, job};
  GError *error = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (EsDataset) dataset =
      es_import_load (job->path, &job->options, &progress, &error);

  if (dataset != NULL)
    folder = es_dataset_store (dataset, job->name, job->path, FALSE, &error);
  if (folder != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsImportWindow *self = ES_IMPORT_WINDOW (source);
  const Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  g_clear_handle_id (&self->progress_source, g_source_remove);
  if (self->importing == NULL) /* closed meanwhile */
    return;
  g_clear_object (&self->importing);
  if (done) {
    g_signal_emit (self, signals[IMPORTED], 0, job->name);
    gtk_window_close (GTK_WINDOW (self));
    return;
  }
  show_problem (self, error->message);
  update (self);
}

static gboolean
progress_timeout (gpointer task)
{
  EsImportWindow *self = g_task_get_source_object (task);
  Job *job = g_task_get_task_data (task);

  gtk_progress_bar_set_fraction (self->progress,
                                 g_atomic_int_get (&job->permille) / 1000.0);
  return G_SOURCE_CONTINUE;
}

static void
import_cb (EsImportWindow *self)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  if (self->importing != NULL)
    return;
  self->importing = g_cancellable_new ();
  job = job_new (self, self->importing);
  job->name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name)));
  task = g_task_new (self, NULL, imported_cb, NULL);
  g_task_set_source_tag (task, import_cb);
  g_task_set_task_data (task, job, job_free);
  self->progress_source =
      g_timeout_add_full (G_PRIORITY_DEFAULT, PROGRESS_MS, progress_timeout,
                          g_object_ref (task), g_object_unref);
  show_problem (self, NULL);
  update (self);
  es_work_start (task, import_worker);
}

/* Life */

/* When it is closed: what is under way is stopped, and may hold it for a while. */
static void
es_import_window_unmap (GtkWidget *widget)
{
  EsImportWindow *self = ES_IMPORT_WINDOW (widget);

  GTK_WIDGET_CLASS (es_import_window_parent_class)->unmap (widget);
  self->closed = TRUE;
  g_clear_handle_id (&self->preview_source, g_source_remove);
  g_clear_handle_id (&self->progress_source, g_source_remove);
  g_cancellable_cancel (self->previewing);
  g_cancellable_cancel (self->importing);
  g_clear_object (&self->importing);
  gtk_window_set_transient_for (GTK_WINDOW (self), NULL);
}

static void
es_import_window_dispose (GObject *object)
{
  EsImportWindow *self = ES_IMPORT_WINDOW (object);

  self->closed = TRUE;
  g_clear_handle_id (&self->preview_source, g_source_remove);
  g_clear_object (&self->previewing);
  g_clear_object (&self->importing);
  G_OBJECT_CLASS (es_import_window_parent_class)->dispose (object);
}

static void
es_import_window_finalize (GObject *object)
{
  es_import_info_free (ES_IMPORT_WINDOW (object)->info);
  g_free (ES_IMPORT_WINDOW (object)->labels_path);
  G_OBJECT_CLASS (es_import_window_parent_class)->finalize (object);
}

#define BIND(child)                                                                    \
  gtk_widget_class_bind_template_child (widget_class, EsImportWindow, child)

static void
es_import_window_class_init (EsImportWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_import_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_import_window_finalize;
  widget_class->unmap = es_import_window_unmap;
  signals[IMPORTED] =
      g_signal_new ("imported", ES_TYPE_IMPORT_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-import-window.ui");
  BIND (import);
  BIND (options);
  BIND (recognised);
  BIND (name);
  BIND (taken);
  BIND (taken_label);
  BIND (other_name);
  BIND (labels);
  BIND (width);
  BIND (height);
  BIND (fit);
  BIND (colors);
  BIND (invert);
  BIND (label_column);
  BIND (low);
  BIND (high);
  BIND (test_share);
  BIND (classes);
  BIND (preview);
  BIND (problem);
  BIND (progress);
  gtk_widget_class_bind_template_callback (widget_class, import_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_cb);
  gtk_widget_class_bind_template_callback (widget_class, other_name_cb);
  gtk_widget_class_bind_template_callback (widget_class, labels_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
es_import_window_init (EsImportWindow *self)
{
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

static const char *
name_format (EsImportFormat format)
{
  static const char *const names[] = {
      [ES_IMPORT_IDX] = N_ ("IDX files"),
      [ES_IMPORT_ARRAYS] = N_ ("NumPy arrays"),
      [ES_IMPORT_PICTURES] = N_ ("Pictures"),
      [ES_IMPORT_CSV] = N_ ("CSV"),
  };

  return _ (names[format]);
}

/* What was recognised, in words. */
static char *
describe (const EsImportInfo *info)
{
  GString *text = g_string_new (NULL);

  /* Translators: the format, numbers of images, width and height of the first. */
  g_string_printf (
      text, _ ("%s: %u images for training and %u for testing, the first %u × %u."),
      name_format (info->format), (guint)MIN (info->n_train, G_MAXUINT),
      (guint)MIN (info->n_test, G_MAXUINT), info->cols, info->rows);
  for (guint i = 0; i < info->notes->len; i++)
    g_string_append_printf (text, " %s", (const char *)info->notes->pdata[i]);
  if (es_dataset_is_taken (info->name)) {
    g_string_append_c (text, ' ');
    g_string_append_printf (
        text, _ ("There is a dataset “%s” already, so this one gets another name."),
        info->name);
  }
  return g_string_free (text, FALSE);
}

/* Shows what was found, and only the options that apply. */
static void
fill (EsImportWindow *self)
{
  const EsImportInfo *info = self->info;
  const EsImportOptions *options = &info->defaults;
  gboolean pictures = info->format == ES_IMPORT_PICTURES;
  g_autofree char *text = describe (info);
  g_autofree char *classes = NULL;

  g_autofree char *name = es_dataset_free_name (info->name);

  gtk_label_set_label (self->recognised, text);
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  self->labels_path = g_strdup (info->labels_path);
  show_labels (self);
  gtk_widget_set_visible (GTK_WIDGET (self->labels), info->lacks_labels);
  es_number_row_set_value (self->width, options->cols);
  es_number_row_set_value (self->height, options->rows);
  adw_combo_row_set_selected (self->fit, options->fit);
  adw_combo_row_set_selected (self->colors, options->colors);
  gtk_switch_set_active (self->invert, options->invert);
  es_number_row_set_value (self->test_share, 100 * options->test_fraction);
  if (info->class_names != NULL)
    classes = g_strjoinv (", ", info->class_names);
  gtk_editable_set_text (GTK_EDITABLE (self->classes), classes != NULL ? classes : "");
  gtk_widget_set_visible (GTK_WIDGET (self->colors), info->channels >= 3);
  gtk_widget_set_visible (GTK_WIDGET (self->label_column),
                          info->format == ES_IMPORT_CSV);
  gtk_widget_set_visible (GTK_WIDGET (self->low), !pictures);
  gtk_widget_set_visible (GTK_WIDGET (self->high), !pictures);
  gtk_widget_set_visible (GTK_WIDGET (self->test_share), info->n_test == 0);
  self->filling = FALSE;
  changed_cb (self);
}

GtkWidget *
es_import_window_new (GtkWindow *parent, EsImportInfo *info)
{
  EsImportWindow *self = g_object_new (ES_TYPE_IMPORT_WINDOW, NULL);

  self->info = info;
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  fill (self);
  return GTK_WIDGET (self);
}

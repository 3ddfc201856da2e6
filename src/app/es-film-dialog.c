/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-film-dialog.h"

#include "es-direction.h"
#include "es-figure-film.h"
#include "es-files.h"
#include "es-focus.h"
#include "es-i18n.h"
#include "es-model-input.h"
#include "es-number-row.h"
#include "es-selection.h"
#include "es-toasts.h"
#include "es-work.h"

#include <adwaita.h>

#define DPI 96
#define PROGRESS_MS 50
/* The share of the work that following the eigenvectors takes. */
#define FOLLOWING 0.2

#define ES_TYPE_FILM_DIALOG (es_film_dialog_get_type ())
G_DECLARE_FINAL_TYPE (EsFilmDialog, es_film_dialog, ES, FILM_DIALOG, AdwWindow)

struct _EsFilmDialog
{
  AdwWindow parent_instance;

  GtkWidget *owner; /* weak: it takes the dialog along */
  /* What is shown, as it was when the dialog opened. */
  EsFilm *film;
  EsDataset *dataset; /* nullable */
  char **class_names; /* nullable */
  char *direction;
  char *title;
  char *name;                /* of the run */
  char *id;                  /* in the library (nullable) */
  GCancellable *cancellable; /* while it is written */
  guint progress_source;

  AdwActionRow *subject;
  AdwComboRow *format;
  EsNumberRow *width;
  EsNumberRow *height;
  EsNumberRow *rate;
  AdwPreferencesGroup *settings;
  GtkWidget *export;
  GtkProgressBar *progress;
};

G_DEFINE_FINAL_TYPE (EsFilmDialog, es_film_dialog, ADW_TYPE_WINDOW)

/* Writing */

typedef struct
{
  EsFilm *film;
  EsDataset *dataset;
  char **class_names;
  char *direction;
  char *title;
  char *name;
  char *command;
  char *path;
  EsExportOptions options;
  double rate;
  GCancellable *cancellable;
  double first, last; /* the work's 0 and 1 are these shares of the whole */
  gint permille;      /* atomic */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  es_film_free (job->film);
  g_clear_pointer (&job->dataset, es_dataset_unref);
  g_strfreev (job->class_names);
  g_free (job->direction);
  g_free (job->title);
  g_free (job->name);
  g_free (job->command);
  g_free (job->path);
  g_object_unref (job->cancellable);
  g_free (job);
}

static gboolean
going (double fraction, const char *message, gpointer data)
{
  Job *job = data;
  double whole = job->first + fraction * (job->last - job->first);

  g_atomic_int_set (&job->permille, (gint)(1000 * whole));
  return !g_cancellable_is_cancelled (job->cancellable);
}

static gboolean
write_film (Job *job, GError **error)
{
  const EsModelConfig *config = es_model_get_config (es_film_get_model (job->film, 0));
  const EsProgress progress = {going, job};
  g_autofree float *outputs = g_new0 (float, config->outputs);
  g_autofree float *x0 = es_model_input_reference (config, job->dataset);
  const EsFilmRequest request = {job->film, outputs,        job->title,
                                 x0,        ES_FILM_VALUES, ES_FILM_VECTORS};
  const char *provenance[] = {"Software", "Eigenscope " ES_VERSION,
                              "Source",   job->name,
                              "Command",  job->command,
                              NULL};
  g_autoptr (EsFilmFigure) figure = NULL;

  if (!es_direction_parse (outputs, job->direction, job->class_names, config->outputs,
                           error))
    return FALSE;
  if (job->command == NULL)
    provenance[4] = NULL;
  job->options.provenance = provenance;
  job->last = FOLLOWING;
  figure = es_film_figure_new (&request, &progress, error);
  job->first = FOLLOWING;
  job->last = 1;
  return figure != NULL && es_film_figure_save (figure, job->path, &job->options,
                                                job->rate, &progress, error);
}

static void
export_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_film (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The settings while nothing is written, else how far that is. */
static void
show_busy (EsFilmDialog *self, gboolean busy)
{
  es_focus_set_sensitive (GTK_WIDGET (self->settings), !busy);
  es_focus_set_sensitive (self->export, !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), busy);
}

static void
say_saved (EsFilmDialog *self, const Job *job)
{
  gboolean is_file = es_film_figure_is_file (job->path);
  g_autofree char *name = g_filename_display_basename (job->path);
  g_autofree char *text =
      g_strdup_printf (is_file ? _ ("“%s” saved") : _ ("Frames saved in “%s”"), name);
  g_autofree char *inside = g_build_filename (job->path, name, NULL);

  es_toast_saved (self->owner, text, is_file ? job->path : inside);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsFilmDialog *self = ES_FILM_DIALOG (source);
  const Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (self->cancellable != job->cancellable) /* closed meanwhile */
    return;
  g_clear_handle_id (&self->progress_source, g_source_remove);
  g_clear_object (&self->cancellable);
  if (done)
    say_saved (self, job);
  else
    es_toast_error (self->owner, error);
  if (done)
    gtk_window_close (GTK_WINDOW (self));
  else
    show_busy (self, FALSE);
}

static gboolean
progress_timeout (gpointer task)
{
  EsFilmDialog *self = g_task_get_source_object (task);
  Job *job = g_task_get_task_data (task);

  gtk_progress_bar_set_fraction (self->progress,
                                 g_atomic_int_get (&job->permille) / 1000.0);
  return G_SOURCE_CONTINUE;
}

/* As the command line makes the same film; NULL if it can't: the run is not kept. */
static char *
make_command (EsFilmDialog *self, const Job *job)
{
  g_autofree char *direction = NULL, *out = NULL, *size = NULL;
  char rate[G_ASCII_DTOSTR_BUF_SIZE];

  if (self->id == NULL)
    return NULL;
  direction = g_shell_quote (job->direction);
  out = g_shell_quote (job->path);
  size = job->options.height > 0
             ? g_strdup_printf ("%.0fx%.0f", job->options.width, job->options.height)
             : g_strdup_printf ("%.0f", job->options.width);
  g_ascii_formatd (rate, sizeof rate, "%g", job->rate);
  return g_strdup_printf ("eigenscope-cli figure film %s --direction %s --fps %s "
                          "--size %s --values %d --vectors %d -o %s",
                          self->id, direction, rate, size, ES_FILM_VALUES,
                          ES_FILM_VECTORS, out);
}

static void
start (EsFilmDialog *self, const char *path)
{
  g_autoptr (GTask) task = NULL;
  Job *job = g_new0 (Job, 1);

  self->cancellable = g_cancellable_new ();
  job->film = es_film_copy (self->film);
  job->dataset = self->dataset != NULL ? es_dataset_ref (self->dataset) : NULL;
  job->class_names = g_strdupv (self->class_names);
  job->direction = g_strdup (self->direction);
  job->title = g_strdup (self->title);
  job->name = g_strdup (self->name);
  job->path = g_strdup (path);
  job->cancellable = g_object_ref (self->cancellable);
  job->options.width = es_number_row_get_value (self->width);
  job->options.height = es_number_row_get_value (self->height);
  job->options.dpi = DPI;
  job->options.scale = ES_FILM_SCALE;
  job->rate = es_number_row_get_value (self->rate);
  job->command = make_command (self, job);
  task = g_task_new (self, NULL, exported_cb, NULL);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, job, job_free);
  self->progress_source =
      g_timeout_add_full (G_PRIORITY_DEFAULT, PROGRESS_MS, progress_timeout,
                          g_object_ref (task), g_object_unref);
  gtk_progress_bar_set_fraction (self->progress, 0);
  show_busy (self, TRUE);
  es_work_start (task, export_worker);
}

/* The dialog */

static char *
make_stem (EsFilmDialog *self)
{
  return g_strdelimit (g_strdup_printf ("%s - %s", self->name, self->title), "/", '-');
}

static void
file_chosen_cb (const char *path, gpointer data)
{
  if (ES_FILM_DIALOG (data)->cancellable == NULL)
    start (data, path);
}

/* The frames get a folder of their own in the one that was chosen. */
static void
folder_chosen_cb (const char *folder, gpointer data)
{
  EsFilmDialog *self = data;
  g_autofree char *stem = make_stem (self);
  g_autofree char *path = g_build_filename (folder, stem, NULL);

  for (guint i = 2; g_file_test (path, G_FILE_TEST_EXISTS); i++) {
    g_autofree char *name = g_strdup_printf ("%s %u", stem, i);

    g_free (path);
    path = g_build_filename (folder, name, NULL);
  }
  if (self->cancellable == NULL)
    start (self, path);
}

static void
export_cb (EsFilmDialog *self)
{
  static const EsFileKind kinds[] = {{N_ ("WebP Animations"), "webp"}, {NULL}};
  g_autofree char *stem = make_stem (self);

  if (adw_combo_row_get_selected (self->format) == 0)
    es_files_save (GTK_WIDGET (self), _ ("Export Training Film"), stem, kinds,
                   file_chosen_cb);
  else
    es_files_open_folder (GTK_WIDGET (self), _ ("Choose a Folder for the Frames"),
                          folder_chosen_cb);
}

static void
format_cb (EsFilmDialog *self)
{
  es_focus_set_sensitive (GTK_WIDGET (self->rate),
                          adw_combo_row_get_selected (self->format) == 0);
}

/* When it is closed, what is under way is stopped and leaves nothing. */
static void
es_film_dialog_unmap (GtkWidget *widget)
{
  EsFilmDialog *self = ES_FILM_DIALOG (widget);

  GTK_WIDGET_CLASS (es_film_dialog_parent_class)->unmap (widget);
  /* What is under way still holds it, and may do so longer than its parent lives. */
  gtk_window_set_transient_for (GTK_WINDOW (widget), NULL);
  g_clear_handle_id (&self->progress_source, g_source_remove);
  es_work_drop (&self->cancellable);
}

static void
es_film_dialog_dispose (GObject *object)
{
  EsFilmDialog *self = ES_FILM_DIALOG (object);

  g_clear_handle_id (&self->progress_source, g_source_remove);
  g_clear_object (&self->cancellable);
  g_clear_weak_pointer (&self->owner);
  G_OBJECT_CLASS (es_film_dialog_parent_class)->dispose (object);
}

static void
es_film_dialog_finalize (GObject *object)
{
  EsFilmDialog *self = ES_FILM_DIALOG (object);

  es_film_free (self->film);
  g_clear_pointer (&self->dataset, es_dataset_unref);
  g_strfreev (self->class_names);
  g_free (self->direction);
  g_free (self->title);
  g_free (self->name);
  g_free (self->id);
  G_OBJECT_CLASS (es_film_dialog_parent_class)->finalize (object);
}

#define BIND(child)                                                                    \
  gtk_widget_class_bind_template_child (widget_class, EsFilmDialog, child)

static void
es_film_dialog_class_init (EsFilmDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_film_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_film_dialog_finalize;
  widget_class->unmap = es_film_dialog_unmap;
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-film-dialog.ui");
  BIND (subject);
  BIND (format);
  BIND (width);
  BIND (height);
  BIND (rate);
  BIND (settings);
  BIND (export);
  BIND (progress);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, format_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
es_film_dialog_init (EsFilmDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
describe (EsFilmDialog *self)
{
  guint n = es_film_get_length (self->film);
  g_autofree char *text = g_strdup_printf (
      g_dngettext (ES_TEXT_DOMAIN, "%u frame, epochs %u to %u",
                   "%u frames, epochs %u to %u", n),
      n, es_film_get_epoch (self->film, 0), es_film_get_epoch (self->film, n - 1));
  g_autofree char *title = g_strdup_printf ("%s \302\267 %s", self->name, self->title);
  g_autofree char *markup = g_markup_escape_text (title, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->subject), markup);
  adw_action_row_set_subtitle (self->subject, text);
}

void
es_film_dialog_present (GtkWidget *owner, EsWorkspace *workspace)
{
  EsRunItem *run = es_workspace_get_run (workspace);
  EsDataset *dataset = es_run_item_get_dataset (run);
  EsFilmDialog *self = g_object_new (ES_TYPE_FILM_DIALOG, "transient-for",
                                     GTK_WINDOW (gtk_widget_get_root (owner)), NULL);

  g_set_weak_pointer (&self->owner, owner);
  self->film = es_film_copy (es_run_item_get_film (run));
  self->dataset = dataset != NULL ? es_dataset_ref (dataset) : NULL;
  self->class_names = g_strdupv (es_run_item_get_class_names (run));
  self->direction = g_strdup (es_workspace_get_direction (workspace));
  self->title = es_selection_title (self->direction, self->class_names);
  self->name = g_strdup (es_run_item_get_name (run));
  self->id = g_strdup (es_run_item_get_id (run));
  describe (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->format));
  gtk_window_present (GTK_WINDOW (self));
}

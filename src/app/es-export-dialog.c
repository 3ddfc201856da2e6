/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-export-dialog.h"

#include "es-export.h"
#include "es-figure-file.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-number-row.h"
#include "es-settings.h"
#include "es-toasts.h"
#include "es-work.h"

#include <adwaita.h>

#define MM (96.0 / 25.4)
#define USUAL_DPI 300

#define ES_TYPE_EXPORT_DIALOG (es_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (EsExportDialog, es_export_dialog, ES, EXPORT_DIALOG, AdwWindow)

struct _EsExportDialog
{
  AdwWindow parent_instance;

  EsPlot *plot;
  char *name;
  char *command;
  GtkWidget *owner;
  gboolean presetting;

  AdwComboRow *format;
  AdwComboRow *size;
  EsNumberRow *width;
  EsNumberRow *height;
  EsNumberRow *dpi;
  GtkSwitch *title;
  GtkSwitch *transparent;
};

G_DEFINE_FINAL_TYPE (EsExportDialog, es_export_dialog, ADW_TYPE_WINDOW)

/* In the order of the rows in the template; the last row, any size, has none. */
static const char *const presets[] = {"neurips",        "icml-column",  "icml-page",
                                      "journal-column", "journal-page", "slide",
                                      "readme"};

static const char *const suffixes[] = {"pdf", "svg", "png"};

/* Writing */

typedef struct
{
  EsPlot *plot;
  char *path;
  char *command;
  EsExportOptions options;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  es_plot_unref (job->plot);
  g_free (job->path);
  g_free (job->command);
  g_free (job);
}

static void
export_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  const char *provenance[] = {"Software", "Eigenscope " ES_VERSION,
                              job->command != NULL ? "Command" : NULL, job->command,
                              NULL};
  GError *error = NULL;

  job->options.provenance = provenance;
  if (es_figure_save (job->plot, job->path, &job->options, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  const Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    es_toast_saved (GTK_WIDGET (source), _ ("Figure saved"), job->path);
  else
    es_toast_error (GTK_WIDGET (source), error);
}

/* Not every window manager gives the focus back by itself when two windows that stand
   on one another close at once. */
static void
close_and_go_back (EsExportDialog *self)
{
  GtkRoot *root = gtk_widget_get_root (self->owner);

  gtk_window_close (GTK_WINDOW (self));
  if (root != NULL)
    gtk_window_present (GTK_WINDOW (root));
}

static void
chosen_cb (const char *path, gpointer data)
{
  EsExportDialog *self = data;
  g_autoptr (GTask) task = g_task_new (self->owner, NULL, exported_cb, NULL);
  Job *job = g_new0 (Job, 1);

  job->plot = es_plot_ref (self->plot);
  job->path = g_strdup (path);
  job->command = g_strdup (self->command);
  job->options.width = es_number_row_get_value (self->width) * MM;
  job->options.height = es_number_row_get_value (self->height) * MM;
  job->options.dpi = es_number_row_get_value (self->dpi);
  job->options.hide_title = !gtk_switch_get_active (self->title);
  job->options.transparent = gtk_switch_get_active (self->transparent);
  g_task_set_source_tag (task, chosen_cb);
  g_task_set_task_data (task, job, job_free);
  es_work_start (task, export_worker);
  close_and_go_back (self);
}

/* The dialog */

static void
export_cb (EsExportDialog *self)
{
  static EsFileKind kinds[] = {{NULL}, {NULL}};
  static const char *const names[] = {N_ ("PDF Documents"), N_ ("SVG Images"),
                                      N_ ("PNG Images")};
  guint format = MIN (adw_combo_row_get_selected (self->format), 2);

  kinds[0] = (EsFileKind){names[format], suffixes[format]};
  g_settings_set_string (es_settings_get (), "export-format", suffixes[format]);
  es_files_save (GTK_WIDGET (self), _ ("Export Figure"), self->name, kinds, chosen_cb);
}

static void
format_cb (EsExportDialog *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->dpi),
                            adw_combo_row_get_selected (self->format) == 2);
}

static void
size_cb (EsExportDialog *self)
{
  guint preset = adw_combo_row_get_selected (self->size);
  EsExportOptions options = {0};

  if (preset >= G_N_ELEMENTS (presets) ||
      !es_export_options_set_size (&options, presets[preset], NULL))
    return;
  self->presetting = TRUE;
  es_number_row_set_value (self->width, options.width / MM);
  es_number_row_set_value (self->height, options.height / MM);
  if (options.dpi > 0)
    es_number_row_set_value (self->dpi, options.dpi);
  self->presetting = FALSE;
}

/* A size of one's own is no preset any more. */
static void
measure_cb (EsExportDialog *self)
{
  if (!self->presetting)
    adw_combo_row_set_selected (self->size, G_N_ELEMENTS (presets));
}

static void
es_export_dialog_dispose (GObject *object)
{
  EsExportDialog *self = ES_EXPORT_DIALOG (object);

  g_clear_object (&self->owner);
  G_OBJECT_CLASS (es_export_dialog_parent_class)->dispose (object);
}

static void
es_export_dialog_finalize (GObject *object)
{
  EsExportDialog *self = ES_EXPORT_DIALOG (object);

  es_plot_unref (self->plot);
  g_free (self->name);
  g_free (self->command);
  G_OBJECT_CLASS (es_export_dialog_parent_class)->finalize (object);
}

#define BIND(child)                                                                    \
  gtk_widget_class_bind_template_child (widget_class, EsExportDialog, child)

static void
es_export_dialog_class_init (EsExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_export_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_export_dialog_finalize;
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-export-dialog.ui");
  BIND (format);
  BIND (size);
  BIND (width);
  BIND (height);
  BIND (dpi);
  BIND (title);
  BIND (transparent);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, format_cb);
  gtk_widget_class_bind_template_callback (widget_class, size_cb);
  gtk_widget_class_bind_template_callback (widget_class, measure_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
es_export_dialog_init (EsExportDialog *self)
{
  g_autofree char *format = g_settings_get_string (es_settings_get (), "export-format");

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_strcmp0 (format, suffixes[i]) == 0)
      adw_combo_row_set_selected (self->format, i);
  es_number_row_set_value (self->dpi, USUAL_DPI);
  format_cb (self);
  size_cb (self);
}

void
es_export_dialog_present (GtkWidget *owner,
                          EsPlot *plot,
                          const char *name,
                          const char *command)
{
  EsExportDialog *self = g_object_new (ES_TYPE_EXPORT_DIALOG, "transient-for",
                                       GTK_WINDOW (gtk_widget_get_root (owner)), NULL);

  self->owner = g_object_ref (owner);
  self->plot = es_plot_ref (plot);
  self->name = g_strdup (name);
  self->command = g_strdup (command);
  gtk_widget_grab_focus (GTK_WIDGET (self->format));
  gtk_window_present (GTK_WINDOW (self));
}

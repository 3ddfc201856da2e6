/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-view-actions.h"

#include "es-export.h"
#include "es-export-dialog.h"
#include "es-figure-file.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-table-window.h"
#include "es-toasts.h"
#include "es-work.h"

/* Resolution of a copied picture: sharp on a display of scale 2. */
#define COPY_DPI 192

/* Copy */

static void
copy_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  EsExportOptions options = {.width = 640, .dpi = COPY_DPI};
  GError *error = NULL;
  GBytes *bytes = es_plot_render (data, ES_EXPORT_PNG, &options, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/* The numbers as lines of tab-separated cells, which spreadsheets take. */
static char *
table_text (const EsPlot *plot)
{
  g_autoptr (EsPlotTable) table = es_plot_to_table (plot);
  GString *text = g_string_new (NULL);

  for (guint c = 0; c < table->n_columns; c++)
    g_string_append_printf (text, "%s%s", c > 0 ? "\t" : "", table->columns[c].name);
  g_string_append_c (text, '\n');
  for (gsize row = 0; row < table->n_rows; row++) {
    for (guint c = 0; c < table->n_columns; c++) {
      const EsPlotColumn *column = &table->columns[c];
      char number[G_ASCII_DTOSTR_BUF_SIZE] = "";

      if (column->numbers != NULL)
        g_ascii_formatd (number, sizeof number, "%.9g", column->numbers[row]);
      else if (column->strings[row] != NULL)
        g_string_append (text, column->strings[row]);
      g_string_append_printf (text, "%s%c", number,
                              c + 1 < table->n_columns ? '\t' : '\n');
    }
  }
  return g_string_free (text, FALSE);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  GtkWidget *widget = GTK_WIDGET (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *text = NULL;
  GdkContentProvider *providers[2];
  g_autoptr (GdkContentProvider) both = NULL;

  if (png == NULL) {
    es_toast_error (widget, error);
    return;
  }
  text = table_text (g_task_get_task_data (G_TASK (result)));
  providers[0] = gdk_content_provider_new_for_bytes ("image/png", png);
  providers[1] = gdk_content_provider_new_typed (G_TYPE_STRING, text);
  both = gdk_content_provider_new_union (providers, 2);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (widget), both);
  es_toast (widget, _ ("Figure copied, as a picture and as a table"));
}

static void
copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlot *plot = es_plot_view_get_file_plot (ES_PLOT_VIEW (widget));
  g_autoptr (GTask) task = g_task_new (widget, NULL, copied_cb, NULL);

  g_task_set_source_tag (task, copy);
  g_task_set_task_data (task, es_plot_ref (plot), (GDestroyNotify)es_plot_unref);
  es_work_start (task, copy_worker);
}

static void
copy_command (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *command = es_plot_view_get_command (ES_PLOT_VIEW (widget));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), command);
  es_toast (widget, _ ("Command copied"));
}

/* Export */

static void export(GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);

  es_export_dialog_present (widget, es_plot_view_get_file_plot (self),
                            es_plot_view_get_label (self),
                            es_plot_view_get_command (self));
}

/* Numbers */

typedef struct
{
  EsPlot *plot;
  char *path;
} SaveData;

static void
save_data_free (gpointer data)
{
  SaveData *save = data;

  es_plot_unref (save->plot);
  g_free (save->path);
  g_free (save);
}

static void
save_data_worker (GTask *task,
                  gpointer source,
                  gpointer data,
                  GCancellable *cancellable)
{
  const SaveData *save = data;
  GError *error = NULL;

  if (es_figure_save_data (save->plot, save->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
data_saved_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  const SaveData *save = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    es_toast_saved (GTK_WIDGET (source), _ ("Data saved"), save->path);
  else
    es_toast_error (GTK_WIDGET (source), error);
}

static void
save_data_chosen_cb (const char *path, gpointer data)
{
  EsPlot *plot = es_plot_view_get_file_plot (data);
  g_autoptr (GTask) task = NULL;
  SaveData *save;

  if (plot == NULL) /* gone meanwhile */
    return;
  task = g_task_new (data, NULL, data_saved_cb, NULL);
  save = g_new0 (SaveData, 1);
  save->plot = es_plot_ref (plot);
  save->path = g_strdup (path);
  g_task_set_source_tag (task, save_data_chosen_cb);
  g_task_set_task_data (task, save, save_data_free);
  es_work_start (task, save_data_worker);
}

static void
save_data (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const EsFileKind kinds[] = {
      {N_ ("Comma-Separated Values"), "csv"}, {N_ ("NumPy Archive"), "npz"}, {NULL}};
  const char *label = es_plot_view_get_label (ES_PLOT_VIEW (widget));

  es_files_save (widget, _ ("Save Data"), label, kinds, save_data_chosen_cb);
}

static void
show_table (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsPlotView *self = ES_PLOT_VIEW (widget);

  es_table_window_present (widget, es_plot_view_get_plot (self),
                           es_plot_view_get_label (self));
}

void
es_plot_view_install_actions (GtkWidgetClass *klass)
{
  const GdkModifierType ctrl = GDK_CONTROL_MASK, both = ctrl | GDK_SHIFT_MASK;

  gtk_widget_class_install_action (klass, "plot.copy", NULL, copy);
  gtk_widget_class_install_action (klass, "plot.export", NULL, export);
  gtk_widget_class_install_action (klass, "plot.save-data", NULL, save_data);
  gtk_widget_class_install_action (klass, "plot.table", NULL, show_table);
  gtk_widget_class_install_action (klass, "plot.copy-command", NULL, copy_command);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, ctrl, "plot.copy", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_e, ctrl, "plot.export", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_e, both, "plot.save-data", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_t, ctrl, "plot.table", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, both, "plot.copy-command",
                                       NULL);
}

GMenuModel *
es_plot_view_create_menu (void)
{
  static const struct
  {
    const char *text, *action, *accel;
  } items[] = {
      {N_ ("_Copy"), "plot.copy", "<Control>c"},
      {N_ ("_Export Figure…"), "plot.export", "<Control>e"},
      {N_ ("_Save Data…"), "plot.save-data", "<Control><Shift>e"},
      {N_ ("Show as _Table"), "plot.table", "<Control>t"},
      {N_ ("Copy as Co_mmand"), "plot.copy-command", "<Control><Shift>c"},
  };
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (items); i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (_ (items[i].text), items[i].action);

    g_menu_item_set_attribute (item, "accel", "s", items[i].accel);
    if (g_str_equal (items[i].action, "plot.copy-command"))
      g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
    g_menu_append_item (menu, item);
  }
  return G_MENU_MODEL (menu);
}

void
es_plot_view_update_actions (EsPlotView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean has_plot = es_plot_view_get_plot (self) != NULL;

  gtk_widget_action_set_enabled (widget, "plot.copy", has_plot);
  gtk_widget_action_set_enabled (widget, "plot.export", has_plot);
  gtk_widget_action_set_enabled (widget, "plot.save-data", has_plot);
  gtk_widget_action_set_enabled (widget, "plot.table", has_plot);
  gtk_widget_action_set_enabled (widget, "plot.copy-command",
                                 has_plot && es_plot_view_get_command (self) != NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tensor-window.h"

#include "es-figure-tensor.h"
#include "es-files.h"
#include "es-i18n.h"
#include "es-npy.h"
#include "es-plot-view.h"
#include "es-tensor-item.h"
#include "es-toasts.h"
#include "es-work.h"

/* A file that several threads look at, one at a time. */
typedef struct
{
  gatomicrefcount references;
  GMutex lock;
  EsTensorFile *file;
} Source;

typedef enum {
  LOOK_MAP,
  LOOK_HISTOGRAM,
  LOOK_SINGULAR,
} Look;

struct _EsTensorWindow
{
  AdwWindow parent_instance;

  Source *source;
  GListStore *items; /* of EsTensorItem */
  GtkStringFilter *filter;
  GtkSingleSelection *selection;
  GCancellable *closing;
  GCancellable *looking;

  AdwWindowTitle *title;
  GtkSearchEntry *search;
  GtkColumnView *list;
  GtkDropDown *look;
  GtkStack *stack;
  EsPlotView *view;
  AdwStatusPage *problem;
};

enum {
  USE_AS_NETWORK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const EsFileKind npy_kinds[] = {{N_ ("NumPy Array"), "npy"}, {NULL}};

G_DEFINE_FINAL_TYPE (EsTensorWindow, es_tensor_window, ADW_TYPE_WINDOW)

static Source *
source_ref (Source *source)
{
  g_atomic_ref_count_inc (&source->references);
  return source;
}

static void
source_unref (Source *source)
{
  if (!g_atomic_ref_count_dec (&source->references))
    return;
  es_tensor_file_free (source->file);
  g_mutex_clear (&source->lock);
  g_free (source);
}

static EsArray *
source_read (Source *source, const EsTensor *tensor, GError **error)
{
  EsArray *array;

  g_mutex_lock (&source->lock);
  array = es_tensor_file_read (source->file, tensor, error);
  g_mutex_unlock (&source->lock);
  return array;
}

/* Statistics */

typedef struct
{
  Source *source;
  GPtrArray *items; /* touched on the main thread only */
} Survey;

/* The statistics of one tensor on their way to the main thread. */
typedef struct
{
  EsTensorItem *item;
  EsStatistics statistics;
} Found;

static void
survey_free (gpointer data)
{
  Survey *survey = data;

  source_unref (survey->source);
  g_ptr_array_unref (survey->items);
  g_free (survey);
}

static gboolean
found_idle (gpointer data)
{
  Found *found = data;

  es_tensor_item_set_statistics (found->item, &found->statistics);
  g_object_unref (found->item);
  g_free (found);
  return G_SOURCE_REMOVE;
}

static void
survey_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Survey *survey = data;
  const EsProgress progress = es_work_progress (cancellable);

  for (guint i = 0; i < survey->items->len; i++) {
    EsTensorItem *item = survey->items->pdata[i];
    g_autoptr (EsArray) array = NULL;
    EsStatistics statistics;
    Found *found;

    if (g_cancellable_is_cancelled (cancellable))
      break;
    array = source_read (survey->source, es_tensor_item_get_tensor (item), NULL);
    if (array == NULL ||
        !es_tensor_measure (&statistics, &array->tensor, &progress, NULL))
      continue;
    found = g_new0 (Found, 1);
    found->item = g_object_ref (item);
    found->statistics = statistics;
    g_idle_add (found_idle, found);
  }
  g_task_return_boolean (task, TRUE);
}

static void
start_survey (EsTensorWindow *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->closing, NULL, NULL);
  Survey *survey = g_new0 (Survey, 1);

  survey->source = source_ref (self->source);
  survey->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    g_ptr_array_add (survey->items,
                     g_list_model_get_item (G_LIST_MODEL (self->items), i));
  g_task_set_source_tag (task, start_survey);
  g_task_set_task_data (task, survey, survey_free);
  es_work_start (task, survey_worker);
}

/* The figure of the chosen tensor */

typedef struct
{
  Source *source;
  const EsTensor *tensor;
  Look look;
  char *path; /* to be written (nullable) */
} Query;

static void
query_free (gpointer data)
{
  Query *query = data;

  source_unref (query->source);
  g_free (query->path);
  g_free (query);
}

static EsPlot *
make_plot (const EsTensor *tensor,
           Look look,
           const EsProgress *progress,
           GError **error)
{
  if (look == LOOK_MAP)
    return es_figure_tensor_map (tensor, progress, error);
  if (look == LOOK_SINGULAR)
    return es_figure_tensor_singular (tensor, error);
  return es_figure_tensor_histogram (tensor, progress, error);
}

static void
look_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Query *query = data;
  GError *error = NULL;
  g_autoptr (EsArray) array = source_read (query->source, query->tensor, &error);
  const EsProgress progress = es_work_progress (cancellable);
  EsPlot *plot =
      array != NULL ? make_plot (&array->tensor, query->look, &progress, &error) : NULL;

  if (plot != NULL)
    g_task_return_pointer (task, plot, (GDestroyNotify)es_plot_unref);
  else
    g_task_return_error (task, error);
}

/* What the page shows is markup. */
static void
show_problem (EsTensorWindow *self, const char *message)
{
  g_autofree char *text = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->problem, text);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  EsTensorWindow *self = ES_TENSOR_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsPlot) plot = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->looking ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (plot != NULL)
    es_plot_view_set_plot (self->view, plot);
  else
    show_problem (self, error->message);
  gtk_stack_set_visible_child_name (self->stack, plot != NULL ? "plot" : "problem");
}

static const EsTensor *
get_chosen (EsTensorWindow *self)
{
  EsTensorItem *item = gtk_single_selection_get_selected_item (self->selection);

  return item != NULL ? es_tensor_item_get_tensor (item) : NULL;
}

static Query *
query_new (EsTensorWindow *self)
{
  Query *query = g_new0 (Query, 1);

  query->source = source_ref (self->source);
  query->tensor = get_chosen (self);
  query->look = (Look)gtk_drop_down_get_selected (self->look);
  return query;
}

static void
update (EsTensorWindow *self)
{
  const EsTensor *tensor;
  g_autoptr (GTask) task = NULL;

  if (self->source == NULL)
    return;
  es_work_drop (&self->looking);
  tensor = get_chosen (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "tensor.export", tensor != NULL);
  if (tensor == NULL) {
    es_plot_view_set_plot (self->view, NULL);
    return;
  }
  self->looking = g_cancellable_new ();
  es_plot_view_set_label (self->view, tensor->name);
  task = g_task_new (self, self->looking, looked_cb, NULL);
  g_task_set_source_tag (task, update);
  g_task_set_task_data (task, query_new (self), query_free);
  es_work_start (task, look_worker);
}

/* Export */

static void
write_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Query *query = data;
  GError *error = NULL;
  g_autoptr (EsArray) array = source_read (query->source, query->tensor, &error);

  if (array != NULL && es_npy_write (query->path, &array->tensor, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer unused)
{
  const Query *query = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    es_toast_saved (GTK_WIDGET (source), _ ("Tensor saved"), query->path);
  else
    es_toast_error (GTK_WIDGET (source), error);
}

static void
export_chosen_cb (const char *path, gpointer window)
{
  g_autoptr (GTask) task = g_task_new (window, NULL, written_cb, NULL);
  Query *query = query_new (window);

  query->path = g_strdup (path);
  g_task_set_source_tag (task, export_chosen_cb);
  g_task_set_task_data (task, query, query_free);
  if (query->tensor != NULL)
    es_work_start (task, write_worker);
}

static void
export_tensor (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const EsTensor *tensor = get_chosen (ES_TENSOR_WINDOW (widget));

  es_files_save (widget, _ ("Save the Tensor"), tensor->name, npy_kinds,
                 export_chosen_cb);
}

static void
use_as_network (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EsTensorWindow *self = ES_TENSOR_WINDOW (widget);

  g_signal_emit (self, signals[USE_AS_NETWORK], 0,
                 es_tensor_file_get_path (self->source->file));
}

static void
find (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (ES_TENSOR_WINDOW (widget)->search));
}

/* The list */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *label = gtk_label_new (NULL);
  gboolean number = GPOINTER_TO_UINT (column) >= ES_TENSOR_MIN;

  gtk_label_set_xalign (GTK_LABEL (label), number ? 1 : 0);
  if (number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
show_cell (GtkListItem *item, EsTensorColumn column)
{
  g_autofree char *text =
      es_tensor_item_dup_text (gtk_list_item_get_item (item), column);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
changed_cb (EsTensorItem *tensor, GtkListItem *item)
{
  GtkListItemFactory *factory = g_object_get_data (G_OBJECT (item), "factory");

  show_cell (item, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "column")));
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  g_object_set_data (G_OBJECT (item), "factory", factory);
  show_cell (item, GPOINTER_TO_UINT (column));
  g_signal_connect_object (gtk_list_item_get_item (item), "changed",
                           G_CALLBACK (changed_cb), item, 0);
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer column)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), changed_cb,
                                        item);
}

static void
add_columns (EsTensorWindow *self)
{
  for (guint c = 0; c < ES_N_TENSOR_COLUMNS; c++) {
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
    g_autoptr (GtkColumnViewColumn) column = NULL;

    g_object_set_data (G_OBJECT (factory), "column", GUINT_TO_POINTER (c));
    g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (c));
    g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (c));
    g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), GUINT_TO_POINTER (c));
    column = gtk_column_view_column_new (es_tensor_column_get_title ((EsTensorColumn)c),
                                         factory);
    gtk_column_view_column_set_resizable (column, TRUE);
    gtk_column_view_column_set_expand (column, c == ES_TENSOR_NAME);
    gtk_column_view_append_column (self->list, column);
  }
}

static char *
get_name (EsTensorItem *item)
{
  return g_strdup (es_tensor_item_get_tensor (item)->name);
}

static void
search_cb (EsTensorWindow *self)
{
  gtk_string_filter_set_search (self->filter,
                                gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static void
create_list (EsTensorWindow *self)
{
  GtkExpression *name = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL,
                                                     G_CALLBACK (get_name), NULL, NULL);
  GtkFilterListModel *found;

  self->filter = gtk_string_filter_new (name);
  self->items = g_list_store_new (ES_TYPE_TENSOR_ITEM);
  found = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->items)),
                                     g_object_ref (GTK_FILTER (self->filter)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (found));
  gtk_column_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  add_columns (self);
}

/* Life */

/* When it is closed: work under way may hold it longer than the window behind lives. */
static void
es_tensor_window_unmap (GtkWidget *widget)
{
  EsTensorWindow *self = ES_TENSOR_WINDOW (widget);

  GTK_WIDGET_CLASS (es_tensor_window_parent_class)->unmap (widget);
  g_cancellable_cancel (self->closing);
  g_cancellable_cancel (self->looking);
  gtk_window_set_transient_for (GTK_WINDOW (self), NULL);
}

static void
es_tensor_window_dispose (GObject *object)
{
  EsTensorWindow *self = ES_TENSOR_WINDOW (object);

  g_clear_object (&self->closing);
  g_clear_object (&self->looking);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (es_tensor_window_parent_class)->dispose (object);
}

static void
es_tensor_window_finalize (GObject *object)
{
  source_unref (ES_TENSOR_WINDOW (object)->source);
  G_OBJECT_CLASS (es_tensor_window_parent_class)->finalize (object);
}

#define BIND(child)                                                                    \
  gtk_widget_class_bind_template_child (widget_class, EsTensorWindow, child)

static void
es_tensor_window_class_init (EsTensorWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_tensor_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = es_tensor_window_finalize;
  widget_class->unmap = es_tensor_window_unmap;
  signals[USE_AS_NETWORK] =
      g_signal_new ("use-as-network", ES_TYPE_TENSOR_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_type_ensure (ES_TYPE_PLOT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-tensor-window.ui");
  BIND (title);
  BIND (search);
  BIND (list);
  BIND (look);
  BIND (stack);
  BIND (view);
  BIND (problem);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_install_action (widget_class, "tensor.export", NULL, export_tensor);
  gtk_widget_class_install_action (widget_class, "tensor.use", NULL, use_as_network);
  gtk_widget_class_install_action (widget_class, "tensor.find", NULL, find);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK,
                                       "tensor.export", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "tensor.use", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK,
                                       "tensor.find", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK,
                                       "window.close", NULL);
}

static void
es_tensor_window_init (EsTensorWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->closing = g_cancellable_new ();
  create_list (self);
}

static void
add_items (EsTensorWindow *self,
           const EsTensor *tensors,
           gsize n,
           EsTensorItem *(*make) (const EsTensor *tensor))
{
  for (gsize i = 0; i < n; i++) {
    g_autoptr (EsTensorItem) item = make (&tensors[i]);

    g_list_store_append (self->items, item);
  }
}

GtkWidget *
es_tensor_window_new (GtkWindow *parent, EsTensorFile *file)
{
  EsTensorWindow *self = g_object_new (ES_TYPE_TENSOR_WINDOW, NULL);
  g_autofree char *name = g_path_get_basename (es_tensor_file_get_path (file));
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *count = NULL;
  gsize n, n_unread;
  const EsTensor *tensors = es_tensor_file_get_tensors (file, &n);
  const EsTensor *unread = es_tensor_file_get_unread (file, &n_unread);

  self->source = g_new0 (Source, 1);
  g_atomic_ref_count_init (&self->source->references);
  g_mutex_init (&self->source->lock);
  self->source->file = file;
  /* Translators: of a file. */
  count = g_strdup_printf (
      g_dngettext (ES_TEXT_DOMAIN, "%u tensor", "%u tensors", (gulong)n), (guint)n);
  adw_window_title_set_title (self->title, shown);
  adw_window_title_set_subtitle (self->title, count);
  gtk_window_set_title (GTK_WINDOW (self), shown);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  add_items (self, tensors, n, es_tensor_item_new);
  add_items (self, unread, n_unread, es_tensor_item_new_unread);
  start_survey (self);
  update (self);
  return GTK_WIDGET (self);
}

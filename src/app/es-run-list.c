/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-list.h"

#include "es-i18n.h"
#include "es-run-row.h"
#include "es-session.h"
#include "es-settings.h"
#include "es-toasts.h"

#include <adwaita.h>

struct _EsRunList
{
  GtkBox parent_instance;

  EsWorkspace *workspace;
  GSimpleActionGroup *actions;
  GtkSingleSelection *selection;
  GtkFilter *filter;
  GtkSorter *sorter;
  gboolean following; /* the row follows the workspace */
  guint arranging;    /* an idle */

  GtkSearchBar *bar;
  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkListView *list;
  GtkPopover *menu;
};

enum {
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

enum {
  PROP_0,
  PROP_SEARCHING,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (EsRunList, es_run_list, GTK_TYPE_BOX)

/* Sorting and filtering */

static int
compare (gconstpointer a, gconstpointer b, gpointer unused)
{
  g_autofree char *name = g_settings_get_string (es_settings_get (), "run-order");
  EsRunOrder order = ES_RUN_ORDER_CREATED;

  es_run_order_from_string (name, &order);
  return es_run_entry_compare (es_run_item_get_entry ((EsRunItem *)a),
                               es_run_item_get_entry ((EsRunItem *)b), order);
}

static gboolean
is_of_kind (EsRunItem *run, const char *kind)
{
  const EsRunEntry *entry = es_run_item_get_entry (run);
  EsRunState state = es_run_item_get_state (run);

  if (g_str_equal (kind, "starred"))
    return entry->starred;
  if (g_str_equal (kind, "training"))
    return es_run_item_is_active (run) || entry->busy || state == ES_RUN_QUEUED;
  if (g_str_equal (kind, "unreadable"))
    return entry->problem != NULL;
  if (entry->problem != NULL)
    return g_str_equal (kind, "all");
  if (g_str_equal (kind, "finished"))
    return state == ES_RUN_FINISHED;
  if (g_str_equal (kind, "unfinished"))
    return state != ES_RUN_FINISHED;
  return TRUE;
}

static GVariant *
get_state (EsRunList *self, const char *action)
{
  return g_action_group_get_action_state (G_ACTION_GROUP (self->actions), action);
}

static gboolean
matches (gpointer item, gpointer data)
{
  EsRunList *self = data;
  g_autoptr (GVariant) kind = get_state (self, "show");
  g_autoptr (GVariant) archived = get_state (self, "show-archived");
  const EsRunEntry *entry = es_run_item_get_entry (item);

  return (!entry->archived || g_variant_get_boolean (archived)) &&
         is_of_kind (item, g_variant_get_string (kind, NULL)) &&
         es_run_entry_matches (entry,
                               gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
update_page (EsRunList *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "none" : "runs");
}

/* Tab leads to the row that GTK noted as having had the focus last: the chosen one. */
static void
lead_focus (EsRunList *self, EsRunItem *run)
{
  GtkWidget *list = GTK_WIDGET (self->list);

  if (gtk_widget_get_focus_child (list) != NULL)
    return;
  for (GtkWidget *item = gtk_widget_get_first_child (list); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    GtkWidget *row = gtk_widget_get_first_child (item);

    if (ES_IS_RUN_ROW (row) && es_run_row_get_run (ES_RUN_ROW (row)) == run) {
      gtk_widget_set_focus_child (list, item);
      gtk_widget_set_focus_child (list, NULL);
      return;
    }
  }
}

/* The row of the chosen run is the chosen row. */
static void
follow (EsRunList *self)
{
  EsRunItem *run = es_workspace_get_run (self->workspace);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint position = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < n && position == GTK_INVALID_LIST_POSITION; i++) {
    g_autoptr (EsRunItem) item =
        g_list_model_get_item (G_LIST_MODEL (self->selection), i);

    if (item == run)
      position = i;
  }
  self->following = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->following = FALSE;
  if (position == GTK_INVALID_LIST_POSITION)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u",
                              position);
  lead_focus (self, run);
}

static void
arrange (EsRunList *self)
{
  self->following = TRUE;
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  self->following = FALSE;
  follow (self);
  update_page (self);
}

static gboolean
arrange_idle (gpointer data)
{
  EsRunList *self = data;

  self->arranging = 0;
  arrange (self);
  return G_SOURCE_REMOVE;
}

/* Many changes that come together are one. */
static void
queue_arrange (EsRunList *self)
{
  if (self->arranging == 0)
    self->arranging = g_idle_add (arrange_idle, self);
}

/* The chosen run */

static EsRunItem *
chosen (EsRunList *self)
{
  return self->workspace != NULL ? es_workspace_get_run (self->workspace) : NULL;
}

static void
set_toggle (EsRunList *self, const char *name, gboolean enabled, gboolean state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (state));
}

static void
update_toggles (EsRunList *self)
{
  EsRunItem *run = chosen (self);
  const EsRunEntry *entry = run != NULL ? es_run_item_get_entry (run) : NULL;

  set_toggle (self, "starred", run != NULL, entry != NULL && entry->starred);
  set_toggle (self, "archived", run != NULL && es_run_item_get_id (run) != NULL,
              entry != NULL && entry->archived);
}

static void
run_cb (EsRunList *self)
{
  follow (self);
  update_toggles (self);
}

static void
changed_cb (EsRunList *self, EsRunItem *item)
{
  queue_arrange (self);
  if (item == chosen (self))
    update_toggles (self);
}

static void
state_cb (EsRunList *self, GParamSpec *pspec, EsRunItem *item)
{
  changed_cb (self, item);
}

static void
runs_changed_cb (EsRunList *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (EsRunItem) item =
        g_list_model_get_item (G_LIST_MODEL (self->workspace), i);

    g_signal_handlers_disconnect_by_data (item, self);
    g_signal_connect_object (item, "described", G_CALLBACK (changed_cb), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (item, "notify::state", G_CALLBACK (state_cb), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (item, "notify::name", G_CALLBACK (state_cb), self,
                             G_CONNECT_SWAPPED);
  }
  queue_arrange (self);
}

static void
selected_cb (EsRunList *self)
{
  EsRunItem *run = gtk_single_selection_get_selected_item (self->selection);

  if (run != NULL && !self->following)
    es_workspace_set_run (self->workspace, run);
}

/* Actions */

static void
starred_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  EsRunItem *run = chosen (data);
  const gboolean starred = g_variant_get_boolean (state);

  if (run != NULL)
    es_session_edit (run, &(EsRunEdit){.starred = &starred});
}

static void
unarchive_cb (AdwToast *toast, EsRunItem *run)
{
  const gboolean archived = FALSE;

  es_session_edit (run, &(EsRunEdit){.archived = &archived});
}

static void
archived_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  EsRunItem *run = chosen (data);
  const gboolean archived = g_variant_get_boolean (state);
  g_autofree char *text = NULL;

  if (run == NULL || es_run_item_get_id (run) == NULL)
    return;
  es_session_edit (run, &(EsRunEdit){.archived = &archived});
  if (!archived)
    return;
  text = g_strdup_printf (_ ("“%s” archived"), es_run_item_get_name (run));
  es_toast_undo (data, text, G_CALLBACK (unarchive_cb), g_object_ref (run),
                 (GClosureNotify)(GCallback)g_object_unref);
}

static void
show_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  g_simple_action_set_state (action, state);
  arrange (data);
}

static void
add_actions (EsRunList *self)
{
  static const GActionEntry entries[] = {
      {"starred", NULL, NULL, "false", starred_cb},
      {"archived", NULL, NULL, "false", archived_cb},
      {"show", NULL, "s", "'all'", show_cb},
      {"show-archived", NULL, NULL, "false", show_cb},
  };
  g_autoptr (GAction) order =
      g_settings_create_action (es_settings_get (), "run-order");

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), order);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "runs",
                                  G_ACTION_GROUP (self->actions));
  g_signal_connect_object (es_settings_get (), "changed::run-order",
                           G_CALLBACK (arrange), self, G_CONNECT_SWAPPED);
}

/* Rows and their menu */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, es_run_row_new ());
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  es_run_row_set_run (ES_RUN_ROW (gtk_list_item_get_child (item)),
                      gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  es_run_row_set_run (ES_RUN_ROW (gtk_list_item_get_child (item)), NULL);
}

/* The run at a point of the list, or NULL. */
static EsRunItem *
run_at (EsRunList *self, double x, double y)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->list), x, y, GTK_PICK_DEFAULT);
  GtkWidget *row =
      picked != NULL ? gtk_widget_get_ancestor (picked, ES_TYPE_RUN_ROW) : NULL;

  /* The item of the list is a little larger than the row in it. */
  if (row == NULL && picked != NULL && picked != GTK_WIDGET (self->list))
    row = gtk_widget_get_first_child (picked);
  return ES_IS_RUN_ROW (row) ? es_run_row_get_run (ES_RUN_ROW (row)) : NULL;
}

static void
show_menu (EsRunList *self, GtkWidget *widget, double x, double y)
{
  double left, top;

  if (!gtk_widget_translate_coordinates (widget, GTK_WIDGET (self), x, y, &left, &top))
    return;
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle){(int)left, (int)top, 1, 1});
  gtk_popover_popup (self->menu);
}

/* A menu that opened while the button is down would get the release, which GTK would
   then wait for on the row: clicks on the menu's items would be lost. */
static void
menu_released_cb (EsRunList *self, int n_press, double x, double y)
{
  EsRunItem *run = run_at (self, x, y);

  if (run == NULL)
    return;
  es_workspace_set_run (self->workspace, run);
  show_menu (self, GTK_WIDGET (self->list), x, y);
}

static void
released_cb (EsRunList *self, int n_press, double x, double y)
{
  if (run_at (self, x, y) != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
activate_cb (EsRunList *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

/* GTK would hand the focus to another part of the window. */
static void
menu_closed_cb (EsRunList *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->menu)))
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static gboolean
menu_key (GtkWidget *widget, GVariant *parameter, gpointer unused)
{
  EsRunList *self = ES_RUN_LIST (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)))
    return GDK_EVENT_PROPAGATE;
  show_menu (self, focus, gtk_widget_get_width (focus) / 2.0,
             gtk_widget_get_height (focus) / 2.0);
  return GDK_EVENT_STOP;
}

/* Life */

static void
es_run_list_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  g_value_set_boolean (value,
                       gtk_search_bar_get_search_mode (ES_RUN_LIST (object)->bar));
}

static void
es_run_list_set_property (GObject *object,
                          guint prop_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  gtk_search_bar_set_search_mode (ES_RUN_LIST (object)->bar,
                                  g_value_get_boolean (value));
}

static void
searching_cb (EsRunList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEARCHING]);
}

static void
es_run_list_dispose (GObject *object)
{
  EsRunList *self = ES_RUN_LIST (object);

  g_clear_handle_id (&self->arranging, g_source_remove);
  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->menu)));
  g_clear_object (&self->selection);
  g_clear_object (&self->actions);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (es_run_list_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, EsRunList, name)
#define CALLBACK(name) gtk_widget_class_bind_template_callback (widget_class, name)

static void
es_run_list_class_init (EsRunListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = es_run_list_dispose;
  object_class->get_property = es_run_list_get_property;
  object_class->set_property = es_run_list_set_property;
  props[PROP_SEARCHING] = g_param_spec_boolean (
      "searching", NULL, NULL, FALSE,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[ACTIVATED] = g_signal_new ("activated", ES_TYPE_RUN_LIST, G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-run-list.ui");
  BIND (bar);
  BIND (entry);
  BIND (stack);
  BIND (list);
  BIND (menu);
  CALLBACK (arrange);
  CALLBACK (searching_cb);
  CALLBACK (setup_cb);
  CALLBACK (bind_cb);
  CALLBACK (unbind_cb);
  CALLBACK (activate_cb);
  CALLBACK (menu_closed_cb);
  CALLBACK (menu_released_cb);
  CALLBACK (released_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key,
                                NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key, NULL);
}

static void
es_run_list_init (EsRunList *self)
{
  add_actions (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->bar, GTK_EDITABLE (self->entry));
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
}

void
es_run_list_set_workspace (EsRunList *self, EsWorkspace *workspace)
{
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;

  g_return_if_fail (ES_IS_RUN_LIST (self) && self->workspace == NULL);
  self->workspace = g_object_ref (workspace);
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare, self, NULL));
  /* The models take these; the last is kept. */
  filtered =
      gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (workspace)), self->filter);
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (filtered), self->sorter);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item",
                           G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "items-changed", G_CALLBACK (runs_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::run", G_CALLBACK (run_cb), self,
                           G_CONNECT_SWAPPED);
  run_cb (self);
  update_page (self);
}

GActionGroup *
es_run_list_get_actions (EsRunList *self)
{
  g_return_val_if_fail (ES_IS_RUN_LIST (self), NULL);
  return G_ACTION_GROUP (self->actions);
}

void
es_run_list_search (EsRunList *self)
{
  g_return_if_fail (ES_IS_RUN_LIST (self));
  gtk_search_bar_set_search_mode (self->bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "walk-touch.h"

#include <adwaita.h>
#include <string.h>

#define N_OF(array) ((gint32)G_N_ELEMENTS (array))

/* Numbers of action and key, to say what a walk has reached. */
static GHashTable *reached;

static void
count (const char *action)
{
  guint n;

  if (reached == NULL)
    reached = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (reached, action));
  g_hash_table_replace (reached, g_strdup (action), GUINT_TO_POINTER (n + 1));
}

GPtrArray *
walk_list_reached (void)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GList) names = reached != NULL ? g_hash_table_get_keys (reached) : NULL;

  names = g_list_sort (names, (GCompareFunc)strcmp);
  for (GList *l = names; l != NULL; l = l->next)
    g_ptr_array_add (
        lines,
        g_strdup_printf ("%s: %u", (char *)l->data,
                         GPOINTER_TO_UINT (g_hash_table_lookup (reached, l->data))));
  return lines;
}

gboolean
walk_is_way_out (const char *action)
{
  static const char *const ways_out[] = {"app.quit", "window.close", "window.minimize",
                                         "link.open", "misc.insert-emoji"};

  for (int i = 0; i < N_OF (ways_out); i++)
    if (g_str_equal (action, ways_out[i]))
      return TRUE;
  return FALSE;
}

/* Whether it is one of the program's own classes, not of the toolkit's. */
static gboolean
is_ours (GtkWidget *widget)
{
  return g_str_has_prefix (G_OBJECT_TYPE_NAME (widget), "Es");
}

/* Actions */

/* A page of a view that the window has. */
static const char *
draw_page (GtkWidget *widget, GRand *rand)
{
  g_autoptr (GListModel) pages = NULL;

  if (ADW_IS_VIEW_STACK (widget)) {
    g_autoptr (AdwViewStackPage) page = NULL;
    guint n;

    pages = G_LIST_MODEL (adw_view_stack_get_pages (ADW_VIEW_STACK (widget)));
    n = g_list_model_get_n_items (pages);
    page = n > 0 ? g_list_model_get_item (pages, g_rand_int (rand) % n) : NULL;
    return page != NULL ? adw_view_stack_page_get_name (page) : NULL;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    const char *name = draw_page (child, rand);

    if (name != NULL)
      return name;
  }
  return NULL;
}

static GVariant *
draw_parameter (GtkWidget *widget, const GVariantType *type, GRand *rand)
{
  if (g_variant_type_equal (type, G_VARIANT_TYPE_INT32))
    return g_variant_new_int32 (g_rand_boolean (rand) ? 1 : -1);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_new_boolean (g_rand_boolean (rand));
  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING)) {
    const char *page = draw_page (widget, rand);

    return page != NULL ? g_variant_new_string (page) : NULL;
  }
  return NULL;
}

static guint
count_class_actions (GtkWidget *widget)
{
  GtkWidgetClass *klass = GTK_WIDGET_GET_CLASS (widget);
  const GVariantType *type;
  const char *name, *property;
  GType owner;
  guint n = 0;

  while (gtk_widget_class_query_action (klass, n, &owner, &name, &type, &property))
    n++;
  return n;
}

char *
walk_act (GtkWidget *widget, GRand *rand)
{
  guint n = count_class_actions (widget);
  const GVariantType *type = NULL;
  const char *name = NULL, *property;
  g_autoptr (GVariant) parameter = NULL;
  GType owner;

  if (n == 0)
    return g_strdup ("");
  gtk_widget_class_query_action (GTK_WIDGET_GET_CLASS (widget), g_rand_int (rand) % n,
                                 &owner, &name, &type, &property);
  if (walk_is_way_out (name))
    return g_strdup ("");
  if (type != NULL && property == NULL) {
    parameter = draw_parameter (widget, type, rand);
    if (parameter == NULL)
      return g_strdup ("");
    g_variant_ref_sink (parameter);
  }
  count (name);
  gtk_widget_activate_action_variant (widget, name, parameter);
  return g_strdup_printf ("%s of %s", name, g_type_name (owner));
}

/* Controls, each with what it takes to touch it */

/* Those of the toolkit's own are for its menus and keys. */
static gboolean
has_actions (GtkWidget *widget)
{
  return is_ours (widget) && count_class_actions (widget) > 0;
}

/* Whether the pointer could get at its middle; popovers of what is scrolled out of
   sight have no place to open. */
static gboolean
is_in_sight (GtkWidget *widget)
{
  GtkWidget *native = GTK_WIDGET (gtk_widget_get_native (widget)), *there;
  graphene_point_t middle =
      GRAPHENE_POINT_INIT ((float)gtk_widget_get_width (widget) / 2,
                           (float)gtk_widget_get_height (widget) / 2);

  if (gtk_widget_get_width (widget) == 0 || gtk_widget_get_height (widget) == 0 ||
      !gtk_widget_compute_point (widget, native, &middle, &middle))
    return FALSE;
  there =
      gtk_widget_pick (native, (double)middle.x, (double)middle.y, GTK_PICK_DEFAULT);
  return there != NULL && (there == widget || gtk_widget_is_ancestor (there, widget));
}

static gboolean
is_activatable (GtkWidget *widget)
{
  const char *action = GTK_IS_ACTIONABLE (widget)
                           ? gtk_actionable_get_action_name (GTK_ACTIONABLE (widget))
                           : NULL;

  if (action != NULL && walk_is_way_out (action))
    return FALSE;
  return !GTK_IS_TEXT (widget) && !GTK_IS_WINDOW (widget) && is_in_sight (widget) &&
         gtk_widget_class_get_activate_signal (GTK_WIDGET_GET_CLASS (widget)) != 0;
}

static char *
activate (GtkWidget *widget, GRand *rand)
{
  g_autofree char *label = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "label") != NULL)
    g_object_get (widget, "label", &label, NULL);
  if (GTK_IS_ACTIONABLE (widget) &&
      gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) != NULL)
    count (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)));
  gtk_widget_activate (widget);
  return g_strdup (label);
}

static gboolean
is_toggle (GtkWidget *widget)
{
  return (GTK_IS_SWITCH (widget) || GTK_IS_TOGGLE_BUTTON (widget) ||
          GTK_IS_CHECK_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget)) &&
         is_in_sight (widget);
}

static char *
toggle (GtkWidget *widget, GRand *rand)
{
  gboolean active;

  if (GTK_IS_MENU_BUTTON (widget)) {
    gtk_menu_button_popup (GTK_MENU_BUTTON (widget));
    return NULL;
  }
  g_object_get (widget, "active", &active, NULL);
  g_object_set (widget, "active", !active, NULL);
  return NULL;
}

static gboolean
is_choice (GtkWidget *widget)
{
  return GTK_IS_DROP_DOWN (widget) || ADW_IS_COMBO_ROW (widget);
}

static char *
choose (GtkWidget *widget, GRand *rand)
{
  GListModel *model;
  guint n, which;

  g_object_get (widget, "model", &model, NULL);
  n = model != NULL ? g_list_model_get_n_items (model) : 0;
  which = n > 0 ? g_rand_int (rand) % n : 0;
  g_clear_object (&model);
  if (n > 0)
    g_object_set (widget, "selected", which, NULL);
  return g_strdup_printf ("%u of %u", which, n);
}

static gboolean
is_text (GtkWidget *widget)
{
  return GTK_IS_TEXT (widget) && gtk_editable_get_editable (GTK_EDITABLE (widget));
}

/* A far too large number is always ended by Enter: the walk looks at it before anything
   is done with it. */
static char *
type (GtkWidget *widget, GRand *rand)
{
  static const char *const texts[] = {"",
                                      "0",
                                      "7",
                                      "12",
                                      " 3 ",
                                      "0.05",
                                      "1,5",
                                      "-4",
                                      "3 - 8",
                                      "3 -",
                                      "rest",
                                      "- -",
                                      "nan",
                                      "9e99",
                                      "0x1f",
                                      "abc",
                                      "<b>&",
                                      "größe",
                                      "\xe2\x88\x92"
                                      "2",
                                      "1e-9",
                                      "0.4 * 3 + 7"};
  const char *text = texts[g_rand_int_range (rand, 0, N_OF (texts))];
  gboolean enter = g_rand_boolean (rand) || g_str_equal (text, "9e99");

  gtk_widget_grab_focus (widget);
  gtk_editable_set_text (GTK_EDITABLE (widget), text);
  if (enter)
    gtk_widget_activate (widget);
  return g_strdup_printf ("“%s”%s", text, enter ? " and Enter" : "");
}

static gboolean
is_range (GtkWidget *widget)
{
  return GTK_IS_RANGE (widget) || GTK_IS_SPIN_BUTTON (widget);
}

static char *
move (GtkWidget *widget, GRand *rand)
{
  double at = g_rand_double (rand), value;
  GtkAdjustment *adjustment;

  if (GTK_IS_SPIN_BUTTON (widget)) {
    gtk_spin_button_spin (
        GTK_SPIN_BUTTON (widget),
        g_rand_boolean (rand) ? GTK_SPIN_STEP_FORWARD : GTK_SPIN_STEP_BACKWARD, 0);
    return NULL;
  }
  adjustment = gtk_range_get_adjustment (GTK_RANGE (widget));
  value = gtk_adjustment_get_lower (adjustment) +
          at * (gtk_adjustment_get_upper (adjustment) -
                gtk_adjustment_get_lower (adjustment));
  if (g_rand_boolean (rand)) {
    gboolean handled;

    g_signal_emit_by_name (widget, "change-value", GTK_SCROLL_JUMP, value, &handled);
  } else {
    gtk_range_set_value (GTK_RANGE (widget), value);
  }
  return g_strdup_printf ("to %g", value);
}

static gboolean
is_list (GtkWidget *widget)
{
  return GTK_IS_COLUMN_VIEW (widget) || GTK_IS_LIST_VIEW (widget) ||
         GTK_IS_GRID_VIEW (widget) || GTK_IS_LIST_BOX (widget);
}

static char *
choose_item (GtkWidget *widget, GRand *rand)
{
  g_autoptr (GtkSelectionModel) model = NULL;
  guint n, which = g_rand_int (rand);

  if (GTK_IS_LIST_BOX (widget)) {
    GtkListBoxRow *row =
        gtk_list_box_get_row_at_index (GTK_LIST_BOX (widget), (int)(which % 8));

    if (row != NULL && gtk_list_box_row_get_selectable (row))
      gtk_list_box_select_row (GTK_LIST_BOX (widget), row);
    return NULL;
  }
  g_object_get (widget, "model", &model, NULL);
  n = model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
  if (n > 0)
    gtk_selection_model_select_item (model, which % n, TRUE);
  return NULL;
}

static gboolean
is_paned (GtkWidget *widget)
{
  return GTK_IS_PANED (widget);
}

static char *
move_pane (GtkWidget *widget, GRand *rand)
{
  gtk_paned_set_position (GTK_PANED (widget), g_rand_int_range (rand, 0, 1400));
  return NULL;
}

static gboolean
is_popover (GtkWidget *widget)
{
  return GTK_IS_POPOVER (widget);
}

static char *
close_popover (GtkWidget *widget, GRand *rand)
{
  gtk_popover_popdown (GTK_POPOVER (widget));
  return NULL;
}

/* Keys */

/* The shortcuts of @widget's class and of itself. */
static GPtrArray *
list_shortcuts (GtkWidget *widget)
{
  GPtrArray *shortcuts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    for (guint k = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) &&
                      k < g_list_model_get_n_items (G_LIST_MODEL (controller));
         k++) {
      g_autoptr (GtkShortcut) shortcut =
          g_list_model_get_item (G_LIST_MODEL (controller), k);

      /* A window lists its widgets' shortcuts too, whose functions want these widgets.
       */
      if (!GTK_IS_WINDOW (widget) ||
          !GTK_IS_CALLBACK_ACTION (gtk_shortcut_get_action (shortcut)))
        g_ptr_array_add (shortcuts, g_steal_pointer (&shortcut));
    }
  }
  return shortcuts;
}

static gboolean
has_keys (GtkWidget *widget)
{
  g_autoptr (GPtrArray) shortcuts = NULL;

  if (!gtk_widget_get_focusable (widget) && !is_ours (widget))
    return FALSE;
  shortcuts = list_shortcuts (widget);
  return shortcuts->len > 0;
}

static char *
press_key (GtkWidget *widget, GRand *rand)
{
  g_autoptr (GPtrArray) shortcuts = list_shortcuts (widget);
  GtkShortcut *shortcut = shortcuts->pdata[g_rand_int (rand) % shortcuts->len];
  GtkShortcutAction *action = gtk_shortcut_get_action (shortcut);
  g_autofree char *key =
      gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

  if (GTK_IS_NAMED_ACTION (action)) {
    const char *name = gtk_named_action_get_action_name (GTK_NAMED_ACTION (action));

    if (walk_is_way_out (name))
      return g_strdup ("no");
    count (name);
  } else if (GTK_IS_SIGNAL_ACTION (action)) {
    const char *name = gtk_signal_action_get_signal_name (GTK_SIGNAL_ACTION (action));

    if (g_str_equal (name, "insert-emoji") || g_str_equal (name, "enable-debugging"))
      return g_strdup ("no");
  }
  /* What gets the focus is scrolled to, and its keys come afterwards. */
  gtk_widget_grab_focus (widget);
  if (!is_in_sight (widget))
    return g_strdup ("not yet");
  gtk_shortcut_action_activate (action, 0, widget,
                                gtk_shortcut_get_arguments (shortcut));
  return g_steal_pointer (&key);
}

static gboolean
takes_focus (GtkWidget *widget)
{
  return gtk_widget_get_focusable (widget);
}

static char *
focus (GtkWidget *widget, GRand *rand)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (widget));

  if (g_rand_boolean (rand))
    gtk_widget_grab_focus (widget);
  else
    gtk_widget_child_focus (root, (GtkDirectionType)g_rand_int_range (rand, 0, 6));
  return NULL;
}

/* Pointer, on widgets of the program's own: the handlers of the toolkit's expect that
   there is an event. */

static gboolean
has_pointer (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  if (!is_ours (widget) || GTK_IS_WINDOW (widget))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_GESTURE_CLICK (controller) ||
        GTK_IS_EVENT_CONTROLLER_MOTION (controller))
      return TRUE;
  }
  return FALSE;
}

static void
point_with (GObject *controller, double x, double y, GRand *rand)
{
  int what = g_rand_int_range (rand, 0, 8), n = g_rand_int_range (rand, 1, 3);

  if (GTK_IS_EVENT_CONTROLLER_MOTION (controller) && what < 2)
    g_signal_emit_by_name (controller, "leave");
  else if (GTK_IS_EVENT_CONTROLLER_MOTION (controller))
    g_signal_emit_by_name (controller, what < 4 ? "enter" : "motion", x, y);
  if (GTK_IS_GESTURE_CLICK (controller)) {
    g_signal_emit_by_name (controller, "pressed", n, x, y);
    g_signal_emit_by_name (controller, "released", n, x, y);
  }
}

static char *
point (GtkWidget *widget, GRand *rand)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  double x = g_rand_double_range (rand, -10, gtk_widget_get_width (widget) + 10);
  double y = g_rand_double_range (rand, -10, gtk_widget_get_height (widget) + 10);
  gboolean click = g_rand_boolean (rand);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_GESTURE_CLICK (controller) == click)
      point_with (controller, x, y, rand);
  }
  return g_strdup_printf ("at %.0f, %.0f", x, y);
}

/* All of them */

static const struct
{
  const char *name;
  gboolean (*fits) (GtkWidget *widget);
  char *(*touch) (GtkWidget *widget, GRand *rand);
  guint weight;
} touches[] = {
    {"act", has_actions, walk_act, 3}, {"activate", is_activatable, activate, 5},
    {"toggle", is_toggle, toggle, 3},  {"choose", is_choice, choose, 2},
    {"type", is_text, type, 3},        {"move", is_range, move, 2},
    {"item", is_list, choose_item, 2}, {"pane", is_paned, move_pane, 1},
    {"key", has_keys, press_key, 4},   {"focus", takes_focus, focus, 2},
    {"point", has_pointer, point, 4},  {"popdown", is_popover, close_popover, 1},
};

/* The buttons in the corner of a window lead out of it. */
static void
collect (GtkWidget *widget, gboolean (*fits) (GtkWidget *), GPtrArray *found)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget) ||
      GTK_IS_WINDOW_CONTROLS (widget))
    return;
  if (fits (widget))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, fits, found);
}

/* Says where it is, before it is done: what does harm is seen in what is printed last.
 */
static void
say (const char *what, GtkWidget *widget)
{
  GString *path = g_string_new (what);

  for (GtkWidget *w = widget; w != NULL; w = gtk_widget_get_parent (w)) {
    const char *name = gtk_buildable_get_buildable_id (GTK_BUILDABLE (w));

    if (w == widget || is_ours (w) || (name != NULL && !g_str_has_prefix (name, "__")))
      g_string_append_printf (path, " %s%s%s", G_OBJECT_TYPE_NAME (w),
                              name != NULL ? " " : "", name != NULL ? name : "");
  }
  g_test_message ("%s", path->str);
  g_string_free (path, TRUE);
}

char *
walk_touch (GtkWidget *root, GRand *rand)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autofree char *how = NULL;
  guint total = 0, which, i = 0;
  GtkWidget *widget;

  for (guint k = 0; k < G_N_ELEMENTS (touches); k++)
    total += touches[k].weight;
  for (which = g_rand_int (rand) % total; which >= touches[i].weight; i++)
    which -= touches[i].weight;
  collect (root, touches[i].fits, found);
  if (found->len == 0)
    return g_strdup ("");
  widget = found->pdata[g_rand_int (rand) % found->len];
  say (touches[i].name, widget);
  g_object_ref (widget);
  how = touches[i].touch (widget, rand);
  g_object_unref (widget);
  return how != NULL ? g_steal_pointer (&how) : g_strdup ("");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-class-chooser.h"

#include "es-direction.h"
#include "es-focus.h"
#include "es-i18n.h"

/* Letters of a typed direction in the list. */
#define DIRECTION_CHARS 12

struct _EsClassChooser
{
  GtkBox parent_instance;

  EsWorkspace *workspace;
  char **names;
  gboolean updating; /* the widgets are being set by us */

  GtkDropDown *list;
  GtkEntry *entry;
};

G_DEFINE_FINAL_TYPE (EsClassChooser, es_class_chooser, GTK_TYPE_BOX)

static void
show_problem (EsClassChooser *self, const char *problem)
{
  gboolean wrong = problem != NULL;

  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_SECONDARY,
                                     wrong ? "dialog-warning-symbolic" : NULL);
  gtk_entry_set_icon_tooltip_text (self->entry, GTK_ENTRY_ICON_SECONDARY, problem);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
      wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  wrong ? problem : _ ("For example 3 - 8"), -1);
}

/* The list ends in the direction that was typed, if one was: it is what is chosen. */
static void
list_direction (EsClassChooser *self, guint n, const char *direction)
{
  GListModel *model = gtk_drop_down_get_model (self->list);
  g_autofree char *start =
      direction != NULL ? g_utf8_substring (direction, 0, DIRECTION_CHARS) : NULL;
  g_autofree char *text = NULL;
  const char *added[] = {NULL, NULL};

  if (direction != NULL)
    text = g_strconcat (start, g_str_equal (start, direction) ? NULL : "…", NULL);
  added[0] = text;
  if (model != NULL)
    gtk_string_list_splice (GTK_STRING_LIST (model), n,
                            g_list_model_get_n_items (model) - n, added);
}

/* Shows the workspace's direction. */
static void
direction_cb (EsClassChooser *self)
{
  int c = es_workspace_get_class (self->workspace);
  guint n = self->names != NULL ? g_strv_length (self->names) : 0, selected;

  if (c < 0)
    selected = n;
  else
    selected = (guint)c < n ? (guint)c : GTK_INVALID_LIST_POSITION;
  self->updating = TRUE;
  list_direction (self, n, c < 0 ? es_workspace_get_direction (self->workspace) : NULL);
  gtk_drop_down_set_selected (self->list, selected);
  gtk_editable_set_text (GTK_EDITABLE (self->entry),
                         c >= 0 ? "" : es_workspace_get_direction (self->workspace));
  self->updating = FALSE;
  show_problem (self, NULL);
}

static void
chosen_cb (EsClassChooser *self)
{
  guint c = gtk_drop_down_get_selected (self->list);
  guint n = self->names != NULL ? g_strv_length (self->names) : 0;

  if (!self->updating && self->workspace != NULL && c < n)
    es_workspace_set_class (self->workspace, (int)c);
}

static void
typed_cb (EsClassChooser *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  guint C = self->names != NULL ? g_strv_length (self->names) : 0;
  g_autofree float *u = g_new0 (float, C + 1);
  g_autofree char *direction = g_strdup (text);
  g_autoptr (GError) error = NULL;

  if (self->workspace == NULL || C == 0 || *g_strstrip (direction) == '\0')
    return;
  if (es_direction_parse (u, direction, self->names, C, &error))
    es_workspace_set_direction (self->workspace, direction);
  else
    show_problem (self, error->message);
}

static void
edited_cb (EsClassChooser *self)
{
  if (!self->updating)
    show_problem (self, NULL);
}

static void
es_class_chooser_dispose (GObject *object)
{
  EsClassChooser *self = ES_CLASS_CHOOSER (object);

  g_clear_object (&self->workspace);
  g_clear_pointer (&self->names, g_strfreev);
  G_OBJECT_CLASS (es_class_chooser_parent_class)->dispose (object);
}

static void
es_class_chooser_class_init (EsClassChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_class_chooser_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-class-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, EsClassChooser, list);
  gtk_widget_class_bind_template_child (widget_class, EsClassChooser, entry);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
}

static void
es_class_chooser_init (EsClassChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
es_class_chooser_set_workspace (EsClassChooser *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_CLASS_CHOOSER (self));
  g_set_object (&self->workspace, workspace);
  g_signal_connect_object (workspace, "notify::direction", G_CALLBACK (direction_cb),
                           self, G_CONNECT_SWAPPED);
  direction_cb (self);
}

static gboolean
same_names (char **a, char **b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *)a, (const char *const *)b);
}

void
es_class_chooser_set_names (EsClassChooser *self, char **names)
{
  g_autoptr (GtkStringList) model = NULL;

  g_return_if_fail (ES_IS_CLASS_CHOOSER (self));
  if (same_names (names, self->names))
    return;
  g_strfreev (self->names);
  self->names = g_strdupv (names);
  model = gtk_string_list_new ((const char *const *)names);
  self->updating = TRUE;
  gtk_drop_down_set_model (self->list, G_LIST_MODEL (model));
  self->updating = FALSE;
  es_focus_set_sensitive (GTK_WIDGET (self), names != NULL);
  if (self->workspace != NULL)
    direction_cb (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-details.h"

#include "es-figure.h"
#include "es-figure-task.h"
#include "es-i18n.h"
#include "es-session.h"

#include <math.h>

#define ES_TYPE_RUN_DETAILS (es_run_details_get_type ())
G_DECLARE_FINAL_TYPE (EsRunDetails, es_run_details, ES, RUN_DETAILS, AdwWindow)

struct _EsRunDetails
{
  AdwWindow parent_instance;

  EsRunItem *run;
  GtkEditable *name;
  GtkEditable *tags;
  GtkTextView *notes;
  AdwPreferencesGroup *training;
  AdwPreferencesGroup *file;
};

G_DEFINE_FINAL_TYPE (EsRunDetails, es_run_details, ADW_TYPE_WINDOW)

/* What is known */

/* Nothing is shown of what is not known. */
static void
add (AdwPreferencesGroup *group, const char *title, const char *text)
{
  g_autofree char *markup = NULL;
  GtkWidget *row;

  if (text == NULL || *text == '\0')
    return;
  markup = g_markup_escape_text (text, -1);
  row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), markup);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (row, "property");
  adw_preferences_group_add (group, row);
}

static void
add_time (AdwPreferencesGroup *group, const char *title, gint64 microseconds)
{
  g_autoptr (GDateTime) time =
      g_date_time_new_from_unix_local (microseconds / G_USEC_PER_SEC);
  g_autofree char *text = NULL;

  if (microseconds == 0 || time == NULL)
    return;
  text = g_date_time_format (time, "%x %X");
  add (group, title, text);
}

static char *
format_network (const EsModelConfig *model)
{
  GString *text = g_string_new (NULL);

  if (model->units > 0)
    g_string_append_printf (text, _ ("no embedding, product of width %u"),
                            model->units);
  else
    g_string_append_printf (text,
                            g_dngettext (ES_TEXT_DOMAIN, "hidden width %u, %u layer",
                                         "hidden width %u, %u layers", model->layers),
                            model->hidden, model->layers);
  if (model->bias)
    g_string_append (text, _ (", biases"));
  if (model->residual)
    g_string_append (text, _ (", residual connections"));
  if (model->gate != ES_GATE_NONE)
    g_string_append_printf (text, _ (", gate %s"), es_gate_to_string (model->gate));
  return g_string_free (text, FALSE);
}

static char *
format_settings (const EsTrainConfig *train)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text, _ ("%u epochs, batch %u, learning rate %g, weight decay %g, noise %g"),
      train->epochs, train->batch, train->lr, train->weight_decay, train->noise);
  if (train->decay == ES_DECAY_COUPLED)
    g_string_append (text, _ (", decay added to the gradient"));
  if (train->rotate != 0)
    g_string_append_printf (text, _ (", turned by up to %g°"), train->rotate);
  if (train->translate != 0)
    g_string_append_printf (text, _ (", moved by up to %g %%"), 100 * train->translate);
  if (train->blur != 0)
    g_string_append_printf (text, _ (", blurred by %g pixels"), train->blur);
  return g_string_free (text, FALSE);
}

/* What was changed on the way: the recipe says how it was at the end. */
static char *
format_changes (const GArray *changes)
{
  g_autofree EsHistoryMark *marks = es_figure_history_marks (changes);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < changes->len; i++) {
    g_string_append (text, i > 0 ? ", " : "");
    /* Translators: a setting's short name, its value, a number of epochs. */
    g_string_append_printf (text, _ ("%s %g after %.1f epochs"), marks[i].text,
                            marks[i].value, marks[i].epoch);
  }
  return g_string_free (text, FALSE);
}

static void
fill_training (EsRunDetails *self, const EsRunEntry *entry)
{
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, entry->train.seed);
  g_autofree char *threads = g_strdup_printf ("%u", entry->train.threads);
  const GArray *changes = es_run_item_get_marks (self->run);
  g_autofree char *dataset = NULL;

  add (self->training, _ ("State"), es_run_item_get_status (self->run));
  if (entry->model.hidden > 0) {
    g_autofree char *network = format_network (&entry->model);

    add (self->training, _ ("Network"), network);
  }
  if (entry->has_recipe) {
    g_autofree char *settings = format_settings (&entry->train);

    add (self->training, _ ("Recipe"), settings);
    if (changes->len > 0) {
      g_autofree char *changed = format_changes (changes);

      add (self->training, _ ("Changed While Training"), changed);
    }
    add (self->training, _ ("Seed"), seed);
    if (entry->train.threads > 0)
      add (self->training, _ ("Threads"), threads);
  }
  add (self->training, _ ("Edited From"), entry->edited_from);
  if (entry->edited_parts != NULL) {
    g_autofree char *parts = g_strjoinv ("\n", entry->edited_parts);

    add (self->training, _ ("Edited Components (Class: Component × Factor)"), parts);
  }
  dataset = es_figure_task_name (entry->dataset);
  add (self->training, _ ("Dataset"), dataset);
  add (self->training, _ ("Checksum of the Dataset (SHA-256)"), entry->checksum);
}

static void
fill_file (EsRunDetails *self, const EsRunEntry *entry)
{
  const char *id = es_run_item_get_id (self->run);
  EsLibrary *library = es_run_item_get_library (self->run);

  add_time (self->file, _ ("Created"), entry->created);
  add_time (self->file, _ ("Changed"), entry->changed);
  add (self->file, _ ("Written By"), entry->program);
  if (entry->size > 0) {
    g_autofree char *size = g_format_size (entry->size);

    add (self->file, _ ("Size"), size);
  }
  if (id != NULL && library != NULL) {
    g_autofree char *path = es_library_run_path (library, id);

    add (self->file, _ ("In the Library"), path);
  }
  add (self->file, _ ("Saved As"), es_run_item_get_path (self->run));
}

/* What a person says */

static char **
get_tags (EsRunDetails *self)
{
  g_auto (GStrv) parts = g_strsplit (gtk_editable_get_text (self->tags), ",", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (char **part = parts; *part != NULL; part++) {
    char *tag = g_strstrip (*part);

    while (*tag == '#')
      tag++;
    if (*tag != '\0' && g_hash_table_add (seen, tag))
      g_strv_builder_add (builder, tag);
  }
  return g_strv_builder_end (builder);
}

/* Only what was changed here: somebody else may have changed the rest meanwhile. */
static void
apply (EsRunDetails *self)
{
  const EsRunEntry *entry = es_run_item_get_entry (self->run);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
  g_auto (GStrv) tags = get_tags (self);
  g_autofree char *notes = NULL;
  EsRunEdit edit = {0};

  g_object_get (buffer, "text", &notes, NULL);
  if (*name != '\0' && !g_str_equal (name, entry->name))
    edit.name = name;
  if (!g_str_equal (notes, entry->notes))
    edit.notes = notes;
  if (!g_strv_equal ((const char *const *)tags, (const char *const *)entry->tags))
    edit.tags = (const char *const *)tags;
  if (edit.name != NULL || edit.notes != NULL || edit.tags != NULL)
    es_session_edit (self->run, &edit);
}

static gboolean
es_run_details_close_request (GtkWindow *window)
{
  apply (ES_RUN_DETAILS (window));
  return GTK_WINDOW_CLASS (es_run_details_parent_class)->close_request (window);
}

static void
es_run_details_dispose (GObject *object)
{
  g_clear_object (&ES_RUN_DETAILS (object)->run);
  G_OBJECT_CLASS (es_run_details_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsRunDetails, name)

static void
es_run_details_class_init (EsRunDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_run_details_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = es_run_details_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-run-details.ui");
  BIND (name);
  BIND (tags);
  BIND (notes);
  BIND (training);
  BIND (file);
}

static void
es_run_details_init (EsRunDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
es_run_details_present (GtkWidget *owner, EsRunItem *run)
{
  EsRunDetails *self = g_object_new (ES_TYPE_RUN_DETAILS, "transient-for",
                                     gtk_widget_get_root (owner), NULL);
  const EsRunEntry *entry = es_run_item_get_entry (run);
  g_autofree char *tags = g_strjoinv (", ", entry->tags);

  self->run = g_object_ref (run);
  gtk_editable_set_text (self->name, entry->name);
  gtk_editable_set_text (self->tags, tags);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->notes), entry->notes, -1);
  fill_training (self, entry);
  fill_file (self, entry);
  gtk_window_present (GTK_WINDOW (self));
}

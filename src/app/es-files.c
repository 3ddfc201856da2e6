/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-files.h"

#include "es-i18n.h"

#include <adwaita.h>
#include <string.h>

/* One question under way. */
typedef struct
{
  GtkFileChooserNative *dialog;
  GtkWidget *owner;        /* weak: NULL once it has gone */
  const EsFileKind *kinds; /* nullable */
  gboolean saving;
  EsFileChosen chosen;
  char *path;       /* the answer */
  gboolean replace; /* also if there is such a file */
} Question;

static gboolean
has_known_suffix (const char *path, const EsFileKind *kinds)
{
  const char *dot = strrchr (path, '.');

  for (guint i = 0; dot != NULL && kinds[i].name != NULL; i++)
    if (g_ascii_strcasecmp (dot + 1, kinds[i].suffix) == 0)
      return TRUE;
  return FALSE;
}

/* The suffix of the filter that is chosen in the dialog. */
static const char *
chosen_suffix (const Question *question)
{
  GtkFileFilter *filter =
      gtk_file_chooser_get_filter (GTK_FILE_CHOOSER (question->dialog));
  const char *name = filter != NULL ? gtk_file_filter_get_name (filter) : NULL;

  for (guint i = 0; question->kinds[i].name != NULL; i++)
    if (g_strcmp0 (name, _ (question->kinds[i].name)) == 0)
      return question->kinds[i].suffix;
  return question->kinds[0].suffix;
}

/* Whether who asked is still in a window. */
static gboolean
is_wanted (const Question *question)
{
  return question->owner != NULL && gtk_widget_get_root (question->owner) != NULL;
}

/* Hands over all that was chosen where several may be. */
static void
hand_over_several (const Question *question, GListModel *files)
{
  for (guint i = 0; i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);
    g_autofree char *path = g_file_get_path (file);

    if (path != NULL && is_wanted (question))
      question->chosen (path, question->owner);
  }
}

static void
question_end (Question *question)
{
  if (question->path != NULL && is_wanted (question))
    question->chosen (question->path, question->owner);
  g_clear_weak_pointer (&question->owner);
  g_object_unref (question->dialog);
  g_free (question->path);
  g_free (question);
}

static void
replace_cb (Question *question, const char *response)
{
  question->replace = g_str_equal (response, "replace");
}

/* Answered, or gone with the window behind it. */
static void
asked_cb (Question *question)
{
  if (!question->replace)
    g_clear_pointer (&question->path, g_free);
  question_end (question);
}

/* As the file dialog asks, which saw another name. */
static void
ask_to_replace (Question *question)
{
  g_autofree char *name = g_filename_display_basename (question->path);
  GtkRoot *root = gtk_widget_get_root (question->owner);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (root), NULL, NULL);

  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _ ("Replace “%s”?"),
                                     name);
  adw_message_dialog_set_body (
      ADW_MESSAGE_DIALOG (dialog),
      _ ("A file of this name exists already. Replacing it overwrites its contents."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel",
                                    _ ("_Cancel"), "replace", _ ("_Replace"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace",
                                              ADW_RESPONSE_DESTRUCTIVE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  g_signal_connect_swapped (dialog, "response", G_CALLBACK (replace_cb), question);
  g_signal_connect_swapped (dialog, "destroy", G_CALLBACK (asked_cb), question);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
response_cb (Question *question, int response)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (question->dialog);
  g_autoptr (GListModel) several = NULL;
  g_autoptr (GFile) file = NULL;
  gboolean added = FALSE;

  if (response == GTK_RESPONSE_ACCEPT && gtk_file_chooser_get_select_multiple (chooser))
    several = gtk_file_chooser_get_files (chooser);
  else if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (chooser);
  if (file != NULL)
    question->path = g_file_get_path (file);
  if (question->path != NULL && question->saving &&
      !has_known_suffix (question->path, question->kinds)) {
    char *full = g_strdup_printf ("%s.%s", question->path, chosen_suffix (question));

    g_free (question->path);
    question->path = full;
    added = TRUE;
  }
  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (question->dialog));
  if (several != NULL)
    hand_over_several (question, several);
  if (added && is_wanted (question) && g_file_test (question->path, G_FILE_TEST_EXISTS))
    ask_to_replace (question);
  else
    question_end (question);
}

static void
add_filters (GtkFileChooser *chooser, const EsFileKind *kinds)
{
  for (guint i = 0; kinds[i].name != NULL; i++) {
    g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
    g_auto (GStrv) suffixes = g_strsplit (kinds[i].suffix, " ", -1);

    gtk_file_filter_set_name (filter, _ (kinds[i].name));
    for (char **suffix = suffixes; *suffix != NULL; suffix++)
      if (g_str_equal (*suffix, "*"))
        gtk_file_filter_add_pattern (filter, "*");
      else
        gtk_file_filter_add_suffix (filter, *suffix);
    gtk_file_chooser_add_filter (chooser, filter);
  }
}

static GtkFileChooser *
ask (GtkWidget *owner,
     const char *title,
     GtkFileChooserAction action,
     const EsFileKind *kinds,
     EsFileChosen chosen)
{
  Question *question = g_new0 (Question, 1);

  question->dialog = gtk_file_chooser_native_new (
      title, GTK_WINDOW (gtk_widget_get_root (owner)), action, NULL, NULL);
  g_set_weak_pointer (&question->owner, owner);
  question->kinds = kinds;
  question->saving = action == GTK_FILE_CHOOSER_ACTION_SAVE;
  question->chosen = chosen;
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (question->dialog), TRUE);
  if (kinds != NULL)
    add_filters (GTK_FILE_CHOOSER (question->dialog), kinds);
  g_signal_connect_swapped (question->dialog, "response", G_CALLBACK (response_cb),
                            question);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (question->dialog));
  return GTK_FILE_CHOOSER (question->dialog);
}

void
es_files_save (GtkWidget *owner,
               const char *title,
               const char *stem,
               const EsFileKind *kinds,
               EsFileChosen chosen)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", stem, kinds[0].suffix);
  GtkFileChooser *dialog;

  g_strdelimit (name, "/", '-');
  dialog = ask (owner, title, GTK_FILE_CHOOSER_ACTION_SAVE, kinds, chosen);
  gtk_file_chooser_set_current_name (dialog, name);
}

void
es_files_open (GtkWidget *owner,
               const char *title,
               const EsFileKind *kinds,
               EsFileChosen chosen)
{
  ask (owner, title, GTK_FILE_CHOOSER_ACTION_OPEN, kinds, chosen);
}

void
es_files_open_several (GtkWidget *owner,
                       const char *title,
                       const EsFileKind *kinds,
                       EsFileChosen chosen)
{
  GtkFileChooser *dialog =
      ask (owner, title, GTK_FILE_CHOOSER_ACTION_OPEN, kinds, chosen);

  gtk_file_chooser_set_select_multiple (dialog, TRUE);
}

void
es_files_open_folder (GtkWidget *owner, const char *title, EsFileChosen chosen)
{
  ask (owner, title, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, chosen);
}

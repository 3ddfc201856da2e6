/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-files.h"

#include "es-i18n.h"

#include <string.h>

/* One question under way. */
typedef struct
{
  GtkFileChooserNative *dialog;
  GtkWidget *owner;
  const EsFileKind *kinds; /* nullable */
  gboolean saving;
  EsFileChosen chosen;
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

static void
response_cb (Question *question, int response)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (question->dialog));
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL && question->saving && !has_known_suffix (path, question->kinds)) {
    char *full = g_strdup_printf ("%s.%s", path, chosen_suffix (question));

    g_free (path);
    path = full;
  }
  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (question->dialog));
  if (path != NULL && gtk_widget_get_root (question->owner) != NULL)
    question->chosen (path, question->owner);
  g_object_unref (question->owner);
  g_object_unref (question->dialog);
  g_free (question);
}

static void
add_filters (GtkFileChooser *chooser, const EsFileKind *kinds)
{
  for (guint i = 0; kinds[i].name != NULL; i++) {
    g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

    gtk_file_filter_set_name (filter, _ (kinds[i].name));
    gtk_file_filter_add_suffix (filter, kinds[i].suffix);
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
  question->owner = g_object_ref (owner);
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
es_files_open_folder (GtkWidget *owner, const char *title, EsFileChosen chosen)
{
  ask (owner, title, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, chosen);
}

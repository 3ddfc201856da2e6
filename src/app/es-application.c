/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-application.h"

#include "es-i18n.h"
#include "es-parallel.h"
#include "es-preferences.h"
#include "es-settings.h"
#include "es-theme.h"
#include "es-window.h"
#include "es-work.h"

struct _EsApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (EsApplication, es_application, ADW_TYPE_APPLICATION)

static EsWindow *
get_window (EsApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);

  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (ES_IS_WINDOW (l->data))
      return l->data;
  return ES_WINDOW (es_window_new (application));
}

static void
es_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (ES_APPLICATION (application))));
}

static void
es_application_open (GApplication *application,
                     GFile **files,
                     int n_files,
                     const char *hint)
{
  EsWindow *window = get_window (ES_APPLICATION (application));

  for (int i = 0; i < n_files; i++) {
    g_autofree char *path = g_file_get_path (files[i]);

    if (path != NULL)
      es_window_open_file (window, path);
  }
  gtk_window_present (GTK_WINDOW (window));
}

static void
quit (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gtk_window_close (GTK_WINDOW (get_window (application)));
}

static void
show_preferences (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GtkWidget *preferences = es_preferences_new ();

  gtk_window_set_transient_for (GTK_WINDOW (preferences),
                                GTK_WINDOW (get_window (application)));
  gtk_window_present (GTK_WINDOW (preferences));
}

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  adw_show_about_window (
      GTK_WINDOW (get_window (application)), "application-name", _ ("Eigenscope"),
      "application-icon", ES_APPLICATION_ID, "version", ES_VERSION, "developer-name",
      _ ("The Eigenscope authors"), "license-type", GTK_LICENSE_GPL_3_0, "comments",
      _ ("A microscope for bilinear neural networks. The method is that of Pearce, "
         "Dooms, Rigg, Oramas and Sharkey, “Bilinear MLPs enable weight-based "
         "mechanistic interpretability”."),
      "website", "https://arxiv.org/abs/2410.08417", NULL);
}

static void
set_shortcuts (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[4];
  } shortcuts[] = {
      {"app.quit", {"<Control>q"}},
      {"app.preferences", {"<Control>comma"}},
      {"app.about", {"F1"}},
      {"win.show-help-overlay", {"<Control>question"}},
      {"window.close", {"<Control>w"}},
      {"win.new", {"<Control>n"}},
      {"win.open", {"<Control>o"}},
      {"win.open-folder", {"<Control><Alt>o"}},
      {"win.choose-mnist", {"<Control><Shift>o"}},
      {"win.save", {"<Control>s"}},
      {"win.save-copy", {"<Control><Shift>s"}},
      {"win.export-weights", {"<Control><Alt>s"}},
      {"win.export-film", {"<Control><Alt>e"}},
      {"win.copy-command", {"<Control><Alt>c"}},
      {"win.parts", {"<Control><Alt>p"}},
      {"win.tensors", {"<Control><Alt>t"}},
      {"win.rename", {"F2"}},
      {"win.run-details", {"<Alt>Return"}},
      {"win.search", {"<Control>f"}},
      {"runs.starred", {"<Control>b"}},
      {"runs.archived", {"<Control><Shift>b"}},
      {"win.new-from-recipe", {"<Control>d"}},
      {"win.delete", {"<Control>Delete"}},
      {"win.train-digits", {"<Control><Shift>n"}},
      {"win.task::toy", {"<Control><Alt>1"}},
      {"win.task::modular", {"<Control><Alt>2"}},
      {"win.task::challenge", {"<Control><Alt>3"}},
      {"win.playground", {"<Control><Alt>4"}},
      {"win.overfitting", {"<Control><Alt>5"}},
      {"win.train-start", {"F5"}},
      {"win.train-step", {"F8"}},
      {"win.train-stop", {"<Shift>F5"}},
      {"win.play", {"F7"}},
      {"win.settings", {"F9"}},
      {"win.logarithmic", {"<Control>l"}},
      {"win.all-classes", {"<Control>g"}},
      {"win.back", {"<Alt>Left"}},
      {"win.view::train", {"<Alt>1"}},
      {"win.view::spectrum", {"<Alt>2"}},
      {"win.view::explain", {"<Alt>3"}},
      {"win.view::attack", {"<Alt>4"}},
      {"win.view::task", {"<Alt>5"}},
      {"win.symmetric", {"<Control>y"}},
      {"win.choose-target", {"<Control><Alt>h"}},
      {"win.paint", {"<Control>p"}},
      {"win.attack::image", {"<Control>1"}},
      {"win.attack::set", {"<Control>2"}},
      {"win.attack::gallery", {"<Control>3"}},
      {"win.attack::keep", {"<Control><Shift>k"}},
      {"win.attack::save-image", {"<Control>i"}},
      {"win.attack::save-change", {"<Control>m"}},
      {"win.attack::save-attack", {"<Control><Shift>a"}},
      {"win.attack::save-dataset", {"<Control><Shift>t"}},
      {"win.attack::save-figure", {"<Control><Shift>f"}},
      {"win.attack::try", {"<Control>r"}},
      {"win.attack::cancel", {"<Control><Shift>r"}},
      {"win.draw", {"<Control><Shift>p"}},
      {"win.next-class(1)", {"<Control>Page_Down"}},
      {"win.next-class(-1)", {"<Control>Page_Up"}},
      {"win.next-component(1)", {"<Control>bracketright"}},
      {"win.next-component(-1)", {"<Control>bracketleft"}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (application, shortcuts[i].action,
                                           shortcuts[i].accels);
}

static void
es_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
      {"quit", quit}, {"preferences", show_preferences}, {"about", show_about}};

  G_APPLICATION_CLASS (es_application_parent_class)->startup (application);
  es_parallel_set_nice (ES_WORK_NICE);
  es_parallel_set_threads ((guint)g_settings_get_int (es_settings_get (), "threads"));
  gtk_window_set_default_icon_name (ES_APPLICATION_ID);
  es_theme_get_default ();
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions,
                                   G_N_ELEMENTS (actions), application);
  set_shortcuts (GTK_APPLICATION (application));
}

static void
es_application_class_init (EsApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = es_application_activate;
  application_class->open = es_application_open;
  application_class->startup = es_application_startup;
}

static void
es_application_init (EsApplication *self)
{
}

EsApplication *
es_application_new (void)
{
  return g_object_new (ES_TYPE_APPLICATION, "application-id", ES_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       ES_RESOURCE_PATH, NULL);
}

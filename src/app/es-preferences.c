/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-preferences.h"

#include "es-number-row.h"
#include "es-settings.h"

struct _EsPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *appearance;
  GtkSwitch *swap;
  GtkSwitch *autosave;
  EsNumberRow *threads;
};

G_DEFINE_FINAL_TYPE (EsPreferences, es_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
appearance_cb (EsPreferences *self)
{
  g_settings_set_enum (es_settings_get (), "appearance",
                       (int)adw_combo_row_get_selected (self->appearance));
}

static void
threads_cb (EsPreferences *self)
{
  g_settings_set_int (es_settings_get (), "threads",
                      (int)es_number_row_get_value (self->threads));
}

static void
es_preferences_class_init (EsPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (ES_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, EsPreferences, appearance);
  gtk_widget_class_bind_template_child (widget_class, EsPreferences, swap);
  gtk_widget_class_bind_template_child (widget_class, EsPreferences, autosave);
  gtk_widget_class_bind_template_child (widget_class, EsPreferences, threads);
}

static void
es_preferences_init (EsPreferences *self)
{
  GSettings *settings = es_settings_get ();

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_selected (self->appearance,
                              (guint)g_settings_get_enum (settings, "appearance"));
  es_number_row_set_value (self->threads, g_settings_get_int (settings, "threads"));
  g_settings_bind (settings, "swap-colors", self->swap, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "autosave", self->autosave, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_swapped (self->appearance, "notify::selected",
                            G_CALLBACK (appearance_cb), self);
  g_signal_connect_swapped (self->threads, "notify::value", G_CALLBACK (threads_cb),
                            self);
}

GtkWidget *
es_preferences_new (void)
{
  return g_object_new (ES_TYPE_PREFERENCES, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What a person may choose for the whole program. */
#define ES_TYPE_PREFERENCES (es_preferences_get_type ())
G_DECLARE_FINAL_TYPE (
    EsPreferences, es_preferences, ES, PREFERENCES, AdwPreferencesWindow)

GtkWidget *es_preferences_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

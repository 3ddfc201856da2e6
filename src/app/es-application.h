/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The program: one window, opened files, preferences, help. */
#define ES_TYPE_APPLICATION (es_application_get_type ())
G_DECLARE_FINAL_TYPE (EsApplication, es_application, ES, APPLICATION, AdwApplication)

EsApplication *es_application_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

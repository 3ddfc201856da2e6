/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Points of one's own and a network that learns them while they are placed: it starts
 * by itself, and everything can be changed while it runs. Everything is small enough to
 * be computed between two frames.
 */
#define ES_TYPE_PLAY_WINDOW (es_play_window_get_type ())
G_DECLARE_FINAL_TYPE (EsPlayWindow, es_play_window, ES, PLAY_WINDOW, AdwWindow)

/* Shows one, in front of @parent. */
void es_play_window_present (GtkWindow *parent);

G_END_DECLS

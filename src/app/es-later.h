/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The place of a page that is made when it is wanted: with es_later_get_page(), or when
 * it is seen. A window with fewer pages is there sooner.
 *
 * Property "page-type" (GType): a widget that needs no properties. Signal "made"
 * (page): it is there, but not in its place yet.
 */
#define ES_TYPE_LATER (es_later_get_type ())
G_DECLARE_FINAL_TYPE (EsLater, es_later, ES, LATER, AdwBin)

/* The page, which is made if it is not there yet; owned by @self. */
GtkWidget *es_later_get_page (EsLater *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One of a list of numbered things: an image of a dataset, a component. */
#define ES_TYPE_NUMBER_ITEM (es_number_item_get_type ())
G_DECLARE_FINAL_TYPE (EsNumberItem, es_number_item, ES, NUMBER_ITEM, GObject)

guint es_number_item_get_number (EsNumberItem *self);

/* A list model of EsNumberItem that makes them when they are asked for: a list of
   60,000 images is an array of their numbers. */
#define ES_TYPE_NUMBER_LIST (es_number_list_get_type ())
G_DECLARE_FINAL_TYPE (EsNumberList, es_number_list, ES, NUMBER_LIST, GObject)

EsNumberList *es_number_list_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Takes @numbers (n; transfer full). */
void es_number_list_set_numbers (EsNumberList *self, guint32 *numbers, gsize n);

/* Where image @number is in the list, or G_MAXUINT (GTK_INVALID_LIST_POSITION). */
guint es_number_list_find (EsNumberList *self, guint number);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-record.h"
#include "es-run-item.h"

G_BEGIN_DECLS

/* One attack of a gallery. */
#define ES_TYPE_GALLERY_ITEM (es_gallery_item_get_type ())
G_DECLARE_FINAL_TYPE (EsGalleryItem, es_gallery_item, ES, GALLERY_ITEM, GObject)

EsGalleryItem *es_gallery_item_new (EsAttackRecord *record) G_GNUC_WARN_UNUSED_RESULT;
EsAttackRecord *es_gallery_item_get_record (EsGalleryItem *self);

/*
 * The attacks on a run that a person keeps: a list of EsGalleryItem, the oldest first.
 * Kept as a file of attacks in the run's folder in the library; for a run that was
 * opened and is not in there beside the library, by the name of its file; else until
 * the program ends. For the main thread.
 */
#define ES_TYPE_GALLERY (es_gallery_get_type ())
G_DECLARE_FINAL_TYPE (EsGallery, es_gallery, ES, GALLERY, GObject)

/* The gallery of @run, which owns it. Its file is read, off the main thread, when it is
   asked for first. */
EsGallery *es_gallery_of (EsRunItem *run);

/* Looks whether another window or program has changed it. */
void es_gallery_refresh (EsGallery *self);

/* The items, for views. */
GListModel *es_gallery_get_items (EsGallery *self);

/* Puts an attack at @position, or at the end. FALSE if there are as many as a gallery
   can hold. */
gboolean es_gallery_insert (EsGallery *self, guint position, EsAttackRecord *record);
void es_gallery_remove (EsGallery *self, guint position);

/* Why it is not kept beyond the end of the program (nullable: it is). "notify" tells
   when that changes. */
const char *es_gallery_get_problem (EsGallery *self);

/* Whether what it holds is being written or read. */
gboolean es_gallery_is_busy (EsGallery *self);

G_END_DECLS

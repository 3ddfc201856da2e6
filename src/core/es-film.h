/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"

G_BEGIN_DECLS

/*
 * The weights of a training at the end of its epochs, for going back in time: whatever
 * is shown of a network can be shown of each frame. When they take more than
 * ES_FILM_MAX_BYTES, every second frame goes, but for the first and the last.
 */
#define ES_FILM_MAX_BYTES ((gsize)256 << 20)

typedef struct _EsFilm EsFilm;

/* @max_bytes: of weights, ES_FILM_MAX_BYTES but in tests. */
EsFilm *es_film_new (gsize max_bytes) G_GNUC_WARN_UNUSED_RESULT;
void es_film_free (EsFilm *film);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsFilm, es_film_free)

/* The same frames; the models are shared. */
EsFilm *es_film_copy (const EsFilm *film) G_GNUC_WARN_UNUSED_RESULT;

/* Appends the weights after @epoch epochs, 0 for those before training; ascending. */
void es_film_add (EsFilm *film, guint epoch, EsModel *model);

guint es_film_get_length (const EsFilm *film);
guint es_film_get_epoch (const EsFilm *film, guint frame);
EsModel *es_film_get_model (const EsFilm *film, guint frame);

/* The frame whose epoch is nearest to @epoch; the film must not be empty. */
guint es_film_find (const EsFilm *film, double epoch);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"

G_BEGIN_DECLS

/*
 * The built-in dataset "glyphs": handwriting-like digits 0 to 9, made from strokes.
 */

/* Images in a split, at most. */
#define ES_GLYPHS_MAX 1000000

/*
 * Makes @n_train and @n_test images (each 1 to ES_GLYPHS_MAX) of 28 x 28 pixels.
 * Every ten images in a row hold each digit once, in random order. An image
 * depends on @seed, its split and its position only: smaller datasets are the
 * beginnings of larger ones, and neither threads nor the machine make a difference.
 * ES_ERROR_SETTING if a number is out of range, ES_ERROR_NO_MEMORY.
 */
EsDataset *es_glyphs_new (guint64 seed, gsize n_train, gsize n_test, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

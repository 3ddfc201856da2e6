/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-stack.h"
#include "es-dataset.h"
#include "es-model.h"
#include "es-progress.h"

G_BEGIN_DECLS

/* What came of an attack, for other programs. Errors are ES_IO_ERROR, ES_ERROR. */

/* The image @pixels (rows, cols) as a PNG of as many pixels: 0 black, 1 white, what is
   beyond cut off. @about (nullable) goes into the file as its description. */
gboolean es_attack_save_image (const float *pixels,
                               guint rows,
                               guint cols,
                               const char *about,
                               const char *path,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The change @pixels (rows, cols) as an .npy file of float32. */
gboolean es_attack_save_change (const float *pixels,
                                guint rows,
                                guint cols,
                                const char *path,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * All images @split of @dataset with @stack on each, as an .npz file that
 * es_import_load() gives back as they are: "x_test" (N, rows, cols) float32 and
 * "y_test" (N), or "x_train" and "y_train"; "value_range" (2), which values are black
 * and white; "read_before" and "read_after" (N) by @model, "change" (rows, cols) the
 * sum of the layers before budget and clipping, and "about", the bytes of a JSON text
 * that says what was done. ES_ERROR_CANCELLED if @progress (nullable) says so, and then
 * @path is as it was.
 */
gboolean es_attack_save_dataset (const EsAttackStack *stack,
                                 const EsDataset *dataset,
                                 EsSplit split,
                                 const EsModel *model,
                                 const char *path,
                                 const EsProgress *progress,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

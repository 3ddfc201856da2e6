/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model-map.h"
#include "es-run.h"

G_BEGIN_DECLS

/*
 * Runs as .safetensors files: the weights under their names (embed.weight,
 * blocks.I.weight, blocks.I.bias, head.weight), and in the metadata the recipe and the
 * history (key "eigenscope", JSON) and, for other readers, "residual", "bias", "gate",
 * "rows" and "cols". An unfinished training adds AdamW's moments as
 * "optimizer.exp_avg" and "optimizer.exp_avg_sq".
 */

/* Writes @run atomically. */
gboolean es_run_save (const EsRun *run,
                      const char *path,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Writes the weights of @run alone, under the names above, for other programs: a
 * .safetensors file, whose metadata say what the network is ("residual", "bias", ...),
 * or .npz, by the suffix of @path. Atomic. ES_IO_ERROR_UNSUPPORTED for other suffixes.
 */
gboolean es_run_export_weights (const EsRun *run,
                                const char *path,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is to be said of a file that was opened. */
typedef struct
{
  gboolean residual_assumed; /* neither the file nor the overrides said */
  gsize n_not_finite;        /* weights that are NaN or infinite */
} EsRunNotes;

/*
 * Opens a run that Eigenscope wrote, or the weights of such a network that others
 * wrote: es_tensor_file_open() says in which formats, EsModelMap how they are
 * recognised.
 * @overrides is nullable. Besides their errors: ES_IO_ERROR_UNSUPPORTED for a newer
 * format, and for @overrides of a run of ours, which says itself what it is.
 */
EsRun *es_run_open (const char *path,
                    const EsModelOverrides *overrides,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same from an opened @file; also fills in @notes (nullable). */
EsRun *es_run_from_tensor_file (EsTensorFile *file,
                                const EsModelOverrides *overrides,
                                EsRunNotes *notes,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many weights of @run are NaN or infinite. */
gsize es_run_count_not_finite (const EsRun *run);

G_END_DECLS

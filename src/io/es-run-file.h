/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-run.h"
#include "es-safetensors.h"

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

typedef enum {
  ES_ASSUME_UNKNOWN,
  ES_ASSUME_NO,
  ES_ASSUME_YES,
} EsAssume;

/* What a person knows of weights that others saved, where the file does not say. */
typedef struct
{
  EsAssume residual; /* unknown is taken as no */
  guint rows;        /* of an image; 0: a square if P is one, else one row */
  guint cols;
} EsModelOverrides;

/* What is to be said of a file that was opened. */
typedef struct
{
  gboolean residual_assumed; /* neither the file nor the overrides said */
  gsize n_not_finite;        /* weights that are NaN or infinite */
} EsRunNotes;

/*
 * Opens a run that Eigenscope wrote, or the weights of such a network that others
 * wrote: sizes from the tensors, layers counted, bias if there is one, a common prefix
 * of the names ("model.") ignored. @overrides is nullable. ES_IO_ERROR_FORMAT naming
 * the tensor if one is missing or of the wrong shape; ES_IO_ERROR_UNSUPPORTED for a
 * newer format, more layers than ES_MODEL_MAX_LAYERS, or a biased embedding or head.
 */
EsRun *es_run_open (const char *path,
                    const EsModelOverrides *overrides,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same from an opened @file; also fills in @notes (nullable). */
EsRun *es_run_from_safetensors (const EsSafetensors *file,
                                const EsModelOverrides *overrides,
                                EsRunNotes *notes,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many weights of @run are NaN or infinite. */
gsize es_run_count_not_finite (const EsRun *run);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-model.h"
#include "es-progress.h"

G_BEGIN_DECLS

/*
 * What masks, added to every image at several strengths, do to a network: x + s m.
 * The fields are for reading.
 */
typedef struct
{
  gsize n_masks;
  gsize n_strengths;
  gsize C;
  gsize N;
  guint *targets;    /* (n_masks) the class that a mask is to be mistaken for */
  double *strengths; /* (n_strengths) */
  guint32 *totals;   /* (C) images of each class */
  guint32 *correct;  /* (n_masks, n_strengths, C) of them read as what they are */
  guint32 *taken;    /* the same shape: of them, not being the target, read as it */
  guint32 *reads;    /* (2, n_strengths, C, C) images of a class, by the class that they
                        are read as, summed over the masks; then over the controls */
} EsSweep;

/*
 * @masks (n_masks, P) with their @targets, at each of @strengths, on all @samples; the
 * last @n_controls of them are controls, which differs in what "reads" sums only.
 * @clip: held between 0 and 1 after the mask is added; else not, as published.
 *
 * Without clipping, one ungated layer costs next to nothing: the logits are polynomials
 * of second degree in s (src/DESIGN.md, equation 17), whose coefficients need the
 * network once. Otherwise every image passes through it at every strength. Results are
 * the same but for rounding, which matters where two logits are equal to
 * single precision. ES_ERROR_SETTING if a label has no class; ES_ERROR_NO_MEMORY,
 * ES_ERROR_CANCELLED.
 */
EsSweep *es_sweep_new (const EsModel *model,
                       const float *masks,
                       const guint *targets,
                       gsize n_masks,
                       gsize n_controls,
                       const double *strengths,
                       gsize n_strengths,
                       gboolean clip,
                       const EsSamples *samples,
                       const EsProgress *progress,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_sweep_free (EsSweep *sweep);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsSweep, es_sweep_free)

/* Share of all images that are read as what they are. */
double es_sweep_get_accuracy (const EsSweep *sweep, gsize mask, gsize strength);
/* Share of all images that are read as the mask's target but are not of it. */
double es_sweep_get_misclassified (const EsSweep *sweep, gsize mask, gsize strength);

G_END_DECLS

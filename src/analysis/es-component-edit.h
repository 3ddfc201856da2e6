/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-evaluate.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/*
 * A network whose components are switched off (0), scaled, or flipped (-1), with what
 * it then makes of a set of images (src/DESIGN.md, equation 18). Components are those
 * of the last layer, of all classes, in the embedding basis; biases are in them, and
 * the direct path of a residual network stays. For one thread at a time.
 */
typedef struct _EsComponentEdit EsComponentEdit;

/*
 * Begins with all factors 1. @spectrum must be @model's, of all classes, in the
 * embedding basis. Keeps the layer's input of every image, (N, H) floats.
 * ES_ERROR_SETTING if it does not fit or a label has no class; ES_ERROR_NO_MEMORY,
 * ES_ERROR_CANCELLED.
 */
EsComponentEdit *es_component_edit_new (EsModel *model,
                                        EsSpectrum *spectrum,
                                        const EsSamples *samples,
                                        const EsProgress *progress,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_component_edit_free (EsComponentEdit *edit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsComponentEdit, es_component_edit_free)

/* The factors (C, D), in the order of the eigenvalues. */
const float *es_component_edit_get_factors (const EsComponentEdit *edit);

/* Multiplies component @k (an index into the ascending eigenvalues) of class @c by
   @factor, which is finite. Costs N H operations: the images' logits follow. Those of a
   class without any component are exactly those of the direct path, 0 without one; with
   all factors 1 they are exactly the network's own. */
void es_component_edit_set (EsComponentEdit *edit, gsize c, gsize k, float factor);

/* Sets all @factors (C, D), where they differ. */
void es_component_edit_set_all (EsComponentEdit *edit, const float *factors);

/* Switches off, in all classes, each component of |lambda| below @threshold and sets
   the others to 1. */
void es_component_edit_set_threshold (EsComponentEdit *edit, double threshold);

/* Accuracy and loss on all images as edited. */
void es_component_edit_evaluate (const EsComponentEdit *edit, EsEvaluation *evaluation);

/* @logits (C) of image @x (P, 0 to 1) as edited. */
void
es_component_edit_logits (const EsComponentEdit *edit, const float *x, double *logits);

/* What is edited, for files: a text for each class with a factor other than 1 (its name
   of @names, C, or its number if NULL), with components counted as
   es_component_from_index() does, such as "7: 0 × 0, -2…-9 × 0.5". NULL-terminated,
   g_strfreev(). */
char **es_component_edit_describe (const EsComponentEdit *edit,
                                   char **names) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The edited network as a network (equations 18 and 19): its spectra in the embedding
 * basis are the edited ones and zeros, and it computes the same logits. It is as wide
 * as the network, and by one unit for each component wider; a class counts those with a
 * factor other than 1, or those with another than 0 if they are fewer. If all classes
 * do the latter, they take the place of the network's own units, but for a residual
 * network; if some do, a residual network's own width comes on top.
 * ES_ERROR_SETTING for networks of several layers, of which only the last has these
 * components, or if nothing is left; ES_ERROR_NO_MEMORY.
 */
EsModel *es_component_edit_make_model (const EsComponentEdit *edit,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What the edits of one network are on another one, such as the same network trained
 * further: @out (C, D of @to) has the factor that the component of the same class and
 * rank has in @factors (C, D of @from), counted as es_component_from_index() does, and
 * 1 where there was none. FALSE, with all 1, if the spectra are not of the same number
 * of classes and components.
 */
gboolean es_component_edit_carry (float *out,
                                  const EsSpectrum *to,
                                  const float *factors,
                                  const EsSpectrum *from);

G_END_DECLS

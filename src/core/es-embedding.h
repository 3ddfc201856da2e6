/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-network.h"

G_BEGIN_DECLS

/*
 * The embedding of many images of bytes by one network, e = E x (src/DESIGN.md,
 * equation 1). Where many pixels are black, it skips them: a digit of MNIST has four
 * black pixels of five. What an image gives depends neither on the images beside it nor
 * on the number of threads; images that are mostly not black are embedded by a matrix
 * product, which sums in another order.
 */
typedef struct _EsEmbedding EsEmbedding;

/* For @N images @pixels (N, P), which tell whether skipping pays; they are not kept;
   @model must stay. */
EsEmbedding *es_embedding_new (const EsModel *model, const guint8 *pixels, gsize N);
void es_embedding_free (EsEmbedding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsEmbedding, es_embedding_free)

/* Runs the network over @N images @pixels (N, P), at most act->max_rows of them, as
   es_network_forward() does; act->x is overwritten. From any thread. */
void es_embedding_forward (const EsEmbedding *self,
                           EsActivations *act,
                           const guint8 *pixels,
                           gsize N);

G_END_DECLS

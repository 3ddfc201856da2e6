/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model-map.h"

G_BEGIN_DECLS

/*
 * Gives the parts that @map, of @file, still lacks to tensors whose sizes fit: H × P
 * becomes the embedding, 2H × H the layers in the order of the file or else pairs of
 * H × H their halves, C × H the head; of several that fit the first, as head the one of
 * fewest rows. Biases only where nothing else can be meant. Returns FALSE, and leaves
 * the parts as they were, unless that makes a whole network.
 */
gboolean es_model_shapes_guess (EsModelMap *map, const EsTensorFile *file);

G_END_DECLS

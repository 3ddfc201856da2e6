/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-tensor.h"

G_BEGIN_DECLS

/* An array read from a file; the tensor's name and data belong to it. */
typedef struct
{
  EsTensor tensor;
  char *name;
  GBytes *bytes; /* holds the data unless it had to be reordered (nullable) */
  guint8 *owned; /* (n_bytes), the reordered data (nullable) */
} EsArray;

/* @tensor with a name of its own; @bytes (nullable) holds its data. */
EsArray *es_array_new (const EsTensor *tensor, GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;
void es_array_free (EsArray *array);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsArray, es_array_free)

/*
 * Copies the elements of @array in row-major order and this machine's byte order from
 * @in, whose element [i, j, ...] is number i @strides[0] + j @strides[1] + ...; the
 * caller has checked that @in holds them all. ES_IO_ERROR_TOO_LARGE, naming @path, if
 * there is no memory. The bytes that @array held are released.
 */
gboolean es_array_gather (EsArray *array,
                          const guint8 *in,
                          const gsize *strides,
                          gboolean is_big_endian,
                          const char *path,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

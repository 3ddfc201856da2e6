/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

#define ES_TENSOR_MAX_DIMS 8

/* Types of elements in files. */
typedef enum {
  ES_DTYPE_BOOL,
  ES_DTYPE_U8,
  ES_DTYPE_I8,
  ES_DTYPE_U16,
  ES_DTYPE_I16,
  ES_DTYPE_F16,
  ES_DTYPE_BF16,
  ES_DTYPE_U32,
  ES_DTYPE_I32,
  ES_DTYPE_F32,
  ES_DTYPE_U64,
  ES_DTYPE_I64,
  ES_DTYPE_F64,
} EsDtype;

#define ES_N_DTYPES (ES_DTYPE_F64 + 1)

/* Bytes of one element. */
gsize es_dtype_size (EsDtype dtype);

/* "F32" and the like, as in safetensors. */
const char *es_dtype_to_string (EsDtype dtype);

/* A named array in a file, or about to be written to one. Does not own its data. */
typedef struct
{
  const char *name;
  EsDtype dtype;
  guint n_dims; /* 0 is a single number */
  gsize dims[ES_TENSOR_MAX_DIMS];
  gsize n;            /* elements, the product of dims */
  const guint8 *data; /* little-endian, row-major, perhaps unaligned */
  gsize n_bytes;
} EsTensor;

/* Describes @data, in memory, of @n_dims sizes @dims, whose product fits a gsize.
   Names and data stay the caller's. */
EsTensor es_tensor_view (const char *name,
                         EsDtype dtype,
                         gconstpointer data,
                         guint n_dims,
                         const gsize *dims);

/* Fills in @n and @n_bytes from the type and the sizes. Returns FALSE on overflow. */
gboolean es_tensor_count (EsTensor *tensor);

/* "10 × 64", or "single number". Free with g_free(). */
char *es_tensor_shape (const EsTensor *tensor) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @tensor has exactly these sizes. */
gboolean es_tensor_has_shape (const EsTensor *tensor, guint n_dims, const gsize *dims);

/*
 * The elements converted to float or double (n), to be freed with g_free(); booleans
 * become 0 and 1. NULL with ES_IO_ERROR_TOO_LARGE, naming @path, if they do not fit
 * into memory.
 */
float *es_tensor_to_float (const EsTensor *tensor,
                           const char *path,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
double *es_tensor_to_double (const EsTensor *tensor,
                             const char *path,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same into memory of the caller (n). */
void es_tensor_copy_float (const EsTensor *tensor, float *out);
void es_tensor_copy_double (const EsTensor *tensor, double *out);

G_END_DECLS

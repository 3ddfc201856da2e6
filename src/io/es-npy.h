/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-array.h"

G_BEGIN_DECLS

/*
 * NumPy's array files: magic, version, a Python dictionary (descr, fortran_order,
 * shape), the elements.
 */

/*
 * Reads an array: versions 1 to 3, booleans, whole numbers and floats of either byte
 * order; Fortran order is turned into C order. Besides errors of opening:
 * ES_IO_ERROR_FORMAT, _TRUNCATED, _TOO_LARGE, and _UNSUPPORTED for objects, text,
 * complex and structured types and more than ES_TENSOR_MAX_DIMS dimensions.
 */
EsArray *es_npy_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for @bytes in memory; @path is for messages, @name is the array's. */
EsArray *es_npy_parse (GBytes *bytes,
                       const char *name,
                       const char *path,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Reads what stands before the elements: type and sizes into @tensor, and into
 * @n_header where the elements begin. @data (n_bytes) may be only the beginning of the
 * array; none has a header above ES_NPY_MAX_HEADER bytes.
 */
#define ES_NPY_MAX_HEADER 10012
gboolean es_npy_parse_header (EsTensor *tensor,
                              gsize *n_header,
                              const guint8 *data,
                              gsize n_bytes,
                              const char *path,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A one-dimensional array of text, "<U12" or "|S7" (UTF-8), NULL-terminated
   (g_strfreev()). ES_IO_ERROR_FORMAT for anything else. */
char **es_npy_parse_strings (GBytes *bytes,
                             const char *path,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What stands before the elements of @tensor in the file @path (version 1, C order;
 * g_free()). ES_IO_ERROR_UNSUPPORTED for BF16, which NumPy does not know.
 */
char *es_npy_header (const EsTensor *tensor,
                     gsize *n_bytes,
                     const char *path,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @tensor atomically; errors as above, or ES_IO_ERROR_WRITE. */
gboolean es_npy_write (const char *path,
                       const EsTensor *tensor,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

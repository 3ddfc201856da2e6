/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-array.h"

#include <string.h>

EsArray *
es_array_new (const EsTensor *tensor, GBytes *bytes)
{
  EsArray *array = g_new0 (EsArray, 1);

  array->name = g_strdup (tensor->name);
  array->bytes = bytes == NULL ? NULL : g_bytes_ref (bytes);
  array->tensor = *tensor;
  array->tensor.name = array->name;
  return array;
}

void
es_array_free (EsArray *array)
{
  if (array == NULL)
    return;
  g_free (array->name);
  g_clear_pointer (&array->bytes, g_bytes_unref);
  g_free (array->owned);
  g_free (array);
}

/* Copies the element at @from, in either byte order. */
static void
copy_element (guint8 *to, const guint8 *from, gsize size, gboolean swap)
{
  if (!swap) {
    memcpy (to, from, size);
    return;
  }
  for (gsize i = 0; i < size; i++)
    to[i] = from[size - 1 - i];
}

gboolean
es_array_gather (EsArray *array,
                 const guint8 *in,
                 const gsize *strides,
                 gboolean is_big_endian,
                 const char *path,
                 GError **error)
{
  const EsTensor *tensor = &array->tensor;
  gsize size = es_dtype_size (tensor->dtype);
  gsize index[ES_TENSOR_MAX_DIMS] = {0}, from = 0;

  array->owned = g_try_malloc (MAX (tensor->n_bytes, 1));
  if (array->owned == NULL) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "no memory for the %" G_GSIZE_FORMAT " bytes of “%s”",
                     tensor->n_bytes, tensor->name);
    return FALSE;
  }
  array->tensor.data = array->owned;
  for (gsize i = 0; i < tensor->n; i++) {
    copy_element (array->owned + i * size, in + from * size, size, is_big_endian);
    for (gsize d = tensor->n_dims; d-- > 0;) {
      from += strides[d];
      if (++index[d] < tensor->dims[d])
        break;
      from -= strides[d] * tensor->dims[d];
      index[d] = 0;
    }
  }
  g_clear_pointer (&array->bytes, g_bytes_unref);
  return TRUE;
}

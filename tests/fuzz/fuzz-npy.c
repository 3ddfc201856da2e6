/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-npy.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsArray) array = es_npy_parse (bytes, "a", "FILE", &error);
  g_autofree double *values = NULL;

  g_assert ((array == NULL) == (error != NULL));
  if (array == NULL)
    return 0;
  values = es_tensor_to_double (&array->tensor, "FILE", NULL);
  g_assert (values != NULL);
  return 0;
}

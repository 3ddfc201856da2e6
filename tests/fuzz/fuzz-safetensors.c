/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-safetensors.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsSafetensors) file = es_safetensors_parse (bytes, "FILE", &error);
  g_auto (GStrv) keys = NULL;
  const EsTensor *tensors;
  gsize n;

  g_assert ((file == NULL) == (error != NULL));
  g_assert (error == NULL || g_utf8_validate (error->message, -1, NULL));
  if (file == NULL)
    return 0;
  tensors = es_safetensors_get_tensors (file, &n);
  for (gsize i = 0; i < n; i++) {
    g_autofree double *wide = es_safetensors_to_double (file, tensors[i].name, NULL);
    g_autofree float *narrow = es_tensor_to_float (&tensors[i], "FILE", NULL);
    g_autofree char *shape = es_tensor_shape (&tensors[i]);

    g_assert (es_safetensors_lookup (file, tensors[i].name) == &tensors[i]);
    g_assert (wide != NULL && narrow != NULL && *shape != '\0');
  }
  keys = es_safetensors_list_metadata (file);
  for (char **key = keys; *key != NULL; key++)
    g_assert (es_safetensors_get_metadata (file, *key) != NULL);
  return 0;
}

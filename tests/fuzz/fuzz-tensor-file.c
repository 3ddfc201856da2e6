/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-run-file.h"

/* Views and archive entries may overlap, so a small file could keep the target busy. */
#define MAX_READ 20

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, n_bytes);
  g_autoptr (GError) error = NULL, cause = NULL;
  g_autoptr (EsTensorFile) file = es_tensor_file_parse (bytes, "FILE", &error);
  g_autoptr (EsRun) run = NULL;
  const EsTensor *tensors;
  gsize n;

  g_assert ((file == NULL) == (error != NULL));
  if (error != NULL)
    g_assert (g_utf8_validate (error->message, -1, NULL));
  if (file == NULL)
    return 0;
  tensors = es_tensor_file_get_tensors (file, &n);
  for (gsize i = 0; i < MIN (n, MAX_READ); i++) {
    g_autoptr (GError) failure = NULL;
    g_autoptr (EsArray) array = es_tensor_file_read (file, &tensors[i], &failure);
    g_autofree double *values = NULL;

    g_assert ((array == NULL) == (failure != NULL));
    g_assert (es_tensor_file_lookup (file, tensors[i].name) == &tensors[i]);
    if (array == NULL)
      continue;
    g_assert (array->tensor.n == tensors[i].n);
    values = es_tensor_to_double (&array->tensor, "FILE", NULL);
    g_assert (values != NULL);
  }
  run = es_run_from_tensor_file (file, NULL, NULL, &cause);
  g_assert ((run == NULL) == (cause != NULL));
  return 0;
}

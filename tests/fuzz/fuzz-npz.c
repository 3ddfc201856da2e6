/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-npz.h"

/* Entries may overlap, so a small archive could keep the target busy for long. */
#define MAX_READ 20

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsNpz) npz = es_npz_parse (bytes, "FILE", &error);
  const char *const *names;

  g_assert ((npz == NULL) == (error != NULL));
  if (npz == NULL)
    return 0;
  names = es_npz_get_names (npz);
  for (guint i = 0; i < MAX_READ && names[i] != NULL; i++) {
    g_autoptr (GError) cause = NULL;
    g_autoptr (EsArray) array = es_npz_read (npz, names[i], &cause);
    g_autofree double *values = NULL;

    g_assert ((array == NULL) == (cause != NULL));
    if (array == NULL)
      continue;
    values = es_tensor_to_double (&array->tensor, "FILE", NULL);
    g_assert (values != NULL);
  }
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-idx.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsIdx) idx = es_idx_parse (bytes, "FILE", &error);
  g_autofree guint16 *labels = NULL;
  gsize n;
  guint rows, cols;

  g_assert ((idx == NULL) == (error != NULL));
  if (idx == NULL)
    return 0;
  labels = es_idx_to_labels (idx, NULL);
  if (es_idx_get_images (idx, &n, &rows, &cols, NULL))
    g_assert (n * rows * cols == idx->n_bytes);
  return 0;
}

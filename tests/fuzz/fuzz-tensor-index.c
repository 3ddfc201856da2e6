/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-tensor-index.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EsTensorIndex) index =
      es_tensor_index_parse ((const char *)data, n_bytes, "FILE", &error);

  g_assert ((index == NULL) == (error != NULL));
  if (index == NULL)
    return 0;
  g_assert (index->files->len <= g_hash_table_size (index->names));
  for (guint i = 0; i < index->files->len; i++)
    g_assert (strchr (index->files->pdata[i], '/') == NULL);
  return 0;
}

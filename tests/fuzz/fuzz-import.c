/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-import.h"

/* Arrays, tables: whatever the bytes are taken for. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (EsImportInfo) info = NULL;
  g_autoptr (EsDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) probe_error = NULL;
  g_autofree char *path = NULL;
  int fd = fuzz_file_new (data, n_bytes, &path);

  info = es_import_probe (path, NULL, &probe_error);
  g_assert ((info == NULL) == (probe_error != NULL));
  dataset = es_import_load (path, NULL, NULL, &error);
  g_assert ((dataset == NULL) == (error != NULL));
  if (dataset != NULL) {
    g_assert (info != NULL);
    g_assert (dataset->n_classes >= 2 && dataset->n_classes <= ES_IMPORT_MAX_CLASSES);
    for (gsize n = 0; n < dataset->train.N; n++)
      g_assert (dataset->train.labels[n] < dataset->n_classes);
  }
  close (fd);
  return 0;
}

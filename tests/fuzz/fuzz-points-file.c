/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-points-file.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autofree char *path = NULL;
  int fd = fuzz_file_new (data, n_bytes, &path);
  g_autoptr (GArray) points = NULL;
  g_autoptr (GError) error = NULL;
  guint n_classes = 0;

  points = es_points_load (path, &n_classes, &error);
  close (fd);
  g_assert ((points == NULL) == (error != NULL));
  if (points == NULL)
    return 0;
  g_assert (n_classes >= 2 && n_classes <= ES_PLAYGROUND_MAX_CLASSES);
  g_assert (points->len >= n_classes && points->len <= ES_PLAYGROUND_MAX_POINTS);
  for (guint i = 0; i < points->len; i++) {
    const EsPoint *point = &g_array_index (points, EsPoint, i);

    g_assert (point->x >= -1 && point->x <= 1 && point->y >= -1 && point->y <= 1);
    g_assert (point->class < n_classes);
  }
  return 0;
}

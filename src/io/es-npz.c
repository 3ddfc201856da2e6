/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-npz.h"

#include "es-file.h"
#include "es-zip.h"

#include <string.h>

#define SUFFIX ".npy"

struct _EsNpz
{
  char *path;
  EsZip *zip;
  GPtrArray *names;    /* NULL-terminated */
  GHashTable *indices; /* name to the entry's number + 1 */
};

void
es_npz_free (EsNpz *npz)
{
  if (npz == NULL)
    return;
  es_zip_free (npz->zip);
  g_free (npz->path);
  g_ptr_array_unref (npz->names);
  g_hash_table_unref (npz->indices);
  g_free (npz);
}

static gboolean
list_entries (EsNpz *npz, GError **error)
{
  for (gsize i = 0; i < es_zip_get_n_entries (npz->zip); i++) {
    const char *entry = es_zip_get_name (npz->zip, i);
    char *name;

    /* What is no array is left alone. */
    if (entry == NULL || !g_str_has_suffix (entry, SUFFIX))
      continue;
    name = g_strndup (entry, strlen (entry) - strlen (SUFFIX));
    g_ptr_array_add (npz->names, name);
    if (!g_hash_table_insert (npz->indices, name, GSIZE_TO_POINTER (i + 1))) {
      es_io_set_error (error, ES_IO_ERROR_FORMAT, npz->path,
                       "holds two arrays of the name “%.100s”", name);
      return FALSE;
    }
  }
  return TRUE;
}

EsNpz *
es_npz_parse (GBytes *bytes, const char *path, GError **error)
{
  g_autoptr (EsNpz) npz = g_new0 (EsNpz, 1);

  npz->path = g_strdup (path);
  npz->names = g_ptr_array_new_with_free_func (g_free);
  npz->indices = g_hash_table_new (g_str_hash, g_str_equal);
  npz->zip = es_zip_parse (bytes, path, error);
  if (npz->zip == NULL || !list_entries (npz, error))
    return NULL;
  g_ptr_array_add (npz->names, NULL);
  return g_steal_pointer (&npz);
}

EsNpz *
es_npz_open (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = es_file_load (path, G_MAXSIZE, error);

  return bytes == NULL ? NULL : es_npz_parse (bytes, path, error);
}

const char *const *
es_npz_get_names (const EsNpz *npz)
{
  return (const char *const *)npz->names->pdata;
}

/* The number of the array's entry in the archive. */
static gboolean
find (const EsNpz *npz, const char *name, gsize *index, GError **error)
{
  gsize found = GPOINTER_TO_SIZE (g_hash_table_lookup (npz->indices, name));

  if (found == 0) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, npz->path, "has no array “%s”",
                     name);
    return FALSE;
  }
  *index = found - 1;
  return TRUE;
}

gboolean
es_npz_describe (EsNpz *npz, const char *name, EsTensor *tensor, GError **error)
{
  g_autofree char *label = g_strdup_printf ("%s (%s)", npz->path, name);
  guint8 start[ES_NPY_MAX_HEADER];
  gsize index, size, n, n_header = 0;

  *tensor = (EsTensor){.name = name};
  if (!find (npz, name, &index, error) ||
      !es_zip_get_size (npz->zip, index, &size, error) ||
      !es_zip_read_start (npz->zip, index, start, sizeof start, &n, error) ||
      !es_npy_parse_header (tensor, &n_header, start, n, label, error))
    return FALSE;
  if (size - n_header == tensor->n_bytes)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_TRUNCATED, label,
                   "has %" G_GSIZE_FORMAT
                   " bytes of data; its shape needs %" G_GSIZE_FORMAT,
                   size - n_header, tensor->n_bytes);
  return FALSE;
}

EsArray *
es_npz_read (EsNpz *npz, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *label = g_strdup_printf ("%s (%s)", npz->path, name);
  gsize index;

  if (!find (npz, name, &index, error))
    return NULL;
  bytes = es_zip_read (npz->zip, index, error);
  return bytes == NULL ? NULL : es_npy_parse (bytes, name, label, error);
}

char **
es_npz_read_strings (EsNpz *npz, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *label = g_strdup_printf ("%s (%s)", npz->path, name);
  gsize index;

  if (!find (npz, name, &index, error))
    return NULL;
  bytes = es_zip_read (npz->zip, index, error);
  return bytes == NULL ? NULL : es_npy_parse_strings (bytes, label, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-npz.h"

#include "es-file.h"

#include <string.h>
#include <zip.h>

#define MAX_ENTRIES 65535
#define FIRST_CHUNK ((gsize)1 << 20)
#define MAX_ARRAY_BYTES ((guint64)16 << 30)
/* No deflate stream expands further. */
#define MAX_DEFLATE_RATIO 1032
#define LEAST_BYTES 22
#define SUFFIX ".npy"

struct _EsNpz
{
  char *path;
  GBytes *bytes;
  zip_t *zip;
  GPtrArray *names;    /* NULL-terminated */
  GHashTable *indices; /* name to the entry's number + 1 */
};

void
es_npz_free (EsNpz *npz)
{
  if (npz == NULL)
    return;
  if (npz->zip != NULL)
    zip_discard (npz->zip);
  g_free (npz->path);
  g_bytes_unref (npz->bytes);
  g_ptr_array_unref (npz->names);
  g_hash_table_unref (npz->indices);
  g_free (npz);
}

static void
set_zip_error (const EsNpz *npz, zip_error_t *cause, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, npz->path,
                   "cannot read as a zip file: %s", zip_error_strerror (cause));
}

static gboolean
open_archive (EsNpz *npz, GError **error)
{
  zip_error_t cause;
  zip_source_t *source;
  gsize n;
  gconstpointer data = g_bytes_get_data (npz->bytes, &n);

  /* libzip takes an empty file for an empty archive. */
  if (n < LEAST_BYTES || memcmp (data, "PK", 2) != 0) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, npz->path,
                     "is not a zip file: no “PK” at its beginning");
    return FALSE;
  }
  zip_error_init (&cause);
  source = zip_source_buffer_create (data, n, 0, &cause);
  if (source != NULL)
    npz->zip = zip_open_from_source (source, ZIP_RDONLY, &cause);
  if (npz->zip == NULL) {
    set_zip_error (npz, &cause, error);
    zip_source_free (source);
  }
  zip_error_fini (&cause);
  return npz->zip != NULL;
}

static gboolean
list_entries (EsNpz *npz, GError **error)
{
  zip_int64_t n = zip_get_num_entries (npz->zip, 0);

  if (n > MAX_ENTRIES) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, npz->path,
                     "holds %" G_GINT64_FORMAT " files; the limit is %d", (gint64)n,
                     MAX_ENTRIES);
    return FALSE;
  }
  for (zip_int64_t i = 0; i < n; i++) {
    const char *entry = zip_get_name (npz->zip, (zip_uint64_t)i, 0);
    char *name;

    /* What is no array is left alone. */
    if (entry == NULL || !g_str_has_suffix (entry, SUFFIX))
      continue;
    name = g_strndup (entry, strlen (entry) - strlen (SUFFIX));
    g_ptr_array_add (npz->names, name);
    if (!g_hash_table_insert (npz->indices, name, GSIZE_TO_POINTER ((gsize)i + 1))) {
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
  npz->bytes = g_bytes_ref (bytes);
  npz->names = g_ptr_array_new_with_free_func (g_free);
  npz->indices = g_hash_table_new (g_str_hash, g_str_equal);
  if (!open_archive (npz, error) || !list_entries (npz, error))
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

/* Whether the claimed size of an entry can be true, and its kind is one we read. */
static gboolean
check_entry (const EsNpz *npz,
             const char *name,
             const zip_stat_t *entry,
             GError **error)
{
  const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  guint64 stored = g_bytes_get_size (npz->bytes), possible;
  EsIoError code = ES_IO_ERROR_FORMAT;
  const char *problem = NULL;

  if ((entry->valid & needed) != needed || entry->comp_size > stored) {
    problem = "has impossible sizes";
  } else if (entry->comp_method != ZIP_CM_STORE &&
             entry->comp_method != ZIP_CM_DEFLATE) {
    code = ES_IO_ERROR_UNSUPPORTED;
    problem = "is compressed by another method than deflate";
  } else if ((entry->valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
             entry->encryption_method != ZIP_EM_NONE) {
    code = ES_IO_ERROR_UNSUPPORTED;
    problem = "is encrypted";
  } else if (!g_uint64_checked_mul (&possible, entry->comp_size, MAX_DEFLATE_RATIO) ||
             entry->size > possible) {
    problem = "claims more than its compressed data can give";
  } else if (entry->size > MAX_ARRAY_BYTES) {
    code = ES_IO_ERROR_TOO_LARGE;
    problem = "is larger than 16 GiB";
  }
  if (problem == NULL)
    return TRUE;
  es_io_set_error (error, code, npz->path, "the array “%.100s” %s", name, problem);
  return FALSE;
}

static void
set_read_error (const EsNpz *npz, const char *name, const char *problem, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, npz->path,
                   "cannot read the array “%.100s”: %s", name, problem);
}

/* Reads until the end, which is also where the checksum is compared. */
static GBytes *
read_data (
    const EsNpz *npz, const char *name, zip_file_t *file, gsize size, GError **error)
{
  /* One byte more than claimed shows whether there is more. */
  gsize capacity = MIN (size, FIRST_CHUNK) + 1, done = 0;
  g_autofree guint8 *data = NULL;

  while (TRUE) {
    guint8 *grown = g_try_realloc (data, capacity);
    zip_int64_t n;

    if (grown == NULL) {
      es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, npz->path,
                       "no memory for the array “%.100s”", name);
      return NULL;
    }
    data = grown;
    n = zip_fread (file, data + done, capacity - done);
    if (n < 0) {
      set_read_error (npz, name, zip_file_strerror (file), error);
      return NULL;
    }
    done += (gsize)n;
    if (done > size || (n == 0 && done < size)) {
      set_read_error (npz, name, "its size is not what the archive says", error);
      return NULL;
    }
    if (n == 0)
      return g_bytes_new_take (g_steal_pointer (&data), done);
    if (done == capacity)
      capacity = MIN (size + 1, 2 * capacity);
  }
}

EsArray *
es_npz_read (EsNpz *npz, const char *name, GError **error)
{
  gsize index = GPOINTER_TO_SIZE (g_hash_table_lookup (npz->indices, name));
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *label = NULL;
  zip_stat_t entry;
  zip_file_t *file;

  if (index == 0) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, npz->path, "has no array “%s”",
                     name);
    return NULL;
  }
  if (zip_stat_index (npz->zip, index - 1, 0, &entry) != 0) {
    set_zip_error (npz, zip_get_error (npz->zip), error);
    return NULL;
  }
  if (!check_entry (npz, name, &entry, error))
    return NULL;
  file = zip_fopen_index (npz->zip, index - 1, 0);
  if (file == NULL) {
    set_read_error (npz, name, zip_strerror (npz->zip), error);
    return NULL;
  }
  bytes = read_data (npz, name, file, (gsize)entry.size, error);
  zip_fclose (file);
  label = g_strdup_printf ("%s (%s)", npz->path, name);
  return bytes == NULL ? NULL : es_npy_parse (bytes, name, label, error);
}

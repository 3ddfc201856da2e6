/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-zip.h"

#include <string.h>
#include <zip.h>

#define MAX_ENTRIES 65535
#define FIRST_CHUNK ((gsize)1 << 20)
#define MAX_ENTRY_BYTES ((guint64)16 << 30)
/* No deflate stream expands further. */
#define MAX_DEFLATE_RATIO 1032
#define LEAST_BYTES 22

struct _EsZip
{
  char *path;
  GBytes *bytes;
  zip_t *zip;
  gsize n_entries;
};

gboolean
es_zip_recognise (gconstpointer data, gsize n_bytes)
{
  return n_bytes >= 4 &&
         (memcmp (data, "PK\3\4", 4) == 0 || memcmp (data, "PK\5\6", 4) == 0);
}

void
es_zip_free (EsZip *zip)
{
  if (zip == NULL)
    return;
  if (zip->zip != NULL)
    zip_discard (zip->zip);
  g_free (zip->path);
  g_bytes_unref (zip->bytes);
  g_free (zip);
}

static void
set_zip_error (const EsZip *zip, zip_error_t *cause, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, zip->path,
                   "cannot read as a zip file: %s", zip_error_strerror (cause));
}

static gboolean
open_archive (EsZip *zip, GError **error)
{
  zip_error_t cause;
  zip_source_t *source;
  gsize n;
  gconstpointer data = g_bytes_get_data (zip->bytes, &n);

  /* libzip takes an empty file for an empty archive. */
  if (n < LEAST_BYTES || memcmp (data, "PK", 2) != 0) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, zip->path,
                     "is not a zip file: no “PK” at its beginning");
    return FALSE;
  }
  zip_error_init (&cause);
  source = zip_source_buffer_create (data, n, 0, &cause);
  if (source != NULL)
    zip->zip = zip_open_from_source (source, ZIP_RDONLY, &cause);
  if (zip->zip == NULL) {
    set_zip_error (zip, &cause, error);
    zip_source_free (source);
  }
  zip_error_fini (&cause);
  return zip->zip != NULL;
}

EsZip *
es_zip_parse (GBytes *bytes, const char *path, GError **error)
{
  g_autoptr (EsZip) zip = g_new0 (EsZip, 1);
  zip_int64_t n;

  zip->path = g_strdup (path);
  zip->bytes = g_bytes_ref (bytes);
  if (!open_archive (zip, error))
    return NULL;
  n = zip_get_num_entries (zip->zip, 0);
  if (n > MAX_ENTRIES) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "holds %" G_GINT64_FORMAT " files; the limit is %d", (gint64)n,
                     MAX_ENTRIES);
    return NULL;
  }
  zip->n_entries = n < 0 ? 0 : (gsize)n;
  return g_steal_pointer (&zip);
}

gsize
es_zip_get_n_entries (const EsZip *zip)
{
  return zip->n_entries;
}

const char *
es_zip_get_name (const EsZip *zip, gsize i)
{
  return zip_get_name (zip->zip, i, 0);
}

/* For messages. */
static const char *
entry_name (const EsZip *zip, gsize i)
{
  const char *name = es_zip_get_name (zip, i);

  return name == NULL ? "?" : name;
}

/* Whether the claimed size of an entry can be true, and its kind is one we read. */
static gboolean
check_entry (const EsZip *zip, gsize i, const zip_stat_t *entry, GError **error)
{
  const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  guint64 stored = g_bytes_get_size (zip->bytes), possible;
  EsIoError code = ES_IO_ERROR_FORMAT;
  const char *problem = NULL;

  if ((entry->valid & needed) != needed || entry->comp_size > stored ||
      (entry->comp_method == ZIP_CM_STORE && entry->size > stored)) {
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
  } else if (entry->size > MAX_ENTRY_BYTES) {
    code = ES_IO_ERROR_TOO_LARGE;
    problem = "is larger than 16 GiB";
  }
  if (problem == NULL)
    return TRUE;
  es_io_set_error (error, code, zip->path, "“%.100s” in it %s", entry_name (zip, i),
                   problem);
  return FALSE;
}

gboolean
es_zip_get_size (EsZip *zip, gsize i, gsize *size, GError **error)
{
  zip_stat_t entry;

  if (zip_stat_index (zip->zip, i, 0, &entry) != 0) {
    set_zip_error (zip, zip_get_error (zip->zip), error);
    return FALSE;
  }
  if (!check_entry (zip, i, &entry, error))
    return FALSE;
  *size = (gsize)entry.size;
  return TRUE;
}

static void
set_read_error (const EsZip *zip, gsize i, const char *problem, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, zip->path,
                   "cannot read “%.100s” in it: %s", entry_name (zip, i), problem);
}

/* Opens entry @i and finds its size. */
static zip_file_t *
open_entry (EsZip *zip, gsize i, gsize *size, GError **error)
{
  zip_file_t *file;

  if (!es_zip_get_size (zip, i, size, error))
    return NULL;
  file = zip_fopen_index (zip->zip, i, 0);
  if (file == NULL)
    set_read_error (zip, i, zip_strerror (zip->zip), error);
  return file;
}

/* Reads until the end, which is also where the checksum is compared. */
static GBytes *
read_data (const EsZip *zip, gsize i, zip_file_t *file, gsize size, GError **error)
{
  /* One byte more than claimed shows whether there is more. */
  gsize capacity = MIN (size, FIRST_CHUNK) + 1, done = 0;
  g_autofree guint8 *data = NULL;

  while (TRUE) {
    guint8 *grown = g_try_realloc (data, capacity);
    zip_int64_t n;

    if (grown == NULL) {
      es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, zip->path,
                       "no memory for “%.100s” in it", entry_name (zip, i));
      return NULL;
    }
    data = grown;
    n = zip_fread (file, data + done, capacity - done);
    if (n < 0) {
      set_read_error (zip, i, zip_file_strerror (file), error);
      return NULL;
    }
    done += (gsize)n;
    if (done > size || (n == 0 && done < size)) {
      set_read_error (zip, i, "its size is not what the archive says", error);
      return NULL;
    }
    if (n == 0)
      return g_bytes_new_take (g_steal_pointer (&data), done);
    if (done == capacity)
      capacity = MIN (size + 1, 2 * capacity);
  }
}

GBytes *
es_zip_read (EsZip *zip, gsize i, GError **error)
{
  gsize size;
  zip_file_t *file = open_entry (zip, i, &size, error);
  GBytes *bytes;

  if (file == NULL)
    return NULL;
  bytes = read_data (zip, i, file, size, error);
  zip_fclose (file);
  return bytes;
}

gboolean
es_zip_read_start (
    EsZip *zip, gsize i, guint8 *out, gsize max, gsize *n, GError **error)
{
  gsize size;
  zip_file_t *file = open_entry (zip, i, &size, error);
  zip_int64_t n_read = 1;

  *n = 0;
  if (file == NULL)
    return FALSE;
  while (n_read > 0 && *n < MIN (max, size)) {
    n_read = zip_fread (file, out + *n, MIN (max, size) - *n);
    *n += n_read > 0 ? (gsize)n_read : 0;
  }
  if (n_read < 0)
    set_read_error (zip, i, zip_file_strerror (file), error);
  zip_fclose (file);
  return n_read >= 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-npz.h"

#include "es-file.h"

#include <string.h>
#include <zip.h>

/* 1 January 1980, the earliest that a zip file can say. */
#define DOS_TIME 0
#define DOS_DATE (1 << 5 | 1)
#define CHUNK (64u << 10)

static void
header_free (gpointer header)
{
  g_free (((zip_buffer_fragment_t *)header)->data);
}

/* The arrays' headers (zip_buffer_fragment_t), or NULL. */
static GArray *
make_headers (const EsTensor *tensors,
              gsize n_tensors,
              const char *path,
              GError **error)
{
  g_autoptr (GArray) headers =
      g_array_new (FALSE, FALSE, sizeof (zip_buffer_fragment_t));

  g_array_set_clear_func (headers, header_free);
  for (gsize i = 0; i < n_tensors; i++) {
    zip_buffer_fragment_t header;
    gsize n_bytes;

    header.data = (zip_uint8_t *)es_npy_header (&tensors[i], &n_bytes, path, error);
    if (header.data == NULL)
      return NULL;
    header.length = n_bytes;
    g_array_append_val (headers, header);
  }
  return g_steal_pointer (&headers);
}

/* What is told while arrays are compressed, which is what takes time. */
typedef struct
{
  const EsProgress *progress; /* nullable */
  guint64 n_read, n_bytes;    /* of all arrays with their headers */
  GError *stopped;            /* or NULL */
} Report;

/* An array as the library reads it. */
typedef struct
{
  const zip_buffer_fragment_t *header;
  const EsTensor *tensor;
  gsize at; /* of header and elements */
  zip_error_t error;
  Report *report;
} Source;

static zip_int64_t
source_read (Source *source, guint8 *out, zip_uint64_t n_bytes)
{
  Report *report = source->report;
  gsize n_header = source->header->length;
  gsize n = 0;

  if (!es_progress_report (report->progress,
                           (double)report->n_read / (double)report->n_bytes, NULL,
                           report->stopped == NULL ? &report->stopped : NULL)) {
    zip_error_set (&source->error, ZIP_ER_CANCELLED, 0);
    return -1;
  }
  if (source->at < n_header) {
    n = MIN (n_header - source->at, n_bytes);
    memcpy (out, source->header->data + source->at, n);
  } else if (source->at - n_header < source->tensor->n_bytes) {
    gsize from = source->at - n_header;

    n = MIN (source->tensor->n_bytes - from, n_bytes);
    memcpy (out, (const guint8 *)source->tensor->data + from, n);
  }
  source->at += n;
  report->n_read += n;
  return (zip_int64_t)n;
}

static zip_int64_t
source_stat (const Source *source, zip_stat_t *stat)
{
  zip_stat_init (stat);
  stat->valid = ZIP_STAT_SIZE;
  stat->size = source->header->length + source->tensor->n_bytes;
  return sizeof *stat;
}

static zip_int64_t
source_cb (void *user_data, void *data, zip_uint64_t n_bytes, zip_source_cmd_t command)
{
  Source *source = user_data;

  switch (command) {
  case ZIP_SOURCE_OPEN:
    source->at = 0;
    return 0;
  case ZIP_SOURCE_READ:
    return source_read (source, data, n_bytes);
  case ZIP_SOURCE_CLOSE:
    return 0;
  case ZIP_SOURCE_STAT:
    return source_stat (source, data);
  case ZIP_SOURCE_ERROR:
    return zip_error_to_data (&source->error, data, n_bytes);
  case ZIP_SOURCE_FREE:
    zip_error_fini (&source->error);
    g_free (source);
    return 0;
  case ZIP_SOURCE_SUPPORTS:
    return ZIP_SOURCE_SUPPORTS_READABLE;
  default:
    zip_error_set (&source->error, ZIP_ER_OPNOTSUPP, 0);
    return -1;
  }
}

/* Adds "NAME.npy"; neither header nor data are copied. */
static gboolean
add_array (zip_t *zip,
           const EsTensor *tensor,
           const zip_buffer_fragment_t *header,
           Report *report)
{
  g_autofree char *name = g_strconcat (tensor->name, ".npy", NULL);
  Source *array = g_new0 (Source, 1);
  zip_source_t *source;
  zip_int64_t index;

  array->header = header;
  array->tensor = tensor;
  array->report = report;
  zip_error_init (&array->error);
  report->n_bytes += header->length + tensor->n_bytes;
  source = zip_source_function (zip, source_cb, array);
  if (source == NULL) {
    g_free (array);
    return FALSE;
  }
  index = zip_file_add (zip, name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free (source);
    return FALSE;
  }
  return zip_file_set_dostime (zip, (zip_uint64_t)index, DOS_TIME, DOS_DATE, 0) == 0;
}

/* Builds the archive in @target, in memory. */
static gboolean
build (zip_source_t *target,
       const EsTensor *tensors,
       GArray *headers,
       Report *report,
       zip_error_t *cause)
{
  zip_t *zip = zip_open_from_source (target, ZIP_TRUNCATE, cause);
  gboolean ok = zip != NULL;

  if (!ok)
    return FALSE;
  /* zip_close() would free it. */
  zip_source_keep (target);
  for (guint i = 0; ok && i < headers->len; i++)
    ok = add_array (zip, &tensors[i],
                    &g_array_index (headers, zip_buffer_fragment_t, i), report);
  if (ok && zip_close (zip) == 0)
    return TRUE;
  zip_error_set (cause, zip_error_code_zip (zip_get_error (zip)),
                 zip_error_code_system (zip_get_error (zip)));
  zip_discard (zip);
  return FALSE;
}

static gboolean
copy_out (zip_source_t *source, EsFileWriter *writer, const char *path, GError **error)
{
  g_autofree char *chunk = g_malloc (CHUNK);
  gboolean ok = TRUE;
  zip_int64_t n;

  if (zip_source_open (source) != 0) {
    es_io_set_error (error, ES_IO_ERROR_WRITE, path, "cannot make the archive: %s",
                     zip_error_strerror (zip_source_error (source)));
    return FALSE;
  }
  while (ok && (n = zip_source_read (source, chunk, CHUNK)) > 0)
    ok = es_file_writer_write (writer, chunk, (gsize)n, error);
  if (ok && n < 0) {
    es_io_set_error (error, ES_IO_ERROR_WRITE, path, "cannot make the archive: %s",
                     zip_error_strerror (zip_source_error (source)));
    ok = FALSE;
  }
  zip_source_close (source);
  return ok;
}

gboolean
es_npz_write (const char *path,
              const EsTensor *tensors,
              gsize n_tensors,
              const EsProgress *progress,
              GError **error)
{
  g_autoptr (GArray) headers = make_headers (tensors, n_tensors, path, error);
  g_autoptr (EsFileWriter) writer =
      headers == NULL ? NULL : es_file_writer_new (path, error);
  Report report = {.progress = progress};
  zip_source_t *source;
  zip_error_t cause;
  gboolean ok;

  if (writer == NULL)
    return FALSE;
  zip_error_init (&cause);
  source = zip_source_buffer_create (NULL, 0, 0, &cause);
  ok = source != NULL && build (source, tensors, headers, &report, &cause);
  if (report.stopped != NULL)
    g_propagate_error (error, report.stopped);
  else if (!ok)
    es_io_set_error (error, ES_IO_ERROR_WRITE, path, "cannot make the archive: %s",
                     zip_error_strerror (&cause));
  zip_error_fini (&cause);
  ok = ok && copy_out (source, writer, path, error) &&
       es_file_writer_commit (writer, error);
  zip_source_free (source);
  return ok;
}

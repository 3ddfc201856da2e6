/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-film-file.h"

#include "es-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "eigenscope film1"
#define MAGIC_BYTES 16
#define START_BYTES (MAGIC_BYTES + 8)
#define FRAME_BYTES 16 /* before the parameters */

struct _EsFilmFile
{
  char *path;
  EsModelConfig config;
  gsize n_params;
  /* What is known to be in the file and sound: */
  GArray *epochs; /* of guint */
};

EsFilmFile *
es_film_file_new (const char *path, const EsModelConfig *config)
{
  EsFilmFile *file = g_new0 (EsFilmFile, 1);

  file->path = g_strdup (path);
  file->config = *config;
  file->n_params = (gsize)es_model_config_n_params (config);
  file->epochs = g_array_new (FALSE, FALSE, sizeof (guint));
  return file;
}

void
es_film_file_free (EsFilmFile *file)
{
  if (file == NULL)
    return;
  g_free (file->path);
  g_array_unref (file->epochs);
  g_free (file);
}

static gsize
params_bytes (const EsFilmFile *file)
{
  return file->n_params * sizeof (float);
}

static gsize
frame_bytes (const EsFilmFile *file)
{
  return FRAME_BYTES + params_bytes (file);
}

static guint64
get_uint64 (const char *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_LE (value);
}

/* FNV-1a over 32 bits at a time, the epoch first: fast, and no stretch of zeros that a
   crash may leave passes for a frame. */
static guint64
checksum (guint64 epoch, const char *params, gsize n_bytes)
{
  guint64 sum = G_GUINT64_CONSTANT (0xcbf29ce484222325) ^ epoch;

  for (gsize i = 0; i < n_bytes; i += sizeof (guint32)) {
    guint32 word;

    memcpy (&word, params + i, sizeof word);
    sum = (sum ^ GUINT32_FROM_LE (word)) * G_GUINT64_CONSTANT (0x100000001b3);
  }
  return sum;
}

/* Reading */

static gboolean
check_start (const EsFilmFile *file, const char *bytes, gsize size, GError **error)
{
  if (size < START_BYTES || memcmp (bytes, MAGIC, MAGIC_BYTES) != 0) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, file->path,
                     "does not begin as a film does");
    return FALSE;
  }
  if (get_uint64 (bytes + MAGIC_BYTES) == file->n_params)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_FORMAT, file->path,
                   "is the film of a network with %" G_GUINT64_FORMAT
                   " parameters; expected %" G_GSIZE_FORMAT,
                   get_uint64 (bytes + MAGIC_BYTES), file->n_params);
  return FALSE;
}

static gboolean
read_frame (EsFilmFile *file, EsFilm *film, guint64 epoch, const char *params)
{
  g_autoptr (EsModel) model = es_model_new (&file->config, NULL);
  guint number = (guint)epoch;

  if (model == NULL)
    return FALSE;
  memcpy (es_model_params (model), params, params_bytes (file));
  es_film_add (film, number, model);
  g_array_append_val (file->epochs, number);
  return TRUE;
}

gboolean
es_film_file_read (EsFilmFile *file, EsFilm *film, guint last_epoch, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) problem = NULL;
  const char *data;
  gsize size, at = START_BYTES;
  gint64 before = -1;

  g_array_set_size (file->epochs, 0);
  bytes = es_file_load (file->path, G_MAXSIZE, &problem);
  if (g_error_matches (problem, ES_IO_ERROR, ES_IO_ERROR_NOT_FOUND))
    return TRUE;
  if (bytes == NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  data = g_bytes_get_data (bytes, &size);
  if (!check_start (file, data, size, error))
    return FALSE;
  for (; size - at >= frame_bytes (file); at += frame_bytes (file)) {
    guint64 epoch = get_uint64 (data + at);
    const char *params = data + at + FRAME_BYTES;

    if (epoch > last_epoch || (gint64)epoch <= before ||
        get_uint64 (data + at + 8) != checksum (epoch, params, params_bytes (file)) ||
        !read_frame (file, film, epoch, params))
      break;
    before = (gint64)epoch;
  }
  return TRUE;
}

/* Writing */

static void
make_start (const EsFilmFile *file, char *start)
{
  guint64 n_params = GUINT64_TO_LE ((guint64)file->n_params);

  memcpy (start, MAGIC, MAGIC_BYTES);
  memcpy (start + MAGIC_BYTES, &n_params, sizeof n_params);
}

static const char *
make_frame (const EsFilmFile *file, const EsFilm *film, guint i, guint64 *head)
{
  guint64 epoch = es_film_get_epoch (film, i);
  const char *params = (const char *)es_model_get_params (es_film_get_model (film, i));

  head[0] = GUINT64_TO_LE (epoch);
  head[1] = GUINT64_TO_LE (checksum (epoch, params, params_bytes (file)));
  return params;
}

static void
note_epochs (EsFilmFile *file, const EsFilm *film)
{
  for (guint i = file->epochs->len; i < es_film_get_length (film); i++) {
    guint epoch = es_film_get_epoch (film, i);

    g_array_append_val (file->epochs, epoch);
  }
}

/* Where the sound frames end. */
static gsize
sound_bytes (const EsFilmFile *file)
{
  return START_BYTES + file->epochs->len * frame_bytes (file);
}

/* Whether what is in the file is how @film begins. */
static gboolean
can_append (const EsFilmFile *file, const EsFilm *film)
{
  struct stat info;

  if (file->epochs->len == 0 || file->epochs->len > es_film_get_length (film) ||
      stat (file->path, &info) != 0 || (gsize)info.st_size < sound_bytes (file))
    return FALSE;
  for (guint i = 0; i < file->epochs->len; i++)
    if (g_array_index (file->epochs, guint, i) != es_film_get_epoch (film, i))
      return FALSE;
  return TRUE;
}

static gboolean
rewrite (EsFilmFile *file, const EsFilm *film, GError **error)
{
  g_autoptr (EsFileWriter) writer = es_file_writer_new (file->path, error);
  char start[START_BYTES];

  make_start (file, start);
  if (writer == NULL || !es_file_writer_write (writer, start, sizeof start, error))
    return FALSE;
  for (guint i = 0; i < es_film_get_length (film); i++) {
    guint64 head[2];
    const char *params = make_frame (file, film, i, head);

    if (!es_file_writer_write (writer, head, sizeof head, error) ||
        !es_file_writer_write (writer, params, params_bytes (file), error))
      return FALSE;
  }
  if (!es_file_writer_commit (writer, error))
    return FALSE;
  g_array_set_size (file->epochs, 0);
  note_epochs (file, film);
  return TRUE;
}

static gboolean
write_at (int fd, gconstpointer data, gsize n_bytes, off_t at)
{
  const char *next = data;

  while (n_bytes > 0) {
    gssize n = pwrite (fd, next, n_bytes, at);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    next += n;
    at += n;
    n_bytes -= (gsize)n;
  }
  return TRUE;
}

/* Behind the last sound frame; whatever else stood there goes. */
static gboolean
append_frames (const EsFilmFile *file, const EsFilm *film, int fd)
{
  off_t at = (off_t)sound_bytes (file);

  if (ftruncate (fd, at) != 0)
    return FALSE;
  for (guint i = file->epochs->len; i < es_film_get_length (film); i++) {
    guint64 head[2];
    const char *params = make_frame (file, film, i, head);

    if (!write_at (fd, head, sizeof head, at) ||
        !write_at (fd, params, params_bytes (file), at + FRAME_BYTES))
      return FALSE;
    at += (off_t)frame_bytes (file);
  }
  return fdatasync (fd) == 0;
}

static gboolean
append (EsFilmFile *file, const EsFilm *film, GError **error)
{
  int fd = open (file->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gboolean done = fd >= 0 && append_frames (file, film, fd);
  int problem = errno;

  if (fd >= 0)
    close (fd);
  if (done)
    note_epochs (file, film);
  else
    es_io_set_errno (error, ES_IO_ERROR_WRITE, file->path, "write", problem);
  return done;
}

gboolean
es_film_file_write (EsFilmFile *file, const EsFilm *film, GError **error)
{
  if (!can_append (file, film))
    return rewrite (file, film, error);
  if (file->epochs->len == es_film_get_length (film))
    return TRUE;
  return append (file, film, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-film-file.h"

/* The least network, so that inputs have several frames. */
static const EsModelConfig config = {
    .rows = 1, .cols = 1, .hidden = 1, .outputs = 1, .layers = 1};

/* Frames above this are those that the library takes for newer than the run. */
#define LAST_EPOCH 1000

static EsFilm *
read_film (EsFilmFile *file, GError **error)
{
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  guint n;

  if (!es_film_file_read (file, film, LAST_EPOCH, error))
    return NULL;
  n = es_film_get_length (film);
  for (guint i = 0; i < n; i++) {
    g_assert (es_film_get_epoch (film, i) <= LAST_EPOCH);
    g_assert (i == 0 || es_film_get_epoch (film, i - 1) < es_film_get_epoch (film, i));
    g_assert (es_film_get_model (film, i) != NULL);
  }
  return g_steal_pointer (&film);
}

/* Whatever is behind the sound frames, a training that goes on appends its own, and
   all of them can be read. */
static void
append (const char *path, EsFilmFile *file, EsFilm *film)
{
  g_autoptr (EsFilmFile) again = es_film_file_new (path, &config);
  g_autoptr (EsFilm) longer = NULL;
  g_autoptr (EsModel) model = es_model_new (&config, NULL);
  g_autoptr (GError) error = NULL;
  guint n = es_film_get_length (film);

  if (es_film_get_epoch (film, n - 1) == LAST_EPOCH)
    return;
  es_film_add (film, LAST_EPOCH, model);
  if (!es_film_file_write (file, film, &error))
    g_error ("%s", error->message);
  longer = read_film (again, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (es_film_get_length (longer), ==, n + 1);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autofree char *path = NULL;
  int fd = fuzz_file_new (data, n_bytes, &path);
  g_autoptr (EsFilmFile) file = es_film_file_new (path, &config);
  g_autoptr (GError) error = NULL;
  g_autoptr (EsFilm) film = read_film (file, &error);

  g_assert ((film == NULL) == (error != NULL));
  if (film != NULL && es_film_get_length (film) > 0)
    append (path, file, film);
  close (fd);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-film-file.h"
#include "io-test.h"

#include <string.h>
#include <sys/stat.h>

static const EsModelConfig config = {
    .rows = 2, .cols = 2, .hidden = 3, .outputs = 2, .layers = 1};

static EsModel *
model_new (guint seed)
{
  EsModel *model = es_model_new (&config, NULL);

  es_model_init (model, seed);
  return model;
}

static void
add (EsFilm *film, guint epoch)
{
  g_autoptr (EsModel) model = model_new (epoch);

  es_film_add (film, epoch, model);
}

static gsize
model_bytes (void)
{
  return (gsize)es_model_config_n_params (&config) * sizeof (float);
}

static gsize
file_size (const char *path)
{
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  return (gsize)info.st_size;
}

static void
write_film (EsFilmFile *file, const EsFilm *film)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (es_film_file_write (file, film, &error));
  g_assert_no_error (error);
}

/* What is in @path up to @last_epoch. Every frame is the model of its epoch. */
static EsFilm *
read_film (const char *path, guint last_epoch)
{
  g_autoptr (EsFilmFile) file = es_film_file_new (path, &config);
  EsFilm *film = es_film_new (ES_FILM_MAX_BYTES);
  g_autoptr (GError) error = NULL;

  g_assert_true (es_film_file_read (file, film, last_epoch, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < es_film_get_length (film); i++) {
    g_autoptr (EsModel) model = model_new (es_film_get_epoch (film, i));

    g_assert_cmpmem (es_model_get_params (es_film_get_model (film, i)), model_bytes (),
                     es_model_get_params (model), model_bytes ());
  }
  return film;
}

static void
expect_epochs (const char *path, guint last_epoch, guint n, const guint *epochs)
{
  g_autoptr (EsFilm) film = read_film (path, last_epoch);

  g_assert_cmpuint (es_film_get_length (film), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (es_film_get_epoch (film, i), ==, epochs[i]);
}

/* Frames are appended: what stood in the file is not touched. */
static void
test_appends (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  g_autoptr (EsFilmFile) file = es_film_file_new (path, &config);
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  struct stat before, after;

  expect_epochs (path, 9, 0, NULL);
  add (film, 0);
  add (film, 1);
  write_film (file, film);
  g_assert_cmpint (stat (path, &before), ==, 0);
  add (film, 2);
  add (film, 4);
  write_film (file, film);
  write_film (file, film);
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpuint (file_size (path), ==, 24 + 4 * (16 + model_bytes ()));
  expect_epochs (path, 9, 4, (const guint[]){0, 1, 2, 4});
  expect_epochs (path, 3, 3, (const guint[]){0, 1, 2});
  io_test_remove (folder);
}

/* A film that thins out is written anew, and the file with it stays bounded. */
static void
test_thins (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  g_autoptr (EsFilmFile) file = es_film_file_new (path, &config);
  g_autoptr (EsFilm) film = es_film_new (8 * model_bytes ());

  for (guint epoch = 0; epoch < 100; epoch++) {
    g_autoptr (EsFilm) back = NULL;

    add (film, epoch);
    write_film (file, film);
    back = read_film (path, 1000);
    g_assert_cmpuint (es_film_get_length (back), ==, es_film_get_length (film));
    g_assert_cmpuint (file_size (path), <=, 24 + 8 * (16 + model_bytes ()));
  }
  io_test_remove (folder);
}

/* Resumed after a crash: half a frame, zeros for frames, or frames that the run has not
   come to are written over. */
static void
test_resumes (void)
{
  for (guint damage = 0; damage < 3; damage++) {
    char *folder = io_test_folder ();
    g_autofree char *path = g_build_filename (folder, "film", NULL);
    g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
    g_autoptr (EsFilmFile) first = es_film_file_new (path, &config);
    g_autoptr (EsFilmFile) second = es_film_file_new (path, &config);
    g_autoptr (EsFilm) resumed = es_film_new (ES_FILM_MAX_BYTES);
    g_autofree char *data = NULL;
    gsize size;

    for (guint epoch = 0; epoch < 4; epoch++)
      add (film, epoch);
    write_film (first, film);
    g_assert_true (g_file_get_contents (path, &data, &size, NULL));
    if (damage == 1)
      memset (data + size - model_bytes () - 16, 0, model_bytes () + 16);
    io_test_write (path, data, damage == 0 ? size - 5 : size);
    g_assert_true (es_film_file_read (second, resumed, damage == 2 ? 2 : 9, NULL));
    g_assert_cmpuint (es_film_get_length (resumed), ==, 3);
    add (resumed, 5);
    write_film (second, resumed);
    expect_epochs (path, 9, 4, (const guint[]){0, 1, 2, 5});
    io_test_remove (folder);
  }
}

/* Each byte of a frame counts, its epoch too. */
static void
test_damage (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  g_autoptr (EsFilmFile) file = es_film_file_new (path, &config);
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  g_autofree char *data = NULL;
  gsize size;

  add (film, 1);
  write_film (file, film);
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize i = 24; i < size; i++) {
    data[i] ^= 1;
    io_test_write (path, data, size);
    expect_epochs (path, G_MAXUINT, 0, NULL);
    data[i] ^= 1;
  }
  io_test_remove (folder);
}

static void
expect_refused (const char *path, const EsModelConfig *model)
{
  g_autoptr (EsFilmFile) file = es_film_file_new (path, model);
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  g_autoptr (GError) error = NULL;

  g_assert_false (es_film_file_read (file, film, 9, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_refuses (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  g_autoptr (EsFilmFile) file = es_film_file_new (path, &config);
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  EsModelConfig other = config;

  add (film, 1);
  write_film (file, film);
  other.hidden++;
  expect_refused (path, &other);
  io_test_write (path, "eigenscope", 10);
  expect_refused (path, &config);
  io_test_write (path, "", 0);
  expect_refused (path, &config);
  io_test_remove (folder);
}

/* A full disk costs the new frames only, and they are written when there is room. */
static void
test_full_disk (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  g_autoptr (EsFilmFile) file = es_film_file_new (path, &config);
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  g_autoptr (GError) error = NULL;

  add (film, 0);
  add (film, 1);
  write_film (file, film);
  add (film, 2);
  io_test_limit_files (file_size (path) + 30);
  g_assert_false (es_film_file_write (file, film, &error));
  io_test_limit_files (G_MAXUINT64);
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  expect_epochs (path, 9, 2, (const guint[]){0, 1});
  write_film (file, film);
  expect_epochs (path, 9, 3, (const guint[]){0, 1, 2});
  io_test_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/film-file/appends", test_appends);
  g_test_add_func ("/film-file/thins", test_thins);
  g_test_add_func ("/film-file/resumes", test_resumes);
  g_test_add_func ("/film-file/damage", test_damage);
  g_test_add_func ("/film-file/refuses", test_refuses);
  g_test_add_func ("/film-file/full-disk", test_full_disk);
  return g_test_run ();
}

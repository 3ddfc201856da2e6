/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-film.h"

static EsModel *
model_new (void)
{
  const EsModelConfig config = {
      .rows = 2, .cols = 2, .hidden = 3, .outputs = 2, .layers = 1};
  g_autoptr (GError) error = NULL;
  EsModel *model = es_model_new (&config, &error);

  g_assert_no_error (error);
  return model;
}

static void
fill (EsFilm *film, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (EsModel) model = model_new ();

    es_film_add (film, i, model);
  }
}

static void
test_keeps (void)
{
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);

  fill (film, 7);
  g_assert_cmpuint (es_film_get_length (film), ==, 7);
  for (guint i = 0; i < 7; i++)
    g_assert_cmpuint (es_film_get_epoch (film, i), ==, i);
  g_assert_nonnull (es_film_get_model (film, 3));
}

/* The first and the last frame stay, the others thin out, and memory stays bounded. */
static void
test_thins (void)
{
  g_autoptr (EsModel) model = model_new ();
  gsize bytes = es_model_n_params (model) * sizeof (float);
  g_autoptr (EsFilm) film = es_film_new (10 * bytes);
  guint n;

  fill (film, 100);
  n = es_film_get_length (film);
  g_assert_cmpuint (n, <=, 10);
  g_assert_cmpuint (n, >=, 4);
  g_assert_cmpuint (es_film_get_epoch (film, 0), ==, 0);
  g_assert_cmpuint (es_film_get_epoch (film, n - 1), ==, 99);
  for (guint i = 1; i < n; i++)
    g_assert_cmpuint (es_film_get_epoch (film, i), >, es_film_get_epoch (film, i - 1));
}

/* Weights larger than the limit: the two ends are there all the same. */
static void
test_tiny_limit (void)
{
  g_autoptr (EsFilm) film = es_film_new (1);

  fill (film, 9);
  g_assert_cmpuint (es_film_get_length (film), ==, 2);
  g_assert_cmpuint (es_film_get_epoch (film, 0), ==, 0);
  g_assert_cmpuint (es_film_get_epoch (film, 1), ==, 8);
}

static void
test_find (void)
{
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);

  fill (film, 5);
  g_assert_cmpuint (es_film_find (film, -3), ==, 0);
  g_assert_cmpuint (es_film_find (film, 2.4), ==, 2);
  g_assert_cmpuint (es_film_find (film, 2.6), ==, 3);
  g_assert_cmpuint (es_film_find (film, 100), ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/film/keeps", test_keeps);
  g_test_add_func ("/film/thins", test_thins);
  g_test_add_func ("/film/tiny-limit", test_tiny_limit);
  g_test_add_func ("/film/find", test_find);
  return g_test_run ();
}

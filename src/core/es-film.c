/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-film.h"

#include <math.h>

typedef struct
{
  guint epoch;
  EsModel *model;
} Frame;

struct _EsFilm
{
  GArray *frames; /* of Frame */
  gsize max_bytes;
};

static void
frame_clear (gpointer data)
{
  es_model_unref (((Frame *)data)->model);
}

EsFilm *
es_film_new (gsize max_bytes)
{
  EsFilm *film = g_new0 (EsFilm, 1);

  film->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_array_set_clear_func (film->frames, frame_clear);
  film->max_bytes = max_bytes;
  return film;
}

EsFilm *
es_film_copy (const EsFilm *film)
{
  EsFilm *copy = es_film_new (film->max_bytes);

  for (guint i = 0; i < film->frames->len; i++) {
    Frame frame = g_array_index (film->frames, Frame, i);

    es_model_ref (frame.model);
    g_array_append_val (copy->frames, frame);
  }
  return copy;
}

void
es_film_free (EsFilm *film)
{
  if (film == NULL)
    return;
  g_array_unref (film->frames);
  g_free (film);
}

static void
thin_out (EsFilm *film)
{
  for (guint i = film->frames->len - 2; i > 0 && i < film->frames->len; i--)
    if (i % 2 == 1)
      g_array_remove_index (film->frames, i);
}

void
es_film_add (EsFilm *film, guint epoch, EsModel *model)
{
  gsize bytes = es_model_n_params (model) * sizeof (float);
  Frame frame = {epoch, es_model_ref (model)};

  g_array_append_val (film->frames, frame);
  if (film->frames->len > 2 && film->frames->len > film->max_bytes / bytes)
    thin_out (film);
}

guint
es_film_get_length (const EsFilm *film)
{
  return film->frames->len;
}

guint
es_film_get_epoch (const EsFilm *film, guint frame)
{
  g_return_val_if_fail (frame < film->frames->len, 0);
  return g_array_index (film->frames, Frame, frame).epoch;
}

EsModel *
es_film_get_model (const EsFilm *film, guint frame)
{
  g_return_val_if_fail (frame < film->frames->len, NULL);
  return g_array_index (film->frames, Frame, frame).model;
}

guint
es_film_find (const EsFilm *film, double epoch)
{
  guint best = 0;

  for (guint i = 1; i < film->frames->len; i++)
    if (fabs (es_film_get_epoch (film, i) - epoch) <
        fabs (es_film_get_epoch (film, best) - epoch))
      best = i;
  return best;
}

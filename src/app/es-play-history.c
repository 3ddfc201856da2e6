/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-play-history.h"

/* Scenes that can be gone back to. */
#define MOST 200

struct _EsPlayHistory
{
  GArray *past; /* of EsPlayScene, the latest last */
  GArray *future;
};

void
es_play_scene_set_classes (EsPlayScene *scene, guint n_classes)
{
  scene->n_classes = n_classes;
  for (guint i = scene->points->len; i-- > 0;)
    if (g_array_index (scene->points, EsPoint, i).class >= n_classes)
      g_array_remove_index (scene->points, i);
}

static void
scene_clear (gpointer scene)
{
  g_clear_pointer (&((EsPlayScene *)scene)->points, g_array_unref);
}

static GArray *
new_scenes (void)
{
  GArray *scenes = g_array_new (FALSE, FALSE, sizeof (EsPlayScene));

  g_array_set_clear_func (scenes, scene_clear);
  return scenes;
}

EsPlayHistory *
es_play_history_new (void)
{
  EsPlayHistory *self = g_new0 (EsPlayHistory, 1);

  self->past = new_scenes ();
  self->future = new_scenes ();
  return self;
}

void
es_play_history_free (EsPlayHistory *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->past);
  g_array_unref (self->future);
  g_free (self);
}

gboolean
es_play_history_can_undo (const EsPlayHistory *self)
{
  return self->past->len > 0;
}

gboolean
es_play_history_can_redo (const EsPlayHistory *self)
{
  return self->future->len > 0;
}

void
es_play_history_remember (EsPlayHistory *self, const EsPlayScene *scene)
{
  EsPlayScene kept = *scene;

  kept.points = g_array_copy (scene->points);
  g_array_set_size (self->future, 0);
  if (self->past->len == MOST)
    g_array_remove_index (self->past, 0);
  g_array_append_val (self->past, kept);
}

/* Takes the last scene of @from, and keeps the present one in @to. */
static gboolean
go_to (GArray *from, GArray *to, EsPlayScene *scene)
{
  EsPlayScene *last;

  if (from->len == 0)
    return FALSE;
  g_array_append_val (to, *scene);
  last = &g_array_index (from, EsPlayScene, from->len - 1);
  *scene = *last;
  last->points = NULL;
  g_array_set_size (from, from->len - 1);
  return TRUE;
}

gboolean
es_play_history_undo (EsPlayHistory *self, EsPlayScene *scene)
{
  return go_to (self->past, self->future, scene);
}

gboolean
es_play_history_redo (EsPlayHistory *self, EsPlayScene *scene)
{
  return go_to (self->future, self->past, scene);
}

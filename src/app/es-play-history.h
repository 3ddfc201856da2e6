/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-playground.h"

G_BEGIN_DECLS

/* The points of a playground and what made them: what is undone together. */
typedef struct
{
  GArray *points;  /* of EsPoint, each of one of the classes */
  guint pattern;   /* an EsShape, or ES_PATTERN_OWN */
  guint n_classes; /* 2 to 4 */
  double scatter;
} EsPlayScene;

/* Points that no formula made. */
#define ES_PATTERN_OWN (ES_SHAPE_LINES + 1)

/* Has @n_classes from now on: points of others go. */
void es_play_scene_set_classes (EsPlayScene *scene, guint n_classes);

/* The scenes before and after the present one, which is the caller's. */
typedef struct _EsPlayHistory EsPlayHistory;

EsPlayHistory *es_play_history_new (void) G_GNUC_WARN_UNUSED_RESULT;
void es_play_history_free (EsPlayHistory *history);

gboolean es_play_history_can_undo (const EsPlayHistory *history);
gboolean es_play_history_can_redo (const EsPlayHistory *history);

/* Keeps a copy of @scene, which is about to be changed; what was undone is forgotten.
 */
void es_play_history_remember (EsPlayHistory *history, const EsPlayScene *scene);

/* Puts the scene before into *@scene, or that which was undone last, and keeps what was
   there. FALSE if there is none. */
gboolean es_play_history_undo (EsPlayHistory *history, EsPlayScene *scene);
gboolean es_play_history_redo (EsPlayHistory *history, EsPlayScene *scene);

G_END_DECLS

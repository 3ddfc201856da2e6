/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-stack.h"

G_BEGIN_DECLS

/* Edits of one kind and layer that follow each other are one step. */
typedef enum {
  ES_ATTACK_JOIN_NONE, /* joins none */
  ES_ATTACK_JOIN_STRENGTH,
  ES_ATTACK_JOIN_PIXELS,
  ES_ATTACK_JOIN_BUDGET,
} EsAttackJoin;

/*
 * A stack of layers with what was before and after its edits. Stack, selection and join
 * are changed by whoever edits, between es_attack_history_begin() and _finish().
 */
typedef struct
{
  EsAttackStack *stack;
  gint selected;     /* the layer, or -1 */
  EsAttackJoin join; /* what the latest edit was, if another one may join it */
  guint join_layer;

  GQueue undo; /* of steps, the latest first */
  GQueue redo; /* of steps, the next one first */
  gsize spent; /* bytes that both take */
} EsAttackHistory;

/* An empty stack for images of @P pixels. */
EsAttackHistory *es_attack_history_new (gsize P) G_GNUC_WARN_UNUSED_RESULT;
void es_attack_history_free (EsAttackHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsAttackHistory, es_attack_history_free)

/* Keeps the state before an edit of @layer, unless it joins the one before. */
void es_attack_history_begin (EsAttackHistory *history, EsAttackJoin join, guint layer);
void es_attack_history_finish (EsAttackHistory *history);

/* One step back or forth; FALSE if there is none. */
gboolean es_attack_history_undo (EsAttackHistory *history);
gboolean es_attack_history_redo (EsAttackHistory *history);

/* Forgets the steps farthest from now until they take @memory bytes at most; never the
   latest edit. */
void es_attack_history_limit (EsAttackHistory *history, gsize memory);

G_END_DECLS

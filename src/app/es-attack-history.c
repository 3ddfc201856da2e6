/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-history.h"

/* What was before or after an edit. */
typedef struct
{
  EsAttackStack *stack;
  gint selected;
  gsize cost; /* bytes that only this step keeps */
} Step;

static gboolean
has_pixels (const EsAttackStack *stack, GBytes *pixels)
{
  for (guint i = 0; i < es_attack_stack_get_n_layers (stack); i++)
    if (es_attack_stack_get_layer (stack, i)->pixels == pixels)
      return TRUE;
  return FALSE;
}

/* Bytes that @stack takes beyond those that it shares with @neighbour. */
static gsize
stack_cost (const EsAttackStack *stack, const EsAttackStack *neighbour)
{
  guint n = es_attack_stack_get_n_layers (stack);
  gsize cost = sizeof (Step) + sizeof *stack + n * sizeof (EsAttackLayer);

  for (guint i = 0; i < n; i++) {
    GBytes *pixels = es_attack_stack_get_layer (stack, i)->pixels;

    if (!has_pixels (neighbour, pixels))
      cost += g_bytes_get_size (pixels);
  }
  return cost;
}

/* Keeps @stack (transfer full), which another one has replaced. */
static void
push (EsAttackHistory *history, GQueue *queue, EsAttackStack *stack, gint selected)
{
  Step *step = g_new (Step, 1);

  *step = (Step){stack, selected, stack_cost (stack, history->stack)};
  g_queue_push_head (queue, step);
  history->spent += step->cost;
}

static void
forget (EsAttackHistory *history, Step *step)
{
  history->spent -= step->cost;
  es_attack_stack_free (step->stack);
  g_free (step);
}

static void
clear_queue (EsAttackHistory *history, GQueue *queue)
{
  while (!g_queue_is_empty (queue))
    forget (history, g_queue_pop_head (queue));
}

EsAttackHistory *
es_attack_history_new (gsize P)
{
  EsAttackHistory *history = g_new0 (EsAttackHistory, 1);

  history->stack = es_attack_stack_new (P);
  history->selected = -1;
  return history;
}

void
es_attack_history_free (EsAttackHistory *history)
{
  if (history == NULL)
    return;
  clear_queue (history, &history->undo);
  clear_queue (history, &history->redo);
  es_attack_stack_free (history->stack);
  g_free (history);
}

void
es_attack_history_begin (EsAttackHistory *history, EsAttackJoin join, guint layer)
{
  EsAttackStack *before;

  clear_queue (history, &history->redo);
  if (join != ES_ATTACK_JOIN_NONE && join == history->join &&
      layer == history->join_layer)
    return;
  history->join = join;
  history->join_layer = layer;
  before = history->stack;
  history->stack = es_attack_stack_copy (before);
  push (history, &history->undo, before, history->selected);
}

/* What the edit replaced is known now, and so what the step before it costs. */
void
es_attack_history_finish (EsAttackHistory *history)
{
  Step *step = g_queue_peek_head (&history->undo);

  history->spent -= step->cost;
  step->cost = stack_cost (step->stack, history->stack);
  history->spent += step->cost;
}

static gboolean
go (EsAttackHistory *history, GQueue *from, GQueue *to)
{
  Step *step = g_queue_pop_head (from);
  EsAttackStack *current;
  gint selected;

  history->join = ES_ATTACK_JOIN_NONE;
  if (step == NULL)
    return FALSE;
  current = history->stack;
  selected = history->selected;
  history->stack = step->stack;
  history->selected = step->selected;
  history->spent -= step->cost;
  g_free (step);
  push (history, to, current, selected);
  return TRUE;
}

gboolean
es_attack_history_undo (EsAttackHistory *history)
{
  return go (history, &history->undo, &history->redo);
}

gboolean
es_attack_history_redo (EsAttackHistory *history)
{
  return go (history, &history->redo, &history->undo);
}

void
es_attack_history_limit (EsAttackHistory *history, gsize memory)
{
  while (history->spent > memory) {
    GQueue *queue = history->undo.length > 1 ? &history->undo : &history->redo;

    if (g_queue_is_empty (queue))
      return;
    forget (history, g_queue_pop_tail (queue));
  }
}

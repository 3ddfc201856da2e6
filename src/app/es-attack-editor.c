/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-editor.h"

#include "es-loss.h"

#include <string.h>

/* What was before or after an edit. */
typedef struct
{
  EsAttackStack *stack;
  gint selected;
  gsize cost; /* bytes that only this step keeps */
} Step;

/* Edits that may be joined, each with the layer's number. */
typedef enum {
  JOIN_NONE,
  JOIN_STRENGTH,
  JOIN_PIXELS,
  JOIN_BUDGET,
} Join;

struct _EsAttackEditor
{
  GObject parent_instance;

  EsModel *model; /* NULL: no image */
  EsAttackProbe *probe;
  EsAttackStack *stack;
  gint selected;
  EsAttackOutcome outcome;

  GQueue undo; /* of Step, the latest first */
  GQueue redo; /* of Step, the next one first */
  gsize memory;
  gsize spent;
  Join join; /* what the latest edit was, if another one may join it */
  guint join_layer;
};

G_DEFINE_FINAL_TYPE (EsAttackEditor, es_attack_editor, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* History */

static void
step_free (gpointer data)
{
  Step *step = data;

  es_attack_stack_free (step->stack);
  g_free (step);
}

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

/* Keeps @stack (transfer full), which another one is about to replace. */
static void
push (EsAttackEditor *self, GQueue *queue, EsAttackStack *stack, gint selected)
{
  Step *step = g_new (Step, 1);

  *step = (Step){stack, selected, stack_cost (stack, self->stack)};
  g_queue_push_head (queue, step);
  self->spent += step->cost;
}

static void
forget (EsAttackEditor *self, Step *step)
{
  self->spent -= step->cost;
  step_free (step);
}

static void
clear_queue (EsAttackEditor *self, GQueue *queue)
{
  while (!g_queue_is_empty (queue))
    forget (self, g_queue_pop_head (queue));
}

/* Results */

static void
clear_outcome (EsAttackOutcome *outcome)
{
  g_free (outcome->input);
  g_free (outcome->change);
  g_free (outcome->result);
  g_free (outcome->before);
  g_free (outcome->after);
  memset (outcome, 0, sizeof *outcome);
}

static void
update (EsAttackEditor *self)
{
  EsAttackOutcome *outcome = &self->outcome;

  if (self->model != NULL) {
    es_attack_stack_compose (self->stack, outcome->input, outcome->change);
    for (gsize p = 0; p < outcome->P; p++)
      outcome->result[p] = outcome->input[p] + outcome->change[p];
    es_norms_measure (&outcome->norms, outcome->change, outcome->P);
    es_attack_probe_logits (self->probe, self->stack, outcome->after);
    outcome->read_after = es_argmax (outcome->after, outcome->C);
  }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Edits */

/* Keeps the state before an edit, unless it joins the one before. */
static void
begin (EsAttackEditor *self, Join join, guint layer)
{
  EsAttackStack *before;

  clear_queue (self, &self->redo);
  if (join != JOIN_NONE && join == self->join && layer == self->join_layer)
    return;
  self->join = join;
  self->join_layer = layer;
  before = self->stack;
  self->stack = es_attack_stack_copy (before);
  push (self, &self->undo, before, self->selected);
}

/* What the edit replaced is known now, and so what the step before it costs. */
static void
finish (EsAttackEditor *self)
{
  Step *step = g_queue_peek_head (&self->undo);

  self->spent -= step->cost;
  step->cost = stack_cost (step->stack, self->stack);
  self->spent += step->cost;
  while (self->spent > self->memory && self->undo.length > 1)
    forget (self, g_queue_pop_tail (&self->undo));
  update (self);
}

static const EsAttackLayer *
layer_at (EsAttackEditor *self, guint i)
{
  if (self->model == NULL || i >= es_attack_stack_get_n_layers (self->stack))
    return NULL;
  return es_attack_stack_get_layer (self->stack, i);
}

static gboolean
is_full (EsAttackEditor *self)
{
  return es_attack_stack_get_n_layers (self->stack) >= ES_ATTACK_STACK_MAX_LAYERS;
}

static void
add_layer (EsAttackEditor *self, const EsAttackLayer *layer, const float *pixels)
{
  EsAttackLayer *added =
      es_attack_stack_add (self->stack, layer->kind, layer->name, pixels);

  added->strength = layer->strength;
  added->hidden = layer->hidden;
  added->class_index = layer->class_index;
  added->component = layer->component;
}

void
es_attack_editor_add (EsAttackEditor *self,
                      const EsAttackLayer *layer,
                      const float *pixels)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL || is_full (self))
    return;
  begin (self, JOIN_NONE, 0);
  add_layer (self, layer, pixels);
  self->selected = (gint)es_attack_stack_get_n_layers (self->stack) - 1;
  self->join = JOIN_PIXELS;
  self->join_layer = (guint)self->selected;
  finish (self);
}

void
es_attack_editor_duplicate (EsAttackEditor *self, guint i)
{
  g_autofree char *name = NULL;
  g_autoptr (GBytes) pixels = NULL;
  EsAttackLayer copy;

  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (layer_at (self, i) == NULL || is_full (self))
    return;
  copy = *layer_at (self, i);
  copy.name = name = g_strdup (copy.name);
  pixels = g_bytes_ref (copy.pixels);
  begin (self, JOIN_NONE, 0);
  add_layer (self, &copy, g_bytes_get_data (pixels, NULL));
  es_attack_stack_move (self->stack, es_attack_stack_get_n_layers (self->stack) - 1,
                        i + 1);
  self->selected = (gint)i + 1;
  finish (self);
}

void
es_attack_editor_remove (EsAttackEditor *self, guint i)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (layer_at (self, i) == NULL)
    return;
  begin (self, JOIN_NONE, 0);
  es_attack_stack_remove (self->stack, i);
  if (self->selected > (gint)i ||
      self->selected >= (gint)es_attack_stack_get_n_layers (self->stack))
    self->selected--;
  finish (self);
}

/* Where the layer that was at @place is when @from has moved to @to. */
static gint
moved (gint place, gint from, gint to)
{
  if (place == from)
    return to;
  if (from < place && place <= to)
    return place - 1;
  if (to <= place && place < from)
    return place + 1;
  return place;
}

void
es_attack_editor_move (EsAttackEditor *self, guint from, guint to)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (from == to || layer_at (self, from) == NULL || layer_at (self, to) == NULL)
    return;
  begin (self, JOIN_NONE, 0);
  es_attack_stack_move (self->stack, from, to);
  self->selected = moved (self->selected, (gint)from, (gint)to);
  finish (self);
}

void
es_attack_editor_set_hidden (EsAttackEditor *self, guint i, gboolean hidden)
{
  const EsAttackLayer *layer;

  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  layer = layer_at (self, i);
  if (layer == NULL || layer->hidden == !!hidden)
    return;
  begin (self, JOIN_NONE, 0);
  es_attack_stack_set_hidden (self->stack, i, !!hidden);
  finish (self);
}

void
es_attack_editor_set_strength (EsAttackEditor *self, guint i, double strength)
{
  const EsAttackLayer *layer;

  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  layer = layer_at (self, i);
  if (layer == NULL || layer->strength == strength)
    return;
  begin (self, JOIN_STRENGTH, i);
  es_attack_stack_set_strength (self->stack, i, strength);
  finish (self);
}

void
es_attack_editor_set_pixels (EsAttackEditor *self, guint i, const float *pixels)
{
  const EsAttackLayer *layer;

  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  layer = layer_at (self, i);
  if (layer == NULL || memcmp (es_attack_layer_get_pixels (layer), pixels,
                               self->stack->P * sizeof *pixels) == 0)
    return;
  begin (self, JOIN_PIXELS, i);
  es_attack_stack_set_pixels (self->stack, i, pixels);
  finish (self);
}

void
es_attack_editor_set_budget (EsAttackEditor *self, EsNorm norm, double budget)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL ||
      (self->stack->norm == norm && self->stack->budget == budget))
    return;
  begin (self, JOIN_BUDGET, norm);
  self->stack->norm = norm;
  self->stack->budget = budget;
  finish (self);
}

void
es_attack_editor_set_clip (EsAttackEditor *self, gboolean clip)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL || self->stack->clip == !!clip)
    return;
  begin (self, JOIN_NONE, 0);
  self->stack->clip = !!clip;
  finish (self);
}

void
es_attack_editor_set_stack (EsAttackEditor *self, EsAttackStack *stack)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL || stack->P != self->stack->P ||
      es_attack_stack_equal (stack, self->stack)) {
    es_attack_stack_free (stack);
    return;
  }
  begin (self, JOIN_NONE, 0);
  es_attack_stack_free (self->stack);
  self->stack = stack;
  self->selected = (gint)es_attack_stack_get_n_layers (stack) - 1;
  finish (self);
}

void
es_attack_editor_settle (EsAttackEditor *self)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  self->join = JOIN_NONE;
}

/* Undo and redo */

static void
go (EsAttackEditor *self, GQueue *from, GQueue *to)
{
  Step *step = g_queue_pop_head (from);
  EsAttackStack *current;
  gint selected;

  self->join = JOIN_NONE;
  if (step == NULL)
    return;
  current = self->stack;
  selected = self->selected;
  self->stack = step->stack;
  self->selected = step->selected;
  self->spent -= step->cost;
  g_free (step);
  push (self, to, current, selected);
  update (self);
}

gboolean
es_attack_editor_can_undo (EsAttackEditor *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), FALSE);
  return self->model != NULL && self->undo.length > 0;
}

gboolean
es_attack_editor_can_redo (EsAttackEditor *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), FALSE);
  return self->model != NULL && self->redo.length > 0;
}

void
es_attack_editor_undo (EsAttackEditor *self)
{
  if (es_attack_editor_can_undo (self))
    go (self, &self->undo, &self->redo);
}

void
es_attack_editor_redo (EsAttackEditor *self)
{
  if (es_attack_editor_can_redo (self))
    go (self, &self->redo, &self->undo);
}

/* The image */

static void
start_stack (EsAttackEditor *self, gsize P)
{
  clear_queue (self, &self->undo);
  clear_queue (self, &self->redo);
  self->join = JOIN_NONE;
  es_attack_stack_free (self->stack);
  self->stack = es_attack_stack_new (P);
  self->selected = -1;
}

static void
fill_outcome (EsAttackEditor *self, const float *x, gint label)
{
  const EsModelConfig *config = es_model_get_config (self->model);
  EsAttackOutcome *outcome = &self->outcome;
  gsize P = es_model_config_inputs (config);

  outcome->P = P;
  outcome->C = config->outputs;
  outcome->label = label;
  outcome->input = g_memdup2 (x, P * sizeof *x);
  outcome->change = g_new (float, P);
  outcome->result = g_new (float, P);
  outcome->before = g_new (float, outcome->C);
  outcome->after = g_new (float, outcome->C);
  es_attack_probe_logits (self->probe, NULL, outcome->before);
  outcome->read_before = es_argmax (outcome->before, outcome->C);
}

gboolean
es_attack_editor_set_image (
    EsAttackEditor *self, EsModel *model, const float *x, gint label, GError **error)
{
  EsAttackProbe *probe = NULL;
  gsize P;

  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), FALSE);
  if (model != NULL && (probe = es_attack_probe_new (model, x, error)) == NULL)
    return FALSE;
  es_attack_probe_free (self->probe);
  self->probe = probe;
  if (model != NULL)
    es_model_ref (model);
  g_clear_pointer (&self->model, es_model_unref);
  self->model = model;
  if (model != NULL) {
    EsAttackOutcome old = self->outcome;

    P = es_model_config_inputs (es_model_get_config (model));
    memset (&self->outcome, 0, sizeof self->outcome);
    fill_outcome (self, x, label);
    clear_outcome (&old);
    if (self->stack == NULL || self->stack->P != P)
      start_stack (self, P);
  } else {
    clear_outcome (&self->outcome);
  }
  update (self);
  return TRUE;
}

EsModel *
es_attack_editor_get_model (EsAttackEditor *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), NULL);
  return self->model;
}

const EsAttackStack *
es_attack_editor_get_stack (EsAttackEditor *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), NULL);
  return self->model != NULL ? self->stack : NULL;
}

const EsAttackOutcome *
es_attack_editor_get_outcome (EsAttackEditor *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), NULL);
  return self->model != NULL ? &self->outcome : NULL;
}

gint
es_attack_editor_get_selected (EsAttackEditor *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), -1);
  return self->model != NULL ? self->selected : -1;
}

void
es_attack_editor_set_selected (EsAttackEditor *self, gint i)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL || i == self->selected || i < -1 ||
      i >= (gint)es_attack_stack_get_n_layers (self->stack))
    return;
  self->selected = i;
  self->join = JOIN_NONE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Life */

static void
es_attack_editor_finalize (GObject *object)
{
  EsAttackEditor *self = ES_ATTACK_EDITOR (object);

  clear_queue (self, &self->undo);
  clear_queue (self, &self->redo);
  es_attack_stack_free (self->stack);
  es_attack_probe_free (self->probe);
  g_clear_pointer (&self->model, es_model_unref);
  clear_outcome (&self->outcome);
  G_OBJECT_CLASS (es_attack_editor_parent_class)->finalize (object);
}

static void
es_attack_editor_class_init (EsAttackEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = es_attack_editor_finalize;
  signals[CHANGED] = g_signal_new ("changed", ES_TYPE_ATTACK_EDITOR, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
es_attack_editor_init (EsAttackEditor *self)
{
  self->selected = -1;
  g_queue_init (&self->undo);
  g_queue_init (&self->redo);
}

EsAttackEditor *
es_attack_editor_new (gsize memory)
{
  EsAttackEditor *self = g_object_new (ES_TYPE_ATTACK_EDITOR, NULL);

  self->memory = memory;
  return self;
}

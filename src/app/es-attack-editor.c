/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-editor.h"

#include "es-attack-history.h"
#include "es-loss.h"

#include <string.h>

struct _EsAttackEditor
{
  GObject parent_instance;

  EsModel *model; /* NULL: no image */
  EsAttackProbe *probe;
  EsAttackOutcome outcome;

  GPtrArray *histories;     /* of EsAttackHistory, one for each size of images */
  EsAttackHistory *history; /* that of the image's size, or of the latest image's */
  gsize memory;             /* that all of them may take */
};

G_DEFINE_FINAL_TYPE (EsAttackEditor, es_attack_editor, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

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
    es_attack_stack_compose (self->history->stack, outcome->input, outcome->change);
    for (gsize p = 0; p < outcome->P; p++)
      outcome->result[p] = outcome->input[p] + outcome->change[p];
    es_norms_measure (&outcome->norms, outcome->change, outcome->P);
    es_attack_probe_logits (self->probe, self->history->stack, outcome->after);
    outcome->read_after = es_argmax (outcome->after, outcome->C);
  }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Edits */

/* Attacks on images of other sizes get what this one leaves. */
static void
spare_memory (EsAttackEditor *self)
{
  gsize left = self->memory;

  es_attack_history_limit (self->history, left);
  left -= MIN (left, self->history->spent);
  for (guint i = 0; i < self->histories->len; i++) {
    EsAttackHistory *history = self->histories->pdata[i];

    if (history == self->history)
      continue;
    es_attack_history_limit (history, left);
    left -= MIN (left, history->spent);
  }
}

static void
begin (EsAttackEditor *self, EsAttackJoin join, guint layer)
{
  es_attack_history_begin (self->history, join, layer);
}

static void
finish (EsAttackEditor *self)
{
  es_attack_history_finish (self->history);
  spare_memory (self);
  update (self);
}

static const EsAttackLayer *
layer_at (EsAttackEditor *self, guint i)
{
  if (self->model == NULL || i >= es_attack_stack_get_n_layers (self->history->stack))
    return NULL;
  return es_attack_stack_get_layer (self->history->stack, i);
}

static gboolean
is_full (EsAttackEditor *self)
{
  return es_attack_stack_get_n_layers (self->history->stack) >=
         ES_ATTACK_STACK_MAX_LAYERS;
}

static void
add_layer (EsAttackEditor *self, const EsAttackLayer *layer, const float *pixels)
{
  EsAttackLayer *added =
      es_attack_stack_add (self->history->stack, layer->kind, layer->name, pixels);

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
  begin (self, ES_ATTACK_JOIN_NONE, 0);
  add_layer (self, layer, pixels);
  self->history->selected =
      (gint)es_attack_stack_get_n_layers (self->history->stack) - 1;
  self->history->join = ES_ATTACK_JOIN_PIXELS;
  self->history->join_layer = (guint)self->history->selected;
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
  begin (self, ES_ATTACK_JOIN_NONE, 0);
  add_layer (self, &copy, g_bytes_get_data (pixels, NULL));
  es_attack_stack_move (self->history->stack,
                        es_attack_stack_get_n_layers (self->history->stack) - 1, i + 1);
  self->history->selected = (gint)i + 1;
  finish (self);
}

void
es_attack_editor_remove (EsAttackEditor *self, guint i)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (layer_at (self, i) == NULL)
    return;
  begin (self, ES_ATTACK_JOIN_NONE, 0);
  es_attack_stack_remove (self->history->stack, i);
  if (self->history->selected > (gint)i ||
      self->history->selected >=
          (gint)es_attack_stack_get_n_layers (self->history->stack))
    self->history->selected--;
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
  begin (self, ES_ATTACK_JOIN_NONE, 0);
  es_attack_stack_move (self->history->stack, from, to);
  self->history->selected = moved (self->history->selected, (gint)from, (gint)to);
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
  begin (self, ES_ATTACK_JOIN_NONE, 0);
  es_attack_stack_set_hidden (self->history->stack, i, !!hidden);
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
  begin (self, ES_ATTACK_JOIN_STRENGTH, i);
  es_attack_stack_set_strength (self->history->stack, i, strength);
  finish (self);
}

void
es_attack_editor_set_pixels (EsAttackEditor *self, guint i, const float *pixels)
{
  const EsAttackLayer *layer;

  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  layer = layer_at (self, i);
  if (layer == NULL || memcmp (es_attack_layer_get_pixels (layer), pixels,
                               self->history->stack->P * sizeof *pixels) == 0)
    return;
  begin (self, ES_ATTACK_JOIN_PIXELS, i);
  es_attack_stack_set_pixels (self->history->stack, i, pixels);
  finish (self);
}

void
es_attack_editor_set_budget (EsAttackEditor *self, EsNorm norm, double budget)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL ||
      (self->history->stack->norm == norm && self->history->stack->budget == budget))
    return;
  begin (self, ES_ATTACK_JOIN_BUDGET, norm);
  self->history->stack->norm = norm;
  self->history->stack->budget = budget;
  finish (self);
}

void
es_attack_editor_set_clip (EsAttackEditor *self, gboolean clip)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL || self->history->stack->clip == !!clip)
    return;
  begin (self, ES_ATTACK_JOIN_NONE, 0);
  self->history->stack->clip = !!clip;
  finish (self);
}

void
es_attack_editor_set_stack (EsAttackEditor *self, EsAttackStack *stack)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL || stack->P != self->history->stack->P ||
      es_attack_stack_equal (stack, self->history->stack)) {
    es_attack_stack_free (stack);
    return;
  }
  begin (self, ES_ATTACK_JOIN_NONE, 0);
  es_attack_stack_free (self->history->stack);
  self->history->stack = stack;
  self->history->selected = (gint)es_attack_stack_get_n_layers (stack) - 1;
  finish (self);
}

void
es_attack_editor_settle (EsAttackEditor *self)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->history != NULL)
    self->history->join = ES_ATTACK_JOIN_NONE;
}

/* Undo and redo */

gboolean
es_attack_editor_can_undo (EsAttackEditor *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), FALSE);
  return self->model != NULL && self->history->undo.length > 0;
}

gboolean
es_attack_editor_can_redo (EsAttackEditor *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_EDITOR (self), FALSE);
  return self->model != NULL && self->history->redo.length > 0;
}

void
es_attack_editor_undo (EsAttackEditor *self)
{
  if (!es_attack_editor_can_undo (self))
    return;
  es_attack_history_undo (self->history);
  update (self);
}

void
es_attack_editor_redo (EsAttackEditor *self)
{
  if (!es_attack_editor_can_redo (self))
    return;
  es_attack_history_redo (self->history);
  update (self);
}

/* The image */

/* Goes to the stack for images of @P pixels, as it was left, or to a new one. */
static void
choose_history (EsAttackEditor *self, gsize P)
{
  if (self->history != NULL)
    self->history->join = ES_ATTACK_JOIN_NONE;
  for (guint i = 0; i < self->histories->len; i++) {
    self->history = self->histories->pdata[i];
    if (self->history->stack->P == P)
      return;
  }
  self->history = es_attack_history_new (P);
  g_ptr_array_add (self->histories, self->history);
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
    if (self->history == NULL || self->history->stack->P != P)
      choose_history (self, P);
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
  return self->model != NULL ? self->history->stack : NULL;
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
  return self->model != NULL ? self->history->selected : -1;
}

void
es_attack_editor_set_selected (EsAttackEditor *self, gint i)
{
  g_return_if_fail (ES_IS_ATTACK_EDITOR (self));
  if (self->model == NULL || i == self->history->selected || i < -1 ||
      i >= (gint)es_attack_stack_get_n_layers (self->history->stack))
    return;
  self->history->selected = i;
  self->history->join = ES_ATTACK_JOIN_NONE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Life */

static void
es_attack_editor_finalize (GObject *object)
{
  EsAttackEditor *self = ES_ATTACK_EDITOR (object);

  g_ptr_array_unref (self->histories);
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
  self->histories =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_history_free);
}

EsAttackEditor *
es_attack_editor_new (gsize memory)
{
  EsAttackEditor *self = g_object_new (ES_TYPE_ATTACK_EDITOR, NULL);

  self->memory = memory;
  return self;
}

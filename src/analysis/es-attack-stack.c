/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-stack.h"

#include <string.h>

static void
layer_clear (gpointer data)
{
  EsAttackLayer *layer = data;

  g_free (layer->name);
  g_bytes_unref (layer->pixels);
}

static GArray *
layers_new (void)
{
  GArray *layers = g_array_new (FALSE, TRUE, sizeof (EsAttackLayer));

  g_array_set_clear_func (layers, layer_clear);
  return layers;
}

EsAttackStack *
es_attack_stack_new (gsize P)
{
  EsAttackStack *stack = g_new0 (EsAttackStack, 1);

  stack->P = P;
  stack->layers = layers_new ();
  stack->clip = TRUE;
  return stack;
}

EsAttackStack *
es_attack_stack_copy (const EsAttackStack *stack)
{
  EsAttackStack *copy = g_memdup2 (stack, sizeof *stack);

  copy->layers = layers_new ();
  for (guint i = 0; i < stack->layers->len; i++) {
    EsAttackLayer layer = *es_attack_stack_get_layer (stack, i);

    layer.name = g_strdup (layer.name);
    g_bytes_ref (layer.pixels);
    g_array_append_val (copy->layers, layer);
  }
  return copy;
}

void
es_attack_stack_free (EsAttackStack *stack)
{
  if (stack == NULL)
    return;
  g_array_unref (stack->layers);
  g_free (stack);
}

static gboolean
layer_equal (const EsAttackLayer *a, const EsAttackLayer *b)
{
  return a->kind == b->kind && g_strcmp0 (a->name, b->name) == 0 &&
         a->strength == b->strength && !a->hidden == !b->hidden &&
         a->class_index == b->class_index && a->component == b->component &&
         (a->pixels == b->pixels || g_bytes_equal (a->pixels, b->pixels));
}

gboolean
es_attack_stack_equal (const EsAttackStack *a, const EsAttackStack *b)
{
  if (a->P != b->P || a->norm != b->norm || !a->clip != !b->clip ||
      (a->norm != ES_NORM_NONE && a->budget != b->budget) ||
      a->layers->len != b->layers->len)
    return FALSE;
  for (guint i = 0; i < a->layers->len; i++)
    if (!layer_equal (es_attack_stack_get_layer (a, i),
                      es_attack_stack_get_layer (b, i)))
      return FALSE;
  return TRUE;
}

guint
es_attack_stack_get_n_layers (const EsAttackStack *stack)
{
  return stack->layers->len;
}

static EsAttackLayer *
get_layer (EsAttackStack *stack, guint i)
{
  return &g_array_index (stack->layers, EsAttackLayer, i);
}

const EsAttackLayer *
es_attack_stack_get_layer (const EsAttackStack *stack, guint i)
{
  return &g_array_index (stack->layers, EsAttackLayer, i);
}

EsAttackLayer *
es_attack_stack_add (EsAttackStack *stack,
                     EsAttackLayerKind kind,
                     const char *name,
                     const float *pixels)
{
  EsAttackLayer layer = {.kind = kind,
                         .name = g_strdup (name),
                         .pixels = g_bytes_new (pixels, stack->P * sizeof (float)),
                         .strength = 1,
                         .class_index = -1,
                         .component = -1};

  g_array_append_val (stack->layers, layer);
  return get_layer (stack, stack->layers->len - 1);
}

void
es_attack_stack_remove (EsAttackStack *stack, guint i)
{
  g_return_if_fail (i < stack->layers->len);
  g_array_remove_index (stack->layers, i);
}

void
es_attack_stack_move (EsAttackStack *stack, guint from, guint to)
{
  EsAttackLayer moved;
  guint lower = MIN (from, to), n = MAX (from, to) - lower;

  g_return_if_fail (from < stack->layers->len && to < stack->layers->len);
  moved = *get_layer (stack, from);
  if (from < to)
    memmove (get_layer (stack, from), get_layer (stack, from) + 1, n * sizeof moved);
  else
    memmove (get_layer (stack, to) + 1, get_layer (stack, to), n * sizeof moved);
  *get_layer (stack, to) = moved;
}

void
es_attack_stack_rename (EsAttackStack *stack, guint i, const char *name)
{
  char *copy = g_strdup (name);

  g_free (get_layer (stack, i)->name);
  get_layer (stack, i)->name = copy;
}

void
es_attack_stack_set_strength (EsAttackStack *stack, guint i, double strength)
{
  get_layer (stack, i)->strength = strength;
}

void
es_attack_stack_set_hidden (EsAttackStack *stack, guint i, gboolean hidden)
{
  get_layer (stack, i)->hidden = hidden;
}

void
es_attack_stack_set_pixels (EsAttackStack *stack, guint i, const float *pixels)
{
  GBytes *bytes = g_bytes_new (pixels, stack->P * sizeof (float));

  g_bytes_unref (get_layer (stack, i)->pixels);
  get_layer (stack, i)->pixels = bytes;
}

const float *
es_attack_layer_get_pixels (const EsAttackLayer *layer)
{
  return g_bytes_get_data (layer->pixels, NULL);
}

void
es_attack_stack_sum (const EsAttackStack *stack, float *change)
{
  memset (change, 0, stack->P * sizeof (float));
  for (guint i = 0; i < stack->layers->len; i++) {
    const EsAttackLayer *layer = es_attack_stack_get_layer (stack, i);
    const float *pixels = es_attack_layer_get_pixels (layer);
    float strength = (float)layer->strength;

    for (gsize p = 0; !layer->hidden && p < stack->P; p++)
      change[p] += strength * pixels[p];
  }
}

void
es_attack_stack_compose (const EsAttackStack *stack, const float *x, float *change)
{
  es_attack_stack_sum (stack, change);
  es_norms_project (change, stack->P, stack->norm, stack->budget);
  if (stack->clip)
    es_norms_clip (change, x, stack->P);
}

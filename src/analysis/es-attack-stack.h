/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-norms.h"

G_BEGIN_DECLS

/*
 * The change of one image as a stack of layers: what the editor edits. A value: copies
 * are independent, and cheap, since layers share their pixels and never change them.
 * Undo is a list of such values.
 *
 * The change is the sum of strength times pixels over the layers that are not hidden,
 * then brought into the budget, then clipped. As a sum it does not depend on the
 * layers' order, which is for people.
 */

typedef enum {
  ES_ATTACK_LAYER_MASK,     /* from eigenvectors; at strength 1 of deviation 1 */
  ES_ATTACK_LAYER_BRUSH,    /* painted */
  ES_ATTACK_LAYER_GRADIENT, /* found by a gradient attack */
  ES_ATTACK_LAYER_CONTROL,  /* a mask permuted, or noise */
} EsAttackLayerKind;

typedef struct
{
  EsAttackLayerKind kind;
  char *name;       /* for people */
  GBytes *pixels;   /* (P) floats, immutable */
  double strength;  /* times pixels; may be negative */
  gboolean hidden;  /* counts nothing */
  gint class_index; /* of a mask or its control, else -1 */
  gint component;   /* the same */
} EsAttackLayer;

/* More layers than this are refused, by editors and from files. */
#define ES_ATTACK_STACK_MAX_LAYERS 256

typedef struct
{
  gsize P;
  GArray *layers; /* of EsAttackLayer, the lowest first; for reading */
  EsNorm norm;    /* of the budget */
  double budget;  /* in units of the data; not read with ES_NORM_NONE */
  gboolean clip;  /* hold the changed image between 0 and 1 */
} EsAttackStack;

/* An empty stack for images of @P pixels: no budget, clipping on. */
EsAttackStack *es_attack_stack_new (gsize P) G_GNUC_WARN_UNUSED_RESULT;
EsAttackStack *
es_attack_stack_copy (const EsAttackStack *stack) G_GNUC_WARN_UNUSED_RESULT;
void es_attack_stack_free (EsAttackStack *stack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsAttackStack, es_attack_stack_free)

/* Whether two stacks are the same in everything, pixels by value. */
gboolean es_attack_stack_equal (const EsAttackStack *a, const EsAttackStack *b);

guint es_attack_stack_get_n_layers (const EsAttackStack *stack);
const EsAttackLayer *es_attack_stack_get_layer (const EsAttackStack *stack, guint i);

/* Puts a layer of @pixels (P, copied) with strength 1 on top and returns it, for its
   other fields to be set; valid until the stack changes. */
EsAttackLayer *es_attack_stack_add (EsAttackStack *stack,
                                    EsAttackLayerKind kind,
                                    const char *name,
                                    const float *pixels);
void es_attack_stack_remove (EsAttackStack *stack, guint i);
/* Moves layer @from to place @to. */
void es_attack_stack_move (EsAttackStack *stack, guint from, guint to);
void es_attack_stack_rename (EsAttackStack *stack, guint i, const char *name);
void es_attack_stack_set_strength (EsAttackStack *stack, guint i, double strength);
void es_attack_stack_set_hidden (EsAttackStack *stack, guint i, gboolean hidden);
/* Gives layer @i other @pixels (P, copied), as a stroke of the brush does. */
void es_attack_stack_set_pixels (EsAttackStack *stack, guint i, const float *pixels);

/* Layer @i's pixels (P), owned by the layer. */
const float *es_attack_layer_get_pixels (const EsAttackLayer *layer);

/* @change (P): the sum of the layers, before budget and clipping. */
void es_attack_stack_sum (const EsAttackStack *stack, float *change);

/* @change (P): what is really added to @x (P), after budget and clipping. */
void
es_attack_stack_compose (const EsAttackStack *stack, const float *x, float *change);

G_END_DECLS

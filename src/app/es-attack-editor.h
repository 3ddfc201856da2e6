/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-probe.h"

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * The attack on one image while it is edited: the stack of layers with its history, the
 * selected layer, and what the network makes of it, up to date after every edit. For
 * the main thread; no widgets.
 *
 * Every edit can be undone. Edits of one kind and layer that follow each other, as
 * while a slider is dragged, are one step until es_attack_editor_settle(). There is a
 * stack with its history for each size of images, which is there again when an image
 * of that size is.
 *
 * "changed" is emitted after every edit, undo, redo, selection and new image.
 */
#define ES_TYPE_ATTACK_EDITOR (es_attack_editor_get_type ())
G_DECLARE_FINAL_TYPE (EsAttackEditor, es_attack_editor, ES, ATTACK_EDITOR, GObject)

/* Bytes that all histories may take; beyond them the oldest steps go, those for images
   of other sizes first. */
#define ES_ATTACK_EDITOR_MEMORY ((gsize)256 << 20)

/* What the attack does to the image. Arrays belong to the editor. */
typedef struct
{
  gsize P;
  gsize C;
  gint label;    /* the image's class; -1: unknown */
  float *input;  /* (P), 0 to 1 */
  float *change; /* (P) after budget and clipping */
  float *result; /* (P) input + change */
  float *before; /* (C) logits of the input */
  float *after;  /* (C) of the result */
  guint read_before;
  guint read_after;
  EsNorms norms; /* of the change */
} EsAttackOutcome;

/* @memory as ES_ATTACK_EDITOR_MEMORY. */
EsAttackEditor *es_attack_editor_new (gsize memory) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The image @x (P of @model, 0 to 1) of class @label (-1: unknown), read by @model. The
 * layers are those that images of its size had before. @model NULL: no image.
 * ES_ERROR_NO_MEMORY.
 */
gboolean es_attack_editor_set_image (EsAttackEditor *self,
                                     EsModel *model,
                                     const float *x,
                                     gint label,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NULL without an image. */
EsModel *es_attack_editor_get_model (EsAttackEditor *self);
const EsAttackStack *es_attack_editor_get_stack (EsAttackEditor *self);
const EsAttackOutcome *es_attack_editor_get_outcome (EsAttackEditor *self);

/* The selected layer, or -1. */
gint es_attack_editor_get_selected (EsAttackEditor *self);
void es_attack_editor_set_selected (EsAttackEditor *self, gint i);

/* Edits. None does anything without an image, or if nothing changes. */

/* Puts a layer on top and selects it: @pixels (P, copied), the rest as in @layer. Other
   pixels for it that follow at once are the same step: a stroke goes on. */
void es_attack_editor_add (EsAttackEditor *self,
                           const EsAttackLayer *layer,
                           const float *pixels);
void es_attack_editor_duplicate (EsAttackEditor *self, guint i);
void es_attack_editor_remove (EsAttackEditor *self, guint i);
void es_attack_editor_move (EsAttackEditor *self, guint from, guint to);
void es_attack_editor_set_hidden (EsAttackEditor *self, guint i, gboolean hidden);
void es_attack_editor_set_strength (EsAttackEditor *self, guint i, double strength);
void es_attack_editor_set_pixels (EsAttackEditor *self, guint i, const float *pixels);
void es_attack_editor_set_budget (EsAttackEditor *self, EsNorm norm, double budget);
void es_attack_editor_set_clip (EsAttackEditor *self, gboolean clip);
/* Another stack (transfer full) in place of this one; of P pixels. */
void es_attack_editor_set_stack (EsAttackEditor *self, EsAttackStack *stack);

/* The next edit is a step of its own. */
void es_attack_editor_settle (EsAttackEditor *self);

gboolean es_attack_editor_can_undo (EsAttackEditor *self);
gboolean es_attack_editor_can_redo (EsAttackEditor *self);
void es_attack_editor_undo (EsAttackEditor *self);
void es_attack_editor_redo (EsAttackEditor *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-drawing.h"

#include "es-centre.h"

#include <string.h>

struct _EsDrawing
{
  GObject parent_instance;

  guint rows, cols;
  GPtrArray *states; /* of float (rows, cols), the oldest first */
  guint now;         /* the state that is shown; those after it can be redone */
  EsStroke *stroke;  /* under way, or NULL */
  gboolean stepped;  /* it has a state of its own, the latest */
};

G_DEFINE_FINAL_TYPE (EsDrawing, es_drawing, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gsize
get_size (EsDrawing *self)
{
  return (gsize)self->rows * self->cols * sizeof (float);
}

guint
es_drawing_get_rows (EsDrawing *self)
{
  g_return_val_if_fail (ES_IS_DRAWING (self), 0);
  return self->rows;
}

guint
es_drawing_get_cols (EsDrawing *self)
{
  g_return_val_if_fail (ES_IS_DRAWING (self), 0);
  return self->cols;
}

const float *
es_drawing_get_pixels (EsDrawing *self)
{
  g_return_val_if_fail (ES_IS_DRAWING (self), NULL);
  return self->states->pdata[self->now];
}

gboolean
es_drawing_is_empty (EsDrawing *self)
{
  const float *pixels = es_drawing_get_pixels (self);

  for (gsize p = 0; p < (gsize)self->rows * self->cols; p++)
    if (pixels[p] > 0)
      return FALSE;
  return TRUE;
}

/* Puts a state of @pixels after the one that is shown, in place of those to redo. */
static void
take_step (EsDrawing *self, const float *pixels)
{
  g_ptr_array_set_size (self->states, (gint)self->now + 1);
  g_ptr_array_add (self->states, g_memdup2 (pixels, get_size (self)));
  if (self->states->len > 2 && self->states->len * get_size (self) > ES_DRAWING_MEMORY)
    g_ptr_array_remove_index (self->states, 0);
  self->now = self->states->len - 1;
}

/* Strokes */

void
es_drawing_begin (EsDrawing *self, const EsBrush *brush)
{
  g_return_if_fail (ES_IS_DRAWING (self));
  es_drawing_end (self);
  self->stroke =
      es_stroke_new (brush, es_drawing_get_pixels (self), self->rows, self->cols);
  self->stepped = FALSE;
}

void
es_drawing_move (EsDrawing *self, double x, double y, double pressure)
{
  const float *pixels;

  g_return_if_fail (ES_IS_DRAWING (self));
  if (self->stroke == NULL || !es_stroke_to (self->stroke, x, y, pressure))
    return;
  pixels = es_stroke_get_pixels (self->stroke);
  if (!self->stepped)
    take_step (self, pixels);
  else
    memcpy (self->states->pdata[self->now], pixels, get_size (self));
  self->stepped = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
es_drawing_end (EsDrawing *self)
{
  g_return_if_fail (ES_IS_DRAWING (self));
  g_clear_pointer (&self->stroke, es_stroke_free);
}

gboolean
es_drawing_has_stroke (EsDrawing *self)
{
  g_return_val_if_fail (ES_IS_DRAWING (self), FALSE);
  return self->stroke != NULL;
}

/* All pixels */

void
es_drawing_set_pixels (EsDrawing *self, const float *pixels)
{
  g_return_if_fail (ES_IS_DRAWING (self));
  es_drawing_end (self);
  if (memcmp (pixels, es_drawing_get_pixels (self), get_size (self)) == 0)
    return;
  take_step (self, pixels);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
es_drawing_clear (EsDrawing *self)
{
  g_autofree float *none = g_malloc0 (get_size (self));

  es_drawing_set_pixels (self, none);
}

void
es_drawing_invert (EsDrawing *self)
{
  g_autofree float *pixels = g_memdup2 (es_drawing_get_pixels (self), get_size (self));

  for (gsize p = 0; p < (gsize)self->rows * self->cols; p++)
    pixels[p] = 1 - pixels[p];
  es_drawing_set_pixels (self, pixels);
}

void
es_drawing_centre (EsDrawing *self)
{
  g_autofree float *pixels = g_malloc (get_size (self));

  if (es_centre_like_mnist (pixels, es_drawing_get_pixels (self), self->rows,
                            self->cols))
    es_drawing_set_pixels (self, pixels);
}

/* Undo and redo */

gboolean
es_drawing_can_undo (EsDrawing *self)
{
  g_return_val_if_fail (ES_IS_DRAWING (self), FALSE);
  return self->now > 0;
}

gboolean
es_drawing_can_redo (EsDrawing *self)
{
  g_return_val_if_fail (ES_IS_DRAWING (self), FALSE);
  return self->now + 1 < self->states->len;
}

void
es_drawing_undo (EsDrawing *self)
{
  es_drawing_end (self);
  if (!es_drawing_can_undo (self))
    return;
  self->now--;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
es_drawing_redo (EsDrawing *self)
{
  es_drawing_end (self);
  if (!es_drawing_can_redo (self))
    return;
  self->now++;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Life */

static void
es_drawing_finalize (GObject *object)
{
  EsDrawing *self = ES_DRAWING (object);

  es_stroke_free (self->stroke);
  g_ptr_array_unref (self->states);
  G_OBJECT_CLASS (es_drawing_parent_class)->finalize (object);
}

static void
es_drawing_class_init (EsDrawingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = es_drawing_finalize;
  signals[CHANGED] = g_signal_new ("changed", ES_TYPE_DRAWING, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
es_drawing_init (EsDrawing *self)
{
  self->states = g_ptr_array_new_with_free_func (g_free);
}

EsDrawing *
es_drawing_new (guint rows, guint cols)
{
  EsDrawing *self = g_object_new (ES_TYPE_DRAWING, NULL);

  self->rows = rows;
  self->cols = cols;
  g_ptr_array_add (self->states, g_malloc0 (get_size (self)));
  return self;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-playground.h"

#include "es-adamw.h"
#include "es-blas.h"
#include "es-loss.h"
#include "es-network.h"
#include "es-rng.h"

#include <math.h>
#include <string.h>

/* Turns of a spiral's arm. */
#define TURNS 1.25

struct _EsPlayground
{
  EsModel *model;
  gsize n_params;
  float *moment1; /* (n_params) */
  float *moment2;
  float *dparams;
  float *before; /* (n_params) the weights before a step */
  EsActivations *act;
  guint16 labels[ES_PLAYGROUND_MAX_POINTS];
  guint64 steps;
};

static void
place_on_circle (EsPoint *point, guint n_classes, EsRng *rng)
{
  double inner = point->class == 0 ? 0 : 0.15 + 0.85 * point->class / n_classes;
  double outer = 0.85 * (point->class + 1.0) / n_classes;
  /* Even over the area. */
  double radius = sqrt (es_rng_range (rng, inner * inner, outer * outer));
  double angle = es_rng_range (rng, 0, 2 * G_PI);

  point->x = (float)(radius * cos (angle));
  point->y = (float)(radius * sin (angle));
}

static void
place_in_quarter (EsPoint *point, guint n_classes, EsRng *rng)
{
  guint quarter = point->class;
  double x = es_rng_range (rng, 0.1, 0.9), y = es_rng_range (rng, 0.1, 0.9);

  /* Quarters 0 and 3 lie opposite each other, and so do 1 and 2. */
  if (n_classes == 2 && es_rng_below (rng, 2) == 1)
    quarter = 3 - quarter;
  point->x = (float)(quarter & 1 ? -x : x);
  point->y = (float)(quarter & 2 ? -y : y);
}

static void
place_on_spiral (EsPoint *point, guint n_classes, EsRng *rng)
{
  double along = sqrt (es_rng_uniform (rng));
  double angle = 2 * G_PI * (TURNS * along + (double)point->class / n_classes);

  point->x = (float)(0.9 * along * cos (angle));
  point->y = (float)(0.9 * along * sin (angle));
}

static void
place_on_stripe (EsPoint *point, guint n_classes, EsRng *rng)
{
  /* Each class has two stripes. */
  double n = 2.0 * n_classes;
  double stripe = point->class + n_classes * es_rng_below (rng, 2);

  point->x = (float)(-0.9 + 1.8 * (stripe + es_rng_range (rng, 0.15, 0.85)) / n);
  point->y = (float)es_rng_range (rng, -0.9, 0.9);
}

void
es_shape_fill (EsShape shape,
               EsPoint *points,
               gsize n,
               guint n_classes,
               double noise,
               guint64 seed)
{
  static void (*const place[]) (EsPoint *, guint, EsRng *) = {
      place_on_circle, place_in_quarter, place_on_spiral, place_on_stripe};
  EsRng rng;

  es_rng_init (&rng, seed, ES_RNG_TASK, 1, shape);
  for (gsize i = 0; i < n; i++) {
    points[i].class = (guint)(i % n_classes);
    place[shape](&points[i], n_classes, &rng);
    points[i].x =
        CLAMP (points[i].x + (float)(noise * es_rng_normal (&rng)), -1.0f, 1.0f);
    points[i].y =
        CLAMP (points[i].y + (float)(noise * es_rng_normal (&rng)), -1.0f, 1.0f);
  }
}

EsPlayground *
es_playground_new (guint hidden, guint layers, guint n_classes, guint64 seed)
{
  EsModelConfig config = {
      .rows = 1,
      .cols = 2,
      .hidden = CLAMP (hidden, 1, ES_PLAYGROUND_MAX_HIDDEN),
      .outputs = CLAMP (n_classes, 2, ES_PLAYGROUND_MAX_CLASSES),
      .layers = CLAMP (layers, 1, ES_PLAYGROUND_MAX_LAYERS),
      .bias = TRUE,
  };
  EsPlayground *self = g_new0 (EsPlayground, 1);

  /* Some thousand numbers: there is memory for them. */
  self->model = es_model_new (&config, NULL);
  g_assert (self->model != NULL);
  es_model_init (self->model, seed);
  self->n_params = es_model_n_params (self->model);
  self->moment1 = g_new0 (float, self->n_params);
  self->moment2 = g_new0 (float, self->n_params);
  self->dparams = g_new0 (float, self->n_params);
  self->before = g_new0 (float, self->n_params);
  self->act = es_activations_new (&config, ES_PLAYGROUND_MAX_POINTS, TRUE, NULL);
  g_assert (self->act != NULL);
  return self;
}

void
es_playground_free (EsPlayground *self)
{
  if (self == NULL)
    return;
  es_model_unref (self->model);
  g_free (self->moment1);
  g_free (self->moment2);
  g_free (self->dparams);
  g_free (self->before);
  es_activations_free (self->act);
  g_free (self);
}

const EsModel *
es_playground_get_model (const EsPlayground *self)
{
  return self->model;
}

guint64
es_playground_get_steps (const EsPlayground *self)
{
  return self->steps;
}

/* Copies the points of classes that there are; returns how many. */
static gsize
fill_inputs (EsPlayground *self, const EsPoint *points, gsize n)
{
  guint C = es_model_get_config (self->model)->outputs;
  gsize N = 0;

  for (gsize i = 0; i < n && N < ES_PLAYGROUND_MAX_POINTS; i++) {
    if (points[i].class >= C)
      continue;
    self->act->x[2 * N] = points[i].x;
    self->act->x[2 * N + 1] = points[i].y;
    self->labels[N++] = (guint16)points[i].class;
  }
  return N;
}

double
es_playground_step (EsPlayground *self,
                    const EsPoint *points,
                    gsize n,
                    double lr,
                    double weight_decay,
                    double *accuracy)
{
  gsize C = es_model_get_config (self->model)->outputs, n_correct = 0;
  gsize N = fill_inputs (self, points, n), size = self->n_params * sizeof (float);
  EsAdamW adamw;
  double loss;

  *accuracy = NAN;
  if (N == 0)
    return NAN;
  es_network_forward (self->model, self->act, N);
  loss = es_cross_entropy (self->act->dlogits, &n_correct, self->act->logits,
                           self->labels, N, C, 1.0f / (float)N) /
         (double)N;
  *accuracy = (double)n_correct / (double)N;
  es_network_backward (self->model, self->act, N, self->dparams);
  memcpy (self->before, es_model_get_params (self->model), size);
  adamw = es_adamw_step (lr, weight_decay, self->steps + 1);
  es_adamw_update (es_model_params (self->model), self->moment1, self->moment2,
                   &self->dparams, 1, 0, self->n_params, &adamw);
  self->steps++;
  if (isfinite (loss) &&
      es_blas_all_finite (es_model_get_params (self->model), self->n_params))
    return loss;
  memcpy (es_model_params (self->model), self->before, size);
  memset (self->moment1, 0, size);
  memset (self->moment2, 0, size);
  return INFINITY;
}

/* Turns a row of logits into probabilities, in @p (C). */
static void
softmax (float *p, const float *logits, gsize C)
{
  float largest = logits[es_argmax (logits, C)], sum = 0;

  for (gsize c = 0; c < C; c++)
    sum += p[c] = expf (logits[c] - largest);
  for (gsize c = 0; c < C; c++)
    p[c] /= sum;
}

void
es_playground_fill_surface (EsPlayground *self, float *p, guint side)
{
  gsize C = es_model_get_config (self->model)->outputs;

  /* A row of cells at a time, which fits: a row has fewer cells than there may be
     points. */
  for (guint row = 0; row < side; row++) {
    for (guint col = 0; col < side; col++) {
      self->act->x[2 * col] = (float)(-1 + (2.0 * col + 1) / side);
      self->act->x[2 * col + 1] = (float)(1 - (2.0 * row + 1) / side);
    }
    es_network_forward (self->model, self->act, side);
    for (guint col = 0; col < side; col++)
      softmax (p + ((gsize)row * side + col) * C, self->act->logits + col * C, C);
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-embedding.h"

#include "es-augment.h"
#include "es-lit.h"

#include <string.h>

#define GROUP ES_LIT_GROUP

/* Pixels whose weights for one tile of units stay in the first-level cache, those that
   are always black left out. */
#define MOST_PIXELS 200
/* Fewer images are not worth another copy of the weights. */
#define FEWEST_IMAGES 64
/* Groups that are looked at to find how much is black. */
#define GROUPS_SEEN 64
/* Pixels that are black in whole groups must be at least this share of all. */
#define LEAST_BLACK 0.25

struct _EsEmbedding
{
  const EsModel *model;
  gsize P, H;
  gsize n_strips; /* of pixels, embedded one after another */
  const EsLitKernels *kernels;
  float *tiles; /* (H / width rounded up, P, width), or NULL: nothing is skipped */
};

/* Some images, and what is lit in each group and strip of them. */
typedef struct
{
  const guint8 *pixels; /* (N, P) */
  gsize N;
  gsize n_groups;
  EsLit *lit; /* (n_groups, n_strips), views of: */
  gsize n_lit;
  guint32 *places; /* (n_lit), room for (n_groups, P) */
  float *values;   /* (GROUP, n_lit), room for (GROUP, n_groups, P) */
} Batch;

static void
fill_group (const EsEmbedding *self, Batch *batch, gsize group)
{
  gsize P = self->P;
  const guint8 *images[GROUP];

  /* The last image stands in for missing ones. */
  for (gsize g = 0; g < GROUP; g++)
    images[g] = batch->pixels + MIN (group * GROUP + g, batch->N - 1) * P;
  for (gsize strip = 0; strip < self->n_strips; strip++) {
    gsize first = strip * P / self->n_strips, end = (strip + 1) * P / self->n_strips;
    EsLit *lit = &batch->lit[group * self->n_strips + strip];

    lit->places = batch->places + batch->n_lit;
    for (gsize g = 0; g < GROUP; g++)
      lit->values[g] = batch->values + g * batch->n_groups * P + batch->n_lit;
    self->kernels->find (lit, images, first, end);
    batch->n_lit += lit->n;
  }
}

static void
batch_clear (Batch *batch)
{
  g_free (batch->lit);
  g_free (batch->places);
  g_free (batch->values);
}

/* Returns FALSE, with nothing to clear, if there is no memory. */
static gboolean
batch_init (Batch *batch, const EsEmbedding *self, const guint8 *pixels, gsize N)
{
  gsize n_groups = (N + GROUP - 1) / GROUP;

  *batch = (Batch){.pixels = pixels, .N = N, .n_groups = n_groups};
  batch->lit = g_try_malloc_n (n_groups * self->n_strips, sizeof *batch->lit);
  batch->places = g_try_malloc_n (n_groups * self->P, sizeof *batch->places);
  batch->values = g_try_malloc_n (n_groups * self->P, GROUP * sizeof *batch->values);
  if (batch->lit == NULL || batch->places == NULL || batch->values == NULL) {
    batch_clear (batch);
    return FALSE;
  }
  for (gsize group = 0; group < n_groups; group++)
    fill_group (self, batch, group);
  return TRUE;
}

/* Whether groups among the @N images leave out enough. */
static gboolean
has_much_black (const EsEmbedding *self, const guint8 *pixels, gsize N)
{
  gsize step = MAX (N / GROUP / GROUPS_SEEN, 1) * GROUP, n_seen = 0, n_lit = 0;

  if (N < FEWEST_IMAGES)
    return FALSE;
  for (gsize n = 0; n + GROUP <= N; n += step, n_seen++) {
    Batch batch;

    if (!batch_init (&batch, self, pixels + n * self->P, GROUP))
      return FALSE;
    n_lit += batch.n_lit;
    batch_clear (&batch);
  }
  return (double)n_lit < (1 - LEAST_BLACK) * (double)n_seen * (double)self->P;
}

/* Pixels that are copied to all units of a tile before the next ones. */
#define PIXELS_COPIED 16

/* E', in tiles of units, 0 beyond the last. */
static float *
make_tiles (const float *embed, gsize P, gsize H, gsize width)
{
  gsize n_tiles = (H + width - 1) / width;
  float *tiles = g_try_malloc0_n (n_tiles * width, P * sizeof *tiles);

  for (gsize first = 0; tiles != NULL && first < P; first += PIXELS_COPIED)
    for (gsize h = 0; h < H; h++)
      for (gsize p = first; p < MIN (first + PIXELS_COPIED, P); p++)
        tiles[(h / width * P + p) * width + h % width] = embed[h * P + p];
  return tiles;
}

EsEmbedding *
es_embedding_new (const EsModel *model, const guint8 *pixels, gsize N)
{
  const EsModelConfig *config = es_model_get_config (model);
  EsEmbedding *self = g_new0 (EsEmbedding, 1);

  self->model = model;
  self->P = es_model_config_inputs (config);
  self->H = config->hidden;
  self->n_strips = (self->P + MOST_PIXELS - 1) / MOST_PIXELS;
  self->kernels = es_lit_kernels (512);
  if (self->kernels != NULL && has_much_black (self, pixels, N))
    self->tiles =
        make_tiles (es_model_get_embed (model), self->P, self->H, self->kernels->width);
  return self;
}

void
es_embedding_free (EsEmbedding *self)
{
  if (self == NULL)
    return;
  g_free (self->tiles);
  g_free (self);
}

/* Units from @h on of a group's @n images, in @e (n, H). */
static void
embed_group (const EsEmbedding *self,
             float *e,
             gsize n,
             gsize h,
             const EsLit *lit,
             gboolean fresh)
{
  const EsLitKernels *kernels = self->kernels;
  const float *tile = self->tiles + h * self->P;
  gsize H = self->H, width = MIN (kernels->width, H - h);
  float whole[GROUP * ES_LIT_WIDEST] = {0};

  if (n == GROUP && width == kernels->width) {
    kernels->add (e + h, H, tile, lit, fresh);
    return;
  }
  for (gsize g = 0; g < n && !fresh; g++)
    memcpy (whole + g * kernels->width, e + g * H + h, width * sizeof *e);
  kernels->add (whole, kernels->width, tile, lit, fresh);
  for (gsize g = 0; g < n; g++)
    memcpy (e + g * H + h, whole + g * kernels->width, width * sizeof *e);
}

/* @e (N, H). Each piece of the weights is used for all images before the next. */
static void
embed_batch (const EsEmbedding *self, float *e, const Batch *batch)
{
  gsize H = self->H, n_strips = self->n_strips;

  for (gsize h = 0; h < H; h += self->kernels->width)
    for (gsize strip = 0; strip < n_strips; strip++)
      for (gsize group = 0; group < batch->n_groups; group++) {
        gsize first = group * GROUP;

        embed_group (self, e + first * H, MIN (GROUP, batch->N - first), h,
                     &batch->lit[group * n_strips + strip], strip == 0);
      }
}

void
es_embedding_forward (const EsEmbedding *self,
                      EsActivations *act,
                      const guint8 *pixels,
                      gsize N)
{
  Batch batch;

  if (self->tiles == NULL || !batch_init (&batch, self, pixels, N)) {
    es_augment_expand (act->x, pixels, N * self->P);
    es_network_forward (self->model, act, N);
    return;
  }
  embed_batch (self, act->state, &batch);
  batch_clear (&batch);
  es_network_forward_embedded (self->model, act, N);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-embedding.h"

#include "es-augment.h"

#include <string.h>

/* Images that share each weight that is read. */
#define GROUP 4
/* Pixels whose weights for one tile of units stay in the first-level cache, those that
   are always black left out. */
#define MOST_PIXELS 200
/* Units in the widest tile. */
#define WIDEST_TILE 64
/* Fewer images are not worth another copy of the weights. */
#define FEWEST_IMAGES 64
/* Groups that are looked at to find how much is black. */
#define GROUPS_SEEN 64
/* Pixels that are black in whole groups must be at least this share of all. */
#define LEAST_BLACK 0.25

/* Pixels of a group that are not all black, in order. */
typedef struct
{
  gsize n;
  guint32 *places; /* (n) */
  float *values;   /* (n, GROUP) */
} Lit;

/* Adds to @e (GROUP, width), rows @stride apart, what @lit pixels give the units of a
   tile, from their weights @tile (P, width). */
typedef void (*TileFunc) (float *e, gsize stride, const float *tile, const Lit *lit);

struct _EsEmbedding
{
  const EsModel *model;
  gsize P, H;
  gsize n_strips;    /* of pixels, embedded one after another */
  gsize width;       /* units in a tile */
  float *tiles;      /* (H / width rounded up, P, width), or NULL: nothing is skipped */
  TileFunc add_tile; /* not NULL if tiles are there */
  float scale[256];  /* 255ths */
};

/* Some images, and what is not black in each group and strip of them. */
typedef struct
{
  const guint8 *pixels; /* (N, P) */
  gsize N;
  gsize n_groups;
  Lit *lit; /* (n_groups, n_strips), views of: */
  gsize n_lit;
  guint32 *places; /* (n_lit), room for (n_groups, P) */
  float *values;   /* (n_lit, GROUP), room for (n_groups, P, GROUP) */
} Batch;

/* Unrolled, or the sums would go through memory. */
#define EACH_SUM(VECTORS)                                                              \
  _Pragma ("GCC unroll 8") for (gsize g = 0; g < GROUP; g++)                           \
      _Pragma ("GCC unroll 8") for (gsize v = 0; v < (VECTORS); v++)

/*
 * A tile in @VECTORS registers of @LANES numbers for each image: as many sums as the
 * processor can keep beside the weights. Products and sums are fused, as in the matrix
 * products of the processors that have these registers.
 */
#define DEFINE_TILE(name, processor, LANES, VECTORS)                                   \
  enum {                                                                               \
    name##_width = (LANES) * (VECTORS)                                                 \
  };                                                                                   \
  typedef float name##_vector                                                          \
      __attribute__ ((vector_size ((LANES)*4), aligned (4), may_alias));               \
                                                                                       \
  __attribute__ ((target (processor),                                                  \
                  optimize ("O3", "fp-contract=fast"))) static void                    \
  name (float *e, gsize stride, const float *tile, const Lit *lit)                     \
  {                                                                                    \
    name##_vector sums[GROUP][VECTORS];                                                \
                                                                                       \
    EACH_SUM (VECTORS) sums[g][v] = *(name##_vector *)(e + g * stride + v * (LANES));  \
    for (gsize i = 0; i < lit->n; i++) {                                               \
      const float *first = tile + lit->places[i] * (gsize)name##_width;                \
      const name##_vector *weights = (const name##_vector *)first;                     \
                                                                                       \
      EACH_SUM (VECTORS) sums[g][v] += lit->values[i * GROUP + g] * weights[v];        \
    }                                                                                  \
    EACH_SUM (VECTORS) * (name##_vector *)(e + g * stride + v * (LANES)) = sums[g][v]; \
  }

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
DEFINE_TILE (add_tile_512, "arch=x86-64-v4", 16, 4)
DEFINE_TILE (add_tile_256, "arch=x86-64-v3", 8, 2)

/* Returns NULL if this processor does products better. */
static TileFunc
choose_tile (gsize *width)
{
  if (__builtin_cpu_supports ("x86-64-v4")) {
    *width = add_tile_512_width;
    return add_tile_512;
  }
  *width = add_tile_256_width;
  return __builtin_cpu_supports ("x86-64-v3") ? add_tile_256 : NULL;
}
#else
static TileFunc
choose_tile (gsize *width)
{
  *width = WIDEST_TILE;
  return NULL;
}
#endif

/* What any of the images has in the eight pixels from @first on. */
static guint64
join_eight (const guint8 *const images[GROUP], gsize first)
{
  guint64 any = 0;

  for (gsize g = 0; g < GROUP; g++) {
    guint64 eight;

    memcpy (&eight, images[g] + first, sizeof eight);
    any |= eight;
  }
  return any;
}

/* Takes pixel @p if it is lit in any of the images; else it is overwritten. */
static void
take_pixel (Lit *lit, const guint8 *const images[GROUP], gsize p)
{
  guint any = 0;

  for (gsize g = 0; g < GROUP; g++)
    any |= images[g][p];
  lit->places[lit->n] = (guint32)p;
  lit->n += any != 0;
}

/* Takes those of pixels @first to @end - 1 that are lit. */
static void
find_lit (Lit *lit,
          const guint8 *const images[GROUP],
          gsize first,
          gsize end,
          const float *scale)
{
  gsize p = first;

  lit->n = 0;
  for (; p + 8 <= end; p += 8)
    for (guint64 any = join_eight (images, p), i = 0; any != 0; any >>= 8, i++) {
      lit->places[lit->n] = (guint32)(p + i);
      lit->n += (any & 0xff) != 0;
    }
  for (; p < end; p++)
    take_pixel (lit, images, p);
  for (gsize i = 0; i < lit->n; i++)
    for (gsize g = 0; g < GROUP; g++)
      lit->values[i * GROUP + g] = scale[images[g][lit->places[i]]];
}

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
    Lit *lit = &batch->lit[group * self->n_strips + strip];

    lit->places = batch->places + batch->n_lit;
    lit->values = batch->values + batch->n_lit * GROUP;
    find_lit (lit, images, first, end, self->scale);
    batch->n_lit += lit->n;
  }
}

static void
batch_init (Batch *batch, const EsEmbedding *self, const guint8 *pixels, gsize N)
{
  *batch = (Batch){.pixels = pixels, .N = N, .n_groups = (N + GROUP - 1) / GROUP};
  batch->lit = g_new (Lit, batch->n_groups * self->n_strips);
  batch->places = g_new (guint32, batch->n_groups * self->P);
  batch->values = g_new (float, batch->n_groups * self->P * GROUP);
  for (gsize group = 0; group < batch->n_groups; group++)
    fill_group (self, batch, group);
}

static void
batch_clear (Batch *batch)
{
  g_free (batch->lit);
  g_free (batch->places);
  g_free (batch->values);
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

    batch_init (&batch, self, pixels + n * self->P, GROUP);
    n_lit += batch.n_lit;
    batch_clear (&batch);
  }
  return (double)n_lit < (1 - LEAST_BLACK) * (double)n_seen * (double)self->P;
}

/* E', in tiles of units, 0 beyond the last. */
static float *
make_tiles (const float *embed, gsize P, gsize H, gsize width)
{
  gsize n_tiles = (H + width - 1) / width;
  float *tiles = g_try_malloc0_n (n_tiles * width, P * sizeof *tiles);

  for (gsize h = 0; tiles != NULL && h < H; h++)
    for (gsize p = 0; p < P; p++)
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
  self->add_tile = choose_tile (&self->width);
  for (guint i = 0; i < G_N_ELEMENTS (self->scale); i++)
    self->scale[i] = (float)i / 255.0f;
  if (self->add_tile != NULL && has_much_black (self, pixels, N))
    self->tiles =
        make_tiles (es_model_get_embed (model), self->P, self->H, self->width);
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

/* Adds to units from @h on of a group's @n images, in @e (n, H). */
static void
add_to_group (const EsEmbedding *self,
              float *e,
              gsize n,
              gsize h,
              const float *tile,
              const Lit *lit)
{
  gsize H = self->H, width = MIN (self->width, H - h);
  float whole[GROUP * WIDEST_TILE] = {0};

  if (n == GROUP && width == self->width) {
    self->add_tile (e + h, H, tile, lit);
    return;
  }
  for (gsize g = 0; g < n; g++)
    memcpy (whole + g * self->width, e + g * H + h, width * sizeof *e);
  self->add_tile (whole, self->width, tile, lit);
  for (gsize g = 0; g < n; g++)
    memcpy (e + g * H + h, whole + g * self->width, width * sizeof *e);
}

/* @e (N, H). Each piece of the weights is used for all images before the next. */
static void
embed_batch (const EsEmbedding *self, float *e, const Batch *batch)
{
  gsize H = self->H, P = self->P, n_strips = self->n_strips;

  memset (e, 0, batch->N * H * sizeof *e);
  for (gsize h = 0; h < H; h += self->width)
    for (gsize strip = 0; strip < n_strips; strip++)
      for (gsize group = 0; group < batch->n_groups; group++) {
        gsize first = group * GROUP;

        add_to_group (self, e + first * H, MIN (GROUP, batch->N - first), h,
                      self->tiles + h * P, &batch->lit[group * n_strips + strip]);
      }
}

void
es_embedding_forward (const EsEmbedding *self,
                      EsActivations *act,
                      const guint8 *pixels,
                      gsize N)
{
  Batch batch;

  if (self->tiles == NULL) {
    es_augment_expand (act->x, pixels, N * self->P);
    es_network_forward (self->model, act, N);
    return;
  }
  batch_init (&batch, self, pixels, N);
  embed_batch (self, act->state, &batch);
  batch_clear (&batch);
  es_network_forward_embedded (self->model, act, N);
}

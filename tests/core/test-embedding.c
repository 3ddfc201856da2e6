/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-embedding.h"
#include "es-lit.h"
#include "es-rng.h"
#include "slow-network.h"

#include <string.h>

/* Not a number of whole groups. */
#define N 103

typedef struct
{
  EsModel *model;
  EsModelConfig config;
  EsActivations *act;
  guint8 *pixels; /* (N, P), allocated to the byte: what reads on is found */
} Case;

/* Images of @rows by @cols, of which about @lit pixels of 100 are not black. */
static void
case_init (Case *c, guint rows, guint cols, guint hidden, guint lit)
{
  EsRngStream weights = {22, ES_RNG_TEST, rows, hidden};
  gsize P = (gsize)rows * cols;
  EsRng rng;

  c->config = (EsModelConfig){
      .rows = rows, .cols = cols, .hidden = hidden, .outputs = 3, .layers = 1};
  c->model = es_model_new (&c->config, NULL);
  es_rng_add_normal (es_model_params (c->model), es_model_n_params (c->model), 0.3f,
                     &weights);
  c->act = es_activations_new (&c->config, N, FALSE, NULL);
  c->pixels = g_new (guint8, N * P);
  es_rng_init (&rng, 22, ES_RNG_TEST, cols, lit);
  for (gsize i = 0; i < N * P; i++)
    c->pixels[i] = es_rng_range (&rng, 0, 100) < lit
                       ? (guint8)(1 + (int)es_rng_range (&rng, 0, 254))
                       : 0;
}

static void
case_clear (Case *c)
{
  es_model_unref (c->model);
  es_activations_free (c->act);
  g_free (c->pixels);
}

/* The embeddings and logits of all images against a slow network in double precision.
 */
static void
check_all (Case *c)
{
  gsize P = es_model_config_inputs (&c->config), H = c->config.hidden;
  gsize n_params = es_model_n_params (c->model);
  g_autoptr (EsEmbedding) embedding = es_embedding_new (c->model, c->pixels, N);
  g_autofree double *params = g_new (double, n_params), *x = g_new (double, P);

  for (gsize i = 0; i < n_params; i++)
    params[i] = es_model_get_params (c->model)[i];
  es_embedding_forward (embedding, c->act, c->pixels, N);
  for (gsize n = 0; n < N; n++) {
    double logits[3];

    for (gsize p = 0; p < P; p++)
      x[p] = c->pixels[n * P + p] / 255.0;
    for (gsize h = 0; h < H; h++) {
      double e = 0;

      for (gsize p = 0; p < P; p++)
        e += params[h * P + p] * x[p];
      g_assert_cmpfloat_with_epsilon (c->act->state[n * H + h], e, 1e-4);
    }
    slow_forward (logits, &c->config, params, x);
    for (gsize i = 0; i < 3; i++)
      g_assert_cmpfloat_with_epsilon (c->act->logits[n * 3 + i], logits[i],
                                      1e-3 * (1 + fabs (logits[i])));
  }
}

/* Widths about those of the tiles; sizes that are and are no multiple of eight pixels,
   and that are cut into strips. */
static void
test_forward (void)
{
  const guint rows[] = {5, 5, 25, 5, 5, 21, 5, 5}, cols[] = {7, 8, 40, 7, 8, 20, 7, 8};
  const guint hidden[] = {1, 15, 16, 17, 63, 64, 65, 130};
  const guint lit[] = {0, 3, 20, 100};

  for (gsize i = 0; i < G_N_ELEMENTS (hidden); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (lit); k++) {
      Case c;

      case_init (&c, rows[i], cols[i], hidden[i], lit[k]);
      check_all (&c);
      case_clear (&c);
    }
}

/* What an image gives is the same bits whatever images are embedded with it. */
static void
test_alone (void)
{
  Case c;
  gsize P, H;
  g_autoptr (EsEmbedding) embedding = NULL;
  g_autofree float *together = NULL;

  case_init (&c, 9, 9, 40, 10);
  P = es_model_config_inputs (&c.config);
  H = c.config.hidden;
  embedding = es_embedding_new (c.model, c.pixels, N);
  es_embedding_forward (embedding, c.act, c.pixels, N);
  together = g_memdup2 (c.act->state, N * H * sizeof *together);
  for (gsize n = 0; n < N; n++) {
    gsize n_images = MIN (1 + n % 6, N - n);

    es_embedding_forward (embedding, c.act, c.pixels + n * P, n_images);
    g_assert_cmpmem (c.act->state, n_images * H * sizeof (float), together + n * H,
                     n_images * H * sizeof (float));
  }
  case_clear (&c);
}

#define MOST 70

/* What is lit in pixels @first to @end - 1 of @pixels (ES_LIT_GROUP, @end), and what it
   gives the units of a tile. */
static void
check_kernels (const EsLitKernels *kernels,
               const guint8 *pixels,
               gsize first,
               gsize end)
{
  gsize width = kernels->width, n = 0;
  EsRngStream stream = {23, ES_RNG_TEST, (guint32)first, (guint32)end};
  g_autofree float *tile = g_new0 (float, end *width);
  g_autofree guint32 *places = g_new (guint32, end - first);
  g_autofree float *values = g_new (float, ES_LIT_GROUP *(end - first));
  float e[2][ES_LIT_GROUP * ES_LIT_WIDEST];
  const guint8 *images[ES_LIT_GROUP];
  EsLit lit = {.places = places};

  es_rng_add_normal (tile, end * width, 1, &stream);
  for (gsize g = 0; g < ES_LIT_GROUP; g++) {
    images[g] = pixels + g * end;
    lit.values[g] = values + g * (end - first);
  }
  kernels->find (&lit, images, first, end);
  kernels->add (e[0], width, tile, &lit, TRUE);
  memcpy (e[1], e[0], sizeof e[0]);
  kernels->add (e[1], width, tile, &lit, FALSE);
  for (gsize p = first; p < end; p++) {
    if ((images[0][p] | images[1][p] | images[2][p] | images[3][p]) == 0)
      continue;
    g_assert_cmpuint (n, <, lit.n);
    g_assert_cmpuint (places[n], ==, p);
    for (gsize g = 0; g < ES_LIT_GROUP; g++)
      g_assert_true (lit.values[g][n] == (float)images[g][p] / 255.0f);
    n++;
  }
  g_assert_cmpuint (lit.n, ==, n);
  for (gsize g = 0; g < ES_LIT_GROUP; g++)
    for (gsize u = 0; u < width; u++) {
      double sum = 0;

      for (gsize p = first; p < end; p++)
        sum += images[g][p] / 255.0 * tile[p * width + u];
      g_assert_cmpfloat_with_epsilon (e[0][g * width + u], sum, 1e-4);
      g_assert_cmpfloat_with_epsilon (e[1][g * width + u], 2 * sum, 2e-4);
    }
}

/* All that this processor can run, from any pixel to any. */
static void
test_kernels (void)
{
  for (guint widest = 256; widest <= 512; widest *= 2) {
    const EsLitKernels *kernels = es_lit_kernels (widest);
    EsRng rng;

    if (kernels == NULL) {
      g_test_skip ("this processor has no such vectors");
      return;
    }
    es_rng_init (&rng, 24, ES_RNG_TEST, widest, 0);
    for (gsize end = 1; end <= MOST; end++)
      for (gsize first = 0; first < end; first += 1 + first / 3) {
        g_autofree guint8 *pixels = g_new0 (guint8, ES_LIT_GROUP * end);

        for (gsize i = 0; i < ES_LIT_GROUP * end; i++)
          if (es_rng_range (&rng, 0, 1) < 0.1)
            pixels[i] = (guint8)es_rng_range (&rng, 0, 256);
        check_kernels (kernels, pixels, first, end);
      }
  }
  g_assert_null (es_lit_kernels (128));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/embedding/forward", test_forward);
  g_test_add_func ("/embedding/alone", test_alone);
  g_test_add_func ("/embedding/kernels", test_kernels);
  return g_test_run ();
}

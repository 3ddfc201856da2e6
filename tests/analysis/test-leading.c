/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-interaction.h"
#include "es-leading.h"
#include "es-parallel.h"
#include "es-spectrum.h"
#include "slow-model.h"

/* Wide enough for the warm method: smaller forms are always decomposed in full. */
#define WIDE 150

static EsModelConfig
wide_config (void)
{
  return (EsModelConfig){
      .rows = 5, .cols = 5, .hidden = WIDE, .outputs = 3, .layers = 1};
}

/* The same weights with the rows of L falling off, as a trained network's forms do. */
static EsModel *
decaying_model (const EsModelConfig *config, guint64 seed)
{
  EsModel *model = slow_random_model (config, seed);
  gsize H = config->hidden;
  float *left = (float *)es_model_get_left (model, config->layers - 1);

  for (gsize h = 0; h < H; h++)
    for (gsize j = 0; j < H; j++)
      left[h * H + j] *= expf (-(float)h / (0.15f * (float)H));
  return model;
}

/* A copy of @model with noise of the share @amount of each tensor's size. */
static EsModel *
perturbed (const EsModel *model, float amount, guint32 number)
{
  EsModel *copy = es_model_copy (model);
  guint n;
  const EsTensorInfo *tensors = es_model_get_tensors (model, &n);

  for (guint i = 0; i < n; i++) {
    float *weights = es_model_params (copy) + tensors[i].offset;
    EsRngStream stream = {61, ES_RNG_TEST, number, i};
    double squares = 0;

    for (gsize k = 0; k < tensors[i].n; k++)
      squares += (double)weights[k] * weights[k];
    es_rng_add_normal (weights, tensors[i].n,
                       amount * (float)sqrt (squares / (double)tensors[i].n), &stream);
  }
  return copy;
}

static gsize
slot_index (gsize slot, gsize k, gsize D)
{
  return slot < k ? D - 1 - slot : slot - k;
}

/* |Q v - lambda v| */
static double
residual (const float *q, const float *v, float lambda, gsize D)
{
  double squares = 0;

  for (gsize i = 0; i < D; i++) {
    double sum = -(double)lambda * v[i];

    for (gsize j = 0; j < D; j++)
      sum += (double)q[i * D + j] * v[j];
    squares += sum * sum;
  }
  return sqrt (squares);
}

/* The @k vectors of each end are orthonormal: @vectors (2k, D). */
static void
assert_orthonormal (const float *vectors, gsize k, gsize D)
{
  for (gsize a = 0; a < 2 * k; a++)
    for (gsize b = a / k * k; b <= a; b++) {
      double sum = 0;

      for (gsize j = 0; j < D; j++)
        sum += (double)vectors[a * D + j] * vectors[b * D + j];
      g_assert_cmpfloat_with_epsilon (sum, a == b, 5e-6);
    }
}

/* Every slot is an eigenpair to the promised residual, of the right place in the order,
   with its picture. */
static void
assert_leads (const EsLeading *leading,
              const EsModel *model,
              const EsDirections *directions)
{
  gsize D = leading->D, k = leading->k, P = leading->P;
  g_autoptr (EsSpectrum) spectrum =
      es_spectrum_new (model, directions, NULL, NULL, NULL);
  g_autofree float *q = g_new (float, leading->n *D *D);
  const float *embed = es_model_get_embed (model);

  g_assert_true (es_interaction_fill (q, model, directions, NULL));
  for (gsize i = 0; i < leading->n; i++) {
    const float *values = es_spectrum_get_eigenvalues (spectrum, i);
    double scale = slow_largest (values, D);

    assert_orthonormal (leading->vectors + i * 2 * k * D, k, D);
    for (gsize slot = 0; slot < 2 * k; slot++) {
      float lambda = leading->eigenvalues[i * 2 * k + slot];
      const float *v = leading->vectors + (i * 2 * k + slot) * D;
      const float *picture = leading->pictures + (i * 2 * k + slot) * P;

      g_assert_cmpfloat (residual (q + i * D * D, v, lambda, D), <=,
                         ES_LEADING_TOLERANCE * scale + 1e-30);
      g_assert_cmpfloat_with_epsilon (lambda, values[slot_index (slot, k, D)],
                                      ES_LEADING_TOLERANCE * scale + 1e-30);
      for (gsize p = 0; p < P; p++) {
        double sum = 0;

        for (gsize h = 0; h < es_model_get_config (model)->hidden; h++)
          sum += (double)embed[h * P + p] * v[h];
        g_assert_cmpfloat_with_epsilon (picture[p], sum, 1e-5);
      }
    }
  }
}

/* Follows a model that changes by @amount from call to call; returns how many forms
   after the first call took a full decomposition. */
static guint
follow (const EsModel *first, float amount, guint n_calls)
{
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (5);
  g_autoptr (EsModel) model = es_model_copy (first);
  guint n_full = 0;

  for (guint call = 0; call < n_calls; call++) {
    g_autoptr (EsModel) next = perturbed (model, amount, call);
    g_autoptr (EsLeading) leading =
        es_leading_solver_solve (solver, next, NULL, NULL, NULL);

    g_assert_cmpuint (leading->k, ==, 5);
    assert_leads (leading, next, NULL);
    n_full += call == 0 ? 0 : leading->n_full;
    es_model_unref (model);
    model = g_steal_pointer (&next);
  }
  return n_full;
}

static void
test_follows (void)
{
  EsModelConfig config = wide_config ();

  for (guint round = 0; round < 4; round++) {
    g_autoptr (EsModel) model = NULL;

    config.bias = round & 1;
    config.residual = round >= 2;
    model = decaying_model (&config, round);
    g_test_message ("seed %u", round);
    /* The point of it: no full decomposition while changes are small. */
    g_assert_cmpuint (follow (model, 0.01f, 8), ==, 0);
  }
}

/* A spectrum without decay, and changes too large for the warm start: correct still. */
static void
test_falls_back (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) model = slow_random_model (&config, 62);

  follow (model, 0.02f, 6);
  g_assert_cmpuint (follow (model, 2, 4), >, 0);
}

static void
test_unchanged (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) model = decaying_model (&config, 63);
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (4);
  g_autoptr (EsLeading) first =
      es_leading_solver_solve (solver, model, NULL, NULL, NULL);
  g_autoptr (EsLeading) second =
      es_leading_solver_solve (solver, model, NULL, NULL, NULL);

  g_assert_cmpuint (first->n_full, ==, 3);
  g_assert_cmpuint (second->n_full, ==, 0);
  for (gsize i = 0; i < 3 * 8; i++) {
    g_assert_cmpuint (first->tracks[i], ==, second->tracks[i]);
    g_assert_cmpfloat_with_epsilon (first->eigenvalues[i], second->eigenvalues[i],
                                    1e-5 * slow_largest (first->eigenvalues, 24));
  }
  for (gsize i = 0; i < 3 * 8 * 25; i++)
    g_assert_cmpfloat_with_epsilon (first->pictures[i], second->pictures[i], 1e-3);
}

/* What the sign test has seen. */
typedef struct
{
  guint n_continued;    /* components shown before, too */
  guint n_new;          /* components that came into view after the first call */
  guint n_against_rule; /* those shown with a negative largest entry */
} SignCounts;

/* The slot of form @i of @leading that shows @track, or NULL. */
static const float *
find_track (const EsLeading *leading, gsize i, guint track)
{
  gsize slots = 2 * leading->k;

  for (gsize slot = i * slots; slot < (i + 1) * slots; slot++)
    if (leading->tracks[slot] == track)
      return leading->vectors + slot * leading->D;
  return NULL;
}

static void
assert_sign (const EsLeading *now,
             const EsLeading *before,
             gsize slot,
             SignCounts *seen)
{
  gsize D = now->D, i = slot / (2 * now->k);
  const float *v = now->vectors + slot * D, *picture = now->pictures + slot * now->P;
  const float *last = before == NULL ? NULL : find_track (before, i, now->tracks[slot]);
  double most = 0, least = 0, overlap = 0;

  for (gsize p = 0; p < now->P; p++) {
    most = fmax (most, picture[p]);
    least = fmin (least, picture[p]);
  }
  seen->n_against_rule += -least > most;
  if (last == NULL) {
    g_assert_cmpfloat (most, >=, -least);
    seen->n_new += before != NULL;
    return;
  }
  for (gsize j = 0; j < D; j++)
    overlap += (double)v[j] * last[j];
  g_assert_cmpfloat (overlap, >, 0.7);
  seen->n_continued++;
}

/* Components that come into view follow the sign rule, from the guards too; those that
   were there never flip, even when their largest entry turns negative. */
static void
test_signs (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) model = decaying_model (&config, 64);
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (3);
  g_autoptr (EsLeading) before = NULL;
  SignCounts seen = {0};

  for (guint call = 0; call < 150; call++) {
    EsLeading *now = es_leading_solver_solve (solver, model, NULL, NULL, NULL);
    EsModel *next = perturbed (model, 0.05f, call);

    for (gsize slot = 0; slot < now->n * 6; slot++)
      assert_sign (now, before, slot, &seen);
    es_model_unref (model);
    model = next;
    es_leading_unref (before);
    before = now;
  }
  /* Else the test has seen nothing. */
  g_assert_cmpuint (seen.n_continued, >, 300);
  g_assert_cmpuint (seen.n_new, >, 10);
  g_assert_cmpuint (seen.n_against_rule, >, 0);
}

/* A model whose form of class 0 is diag (values), H = WIDE: L = R = 1, U = values. */
static EsModel *
diagonal_model (const float *values)
{
  EsModelConfig config = wide_config ();
  EsModel *model;
  gsize H = WIDE;

  config.outputs = 2;
  model = slow_random_model (&config, 65);
  for (gsize i = 0; i < H; i++)
    for (gsize j = 0; j < H; j++)
      ((float *)es_model_get_left (model, 0))[i * H + j] =
          ((float *)es_model_get_right (model, 0))[i * H + j] = i == j;
  for (gsize h = 0; h < 2 * H; h++)
    ((float *)es_model_get_head (model))[h] = values[h % H];
  return model;
}

/* Two components cross: each keeps its number, and they change places. */
static void
test_crossing (void)
{
  float values[WIDE] = {0};
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (3);
  g_autoptr (EsModel) model = NULL;
  g_autoptr (EsModel) crossed = NULL;
  g_autoptr (EsLeading) first = NULL;
  g_autoptr (EsLeading) second = NULL;

  for (gsize h = 0; h < WIDE; h++)
    values[h] = 0.01f * (float)((h * 37) % WIDE) / WIDE;
  values[10] = 5;
  values[20] = 4;
  values[30] = 3;
  values[40] = -2;
  model = diagonal_model (values);
  values[20] = 6;
  crossed = diagonal_model (values);
  first = es_leading_solver_solve (solver, model, NULL, NULL, NULL);
  second = es_leading_solver_solve (solver, crossed, NULL, NULL, NULL);
  g_assert_cmpuint (second->n_full, ==, 0);
  g_assert_cmpfloat_with_epsilon (second->eigenvalues[0], 6, 1e-3);
  g_assert_cmpuint (second->tracks[0], ==, first->tracks[1]);
  g_assert_cmpuint (second->tracks[1], ==, first->tracks[0]);
  g_assert_cmpuint (second->tracks[2], ==, first->tracks[2]);
  g_assert_cmpuint (second->tracks[3], ==, first->tracks[3]);
  assert_leads (second, crossed, NULL);
}

/* A component that rises exactly outside the space of the last call, which no residual
   points to: the probe finds it. */
static void
test_rises_from_nowhere (void)
{
  float values[WIDE];
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (2);

  for (gsize h = 0; h < WIDE; h++)
    values[h] = (h < 20 ? 1.0f : 0.001f) * (h & 1 ? 1 : -1) * (2 - (float)h / WIDE);
  for (guint call = 0; call < 8; call++) {
    g_autoptr (EsModel) model = NULL;
    g_autoptr (EsLeading) leading = NULL;

    values[100] = call == 0 ? 0 : 4;
    model = diagonal_model (values);
    leading = es_leading_solver_solve (solver, model, NULL, NULL, NULL);
    if (call == 7)
      assert_leads (leading, model, NULL);
  }
}

/* Small forms: everything asked for is there, ends overlapping where they must. */
static void
test_small (void)
{
  EsRng rng;

  es_rng_init (&rng, 66, ES_RNG_TEST, 1, 0);
  for (guint round = 0; round < 30; round++) {
    EsModelConfig config = slow_random_config (&rng, 12);
    g_autoptr (EsModel) model = NULL;
    g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (5);

    config.layers = 1;
    config.hidden = round == 0 ? 1 : config.hidden;
    model = slow_random_model (&config, round);
    g_test_message ("seed %u: H %u, bias %d", round, config.hidden, config.bias);
    for (guint call = 0; call < 3; call++) {
      g_autoptr (EsModel) next = perturbed (model, 0.01f, call);
      g_autoptr (EsLeading) leading =
          es_leading_solver_solve (solver, next, NULL, NULL, NULL);

      g_assert_cmpuint (leading->k, ==, MIN (5, leading->D));
      assert_leads (leading, next, NULL);
    }
  }
}

static void
test_zero_model (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) zero = es_model_new (&config, NULL);
  g_autoptr (EsModel) model = decaying_model (&config, 67);
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (5);

  for (guint call = 0; call < 6; call++) {
    const EsModel *now = call == 3 ? model : zero;
    g_autoptr (EsLeading) leading =
        es_leading_solver_solve (solver, now, NULL, NULL, NULL);

    assert_leads (leading, now, NULL);
  }
}

/* Another model, another layer, other directions: a fresh start, not a wrong one. */
static void
test_change_of_problem (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (5);
  const float u[] = {1, -1, 0};

  for (guint call = 0; call < 4; call++) {
    g_autoptr (EsModel) model = NULL;
    g_autoptr (EsDirections) directions = NULL;
    g_autoptr (EsLeading) leading = NULL;

    config.hidden = call == 1 ? WIDE + 7 : WIDE;
    model = decaying_model (&config, 68);
    if (call == 2)
      directions = es_directions_new (model, ES_LAST_LAYER, u, 1, NULL);
    leading = es_leading_solver_solve (solver, model, directions, NULL, NULL);
    g_assert_cmpuint (leading->n, ==, call == 2 ? 1 : 3);
    g_assert_cmpuint (leading->n_full, ==, leading->n);
    assert_leads (leading, model, directions);
  }
}

/* Two layers with the same weights: the solver must not take the one for the other. */
static void
test_change_of_layer (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) model = NULL;
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (5);
  float x0[25];

  config.layers = 2;
  model = decaying_model (&config, 72);
  for (gsize i = 0; i < 2 * WIDE * WIDE; i++)
    ((float *)es_model_get_left (model, 0))[i] = es_model_get_left (model, 1)[i];
  for (gsize p = 0; p < 25; p++)
    x0[p] = 1;
  for (guint call = 0; call < 4; call++) {
    g_autoptr (EsDirections) directions =
        es_directions_new_hidden (model, call / 2, es_model_get_head (model), 3, NULL);
    g_autoptr (EsLeading) leading =
        es_leading_solver_solve (solver, model, directions, x0, NULL);

    g_assert_cmpuint (leading->n_full, ==, call % 2 == 0 ? 3 : 0);
    g_assert_cmpint (leading->linearised, ==, call >= 2);
  }
}

static void
test_deeper_layer (void)
{
  EsModelConfig config = {
      .rows = 3, .cols = 3, .hidden = 20, .outputs = 2, .layers = 2};
  g_autoptr (EsModel) model = slow_random_model (&config, 69);
  const float x0[] = {0, 1, 0, 1, 0, 1, 0, 1, 0};
  const EsSpectrumOptions at_x0 = {.x0 = x0, .leading = 2};
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (2);
  g_autoptr (EsLeading) leading =
      es_leading_solver_solve (solver, model, NULL, x0, NULL);
  g_autoptr (EsSpectrum) spectrum = es_spectrum_new (model, NULL, &at_x0, NULL, NULL);

  g_assert_true (leading->linearised);
  for (gsize slot = 0; slot < 4; slot++)
    for (gsize p = 0; p < 9; p++)
      g_assert_cmpfloat_with_epsilon (
          leading->pictures[slot * 9 + p],
          es_spectrum_get_picture (spectrum, 0, slot_index (slot, 2, 20))[p], 1e-5);
}

/* An error leaves the solver usable. */
static void
test_errors (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) model = decaying_model (&config, 70);
  g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (5);

  for (guint round = 0; round < 4; round++) {
    g_autoptr (EsLeading) good =
        es_leading_solver_solve (solver, model, NULL, NULL, NULL);
    EsModelConfig gated = wide_config ();
    g_autoptr (EsModel) bad = NULL;
    g_autoptr (GError) error = NULL;

    /* Anew each time: nothing known of the calls before. */
    g_assert_nonnull (good);
    g_assert_cmpuint (good->n_full, ==, 3);
    g_assert_cmpuint (good->tracks[0], ==, 0);
    gated.gate = round == 0 ? ES_GATE_SILU : ES_GATE_NONE;
    bad = slow_random_model (&gated, 70);
    if (round == 1)
      es_model_params (bad)[es_model_n_params (bad) - 1] = NAN;
    for (gsize i = 0; round >= 2 && i < es_model_n_params (bad); i++)
      es_model_params (bad)[i] *= round == 2 ? 1e18f : 1e30f;
    g_assert_null (es_leading_solver_solve (solver, bad, NULL, NULL, &error));
    g_assert_true (g_error_matches (
        error, ES_ERROR, round == 0 ? (int)ES_ERROR_SETTING : (int)ES_ERROR_MATH));
  }
}

/* The same calls give the same bits, on any number of threads. */
static void
test_repeats (void)
{
  EsModelConfig config = wide_config ();
  g_autofree float *first = NULL;

  for (guint threads = 1; threads <= 3; threads++) {
    g_autoptr (EsModel) model = decaying_model (&config, 71);
    g_autoptr (EsModel) next = perturbed (model, 0.01f, 0);
    g_autoptr (EsLeadingSolver) solver = es_leading_solver_new (5);
    g_autoptr (EsLeading) cold = NULL;
    g_autoptr (EsLeading) warm = NULL;
    gsize n = 3 * 10 * 25;

    es_parallel_set_threads (threads);
    cold = es_leading_solver_solve (solver, model, NULL, NULL, NULL);
    warm = es_leading_solver_solve (solver, next, NULL, NULL, NULL);
    if (first == NULL)
      first = g_memdup2 (warm->pictures, n * sizeof (float));
    g_assert_cmpmem (first, n * sizeof (float), warm->pictures, n * sizeof (float));
  }
  es_parallel_set_threads (2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  es_parallel_set_threads (2);
  g_test_add_func ("/leading/follows", test_follows);
  g_test_add_func ("/leading/falls-back", test_falls_back);
  g_test_add_func ("/leading/unchanged", test_unchanged);
  g_test_add_func ("/leading/signs", test_signs);
  g_test_add_func ("/leading/crossing", test_crossing);
  g_test_add_func ("/leading/rises", test_rises_from_nowhere);
  g_test_add_func ("/leading/small", test_small);
  g_test_add_func ("/leading/zero", test_zero_model);
  g_test_add_func ("/leading/change-of-problem", test_change_of_problem);
  g_test_add_func ("/leading/change-of-layer", test_change_of_layer);
  g_test_add_func ("/leading/deeper", test_deeper_layer);
  g_test_add_func ("/leading/errors", test_errors);
  g_test_add_func ("/leading/repeats", test_repeats);
  return g_test_run ();
}

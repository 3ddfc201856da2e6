/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-ritz.h"
#include "slow-model.h"

#define K 3
#define LIMIT 1e-3

/* Wide enough not to be decomposed in full at every call. */
#define WIDE 120

static EsModelConfig
wide_config (void)
{
  return (EsModelConfig){
      .rows = 2, .cols = 2, .hidden = WIDE, .outputs = 2, .layers = 1, .bias = TRUE};
}

/* Adds @amount times a random normal number to every weight. */
static void
perturb (EsModel *model, float amount, guint32 number)
{
  EsRngStream stream = {81, ES_RNG_TEST, number, 0};

  es_rng_add_normal (es_model_params (model), es_model_n_params (model), amount,
                     &stream);
}

/* The residuals that it reports are those of its pairs, by loops. */
static void
assert_residuals (const EsRitz *ritz, const EsModel *model)
{
  gsize D = WIDE + 1, kept = es_ritz_get_kept (ritz);
  g_autofree double *q = g_new (double, D *D);
  const float *values = es_ritz_get_eigenvalues (ritz);
  double scale = fmax (fabsf (values[0]), fabsf (values[kept]));

  slow_class_interaction (q, model, 0);
  for (gsize i = 0; i < 2 * kept; i++) {
    const float *v = es_ritz_get_vectors (ritz) + i * D;
    double squares = 0;

    for (gsize a = 0; a < D; a++) {
      double sum = -(double)values[i] * v[a];

      for (gsize b = 0; b < D; b++)
        sum += q[a * D + b] * v[b];
      squares += sum * sum;
    }
    g_assert_cmpfloat_with_epsilon (es_ritz_get_residuals (ritz)[i], sqrt (squares),
                                    2e-6 * scale);
    if (i % kept < K)
      g_assert_cmpfloat (sqrt (squares), <=, 1.01 * LIMIT * scale);
  }
}

static void
test_residuals (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) model = slow_random_model (&config, 82);
  g_autoptr (EsRitz) ritz = es_ritz_new (WIDE, WIDE + 1, K, 0, NULL);
  guint n_warm = 0;

  g_assert_cmpuint (es_ritz_get_kept (ritz), >=, K);
  for (guint call = 0; call < 6; call++) {
    g_autoptr (EsBlock) block = NULL;

    perturb (model, 1e-4f, call);
    block = es_block_new (model, 0, NULL);
    g_assert_true (
        es_ritz_update (ritz, block, es_model_get_head (model), LIMIT, NULL));
    assert_residuals (ritz, model);
    n_warm += !es_ritz_was_full (ritz);
  }
  g_assert_cmpuint (n_warm, ==, 5);
}

/* After numbers that are not finite the next call starts anew, and is right. */
static void
test_starts_anew (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) good = slow_random_model (&config, 83);
  g_autoptr (EsModel) bad = es_model_copy (good);
  g_autoptr (EsBlock) good_block = es_block_new (good, 0, NULL);
  g_autoptr (EsBlock) bad_block = NULL;
  g_autoptr (EsRitz) ritz = es_ritz_new (WIDE, WIDE + 1, K, 0, NULL);
  const float *m = es_model_get_head (good);

  ((float *)es_model_get_left (bad, 0))[5] = NAN;
  bad_block = es_block_new (bad, 0, NULL);
  for (guint call = 0; call < 4; call++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (es_ritz_update (ritz, good_block, m, LIMIT, NULL));
    g_assert_true (es_ritz_was_full (ritz));
    assert_residuals (ritz, good);
    g_assert_false (es_ritz_update (ritz, bad_block, m, LIMIT, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_MATH);
  }
}

/* Pairs of the same vectors: the space has fewer dimensions than vectors to fill it. */
static void
test_rank_one (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) model = es_model_new (&config, NULL);
  g_autoptr (EsBlock) block = NULL;
  g_autoptr (EsRitz) ritz = es_ritz_new (WIDE, WIDE + 1, K, 0, NULL);

  /* Q = diag (2, 0, 0, ...). */
  ((float *)es_model_get_left (model, 0))[0] = 1;
  ((float *)es_model_get_right (model, 0))[0] = 1;
  es_model_params (model)[es_model_n_params (model) - 2 * WIDE] = 2;
  block = es_block_new (model, 0, NULL);
  for (guint call = 0; call < 5; call++) {
    g_assert_true (
        es_ritz_update (ritz, block, es_model_get_head (model), LIMIT, NULL));
    g_assert_cmpfloat_with_epsilon (es_ritz_get_eigenvalues (ritz)[0], 2, 1e-5);
    g_assert_cmpfloat_with_epsilon (es_ritz_get_eigenvalues (ritz)[1], 0, 1e-5);
    assert_residuals (ritz, model);
  }
}

static void
assert_orthonormal (const EsRitz *ritz)
{
  gsize D = WIDE + 1, n = 2 * es_ritz_get_kept (ritz);
  const float *v = es_ritz_get_vectors (ritz);

  for (gsize a = 0; a < n; a++)
    for (gsize b = 0; b <= a; b++) {
      double sum = 0;

      for (gsize j = 0; j < D; j++)
        sum += (double)v[a * D + j] * v[b * D + j];
      g_assert_cmpfloat_with_epsilon (sum, a == b, 2e-6);
    }
}

/* A change of one row of L and R: the residuals of all pairs lie in a space of four
   dimensions, and rounding errors must not be taken for more. */
static void
test_dependent_residuals (void)
{
  EsModelConfig config = wide_config ();
  g_autoptr (EsModel) model = slow_random_model (&config, 84);
  g_autoptr (EsRitz) ritz = es_ritz_new (WIDE, WIDE + 1, K, 0, NULL);
  guint n_warm = 0;

  for (guint call = 0; call < 24; call++) {
    EsRngStream stream = {85, ES_RNG_TEST, call, 0};
    g_autoptr (EsModel) changed = es_model_copy (model);
    float *left = (float *)es_model_get_left (changed, 0);
    g_autoptr (EsBlock) block = NULL;

    for (guint branch = 0; branch < 2; branch++)
      es_rng_add_normal (left + branch * WIDE * WIDE, WIDE,
                         powf (10, -(float)(call % 8) / 4), &stream);
    block = es_block_new (changed, 0, NULL);
    g_assert_true (
        es_ritz_update (ritz, block, es_model_get_head (changed), LIMIT, NULL));
    assert_residuals (ritz, changed);
    assert_orthonormal (ritz);
    n_warm += !es_ritz_was_full (ritz);
  }
  g_assert_cmpuint (n_warm, >=, 12);
}

/* Forms far from 1 in size: only the ratio to the largest eigenvalue counts. */
static void
test_scales (void)
{
  EsModelConfig config = wide_config ();
  const float scales[] = {1e-26f, 1, 1e26f};

  for (guint i = 0; i < G_N_ELEMENTS (scales); i++) {
    g_autoptr (EsModel) model = slow_random_model (&config, 86);
    g_autoptr (EsRitz) ritz = es_ritz_new (WIDE, WIDE + 1, K, 0, NULL);
    float *head = (float *)es_model_get_head (model);

    for (guint call = 0; call < 3; call++) {
      g_autoptr (EsBlock) block = NULL;
      float m[WIDE];

      perturb (model, 1e-3f, call);
      block = es_block_new (model, 0, NULL);
      for (gsize h = 0; h < WIDE; h++)
        m[h] = scales[i] * head[h];
      g_assert_true (es_ritz_update (ritz, block, m, LIMIT, NULL));
      g_assert_cmpint (es_ritz_was_full (ritz), ==, call == 0);
      if (call == 0)
        continue;
      /* The same with the head scaled, for the comparison by loops. */
      for (gsize h = 0; h < WIDE; h++)
        head[h] *= scales[i];
      assert_residuals (ritz, model);
      for (gsize h = 0; h < WIDE; h++)
        head[h] /= scales[i];
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ritz/residuals", test_residuals);
  g_test_add_func ("/ritz/starts-anew", test_starts_anew);
  g_test_add_func ("/ritz/rank-one", test_rank_one);
  g_test_add_func ("/ritz/dependent", test_dependent_residuals);
  g_test_add_func ("/ritz/scales", test_scales);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-directions.h"
#include "slow-model.h"

static EsModelConfig
two_layers (void)
{
  return (EsModelConfig){.rows = 2, .cols = 3, .hidden = 5, .outputs = 3, .layers = 2};
}

static void
test_outputs (void)
{
  EsModelConfig config = two_layers ();
  g_autoptr (EsModel) model = slow_random_model (&config, 1);
  g_autoptr (EsDirections) outputs = es_directions_new_outputs (model);

  g_assert_cmpuint (outputs->layer, ==, 1);
  g_assert_cmpuint (outputs->n, ==, 3);
  g_assert_cmpuint (outputs->H, ==, 5);
  g_assert_cmpmem (outputs->hidden, 15 * sizeof (float), es_model_get_head (model),
                   15 * sizeof (float));
  g_assert_true (es_directions_check (outputs, model, NULL));
}

static void
test_combinations (void)
{
  EsModelConfig config = two_layers ();
  g_autoptr (EsModel) model = slow_random_model (&config, 2);
  const float u[] = {1, 0, -1, 0.5f, 2, 0};
  const float *head = es_model_get_head (model);
  g_autoptr (EsDirections) both = es_directions_new (model, ES_LAST_LAYER, u, 2, NULL);
  g_autoptr (EsDirections) copy = es_directions_copy (both);

  g_assert_cmpuint (both->layer, ==, 1);
  for (gsize h = 0; h < 5; h++) {
    g_assert_cmpfloat_with_epsilon (both->hidden[h], head[h] - head[10 + h], 1e-6);
    g_assert_cmpfloat_with_epsilon (copy->hidden[5 + h],
                                    0.5 * head[h] + 2 * head[5 + h], 1e-6);
  }
}

static void
test_hidden (void)
{
  EsModelConfig config = two_layers ();
  g_autoptr (EsModel) model = slow_random_model (&config, 3);
  const float m[] = {1, 2, 3, 4, 5};
  g_autoptr (EsDirections) directions = es_directions_new_hidden (model, 0, m, 1, NULL);

  g_assert_cmpuint (directions->layer, ==, 0);
  g_assert_cmpmem (directions->hidden, sizeof m, m, sizeof m);
}

static void
assert_refused (EsDirections *directions, GError **error)
{
  g_assert_null (directions);
  g_assert_error (*error, ES_ERROR, ES_ERROR_SETTING);
  g_clear_error (error);
}

static void
test_refusals (void)
{
  EsModelConfig config = two_layers ();
  g_autoptr (EsModel) model = slow_random_model (&config, 4);
  const float u[] = {1, 0, 0}, bad[] = {1, NAN, 0};
  GError *error = NULL;

  assert_refused (es_directions_new (model, 2, u, 1, &error), &error);
  assert_refused (es_directions_new (model, 0, u, 0, &error), &error);
  assert_refused (es_directions_new (model, 0, bad, 1, &error), &error);
  assert_refused (es_directions_new_hidden (model, 3, u, 1, &error), &error);
}

static void
test_other_model (void)
{
  EsModelConfig config = two_layers ();
  g_autoptr (EsModel) model = slow_random_model (&config, 4);
  g_autoptr (EsDirections) directions = es_directions_new_outputs (model);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (EsModel) other = NULL;
    g_autoptr (GError) error = NULL;

    config = two_layers ();
    if (i == 0)
      config.hidden = 6;
    else
      config.layers = 1;
    other = slow_random_model (&config, 4);
    g_assert_false (es_directions_check (directions, other, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directions/outputs", test_outputs);
  g_test_add_func ("/directions/combinations", test_combinations);
  g_test_add_func ("/directions/hidden", test_hidden);
  g_test_add_func ("/directions/refusals", test_refusals);
  g_test_add_func ("/directions/other-model", test_other_model);
  return g_test_run ();
}

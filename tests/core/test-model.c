/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-model.h"

#include <math.h>

static EsModelConfig
small_config (void)
{
  return (EsModelConfig){
      .rows = 4, .cols = 5, .hidden = 6, .outputs = 3, .layers = 2, .bias = TRUE};
}

static void
test_layout (void)
{
  EsModelConfig config = small_config ();
  g_autoptr (EsModel) model = es_model_new (&config, NULL);
  const char *const names[] = {"embed.weight",    "blocks.0.weight", "blocks.0.bias",
                               "blocks.1.weight", "blocks.1.bias",   "head.weight"};
  guint n;
  const EsTensorInfo *tensors = es_model_get_tensors (model, &n);
  gsize offset = 0;

  g_assert_cmpuint (n, ==, 6);
  for (guint i = 0; i < n; i++) {
    g_assert_cmpstr (tensors[i].name, ==, names[i]);
    g_assert_cmpuint (tensors[i].offset, ==, offset);
    offset += tensors[i].n;
  }
  g_assert_cmpuint (offset, ==, es_model_n_params (model));
  g_assert_cmpuint (offset, ==, 6 * 20 + 2 * (12 * 6 + 12) + 3 * 6);
  g_assert_true (es_model_get_right (model, 1) == es_model_get_left (model, 1) + 36);
  g_assert_true (es_model_get_bias (model, 1) == es_model_get_right (model, 1) + 36);
  g_assert_true (es_model_get_head (model) == es_model_get_bias (model, 1) + 12);
}

static void
test_init (void)
{
  EsModelConfig config = small_config ();
  g_autoptr (EsModel) model = es_model_new (&config, NULL);
  g_autoptr (EsModel) again = es_model_new (&config, NULL);
  guint n;
  const EsTensorInfo *tensors = es_model_get_tensors (model, &n);
  gsize size = es_model_n_params (model) * sizeof (float);

  es_model_init (model, 42);
  es_model_init (again, 42);
  g_assert_cmpmem (es_model_get_params (model), size, es_model_get_params (again),
                   size);
  es_model_init (again, 43);
  g_assert_cmpfloat (es_model_get_params (model)[0], !=,
                     es_model_get_params (again)[0]);
  for (guint i = 0; i < n; i++) {
    float bound = 1 / sqrtf (i == 0 ? 20 : 6), largest = 0;

    for (gsize k = 0; k < tensors[i].n; k++)
      largest =
          MAX (largest, fabsf (es_model_get_params (model)[tensors[i].offset + k]));
    g_assert_cmpfloat (largest, <=, bound);
    g_assert_cmpfloat (largest, >, 0.7 * bound);
  }
}

static void
test_refusals (void)
{
  EsModelConfig bad[5];

  for (guint i = 0; i < 5; i++)
    bad[i] = small_config ();
  bad[0].hidden = 0;
  bad[1].layers = 5;
  bad[2].outputs = 0;
  bad[3].rows = bad[3].cols = 1 << 24;
  bad[4].hidden = 1 << 20;
  for (guint i = 0; i < 5; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (es_model_new (&bad[i], &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  }
}

static void
test_gates (void)
{
  for (guint g = 0; g <= ES_GATE_SILU; g++) {
    EsGate gate;

    g_assert_true (es_gate_from_string (es_gate_to_string (g), &gate));
    g_assert_cmpint (gate, ==, g);
  }
  g_assert_false (es_gate_from_string ("tanh", &(EsGate){0}));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/layout", test_layout);
  g_test_add_func ("/model/init", test_init);
  g_test_add_func ("/model/refusals", test_refusals);
  g_test_add_func ("/model/gates", test_gates);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-probe.h"
#include "es-brush.h"
#include "slow-model.h"

#include <string.h>

#define PIXELS 30

static void
random_pixels (float *pixels, EsRng *rng)
{
  for (gsize p = 0; p < PIXELS; p++)
    pixels[p] = (float)(0.3 * es_rng_normal (rng));
}

/* One random edit of the kinds that the editor has. */
static void
edit (EsAttackStack *stack, EsRng *rng)
{
  guint n = es_attack_stack_get_n_layers (stack);
  guint i = n > 0 ? es_rng_below (rng, n) : 0, j = n > 0 ? es_rng_below (rng, n) : 0;
  guint what = n > 0 ? es_rng_below (rng, 9) : 0;
  float pixels[PIXELS];

  random_pixels (pixels, rng);
  if (what == 0)
    es_attack_stack_add (stack, es_rng_below (rng, 4), "new", pixels)->class_index = 3;
  else if (what == 1)
    es_attack_stack_remove (stack, i);
  else if (what == 2)
    es_attack_stack_move (stack, i, j);
  else if (what == 3)
    es_attack_stack_rename (stack, i, "other");
  else if (what == 4)
    es_attack_stack_set_strength (stack, i, es_rng_range (rng, -2, 2));
  else if (what == 5)
    es_attack_stack_set_hidden (stack, i, es_rng_below (rng, 2));
  else if (what == 6)
    es_attack_stack_set_pixels (stack, i, pixels);
  else if (what == 7) {
    stack->norm = es_rng_below (rng, 3);
    stack->budget = es_rng_range (rng, 0.1, 2);
  } else
    stack->clip = !stack->clip;
}

/* Copies before each of 200 edits are the way back to where it began. */
static void
test_undo (void)
{
  g_autoptr (GPtrArray) past =
      g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_stack_free);
  g_autoptr (EsAttackStack) stack = es_attack_stack_new (PIXELS);
  g_autoptr (EsAttackStack) first = es_attack_stack_copy (stack);
  EsRng rng;
  guint n_changed = 0;

  es_rng_init (&rng, 71, ES_RNG_TEST, 0, 0);
  for (guint k = 0; k < 200; k++) {
    g_autofree float *before = g_new (float, PIXELS), *after = g_new (float, PIXELS);
    EsAttackStack *copy = es_attack_stack_copy (stack);

    es_attack_stack_sum (copy, before);
    edit (stack, &rng);
    es_attack_stack_sum (copy, after);
    g_assert_cmpmem (before, PIXELS * sizeof (float), after, PIXELS * sizeof (float));
    n_changed += !es_attack_stack_equal (stack, copy);
    g_ptr_array_add (past, copy);
  }
  g_assert_cmpuint (n_changed, >, 150);
  while (past->len > 0) {
    es_attack_stack_free (stack);
    stack = es_attack_stack_copy (past->pdata[past->len - 1]);
    g_ptr_array_remove_index (past, past->len - 1);
  }
  g_assert_true (es_attack_stack_equal (stack, first));
}

static void
test_order (void)
{
  g_autoptr (EsAttackStack) stack = es_attack_stack_new (PIXELS);
  static const char *const names[] = {"a", "b", "c", "d"};
  float pixels[PIXELS] = {0};
  g_autofree char *found = NULL;
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < 4; i++)
    es_attack_stack_add (stack, ES_ATTACK_LAYER_BRUSH, names[i], pixels);
  es_attack_stack_move (stack, 0, 2);
  es_attack_stack_move (stack, 3, 1);
  es_attack_stack_remove (stack, 0);
  for (guint i = 0; i < 3; i++)
    g_string_append (out, es_attack_stack_get_layer (stack, i)->name);
  found = g_string_free (out, FALSE);
  g_assert_cmpstr (found, ==, "dca");
}

static void
test_compose (void)
{
  g_autoptr (EsAttackStack) stack = es_attack_stack_new (3);
  const float one[3] = {1, 0, -1}, two[3] = {0, 2, 0}, x[3] = {0.5f, 0.5f, 0.5f};
  float change[3];

  es_attack_stack_add (stack, ES_ATTACK_LAYER_MASK, "one", one)->strength = 0.4;
  es_attack_stack_add (stack, ES_ATTACK_LAYER_BRUSH, "two", two)->strength = 0.5;
  es_attack_stack_compose (stack, x, change);
  g_assert_cmpfloat_with_epsilon (change[0], 0.4, 1e-6);
  g_assert_cmpfloat_with_epsilon (change[1], 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (change[2], -0.4, 1e-6);
  es_attack_stack_set_hidden (stack, 1, TRUE);
  stack->norm = ES_NORM_LINF;
  stack->budget = 0.25;
  es_attack_stack_compose (stack, x, change);
  g_assert_cmpfloat_with_epsilon (change[0], 0.25, 1e-6);
  g_assert_cmpfloat (change[1], ==, 0);
  g_assert_cmpfloat_with_epsilon (change[2], -0.25, 1e-6);
}

static EsAttackStack *
random_stack (EsRng *rng)
{
  EsAttackStack *stack = es_attack_stack_new (PIXELS);
  float pixels[PIXELS];
  guint n = 1 + es_rng_below (rng, 3);

  for (guint i = 0; i < n; i++) {
    random_pixels (pixels, rng);
    es_attack_stack_add (stack, ES_ATTACK_LAYER_MASK, "layer", pixels);
    es_attack_stack_set_hidden (stack, i, i > 0 && es_rng_below (rng, 3) == 0);
  }
  stack->clip = es_rng_below (rng, 2);
  stack->norm = es_rng_below (rng, 3);
  stack->budget = 0.5;
  return stack;
}

static EsModel *
random_model (guint round)
{
  EsModelConfig config = {.rows = 5,
                          .cols = 6,
                          .hidden = 12,
                          .outputs = 4,
                          .layers = 1 + round % 3,
                          .bias = round % 2,
                          .residual = round / 2 % 2};

  return slow_random_model (&config, round);
}

static void
assert_logits_within (const EsModel *model,
                      const float *x,
                      const EsAttackStack *stack,
                      const float *logits,
                      double tolerance)
{
  float changed[PIXELS];
  double y[4];

  es_attack_stack_compose (stack, x, changed);
  for (gsize p = 0; p < PIXELS; p++)
    changed[p] += x[p];
  slow_logits (y, model, changed);
  for (guint c = 0; c < 4; c++)
    g_assert_cmpfloat_with_epsilon (logits[c], y[c], tolerance * (1 + fabs (y[c])));
}

/* However the strengths move, the logits are the network's. */
static void
test_probe (void)
{
  EsRng rng;

  es_rng_init (&rng, 72, ES_RNG_TEST, 0, 0);
  for (guint round = 0; round < 60; round++) {
    g_autoptr (EsModel) model = random_model (round);
    g_autoptr (EsAttackStack) stack = random_stack (&rng);
    g_autoptr (EsAttackProbe) probe = NULL;
    float x[PIXELS], logits[4];
    double y[4];

    slow_random_input (x, PIXELS, &rng);
    probe = es_attack_probe_new (model, x, NULL);
    es_attack_probe_logits (probe, NULL, logits);
    slow_logits (y, model, x);
    for (guint c = 0; c < 4; c++)
      g_assert_cmpfloat_with_epsilon (logits[c], y[c], 1e-4 * (1 + fabs (y[c])));
    for (guint move = 0; move < 8; move++) {
      edit (stack, &rng);
      es_attack_probe_logits (probe, stack, logits);
      assert_logits_within (model, x, stack, logits, 1e-4);
    }
  }
}

/* A stroke that changes a few pixels at a time is the network's at every step, whatever
   holds the sum; and undone it is what it was, to the bit. */
static void
test_brush (void)
{
  EsRng rng;
  guint n_moves = 0;

  es_rng_init (&rng, 74, ES_RNG_TEST, 0, 0);
  for (guint round = 0; round < 36; round++) {
    g_autoptr (EsModel) model = random_model (round);
    g_autoptr (EsAttackStack) stack = random_stack (&rng);
    g_autoptr (EsAttackStack) before = NULL;
    g_autoptr (EsAttackProbe) probe = NULL;
    float x[PIXELS], pixels[PIXELS] = {0}, first[4], logits[4], again[4];
    guint top;

    slow_random_input (x, PIXELS, &rng);
    probe = es_attack_probe_new (model, x, NULL);
    es_attack_stack_add (stack, ES_ATTACK_LAYER_BRUSH, "painted", pixels);
    top = es_attack_stack_get_n_layers (stack) - 1;
    es_attack_stack_set_strength (stack, top, es_rng_range (&rng, -2, 2));
    es_attack_probe_logits (probe, stack, first);
    before = es_attack_stack_copy (stack);
    for (guint move = 0; move < 30; move++, n_moves++) {
      EsBrush brush;
      g_autoptr (EsStroke) stroke = NULL;

      es_brush_init (&brush);
      brush.mode = (EsBrushMode)es_rng_below (&rng, 3);
      brush.size = 1;
      stroke = es_stroke_new (&brush, pixels, 5, 6);
      es_stroke_to (stroke, es_rng_range (&rng, 0, 6), es_rng_range (&rng, 0, 5), 1);
      memcpy (pixels, es_stroke_get_pixels (stroke), sizeof pixels);
      es_attack_stack_set_pixels (stack, top, pixels);
      es_attack_probe_logits (probe, stack, logits);
      assert_logits_within (model, x, stack, logits, 1e-5);
    }
    if (stack->norm == ES_NORM_NONE) {
      es_attack_probe_logits (probe, before, again);
      g_assert_cmpmem (again, sizeof again, first, sizeof first);
    }
  }
  g_assert_cmpuint (n_moves, ==, 36 * 30);
}

static guint
read_at (EsAttackProbe *probe, EsAttackStack *stack, double strength)
{
  float logits[4];
  guint best = 0;

  es_attack_stack_set_strength (stack, 0, strength);
  es_attack_probe_logits (probe, stack, logits);
  for (guint c = 1; c < 4; c++)
    if (logits[c] > logits[best])
      best = c;
  return best;
}

static void
test_searches (void)
{
  EsRng rng;
  guint n_found = 0;

  es_rng_init (&rng, 73, ES_RNG_TEST, 0, 0);
  for (guint round = 0; round < 40; round++) {
    g_autoptr (EsModel) model = random_model (round);
    g_autoptr (EsAttackStack) stack = random_stack (&rng);
    g_autoptr (EsAttackProbe) probe = NULL;
    float x[PIXELS], logits[4], change[PIXELS];
    double smallest, best, margin;
    guint label;
    EsNorms norms;

    slow_random_input (x, PIXELS, &rng);
    probe = es_attack_probe_new (model, x, NULL);
    label = read_at (probe, stack, 0);
    if (es_attack_probe_smallest (probe, stack, 0, label, -1, 3, &smallest)) {
      n_found++;
      g_assert_cmpuint (read_at (probe, stack, smallest), !=, label);
      for (guint k = 0; k < 20; k++)
        g_assert_cmpuint (read_at (probe, stack, 0.999 * smallest * k / 20), ==, label);
    }
    /* The rest of the stack may be beyond the budget already. */
    stack->norm = es_attack_stack_get_n_layers (stack) > 1 ? ES_NORM_NONE : stack->norm;
    margin = es_attack_probe_best (probe, stack, 0, label, -1, 2, &best);
    g_assert_cmpfloat (fabs (best), <=, 2 + 1e-9);
    read_at (probe, stack, best);
    es_attack_probe_logits (probe, stack, logits);
    g_assert_cmpfloat (es_norms_margin (logits, 4, label, -1), ==, margin);
    es_attack_stack_sum (stack, change);
    es_norms_measure (&norms, change, PIXELS);
    if (stack->norm != ES_NORM_NONE)
      g_assert_cmpfloat (stack->norm == ES_NORM_L2 ? norms.l2 : norms.linf, <=, 0.5001);
    for (gint k = -10; k <= 10; k++) {
      double at = stack->norm == ES_NORM_NONE ? 0.2 * k : best * k / 10.0;

      read_at (probe, stack, at);
      es_attack_probe_logits (probe, stack, logits);
      g_assert_cmpfloat (es_norms_margin (logits, 4, label, -1), <=, margin + 1e-5);
    }
  }
  g_assert_cmpuint (n_found, >=, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attack-stack/undo", test_undo);
  g_test_add_func ("/attack-stack/order", test_order);
  g_test_add_func ("/attack-stack/compose", test_compose);
  g_test_add_func ("/attack-stack/probe", test_probe);
  g_test_add_func ("/attack-stack/brush", test_brush);
  g_test_add_func ("/attack-stack/searches", test_searches);
  return g_test_run ();
}

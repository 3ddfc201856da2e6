/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-components.h"

#include <math.h>

static void
test_names (void)
{
  const gssize names[] = {0, 1, 4, -1, -2, -5};
  const gsize indices[] = {4, 3, 0, 0, 1, 4};
  const float eigenvalues[] = {-2, -1, 0, 1, 3};
  gsize index = 77;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_assert_true (es_component_to_index (names[i], 5, &index));
    g_assert_cmpuint (index, ==, indices[i]);
  }
  index = 77;
  g_assert_false (es_component_to_index (5, 5, &index));
  g_assert_false (es_component_to_index (-6, 5, &index));
  g_assert_false (es_component_to_index (0, 0, &index));
  g_assert_false (es_component_to_index (G_MAXSSIZE, 5, &index));
  g_assert_false (es_component_to_index (G_MINSSIZE, 5, &index));
  g_assert_cmpuint (index, ==, 77);

  g_assert_cmpint (es_component_from_index (0, eigenvalues, 5), ==, -1);
  g_assert_cmpint (es_component_from_index (1, eigenvalues, 5), ==, -2);
  g_assert_cmpint (es_component_from_index (2, eigenvalues, 5), ==, 2);
  g_assert_cmpint (es_component_from_index (4, eigenvalues, 5), ==, 0);
}

static void
test_names_round_trip (void)
{
  const float eigenvalues[] = {-2, -1, 0, 1, 3};

  for (gsize i = 0; i < 5; i++) {
    gsize back = 99;

    g_assert_true (
        es_component_to_index (es_component_from_index (i, eigenvalues, 5), 5, &back));
    g_assert_cmpuint (back, ==, i);
  }
}

static void
test_measures (void)
{
  const float eigenvalues[] = {-3, 0, 4}, equal[] = {-2, 2, 2, 2}, zero[] = {0, 0};

  g_assert_cmpfloat_with_epsilon (es_component_share (eigenvalues, 3, 0), 9 / 25.0,
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (es_component_share (eigenvalues, 3, 2), 16 / 25.0,
                                  1e-12);
  g_assert_cmpfloat (es_component_share (eigenvalues, 3, 1), ==, 0);
  g_assert_cmpfloat_with_epsilon (es_components_effective_rank (eigenvalues, 3),
                                  49 / 25.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (es_components_effective_rank (equal, 4), 4, 1e-12);
  g_assert_cmpfloat (es_component_share (zero, 2, 0), ==, 0);
  g_assert_cmpfloat (es_components_effective_rank (zero, 2), ==, 0);
}

static void
test_count_share (void)
{
  /* Squares 100, 1, 0, 4, 25: in order 100, 25, 4, 1, 0 of 130. */
  const float eigenvalues[] = {-10, -1, 0, 2, 5}, zero[] = {0, 0};

  g_assert_cmpuint (es_components_count_share (eigenvalues, 5, 0), ==, 0);
  g_assert_cmpuint (es_components_count_share (eigenvalues, 5, 0.5), ==, 1);
  g_assert_cmpuint (es_components_count_share (eigenvalues, 5, 0.96), ==, 2);
  g_assert_cmpuint (es_components_count_share (eigenvalues, 5, 0.99), ==, 3);
  g_assert_cmpuint (es_components_count_share (eigenvalues, 5, 0.993), ==, 4);
  g_assert_cmpuint (es_components_count_share (eigenvalues, 5, 2), ==, 5);
  g_assert_cmpuint (es_components_count_share (zero, 2, 0.99), ==, 0);
}

static void
test_order (void)
{
  const float eigenvalues[] = {-5, -1, 0, 2, 5};
  const guint expected[] = {0, 4, 3, 1, 2};
  guint order[5];

  es_components_order (order, eigenvalues, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (order[i], ==, expected[i]);
}

static void
assert_groups (const float *eigenvalues, const guint *expected, gsize D, double limit)
{
  guint groups[8];
  gsize n = es_components_group (groups, eigenvalues, D, limit);

  g_assert_cmpuint (n, ==, expected[D - 1] + 1);
  for (gsize i = 0; i < D; i++)
    g_assert_cmpuint (groups[i], ==, expected[i]);
}

static void
test_groups (void)
{
  const float pairs[] = {-10, -9.995f, -1, 0, 5, 5.009f};
  const float chain[] = {0, 0.9f, 1.8f, 10};
  const float zero[] = {0, 0, 0};
  guint none;

  assert_groups (pairs, (guint[]){0, 0, 1, 2, 3, 3}, 6, 1e-3);
  assert_groups (pairs, (guint[]){0, 0, 1, 2, 3, 4}, 6, 6e-4);
  assert_groups (chain, (guint[]){0, 0, 0, 1}, 4, 0.1);
  assert_groups (chain, (guint[]){0, 1, 2, 3}, 4, 0.08);
  assert_groups (zero, (guint[]){0, 0, 0}, 3, 1e-3);
  g_assert_cmpuint (es_components_group (&none, zero, 0, 1e-3), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/components/names", test_names);
  g_test_add_func ("/components/names/round-trip", test_names_round_trip);
  g_test_add_func ("/components/measures", test_measures);
  g_test_add_func ("/components/count-share", test_count_share);
  g_test_add_func ("/components/order", test_order);
  g_test_add_func ("/components/groups", test_groups);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-columns.h"

#define SPACING 10
#define HEIGHT 40
#define N_CHILDREN 3

typedef struct
{
  GtkWidget *window, *columns, *children[N_CHILDREN];
} Fixture;

/* Three buttons that want 100, 200 and 60 pixels. */
static void
set_up (Fixture *fixture, gconstpointer unused)
{
  static const int widths[N_CHILDREN] = {100, 200, 60};

  fixture->window = gtk_window_new ();
  fixture->columns = g_object_new (ES_TYPE_COLUMNS, "spacing", SPACING, NULL);
  for (guint i = 0; i < N_CHILDREN; i++) {
    fixture->children[i] = gtk_button_new ();
    gtk_widget_set_size_request (fixture->children[i], widths[i], HEIGHT);
    gtk_widget_set_parent (fixture->children[i], fixture->columns);
  }
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->columns);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

/* Gives the columns @width and the height that they want of it, which it returns. */
static int
allocate (const Fixture *fixture, int width)
{
  int minimum, natural;

  gtk_widget_measure (fixture->columns, GTK_ORIENTATION_VERTICAL, width, &minimum,
                      &natural, NULL, NULL);
  g_assert_cmpint (minimum, <=, natural);
  gtk_widget_size_allocate (fixture->columns, &(GtkAllocation){0, 0, width, natural},
                            -1);
  return natural;
}

static void
assert_at (const Fixture *fixture, guint i, int x, int y, int width)
{
  graphene_rect_t box;

  g_assert_true (
      gtk_widget_compute_bounds (fixture->children[i], fixture->columns, &box));
  g_assert_cmpint ((int)box.origin.x, ==, x);
  g_assert_cmpint ((int)box.origin.y, ==, y);
  g_assert_cmpint ((int)box.size.width, ==, width);
}

static void
test_two (Fixture *fixture, gconstpointer unused)
{
  g_assert_cmpint (allocate (fixture, 350), ==, 2 * HEIGHT + SPACING);
  assert_at (fixture, 0, 0, 0, 120);
  assert_at (fixture, 1, 130, 0, 220);
  assert_at (fixture, 2, 0, HEIGHT + SPACING, 120);
}

static void
test_one (Fixture *fixture, gconstpointer unused)
{
  g_assert_cmpint (allocate (fixture, 309), ==, 3 * HEIGHT + 2 * SPACING);
  for (int i = 0; i < N_CHILDREN; i++)
    assert_at (fixture, (guint)i, 0, i * (HEIGHT + SPACING), 309);
}

static void
test_homogeneous (Fixture *fixture, gconstpointer unused)
{
  g_object_set (fixture->columns, "homogeneous", TRUE, NULL);
  allocate (fixture, 410);
  assert_at (fixture, 0, 0, 0, 200);
  assert_at (fixture, 1, 210, 0, 200);
  g_assert_cmpint (allocate (fixture, 409), ==, 3 * HEIGHT + 2 * SPACING);
}

/* However much the children want. */
static void
test_given (Fixture *fixture, gconstpointer unused)
{
  GtkWidget *label = gtk_label_new ("some words that want much more than 200 pixels");

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_button_set_child (GTK_BUTTON (fixture->children[1]), label);
  g_object_set (fixture->columns, "first-width", 150, "second-width", 210, NULL);
  allocate (fixture, 370);
  assert_at (fixture, 0, 0, 0, 150);
  assert_at (fixture, 1, 160, 0, 210);
  allocate (fixture, 369);
  assert_at (fixture, 1, 0, HEIGHT + SPACING, 369);
  /* But never less than the least. */
  gtk_widget_set_size_request (fixture->children[2], 180, HEIGHT);
  allocate (fixture, 400);
  assert_at (fixture, 1, 190, 0, 210);
}

static void
test_hidden (Fixture *fixture, gconstpointer unused)
{
  gtk_widget_set_visible (fixture->children[1], FALSE);
  g_assert_cmpint (allocate (fixture, 350), ==, HEIGHT);
  assert_at (fixture, 2, 350 - 60 - (350 - 100 - SPACING - 60) / 2, 0, 150);
  gtk_widget_set_visible (fixture->children[2], FALSE);
  allocate (fixture, 350);
  assert_at (fixture, 0, 0, 0, 350);
  gtk_widget_set_visible (fixture->children[0], FALSE);
  g_assert_cmpint (allocate (fixture, 350), ==, 0);
}

static void
test_mirrored (Fixture *fixture, gconstpointer unused)
{
  gtk_widget_set_direction (fixture->columns, GTK_TEXT_DIR_RTL);
  allocate (fixture, 350);
  assert_at (fixture, 0, 230, 0, 120);
  assert_at (fixture, 1, 0, 0, 220);
}

/* In every direction, before there is a size and afterwards. */
static void
test_focus (Fixture *fixture, gconstpointer unused)
{
  gtk_window_present (GTK_WINDOW (fixture->window));
  for (guint i = 0; i < 2; i++) {
    for (int direction = GTK_DIR_TAB_FORWARD; direction <= GTK_DIR_RIGHT; direction++)
      for (guint from = 0; from < N_CHILDREN; from++) {
        gtk_widget_grab_focus (fixture->children[from]);
        gtk_widget_child_focus (fixture->columns, (GtkDirectionType)direction);
      }
    allocate (fixture, 350);
  }
  gtk_widget_grab_focus (fixture->children[0]);
  g_assert_true (gtk_widget_child_focus (fixture->columns, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) ==
                 fixture->children[1]);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  add ("/columns/two", test_two);
  add ("/columns/one", test_one);
  add ("/columns/homogeneous", test_homogeneous);
  add ("/columns/given", test_given);
  add ("/columns/hidden", test_hidden);
  add ("/columns/mirrored", test_mirrored);
  add ("/columns/focus", test_focus);
  return g_test_run ();
}

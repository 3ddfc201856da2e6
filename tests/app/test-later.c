/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-later.h"

typedef struct
{
  GtkWidget *window, *later;
  GtkWidget *made; /* what the signal told of */
  gboolean was_placed;
} Fixture;

static void
made_cb (EsLater *later, GtkWidget *page, Fixture *f)
{
  g_assert_null (f->made);
  f->made = page;
  f->was_placed = gtk_widget_get_parent (page) != NULL;
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->window = gtk_window_new ();
  f->later = g_object_new (ES_TYPE_LATER, "page-type", GTK_TYPE_CALENDAR, NULL);
  g_signal_connect (f->later, "made", G_CALLBACK (made_cb), f);
  gtk_window_set_child (GTK_WINDOW (f->window), f->later);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
}

/* Once, told of before it is in its place, and the same one from then on. */
static void
test_asked_for (Fixture *f, gconstpointer unused)
{
  GtkWidget *page;

  g_assert_null (f->made);
  page = es_later_get_page (ES_LATER (f->later));
  g_assert_true (GTK_IS_CALENDAR (page));
  g_assert_true (f->made == page);
  g_assert_false (f->was_placed);
  g_assert_true (gtk_widget_get_parent (page) == f->later);
  g_assert_true (es_later_get_page (ES_LATER (f->later)) == page);
}

static void
test_seen (Fixture *f, gconstpointer unused)
{
  gtk_widget_show (f->window);
  g_assert_nonnull (f->made);
  g_assert_true (gtk_widget_get_mapped (f->made));
  g_assert_true (es_later_get_page (ES_LATER (f->later)) == f->made);
}

/* A page that is not looked at is not made. */
static void
test_not_seen (Fixture *f, gconstpointer unused)
{
  gtk_widget_hide (f->later);
  gtk_widget_show (f->window);
  g_assert_null (f->made);
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
  add ("/later/asked-for", test_asked_for);
  add ("/later/seen", test_seen);
  add ("/later/not-seen", test_not_seen);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-file-lock.h"
#include "es-library-files.h"
#include "es-library.h"
#include "es-run-file.h"
#include "io-test.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

static EsRun *
make_run (const char *name, guint epochs)
{
  static const EsModelConfig config = {
      .rows = 2, .cols = 2, .hidden = 3, .outputs = 2, .layers = 1};
  g_autoptr (EsModel) model = es_model_new (&config, NULL);
  EsRun *run;

  es_model_init (model, 1);
  run = es_run_new (name, model);
  run->has_recipe = TRUE;
  run->dataset = g_strdup ("Bars");
  for (guint i = 0; i < epochs; i++) {
    EsEpoch epoch = {i, 0.5, 1, 0.5, 1, 0.1 * (i + 1)};

    g_array_append_val (run->history, epoch);
  }
  return run;
}

/* Keeps a run as one that was trained earlier. */
static char *
keep (const EsLibrary *library, const char *name, guint epochs)
{
  g_autoptr (EsRun) run = make_run (name, epochs);
  g_autoptr (GError) error = NULL;
  char *id = es_library_new_id ();
  g_autofree char *folder = es_library_run_folder (library, id);
  g_autofree char *path = es_library_run_path (library, id);

  g_assert_true (es_library_create (library, id, name, &error));
  g_assert_no_error (error);
  g_assert_true (es_run_save (run, path, &error));
  g_assert_true (es_run_entry_write_summary (folder, run, &error));
  g_assert_no_error (error);
  return id;
}

static EsRunEntry *
get (const EsLibrary *library, const char *id)
{
  g_autoptr (GError) error = NULL;
  EsRunEntry *entry = es_library_get (library, id, &error);

  g_assert_no_error (error);
  return entry;
}

static void
edit (const EsLibrary *library, const char *id, EsRunEdit what)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (es_library_edit (library, id, &what, &error));
  g_assert_no_error (error);
}

static guint
count (const EsLibrary *library, EsLibraryPart part)
{
  g_autoptr (GPtrArray) entries = es_library_list (library, part);

  return entries->len;
}

static void
test_lists (void)
{
  char *folder = io_test_folder ();
  g_autofree char *below = g_build_filename (folder, "not", "there", NULL);
  g_autoptr (EsLibrary) library = es_library_new (below);
  g_autofree char *a = NULL, *b = NULL;
  g_autoptr (EsRunEntry) entry = NULL;

  g_assert_cmpuint (count (library, ES_LIBRARY_KEPT), ==, 0);
  g_assert_false (g_file_test (below, G_FILE_TEST_EXISTS));
  a = keep (library, "One", 3);
  b = keep (library, "Two", 0);
  g_assert_cmpuint (count (library, ES_LIBRARY_KEPT), ==, 2);
  entry = get (library, a);
  g_assert_cmpstr (entry->id, ==, a);
  g_assert_cmpstr (entry->name, ==, "One");
  g_assert_cmpstr (entry->dataset, ==, "Bars");
  g_assert_cmpuint (entry->epochs, ==, 3);
  g_assert_cmpfloat_with_epsilon (entry->accuracy, 0.3, 1e-12);
  g_assert_cmpuint (entry->model.hidden, ==, 3);
  g_assert_cmpuint (entry->train.epochs, ==, 20);
  g_assert_cmpstr (entry->notes, ==, "");
  g_assert_cmpuint (g_strv_length (entry->tags), ==, 0);
  g_assert_cmpint (ABS (entry->created - g_get_real_time ()), <, 60 * G_USEC_PER_SEC);
  g_assert_null (entry->problem);
  g_assert_false (entry->busy);
  g_clear_pointer (&entry, es_run_entry_free);
  entry = get (library, b);
  g_assert_cmpuint (entry->epochs, ==, 0);
  g_assert_true (isnan (entry->accuracy));
  io_test_remove (folder);
}

/* A summary that is missing or of an older run is made again; what cannot be read says
   why, and is listed all the same. */
static void
test_summaries (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *id = keep (library, "One", 1);
  g_autofree char *path = es_library_run_path (library, id);
  g_autofree char *summary = g_build_filename (folder, id, ES_LIBRARY_SUMMARY, NULL);
  g_autofree char *about = g_build_filename (folder, id, ES_LIBRARY_ABOUT, NULL);
  g_autoptr (EsRun) longer = make_run ("In the file", 5);
  g_autoptr (EsRunEntry) first = NULL, second = NULL, third = NULL;

  g_assert_true (es_run_save (longer, path, NULL));
  first = get (library, id);
  g_assert_cmpuint (first->epochs, ==, 5);
  g_assert_cmpstr (first->name, ==, "One");
  g_assert_cmpint (g_remove (summary), ==, 0);
  g_assert_cmpint (g_remove (about), ==, 0);
  second = get (library, id);
  g_assert_cmpuint (second->epochs, ==, 5);
  g_assert_cmpstr (second->name, ==, "In the file");
  g_assert_true (g_file_test (summary, G_FILE_TEST_EXISTS));
  io_test_write (path, "garbage", 7);
  third = get (library, id);
  g_assert_nonnull (strstr (third->problem, path));
  g_assert_cmpuint (count (library, ES_LIBRARY_KEPT), ==, 1);
  io_test_remove (folder);
}

static void
test_edits (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *id = keep (library, "One", 1);
  const gboolean yes = TRUE, no = FALSE;
  g_autoptr (EsRunEntry) entry = NULL;
  g_autoptr (EsRun) run = NULL;

  edit (library, id, (EsRunEdit){.name = "Änderung", .starred = &yes});
  edit (library, id, (EsRunEdit){.add_tag = "paper", .archived = &yes});
  edit (library, id, (EsRunEdit){.add_tag = "two words", .notes = "A\nB"});
  edit (library, id, (EsRunEdit){.add_tag = "third", .archived = &no});
  edit (library, id, (EsRunEdit){.remove_tag = "two words"});
  entry = get (library, id);
  g_assert_cmpstr (entry->name, ==, "Änderung");
  g_assert_cmpstr (entry->notes, ==, "A\nB");
  g_assert_true (entry->starred);
  g_assert_false (entry->archived);
  g_assert_cmpuint (g_strv_length (entry->tags), ==, 2);
  g_assert_cmpstr (entry->tags[0], ==, "paper");
  g_assert_cmpstr (entry->tags[1], ==, "third");
  g_clear_pointer (&entry, es_run_entry_free);
  edit (library, id, (EsRunEdit){.tags = (const char *const[]){"new", "list", NULL}});
  entry = get (library, id);
  g_assert_cmpuint (g_strv_length (entry->tags), ==, 2);
  g_assert_cmpstr (entry->tags[0], ==, "new");
  g_assert_cmpstr (entry->name, ==, "Änderung");
  run = es_library_open_run (library, id, NULL);
  g_assert_cmpstr (run->name, ==, "Änderung");
  io_test_remove (folder);
}

/* Four programs change the same run at once: nothing that any of them said is lost. */
static void
test_edits_at_once (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *id = keep (library, "One", 1);
  g_autoptr (EsRunEntry) entry = NULL;
  pid_t children[4];

  for (guint c = 0; c < 4; c++) {
    children[c] = fork ();
    if (children[c] != 0)
      continue;
    for (guint i = 0; i < 10; i++) {
      g_autofree char *tag = g_strdup_printf ("%u-%u", c, i);

      if (!es_library_edit (library, id, &(EsRunEdit){.add_tag = tag}, NULL))
        _exit (1);
    }
    _exit (0);
  }
  for (guint c = 0; c < 4; c++) {
    int status;

    g_assert_cmpint (waitpid (children[c], &status, 0), ==, children[c]);
    g_assert_cmpint (status, ==, 0);
  }
  entry = get (library, id);
  g_assert_cmpuint (g_strv_length (entry->tags), ==, 40);
  io_test_remove (folder);
}

static void
test_trash (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *a = keep (library, "One", 1);
  g_autofree char *b = keep (library, "Two", 2);
  g_autofree char *trashed = g_build_filename (folder, ES_LIBRARY_TRASH, a, NULL);
  struct utimbuf long_ago = {0, 0};
  g_autoptr (GError) error = NULL;
  g_autoptr (EsRunEntry) entry = NULL;

  g_assert_true (es_library_delete (library, a, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (library, ES_LIBRARY_KEPT), ==, 1);
  g_assert_cmpuint (count (library, ES_LIBRARY_DELETED), ==, 1);
  g_assert_false (es_library_delete (library, a, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (es_library_restore (library, a, &error));
  entry = get (library, a);
  g_assert_cmpstr (entry->name, ==, "One");
  g_assert_cmpuint (entry->epochs, ==, 1);

  g_assert_true (es_library_delete (library, a, &error));
  g_assert_cmpuint (es_library_purge (library, ES_LIBRARY_TRASH_SECONDS), ==, 0);
  g_assert_cmpint (utime (trashed, &long_ago), ==, 0);
  g_assert_cmpuint (es_library_purge (library, ES_LIBRARY_TRASH_SECONDS), ==, 1);
  g_assert_cmpuint (count (library, ES_LIBRARY_DELETED), ==, 0);
  g_assert_false (g_file_test (trashed, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count (library, ES_LIBRARY_KEPT), ==, 1);
  io_test_remove (folder);
}

/* What was begun long ago and has no run is removed, but not while it is held. */
static void
test_purges_beginnings (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *id = es_library_new_id ();
  g_autofree char *place = es_library_run_folder (library, id);
  g_autofree char *lock_path = g_build_filename (place, ES_LIBRARY_LOCK, NULL);
  struct utimbuf long_ago = {0, 0};
  EsFileLock *lock;

  g_assert_true (es_library_create (library, id, "Begun", NULL));
  g_assert_cmpuint (count (library, ES_LIBRARY_KEPT), ==, 0);
  lock = es_file_lock_take (lock_path, 0, NULL);
  g_assert_cmpuint (es_library_purge (library, 0), ==, 0);
  g_assert_cmpint (utime (place, &long_ago), ==, 0);
  g_assert_cmpuint (es_library_purge (library, 0), ==, 0);
  es_file_lock_free (lock);
  g_assert_cmpuint (es_library_purge (library, 0), ==, 1);
  g_assert_false (g_file_test (place, G_FILE_TEST_EXISTS));
  io_test_remove (folder);
}

static void
test_busy (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *id = keep (library, "One", 1);
  g_autofree char *lock_path = g_build_filename (folder, id, ES_LIBRARY_LOCK, NULL);
  g_autoptr (EsFileLock) lock = es_file_lock_take (lock_path, 0, NULL);
  g_autoptr (EsRunEntry) entry = get (library, id);
  g_autoptr (GError) error = NULL;

  g_assert_true (entry->busy);
  g_assert_false (es_library_delete (library, id, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_BUSY);
  edit (library, id, (EsRunEdit){.name = "Renamed meanwhile"});
  io_test_remove (folder);
}

static void
expect_found (const EsLibrary *library, const char *text, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = es_library_find (library, ES_LIBRARY_KEPT, text, &error);

  g_assert_cmpstr (found, ==, id);
  if (id == NULL)
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_NOT_FOUND);
}

static void
test_finds (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *a = keep (library, "One", 1);
  g_autofree char *b = keep (library, "Two", 2);
  g_autofree char *c = keep (library, "Two", 2);
  g_autofree char *beginning = g_strndup (a, strlen (a) - 1);
  const char *const bad[] = {"../runs", ".", "", "trash", "a/b", NULL};

  expect_found (library, a, a);
  expect_found (library, beginning, a);
  expect_found (library, "One", a);
  expect_found (library, "Two", NULL);
  expect_found (library, "2", NULL);
  expect_found (library, "", NULL);
  for (guint i = 0; bad[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (es_library_get (library, bad[i], &error));
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_NOT_FOUND);
    g_assert_false (es_library_delete (library, bad[i], NULL));
  }
  io_test_remove (folder);
}

static EsRunEntry
entry_of (const char *id, const char *name, double accuracy, gint64 created)
{
  static char *no_tags[] = {NULL};

  return (EsRunEntry){.id = (char *)id,
                      .name = (char *)name,
                      .notes = (char *)"",
                      .tags = no_tags,
                      .accuracy = accuracy,
                      .created = created,
                      .changed = -created};
}

static void
test_orders (void)
{
  EsRunEntry a = entry_of ("1", "Run 2", 0.5, 1);
  EsRunEntry b = entry_of ("2", "Run 10", NAN, 2);
  EsRunOrder order;

  g_assert_cmpint (es_run_entry_compare (&a, &b, ES_RUN_ORDER_CREATED), >, 0);
  g_assert_cmpint (es_run_entry_compare (&a, &b, ES_RUN_ORDER_CHANGED), <, 0);
  g_assert_cmpint (es_run_entry_compare (&a, &b, ES_RUN_ORDER_NAME), <, 0);
  g_assert_cmpint (es_run_entry_compare (&a, &b, ES_RUN_ORDER_ACCURACY), <, 0);
  g_assert_cmpint (es_run_entry_compare (&b, &a, ES_RUN_ORDER_ACCURACY), >, 0);
  g_assert_cmpint (es_run_entry_compare (&a, &a, ES_RUN_ORDER_NAME), ==, 0);
  b.starred = TRUE;
  g_assert_cmpint (es_run_entry_compare (&a, &b, ES_RUN_ORDER_NAME), >, 0);
  g_assert_true (es_run_order_from_string ("accuracy", &order));
  g_assert_cmpint (order, ==, ES_RUN_ORDER_ACCURACY);
  g_assert_false (es_run_order_from_string ("colour", &order));
}

static void
test_matches (void)
{
  EsRunEntry entry = entry_of ("1", "Große Ziffern", 0.5, 1);
  char *tags[] = {(char *)"Paper", NULL};

  entry.tags = tags;
  entry.notes = (char *)"with noise";
  entry.dataset = (char *)"mnist";
  g_assert_true (es_run_entry_matches (&entry, ""));
  g_assert_true (es_run_entry_matches (&entry, "  GROSSE  noise MNIST "));
  g_assert_true (es_run_entry_matches (&entry, "pap"));
  g_assert_true (es_run_entry_matches (&entry, "#paper"));
  g_assert_false (es_run_entry_matches (&entry, "#pap"));
  g_assert_false (es_run_entry_matches (&entry, "große kleine"));
  g_assert_true (es_run_entry_has_tag (&entry, "Paper"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/library/lists", test_lists);
  g_test_add_func ("/library/summaries", test_summaries);
  g_test_add_func ("/library/edits", test_edits);
  g_test_add_func ("/library/edits-at-once", test_edits_at_once);
  g_test_add_func ("/library/trash", test_trash);
  g_test_add_func ("/library/purges-beginnings", test_purges_beginnings);
  g_test_add_func ("/library/busy", test_busy);
  g_test_add_func ("/library/finds", test_finds);
  g_test_add_func ("/library/orders", test_orders);
  g_test_add_func ("/library/matches", test_matches);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

/*
 * Runs a fuzz target as an ordinary test: on every file of the folders given, on every
 * prefix of it, and on copies with a few bytes changed, always the same ones.
 */

#define N_MUTATIONS 300
#define MAX_PREFIXES 3000

static void
feed (const char *data, gsize n_bytes)
{
  /* A copy of just this size, so that a sanitizer sees reads beyond it. */
  g_autofree guint8 *copy = g_memdup2 (data, n_bytes);

  LLVMFuzzerTestOneInput (copy, n_bytes);
}

static void
feed_mutations (const char *data, gsize n_bytes)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)n_bytes);

  for (guint i = 0; i < N_MUTATIONS && n_bytes > 0; i++) {
    g_autofree char *copy = g_memdup2 (data, n_bytes);
    gint32 n_changes = g_rand_int_range (rand, 1, 5);

    for (gint32 k = 0; k < n_changes; k++)
      copy[g_rand_int_range (rand, 0, (gint32)n_bytes)] =
          (char)g_rand_int_range (rand, 0, 256);
    feed (copy, n_bytes);
  }
}

static void
test_file (gconstpointer path)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_bytes, step;

  g_file_get_contents (path, &data, &n_bytes, &error);
  g_assert_no_error (error);
  feed (data, n_bytes);
  step = n_bytes / MAX_PREFIXES + 1;
  for (gsize n = 0; n < n_bytes; n += step)
    feed (data, n);
  feed_mutations (data, n_bytes);
}

static guint
add_folder (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint count = 0;

  if (dir == NULL)
    g_error ("%s cannot be read", folder);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *test = g_strdup_printf ("/fuzz/%s", name);

    g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_file,
                               g_free);
    count++;
  }
  g_dir_close (dir);
  return count;
}

int
main (int argc, char **argv)
{
  guint count = 0;

  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++)
    count += add_folder (argv[i]);
  if (count == 0)
    g_error ("No input: name the folders of a corpus");
  return g_test_run ();
}

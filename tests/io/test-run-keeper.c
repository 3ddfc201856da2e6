/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-film-file.h"
#include "es-glyphs.h"
#include "es-library-files.h"
#include "es-parallel.h"
#include "es-run-file.h"
#include "es-run-keeper.h"
#include "es-trainer.h"
#include "io-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLS 100
#define EPOCHS 100000

static const EsModelConfig model_config = {
    .rows = 28, .cols = 28, .hidden = 32, .outputs = 10, .layers = 1};

static EsDataset *
glyphs_new (void)
{
  return es_glyphs_new (1, 60, 20, NULL);
}

static EsTrainConfig
train_config (void)
{
  EsTrainConfig config;

  es_train_config_init (&config);
  config.epochs = EPOCHS;
  config.batch = 20;
  config.noise = 0.2;
  return config;
}

static EsTrainer *
trainer_new (EsDataset *glyphs)
{
  EsTrainConfig config = train_config ();
  g_autoptr (GError) error = NULL;
  EsTrainer *trainer = es_trainer_new (&model_config, &config, glyphs, &error);

  g_assert_no_error (error);
  return trainer;
}

static void
train_epochs (EsTrainer *trainer, guint n)
{
  while (n-- > 0)
    g_assert_true (es_trainer_epoch (trainer, NULL, NULL));
}

static void
add_frame (EsRunKeeper *keeper, const EsTrainer *trainer)
{
  g_autoptr (EsModel) model = es_model_copy (es_trainer_get_model (trainer));

  es_run_keeper_add_frame (keeper, es_trainer_get_epochs (trainer), model);
}

static void
wait_for (EsRunKeeper *keeper)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (es_run_keeper_wait (keeper, &error));
  g_assert_no_error (error);
}

static EsRunKeeper *
keeper_new (EsLibrary *library, const char *id, const EsRun *run)
{
  g_autoptr (GError) error = NULL;
  EsRunKeeper *keeper = es_run_keeper_new (library, "Kept", id, run, &error);

  g_assert_no_error (error);
  return keeper;
}

static void
assert_same_state (const EsRun *a, const EsRun *b)
{
  gsize size = es_model_n_params (a->model) * sizeof (float);

  g_assert_cmpmem (es_model_get_params (a->model), size, es_model_get_params (b->model),
                   size);
  g_assert_cmpmem (a->moment1, size, b->moment1, size);
  g_assert_cmpmem (a->moment2, size, b->moment2, size);
  g_assert_cmpuint (a->steps, ==, b->steps);
  g_assert_cmpuint (a->history->len, ==, b->history->len);
  for (guint i = 0; i < a->history->len; i++) {
    const EsEpoch *p = &g_array_index (a->history, EsEpoch, i);
    const EsEpoch *q = &g_array_index (b->history, EsEpoch, i);

    g_assert_cmpfloat (p->train_loss, ==, q->train_loss);
    g_assert_cmpfloat (p->train_acc, ==, q->train_acc);
    g_assert_cmpfloat (p->val_loss, ==, q->val_loss);
  }
}

/* Weights, state and film come back, and going on keeps to the same run. */
static void
test_keeps (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autoptr (EsDataset) glyphs = glyphs_new ();
  g_autoptr (EsTrainer) trainer = trainer_new (glyphs);
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  g_autofree char *id = NULL;
  g_autoptr (EsRun) back = NULL, wanted = NULL;
  EsRunKeeper *keeper = keeper_new (library, NULL, NULL);

  id = g_strdup (es_run_keeper_get_id (keeper));
  for (guint i = 0; i < 40; i++) {
    train_epochs (trainer, 1);
    add_frame (keeper, trainer);
  }
  es_run_keeper_save (keeper, es_trainer_dup_run (trainer, "Kept"));
  wait_for (keeper);
  g_assert_false (es_run_keeper_is_due (keeper));
  es_run_keeper_free (keeper);
  back = es_library_open_run (library, id, NULL);
  wanted = es_trainer_dup_run (trainer, "Kept");
  assert_same_state (back, wanted);

  keeper = keeper_new (library, id, back);
  train_epochs (trainer, 1);
  add_frame (keeper, trainer);
  es_run_keeper_save (keeper, es_trainer_dup_run (trainer, "Kept"));
  es_run_keeper_free (keeper);
  g_clear_pointer (&back, es_run_free);
  back = es_library_open_run (library, id, NULL);
  g_assert_cmpuint (es_run_get_epochs (back), ==, 41);
  g_assert_true (es_library_read_film (library, id, back, film, NULL));
  g_assert_cmpuint (es_film_get_length (film), ==, 41);
  g_assert_cmpuint (es_film_get_epoch (film, 40), ==, 41);
  io_test_remove (folder);
}

/* While one trains, others neither train nor delete. */
static void
test_excludes (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autoptr (EsDataset) glyphs = glyphs_new ();
  g_autoptr (EsTrainer) trainer = trainer_new (glyphs);
  g_autoptr (EsRunKeeper) keeper = keeper_new (library, NULL, NULL);
  const char *id = es_run_keeper_get_id (keeper);
  g_autoptr (EsRun) run = es_trainer_dup_run (trainer, "Kept");
  g_autoptr (GError) error = NULL;

  es_run_keeper_save (keeper, es_trainer_dup_run (trainer, "Kept"));
  wait_for (keeper);
  g_assert_null (es_run_keeper_new (library, "Kept", id, run, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "Kept"));
  g_assert_false (es_library_delete (library, id, NULL));
  io_test_remove (folder);
}

static void
test_discards (void)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autoptr (EsDataset) glyphs = glyphs_new ();
  g_autoptr (EsTrainer) trainer = trainer_new (glyphs);
  EsRunKeeper *keeper = keeper_new (library, NULL, NULL);

  es_run_keeper_save (keeper, es_trainer_dup_run (trainer, "Kept"));
  es_run_keeper_discard (keeper);
  g_assert_cmpuint (io_test_count (folder), ==, 0);
  keeper = keeper_new (library, NULL, NULL);
  es_run_keeper_discard (keeper);
  g_assert_cmpuint (io_test_count (folder), ==, 0);
  io_test_remove (folder);
}

/* A full disk, or no folder to write to: the saves fail and say so, and the first one
   for which there is room again succeeds. */
static void
test_no_room (void)
{
  char *folder = io_test_folder ();
  g_autofree char *place = g_build_filename (folder, "runs", NULL);
  g_autoptr (EsLibrary) library = es_library_new (place);
  g_autoptr (EsDataset) glyphs = glyphs_new ();
  g_autoptr (EsTrainer) trainer = trainer_new (glyphs);
  g_autoptr (EsRunKeeper) keeper = keeper_new (library, NULL, NULL);
  const char *id = es_run_keeper_get_id (keeper);
  g_autofree char *problem = NULL;
  g_autoptr (EsRun) back = NULL;
  g_autoptr (GError) error = NULL;

  io_test_write (place, "in the way", 10);
  es_run_keeper_save (keeper, es_trainer_dup_run (trainer, "Kept"));
  g_assert_false (es_run_keeper_wait (keeper, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  problem = es_run_keeper_dup_problem (keeper);
  g_assert_nonnull (strstr (problem, place));
  g_assert_cmpint (g_remove (place), ==, 0);

  io_test_limit_files (30000);
  add_frame (keeper, trainer);
  es_run_keeper_save (keeper, es_trainer_dup_run (trainer, "Kept"));
  g_assert_false (es_run_keeper_wait (keeper, NULL));
  train_epochs (trainer, 1);
  io_test_limit_files (G_MAXUINT64);
  es_run_keeper_save (keeper, es_trainer_dup_run (trainer, "Kept"));
  wait_for (keeper);
  g_assert_null (es_run_keeper_dup_problem (keeper));
  back = es_library_open_run (library, id, NULL);
  g_assert_cmpuint (es_run_get_epochs (back), ==, 1);
  io_test_remove (folder);
}

/* The program that is killed: trains and saves all the time, at every step, and says
   how many steps are on the disk whenever it knows. */

typedef struct
{
  EsTrainer *trainer;
  EsRunKeeper *keeper;
} Victim;

static gboolean
save_step (double fraction, const char *message, gpointer data)
{
  Victim *victim = data;
  EsRun *run = es_trainer_dup_run_now (victim->trainer, "Kept");
  guint64 steps = run->steps;

  es_run_keeper_save (victim->keeper, run);
  /* Every third save is waited for; the others may be overtaken. */
  if (steps % 3 == 0) {
    if (!es_run_keeper_wait (victim->keeper, NULL) ||
        write (STDOUT_FILENO, &steps, sizeof steps) != sizeof steps)
      exit (1);
  }
  return TRUE;
}

static int
run_victim (const char *folder, const char *id)
{
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autoptr (EsDataset) glyphs = glyphs_new ();
  Victim victim = {NULL, NULL};
  const EsProgress progress = {save_step, &victim};
  g_autoptr (EsRun) run = NULL;

  es_parallel_set_threads (1);
  if (id != NULL) {
    run = es_library_open_run (library, id, NULL);
    victim.trainer = es_trainer_resume (run, NULL, glyphs, NULL);
  } else {
    victim.trainer = trainer_new (glyphs);
  }
  victim.keeper = es_run_keeper_new (library, "Kept", id, run, NULL);
  if (victim.keeper == NULL)
    return 1;
  while (es_trainer_epoch (victim.trainer, &progress, NULL))
    add_frame (victim.keeper, victim.trainer);
  return 1;
}

/* Starts the victim and kills it some milliseconds after its first word. Returns the
   number of steps of its last word. */
static guint64
kill_once (const char *program, const char *folder, const char *id, gulong after)
{
  const char *argv[] = {program, "--victim", folder, id, NULL};
  guint64 steps = 0, last = 0;
  g_autoptr (GError) error = NULL;
  int status, out;
  GPid child;

  g_assert_true (g_spawn_async_with_pipes (NULL, (char **)argv, NULL,
                                           G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                           &child, NULL, &out, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read (out, &last, sizeof last), ==, sizeof last);
  g_usleep (after);
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  while (read (out, &steps, sizeof steps) == sizeof steps)
    last = steps;
  close (out);
  g_spawn_close_pid (child);
  return last;
}

/* The only run, which has to be there, readable in all its parts and with what its
   trainer knew to be safe. */
static char *
expect_alive (const EsLibrary *library, guint64 steps)
{
  g_autoptr (GPtrArray) entries = es_library_list (library, ES_LIBRARY_KEPT);
  g_autoptr (EsFilm) film = es_film_new (ES_FILM_MAX_BYTES);
  const EsRunEntry *entry;
  g_autoptr (EsRun) run = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (entries->len, ==, 1);
  entry = entries->pdata[0];
  g_assert_cmpstr (entry->problem, ==, NULL);
  g_assert_cmpstr (entry->name, ==, "Kept");
  g_assert_false (entry->busy);
  g_assert_true (entry->interrupted);
  run = es_library_open_run (library, entry->id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (run->steps, >=, steps);
  g_assert_cmpuint (entry->epochs, ==, es_run_get_epochs (run));
  g_assert_true (es_library_read_film (library, entry->id, run, film, &error));
  g_assert_no_error (error);
  if (es_run_get_epochs (run) > 0) {
    guint last = es_film_get_length (film) - 1;

    g_assert_cmpuint (es_film_get_length (film), >, 0);
    g_assert_cmpuint (es_film_get_epoch (film, last), ==, es_run_get_epochs (run));
  }
  return g_strdup (entry->id);
}

/* What was kept, trained on for an epoch or two, is what an undisturbed training is. */
static void
expect_same_as_undisturbed (const EsLibrary *library, const char *id)
{
  g_autoptr (EsDataset) glyphs = glyphs_new ();
  g_autoptr (EsRun) run = es_library_open_run (library, id, NULL);
  g_autoptr (EsTrainer) resumed = es_trainer_resume (run, NULL, glyphs, NULL);
  g_autoptr (EsTrainer) calm = trainer_new (glyphs);
  g_autoptr (EsRun) a = NULL, b = NULL;

  g_test_message ("%" G_GUINT64_FORMAT " steps, %u batches into epoch %u", run->steps,
                  run->part.batches, es_run_get_epochs (run));
  train_epochs (resumed, 2);
  train_epochs (calm, es_trainer_get_epochs (resumed));
  a = es_trainer_dup_run (resumed, "a");
  b = es_trainer_dup_run (calm, "b");
  assert_same_state (a, b);
}

/* A training that ends in order was not interrupted. */
static void
expect_ends_in_order (EsLibrary *library, const char *id)
{
  g_autoptr (EsRun) run = es_library_open_run (library, id, NULL);
  EsRunKeeper *keeper = keeper_new (library, id, run);
  g_autoptr (EsRunEntry) during = es_library_get (library, id, NULL);
  g_autoptr (EsRunEntry) after = NULL;

  g_assert_true (during->busy);
  g_assert_false (during->interrupted);
  es_run_keeper_free (keeper);
  after = es_library_get (library, id, NULL);
  g_assert_true (after->unfinished);
  g_assert_false (after->interrupted);
}

static void
test_killed (gconstpointer program)
{
  char *folder = io_test_folder ();
  g_autoptr (EsLibrary) library = es_library_new (folder);
  g_autofree char *id = NULL, *place = NULL;
  guint64 steps = 0;

  es_parallel_set_threads (1);
  for (guint i = 0; i < KILLS; i++) {
    gulong after = (gulong)g_test_rand_int_range (0, 20000);

    steps = kill_once (program, folder, id, after);
    g_free (id);
    id = expect_alive (library, steps);
  }
  g_assert_cmpuint (steps, >, KILLS);
  expect_same_as_undisturbed (library, id);
  expect_ends_in_order (library, id);
  /* Halves of files do not pile up: each start clears what the one before left. */
  place = es_library_run_folder (library, id);
  g_assert_cmpuint (io_test_count (place), <=, 7);
  io_test_remove (folder);
}

int
main (int argc, char **argv)
{
  if (argc >= 3 && strcmp (argv[1], "--victim") == 0)
    return run_victim (argv[2], argc > 3 ? argv[3] : NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-keeper/keeps", test_keeps);
  g_test_add_func ("/run-keeper/excludes", test_excludes);
  g_test_add_func ("/run-keeper/discards", test_discards);
  g_test_add_func ("/run-keeper/no-room", test_no_room);
  g_test_add_data_func ("/run-keeper/killed", argv[0], test_killed);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-training.h"

#include "es-dataset-load.h"
#include "es-file.h"
#include "es-output.h"
#include "es-run-file.h"
#include "es-run-keeper.h"
#include "es-subject.h"
#include "es-trainer.h"

#include <string.h>
#include <unistd.h>

/* An unfinished run is saved when this much time has passed since it was last. */
#define SAVE_MICROSECONDS (30 * G_USEC_PER_SEC)

#define SUFFIX ".safetensors"

/* A training under way. */
typedef struct
{
  EsTrainer *trainer;
  const char *out;     /* nullable */
  EsRunKeeper *keeper; /* nullable; one of the two is there */
  char *name;
  gboolean json;
  gint64 saved; /* when */
  EsProgressBar bar;
} Training;

/* People are told of so many epochs at most; who reads JSON, of all. */
#define MOST_LINES 100

static void
print_epoch (const Training *training, const EsEpoch *epoch)
{
  guint n = es_trainer_get_config (training->trainer)->epochs;
  guint step = (n + MOST_LINES - 1) / MOST_LINES;
  /* A squared error becomes small. */
  const char *format = epoch->val_loss < 0.001 ? "%.2e" : "%.4f";
  char train_loss[G_ASCII_DTOSTR_BUF_SIZE], test_loss[G_ASCII_DTOSTR_BUF_SIZE];

  if ((epoch->epoch + 1) % step != 0 && epoch->epoch + 1 != n)
    return;
  g_ascii_formatd (train_loss, sizeof train_loss, format, epoch->train_loss);
  g_ascii_formatd (test_loss, sizeof test_loss, format, epoch->val_loss);
  g_print ("Epoch %*u of %u  %6.2f s  train: loss %s, accuracy %.4f  test: loss %s, "
           "accuracy %.4f\n",
           3, epoch->epoch + 1, n, epoch->seconds, train_loss, epoch->train_acc,
           test_loss, epoch->val_acc);
}

static void
report_epoch (const Training *training, const EsEpoch *epoch)
{
  JsonBuilder *object;

  if (!training->json) {
    print_epoch (training, epoch);
    return;
  }
  object = es_output_object ();
  es_output_int (object, "epoch", epoch->epoch);
  es_output_double (object, "seconds", epoch->seconds);
  es_output_double (object, "train_loss", epoch->train_loss);
  es_output_double (object, "train_acc", epoch->train_acc);
  es_output_double (object, "val_loss", epoch->val_loss);
  es_output_double (object, "val_acc", epoch->val_acc);
  es_output_json (object);
}

static EsRun *
dup_run (const Training *training)
{
  return es_trainer_dup_run (training->trainer, training->name);
}

static gboolean
save (const Training *training, const char *path, GError **error)
{
  g_autoptr (EsRun) run = dup_run (training);

  return es_run_save (run, path, error);
}

/* Saves where the person wanted it: in the library, in a file, or both. */
static gboolean
save_as_wanted (const Training *training, GError **error)
{
  if (training->keeper != NULL)
    es_run_keeper_save (training->keeper, dup_run (training));
  return (training->out == NULL || save (training, training->out, error)) &&
         (training->keeper == NULL || es_run_keeper_wait (training->keeper, error));
}

/* Saves where the person wanted it or, if that has become impossible, where it most
   likely is possible: what was trained is not thrown away. */
static gboolean
save_somewhere (const Training *training, GError **error)
{
  g_autoptr (GError) first = NULL;
  g_autofree char *file = NULL;
  g_autofree char *other = NULL;

  if (save_as_wanted (training, &first))
    return TRUE;
  /* Never in place of what was rescued before. */
  file = g_strdup_printf ("%s-rescued-%d.safetensors", training->name, (int)getpid ());
  other = g_build_filename (g_get_tmp_dir (), file, NULL);
  if (save (training, other, NULL))
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING, "%s. The run was kept in %s",
                 first->message, other);
  else
    g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/* Saves an unfinished run every now and then. That this fails is no reason to stop: the
   run is in memory, and there may be room again at the end. */
static void
save_in_between (Training *training)
{
  g_autoptr (GError) problem = NULL;

  if (training->out == NULL ||
      g_get_monotonic_time () - training->saved < SAVE_MICROSECONDS ||
      es_trainer_is_finished (training->trainer))
    return;
  training->saved = g_get_monotonic_time ();
  if (!save (training, training->out, &problem))
    g_printerr ("eigenscope-cli: %s. The training goes on\n", problem->message);
}

/* In the library, a long epoch is saved in its middle too. */
static gboolean
step_done (double fraction, const char *message, gpointer data)
{
  const Training *training = data;
  const EsProgress *bar = &training->bar.progress;

  if (training->keeper != NULL && es_run_keeper_is_due (training->keeper))
    es_run_keeper_save (training->keeper,
                        es_trainer_dup_run_now (training->trainer, training->name));
  return bar->func (fraction, message, bar->data);
}

static void
keep_frame (const Training *training)
{
  g_autoptr (EsModel) model = NULL;

  if (training->keeper == NULL)
    return;
  model = es_model_copy (es_trainer_get_model (training->trainer));
  es_run_keeper_add_frame (training->keeper, es_trainer_get_epochs (training->trainer),
                           model);
}

static gboolean
train_epoch (Training *training, GError **error)
{
  const EsProgress progress = {step_done, training};
  double epochs = es_trainer_get_config (training->trainer)->epochs;
  double done = es_trainer_get_epochs (training->trainer);

  es_progress_bar_set_stretch (&training->bar, done / epochs, (done + 1) / epochs);
  if (!es_trainer_epoch (training->trainer, &progress, error))
    return FALSE;
  keep_frame (training);
  es_progress_bar_hide (&training->bar);
  report_epoch (training, es_trainer_get_last (training->trainer));
  save_in_between (training);
  return TRUE;
}

/* Where the run is, as --resume takes it. */
static const char *
place (const Training *training)
{
  return training->out != NULL ? training->out
                               : es_run_keeper_get_id (training->keeper);
}

/* After a failed epoch: keeps the epochs before and says so in @error's message. */
static void
keep_what_there_is (Training *training, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (es_trainer_get_epochs (training->trainer) == 0)
    return;
  if (!save_somewhere (training, &problem)) {
    g_prefix_error (error, "%s. ", problem->message);
    return;
  }
  if (g_error_matches (*error, ES_ERROR, ES_ERROR_CANCELLED)) {
    g_clear_error (error);
    g_set_error (error, ES_ERROR, ES_ERROR_CANCELLED,
                 "Stopped after epoch %u. The run is in %s; --resume goes on with it",
                 es_trainer_get_epochs (training->trainer), place (training));
  }
}

static gboolean
train (Training *training, GError **error)
{
  gboolean going = TRUE;

  while (going && !es_trainer_is_finished (training->trainer))
    going = train_epoch (training, error);
  es_progress_bar_hide (&training->bar);
  if (going)
    return save_somewhere (training, error);
  if (g_error_matches (*error, ES_ERROR, ES_ERROR_CANCELLED) ||
      g_error_matches (*error, ES_ERROR, ES_ERROR_DIVERGED))
    keep_what_there_is (training, error);
  return FALSE;
}

static void
report_end (const Training *training)
{
  if (training->json) {
    JsonBuilder *object = es_output_object ();

    es_output_boolean (object, "done", TRUE);
    if (training->out != NULL)
      es_output_string (object, "out", training->out);
    if (training->keeper != NULL)
      es_output_string (object, "id", es_run_keeper_get_id (training->keeper));
    es_output_json (object);
    return;
  }
  if (training->out != NULL)
    g_print ("Saved %s\n", training->out);
  if (training->keeper != NULL)
    g_print ("Kept as %s\n", es_run_keeper_get_id (training->keeper));
}

static EsTrainer *
start_new (const EsTrainOptions *options, EsDataset *dataset, GError **error)
{
  EsModelConfig model = {.hidden = 256, .layers = 1};
  EsTrainConfig config;

  es_train_config_init (&config);
  config.batch = es_train_config_default_batch (dataset->train.N);
  if (dataset->task != NULL)
    es_train_config_init_task (&config, &model, dataset);
  if (!es_train_options_apply (options, dataset, &model, &config, error))
    return NULL;
  return es_trainer_new (&model, &config, dataset, error);
}

static EsTrainer *
start_resumed (const EsTrainOptions *options,
               const EsRun *run,
               EsDataset *dataset,
               GError **error)
{
  EsModelConfig model = *es_model_get_config (run->model);
  EsTrainConfig config = run->train;
  g_autofree char *checksum = es_dataset_checksum (dataset);
  EsTrainer *trainer;

  if (!es_train_options_apply (options, dataset, &model, &config, error))
    return NULL;
  if (run->dataset_checksum != NULL && g_strcmp0 (run->dataset_checksum, checksum) != 0)
    g_printerr (
        "eigenscope-cli: the images of %s are not those that %s was trained on\n",
        dataset->name, run->name);
  trainer = es_trainer_resume (run, &config, dataset, error);
  if (trainer != NULL && es_trainer_is_finished (trainer)) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "%s has its %u epochs; give a larger --epochs to go on",
                 options->resume, config.epochs);
    g_clear_pointer (&trainer, es_trainer_free);
  }
  return trainer;
}

static gboolean
plan_changes (const Training *training, const EsTrainOptions *options, GError **error)
{
  g_autoptr (GArray) changes = es_train_options_list_changes (
      options, es_trainer_get_config (training->trainer), error);

  if (changes == NULL)
    return FALSE;
  es_trainer_plan_changes (training->trainer, changes);
  return TRUE;
}

/* The dataset asked for, else the one that @run (nullable) was trained on. */
static EsDataset *
load_dataset (const EsTrainOptions *options, const EsRun *run, GError **error)
{
  const char *name = options->data;

  if (name == NULL && run != NULL)
    name = es_subject_dataset_name (run);
  return es_dataset_load (name != NULL ? name : "glyphs", NULL, error);
}

/* The file's name without folder and suffix. */
static char *
name_from_path (const char *path)
{
  char *name = g_path_get_basename (path);

  if (g_str_has_suffix (name, SUFFIX))
    name[strlen (name) - strlen (SUFFIX)] = '\0';
  return name;
}

/* Opens the run to go on with: a file, else one of the library, which is kept there. */
static EsRun *
open_resumed (Training *training, const char *text, EsLibrary *library, GError **error)
{
  g_autofree char *id = NULL;
  g_autoptr (EsRun) run = NULL;

  if (es_subject_is_file (text))
    return es_subject_open_run (text, NULL, NULL, error);
  id = es_library_find (library, ES_LIBRARY_KEPT, text, error);
  run = id != NULL ? es_library_open_run (library, id, error) : NULL;
  if (run == NULL)
    return NULL;
  training->keeper = es_run_keeper_new (library, run->name, id, run, error);
  return training->keeper != NULL ? g_steal_pointer (&run) : NULL;
}

/* From the first moment on, so that a program that is killed leaves something. */
static void
start_keeping (Training *training)
{
  es_run_keeper_save (training->keeper, dup_run (training));
  if (es_trainer_get_epochs (training->trainer) == 0)
    keep_frame (training);
}

static gboolean
start (Training *training, const EsTrainOptions *options, GError **error)
{
  g_autoptr (EsLibrary) library = es_library_new (NULL);
  g_autoptr (EsRun) run = NULL;
  g_autoptr (EsDataset) dataset = NULL;

  training->out = options->out;
  if (options->out != NULL && !es_file_check_target (options->out, error))
    return FALSE;
  if (options->resume != NULL) {
    run = open_resumed (training, options->resume, library, error);
    if (run == NULL)
      return FALSE;
  }
  dataset = load_dataset (options, run, error);
  if (dataset == NULL)
    return FALSE;
  training->trainer = run == NULL ? start_new (options, dataset, error)
                                  : start_resumed (options, run, dataset, error);
  if (training->trainer == NULL || !plan_changes (training, options, error))
    return FALSE;
  if (options->keep != NULL)
    training->name = g_strdup (options->keep);
  else
    training->name =
        options->out != NULL ? name_from_path (options->out) : g_strdup (run->name);
  if (options->keep != NULL && training->keeper == NULL)
    training->keeper = es_run_keeper_new (library, training->name, NULL, NULL, error);
  if (training->keeper != NULL)
    start_keeping (training);
  return TRUE;
}

static void
training_clear (Training *training)
{
  /* Nothing of a new run that has not come through its first epoch is worth keeping. */
  if (training->keeper != NULL && training->trainer != NULL &&
      es_trainer_get_epochs (training->trainer) == 0)
    es_run_keeper_discard (training->keeper);
  else
    es_run_keeper_free (training->keeper);
  es_trainer_free (training->trainer);
  g_free (training->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Training, training_clear)

/* What is wrong with the options together, or NULL. */
static const char *
find_misuse (const EsTrainOptions *options)
{
  if (options->out == NULL && options->keep == NULL &&
      (options->resume == NULL || g_str_has_suffix (options->resume, SUFFIX)))
    return "-o RUN.safetensors is missing (or --keep NAME, for the library)";
  if (options->keep != NULL && *options->keep == '\0')
    return "--keep needs a name";
  return NULL;
}

EsExit
es_training_run (const EsCommand *command,
                 const EsTrainOptions *options,
                 const EsCommonOptions *common)
{
  GError *error = NULL;
  g_auto (Training) training = {0};
  gboolean done;

  if (find_misuse (options) != NULL)
    return es_command_misused (command, "%s", find_misuse (options));
  if (options->resume != NULL && es_train_options_model_option (options) != NULL)
    return es_command_misused (command, "%s cannot be changed by --resume",
                               es_train_options_model_option (options));
  if (!start (&training, options, &error))
    return es_command_failed (error);
  training.json = common->json;
  training.saved = g_get_monotonic_time ();
  es_progress_bar_init (&training.bar, "Training");
  done = train (&training, &error);
  /* Only now: a signal during the last save must not cost the run. */
  es_progress_bar_clear (&training.bar);
  if (done)
    report_end (&training);
  return done ? ES_EXIT_DONE : es_command_failed (error);
}

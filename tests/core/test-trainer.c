/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-adamw.h"
#include "es-evaluate.h"
#include "es-memory.h"
#include "es-parallel.h"
#include "es-rng.h"
#include "es-trainer.h"

#include <math.h>
#include <string.h>

#define SIDE 6
#define CLASSES 3

/* Bright bars at one of three places, on noise: easily learned. */
static void
fill_bars (EsSamples *samples, gsize n, guint32 which)
{
  EsRng rng;

  samples->N = n;
  samples->pixels = g_new (guint8, n * SIDE * SIDE);
  samples->labels = g_new (guint16, n);
  es_rng_init (&rng, 4, ES_RNG_TEST, which, 0);
  for (gsize i = 0; i < n; i++) {
    guint label = samples->labels[i] = (guint16)(i % CLASSES);

    for (guint p = 0; p < SIDE * SIDE; p++)
      samples->pixels[i * SIDE * SIDE + p] =
          (guint8)(es_rng_below (&rng, 100) + (p / SIDE / 2 == label ? 120 : 0));
  }
}

static EsDataset *
bars_new (void)
{
  EsSamples train = {0}, test = {0};

  fill_bars (&train, 700, 0);
  fill_bars (&test, 90, 1);
  return es_dataset_new ("bars", SIDE, SIDE, NULL, &train, &test, NULL);
}

/* Black images, all of one class for training: they teach nothing. */
static EsDataset *
black_new (void)
{
  EsSamples train = {0}, test = {0};

  fill_bars (&train, 700, 0);
  fill_bars (&test, 90, 1);
  memset (train.pixels, 0, 700 * SIDE * SIDE);
  memset (train.labels, 0, 700 * sizeof (guint16));
  return es_dataset_new ("black", SIDE, SIDE, NULL, &train, &test, NULL);
}

static const EsModelConfig model_config = {
    .rows = SIDE, .cols = SIDE, .hidden = 16, .outputs = CLASSES, .layers = 1};

static EsTrainConfig
train_config (void)
{
  EsTrainConfig config;

  es_train_config_init (&config);
  config.epochs = 6;
  config.batch = 64;
  config.lr = 0.01;
  config.noise = 0.2;
  config.rotate = 3;
  return config;
}

static void
run_epochs (EsTrainer *trainer, guint n)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++) {
    g_assert_true (es_trainer_epoch (trainer, NULL, &error));
    g_assert_no_error (error);
  }
}

static void
assert_same_weights (const EsModel *a, const EsModel *b)
{
  gsize size = es_model_n_params (a) * sizeof (float);

  g_assert_cmpmem (es_model_get_params (a), size, es_model_get_params (b), size);
}

static void
test_learns (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  g_autoptr (EsTrainer) trainer = es_trainer_new (&model_config, &config, bars, NULL);
  g_autoptr (EsRun) run = NULL;
  EsEvaluation evaluation;

  run_epochs (trainer, 6);
  g_assert_true (es_trainer_is_finished (trainer));
  g_assert_cmpfloat (es_trainer_get_last (trainer)->val_acc, >, 0.95);
  g_assert_cmpfloat (es_trainer_get_last (trainer)->train_acc, >, 0.8);
  run = es_trainer_dup_run (trainer, "bars");
  g_assert_null (run->moment1);
  g_assert_cmpuint (es_run_get_epochs (run), ==, 6);
  g_assert_true (es_evaluate (&evaluation, run->model, &bars->test, NULL, NULL));
  g_assert_cmpfloat (evaluation.accuracy, ==, es_run_get_last (run)->val_acc);
  g_assert_cmpuint (evaluation.images, ==, 90);
}

static void
test_repeats (void)
{
  for (guint threads = 1; threads <= 3; threads++) {
    g_autoptr (EsDataset) bars = bars_new ();
    EsTrainConfig config = train_config ();
    g_autoptr (EsTrainer) first = NULL;
    g_autoptr (EsTrainer) second = NULL;

    es_parallel_set_threads (threads);
    first = es_trainer_new (&model_config, &config, bars, NULL);
    second = es_trainer_new (&model_config, &config, bars, NULL);
    run_epochs (first, 2);
    run_epochs (second, 2);
    assert_same_weights (es_trainer_get_model (first), es_trainer_get_model (second));
  }
}

static gboolean
stop_at_once (double fraction, const char *message, gpointer data)
{
  return FALSE;
}

static void
test_resumes (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  g_autoptr (EsTrainer) whole = es_trainer_new (&model_config, &config, bars, NULL);
  g_autoptr (EsTrainer) start = es_trainer_new (&model_config, &config, bars, NULL);
  g_autoptr (EsTrainer) rest = NULL;
  g_autoptr (EsRun) run = NULL;

  run_epochs (whole, 6);
  run_epochs (start, 2);
  run = es_trainer_dup_run (start, "part");
  g_assert_nonnull (run->moment1);
  rest = es_trainer_resume (run, NULL, bars, NULL);
  run_epochs (rest, 4);
  assert_same_weights (es_trainer_get_model (whole), es_trainer_get_model (rest));
  g_assert_cmpfloat (es_trainer_get_last (whole)->train_loss, ==,
                     es_trainer_get_last (rest)->train_loss);
}

/* With other threads than it began with, a run goes on as it would have: the number is
   one of its settings. */
static void
test_resumes_with_other_threads (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  guint before = es_parallel_get_threads ();
  g_autoptr (EsTrainer) whole = NULL, start = NULL, rest = NULL;
  g_autoptr (EsRun) run = NULL;

  es_parallel_set_threads (3);
  whole = es_trainer_new (&model_config, &config, bars, NULL);
  start = es_trainer_new (&model_config, &config, bars, NULL);
  run_epochs (whole, 4);
  run_epochs (start, 2);
  run = es_trainer_dup_run (start, "part");
  g_assert_cmpuint (run->train.threads, ==, 3);
  es_parallel_set_threads (2);
  /* The settings as a person gave them, which do not say. */
  rest = es_trainer_resume (run, &config, bars, NULL);
  run_epochs (rest, 2);
  assert_same_weights (es_trainer_get_model (whole), es_trainer_get_model (rest));
  es_parallel_set_threads (before);
}

/* Keeps a copy of the run after @at batches of the epoch. */
typedef struct
{
  EsTrainer *trainer;
  guint at;
  EsRun *run;
} Keep;

static gboolean
keep_after_batches (double fraction, const char *message, gpointer data)
{
  Keep *keep = data;

  if (keep->at-- == 1)
    keep->run = es_trainer_dup_run_now (keep->trainer, "part");
  return TRUE;
}

/* Resumed after any batch of an epoch, a run gives what it would have given. */
static void
test_resumes_within (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  guint n_batches = 700 / config.batch;
  g_autoptr (EsTrainer) whole = es_trainer_new (&model_config, &config, bars, NULL);

  run_epochs (whole, 3);
  for (guint at = 1; at <= n_batches; at++) {
    g_autoptr (EsTrainer) start = es_trainer_new (&model_config, &config, bars, NULL);
    Keep keep = {start, at, NULL};
    const EsProgress progress = {keep_after_batches, &keep};
    g_autoptr (EsRun) run = NULL;
    g_autoptr (EsTrainer) rest = NULL;
    EsProgress stop = {stop_at_once, NULL};

    run_epochs (start, 1);
    g_assert_true (es_trainer_epoch (start, &progress, NULL));
    run = keep.run;
    g_assert_cmpuint (es_run_get_epochs (run), ==, 1);
    g_assert_cmpuint (run->part.batches, ==, at);
    rest = es_trainer_resume (run, NULL, bars, NULL);
    /* Taking an attempt back leaves the part that was there. */
    if (at < n_batches)
      g_assert_false (es_trainer_epoch (rest, &stop, NULL));
    run_epochs (rest, 2);
    assert_same_weights (es_trainer_get_model (whole), es_trainer_get_model (rest));
    g_assert_cmpfloat (es_trainer_get_last (whole)->train_loss, ==,
                       es_trainer_get_last (rest)->train_loss);
    g_assert_cmpfloat (es_trainer_get_last (whole)->train_acc, ==,
                       es_trainer_get_last (rest)->train_acc);
  }
}

/* With other batches the part means nothing. */
static void
test_resumes_otherwise (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  g_autoptr (EsTrainer) start = es_trainer_new (&model_config, &config, bars, NULL);
  g_autoptr (EsTrainer) rest = NULL;
  Keep keep = {start, 4, NULL};
  const EsProgress progress = {keep_after_batches, &keep};
  g_autoptr (EsRun) run = NULL;

  g_assert_true (es_trainer_epoch (start, &progress, NULL));
  run = keep.run;
  config.batch = 350;
  rest = es_trainer_resume (run, &config, bars, NULL);
  run_epochs (rest, 1);
  g_clear_pointer (&run, es_run_free);
  run = es_trainer_dup_run (rest, "rest");
  g_assert_cmpuint (run->steps, ==, 4 + 700 / 350);
}

/* Lowers the learning rate after three batches, twice, and stops after the fourth. */
static gboolean
change_and_stop (double fraction, const char *message, gpointer data)
{
  EsTrainer *trainer = data;
  const EsTrainConfig *config = es_trainer_get_config (trainer);
  double batch = fraction * (700 / config->batch);

  if (lrint (batch) == 3) {
    es_trainer_set_rates (trainer, 0.5, config->weight_decay, config->noise);
    es_trainer_set_rates (trainer, 0.25, config->weight_decay, config->noise);
  }
  return lrint (batch) < 4;
}

static gboolean
change_and_keep (double fraction, const char *message, gpointer data)
{
  Keep *keep = data;
  const EsTrainConfig *config = es_trainer_get_config (keep->trainer);

  if (keep->at == 1)
    es_trainer_set_rates (keep->trainer, 0.5, config->weight_decay, config->noise);
  return keep_after_batches (fraction, message, data);
}

static void
assert_change (const EsRun *run, guint i, double epoch, EsRate rate, double value)
{
  const EsRateChange *change = &g_array_index (run->changes, EsRateChange, i);

  g_assert_cmpuint (run->changes->len, >, i);
  g_assert_cmpfloat_with_epsilon (change->epoch, epoch, 1e-9);
  g_assert_cmpint (change->rate, ==, rate);
  g_assert_cmpfloat (change->value, ==, value);
}

/* What is changed on the way is in the run, with the time. */
static void
test_changes (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  double n_batches = 700 / config.batch;
  g_autoptr (EsTrainer) start = es_trainer_new (&model_config, &config, bars, NULL);
  g_autoptr (EsTrainer) rest = NULL;
  const EsProgress progress = {change_and_stop, start};
  Keep keep = {NULL, 3, NULL};
  const EsProgress keeping = {change_and_keep, &keep};
  g_autoptr (EsRun) now = NULL, run = NULL, end = NULL, middle = NULL;

  run_epochs (start, 1);
  now = es_trainer_dup_run_now (start, "now");
  g_assert_cmpuint (now->changes->len, ==, 0);
  g_assert_false (es_trainer_epoch (start, &progress, NULL));
  run = es_trainer_dup_run (start, "stopped");
  g_assert_cmpuint (run->changes->len, ==, 1);
  /* The epoch was given up: trained again, all of it has the new rate. */
  assert_change (run, 0, 1, ES_RATE_LEARNING, 0.25);
  g_assert_cmpfloat (run->train.lr, ==, 0.25);
  config = run->train;
  config.noise = 0.125;
  rest = es_trainer_resume (run, &config, bars, NULL);
  run_epochs (rest, 1);
  end = es_trainer_dup_run (rest, "end");
  g_assert_cmpuint (end->changes->len, ==, 2);
  assert_change (end, 0, 1, ES_RATE_LEARNING, 0.25);
  assert_change (end, 1, 1, ES_RATE_NOISE, 0.125);
  /* And in the middle of an epoch with its part. */
  keep.trainer = rest;
  g_assert_true (es_trainer_epoch (rest, &keeping, NULL));
  middle = keep.run;
  assert_change (middle, 2, 2 + 3 / n_batches, ES_RATE_LEARNING, 0.5);
}

/* The changes of one training, planned for another, give the same weights. */
static void
test_planned (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  g_autoptr (EsTrainer) first = es_trainer_new (&model_config, &config, bars, NULL);
  g_autoptr (EsTrainer) again = NULL;
  Keep keep = {first, 3, NULL};
  const EsProgress keeping = {change_and_keep, &keep};
  g_autoptr (EsRun) run = NULL, same = NULL, middle = NULL;

  g_assert_true (es_trainer_epoch (first, &keeping, NULL));
  middle = keep.run;
  es_trainer_set_rates (first, 0.001, 0.125, 0.25);
  run_epochs (first, 1);
  run = es_trainer_dup_run (first, "first");
  g_assert_cmpuint (run->changes->len, ==, 4);
  config = run->train;
  es_rate_changes_undo (run->changes, &config);
  g_assert_cmpfloat (config.lr, ==, train_config ().lr);
  again = es_trainer_new (&model_config, &config, bars, NULL);
  es_trainer_plan_changes (again, run->changes);
  run_epochs (again, 2);
  same = es_trainer_dup_run (again, "again");
  g_assert_cmpmem (es_model_get_params (run->model),
                   es_model_n_params (run->model) * sizeof (float),
                   es_model_get_params (same->model),
                   es_model_n_params (same->model) * sizeof (float));
  g_assert_cmpuint (same->changes->len, ==, 4);
  for (guint i = 0; i < 4; i++) {
    const EsRateChange *change = &g_array_index (run->changes, EsRateChange, i);

    assert_change (same, i, change->epoch, change->rate, change->value);
  }
}

static gboolean
stop_half_way (double fraction, const char *message, gpointer data)
{
  return fraction < 0.5;
}

/* A cancelled epoch leaves no trace: going on gives what an undisturbed run gives. */
static void
test_cancel (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  g_autoptr (EsTrainer) calm = es_trainer_new (&model_config, &config, bars, NULL);
  g_autoptr (EsTrainer) disturbed = es_trainer_new (&model_config, &config, bars, NULL);
  EsProgress stop = {stop_half_way, NULL};

  run_epochs (calm, 3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (es_trainer_epoch (disturbed, &stop, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_CANCELLED);
    g_assert_cmpuint (es_trainer_get_epochs (disturbed), ==, i);
    run_epochs (disturbed, 1);
  }
  assert_same_weights (es_trainer_get_model (calm), es_trainer_get_model (disturbed));
}

/* A loss that overflows stops the training, names a setting, keeps what was there. */
static void
test_diverges (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  EsModelConfig deep = model_config;
  g_autoptr (EsTrainer) trainer = NULL;
  g_autoptr (EsRun) run = NULL;
  g_autoptr (GError) error = NULL;

  deep.layers = 4;
  config.lr = 100;
  deep.residual = TRUE;
  config.weight_decay = 0;
  trainer = es_trainer_new (&deep, &config, bars, NULL);
  while (error == NULL && !es_trainer_is_finished (trainer))
    if (!es_trainer_epoch (trainer, NULL, &error))
      break;
  g_assert_error (error, ES_ERROR, ES_ERROR_DIVERGED);
  g_assert_nonnull (strstr (error->message, "learning rate (now 100)"));
  run = es_trainer_dup_run (trainer, "kept");
  for (gsize i = 0; i < es_model_n_params (run->model); i++)
    g_assert_true (isfinite (es_model_get_params (run->model)[i]));
}

/* Without a gradient only the decay moves weights, and shows each epoch's rate. */
static void
test_schedule (void)
{
  g_autoptr (EsDataset) black = black_new ();
  EsTrainConfig config = train_config ();
  g_autoptr (EsTrainer) trainer = NULL;
  double expected;

  config.epochs = 4;
  config.batch = 700;
  config.lr = 0.1;
  config.weight_decay = 2;
  config.noise = config.rotate = 0;
  trainer = es_trainer_new (&model_config, &config, black, NULL);
  expected = es_model_get_params (es_trainer_get_model (trainer))[5];
  for (guint epoch = 0; epoch < 4; epoch++) {
    run_epochs (trainer, 1);
    expected *= 1 - 2 * 0.1 * (1 + cos (G_PI * epoch / 4)) / 2;
    g_assert_cmpfloat_with_epsilon (
        es_model_get_params (es_trainer_get_model (trainer))[5], expected, 1e-6);
  }
}

/* The training loss of epoch @epoch at a learning rate of 0. */
static double
standing_loss (const EsRun *start,
               const EsTrainConfig *config,
               EsDataset *dataset,
               guint epoch)
{
  g_autoptr (EsTrainer) trainer = es_trainer_resume (start, config, dataset, NULL);

  run_epochs (trainer, epoch + 1);
  return es_trainer_get_last (trainer)->train_loss;
}

/* Which images are left out changes with the epoch and the seed, the noise with the
   epoch. */
static void
test_draws (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  g_autoptr (EsDataset) black = black_new ();
  EsTrainConfig config = train_config ();
  g_autoptr (EsTrainer) trainer = es_trainer_new (&model_config, &config, bars, NULL);
  g_autoptr (EsRun) start = es_trainer_dup_run (trainer, "start");
  double loss;

  config.lr = 0;
  config.rotate = 0;
  g_assert_cmpfloat (standing_loss (start, &config, black, 0), !=,
                     standing_loss (start, &config, black, 1));
  config.noise = 0;
  loss = standing_loss (start, &config, black, 0);
  g_assert_cmpfloat (loss, ==, standing_loss (start, &config, black, 1));
  /* Black images give equal logits; the images left out do not count. */
  g_assert_cmpfloat_with_epsilon (loss, log (CLASSES), 1e-6);
  config.batch = 600;
  loss = standing_loss (start, &config, bars, 0);
  g_assert_cmpfloat (loss, !=, standing_loss (start, &config, bars, 1));
  config.seed++;
  g_assert_cmpfloat (loss, !=, standing_loss (start, &config, bars, 0));
}

/* The linker puts this in the place of the function that asks the system. */
guint64 __wrap_es_memory_available (void);
guint64 __real_es_memory_available (void);

static guint64 available;

guint64
__wrap_es_memory_available (void)
{
  return available > 0 ? available : __real_es_memory_available ();
}

/* A network that the memory does not hold now is refused before it takes any. */
static void
test_too_large (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  double bytes = sizeof (float) * es_model_config_n_params (&model_config);
  double arrays = 6 + MIN (es_parallel_get_threads (), config.batch);
  g_autoptr (EsTrainer) trainer = NULL;
  g_autoptr (GError) error = NULL;

  available = (guint64)(arrays * bytes);
  g_assert_null (es_trainer_new (&model_config, &config, bars, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_NO_MEMORY);
  available++;
  trainer = es_trainer_new (&model_config, &config, bars, NULL);
  g_assert_nonnull (trainer);
  available = 0;
}

static void
expect_setting_error (const EsModelConfig *model,
                      const EsTrainConfig *config,
                      EsDataset *data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (es_trainer_new (model, config, data, &error));
  g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
}

static void
test_refusals (void)
{
  g_autoptr (EsDataset) bars = bars_new ();
  EsTrainConfig config = train_config ();
  EsModelConfig wide = model_config, few = model_config;

  config.batch = 701;
  expect_setting_error (&model_config, &config, bars);
  config = train_config ();
  config.lr = NAN;
  expect_setting_error (&model_config, &config, bars);
  config = train_config ();
  wide.cols = SIDE + 1;
  expect_setting_error (&wide, &config, bars);
  few.outputs = 2;
  expect_setting_error (&few, &config, bars);
}

/* Three steps of AdamW, two derivative arrays, against the definition in double. */
static void
test_adamw (void)
{
  float p[2] = {1, -2}, m[2] = {0}, v[2] = {0};
  double ep[2] = {1, -2}, em[2] = {0}, ev[2] = {0};

  for (guint t = 1; t <= 3; t++) {
    float d0[3] = {9, 0.5f * t, -1}, d1[3] = {9, 0.25f, 3.0f * t};
    float *const parts[2] = {d0, d1};
    EsAdamW adamw = es_adamw_step (0.1, 0.2, t);

    for (guint i = 0; i < 2; i++) {
      double g = (double)d0[1 + i] + d1[1 + i];

      em[i] = 0.9 * em[i] + 0.1 * g;
      ev[i] = 0.999 * ev[i] + 0.001 * g * g;
      ep[i] -= 0.1 * 0.2 * ep[i];
      ep[i] -= 0.1 * (em[i] / (1 - pow (0.9, t))) /
               (sqrt (ev[i] / (1 - pow (0.999, t))) + 1e-8);
    }
    es_adamw_update (p, m, v, parts, 2, 1, 2, &adamw);
    for (guint i = 0; i < 2; i++) {
      g_assert_cmpfloat_with_epsilon (p[i], ep[i], 1e-5);
      g_assert_cmpfloat (d0[1 + i], ==, 0);
      g_assert_cmpfloat (d1[1 + i], ==, 0);
    }
    g_assert_cmpfloat (d0[0], ==, 9);
  }
}

/* Evaluation works through the images in stretches: more than one of them gives what
   the images give one by one. */
static void
test_evaluates_many (void)
{
  EsSamples samples = {0};
  g_autoptr (EsModel) model = es_model_new (&model_config, NULL);
  const gsize N = 17000;
  EsEvaluation whole, one;
  double loss = 0, n_correct = 0;

  fill_bars (&samples, N, 2);
  es_model_init (model, 3);
  g_assert_true (es_evaluate (&whole, model, &samples, NULL, NULL));
  for (gsize n = 0; n < N; n++) {
    EsSamples single = {1, samples.pixels + n * SIDE * SIDE, samples.labels + n};

    g_assert_true (es_evaluate (&one, model, &single, NULL, NULL));
    loss += one.loss;
    n_correct += one.accuracy;
  }
  g_assert_cmpuint (whole.images, ==, N);
  g_assert_cmpfloat_with_epsilon (whole.loss, loss / N, 1e-6);
  g_assert_cmpfloat_with_epsilon (whole.accuracy, n_correct / N, 1e-4);
  g_free (samples.pixels);
  g_free (samples.labels);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trainer/adamw", test_adamw);
  g_test_add_func ("/trainer/learns", test_learns);
  g_test_add_func ("/trainer/repeats", test_repeats);
  g_test_add_func ("/trainer/resumes", test_resumes);
  g_test_add_func ("/trainer/resumes-with-other-threads",
                   test_resumes_with_other_threads);
  g_test_add_func ("/trainer/resumes-within", test_resumes_within);
  g_test_add_func ("/trainer/resumes-otherwise", test_resumes_otherwise);
  g_test_add_func ("/trainer/changes", test_changes);
  g_test_add_func ("/trainer/planned", test_planned);
  g_test_add_func ("/trainer/cancel", test_cancel);
  g_test_add_func ("/trainer/diverges", test_diverges);
  g_test_add_func ("/trainer/refusals", test_refusals);
  g_test_add_func ("/trainer/schedule", test_schedule);
  g_test_add_func ("/trainer/draws", test_draws);
  g_test_add_func ("/trainer/too-large", test_too_large);
  g_test_add_func ("/trainer/evaluates-many", test_evaluates_many);
  return g_test_run ();
}

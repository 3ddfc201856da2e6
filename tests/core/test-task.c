/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-adamw.h"
#include "es-evaluate.h"
#include "es-glyphs.h"
#include "es-loss.h"
#include "es-rng.h"
#include "es-trainer.h"

#include <math.h>
#include <string.h>

static EsDataset *
make (const char *text)
{
  g_auto (EsTask) task;
  g_autoptr (GError) error = NULL;
  EsDataset *dataset;

  g_assert_true (es_task_parse (&task, text, &error));
  g_assert_no_error (error);
  dataset = es_task_make_dataset (&task, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

/* What is written is read again, and is what was written. */
static void
test_text (void)
{
  const char *const texts[] = {
      "toy:and=1,inputs=4,sparsity=0.7",
      "toy:or=2,xor=-0.5,inputs=6,sparsity=0.1,continuous",
      "modular:add,modulus=31,fraction=0.8,seed=42",
      "modular:multiply,modulus=113,fraction=0.3,seed=18446744073709551615",
      "challenge:target=6,threshold=0.4,images=mnist",
      "challenge:target=0,threshold=-0.25,one-sided,images=/a, b/c=d",
      "challenge:drawn=AID/,threshold=0.4,images=mnist",
      "challenge:drawn=/w==,threshold=0.4,one-sided,images=a,b",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_auto (EsTask) task;
    g_autoptr (EsTask) copy = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    g_assert_true (es_task_is_text (texts[i]));
    g_assert_true (es_task_parse (&task, texts[i], &error));
    copy = es_task_copy (&task);
    text = es_task_to_text (copy);
    g_assert_cmpstr (text, ==, texts[i]);
  }
  g_assert_false (es_task_is_text ("mnist"));
  g_assert_false (es_task_is_text ("toy"));
  g_assert_false (es_task_is_text (NULL));
}

static void
test_text_refused (void)
{
  const char *const texts[] = {
      "glyphs",
      "toy:",
      "toy:and=1,inputs=2",
      "toy:and=1,inputs=13",
      "toy:and=1,inputs=4.5",
      "toy:and=1,inputs=-4",
      "toy:and=nan",
      "toy:and=1e9",
      "toy:and=",
      "toy:and=1,sparsity=1",
      "toy:and=1,modulus=7",
      "toy:nobody",
      "modular:divide",
      "modular:add,modulus=2",
      "modular:add,modulus=258",
      "modular:add,fraction=1",
      "modular:add,seed=-1",
      "challenge:images=",
      "challenge:threshold=2,images=mnist",
      "challenge:images=challenge:images=mnist",
      "challenge:drawn=,images=mnist",
      "challenge:drawn=A,images=mnist",
      "challenge:drawn=AID/!,images=mnist",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_auto (EsTask) task;
    g_autoptr (GError) error = NULL;

    g_assert_false (es_task_parse (&task, texts[i], &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  }
}

/* Every gate against the machine's own logic, and a mix against their sum. */
static void
test_truth (void)
{
  for (guint logic = 0; logic < ES_N_LOGICS; logic++)
    for (guint state = 0; state < 4; state++) {
      gboolean a = (state & 1) != 0, b = (state & 2) != 0;
      const gboolean truth[] = {a && b, a || b, a != b, !(a && b), !(a || b), a == b};
      float x[3] = {(float)a, 0.5f, (float)b}, y[3];
      EsTask task;

      es_task_init (&task, ES_TASK_TOY);
      task.inputs = 3;
      memset (task.logic, 0, sizeof task.logic);
      task.logic[logic] = 1;
      es_task_answer (&task, y, x);
      g_assert_cmpfloat (y[1], ==, truth[logic]);
      task.logic[logic] = -0.5;
      task.logic[ES_LOGIC_AND] += 3;
      es_task_answer (&task, y, x);
      g_assert_cmpfloat (y[1], ==,
                         logic == ES_LOGIC_AND ? 2.5 * (a && b)
                                               : 3 * (a && b) - 0.5 * truth[logic]);
    }
}

static void
test_pairs (void)
{
  for (guint n = ES_TOY_MIN_INPUTS; n <= ES_TOY_MAX_INPUTS; n++) {
    guint output = 0, i, j;

    for (guint a = 0; a < n; a++)
      for (guint b = a + 1; b < n; b++) {
        es_task_get_pair (n, output++, &i, &j);
        g_assert_cmpuint (i, ==, a);
        g_assert_cmpuint (j, ==, b);
      }
    g_assert_cmpuint (output, ==, es_task_count_pairs (n));
  }
}

static void
test_draw (void)
{
  EsTask task;
  double on = 0, sum = 0;
  float x[4], y[6], again[4];

  es_task_init (&task, ES_TASK_TOY);
  for (guint32 row = 0; row < 5000; row++) {
    es_task_draw (&task, x, y, 7, row / 100, row % 100);
    for (guint i = 0; i < 4; i++) {
      g_assert_true (x[i] == 0 || x[i] == 1);
      on += x[i];
    }
    g_assert_cmpfloat (y[0], ==, x[0] * x[1]);
    g_assert_cmpfloat (y[5], ==, x[2] * x[3]);
  }
  /* Four deviations of a share of 0.3 among 20,000. */
  g_assert_cmpfloat_with_epsilon (on / 20000, 0.3, 0.013);
  es_task_draw (&task, again, y, 7, 49, 99);
  g_assert_cmpmem (x, sizeof x, again, sizeof again);
  task.continuous = TRUE;
  task.sparsity = 0;
  for (guint32 row = 0; row < 5000; row++) {
    es_task_draw (&task, x, y, 7, 0, row);
    for (guint i = 0; i < 4; i++)
      sum += x[i];
  }
  g_assert_cmpfloat_with_epsilon (sum / 20000, 0.5, 0.0082);
}

/* Every pair is in one split, once, with what the operation makes of it. */
static void
test_modular (void)
{
  const char *const texts[] = {"modular:add,modulus=7,fraction=0.8,seed=1",
                               "modular:subtract,modulus=7,fraction=0.3,seed=1",
                               "modular:multiply,modulus=7,fraction=0.99,seed=2"};

  for (guint t = 0; t < G_N_ELEMENTS (texts); t++) {
    g_autoptr (EsDataset) dataset = make (texts[t]);
    guint seen[49] = {0};

    g_assert_cmpuint (dataset->rows, ==, 2);
    g_assert_cmpuint (dataset->cols, ==, 7);
    g_assert_cmpuint (dataset->n_classes, ==, 7);
    g_assert_cmpuint (dataset->train.N, ==, t == 0 ? 39 : t == 1 ? 15 : 48);
    for (guint split = 0; split < 2; split++) {
      const EsSamples *samples = es_dataset_get_split (dataset, (EsSplit)split);

      for (gsize n = 0; n < samples->N; n++) {
        guint a = 7, b = 7, sum = 0;
        guint truth;

        for (guint p = 0; p < 14; p++) {
          if (samples->pixels[n * 14 + p] == 0)
            continue;
          g_assert_cmpuint (samples->pixels[n * 14 + p], ==, 255);
          *(p < 7 ? &a : &b) = p % 7;
          sum++;
        }
        g_assert_cmpuint (sum, ==, 2);
        truth = t == 0 ? (a + b) % 7 : t == 1 ? (7 + a - b) % 7 : a * b % 7;
        g_assert_cmpuint (samples->labels[n], ==, truth);
        seen[a * 7 + b]++;
      }
    }
    for (guint i = 0; i < 49; i++)
      g_assert_cmpuint (seen[i], ==, 1);
  }
}

static double
cosine (const guint8 *x, const guint8 *t, gboolean negative)
{
  double xx = 0, tt = 0, xt = 0;

  for (gsize p = 0; p < 784; p++) {
    double a = x[p] / 255.0, b = negative ? 1 - t[p] / 255.0 : t[p] / 255.0;

    xx += a * a;
    tt += b * b;
    xt += a * b;
  }
  return xt / sqrt (xx * tt);
}

static void
test_challenge (void)
{
  g_autoptr (EsDataset) glyphs = es_glyphs_new (3, 300, 100, NULL);
  g_auto (EsTask) task;
  const guint8 *target = glyphs->train.pixels + (gsize)5 * 784;

  es_task_init (&task, ES_TASK_CHALLENGE);
  task.target = 5;
  for (guint one_sided = 0; one_sided < 2; one_sided++) {
    g_autoptr (EsDataset) dataset = NULL;
    g_autoptr (GError) error = NULL;

    task.one_sided = one_sided;
    task.threshold = one_sided ? 0.3 : 0.45;
    dataset = es_task_make_dataset (&task, glyphs, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (dataset->n_classes, ==, 2);
    for (gsize n = 0; n < 300; n++) {
      const guint8 *x = dataset->train.pixels + n * 784;
      gboolean alike = cosine (x, target, FALSE) > task.threshold ||
                       (!one_sided && cosine (x, target, TRUE) > task.threshold);

      g_assert_cmpint (dataset->train.labels[n], ==, alike);
    }
  }
}

/* A target of one's own is looked for as the image with the same pixels is, also when
   it has gone through the text. */
static void
test_challenge_drawn (void)
{
  g_autoptr (EsDataset) glyphs = es_glyphs_new (3, 100, 20, NULL);
  g_autoptr (EsDataset) by_number = NULL, by_pixels = NULL;
  g_auto (EsTask) task, drawn;
  g_autofree char *text = NULL;

  es_task_init (&task, ES_TASK_CHALLENGE);
  task.target = 7;
  by_number = es_task_make_dataset (&task, glyphs, NULL);
  es_task_set_drawn (&task, glyphs->train.pixels + 7 * 784, 784);
  task.target = 0;
  text = es_task_to_text (&task);
  g_assert_true (es_task_parse (&drawn, text, NULL));
  by_pixels = es_task_make_dataset (&drawn, glyphs, NULL);
  g_assert_nonnull (by_pixels);
  g_assert_cmpmem (by_pixels->train.labels, 100 * sizeof (guint16),
                   by_number->train.labels, 100 * sizeof (guint16));
  g_assert_cmpmem (es_task_get_target (by_pixels->task, by_pixels), 784,
                   es_task_get_target (by_number->task, by_number), 784);
}

static void
test_challenge_refused (void)
{
  g_autoptr (EsDataset) glyphs = es_glyphs_new (3, 30, 10, NULL);
  g_auto (EsTask) task;

  es_task_init (&task, ES_TASK_CHALLENGE);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GError) error = NULL;

    if (i == 2)
      es_task_set_drawn (&task, glyphs->train.pixels, 783);

    task.target = i == 0 ? 30 : 0;
    task.threshold = i == 1 ? 1 : 0.4;
    g_assert_null (es_task_make_dataset (&task, glyphs, &error));
    g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
  }
}

static void
test_squared_error (void)
{
  float logits[6] = {0.1f, 0.9f, -2, 0.4f, 0.2f, 0.6f};
  const float targets[6] = {0, 1, -2, 1, 0, 0};
  float derivative[6];
  gsize n_correct = 3, ignored = 0;
  double loss = es_squared_error (derivative, &n_correct, logits, targets, 2, 3, 0.5f);

  g_assert_cmpfloat_with_epsilon (loss, 0.02 / 3 + 0.76 / 3, 1e-6);
  g_assert_cmpuint (n_correct, ==, 4);
  for (guint i = 0; i < 6; i++) {
    float before = logits[i];
    double up, down;

    logits[i] = before + 0.01f;
    up = es_squared_error (NULL, &ignored, logits, targets, 2, 3, 1);
    logits[i] = before - 0.01f;
    down = es_squared_error (NULL, &ignored, logits, targets, 2, 3, 1);
    logits[i] = before;
    g_assert_cmpfloat_with_epsilon (derivative[i], 0.5 * (up - down) / 0.02, 1e-4);
  }
}

/* The first step by Adam is lr times the sign of gradient + decay weight. */
static void
test_coupled (void)
{
  float params[3] = {2, -2, 0.5f}, moment1[3] = {0}, moment2[3] = {0};
  float gradient[3] = {-0.1f, -0.1f, -0.1f}, *parts[1] = {gradient};
  EsAdamW step = es_adamw_step_coupled (0.01, 0.1, 1);

  /* 0.1 * 2 beats the gradient, 0.1 * 0.5 does not. */
  es_adamw_update (params, moment1, moment2, parts, 1, 0, 3, &step);
  g_assert_cmpfloat_with_epsilon (params[0], 1.99, 1e-5);
  g_assert_cmpfloat_with_epsilon (params[1], -1.99, 1e-5);
  g_assert_cmpfloat_with_epsilon (params[2], 0.51, 1e-5);
}

static EsTrainer *
start (
    EsDataset *dataset, guint64 seed, EsDecay decay, double weight_decay, gboolean bias)
{
  EsModelConfig model;
  EsTrainConfig config;
  g_autoptr (GError) error = NULL;
  EsTrainer *trainer;

  es_train_config_init_task (&config, &model, dataset);
  model.bias = bias;
  config.seed = seed;
  config.decay = decay;
  config.threads = 1;
  if (weight_decay >= 0)
    config.weight_decay = weight_decay;
  trainer = es_trainer_new (&model, &config, dataset, &error);
  g_assert_no_error (error);
  return trainer;
}

static void
train (EsTrainer *trainer, guint epochs)
{
  for (guint i = 0; i < epochs && !es_trainer_is_finished (trainer); i++)
    g_assert_true (es_trainer_epoch (trainer, NULL, NULL));
}

/* The published default drives the network to zero; decoupled, the same does not. */
static void
test_collapse (void)
{
  g_autoptr (EsDataset) dataset = make ("toy:and=1,inputs=4,sparsity=0.7");
  g_autoptr (EsTrainer) coupled = start (dataset, 1, ES_DECAY_COUPLED, 0.1, FALSE);
  g_autoptr (EsTrainer) decoupled = start (dataset, 1, ES_DECAY_DECOUPLED, 0.1, FALSE);

  train (coupled, 1000);
  train (decoupled, 1000);
  g_assert_cmpfloat (es_trainer_get_last (coupled)->val_loss, >, 0.05);
  g_assert_cmpfloat (es_trainer_get_last (decoupled)->val_loss, <, 1e-3);
}

/* The identity in place of an embedding stays, and so do the zeros around the weights,
   whichever of inputs and units there are more of. */
static void
test_units (void)
{
  for (guint inputs = 3; inputs <= 8; inputs += 5) {
    g_autofree char *text = g_strdup_printf ("toy:xnor=1,inputs=%u", inputs);
    g_autoptr (EsDataset) dataset = make (text);
    g_autoptr (EsTrainer) trainer = start (dataset, 3, ES_DECAY_COUPLED, 0.01, TRUE);
    const EsModel *model = es_trainer_get_model (trainer);
    guint H = es_model_get_config (model)->hidden;
    const float *embed = es_model_get_embed (model), *left, *right, *head, *bias;

    train (trainer, 20);
    g_assert_cmpuint (H, ==, MAX (inputs, 6));
    left = es_model_get_left (model, 0);
    right = es_model_get_right (model, 0);
    head = es_model_get_head (model);
    bias = es_model_get_bias (model, 0);
    for (guint i = 0; i < H; i++) {
      for (guint j = 0; j < inputs; j++)
        g_assert_cmpfloat (embed[i * inputs + j], ==, i == j);
      for (guint j = 0; j < H; j++) {
        gboolean inside = i < 6 && j < inputs;

        g_assert_cmpint (left[i * H + j] != 0, ==, inside);
        g_assert_cmpint (right[i * H + j] != 0, ==, inside);
      }
      for (guint c = 0; c < es_task_count_pairs (inputs); c++)
        g_assert_cmpint (head[c * H + i] != 0, ==, i < 6);
      g_assert_cmpint (bias[i] != 0, ==, i < 6);
      g_assert_cmpint (bias[H + i] != 0, ==, i < 6);
    }
  }
}

/* NAND is 1 for 0 and 0, which only a bias can do. */
static void
test_bias (void)
{
  g_autoptr (EsDataset) dataset = make ("toy:xnor=1,inputs=4,sparsity=0.7");
  g_autoptr (EsTrainer) without = start (dataset, 1, ES_DECAY_DECOUPLED, -1, FALSE);
  g_autoptr (EsTrainer) with = start (dataset, 1, ES_DECAY_DECOUPLED, -1, TRUE);

  train (without, 1000);
  train (with, 1000);
  g_assert_cmpfloat (es_trainer_get_last (without)->val_loss, >, 0.1);
  g_assert_cmpfloat (es_trainer_get_last (with)->val_loss, <, 1e-3);
}

/* Interrupted and resumed, the same weights: fresh inputs do not depend on the past. */
static void
test_resume (void)
{
  g_autoptr (EsDataset) dataset = make ("toy:xor=1,inputs=5,sparsity=0.5");
  g_autoptr (EsTrainer) straight = start (dataset, 9, ES_DECAY_DECOUPLED, -1, FALSE);
  g_autoptr (EsTrainer) first = start (dataset, 9, ES_DECAY_DECOUPLED, -1, FALSE);
  g_autoptr (EsTrainer) second = NULL;
  g_autoptr (EsRun) run = NULL;
  gsize n;

  train (straight, 60);
  train (first, 25);
  run = es_trainer_dup_run (first, "half");
  second = es_trainer_resume (run, NULL, dataset, NULL);
  train (second, 35);
  n = es_model_n_params (es_trainer_get_model (straight)) * sizeof (float);
  g_assert_cmpmem (es_model_get_params (es_trainer_get_model (straight)), n,
                   es_model_get_params (es_trainer_get_model (second)), n);
}

/* The default settings generalise within their 1,000 steps. */
static void
test_modular_training (void)
{
  g_autoptr (EsDataset) dataset = make ("modular:add,modulus=31,fraction=0.8,seed=1");
  g_autoptr (EsTrainer) trainer = start (dataset, 1, ES_DECAY_DECOUPLED, -1, FALSE);

  do
    train (trainer, 1);
  while (!es_trainer_is_finished (trainer) &&
         es_trainer_get_last (trainer)->val_acc < 1);
  g_assert_cmpfloat (es_trainer_get_last (trainer)->val_acc, ==, 1);
  g_assert_cmpuint (es_trainer_get_epochs (trainer), <, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task/text", test_text);
  g_test_add_func ("/task/text-refused", test_text_refused);
  g_test_add_func ("/task/truth", test_truth);
  g_test_add_func ("/task/pairs", test_pairs);
  g_test_add_func ("/task/draw", test_draw);
  g_test_add_func ("/task/modular", test_modular);
  g_test_add_func ("/task/challenge", test_challenge);
  g_test_add_func ("/task/challenge-drawn", test_challenge_drawn);
  g_test_add_func ("/task/challenge-refused", test_challenge_refused);
  g_test_add_func ("/task/squared-error", test_squared_error);
  g_test_add_func ("/task/coupled", test_coupled);
  g_test_add_func ("/task/collapse", test_collapse);
  g_test_add_func ("/task/units", test_units);
  g_test_add_func ("/task/bias", test_bias);
  g_test_add_func ("/task/resume", test_resume);
  g_test_add_func ("/task/modular-training", test_modular_training);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-entry.h"
#include "es-run-file.h"
#include "es-safetensors.h"
#include "io-test.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>

static const EsModelConfig example_config = {.rows = 2,
                                             .cols = 3,
                                             .hidden = 4,
                                             .outputs = 3,
                                             .layers = 2,
                                             .bias = TRUE,
                                             .residual = TRUE,
                                             .gate = ES_GATE_GELU};

/* A run with something in every field. */
static EsRun *
make_run (const EsModelConfig *config)
{
  g_autoptr (EsModel) model = es_model_new (config, NULL);
  const char *const classes[] = {"one", "two, \"quoted\"", "три", NULL};
  EsRun *run;

  es_model_init (model, 1);
  run = es_run_new ("My run", model);
  run->has_recipe = TRUE;
  run->train = (EsTrainConfig){.epochs = 7,
                               .batch = 33,
                               .lr = 0.1,
                               .weight_decay = 0.25,
                               .noise = 1.0 / 3,
                               .rotate = 15,
                               .translate = 0.1,
                               .blur = 0.5,
                               .seed = G_MAXUINT64 - 1};
  run->dataset = g_strdup ("mnist");
  run->dataset_path = g_strdup ("/some/where");
  run->dataset_checksum = g_strdup ("abc");
  run->class_names = g_strdupv ((char **)classes);
  for (guint i = 0; i < 3; i++) {
    EsEpoch epoch = {i, 0.5 + i, 1.0 / (i + 3), 0.9, i == 1 ? NAN : 2, 0.8};

    g_array_append_val (run->history, epoch);
  }
  for (guint r = 0; r < ES_N_RATES; r++) {
    EsRateChange change = {1.25 + r / 3.0, (EsRate)r, 0.1 * (r + 1), 0.7 / (r + 1)};

    g_array_append_val (run->changes, change);
  }
  return run;
}

static void
assert_same_model (const EsRun *a, const EsRun *b)
{
  gsize size = es_model_n_params (a->model) * sizeof (float);

  g_assert_cmpmem (es_model_get_config (a->model), sizeof (EsModelConfig),
                   es_model_get_config (b->model), sizeof (EsModelConfig));
  g_assert_cmpmem (es_model_get_params (a->model), size, es_model_get_params (b->model),
                   size);
}

static void
assert_same_history (const EsRun *a, const EsRun *b)
{
  g_assert_cmpuint (a->history->len, ==, b->history->len);
  for (guint i = 0; i < a->history->len; i++) {
    const EsEpoch *p = &g_array_index (a->history, EsEpoch, i);
    const EsEpoch *q = &g_array_index (b->history, EsEpoch, i);

    g_assert_cmpuint (p->epoch, ==, q->epoch);
    g_assert_cmpfloat (p->seconds, ==, q->seconds);
    g_assert_cmpfloat (p->train_loss, ==, q->train_loss);
    g_assert_cmpfloat (p->train_acc, ==, q->train_acc);
    g_assert_true (p->val_loss == q->val_loss ||
                   (isnan (p->val_loss) && isnan (q->val_loss)));
    g_assert_cmpfloat (p->val_acc, ==, q->val_acc);
  }
}

static void
assert_same_changes (const EsRun *a, const EsRun *b)
{
  g_assert_cmpuint (a->changes->len, ==, b->changes->len);
  for (guint i = 0; i < a->changes->len; i++) {
    const EsRateChange *p = &g_array_index (a->changes, EsRateChange, i);
    const EsRateChange *q = &g_array_index (b->changes, EsRateChange, i);

    g_assert_cmpfloat (p->epoch, ==, q->epoch);
    g_assert_cmpint (p->rate, ==, q->rate);
    g_assert_cmpfloat (p->value, ==, q->value);
    g_assert_cmpfloat (p->before, ==, q->before);
  }
}

static void
assert_same_run (const EsRun *a, const EsRun *b)
{
  assert_same_model (a, b);
  assert_same_history (a, b);
  assert_same_changes (a, b);
  g_assert_cmpstr (a->opened_path, ==, b->opened_path);
  g_assert_cmpint (a->residual_assumed, ==, b->residual_assumed);
  g_assert_true ((a->opened_parts != NULL) == (b->opened_parts != NULL));
  g_assert_true (a->opened_parts == NULL ||
                 g_strv_equal ((const char *const *)a->opened_parts,
                               (const char *const *)b->opened_parts));
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpint (a->has_recipe, ==, b->has_recipe);
  g_assert_cmpuint (a->train.epochs, ==, b->train.epochs);
  g_assert_cmpuint (a->train.batch, ==, b->train.batch);
  g_assert_cmpfloat (a->train.lr, ==, b->train.lr);
  g_assert_cmpfloat (a->train.weight_decay, ==, b->train.weight_decay);
  g_assert_cmpfloat (a->train.noise, ==, b->train.noise);
  g_assert_cmpfloat (a->train.rotate, ==, b->train.rotate);
  g_assert_cmpfloat (a->train.translate, ==, b->train.translate);
  g_assert_cmpfloat (a->train.blur, ==, b->train.blur);
  g_assert_cmpuint (a->train.seed, ==, b->train.seed);
  g_assert_cmpstr (a->dataset, ==, b->dataset);
  g_assert_cmpstr (a->dataset_path, ==, b->dataset_path);
  g_assert_cmpstr (a->dataset_checksum, ==, b->dataset_checksum);
  g_assert_cmpstrv (a->class_names, b->class_names);
}

static void
test_round_trip (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (EsRun) run = make_run (&example_config);
  g_autoptr (EsRun) back = NULL;
  g_autoptr (EsSafetensors) file = NULL;
  g_autoptr (GError) error = NULL;
  const char *const names[] = {"embed.weight",    "blocks.0.weight", "blocks.0.bias",
                               "blocks.1.weight", "blocks.1.bias",   "head.weight"};
  const EsTensor *tensors;
  gsize n;

  g_assert_true (es_run_save (run, path, &error));
  g_assert_no_error (error);
  back = es_run_open (path, NULL, &error);
  g_assert_no_error (error);
  assert_same_run (run, back);
  g_assert_cmpstr (back->program, ==, "eigenscope " ES_VERSION);
  g_assert_null (back->moment1);
  g_assert_null (back->moment2);
  /* Nothing else, so that the tensors are a state dict as they are. */
  file = es_safetensors_open (path, NULL);
  tensors = es_safetensors_get_tensors (file, &n);
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (names));
  for (gsize i = 0; i < n; i++)
    g_assert_cmpstr (tensors[i].name, ==, names[i]);
  g_assert_cmpstr (es_safetensors_get_metadata (file, "residual"), ==, "True");
  g_assert_cmpstr (es_safetensors_get_metadata (file, "cols"), ==, "3");
  io_test_remove (folder);
}

static void
test_unfinished (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (EsRun) run = make_run (&example_config);
  g_autoptr (EsRun) back = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = es_model_n_params (run->model);

  run->moment1 = g_new (float, n);
  run->moment2 = g_new (float, n);
  for (gsize i = 0; i < n; i++) {
    run->moment1[i] = (float)i * 0.1f;
    run->moment2[i] = (float)i * 0.01f;
  }
  run->steps = G_MAXUINT64;
  run->part = (EsEpochPart){5, 0.1, 1.0 / 3, 1.0 / 7};
  g_assert_true (es_run_save (run, path, &error));
  g_assert_no_error (error);
  back = es_run_open (path, NULL, &error);
  g_assert_no_error (error);
  assert_same_run (run, back);
  g_assert_cmpuint (back->steps, ==, G_MAXUINT64);
  g_assert_cmpuint (back->part.batches, ==, 5);
  g_assert_cmpfloat (back->part.seconds, ==, 0.1);
  g_assert_cmpfloat (back->part.train_loss, ==, 1.0 / 3);
  g_assert_cmpfloat (back->part.train_acc, ==, 1.0 / 7);
  g_assert_cmpmem (back->moment1, n * 4, run->moment1, n * 4);
  g_assert_cmpmem (back->moment2, n * 4, run->moment2, n * 4);
  io_test_remove (folder);
}

/* A network of others remembers where it was read from, and how. */
static void
test_opened (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  const char *const parts[] = {"embed=a \"b\"", "left.0=", NULL};
  g_autoptr (EsRun) run = make_run (&example_config);
  g_autoptr (EsRun) back = NULL;
  g_autoptr (GError) error = NULL;

  run->has_recipe = FALSE;
  run->opened_path = g_strdup ("/some/where/net.pt");
  run->opened_parts = g_strdupv ((char **)parts);
  run->residual_assumed = TRUE;
  g_assert_true (es_run_save (run, path, &error));
  g_assert_no_error (error);
  back = es_run_open (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->opened_path, ==, "/some/where/net.pt");
  g_assert_true (g_strv_equal ((const char *const *)back->opened_parts, parts));
  g_assert_true (back->residual_assumed);
  io_test_remove (folder);
}

/* An edited network remembers of which run it was made, and how; so does the summary
   of it. */
static void
test_edited (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "run.safetensors", NULL);
  const char *const parts[] = {"7: 0 \u00d7 0", "a \"b\": -1\u2026-4 \u00d7 2.5", NULL};
  g_autoptr (EsRun) run = make_run (&example_config);
  g_autoptr (EsRun) back = NULL;
  g_autoptr (GError) error = NULL;

  run->has_recipe = FALSE;
  g_array_set_size (run->history, 0);
  run->edited_from = g_strdup ("Run \"1\"");
  run->edited_parts = g_strdupv ((char **)parts);
  run->edited_accuracy = 0.922;
  g_assert_true (es_run_save (run, path, &error));
  g_assert_no_error (error);
  back = es_run_open (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->edited_from, ==, "Run \"1\"");
  g_assert_true (g_strv_equal ((const char *const *)back->edited_parts, parts));
  g_assert_cmpfloat (es_run_get_accuracy (back), ==, 0.922);
  g_assert_null (back->opened_path);
  /* From the run, then from the summary that this has written. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (EsRunEntry) entry = es_run_entry_read (folder);

    g_assert_cmpstr (entry->edited_from, ==, "Run \"1\"");
    g_assert_true (g_strv_equal ((const char *const *)entry->edited_parts, parts));
    g_assert_cmpfloat (entry->accuracy, ==, 0.922);
    g_assert_cmpuint (entry->epochs, ==, 0);
  }
  io_test_remove (folder);
}

/* Weights without a recipe, and with no more known than they need. */
static void
test_bare (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (EsModel) model = es_model_new (&example_config, NULL);
  g_autoptr (EsRun) run = es_run_new ("\u202ea", model);
  g_autoptr (EsRun) back = NULL;
  g_autoptr (GError) error = NULL;

  run->dataset_path = g_strdup ("/bad/\xff");
  g_assert_true (es_run_save (run, path, &error));
  g_assert_no_error (error);
  back = es_run_open (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (run->name, ==, "a");
  g_assert_false (back->has_recipe);
  g_assert_null (back->dataset);
  g_assert_null (back->class_names);
  g_assert_cmpuint (back->history->len, ==, 0);
  io_test_remove (folder);
}

/* Writes a network of P 6, H 4, C 3 and one layer as others do. */
static EsRun *
open_foreign (const char *prefix,
              const char *const *metadata,
              gboolean with_bias,
              const EsModelOverrides *overrides,
              EsRunNotes *notes,
              GError **error)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "net.v2.safetensors", NULL);
  g_autofree char *embed = g_strconcat (prefix, "embed.weight", NULL);
  g_autofree char *block = g_strconcat (prefix, "blocks.0.weight", NULL);
  g_autofree char *head = g_strconcat (prefix, "head.weight", NULL);
  g_autofree char *bias = g_strconcat (prefix, "blocks.0.bias", NULL);
  static const double data[32] = {1, 2, 3, [20] = NAN, [21] = INFINITY};
  EsTensor tensors[] = {
      es_tensor_view (embed, ES_DTYPE_F64, data, 2, (gsize[]){4, 6}),
      es_tensor_view (block, ES_DTYPE_F64, data, 2, (gsize[]){8, 4}),
      es_tensor_view (head, ES_DTYPE_F64, data, 2, (gsize[]){3, 4}),
      es_tensor_view (bias, ES_DTYPE_F64, data, 1, (gsize[]){8}),
  };
  g_autoptr (EsTensorFile) file = NULL;

  g_assert_true (
      es_safetensors_write (path, tensors, with_bias ? 4 : 3, metadata, NULL));
  file = es_tensor_file_open (path, NULL);
  io_test_remove (folder);
  return es_run_from_tensor_file (file, overrides, notes, error);
}

static void
test_foreign (void)
{
  const char *const metadata[] = {"residual", "true", "rows", "2", "cols", "3", NULL};
  const char *const no[] = {"residual", "False", "gate",       "silu", "lr", "0.002",
                            "wd",       "-1",    "batch_size", "64",   NULL};
  const char *const bad[] = {"gate", "tanh", NULL};
  EsModelOverrides yes = {ES_ASSUME_YES, 3, 2, NULL};
  EsRunNotes notes;
  g_autoptr (EsRun) plain = open_foreign ("", NULL, FALSE, NULL, &notes, NULL);
  g_autoptr (EsRun) said = NULL, assumed = NULL, refused = NULL, gated = NULL;
  g_autoptr (GError) error = NULL;
  const EsModelConfig *config = es_model_get_config (plain->model);

  g_assert_true (notes.residual_assumed);
  g_assert_cmpuint (notes.n_not_finite, ==, 4);
  g_assert_cmpuint (es_run_count_not_finite (plain), ==, 4);
  g_assert_cmpstr (plain->name, ==, "net.v2");
  g_assert_true (g_str_has_suffix (plain->opened_path, "/net.v2.safetensors"));
  g_assert_true (plain->residual_assumed);
  g_assert_false (plain->has_recipe);
  g_assert_false (config->residual);
  g_assert_false (config->bias);
  g_assert_cmpuint (config->rows, ==, 1);
  g_assert_cmpuint (config->cols, ==, 6);
  g_assert_cmpfloat (es_model_get_head (plain->model)[1], ==, 2);

  said = open_foreign ("_orig_mod.model.", metadata, TRUE, NULL, &notes, NULL);
  config = es_model_get_config (said->model);
  g_assert_false (notes.residual_assumed);
  g_assert_true (config->residual);
  g_assert_true (config->bias);
  g_assert_cmpuint (config->rows, ==, 2);
  g_assert_cmpfloat (es_model_get_bias (said->model, 0)[2], ==, 3);

  assumed = open_foreign ("net.", NULL, FALSE, &yes, &notes, NULL);
  config = es_model_get_config (assumed->model);
  g_assert_false (notes.residual_assumed);
  g_assert_true (config->residual);
  g_assert_cmpuint (config->rows, ==, 3);

  gated = open_foreign ("", no, FALSE, &yes, &notes, NULL);
  config = es_model_get_config (gated->model);
  /* A person's word counts for more than the file's. */
  g_assert_true (config->residual);
  g_assert_cmpint (config->gate, ==, ES_GATE_SILU);
  /* What is known of the training is taken over, except what cannot be. */
  g_assert_cmpfloat (gated->train.lr, ==, 0.002);
  g_assert_cmpuint (gated->train.batch, ==, 64);
  g_assert_cmpfloat (gated->train.weight_decay, ==, plain->train.weight_decay);

  refused = open_foreign ("", bad, FALSE, NULL, NULL, &error);
  g_assert_null (refused);
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_UNSUPPORTED);
}

/* A tensor for a file that is wrong: name and shape, second size 0 for a vector. */
typedef struct
{
  const char *name;
  gsize dims[2];
} Shape;

static void
assert_shapes_refused (const Shape *shapes, EsIoError code, const char *part)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autofree guint8 *zeros = g_malloc0 (1000);
  EsTensor tensors[12];
  gsize n = 0;
  g_autoptr (GError) error = NULL;

  for (; shapes[n].name != NULL; n++)
    tensors[n] = es_tensor_view (shapes[n].name, ES_DTYPE_F32, zeros,
                                 shapes[n].dims[1] == 0 ? 1 : 2, shapes[n].dims);
  g_assert_true (es_safetensors_write (path, tensors, n, NULL, NULL));
  g_assert_null (es_run_open (path, NULL, &error));
  g_assert_error (error, ES_IO_ERROR, (int)code);
  if (!g_str_has_prefix (error->message, path) || strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
  io_test_remove (folder);
}

#define E                                                                              \
  {                                                                                    \
    "embed.weight",                                                                    \
    {                                                                                  \
      4, 6                                                                             \
    }                                                                                  \
  }
#define B                                                                              \
  {                                                                                    \
    "blocks.0.weight",                                                                 \
    {                                                                                  \
      8, 4                                                                             \
    }                                                                                  \
  }
#define U                                                                              \
  {                                                                                    \
    "head.weight",                                                                     \
    {                                                                                  \
      3, 4                                                                             \
    }                                                                                  \
  }

static void
test_shapes (void)
{
  const struct
  {
    Shape shapes[12];
    EsIoError code;
    const char *part;
  } cases[] = {
      {{E, B}, ES_IO_ERROR_FORMAT, "no tensor “head.weight”"},
      {{B, U}, ES_IO_ERROR_FORMAT, "no tensor “embed.weight”"},
      {{E, U}, ES_IO_ERROR_FORMAT, "no tensor “blocks.0.weight”"},
      {{{NULL}}, ES_IO_ERROR_FORMAT, "no tensor “embed.weight”"},
      {{E, {"blocks.0.weight", {4, 4}}, U},
       ES_IO_ERROR_FORMAT,
       "“blocks.0.weight” is 4 × 4; expected 8 × 4"},
      {{E, B, {"head.weight", {3, 5}}},
       ES_IO_ERROR_FORMAT,
       "“head.weight” is 3 × 5; expected 3 × 4"},
      {{{"embed.weight", {4}}, B, U},
       ES_IO_ERROR_FORMAT,
       "“embed.weight” is 4; expected a matrix"},
      {{E, B, {"blocks.0.bias", {4}}, U},
       ES_IO_ERROR_FORMAT,
       "“blocks.0.bias” is 4; expected 8"},
      {{E, B, {"blocks.0.bias", {8}}, {"blocks.1.weight", {8, 4}}, U},
       ES_IO_ERROR_FORMAT,
       "no tensor “blocks.1.bias”"},
      {{E, B, {"blocks.1.weight", {8, 4}}, {"blocks.1.bias", {8}}, U},
       ES_IO_ERROR_FORMAT,
       "no “blocks.0.bias”"},
      {{E, {"embed.bias", {4}}, B, U}, ES_IO_ERROR_UNSUPPORTED, "in its embedding"},
      {{E, B, U, {"head.bias", {4}}},
       ES_IO_ERROR_FORMAT,
       "“head.bias” is 4; expected 3"},
      {{{"a.embed.weight", {4, 6}}, {"b.embed.weight", {4, 6}}},
       ES_IO_ERROR_FORMAT,
       "several"},
      {{E,
        B,
        {"blocks.1.weight", {8, 4}},
        {"blocks.2.weight", {8, 4}},
        {"blocks.3.weight", {8, 4}},
        {"blocks.4.weight", {8, 4}},
        U},
       ES_IO_ERROR_UNSUPPORTED,
       "more than 4"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_shapes_refused (cases[i].shapes, cases[i].code, cases[i].part);
}

/* A file with this description, and with moments that do not fit unless @n_moments is
   0. @part of the message is NULL where the file is to be accepted. */
static void
assert_description (const char *json, gsize n_moments, EsIoError code, const char *part)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autofree guint8 *zeros = g_malloc0 (1000);
  const char *const metadata[] = {"eigenscope", json, NULL};
  EsTensor tensors[] = {
      es_tensor_view ("embed.weight", ES_DTYPE_F32, zeros, 2, (gsize[]){4, 6}),
      es_tensor_view ("blocks.0.weight", ES_DTYPE_F32, zeros, 2, (gsize[]){8, 4}),
      es_tensor_view ("head.weight", ES_DTYPE_F32, zeros, 2, (gsize[]){3, 4}),
      es_tensor_view ("optimizer.exp_avg", ES_DTYPE_F32, zeros, 1, &n_moments),
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (
      es_safetensors_write (path, tensors, n_moments > 0 ? 4 : 3, metadata, NULL));
  if (part == NULL) {
    g_autoptr (EsRun) run = es_run_open (path, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (es_model_get_config (run->model)->rows, ==, 2);
  } else {
    g_assert_null (es_run_open (path, NULL, &error));
    g_assert_error (error, ES_IO_ERROR, (int)code);
    if (strstr (error->message, part) == NULL)
      g_error ("“%s” does not contain “%s”", error->message, part);
  }
  io_test_remove (folder);
}

#define MODEL(rows)                                                                    \
  "\"model\":{\"rows\":" rows ",\"cols\":3,\"hidden\":4,\"outputs\":3,\"layers\":1}"
#define GOOD "{\"version\":1," MODEL ("2")

static void
test_descriptions (void)
{
  const struct
  {
    const char *json;
    gsize n_moments;
    EsIoError code;
    const char *part;
  } cases[] = {
      /* The first is accepted: the others differ in what is wrong with them. */
      {GOOD "}", 0, 0, NULL},
      {"{\"version\":2,\"program\":\"eigenscope 9\"}", 0, ES_IO_ERROR_UNSUPPORTED,
       "newer version (eigenscope 9, format 2)"},
      {"{" MODEL ("2") "}", 0, ES_IO_ERROR_FORMAT, "no version"},
      {"{\"version\":1}", 0, ES_IO_ERROR_FORMAT, "no model"},
      {"{\"version\":1," MODEL ("3") "}", 0, ES_IO_ERROR_FORMAT, "3 × 3 inputs"},
      {"{\"version\":1," MODEL ("-2") "}", 0, ES_IO_ERROR_FORMAT, "rows is 4294967295"},
      {"{\"version\":1," MODEL ("\"2\"") "}", 0, ES_IO_ERROR_FORMAT, "rows is 0"},
      {GOOD ",\"training\":{\"lr\":-1}}", 0, ES_IO_ERROR_FORMAT, "learning rate"},
      {GOOD ",\"training\":{\"lr\":1e999}}", 0, ES_IO_ERROR_FORMAT, "learning rate"},
      {GOOD ",\"training\":{\"seed\":\"x\"}}", 0, ES_IO_ERROR_FORMAT, "seed"},
      {GOOD ",\"training\":{\"seed\":\"18446744073709551616\"}}", 0, ES_IO_ERROR_FORMAT,
       "seed"},
      {GOOD ",\"dataset\":{\"classes\":[\"a\"]}}", 0, ES_IO_ERROR_FORMAT,
       "class names"},
      {GOOD ",\"dataset\":{\"classes\":[1,2,3]}}", 0, ES_IO_ERROR_FORMAT, "no text"},
      {GOOD ",\"history\":[1]}", 0, ES_IO_ERROR_FORMAT, "history"},
      {GOOD ",\"steps\":5}", 0, ES_IO_ERROR_FORMAT, "steps"},
      {GOOD ",\"a\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", 0, ES_IO_ERROR_FORMAT,
       "levels"},
      {GOOD "}", 68, ES_IO_ERROR_FORMAT, "both of 68"},
      {"[]", 0, ES_IO_ERROR_FORMAT, "not a JSON object"},
      {"", 0, ES_IO_ERROR_FORMAT, "not a JSON object"},
      {"5{\"version\":1}", 0, ES_IO_ERROR_FORMAT, "not a JSON object"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_description (cases[i].json, cases[i].n_moments, cases[i].code,
                        cases[i].part);
}

static void
test_every_prefix (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (EsRun) run = make_run (&example_config);
  g_autoptr (GBytes) whole = NULL;

  g_assert_true (es_run_save (run, path, NULL));
  whole = io_test_read (path);
  for (gsize n = 0; n < g_bytes_get_size (whole); n += 7) {
    g_autoptr (GError) error = NULL;

    io_test_write (path, g_bytes_get_data (whole, NULL), n);
    g_assert_null (es_run_open (path, NULL, &error));
    g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_TRUNCATED);
  }
  io_test_remove (folder);
}

static void
test_full_disk (void)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  g_autoptr (EsRun) run = make_run (&example_config);
  g_autoptr (EsRun) back = NULL;
  g_autoptr (GError) error = NULL;
  gboolean saved;

  g_assert_true (es_run_save (run, path, NULL));
  io_test_limit_files (500);
  saved = es_run_save (run, path, &error);
  io_test_limit_files (RLIM_INFINITY);
  g_assert_false (saved);
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  back = es_run_open (path, NULL, NULL);
  assert_same_run (run, back);
  g_assert_cmpuint (io_test_count (folder), ==, 1);
  io_test_remove (folder);
}

static void
test_golden (void)
{
  const struct
  {
    const char *path;
    guint hidden;
    gboolean residual, bias;
  } files[] = {{"golden/mnist-plain.safetensors", 64, FALSE, FALSE},
               {"golden/mnist-residual.safetensors", 64, TRUE, FALSE},
               {"golden/mnist-bias.safetensors", 48, FALSE, TRUE}};

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = io_test_shared (files[i].path);
    g_autoptr (EsRun) run = NULL;
    g_autoptr (GError) error = NULL;
    const EsModelConfig *config;

    if (path == NULL)
      return;
    run = es_run_open (path, NULL, &error);
    g_assert_no_error (error);
    config = es_model_get_config (run->model);
    g_assert_cmpuint (config->rows, ==, 28);
    g_assert_cmpuint (config->cols, ==, 28);
    g_assert_cmpuint (config->hidden, ==, files[i].hidden);
    g_assert_cmpuint (config->outputs, ==, 10);
    g_assert_cmpuint (config->layers, ==, 1);
    g_assert_cmpint (config->residual, ==, files[i].residual);
    g_assert_cmpint (config->bias, ==, files[i].bias);
    g_assert_cmpuint (es_run_count_not_finite (run), ==, 0);
  }
}

/* Without embedding the names are those of the published code, and the zeros around the
   weights are not written; its files, which say nothing more, are read alike. */
static void
test_units (void)
{
  const struct
  {
    guint inputs, units;
    gboolean bias;
  } cases[] = {{4, 6, FALSE}, {6, 4, TRUE}, {5, 1, FALSE}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EsModelConfig config = {.rows = 1,
                            .cols = cases[i].inputs,
                            .outputs = 3,
                            .layers = 1,
                            .bias = cases[i].bias};
    char *folder = io_test_folder ();
    g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
    g_autoptr (EsRun) run = NULL;
    g_autoptr (EsRun) back = NULL;
    g_autoptr (EsTensorFile) file = NULL;
    gsize n, n_expected = cases[i].bias ? 5 : 3;
    const EsTensor *left, *head;

    es_model_config_set_units (&config, cases[i].units);
    run = make_run (&config);
    run->train.decay = ES_DECAY_COUPLED;
    g_assert_true (es_run_save (run, path, NULL));
    back = es_run_open (path, NULL, NULL);
    assert_same_model (run, back);
    g_assert_cmpint (back->train.decay, ==, ES_DECAY_COUPLED);
    file = es_tensor_file_open (path, NULL);
    es_tensor_file_get_tensors (file, &n);
    g_assert_cmpuint (n, ==, n_expected);
    left = es_tensor_file_lookup (file, "left.weight");
    g_assert_cmpuint (left->dims[0], ==, cases[i].units);
    g_assert_cmpuint (left->dims[1], ==, cases[i].inputs);
    head = es_tensor_file_lookup (file, "head.weight");
    g_assert_cmpuint (head->n_dims, ==, 2);
    g_assert_cmpuint (head->dims[1], ==, cases[i].units);
    io_test_remove (folder);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-file/round-trip", test_round_trip);
  g_test_add_func ("/run-file/unfinished", test_unfinished);
  g_test_add_func ("/run-file/opened", test_opened);
  g_test_add_func ("/run-file/edited", test_edited);
  g_test_add_func ("/run-file/bare", test_bare);
  g_test_add_func ("/run-file/foreign", test_foreign);
  g_test_add_func ("/run-file/shapes", test_shapes);
  g_test_add_func ("/run-file/descriptions", test_descriptions);
  g_test_add_func ("/run-file/every-prefix", test_every_prefix);
  g_test_add_func ("/run-file/full-disk", test_full_disk);
  g_test_add_func ("/run-file/units", test_units);
  g_test_add_func ("/run-file/golden", test_golden);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-training.h"

#include "es-dataset-load.h"
#include "es-file.h"
#include "es-image-file.h"
#include "es-task.h"

#include <string.h>

/* The tasks of known answer: their own options make the task, which stands in place of
   a dataset; the rest is as for images. */

/* What all of them understand. */
static void
add_common (GArray *entries, EsTrainOptions *o)
{
  const GOptionEntry common[] = {
      {"hidden", 0, 0, G_OPTION_ARG_INT, &o->hidden,
       "Width of the product (default: toy 6, modular 128, challenge 64)", "H"},
      {"bias", 0, 0, G_OPTION_ARG_NONE, &o->bias,
       "Biases (the challenge always has them)", NULL},
      {"epochs", 0, 0, G_OPTION_ARG_INT, &o->epochs,
       "Epochs; toy and modular take one step in each (default 1000, challenge 60)",
       "N"},
      {"batch", 0, 0, G_OPTION_ARG_INT, &o->batch,
       "Inputs a step (default: toy 512, modular all, challenge as for images)", "N"},
      {"lr", 0, 0, G_OPTION_ARG_DOUBLE, &o->lr,
       "Peak learning rate; falls to 0 by a cosine (default: toy 0.01, modular 0.005, "
       "challenge 0.001)",
       "X"},
      {"weight-decay", 0, 0, G_OPTION_ARG_DOUBLE, &o->weight_decay,
       "Weight decay (default: toy 0, modular 1, challenge 2)", "X"},
      {"decay", 0, 0, G_OPTION_ARG_STRING, &o->decay,
       "Whether it acts on the weights (default) or is added to the gradient",
       "decoupled|coupled"},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &o->seed,
       "Seed of every random number (default 42)", "N"},
      {"resume", 0, 0, G_OPTION_ARG_FILENAME, &o->resume,
       "Go on with this run, a file or one of the library; its task and settings hold "
       "unless given",
       "RUN"},
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &o->out, "Where to keep the run",
       "RUN.safetensors"},
      {"keep", 0, 0, G_OPTION_ARG_STRING, &o->keep,
       "Keep the run in the library as it is trained", "NAME"},
      {NULL},
  };

  g_array_append_vals (entries, common, G_N_ELEMENTS (common));
}

/* A task's command line; @own (n_own) fills @task and the texts below. */
typedef struct
{
  EsTask task;
  char *gate;
  char *mix;
  char *operation;
  char *picture; /* file of a target of one's own */
  EsTrainOptions options;
} Line;

static void
line_init (Line *line, EsTaskKind kind)
{
  *line = (Line){0};
  es_task_init (&line->task, kind);
  es_train_options_init (&line->options);
}

static void
line_clear (Line *line)
{
  es_task_clear (&line->task);
  g_free (line->gate);
  g_free (line->mix);
  g_free (line->operation);
  g_free (line->picture);
  es_train_options_clear (&line->options);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Line, line_clear)

static gboolean
parse (const EsCommand *command,
       const GOptionEntry *own,
       guint n_own,
       const char *description,
       Line *line,
       EsCommonOptions *common,
       int *argc,
       char ***argv)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (GOptionEntry));

  g_array_append_vals (entries, own, n_own);
  add_common (entries, &line->options);
  return es_command_parse (command, (const GOptionEntry *)entries->data, description,
                           common, 0, 0, argc, argv);
}

/* Trains on the task, checked as what was typed. */
static EsExit
run (const EsCommand *command, Line *line, const EsCommonOptions *common)
{
  g_autoptr (GError) problem = NULL;

  if (!es_task_check (&line->task, &problem))
    return es_command_misused (command, "%s", problem->message);
  if (line->options.resume == NULL)
    line->options.data = es_task_to_text (&line->task);
  return es_training_run (command, &line->options, common);
}

/* "and=1,xor=-0.5" */
static gboolean
read_mix (EsTask *task, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", 0);

  memset (task->logic, 0, sizeof task->logic);
  for (char **word = words; *word != NULL; word++) {
    g_auto (GStrv) sides = g_strsplit (*word, "=", 2);
    EsLogic logic;
    char *end;

    if (g_strv_length (sides) != 2 ||
        !es_logic_from_string (g_strstrip (sides[0]), &logic))
      return FALSE;
    task->logic[logic] = g_ascii_strtod (g_strstrip (sides[1]), &end);
    if (end == sides[1] || *end != '\0')
      return FALSE;
  }
  return TRUE;
}

static EsExit
run_toy (int argc, char **argv)
{
  g_auto (Line) line;
  int inputs = 4;
  gboolean continuous = FALSE;
  const GOptionEntry own[] = {
      {"task", 0, 0, G_OPTION_ARG_STRING, &line.gate,
       "The gate that every pair of inputs goes through (default and)",
       "and|or|xor|nand|nor|xnor"},
      {"mix", 0, 0, G_OPTION_ARG_STRING, &line.mix, "Or a sum of gates with weights",
       "\"and=1,xor=-0.5\""},
      {"inputs", 0, 0, G_OPTION_ARG_INT, &inputs, "Inputs, 3 to 12 (default 4)", "N"},
      {"sparsity", 0, 0, G_OPTION_ARG_DOUBLE, &line.task.sparsity,
       "Share of the inputs that are 0 (default 0.7)", "X"},
      {"continuous", 0, 0, G_OPTION_ARG_NONE, &continuous,
       "The other inputs are anything from 0 to 1 instead of 1", NULL},
  };
  EsCommonOptions common;

  line_init (&line, ES_TASK_TOY);
  if (!parse (&es_command_train_toy, own, G_N_ELEMENTS (own),
              "The defaults are what works. The published script adds weight decay 0.1 "
              "to the gradient, which drives the network to zero: see it by "
              "--weight-decay 0.1 --decay coupled. NAND, NOR and XNOR need --bias.",
              &line, &common, &argc, &argv))
    return ES_EXIT_USAGE;
  line.task.continuous = continuous;
  line.task.inputs = inputs < 0 ? 0 : (guint)inputs;
  if (line.gate != NULL) {
    EsLogic logic;

    if (line.mix != NULL)
      return es_command_misused (&es_command_train_toy,
                                 "--task and --mix exclude each other");
    if (!es_logic_from_string (line.gate, &logic))
      return es_command_misused (
          &es_command_train_toy,
          "--task is %s; expected and, or, xor, nand, nor or xnor", line.gate);
    memset (line.task.logic, 0, sizeof line.task.logic);
    line.task.logic[logic] = 1;
  }
  if (line.mix != NULL && !read_mix (&line.task, line.mix))
    return es_command_misused (&es_command_train_toy,
                               "--mix is '%s'; expected gates with weights like "
                               "\"and=1,xor=-0.5\"",
                               line.mix);
  return run (&es_command_train_toy, &line, &common);
}

static EsExit
run_modular (int argc, char **argv)
{
  g_auto (Line) line;
  int modulus = 31;
  const GOptionEntry own[] = {
      {"modulus", 0, 0, G_OPTION_ARG_INT, &modulus,
       "Residues 0 to P - 1; 3 to 257 (default 31)", "P"},
      {"operation", 0, 0, G_OPTION_ARG_STRING, &line.operation,
       "What is done with two residues (default add)", "add|subtract|multiply"},
      {"fraction", 0, 0, G_OPTION_ARG_DOUBLE, &line.task.fraction,
       "Share of all pairs to train on (default 0.8)", "X"},
  };
  EsCommonOptions common;

  line_init (&line, ES_TASK_MODULAR);
  if (!parse (&es_command_train_modular, own, G_N_ELEMENTS (own),
              "One step an epoch, on all pairs. With weight decay the test accuracy "
              "comes late, and all at once.",
              &line, &common, &argc, &argv))
    return ES_EXIT_USAGE;
  line.task.modulus = modulus < 0 ? 0 : (guint)modulus;
  if (line.operation != NULL &&
      !es_operation_from_string (line.operation, &line.task.operation))
    return es_command_misused (&es_command_train_modular,
                               "--operation is %s; expected add, subtract or multiply",
                               line.operation);
  /* Another seed is other pairs, too; what is no number is refused later. */
  if (line.options.seed != NULL)
    g_ascii_string_to_unsigned (line.options.seed, 10, 0, G_MAXUINT64, &line.task.seed,
                                NULL);
  return run (&es_command_train_modular, &line, &common);
}

/* Makes the picture in line->picture the target, in its own shape and of the size of
   the images. */
static gboolean
read_target (Line *line, GError **error)
{
  g_autoptr (EsDataset) images = es_dataset_load (line->task.images, NULL, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint8 *pixels = NULL;
  g_auto (EsImage) image = {0};
  EsImageFit fit = {.fit = ES_FIT_PAD};

  if (images == NULL ||
      (bytes = es_file_load (line->picture, G_MAXINT64, error)) == NULL ||
      !es_image_decode (&image, bytes, line->picture, error))
    return FALSE;
  fit.rows = images->rows;
  fit.colors = images->cols == 3 * images->rows ? ES_COLORS_PLANES : ES_COLORS_GRAY;
  fit.cols = fit.colors == ES_COLORS_PLANES ? images->rows : images->cols;
  pixels = g_new (guint8, (gsize)images->rows * images->cols);
  es_image_fit_apply (pixels, &fit, &image);
  es_task_set_drawn (&line->task, pixels, (gsize)images->rows * images->cols);
  return TRUE;
}

static EsExit
run_challenge (int argc, char **argv)
{
  g_auto (Line) line;
  g_autoptr (GError) error = NULL;
  int target = 6;
  gboolean one_sided = FALSE;
  const GOptionEntry own[] = {
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &line.options.data,
       "Images: a known dataset, or files that can be imported (default glyphs)",
       "NAME|PATH"},
      {"target", 0, 0, G_OPTION_ARG_INT, &target,
       "The hidden target, a training image counted from 0 (default 6)", "INDEX"},
      {"target-image", 0, 0, G_OPTION_ARG_FILENAME, &line.picture,
       "Or a picture of one's own, bright and dark as in the images",
       "FILE.png|FILE.jpg"},
      {"threshold", 0, 0, G_OPTION_ARG_DOUBLE, &line.task.threshold,
       "An image is alike if its cosine with the target is above this (default 0.4)",
       "X"},
      {"one-sided", 0, 0, G_OPTION_ARG_NONE, &one_sided,
       "Likeness with the target's negative does not count", NULL},
      {"noise", 0, 0, G_OPTION_ARG_DOUBLE, &line.options.noise,
       "Deviation of the noise on every pixel (default 0.1)", "X"},
  };
  EsCommonOptions common;

  line_init (&line, ES_TASK_CHALLENGE);
  if (!parse (
          &es_command_train_challenge, own, G_N_ELEMENTS (own),
          "The network learns from the labels alone; 'figure challenge' compares what "
          "it has found with the target.",
          &line, &common, &argc, &argv))
    return ES_EXIT_USAGE;
  line.task.target = target < 0 ? G_MAXUINT : (guint)target;
  line.task.one_sided = one_sided;
  if (line.options.data != NULL) {
    g_free (line.task.images);
    line.task.images = g_steal_pointer (&line.options.data);
  }
  if (line.picture != NULL && !read_target (&line, &error))
    return es_command_failed (g_steal_pointer (&error));
  return run (&es_command_train_challenge, &line, &common);
}

const EsCommand es_command_train_toy = {
    .name = "train toy",
    .arguments = "-o RUN.safetensors | --keep NAME",
    .summary = "Train a network on logic gates",
    .run = run_toy,
};

const EsCommand es_command_train_modular = {
    .name = "train modular",
    .arguments = "-o RUN.safetensors | --keep NAME",
    .summary = "Train a network on modular arithmetic",
    .run = run_modular,
};

const EsCommand es_command_train_challenge = {
    .name = "train challenge",
    .arguments = "-o RUN.safetensors | --keep NAME",
    .summary = "Train a network on images labelled by a hidden rule",
    .run = run_challenge,
};

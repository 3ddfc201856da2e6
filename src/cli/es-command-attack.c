/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-trial.h"
#include "es-command.h"
#include "es-file.h"
#include "es-npz.h"
#include "es-output.h"
#include "es-subject.h"

#include <math.h>
#include <string.h>

#define DEFAULT_STRENGTH 0.3

/* What was asked for. */
typedef struct
{
  char *class_name;
  char *component;
  char *data;
  char *split;
  char *control;
  char *out;
  double strength;
  double rare;
  int strongest;
  int k;
  gint64 seed;
  gboolean clip;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->class_name);
  g_free (options->component);
  g_free (options->data);
  g_free (options->split);
  g_free (options->control);
  g_free (options->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static GOptionEntry *
new_entries (Options *o)
{
  const GOptionEntry entries[] = {
      /* As bytes: class names are UTF-8 whatever the locale is. */
      {"class", 'c', 0, G_OPTION_ARG_FILENAME, &o->class_name,
       "The class that images are to be taken for, by name or number", "C"},
      /* As text: a negative number is an answer, not an option. */
      {"component", 'k', 0, G_OPTION_ARG_STRING, &o->component,
       "Which of its eigenvectors, from 0, that of the largest eigenvalue", "K"},
      {"strength", 's', 0, G_OPTION_ARG_DOUBLE, &o->strength,
       "In standard deviations of the mask (default 0.3)", "S"},
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &o->data,
       "Dataset: a known name or a folder of IDX files (default: the run's own)",
       "NAME|PATH"},
      {"split", 0, 0, G_OPTION_ARG_STRING, &o->split, "Images to try (default test)",
       "test|train"},
      {"eigenvectors", 0, 0, G_OPTION_ARG_INT, &o->k,
       "How many eigenvectors of each class the masks tell apart (default 10)", "N"},
      {"rare", 0, 0, G_OPTION_ARG_DOUBLE, &o->rare,
       "Only pixels whose mean over the training images is below this (0 to 1)",
       "MEAN"},
      {"strongest", 0, 0, G_OPTION_ARG_INT, &o->strongest,
       "Only so many pixels, of largest magnitude", "N"},
      {"clip", 0, 0, G_OPTION_ARG_NONE, &o->clip,
       "Hold pixels between 0 and 1 (default: as published, do not)", NULL},
      {"control", 0, 0, G_OPTION_ARG_STRING, &o->control,
       "What is compared: the mask permuted, or noise of its norm (default permuted)",
       "permuted|noise"},
      {"seed", 0, 0, G_OPTION_ARG_INT64, &o->seed, "Of the control (default 42)", "N"},
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &o->out,
       "Save the mask, its control and the eigenvector", "OUT.npz"},
      {NULL},
  };

  return g_memdup2 (entries, sizeof entries);
}

static const struct
{
  const char *name;
  EsAttackInput input;
} inputs[] = {
    {"clean", ES_ATTACK_CLEAN},
    {"masked", ES_ATTACK_MASKED},
    {"random", ES_ATTACK_RANDOM},
};

static void
report (const EsAttack *attack, const char *class_name, const char *out, gboolean json)
{
  JsonBuilder *object = json ? es_output_object () : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++) {
    double accuracy = es_attack_get (attack, inputs[i].input, ES_ATTACK_ACCURACY, 0, 0);
    double taken =
        es_attack_get (attack, inputs[i].input, ES_ATTACK_MISCLASSIFIED, 0, 0);

    if (!json) {
      g_print ("%-7s accuracy %.4f, taken for %s though they are not: %.4f\n",
               inputs[i].name, accuracy, class_name, taken);
      continue;
    }
    json_builder_set_member_name (object, inputs[i].name);
    json_builder_begin_object (object);
    es_output_double (object, "accuracy", accuracy);
    es_output_double (object, "misclassified_as", taken);
    json_builder_end_object (object);
  }
  if (!json)
    return;
  es_output_int (object, "class", attack->classes[0]);
  es_output_int (object, "component", (gint64)attack->first_component);
  es_output_double (object, "strength", attack->strengths[0]);
  es_output_int (object, "images", (gint64)attack->sweep->N);
  if (out != NULL)
    es_output_string (object, "out", out);
  es_output_json (object);
}

/* The mask as it was added, with what it was compared to and made from. */
static gboolean
save (const EsAttack *attack,
      const EsMasks *masks,
      const EsModelConfig *config,
      const char *path,
      GError **error)
{
  const gsize dims[2] = {config->rows, config->cols};
  gsize P = attack->P;
  float s = (float)attack->strengths[0];
  const float *mask = es_attack_get_mask (attack, ES_ATTACK_MASKED, 0);
  const float *control = es_attack_get_mask (attack, ES_ATTACK_RANDOM, 0);
  const float *eigenvector =
      masks->decoders + (attack->classes[0] * masks->k + attack->first_component) * P;
  g_autofree float *added = g_new (float, P), *compared = g_new (float, P);
  EsTensor tensors[3];

  for (gsize p = 0; p < P; p++) {
    added[p] = s * mask[p];
    compared[p] = s * control[p];
  }
  tensors[0] = es_tensor_view ("mask", ES_DTYPE_F32, added, 2, dims);
  tensors[1] = es_tensor_view ("control", ES_DTYPE_F32, compared, 2, dims);
  tensors[2] = es_tensor_view ("eigenvector", ES_DTYPE_F32, eigenvector, 2, dims);
  return es_npz_write (path, tensors, G_N_ELEMENTS (tensors), NULL, error);
}

static gboolean
run (const EsSubject *subject,
     const Options *options,
     EsAttackPlan *plan,
     EsSplit split,
     gboolean json,
     GError **error)
{
  g_autofree char *class_name =
      es_run_dup_class_name (subject->run, (guint)plan->class_index);
  g_autoptr (EsSpectrum) spectrum = es_subject_class_spectra (subject, 1, NULL, error);
  g_autoptr (EsAttackTrial) trial = NULL;
  EsProgressBar bar;

  if (spectrum == NULL)
    return FALSE;
  es_progress_bar_init (&bar, "Attacking");
  trial = es_attack_trial_new (subject->run, subject->dataset, split, plan,
                               (gsize)options->k, spectrum, &bar.progress, error);
  es_progress_bar_clear (&bar);
  if (trial == NULL ||
      (options->out != NULL &&
       !save (trial->attack, trial->masks, es_model_get_config (subject->run->model),
              options->out, error)))
    return FALSE;
  report (trial->attack, class_name, options->out, json);
  return TRUE;
}

static gboolean
check_usage (const Options *options, EsAttackPlan *plan)
{
  const EsCommand *command = &es_command_attack;
  guint64 component = 0;

  if (options->class_name == NULL || options->component == NULL)
    es_command_misused (command, "--class and --component are missing");
  else if (!g_ascii_string_to_unsigned (options->component, 10, 0, G_MAXINT32,
                                        &component, NULL))
    es_command_misused (command,
                        "--component is %s; expected a number from 0: masks are made "
                        "from the eigenvectors of the largest eigenvalues",
                        options->component);
  else if (!isfinite (options->strength))
    es_command_misused (command, "--strength is %g; expected a number",
                        options->strength);
  else if (options->k < 1)
    es_command_misused (command, "--eigenvectors is %d; expected 1 or more",
                        options->k);
  else if (!(options->rare >= 0 && options->rare <= 1))
    es_command_misused (command, "--rare is %g; expected 0 to 1", options->rare);
  else if (options->strongest < 0)
    es_command_misused (command, "--strongest is %d; expected 1 or more",
                        options->strongest);
  else if (options->control != NULL && strcmp (options->control, "permuted") != 0 &&
           strcmp (options->control, "noise") != 0)
    es_command_misused (command, "--control is %s; expected permuted or noise",
                        options->control);
  else if (options->out != NULL && !g_str_has_suffix (options->out, ".npz"))
    es_command_misused (command, "%s: expected a name that ends in .npz", options->out);
  else {
    plan->first_component = (gsize)component;
    return TRUE;
  }
  return FALSE;
}

static EsExit
run_attack (int argc, char **argv)
{
  g_auto (Options)
      options = {.strength = DEFAULT_STRENGTH, .k = ES_MASKS_DEFAULT_K, .seed = 42};
  g_autofree GOptionEntry *entries = new_entries (&options);
  EsCommonOptions common;
  g_auto (EsSubject) subject = {NULL};
  EsAttackPlan plan;
  EsSplit split;
  gsize c;
  GError *error = NULL;

  if (!es_command_parse (&es_command_attack, entries,
                         "Adds to every image the input that excites one eigenvector "
                         "of a class and no "
                         "other, and compares with the same values on other pixels.",
                         &common, 1, 1, &argc, &argv))
    return ES_EXIT_USAGE;
  es_attack_plan_init (&plan);
  if (!check_usage (&options, &plan))
    return ES_EXIT_USAGE;
  plan.n_components = 1;
  plan.strengths = &options.strength;
  plan.n_strengths = 1;
  plan.pixels = (EsMaskOptions){options.rare, (gsize)options.strongest};
  plan.clip = options.clip;
  plan.seed = (guint64)options.seed;
  if (g_strcmp0 (options.control, "noise") == 0)
    plan.control = ES_CONTROL_NOISE;
  if (!es_subject_parse_split (options.split, &split, &error) ||
      (options.out != NULL && !es_file_check_target (options.out, &error)) ||
      !es_subject_open (&subject, argv[1], &common.network, &error) ||
      !es_subject_find_class (&subject, options.class_name, &c, &error) ||
      !es_subject_load_classes (&subject, options.data, &error))
    return es_command_failed (error);
  plan.class_index = (gint)c;
  if (!run (&subject, &options, &plan, split, common.json, &error))
    return es_command_failed (error);
  return ES_EXIT_DONE;
}

const EsCommand es_command_attack = {
    .name = "attack",
    .arguments = "RUN --class C --component K",
    .summary = "How a network reads images when a mask from its weights is added",
    .run = run_attack,
    .takes_network = TRUE,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-train-options.h"

#include <math.h>
#include <string.h>

/* No setting has this value, and no person types it. */
#define NOT_GIVEN (-G_MAXDOUBLE)
#define COUNT_NOT_GIVEN G_MININT

void
es_train_options_init (EsTrainOptions *options)
{
  *options = (EsTrainOptions){
      .hidden = COUNT_NOT_GIVEN,
      .layers = COUNT_NOT_GIVEN,
      .epochs = COUNT_NOT_GIVEN,
      .batch = COUNT_NOT_GIVEN,
      .lr = NOT_GIVEN,
      .weight_decay = NOT_GIVEN,
      .noise = NOT_GIVEN,
      .rotate = NOT_GIVEN,
      .translate = NOT_GIVEN,
      .blur = NOT_GIVEN,
  };
}

void
es_train_options_clear (EsTrainOptions *options)
{
  g_free (options->data);
  g_free (options->gate);
  g_free (options->decay);
  g_free (options->seed);
  g_free (options->resume);
  g_free (options->out);
  g_free (options->keep);
  g_strfreev (options->changes);
}

GOptionEntry *
es_train_options_entries (EsTrainOptions *o)
{
  const GOptionEntry entries[] = {
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &o->data,
       "Dataset: a known name, or files that can be imported (default glyphs)",
       "NAME|PATH"},
      {"hidden", 0, 0, G_OPTION_ARG_INT, &o->hidden, "Hidden width (default 256)", "H"},
      {"layers", 0, 0, G_OPTION_ARG_INT, &o->layers, "Bilinear layers, 1 to 4", "K"},
      {"bias", 0, 0, G_OPTION_ARG_NONE, &o->bias, "Biases in the bilinear layers",
       NULL},
      {"residual", 0, 0, G_OPTION_ARG_NONE, &o->residual,
       "Add each layer's input to its output", NULL},
      {"gate", 0, 0, G_OPTION_ARG_STRING, &o->gate,
       "Pass the left branch through a gate, for comparison; a gated network has no "
       "exact spectrum",
       "none|relu|gelu|silu"},
      {"epochs", 0, 0, G_OPTION_ARG_INT, &o->epochs, "Epochs (default 20)", "N"},
      {"batch", 0, 0, G_OPTION_ARG_INT, &o->batch,
       "Images a step (default 2048; 256 for less than 30000 training images)", "N"},
      {"lr", 0, 0, G_OPTION_ARG_DOUBLE, &o->lr,
       "Peak learning rate; falls to 0 by a cosine (default 0.001)", "X"},
      {"weight-decay", 0, 0, G_OPTION_ARG_DOUBLE, &o->weight_decay,
       "Weight decay (default 0.5)", "X"},
      {"decay", 0, 0, G_OPTION_ARG_STRING, &o->decay,
       "Whether it acts on the weights (default) or is added to the gradient",
       "decoupled|coupled"},
      {"noise", 0, 0, G_OPTION_ARG_DOUBLE, &o->noise,
       "Deviation of the noise on every pixel, pixels 0 to 1 (default 0.4)", "X"},
      {"rotate", 0, 0, G_OPTION_ARG_DOUBLE, &o->rotate,
       "Turn images by up to this many degrees (default 0)", "DEG"},
      {"translate", 0, 0, G_OPTION_ARG_DOUBLE, &o->translate,
       "Move images by up to this share of their size (default 0)", "FRACTION"},
      {"blur", 0, 0, G_OPTION_ARG_DOUBLE, &o->blur,
       "Deviation of a 5 x 5 blur in pixels (default 0)", "SIGMA"},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &o->seed,
       "Seed of every random number (default 42)", "N"},
      {"change", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->changes,
       "Change lr, weight-decay or noise after so many epochs, as 2.5:lr=0.0003; may "
       "be "
       "repeated",
       "EPOCH:SETTING=VALUE"},
      {"resume", 0, 0, G_OPTION_ARG_FILENAME, &o->resume,
       "Go on with this run, a file or one of the library; its settings hold unless "
       "given",
       "RUN"},
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &o->out, "Where to keep the run",
       "RUN.safetensors"},
      {"keep", 0, 0, G_OPTION_ARG_STRING, &o->keep,
       "Keep the run in the library as it is trained", "NAME"},
      {NULL},
  };

  return g_memdup2 (entries, sizeof entries);
}

static gboolean
refuse (GError **error, const char *option, const char *value, const char *expected)
{
  g_set_error (error, ES_USAGE_ERROR, 0, "--%s is %s; expected %s", option, value,
               expected);
  return FALSE;
}

static gboolean
apply_count (guint *target, int given, const char *option, GError **error)
{
  g_autofree char *text = NULL;

  if (given == COUNT_NOT_GIVEN)
    return TRUE;
  if (given > 0) {
    *target = (guint)given;
    return TRUE;
  }
  text = g_strdup_printf ("%d", given);
  return refuse (error, option, text, "a number from 1");
}

static void
apply_number (double *target, double given)
{
  if (given != NOT_GIVEN)
    *target = given;
}

static gboolean
apply_seed (guint64 *target, const char *given, GError **error)
{
  if (given == NULL ||
      g_ascii_string_to_unsigned (given, 10, 0, G_MAXUINT64, target, NULL))
    return TRUE;
  return refuse (error, "seed", given, "a whole number from 0");
}

static gboolean
apply_gate (EsGate *target, const char *given, GError **error)
{
  if (given == NULL || es_gate_from_string (given, target))
    return TRUE;
  return refuse (error, "gate", given, "none, relu, gelu or silu");
}

static gboolean
apply_decay (EsDecay *target, const char *given, GError **error)
{
  if (given == NULL || es_decay_from_string (given, target))
    return TRUE;
  return refuse (error, "decay", given, "decoupled or coupled");
}

/* The width of the product is that of the network, if it has no embedding. */
static gboolean
apply_hidden (EsModelConfig *model, int given, GError **error)
{
  guint width = model->units;

  if (model->units == 0)
    return apply_count (&model->hidden, given, "hidden", error);
  if (!apply_count (&width, given, "hidden", error))
    return FALSE;
  es_model_config_set_units (model, width);
  return TRUE;
}

/* What lies out of range has been typed: a run's own settings are in theirs. */
static gboolean
check_ranges (const EsModelConfig *model, const EsTrainConfig *config, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (es_model_config_check (model, &problem) &&
      es_train_config_check (config, &problem))
    return TRUE;
  g_set_error_literal (error, ES_USAGE_ERROR, 0, problem->message);
  return FALSE;
}

gboolean
es_train_options_apply (const EsTrainOptions *options,
                        const EsDataset *dataset,
                        EsModelConfig *model,
                        EsTrainConfig *config,
                        GError **error)
{
  model->rows = dataset->rows;
  model->cols = dataset->cols;
  model->outputs = MAX (model->outputs, dataset->n_classes);
  model->bias |= options->bias;
  model->residual |= options->residual;
  apply_number (&config->lr, options->lr);
  apply_number (&config->weight_decay, options->weight_decay);
  apply_number (&config->noise, options->noise);
  apply_number (&config->rotate, options->rotate);
  apply_number (&config->translate, options->translate);
  apply_number (&config->blur, options->blur);
  return apply_hidden (model, options->hidden, error) &&
         apply_count (&model->layers, options->layers, "layers", error) &&
         apply_count (&config->epochs, options->epochs, "epochs", error) &&
         apply_count (&config->batch, options->batch, "batch", error) &&
         apply_decay (&config->decay, options->decay, error) &&
         apply_gate (&model->gate, options->gate, error) &&
         apply_seed (&config->seed, options->seed, error) &&
         check_ranges (model, config, error);
}

static gboolean
read_change (const char *text, EsRateChange *change)
{
  const char *colon = strchr (text, ':');
  const char *equals = colon != NULL ? strchr (colon, '=') : NULL;
  g_autofree char *name =
      equals != NULL ? g_strndup (colon + 1, (gsize)(equals - colon - 1)) : NULL;
  char *end;

  if (name == NULL || colon == text || equals[1] == '\0' ||
      !es_rate_from_string (g_strdelimit (name, "-", '_'), &change->rate))
    return FALSE;
  change->epoch = g_ascii_strtod (text, &end);
  if (end != colon || !isfinite (change->epoch) || change->epoch < 0)
    return FALSE;
  change->value = g_ascii_strtod (equals + 1, &end);
  change->before = NAN;
  return *end == '\0';
}

GArray *
es_train_options_list_changes (const EsTrainOptions *options,
                               const EsTrainConfig *config,
                               GError **error)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (EsRateChange));

  for (char **text = options->changes; text != NULL && *text != NULL; text++) {
    EsRateChange change;
    EsTrainConfig changed = *config;
    g_autoptr (GError) problem = NULL;

    if (!read_change (*text, &change)) {
      refuse (error, "change", *text,
              "EPOCH:SETTING=VALUE with the setting lr, weight-decay or noise");
      return NULL;
    }
    es_train_config_set_rate (&changed, change.rate, change.value);
    if (!es_train_config_check (&changed, &problem)) {
      g_set_error_literal (error, ES_USAGE_ERROR, 0, problem->message);
      return NULL;
    }
    g_array_append_val (changes, change);
  }
  return g_steal_pointer (&changes);
}

const char *
es_train_options_model_option (const EsTrainOptions *options)
{
  if (options->hidden != COUNT_NOT_GIVEN)
    return "--hidden";
  if (options->layers != COUNT_NOT_GIVEN)
    return "--layers";
  if (options->bias)
    return "--bias";
  if (options->residual)
    return "--residual";
  return options->gate != NULL ? "--gate" : NULL;
}

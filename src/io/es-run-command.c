/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-command.h"

#include <string.h>

static void
add_text (GString *command, const char *option, const char *value)
{
  g_autofree char *quoted = g_shell_quote (value);
  gsize n = strspn (value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789_./");

  g_string_append_printf (command, " --%s %s", option,
                          n > 0 && value[n] == '\0' ? value : quoted);
}

static void
add_count (GString *command, const char *option, guint64 value)
{
  g_string_append_printf (command, " --%s %" G_GUINT64_FORMAT, option, value);
}

/* Digits enough for the same number. */
static void
append_number (GString *command, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.15g", value);
  if (g_ascii_strtod (text, NULL) != value)
    g_ascii_dtostr (text, sizeof text, value);
  g_string_append (command, text);
}

static void
add_number (GString *command, const char *option, double value)
{
  g_string_append_printf (command, " --%s ", option);
  append_number (command, value);
}

/* Named as the options are. */
static void
add_change (GString *command, const EsRateChange *change)
{
  g_autofree char *name = g_strdup (es_rate_to_string (change->rate));

  g_string_append (command, " --change ");
  append_number (command, change->epoch);
  g_string_append_printf (command, ":%s=", g_strdelimit (name, "_", '-'));
  append_number (command, change->value);
}

char *
es_run_to_command (const char *name,
                   const char *data,
                   const EsModelConfig *model,
                   const EsTrainConfig *last,
                   const GArray *changes)
{
  GString *command = g_string_new ("eigenscope-cli train image");
  EsTrainConfig first = *last;
  const EsTrainConfig *train = &first;

  es_rate_changes_undo (changes, &first);

  add_text (command, "data", data);
  add_count (command, "hidden", model->units > 0 ? model->units : model->hidden);
  add_count (command, "layers", model->layers);
  if (model->bias)
    g_string_append (command, " --bias");
  if (model->residual)
    g_string_append (command, " --residual");
  if (model->gate != ES_GATE_NONE)
    add_text (command, "gate", es_gate_to_string (model->gate));
  add_count (command, "epochs", train->epochs);
  add_count (command, "batch", train->batch);
  add_number (command, "lr", train->lr);
  add_number (command, "weight-decay", train->weight_decay);
  if (train->decay != ES_DECAY_DECOUPLED)
    add_text (command, "decay", es_decay_to_string (train->decay));
  add_number (command, "noise", train->noise);
  add_number (command, "rotate", train->rotate);
  add_number (command, "translate", train->translate);
  add_number (command, "blur", train->blur);
  add_count (command, "seed", train->seed);
  if (train->threads > 0)
    add_count (command, "threads", train->threads);
  for (guint i = 0; i < changes->len; i++)
    add_change (command, &g_array_index (changes, EsRateChange, i));
  add_text (command, "keep", name);
  return g_string_free (command, FALSE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-training.h"

static EsExit
run_train_image (int argc, char **argv)
{
  g_auto (EsTrainOptions) options;
  g_autofree GOptionEntry *entries = NULL;
  EsCommonOptions common;

  es_train_options_init (&options);
  entries = es_train_options_entries (&options);
  if (!es_command_parse (&es_command_train_image, entries, NULL, &common, 0, 0, &argc,
                         &argv))
    return ES_EXIT_USAGE;
  return es_training_run (&es_command_train_image, &options, &common);
}

const EsCommand es_command_train_image = {
    .name = "train image",
    .arguments = "-o RUN.safetensors | --keep NAME",
    .summary = "Train an image classifier",
    .run = run_train_image,
};

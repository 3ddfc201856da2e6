/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-train-options.h"

G_BEGIN_DECLS

/* Trains by @options, new or resumed, reports every epoch, and saves. What is not given
   is as usual for the dataset. For any of the train commands, @command. */
EsExit es_training_run (const EsCommand *command,
                        const EsTrainOptions *options,
                        const EsCommonOptions *common);

G_END_DECLS

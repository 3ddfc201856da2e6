/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-command.h"
#include "es-dataset.h"
#include "es-run.h"

G_BEGIN_DECLS

/* The settings of a training as given, some or all. */
typedef struct
{
  char *data;
  char *gate;
  char *decay;
  char *seed;
  char *resume;
  char *out;
  char *keep;
  char **changes;                    /* "EPOCH:SETTING=VALUE" (nullable) */
  int hidden, layers, epochs, batch; /* G_MININT: not given */
  gboolean bias, residual;
  /* -G_MAXDOUBLE: not given */
  double lr, weight_decay, noise, rotate, translate, blur;
} EsTrainOptions;

void es_train_options_init (EsTrainOptions *options);
void es_train_options_clear (EsTrainOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsTrainOptions, es_train_options_clear)

/* The entries that fill @options, NULL-terminated; to be freed with g_free(). */
GOptionEntry *es_train_options_entries (EsTrainOptions *options);

/* Puts what was given into @model (for images of @dataset) and @config. FALSE with
   ES_USAGE_ERROR if a value cannot be read or is out of its range. */
gboolean es_train_options_apply (const EsTrainOptions *options,
                                 const EsDataset *dataset,
                                 EsModelConfig *model,
                                 EsTrainConfig *config,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The changes of rates that were given (of EsRateChange; g_array_unref()), for a
   training with the settings @config; NULL with ES_USAGE_ERROR if one cannot be read or
   has a value out of range. */
GArray *es_train_options_list_changes (const EsTrainOptions *options,
                                       const EsTrainConfig *config,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The option among @options that describes the network, or NULL if none was given:
   a resumed network is what it is. */
const char *es_train_options_model_option (const EsTrainOptions *options);

G_END_DECLS

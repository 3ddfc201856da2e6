/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-core-types.h"
#include "es-dataset.h"
#include "es-model.h"

G_BEGIN_DECLS

/* What weight decay acts on. */
typedef enum {
  ES_DECAY_DECOUPLED, /* the weights, as AdamW does */
  ES_DECAY_COUPLED,   /* the gradient, as Adam with weight decay does */
} EsDecay;

const char *es_decay_to_string (EsDecay decay);
/* Returns FALSE if @name is none. */
gboolean es_decay_from_string (const char *name, EsDecay *decay);

/* The recipe of a training, besides the model. */
typedef struct
{
  guint epochs;        /* planned; the learning rate falls to 0 over them */
  guint batch;         /* samples per step */
  double lr;           /* peak learning rate of AdamW */
  double weight_decay; /* per unit of learning rate if decoupled */
  EsDecay decay;
  double noise;     /* deviation of the Gaussian noise on every pixel (0 to 1) */
  double rotate;    /* degrees, uniform in +- */
  double translate; /* share of the image's size, uniform in +-, both directions */
  double blur;      /* deviation of a Gaussian 5 x 5 blur, pixels; 0 is none */
  guint64 seed;
  guint threads; /* that a batch is cut up for, which the last bits depend on; 0: as
                    many as compute when the training starts */
} EsTrainConfig;

/* The settings of the published tutorial: 20 epochs, batch 2048, lr 0.001, weight decay
   0.5, noise 0.4, seed 42. */
void es_train_config_init (EsTrainConfig *config);

/*
 * The first example: settings under which a network of width ES_DIGITS_HIDDEN learns
 * the built-in digits well and keeps eigenvectors that a newcomer recognises as digits.
 * Strong weight decay leaves each class few components.
 */
#define ES_DIGITS_HIDDEN 128
void es_train_config_init_digits (EsTrainConfig *config);

/* The batch size for @n_images training images, unless one is asked for: 2048, or 256
   for fewer than 30,000, so that an epoch is more than a few steps; never more than
   there are. */
guint es_train_config_default_batch (gsize n_images);

/*
 * The settings that work for the task of @dataset (modular arithmetic and toy logic:
 * one step an epoch, on a fresh batch or on all pairs), and the usual network for
 * @dataset, which is its.
 */
void es_train_config_init_task (EsTrainConfig *config,
                                EsModelConfig *model,
                                const EsDataset *dataset);

/* The same without the dataset, which takes a while to make for the challenge: of
   @n_train training images (0: unknown), and then without the sides of the images. */
void es_train_config_plan_task (EsTrainConfig *config,
                                EsModelConfig *model,
                                const EsTask *task,
                                gsize n_train);

/* Whether every setting is in its range. */
gboolean es_train_config_check (const EsTrainConfig *config,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What one epoch of training brought. */
typedef struct
{
  guint epoch;       /* from 0 */
  double seconds;    /* of training, without the evaluation */
  double train_loss; /* mean over the epoch's batches, as trained (with noise) */
  double train_acc;
  double val_loss; /* on the test images, clean */
  double val_acc;
} EsEpoch;

/* How much of an epoch that is under way has been trained. */
typedef struct
{
  guint batches;     /* done; 0 between epochs */
  double seconds;    /* they took */
  double train_loss; /* what they add to the epoch's means */
  double train_acc;
} EsEpochPart;

/* The settings that may be changed while a network learns. */
typedef enum {
  ES_RATE_LEARNING, /* the learning rate */
  ES_RATE_DECAY,    /* the weight decay */
  ES_RATE_NOISE,
  ES_N_RATES,
} EsRate;

double es_train_config_get_rate (const EsTrainConfig *config, EsRate rate);
void es_train_config_set_rate (EsTrainConfig *config, EsRate rate, double value);

/* "lr", "weight_decay", "noise". */
const char *es_rate_to_string (EsRate rate);
/* Returns FALSE if @name is none. */
gboolean es_rate_from_string (const char *name, EsRate *rate);

/* That one of them was changed, and when. */
typedef struct
{
  double epoch; /* how far the training was, parts of an epoch included */
  EsRate rate;
  double value;  /* since then */
  double before; /* until then, or NAN: not known */
} EsRateChange;

/* Appends to @changes (of EsRateChange) what @now has other rates for than @before, at
   @epoch. A setting that is changed twice at one moment is changed once. */
void es_rate_changes_add (GArray *changes,
                          double epoch,
                          const EsTrainConfig *before,
                          const EsTrainConfig *now);

/* Gives @config, as it was at the end, the rates with which the training began, as far
   as @changes know them. */
void es_rate_changes_undo (const GArray *changes, EsTrainConfig *config);

/*
 * The unit a person works with: a network with where it comes from. Plain data with one
 * owner; the model in it is shared and immutable.
 */
struct _EsRun
{
  char *name;
  EsModel *model;
  gboolean has_recipe;    /* FALSE: opened from a file that others wrote */
  EsTrainConfig train;    /* without a recipe what is known of it, else the usual */
  char *dataset;          /* name (nullable) */
  char *dataset_path;     /* the folder that it was read from (nullable) */
  char *dataset_checksum; /* SHA-256 (nullable) */
  char **class_names;     /* (C), NULL-terminated (nullable) */
  GArray *history;        /* of EsEpoch */
  GArray *changes;        /* of EsRateChange, in the order of time */
  char *program;          /* name and version of what wrote the file (nullable) */
  /* Of a network that others saved, so that it can be read anew in another way: */
  char *opened_path;         /* the file or folder (nullable: it is none) */
  char **opened_parts;       /* "ROLE=NAME" as a person said then (nullable) */
  gboolean residual_assumed; /* neither file nor person said whether it is residual */
  /* Of a network made by editing the components of another one: */
  char *edited_from;      /* the name of that run (nullable: it is none) */
  char **edited_parts;    /* what was done, a text for each class (nullable) */
  double edited_accuracy; /* on the test images, NAN if unknown */
  /* Where an unfinished training stands: AdamW's two moments (n_params each, NULL
     when finished) and its number of steps. */
  float *moment1;
  float *moment2;
  guint64 steps;
  EsEpochPart part; /* of the epoch behind those of the history */
};

EsRun *es_run_new (const char *name, EsModel *model) G_GNUC_WARN_UNUSED_RESULT;
void es_run_free (EsRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsRun, es_run_free)

/* Says in @run what network it was made of, and how, as @from says it. */
void es_run_copy_edited (EsRun *run, const EsRun *from);

/* Epochs trained so far. */
guint es_run_get_epochs (const EsRun *run);

/* The last epoch, or NULL if there is none. */
const EsEpoch *es_run_get_last (const EsRun *run);

/* Accuracy on the test images after all that was done; NAN if unknown. */
double es_run_get_accuracy (const EsRun *run);

/* The name of class @c: from the dataset if known, else its number. Free with g_free().
 */
char *es_run_dup_class_name (const EsRun *run, guint c) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

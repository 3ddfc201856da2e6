/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-core-types.h"
#include "es-error.h"
#include "es-task.h"

G_BEGIN_DECLS

/* Images with labels: N samples of P = rows cols pixels. */
typedef struct
{
  gsize N;
  guint8 *pixels;  /* (N, P), 0 to 255; the networks see pixel / 255 */
  guint16 *labels; /* (N), below the number of classes */
  float *targets;  /* (N, classes) the outputs wanted: learned by their squared error
                      instead of the labels; NULL for labels */
  float *exact;    /* (N, P), 0 black to 1 white: the images that pixels are rounded
                      and cut off from; NULL if nothing is lost or known of it */
} EsSamples;

/* Frees the arrays. */
void es_samples_clear (EsSamples *samples);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsSamples, es_samples_clear)

/*
 * A labelled image dataset in memory, reference-counted and immutable once made.
 * The fields are for reading.
 */
struct _EsDataset
{
  char *name;
  char *path; /* the folder it was read from, or NULL; set by whoever reads it */
  guint rows;
  guint cols;
  guint n_classes;
  char **class_names; /* (n_classes), NULL-terminated */
  EsSamples train;
  EsSamples test;
  EsTask *task; /* that it was made for, or NULL */
};

typedef enum {
  ES_SPLIT_TRAIN,
  ES_SPLIT_TEST,
} EsSplit;

/*
 * Takes the arrays of @train and @test (transfer full, allocated with GLib, also on
 * failure). @class_names (nullable, copied without control characters) must have as
 * many entries as there are classes; without it they are "0", "1", ... The number of
 * classes is the largest label plus one, or the number of names if that is larger.
 * ES_ERROR_SETTING if a split is empty, if there are fewer than two classes, or labels
 * beyond the names.
 */
EsDataset *es_dataset_new (const char *name,
                           guint rows,
                           guint cols,
                           const char *const *class_names,
                           EsSamples *train,
                           EsSamples *test,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
EsDataset *es_dataset_ref (EsDataset *dataset);
void es_dataset_unref (EsDataset *dataset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsDataset, es_dataset_unref)

/* Whether training draws fresh inputs for every step instead of those of the split. */
gboolean es_dataset_is_fresh (const EsDataset *dataset);

const EsSamples *es_dataset_get_split (const EsDataset *dataset, EsSplit split);

/* The mean of the training images: @mean (P), 0 to 1. */
void es_dataset_mean_image (const EsDataset *dataset, float *mean);

/* SHA-256 over sizes, pixels and labels of both splits, in hexadecimal. */
char *es_dataset_checksum (const EsDataset *dataset) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

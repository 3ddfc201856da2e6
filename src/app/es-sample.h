/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-model.h"

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * One image that is looked at: of a dataset, or a person's own. An immutable value,
 * reference-counted, a boxed type. The fields are for reading.
 */
typedef struct
{
  gatomicrefcount refs;
  guint rows, cols;
  float *pixels; /* (rows, cols), 0 to 1: what the networks see */
  gint label;    /* its class, or -1 if it has none */
  char *title;   /* for people, e.g. "Test image 12" */
  /* Where it is from; dataset NULL for an image of one's own. */
  EsDataset *dataset;
  EsSplit split;
  gsize index;
} EsSample;

#define ES_TYPE_SAMPLE (es_sample_get_type ())
GType es_sample_get_type (void);

/* Image @index of @split, which must exist. */
EsSample *es_sample_new (EsDataset *dataset,
                         EsSplit split,
                         gsize index) G_GNUC_WARN_UNUSED_RESULT;

/* An image of one's own: @pixels (rows, cols), 0 to 1, copied. */
EsSample *es_sample_new_own (const float *pixels,
                             guint rows,
                             guint cols,
                             const char *title) G_GNUC_WARN_UNUSED_RESULT;

EsSample *es_sample_ref (EsSample *sample);
void es_sample_unref (EsSample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsSample, es_sample_unref)

/* Whether networks of @config can be given it. */
gboolean es_sample_fits (const EsSample *sample, const EsModelConfig *config);

/* Whether it is image @index of @split of @dataset, or of one that is the same by name
   and size. */
gboolean es_sample_is (const EsSample *sample,
                       const EsDataset *dataset,
                       EsSplit split,
                       gsize index);

G_END_DECLS

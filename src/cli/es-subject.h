/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-run.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/* What a command looks at: a run, and its dataset once that is asked for. */
typedef struct
{
  EsRun *run;
  EsDataset *dataset;
} EsSubject;

/* Opens a run whose weights are numbers: from others nothing can be computed. */
EsRun *es_subject_open_run (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where the dataset of @run is: the folder that it was read from or, if that is gone, a
   dataset of its name. NULL if the run names none. Owned by @run. */
const char *es_subject_dataset_name (const EsRun *run);

gboolean es_subject_open (EsSubject *subject,
                          const char *path,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_subject_clear (EsSubject *subject);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsSubject, es_subject_clear)

/* Loads the dataset @data (nullable: the one that the run names) and checks that the
   network takes its images. */
gboolean es_subject_load_dataset (EsSubject *subject,
                                  const char *data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Which spectra are wanted. The strings are borrowed. */
typedef struct
{
  const char *class_name; /* a class by name or number; NULL: all */
  const char *direction;  /* "3 - 8", or a .npy file of C or n x C numbers; NULL */
  const char *basis;      /* "embedding" or "pixels"; NULL: embedding */
  const char *data;       /* dataset for the mean image of deeper networks; NULL */
  gsize leading;          /* pictures of so many components at each end; 0: all */
} EsSpectrumRequest;

/* The spectra, and their names in *@titles (NULL-terminated, g_strfreev()). */
EsSpectrum *es_subject_spectrum (EsSubject *subject,
                                 const EsSpectrumRequest *request,
                                 const EsProgress *progress,
                                 char ***titles,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

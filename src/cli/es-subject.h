/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-film.h"
#include "es-run-file.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/* What a command looks at: a run, and its dataset once that is asked for. */
typedef struct
{
  EsRun *run;
  EsRunNotes notes;
  EsDataset *dataset;
} EsSubject;

/* Whether @run is the name of a file, there or not; else of a run in the library. */
gboolean es_subject_is_file (const char *run);

/* Opens a run whose weights are numbers: from others nothing can be computed. @run is a
   file, or the name or identifier of a run in the person's library. @overrides and
   @notes are nullable. ES_IO_ERROR_NOT_FOUND if it is neither. */
EsRun *es_subject_open_run (const char *run,
                            const EsModelOverrides *overrides,
                            EsRunNotes *notes,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where the dataset of @run is: the file or folder that it was read from or, if that is
   gone, a dataset of its name. NULL if the run names none. Owned by @run. */
const char *es_subject_dataset_name (const EsRun *run);

/* The same, for @subject. */
gboolean es_subject_open (EsSubject *subject,
                          const char *run,
                          const EsModelOverrides *overrides,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_subject_clear (EsSubject *subject);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsSubject, es_subject_clear)

/* Loads the dataset @data (nullable: the one that the run names) and checks that the
   network takes its images. */
gboolean es_subject_load_dataset (EsSubject *subject,
                                  const char *data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, if it has classes: what is asked of an image's class has no meaning where
   outputs are numbers. */
gboolean es_subject_load_classes (EsSubject *subject,
                                  const char *data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The class that is called @name or has this number. */
gboolean es_subject_find_class (const EsSubject *subject,
                                const char *name,
                                gsize *c,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The split that @name (nullable: test) says; else ES_USAGE_ERROR. */
gboolean es_subject_parse_split (const char *name,
                                 EsSplit *split,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The numbers in @text, separated by commas (of gsize); else ES_USAGE_ERROR. */
GArray *es_subject_parse_ranks (const char *text,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the loaded dataset has an image number @index. */
gboolean es_subject_check_index (const EsSubject *subject,
                                 EsSplit split,
                                 int index,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The full spectra of all classes in the embedding basis, with pictures of @leading
 * components at each end (0: all). The dataset must be loaded: the pictures of deeper
 * networks are linearised at its mean image.
 */
EsSpectrum *es_subject_class_spectra (const EsSubject *subject,
                                      gsize leading,
                                      const EsProgress *progress,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the loaded dataset is, bit for bit, the one that the run was trained on, or
   whether that is unknown. Reads all of it. */
typedef enum {
  ES_SAME_DATA_UNKNOWN,
  ES_SAME_DATA_YES,
  ES_SAME_DATA_NO,
} EsSameData;

EsSameData es_subject_compare_data (const EsSubject *subject);

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

/* One direction: the factors of the outputs in *@outputs (C), its name in *@title, and
   in *@x0 (P; NULL for one layer) where deeper networks' pictures are taken. Without a
   class or a direction that of class 0. All to be freed with g_free(). */
gboolean es_subject_direction (EsSubject *subject,
                               const EsSpectrumRequest *request,
                               float **outputs,
                               float **x0,
                               char **title,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens a run that is kept in a library with its film: @run is the run's file there, or
   its name or identifier in the person's own. ES_IO_ERROR_NOT_FOUND if there is no
   film. */
gboolean es_subject_open_film (EsSubject *subject,
                               const char *run,
                               EsFilm **film,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * Where datasets are: a folder NAME with the four IDX files of the MNIST family in
 * $EIGENSCOPE_DATA, else in $XDG_DATA_HOME/eigenscope/datasets, else in
 * /usr/share/eigenscope/datasets. "glyphs" is generated and has no folder.
 */

#define ES_DATASET_BUILTIN "glyphs"
#define ES_DATASET_BUILTIN_TRAIN 12000
#define ES_DATASET_BUILTIN_TEST 2000
#define ES_DATASET_BUILTIN_SEED 42

/* The four files of a folder. */
typedef enum {
  ES_DATASET_TRAIN_IMAGES,
  ES_DATASET_TRAIN_LABELS,
  ES_DATASET_TEST_IMAGES,
  ES_DATASET_TEST_LABELS,
} EsDatasetFile;

#define ES_DATASET_N_FILES 4

/*
 * The folder of the dataset @name_or_folder: a name found in the places above, else a
 * path (g_free()). ES_IO_ERROR_NOT_FOUND, saying where it looked.
 */
char *es_dataset_find (const char *name_or_folder,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The folders in which @name would be looked for, NULL-terminated (g_strfreev()). */
char **es_dataset_places (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* The path of @file in @folder, plain or gzip, with a dash or a dot before "idx"
   (g_free()). ES_IO_ERROR_NOT_FOUND naming the expected file. */
char *es_dataset_find_file (const char *folder,
                            EsDatasetFile file,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @folder has at least one of the four files. */
gboolean es_dataset_has_files (const char *folder);

/* What is known of a dataset without loading its images. */
typedef struct
{
  char *name;
  gboolean is_builtin;
  char *folder;  /* NULL: built in, or not found */
  char **places; /* where it was looked for, in order */
  gsize n_train; /* this and the following 0 unless the files can be read */
  gsize n_test;
  guint rows;
  guint cols;
  guint n_classes;
  char *problem; /* why a folder that was found cannot be used (nullable) */
} EsDatasetInfo;

void es_dataset_info_free (EsDatasetInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsDatasetInfo, es_dataset_info_free)

/* Reads the headers and labels of the four files in @folder. */
EsDatasetInfo *es_dataset_examine (const char *folder,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The known datasets, found or not, then the others found (of EsDatasetInfo). */
GPtrArray *es_dataset_list (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

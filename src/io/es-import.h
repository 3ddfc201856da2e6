/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-image-fit.h"
#include "es-io-error.h"
#include "es-progress.h"

G_BEGIN_DECLS

/*
 * Datasets of one's own, recognised by content:
 *
 *   - a folder with the four IDX files of the MNIST family, or one of these;
 *   - NumPy arrays of images and labels: an .npz, a folder of .npy and .npz, or a file
 *     of images and another one of their labels;
 *   - a folder of PNG and JPEG pictures, one sub-folder a class, perhaps below train
 *     and test;
 *   - CSV with an image and its label a line: a file, or a folder with one for training
 *     and one for testing; also compressed by gzip.
 *
 * Values become 8 bits, 0 to 255, and colors gray (or planes), since that is what the
 * networks see. Where an .npz says in "value_range" (2) which values are black and
 * white, no other range is looked for, and images that are not fitted are kept exact,
 * too, beyond black and white as well.
 */
typedef enum {
  ES_IMPORT_IDX,
  ES_IMPORT_ARRAYS,
  ES_IMPORT_PICTURES,
  ES_IMPORT_CSV,
} EsImportFormat;

/* "IDX files", "NumPy arrays", "pictures", "CSV". */
const char *es_import_format_to_string (EsImportFormat format);

#define ES_IMPORT_MAX_SIDE 1024
#define ES_IMPORT_MAX_CLASSES 1024

/* What can be chosen. The strings are borrowed. */
typedef struct
{
  guint rows; /* size of the result, up to ES_IMPORT_MAX_SIDE; 0: as the images are */
  guint cols;
  guint shape_rows; /* how N × P values lie; 0: a square if P is one, else one row */
  guint shape_cols;
  EsFit fit;
  EsColors colors;
  gboolean invert;
  double low; /* the values that become 0 and 255; equal: found from the data */
  double high;
  double test_fraction;     /* of each class, if there are no test images; 0 to 1 */
  guint64 seed;             /* chooses them */
  const char *label_column; /* of CSV: its heading, or its number from 1; NULL: found */
  const char *test_path;    /* a second CSV file, of test images (nullable) */
  const char *labels_path;  /* a file of arrays with the labels of another (nullable) */
  const char *const *class_names; /* instead of those found (nullable) */
  gsize limit;                    /* only about so many images, for a preview; 0: all */
} EsImportOptions;

/* Everything found from the data; a fifth for testing. */
void es_import_options_init (EsImportOptions *options);

/* What a look at the files, without reading them all, has found. */
typedef struct
{
  EsImportFormat format;
  char *path;    /* file or folder, absolute */
  char *name;    /* a name for the dataset */
  gsize n_train; /* images; of CSV an estimate */
  gsize n_test;  /* 0: some of the others will be taken */
  guint rows;    /* of the first image */
  guint cols;
  guint channels;        /* 1 gray; 2, 4 with transparency; 3, 4 colors */
  gboolean same_size;    /* the images looked at all have it */
  char **class_names;    /* NULL-terminated; NULL: only reading all labels will tell */
  gboolean lacks_labels; /* arrays: they are in another file */
  char *labels_path;     /* which is most likely this one (nullable) */
  GPtrArray *notes;      /* what a person should know, sentences (of char *) */
  EsImportOptions defaults; /* sensible ones: rows and cols are set */
} EsImportInfo;

/* Looks at @path, and at the file of its labels if they are known to be in @labels_path
   (nullable). ES_IO_ERROR_UNSUPPORTED saying what was expected if it is nothing of the
   above, else the errors of the readers. */
EsImportInfo *es_import_probe (const char *path,
                               const char *labels_path,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void es_import_info_free (EsImportInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsImportInfo, es_import_info_free)

/*
 * Reads @path with @options (nullable: those that a probe suggests). Labels that are
 * not 0, 1, ... become classes in ascending order, called by what they were.
 *
 * Besides the errors of the readers: ES_IO_ERROR_FORMAT naming the place of a value
 * that is no number, of a label that is no whole number or has no name, of a line
 * of another length; _TOO_LARGE; ES_ERROR_SETTING for options out of range or fewer
 * than two classes; ES_ERROR_CANCELLED.
 */
EsDataset *es_import_load (const char *path,
                           const EsImportOptions *options,
                           const EsProgress *progress,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-import.h"

G_BEGIN_DECLS

/* What the readers of all formats hand over. */

typedef enum {
  ES_PART_TRAIN,
  ES_PART_TEST,
  ES_N_PARTS,
} EsPartKind;

typedef struct
{
  gsize N;
  guint8 *pixels; /* (N, rows, width), fitted */
  float *exact;   /* the same before they became bytes (nullable) */
  gint64 *labels; /* (N) */
  char *path;     /* for messages about the labels */
} EsImportPart;

typedef struct
{
  guint rows;
  guint width;
  EsImportPart parts[ES_N_PARTS]; /* test has N 0 if there is none */
  char **names; /* label k is names[k]; NULL: labels are only numbers */
} EsImportData;

/* Fits images of this size by @options; FALSE with ES_ERROR_SETTING beyond the limits.
 */
gboolean es_import_fit_init (EsImageFit *fit,
                             const EsImportOptions *options,
                             guint rows,
                             guint cols,
                             GError **error);

/* Sets @part to room for @N images of @P pixels; ES_IO_ERROR_TOO_LARGE naming @path. */
gboolean es_import_part_allocate (
    EsImportPart *part, gsize N, gsize P, const char *path, GError **error);

/* How @P values lie by @options: @rows × @cols × @channels (1, 3 or 4). */
gboolean es_import_shape (guint *rows,
                          guint *cols,
                          guint *channels,
                          gsize P,
                          const EsImportOptions *options,
                          const char *path,
                          GError **error);

/* Which values become black and white, found step by step. */
typedef struct
{
  double low;
  double high;
} EsImportRange;

/* The range of values between @low and @high that was most likely meant: 0 to 1, -1 to
   1, 0 to 255, or just these. */
EsImportRange es_import_range_guess (double low, double high);

/* The range of @options, or else the guess. */
EsImportRange
es_import_range_choose (const EsImportOptions *options, double low, double high);

static inline guint8
es_import_range_apply (const EsImportRange *range, double value)
{
  double share = (value - range->low) / (range->high - range->low);

  return (guint8)(CLAMP (share, 0, 1) * 255 + 0.5);
}

/* Appends a sentence. */
void es_import_add_note (EsImportInfo *info, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* Compares names of classes: as numbers if both are some, else as text. */
int es_import_compare_names (gconstpointer a, gconstpointer b);

/* The readers. Probes fill in all but format, path and name; class_names only where
   that is cheap. @path is a folder or a file of the format. */
gboolean es_import_probe_arrays (EsImportInfo *info, GError **error);
gboolean es_import_read_arrays (EsImportData *data,
                                const char *path,
                                const EsImportOptions *options,
                                const EsProgress *progress,
                                GError **error);

gboolean es_import_probe_pictures (EsImportInfo *info, GError **error);
gboolean es_import_read_pictures (EsImportData *data,
                                  const char *path,
                                  const EsImportOptions *options,
                                  const EsProgress *progress,
                                  GError **error);

gboolean es_import_probe_csv (EsImportInfo *info, GError **error);
gboolean es_import_read_csv (EsImportData *data,
                             const char *path,
                             const EsImportOptions *options,
                             const EsProgress *progress,
                             GError **error);

/* For a file or a folder: what its name says of the part it belongs to. */
typedef enum {
  ES_NAMED_NONE,
  ES_NAMED_TRAIN,
  ES_NAMED_TEST,
  ES_NAMED_OTHER, /* validation */
} EsNamedPart;

EsNamedPart es_import_named_part (const char *name);

/* Whether a file in a folder is called as a table: "a.csv", "a.csv.gz". */
gboolean es_import_is_table_name (const char *name);

G_END_DECLS

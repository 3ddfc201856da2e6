/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-dataset-load.h"
#include "es-dataset-store.h"
#include "es-import.h"
#include "es-output.h"

#include <stdio.h>
#include <string.h>

#define NO_RANGE (-G_MAXDOUBLE)

/* The options of "datasets import" as given. */
typedef struct
{
  char *name;
  char *size;
  char *shape;
  char *fit;
  char *colors;
  char *range;
  char *label;
  char *test;
  char *labels;
  char *classes;
  char *seed;
  double test_fraction;
  gboolean invert;
  gboolean replace;
  gboolean dry_run;
} ImportOptions;

static void
import_options_clear (ImportOptions *options)
{
  char **texts[] = {&options->name,    &options->size,  &options->shape, &options->fit,
                    &options->colors,  &options->range, &options->label, &options->test,
                    &options->classes, &options->seed,  &options->labels};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ImportOptions, import_options_clear)

static GOptionEntry *
make_entries (ImportOptions *o)
{
  const GOptionEntry entries[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &o->name,
       "Name of the dataset (default: that of the file or folder)", "NAME"},
      {"size", 0, 0, G_OPTION_ARG_STRING, &o->size,
       "Scale images to this width and height in pixels", "WxH"},
      {"fit", 0, 0, G_OPTION_ARG_STRING, &o->fit,
       "Images of another shape are stretched (default), cropped or padded",
       "stretch|crop|pad"},
      {"colors", 0, 0, G_OPTION_ARG_STRING, &o->colors,
       "Colors become gray (default) or three planes side by side", "gray|planes"},
      {"invert", 0, 0, G_OPTION_ARG_NONE, &o->invert, "Dark becomes bright", NULL},
      {"range", 0, 0, G_OPTION_ARG_STRING, &o->range,
       "Values that become black and white (default: found from the data)", "LOW:HIGH"},
      {"shape", 0, 0, G_OPTION_ARG_STRING, &o->shape,
       "Width and height of images that are stored as one row (default: a square)",
       "WxH"},
      {"test-fraction", 0, 0, G_OPTION_ARG_DOUBLE, &o->test_fraction,
       "Share of each class for testing if there are no test images (default 0.2)",
       "X"},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &o->seed, "Chooses them (default 42)", "N"},
      {"label", 0, 0, G_OPTION_ARG_STRING, &o->label,
       "CSV: column of the labels, its heading or number (default: found)", "COLUMN"},
      {"test", 0, 0, G_OPTION_ARG_FILENAME, &o->test, "CSV: the file of test images",
       "FILE"},
      {"labels", 0, 0, G_OPTION_ARG_FILENAME, &o->labels,
       "NumPy: the file with the labels of the images in PATH (default: found beside "
       "it)",
       "FILE"},
      {"classes", 0, 0, G_OPTION_ARG_FILENAME, &o->classes,
       "Names of the classes, one a line", "FILE"},
      {"replace", 0, 0, G_OPTION_ARG_NONE, &o->replace,
       "Replace the imported dataset of this name", NULL},
      {"dry-run", 0, 0, G_OPTION_ARG_NONE, &o->dry_run, "Only say what was recognised",
       NULL},
      {NULL},
  };

  return g_memdup2 (entries, sizeof entries);
}

static gboolean
refuse (GError **error, const char *option, const char *value, const char *expected)
{
  g_set_error (error, ES_USAGE_ERROR, 0, "--%s is %s; expected %s", option, value,
               expected);
  return FALSE;
}

/* "28x20": width, then height. */
static gboolean
parse_size (
    const char *text, const char *option, guint *cols, guint *rows, GError **error)
{
  g_auto (GStrv) parts = NULL;
  guint64 width, height;

  if (text == NULL)
    return TRUE;
  parts = g_strsplit (text, "x", -1);
  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 1, ES_IMPORT_MAX_SIDE, &width, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, ES_IMPORT_MAX_SIDE, &height, NULL))
    return refuse (error, option, text, "a width and a height of 1 to 1024, as 28x28");
  *cols = (guint)width;
  *rows = (guint)height;
  return TRUE;
}

static gboolean
parse_range (const char *text, EsImportOptions *options, GError **error)
{
  char *end;

  if (text == NULL)
    return TRUE;
  options->low = g_ascii_strtod (text, &end);
  if (end != text && *end == ':') {
    const char *high = end + 1;

    options->high = g_ascii_strtod (high, &end);
    if (end != high && *end == '\0' && options->low < options->high)
      return TRUE;
  }
  return refuse (error, "range", text, "two rising numbers, as 0:255");
}

static gboolean
parse_choices (const ImportOptions *given, EsImportOptions *options, GError **error)
{
  const char *const fits[] = {"stretch", "crop", "pad", NULL};
  guint fit = 0;

  while (given->fit != NULL && fits[fit] != NULL && strcmp (fits[fit], given->fit) != 0)
    fit++;
  if (fits[fit] == NULL)
    return refuse (error, "fit", given->fit, "stretch, crop or pad");
  options->fit = (EsFit)fit;
  if (g_strcmp0 (given->colors, "planes") == 0)
    options->colors = ES_COLORS_PLANES;
  else if (given->colors != NULL && strcmp (given->colors, "gray") != 0)
    return refuse (error, "colors", given->colors, "gray or planes");
  if (given->seed != NULL && !g_ascii_string_to_unsigned (
                                 given->seed, 10, 0, G_MAXUINT64, &options->seed, NULL))
    return refuse (error, "seed", given->seed, "a whole number from 0");
  return TRUE;
}

/* Puts what was given over the defaults. */
static gboolean
apply (const ImportOptions *given, EsImportOptions *options, GError **error)
{
  if (given->test_fraction != NO_RANGE) {
    g_autofree char *text = g_strdup_printf ("%g", given->test_fraction);

    if (!(given->test_fraction > 0 && given->test_fraction < 1))
      return refuse (error, "test-fraction", text, "a number between 0 and 1");
    options->test_fraction = given->test_fraction;
  }
  options->invert = given->invert;
  options->label_column = given->label;
  options->test_path = given->test;
  return parse_size (given->size, "size", &options->cols, &options->rows, error) &&
         parse_size (given->shape, "shape", &options->shape_cols, &options->shape_rows,
                     error) &&
         parse_range (given->range, options, error) &&
         parse_choices (given, options, error);
}

static void
report_probe (const EsImportInfo *info, gboolean json)
{
  JsonBuilder *object;

  if (!json) {
    g_print ("%s: %s, %" G_GSIZE_FORMAT " training and %" G_GSIZE_FORMAT
             " test images of %u x %u pixels, %u channel%s\n",
             info->path, es_import_format_to_string (info->format), info->n_train,
             info->n_test, info->cols, info->rows, info->channels,
             info->channels == 1 ? "" : "s");
    for (guint i = 0; i < info->notes->len; i++)
      g_print ("  %s\n", (const char *)info->notes->pdata[i]);
    return;
  }
  object = es_output_object ();
  es_output_string (object, "format", es_import_format_to_string (info->format));
  es_output_string (object, "name", info->name);
  es_output_int (object, "train_images", (gint64)info->n_train);
  es_output_int (object, "test_images", (gint64)info->n_test);
  es_output_int (object, "rows", info->rows);
  es_output_int (object, "cols", info->cols);
  es_output_int (object, "channels", info->channels);
  if (info->class_names != NULL)
    es_output_int (object, "classes", g_strv_length (info->class_names));
  es_output_json (object);
}

static void
report_done (const EsDataset *dataset,
             const char *name,
             const char *folder,
             gboolean json)
{
  g_autofree char *classes = g_strjoinv (", ", dataset->class_names);
  JsonBuilder *object;

  if (!json) {
    g_print ("%s: %" G_GSIZE_FORMAT " training and %" G_GSIZE_FORMAT
             " test images of %u x %u pixels, %u classes: %s\nSaved in %s\n",
             name, dataset->train.N, dataset->test.N, dataset->cols, dataset->rows,
             dataset->n_classes, classes, folder);
    return;
  }
  object = es_output_object ();
  es_output_string (object, "name", name);
  es_output_string (object, "folder", folder);
  es_output_int (object, "train_images", (gint64)dataset->train.N);
  es_output_int (object, "test_images", (gint64)dataset->test.N);
  es_output_int (object, "rows", dataset->rows);
  es_output_int (object, "cols", dataset->cols);
  es_output_int (object, "classes", dataset->n_classes);
  es_output_json (object);
}

static EsDataset *
load (const char *path, const EsImportOptions *options, GError **error)
{
  EsProgressBar bar;
  EsDataset *dataset;

  es_progress_bar_init (&bar, "Importing");
  dataset = es_import_load (path, options, &bar.progress, error);
  es_progress_bar_clear (&bar);
  return dataset;
}

/* Reads @path with the options given and keeps it. */
static gboolean
import (const char *path, const ImportOptions *given, gboolean json, GError **error)
{
  g_autoptr (EsImportInfo) info = NULL;
  g_autoptr (EsDataset) dataset = NULL;
  g_autofree char *folder = NULL;
  g_auto (GStrv) classes = NULL;
  const char *name;
  EsImportOptions options;

  es_import_options_init (&options);
  if (!apply (given, &options, error))
    return FALSE;
  info = es_import_probe (path, given->labels, error);
  if (info == NULL)
    return FALSE;
  options.labels_path = info->labels_path;
  if (given->dry_run) {
    report_probe (info, json);
    return TRUE;
  }
  name = given->name != NULL ? given->name : info->name;
  if (given->classes != NULL) {
    classes = es_dataset_read_classes_file (given->classes, error);
    if (classes == NULL)
      return FALSE;
    options.class_names = (const char *const *)classes;
  }
  if (!es_dataset_check_name (name, error))
    return FALSE;
  dataset = load (path, &options, error);
  folder = dataset == NULL
               ? NULL
               : es_dataset_store (dataset, name, info->path, given->replace, error);
  if (folder == NULL)
    return FALSE;
  report_done (dataset, name, folder, json);
  return TRUE;
}

static EsExit
run_import (int argc, char **argv)
{
  g_auto (ImportOptions) options = {.test_fraction = NO_RANGE};
  g_autofree GOptionEntry *entries = make_entries (&options);
  EsCommonOptions common;
  GError *error = NULL;

  if (!es_command_parse (
          &es_command_import, entries,
          "PATH is a folder of IDX files; an .npz file, a folder of .npy files with "
          "images and labels,\nor an .npy file of images (see --labels); a folder of "
          "PNG and JPEG pictures, a sub-folder a\nclass, perhaps below train and "
          "test; a CSV file, perhaps compressed by gzip, or a folder\nwith one for "
          "training and one for testing.",
          &common, 1, 1, &argc, &argv))
    return ES_EXIT_USAGE;
  return import (argv[1], &options, common.json, &error) ? ES_EXIT_DONE
                                                         : es_command_failed (error);
}

const EsCommand es_command_import = {
    .name = "datasets import",
    .arguments = "PATH",
    .summary = "Keep a dataset of one's own under a name",
    .run = run_import,
};

static EsExit
run_remove (int argc, char **argv)
{
  EsCommonOptions common;
  GError *error = NULL;

  if (!es_command_parse (&es_command_remove, NULL, NULL, &common, 1, 1, &argc, &argv))
    return ES_EXIT_USAGE;
  if (!es_dataset_remove (argv[1], &error))
    return es_command_failed (error);
  if (!common.json)
    g_print ("Removed %s\n", argv[1]);
  return ES_EXIT_DONE;
}

const EsCommand es_command_remove = {
    .name = "datasets remove",
    .arguments = "NAME",
    .summary = "Delete an imported dataset",
    .run = run_remove,
};

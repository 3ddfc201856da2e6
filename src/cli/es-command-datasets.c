/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-dataset-store.h"
#include "es-output.h"

/* What an imported dataset was made from (nullable, g_free()). */
static char *
find_source (const EsDatasetInfo *info)
{
  g_auto (EsDatasetRecord) record = {NULL};

  if (info->folder == NULL || !es_dataset_record_read (&record, info->folder, NULL))
    return NULL;
  return g_steal_pointer (&record.source);
}

/* "cat, dog", or NULL if the classes are numbers. */
static char *
list_classes (const EsDatasetInfo *info)
{
  g_auto (GStrv) names = NULL;

  if (info->folder != NULL)
    names = es_dataset_read_class_names (info->folder, info->n_classes, NULL);
  return names != NULL ? g_strjoinv (", ", names) : NULL;
}

static void
report_json (const EsDatasetInfo *info)
{
  JsonBuilder *object = es_output_object ();
  g_autofree char *source = find_source (info);
  gboolean usable = info->n_train > 0;

  es_output_string (object, "name", info->name);
  es_output_boolean (object, "found", info->is_builtin || info->folder != NULL);
  es_output_string (object, "folder", info->folder);
  if (usable) {
    es_output_int (object, "train_images", (gint64)info->n_train);
    es_output_int (object, "test_images", (gint64)info->n_test);
    es_output_int (object, "rows", info->rows);
    es_output_int (object, "cols", info->cols);
    es_output_int (object, "classes", info->n_classes);
  }
  if (source != NULL)
    es_output_string (object, "source", source);
  if (info->problem != NULL)
    es_output_string (object, "problem", info->problem);
  es_output_json (object);
}

static void
report_text (const EsDatasetInfo *info)
{
  g_autofree char *source = find_source (info);
  g_autofree char *classes = list_classes (info);

  g_print ("%s\n", info->name);
  if (info->n_train > 0)
    g_print ("  %" G_GSIZE_FORMAT " training and %" G_GSIZE_FORMAT
             " test images of %u x %u pixels, %u classes\n",
             info->n_train, info->n_test, info->rows, info->cols, info->n_classes);
  if (classes != NULL && info->n_train > 0)
    g_print ("  %s\n", classes);
  if (source != NULL)
    g_print ("  imported from %s\n", source);
  if (info->is_builtin) {
    g_print ("  built in\n");
  } else if (info->folder != NULL) {
    g_print ("  in %s\n", info->folder);
  } else {
    g_autofree char *places = g_strjoinv (", ", info->places);

    g_print ("  not found; looked in %s\n", places);
  }
  if (info->problem != NULL)
    g_print ("  cannot be used: %s\n", info->problem);
}

static EsExit
run_datasets (int argc, char **argv)
{
  EsCommonOptions common;
  g_autoptr (GPtrArray) list = NULL;

  if (!es_command_parse (
          &es_command_datasets, NULL,
          "Datasets are folders with the four IDX files of the MNIST "
          "family, gzip or plain, in $EIGENSCOPE_DATA,\n"
          "$XDG_DATA_HOME/eigenscope/datasets or "
          "/usr/share/eigenscope/datasets. 'datasets import' makes them from "
          "other files,\n'datasets remove' deletes what was imported.",
          &common, 0, 0, &argc, &argv))
    return ES_EXIT_USAGE;
  list = es_dataset_list ();
  for (guint i = 0; i < list->len; i++) {
    if (common.json)
      report_json (list->pdata[i]);
    else
      report_text (list->pdata[i]);
  }
  return ES_EXIT_DONE;
}

const EsCommand es_command_datasets = {
    .name = "datasets",
    .arguments = "",
    .summary = "Known datasets, where they are, how large",
    .run = run_datasets,
};

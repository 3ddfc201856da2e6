/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-io-error.h"
#include "es-progress.h"

G_BEGIN_DECLS

#define ES_DATASET_CLASSES_FILE "classes.txt"

/*
 * Loads a dataset by name, or from a file or folder; "glyphs" is drawn, and a
 * task (es-task.h) is made. What is not in
 * IDX files is read as es_import_load() does by default. Names of the classes
 * come from "classes.txt" in the folder, one a line, else are known for Fashion-MNIST,
 * else are the numbers. Files that are missing or do not fit together are
 * ES_IO_ERROR_*, ES_ERROR_CANCELLED if @progress (nullable) says stop.
 */
EsDataset *es_dataset_load (const char *name_or_folder,
                            const EsProgress *progress,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The class names of the dataset in @folder, NULL-terminated (g_strfreev()). @n_labels
 * is the largest label plus one. NULL without @error means that they are the numbers;
 * ES_IO_ERROR_FORMAT if there are fewer names than labels.
 */
char **es_dataset_read_class_names (const char *folder,
                                    guint n_labels,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The class names in the text file @path, one a line, NULL-terminated (g_strfreev()).
 */
char **es_dataset_read_classes_file (const char *path,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

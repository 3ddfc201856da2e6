/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A row to choose a dataset of images: the built-in digits, those that are found, and
 * whatever else it has been given. "selected" changes when another one is chosen.
 */
#define ES_TYPE_DATASET_ROW (es_dataset_row_get_type ())
G_DECLARE_FINAL_TYPE (EsDatasetRow, es_dataset_row, ES, DATASET_ROW, AdwComboRow)

/* The name or path of the one that is chosen, or the text of a task. Valid until the
   row goes. */
const char *es_dataset_row_get_data (EsDatasetRow *self);

/* How many training images it has; 0 if that is not known. */
gsize es_dataset_row_get_n_train (EsDatasetRow *self);

/* Chooses @data, which is added if it is not there. */
void es_dataset_row_set_data (EsDatasetRow *self, const char *data);

G_END_DECLS

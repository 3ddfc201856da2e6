/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-statistics.h"
#include "es-tensor.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One tensor of a file, as a list shows it. "changed" is emitted when its statistics
   are known. */
#define ES_TYPE_TENSOR_ITEM (es_tensor_item_get_type ())
G_DECLARE_FINAL_TYPE (EsTensorItem, es_tensor_item, ES, TENSOR_ITEM, GObject)

typedef enum {
  ES_TENSOR_NAME,
  ES_TENSOR_SHAPE,
  ES_TENSOR_TYPE,
  ES_TENSOR_MIN,
  ES_TENSOR_MAX,
  ES_TENSOR_MEAN,
  ES_TENSOR_DEVIATION,
  ES_TENSOR_ZEROS,
  ES_TENSOR_NOT_FINITE,
} EsTensorColumn;

#define ES_N_TENSOR_COLUMNS (ES_TENSOR_NOT_FINITE + 1)

/* The heading of @column, translated. */
const char *es_tensor_column_get_title (EsTensorColumn column);

/* @tensor without its data outlives the item. */
EsTensorItem *es_tensor_item_new (const EsTensor *tensor) G_GNUC_WARN_UNUSED_RESULT;

/* The same for one that cannot be read. */
EsTensorItem *
es_tensor_item_new_unread (const EsTensor *tensor) G_GNUC_WARN_UNUSED_RESULT;

const EsTensor *es_tensor_item_get_tensor (EsTensorItem *self);
void es_tensor_item_set_statistics (EsTensorItem *self, const EsStatistics *statistics);

/* What stands in @column; "…" while it is not known (g_free()). */
char *es_tensor_item_dup_text (EsTensorItem *self,
                               EsTensorColumn column) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tensor-item.h"

#include "es-i18n.h"
#include "es-number.h"
#include "es-theme.h"

struct _EsTensorItem
{
  GObject parent_instance;

  const EsTensor *tensor;
  EsStatistics statistics;
  gboolean is_known;
  gboolean is_unread; /* only its name is known */
};

G_DEFINE_FINAL_TYPE (EsTensorItem, es_tensor_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
es_tensor_item_class_init (EsTensorItemClass *klass)
{
  changed_signal = g_signal_new ("changed", ES_TYPE_TENSOR_ITEM, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
es_tensor_item_init (EsTensorItem *self)
{
}

const char *
es_tensor_column_get_title (EsTensorColumn column)
{
  static const char *const titles[ES_N_TENSOR_COLUMNS] = {
      N_ ("Name"), N_ ("Shape"),     N_ ("Type"),  N_ ("Minimum"),      N_ ("Maximum"),
      N_ ("Mean"), N_ ("Deviation"), N_ ("Zeros"), N_ ("NaN, Infinite")};

  return _ (titles[column]);
}

EsTensorItem *
es_tensor_item_new (const EsTensor *tensor)
{
  EsTensorItem *self = g_object_new (ES_TYPE_TENSOR_ITEM, NULL);

  self->tensor = tensor;
  return self;
}

EsTensorItem *
es_tensor_item_new_unread (const EsTensor *tensor)
{
  EsTensorItem *self = es_tensor_item_new (tensor);

  self->is_unread = TRUE;
  return self;
}

const EsTensor *
es_tensor_item_get_tensor (EsTensorItem *self)
{
  g_return_val_if_fail (ES_IS_TENSOR_ITEM (self), NULL);
  return self->tensor;
}

void
es_tensor_item_set_statistics (EsTensorItem *self, const EsStatistics *statistics)
{
  g_return_if_fail (ES_IS_TENSOR_ITEM (self));
  self->statistics = *statistics;
  self->is_known = TRUE;
  g_signal_emit (self, changed_signal, 0);
}

static double
get_number (const EsStatistics *statistics, EsTensorColumn column)
{
  switch (column) {
  case ES_TENSOR_MIN:
    return statistics->min;
  case ES_TENSOR_MAX:
    return statistics->max;
  case ES_TENSOR_MEAN:
    return statistics->mean;
  case ES_TENSOR_DEVIATION:
    return es_statistics_get_deviation (statistics);
  case ES_TENSOR_ZEROS:
    return (double)statistics->n_zero;
  default:
    return (double)(statistics->n_nan + statistics->n_infinite);
  }
}

char *
es_tensor_item_dup_text (EsTensorItem *self, EsTensorColumn column)
{
  double value;

  g_return_val_if_fail (ES_IS_TENSOR_ITEM (self), NULL);
  if (column == ES_TENSOR_NAME)
    return g_strdup (self->tensor->name);
  if (self->is_unread)
    return g_strdup (column == ES_TENSOR_TYPE ? _ ("Not readable") : "–");
  if (column == ES_TENSOR_SHAPE)
    return es_tensor_shape (self->tensor);
  if (column == ES_TENSOR_TYPE)
    return g_strdup (es_dtype_to_string (self->tensor->dtype));
  if (!self->is_known)
    return g_strdup ("…");
  value = get_number (&self->statistics, column);
  if (column >= ES_TENSOR_ZEROS)
    return g_strdup_printf ("%.0f", value);
  return es_number_text (value, 4, es_theme_get_point ());
}

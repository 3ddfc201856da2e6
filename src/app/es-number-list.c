/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-number-list.h"

struct _EsNumberItem
{
  GObject parent_instance;

  guint number;
};

G_DEFINE_FINAL_TYPE (EsNumberItem, es_number_item, G_TYPE_OBJECT)

static void
es_number_item_class_init (EsNumberItemClass *klass)
{
}

static void
es_number_item_init (EsNumberItem *self)
{
}

guint
es_number_item_get_number (EsNumberItem *self)
{
  g_return_val_if_fail (ES_IS_NUMBER_ITEM (self), 0);
  return self->number;
}

struct _EsNumberList
{
  GObject parent_instance;

  guint32 *numbers; /* (n) */
  guint n;
};

static GType
get_item_type (GListModel *model)
{
  return ES_TYPE_NUMBER_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return ES_NUMBER_LIST (model)->n;
}

static gpointer
get_item (GListModel *model, guint position)
{
  EsNumberList *self = ES_NUMBER_LIST (model);
  EsNumberItem *item;

  if (position >= self->n)
    return NULL;
  item = g_object_new (ES_TYPE_NUMBER_ITEM, NULL);
  item->number = self->numbers[position];
  return item;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EsNumberList,
                               es_number_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      list_model_init))

static void
es_number_list_finalize (GObject *object)
{
  g_free (ES_NUMBER_LIST (object)->numbers);
  G_OBJECT_CLASS (es_number_list_parent_class)->finalize (object);
}

static void
es_number_list_class_init (EsNumberListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = es_number_list_finalize;
}

static void
es_number_list_init (EsNumberList *self)
{
}

EsNumberList *
es_number_list_new (void)
{
  return g_object_new (ES_TYPE_NUMBER_LIST, NULL);
}

void
es_number_list_set_numbers (EsNumberList *self, guint32 *numbers, gsize n)
{
  guint before;

  g_return_if_fail (ES_IS_NUMBER_LIST (self));
  before = self->n;
  g_free (self->numbers);
  self->numbers = numbers;
  self->n = (guint)n;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->n);
}

guint
es_number_list_find (EsNumberList *self, guint number)
{
  g_return_val_if_fail (ES_IS_NUMBER_LIST (self), G_MAXUINT);
  for (guint i = 0; i < self->n; i++)
    if (self->numbers[i] == number)
      return i;
  return G_MAXUINT;
}

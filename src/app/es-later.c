/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-later.h"

#include "es-shrink.h"

struct _EsLater
{
  AdwBin parent_instance;

  GType page_type;
};

enum {
  PROP_PAGE_TYPE = 1,
  N_PROPS
};

enum {
  MADE,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsLater, es_later, ADW_TYPE_BIN)

GtkWidget *
es_later_get_page (EsLater *self)
{
  GtkWidget *page;

  g_return_val_if_fail (ES_IS_LATER (self), NULL);
  page = adw_bin_get_child (ADW_BIN (self));
  if (page != NULL)
    return page;
  page = g_object_ref_sink (g_object_new (self->page_type, NULL));
  es_shrink (page);
  g_signal_emit (self, signals[MADE], 0, page);
  adw_bin_set_child (ADW_BIN (self), page);
  g_object_unref (page);
  return page;
}

static void
es_later_map (GtkWidget *widget)
{
  es_later_get_page (ES_LATER (widget));
  GTK_WIDGET_CLASS (es_later_parent_class)->map (widget);
}

static void
es_later_set_property (GObject *object,
                       guint id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  switch (id) {
  case PROP_PAGE_TYPE:
    ES_LATER (object)->page_type = g_value_get_gtype (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
es_later_class_init (EsLaterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = es_later_set_property;
  GTK_WIDGET_CLASS (klass)->map = es_later_map;
  props[PROP_PAGE_TYPE] = g_param_spec_gtype (
      "page-type", NULL, NULL, GTK_TYPE_WIDGET,
      G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[MADE] = g_signal_new ("made", ES_TYPE_LATER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, GTK_TYPE_WIDGET);
}

static void
es_later_init (EsLater *self)
{
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-number-row.h"

#include "es-wheel.h"

#include <math.h>

struct _EsNumberRow
{
  AdwActionRow parent_instance;

  GtkSpinButton *spin;
  GtkAdjustment *adjustment;
  gboolean fine;
};

enum {
  PROP_0,
  PROP_VALUE,
  PROP_LOWER,
  PROP_UPPER,
  PROP_STEP,
  PROP_DIGITS,
  PROP_FINE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (EsNumberRow, es_number_row, ADW_TYPE_ACTION_ROW)

/* Steps of 0.0001 from 0.0005 lead to 0.0006 and not to 0.0006000000000000001: what
   adding has left behind the digits that anyone types is dropped. */
static double
tidy_value (EsNumberRow *self)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.12g",
                   gtk_adjustment_get_value (self->adjustment));
  return g_ascii_strtod (text, NULL);
}

static gboolean
output_cb (EsNumberRow *self)
{
  double value = gtk_adjustment_get_value (self->adjustment);
  g_autofree char *text =
      gtk_spin_button_get_digits (self->spin) == 0
          ? g_strdup_printf ("%.0f", value)
          : g_strdup_printf ("%.6g", fabs (value) < 1e-12 ? 0 : value);

  if (g_strcmp0 (text, gtk_editable_get_text (GTK_EDITABLE (self->spin))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->spin), text);
  return TRUE;
}

static void
value_cb (EsNumberRow *self)
{
  double value = gtk_adjustment_get_value (self->adjustment);

  if (self->fine && value > 0)
    gtk_adjustment_set_step_increment (self->adjustment,
                                       pow (10, floor (log10 (value) + 1e-9)));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALUE]);
}

static void
es_number_row_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  EsNumberRow *self = ES_NUMBER_ROW (object);

  switch (prop_id) {
  case PROP_VALUE:
    g_value_set_double (value, tidy_value (self));
    break;
  case PROP_LOWER:
    g_value_set_double (value, gtk_adjustment_get_lower (self->adjustment));
    break;
  case PROP_UPPER:
    g_value_set_double (value, gtk_adjustment_get_upper (self->adjustment));
    break;
  case PROP_STEP:
    g_value_set_double (value, gtk_adjustment_get_step_increment (self->adjustment));
    break;
  case PROP_DIGITS:
    g_value_set_uint (value, gtk_spin_button_get_digits (self->spin));
    break;
  case PROP_FINE:
    g_value_set_boolean (value, self->fine);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
es_number_row_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  EsNumberRow *self = ES_NUMBER_ROW (object);

  switch (prop_id) {
  case PROP_VALUE:
    gtk_adjustment_set_value (self->adjustment, g_value_get_double (value));
    break;
  case PROP_LOWER:
    gtk_adjustment_set_lower (self->adjustment, g_value_get_double (value));
    gtk_adjustment_set_value (self->adjustment,
                              gtk_adjustment_get_value (self->adjustment));
    break;
  case PROP_UPPER:
    gtk_adjustment_set_upper (self->adjustment, g_value_get_double (value));
    break;
  case PROP_STEP:
    gtk_adjustment_set_step_increment (self->adjustment, g_value_get_double (value));
    gtk_adjustment_set_page_increment (self->adjustment,
                                       10 * g_value_get_double (value));
    break;
  case PROP_DIGITS:
    gtk_spin_button_set_digits (self->spin, g_value_get_uint (value));
    break;
  case PROP_FINE:
    self->fine = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
es_number_row_class_init (EsNumberRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = es_number_row_get_property;
  object_class->set_property = es_number_row_set_property;
  props[PROP_VALUE] =
      g_param_spec_double ("value", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  props[PROP_LOWER] =
      g_param_spec_double ("lower", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  props[PROP_UPPER] =
      g_param_spec_double ("upper", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 100, flags);
  props[PROP_STEP] = g_param_spec_double ("step", NULL, NULL, 0, G_MAXDOUBLE, 1, flags);
  props[PROP_DIGITS] = g_param_spec_uint ("digits", NULL, NULL, 0, 20, 0, flags);
  props[PROP_FINE] = g_param_spec_boolean ("fine", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
es_number_row_init (EsNumberRow *self)
{
  self->adjustment = gtk_adjustment_new (0, 0, 100, 1, 10, 0);
  self->spin = GTK_SPIN_BUTTON (gtk_spin_button_new (self->adjustment, 0, 0));
  gtk_spin_button_set_numeric (self->spin, FALSE);
  /* The same for all, so that rows below each other are in line. */
  gtk_editable_set_width_chars (GTK_EDITABLE (self->spin), 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->spin), 7);
  gtk_widget_set_valign (GTK_WIDGET (self->spin), GTK_ALIGN_CENTER);
  es_wheel_leave (GTK_WIDGET (self->spin));
  g_signal_connect_swapped (self->spin, "output", G_CALLBACK (output_cb), self);
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (value_cb),
                           self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->spin));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self),
                                         GTK_WIDGET (self->spin));
}

double
es_number_row_get_value (EsNumberRow *self)
{
  g_return_val_if_fail (ES_IS_NUMBER_ROW (self), 0);
  return tidy_value (self);
}

guint
es_number_row_get_whole (EsNumberRow *self)
{
  return (guint)es_number_row_get_value (self);
}

void
es_number_row_set_value (EsNumberRow *self, double value)
{
  g_return_if_fail (ES_IS_NUMBER_ROW (self));
  gtk_adjustment_set_value (self->adjustment, value);
}

void
es_number_row_commit (EsNumberRow *self)
{
  g_return_if_fail (ES_IS_NUMBER_ROW (self));
  gtk_spin_button_update (self->spin);
}

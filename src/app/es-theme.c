/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-theme.h"

#include "es-settings.h"

#include <langinfo.h>

/* GTK's usual font, 11 points at 96 dpi, for which the styles are made. */
#define USUAL_PIXELS (11.0 * 96 / 72)

struct _EsTheme
{
  GObject parent_instance;
};

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EsTheme, es_theme, G_TYPE_OBJECT)

static void
changed_cb (EsTheme *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
appearance_cb (EsTheme *self)
{
  static const AdwColorScheme schemes[] = {ADW_COLOR_SCHEME_DEFAULT,
                                           ADW_COLOR_SCHEME_FORCE_LIGHT,
                                           ADW_COLOR_SCHEME_FORCE_DARK};
  int appearance = g_settings_get_enum (es_settings_get (), "appearance");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[CLAMP (appearance, 0, 2)]);
}

static void
es_theme_class_init (EsThemeClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", ES_TYPE_THEME, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
es_theme_init (EsTheme *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  GSettings *settings = es_settings_get ();

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::swap-colors", G_CALLBACK (changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::appearance", G_CALLBACK (appearance_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-font-name",
                           G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-xft-dpi",
                           G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  appearance_cb (self);
}

EsTheme *
es_theme_get_default (void)
{
  static EsTheme *theme = NULL;

  if (theme == NULL)
    theme = g_object_new (ES_TYPE_THEME, NULL);
  return theme;
}

/* The widget's font family, and its size as a multiple of the usual one. */
static double
take_font (EsStyle *style, GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double pixels = pango_font_description_get_size (font) / (double)PANGO_SCALE;

  if (pango_font_description_get_family (font) != NULL)
    g_strlcpy (style->family, pango_font_description_get_family (font),
               sizeof style->family);
  if (!pango_font_description_get_size_is_absolute (font))
    pixels *= pango_cairo_context_get_resolution (context) / 72;
  return pixels > 0 ? pixels / USUAL_PIXELS : 1;
}

const char *
es_theme_get_point (void)
{
  const char *point = nl_langinfo (RADIXCHAR);

  return *point != '\0' && g_utf8_validate (point, -1, NULL) ? point : ".";
}

void
es_theme_get_style (EsStyle *style, GtkWidget *widget)
{
  static void (*const styles[2][2]) (EsStyle *) = {
      {es_style_light, es_style_high_contrast},
      {es_style_dark, es_style_high_contrast_dark}};
  AdwStyleManager *manager = adw_style_manager_get_default ();

  styles[!!adw_style_manager_get_dark (manager)]
        [!!adw_style_manager_get_high_contrast (manager)](style);
  style->background.a = 0;
  g_strlcpy (style->point, es_theme_get_point (), sizeof style->point);
  if (g_settings_get_boolean (es_settings_get (), "swap-colors"))
    es_style_swap_signs (style);
  es_style_scale (style, CLAMP (take_font (style, widget), 0.5, 3));
}

double
es_theme_get_text_scale (GtkWidget *widget)
{
  EsStyle ignored;

  return CLAMP (take_font (&ignored, widget), 0.5, 3);
}

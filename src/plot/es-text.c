/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-text.h"

/* Fonts are looked up once per thread. */
static GPrivate thread_context = G_PRIVATE_INIT (g_object_unref);

static PangoContext *
get_context (void)
{
  PangoContext *context = g_private_get (&thread_context);
  cairo_font_options_t *options;

  if (context != NULL)
    return context;
  context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  options = cairo_font_options_create ();
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 96);
  pango_context_set_round_glyph_positions (context, FALSE);
  cairo_font_options_destroy (options);
  g_private_set (&thread_context, context);
  return context;
}

static double
role_size (const EsStyle *style, EsTextRole role)
{
  switch (role) {
  case ES_TEXT_TITLE:
    return style->size_title;
  case ES_TEXT_SMALL:
    return style->size_small;
  case ES_TEXT_HEADING:
  case ES_TEXT_BODY:
  default:
    return style->size;
  }
}

PangoLayout *
es_text_new (const EsStyle *style, EsTextRole role, const char *text)
{
  PangoLayout *layout = pango_layout_new (get_context ());
  PangoFontDescription *font = pango_font_description_new ();
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  pango_font_description_set_family_static (font, style->family);
  pango_font_description_set_absolute_size (font,
                                            role_size (style, role) * PANGO_SCALE);
  if (role == ES_TEXT_TITLE || role == ES_TEXT_HEADING)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, valid, -1);
  pango_font_description_free (font);
  return layout;
}

void
es_text_get_size (PangoLayout *text, double *width, double *height)
{
  int w, h;

  pango_layout_get_size (text, &w, &h);
  *width = (double)w / PANGO_SCALE;
  *height = (double)h / PANGO_SCALE;
}

/* Figures that change many times a second measure the same words over and over: what
   has been measured is kept, by thread, until it is too much. */
#define MAX_MEASURES 2000

typedef struct
{
  double width, height;
} Measure;

static GPrivate thread_measures = G_PRIVATE_INIT ((GDestroyNotify)g_hash_table_unref);

static Measure
measure (const EsStyle *style, EsTextRole role, const char *string)
{
  GHashTable *measures = g_private_get (&thread_measures);
  g_autofree char *key = g_strdup_printf ("%d %a %s\n%s", role, role_size (style, role),
                                          style->family, string);
  g_autoptr (PangoLayout) text = NULL;
  Measure *kept;

  if (measures == NULL) {
    measures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_private_set (&thread_measures, measures);
  }
  kept = g_hash_table_lookup (measures, key);
  if (kept != NULL)
    return *kept;
  if (g_hash_table_size (measures) >= MAX_MEASURES)
    g_hash_table_remove_all (measures);
  text = es_text_new (style, role, string);
  kept = g_new (Measure, 1);
  es_text_get_size (text, &kept->width, &kept->height);
  g_hash_table_insert (measures, g_steal_pointer (&key), kept);
  return *kept;
}

double
es_text_width (const EsStyle *style, EsTextRole role, const char *string)
{
  return measure (style, role, string).width;
}

double
es_text_height (const EsStyle *style, EsTextRole role)
{
  return measure (style, role, "0").height;
}

void
es_text_draw (cairo_t *cr, PangoLayout *text, const EsColor *color, double x, double y)
{
  cairo_save (cr);
  es_color_set (cr, color);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, text);
  cairo_restore (cr);
}

gboolean
es_text_spread (double *y, guint n, double height, double lo, double hi)
{
  /* Blocks of touching labels; each block's centre is the mean of what its labels want
     (pool adjacent violators on y - i height). */
  g_autofree double *mean = g_new (double, n);
  g_autofree guint *count = g_new (guint, n);
  guint n_blocks = 0, i = 0;

  if (n * height > hi - lo + 1e-9)
    return FALSE;
  for (guint k = 0; k < n; k++) {
    mean[n_blocks] = y[k] - k * height;
    count[n_blocks] = 1;
    n_blocks++;
    while (n_blocks > 1 && mean[n_blocks - 1] < mean[n_blocks - 2]) {
      guint a = count[n_blocks - 2], b = count[n_blocks - 1];

      mean[n_blocks - 2] = (a * mean[n_blocks - 2] + b * mean[n_blocks - 1]) / (a + b);
      count[n_blocks - 2] = a + b;
      n_blocks--;
    }
  }
  for (guint b = 0; b < n_blocks; b++) {
    double base = CLAMP (mean[b], lo + height / 2, hi - height / 2 - (n - 1) * height);

    for (guint k = 0; k < count[b]; k++, i++)
      y[i] = base + i * height;
  }
  return TRUE;
}

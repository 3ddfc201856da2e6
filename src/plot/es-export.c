/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-export.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-png.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>

#define UNITS_PER_INCH 96.0
#define POINTS_PER_UNIT 0.75
#define MM_PER_INCH 25.4

#define DEFAULT_WIDTH (5.5 * UNITS_PER_INCH)
#define DEFAULT_DPI 300
/* The largest page that a PDF can have. */
#define MAX_SIDE (200 * UNITS_PER_INCH)
#define MIN_SIDE 1
#define MIN_DPI 10
#define MAX_DPI 2400
/* 400 MB in memory, and what cairo's images can hold. */
#define MAX_PIXELS 1e8
#define MAX_PIXEL_SIDE 32767

GQuark
es_export_error_quark (void)
{
  return g_quark_from_static_string ("es-export-error-quark");
}

gboolean
es_export_format_from_path (const char *path, EsExportFormat *format, GError **error)
{
  static const char *const suffixes[] = {".pdf", ".svg", ".png"};
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (g_str_has_suffix (lower, suffixes[i])) {
      *format = (EsExportFormat)i;
      return TRUE;
    }
  }
  g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FORMAT,
               _ ("%s: expected a name that ends in .pdf, .svg or .png"), path);
  return FALSE;
}

/* Sizes */

/* Sizes are in inches; what is 0 is left to the plot or to the user. */
static const char *const preset_names[] = {
    "neurips",      "iclr",  "icml-column", "icml-page", "journal-column",
    "journal-page", "slide", "readme",      NULL,
};

static const struct
{
  double width, height, dpi, scale;
} presets[] = {
    {5.5, 0, 0, 1},
    {5.5, 0, 0, 1},
    {3.25, 0, 0, 1},
    {6.75, 0, 0, 1},
    {89 / MM_PER_INCH, 0, 0, 1},
    {183 / MM_PER_INCH, 0, 0, 1},
    {1920 / 144.0, 1080 / 144.0, 144, 2},
    {1200 / 192.0, 0, 192, 1},
};

G_STATIC_ASSERT (G_N_ELEMENTS (preset_names) == G_N_ELEMENTS (presets) + 1);

const char *const *
es_export_presets (void)
{
  return preset_names;
}

/* Units per @suffix, or 0. */
static double
unit_size (const char *suffix, double dpi)
{
  if (g_str_equal (suffix, "in"))
    return UNITS_PER_INCH;
  if (g_str_equal (suffix, "mm"))
    return UNITS_PER_INCH / MM_PER_INCH;
  if (g_str_equal (suffix, "cm"))
    return 10 * UNITS_PER_INCH / MM_PER_INCH;
  if (g_str_equal (suffix, "pt"))
    return UNITS_PER_INCH / 72;
  if (g_str_equal (suffix, "px"))
    return UNITS_PER_INCH / dpi;
  return 0;
}

static gboolean
check_side (double side, const char *size, GError **error)
{
  if (side >= MIN_SIDE && side <= MAX_SIDE)
    return TRUE;
  g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE,
               _ ("%s: figures are between 0.3 mm and 200 in wide and high"), size);
  return FALSE;
}

static double
effective_dpi (const EsExportOptions *options)
{
  return options->dpi > 0 ? options->dpi : DEFAULT_DPI;
}

/* "WIDTHunit" or "WIDTHxHEIGHTunit". */
static gboolean
parse_size (EsExportOptions *options, const char *size, GError **error)
{
  char *end;
  double width = g_ascii_strtod (size, &end), height = 0, unit;
  gboolean two = end != size && (*end == 'x' || *end == 'X');
  gboolean bad = end == size;

  if (two) {
    const char *start = end + 1;

    height = g_ascii_strtod (start, &end);
    bad = end == start;
  }
  unit = unit_size (end, effective_dpi (options));
  if (bad || unit == 0) {
    g_set_error (
        error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE,
        _ ("%s: expected a size such as 5.5in, 120x80mm, 240pt or 1200px, or a "
           "preset such as neurips or slide"),
        size);
    return FALSE;
  }
  if (!check_side (width * unit, size, error) ||
      (two && !check_side (height * unit, size, error)))
    return FALSE;
  options->width = width * unit;
  options->height = height * unit;
  return TRUE;
}

gboolean
es_export_options_set_size (EsExportOptions *options, const char *size, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++) {
    if (g_ascii_strcasecmp (preset_names[i], size) != 0)
      continue;
    options->width = presets[i].width * UNITS_PER_INCH;
    options->height = presets[i].height * UNITS_PER_INCH;
    options->scale = presets[i].scale;
    if (presets[i].dpi > 0)
      options->dpi = presets[i].dpi;
    return TRUE;
  }
  return parse_size (options, size, error);
}

/* Drawing */

typedef struct
{
  EsStyle style;
  double width, height, dpi;
  const char *const *provenance;
} Page;

static void
page_init (Page *page, const EsPlot *plot, const EsExportOptions *options)
{
  if (options->style != NULL)
    page->style = *options->style;
  else
    es_style_print (&page->style);
  if (options->scale > 0)
    es_style_scale (&page->style, options->scale);
  if (options->transparent)
    page->style.background.a = 0;
  if (options->hide_title)
    page->style.show_title = FALSE;
  page->width = options->width != 0 ? options->width : DEFAULT_WIDTH;
  page->height = options->height;
  if (page->height == 0 && page->width > 0 && page->width <= MAX_SIDE)
    page->height = es_plot_natural_height (plot, &page->style, page->width);
  page->dpi = effective_dpi (options);
  page->provenance = options->provenance;
}

static gboolean
page_check (const Page *page, EsExportFormat format, GError **error)
{
  double pixels_x = page->width * page->dpi / UNITS_PER_INCH;
  double pixels_y = page->height * page->dpi / UNITS_PER_INCH;
  g_autofree char *size = g_strdup_printf (
      "%.4g x %.4g in", page->width / UNITS_PER_INCH, page->height / UNITS_PER_INCH);

  if (!check_side (page->width, size, error) || !check_side (page->height, size, error))
    return FALSE;
  if (format != ES_EXPORT_PNG)
    return TRUE;
  if (!(page->dpi >= MIN_DPI && page->dpi <= MAX_DPI)) {
    g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE,
                 _ ("%.4g dots per inch: expected %d to %d"), page->dpi, MIN_DPI,
                 MAX_DPI);
    return FALSE;
  }
  if (pixels_x > MAX_PIXEL_SIDE || pixels_y > MAX_PIXEL_SIDE ||
      pixels_x * pixels_y > MAX_PIXELS) {
    g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE,
                 _ ("%s at %.4g dots per inch is %.0f x %.0f pixels, more than %.0f "
                    "million: choose fewer dots per inch or a smaller figure"),
                 size, page->dpi, pixels_x, pixels_y, MAX_PIXELS / 1e6);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_status (cairo_status_t status, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FAILED,
               _ ("The figure could not be drawn: %s"),
               cairo_status_to_string (status));
  return FALSE;
}

static gboolean
draw_page (const Page *page,
           EsPlot *plot,
           cairo_surface_t *surface,
           double scale_x,
           double scale_y,
           GError **error)
{
  cairo_t *cr = cairo_create (surface);
  g_autoptr (EsPlotLayout) layout =
      es_plot_layout (plot, &page->style, page->width, page->height);
  cairo_status_t status;

  cairo_scale (cr, scale_x, scale_y);
  es_plot_draw (plot, layout, &page->style, cr);
  cairo_show_page (cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  return check_status (status, error);
}

static cairo_status_t
append_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* "Key: value; Key: value"; file names in it may be no UTF-8. */
static char *
join_provenance (const char *const *provenance)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0;
       provenance != NULL && provenance[i] != NULL && provenance[i + 1] != NULL; i += 2)
    g_string_append_printf (out, "%s%s: %s", i > 0 ? "; " : "", provenance[i],
                            provenance[i + 1]);
  return g_utf8_make_valid (out->str, -1);
}

static void
set_pdf_metadata (cairo_surface_t *surface, const EsPlot *plot, const Page *page)
{
  g_autofree char *provenance = join_provenance (page->provenance);
  g_autofree char *description = es_plot_describe (plot, NULL);

  if (es_plot_get_title (plot)[0] != '\0')
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE,
                                    es_plot_get_title (plot));
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, description);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR,
                                  "Eigenscope " ES_VERSION);
  if (provenance[0] != '\0')
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_KEYWORDS, provenance);
}

/* Puts title, description and provenance behind the opening tag. */
static void
insert_svg_metadata (GByteArray *bytes, const EsPlot *plot, const Page *page)
{
  g_autofree char *provenance = join_provenance (page->provenance);
  g_autofree char *description = es_plot_describe (plot, NULL);
  g_autofree char *text = g_markup_printf_escaped (
      "\n<title>%s</title>\n<desc>%s</desc>\n<metadata>Eigenscope %s. %s</metadata>",
      es_plot_get_title (plot)[0] != '\0' ? es_plot_get_title (plot) : description,
      description, ES_VERSION, provenance);
  const char *svg = g_strstr_len ((const char *)bytes->data, bytes->len, "<svg");
  const char *end =
      svg == NULL ? NULL
                  : memchr (svg, '>', bytes->len - (gsize)(svg - (char *)bytes->data));
  g_autoptr (GByteArray) tail = NULL;
  guint at;

  if (end == NULL)
    return;
  at = (guint)(end + 1 - (const char *)bytes->data);
  tail = g_byte_array_new ();
  g_byte_array_append (tail, bytes->data + at, bytes->len - at);
  g_byte_array_set_size (bytes, at);
  g_byte_array_append (bytes, (const guint8 *)text, (guint)strlen (text));
  g_byte_array_append (bytes, tail->data, tail->len);
}

static gboolean
render_vector (const Page *page,
               EsPlot *plot,
               EsExportFormat format,
               GByteArray *bytes,
               GError **error)
{
  double width = page->width * POINTS_PER_UNIT, height = page->height * POINTS_PER_UNIT;
  cairo_surface_t *surface =
      format == ES_EXPORT_PDF
          ? cairo_pdf_surface_create_for_stream (append_bytes, bytes, width, height)
          : cairo_svg_surface_create_for_stream (append_bytes, bytes, width, height);
  gboolean done;

  if (format == ES_EXPORT_PDF)
    set_pdf_metadata (surface, plot, page);
  done = draw_page (page, plot, surface, POINTS_PER_UNIT, POINTS_PER_UNIT, error);
  cairo_surface_finish (surface);
  done = done && check_status (cairo_surface_status (surface), error);
  cairo_surface_destroy (surface);
  if (done && format == ES_EXPORT_SVG)
    insert_svg_metadata (bytes, plot, page);
  return done;
}

static cairo_surface_t *
render_image (const Page *page, EsPlot *plot, GError **error)
{
  int width = (int)MAX (rint (page->width * page->dpi / UNITS_PER_INCH), 1);
  int height = (int)MAX (rint (page->height * page->dpi / UNITS_PER_INCH), 1);
  cairo_surface_t *image = cairo_image_surface_create (
      page->style.background.a < 1 ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24, width,
      height);

  if (check_status (cairo_surface_status (image), error) &&
      draw_page (page, plot, image, width / page->width, height / page->height,
                 error)) {
    cairo_surface_flush (image);
    return image;
  }
  cairo_surface_destroy (image);
  return NULL;
}

static gboolean
render_png (const Page *page, EsPlot *plot, GByteArray *bytes, GError **error)
{
  cairo_surface_t *image = render_image (page, plot, error);
  g_autofree char *message = NULL;
  gboolean done;

  if (image == NULL)
    return FALSE;
  done = es_png_encode (bytes, image, page->dpi, page->provenance, &message);
  if (!done)
    g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FAILED,
                 _ ("The figure could not be drawn: %s"), message);
  cairo_surface_destroy (image);
  return done;
}

cairo_surface_t *
es_plot_render_image (EsPlot *plot, const EsExportOptions *options, GError **error)
{
  Page page;

  page_init (&page, plot, options);
  return page_check (&page, ES_EXPORT_PNG, error) ? render_image (&page, plot, error)
                                                  : NULL;
}

GBytes *
es_plot_render (EsPlot *plot,
                EsExportFormat format,
                const EsExportOptions *options,
                GError **error)
{
  GByteArray *bytes = g_byte_array_new ();
  Page page;
  gboolean done;

  page_init (&page, plot, options);
  done = page_check (&page, format, error) &&
         (format == ES_EXPORT_PNG ? render_png (&page, plot, bytes, error)
                                  : render_vector (&page, plot, format, bytes, error));
  if (done)
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-export.h"
#include "es-plot-examples.h"
#include "pdf-ask.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static const char *const provenance[] = {
    "Software", "Eigenscope test", "Command", "figure spectrum ü",
    "Source",   "run 1",           NULL};

static GBytes *
render (EsPlot *plot, EsExportFormat format, const char *size, double dpi)
{
  EsExportOptions options = {.dpi = dpi, .provenance = provenance};
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  g_assert_true (es_export_options_set_size (&options, size, &error));
  bytes = es_plot_render (plot, format, &options, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  return bytes;
}

static char *
save_pdf (EsPlot *plot, const char *size)
{
  g_autoptr (GBytes) bytes = render (plot, ES_EXPORT_PDF, size, 0);
  char *path = NULL;
  int fd = g_file_open_tmp ("eigenscope-XXXXXX.pdf", &path, NULL);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));
  g_assert_cmpuint (length, <, 200 * 1024);
  /* Sharp cells in every viewer. */
  if (g_strstr_len (data, (gssize)length, "/Image"))
    g_assert_nonnull (g_strstr_len (data, (gssize)length, "/Interpolate false"));
  g_assert_null (g_strstr_len (data, (gssize)length, "/Interpolate true"));
  return path;
}

static void
test_pdf_size (void)
{
  g_autoptr (EsPlot) plot = es_example_spectrum (FALSE, FALSE);
  g_autofree char *path = save_pdf (plot, "120x80mm");
  g_autofree char *info = ask ("pdfinfo", path);

  g_unlink (path);
  if (info == NULL)
    return;
  /* 120 x 80 mm in points */
  g_assert_nonnull (strstr (info, "340.157 x 226.772 pts"));
  g_assert_nonnull (strstr (info, "digit 5"));
  g_assert_nonnull (strstr (info, "Command: figure spectrum ü"));
  g_assert_nonnull (strstr (info, "Eigenscope " ES_VERSION));
}

static void
test_pdf_text (void)
{
  g_autoptr (EsPlot) plot = es_example_spectrum (TRUE, FALSE);
  g_autofree char *path = save_pdf (plot, "neurips");
  g_autofree char *text = ask ("pdftotext", path);

  g_unlink (path);
  if (text == NULL)
    return;
  g_assert_nonnull (strstr (text, "Eigenvalues"));
  g_assert_nonnull (strstr (text, "+0.146"));
  g_assert_nonnull (strstr (text, "−0.181"));
  g_assert_nonnull (strstr (text, "embedding basis"));
}

static void
test_pdf_fonts (void)
{
  g_autoptr (EsPlot) plot = es_example_history (20, TRUE);
  g_autofree char *path = save_pdf (plot, "icml-column");
  g_autofree char *fonts = ask ("pdffonts", path);
  g_auto (GStrv) lines = NULL;

  g_unlink (path);
  if (fonts == NULL)
    return;
  g_assert_null (strstr (fonts, "Type 3"));
  lines = g_strsplit (g_strstrip (fonts), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >=, 3);
  /* Embedded and subsetted: two columns that both say yes. */
  for (guint i = 2; lines[i] != NULL; i++)
    g_assert_nonnull (strstr (lines[i], "yes yes"));
}

static void
test_pdf_images (void)
{
  g_autoptr (EsPlot) plot = es_example_gallery (10, 4, ES_GALLERY_BEST);
  g_autofree char *path = save_pdf (plot, "journal-page");
  g_autofree char *list = ask ("pdfimages", path);
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_unlink (path);
  if (list == NULL)
    return;
  /* 40 pictures and the colour bar. The pictures have a whole number of dots for
     every cell, enough of them that viewers find nothing to smooth. */
  lines = g_strsplit (list, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    int width, height;

    if (sscanf (lines[i], "%*d %*d image %d %d", &width, &height) != 2 ||
        width != height)
      continue;
    g_assert_cmpint (width % 28, ==, 0);
    g_assert_cmpint (width, >=, 4 * 28);
    n++;
  }
  g_assert_cmpuint (n, ==, 40);
}

typedef struct
{
  char *width, *height;
  gboolean title, metadata;
  guint images;
} Svg;

static void
start_element (GMarkupParseContext *context,
               const char *element,
               const char **names,
               const char **values,
               gpointer data,
               GError **error)
{
  Svg *svg = data;

  for (guint i = 0; g_str_equal (element, "svg") && names[i] != NULL; i++) {
    if (g_str_equal (names[i], "width"))
      svg->width = g_strdup (values[i]);
    if (g_str_equal (names[i], "height"))
      svg->height = g_strdup (values[i]);
  }
  svg->images += g_str_equal (element, "image");
}

static void
element_text (GMarkupParseContext *context,
              const char *text,
              gsize length,
              gpointer data,
              GError **error)
{
  Svg *svg = data;
  const char *element = g_markup_parse_context_get_element (context);

  if (g_str_equal (element, "title"))
    svg->title = strncmp (text, "digit 5", length) == 0;
  if (g_str_equal (element, "metadata"))
    svg->metadata = g_strstr_len (text, (gssize)length, "Source: run 1") != NULL;
}

static void
test_svg (void)
{
  g_autoptr (EsPlot) plot = es_example_spectrum (FALSE, FALSE);
  g_autoptr (GBytes) bytes = render (plot, ES_EXPORT_SVG, "400x200pt", 0);
  GMarkupParser parser = {.start_element = start_element, .text = element_text};
  Svg svg = {0};
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, 0, &svg, NULL);
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_assert_true (g_markup_parse_context_parse (context, data, (gssize)length, &error));
  g_assert_no_error (error);
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  g_assert_cmpstr (svg.width, ==, "400pt");
  g_assert_cmpstr (svg.height, ==, "200pt");
  g_assert_true (svg.title);
  g_assert_true (svg.metadata);
  g_assert_cmpuint (svg.images, ==, 9);
  g_assert_cmpuint (length, <, 400 * 1024);
  g_free (svg.width);
  g_free (svg.height);
}

static guint32
be32 (const guint8 *at)
{
  return (guint32)at[0] << 24 | (guint32)at[1] << 16 | (guint32)at[2] << 8 | at[3];
}

/* The data of the first chunk of a type whose data starts with @start, or NULL. */
static const guint8 *
find_chunk (GBytes *bytes, const char *type, const char *start)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize at = 8; at + 12 <= length; at += 12 + be32 (data + at))
    if (memcmp (data + at + 4, type, 4) == 0 &&
        memcmp (data + at + 8, start, strlen (start)) == 0)
      return data + at + 8;
  return NULL;
}

static void
test_png (void)
{
  g_autoptr (EsPlot) plot = es_example_history (20, FALSE);
  g_autoptr (GBytes) bytes = render (plot, ES_EXPORT_PNG, "1200x700px", 300);
  const guint8 *header = find_chunk (bytes, "IHDR", "");
  const guint8 *physical = find_chunk (bytes, "pHYs", "");

  g_assert_nonnull (header);
  g_assert_cmpuint (be32 (header), ==, 1200);
  g_assert_cmpuint (be32 (header + 4), ==, 700);
  g_assert_cmpuint (header[9], ==, 2); /* RGB */
  g_assert_nonnull (physical);
  g_assert_cmpuint (be32 (physical), ==, 11811); /* 300 per inch, per metre */
  g_assert_nonnull (find_chunk (bytes, "tEXt", "Software"));
  g_assert_nonnull (find_chunk (bytes, "tEXt", "Source"));
  g_assert_nonnull (find_chunk (bytes, "iTXt", "Command"));
}

static void
test_png_transparent (void)
{
  g_autoptr (EsPlot) plot = es_example_samples (9, ES_SAMPLES_INK, TRUE);
  EsExportOptions options = {.width = 96, .height = 96, .dpi = 96, .transparent = TRUE};
  g_autoptr (GBytes) bytes = es_plot_render (plot, ES_EXPORT_PNG, &options, NULL);

  g_assert_nonnull (bytes);
  g_assert_cmpuint (find_chunk (bytes, "IHDR", "")[9], ==, 6); /* RGBA */
}

typedef struct
{
  const guint8 *data;
  gsize left;
} Reader;

static cairo_status_t
read_bytes (void *closure, unsigned char *data, unsigned int length)
{
  Reader *reader = closure;

  if (length > reader->left)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (data, reader->data, length);
  reader->data += length;
  reader->left -= length;
  return CAIRO_STATUS_SUCCESS;
}

/* A file is what the same functions draw on a screen, pixel by pixel. */
static void
test_same_as_screen (void)
{
  g_autoptr (EsPlot) plot = es_example_spectrum (FALSE, FALSE);
  EsStyle style;
  g_autoptr (EsPlotLayout) layout = NULL;
  EsExportOptions options = {.width = 600, .height = 300, .dpi = 96, .style = &style};
  g_autoptr (GBytes) bytes = NULL;
  cairo_surface_t *screen = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 600, 300);
  cairo_surface_t *file;
  cairo_t *cr = cairo_create (screen);
  Reader reader;

  es_style_dark (&style);
  layout = es_plot_layout (plot, &style, 600, 300);
  es_plot_draw (plot, layout, &style, cr);
  cairo_destroy (cr);
  cairo_surface_flush (screen);
  bytes = es_plot_render (plot, ES_EXPORT_PNG, &options, NULL);
  reader.data = g_bytes_get_data (bytes, &reader.left);
  file = cairo_image_surface_create_from_png_stream (read_bytes, &reader);
  g_assert_cmpint (cairo_surface_status (file), ==, CAIRO_STATUS_SUCCESS);
  for (int y = 0; y < 300; y++) {
    const guint32 *a =
        (const guint32 *)(void *)(cairo_image_surface_get_data (screen) + y * 2400);
    const guint32 *b =
        (const guint32 *)(void *)(cairo_image_surface_get_data (file) + y * 2400);

    for (int x = 0; x < 600; x++)
      g_assert_cmphex (a[x] & 0xffffff, ==, b[x] & 0xffffff);
  }
  cairo_surface_destroy (file);
  cairo_surface_destroy (screen);
}

static void
check_size (const char *size, double width, double height)
{
  EsExportOptions options = {0};
  g_autoptr (GError) error = NULL;

  g_assert_true (es_export_options_set_size (&options, size, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (options.width, width, 1e-9);
  g_assert_cmpfloat_with_epsilon (options.height, height, 1e-9);
}

static void
test_sizes (void)
{
  static const char *const bad[] = {"",      "5",     "mm",    "5 parsecs",
                                    "-3in",  "0mm",   "5x0in", "nan in",
                                    "infin", "1e9in", "5xin",  "5x5x5in"};

  check_size ("neurips", 528, 0);
  check_size ("ICML-column", 312, 0);
  check_size ("journal-column", 89 / 25.4 * 96, 0);
  check_size ("slide", 1280, 720);
  check_size ("readme", 600, 0);
  check_size ("120x80mm", 120 / 25.4 * 96, 80 / 25.4 * 96);
  check_size ("5.5in", 528, 0);
  check_size ("240pt", 320, 0);
  check_size ("2.54cm", 96, 0);
  check_size ("600x300px", 192, 96);
  for (guint i = 0; es_export_presets ()[i] != NULL; i++) {
    EsExportOptions options = {0};

    g_assert_true (
        es_export_options_set_size (&options, es_export_presets ()[i], NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    EsExportOptions options = {.width = 7};
    g_autoptr (GError) error = NULL;

    g_assert_false (es_export_options_set_size (&options, bad[i], &error));
    g_assert_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE);
    g_assert_cmpfloat (options.width, ==, 7);
  }
}

/* Names of files are bytes; the files that carry them are text all the same. */
static void
test_odd_bytes (void)
{
  static const char *const bytes_of_names[] = {"Command", "draw \xff\xfe.pdf", NULL};
  const double accuracy[] = {0.5, 0.75};
  EsHistoryData data = ES_HISTORY_DATA_INIT;
  g_autoptr (EsPlot) plot = NULL;

  data.n = 2;
  data.test_accuracy = accuracy;
  data.title = "run \xff";
  plot = es_history_plot_new (&data);
  for (guint format = ES_EXPORT_PDF; format <= ES_EXPORT_PNG; format++) {
    EsExportOptions options = {.provenance = bytes_of_names};
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes =
        es_plot_render (plot, (EsExportFormat)format, &options, &error);
    gsize size;
    const char *content;

    g_assert_no_error (error);
    content = g_bytes_get_data (bytes, &size);
    if (format == ES_EXPORT_SVG)
      g_assert_true (g_utf8_validate_len (content, size, NULL));
  }
}

static void
test_refused (void)
{
  static const EsExportOptions options[] = {
      {.width = -1},
      {.width = 1e9},
      {.width = NAN},
      {.width = INFINITY, .height = 10},
      {.width = 100, .height = NAN},
      {.width = 100, .height = 1e6},
      {.width = 19000, .height = 19000, .dpi = 300},
      {.width = 100, .height = 100, .dpi = 1e9},
      {.width = 100, .height = 100, .dpi = 0.1},
  };
  g_autoptr (EsPlot) plot = es_example_history (2, FALSE);
  EsExportFormat format = ES_EXPORT_PNG;
  g_autoptr (GError) suffix = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (es_plot_render (plot, ES_EXPORT_PNG, &options[i], &error));
    g_assert_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_SIZE);
  }
  g_assert_true (es_export_format_from_path ("a/B.PDF", &format, NULL));
  g_assert_cmpint (format, ==, ES_EXPORT_PDF);
  g_assert_false (es_export_format_from_path ("a.jpeg", &format, &suffix));
  g_assert_error (suffix, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FORMAT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/pdf-size", test_pdf_size);
  g_test_add_func ("/export/pdf-text", test_pdf_text);
  g_test_add_func ("/export/pdf-fonts", test_pdf_fonts);
  g_test_add_func ("/export/pdf-images", test_pdf_images);
  g_test_add_func ("/export/svg", test_svg);
  g_test_add_func ("/export/png", test_png);
  g_test_add_func ("/export/png-transparent", test_png_transparent);
  g_test_add_func ("/export/same-as-screen", test_same_as_screen);
  g_test_add_func ("/export/sizes", test_sizes);
  g_test_add_func ("/export/refused", test_refused);
  g_test_add_func ("/export/odd-bytes", test_odd_bytes);
  return g_test_run ();
}

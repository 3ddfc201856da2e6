/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-report.h"

#include "es-export.h"
#include "es-figure.h"
#include "es-file.h"
#include "es-i18n.h"
#include "es-style.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

/* The page in units of 1/96 inch. */
#define PAGE_WIDTH (210 / 25.4 * 96)
#define PAGE_HEIGHT (297 / 25.4 * 96)
#define MARGIN 56
#define GAP 14
#define BODY_SIZE 12.5
#define TEXT_WIDTH (PAGE_WIDTH - 2 * MARGIN)

/* Where the next thing goes. */
typedef struct
{
  cairo_t *cr;
  EsStyle style;
  double y;
} Page;

static void
add_text (Page *page, const char *markup, double size)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (page->cr);
  g_autoptr (PangoFontDescription) font =
      pango_font_description_from_string (page->style.family);
  int height;

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_width (layout, (int)(TEXT_WIDTH * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_spacing (layout, (int)(0.2 * size * PANGO_SCALE));
  pango_layout_set_markup (layout, markup, -1);
  es_color_set (page->cr, &page->style.text);
  cairo_move_to (page->cr, MARGIN, page->y);
  pango_cairo_show_layout (page->cr, layout);
  pango_layout_get_pixel_size (layout, NULL, &height);
  page->y += height + GAP;
}

static void
draw_plot (Page *page, EsPlot *plot, double x, double width, double height)
{
  g_autoptr (EsPlotLayout) layout = es_plot_layout (plot, &page->style, width, height);

  cairo_save (page->cr);
  cairo_translate (page->cr, x, page->y);
  es_plot_draw (plot, layout, &page->style, page->cr);
  cairo_restore (page->cr);
}

/* A plot over the whole width. */
static void
add_plot (Page *page, EsPlot *plot, double max_height)
{
  double height =
      MIN (es_plot_natural_height (plot, &page->style, TEXT_WIDTH), max_height);

  draw_plot (page, plot, MARGIN, TEXT_WIDTH, height);
  page->y += height + GAP;
}

/* Two plots side by side, the first with @share of the width. */
static void
add_two_plots (Page *page, EsPlot *left, EsPlot *right, double share, double height)
{
  double split = share * TEXT_WIDTH;

  draw_plot (page, left, MARGIN, split - GAP / 2.0, height);
  draw_plot (page, right, MARGIN + split + GAP / 2.0, TEXT_WIDTH - split - GAP / 2.0,
             height);
  page->y += height + GAP;
}

/* The class whose most positive eigenvalue stands out most: the clearest example. */
static gsize
clearest_class (const EsSpectrum *spectrum)
{
  gsize best = 0;
  float largest = 0;

  for (gsize i = 0; i < spectrum->n; i++) {
    const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, i);

    if (eigenvalues[spectrum->D - 1] > largest) {
      largest = eigenvalues[spectrum->D - 1];
      best = i;
    }
  }
  return best;
}

static double
mean_rank (const EsSpectrum *spectrum)
{
  double sum = 0;

  for (gsize i = 0; i < spectrum->n; i++)
    sum += spectrum->effective_rank[i];
  return sum / (double)spectrum->n;
}

static void
add_heading (Page *page, const EsRun *run, const EsDataset *dataset)
{
  const EsEpoch *last = es_run_get_last (run);
  g_autofree char *title = g_markup_printf_escaped ("<b>%s</b>", run->name);
  g_autofree char *text = g_markup_printf_escaped (
      _ ("A bilinear network of width %u learned to tell %u classes of %u × %u pixel "
         "images "
         "(%s) apart, from %" G_GSIZE_FORMAT
         " examples in %u epochs. On %" G_GSIZE_FORMAT
         " images that it had never seen it is right %.1f %% of the time. Left: some "
         "of "
         "those images. Right: how loss and accuracy changed while it learned; the "
         "training images carry noise, so they are harder than the test images."),
      es_model_get_config (run->model)->hidden, dataset->n_classes, dataset->rows,
      dataset->cols, dataset->name, dataset->train.N, es_run_get_epochs (run),
      dataset->test.N, last != NULL ? 100 * last->val_acc : 0.0);

  add_text (page, title, 22);
  add_text (page, text, BODY_SIZE);
}

static void
add_eigenvectors (Page *page, const EsRun *run, const EsSpectrum *spectrum)
{
  g_autoptr (EsPlot) gallery = es_figure_eigenvectors (run, spectrum, NULL, 1);
  g_autofree char *text = g_markup_printf_escaped (
      _ ("<b>What it looks for.</b> Such a network has no activation functions: each "
         "class's score is a weighted sum of squares, one for each eigenvector of a "
         "symmetric matrix that is computed from the weights alone. Below are the most "
         "positive eigenvector of each class (component 0) and the most negative one "
         "(component −1). An image that matches the blue parts of a picture, or "
         "its red parts, but not both, raises the score of a positive component and "
         "lowers that of a negative one, by the eigenvalue under it."));

  add_text (page, text, BODY_SIZE);
  add_plot (page, gallery, 260);
}

static void
add_spectrum (Page *page, const EsRun *run, const EsSpectrum *spectrum)
{
  gsize c = clearest_class (spectrum);
  g_autoptr (EsPlot) plot = es_figure_spectrum (run, spectrum, c, NULL, 20, 4);
  g_autofree char *name = es_run_dup_class_name (run, (guint)c);
  g_autofree char *text =
      g_markup_printf_escaped (_ ("<b>How many patterns it needs.</b> The eigenvalues "
                                  "of class %s fall quickly: a few "
                                  "eigenvectors decide, the rest adds little. Over all "
                                  "classes the effective rank "
                                  "is %.0f of %" G_GSIZE_FORMAT "."),
                               name, mean_rank (spectrum), spectrum->D);

  add_text (page, text, BODY_SIZE);
  add_plot (page, plot, 300);
}

static void
draw_page (Page *page,
           const EsRun *run,
           const EsDataset *dataset,
           const EsSpectrum *spectrum,
           const char *command)
{
  g_autoptr (EsPlot) samples = es_figure_samples (dataset, ES_SPLIT_TEST, 35);
  g_autoptr (EsPlot) history = es_figure_history (run, FALSE, FALSE);
  g_autofree char *footer = g_markup_printf_escaped (
      _ ("Eigenscope %s. Made by: %s (seed %" G_GUINT64_FORMAT
         "). Method: Pearce and others, Bilinear MLPs enable weight-based mechanistic "
         "interpretability, arXiv 2410.08417."),
      ES_VERSION, command, run->train.seed);

  add_heading (page, run, dataset);
  add_two_plots (page, samples, history, 0.36, 240);
  if (spectrum != NULL) {
    add_eigenvectors (page, run, spectrum);
    add_spectrum (page, run, spectrum);
  }
  add_text (page, footer, 9);
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

gboolean
es_report_save (const EsRun *run,
                const EsDataset *dataset,
                const EsSpectrum *spectrum,
                const char *command,
                const char *path,
                GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (
      append_cb, bytes, PAGE_WIDTH * 0.75, PAGE_HEIGHT * 0.75);
  Page page = {.cr = cairo_create (surface), .y = MARGIN};
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, run->name);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR,
                                  "Eigenscope " ES_VERSION);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, command);
  es_style_print (&page.style);
  page.style.show_title = FALSE;
  cairo_scale (page.cr, 0.75, 0.75);
  draw_page (&page, run, dataset, spectrum, command);
  cairo_destroy (page.cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return es_file_write (path, bytes->data, bytes->len, error);
  g_set_error (error, ES_EXPORT_ERROR, ES_EXPORT_ERROR_FAILED,
               "The report could not be drawn: %s", cairo_status_to_string (status));
  return FALSE;
}

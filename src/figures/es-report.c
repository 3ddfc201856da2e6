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
#define MARGIN 52
#define GAP 12
#define TEXT_WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define TITLE_SIZE 26
#define HEADING_SIZE 16
#define BODY_SIZE 13
#define FOOTER_SIZE 9.5

/* Names are as long as people like; the page is not. In characters. */
#define NAME_LENGTH 60
#define COMMAND_LENGTH 300

/* What is too much for the page to show: a row of pictures holds this many classes. */
#define MAX_CLASSES 10
#define N_VECTORS 4 /* of each sign, of one class */
#define N_SAMPLES 40

/* Share of the width for the images, the history beside it; heights of the row. */
#define SAMPLES_SHARE 0.38
#define ROW_HEIGHT 170
#define ROW_GROWTH 110
#define MAX_GALLERY 230
#define MAX_SPECTRUM 262

/* A page with little on it is not torn apart: spaces grow by this at most. */
#define MAX_SPREAD 2.0

/* Above this share of the sum of squares the rest is called little. */
#define MOST 0.9

/* A paragraph, or one or two plots side by side. */
typedef struct
{
  PangoLayout *text;
  EsPlot *left, *right;
  double height;
  double before; /* space over it */
} Block;

typedef struct
{
  cairo_t *cr;
  EsStyle style;
  GArray *blocks; /* of Block, from top to bottom */
} Page;

static void
clear_block (gpointer data)
{
  Block *block = data;

  g_clear_object (&block->text);
  g_clear_pointer (&block->left, es_plot_unref);
  g_clear_pointer (&block->right, es_plot_unref);
}

/* At most @length characters of @name. */
static char *
shorten (const char *name, glong length)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  g_autofree char *start = NULL;

  if (g_utf8_strlen (valid, -1) <= length)
    return g_steal_pointer (&valid);
  start = g_utf8_substring (valid, 0, length - 1);
  return g_strconcat (start, "…", NULL);
}

/* Filling the page */

/* Letters stand where the font says, not on a grid of screen pixels. */
static PangoLayout *
new_layout (Page *page)
{
  PangoLayout *layout = pango_cairo_create_layout (page->cr);
  PangoContext *context = pango_layout_get_context (layout);
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_layout_context_changed (layout);
  cairo_font_options_destroy (options);
  return layout;
}

/* Lines stay at one distance, whatever fonts their letters come from. */
static void
set_line_height (PangoLayout *layout, double height)
{
  PangoAttrList *attributes = pango_layout_get_attributes (layout);

  attributes =
      attributes != NULL ? pango_attr_list_copy (attributes) : pango_attr_list_new ();
  pango_attr_list_insert (
      attributes, pango_attr_line_height_new_absolute ((int)(height * PANGO_SCALE)));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
}

static void
add_text (Page *page, const char *markup, double size, double before)
{
  Block block = {.text = new_layout (page), .before = before};
  PangoFontDescription *font = pango_font_description_from_string (page->style.family);
  int height;

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_layout_set_font_description (block.text, font);
  pango_font_description_free (font);
  pango_layout_set_width (block.text, (int)(TEXT_WIDTH * PANGO_SCALE));
  pango_layout_set_wrap (block.text, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_markup (block.text, markup, -1);
  set_line_height (block.text, 1.29 * size);
  pango_layout_get_pixel_size (block.text, NULL, &height);
  block.height = height;
  g_array_append_val (page->blocks, block);
}

static void
add_heading (Page *page, const char *heading)
{
  g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b>", heading);

  add_text (page, markup, HEADING_SIZE, 1.7 * GAP);
}

/* A plot (transfer full) over the whole width. */
static void
add_plot (Page *page, EsPlot *plot, double max_height)
{
  double natural = es_plot_natural_height (plot, &page->style, TEXT_WIDTH);
  Block block = {
      .left = plot, .height = MIN (natural, max_height), .before = 0.8 * GAP};

  g_array_append_val (page->blocks, block);
}

/* Two plots (transfer full) side by side. */
static void
add_row (Page *page, EsPlot *left, EsPlot *right)
{
  Block block = {
      .left = left, .right = right, .height = ROW_HEIGHT, .before = 0.8 * GAP};

  g_array_append_val (page->blocks, block);
}

/* What the page has left when all is on it; negative if it is overfull. */
static double
spare_height (const Page *page, double *plots)
{
  double spare = PAGE_HEIGHT - 2 * MARGIN;

  *plots = 0;
  for (guint i = 0; i < page->blocks->len; i++) {
    const Block *block = &g_array_index (page->blocks, Block, i);

    spare -= block->height + (i > 0 ? block->before : 0);
    if (block->left != NULL)
      *plots += block->height;
  }
  return spare;
}

/* Fills the page: the row of two plots grows, then the spaces; or all plots shrink,
   for they take any size. */
static void
fit_page (Page *page)
{
  double plots, spare = spare_height (page, &plots);
  double spaces = 0;

  for (guint i = 0; i < page->blocks->len; i++) {
    Block *block = &g_array_index (page->blocks, Block, i);

    if (spare < 0 && block->left != NULL) {
      block->height *= MAX (1 + spare / plots, 0);
    } else if (spare > 0 && block->right != NULL) {
      double growth = MIN (spare, ROW_GROWTH);

      block->height += growth;
      spare -= growth;
    }
    spaces += i > 0 ? block->before : 0;
  }
  for (guint i = 1; i < page->blocks->len && spare > 0; i++)
    g_array_index (page->blocks, Block, i).before *=
        MIN (1 + spare / spaces, MAX_SPREAD);
}

static void
draw_plot (Page *page, EsPlot *plot, double x, double y, double width, double height)
{
  g_autoptr (EsPlotLayout) layout = es_plot_layout (plot, &page->style, width, height);

  cairo_save (page->cr);
  cairo_translate (page->cr, x, y);
  es_plot_draw (plot, layout, &page->style, page->cr);
  cairo_restore (page->cr);
}

static void
draw_block (Page *page, const Block *block, double y)
{
  double split = block->right != NULL ? SAMPLES_SHARE * TEXT_WIDTH : TEXT_WIDTH;

  if (block->text != NULL) {
    es_color_set (page->cr, &page->style.text);
    cairo_move_to (page->cr, MARGIN, y);
    pango_cairo_show_layout (page->cr, block->text);
  }
  if (block->left != NULL)
    draw_plot (page, block->left, MARGIN, y, split, block->height);
  if (block->right != NULL)
    draw_plot (page, block->right, MARGIN + split + 2 * GAP, y,
               TEXT_WIDTH - split - 2 * GAP, block->height);
}

static void
draw_blocks (Page *page)
{
  double y = MARGIN;

  for (guint i = 0; i < page->blocks->len; i++) {
    const Block *block = &g_array_index (page->blocks, Block, i);

    y += i > 0 ? block->before : 0;
    draw_block (page, block, y);
    y += block->height;
  }
}

/* What it says */

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

/* How many of the components of form @i, the strongest first, hold MOST of the sum of
   the squared eigenvalues. */
static guint
n_strongest (const EsSpectrum *spectrum, gsize i)
{
  const float *values = es_spectrum_get_eigenvalues (spectrum, i);
  gsize lo = 0, hi = spectrum->D;
  double all = 0, sum = 0;
  guint n = 0;

  for (gsize k = 0; k < spectrum->D; k++)
    all += (double)values[k] * values[k];
  /* They ascend: the strongest that is left is at one of the ends. */
  while (lo < hi && sum < MOST * all) {
    double value = -values[lo] > values[hi - 1] ? values[lo++] : values[--hi];

    sum += value * value;
    n++;
  }
  return n;
}

static gboolean
is_augmented (const EsTrainConfig *train)
{
  return train->noise > 0 || train->rotate > 0 || train->translate > 0 ||
         train->blur > 0;
}

static void
add_training (Page *page, const EsRun *run, const EsDataset *dataset)
{
  const EsEpoch *last = es_run_get_last (run);
  guint epochs = es_run_get_epochs (run);
  g_autofree char *name = shorten (dataset->name, NAME_LENGTH);
  g_autofree char *duration =
      g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN, "%u epoch (pass over them)",
                                    "%u epochs (passes over them)", epochs),
                       epochs);
  g_autofree char *text = g_markup_printf_escaped (
      _ ("A bilinear network learned to tell %u classes of images (%s, %u × %u pixels) "
         "apart, from %u examples in %s. It gets <b>%.1f %%</b> of %u test images "
         "right that it had never seen; guessing would get %.1f %%. Left: "
         "the first test images. Right: after every epoch, the loss, which training "
         "makes small, and the accuracy, the share it gets right. "),
      dataset->n_classes, name, dataset->cols, dataset->rows, (guint)dataset->train.N,
      duration, last != NULL ? 100 * last->val_acc : 0.0, (guint)dataset->test.N,
      100.0 / dataset->n_classes);
  g_autofree char *whole =
      g_strconcat (text,
                   is_augmented (&run->train)
                       ? _ ("The training images are distorted on purpose, which makes "
                            "them the harder ones.")
                       : "",
                   NULL);

  add_heading (page, _ ("What it learned"));
  add_text (page, whole, BODY_SIZE, 0.3 * GAP);
  add_row (page, es_figure_samples (dataset, ES_SPLIT_TEST, N_SAMPLES),
           es_figure_history (run, FALSE, FALSE));
}

/* What the exact sentence about the scores leaves out for some networks. */
static const char *
score_text (const EsModelConfig *config)
{
  if (config->layers > 1)
    return _ ("Seen from its last layer, every class's score is a sum of squares");
  if (config->residual)
    return _ ("Apart from a linear part, every class's score is a sum of squares");
  return _ ("Every class's score is exactly a sum of squares");
}

static void
add_eigenvectors (Page *page, const EsRun *run, const EsSpectrum *spectrum)
{
  gsize n = MIN (spectrum->n, MAX_CLASSES);
  guint n_components = (guint)CLAMP (MAX_CLASSES / (2 * n), 1, 3);
  g_autofree char *subset =
      n < spectrum->n ? g_strdup_printf (_ (" These are the first %u of %u classes."),
                                         (guint)n, (guint)spectrum->n)
                      : g_strdup ("");
  g_autofree char *text = g_strdup_printf (
      _ ("%s, <i>λ</i> (<i>v</i> · image)² for each component: a pattern <i>v</i>, an "
         "eigenvector, and its weight <i>λ</i>, the eigenvalue. Both follow from the "
         "network's weights alone. Component 0 speaks most for the class (<i>λ</i> "
         "above zero), component −1 most against it (below zero). Blue and red are "
         "opposite signs: ink on the blue or on the red makes the square large, ink on "
         "both cancels. Which of the two is blue has no meaning.%s"),
      score_text (es_model_get_config (run->model)), subset);

  add_heading (page, _ ("What it looks for"));
  add_text (page, text, BODY_SIZE, 0.3 * GAP);
  add_plot (page, es_figure_eigenvectors_first (run, spectrum, NULL, n, n_components),
            MAX_GALLERY);
}

static void
add_spectrum (Page *page, const EsRun *run, const EsSpectrum *spectrum)
{
  gsize c = clearest_class (spectrum);
  g_autofree char *full_name = es_run_dup_class_name (run, (guint)c);
  g_autofree char *name = shorten (full_name, NAME_LENGTH);
  guint n = n_strongest (spectrum, c);
  g_autofree char *strongest =
      g_strdup_printf (g_dngettext (ES_TEXT_DOMAIN, "the strongest makes up",
                                    "the %u strongest make up", n),
                       n);
  g_autofree char *text = g_markup_printf_escaped (
      _ ("Class %s as an example: its leading eigenvalues, and the eigenvectors of the "
         "first %u on either side. Of its %u components, %s at least %.0f %% of the "
         "sum of squared eigenvalues. The "
         "effective rank, roughly the number of components that count, is %.1f on "
         "average over all classes."),
      name, N_VECTORS, (guint)spectrum->D, strongest, 100 * MOST,
      es_spectrum_mean_effective_rank (spectrum));

  add_heading (page, _ ("How many patterns it takes"));
  add_text (page, text, BODY_SIZE, 0.3 * GAP);
  add_plot (page, es_figure_spectrum (run, spectrum, c, NULL, 20, N_VECTORS),
            MAX_SPECTRUM);
}

static void
add_footer (Page *page, const EsRun *run, const char *command)
{
  g_autofree char *made = shorten (command, COMMAND_LENGTH);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, run->train.seed);
  g_autofree char *text = g_markup_printf_escaped (
      _ ("Made with Eigenscope %s by: %s (seed %s). The method: Pearce and others, "
         "“Bilinear MLPs enable weight-based "
         "mechanistic interpretability”, arXiv:2410.08417."),
      ES_VERSION, made, seed);

  add_text (page, text, FOOTER_SIZE, 1.5 * GAP);
}

static void
draw_page (Page *page,
           const EsRun *run,
           const EsDataset *dataset,
           const EsSpectrum *spectrum,
           const char *command)
{
  g_autofree char *name = shorten (run->name, NAME_LENGTH);
  g_autofree char *title = g_markup_printf_escaped ("<b>%s</b>", name);

  add_text (page, title, TITLE_SIZE, 0);
  add_training (page, run, dataset);
  if (spectrum != NULL) {
    add_eigenvectors (page, run, spectrum);
    add_spectrum (page, run, spectrum);
  }
  add_footer (page, run, command);
  fit_page (page);
  draw_blocks (page);
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
  Page page = {.cr = cairo_create (surface),
               .blocks = g_array_new (FALSE, TRUE, sizeof (Block))};
  g_autofree char *title = shorten (run->name, NAME_LENGTH);
  g_autofree char *made = shorten (command, COMMAND_LENGTH);
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR,
                                  "Eigenscope " ES_VERSION);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, made);
  g_array_set_clear_func (page.blocks, clear_block);
  es_style_print (&page.style);
  page.style.show_title = FALSE;
  cairo_scale (page.cr, 0.75, 0.75);
  draw_page (&page, run, dataset, spectrum, command);
  g_array_unref (page.blocks);
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

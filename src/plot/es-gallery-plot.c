/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-gallery-plot.h"
#include "es-i18n.h"
#include "es-number.h"
#include "es-plot-private.h"
#include "es-tile-grid.h"

#include <math.h>
#include <string.h>

/* The most of the width that row headings may take. */
#define HEADING_SHARE 0.3
/* Pictures of one class that a sentence names one by one. */
#define NAMES_MOST 8

typedef struct
{
  EsPlot base;
  guint n_classes, n_components;
  guint rows, cols;
  float *pictures;     /* (n_classes, n_components, rows, cols) */
  double *eigenvalues; /* (n_classes, n_components) or NULL */
  char **classes;
  char **components;
  EsGalleryOrder order;
  gboolean plain;
  gboolean shared_scale;
  char *basis;
  EsNumberFormat format; /* of the eigenvalues */
} Gallery;

static void
finalize (EsPlot *plot)
{
  Gallery *gallery = (Gallery *)plot;

  g_free (gallery->pictures);
  g_free (gallery->eigenvalues);
  g_strfreev (gallery->classes);
  g_strfreev (gallery->components);
  g_free (gallery->basis);
}

static gboolean
is_empty (const EsPlot *plot)
{
  const Gallery *gallery = (const Gallery *)plot;

  return gallery->n_classes == 0 || gallery->n_components == 0 || gallery->rows == 0 ||
         gallery->cols == 0;
}

static char *
note (const EsPlot *plot, const char *point)
{
  const Gallery *gallery = (const Gallery *)plot;
  GString *out = g_string_new (gallery->basis);

  /* One picture has no other to share its scale with. */
  if (is_empty (plot) || (gsize)gallery->n_classes * gallery->n_components == 1)
    return g_string_free (out, out->len == 0);
  if (gallery->basis != NULL)
    g_string_append (out, " · ");
  g_string_append (out, gallery->shared_scale
                            ? _ ("one colour scale for all pictures")
                            : _ ("each picture on its own colour scale"));
  return g_string_free (out, FALSE);
}

static gsize
cells (const Gallery *gallery)
{
  return (gsize)gallery->rows * gallery->cols;
}

/* Layout */

typedef struct
{
  gboolean across; /* classes are columns */
  EsTileSpec spec;
  EsTileGrid grid;
  double left, top; /* of the headings */
  double bar;
  gboolean headed; /* headings of columns need no ellipsis */
  gboolean valued; /* eigenvalues have room */
} Geometry;

static EsBarSpec
bar_spec (const Gallery *gallery, const EsStyle *style)
{
  EsColorScale scale = es_color_scale_fit (style->diverging, TRUE, gallery->pictures,
                                           (gsize)gallery->n_classes *
                                               gallery->n_components * cells (gallery));

  return (EsBarSpec){style->diverging, TRUE, gallery->shared_scale, scale.lo, scale.hi};
}

static EsTextRole
heading_role (gboolean is_class)
{
  return is_class ? ES_TEXT_HEADING : ES_TEXT_SMALL;
}

static double
widest_heading (char **names, EsTextRole role, const EsStyle *style)
{
  double widest = 0;

  for (guint i = 0; names[i] != NULL; i++)
    widest = MAX (widest, es_text_width (style, role, names[i]));
  return widest;
}

/* A heading in at most two lines within @width; what is longer ends in an ellipsis,
   which @whole tells. */
static PangoLayout *
new_heading (const char *name,
             gboolean is_class,
             double width,
             const EsStyle *style,
             gboolean *whole)
{
  PangoLayout *text = es_text_new (style, heading_role (is_class), name);
  int taken;

  pango_layout_set_width (text, (int)(MAX (width, 0) * PANGO_SCALE));
  pango_layout_set_wrap (text, PANGO_WRAP_WORD);
  pango_layout_set_height (text, -2);
  pango_layout_set_ellipsize (text, PANGO_ELLIPSIZE_END);
  *whole = !pango_layout_is_ellipsized (text);
  /* Lines are aligned within what they take, not within what they may take. */
  pango_layout_get_size (text, &taken, NULL);
  pango_layout_set_width (text, taken);
  return text;
}

/* The height of the columns' headings at the grid's step. */
static double
measure_columns (
    char **names, gboolean is_class, double step, const EsStyle *style, gboolean *all)
{
  double tallest = 0;

  *all = TRUE;
  for (guint i = 0; names[i] != NULL; i++) {
    gboolean whole;
    g_autoptr (PangoLayout) text =
        new_heading (names[i], is_class, step, style, &whole);
    double width, height;

    es_text_get_size (text, &width, &height);
    tallest = MAX (tallest, height);
    *all = *all && whole;
  }
  return tallest;
}

/* The width of the longest eigenvalue. */
static double
values_width (const Gallery *gallery, const EsStyle *style)
{
  gsize n = (gsize)gallery->n_classes * gallery->n_components;
  gsize length = 0;
  g_autofree char *longest = NULL;

  for (gsize i = 0; i < n; i++) {
    g_autofree char *one =
        es_number_write (&gallery->format, gallery->eigenvalues[i], style->point);

    if (isfinite (gallery->eigenvalues[i]) && strlen (one) > length) {
      length = strlen (one);
      g_free (longest);
      longest = g_steal_pointer (&one);
    }
  }
  return longest != NULL ? es_text_width (style, ES_TEXT_SMALL, longest) : 0;
}

static void
fit_grid (Geometry *g, const Gallery *gallery, const EsRect *body)
{
  es_tile_grid_fit (&g->grid, &g->spec, body->width - g->left - g->bar,
                    body->height - g->top,
                    g->across ? gallery->n_classes : gallery->n_components,
                    g->across ? gallery->n_components : gallery->n_classes);
}

static void
geometry_init (Geometry *g,
               const Gallery *gallery,
               const EsStyle *style,
               const EsRect *body,
               gboolean across)
{
  EsBarSpec bar = bar_spec (gallery, style);
  char **columns = across ? gallery->classes : gallery->components;
  char **rows = across ? gallery->components : gallery->classes;
  double widest = widest_heading (rows, heading_role (!across), style);

  *g = (Geometry){.across = across, .valued = gallery->eigenvalues != NULL};
  g->spec.aspect = (double)gallery->rows / gallery->cols;
  g->spec.gap = style->gap;
  g->bar = es_plot_layout_bar_width (&bar, style);
  g->left = ceil (MIN (widest, HEADING_SHARE * body->width) + style->gap);
  g->top = ceil (es_text_height (style, heading_role (across)) + style->gap / 2);
  if (g->valued) {
    g->spec.caption = es_text_height (style, ES_TEXT_SMALL);
    fit_grid (g, gallery, body);
    g->valued = values_width (gallery, style) <= g->grid.step_x - 2;
  }
  /* Values are written below all pictures or below none. */
  if (!g->valued) {
    g->spec.caption = 0;
    fit_grid (g, gallery, body);
  }
  g->top =
      ceil (measure_columns (columns, across, g->grid.step_x - 2, style, &g->headed) +
            style->gap / 2);
  fit_grid (g, gallery, body);
}

/* The other order must cost this much of the pictures' size before names are cut. */
#define WORTH_CUTTING 0.6

static void
arrange (Geometry *g, const Gallery *gallery, const EsStyle *style, const EsRect *body)
{
  Geometry across;
  double worth = 1;

  geometry_init (g, gallery, style, body, gallery->order == ES_GALLERY_ACROSS);
  if (gallery->order != ES_GALLERY_BEST)
    return;
  geometry_init (&across, gallery, style, body, TRUE);
  if (g->headed && !across.headed)
    worth = WORTH_CUTTING;
  else if (across.headed && !g->headed)
    worth = 1 / WORTH_CUTTING;
  if (worth * across.grid.tile_width > g->grid.tile_width)
    *g = across;
}

/* A wide page has the longer list across, unless names don't fit. */
static double
body_height (const EsPlot *plot, const EsStyle *style, double width)
{
  const Gallery *gallery = (const Gallery *)plot;
  EsRect body = {0, 0, width, 1e6};
  gboolean across =
      gallery->order == ES_GALLERY_ACROSS ||
      (gallery->order == ES_GALLERY_BEST && gallery->n_classes > gallery->n_components);
  Geometry g;

  if (is_empty (plot))
    return width / 2;
  geometry_init (&g, gallery, style, &body, across);
  if (across && gallery->order == ES_GALLERY_BEST && !g.headed)
    geometry_init (&g, gallery, style, &body, FALSE);
  return g.top + es_tile_grid_height (&g.grid, &g.spec);
}

static void
place_headings (const Gallery *gallery,
                const Geometry *g,
                double x,
                double y,
                const EsStyle *style,
                EsPlotLayout *layout)
{
  char **columns = g->across ? gallery->classes : gallery->components;
  char **rows = g->across ? gallery->components : gallery->classes;
  const EsColor *column_color = g->across ? &style->text : &style->dim;
  const EsColor *row_color = g->across ? &style->dim : &style->text;
  gboolean whole;

  for (gsize i = 0; i < g->grid.n_cols; i++) {
    g_autoptr (PangoLayout) text =
        new_heading (columns[i], g->across, g->grid.step_x - 2, style, &whole);

    pango_layout_set_alignment (text, PANGO_ALIGN_CENTER);
    es_plot_layout_add_text (layout, text, column_color,
                             x + i * g->grid.step_x + g->grid.tile_width / 2,
                             y - style->gap / 2, (EsAlign){0.5, 1});
  }
  for (gsize i = 0; i < g->grid.n_rows; i++) {
    g_autoptr (PangoLayout) text =
        new_heading (rows[i], !g->across, g->left - style->gap, style, &whole);

    pango_layout_set_alignment (text, PANGO_ALIGN_RIGHT);
    es_plot_layout_add_text (layout, text, row_color, x - style->gap,
                             y + i * g->grid.step_y + g->grid.tile_height / 2,
                             (EsAlign){1, 0.5});
  }
}

static void
place_value (const Gallery *gallery,
             double value,
             const EsRect *tile,
             const EsStyle *style,
             EsPlotLayout *layout)
{
  g_autofree char *label = es_number_write (&gallery->format, value, style->point);
  g_autoptr (PangoLayout) text = es_text_new (style, ES_TEXT_SMALL, label);

  es_plot_layout_add_text (
      layout, text, value < 0 ? &style->negative : &style->positive,
      tile->x + tile->width / 2, es_rect_bottom (tile) + 1, (EsAlign){0.5, 0});
}

static void
place (const EsPlot *plot,
       const EsStyle *style,
       EsPlotLayout *layout,
       const EsRect *body)
{
  const Gallery *gallery = (const Gallery *)plot;
  EsBarSpec bar = bar_spec (gallery, style);
  EsColorScale scale = {style->diverging, bar.lo, bar.hi};
  Geometry g;
  double x, y;

  arrange (&g, gallery, style, body);
  x = ceil (body->x) + g.left;
  y = ceil (body->y) + g.top;
  if (g.grid.tile_width < 1)
    return;
  place_headings (gallery, &g, x, y, style, layout);
  for (guint c = 0; c < gallery->n_classes; c++) {
    for (guint k = 0; k < gallery->n_components; k++) {
      gsize at = (gsize)c * gallery->n_components + k;
      const float *picture = gallery->pictures + at * cells (gallery);
      EsRect rect = {x + (g.across ? c : k) * g.grid.step_x,
                     y + (g.across ? k : c) * g.grid.step_y, g.grid.tile_width,
                     g.grid.tile_height};

      if (!gallery->shared_scale)
        scale = es_color_scale_fit (style->diverging, TRUE, picture, cells (gallery));
      es_plot_layout_add_tile (layout, &rect, (EsPlotId){0, (int)c, (int)k, -1, -1},
                               picture, gallery->rows, gallery->cols, &scale);
      if (g.valued && isfinite (gallery->eigenvalues[at]))
        place_value (gallery, gallery->eigenvalues[at], &rect, style, layout);
    }
  }
  es_plot_layout_add_bar (
      layout, &bar, style,
      &(EsRect){x + es_tile_grid_width (&g.grid, &g.spec), y, g.bar,
                es_tile_grid_height (&g.grid, &g.spec) - g.spec.caption});
}

/* Words */

static void
append_name (GString *out, const Gallery *gallery, gsize c, gsize k, const char *point)
{
  gsize at = c * gallery->n_components + k;

  /* A class without a name: the component's says all. */
  if (gallery->plain || *gallery->classes[c] == '\0')
    g_string_append (out, gallery->components[k]);
  else
    g_string_append_printf (out, _ ("%s, eigenvector %s"), gallery->classes[c],
                            gallery->components[k]);
  if (gallery->eigenvalues != NULL && isfinite (gallery->eigenvalues[at])) {
    g_autofree char *value =
        es_number_write (&gallery->format, gallery->eigenvalues[at], point);

    g_string_append_printf (out, " (%s)", value);
  }
}

static char *
read_out (const EsPlot *plot, const EsPlotHit *hit, const char *point)
{
  const Gallery *gallery = (const Gallery *)plot;
  GString *out = g_string_new (NULL);

  append_name (out, gallery, (gsize)hit->id.series, (gsize)hit->id.index, point);
  if (hit->id.row >= 0) {
    g_autofree char *value = es_number_signed (hit->value, 2, point);

    g_string_append (out, ", ");
    g_string_append_printf (out, _ ("row %d, column %d: %s"), hit->id.row + 1,
                            hit->id.col + 1, value);
  }
  return g_string_free (out, FALSE);
}

/* One picture, by name and with its extremes. */
static char *
describe_picture (const Gallery *gallery, const char *point)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree char *least = NULL, *most = NULL;
  float lo = gallery->pictures[0], hi = gallery->pictures[0];

  append_name (name, gallery, 0, 0, point);
  for (gsize i = 1; i < cells (gallery); i++) {
    lo = fminf (lo, gallery->pictures[i]);
    hi = fmaxf (hi, gallery->pictures[i]);
  }
  least = es_number_signed ((double)lo, 2, point);
  most = es_number_signed ((double)hi, 2, point);
  return g_strdup_printf (
      /* Translators: name of the picture; columns, rows; smallest and largest. */
      _ ("%s: a picture of %u by %u pixels, from %s to %s."), name->str, gallery->cols,
      gallery->rows, least, most);
}

/* The pictures of one class, each by name. */
static char *
describe_class (const Gallery *gallery, const char *point)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize k = 0; k < gallery->n_components; k++) {
    if (k > 0)
      g_string_append (names, "; ");
    append_name (names, gallery, 0, k, point);
  }
  return g_strdup_printf (_ ("Pictures of %u by %u pixels: %s."), gallery->cols,
                          gallery->rows, names->str);
}

static char *
describe (const EsPlot *plot, const char *point)
{
  const Gallery *gallery = (const Gallery *)plot;

  if (is_empty (plot))
    return g_strdup (_ ("Eigenvectors: no data yet."));
  if (gallery->n_classes * gallery->n_components == 1)
    return describe_picture (gallery, point);
  if (gallery->n_classes == 1 && gallery->n_components <= NAMES_MOST)
    return describe_class (gallery, point);
  if (gallery->plain)
    return g_strdup_printf (_ ("%u pictures of %u by %u pixels."),
                            gallery->n_classes * gallery->n_components, gallery->cols,
                            gallery->rows);
  return g_strdup_printf (
      g_dngettext (ES_TEXT_DOMAIN,
                   "Eigenvectors of %u class, %u each, as pictures of %u by %u pixels.",
                   "Eigenvectors of %u classes, %u each, as pictures of %u by %u "
                   "pixels.",
                   gallery->n_classes),
      gallery->n_classes, gallery->n_components, gallery->cols, gallery->rows);
}

static EsPlotTable *
to_table (const EsPlot *plot)
{
  const Gallery *gallery = (const Gallery *)plot;
  gsize n = is_empty (plot) ? 0 : (gsize)gallery->n_classes * gallery->n_components;
  EsPlotTable *table = es_plot_table_new (n * cells (gallery));
  char **class_name = es_plot_table_add_strings (table, "class", _ ("Class"));
  char **component = es_plot_table_add_strings (table, "component", _ ("Component"));
  double *eigenvalue =
      es_plot_table_add_numbers (table, "eigenvalue", _ ("Eigenvalue"));
  double *row = es_plot_table_add_numbers (table, "row", _ ("Row"));
  double *col = es_plot_table_add_numbers (table, "column", _ ("Column"));
  double *value = es_plot_table_add_numbers (table, "value", _ ("Value"));

  for (gsize i = 0; i < table->n_rows; i++) {
    gsize at = i / cells (gallery), cell = i % cells (gallery);

    class_name[i] = g_strdup (gallery->classes[at / gallery->n_components]);
    component[i] = g_strdup (gallery->components[at % gallery->n_components]);
    if (gallery->eigenvalues != NULL)
      eigenvalue[i] = gallery->eigenvalues[at];
    row[i] = (double)(cell / gallery->cols) + 1;
    col[i] = (double)(cell % gallery->cols) + 1;
    value[i] = gallery->pictures[i];
  }
  return table;
}

static const EsPlotClass gallery_class = {
    .finalize = finalize,
    .is_empty = is_empty,
    .note = note,
    .body_height = body_height,
    .place = place,
    .read_out = read_out,
    .describe = describe,
    .to_table = to_table,
};

/* Copies @names (n), or makes numbers from @first on. */
static char **
copy_names (const char *const *names, guint n, guint first)
{
  char **copy = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    copy[i] = names != NULL ? g_strdup (names[i]) : g_strdup_printf ("%u", first + i);
  return copy;
}

EsPlot *
es_gallery_plot_new (const EsGalleryData *data)
{
  Gallery *gallery = g_new0 (Gallery, 1);
  gsize n = (gsize)data->n_classes * data->n_components;

  es_plot_init (&gallery->base, &gallery_class, data->title, data->selected);
  gallery->n_classes = data->n_classes;
  gallery->n_components = data->n_components;
  gallery->rows = data->rows;
  gallery->cols = data->cols;
  gallery->pictures = g_new (float, MAX (n * cells (gallery), 1));
  if (n * cells (gallery) > 0)
    memcpy (gallery->pictures, data->pictures, n * cells (gallery) * sizeof (float));
  if (data->eigenvalues != NULL) {
    gallery->eigenvalues = g_new (double, MAX (n, 1));
    memcpy (gallery->eigenvalues, data->eigenvalues, n * sizeof (double));
    gallery->format = es_number_format_for (data->eigenvalues, MIN (n, 1000), 3);
    gallery->format.plus = TRUE;
  }
  gallery->classes = copy_names (data->classes, data->n_classes, 0);
  gallery->components = copy_names (data->components, data->n_components, 1);
  gallery->order = data->order;
  gallery->plain = data->plain;
  gallery->shared_scale = data->shared_scale;
  gallery->basis = g_strdup (data->basis);
  return &gallery->base;
}

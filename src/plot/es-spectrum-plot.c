/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-i18n.h"
#include "es-spectrum-private.h"

#include <math.h>
#include <string.h>

#define PICK_MARGIN 6

static void
finalize (EsPlot *plot)
{
  EsSpectrumPlot *spectrum = (EsSpectrumPlot *)plot;

  for (guint s = 0; s < 2; s++) {
    g_free (spectrum->sides[s].values);
    g_free (spectrum->sides[s].groups);
    g_free (spectrum->sides[s].pictures);
  }
  g_free (spectrum->basis);
}

static gboolean
is_empty (const EsPlot *plot)
{
  return ((const EsSpectrumPlot *)plot)->total == 0;
}

gsize
es_spectrum_side_group_length (const EsSpectrumSide *side, gsize rank)
{
  gsize end = rank + 1;

  while (end < side->n && side->groups[end] == side->groups[rank])
    end++;
  return end - rank;
}

/* The place among all eigenvalues, the most positive first, from 1. */
static gsize
overall_rank (const EsSpectrumPlot *spectrum, int series, int index)
{
  gsize rank = (gsize)index;

  return series == 0 ? rank + 1 : spectrum->total - rank;
}

/* Component 0, 1, ... from the most positive, −1, −2, ... from the most negative. */
char *
es_spectrum_component_name (guint series, gsize rank)
{
  return series == 0 ? g_strdup_printf ("%u", (guint)rank)
                     : g_strdup_printf ("\xe2\x88\x92%u", (guint)rank + 1);
}

static gboolean
in_group (const EsSpectrumSide *side, gsize rank)
{
  return es_spectrum_side_group_length (side, rank) > 1 ||
         (rank > 0 && side->groups[rank - 1] == side->groups[rank]);
}

static gboolean
any_group_shown (const EsSpectrumPlot *spectrum)
{
  for (guint s = 0; s < 2; s++)
    for (gsize rank = 0; rank < spectrum->sides[s].n_shown; rank++)
      if (in_group (&spectrum->sides[s], rank))
        return TRUE;
  return FALSE;
}

static char *
note (const EsPlot *plot, const char *point)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;
  GString *out = g_string_new (spectrum->basis);
  const char *between = spectrum->basis != NULL ? " · " : "";

  if (spectrum->total == 0)
    return g_string_free (out, TRUE);
  g_string_append (out, between);
  g_string_append_printf (
      out,
      g_dngettext (ES_TEXT_DOMAIN, "%u eigenvalue", "%u eigenvalues", spectrum->total),
      (guint)spectrum->total);
  if (isfinite (spectrum->effective_rank)) {
    g_autofree char *rank = es_number_text (spectrum->effective_rank, 3, point);

    g_string_append (out, " · ");
    g_string_append_printf (out, _ ("effective rank %s"), rank);
  }
  if (spectrum->sides[0].n_tiles + spectrum->sides[1].n_tiles > 0) {
    g_string_append (out, " · ");
    if (spectrum->picture_limit > 0)
      g_string_append (out, _ ("the same scales at all times"));
    else
      g_string_append (out, spectrum->shared_scale
                                ? _ ("one colour scale for all pictures")
                                : _ ("each picture on its own colour scale"));
  }
  if (any_group_shown (spectrum)) {
    g_string_append (out, " · ");
    g_string_append (out, _ ("brackets: nearly equal, any mixture serves as well"));
  }
  return g_string_free (out, FALSE);
}

static void
draw_side (const EsSpectrumPlot *spectrum,
           guint s,
           const EsAxes *axes,
           const EsStyle *style,
           cairo_t *cr)
{
  const EsSpectrumSide *side = &spectrum->sides[s];
  double zero = es_scale_map (&axes->y, 0);

  es_color_set (cr, s == 0 ? &style->positive : &style->negative);
  cairo_set_line_width (cr, style->line_minor);
  for (gsize rank = 0; rank < side->n_shown; rank++) {
    double x = es_scale_map (&axes->x, (double)rank + 1);
    double y = es_scale_map (&axes->y, side->values[rank]);

    cairo_move_to (cr, x, zero);
    cairo_line_to (cr, x, y);
    cairo_stroke (cr);
    /* The pictured ones are emphasised. */
    cairo_arc (cr, x, y, rank < side->n_tiles ? style->dot : 0.6 * style->dot, 0,
               2 * G_PI);
    cairo_fill (cr);
  }
}

static void
draw (const EsPlot *plot, const EsPlotLayout *layout, const EsStyle *style, cairo_t *cr)
{
  for (guint s = 0; s < 2; s++) {
    const EsAxes *axes = es_plot_layout_get_axes (layout, s);

    if (axes != NULL && axes->plot.width > 0)
      draw_side ((const EsSpectrumPlot *)plot, s, axes, style, cr);
  }
}

/* Elements */

static gboolean
is_shown (const EsSpectrumPlot *spectrum, EsPlotId id)
{
  return id.panel == 0 && id.series >= 0 && id.series < 2 && id.index >= 0 &&
         (gsize)id.index < spectrum->sides[id.series].n_shown && id.row == -1 &&
         id.col == -1;
}

static gboolean
locate_point (const EsPlot *plot, const EsPlotLayout *layout, EsPlotHit *hit)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;
  const EsAxes *axes;
  double x, y;

  if (!is_shown (spectrum, hit->id))
    return FALSE;
  axes = es_plot_layout_get_axes (layout, (guint)hit->id.series);
  if (axes == NULL || axes->plot.width <= 0)
    return FALSE;
  hit->x = hit->id.index + 1;
  hit->value = spectrum->sides[hit->id.series].values[hit->id.index];
  hit->context = axes->plot;
  x = es_scale_map (&axes->x, hit->x);
  y = es_scale_map (&axes->y, hit->value);
  hit->rect = (EsRect){x - 2, y - 2, 4, 4};
  return TRUE;
}

static gboolean
pick_point (
    const EsPlot *plot, const EsPlotLayout *layout, double x, double y, EsPlotId *id)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;

  for (guint s = 0; s < 2; s++) {
    const EsAxes *axes = es_plot_layout_get_axes (layout, s);
    gsize n = spectrum->sides[s].n_shown;
    EsRect near;

    if (axes == NULL || axes->plot.width <= 0 || n == 0)
      continue;
    near = (EsRect){axes->plot.x - PICK_MARGIN, axes->plot.y - PICK_MARGIN,
                    axes->plot.width + 2 * PICK_MARGIN,
                    axes->plot.height + 2 * PICK_MARGIN};
    if (es_rect_contains (&near, x, y)) {
      double rank = rint (es_scale_unmap (&axes->x, x)) - 1;

      *id = (EsPlotId){0, (int)s, (int)CLAMP (rank, 0, (double)n - 1), -1, -1};
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
move_point (const EsPlot *plot, EsPlotId *id, EsPlotDirection direction)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;

  if (id->index < 0) {
    *id = (EsPlotId){0, spectrum->sides[0].n_shown > 0 ? 0 : 1, 0, -1, -1};
    return is_shown (spectrum, *id);
  }
  switch (direction) {
  case ES_PLOT_LEFT:
    id->index--;
    break;
  case ES_PLOT_RIGHT:
    id->index++;
    break;
  case ES_PLOT_UP:
    id->series--;
    break;
  case ES_PLOT_DOWN:
    id->series++;
    break;
  case ES_PLOT_FIRST:
    id->index = 0;
    break;
  case ES_PLOT_LAST:
    id->index = (int)spectrum->sides[id->series].n_shown - 1;
    break;
  case ES_PLOT_IN:
  case ES_PLOT_OUT:
  default:
    return FALSE;
  }
  return is_shown (spectrum, *id);
}

/* Words */

static char *
read_out (const EsPlot *plot, const EsPlotHit *hit, const char *point)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;
  const EsSpectrumSide *side = &spectrum->sides[hit->id.series];
  GString *out = g_string_new (NULL);
  g_autofree char *eigenvalue =
      es_number_write (&spectrum->format, side->values[hit->id.index], point);
  g_autofree char *component =
      es_spectrum_component_name ((guint)hit->id.series, (gsize)hit->id.index);
  guint rank = (guint)overall_rank (spectrum, hit->id.series, hit->id.index);
  guint total = (guint)spectrum->total;

  if (hit->id.panel == 0)
    g_string_append_printf (out, _ ("Component %s, eigenvalue %u of %u: %s"), component,
                            rank, total, eigenvalue);
  else
    g_string_append_printf (out, _ ("Component %s, eigenvector %u of %u (%s)"),
                            component, rank, total, eigenvalue);
  if (hit->id.row >= 0) {
    g_autofree char *value = es_number_signed (hit->value, 2, point);

    g_string_append (out, ", ");
    g_string_append_printf (out, _ ("row %d, column %d: %s"), hit->id.row + 1,
                            hit->id.col + 1, value);
  }
  if (in_group (side, (gsize)hit->id.index)) {
    g_string_append (out, ", ");
    g_string_append (out, _ ("nearly equal to its neighbour"));
  }
  return g_string_free (out, FALSE);
}

static char *
describe (const EsPlot *plot, const char *point)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;
  GString *out = g_string_new (NULL);

  if (spectrum->total == 0) {
    g_string_free (out, TRUE);
    return g_strdup (_ ("Spectrum: no data yet."));
  }
  if (plot->title != NULL)
    g_string_append_printf (out, _ ("Spectrum of %s"), plot->title);
  else
    g_string_append (out, _ ("Spectrum"));
  g_string_append_printf (out,
                          g_dngettext (ES_TEXT_DOMAIN, ": %u eigenvalue",
                                       ": %u eigenvalues", spectrum->total),
                          (guint)spectrum->total);
  for (guint s = 0; s < 2; s++) {
    g_autofree char *value = NULL;

    if (spectrum->sides[s].n == 0)
      continue;
    value = es_number_write (&spectrum->format, spectrum->sides[s].values[0], point);
    g_string_append_printf (out, s == 0 ? _ (", largest %s") : _ (", most negative %s"),
                            value);
  }
  if (isfinite (spectrum->effective_rank)) {
    g_autofree char *rank = es_number_text (spectrum->effective_rank, 3, point);

    g_string_append_printf (out, _ (", effective rank %s"), rank);
  }
  g_string_append_c (out, '.');
  return g_string_free (out, FALSE);
}

/* Positive ones descending, then negative ones, the most negative last. */
static EsPlotTable *
to_table (const EsPlot *plot)
{
  const EsSpectrumPlot *spectrum = (const EsSpectrumPlot *)plot;
  gsize n[2] = {spectrum->sides[0].n, spectrum->sides[1].n};
  EsPlotTable *table = es_plot_table_new (n[0] + n[1]);
  double *rank = es_plot_table_add_numbers (table, "rank", _ ("Rank"));
  double *component = es_plot_table_add_numbers (table, "component", _ ("Component"));
  double *value = es_plot_table_add_numbers (table, "eigenvalue", _ ("Eigenvalue"));
  double *group = es_plot_table_add_numbers (table, "group", _ ("Group"));

  for (gsize row = 0; row < table->n_rows; row++) {
    guint s = row >= n[0];
    gsize index = s == 0 ? row : n[0] + n[1] - 1 - row;
    const EsSpectrumSide *side = &spectrum->sides[s];

    rank[row] = overall_rank (spectrum, (int)s, (int)index);
    component[row] = s == 0 ? (double)index : -1 - (double)index;
    value[row] = side->values[index];
    group[row] = side->groups[index];
  }
  return table;
}

static const EsPlotClass spectrum_class = {
    .finalize = finalize,
    .is_empty = is_empty,
    .note = note,
    .body_height = es_spectrum_plot_body_height,
    .place = es_spectrum_plot_place,
    .draw = draw,
    .pick_point = pick_point,
    .locate_point = locate_point,
    .move_point = move_point,
    .read_out = read_out,
    .describe = describe,
    .to_table = to_table,
};

/* Collects the eigenvalues of one sign, from the end that leads. */
static void
side_init (EsSpectrumSide *side, const EsSpectrumData *data, guint s)
{
  const float *pictures = s == 0 ? data->positive : data->negative;
  gsize n_pictures = s == 0 ? data->n_positive : data->n_negative;
  gsize cells = (gsize)data->rows * data->cols;

  side->values = g_new (double, MAX (data->n, 1));
  side->groups = g_new (guint, MAX (data->n, 1));
  for (gsize i = 0; i < data->n; i++) {
    gsize at = s == 0 ? data->n - 1 - i : i;
    double value = data->eigenvalues[at];

    if (!isfinite (value) || (s == 0 ? value <= 0 : value >= 0))
      continue;
    side->values[side->n] = value;
    side->groups[side->n] = data->groups != NULL ? data->groups[at] : (guint)at;
    side->n++;
  }
  side->n_shown = MIN (side->n, data->n_values);
  side->n_tiles = cells > 0 && pictures != NULL ? MIN (n_pictures, data->n_vectors) : 0;
  side->n_tiles = MIN (side->n_tiles, side->n);
  side->pictures = g_new (float, MAX (side->n_tiles * cells, 1));
  if (side->n_tiles > 0)
    memcpy (side->pictures, pictures, side->n_tiles * cells * sizeof (float));
}

/* One format for the values that are written out, of both signs. */
static EsNumberFormat
find_format (const EsSpectrumPlot *spectrum)
{
  double values[2 * 16];
  gsize n = 0;
  EsNumberFormat format;

  if (spectrum->value_limit > 0)
    values[n++] = spectrum->value_limit;
  for (guint s = 0; s < 2 && spectrum->value_limit == 0; s++) {
    const EsSpectrumSide *side = &spectrum->sides[s];
    gsize leading = MIN (MAX (side->n_tiles, 1), MIN (side->n, 16));

    /* No digits are spent on telling nearly equal ones apart. */
    for (gsize rank = 0; rank < leading; rank++)
      if (rank == 0 || side->groups[rank] != side->groups[rank - 1])
        values[n++] = side->values[rank];
  }
  format = es_number_format_for (values, n, 3);
  format.plus = TRUE;
  return format;
}

EsPlot *
es_spectrum_plot_new (const EsSpectrumData *data)
{
  EsSpectrumPlot *spectrum = g_new0 (EsSpectrumPlot, 1);

  es_plot_init (&spectrum->base, &spectrum_class, data->title, data->selected);
  spectrum->total = MAX (data->total, data->n);
  spectrum->rows = data->rows;
  spectrum->cols = data->cols;
  spectrum->n_values = data->n_values;
  spectrum->n_vectors = data->n_vectors;
  spectrum->shared_scale = data->shared_scale || data->picture_limit > 0;
  spectrum->value_limit = data->value_limit;
  spectrum->picture_limit = data->picture_limit;
  spectrum->basis = g_strdup (data->basis);
  spectrum->effective_rank = data->effective_rank;
  side_init (&spectrum->sides[0], data, 0);
  side_init (&spectrum->sides[1], data, 1);
  spectrum->format = find_format (spectrum);
  return &spectrum->base;
}

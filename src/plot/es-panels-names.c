/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-panels-private.h"

#include <math.h>

/* Names may be of any length: what they get is limited, and what is longer is cut. */

/* The most of a panel's width that the names at the curves' ends take. */
#define BESIDE_SHARE 0.38
/* The most of a panel's height that names under its axis take. */
#define BELOW_SHARE 0.45
/* The most that a name under the axis can ask for, in sizes of small text. */
#define LONGEST 8
/* Names that are longer are turned where they would have less than this part of it. */
#define FLAT_SHARE 0.65
/* About what the labels of the vertical axis take of a panel's width, in sizes. */
#define AXIS_SIZES 3

static void
widen (double *widest, const EsStyle *style, const char *name)
{
  if (name != NULL)
    *widest = MAX (*widest, es_text_width (style, ES_TEXT_SMALL, name));
}

/* @name, cut to @room. */
static PangoLayout *
new_text (const EsStyle *style, const char *name, double room)
{
  PangoLayout *text = es_text_new (style, ES_TEXT_SMALL, name);

  if (es_text_width (style, ES_TEXT_SMALL, name) > room) {
    pango_layout_set_width (text, (int)(MAX (room, 0) * PANGO_SCALE));
    pango_layout_set_ellipsize (text, PANGO_ELLIPSIZE_END);
  }
  return text;
}

/* At the ends of curves */

double
es_panels_names_beside (const EsPanel *panel, const EsStyle *style, double width)
{
  double widest = 0;

  for (gsize c = 0; c < panel->n_curves && !panel->stems; c++)
    widen (&widest, style, panel->curves[c].name);
  return widest > 0 ? MIN (ceil (widest), floor (BESIDE_SHARE * width)) : 0;
}

/* Where curve @curve ends, or NaN. */
static double
end_position (const EsCurve *curve, const EsAxes *axes)
{
  for (gsize i = curve->n; i-- > 0;) {
    double y = es_scale_map_clamped (&axes->y, curve->y[i]);

    if (isfinite (curve->y[i]) && isfinite (y))
      return y;
  }
  return NAN;
}

void
es_panels_names_place_beside (const EsPanel *panel,
                              const EsAxes *axes,
                              const EsStyle *style,
                              double room,
                              EsPlotLayout *layout)
{
  double height = es_text_height (style, ES_TEXT_SMALL);
  g_autofree double *y = g_new (double, panel->n_curves);
  g_autofree gsize *order = g_new (gsize, panel->n_curves);
  guint n = 0;

  for (gsize c = 0; c < panel->n_curves; c++) {
    double at = end_position (&panel->curves[c], axes);
    guint k = n;

    if (panel->curves[c].name == NULL || !isfinite (at))
      continue;
    for (; k > 0 && y[k - 1] > at; k--) {
      y[k] = y[k - 1];
      order[k] = order[k - 1];
    }
    y[k] = at;
    order[k] = c;
    n++;
  }
  if (!es_text_spread (y, n, height, axes->plot.y - height / 2,
                       es_rect_bottom (&axes->plot) + height / 2))
    return;
  for (guint i = 0; i < n; i++) {
    EsColor color = es_panels_plot_color (style, order[i], panel->n_curves);
    g_autoptr (PangoLayout) text =
        new_text (style, panel->curves[order[i]].name, room + 0.01);

    es_plot_layout_add_text (layout, text, &color,
                             es_rect_right (&axes->plot) + style->gap, y[i],
                             (EsAlign){0, 0.5});
  }
}

/* Under the axis */

static gsize
n_below (const EsPanel *panel)
{
  if (panel->stems)
    return panel->n_curves;
  return panel->groups && panel->n_curves > 0 && panel->curves[0].labels != NULL
             ? panel->curves[0].n
             : 0;
}

/* The name of place @i, and where it is; NULL if it has none. */
static const char *
name_below (const EsPanel *panel, gsize i, double *x)
{
  const EsCurve *curve = &panel->curves[panel->stems ? i : 0];

  if (curve->n == 0)
    return NULL;
  *x = curve->x[panel->stems ? 0 : i];
  return panel->stems ? curve->name : curve->labels[i];
}

/* What names ask for: the widest, but not more than any may. */
static double
wanted_below (const EsPanel *panel, const EsStyle *style)
{
  double widest = 0, x;

  for (gsize i = 0; i < n_below (panel); i++)
    widen (&widest, style, name_below (panel, i, &x));
  return MIN (ceil (widest), LONGEST * style->size_small);
}

/* Short names, as numbers, are left out for want of room, but never cut or turned. */
static gboolean
are_short (const EsPanel *panel, const EsStyle *style)
{
  return wanted_below (panel, style) <= 2 * es_text_height (style, ES_TEXT_SMALL);
}

/* Whether they stand upright: where names that could be whole would be cut side by
   side, or longer ones too much. */
static gboolean
are_turned (const EsPanel *panel, const EsStyle *style, double width)
{
  double room = (width - AXIS_SIZES * style->size) / (double)MAX (n_below (panel), 1) -
                style->gap / 2;
  double most = LONGEST * style->size_small, wanted = 0, x;

  for (gsize i = 0; i < n_below (panel); i++) {
    double name = 0;

    widen (&name, style, name_below (panel, i, &x));
    wanted = MAX (wanted, name <= most ? name : FLAT_SHARE * most);
  }
  return !are_short (panel, style) && room < wanted;
}

double
es_panels_names_below (const EsPanel *panel,
                       const EsStyle *style,
                       double width,
                       double height)
{
  if (!are_turned (panel, style, width))
    return es_text_height (style, ES_TEXT_SMALL);
  return MIN (wanted_below (panel, style), floor (BELOW_SHARE * height));
}

void
es_panels_names_place_below (const EsPanel *panel,
                             const EsAxes *axes,
                             const EsStyle *style,
                             const EsRect *cell,
                             EsPlotLayout *layout)
{
  gboolean turned = are_turned (panel, style, cell->width);
  double room = axes->plot.width / (double)n_below (panel) - style->gap / 2;
  double y = es_rect_bottom (&axes->plot) + style->gap / 2;

  if (turned)
    room = es_panels_names_below (panel, style, cell->width, cell->height);
  else if (are_short (panel, style))
    room = INFINITY;
  for (gsize i = 0; i < n_below (panel); i++) {
    g_autoptr (PangoLayout) text = NULL;
    double x = 0;
    const char *name = name_below (panel, i, &x);

    if (name == NULL)
      continue;
    text = new_text (style, name, room + 0.01);
    x = es_scale_map (&axes->x, x);
    if (turned)
      es_plot_layout_add_turned_text (layout, text, &style->dim, x, y,
                                      (EsAlign){0.5, 0});
    else
      es_plot_layout_add_text (layout, text, &style->dim, x, y, (EsAlign){0.5, 0});
  }
}

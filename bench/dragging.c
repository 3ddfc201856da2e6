/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dragging.h"

#include "es-attack-page.h"
#include "es-brush-panel.h"
#include "es-canvas.h"
#include "es-drawing-pad.h"
#include "es-layer-row.h"

#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

#define MOVES 300
#define PATIENCE 60
#define SIDE 28

/* One drag while it is measured. */
typedef struct
{
  GtkWidget *widget; /* that is dragged */
  gint64 began;      /* the frame, or 0 */
  gboolean painted;
  double painting; /* milliseconds */
  double cpu;      /* of the main thread at the start of the frame */
} Drag;

static double
milliseconds_since (gint64 start)
{
  return (double)(g_get_monotonic_time () - start) / 1000;
}

static double
cpu_milliseconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_THREAD, &usage);
  return 1000.0 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void
run_for (guint milliseconds)
{
  gint64 stop = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < stop)
    g_main_context_iteration (NULL, FALSE);
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
began_cb (Drag *drag)
{
  drag->began = g_get_monotonic_time ();
}

static void
painted_cb (Drag *drag)
{
  if (drag->began == 0)
    return;
  drag->painting = milliseconds_since (drag->began);
  drag->painted = TRUE;
}

static int
compare (const void *a, const void *b)
{
  double p = *(const double *)a, q = *(const double *)b;

  return (p > q) - (p < q);
}

typedef void (*Move) (GtkWidget *widget, guint i);

/* Frames that are there for the move alone: what came before has been painted. */
static void
measure (const char *phase, GtkWidget *widget, Move move)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  Drag drag = {.widget = widget};
  double frames[MOVES], busy[MOVES], first;
  gulong ids[2];

  ids[0] =
      g_signal_connect_swapped (clock, "before-paint", G_CALLBACK (began_cb), &drag);
  ids[1] =
      g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (painted_cb), &drag);
  for (guint i = 0; i < MOVES; i++) {
    gint64 start = g_get_monotonic_time ();
    double cpu = cpu_milliseconds ();

    drag.began = 0;
    drag.painted = FALSE;
    move (widget, i);
    frames[i] = milliseconds_since (start);
    while (!drag.painted && milliseconds_since (start) < 1000)
      g_main_context_iteration (NULL, TRUE);
    frames[i] += drag.painting;
    busy[i] = cpu_milliseconds () - cpu;
  }
  g_signal_handler_disconnect (clock, ids[0]);
  g_signal_handler_disconnect (clock, ids[1]);
  first = busy[0];
  qsort (frames, MOVES, sizeof *frames, compare);
  qsort (busy, MOVES, sizeof *busy, compare);
  g_print ("{\"phase\": \"%s\", \"frames\": %d, \"median_ms\": %.2f, \"p99_ms\": %.2f, "
           "\"longest_ms\": %.2f, \"cpu_median_ms\": %.2f, \"cpu_p99_ms\": %.2f, "
           "\"cpu_longest_ms\": %.2f, \"cpu_first_ms\": %.2f}\n",
           phase, MOVES, frames[MOVES / 2], frames[MOVES * 99 / 100], frames[MOVES - 1],
           busy[MOVES / 2], busy[MOVES * 99 / 100], busy[MOVES - 1], first);
}

static void
move_slider (GtkWidget *scale, guint i)
{
  gtk_range_set_value (GTK_RANGE (scale), 0.9 * sin (i / 20.0));
}

/* Round and round, across most of the picture. */
static void
move_brush (GtkWidget *canvas, guint i)
{
  double radius = SIDE * (0.15 + 0.25 * i / MOVES);

  if (i == 0)
    g_signal_emit_by_name (canvas, "stroke-began", FALSE);
  g_signal_emit_by_name (canvas, "stroke-moved", SIDE / 2.0 + radius * cos (i / 10.0),
                         SIDE / 2.0 + radius * sin (i / 10.0), 1.0);
  if (i == MOVES - 1)
    g_signal_emit_by_name (canvas, "stroke-ended");
}

static void
add_mask (EsAttackEditor *editor)
{
  gsize P = es_attack_editor_get_outcome (editor)->P;
  g_autofree float *pixels = g_new (float, P);
  EsAttackLayer layer = {.kind = ES_ATTACK_LAYER_MASK,
                         .name = (char *)"Mask",
                         .strength = 0.3,
                         .class_index = -1,
                         .component = -1};

  for (gsize p = 0; p < P; p++)
    pixels[p] = (float)sin ((double)(7 * p));
  es_attack_editor_add (editor, &layer, pixels);
}

static GtkWidget *
wait_for_mapped (GtkWidget *parent, GType type)
{
  gint64 stop = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  GtkWidget *widget;

  while ((widget = find (parent, type)) == NULL || !gtk_widget_get_mapped (widget)) {
    g_main_context_iteration (NULL, FALSE);
    if (g_get_monotonic_time () > stop)
      g_error ("A %s did not come", g_type_name (type));
  }
  return widget;
}

void
bench_dragging (EsWindow *window)
{
  GtkWidget *widget = GTK_WIDGET (window), *page, *panel, *pad;
  EsAttackEditor *editor;
  gint64 stop = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;

  gtk_widget_activate_action (widget, "win.draw", NULL);
  pad = wait_for_mapped (find (widget, ES_TYPE_DRAWING_PAD), ES_TYPE_CANVAS);
  run_for (1500);
  measure ("own drawing, explained", pad, move_brush);
  gtk_widget_activate_action (widget, "win.paint", NULL);
  page = find (widget, ES_TYPE_ATTACK_PAGE);
  editor = es_attack_page_get_editor (ES_ATTACK_PAGE (page));
  while (es_attack_editor_get_outcome (editor) == NULL)
    if (!g_main_context_iteration (NULL, FALSE) && g_get_monotonic_time () > stop)
      g_error ("There is no image to attack");
  panel = wait_for_mapped (find (page, ES_TYPE_BRUSH_PANEL), ES_TYPE_CANVAS);
  run_for (1500);
  measure ("brush on the attacked image", panel, move_brush);
  add_mask (editor);
  run_for (500);
  measure ("strength of a mask", find (find (page, ES_TYPE_LAYER_ROW), GTK_TYPE_SCALE),
           move_slider);
  es_attack_editor_set_clip (editor, FALSE);
  run_for (500);
  measure ("strength of a mask, not clipped",
           find (find (page, ES_TYPE_LAYER_ROW), GTK_TYPE_SCALE), move_slider);
}

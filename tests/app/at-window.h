/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-application.h"
#include "es-number-row.h"
#include "es-plot-view.h"
#include "es-window.h"

/* What tests of the window have in common: a window, and hands to use it with. */

/* Seconds after which something that was waited for is taken not to come. */
#define PATIENCE 90

typedef struct
{
  EsApplication *application;
  EsWindow *window;
  EsWorkspace *workspace;
} Fixture;

typedef gboolean (*Condition) (Fixture *f);

/* For g_test_add(). Runs are kept in no library. */
void set_up (Fixture *f, gconstpointer unused);
void tear_down (Fixture *f, gconstpointer unused);
/* A new program and its window; the second waits until all of its pages are there. */
void present_window (Fixture *f);
void open_window (Fixture *f);

void run_for (guint milliseconds);
void wait_for (Fixture *f, Condition condition);

/* Activates @action of the window. */
void act (Fixture *f, const char *action);

/* The same for an @action that opens a window of @type, which is returned. */
GtkWidget *act_for (Fixture *f, const char *action, GType type);

/* The chosen run. */
EsRunItem *chosen (Fixture *f);
gboolean is_finished (Fixture *f);

/* The first widget below @widget of @type for which @property is @text. */
GtkWidget *find (GtkWidget *widget, GType type, const char *property, const char *text);

/* Whether the wheel goes past @widget, a spin button or a scale. */
gboolean leaves_wheel (GtkWidget *widget);

/* Rows by title, plots by label. */
EsNumberRow *row (Fixture *f, const char *title);
EsPlotView *plot_view (Fixture *f, const char *label);
EsPlot *plot (Fixture *f, const char *label);

/* Starts a small training that takes long enough to be worked with. */
void start_small (Fixture *f, guint epochs);

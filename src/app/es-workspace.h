/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-drawing.h"
#include "es-run-item.h"
#include "es-sample.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The runs (a GListModel of EsRunItem) and the one selection that all views share.
 *
 * Properties: "run" (EsRunItem, nullable), "direction" (text as people write it: a
 * class's number, or "3 - 8"), "component" (0, 1, ... from the most positive; -1, -2,
 * ... from the most negative), "frame" (of the run's film, -1: the latest weights),
 * "sample" (EsSample, nullable: the image that is explained and attacked).
 */
#define ES_TYPE_WORKSPACE (es_workspace_get_type ())
G_DECLARE_FINAL_TYPE (EsWorkspace, es_workspace, ES, WORKSPACE, GObject)

EsWorkspace *es_workspace_new (void) G_GNUC_WARN_UNUSED_RESULT;

EsRunItem *es_workspace_get_run (EsWorkspace *self);
void es_workspace_set_run (EsWorkspace *self, EsRunItem *run);
const char *es_workspace_get_direction (EsWorkspace *self);
void es_workspace_set_direction (EsWorkspace *self, const char *direction);
/* The class, or -1 if the direction is not a single one. */
int es_workspace_get_class (EsWorkspace *self);
void es_workspace_set_class (EsWorkspace *self, int c);
int es_workspace_get_component (EsWorkspace *self);
void es_workspace_set_component (EsWorkspace *self, int component);
/* A frame of the film. Its epoch and weights stay chosen when the film thins out, and
   this is then the nearest frame that is left. The last frame and those that are not
   there are the latest weights, -1. */
int es_workspace_get_frame (EsWorkspace *self);
void es_workspace_set_frame (EsWorkspace *self, int frame);

EsSample *es_workspace_get_sample (EsWorkspace *self);
void es_workspace_set_sample (EsWorkspace *self, EsSample *sample);
/* Sees to it that the sample can be given to the chosen run: if it cannot, or is of
   another dataset than the run's, the first test image of that dataset takes its place,
   or none if there is no such image. To be called when the run's weights or images are
   known. */
void es_workspace_ensure_sample (EsWorkspace *self);

/* The person's own image for networks of the shown weights' size; one for each size,
   NULL without weights. It becomes the sample whenever it changes. */
EsDrawing *es_workspace_get_drawing (EsWorkspace *self);
/* Makes it the sample, if there is anything on it. */
void es_workspace_show_drawing (EsWorkspace *self);

/* How far the weights to be shown were trained, in epochs. */
double es_workspace_get_epoch (EsWorkspace *self);

/* The weights that are to be shown: of the frame, else the latest; nullable. */
EsModel *es_workspace_get_model (EsWorkspace *self);

/* A copy of the chosen run with the weights that are to be shown (nullable: there are
   none yet). */
EsRun *es_workspace_dup_run (EsWorkspace *self) G_GNUC_WARN_UNUSED_RESULT;

/* Appends @item, or puts it at @position, and selects it. */
void es_workspace_add (EsWorkspace *self, EsRunItem *item);
void es_workspace_insert (EsWorkspace *self, guint position, EsRunItem *item);
/* Puts @items (of EsRunItem) before all others. The last of them is selected if nothing
   is. */
void es_workspace_put_before (EsWorkspace *self, const GPtrArray *items);
/* Takes @item off the list, stopping its training; returns where it was. */
guint es_workspace_remove (EsWorkspace *self, EsRunItem *item);

/* A name that no run has yet: "Run 3". Free with g_free(). */
char *es_workspace_new_name (EsWorkspace *self) G_GNUC_WARN_UNUSED_RESULT;

/* Trains @item now, or when the trainings before it are done. */
void es_workspace_start (EsWorkspace *self, EsRunItem *item);

/* Ends all trainings and waits for them. */
void es_workspace_shutdown (EsWorkspace *self);

G_END_DECLS

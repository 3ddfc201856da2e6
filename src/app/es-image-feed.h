/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What a page that shows a network together with images has to see to: it follows the
 * chosen run, its weights and the chosen image, brings the run's dataset when the page
 * is looked at, and says what to tell people when there is nothing to show.
 *
 * "changed" is emitted when the page, which is mapped, is to show what there is now;
 * what changes while it is not mapped is told once when it is.
 */
#define ES_TYPE_IMAGE_FEED (es_image_feed_get_type ())
G_DECLARE_FINAL_TYPE (EsImageFeed, es_image_feed, ES, IMAGE_FEED, GObject)

/* For @page, which owns the feed. */
EsImageFeed *es_image_feed_new (GtkWidget *page) G_GNUC_WARN_UNUSED_RESULT;

void es_image_feed_set_workspace (EsImageFeed *self, EsWorkspace *workspace);

EsWorkspace *es_image_feed_get_workspace (EsImageFeed *self); /* nullable */
EsRunItem *es_image_feed_get_run (EsImageFeed *self);         /* nullable */
char **es_image_feed_get_class_names (EsImageFeed *self);     /* nullable */

/* Shows it again when it can. */
void es_image_feed_update (EsImageFeed *self);

/* What there is to be told instead of anything else. */
typedef struct
{
  const char *title; /* NULL: the page's own words for having no image */
  char *text;        /* NULL: nothing yet, images are being read */
} EsImageProblem;

void es_image_problem_clear (EsImageProblem *problem);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsImageProblem, es_image_problem_clear)

/* The network to be shown and an image that can be given to it, or FALSE with the
   problem. */
gboolean es_image_feed_get (EsImageFeed *self,
                            EsModel **model,
                            EsSample **sample,
                            EsImageProblem *problem);

/* The same for all images of the run's dataset. */
gboolean es_image_feed_get_dataset (EsImageFeed *self,
                                    EsModel **model,
                                    EsDataset **dataset,
                                    EsImageProblem *problem);

G_END_DECLS

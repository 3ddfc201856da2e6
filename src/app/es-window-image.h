/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-window.h"

G_BEGIN_DECLS

/* Pictures on their way to being the sample; for EsWindow itself. */

/* Installs the action that pastes. */
void es_window_install_image_actions (GtkWidgetClass *klass);

/* Makes a picture the drawing of the chosen run, and so the sample: @bytes of a PNG or
   JPEG file, or @texture, the other NULL. Says what is the matter if it cannot be. */
void es_window_take_image (EsWindow *self,
                           GBytes *bytes,
                           GdkTexture *texture,
                           const char *name);

G_END_DECLS

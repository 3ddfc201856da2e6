/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-window.h"

/*
 * Drags what follows within a frame in @window, which has a trained run: the strength
 * of a mask, a brush on the attacked image, and a drawing of one's own while it is
 * explained. Prints a JSON line for each, with the milliseconds of a frame: from the
 * move to the end of its handlers, and from the frame's start until it is painted.
 */
void bench_dragging (EsWindow *window);

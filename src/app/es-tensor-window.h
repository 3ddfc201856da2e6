/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-tensor-file.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The tensors of any file: a list with statistics, which come as they are worked out,
 * and of the chosen one a heat map, a histogram and singular values.
 *
 * "use-as-network" (path: text) is emitted when the person wants to say which tensors
 * are which part of a network.
 */
#define ES_TYPE_TENSOR_WINDOW (es_tensor_window_get_type ())
G_DECLARE_FINAL_TYPE (EsTensorWindow, es_tensor_window, ES, TENSOR_WINDOW, AdwWindow)

/* Takes @file. The window goes with @parent. */
GtkWidget *es_tensor_window_new (GtkWindow *parent,
                                 EsTensorFile *file) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

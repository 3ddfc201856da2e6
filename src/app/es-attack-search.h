/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-editor.h"
#include "es-gradient-attack.h"
#include "es-telling.h"

G_BEGIN_DECLS

/* What takes longer than a frame while an attack is edited, off the main thread. */

/* Strengths that are searched, in magnitude. */
#define ES_ATTACK_SEARCH_MOST 4.0

/*
 * Looks for the strength of the editor's selected layer, all else as it stands:
 * @best FALSE: the smallest that flips it, see es_attack_probe_smallest(); else the
 * best within budget, see es_attack_probe_best(). @target -1: any other class.
 */
void es_attack_search_async (EsAttackEditor *editor,
                             gboolean best,
                             gint target,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* FALSE without an error: there is no such strength. */
gboolean es_attack_search_finish (GAsyncResult *result,
                                  double *strength,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether image, network, layers and selection are those that it was asked for; else
   what was found is of no use. */
gboolean es_attack_search_is_current (GAsyncResult *result, EsAttackEditor *editor);

typedef struct
{
  float *change; /* (P) */
  EsGradientResult result;
} EsGradientFound;

void es_gradient_found_free (EsGradientFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsGradientFound, es_gradient_found_free)

/* Follows the gradient from the editor's image. @progress gets @user_data, which must
   live until the callback. */
void es_attack_gradient_async (EsAttackEditor *editor,
                               const EsGradientOptions *options,
                               EsTellingFunc progress,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* Whether image and network are those that it was asked for. */
gboolean es_attack_gradient_is_current (GAsyncResult *result, EsAttackEditor *editor);
EsGradientFound *es_attack_gradient_finish (GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

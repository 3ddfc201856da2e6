/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-model.h"
#include "es-tensor-file.h"

G_BEGIN_DECLS

/*
 * Which tensors of a file are which part of a bilinear network. Worked out from names
 * and sizes, and changeable by a person, part by part. With m the width of a layer's
 * product, which may differ from H only with a single layer in two halves:
 *
 *   embed         E (H, P); without it the first layer takes the inputs themselves
 *   block.I       L over R (2H, H), or in two halves
 *   left.I        L (m, H)
 *   right.I       R (m, H)
 *   bias.I        b (2H), or in two halves
 *   left-bias.I   (m)
 *   right-bias.I  (m)
 *   head          U (C, m)
 *   head-bias     (C), which becomes one unit more: its product is always 1, and U has
 *                 the bias as its column
 */
typedef struct _EsModelMap EsModelMap;

typedef enum {
  ES_ROLE_EMBED,
  ES_ROLE_BLOCK,
  ES_ROLE_LEFT,
  ES_ROLE_RIGHT,
  ES_ROLE_BIAS,
  ES_ROLE_LEFT_BIAS,
  ES_ROLE_RIGHT_BIAS,
  ES_ROLE_HEAD,
  ES_ROLE_HEAD_BIAS,
} EsRoleKind;

#define ES_N_ROLE_KINDS (ES_ROLE_HEAD_BIAS + 1)

/* A part of a network: its kind, and the layer of those that layers have. */
typedef struct
{
  EsRoleKind kind;
  guint layer;
} EsRole;

/* "embed", "left.0" and so on (g_free()). */
char *es_role_to_string (const EsRole *role) G_GNUC_WARN_UNUSED_RESULT;

/* Returns FALSE unless @text is such a name with a layer below ES_MODEL_MAX_LAYERS. */
gboolean es_role_from_string (const char *text, EsRole *role);

typedef enum {
  ES_ASSUME_UNKNOWN,
  ES_ASSUME_NO,
  ES_ASSUME_YES,
} EsAssume;

/* What a person knows of weights that others saved; it counts for more than what the
   file says. */
typedef struct
{
  EsAssume residual; /* unknown, and the file does not say: taken as no */
  guint rows;        /* of an image; 0: a square if P is one, else one row */
  guint cols;
  const char *const *parts; /* "ROLE=NAME", NULL-terminated (nullable) */
} EsModelOverrides;

/* The parts of the network in @file, which must outlive the map, by the best guess. */
EsModelMap *es_model_map_new (EsTensorFile *file) G_GNUC_WARN_UNUSED_RESULT;
void es_model_map_free (EsModelMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsModelMap, es_model_map_free)

/* The roles that this network has or lacks, in order: those of a block, or of two
   halves where a left or right half is assigned (of EsRole; g_array_unref()). */
GArray *es_model_map_list_roles (const EsModelMap *map) G_GNUC_WARN_UNUSED_RESULT;

/* The tensor that has @role, or NULL. */
const EsTensor *es_model_map_get (const EsModelMap *map, const EsRole *role);

/* Gives @role to @tensor, one of the file's (nullable: to none). A block takes the
   place of its halves, and they take its. */
void es_model_map_assign (EsModelMap *map, const EsRole *role, const EsTensor *tensor);

/* The tensors that could have @role by their number of dimensions (of const EsTensor *;
   g_ptr_array_unref()), those of fitting sizes first. */
GPtrArray *es_model_map_list_candidates (const EsModelMap *map,
                                         const EsRole *role) G_GNUC_WARN_UNUSED_RESULT;

/* What is wrong with the tensor of @role, or with there being none: "is 3 × 5; expected
   3 × 4". NULL if nothing is (g_free()). */
char *es_model_map_get_problem (const EsModelMap *map,
                                const EsRole *role) G_GNUC_WARN_UNUSED_RESULT;

/* Applies @overrides: its parts, the sides of images, whether the network is residual.
   ES_IO_ERROR_FORMAT for a part that is no role, _NOT_FOUND for a tensor that is not
   there. */
gboolean es_model_map_override (EsModelMap *map,
                                const EsModelOverrides *overrides,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether neither the file nor a person said if the network is residual. */
gboolean es_model_map_is_residual_assumed (const EsModelMap *map);

/*
 * The configuration of the network. ES_IO_ERROR_FORMAT naming the first tensor that is
 * missing or of the wrong shape, and the tensors whose sizes would make a network;
 * ES_IO_ERROR_UNSUPPORTED for more layers than
 * ES_MODEL_MAX_LAYERS, an unknown gate, a biased embedding, or a biased head behind a
 * gate that does not keep 1.
 */
gboolean es_model_map_get_config (const EsModelMap *map,
                                  EsModelConfig *config,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Reads the weights into a model of @config, which the function above gave. A layer
 * whose product has another width than its input is filled up with zeros, which changes
 * nothing that the network computes.
 */
EsModel *es_model_map_read (EsModelMap *map,
                            const EsModelConfig *config,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

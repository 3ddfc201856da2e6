/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-model-shapes.h"

/* A file of more is no network with a few layers. */
#define MAX_TENSORS 256

/* A guess under way. */
typedef struct
{
  EsModelMap *map;
  const EsTensor *tensors;
  gsize n;
  GArray *given; /* of EsRole */
} Guess;

static gboolean
is_free (const Guess *guess, const EsTensor *tensor)
{
  g_autoptr (GArray) roles = es_model_map_list_roles (guess->map);

  for (guint i = 0; i < roles->len; i++)
    if (es_model_map_get (guess->map, &g_array_index (roles, EsRole, i)) == tensor)
      return FALSE;
  return TRUE;
}

/* The free tensor of @rows × @cols with @skip of the kind before it, or NULL; a vector
   if @cols is 0. */
static const EsTensor *
find (const Guess *guess, gsize rows, gsize cols, guint skip)
{
  const gsize dims[2] = {rows, cols};

  for (gsize i = 0; i < guess->n; i++)
    if (es_tensor_has_shape (&guess->tensors[i], cols == 0 ? 1 : 2, dims) &&
        is_free (guess, &guess->tensors[i]) && skip-- == 0)
      return &guess->tensors[i];
  return NULL;
}

static gboolean
has (const Guess *guess, EsRoleKind kind, guint layer)
{
  return es_model_map_get (guess->map, &(EsRole){kind, layer}) != NULL;
}

static void
give (Guess *guess, EsRoleKind kind, guint layer, const EsTensor *tensor)
{
  const EsRole role = {kind, layer};

  es_model_map_assign (guess->map, &role, tensor);
  g_array_append_val (guess->given, role);
}

static void
give_layers (Guess *guess, gsize H)
{
  const EsTensor *left, *right;
  guint n = 0;

  while (n < ES_MODEL_MAX_LAYERS && (left = find (guess, 2 * H, H, 0)) != NULL)
    give (guess, ES_ROLE_BLOCK, n++, left);
  if (n > 0)
    return;
  while (n < ES_MODEL_MAX_LAYERS && (left = find (guess, H, H, 0)) != NULL &&
         (right = find (guess, H, H, 1)) != NULL) {
    give (guess, ES_ROLE_LEFT, n, left);
    give (guess, ES_ROLE_RIGHT, n++, right);
  }
}

static void
give_head (Guess *guess, gsize H)
{
  const EsTensor *head = NULL;

  for (gsize i = 0; i < guess->n; i++) {
    const EsTensor *tensor = &guess->tensors[i];

    if (tensor->n_dims == 2 && tensor->dims[1] == H && is_free (guess, tensor) &&
        (head == NULL || tensor->dims[0] < head->dims[0]))
      head = tensor;
  }
  if (head != NULL)
    give (guess, ES_ROLE_HEAD, 0, head);
}

/* One for each layer in one piece, and one for the head. */
static void
give_biases (Guess *guess, gsize H)
{
  gsize C = es_model_map_get (guess->map, &(EsRole){ES_ROLE_HEAD, 0})->dims[0];
  guint n_layers = 0, n_vectors = 0;

  while (n_layers < ES_MODEL_MAX_LAYERS && has (guess, ES_ROLE_BLOCK, n_layers))
    n_layers++;
  while (find (guess, 2 * H, 0, n_vectors) != NULL)
    n_vectors++;
  for (guint i = 0; n_vectors == n_layers && i < n_layers; i++)
    if (!has (guess, ES_ROLE_BIAS, i))
      give (guess, ES_ROLE_BIAS, i, find (guess, 2 * H, 0, 0));
  if (!has (guess, ES_ROLE_HEAD_BIAS, 0) && C != H && C != 2 * H &&
      find (guess, C, 0, 0) != NULL && find (guess, C, 0, 1) == NULL)
    give (guess, ES_ROLE_HEAD_BIAS, 0, find (guess, C, 0, 0));
}

static gboolean
is_whole (const EsModelMap *map)
{
  g_autoptr (GArray) roles = es_model_map_list_roles (map);

  for (guint i = 0; i < roles->len; i++) {
    g_autofree char *problem =
        es_model_map_get_problem (map, &g_array_index (roles, EsRole, i));

    if (problem != NULL)
      return FALSE;
  }
  return TRUE;
}

static void
take_back (Guess *guess)
{
  for (guint i = 0; i < guess->given->len; i++)
    es_model_map_assign (guess->map, &g_array_index (guess->given, EsRole, i), NULL);
  g_array_set_size (guess->given, 0);
}

/* With @embed, a matrix, as the embedding. */
static gboolean
guess_around (Guess *guess, const EsTensor *embed)
{
  gsize H = embed->dims[0];

  if (!has (guess, ES_ROLE_EMBED, 0))
    give (guess, ES_ROLE_EMBED, 0, embed);
  if (!has (guess, ES_ROLE_BLOCK, 0) && !has (guess, ES_ROLE_LEFT, 0) &&
      !has (guess, ES_ROLE_RIGHT, 0))
    give_layers (guess, H);
  if (!has (guess, ES_ROLE_HEAD, 0))
    give_head (guess, H);
  if (is_whole (guess->map)) {
    give_biases (guess, H);
    return TRUE;
  }
  take_back (guess);
  return FALSE;
}

gboolean
es_model_shapes_guess (EsModelMap *map, const EsTensorFile *file)
{
  g_autoptr (GArray) given = g_array_new (FALSE, FALSE, sizeof (EsRole));
  const EsTensor *embed = es_model_map_get (map, &(EsRole){ES_ROLE_EMBED, 0});
  Guess guess = {.map = map, .given = given};

  guess.tensors = es_tensor_file_get_tensors (file, &guess.n);
  if (is_whole (map) || guess.n > MAX_TENSORS)
    return FALSE;
  if (embed != NULL)
    return embed->n_dims == 2 && guess_around (&guess, embed);
  for (gsize i = 0; i < guess.n; i++)
    if (guess.tensors[i].n_dims == 2 && is_free (&guess, &guess.tensors[i]) &&
        guess_around (&guess, &guess.tensors[i]))
      return TRUE;
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-model-map.h"

#include "es-model-names.h"
#include "es-model-shapes.h"

#include <math.h>
#include <string.h>

/* Sizes beyond this are refused by es_model_config_check(). */
#define MAX_SIZE (1u << 24)

struct _EsModelMap
{
  EsTensorFile *file;
  const char *path;
  const EsTensor *parts[ES_N_ROLE_KINDS][ES_MODEL_MAX_LAYERS];
  /* Why the guess cannot be used as it is. If there are several networks, a person's
     choice does away with it. */
  char *doubt;
  EsIoError doubt_code;
  EsAssume residual; /* what a person said */
  guint rows;
  guint cols;
};

/* The sizes of a network whose tensors fit each other. */
typedef struct
{
  gsize P; /* inputs */
  gsize H; /* what the embedding gives */
  gsize m; /* what a layer's product gives */
  gsize C; /* outputs */
} Sizes;

static const char *const role_names[ES_N_ROLE_KINDS] = {
    "embed",     "block",      "left", "right",    "bias",
    "left-bias", "right-bias", "head", "head-bias"};

static const EsRoleKind halves[] = {ES_ROLE_LEFT, ES_ROLE_RIGHT, ES_ROLE_LEFT_BIAS,
                                    ES_ROLE_RIGHT_BIAS};
static const EsRoleKind wholes[] = {ES_ROLE_BLOCK, ES_ROLE_BIAS};

static gboolean
has_layer (EsRoleKind kind)
{
  return kind != ES_ROLE_EMBED && kind != ES_ROLE_HEAD && kind != ES_ROLE_HEAD_BIAS;
}

char *
es_role_to_string (const EsRole *role)
{
  return has_layer (role->kind)
             ? g_strdup_printf ("%s.%u", role_names[role->kind], role->layer)
             : g_strdup (role_names[role->kind]);
}

gboolean
es_role_from_string (const char *text, EsRole *role)
{
  const char *point = strchr (text, '.');
  gsize n = point == NULL ? strlen (text) : (gsize)(point - text);
  guint64 layer = 0;

  for (guint kind = 0; kind < ES_N_ROLE_KINDS; kind++) {
    if (strlen (role_names[kind]) != n || strncmp (text, role_names[kind], n) != 0)
      continue;
    if (point != NULL && (!has_layer (kind) ||
                          !g_ascii_string_to_unsigned (
                              point + 1, 10, 0, ES_MODEL_MAX_LAYERS - 1, &layer, NULL)))
      return FALSE;
    *role = (EsRole){kind, (guint)layer};
    return TRUE;
  }
  return FALSE;
}

static void G_GNUC_PRINTF (3, 4)
    doubt (EsModelMap *map, EsIoError code, const char *format, ...)
{
  va_list args;

  if (map->doubt != NULL)
    return;
  va_start (args, format);
  map->doubt = g_strdup_vprintf (format, args);
  va_end (args);
  map->doubt_code = code;
}

/* Counts the names of each kind behind each prefix, and finds the prefix with most
   kinds of parts. */
static char *
choose_prefix (EsModelMap *map, const EsTensor *tensors, gsize n)
{
  g_autoptr (GHashTable) kinds =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key, value;
  const char *best = "";
  guint most = 0, n_best = 0;

  for (gsize i = 0; i < n; i++) {
    EsRole role;
    gsize n_prefix;
    g_autofree char *prefix = NULL;

    if (es_model_name_parse (tensors[i].name, &role, &n_prefix) != ES_NAME_PART)
      continue;
    prefix = g_strndup (tensors[i].name, n_prefix);
    value = g_hash_table_lookup (kinds, prefix);
    value = GUINT_TO_POINTER (GPOINTER_TO_UINT (value) | 1u << role.kind);
    g_hash_table_replace (kinds, g_steal_pointer (&prefix), value);
  }
  g_hash_table_iter_init (&iter, kinds);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    guint count = 0;

    for (guint bits = GPOINTER_TO_UINT (value); bits != 0; bits >>= 1)
      count += bits & 1;
    n_best = count > most ? 1 : n_best + (count == most);
    /* Of equals the first by name, so that the guess is always the same. */
    if (count > most || (count == most && strcmp (key, best) < 0))
      best = key;
    most = MAX (most, count);
  }
  if (n_best > 1)
    doubt (map, ES_IO_ERROR_FORMAT,
           "holds several networks (“%.100s…” is one); expected one", best);
  return g_strdup (best);
}

static void
guess (EsModelMap *map)
{
  gsize n, n_prefix;
  const EsTensor *tensors = es_tensor_file_get_tensors (map->file, &n);
  g_autofree char *prefix = choose_prefix (map, tensors, n);

  for (gsize i = 0; i < n; i++) {
    EsRole role;
    EsNameKind kind = es_model_name_parse (tensors[i].name, &role, &n_prefix);

    if (kind == ES_NAME_NONE || n_prefix != strlen (prefix) ||
        strncmp (tensors[i].name, prefix, n_prefix) != 0)
      continue;
    if (kind == ES_NAME_BIAS)
      doubt (map, ES_IO_ERROR_UNSUPPORTED,
             "has a bias in its embedding; expected none there");
    else if (role.layer >= ES_MODEL_MAX_LAYERS)
      doubt (map, ES_IO_ERROR_UNSUPPORTED, "has more than %d bilinear layers",
             ES_MODEL_MAX_LAYERS);
    else if (map->parts[role.kind][role.layer] == NULL)
      map->parts[role.kind][role.layer] = &tensors[i];
  }
}

EsModelMap *
es_model_map_new (EsTensorFile *file)
{
  EsModelMap *map = g_new0 (EsModelMap, 1);

  map->file = file;
  map->path = es_tensor_file_get_path (file);
  guess (map);
  return map;
}

void
es_model_map_free (EsModelMap *map)
{
  if (map == NULL)
    return;
  g_free (map->doubt);
  g_free (map);
}

const EsTensor *
es_model_map_get (const EsModelMap *map, const EsRole *role)
{
  return map->parts[role->kind][role->layer];
}

/* The tensor of @kind in @layer, or NULL. */
static const EsTensor *
part (const EsModelMap *map, EsRoleKind kind, guint layer)
{
  return map->parts[kind][layer];
}

/* Whether @layer comes in two halves. */
static gboolean
is_halved (const EsModelMap *map, guint layer)
{
  return part (map, ES_ROLE_LEFT, layer) != NULL ||
         part (map, ES_ROLE_RIGHT, layer) != NULL;
}

/* The layers up to the last that has anything, at least one. */
static guint
count_layers (const EsModelMap *map)
{
  guint n = ES_MODEL_MAX_LAYERS;

  while (n > 1 && part (map, ES_ROLE_BLOCK, n - 1) == NULL && !is_halved (map, n - 1))
    n--;
  return n;
}

/* The kinds of parts that @layer is made of. */
static const EsRoleKind *
get_kinds (const EsModelMap *map, guint layer, guint *n)
{
  gboolean halved = is_halved (map, layer);

  *n = halved ? G_N_ELEMENTS (halves) : G_N_ELEMENTS (wholes);
  return halved ? halves : wholes;
}

GArray *
es_model_map_list_roles (const EsModelMap *map)
{
  GArray *roles = g_array_new (FALSE, FALSE, sizeof (EsRole));
  EsRole role = {ES_ROLE_EMBED, 0};

  g_array_append_val (roles, role);
  for (role.layer = 0; role.layer < count_layers (map); role.layer++) {
    guint n;
    const EsRoleKind *kinds = get_kinds (map, role.layer, &n);

    for (guint i = 0; i < n; i++) {
      role.kind = kinds[i];
      g_array_append_val (roles, role);
    }
  }
  role = (EsRole){ES_ROLE_HEAD, 0};
  g_array_append_val (roles, role);
  role.kind = ES_ROLE_HEAD_BIAS;
  g_array_append_val (roles, role);
  return roles;
}

void
es_model_map_assign (EsModelMap *map, const EsRole *role, const EsTensor *tensor)
{
  guint i = role->layer;

  map->parts[role->kind][i] = tensor;
  if (map->doubt_code == ES_IO_ERROR_FORMAT)
    g_clear_pointer (&map->doubt, g_free);
  if (tensor == NULL)
    return;
  if (role->kind == ES_ROLE_BLOCK) {
    map->parts[ES_ROLE_LEFT][i] = map->parts[ES_ROLE_RIGHT][i] = NULL;
    map->parts[ES_ROLE_LEFT_BIAS][i] = map->parts[ES_ROLE_RIGHT_BIAS][i] = NULL;
  } else if (role->kind == ES_ROLE_LEFT || role->kind == ES_ROLE_RIGHT) {
    map->parts[ES_ROLE_BLOCK][i] = map->parts[ES_ROLE_BIAS][i] = NULL;
  }
}

static gboolean
is_vector (EsRoleKind kind)
{
  return kind == ES_ROLE_BIAS || kind == ES_ROLE_LEFT_BIAS ||
         kind == ES_ROLE_RIGHT_BIAS || kind == ES_ROLE_HEAD_BIAS;
}

GPtrArray *
es_model_map_list_candidates (const EsModelMap *map, const EsRole *role)
{
  GPtrArray *candidates = g_ptr_array_new ();
  guint n_dims = is_vector (role->kind) ? 1 : 2, n_fitting = 0;
  gsize n;
  const EsTensor *tensors = es_tensor_file_get_tensors (map->file, &n);

  for (gsize i = 0; i < n; i++) {
    EsModelMap trial = *map;
    g_autofree char *problem = NULL;

    if (tensors[i].n_dims != n_dims)
      continue;
    trial.parts[role->kind][role->layer] = &tensors[i];
    problem = es_model_map_get_problem (&trial, role);
    g_ptr_array_insert (candidates, problem == NULL ? (gint)n_fitting++ : -1,
                        (gpointer)&tensors[i]);
  }
  return candidates;
}

/* Whether @tensor is a matrix with sides that a network may have. */
static gboolean
is_matrix (const EsTensor *tensor)
{
  return tensor != NULL && tensor->n_dims == 2 && tensor->dims[0] >= 1 &&
         tensor->dims[0] <= MAX_SIZE && tensor->dims[1] >= 1 &&
         tensor->dims[1] <= MAX_SIZE;
}

/* The sizes as the first tensors say them; 0 where they say nothing. */
static Sizes
measure (const EsModelMap *map)
{
  const EsTensor *embed = part (map, ES_ROLE_EMBED, 0);
  const EsTensor *left = part (map, ES_ROLE_LEFT, 0);
  const EsTensor *head = part (map, ES_ROLE_HEAD, 0);
  Sizes sizes = {0};

  if (is_matrix (embed)) {
    sizes.H = embed->dims[0];
    sizes.P = embed->dims[1];
  } else if (embed == NULL && is_matrix (left)) {
    sizes.H = sizes.P = left->dims[1];
  }
  sizes.m = sizes.H;
  if (count_layers (map) == 1 && is_matrix (left))
    sizes.m = left->dims[0];
  if (is_matrix (head))
    sizes.C = head->dims[0];
  return sizes;
}

/* The sizes that a tensor of @kind must have; 0 where they are not known. */
static void
get_expected (const Sizes *sizes, EsRoleKind kind, guint *n_dims, gsize *dims)
{
  *n_dims = is_vector (kind) ? 1 : 2;
  dims[1] = 0;
  switch (kind) {
  case ES_ROLE_EMBED:
    dims[0] = sizes->H;
    dims[1] = sizes->P;
    break;
  case ES_ROLE_BLOCK:
    dims[0] = 2 * sizes->H;
    dims[1] = sizes->H;
    break;
  case ES_ROLE_LEFT:
  case ES_ROLE_RIGHT:
    dims[0] = sizes->m;
    dims[1] = sizes->H;
    break;
  case ES_ROLE_BIAS:
    dims[0] = 2 * sizes->m;
    break;
  case ES_ROLE_LEFT_BIAS:
  case ES_ROLE_RIGHT_BIAS:
    dims[0] = sizes->m;
    break;
  case ES_ROLE_HEAD:
    dims[0] = sizes->C;
    dims[1] = sizes->m;
    break;
  case ES_ROLE_HEAD_BIAS:
    dims[0] = sizes->C;
    break;
  }
}

/* Whether the network cannot be without @role. */
static gboolean
is_needed (const EsModelMap *map, const EsRole *role)
{
  switch (role->kind) {
  case ES_ROLE_EMBED:
    return !is_halved (map, 0);
  case ES_ROLE_HEAD:
    return TRUE;
  case ES_ROLE_BLOCK:
    return !is_halved (map, role->layer);
  case ES_ROLE_LEFT:
  case ES_ROLE_RIGHT:
    return is_halved (map, role->layer);
  case ES_ROLE_BIAS:
    return !is_halved (map, role->layer) && part (map, ES_ROLE_BIAS, 0) != NULL;
  default:
    return FALSE;
  }
}

static char *
shape_problem (const EsTensor *tensor, const Sizes *sizes, EsRoleKind kind)
{
  gsize dims[2];
  EsTensor wanted = {.name = tensor->name};
  g_autofree char *found = es_tensor_shape (tensor), *expected = NULL;

  get_expected (sizes, kind, &wanted.n_dims, dims);
  memcpy (wanted.dims, dims, sizeof dims);
  /* Where what it has to fit is wrong, it is right. */
  if (dims[0] == 0 || (wanted.n_dims == 2 && dims[1] == 0))
    return wanted.n_dims == 1 || is_matrix (tensor)
               ? NULL
               : g_strdup_printf ("is %s; expected a matrix with sides of 1 to %u",
                                  found, MAX_SIZE);
  if (es_tensor_has_shape (tensor, wanted.n_dims, dims))
    return NULL;
  expected = es_tensor_shape (&wanted);
  return g_strdup_printf ("is %s; expected %s", found, expected);
}

char *
es_model_map_get_problem (const EsModelMap *map, const EsRole *role)
{
  const EsTensor *tensor = es_model_map_get (map, role);
  Sizes sizes = measure (map);

  if (tensor == NULL)
    return is_needed (map, role) ? g_strdup ("is missing") : NULL;
  if (role->kind == ES_ROLE_BIAS && part (map, ES_ROLE_BIAS, 0) == NULL)
    return g_strdup ("is there, but the first layer has none");
  return shape_problem (tensor, &sizes, role->kind);
}

/* How a tensor of @role is mostly called, for messages (g_free()). */
static char *
usual_name (const EsRole *role)
{
  switch (role->kind) {
  case ES_ROLE_BLOCK:
    return g_strdup_printf ("blocks.%u.weight", role->layer);
  case ES_ROLE_BIAS:
    return g_strdup_printf ("blocks.%u.bias", role->layer);
  default:
    return g_strconcat (role_names[role->kind], ".weight", NULL);
  }
}

/* The missing parts as tensors of fitting sizes would fill them, for a command line; ""
   if they do not make a network (g_free()). */
static char *
suggest_parts (const EsModelMap *map)
{
  EsModelMap trial = *map;
  g_autoptr (GArray) roles = NULL;
  GString *text = g_string_new (NULL);

  if (!es_model_shapes_guess (&trial, map->file))
    return g_string_free (text, FALSE);
  g_string_append (text, "; going by their sizes, these fit:");
  roles = es_model_map_list_roles (&trial);
  for (guint i = 0; i < roles->len; i++) {
    const EsRole *role = &g_array_index (roles, EsRole, i);
    const EsTensor *tensor = es_model_map_get (&trial, role);
    g_autofree char *name = es_role_to_string (role), *pair = NULL, *quoted = NULL;

    if (tensor == NULL || es_model_map_get (map, role) != NULL)
      continue;
    pair = g_strconcat (name, "=", tensor->name, NULL);
    quoted = g_shell_quote (pair);
    g_string_append_printf (text, " --map %s", quoted);
  }
  return g_string_free (text, FALSE);
}

/* The error that says what is wrong with @role. */
static gboolean
refuse_role (const EsModelMap *map,
             const EsRole *role,
             const char *problem,
             GError **error)
{
  const EsTensor *tensor = es_model_map_get (map, role);
  g_autofree char *usual = usual_name (role);
  g_autofree char *fitting = tensor == NULL ? suggest_parts (map) : NULL;

  if (tensor == NULL)
    es_io_set_error (error, ES_IO_ERROR_FORMAT, map->path,
                     "has no tensor “%s”; expected embed.weight, blocks.0.weight and "
                     "head.weight%s",
                     usual, fitting);
  else if (role->kind == ES_ROLE_BIAS && part (map, ES_ROLE_BIAS, 0) == NULL)
    es_io_set_error (error, ES_IO_ERROR_FORMAT, map->path,
                     "has “%s” but no “blocks.0.bias”", tensor->name);
  else
    es_io_set_error (error, ES_IO_ERROR_FORMAT, map->path, "tensor “%s” %s",
                     tensor->name, problem);
  return FALSE;
}

static gboolean
override_part (EsModelMap *map, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = equals == NULL ? NULL : g_strndup (text, equals - text);
  const EsTensor *tensor = NULL;
  EsRole role;

  if (name == NULL || !es_role_from_string (name, &role)) {
    es_io_set_error (
        error, ES_IO_ERROR_FORMAT, map->path,
        "“%s” names no part of a network; expected embed=NAME, "
        "block.0=NAME, left.0=NAME, right.0=NAME, bias.0=NAME, head=NAME or "
        "head-bias=NAME",
        text);
    return FALSE;
  }
  if (equals[1] != '\0') {
    tensor = es_tensor_file_lookup (map->file, equals + 1);
    if (tensor == NULL) {
      es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, map->path, "has no tensor “%s”",
                       equals + 1);
      return FALSE;
    }
  }
  es_model_map_assign (map, &role, tensor);
  return TRUE;
}

gboolean
es_model_map_override (EsModelMap *map,
                       const EsModelOverrides *overrides,
                       GError **error)
{
  map->residual = overrides->residual;
  map->rows = overrides->rows;
  map->cols = overrides->cols;
  for (guint i = 0; overrides->parts != NULL && overrides->parts[i] != NULL; i++)
    if (!override_part (map, overrides->parts[i], error))
      return FALSE;
  return TRUE;
}

/* The setting @key as text: what is metadata in one format is a number or a truth value
   in another. NULL if it is not there (g_free()). */
static char *
get_text (const EsModelMap *map, const char *key)
{
  JsonNode *node = es_tensor_file_find_setting (map->file, key);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  switch (json_node_get_value_type (node)) {
  case G_TYPE_STRING:
    return g_strdup (json_node_get_string (node));
  case G_TYPE_INT64:
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  case G_TYPE_BOOLEAN:
    return g_strdup (json_node_get_boolean (node) ? "true" : "false");
  default:
    return NULL;
  }
}

/* "True", "true" and "1" are all in use. */
static EsAssume
get_residual (const EsModelMap *map)
{
  g_autofree char *text = get_text (map, "residual");

  if (map->residual != ES_ASSUME_UNKNOWN || text == NULL)
    return map->residual;
  if (g_ascii_strcasecmp (text, "true") == 0 || strcmp (text, "1") == 0)
    return ES_ASSUME_YES;
  if (g_ascii_strcasecmp (text, "false") == 0 || strcmp (text, "0") == 0)
    return ES_ASSUME_NO;
  return ES_ASSUME_UNKNOWN;
}

gboolean
es_model_map_is_residual_assumed (const EsModelMap *map)
{
  return get_residual (map) == ES_ASSUME_UNKNOWN;
}

static guint
get_size (const EsModelMap *map, const char *key)
{
  g_autofree char *text = get_text (map, key);
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, MAX_SIZE, &value, NULL))
    return 0;
  return (guint)value;
}

/* Sets the image's sides if they give P pixels. */
static gboolean
set_sides (EsModelConfig *config, gsize P, gsize rows, gsize cols)
{
  if (rows * cols != P)
    return FALSE;
  config->rows = (guint)rows;
  config->cols = (guint)cols;
  return TRUE;
}

static void
guess_sides (const EsModelMap *map, EsModelConfig *config, gsize P)
{
  gsize side = (gsize)lround (sqrt ((double)P));

  if (set_sides (config, P, map->rows, map->cols) ||
      set_sides (config, P, get_size (map, "rows"), get_size (map, "cols")) ||
      set_sides (config, P, side, side))
    return;
  set_sides (config, P, 1, P);
}

static gboolean
check_roles (const EsModelMap *map, GError **error)
{
  g_autoptr (GArray) roles = es_model_map_list_roles (map);

  if (map->doubt != NULL) {
    es_io_set_error (error, map->doubt_code, map->path, "%s", map->doubt);
    return FALSE;
  }
  for (guint i = 0; i < roles->len; i++) {
    const EsRole *role = &g_array_index (roles, EsRole, i);
    g_autofree char *problem = es_model_map_get_problem (map, role);

    if (problem != NULL)
      return refuse_role (map, role, problem, error);
  }
  return TRUE;
}

static gboolean
has_bias (const EsModelMap *map)
{
  g_autoptr (GArray) roles = es_model_map_list_roles (map);

  for (guint i = 0; i < roles->len; i++) {
    const EsRole *role = &g_array_index (roles, EsRole, i);

    if (is_vector (role->kind) && es_model_map_get (map, role) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* The unit for the head's bias is 1 times 1, also behind the gate. */
static gboolean
check_head_bias (const EsModelMap *map, const EsModelConfig *config, GError **error)
{
  if (part (map, ES_ROLE_HEAD_BIAS, 0) == NULL || config->gate == ES_GATE_NONE ||
      config->gate == ES_GATE_RELU)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, map->path,
                   "has a bias in its head and the gate %s; expected one of them",
                   es_gate_to_string (config->gate));
  return FALSE;
}

gboolean
es_model_map_get_config (const EsModelMap *map, EsModelConfig *config, GError **error)
{
  Sizes sizes = measure (map);
  g_autofree char *gate = get_text (map, "gate");
  guint more = part (map, ES_ROLE_HEAD_BIAS, 0) != NULL ? 1 : 0;

  if (!check_roles (map, error))
    return FALSE;
  *config = (EsModelConfig){
      .hidden = (guint)MAX (sizes.H, sizes.m) + more,
      .outputs = (guint)sizes.C,
      .layers = count_layers (map),
      .bias = has_bias (map),
      .residual = get_residual (map) == ES_ASSUME_YES,
  };
  guess_sides (map, config, sizes.P);
  if (part (map, ES_ROLE_EMBED, 0) == NULL && config->layers == 1 && !config->residual)
    es_model_config_set_units (config, (guint)sizes.m + more);
  if (config->residual && sizes.m != sizes.H) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, map->path,
                     "cannot be residual: its layer makes %" G_GSIZE_FORMAT
                     " numbers of %" G_GSIZE_FORMAT,
                     sizes.m, sizes.H);
    return FALSE;
  }
  if (gate == NULL || g_ascii_strcasecmp (gate, "none") == 0 ||
      es_gate_from_string (gate, &config->gate))
    return check_head_bias (map, config, error);
  es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, map->path,
                   "names the gate “%.40s”; expected none, relu, gelu or silu", gate);
  return FALSE;
}

/* Copies @tensor into the upper left of @out, whose rows have @stride elements. */
static gboolean
copy_rows (
    EsModelMap *map, float *out, gsize stride, const EsTensor *tensor, GError **error)
{
  gsize rows = tensor->n_dims == 2 ? tensor->dims[0] : 1;
  gsize cols = tensor->n / rows;
  gsize width = es_dtype_size (tensor->dtype);
  g_autoptr (EsArray) array = es_tensor_file_read (map->file, tensor, error);

  if (array == NULL)
    return FALSE;
  for (gsize i = 0; i < rows; i++) {
    EsTensor row = array->tensor;

    row.data += i * cols * width;
    row.n = cols;
    row.n_bytes = cols * width;
    es_tensor_copy_float (&row, out + i * stride);
  }
  return TRUE;
}

/* Moves the second of two halves of @n rows, one behind the other in @a, to where rows
   from @to on are; zeros lie between them. */
static void
part_halves (float *a, gsize n, gsize to, gsize stride)
{
  memmove (a + to * stride, a + n * stride, n * stride * sizeof (float));
  memset (a + n * stride, 0, (to - n) * stride * sizeof (float));
}

/* One layer: the halves lie one behind the other in @weight (2H, H) and @bias (2H). */
static gboolean
read_layer (
    EsModelMap *map, guint layer, float *weight, float *bias, gsize H, GError **error)
{
  float *const places[ES_N_ROLE_KINDS] = {
      [ES_ROLE_BLOCK] = weight,
      [ES_ROLE_LEFT] = weight,
      [ES_ROLE_RIGHT] = weight + H * H,
      [ES_ROLE_BIAS] = bias,
      [ES_ROLE_LEFT_BIAS] = bias,
      [ES_ROLE_RIGHT_BIAS] = bias == NULL ? NULL : bias + H,
  };
  guint n;
  const EsRoleKind *kinds = get_kinds (map, layer, &n);

  for (guint i = 0; i < n; i++) {
    const EsTensor *tensor = part (map, kinds[i], layer);

    if (tensor == NULL)
      continue;
    if (!copy_rows (map, places[kinds[i]], H, tensor, error))
      return FALSE;
    if (kinds[i] == ES_ROLE_BLOCK)
      part_halves (weight, tensor->dims[0] / 2, H, H);
    else if (kinds[i] == ES_ROLE_BIAS)
      part_halves (bias, tensor->dims[0] / 2, H, 1);
  }
  return TRUE;
}

/* A unit that is always 1 in the last layer; the head has its bias as that column. */
static gboolean
read_head_bias (
    EsModelMap *map, float *head, float *bias, gsize H, gsize unit, GError **error)
{
  const EsTensor *tensor = part (map, ES_ROLE_HEAD_BIAS, 0);
  g_autoptr (EsArray) array = es_tensor_file_read (map->file, tensor, error);
  g_autofree float *column = NULL;

  if (array == NULL)
    return FALSE;
  column = g_new (float, tensor->n);
  es_tensor_copy_float (&array->tensor, column);
  for (gsize c = 0; c < tensor->n; c++)
    head[c * H + unit] = column[c];
  bias[unit] = bias[H + unit] = 1;
  return TRUE;
}

static gboolean
read_parts (EsModelMap *map, EsModel *model, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);
  const EsTensor *embed = part (map, ES_ROLE_EMBED, 0);
  guint n;
  const EsTensorInfo *infos = es_model_get_tensors (model, &n);
  float *params = es_model_params (model);
  guint per_layer = config->bias ? 2 : 1;

  /* Without an embedding the inputs are the first coordinates. */
  for (gsize p = 0; embed == NULL && p < P; p++)
    params[p * P + p] = 1;
  if (embed != NULL && !copy_rows (map, params, P, embed, error))
    return FALSE;
  for (guint i = 0; i < config->layers; i++) {
    float *weight = params + infos[1 + i * per_layer].offset;
    float *bias = config->bias ? params + infos[2 + i * per_layer].offset : NULL;

    if (!read_layer (map, i, weight, bias, H, error))
      return FALSE;
  }
  if (!copy_rows (map, params + infos[n - 1].offset, H, part (map, ES_ROLE_HEAD, 0),
                  error))
    return FALSE;
  return part (map, ES_ROLE_HEAD_BIAS, 0) == NULL ||
         read_head_bias (map, params + infos[n - 1].offset,
                         params + infos[2 * config->layers].offset, H,
                         config->units > 0 ? config->units - 1 : H - 1, error);
}

EsModel *
es_model_map_read (EsModelMap *map, const EsModelConfig *config, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (EsModel) model = es_model_new (config, &cause);

  if (model == NULL) {
    gboolean too_large = g_error_matches (cause, ES_ERROR, ES_ERROR_NO_MEMORY);

    es_io_set_error (error, too_large ? ES_IO_ERROR_TOO_LARGE : ES_IO_ERROR_UNSUPPORTED,
                     map->path, "%s", cause->message);
    return NULL;
  }
  return read_parts (map, model, error) ? g_steal_pointer (&model) : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-model-map.h"
#include "es-model-names.h"
#include "es-model-shapes.h"
#include "es-safetensors.h"
#include "io-test.h"

#include <math.h>
#include <string.h>

/* A tensor of a file; the second size 0 makes it a vector. */
typedef struct
{
  const char *name;
  gsize dims[2];
} Part;

/* A file of these tensors, numbered through: every element is its position in the file
   of all, divided by 8. */
static EsTensorFile *
make_file (const Part *parts)
{
  char *folder = io_test_folder ();
  g_autofree char *path = g_build_filename (folder, "a.safetensors", NULL);
  float data[1000];
  EsTensor tensors[20];
  gsize n = 0, at = 0;
  EsTensorFile *file;

  for (guint i = 0; i < G_N_ELEMENTS (data); i++)
    data[i] = (float)i / 8;
  for (; parts[n].name != NULL; n++) {
    tensors[n] = es_tensor_view (parts[n].name, ES_DTYPE_F32, data + at,
                                 parts[n].dims[1] == 0 ? 1 : 2, parts[n].dims);
    at += tensors[n].n;
  }
  g_assert_cmpuint (at, <=, G_N_ELEMENTS (data));
  g_assert_true (es_safetensors_write (path, tensors, n, NULL, NULL));
  file = es_tensor_file_open (path, NULL);
  g_assert_nonnull (file);
  io_test_remove (folder);
  return file;
}

static void
assert_name (const char *name, EsNameKind kind, const char *role, gsize n_prefix)
{
  EsRole found;
  gsize n_found = 0;
  g_autofree char *text = NULL;

  g_assert_cmpint (es_model_name_parse (name, &found, &n_found), ==, kind);
  if (kind != ES_NAME_PART)
    return;
  text = es_role_to_string (&found);
  g_assert_cmpstr (text, ==, role);
  g_assert_cmpuint (n_found, ==, n_prefix);
}

static void
test_names (void)
{
  assert_name ("embed.weight", ES_NAME_PART, "embed", 0);
  assert_name ("_orig_mod.model.embed.weight", ES_NAME_PART, "embed", 16);
  assert_name ("module.linear_in.weight", ES_NAME_PART, "embed", 7);
  assert_name ("blocks.0.weight", ES_NAME_PART, "block.0", 0);
  assert_name ("m.blocks.12.bias", ES_NAME_PART, "bias.12", 2);
  assert_name ("layers.3.linear1.weight", ES_NAME_PART, "left.3", 0);
  assert_name ("layers.3.linear2.weight", ES_NAME_PART, "right.3", 0);
  assert_name ("left", ES_NAME_PART, "left.0", 0);
  assert_name ("right.weight", ES_NAME_PART, "right.0", 0);
  assert_name ("a.bilinear.w_l.weight", ES_NAME_PART, "left.0", 2);
  assert_name ("a.blocks.1.w_r", ES_NAME_PART, "right.1", 2);
  assert_name ("right.bias", ES_NAME_PART, "right-bias.0", 0);
  assert_name ("head.weight", ES_NAME_PART, "head", 0);
  assert_name ("head.bias", ES_NAME_PART, "head-bias", 0);
  assert_name ("embed.bias", ES_NAME_BIAS, NULL, 0);
  assert_name ("lm_head.weight", ES_NAME_NONE, NULL, 0);
  assert_name ("myblocks.0.weight", ES_NAME_NONE, NULL, 0);
  assert_name ("blocks.weight", ES_NAME_NONE, NULL, 0);
  assert_name ("blocks.99999999999.weight", ES_NAME_NONE, NULL, 0);
  assert_name ("weight", ES_NAME_NONE, NULL, 0);
  assert_name ("", ES_NAME_NONE, NULL, 0);
}

static void
test_roles (void)
{
  const char *const bad[] = {"",        "embed.0",  "block.4", "block.",
                             "block.x", "blocks.0", "left.-1"};
  EsRole role;

  g_assert_true (es_role_from_string ("block", &role));
  g_assert_cmpuint (role.layer, ==, 0);
  g_assert_true (es_role_from_string ("right-bias.3", &role));
  g_assert_cmpint (role.kind, ==, ES_ROLE_RIGHT_BIAS);
  g_assert_cmpuint (role.layer, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (es_role_from_string (bad[i], &role));
}

/* y = U ((L e + l) * (R e + r)) of the parts as they stand in the file. */
static void
compute_halves (float *y, const float *x, EsTensorFile *file, gsize n, gsize m, gsize C)
{
  const char *const names[] = {"left", "right", "head.weight", "left.bias",
                               "head.bias"};
  EsArray *a[5];
  const float *d[5];

  for (guint i = 0; i < 5; i++) {
    const EsTensor *tensor = es_tensor_file_lookup (file, names[i]);

    a[i] = tensor == NULL ? NULL : es_tensor_file_read (file, tensor, NULL);
    d[i] = a[i] == NULL ? NULL : (const float *)(gconstpointer)a[i]->tensor.data;
  }
  for (gsize c = 0; c < C; c++) {
    y[c] = d[4] == NULL ? 0 : d[4][c];
    for (gsize k = 0; k < m; k++) {
      float l = d[3] == NULL ? 0 : d[3][k], r = 0;

      for (gsize i = 0; i < n; i++) {
        l += d[0][k * n + i] * x[i];
        r += d[1][k * n + i] * x[i];
      }
      y[c] += d[2][c * m + k] * l * r;
    }
  }
  for (guint i = 0; i < 5; i++)
    es_array_free (a[i]);
}

/* The same by the model's tensors, with the embedding and the model's own widths. */
static void
compute_model (float *y, const float *x, const EsModel *model)
{
  const EsModelConfig *config = es_model_get_config (model);
  gsize H = config->hidden, P = es_model_config_inputs (config);
  const float *E = es_model_get_embed (model), *U = es_model_get_head (model);
  const float *L = es_model_get_left (model, 0), *R = es_model_get_right (model, 0);
  const float *b = es_model_get_bias (model, 0);
  g_autofree float *e = g_new0 (float, H);

  for (gsize h = 0; h < H; h++)
    for (gsize p = 0; p < P; p++)
      e[h] += E[h * P + p] * x[p];
  for (gsize c = 0; c < config->outputs; c++) {
    y[c] = 0;
    for (gsize k = 0; k < H; k++) {
      float l = b == NULL ? 0 : b[k], r = b == NULL ? 0 : b[H + k];

      for (gsize h = 0; h < H; h++) {
        l += L[k * H + h] * e[h];
        r += R[k * H + h] * e[h];
      }
      y[c] += U[c * H + k] * l * r;
    }
  }
}

static void
assert_halves (const Part *parts, gsize n, gsize m, gsize C)
{
  g_autoptr (EsTensorFile) file = make_file (parts);
  g_autoptr (EsModelMap) map = es_model_map_new (file);
  g_autoptr (EsModel) model = NULL;
  g_autoptr (GError) error = NULL;
  EsModelConfig config;
  float x[8] = {0.5f, -1, 2, 0.25f, 1}, expected[4], found[4];

  g_assert_true (es_model_map_get_config (map, &config, &error));
  g_assert_no_error (error);
  /* The bias of a head is a unit more. */
  g_assert_cmpuint (config.units, ==,
                    m + (es_tensor_file_lookup (file, "head.bias") != NULL ? 1 : 0));
  g_assert_cmpuint (config.hidden, ==, MAX (n, config.units));
  g_assert_cmpuint (es_model_config_inputs (&config), ==, n);
  model = es_model_map_read (map, &config, &error);
  g_assert_no_error (error);
  compute_halves (expected, x, file, n, m, C);
  compute_model (found, x, model);
  for (gsize c = 0; c < C; c++)
    g_assert_cmpfloat_with_epsilon (found[c], expected[c], 1e-5f * expected[c]);
}

/* The toys have no embedding and any width; filled up with zeros they compute the same.
 */
static void
test_toys (void)
{
  const Part wide[] = {
      {"left", {5, 3}}, {"right", {5, 3}}, {"head.weight", {2, 5}}, {NULL}};
  const Part narrow[] = {
      {"left", {3, 5}}, {"right", {3, 5}}, {"head.weight", {2, 3}}, {NULL}};
  const Part biased[] = {{"left", {5, 3}},
                         {"left.bias", {5}},
                         {"right", {5, 3}},
                         {"head.weight", {2, 5}},
                         {NULL}};

  const Part head[] = {{"left", {5, 3}},        {"left.bias", {5}}, {"right", {5, 3}},
                       {"head.weight", {2, 5}}, {"head.bias", {2}}, {NULL}};
  const Part narrow_head[] = {{"left", {3, 5}},
                              {"right", {3, 5}},
                              {"head.weight", {2, 3}},
                              {"head.bias", {2}},
                              {NULL}};

  assert_halves (wide, 3, 5, 2);
  assert_halves (narrow, 5, 3, 2);
  assert_halves (biased, 3, 5, 2);
  assert_halves (head, 3, 5, 2);
  assert_halves (narrow_head, 5, 3, 2);
}

/* The same network with a bias in its head adds that to every answer; everything else
   is where it was, also where the halves of a layer are one tensor. */
static void
test_head_bias (void)
{
  const Part parts[] = {{"embed.weight", {4, 3}}, {"blocks.0.weight", {8, 4}},
                        {"blocks.0.bias", {8}},   {"head.weight", {2, 4}},
                        {"head.bias", {2}},       {NULL}};
  g_autoptr (EsTensorFile) file = make_file (parts);
  g_autoptr (EsModelMap) map = es_model_map_new (file);
  EsModelConfig config;
  const EsRole role = {ES_ROLE_HEAD_BIAS, 0};
  const EsTensor *bias = es_model_map_get (map, &role);
  g_autoptr (EsArray) array = NULL;
  const float *b;
  float x[3] = {0.5f, -0.25f, 1}, y[2][2];

  g_assert_nonnull (bias);
  array = es_tensor_file_read (file, bias, NULL);
  b = (const float *)(gconstpointer)array->tensor.data;
  for (guint with = 0; with < 2; with++) {
    g_autoptr (EsModel) model = NULL;

    es_model_map_assign (map, &role, with ? bias : NULL);
    g_assert_true (es_model_map_get_config (map, &config, NULL));
    g_assert_cmpuint (config.hidden, ==, 4 + with);
    model = es_model_map_read (map, &config, NULL);
    compute_model (y[with], x, model);
  }
  for (guint c = 0; c < 2; c++)
    g_assert_cmpfloat_with_epsilon (y[1][c] - y[0][c], b[c], 1e-5f * fabsf (y[0][c]));
}

static void
assert_config (const Part *parts,
               const EsModelOverrides *overrides,
               const char *part,
               EsModelConfig *config)
{
  g_autoptr (EsTensorFile) file = make_file (parts);
  g_autoptr (EsModelMap) map = es_model_map_new (file);
  g_autoptr (GError) error = NULL;
  gboolean ok = (overrides == NULL || es_model_map_override (map, overrides, &error)) &&
                es_model_map_get_config (map, config, &error);

  if (part == NULL) {
    g_assert_no_error (error);
    g_assert_true (ok);
    return;
  }
  g_assert_false (ok);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not contain “%s”", error->message, part);
}

#define WEIRD                                                                          \
  {"first", {4, 6}}, {"second", {8, 4}}, {"third", {3, 4}}, {"offsets", {8}},          \
  {                                                                                    \
    "other",                                                                           \
    {                                                                                  \
      3, 5                                                                             \
    }                                                                                  \
  }

/* A person names the parts. */
static void
test_override (void)
{
  const Part weird[] = {WEIRD, {NULL}};
  const char *const parts[] = {"embed=first", "block.0=second", "head=third",
                               "bias.0=offsets", NULL};
  const char *const wrong[] = {"embed=first", "block.0=second", "head=other", NULL};
  const char *const unknown[] = {"embed=fourth", NULL};
  const char *const no_role[] = {"tail=first", NULL};
  EsModelOverrides overrides = {ES_ASSUME_YES, 2, 3, parts};
  EsModelConfig config;

  assert_config (weird, NULL, "has no tensor “embed.weight”", &config);
  assert_config (weird, NULL, "fit: --map 'embed=first' --map 'block.0=second'",
                 &config);
  assert_config (weird, &overrides, NULL, &config);
  g_assert_true (config.bias && config.residual);
  g_assert_cmpuint (config.rows, ==, 2);
  overrides.parts = wrong;
  assert_config (weird, &overrides, "“other” is 3 × 5; expected 3 × 4", &config);
  overrides.parts = unknown;
  assert_config (weird, &overrides, "has no tensor “fourth”", &config);
  overrides.parts = no_role;
  assert_config (weird, &overrides, "“tail=first” names no part", &config);
}

static void
test_problems (void)
{
  const Part halves[] = {{"embed.weight", {4, 6}},
                         {"blocks.0.w_l.weight", {4, 4}},
                         {"head.weight", {3, 4}},
                         {NULL}};
  const Part unequal[] = {{"embed.weight", {4, 6}},
                          {"w_l", {5, 4}},
                          {"w_r", {4, 4}},
                          {"head.weight", {3, 5}},
                          {NULL}};
  const Part residual[] = {
      {"left", {5, 3}}, {"right", {5, 3}}, {"head.weight", {2, 5}}, {NULL}};
  const Part two[] = {{"a.embed.weight", {4, 6}},
                      {"a.head.weight", {3, 4}},
                      {"b.embed.weight", {4, 6}},
                      {"b.head.weight", {3, 4}},
                      {NULL}};
  /* A bias of a half beside a whole is of no use, whatever its size. */
  const Part stray[] = {{"embed.weight", {4, 6}},
                        {"blocks.0.weight", {8, 4}},
                        {"left.bias", {90}},
                        {"head.weight", {3, 4}},
                        {NULL}};
  const EsModelOverrides yes = {.residual = ES_ASSUME_YES};
  EsModelConfig config;

  assert_config (halves, NULL, "has no tensor “right.weight”", &config);
  assert_config (unequal, NULL, "“w_r” is 4 × 4; expected 5 × 4", &config);
  assert_config (residual, &yes, "cannot be residual", &config);
  assert_config (two, NULL, "several networks", &config);
  assert_config (stray, NULL, NULL, &config);
  g_assert_false (config.bias);
}

/* What fits comes first among the candidates. */
static void
test_candidates (void)
{
  const Part parts[] = {{"embed.weight", {4, 6}},
                        {"misfit", {3, 5}},
                        {"blocks.0.weight", {8, 4}},
                        {"vector", {4}},
                        {"head.weight", {3, 4}},
                        {"spare", {9, 4}},
                        {NULL}};
  g_autoptr (EsTensorFile) file = make_file (parts);
  g_autoptr (EsModelMap) map = es_model_map_new (file);
  const EsRole head = {ES_ROLE_HEAD, 0}, bias = {ES_ROLE_BIAS, 0};
  g_autoptr (GPtrArray) heads = es_model_map_list_candidates (map, &head);
  g_autoptr (GPtrArray) biases = es_model_map_list_candidates (map, &bias);
  g_autoptr (GArray) roles = es_model_map_list_roles (map);

  g_assert_cmpuint (heads->len, ==, 5);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (((const EsTensor *)heads->pdata[i])->dims[1], ==, 4);
  g_assert_cmpuint (biases->len, ==, 1);
  g_assert_cmpuint (roles->len, ==, 5);
  g_assert_cmpstr (es_model_map_get (map, &head)->name, ==, "head.weight");
  es_model_map_assign (map, &head, es_tensor_file_lookup (file, "spare"));
  g_assert_cmpstr (es_model_map_get (map, &head)->name, ==, "spare");
}

/* Every part of the guess as "ROLE=NAME", in order. */
static char *
guess_text (const Part *parts)
{
  g_autoptr (EsTensorFile) file = make_file (parts);
  g_autoptr (EsModelMap) map = es_model_map_new (file);
  g_autoptr (GArray) roles = NULL;
  GString *text = g_string_new (NULL);

  if (!es_model_shapes_guess (map, file))
    return g_string_free (text, FALSE);
  roles = es_model_map_list_roles (map);
  for (guint i = 0; i < roles->len; i++) {
    const EsRole *role = &g_array_index (roles, EsRole, i);
    const EsTensor *tensor = es_model_map_get (map, role);
    g_autofree char *name = es_role_to_string (role);

    if (tensor != NULL)
      g_string_append_printf (text, "%s=%s ", name, tensor->name);
  }
  return g_string_free (text, FALSE);
}

/* What names do not say, sizes may. */
static void
test_shapes (void)
{
  const Part whole[] = {
      {"third", {3, 4}}, {"first", {4, 6}},  {"other", {3, 5}},  {"offsets", {8}},
      {"last", {3}},     {"second", {8, 4}}, {"unused", {9, 4}}, {NULL}};
  const Part halves[] = {{"zzz", {4, 6}}, {"b", {4, 4}}, {"a", {4, 4}},
                         {"d", {4, 4}},   {"c", {4, 4}}, {"out", {3, 4}},
                         {"extra", {7}},  {NULL}};
  const Part partly[] = {
      {"embed.weight", {4, 6}}, {"m", {8, 4}}, {"n", {8, 4}}, {"o", {3, 4}}, {NULL}};
  const Part named[] = {{"embed.weight", {4, 6}},
                        {"blocks.0.weight", {8, 4}},
                        {"head.weight", {3, 4}},
                        {"more", {8, 4}},
                        {NULL}};
  const Part headless[] = {{"x", {4, 6}}, {"y", {8, 4}}, {NULL}};
  const struct
  {
    const Part *parts;
    const char *text;
  } cases[] = {
      {whole, "embed=first block.0=second bias.0=offsets head=third head-bias=last "},
      {halves, "embed=zzz left.0=b right.0=a left.1=d right.1=c head=out "},
      {partly, "embed=embed.weight block.0=m block.1=n head=o "},
      {named, ""},
      {headless, ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = guess_text (cases[i].parts);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* What does not lead to a network leaves no trace. */
static void
test_shapes_undone (void)
{
  const Part parts[] = {{"x", {4, 6}}, {"y", {8, 4}}, {NULL}};
  g_autoptr (EsTensorFile) file = make_file (parts);
  g_autoptr (EsModelMap) map = es_model_map_new (file);
  const EsRole embed = {ES_ROLE_EMBED, 0}, block = {ES_ROLE_BLOCK, 0};

  g_assert_false (es_model_shapes_guess (map, file));
  g_assert_null (es_model_map_get (map, &embed));
  g_assert_null (es_model_map_get (map, &block));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-map/names", test_names);
  g_test_add_func ("/model-map/roles", test_roles);
  g_test_add_func ("/model-map/toys", test_toys);
  g_test_add_func ("/model-map/head-bias", test_head_bias);
  g_test_add_func ("/model-map/override", test_override);
  g_test_add_func ("/model-map/problems", test_problems);
  g_test_add_func ("/model-map/candidates", test_candidates);
  g_test_add_func ("/model-map/shapes", test_shapes);
  g_test_add_func ("/model-map/shapes-undone", test_shapes_undone);
  return g_test_run ();
}

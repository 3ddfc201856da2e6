/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-task.h"

#include "es-rng.h"

#include <math.h>
#include <string.h>

static const char *const kind_names[] = {"toy", "modular", "challenge"};
static const char *const logic_names[] = {"and", "or", "xor", "nand", "nor", "xnor"};
static const char *const operation_names[] = {"add", "subtract", "multiply"};

/* Each gate as constant, a, b, a b. */
static const double polynomials[ES_N_LOGICS][4] = {
    {0, 0, 0, 1},  {0, 1, 1, -1},  {0, 1, 1, -2},
    {1, 0, 0, -1}, {1, -1, -1, 1}, {1, -1, -1, 2},
};

static gboolean
find_name (const char *const *names, gsize n, const char *name, guint *index)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0) {
      *index = i;
      return TRUE;
    }
  return FALSE;
}

const char *
es_logic_to_string (EsLogic logic)
{
  return logic_names[logic];
}

gboolean
es_logic_from_string (const char *name, EsLogic *logic)
{
  guint index;

  if (!find_name (logic_names, ES_N_LOGICS, name, &index))
    return FALSE;
  *logic = (EsLogic)index;
  return TRUE;
}

const char *
es_operation_to_string (EsOperation operation)
{
  return operation_names[operation];
}

gboolean
es_operation_from_string (const char *name, EsOperation *operation)
{
  guint index;

  if (!find_name (operation_names, G_N_ELEMENTS (operation_names), name, &index))
    return FALSE;
  *operation = (EsOperation)index;
  return TRUE;
}

void
es_task_init (EsTask *task, EsTaskKind kind)
{
  *task = (EsTask){
      .kind = kind,
      .inputs = 4,
      .sparsity = 0.7,
      .modulus = 31,
      .fraction = 0.8,
      .seed = 42,
      .target = 6,
      .threshold = 0.4,
      .images = kind == ES_TASK_CHALLENGE ? g_strdup ("glyphs") : NULL,
  };
  task->logic[ES_LOGIC_AND] = 1;
}

void
es_task_clear (EsTask *task)
{
  g_clear_pointer (&task->images, g_free);
  g_clear_pointer (&task->drawn, g_free);
}

EsTask *
es_task_copy (const EsTask *task)
{
  EsTask *copy = g_memdup2 (task, sizeof *task);

  copy->images = g_strdup (task->images);
  copy->drawn = g_memdup2 (task->drawn, task->n_drawn);
  return copy;
}

void
es_task_free (EsTask *task)
{
  if (task == NULL)
    return;
  es_task_clear (task);
  g_free (task);
}

/* The kind whose name and colon @text begins with; *n_name says how long they are. */
static gboolean
find_kind (const char *text, EsTaskKind *kind, gsize *n_name)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (kind_names); i++) {
    gsize n = strlen (kind_names[i]);

    if (strncmp (text, kind_names[i], n) != 0 || text[n] != ':')
      continue;
    *kind = (EsTaskKind)i;
    *n_name = n + 1;
    return TRUE;
  }
  return FALSE;
}

gboolean
es_task_is_text (const char *text)
{
  EsTaskKind kind;
  gsize n;

  return find_kind (text, &kind, &n);
}

static gboolean
refuse_item (const char *item, GError **error)
{
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING, "'%.80s' is no setting of this task",
               item);
  return FALSE;
}

/* A whole number from 0; what is none becomes the largest, which no range allows. */
static guint
whole (double value)
{
  return value >= 0 && value < G_MAXUINT && value == floor (value) ? (guint)value
                                                                   : G_MAXUINT;
}

static gboolean
apply_toy (EsTask *task, const char *name, double value)
{
  EsLogic logic;

  if (strcmp (name, "inputs") == 0)
    task->inputs = whole (value);
  else if (strcmp (name, "sparsity") == 0)
    task->sparsity = value;
  else if (es_logic_from_string (name, &logic))
    task->logic[logic] = value;
  else
    return FALSE;
  return TRUE;
}

static gboolean
apply_modular (EsTask *task, const char *name, double value)
{
  if (strcmp (name, "modulus") == 0)
    task->modulus = whole (value);
  else if (strcmp (name, "fraction") == 0)
    task->fraction = value;
  else
    return FALSE;
  return TRUE;
}

static gboolean
apply_challenge (EsTask *task, const char *name, double value)
{
  if (strcmp (name, "target") == 0)
    task->target = whole (value);
  else if (strcmp (name, "threshold") == 0)
    task->threshold = value;
  else
    return FALSE;
  return TRUE;
}

/* A word without a value. */
static gboolean
apply_word (EsTask *task, const char *word)
{
  if (task->kind == ES_TASK_TOY && strcmp (word, "continuous") == 0)
    return task->continuous = TRUE;
  if (task->kind == ES_TASK_CHALLENGE && strcmp (word, "one-sided") == 0)
    return task->one_sided = TRUE;
  return task->kind == ES_TASK_MODULAR &&
         es_operation_from_string (word, &task->operation);
}

/* Strictly: what is read is written in the same way. */
static gboolean
apply_drawn (EsTask *task, const char *text)
{
  gsize n;
  g_autofree guchar *pixels = g_base64_decode (text, &n);
  g_autofree char *again = g_base64_encode (pixels, n);

  if (n == 0 || strcmp (again, text) != 0)
    return FALSE;
  es_task_set_drawn (task, pixels, n);
  return TRUE;
}

static gboolean
apply_item (EsTask *task, const char *item, GError **error)
{
  const char *equals = strchr (item, '=');
  g_autofree char *name =
      equals == NULL ? NULL : g_strndup (item, (gsize)(equals - item));
  char *end;
  double value;

  if (equals == NULL)
    return apply_word (task, item) || refuse_item (item, error);
  /* All 64 bits of a seed count. */
  if (task->kind == ES_TASK_MODULAR && strcmp (name, "seed") == 0)
    return g_ascii_string_to_unsigned (equals + 1, 10, 0, G_MAXUINT64, &task->seed,
                                       NULL) ||
           refuse_item (item, error);
  if (task->kind == ES_TASK_CHALLENGE && strcmp (name, "drawn") == 0)
    return apply_drawn (task, equals + 1) || refuse_item (item, error);
  value = g_ascii_strtod (equals + 1, &end);
  if (end == equals + 1 || *end != '\0' || !isfinite (value))
    return refuse_item (item, error);
  return (task->kind == ES_TASK_TOY       ? apply_toy (task, name, value)
          : task->kind == ES_TASK_MODULAR ? apply_modular (task, name, value)
                                          : apply_challenge (task, name, value)) ||
         refuse_item (item, error);
}

gboolean
es_task_parse (EsTask *task, const char *text, GError **error)
{
  EsTaskKind kind = ES_TASK_TOY;
  gsize n = 0;
  gboolean is_task = find_kind (text, &kind, &n);

  es_task_init (task, kind);
  if (!is_task) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "'%.80s' is no task; expected toy:..., modular:... or challenge:...",
                 text);
    return FALSE;
  }
  if (kind == ES_TASK_TOY)
    memset (task->logic, 0, sizeof task->logic);
  for (text += n; *text != '\0';) {
    g_autofree char *item = NULL;

    /* The rest, whatever it is: a path may hold any byte. */
    if (kind == ES_TASK_CHALLENGE && g_str_has_prefix (text, "images=")) {
      g_free (task->images);
      task->images = g_strdup (text + strlen ("images="));
      break;
    }
    n = strcspn (text, ",");
    item = g_strndup (text, n);
    if (!apply_item (task, item, error))
      return FALSE;
    text += n + (text[n] == ',');
  }
  return es_task_check (task, error);
}

static gboolean
check_range (double value, double low, double high, const char *what, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING, "%s is %g; expected %g to %g", what,
               value, low, high);
  return FALSE;
}

static gboolean
check_toy (const EsTask *task, GError **error)
{
  double sum = 0;

  for (guint i = 0; i < ES_N_LOGICS; i++) {
    if (!check_range (task->logic[i], -100, 100, "A gate's weight", error))
      return FALSE;
    sum += fabs (task->logic[i]);
  }
  if (sum > 0)
    return check_range (task->inputs, ES_TOY_MIN_INPUTS, ES_TOY_MAX_INPUTS,
                        "The number of inputs", error) &&
           check_range (task->sparsity, 0, 0.99, "The sparsity", error);
  g_set_error_literal (
      error, ES_ERROR, ES_ERROR_SETTING,
      "The task has no gate; expected and, or, xor, nand, nor or xnor");
  return FALSE;
}

gboolean
es_task_check (const EsTask *task, GError **error)
{
  switch (task->kind) {
  case ES_TASK_TOY:
    return check_toy (task, error);
  case ES_TASK_MODULAR:
    return check_range (task->modulus, ES_MODULUS_MIN, ES_MODULUS_MAX, "The modulus",
                        error) &&
           check_range (task->fraction, 0.01, 0.99, "The fraction for training", error);
  case ES_TASK_CHALLENGE:
    if (task->n_drawn > ES_TASK_MAX_DRAWN) {
      g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                   "The drawn target has %" G_GSIZE_FORMAT
                   " pixels; expected at most %u",
                   task->n_drawn, ES_TASK_MAX_DRAWN);
      return FALSE;
    }
    if (task->images != NULL && *task->images != '\0' &&
        !es_task_is_text (task->images))
      return check_range (task->threshold, -1, 1, "The threshold of the cosine", error);
    g_set_error_literal (error, ES_ERROR, ES_ERROR_SETTING,
                         "The challenge needs a dataset of images");
    return FALSE;
  }
  return FALSE;
}

static void
add_number (GString *text, const char *name, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.15g", value);
  if (g_ascii_strtod (number, NULL) != value)
    g_ascii_dtostr (number, sizeof number, value);
  g_string_append_printf (text, "%s%s=%s", text->str[text->len - 1] == ':' ? "" : ",",
                          name, number);
}

static void
add_target (GString *text, const EsTask *task)
{
  g_autofree char *drawn = NULL;

  if (task->drawn == NULL) {
    add_number (text, "target", task->target);
    return;
  }
  drawn = g_base64_encode (task->drawn, task->n_drawn);
  g_string_append_printf (text, "drawn=%s", drawn);
}

char *
es_task_to_text (const EsTask *task)
{
  GString *text = g_string_new (kind_names[task->kind]);

  g_string_append_c (text, ':');
  switch (task->kind) {
  case ES_TASK_TOY:
    for (guint i = 0; i < ES_N_LOGICS; i++)
      if (task->logic[i] != 0)
        add_number (text, logic_names[i], task->logic[i]);
    add_number (text, "inputs", task->inputs);
    add_number (text, "sparsity", task->sparsity);
    if (task->continuous)
      g_string_append (text, ",continuous");
    break;
  case ES_TASK_MODULAR:
    g_string_append (text, operation_names[task->operation]);
    add_number (text, "modulus", task->modulus);
    add_number (text, "fraction", task->fraction);
    g_string_append_printf (text, ",seed=%" G_GUINT64_FORMAT, task->seed);
    break;
  case ES_TASK_CHALLENGE:
    add_target (text, task);
    add_number (text, "threshold", task->threshold);
    if (task->one_sided)
      g_string_append (text, ",one-sided");
    g_string_append_printf (text, ",images=%s", task->images);
    break;
  }
  return g_string_free (text, FALSE);
}

guint
es_task_count_pairs (guint inputs)
{
  return inputs * (inputs - 1) / 2;
}

void
es_task_get_pair (guint inputs, guint output, guint *i, guint *j)
{
  for (*i = 0; output >= inputs - 1 - *i; (*i)++)
    output -= inputs - 1 - *i;
  *j = *i + 1 + output;
}

void
es_task_get_truth (const EsTask *task, double truth[4])
{
  for (guint k = 0; k < 4; k++) {
    truth[k] = 0;
    for (guint i = 0; i < ES_N_LOGICS; i++)
      truth[k] += task->logic[i] * polynomials[i][k];
  }
}

void
es_task_answer (const EsTask *task, float *y, const float *x)
{
  double t[4];
  gsize output = 0;

  es_task_get_truth (task, t);
  for (guint i = 0; i < task->inputs; i++)
    for (guint j = i + 1; j < task->inputs; j++) {
      double a = x[i], b = x[j];

      y[output++] = (float)(t[0] + t[1] * a + t[2] * b + t[3] * a * b);
    }
}

void
es_task_draw (
    const EsTask *task, float *x, float *y, guint64 seed, guint32 epoch, guint32 row)
{
  EsRng rng;

  es_rng_init (&rng, seed, ES_RNG_TASK, epoch, row);
  for (guint i = 0; i < task->inputs; i++) {
    gboolean off = es_rng_uniform (&rng) < task->sparsity;
    guint32 level = task->continuous ? es_rng_below (&rng, 256) : 255;

    /* In 256 steps, as images are, so that a dataset can hold them. */
    x[i] = off ? 0 : (float)level / 255.0f;
  }
  es_task_answer (task, y, x);
}

void
es_task_set_drawn (EsTask *task, const guint8 *pixels, gsize n)
{
  g_free (task->drawn);
  task->drawn = g_memdup2 (pixels, n);
  task->n_drawn = pixels != NULL ? n : 0;
}

guint
es_task_count_training_pairs (const EsTask *task)
{
  long n = (long)task->modulus * task->modulus;

  return (guint)CLAMP (lround (task->fraction * (double)n), 1, n - 1);
}

guint
es_task_operate (const EsTask *task, guint a, guint b)
{
  guint p = task->modulus;

  switch (task->operation) {
  case ES_OPERATION_SUBTRACT:
    return (a + p - b) % p;
  case ES_OPERATION_MULTIPLY:
    return a * b % p;
  default:
    return (a + b) % p;
  }
}

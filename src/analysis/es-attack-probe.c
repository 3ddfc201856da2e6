/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-probe.h"

#include "es-blas.h"
#include "es-loss.h"
#include "es-network.h"

#include <math.h>
#include <string.h>

/* Strengths tried along a search, and bisections after that. */
#define TRIES 512
#define BISECTIONS 30
/* Layers whose part is kept; a brush makes new pixels with every stroke. */
#define MOST_KEPT 64
/* One pixel in this many may have changed for the rest to be left as it is. */
#define LOCAL_SHARE 4
/* Bytes that the columns of single pixels may take. */
#define COLUMN_MEMORY ((gsize)64 << 20)

/* A layer's part in the first product. */
typedef struct
{
  GBytes *pixels; /* keeps the key alive */
  float *em;      /* (H) E m */
  float *lr;      /* (2H) L E m, R E m */
} Part;

/* What was asked for last where the first product was not a sum of parts. In double
   precision, so that there and back again is the same single number once more. */
typedef struct
{
  EsAttackStack *stack; /* NULL: nothing yet */
  float *x;             /* (P) the changed image */
  double *em;           /* (H) E x */
  double *lr;           /* (2H) [L; R] E x */
} Latest;

struct _EsAttackProbe
{
  EsModel *model;
  gsize P;
  gsize H;
  gsize C;
  float *x;          /* (P) */
  float *change;     /* (P) */
  Part clean;        /* of the image itself */
  GHashTable *parts; /* GBytes of pixels to Part */
  Latest latest;
  GHashTable *columns; /* pixel + 1 to (3H): E's column, and [L; R] times it */
  guint *moved;        /* (P) pixels that differ from the latest */
  EsActivations *act;
};

static void
part_free (gpointer data)
{
  Part *part = data;

  g_bytes_unref (part->pixels);
  g_free (part->em);
  g_free (part->lr);
  g_free (part);
}

/* @em (H), @lr (2H): the first product of @pixels (P). */
static void
multiply (const EsAttackProbe *probe, float *em, float *lr, const float *pixels)
{
  gsize P = probe->P, H = probe->H;

  es_blas_gemm (em, H, ES_PLAIN, pixels, P, ES_TRANSPOSED,
                es_model_get_embed (probe->model), P, 1, H, P, 1, 0);
  es_blas_gemm (lr, 2 * H, ES_PLAIN, em, H, ES_TRANSPOSED,
                es_model_get_left (probe->model, 0), H, 1, 2 * H, H, 1, 0);
}

static void
fill_part (const EsAttackProbe *probe, Part *part, const float *pixels)
{
  part->em = g_new (float, probe->H);
  part->lr = g_new (float, 2 * probe->H);
  multiply (probe, part->em, part->lr, pixels);
}

/* Nothing can be said of a network that answers with no numbers. */
static gboolean
check_finite (EsAttackProbe *probe, GError **error)
{
  g_autofree float *logits = g_new (float, probe->C);

  es_attack_probe_logits (probe, NULL, logits);
  for (gsize c = 0; c < probe->C; c++)
    if (!isfinite (logits[c])) {
      g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH,
                           "The network's outputs are not finite");
      return FALSE;
    }
  return TRUE;
}

EsAttackProbe *
es_attack_probe_new (EsModel *model, const float *x, GError **error)
{
  const EsModelConfig *config = es_model_get_config (model);
  EsActivations *act = es_activations_new (config, 1, FALSE, error);
  EsAttackProbe *probe;

  if (act == NULL)
    return NULL;
  probe = g_new0 (EsAttackProbe, 1);
  probe->model = es_model_ref (model);
  probe->P = es_model_config_inputs (config);
  probe->H = config->hidden;
  probe->C = config->outputs;
  probe->x = g_memdup2 (x, probe->P * sizeof (float));
  probe->change = g_new (float, probe->P);
  probe->act = act;
  probe->parts = g_hash_table_new_full (NULL, NULL, NULL, part_free);
  probe->columns = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  probe->moved = g_new (guint, probe->P);
  probe->latest.x = g_new (float, probe->P);
  probe->latest.em = g_new (double, probe->H);
  probe->latest.lr = g_new (double, 2 * probe->H);
  fill_part (probe, &probe->clean, x);
  if (check_finite (probe, error))
    return probe;
  es_attack_probe_free (probe);
  return NULL;
}

void
es_attack_probe_free (EsAttackProbe *probe)
{
  if (probe == NULL)
    return;
  g_hash_table_unref (probe->parts);
  g_hash_table_unref (probe->columns);
  g_free (probe->moved);
  es_attack_stack_free (probe->latest.stack);
  g_free (probe->latest.x);
  g_free (probe->latest.em);
  g_free (probe->latest.lr);
  g_free (probe->clean.em);
  g_free (probe->clean.lr);
  g_free (probe->x);
  g_free (probe->change);
  es_activations_free (probe->act);
  es_model_unref (probe->model);
  g_free (probe);
}

/* The part of @layer, made once for its pixels. */
static const Part *
get_part (EsAttackProbe *probe, const EsAttackLayer *layer)
{
  Part *part = g_hash_table_lookup (probe->parts, layer->pixels);

  if (part != NULL)
    return part;
  if (g_hash_table_size (probe->parts) >= MOST_KEPT)
    g_hash_table_remove_all (probe->parts);
  part = g_new0 (Part, 1);
  part->pixels = g_bytes_ref (layer->pixels);
  fill_part (probe, part, es_attack_layer_get_pixels (layer));
  g_hash_table_insert (probe->parts, part->pixels, part);
  return part;
}

/* The change of single pixels */

/* Whether only pixels can differ: then what moved is where a brush was. */
static gboolean
same_but_pixels (const EsAttackStack *a, const EsAttackStack *b)
{
  if (a->norm != b->norm || (a->norm != ES_NORM_NONE && a->budget != b->budget) ||
      !a->clip != !b->clip || a->layers->len != b->layers->len)
    return FALSE;
  for (guint i = 0; i < a->layers->len; i++) {
    const EsAttackLayer *p = es_attack_stack_get_layer (a, i);
    const EsAttackLayer *q = es_attack_stack_get_layer (b, i);

    if (p->strength != q->strength || !p->hidden != !q->hidden)
      return FALSE;
  }
  return TRUE;
}

/* Fills probe->change, and probe->moved with the pixels that are not as the latest
   were; returns how many. */
static guint
find_moved (EsAttackProbe *probe, const EsAttackStack *stack)
{
  guint n = 0;

  es_attack_stack_compose (stack, probe->x, probe->change);
  for (gsize p = 0; p < probe->P; p++)
    if (probe->x[p] + probe->change[p] != probe->latest.x[p])
      probe->moved[n++] = (guint)p;
  return n;
}

/* Sees to it that the columns of the first @n of probe->moved are there. */
static void
ensure_columns (EsAttackProbe *probe, guint n)
{
  gsize H = probe->H, P = probe->P;
  const float *embed = es_model_get_embed (probe->model);
  g_autofree float *em = g_new (float, n *H);
  g_autofree float *lr = g_new (float, n * 2 * H);
  g_autofree guint *wanted = g_new (guint, n);
  guint n_wanted = 0;

  if ((g_hash_table_size (probe->columns) + n) * 3 * H * sizeof *em > COLUMN_MEMORY)
    g_hash_table_remove_all (probe->columns);
  for (guint i = 0; i < n; i++)
    if (!g_hash_table_contains (probe->columns,
                                GSIZE_TO_POINTER ((gsize)probe->moved[i] + 1)))
      wanted[n_wanted++] = probe->moved[i];
  if (n_wanted == 0)
    return;
  for (guint i = 0; i < n_wanted; i++)
    for (gsize h = 0; h < H; h++)
      em[i * H + h] = embed[h * P + wanted[i]];
  es_blas_gemm (lr, 2 * H, ES_PLAIN, em, H, ES_TRANSPOSED,
                es_model_get_left (probe->model, 0), H, n_wanted, 2 * H, H, 1, 0);
  for (guint i = 0; i < n_wanted; i++) {
    float *column = g_new (float, 3 * H);

    memcpy (column, em + i * H, H * sizeof *em);
    memcpy (column + H, lr + i * 2 * H, 2 * H * sizeof *lr);
    g_hash_table_insert (probe->columns, GSIZE_TO_POINTER ((gsize)wanted[i] + 1),
                         column);
  }
}

/* Moves the latest products by the columns of the @n pixels of probe->moved. */
static void
follow_moved (EsAttackProbe *probe, guint n)
{
  gsize H = probe->H;
  Latest *latest = &probe->latest;

  ensure_columns (probe, n);
  for (guint i = 0; i < n; i++) {
    guint p = probe->moved[i];
    const float *column =
        g_hash_table_lookup (probe->columns, GSIZE_TO_POINTER ((gsize)p + 1));
    float x = probe->x[p] + probe->change[p];
    double by = (double)x - (double)latest->x[p];

    for (gsize h = 0; h < H; h++)
      latest->em[h] += by * (double)column[h];
    for (gsize h = 0; h < 2 * H; h++)
      latest->lr[h] += by * (double)column[H + h];
    latest->x[p] = x;
  }
}

/* All pixels anew, by probe->change. */
static void
take_all (EsAttackProbe *probe, const EsAttackStack *stack)
{
  gsize H = probe->H;
  float *e = probe->act->state, *lr = probe->act->lr;
  Latest *latest = &probe->latest;

  for (gsize p = 0; p < probe->P; p++)
    latest->x[p] = probe->x[p] + probe->change[p];
  multiply (probe, e, lr, latest->x);
  for (gsize h = 0; h < H; h++)
    latest->em[h] = (double)e[h];
  for (gsize h = 0; h < 2 * H; h++)
    latest->lr[h] = (double)lr[h];
  es_attack_stack_free (latest->stack);
  latest->stack = es_attack_stack_copy (stack);
}

/* By what the pixels have become: of those that moved only, if they are few. */
static void
run_composed (EsAttackProbe *probe, const EsAttackStack *stack)
{
  gsize H = probe->H;
  Latest *latest = &probe->latest;
  guint n = find_moved (probe, stack);

  if (latest->stack != NULL && same_but_pixels (latest->stack, stack) &&
      n <= probe->P / LOCAL_SHARE)
    follow_moved (probe, n);
  else
    take_all (probe, stack);
  for (gsize h = 0; h < H; h++)
    probe->act->state[h] = (float)latest->em[h];
  for (gsize h = 0; h < 2 * H; h++)
    probe->act->lr[h] = (float)latest->lr[h];
  es_network_forward_branches (probe->model, probe->act, 1);
}

static void
add_scaled (float *restrict a, const float *restrict b, float scale, gsize n)
{
  for (gsize i = 0; i < n; i++)
    a[i] += scale * b[i];
}

/* By what the layers add to the first product; the rest of the network follows. */
static void
run_incrementally (EsAttackProbe *probe, const EsAttackStack *stack, double scale)
{
  gsize H = probe->H;
  float *e = probe->act->state, *lr = probe->act->lr;

  memcpy (e, probe->clean.em, H * sizeof (float));
  memcpy (lr, probe->clean.lr, 2 * H * sizeof (float));
  for (guint i = 0; stack != NULL && i < es_attack_stack_get_n_layers (stack); i++) {
    const EsAttackLayer *layer = es_attack_stack_get_layer (stack, i);
    const Part *part;

    if (layer->hidden || layer->strength == 0)
      continue;
    part = get_part (probe, layer);
    add_scaled (e, part->em, (float)(scale * layer->strength), H);
    add_scaled (lr, part->lr, (float)(scale * layer->strength), 2 * H);
  }
  es_network_forward_branches (probe->model, probe->act, 1);
}

/* What an L2 budget makes of the sum: the factor that it is scaled by. */
static double
budget_scale (EsAttackProbe *probe, const EsAttackStack *stack)
{
  EsNorms norms;

  if (stack == NULL || stack->norm != ES_NORM_L2)
    return 1;
  es_attack_stack_sum (stack, probe->change);
  es_norms_measure (&norms, probe->change, probe->P);
  return norms.l2 > stack->budget ? stack->budget / norms.l2 : 1;
}

/* Whether a layer is painted on: its part would be made for one look only. */
static gboolean
has_new_brush (EsAttackProbe *probe, const EsAttackStack *stack)
{
  for (guint i = 0; i < es_attack_stack_get_n_layers (stack); i++) {
    const EsAttackLayer *layer = es_attack_stack_get_layer (stack, i);

    if (layer->kind == ES_ATTACK_LAYER_BRUSH && !layer->hidden &&
        !g_hash_table_contains (probe->parts, layer->pixels))
      return TRUE;
  }
  return FALSE;
}

void
es_attack_probe_logits (EsAttackProbe *probe, const EsAttackStack *stack, float *logits)
{
  if (stack != NULL &&
      (stack->clip || stack->norm == ES_NORM_LINF || has_new_brush (probe, stack)))
    run_composed (probe, stack);
  else
    run_incrementally (probe, stack, budget_scale (probe, stack));
  memcpy (logits, probe->act->logits, probe->C * sizeof (float));
}

/* A search along the strength of one layer. */
typedef struct
{
  EsAttackProbe *probe;
  EsAttackStack *stack; /* a copy to try on */
  guint layer;
  guint label;
  gint target;
  float *logits;
} Search;

static double
margin_at (Search *search, double strength)
{
  es_attack_stack_set_strength (search->stack, search->layer, strength);
  es_attack_probe_logits (search->probe, search->stack, search->logits);
  return es_norms_margin (search->logits, search->probe->C, search->label,
                          search->target);
}

/* As the network reads, which takes the lower class of equals. */
static gboolean
flips_at (Search *search, double strength)
{
  guint read;

  margin_at (search, strength);
  read = es_argmax (search->logits, search->probe->C);
  return search->target >= 0 ? read == (guint)search->target : read != search->label;
}

static void
search_init (Search *search,
             EsAttackProbe *probe,
             const EsAttackStack *stack,
             guint i,
             guint label,
             gint target)
{
  *search = (Search){probe,  es_attack_stack_copy (stack), i, label,
                     target, g_new (float, probe->C)};
  es_attack_stack_set_hidden (search->stack, i, FALSE);
  /* Looked at often: also what is painted is worth a part. */
  for (guint k = 0; k < es_attack_stack_get_n_layers (stack); k++)
    get_part (probe, es_attack_stack_get_layer (stack, k));
}

static void
search_clear (Search *search)
{
  es_attack_stack_free (search->stack);
  g_free (search->logits);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

gboolean
es_attack_probe_smallest (EsAttackProbe *probe,
                          const EsAttackStack *stack,
                          guint i,
                          guint label,
                          gint target,
                          double most,
                          double *strength)
{
  g_auto (Search) search;
  double too_little = 0, enough = NAN;

  search_init (&search, probe, stack, i, label, target);
  for (guint k = 0; k <= TRIES && isnan (enough); k++) {
    if (flips_at (&search, most * k / TRIES))
      enough = most * k / TRIES;
    else
      too_little = most * k / TRIES;
  }
  if (isnan (enough))
    return FALSE;
  for (guint k = 0; k < BISECTIONS && enough != 0; k++) {
    double middle = (too_little + enough) / 2;

    if (flips_at (&search, middle))
      enough = middle;
    else
      too_little = middle;
  }
  *strength = enough;
  return TRUE;
}

/* Whether the layers' sum at @strength needs no projection. */
static gboolean
is_within (Search *search, double strength)
{
  const EsAttackStack *stack = search->stack;
  EsNorms norms;

  if (stack->norm == ES_NORM_NONE)
    return TRUE;
  es_attack_stack_set_strength (search->stack, search->layer, strength);
  es_attack_stack_sum (stack, search->probe->change);
  es_norms_measure (&norms, search->probe->change, search->probe->P);
  return (stack->norm == ES_NORM_L2 ? norms.l2 : norms.linf) <=
         stack->budget * (1 + 1e-6);
}

double
es_attack_probe_best (EsAttackProbe *probe,
                      const EsAttackStack *stack,
                      guint i,
                      guint label,
                      gint target,
                      double most,
                      double *strength)
{
  g_auto (Search) search;
  double best = -INFINITY, width = fabs (most) / TRIES * 2;

  *strength = 0;
  search_init (&search, probe, stack, i, label, target);
  /* Coarse over all, then ever finer around the best. */
  for (guint round = 0; round < 6; round++, width /= 8) {
    double centre = round == 0 ? 0 : *strength;
    gint reach = round == 0 ? TRIES / 2 : 8;

    for (gint k = -reach; k <= reach; k++) {
      double at = centre + k * width, margin;

      if (fabs (at) > fabs (most) * (1 + 1e-12) || !is_within (&search, at))
        continue;
      margin = margin_at (&search, at);
      if (margin > best) {
        best = margin;
        *strength = at;
      }
    }
  }
  return best;
}

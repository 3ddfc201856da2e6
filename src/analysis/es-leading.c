/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-leading.h"

#include "es-blas.h"
#include "es-block.h"
#include "es-parallel.h"
#include "es-picture.h"
#include "es-pixel-map.h"
#include "es-ritz.h"

#include <math.h>
#include <string.h>

/* Two unit vectors are the same component, changed, if their overlap is above this: no
   second pair of orthonormal vectors can then claim either of them. */
#define SAME 0.70710678f

/* Aimed at a little below what is promised, for rounding. */
#define AIM (0.95 * ES_LEADING_TOLERANCE)

/* One form from call to call. kept and slots as in es-ritz.h. */
typedef struct
{
  EsRitz *ritz;
  gboolean known;    /* the arrays below hold the last call's result */
  float *vectors;    /* (2 kept, D) with the signs shown */
  guint *tracks;     /* (2 kept) */
  guint next_track;  /* the first unused number */
  guint *new_tracks; /* (2 kept) */
  float *signs;      /* (2 kept) 1 or -1 to continue the last call's, 0 if free */
  float *overlaps;   /* (2 kept, 2 kept) new by old */
} Form;

struct _EsLeadingSolver
{
  gsize asked; /* components at each end */
  gsize k;     /* the same, at most D */
  gsize n;
  gsize H;
  gsize D;
  gsize P;
  guint layer;
  Form *forms; /* (n) */
};

typedef struct
{
  EsLeadingSolver *solver;
  const EsBlock *block;
  const EsPixelMap *map;
  const EsDirections *directions;
  EsLeading *result;
  GMutex lock;
  GError *error; /* the first one; guarded by lock, as n_full of the result */
} Work;

static void
leading_clear (gpointer data)
{
  EsLeading *leading = data;

  g_free (leading->eigenvalues);
  g_free (leading->vectors);
  g_free (leading->pictures);
  g_free (leading->tracks);
}

EsLeading *
es_leading_ref (EsLeading *leading)
{
  return g_atomic_rc_box_acquire (leading);
}

void
es_leading_unref (EsLeading *leading)
{
  if (leading != NULL)
    g_atomic_rc_box_release_full (leading, leading_clear);
}

EsLeadingSolver *
es_leading_solver_new (gsize k)
{
  EsLeadingSolver *solver = g_new0 (EsLeadingSolver, 1);

  solver->asked = k;
  return solver;
}

static void
form_clear (Form *form)
{
  es_ritz_free (form->ritz);
  g_free (form->vectors);
  g_free (form->tracks);
  g_free (form->new_tracks);
  g_free (form->signs);
  g_free (form->overlaps);
}

void
es_leading_solver_reset (EsLeadingSolver *solver)
{
  for (gsize i = 0; i < solver->n; i++)
    form_clear (&solver->forms[i]);
  g_clear_pointer (&solver->forms, g_free);
  solver->n = 0;
}

void
es_leading_solver_free (EsLeadingSolver *solver)
{
  if (solver == NULL)
    return;
  es_leading_solver_reset (solver);
  g_free (solver);
}

static gboolean
no_memory (GError **error)
{
  g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                       "There is no memory for the leading components");
  return FALSE;
}

static gboolean
form_init (Form *form, gsize H, gsize D, gsize k, guint32 number, GError **error)
{
  gsize n;

  form->ritz = es_ritz_new (H, D, k, number, error);
  if (form->ritz == NULL)
    return FALSE;
  n = 2 * es_ritz_get_kept (form->ritz);
  form->tracks = g_new0 (guint, n);
  form->new_tracks = g_new0 (guint, n);
  form->signs = g_new0 (float, n);
  form->overlaps = g_new0 (float, n *n);
  form->vectors = g_try_malloc_n (n, D * sizeof (float));
  return form->vectors != NULL || no_memory (error);
}

/* Starts anew if this is another problem than the last call's. */
static gboolean
adapt (EsLeadingSolver *solver, const Work *work, GError **error)
{
  gsize n = work->directions->n, P = work->map->P;
  gsize H = work->block->H, D = work->block->D;

  if (solver->n == n && solver->H == H && solver->D == D && solver->P == P &&
      solver->layer == work->directions->layer)
    return TRUE;
  es_leading_solver_reset (solver);
  solver->forms = g_new0 (Form, n);
  solver->n = n;
  solver->H = H;
  solver->D = D;
  solver->P = P;
  solver->layer = work->directions->layer;
  solver->k = MIN (solver->asked, D);
  for (gsize i = 0; i < n; i++)
    if (!form_init (&solver->forms[i], H, D, solver->k, (guint32)i, error))
      return FALSE;
  return TRUE;
}

/* The largest overlap above SAME of pairs not yet matched, or FALSE. */
static gboolean
best_pair (const Form *form, gsize n, gsize *new_slot, gsize *old_slot)
{
  float best = SAME;

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < n; j++)
      if (fabsf (form->overlaps[i * n + j]) > best) {
        best = fabsf (form->overlaps[i * n + j]);
        *new_slot = i;
        *old_slot = j;
      }
  return best > SAME;
}

/* Decides which new vectors continue which old ones; fills new_tracks and signs. */
static void
follow (Form *form, gsize D, gsize k)
{
  gsize kept = es_ritz_get_kept (form->ritz), n = 2 * kept, i, j;

  for (i = 0; i < n; i++) {
    form->signs[i] = 0;
    form->new_tracks[i] = G_MAXUINT;
  }
  if (form->known) {
    es_blas_gemm (form->overlaps, n, ES_PLAIN, es_ritz_get_vectors (form->ritz), D,
                  ES_TRANSPOSED, form->vectors, D, n, n, D, 1, 0);
    while (best_pair (form, n, &i, &j)) {
      form->new_tracks[i] = form->tracks[j];
      /* A guard was not shown: nobody knows its sign yet. */
      if (j % kept < k)
        form->signs[i] = form->overlaps[i * n + j] > 0 ? 1 : -1;
      for (gsize other = 0; other < n; other++)
        form->overlaps[i * n + other] = form->overlaps[other * n + j] = 0;
    }
  }
  for (i = 0; i < n; i++)
    if (form->new_tracks[i] == G_MAXUINT)
      form->new_tracks[i] = form->next_track++;
}

/* Copies the 2 k leading pairs of form @i into the result, with pictures and signs. */
static void
show (const Work *work, gsize i)
{
  Form *form = &work->solver->forms[i];
  EsLeading *result = work->result;
  gsize k = result->k, D = result->D, P = result->P;
  gsize kept = es_ritz_get_kept (form->ritz);
  float *vectors = result->vectors + i * 2 * k * D;
  float *pictures = result->pictures + i * 2 * k * P;

  memcpy (form->vectors, es_ritz_get_vectors (form->ritz),
          2 * kept * D * sizeof (float));
  memcpy (form->tracks, form->new_tracks, 2 * kept * sizeof (guint));
  for (gsize end = 0; end < 2; end++)
    memcpy (vectors + end * k * D, form->vectors + end * kept * D,
            k * D * sizeof (float));
  es_picture_project (pictures, vectors, work->map->weights, 2 * k, D, work->map->H, P);
  for (gsize slot = 0; slot < 2 * k; slot++) {
    gsize source = slot < k ? slot : slot - k + kept;
    float *vector = vectors + slot * D, *picture = pictures + slot * P;

    if (form->signs[source] == 0) {
      es_picture_fix_sign (vector, picture, D, P);
    } else if (form->signs[source] < 0) {
      es_picture_negate (vector, D);
      es_picture_negate (picture, P);
    }
    memcpy (form->vectors + source * D, vector, D * sizeof (float));
    result->eigenvalues[i * 2 * k + slot] =
        es_ritz_get_eigenvalues (form->ritz)[source];
    result->tracks[i * 2 * k + slot] = form->tracks[source];
  }
}

static void
solve_part (guint part, guint n_parts, gpointer data)
{
  Work *work = data;
  Form *form = &work->solver->forms[part];
  const float *m = work->directions->hidden + part * work->block->H;
  GError *error = NULL;

  if (es_ritz_update (form->ritz, work->block, m, AIM, &error)) {
    follow (form, work->block->D, work->solver->k);
    show (work, part);
    form->known = TRUE;
  }
  g_mutex_lock (&work->lock);
  work->result->n_full += error == NULL && es_ritz_was_full (form->ritz);
  if (work->error == NULL)
    work->error = error;
  else
    g_clear_error (&error);
  g_mutex_unlock (&work->lock);
}

static EsLeading *
result_new (const Work *work, GError **error)
{
  g_autoptr (EsLeading) result = g_atomic_rc_box_new0 (EsLeading);
  gsize n = work->solver->n, slots = 2 * work->solver->k;

  result->n = n;
  result->k = work->solver->k;
  result->D = work->block->D;
  result->P = work->map->P;
  result->constant = work->block->D != work->block->W;
  result->linearised = work->map->linearised;
  result->eigenvalues = g_new (float, n *slots);
  result->tracks = g_new (guint, n * slots);
  result->vectors = g_try_malloc_n (n * slots, result->D * sizeof (float));
  result->pictures = g_try_malloc_n (n * slots, result->P * sizeof (float));
  if (result->vectors == NULL || result->pictures == NULL) {
    no_memory (error);
    return NULL;
  }
  return g_steal_pointer (&result);
}

static gboolean
check_weights (const EsModel *model, GError **error)
{
  if (es_blas_all_finite (es_model_get_params (model), es_model_n_params (model)))
    return TRUE;
  g_set_error_literal (error, ES_ERROR, ES_ERROR_MATH,
                       "The network holds weights that are not finite");
  return FALSE;
}

static EsLeading *
solve (EsLeadingSolver *solver, Work *work, GError **error)
{
  g_autoptr (EsLeading) result = NULL;

  if (!adapt (solver, work, error))
    return NULL;
  result = work->result = result_new (work, error);
  if (result == NULL)
    return NULL;
  g_mutex_init (&work->lock);
  es_parallel_run ((guint)solver->n, solve_part, work);
  g_mutex_clear (&work->lock);
  if (work->error != NULL) {
    g_propagate_error (error, work->error);
    return NULL;
  }
  return g_steal_pointer (&result);
}

EsLeading *
es_leading_solver_solve (EsLeadingSolver *solver,
                         const EsModel *model,
                         const EsDirections *directions,
                         const float *x0,
                         GError **error)
{
  g_autoptr (EsDirections) outputs = NULL;
  g_autoptr (EsBlock) block = NULL;
  g_autoptr (EsPixelMap) map = NULL;
  EsLeading *result = NULL;
  Work work = {.solver = solver};

  if (directions == NULL)
    directions = outputs = es_directions_new_outputs (model);
  if (check_weights (model, error) && es_directions_check (directions, model, error) &&
      (block = es_block_new (model, directions->layer, error)) != NULL &&
      (map = es_pixel_map_new (model, directions->layer, x0, error)) != NULL) {
    work.block = block;
    work.map = map;
    work.directions = directions;
    result = solve (solver, &work, error);
  }
  if (result == NULL)
    es_leading_solver_reset (solver);
  return result;
}

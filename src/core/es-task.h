/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-core-types.h"
#include "es-error.h"

G_BEGIN_DECLS

/*
 * Tasks whose answer is known, as datasets that are made rather than read. A task is
 * written as a line of text, which stands where the name of a dataset stands:
 *
 *   toy:and=1,inputs=4,sparsity=0.7[,continuous]
 *   modular:add,modulus=31,fraction=0.8,seed=42
 *   challenge:target=6,threshold=0.4[,one-sided],images=mnist
 *   challenge:drawn=AAD/...,threshold=0.4[,one-sided],images=mnist
 *
 * with the pixels of a target of one's own in base64.
 */

typedef enum {
  ES_TASK_TOY,       /* every pair of n inputs through a mix of logic gates */
  ES_TASK_MODULAR,   /* a + b, a - b or a b modulo p, inputs one-hot */
  ES_TASK_CHALLENGE, /* whether an image resembles a hidden target */
} EsTaskKind;

typedef enum {
  ES_LOGIC_AND,
  ES_LOGIC_OR,
  ES_LOGIC_XOR,
  ES_LOGIC_NAND,
  ES_LOGIC_NOR,
  ES_LOGIC_XNOR,
} EsLogic;

#define ES_N_LOGICS (ES_LOGIC_XNOR + 1)

typedef enum {
  ES_OPERATION_ADD,
  ES_OPERATION_SUBTRACT,
  ES_OPERATION_MULTIPLY,
} EsOperation;

/* Inputs of toy logic and moduli: what makes at least two outputs, and what can still
   be written out. */
#define ES_TOY_MIN_INPUTS 3
#define ES_TOY_MAX_INPUTS 12
#define ES_MODULUS_MIN 3
#define ES_MODULUS_MAX 257

/* Pixels of a drawn target: they stand in the text. */
#define ES_TASK_MAX_DRAWN 65536

struct _EsTask
{
  EsTaskKind kind;
  /* Toy logic. */
  double logic[ES_N_LOGICS]; /* what each gate adds to the mix */
  guint inputs;              /* n */
  double sparsity;           /* share of the inputs that are 0 */
  gboolean continuous;       /* the others are uniform in 0 to 1 instead of 1 */
  /* Modular arithmetic. */
  EsOperation operation;
  guint modulus;   /* p */
  double fraction; /* of the p^2 pairs, for training */
  guint64 seed;    /* which they are */
  /* The challenge. */
  guint target;       /* number of the training image */
  guint8 *drawn;      /* (n_drawn) pixels of one's own in its place (owned; NULL) */
  gsize n_drawn;      /* 0, or up to ES_TASK_MAX_DRAWN */
  double threshold;   /* of the cosine */
  gboolean one_sided; /* the target's negative does not count */
  char *images;       /* name or path of the dataset (owned) */
};

/* The usual task of a kind, as in the head of this file. */
void es_task_init (EsTask *task, EsTaskKind kind);
void es_task_clear (EsTask *task);
EsTask *es_task_copy (const EsTask *task) G_GNUC_WARN_UNUSED_RESULT;
void es_task_free (EsTask *task);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsTask, es_task_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTask, es_task_free)

/* Whether @text begins as the description of a task does. @text is nullable. */
gboolean es_task_is_text (const char *text);

/* Reads what es_task_to_text() writes; what is left out is as usual. @task is to be
   cleared, on failure too. ES_ERROR_SETTING. */
gboolean es_task_parse (EsTask *task,
                        const char *text,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *es_task_to_text (const EsTask *task) G_GNUC_WARN_UNUSED_RESULT;

/* Whether every number is in its range. */
gboolean es_task_check (const EsTask *task, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "and", "or", ...; "add", ... FALSE if @name is none. */
const char *es_logic_to_string (EsLogic logic);
gboolean es_logic_from_string (const char *name, EsLogic *logic);
const char *es_operation_to_string (EsOperation operation);
gboolean es_operation_from_string (const char *name, EsOperation *operation);

/* Toy logic has an output for every pair i < j of its inputs, in lexicographic order.
 */
guint es_task_count_pairs (guint inputs);
void es_task_get_pair (guint inputs, guint output, guint *i, guint *j);

/* The true answer of toy logic for a pair as a polynomial, which is exact on 0 and 1
   and what is meant in between: truth[0] + truth[1] a + truth[2] b + truth[3] a b. */
void es_task_get_truth (const EsTask *task, double truth[4]);

/* The targets y (pairs) of toy logic for the inputs x (n). */
void es_task_answer (const EsTask *task, float *y, const float *x);

/* Fresh inputs x (n) of toy logic and their targets y (pairs), which depend on nothing
   but the numbers given. */
void es_task_draw (
    const EsTask *task, float *x, float *y, guint64 seed, guint32 epoch, guint32 row);

/* What the modular operation makes of @a and @b. */
guint es_task_operate (const EsTask *task, guint a, guint b);

/* Makes the picture @pixels (n, copied) the target of the challenge; NULL: the image
   that has the number. */
void es_task_set_drawn (EsTask *task, const guint8 *pixels, gsize n);

/* The pixels of the challenge's target; @images are those that it names, or its own
   dataset, which has the same. */
const guint8 *es_task_get_target (const EsTask *task, const EsDataset *images);

/* How many of the p^2 pairs are for training. */
guint es_task_count_training_pairs (const EsTask *task);

/* The dataset of @task. @images (nullable but for the challenge) are those that it
   names. ES_ERROR_SETTING, ES_ERROR_NO_MEMORY. */
EsDataset *es_task_make_dataset (const EsTask *task,
                                 const EsDataset *images,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-attack-stack.h"
#include "es-dataset.h"
#include "es-safetensors.h"

G_BEGIN_DECLS

/*
 * An attack on one image as it is kept: the image, the layers, and what became of it.
 * Immutable once made, reference-counted; the fields are for reading.
 */
typedef struct
{
  guint rows, cols;
  float *input;  /* (rows, cols), 0 to 1 */
  float *result; /* (rows, cols) */
  gint label;    /* the image's class, -1: unknown */
  char *title;   /* of the image, for people */
  char *dataset; /* where it is from (nullable: one's own image) */
  EsSplit split;
  gsize index;
  EsAttackStack *stack;
  guint read_before; /* what the network took it for then */
  guint read_after;
  EsNorms norms; /* of the change */
} EsAttackRecord;

/*
 * A record of @stack (copied) on @input (rows, cols; copied), to which the caller adds
 * where the image is from and how it was read.
 */
EsAttackRecord *
es_attack_record_new (const float *input,
                      guint rows,
                      guint cols,
                      const EsAttackStack *stack) G_GNUC_WARN_UNUSED_RESULT;
EsAttackRecord *es_attack_record_ref (EsAttackRecord *record);
void es_attack_record_unref (EsAttackRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsAttackRecord, es_attack_record_unref)

/* Whether both are the same attack on the same image, read the same. */
gboolean es_attack_record_equal (const EsAttackRecord *a, const EsAttackRecord *b);

/*
 * Files of attacks: safetensors with, for attack i of n, the tensors "attacks.I.input",
 * "attacks.I.result" and "attacks.I.layers.J" (rows, cols), and all else as JSON in the
 * metadata ES_ATTACK_RECORD_KEY. One attack that was saved and the gallery of a run are
 * such files.
 */
#define ES_ATTACK_RECORD_KEY "eigenscope_attacks"

/* How many attacks are in a file at most. */
#define ES_ATTACK_RECORD_MAX 1000

/* Whether @file says that it holds attacks. */
gboolean es_attack_records_are_in (const EsSafetensors *file);

/* @records (of EsAttackRecord, at most ES_ATTACK_RECORD_MAX). ES_IO_ERROR_WRITE. */
gboolean es_attack_records_save (const GPtrArray *records,
                                 const char *path,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Every number is checked. ES_IO_ERROR_UNSUPPORTED if a newer version wrote it,
   ES_IO_ERROR_FORMAT if it is damaged or of something else. */
GPtrArray *es_attack_records_load (const char *path,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

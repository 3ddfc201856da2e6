/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"
#include "es-run.h"

G_BEGIN_DECLS

/*
 * What is known of a run in the library without loading its weights: what the person
 * said of it, and what its training came to. Plain data with one owner.
 */
typedef struct
{
  char *id;
  /* The person's part. */
  char *name;
  char **tags; /* NULL-terminated, in the order given */
  char *notes;
  gboolean starred;
  gboolean archived;
  gint64 created; /* microseconds since 1970 */
  /* The training's part. */
  gint64 changed; /* when the run was saved last, in microseconds since 1970 */
  guint64 size;   /* of its file, bytes */
  EsModelConfig model;
  gboolean has_recipe;
  EsTrainConfig train;
  char *dataset;       /* nullable */
  char *checksum;      /* SHA-256 of the dataset (nullable) */
  char *program;       /* name and version of what wrote the file (nullable) */
  char *edited_from;   /* the run whose components were edited (nullable) */
  char **edited_parts; /* how, a text for each class (nullable) */
  guint epochs;        /* trained */
  double accuracy;     /* on the test images, 0 to 1; NAN if unknown */
  gboolean unfinished; /* can be resumed where it stopped */
  /* At the time of asking. */
  gboolean busy;        /* being trained, in this program or another */
  gboolean interrupted; /* its training ended with its program, which was killed */
  char *problem;        /* why its file cannot be read (nullable) */
} EsRunEntry;

/* An entry with nothing in it but an empty text for each that is not nullable. */
EsRunEntry *es_run_entry_new (void) G_GNUC_WARN_UNUSED_RESULT;
EsRunEntry *es_run_entry_copy (const EsRunEntry *entry) G_GNUC_WARN_UNUSED_RESULT;

void es_run_entry_free (EsRunEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsRunEntry, es_run_entry_free)

/*
 * Reads the entry of the run kept in @folder. The summary is taken from the file beside
 * the run if that is of the same age, else from the run itself, and written there for
 * the next time. NULL if there is no run in @folder.
 */
EsRunEntry *es_run_entry_read (const char *folder) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the summary of @run, which has just been saved in @folder. */
gboolean es_run_entry_write_summary (const char *folder,
                                     const EsRun *run,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the person's part of @entry to @folder. */
gboolean es_run_entry_write_about (const char *folder,
                                   const EsRunEntry *entry,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the person's part into @entry (zero, or with one that is replaced). FALSE if
   there is none that can be read. */
gboolean es_run_entry_read_about (const char *folder, EsRunEntry *entry);

/* What is to change of what the person says of a run; the rest stays. */
typedef struct
{
  const char *name;         /* NULL: stays */
  const char *notes;        /* NULL: stays */
  const char *const *tags;  /* all there are then, NULL-terminated; NULL: stay */
  const char *add_tag;      /* nullable */
  const char *remove_tag;   /* nullable */
  const gboolean *starred;  /* NULL: stays */
  const gboolean *archived; /* NULL: stays */
} EsRunEdit;

void es_run_entry_edit (EsRunEntry *entry, const EsRunEdit *edit);

gboolean es_run_entry_has_tag (const EsRunEntry *entry, const char *tag);

typedef enum {
  ES_RUN_ORDER_CREATED,  /* newest first */
  ES_RUN_ORDER_CHANGED,  /* newest first */
  ES_RUN_ORDER_NAME,     /* as people sort: Run 2 before Run 10 */
  ES_RUN_ORDER_ACCURACY, /* best first, unknown ones last */
  ES_RUN_N_ORDERS,
} EsRunOrder;

/* "created", "changed", "name", "accuracy". FALSE if @text is none of them. */
gboolean es_run_order_from_string (const char *text, EsRunOrder *order);

/* Less than, equal to or greater than 0. Starred runs come first in every order. */
int es_run_entry_compare (const EsRunEntry *a, const EsRunEntry *b, EsRunOrder order);

/* Whether every word of @query occurs in the name, a tag, the notes or the dataset,
   upper and lower case alike; "#word" asks for a tag. Nothing matches everything. */
gboolean es_run_entry_matches (const EsRunEntry *entry, const char *query);

G_END_DECLS

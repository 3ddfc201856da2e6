/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-progress.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* From here on g_print() and g_printerr() show control characters, which may be in any
   name that a file holds, as question marks. */
void es_output_init (void);

/* Prints the object that @builder has built as one line on standard output, and
   frees it. */
void es_output_json (JsonBuilder *builder);

/* Starts an object; members are added by these. Numbers that are not finite become
   null. */
JsonBuilder *es_output_object (void) G_GNUC_WARN_UNUSED_RESULT;
void es_output_int (JsonBuilder *builder, const char *name, gint64 value);
void es_output_double (JsonBuilder *builder, const char *name, double value);
void es_output_string (JsonBuilder *builder, const char *name, const char *value);
void es_output_boolean (JsonBuilder *builder, const char *name, gboolean value);

/*
 * A progress bar on standard error, drawn only if that is a terminal; and the place
 * where a request to stop (Ctrl+C, SIGTERM, SIGHUP) is noticed. Only one at a time.
 */
typedef struct
{
  EsProgress progress; /* to be handed to the work */
  char *what;          /* shown before the bar */
  double first;        /* the work's 0 and 1 are these shares of the whole */
  double last;
  gint64 start;
  gint64 drawn; /* when it was drawn last */
  gboolean visible;
} EsProgressBar;

void es_progress_bar_init (EsProgressBar *bar, const char *what);

/* The work that follows is the stretch from @first to @last of the whole (0 to 1). */
void es_progress_bar_set_stretch (EsProgressBar *bar, double first, double last);

/* Takes the bar off the terminal, so that something can be printed. */
void es_progress_bar_hide (EsProgressBar *bar);
void es_progress_bar_clear (EsProgressBar *bar);

/* Whether all that was printed has been taken: long work whose only result is what it
   prints need not go on without a reader. */
gboolean es_output_is_read (void);

/* Whether the program was asked to stop while a bar was there. */
gboolean es_output_interrupted (void);

G_END_DECLS

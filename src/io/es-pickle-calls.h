/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What becomes of a call in a pickle. */
typedef enum {
  ES_PICKLE_CALL_REFUSED,
  ES_PICKLE_CALL_RECORD,       /* a record of the function's name and arguments */
  ES_PICKLE_CALL_DICT,         /* a dictionary of the pairs given */
  ES_PICKLE_CALL_DEFAULT_DICT, /* the same behind the default's constructor */
  ES_PICKLE_CALL_INSTANCE,     /* an instance of the class given first */
} EsPickleCall;

/* What becomes of the call of "module.name"; refused unless it is on the list. */
EsPickleCall es_pickle_call_from_name (const char *name);

G_END_DECLS

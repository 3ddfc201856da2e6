/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can go wrong in the numerical layers. Messages are fit to be shown. */
#define ES_ERROR (es_error_quark ())

typedef enum {
  ES_ERROR_CANCELLED, /* the caller asked to stop; never shown as a failure */
  ES_ERROR_SETTING,   /* a setting is out of range or does not fit the data */
  ES_ERROR_DIVERGED,  /* the loss or a weight is no longer finite */
  ES_ERROR_MATH,      /* a decomposition failed or was given non-finite numbers */
  ES_ERROR_NO_MEMORY, /* an array does not fit into memory */
} EsError;

GQuark es_error_quark (void);

G_END_DECLS

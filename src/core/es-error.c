/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-error.h"

/* Written out: formatted as an expression, G_DEFINE_QUARK() would take another name. */
GQuark
es_error_quark (void)
{
  return g_quark_from_static_string ("es-error-quark");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-error.h"

/* Written out: as an expression the formatter would change G_DEFINE_QUARK()'s name. */
GQuark
es_error_quark (void)
{
  return g_quark_from_static_string ("es-error-quark");
}

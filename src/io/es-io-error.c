/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-io-error.h"

#include <errno.h>

GQuark
es_io_error_quark (void)
{
  return g_quark_from_static_string ("es-io-error-quark");
}

void
es_io_set_error (
    GError **error, EsIoError code, const char *path, const char *format, ...)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *message = NULL;
  g_autofree char *valid = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  /* Parsers quote what they did not understand, and that may be any bytes. */
  valid = g_utf8_make_valid (message, -1);
  g_set_error (error, ES_IO_ERROR, (int)code, "%s: %s", name, valid);
}

void
es_io_set_errno (
    GError **error, EsIoError code, const char *path, const char *doing, int number)
{
  if (number == ENOENT && code != ES_IO_ERROR_WRITE)
    code = ES_IO_ERROR_NOT_FOUND;
  es_io_set_error (error, code, path, "cannot %s: %s", doing, g_strerror (number));
}

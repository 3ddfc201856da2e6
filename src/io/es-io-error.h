/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can go wrong with files. Every message begins with the file's name and says
   what was expected and what was found. */
#define ES_IO_ERROR (es_io_error_quark ())

typedef enum {
  ES_IO_ERROR_NOT_FOUND,   /* no such file, folder or dataset */
  ES_IO_ERROR_OPEN,        /* it is there, but cannot be read */
  ES_IO_ERROR_FORMAT,      /* the content is not what the format allows */
  ES_IO_ERROR_TRUNCATED,   /* the file ends before its content does */
  ES_IO_ERROR_UNSUPPORTED, /* a legal variant that is not read here */
  ES_IO_ERROR_TOO_LARGE,   /* beyond a limit or the memory */
  ES_IO_ERROR_WRITE,       /* writing failed; the previous file is untouched */
  ES_IO_ERROR_BUSY,        /* somebody else is at work on it */
} EsIoError;

GQuark es_io_error_quark (void);

/* Sets @error to "PATH: message"; @path is in the encoding of file names. */
void es_io_set_error (GError **error,
                      EsIoError code,
                      const char *path,
                      const char *format,
                      ...) G_GNUC_PRINTF (4, 5);

/* Sets @error to "PATH: cannot DOING: reason" for the system's error @number. ENOENT
   becomes ES_IO_ERROR_NOT_FOUND unless @code is ES_IO_ERROR_WRITE. */
void es_io_set_errno (
    GError **error, EsIoError code, const char *path, const char *doing, int number);

G_END_DECLS

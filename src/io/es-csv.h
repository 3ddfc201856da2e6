/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/*
 * Reads delimiter-separated text line by line: RFC 4180 with comma, semicolon or tab,
 * lines ended by LF or CR LF, a byte order mark ignored.
 */

#define ES_CSV_MAX_CELLS (1 << 20)

/* A cell of the current row, without its quotation marks; not terminated. */
typedef struct
{
  const char *text;
  gsize n;
} EsCsvCell;

typedef struct
{
  const char *path; /* for messages; borrowed */
  const char *next;
  const char *end;
  char delimiter;
  gsize line;    /* of the current row, from 1 */
  gsize n_lines; /* begun so far */
  GArray *cells; /* of EsCsvCell, the current row */
  GString *unquoted;
} EsCsv;

/* @data (n_bytes) stays the caller's until es_csv_clear(). The delimiter is the most
   frequent of the three in the first line. */
void es_csv_init (EsCsv *csv, const char *data, gsize n_bytes, const char *path);
void es_csv_clear (EsCsv *csv);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsCsv, es_csv_clear)

/* Reads the next row into csv->cells, empty lines skipped. FALSE at the end, and with
   @error set (ES_IO_ERROR_FORMAT, _TOO_LARGE) if the text is damaged. */
gboolean es_csv_next (EsCsv *csv, GError **error);

/* Whether @cell is a number with decimal point, infinite and NaN included. */
gboolean es_csv_get_number (const EsCsvCell *cell, double *value);

G_END_DECLS

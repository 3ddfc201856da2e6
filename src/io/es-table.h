/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-io-error.h"

G_BEGIN_DECLS

/* A table of numbers and text, on its way to a CSV file. */
typedef struct _EsTable EsTable;

/* @columns are the headings, NULL-terminated, at least one; copied. */
EsTable *es_table_new (const char *const *columns) G_GNUC_WARN_UNUSED_RESULT;
void es_table_free (EsTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EsTable, es_table_free)

/* Append the next cell, row by row. Text is copied, UTF-8. */
void es_table_add_number (EsTable *table, double value);
void es_table_add_text (EsTable *table, const char *text);

/* Complete rows so far. */
gsize es_table_get_rows (const EsTable *table);

/*
 * The shortest of 6 to 9 significant digits that gives @value back as a float, whole
 * numbers in full; "nan", "inf", "-inf". @buffer has G_ASCII_DTOSTR_BUF_SIZE bytes and
 * is returned.
 */
char *es_table_format_number (double value, char *buffer);

/* The table as CSV: UTF-8, comma, a heading line, cells quoted where needed
   (RFC 4180, lines ended by CR LF), decimal points whatever the locale (g_free()). */
char *es_table_to_csv (const EsTable *table) G_GNUC_WARN_UNUSED_RESULT;

/* Writes it to @path atomically. */
gboolean es_table_write_csv (const EsTable *table,
                             const char *path,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

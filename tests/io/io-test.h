/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* What the tests of the io layer share. */

/* A folder for the test's files, made empty; io_test_remove() takes it away. */
char *io_test_folder (void);
void io_test_remove (char *folder);

/* The number of entries in @folder. */
guint io_test_count (const char *folder);

void io_test_write (const char *path, gconstpointer data, gsize n_bytes);
GBytes *io_test_read (const char *path);

/* @relative below the folder of shared test data, or NULL after skipping the test. */
char *io_test_shared (const char *relative);

/* Lets no file grow beyond @bytes, as a full disk would; RLIM_INFINITY ends it. */
void io_test_limit_files (guint64 bytes);

/* @n_bytes of @data as a gzip file. */
GBytes *io_test_gzip (gconstpointer data, gsize n_bytes);

/* An IDX file of this header and the @n_bytes of @data. */
GBytes *io_test_idx (
    guint8 type, guint n_dims, const guint32 *dims, gconstpointer data, gsize n_bytes);

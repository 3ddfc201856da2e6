/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Choosing files. The dialogs are the desktop's own. */

typedef struct
{
  const char *name;   /* translatable */
  const char *suffix; /* without the dot; to open, several with spaces, or "*" */
} EsFileKind;

/* Not called if the person cancels; @owner is the widget that asked. */
typedef void (*EsFileChosen) (const char *path, gpointer owner);

/*
 * Asks for a file to write. @stem is the suggested name without suffix; @kinds, ended
 * by an empty one, are offered as filters. A name without a known suffix gets the first
 * one's of the chosen kind.
 */
void es_files_save (GtkWidget *owner,
                    const char *title,
                    const char *stem,
                    const EsFileKind *kinds,
                    EsFileChosen chosen);

/* Asks for a file to read. */
void es_files_open (GtkWidget *owner,
                    const char *title,
                    const EsFileKind *kinds,
                    EsFileChosen chosen);

/* Asks for files to read; @chosen is called for each. */
void es_files_open_several (GtkWidget *owner,
                            const char *title,
                            const EsFileKind *kinds,
                            EsFileChosen chosen);

/* Asks for a folder. */
void es_files_open_folder (GtkWidget *owner, const char *title, EsFileChosen chosen);

G_END_DECLS

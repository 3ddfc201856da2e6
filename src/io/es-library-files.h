/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What lies in the folder of a run. Each file has one kind of writer, so that nobody
 * takes back what somebody else has written: whoever trains the run holds its lock and
 * writes the run, its film and its summary; the person's part and the gallery are
 * changed under the lock of the whole library, by whoever it is.
 */
#define ES_LIBRARY_RUN "run.safetensors"
#define ES_LIBRARY_SUMMARY "summary.json" /* of the run, to be read quickly */
#define ES_LIBRARY_FILM "film"
#define ES_LIBRARY_ABOUT "about.json"            /* the person's part */
#define ES_LIBRARY_GALLERY "gallery.safetensors" /* attacks that a person kept */
#define ES_LIBRARY_LOCK "lock"                   /* also in the folder of the library */
#define ES_LIBRARY_TRAINING "training" /* empty; there until a training has ended */

/* In the folder of the library, the folders of the runs that were deleted. */
#define ES_LIBRARY_TRASH "trash"

/* How long to wait for somebody who changes a person's part, which takes no time. */
#define ES_LIBRARY_PATIENCE_MS 2000

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/*
 * Each fuzz target feeds one parser and then uses whatever it gave. It is linked either
 * with libFuzzer (-Dfuzz=true, clang) or with replay.c, an ordinary test.
 */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes);

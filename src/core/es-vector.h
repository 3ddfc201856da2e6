/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/*
 * Marks a hot loop to be compiled several times, for AVX-512, AVX2 and plain x86-64;
 * the loader picks one. Sanitizers run before the loader's choice works, so they get
 * the plain version.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                 \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define ES_MULTIVERSION                                                                \
  __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3", "default"),       \
                  optimize ("O3")))
#else
#define ES_MULTIVERSION
#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-attack-record.h"

#include <math.h>

static void
check_record (const EsAttackRecord *record)
{
  gsize P = (gsize)record->rows * record->cols;
  g_autoptr (EsAttackRecord) again = NULL;

  g_assert (P > 0 && record->stack->P == P);
  for (gsize p = 0; p < P; p++) {
    g_assert (record->input[p] >= 0 && record->input[p] <= 1);
    g_assert (isfinite (record->result[p]));
  }
  g_assert (isfinite (record->norms.l2) && isfinite (record->norms.linf));
  again =
      es_attack_record_new (record->input, record->rows, record->cols, record->stack);
  g_assert (es_attack_stack_equal (again->stack, record->stack));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autofree char *path = NULL;
  int fd = fuzz_file_new (data, n_bytes, &path);
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) error = NULL;

  records = es_attack_records_load (path, &error);
  close (fd);
  g_assert ((records == NULL) == (error != NULL));
  for (guint i = 0; records != NULL && i < records->len; i++)
    check_record (records->pdata[i]);
  return 0;
}

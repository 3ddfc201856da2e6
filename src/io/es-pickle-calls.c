/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-pickle-calls.h"

#include <string.h>

/* The functions that PyTorch's and NumPy's own pickles call, and Python's containers.
   None of them is executed. */
static const struct
{
  const char *name;
  EsPickleCall call;
} calls[] = {
    {"collections.OrderedDict", ES_PICKLE_CALL_DICT},
    {"collections.defaultdict", ES_PICKLE_CALL_DEFAULT_DICT},
    {"copy_reg._reconstructor", ES_PICKLE_CALL_INSTANCE},
    {"copyreg._reconstructor", ES_PICKLE_CALL_INSTANCE},
    {"torch._utils._rebuild_tensor", ES_PICKLE_CALL_RECORD},
    {"torch._utils._rebuild_tensor_v2", ES_PICKLE_CALL_RECORD},
    {"torch._utils._rebuild_tensor_v3", ES_PICKLE_CALL_RECORD},
    {"torch._utils._rebuild_parameter", ES_PICKLE_CALL_RECORD},
    {"torch._utils._rebuild_parameter_with_state", ES_PICKLE_CALL_RECORD},
    {"torch._tensor._rebuild_from_type_v2", ES_PICKLE_CALL_RECORD},
    {"torch.Size", ES_PICKLE_CALL_RECORD},
    {"torch.device", ES_PICKLE_CALL_RECORD},
    {"torch.serialization._get_layout", ES_PICKLE_CALL_RECORD},
    {"numpy.dtype", ES_PICKLE_CALL_RECORD},
    {"numpy.core.multiarray.scalar", ES_PICKLE_CALL_RECORD},
    {"numpy._core.multiarray.scalar", ES_PICKLE_CALL_RECORD},
    {"numpy.core.multiarray._reconstruct", ES_PICKLE_CALL_RECORD},
    {"numpy._core.multiarray._reconstruct", ES_PICKLE_CALL_RECORD},
    {"_codecs.encode", ES_PICKLE_CALL_RECORD},
    {"builtins.set", ES_PICKLE_CALL_RECORD},
    {"builtins.frozenset", ES_PICKLE_CALL_RECORD},
    {"builtins.bytearray", ES_PICKLE_CALL_RECORD},
    {"builtins.complex", ES_PICKLE_CALL_RECORD},
    {"builtins.slice", ES_PICKLE_CALL_RECORD},
    {"__builtin__.set", ES_PICKLE_CALL_RECORD},
    {"__builtin__.frozenset", ES_PICKLE_CALL_RECORD},
    {"__builtin__.bytearray", ES_PICKLE_CALL_RECORD},
    {"__builtin__.complex", ES_PICKLE_CALL_RECORD},
    {"pathlib.Path", ES_PICKLE_CALL_RECORD},
    {"pathlib.PosixPath", ES_PICKLE_CALL_RECORD},
    {"pathlib.WindowsPath", ES_PICKLE_CALL_RECORD},
    {"pathlib.PurePosixPath", ES_PICKLE_CALL_RECORD},
    {"pathlib.PureWindowsPath", ES_PICKLE_CALL_RECORD},
    {"pathlib._local.PosixPath", ES_PICKLE_CALL_RECORD},
};

EsPickleCall
es_pickle_call_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (strcmp (calls[i].name, name) == 0)
      return calls[i].call;
  return ES_PICKLE_CALL_REFUSED;
}

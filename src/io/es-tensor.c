/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-tensor.h"

#include <math.h>
#include <string.h>

/* Files are little-endian and arrays are handed to them as they lie in memory. */
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

static const struct
{
  const char *name;
  gsize size;
} dtypes[ES_N_DTYPES] = {
    [ES_DTYPE_BOOL] = {"BOOL", 1}, [ES_DTYPE_U8] = {"U8", 1},
    [ES_DTYPE_I8] = {"I8", 1},     [ES_DTYPE_U16] = {"U16", 2},
    [ES_DTYPE_I16] = {"I16", 2},   [ES_DTYPE_F16] = {"F16", 2},
    [ES_DTYPE_BF16] = {"BF16", 2}, [ES_DTYPE_U32] = {"U32", 4},
    [ES_DTYPE_I32] = {"I32", 4},   [ES_DTYPE_F32] = {"F32", 4},
    [ES_DTYPE_U64] = {"U64", 8},   [ES_DTYPE_I64] = {"I64", 8},
    [ES_DTYPE_F64] = {"F64", 8},
};

gsize
es_dtype_size (EsDtype dtype)
{
  return dtypes[dtype].size;
}

const char *
es_dtype_to_string (EsDtype dtype)
{
  return dtypes[dtype].name;
}

gboolean
es_tensor_count (EsTensor *tensor)
{
  tensor->n = 1;
  for (guint i = 0; i < tensor->n_dims; i++)
    if (!g_size_checked_mul (&tensor->n, tensor->n, tensor->dims[i]))
      return FALSE;
  return g_size_checked_mul (&tensor->n_bytes, tensor->n,
                             es_dtype_size (tensor->dtype));
}

EsTensor
es_tensor_view (const char *name,
                EsDtype dtype,
                gconstpointer data,
                guint n_dims,
                const gsize *dims)
{
  EsTensor tensor = {.name = name, .dtype = dtype, .n_dims = n_dims, .data = data};

  g_assert (n_dims <= ES_TENSOR_MAX_DIMS);
  for (guint i = 0; i < n_dims; i++)
    tensor.dims[i] = dims[i];
  if (!es_tensor_count (&tensor))
    g_assert_not_reached ();
  return tensor;
}

char *
es_tensor_shape (const EsTensor *tensor)
{
  GString *text = g_string_new (tensor->n_dims == 0 ? "single number" : NULL);

  for (guint i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i == 0 ? "" : " × ",
                            tensor->dims[i]);
  return g_string_free (text, FALSE);
}

gboolean
es_tensor_has_shape (const EsTensor *tensor, guint n_dims, const gsize *dims)
{
  if (tensor->n_dims != n_dims)
    return FALSE;
  for (guint i = 0; i < n_dims; i++)
    if (tensor->dims[i] != dims[i])
      return FALSE;
  return TRUE;
}

static float
float_from_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* IEEE 754 half precision: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
static float
half_to_float (guint16 half)
{
  guint32 sign = (guint32)(half & 0x8000) << 16;
  guint32 exponent = (half >> 10) & 0x1f, fraction = half & 0x3ff;

  if (exponent == 0) {
    float value = ldexpf ((float)fraction, -24);

    return sign != 0 ? -value : value;
  }
  if (exponent == 0x1f)
    return float_from_bits (sign | 0x7f800000 | fraction << 13);
  return float_from_bits (sign | (exponent + 127 - 15) << 23 | fraction << 13);
}

/* Element @i of @data as a double; every type but 64-bit integers fits exactly. */
static double
element (EsDtype dtype, const guint8 *data, gsize i)
{
  union
  {
    gint8 i8;
    guint16 u16;
    gint16 i16;
    guint32 u32;
    gint32 i32;
    guint64 u64;
    gint64 i64;
    float f32;
    double f64;
  } value;
  gsize size = es_dtype_size (dtype);

  memcpy (&value, data + i * size, size);
  switch (dtype) {
  case ES_DTYPE_BOOL:
    return data[i] != 0;
  case ES_DTYPE_U8:
    return data[i];
  case ES_DTYPE_I8:
    return value.i8;
  case ES_DTYPE_U16:
    return value.u16;
  case ES_DTYPE_I16:
    return value.i16;
  case ES_DTYPE_F16:
    return half_to_float (value.u16);
  case ES_DTYPE_BF16:
    return float_from_bits ((guint32)value.u16 << 16);
  case ES_DTYPE_U32:
    return value.u32;
  case ES_DTYPE_I32:
    return value.i32;
  case ES_DTYPE_F32:
    return value.f32;
  case ES_DTYPE_U64:
    return (double)value.u64;
  case ES_DTYPE_I64:
    return (double)value.i64;
  case ES_DTYPE_F64:
    return value.f64;
  }
  g_assert_not_reached ();
}

/* A double beyond the range of float becomes infinite, as a cast may not. */
static float
narrow (double value)
{
  if (value > G_MAXFLOAT)
    return INFINITY;
  return value < -G_MAXFLOAT ? -INFINITY : (float)value;
}

void
es_tensor_copy_float (const EsTensor *tensor, float *out)
{
  if (tensor->n == 0)
    return;
  if (tensor->dtype == ES_DTYPE_F32) {
    memcpy (out, tensor->data, tensor->n_bytes);
    return;
  }
  for (gsize i = 0; i < tensor->n; i++)
    out[i] = narrow (element (tensor->dtype, tensor->data, i));
}

void
es_tensor_copy_double (const EsTensor *tensor, double *out)
{
  for (gsize i = 0; i < tensor->n; i++)
    out[i] = element (tensor->dtype, tensor->data, i);
}

/* At least one byte, so that only want of memory gives NULL. */
static gpointer
allocate (const EsTensor *tensor, gsize size, const char *path, GError **error)
{
  gpointer out = g_try_malloc_n (MAX (tensor->n, 1), size);

  if (out == NULL)
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "no memory for the %" G_GSIZE_FORMAT " numbers of “%s”", tensor->n,
                     tensor->name);
  return out;
}

float *
es_tensor_to_float (const EsTensor *tensor, const char *path, GError **error)
{
  float *out = allocate (tensor, sizeof *out, path, error);

  if (out != NULL)
    es_tensor_copy_float (tensor, out);
  return out;
}

double *
es_tensor_to_double (const EsTensor *tensor, const char *path, GError **error)
{
  double *out = allocate (tensor, sizeof *out, path, error);

  if (out != NULL)
    es_tensor_copy_double (tensor, out);
  return out;
}

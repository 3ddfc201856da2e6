/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-npy.h"

#include "es-file.h"

#include <string.h>

#define MAGIC "\x93NUMPY"
#define MAGIC_BYTES 6
/* NumPy itself refuses to read longer ones by default. */
#define MAX_HEADER 10000
#define ALIGNMENT 64
/* Characters of an element of text, and elements of text. */
#define MAX_TEXT 1000
#define MAX_TEXTS 65536

/* NumPy's names of types, without the byte order; BF16 has none. */
static const char *const codes[ES_N_DTYPES] = {
    [ES_DTYPE_BOOL] = "b1", [ES_DTYPE_U8] = "u1",  [ES_DTYPE_I8] = "i1",
    [ES_DTYPE_U16] = "u2",  [ES_DTYPE_I16] = "i2", [ES_DTYPE_F16] = "f2",
    [ES_DTYPE_U32] = "u4",  [ES_DTYPE_I32] = "i4", [ES_DTYPE_F32] = "f4",
    [ES_DTYPE_U64] = "u8",  [ES_DTYPE_I64] = "i8", [ES_DTYPE_F64] = "f8",
};

/* Where the reading of the dictionary stands, and what it has brought. */
typedef struct
{
  const char *next;
  const char *end;
  const char *path;
  EsTensor tensor;
  gboolean is_big_endian;
  gboolean is_fortran;
  gboolean has_descr;
  gboolean has_order;
  gboolean has_shape;
  gboolean takes_text;
  gsize text_length; /* characters of an element; 0: numbers */
  gboolean is_wide;  /* characters of 4 bytes */
} Header;

static gboolean
refuse (const Header *header, const char *expected, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, header->path,
                   "has a damaged array header: expected %s", expected);
  return FALSE;
}

/* Skips spaces; whether @c comes next, which is then skipped too. */
static gboolean
accept (Header *header, char c)
{
  while (header->next < header->end && g_ascii_isspace (*header->next))
    header->next++;
  if (header->next == header->end || *header->next != c)
    return FALSE;
  header->next++;
  return TRUE;
}

static gboolean
accept_word (Header *header, const char *word)
{
  gsize n = strlen (word);

  accept (header, ' ');
  if ((gsize)(header->end - header->next) < n || memcmp (header->next, word, n) != 0)
    return FALSE;
  header->next += n;
  return TRUE;
}

/* A quoted word of fewer than 20 characters. */
static gboolean
read_quoted (Header *header, char text[20])
{
  char quote = accept (header, '\'') ? '\'' : accept (header, '"') ? '"' : '\0';
  gsize n = 0;

  if (quote == '\0')
    return FALSE;
  while (header->next < header->end && *header->next != quote && n < 19)
    text[n++] = *header->next++;
  text[n] = '\0';
  return header->next < header->end && *header->next++ == quote;
}

/* "<U12", "|S7": text of so many characters. */
static gboolean
read_text_type (Header *header, const char *text)
{
  guint64 length;

  if (strchr ("<>|=", text[0]) == NULL || (text[1] != 'U' && text[1] != 'S') ||
      !g_ascii_string_to_unsigned (text + 2, 10, 1, MAX_TEXT, &length, NULL))
    return FALSE;
  header->text_length = (gsize)length;
  header->is_wide = text[1] == 'U';
  header->tensor.dtype = ES_DTYPE_U8;
  return TRUE;
}

static gboolean
read_descr (Header *header, GError **error)
{
  char text[20];
  g_autofree char *shown = NULL;

  header->has_descr = TRUE;
  if (accept (header, '[')) {
    es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, header->path,
                     "holds structured elements; expected plain numbers");
    return FALSE;
  }
  if (!read_quoted (header, text))
    return refuse (header, "a type in quotation marks", error);
  header->is_big_endian = text[0] == '>';
  if (header->takes_text && text[0] != '\0' && read_text_type (header, text))
    return TRUE;
  for (guint i = 0; i < ES_N_DTYPES; i++)
    if (text[0] != '\0' && strchr ("<>|=", text[0]) != NULL && codes[i] != NULL &&
        strcmp (text + 1, codes[i]) == 0) {
      header->tensor.dtype = (EsDtype)i;
      return TRUE;
    }
  shown = g_strescape (text, NULL);
  es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, header->path,
                   "holds elements of the type “%s”%s; expected floats, whole numbers "
                   "or booleans",
                   shown, strchr (text, 'O') != NULL ? " (Python objects)" : "");
  return FALSE;
}

static gboolean
read_order (Header *header, GError **error)
{
  header->has_order = TRUE;
  if (accept_word (header, "True"))
    header->is_fortran = TRUE;
  else if (!accept_word (header, "False"))
    return refuse (header, "True or False as fortran_order", error);
  return TRUE;
}

static gboolean
read_size (Header *header, gsize *size)
{
  const char *first;

  accept (header, ' ');
  *size = 0;
  for (first = header->next;
       header->next < header->end && g_ascii_isdigit (*header->next); header->next++)
    if (!g_size_checked_mul (size, *size, 10) ||
        !g_size_checked_add (size, *size, (gsize)(*header->next - '0')))
      return FALSE;
  return header->next > first;
}

static gboolean
read_shape (Header *header, GError **error)
{
  EsTensor *tensor = &header->tensor;

  header->has_shape = TRUE;
  tensor->n_dims = 0;
  if (!accept (header, '('))
    return refuse (header, "a shape in parentheses", error);
  while (!accept (header, ')')) {
    if (tensor->n_dims == ES_TENSOR_MAX_DIMS) {
      es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, header->path,
                       "has more than %d dimensions", ES_TENSOR_MAX_DIMS);
      return FALSE;
    }
    if (!read_size (header, &tensor->dims[tensor->n_dims++]))
      return refuse (header, "whole numbers as sizes", error);
    if (!accept (header, ',')) {
      if (accept (header, ')'))
        break;
      return refuse (header, "a comma after a size", error);
    }
  }
  return TRUE;
}

static gboolean
read_member (Header *header, GError **error)
{
  char key[20];

  if (!read_quoted (header, key) || !accept (header, ':'))
    return refuse (header, "a key and a colon", error);
  if (strcmp (key, "descr") == 0 && !header->has_descr)
    return read_descr (header, error);
  if (strcmp (key, "fortran_order") == 0 && !header->has_order)
    return read_order (header, error);
  if (strcmp (key, "shape") == 0 && !header->has_shape)
    return read_shape (header, error);
  return refuse (header, "descr, fortran_order and shape, once each", error);
}

static gboolean
read_dictionary (Header *header, GError **error)
{
  if (!accept (header, '{'))
    return refuse (header, "an opening brace", error);
  while (!accept (header, '}')) {
    if (!read_member (header, error))
      return FALSE;
    if (!accept (header, ',')) {
      if (accept (header, '}'))
        break;
      return refuse (header, "a comma after a value", error);
    }
  }
  if (!header->has_descr || !header->has_order || !header->has_shape)
    return refuse (header, "descr, fortran_order and shape, once each", error);
  if (!es_tensor_count (&header->tensor)) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, header->path,
                     "claims more bytes than can be counted");
    return FALSE;
  }
  return TRUE;
}

/* Finds the dictionary's text and where the data begins. */
static gboolean
read_prefix (Header *header, const guint8 *data, gsize n, gsize *begin, GError **error)
{
  gsize prefix, length;

  if (n < MAGIC_BYTES + 4) {
    es_io_set_error (error, ES_IO_ERROR_TRUNCATED, header->path,
                     "has %" G_GSIZE_FORMAT " bytes; an .npy array has at least 64", n);
    return FALSE;
  }
  if (memcmp (data, MAGIC, MAGIC_BYTES) != 0) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, header->path,
                     "is not an .npy array: its first bytes are not those of NumPy");
    return FALSE;
  }
  if (data[6] < 1 || data[6] > 3) {
    es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, header->path,
                     "is of .npy version %u; expected 1 to 3", data[6]);
    return FALSE;
  }
  prefix = MAGIC_BYTES + 2 + (data[6] == 1 ? 2 : 4);
  length = (gsize)data[8] | (gsize)data[9] << 8;
  if (data[6] > 1 && n >= prefix)
    length |= (gsize)data[10] << 16 | (gsize)data[11] << 24;
  if (length > MAX_HEADER)
    return refuse (header, "fewer than 10000 bytes", error);
  if (n < prefix || length > n - prefix) {
    es_io_set_error (error, ES_IO_ERROR_TRUNCATED, header->path,
                     "ends within its array header");
    return FALSE;
  }
  header->next = (const char *)data + prefix;
  header->end = header->next + length;
  *begin = prefix + length;
  return TRUE;
}

static gboolean
check_size (const Header *header, gsize n_data, GError **error)
{
  g_autofree char *shape = NULL;
  gboolean is_short = n_data < header->tensor.n_bytes;

  if (n_data == header->tensor.n_bytes)
    return TRUE;
  shape = es_tensor_shape (&header->tensor);
  es_io_set_error (
      error, is_short ? ES_IO_ERROR_TRUNCATED : ES_IO_ERROR_FORMAT, header->path,
      "has %" G_GSIZE_FORMAT
      " bytes of data; its shape (%s, %s) needs %" G_GSIZE_FORMAT,
      n_data, es_dtype_to_string (header->tensor.dtype), shape, header->tensor.n_bytes);
  return FALSE;
}

gboolean
es_npy_parse_header (EsTensor *tensor,
                     gsize *n_header,
                     const guint8 *data,
                     gsize n_bytes,
                     const char *path,
                     GError **error)
{
  Header header = {.path = path, .tensor.name = tensor->name};

  if (!read_prefix (&header, data, n_bytes, n_header, error) ||
      !read_dictionary (&header, error))
    return FALSE;
  *tensor = header.tensor;
  return TRUE;
}

/* How far apart neighbours along each axis lie, in elements. */
static void
get_strides (gsize *strides, const Header *header)
{
  const EsTensor *tensor = &header->tensor;
  gsize stride = 1;

  for (gsize d = 0; d < tensor->n_dims; d++) {
    gsize axis = header->is_fortran ? d : tensor->n_dims - 1 - d;

    strides[axis] = stride;
    stride *= tensor->dims[axis];
  }
}

EsArray *
es_npy_parse (GBytes *bytes, const char *name, const char *path, GError **error)
{
  g_autoptr (EsArray) array = NULL;
  Header header = {.path = path, .tensor.name = name};
  gsize n, begin = 0, strides[ES_TENSOR_MAX_DIMS];
  const guint8 *data = g_bytes_get_data (bytes, &n);

  if (!read_prefix (&header, data, n, &begin, error) ||
      !read_dictionary (&header, error) || !check_size (&header, n - begin, error))
    return NULL;
  header.tensor.data = data + begin;
  array = es_array_new (&header.tensor, bytes);
  if (!header.is_big_endian && !(header.is_fortran && header.tensor.n_dims > 1))
    return g_steal_pointer (&array);
  get_strides (strides, &header);
  if (!es_array_gather (array, data + begin, strides, header.is_big_endian, path,
                        error))
    return NULL;
  return g_steal_pointer (&array);
}

/* One element of text as UTF-8, or NULL if it is no text. */
static char *
read_text (const guint8 *data, const Header *header)
{
  g_autofree gunichar *wide = NULL;

  if (!header->is_wide) {
    char *text = g_strndup ((const char *)data, header->text_length);

    return g_utf8_validate (text, -1, NULL) ? text : (g_free (text), NULL);
  }
  wide = g_new0 (gunichar, header->text_length + 1);
  for (gsize i = 0; i < header->text_length; i++) {
    guint32 unit;

    memcpy (&unit, data + 4 * i, sizeof unit);
    wide[i] = header->is_big_endian ? GUINT32_FROM_BE (unit) : GUINT32_FROM_LE (unit);
    if (wide[i] != 0 && !g_unichar_validate (wide[i]))
      return NULL;
  }
  return g_ucs4_to_utf8 (wide, -1, NULL, NULL, NULL);
}

static gboolean
check_text (const Header *header, gsize n_data, gsize *size, GError **error)
{
  gsize n_bytes;

  *size = header->text_length * (header->is_wide ? 4 : 1);
  if (*size == 0 || header->tensor.n_dims != 1 || header->tensor.n > MAX_TEXTS) {
    es_io_set_error (error, ES_IO_ERROR_FORMAT, header->path,
                     "holds no text; expected up to %d names in one dimension",
                     MAX_TEXTS);
    return FALSE;
  }
  n_bytes = header->tensor.n * *size;
  if (n_bytes == n_data)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_TRUNCATED, header->path,
                   "has %" G_GSIZE_FORMAT
                   " bytes of text; its shape needs %" G_GSIZE_FORMAT,
                   n_data, n_bytes);
  return FALSE;
}

char **
es_npy_parse_strings (GBytes *bytes, const char *path, GError **error)
{
  Header header = {.path = path, .takes_text = TRUE};
  g_auto (GStrv) texts = NULL;
  gsize n, begin, size;
  const guint8 *data = g_bytes_get_data (bytes, &n);

  if (!read_prefix (&header, data, n, &begin, error) ||
      !read_dictionary (&header, error) ||
      !check_text (&header, n - begin, &size, error))
    return NULL;
  texts = g_new0 (char *, header.tensor.n + 1);
  for (gsize i = 0; i < header.tensor.n; i++) {
    texts[i] = read_text (data + begin + i * size, &header);
    if (texts[i] == NULL) {
      es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                       "entry %" G_GSIZE_FORMAT " is no valid text", i);
      return NULL;
    }
  }
  return g_steal_pointer (&texts);
}

EsArray *
es_npy_open (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = es_file_load (path, G_MAXSIZE, error);
  g_autofree char *name = g_path_get_basename (path);

  return bytes == NULL ? NULL : es_npy_parse (bytes, name, path, error);
}

char *
es_npy_header (const EsTensor *tensor, gsize *n_bytes, const char *path, GError **error)
{
  GString *text;
  gsize length;

  if (codes[tensor->dtype] == NULL) {
    es_io_set_error (error, ES_IO_ERROR_UNSUPPORTED, path,
                     "cannot hold “%s”: NumPy has no type %s", tensor->name,
                     es_dtype_to_string (tensor->dtype));
    return NULL;
  }
  text = g_string_new (MAGIC "\1");
  /* The second byte of the version, and room for the length. */
  g_string_append_len (text, "\0\0\0", 3);
  g_string_append_printf (text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                          es_dtype_size (tensor->dtype) == 1 ? '|' : '<',
                          codes[tensor->dtype]);
  for (guint i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT "%s", i == 0 ? "" : ", ",
                            tensor->dims[i], tensor->n_dims == 1 ? "," : "");
  g_string_append (text, "), }");
  while (text->len % ALIGNMENT != ALIGNMENT - 1)
    g_string_append_c (text, ' ');
  g_string_append_c (text, '\n');
  length = text->len - (MAGIC_BYTES + 4);
  text->str[8] = (char)(length & 0xff);
  text->str[9] = (char)(length >> 8);
  *n_bytes = text->len;
  return g_string_free (text, FALSE);
}

gboolean
es_npy_write (const char *path, const EsTensor *tensor, GError **error)
{
  gsize n_header;
  g_autofree char *header = es_npy_header (tensor, &n_header, path, error);
  g_autoptr (EsFileWriter) writer =
      header == NULL ? NULL : es_file_writer_new (path, error);

  return writer != NULL && es_file_writer_write (writer, header, n_header, error) &&
         es_file_writer_write (writer, tensor->data, tensor->n_bytes, error) &&
         es_file_writer_commit (writer, error);
}

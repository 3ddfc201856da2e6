/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-safetensors.h"

#include "es-file.h"
#include "es-json.h"

#include <string.h>

static void
add_metadata (JsonBuilder *builder, const char *const *metadata)
{
  json_builder_set_member_name (builder, "__metadata__");
  json_builder_begin_object (builder);
  for (gsize i = 0; metadata[i] != NULL; i += 2) {
    json_builder_set_member_name (builder, metadata[i]);
    json_builder_add_string_value (builder, metadata[i + 1]);
  }
  json_builder_end_object (builder);
}

static void
add_tensor (JsonBuilder *builder, const EsTensor *tensor, gsize begin)
{
  json_builder_set_member_name (builder, tensor->name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "dtype");
  json_builder_add_string_value (builder, es_dtype_to_string (tensor->dtype));
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tensor->n_dims; i++)
    json_builder_add_int_value (builder, (gint64)tensor->dims[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "data_offsets");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, (gint64)begin);
  json_builder_add_int_value (builder, (gint64)(begin + tensor->n_bytes));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* The tensors by falling size of their elements, otherwise in order. */
static const EsTensor **
sort_by_width (const EsTensor *tensors, gsize n_tensors)
{
  const EsTensor **sorted = g_new (const EsTensor *, n_tensors + 1);
  gsize n = 0;

  for (gsize width = 8; width > 0; width /= 2)
    for (gsize i = 0; i < n_tensors; i++)
      if (es_dtype_size (tensors[i].dtype) == width)
        sorted[n++] = &tensors[i];
  return sorted;
}

/* The header, padded so that the data begins at a multiple of 8 bytes. */
static GString *
make_header (const EsTensor **sorted, gsize n_tensors, const char *const *metadata)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;
  GString *header;
  gsize begin = 0;

  json_builder_begin_object (builder);
  if (metadata != NULL)
    add_metadata (builder, metadata);
  for (gsize i = 0; i < n_tensors; i++) {
    add_tensor (builder, sorted[i], begin);
    begin += sorted[i]->n_bytes;
  }
  json_builder_end_object (builder);
  text = es_json_to_text (builder);
  header = g_string_new (text);
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');
  return header;
}

gboolean
es_safetensors_write (const char *path,
                      const EsTensor *tensors,
                      gsize n_tensors,
                      const char *const *metadata,
                      GError **error)
{
  g_autofree const EsTensor **sorted = sort_by_width (tensors, n_tensors);
  g_autoptr (GString) header = make_header (sorted, n_tensors, metadata);
  g_autoptr (EsFileWriter) writer = es_file_writer_new (path, error);
  guint64 length = GUINT64_TO_LE ((guint64)header->len);

  if (writer == NULL || !es_file_writer_write (writer, &length, sizeof length, error) ||
      !es_file_writer_write (writer, header->str, header->len, error))
    return FALSE;
  for (gsize i = 0; i < n_tensors; i++)
    if (!es_file_writer_write (writer, sorted[i]->data, sorted[i]->n_bytes, error))
      return FALSE;
  return es_file_writer_commit (writer, error);
}

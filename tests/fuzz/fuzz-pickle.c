/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "es-checkpoint-tree.h"

/* Every value once is enough; circles and repetitions are the tree's affair. */
#define MAX_SEEN 100000

static gboolean
found_cb (const char *name,
          const char *function,
          const EsPickleValue *args,
          gpointer data,
          GError **error)
{
  guint *n = data;

  g_assert (*name != '\0' && *function != '\0');
  if (++*n < MAX_SEEN)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, "FILE", "has many");
  return FALSE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, n_bytes);
  g_autoptr (GError) error = NULL, cause = NULL;
  g_autoptr (EsPickle) pickle = es_pickle_parse (bytes, "FILE", &error);
  g_autoptr (JsonObject) settings = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;
  guint n = 0;

  g_assert ((pickle == NULL) == (error != NULL));
  if (error != NULL)
    g_assert (g_utf8_validate (error->message, -1, NULL));
  if (pickle == NULL)
    return 0;
  settings = es_checkpoint_tree_get_settings (es_pickle_get_root (pickle));
  node = json_node_init_object (json_node_alloc (), settings);
  text = json_to_string (node, FALSE);
  g_assert (text != NULL);
  g_assert (es_checkpoint_tree_find_tensors (es_pickle_get_root (pickle), "FILE",
                                             found_cb, &n, &cause) == (cause == NULL));
  return 0;
}

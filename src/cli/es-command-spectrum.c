/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-components.h"
#include "es-file.h"
#include "es-npz.h"
#include "es-output.h"
#include "es-subject.h"
#include "es-table.h"

#include <string.h>

/* Which components go to the file: all, or the outer @n / 2 at each end. */
typedef struct
{
  const EsSpectrum *spectrum;
  char **titles;
  gsize n; /* components of each form */
} Selection;

/* Component number @slot of the selection, as an index into the eigenvalues. */
static gsize
selected_index (const Selection *selection, gsize slot)
{
  gsize D = selection->spectrum->D, n = selection->n;

  return n == D || slot < n / 2 ? slot : D - n + slot;
}

static gboolean
write_npz (const Selection *selection, const char *path, GError **error)
{
  const EsSpectrum *spectrum = selection->spectrum;
  gsize n = selection->n, P = spectrum->P;
  const gsize dims[3] = {spectrum->n, n, P};
  g_autofree float *values = g_try_malloc_n (spectrum->n * n, sizeof (float));
  g_autofree float *pictures = g_try_malloc_n (spectrum->n * n, P * sizeof (float));
  EsTensor tensors[3];

  if (values == NULL || pictures == NULL) {
    g_set_error_literal (error, ES_ERROR, ES_ERROR_NO_MEMORY,
                         "There is not enough memory for all eigenvectors; try --top");
    return FALSE;
  }
  for (gsize i = 0; i < spectrum->n; i++)
    for (gsize slot = 0; slot < n; slot++) {
      gsize index = selected_index (selection, slot);

      values[i * n + slot] = es_spectrum_get_eigenvalues (spectrum, i)[index];
      memcpy (pictures + (i * n + slot) * P,
              es_spectrum_get_picture (spectrum, i, index), P * sizeof (float));
    }
  tensors[0] = es_tensor_view ("eigenvalues", ES_DTYPE_F32, values, 2, dims);
  tensors[1] = es_tensor_view ("eigenvectors", ES_DTYPE_F32, pictures, 3, dims);
  tensors[2] = es_tensor_view ("effective_rank", ES_DTYPE_F64, spectrum->effective_rank,
                               1, dims);
  return es_npz_write (path, tensors, 3, NULL, error);
}

static gboolean
write_csv (const Selection *selection, const char *path, GError **error)
{
  const char *const columns[] = {"form",  "component", "index",          "eigenvalue",
                                 "share", "group",     "effective_rank", NULL};
  const EsSpectrum *spectrum = selection->spectrum;
  gsize D = spectrum->D;
  g_autoptr (EsTable) table = es_table_new (columns);
  g_autofree guint *groups = g_new (guint, D);

  for (gsize i = 0; i < spectrum->n; i++) {
    const float *eigenvalues = es_spectrum_get_eigenvalues (spectrum, i);

    es_components_group (groups, eigenvalues, D, ES_COMPONENTS_TOLERANCE);
    for (gsize slot = 0; slot < selection->n; slot++) {
      gsize index = selected_index (selection, slot);

      es_table_add_text (table, selection->titles[i]);
      es_table_add_number (table,
                           (double)es_component_from_index (index, eigenvalues, D));
      es_table_add_number (table, (double)index);
      es_table_add_number (table, eigenvalues[index]);
      es_table_add_number (table, es_component_share (eigenvalues, D, index));
      es_table_add_number (table, groups[index]);
      es_table_add_number (table, spectrum->effective_rank[i]);
    }
  }
  return es_table_write_csv (table, path, error);
}

static void
report (const Selection *selection, const char *out, gboolean json)
{
  const EsSpectrum *spectrum = selection->spectrum;
  double rank = es_spectrum_mean_effective_rank (spectrum);
  JsonBuilder *object;

  if (!json) {
    g_print ("Saved %s: %" G_GSIZE_FORMAT " %s, %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
             " components each; mean effective rank %.1f\n"
             "Signs: each picture's pixel of largest magnitude is positive\n",
             out, spectrum->n, spectrum->n == 1 ? "form" : "forms", selection->n,
             spectrum->D, rank);
    return;
  }
  object = es_output_object ();
  es_output_boolean (object, "done", TRUE);
  es_output_string (object, "out", out);
  es_output_int (object, "forms", (gint64)spectrum->n);
  es_output_int (object, "components", (gint64)selection->n);
  es_output_double (object, "mean_effective_rank", rank);
  es_output_string (object, "basis",
                    spectrum->basis == ES_BASIS_PIXELS ? "pixels" : "embedding");
  es_output_boolean (object, "linearised", spectrum->linearised);
  es_output_string (object, "sign_rule",
                    "the pixel of largest magnitude of each picture is positive");
  es_output_json (object);
}

static gboolean
save (const char *path,
      EsSubject *subject,
      EsSpectrumRequest *request,
      gsize top,
      gboolean json,
      GError **error)
{
  gboolean is_csv = g_str_has_suffix (path, ".csv");
  g_auto (GStrv) titles = NULL;
  g_autoptr (EsSpectrum) spectrum = NULL;
  Selection selection;

  if (!is_csv && !g_str_has_suffix (path, ".npz")) {
    g_set_error (error, ES_USAGE_ERROR, 0,
                 "%s: expected a name that ends in .npz or .csv", path);
    return FALSE;
  }
  if (!es_file_check_target (path, error))
    return FALSE;
  /* A table has no pictures. */
  request->leading = is_csv ? 1 : top;
  spectrum = es_subject_spectrum (subject, request, NULL, &titles, error);
  if (spectrum == NULL)
    return FALSE;
  selection = (Selection){spectrum, titles, spectrum->D};
  if (top > 0 && top < spectrum->D / 2)
    selection.n = 2 * top;
  if (is_csv ? !write_csv (&selection, path, error)
             : !write_npz (&selection, path, error))
    return FALSE;
  report (&selection, path, json);
  return TRUE;
}

static EsExit
run_spectrum (int argc, char **argv)
{
  g_autofree char *class_name = NULL;
  g_autofree char *direction = NULL;
  g_autofree char *basis = NULL;
  g_autofree char *data = NULL;
  g_autofree char *out = NULL;
  int top = 0;
  const GOptionEntry entries[] = {
      /* As bytes: class names are UTF-8 whatever the locale is. */
      {"class", 'c', 0, G_OPTION_ARG_FILENAME, &class_name,
       "One class by name or number (default: all)", "C"},
      {"direction", 0, 0, G_OPTION_ARG_FILENAME, &direction,
       "A combination of outputs: \"3 - 8\", or an .npy file with a number for each "
       "class",
       "TEXT|FILE.npy"},
      {"basis", 0, 0, G_OPTION_ARG_STRING, &basis,
       "Where eigenvectors are orthonormal (default embedding, as published)",
       "embedding|pixels"},
      {"top", 0, 0, G_OPTION_ARG_INT, &top,
       "Only the K most positive and the K most negative components", "K"},
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &data,
       "Dataset whose mean image the pictures of deeper networks are taken at",
       "NAME|PATH"},
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out, "Where to save", "OUT.npz|OUT.csv"},
      {NULL},
  };
  EsCommonOptions common;
  g_auto (EsSubject) subject = {NULL};
  EsSpectrumRequest request;
  GError *error = NULL;

  if (!es_command_parse (
          &es_command_spectrum, entries,
          "npz: eigenvalues (forms, components) ascending, eigenvectors (forms, "
          "components, pixels), effective_rank (forms).\n"
          "Each picture's pixel of largest magnitude is positive.",
          &common, 1, 1, &argc, &argv))
    return ES_EXIT_USAGE;
  if (out == NULL)
    return es_command_misused (&es_command_spectrum,
                               "-o OUT.npz or -o OUT.csv is missing");
  if (class_name != NULL && direction != NULL)
    return es_command_misused (&es_command_spectrum,
                               "--class and --direction exclude each other");
  if (top < 0)
    return es_command_misused (&es_command_spectrum, "--top is %d; expected 1 or more",
                               top);
  request = (EsSpectrumRequest){class_name, direction, basis, data, 0};
  if (!es_subject_open (&subject, argv[1], &common.network, &error) ||
      !save (out, &subject, &request, (gsize)top, common.json, &error))
    return es_command_failed (error);
  return ES_EXIT_DONE;
}

const EsCommand es_command_spectrum = {
    .name = "spectrum",
    .arguments = "RUN -o OUT.npz|OUT.csv",
    .summary = "Eigenvalues and eigenvectors of a network's classes",
    .run = run_spectrum,
    .takes_network = TRUE,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-augment.h"
#include "es-command.h"
#include "es-components.h"
#include "es-explanation.h"
#include "es-file.h"
#include "es-npz.h"
#include "es-output.h"
#include "es-subject.h"

#include <math.h>
#include <string.h>

/* Classes and components that are printed. */
#define PRINTED_CLASSES 3
#define PRINTED_COMPONENTS 4

/* An image with what explains it. */
typedef struct
{
  const EsRun *run;
  const EsSamples *samples;
  gsize index;
  EsSpectrum *spectrum;
  EsExplanation *explanation;
} Explained;

static void
explained_clear (Explained *explained)
{
  g_clear_pointer (&explained->spectrum, es_spectrum_unref);
  g_clear_pointer (&explained->explanation, es_explanation_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Explained, explained_clear)

static gboolean
explain (Explained *explained, const EsSubject *subject, GError **error)
{
  gsize P = es_model_config_inputs (es_model_get_config (subject->run->model));
  g_autofree float *x = g_new (float, P);

  es_augment_expand (x, explained->samples->pixels + explained->index * P, P);
  explained->spectrum = es_subject_class_spectra (subject, 1, NULL, error);
  if (explained->spectrum == NULL)
    return FALSE;
  explained->explanation =
      es_explanation_new (subject->run->model, explained->spectrum, x, error);
  return explained->explanation != NULL;
}

static gboolean
save (const Explained *explained, const char *path, GError **error)
{
  const EsExplanation *explanation = explained->explanation;
  const gsize dims[2] = {explanation->n, explanation->D};
  const EsTensor tensors[] = {
      es_tensor_view ("logits", ES_DTYPE_F64, explanation->values, 1, dims),
      es_tensor_view ("contributions", ES_DTYPE_F64, explanation->contributions, 2,
                      dims),
      es_tensor_view ("direct", ES_DTYPE_F64, explanation->direct, 1, dims),
      es_tensor_view ("eigenvalues", ES_DTYPE_F32, explained->spectrum->eigenvalues, 2,
                      dims),
  };

  return es_npz_write (path, tensors, G_N_ELEMENTS (tensors), NULL, error);
}

/* The class of largest logit but for those in @taken (C); the first of equals. */
static gsize
next_class (const EsExplanation *explanation, const gboolean *taken)
{
  gsize best = 0;
  double largest = -INFINITY;

  for (gsize c = 0; c < explanation->n; c++)
    if (!taken[c] && explanation->values[c] > largest) {
      largest = explanation->values[c];
      best = c;
    }
  return best;
}

static int
compare_magnitude (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *contributions = data;
  double first = fabs (contributions[*(const gsize *)a]);
  double second = fabs (contributions[*(const gsize *)b]);

  return (first < second) - (first > second);
}

/* The components of a class that moved its logit most: indices (D). */
static gsize *
order_contributions (const EsExplanation *explanation, gsize c)
{
  gsize *order = g_new (gsize, explanation->D);

  for (gsize k = 0; k < explanation->D; k++)
    order[k] = k;
  g_qsort_with_data (order, (int)explanation->D, sizeof (gsize), compare_magnitude,
                     explanation->contributions + c * explanation->D);
  return order;
}

static void
print_class (const Explained *explained, gsize c)
{
  const EsExplanation *explanation = explained->explanation;
  const float *eigenvalues = es_spectrum_get_eigenvalues (explained->spectrum, c);
  g_autofree gsize *order = order_contributions (explanation, c);
  g_autofree char *name = es_run_dup_class_name (explained->run, (guint)c);
  gsize n = MIN (PRINTED_COMPONENTS, explanation->D);
  double rest = explanation->values[c] - explanation->direct[c];

  g_print ("%s: logit %.3f =", name, explanation->values[c]);
  if (es_model_get_config (explained->run->model)->residual)
    g_print (" %.3f direct", explanation->direct[c]);
  for (gsize i = 0; i < n; i++) {
    double part = explanation->contributions[c * explanation->D + order[i]];

    rest -= part;
    g_print (" %+.3f (%" G_GSSIZE_FORMAT ")", part,
             es_component_from_index (order[i], eigenvalues, explanation->D));
  }
  g_print (" %+.3f others\n", rest);
}

static void
report_text (const Explained *explained, gsize predicted)
{
  const EsExplanation *explanation = explained->explanation;
  g_autofree gboolean *taken = g_new0 (gboolean, explanation->n);
  g_autofree char *label = es_run_dup_class_name (
      explained->run, explained->samples->labels[explained->index]);
  g_autofree char *answer = es_run_dup_class_name (explained->run, (guint)predicted);

  g_print ("Image %" G_GSIZE_FORMAT " is %s, taken for %s. Contributions, with their "
           "components in brackets:\n",
           explained->index, label, answer);
  for (gsize i = 0; i < MIN (PRINTED_CLASSES, explanation->n); i++) {
    gsize c = next_class (explanation, taken);

    taken[c] = TRUE;
    print_class (explained, c);
  }
}

static void
add_numbers (JsonBuilder *object, const char *name, const double *values, gsize n)
{
  json_builder_set_member_name (object, name);
  json_builder_begin_array (object);
  for (gsize i = 0; i < n; i++)
    json_builder_add_double_value (object, values[i]);
  json_builder_end_array (object);
}

static void
report_json (const Explained *explained, gsize predicted, const char *out)
{
  const EsExplanation *explanation = explained->explanation;
  JsonBuilder *object = es_output_object ();

  es_output_int (object, "index", (gint64)explained->index);
  es_output_int (object, "label", explained->samples->labels[explained->index]);
  es_output_int (object, "predicted", (gint64)predicted);
  add_numbers (object, "logits", explanation->values, explanation->n);
  add_numbers (object, "direct", explanation->direct, explanation->n);
  json_builder_set_member_name (object, "contributions");
  json_builder_begin_array (object);
  for (gsize c = 0; c < explanation->n; c++) {
    json_builder_begin_array (object);
    for (gsize k = 0; k < explanation->D; k++)
      json_builder_add_double_value (
          object, explanation->contributions[c * explanation->D + k]);
    json_builder_end_array (object);
  }
  json_builder_end_array (object);
  if (out != NULL)
    es_output_string (object, "out", out);
  es_output_json (object);
}

static gboolean
check_out (const char *path, GError **error)
{
  if (g_str_has_suffix (path, ".npz"))
    return es_file_check_target (path, error);
  g_set_error (error, ES_USAGE_ERROR, 0, "%s: expected a name that ends in .npz", path);
  return FALSE;
}

static gboolean
run (const EsSubject *subject,
     EsSplit split,
     int index,
     const char *out,
     gboolean json,
     GError **error)
{
  const EsSamples *samples = es_dataset_get_split (subject->dataset, split);
  g_auto (Explained) explained = {subject->run, samples, (gsize)index, NULL, NULL};
  g_autofree gboolean *taken = NULL;
  gsize predicted;

  if (!es_subject_check_index (subject, split, index, error) ||
      !explain (&explained, subject, error) ||
      (out != NULL && !save (&explained, out, error)))
    return FALSE;
  taken = g_new0 (gboolean, explained.explanation->n);
  predicted = next_class (explained.explanation, taken);
  if (json)
    report_json (&explained, predicted, out);
  else
    report_text (&explained, predicted);
  return TRUE;
}

static EsExit
run_explain (int argc, char **argv)
{
  g_autofree char *data = NULL;
  g_autofree char *split_name = NULL;
  g_autofree char *out = NULL;
  int index = -1;
  const GOptionEntry entries[] = {
      {"index", 'i', 0, G_OPTION_ARG_INT, &index, "The image, counted from 0", "I"},
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &data,
       "Dataset: a known name or a folder of IDX files (default: the run's own)",
       "NAME|PATH"},
      {"split", 0, 0, G_OPTION_ARG_STRING, &split_name,
       "Which images the index counts (default test)", "test|train"},
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out, "Where to save", "OUT.npz"},
      {NULL},
  };
  EsCommonOptions common;
  g_auto (EsSubject) subject = {NULL};
  EsSplit split;
  GError *error = NULL;

  if (!es_command_parse (
          &es_command_explain, entries,
          "npz: logits (classes), contributions (classes, components) in the order of "
          "the ascending eigenvalues, direct (classes), eigenvalues (classes, "
          "components). Contributions and direct part add up to the logits.",
          &common, 1, 1, &argc, &argv))
    return ES_EXIT_USAGE;
  if (index < 0)
    return es_command_misused (&es_command_explain,
                               "--index is missing; expected the number of an image, "
                               "from 0");
  if (!es_subject_parse_split (split_name, &split, &error) ||
      (out != NULL && !check_out (out, &error)) ||
      !es_subject_open (&subject, argv[1], &common.network, &error) ||
      !es_subject_load_classes (&subject, data, &error) ||
      !run (&subject, split, index, out, common.json, &error))
    return es_command_failed (error);
  return ES_EXIT_DONE;
}

const EsCommand es_command_explain = {
    .name = "explain",
    .arguments = "RUN --index I",
    .summary = "Which components speak for and against the classes of one image",
    .run = run_explain,
    .takes_network = TRUE,
};

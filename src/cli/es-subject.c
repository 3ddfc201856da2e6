/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-subject.h"

#include "es-command.h"
#include "es-dataset-load.h"
#include "es-dataset-search.h"
#include "es-direction.h"
#include "es-evaluate.h"
#include "es-film-file.h"
#include "es-library-files.h"
#include "es-library.h"
#include "es-npy.h"
#include "es-run-file.h"

#include <string.h>

gboolean
es_subject_is_file (const char *run)
{
  return g_file_test (run, G_FILE_TEST_EXISTS) ||
         strchr (run, G_DIR_SEPARATOR) != NULL ||
         g_str_has_suffix (run, ".safetensors");
}

/* The file of the run that @run means, of the person's library if it is none itself,
   and in *@name (nullable) what the run is called there, NULL outside. */
static char *
find_run (const char *run, char **name, GError **error)
{
  g_autoptr (EsLibrary) library = NULL;
  g_autoptr (EsRunEntry) entry = NULL;
  g_autofree char *id = NULL;

  if (es_subject_is_file (run))
    return g_strdup (run);
  library = es_library_new (NULL);
  id = es_library_find (library, ES_LIBRARY_KEPT, run, error);
  if (id == NULL) {
    g_prefix_error (error, "No file is called “%.100s”; ", run);
    return NULL;
  }
  entry = name != NULL ? es_library_get (library, id, NULL) : NULL;
  if (entry != NULL)
    *name = g_strdup (entry->name);
  return es_library_run_path (library, id);
}

/* Opens the run in the file @path, whose weights are numbers. */
static EsRun *
open_file (const char *path,
           const EsModelOverrides *overrides,
           EsRunNotes *notes,
           GError **error)
{
  g_autoptr (EsTensorFile) file = es_tensor_file_open (path, error);
  g_autoptr (EsRun) run =
      file == NULL ? NULL : es_run_from_tensor_file (file, overrides, notes, error);
  gsize n_bad = run != NULL ? es_run_count_not_finite (run) : 0;

  if (n_bad == 0)
    return g_steal_pointer (&run);
  g_set_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT,
               "%s: %" G_GSIZE_FORMAT " of its %" G_GSIZE_FORMAT
               " weights are infinite or not a number",
               path, n_bad, es_model_n_params (run->model));
  return NULL;
}

EsRun *
es_subject_open_run (const char *run,
                     const EsModelOverrides *overrides,
                     EsRunNotes *notes,
                     GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *path = find_run (run, &name, error);
  EsRun *opened = path != NULL ? open_file (path, overrides, notes, error) : NULL;

  if (opened != NULL && name != NULL) {
    g_free (opened->name);
    opened->name = g_steal_pointer (&name);
  }
  return opened;
}

const char *
es_subject_dataset_name (const EsRun *run)
{
  g_autofree char *folder = NULL;

  if (run->dataset_path == NULL || run->dataset == NULL)
    return run->dataset_path != NULL ? run->dataset_path : run->dataset;
  if (!g_file_test (run->dataset_path, G_FILE_TEST_EXISTS))
    folder = es_dataset_find (run->dataset, NULL);
  return folder != NULL ? run->dataset : run->dataset_path;
}

gboolean
es_subject_open (EsSubject *subject,
                 const char *run,
                 const EsModelOverrides *overrides,
                 GError **error)
{
  *subject = (EsSubject){NULL};
  subject->run = es_subject_open_run (run, overrides, &subject->notes, error);
  return subject->run != NULL;
}

void
es_subject_clear (EsSubject *subject)
{
  g_clear_pointer (&subject->run, es_run_free);
  g_clear_pointer (&subject->dataset, es_dataset_unref);
}

gboolean
es_subject_load_dataset (EsSubject *subject, const char *data, GError **error)
{
  const EsRun *run = subject->run;

  if (subject->dataset != NULL)
    return TRUE;
  if (data == NULL)
    data = es_subject_dataset_name (run);
  if (data == NULL) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "%s does not say which dataset it was trained on; give --data",
                 run->name);
    return FALSE;
  }
  subject->dataset = es_dataset_load (data, NULL, error);
  return subject->dataset != NULL &&
         es_evaluate_check (run->model, subject->dataset, error);
}

gboolean
es_subject_load_classes (EsSubject *subject, const char *data, GError **error)
{
  if (!es_subject_load_dataset (subject, data, error))
    return FALSE;
  if (subject->dataset->train.targets == NULL)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "%s has outputs that are numbers of their own; expected a network that "
               "tells classes apart",
               subject->run->name);
  return FALSE;
}

gboolean
es_subject_parse_split (const char *name, EsSplit *split, GError **error)
{
  *split = ES_SPLIT_TEST;
  if (name == NULL || strcmp (name, "test") == 0)
    return TRUE;
  *split = ES_SPLIT_TRAIN;
  if (strcmp (name, "train") == 0)
    return TRUE;
  g_set_error (error, ES_USAGE_ERROR, 0, "--split is %s; expected test or train", name);
  return FALSE;
}

GArray *
es_subject_parse_ranks (const char *text, GError **error)
{
  g_autoptr (GArray) ranks = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_auto (GStrv) words = g_strsplit (text, ",", 0);

  for (guint i = 0; words[i] != NULL; i++) {
    guint64 number;
    gsize rank;

    g_strstrip (words[i]);
    if (!g_ascii_string_to_unsigned (words[i], 10, 0, G_MAXINT32, &number, NULL)) {
      g_set_error (error, ES_USAGE_ERROR, 0,
                   "--ranks has '%s'; expected numbers from 0, separated by commas",
                   words[i]);
      return NULL;
    }
    rank = (gsize)number;
    g_array_append_val (ranks, rank);
  }
  if (ranks->len > 0)
    return g_steal_pointer (&ranks);
  g_set_error_literal (error, ES_USAGE_ERROR, 0,
                       "--ranks is empty; expected numbers from 0");
  return NULL;
}

gboolean
es_subject_check_index (const EsSubject *subject,
                        EsSplit split,
                        int index,
                        GError **error)
{
  gsize N = es_dataset_get_split (subject->dataset, split)->N;

  if (index >= 0 && (gsize)index < N)
    return TRUE;
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "--index is %d; the dataset %s has the %s images 0 to %" G_GSIZE_FORMAT,
               index, subject->dataset->name,
               split == ES_SPLIT_TEST ? "test" : "training", N - 1);
  return FALSE;
}

EsSpectrum *
es_subject_class_spectra (const EsSubject *subject,
                          gsize leading,
                          const EsProgress *progress,
                          GError **error)
{
  const EsDataset *dataset = subject->dataset;
  g_autofree float *x0 = g_new (float, (gsize)dataset->rows * dataset->cols);
  EsSpectrumOptions options = {.leading = leading, .x0 = x0};

  es_dataset_mean_image (dataset, x0);
  return es_spectrum_new (subject->run->model, NULL, &options, progress, error);
}

EsSameData
es_subject_compare_data (const EsSubject *subject)
{
  g_autofree char *checksum = NULL;

  if (subject->run->dataset_checksum == NULL || subject->dataset == NULL)
    return ES_SAME_DATA_UNKNOWN;
  checksum = es_dataset_checksum (subject->dataset);
  return strcmp (checksum, subject->run->dataset_checksum) == 0 ? ES_SAME_DATA_YES
                                                                : ES_SAME_DATA_NO;
}

/* Reads (C) or (n, C) numbers. */
static float *
read_direction_file (const char *path, gsize C, gsize *n, GError **error)
{
  g_autoptr (EsArray) array = es_npy_open (path, error);
  const EsTensor *tensor;

  if (array == NULL)
    return NULL;
  tensor = &array->tensor;
  if (tensor->n_dims < 1 || tensor->n_dims > 2 ||
      tensor->dims[tensor->n_dims - 1] != C || tensor->n == 0) {
    g_autofree char *shape = es_tensor_shape (tensor);

    g_set_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT,
                 "%s: expected one number for each of the %" G_GSIZE_FORMAT
                 " classes, or rows of them; found %s",
                 path, C, shape);
    return NULL;
  }
  *n = tensor->n / C;
  return es_tensor_to_float (tensor, path, error);
}

static char **
numbered_titles (const char *path, gsize n)
{
  char **titles = g_new0 (char *, n + 1);
  g_autofree char *name = g_path_get_basename (path);

  for (gsize i = 0; i < n; i++)
    titles[i] = n == 1 ? g_strdup (name)
                       : g_strdup_printf ("%s, row %" G_GSIZE_FORMAT, name, i);
  return titles;
}

static char **
class_titles (const EsRun *run, gsize C)
{
  char **titles = g_new0 (char *, C + 1);

  for (gsize c = 0; c < C; c++)
    titles[c] = es_run_dup_class_name (run, (guint)c);
  return titles;
}

/* The class that is called @name or has this number. */
gboolean
es_subject_find_class (const EsSubject *subject,
                       const char *name,
                       gsize *c,
                       GError **error)
{
  const EsRun *run = subject->run;
  gsize C = es_model_get_config (run->model)->outputs;
  g_autofree char *names = NULL;
  guint64 number;

  for (*c = 0; run->class_names != NULL && *c < C; (*c)++)
    if (strcmp (run->class_names[*c], name) == 0)
      return TRUE;
  if (g_ascii_string_to_unsigned (name, 10, 0, C - 1, &number, NULL)) {
    *c = (gsize)number;
    return TRUE;
  }
  names = run->class_names != NULL ? g_strjoinv (", ", run->class_names)
                                   : g_strdup_printf ("0 to %" G_GSIZE_FORMAT, C - 1);
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
               "%s has no class '%s'; its classes are: %s", run->name, name, names);
  return FALSE;
}

/* The rows of factors (n, C) that are asked for, with their names; NULL in *@outputs
   for each output by itself. */
static gboolean
choose_outputs (const EsSubject *subject,
                const EsSpectrumRequest *request,
                float **outputs,
                gsize *n,
                char ***titles,
                GError **error)
{
  const EsRun *run = subject->run;
  gsize C = es_model_get_config (run->model)->outputs, c;
  const char *text = request->direction;
  g_autofree float *u = NULL;

  *n = 1;
  if (text == NULL && request->class_name == NULL) {
    *titles = class_titles (run, C);
    return TRUE;
  }
  if (text != NULL && g_str_has_suffix (text, ".npy")) {
    *outputs = read_direction_file (text, C, n, error);
    if (*outputs != NULL)
      *titles = numbered_titles (text, *n);
    return *outputs != NULL;
  }
  u = g_new0 (float, C);
  if (text != NULL ? !es_direction_parse (u, text, run->class_names, C, error)
                   : !es_subject_find_class (subject, request->class_name, &c, error))
    return FALSE;
  if (text == NULL)
    u[c] = 1;
  *titles = g_new0 (char *, 2);
  (*titles)[0] = text != NULL ? g_strdup (text) : es_run_dup_class_name (run, (guint)c);
  *outputs = g_steal_pointer (&u);
  return TRUE;
}

static EsDirections *
make_directions (const EsSubject *subject,
                 const EsSpectrumRequest *request,
                 char ***titles,
                 GError **error)
{
  const EsModel *model = subject->run->model;
  g_autofree float *u = NULL;
  gsize n;

  if (!choose_outputs (subject, request, &u, &n, titles, error))
    return NULL;
  return u != NULL ? es_directions_new (model, ES_LAST_LAYER, u, n, error)
                   : es_directions_new_outputs (model);
}

static gboolean
parse_basis (const char *text, EsBasis *basis, GError **error)
{
  *basis = ES_BASIS_EMBEDDING;
  if (text == NULL || strcmp (text, "embedding") == 0)
    return TRUE;
  *basis = ES_BASIS_PIXELS;
  if (strcmp (text, "pixels") == 0)
    return TRUE;
  g_set_error (error, ES_USAGE_ERROR, 0, "--basis is %s; expected embedding or pixels",
               text);
  return FALSE;
}

/* The point at which a deeper network's pictures are linearised. */
static gboolean
make_reference (EsSubject *subject, const char *data, float **x0, GError **error)
{
  if (es_model_get_config (subject->run->model)->layers == 1)
    return TRUE;
  if (!es_subject_load_dataset (subject, data, error)) {
    g_prefix_error (error,
                    "The pictures of a network with several layers are taken at the "
                    "mean image of its dataset. ");
    return FALSE;
  }
  *x0 = g_new (float, (gsize)subject->dataset->rows * subject->dataset->cols);
  es_dataset_mean_image (subject->dataset, *x0);
  return TRUE;
}

EsSpectrum *
es_subject_spectrum (EsSubject *subject,
                     const EsSpectrumRequest *request,
                     const EsProgress *progress,
                     char ***titles,
                     GError **error)
{
  EsSpectrumOptions options = {.leading = request->leading};
  g_autoptr (EsDirections) directions = NULL;
  g_auto (GStrv) names = NULL;
  g_autofree float *x0 = NULL;
  EsSpectrum *spectrum;

  if (!parse_basis (request->basis, &options.basis, error) ||
      !make_reference (subject, request->data, &x0, error))
    return NULL;
  options.x0 = x0;
  directions = make_directions (subject, request, &names, error);
  if (directions == NULL)
    return NULL;
  spectrum =
      es_spectrum_new (subject->run->model, directions, &options, progress, error);
  if (spectrum != NULL)
    *titles = g_steal_pointer (&names);
  return spectrum;
}

gboolean
es_subject_direction (EsSubject *subject,
                      const EsSpectrumRequest *request,
                      float **outputs,
                      float **x0,
                      char **title,
                      GError **error)
{
  EsSpectrumRequest one = *request;
  g_autofree char *first = NULL;
  g_auto (GStrv) titles = NULL;
  g_autofree float *u = NULL;
  gsize n;

  if (one.class_name == NULL && one.direction == NULL)
    one.class_name = first = es_run_dup_class_name (subject->run, 0);
  if (!choose_outputs (subject, &one, &u, &n, &titles, error))
    return FALSE;
  if (n != 1) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING,
                 "%s: expected one direction, found %" G_GSIZE_FORMAT, one.direction,
                 n);
    return FALSE;
  }
  if (!make_reference (subject, request->data, x0, error))
    return FALSE;
  *outputs = g_steal_pointer (&u);
  *title = g_strdup (titles[0]);
  return TRUE;
}

gboolean
es_subject_open_film (EsSubject *subject,
                      const char *run,
                      EsFilm **film,
                      GError **error)
{
  g_autofree char *path = find_run (run, NULL, error);
  g_autofree char *folder = NULL, *film_path = NULL;
  g_autoptr (EsFilm) frames = es_film_new (ES_FILM_MAX_BYTES);
  g_autoptr (EsFilmFile) file = NULL;

  if (path == NULL || !es_subject_open (subject, run, NULL, error))
    return FALSE;
  folder = g_path_get_dirname (path);
  film_path = g_build_filename (folder, ES_LIBRARY_FILM, NULL);
  file = es_film_file_new (film_path, es_model_get_config (subject->run->model));
  if (!es_film_file_read (file, frames, es_run_get_epochs (subject->run), error))
    return FALSE;
  if (es_film_get_length (frames) == 0) {
    es_io_set_error (error, ES_IO_ERROR_NOT_FOUND, path,
                     "there is no film of it; expected a run that is kept in the "
                     "library (see “eigenscope-cli runs”)");
    return FALSE;
  }
  *film = g_steal_pointer (&frames);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-import-private.h"

#include "es-dataset-load.h"
#include "es-file.h"
#include "es-npz.h"

#include <math.h>
#include <string.h>

#define MAX_FILES 1000
#define MAX_ARRAYS 1000
#define RANGE_KEY "value_range"
/* Of a file beside others that may hold labels. */
#define MAX_LABEL_FILE (64u << 20)

/* What an array is for, as its name or its shape says. */
typedef enum {
  ROLE_UNKNOWN,
  ROLE_IMAGES,
  ROLE_LABELS,
  ROLE_NAMES,
  ROLE_RANGE,
} Role;

/* An array in one of the files. */
typedef struct
{
  char *name;    /* file and array, for messages and for what it is for */
  char *key;     /* its name in the archive */
  EsNpz *npz;    /* nullable; owned by the set */
  GBytes *bytes; /* of an .npy (nullable) */
  char *path;
  EsTensor header;
  GError *problem; /* why it cannot be read (nullable) */
  Role role;
  gboolean guessed; /* from its shape: its name does not say */
  EsNamedPart part;
} Entry;

/* The arrays of a file or folder, and what they are for. */
typedef struct
{
  const char *path;
  GPtrArray *archives;
  GPtrArray *entries;
  const Entry *images[ES_N_PARTS];
  const Entry *labels[ES_N_PARTS];
  const Entry *names;
  const Entry *range; /* the values that are black and white (nullable) */
  gboolean only_test; /* test images stand for training images */
} Set;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry->key);
  g_free (entry->path);
  g_clear_pointer (&entry->bytes, g_bytes_unref);
  g_clear_error (&entry->problem);
  g_free (entry);
}

static void
set_clear (Set *set)
{
  g_clear_pointer (&set->entries, g_ptr_array_unref);
  g_clear_pointer (&set->archives, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Set, set_clear)

/* Whether one of @words (NULL-terminated) is a word of @name, which is lower case. */
static gboolean
has_word (const char *name, const char *const *words)
{
  for (; *words != NULL; words++) {
    gsize n = strlen (*words);

    for (const char *at = strstr (name, *words); at != NULL;
         at = strstr (at + 1, *words))
      if ((at == name || !g_ascii_isalpha (at[-1])) && !g_ascii_isalpha (at[n]))
        return TRUE;
  }
  return FALSE;
}

/* "y_train", "ytrain", "train_labels" and the like. */
static Role
role_of_name (const char *name)
{
  const char *const names[] = {"class_names",  "classnames", "label_names",
                               "target_names", "classes",    NULL};
  const char *const labels[] = {"y", "ytrain", "ytest", "class", NULL};
  const char *const images[] = {"x",      "xtrain", "xtest",  "data", "image",
                                "images", "imgs",   "pixels", NULL};
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (has_word (lower, names))
    return ROLE_NAMES;
  if (has_word (lower, labels) || strstr (lower, "label") != NULL ||
      strstr (lower, "target") != NULL)
    return ROLE_LABELS;
  return has_word (lower, images) ? ROLE_IMAGES : ROLE_UNKNOWN;
}

/* A name that says nothing leaves the shape. */
static void
settle_role (Entry *entry)
{
  const EsTensor *header = &entry->header;

  entry->role =
      strcmp (entry->key, RANGE_KEY) == 0 ? ROLE_RANGE : role_of_name (entry->name);
  entry->part = es_import_named_part (entry->key);
  if (entry->part == ES_NAMED_NONE)
    entry->part = es_import_named_part (entry->name);
  if (entry->problem != NULL || entry->role != ROLE_UNKNOWN)
    return;
  entry->guessed = TRUE;
  if (header->n_dims == 1 || (header->n_dims == 2 && header->dims[1] == 1))
    entry->role = ROLE_LABELS;
  else if (header->n_dims >= 2 && header->n_dims <= 4)
    entry->role = ROLE_IMAGES;
}

static gboolean
add_entry (Set *set, Entry *entry, GError **error)
{
  settle_role (entry);
  g_ptr_array_add (set->entries, entry);
  if (set->entries->len <= MAX_ARRAYS)
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, set->path, "holds more than %d arrays",
                   MAX_ARRAYS);
  return FALSE;
}

/* The array's own name, unless NumPy has made it up. */
static char *
join_names (const char *file, const char *key)
{
  return file == NULL ? g_strdup (key) : g_strdup_printf ("%s/%s", file, key);
}

static gboolean
add_npz (Set *set, GBytes *bytes, const char *path, const char *file, GError **error)
{
  EsNpz *npz = es_npz_parse (bytes, path, error);
  const char *const *names;

  if (npz == NULL)
    return FALSE;
  g_ptr_array_add (set->archives, npz);
  names = es_npz_get_names (npz);
  for (guint i = 0; names[i] != NULL; i++) {
    Entry *entry = g_new0 (Entry, 1);

    entry->key = g_strdup (names[i]);
    entry->name = join_names (file, names[i]);
    entry->path = g_strdup_printf ("%s (%s)", path, names[i]);
    entry->npz = npz;
    if (!es_npz_describe (npz, names[i], &entry->header, &entry->problem))
      g_assert (entry->problem != NULL);
    if (!add_entry (set, entry, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_npy (Set *set, GBytes *bytes, const char *path, GError **error)
{
  Entry *entry = g_new0 (Entry, 1);
  gsize n, n_header;
  const guint8 *data = g_bytes_get_data (bytes, &n);

  entry->key = g_path_get_basename (path);
  entry->name = g_strdup (entry->key);
  entry->path = g_strdup (path);
  entry->bytes = g_bytes_ref (bytes);
  if (!es_npy_parse_header (&entry->header, &n_header, data, n, path, &entry->problem))
    g_assert (entry->problem != NULL);
  return add_entry (set, entry, error);
}

/* Files of other kinds are left alone if they are in a folder. */
static gboolean
add_file (Set *set, const char *path, gboolean in_folder, GError **error)
{
  g_autofree char *file = in_folder ? g_path_get_basename (path) : NULL;
  g_autoptr (GBytes) bytes = es_file_load (path, G_MAXSIZE, error);
  const guint8 *data;
  gsize n;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &n);
  if (n >= 2 && data[0] == 'P' && data[1] == 'K')
    return add_npz (set, bytes, path, file, error);
  if (in_folder && (n < 6 || memcmp (data, "\x93NUMPY", 6) != 0))
    return TRUE;
  return add_npy (set, bytes, path, error);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
add_folder (Set *set, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (set->path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.' && names->len < MAX_FILES)
      g_ptr_array_add (names, g_build_filename (set->path, name, NULL));
  g_ptr_array_sort (names, compare_texts);
  for (guint i = 0; i < names->len; i++)
    if (g_file_test (names->pdata[i], G_FILE_TEST_IS_REGULAR) &&
        !add_file (set, names->pdata[i], TRUE, error))
      return FALSE;
  return TRUE;
}

/* "x_train (60000 × 28 × 28 U8), ..." */
static char *
describe (const Set *set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < set->entries->len && text->len < 500; i++) {
    const Entry *entry = set->entries->pdata[i];
    g_autofree char *shape = es_tensor_shape (&entry->header);

    g_string_append_printf (
        text, "%s%s (%s %s)", i == 0 ? "" : ", ", entry->name,
        entry->problem != NULL ? "cannot be read" : shape,
        entry->problem != NULL ? "" : es_dtype_to_string (entry->header.dtype));
  }
  return g_string_free (text, FALSE);
}

static gboolean
refuse_set (const Set *set, const char *problem, GError **error)
{
  g_autofree char *found = describe (set);

  es_io_set_error (error, ES_IO_ERROR_FORMAT, set->path,
                   "%s; expected images and labels such as x_train and y_train; found "
                   "%s",
                   problem, set->entries->len > 0 ? found : "no arrays");
  return FALSE;
}

/* Puts @entry into @slots by the part it is named for; without one, into the first that
   is free. */
static gboolean
place (const Entry **slots, const Entry *entry)
{
  guint slot = entry->part == ES_NAMED_TEST ? ES_PART_TEST : ES_PART_TRAIN;

  if (entry->part == ES_NAMED_NONE && slots[slot] != NULL)
    slot = ES_PART_TEST;
  if (slots[slot] != NULL)
    return FALSE;
  slots[slot] = entry;
  return TRUE;
}

/* Whether the name of some array says that it has the role. */
static gboolean
is_named (const Set *set, Role role)
{
  for (guint i = 0; i < set->entries->len; i++) {
    const Entry *entry = set->entries->pdata[i];

    if (entry->role == role && !entry->guessed)
      return TRUE;
  }
  return FALSE;
}

/* Where names say what images and labels are, other arrays are something else. */
static gboolean
place_all (Set *set, GError **error)
{
  gboolean named = is_named (set, ROLE_IMAGES) && is_named (set, ROLE_LABELS);

  for (guint i = 0; i < set->entries->len; i++) {
    const Entry *entry = set->entries->pdata[i];

    if (entry->guessed && named)
      continue;
    if (entry->role == ROLE_NAMES) {
      set->names = entry;
    } else if (entry->role == ROLE_RANGE) {
      set->range = entry;
    } else if (entry->part != ES_NAMED_OTHER && entry->role != ROLE_UNKNOWN) {
      const Entry **slots = entry->role == ROLE_IMAGES ? set->images : set->labels;

      if (!place (slots, entry))
        return refuse_set (set, "holds several arrays for one purpose", error);
      if (entry->problem != NULL) {
        g_propagate_error (error, g_error_copy (entry->problem));
        return FALSE;
      }
    }
  }
  return TRUE;
}

static gboolean
check_pair (const Set *set, const Entry *images, const Entry *labels, GError **error)
{
  const EsTensor *x = &images->header, *y = &labels->header;

  if (x->n_dims < 2 || x->n_dims > 4 || y->n_dims < 1 || y->n_dims > 2)
    return refuse_set (set, "has images or labels of an unknown shape", error);
  if (x->dims[0] == y->dims[0])
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_FORMAT, images->path,
                   "has %" G_GSIZE_FORMAT " images; %s has %" G_GSIZE_FORMAT " labels",
                   x->dims[0], labels->path, y->dims[0]);
  return FALSE;
}

/* What a file can only be for when the labels are in another one. */
static void
force_role (Set *set, guint first, Role role)
{
  for (guint i = first; i < set->entries->len; i++) {
    Entry *entry = set->entries->pdata[i];

    if (entry->role != ROLE_NAMES && entry->role != ROLE_RANGE) {
      entry->role = role;
      entry->part = ES_NAMED_NONE;
    }
  }
}

/* The arrays of @path, and of @labels_path (nullable). */
static gboolean
add_all (Set *set, const char *path, const char *labels_path, GError **error)
{
  guint n_images;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return add_folder (set, error);
  if (!add_file (set, path, FALSE, error))
    return FALSE;
  if (labels_path == NULL)
    return TRUE;
  n_images = set->entries->len;
  force_role (set, 0, ROLE_IMAGES);
  if (!add_file (set, labels_path, FALSE, error))
    return FALSE;
  force_role (set, n_images, ROLE_LABELS);
  return TRUE;
}

/* A dataset has training images; where there are only test images, they are both. */
static void
settle_parts (Set *set)
{
  if (set->images[ES_PART_TRAIN] != NULL || set->labels[ES_PART_TRAIN] != NULL ||
      set->images[ES_PART_TEST] == NULL || set->labels[ES_PART_TEST] == NULL)
    return;
  set->images[ES_PART_TRAIN] = set->images[ES_PART_TEST];
  set->labels[ES_PART_TRAIN] = set->labels[ES_PART_TEST];
  set->only_test = TRUE;
}

/* @lacks_labels (nullable) is set if the only array is one of images, which is no error
   then. */
static gboolean
open_set (Set *set,
          const char *path,
          const char *labels_path,
          gboolean *lacks_labels,
          GError **error)
{
  set->path = path;
  set->archives = g_ptr_array_new_with_free_func ((GDestroyNotify)es_npz_free);
  set->entries = g_ptr_array_new_with_free_func (entry_free);
  if (!add_all (set, path, labels_path, error) || !place_all (set, error))
    return FALSE;
  settle_parts (set);
  if (lacks_labels != NULL && set->images[0] != NULL && set->images[1] == NULL &&
      set->labels[0] == NULL && !g_file_test (path, G_FILE_TEST_IS_DIR)) {
    *lacks_labels = TRUE;
    return TRUE;
  }
  if (set->images[0] != NULL && set->labels[0] == NULL && set->labels[1] == NULL)
    return refuse_set (set, "has no labels; name the file that has them", error);
  if (set->images[0] == NULL || set->labels[0] == NULL ||
      (set->images[1] == NULL) != (set->labels[1] == NULL))
    return refuse_set (set, "lacks images or labels", error);
  for (guint i = 0; i < ES_N_PARTS; i++)
    if (set->images[i] != NULL &&
        !check_pair (set, set->images[i], set->labels[i], error))
      return FALSE;
  return TRUE;
}

/* Whether @path is an array of @n labels and nothing else. */
static gboolean
is_labels (const char *path, gsize n)
{
  g_autoptr (GBytes) bytes = es_file_load (path, MAX_LABEL_FILE, NULL);
  EsTensor header;
  gsize n_header, size;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return data != NULL && size >= 6 && memcmp (data, "\x93NUMPY", 6) == 0 &&
         es_npy_parse_header (&header, &n_header, data, size, path, NULL) &&
         header.dims[0] == n &&
         (header.n_dims == 1 || (header.n_dims == 2 && header.dims[1] == 1));
}

/* The file beside @path that alone can have the labels of its @n images, or NULL. */
static char *
guess_labels (const char *path, gsize n)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *guess = NULL;
  const char *name;

  for (guint i = 0; dir != NULL && i < MAX_FILES && (name = g_dir_read_name (dir));
       i++) {
    g_autofree char *file = g_build_filename (folder, name, NULL);

    if (!g_str_has_suffix (name, ".npy") || !is_labels (file, n))
      continue;
    if (guess != NULL)
      return NULL;
    guess = g_steal_pointer (&file);
  }
  return g_steal_pointer (&guess);
}

static EsArray *
load_entry (const Entry *entry, GError **error)
{
  return entry->npz != NULL
             ? es_npz_read (entry->npz, entry->key, error)
             : es_npy_parse (entry->bytes, entry->key, entry->path, error);
}

static gboolean
is_channels (gsize n)
{
  return n == 1 || n == 3 || n == 4;
}

/* How the elements of one image lie. */
typedef struct
{
  guint rows, cols, channels;
  gboolean channels_first;
} Layout;

static gboolean
find_layout (Layout *layout,
             const Entry *entry,
             const EsImportOptions *options,
             GError **error)
{
  const gsize *dims = entry->header.dims;
  guint n_dims = entry->header.n_dims;
  gsize rows, cols, channels = 1;

  *layout = (Layout){.channels = 1};
  if (n_dims == 2)
    return es_import_shape (&layout->rows, &layout->cols, &layout->channels, dims[1],
                            options, entry->path, error);
  layout->channels_first =
      n_dims == 4 && !is_channels (dims[3]) && is_channels (dims[1]);
  rows = dims[layout->channels_first ? 2 : 1];
  cols = dims[layout->channels_first ? 3 : 2];
  if (n_dims == 4)
    channels = dims[layout->channels_first ? 1 : 3];
  if (rows < 1 || cols < 1 || rows > G_MAXUINT16 || cols > G_MAXUINT16 ||
      !is_channels (channels)) {
    g_autofree char *shape = es_tensor_shape (&entry->header);

    es_io_set_error (error, ES_IO_ERROR_FORMAT, entry->path,
                     "has the shape %s; expected images × rows × columns, perhaps with "
                     "1, 3 or 4 channels",
                     shape);
    return FALSE;
  }
  layout->rows = (guint)rows;
  layout->cols = (guint)cols;
  layout->channels = (guint)channels;
  return TRUE;
}

/* Image @n of @array as numbers: @values (P). */
static void
copy_image (double *values, const EsArray *array, gsize n, gsize P)
{
  EsTensor one = array->tensor;

  one.n = P;
  one.n_bytes = P * es_dtype_size (one.dtype);
  one.data += n * one.n_bytes;
  es_tensor_copy_double (&one, values);
}

/* Widens *@low and *@high to all values of @array, each of which must be finite. */
static gboolean
scan_range (double *low,
            double *high,
            const EsArray *array,
            gsize N,
            gsize P,
            const char *path,
            GError **error)
{
  g_autofree double *values = g_new (double, P);

  if (array->tensor.dtype == ES_DTYPE_U8 || array->tensor.dtype == ES_DTYPE_BOOL)
    N = 0;
  for (gsize n = 0; n < N; n++) {
    copy_image (values, array, n, P);
    for (gsize p = 0; p < P; p++) {
      if (!isfinite (values[p])) {
        es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                         "value %" G_GSIZE_FORMAT " of image %" G_GSIZE_FORMAT
                         " is %s; expected finite numbers",
                         p, n, isnan (values[p]) ? "not a number" : "infinite");
        return FALSE;
      }
      *low = MIN (*low, values[p]);
      *high = MAX (*high, values[p]);
    }
  }
  return TRUE;
}

/* Bytes are 0 to 255 unless none is above 1. */
static gboolean
has_only_bits (const EsArray *array)
{
  for (gsize i = 0; i < array->tensor.n; i++)
    if (array->tensor.data[i] > 1)
      return FALSE;
  return TRUE;
}

/* Whether the file itself says which values are black and white. */
static gboolean
says_range (const Set *set, const EsImportOptions *options)
{
  return set->range != NULL && options->low == options->high;
}

static gboolean
read_range (EsImportRange *range, const Entry *entry, GError **error)
{
  g_autoptr (EsArray) array = load_entry (entry, error);
  double values[2];

  if (array == NULL)
    return FALSE;
  if (array->tensor.n == G_N_ELEMENTS (values)) {
    es_tensor_copy_double (&array->tensor, values);
    *range = (EsImportRange){values[0], values[1]};
    if (isfinite (values[0]) && isfinite (values[1]) && values[0] < values[1])
      return TRUE;
  }
  es_io_set_error (error, ES_IO_ERROR_FORMAT, entry->path,
                   "is no range of values; expected two numbers, the first smaller");
  return FALSE;
}

static EsImportRange
find_range (const EsArray *array,
            const EsImportOptions *options,
            double low,
            double high)
{
  if (array->tensor.dtype == ES_DTYPE_BOOL ||
      (array->tensor.dtype == ES_DTYPE_U8 && has_only_bits (array)))
    return es_import_range_choose (options, 0, 1);
  if (array->tensor.dtype == ES_DTYPE_U8)
    return es_import_range_choose (options, 0, 255);
  return es_import_range_choose (options, low, high);
}

/* Channels lie together in an EsImage. */
static void
interleave (guint8 *out,
            const double *values,
            const Layout *layout,
            EsImportRange range)
{
  gsize plane = (gsize)layout->rows * layout->cols;

  for (gsize i = 0; i < plane; i++)
    for (guint c = 0; c < layout->channels; c++) {
      gsize from = layout->channels_first ? c * plane + i : i * layout->channels + c;

      out[i * layout->channels + c] = es_import_range_apply (&range, values[from]);
    }
}

/* Fits the images one by one. */
static gboolean
convert_images (EsImportPart *part,
                const EsArray *array,
                const Layout *layout,
                const EsImageFit *fit,
                EsImportRange range,
                const EsProgress *progress,
                GError **error)
{
  gsize P = (gsize)layout->rows * layout->cols * layout->channels;
  gsize size = (gsize)fit->rows * es_image_fit_width (fit);
  g_autofree double *values = g_new (double, P);
  g_autofree guint8 *bytes = g_malloc (P);
  EsImage image = {bytes,
                   layout->rows,
                   layout->cols,
                   layout->channels,
                   (gsize)layout->cols * layout->channels,
                   NULL};

  for (gsize n = 0; n < part->N; n++) {
    copy_image (values, array, n, P);
    interleave (bytes, values, layout, range);
    es_image_fit_apply (part->pixels + n * size, fit, &image);
    if (n % 256 == 0 &&
        !es_progress_report (progress, (double)n / (double)part->N, NULL, error))
      return FALSE;
  }
  return TRUE;
}

/* The values themselves, where an image's pixels are those of the array. */
static gboolean
keep_exact (EsImportPart *part,
            const EsArray *array,
            const EsImageFit *fit,
            EsImportRange range,
            const char *path,
            GError **error)
{
  gsize P = (gsize)fit->rows * fit->cols;
  g_autofree double *values = g_new (double, P);

  part->exact = g_try_malloc_n (part->N, P * sizeof (float));
  if (part->exact == NULL) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "no memory for its %" G_GSIZE_FORMAT " images", part->N);
    return FALSE;
  }
  for (gsize n = 0; n < part->N; n++) {
    copy_image (values, array, n, P);
    for (gsize p = 0; p < P; p++)
      part->exact[n * P + p] =
          (float)((values[p] - range.low) / (range.high - range.low));
  }
  return TRUE;
}

static gboolean
is_unchanged (const EsImageFit *fit, const Layout *layout)
{
  return layout->channels == 1 && fit->rows == layout->rows &&
         fit->cols == layout->cols && es_image_fit_width (fit) == fit->cols &&
         !fit->invert;
}

static gboolean
refuse_label (const Entry *entry, gsize n, const char *problem, GError **error)
{
  es_io_set_error (error, ES_IO_ERROR_FORMAT, entry->path,
                   "label %" G_GSIZE_FORMAT " %s", n, problem);
  return FALSE;
}

/* A row with a single 1, else zeros; -1 for anything else. */
static gint64
decode_one_hot (const double *row, gsize C)
{
  gint64 label = -1;

  for (gsize c = 0; c < C; c++) {
    if (row[c] != 0 && (row[c] != 1 || label >= 0))
      return -1;
    if (row[c] == 1)
      label = (gint64)c;
  }
  return label;
}

static gboolean
read_labels (EsImportPart *part, const Entry *entry, GError **error)
{
  g_autoptr (EsArray) array = load_entry (entry, error);
  gsize C = entry->header.n_dims == 2 ? entry->header.dims[1] : 1;
  g_autofree double *row = NULL;

  if (array == NULL)
    return FALSE;
  if (C < 1 || C > ES_IMPORT_MAX_CLASSES)
    return refuse_label (entry, 0, "has a row of its own of unknown meaning", error);
  row = g_new (double, C);
  for (gsize n = 0; n < part->N; n++) {
    copy_image (row, array, n, C);
    if (C > 1) {
      part->labels[n] = decode_one_hot (row, C);
      if (part->labels[n] < 0)
        return refuse_label (entry, n, "is a row without a single 1", error);
    } else if (!(fabs (row[0]) <= 1e9) || row[0] != floor (row[0])) {
      return refuse_label (entry, n, "is no whole number below 10^9", error);
    } else {
      part->labels[n] = (gint64)row[0];
    }
  }
  return TRUE;
}

/* One part, in the range of values of the training images. */
static gboolean
read_part (EsImportData *data,
           guint which,
           EsImportRange *range,
           const Set *set,
           const EsImportOptions *options,
           const EsProgress *progress,
           GError **error)
{
  const Entry *entry = set->images[which];
  EsImportPart *part = &data->parts[which];
  g_autoptr (EsArray) array = load_entry (entry, error);
  gsize N = entry->header.dims[0], P;
  double low = G_MAXDOUBLE, high = -G_MAXDOUBLE;
  EsImageFit fit;
  Layout layout;

  if (array == NULL || !find_layout (&layout, entry, options, error) ||
      !es_import_fit_init (&fit, options, layout.rows, layout.cols, error))
    return FALSE;
  N = options->limit > 0 ? MIN (N, options->limit) : N;
  P = (gsize)layout.rows * layout.cols * layout.channels;
  if (which == ES_PART_TEST &&
      (data->rows != fit.rows || data->width != es_image_fit_width (&fit)))
    return refuse_set (set, "has test images of another size", error);
  data->rows = fit.rows;
  data->width = es_image_fit_width (&fit);
  if (!es_import_part_allocate (part, N, (gsize)data->rows * data->width, entry->path,
                                error) ||
      !scan_range (&low, &high, array, N, P, entry->path, error) ||
      !read_labels (part, set->labels[which], error))
    return FALSE;
  if (which == ES_PART_TRAIN && !says_range (set, options))
    *range = find_range (array, options, low, high);
  if (says_range (set, options) && is_unchanged (&fit, &layout) &&
      !keep_exact (part, array, &fit, *range, entry->path, error))
    return FALSE;
  return convert_images (part, array, &layout, &fit, *range, progress, error);
}

static char **
read_names (const Set *set, GError **error)
{
  const Entry *entry = set->names;

  return entry->npz != NULL ? es_npz_read_strings (entry->npz, entry->key, error)
                            : es_npy_parse_strings (entry->bytes, entry->path, error);
}

/* From the array of names or else a file beside the arrays; NULL without @error if
   there are none. */
static char **
find_names (const Set *set, GError **error)
{
  if (set->names != NULL)
    return read_names (set, error);
  return g_file_test (set->path, G_FILE_TEST_IS_DIR)
             ? es_dataset_read_class_names (set->path, 0, error)
             : NULL;
}

gboolean
es_import_read_arrays (EsImportData *data,
                       const char *path,
                       const EsImportOptions *options,
                       const EsProgress *progress,
                       GError **error)
{
  g_auto (Set) set = {0};
  g_autoptr (GError) cause = NULL;
  EsImportRange range = {0, 255};

  if (!open_set (&set, path, options->labels_path, NULL, error) ||
      (says_range (&set, options) && !read_range (&range, set.range, error)))
    return FALSE;
  for (guint i = 0; i < ES_N_PARTS && set.images[i] != NULL; i++)
    if (!read_part (data, i, &range, &set, options, progress, error))
      return FALSE;
  data->names = find_names (&set, &cause);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* Without any labels at hand, rows of numbers are not taken for images. */
static gboolean
find_labels (EsImportInfo *info, const Set *set, GError **error)
{
  const EsTensor *images = &set->images[0]->header;
  g_autofree char *name = NULL;

  if (info->labels_path == NULL)
    info->labels_path = guess_labels (info->path, images->dims[0]);
  if (info->labels_path == NULL && images->n_dims == 2)
    return refuse_set (set, "lacks images or labels", error);
  if (info->labels_path == NULL) {
    es_import_add_note (info, "The labels are in another file, which is to be named.");
    return TRUE;
  }
  name = g_path_get_basename (info->labels_path);
  es_import_add_note (info, "The labels are in %s.", name);
  return TRUE;
}

gboolean
es_import_probe_arrays (EsImportInfo *info, GError **error)
{
  g_auto (Set) set = {0};
  g_autoptr (GError) cause = NULL;
  Layout layout;
  g_autofree char *found = NULL;

  if (!open_set (&set, info->path, info->labels_path, &info->lacks_labels, error) ||
      !find_layout (&layout, set.images[0], &info->defaults, error))
    return FALSE;
  info->lacks_labels |= info->labels_path != NULL;
  if (info->lacks_labels && !find_labels (info, &set, error))
    return FALSE;
  info->n_train = set.images[0]->header.dims[0];
  info->n_test = set.images[1] != NULL ? set.images[1]->header.dims[0] : 0;
  info->rows = layout.rows;
  info->cols = layout.cols;
  info->channels = layout.channels;
  info->same_size = TRUE;
  info->class_names = find_names (&set, &cause);
  found = describe (&set);
  es_import_add_note (info, "Arrays: %s.", found);
  if (set.only_test)
    es_import_add_note (
        info, "There are no training images; the test images stand for them.");
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

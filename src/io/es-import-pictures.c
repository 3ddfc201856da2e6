/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-import-private.h"

#include "es-dataset-load.h"
#include "es-file.h"
#include "es-image-file.h"

#include <string.h>
#include <unistd.h>

#define MAX_FILES 10000000
#define MAX_FILE_BYTES ((guint64)256 << 20)
/* Files whose headers a probe reads. */
#define N_PROBED 64
/* Pictures of different or large sizes become squares of this side. */
#define USUAL_SIDE 28
#define LARGE_SIDE 64

/* A picture that belongs to a class. */
typedef struct
{
  char *path;
  guint label;
} Picture;

/* The pictures of a folder. */
typedef struct
{
  const char *path;
  GPtrArray *classes;        /* names of sub-folders, sorted, NULL-terminated */
  GArray *parts[ES_N_PARTS]; /* of Picture, sorted by path within a class */
} Set;

static void
picture_clear (gpointer data)
{
  g_free (((Picture *)data)->path);
}

static void
set_clear (Set *set)
{
  g_clear_pointer (&set->classes, g_ptr_array_unref);
  for (guint i = 0; i < ES_N_PARTS; i++)
    g_clear_pointer (&set->parts[i], g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Set, set_clear)

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The names in @folder that are folders, or those that are not; hidden ones not. */
static GPtrArray *
list_names (const char *folder, gboolean folders)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && names->len < MAX_FILES && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_DIR) == folders)
      g_ptr_array_add (names, g_strdup (name));
  }
  g_ptr_array_sort (names, compare_texts);
  return names;
}

/* Adds the names in @folder that are new to the classes. */
static void
add_classes (Set *set, const char *folder)
{
  g_autoptr (GPtrArray) names = list_names (folder, TRUE);

  for (guint i = 0; i < names->len; i++)
    if (!g_ptr_array_find_with_equal_func (set->classes, names->pdata[i], g_str_equal,
                                           NULL))
      g_ptr_array_add (set->classes, g_strdup (names->pdata[i]));
}

static gboolean
is_picture (const char *path)
{
  guint8 data[8];
  guint64 size;
  int fd = es_file_open (path, &size, NULL);
  gssize n;

  if (fd < 0)
    return FALSE;
  n = pread (fd, data, sizeof data, 0);
  close (fd);
  return n > 0 && es_image_is_known (data, (gsize)n);
}

/* A file that only claims to be a picture is an error, others are left alone. */
static gboolean
check_name (const char *path, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  if (!g_str_has_suffix (lower, ".png") && !g_str_has_suffix (lower, ".jpg") &&
      !g_str_has_suffix (lower, ".jpeg"))
    return TRUE;
  es_io_set_error (error, ES_IO_ERROR_FORMAT, path,
                   "is neither a PNG nor a JPEG picture, whatever its name");
  return FALSE;
}

static gboolean
add_class_pictures (
    GArray *pictures, const char *folder, guint label, gsize limit, GError **error)
{
  g_autoptr (GPtrArray) names = list_names (folder, FALSE);
  gsize count = 0;

  for (guint i = 0; i < names->len && (limit == 0 || count < limit); i++) {
    Picture picture = {g_build_filename (folder, names->pdata[i], NULL), label};

    if (is_picture (picture.path)) {
      g_array_append_val (pictures, picture);
      count++;
      continue;
    }
    if (!check_name (picture.path, error)) {
      g_free (picture.path);
      return FALSE;
    }
    g_free (picture.path);
  }
  return TRUE;
}

static gboolean
add_part (Set *set, guint part, const char *folder, gsize limit, GError **error)
{
  gsize per_class = limit == 0 ? 0 : limit / MAX (set->classes->len, 1) + 1;

  for (guint c = 0; c < set->classes->len; c++) {
    g_autofree char *path = g_build_filename (folder, set->classes->pdata[c], NULL);

    if (!add_class_pictures (set->parts[part], path, c, per_class, error))
      return FALSE;
  }
  return TRUE;
}

/* The sub-folder for @part, or NULL. */
static char *
find_part_folder (const char *path, EsNamedPart part)
{
  g_autoptr (GPtrArray) names = list_names (path, TRUE);

  for (guint i = 0; i < names->len; i++)
    if (es_import_named_part (names->pdata[i]) == part)
      return g_build_filename (path, names->pdata[i], NULL);
  return NULL;
}

static gboolean
open_set (Set *set, const char *path, gsize limit, GError **error)
{
  g_autofree char *train = find_part_folder (path, ES_NAMED_TRAIN);
  g_autofree char *test = train != NULL ? find_part_folder (path, ES_NAMED_TEST) : NULL;

  set->path = path;
  set->classes = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < ES_N_PARTS; i++) {
    set->parts[i] = g_array_new (FALSE, FALSE, sizeof (Picture));
    g_array_set_clear_func (set->parts[i], picture_clear);
  }
  add_classes (set, train != NULL ? train : path);
  if (test != NULL)
    add_classes (set, test);
  g_ptr_array_sort (set->classes, es_import_compare_names);
  if (set->classes->len > ES_IMPORT_MAX_CLASSES) {
    es_io_set_error (error, ES_IO_ERROR_TOO_LARGE, path,
                     "has %u sub-folders; expected one for each of at most %d classes",
                     set->classes->len, ES_IMPORT_MAX_CLASSES);
    return FALSE;
  }
  if (!add_part (set, ES_PART_TRAIN, train != NULL ? train : path, limit, error) ||
      (test != NULL && !add_part (set, ES_PART_TEST, test, limit, error)))
    return FALSE;
  g_ptr_array_add (set->classes, NULL);
  if (set->parts[ES_PART_TRAIN]->len > 0)
    return TRUE;
  es_io_set_error (
      error, ES_IO_ERROR_FORMAT, path,
      "holds no pictures; expected a sub-folder with PNG or JPEG files for "
      "each class, or train and test with these");
  return FALSE;
}

/* What a few headers, evenly spread, have in common. */
typedef struct
{
  EsImageHeader first;
  gboolean same_size;
} Look;

static gboolean
look (Look *look, const Set *set, GError **error)
{
  const GArray *pictures = set->parts[ES_PART_TRAIN];
  guint n = MIN (pictures->len, N_PROBED);

  look->same_size = TRUE;
  for (guint i = 0; i < n; i++) {
    guint which = (guint)((guint64)i * pictures->len / n);
    const Picture *picture = &g_array_index (pictures, Picture, which);
    g_autoptr (GBytes) bytes = es_file_load (picture->path, MAX_FILE_BYTES, error);
    EsImageHeader header;

    if (bytes == NULL || !es_image_read_header (&header, bytes, picture->path, error))
      return FALSE;
    if (i == 0)
      look->first = header;
    look->same_size &=
        header.rows == look->first.rows && header.cols == look->first.cols;
    look->first.channels = MAX (look->first.channels, header.channels);
  }
  return TRUE;
}

/* Small pictures of one size stay as they are. */
static void
choose_size (const Look *look, guint *rows, guint *cols)
{
  gboolean small = look->first.rows <= LARGE_SIDE && look->first.cols <= LARGE_SIDE;

  *rows = look->same_size && small ? look->first.rows : USUAL_SIDE;
  *cols = look->same_size && small ? look->first.cols : USUAL_SIDE;
}

/* The folders' names, or those that a file beside them gives in their place. */
static char **
find_names (const Set *set, GError **error)
{
  guint n = set->classes->len - 1;
  g_autoptr (GError) cause = NULL;
  g_autofree char *file = g_build_filename (set->path, ES_DATASET_CLASSES_FILE, NULL);
  char **names = g_file_test (file, G_FILE_TEST_EXISTS)
                     ? es_dataset_read_class_names (set->path, n, &cause)
                     : NULL;

  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  if (names != NULL && g_strv_length (names) == n)
    return names;
  g_strfreev (names);
  names = g_new0 (char *, n + 1);
  for (guint c = 0; c < n; c++)
    names[c] = g_filename_display_name (set->classes->pdata[c]);
  return names;
}

gboolean
es_import_probe_pictures (EsImportInfo *info, GError **error)
{
  g_auto (Set) set = {0};
  Look found = {{0}, FALSE};

  if (!open_set (&set, info->path, 0, error) || !look (&found, &set, error))
    return FALSE;
  info->n_train = set.parts[ES_PART_TRAIN]->len;
  info->n_test = set.parts[ES_PART_TEST]->len;
  info->rows = found.first.rows;
  info->cols = found.first.cols;
  info->channels = found.first.channels;
  info->same_size = found.same_size;
  choose_size (&found, &info->defaults.rows, &info->defaults.cols);
  if (!found.same_size)
    es_import_add_note (info, "The pictures are of different sizes.");
  info->class_names = find_names (&set, error);
  return info->class_names != NULL;
}

static gboolean
read_picture (guint8 *out, const EsImageFit *fit, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = es_file_load (path, MAX_FILE_BYTES, error);
  g_auto (EsImage) image = {0};

  if (bytes == NULL || !es_image_decode (&image, bytes, path, error))
    return FALSE;
  es_image_fit_apply (out, fit, &image);
  return TRUE;
}

static gboolean
read_part (EsImportPart *part,
           const GArray *pictures,
           const EsImageFit *fit,
           const char *path,
           const EsProgress *progress,
           GError **error)
{
  gsize P = (gsize)fit->rows * es_image_fit_width (fit);

  if (!es_import_part_allocate (part, pictures->len, P, path, error))
    return FALSE;
  for (guint n = 0; n < pictures->len; n++) {
    const Picture *picture = &g_array_index (pictures, Picture, n);

    if (!es_progress_report (progress, (double)n / pictures->len,
                             "Reading the pictures", error) ||
        !read_picture (part->pixels + n * P, fit, picture->path, error))
      return FALSE;
    part->labels[n] = picture->label;
  }
  return TRUE;
}

gboolean
es_import_read_pictures (EsImportData *data,
                         const char *path,
                         const EsImportOptions *options,
                         const EsProgress *progress,
                         GError **error)
{
  g_auto (Set) set = {0};
  Look found = {{0}, FALSE};
  guint rows, cols;
  EsImageFit fit;

  if (!open_set (&set, path, options->limit, error) || !look (&found, &set, error))
    return FALSE;
  choose_size (&found, &rows, &cols);
  if (!es_import_fit_init (&fit, options, rows, cols, error))
    return FALSE;
  data->rows = fit.rows;
  data->width = es_image_fit_width (&fit);
  for (guint i = 0; i < ES_N_PARTS; i++)
    if (set.parts[i]->len > 0 &&
        !read_part (&data->parts[i], set.parts[i], &fit, path, progress, error))
      return FALSE;
  data->names = find_names (&set, error);
  return data->names != NULL;
}

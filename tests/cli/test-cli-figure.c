/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

#include "es-dataset-load.h"
#include "es-run-file.h"
#include "webp-ask.h"

#include <gio/gio.h>
#include <locale.h>
#include <string.h>

static char *
contents (const char *path, gsize *length)
{
  char *bytes = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, length, NULL));
  return bytes;
}

/* Every kind in every format opens as what its suffix says. */
static void
test_kinds (void)
{
  const char *const kinds[] = {"history",
                               "spectrum --class 3",
                               "eigenvectors",
                               "samples --images 30",
                               "explanation --index 3",
                               "truncation --ranks 1,2,4 --error",
                               "attack"};
  const struct
  {
    const char *suffix, *magic;
  } formats[] = {{"pdf", "%PDF-"}, {"svg", "<?xml"}, {"png", "\x89PNG"}};

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint k = 0; k < G_N_ELEMENTS (formats); k++) {
      g_autofree char *out = g_strdup_printf ("figure.%s", formats[k].suffix);
      g_auto (CliResult) result =
          cli_expect (0, "figure %s %s -o %s", kinds[i], cli_small_run (), out);
      gsize length;
      g_autofree char *bytes = contents (out, &length);

      g_assert_true (g_str_has_prefix (bytes, formats[k].magic));
      g_assert_cmpuint (length, >, 2000);
      g_assert_cmpuint (length, <, 2000000);
    }
}

/* The width and height of a PNG, from its header. */
static void
png_size (const char *path, guint32 *width, guint32 *height)
{
  gsize length;
  g_autofree char *bytes = contents (path, &length);

  memcpy (width, bytes + 16, 4);
  memcpy (height, bytes + 20, 4);
  *width = GUINT32_FROM_BE (*width);
  *height = GUINT32_FROM_BE (*height);
}

static void
test_sizes (void)
{
  guint32 width, height;
  g_auto (CliResult) a = cli_expect (
      0, "figure history %s --size 120x80mm --dpi 254 -o size.png", cli_small_run ());
  g_auto (CliResult) bad =
      cli_expect (2, "figure history %s --size enormous -o x.png", cli_small_run ());
  g_auto (CliResult) suffix =
      cli_expect (2, "figure history %s -o x.jpeg", cli_small_run ());

  png_size ("size.png", &width, &height);
  g_assert_cmpuint (width, ==, 1200);
  g_assert_cmpuint (height, ==, 800);
  g_assert_nonnull (strstr (bad.err, "enormous"));
  g_assert_nonnull (strstr (suffix.err, "x.jpeg"));
}

static void
test_numbers (void)
{
  gsize length;
  g_auto (CliResult) csv = cli_expect (
      0, "figure history %s --numbers n.csv -o n.pdf --json", cli_small_run ());
  g_auto (CliResult) npz =
      cli_expect (0, "figure spectrum %s --numbers n.npz -o n.pdf", cli_small_run ());
  g_autofree char *text = contents ("n.csv", &length);
  g_autofree char *archive = contents ("n.npz", &length);
  g_autoptr (GPtrArray) lines = cli_json_lines (csv.out);

  g_assert_nonnull (strstr (text, "epoch"));
  g_assert_true (g_str_has_prefix (archive, "PK"));
  g_assert_nonnull (json_object_get_string_member (lines->pdata[0], "description"));
}

/* A number of the first line of @path that begins with @start. Not by g_strsplit(): its
   search for each line reads to the end of the file when strings are checked. */
static double
number_after (const char *path, const char *start, guint column)
{
  gsize length;
  g_autofree char *text = contents (path, &length);
  const char *line = text;

  while (line != NULL && !g_str_has_prefix (line, start)) {
    line = strchr (line, '\n');
    line = line != NULL ? line + 1 : NULL;
  }
  if (line == NULL)
    g_error ("%s has no line that begins with %s", path, start);
  while (column-- > 0) {
    line = strchr (line, ',');
    g_assert_nonnull (line++);
  }
  return g_ascii_strtod (line, NULL);
}

/* What is drawn is what the run and the spectrum hold. */
static void
test_content (void)
{
  const char *name = cli_small_run ();
  g_autoptr (EsRun) run = es_run_open (name, NULL, NULL);
  g_auto (CliResult) history =
      cli_expect (0, "figure history %s --numbers h.csv -o n.pdf", name);
  g_auto (CliResult) gallery =
      cli_expect (0, "figure eigenvectors %s --numbers g.csv -o n.pdf", name);
  g_auto (CliResult) spectrum = cli_expect (0, "spectrum %s -o s.csv", name);
  const EsEpoch *last = es_run_get_last (run);

  g_assert_cmpfloat_with_epsilon (number_after ("h.csv", "2,", 2), last->val_loss,
                                  1e-6);
  g_assert_cmpfloat_with_epsilon (number_after ("h.csv", "2,", 3), last->train_acc,
                                  1e-6);
  g_assert_cmpfloat_with_epsilon (number_after ("h.csv", "2,", 4), last->val_acc, 1e-6);
  g_assert_cmpfloat_with_epsilon (number_after ("g.csv", "4,0,", 2),
                                  number_after ("s.csv", "4,0,", 3), 1e-6);
  g_assert_cmpfloat_with_epsilon (number_after ("g.csv", "4,-1,", 2),
                                  number_after ("s.csv", "4,-1,", 3), 1e-6);
}

static void
test_samples (void)
{
  g_autoptr (EsDataset) glyphs = es_dataset_load ("glyphs", NULL, NULL);
  g_auto (CliResult) test =
      cli_expect (0, "figure samples --images 40 --numbers a.csv -o n.pdf");
  g_auto (CliResult) train = cli_expect (
      0, "figure samples --images 40 --split train --numbers b.csv -o n.pdf");

  for (guint i = 0; i < 40; i++) {
    g_autofree char *start = g_strdup_printf ("%u,", i);

    g_assert_cmpfloat (number_after ("a.csv", start, 1), ==, glyphs->test.labels[i]);
    g_assert_cmpfloat (number_after ("b.csv", start, 1), ==, glyphs->train.labels[i]);
  }
}

static void
test_styles (void)
{
  const char *const styles[] = {"print", "light", "dark", "contrast"};
  g_auto (CliResult) bad =
      cli_expect (2, "figure history %s --style neon -o x.png", cli_small_run ());

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++) {
    g_auto (CliResult) result =
        cli_expect (0, "figure history %s --style %s --dpi 96 -o s.png",
                    cli_small_run (), styles[i]);
  }
  g_assert_nonnull (strstr (bad.err, "neon"));
}

static void
test_without_run (void)
{
  g_auto (CliResult) samples =
      cli_expect (0, "figure samples --data glyphs -o g.png --dpi 96");
  g_auto (CliResult) missing = cli_expect (2, "figure history -o g.png");
  g_auto (CliResult) kind =
      cli_expect (2, "figure portrait %s -o g.png", cli_small_run ());
}

/* The text of @pdf by pdftotext, or NULL if that is not here. */
static char *
pdf_text (const char *pdf)
{
  const char *const argv[] = {"pdftotext", pdf, "-", NULL};
  char *text = NULL;

  if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text,
                     NULL, NULL, NULL))
    return NULL;
  return text;
}

static void
test_demo (void)
{
  const char *const names[] = {"run.safetensors", "report.pdf",     "samples.pdf",
                               "samples.png",     "history.pdf",    "history.png",
                               "spectrum-3.pdf",  "spectrum-3.png", "eigenvectors.pdf",
                               "eigenvectors.png"};
  g_auto (CliResult) result = cli_expect (0, "demo -o a/b/demo --json");
  g_autoptr (GPtrArray) lines = cli_json_lines (result.out);
  JsonObject *last = lines->pdata[lines->len - 1];
  g_autofree char *text = NULL;

  g_assert_cmpuint (lines->len, ==, G_N_ELEMENTS (names) + 1);
  g_assert_cmpfloat (json_object_get_double_member (last, "test_accuracy"), >=, 0.965);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename ("a/b/demo", names[i], NULL);

    g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  }
  text = pdf_text ("a/b/demo/report.pdf");
  if (text == NULL) {
    g_test_skip ("pdftotext not found");
    return;
  }
  g_assert_nonnull (strstr (text, "What it looks for"));
  g_assert_nonnull (strstr (text, "effective rank"));
}

static void
test_demo_no_folder (void)
{
  g_auto (CliResult) result = cli_expect (1, "demo -o /dev/null/demo");

  g_assert_nonnull (strstr (result.err, "/dev/null/demo"));
}

/* In the reader's language, but with points in its numbers. */
static void
test_language (void)
{
  g_autofree char *before = g_strdup (g_getenv ("LC_ALL"));
  g_autofree char *found = g_strdup (setlocale (LC_ALL, "de_DE.UTF-8"));
  g_autofree char *drawn = NULL;
  CliResult result;

  setlocale (LC_ALL, "C");
  if (found == NULL) {
    g_test_skip ("no German locale is installed");
    return;
  }
  g_setenv ("LC_ALL", found, TRUE);
  result = cli_expect (0, "figure history %s -o language.svg", cli_small_run ());
  g_setenv ("LC_ALL", before != NULL ? before : "C", TRUE);
  cli_result_clear (&result);
  g_assert_true (g_file_get_contents ("language.svg", &drawn, NULL, NULL));
  g_assert_nonnull (strstr (drawn, "Trainingsverlauf"));
  g_assert_true (g_regex_match_simple ("Testgenauigkeit [01]\\.[0-9]", drawn, 0, 0));
}

/* A frame for each epoch of a run of the library, and one before. */
static void
test_film (void)
{
  g_auto (CliResult) train =
      cli_expect (0, "train image --hidden 8 --epochs 3 --keep Filmed");
  g_auto (CliResult) webp =
      cli_expect (0, "figure film Filmed --class 3 --fps 4 --size 480x300 "
                     "-o film.webp --json");
  g_auto (CliResult) folder =
      cli_expect (0, "figure film Filmed --direction '3 - 8' --size 320x200px "
                     "--style dark -o frames/");
  g_auto (CliResult) again = cli_expect (1, "figure film Filmed -o frames");
  g_auto (CliResult) alone =
      cli_expect (1, "figure film %s -o x.webp", cli_small_run ());
  g_auto (CliResult) nobody = cli_expect (1, "figure film Nobody -o x.webp");
  g_auto (CliResult) rate = cli_expect (2, "figure film Filmed --fps 0 -o x.webp");
  g_autoptr (GPtrArray) lines = cli_json_lines (webp.out);
  g_autofree char *bytes = NULL;
  guint32 width, height;
  gsize length;
  WebpFacts facts;

  bytes = contents ("film.webp", &length);
  facts = webp_ask (bytes, length);
  g_assert_cmpint (json_object_get_int_member (lines->pdata[0], "frames"), ==, 4);
  g_assert_cmpuint (facts.frames, ==, 4);
  g_assert_cmpuint (facts.width, ==, 480);
  g_assert_cmpuint (facts.height, ==, 300);
  g_assert_cmpuint (facts.duration, ==, 3 * 250 + 1000);
  png_size ("frames/frame-0004.png", &width, &height);
  g_assert_cmpuint (width, ==, 320);
  g_assert_cmpuint (height, ==, 200);
  g_assert_false (g_file_test ("frames/frame-0005.png", G_FILE_TEST_EXISTS));
  g_assert_nonnull (strstr (again.err, "frames: is a folder with files in it"));
  g_assert_nonnull (strstr (alone.err, "there is no film"));
  g_assert_nonnull (strstr (nobody.err, "has no run “Nobody”"));
  g_assert_nonnull (strstr (rate.err, "--fps"));
  g_assert_false (g_file_test ("x.webp", G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_test_enter_folder ();
  g_test_add_func ("/cli/figure/kinds", test_kinds);
  g_test_add_func ("/cli/figure/sizes", test_sizes);
  g_test_add_func ("/cli/figure/numbers", test_numbers);
  g_test_add_func ("/cli/figure/content", test_content);
  g_test_add_func ("/cli/figure/samples", test_samples);
  g_test_add_func ("/cli/figure/styles", test_styles);
  g_test_add_func ("/cli/figure/without-run", test_without_run);
  g_test_add_func ("/cli/figure/film", test_film);
  g_test_add_func ("/cli/figure/language", test_language);
  g_test_add_func ("/cli/demo", test_demo);
  g_test_add_func ("/cli/demo-no-folder", test_demo_no_folder);
  status = g_test_run ();
  cli_test_leave_folder ();
  return status;
}

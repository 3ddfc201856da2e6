/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-share.h"
#include "es-rng.h"

#include <glib/gstdio.h>

#define ROWS 3
#define COLS 2
#define P (ROWS * COLS)

static char *folder, *path, *lock_path;

static GPtrArray *
records_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)es_attack_record_unref);
}

/* Attacks go by letters: the same letter is the same attack, made anew. Numbers that no
   decimal text has exactly are in all of them. */
static EsAttackRecord *
make_record (char letter)
{
  g_autoptr (EsAttackStack) stack = es_attack_stack_new (P);
  EsAttackRecord *record;
  float input[P], pixels[P];
  EsRng rng;

  es_rng_init (&rng, (guint64)letter, ES_RNG_TEST, 0, 0);
  for (guint p = 0; p < P; p++) {
    input[p] = (float)es_rng_uniform (&rng);
    pixels[p] = (float)es_rng_normal (&rng);
  }
  es_attack_stack_add (stack, ES_ATTACK_LAYER_BRUSH, "Layer", pixels)->strength =
      es_rng_range (&rng, -1, 1) / 3;
  stack->norm = ES_NORM_LINF;
  stack->budget = es_rng_uniform (&rng) / 7;
  record = es_attack_record_new (input, ROWS, COLS, stack);
  record->title = letter % 2 == 0 ? NULL : g_strdup ("Drawn");
  record->label = letter;
  return record;
}

static GPtrArray *
make_records (const char *letters)
{
  GPtrArray *records = records_new ();

  for (; *letters != '\0'; letters++)
    g_ptr_array_add (records, make_record (*letters));
  return records;
}

static void
check (const GPtrArray *records, const char *letters)
{
  g_autoptr (GString) got = g_string_new (NULL);

  g_assert_nonnull (records);
  for (guint i = 0; i < records->len; i++)
    g_string_append_c (got, (char)((const EsAttackRecord *)records->pdata[i])->label);
  g_assert_cmpstr (got->str, ==, letters);
}

static void
test_merge (void)
{
  static const struct
  {
    const char *base, *own, *theirs, *merged;
  } cases[] = {
      {"", "", "", ""},
      {"", "", "ab", "ab"},         /* read for the first time */
      {"", "c", "ab", "abc"},       /* with something added meanwhile */
      {"abc", "abc", "abc", "abc"}, /* nothing new */
      {"abc", "bac", "abc", "bac"}, /* one's own order */
      {"ab", "abc", "abd", "abdc"}, /* both have added */
      {"ab", "b", "ab", "b"},       /* removed here */
      {"ab", "ab", "b", "b"},       /* removed there */
      {"ab", "a", "b", ""},         /* each has removed another one */
      {"ab", "bc", "ad", "dc"},     /* all of that */
      {"aa", "aa", "a", "a"},       /* one of two equal ones is one */
      {"a", "aa", "aaa", "aaaa"},
      {"", "a", "a", "aa"},
      {"ab", "ab", "", ""}, /* all removed there */
      {"ab", "", "abc", "c"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) base = make_records (cases[i].base);
    g_autoptr (GPtrArray) own = make_records (cases[i].own);
    g_autoptr (GPtrArray) theirs = make_records (cases[i].theirs);
    g_autoptr (GPtrArray) merged = es_attack_records_merge (base, own, theirs);

    g_test_message ("%s: %s and %s", cases[i].base, cases[i].own, cases[i].theirs);
    check (merged, cases[i].merged);
  }
}

/* One's own are given back as they are: views know them. */
static void
test_identity (void)
{
  g_autoptr (GPtrArray) own = make_records ("ab");
  g_autoptr (GPtrArray) theirs = make_records ("ba");
  g_autoptr (GPtrArray) merged = es_attack_records_merge (own, own, theirs);

  g_assert_true (merged->pdata[0] == own->pdata[0]);
  g_assert_true (merged->pdata[1] == own->pdata[1]);
}

/* What is not part of the comparison above. */
static void
test_equal (void)
{
  g_autoptr (EsAttackRecord) a = make_record ('a');

  for (guint i = 0; i < 7; i++) {
    g_autoptr (EsAttackRecord) b = make_record (i == 0 ? 'b' : 'a');

    b->label = a->label;
    if (i == 1)
      b->read_after = 3;
    if (i == 2)
      b->read_before = 3;
    if (i == 3)
      b->dataset = g_strdup ("patterns");
    if (i == 4)
      b->stack->budget *= 2;
    if (i == 5)
      b->input[P - 1] /= 2;
    g_assert_true (es_attack_record_equal (a, b) == (i == 6));
  }
}

/* Lets a program that holds @known make @own of it; returns what it holds then. */
static GPtrArray *
share (const char *known, const char *own)
{
  g_autoptr (GPtrArray) base = make_records (known);
  g_autoptr (GPtrArray) records = make_records (own);
  g_autoptr (GError) error = NULL;
  GPtrArray *shared = es_attack_records_share (path, lock_path, base, records, &error);

  g_assert_no_error (error);
  return shared;
}

/* Two programs: neither takes back what the other did, and an empty file is none. */
static void
test_two (void)
{
  g_autoptr (GPtrArray) none = share ("", "");
  g_autoptr (GPtrArray) first = share ("", "ab");
  g_autoptr (GPtrArray) second = share ("", "c");
  g_autoptr (GPtrArray) third = NULL, fourth = NULL, fifth = NULL, read = NULL;

  check (none, "");
  check (first, "ab");
  check (second, "abc");
  third = share ("ab", "b");
  check (third, "bc");
  fourth = share ("abc", "abcd");
  check (fourth, "bcd");
  read = es_attack_records_load (path, NULL);
  check (read, "bcd");
  fifth = share ("bcd", "");
  check (fifth, "");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* At the same time. */
static gpointer
add_ten (gpointer first)
{
  g_autoptr (GPtrArray) base = records_new ();

  for (guint i = 0; i < 10; i++) {
    g_autoptr (GPtrArray) own = records_new ();
    g_autoptr (GError) error = NULL;
    GPtrArray *shared;

    for (guint j = 0; j < base->len; j++)
      g_ptr_array_add (own, es_attack_record_ref (base->pdata[j]));
    g_ptr_array_add (own, make_record ((char)(*(const char *)first + (char)i)));
    shared = es_attack_records_share (path, lock_path, base, own, &error);
    g_assert_no_error (error);
    g_ptr_array_unref (base);
    base = shared;
  }
  return NULL;
}

static void
test_at_once (void)
{
  static const char firsts[] = {'A', 'a'};
  g_autoptr (GPtrArray) read = NULL;
  gboolean there[128] = {FALSE};
  GThread *threads[2];

  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("adding", add_ten, (gpointer)&firsts[i]);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  read = es_attack_records_load (path, NULL);
  g_assert_nonnull (read);
  g_assert_cmpuint (read->len, ==, 20);
  for (guint i = 0; i < 20; i++)
    there[((const EsAttackRecord *)read->pdata[i])->label] = TRUE;
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 10; j++)
      g_assert_true (there[(guint)firsts[i] + j]);
  g_unlink (path);
}

/* What cannot be read stays as it is; nor is anything written without the lock. */
static void
test_refused (void)
{
  g_autoptr (GPtrArray) base = records_new ();
  g_autoptr (GPtrArray) own = make_records ("a");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL, no_folder = NULL;

  g_assert_true (g_file_set_contents (path, "no attacks", -1, NULL));
  g_assert_null (es_attack_records_share (path, lock_path, base, own, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_FORMAT);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "no attacks");
  g_unlink (path);
  g_assert_null (
      es_attack_records_share (path, "/nowhere/lock", base, own, &no_folder));
  g_assert_error (no_folder, ES_IO_ERROR, ES_IO_ERROR_WRITE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* More than a file may hold is refused, whoever has added them. */
static void
test_full (void)
{
  g_autoptr (GPtrArray) base = records_new ();
  g_autoptr (GPtrArray) many = records_new ();
  g_autoptr (GPtrArray) one = make_records ("b");
  g_autoptr (EsAttackRecord) record = make_record ('a');
  g_autoptr (GPtrArray) written = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < ES_ATTACK_RECORD_MAX; i++)
    g_ptr_array_add (many, es_attack_record_ref (record));
  written = es_attack_records_share (path, lock_path, base, many, &error);
  g_assert_no_error (error);
  g_assert_null (es_attack_records_share (path, lock_path, base, one, &error));
  g_assert_error (error, ES_IO_ERROR, ES_IO_ERROR_TOO_LARGE);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp (NULL, NULL);
  path = g_build_filename (folder, "gallery.safetensors", NULL);
  lock_path = g_build_filename (folder, "lock", NULL);
  g_test_add_func ("/attack-share/merge", test_merge);
  g_test_add_func ("/attack-share/identity", test_identity);
  g_test_add_func ("/attack-share/equal", test_equal);
  g_test_add_func ("/attack-share/two", test_two);
  g_test_add_func ("/attack-share/at-once", test_at_once);
  g_test_add_func ("/attack-share/refused", test_refused);
  g_test_add_func ("/attack-share/full", test_full);
  status = g_test_run ();
  g_unlink (lock_path);
  g_rmdir (folder);
  g_free (lock_path);
  g_free (path);
  g_free (folder);
  return status;
}

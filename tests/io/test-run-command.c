/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-run-command.h"

static const EsModelConfig plain = {.hidden = 128, .layers = 1};

static void
test_usual (void)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (EsRateChange));
  EsTrainConfig train;
  g_autofree char *command = NULL;

  es_train_config_init (&train);
  command = es_run_to_command ("Run-3", "mnist", &plain, &train, none);
  g_assert_cmpstr (command, ==,
                   "eigenscope-cli train image --data mnist --hidden 128 --layers 1 "
                   "--epochs 20 --batch 2048 --lr 0.001 --weight-decay 0.5 --noise 0.4 "
                   "--rotate 0 --translate 0 --blur 0 --seed 42 --keep 'Run-3'");
}

/* Whatever is in a name or a number arrives as it was. */
static void
test_unusual (void)
{
  EsModelConfig model = {
      .hidden = 3, .layers = 2, .bias = TRUE, .residual = TRUE, .gate = ES_GATE_SILU};
  const char *name = "it's $HOME; rm `x`";
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (EsRateChange));
  g_autofree char *command = NULL;
  g_auto (GStrv) argv = NULL;
  EsTrainConfig train;
  int argc;

  es_train_config_init (&train);
  train.lr = 1.0 / 3;
  train.seed = G_MAXUINT64;
  train.threads = 7;
  command = es_run_to_command (name, "/a b/c", &model, &train, none);
  g_assert_true (g_shell_parse_argv (command, &argc, &argv, NULL));
  g_assert_cmpstr (argv[argc - 1], ==, name);
  g_assert_cmpstr (argv[argc - 5], ==, "18446744073709551615");
  g_assert_cmpstr (argv[argc - 4], ==, "--threads");
  g_assert_cmpstr (argv[argc - 3], ==, "7");
  g_assert_true (g_strv_contains ((const char *const *)argv, "/a b/c"));
  g_assert_true (g_strv_contains ((const char *const *)argv, "--bias"));
  g_assert_true (g_strv_contains ((const char *const *)argv, "--residual"));
  g_assert_true (g_strv_contains ((const char *const *)argv, "silu"));
  for (int i = 0; i < argc; i++)
    if (g_str_equal (argv[i], "--lr"))
      g_assert_true (g_ascii_strtod (argv[i + 1], NULL) == train.lr);
}

/* Begins with the rates at the beginning and changes them again. */
static void
test_changes (void)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (EsRateChange));
  EsTrainConfig train, before, now;
  g_autofree char *command = NULL;

  es_train_config_init (&train);
  before = now = train;
  now.lr = 0.0003;
  now.weight_decay = 0.25;
  es_rate_changes_add (changes, 2 + 1.0 / 3, &before, &now);
  before = now;
  now.lr = 0.0001;
  es_rate_changes_add (changes, 4, &before, &now);
  command = es_run_to_command ("Run-3", "mnist", &plain, &now, changes);
  g_assert_cmpstr (command, ==,
                   "eigenscope-cli train image --data mnist --hidden 128 --layers 1 "
                   "--epochs 20 --batch 2048 --lr 0.001 --weight-decay 0.5 --noise 0.4 "
                   "--rotate 0 --translate 0 --blur 0 --seed 42 "
                   "--change 2.3333333333333335:lr=0.0003 "
                   "--change 2.3333333333333335:weight-decay=0.25 "
                   "--change 4:lr=0.0001 --keep 'Run-3'");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-command/usual", test_usual);
  g_test_add_func ("/run-command/unusual", test_unusual);
  g_test_add_func ("/run-command/changes", test_changes);
  return g_test_run ();
}

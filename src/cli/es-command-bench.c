/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-blas.h"
#include "es-command.h"
#include "es-dataset-load.h"
#include "es-evaluate.h"
#include "es-leading.h"
#include "es-output.h"
#include "es-parallel.h"
#include "es-rng.h"
#include "es-spectrum.h"
#include "es-subject.h"
#include "es-trainer.h"
#include "es-truncation.h"

#define DEFAULT_REPEATS 5
#define MAX_REPEATS 1000
#define PRODUCT_SIDE 1024
#define NOISE_IMAGES 10000
#define TRUNCATION_RANKS 21

/* What is timed, and with what. */
typedef struct
{
  EsDataset *dataset;
  EsTrainer *trainer;
  EsLeadingSolver *solver;
  EsSpectrum *spectrum;
  EsRun *run; /* nullable: whose spectra are timed */
  char *data;
  float *noise;      /* (P) */
  float *factors[3]; /* (PRODUCT_SIDE, PRODUCT_SIDE) each */
} Bench;

static void
bench_clear (Bench *bench)
{
  g_clear_pointer (&bench->dataset, es_dataset_unref);
  g_clear_pointer (&bench->trainer, es_trainer_free);
  g_clear_pointer (&bench->solver, es_leading_solver_free);
  g_clear_pointer (&bench->spectrum, es_spectrum_unref);
  g_clear_pointer (&bench->run, es_run_free);
  g_free (bench->data);
  g_free (bench->noise);
  for (guint i = 0; i < G_N_ELEMENTS (bench->factors); i++)
    g_free (bench->factors[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static gboolean
do_product (Bench *bench, GError **error)
{
  gsize n = PRODUCT_SIDE;

  es_blas_gemm_parallel (bench->factors[2], n, ES_PLAIN, bench->factors[0], n,
                         ES_TRANSPOSED, bench->factors[1], n, n, n, n, 1, 0);
  return TRUE;
}

static gboolean
do_noise (Bench *bench, GError **error)
{
  gsize P = (gsize)bench->dataset->rows * bench->dataset->cols;

  for (guint32 n = 0; n < NOISE_IMAGES; n++) {
    EsRngStream stream = {1, ES_RNG_TEST, 0, n};

    es_rng_add_normal (bench->noise, P, 0.4f, &stream);
  }
  return TRUE;
}

static gboolean
do_epoch (Bench *bench, GError **error)
{
  return es_trainer_epoch (bench->trainer, NULL, error);
}

static gboolean
do_evaluation (Bench *bench, GError **error)
{
  EsEvaluation evaluation;

  return es_evaluate (&evaluation, es_trainer_get_model (bench->trainer),
                      &bench->dataset->test, NULL, error);
}

static const EsModel *
spectra_model (const Bench *bench)
{
  return bench->run != NULL ? bench->run->model : es_trainer_get_model (bench->trainer);
}

static gboolean
do_spectra (Bench *bench, GError **error)
{
  EsSpectrumOptions options = {.leading = 5};
  g_autoptr (EsSpectrum) spectrum =
      es_spectrum_new (spectra_model (bench), NULL, &options, NULL, error);

  return spectrum != NULL;
}

static gboolean
do_leading (Bench *bench, GError **error)
{
  g_autoptr (EsLeading) leading =
      es_leading_solver_solve (bench->solver, spectra_model (bench), NULL, NULL, error);

  return leading != NULL;
}

/* At 21 numbers of components, as many curves are drawn; the spectra are there. */
static gboolean
do_truncation (Bench *bench, GError **error)
{
  EsEvaluation found[TRUNCATION_RANKS];
  gsize ranks[TRUNCATION_RANKS];
  const EsModel *model = es_trainer_get_model (bench->trainer);

  for (gsize r = 0; r < TRUNCATION_RANKS; r++)
    ranks[r] = r;
  if (bench->spectrum == NULL)
    bench->spectrum = es_spectrum_new (model, NULL, NULL, NULL, error);
  return bench->spectrum != NULL &&
         es_truncation_evaluate (found, ranks, TRUNCATION_RANKS, ES_TRUNCATION_ABSOLUTE,
                                 model, bench->spectrum, &bench->dataset->test, NULL,
                                 error);
}

static gboolean
do_reading (Bench *bench, GError **error)
{
  g_autoptr (EsDataset) dataset = es_dataset_load (bench->data, NULL, error);

  return dataset != NULL;
}

static const struct
{
  const char *name;
  const char *what;
  gboolean (*run) (Bench *bench, GError **error);
} kernels[] = {
    {"product", "matrix product, 1024 x 1024 x 1024", do_product},
    {"noise", "normal noise for 10000 images, one thread", do_noise},
    {"epoch", "training epoch, with evaluation", do_epoch},
    {"evaluation", "evaluation of the test images", do_evaluation},
    {"spectra", "spectra of all classes", do_spectra},
    {"leading", "leading 5 + 5 components of all classes, warm", do_leading},
    {"truncation", "accuracy at 21 numbers of components", do_truncation},
    {"reading", "reading or drawing the dataset", do_reading},
};

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static void
report (guint kernel, double *seconds, int repeats, gboolean json)
{
  JsonBuilder *object;
  double median;

  qsort (seconds, (gsize)repeats, sizeof *seconds, compare_doubles);
  median = seconds[repeats / 2];
  if (!json) {
    g_print ("%-46s median %9.3f ms, least %9.3f ms\n", kernels[kernel].what,
             1000 * median, 1000 * seconds[0]);
    return;
  }
  object = es_output_object ();
  es_output_string (object, "kernel", kernels[kernel].name);
  es_output_double (object, "median_seconds", median);
  es_output_double (object, "min_seconds", seconds[0]);
  es_output_int (object, "repeats", repeats);
  if (kernels[kernel].run == do_product)
    es_output_double (object, "gflops",
                      2e-9 * PRODUCT_SIDE * PRODUCT_SIDE * PRODUCT_SIDE / median);
  es_output_json (object);
}

/* Once to warm up, then @repeats times. */
static gboolean
time_kernel (guint kernel, Bench *bench, int repeats, gboolean json, GError **error)
{
  g_autofree double *seconds = g_new (double, repeats);

  for (int i = -1; i < repeats; i++) {
    gint64 start = g_get_monotonic_time ();

    if (!kernels[kernel].run (bench, error))
      return FALSE;
    if (i >= 0)
      seconds[i] = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  }
  report (kernel, seconds, repeats, json);
  return TRUE;
}

/* The matrix products of an epoch. */

typedef struct
{
  const EsProductTally *product;
  float **memory; /* (threads, 3) */
  guint64 calls;  /* of each thread */
} Replay;

static void
replay_part (guint part, guint n_parts, gpointer data)
{
  const Replay *replay = data;
  const EsProductTally *p = replay->product;

  for (guint64 i = 0; i < replay->calls; i++)
    es_blas_gemm (replay->memory[3 * part], p->N, p->ta, replay->memory[3 * part + 1],
                  p->ta == ES_TRANSPOSED ? p->M : p->K, p->tb,
                  replay->memory[3 * part + 2], p->tb == ES_TRANSPOSED ? p->K : p->N,
                  p->M, p->N, p->K, 1, 0);
}

/* Seconds that the calls of @product take by themselves, on all threads at once. */
static double
replay (const EsProductTally *product)
{
  guint n_threads = es_parallel_get_threads ();
  const gsize sizes[] = {product->M * product->N, product->M * product->K,
                         product->K * product->N};
  g_autofree float **memory = g_new (float *, 3 * n_threads);
  Replay replay = {product, memory, (product->calls + n_threads - 1) / n_threads};
  gint64 start;

  for (guint i = 0; i < 3 * n_threads; i++) {
    EsRngStream stream = {1, ES_RNG_TEST, 2, i};

    memory[i] = g_new (float, sizes[i % 3]);
    es_rng_fill_uniform (memory[i], sizes[i % 3], -1, 1, &stream);
  }
  start = g_get_monotonic_time ();
  es_parallel_run (n_threads, replay_part, &replay);
  for (guint i = 0; i < 3 * n_threads; i++)
    g_free (memory[i]);
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* What share of an epoch its matrix products take, and how fast they are in it and by
   themselves. */
static gboolean
report_products (Bench *bench, gboolean json, GError **error)
{
  g_autoptr (GArray) tally = g_array_new (FALSE, FALSE, sizeof (EsProductTally));
  double threads = es_parallel_get_threads ();
  double flops = 0, inside = 0, alone = 0, share;
  gint64 start = g_get_monotonic_time ();
  gboolean done;
  JsonBuilder *object;

  es_blas_set_tally (tally);
  done = es_trainer_epoch (bench->trainer, NULL, error);
  es_blas_set_tally (NULL);
  share = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  if (!done)
    return FALSE;
  for (guint i = 0; i < tally->len; i++) {
    const EsProductTally *p = &g_array_index (tally, EsProductTally, i);

    flops += 2.0 * (double)p->M * (double)p->N * (double)p->K * (double)p->calls;
    inside += p->seconds / threads;
    alone += replay (p);
  }
  share = inside / share;
  if (!json) {
    g_print ("%-46s %.0f %% of its time, at %.0f of %.0f GFLOP/s\n",
             "matrix products of an epoch", 100 * share, 1e-9 * flops / inside,
             1e-9 * flops / alone);
    return TRUE;
  }
  object = es_output_object ();
  es_output_string (object, "kernel", "products");
  es_output_double (object, "share_of_epoch", share);
  es_output_double (object, "gflops", 1e-9 * flops / inside);
  es_output_double (object, "gflops_alone", 1e-9 * flops / alone);
  es_output_json (object);
  return TRUE;
}

static gboolean
prepare (Bench *bench, const char *data, guint hidden, int repeats, GError **error)
{
  EsModelConfig model = {.hidden = hidden, .layers = 1};
  EsTrainConfig config;

  bench->data = g_strdup (data != NULL ? data : "glyphs");
  bench->dataset = es_dataset_load (bench->data, NULL, error);
  if (bench->dataset == NULL)
    return FALSE;
  es_train_config_init (&config);
  config.batch = es_train_config_default_batch (bench->dataset->train.N);
  config.epochs = (guint)repeats + 2;
  model.rows = bench->dataset->rows;
  model.cols = bench->dataset->cols;
  model.outputs = bench->dataset->n_classes;
  bench->trainer = es_trainer_new (&model, &config, bench->dataset, error);
  bench->solver = es_leading_solver_new (5);
  bench->noise = g_new0 (float, (gsize)model.rows *model.cols);
  for (guint i = 0; i < G_N_ELEMENTS (bench->factors); i++) {
    EsRngStream stream = {1, ES_RNG_TEST, 1, i};

    bench->factors[i] = g_new (float, PRODUCT_SIDE *PRODUCT_SIDE);
    es_rng_fill_uniform (bench->factors[i], PRODUCT_SIDE * PRODUCT_SIDE, -1, 1,
                         &stream);
  }
  return bench->trainer != NULL;
}

static void
report_machine (const Bench *bench, guint hidden, gboolean json)
{
  JsonBuilder *object;

  if (!json) {
    g_print ("Dataset %s, hidden width %u, %u threads, %s kernels\n",
             bench->dataset->name, hidden, es_parallel_get_threads (),
             es_blas_kernels ());
    return;
  }
  object = es_output_object ();
  es_output_string (object, "dataset", bench->dataset->name);
  es_output_int (object, "hidden", hidden);
  es_output_int (object, "threads", es_parallel_get_threads ());
  es_output_string (object, "kernels", es_blas_kernels ());
  es_output_string (object, "version", ES_VERSION);
  es_output_json (object);
}

static EsExit
run_bench (int argc, char **argv)
{
  g_autofree char *data = NULL;
  g_autofree char *network = NULL;
  int hidden = 256, repeats = DEFAULT_REPEATS;
  const GOptionEntry entries[] = {
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "Dataset (default glyphs)",
       "NAME|PATH"},
      {"hidden", 0, 0, G_OPTION_ARG_INT, &hidden, "Hidden width (default 256)", "H"},
      {"network", 0, 0, G_OPTION_ARG_FILENAME, &network,
       "Time the spectra of this network (default the one being trained)", "RUN"},
      {"repeats", 0, 0, G_OPTION_ARG_INT, &repeats,
       "How often each is timed (default 5)", "N"},
      {NULL},
  };
  EsCommonOptions common;
  g_auto (Bench) bench = {NULL};
  GError *error = NULL;

  if (!es_command_parse (&es_command_bench, entries, NULL, &common, 0, 0, &argc, &argv))
    return ES_EXIT_USAGE;
  if (hidden < 1 || repeats < 1 || repeats > MAX_REPEATS)
    return es_command_misused (&es_command_bench,
                               "expected --hidden from 1 and --repeats from 1 to %d",
                               MAX_REPEATS);
  if (network != NULL &&
      (bench.run = es_subject_open_run (network, NULL, NULL, &error)) == NULL)
    return es_command_failed (error);
  if (!prepare (&bench, data, (guint)hidden, repeats, &error))
    return es_command_failed (error);
  report_machine (&bench, (guint)hidden, common.json);
  for (guint i = 0; i < G_N_ELEMENTS (kernels) && es_output_is_read (); i++)
    if (!time_kernel (i, &bench, repeats, common.json, &error))
      return es_command_failed (error);
  if (es_output_is_read () && !report_products (&bench, common.json, &error))
    return es_command_failed (error);
  return ES_EXIT_DONE;
}

const EsCommand es_command_bench = {
    .name = "bench",
    .arguments = "",
    .summary = "Time training, spectra and what they are made of",
    .run = run_bench,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-component-edit.h"
#include "es-image-index.h"
#include "slow-model.h"

#include <string.h>

#define IMAGES 80
#define MOST_PIXELS 36

typedef struct
{
  EsModel *model;
  EsSpectrum *spectrum;
  EsSamples samples;
  EsRng rng;
} Case;

static void
case_init (Case *c, guint round)
{
  EsModelConfig config;
  float x0[MOST_PIXELS];
  EsSpectrumOptions options = {.x0 = x0};

  es_rng_init (&c->rng, 81, ES_RNG_TEST, round, 0);
  config = slow_random_config (&c->rng, 14);
  if (round % 2)
    config.layers = 1;
  c->model = slow_random_model (&config, round);
  slow_random_input (x0, MOST_PIXELS, &c->rng);
  c->spectrum = es_spectrum_new (c->model, NULL, &options, NULL, NULL);
  c->samples = (EsSamples){.N = IMAGES};
  c->samples.pixels = g_new (guint8, IMAGES * MOST_PIXELS);
  c->samples.labels = g_new (guint16, IMAGES);
  for (gsize i = 0; i < IMAGES * MOST_PIXELS; i++)
    c->samples.pixels[i] = (guint8)es_rng_below (&c->rng, 256);
  for (gsize n = 0; n < IMAGES; n++)
    c->samples.labels[n] = (guint16)es_rng_below (&c->rng, config.outputs);
}

static void
case_clear (Case *c)
{
  es_model_unref (c->model);
  es_spectrum_unref (c->spectrum);
  g_free (c->samples.pixels);
  g_free (c->samples.labels);
}

static void
image (const Case *c, gsize n, float *x)
{
  gsize P = es_model_config_inputs (es_model_get_config (c->model));

  for (gsize p = 0; p < P; p++)
    x[p] = c->samples.pixels[n * P + p] / 255.0f;
}

/* Loss of the edited network by the logits of one image after another. */
static double
slow_loss (const Case *c, const EsComponentEdit *edit)
{
  gsize C = es_model_get_config (c->model)->outputs;
  double loss = 0;

  for (gsize n = 0; n < IMAGES; n++) {
    float x[MOST_PIXELS];
    double y[6], sum = 0;

    image (c, n, x);
    es_component_edit_logits (edit, x, y);
    for (gsize k = 0; k < C; k++)
      sum += exp (y[k]);
    loss += log (sum) - y[c->samples.labels[n]];
  }
  return loss / IMAGES;
}

static void
random_edits (const Case *c, EsComponentEdit *edit, EsRng *rng)
{
  static const float factors[] = {0, -1, 2.5f, 1};

  for (guint i = 0; i < 20; i++)
    es_component_edit_set (edit, es_rng_below (rng, (guint32)c->spectrum->n),
                           es_rng_below (rng, (guint32)c->spectrum->D),
                           factors[es_rng_below (rng, 4)]);
}

/* Unedited it is the network; edited it follows; all back, it is the network again. */
static void
test_follows (void)
{
  for (guint round = 0; round < 40; round++) {
    Case c;
    g_autoptr (EsComponentEdit) edit = NULL;
    EsEvaluation before, after, edited;
    float x[MOST_PIXELS];
    double y[6], slow[6];

    case_init (&c, round);
    edit = es_component_edit_new (c.model, c.spectrum, &c.samples, NULL, NULL);
    image (&c, 0, x);
    es_component_edit_logits (edit, x, y);
    slow_logits (slow, c.model, x);
    for (gsize k = 0; k < c.spectrum->n; k++)
      g_assert_cmpfloat_with_epsilon (y[k], slow[k], 1e-4 * (1 + fabs (slow[k])));
    es_component_edit_evaluate (edit, &before);
    random_edits (&c, edit, &c.rng);
    es_component_edit_evaluate (edit, &edited);
    g_assert_cmpfloat_with_epsilon (edited.loss, slow_loss (&c, edit),
                                    1e-4 * (1 + edited.loss));
    es_component_edit_set_threshold (edit, 0);
    es_component_edit_evaluate (edit, &after);
    g_assert_cmpfloat (after.loss, ==, before.loss);
    g_assert_cmpfloat (after.accuracy, ==, before.accuracy);
    case_clear (&c);
  }
}

/* Without any component nothing is left but the direct path, without rounding; all
   logits 0 are read as the first class. */
static void
test_all_off (void)
{
  for (guint round = 0; round < 20; round++) {
    Case c;
    g_autoptr (EsComponentEdit) edit = NULL;
    EsEvaluation off;
    gsize n_first = 0;

    case_init (&c, round);
    edit = es_component_edit_new (c.model, c.spectrum, &c.samples, NULL, NULL);
    random_edits (&c, edit, &c.rng);
    for (gsize i = 0; i < c.spectrum->n * c.spectrum->D; i++)
      es_component_edit_set (edit, i / c.spectrum->D, i % c.spectrum->D, 0);
    es_component_edit_evaluate (edit, &off);
    for (gsize n = 0; n < IMAGES; n++)
      n_first += c.samples.labels[n] == 0;
    if (es_model_get_config (c.model)->residual) {
      g_assert_cmpfloat_with_epsilon (off.loss, slow_loss (&c, edit),
                                      1e-5 * (1 + off.loss));
    } else {
      g_assert_cmpfloat (off.accuracy, ==, (double)n_first / IMAGES);
      g_assert_cmpfloat_with_epsilon (off.loss, log ((double)c.spectrum->n), 1e-12);
    }
    case_clear (&c);
  }
}

/* The spectra of @model, which is made of @edit, are the edited ones and zeros. */
static void
check_spectrum (const Case *c, const EsComponentEdit *edit, EsModel *model)
{
  const EsSpectrumOptions options = {.basis = ES_BASIS_EMBEDDING};
  g_autoptr (EsSpectrum) made = es_spectrum_new (model, NULL, &options, NULL, NULL);
  const float *factors = es_component_edit_get_factors (edit);
  gsize D = c->spectrum->D;
  g_autofree double *expected = g_new (double, made->D);

  g_assert_cmpuint (made->D, >=, D);
  for (gsize k = 0; k < c->spectrum->n; k++) {
    const float *own = es_spectrum_get_eigenvalues (c->spectrum, k);
    double largest = slow_largest (own, D);

    for (gsize i = 0; i < made->D; i++)
      expected[i] = i < D ? (double)factors[k * D + i] * own[i] : 0;
    qsort (expected, made->D, sizeof (double), slow_compare);
    for (gsize i = 0; i < made->D; i++)
      g_assert_cmpfloat_with_epsilon (es_spectrum_get_eigenvalues (made, k)[i],
                                      expected[i], 2e-5 * (1 + largest));
  }
}

/* Switches off most components of all classes, or of all but the first. */
static void
most_off (const Case *c, EsComponentEdit *edit, gsize first)
{
  for (gsize k = first; k < c->spectrum->n; k++)
    for (gsize i = 1; i < c->spectrum->D; i++)
      es_component_edit_set (edit, k, i, 0);
}

/* The edited network as a network has the edited spectra and computes the same logits.
   With few edits it is the network and little more. */
static void
test_model (void)
{
  guint n_made = 0, n_additive = 0;

  for (guint round = 1; round < 180; round++) {
    gboolean few = round >= 60 && round < 120;
    Case c;
    g_autoptr (EsComponentEdit) edit = NULL;
    g_autoptr (EsModel) model = NULL;
    g_autoptr (GError) error = NULL;

    case_init (&c, round);
    edit = es_component_edit_new (c.model, c.spectrum, &c.samples, NULL, NULL);
    if (few)
      es_component_edit_set (edit, 1, round % c.spectrum->D, -0.5f);
    else if (round >= 120)
      most_off (&c, edit, round / 2 % 2);
    else
      random_edits (&c, edit, &c.rng);
    model = es_component_edit_make_model (edit, &error);
    if (model == NULL) {
      g_assert_error (error, ES_ERROR, ES_ERROR_SETTING);
      case_clear (&c);
      continue;
    }
    n_made++;
    if (few) {
      guint own = es_model_get_config (c.model)->hidden;

      g_assert_cmpuint (es_model_get_config (model)->hidden, <=, own + 1);
      n_additive += es_model_get_config (model)->hidden == own + 1;
    }
    check_spectrum (&c, edit, model);
    for (gsize n = 0; n < 5; n++) {
      float x[MOST_PIXELS];
      double y[6], slow[6];

      image (&c, n, x);
      es_component_edit_logits (edit, x, y);
      slow_logits (slow, model, x);
      for (gsize k = 0; k < c.spectrum->n; k++)
        g_assert_cmpfloat_with_epsilon (slow[k], y[k], 1e-4 * (1 + fabs (y[k])));
    }
    case_clear (&c);
  }
  g_assert_cmpuint (n_made, >, 20);
  g_assert_cmpuint (n_additive, >, 10);
}

/* In words: by class, neighbours of one factor and sign together, counted as people
   count. */
static void
test_describe (void)
{
  float eigenvalues[] = {-3, -2, -1, 4, 5, -1, 0, 1, 2, 3};
  static const float factors[] = {0, 0, 0.5f, 0.5f, 1, 1, 1, 1, 1, 1};
  static const char *const expected[] = {"a: -1\u2026-2 \u00d7 0, -3 \u00d7 0.5, "
                                         "1 \u00d7 0.5",
                                         "c: -1 \u00d7 -1", NULL};
  const char *names[] = {"a", "b", "c", "d", "e", "f", NULL};
  guint round = 1;
  Case c;

  for (case_init (&c, round); c.spectrum->n < 3 || c.spectrum->D != 5;) {
    case_clear (&c);
    case_init (&c, round += 2);
  }
  {
    g_autoptr (EsComponentEdit) edit =
        es_component_edit_new (c.model, c.spectrum, &c.samples, NULL, NULL);
    g_auto (GStrv) none = es_component_edit_describe (edit, NULL);
    g_auto (GStrv) parts = NULL;

    g_assert_cmpuint (g_strv_length (none), ==, 0);
    memcpy (c.spectrum->eigenvalues, eigenvalues, sizeof eigenvalues);
    c.spectrum->eigenvalues[10] = -1;
    for (guint i = 0; i < 10; i++)
      es_component_edit_set (edit, i / 5, i % 5, factors[i]);
    es_component_edit_set (edit, 2, 0, -1);
    parts = es_component_edit_describe (edit, (char **)names);
    g_assert_true (g_strv_equal ((const char *const *)parts, expected));
  }
  case_clear (&c);
}

static void
test_threshold (void)
{
  Case c;
  g_autoptr (EsComponentEdit) edit = NULL;
  g_autoptr (EsModel) model = NULL;
  g_autoptr (GError) error = NULL;
  const float *factors;

  case_init (&c, 3);
  edit = es_component_edit_new (c.model, c.spectrum, &c.samples, NULL, NULL);
  es_component_edit_set_threshold (edit, 0.05);
  factors = es_component_edit_get_factors (edit);
  for (gsize i = 0; i < c.spectrum->n * c.spectrum->D; i++)
    g_assert_cmpfloat (factors[i], ==, fabsf (c.spectrum->eigenvalues[i]) >= 0.05);
  es_component_edit_set_threshold (edit, 1e9);
  model = es_component_edit_make_model (edit, &error);
  g_assert_true (es_model_get_config (c.model)->residual || model == NULL);
  case_clear (&c);
}

/* Every query against a plain look at all images. */
static void
check_query (const EsImageIndex *index, const EsImageQuery *query)
{
  gsize n, n_slow = 0;
  g_autofree guint32 *numbers = es_image_index_query (index, query, &n);
  g_autofree gboolean *seen = g_new0 (gboolean, index->N);

  for (gsize i = 0; i < n; i++) {
    gsize at = numbers[i], last = i > 0 ? numbers[i - 1] : 0;

    g_assert_false (seen[at]);
    seen[at] = TRUE;
    if (i > 0 && query->order == ES_IMAGES_BY_LOSS)
      g_assert_true (query->descending ? index->loss[at] <= index->loss[last]
                                       : index->loss[at] >= index->loss[last]);
    if (i > 0 && query->order == ES_IMAGES_BY_VALUES)
      g_assert_true (query->descending ? query->values[at] <= query->values[last]
                                       : query->values[at] >= query->values[last]);
    if (i > 0 && query->order == ES_IMAGES_BY_NUMBER)
      g_assert_true (query->descending ? at < last : at > last);
  }
  for (gsize i = 0; i < index->N; i++) {
    gboolean right = index->read[i] == index->labels[i];
    gboolean wanted = (query->label < 0 || index->labels[i] == query->label) &&
                      (query->read < 0 || index->read[i] == query->read) &&
                      (query->outcome != ES_IMAGES_RIGHT || right) &&
                      (query->outcome != ES_IMAGES_WRONG || !right) &&
                      index->margin[i] >= query->least_margin;

    g_assert_cmpint (seen[i], ==, wanted);
    n_slow += wanted;
  }
  g_assert_cmpuint (n, ==, n_slow);
}

static void
test_index (void)
{
  for (guint round = 0; round < 30; round++) {
    Case c;
    g_autoptr (EsImageIndex) index = NULL;
    float values[IMAGES], x[MOST_PIXELS];
    EsImageQuery query;
    double y[6], best = -INFINITY;

    case_init (&c, round);
    index = es_image_index_new (c.model, &c.samples, NULL, NULL);
    image (&c, 7, x);
    slow_logits (y, c.model, x);
    for (gsize k = 0; k < index->C; k++)
      if (k != c.samples.labels[7])
        best = fmax (best, y[k]);
    g_assert_cmpfloat_with_epsilon (index->margin[7], y[c.samples.labels[7]] - best,
                                    1e-4 * (1 + fabs (best)));
    g_assert_true (es_image_index_contributions (values, c.model, c.spectrum, 1, 0,
                                                 &c.samples, NULL, NULL));
    for (guint i = 0; i < 40; i++) {
      es_image_query_init (&query);
      query.label = i % 3 == 0 ? (gint)(i % 2) : -1;
      query.read = i % 4 == 0 ? 1 : -1;
      query.outcome = i % 3;
      query.least_margin = i % 5 == 0 ? -0.1 : -INFINITY;
      query.order = i % 5;
      query.values = values;
      query.descending = i % 2;
      check_query (index, &query);
    }
    case_clear (&c);
  }
}

/* Contributions of all components of a class add up to its logit. */
static void
test_contributions (void)
{
  Case c;
  float values[IMAGES];
  double sum[IMAGES] = {0};
  guint round = 1;

  for (case_init (&c, round); es_model_get_config (c.model)->residual;) {
    case_clear (&c);
    case_init (&c, round += 2);
  }
  for (gsize k = 0; k < c.spectrum->D; k++) {
    g_assert_true (es_image_index_contributions (values, c.model, c.spectrum, 0, k,
                                                 &c.samples, NULL, NULL));
    for (gsize n = 0; n < IMAGES; n++)
      sum[n] += values[n];
  }
  for (gsize n = 0; n < IMAGES; n++) {
    float x[MOST_PIXELS];
    double y[6];

    image (&c, n, x);
    slow_logits (y, c.model, x);
    g_assert_cmpfloat_with_epsilon (sum[n], y[0], 1e-4 * (1 + fabs (y[0])));
  }
  case_clear (&c);
}

/* By rank from both ends; on itself nothing moves; what has no counterpart is dropped.
 */
static void
test_carry (void)
{
  float before[6] = {-3, -1, 2, -2, 4, 5}, after[6] = {-1, 2, 6, -7, -5, -4};
  const float factors[6] = {0, 1, -1, 0.5f, 1, 3};
  const float carried[6] = {0, 1, -1, 0.5f, 1, 1};
  EsSpectrum from = {.n = 2, .D = 3, .eigenvalues = before};
  EsSpectrum to = {.n = 2, .D = 3, .eigenvalues = after};
  EsSpectrum other = {.n = 3, .D = 2, .eigenvalues = after};
  float out[6];

  g_assert_true (es_component_edit_carry (out, &from, factors, &from));
  g_assert_cmpmem (out, sizeof out, factors, sizeof factors);
  g_assert_true (es_component_edit_carry (out, &to, factors, &from));
  g_assert_cmpmem (out, sizeof out, carried, sizeof carried);
  g_assert_false (es_component_edit_carry (out, &other, factors, &from));
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat (out[i], ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/component-edit/follows", test_follows);
  g_test_add_func ("/component-edit/all-off", test_all_off);
  g_test_add_func ("/component-edit/model", test_model);
  g_test_add_func ("/component-edit/describe", test_describe);
  g_test_add_func ("/component-edit/threshold", test_threshold);
  g_test_add_func ("/component-edit/carry", test_carry);
  g_test_add_func ("/image-index/queries", test_index);
  g_test_add_func ("/image-index/contributions", test_contributions);
  return g_test_run ();
}

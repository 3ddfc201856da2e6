/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-augment.h"
#include "es-figure.h"
#include "es-i18n.h"
#include "es-loss.h"
#include "es-network.h"
#include "es-number.h"
#include "es-panels-plot.h"

#include <math.h>

/* How images are searched for one that shows the attack. */
typedef struct
{
  const EsModel *model;
  const EsAttack *attack;
  const EsSamples *samples;
  gsize mask;
  EsActivations *act;
} Search;

/* The mask of the largest share misread at the largest strength. */
static gsize
most_misleading (const EsAttack *attack)
{
  gsize best = 0;
  double largest = -1;

  for (gsize i = 0; i < attack->n_masks; i++) {
    double taken = es_attack_get (attack, ES_ATTACK_MASKED, ES_ATTACK_MISCLASSIFIED, i,
                                  attack->n_strengths - 1);

    if (taken > largest) {
      largest = taken;
      best = i;
    }
  }
  return best;
}

/* @x (P) = image @n + @s times the mask, or its control. */
static void
fill_input (const Search *search, float *x, gsize n, EsAttackInput input, double s)
{
  gsize P = search->attack->P;
  const float *mask = es_attack_get_mask (search->attack, input, search->mask);

  es_augment_expand (x, search->samples->pixels + n * P, P);
  for (gsize p = 0; input != ES_ATTACK_CLEAN && p < P; p++)
    x[p] += (float)s * mask[p];
}

static guint
read_image (const Search *search, gsize n, EsAttackInput input, double s)
{
  guint C = es_model_get_config (search->model)->outputs;

  fill_input (search, search->act->x, n, input, s);
  es_network_forward (search->model, search->act, 1);
  return es_argmax (search->act->logits, C);
}

/*
 * The first image that is read right, with the control too, but as the mask's class
 * with the mask: at the middle strength, else at larger ones. Among the first thousand;
 * else the first image and the largest strength.
 */
static gsize
find_image (const Search *search, double *strength)
{
  const EsAttack *attack = search->attack;
  guint target = attack->classes[search->mask / attack->n_components];
  gsize n_tried = MIN (search->samples->N, 1000);

  for (gsize i = (attack->n_strengths - 1) / 2; i < attack->n_strengths; i++) {
    *strength = attack->strengths[i];
    for (gsize n = 0; n < n_tried; n++) {
      guint label = search->samples->labels[n];

      if (label != target &&
          read_image (search, n, ES_ATTACK_MASKED, *strength) == target &&
          read_image (search, n, ES_ATTACK_CLEAN, 0) == label &&
          read_image (search, n, ES_ATTACK_RANDOM, *strength) == label)
        return n;
    }
  }
  return 0;
}

/* The three pictures beside the eigenvector's: what is added, and the two images.
   Their values in @pixels (3, P), their captions to be freed. */
static void
make_inputs (const Search *search,
             const EsRun *run,
             float *pixels,
             EsPanelsPicture pictures[3],
             char *captions[3])
{
  static const EsAttackInput inputs[] = {ES_ATTACK_MASKED, ES_ATTACK_RANDOM};
  const EsAttack *attack = search->attack;
  gsize P = attack->P;
  const float *mask = es_attack_get_mask (attack, ES_ATTACK_MASKED, search->mask);
  g_autofree char *percent = NULL;
  double s = 0;
  gsize n = find_image (search, &s);

  for (gsize p = 0; p < P; p++)
    pixels[p] = (float)s * mask[p];
  percent = es_number_short (rint (100 * s), NULL);
  captions[0] = g_strdup_printf (attack->is_change ? _ ("change, %s%% of its strength")
                                                   : _ ("mask, %s%% of a deviation"),
                                 percent);
  pictures[0] = (EsPanelsPicture){pixels, TRUE, 0, captions[0]};
  for (guint i = 0; i < 2; i++) {
    g_autofree char *is = es_run_dup_class_name (run, search->samples->labels[n]);
    g_autofree char *read =
        es_run_dup_class_name (run, read_image (search, n, inputs[i], s));
    float *x = pixels + (i + 1) * P;

    fill_input (search, x, n, inputs[i], s);
    captions[1 + i] = g_strdup_printf (i == 0 ? _ ("with the mask: %s, read as %s")
                                              : _ ("with the control: %s, read as %s"),
                                       is, read);
    pictures[1 + i] = (EsPanelsPicture){x, TRUE, 1, captions[1 + i]};
  }
}

/* The pictures, those of make_inputs() after the eigenvector, if there is one. Returns
   how many. */
static gsize
make_pictures (const Search *search,
               const EsRun *run,
               const EsMasks *masks,
               float *pixels,
               EsPanelsPicture pictures[4],
               char *captions[4])
{
  const EsAttack *attack = search->attack;
  gsize target = attack->classes[search->mask / attack->n_components];
  gsize component = attack->first_component + search->mask % attack->n_components;
  gsize n = 0;

  if (!attack->is_change) {
    g_autofree char *name = es_run_dup_class_name (run, (guint)target);
    const float *decoder =
        masks->decoders + (target * masks->k + component) * attack->P;

    captions[n] = g_strdup_printf (_ ("%s, component %d"), name, (int)component);
    pictures[n] = (EsPanelsPicture){decoder, TRUE, 0, captions[n]};
    n++;
  }
  make_inputs (search, run, pixels, pictures + n, captions + n);
  return n + 3;
}

/* Negative strengths go from 0 downwards, curves from left to right. */
static gboolean
falls (const EsAttack *attack)
{
  return attack->strengths[attack->n_strengths - 1] < attack->strengths[0];
}

static void
fill_curve (const EsAttack *attack,
            EsAttackInput input,
            EsAttackQuantity quantity,
            const char *name,
            const double *x,
            double *y,
            double *half,
            EsCurve *curve)
{
  gsize n = attack->n_strengths;

  for (gsize i = 0; i < n; i++) {
    gsize at = falls (attack) ? n - 1 - i : i;

    es_attack_average (attack, input, quantity, at, &y[i], &half[i]);
  }
  *curve = (EsCurve){name, n, x, y, attack->n_masks > 1 ? half : NULL};
}

/* What the curves are means of, and what they are compared with. */
static char *
make_note (const EsAttack *attack)
{
  const char *control = attack->control == ES_CONTROL_NOISE
                            ? _ ("Random: noise of the same norm")
                            : _ ("Random: the same values on other pixels");
  guint n_classes = (guint)attack->n_classes;
  guint n_components = (guint)attack->n_components;
  g_autofree char *classes = g_strdup_printf (
      g_dngettext (ES_TEXT_DOMAIN, "%u class", "%u classes", n_classes), n_classes);
  g_autofree char *components = g_strdup_printf (
      g_dngettext (ES_TEXT_DOMAIN, "%u component", "%u components", n_components),
      n_components);

  if (attack->n_masks == 1)
    return g_strdup (control);
  /* Translators: "Means over 30 masks (10 classes, 3 components each) with ..." */
  return g_strdup_printf (
      _ ("Means over %u masks (%s, %s each) with 95%% intervals · %s"),
      (guint)attack->n_masks, classes, components, control);
}

static EsPlot *
make_plot (const EsRun *run,
           const EsAttack *attack,
           const EsPanelsPicture *pictures,
           gsize n_pictures)
{
  const EsModelConfig *config = es_model_get_config (run->model);
  const char *const names[] = {_ ("clean"), _ ("masked"), _ ("random")};
  gsize n = attack->n_strengths;
  g_autofree double *y = g_new (double, 6 * n), *half = g_new (double, 6 * n);
  g_autofree double *x = g_new (double, n);
  g_autofree char *note = NULL;
  EsCurve curves[2][3];
  EsPanel panels[2];
  EsPanelsData data = {.order = ES_PANELS_ROW, .panels = panels, .n_panels = 2};

  for (gsize i = 0; i < n; i++)
    x[i] = attack->strengths[falls (attack) ? n - 1 - i : i];
  for (guint q = 0; q < 2; q++) {
    for (guint i = 0; i < 3; i++)
      fill_curve (attack, i, q, names[i], x, y + (3 * q + i) * n,
                  half + (3 * q + i) * n, &curves[q][i]);
    panels[q] =
        (EsPanel){.heading = q == ES_ATTACK_ACCURACY ? _ ("Accuracy")
                                                     : _ ("Read as the mask's class"),
                  .x_name = attack->is_change ? _ ("Strength, times the change")
                                              : _ ("Strength, deviations of the mask"),
                  .share = TRUE,
                  .curves = curves[q],
                  .n_curves = 3};
  }
  note = make_note (attack);
  data.rows = config->rows;
  data.cols = config->cols;
  data.pictures = pictures;
  data.n_pictures = n_pictures;
  data.note = note;
  data.title = _ ("Adversarial masks");
  return es_panels_plot_new (&data);
}

EsPlot *
es_figure_attack (const EsRun *run,
                  const EsMasks *masks,
                  const EsAttack *attack,
                  const EsSamples *samples,
                  gint example,
                  GError **error)
{
  Search search = {.model = run->model, .attack = attack, .samples = samples};
  g_autofree float *pixels = g_new (float, 3 * attack->P);
  g_autoptr (EsActivations) act =
      es_activations_new (es_model_get_config (run->model), 1, FALSE, error);
  EsPanelsPicture pictures[4];
  char *captions[4];
  gsize n;
  EsPlot *plot;

  if (act == NULL)
    return NULL;
  search.act = act;
  search.mask = example >= 0 && (gsize)example < attack->n_masks
                    ? (gsize)example
                    : most_misleading (attack);
  n = make_pictures (&search, run, masks, pixels, pictures, captions);
  plot = make_plot (run, attack, pictures, n);
  for (gsize i = 0; i < n; i++)
    g_free (captions[i]);
  return plot;
}

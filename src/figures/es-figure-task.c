/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-figure-task.h"

#include "es-algebra.h"
#include "es-blas.h"
#include "es-components.h"
#include "es-i18n.h"
#include "es-input-form.h"
#include "es-number.h"
#include "es-panels-plot.h"
#include "es-picture.h"
#include "es-recovery.h"
#include "es-residues.h"

#include <math.h>
#include <string.h>

/* Coefficients below this are not written. */
#define LEAST 0.005

/* Eigenvalues of the challenge that are drawn. */
#define N_VALUES 20

/* Memory that a figure's pieces borrow until the plot has copied them. */
typedef struct
{
  GPtrArray *all;
  const char *point;
} Pieces;

static void
pieces_init (Pieces *pieces, const char *point)
{
  pieces->all = g_ptr_array_new_with_free_func (g_free);
  pieces->point = point;
}

static void
pieces_clear (Pieces *pieces)
{
  g_clear_pointer (&pieces->all, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pieces, pieces_clear)

/* Takes @memory. */
static gpointer
keep (Pieces *pieces, gpointer memory)
{
  g_ptr_array_add (pieces->all, memory);
  return memory;
}

static const char *
number (Pieces *pieces, double value, int digits)
{
  return keep (pieces, es_number_text (value, digits, pieces->point));
}

/* A curve of @y (n, @stride floats apart) over 0, 1, ...; @name is borrowed. */
static EsCurve
make_curve (Pieces *pieces, const char *name, const float *y, gsize n)
{
  double *x = keep (pieces, g_new (double, n));
  double *values = keep (pieces, g_new (double, n));

  for (gsize i = 0; i < n; i++) {
    x[i] = (double)i;
    values[i] = y[i];
  }
  return (EsCurve){name, n, x, values, NULL};
}

/* A stem for each of @y (n) with @names (n, borrowed). */
static EsCurve *
make_stems (Pieces *pieces, char *const *names, const double *y, gsize n)
{
  EsCurve *stems = keep (pieces, g_new0 (EsCurve, n));

  for (gsize i = 0; i < n; i++) {
    double *xy = keep (pieces, g_new (double, 2));

    xy[0] = (double)i;
    xy[1] = y[i];
    stems[i] = (EsCurve){names[i], 1, xy, xy + 1, NULL};
  }
  return stems;
}

/* "AND", or "3 AND + 0.5 XOR" */
static char *
write_logic (const EsTask *task)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ES_N_LOGICS; i++) {
    g_autofree char *gate = g_ascii_strup (es_logic_to_string ((EsLogic)i), -1);
    double weight = task->logic[i];
    g_autofree char *size = es_number_text (fabs (weight), 2, NULL);

    if (weight == 0)
      continue;
    if (text->len > 0)
      g_string_append (text, weight < 0 ? " − " : " + ");
    else if (weight < 0)
      g_string_append (text, "−");
    g_string_append_printf (text, "%s%s%s", fabs (weight) != 1 ? size : "",
                            fabs (weight) != 1 ? " " : "", gate);
  }
  return g_string_free (text, FALSE);
}

char *
es_figure_task_name (const char *text)
{
  static const char *const signs[] = {"+", "−", "×"};
  g_auto (EsTask) task = {0};
  g_autofree char *logic = NULL;
  g_autofree char *images = NULL;

  if (!es_task_is_text (text) || !es_task_parse (&task, text, NULL))
    return g_strdup (text);
  switch (task.kind) {
  case ES_TASK_TOY:
    logic = write_logic (&task);
    return g_strdup_printf (_ ("Logic gates: %s of %u inputs"), logic, task.inputs);
  case ES_TASK_MODULAR:
    return g_strdup_printf (_ ("Modular arithmetic: a %s b modulo %u"),
                            signs[task.operation], task.modulus);
  case ES_TASK_CHALLENGE:
    images = g_path_get_basename (task.images);
    if (task.drawn != NULL)
      return g_strdup_printf (_ ("Hidden target: a picture of one's own, among %s"),
                              images);
    return g_strdup_printf (_ ("Hidden target: image %u of %s"), task.target, images);
  }
  return g_strdup (text);
}

/* The raw and the symmetric matrix of @output on the inputs, without the constant: two
   pictures (n, n). */
static gboolean
add_matrices (Pieces *pieces,
              EsPanelsPicture *raw,
              EsPanelsPicture *symmetric,
              const EsModel *model,
              guint output,
              GError **error)
{
  gsize n = es_model_config_inputs (es_model_get_config (model));
  gsize D = es_input_form_get_size (model);
  g_autofree float *u = g_new0 (float, es_model_get_config (model)->outputs);
  g_autofree float *f = g_new (float, D *D);

  u[output] = 1;
  for (guint i = 0; i < 2; i++) {
    float *values = keep (pieces, g_new (float, n *n));

    if (!es_input_form_fill (f, model, u, i == 1, error))
      return FALSE;
    for (gsize k = 0; k < n; k++)
      memcpy (values + k * n, f + k * D, n * sizeof (float));
    *(i == 0 ? raw : symmetric) =
        (EsPanelsPicture){.values = values, .is_signed = TRUE};
  }
  return TRUE;
}

/* Components @index of the symmetric form @f (D, D), with signs by the rule. */
static gboolean
decompose (float *f, float *eigenvalues, gsize D, GError **error)
{
  if (!es_blas_symmetric_eigen (f, eigenvalues, D, error))
    return FALSE;
  for (gsize k = 0; k < D; k++)
    es_picture_fix_sign (f + k * D, NULL, D, 0);
  return TRUE;
}

/* All eigenvalues from the most positive on, named as components are. */
static EsPanel
make_spectrum (Pieces *pieces, const float *values, gsize D)
{
  char **names = keep (pieces, g_new0 (char *, D));
  double *numbers = keep (pieces, g_new (double, D));

  for (gsize i = 0; i < D; i++) {
    gsize index = D - 1 - i;
    gssize component = es_component_from_index ((guint)index, values, D);

    numbers[i] = values[index];
    names[i] =
        keep (pieces, g_strdup_printf ("%s%" G_GSSIZE_FORMAT, component < 0 ? "−" : "",
                                       ABS (component)));
  }
  return (EsPanel){.heading = _ ("Eigenvalues"),
                   .zero = TRUE,
                   .stems = TRUE,
                   .curves = make_stems (pieces, names, numbers, D),
                   .n_curves = D};
}

/* Bars of the most positive and the most negative eigenvector, named by the inputs, and
   of all eigenvalues. */
static gboolean
add_eigenvectors (Pieces *pieces,
                  EsPanel panels[3],
                  const EsModel *model,
                  guint output,
                  GError **error)
{
  gsize n = es_model_config_inputs (es_model_get_config (model));
  gsize D = es_input_form_get_size (model);
  g_autofree float *u = g_new0 (float, es_model_get_config (model)->outputs);
  g_autofree float *f = g_new (float, D *D);
  g_autofree float *values = g_new (float, D);
  char **names = keep (pieces, g_new0 (char *, D));

  u[output] = 1;
  if (!es_input_form_fill (f, model, u, TRUE, error) ||
      !decompose (f, values, D, error))
    return FALSE;
  for (gsize i = 0; i < D; i++)
    names[i] =
        keep (pieces, i < n ? g_strdup_printf ("x%u", (guint)i + 1) : g_strdup ("1"));
  for (guint end = 0; end < 2; end++) {
    gsize index = end == 0 ? D - 1 : 0;
    double *entries = keep (pieces, g_new (double, D));
    const char *value = number (pieces, values[index], 3);

    for (gsize i = 0; i < D; i++)
      entries[i] = f[index * D + i];
    panels[end] = (EsPanel){
        .heading =
            keep (pieces, g_strdup_printf (end == 0 ? _ ("Most positive, λ = %s")
                                                    : _ ("Most negative, λ = %s"),
                                           value)),
        .zero = TRUE,
        .stems = TRUE,
        .curves = make_stems (pieces, names, entries, D),
        .n_curves = D,
    };
  }
  panels[2] = make_spectrum (pieces, values, D);
  return TRUE;
}

/* "x1 AND x2 = 1.00 x1 x2 · true: 1.00 x1 x2" */
static char *
write_answer (const EsAlgebra *algebra,
              const char *name,
              guint output,
              const char *point)
{
  const char *sign = point != NULL ? point : ".";
  g_autofree char *found = es_algebra_write (
      algebra, algebra->found + output * algebra->n_terms, LEAST, sign);
  g_autofree char *wanted = es_algebra_write (
      algebra, algebra->wanted + output * algebra->n_terms, LEAST, sign);

  return g_strdup_printf (_ ("%s = %s · in truth %s"), name, found, wanted);
}

/* The answers for the four inputs of a pair: what the network says with how far it
   goes, and the truth. */
static EsPanel
make_table (Pieces *pieces, const EsAlgebra *algebra, guint output)
{
  const char *const inputs[] = {"0, 0", "1, 0", "0, 1", "1, 1"};
  EsCurve *stems = keep (pieces, g_new0 (EsCurve, 4));
  EsTruthTable table;

  es_algebra_fill_table (algebra, output, &table);
  for (guint k = 0; k < 4; k++) {
    double *numbers = keep (pieces, g_new (double, 2));

    numbers[0] = k;
    numbers[1] = table.mean[k];
    stems[k] = (EsCurve){
        keep (pieces, g_strdup_printf (
                          "%s → %s", inputs[k],
                          number (pieces, table.truth[k],
                                  table.truth[k] == floor (table.truth[k]) ? 1 : 2))),
        1, numbers, numbers + 1, NULL};
  }
  return (EsPanel){.heading = _ ("Truth table: the network’s answers"),
                   .zero = TRUE,
                   .stems = TRUE,
                   .curves = stems,
                   .n_curves = 4};
}

EsPlot *
es_figure_toy (const EsRun *run,
               const EsDataset *dataset,
               guint output,
               const char *point,
               GError **error)
{
  const EsTask *task = dataset->task;
  g_autoptr (EsAlgebra) algebra = es_algebra_new (run->model, task, error);
  g_auto (Pieces) pieces = {NULL};
  const char *name = dataset->class_names[output];
  g_autofree char *note = NULL;
  EsPanel panels[4];
  EsPanelsPicture pictures[2];
  EsPanelsData data = {.order = ES_PANELS_GRID,
                       .panels = panels,
                       .n_panels = 4,
                       .rows = task->inputs,
                       .cols = task->inputs,
                       .pictures = pictures,
                       .n_pictures = 2,
                       .picture_rows = 2};

  pieces_init (&pieces, point);
  if (algebra == NULL ||
      !add_matrices (&pieces, &pictures[0], &pictures[1], run->model, output, error) ||
      !add_eigenvectors (&pieces, panels, run->model, output, error))
    return NULL;
  pictures[0].caption = _ ("as trained");
  pictures[1].caption = _ ("symmetrised");
  panels[3] = make_table (&pieces, algebra, output);
  data.note = note = write_answer (algebra, name, output, point);
  data.title = name;
  return es_panels_plot_new (&data);
}

/* A stem for each output: how far its worst coefficient is from the truth. */
static EsPanel
make_errors (Pieces *pieces, const EsAlgebra *algebra, char **names, guint n)
{
  double *worst = keep (pieces, g_new0 (double, n));

  for (guint c = 0; c < n; c++)
    for (guint k = 0; k < algebra->n_terms; k++) {
      gsize i = (gsize)c * algebra->n_terms + k;

      worst[c] = MAX (worst[c], fabs (algebra->found[i] - algebra->wanted[i]));
    }
  return (EsPanel){.heading = _ ("Largest error of a coefficient"),
                   .zero = TRUE,
                   .stems = TRUE,
                   .curves = make_stems (pieces, names, worst, n),
                   .n_curves = n};
}

EsPlot *
es_figure_toy_all (const EsRun *run,
                   const EsDataset *dataset,
                   const char *point,
                   GError **error)
{
  const EsTask *task = dataset->task;
  g_autoptr (EsAlgebra) algebra = es_algebra_new (run->model, task, error);
  guint n = MIN (es_task_count_pairs (task->inputs), ES_FIGURE_TOY_OUTPUTS);
  g_auto (Pieces) pieces = {NULL};
  g_auto (GStrv) names = g_new0 (char *, n + 1);
  g_autofree EsPanelsPicture *pictures = g_new0 (EsPanelsPicture, 2 * n);
  g_autofree char *note = NULL;
  EsPanel panel;
  EsPanelsData data = {.order = ES_PANELS_GRID,
                       .panels = &panel,
                       .n_panels = 1,
                       .rows = task->inputs,
                       .cols = task->inputs,
                       .pictures = pictures,
                       .n_pictures = 2 * n,
                       .picture_rows = 2};

  pieces_init (&pieces, point);
  if (algebra == NULL)
    return NULL;
  for (guint c = 0; c < n; c++) {
    guint i, j;

    if (!add_matrices (&pieces, &pictures[c], &pictures[n + c], run->model, c, error))
      return NULL;
    es_task_get_pair (task->inputs, c, &i, &j);
    names[c] = g_strdup_printf ("%u, %u", i + 1, j + 1);
    pictures[c].caption = pictures[n + c].caption = names[c];
  }
  panel = make_errors (&pieces, algebra, names, n);
  data.note = note =
      g_strdup_printf (_ ("Above as trained, below symmetrised · squared error %s, "
                          "which is %s %% of what "
                          "the answers vary"),
                       number (&pieces, algebra->loss, 3),
                       number (&pieces, 100 * es_algebra_lost_share (algebra), 3));
  data.title = run->name;
  return es_panels_plot_new (&data);
}

/* Entries of component @index at the residues in order, as a and, @second, as b. */
static EsCurve
residue_curve (Pieces *pieces,
               const EsResidues *residues,
               const EsResidueForm *form,
               guint index,
               const char *name)
{
  const float *vector = form->vectors + (gsize)index * form->D;
  float *ordered = keep (pieces, g_new (float, residues->n));

  for (guint k = 0; k < residues->n; k++)
    ordered[k] = vector[residues->order[k]];
  return make_curve (pieces, name, ordered, residues->n);
}

/* The two components to look at: the strongest, and its partner or the second. */
static void
choose_components (const EsResidueForm *form, guint index[2])
{
  g_autofree guint *order = g_new (guint, form->D);

  es_components_order (order, form->eigenvalues, form->D);
  /* Of the two of opposite sign the positive one. */
  index[0] = form->D - 1;
  index[1] =
      form->partner[index[0]] >= 0 ? (guint)form->partner[index[0]] : form->D - 2;
}

/* Component @index[1] against @index[0], a point for each residue. */
static EsCurve
plane_curve (Pieces *pieces,
             const EsResidues *residues,
             const EsResidueForm *form,
             const guint index[2])
{
  guint n = residues->n;
  EsCurve curve = {NULL, n, NULL, NULL, NULL};
  double *at[2] = {keep (pieces, g_new (double, n)), keep (pieces, g_new (double, n))};

  curve.labels = keep (pieces, g_new0 (char *, n + 1));
  for (guint k = 0; k < n; k++) {
    for (guint i = 0; i < 2; i++)
      at[i][k] = form->vectors[(gsize)index[i] * form->D + residues->order[k]];
    curve.labels[k] = keep (pieces, g_strdup_printf ("%u", residues->order[k]));
  }
  curve.x = at[0];
  curve.y = at[1];
  return curve;
}

static EsCurve
power_curve (Pieces *pieces, const char *name, const double *power, guint n)
{
  double *x = keep (pieces, g_new (double, n));

  for (guint k = 0; k < n; k++)
    x[k] = k;
  return (EsCurve){name, n, x, power, NULL};
}

static void
make_modular_panels (Pieces *pieces,
                     EsPanel panels[4],
                     const EsResidues *residues,
                     const EsResidueForm *form,
                     const guint index[2])
{
  EsCurve *vectors = keep (pieces, g_new (EsCurve, 2));
  EsCurve *waves = keep (pieces, g_new (EsCurve, 2));
  EsCurve *all = keep (pieces, g_new (EsCurve, 1));
  EsCurve *plane = keep (pieces, g_new (EsCurve, 1));
  guint F = residues->n_frequencies;

  for (guint i = 0; i < 2; i++) {
    gssize component = es_component_from_index (index[i], form->eigenvalues, form->D);
    const char *name = keep (
        pieces, g_strdup_printf ("%" G_GSSIZE_FORMAT ", λ = %s", component,
                                 number (pieces, form->eigenvalues[index[i]], 3)));

    vectors[i] = residue_curve (pieces, residues, form, index[i], name);
    waves[i] = power_curve (pieces, name, form->power + (gsize)index[i] * F, F);
  }
  all[0] = power_curve (pieces, NULL, residues->power, F);
  panels[0] = (EsPanel){.heading = _ ("Leading components"),
                        .x_name = residues->generator == 0
                                      ? _ ("Residue")
                                      : _ ("Residue, as power of a generator"),
                        .whole = TRUE,
                        .zero = TRUE,
                        .curves = vectors,
                        .n_curves = 2};
  plane[0] = plane_curve (pieces, residues, form, index);
  panels[1] = (EsPanel){.heading = _ ("One against the other"),
                        .x_name = _ ("Residue"),
                        .plane = TRUE,
                        .curves = plane,
                        .n_curves = 1};
  panels[2] = (EsPanel){.heading = _ ("Their waves"),
                        .x_name = _ ("Frequency"),
                        .whole = TRUE,
                        .share = TRUE,
                        .zero = TRUE,
                        .curves = waves,
                        .n_curves = 2};
  panels[3] = (EsPanel){.heading = _ ("Waves of all outputs"),
                        .x_name = _ ("Frequency"),
                        .whole = TRUE,
                        .share = TRUE,
                        .zero = TRUE,
                        .curves = all,
                        .n_curves = 1};
}

/* The frequencies in use, and whether the two components make a circle. */
static char *
write_modular_note (const EsResidues *residues,
                    const EsResidueForm *form,
                    const guint index[2])
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree char *used = NULL;
  g_autofree char *circle = NULL;

  for (guint k = 1; k < residues->n_frequencies; k++)
    if (residues->used[k])
      g_string_append_printf (list, "%s%u", list->len > 0 ? ", " : "", k);
  used = g_strdup_printf (_ ("Frequencies in use: %s"), list->str);
  if (form->partner[index[0]] == (gint)index[1])
    circle =
        g_strdup_printf (_ ("the leading components are cosine and sine of frequency "
                            "%u: a circle"),
                         form->frequency[index[0]]);
  else
    circle = g_strdup (_ ("the leading components make no circle"));
  return g_strdup_printf ("%s · %s", used, circle);
}

/* A map (p, p) with what it is of. @map lives as long as @pieces. */
static EsPanelsPicture
map_picture (Pieces *pieces, const EsResidues *residues, const float *map, gint output)
{
  return (EsPanelsPicture){
      map, TRUE, 0,
      keep (pieces, output < 0
                        ? g_strdup_printf (_ ("frequency %u"), residues->strongest)
                        : g_strdup_printf (_ ("output %d"), output))};
}

/* The form of an output, or of the combination with the strongest frequency alone if
   @output is -1; @picture is its map, which lives as long as the form. */
static EsResidueForm *
make_form (Pieces *pieces,
           EsPanelsPicture *picture,
           const EsResidues *residues,
           const EsModel *model,
           gint output,
           GError **error)
{
  g_autofree float *u = g_new0 (float, residues->p);
  EsResidueForm *form;

  if (output < 0)
    es_residues_fill_direction (residues, u, residues->strongest);
  else
    u[output] = 1;
  form = es_residue_form_new (residues, model, u, error);
  if (form != NULL)
    *picture = map_picture (pieces, residues, form->map, output);
  return form;
}

/* The maps of the outputs after @output, to the right of its own. */
static gboolean
add_more_maps (Pieces *pieces,
               EsPanelsPicture *pictures,
               guint n,
               const EsResidues *residues,
               const EsModel *model,
               gint output,
               GError **error)
{
  gsize p = residues->p;
  g_autofree float *u = g_new0 (float, p);

  for (guint i = 0; i < n; i++) {
    guint c = (guint)(output + 1 + (gint)i) % residues->p;
    float *map = keep (pieces, g_new (float, p *p));

    u[c] = 1;
    if (!es_residues_fill_map (residues, map, model, u, error))
      return FALSE;
    u[c] = 0;
    pictures[i] = map_picture (pieces, residues, map, (gint)c);
  }
  return TRUE;
}

EsPlot *
es_figure_modular (const EsRun *run,
                   const EsDataset *dataset,
                   gint output,
                   const char *point,
                   const EsProgress *progress,
                   GError **error)
{
  const EsTask *task = dataset->task;
  g_autoptr (EsResidues) residues = es_residues_new (run->model, task, progress, error);
  g_autoptr (EsResidueForm) form = NULL;
  g_auto (Pieces) pieces = {NULL};
  g_autofree char *note = NULL;
  g_autofree char *title = NULL;
  EsPanel panels[4];
  EsPanelsPicture pictures[3];
  guint index[2];
  EsPanelsData data = {.order = ES_PANELS_GRID,
                       .panels = panels,
                       .n_panels = 4,
                       .rows = task->modulus,
                       .cols = task->modulus,
                       .pictures = pictures,
                       .n_pictures = 3,
                       .picture_rows = 3};

  pieces_init (&pieces, point);
  if (residues == NULL)
    return NULL;
  form = make_form (&pieces, &pictures[0], residues, run->model, output, error);
  if (form == NULL ||
      !add_more_maps (&pieces, pictures + 1, 2, residues, run->model, output, error))
    return NULL;
  choose_components (form, index);
  make_modular_panels (&pieces, panels, residues, form, index);
  data.note = note = write_modular_note (residues, form, index);
  data.title = title =
      output >= 0 ? g_strdup_printf (_ ("%s, output %d"), run->name, output)
                  : g_strdup_printf (_ ("%s, outputs combined to frequency %u"),
                                     run->name, residues->strongest);
  return es_panels_plot_new (&data);
}

/* The leading eigenvalues of @spectrum. */
static EsCurve
leading_curve (Pieces *pieces, const char *name, const EsSpectrum *spectrum)
{
  const float *values = es_spectrum_get_eigenvalues (spectrum, 0);
  g_autofree guint *order = g_new (guint, spectrum->D);
  guint n = (guint)MIN (N_VALUES, spectrum->D);
  float *leading = keep (pieces, g_new (float, n));

  es_components_order (order, values, spectrum->D);
  for (guint i = 0; i < n; i++)
    leading[i] = values[order[i]];
  return make_curve (pieces, name, leading, n);
}

/* Of the block alone, and of all that there is. */
static EsPanel
make_eigenvalues (Pieces *pieces, const EsRecovery *recovery)
{
  EsCurve *curves = keep (pieces, g_new (EsCurve, 2));

  curves[0] = leading_curve (pieces, _ ("quadratic block"), recovery->spectrum);
  curves[1] = leading_curve (pieces, _ ("all together"), recovery->whole);
  return (EsPanel){.heading = _ ("Eigenvalues"),
                   .x_name = _ ("By magnitude"),
                   .whole = TRUE,
                   .zero = TRUE,
                   .curves = curves,
                   .n_curves = recovery->whole->constant ? 2 : 1};
}

/* A component's picture with the sign that agrees with the target. */
static EsPanelsPicture
component_picture (Pieces *pieces, const EsRecovery *recovery, guint i)
{
  guint index = recovery->leading[i];
  double value = es_spectrum_get_eigenvalues (recovery->spectrum, 0)[index];
  const float *picture = es_spectrum_get_picture (recovery->spectrum, 0, index);
  float *turned = keep (pieces, g_new (float, recovery->P));

  for (gsize p = 0; p < recovery->P; p++)
    turned[p] = recovery->cosine[i] < 0 ? -picture[p] : picture[p];
  return (EsPanelsPicture){
      turned, TRUE, 0,
      keep (pieces, g_strdup_printf (_ ("λ = %s, cosine %s"), number (pieces, value, 3),
                                     number (pieces, fabs (recovery->cosine[i]), 2)))};
}

EsPlot *
es_figure_challenge (const EsRun *run,
                     const EsDataset *dataset,
                     const char *point,
                     GError **error)
{
  g_autoptr (EsRecovery) recovery = es_recovery_new (run->model, dataset, error);
  g_auto (Pieces) pieces = {NULL};
  g_autofree char *note = NULL;
  EsPanel panel;
  EsPanelsPicture pictures[4];
  EsPanelsData data = {.order = ES_PANELS_ROW,
                       .panels = &panel,
                       .n_panels = 1,
                       .rows = dataset->rows,
                       .cols = dataset->cols,
                       .pictures = pictures,
                       .n_pictures = 4};

  pieces_init (&pieces, point);
  if (recovery == NULL)
    return NULL;
  pictures[0] = (EsPanelsPicture){recovery->target, FALSE, 0, _ ("hidden target")};
  pictures[1] = component_picture (&pieces, recovery, recovery->best);
  pictures[2] = component_picture (&pieces, recovery, 1 - recovery->best);
  pictures[3] = (EsPanelsPicture){
      recovery->linear, TRUE, 0,
      keep (&pieces, g_strdup_printf (_ ("linear, cosine %s"),
                                      number (&pieces, recovery->linear_cosine, 2)))};
  panel = make_eigenvalues (&pieces, recovery);
  data.note = note = g_strdup_printf (
      _ ("“Alike” minus “unlike” = quadratic block + linear picture + constant %s · "
         "cosines with the target, pictures centred"),
      number (&pieces, recovery->constant, 3));
  data.title = run->name;
  return es_panels_plot_new (&data);
}

EsPlot *
es_figure_task (const EsRun *run,
                const EsDataset *dataset,
                gint output,
                const char *point,
                const EsProgress *progress,
                GError **error)
{
  if (output >= (gint)dataset->n_classes) {
    g_set_error (error, ES_ERROR, ES_ERROR_SETTING, "%s has no output %d; it has %u",
                 run->name, output, dataset->n_classes);
    return NULL;
  }
  switch (dataset->task->kind) {
  case ES_TASK_TOY:
    return output < 0 ? es_figure_toy_all (run, dataset, point, error)
                      : es_figure_toy (run, dataset, (guint)output, point, error);
  case ES_TASK_MODULAR:
    return es_figure_modular (run, dataset, output, point, progress, error);
  case ES_TASK_CHALLENGE:
    return es_figure_challenge (run, dataset, point, error);
  }
  return NULL;
}

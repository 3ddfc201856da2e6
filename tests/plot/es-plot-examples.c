/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-plot-examples.h"

#include <math.h>

#define SIDE 28

void
es_example_picture (float *picture, guint rows, guint cols, guint seed)
{
  GRand *rand = g_rand_new_with_seed (1000 + seed);
  double x[12], y[12], sign[12];

  /* A walk of blobs makes a stroke; weak blobs of the other sign surround it. */
  x[0] = g_rand_double_range (rand, 0.3, 0.7);
  y[0] = g_rand_double_range (rand, 0.2, 0.4);
  for (guint b = 0; b < 12; b++) {
    double turn = g_rand_double_range (rand, 0, 2 * G_PI);

    if (b > 0) {
      x[b] = CLAMP (x[b - 1] + 0.14 * cos (turn), 0.2, 0.8);
      y[b] = CLAMP (y[b - 1] + 0.14 * sin (turn), 0.15, 0.85);
    }
    sign[b] = b % 3 == 2 ? -0.8 : 1;
  }
  for (guint row = 0; row < rows; row++) {
    for (guint col = 0; col < cols; col++) {
      double sum = 0;

      for (guint b = 0; b < 12; b++) {
        double dx = (col + 0.5) / cols - x[b], dy = (row + 0.5) / rows - y[b];

        sum += sign[b] * exp (-(dx * dx + dy * dy) / (2 * 0.055 * 0.055));
      }
      picture[row * cols + col] =
          (float)(0.3 * sum + g_rand_double_range (rand, -0.02, 0.02));
    }
  }
  g_rand_free (rand);
}

EsPlot *
es_example_history (gsize n, gboolean log_error)
{
  g_autofree double *values = g_new (double, 4 * MAX (n, 1));
  GRand *rand = g_rand_new_with_seed (7);
  const EsHistoryMark marks[] = {{n * 0.3, "lr", 0.0003}, {n * 0.7, "noise", 0.2}};
  EsHistoryData data = ES_HISTORY_DATA_INIT;
  EsPlot *plot;

  for (gsize i = 0; i < n; i++) {
    double t = 20.0 * (i + 1) / MAX (n, 20);
    double noise = g_rand_double_range (rand, -1, 1);

    values[i] = 0.11 + 0.9 * exp (-t / 1.5) + 0.004 * noise;
    values[n + i] = 0.12 + 0.6 * exp (-t / 1.2) + 0.006 * g_rand_double (rand);
    values[2 * n + i] = 0.966 - 0.25 * exp (-t / 1.4) + 0.001 * noise;
    values[3 * n + i] = 0.9685 - 0.16 * exp (-t / 1.2) + 0.002 * g_rand_double (rand);
  }
  g_rand_free (rand);
  data.n = n;
  data.train_loss = values;
  data.test_loss = values + n;
  data.train_accuracy = values + 2 * n;
  data.test_accuracy = values + 3 * n;
  if (n >= 10) {
    data.marks = marks;
    data.n_marks = G_N_ELEMENTS (marks);
    data.cursor = (double)(n / 2);
  }
  data.last_epoch = 20;
  data.log_loss = log_error;
  data.show_error = log_error;
  data.log_error = log_error;
  data.title = "MNIST, H = 256";
  plot = es_history_plot_new (&data);
  return plot;
}

EsPlot *
es_example_spectrum (gboolean grouped, gboolean shared_scale)
{
  enum {
    D = 256
  };
  double eigenvalues[D];
  guint groups[D];
  g_autofree float *pictures = g_new (float, 8 * SIDE * SIDE);
  EsSpectrumData data = ES_SPECTRUM_DATA_INIT;
  static const double leading[4] = {0.146, 0.133, 0.114, 0.097};
  static const double last[4] = {-0.181, -0.172, -0.125, -0.100};

  for (guint i = 0; i < D; i++) {
    double from_top = D - 1 - i, from_bottom = i;

    eigenvalues[i] =
        0.093 * exp (-(from_top - 4) / 9) - 0.096 * exp (-(from_bottom - 4) / 9);
    if (from_top < 4)
      eigenvalues[i] = leading[(guint)from_top];
    if (from_bottom < 4)
      eigenvalues[i] = last[i];
    groups[i] = i;
  }
  if (grouped) {
    eigenvalues[D - 3] = eigenvalues[D - 2] - 1e-6;
    groups[D - 3] = groups[D - 2];
  }
  for (guint k = 0; k < 8; k++) {
    es_example_picture (pictures + k * SIDE * SIDE, SIDE, SIDE, k);
    for (guint i = 0; i < SIDE * SIDE; i++)
      pictures[k * SIDE * SIDE + i] *= 1.0f / (float)(1 + k % 4);
  }
  data.eigenvalues = eigenvalues;
  data.n = D;
  data.groups = groups;
  data.positive = pictures;
  data.negative = pictures + 4 * SIDE * SIDE;
  data.n_positive = data.n_negative = 4;
  data.rows = data.cols = SIDE;
  data.shared_scale = shared_scale;
  data.basis = "embedding basis";
  data.effective_rank = 52.6;
  data.title = "digit 5";
  if (grouped)
    data.selected = (EsPlotId){0, 0, 1, -1, -1};
  return es_spectrum_plot_new (&data);
}

EsPlot *
es_example_gallery (guint n_classes, guint n_components, EsGalleryOrder order)
{
  static const char *const names[] = {"t-shirt/top", "trouser",   "pullover", "dress",
                                      "coat",        "sandal",    "shirt",    "sneaker",
                                      "bag",         "ankle boot"};
  guint n = n_classes * n_components;
  g_autofree float *pictures = g_new (float, MAX (n, 1) * SIDE * SIDE);
  g_autofree double *eigenvalues = g_new (double, MAX (n, 1));
  EsGalleryData data = ES_GALLERY_DATA_INIT;

  for (guint i = 0; i < n; i++) {
    es_example_picture (pictures + i * SIDE * SIDE, SIDE, SIDE, i);
    eigenvalues[i] = 0.18 / (1 + i % n_components) * (i % n_components == 3 ? -1 : 1);
  }
  data.n_classes = n_classes;
  data.n_components = n_components;
  data.rows = data.cols = SIDE;
  data.pictures = pictures;
  data.eigenvalues = eigenvalues;
  data.classes = n_classes <= G_N_ELEMENTS (names) ? names : NULL;
  data.order = order;
  data.basis = "embedding basis";
  data.title = "Leading eigenvectors";
  return es_gallery_plot_new (&data);
}

EsPlot *
es_example_samples (gsize n, EsSamplesColors colors, gboolean with_captions)
{
  g_autofree float *pixels = g_new (float, MAX (n, 1) * SIDE * SIDE);
  g_auto (GStrv) captions = g_new0 (char *, n + 1);
  EsSamplesData data = ES_SAMPLES_DATA_INIT;

  for (gsize i = 0; i < n; i++) {
    es_example_picture (pixels + i * SIDE * SIDE, SIDE, SIDE, (guint)i % 100);
    captions[i] = g_strdup_printf ("%u", (guint)i % 10);
    for (guint p = 0; p < SIDE * SIDE; p++)
      pixels[i * SIDE * SIDE + p] = CLAMP (3 * pixels[i * SIDE * SIDE + p], 0.0f, 1.0f);
  }
  data.n = n;
  data.rows = data.cols = SIDE;
  data.pixels = pixels;
  data.captions = with_captions ? (const char *const *)captions : NULL;
  data.colors = colors;
  data.title = "Test images";
  return es_samples_plot_new (&data);
}

EsPlot *
es_example_plane (gsize n)
{
  g_autofree double *x = g_new (double, MAX (n, 1));
  g_autofree double *y = g_new (double, MAX (n, 1));
  g_auto (GStrv) labels = g_new0 (char *, n + 1);
  EsCurve points = {NULL, n, x, y, NULL, labels};
  EsPanel panels[4] = {{.heading = "One against the other",
                        .x_name = "Residue",
                        .plane = TRUE,
                        .curves = &points,
                        .n_curves = 1}};
  EsPanelsData data = {.order = ES_PANELS_GRID, .panels = panels, .n_panels = 4};

  for (gsize k = 0; k < n; k++) {
    x[k] = 0.2 * cos (2 * G_PI * (double)k / (double)n);
    y[k] = 0.2 * sin (2 * G_PI * (double)k / (double)n);
    labels[k] = g_strdup_printf ("%" G_GSIZE_FORMAT, k);
  }
  for (guint p = 1; p < 4; p++)
    panels[p] = panels[0];
  data.title = "A circle";
  return es_panels_plot_new (&data);
}

EsPlot *
es_example_panels (EsPanelsOrder order, gsize n_curves)
{
  static const char *const names[] = {"clean", "masked", "random", "H 30", "H 300"};
  g_autofree float *pictures = g_new (float, 8 * SIDE * SIDE);
  double x[10], y[5][10], half[10];
  EsCurve curves[5], stems[5];
  EsPanelsPicture tiles[8];
  EsPanel panels[3] = {
      {.heading = "Accuracy", .x_name = "Strength", .share = TRUE, .curves = curves},
      {.heading = "Error",
       .x_name = "Rank",
       .log = TRUE,
       .share = TRUE,
       .whole = TRUE,
       .bands = TRUE,
       .curves = curves},
      {.heading = "Logits", .zero = TRUE, .stems = TRUE, .curves = stems}};
  EsPanelsData data = {.order = order, .panels = panels, .n_panels = 3};

  for (guint i = 0; i < 10; i++) {
    x[i] = 1 + i;
    half[i] = 0.004 * (i + 1);
    for (guint c = 0; c < 5; c++)
      y[c][i] = 0.97 - 0.01 * c - 0.04 * i * c / 5.0;
  }
  for (guint c = 0; c < 5; c++) {
    curves[c] = (EsCurve){names[c], 10, x, y[c], c == 1 ? NULL : half};
    stems[c] = (EsCurve){names[c], 1, &x[c], &y[c][9 - c], NULL};
  }
  for (guint p = 0; p < 3; p++)
    panels[p].n_curves = n_curves;
  for (guint i = 0; i < 8; i++) {
    es_example_picture (pictures + i * SIDE * SIDE, SIDE, SIDE, i);
    tiles[i] = (EsPanelsPicture){pictures + i * SIDE * SIDE, i % 4 != 3, i == 2 ? 1 : 0,
                                 i == 5 ? NULL : "5, component 2 times input"};
  }
  data.rows = data.cols = SIDE;
  data.pictures = tiles;
  data.n_pictures = order == ES_PANELS_GRID ? 8 : 4;
  data.picture_rows = 2;
  data.note = "means over 30 masks";
  data.title = "Adversarial masks";
  return es_panels_plot_new (&data);
}

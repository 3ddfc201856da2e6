/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Draws every kind of figure in every style and several sizes into a folder, to be
 * looked at: gallery FOLDER.
 */
#include "es-export.h"
#include "es-plot-examples.h"

typedef struct
{
  const char *name;
  EsPlot *plot;
} Example;

typedef struct
{
  const char *name;
  double width, height; /* units; height 0 is natural */
} Size;

static gboolean
save (const char *folder,
      const char *name,
      EsExportFormat format,
      EsPlot *plot,
      const EsExportOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = es_plot_render (plot, format, options, &error);
  gsize size;
  const char *data;

  if (bytes == NULL) {
    g_printerr ("%s: %s\n", path, error->message);
    return FALSE;
  }
  data = g_bytes_get_data (bytes, &size);
  if (!g_file_set_contents (path, data, (gssize)size, &error)) {
    g_printerr ("%s\n", error->message);
    return FALSE;
  }
  return TRUE;
}

static gboolean
save_all (const char *folder, const Example *example, const EsStyle *styles)
{
  static const char *const style_names[] = {"light", "dark", "contrast", "print"};
  static const Size screen[] = {{"small", 400, 250},
                                {"paper", 730, 300},
                                {"large", 1200, 800},
                                {"tall", 320, 640}};
  static const Size print[] = {
      {"neurips", 528, 0}, {"column", 312, 0}, {"page", 692, 0}};
  static const char *const source[] = {"Source", "example data", NULL};
  gboolean done = TRUE;

  for (guint s = 0; s < G_N_ELEMENTS (style_names); s++) {
    const Size *sizes = s == 3 ? print : screen;
    guint n_sizes = s == 3 ? G_N_ELEMENTS (print) : G_N_ELEMENTS (screen);

    for (guint i = 0; i < n_sizes; i++) {
      g_autofree char *png = g_strdup_printf ("%s-%s-%s.png", example->name,
                                              style_names[s], sizes[i].name);
      EsExportOptions options = {.width = sizes[i].width,
                                 .height = sizes[i].height,
                                 .dpi = s == 3 ? 192 : 96,
                                 .style = &styles[s],
                                 .provenance = source};

      done = save (folder, png, ES_EXPORT_PNG, example->plot, &options) && done;
      if (s == 3 && i == 0) {
        g_autofree char *pdf = g_strdup_printf ("%s.pdf", example->name);
        g_autofree char *svg = g_strdup_printf ("%s.svg", example->name);

        done = save (folder, pdf, ES_EXPORT_PDF, example->plot, &options) && done;
        done = save (folder, svg, ES_EXPORT_SVG, example->plot, &options) && done;
      }
    }
  }
  return done;
}

int
main (int argc, char **argv)
{
  Example examples[] = {
      {"history", es_example_history (20, FALSE)},
      {"history-1", es_example_history (1, FALSE)},
      {"history-2", es_example_history (2, FALSE)},
      {"history-log", es_example_history (1000, TRUE)},
      {"history-0", es_example_history (0, FALSE)},
      {"spectrum", es_example_spectrum (FALSE, FALSE)},
      {"spectrum-grouped", es_example_spectrum (TRUE, TRUE)},
      {"gallery", es_example_gallery (10, 4, ES_GALLERY_BEST)},
      {"gallery-down", es_example_gallery (6, 5, ES_GALLERY_DOWN)},
      {"samples", es_example_samples (40, ES_SAMPLES_INK, TRUE)},
      {"samples-many", es_example_samples (5000, ES_SAMPLES_VIRIDIS, FALSE)},
  };
  EsStyle styles[4];
  gboolean done = argc == 2;

  if (argc != 2)
    g_printerr ("Usage: %s FOLDER\n", argv[0]);
  es_style_light (&styles[0]);
  es_style_dark (&styles[1]);
  es_style_high_contrast (&styles[2]);
  es_style_print (&styles[3]);
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++) {
    done = done && save_all (argv[1], &examples[i], styles);
    es_plot_unref (examples[i].plot);
  }
  return done ? 0 : 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-command-figure.h"
#include "es-dataset-load.h"
#include "es-figure-file.h"
#include "es-figure-overfitting.h"
#include "es-figure-film.h"
#include "es-figure.h"
#include "es-file.h"
#include "es-io-error.h"
#include "es-output.h"
#include "es-subject.h"

#include <math.h>
#include <string.h>

static void
options_clear (EsFigureOptions *options)
{
  g_free (options->class_name);
  g_free (options->direction);
  g_free (options->basis);
  g_free (options->data);
  g_free (options->split);
  g_free (options->size);
  g_free (options->style);
  g_free (options->numbers);
  g_free (options->out);
  g_free (options->ranks);
  g_free (options->keep);
  g_free (options->control);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EsFigureOptions, options_clear)

static GOptionEntry *
new_entries (EsFigureOptions *o)
{
  const GOptionEntry entries[] = {
      /* As bytes: class names are UTF-8 whatever the locale is. */
      {"class", 'c', 0, G_OPTION_ARG_FILENAME, &o->class_name,
       "spectrum, eigenvectors, film: one class by name or number; attack: only its "
       "masks",
       "C"},
      {"direction", 0, 0, G_OPTION_ARG_FILENAME, &o->direction,
       "spectrum, eigenvectors, film: a combination of outputs, \"3 - 8\" or an .npy "
       "file",
       "TEXT|FILE.npy"},
      {"basis", 0, 0, G_OPTION_ARG_STRING, &o->basis,
       "spectrum, eigenvectors: default embedding", "embedding|pixels"},
      {"values", 0, 0, G_OPTION_ARG_INT, &o->values,
       "spectrum, film: eigenvalues of each sign (default 20)", "N"},
      {"vectors", 0, 0, G_OPTION_ARG_INT, &o->vectors,
       "spectrum, eigenvectors, film: eigenvectors of each sign (default 4; gallery "
       "and film 3)",
       "N"},
      {"fps", 0, 0, G_OPTION_ARG_DOUBLE, &o->fps,
       "film: frames in a second (default 8)", "N"},
      {"log", 0, 0, G_OPTION_ARG_NONE, &o->log_loss, "history: logarithmic loss", NULL},
      {"error", 0, 0, G_OPTION_ARG_NONE, &o->error,
       "history, truncation: error instead of accuracy, logarithmic", NULL},
      {"index", 'i', 0, G_OPTION_ARG_INT, &o->index,
       "explanation: the image, counted from 0", "I"},
      {"ranks", 0, 0, G_OPTION_ARG_STRING, &o->ranks,
       "truncation: components to keep (default 1 to 30)", "K,K,..."},
      {"keep", 0, 0, G_OPTION_ARG_STRING, &o->keep, "truncation: default absolute",
       "absolute|positive|negative"},
      {"component", 'k', 0, G_OPTION_ARG_INT, &o->component,
       "attack: whose pictures are shown (default: the most misleading)", "K"},
      {"rare", 0, 0, G_OPTION_ARG_DOUBLE, &o->rare,
       "attack: only pixels whose mean over the training images is below this", "MEAN"},
      {"clip", 0, 0, G_OPTION_ARG_NONE, &o->clip, "attack: hold pixels between 0 and 1",
       NULL},
      {"components", 0, 0, G_OPTION_ARG_INT, &o->components,
       "attack: how many leading ones of each class (default 3)", "N"},
      {"eigenvectors", 0, 0, G_OPTION_ARG_INT, &o->eigenvectors,
       "attack: how many of each class the masks tell apart (default 10)", "N"},
      {"strongest", 0, 0, G_OPTION_ARG_INT, &o->strongest,
       "attack: only so many pixels, of largest magnitude", "N"},
      {"strength", 0, 0, G_OPTION_ARG_DOUBLE, &o->strength,
       "attack: the largest, in deviations of the mask (default 0.3)", "S"},
      {"steps", 0, 0, G_OPTION_ARG_INT, &o->steps,
       "attack: strengths up to it (default 12)", "N"},
      {"control", 0, 0, G_OPTION_ARG_STRING, &o->control,
       "attack: what is compared (default permuted)", "permuted|noise"},
      {"data", 'd', 0, G_OPTION_ARG_FILENAME, &o->data,
       "The dataset (default: the run's own)", "NAME|PATH"},
      {"split", 0, 0, G_OPTION_ARG_STRING, &o->split,
       "samples, explanation, truncation, attack: default test", "test|train"},
      {"images", 0, 0, G_OPTION_ARG_INT, &o->images, "samples: how many (default 200)",
       "N"},
      {"size", 0, 0, G_OPTION_ARG_STRING, &o->size,
       "A preset (neurips, iclr, icml-column, icml-page, journal-column, journal-page, "
       "slide, readme), a width (89mm, 5.5in, 240pt, 1200px) or both (120x80mm); film: "
       "960x600 are pixels",
       "SIZE"},
      {"dpi", 0, 0, G_OPTION_ARG_DOUBLE, &o->dpi, "Dots per inch of PNG (default 300)",
       "N"},
      {"style", 0, 0, G_OPTION_ARG_STRING, &o->style, "Default print",
       "print|light|dark|contrast"},
      {"transparent", 0, 0, G_OPTION_ARG_NONE, &o->transparent, "No background", NULL},
      {"no-title", 0, 0, G_OPTION_ARG_NONE, &o->no_title, "Leave the title out", NULL},
      {"numbers", 0, 0, G_OPTION_ARG_FILENAME, &o->numbers,
       "Save the figure's numbers, too", "FILE.csv|FILE.npz"},
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &o->out, "Where to save",
       "OUT.pdf|OUT.svg|OUT.png; film: OUT.webp|FOLDER"},
      {NULL},
  };

  return g_memdup2 (entries, sizeof entries);
}

/* Runs that one figure compares. */
#define MOST_RUNS 64
/* Strengths of an attack. */
#define MOST_STEPS 1000
#define KINDS                                                                          \
  "history, spectrum, eigenvectors, samples, explanation, truncation, attack, film, "  \
  "overfitting, toy, modular or challenge"

/* Makes a kind's plot; @subject has no run if none was named. A film is many. */
typedef EsPlot *(*PlotFunc) (EsSubject *subject,
                             const EsFigureOptions *options,
                             GError **error);

static EsPlot *
make_history (EsSubject *subject, const EsFigureOptions *options, GError **error)
{
  if (subject->run->history->len > 0)
    return es_figure_history (subject->run, options->log_loss, options->error);
  g_set_error (error, ES_ERROR, ES_ERROR_SETTING, "%s holds no training history",
               subject->run->name);
  return NULL;
}

static EsSpectrum *
make_spectrum (EsSubject *subject,
               const EsFigureOptions *options,
               int vectors,
               char ***titles,
               GError **error)
{
  EsSpectrumRequest request = {options->class_name, options->direction, options->basis,
                               options->data, (gsize)vectors};

  return es_subject_spectrum (subject, &request, NULL, titles, error);
}

static EsPlot *
make_spectrum_plot (EsSubject *subject, const EsFigureOptions *options, GError **error)
{
  int vectors = options->vectors > 0 ? options->vectors : 4;
  EsFigureOptions one = *options;
  g_auto (GStrv) titles = NULL;
  g_autofree char *first = NULL;
  g_autofree char *title = NULL;
  g_autoptr (EsSpectrum) spectrum = NULL;

  if (one.class_name == NULL && one.direction == NULL)
    one.class_name = first = es_run_dup_class_name (subject->run, 0);
  spectrum = make_spectrum (subject, &one, vectors, &titles, error);
  if (spectrum == NULL)
    return NULL;
  title =
      g_strdup_printf (one.direction != NULL ? "Direction %s" : "Class %s", titles[0]);
  return es_figure_spectrum (subject->run, spectrum, 0, title, (guint)options->values,
                             (guint)vectors);
}

static EsPlot *
make_eigenvectors (EsSubject *subject, const EsFigureOptions *options, GError **error)
{
  int vectors = options->vectors > 0 ? options->vectors : 3;
  g_auto (GStrv) titles = NULL;
  g_autoptr (EsSpectrum) spectrum =
      make_spectrum (subject, options, vectors, &titles, error);

  if (spectrum == NULL)
    return NULL;
  return es_figure_eigenvectors (subject->run, spectrum, (const char *const *)titles,
                                 (guint)vectors);
}

static EsPlot *
make_samples (EsSubject *subject, const EsFigureOptions *options, GError **error)
{
  EsSplit split = ES_SPLIT_TEST;

  if (options->split != NULL && strcmp (options->split, "train") == 0)
    split = ES_SPLIT_TRAIN;
  if (subject->run != NULL) {
    if (!es_subject_load_dataset (subject, options->data, error))
      return NULL;
  } else {
    subject->dataset =
        es_dataset_load (options->data != NULL ? options->data : "glyphs", NULL, error);
  }
  if (subject->dataset == NULL)
    return NULL;
  return es_figure_samples (subject->dataset, split, (gsize)options->images);
}

static const struct
{
  const char *name;
  PlotFunc make;
  guint least_runs, most_runs;
} kinds[] = {
    {"history", make_history, 1, 1},
    {"spectrum", make_spectrum_plot, 1, 1},
    {"eigenvectors", make_eigenvectors, 1, 1},
    {"samples", make_samples, 0, 1},
    {"explanation", es_figure_make_explanation, 1, 1},
    {"truncation", es_figure_make_truncation, 1, MOST_RUNS},
    {"attack", es_figure_make_attack, 1, 1},
    {"film", NULL, 1, 1},
    {"overfitting", es_figure_make_overfitting, 1, ES_FIGURE_OVERFITTING_MAX},
    {"toy", es_figure_make_toy, 1, 1},
    {"modular", es_figure_make_modular, 1, 1},
    {"challenge", es_figure_make_challenge, 1, 1},
};

static gboolean
choose_style (const char *name, EsStyle *style, GError **error)
{
  if (name == NULL || strcmp (name, "print") == 0)
    es_style_print (style);
  else if (strcmp (name, "light") == 0)
    es_style_light (style);
  else if (strcmp (name, "dark") == 0)
    es_style_dark (style);
  else if (strcmp (name, "contrast") == 0)
    es_style_high_contrast (style);
  else {
    g_set_error (error, ES_USAGE_ERROR, 0,
                 "--style is %s; expected print, light, dark or contrast", name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
draw (EsPlot *plot,
      const EsFigureOptions *options,
      EsExportOptions *export,
      GError **error)
{
  if ((options->size != NULL &&
       !es_export_options_set_size (export, options->size, error)) ||
      !es_figure_save (plot, options->out, export, error))
    return FALSE;
  return options->numbers == NULL ||
         es_figure_save_data (plot, options->numbers, error);
}

static void
report (const EsFigureOptions *options, const EsPlot *plot, gboolean json)
{
  g_autofree char *sentence = es_plot_describe (plot, NULL);
  JsonBuilder *object;

  if (!json) {
    g_print ("Saved %s: %s\n", options->out, sentence);
    return;
  }
  object = es_output_object ();
  es_output_boolean (object, "done", TRUE);
  es_output_string (object, "out", options->out);
  if (options->numbers != NULL)
    es_output_string (object, "numbers", options->numbers);
  es_output_string (object, "description", sentence);
  es_output_json (object);
}

/* Found out before anything is written. */
static gboolean
check_numbers (const char *path, GError **error)
{
  if (g_str_has_suffix (path, ".csv") || g_str_has_suffix (path, ".npz"))
    return es_file_check_target (path, error);
  g_set_error (error, ES_USAGE_ERROR, 0,
               "%s: expected a name that ends in .csv or .npz", path);
  return FALSE;
}

/* Makes the plot of a kind and draws it. */
static gboolean
make_plot (guint kind,
           const char *run,
           const EsFigureOptions *options,
           EsExportOptions *export,
           const EsCommonOptions *common,
           GError **error)
{
  g_auto (EsSubject) subject = {NULL};
  g_autoptr (EsPlot) plot = NULL;
  EsExportFormat format;

  if (!es_export_format_from_path (options->out, &format, error) ||
      !es_file_check_target (options->out, error) ||
      (options->numbers != NULL && !check_numbers (options->numbers, error)) ||
      (run != NULL && !es_subject_open (&subject, run, &common->network, error)))
    return FALSE;
  plot = kinds[kind].make (&subject, options, error);
  if (plot == NULL || !draw (plot, options, export, error))
    return FALSE;
  report (options, plot, common->json);
  return TRUE;
}

static gboolean
make_figure (guint kind,
             const char *run,
             const EsFigureOptions *options,
             const char *command,
             const EsCommonOptions *common,
             GError **error)
{
  const char *data = options->data != NULL ? options->data : "glyphs";
  g_autofree char *source = g_utf8_make_valid (run != NULL ? run : data, -1);
  const char *const provenance[] = {
      "Software", "Eigenscope " ES_VERSION, "Command", command, "Source", source, NULL};
  EsStyle style;
  EsExportOptions export = {
      .dpi = options->dpi,
      .transparent = options->transparent,
      .hide_title = options->no_title,
      .style = &style,
      .provenance = provenance,
  };

  if (!choose_style (options->style, &style, error))
    return FALSE;
  if (kinds[kind].make != NULL)
    return make_plot (kind, run, options, &export, common, error);
  return es_figure_film_check (options, error) &&
         es_figure_make_film (run, options, &export, common, error);
}

static gboolean
find_kind (const char *name, guint *kind)
{
  for (*kind = 0; *kind < G_N_ELEMENTS (kinds); (*kind)++)
    if (strcmp (kinds[*kind].name, name) == 0)
      return TRUE;
  return FALSE;
}

/* Of an attack. */
static gboolean
check_attack (const EsFigureOptions *options)
{
  const EsCommand *command = &es_command_figure;

  if (options->component < -1)
    es_command_misused (command, "--component is %d; expected 0 or more",
                        options->component);
  else if (!(options->rare >= 0 && options->rare <= 1))
    es_command_misused (command, "--rare is %g; expected 0 to 1", options->rare);
  else if (options->components < 1 || options->eigenvectors < 1 || options->steps < 1 ||
           options->steps > MOST_STEPS)
    es_command_misused (command,
                        "--components and --eigenvectors are counts from 1, --steps "
                        "from 1 to %d",
                        MOST_STEPS);
  else if (options->strongest < 0)
    es_command_misused (command, "--strongest is %d; expected 1 or more",
                        options->strongest);
  else if (!isfinite (options->strength))
    es_command_misused (command, "--strength is %g; expected a number",
                        options->strength);
  else if (options->control != NULL && strcmp (options->control, "permuted") != 0 &&
           strcmp (options->control, "noise") != 0)
    es_command_misused (command, "--control is %s; expected permuted or noise",
                        options->control);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_usage (const EsFigureOptions *options)
{
  const EsCommand *command = &es_command_figure;

  if (options->out == NULL)
    es_command_misused (
        command,
        "-o OUT.pdf, OUT.svg or OUT.png (film: OUT.webp or a folder) is missing");
  else if (options->class_name != NULL && options->direction != NULL)
    es_command_misused (command, "--class and --direction exclude each other");
  else if (options->values < 1 || options->vectors < -1 || options->vectors == 0 ||
           options->images < 1)
    es_command_misused (command, "--values, --vectors and --images are counts from 1");
  else if (!(options->dpi > 0))
    es_command_misused (command, "--dpi is %g; expected 10 to 2400", options->dpi);
  else if (options->split != NULL && strcmp (options->split, "test") != 0 &&
           strcmp (options->split, "train") != 0)
    es_command_misused (command, "--split is %s; expected test or train",
                        options->split);
  else
    return check_attack (options);
  return FALSE;
}

static EsExit
run_figure (int argc, char **argv)
{
  g_auto (EsFigureOptions) options = {.dpi = 300,
                                      .values = 20,
                                      .vectors = -1,
                                      .images = 200,
                                      .index = -1,
                                      .component = -1,
                                      .fps = ES_FILM_RATE,
                                      .components = ES_ATTACK_N_COMPONENTS,
                                      .eigenvectors = ES_MASKS_DEFAULT_K,
                                      .steps = ES_ATTACK_N_STRENGTHS,
                                      .strength = 0.3};
  g_autofree GOptionEntry *entries = new_entries (&options);
  g_autofree char *arguments = g_strjoinv (" ", argv);
  g_autofree char *bytes = g_strdup_printf ("eigenscope-cli %s", arguments);
  /* File names may hold any bytes, the figure's text only UTF-8. */
  g_autofree char *command = g_utf8_make_valid (bytes, -1);
  EsCommonOptions common;
  GError *error = NULL;
  guint kind;

  if (!es_command_parse (&es_command_figure, entries,
                         "KIND: " KINDS
                         ". For samples, RUN may be left out; truncation "
                         "takes several: those that differ in the seed only become one "
                         "curve with a band. A film is of a run that is kept in the "
                         "library (see runs): its file there, its name or its "
                         "identifier; other files hold no past.",
                         &common, 1, 1 + MOST_RUNS, &argc, &argv))
    return ES_EXIT_USAGE;
  if (!find_kind (argv[1], &kind))
    return es_command_misused (&es_command_figure,
                               "there is no figure '%s'; expected " KINDS, argv[1]);
  if ((guint)argc - 2 < kinds[kind].least_runs)
    return es_command_misused (&es_command_figure, "RUN is missing");
  if ((guint)argc - 2 > kinds[kind].most_runs)
    return es_command_misused (&es_command_figure, "unexpected argument '%s'",
                               argv[2 + kinds[kind].most_runs]);
  options.more_runs = argv + MIN (argc, 3);
  if (!check_usage (&options))
    return ES_EXIT_USAGE;
  if (!make_figure (kind, argc < 3 ? NULL : argv[2], &options, command, &common,
                    &error))
    return es_command_failed (error);
  return ES_EXIT_DONE;
}

const EsCommand es_command_figure = {
    .name = "figure",
    .arguments = "KIND RUN -o OUT.pdf|OUT.svg|OUT.png|OUT.webp",
    .summary = "Draw a figure of a run",
    .run = run_figure,
    .takes_network = TRUE,
};

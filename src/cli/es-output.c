/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-output.h"

#include "es-json.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define REDRAW_MICROSECONDS 100000

static volatile sig_atomic_t interrupted;

/* Whether the three bytes of UTF-8 turn the direction of writing. */
static gboolean
turns_direction (const guchar *c)
{
  return c[0] == 0xe2 && ((c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f ||
                                            (c[2] >= 0xaa && c[2] <= 0xae))) ||
                          (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
}

/* What a terminal takes for a command, or for the beginning of one, becomes "?". */
static void
print_tame (FILE *stream, const char *text)
{
  g_autofree char *tame = g_strdup (text);
  g_autofree char *converted = NULL;

  for (guchar *c = (guchar *)tame; *c != '\0'; c++)
    if ((*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
      *c = '?';
    else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) /* U+0080 to U+009F */
      c[0] = c[1] = '?';
    else if (turns_direction (c))
      c[0] = c[1] = c[2] = '?';
  if (!g_get_console_charset (NULL))
    converted = g_locale_from_utf8 (tame, -1, NULL, NULL, NULL);
  fputs (converted != NULL ? converted : tame, stream);
  fflush (stream);
}

static void
print_out (const char *text)
{
  print_tame (stdout, text);
}

static void
print_error (const char *text)
{
  print_tame (stderr, text);
}

void
es_output_init (void)
{
  g_set_print_handler (print_out);
  g_set_printerr_handler (print_error);
}

void
es_output_json (JsonBuilder *builder)
{
  g_autofree char *line = NULL;

  json_builder_end_object (builder);
  line = es_json_to_text (builder);
  /* Not g_print(): it converts to the terminal's character set, JSON is UTF-8. */
  fputs (line, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
  g_object_unref (builder);
}

JsonBuilder *
es_output_object (void)
{
  return json_builder_begin_object (json_builder_new ());
}

void
es_output_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
es_output_double (JsonBuilder *builder, const char *name, double value)
{
  es_json_add_double (builder, name, value);
}

void
es_output_string (JsonBuilder *builder, const char *name, const char *value)
{
  /* The name of a file may hold any bytes, JSON only UTF-8. */
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  json_builder_set_member_name (builder, name);
  if (valid != NULL)
    json_builder_add_string_value (builder, valid);
  else
    json_builder_add_null_value (builder);
}

void
es_output_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

gboolean
es_output_is_read (void)
{
  return fflush (stdout) == 0 && !ferror (stdout);
}

static void
interrupt_cb (int signal_number)
{
  interrupted = 1;
  /* A second one ends the program at once. */
  signal (signal_number, SIG_DFL);
}

/* The ways to be asked to stop: Ctrl+C, kill, and a terminal that goes away. */
static void
handle_signals (void (*handler) (int))
{
  signal (SIGINT, handler);
  signal (SIGTERM, handler);
  /* Under nohup it is ignored and stays so. */
  if (signal (SIGHUP, handler) == SIG_IGN)
    signal (SIGHUP, SIG_IGN);
}

gboolean
es_output_interrupted (void)
{
  return interrupted;
}

static void
draw (EsProgressBar *bar, double share)
{
  int filled = (int)(share * BAR_WIDTH);
  double elapsed = (double)(g_get_monotonic_time () - bar->start) / G_USEC_PER_SEC;
  char cells[BAR_WIDTH + 1];

  for (int i = 0; i < BAR_WIDTH; i++)
    cells[i] = i < filled ? '#' : '-';
  cells[BAR_WIDTH] = '\0';
  fprintf (stderr, "\r%s [%s] %3.0f %%", bar->what, cells, 100 * share);
  if (share > 0.01 && elapsed > 1)
    fprintf (stderr, ", %.0f s left ", elapsed * (1 - share) / share);
  fputs ("\033[K", stderr);
  bar->visible = TRUE;
}

static gboolean
progress_cb (double fraction, const char *message, gpointer data)
{
  EsProgressBar *bar = data;
  gint64 now = g_get_monotonic_time ();

  if (isatty (STDERR_FILENO) && now - bar->drawn >= REDRAW_MICROSECONDS) {
    bar->drawn = now;
    draw (bar, bar->first + (bar->last - bar->first) * CLAMP (fraction, 0, 1));
  }
  return !interrupted;
}

void
es_progress_bar_init (EsProgressBar *bar, const char *what)
{
  *bar = (EsProgressBar){
      .progress = {progress_cb, bar},
      .what = g_strdup (what),
      .last = 1,
      .start = g_get_monotonic_time (),
  };
  handle_signals (interrupt_cb);
}

void
es_progress_bar_set_stretch (EsProgressBar *bar, double first, double last)
{
  bar->first = first;
  bar->last = last;
}

void
es_progress_bar_hide (EsProgressBar *bar)
{
  if (bar->visible)
    fputs ("\r\033[K", stderr);
  bar->visible = FALSE;
}

void
es_progress_bar_clear (EsProgressBar *bar)
{
  es_progress_bar_hide (bar);
  g_clear_pointer (&bar->what, g_free);
  handle_signals (SIG_DFL);
}

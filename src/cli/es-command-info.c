/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-figure-tensor.h"
#include "es-json.h"
#include "es-output.h"
#include "es-run-file.h"
#include "es-run-json.h"

/* What there is to say about a file. */
typedef struct
{
  EsTensorFile *file;
  EsModelMap *map;
  EsRun *run;      /* nullable: the tensors are no network */
  GError *problem; /* why they are none */
  EsRunNotes notes;
  EsStatistics *statistics; /* of each tensor (nullable: not asked for) */
} Info;

static void
info_clear (Info *info)
{
  g_clear_pointer (&info->map, es_model_map_free);
  g_clear_pointer (&info->run, es_run_free);
  g_clear_pointer (&info->file, es_tensor_file_free);
  g_clear_error (&info->problem);
  g_clear_pointer (&info->statistics, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Info, info_clear)

/* Not every file of tensors is a network; but then nothing can be said of its parts. */
static gboolean
read_info (Info *info,
           const char *path,
           const EsModelOverrides *overrides,
           GError **error)
{
  info->file = es_tensor_file_open (path, error);
  if (info->file == NULL)
    return FALSE;
  info->map = es_model_map_new (info->file);
  if (!es_model_map_override (info->map, overrides, error))
    return FALSE;
  info->run =
      es_run_from_tensor_file (info->file, overrides, &info->notes, &info->problem);
  if (info->run != NULL || overrides->parts == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&info->problem));
  return FALSE;
}

static gboolean
measure (EsTensorFile *file,
         const EsTensor *tensor,
         EsStatistics *statistics,
         GError **error)
{
  g_autoptr (EsArray) array = es_tensor_file_read (file, tensor, error);

  es_statistics_init (statistics);
  return array != NULL && es_tensor_measure (statistics, &array->tensor, NULL, error);
}

static gboolean
measure_all (Info *info, GError **error)
{
  gsize n;
  const EsTensor *tensors = es_tensor_file_get_tensors (info->file, &n);

  info->statistics = g_new (EsStatistics, n + 1);
  for (gsize i = 0; i < n; i++)
    if (!measure (info->file, &tensors[i], &info->statistics[i], error))
      return FALSE;
  return TRUE;
}

static void
report_statistics_json (JsonBuilder *object, const EsStatistics *statistics)
{
  es_output_double (object, "min", statistics->min);
  es_output_double (object, "max", statistics->max);
  es_output_double (object, "mean", statistics->mean);
  es_output_double (object, "deviation", es_statistics_get_deviation (statistics));
  es_output_int (object, "zeros", (gint64)statistics->n_zero);
  es_output_int (object, "nan", (gint64)statistics->n_nan);
  es_output_int (object, "infinite", (gint64)statistics->n_infinite);
}

static void
report_statistics_text (const EsStatistics *statistics)
{
  g_print ("  %.4g to %.4g, mean %.4g, deviation %.4g, %" G_GSIZE_FORMAT
           " zeros, %" G_GSIZE_FORMAT " not a number, %" G_GSIZE_FORMAT " infinite\n",
           statistics->min, statistics->max, statistics->mean,
           es_statistics_get_deviation (statistics), statistics->n_zero,
           statistics->n_nan, statistics->n_infinite);
}

static void
report_model_json (JsonBuilder *object, const EsModelConfig *model)
{
  es_output_int (object, "rows", model->rows);
  es_output_int (object, "cols", model->cols);
  es_output_int (object, "hidden", model->hidden);
  es_output_int (object, "outputs", model->outputs);
  es_output_int (object, "layers", model->layers);
  es_output_boolean (object, "bias", model->bias);
  es_output_boolean (object, "residual", model->residual);
  es_output_string (object, "gate", es_gate_to_string (model->gate));
  if (model->units > 0)
    es_output_int (object, "units", model->units);
}

static void
report_training_json (JsonBuilder *object, const EsRun *run)
{
  const EsTrainConfig *train = &run->train;
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, train->seed);

  es_output_int (object, "epochs", train->epochs);
  es_output_int (object, "batch", train->batch);
  es_output_double (object, "lr", train->lr);
  es_output_double (object, "weight_decay", train->weight_decay);
  es_output_string (object, "decay", es_decay_to_string (train->decay));
  es_output_double (object, "noise", train->noise);
  es_output_double (object, "rotate", train->rotate);
  es_output_double (object, "translate", train->translate);
  es_output_double (object, "blur", train->blur);
  /* As text: a seed may need all 64 bits. */
  es_output_string (object, "seed", seed);
  if (train->threads > 0)
    es_output_int (object, "threads", train->threads);
  es_run_add_changes (object, run);
  es_output_string (object, "dataset", run->dataset);
  if (es_task_is_text (run->dataset))
    es_output_string (object, "task", run->dataset);
  es_output_string (object, "dataset_sha256", run->dataset_checksum);
  es_output_int (object, "epochs_done", es_run_get_epochs (run));
  if (es_run_get_last (run) != NULL)
    es_output_double (object, "test_accuracy", es_run_get_last (run)->val_acc);
  es_output_string (object, "program", run->program);
}

static void
report_tensors_json (JsonBuilder *object, const Info *info)
{
  gsize n;
  const EsTensor *tensors = es_tensor_file_get_tensors (info->file, &n);

  json_builder_set_member_name (object, "tensors");
  json_builder_begin_array (object);
  for (gsize i = 0; i < n; i++) {
    json_builder_begin_object (object);
    es_output_string (object, "name", tensors[i].name);
    es_output_string (object, "dtype", es_dtype_to_string (tensors[i].dtype));
    json_builder_set_member_name (object, "shape");
    json_builder_begin_array (object);
    for (guint k = 0; k < tensors[i].n_dims; k++)
      json_builder_add_int_value (object, (gint64)tensors[i].dims[k]);
    json_builder_end_array (object);
    if (info->statistics != NULL)
      report_statistics_json (object, &info->statistics[i]);
    json_builder_end_object (object);
  }
  json_builder_end_array (object);
}

static void
report_unread_json (JsonBuilder *object, const Info *info)
{
  gsize n;
  const EsTensor *unread = es_tensor_file_get_unread (info->file, &n);

  if (n == 0)
    return;
  json_builder_set_member_name (object, "unread");
  json_builder_begin_array (object);
  for (gsize i = 0; i < n; i++)
    json_builder_add_string_value (object, unread[i].name);
  json_builder_end_array (object);
}

/* Which tensor is which part. */
static void
report_parts_json (JsonBuilder *object, const Info *info)
{
  g_autoptr (GArray) roles = es_model_map_list_roles (info->map);

  json_builder_set_member_name (object, "parts");
  json_builder_begin_object (object);
  for (guint i = 0; i < roles->len; i++) {
    const EsRole *role = &g_array_index (roles, EsRole, i);
    g_autofree char *name = es_role_to_string (role);

    if (es_model_map_get (info->map, role) != NULL)
      es_output_string (object, name, es_model_map_get (info->map, role)->name);
  }
  json_builder_end_object (object);
}

/* The settings beside the tensors, but for our own description, which is told apart. */
static void
report_settings_json (JsonBuilder *object, const Info *info)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_builder_set_member_name (object, "settings");
  json_builder_begin_object (object);
  json_object_iter_init (&iter, es_tensor_file_get_settings (info->file));
  while (json_object_iter_next (&iter, &name, &node)) {
    if (g_strcmp0 (name, "eigenscope") == 0)
      continue;
    json_builder_set_member_name (object, name);
    json_builder_add_value (object, json_node_copy (node));
  }
  json_builder_end_object (object);
}

static void
report_json (const Info *info)
{
  JsonBuilder *object = es_output_object ();

  es_output_string (object, "format", es_tensor_file_get_format (info->file));
  report_tensors_json (object, info);
  report_unread_json (object, info);
  json_builder_set_member_name (object, "config");
  json_builder_begin_object (object);
  if (info->run != NULL)
    report_model_json (object, es_model_get_config (info->run->model));
  if (info->run != NULL && info->run->has_recipe)
    report_training_json (object, info->run);
  json_builder_end_object (object);
  if (info->run != NULL) {
    es_output_boolean (object, "residual_assumed", info->notes.residual_assumed);
    es_output_int (object, "not_finite", (gint64)info->notes.n_not_finite);
    report_parts_json (object, info);
  } else {
    es_output_string (object, "problem", info->problem->message);
  }
  report_settings_json (object, info);
  es_output_json (object);
}

static void
report_run_text (const EsRun *run)
{
  const EsModelConfig *model = es_model_get_config (run->model);
  const EsTrainConfig *train = &run->train;
  const EsEpoch *last = es_run_get_last (run);

  g_print ("Network: %u x %u %s, %s %u, %u %s, %u bilinear layer%s%s%s, "
           "gate %s\n",
           model->rows, model->cols, model->units > 0 ? "inputs" : "pixels",
           model->units > 0 ? "no embedding, product of width" : "hidden width",
           model->units > 0 ? model->units : model->hidden, model->outputs,
           model->outputs == 1 ? "output"
           : model->units > 0  ? "outputs"
                               : "classes",
           model->layers, model->layers == 1 ? "" : "s", model->bias ? ", bias" : "",
           model->residual ? ", residual" : "", es_gate_to_string (model->gate));
  if (run->edited_from != NULL)
    g_print ("Edited from %s, class: component × factor\n", run->edited_from);
  for (char **part = run->edited_parts; part != NULL && *part != NULL; part++)
    g_print ("  %s\n", *part);
  if (!run->has_recipe)
    return;
  g_print ("Trained on %s by %s: %u of %u epochs, batch %u, learning rate %g, weight "
           "decay %g, noise %g,\n"
           "  rotation %g, translation %g, blur %g, seed %" G_GUINT64_FORMAT "%s\n",
           run->dataset != NULL ? run->dataset : "an unknown dataset",
           run->program != NULL ? run->program : "an unknown program",
           es_run_get_epochs (run), train->epochs, train->batch, train->lr,
           train->weight_decay, train->noise, train->rotate, train->translate,
           train->blur, train->seed,
           train->decay == ES_DECAY_COUPLED ? ", decay added to the gradient" : "");
  for (guint i = 0; i < run->changes->len; i++) {
    const EsRateChange *change = &g_array_index (run->changes, EsRateChange, i);

    g_print ("Changed after %g epochs: %s %g, before %g\n", change->epoch,
             es_rate_to_string (change->rate), change->value, change->before);
  }
  if (last != NULL)
    g_print ("Test accuracy %.4f, loss %.4g\n", last->val_acc, last->val_loss);
}

static void
report_settings_text (const Info *info)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, es_tensor_file_get_settings (info->file));
  while (json_object_iter_next (&iter, &name, &node)) {
    g_autofree char *text = es_json_node_to_text (node);

    if (g_strcmp0 (name, "eigenscope") != 0)
      g_print ("Setting %s: %s\n", name, text);
  }
}

static void
report_unread_text (const Info *info)
{
  gsize n;
  const EsTensor *unread = es_tensor_file_get_unread (info->file, &n);

  for (gsize i = 0; i < n; i++) {
    g_autoptr (GError) problem = NULL;
    g_autoptr (EsArray) array = es_tensor_file_read (info->file, &unread[i], &problem);

    g_print ("Not readable: %s\n", problem->message);
  }
}

static void
report_text (const Info *info)
{
  gsize n;
  const EsTensor *tensors = es_tensor_file_get_tensors (info->file, &n);

  g_print ("Format: %s\n", es_tensor_file_get_format (info->file));
  if (info->run != NULL)
    report_run_text (info->run);
  else
    g_print ("No network: %s\n", info->problem->message);
  if (info->notes.residual_assumed)
    g_print ("Taken as not residual, which the file does not say; try --residual\n");
  if (info->notes.n_not_finite > 0)
    g_print ("%" G_GSIZE_FORMAT " weights are infinite or not a number\n",
             info->notes.n_not_finite);
  report_settings_text (info);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *shape = es_tensor_shape (&tensors[i]);

    g_print ("%-28s %-5s %s\n", tensors[i].name, es_dtype_to_string (tensors[i].dtype),
             shape);
    if (info->statistics != NULL)
      report_statistics_text (&info->statistics[i]);
  }
  report_unread_text (info);
}

static EsExit
run_info (int argc, char **argv)
{
  gboolean stats = FALSE;
  const GOptionEntry entries[] = {
      {"stats", 0, 0, G_OPTION_ARG_NONE, &stats, "Look at every number of every tensor",
       NULL},
      {NULL},
  };
  EsCommonOptions common;
  g_auto (Info) info = {NULL};
  GError *error = NULL;

  if (!es_command_parse (&es_command_info, entries, NULL, &common, 1, 1, &argc, &argv))
    return ES_EXIT_USAGE;
  if (!read_info (&info, argv[1], &common.network, &error) ||
      (stats && !measure_all (&info, &error)))
    return es_command_failed (error);
  if (common.json)
    report_json (&info);
  else
    report_text (&info);
  return ES_EXIT_DONE;
}

const EsCommand es_command_info = {
    .name = "info",
    .arguments = "FILE",
    .summary = "Tensors, network, settings and history in a file",
    .run = run_info,
    .takes_network = TRUE,
};

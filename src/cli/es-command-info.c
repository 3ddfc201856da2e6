/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-command.h"
#include "es-npy.h"
#include "es-npz.h"
#include "es-output.h"
#include "es-run-file.h"
#include "es-safetensors.h"

#include <stdio.h>
#include <string.h>

/* What there is to say about a file. */
typedef struct
{
  const char *format;
  GArray *tensors;     /* of EsTensor; their names and shapes only */
  GPtrArray *owned;    /* what keeps the names alive */
  EsSafetensors *file; /* nullable */
  EsRun *run;          /* nullable: the tensors are no network */
} Info;

static void
info_clear (Info *info)
{
  g_clear_pointer (&info->tensors, g_array_unref);
  g_clear_pointer (&info->owned, g_ptr_array_unref);
  g_clear_pointer (&info->file, es_safetensors_free);
  g_clear_pointer (&info->run, es_run_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Info, info_clear)

static gboolean
read_safetensors (Info *info, const char *path, GError **error)
{
  const EsTensor *tensors;
  gsize n;

  info->format = "safetensors";
  info->file = es_safetensors_open (path, error);
  if (info->file == NULL)
    return FALSE;
  tensors = es_safetensors_get_tensors (info->file, &n);
  g_array_append_vals (info->tensors, tensors, (guint)n);
  /* Not every file of tensors is a network. */
  info->run = es_run_open (path, NULL, NULL);
  return TRUE;
}

static gboolean
read_npy (Info *info, const char *path, GError **error)
{
  EsArray *array = es_npy_open (path, error);

  info->format = "npy";
  if (array == NULL)
    return FALSE;
  g_array_append_val (info->tensors, array->tensor);
  g_ptr_array_add (info->owned, array);
  return TRUE;
}

static gboolean
read_npz (Info *info, const char *path, GError **error)
{
  g_autoptr (EsNpz) npz = es_npz_open (path, error);
  const char *const *names;

  info->format = "npz";
  if (npz == NULL)
    return FALSE;
  names = es_npz_get_names (npz);
  for (guint i = 0; names[i] != NULL; i++) {
    EsArray *array = es_npz_read (npz, names[i], error);

    if (array == NULL)
      return FALSE;
    g_array_append_val (info->tensors, array->tensor);
    g_ptr_array_add (info->owned, array);
  }
  return TRUE;
}

/* By content: the first bytes tell. */
static gboolean
read_info (Info *info, const char *path, GError **error)
{
  char start[6] = {0};
  FILE *file = fopen (path, "rb");

  info->tensors = g_array_new (FALSE, FALSE, sizeof (EsTensor));
  info->owned = g_ptr_array_new_with_free_func ((GDestroyNotify)es_array_free);
  if (file != NULL) {
    if (fread (start, 1, sizeof start, file) < sizeof start)
      start[0] = '\0';
    fclose (file);
  }
  if (memcmp (start, "\x93NUMPY", 6) == 0)
    return read_npy (info, path, error);
  if (memcmp (start, "PK\x03\x04", 4) == 0)
    return read_npz (info, path, error);
  return read_safetensors (info, path, error);
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
  es_output_double (object, "noise", train->noise);
  es_output_double (object, "rotate", train->rotate);
  es_output_double (object, "translate", train->translate);
  es_output_double (object, "blur", train->blur);
  /* As text: a seed may need all 64 bits. */
  es_output_string (object, "seed", seed);
  es_output_string (object, "dataset", run->dataset);
  es_output_string (object, "dataset_sha256", run->dataset_checksum);
  es_output_int (object, "epochs_done", es_run_get_epochs (run));
  if (es_run_get_last (run) != NULL)
    es_output_double (object, "test_accuracy", es_run_get_last (run)->val_acc);
  es_output_string (object, "program", run->program);
}

static void
report_json (const Info *info)
{
  JsonBuilder *object = es_output_object ();

  es_output_string (object, "format", info->format);
  json_builder_set_member_name (object, "tensors");
  json_builder_begin_array (object);
  for (guint i = 0; i < info->tensors->len; i++) {
    const EsTensor *tensor = &g_array_index (info->tensors, EsTensor, i);

    json_builder_begin_object (object);
    es_output_string (object, "name", tensor->name);
    es_output_string (object, "dtype", es_dtype_to_string (tensor->dtype));
    json_builder_set_member_name (object, "shape");
    json_builder_begin_array (object);
    for (guint k = 0; k < tensor->n_dims; k++)
      json_builder_add_int_value (object, (gint64)tensor->dims[k]);
    json_builder_end_array (object);
    json_builder_end_object (object);
  }
  json_builder_end_array (object);
  json_builder_set_member_name (object, "config");
  json_builder_begin_object (object);
  if (info->run != NULL)
    report_model_json (object, es_model_get_config (info->run->model));
  if (info->run != NULL && info->run->has_recipe)
    report_training_json (object, info->run);
  json_builder_end_object (object);
  es_output_json (object);
}

static void
report_run_text (const EsRun *run)
{
  const EsModelConfig *model = es_model_get_config (run->model);
  const EsTrainConfig *train = &run->train;
  const EsEpoch *last = es_run_get_last (run);

  g_print (
      "Network: %u x %u pixels, hidden width %u, %u classes, %u bilinear layer%s%s%s, "
      "gate %s\n",
      model->rows, model->cols, model->hidden, model->outputs, model->layers,
      model->layers == 1 ? "" : "s", model->bias ? ", bias" : "",
      model->residual ? ", residual" : "", es_gate_to_string (model->gate));
  if (!run->has_recipe)
    return;
  g_print ("Trained on %s by %s: %u of %u epochs, batch %u, learning rate %g, weight "
           "decay %g, noise %g,\n"
           "  rotation %g, translation %g, blur %g, seed %" G_GUINT64_FORMAT "\n",
           run->dataset != NULL ? run->dataset : "an unknown dataset",
           run->program != NULL ? run->program : "an unknown program",
           es_run_get_epochs (run), train->epochs, train->batch, train->lr,
           train->weight_decay, train->noise, train->rotate, train->translate,
           train->blur, train->seed);
  if (last != NULL)
    g_print ("Test accuracy %.4f, loss %.4f\n", last->val_acc, last->val_loss);
}

static void
report_text (const Info *info)
{
  g_print ("Format: %s\n", info->format);
  if (info->run != NULL)
    report_run_text (info->run);
  for (guint i = 0; i < info->tensors->len; i++) {
    const EsTensor *tensor = &g_array_index (info->tensors, EsTensor, i);
    g_autofree char *shape = es_tensor_shape (tensor);

    g_print ("%-28s %-5s %s\n", tensor->name, es_dtype_to_string (tensor->dtype),
             shape);
  }
}

static EsExit
run_info (int argc, char **argv)
{
  EsCommonOptions common;
  g_auto (Info) info = {NULL};
  GError *error = NULL;

  if (!es_command_parse (&es_command_info, NULL, NULL, &common, 1, 1, &argc, &argv))
    return ES_EXIT_USAGE;
  if (!read_info (&info, argv[1], &error))
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
    .summary = "What a file holds: tensors, network, recipe",
    .run = run_info,
};

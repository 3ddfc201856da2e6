/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-tools.h"

#include "es-attack-search.h"
#include "es-focus.h"
#include "es-i18n.h"
#include "es-number-row.h"
#include "es-toasts.h"
#include "es-work.h"

#include <math.h>

/* Places in the lists of the window. */
#define METHOD_FGSM 0
#define NORM_L2 0

struct _EsAttackTools
{
  AdwBin parent_instance;

  EsAttackEditor *editor;
  EsAttackKit *kit; /* nullable */
  char **names;     /* nullable */
  guint n_controls; /* made so far: each is another one */
  gboolean updating;
  GCancellable *searching; /* NULL: no search is under way */
  GCancellable *following; /* the same for the gradient */

  AdwComboRow *mask_class;
  EsNumberRow *mask_component;
  EsNumberRow *mask_k;
  EsNumberRow *mask_strength;
  EsNumberRow *mask_rare;
  EsNumberRow *mask_strongest;
  GtkWidget *add_mask;
  AdwComboRow *control_kind;
  GtkWidget *add_control;
  AdwComboRow *gradient_method;
  AdwComboRow *gradient_norm;
  AdwComboRow *gradient_target;
  EsNumberRow *gradient_budget;
  EsNumberRow *gradient_steps;
  EsNumberRow *gradient_step;
  EsNumberRow *gradient_restarts;
  GtkProgressBar *gradient_progress;
  GtkWidget *gradient_start;
  GtkWidget *gradient_cancel;
  AdwComboRow *norm;
  EsNumberRow *budget;
  GtkSwitch *clip;
  AdwComboRow *target;
  GtkWidget *smallest;
  GtkWidget *best;
};

G_DEFINE_FINAL_TYPE (EsAttackTools, es_attack_tools, ADW_TYPE_BIN)

enum {
  EIGENVECTORS_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *
class_name (EsAttackTools *self, guint c)
{
  return self->names != NULL && c < g_strv_length (self->names) ? self->names[c] : "";
}

static const EsAttackLayer *
selected_layer (EsAttackTools *self)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (self->editor);
  gint i = es_attack_editor_get_selected (self->editor);

  return stack != NULL && i >= 0 ? es_attack_stack_get_layer (stack, (guint)i) : NULL;
}

/* From eigenvectors */

static void
add_mask_cb (EsAttackTools *self)
{
  guint c = adw_combo_row_get_selected (self->mask_class);
  gsize component = es_number_row_get_whole (self->mask_component);
  EsMaskOptions options = {es_number_row_get_value (self->mask_rare),
                           es_number_row_get_whole (self->mask_strongest)};
  g_autofree char *name = NULL;
  g_autofree float *mask = NULL;
  g_autoptr (GError) error = NULL;
  EsAttackLayer layer = {.kind = ES_ATTACK_LAYER_MASK,
                         .strength = es_number_row_get_value (self->mask_strength),
                         .class_index = (gint)c,
                         .component = (gint)component};

  if (self->kit == NULL || c >= self->kit->masks->C || component >= self->kit->masks->k)
    return;
  mask = g_new (float, self->kit->masks->P);
  if (!es_mask_fill (mask, self->kit->masks, c, component, &options, self->kit->mean,
                     &error)) {
    es_toast_error (GTK_WIDGET (self), error);
    return;
  }
  layer.name = name = g_strdup_printf (_ ("Mask: %s, component %d"),
                                       class_name (self, c), (int)component);
  es_attack_editor_add (self->editor, &layer, mask);
}

static void
k_cb (EsAttackTools *self)
{
  if (!self->updating && self->editor != NULL)
    g_signal_emit (self, signals[EIGENVECTORS_CHANGED], 0);
}

/* Controls */

/* Whatever the layer is: on the pixels that it changes, if it is a mask. */
static void
add_control_cb (EsAttackTools *self)
{
  static const EsMaskOptions all = {0};
  const EsAttackLayer *source = selected_layer (self);
  gboolean noise = adw_combo_row_get_selected (self->control_kind) == 1;
  EsAttackLayer layer;
  g_autofree float *control = NULL;
  g_autofree char *name = NULL;
  gsize P;

  if (source == NULL)
    return;
  P = es_attack_editor_get_stack (self->editor)->P;
  control = g_new (float, P);
  es_mask_control (control, es_attack_layer_get_pixels (source), P,
                   noise ? ES_CONTROL_NOISE : ES_CONTROL_PERMUTED, &all, NULL, 42,
                   self->n_controls++);
  layer = *source;
  layer.kind = ES_ATTACK_LAYER_CONTROL;
  layer.hidden = FALSE;
  layer.name = name =
      g_strdup_printf (noise ? _ ("Noise: %s") : _ ("Permuted: %s"), source->name);
  es_attack_editor_add (self->editor, &layer, control);
}

/* Gradient */

static void
show_following (EsAttackTools *self)
{
  gboolean busy = self->following != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->gradient_progress), busy);
  gtk_widget_set_visible (self->gradient_cancel, busy);
  gtk_widget_set_visible (self->gradient_start, !busy);
}

static void
gradient_progress_cb (double fraction, gpointer data)
{
  gtk_progress_bar_set_fraction (ES_ATTACK_TOOLS (data)->gradient_progress, fraction);
}

static char *
gradient_name (EsAttackTools *self)
{
  guint target = adw_combo_row_get_selected (self->gradient_target);
  const char *method = adw_combo_row_get_selected (self->gradient_method) == METHOD_FGSM
                           ? "FGSM"
                           : "PGD";

  return target == 0
             ? g_strdup (method)
             : g_strdup_printf (_ ("%s to %s"), method, class_name (self, target - 1));
}

static void
gradient_found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsAttackTools *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EsGradientFound) found = es_attack_gradient_finish (result, &error);
  EsAttackLayer layer = {.kind = ES_ATTACK_LAYER_GRADIENT,
                         .strength = 1,
                         .class_index = -1,
                         .component = -1};

  g_clear_object (&self->following);
  if (found != NULL && self->editor != NULL &&
      !es_attack_gradient_is_current (result, self->editor)) {
    es_toast (GTK_WIDGET (self),
              _ ("The gradient of the image before has not become a layer"));
  } else if (found != NULL && self->editor != NULL) {
    g_autofree char *name = gradient_name (self);

    layer.name = name;
    es_attack_editor_add (self->editor, &layer, found->change);
    if (!found->result.fooled)
      es_toast (GTK_WIDGET (self), _ ("No change within the budget flips it"));
  } else if (error != NULL) {
    es_toast_error (GTK_WIDGET (self), error);
  }
  show_following (self);
  g_object_unref (self);
}

static void
gradient_cb (EsAttackTools *self)
{
  gboolean fgsm = adw_combo_row_get_selected (self->gradient_method) == METHOD_FGSM;
  EsGradientOptions options;

  if (es_attack_editor_get_outcome (self->editor) == NULL || self->following != NULL)
    return;
  if (fgsm)
    es_gradient_options_init_fgsm (&options);
  else
    es_gradient_options_init_pgd (&options);
  options.norm = adw_combo_row_get_selected (self->gradient_norm) == NORM_L2
                     ? ES_NORM_L2
                     : ES_NORM_LINF;
  options.budget = es_number_row_get_value (self->gradient_budget);
  options.target = (gint)adw_combo_row_get_selected (self->gradient_target) - 1;
  options.clip = es_attack_editor_get_stack (self->editor)->clip;
  options.step = options.budget;
  if (!fgsm) {
    options.steps = es_number_row_get_whole (self->gradient_steps);
    options.step = es_number_row_get_value (self->gradient_step);
    options.restarts = es_number_row_get_whole (self->gradient_restarts);
  }
  self->following = g_cancellable_new ();
  gtk_progress_bar_set_fraction (self->gradient_progress, 0);
  show_following (self);
  es_attack_gradient_async (self->editor, &options, gradient_progress_cb,
                            self->following, gradient_found_cb, g_object_ref (self));
}

static void
gradient_cancel_cb (EsAttackTools *self)
{
  g_cancellable_cancel (self->following);
}

/* What is usual in one norm is nothing, or all, in the other; what a person has chosen
   stays. */
static void
gradient_norm_cb (EsAttackTools *self)
{
  gboolean l2 = adw_combo_row_get_selected (self->gradient_norm) == NORM_L2;
  EsGradientOptions fgsm, pgd;

  es_gradient_options_init_fgsm (&fgsm);
  es_gradient_options_init_pgd (&pgd);
  if (fabs (es_number_row_get_value (self->gradient_budget) -
            (l2 ? fgsm : pgd).budget) < 1e-9)
    es_number_row_set_value (self->gradient_budget, (l2 ? pgd : fgsm).budget);
}

/* One step has no number of steps. */
static void
method_cb (EsAttackTools *self)
{
  gboolean pgd = adw_combo_row_get_selected (self->gradient_method) != METHOD_FGSM;

  gtk_widget_set_visible (GTK_WIDGET (self->gradient_steps), pgd);
  gtk_widget_set_visible (GTK_WIDGET (self->gradient_step), pgd);
  gtk_widget_set_visible (GTK_WIDGET (self->gradient_restarts), pgd);
}

/* Limits */

static void
limits_cb (EsAttackTools *self)
{
  EsNorm norm = (EsNorm)adw_combo_row_get_selected (self->norm);

  gtk_widget_set_visible (GTK_WIDGET (self->budget), norm != ES_NORM_NONE);
  if (!self->updating && self->editor != NULL)
    es_attack_editor_set_budget (self->editor, norm,
                                 es_number_row_get_value (self->budget));
}

static void
clip_cb (EsAttackTools *self)
{
  if (!self->updating && self->editor != NULL)
    es_attack_editor_set_clip (self->editor, gtk_switch_get_active (self->clip));
}

/* Searches */

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  EsAttackTools *self = data;
  g_autoptr (GError) error = NULL;
  double strength;
  gboolean found = es_attack_search_finish (result, &strength, &error);
  gboolean current =
      self->editor != NULL && es_attack_search_is_current (result, self->editor);

  g_clear_object (&self->searching);
  if (found && current) {
    es_attack_editor_settle (self->editor);
    es_attack_editor_set_strength (
        self->editor, (guint)es_attack_editor_get_selected (self->editor), strength);
    es_attack_editor_settle (self->editor);
  } else if (error != NULL) {
    es_toast_error (GTK_WIDGET (self), error);
  } else if (current) {
    es_toast (GTK_WIDGET (self), _ ("No strength up to 4 flips it"));
  }
  g_object_unref (self);
}

static void
search (EsAttackTools *self, gboolean best)
{
  if (selected_layer (self) == NULL || self->searching != NULL)
    return;
  self->searching = g_cancellable_new ();
  es_attack_search_async (self->editor, best,
                          (gint)adw_combo_row_get_selected (self->target) - 1,
                          self->searching, searched_cb, g_object_ref (self));
}

static void
smallest_cb (EsAttackTools *self)
{
  search (self, FALSE);
}

static void
best_cb (EsAttackTools *self)
{
  search (self, TRUE);
}

/* What is shown */

static void
editor_changed_cb (EsAttackTools *self)
{
  const EsAttackStack *stack = es_attack_editor_get_stack (self->editor);
  gboolean layer = selected_layer (self) != NULL;

  es_focus_set_sensitive (self->add_control, layer);
  es_focus_set_sensitive (self->smallest, layer);
  es_focus_set_sensitive (self->best, layer);
  if (stack == NULL)
    return;
  self->updating = TRUE;
  adw_combo_row_set_selected (self->norm, stack->norm);
  if (stack->norm != ES_NORM_NONE)
    es_number_row_set_value (self->budget, stack->budget);
  gtk_switch_set_active (self->clip, stack->clip);
  self->updating = FALSE;
}

void
es_attack_tools_set_editor (EsAttackTools *self, EsAttackEditor *editor)
{
  g_return_if_fail (ES_IS_ATTACK_TOOLS (self));
  g_set_object (&self->editor, editor);
  g_signal_connect_object (editor, "changed", G_CALLBACK (editor_changed_cb), self,
                           G_CONNECT_SWAPPED);
  editor_changed_cb (self);
}

void
es_attack_tools_set_kit (EsAttackTools *self, EsAttackKit *kit)
{
  g_return_if_fail (ES_IS_ATTACK_TOOLS (self));
  if (kit != NULL)
    es_attack_kit_ref (kit);
  es_attack_kit_unref (self->kit);
  self->kit = kit;
  es_focus_set_sensitive (self->add_mask, kit != NULL);
  if (kit == NULL)
    return;
  self->updating = TRUE;
  g_object_set (self->mask_component, "upper", (double)kit->masks->k - 1, NULL);
  self->updating = FALSE;
}

void
es_attack_tools_set_names (EsAttackTools *self, char **names)
{
  g_autoptr (GtkStringList) classes = NULL;
  g_autoptr (GtkStringList) targets = NULL;

  g_return_if_fail (ES_IS_ATTACK_TOOLS (self));
  if (self->names != NULL && names != NULL &&
      g_strv_equal ((const char *const *)self->names, (const char *const *)names))
    return;
  g_strfreev (self->names);
  self->names = g_strdupv (names);
  classes = gtk_string_list_new ((const char *const *)names);
  targets = gtk_string_list_new (NULL);
  gtk_string_list_append (targets, _ ("Any Other Class"));
  for (guint c = 0; names != NULL && names[c] != NULL; c++)
    gtk_string_list_append (targets, names[c]);
  adw_combo_row_set_model (self->mask_class, G_LIST_MODEL (classes));
  adw_combo_row_set_model (self->gradient_target, G_LIST_MODEL (targets));
  adw_combo_row_set_model (self->target, G_LIST_MODEL (targets));
}

gsize
es_attack_tools_get_k (EsAttackTools *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_TOOLS (self), 1);
  return es_number_row_get_whole (self->mask_k);
}

/* Life */

static void
es_attack_tools_dispose (GObject *object)
{
  EsAttackTools *self = ES_ATTACK_TOOLS (object);

  es_work_drop (&self->searching);
  es_work_drop (&self->following);
  g_clear_object (&self->editor);
  g_clear_pointer (&self->kit, es_attack_kit_unref);
  g_clear_pointer (&self->names, g_strfreev);
  G_OBJECT_CLASS (es_attack_tools_parent_class)->dispose (object);
}

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsAttackTools, name)
#define CALLBACK(name) gtk_widget_class_bind_template_callback (widget_class, name)

static void
bind_children (GtkWidgetClass *widget_class)
{
  BIND (mask_class);
  BIND (mask_component);
  BIND (mask_k);
  BIND (mask_strength);
  BIND (mask_rare);
  BIND (mask_strongest);
  BIND (add_mask);
  BIND (control_kind);
  BIND (add_control);
  BIND (gradient_method);
  BIND (gradient_norm);
  BIND (gradient_target);
  BIND (gradient_budget);
  BIND (gradient_steps);
  BIND (gradient_step);
  BIND (gradient_restarts);
  BIND (gradient_progress);
  BIND (gradient_start);
  BIND (gradient_cancel);
  BIND (norm);
  BIND (budget);
  BIND (clip);
  BIND (target);
  BIND (smallest);
  BIND (best);
}

static void
es_attack_tools_class_init (EsAttackToolsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = es_attack_tools_dispose;
  signals[EIGENVECTORS_CHANGED] =
      g_signal_new ("eigenvectors-changed", ES_TYPE_ATTACK_TOOLS, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (ES_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               ES_RESOURCE_PATH "/es-attack-tools.ui");
  bind_children (widget_class);
  CALLBACK (add_mask_cb);
  CALLBACK (k_cb);
  CALLBACK (add_control_cb);
  CALLBACK (gradient_cb);
  CALLBACK (gradient_cancel_cb);
  CALLBACK (gradient_norm_cb);
  CALLBACK (method_cb);
  CALLBACK (limits_cb);
  CALLBACK (clip_cb);
  CALLBACK (smallest_cb);
  CALLBACK (best_cb);
}

static void
es_attack_tools_init (EsAttackTools *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  method_cb (self);
  limits_cb (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-attack-sections.h"

#include "es-attack-page.h"
#include "es-i18n.h"
#include "es-sweep-panel.h"

struct _EsAttackSections
{
  AdwBin parent_instance;

  GtkStack *stack;
  EsAttackPage *image;
  EsSweepPanel *set;
};

G_DEFINE_FINAL_TYPE (EsAttackSections, es_attack_sections, ADW_TYPE_BIN)

void
es_attack_sections_act (EsAttackSections *self, const char *name)
{
  g_return_if_fail (ES_IS_ATTACK_SECTIONS (self));
  if (gtk_stack_get_child_by_name (self->stack, name) != NULL) {
    gtk_stack_set_visible_child_name (self->stack, name);
  } else if (g_str_equal (name, "paint") || g_str_equal (name, "draw")) {
    gtk_stack_set_visible_child_name (self->stack, "image");
    gtk_widget_activate_action (
        GTK_WIDGET (self->image),
        g_str_equal (name, "paint") ? "attack.paint" : "attack.draw", NULL);
  } else if (g_str_equal (name, "try")) {
    gtk_stack_set_visible_child_name (self->stack, "set");
    es_sweep_panel_start (self->set);
  } else if (g_str_equal (name, "cancel")) {
    es_sweep_panel_cancel (self->set);
  }
}

EsAttackEditor *
es_attack_sections_get_editor (EsAttackSections *self)
{
  g_return_val_if_fail (ES_IS_ATTACK_SECTIONS (self), NULL);
  return gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->image)
             ? es_attack_page_get_editor (self->image)
             : NULL;
}

void
es_attack_sections_set_workspace (EsAttackSections *self, EsWorkspace *workspace)
{
  g_return_if_fail (ES_IS_ATTACK_SECTIONS (self));
  es_attack_page_set_workspace (self->image, workspace);
  es_sweep_panel_set_workspace (self->set, workspace);
}

/* Life */

#define BIND(name)                                                                     \
  gtk_widget_class_bind_template_child (widget_class, EsAttackSections, name)

static void
es_attack_sections_class_init (EsAttackSectionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (ES_TYPE_ATTACK_PAGE);
  g_type_ensure (ES_TYPE_SWEEP_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class, ES_RESOURCE_PATH
                                               "/es-attack-sections.ui");
  BIND (stack);
  BIND (image);
  BIND (set);
}

static void
es_attack_sections_init (EsAttackSections *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  es_sweep_panel_set_editor (self->set, es_attack_page_get_editor (self->image));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The settings of a task whose answer is known, to train another network on it. "train"
 * (EsPlan *) is emitted when a person wants to, and "choose-target" when a person wants
 * to choose the challenge's target.
 */
#define ES_TYPE_TASK_SETTINGS (es_task_settings_get_type ())
G_DECLARE_FINAL_TYPE (EsTaskSettings, es_task_settings, ES, TASK_SETTINGS, AdwBin)

/* Starts from the settings of @plan, whose data is a task. */
void es_task_settings_set_plan (EsTaskSettings *self, const EsPlan *plan);

/* The images of the run that is looked at, nullable: the target is shown if it is one
   of them. */
void es_task_settings_set_dataset (EsTaskSettings *self, EsDataset *dataset);

/* Opens the window in which a target is chosen or drawn, if there is one to choose. */
void es_task_settings_choose_target (EsTaskSettings *self, EsWorkspace *workspace);

/* The plan of a training with the usual settings for @task; the name is left out. To be
   cleared. */
void es_task_plan_init (EsPlan *plan, const EsTask *task);

G_END_DECLS

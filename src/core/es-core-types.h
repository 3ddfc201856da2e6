/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EsDataset EsDataset;
typedef struct _EsModel EsModel;
typedef struct _EsRun EsRun;
typedef struct _EsTask EsTask;
typedef struct _EsTrainer EsTrainer;

G_END_DECLS

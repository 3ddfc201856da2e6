/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "es-dataset.h"
#include "es-run.h"
#include "es-spectrum.h"

G_BEGIN_DECLS

/*
 * A report on one page (A4, PDF) for somebody who sees such a network for the first
 * time: what it was trained on, how that went, what its eigenvectors look like and how
 * to read them. @spectrum (nullable, for gated networks: then the page stops after the
 * training) is of all classes of @run's network, with at least four pictures at each
 * end; @command says how to make the run again. ES_EXPORT_ERROR,
 * ES_IO_ERROR.
 */
gboolean es_report_save (const EsRun *run,
                         const EsDataset *dataset,
                         const EsSpectrum *spectrum,
                         const char *command,
                         const char *path,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

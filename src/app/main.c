/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-application.h"
#include "es-blas.h"
#include "es-i18n.h"
#include "es-work.h"

#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (EsApplication) application = NULL;
  int status;

  es_blas_choose_kernels (argv);
  setlocale (LC_ALL, "");
  es_i18n_init ();
  g_set_application_name (_ ("Eigenscope"));
  application = es_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  es_work_wait ();
  return status;
}

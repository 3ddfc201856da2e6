/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-adamw.h"

#include "es-vector.h"

#include <math.h>

#define BETA1 0.9
#define BETA2 0.999
#define EPSILON 1e-8f

EsAdamW
es_adamw_step (double lr, double weight_decay, guint64 t)
{
  return (EsAdamW){
      .keep = (float)(1 - lr * weight_decay),
      .step = (float)(lr / (1 - pow (BETA1, (double)t))),
      .root = (float)(1 / sqrt (1 - pow (BETA2, (double)t))),
  };
}

EsAdamW
es_adamw_step_coupled (double lr, double weight_decay, guint64 t)
{
  EsAdamW adamw = es_adamw_step (lr, 0, t);

  adamw.add = (float)weight_decay;
  return adamw;
}

ES_MULTIVERSION
static void
gather (float *restrict sum, float *restrict part, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    sum[i] += part[i];
    part[i] = 0;
  }
}

ES_MULTIVERSION
static void
update (float *restrict params,
        float *restrict moment1,
        float *restrict moment2,
        float *restrict dparams,
        gsize n,
        EsAdamW adamw)
{
  for (gsize i = 0; i < n; i++) {
    float g = dparams[i] + adamw.add * params[i];
    float m = (float)BETA1 * moment1[i] + (float)(1 - BETA1) * g;
    float v = (float)BETA2 * moment2[i] + (float)(1 - BETA2) * g * g;

    moment1[i] = m;
    moment2[i] = v;
    params[i] =
        adamw.keep * params[i] - adamw.step * m / (sqrtf (v) * adamw.root + EPSILON);
    dparams[i] = 0;
  }
}

void
es_adamw_update (float *restrict params,
                 float *restrict moment1,
                 float *restrict moment2,
                 float *const *dparams,
                 guint n_parts,
                 gsize first,
                 gsize n,
                 const EsAdamW *adamw)
{
  for (guint i = 1; i < n_parts; i++)
    gather (dparams[0] + first, dparams[i] + first, n);
  update (params, moment1, moment2, dparams[0] + first, n, *adamw);
}

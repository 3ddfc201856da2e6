/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-product.h"

#include "es-vector.h"

#include <math.h>

static float
gate_value (EsGate gate, float l)
{
  switch (gate) {
  case ES_GATE_RELU:
    return l > 0 ? l : 0;
  case ES_GATE_GELU:
    return 0.5f * l * (1 + erff (l * (float)M_SQRT1_2));
  case ES_GATE_SILU:
    return l / (1 + expf (-l));
  case ES_GATE_NONE:
  default:
    return l;
  }
}

static float
gate_derivative (EsGate gate, float l)
{
  float sigmoid;

  switch (gate) {
  case ES_GATE_RELU:
    return l > 0;
  case ES_GATE_GELU:
    /* Phi (l) + l phi (l), Phi and phi of the standard normal distribution. */
    return 0.5f * (1 + erff (l * (float)M_SQRT1_2)) +
           l * 0.39894228f * expf (-0.5f * l * l);
  case ES_GATE_SILU:
    sigmoid = 1 / (1 + expf (-l));
    return sigmoid * (1 + l * (1 - sigmoid));
  case ES_GATE_NONE:
  default:
    return 1;
  }
}

ES_MULTIVERSION
static void
plain_forward (float *restrict z, const float *restrict lr, gsize N, gsize H)
{
  for (gsize n = 0; n < N; n++) {
    const float *l_n = lr + n * 2 * H, *r_n = l_n + H;
    float *z_n = z + n * H;

    for (gsize h = 0; h < H; h++)
      z_n[h] = l_n[h] * r_n[h];
  }
}

ES_MULTIVERSION
static void
plain_backward (float *restrict lr, const float *restrict dz, gsize N, gsize H)
{
  for (gsize n = 0; n < N; n++) {
    float *restrict l_n = lr + n * 2 * H, *restrict r_n = l_n + H;
    const float *dz_n = dz + n * H;

    for (gsize h = 0; h < H; h++) {
      float l = l_n[h];

      l_n[h] = dz_n[h] * r_n[h];
      r_n[h] = dz_n[h] * l;
    }
  }
}

void
es_product_forward (
    float *restrict z, const float *restrict lr, gsize N, gsize H, EsGate gate)
{
  if (gate == ES_GATE_NONE) {
    plain_forward (z, lr, N, H);
    return;
  }
  for (gsize n = 0; n < N; n++)
    for (gsize h = 0; h < H; h++)
      z[n * H + h] = gate_value (gate, lr[n * 2 * H + h]) * lr[n * 2 * H + H + h];
}

void
es_product_backward (
    float *restrict lr, const float *restrict dz, gsize N, gsize H, EsGate gate)
{
  if (gate == ES_GATE_NONE) {
    plain_backward (lr, dz, N, H);
    return;
  }
  for (gsize n = 0; n < N; n++)
    for (gsize h = 0; h < H; h++) {
      float *l = lr + n * 2 * H + h, *r = l + H;
      float dz_nh = dz[n * H + h], dl = dz_nh * *r * gate_derivative (gate, *l);

      *r = dz_nh * gate_value (gate, *l);
      *l = dl;
    }
}

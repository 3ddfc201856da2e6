/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-conic.h"

#include <math.h>

/* An eigenvalue below this share of the other, or of the whole form, is none. */
#define NEGLIGIBLE 1e-3

/* Eigenvalues and unit eigenvectors of [a b; b d], in closed form. */
static void
decompose (EsConic *conic, double a, double b, double d)
{
  double mean = (a + d) / 2, spread = hypot ((a - d) / 2, b);
  double high = mean + spread, low = mean - spread;
  /* Half the angle of the first axis. */
  double angle = 0.5 * atan2 (2 * b, a - d);
  guint first = fabs (high) >= fabs (low) ? 0 : 1;

  conic->eigenvalues[first] = high;
  conic->eigenvalues[1 - first] = low;
  conic->axes[first][0] = cos (angle);
  conic->axes[first][1] = sin (angle);
  conic->axes[1 - first][0] = -sin (angle);
  conic->axes[1 - first][1] = cos (angle);
  for (guint k = 0; k < 2; k++) {
    double *axis = conic->axes[k];
    double larger = fabs (axis[0]) >= fabs (axis[1]) ? axis[0] : axis[1];

    if (larger < 0) {
      axis[0] = -axis[0];
      axis[1] = -axis[1];
    }
  }
}

static EsConicKind
classify (const double *eigenvalues, const float *f)
{
  double rest = fabs (f[2]) + fabs (f[5]) + fabs (f[8]);
  double first = fabs (eigenvalues[0]), second = fabs (eigenvalues[1]);

  if (!(first > NEGLIGIBLE * rest) || first == 0)
    return ES_CONIC_LINE;
  if (!(second > NEGLIGIBLE * first))
    return ES_CONIC_PARABOLA;
  return (eigenvalues[0] > 0) == (eigenvalues[1] > 0) ? ES_CONIC_ELLIPSE
                                                      : ES_CONIC_HYPERBOLA;
}

void
es_conic_init (EsConic *conic, const float *f)
{
  *conic = (EsConic){.half = {NAN, NAN}, .centre = {NAN, NAN}, .height = NAN};
  decompose (conic, f[0], f[1], f[4]);
  conic->kind = classify (conic->eigenvalues, f);
  if (conic->kind == ES_CONIC_PARABOLA || conic->kind == ES_CONIC_LINE)
    return;
  conic->centre[0] = conic->centre[1] = 0;
  conic->height = f[8];
  /* Along each axis the form is lambda t^2 + 2 b t + c. */
  for (guint k = 0; k < 2; k++) {
    double b = conic->axes[k][0] * f[2] + conic->axes[k][1] * f[5];
    double t = -b / conic->eigenvalues[k];

    conic->centre[0] += t * conic->axes[k][0];
    conic->centre[1] += t * conic->axes[k][1];
    conic->height += b * t;
  }
  for (guint k = 0; k < 2; k++) {
    double square = -conic->height / conic->eigenvalues[k];

    conic->half[k] = square >= 0 ? sqrt (square) : NAN;
  }
}

gboolean
es_conic_clip_axis (double end[2],
                    const double centre[2],
                    const double axis[2],
                    double half)
{
  double low = -half, high = half;

  for (guint i = 0; i < 2; i++) {
    double a = (-1 - centre[i]) / axis[i], b = (1 - centre[i]) / axis[i];

    if (axis[i] != 0) {
      low = MAX (low, MIN (a, b));
      high = MIN (high, MAX (a, b));
    } else if (fabs (centre[i]) > 1) {
      return FALSE;
    }
  }
  for (guint i = 0; i < 2; i++)
    end[i] = centre[i] + high * axis[i];
  return low <= high;
}

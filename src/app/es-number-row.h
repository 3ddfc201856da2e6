/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A row with a number that can be typed or spun. Numbers are shown with as few digits
 * as say them, and one step is a unit of the first digit when "fine" is set, so that
 * 0.001 can be changed as well as 1.
 *
 * Properties: "value", "lower", "upper", "step", "digits" (0: whole numbers), "fine".
 */
#define ES_TYPE_NUMBER_ROW (es_number_row_get_type ())
G_DECLARE_FINAL_TYPE (EsNumberRow, es_number_row, ES, NUMBER_ROW, AdwActionRow)

double es_number_row_get_value (EsNumberRow *self);
/* The same as a count; the row's lower bound is 0 or more. */
guint es_number_row_get_whole (EsNumberRow *self);
void es_number_row_set_value (EsNumberRow *self, double value);

/* Takes over what has been typed, as Enter does. */
void es_number_row_commit (EsNumberRow *self);

G_END_DECLS

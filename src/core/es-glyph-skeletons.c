/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "es-glyph-skeletons.h"

/* One point: x, y in form A; x, y in form B; smooth, corner or last of its stroke. */
#define S ES_GLYPH_SMOOTH
#define C ES_GLYPH_CORNER
#define L ES_GLYPH_LAST

static const EsGlyphPoint zero_closed[] = {
    {{60, 4}, {66, 8}, S},   {{37, 6}, {38, 5}, S},   {{18, 32}, {10, 30}, S},
    {{14, 67}, {6, 65}, S},  {{32, 97}, {30, 95}, S}, {{62, 90}, {70, 90}, S},
    {{80, 54}, {92, 54}, S}, {{80, 20}, {88, 20}, S}, {{60, 3}, {64, 4}, S},
    {{46, 8}, {48, 8}, L},
};

/* Begun inside, at the upper right; the end does not meet the beginning. */
static const EsGlyphPoint zero_open[] = {
    {{72, 16}, {82, 18}, S}, {{54, 2}, {60, 2}, S},   {{25, 22}, {20, 18}, S},
    {{9, 62}, {4, 58}, S},   {{27, 95}, {22, 93}, S}, {{58, 92}, {62, 94}, S},
    {{86, 58}, {92, 60}, S}, {{88, 22}, {92, 24}, S}, {{72, 6}, {72, 6}, L},
};

/* Clockwise from the left, the end running over the top with a small curl. */
static const EsGlyphPoint zero_curl[] = {
    {{36, 8}, {30, 14}, S},  {{15, 36}, {8, 40}, S},  {{14, 76}, {8, 78}, S},
    {{42, 98}, {42, 98}, S}, {{76, 80}, {84, 78}, S}, {{85, 40}, {92, 36}, S},
    {{64, 8}, {66, 6}, S},   {{36, 6}, {34, 8}, S},   {{34, 22}, {36, 26}, S},
    {{58, 20}, {64, 22}, L},
};

static const EsGlyphPoint one_plain[] = {
    {{52, 0}, {62, 0}, S},
    {{50, 50}, {50, 50}, S},
    {{48, 100}, {38, 100}, L},
};

static const EsGlyphPoint one_flag[] = {
    {{32, 26}, {26, 30}, S}, {{46, 14}, {46, 18}, S},   {{56, 0}, {62, 0}, C},
    {{53, 50}, {54, 50}, S}, {{50, 100}, {46, 100}, L},
};

static const EsGlyphPoint one_foot[] = {
    {{30, 20}, {22, 28}, S}, {{52, 2}, {54, 0}, C},    {{51, 50}, {53, 50}, S},
    {{50, 97}, {52, 98}, L}, {{24, 98}, {16, 100}, S}, {{50, 98}, {52, 99}, S},
    {{76, 97}, {88, 97}, L},
};

/* A sharp turn at the foot: from a round neck to a z. */
static const EsGlyphPoint two_corner[] = {
    {{16, 22}, {12, 12}, S}, {{30, 4}, {38, 3}, S},   {{64, 4}, {76, 6}, S},
    {{76, 24}, {80, 20}, S}, {{64, 54}, {60, 54}, S}, {{22, 94}, {12, 92}, C},
    {{54, 95}, {54, 94}, S}, {{90, 96}, {92, 98}, L},
};

/* The stroke crosses itself in a loop at the lower left. */
static const EsGlyphPoint two_loop[] = {
    {{18, 22}, {24, 20}, S}, {{38, 2}, {46, 0}, S},    {{66, 6}, {72, 12}, S},
    {{72, 34}, {70, 42}, S}, {{54, 66}, {52, 74}, S},  {{28, 90}, {26, 98}, S},
    {{8, 90}, {6, 90}, S},   {{16, 74}, {12, 70}, S},  {{44, 80}, {46, 76}, S},
    {{68, 95}, {76, 96}, S}, {{92, 94}, {104, 98}, L},
};

/* A swan: round at the foot too, the end rising. */
static const EsGlyphPoint two_round[] = {
    {{14, 30}, {14, 20}, S},  {{28, 4}, {38, 2}, S},   {{64, 6}, {74, 14}, S},
    {{70, 36}, {68, 44}, S},  {{42, 66}, {34, 68}, S}, {{18, 88}, {14, 88}, S},
    {{34, 98}, {36, 100}, S}, {{66, 96}, {70, 98}, S}, {{86, 86}, {96, 88}, L},
};

static const EsGlyphPoint three_round[] = {
    {{20, 16}, {12, 10}, S}, {{44, 1}, {40, 0}, S},   {{70, 10}, {72, 14}, S},
    {{66, 32}, {66, 30}, S}, {{42, 46}, {36, 42}, C}, {{70, 52}, {80, 50}, S},
    {{82, 74}, {92, 74}, S}, {{60, 97}, {62, 99}, S}, {{34, 98}, {28, 98}, S},
    {{16, 90}, {6, 84}, L},
};

static const EsGlyphPoint three_flat[] = {
    {{18, 6}, {10, 4}, S},   {{46, 4}, {46, 5}, S},   {{76, 4}, {82, 2}, C},
    {{60, 24}, {66, 20}, S}, {{44, 42}, {46, 38}, C}, {{72, 50}, {80, 48}, S},
    {{84, 72}, {90, 72}, S}, {{62, 96}, {62, 98}, S}, {{34, 98}, {28, 98}, S},
    {{16, 90}, {10, 86}, L},
};

/* A small loop at the waist. */
static const EsGlyphPoint three_loop[] = {
    {{16, 14}, {20, 10}, S}, {{44, 0}, {54, 0}, S},   {{74, 12}, {80, 14}, S},
    {{64, 36}, {64, 36}, S}, {{42, 48}, {38, 50}, S}, {{36, 42}, {30, 44}, S},
    {{48, 42}, {48, 42}, S}, {{74, 56}, {82, 58}, S}, {{78, 78}, {84, 80}, S},
    {{54, 98}, {52, 99}, S}, {{28, 96}, {20, 94}, S}, {{14, 86}, {6, 80}, L},
};

static const EsGlyphPoint four_open[] = {
    {{26, 4}, {18, 8}, S},   {{18, 32}, {10, 34}, S},   {{12, 56}, {10, 52}, C},
    {{46, 56}, {44, 54}, S}, {{86, 52}, {92, 50}, L},   {{72, 2}, {76, 0}, S},
    {{66, 50}, {70, 50}, S}, {{60, 100}, {66, 100}, L},
};

/* The left arm swings into the bar. */
static const EsGlyphPoint four_round[] = {
    {{22, 6}, {16, 2}, S},   {{16, 34}, {10, 26}, S},   {{22, 54}, {22, 48}, S},
    {{48, 54}, {50, 48}, S}, {{74, 38}, {74, 34}, L},   {{78, 0}, {80, 4}, S},
    {{70, 50}, {76, 50}, S}, {{62, 100}, {72, 100}, L},
};

static const EsGlyphPoint four_closed[] = {
    {{62, 2}, {66, 0}, S},   {{36, 32}, {38, 30}, S},   {{8, 64}, {4, 62}, C},
    {{50, 64}, {48, 63}, S}, {{92, 62}, {98, 64}, L},   {{64, 4}, {72, 2}, S},
    {{64, 50}, {70, 50}, S}, {{63, 100}, {68, 100}, L},
};

static const EsGlyphPoint five_hat[] = {
    {{34, 6}, {32, 4}, S},    {{28, 24}, {26, 24}, S}, {{22, 44}, {20, 46}, C},
    {{48, 37}, {52, 36}, S},  {{74, 52}, {80, 54}, S}, {{74, 78}, {76, 84}, S},
    {{48, 97}, {42, 100}, S}, {{24, 98}, {16, 97}, S}, {{12, 90}, {2, 88}, L},
    {{34, 5}, {30, 5}, S},    {{58, 4}, {62, 4}, S},   {{82, 3}, {98, 0}, L},
};

/* In one stroke, begun at the right end of the hat. */
static const EsGlyphPoint five_one_stroke[] = {
    {{84, 4}, {98, 0}, S},   {{60, 5}, {66, 5}, S},   {{36, 8}, {38, 8}, C},
    {{30, 26}, {32, 24}, S}, {{24, 42}, {26, 38}, C}, {{46, 40}, {54, 40}, S},
    {{66, 54}, {74, 58}, S}, {{62, 80}, {68, 86}, S}, {{38, 97}, {38, 98}, S},
    {{12, 90}, {2, 90}, L},
};

/* Close to an s. */
static const EsGlyphPoint five_swing[] = {
    {{80, 6}, {88, 2}, S},   {{56, 3}, {56, 6}, S},   {{32, 10}, {30, 18}, S},
    {{28, 36}, {26, 40}, S}, {{52, 48}, {50, 52}, S}, {{76, 64}, {72, 68}, S},
    {{72, 88}, {66, 90}, S}, {{44, 99}, {36, 99}, S}, {{14, 92}, {4, 90}, L},
};

static const EsGlyphPoint six_straight[] = {
    {{58, 0}, {72, 0}, S},   {{40, 24}, {46, 22}, S}, {{26, 50}, {24, 52}, S},
    {{20, 78}, {16, 78}, S}, {{40, 98}, {38, 98}, S}, {{68, 92}, {70, 90}, S},
    {{76, 74}, {80, 70}, S}, {{62, 62}, {62, 58}, S}, {{42, 68}, {38, 66}, S},
    {{28, 82}, {22, 80}, L},
};

/* A round back, begun with a hook. */
static const EsGlyphPoint six_round[] = {
    {{68, 10}, {76, 14}, S}, {{54, 0}, {60, 2}, S},   {{34, 18}, {32, 16}, S},
    {{20, 48}, {12, 48}, S}, {{22, 82}, {16, 82}, S}, {{46, 99}, {48, 98}, S},
    {{74, 90}, {78, 86}, S}, {{76, 68}, {82, 64}, S}, {{56, 57}, {58, 52}, S},
    {{34, 66}, {32, 64}, S}, {{26, 80}, {20, 78}, L},
};

/* A long back and a small flat eye that closes on itself. */
static const EsGlyphPoint six_small[] = {
    {{48, 0}, {40, 0}, S},   {{34, 28}, {24, 28}, S}, {{24, 60}, {16, 58}, S},
    {{26, 88}, {22, 88}, S}, {{48, 99}, {50, 98}, S}, {{74, 86}, {82, 84}, S},
    {{70, 70}, {74, 66}, S}, {{50, 72}, {50, 70}, S}, {{30, 88}, {28, 90}, L},
};

static const EsGlyphPoint seven_plain[] = {
    {{14, 10}, {8, 6}, S},   {{46, 6}, {46, 5}, S},   {{80, 4}, {84, 3}, C},
    {{66, 34}, {62, 40}, S}, {{54, 68}, {52, 72}, S}, {{44, 100}, {50, 100}, L},
};

static const EsGlyphPoint seven_bar[] = {
    {{16, 8}, {12, 5}, S},   {{48, 5}, {48, 4}, S},   {{80, 4}, {84, 3}, C},
    {{64, 36}, {62, 40}, S}, {{54, 68}, {54, 72}, S}, {{44, 100}, {50, 100}, L},
    {{32, 54}, {26, 50}, S}, {{56, 52}, {56, 50}, S}, {{80, 49}, {86, 50}, L},
};

/* A serif at the left end of the roof. */
static const EsGlyphPoint seven_serif[] = {
    {{16, 24}, {8, 32}, S},    {{20, 5}, {12, 8}, C},   {{46, 5}, {44, 5}, S},
    {{78, 5}, {78, 5}, C},     {{68, 38}, {72, 38}, S}, {{62, 70}, {70, 70}, S},
    {{54, 100}, {66, 100}, L},
};

static const EsGlyphPoint seven_round[] = {
    {{14, 18}, {10, 10}, S}, {{32, 6}, {38, 5}, S},   {{66, 4}, {72, 4}, S},
    {{78, 18}, {82, 22}, S}, {{68, 52}, {72, 56}, S}, {{52, 100}, {60, 100}, L},
};

/* In one stroke, an s that comes back up. */
static const EsGlyphPoint eight_s[] = {
    {{70, 14}, {82, 14}, S}, {{52, 1}, {58, 0}, S},   {{32, 12}, {26, 14}, S},
    {{34, 34}, {34, 38}, S}, {{54, 54}, {60, 56}, S}, {{64, 78}, {72, 80}, S},
    {{46, 99}, {42, 99}, S}, {{30, 82}, {16, 82}, S}, {{40, 58}, {34, 58}, S},
    {{58, 38}, {66, 38}, S}, {{74, 20}, {86, 16}, S}, {{68, 8}, {74, 4}, L},
};

static const EsGlyphPoint eight_two_rings[] = {
    {{52, 46}, {54, 46}, S},  {{32, 38}, {26, 38}, S}, {{28, 16}, {24, 14}, S},
    {{52, 2}, {54, 0}, S},    {{72, 14}, {78, 14}, S}, {{68, 38}, {74, 36}, S},
    {{50, 47}, {52, 46}, S},  {{30, 60}, {22, 60}, S}, {{26, 82}, {16, 84}, S},
    {{48, 99}, {48, 100}, S}, {{72, 82}, {78, 82}, S}, {{66, 58}, {74, 58}, S},
    {{48, 46}, {50, 46}, L},
};

/* Begun at the left of the waist, the top left open. */
static const EsGlyphPoint eight_open[] = {
    {{78, 8}, {84, 6}, S},   {{58, 4}, {62, 2}, S},   {{30, 6}, {22, 4}, S},
    {{26, 24}, {22, 24}, S}, {{54, 48}, {54, 48}, S}, {{70, 76}, {74, 74}, S},
    {{54, 98}, {50, 98}, S}, {{28, 88}, {20, 84}, S}, {{40, 58}, {34, 60}, S},
    {{64, 32}, {68, 34}, S}, {{82, 12}, {88, 16}, L},
};

/* An eye and a straight leg. */
static const EsGlyphPoint nine_straight[] = {
    {{68, 16}, {76, 12}, S}, {{48, 2}, {50, 0}, S},   {{26, 14}, {16, 14}, S},
    {{24, 36}, {14, 42}, S}, {{42, 46}, {38, 56}, S}, {{64, 36}, {68, 40}, S},
    {{72, 12}, {78, 8}, C},  {{72, 52}, {76, 50}, S}, {{72, 100}, {70, 100}, L},
};

static const EsGlyphPoint nine_curved[] = {
    {{76, 20}, {80, 16}, S}, {{54, 1}, {52, 0}, S},   {{30, 14}, {20, 14}, S},
    {{26, 38}, {18, 42}, S}, {{46, 50}, {46, 54}, S}, {{70, 36}, {74, 36}, S},
    {{78, 14}, {82, 14}, S}, {{78, 56}, {82, 60}, S}, {{64, 92}, {62, 94}, S},
    {{44, 98}, {36, 99}, S}, {{28, 90}, {18, 86}, L},
};

/* The eye leads over into a slanting leg without a corner. */
static const EsGlyphPoint nine_loop[] = {
    {{72, 34}, {76, 38}, S}, {{48, 52}, {46, 56}, S},   {{26, 38}, {18, 42}, S},
    {{34, 8}, {32, 8}, S},   {{62, 2}, {64, 2}, S},     {{76, 22}, {80, 22}, S},
    {{70, 58}, {72, 60}, S}, {{56, 100}, {54, 100}, L},
};

/* In one stroke: up from the bar and down the leg. */
static const EsGlyphPoint four_lightning[] = {
    {{20, 6}, {14, 10}, S},    {{16, 36}, {14, 36}, S}, {{30, 52}, {34, 50}, S},
    {{58, 42}, {62, 38}, S},   {{80, 4}, {86, 8}, C},   {{72, 48}, {78, 50}, S},
    {{62, 100}, {66, 100}, L},
};

/* The eye a spiral that ends inside. */
static const EsGlyphPoint six_spiral[] = {
    {{48, 0}, {30, 2}, S},   {{28, 26}, {12, 28}, S}, {{16, 62}, {4, 62}, S},
    {{26, 94}, {20, 92}, S}, {{56, 97}, {54, 98}, S}, {{80, 80}, {88, 78}, S},
    {{70, 58}, {78, 54}, S}, {{46, 62}, {50, 56}, S}, {{36, 76}, {38, 74}, S},
    {{42, 90}, {46, 90}, L},
};

/* A steep neck, the foot long. */
static const EsGlyphPoint two_steep[] = {
    {{24, 22}, {18, 30}, S}, {{38, 3}, {34, 8}, S},    {{62, 6}, {58, 2}, S},
    {{68, 28}, {70, 24}, S}, {{54, 62}, {58, 60}, S},  {{32, 94}, {44, 94}, C},
    {{62, 94}, {72, 94}, S}, {{94, 92}, {104, 90}, L},
};

/* A long hat rising to the right over a small belly. */
static const EsGlyphPoint five_flag[] = {
    {{48, 12}, {54, 16}, S}, {{40, 26}, {42, 30}, S}, {{34, 42}, {34, 44}, C},
    {{54, 46}, {56, 50}, S}, {{66, 66}, {68, 70}, S}, {{50, 92}, {44, 94}, S},
    {{28, 98}, {22, 99}, S}, {{12, 90}, {2, 92}, L},  {{46, 13}, {52, 17}, S},
    {{74, 8}, {80, 8}, S},   {{96, 2}, {108, 0}, L},
};

#undef S
#undef C
#undef L

#define SKELETON(digit, weight, points)                                                \
  {                                                                                    \
    digit, weight, G_N_ELEMENTS (points), points                                       \
  }

static const EsGlyphSkeleton skeletons[] = {
    SKELETON (0, 5, zero_closed),     SKELETON (0, 3, zero_open),
    SKELETON (0, 1, zero_curl),       SKELETON (1, 8, one_plain),
    SKELETON (1, 2, one_flag),        SKELETON (1, 1, one_foot),
    SKELETON (2, 4, two_corner),      SKELETON (2, 3, two_loop),
    SKELETON (2, 2, two_round),       SKELETON (2, 2, two_steep),
    SKELETON (3, 4, three_round),     SKELETON (3, 2, three_flat),
    SKELETON (3, 2, three_loop),      SKELETON (4, 4, four_open),
    SKELETON (4, 3, four_round),      SKELETON (4, 3, four_closed),
    SKELETON (4, 2, four_lightning),  SKELETON (5, 4, five_hat),
    SKELETON (5, 3, five_one_stroke), SKELETON (5, 2, five_swing),
    SKELETON (5, 2, five_flag),       SKELETON (6, 4, six_straight),
    SKELETON (6, 3, six_round),       SKELETON (6, 2, six_small),
    SKELETON (6, 2, six_spiral),      SKELETON (7, 5, seven_plain),
    SKELETON (7, 2, seven_bar),       SKELETON (7, 1, seven_serif),
    SKELETON (7, 2, seven_round),     SKELETON (8, 5, eight_s),
    SKELETON (8, 3, eight_two_rings), SKELETON (8, 2, eight_open),
    SKELETON (9, 4, nine_straight),   SKELETON (9, 3, nine_curved),
    SKELETON (9, 3, nine_loop),
};

const EsGlyphSkeleton *
es_glyph_skeletons (guint *n_skeletons)
{
  *n_skeletons = G_N_ELEMENTS (skeletons);
  return skeletons;
}

const EsGlyphSkeleton *
es_glyph_skeleton_choose (guint digit, double share)
{
  guint first = 0, i, total = 0;

  g_assert (digit <= 9 && share >= 0 && share < 1);
  while (skeletons[first].digit != digit)
    first++;
  for (i = first; i < G_N_ELEMENTS (skeletons) && skeletons[i].digit == digit; i++)
    total += skeletons[i].weight;
  share *= total;
  for (i = first; share >= skeletons[i].weight; i++)
    share -= skeletons[i].weight;
  return &skeletons[i];
}

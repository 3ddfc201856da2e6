# SPDX-License-Identifier: GPL-3.0-or-later
"""A chart of lines on two logarithmic axes, as SVG."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 520, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 40, 50
# Blue, orange, grey: told apart by everybody, and by their dashes in print.
LOOKS = [("#1a5fb4", "none"), ("#c64600", "6 3"), ("#77767b", "2 3")]


class Axis:
    """Maps the values of a series to pixels between two ends."""

    def __init__(self, values, start, end):
        self.low = math.log10(min(values)) - 0.05
        self.high = math.log10(max(values)) + 0.05
        self.start, self.end = start, end

    def __call__(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self):
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        marks = [m * 10.0 ** d for d in decades for m in (1, 2, 5)]
        inside = [mark for mark in marks if self.low <= math.log10(mark) <= self.high]
        powers = [mark for mark in inside if math.log10(mark) == round(math.log10(mark))]
        return powers if len(powers) > 3 else inside


def number(value):
    return "{:,.0f}".format(value) if value >= 1000 else "%g" % value


def text(x, y, content, anchor="middle", extra=""):
    return '<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>' % (
        x, y, anchor, extra, escape(content))


def line(x1, y1, x2, y2, color):
    return '<path d="M%.1f %.1fL%.1f %.1f" stroke="%s" fill="none"/>' % (
        x1, y1, x2, y2, color)


def frame(x, y, at, title, x_title, y_title):
    """The axes; @at: the places on the horizontal one that were measured."""
    bottom = HEIGHT - BOTTOM
    parts = [text(LEFT, 22, title, "start", ' font-weight="bold"'),
             text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_title),
             text(LEFT, TOP - 4, y_title, "end")]
    for tick in y.ticks():
        parts += [line(LEFT, y(tick), WIDTH - RIGHT, y(tick), "#deddda"),
                  text(LEFT - 6, y(tick) + 4, number(tick), "end")]
    for place in at:
        parts += [line(x(place), bottom, x(place), bottom + 4, "#5e5c64"),
                  text(x(place), bottom + 18, number(place))]
    parts.append(line(LEFT, bottom, WIDTH - RIGHT, bottom, "#5e5c64"))
    return parts


def spread(ends, least=14):
    """The labels' heights at the ends of lines, at least so far apart."""
    placed = []
    for y in sorted(ends):
        placed.append(max(y, placed[-1] + least) if placed else y)
    return dict(zip(sorted(ends), placed))


def draw(title, x_title, y_title, series):
    """@series: points by name. The whole file."""
    points = [point for line_points in series.values() for point in line_points]
    x = Axis([p[0] for p in points], LEFT, WIDTH - RIGHT)
    y = Axis([p[1] for p in points], HEIGHT - BOTTOM, TOP)
    parts = frame(x, y, sorted({p[0] for p in points}), title, x_title, y_title)
    heights = spread([y(line_points[-1][1]) for line_points in series.values()])
    for (name, line_points), (color, dash) in zip(series.items(), LOOKS):
        path = "M" + "L".join("%.1f %.1f" % (x(a), y(b)) for a, b in line_points)
        parts.append('<path d="%s" stroke="%s" stroke-width="2" stroke-dasharray="%s" '
                     'fill="none"/>' % (path, color, dash))
        parts += ['<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x(a), y(b), color)
                  for a, b in line_points]
        end = line_points[-1]
        parts.append(text(x(end[0]) + 10, heights[y(end[1])] + 4, name, "start",
                          ' style="fill:%s"' % color))
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
            'viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" '
            'fill="#3d3846">\n<rect width="100%%" height="100%%" fill="white"/>\n%s\n'
            "</svg>\n" % (WIDTH, HEIGHT, WIDTH, HEIGHT, "\n".join(parts)))

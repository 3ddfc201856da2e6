# SPDX-License-Identifier: GPL-3.0-or-later
"""Painting: on the attacked image and one's own, with the mouse and by key."""

import scenarios
import steps
from Xlib import XK
from program import expect

PAD = "Own Drawing"
RESULT = "Result, to Paint On"
NOTHING = r"^L0 0 of 784 pixels"
PAINTED = r"^L0 [1-9]\d* of 784 pixels"


def changed(program):
    """How many pixels of the attacked image are not as they were."""
    return int(program.label(r"^L0 (\d+) of 784 pixels").group(1))


def drag(program, canvas, start, end):
    """Draws a line over the canvas, between shares of its width and height."""
    x, y, width, height = program.find("image", canvas).seen
    program.screen.drag(
        (x + width * start[0], y + height * start[1]),
        (x + width * end[0], y + height * end[1]),
    )


def open_brush(program):
    steps.train(program)
    program.press("ctrl+p")
    program.find("image", RESULT)
    program.label(NOTHING)


def mouse(context):
    """Strokes of the mouse make one layer, and are undone one by one"""
    program = context.start()
    open_brush(program)
    program.find("button", "Paint", within="Brush")
    drag(program, RESULT, (0.2, 0.2), (0.8, 0.2))
    program.label(PAINTED)
    program.label("^Painted$")
    once = changed(program)
    expect(20 <= once <= 150, f"a line changed {once} pixels")
    drag(program, RESULT, (0.2, 0.8), (0.8, 0.8))
    program.wait(lambda: changed(program) > once, "the second line")
    program.press("ctrl+z")
    program.wait(lambda: changed(program) == once, "the second line to go")
    program.press("ctrl+z")
    program.label(NOTHING)
    program.press("ctrl+shift+z")
    program.wait(lambda: changed(program) == once, "the first line again")
    program.press(*["bracketright"] * 6)
    program.wait_value("slider", "Size", 5)
    program.click("button", "Erase")
    drag(program, RESULT, (0.1, 0.2), (0.9, 0.2))
    program.label(NOTHING)


def keys(context):
    """By key: dabs, lines with Shift, which are one step, and another size"""
    program = context.start()
    open_brush(program)
    expect(program.has_focus("image", RESULT), "the picture has not got the focus")
    program.read("image", RESULT, "^Row 15, column 15: ")
    program.press("Up", "Up", "Right", "space")
    program.read("image", RESULT, "^Row 13, column 16: ")
    program.label(PAINTED)
    dab = changed(program)
    key = program.screen.code(XK.XK_Shift_L)[0]
    program.screen.hold(key)
    for _ in range(8):
        program.press("Down")
    program.screen.let_go(key)
    program.wait(lambda: changed(program) > dab, "a line")
    program.read("image", RESULT, "^Row 21, column 16: ")
    program.press("ctrl+z")
    program.wait(lambda: changed(program) == dab, "the line to go at once")
    program.press("bracketright", "bracketright")
    program.wait_value("slider", "Size", 3)
    program.press("ctrl+z")
    program.label(NOTHING)


def own(context):
    """An image of one's own: drawn with the mouse, read at once, undone by key"""
    program = context.start()
    steps.train(program)
    program.press("ctrl+shift+p")
    program.find("image", PAD)
    program.label("^Draw Here$")
    drag(program, PAD, (0.5, 0.2), (0.5, 0.8))
    program.label("^Own drawing$")
    first = program.label(r"^Read as \d$").group(0)
    logits = program.label(r"^\d: .* · \d: ").string
    program.read("image", "Explanation", rf"^{first}\.")
    drag(program, PAD, (0.2, 0.5), (0.8, 0.5))
    program.wait(lambda: logits not in program.labels(), "other logits")
    program.press("ctrl+z")
    program.wait(lambda: logits in program.labels(), "the first logits")
    program.click("button", "Centre like MNIST")
    program.press("alt+4")
    program.label("^Own drawing$")
    program.read("image", "Input, Change and Result", "^Pictures of 28 by 28 pixels: Input")


scenarios.run(mouse, keys, own)

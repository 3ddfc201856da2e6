# SPDX-License-Identifier: GPL-3.0-or-later
"""The Explain page: choosing an image, editing components."""

import re

import scenarios
import steps

FIGURE = "Explanation"


def open_page(program):
    steps.train(program)
    program.press("alt+3")
    program.read("image", FIGURE, r"\w")
    program.label(r"^Test accuracy [\d.]+ %$")


def said(program):
    """What is said of the explanation that is shown."""
    return program.find("image", FIGURE).description


def image(context):
    """Another image by its number; only those that are read wrongly"""
    program = context.start()
    open_page(program)
    before = said(program)
    program.replace("spin button", "Image", "7")
    program.label("^Test image 7$")
    program.wait(lambda: said(program) != before, "another explanation")
    program.label("^2000 images$")
    program.choose("Right or Wrong", "Wrong")
    program.label(r"^[1-9]\d{0,2} images?$")
    program.choose("Right or Wrong", "Right and Wrong")
    program.label("^2000 images$")


EDITED = r"^Test accuracy [\d.]+ %, unedited [\d.]+ %$"
UNEDITED = r"^Test accuracy [\d.]+ %$"
SUM = r"^Sum of the contributions: logit (\S+)\."


def components(context):
    """A component is switched off: logits and accuracy follow; kept as a new run"""
    program = context.start()
    open_page(program)
    before = said(program)
    logit = program.label(SUM).group(1)
    # The first row is what contributes most.
    switch = program.find("switch", re.compile(r"^Component .* on$")).name
    program.click("combo box", "Class")
    program.press("Escape")
    program.tab_to("switch", switch)
    program.press("space")
    program.label(EDITED)
    program.wait(lambda: said(program) != before, "another explanation")
    program.wait(lambda: program.label(SUM).group(1) != logit, "another logit")
    program.press("ctrl+z")
    program.label(UNEDITED)
    program.wait(lambda: said(program) == before, "the explanation as it was")
    # The same with the mouse.
    program.click("switch", switch)
    program.label(EDITED)
    program.press("ctrl+k")
    program.label("^Kept as a new run$")
    program.label("^Run 1, edited$")
    # What it is with the component off is what the new run is by itself.
    program.label(UNEDITED)


scenarios.run(image, components)

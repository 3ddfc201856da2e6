# SPDX-License-Identifier: GPL-3.0-or-later
"""The Explain page: choosing an image."""

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


scenarios.run(image)

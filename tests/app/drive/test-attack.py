# SPDX-License-Identifier: GPL-3.0-or-later
"""The Attack page: masks, controls, gradient attacks, strength, order, undo."""

import scenarios
import steps

PICTURES = "Input, Change and Result"
NOTHING = r"^L0 0 of 784 pixels"
SOMETHING = r"^L0 [1-9]\d* of 784 pixels"


def open_page(program, by_key=False):
    steps.train(program)
    if by_key:
        program.press("alt+4")
    else:
        program.click("tab", "Attack")
    program.read("image", PICTURES, "^3 pictures of 28 by 28 pixels")
    program.label(NOTHING)


def mask(context):
    """A mask is put on the image with the mouse, and then its control"""
    program = context.start()
    open_page(program)
    program.click("label", "From Eigenvectors")
    program.find_ready("button", "Add Mask")
    program.click("button", "Add Mask")
    program.label("^Mask: 0, component 0$")
    program.label(SOMETHING)
    program.click("label", "Control")
    program.find_ready("button", "Add Control")
    program.click("button", "Add Control")
    program.label("^Permuted: Mask: 0, component 0$")


def undo(context):
    """Adding a mask is undone and done again by key"""
    program = context.start()
    open_page(program, by_key=True)
    program.click("label", "From Eigenvectors")
    program.find_ready("button", "Add Mask")
    program.click("button", "Add Mask")
    program.label(SOMETHING)
    program.click("button", "Undo")
    program.label(NOTHING)
    program.click("button", "Redo")
    program.label(SOMETHING)
    program.press("ctrl+z")
    program.label(NOTHING)
    program.press("ctrl+shift+z")
    program.label(SOMETHING)


def gradient(context):
    """A gradient attack finds a change within its budget"""
    program = context.start()
    open_page(program)
    program.click("label", "Gradient")
    program.find_ready("button", "Find")
    program.click("button", "Find")
    program.label("^FGSM$")
    program.label(SOMETHING)
    # Clipping takes some of the budget away.
    program.label(r"L2 0\.(0\d+|1|100) \(")


scenarios.run(mask, undo, gradient)

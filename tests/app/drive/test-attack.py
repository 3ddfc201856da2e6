# SPDX-License-Identifier: GPL-3.0-or-later
"""The Attack page: masks, controls, gradient attacks, strength, order, undo."""

import scenarios
import steps

PICTURES = "Input, Change and Result"
ALL_IMAGES = "Attack on All Test Images"
HELD = "Hold Pixels Between 0 and 1"
NOTHING = r"^L0 0 of 784 pixels"
SOMETHING = r"^L0 [1-9]\d* of 784 pixels"


def open_page(program, by_key=False):
    steps.train(program)
    if by_key:
        program.press("alt+4")
    else:
        program.click("tab", "Attack")
    program.read("image", PICTURES, "^Pictures of 28 by 28 pixels: Input; Change; Result")
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
    program.label(r"L∞ 0\.(0\d+|1|100) \(")


def test_set(context):
    """Masks are tried on all test images, with the mouse; cancelling keeps nothing"""
    program = context.start()
    open_page(program)
    program.click("tab", "Test Set")
    program.label("will be shown here")
    program.click("switch", HELD)
    # So that it is not over before Cancel was found.
    program.replace("spin button", "Leading Components", "16")
    program.replace("spin button", "Steps", "100")
    program.click("button", "Try")
    program.click("button", "Cancel")
    program.find_ready("button", "Try")
    program.label("will be shown here")
    program.click("switch", HELD)
    program.replace("spin button", "Leading Components", "1")
    program.replace("spin button", "Steps", "12")
    program.click("button", "Try")
    program.read("image", ALL_IMAGES, "Accuracy: clean from .* masked from")
    program.label(r"^Strength 0\.3: accuracy \d+\.\d % masked, \d+\.\d % clean")


def test_set_by_key(context):
    """The same with keys, and the classes that fall are sorted"""
    program = context.start()
    open_page(program, by_key=True)
    program.press("ctrl+2")
    program.find_ready("button", "Try")
    program.press("ctrl+r")
    program.read("image", ALL_IMAGES, "Accuracy: clean from .* masked from")
    program.tab_to("combo box", "Sorted By")
    program.choose_by_key("Sorted By", "Masked, %")
    program.press("ctrl+1")
    program.label(NOTHING)


scenarios.run(mask, undo, gradient, test_set, test_set_by_key)

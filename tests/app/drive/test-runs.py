# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of runs, newest first: queued, deleted and brought back, renamed, repeated."""

import re

import scenarios
import steps
from program import expect

DELETE = re.compile("^Delete$")


def run_names(program):
    runs = program.find("list", "Runs")
    return [w.name for w in runs.walk() if w.role == "list item"]


def wait_names(program, *names):
    program.wait(lambda: listed(program) == list(names), f"the runs {names}")


def listed(program):
    return run_names(program) if program.now("list", "Runs") is not None else []


def row_says(program, name, pattern):
    return program.read("list item", name, pattern)


def queue(context):
    """Two runs queued: the second waits, and is trained when the first is stopped"""
    program = context.start()
    steps.start_long(program)
    steps.set_up(program, 3)
    program.press("F5")
    row_says(program, "Run 2", "Queued|Waits|Waiting")
    row_says(program, "Run 1", r"Epoch \d+ of 5000")
    program.click("list item", "Run 1")
    program.find_ready("button", "Pause")
    program.click("button", "Stop and Keep")
    row_says(program, "Run 2", "Epoch 3 of 3")
    row_says(program, "Run 1", "Stopped|Epoch")
    program.click("list item", "Run 2")
    program.read("image", steps.CURVES, "up to epoch 3,")


def delete(context):
    """A run is deleted from the menu and brought back by Undo, with its epochs"""
    program = context.start()
    steps.train(program)
    program.menu("Delete Run")
    program.label("See What a Network Learned")
    expect(program.now("list item", "Run 1") is None, "the run is still in the list")
    program.click("button", "Undo")
    row_says(program, "Run 1", "Epoch 3 of 3")
    program.read("image", steps.CURVES, "up to epoch 3,")
    program.read("image", steps.LIVE, "eigenvalues")


def delete_by_key(context):
    """A run is deleted by keyboard and comes back in its place in the list"""
    program = context.start()
    steps.train(program)
    program.press("ctrl+n", "ctrl+n")
    wait_names(program, "Run 3", "Run 2", "Run 1")
    program.tab_to("list item", "Run 3")
    program.press("Down")
    program.press("ctrl+Delete")
    wait_names(program, "Run 3", "Run 1")
    program.press("ctrl+Delete")
    wait_names(program, "Run 1")
    program.press("ctrl+z")
    wait_names(program, "Run 3", "Run 1")
    program.press("ctrl+z")
    wait_names(program, "Run 3", "Run 2", "Run 1")
    program.gone("button", "Undo")


def rename(context):
    """Renamed with F2 and from the menu; an empty name is not taken"""
    program = context.start()
    program.press("ctrl+n")
    wait_names(program, "Run 1")
    program.press("F2")
    program.wait(lambda: program.has_focus("text box", "Name"), "the name to type over")
    program.retype("text box", "Name", "Small & quick")
    wait_names(program, "Small & quick")
    program.menu("Rename Run…")
    program.wait(lambda: program.has_focus("text box", "Name"), "the name to type over")
    program.press("ctrl+a", "BackSpace")
    program.click("button", "Cancel")
    program.gone("text box", "Name")
    wait_names(program, "Small & quick")


def duplicate(context):
    """A run from a recipe has the settings and nothing else, from the menu and by key"""
    program = context.start()
    steps.train(program, epochs=3, hidden=24)
    program.menu("New Run from This Recipe")
    wait_names(program, "Run 2", "Run 1")
    program.wait_value("spin button", "Hidden Width", 24)
    program.wait_value("spin button", "Epochs", 3)
    program.find_ready("button", "Train")
    program.label("Ready to Train")
    program.press("ctrl+d")
    wait_names(program, "Run 3", "Run 2", "Run 1")
    program.press("F5")
    row_says(program, "Run 3", "Epoch 3 of 3")


def context_menu(context):
    """The menu of a run in the list, with the right button and by keyboard"""
    program = context.start()
    program.press("ctrl+n")
    program.click("list item", "Run 1", button=3)
    program.click("menu item", "New Run from This Recipe")
    wait_names(program, "Run 2", "Run 1")
    program.click("list item", "Run 1", button=3)
    program.click("menu item", "New Run from This Recipe")
    wait_names(program, "Run 3", "Run 2", "Run 1")
    program.tab_to("list item", "Run 3")
    program.press("shift+F10")
    program.find("menu item", DELETE)
    program.press("Escape")
    program.gone("menu item", DELETE)
    program.press("Down", "Menu")
    program.find("menu item", DELETE)
    program.tab_to("menu item", "Delete", key="Up")  # the pointer may have chosen another
    program.press("Return")
    wait_names(program, "Run 3", "Run 1")


scenarios.run(queue, delete, delete_by_key, rename, duplicate, context_menu)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks: what is found is kept in the gallery and in files, and come back to."""

import os
import re

import scenarios
import steps

PICTURES = "Input, Change and Result"
NOTHING = r"^L0 0 of 784 pixels"
SOMETHING = r"^L0 [1-9]\d* of 784 pixels"


def attack(program):
    """A trained network and an image with a mask on it."""
    steps.train(program)
    program.press("alt+4")
    program.read("image", PICTURES, "^Pictures of 28 by 28 pixels: Input; Change; Result")
    program.click("label", "From Eigenvectors")
    program.find_ready("button", "Add Mask")
    program.click("button", "Add Mask")
    program.label(SOMETHING)


def gallery(context):
    """An attack is kept, come back to by a click, removed and brought back"""
    program = context.start()
    attack(program)
    program.click("button", "Keep in the Gallery")
    program.label("^Kept in the gallery: ")
    program.press("ctrl+z")
    program.label(NOTHING)
    program.click("tab", "Gallery")
    program.label("^1 attack$")
    program.click("grid cell", re.compile("L2 "), at=(0.3, 0.5))
    program.label(SOMETHING)
    program.press("ctrl+3")
    program.click("button", re.compile("^Remove "))
    program.label("^Nothing Kept Yet$")
    program.press("ctrl+z")
    program.label("^1 attack$")


def restart(context):
    """What was kept is there when the program is started again"""
    program = context.start()
    attack(program)
    program.press("ctrl+shift+k")
    program.label("^Kept in the gallery: ")
    program.close()
    program = context.start()
    program.press("alt+4", "ctrl+3")
    program.label("^1 attack$")


def files(context):
    """The attack is saved by key, and opened again"""
    program = context.start()
    attack(program)
    for key, name, said in (
        ("ctrl+i", "image.png", "Image saved"),
        ("ctrl+m", "change.npy", "Change saved"),
        ("ctrl+shift+t", "images.npz", "Attacked dataset saved"),
        ("ctrl+shift+a", "attack.safetensors", "Attack saved"),
    ):
        path = os.path.join(context.home, name)
        program.press(key)
        program.answer_file_dialog(path)
        program.label(f"^{said}$")
        program.wait_for_window("Eigenscope")
        assert os.path.getsize(path) > 100, path
    program.press("ctrl+z")
    program.label(NOTHING)
    steps.open_path(program, path)
    program.label(SOMETHING)


scenarios.run(gallery, restart, files)

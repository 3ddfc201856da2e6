# SPDX-License-Identifier: GPL-3.0-or-later
"""The Spectrum page: classes, directions, components, all classes, bases."""

import re

import numpy
import readers
import scenarios
import steps
from program import Failure, expect

FIGURE = "Spectrum"
GALLERY = "Eigenvectors of All Classes"


def open_page(program, by_key=False):
    steps.train(program)
    if by_key:
        program.press("alt+2")
    else:
        program.click("tab", "Spectrum")
    program.read("image", FIGURE, r"^Spectrum of Class 0: 16 eigenvalues")
    program.label(r"^Component 0$")


def classes(context):
    """Another class: from the list with the mouse, by key, with the shortcut"""
    program = context.start()
    open_page(program)
    program.choose("Class", "3")
    program.read("image", FIGURE, "^Spectrum of Class 3")
    program.press("ctrl+Page_Down")
    program.read("image", FIGURE, "^Spectrum of Class 4")
    program.press("ctrl+Page_Up", "ctrl+Page_Up")
    program.read("image", FIGURE, "^Spectrum of Class 2")
    program.tab_to("combo box", "Class")
    program.choose_by_key("Class", "7")
    program.read("image", FIGURE, "^Spectrum of Class 7")
    # One selection for all pages.
    program.press("alt+1")
    program.read("image", steps.LIVE, "^Spectrum of Class 7")
    program.wait_choice("Class", "7")


def check_direction(program, text, weights):
    """What is shown is the spectrum of that combination of the saved weights."""
    found = program.read("image", FIGURE, rf"^Spectrum of {re.escape(text)}: .*")
    said = re.findall(r"(?:largest|most negative) ([+−][\d.]+)", found.group(0))
    said = [float(number.replace("−", "-").rstrip(".")) for number in said]
    path = program.home / f"{len(text)}.safetensors"
    steps.save_run(program, path)
    tensors, _ = readers.run_file(path)
    truth = readers.eigenvalues(tensors, numpy.array(weights, float))
    for number, true in zip(said, (truth[-1], truth[0])):
        expect(abs(number - true) < 0.006 * abs(true), f"{number} instead of {true}")


def direction(context):
    """A typed direction, 3 - 8: its spectrum; nonsense is refused with words"""
    program = context.start()
    open_page(program)
    program.replace("text box", "Direction", "3 - 8")
    program.wait_choice("Class", "3 - 8")
    check_direction(program, "3 - 8", [0, 0, 0, 1, 0, 0, 0, 0, -1, 0])
    program.replace("text box", "Direction", "3 - ")
    program.wait(
        lambda: "invalid" in program.find("text box", "Direction").states,
        "the entry to be marked",
    )
    program.read("text box", "Direction", "cannot be read")
    program.read("image", FIGURE, "^Spectrum of 3 - 8")


def direction_by_key(context):
    """A typed direction by keyboard alone, on both pages"""
    program = context.start()
    open_page(program, by_key=True)
    program.tab_to("text box", "Direction")
    program.retype("text box", "Direction", "1 - 7")
    program.read("image", FIGURE, "^Spectrum of 1 - 7")
    program.press("alt+1")
    program.read("image", steps.LIVE, "^Spectrum of 1 - 7")
    program.press("ctrl+Page_Down")
    program.read("image", steps.LIVE, r"^Spectrum of Class \d")


def read_out(program, figure):
    labels = (w for w in program.find("image", figure).walk() if w.role == "label")
    return " ".join(w.own_name for w in labels)


def point_at(program, figure, wanted):
    """Moves the pointer over the figure until it reads that out; returns the place."""
    x, y, width, height = program.find("image", figure).seen
    for down in numpy.arange(0.25, 0.95, 0.08):
        for right in numpy.arange(0.3, 0.9, 0.06):
            place = (x + width * right, y + height * down)
            program.screen.move(*place)
            # Twice, as the first may still be that of the place before.
            if all(re.search(wanted, read_out(program, figure)) for _ in range(2)):
                return place
    raise Failure(f"nothing in {figure} reads {wanted}")


def component(context):
    """An eigenvector is chosen with the mouse and seen large, with its numbers"""
    program = context.start()
    open_page(program)
    place = point_at(program, FIGURE, r"[Cc]omponent −2")
    program.screen.click(*place)
    program.label("^Component −2$")
    found = program.label(r"^Eigenvalue (−[\d.]+) · ([\d.]+) % of the sum of squares")
    steps.save_run(program, program.home / "run.safetensors")
    tensors, _ = readers.run_file(program.home / "run.safetensors")
    truth = readers.eigenvalues(tensors, numpy.eye(10)[0])
    value = -float(found.group(1)[1:])
    share = 100 * truth[1] ** 2 / (truth**2).sum()
    expect(abs(value - truth[1]) < 6e-3 * abs(truth[1]), f"{value}, {truth[1]}")
    expect(abs(float(found.group(2)) - share) < 0.06, f"{found.group(2)}, {share} %")

    def is_drawn():
        pixels = program.screen.pixels(program.find("image", "Eigenvector").seen)
        return min(steps.colors(pixels)) > 0.01

    program.wait(is_drawn, "the eigenvector to be drawn")
    program.find("image", "Most Activating Test Images")


def component_by_key(context):
    """An eigenvector is chosen by keyboard, in the figure and with the shortcut"""
    program = context.start()
    open_page(program, by_key=True)
    program.tab_to("image", FIGURE)
    program.press("End")
    program.read("image", FIGURE, r"^.*[Cc]omponent|eigenvalue")
    program.press("Home", "Right", "space")
    program.label("^Component 1$")
    program.press("ctrl+bracketright")
    program.label("^Component 2$")
    program.press("ctrl+bracketleft", "ctrl+bracketleft", "ctrl+bracketleft")
    program.label("^Component −1$")


def all_classes(context):
    """All classes side by side, and back to the one that is chosen there"""
    program = context.start()
    open_page(program)
    program.click("button", "All Classes")
    program.read("image", GALLERY, "10 classes")
    place = point_at(program, GALLERY, "^4, eigenvector")
    program.screen.click(*place)
    program.press("ctrl+g")
    program.read("image", FIGURE, "^Spectrum of Class 4")


def basis(context):
    """The pixel basis, with the mouse and by key: other numbers, and back again"""
    program = context.start()
    open_page(program)
    before = program.read("image", FIGURE, "largest ([^,]+)").group(1)
    program.choose("Basis", "Pixel Basis")
    program.wait(
        lambda: f"largest {before}," not in program.find("image", FIGURE).description,
        "another spectrum",
    )
    program.tab_to("combo box", "Basis")
    program.choose_by_key("Basis", "Embedding Basis")
    program.read("image", FIGURE, f"largest {re.escape(before)}")


scenarios.run(
    classes,
    direction,
    direction_by_key,
    component,
    component_by_key,
    all_classes,
    basis,
)

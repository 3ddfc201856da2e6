# SPDX-License-Identifier: GPL-3.0-or-later
"""What many scenarios do first."""

import os
import re

CURVES = "Learning Curves"
LIVE = "Spectrum and Leading Eigenvectors"


def set_up(program, epochs, hidden=16):
    """A new run that is small enough to be quick, not started yet."""
    program.press("ctrl+n")
    program.find_ready("spin button", "Hidden Width")
    program.replace("spin button", "Hidden Width", str(hidden))
    program.replace("spin button", "Epochs", str(epochs))
    program.wait_value("spin button", "Epochs", epochs)


def train(program, epochs=3, hidden=16):
    """A small run, trained to its end."""
    set_up(program, epochs, hidden)
    program.press("F5")
    program.label(rf"^Epoch {epochs} of {epochs}\b")
    program.read("image", LIVE, r"eigenvalues")


def start_long(program, hidden=16):
    """A small run that goes on until it is stopped, with two epochs behind it."""
    set_up(program, 5000, hidden)
    program.press("F5")
    program.find_ready("button", "Pause")
    program.wait(lambda: epoch(program) >= 2, "two epochs")


def epoch(program):
    """The finished epochs of the chosen run."""
    found = (re.search(r"\bEpoch (\d+) of", text) for text in program.labels())
    return next((int(match.group(1)) for match in found if match), 0)


def colors(pixels):
    """Shares of clearly blue and clearly red among pixels: positive and negative."""
    red, green, blue = (pixels[:, :, i].astype(int) for i in range(3))
    return (blue - red > 40).mean(), (red - blue > 40).mean()


def open_export(program, figure, by_key=False):
    """Opens the export dialog of a figure."""
    if by_key:
        program.tab_to("image", figure)
        program.press("ctrl+e")
    else:
        program.click("button", "Figure Menu", within=figure)
        program.click("menu item", "Export Figure…")
    program.wait_for_window("Export Figure")


def save_run(program, path):
    program.press("ctrl+s")
    program.answer_file_dialog(path)
    program.label(f"^“{os.path.basename(path)}” saved$")
    program.wait_for_window("Eigenscope")


def open_path(program, path, window="Eigenscope"):
    """Types the path into the dialog, whose line a slash opens; then window is there."""
    program.press("ctrl+o")
    program.wait_for_window("Open")
    program.type("/")
    program.wait(
        lambda: any(w.role == "text box" and w.text == "/" for w in program.focused()),
        "the line for the path",
    )
    program.type(path[1:])
    program.wait(
        lambda: any(w.role == "text box" and w.text == path for w in program.focused()),
        "the path in its line",
    )
    program.press("Return")
    program.wait_for_window(window)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and sessions: saving, opening, closing while it trains, the next start."""

import scenarios
import steps
from program import expect


def save_and_open(context):
    """Saved, and opened again by another start: the same network and history"""
    program = context.start()
    steps.train(program)
    said = program.read("image", steps.LIVE, "^Spectrum.*").group(0)
    path = context.home + "/digits.safetensors"
    steps.save_run(program, path)
    program.close()
    program = context.start(path)
    program.read("list item", "Run 1", "Epoch 3 of 3")
    program.read("image", steps.CURVES, "up to epoch 3,")
    program.read("image", "Training Images", "20 images of 28 by 28 pixels")
    program.wait(lambda: program.find("image", steps.LIVE).description == said, said)
    program.press("alt+2")
    program.read("image", "Spectrum", "^Spectrum of Class 0: 16 eigenvalues")
    program.find("image", "Most Activating Test Images")


def open_by_dialog(context):
    """Opened by the dialog; what is no network is refused with words"""
    program = context.start()
    steps.train(program)
    path = context.home + "/digits.safetensors"
    steps.save_run(program, path)
    bad = context.home + "/bad.safetensors"
    with open(bad, "wb") as file:
        file.write(b"\xff" * 64)
    steps.open_path(program, path)
    program.wait(lambda: len(program.all("list item", "Run 1")) == 2, "the opened run")
    steps.open_path(program, bad)
    program.label("bad.safetensors")
    runs = program.all("list item", None, "Runs")
    expect(len(runs) == 2, "it opened what is no network")


def check_back(context, kept):
    """The next start has the run with at least those epochs, and goes on with it."""
    program = context.start()
    program.read("list item", "Run 1", r"Epoch \d+ of 5000")
    program.wait(lambda: steps.epoch(program) >= kept, f"{kept} epochs")
    back = steps.epoch(program)
    program.read("image", steps.CURVES, f"up to epoch {back},")
    program.read("image", steps.LIVE, "eigenvalues")
    program.press("F5")
    program.wait(lambda: steps.epoch(program) > back, "training to go on")
    program.press("shift+F5")
    program.find_ready("button", "Go On")
    program.close()


def close_while_training(context):
    """Closed while it trains: asks nothing, ends, and the epochs are there again"""
    program = context.start()
    steps.start_long(program)
    program.wait(lambda: steps.epoch(program) >= 3, "three epochs")
    kept = steps.epoch(program)
    program.click("button", "Close")
    program.wait_for_end()
    check_back(context, kept)


def quit_while_training(context):
    """Ended by keyboard while it trains: the epochs are there again"""
    program = context.start()
    steps.start_long(program)
    kept = steps.epoch(program)
    program.close("ctrl+q")
    check_back(context, kept)


def close_at_once(context):
    """Closed by the window manager while training is about to start"""
    program = context.start()
    steps.set_up(program, 5000)
    program.press("F5", "alt+F4")
    program.wait_for_end()


scenarios.run(
    save_and_open,
    open_by_dialog,
    close_while_training,
    quit_while_training,
    close_at_once,
)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Back in time: the slider, its keys, playing, and the epochs of the curve."""

import re
import time

import scenarios
import steps
from program import expect

EPOCHS = 8
# So that the film is not over before it was looked at, on a busy machine too.
LONG_EPOCHS = 50


def film_epoch(program):
    """The epoch beside the slider; None while it is live."""
    texts = (re.fullmatch(r"Epoch (\d+)", text) for text in program.labels())
    return next((int(match.group(1)) for match in texts if match), None)


def wait_epoch(program, epoch):
    program.wait(lambda: film_epoch(program) == epoch, f"the film at epoch {epoch}")
    program.wait_value("slider", "Time", epoch)


def largest(program):
    """The largest eigenvalue, as a screen reader hears it."""
    figure = program.find("image", steps.LIVE)
    return re.search(r"largest (\S+),", figure.description).group(1)


def scrub(context):
    """The slider goes back in time with the mouse; the spectrum goes with it"""
    program = context.start()
    steps.train(program, EPOCHS)
    last = largest(program)
    slider = program.find("slider", "Time")
    x, y, width, height = slider.seen
    middle = y + height / 2
    program.screen.drag((x + width - 2, middle), (x + 2, middle))
    wait_epoch(program, 0)
    program.wait(lambda: largest(program) != last, "another spectrum")
    first = largest(program)
    program.screen.drag((x + 4, middle), (x + width / 2, middle))
    program.wait(lambda: film_epoch(program) in range(2, EPOCHS - 1), "half way")
    program.wait(lambda: largest(program) not in (first, last), "a third spectrum")
    program.screen.drag((x + width / 2, middle), (x + width + 20, middle))
    wait_epoch(program, EPOCHS)
    program.wait(lambda: largest(program) == last, "the last spectrum again")


def scrub_by_key(context):
    """The slider goes back in time by keyboard"""
    program = context.start()
    steps.train(program, EPOCHS)
    last = largest(program)
    program.tab_to("slider", "Time")
    program.press("Left")
    wait_epoch(program, EPOCHS - 1)
    program.press("Home")
    wait_epoch(program, 0)
    program.wait(lambda: largest(program) != last, "another spectrum")
    program.press("Right", "Right")
    wait_epoch(program, 2)
    program.press("End")
    wait_epoch(program, EPOCHS)
    program.wait(lambda: largest(program) == last, "the last spectrum again")


def play(context):
    """The film plays to its end, by button and by key"""
    program = context.start()
    steps.train(program, LONG_EPOCHS)
    program.click("button", "Play the Film")
    program.wait(lambda: film_epoch(program) != LONG_EPOCHS, "the film to start")
    wait_epoch(program, LONG_EPOCHS)
    program.press("F7")
    program.find("button", "Hold the Film")
    program.press("F7")
    program.find("button", "Play the Film")
    held = film_epoch(program)
    expect(held is not None and held < LONG_EPOCHS, f"the film is held at {held}")
    time.sleep(1)
    expect(film_epoch(program) == held, "the film plays on while it is held")
    program.press("F7")
    wait_epoch(program, LONG_EPOCHS)


def while_training(context):
    """Back in time and live again while it trains"""
    program = context.start()
    steps.start_long(program)
    program.tab_to("slider", "Time")
    program.press("Home")
    program.wait(lambda: film_epoch(program) == 0, "epoch 0")
    before = steps.epoch(program)
    program.wait(lambda: steps.epoch(program) >= before + 3, "training to go on")
    expect(film_epoch(program) == 0, "the film left its epoch")
    program.press("End")
    program.label("^Live$")
    program.press("shift+F5")
    program.find_ready("button", "Go On")


def on_the_curve(context):
    """An epoch chosen on the curve, with the mouse and by key, moves the film"""
    program = context.start()
    steps.train(program, EPOCHS)
    program.click("image", steps.CURVES, at=(0.25, 0.5))
    program.wait(lambda: film_epoch(program) in range(1, EPOCHS - 1), "an early epoch")
    program.wait(lambda: program.has_focus("image", steps.CURVES), "the focus")
    program.press("Home")
    program.read("image", steps.CURVES, r"[Ee]poch 1\b")
    program.press("space")
    wait_epoch(program, 1)
    program.press("End", "space")
    wait_epoch(program, EPOCHS)


scenarios.run(scrub, scrub_by_key, play, while_training, on_the_curve)

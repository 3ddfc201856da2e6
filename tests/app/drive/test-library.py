# SPDX-License-Identifier: GPL-3.0-or-later
"""The library: star, search, archive, tags; killed and gone on with; what is broken."""

import pathlib
import re
import signal

import scenarios
import steps
from program import expect


def listed(program):
    runs = program.now("list", "Runs")
    return [w.name for w in runs.walk() if w.role == "list item"] if runs else []


def wait_listed(program, *names):
    program.wait(lambda: listed(program) == list(names), f"the runs {names}")


def library(program):
    return program.home / "data/eigenscope/runs"


def run_files(program):
    return list(library(program).glob("2*/run.safetensors"))


def two_runs(context):
    program = context.start()
    steps.train(program)
    steps.train(program)
    wait_listed(program, "Run 2", "Run 1")
    return program


def check(program, item):
    """Clicks an item with a check mark."""
    found = program.wait(lambda: program.menu_item(item), f"the item {item}")
    program.click(found.role, item)


def toggle(program, item):
    program.open_menu(item)
    check(program, item)


def star(context):
    """A starred run is first, is told so, and is so at the next start"""
    program = two_runs(context)
    program.click("list item", "Run 1")
    program.press("ctrl+b")
    wait_listed(program, "Run 1", "Run 2")
    program.read("list item", "Run 1", "Starred")
    program.close()
    program = context.start()
    wait_listed(program, "Run 1", "Run 2")
    program.read("list item", "Run 1", "Starred")


def search(context):
    """Searched by name and by a tag that was given in the details"""
    program = two_runs(context)
    program.click("list item", "Run 1")
    program.press("alt+Return")
    program.wait_for_window("Run Details")
    program.replace("text box", "Tags, Separated by Commas", "keep, #mine", end="Tab")
    program.press("Escape")
    program.wait_for_window("Eigenscope")
    program.press("ctrl+f")
    program.wait(lambda: program.has_focus("search box", "Search the Runs"), "the search")
    program.type("run 2")
    wait_listed(program, "Run 2")
    program.press("ctrl+a")
    program.type("#mine")
    wait_listed(program, "Run 1")
    program.press("Escape")
    wait_listed(program, "Run 2", "Run 1")


def archive(context):
    """An archived run leaves the list, comes back by Undo, and is found when asked for"""
    program = two_runs(context)
    toggle(program, "Archived")
    wait_listed(program, "Run 1")
    program.click("button", "Undo")
    wait_listed(program, "Run 2", "Run 1")
    toggle(program, "Archived")
    wait_listed(program, "Run 1")
    program.press("ctrl+f")
    program.wait(lambda: program.has_focus("search box", "Search the Runs"), "the search")
    program.press("Tab", "space")
    check(program, "Archived Too")
    wait_listed(program, "Run 2", "Run 1")
    program.read("list item", "Run 2", "Archived")


def menu_by_mouse(context):
    """The menu of a run opens under the mouse and acts on that run"""
    program = two_runs(context)
    program.click("list item", "Run 1", button=3)
    check(program, "Starred")
    wait_listed(program, "Run 1", "Run 2")


def killed(context):
    """Killed while it trains: the next start offers to go on, and goes on"""
    program = context.start()
    steps.start_long(program)
    program.wait(lambda: run_files(program), "the first save")
    program.wait(lambda: steps.epoch(program) >= 3, "three epochs")
    program.process.send_signal(signal.SIGKILL)
    program.process.wait()
    program = context.start()
    program.read("list item", "Run 1", "^Interrupted")
    program.label("was interrupted after epoch")
    back = steps.epoch(program)
    program.click("button", "Resume")
    program.wait(lambda: steps.epoch(program) > back, "training to go on")
    program.press("shift+F5")
    program.find_ready("button", "Go On")
    program.close()
    program = context.start()
    program.read("list item", "Run 1", "^Epoch")
    expect(program.now("button", "Resume") is None, "offered what was stopped by hand")


def unreadable(context):
    """A run that cannot be read is shown with the reason, and can be deleted"""
    program = context.start()
    steps.train(program)
    program.close()
    file = run_files(program)[0]
    pathlib.Path(file).write_bytes(b"\xff" * 100)
    program = context.start()
    program.read("list item", "Run 1", "^Cannot be read: .*run.safetensors")
    program.press("ctrl+Delete")
    program.label("See What a Network Learned")
    expect(not file.exists(), "the run is still in the library")


def elsewhere(context):
    """What another program has done shows when the window is looked at again"""
    program = two_runs(context)
    folder = next(f.parent for f in run_files(program) if name_of(f.parent) == "Run 1")
    about = folder / "about.json"
    about.write_text(about.read_text().replace('"Run 1"', '"Elsewhere"'))
    other = next(f.parent for f in run_files(program) if f.parent != folder)
    (library(program) / "trash").mkdir(exist_ok=True)
    other.rename(library(program) / "trash" / other.name)
    program.press("alt+Return")
    program.wait_for_window("Run Details")
    program.press("Escape")
    wait_listed(program, "Elsewhere")


def name_of(folder):
    return re.search(r'"name"\s*:\s*"([^"]*)"', (folder / "about.json").read_text())[1]


scenarios.run(star, search, archive, menu_by_mouse, killed, unreadable, elsewhere)

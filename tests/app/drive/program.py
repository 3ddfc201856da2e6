# SPDX-License-Identifier: GPL-3.0-or-later
"""Eigenscope as a person has it before them: it is looked at and worked with."""

import contextlib
import os
import pathlib
import re
import subprocess
import time

import accessibility
from accessibility import WINDOW_COORDINATES
from screen import WHEEL_DOWN, WHEEL_UP

# After this what was waited for is taken not to come. Long, as the machine may be busy.
PATIENCE = 60
LOOK_AGAIN_SECONDS = 0.06
# After this a person takes it that a click or a key went past, and does it again.
AGAIN_SECONDS = 12

COMPLAINT = re.compile(
    r"\b(WARNING|CRITICAL|ERROR)\b|Sanitizer|runtime error|Unexpected|Segmentation"
)


class Failure(AssertionError):
    pass


def expect(condition, message):
    if not condition:
        raise Failure(message)


class Program:
    """A running window, whose files are all in the folder home."""

    def __init__(self, desktop, home, *arguments):
        self.screen = desktop.screen
        self.bus = desktop.bus
        self.home = pathlib.Path(home)
        self.log = self.home / "log"
        environment = dict(
            desktop.environment,
            HOME=str(home),
            XDG_CONFIG_HOME=f"{home}/config",
            XDG_CACHE_HOME=f"{home}/cache",
            XDG_DATA_HOME=f"{home}/data",
            XDG_STATE_HOME=f"{home}/state",
        )
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", os.environ["EIGENSCOPE"], *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=home,
            )
        self.wait(lambda: self.top("Eigenscope"), "the window")

    # Looking

    def look(self):
        """All widgets that are shown now, in order."""
        if self.process.poll() is not None:
            raise Failure(f"it ended with {self.process.returncode}: {self.said()}")
        programs = accessibility.look(self.bus, self.screen)
        return [w for p in programs for w in p.walk() if w.rectangle]

    def dump(self):
        try:
            told = (w for w in self.look() if w.name or w.text or w.states - {"sensitive"})
            return "\n".join(w.line() for w in told)
        except Exception as problem:  # what is reported must not hide what was wrong
            return str(problem)

    def said(self):
        return self.log.read_text(errors="replace")

    def wait(self, condition, what, seconds=PATIENCE):
        """Returns the first true value of condition ()."""
        end = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise Failure(f"waited {seconds} s in vain for {what}")
            time.sleep(LOOK_AGAIN_SECONDS)

    def act(self, action, effect, what):
        """Acts until effect () shows: what was acted on may have moved away just then.

        Returns the first true value. Only for what may be done twice."""
        end = time.monotonic() + PATIENCE
        while True:
            action()
            with contextlib.suppress(Failure):
                return self.wait(effect, what, AGAIN_SECONDS)
            expect(time.monotonic() < end, f"did in vain what brings {what}")

    def all(self, role, name=None, within=None):
        """Widgets of that role; name may be a compiled pattern."""
        found = []
        for widget in self.look():
            if widget.role != role:
                continue
            if within and not any(w.name == within for w in widget.ancestors()):
                continue
            if isinstance(name, re.Pattern):
                if name.search(widget.name):
                    found.append(widget)
            elif name is None or widget.name == name:
                found.append(widget)
        return found

    def now(self, role, name=None, within=None):
        """The one such widget, or None; of several, one that can be used."""
        found = self.all(role, name, within)
        return next((w for w in found if w.sensitive), found[0] if found else None)

    def find(self, role, name=None, within=None):
        return self.wait(lambda: self.now(role, name, within), f"{role} {name}")

    def find_ready(self, role, name=None, within=None):
        """Once it can be used."""

        def ready():
            found = self.now(role, name, within)
            return found if found is not None and found.sensitive else None

        return self.wait(ready, f"{role} {name} to become sensitive")

    def gone(self, role, name=None):
        self.wait(lambda: self.now(role, name) is None, f"{role} {name} to go")

    def read(self, role, name, pattern, part="description"):
        """Waits until a text of the widget matches; returns the match."""

        def matches():
            found = self.now(role, name)
            return re.search(pattern, getattr(found, part)) if found is not None else None

        return self.wait(matches, f"{role} {name} to say {pattern}")

    def label(self, pattern):
        """Waits for a label that matches; returns the match."""

        def matches():
            return next((m for m in map(pattern.search, self.labels()) if m), None)

        pattern = re.compile(pattern)
        return self.wait(matches, f"a label {pattern.pattern}")

    def labels(self):
        return [w.own_name for w in self.look() if w.role == "label"]

    def value(self, role, name):
        return self.find(role, name).value[2]

    def wait_value(self, role, name, value):
        def same():
            found = self.now(role, name)
            return found is not None and abs(found.value[2] - value) < 1e-9

        self.wait(same, f"{role} {name} to become {value}")

    # Windows

    def top(self, title):
        """The X window of that title, if keys go to it."""
        for window in reversed(self.screen.windows()):
            if window.title == title and self.screen.has_focus(window):
                return window
        return None

    def wait_for_window(self, title):
        return self.wait(lambda: self.top(title), f"the window {title}")

    def focused(self):
        return [w for w in self.look() if "focused" in w.states]

    # Doing

    def covered(self, widget, x, y):
        """Whether something else would get a click at x, y of the display."""
        top = widget
        while top.parent.parent is not None and top.layer != accessibility.POPUP_LAYER:
            top = top.parent
        inside = (
            int(top.bounds[0] + x - top.rectangle[0]),
            int(top.bounds[1] + y - top.rectangle[1]),
            WINDOW_COORDINATES,
        )
        call = (
            top.reference,
            accessibility.COMPONENT,
            "GetAccessibleAtPoint",
            accessibility.GLib.Variant("(iiu)", inside),
        )
        answer = self.bus.batch([call])[0]
        found = tuple(answer[0]) if answer else ("", "")
        related = [widget, *widget.ancestors(), *widget.walk()]
        # An icon has no accessible, so the answer may be nothing.
        return bool(found[0]) and found not in [w.reference for w in related]

    def scroll_into_view(self, role, name, within=None):
        """With the wheel, as far as needed; returns the widget."""

        def in_view():
            widget = self.find_ready(role, name, within)
            x, y, width, height = widget.rectangle
            if widget.seen and widget.seen[3] >= min(height, 40):
                return widget
            pane = next(
                w
                for w in widget.ancestors()
                if any(child.role == "scroll bar" for child in w.children)
            )
            left, top, wide, high = pane.seen
            self.screen.move(left + wide // 2, top + 20)
            below = y + height > top + high
            self.screen.click(
                left + wide // 2, top + 20, WHEEL_DOWN if below else WHEEL_UP
            )
            return None

        return self.wait(in_view, f"{role} {name} to be scrolled into view")

    @staticmethod
    def behind_popup(widget):
        """Whether a click on it would only close a list or menu of something else."""
        ancestors = list(widget.ancestors())
        related = {w.reference for w in [widget, *ancestors, *widget.walk()]}
        shown = (w for w in ancestors[-1].walk() if w.rectangle)
        popups = (w for w in shown if w.layer == accessibility.POPUP_LAYER)
        return any(w.reference not in related for w in popups)

    def hover(self, role, name, at, within):
        """Puts the pointer there: (widget, x, y), or None if it has moved a look later.

        at: shares of its width and height. A message stays while the pointer is on it."""

        def place():
            widget = self.scroll_into_view(role, name, within)
            left, top, width, height = widget.seen
            return widget, left + width * at[0], top + height * at[1]

        before, x, y = place()
        self.screen.move(x, y)
        widget, *there = place()
        same = widget.reference == before.reference and there == [x, y]
        return (widget, x, y) if same else None

    def click(self, role, name=None, at=(0.5, 0.5), button=1, within=None):
        """Clicks it where it is seen, once it is at rest and nothing covers it."""

        def clicked():
            found = self.hover(role, name, at, within)
            if found is None or self.behind_popup(found[0]) or self.covered(*found):
                return None
            self.screen.click(*found[1:], button)
            return found[0]

        return self.wait(clicked, f"{role} {name} to be clicked")

    def press(self, *combinations):
        """Keys to the window that has the focus."""
        self.wait(
            lambda: any(map(self.screen.has_focus, self.screen.windows())),
            "a window with the focus",
        )
        for combination in combinations:
            self.screen.press(combination)

    def type(self, text):
        self.press()
        self.screen.write(text)

    def replace(self, role, name, text, end="Return"):
        """Types over what is in a text box or spin button, which it clicks first."""

        def enter():
            self.click(role, name, at=(0.15, 0.5))
            if role == "spin button":  # a row with an entry does not tell
                self.wait(lambda: self.has_focus(role, name), f"the focus to {name}")

        self.retype(role, name, text, end, enter)

    def retype(self, role, name, text, end="Return", enter=lambda: None):
        """Types over what is in the one that has the focus, or that enter () gives it."""

        def type_over():
            enter()
            self.press("ctrl+a")
            self.type(text)

        self.act(
            type_over,
            lambda: self.find(role, name).text == text,
            f"the text {text} to {role} {name}",
        )
        self.press(end)

    def tab_to(self, role, name, key="Tab", most=60):
        """Walks with Tab until the widget has the focus."""
        focused = self.focused()
        for _ in range(most):
            if any(self.is_part(widget, role, name) for widget in focused):
                return
            self.press(key)
            focused = self.wait_moved(focused)
        raise Failure(f"{key} does not lead to {role} {name}")

    def wait_moved(self, before):
        """What has the focus once that is something else than before, or stays so."""
        places = {w.reference for w in before}

        def moved():
            focused = self.focused()
            return focused if {w.reference for w in focused} != places else None

        try:
            return self.wait(moved, "the focus to move", 5)
        except Failure:
            return self.focused()

    @staticmethod
    def is_part(widget, role, name):
        chain = [widget, *widget.ancestors()]
        return any(w.role == role and w.name == name for w in chain)

    def option(self, option):
        """An item of the list that a drop-down has opened, or None."""
        for widget in self.all("list item", option):
            if any(w.layer == accessibility.POPUP_LAYER for w in widget.ancestors()):
                return widget
        return None

    def still(self, option):
        """Where that item is, if it is there a look later too."""
        before, after = self.option(option), self.option(option)
        same = before and after and before.rectangle == after.rectangle
        return after.rectangle if same else None

    def wait_choice(self, name, option):
        self.wait(
            lambda: self.find("combo box", name).choice == option,
            f"{name} to show {option}",
        )

    def open_list(self, name, option):
        """Of a drop-down, with the mouse."""
        self.act(
            lambda: self.click("combo box", name),
            lambda: self.option(option),
            f"a list with {option}",
        )

    def choose(self, name, option):
        """In a drop-down, with the mouse."""

        def pick():
            if self.option(option) is None:
                self.open_list(name, option)
            x, y, width, height = self.wait(lambda: self.still(option), option)
            self.screen.click(x + width // 2, y + height // 2)

        self.act(
            pick,
            lambda: self.find("combo box", name).choice == option,
            f"{option} in {name}",
        )

    def choose_by_key(self, name, option):
        """In the drop-down that has the focus."""
        self.press("space")
        self.wait(lambda: self.option(option), f"a list with {option}")
        self.press("Home")

        def reached():
            item = self.option(option)
            if item is not None and any("focused" in w.states for w in item.walk()):
                return True
            self.press("Down")
            return False

        self.wait(reached, f"the focus on {option}")
        self.press("Return")
        self.wait_choice(name, option)

    def menu_item(self, item):
        """It, or None; the role of one with a check mark comes with its first change."""
        return self.now("menu item", item) or self.now("menu item checkbox", item)

    def open_menu(self, item):
        """The main menu with that item in it, with the mouse."""
        self.act(
            lambda: self.click("button", "Main Menu"),
            lambda: self.menu_item(item),
            f"a menu with {item}",
        )

    def menu(self, *items):
        """Through the main menu, with the mouse."""
        self.open_menu(items[0])
        for item in items:
            self.click("menu item", item)

    def answer_file_dialog(self, path):
        """Types an absolute path into the file dialog that saves, and Return."""
        self.wait(lambda: self.has_focus("text box", "Name:"), "the file dialog")
        self.retype("text box", "Name:", str(path))

    def has_focus(self, role, name):
        return any(self.is_part(widget, role, name) for widget in self.focused())

    # The end

    def close(self, key="ctrl+q"):
        self.press(key)
        self.wait_for_end()

    def wait_for_end(self):
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure("it did not end") from None
        expect(status == 0, f"it ended with {status}: {self.said()}")
        self.check_log()

    def check_log(self):
        """Nothing may have warned of anything."""
        complaints = [line for line in self.said().splitlines() if COMPLAINT.search(line)]
        expect(not complaints, "it complained:\n" + "\n".join(complaints))

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

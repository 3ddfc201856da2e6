# SPDX-License-Identifier: GPL-3.0-or-later
"""The X server: which windows there are, key and mouse events (XTest), pixels."""

import dataclasses
import time

import numpy
from Xlib import XK, X, display, error
from Xlib.ext import xtest

from desktop import wait_until

WHEEL_UP, WHEEL_DOWN = 4, 5
# Between the events of one gesture, as no hand is faster.
EVENT_SECONDS = 0.006

MODIFIERS = {"ctrl": "Control_L", "shift": "Shift_L", "alt": "Alt_L"}


@dataclasses.dataclass
class Window:
    """A visible window of a program; x, y on the display."""

    resource: object
    title: str
    popup: bool
    x: int
    y: int
    width: int
    height: int


class Screen:
    def __init__(self, name):
        self.display = display.Display(name)
        # A window may go while it is asked for.
        self.display.set_error_handler(lambda *_: None)
        self.root = self.display.screen().root

    def atom(self, name):
        return self.display.intern_atom(name)

    def property(self, window, name):
        try:
            found = window.get_full_property(self.atom(name), X.AnyPropertyType)
        except error.XError:
            return None
        return found.value if found is not None else None

    def wait_for_manager(self):
        wait_until(
            lambda: self.property(self.root, "_NET_SUPPORTING_WM_CHECK"),
            "the window manager",
        )

    # Windows

    def client(self, window, depth=3):
        """The window of a program that is window or inside its frame."""
        if self.property(window, "_NET_WM_PID") is not None:
            return window
        if depth == 0:
            return None
        found = (self.client(child, depth - 1) for child in window.query_tree().children)
        return next(filter(None, found), None)

    def describe(self, top):
        shown = top.get_attributes()
        client = self.client(top) if shown.map_state == X.IsViewable else None
        if client is None:
            return None
        size = client.get_geometry()
        if client.get_attributes().map_state != X.IsViewable or size.width < 3:
            return None
        place = self.root.translate_coords(client, 0, 0)
        title = self.property(client, "_NET_WM_NAME") or b""
        popup = bool(shown.override_redirect) and client.id == top.id
        return Window(
            client,
            title.decode("utf-8", "replace"),
            popup,
            place.x,
            place.y,
            size.width,
            size.height,
        )

    def windows(self):
        """The visible windows, lowest first."""
        found = []
        for top in self.root.query_tree().children:
            try:
                window = self.describe(top)
            except error.XError:
                continue
            if window is not None:
                found.append(window)
        return found

    def has_focus(self, window):
        """Whether keys go to window; GTK gives them to a child of it."""
        focus = self.display.get_input_focus().focus
        try:
            return not isinstance(focus, int) and window.resource.id in (
                focus.id,
                focus.query_tree().parent.id,
            )
        except (error.XError, AttributeError):
            return False

    # Events

    def event(self, kind, detail=0, x=0, y=0):
        xtest.fake_input(self.display, kind, detail, x=int(x), y=int(y))
        self.display.sync()
        time.sleep(EVENT_SECONDS)

    def move(self, x, y):
        self.event(X.MotionNotify, x=x, y=y)

    def click(self, x, y, button=1):
        self.move(x - 1, y)
        self.move(x, y)
        self.event(X.ButtonPress, button)
        self.event(X.ButtonRelease, button)

    def drag(self, start, end, steps=8):
        self.move(*start)
        self.event(X.ButtonPress, 1)
        for step in range(1, steps + 1):
            share = step / steps
            self.move(*(a + (b - a) * share for a, b in zip(start, end)))
        self.event(X.ButtonRelease, 1)

    def carry(self, start, end, seconds=1):
        """Drags something to another program: both are asked all the time whether it may
        be dropped, and have to answer before the button is let go."""
        self.move(*start)
        self.event(X.ButtonPress, 1)
        for x, y in [(start[0] + 20, start[1] + 20), end, (end[0] + 5, end[1])]:
            self.move(x, y)
            time.sleep(seconds / 3)
        self.event(X.ButtonRelease, 1)

    def code(self, symbol):
        """(key, whether it needs shift) for a symbol of the keyboard."""
        codes = list(self.display.keysym_to_keycodes(symbol))
        if not codes:
            raise ValueError(f"no key gives {symbol:#x}")
        return min(((code, level % 2 == 1) for code, level in codes), key=lambda c: c[1])

    def strike(self, symbol, modifiers=()):
        key, shift = self.code(symbol)
        names = [MODIFIERS[m] for m in modifiers]
        if shift and "Shift_L" not in names:
            names.append("Shift_L")
        held = [self.code(XK.string_to_keysym(name))[0] for name in names]
        for code in [*held, key]:
            self.event(X.KeyPress, code)
        for code in [key, *reversed(held)]:
            self.event(X.KeyRelease, code)

    def hold(self, key):
        self.event(X.KeyPress, key)

    def let_go(self, key):
        self.event(X.KeyRelease, key)

    def press(self, combination):
        """A key by its X name, with modifiers: "ctrl+shift+n", "Page_Down"."""
        *modifiers, name = combination.split("+")
        symbol = XK.string_to_keysym(name)
        if symbol == 0:
            raise ValueError(f"no key is called {name}")
        self.strike(symbol, modifiers)

    def write(self, text):
        for character in text:
            self.strike(ord(character))

    # Pixels

    def pixels(self, rectangle):
        """What is seen in (x, y, width, height), as (height, width, 3) bytes RGB."""
        x, y, width, height = (int(n) for n in rectangle)
        image = self.root.get_image(x, y, width, height, X.ZPixmap, 0xFFFFFFFF)
        data = numpy.frombuffer(image.data, numpy.uint8).reshape(height, width, 4)
        return data[:, :, 2::-1]

# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree of accessible widgets, as a screen reader gets it over AT-SPI.

Plain D-Bus calls in batches: nothing is kept between two looks. What GTK 4.8 leaves
out is made up for: there is no state "showing", so whether a widget is shown is asked
by its own centre; places are told inside the window only, inside a popover as if that
lay at the corner of its parent, and so they are moved by the X windows.
"""

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

CALL_MILLISECONDS = 60000

ACCESSIBLE = "org.a11y.atspi.Accessible"
COMPONENT = "org.a11y.atspi.Component"
TEXT = "org.a11y.atspi.Text"
VALUE = "org.a11y.atspi.Value"
PROPERTIES = "org.freedesktop.DBus.Properties"
REGISTRY = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")

STATES = {
    0: "invalid",
    4: "checked",
    10: "expanded",
    12: "focused",
    16: "modal",
    20: "pressed",
    23: "selected",
    24: "sensitive",
    36: "invalid",
}
WINDOW_COORDINATES = 1
POPUP_LAYER = 5
# Far behind the end: GTK 4.8 takes -1 for an empty text.
END_OF_TEXT = 0x7FFFFFFF
# With these begin the names of types.
TYPES = ("Gtk", "Adw", "Es")
# Their names come from the labels in them.
NAMED_BY_CONTENT = {"button", "tab", "menu item", "list item", "grid cell"}


class Bus:
    def __init__(self, session):
        self.kinds = {}  # what a widget stays as long as it lives: its role and layer
        bus = self.connect(session)
        address = bus.call_sync(
            "org.a11y.Bus",
            "/org/a11y/bus",
            "org.a11y.Bus",
            "GetAddress",
            None,
            None,
            Gio.DBusCallFlags.NONE,
            CALL_MILLISECONDS,
            None,
        ).unpack()[0]
        self.connection = self.connect(address)

    @staticmethod
    def connect(address):
        return Gio.DBusConnection.new_for_address_sync(
            address,
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None,
            None,
        )

    def batch(self, calls):
        """Answers of (widget, interface, method, arguments), None where it is gone."""
        answers = [None] * len(calls)
        waiting = len(calls)

        def done(connection, result, index):
            nonlocal waiting
            waiting -= 1
            try:
                answers[index] = connection.call_finish(result).unpack()
            except GLib.Error:
                pass

        for index, ((name, path), interface, method, arguments) in enumerate(calls):
            self.connection.call(
                name,
                path,
                interface,
                method,
                arguments,
                None,
                Gio.DBusCallFlags.NO_AUTO_START,
                CALL_MILLISECONDS,
                None,
                done,
                index,
            )
        context = GLib.MainContext.default()
        while waiting:
            context.iteration(True)
        return answers

    def programs(self):
        answer = self.batch([(REGISTRY, ACCESSIBLE, "GetChildren", None)])[0]
        return [tuple(program) for program in answer[0]] if answer else []


class Widget:
    """One accessible as it was at the time of the look.

    bounds: (x, y, width, height) as GTK tells them. rectangle: on the display, or None;
    seen: the part of it in view, or None. value: (least, greatest, current), or None.
    """

    def __init__(self, reference, parent):
        self.reference = reference
        self.parent = parent
        self.children = []
        self.own_name = self.description = self.role = self.text = ""
        self.states = set()
        self.bounds = (0, 0, 0, 0)
        self.layer = 0
        self.shown = False
        self.value = self.rectangle = self.seen = self.window = None

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self):
        widget = self.parent
        while widget is not None:
            yield widget
            widget = widget.parent

    @property
    def name(self):
        """Its name; GTK calls a nameless widget by its type.

        A button with a mnemonic has its text twice: "_Open Open"."""
        own = self.own_name
        if own and not own.startswith(TYPES) and (self.role, own) != ("tab", "Tab"):
            first, second = own[: len(own) // 2], own[len(own) // 2 + 1 :]
            return second if second and first.replace("_", "", 1) == second else own
        if self.role not in NAMED_BY_CONTENT:
            return ""
        labels = (w for w in self.walk() if w.role == "label" and w.shown)
        return " ".join(w.own_name for w in labels if not w.own_name.startswith("Gtk"))

    @property
    def choice(self):
        """What a drop-down shows."""
        for widget in self.walk():
            if widget.role == "label" and widget.shown and widget.own_name != self.own_name:
                if not any(w.layer == POPUP_LAYER for w in widget.ancestors()):
                    return widget.own_name
        return ""

    @property
    def sensitive(self):
        chain = [self, *self.ancestors()]
        return all("sensitive" in w.states for w in chain if w.role != "application")

    def line(self):
        parts = [self.role, repr(self.name)]
        if self.value:
            parts.append("= %g (%g..%g)" % (self.value[2], *self.value[:2]))
        if self.text:
            parts.append("= " + repr(self.text))
        if self.description:
            parts.append("- " + self.description)
        parts.append("{" + " ".join(sorted(self.states - {"sensitive"})) + "}")
        if not self.sensitive:
            parts.append("insensitive")
        if self.rectangle:
            parts.append(str(self.rectangle) + ("" if self.seen else " out of view"))
        return " ".join(parts)


def read_bounds(bus, level):
    arguments = GLib.Variant("(u)", (WINDOW_COORDINATES,))
    calls = [(w.reference, COMPONENT, "GetExtents", arguments) for w in level]
    for widget, answer in zip(level, bus.batch(calls)):
        widget.bounds = tuple(answer[0]) if answer else (0, 0, 0, 0)


def read_shown(bus, level):
    """Only what is mapped says that its centre is inside it."""
    sized = [w for w in level if w.bounds[2] > 0 and w.bounds[3] > 0]
    calls = []
    for widget in sized:
        x, y, width, height = widget.bounds
        centre = (x + width // 2, y + height // 2, WINDOW_COORDINATES)
        calls.append(
            (widget.reference, COMPONENT, "Contains", GLib.Variant("(iiu)", centre))
        )
    for widget, answer in zip(sized, bus.batch(calls)):
        widget.shown = bool(answer and answer[0])


def read_kinds(bus, level):
    new = [w.reference for w in level if w.reference not in bus.kinds]
    calls = [(reference, ACCESSIBLE, "GetRoleName", None) for reference in new]
    calls += [(reference, COMPONENT, "GetLayer", None) for reference in new]
    answers = bus.batch(calls)
    for reference, role, layer in zip(new, answers, answers[len(new) :]):
        if role is not None:
            bus.kinds[reference] = (role[0], layer[0] if layer else 0)


def read_values(bus, level):
    everything = GLib.Variant("(s)", (VALUE,))
    all_text = GLib.Variant("(ii)", (0, END_OF_TEXT))
    numbers = [w for w in level if w.role in ("slider", "spin button", "progress bar")]
    texts = [w for w in level if w.role in ("text box", "spin button")]
    calls = [(w.reference, PROPERTIES, "GetAll", everything) for w in numbers]
    calls += [(w.reference, TEXT, "GetText", all_text) for w in texts]
    answers = bus.batch(calls)
    for widget, answer in zip(numbers, answers):
        if answer:
            names = ("MinimumValue", "MaximumValue", "CurrentValue")
            widget.value = tuple(answer[0].get(name, 0.0) for name in names)
    for widget, answer in zip(texts, answers[len(numbers) :]):
        widget.text = answer[0] if answer else ""


def read_level(bus, level):
    """Reads the widgets of one depth; returns those below the ones that are shown."""
    read_bounds(bus, level)
    read_shown(bus, level)
    # A box without height has no inside to ask for, but may have children.
    level = [w for w in level if w.shown or bool(w.bounds[2]) != bool(w.bounds[3])]
    read_kinds(bus, level)
    for widget in level:
        widget.role, widget.layer = bus.kinds.get(widget.reference, ("", 0))
    everything = GLib.Variant("(s)", (ACCESSIBLE,))
    calls = [(w.reference, PROPERTIES, "GetAll", everything) for w in level]
    for widget, properties in zip(level, bus.batch(calls)):
        if properties is None or not widget.role:
            widget.shown = False
            continue
        widget.own_name = properties[0].get("Name", "")
        widget.description = properties[0].get("Description", "")
        widget.states = {"sensitive"}
    return read_branches(bus, [w for w in level if w.states])


def read_branches(bus, level):
    """States and children; a label has none of its own."""
    branches = [w for w in level if w.role != "label"]
    calls = [(w.reference, ACCESSIBLE, "GetState", None) for w in branches]
    calls += [(w.reference, ACCESSIBLE, "GetChildren", None) for w in branches]
    answers = bus.batch(calls)
    below = []
    for index, widget in enumerate(branches):
        states, children = answers[index], answers[len(branches) + index]
        if states is None:
            widget.shown = False
            continue
        bits = states[0][0] | states[0][1] << 32
        widget.states = {name for bit, name in STATES.items() if bits >> bit & 1}
        references = children[0] if children else []
        widget.children = [Widget(tuple(r), widget) for r in references]
        below += widget.children
    read_values(bus, level)
    return below


def overlap(a, b):
    left, top = max(a[0], b[0]), max(a[1], b[1])
    right = min(a[0] + a[2], b[0] + b[2])
    bottom = min(a[1] + a[3], b[1] + b[3])
    if right <= left or bottom <= top:
        return None
    return (left, top, right - left, bottom - top)


def place_in(widget, window, offset, clip):
    """Gives widget, and what is in it and in the same window, its place."""
    x, y, width, height = widget.bounds
    widget.window = window
    if widget.shown:
        widget.rectangle = (x + offset[0], y + offset[1], width, height)
        widget.seen = overlap(widget.rectangle, clip) if clip else None
        if any(child.role == "scroll bar" for child in widget.children):
            clip = widget.seen
    for child in widget.children:
        if child.layer != POPUP_LAYER:
            place_in(child, window, offset, clip)


def fit(widget, window):
    """How badly the sizes agree; GTK leaves borders and shadows out."""
    wide = window.width - widget.bounds[2]
    high = window.height - widget.bounds[3]
    return abs(wide) + abs(high) if wide >= -4 and high >= -4 else None


def place(program, windows):
    """Finds the X window of every window and popover of program."""
    free = list(windows)
    tops = [w for w in program.walk() if w.parent is program]
    popups = [w for w in program.walk() if w.layer == POPUP_LAYER and w.shown]
    for widget in tops + popups:
        popup = widget.layer == POPUP_LAYER
        fitting = [
            (fit(widget, window), index)
            for index, window in enumerate(free)
            if window.popup == popup
            and (popup or window.title == widget.own_name)
            and fit(widget, window) is not None
        ]
        if not fitting:
            continue
        window = free.pop(min(fitting)[1])
        if popup:
            offset = (window.x - widget.parent.bounds[0], window.y - widget.parent.bounds[1])
        else:
            offset = (
                window.x + (window.width - widget.bounds[2]) // 2 - widget.bounds[0],
                window.y + (window.height - widget.bounds[3]) // 2 - widget.bounds[1],
            )
        whole = (window.x, window.y, window.width, window.height)
        place_in(widget, window, offset, whole)


def look(bus, screen):
    """All programs on the bus; what is not shown is left out."""
    programs = [Widget(reference, None) for reference in bus.programs()]
    for program in programs:
        program.role = "application"
    answers = bus.batch([(p.reference, ACCESSIBLE, "GetChildren", None) for p in programs])
    level = []
    for program, answer in zip(programs, answers):
        references = answer[0] if answer else []
        program.children = [Widget(tuple(r), program) for r in references]
        level += program.children
    while level:
        level = read_level(bus, level)
    windows = screen.windows()
    for program in programs:
        place(program, windows)
    return programs

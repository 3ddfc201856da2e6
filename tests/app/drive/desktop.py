# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of one's own: X server, window manager, session bus, accessibility bus."""

import contextlib
import importlib.util
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

SIZE = "1480x1000"
START_SECONDS = 60
END_SECONDS = 10

# What has to be installed, by program or Python module: the Debian package.
PROGRAMS = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "dbus-daemon": "dbus-daemon",
    "setpriv": "util-linux",
}
MODULES = {"gi": "python3-gi", "Xlib": "python3-xlib", "numpy": "python3-numpy"}
READERS = {"pdftoppm": "poppler-utils"}
LAUNCHERS = [
    "/usr/libexec/at-spi-bus-launcher",
    "/usr/lib/at-spi2-core/at-spi-bus-launcher",
]

# It can start the accessibility bus and nothing else: no portal, no settings service.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"""

SERVICE = "[D-BUS Service]\nName=org.a11y.Bus\nExec={launcher}\n"

# No keys of its own, no effects: it places windows, gives them the focus, closes them.
WINDOW_MANAGER = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><focusLast>yes</focusLast></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard>
    <keybind key="A-F4"><action name="Close"/></keybind>
  </keyboard>
  <mouse>
    <context name="Client">
      <mousebind button="Left" action="Press"><action name="Focus"/></mousebind>
    </context>
  </mouse>
</openbox_config>
"""

# What ties a program to the desktop that the tests are started from.
FOREIGN = (
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "SESSION_MANAGER",
    "DBUS_SESSION_BUS_ADDRESS",
    "AT_SPI_BUS_ADDRESS",
    "NO_AT_BRIDGE",
    "DESKTOP_STARTUP_ID",
    "GTK_THEME",
    "GTK_MODULES",
    "GTK_IM_MODULE",
    "GDK_SCALE",
    "GDK_DPI_SCALE",
    "XDG_CURRENT_DESKTOP",
    "G_DEBUG",  # warnings are to be reported, not to end the program
)


def launcher():
    return next((path for path in LAUNCHERS if os.access(path, os.X_OK)), None)


def missing():
    """The packages that these tests need and that are not installed."""
    programs = PROGRAMS | READERS
    packages = {package for name, package in programs.items() if not shutil.which(name)}
    packages |= {p for name, p in MODULES.items() if not importlib.util.find_spec(name)}
    if launcher() is None:
        packages.add("at-spi2-core")
    if "python3-gi" not in packages:
        import gi

        if "2.0" not in gi.Repository.get_default().enumerate_versions("GdkPixbuf"):
            packages.add("gir1.2-gdkpixbuf-2.0")
    return sorted(packages)


class Desktop:
    """Everything that a window needs, in a folder that goes with it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.children = []
        self.environment = {k: v for k, v in os.environ.items() if k not in FOREIGN}

    def spawn(self, *command, **options):
        """A child that does not outlive this process, however that ends."""
        self.children.append(
            subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **options,
            )
        )
        return self.children[-1]

    def start_display(self):
        read_end, write_end = os.pipe()
        number = str(write_end)
        screen = SIZE + "x24"
        command = ["Xvfb", "-displayfd", number, "-screen", "0", screen, "-nolisten", "tcp"]
        self.spawn(*command, "-noreset", "-dpi", "96", pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as numbers:
            number = numbers.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.environment["DISPLAY"] = ":" + number

    def start_bus(self):
        (self.folder / "services").mkdir()
        service = self.folder / "services" / "org.a11y.Bus.service"
        service.write_text(SERVICE.format(launcher=launcher()))
        config = self.folder / "bus.conf"
        config.write_text(BUS.format(folder=self.folder))
        self.spawn("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.folder}/bus"
        wait_until((self.folder / "bus").exists, "the session bus")

    def start_window_manager(self):
        config = self.folder / "openbox.xml"
        config.write_text(WINDOW_MANAGER)
        self.spawn("openbox", "--sm-disable", "--config-file", str(config))
        self.screen.wait_for_manager()

    def start(self):
        from accessibility import Bus
        from screen import Screen

        home = self.folder / "nobody"
        home.mkdir()
        self.environment.update(
            XDG_RUNTIME_DIR=str(self.folder),
            HOME=str(home),
            XDG_CONFIG_HOME=str(home),
            XDG_CACHE_HOME=str(home),
            XDG_DATA_HOME=str(home),
            GDK_BACKEND="x11",
            GSK_RENDERER="cairo",
            GTK_A11Y="atspi",
            GTK_IM_MODULE="gtk-im-context-simple",
            GSETTINGS_BACKEND="keyfile",
            GIO_USE_VFS="local",
            ADW_DISABLE_PORTAL="1",
        )
        self.start_display()
        self.start_bus()
        self.screen = Screen(self.environment["DISPLAY"])
        self.start_window_manager()
        self.bus = Bus(self.environment["DBUS_SESSION_BUS_ADDRESS"])

    def stop(self):
        for child in reversed(self.children):
            child.terminate()
        for child in reversed(self.children):
            try:
                child.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def wait_until(condition, what, seconds=START_SECONDS):
    """Returns the first true value of condition ()."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.02)


@contextlib.contextmanager
def started():
    # Short: the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="es-", ignore_cleanup_errors=True) as folder:
        desktop = Desktop(folder)
        try:
            desktop.start()
            yield desktop
        finally:
            desktop.stop()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program on an X display of its own: on-display.py PROGRAM [ARGUMENT ...]

Prints a TAP protocol that skips everything if there is no Xvfb."""

import os
import shutil
import subprocess
import sys
import tempfile


def main():
    if shutil.which("Xvfb") is None:
        print("1..0 # SKIP Xvfb not found")
        return 0
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "4096x2560x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as numbers:
        number = numbers.readline().strip()
    if not number:
        print("Bail out! Xvfb did not start")
        return 1
    try:
        with tempfile.TemporaryDirectory() as home:
            environment = dict(
                os.environ,
                DISPLAY=f":{number}",
                GDK_BACKEND="x11",
                GDK_DEBUG="gl-disable",  # nothing of Mesa
                GSK_RENDERER="cairo",
                GTK_A11Y="none",
                HOME=home,
                XDG_CACHE_HOME=f"{home}/cache",
                XDG_CONFIG_HOME=f"{home}/config",
                XDG_DATA_HOME=f"{home}/data",
                XDG_STATE_HOME=f"{home}/state",
            )
            for name in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GTK_THEME"):
                environment.pop(name, None)
            status = subprocess.run(sys.argv[1:], env=environment).returncode
            return status if status >= 0 else 128 - status
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())

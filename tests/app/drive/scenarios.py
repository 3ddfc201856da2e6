# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs scenarios: each in a clean home, all of a file on one desktop; prints TAP."""

import shutil
import tempfile
import traceback

import desktop


class Context:
    """What a scenario works with."""

    def __init__(self, display, home):
        self.desktop = display
        self.home = home
        self.programs = []

    def start(self, *arguments):
        from program import Program

        self.programs.append(Program(self.desktop, self.home, *map(str, arguments)))
        return self.programs[-1]


def comment(text):
    for line in text.splitlines():
        print("#", line)


def run_one(display, scenario):
    """Whether it went well; says what was wrong and what there was to see."""
    home = tempfile.mkdtemp(prefix="es-home-")
    context = Context(display, home)
    try:
        scenario(context)
        for program in context.programs:
            if program.process.poll() is None:
                program.close()
        return True
    except Exception:
        reason = traceback.format_exc()
        for program in context.programs:
            comment("what it shows:\n" + program.dump())
            comment("what it said:\n" + program.said())
        comment(reason)  # last, as often only the end of a log is kept
        return False
    finally:
        for program in context.programs:
            program.kill()
        shutil.rmtree(home, ignore_errors=True)


def run(*scenarios):
    packages = desktop.missing()
    if packages:
        print("1..0 # SKIP not installed: " + ", ".join(packages))
        return
    print(f"1..{len(scenarios)}", flush=True)
    with desktop.started() as display:
        for number, scenario in enumerate(scenarios, 1):
            went_well = run_one(display, scenario)
            name = scenario.__doc__.splitlines()[0].rstrip(".")
            print(f"{'ok' if went_well else 'not ok'} {number} {name}", flush=True)

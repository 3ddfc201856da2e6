# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests ./run, ./check and the installation of packages, on a small project in a
temporary folder whose name has spaces, with stand-ins for the package manager."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import tree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPIED = ["run", "check", "data/build", "data/install-packages", "tests/check/summary.py"]

PROGRAM = """
#include <stdio.h>

int
main (int argc, char **argv)
{
  printf ("%s", NAME);
  for (int i = 1; i < argc; i++)
    printf ("|%s", argv[i]);
  printf ("\\n");
  return 0;
}
"""

SMALL = {
    "meson.build": "project('small', 'c')\nsubdir('src/cli')\nsubdir('src/app')\n"
    "if get_option('tests')\n  test('small', find_program('small-test'),\n"
    "    protocol: 'tap', suite: 'core')\nendif\n",
    "meson_options.txt": "option('tests', type: 'boolean', value: true)\n",
    "src/cli/meson.build": "executable('eigenscope-cli', 'main.c',\n"
    "  c_args: '-DNAME=\"cli\"')\n",
    "src/cli/main.c": PROGRAM,
    "src/app/meson.build": "executable('eigenscope', '../cli/main.c',\n"
    "  c_args: '-DNAME=\"window\"')\n",
    "data/packages": "# none\n",
    "small-test": "#!/bin/sh\necho 1..2\necho ok 1 /small/a\n"
    "echo 'ok 2 /small/b # SKIP no data'\n",
}


def make_project(folder):
    for name in COPIED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for name, text in SMALL.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "small-test").chmod(0o755)


def start(program, *arguments, cwd="/", **environment):
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


class Cases:
    """The cases; each compares what a program did with what it should have done."""

    def __init__(self):
        self.tap = tree.Tap()

    def expect(self, case, done, stdout=None, status=0, stderr=None, shows=(), not_shows=()):
        output = done.stdout + done.stderr
        wrong = [f"exit status {done.returncode}"] * (done.returncode != status)
        if stdout is not None and done.stdout != stdout:
            wrong.append("unexpected standard output")
        if stderr is not None and done.stderr != stderr:
            wrong.append("unexpected standard error")
        wrong += [f"missing: {text}" for text in shows if text not in output]
        wrong += [f"unexpected: {text}" for text in not_shows if text in output]
        self.tap.case(case, wrong + output.splitlines() if wrong else [])


def edit(path, old, new):
    path.write_text(path.read_text().replace(old, new))


def check_run(cases, folder):
    project = folder / "a clone, é"
    make_project(project)
    run = project / "run"
    cases.expect(
        "run builds, and starts the demo without a display",
        start(run),
        stdout="cli|demo\n",
        shows=["Configuring build/", "Building build/"],
    )
    cases.expect(
        "run passes arguments on, and a second start is silent",
        start(run, "info", "my run.safetensors"),
        stdout="cli|info|my run.safetensors\n",
        stderr="",
    )
    cases.expect(
        "run starts the window on X11", start(run, "f", DISPLAY=":9"), stdout="window|f\n"
    )
    cases.expect(
        "run starts the window on Wayland",
        start(run, WAYLAND_DISPLAY="wayland-9"),
        stdout="window\n",
    )

    link = folder / "eigenscope"
    link.symlink_to(run)
    cases.expect("run starts through a link", start(link, "a"), stdout="cli|a\n", stderr="")
    link.unlink()
    cases.expect(
        "run starts by a relative name", start("./run", cwd=project), stdout="cli|demo\n"
    )

    edit(project / "src/cli/main.c", "return 0", "return 0 +")
    cases.expect(
        "run shows why a build failed",
        start(run),
        status=1,
        stdout="",
        shows=["main.c:", "error:", "The build failed."],
        not_shows=["Configuring"],
    )
    edit(project / "src/cli/main.c", "return 0 +", "return 0")
    cases.expect(
        "run builds what changed",
        start(run),
        stdout="cli|demo\n",
        stderr="Building build/\n",
    )

    edit(project / "meson.build", "'c')", "'c'")
    cases.expect(
        "run shows why a configuration failed",
        start(run),
        status=1,
        stdout="",
        shows=["meson.build:", "ERROR", "The configuration failed."],
    )
    edit(project / "meson.build", "'c'\n", "'c')\n")
    cases.expect("run recovers from it", start(run), stdout="cli|demo\n")

    moved = folder / "moved"
    project.rename(moved)
    make_project(project)
    edit(project / "src/cli/main.c", '"|%s"', '"?%s"')
    cases.expect("run works in a clone that moved", start(moved / "run"), stdout="cli|demo\n")
    return moved


def check_recovery(cases, project):
    run, build = project / "run", project / "build"
    (build / ".configured").unlink()
    (build / "build.ninja").unlink()
    cases.expect(
        "run recovers from an interrupted configuration", start(run), stdout="cli|demo\n"
    )
    (build / "build.ninja").write_text("rule broken")
    cases.expect("run recovers from a broken build file", start(run), stdout="cli|demo\n")
    (build / "meson-private" / "coredata.dat").write_text("")
    cases.expect("run recovers from lost settings", start(run), stdout="cli|demo\n")
    (build / "src/cli/eigenscope-cli").unlink()
    cases.expect("run recovers from a lost program", start(run), stdout="cli|demo\n")


def check_check(cases, project):
    check = project / "check"
    cases.expect(
        "check counts both builds",
        start(check),
        shows=[
            "build-check: small: /small/b: no data",
            "\n2 passed, 0 failed, 2 skipped\n",
        ],
    )
    test = project / "small-test"
    good = test.read_text()
    test.write_text(good.replace("ok 1", "not ok 1"))
    cases.expect(
        "check fails with a test",
        start(check),
        status=1,
        shows=["not ok 1 /small/a", "\n0 passed, 2 failed, 2 skipped\n"],
    )
    test.write_text(good + "kill -SEGV $$\n")
    cases.expect(
        "check fails with a crash",
        start(check),
        status=1,
        shows=["\n2 passed, 2 failed, 2 skipped\n"],
    )
    test.write_text(good)
    edit(project / "src/cli/main.c", "return 0", "int unused; return 0")
    edit(project / "meson.build", "'c')", "'c', default_options: 'warning_level=2')")
    cases.expect(
        "check fails with a warning",
        start(check),
        status=1,
        shows=["unused variable", "\n1 passed, 1 failed, 1 skipped\n"],
    )
    edit(project / "src/cli/main.c", "int unused; return 0", "return 0 +")
    cases.expect(
        "check fails with the builds",
        start(check),
        status=1,
        shows=["The build failed.", "\n0 passed, 2 failed, 0 skipped\n"],
    )
    cases.expect("check takes no arguments", start(check, "x"), status=2, shows=["usage:"])


TOOLS = "sh awk grep paste mktemp rm readlink dirname cat env".split()


def make_stand_ins(folder, user, sudo=False, apt_status=0):
    """A PATH on which only the package "present" is installed; returns it."""
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    scripts = {
        "id": f"echo {user}",
        "dpkg-query": "echo present installed; echo gone not-installed; exit 1",
        "dpkg": f'echo "dpkg $*" >>"{folder}/calls"',
        "apt-get": f'echo "apt-get $*" >>"{folder}/calls"; echo sorry; exit {apt_status}',
    }
    if sudo:
        scripts["sudo"] = f'echo sudo >>"{folder}/calls"; exec "$@"'
    for name, body in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return folder


def check_installation(cases, folder):
    (folder / "data").mkdir()
    script = folder / "data" / "install-packages"
    shutil.copy(ROOT / "data" / "install-packages", script)
    (folder / "data" / "packages").write_text(
        "# comment build\npresent build\nabsent build\ngone build\nextra test\n"
    )

    def install(case, path, *purposes, calls="", **expected):
        cases.expect(case, start(script, *purposes, PATH=str(path)), **expected)
        record = path / "calls"
        made = record.read_text() if record.exists() else ""
        wrong = [] if calls in made and bool(calls) == bool(made) else made.splitlines()
        cases.tap.case(f"{case}: commands", wrong)

    install(
        "root installs what is missing",
        make_stand_ins(folder / "root", user=0),
        "build",
        calls="--no-install-recommends absent gone\n",
        stdout="",
        stderr="Installing Debian packages: absent gone\n",
    )
    install(
        "a user installs by sudo",
        make_stand_ins(folder / "user", user=1000, sudo=True),
        "build",
        "test",
        calls="sudo\napt-get",
        stderr="Installing Debian packages: absent gone extra\n",
    )
    install(
        "a user without sudo is told what to install",
        make_stand_ins(folder / "plain", user=1000),
        "build",
        status=1,
        shows=["apt-get install --no-install-recommends absent gone\n"],
    )
    install(
        "a failed installation is shown",
        make_stand_ins(folder / "failing", user=0, apt_status=100),
        "build",
        calls="dpkg --configure -a\n",
        status=1,
        shows=["sorry", "could not be installed", "recommends absent gone\n"],
    )
    (folder / "data" / "packages").write_text("present build\n")
    install(
        "nothing is done when nothing is missing",
        make_stand_ins(folder / "complete", user=1000),
        "build",
        stdout="",
        stderr="",
    )


def main():
    cases = Cases()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        project = check_run(cases, folder)
        check_recovery(cases, project)
        check_check(cases, project)
    with tempfile.TemporaryDirectory() as name:
        check_installation(cases, pathlib.Path(name))
    cases.tap.finish()


sys.stdout.reconfigure(errors="backslashreplace")
main()

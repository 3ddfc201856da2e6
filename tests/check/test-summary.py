# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the summary of the test runs on made-up logs."""

import json
import pathlib
import subprocess
import sys
import tempfile

import tree

SUMMARY = pathlib.Path(__file__).resolve().parent / "summary.py"


def test(name, protocol="tap", suite="core"):
    return {"name": name, "protocol": protocol, "suite": [f"eigenscope:{suite}"]}


def ran(name, stdout, result="OK", status=0):
    return {"name": name, "stdout": stdout, "result": result, "returncode": status}


def make_folder(folder, tests, entries):
    (folder / "meson-info").mkdir(parents=True)
    (folder / "meson-logs").mkdir()
    (folder / "meson-info" / "intro-tests.json").write_text(json.dumps(tests))
    if entries is not None:
        lines = [json.dumps(entry) + "\n" for entry in entries]
        (folder / "meson-logs" / "testlog.json").write_text("".join(lines))


TWO = "TAP version 13\nok 1 /a/one\n# note\nok 2 /a/two\n1..2\n"

# case, tests listed, tests logged, suites, last line, text in the output
CASES = [
    (
        "counts each case",
        [test("a"), test("b", "exitcode")],
        [ran("a", TWO), ran("eigenscope:core / b", "")],
        "",
        "3 passed, 0 failed, 0 skipped",
        "",
    ),
    (
        "a failed case",
        [test("a")],
        [ran("a", "ok 1 /a/one\nnot ok 2 /a/two\n1..2\n", "FAIL", 1)],
        "",
        "1 passed, 1 failed, 0 skipped",
        "not ok 2 /a/two",
    ),
    (
        "an unfinished case is a failure",
        [test("a")],
        [ran("a", "not ok 1 /a/one # TODO later\n1..1\n")],
        "",
        "0 passed, 1 failed, 0 skipped",
        "TODO later",
    ),
    (
        "a skipped case",
        [test("a")],
        [ran("a", "ok 1 /a/one # SKIP weights not found\nok 2 /a/two\n1..2\n")],
        "",
        "1 passed, 0 failed, 1 skipped",
        "a: /a/one: weights not found",
    ),
    (
        "a skipped program",
        [test("a")],
        [ran("a", "1..0 # SKIP no fonts\n", "SKIP")],
        "",
        "0 passed, 0 failed, 1 skipped",
        "a: no fonts",
    ),
    (
        "a crash after good cases",
        [test("a")],
        [ran("a", "1..2\nok 1 /a/one\n", "ERROR", -11)],
        "",
        "1 passed, 1 failed, 0 skipped",
        "exit status -11",
    ),
    (
        "a leak after good cases",
        [test("a")],
        [ran("a", TWO, "FAIL", 1)],
        "",
        "2 passed, 1 failed, 0 skipped",
        "",
    ),
    (
        "a program that hangs",
        [test("a", "exitcode")],
        [ran("a", "", "TIMEOUT", -15)],
        "",
        "0 passed, 1 failed, 0 skipped",
        "TIMEOUT",
    ),
    (
        "a program without a result",
        [test("a")],
        [ran("a", "1..0\n")],
        "",
        "0 passed, 1 failed, 0 skipped",
        "",
    ),
    (
        "a program that did not run",
        [test("a"), test("b")],
        [ran("a", TWO)],
        "",
        "2 passed, 1 failed, 0 skipped",
        "b: did not run",
    ),
    (
        "only the suites asked for",
        [test("a"), test("b", suite="data")],
        [ran("a", TWO)],
        ":core,io",
        "2 passed, 0 failed, 0 skipped",
        "",
    ),
    (
        "no log",
        [test("a")],
        None,
        "",
        "0 passed, 1 failed, 0 skipped",
        "not built",
    ),
    ("no tests", [], [], "", "0 passed, 1 failed, 0 skipped", "no tests"),
]


def summarise(folders):
    return subprocess.run(
        [sys.executable, "-B", SUMMARY, *folders], capture_output=True, text=True
    )


def complaints(done, last_line, text):
    failed = " 0 failed," not in last_line
    as_expected = (
        done.stdout.endswith(f"\n{last_line}\n")
        and text in done.stdout
        and done.returncode == (1 if failed else 0)
    )
    return [] if as_expected else (done.stdout + done.stderr).splitlines()


def main():
    tap = tree.Tap()
    for case, tests, entries, suites, last_line, text in CASES:
        with tempfile.TemporaryDirectory() as folder:
            build = pathlib.Path(folder) / "build"
            make_folder(build, tests, entries)
            done = summarise([f"{build}{suites}"])
            tap.case(case, complaints(done, last_line, text))
    with tempfile.TemporaryDirectory() as folder:
        build = pathlib.Path(folder) / "build"
        make_folder(build, [test("a")], [ran("a", TWO)])
        done = summarise([build, build, f"{build}-absent"])
        tap.case("several folders", complaints(done, "4 passed, 1 failed, 0 skipped", ""))
    tap.finish()


main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what the tests of several build folders came to, from Meson's logs.

usage: summary.py FOLDER[:SUITE,SUITE...] ...

Every test case counts: each line of a TAP program, or the program itself if it speaks
no TAP. What did not build, did not run, crashed, hung or printed no result counts as a
failure. Prints the output of what failed, the skipped cases with their reasons, and as
its last line "N passed, N failed, N skipped"; exits with 1 if anything failed.
"""

import collections
import json
import pathlib
import re
import sys

RESULT = re.compile(r"(not )?ok\b\s*\d*\s*-?\s*([^#]*)(?:#\s*(\w+)\s*(.*))?")
PLAN_SKIPPED = re.compile(r"1\.\.0\s*#\s*SKIP\S*\s*(.*)", re.IGNORECASE)
LINES_SHOWN = 300


class Totals:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = []  # (case, reason)
        self.reports = []  # (title, output)

    def fail(self, title, output, count=1):
        self.failed += count
        self.reports.append((title, output))


def short_name(name):
    """The log may put the suite before the name of a test."""
    return name.split(" / ")[-1]


def count_tap(program, log, totals):
    """Counts the cases of one TAP program; returns (cases, failures)."""
    cases = failures = 0
    for line in log.splitlines():
        skipped_plan = PLAN_SKIPPED.match(line)
        result = RESULT.match(line)
        if skipped_plan:
            cases += 1
            totals.skipped.append((program, skipped_plan.group(1)))
        elif result:
            cases += 1
            failed, case, directive, reason = result.groups()
            if failed:
                failures += 1
            elif (directive or "").upper().startswith("SKIP"):
                totals.skipped.append((f"{program}: {case.strip()}", reason))
            else:
                totals.passed += 1
    return cases, failures


def count_program(folder, entry, protocol, totals):
    program = f"{folder}: {short_name(entry['name'])}"
    result = entry["result"]
    output = entry.get("stdout", "") + entry.get("stderr", "")
    title = f"{program}: {result}, exit status {entry['returncode']}"
    if protocol == "tap":
        cases, failures = count_tap(program, entry.get("stdout", ""), totals)
        sound = result in ("OK", "SKIP") and cases > 0
        if failures or not sound:
            totals.fail(title, output, max(failures, 1))
    elif result in ("OK", "EXPECTEDFAIL"):
        totals.passed += 1
    elif result == "SKIP":
        totals.skipped.append((program, "the program says so"))
    else:
        totals.fail(title, output)


def expected_tests(folder, suites):
    """The protocol of every test that should have run, and how often its name occurs."""
    listed = json.loads((folder / "meson-info" / "intro-tests.json").read_text())
    protocols, expected = {}, collections.Counter()
    for test in listed:
        own = {suite.split(":")[-1] for suite in test["suite"]}
        if not suites or own & suites:
            protocols[test["name"]] = test["protocol"]
            expected[test["name"]] += 1
    return protocols, expected


def count_folder(argument, totals):
    name, _, suites = argument.partition(":")
    folder = pathlib.Path(name)
    log = folder / "meson-logs" / "testlog.json"
    try:
        entries = [json.loads(line) for line in log.read_text().splitlines()]
        protocols, expected = expected_tests(folder, set(filter(None, suites.split(","))))
    except (OSError, ValueError) as error:
        totals.fail(f"{name}: not built, or its tests were not run", str(error))
        return
    for entry in entries:
        test = short_name(entry["name"])
        expected[test] -= 1
        count_program(name, entry, protocols.get(test, "exitcode"), totals)
    for test, count in expected.items():
        if count > 0:
            totals.fail(f"{name}: {test}: did not run", "", count)
    if not entries:
        totals.fail(f"{name}: there are no tests", "")


def report(totals):
    for title, output in totals.reports:
        print(f"\n==== FAILED {title}")
        lines = output.splitlines()
        if len(lines) > LINES_SHOWN:
            print(f"(the last {LINES_SHOWN} of {len(lines)} lines)")
        print("\n".join(lines[-LINES_SHOWN:]))
    if totals.skipped:
        print("\nSkipped:")
    for case, reason in totals.skipped:
        print(f"  {case}: {reason or 'no reason given'}")
    print(
        f"\n{totals.passed} passed, {totals.failed} failed, {len(totals.skipped)} skipped"
    )


def main(arguments):
    sys.stdout.reconfigure(errors="backslashreplace")
    totals = Totals()
    for argument in arguments:
        count_folder(argument, totals)
    report(totals)
    return 1 if totals.failed or not arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

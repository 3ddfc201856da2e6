# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that clang-format would change nothing."""

import re
import shutil
import subprocess

import tree

VERSION = "14"  # others lay some lines out differently
CASE = "clang-format would change nothing"


def find_formatter():
    for name in (f"clang-format-{VERSION}", "clang-format"):
        program = shutil.which(name)
        if program:
            said = subprocess.run([program, "--version"], capture_output=True, text=True)
            if re.search(rf"version {VERSION}\.", said.stdout):
                return program
    return None


def check(root, tap):
    paths = tree.c_files(root)
    program = find_formatter()
    if program is None:
        tap.skip(CASE, f"clang-format {VERSION} not found")
        return
    ran = subprocess.run(
        [program, "--dry-run", "-Werror", "--ferror-limit=3", "--style=file", *paths],
        cwd=root,
        capture_output=True,
        text=True,
    )
    complaints = ran.stderr.splitlines()
    if ran.returncode != 0:
        complaints.append("mend it with: clang-format -i FILE")
    tap.case(CASE, complaints)


if __name__ == "__main__":
    tree.run(check)

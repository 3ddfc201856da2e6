# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that functions and files stay short enough to read."""

import re
import shutil
import subprocess

import tree

FUNCTION_LIMIT = 80
FILE_LIMIT = 900
HEADER_LIMIT = 150  # a warning only

TABLE_START = re.compile(r"\s*static const\b.*=\s*\{?$")
TABLE_END = re.compile(r"\s*\};")


def functions(root, paths, ctags):
    """(name, file, first line, last line) of every function."""
    listed = subprocess.run(
        [ctags, "-f", "-", "--fields=+ne", "--kinds-C=f", "--language-force=C", *paths],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    for line in listed.stdout.splitlines():
        name, path, *rest = line.split("\t")
        fields = dict(part.split(":", 1) for part in rest if ":" in part)
        if "line" in fields and "end" in fields:
            yield name, path, int(fields["line"]), int(fields["end"])


def lines_without_tables(lines):
    count, in_table = 0, False
    for line in lines:
        if TABLE_START.match(line):
            in_table = True
        count += not in_table
        if in_table and TABLE_END.match(line):
            in_table = False
    return count


def long_functions(root, paths, ctags):
    complaints = []
    for name, path, first, last in functions(root, paths, ctags):
        if last - first < FUNCTION_LIMIT or name.endswith("_class_init"):
            continue
        length = lines_without_tables(tree.read(root, path).splitlines()[first - 1 : last])
        if length > FUNCTION_LIMIT:
            complaints.append(f"{path}:{first}: {name} has {length} lines")
    return complaints


def check(root, tap):
    paths = tree.c_files(root)
    lengths = {path: len(tree.read(root, path).splitlines()) for path in paths}
    for path, length in lengths.items():
        if path.suffix == ".h" and length > HEADER_LIMIT:
            print(f"# warning: {path} has {length} lines, more than {HEADER_LIMIT}")
    tap.case(
        f"no file has over {FILE_LIMIT} lines",
        [f"{p} has {n} lines" for p, n in lengths.items() if n > FILE_LIMIT],
    )

    case = f"no function has over {FUNCTION_LIMIT} lines"
    ctags = shutil.which("ctags-universal") or shutil.which("ctags")
    if ctags is None:
        tap.skip(case, "universal-ctags not found")
    else:
        tap.case(case, long_functions(root, paths, ctags))


if __name__ == "__main__":
    tree.run(check)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks of the source tree share: the files of a tree, and TAP."""

import pathlib
import re
import subprocess
import sys


def all_files(root):
    """Paths, relative to root and sorted, of the files that belong to the project.

    In a clone git knows them; in an unpacked archive it is everything but builds.
    """
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "-C", root, "ls-files", "-z", "-co", "--exclude-standard"],
            capture_output=True,
            text=True,
        )
        if listed.returncode == 0:
            names = set(filter(None, listed.stdout.split("\0")))
            return sorted(pathlib.Path(n) for n in names if (root / n).is_file())
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(p for p in found if not is_foreign(p))


def is_foreign(path):
    top = path.parts[0]
    return top == ".git" or top.startswith("build") or "__pycache__" in path.parts


def c_files(root):
    """The C files of the tree; a check of none of them would mean nothing."""
    found = [path for path in all_files(root) if path.suffix in (".c", ".h")]
    if not found:
        sys.exit(f"no C files in {root}")
    return found


def read(root, path):
    return (root / path).read_text(encoding="utf-8", errors="replace")


def without_comments(text):
    """C text with comments and the contents of strings blanked, lines kept."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

    def blank(match):
        token = match.group(0)
        return '""' if token[0] in "\"'" else "\n" * token.count("\n") + " "

    return re.sub(pattern, blank, text, flags=re.DOTALL)


class Tap:
    """Prints results as TAP; a case fails if it has complaints."""

    def __init__(self):
        self.count = 0

    def case(self, name, complaints):
        self.count += 1
        for complaint in complaints:
            print(f"# {complaint}")
        print(f"{'not ok' if complaints else 'ok'} {self.count} {name}")

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} {name} # SKIP {reason}")

    def finish(self):
        print(f"1..{self.count}")


def run(check):
    """Runs check (root, tap) on the tree named on the command line."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER")
    tap = Tap()
    check(pathlib.Path(sys.argv[1]).resolve(), tap)
    tap.finish()

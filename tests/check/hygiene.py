# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what every file must have, and what none may have."""

import re

import tree

LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
LICENSED = {".c", ".h", ".py", ".sh"}

# Folders of one person's machine; the pattern must not match itself.
PRIVATE_PATH = re.compile(
    r"(?<![\w.~}/-])/(?:(?:w[o]rk|h[o]me|r[o]ot)/|tmp/(?:wt|b-))[\w.<>$@-]*"
)


def is_text(root, path):
    return b"\0" not in (root / path).read_bytes()[:8192]


def check(root, tap):
    paths = tree.all_files(root)
    tree.c_files(root)

    private = []
    for path in filter(lambda path: is_text(root, path), paths):
        for number, line in enumerate(tree.read(root, path).splitlines(), 1):
            for match in PRIVATE_PATH.finditer(line):
                private.append(f"{path}:{number}: {match.group(0)}")
    tap.case("no file names a folder of somebody's machine", private)

    tap.case(
        "every source file names its licence at the top",
        [
            str(path)
            for path in paths
            if path.suffix in LICENSED
            and LICENCE not in "".join(tree.read(root, path).splitlines()[:2])
        ],
    )


if __name__ == "__main__":
    tree.run(check)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the lists in po/: the files with translatable text, and the languages."""

import re

import tree

MARKED_C = re.compile(
    r"(?<!\w)(?:_|N_|C_|NC_|Q_|gettext|ngettext|g_dngettext|g_dgettext|g_dpgettext2?)"
    r"\s*\("
)
MARKED_BY_SUFFIX = {
    ".ui": re.compile(r"""\btranslatable=["'](?:yes|true|1)["']"""),
    ".in": re.compile(r"^(?:Name|Comment|GenericName|Keywords)=|<summary>", re.MULTILINE),
}


def is_marked(root, path):
    """Whether a file has text to translate."""
    if path.suffix in (".c", ".h"):
        text = tree.without_comments(tree.read(root, path))
        text = re.sub(r"^[ \t]*#[ \t]*define\b.*", "", text, flags=re.MULTILINE)
        return path.parts[0] == "src" and bool(MARKED_C.search(text))
    marked = MARKED_BY_SUFFIX.get(path.suffix)
    if marked is None or path.parts[0] not in ("data", "ui"):
        return False
    return bool(marked.search(tree.read(root, path)))


def entries(root, name):
    path = root / "po" / name
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line.strip() for line in lines if line.strip() and line[0] != "#"]


def check(root, tap):
    paths = tree.all_files(root)
    listed = entries(root, "POTFILES")
    marked = [str(path) for path in paths if is_marked(root, path)]
    tap.case(
        "every file with text to translate is in po/POTFILES",
        sorted(set(marked) - set(listed)),
    )
    tap.case(
        "every file in po/POTFILES exists",
        [name for name in listed if not (root / name).is_file()],
    )
    tap.case(
        "po/POTFILES is sorted, each file once",
        [] if listed == sorted(set(listed)) else ["sort it with: LC_ALL=C sort -u"],
    )

    languages = entries(root, "LINGUAS")
    present = sorted(path.stem for path in (root / "po").glob("*.po"))
    tap.case(
        "po/LINGUAS lists the languages that there are",
        [] if languages == present else [f"listed {languages}, there are {present}"],
    )


if __name__ == "__main__":
    tree.run(check)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks po/: the lists of files and languages, the template and the translations."""

import re
import shutil
import subprocess
import tempfile

import tree

TEMPLATE = "po/eigenscope.pot"
# As the build calls it, through its preset for GLib.
XGETTEXT = [
    "xgettext",
    "--from-code=UTF-8",
    "--keyword=_",
    "--keyword=N_",
    "--keyword=C_:1c,2",
    "--keyword=NC_:1c,2",
    "--keyword=g_dcgettext:2",
    "--keyword=g_dngettext:2,3",
    "--keyword=g_dpgettext2:2c,3",
    "--flag=_:1:pass-c-format",
    "--flag=g_strdup_printf:1:c-format",
    "--flag=g_markup_printf_escaped:1:c-format",
    "--output=-",
]

MARKED_C = re.compile(
    r"(?<!\w)(?:_|N_|C_|NC_|Q_|gettext|ngettext|g_dngettext|g_dgettext|g_dpgettext2?)"
    r"\s*\("
)
# Words that speak to the person less formally than the rest of the language does.
FAMILIAR = {
    "de": re.compile(
        r"\b(?:du|dich|dir|dein\w*|Trainiere|Wähle|wähle|Öffne|öffne|Sieh|sieh"
        r"|Drücke|drücke|Klicke|klicke|Ziehe|ziehe|Nimm|nimm|Gib|gib)\b"
    ),
    "nl": re.compile(r"\b(?:je|jij|jou|jouw)\b", re.IGNORECASE),
}

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


def messages(text):
    """The untranslated messages of a catalogue, obsolete ones left out."""
    found = re.findall(r'^((?:msgctxt|msgid|msgid_plural) (?:".*"\n)+)', text, re.MULTILINE)
    joined = {re.sub(r'"\n"', "", message).strip() for message in found}
    return joined - {'msgid ""'}


def complaints_of(command, root):
    """What a program of gettext writes about the tree, or nothing if it accepts it."""
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return [] if done.returncode == 0 else done.stderr.splitlines() or ["failed"]


def check_template(root, tap, listed):
    name = "po/eigenscope.pot has the messages of the sources"
    if shutil.which("xgettext") is None:
        tap.skip(name, "xgettext not found")
        return
    existing = [path for path in listed if (root / path).is_file()]
    done = subprocess.run(
        XGETTEXT + existing, cwd=root, capture_output=True, text=True
    )
    path = root / TEMPLATE
    template = path.read_text(encoding="utf-8") if path.exists() else ""
    wrong = [line for line in done.stderr.splitlines() if "in a format string" in line]
    wrong += [f"differs: {m}" for m in sorted(messages(done.stdout) ^ messages(template))]
    if done.returncode != 0:
        wrong += done.stderr.splitlines()
    tap.case(name, wrong)


def translated(text):
    """The translations of a catalogue."""
    found = re.findall(r'^msgstr\S* (?:".*"\n?)+', text, re.MULTILINE)
    return [re.sub(r'"\n"', "", message).strip() for message in found]


def check_address(root, tap, language):
    """One way to speak to the person."""
    if language not in FAMILIAR:
        return
    text = (root / f"po/{language}.po").read_text(encoding="utf-8")
    tap.case(
        f"po/{language}.po speaks formally",
        [message for message in translated(text) if FAMILIAR[language].search(message)],
    )


def check_language(root, tap, language):
    """Complete, without guesses, right formats and accelerators, as the template."""
    name = f"po/{language}.po is complete"
    if shutil.which("msgfmt") is None:
        tap.skip(name, "msgfmt not found")
        return
    catalogue = f"po/{language}.po"
    with tempfile.NamedTemporaryFile() as compiled:
        wrong = complaints_of(
            ["msgfmt", "--check", "--check-accelerators=_"]
            + ["-o", compiled.name, catalogue],
            root,
        )
    wrong += complaints_of(["msgcmp", catalogue, TEMPLATE], root)
    text = (root / catalogue).read_text(encoding="utf-8")
    template = root / TEMPLATE
    if template.exists():
        known = messages(template.read_text(encoding="utf-8"))
        wrong += [f"not in the template: {m}" for m in sorted(messages(text) - known)]
    tap.case(name, wrong)


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

    check_template(root, tap, listed)
    for language in present:
        check_language(root, tap, language)
        check_address(root, tap, language)


if __name__ == "__main__":
    tree.run(check)

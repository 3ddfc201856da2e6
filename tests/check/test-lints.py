# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the checks of the source tree: each accepts a small good tree, and refuses it
for the one thing that is wrong with it."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import tree

HERE = pathlib.Path(__file__).resolve().parent
LICENCE = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"


def catalogue(**messages):
    """A file of translations, or with empty ones their template."""
    head = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: x\\n"\n"PO-Revision-Date: x\\n"\n'
        '"Last-Translator: x\\n"\n"Language-Team: x\\n"\n"Language: nl\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
    )
    entries = (f'\nmsgid "{old}"\nmsgstr "{new}"\n' for old, new in messages.items())
    return head + "".join(entries)


GOOD = {
    "src/core/es-low.h": LICENCE + "#pragma once\n#include <glib.h>\n",
    "src/core/es-blas.c": LICENCE + '#include "es-low.h"\n\n#include <cblas.h>\n',
    "src/analysis/es-high.h": LICENCE + '#pragma once\n#include "es-low.h"\n',
    "src/plot/es-picture.h": LICENCE + "#pragma once\n#include <cairo.h>\n",
    "src/io/es-file.h": LICENCE + "#pragma once\n#include <gio/gio.h>\n",
    "src/cli/es-main.c": LICENCE
    + '#include "es-high.h"\n\n/* _("in a comment") */\n'
    + '#define _(text) text\n\nconst char *title = "_ (in a string)";\n',
    "src/app/es-window.c": LICENCE
    + '#include "es-resources.h"\n#include "es-picture.h"\n\n#include <gtk/gtk.h>\n\n'
    + 'const char *\nes_window_title (void)\n{\n  return _ ("Title");\n}\n',
    "ui/es-window.ui": '<interface><object class="GtkLabel"><property name="label" '
    'translatable="yes">Text</property></object></interface>\n',
    "ui/es-bare.ui": "<interface/>\n",
    "po/POTFILES": "# in order\nsrc/app/es-window.c\nui/es-window.ui\n",
    "po/LINGUAS": "nl\n",
    "po/eigenscope.pot": catalogue(Title="", Text=""),
    "po/nl.po": catalogue(Title="Titel", Text="Tekst"),
    "notes.md": "See https://example.org/home/page and src/work/page.\n",
}


def function(body_lines):
    body = "  count++;\n" * (body_lines - 4)
    return LICENCE + "void\nes_long (void)\n{\n  int count = 0;\n" + body + "}\n"


def table_function(rows):
    return (
        LICENCE
        + "int\nes_table (int k)\n{\n  static const int table[] = {\n"
        + "    1,\n" * rows
        + "  };\n  return table[k];\n}\n"
    )


def core(text):
    return {"src/core/es-new.c": LICENCE + text}


# script, what is wrong, files that make it so (None removes one), part of the complaint
BAD = [
    ("layering", "core includes analysis", core('#include "es-high.h"\n'), "es-high.h of"),
    (
        "layering",
        "siblings",
        {"src/io/es-new.h": LICENCE + '#include "es-picture.h"\n'},
        "es-picture.h of plot, which io may not know",
    ),
    (
        "layering",
        "app includes cli",
        {
            "src/cli/es-cli.h": LICENCE,
            "src/app/es-new.c": LICENCE + "#  include <es-cli.h>\n",
        },
        "es-cli.h of cli, which app may not know",
    ),
    ("layering", "a path", core('#include "../core/es-low.h"\n'), "by a path"),
    ("layering", "an unknown header", core('#include "es-none.h"\n'), "in no layer"),
    ("layering", "GTK in core", core("#include <gtk/gtk.h>\n"), "includes gtk/gtk.h"),
    ("layering", "cairo in core", core("#include <cairo-pdf.h>\n"), "cairo-pdf.h"),
    ("layering", "GIO in core", core("#include <gio/gio.h>\n"), "gio/gio.h"),
    (
        "layering",
        "JSON in core",
        core("#include <json-glib/json-glib.h>\n"),
        "json-glib.h",
    ),
    ("layering", "BLAS elsewhere", core("#include <lapacke.h>\n"), "lapacke.h"),
    ("layering", "a new layer", {"src/utils/es-new.c": LICENCE}, "src/utils/es-new.c"),
    ("layering", "a header twice", {"tests/es-low.h": LICENCE}, "es-low.h exists 2"),
    ("formatting", "layout", core("int  x;\n"), "es-new.c"),
    ("translations", "C not listed", core('char *s = ngettext ("a", "b", 1);\n'), "es-new"),
    (
        "translations",
        "a window not listed",
        {"ui/es-new.ui": '<property translatable="yes">Text</property>\n'},
        "ui/es-new.ui",
    ),
    (
        "translations",
        "a desktop file not listed",
        {"data/new.desktop.in": "[Desktop Entry]\nName=Eigenscope\n"},
        "data/new.desktop.in",
    ),
    (
        "translations",
        "a listed file is gone",
        {
            "ui/es-window.ui": None,
            "po/eigenscope.pot": catalogue(Title=""),
            "po/nl.po": catalogue(Title="Titel"),
        },
        "ui/es-window.ui",
    ),
    (
        "translations",
        "out of order",
        {"po/POTFILES": "ui/es-window.ui\nsrc/app/es-window.c\n"},
        "sort it",
    ),
    (
        "translations",
        "a language not listed",
        {"po/de.po": catalogue(Title="Titel", Text="Text")},
        "['de', 'nl']",
    ),
    (
        "translations",
        "a text not translated",
        {"po/nl.po": catalogue(Title="Titel", Text="")},
        "untranslated",
    ),
    (
        "translations",
        "a guessed translation",
        {
            "po/nl.po": catalogue(Title="Titel")
            + '\n#, fuzzy\nmsgid "Text"\nmsgstr "Tekst"\n'
        },
        "needs to be reviewed",
    ),
    (
        "translations",
        "a wrong format",
        {
            "po/nl.po": catalogue(Title="Titel", Text="Tekst")
            + '\n#, c-format\nmsgid "%u"\nmsgstr "%s"\n'
        },
        "format specifications",
    ),
    (
        "translations",
        "a familiar word",
        {"po/nl.po": catalogue(Title="Titel", Text="Als je dat wilt")},
        "Als je dat wilt",
    ),
    (
        "translations",
        "a translation of nothing",
        {"po/nl.po": catalogue(Title="Titel", Text="Tekst", Gone="Weg")},
        'not in the template: msgid "Gone"',
    ),
    (
        "translations",
        "an old template",
        {
            "po/eigenscope.pot": catalogue(Text=""),
            "po/nl.po": catalogue(Text="Tekst"),
        },
        'differs: msgid "Title"',
    ),
    (
        "translations",
        "a text cut short by a macro",
        {
            "src/app/es-window.c": LICENCE
            + 'void f (void)\n{\n  g_strdup_printf (_ ("Of %" G_GSIZE_FORMAT), n);\n}\n'
        },
        "valid C format",
    ),
    ("sizes", "a long function", core(function(81).replace(LICENCE, "")), "81 lines"),
    ("sizes", "a long file", core("int x;\n" * 900), "901 lines"),
    ("hygiene", "no licence", {"src/core/es-new.c": "int x;\n"}, "es-new.c"),
    ("hygiene", "a private path", {"notes.md": "See /" + "home/someone/x.\n"}, "notes.md:1"),
    (
        "hygiene",
        "a private path in C",
        core('const char *p = "/' + 'work/data";\n'),
        "es-new.c:2: /" + "work/data",
    ),
]

ACCEPTED = [
    ("sizes", "a function of 80 lines", core(function(80).replace(LICENCE, ""))),
    ("sizes", "a long table", core(table_function(200).replace(LICENCE, ""))),
    ("sizes", "a long header", {"src/core/es-new.h": LICENCE + "int x;\n" * 160}),
]


def make_tree(folder, changes):
    shutil.copy(HERE.parent.parent / ".clang-format", folder)
    for name, text in {**GOOD, **changes}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def run_check(script, changes):
    with tempfile.TemporaryDirectory() as folder:
        make_tree(pathlib.Path(folder), changes)
        return subprocess.run(
            [sys.executable, "-B", HERE / f"{script}.py", folder],
            capture_output=True,
            text=True,
        )


def expect(script, changes, complaint):
    """What differs from the one expected failure, or from none if complaint is None."""
    ran = run_check(script, changes)
    output = ran.stdout + ran.stderr
    if "# SKIP" in output:
        return None
    failures = sum(line.startswith("not ok") for line in ran.stdout.splitlines())
    as_expected = (
        ran.returncode == 0
        and failures == (0 if complaint is None else 1)
        and (complaint or "") in output
    )
    return [] if as_expected else output.splitlines()


def report(tap, case, outcome):
    if outcome is None:
        tap.skip(case, "the program that it runs is not installed")
    else:
        tap.case(case, outcome)


def main():
    tap = tree.Tap()
    for script in sorted({entry[0] for entry in BAD}):
        report(tap, f"{script} accepts a good tree", expect(script, {}, None))
        with tempfile.TemporaryDirectory() as folder:
            empty = subprocess.run(
                [sys.executable, "-B", HERE / f"{script}.py", folder], capture_output=True
            )
        if script != "translations":
            outcome = [] if empty.returncode else ["an empty tree passed"]
            tap.case(f"{script} refuses an empty tree", outcome)
    for script, case, changes in ACCEPTED:
        report(tap, f"{script} accepts {case}", expect(script, changes, None))
    for script, case, changes, complaint in BAD:
        report(tap, f"{script} refuses: {case}", expect(script, changes, complaint))
    tap.finish()


main()

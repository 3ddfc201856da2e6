# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that each layer includes only the layers and libraries that it may."""

import collections
import re

import tree

# What each layer may include besides itself.
LAYERS = {
    "core": set(),
    "analysis": {"core"},
    "io": {"core"},
    "plot": {"core"},
    "figures": {"core", "analysis", "io", "plot"},
    "cli": {"core", "analysis", "io", "plot", "figures"},
    "app": {"core", "analysis", "io", "plot", "figures"},
}

FRONT = {"figures", "cli", "app"}

# Who may include the headers of a library.
LIBRARIES = {
    "GTK": (r"(gtk|gdk|gsk)/|adwaita|gtk\.h", {"app"}),
    "cairo and Pango": (r"cairo|pango", {"plot"} | FRONT),
    "json-glib and libzip": (r"json-glib|zip\.h", {"io"} | FRONT),
    "gdk-pixbuf": (r"gdk-pixbuf", {"io"} | FRONT),
    "GIO": (r"gio/", {"io", "plot"} | FRONT),
}

BLAS = re.compile(r"cblas|lapack|openblas")
BLAS_FILE = "src/core/es-blas.c"

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)

# Headers that the build makes are in no folder of the tree.
GENERATED = re.compile(r"config\.h|.*-resources\.h|.*-enums\.h")


def layer_of(path):
    return path.parts[1] if path.parts[0] == "src" and len(path.parts) > 2 else None


def includes(root, paths):
    """(file, layer, quoted, header) of every include in the layers."""
    for path in paths:
        if layer_of(path):
            for match in INCLUDE.finditer(tree.read(root, path)):
                yield path, layer_of(path), match.group(1) == '"', match.group(2)


def wrong_layer(path, layer, quoted, header, homes):
    """What is wrong with an include of a project header, or None."""
    home = homes.get(header.split("/")[-1])
    if home is None:
        if quoted and not GENERATED.fullmatch(header):
            return f"{path} includes {header}, which is in no layer"
        return None
    if "/" in header:
        return f"{path} includes {header} by a path: name the header alone"
    if home != layer and home not in LAYERS.get(layer, set()):
        return f"{path} includes {header} of {home}, which {layer} may not know"
    return None


def check(root, tap):
    paths = tree.c_files(root)
    homes = {path.name: layer_of(path) for path in paths if layer_of(path)}
    found = list(includes(root, paths))

    unknown = sorted({str(p) for p in paths if layer_of(p) not in {None, *LAYERS}})
    tap.case("every folder of src is a known layer", unknown)

    names = collections.Counter(path.name for path in paths if path.suffix == ".h")
    tap.case(
        "header names are unique",
        [f"{name} exists {count} times" for name, count in names.items() if count > 1],
    )
    for layer in LAYERS:
        complaints = [wrong_layer(*entry, homes) for entry in found if entry[1] == layer]
        tap.case(f"{layer} includes only what it may", list(filter(None, complaints)))
    for library, (pattern, allowed) in LIBRARIES.items():
        complaints = [
            f"{path} includes {header}"
            for path, layer, _, header in found
            if re.match(pattern, header) and layer not in allowed
        ]
        tap.case(f"{library} only in {', '.join(sorted(allowed))}", complaints)
    tap.case(
        f"BLAS and LAPACK only in {BLAS_FILE}",
        [
            f"{path} includes {header}"
            for path, _, _, header in found
            if BLAS.match(header) and str(path) != BLAS_FILE
        ],
    )


if __name__ == "__main__":
    tree.run(check)

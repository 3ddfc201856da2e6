# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens what the program wrote, with readers that know nothing of it."""

import csv
import json
import pathlib
import re
import struct
import subprocess
import tempfile
import xml.etree.ElementTree

import gi
import numpy

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf  # noqa: E402

MM_PER_INCH = 25.4


def picture(path, width=None):
    """A PNG, SVG or PPM on white, as (height, width, 3) bytes; width scales it."""
    if width is None:
        image = GdkPixbuf.Pixbuf.new_from_file(str(path))
    else:
        image = GdkPixbuf.Pixbuf.new_from_file_at_size(str(path), width, -1)
    rows, row = image.get_height(), image.get_rowstride()
    channels = image.get_n_channels()
    used = image.get_width() * channels
    data = image.get_pixels()
    lines = [data[i * row : i * row + used] for i in range(rows)]
    pixels = numpy.frombuffer(b"".join(lines), numpy.uint8).reshape(rows, -1, channels)
    if channels == 4:
        opaque = pixels[:, :, 3:].astype(float) / 255
        pixels = pixels[:, :, :3] * opaque + 255 * (1 - opaque)
    return pixels.astype(numpy.uint8)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def pdf_text(path):
    return run("pdftotext", "-layout", str(path), "-")


def pdf_size(path):
    """In millimetres."""
    found = re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", run("pdfinfo", str(path)))
    return tuple(float(points) / 72 * MM_PER_INCH for points in found.groups())


def pdf_fonts(path):
    """(name, whether it is in the file) of each."""
    lines = run("pdffonts", str(path)).splitlines()[2:]
    return [(line.split()[0], " yes " in line) for line in lines]


def pdf_picture(path, dpi):
    with tempfile.TemporaryDirectory() as folder:
        stem = pathlib.Path(folder) / "page"
        run("pdftoppm", "-r", str(dpi), "-singlefile", str(path), str(stem))
        return picture(stem.with_suffix(".ppm"))


def svg_size(path):
    """In millimetres."""
    root = xml.etree.ElementTree.parse(path).getroot()
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        raise AssertionError(f"{path} is no SVG but {root.tag}")
    units = {"pt": 72, "px": 96, "": 96, "mm": MM_PER_INCH}
    sizes = []
    for name in ("width", "height"):
        number, unit = re.fullmatch(r"([\d.]+)(\D*)", root.get(name)).groups()
        sizes.append(float(number) / units[unit] * MM_PER_INCH)
    return tuple(sizes)


def png_chunks(path):
    """[(type, bytes)]; an incomplete file raises an error."""
    data = pathlib.Path(path).read_bytes()
    chunks, at = [], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        chunks.append((kind.decode(), data[at + 8 : at + 8 + length]))
        at += 12 + length
    if at != len(data) or chunks[-1][0] != "IEND":
        raise AssertionError(f"{path} is no whole PNG")
    return chunks


def png_dpi(path):
    x, y, unit = struct.unpack(">IIB", dict(png_chunks(path))["pHYs"])
    if unit != 1 or x != y:
        raise AssertionError(f"odd resolution {x} x {y}, unit {unit}")
    return x * MM_PER_INCH / 1000


def table(path):
    """{column: list of texts} of a CSV file."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    return {name: [row[name] for row in rows] for name in rows[0]}


def arrays(path):
    with numpy.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def run_file(path):
    """({name: array}, recipe) of a saved run."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    recipe = json.loads(header.pop("__metadata__")["eigenscope"])
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise AssertionError(f"{name} is {entry['dtype']}")
        first, last = (8 + length + offset for offset in entry["data_offsets"])
        values = numpy.frombuffer(data[first:last], "<f4")
        tensors[name] = values.reshape(entry["shape"])
    return tensors, recipe


def eigenvalues(tensors, direction):
    """Of the quadratic form of a direction (weights of the classes), ascending."""
    both = tensors["blocks.0.weight"].astype(float)
    left, right = numpy.split(both, 2)
    form = left.T @ numpy.diag(direction @ tensors["head.weight"].astype(float)) @ right
    return numpy.linalg.eigvalsh((form + form.T) / 2)

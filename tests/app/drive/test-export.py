# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures and their numbers are exported and opened again by other programs."""

import numpy
import readers
import scenarios
import steps
from program import expect
from readers import MM_PER_INCH

WIDTH = 120  # mm
DPI = 200


def export(program, path, figure=steps.LIVE):
    """The format is that of the path; all with the mouse but for the file's name."""
    kind = path.suffix[1:].upper()
    steps.open_export(program, figure)
    program.choose("Format", kind)
    program.replace("spin button", "Width", str(WIDTH))
    program.wait_choice("Size", "Own Size")
    resolution = program.find("spin button", "Resolution")
    expect(resolution.sensitive == (kind == "PNG"), "dots per inch are for PNG only")
    if kind == "PNG":
        program.replace("spin button", "Resolution", str(DPI))
    program.click("button", "Export…")
    program.answer_file_dialog(path)
    program.wait_for_window("Eigenscope")
    program.wait(path.exists, str(path))
    program.label("^Figure saved$")


def check_drawn(pixels, what):
    blue, red = steps.colors(pixels)
    expect(blue > 0.005 and red > 0.005, f"{what} shows no eigenvectors: {blue}, {red}")
    expect(pixels.mean() > 150, f"{what} is dark")


def check_same(a, b, what):
    """Two renderings of one figure: edges may differ, nothing else."""
    rows, columns = (min(a.shape[i], b.shape[i]) for i in range(2))
    expect(abs(a.shape[0] - b.shape[0]) <= 2, f"{what}: heights {a.shape}, {b.shape}")
    gap = numpy.abs(a[:rows, :columns].astype(float) - b[:rows, :columns]).mean()
    expect(gap < 8, f"{what} differ by {gap}")


def check_vectors(pdf, svg):
    width, height = readers.pdf_size(pdf)
    expect(abs(width - WIDTH) < 0.1, f"the page is {width} mm wide")
    text = readers.pdf_text(pdf)
    for word in ("Class 0", "Eigenvalues", "Eigenvectors", "eigenvalues"):
        expect(word in text, f"{word} is not in the PDF: {text}")
    fonts = readers.pdf_fonts(pdf)
    expect(fonts and all(inside for _, inside in fonts), f"fonts of the PDF: {fonts}")
    wide, high = readers.svg_size(svg)
    expect(abs(wide - WIDTH) < 0.1, f"the SVG is {wide} mm wide")
    expect(abs(high - height) < 0.5, f"heights {high} and {height} mm")


def figures(context):
    """A figure as PDF, SVG and PNG, opened again: the same picture three times"""
    program = context.start()
    steps.train(program)
    paths = {kind: program.home / f"figure.{kind}" for kind in ("pdf", "svg", "png")}
    for path in paths.values():
        export(program, path)
    check_vectors(paths["pdf"], paths["svg"])
    png = readers.picture(paths["png"])
    expect(abs(readers.png_dpi(paths["png"]) - DPI) < 0.1, "resolution of the PNG")
    wanted = round(WIDTH / MM_PER_INCH * DPI)
    expect(abs(png.shape[1] - wanted) <= 1, f"{png.shape} instead of {wanted} pixels")
    pdf = readers.pdf_picture(paths["pdf"], DPI)
    svg = readers.picture(paths["svg"], png.shape[1])
    for pixels, what in ((png, "PNG"), (pdf, "PDF"), (svg, "SVG")):
        check_drawn(pixels, what)
    check_same(png, pdf, "PNG and PDF")
    check_same(png, svg, "PNG and SVG")
    texts = [data for kind, data in readers.png_chunks(paths["png"]) if kind == "tEXt"]
    expect(any(b"eigenscope-cli figure" in t for t in texts), f"provenance: {texts}")


def check_numbers(csv, npz, tensors):
    """Both files hold the eigenvalues that follow from the saved weights."""
    columns = readers.table(csv)
    values = numpy.array([float(text) for text in columns["eigenvalue"]])
    same = readers.arrays(npz)
    expect(set(same) == set(columns), f"{set(same)} and {set(columns)}")
    for name, texts in columns.items():
        numbers = [float(text) for text in texts]
        close = numpy.allclose(same[name], numbers, rtol=1e-6, equal_nan=True)
        expect(close, f"{name} differs")
    direction = numpy.eye(10)[0]
    truth = readers.eigenvalues(tensors, direction)
    expect(len(values) == len(truth), f"{len(values)} eigenvalues")
    worst = numpy.abs(numpy.sort(values) - truth).max()
    expect(worst < 1e-5 * numpy.abs(truth).max(), f"eigenvalues are off by {worst}")


def numbers(context):
    """The numbers of a figure as CSV and npz: the eigenvalues of the saved weights"""
    program = context.start()
    steps.train(program)
    csv, npz = program.home / "numbers.csv", program.home / "numbers.npz"
    for path in (csv, npz):
        program.click("button", "Figure Menu", within=steps.LIVE)
        program.click("menu item", "Save Data…")
        program.answer_file_dialog(path)
        program.wait_for_window("Eigenscope")
        program.wait(path.exists, str(path))
    steps.save_run(program, program.home / "run.safetensors")
    tensors, recipe = readers.run_file(program.home / "run.safetensors")
    expect(len(recipe["history"]) == 3, "the history does not have three epochs")
    check_numbers(csv, npz, tensors)


def by_key(context):
    """Export of curves by keyboard alone: SVG that can be drawn, CSV with its numbers"""
    program = context.start()
    steps.train(program, epochs=4)
    svg, csv = program.home / "curves.svg", program.home / "curves.csv"
    steps.open_export(program, steps.CURVES, by_key=True)
    program.wait(lambda: program.has_focus("combo box", "Format"), "the focus on Format")
    program.choose_by_key("Format", "SVG")
    program.tab_to("button", "Export…")
    program.press("Return")
    program.answer_file_dialog(svg)
    program.wait_for_window("Eigenscope")
    program.wait(svg.exists, str(svg))
    pixels = readers.picture(svg, 800)
    expect(readers.svg_size(svg)[0] > 100 and pixels.std() > 10, "the SVG is empty")
    program.wait(lambda: program.has_focus("image", steps.CURVES), "the focus to return")
    program.press("shift+ctrl+e")
    program.answer_file_dialog(csv)
    program.wait(csv.exists, str(csv))
    columns = readers.table(csv)
    epochs = [float(text) for text in columns["epoch"]]
    expect(max(epochs) == 4, f"epochs of the CSV: {epochs}")


def refused(context):
    """A folder that cannot be written to: the window says so, and the work goes on"""
    program = context.start()
    steps.train(program)
    program.tab_to("image", steps.LIVE)
    program.press("shift+ctrl+e")
    program.answer_file_dialog("/proc/numbers.csv")
    program.wait_for_window("Eigenscope")
    program.label("/proc/numbers.csv")


def suffix(context):
    """The suffix that is added to a name does not overwrite a file unasked"""
    program = context.start()
    steps.train(program)
    path = program.home / "numbers.csv"
    path.write_text("mine")
    for answer, kept in (("Cancel", True), ("Replace", False)):
        program.tab_to("image", steps.LIVE)
        program.press("shift+ctrl+e")
        program.answer_file_dialog(path.with_suffix(""))
        program.label("^Replace “numbers.csv”")
        program.click("button", answer)
        program.wait_for_window("Eigenscope")
        if not kept:
            program.wait(lambda: path.read_text() != "mine", "new contents")
        expect((path.read_text() == "mine") == kept, f"after {answer}")


def table(context):
    """The numbers of a figure as a table in a window, with the right button"""
    program = context.start()
    steps.train(program)
    program.click("image", steps.LIVE, button=3)
    program.click("menu item", "Show as Table")
    program.wait(
        lambda: len([t for t in program.labels() if t.startswith("0.0")]) >= 3,
        "eigenvalues in the table",
    )
    program.press("Escape")
    program.wait_for_window("Eigenscope")


scenarios.run(figures, numbers, by_key, refused, suffix, table)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What is opened: networks of others, files of tensors, datasets of one's own."""

import json
import math
import os
import struct

import scenarios
import steps
from program import expect


def write_tensors(path, shapes):
    """A safetensors file of these names and shapes, that says nothing of itself."""
    header, data = {}, b""
    for name, shape in shapes.items():
        n = math.prod(shape)
        begin = len(data)
        data += struct.pack(f"<{n}f", *(0.1 * math.sin(0.37 * i) for i in range(n)))
        offsets = [begin, len(data)]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": offsets}
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def write_network(path):
    write_tensors(
        path,
        {
            "embed.weight": [16, 784],
            "blocks.0.weight": [32, 16],
            "head.weight": [10, 16],
        },
    )


def doubt_and_mapping(context):
    """By argument: what is in doubt is said, and changed on the page of parts"""
    path = context.home + "/net.safetensors"
    write_network(path)
    program = context.start(path)
    program.label("it was assumed not to be.*Test accuracy on .*with residual")
    program.read("list item", "net", "Opened from a file · ")
    program.click("button", "Change…")
    program.wait_for_window("Parts of the Network")
    program.label("^On the test images of ")
    program.click("button", "Use")
    program.wait_for_window("Eigenscope")
    program.wait(
        lambda: not any("was assumed" in text for text in program.labels()),
        "the note to go",
    )
    expect(len(program.all("list item", None, "Runs")) == 1, "it is there twice")


def second_start(context):
    """A second start opens the file in the program that is running"""
    path = context.home + "/net.safetensors"
    write_network(path)
    program = context.start()
    second = context.start(path)
    program.read("list item", "net", "Opened from a file")
    second.wait_for_end()


def recent(context):
    """What was opened is among the recent files at the next start"""
    path = context.home + "/net_1.safetensors"
    write_network(path)
    program = context.start(path)
    program.read("list item", "net_1", "Opened from a file")
    program.close()
    program = context.start()
    program.menu("Open Recent", "net_1.safetensors")
    program.read("list item", "net_1", "Opened from a file")
    # The submenu has taken the focus with it, and keys go nowhere.
    program.click("button", "Close")
    program.wait_for_end()


def find_window(program, title):
    found = [w for w in program.screen.windows() if w.title == title]
    return found[0] if found else None


def dropped(context):
    """A file and a folder are dragged from another program and dropped on the window"""
    path = context.home + "/net.safetensors"
    folder = context.home + "/folder"
    write_network(path)
    os.mkdir(folder)
    write_network(folder + "/model.safetensors")
    program = context.start()
    source = context.desktop.spawn(os.environ["EIGENSCOPE_DRAG_SOURCE"], path, folder)
    files = program.wait(lambda: find_window(program, "Files"), "what is dragged")
    window = find_window(program, "Eigenscope")
    end = (window.x + 40, window.y + window.height - 40)

    def arrived():
        if program.all("list item", "net", "Runs"):
            return True
        program.screen.carry((files.x + 50, files.y + 30), end)
        return False

    program.wait(arrived, "the dropped files")
    program.read("list item", "net", "Opened from a file")
    program.find("list item", "folder", "Runs")
    source.terminate()
    program.wait_for_window("Eigenscope")


def several(context):
    """Several files are chosen in the dialog at once"""
    folder = context.home + "/networks"
    os.mkdir(folder)
    names = ("one", "two", "three")
    for name in names:
        write_network(f"{folder}/{name}.safetensors")
    program = context.start()
    steps.open_path(program, folder, "Open")
    program.wait(
        lambda: any("pressed" in w.states for w in program.all("button", "networks", "Open")),
        "the folder in the dialog",
    )

    def chosen():
        if program.top("Eigenscope"):
            return True
        # The rows cannot be seen by other programs, nor whether they are there already:
        # the first one, below the headings.
        heading = program.now("button", "Name", "Open")
        if heading:
            x, y, _, height = heading.rectangle
            program.screen.click(x + 40, y + height + 14)
            program.press("ctrl+a")
            program.click("button", "Open", within="Open")
        return False

    program.wait(chosen, "the files to be chosen")
    for name in names:
        program.find("list item", name, "Runs")


def tensors(context):
    """Any other tensors: a list with numbers, from which a network can be made"""
    path = context.home + "/any.safetensors"
    write_tensors(path, {"first": [3, 4], "second": [5]})
    program = context.start()
    steps.open_path(program, path, "any.safetensors")
    program.label("^3 × 4$")
    program.click("button", "Use as a Network…")
    program.wait_for_window("Parts of the Network")
    program.press("Escape")
    program.wait_for_window("Eigenscope")


def import_table(context):
    """A table is previewed, imported, and there to be trained on"""
    path = context.home + "/points.csv"
    with open(path, "w") as file:
        file.write("label,a,b,c,d\n")
        for i in range(40):
            file.write(f"{('even', 'odd')[i % 2]},{i},2,3,{40 - i}\n")
    program = context.start()
    steps.open_path(program, path, "Import a Dataset")
    program.read("image", "Preview", "images? of 2 by 2 pixels")
    program.click("button", "Import")
    program.label("^Dataset “points” imported$")
    program.wait_for_window("Eigenscope")
    program.find("list item", "Run 1")


scenarios.run(
    doubt_and_mapping,
    second_start,
    recent,
    dropped,
    several,
    tensors,
    import_table,
)

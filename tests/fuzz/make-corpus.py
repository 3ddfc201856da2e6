#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seed corpora of the fuzz targets: sound files of every kind that is read,
and hostile ones. Needs nothing but Python; running it again gives the same files."""

import gzip
import io
import json
import os
import struct
import warnings
import zipfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def put(kind, name, data):
    folder = os.path.join(HERE, kind)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def make_safetensors():
    sizes = {"BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2,
             "U32": 4, "I32": 4, "F32": 4, "U64": 8, "I64": 8, "F64": 8}
    header, at = {"__metadata__": {"key": "value", "ключ": "\n\"\\"}}, 0
    for dtype, size in sizes.items():
        header["t." + dtype] = tensor(dtype, [2, 3], at, at + 6 * size)
        at += 6 * size
    header["single"] = tensor("F32", [], at, at + 4)
    header["empty"] = tensor("F32", [0, 4], at + 4, at + 4)
    put("safetensors", "every-type", safetensors(header, bytes(i % 251 for i in range(at + 4))))
    put("safetensors", "least", safetensors(b"{}"))
    put("safetensors", "padded", safetensors(b"{}      "))
    two = tensor("F32", [2], 0, 8)
    body = json.dumps(two).encode()
    put("safetensors", "length-beyond-file", struct.pack("<Q", 1000) + b"{}")
    put("safetensors", "length-huge", struct.pack("<Q", 2**64 - 1) + b"{}")
    put("safetensors", "overlap", safetensors({"a": two, "b": two}, bytes(8)))
    put("safetensors", "gap", safetensors({"a": tensor("F32", [2], 4, 12)}, bytes(12)))
    put("safetensors", "duplicate", safetensors(b'{"a":' + body + b',"a":' + body + b"}", bytes(8)))
    put("safetensors", "duplicate-escaped",
        safetensors(b'{"a":' + body + b',"\\u0061":' + body + b"}", bytes(8)))
    put("safetensors", "negative", safetensors({"a": tensor("F32", [2], -8, 0)}, bytes(8)))
    put("safetensors", "negative-as-huge",
        safetensors({"a": tensor("F32", [2], 2**64 - 8, 2**64)}, bytes(8)))
    put("safetensors", "shape-overflow",
        safetensors({"a": tensor("F32", [2**32, 2**32], 0, 0)}))
    put("safetensors", "shape-wraps", safetensors({"a": tensor("F64", [2**61 + 1], 0, 8)}, bytes(8)))
    put("safetensors", "nine-dims", safetensors({"a": tensor("U8", [1] * 9, 0, 1)}, bytes(1)))
    put("safetensors", "deep", safetensors(b'{"a":' + b"[" * 500 + b"]" * 500 + b"}"))
    put("safetensors", "deep-hidden",
        safetensors(b'{/*"*/"a":' + b"[" * 200 + b"]" * 200 + b'/*"*/}'))
    put("safetensors", "bad-utf8", safetensors(b'{"\xff\xfe":' + body + b"}", bytes(8)))
    put("safetensors", "surrogate", safetensors(b'{"\\ud800":' + body + b"}", bytes(8)))
    put("safetensors", "nul-escaped", safetensors(b'{"a\\u0000":' + body + b"}", bytes(8)))
    put("safetensors", "octal", safetensors(b'{"a":{"dtype":"U8","shape":[010],"data_offsets":[0,8]}}', bytes(8)))
    put("safetensors", "float-size", safetensors(b'{"a":{"dtype":"U8","shape":[8.0],"data_offsets":[0,8]}}', bytes(8)))
    put("safetensors", "unknown-type", safetensors({"a": tensor("F8_E5M2", [1], 0, 1)}, bytes(1)))
    put("safetensors", "metadata-number", safetensors({"__metadata__": {"a": 1}}))
    put("safetensors", "two-roots", safetensors(b"{}{}"))
    put("safetensors", "commas", safetensors(b'{"a":[' + b"," * 50 + b"]}"))


def idx(kind, dims, data):
    return bytes([0, 0, kind, len(dims)]) + b"".join(struct.pack(">I", d) for d in dims) + data


def make_idx():
    images = idx(8, [3, 4, 5], bytes(range(60)))
    zipped = gzip.compress(images, mtime=0)
    put("idx", "images", images)
    put("idx", "images-gzip", zipped)
    put("idx", "images-flat", idx(8, [3, 20], bytes(60)))
    put("idx", "labels-u8", idx(8, [4], b"\0\1\2\xff"))
    put("idx", "labels-i8", idx(9, [2], b"\0\x7f"))
    put("idx", "labels-i16", idx(0x0b, [2], b"\0\1\x7f\xff"))
    put("idx", "labels-i32", idx(0x0c, [2], b"\0\0\xff\xff\0\0\0\1"))
    put("idx", "labels-negative", idx(0x0c, [1], b"\xff\xff\xff\xff"))
    put("idx", "labels-float", idx(0x0d, [1], bytes(4)))
    put("idx", "none", idx(8, [0, 28, 28], b""))
    put("idx", "absurd-dims", idx(8, [2**32 - 1] * 3, bytes(8)))
    put("idx", "absurd-times-zero", idx(8, [2**32 - 1, 2**32 - 1, 0], b""))
    put("idx", "four-dims", idx(8, [1] * 4, b"a"))
    put("idx", "no-dims", idx(8, [], b""))
    put("idx", "left-over", images + b"x")
    put("idx", "gzip-truncated", zipped[:len(zipped) // 2])
    put("idx", "gzip-damaged", zipped[:20] + b"\xff\xff" + zipped[22:])
    put("idx", "gzip-twice", zipped + zipped)
    put("idx", "gzip-claims", gzip.compress(idx(8, [2**30], b"a"), mtime=0))
    put("idx", "gzip-zeros", gzip.compress(idx(8, [200000], bytes(200000)), mtime=0))
    put("idx", "gzip-empty", gzip.compress(b"", mtime=0))


def npy(text, data=b"", major=1):
    text = text.encode()
    form = "<H" if major == 1 else "<I"
    return b"\x93NUMPY" + bytes([major, 0]) + struct.pack(form, len(text)) + text + data


def dictionary(descr, order, shape):
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n" % (descr, order, shape)


def make_npy():
    for descr in ["|b1", "|u1", "|i1", "<u2", ">i2", "<f2", ">f4", "<f4", "<i8", ">u8", ">f8"]:
        size = int(descr[2])
        put("npy", "type-" + {"<": "little-", ">": "big-", "|": ""}[descr[0]] + descr[1:],
            npy(dictionary(descr, "False", "(2, 3)"), bytes(range(6 * size))))
    put("npy", "fortran", npy(dictionary("<i2", "True", "(2, 3, 4)"), bytes(range(48))))
    put("npy", "fortran-empty", npy(dictionary("<i2", "True", "(2, 0, 4)")))
    put("npy", "single", npy(dictionary("<f8", "False", "()"), bytes(8), 2))
    put("npy", "version-3", npy(dictionary("<f8", "False", "(1,)"), bytes(8), 3))
    put("npy", "objects", npy(dictionary("|O", "False", "(1,)"), b"\x80\x02N."))
    put("npy", "structured", npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", bytes(4)))
    put("npy", "overflow", npy(dictionary("<f8", "False", "(4294967296, 4294967296)")))
    put("npy", "overflow-digits", npy(dictionary("<f8", "False", "(%d,)" % 10**30)))
    put("npy", "negative", npy(dictionary("<f8", "False", "(-1,)"), bytes(8)))
    put("npy", "nine-dims", npy(dictionary("|u1", "False", str((1,) * 9)), bytes(1)))
    put("npy", "short", npy(dictionary("<f8", "False", "(2,)"), bytes(15)))
    put("npy", "long", npy(dictionary("<f8", "False", "(1,)"), bytes(9)))
    put("npy", "header-huge", b"\x93NUMPY\2\0\xff\xff\xff\xff{}")
    put("npy", "unclosed", npy("{'descr': '<f8"))
    put("npy", "twice", npy("{'shape': (), 'shape': (), 'descr': '<f8', 'fortran_order': False}", bytes(8)))


def npz(entries, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, method)
    return file.getvalue()


def patched(data, offset, value):
    at = data.find(b"PK\1\2") + offset
    return data[:at] + struct.pack("<I", value) + data[at + 4:]


def make_npz():
    one = npy(dictionary("<f4", "False", "(2, 3)"), bytes(24))
    two = npy(dictionary(">i8", "True", "(3, 2)"), bytes(range(48)))
    sound = npz([("a.npy", one), ("b.npy", two)])
    put("npz", "deflated", sound)
    put("npz", "stored", npz([("a.npy", one), ("b.npy", two)], zipfile.ZIP_STORED))
    put("npz", "other-files", npz([("readme.txt", b"text"), ("a.npy", one)]))
    put("npz", "none", npz([]))
    put("npz", "not-an-array", npz([("a.npy", b"text")]))
    put("npz", "bzip2", npz([("a.npy", one)], zipfile.ZIP_BZIP2))
    put("npz", "size-huge", patched(sound, 24, 2**32 - 2))
    put("npz", "size-small", patched(sound, 24, 10))
    put("npz", "size-large", patched(sound, 24, 200))
    put("npz", "compressed-size-huge", patched(sound, 20, 2**32 - 2))
    put("npz", "offset-huge", patched(sound, 42, 2**32 - 2))
    put("npz", "crc-wrong", patched(sound, 16, 1))
    put("npz", "zeros", npz([("a.npy", npy(dictionary("|u1", "False", "(300000,)"), bytes(300000)))]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        put("npz", "duplicate", npz([("a.npy", one), ("a.npy", one)]))
    put("npz", "empty", b"")
    put("npz", "truncated", sound[:-10])


def description(**changes):
    said = {
        "version": 1, "program": "eigenscope 0.1.0", "name": "run",
        "model": {"rows": 2, "cols": 3, "hidden": 4, "outputs": 3, "layers": 1,
                  "bias": True, "residual": False, "gate": "none"},
        "training": {"epochs": 2, "batch": 10, "lr": 0.001, "weight_decay": 0.5,
                     "noise": 0.4, "rotate": 0, "translate": 0, "blur": 0,
                     "seed": "18446744073709551615"},
        "dataset": {"name": "mnist", "path": "/data", "sha256": "00",
                    "classes": ["a", "b", "c"]},
        "history": [{"epoch": 0, "seconds": 1.5, "train_loss": 2, "train_acc": 0.1,
                     "val_loss": None, "val_acc": 0.1}],
    }
    said.update(changes)
    return said


def network(said=None, metadata=None, prefix="", extra=()):
    header, at = {"__metadata__": metadata or {}}, 0
    if said is not None:
        header["__metadata__"]["eigenscope"] = json.dumps(said)
    shapes = [("embed.weight", [4, 6]), ("blocks.0.weight", [8, 4]),
              ("blocks.0.bias", [8]), ("head.weight", [3, 4])] + list(extra)
    for name, shape in shapes:
        size = 4
        for side in shape:
            size *= side
        header[prefix + name] = tensor("F32", shape, at, at + size)
        at += size
    return safetensors(header, b"".join(struct.pack("<f", i / 7) for i in range(at // 4)))


def make_run_file():
    moments = [("optimizer.exp_avg", [76]), ("optimizer.exp_avg_sq", [76])]
    put("run-file", "finished", network(description()))
    put("run-file", "unfinished", network(description(steps="10"), extra=moments))
    put("run-file", "moments-misfit", network(description(), extra=[("optimizer.exp_avg", [75])]))
    put("run-file", "foreign", network(metadata={"residual": "True", "gate": "relu"}))
    put("run-file", "foreign-prefix", network(prefix="model."))
    put("run-file", "foreign-sides", network(metadata={"rows": "3", "cols": "2"}))
    put("run-file", "newer", network(description(version=2)))
    put("run-file", "misfit", network(description(model={"rows": 9, "cols": 9, "hidden": 4,
                                                         "outputs": 3, "layers": 1})))
    put("run-file", "description", json.dumps(description()).encode())
    put("run-file", "description-bad-seed", json.dumps(description(training={"seed": "-1"})).encode())
    put("run-file", "description-huge",
        json.dumps(description(model={"rows": 2**24, "cols": 2**24, "hidden": 2**24,
                                      "outputs": 3, "layers": 4})).encode())
    put("run-file", "description-deep",
        b'{"version":1,"x":' + b"[" * 300 + b"]" * 300 + b"}")


if __name__ == "__main__":
    make_safetensors()
    make_idx()
    make_npy()
    make_npz()
    make_run_file()

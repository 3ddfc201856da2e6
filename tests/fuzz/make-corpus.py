#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seed corpora of the fuzz targets: sound files of every kind that is read,
and hostile ones. Needs nothing but Python; running it again gives the same files."""

import base64
import collections
import gzip
import io
import json
import os
import pickle
import struct
import sys
import types
import warnings
import zipfile
import zlib

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
    put("run-file", "description-round-loss",
        json.dumps(description()).replace('"val_loss": null', '"val_loss": 1e18').encode())
    put("run-file", "description-control-name",
        json.dumps(description(name="a\x1f\x7f\x01")).encode())
    put("run-file", "description-opened", json.dumps(description(
        training=None, opened={"path": "/net.pt", "parts": ["embed=e", "left.0="],
                               "residual_assumed": True},
        changes=[{"epoch": 0.5, "setting": "lr", "value": 0.1, "before": 0.2}])).encode())
    put("run-file", "description-deep",
        b'{"version":1,"x":' + b"[" * 300 + b"]" * 300 + b"}")


# Stand-ins for what PyTorch's pickles name, so that Python's own pickler writes them.
def stand_in(module, name, kind=None):
    parts = module.split(".")
    for i in range(len(parts)):
        path = ".".join(parts[: i + 1])
        sys.modules.setdefault(path, types.ModuleType(path))
    thing = kind or (lambda *args: None)
    thing.__module__, thing.__name__, thing.__qualname__ = module, name, name
    setattr(sys.modules[module], name, thing)
    return thing


REBUILD = stand_in("torch._utils", "_rebuild_tensor_v2")
REBUILD_3 = stand_in("torch._utils", "_rebuild_tensor_v3")
PARAMETER = stand_in("torch._utils", "_rebuild_parameter")
FLOAT32 = stand_in("torch", "float32", type("float32", (), {}))
UNTYPED = stand_in("torch.storage", "UntypedStorage", type("UntypedStorage", (), {}))
STORAGES = {name: stand_in("torch", name + "Storage", type(name, (), {}))
            for name in ["Float", "Double", "Half", "BFloat16", "Long", "Int", "Short",
                         "Char", "Byte", "Bool", "ComplexFloat"]}
Config = stand_in("image.model", "Config", type("Config", (), {}))
Module = stand_in("image.model", "Model", type("Model", (), {}))


class Stored:
    def __init__(self, key, n, kind="Float"):
        self.key, self.n, self.kind = key, n, kind


class Tensor:
    """A view of a storage: sizes, strides and offset in elements."""

    def __init__(self, storage, sizes, strides=None, offset=0):
        if strides is None:
            strides, step = [], 1
            for size in reversed(sizes):
                strides.insert(0, step)
                step *= size
        self.args = (storage, offset, tuple(sizes), tuple(strides), False,
                     collections.OrderedDict())

    def __reduce__(self):
        return REBUILD, self.args


class Tensor3(Tensor):
    """The newer kind, on a storage of bytes."""

    def __reduce__(self):
        return REBUILD_3, self.args + (FLOAT32, None)


class Parameter:
    def __init__(self, tensor):
        self.tensor = tensor

    def __reduce__(self):
        return PARAMETER, (self.tensor, True, collections.OrderedDict())


class Pickler(pickle.Pickler):
    def persistent_id(self, thing):
        if not isinstance(thing, Stored):
            return None
        kind = UNTYPED if thing.kind is None else STORAGES[thing.kind]
        return ("storage", kind, thing.key, "cpu", thing.n)


def pickled(thing, protocol=2):
    file = io.BytesIO()
    Pickler(file, protocol).dump(thing)
    return file.getvalue()


def checkpoint(stream, storages, order=b"little", folder="archive/", method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    entries = [("data.pkl", stream), (".format_version", b"1")]
    if order is not None:
        entries.append(("byteorder", order))
    entries += [("data/" + key, data) for key, data in storages.items()]
    entries.append(("version", b"3\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(file, "w", method) as archive:
            for name, data in entries:
                archive.writestr(zipfile.ZipInfo(folder + name, (1980, 1, 1, 0, 0, 0)), data, method)
    return file.getvalue()


def floats(n, first=0, form="<f"):
    return b"".join(struct.pack(form, (first + i) / 7) for i in range(n))


def state(prefix=""):
    """A network of P 6, H 4, C 3 with bias."""
    return collections.OrderedDict([
        (prefix + "embed.weight", Tensor(Stored("0", 24), [4, 6])),
        (prefix + "blocks.0.weight", Tensor(Stored("1", 32), [8, 4])),
        (prefix + "blocks.0.bias", Tensor(Stored("2", 8), [8])),
        (prefix + "head.weight", Tensor(Stored("3", 12), [3, 4])),
    ])


STATE_STORAGES = {"0": floats(24), "1": floats(32, 24), "2": floats(8, 56), "3": floats(12, 64)}


def config():
    thing = Config()
    thing.__dict__.update(lr=0.001, wd=0.5, epochs=30, batch_size=2048, d_hidden=4, n_layer=1,
                          bias=True, residual=True, noise=0.15, seed=42, gate=None)
    return thing


class System:
    def __reduce__(self):
        return os.system, ("echo refused",)


def whole_module():
    """A module saved as an object: its parts on its shelves."""
    def module(parameters, modules):
        thing = Module()
        thing.__dict__.update(training=True, _parameters=parameters, _modules=modules, _buffers={})
        return thing
    tensors = state()
    return module({}, {
        "embed": module({"weight": Parameter(tensors["embed.weight"])}, {}),
        "blocks": module({}, {"0": module({"weight": Parameter(tensors["blocks.0.weight"]),
                                           "bias": Parameter(tensors["blocks.0.bias"])}, {})}),
        "head": module({"weight": Parameter(tensors["head.weight"])}, {}),
    })


def make_pickle():
    many = [None, True, False, 0, 255, 65535, -1, 2**31, -(2**40), 2**63 - 1, 2**90, 0.5,
            float("inf"), "text", "ключ", b"bytes", bytearray(b"x"), (), (1,), (1, 2), (1, 2, 3),
            (1, 2, 3, 4), [], {}, {1: 2, "a": [3]}, {1, 2}, frozenset([3]),
            collections.OrderedDict(a=1)]
    for protocol in range(2, 6):
        put("pickle", "everything-%d" % protocol, pickled(many, protocol))
        put("pickle", "state-%d" % protocol,
            pickled({"config": config(), "model": state(), "epoch": 3}, protocol))
    put("pickle", "module", pickled(whole_module()))
    put("pickle", "default-dictionary", pickled(collections.defaultdict(list, a=[1])))
    put("pickle", "call-system", pickled({"a": System()}))
    put("pickle", "call-system-text", b"cos\nsystem\n(S'echo refused'\ntR.")
    put("pickle", "call-eval", b"\x80\x02cbuiltins\neval\nX\x01\0\0\x001\x85R.")
    put("pickle", "call-getattr", b"\x80\x02cbuiltins\ngetattr\nN\x85R.")
    put("pickle", "instance-of-system", b"\x80\x02cposix\nsystem\n)\x81}b.")
    put("pickle", "call-result", b"\x80\x02ccollections\nOrderedDict\n)R)R.")
    put("pickle", "control-name", b"\x80\x02c\x1b[31m\nx\n)R.")
    put("pickle", "broken-name", b"\x80\x02c\xff\xfe\nx\n)R.")
    put("pickle", "broken-text", b"\x80\x02X\2\0\0\0\xff\xfe.")
    put("pickle", "text-beyond", b"\x80\x02X\xff\xff\xff\x7fa.")
    put("pickle", "text-huge", b"\x80\x04\x8d" + b"\xff" * 8 + b"a.")
    put("pickle", "long-huge", b"\x80\x02\x8b\xff\xff\xff\xff.")
    put("pickle", "memo-huge", b"\x80\x02Nr\xff\xff\xff\xffj\xff\xff\xff\xff.")
    put("pickle", "memo-missing", b"\x80\x02h\0.")
    put("pickle", "list-of-itself", b"\x80\x02]q\0h\0a.")
    put("pickle", "dictionary-of-itself", b"\x80\x02}q\0(X\1\0\0\0ah\0X\1\0\0\0bh\0u.")
    put("pickle", "record-of-itself", b"\x80\x02ca\nb\n)\x81q\0}X\1\0\0\0ah\0sb.")
    put("pickle", "laughs", b"\x80\x02]q\0" + b"".join(
        b"](h%ch%ceq%c" % (i, i, i + 1) for i in range(60)) + b".")
    put("pickle", "pairs-again", b"\x80\x02](" + b"NN\x86" * 100 + b"eq\0(" +
        b"ccollections\nOrderedDict\nh\0\x85R" * 100 + b"l.")
    put("pickle", "nested", b"\x80\x02" + b"]" * 3000 + b"a" * 2999 + b".")
    put("pickle", "many-opcodes", b"\x80\x02" + b"N0" * 20000 + b"N.")
    put("pickle", "marks", b"\x80\x02" + b"(" * 3000 + b".")
    put("pickle", "no-mark", b"\x80\x02Nt.")
    put("pickle", "odd-pairs", b"\x80\x02}(Nu.")
    put("pickle", "empty-stack", b"\x80\x02.")
    put("pickle", "append-to-number", b"\x80\x02K\1K\2a.")
    put("pickle", "build-number", b"\x80\x02K\1}b.")
    put("pickle", "below-mark", b"\x80\x02N(\x85t.")
    put("pickle", "protocol-9", b"\x80\x09N.")
    put("pickle", "extension", b"\x80\x02\x82\1.")
    put("pickle", "no-end", b"\x80\x02N")
    put("pickle", "none", b"")


def one(tensor, storages, **options):
    return checkpoint(pickled({"t": tensor}), storages, **options)


def make_tensor_file():
    saved = {"config": config(), "model": state(), "epoch": 3}
    sound = checkpoint(pickled(saved), STATE_STORAGES)
    put("tensor-file", "state", checkpoint(pickled(state()), STATE_STORAGES))
    put("tensor-file", "config", sound)
    put("tensor-file", "config-5", checkpoint(pickled(saved, 5), STATE_STORAGES, folder="x/"))
    put("tensor-file", "no-folder", checkpoint(pickled(saved), STATE_STORAGES, folder=""))
    put("tensor-file", "compiled", checkpoint(pickled(state("_orig_mod.")), STATE_STORAGES, order=None))
    put("tensor-file", "module", checkpoint(pickled(whole_module()), STATE_STORAGES))
    put("tensor-file", "big-endian",
        one(Tensor(Stored("0", 6), [2, 3]), {"0": floats(6, form=">f")}, order=b"big"))
    put("tensor-file", "deflated", checkpoint(pickled(saved), STATE_STORAGES, method=zipfile.ZIP_DEFLATED))
    storage = Stored("0", 24)
    put("tensor-file", "views", checkpoint(pickled(collections.OrderedDict(
        whole=Tensor(storage, [4, 6]), transposed=Tensor(storage, [6, 4], [1, 6]),
        column=Tensor(storage, [4], [6], 5), row=Tensor(storage, [6], None, 12),
        every_second=Tensor(storage, [2, 3], [12, 2], 1), expanded=Tensor(storage, [3, 4], [0, 1]),
        single=Tensor(storage, [], [], 23), empty=Tensor(storage, [0, 4]))), {"0": floats(24)}))
    put("tensor-file", "untyped", one(Tensor3(Stored("0", 24, None), [2, 3]), {"0": floats(6)}))
    put("tensor-file", "types", checkpoint(pickled({
        kind: Tensor(Stored(str(i), 2, kind), [2]) for i, kind in enumerate(STORAGES)
        if kind != "ComplexFloat"}),
        {str(i): bytes(range(1, 1 + 2 * size)) for i, size in enumerate([4, 8, 2, 2, 8, 4, 2, 1, 1, 1])}))
    put("tensor-file", "complex", one(Tensor(Stored("0", 2, "ComplexFloat"), [2]), {"0": bytes(16)}))
    put("tensor-file", "list", checkpoint(pickled([Tensor(Stored("0", 2), [2]), 3]), {"0": floats(2)}))
    put("tensor-file", "only-tensor", checkpoint(pickled(Tensor(Stored("0", 2), [2])), {"0": floats(2)}))
    put("tensor-file", "beyond-storage", one(Tensor(Stored("0", 7), [7]), {"0": floats(6)}))
    put("tensor-file", "offset-beyond", one(Tensor(Stored("0", 6), [2], None, 5), {"0": floats(6)}))
    put("tensor-file", "stride-overflow",
        one(Tensor(Stored("0", 6), [3, 2], [2**63 - 1, 1]), {"0": floats(6)}))
    put("tensor-file", "shape-overflow",
        one(Tensor(Stored("0", 6), [2**32, 2**32], [0, 0]), {"0": floats(6)}))
    put("tensor-file", "expanded-huge", one(Tensor(Stored("0", 6), [2**40], [0]), {"0": floats(6)}))
    put("tensor-file", "negative-size", one(Tensor(Stored("0", 6), [-1]), {"0": floats(6)}))
    put("tensor-file", "negative-stride", one(Tensor(Stored("0", 6), [3], [-1], 5), {"0": floats(6)}))
    put("tensor-file", "negative-offset", one(Tensor(Stored("0", 6), [3], None, -1), {"0": floats(6)}))
    put("tensor-file", "nine-dims", one(Tensor(Stored("0", 6), [1] * 9), {"0": floats(6)}))
    put("tensor-file", "outside", one(Tensor(Stored("../../etc/passwd", 6), [6]), {"0": floats(6)}))
    put("tensor-file", "same-name",
        checkpoint(pickled({"a.b": Tensor(storage, [2]), "a": {"b": Tensor(storage, [2])}}), {"0": floats(24)}))
    put("tensor-file", "control-name", checkpoint(pickled({"a\x1b[31m": Tensor(storage, [2])}), {"0": floats(24)}))
    put("tensor-file", "long-name", checkpoint(pickled({"a" * 1001: Tensor(storage, [2])}), {"0": floats(24)}))
    put("tensor-file", "two-entries", checkpoint(pickled(saved), STATE_STORAGES).replace(b"data/1", b"data/0"))
    put("tensor-file", "call-system", checkpoint(pickled({"a": System()}), {}))
    put("tensor-file", "no-storage", checkpoint(pickled({"a": Tensor(None, [2])}), {}))
    put("tensor-file", "byte-order", one(Tensor(Stored("0", 6), [6]), {"0": floats(6)}, order=b"middle"))
    put("tensor-file", "zeros", one(Tensor(Stored("0", 50000), [50000]), {"0": bytes(200000)},
                                    method=zipfile.ZIP_DEFLATED))
    put("tensor-file", "legacy", pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickled(state()))
    put("tensor-file", "bare-pickle", pickled(state()))
    put("tensor-file", "truncated", sound[:-40])
    weights = [("embed.weight", [4, 6]), ("blocks.0.weight", [8, 4]), ("head.weight", [3, 4])]
    arrays = []
    for name, shape in weights:
        n = shape[0] * shape[1]
        arrays.append((name + ".npy", npy(dictionary("<f4", "False", tuple(shape)), floats(n))))
    put("tensor-file", "npz-network", npz(arrays))
    words = npy(dictionary("<U2", "False", "(2,)"), "a\0bc".encode("utf-32-le"))
    waves = npy(dictionary("<c16", "False", "(1,)"), bytes(16))
    put("tensor-file", "npz-unread",
        npz([("class_names.npy", words)] + arrays + [("waves.npy", waves)]))
    put("tensor-file", "npz-text",
        npz([("words.npy", words), ("a.npy", npy(dictionary("<f4", "False", "(2, 3)"), floats(6)))]))
    put("tensor-file", "npz-objects",
        npz([("a.npy", npy(dictionary("|O", "False", "(1,)"), b"\x80\x02N."))]))
    put("tensor-file", "npz-fortran-big",
        npz([("a.npy", npy(dictionary(">f4", "True", "(2, 3)"), floats(6, form=">f")))]))
    put("tensor-file", "npz-short", npz([("a.npy", npy(dictionary("<f8", "False", "(9,)"), bytes(8)))]))
    put("tensor-file", "npy", npy(dictionary("<f4", "False", "(2, 3)"), floats(6)))
    put("tensor-file", "safetensors", network(metadata={"residual": "True"}, prefix="model."))


def table(rows, heading=None, delimiter=","):
    lines = [heading] if heading else []
    lines += [delimiter.join(str(cell) for cell in row) for row in rows]
    return "\n".join(lines).encode() + b"\n"


def make_import():
    rows = [[i % 2] + [(i * 7 + k) % 256 for k in range(4)] for i in range(8)]
    words = [['"c, at"' if i % 2 else "dog"] + row[1:] for i, row in enumerate(rows)]
    put("import", "csv", table(rows))
    put("import", "csv-heading", table(rows, "label,a,b,c,d"))
    put("import", "csv-semicolon", table(rows, "\ufefflabel;a;b;c;d", ";"))
    put("import", "csv-words", table(words))
    put("import", "csv-ragged", table(rows + [[1, 2]]))
    put("import", "csv-nan", table(rows + [[1, 2, "nan", 3, 4]]))
    put("import", "csv-label", table(rows + [[1.5, 1, 2, 3, 4]]))
    put("import", "csv-label-huge", table(rows + [["1e300", 1, 2, 3, 4]]))
    put("import", "csv-unclosed", table(rows) + b'"1,2')
    put("import", "csv-nul", table(rows) + b"1,\0,3,4,5\n")
    images = npy(dictionary("|u1", "False", "(6, 2, 3)"), bytes(range(36)))
    colors = npy(dictionary(">f4", "True", "(6, 2, 2, 3)"), bytes(288))
    flat = npy(dictionary("<f8", "False", "(6, 9)"),
               b"".join(struct.pack("<d", i / 54) for i in range(54)))
    bad = npy(dictionary("<f4", "False", "(6, 4)"), b"\0\0\xc0\x7f" * 24)
    labels = npy(dictionary("<i8", "False", "(6,)"), struct.pack("<6q", 0, 1, 2, 0, 1, 2))
    hot = npy(dictionary("|b1", "False", "(6, 2)"), b"\1\0\0\1" * 3)
    names = npy(dictionary("<U2", "False", "(3,)"),
                "".join(["a\0", "\u00e9\U0001f600", "c\0"]).encode("utf-32-le"))
    objects = npy(dictionary("|O", "False", "(6,)"), b"\x80\x02N.")
    put("import", "npz", npz([("x.npy", images), ("y.npy", labels)]))
    put("import", "npz-parts", npz([("x_train.npy", images), ("y_train.npy", labels),
                                    ("x_test.npy", images), ("y_test.npy", labels)]))
    put("import", "npz-names", npz([("arr_0.npy", flat), ("arr_1.npy", labels),
                                    ("class_names.npy", names)]))
    put("import", "npz-colors", npz([("images.npy", colors), ("labels.npy", hot)]))
    put("import", "npz-nan", npz([("x.npy", bad), ("y.npy", labels)]))
    put("import", "npz-objects", npz([("x.npy", images), ("y.npy", objects)]))
    put("import", "npz-misfit", npz([("x.npy", images), ("y.npy", hot[:-2])]))
    put("import", "npy", images)


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


def png(width, height, kind, depth, raw, extra=b"", interlace=0):
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra +
            chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


# 8 x 8 pixels, baseline, written by gdk-pixbuf.
JPEG = base64.b64decode("""
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKra
rYqMyP/L2u71////m8H////6/+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4
+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAAIAAgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA
AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk
M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT
lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA
HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh
cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp
anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk
5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCKGz9qKKKAP//Z
""")


def make_image_file():
    row = b"\0" + bytes(range(12))
    put("image-file", "gray", png(12, 2, 0, 8, row * 2))
    put("image-file", "gray-alpha", png(6, 2, 4, 8, row * 2))
    put("image-file", "rgb", png(4, 2, 2, 8, row * 2))
    put("image-file", "rgba", png(3, 2, 6, 8, row * 2))
    put("image-file", "deep", png(2, 2, 2, 16, row * 2))
    put("image-file", "palette", png(12, 2, 3, 8, row * 2, chunk(b"PLTE", bytes(36))))
    put("image-file", "bits", png(90, 2, 0, 1, row * 2))
    put("image-file", "interlaced", png(1, 1, 0, 8, b"\0\7", interlace=1))
    put("image-file", "billion", png(40000, 40000, 0, 8, bytes(1000)))
    put("image-file", "short-data", png(12, 200, 0, 8, row))
    put("image-file", "no-end", png(12, 2, 0, 8, row * 2)[:-12])
    put("image-file", "no-pixels", png(0, 2, 0, 8, b""))
    put("image-file", "jpeg", JPEG)
    put("image-file", "jpeg-truncated", JPEG[:-30])
    at = JPEG.find(b"\xff\xc0")
    put("image-file", "jpeg-huge", JPEG[:at + 5] + b"\xff" * 4 + JPEG[at + 9:])
    put("image-file", "jpeg-scans", JPEG + b"\xff\xda" * 200)
    put("image-file", "gif", b"GIF89a" + bytes(20))


def make_tensor_index():
    def index(weights):
        return json.dumps({"metadata": {"total_size": 1}, "weight_map": weights}).encode()
    put("tensor-index", "two", index({"a": "one.safetensors", "b": "two.safetensors", "c": "one.safetensors"}))
    put("tensor-index", "empty", index({}))
    put("tensor-index", "outside", index({"a": "../one.safetensors"}))
    put("tensor-index", "absolute", index({"a": "/etc/passwd"}))
    put("tensor-index", "parent", index({"a": ".."}))
    put("tensor-index", "number", index({"a": 1}))
    put("tensor-index", "no-map", b"{}")
    put("tensor-index", "list", b"[]")
    put("tensor-index", "twice", b'{"weight_map":{"a":"x","a":"y"}}')
    put("tensor-index", "deep", b'{"weight_map":' + b"[" * 300 + b"]" * 300 + b"}")
    put("tensor-index", "broken", b'{"weight_map":{"\xff":"x"}}')
    put("tensor-index", "control", b'{"weight_map":{"a":"\\u001b[31m"}}')


def attacks(records, tensors, **options):
    header, data = {}, b""
    for name, values in tensors.items():
        n = len(data)
        data += struct.pack("<%df" % len(values), *values)
        header[name] = tensor("F32", [2, len(values) // 2], n, len(data))
    text = json.dumps({"version": 1, "attacks": records, **options})
    return safetensors({"__metadata__": {"eigenscope_attacks": text}, **header}, data)


def make_attack_record():
    layer = {"kind": "mask", "name": "Mask", "strength": 0.25, "hidden": False, "class": 1,
             "component": 0}
    first = {"label": 1, "title": "Test image 7", "dataset": "digits", "split": "test",
             "index": 7, "read_before": 1, "read_after": 2, "norm": "l2", "budget": 0.5,
             "clip": True, "layers": [layer, {**layer, "kind": "brush", "hidden": True}]}
    second = {"read_before": 0, "read_after": 0, "norm": "none", "layers": []}
    pixels = [0, 0.25, 0.5, 1]
    tensors = {"attacks.0.input": pixels, "attacks.0.result": pixels,
               "attacks.0.layers.0": [1, -1, 2, 0], "attacks.0.layers.1": pixels,
               "attacks.1.input": pixels[:2], "attacks.1.result": pixels[:2]}

    def other(**options):
        return attacks([{**first, **options}], tensors)

    put("attack-record", "two", attacks([first, second], tensors))
    put("attack-record", "linf", other(norm="linf", budget=1e-3, clip=False))
    put("attack-record", "none", attacks([], {}))
    put("attack-record", "newer", attacks([first], tensors, version=2))
    put("attack-record", "many", attacks([{}] * 1001, tensors))
    put("attack-record", "no-object", attacks([[]], tensors))
    put("attack-record", "missing-layer", other(layers=[layer] * 3))
    put("attack-record", "many-layers", other(layers=[{}] * 257))
    put("attack-record", "huge-strength", other(layers=[{**layer, "strength": 1e300}], clip=False, norm="none"))
    put("attack-record", "huge-budget", other(budget=1e308))
    put("attack-record", "huge-index", other(index=10**17))
    put("attack-record", "unknown-kind", other(layers=[{**layer, "kind": "rays"}]))
    put("attack-record", "misfit", attacks([first], {**tensors, "attacks.0.layers.0": [1, 2]}))
    put("attack-record", "nan", attacks([first], {**tensors, "attacks.0.layers.0": [float("nan")] * 4}))
    put("attack-record", "bright", attacks([first], {**tensors, "attacks.0.input": [2] * 4}))
    put("attack-record", "other-metadata", safetensors({"__metadata__": {"a": "b"}}))


def film_checksum(epoch, params):
    total = 0xCBF29CE484222325 ^ epoch
    for (word,) in struct.iter_unpack("<I", params):
        total = (total ^ word) * 0x100000001B3 % 2**64
    return total


def film(epochs, n_params=4, broken=()):
    data = b"eigenscope film1" + struct.pack("<Q", n_params)
    for epoch in epochs:
        params = struct.pack("<4f", 0.5, -1, epoch, 0)
        data += struct.pack("<QQ", epoch, film_checksum(epoch, params) ^ (epoch in broken)) + params
    return data


def make_film_file():
    put("film-file", "three", film([0, 1, 2]))
    put("film-file", "thinned", film([0, 2, 4, 8, 9]))
    put("film-file", "none", film([]))
    put("film-file", "last", film([0, 1000]))
    put("film-file", "newer", film([0, 1, 1001, 1002]))
    put("film-file", "falling", film([0, 5, 3]))
    put("film-file", "twice", film([0, 5, 5]))
    put("film-file", "epoch-huge", film([0, 2**64 - 1]))
    put("film-file", "epoch-wraps", film([0, 2**32 + 1]))
    put("film-file", "broken", film([0, 1, 2], broken=[1]))
    put("film-file", "zeros", film([0, 1]) + bytes(96))
    put("film-file", "partial", film([0, 1, 2])[:-5])
    put("film-file", "other-network", film([0], n_params=5))
    put("film-file", "parameters-huge", film([0], n_params=2**64 - 1))
    put("film-file", "other-start", b"eigenscope film2" + film([0])[16:])
    put("film-file", "short", b"eigenscope film1")


def make_points_file():
    rows = [[0.5, -0.25, "a"], [-1, 1, "b"], [0, 0, '"c, d"'], [1e-3, 0.75, "a"]]
    put("points-file", "comma", table(rows))
    put("points-file", "heading", table(rows, "x,y,class"))
    put("points-file", "semicolon", table(rows, "x;y;class", ";"))
    put("points-file", "beyond", table([[1e300, -1e300, "a"], [-1e308, 1e308, "b"]]))
    put("points-file", "same-place", table([[7, 7, "a"], [7, 7, "b"]]))
    put("points-file", "tiny", table([[5e-324, 2, "a"], [5e-324, 2.0000000000000004, "b"]]))
    put("points-file", "one-class", table([[0, 0, "a"], [1, 1, "a"]]))
    put("points-file", "many-classes", table([[0, 0, c] for c in "abcde"]))
    put("points-file", "two-columns", table([[0, 0], [1, 1]]))
    put("points-file", "not-finite", table([[0, "nan", "a"], [0, "inf", "b"]]))
    put("points-file", "text", table([[0, 0, "a"], ["x", 1, "b"]]))
    put("points-file", "unclosed", table(rows) + b'0,0,"a')
    put("points-file", "empty", b"")
    put("points-file", "broken-names", b"0,0,\xff\n1,1,\xfe\n0,1,\x1b[31m\n")


if __name__ == "__main__":
    make_safetensors()
    make_idx()
    make_npy()
    make_npz()
    make_run_file()
    make_pickle()
    make_tensor_file()
    make_tensor_index()
    make_import()
    make_image_file()
    make_attack_record()
    make_film_file()
    make_points_file()

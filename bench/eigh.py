#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times torch.linalg.eigh on the interaction matrices of a run, and prints how good it is.

    eigh.py RUN.safetensors [--threads N] [--repeats N]
"""
import argparse
import json
import statistics
import struct
import time

import torch


def tensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    found = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            array = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32)
            found[name] = array.reshape(entry["shape"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    weights = tensors(options.run)
    left, right = weights["blocks.0.weight"].chunk(2, 0)
    forms = torch.einsum("ch,hi,hj->cij", weights["head.weight"], left, right)
    forms = 0.5 * (forms + forms.transpose(1, 2))
    seconds = []
    for _ in range(options.repeats + 1):
        start = time.perf_counter()
        values, vectors = torch.linalg.eigh(forms)
        seconds.append(time.perf_counter() - start)
    residual = forms @ vectors - vectors * values[:, None, :]
    print(json.dumps({"seconds": statistics.median(seconds[1:]),
                      "residual": (residual.abs().max() / values.abs().max()).item()}))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""What bench/compare and bench/growth have in common: Eigenscope and a PyTorch program,
each run by itself, and timed in turn."""
import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte",
         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
BATCH = 2048


def parser(description):
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--cli", help="eigenscope-cli (default: it is built, optimised)")
    made.add_argument("--peer", required=True, help="the PyTorch program")
    made.add_argument("--python", default="/usr/bin/python3")
    made.add_argument("--data", required=True, help="folder with the files of MNIST")
    made.add_argument("--epochs", type=int, default=4)
    made.add_argument("--pairs", type=int, default=5)
    made.add_argument("--threads", type=int, default=2)
    return made


def parse(made):
    """The options, with a program to measure."""
    options = made.parse_args()
    if options.cli is None:
        build = os.path.join(os.path.dirname(HERE), "build-bench")
        subprocess.run([os.path.join(os.path.dirname(HERE), "data", "build"), build,
                        "--buildtype=release"], check=True)
        options.cli = os.path.join(build, "src", "cli", "eigenscope-cli")
    return options


def environment():
    """Without what would choose kernels or threads for either."""
    return {key: value for key, value in os.environ.items()
            if not key.startswith(("OPENBLAS_", "OMP_", "MKL_"))}


def unpack(source, target):
    """Copies the four files, plain: the peer reads no gzip."""
    for name in FILES:
        packed = os.path.join(source, name + ".gz")
        opened = gzip.open(packed) if os.path.exists(packed) else open(
            os.path.join(source, name), "rb")
        with opened, open(os.path.join(target, name), "wb") as out:
            shutil.copyfileobj(opened, out)


def entries(command, env):
    """The JSON lines that @command prints."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True,
                           env=env).stdout.splitlines()
    return [json.loads(line) for line in lines]


def epoch_seconds(command, env):
    """The median seconds of an epoch, without the first, which warms up."""
    epochs = [entry["seconds"] for entry in entries(command, env) if "epoch" in entry]
    return statistics.median(epochs[1:])


def epoch_commands(options, hidden, folder):
    """The same training by Eigenscope and by the peer."""
    common = ["--hidden", str(hidden), "--epochs", str(options.epochs), "--noise", "0.4",
              "--threads", str(options.threads), "--data", folder]
    ours = [options.cli, "train", "image", "--weight-decay", "0.5", "--batch", str(BATCH),
            "--json", "-o", os.path.join(folder, "run.safetensors")] + common
    return ours, [options.python, options.peer, "--wd", "0.5"] + common


def kernels(options, env, *arguments):
    """What "eigenscope-cli bench" measures, by kernel."""
    command = [options.cli, "bench", "--json", "--threads", str(options.threads),
               *arguments]
    return {entry["kernel"]: entry for entry in entries(command, env) if "kernel" in entry}


def spectra_seconds(options, run, env):
    """Those of one and the same network, by Eigenscope."""
    found = kernels(options, env, "--hidden", "16", "--network", run)
    return found["spectra"]["median_seconds"]


def eigh_seconds(options, run, env):
    """The same by torch.linalg.eigh."""
    return entries([options.python, os.path.join(HERE, "eigh.py"), run, "--threads",
                    str(options.threads)], env)[0]["seconds"]


def train(options, hidden, folder, env, *arguments):
    """A network for spectra: its file."""
    run = os.path.join(folder, "spectra.safetensors")
    subprocess.run([options.cli, "train", "image", "--hidden", str(hidden), "--epochs",
                    "2", "-o", run, *arguments], check=True, env=env,
                   capture_output=True)
    return run

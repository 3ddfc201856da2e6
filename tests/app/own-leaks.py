#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program built with the address sanitizer, and fails for the leaks that are
ours: own-leaks.py PROGRAM [ARGUMENT ...]

GTK and what it draws with leak a little of their own in every long session, mostly
without names in their stacks that a suppression could match. A leak is ours if any frame of
its stack is in src/; what GTK allocates when we call it is among them. What only another
leak holds, such as a picture in a list of GTK's to draw, is counted but does not fail."""

import os
import re
import subprocess
import sys

LEAK = re.compile(r"^(?:Direct|Indirect) leak of .*$")
OURS = re.compile(r"/src/\w+/[\w-]+\.c:\d+")
SANITIZER_STATUS = 123


def blocks(lines):
    """The leaks of a report, each a list of its lines."""
    block = None
    for line in lines:
        if LEAK.match(line):
            block = [line]
        elif block is not None and line.strip():
            block.append(line)
        elif block is not None:
            yield block
            block = None
    if block is not None:
        yield block


def is_ours(block):
    return block[0].startswith("Direct") and any(OURS.search(line) for line in block)


def main():
    options = os.environ.get("ASAN_OPTIONS", "")
    settings = f"fast_unwind_on_malloc=0:malloc_context_size=40:exitcode={SANITIZER_STATUS}"
    environment = dict(os.environ, ASAN_OPTIONS=f"{settings}:{options}")
    run = subprocess.run(sys.argv[1:], env=environment, stderr=subprocess.PIPE)
    lines = run.stderr.decode("utf-8", "replace").splitlines()
    if run.returncode != SANITIZER_STATUS or "LeakSanitizer" not in "\n".join(lines):
        sys.stderr.write("\n".join(lines) + "\n")
        return run.returncode if run.returncode >= 0 else 128 - run.returncode
    leaks = list(blocks(lines))
    ours = [block for block in leaks if is_ours(block)]
    for block in ours:
        sys.stderr.write("\n".join(block) + "\n\n")
    print(f"# {len(leaks)} leaks, {len(ours)} of them ours")
    return 1 if ours else 0


if __name__ == "__main__":
    sys.exit(main())

"""What the command prints is ours alone: what compiled libraries print by themselves is kept out of standard output."""

from __future__ import annotations

import subprocess
import sys

NOISE = """
import ctypes, os
from duibiao.evaluator.native_output import silenced
c = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
print("before", flush=True)
c.puts(b"printed by C before")
with silenced():
    c.puts(b"noise")
    os.write(1, b"noise of another kind")
try:
    with silenced():
        raise ValueError
except ValueError:
    print("after")
"""


def test_nothing_that_a_library_prints_meanwhile_reaches_standard_output() -> None:
    told = subprocess.run([sys.executable, "-c", NOISE], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert told.splitlines() == ["before", "printed by C before", "after"]

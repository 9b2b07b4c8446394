"""What compiled libraries print to standard output by themselves is kept out of it: there stands only what we say."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

STDOUT: Final = 1


@contextmanager
def silenced() -> Iterator[None]:
    """Nothing of what C or C++ prints meanwhile reaches standard output, not even from its buffer later on.

    HiGHS has lines that none of its options turns off.
    """
    native = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
    native.fflush(None)
    kept = os.dup(STDOUT)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDOUT)
        yield
    finally:
        native.fflush(None)
        os.dup2(kept, STDOUT)
        os.close(nowhere)
        os.close(kept)

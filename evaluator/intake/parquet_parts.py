"""The child process that reads parts of partitioned folders: their schemas, and some rows at a time.

A damaged parquet file can end the process that reads it, so it is read here, by a script that imports nothing of ours.
It takes a request a line from stdin and answers each with a line, both in JSON; rows go to a file as Arrow.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from tempfile import gettempdir
from typing import Any

import polars as pl

BESIDE_DATA = 4 << 30  # address space that the library reserves and hardly touches


def limit_memory(memory: int) -> None:
    """Let this process end rather than take the machine's memory; Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (BESIDE_DATA + memory, BESIDE_DATA + memory))


def limit_time(seconds: int) -> None:
    """Let this process end when a request takes it more than so many seconds of work."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, most))


def head(path: str) -> dict[str, Any]:
    """How many rows a file has, and its schema: that of an empty Arrow file, in base64."""
    empty = io.BytesIO()
    with open(path, "rb") as file:  # the library takes no path that is not UTF-8
        source = pl.scan_parquet(file)
        pl.DataFrame(schema=source.collect_schema()).write_ipc(empty)
        rows = int(source.select(pl.len()).collect().item())
    return {"rows": rows, "schema": base64.b64encode(empty.getvalue()).decode()}


def rows(path: str, first: int, count: int, to: str) -> dict[str, Any]:
    """Write ``count`` rows to the file ``to``, from the row ``first`` (from 0) on; how many they are."""
    with open(path, "rb") as file:
        found = pl.scan_parquet(file).slice(first, count).collect()
    try:
        with open(to, "wb") as kept:
            found.write_ipc(kept, compression="uncompressed")
    except OSError as error:
        return {"code": "temporary-folder", "folder": gettempdir(), "reason": error.strerror or str(error)}
    return {"rows": found.height}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What is asked for, or ``{"code": ..., ...}``: what refuses the file."""
    try:
        return rows(**request) if "to" in request else head(**request)
    except MemoryError:
        return {"code": "parquet-too-large"}
    except BaseException as error:  # noqa: BLE001  # the library also panics, which is no Exception
        return {"code": "parquet-damaged", "reason": next(filter(str.strip, str(error).splitlines()), "")[:200]}


def main() -> None:
    """Answer requests until there are no more; the limits of memory and of the seconds of each are the arguments."""
    memory, seconds = (int(each) for each in sys.argv[1:3])
    limit_memory(memory)
    for line in sys.stdin.buffer:
        limit_time(seconds)
        sys.stdout.buffer.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

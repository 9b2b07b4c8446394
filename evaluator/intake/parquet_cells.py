"""The child process that opens a parquet file: reads it from stdin, writes it as Arrow to the file that it is told.

A damaged parquet file can end the process that reads it, so it is read here, by a script that imports nothing of ours;
what comes out is well formed.
"""

from __future__ import annotations

import io
import pickle
import sys
from tempfile import gettempdir

import polars as pl

BESIDE_DATA = 4 << 30  # address space that the library reserves and hardly touches


def limit_resources(memory: int, seconds: int) -> None:
    """Let this process end rather than take the machine's memory; Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (BESIDE_DATA + memory, BESIDE_DATA + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def read(raw: bytes, columns: int, rows: int, cells: int, path: str) -> dict[str, object]:
    """Write the table to ``path``; returns nothing, or ``{"code": ..., ...}``: what refuses the file."""
    try:
        source = pl.scan_parquet(io.BytesIO(raw))
        width = len(source.collect_schema())
        height = int(source.select(pl.len()).collect().item())
        if width > columns:
            return {"code": "too-many-columns", "count": width, "limit": columns}
        if height > rows:
            return {"code": "too-many-rows", "count": height, "limit": rows}
        if height * width > cells:
            return {"code": "too-many-cells", "limit": cells}
        frame = source.collect()
        if frame.shape != (height, width):
            return {"code": "parquet-damaged", "reason": f"{frame.height} / {height}"}
        return write(frame, path)
    except MemoryError:
        return {"code": "parquet-too-large"}
    except BaseException as error:  # noqa: BLE001  # the library also panics, which is no Exception
        return {"code": "parquet-damaged", "reason": next(filter(str.strip, str(error).splitlines()), "")[:200]}


def write(frame: pl.DataFrame, path: str) -> dict[str, object]:
    """Write a table to ``path``; returns what ``read`` does."""
    try:
        with open(path, "wb") as file:
            frame.write_ipc(file, compression="uncompressed")
    except OSError as error:
        return {"code": "temporary-folder", "folder": gettempdir(), "reason": error.strerror or str(error)}
    return {}


def main() -> None:
    """Read a parquet file from stdin; the limits and where the table goes are the arguments."""
    memory, seconds, _, columns, rows, cells = (int(each) for each in sys.argv[1:7])
    limit_resources(memory, seconds)
    found = read(sys.stdin.buffer.read(), columns, rows, cells, sys.argv[7])
    pickle.dump(found, sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()

"""Parts of partitioned folders, read in slices by a child process: in bounded memory, whatever a file does to it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import polars as pl

from duibiao.evaluator.intake.child import HERE
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.reasons import Refused, UnreadableData

ROWS_AT_A_TIME: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Head:
    """What a parquet file says of itself: the hash of its bytes, how many rows it has, the types of its columns."""

    path: Path
    sha256: str
    rows: int
    schema: Mapping[str, pl.DataType]


@dataclass(frozen=True, slots=True)
class Part:
    """A parquet file whose rows are read in slices.

    ``number`` is that of its table in ``Submission.tables``, ``name`` how messages call it; ``values`` has what its
    folders say of every row, as text or None; ``rows`` is their number, ``schema`` has the columns of the file itself.
    """

    number: int
    name: str
    path: Path
    values: Mapping[str, str | None]
    sha256: str
    rows: int
    schema: Mapping[str, pl.DataType]


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a slice lies: ``count`` rows of the part ``number`` from the row ``first`` (from 0) on."""

    number: int
    name: str
    path: Path
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of the part with the ``number``: the columns of its file, and the numbers of the rows there, from 1."""

    number: int
    frame: pl.DataFrame
    rows: pl.Series = field(compare=False)


def read_rows(path: Path) -> pl.DataFrame:
    """The rows that a child left in a file, whatever signs its path has: some of them would stand for several files."""
    with path.open("rb") as file:
        return pl.read_ipc(file)


def unkept(error: Exception) -> Refused:
    """What is said where something cannot be written into the temporary folder, mostly as that is full."""
    reason = getattr(error, "strerror", None) or str(error).rpartition("IO error: ")[2]
    return Refused("temporary-folder", folder=tempfile.gettempdir(), reason=reason[:200])


class Files:
    """Reads parquet files in one child process, which is started anew where one of them ended it."""

    def __init__(self, limits: Limits, errors: IO[bytes]) -> None:
        self._limits, self._errors = limits, errors
        self._child: subprocess.Popen[bytes] | None = None

    def head(self, path: Path) -> Head:
        """What a file says of itself; raises ``Refused`` where it cannot be read."""
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise Refused("no-access", reason=error.strerror or str(error)) from None
        self.ask(path=str(path))
        told = self.answer()
        schema = pl.read_ipc_schema(io.BytesIO(base64.b64decode(told["schema"])))
        return Head(path, sha256, told["rows"], dict(schema))

    def ask(self, **request: object) -> None:
        """Begin to answer a request; there is one at a time."""
        if self._child is None or self._child.poll() is not None:
            self.end()
            script = str(HERE / "parquet_parts.py")
            command = [sys.executable, "-P", script, str(self._limits.memory), str(self._limits.seconds)]
            pipe = subprocess.PIPE
            self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._errors)
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):  # told of where the answer is missing
            self._child.stdin.write(json.dumps(request).encode() + b"\n")
            self._child.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """The answer to what was asked; raises ``Refused`` for what refuses the file, and where it ended the child."""
        assert self._child is not None
        assert self._child.stdout is not None
        clock = threading.Timer(2 * self._limits.seconds, self._child.kill)
        clock.start()
        try:
            line = self._child.stdout.readline()
        finally:
            clock.cancel()
        if not line.endswith(b"\n"):
            status = self._child.wait()
            said = self._said()
            if b"memory" in said.lower() or status < 0:
                raise Refused("parquet-too-large")
            last = said.decode(errors="replace").strip().splitlines()[-1:] or [""]
            raise Refused("parquet-damaged", reason=last[0][:200])
        told: dict[str, Any] = json.loads(line)
        if "code" in told:
            raise Refused(told.pop("code"), **told)
        return told

    def _said(self) -> bytes:
        self._errors.seek(0)
        said = self._errors.read()
        self._errors.seek(0)
        self._errors.truncate()
        return said

    def end(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


@contextmanager
def files_in_child(limits: Limits) -> Iterator[Files]:
    """Parquet files, read in a child process that ends with the context; ``limits`` hold for each request."""
    with tempfile.TemporaryFile() as errors:
        files = Files(limits, errors)
        try:
            yield files
        finally:
            files.end()


def pieces(parts: Sequence[Part], rows_at_a_time: int = ROWS_AT_A_TIME) -> list[Piece]:
    """The parts in their order, no more than ``rows_at_a_time`` in a piece; a part without rows has none."""
    return [
        Piece(part.number, part.name, part.path.absolute(), first, min(rows_at_a_time, part.rows - first))
        for part in parts
        for first in range(0, part.rows, rows_at_a_time)
    ]


def slices(wanted: Sequence[Piece], limits: Limits) -> Generator[Slice]:
    """The rows of the pieces, in their order.

    While one slice is used the next one is read: up to three of them are held at a time. Raises ``UnreadableData``
    for a file that cannot be read, or is not the one any more that was found.
    """
    with files_in_child(limits) as files, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:

        def ask(number: int) -> None:
            piece = wanted[number]
            files.ask(path=str(piece.path), first=piece.first, count=piece.count, to=str(Path(folder) / str(number)))

        if wanted:
            ask(0)
        for number, piece in enumerate(wanted):
            try:
                told = files.answer()
                if told["rows"] != piece.count:
                    raise Refused("parquet-damaged", reason=f"{told['rows']} / {piece.count}")
            except Refused as refused:
                raise UnreadableData([refused.at(piece.name)]) from None
            if number + 1 < len(wanted):
                ask(number + 1)
            path = Path(folder) / str(number)
            frame = read_rows(path)
            path.unlink()
            first = piece.first + 1
            yield Slice(piece.number, frame, pl.arange(first, first + piece.count, dtype=pl.UInt32(), eager=True))

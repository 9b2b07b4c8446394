"""What an executor does with the Arrow batches of a task; knows nothing of Spark but how it hands them over.

Every function takes a broadcast, of which it reads ``value``, and an iterator of batches, and gives batches with the
columns share (int32), kind (text) and packed (bytes). An error of the engine is a row of the kind ``error``: to try
again would not help, and so it is raised where the run was started.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Protocol, TypeVar

import polars as pl
import pyarrow as pa

from duibiao.evaluator.intake.lake import Reader
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.part_files import slices
from duibiao.evaluator.share_rows import tables_of
from duibiao.evaluator.shares import Ground, Rows, in_shares, of_sites, places_of, unpacked
from duibiao.evaluator.streamed import told_of
from duibiao.evaluator.subtotals import Subtotals, folded, subtotals

PACKED: Final = "share int, kind string, packed binary"
NO_SHARE: Final = -1
Value = TypeVar("Value", covariant=True)
Found = Iterator[tuple[int, str, bytes]]


class Known(Protocol[Value]):
    """What every executor knows: a broadcast."""

    @property
    def value(self) -> Value:
        """What was sent."""


def in_batches(work: Callable[[], Found]) -> Iterator[pa.RecordBatch]:
    """What comes of some work, a batch each; an error of the engine as a row of its own."""
    try:
        for share, kind, packed in work():
            yield _row(share, kind, packed)
    except (MemoryError, OSError):  # of this machine, not of the rows: another may do better
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, it is raised again where the run was started
        yield _row(NO_SHARE, "error", pickle.dumps(error))


def _row(share: int, kind: str, packed: bytes) -> pa.RecordBatch:
    columns = [pa.array([share], pa.int32()), pa.array([kind]), pa.array([packed], pa.binary())]
    return pa.RecordBatch.from_arrays(columns, names=["share", "kind", "packed"])


def _by_share(batches: Iterable[pa.RecordBatch]) -> dict[int, list[bytes]]:
    shares: dict[int, list[bytes]] = {}
    for batch in batches:
        for number, raw in zip(batch["share"].to_pylist(), batch["packed"].to_pylist(), strict=True):
            shares.setdefault(number, []).append(raw)
    return shares


# ------------------------------------------------------------------ reading


@dataclass(frozen=True)
class PartReading:
    """How rows of parts are read, into how many shares accepted rows go, and what a file may take to read."""

    reader: Reader
    shares: int
    limits: Limits


def read(known: Known[PartReading], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Pieces of parts -> accepted rows by share, and one row ``told`` for each piece: what was not about places."""

    def work() -> Found:
        wanted = [pickle.loads(raw) for batch in batches for raw in batch["packed"].to_pylist()]
        for piece in wanted:
            piece.path.stat()  # another machine may see the file
        for some in slices(wanted, known.value.limits):
            accepted = known.value.reader.read(some.number, some.frame, some.rows)
            told, about_places = told_of(known.value.reader.context.sites.catalogue, accepted)
            yield NO_SHARE, "told", pickle.dumps(told)
            for share, rows in in_shares(about_places, known.value.shares):
                yield share, "rows", rows.packed()

    return in_batches(work)


# ------------------------------------------------------------------ judging


def evaluate(known: Known[Ground], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows by share -> the evaluation of each share, pickled."""

    def work() -> Found:
        for number, parts in _by_share(batches).items():
            yield number, "evaluation", pickle.dumps(known.value.judge(unpacked(parts)).evaluation)

    return in_batches(work)


@dataclass(frozen=True)
class Adding:
    """What shares are added up on: ``shown`` is how many of the worst gaps of each criterion are told, ``tabled``
    whether sites and gaps are wanted as rows."""

    ground: Ground
    shown: int
    tabled: bool


def add(known: Known[Adding], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows by share -> the sums of each share, pickled, and its tables of sites and gaps as Arrow files."""

    def work() -> Found:
        adding = known.value
        kinds = places_of(adding.ground.catalogue)
        for number, parts in _by_share(batches).items():
            judgement = adding.ground.judge(unpacked(parts))
            found, scores = subtotals(judgement, adding.shown, kinds)
            yield number, "sums", pickle.dumps(found)
            if adding.tabled:
                tables = tables_of(judgement, scores, kinds)
                yield number, "sites", packed(tables.sites)
                yield number, "gaps", packed(tables.gaps)

    return in_batches(work)


@dataclass(frozen=True)
class Folding:
    """How sums are put together: ``loses`` are the criteria whose values are points lost, ``shown`` is how many of the
    worst gaps of each criterion are kept."""

    loses: Collection[str]
    shown: int


def fold(known: Known[Folding], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The sums of shares -> one row with the sums of them all."""

    def sums() -> Iterator[Subtotals]:
        for batch in batches:
            for kind, packed in zip(batch["kind"], batch["packed"], strict=True):
                found = pickle.loads(packed.as_py())
                if kind.as_py() == "error":
                    raise found
                yield found

    def work() -> Found:
        yield NO_SHARE, "sums", pickle.dumps(folded(known.value.loses, sums(), known.value.shown))

    return in_batches(work)


def about(known: Known[frozenset[str]], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows by share -> those about a few sites."""

    def work() -> Found:
        for number, parts in _by_share(batches).items():
            for part in parts:
                rows: Rows = of_sites(unpacked([part]), known.value)
                if rows.height:
                    yield number, "rows", rows.packed()

    return in_batches(work)


def packed(frame: pl.DataFrame) -> bytes:
    """A table as an Arrow file."""
    out = BytesIO()
    frame.write_ipc(out, compression="lz4")
    return out.getvalue()


def unpack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Arrow files -> the rows in them."""
    for batch in batches:
        for raw in batch["packed"].to_pylist():
            yield from as_spark_reads(pl.read_ipc(BytesIO(raw))).to_batches()


def as_spark_reads(frame: pl.DataFrame) -> pa.Table:
    """A table of Arrow in the types that Spark knows: texts and lists with 32-bit offsets."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    kinds = {pa.large_string(): pa.string(), pa.large_list(pa.large_string()): pa.list_(pa.string())}
    return table.cast(pa.schema([pa.field(each.name, kinds.get(each.type, each.type)) for each in table.schema]))

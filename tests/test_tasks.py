"""What an executor does with the batches of a task, done here: the same rows, sums and tables, errors as rows."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from duibiao.criteria.load import load_catalogue
from duibiao.evaluator.backends import tasks
from duibiao.evaluator.backends.tasks import Adding, Folding, PartReading
from duibiao.evaluator.intake.lake import read_lake
from duibiao.evaluator.intake.part_files import Piece, pieces
from duibiao.evaluator.intake.reasons import Refusal, UnreadableData
from duibiao.evaluator.judgement import judge
from duibiao.evaluator.shares import Ground, Rows, in_shares, parted, unpacked
from duibiao.evaluator.subtotals import OneByOne, added
from duibiao.evaluator.sums import TooLarge
from tests.city import HEAD, make_catalogue
from tests.lake import write_lake
from tests.test_standing import FORMS, drawn

Told = list[tuple[int, str, Any]]


@dataclass(frozen=True)
class Known:
    """What a broadcast is to a task."""

    value: Any


def sent(rows: Rows, shares: int) -> Iterator[pa.RecordBatch]:
    """Shares as Spark hands them over, one a batch."""
    for number, own in in_shares(rows, shares):
        columns = [pa.array([number], pa.int32()), pa.array(["rows"]), pa.array([own.packed()], pa.binary())]
        yield pa.RecordBatch.from_arrays(columns, names=["share", "kind", "packed"])


def came(batches: Iterable[pa.RecordBatch]) -> Told:
    """Share, kind and what comes of them."""
    found: Told = []
    for batch in batches:
        found += zip(*(batch[name].to_pylist() for name in ("share", "kind", "packed")), strict=True)
    return found


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ground, Rows]:
    judgement = drawn(make_catalogue(tmp_path_factory.mktemp("city"), FORMS), 2)
    rest, rows = parted(judgement.catalogue, judgement.submission)
    return Ground(judgement.catalogue, rest, judgement.round_id, judgement.as_of), rows


def test_evaluations(city: tuple[Ground, Rows]) -> None:
    ground, rows = city
    found = came(tasks.evaluate(Known(ground), sent(rows, 3)))
    assert [(share, kind) for share, kind, _ in found] == [(0, "evaluation"), (1, "evaluation"), (2, "evaluation")]
    sites = [pickle.loads(packed).codes["spot"].rows["site"].to_list() for _, _, packed in found]
    assert sorted(site for each in sites for site in each) == sorted(set(rows.visits["spot"]["site"]))


@pytest.mark.parametrize("tabled", [True, False])
def test_sums_and_tables(tabled: bool, city: tuple[Ground, Rows]) -> None:
    ground, rows = city
    found = came(tasks.add(Known(Adding(ground, 5, tabled)), sent(rows, 2)))
    kinds = ["sums", "sites", "gaps"] if tabled else ["sums"]
    assert [kind for _, kind, _ in found] == kinds * 2
    gaps = sum(pickle.loads(packed).gaps for _, kind, packed in found if kind == "sums")
    tables = [pl.read_ipc(BytesIO(packed)) for _, kind, packed in found if kind == "gaps"]
    assert sum(table.height for table in tables) == (gaps if tabled else 0)
    assert gaps > 0


def test_sums_of_several_shares_become_one(city: tuple[Ground, Rows]) -> None:
    ground, rows = city
    adding = Known(Adding(ground, 5, False))
    [(_, kind, packed)] = came(tasks.fold(Known(Folding(["lost"], 5)), tasks.add(adding, sent(rows, 20))))
    shares = [pickle.loads(each) for _, _, each in came(tasks.add(adding, sent(rows, 20)))]
    found, whole = pickle.loads(packed), added(["lost"], shares, 5)
    assert (kind, found.gaps) == ("sums", sum(each.gaps for each in shares))
    assert found.tallies.equals(whole.tallies)
    assert found.costliest.equals(whole.costliest)
    [(_, _, nothing)] = came(tasks.fold(Known(Folding([], 5)), []))
    assert pickle.loads(nothing).gaps == 0


def test_rows_about_a_few_sites(city: tuple[Ground, Rows]) -> None:
    _, rows = city
    found = came(tasks.about(Known(frozenset({"S1", "S2"})), sent(rows, 4)))
    assert set(unpacked([packed for _, _, packed in found]).visits["spot"]["site"]) == {"S1", "S2"}
    assert came(tasks.about(Known(frozenset({"nobody"})), sent(rows, 4))) == []


def test_tables_come_apart_in_types_that_spark_knows() -> None:
    frame = pl.DataFrame({"a": ["甲", None], "b": [["u"], []], "n": [1, 2]})
    columns = [pa.array([-1], pa.int32()), pa.array(["gaps"]), pa.array([tasks.packed(frame)], pa.binary())]
    [batch] = tasks.unpack([pa.RecordBatch.from_arrays(columns, names=["share", "kind", "packed"])])
    assert batch.schema.types == [pa.string(), pa.list_(pa.string()), pa.int64()]
    assert pl.DataFrame(pa.Table.from_batches([batch])).equals(frame)


def test_an_error_of_the_engine_is_a_row(tmp_path: Path) -> None:
    """The sums of means of sites need findings one by one: no executor can help it, so that none tries again."""
    judgement = drawn(make_catalogue(tmp_path, FORMS, HEAD + "  several_inspections: each\n"), 2)
    rest, rows = parted(judgement.catalogue, judgement.submission)
    ground = Ground(judgement.catalogue, rest, judgement.round_id, judgement.as_of)
    found = list(tasks.add(Known(Adding(ground, 5, False)), sent(rows, 1)))
    [(share, kind, packed)] = came(found)
    assert (share, kind) == (-1, "error")
    assert came(tasks.fold(Known(Folding([], 5)), found)) == [(share, kind, packed)]
    with pytest.raises(OneByOne, match="each"):
        raise pickle.loads(packed)


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device")])
def test_what_another_machine_may_do_better_is_raised(error: BaseException) -> None:
    def work() -> tasks.Found:
        raise error
        yield (0, "", b"")

    with pytest.raises(type(error)):
        list(tasks.in_batches(work))


@pytest.mark.parametrize(
    "error",
    [
        TooLarge("2 x 3"),
        OneByOne("each"),
        UnreadableData([]),
        UnreadableData([Refusal("b.csv", "encoding", "not text"), Refusal("a.csv", "no-rows", "nothing in it")]),
    ],
)
def test_errors_travel(error: Exception) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


# ------------------------------------------------------------------ reading


def piece(number: int, wanted: Piece) -> pa.RecordBatch:
    """A piece of a part as Spark hands it over."""
    columns = [pa.array([number], pa.int32()), pa.array(["piece"]), pa.array([pickle.dumps(wanted)], pa.binary())]
    return pa.RecordBatch.from_arrays(columns, names=["share", "kind", "packed"])


def test_parts_are_read_as_here(tmp_path: Path) -> None:
    """Each row is told of as its own file's, and goes to the share of its site."""
    lake = write_lake(tmp_path, sites=12, visits=2)
    catalogue = load_catalogue(lake.catalogue)
    data = read_lake([lake.data], catalogue)
    batches = [piece(0, wanted) for wanted in pieces(data.parts, 4)]
    found = came(tasks.read(Known(PartReading(data.reader, 3, data.limits)), batches))
    told = [pickle.loads(packed) for _, kind, packed in found if kind == "told"]
    submission = data.told(each.tally for each in told)
    assert (submission.read, submission.rejected) == (12 + 3 + 24, 0)
    rows = unpacked([packed for share, kind, packed in found if kind == "rows" and share >= 0])
    assert rows.height == 24
    assert sum(int(each.times["rows"].sum()) for each in told) == 24
    assert judge(catalogue, submission, "", max(each.times["last"].max() for each in told).date()).visits.sites == set()


def test_a_part_that_this_machine_does_not_see_may_be_seen_by_another(tmp_path: Path) -> None:
    lake = write_lake(tmp_path, sites=12, visits=2)
    data = read_lake([lake.data], load_catalogue(lake.catalogue))
    wanted = pieces(data.parts)
    wanted[-1].path.unlink()
    with pytest.raises(FileNotFoundError, match=re.escape(wanted[-1].path.name)):
        list(tasks.read(Known(PartReading(data.reader, 3, data.limits)), [piece(0, each) for each in wanted]))

"""Parts of partitioned folders read in slices: in the end everything is as if it had been read at once."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import pickle
import resource
import runpy
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duibiao.criteria.language import language_in_force, use
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake import parquet_cells, parquet_parts, part_files, records
from duibiao.evaluator.intake.child import HERE
from duibiao.evaluator.intake.frames import gathered
from duibiao.evaluator.intake.lake import Accepted, Lake, read_lake
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.mended import FILE, SHA256, SHEET
from duibiao.evaluator.intake.mended import ROW as ROW_NUMBER
from duibiao.evaluator.intake.noted import Noted, added
from duibiao.evaluator.intake.part_files import Head, files_in_child, pieces, slices
from duibiao.evaluator.intake.read import VISIT_ORDER, read_submission
from duibiao.evaluator.intake.reasons import Refused, UnreadableData
from duibiao.evaluator.intake.rejects import rejects_csv
from duibiao.evaluator.intake.tally import Tally
from duibiao.evaluator.submission import TAKEN, Submission, visit_columns
from tests.intake.city import AREAS, REGISTER, Rows, parquet_bytes, write, xlsx_bytes

UNITS: Rows = [{"单位": "市场监管局", "属地": "川汇区"}, {"单位": "文明办", "属地": ""}]
BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER, "units.csv": UNITS}
M1 = {"点位": "人民市场", "摊位数": 3}
DAY = "visits/日期=2026-03-06/part-0.parquet"


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet files are read in this process, so that many can be; other tests start the children."""

    def open_here(_kind: str, raw: bytes, limits: Limits, path: str) -> dict[str, object]:
        return parquet_cells.read(raw, limits.columns, limits.rows, limits.cells, path)

    def head(_files: object, path: Path) -> Head:
        told = parquet_parts.head(str(path))
        schema = pl.read_ipc_schema(io.BytesIO(base64.b64decode(told["schema"])))
        return Head(path, hashlib.sha256(path.read_bytes()).hexdigest(), told["rows"], dict(schema))

    monkeypatch.setattr(records, "open_in_child", open_here)
    monkeypatch.setattr(part_files.Files, "head", head)


def frame_of(rows: Rows) -> pl.DataFrame:
    """Rows as a parquet file has them: texts, and numbers in 噪声."""
    columns = dict.fromkeys(key for row in rows for key in row)
    types = {name: pl.Float64() if name == "噪声" else pl.String() for name in columns}
    return pl.DataFrame([dict(row) for row in rows], schema=types)


def read_slices(lake: Lake, cuts: Mapping[int, Sequence[Sequence[int]]]) -> list[Accepted]:
    """What the rows of each part come to, in slices with these rows (from 0)."""
    files = {part.number: pl.read_parquet(part.path, hive_partitioning=False) for part in lake.parts}
    return [
        lake.reader.read(number, files[number][list(rows)], pl.Series([row + 1 for row in rows], dtype=pl.UInt32()))
        for number, each in cuts.items()
        for rows in each
    ]


def assert_same(whole: Submission, lake: Lake, accepted: Sequence[Accepted], catalogue: Catalogue) -> None:
    """Slices add up to what is read at once."""
    told = lake.told([each.tally for each in accepted])
    unseen = tuple(each for each in told.notes if each.code != "photos-not-looked-for")
    assert unseen == whole.notes
    assert told.tables == whole.tables
    assert rejects_csv(told) == rejects_csv(whole)
    assert told.rejected_tables == whole.rejected_tables
    assert (told.sites.equals(whole.sites), told.areas.equals(whole.areas)) == (True, True)
    for key, visits in whole.visits.items():
        columns = visit_columns(catalogue.form(key))
        found = [each.visits[key].clone() for each in accepted if key in each.visits]
        assert gathered([told.visits[key].clone(), *found], columns, VISIT_ORDER).equals(visits), key
    taken = gathered([each.taken.clone() for each in accepted], TAKEN, ("table", "row", "criterion"))
    assert taken.equals(whole.taken)


# --- any slicing of any rows --------------------------------------------------------------------------------------------

_NUMBERS = ["3", "4", "三处", "-1", "", None]
CELLS: Mapping[str, Sequence[str | float | None]] = {
    "点位": ["人民市场", "人民市场", "建设市场", "人民路口", "川汇区", "市场监管局", "无此市场", "", None],
    "日期": ["2026-03-06", "2026-03-06", "三月", "2026年3月7日", None, None, ""],
    "点位类型": [None, None, None, "农贸市场", "区县统计", "单位培训", "路口", "什么"],
    "属地": [None, None, "川汇区", "示范区", "某区"],
    "单位": [None, None, "市场监管局", "某局"],
    "摊位数": _NUMBERS,
    "摊位总数": [None, None, None, "3", "4"],
    "明码标价率": ["79%", "0.5", "88", "120", "x", None],
    "priced（%）": [None, None, None, "79", "88"],
    "地面干净": ["是", "×", "也许", "/", None],
    "标识规范": ["1", "9", "-2", None, None],
    "骑行人数": [*_NUMBERS, None, None, None],
    "常住人口": [*_NUMBERS, None, None, None],
    "明白人人数": [None, None, None, "2"],
    "噪声": [60.5, float("nan"), None],
    "备注": ["晴", None, "\x01"],
    "Photo_market_clean": [None, None, "a.jpg", "b.jpg、c.jpg"],
    " ": [None, None, None, "多"],
    "别的": [None, "x"],
    "露天": [None, "是"],
    "责任单位": [None, None, "市场监管局", "某局"],
    "整改期限": [None, None, "2026-04-01", "四月"],
}
ROW = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()})
SPARSE = st.builds(
    lambda row, names: {**dict.fromkeys(row), **{name: row[name] for name in names}},
    ROW,
    st.sets(st.sampled_from(list(CELLS))),
)
PART = st.tuples(
    st.lists(ROW | SPARSE, max_size=7),
    st.sets(st.sampled_from([name for name in CELLS if name not in {"点位", "骑行人数"}])),
)


@st.composite
def sliced(draw: st.DrawFn, height: int) -> list[list[int]]:
    """The rows of a part in slices, in any order."""
    rows = draw(st.permutations(range(height)))
    cuts = sorted(draw(st.sets(st.integers(0, height), max_size=3)) | {0, height})
    return [list(rows[first:last]) for first, last in pairwise(cuts)]


@pytest.mark.usefixtures("in_process")
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_slicing_comes_to_the_whole(
    data: st.DataObject, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = write(tmp_path_factory.mktemp("data"), BASE)
    name = data.draw(st.sampled_from(["日期", "轮次", "x"]))
    values = ["2026-03-06", "2026-03-07", "__HIVE_DEFAULT_PARTITION__"]
    for value, (rows, left_out) in zip(values, data.draw(st.lists(PART, min_size=1, max_size=3)), strict=False):
        path = folder / f"visits/{name}={value}/part-0.parquet"
        path.parent.mkdir(parents=True)
        whole = frame_of([*rows, dict.fromkeys(CELLS)])
        whole.head(len(rows)).drop({*left_out, name} & set(CELLS)).write_parquet(path)
    whole_submission = read_submission([folder], catalogue)
    lake = read_lake([folder], catalogue)
    streamed = pickle.loads(pickle.dumps(lake.reader))
    cuts = {part.number: data.draw(sliced(part.rows)) for part in lake.parts}
    accepted = read_slices(replace(lake, reader=streamed), cuts)
    assert_same(whole_submission, lake, accepted, catalogue)


# --- what is read in slices, and what is not ----------------------------------------------------------------------------


def put(folder: Path, *more: Mapping[str, object]) -> Path:
    """A folder with a register, areas, units, and these files."""
    for each in (BASE, *more):
        write(folder, each)
    return folder


VISITS: Mapping[str, object] = {
    DAY: [{**M1, "备注": "晴"}, {**M1, "摊位数": -1, "备注": "雨"}],
    "visits/日期=2026-03-07/part-0.parquet": [{**M1, "备注": "阴"}],
}
EVERY: Mapping[str, object] = {  # files of every shape, below folders with values and elsewhere
    **VISITS,
    "lake/x=1/answers.parquet": [{"属地": "川汇区", "您支持本市参评吗": "支持"}],
    "lake/x=1/checks.parquet": [{"点位": "人民市场", "测评标准": "秩序良好", "结果": "符合"}],
    "lake/x=1/problems.parquet": [{"点位": "人民市场", "测评标准": "无乱扔垃圾", "问题": "有烟头"}],
    "lake/x=1/rounds.parquet": [{"轮次": "春", "开始": "2026-03-01", "结束": "2026-03-31"}],
    "lake/x=1/waivers.parquet": [{"点位": "人民市场", "测评标准": "秩序良好", "豁免理由": "施工"}],
    "lake/x=1/export.parquet": [{"_uuid": "u1", "_id": "1", "点位": "人民市场", "摊位数": "5"}],
    "lake/x=1/sites.parquet": [{"点位": "新市场", "点位类型": "农贸市场"}],
    "lake/x=1/book.parquet": xlsx_bytes({"3月": [{**M1, "摊位数": 8}]}),
    "w.parquet": [{**M1, "摊位数": 6}],
    "w.csv": [{"点位": "人民市场", "摊位数": "7"}],
    "mapping.yaml": "files: {w.csv: {complete: true}}\n",
}


def judged_in_slices(lake: Lake, rows_at_a_time: int = 1) -> list[Accepted]:
    """What the parts of a lake come to, read by the child process."""
    return [
        lake.reader.read(each.number, each.frame, each.rows)
        for each in slices(pieces(lake.parts, rows_at_a_time), Limits())
    ]


def test_only_wide_inspections_in_parts_are_read_in_slices(tmp_path: Path, catalogue: Catalogue) -> None:
    put(tmp_path, EVERY)
    lake, whole = read_lake([tmp_path], catalogue), read_submission([tmp_path], catalogue)
    assert [(part.name, part.rows, part.values) for part in lake.parts] == [
        (DAY, 2, {"日期": "2026-03-06"}), ("visits/日期=2026-03-07/part-0.parquet", 1, {"日期": "2026-03-07"}),
    ]  # fmt: skip
    assert [each.place for each in lake.submission.tables] == [each.place for each in whole.tables]
    assert [lake.submission.tables[part.number].file for part in lake.parts] == [part.name for part in lake.parts]
    assert [lake.submission.tables[part.number].sha256 for part in lake.parts] == [part.sha256 for part in lake.parts]
    assert lake.parts[0].schema == {"点位": pl.String(), "摊位数": pl.Int64(), "备注": pl.String()}
    assert {key: visits.height for key, visits in lake.submission.visits.items() if visits.height} == {"market": 4}
    for name in ("checks", "problems", "waivers", "rounds"):
        assert getattr(lake.submission, name).equals(getattr(whole, name)), name
    assert lake.submission.answers["residents"].equals(whole.answers["residents"])
    accepted = judged_in_slices(lake)
    told = lake.told([each.tally for each in accepted])
    assert (told.tables, told.rejects, told.notes) == (whole.tables, whole.rejects, whole.notes)
    visits = [lake.submission.visits["market"].clone(), *(each.visits["market"].clone() for each in accepted)]
    assert gathered(visits, visit_columns(catalogue.form("market")), VISIT_ORDER).equals(whole.visits["market"])


def test_without_parts_nothing_is_left_out(tmp_path: Path, catalogue: Catalogue) -> None:
    """Then neither a register nor areas are needed."""
    write(tmp_path, {"市场.csv": [{"点位": "人民市场", "摊位数": "3", "点位类型": "市场"}], "市场.parquet": [M1]})
    lake = read_lake([tmp_path], catalogue)
    whole = read_submission([tmp_path], catalogue)
    assert (lake.parts, lake.told([]).tables, lake.submission.notes) == ((), whole.tables, whole.notes)
    assert lake.submission.visits["market"].equals(whole.visits["market"])


def refusals(folder: Path, catalogue: Catalogue, limits: Limits | None = None) -> list[tuple[str, str]]:
    """File and code of everything that is refused."""
    with pytest.raises(UnreadableData) as caught:
        read_lake([folder], catalogue, limits=limits or Limits())
    return [(each.file, each.code) for each in caught.value.refusals]


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ({}, ["lake-needs-areas", "lake-needs-register"]), ({"a.csv": AREAS}, ["lake-needs-register"]),
        ({"r.csv": REGISTER}, ["lake-needs-areas"]),
    ],
    ids=["neither", "no register", "no areas"],
)  # fmt: skip
def test_sites_and_areas_must_be_known(
    tmp_path: Path, catalogue: Catalogue, files: Mapping[str, object], codes: list[str]
) -> None:
    write(tmp_path, {**VISITS, **files})
    assert refusals(tmp_path, catalogue) == [("visits", code) for code in codes]


def test_units_that_are_sites_must_be_known(tmp_path: Path, catalogue: Catalogue) -> None:
    """Without a table of units the rows would say which there are."""
    rows = [{"单位": "川汇区市场监管局", "点位类型": "单位培训", "明白人人数": "2", "日期": "2026-03-06"}]
    part = {"training/x=1/part-0.parquet": [dict(row) for row in rows]}
    put(tmp_path, part, {"w.csv": rows})
    accepted = judged_in_slices(read_lake([tmp_path], catalogue))
    assert [each.visits["training"].height for each in accepted] == [1]
    (tmp_path / "units.csv").unlink()
    assert judged_in_slices(read_lake([tmp_path], catalogue))[0].tally.used == 1  # another table names it, too
    (tmp_path / "w.csv").unlink()
    with pytest.raises(UnreadableData, match="add a table of units"):
        judged_in_slices(read_lake([tmp_path], catalogue))


def test_rows_of_parts_are_mended_in_the_part(tmp_path: Path, catalogue: Catalogue) -> None:
    put(tmp_path, VISITS)
    sha256 = read_lake([tmp_path], catalogue).parts[0].sha256
    origin = {FILE: DAY, SHEET: "", ROW_NUMBER: "2", SHA256: sha256}
    write(tmp_path, {"rejects.csv": [{**M1, "摊位数": "4", "日期": "2026-03-06", **origin}]})
    assert refusals(tmp_path, catalogue) == [("rejects.csv", "lake-mended")]
    assert read_submission([tmp_path], catalogue).replaced == 1
    elsewhere = {**origin, FILE: "w.csv", SHA256: ""}
    wrong = [{"点位": "人民市场", "摊位数": "三处"}]
    write(tmp_path, {"w.csv": wrong, "rejects.csv": [{**M1, "摊位数": "4", **elsewhere, ROW_NUMBER: "2"}]})
    lake = read_lake([tmp_path], catalogue)
    told = lake.told([each.tally for each in judged_in_slices(lake)])
    assert (told.replaced, told.rejected) == (1, 1)


@pytest.mark.parametrize("raw", [parquet_bytes([M1])[:-20], b"PAR1"], ids=["cut", "begun"])
def test_a_damaged_part_stops_the_run(tmp_path: Path, catalogue: Catalogue, raw: bytes) -> None:
    put(tmp_path, VISITS, {"visits/日期=2026-03-07/part-0.parquet": raw})
    assert refusals(tmp_path, catalogue) == [("visits/日期=2026-03-07/part-0.parquet", "parquet-damaged")]


def test_parts_whose_headers_mean_nothing_stop_the_run(tmp_path: Path, catalogue: Catalogue) -> None:
    put(tmp_path, VISITS, {"visits/日期=2026-03-07/part-0.parquet": [{"甲": 1}]})
    assert refusals(tmp_path, catalogue) == [("visits/日期=2026-03-07/part-0.parquet", "unknown-shape")]


def test_rows_of_a_form_that_nobody_filled_in_are_counted(tmp_path: Path, catalogue: Catalogue) -> None:
    blank = {"点位": "人民市场", "摊位数": None, "日期": None}
    put(tmp_path, {"visits/x=1/part-0.parquet": [{**M1, "日期": "2026-03-06"}, blank, blank]})
    lake = read_lake([tmp_path], catalogue)
    told = lake.told([each.tally for each in judged_in_slices(lake)])
    assert told.notes == read_submission([tmp_path], catalogue).notes
    assert [each.text for each in told.notes if each.code == "unfilled-rows"] == [
        "2 rows name a site and say nothing else; they are no visits"
    ]


def test_parts_that_differ_stop_the_run(tmp_path: Path, catalogue: Catalogue) -> None:
    put(tmp_path, VISITS, {"visits/日期=2026-03-08/part-0.parquet": [{**M1, "摊位数": "3"}]})
    assert refusals(tmp_path, catalogue) == [("visits", "types-differ")]


def test_limits_of_one_file_do_not_hold_for_parts(tmp_path: Path, catalogue: Catalogue) -> None:
    """But those of columns do: they are the same in every slice."""
    put(tmp_path, {DAY: [M1] * 50})
    small = Limits(bytes=500, rows=20, cells=60)
    assert [part.rows for part in read_lake([tmp_path], catalogue, limits=small).parts] == [50]
    put(tmp_path, {DAY: [{**M1, **{f"列{number}": 1 for number in range(9)}}]})
    assert refusals(tmp_path, catalogue, Limits(columns=10)) == [(DAY, "too-many-columns")]


# --- the slices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows_at_a_time", "numbers"),
    [(1, [[1], [2], [3], [1]]), (2, [[1, 2], [3], [1]]), (3, [[1, 2, 3], [1]]), (100, [[1, 2, 3], [1]])],
)
def test_slices_are_rows_in_their_order(
    tmp_path: Path, catalogue: Catalogue, rows_at_a_time: int, numbers: list[list[int]]
) -> None:
    three = [{**M1, "备注": each} for each in "一二三"]
    files: dict[str, object] = {DAY: three, "visits/[日期]*=2026-03-07/p.parquet": three[:1]}
    empty = pl.DataFrame(schema={"点位": pl.String(), "摊位数": pl.Int64()})
    (tmp_path / "visits/日期=2026-03-08").mkdir(parents=True)
    empty.write_parquet(tmp_path / "visits/日期=2026-03-08/p.parquet")
    lake = read_lake([put(tmp_path, files)], catalogue)
    found = list(slices(pieces(lake.parts, rows_at_a_time), Limits()))
    assert [each.rows.to_list() for each in found] == numbers[-1:] + numbers[:-1]
    assert [remark for each in found for remark in each.frame["备注"]] == ["一", *"一二三"]
    assert [len({each.number for each in found}), len(lake.parts)] == [2, 3]
    told = lake.told([lake.reader.read(each.number, each.frame, each.rows).tally for each in found])
    assert (told.notes, told.tables) == (
        read_submission([tmp_path], catalogue).notes,
        read_submission([tmp_path], catalogue).tables,
    )


def test_no_parts_have_no_slices() -> None:
    assert not list(slices(pieces([]), Limits()))


def test_a_part_that_cannot_be_opened_stops_the_run(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, VISITS)
    opened: Any = Path.open

    def open_file(path: Path, *how: Any, **more: Any) -> Any:
        if "visits" in path.parts:
            raise PermissionError(13, "Permission denied")
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", open_file)
    assert {code for _, code in refusals(tmp_path, catalogue)} == {"no-access"}


def test_a_file_that_has_changed_since_stops_the_run(tmp_path: Path, catalogue: Catalogue) -> None:
    lake = read_lake([put(tmp_path, VISITS)], catalogue)
    write(tmp_path, {DAY: [M1]})
    with pytest.raises(UnreadableData) as caught:
        list(slices(pieces(lake.parts), Limits()))
    assert [(each.file, each.code) for each in caught.value.refusals] == [(DAY, "parquet-damaged")]
    (tmp_path / DAY).write_bytes(b"PAR1")
    with pytest.raises(UnreadableData, match="not a readable parquet file"):
        list(slices(pieces(lake.parts), Limits()))


@pytest.mark.parametrize("limits", [Limits(memory=(1 << 24) - parquet_parts.BESIDE_DATA), Limits(seconds=0)], ids=str)
def test_a_child_that_meets_a_limit_ends_alone(tmp_path: Path, catalogue: Catalogue, limits: Limits) -> None:
    lake = read_lake([put(tmp_path, VISITS)], catalogue)
    with pytest.raises(UnreadableData) as caught:
        list(slices(pieces(lake.parts), limits))
    ((file, code),) = ((each.file, each.code) for each in caught.value.refusals)
    assert file == DAY
    assert code in {"parquet-too-large", "parquet-damaged"}


def test_a_child_that_a_file_ended_is_started_anew(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.parquet": [M1]}) / "a.parquet"
    with files_in_child(Limits()) as files:
        assert files.head(path).rows == 1
        assert files._child is not None
        first = files._child
        first.kill()
        first.wait()
        assert files.head(path).rows == 1
        assert files._child.pid != first.pid
        with pytest.raises(Refused, match="no-access"):
            files.head(tmp_path / "b.parquet")


@pytest.mark.parametrize(
    ("said", "code"), [(b"x\nPanic: y", "parquet-damaged"), (b"out of Memory", "parquet-too-large")]
)
def test_how_the_child_may_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes, code: str) -> None:
    script = tmp_path / "parquet_parts.py"
    script.write_text(f"import os\nos.write(2, {said!r})\nraise SystemExit(1)\n", encoding="utf-8")
    monkeypatch.setattr(part_files, "HERE", tmp_path)
    with files_in_child(Limits()) as files, pytest.raises(Refused) as caught:
        files.head(script)
    assert (caught.value.code, caught.value.values.get("reason", "Panic: y")) == (code, "Panic: y")


# --- the child itself ---------------------------------------------------------------------------------------------------


def test_the_child_answers_a_line_for_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, to = str(write(tmp_path, {"a.parquet": [M1, M1, M1]}) / "a.parquet"), str(tmp_path / "rows.arrow")
    out, limits = io.BytesIO(), list[tuple[object, ...]]()
    asked = [{"path": path}, {"path": path, "first": 1, "count": 5, "to": to}, {"path": "nothing"}]
    monkeypatch.setattr(sys, "argv", ["child", "1000", "50"])
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in asked)))
    )
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out))
    monkeypatch.setattr("resource.setrlimit", lambda *each: limits.append(each))
    monkeypatch.setattr("resource.getrusage", lambda _: SimpleNamespace(ru_utime=5.25, ru_stime=2.25))
    runpy.run_path(str(HERE / "parquet_parts.py"), run_name="__main__")
    head, rows, nothing = map(json.loads, out.getvalue().splitlines())
    assert (head["rows"], rows, nothing["code"]) == (3, {"rows": 2}, "parquet-damaged")
    assert pl.read_ipc(to).height == 2
    memory, *times = limits
    assert memory == (resource.RLIMIT_AS, (parquet_parts.BESIDE_DATA + 1000,) * 2)
    assert [each[1][0] for each in times] == [58, 58, 58]  # type: ignore[index]


@pytest.mark.parametrize("error", [MemoryError(), pl.exceptions.PanicException("x")], ids=repr)
def test_what_ends_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def scan(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(pl, "scan_parquet", scan)
    code = "parquet-too-large" if isinstance(error, MemoryError) else "parquet-damaged"
    path = str(write(tmp_path, {"a.parquet": [M1]}) / "a.parquet")
    assert parquet_parts.answer({"path": path})["code"] == code
    assert parquet_parts.answer({"path": path, "first": 0, "count": 1, "to": "y"})["code"] == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk without room, as Linux has it")
def test_a_full_temporary_folder_is_not_blamed_on_the_part(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = put(tmp_path, VISITS)
    full = {
        "code": "temporary-folder",
        "folder": tempfile.gettempdir(),
        "reason": "No space left on device (os error 28)",
    }
    raw, to = (data / DAY).read_bytes(), "/dev/full"
    assert parquet_cells.read(raw, 100, 100, 100, to) == full
    assert parquet_parts.answer({"path": str(data / DAY), "first": 0, "count": 1, "to": to}) == full
    lake = read_lake([data], catalogue)
    monkeypatch.setattr(tempfile, "TemporaryDirectory", lambda **_: nullcontext("/dev/full"))
    with pytest.raises(UnreadableData) as caught:
        list(slices(pieces(lake.parts), lake.limits))
    assert str(caught.value) == (
        f"{DAY}: it cannot be kept in the temporary folder {tempfile.gettempdir()} (Not a directory); "
        "make room there, or name another folder: TMPDIR=/another"
    )


@pytest.mark.parametrize("name", ["tmp[1]", "t*p", "t?p"])
def test_the_temporary_folder_may_have_any_name(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Signs that stand for several files elsewhere are signs like any other."""
    data, own = put(tmp_path / "data", VISITS), tmp_path / name
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    assert sum(each.frame.height for each in slices(pieces(read_lake([data], catalogue).parts), Limits())) == 3
    assert records.read_parquet((data / DAY).read_bytes(), Limits())
    assert list(own.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are texts elsewhere")
def test_parts_below_a_folder_named_in_gb18030(tmp_path: Path, catalogue: Catalogue) -> None:
    data = put(tmp_path, VISITS)
    whole = read_submission([data], catalogue).visits["market"]
    (data / "visits").rename(data / os.fsdecode("检查".encode("gb18030")))
    lake = read_lake([data], catalogue)
    assert {part.name.partition("/")[0] for part in lake.parts} == {"检查"}
    accepted = [
        lake.reader.read(each.number, each.frame, each.rows) for each in slices(pieces(lake.parts), lake.limits)
    ]
    assert sum(each.visits["market"].height for each in accepted) == whole.height


def test_without_limits_to_set_the_child_works_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    parquet_parts.limit_memory(1)
    parquet_parts.limit_time(1)
    assert sys.modules["resource"] is None


# --- the reader, and what it tells --------------------------------------------------------------------------------------


def test_the_reader_travels_without_rows(tmp_path: Path, catalogue: Catalogue) -> None:
    few = read_lake([put(tmp_path / "a", {DAY: [{**M1, "备注": "x" * 100}]})], catalogue)
    many = read_lake([put(tmp_path / "b", {DAY: [{**M1, "备注": f"{each:0100}"} for each in range(500)]})], catalogue)
    sizes = [len(pickle.dumps(each.reader)) for each in (few, many)]
    assert sizes[0] == sizes[1] < 60_000


def test_rows_in_any_order_are_judged_in_theirs(tmp_path: Path, catalogue: Catalogue) -> None:
    lake = read_lake([put(tmp_path, VISITS)], catalogue)
    (first, _) = slices(pieces(lake.parts, 2), Limits())
    usual = lake.reader.read(first.number, first.frame, first.rows)
    turned = lake.reader.read(first.number, first.frame.reverse(), first.rows.reverse())
    assert turned.tally == usual.tally
    assert turned.visits["market"].equals(usual.visits["market"])


def test_columns_may_stand_in_another_order_and_beside_others(tmp_path: Path, catalogue: Catalogue) -> None:
    lake = read_lake([put(tmp_path, VISITS)], catalogue)
    (first, _) = slices(pieces(lake.parts, 2), Limits())
    usual = lake.reader.read(first.number, first.frame, first.rows)
    other = first.frame.select(*reversed(first.frame.columns), pl.lit(1).alias("more"))
    assert lake.reader.read(first.number, other, first.rows).tally == usual.tally


def test_messages_are_in_the_language_of_the_driver(tmp_path: Path, catalogue: Catalogue) -> None:
    lake = read_lake([put(tmp_path, VISITS)], catalogue)
    (first, _) = slices(pieces(lake.parts, 2), Limits())
    use("zh")
    (reject,) = lake.reader.read(first.number, first.frame, first.rows).tally.rejects
    assert reject.reason == "'-1' cannot be read as a count (column '摊位数')"
    assert language_in_force() == "en"


def test_a_part_that_contradicts_its_folder_stops_the_run(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{**M1, "日期": date(2026, 3, 6)}, {**M1, "日期": date(2026, 3, 7)}]
    lake = read_lake([put(tmp_path, {DAY: rows})], catalogue)
    right, wrong = slices(pieces(lake.parts, 1), Limits())
    accepted = lake.reader.read(right.number, right.frame, right.rows)
    assert accepted.visits["market"]["at"].to_list() == [datetime(2026, 3, 6)]
    with pytest.raises(UnreadableData) as caught:
        lake.reader.read(wrong.number, wrong.frame, wrong.rows)
    assert [(each.file, each.code) for each in caught.value.refusals] == [(DAY, "partition-differs")]


def test_every_row_is_told_of_once(tmp_path: Path, catalogue: Catalogue) -> None:
    lake = read_lake([put(tmp_path, VISITS)], catalogue)
    tallies = [each.tally for each in judged_in_slices(lake)]
    with pytest.raises(ValueError, match="1 of 2 rows"):
        lake.told(tallies[1:])
    with pytest.raises(ValueError, match="3 of 2 rows"):
        lake.told([*tallies, tallies[0]])
    with pytest.raises(ValueError, match="no part has the number 99"):
        lake.told([*tallies, Tally(99)])


def test_photos_of_parts_are_counted_and_not_looked_for(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {**M1, "Photo_market_clean": "a.jpg"},
        {**M1, "Photo_market_clean": None},
        {**M1, "Photo_market_clean": "b.jpg"},
    ]
    lake = read_lake([put(tmp_path, {DAY: rows})], catalogue)
    accepted = judged_in_slices(lake, 2)
    assert [each.taken["photo"].to_list() for each in accepted] == [["a.jpg"], ["b.jpg"]]
    told = lake.told([each.tally for each in accepted])
    (note,) = (each for each in told.notes if each.code == "photos-not-looked-for")
    assert (note.text, told.photos) == (
        "2 photos that rows of parts name were not looked for",
        (),
    )


def test_notes_on_rows_add_up() -> None:
    """Here percentages, in two slices and for two fields."""
    one, two, other = (
        Noted("percent-above-one", (key,), first, count, str(first), {}) for key, first, count in (("a", (7, 1), 2), ("a", (3, 4), 1), ("b", (1, 1), 1))
    )  # fmt: skip
    assert added([one, other, two]) == [replace(two, count=3), other]

"""Partitioned folders of parquet files, as polars writes them: what folders say of rows, and parts that differ."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.families import family_of
from duibiao.evaluator.intake.partition import folder_of, partition_of
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.intake.reasons import UnreadableData
from duibiao.evaluator.submission import Submission
from tests.intake.city import AREAS, REGISTER, Rows, cells, notes, parquet_bytes, refused, write

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
VISITS = pl.DataFrame(
    {
        "点位": ["人民市场", "建设市场", "人民市场", "建设市场"],
        "日期": [date(2026, 3, 6), date(2026, 3, 6), date(2026, 3, 7), None],
        "轮次": ["春 季/一", "春 季/一", "春 季/一", "夏"],
        "摊位数": [3, 4, 5, 6],
        "备注": ["晴", "雨", "阴", "雪"],
    }
)
SEEN = [
    ("M1", datetime(2026, 3, 6), "春 季/一", 3.0, "晴"), ("M1", datetime(2026, 3, 7), "春 季/一", 5.0, "阴"),
    ("M2", None, "夏", 6.0, "雪"), ("M2", datetime(2026, 3, 6), "春 季/一", 4.0, "雨"),
]  # fmt: skip


def lake(folder: Path, *keys: str, include_key: bool = False, frame: pl.DataFrame = VISITS) -> Path:
    """The visits as polars partitions them."""
    frame.lazy().sink_parquet(pl.PartitionBy(folder, key=list(keys), include_key=include_key), mkdir=True)
    return folder


def seen(submission: Submission) -> list[tuple[object, ...]]:
    """What the visits of markets say."""
    return sorted(submission.visits["market"].select("site", "at", "round", "stalls", "remark").rows(), key=str)


def part(name: str, *rows: Mapping[str, object]) -> Mapping[str, object]:
    """A file of a lake with these rows."""
    return {f"visits/{name}/part-0.parquet": list(rows)}


# --- what folders say ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys", [("日期",), ("日期", "轮次"), ("轮次", "摊位数"), ("备注", "点位", "日期")], ids=" ".join
)
@pytest.mark.parametrize("include_key", [False, True], ids=["folders only", "in the files, too"])
def test_folders_are_columns(tmp_path: Path, catalogue: Catalogue, keys: Sequence[str], include_key: bool) -> None:
    lake(write(tmp_path, BASE) / "visits", *keys, include_key=include_key)
    submission = read_submission([tmp_path], catalogue)
    assert seen(submission) == SEEN
    assert (submission.rejected, submission.read) == (0, 4 + len(AREAS) + len(REGISTER))
    assert not submission.notes


@pytest.mark.parametrize(
    ("given", "file", "count"),
    [
        (["."], "visits/日期=2026-03-06/", 4), (["areas.csv", "register.csv", "visits"], "visits/日期=2026-03-06/", 4),
        (["areas.csv", "register.csv", "visits/日期=2026-03-06"], "日期=2026-03-06/轮次=", 2),
    ],
    ids=["the folder above", "the folder itself", "one of its folders"],
)  # fmt: skip
def test_where_a_lake_may_lie(
    tmp_path: Path, catalogue: Catalogue, given: Sequence[str], file: str, count: int
) -> None:
    lake(write(tmp_path, BASE) / "visits", "日期", "轮次")
    submission = read_submission([tmp_path / each for each in given], catalogue)
    assert set(seen(submission)) >= {SEEN[0], SEEN[3]}
    assert len(seen(submission)) == count
    assert any(table.file.startswith(file) for table in submission.tables)


def test_a_part_may_be_given_itself(tmp_path: Path, catalogue: Catalogue) -> None:
    lake(write(tmp_path, BASE) / "visits", "日期", "轮次")
    (file,) = (tmp_path / "visits").glob("日期=2026-03-07/*/*.parquet")
    submission = read_submission([tmp_path / "areas.csv", tmp_path / "register.csv", file], catalogue)
    assert seen(submission) == [SEEN[1]]


def test_a_lake_in_a_zip_file(tmp_path: Path, catalogue: Catalogue) -> None:
    whole = lake(tmp_path / "visits", "日期", "轮次")
    with zipfile.ZipFile(write(tmp_path / "data", BASE) / "sent.zip", "w") as archive:
        for file in whole.rglob("*.parquet"):
            archive.write(file, f"三月/{file.relative_to(tmp_path)}")
    assert seen(read_submission([tmp_path / "data"], catalogue)) == SEEN


SAID: list[tuple[str, Sequence[str], str, dict[str, str | None]]] = [  # given, folders below, name of the lake, values
    ("/d/data", ["visits", "日期=2026-03-06"], "visits", {"日期": "2026-03-06"}),
    ("/d/data", ["a", "visits", "x=1", "more", "y=2"], "a/visits", {"x": "1", "y": "2"}),
    ("/d/data", ["x=a%2Fb%20c", "y=a=b"], "data", {"x": "a/b c", "y": "a=b"}),
    ("/d/data", ["x=__HIVE_DEFAULT_PARTITION__", "y="], "data", {"x": None, "y": None}),
    ("/d/data", ["%E6%97%A5%E6%9C%9F=1", "ｘ =％"], "data", {"日期": "1", "x": "％"}),
    ("/d/lake/x=1/y=2", ["z=3"], "lake", {"x": "1", "y": "2", "z": "3"}),
    ("/d/lake/x=1", [], "lake", {"x": "1"}),
    ("/d/x=1/data", ["y=2"], "data", {"y": "2"}),
]


@pytest.mark.parametrize(("given", "inside", "name", "values"), SAID)
def test_what_folders_say(given: str, inside: Sequence[str], name: str, values: dict[str, str | None]) -> None:
    found = partition_of(Path(given), inside, "0.parquet")
    assert found is not None
    assert (found.name, dict(found.values)) == (name, values)


@pytest.mark.parametrize(
    ("value", "folder"),
    [
        ("2026-W10", "x=2026-W10"),
        ("周口市/川汇 区", "x=周口市%2F川汇 区"),
        ("50%/a=b", "x=50%25%2Fa%3Db"),
        ("%2F", "x=%252F"),
        ("\"#%'*/:=?\\{[]^", "x=%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E"),
        ("\t\x7f", "x=%09%7F"),
        (" !$&()+,-.;<>@_`|}~", "x= !$&()+,-.;<>@_`|}~"),
        (None, "x=__HIVE_DEFAULT_PARTITION__"),
    ],
)
def test_folders_say_it_as_spark_names_them(value: str | None, folder: str) -> None:
    assert folder_of("x", value) == folder
    found = partition_of(Path("/d/data"), [folder], "0.parquet")
    assert found is not None
    assert dict(found.values) == {"x": value}


@pytest.mark.parametrize("inside", [[], ["visits"], ["=1"], ["日期"]])
def test_folders_that_say_nothing(inside: Sequence[str]) -> None:
    assert partition_of(Path("/d/data"), inside, "0.parquet") is None


@pytest.mark.parametrize(("inside", "name"), [([], "data"), (["三月", "visits"], "三月/visits")])
@pytest.mark.parametrize(
    ("file", "part"),
    [("part-00000-8c1f-c000.snappy.parquet", True), ("part.0.parquet", True), ("Part-0.PARQUET", True),
     ("parts.parquet", False), ("part-0.csv", False), ("a-part-0.parquet", False)],
)  # fmt: skip
def test_parts_by_their_names(file: str, part: bool, inside: Sequence[str], name: str) -> None:
    found = partition_of(Path("/d/data"), inside, file)
    assert (found is not None) == part
    if found is not None:
        assert (found.name, found.path, found.values) == (name, Path("/d/data").joinpath(*inside), ())


def test_parts_in_one_folder_are_one_table(tmp_path: Path, catalogue: Catalogue) -> None:
    """Parts that differ are told of as those of partitions are, and the folder is named after a type."""
    one, two = {"属地": "川汇区", "志愿者人数": 5}, {"属地": "川汇区", "志愿者人数": "五"}
    parts = {"区县统计/part-0.parquet": [one], "区县统计/part-1.parquet": [two]}
    with pytest.raises(UnreadableData) as told:
        read_submission([write(tmp_path, {"areas.csv": AREAS, **parts})], catalogue)
    assert "区县统计" in str(told.value)
    (tmp_path / "区县统计" / "part-1.parquet").unlink()
    assert read_submission([tmp_path], catalogue).visits["statistics"].height == 1


def test_the_type_stands_in_the_name_of_the_lake(tmp_path: Path, catalogue: Catalogue) -> None:
    """As in the name of a file: here 属地 is a district, which several types of site have."""
    rows = [{"属地": "川汇区", "志愿者人数": 5, "常住人口": 10}]
    files = {"areas.csv": AREAS, "区县统计/日期=2026-03-06/part-0.parquet": rows}
    submission = read_submission([write(tmp_path, files)], catalogue)
    assert submission.visits["statistics"]["at"].to_list() == [datetime(2026, 3, 6)]


def test_equal_parts_of_two_days_are_no_copies(tmp_path: Path, catalogue: Catalogue) -> None:
    row = {"点位": "人民市场", "摊位数": 3}
    days = {**part("日期=2026-03-06", row), **part("日期=2026-03-07", row)}
    submission = read_submission([write(tmp_path, {**BASE, **days})], catalogue)
    assert sorted(submission.visits["market"]["at"]) == [datetime(2026, 3, 6), datetime(2026, 3, 7)]
    again = {"visits/日期=2026-03-07/part-1.parquet": [row]}
    submission = read_submission([write(tmp_path, again)], catalogue)
    assert (submission.visits["market"].height, notes(submission)) == (2, ["duplicate-file"])


def test_a_value_that_cannot_be_read_rejects_its_rows(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {**BASE, **part("日期=三月", {"点位": "人民市场", "摊位数": 3}, {"点位": "建设市场", "摊位数": 3})}
    submission = read_submission([write(tmp_path, files)], catalogue)
    assert cells(submission) == [("日期#1", "unreadable-date"), ("日期#2", "unreadable-date")]


def test_only_parquet_files_are_parts(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {**BASE, "visits/日期=2026-03-06/w.csv": [{"点位": "人民市场", "摊位数": "3"}]}
    assert read_submission([write(tmp_path, files)], catalogue).visits["market"]["at"].to_list() == [None]


OWN: list[tuple[str, object, bool]] = [  # what the folder says, what the column of the file has, whether they agree
    ("日期=2026-03-06", date(2026, 3, 6), True),
    ("日期=2026-03-06", datetime(2026, 3, 6, 8, 30), True),
    ("日期=2026-03-06 08%3A30%3A00.000000", datetime(2026, 3, 6, 8, 30), True),
    ("日期=2026-03-06 08%3A30%3A00", datetime(2026, 3, 6, 9, 30), False),
    ("日期=20260306", "2026年3月6日", True),
    ("日期=2026-03-06", "2026-03-07", False),
    ("日期=2026-03-06", "三月", False),
    ("日期=2026-03-06", "/", False),
    ("日期=2026-03-06", None, True),
    ("日期=__HIVE_DEFAULT_PARTITION__", date(2026, 3, 6), True),
    ("摊位数=3", 3, True),
    ("摊位数=3.0", 3, True),
    ("摊位数=4", 3, False),
    ("地面干净=true", True, True),
    ("地面干净=False", True, False),
    ("备注=晴", " 晴 ", True),
    ("备注=晴", "雨", False),
    ("市场编号=M1", "M1", True),
]


@pytest.mark.parametrize(("folder", "own", "agree"), OWN)
def test_a_column_of_its_own_counts(
    tmp_path: Path, catalogue: Catalogue, folder: str, own: object, agree: bool
) -> None:
    column = folder.partition("=")[0]
    files = {**BASE, **part(folder, {"点位": "人民市场", "摊位数": 3, column: own})}
    if agree:
        submission = read_submission([write(tmp_path, files)], catalogue)
        assert (submission.tables[2].used, submission.rejected) == (1, 0)
        assert submission.tables[2].columns.get("date") == ("日期#" if column == "日期" else None)
    else:
        assert refused(tmp_path, catalogue, files) == [(f"visits/{folder}/part-0.parquet", "partition-differs")]


def test_what_a_column_says_against_its_folder_is_told_in_one_line(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {**BASE, **part("日期=2026-03-06", {"点位": "人民市场", "摊位数": 3, "日期": date(2026, 3, 7)})}
    with pytest.raises(UnreadableData) as caught:
        read_submission([write(tmp_path, files)], catalogue)
    assert str(caught.value) == (
        "visits/日期=2026-03-06/part-0.parquet: the folder says 日期=2026-03-06, and the column '日期' has '2026-03-07'; "
        "correct the name of the folder, or leave out the column"
    )


@pytest.mark.parametrize("inner", ["日期=2026-03-02", "日期=", "%E6%97%A5%E6%9C%9F=2026-03-02"])
def test_folders_that_differ_are_refused(tmp_path: Path, catalogue: Catalogue, inner: str) -> None:
    files = {**BASE, **part(f"日期=2026-03-05/轮次=一/{inner}", {"点位": "人民市场", "摊位数": 3})}
    with pytest.raises(UnreadableData) as caught:
        read_submission([write(tmp_path, files)], catalogue)
    value = inner.partition("=")[2] or "__HIVE_DEFAULT_PARTITION__"
    assert str(caught.value) == (
        f"visits/日期=2026-03-05/轮次=一/{inner}/part-0.parquet: the folder says 日期={value}, and one above it "
        "日期=2026-03-05; leave one of the two folders out, or correct its name"
    )


def test_folders_may_say_the_same_twice(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {**BASE, **part("日期=2026-03-05/轮次=一/日期=2026%2D03%2D05", {"点位": "人民市场", "摊位数": 3})}
    submission = read_submission([write(tmp_path, files)], catalogue)
    assert submission.visits["market"].select("at", "round").rows() == [(datetime(2026, 3, 5), "一")]
    assert not submission.notes


def test_what_lies_beside_the_parts_is_not_told_of(tmp_path: Path, catalogue: Catalogue) -> None:
    beside = {
        "_SUCCESS": "",
        "_metadata": "x",
        "_common_metadata": "x",
        "日期=2026-03-06/.part-0.parquet.crc": "x",
        "a.crc": "x",
    }
    files = {**BASE, **{f"visits/{name}": text for name, text in beside.items()}}
    lake(write(tmp_path, files) / "visits", "日期")
    assert not read_submission([tmp_path], catalogue).notes


@pytest.mark.parametrize(
    ("name", "code"),
    [("_delta_log/00000000000000000000.json", "delta-table"), ("_temporary/0/task/日期=2026-03-06/part-0.parquet", "unfinished-folder")],
)  # fmt: skip
def test_folders_that_hold_more_than_what_counts_are_refused(
    tmp_path: Path, catalogue: Catalogue, name: str, code: str
) -> None:
    lake(write(tmp_path, {**BASE, f"visits/{name}": "{}"}) / "visits", "日期")
    with pytest.raises(UnreadableData) as caught:
        read_submission([tmp_path], catalogue)
    assert [(each.file, each.code) for each in caught.value.refusals] == [("visits", code)]


# --- parts that differ --------------------------------------------------------------------------------------------------

M1 = {"点位": "人民市场", "摊位数": 3}
DIFFER: list[tuple[Sequence[Mapping[str, object]], list[str]]] = [  # a row a part, the lines that stop the run
    (
        [{**M1, "摊位数": "3"}, M1, M1],
        ["visits: the column '摊位数' has numbers in visits/日期=2026-03-02/part-0.parquet, but text in visits/日期=2026-03-01/part-0.parquet; write numbers in every part of the folder"],
    ),
    (
        [{**M1, "地面干净": True, "清洗日期": date(2026, 3, 1)}, {**M1, "地面干净": "是", "清洗日期": "2026-03-01"}],
        [
            "visits: the column '地面干净' has yes or no in visits/日期=2026-03-01/part-0.parquet, but text in visits/日期=2026-03-02/part-0.parquet; write yes or no in every part of the folder",
            "visits: the column '清洗日期' has days in visits/日期=2026-03-01/part-0.parquet, but text in visits/日期=2026-03-02/part-0.parquet; write days in every part of the folder",
        ],
    ),
    (
        [{**M1, "便民服务": ["寄存"]}, {**M1, "便民服务": "寄存"}, {**M1, "便民服务": 3}],
        [
            "visits: the column '便民服务' has lists in visits/日期=2026-03-01/part-0.parquet, but numbers in visits/日期=2026-03-03/part-0.parquet; write lists in every part of the folder",
            "visits: the column '便民服务' has lists in visits/日期=2026-03-01/part-0.parquet, but text in visits/日期=2026-03-02/part-0.parquet; write lists in every part of the folder",
        ],
    ),
]  # fmt: skip


def days(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """A lake with a part a row, a day each."""
    return {
        name: content
        for number, row in enumerate(rows, 1)
        for name, content in part(f"日期=2026-03-{number:02}", row).items()
    }


@pytest.mark.parametrize(("rows", "lines"), DIFFER)
def test_columns_of_two_types_stop_the_run(
    tmp_path: Path, catalogue: Catalogue, rows: Sequence[Mapping[str, object]], lines: list[str]
) -> None:
    with pytest.raises(UnreadableData) as caught:
        read_submission([write(tmp_path, {**BASE, **days(rows)})], catalogue)
    assert caught.value.messages == lines


@pytest.mark.parametrize(
    "rows",
    [
        [M1, {**M1, "摊位数": 3.0}], [M1, {**M1, "摊位数": None}], [{**M1, "清洗日期": date(2026, 3, 1)}, {**M1, "清洗日期": datetime(2026, 3, 1, 8)}],
    ],
    ids=["whole and other numbers", "nothing at all", "days and moments"],
)  # fmt: skip
def test_types_of_one_family(tmp_path: Path, catalogue: Catalogue, rows: Rows) -> None:
    submission = read_submission([write(tmp_path, {**BASE, **days(rows)})], catalogue)
    assert (submission.visits["market"].height, submission.notes) == (2, ())


@pytest.mark.parametrize(
    ("dtype", "family"),
    [
        (pl.Int8(), "number"), (pl.UInt64(), "number"), (pl.Float32(), "number"), (pl.Decimal(10, 2), "number"),
        (pl.Boolean(), "yes_no"), (pl.String(), "text"), (pl.Categorical(), "text"), (pl.Enum(["a"]), "text"),
        (pl.Date(), "day"), (pl.Datetime("ns", "UTC"), "day"), (pl.Time(), "time"), (pl.Duration("ms"), "time"),
        (pl.List(pl.Int8()), "list"), (pl.Array(pl.Int8(), 2), "list"), (pl.Struct({"a": pl.Int8()}), "other"),
        (pl.Binary(), "other"), (pl.Null(), ""),
    ],
    ids=str,
)  # fmt: skip
def test_the_family_of_a_type(dtype: pl.DataType, family: str) -> None:
    assert family_of(dtype) == family


def test_files_of_two_lakes_may_differ(tmp_path: Path, catalogue: Catalogue) -> None:
    other = {"w.parquet": [{**M1, "摊位数": "4"}], "other/日期=2026-03-02/p.parquet": [{**M1, "摊位数": "5"}]}
    submission = read_submission([write(tmp_path, {**BASE, **days([M1]), **other})], catalogue)
    assert sorted(submission.visits["market"]["stalls"]) == [3, 4, 5]


def test_a_form_that_grew_is_noted_once(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [M1, M1, {**M1, "备注": "晴"}, {**M1, "备注": "雨", "噪声": 60.5}]
    submission = read_submission([write(tmp_path, {**BASE, **days(rows)})], catalogue)
    assert [(each.code, each.place, each.text) for each in submission.notes] == [
        ("columns-missing", "visits", "columns of other parts are missing, and blank there: '备注' in 2 of 4 parts, '噪声' in 3 of 4 parts")
    ]  # fmt: skip
    assert submission.visits["market"].sort("at")["noise"].to_list() == [None, None, None, 60.5]


def test_what_holds_for_a_column_is_noted_once_for_the_folder(tmp_path: Path, catalogue: Catalogue) -> None:
    """A column counts as used where the rows of some part use it: a folder is one table."""
    market = {**M1, "骑行人数": None, "别的": "x", "编号 ": "M1"}
    crossing = {"点位": "人民路口", "摊位数": None, "骑行人数": 5, "别的": "y", "编号 ": None}
    rows: Rows = [market, market, crossing]
    submission = read_submission([write(tmp_path, {**BASE, **days(rows)})], catalogue)
    assert [(each.code, each.place) for each in submission.notes] == [("unused-column", "visits")]
    assert [table.used for table in submission.tables[2:]] == [1, 1, 1]
    submission = read_submission([write(tmp_path, days([market, market, market]))], catalogue)
    assert [(each.code, each.place) for each in submission.notes] == [("unused-column", "visits")] * 2


def test_of_two_columns_for_a_leader_the_first_counts_in_every_part(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{**M1, "责任领导": "王", "leader": "李"}] * 2
    submission = read_submission([write(tmp_path, {**BASE, **days(rows)})], catalogue)
    assert [(each.code, each.place) for each in submission.notes] == [("second-column", "visits")]


def test_of_many_missing_columns_ten_are_named(tmp_path: Path, catalogue: Catalogue) -> None:
    more = {f"列{number:02}": 1 for number in range(13)}
    submission = read_submission([write(tmp_path, {**BASE, **days([M1, {**M1, **more}])})], catalogue)
    (told,) = (each.text for each in submission.notes if each.code == "columns-missing")
    assert told.endswith("'列09' in 1 of 2 parts, 3 more")


@pytest.mark.parametrize("raw", [b"", b"PAR1 is not enough", parquet_bytes([M1])[:-20]], ids=["empty", "text", "cut"])
def test_a_part_that_cannot_be_read_stops_the_run(tmp_path: Path, catalogue: Catalogue, raw: bytes) -> None:
    files = {**BASE, **days([M1]), "visits/日期=2026-03-02/part-0.parquet": raw}
    ((file, code),) = refused(tmp_path, catalogue, files)
    assert (file, code) == ("visits/日期=2026-03-02/part-0.parquet", "parquet-damaged" if raw else "empty-file")

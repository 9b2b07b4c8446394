"""Files as they come: encodings, formats, what is refused and what is only noted."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake import records, tables
from duibiao.evaluator.intake.delimited import decode, read_delimited
from duibiao.evaluator.intake.formats import Format
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.intake.reasons import Refused, UnreadableData
from duibiao.evaluator.intake.values import Opaque
from tests.intake.city import (
    AREAS,
    REGISTER,
    cells,
    codes,
    csv_bytes,
    notes,
    parquet_bytes,
    read,
    refused,
    write,
    xlsx_bytes,
)

ROWS = [
    {"点位": "人民市场", "日期": "2026-03-06", "摊位数": "3", "备注": "晴"},
    {"点位": "建设市场", "日期": "2026-03-07", "摊位数": "4", "备注": "雨"},
]
BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}


# --- text ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
def test_encodings_of_csv(tmp_path: Path, catalogue: Catalogue, encoding: str) -> None:
    rows = [{**ROWS[0], "备注": "㙍水街，𠮷市"}]
    if encoding.endswith("-bom"):
        name = encoding.removesuffix("-bom")
        raw = "\ufeff".encode(name) + csv_bytes(rows, name)
    else:
        raw = csv_bytes(rows, encoding)
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": raw})
    assert submission.visits["market"]["remark"].to_list() == ["㙍水街,𠮷市"]


def test_text_that_gb2312_knows_is_no_utf_8_by_chance() -> None:
    """联通 in GBK is also two letters of UTF-8: with a header in Chinese the file is read as it was meant."""
    assert decode("点位,备注\n联通,好".encode("gbk")) == "点位,备注\n联通,好"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("点位,摊位数\n人民市场".encode()[:-1], "damaged-text"), ("点位,摊位数\n".encode() + b"\xff\n", "damaged-text"),
        ("\ufeff点位".encode()[:-1], "damaged-text"), ("点位,摊位数".encode("utf-16")[:-1], "damaged-text"),
        (b"\x80\xff,\x81\n", "encoding"), (b"a,b\n1,\x00\n", "not-text"), ("点位,1".encode("utf-16-le"), "not-text"),
        (b"PK\x03\x04\x00\xff\xff", "not-text"),
    ],
)  # fmt: skip
def test_text_that_cannot_be_read(raw: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        decode(raw)


def test_a_damaged_text_says_in_which_line() -> None:
    with pytest.raises(Refused) as caught:
        decode(("点位,摊位数\n人民市场,1\n".encode()) * 3 + b"\xe4\xba\n")
    assert caught.value.values == {"line": 7}


@pytest.mark.parametrize(
    ("text", "form", "rows"),
    [
        ("a,b\n1,2\n", "csv", [["a", "b"], ["1", "2"]]), ("a\tb\n1\t2\n", "tsv", [["a", "b"], ["1", "2"]]),
        ("a\tb\n1\t2", "csv", [["a", "b"], ["1", "2"]]), ("a;b\n1;2", "csv", [["a", "b"], ["1", "2"]]),
        ("a;b,c\n1;2,3", "csv", [["a;b", "c"], ["1;2", "3"]]), ("a,b\r\n1,2\r\n", "csv", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2\r", "csv", [["a", "b"], ["1", "2"]]), ('a,b\n"1\n2","3,""4"""\n', "csv", [["a", "b"], ["1\n2", '3,"4"']]),
        ("单位\n文明办", "csv", [["单位"], ["文明办"]]), ("\n\na,b", "csv", [[], [], ["a", "b"]]),
    ],
)  # fmt: skip
def test_delimiters_and_quotes(text: str, form: Format, rows: list[list[str]]) -> None:
    assert read_delimited(text.encode(), form, Limits()) == (rows, "utf-8")


@pytest.mark.parametrize("text", ['a,b\n"1,2\n3,4\n', 'a,b\n"1"2,3\n'])
def test_a_lone_quote_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="csv-syntax"):
        read_delimited(text.encode(), "csv", Limits())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b,c\n1,2,"3\n4,5,6\n7,8,9"\n1,2,3\n', 2), ('a,b,c\n1,2,3\n1,2,"3\n4,5,6"\n', 3), ('a,b,c\r\n1,"2,3\r\n4,5",6\r\n', 2),
        ('\n\n表\na\tb\n1\t"2\n\n3\t4"\n', None), ('a\tb\n1\t"2\n\n3\t4"\n', 2), ('a;b;c\r"1\r1";2;"3\r4;5;6"\r', 3),
        ('a,b,c\n"1;\n;2",2,"3,\n6"\n', None), ('a,b,c\n1,2,"3，4，5\n6"\n', None), ('a\n"1,\n,2"\n', None), ('a,b,c\n1,2,"3,4,5,6"\n', None),
        ('"a\nb",c\n1,2\n', None),
    ],
)  # fmt: skip
def test_two_lone_quotes_swallow_no_rows(text: str, line: int | None) -> None:
    if line is None:
        assert read_delimited(text.encode(), "csv", Limits())
        return
    with pytest.raises(Refused, match="rows-in-cell") as caught:
        read_delimited(text.encode(), "csv", Limits())
    assert caught.value.values == {"line": line}


def test_a_long_cell_of_csv_is_no_reason_to_refuse_the_file(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": [*ROWS, {**ROWS[0], "备注": "字" * 200_000}]})
    assert cells(submission) == [("D4", "text-too-long")]


def test_rows_are_counted_as_in_a_sheet(tmp_path: Path, catalogue: Catalogue) -> None:
    text = '周口市检查表\n\n\n点位,摊位数,备注\n人民市场,1,"两\n行"\n,,\n , ,\n建设市场,八,\n'
    submission = read(tmp_path, catalogue, {**BASE, "农贸市场.csv": text})
    assert [(each.cell, each.code) for each in submission.rejects] == [("B8", "unreadable-count")]
    assert submission.visits["market"]["row"].to_list() == [5]
    assert notes(submission) == ["title-rows"]
    assert submission.tables[2].cell(5, "stalls") == "农贸市场.csv!B5"


def test_short_rows_are_blank_at_their_end(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": "点位,摊位数,备注,排水\n人民市场,1\n建设市场\n"})
    assert submission.visits["market"]["stalls"].to_list() == [1.0, None]
    assert submission.visits["market"]["drains"].to_list() == [None, None]


def test_blank_cells_beyond_the_headers_are_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": "点位,摊位数\n人民市场,1,,\n"})
    assert submission.rejected == 0


# --- records ------------------------------------------------------------------------------------------------------------


def test_json_keeps_numbers_exact_and_knows_true(tmp_path: Path, catalogue: Catalogue) -> None:
    text = '[{"点位": "人民市场", "摊位数": 1e2, "明码标价率": 0.792, "地面干净": true, "便民服务": ["饮水", "寄存"], "备注": 7, "噪声": null}]'
    frame = read(tmp_path, catalogue, {**BASE, "w.json": text}).visits["market"]
    row = frame.row(0, named=True)
    assert (row["stalls"], row["priced"], row["clean"], row["services"]) == (100.0, 0.792, True, ["寄存", "饮水"])
    assert (row["remark"], row["noise"]) == ("7", None)


def test_half_a_character_of_json_is_told_as_it_is_written(tmp_path: Path, catalogue: Catalogue) -> None:
    """In a cell it rejects the row."""
    text = r'[{"点位": "人民市场", "备注": "\ud842\udfb7"}, {"点位": "\ud842"}, {"点位": "人民市场", "便民服务": ["\ud842"]}, "\ud842"]'
    submission = read(tmp_path, catalogue, {**BASE, "w.json": text})
    assert cells(submission) == [
        ("点位#2", "control-character"),
        ("点位#2", "missing-value"),
        ("便民服务#3", "control-character"),
        ("row 4", "not-a-record"),
    ]
    assert [each.value for each in submission.rejects] == ["U+D842", "", "U+D842", "\ufffd"]
    assert all(each.reason.isprintable() for each in submission.rejects)
    with pytest.raises(Refused) as caught:
        records.read_json(rb'[{"a": 1, "b\uD842\uD842\uDFB7": 2}]', Limits())
    reason = r"the key 'b\ud842𠮷' holds half a character; write the whole character"
    assert caught.value.values == {"reason": reason}


def test_several_tables_in_one_file_by_name(tmp_path: Path, catalogue: Catalogue) -> None:
    content = {"register": REGISTER, "农贸市场": ROWS, "路口": [{"点位": "人民路口", "骑行人数": 8}]}
    for ending in ("json", "yaml"):
        submission = read(tmp_path / ending, catalogue, {"areas.csv": AREAS, f"all.{ending}": content})
        assert [table.sheet for table in submission.tables] == ["register", "农贸市场", "路口", None]
        assert submission.visits["crossing"]["riders"].to_list() == [8.0]
        assert submission.tables[1].cell(2, "stalls") == f"all.{ending}!农贸市场!摊位数#2"


def test_blank_records_are_no_rows(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(
        tmp_path, catalogue, {**BASE, "w.json": [{}, ROWS[0], {"点位": " "}, None, {**ROWS[1], "摊位数": "八"}, 3]}
    )
    table = submission.tables[2]
    assert (table.read, table.used, table.rejected) == (3, 1, 2)
    assert cells(submission) == [("摊位数#5", "unreadable-count"), ("row 6", "not-a-record")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.json", '[{"点位": ]', "json-syntax"), ("a.json", "[" * 100_000, "json-syntax"), ("a.json", '[{"点位": 1, "点位": 2}]', "json-syntax"),
        ("a.json", '[{"\\udc00": 1}]', "json-syntax"), ("a.json", '[{"\\udc00": 1, "\\udc00": 1}]', "json-syntax"), ("a.json", '{"\\ud800": []}', "json-syntax"), ("a.json", '{"\\ud800": 1}', "records-shape"),
        ("a.json", "3", "records-shape"), ("a.json", '{"点位": "甲"}', "records-shape"), ("a.json", '{"a": [], "b": 3}', "records-shape"),
        ("a.json", "[]", "empty-file"), ("a.json", "[{}]", "empty-file"), ("a.yaml", "- {点位: [}", "yaml-syntax"),
        ("a.yaml", "- &a {点位: 甲}\n- *a\n", "yaml-syntax"), ("a.yaml", "- {点位: 甲, 地面干净: yes}\n", "yaml-syntax"),
        ("a.yaml", "# nothing\n", "empty-file"), ("a.yaml", "点位: 甲\n", "records-shape"), ("a.yml", "甲", "records-shape"),
        ("a.yaml", "a: " + "[" * 40 + "]" * 40, "yaml-syntax"), ("a.yaml", "#" * 5_000_001, "file-too-large"),
        ("a.parquet", b"PAR1 is not enough", "parquet-damaged"), ("a.parquet", parquet_bytes(ROWS)[:-20], "parquet-damaged"),
        ("a.csv", "", "empty-file"), ("a.csv", " \n\t\n", "empty-file"), ("a.csv", ",,\n,,\n", "empty-file"), ("a.csv", b"\xef\xbb\xbf", "empty-file"),
        ("a.csv", "," * 1_000_000, "too-many-columns"), ("a.csv", "甲,乙\n1,2\n", "unknown-shape"), ("a.csv", '点位,"\n', "csv-syntax"),
        ("a.xlsx", b"PK\x03\x04 this is no workbook", "workbook-damaged"), ("a.xlsx", b"<html><table></table></html>", "page-as-workbook"),
        ("a.xlsx", xlsx_bytes({"甲": ROWS})[:3000], "workbook-damaged"), ("a.xlsx", xlsx_bytes({"甲": []}), "empty-file"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook-damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "workbook-protected"),
        ("a.xlsb", b"PK", "unknown-format"), ("a.rar", b"Rar!", "unknown-format"), ("README.md", "# 说明", "no-data"),
        ("mapping.yaml", "- 1", "mapping"), ("mapping.yaml", "files: [甲]", "mapping"), ("mapping.yml", "files: {a.csv: 甲}", "mapping"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_files_that_cannot_be_used(tmp_path: Path, catalogue: Catalogue, name: str, content: object, code: str) -> None:
    found = refused(tmp_path, catalogue, {name: content})
    assert code in [each for _, each in found], found


def test_every_refusal_is_collected(tmp_path: Path, catalogue: Catalogue) -> None:
    content = {"b.csv": "甲,乙\n1,2", "a.json": "{", "c.xlsx": {"一": [{"甲": 1}], "二": [{"乙": 1}]}, **BASE}
    assert refused(tmp_path, catalogue, content) == [
        ("a.json", "json-syntax"), ("b.csv", "unknown-shape"), ("c.xlsx!一", "unknown-shape"), ("c.xlsx!二", "unknown-shape"),
    ]  # fmt: skip


def test_numbers_that_are_not_finite(tmp_path: Path, catalogue: Catalogue) -> None:
    """Nobody types NaN into a program's column of numbers: there it says that there is no value. Infinity is no number."""
    inf = float("inf")
    frame = pl.DataFrame(
        {
            "点位": ["人民市场"] * 6,
            "噪声": [float("nan"), inf, -0.0, None, -inf, 50.0],
            "摊位数": [1.0, 2.0, 3.0, 4.0, 5.0, inf],
            "明码标价率": [0.5, 0.5, inf, 0.5, 0.5, 0.5],
        },
        schema_overrides={"明码标价率": pl.Float32},
    )
    raw = io.BytesIO()
    frame.write_parquet(raw)
    submission = read(tmp_path / "a", catalogue, {**BASE, "w.parquet": raw.getvalue()})
    assert submission.visits["market"].select("noise", "stalls").rows() == [(None, 1.0), (None, 4.0)]
    assert cells(submission) == [
        ("噪声#2", "unreadable-number"), ("明码标价率#3", "unreadable-percent"), ("噪声#5", "unreadable-number"),
        ("摊位数#6", "unreadable-count"),
    ]  # fmt: skip
    text = (
        "["
        + ",".join(
            f'{{"点位": "人民市场", "噪声": {each}}}'
            for each in ("NaN", "Infinity", "1e400", "1e99999999999999999999", "1" * 400)
        )
        + "]"
    )
    assert codes(read(tmp_path / "b", catalogue, {**BASE, "w.json": text})) == ["unreadable-number"] * 5


def test_kinds_of_parquet_columns(tmp_path: Path, catalogue: Catalogue) -> None:
    frame = pl.DataFrame(
        {
            "点位": pl.Series(["人民市场", "建设市场", None], dtype=pl.Categorical),
            "日期": [datetime(2026, 3, 6, 8, 30), datetime(2026, 3, 7), None],
            "清洗日期": [date(2026, 3, 1), None, None],
            "地面干净": [True, None, None],
            "明码标价率": pl.Series(["0.792", None, None]).cast(pl.Decimal(10, 3)),
            "便民服务": [["寄存"], [], None],
            "备注": [{"甲": 1}, None, None],
            "异味": [b"\x00", None, None],
            "检查人": [time(8, 30), None, None],
        }
    )
    raw = io.BytesIO()
    frame.write_parquet(raw)
    submission = read(tmp_path, catalogue, {**BASE, "w.parquet": raw.getvalue()})
    assert cells(submission) == [("备注#1", "unreadable-text"), ("异味#1", "unreadable-text")]
    assert submission.tables[2].read == 2
    row = submission.visits["market"].row(0, named=True)
    assert (row["site"], row["at"], row["services"], row["clean"]) == ("M2", datetime(2026, 3, 7), [], None)


@pytest.mark.parametrize(
    ("dtype", "value", "shown"),
    [
        (pl.Date(), 10**7, "10000000 d"), (pl.Date(), -(10**6), "-1000000 d"), (pl.Datetime("us"), 2**62, f"{2**62} us"),
        (pl.Datetime("ms", "Asia/Shanghai"), 2**62, f"{2**62} ms"), (pl.Datetime("ms"), -(2**62), f"{-(2**62)} ms"), (pl.Duration("ms"), 2**62, f"{2**62} ms"),
        (pl.List(pl.Date()), [10**7], "[...]"), (pl.List(pl.List(pl.Int64())), [[1]], "[...]"), (pl.Struct({"甲": pl.Date()}), {"甲": 10**7}, "{...}"),
    ],
    ids=str,
)  # fmt: skip
def test_times_beyond_those_of_python_reject_their_row(
    tmp_path: Path, catalogue: Catalogue, dtype: pl.DataType, value: object, shown: str
) -> None:
    days = pl.Series([value, None]).cast(dtype)
    frame = pl.DataFrame({"点位": ["人民市场"] * 2, "日期": days, "摊位数": [1, 2]})
    raw = io.BytesIO()
    frame.write_parquet(raw)
    submission = read(tmp_path, catalogue, {**BASE, "w.parquet": raw.getvalue()})
    assert [(each.cell, each.code, each.value) for each in submission.rejects] == [("日期#1", "unreadable-date", shown)]


def test_dates_beside_those_beyond_python_are_read() -> None:
    raw = io.BytesIO()
    pl.DataFrame({"日期": pl.Series([20518, 10**7, None, 20518, 20519]).cast(pl.Date)}).write_parquet(raw)
    (found,) = records.read_parquet(raw.getvalue(), Limits())
    day, far = date(2026, 3, 6), Opaque("10000000 d")
    assert list(found.columns[0]) == [day, far, None, day, date(2026, 3, 7)]


@pytest.mark.parametrize(
    ("dtype", "first", "last"),
    [
        (pl.Datetime("us"), datetime.min, datetime.max), (pl.Date(), date.min, date.max), (pl.Time(), time.min, time.max),
        (pl.Datetime("us", "Asia/Shanghai"), datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)),
    ],
    ids=str,
)  # fmt: skip
def test_the_first_and_the_last_times_are_read(dtype: pl.DataType, first: object, last: object) -> None:
    raw = io.BytesIO()
    pl.DataFrame({"日期": pl.Series([first, last], dtype=dtype)}).write_parquet(raw)
    (found,) = records.read_parquet(raw.getvalue(), Limits())
    assert list(found.columns[0]) == [first, last]


@pytest.mark.parametrize("dtype", [pl.Float32, pl.Float64])
def test_a_number_of_32_bits_is_the_shortest_decimal(dtype: type[pl.DataType]) -> None:
    """0.3 as 32 bits is 0.30000001192 as 64."""
    numbers = [0.3, 0.792, 1e-7, 16777216.0, None, -0.1]
    raw = io.BytesIO()
    pl.DataFrame({"明码标价率": pl.Series(numbers, dtype=dtype)}).write_parquet(raw)
    (found,) = records.read_parquet(raw.getvalue(), Limits())
    assert list(found.columns[0]) == numbers


@pytest.mark.parametrize(
    ("items", "refused"),
    [
        ([[]] * 1001, True), ([[]] * 1001 + [{"点位": "甲"}] * 1000, True), ([[]] * 1001 + [{"点位": "甲"}] * 1001, False), ([3] * 1000, False),
        ([None] * 1001, False),
    ],
    ids=("all", "most", "half", "few", "blank"),
)  # fmt: skip
@pytest.mark.parametrize("name", [None, "表"])
def test_a_list_of_anything_but_records_is_refused_at_once(
    items: list[object], refused: bool, name: str | None
) -> None:
    raw = json.dumps(items if name is None else {name: items}).encode()
    if not refused:
        (found,) = records.read_json(raw, Limits())
        assert len(found.odd) == sum(each is not None and not isinstance(each, dict) for each in items)
        return
    with pytest.raises(Refused, match="records-shape") as caught:
        records.read_json(raw, Limits())
    assert caught.value.values == {"what": "the file" if name is None else "'表'"}


def test_a_time_zone_is_refused(tmp_path: Path, catalogue: Catalogue) -> None:
    """23:30 of UTC is the next day in the city: nobody knows whether that, or the clock, is meant."""
    moment = pl.Series([datetime(2026, 3, 6, 23, 30)]).dt.replace_time_zone("UTC")
    raw = io.BytesIO()
    pl.DataFrame({"点位": ["人民市场"], "日期": moment, "摊位数": [1]}).write_parquet(raw)
    (reject,) = read(tmp_path, catalogue, {**BASE, "w.parquet": raw.getvalue()}).rejects
    assert (reject.code, reject.reason, reject.suggestion) == (
        "zoned-date",
        "'2026-03-06 23:30:00+00:00' is a time of the time zone UTC, not of the clock of the place (column '日期')",
        "write the time of the place without a zone: as text such as 2026-03-06 08:30, or timestamp_ntz of Spark",
    )


@pytest.mark.parametrize("name", ["w.parquet", "w.zip", "w.xlsx"])
def test_a_file_that_begins_otherwise_than_its_ending_says(tmp_path: Path, catalogue: Catalogue, name: str) -> None:
    with pytest.raises(UnreadableData, match=r"\(no such file begins like this\)"):
        read(tmp_path, catalogue, {name: b"a,\0b\n1,2\n"})


def test_damaged_parquet_never_ends_the_process(tmp_path: Path) -> None:
    """Bytes are changed in every part of a file; whatever the library says of it is a refusal, or a table."""
    raw = parquet_bytes([{"点位": "人民市场", "摊位数": 3, "便民服务": ["寄存"]}])
    for place in range(0, len(raw), 41):
        damaged = bytearray(raw)
        damaged[place] ^= 0x55
        found: list[object] = []
        with suppress(Refused):
            found = list(records.read_parquet(bytes(damaged), Limits()))
        assert len(found) <= 1


# --- folders ------------------------------------------------------------------------------------------------------------


def test_folders_are_walked_in_order(tmp_path: Path, catalogue: Catalogue) -> None:
    content = {
        "z.csv": ROWS[:1],
        "b/w.csv": ROWS[1:],
        "README.md": "x",
        ".hidden.csv": "甲",
        "~$z.xlsx": b"",
        ".git/a.csv": "甲",
        "b/map.geojson": "{}",
    }
    write(tmp_path, content)
    os.symlink(tmp_path / "b", tmp_path / "link")
    submission = read(tmp_path, catalogue, BASE)
    assert [table.file for table in submission.tables] == ["areas.csv", "b/w.csv", "register.csv", "z.csv"]
    assert [(note.code, note.place) for note in submission.notes] == [
        ("hidden-file", ".git"), ("hidden-file", ".hidden.csv"), ("hidden-file", "~$z.xlsx"), ("linked-folder", "link"),
        ("skipped-file", "README.md"), ("skipped-file", "b/map.geojson"),
    ]  # fmt: skip
    both = read_submission([tmp_path, tmp_path / "link", tmp_path / "z.csv"], catalogue)
    assert "linked-folder" not in notes(both)


def test_outlines_beside_the_data_are_no_data_and_those_elsewhere_are_noted(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    folder = write(tmp_path / "data", {**BASE, "outlines.geojson": b"{}", "b/outlines.geojson": b"{}"})
    submission = read_submission([folder], catalogue)
    assert [(note.code, note.place) for note in submission.notes] == [("skipped-file", "b/outlines.geojson")]


@pytest.mark.parametrize("left", ["assessment.json", "rejects.csv"])
def test_a_result_is_no_data(tmp_path: Path, catalogue: Catalogue, left: str) -> None:
    """Whether it was scored or only rejected; what is called like one file of a result is data as ever."""
    of_result = {"index.html": "x", left: "x", "gaps/part-0.parquet": b"PAR1", "findings.csv": "编号,点位\nx,y\n"}
    write(tmp_path, {**BASE, "w.csv": ROWS} | {f"out/{name}": content for name, content in of_result.items()})
    submission = read_submission([tmp_path], catalogue)
    assert [table.file for table in submission.tables] == ["areas.csv", "register.csv", "w.csv"]
    assert [(note.code, note.place) for note in submission.notes] == [("result-folder", "out")]
    assert refused(tmp_path / "out", catalogue, {}) == [(str(tmp_path / "out"), "result-folder")]
    (tmp_path / "out" / "index.html").unlink()
    assert ("out/findings.csv", "unknown-shape") in refused(tmp_path, catalogue, {})


def test_links_that_lead_nowhere_or_in_a_circle(tmp_path: Path, catalogue: Catalogue) -> None:
    """A hidden link does not hide the file that it leads to."""
    write(tmp_path, {"w.csv": [{**ROWS[0], "照片": "照片.jpg"}]})
    for name, target in ((".w.csv", "w.csv"), ("x.csv", "x.csv"), ("y.csv", "none.csv"), ("照片.jpg", "照片.jpg")):
        os.symlink(target, tmp_path / name)
    submission = read(tmp_path, catalogue, BASE)
    assert [table.file for table in submission.tables] == ["areas.csv", "register.csv", "w.csv"]
    assert [(note.code, note.place) for note in submission.notes if note.code != "unused-column"] == [
        ("broken-link", "x.csv"), ("broken-link", "y.csv"), ("broken-link", "照片.jpg"), ("hidden-file", ".w.csv"),
    ]  # fmt: skip
    assert refused(tmp_path / "x.csv", catalogue, {}) == [(str(tmp_path / "x.csv"), "not-found")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("农贸市场.csv".encode("gbk"), "农贸市场.csv"), ("说明.docx".encode("gbk"), "说明.docx"),
        ("三月".encode("gbk") + "/人民市场.csv".encode(), "三月/人民市场.csv"), (b"\xff\xff.csv", "\ufffd\ufffd.csv"),
    ],
    ids=("data", "no data", "folder", "neither"),
)  # fmt: skip
@pytest.mark.skipif(sys.platform != "linux", reason="names of files are texts elsewhere")
def test_names_of_files_in_gb18030(tmp_path: Path, catalogue: Catalogue, name: bytes, shown: str) -> None:
    """As unzip leaves them on Linux."""
    path = tmp_path / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(csv_bytes(ROWS))
    submission = read(tmp_path, catalogue, BASE)
    assert shown in [table.file for table in submission.tables] + [note.place for note in submission.notes]
    with pytest.raises(UnreadableData) as caught:
        read_submission([path.with_suffix(".none")], catalogue)
    assert caught.value.messages[0].encode().startswith(f"{tmp_path}/{shown[:-5]}".encode())


def test_files_and_folders_together(tmp_path: Path, catalogue: Catalogue) -> None:
    one, two = write(tmp_path / "one", BASE), write(tmp_path / "two", {"w.csv": ROWS[:1]})
    extra = write(tmp_path / "three", {"w.csv": ROWS[1:]}) / "w.csv"
    submission = read_submission([one, two, extra, two / "w.csv"], catalogue)
    assert [table.file for table in submission.tables] == ["one/areas.csv", "one/register.csv", "two/w.csv", "w.csv"]
    assert submission.used == 11


def test_two_files_of_the_same_name_keep_their_paths(tmp_path: Path, catalogue: Catalogue) -> None:
    paths = [write(tmp_path / name, {"w.csv": [row]}) / "w.csv" for name, row in (("a", ROWS[0]), ("b", ROWS[1]))]
    submission = read_submission([write(tmp_path / "base", BASE), *paths], catalogue)
    assert [table.file for table in submission.tables[:2]] == [str(path) for path in paths]


def test_a_file_that_was_named_is_refused_where_its_kind_is_not_read(tmp_path: Path, catalogue: Catalogue) -> None:
    write(tmp_path, {**BASE, "README.md": "x"})
    with pytest.raises(UnreadableData) as caught:
        read_submission([tmp_path, tmp_path / "README.md", tmp_path / "none.csv"], catalogue)
    assert [each.code for each in caught.value.refusals] == ["not-found", "unknown-format"]


def test_a_file_that_cannot_be_opened(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_bytes(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    write(tmp_path, BASE)
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert refused(tmp_path, catalogue, {}) == [("areas.csv", "no-access"), ("register.csv", "no-access")]


def test_a_mapping_file_that_cannot_be_decoded(tmp_path: Path, catalogue: Catalogue) -> None:
    assert refused(tmp_path, catalogue, {**BASE, "mapping.yaml": b"\x80\xff"}) == [("mapping.yaml", "encoding")]


def test_limits_of_files(tmp_path: Path, catalogue: Catalogue) -> None:
    assert {code for _, code in refused(tmp_path, catalogue, BASE, Limits(bytes=100))} == {"file-too-large"}


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        (Limits(columns=1), "too-many-columns"),
        (Limits(rows=1), "too-many-rows"),
        (Limits(cells=1), "too-many-cells"),
    ],
)
@pytest.mark.parametrize("name", ["w.csv", "w.json", "w.yaml", "w.parquet", "w.xlsx", "w.xls"])
def test_limits_of_tables(tmp_path: Path, catalogue: Catalogue, limit: Limits, code: str, name: str) -> None:
    assert refused(tmp_path, catalogue, {name: ROWS}, limit) == [(name, code)]


def test_an_option_raises_all_limits() -> None:
    assert Limits(bytes=3, rows=2).times(2.5).bytes == 7
    assert Limits(rows=2).times(2.5).rows == 5


def test_the_same_content_counts_once(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(
        tmp_path, catalogue, {**BASE, "a.csv": ROWS, "b.csv": ROWS, "c.csv": csv_bytes(ROWS, "utf-8-sig")}
    )
    assert [(note.code, note.place) for note in submission.notes] == [("duplicate-file", "b.csv")]
    assert "a.csv" in submission.notes[0].text
    assert submission.visits["market"].height == 4


def test_the_same_content_under_another_meaning_counts_again(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"区县": "川汇区", "资料齐全": "是"}]
    submission = read(tmp_path, catalogue, {**BASE, "区县统计.csv": rows, "市民问卷.csv": rows})
    assert (submission.visits["statistics"].height, submission.visits["citizens"].height) == (1, 1)


def test_header_only_tables_are_noted(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": "点位,摊位数\n"})
    assert notes(submission) == ["no-rows"]
    assert submission.tables[2].read == 0


def test_tables_carry_the_hash_of_their_file(tmp_path: Path, catalogue: Catalogue) -> None:
    import hashlib

    submission = read(tmp_path, catalogue, {**BASE, "mapping.yaml": "files: {}\n"})
    for table in submission.tables:
        assert table.sha256 == hashlib.sha256((tmp_path / table.file).read_bytes()).hexdigest()
    assert submission.tables[-1].shape == "mapping"


def test_letters_of_columns() -> None:
    assert [tables.letters(each) for each in (0, 25, 26, 51, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "ZZ",
        "AAA",
        "XFD",
    ]

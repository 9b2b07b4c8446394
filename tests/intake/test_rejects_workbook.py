"""rejects.xlsx: rows as they were sent, wrong cells marked, where they came from; safe to open."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake import rejects_workbook as written
from duibiao.evaluator.intake.mended import ORIGIN
from duibiao.evaluator.intake.rejects_workbook import rejects_workbook, sheet_names
from duibiao.evaluator.intake.values import Cell, Opaque, is_blank, shown
from duibiao.evaluator.submission import RejectedRow, RejectedTable, Submission
from tests.intake.city import AREAS, REGISTER, read


def rejected(*tables: RejectedTable) -> Submission:
    """A submission of which only the rejected rows matter."""
    nothing = dict.fromkeys(("areas", "units", "rounds", "sites", "values", "visits", "checks", "problems", "waivers"))
    return Submission(**nothing, rejected_tables=tables)  # type: ignore[arg-type]


def table(*cells: Cell, file: str = "w.csv", sheet: str | None = None, headers: tuple[str, ...] = ()) -> RejectedTable:
    """A table of one rejected row, wrong as a whole."""
    names = headers or tuple(f"列{number}" for number in range(len(cells)))
    return RejectedTable(file, sheet, "0" * 64, names, (RejectedRow(7, cells, (), ((None, "wrong; mend it"),)),))


def rows_of(raw: bytes) -> dict[str, list[list[object]]]:
    """The rows of each sheet."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return {
        name: [[*row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }


def part(raw: bytes, name: str) -> str:
    """One part of the archive as text."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return archive.read(name).decode()


def test_a_sheet_of_it(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"点位": "人民市厂", "日期": date(2026, 3, 6), "摊位数": "八"},
        {"点位": "人民市场", "日期": date(2026, 3, 7), "摊位数": 3},
    ]
    submission = read(
        tmp_path, catalogue, {"areas.csv": AREAS, "register.csv": REGISTER, "3月.xlsx": {"农贸市场": rows}}
    )
    raw = rejects_workbook(submission)
    (headers, row), *more = rows_of(raw).values()
    assert more == []
    assert headers == ["点位", "日期", "摊位数", *ORIGIN]
    assert row[:6] == ["人民市厂", date(2026, 3, 6), "八", "3月.xlsx", "农贸市场", 2.0]
    assert row[6] == submission.tables[0].sha256
    assert str(row[7]).splitlines()[1] == (
        "'八' cannot be read as a count (column '摊位数'); write a whole number from 0, such as 8; leave the cell blank if nothing was counted"
    )  # fmt: skip
    comments = part(raw, "xl/comments1.xml")
    assert re.findall(r'<comment ref="(\w+)"', comments) == ["A2", "C2"]
    assert "write a whole number from 0" in comments
    assert 'hidden="1"' in part(raw, "xl/worksheets/sheet1.xml")


def test_the_same_rejects_make_the_same_bytes() -> None:
    assert rejects_workbook(rejected(table("八"))) == rejects_workbook(rejected(table("八")))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "{=1}", "http://a.b", "mailto:a@b.c", "internal:A1", "12", "=cmd|' /C calc'!A0"]
)
def test_a_text_is_a_text(text: str) -> None:
    raw = rejects_workbook(rejected(table(text, file=text)))
    (_, row), *_ = rows_of(raw).values()
    assert row[:2] == [text, text]
    sheet = part(raw, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


@pytest.mark.parametrize(
    ("cell", "back"),
    [
        (3, 3.0), (0.1, 0.1), (1e300, 1e300), (Decimal("0.25"), 0.25), (4.11402001002003e17, 4.11402001002003e17), (10**400, "1" + "0" * 400),
        (0.1 + 0.2, "0.30000000000000004"), (12345678901234567890, "12345678901234567890"), (Decimal("0.12345678901234567890"), "0.1234567890123456789"),
        (date(2026, 3, 6), date(2026, 3, 6)), (datetime(2026, 3, 6, 8, 30), datetime(2026, 3, 6, 8, 30)), (time(8, 30), time(8, 30)),
        (timedelta(hours=30), timedelta(hours=30)), (date(1900, 1, 5), "1900-01-05"), (datetime(2026, 3, 6, 8, 30, 1, 5), "2026-03-06 08:30:01"),
        (datetime(2026, 3, 6, 8, tzinfo=UTC), "2026-03-06 08:00:00+00:00"), (time(8, tzinfo=UTC), "08:00:00+00:00"), (timedelta(-1), "-1 day, 0:00:00"),
        (float("inf"), "Infinity"), (("甲", "乙"), "甲、乙"), (Opaque("{...}"), "{...}"), (None, ""), (" ", ""), (" a ", " a "), ("a\x07\ud800", "a\ufffd\ufffd"), ("字" * 40_000, "字" * 32_767),
    ],
    ids=str,
)  # fmt: skip
def test_a_cell_comes_back_as_it_was_typed_or_as_its_text(cell: Cell, back: object) -> None:
    (_, row), *_ = rows_of(rejects_workbook(rejected(table(cell, "last")))).values()
    assert row[0] == back


@given(
    cell=st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.decimals(-(10**9), 10**9)
    | st.dates()
    | st.datetimes()
)
@example(cell=Decimal("9.453155864544589"))  # the float that is nearest is called 9.45315586454459
@example(cell="\x0c")  # blank, though a page would show a sign for it
def test_every_cell_says_the_same_when_it_comes_back(cell: Cell) -> None:
    (_, row), *_ = rows_of(rejects_workbook(rejected(table(cell, "last")))).values()
    assert shown(row[0]).strip() == ("" if is_blank(cell) else shown(cell).strip())  # type: ignore[arg-type]


def test_blank_columns_at_the_end_are_left_out() -> None:
    raw = rejects_workbook(rejected(table("甲", None, "乙", None, headers=("点位", "", "", ""))))
    (headers, _), *_ = rows_of(raw).values()
    assert headers[:4] == ["点位", "", "", ORIGIN[0]]


def test_what_stands_beyond_the_headers_stands_behind_the_origin() -> None:
    row = RejectedRow(2, ("甲",), ("234", None), ((None, "extra"),))
    (headers, line), *_ = rows_of(
        rejects_workbook(rejected(RejectedTable("w.csv", None, "0", ("点位",), (row,))))
    ).values()
    assert (headers[6:], line[6:7]) == (["", ""][: len(headers) - 6], ["234"])


def test_names_of_sheets() -> None:
    told = [
        ("a.csv", "社区"),
        ("b.csv", "社区"),
        ("3月/甲[1]:*.csv", None),
        ("x", "字" * 40),
        ("y", "字" * 40),
        ("z", "'"),
        ("a.csv", "ABC"),
        ("b.csv", "abc"),
    ]
    names = sheet_names([table("甲", file=file, sheet=sheet) for file, sheet in told])
    assert names == ["社区", "社区~2", "3月_甲_1___.csv", "字" * 31, "字" * 29 + "~2", "-", "ABC", "abc~2"]


def test_long_tables_take_several_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "ROWS", 2)
    rows = tuple(RejectedRow(number, ("甲",), (), ((0, "wrong"),)) for number in range(2, 7))
    sheets = rows_of(rejects_workbook(rejected(RejectedTable("w.csv", None, "0", ("点位",), rows))))
    assert {name: len(each) for name, each in sheets.items()} == {"w.csv": 3, "w.csv~2": 3, "w.csv~3": 2}


def test_there_are_not_more_comments_than_a_program_can_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "COMMENTS", 3)
    rows = tuple(RejectedRow(number, ("甲", "乙"), (), ((0, "wrong"), (1, "too"))) for number in range(2, 7))
    raw = rejects_workbook(rejected(RejectedTable("w.csv", None, "0", ("点位", "摊位"), rows)))
    assert part(raw, "xl/comments1.xml").count("<comment ") == 3

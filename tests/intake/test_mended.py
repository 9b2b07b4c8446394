"""Rows that were mended in rejects.xlsx count once, in the place of those that they came from."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.mended import ORIGIN
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.intake.reasons import UnreadableData
from duibiao.evaluator.intake.rejects_workbook import rejects_workbook
from duibiao.evaluator.submission import Submission
from tests.intake.city import AREAS, REGISTER, cells, codes, notes, read, write
from tests.intake.test_formats import assert_same

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
WRONG = [
    {"点位": "人民市场", "日期": "2026-03-06", "摊位数": "3"},
    {"点位": "人民市厂", "日期": "2026-03-07", "摊位数": "4"},
    {"点位": "建设市场", "日期": "2026-03-07", "摊位数": "八"},
]
RIGHT = [WRONG[0], WRONG[1] | {"点位": "人民市场"}, WRONG[2] | {"摊位数": "8"}]
MENDED = "rejects-mended.xlsx"

Sheets = dict[str, list[list[Any]]]


def sheets_of(submission: Submission) -> Sheets:
    """The sheets of rejects.xlsx, rows from the headers on."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(rejects_workbook(submission)))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def workbook(sheets: Sheets) -> bytes:
    """A workbook with these rows, as somebody saves it who mended rejects.xlsx."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(line, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(line, column, cell)
                    elif cell is not None:
                        sheet.write(line, column, cell)
    return raw.getvalue()


def put(sheets: Sheets, cell: str, value: object, sheet: str | None = None) -> None:
    """Write into a cell: ``B2``."""
    sheets[sheet or next(iter(sheets))][int(cell[1:]) - 1][ord(cell[0]) - ord("A")] = value


def mended(
    tmp_path: Path, catalogue: Catalogue, files: Mapping[str, object], *changes: tuple[str, object]
) -> Submission:
    """The data after their rejects were changed in these cells and laid beside them."""
    sheets = sheets_of(read(tmp_path, catalogue, files))
    for cell, value in changes:
        put(sheets, cell, value)
    return read(tmp_path, catalogue, {MENDED: workbook(sheets)})


def figures(submission: Submission) -> tuple[int, int, int, int]:
    """Rows read, used, rejected and replaced."""
    return submission.read, submission.used, submission.rejected, submission.replaced


def told(submission: Submission, code: str) -> list[tuple[str, str]]:
    """Place and text of the notes of a code."""
    return [(note.place, note.text) for note in submission.notes if note.code == code]


# --- a row counts once --------------------------------------------------------------------------------------------------------


def test_mended_rows_count_once(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {**BASE, "农贸市场.csv": WRONG}
    before = read(tmp_path, catalogue, files)
    assert figures(before) == (12, 10, 2, 0)
    after = mended(tmp_path, catalogue, files, ("A2", "人民市场"), ("C3", 8))
    assert figures(after) == (12, 12, 0, 2)
    assert [(table.file, table.read, table.replaced) for table in after.tables[2:]] == [
        ("农贸市场.csv", 1, 2),
        (MENDED, 2, 0),
    ]
    assert told(after, "replaced-rows") == [
        ("农贸市场.csv", "2 rejected rows were replaced by mended ones of rejects-mended.xlsx!农贸市场.csv")
    ]
    right = tmp_path / "right"
    right.mkdir()
    assert_same(after, read(right, catalogue, {**BASE, "农贸市场.csv": RIGHT}))


def test_what_is_still_wrong_is_rejected_in_the_mended_file(tmp_path: Path, catalogue: Catalogue) -> None:
    after = mended(tmp_path, catalogue, {**BASE, "农贸市场.csv": WRONG}, ("A2", "人民市场"))
    assert figures(after) == (12, 11, 1, 2)
    (reject,) = after.rejects
    assert (reject.file, reject.sheet, reject.cell, reject.code) == (MENDED, "农贸市场.csv", "C3", "unreadable-count")


def test_a_second_round_of_mending_mends_the_mended_file(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {**BASE, "农贸市场.csv": WRONG}
    first = mended(tmp_path, catalogue, files, ("A2", "人民市场"))
    again = sheets_of(first)
    assert [row[3:6] for row in again["农贸市场.csv"][1:]] == [[MENDED, "农贸市场.csv", 3.0]]
    put(again, "C2", "8")
    after = read(tmp_path, catalogue, {"a-second.xlsx": workbook(again)})
    assert figures(after) == (12, 12, 0, 3)
    assert [(table.file, table.read, table.replaced) for table in after.tables[2:]] == [
        ("农贸市场.csv", 1, 2), (MENDED, 1, 1), ("a-second.xlsx", 1, 0),
    ]  # fmt: skip
    (tmp_path / MENDED).unlink()
    alone = read(tmp_path, catalogue, {})
    assert cells(alone) == [("row 2", "origin-missing"), ("A3", "unknown-site"), ("C4", "unreadable-count")]


def test_files_that_wait_for_one_another_end(tmp_path: Path, catalogue: Catalogue) -> None:
    row = ["人民市场", "3"]
    for name, other in (("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx")):
        write(tmp_path, {name: workbook({"w": [["点位", "摊位数", *ORIGIN], [*row, other, "w", 2, "", ""]]})})
    assert codes(read(tmp_path, catalogue, BASE)) == ["origin-missing", "origin-missing"]


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (("检查(一)", "检查（一）"), ["检查(一)", "检查(一) (2)"]),
        (("检查（一）", "检查(一) (2)", "检查(一)"), ["检查(一)", "检查(一) (2)", "检查(一) (3)"]),
        (("路口", "路口 ", "\u3000路口"), ["路口", "路口 (2)", "路口 (3)"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_sheets_of_nearly_one_name_are_told_apart(
    tmp_path: Path, catalogue: Catalogue, names: tuple[str, ...], places: list[str], ending: str
) -> None:
    content = {name: [WRONG[2] | {"日期": f"2026-03-0{day}"}] for day, name in enumerate(names, 1)}
    submission = read(tmp_path, catalogue, {**BASE, f"w.{ending}": content})
    assert sorted(each.sheet for each in submission.rejects) == sorted(places)
    sheets = sheets_of(submission)
    for name in sheets:
        put(sheets, "C2", 8, name)
    assert figures(read(tmp_path, catalogue, {MENDED: workbook(sheets)}))[1:] == (9 + len(names), 0, len(names))


def test_a_row_left_blank_is_left_out(tmp_path: Path, catalogue: Catalogue) -> None:
    total = {"点位": "另外几处", "日期": "", "摊位数": "7"}
    after = mended(tmp_path, catalogue, {**BASE, "农贸市场.csv": [WRONG[0], total]}, ("A2", None), ("C2", "  "))
    assert figures(after) == (10, 10, 0, 1)
    assert told(after, "withdrawn-rows") == [
        ("农贸市场.csv", "1 rejected rows are blank in rejects-mended.xlsx!农贸市场.csv and were left out: 2")
    ]
    assert "no-rows" not in notes(after)


def test_a_table_of_which_all_rows_are_replaced_is_not_called_blank(tmp_path: Path, catalogue: Catalogue) -> None:
    after = mended(tmp_path, catalogue, {**BASE, "农贸市场.csv": WRONG[1:]}, ("A2", "人民市场"), ("C3", "8"))
    assert figures(after) == (11, 11, 0, 2)
    assert notes(after) == ["replaced-rows"]


# --- where the original counts ------------------------------------------------------------------------------------------------


def test_a_row_that_is_not_rejected_any_more_wins(tmp_path: Path, catalogue: Catalogue) -> None:
    """The register was completed meanwhile: both the row and its mended copy could count."""
    files = {**BASE, "农贸市场.csv": WRONG}
    sheets = sheets_of(read(tmp_path, catalogue, files))
    put(sheets, "C2", "40")
    put(sheets, "C3", "8")
    new = {"more.csv": [{"编号": "M9", "点位": "人民市厂", "点位类型": "市场"}]}
    after = read(tmp_path, catalogue, {MENDED: workbook(sheets), **new})
    assert figures(after) == (13, 13, 0, 1)
    assert sorted(after.visits["market"]["stalls"]) == [3, 4, 8]
    assert told(after, "not-rejected") == [
        (f"{MENDED}!农贸市场.csv", "rows of 农贸市场.csv are not rejected, or not any more, and count as they stand there; not used here: 2"),
    ]  # fmt: skip


def test_a_file_that_was_mended_itself_wins(tmp_path: Path, catalogue: Catalogue) -> None:
    sheets = sheets_of(read(tmp_path, catalogue, {**BASE, "农贸市场.csv": WRONG}))
    after = read(tmp_path, catalogue, {MENDED: workbook(sheets), "农贸市场.csv": RIGHT})
    assert figures(after) == (12, 12, 0, 0)
    assert notes(after) == ["not-rejected"]


def test_many_rows_that_nobody_needs_are_named_in_part(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [WRONG[2] | {"日期": f"2026-01-{day:02}"} for day in range(1, 25)]
    sheets = sheets_of(read(tmp_path, catalogue, {**BASE, "农贸市场.csv": rows}))
    after = read(
        tmp_path, catalogue, {MENDED: workbook(sheets), "农贸市场.csv": [row | {"摊位数": "1"} for row in rows]}
    )
    ((_, text),) = told(after, "not-rejected")
    assert text.endswith(": " + ", ".join(str(line) for line in range(2, 22)) + " ...")


def test_in_a_changed_file_no_row_is_taken_for_another(tmp_path: Path, catalogue: Catalogue) -> None:
    sheets = sheets_of(read(tmp_path, catalogue, {**BASE, "农贸市场.csv": WRONG}))
    put(sheets, "C3", "8")
    after = read(tmp_path, catalogue, {MENDED: workbook(sheets), "农贸市场.csv": [WRONG[0], WRONG[2]]})
    assert cells(after) == [("A2", "unknown-site"), ("row 2", "origin-changed"), ("C3", "unreadable-count")]


@pytest.mark.parametrize("number", ["", "二", None])
def test_a_row_without_the_number_of_its_row(tmp_path: Path, catalogue: Catalogue, number: object) -> None:
    after = mended(tmp_path, catalogue, {**BASE, "农贸市场.csv": WRONG[:2]}, ("A2", "人民市场"), ("F2", number))
    assert cells(after) == [("row 2", "origin-missing"), ("A3", "unknown-site")]
    assert after.rejects[0].value == "农贸市场.csv row -"


def test_one_row_is_mended_once(tmp_path: Path, catalogue: Catalogue) -> None:
    sheets = sheets_of(read(tmp_path, catalogue, {**BASE, "农贸市场.csv": WRONG[:2]}))
    put(sheets, "A2", "人民市场")
    (rows,) = sheets.values()
    rows.append([*rows[1]])
    after = read(tmp_path, catalogue, {MENDED: workbook(sheets)})
    assert figures(after) == (12, 11, 1, 1)
    assert after.rejects[0].reason == (
        "the row 农贸市场.csv row 3 is mended here and in rejects-mended.xlsx!农贸市场.csv row 2, which was kept"
    )


def test_alone_it_is_rejected(tmp_path: Path, catalogue: Catalogue) -> None:
    sheets = sheets_of(read(tmp_path, catalogue, {"农贸市场.csv": WRONG}))
    alone = tmp_path / "alone"
    alone.mkdir()
    submission = read(alone, catalogue, {MENDED: workbook(sheets)})
    assert figures(submission) == (1, 0, 1, 0)
    assert "origin-missing" in codes(submission)


# --- how a row finds its origin -----------------------------------------------------------------------------------------------


def test_a_file_is_known_by_its_content_whatever_its_name(tmp_path: Path, catalogue: Catalogue) -> None:
    """Beside a folder, names have the folder before them; and people rename files."""
    data = tmp_path / "data"
    data.mkdir()
    sheets = sheets_of(read(data, catalogue, {**BASE, "农贸市场.csv": WRONG}))
    put(sheets, "A2", "人民市场")
    put(sheets, "C3", "8")
    other = write(tmp_path, {MENDED: workbook(sheets)}) / MENDED
    assert figures(read_submission([data, other], catalogue)) == (12, 12, 0, 2)
    (data / "农贸市场.csv").rename(data / "市场.csv")
    assert figures(read_submission([data, other], catalogue)) == (12, 12, 0, 2)


def test_without_the_content_a_file_is_known_by_its_name(tmp_path: Path, catalogue: Catalogue) -> None:
    data = tmp_path / "data"
    data.mkdir()
    sheets = sheets_of(read(data, catalogue, {**BASE, "农贸市场.csv": WRONG}))
    put(sheets, "A2", "人民市场")
    put(sheets, "C3", "8")
    (rows,) = sheets.values()
    other = write(tmp_path, {MENDED: workbook({"x": [[*row[:6], row[7]] for row in rows]})}) / MENDED
    assert figures(read_submission([data, other], catalogue)) == (12, 12, 0, 2)
    write(data, {"more/农贸市场.csv": [WRONG[1] | {"摊位数": "5"}]})
    assert set(codes(read_submission([data, other], catalogue))) >= {"origin-missing"}


def test_of_files_alike_the_one_of_that_name(tmp_path: Path, catalogue: Catalogue) -> None:
    """Two types are told by the names of two files of the same content."""
    rows = [{"点位": "甲", "属地": "川汇区", "秩序良好": "大概"}]
    files = {"areas.csv": AREAS, "农贸市场.csv": rows, "路口.csv": rows}
    sheets = sheets_of(read(tmp_path, catalogue, files))
    assert list(sheets) == ["农贸市场.csv", "路口.csv"]
    put(sheets, "C2", "是", "农贸市场.csv")
    put(sheets, "C2", "否", "路口.csv")
    after = read(tmp_path, catalogue, {MENDED: workbook(sheets)})
    assert after.rejects == ()
    assert after.visits["market"]["market_order"].to_list() == [True]
    assert after.visits["crossing"]["crossing_order"].to_list() == [False]


def test_what_was_said_of_the_file_holds_for_its_mended_rows(tmp_path: Path, catalogue: Catalogue) -> None:
    """Its round and whether all was seen (mapping.yaml), and the type that it is named after."""
    files = {
        "areas.csv": AREAS, "路口.csv": [{"点位": "甲", "属地": "川汇区", "骑行人数": "八"}],
        "mapping.yaml": "files: {路口.csv: {complete: true, round: 甲轮}, rejects-mended.xlsx: {round: 乙轮}}\n",
    }  # fmt: skip
    write(tmp_path, {MENDED: workbook({"w": [["点位", "摊位数", *ORIGIN], ["x", "3", "-", "", 1, "", ""]]})})
    sheets = sheets_of(read(tmp_path, catalogue, files))
    put(sheets, "C2", "8", "路口.csv")
    after = read(tmp_path, catalogue, {MENDED: workbook({"x": sheets["路口.csv"]})})
    (row,) = after.visits["crossing"].rows(named=True)
    assert (row["riders"], row["round"], row["complete"]) == (8, "乙轮", True)


# --- what may be mended -------------------------------------------------------------------------------------------------------


def test_a_column_may_be_added_and_moved(tmp_path: Path, catalogue: Catalogue) -> None:
    """The message says: add a column 点位类型."""
    row = {"点位": "甲", "摊位数": "3", "备注": "乙", "日期": "2026-03-06"}
    (rows,) = sheets_of(read(tmp_path, catalogue, {"areas.csv": AREAS, "w.csv": [row]})).values()
    moved = [[*row[4:], *row[:2][::-1], *row[2:4]] for row in rows]
    moved = [[*row, more] for row, more in zip(moved, ["点位类型", "市场"], strict=True)]
    after = read(tmp_path, catalogue, {MENDED: workbook({"x": moved})})
    assert after.rejects == ()
    assert after.visits["market"].select("site", "stalls", "remark").rows() == [("甲", 3, "乙")]
    assert after.tables[-1].columns["stalls"] == "F"


def test_a_column_of_the_data_may_be_called_as_one_of_ours(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": "人民市厂", "摊位数": "3", "原因": "雨天"}]
    after = mended(tmp_path, catalogue, {**BASE, "w.csv": rows}, ("A2", "人民市场"))
    assert [table.unused_columns for table in after.tables[-2:]] == [(), ("原因",)]
    assert after.rejected == 0


def test_a_header_may_be_mended(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"点位": "人民市厂", "摊位数": "3", "备注": "甲"}]
    after = mended(tmp_path, catalogue, {**BASE, "w.csv": rows}, ("A2", "人民市场"), ("C1", "噪声"), ("C2", 51.5))
    assert after.visits["market"].select("noise", "remark").rows() == [(51.5, None)]


def test_headers_that_nobody_knows_are_refused(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(UnreadableData, match=r"rejects-mended.xlsx!w.csv: the headers are not recognised"):
        mended(
            tmp_path, catalogue, {**BASE, "w.csv": [{"点位": "人民市厂", "摊位数": "3"}]}, ("A1", "甲"), ("B1", "乙")
        )


def test_of_two_columns_of_one_name_each_keeps_its_own(tmp_path: Path, catalogue: Catalogue) -> None:
    text = "点位,备注,备注,\n人民市厂,甲,甲,\n".encode()
    after = mended(tmp_path, catalogue, {**BASE, "w.csv": text}, ("A2", "人民市场"), ("C2", None))
    assert after.visits["market"]["remark"].to_list() == ["甲"]


# --- what nobody touched stays as it was --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "cell", "code"),
    [
        ("w.csv", "点位,摊位数\n人民市场,1,234\n".encode(), "row 2", "extra-cells"),
        ("w.json", [{"点位": "人民市场", "备注": {"甲": 1}}], "B2", "unreadable-text"),
        ("w.json", [{"点位": "人民市场", "备注": "a\ud800"}], "B2", "control-character"),
        ("w.csv", [{"点位": "人民市场", "备注": "a\x07b"}], "B2", "control-character"),
        ("w.csv", [{"点位": "人民市场", "备注": "字" * 32_768}], "B2", "text-too-long"),
        ("w.xlsx", [{"点位": "人民市场", "备注": 4.1140200100200301e17}], "B2", "digits-lost"),
        ("w.xlsx", [{"点位": "人民市场", "摊位数": ("=1/0", "#DIV/0!")}], "B2", "formula-without-value"),
        ("w.xlsx", [{"点位": "人民市场", "抽检合格率": 0.88}], "B2", "ambiguous-percent"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_a_wrong_cell_that_nobody_touched_is_as_wrong_as_before(
    tmp_path: Path, catalogue: Catalogue, name: str, content: object, cell: str, code: str
) -> None:
    raw = json.dumps(content) if name.endswith("json") else content
    after = mended(tmp_path, catalogue, {**BASE, name: raw})
    assert cells(after) == [(cell, code)]
    assert after.rejects[0].file == MENDED


def test_what_is_no_record_stays_none(tmp_path: Path, catalogue: Catalogue) -> None:
    after = mended(tmp_path, catalogue, {**BASE, "w.json": [{"点位": "人民市场", "摊位数": 3}, "小计"]})
    assert cells(after) == [("A2", "missing-value"), ("row 2", "extra-cells")]
    assert after.rejects[1].value == "小计"


def test_a_cell_keeps_the_meaning_that_its_format_gives_it(tmp_path: Path, catalogue: Catalogue) -> None:
    """0.88 is a share in JSON, and might be 0.88 % in a workbook; a long number keeps its digits."""
    text = '[{"点位": "人民市厂", "抽检合格率": 88.5, "噪声": 0.30000000000000004, "备注": 12345678901234567890, "便民服务": ["寄存", "公平秤"]}]'
    after = mended(tmp_path, catalogue, {**BASE, "w.json": text}, ("A2", "人民市场"))
    assert after.visits["market"].select("tested", "noise", "remark", "services").rows() == [
        (0.885, 0.30000000000000004, "12345678901234567890", ["公平秤", "寄存"])
    ]


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=5)
CELLS = {"日期": ("去年", st.dates(date(2020, 1, 1), date(2029, 12, 31))), "摊位数": ("八", st.integers(0, 10**6)), "噪声": ("大", st.integers(-(10**9), 10**9).map(lambda n: n / 1000)), "备注": ({}, TEXT)}  # fmt: skip
GOOD = st.fixed_dictionaries({"点位": st.sampled_from(["人民市场", "建设市场"]), **{key: right for key, (_, right) in CELLS.items()}})  # fmt: skip
BROKEN = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["点位", "日期", "摊位数", "噪声"])), min_size=1)


@settings(max_examples=15, deadline=timedelta(seconds=30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(GOOD, min_size=1, max_size=6), broken=BROKEN, ending=st.sampled_from(["csv", "json", "xlsx"]))
def test_mended_data_are_as_if_they_had_been_right(
    catalogue: Catalogue, rows: list[dict[str, Any]], broken: list[tuple[int, str]], ending: str
) -> None:
    rows = [row | {"日期": row["日期"].isoformat()} if ending != "xlsx" else row for row in rows]
    wrong = [dict(row) for row in rows]
    for number, header in broken:
        wrong[number % len(rows)][header] = CELLS[header][0] if header in CELLS else "没有"
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        right = read(Path(one), catalogue, {**BASE, f"农贸市场.{ending}": rows})
        before = read(Path(other), catalogue, {**BASE, f"农贸市场.{ending}": wrong})
        sheets = sheets_of(before)
        for reject in before.rejects:
            lines = {row[7]: number for number, row in enumerate(sheets[next(iter(sheets))])}
            column = sheets[next(iter(sheets))][0].index(_header(reject.cell, list(rows[0])))
            place = reject.row - (1 if ending == "json" else 2)
            sheets[next(iter(sheets))][lines[float(reject.row)]][column] = rows[place][list(rows[0])[column]]
        after = read(Path(other), catalogue, {MENDED: workbook(sheets)})
        assert after.rejects == right.rejects
        assert (after.read, after.used, after.replaced) == (right.read, right.used, before.rejected)
        assert_same(after, right)


def _header(cell: str, headers: list[str]) -> str:
    return cell.partition("#")[0] if "#" in cell else headers[ord(cell[0]) - ord("A")]

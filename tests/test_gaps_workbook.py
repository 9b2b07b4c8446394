"""gaps.xlsx and the lists of the units: the gaps of the assessment, to filter, to fill in and to print."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from duibiao.criteria.language import Language, translations
from duibiao.criteria.models import Severity
from duibiao.evaluator.assessment import Assessment, Gains, UnitLeader
from duibiao.reports import gaps_workbook as module
from duibiao.reports.gap_lines import by_unit, gap_lines
from duibiao.reports.gaps_workbook import COLUMNS, HEADER, ON_PAPER, STATES, UNIT_COLUMNS, gaps_workbook, write_gaps
from duibiao.reports.plain_text import plain_text
from duibiao.reports.reading import Reading
from tests.assessments import assessment, submission
from tests.hostile import TEXTS, hostile_city
from tests.office import SOFFICE, converted

CHINESE = translations("zh")
UTF8_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city; of its first gap it is known what mending it brings."""
    city = assessment()
    gains = Gains(Fraction(10), None, (), Fraction(1), Fraction(1, 3), ())
    return replace(city, gaps=(replace(city.gaps[0], gains=gains), *city.gaps[1:]))


def reading(of: Assessment, language: Language = "zh") -> Reading:
    return Reading(of, translations(language), "none")


def workbook(of: Assessment, language: Language = "zh") -> bytes:
    told = reading(of, language)
    raw = gaps_workbook(told, "全市", gap_lines(told))
    assert raw is not None
    return raw


def sheet(raw: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]


def rows(raw: bytes) -> list[dict[str, Any]]:
    """Every row below the header by the Chinese headers."""
    header, *below = list(sheet(raw).iter_rows(min_row=HEADER + 1))
    return [{str(name.value): cell for name, cell in zip(header, row, strict=True)} for row in below]


# --- what stands there ------------------------------------------------------------------------------------------------


def test_every_gap_is_a_row_with_the_words_and_figures_of_the_assessment(made: Assessment) -> None:
    written = rows(workbook(made))
    names = {each.site: each.name for each in made.sites}
    assert [row["台账号"].value for row in written] == list(range(1, len(made.gaps) + 1))
    assert [row["点位"].value for row in written] == [names[gap.site] for gap in made.gaps]
    assert [row["测评标准"].value for row in written] == [made.criteria[gap.criterion].title for gap in made.gaps]
    assert [row["整改措施"].value for row in written] == [made.criteria[gap.criterion].remedy for gap in made.gaps]
    assert [row["整改期限"].value.date() for row in written] == [gap.deadline for gap in made.gaps]
    assert [row["剩余日数"].value for row in written] == [
        (gap.deadline - made.as_of).days for gap in made.gaps if gap.deadline is not None
    ]
    assert all(abs(row["本项失分"].value - gap.lost_points) < 1e-6 for row, gap in zip(written, made.gaps, strict=True))


def test_the_losses_of_all_rows_are_what_the_total_lacks(made: Assessment) -> None:
    assert made.total.score is not None
    lost = sum(row["折合总分"].value for row in rows(workbook(made)))
    assert abs(lost - float(100 - made.total.score)) < 1e-4


def test_the_gain_stands_where_it_was_worked_out(made: Assessment) -> None:
    first, *others = rows(workbook(made))
    assert first["单独整改后总分增加"].value == 0.333333
    assert {row["单独整改后总分增加"].value for row in others} == {None}


def test_a_site_with_a_problem_names_it_with_photos_leader_and_units(made: Assessment) -> None:
    row = next(row for row in rows(workbook(made)) if row["测评标准"].value == "无问题食品")
    assert row["发现的问题"].value == "现场判定 missed，无问题食品；摊位出售过期食品 2 件"
    assert row["照片"].value == "照片/0306-01.jpg、照片/0306-02.jpg"
    assert tuple(row[name].value for name in ("责任领导", "点位负责人", "属地责任领导", "牵头单位", "配合单位")) == (
        "张某", "李某", "王某", "川汇区市场监管局", "公安交警支队",
    )  # fmt: skip
    assert (row["属地"].value, row["点位编号"].value, row["点位类型"].value) == (
        "川汇区 · 七一路街道", "M-01", "农贸市场",
    )  # fmt: skip


def test_the_line_above_counts_what_stands_below(made: Assessment) -> None:
    said = sheet(workbook(made))["A2"].value
    severities = [row["严重程度"].value for row in rows(workbook(made))]
    assert f"问题 {len(made.gaps)} 个" in said
    assert "、".join(f"{word} {severities.count(word)}" for word in ("高", "中", "低")) in said
    overdue = [row for row in rows(workbook(made)) if row["剩余日数"].value < 0]
    assert f"已逾期 {len(overdue)} 个" in said
    assert 0 < len(overdue) < len(made.gaps)
    assert "暂定" not in said


def test_a_provisional_list_says_so() -> None:
    from duibiao.evaluator.submission import Reject

    reject = Reject("3月.csv", "", 7, "D7", "not-a-number", "八成", "不是数", "80")
    said = sheet(workbook(assessment(data=submission([reject]))))["A2"].value
    assert "暂定" in said
    assert "1" in said.split("暂定")[1]


# --- to work with -----------------------------------------------------------------------------------------------------


def test_the_state_has_a_drop_down_and_begins_as_not_mended(made: Assessment) -> None:
    page = sheet(workbook(made))
    (rule,) = page.data_validations.dataValidation
    assert rule.formula1 == '"未整改,整改中,已整改,申请核销"'
    column = [each.header for each in COLUMNS].index("State")
    letter = openpyxl.utils.get_column_letter(column + 1)
    assert str(rule.sqref) == f"{letter}{HEADER + 2}:{letter}{HEADER + 1 + len(made.gaps)}"
    assert {row["整改状态"].value for row in rows(workbook(made))} == {"未整改"}
    coloured = [each.formula[0] for found in page.conditional_formatting for each in found.rules]
    assert sorted(coloured) == sorted(f'"{CHINESE.gettext(each)}"' for each in STATES)


def test_every_colour_has_its_word(made: Assessment) -> None:
    """A ground says nothing that the cell does not also say: by its text, or by the words of its number format."""
    for row in rows(workbook(made)):
        filled = {name: cell for name, cell in row.items() if cell.fill.fgColor.rgb not in {"00000000", None}}
        assert set(filled) <= {"严重程度", "剩余日数"}
        assert row["严重程度"].value in {"高", "中", "低"}
        assert row["剩余日数"].number_format == '"剩 "0" 日";"逾期 "0" 日";"当天到期"'
        assert ("剩余日数" in filled) == (row["剩余日数"].value <= 1)


def test_header_stays_filters_and_repeats_on_paper(made: Assessment) -> None:
    page = sheet(workbook(made))
    assert page.freeze_panes == f"C{HEADER + 2}"
    assert page.auto_filter.ref == f"A{HEADER + 1}:Z{HEADER + 1 + len(made.gaps)}"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)  # one page wide, any number high
    assert page.print_title_rows == "$3:$3"
    assert page.print_area.endswith(f"$A$1:$H${HEADER + 1 + len(made.gaps)}")


def test_what_waits_for_the_next_round_says_so(made: Assessment) -> None:
    gap = replace(made.gaps[0], deadline=None, next_round=True)
    assert [row["整改期限"].value for row in rows(workbook(replace(made, gaps=(gap,))))] == ["下轮测评前"]


def test_a_printed_list_is_no_smaller_than_eight_points() -> None:
    shown = [each.width for each in UNIT_COLUMNS[: ON_PAPER + 1]]
    points = sum(width * 7 + 5 for width in shown) * 0.75  # a figure has 7 pixels, a column 5 more, 96 of them an inch
    paper = (297 / 25.4 - 2 * 0.4) * 72
    assert 10 * min(paper / points, 1) >= 8


def test_a_list_without_gaps_is_whole_and_says_so(made: Assessment) -> None:
    told = reading(replace(made, gaps=()))
    raw = gaps_workbook(told, "全市", ())
    assert raw is not None
    assert "问题 0 个" in sheet(raw)["A2"].value


def test_both_languages(made: Assessment) -> None:
    english = [cell.value for cell in sheet(workbook(made, "en"))[HEADER + 1]]
    assert english == [each.header for each in COLUMNS]
    chinese = [cell.value for cell in sheet(workbook(made))[HEADER + 1]]
    assert [each for each in chinese if re.search("[A-Za-z]", each)] == []
    assert len(set(chinese)) == len(COLUMNS)


def test_the_same_gaps_make_the_same_bytes(made: Assessment) -> None:
    assert workbook(made) == workbook(assessment_again(made))


def assessment_again(made: Assessment) -> Assessment:
    again = assessment()
    return replace(again, gaps=(replace(again.gaps[0], gains=made.gaps[0].gains), *again.gaps[1:]))


def test_more_gaps_than_a_sheet_holds_are_not_written(
    made: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS", len(made.gaps) - 1)
    assert write_gaps(tmp_path, made, "zh") is False
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(module, "ROWS", len(made.gaps))
    assert write_gaps(tmp_path, made, "zh") is True
    assert (tmp_path / "gaps.xlsx").read_bytes()[:2] == b"PK"


def test_a_long_list_that_is_written_row_by_row_is_the_same(made: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    def cells(raw: bytes) -> list[list[object]]:
        return [
            [(cell.value, cell.number_format, cell.fill.fgColor.rgb) for cell in row] for row in sheet(raw).iter_rows()
        ]

    short = workbook(made)
    monkeypatch.setattr(module, "MANY", 0)
    long = workbook(made)
    assert cells(long) == cells(short)
    heights = [[page.row_dimensions[row].height for row in range(1, 12)] for page in (sheet(long), sheet(short))]
    assert heights[0] == heights[1]
    assert long == workbook(made)


# --- by unit ----------------------------------------------------------------------------------------------------------


def test_every_gap_stands_with_each_of_its_units_and_with_no_other(made: Assessment) -> None:
    told = reading(made)
    units = by_unit(told, gap_lines(told))
    for each in units:
        wanted = [number for number, gap in enumerate(made.gaps, 1) if each.unit in gap.lead_units]
        assert sorted(line.ledger for line in each.lines) == wanted
        assert [line.number for line in each.lines] == list(range(1, len(wanted) + 1))
        assert each.lost == sum(made.gaps[number - 1].lost for number in wanted)
    assert len(units) == len({unit for gap in made.gaps for unit in gap.lead_units}) > 2
    assert [each.lost for each in units] == sorted((each.lost for each in units), reverse=True)


def test_without_a_lead_unit_the_supporting_ones_mend_it_and_without_any_it_stands_last(made: Assessment) -> None:
    first, second, *others = made.gaps
    changed = (
        replace(first, lead_units=(), supporting_units=()),
        replace(second, lead_units=(), supporting_units=("a", "b")),
    )
    told = reading(replace(made, gaps=(*changed, *others)))
    units = by_unit(told, gap_lines(told))
    assert (units[-1].unit, units[-1].title, [line.ledger for line in units[-1].lines]) == ("", "未定责任单位", [1])
    assert {each.unit for each in units if 2 in {line.ledger for line in each.lines}} == {"a", "b"}


def test_a_unit_works_through_what_is_severe_first_of_it_what_is_longest_overdue(made: Assessment) -> None:
    (gap, *_others), day = made.gaps, made.as_of
    given: list[tuple[Severity, date | None]] = [
        ("high", day + timedelta(3)),
        ("high", None),
        ("medium", day - timedelta(9)),
        ("high", day),
        ("high", day - timedelta(5)),
        ("low", None),
    ]
    gaps = tuple(replace(gap, severity=severity, deadline=due) for severity, due in given)
    told = reading(replace(made, gaps=gaps))
    (unit,) = by_unit(told, gap_lines(told))
    assert [(line.number, line.ledger) for line in unit.lines] == [(1, 5), (2, 4), (3, 1), (4, 2), (5, 3), (6, 6)]
    raw = gaps_workbook(told, "某局", unit.lines, UNIT_COLUMNS)
    assert raw is not None
    written = rows(raw)
    assert [row["序号"].value for row in written] == [1, 2, 3, 4, 5, 6]
    assert [row["台账号"].value for row in written] == [5, 4, 1, 2, 3, 6]
    assert [written[3]["整改期限"].value, written[5]["整改期限"].value] == ["未定期限", "未定期限"]
    assert [row["剩余日数"].value for row in written] == [-5, 0, 3, None, -9, None]
    page = sheet(raw)
    assert (page.freeze_panes, page.print_area.split("!")[1]) == (f"D{HEADER + 2}", f"$A$1:$I${HEADER + 7}")
    (rule,) = page.data_validations.dataValidation
    assert str(rule.sqref) == f"H{HEADER + 2}:H{HEADER + 7}"


@pytest.mark.parametrize(
    ("named", "leaders", "whole", "of_each"),
    [
        (None, {}, "", ["", ""]),
        (None, {"b": "乙"}, "b 乙", ["", "乙"]),
        (None, {"a": "甲", "b": "乙"}, "a 甲、b 乙", ["甲", "乙"]),
        ("丙", {"a": "甲"}, "丙", ["丙", "丙"]),
    ],
    ids=["nobody", "of one", "of both", "named with the finding"],
)
def test_each_unit_has_its_own_leader_and_never_that_of_another(
    made: Assessment, named: str | None, leaders: Mapping[str, str], whole: str, of_each: list[str]
) -> None:
    own = tuple(UnitLeader(*each) for each in leaders.items())
    gap = replace(made.gaps[0], lead_units=("a", "b"), leader=named, unit_leaders=own)
    told = reading(replace(made, gaps=(gap,)))
    lines = gap_lines(told)
    assert lines[0].leader == whole
    assert [unit.lines[0].leader for unit in by_unit(told, lines)] == of_each


# --- hostile texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_hostile_texts_stay_texts(text: str) -> None:
    city = hostile_city(text)
    raw = workbook(city)
    page = sheet(raw)
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell for cell in cells if cell.hyperlink is not None] == []
    (row,) = rows(raw)
    wanted = plain_text(text) or None
    assert [
        row[name].value
        for name in ("点位", "测评标准", "责任领导", "整改责任人", "点位负责人", "属地责任领导", "牵头单位", "照片")
    ] == [wanted] * 8
    assert not {mark for cell in cells if isinstance(cell.value, str) for mark in cell.value} & set(
        "\u202e\u2066\x00\x1b"
    )
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert b"<f>" not in parts["xl/worksheets/sheet1.xml"]
    assert [name for name in parts if "external" in name.lower() or name.endswith(".bin")] == []


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not there")
def test_libreoffice_opens_the_list_and_reads_what_was_written(tmp_path: Path, made: Assessment) -> None:
    path = tmp_path / "gaps.xlsx"
    path.write_bytes(workbook(made))
    lines = list(csv.reader(converted(path, tmp_path, UTF8_CSV).read_text("utf-8").splitlines()))
    assert lines[0][0] == "全市"
    assert lines[HEADER][:3] == ["台账号", "点位", "测评标准"]
    told = lines[HEADER + 1 :]
    assert [line[0] for line in told] == [str(number) for number in range(1, len(made.gaps) + 1)]
    assert [line[8] for line in told] == [
        "当天到期" if left == 0 else f"逾期 {-left} 日" if left < 0 else f"剩 {left} 日"
        for left in ((gap.deadline - made.as_of).days for gap in made.gaps if gap.deadline is not None)
    ]

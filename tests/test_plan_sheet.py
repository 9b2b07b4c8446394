"""The sheet 先改 of gaps.xlsx: the steps of the plan and those beyond it, with the figures of the assessment."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from duibiao.commands.planning import with_plan
from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.forecast import forecast_of
from duibiao.evaluator.mending_plan import ByGain, MendingPlan, PlanStep
from duibiao.evaluator.official_draws import NoForecast
from duibiao.evaluator.submission import Reject
from duibiao.reports import gaps_workbook as gaps_workbook_module
from duibiao.reports import plan_sheet
from duibiao.reports.gap_lines import gap_lines
from duibiao.reports.gaps_workbook import UNIT_COLUMNS, gaps_workbook, write_gaps
from duibiao.reports.plain_text import LONGEST
from duibiao.reports.plan_sheet import COLUMNS, NAMED
from duibiao.reports.plan_steps import plan_steps
from duibiao.reports.reading import Reading
from tests.assessments import assessment, submission
from tests.hostile import TEXTS, hostile_city
from tests.test_forecast import city

HEAD = 5  # the row of the headers, where there is a chance


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """The small city with a plan, and steps beyond it."""
    judgement = city(tmp_path_factory.mktemp("sheet"))
    told = with_plan(judgement, replace(assess_judgement(judgement), forecast=forecast_of(judgement)))
    assert told.plan is not None
    assert told.assurance is not None
    assert told.assurance.more is not None
    return told


def pages(of: Assessment, language: Language = "zh") -> Any:
    told = Reading(of, translations(language), "none")
    raw = gaps_workbook(told, "全市", gap_lines(told), planned=True)
    assert raw is not None
    return openpyxl.load_workbook(io.BytesIO(raw)).worksheets


def rows(of: Assessment, head: int = HEAD) -> list[dict[str, Any]]:
    """The rows of the sheet by the Chinese headers."""
    header, *below = list(pages(of)[1].iter_rows(min_row=head))
    return [{str(name.value): cell for name, cell in zip(header, row, strict=True)} for row in below]


def by_hand(of: Assessment, *steps: PlanStep) -> Assessment:
    """An assessment with a plan of these steps."""
    last = steps[-1].total
    plan = MendingPlan(
        "pass", None, Fraction(85), Fraction(80), last, last, last >= 85, Fraction(1), None, 1, steps, (),
        ByGain(1, Fraction(1), last, True), Fraction(0), "best",
    )  # fmt: skip
    return replace(of, plan=plan)


def a_step(of: Assessment, gaps: int, total: Fraction = Fraction(86), gain: Fraction = Fraction(1)) -> PlanStep:
    """A step that mends the first gaps of a city."""
    ids = tuple(gap.id for gap in of.gaps[:gaps])
    return PlanStep(of.gaps[0].criterion, "", Fraction(1), ids, gaps, Fraction(2), gain, total)


# --- what stands there ------------------------------------------------------------------------------------------------


def test_every_step_is_a_row_with_the_figures_of_the_assessment(made: Assessment) -> None:
    assert made.plan is not None
    assert made.assurance is not None
    assert made.assurance.more is not None
    steps, own = (*made.plan.steps, *made.assurance.more.steps), len(made.plan.steps)
    written = rows(made)
    assert [row["步"].value for row in written] == list(range(1, len(steps) + 1))
    assert [row["阶段"].value for row in written] == ["计划"] * own + ["再往下做"] * (len(steps) - own)
    assert [row["差距"].value for row in written] == [len(step.gaps) for step in steps]
    for row, step in zip(written, steps, strict=True):
        figures = (step.days, step.gain, step.gain / step.days, step.total)
        for name, figure in zip(("人天", "总分增加", "每人天增加", "之后总分"), figures, strict=True):
            assert abs(row[name].value - figure) < 1e-6
    gains = sum(row["总分增加"].value for row in written)
    assert made.plan.now + Fraction(gains) == pytest.approx(written[-1]["之后总分"].value, abs=1e-4)


def test_the_chance_stands_where_it_is_known(made: Assessment) -> None:
    assert made.plan is not None
    assert made.assurance is not None
    chances = [row["达到的可能"] for row in rows(made)]
    known = {len(made.plan.steps): made.assurance.planned, len(chances): made.assurance.reached}
    assert [cell.value for cell in chances] == [
        float(known[number]) if number in known else None for number in range(1, len(chances) + 1)
    ]
    assert {cell.number_format for cell in chances} == {'[<0.001]"<0.1%";[>0.999]">99.9%";0.0%'}


def test_a_step_has_the_gaps_that_its_numbers_name_in_the_ledger(made: Assessment) -> None:
    header, *below = list(pages(made)[0].iter_rows(min_row=3, values_only=True))
    ledger = {row[0]: dict(zip(header, row, strict=True)) for row in below}
    for row in rows(made):
        own = [ledger[int(number)] for number in str(row["台账号"].value).split(", ")]
        assert len(own) == row["差距"].value
        assert row["点位"].value.split("\n") == list(dict.fromkeys(each["点位"] for each in own))
        assert {each["测评标准"] for each in own} == {re.sub("（.*", "", row["测评标准"].value)}
        assert {each["整改措施"] for each in own} == {row["整改措施"].value}
        assert all(each["发现的问题"] in row["发现的问题"].value for each in own)


def test_the_lines_above_say_what_the_plan_promises_and_how_sure_it_is(made: Assessment) -> None:
    title, promised, sure, totals = (pages(made)[1].cell(row, 1).value for row in range(1, HEAD))
    assert title == "先改什么"
    assert "到及格线最省的路" in promised
    assert "总分由" in promised
    assert "达到的可能：照现在" in sure
    assert "要让模拟抽查有 90% 达到" in sure
    assert sure.endswith("达到的可能只在计划做完、全部做完这两处模拟。")
    assert totals.startswith("总分是做完到这一步为止的各步")


def test_a_mark_out_of_reach_rejected_rows_and_no_forecast_are_told() -> None:
    of = assessment(data=submission([Reject("3月.csv", "", 7, "D7", "not-a-number", "八成", "不是数", "80")]))
    told = replace(by_hand(of, a_step(of, 1, Fraction(82))), forecast=NoForecast("no_quota"))
    _title, promised, unknown, _totals = (pages(told)[1].cell(row, 1).value for row in range(1, HEAD))
    assert "仍差 3.0000 分" in promised
    assert "暂定：1 行" in promised
    assert unknown.startswith("正式抽查：无法估计")


@pytest.mark.parametrize(
    ("total", "look"), [(Fraction("84.996"), "0.000"), (Fraction("84.9"), "0.00"), (Fraction(85), "0.00")]
)
def test_no_total_looks_like_the_mark_that_it_did_not_reach(total: Fraction, look: str) -> None:
    of = assessment()
    (row,) = rows(by_hand(of, a_step(of, 1, total)), HEAD - 1)
    assert (row["之后总分"].value, row["之后总分"].number_format) == (float(total), look)


def test_of_many_gaps_the_first_are_named_and_more_are_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    of = assessment()
    planned = by_hand(of, a_step(of, NAMED + 1))
    (row,) = rows(planned, HEAD - 1)
    assert row["台账号"].value == "1, 2, 3, 4, 5, 6"
    assert row["发现的问题"].value.count("\n") == NAMED
    assert row["发现的问题"].value.endswith("\n……另有 1 条")
    assert row["由谁整改"].value == "未定责任单位"
    remedies = dict.fromkeys(of.criteria[gap.criterion].remedy for gap in of.gaps[: NAMED + 1])
    assert row["整改措施"].value.split("\n") == list(remedies)
    monkeypatch.setattr(plan_sheet, "NUMBERS", 2)
    assert [row["台账号"].value for row in rows(planned, HEAD - 1)] == ["1, 2\n……另有 4 条"]


def test_what_a_cell_cannot_hold_is_cut_and_not_left_out() -> None:
    of = assessment()
    long = replace(of, gaps=tuple(replace(gap, because="长" * 30_000) for gap in of.gaps))
    (row,) = rows(by_hand(long, a_step(long, NAMED + 1)), HEAD - 1)
    assert len(row["发现的问题"].value) == LONGEST
    assert row["发现的问题"].value.endswith("\n……另有 1 条")


# --- where it stands --------------------------------------------------------------------------------------------------


def test_gaps_xlsx_has_it_and_the_list_of_a_unit_has_not(made: Assessment, tmp_path: Path) -> None:
    assert write_gaps(tmp_path, made, "zh")
    assert openpyxl.load_workbook(tmp_path / "gaps.xlsx").sheetnames == ["整改清单", "先改"]
    told = Reading(made, translations("zh"), "none")
    raw = gaps_workbook(told, "某局", gap_lines(told), UNIT_COLUMNS)
    assert raw is not None
    assert openpyxl.load_workbook(io.BytesIO(raw)).sheetnames == ["整改清单"]


def test_without_a_plan_or_a_step_there_is_none(made: Assessment) -> None:
    assert made.plan is not None
    for told in (
        replace(made, plan=None, assurance=None),
        replace(made, plan=replace(made.plan, steps=()), assurance=None),
    ):
        assert len(pages(told)) == 1
        assert plan_steps(told) == ()


def test_without_a_forecast_there_is_no_column_of_chances(made: Assessment) -> None:
    header = [cell.value for cell in pages(replace(made, assurance=None, forecast=None))[1][HEAD - 1]]
    assert header == [translations("zh").gettext(name) for name, _width, kind in COLUMNS if kind != "chance"]


def test_behind_a_long_list_that_is_written_row_by_row_it_is_the_same(
    made: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cells() -> list[list[object]]:
        return [[(cell.value, cell.number_format) for cell in row] for row in pages(made)[1].iter_rows()]

    short = cells()
    monkeypatch.setattr(gaps_workbook_module, "MANY", 0)
    assert cells() == short


def test_header_stays_filters_and_repeats_on_paper(made: Assessment) -> None:
    page, last = pages(made)[1], HEAD + len(plan_steps(made))
    assert page.freeze_panes == f"D{HEAD + 1}"
    assert page.auto_filter.ref == f"A{HEAD}:N{last}"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == f"${HEAD}:${HEAD}"
    assert page.print_area.endswith(f"$A$1:$N${last}")


def test_on_paper_it_is_no_smaller_than_eight_points() -> None:
    points = sum(width * 7 + 5 for _header, width, _kind in COLUMNS) * 0.75
    paper = (297 / 25.4 - 2 * 0.4) * 72
    assert 10 * min(paper / points, 1) >= 8


def test_both_languages(made: Assessment) -> None:
    assert [cell.value for cell in pages(made, "en")[1][HEAD]] == [name for name, _width, _kind in COLUMNS]
    assert [cell.value for cell in pages(made)[1][HEAD] if re.search("[A-Za-z]", cell.value)] == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_hostile_texts_stay_texts(text: str) -> None:
    of = hostile_city(text)
    page = pages(by_hand(of, a_step(of, 1)))[1]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell for cell in cells if cell.hyperlink is not None] == []
    assert not {mark for cell in cells for mark in str(cell.value)} & set("\u202e\u2066\x00\x1b")

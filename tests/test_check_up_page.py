"""The data check-up as people read it: the line and the text of the terminal, the page alone and beside a score."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.language import translations, use
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.blank_areas import Blank, Reached, Unassigned
from duibiao.evaluator.checkup import Checkup, Contradiction, Incomplete, check_up
from duibiao.evaluator.repeated import Differing, Repeated
from duibiao.evaluator.respondents import Respondents
from duibiao.evaluator.submission import ROUNDS, Photo, Submission
from duibiao.evaluator.unknown_columns import UnknownColumn
from duibiao.evaluator.unknown_names import UnknownName
from duibiao.reports import check_up as page
from duibiao.reports.check_up import check_up_view, render_check_up
from duibiao.reports.check_up_text import (
    check_up_line,
    check_up_text,
    columns_lines,
    respondents_lines,
    rows_line,
)
from tests.intake.city import AREAS, REGISTER, load_test_catalogue, read

HOSTILE = "</bdi><script>alert(1)</script>"
WRONG = [
    {"点位": "人民市场", "日期": "2026-03-06", "责任单位": "市场监管所", "摊位数": "八"},
    {"点位": "没有", "日期": "2026-03-06", "责任单位": "", "摊位数": "3"},
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_test_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use("en")
    yield
    use("en")


@pytest.fixture
def submission(tmp_path: Path, catalogue: Catalogue) -> Submission:
    """Two rejected rows beside areas and register."""
    return read(tmp_path, catalogue, {"areas.csv": AREAS, "register.csv": REGISTER, "农贸市场.csv": WRONG})


@pytest.fixture
def checkup(submission: Submission, catalogue: Catalogue) -> Checkup:
    return check_up(catalogue, submission, None, None, str)


NOTHING = Checkup("", 3, 3, 0, 0, (), (), (), (), (), (), (), (), (), (), ())
FULL = replace(
    NOTHING,
    round="r1",
    unknown=(UnknownName("unit", "市场监管所", "市场监管局", "units.yaml", "bureau: {}", ("w.csv!E2",)), UnknownName("site", "x", None, "", "", ("w.csv!A3",))),
    repeated=(Repeated("M1", "2026-03-06", ("w.csv!A2", "w.csv!A3")),),
    differing=(Differing("M1", "2026-03-06", "摊位数", (("3", "w.csv!C2"), ("4", "v.csv!C2"))), Differing("M1", "", "", (("", "w.csv!A2"),))),
    contradictions=(Contradiction("M1", "M1@2026-03-06", "5 is outside at most 3", "w.csv!E2"), Contradiction("M2", "M2@", "6", "")),
    incomplete=(Incomplete("M1", "M1@2026-03-06T07:30", ("p.csv!A2",)), Incomplete("M2", "M2@", ("p.csv!A3",))),
    unassigned=(Unassigned("甲", "甲", "market", ("area", "unit"), "r.csv!B2"), Unassigned("乙", "乙", "market", ("area",), "")),
    blank=(Blank("market", "周口市/川汇区", 3, 1, ("M1", "M9"), ("market_order",)), Blank("crossing", "", 1, 1, (), ()), Blank("statistics", "周口市/川汇区", 1, 0, ("川汇区",), (), record=True)),
    quotas=(Reached("market", "周口市/川汇区", 2, 3, 1), Reached("market", "周口市/示范区", 2, 3, 2)),
    columns=(UnknownColumn("摊位个数", "w.csv", "摊位数", "摊位个数: 摊位数", "market.yaml, fields: stalls", "aliases: [摊位总数, 摊位个数]"), UnknownColumn("检查日子", "w.csv", "检查日期", "检查日子: 检查日期", "", ""), UnknownColumn("怪列", "w.csv", None, "怪列: null", "", "")),
    photos=(Photo("a.jpg", "missing", "", "", "p.csv!E2"), Photo("../a.jpg", "outside", "", "", "p.csv!E3"), Photo("https://a.b/a.jpg", "elsewhere", "", "", "p.csv!E4")),
    respondents=(
        Respondents("residents", "r1", "", 1, 2, 1), Respondents("residents", "r1", "周口市/川汇区", 20, 50, 10), Respondents("residents", "r2", "周口市/川汇区", 3, 9, 0),
        Respondents("students", "", "周口市", 4, 8, 0),
    ),
)  # fmt: skip


# --- the terminal -------------------------------------------------------------------------------------------------------------


def test_the_line_counts_what_was_found() -> None:
    assert check_up_line(NOTHING, str) == "Data check-up: nothing found"
    assert check_up_line(FULL, str) == (
        "Data check-up: 2 unknown names; 3 unknown columns; 1 rows that stand twice; 2 times rows of one site and time differ; 2 values beyond a limit; "
        "2 problem lists of visits not called complete; 2 sites without area or unit; 2 sites not visited; 1 records not handed in; 3 photos not found; quotas reached: 1 of 2"
    )
    assert check_up_line(FULL, translations("zh").gettext).startswith(
        "数据体检：不认识的名称 2 个；不认识的列 3 个；重复的行 1 处；"
    )


def test_the_line_of_rows_tells_the_replaced_ones() -> None:
    assert rows_line(NOTHING, str) == "Rows read 3 = used 3 + rejected 0"
    assert (
        rows_line(replace(NOTHING, replaced=2), str) == "Rows read 3 = used 3 + rejected 0; replaced by mended ones: 2"
    )


def test_the_people_who_answered_are_counted_by_area_in_all_rounds(catalogue: Catalogue) -> None:
    assert list(respondents_lines(NOTHING, catalogue, str)) == []
    assert list(respondents_lines(FULL, catalogue, str)) == [
        "Answers to 居民问卷: respondents 24 (without area 1、周口市/川汇区 23)",
        "Answers to 学生问卷: respondents 4 (周口市 4)",
    ]
    many = replace(NOTHING, respondents=tuple(Respondents("students", "", f"{n:02}区", 1, 1, 0) for n in range(12)))
    (line,) = respondents_lines(many, catalogue, str)
    assert line.endswith("、09区 1、... and 2 more)")


def test_a_catalogue_without_questions_has_no_list_of_people(submission: Submission, catalogue: Catalogue) -> None:
    shown = rows(check_up_view(NOTHING, catalogue, replace(submission, answers={}), "en", scored=True))
    assert "People who answered questionnaires" not in shown
    assert "Photos not found" in shown


def test_answers_are_counted_on_the_terminal_and_on_the_page(tmp_path: Path, catalogue: Catalogue) -> None:
    people = [
        {"属地": "川汇区", "参评态度": "A.支持", "姓名": "张三"},
        {"属地": "川汇区", "参评态度": "支待", "姓名": "李四"},
    ]
    submission = read(tmp_path, catalogue, {"areas.csv": AREAS, "答卷.csv": people})
    checkup = check_up(catalogue, submission, None, None, str)
    text = check_up_text(checkup, catalogue, submission, str)
    assert text.startswith(
        "Rows read 8 = used 7 + rejected 1\nAnswers to 居民问卷: respondents 1 (周口市/川汇区 1)\n  unknown-answer: 1\n"
    )
    html = render_check_up(checkup, catalogue, submission, "zh", scored=False)
    assert "居民问卷" in html
    assert ("李四" in html, "李四" in text) == (False, False)


def test_the_text_of_rejected_rows(catalogue: Catalogue, submission: Submission, checkup: Checkup) -> None:
    assert check_up_text(checkup, catalogue, submission, str).splitlines() == [
        "Rows read 11 = used 9 + rejected 2", "  unknown-site: 1", "  unknown-unit: 1", "  unreadable-count: 0 (and for 1 others a further reason)",
        "农贸市场.csv!C2: '市场监管所' is no unit (column '责任单位'); did you mean '市场监管局'? (or add it to units.yaml)",
        "农贸市场.csv!D2: '八' cannot be read as a count (column '摊位数'); write a whole number from 0, such as 8; leave the cell blank if nothing was counted",
        "农贸市场.csv!A3: no site is called '没有' (column '点位'); known: 人民市场, 建设市场, 人民路口 (or add it to the register)",
        "Names that may be aliases; where they are, write:",
        "  unit '市场监管所' for '市场监管局', in units.yaml: bureau: {title: 市场监管局, level: district, aliases: [市场监督局, 市场监管所]}",
        check_up_line(checkup, str),
    ]  # fmt: skip


def test_of_many_rejected_rows_the_first_are_told(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [WRONG[1] | {"点位": f"没有{number}"} for number in range(15)]
    many = read(tmp_path, catalogue, {"areas.csv": AREAS, "register.csv": REGISTER, "农贸市场.csv": rows})
    text = check_up_text(check_up(catalogue, many, None, None, str), catalogue, many, str)
    assert text.count("\n农贸市场.csv!") == 10
    assert "\n... and 5 more\n" in text


def test_unknown_columns_are_told_with_the_lines_to_write() -> None:
    assert list(columns_lines(NOTHING, str)) == []
    assert list(columns_lines(FULL, str)) == [
        "Columns that nobody knows; where they mean the nearest, write in mapping.yaml:",
        "  files:", "    w.csv:", "      columns:", "        摊位个数: 摊位数", "        检查日子: 检查日期",
        "  or, for all data, in market.yaml, fields: stalls: aliases: [摊位总数, 摊位个数]",
    ]  # fmt: skip
    many = replace(FULL, columns=tuple(replace(FULL.columns[1], table=table) for table in ("2 a.csv!一", *"b" * 12)))
    told = list(columns_lines(many, str))
    assert told[2:8] == [
        "    2 a.csv!一:",
        "      columns:",
        "        检查日子: 检查日期",
        "    b:",
        "      columns:",
        "        检查日子: 检查日期",
    ]
    assert (len(told), told[-1]) == (17, "... and 3 more")


# --- the page -----------------------------------------------------------------------------------------------------------------


def rows(view: page.CheckUpView) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The rows of each list by its title."""
    return {each.title: each.rows for each in view.lists}


def test_every_list_of_the_page(submission: Submission, catalogue: Catalogue) -> None:
    shown = rows(check_up_view(FULL, catalogue, replace(submission, rejects=()), "en", scored=True))
    assert shown == {
        "Unknown names": (("市场监管所", "unit", "市场监管局", "units.yaml: bureau: {}", "w.csv!E2"), ("x", "site", "—", "—", "w.csv!A3")),
        "Unknown columns": (
            ("摊位个数", "w.csv", "摊位数", "摊位个数: 摊位数", "market.yaml, fields: stalls: aliases: [摊位总数, 摊位个数]"),
            ("检查日子", "w.csv", "检查日期", "检查日子: 检查日期", "—"), ("怪列", "w.csv", "—", "怪列: null", "—"),
        ),
        "Rows that stand twice": (("人民市场 (M1)", "2026-03-06", "w.csv!A2、w.csv!A3"),),
        "Rows of one site and time that differ": (("人民市场 (M1)", "2026-03-06", "摊位数", "3 (w.csv!C2)、4 (v.csv!C2)"), ("人民市场 (M1)", "—", "two visits", "w.csv!A2")),
        "Values beyond a limit": (("人民市场 (M1)", "5 is outside at most 3", "w.csv!E2"), ("建设市场 (M2)", "6", "—")),
        "Problem lists of visits not called complete": (("人民市场 (M1)", "2026-03-06 07:30", "p.csv!A2"), ("建设市场 (M2)", "—", "p.csv!A3")),
        "Sites without area or unit": (("甲", "农贸市场", "area、unit", "r.csv!B2"), ("乙", "农贸市场", "area", "—")),
        "Blank areas: where nobody has looked": (("农贸市场", "周口市/川汇区", "1 / 3", "人民市场、M9", "秩序良好"), ("交通路口", "without area", "1 / 1", "—", "—"), ("区县统计", "周口市/川汇区", "0 / 1", "川汇区", "—")),
        "Quotas that are not reached": (("农贸市场", "周口市/川汇区", "1 / 2", "3"),),
        "Photos not found": (
            ("a.jpg", "no such file", "p.csv!E2"), ("../a.jpg", "the name leads out of the folder of the data, and was not opened", "p.csv!E3"),
            ("https://a.b/a.jpg", "an address of a network, from which nothing is loaded", "p.csv!E4"),
        ),
        "People who answered questionnaires": (
            ("居民问卷", "r1", "without area", "1", "2", "1"), ("居民问卷", "r1", "周口市/川汇区", "20", "50", "10"), ("居民问卷", "r2", "周口市/川汇区", "3", "9", "0"),
            ("学生问卷", "—", "周口市", "4", "8", "0"),
        ),
    }  # fmt: skip


def test_an_area_itself_is_named_with_its_type(submission: Submission, catalogue: Catalogue) -> None:
    twice = replace(NOTHING, repeated=(Repeated("statistics:周口市/川汇区", "", ("s.csv!A2", "s.csv!A3")),))
    shown = rows(check_up_view(twice, catalogue, replace(submission, rejects=()), "en", scored=True))
    told = shown["Rows that stand twice"][0][0]
    assert "statistics:" not in told
    assert told.endswith(" (区县统计)")


def test_rejected_rows_come_first(submission: Submission, catalogue: Catalogue, checkup: Checkup) -> None:
    view = check_up_view(checkup, catalogue, submission, "en", scored=False)
    first, second, *_ = view.lists
    assert first.rows[0] == ("unknown-site", "1", "0", "no site is called '没有' (column '点位')")
    assert [row[:2] for row in second.rows] == [
        ("农贸市场.csv!C2", "市场监管所"),
        ("农贸市场.csv!D2", "八"),
        ("农贸市场.csv!A3", "没有"),
    ]


def test_the_page_says_whether_there_is_a_score(submission: Submission, catalogue: Catalogue, checkup: Checkup) -> None:
    alone = render_check_up(checkup, catalogue, submission, "zh", scored=False)
    beside = render_check_up(checkup, catalogue, submission, "zh", scored=True)
    assert ('role="alert"' in alone, 'href="index.html"' in alone) == (True, False)
    assert ('role="alert"' in beside, 'href="index.html"' in beside) == (False, True)
    assert "读入 11 行 = 计入 9 行 + 退回 2 行" in beside
    assert "农贸市场.csv!C2" in beside


def test_long_lists_are_cut_and_say_so(
    submission: Submission, catalogue: Catalogue, checkup: Checkup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "SHOWN", 1)
    monkeypatch.setattr(page, "CELLS", 2)
    many = replace(FULL, repeated=(Repeated("M1", "", ("A1", "A2", "A3")),) * 4)
    view = check_up_view(many, catalogue, submission, "en", scored=True)
    (twice,) = [each for each in view.lists if each.title == "Rows that stand twice"]
    assert (twice.rows, twice.count, twice.more) == ((("人民市场 (M1)", "—", "A1、A2 … +1"),), 4, 3)
    assert "and 3 more" in render_check_up(many, catalogue, submission, "en", scored=True)


def test_notes_stand_on_the_page(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"areas.csv": AREAS, "register.csv": REGISTER, "农贸市场.csv": [WRONG[0] | {"甲": "1", "乙": "2"}]}
    data = read(tmp_path, catalogue, files)
    monkeypatch.setattr(page, "SHOWN", 1)
    told = render_check_up(NOTHING, catalogue, data, "en", scored=True)
    assert "the column &#39;乙&#39; is not used" in told
    assert "and 1 more" in told


def test_the_round_by_its_title(submission: Submission, catalogue: Catalogue) -> None:
    rows = [
        {"round": "r1", "title": "第一轮", "start": None, "end": None},
        {"round": "r2", "title": None, "start": None, "end": None},
    ]
    titled = replace(submission, rounds=pl.DataFrame(rows, schema=ROUNDS))
    assert check_up_view(NOTHING, catalogue, titled, "en", scored=True).round == "all data"
    assert check_up_view(FULL, catalogue, titled, "en", scored=True).round == "第一轮"
    assert check_up_view(replace(FULL, round="r2"), catalogue, titled, "en", scored=True).round == "r2"


def test_a_hostile_name_is_only_a_name(submission: Submission, catalogue: Catalogue) -> None:
    evil = replace(NOTHING, repeated=(Repeated(HOSTILE, HOSTILE, (HOSTILE,)),))
    told = render_check_up(evil, catalogue, submission, "en", scored=True)
    assert "<script>alert" not in told
    assert told.count("&lt;script&gt;alert(1)") == 3


def test_the_page_asks_for_nothing(submission: Submission, catalogue: Catalogue, checkup: Checkup) -> None:
    told = render_check_up(checkup, catalogue, submission, "en", scored=True)
    assert re.findall(r"""(?:href|src)=["']([^"']+)""", told) == ["index.html"]
    assert "default-src 'none'" in told.replace("&#39;", "'")

"""The reference held to the design's own worked examples (sections 4 and 5), so that the engine may be held to it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.reference.cards import (
    Bounds,
    Coverage,
    coverage_of_figure,
    coverage_of_site,
    figure_card,
    level_name,
    places,
    rounded,
    site_card,
    total_card,
    withheld,
)
from tests.reference.catalogue import Catalogue, catalogue_of
from tests.reference.data import TABLES, Row, Tables
from tests.reference.evaluate import Result, assess, check
from tests.reference.findings import COUNTED, Finding, Mark, Terms, marks_of
from tests.reference.gains import Gains, Whole
from tests.reference.method import Method, Node, Part
from tests.reference.rollup import (
    WAYS,
    Branch,
    figure,
    geometric,
    mean_of_criteria,
    mean_of_sites,
    percent,
    pooled,
    site_share,
    tree,
)
from tests.reference.total import final, total

# --- one form, one visit: the kinds of rule and the statuses (4.2, 5) -------------------------------------------------

HEAD = """
catalogue: test
title: 试
edition: "2026"
language: zh
area_levels: {city: 市, district: 区县, subdistrict: 街道}
parts: {on_site: 实地考察, statistics: 统计指标, questionnaires: 问卷调查}
score:
  rounding: {digits: 2, mode: half_up}
  pass_mark: 85
  levels: [{name: 优秀, at_least: 95}, {name: 达标, at_least: 85}, {name: 不达标}]
  unobserved: leave_out
  several_inspections: latest
  site: pooled
  total: [{part: on_site, weight: 60, combine: mean_of_criteria}, {part: statistics, weight: 40, combine: pooled}]
  empty_part: leave_out
"""
TREE = "tree: [{id: Ⅰ-1, title: 一, under: [{id: Ⅱ-1, title: 二}, {id: Ⅱ-2, title: 三}]}]"
UNITS = """
market_bureau: {title: 市场监管局, level: district, aliases: [市场监督局]}
police: {title: 公安局, level: district}
office: {title: 创文办}
"""
FIELDS = """
  riders: {label: 骑行人数, kind: count}
  worn: {label: 佩戴人数, kind: count, at_most: riders}
  share: {label: 佩戴率, kind: percent, formula: worn / riders}
  clean: {label: 整洁, kind: yes_no}
  lit: {label: 有照明, kind: yes_no}
  state: {label: 信号灯, kind: grade, scale: {完好: 1, 部分损坏: 0.5, 损坏: 0}}
  litter: {label: 垃圾, kind: count, at_most: 20}
  stains: {label: 污渍, kind: number}
  width: {label: 宽度, kind: number, from: site}
  people: {label: 人口, kind: count, from: city}
"""


def small(criteria: str, head: str = HEAD, form: str = "several_inspections: latest", **files: str) -> Catalogue:
    """A catalogue with one site type, `crossing`, and these criteria; further files by name."""
    lines = "\n".join(
        f"  - {{place: Ⅱ-1, title: {number}, {each}}}" for number, each in enumerate(criteria.split("\n"))
    )
    crossing = f"site_type: crossing\ntitle: 路口\nlead_unit: police\n{form}\nfields:{FIELDS}criteria:\n{lines}\n"
    texts = {"catalogue.yaml": head, "tree.yaml": TREE, "units.yaml": UNITS, "sites/crossing.yaml": crossing}
    return catalogue_of(texts | {f"{name}.yaml": text for name, text in files.items()})


def tables(**rows: list[Row]) -> Tables:
    """Tables from the rows given, the others empty."""
    return {name: rows.get(name, []) for name in TABLES}


def row(site: str = "甲", day: str = "2026-03-06", **cells: str) -> Row:
    """One wide row of a crossing in 川汇区."""
    return {"site_type": "crossing", "site": site, "area": "周口市/川汇区", "date": day, "complete": "是"} | cells


def judged(rule: str, **cells: str) -> tuple[str, Fraction | None]:
    """Status and score of one criterion at one visit."""
    result = assess(small("id: x, " + rule), tables(wide=[row(**cells)]))
    status, score, _, _ = result.findings["", "周口市/川汇区/甲", "x"]
    return status, score


BANDED = "rate: worn / riders, levels: [{at_least: 0.95, score: 1}, {at_least: 0.85, score: 0.6}]"
BETWEEN = "rate: stains, levels: [{above: 2, below: 3, score: 1}, {at_least: 2, at_most: 3.5, score: 0.5}]"
LINEAR = "rate: worn / riders, full_at: 0.9, zero_at: 0.5"
FALLING = "rate: stains, full_at: 0, zero_at: 3"
DEDUCT = "points: 3, 'deduct': {each: litter, points: 0.5, at_most: 2}"
DEDUCTS = "points: 2, 'deduct': [{each: litter, points: 0.5}, {each: stains - 1, points: 1, at_most: 1}]"
ALL = "of: [clean, lit, riders > 0]"
MISSING = ALL + ", levels: [{missing: 0, score: 1}, {missing: 1, score: 0.66}]"

KINDS = [
    ("pass: riders > 2", {"riders": "3"}, "met", "1"),
    ("pass: riders > 2", {"riders": "2"}, "missed", "0"),
    ("pass: riders > 2", {}, "unobserved", None),
    ("pass: clean or riders > 2", {"clean": "是"}, "met", "1"),
    (BANDED, {"riders": "200", "worn": "170"}, "partial", "0.6"),
    (BANDED, {"riders": "200", "worn": "169"}, "missed", "0"),
    (BANDED, {"riders": "200", "worn": "190"}, "met", "1"),
    (BANDED, {"riders": "200", "worn": "189"}, "partial", "0.6"),
    (BANDED, {"riders": "0", "worn": "0"}, "unobserved", None),
    (BANDED, {"riders": "200"}, "unobserved", None),
    (BETWEEN, {"stains": "2"}, "partial", "0.5"),
    (BETWEEN, {"stains": "2.0001"}, "met", "1"),
    (BETWEEN, {"stains": "2.9999"}, "met", "1"),
    (BETWEEN, {"stains": "3"}, "partial", "0.5"),
    (BETWEEN, {"stains": "3.5"}, "partial", "0.5"),
    (BETWEEN, {"stains": "3.5001"}, "missed", "0"),
    (LINEAR, {"riders": "10", "worn": "9"}, "met", "1"),
    (LINEAR, {"riders": "10", "worn": "10"}, "met", "1"),
    (LINEAR, {"riders": "10", "worn": "7"}, "partial", "0.5"),
    (LINEAR, {"riders": "10", "worn": "5"}, "missed", "0"),
    (LINEAR, {"riders": "3", "worn": "2"}, "partial", "0.416666667"),
    (FALLING, {"stains": "2"}, "partial", "0.333333333"),
    (FALLING, {"stains": "1"}, "partial", "0.666666667"),
    (FALLING, {"stains": "-1"}, "met", "1"),
    ("grade: state", {"state": "部分损坏"}, "partial", "0.5"),
    ("grade: state", {"state": "损坏"}, "missed", "0"),
    ("grade: state", {}, "unobserved", None),
    (DEDUCT, {"litter": "0"}, "met", "1"),
    (DEDUCT, {"litter": "1"}, "partial", "5/6"),
    (DEDUCT, {"litter": "4"}, "partial", "1/3"),
    (DEDUCT, {"litter": "20"}, "partial", "1/3"),
    (DEDUCT, {}, "unobserved", None),
    (DEDUCTS, {"litter": "1", "stains": "1.5"}, "partial", "0.5"),
    (DEDUCTS, {"litter": "1", "stains": "0"}, "partial", "0.75"),
    (DEDUCTS, {"litter": "3", "stains": "9"}, "missed", "0"),
    (DEDUCTS, {"litter": "4"}, "missed", "0"),
    (DEDUCTS, {"litter": "3"}, "unobserved", None),
    (ALL, {"clean": "是", "lit": "是", "riders": "1"}, "met", "1"),
    (ALL, {"clean": "是", "lit": "否"}, "missed", "0"),
    (ALL, {"clean": "是", "lit": "是"}, "unobserved", None),
    (MISSING, {"clean": "是", "lit": "否", "riders": "1"}, "partial", "0.66"),
    (MISSING, {"clean": "否", "lit": "否"}, "missed", "0"),
    (MISSING, {"clean": "是", "lit": "否"}, "unobserved", None),
    ("judged: yes_no", {"x": "是"}, "met", "1"),
    ("judged: yes_no", {"x": "否"}, "missed", "0"),
    ("judged: yes_no", {}, "unobserved", None),
    ("judged: grade, scale: {A: 1, B: 0.66, C: 0.33, D: 0}", {"x": "C"}, "partial", "0.33"),
    ("judged: deduction, points: 4", {"x": "1"}, "partial", "0.75"),
    ("judged: deduction, points: 4", {"x": "9"}, "missed", "0"),
    ("judged: deduction, points: 4", {"x": "0"}, "met", "1"),
]


@pytest.mark.parametrize(("rule", "cells", "status", "score"), KINDS)
def test_kinds_of_rule(rule: str, cells: dict[str, str], status: str, score: str | None) -> None:
    assert judged(rule, **cells) == (status, None if score is None else Fraction(score))


STATUSES = [
    ("pass: worn > 1, applies: riders > 0", {"riders": "0"}, "not_applicable"),
    ("pass: worn > 1, applies: riders > 0", {"worn": "2"}, "unobserved"),
    ("pass: riders > 1, applies: clean", {"riders": "2", "clean": "是"}, "met"),
    ("pass: worn > 1", {"riders": "5", "worn": "6"}, "invalid"),
    ("pass: riders > 1", {"riders": "5", "worn": "6"}, "met"),
    ("pass: share > 0.5", {"riders": "5", "worn": "6"}, "invalid"),
    ("pass: share > 0.5 or clean", {"riders": "5", "worn": "6", "clean": "是"}, "invalid"),
    ("pass: clean, applies: worn > 0", {"riders": "5", "worn": "6"}, "invalid"),
    ("pass: worn > 1, applies: clean", {"riders": "5", "worn": "6", "clean": "否"}, "not_applicable"),
    ("pass: worn > 1, applies: clean", {"riders": "5", "worn": "6"}, "invalid"),
    ("pass: worn > 1, applies: worn > 0 and clean", {"riders": "5", "worn": "6", "clean": "否"}, "not_applicable"),
    ("pass: litter > 1", {"litter": "20"}, "met"),
    ("pass: litter > 1", {"litter": "21"}, "invalid"),
    ("pass: worn >= 0", {"worn": "6"}, "met"),
]


@pytest.mark.parametrize(("rule", "cells", "status"), STATUSES)
def test_statuses_are_decided_in_order(rule: str, cells: dict[str, str], status: str) -> None:
    assert judged(rule, **cells)[0] == status


def status_of(catalogue: Catalogue, rows: Tables, criterion: str = "x", as_of: date | None = None) -> str:
    """The status of one criterion at site 甲."""
    return assess(catalogue, rows, as_of).findings["", "周口市/川汇区/甲", criterion][0]


def test_a_derived_field_of_an_invalid_one_may_still_be_false() -> None:
    """Only `litter` is invalid, and reads as unknown: without `clean`, `tidy` is false and the criterion does not apply."""
    text = FIELDS + "  tidy: {label: 整齐, kind: yes_no, formula: clean and litter < 5}\n"
    crossing = (
        f"site_type: crossing\ntitle: 路口\nfields:{text}criteria:\n  - {{id: x, title: 一, place: Ⅱ-1, pass: lit, "
    )
    texts = {"catalogue.yaml": HEAD, "tree.yaml": TREE, "units.yaml": UNITS, "c.yaml": crossing + "applies: tidy}\n"}
    catalogue = catalogue_of(texts)
    assert status_of(catalogue, tables(wide=[row(clean="否", litter="21")])) == "not_applicable"
    assert status_of(catalogue, tables(wide=[row(clean="是", litter="21")])) == "invalid"
    assert status_of(catalogue, tables(wide=[row(clean="是", litter="20")])) == "not_applicable"


def test_sites_without_an_area_have_a_line_of_their_own() -> None:
    rows: list[Row] = [{"site_type": "crossing", "site_id": "甲", "site": "甲", "date": "2026-03-06", "clean": "是"}]
    result = assess(small("id: x, pass: clean"), tables(wide=rows))
    assert result.figures("areas") == {"": 100}
    assert result.figures("units") == {"police": 100}
    assert result.ranks["areas"] == {}


def test_problems_are_nought_only_on_a_complete_visit() -> None:
    catalogue = small("id: x, pass: problems == 0\nid: y, points: 1, 'deduct': {each: deducted, points: 1}")
    found = {"criterion": "x", "problem": "破损", "date": "2026-03-06", "area": "周口市/川汇区", "site": "甲"}
    assert status_of(catalogue, tables(wide=[row()])) == "met"
    assert status_of(catalogue, tables(wide=[row(complete="")])) == "unobserved"
    assert status_of(catalogue, tables(wide=[row()], problems=[found | {"site_type": "crossing"}])) == "missed"
    assert status_of(catalogue, tables(wide=[row(complete="")], problems=[found])) == "missed"
    lost = found | {"criterion": "y", "deduction": "0.25"}
    assert status_of(catalogue, tables(wide=[row()], problems=[lost, lost]), "y") == "partial"
    assert status_of(catalogue, tables(wide=[row(complete="")], problems=[lost, lost]), "y") == "unobserved"
    assert status_of(catalogue, tables(wide=[row(complete="")], problems=[lost] * 4), "y") == "missed"


def test_a_problem_row_joins_the_visit_of_its_date_or_makes_an_incomplete_one() -> None:
    catalogue = small("id: x, pass: problems == 0\nid: y, pass: clean\nid: z, pass: problems < 3")
    found = {"criterion": "x", "problem": "破损", "area": "周口市/川汇区", "site": "甲", "site_type": "crossing"}
    rows = [row(clean="是"), row(day="2026-03-04", clean="否")]
    later = found | {"date": "2026-03-08"}
    assert status_of(catalogue, tables(wide=rows)) == "met"
    assert status_of(catalogue, tables(wide=rows, problems=[found | {"date": "2026-03-04"}])) == "met"  # an older visit
    assert status_of(catalogue, tables(wide=rows, problems=[found])) == "missed"  # no date: the last visit
    assert status_of(catalogue, tables(wide=rows, problems=[later])) == "missed"
    assert status_of(catalogue, tables(wide=rows, problems=[later]), "y") == "met"  # the new visit did not see it
    assert status_of(catalogue, tables(wide=rows, problems=[later | {"criterion": "z"}]), "z") == "met"


def test_a_verdict_counts_only_where_the_fields_do_not_decide() -> None:
    catalogue = small("id: x, pass: clean\nid: y, judged: yes_no\nid: z, grade: state\nid: w, pass: worn > 1")

    def verdict(criterion: str, **cells: str) -> str:
        seen = {key: cells.pop(key) for key in ("clean", "worn", "riders") if key in cells}
        given = {"criterion": criterion, "date": "2026-03-06", "area": "周口市/川汇区", "site": "甲"} | cells
        return status_of(catalogue, tables(wide=[row(**seen)], checks=[given]), criterion)

    assert verdict("x", result="符合") == "met"
    assert verdict("x", result="不符合") == "missed"
    assert verdict("x", result="不适用") == "not_applicable"
    assert verdict("x", result="符合", clean="否") == "missed"
    assert verdict("y", result="不符合") == "missed"
    assert verdict("y", result="不适用") == "not_applicable"
    assert verdict("z", grade="部分损坏") == "partial"
    assert verdict("w", result="符合", worn="3", riders="1") == "invalid"


def test_a_waiver_hides_a_status_until_its_last_day() -> None:
    catalogue = small("id: x, pass: clean\nid: y, pass: clean, applies: lit")
    waiver = {"criterion": "x", "site": "甲", "area": "周口市/川汇区", "site_type": "crossing", "reason": "修路"}
    rows = tables(wide=[row(clean="否", lit="否")], waivers=[waiver | {"until": "2026-03-06"}])
    assert status_of(catalogue, rows) == "waived"
    assert assess(catalogue, rows).findings["", "周口市/川汇区/甲", "x"] == ("waived", Fraction(0), None, Fraction(1))
    assert status_of(catalogue, rows, as_of=date(2026, 3, 7)) == "missed"
    other = tables(wide=[row(clean="否", lit="否")], waivers=[waiver | {"criterion": "y", "until": "2026-12-31"}])
    assert status_of(catalogue, other, "y") == "not_applicable"


def test_dated_values_and_the_life_of_a_criterion() -> None:
    changes = "changes: [{from: 2026-03-06, pass: riders > 5}, {from: 2027-01-01, rate: riders, levels: [{above: 9, score: 0.5}]}]"
    catalogue = small(
        f"id: x, pass: riders > 2, {changes}\nid: y, pass: lit, effective: {{from: 2026-03-06, until: 2026-03-31}}"
    )
    rows = tables(wide=[row(riders="10")])
    five = tables(wide=[row(riders="5")])
    assert status_of(catalogue, five, as_of=date(2026, 3, 5)) == "met"
    assert status_of(catalogue, five, as_of=date(2026, 3, 6)) == "missed"
    assert status_of(catalogue, rows, as_of=date(2027, 1, 1)) == "partial"
    lives = {day: ("", "周口市/川汇区/甲", "y") in assess(catalogue, rows, day).findings for day in map(
        date.fromisoformat, ("2026-03-05", "2026-03-06", "2026-03-31", "2026-04-01"))}  # fmt: skip
    assert list(lives.values()) == [False, True, True, False]


def test_the_last_visit_that_observed_it_counts_and_of_one_time_the_lower() -> None:
    catalogue = small("id: x, pass: worn > 2\nid: y, pass: clean")
    older, newer = row(day="2026-03-01", worn="3", riders="9", clean="是"), row(day="2026-03-02", worn="", clean="否")
    del newer["worn"]
    assert status_of(catalogue, tables(wide=[older, newer])) == "met"
    assert status_of(catalogue, tables(wide=[newer, older]), "y") == "missed"
    contradicted = row(day="2026-03-02", worn="3", riders="2")
    assert status_of(catalogue, tables(wide=[contradicted, older])) == "invalid"
    morning, noon = row(day="2026-03-02 08:30", clean="否"), row(day="2026-03-02 12:00", clean="是")
    assert status_of(catalogue, tables(wide=[noon, morning]), "y") == "met"
    assert status_of(catalogue, tables(wide=[row(clean="是"), row(clean="否")]), "y") == "missed"
    assert status_of(catalogue, tables(wide=[row(clean="否"), row(clean="是")]), "y") == "missed"
    assert status_of(catalogue, tables(wide=[row(), row(clean="是")]), "y") == "met"


def test_each_visit_counts_by_itself() -> None:
    catalogue = small("id: x, pass: clean\nid: y, pass: lit", form="several_inspections: each")
    rows = tables(wide=[row(day="2026-03-01", clean="是", lit="是"), row(day="2026-03-02", clean="否")])
    result = assess(catalogue, rows)
    assert {key[0] + key[2]: value[0] for key, value in result.findings.items()} == {
        "2026-03-01x": "met", "2026-03-02x": "missed", "2026-03-01y": "met", "2026-03-02y": "unobserved",
    }  # fmt: skip
    key = "周口市/川汇区/甲"
    assert result.figures("visits") == {f"2026-03-01\n{key}": Fraction(100), f"2026-03-02\n{key}": Fraction(0)}
    assert result.figures("sites") == {key: Fraction(200, 3)}
    assert result.parts["on_site"] == Fraction(75)  # x: 1 of 2 visits, y: 1 of 1


BOTH = [
    ("是", "0", "", "missed"), ("", "0", "", "missed"), ("是", "", "", "unobserved"), ("是", "3", "", "met"),
    ("是", "2", "", "partial"), ("", "2", "", "unobserved"), ("是", "21", "", "invalid"), ("否", "21", "", "missed"),
    ("", "21", "", "invalid"), ("是", "2", "是", "partial"), ("否", "2", "是", "partial"),
]  # fmt: skip


@pytest.mark.parametrize(("clean", "litter", "lit", "status"), BOTH)
def test_both_is_the_lower_and_its_members_count_no_points(clean: str, litter: str, lit: str, status: str) -> None:
    """`x` applies only where it is not lit; `y` gives half for two."""
    x = "id: x, pass: clean, applies: not lit"
    y = "id: y, points: 3, rate: litter, levels: [{at_least: 3, score: 1}, {at_least: 2, score: 0.5}]"
    catalogue = small(f"{x}\n{y}\nid: z, points: 2, both: [x, y]")
    cells = {"clean": clean, "litter": litter, "lit": lit or "否"}
    result = assess(catalogue, tables(wide=[row(**{key: cell for key, cell in cells.items() if cell})]))
    found = {each.criterion: each for each in result.details}
    assert found["z"].status == status
    assert [each.criterion for each in result.details if each.terms.member] == ["x", "y"]
    assert result.figures("sites")["周口市/川汇区/甲"] == (None if found["z"].score is None else 100 * found["z"].score)


def test_both_without_a_member_that_counts_is_not_applicable() -> None:
    catalogue = small("id: x, pass: clean, applies: lit\nid: y, pass: clean\nid: z, both: [x, y]")
    waiver = {"criterion": "y", "site": "甲", "area": "周口市/川汇区", "site_type": "crossing", "reason": "修路"}
    rows = [row(clean="否", lit="否")]
    assert status_of(catalogue, tables(wide=rows, waivers=[waiver]), "z") == "not_applicable"
    assert status_of(catalogue, tables(wide=rows), "z") == "missed"


def test_both_keeps_billionths_where_a_member_is_a_deduction() -> None:
    rules = "id: x, points: 3, 'deduct': {each: litter, points: 1}\nid: y, pass: clean\nid: z, points: 2, both: [x, y]"
    result = assess(small(rules), tables(wide=[row(litter="2", clean="是")]))
    scores = {each.criterion: each.score for each in result.details}
    assert scores == {"x": Fraction(1, 3), "y": 1, "z": Fraction(333333333, 10**9)}


def test_show_gives_no_finding() -> None:
    result = assess(small("id: x, show: riders * 2\nid: y, pass: clean"), tables(wide=[row(clean="是")]))
    assert [key[2] for key in result.findings] == ["y"]


# --- whose site, whose unit (4.1) -------------------------------------------------------------------------------------

AREAS = [
    {"area": "周口市", "level": "市"}, {"area": "川汇区", "parent": "周口市", "level": "区县"},
    {"area": "淮阳区", "parent": "周口市", "level": "区县"}, {"area": "七一路", "parent": "川汇区", "level": "街道"},
]  # fmt: skip
REGISTER = [
    {"site_id": "M1", "site": "中心市场", "site_type": "market", "area": "七一路", "lead_unit": "市场监督局"},
    {"site_id": "T1", "site": "公厕", "site_type": "toilet", "part_of": "M1"},
]


def city(*criteria: str, **rows: list[Row]) -> Result:
    """A city with markets, toilets in markets, statistics of the city and a questionnaire of districts."""
    market = "site_type: market\ntitle: 农贸市场\nlead_unit: office\nfields:\n  stalls: {label: 摊位, kind: count}\n"
    market += "  size: {label: 面积, kind: number, from: site}\n  people: {label: 人口, kind: count, from: city}\n"
    market += "criteria:\n" + "".join(f"  - {{place: Ⅱ-1, {each}}}\n" for each in criteria)
    files = {
        "catalogue": HEAD, "tree": TREE, "units": UNITS, "sites/market": market,
        "sites/toilet": "site_type: toilet\ntitle: 公厕\npart_of: [market]\nfields: {paper: {label: 有纸, kind: yes_no}}\n"
        "criteria: [{id: paper_there, title: 有纸, place: Ⅱ-2, pass: paper}]\n",
        "sites/stat": "site_type: stat\ntitle: 统计\neach: city\npart: statistics\nlead_unit: office\n"
        "fields: {people: {label: 人口, kind: count}, trees: {label: 树, kind: count}}\n"
        "criteria: [{id: green, title: 绿, place: Ⅱ-2, points: 2, rate: trees / people, full_at: 1, zero_at: 0}]\n",
        "sites/training": "site_type: training\ntitle: 培训\neach: unit\nlead_unit: office\n"
        "fields: {trained: {label: 明白人, kind: count}}\n"
        "criteria: [{id: two, title: 两人, place: Ⅱ-2, pass: trained >= 2}]\n",
        "questionnaires/citizens": "questionnaire: citizens\ntitle: 问卷\neach: district\npart: on_site\nlead_unit: office\n"
        "fields: {drawn: {label: 抽取, kind: count}, entered: {label: 入户, kind: count, at_most: drawn}}\n"
        "rates: {entry: entered / drawn}\n"
        "criteria: [{id: entry_rate, title: 入户率, place: Ⅱ-2, ask: citizens.entry, levels: [{at_least: 0.8, score: 1}]}]\n",
    }  # fmt: skip
    catalogue = catalogue_of({f"{name}.yaml": text for name, text in files.items()})
    return assess(catalogue, tables(**({"areas": AREAS, "register": REGISTER} | rows)))


def market_row(**cells: str) -> Row:
    """A visit to the market."""
    return {"form": "market", "site_id": "M1", "date": "2026-03-06"} | cells


def test_the_first_that_names_a_unit_wins() -> None:
    def lead(criterion: str, **cells: str) -> tuple[str, ...]:
        return city(criterion, wide=[market_row(stalls="3", **cells)]).details[0].lead_units

    rule = "id: a, title: 甲, pass: stalls > 2"
    assert lead(rule) == ("market_bureau@周口市/川汇区",)  # the register
    assert lead(rule, lead_unit="公安局;创文办") == ("police@周口市/川汇区", "office")  # the data row


def test_a_part_takes_area_and_units_from_its_whole() -> None:
    result = city(
        "id: a, title: 甲, pass: stalls > 2",
        wide=[{"form": "toilet", "site_id": "T1", "date": "2026-03-06", "paper": "否"}],
    )
    assert result.details[0].area == "周口市/川汇区/七一路"
    assert result.details[0].lead_units == ("market_bureau@周口市/川汇区",)
    assert result.figures("outline") == {"Ⅰ-1": 0, "Ⅱ-2": 0}
    assert result.figures("areas") == {"周口市": 0, "周口市/川汇区": 0, "周口市/川汇区/七一路": 0}


def test_fields_from_the_register_and_from_the_city() -> None:
    register = [{**REGISTER[0], "size": "30"}]
    rule = "id: a, title: 甲, pass: people / size >= 100"
    statistics = {"form": "stat", "area": "周口市", "date": "2026-03-05", "people": "3000", "trees": "1500"}
    result = city(rule, register=register, wide=[statistics, market_row()])
    assert result.findings["", "M1", "a"][0] == "met"
    assert result.findings["", "stat:周口市", "green"] == ("partial", Fraction(1, 2), Fraction(1), Fraction(2))
    assert city(rule, register=register, wide=[market_row()]).findings["", "M1", "a"][0] == "unobserved"


def test_sites_that_are_areas_or_units() -> None:
    rows: list[Row] = [{"form": "training", "unit": "公安局", "area": "川汇区", "date": "2026-03-06", "trained": "1"}]
    rows.append({"form": "training", "unit": "创文办", "date": "2026-03-06", "trained": "2"})
    result = city("id: a, title: 甲, pass: stalls > 2", wide=rows)
    assert result.findings["", "training:police@周口市/川汇区", "two"][0] == "missed"
    assert result.findings["", "training:office@周口市", "two"][0] == "met"
    assert result.figures("areas") == {"周口市": 50, "周口市/川汇区": 0}  # the office is of the whole city


ASKS = [("80", "met"), ("79", "missed"), ("101", "invalid"), ("", "unobserved")]


@pytest.mark.parametrize(("entered", "status"), ASKS)
def test_ask_reads_the_counts_of_the_nearest_area_above(entered: str, status: str) -> None:
    row = {"form": "citizens", "area": "川汇区", "date": "2026-03-06", "drawn": "100", "entered": entered}
    rule = "id: a, title: 甲, ask: citizens.entry, pass: rate >= 0.8"
    result = city(rule, wide=[{key: cell for key, cell in row.items() if cell}, market_row()])
    assert result.findings["", "citizens:周口市/川汇区", "entry_rate"][0] == status
    assert result.findings["", "M1", "a"][0] == status


def test_a_rate_of_counts_that_divides_by_nought_is_not_estimable() -> None:
    row = {"form": "citizens", "area": "川汇区", "date": "2026-03-06", "drawn": "0", "entered": "0"}
    assert city(wide=[row]).findings["", "citizens:周口市/川汇区", "entry_rate"][0] == "unobserved"


def test_a_shared_criterion_differs_by_type() -> None:
    common = (
        "fields: {tidy: {label: 整齐, kind: count}}\ncriteria:\n  - {id: s, title: 共, place: Ⅱ-1, site_types: [a, b],"
    )
    common += " pass: tidy > 2, by_type: {b: {lead_unit: police, applies: tidy > 0}}}\n"
    texts = {"catalogue": HEAD, "tree": TREE, "units": UNITS, "common/c": common}
    types = {f"sites/{key}": f"site_type: {key}\ntitle: {key}型\nlead_unit: office\n" for key in "ab"}
    catalogue = catalogue_of({f"{name}.yaml": text for name, text in (texts | types).items()})
    rows: list[Row] = [
        {"form": key, "site": key, "area": "周口市/川汇区", "date": "2026-03-06", "tidy": "0"} for key in "ab"
    ]
    result = assess(catalogue, tables(wide=rows))
    assert [(each.form, each.status, each.lead_units) for each in result.details] == [
        ("a", "missed", ("office",)), ("b", "not_applicable", ("police@周口市/川汇区",)),
    ]  # fmt: skip


def test_rounds_the_last_by_date_is_scored() -> None:
    catalogue = small("id: x, pass: clean")
    rows = tables(wide=[row(round="二", day="2026-03-09", clean="否"), row(round="一", day="2026-02-01", clean="是")])
    result = assess(catalogue, rows)
    assert (result.round, result.as_of, result.total) == ("二", date(2026, 3, 9), Fraction(0))
    assert assess(catalogue, rows, round_id="一").total == 100
    listed = [
        {"round": name, "from": f"2026-0{month}-01", "until": f"2026-0{month}-28"}
        for name, month in (("a", 2), ("b", 3))
    ]
    undated = tables(wide=[row(day="2026-02-28", clean="是"), row(day="2026-03-01", clean="否")], rounds=listed)
    assert assess(catalogue, undated).round == "b"
    assert assess(catalogue, undated, round_id="a").total == 100


# --- several inspections (5) ------------------------------------------------------------------------------------------

BANDS = "id: x, points: 2, rate: litter, levels: [{at_least: 3, score: 1}, {at_least: 2, score: 0.66}, {at_least: 1, score: 0.33}]"
LOSES = "id: x, points: 3, 'deduct': {each: litter, points: 1}"
APPLIES = "id: x, pass: litter > 1, applies: clean"
# What each visit says: a count, "" unobserved, "!" contradictory (more than 20), "-" not applicable. The visit is the one
# that the finding comes from, the first being 0.
SEVERAL = [
    ("latest", BANDS, "3 2 -0", "missed", "0", 2), ("latest", BANDS, "3 ! ?", "invalid", None, 1),
    ("worst", BANDS, "3 2 3", "partial", "0.66", 1), ("worst", BANDS, "2 3 2", "partial", "0.66", 2),
    ("worst", BANDS, "0 ! 3", "missed", "0", 0), ("worst", BANDS, "3 ! 1", "invalid", None, 1),
    ("worst", BANDS, "? 3 ?", "met", "1", 1), ("worst", BANDS, "? ? ?", "unobserved", None, 2),
    ("worst", APPLIES, "- - ?", "not_applicable", None, 1), ("worst", APPLIES, "2 - ?", "met", "1", 0),
    ("mean", BANDS, "3 0 ?", "partial", "0.5", 1), ("mean", BANDS, "3 3 ?", "met", "1", 1), ("mean", BANDS, "0 ? 0", "missed", "0", 2),
    ("mean", BANDS, "2 1 1", "partial", "0.44", 2), ("mean", BANDS, "2 2 1", "partial", "0.55", 2),
    ("mean", BANDS, "2 2 0", "partial", "0.44", 2), ("mean", BANDS, "3 2 0", "partial", "0.553333333", 2),
    ("mean", BANDS, "3 3 2", "partial", "0.886666667", 2), ("mean", BANDS, "3 ! 0", "invalid", None, 1),
    ("mean", LOSES, "0 1 0", "partial", "1 - 0.333333333 / 3", 2), ("mean", LOSES, "1 1 0", "partial", "1 - 0.666666667 / 3", 2),
    ("mean", LOSES, "9 3 5", "missed", "0", 2), ("mean", LOSES, "0 9 ?", "partial", "0.5", 1),
    ("mean", APPLIES, "2 - ?", "met", "1", 0), ("mean", APPLIES, "- ? ?", "not_applicable", None, 0),
    ("mean", APPLIES, "? ? ?", "unobserved", None, 2), ("mean", APPLIES, "0 - 2", "partial", "0.5", 2),
]  # fmt: skip


def visit(said: str, day: int) -> Row:
    """A visit that says so much."""
    cells = {"?": {"clean": "是"}, "-": {"clean": "否"}, "!": {"clean": "是", "litter": "21"}}
    return row(day=f"2026-03-0{day + 1}", **cells.get(said, {"clean": "是", "litter": said.lstrip("-")}))


@pytest.mark.parametrize(("way", "rule", "said", "status", "score", "from_visit"), SEVERAL)
def test_several_inspections(way: str, rule: str, said: str, status: str, score: str | None, from_visit: int) -> None:
    catalogue = small(rule, form=f"several_inspections: {way}")
    result = assess(catalogue, tables(wide=[visit(each, day) for day, each in enumerate(said.split())]))
    (found,) = result.details
    first, _, lost = (score or "").partition(" - ")
    wanted = None if score is None else Fraction(first) - (Fraction(lost.split(" / ")[0]) / 3 if lost else 0)
    assert (found.status, found.score, found.seen) == (status, wanted, f"2026-03-0{from_visit + 1}")


def test_the_catalogue_says_how_several_inspections_count_unless_the_type_does() -> None:
    rows = tables(wide=[visit("3", 0), visit("0", 1)])
    worst = HEAD.replace("several_inspections: latest", "several_inspections: worst")
    assert status_of(small(BANDS, worst, form=""), rows) == "missed"
    assert status_of(small(BANDS, worst, form="several_inspections: mean"), rows) == "partial"


def test_a_waiver_masks_what_the_visits_say_together() -> None:
    catalogue = small(APPLIES, form="several_inspections: mean")
    waiver = {"criterion": "x", "site": "甲", "area": "周口市/川汇区", "site_type": "crossing", "reason": "修路"}
    waived = assess(catalogue, tables(wide=[visit("2", 0), visit("0", 1)], waivers=[waiver])).details[0]
    assert (waived.status, waived.score) == ("waived", Fraction(1, 2))
    assert status_of(catalogue, tables(wide=[visit("-", 0), visit("?", 1)], waivers=[waiver])) == "not_applicable"


# --- both, across kinds of site (4.2) ---------------------------------------------------------------------------------

LOWER = "id: a, title: 甲, pass: stalls > 2}\n  - {place: Ⅱ-1, id: z, title: 乙, points: 4, both: [a, "
STATISTICS: Row = {"form": "stat", "area": "周口市", "date": "2026-03-05", "people": "10", "trees": "5"}
DISTRICT: Row = {"form": "citizens", "area": "川汇区", "date": "2026-03-06", "drawn": "100"}
ACROSS = [
    ("green", [STATISTICS], "partial", "0.5"),  # the city is the nearest area above that has it
    ("green", [], "unobserved", None),
    ("green", [{**STATISTICS, "trees": "0"}], "missed", "0"),
    ("entry_rate", [{**DISTRICT, "entered": "80"}], "met", "1"),
    ("entry_rate", [{**DISTRICT, "entered": "79"}], "missed", "0"),
    ("entry_rate", [{**DISTRICT, "entered": "101"}], "invalid", None),
    ("entry_rate", [{**DISTRICT, "entered": "80", "area": "西华县"}], "unobserved", None),  # another district
]


@pytest.mark.parametrize(("member", "rows", "status", "score"), ACROSS)
def test_a_member_on_another_kind_of_site_is_read_at_the_nearest_area(
    member: str, rows: list[Row], status: str, score: str | None
) -> None:
    areas = [*AREAS, {"area": "西华县", "parent": "周口市", "level": "区县"}]
    result = city(LOWER + f"{member}]", areas=areas, wide=[*rows, market_row(stalls="3")])
    found = {each.criterion: each for each in result.details if each.site == "M1"}
    assert (found["z"].status, found["z"].score) == (status, None if score is None else Fraction(score))
    assert {each.criterion for each in result.details if each.terms.member} == {"a", *([member] if rows else [])}
    assert found["z"].terms.lowest == 0
    assert found["z"].terms.highest == 1


def test_a_member_that_is_waived_at_its_area_is_left_out() -> None:
    waiver = {"form": "stat", "area": "周口市", "criterion": "green", "reason": "数据未出"}
    result = city(LOWER + "green]", wide=[STATISTICS, market_row(stalls="3")], waivers=[waiver])
    assert result.findings["", "M1", "z"][0] == "met"


def test_of_several_visits_of_the_area_the_last_is_read_where_each_counts() -> None:
    levels = "levels: [{at_least: 9, score: 1}, {at_least: 5, score: 0.5}]"
    stat = f"site_type: stat\ntitle: 统计\neach: city\nseveral_inspections: each\nfields: {{trees: {{label: 树, kind: count}}}}\ncriteria: [{{id: s, title: 绿, place: Ⅱ-2, rate: trees, {levels}}}]\n"
    catalogue = small("id: x, pass: clean\nid: z, both: [x, s]", **{"sites/stat": stat})
    visits: list[Row] = [
        {"form": "stat", "area": "周口市", "date": f"2026-03-0{day}", "trees": trees}
        for day, trees in ((3, "5"), (2, "9"))
    ]
    result = assess(catalogue, tables(wide=[row(clean="是"), *visits]))
    assert result.findings["", "周口市/川汇区/甲", "z"][:2] == ("partial", Fraction(1, 2))


# --- the range of a rule (5) ------------------------------------------------------------------------------------------

RANGES = [
    ("pass: clean", "0", "1"),
    ("rate: litter, levels: [{at_least: 3, score: 0.8}, {at_least: 1, score: 0.3}]", "0", "0.8"),
    ("rate: litter, full_at: 3, zero_at: 0", "0", "1"),
    ("grade: state", "0", "1"),
    ("judged: grade, scale: {A: 0.9, B: 0.66, C: 0.25}", "0.25", "0.9"),
    ("judged: yes_no", "0", "1"),
    ("judged: deduction", "0", "1"),
    ("'deduct': {each: litter, points: 0.1, at_most: 0.5}", "0", "1"),
    ("of: [clean, lit]", "0", "1"),
    ("of: [clean, lit], levels: [{missing: 0, score: 0.9}, {missing: 1, score: 0.4}]", "0", "0.9"),
    ("of: [clean, lit], levels: [{missing: 0, score: 0.9}, {missing: 2, score: 0.4}]", "0.4", "0.9"),
    ("both: [low, high]", "0.25", "0.8"),
]


@pytest.mark.parametrize(("rule", "lowest", "highest"), RANGES)
def test_the_lowest_and_highest_score_of_a_rule(rule: str, lowest: str, highest: str) -> None:
    members = "id: low, judged: grade, scale: {A: 0.5, B: 0.25}\nid: high, judged: grade, scale: {A: 0.8, B: 0.3}\n"
    found = assess(small(members + "id: x, " + rule), tables(wide=[row()])).details[-1].terms
    assert (found.lowest, found.highest) == (Fraction(lowest), Fraction(highest))


# --- figures (4.5) ----------------------------------------------------------------------------------------------------

STATUSES_SAID = {"1": "met", "0": "missed", "?": "unobserved", "!": "invalid", "-": "not_applicable", "w": "waived"}


def found(
    criterion: str, said: str, points: str = "1", place: str = "Ⅰ", *,
    site: str = "s", form: str = "t", part: str = "on_site", lead: str = "", member: bool = False, over_sites: str = "mean",
    **terms: str,
) -> Finding:  # fmt: skip
    """A finding for sums: `said` is a score, ? unobserved, ! invalid, - not applicable, w waived."""
    status = STATUSES_SAID.get(said, "partial")
    score = Fraction(said) if status in COUNTED else None
    numbers = {key: Fraction(text) for key, text in terms.items()}
    about = Terms(points=Fraction(points), member=member, over_sites=over_sites, **numbers)
    units = (lead,) if lead else ()
    return Finding("", site, form, part, "", place, criterion, "pass", status, score, about, units)


def now(findings: Sequence[Finding], zero: bool = False) -> list[Mark]:
    """Findings as they count now."""
    return list(marks_of(findings, zero).now)


def method(way: str = "pooled", *, under: tuple[Node, ...] = (), **more: Any) -> Method:
    """One part, `on_site`, by this way over an outline; other parts where they are given."""
    parts = more.pop("parts", (Part("on_site", Fraction(100), way),))
    levels = (("优秀", Fraction(90)), ("达标", Fraction(60)), ("不达标", Fraction(0)))
    return Method(parts=parts, root=Node("", under=under), levels=levels, **more)


FINDINGS = [
    found("a", "1", "3"), found("a", "0", "3"), found("a", "1", "3"), found("a", "?", "3"),
    found("b", "0.66", "1"), found("b", "w", "1"), found("c", "-", "9"),
]  # fmt: skip


def test_pooled_and_mean_of_criteria() -> None:
    assert pooled(now(FINDINGS)) == Fraction("6.66") / 10
    assert mean_of_criteria(now(FINDINGS)) == (3 * Fraction(2, 3) + Fraction("0.66")) / 4
    assert pooled(now(FINDINGS[-2:])) is None
    assert mean_of_criteria(now(FINDINGS[-2:])) is None


def test_what_is_open_counts_as_nought_under_zero_and_keeps_its_status() -> None:
    findings = [*FINDINGS, found("b", "!", "1")]
    assert pooled(now(findings, zero=True)) == Fraction("6.66") / (4 * 3 + 2 * 1)
    assert mean_of_criteria(now(findings, zero=True)) == (3 * Fraction(1, 2) + Fraction("0.33")) / 4
    assert [each.status for each in findings].count("unobserved") == 1


def test_members_and_adjustments_have_no_points_in_any_figure() -> None:
    findings = [
        found("a", "1"),
        found("b", "0", "9", member=True),
        found("c", "0", "9", adjust_total="-3"),
        found("d", "0", "0", veto_site="59"),
    ]
    for way in WAYS.values():
        assert way(now([each for each in findings if each.criterion != "d"]), method(under=(Node("Ⅰ"),))) == 1
    assert pooled(now(findings[1:])) is None


LOWEST = [
    found("a", "1", "3", over_sites="lowest"), found("a", "1", "3", over_sites="lowest"), found("a", "0.5", "3", over_sites="lowest"),
    found("b", "1"), found("b", "0.5"),
]  # fmt: skip


def test_over_sites_lowest_counts_for_all_its_sites() -> None:
    assert pooled(now(LOWEST)) == (3 * 3 * Fraction(1, 2) + 2 * Fraction(3, 4)) / (9 + 2)
    assert mean_of_criteria(now(LOWEST)) == (3 * Fraction(1, 2) + Fraction(3, 4)) / 4
    assert tree(now(LOWEST), method(under=(Node("Ⅰ"),))) == mean_of_criteria(now(LOWEST))
    assert pooled(now(LOWEST), over_sites=False) == Fraction("9") / 11
    assert percent(site_share(now(LOWEST), method())) == 100 * Fraction(9, 11)  # a site's card knows nothing of it
    assert mean_of_sites(now(LOWEST), method()) == Fraction(9, 11)


HANGING = [
    found("a", "1", "3", "Ⅰ"),
    found("b", "0.25", "1", "Ⅱ"),
    found("c", "1", "1", "Ⅱ"),
    found("d", "0.5", "1", "Ⅲ"),
    found("e", "?", "9", "Ⅳ"),
]
OUTLINES: list[tuple[tuple[Node, ...], str]] = [
    ((Node("Ⅰ"), Node("Ⅱ"), Node("Ⅲ"), Node("Ⅳ")), "2.125 / 3"),  # 1, 0.625, 0.5; Ⅳ has nothing
    ((Node("Ⅰ", Fraction(50)), Node("Ⅱ", Fraction(30)), Node("Ⅲ", Fraction(10)), Node("Ⅳ", Fraction(10))), "73.75 / 90"),
    ((Node("Ⅰ"), Node("Ⅱ", combine="lowest"), Node("Ⅲ")), "1.75 / 3"),  # 1, 0.25, 0.5
    ((Node("Ⅰ"), Node("Ⅱ", combine="geometric"), Node("Ⅲ")), "2 / 3"),  # 1, 0.5, 0.5
    ((Node("Ⅰ", under=(Node("Ⅱ"), Node("Ⅲ"))),), "4.125 / 5"),  # a with 3, Ⅱ and Ⅲ with 1
    ((Node("Ⅰ", combine="lowest", under=(Node("Ⅱ"), Node("Ⅲ"))),), "0.5 / 1"),
    ((Node("Ⅰ", under=(Node("Ⅱ", Fraction(2)), Node("Ⅲ", Fraction(5)))),), "6.75 / 10"),
    ((Node("Ⅴ", combine="geometric", under=(Node("Ⅱ"), Node("Ⅳ"))), Node("Ⅲ"), Node("Ⅰ")), "2.125 / 3"),  # one branch left
]  # fmt: skip


@pytest.mark.parametrize(("under", "share"), OUTLINES)
def test_the_tree_adds_up_from_the_criteria_to_the_root(under: tuple[Node, ...], share: str) -> None:
    above, below = share.split(" / ")
    assert tree(now(HANGING), method(under=under)) == Fraction(above) / Fraction(below)


def test_a_place_without_a_finding_that_counts_has_no_figure() -> None:
    assert tree(now(HANGING[-1:]), method(under=(Node("Ⅳ"),))) is None


GEOMETRIC = [
    ("1:0.25 1:1", "0.5"), ("2:1 1:0.125", "0.5"), ("1:0.5 1:0", "0"), ("7:1/3", "1/3"), ("1:1/3 2:1/3", "0.333333333"),
    ("1:0.1234567885 1:0.1234567885", "0.123456789"), ("1:0.12345678849 1:0.12345678849", "0.123456788"),
    ("1:1 1:1 0.5:1", "1"), ("1:0.9 2.25:0.4", "0.513362148"), ("1:0.000000001 1:0.000000001", "0.000000001"),
]  # fmt: skip


@pytest.mark.parametrize(("branches", "root"), GEOMETRIC)
def test_the_geometric_mean_in_billionths(branches: str, root: str) -> None:
    """0.9^(4/13) x 0.4^(9/13) = exp(-0.0324186 - 0.6343551) = 0.51336215."""
    pairs = [each.split(":") for each in branches.split()]
    listed = [Branch(str(i), Fraction(weight), Fraction(figure)) for i, (weight, figure) in enumerate(pairs)]
    assert geometric(listed) == geometric(listed[::-1]) == Fraction(root)


SITES = [
    found("a", "1", "3", site="s1"), found("b", "0", "1", site="s1"),  # 0.75
    found("a", "1", "3", site="s2"), found("b", "?", "1", site="s2"),  # 1
    found("b", "?", "1", site="s3"), found("v", "0", "0", site="s3", veto_site="10"),  # no score, no cap on others
    found("c", "0.5", "2", site="s4", form="u"),
]  # fmt: skip


def test_mean_of_sites_by_type_and_the_types_weight() -> None:
    assert mean_of_sites(now(SITES), method()) == (Fraction(7, 8) + Fraction(1, 2)) / 2
    weighted = method(type_weights={"t": Fraction(1), "u": Fraction("2.5")})
    assert mean_of_sites(now(SITES), weighted) == (Fraction(7, 8) + Fraction("2.5") / 2) / Fraction("3.5")
    assert mean_of_sites(now(SITES[4:6]), method()) is None


def test_a_cap_on_a_site_reaches_higher_through_mean_of_sites_only() -> None:
    findings = [
        *SITES,
        found("v", "0", "0", site="s2", veto_site="59"),
        found("w", "0", "0", site="s2", veto_site="60"),
    ]
    assert mean_of_sites(now(findings), method()) == ((Fraction("0.75") + Fraction("0.59")) / 2 + Fraction(1, 2)) / 2
    assert pooled(now(findings)) == pooled(now(SITES))
    card = site_card(marks_of([each for each in findings if each.site == "s2"], False), method())
    assert card.score == card.cap == 59
    assert (card.capped_by, card.level) == (("v",), "不达标")
    free = site_card(marks_of([found("a", "0.5"), found("v", "0", "0", veto_site="59")], False), method())
    assert free.score == 50
    assert (free.cap, free.capped_by) == (None, ())  # a cap that holds nothing down is not shown


def test_a_site_by_the_tree() -> None:
    by_tree = method(site="tree", under=(Node("Ⅰ"), Node("Ⅱ")))
    findings = [found("a", "1", "3", "Ⅰ"), found("b", "0", "1", "Ⅱ")]
    assert (site_share(now(findings), method()), site_share(now(findings), by_tree)) == (Fraction(3, 4), Fraction(1, 2))
    assert mean_of_sites(now(findings), by_tree) == Fraction(1, 2)


# said, under zero, whether it acts
ACTS = [("0", False, True), ("0.5", False, False), ("1", False, False), ("?", False, False), ("?", True, True), ("!", False, False),
        ("!", True, True), ("w", True, False), ("-", True, False), ("0.5", True, False)]  # fmt: skip


@pytest.mark.parametrize("member", [False, True])
@pytest.mark.parametrize(("said", "zero", "acts"), ACTS)
def test_a_veto_acts_while_its_finding_is_missed(said: str, zero: bool, acts: bool, member: bool) -> None:
    findings = [found("a", "1"), found("v", said, "0", member=member, veto_site="50", veto_total="40")]
    whole = total(now(findings, zero), method())
    assert site_share(now(findings, zero), method()) == (Fraction(1, 2) if acts else 1)
    assert whole.score == (40 if acts else 100)
    assert (whole.cap, whole.capped_by) == ((Fraction(40), ("v",)) if acts else (None, ()))


# combined, cap, adjustment: the total
FINALS = [
    ("80", None, "0", "80"), ("80", None, "-3", "77"), ("80", None, "30", "100"), ("2", None, "-3", "0"),
    ("80", "59", "0", "59"), ("80", "90", "0", "80"), ("80", "90", "15", "90"), ("80", "59", "-3", "56"),
    ("80", "59", "3", "59"), ("50", "59", "3", "53"), ("50", "59", "20", "59"), ("80", "2", "-90", "0"),
    ("59", "59", "0", "59"), (None, "59", "3", None), (None, None, "3", None),
]  # fmt: skip


@pytest.mark.parametrize(("together", "cap", "adjustment", "score"), FINALS)
def test_the_cap_and_the_adjustments(together: str | None, cap: str | None, adjustment: str, score: str | None) -> None:
    together_, cap_, wanted = (None if text is None else Fraction(text) for text in (together, cap, score))
    assert final(together_, cap_, Fraction(adjustment)) == wanted


# said of two vetoes, the total's card: its score, its cap, what caps it; how it was made names the cap in any case
CAPS = [("0 0", 59, 59, "v"), ("1 0", 75, 75, "w"), ("1 1", 95, None, "")]


@pytest.mark.parametrize(("said", "score", "cap", "by"), CAPS)
def test_the_lowest_cap_holds(said: str, score: int, cap: int | None, by: str) -> None:
    first, second = said.split()
    findings = [found("a", "0.95"), found("v", first, "0", veto_total="59"), found("w", second, "0", veto_total="75")]
    card, made = total_card(marks_of(findings, False), method())
    assert card.score == score
    assert (card.cap or 100) == (made.cap or 100) == (cap or 100)
    assert (card.capped_by, made.holds) == (tuple(by), cap is not None)
    low = [found("a", "0.5"), *findings[1:]]
    card, made = total_card(marks_of(low, False), method())
    assert card.score == 50
    assert (card.cap, card.capped_by, made.capped_by, made.holds) == (None, (), tuple(by), False)


def test_a_line_after_the_total_takes_for_what_is_missed_and_adds_for_what_is_met() -> None:
    findings = [found("a", "0.5")]
    findings += [found("negative", each, "7", adjust_total="-3") for each in ("0", "0.25", "1", "?", "w")]
    findings += [found("honour", each, "0", adjust_total="2") for each in ("1", "0.5", "!")]
    made = total(now(findings), method())
    assert made.adjustments == {"negative": Fraction("-5.25"), "honour": 3}
    assert made.combined == 50
    assert made.score == Fraction("47.75")
    assert total(now(findings, zero=True), method()).adjustments == {"negative": Fraction("-8.25"), "honour": 3}
    assert total(now([found("a", "1"), found("m", "0", adjust_total="-3", member=True)]), method()).adjustments == {}


BOTH_PARTS = (Part("on_site", Fraction(60), "pooled"), Part("s", Fraction(40), "pooled", Fraction(70)))


def test_parts_are_scaled_over_those_with_data() -> None:
    findings = [found("a", "1"), found("b", "0", part="s")]
    scaled, strict = method(parts=BOTH_PARTS), method(parts=BOTH_PARTS, no_total=True)
    assert total(now(findings), scaled).score == 60
    assert total(now(findings[:1]), scaled).score == 100
    assert total(now(findings[:1]), strict).score is None
    assert figure(now(findings[:1]), strict) == 100
    assert total([], scaled).score is None


# score of the part with the gate at 70, level of the total
GATES = [("0.7", "达标"), ("0.6999", "不达标"), ("?", "优秀")]


@pytest.mark.parametrize(("said", "level"), GATES)
def test_below_a_gate_the_total_has_the_lowest_level(said: str, level: str) -> None:
    parts = (replace(BOTH_PARTS[0], weight=Fraction(90)), replace(BOTH_PARTS[1], weight=Fraction(10)))
    card, made = total_card(marks_of([found("a", "0.9"), found("b", said, part="s")], False), method(parts=parts))
    assert (card.level, made.gates_failed) == (level, ("s",) if level == "不达标" else ())
    assert (card.score or 0) > 80


def test_a_dimension_may_have_a_way_of_its_own() -> None:
    by_area = method("mean_of_criteria", roll_up={"area": "pooled"})
    findings = [found("a", "1"), found("a", "1"), found("b", "0")]
    assert figure(now(findings), by_area, "area") == Fraction(200, 3)
    assert figure(now(findings), by_area, "unit") == 50
    assert total(now(findings), by_area).score == 50


def test_figures_below_the_total_know_nothing_of_its_caps_and_adjustments() -> None:
    findings = [found("a", "1"), found("v", "0", "1", veto_total="10"), found("n", "0", adjust_total="-5")]
    assert total(now(findings), method()).score == 5
    assert figure(now(findings), method(), "area") == 50
    assert figure_card(marks_of(findings, False), method(), "area").cap is None


# --- coverage, bounds (5) ---------------------------------------------------------------------------------------------


def test_coverage_of_a_site_and_of_everything_else() -> None:
    findings = [
        found("a", "1", "3"), found("a", "?", "3"), found("b", "!", "2"), found("c", "w", "9"), found("c", "-", "9"),
        found("d", "0", "5", member=True), found("e", "0", "5", adjust_total="-1"),
    ]  # fmt: skip
    assert coverage_of_site(findings) == Coverage(Fraction(3), Fraction(8))
    assert coverage_of_figure(findings) == Coverage(Fraction(3), Fraction(5))
    twice = [*findings, found("a", "?", "3", part="s")]  # the same criterion in another part counts by itself
    assert coverage_of_figure(twice) == Coverage(Fraction(3), Fraction(8))
    assert coverage_of_site(findings[3:]) is None
    assert coverage_of_figure(findings[3:]) is None


@pytest.mark.parametrize(
    ("minimum", "observed", "hidden"),
    [("0.6", "6", False), ("0.6", "5.99", True), (None, "0", False), ("0.6", None, True)],
)
def test_below_the_minimum_a_figure_is_withheld(minimum: str | None, observed: str | None, hidden: bool) -> None:
    asked = method(minimum_coverage=None if minimum is None else Fraction(minimum))
    assert withheld(None if observed is None else Coverage(Fraction(observed), Fraction(10)), asked) is hidden


def test_what_is_withheld_has_no_level_and_no_place_but_counts() -> None:
    head = HEAD.replace("unobserved:", "minimum_coverage: 0.6\n  unobserved:")
    rows = [row("甲", clean="是", lit="是"), row("乙", clean="是"), row("丙", clean="否", lit="是")]
    result = assess(small("id: x, pass: clean\nid: y, pass: lit", head), tables(wide=rows))
    sites = {key[-1]: card for key, card in result.cards["sites"].items()}
    assert {key: (card.score, card.level, card.withheld) for key, card in sites.items()} == {
        "甲": (Fraction(100), "优秀", False), "乙": (Fraction(100), None, True), "丙": (Fraction(50), "不达标", False),
    }  # fmt: skip
    assert {key[-1]: place for key, place in result.ranks["sites"].items()} == {"甲": 1, "丙": 2}
    assert (result.total, result.card.withheld, result.level) == (Fraction(250, 3), False, "不达标")


# what a site says: its score and bounds
BOUNDS = [
    (["1", "0"], "50", "50 50"), (["1", "?"], "100", "50 100"), (["0", "?"], "0", "0 50"), (["?", "!"], None, "0 100"),
    (["w", "-"], None, None), (["0.5", "w"], "50", "50 50"), ([], None, None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "score", "span"), BOUNDS)
def test_bounds_put_everything_open_at_its_ends(said: list[str], score: str | None, span: str | None) -> None:
    card = site_card(marks_of([found(str(i), each) for i, each in enumerate(said)], False), method())
    assert card.score == (None if score is None else Fraction(score))
    assert card.bounds == (None if span is None else Bounds(*map(Fraction, span.split())))


def test_bounds_use_the_range_of_the_rule_and_always_hold_the_score() -> None:
    def span(*findings: Finding, zero: bool = False) -> Bounds | None:
        return site_card(marks_of(findings, zero), method()).bounds

    known, narrow = found("a", "0.5"), found("b", "?", lowest="0.25", highest="0.75")
    assert span(known, narrow) == Bounds(Fraction("37.5"), Fraction("62.5"))
    assert span(known, narrow, zero=True) == Bounds(Fraction(25), Fraction("62.5"))  # what it is now lies below
    assert span(found("a", "0"), narrow) == Bounds(Fraction(0), Fraction("37.5"))
    assert span(found("a", "1"), narrow) == Bounds(Fraction("62.5"), Fraction(100))


def test_in_the_low_what_may_be_missed_caps_and_takes_and_in_the_high_it_does_not() -> None:
    findings = [
        found("a", "1", "3"),
        found("v", "?", "1", veto_site="40", veto_total="30"),
        found("n", "?", adjust_total="-5"),
    ]
    marks = marks_of(findings, False)
    assert site_card(marks, method()).bounds == Bounds(Fraction(40), Fraction(100))
    assert total_card(marks, method())[0].bounds == Bounds(Fraction(25), Fraction(100))
    partly = replace(findings[1], terms=replace(findings[1].terms, lowest=Fraction("0.2")))
    assert site_card(marks_of([findings[0], partly], False), method()).bounds == Bounds(Fraction(80), Fraction(100))
    missed = [findings[0], replace(findings[1], status="missed", score=Fraction(0)), found("b", "?", "4")]
    assert site_card(marks_of(missed, False), method()).bounds == Bounds(Fraction("37.5"), Fraction(40))
    zero = site_card(marks_of(findings, True), method())
    assert zero.score == 40
    assert zero.bounds == Bounds(Fraction(40), Fraction(100))


def test_a_part_without_data_is_anything_from_nought_to_a_hundred() -> None:
    marks = marks_of([found("a", "0.5"), found("b", "?", "0", part="s")], False)
    for strict in (False, True):
        card, made = total_card(marks, method(parts=BOTH_PARTS, no_total=strict))
        assert card.bounds == Bounds(Fraction(30), Fraction(70))
        assert (card.score, made.score) == ((None, None) if strict else (50, 50))
        spans = {name: part.bounds for name, part in (card.parts or {}).items()}
        assert spans == {"on_site": Bounds(Fraction(50), Fraction(50)), "s": Bounds(Fraction(0), Fraction(100))}
    area = figure_card(marks, method(parts=BOTH_PARTS), "area")
    assert area.bounds == Bounds(Fraction(50), Fraction(50))
    assert (area.parts or {})["s"].bounds is None
    assert figure_card(marks_of([], False), method(parts=BOTH_PARTS), "area").bounds is None


# --- gains, and the value of a visit (5) ------------------------------------------------------------------------------


def whole(findings: Sequence[Finding], by: Method) -> Whole:
    """All of them in one area, with their sites and the units that lead them."""
    groups: dict[str, dict[str, list[int]]] = {"sites": {}, "areas": {}, "units": {}}
    for position, each in enumerate(findings):
        keys = [("sites", each.site), ("areas", each.area), *(("units", unit) for unit in each.lead_units)]
        for dimension, key in keys:
            groups[dimension].setdefault(key, []).append(position)
    return Whole(marks_of(findings, by.zero), groups, by)


def gains(position: int, findings: Sequence[Finding], by: Method) -> Gains:
    """The gains of one finding, with the units that lead it."""
    return whole(findings, by).gains(position, findings[position].lead_units)


def test_gains_are_figure_minus_figure() -> None:
    findings = [
        found("a", "0", "3", lead="police"), found("b", "1", "1", lead="police"), found("c", "0.5", "4", part="s", lead="office"),
    ]  # fmt: skip
    first, third = (gains(i, findings, method(parts=BOTH_PARTS)) for i in (0, 2))
    assert first.site == 100 * (Fraction(6, 8) - Fraction(3, 8))
    assert first.area == first.total == 60 * Fraction(3, 4)
    assert first.units == {"police": Fraction(75)}  # alone in its part
    assert first.part == 75
    assert third == Gains(Fraction(25), Fraction(20), {"office": Fraction(50)}, Fraction(50), Fraction(20))


def test_caps_and_adjustments_are_felt_in_gains() -> None:
    veto = found("v", "0", "1", veto_site="40", veto_total="30")
    findings = [found("a", "1", "3"), veto, found("w", "0", "0", veto_site="40", veto_total="30")]
    held = gains(1, findings, method())
    assert [held.site, held.part, held.total] == [Fraction(each) for each in (0, 25, 0)]  # the other cap still holds
    freed = gains(1, findings[:2], method())
    assert [freed.site, freed.part, freed.total] == [Fraction(each) for each in (60, 25, 70)]
    line = [found("a", "0.5"), found("n", "0.5", adjust_total="-4"), found("m", "0", member=True)]
    assert gains(1, line, method()).total == 2
    assert gains(2, line, method()) == Gains(Fraction(0), Fraction(0), {}, Fraction(0), Fraction(0))


def test_a_gap_without_a_figure_has_no_gain() -> None:
    assert gains(0, [found("m", "0", member=True)], method()) == Gains(None, None, {}, None, None)


def test_the_value_of_a_visit_is_what_the_bounds_lose_at_the_least() -> None:
    findings = [found("a", "1", "2", site="s1"), found("b", "?", "1", site="s2"), found("c", "?", "1", site="s3")]
    plain = whole(findings, method())
    assert plain.visit_value("s2") == 50 - 25  # bounds 50..100, then 50..75 or 75..100
    assert plain.visit_value("s1") is None
    capped = whole(
        [found("a", "1", "3", site="s1"), found("v", "?", "1", site="s2", veto_total="30"), found("c", "?", "4", site="s3")], method()
    )  # fmt: skip
    assert capped.visit_value("s2") == 70 - 50  # 30..100; at its lowest 30..30, at its highest 50..100
    assert capped.visit_value("s3") == 70 - 70  # at its lowest 30..50, at its highest 30..100


# --- levels, places, units --------------------------------------------------------------------------------------------


def test_ranks_are_shared_on_the_rounded_value() -> None:
    figures = {"a": Fraction("84.994"), "b": Fraction("84.99"), "c": Fraction("90"), "d": None, "e": Fraction("84.985")}
    assert places(figures, 2) == {"c": 1, "a": 2, "b": 2, "e": 2}
    assert places(figures, 3) == {"c": 1, "a": 2, "b": 3, "e": 4}
    assert rounded(Fraction("84.985"), 2) == Fraction("84.99")


def test_levels_compare_the_exact_figure() -> None:
    levels = [("达标", Fraction(85)), ("不达标", Fraction(0))]
    assert level_name(Fraction("84.99999"), levels) == "不达标"
    assert level_name(Fraction(85), levels) == "达标"
    assert level_name(None, levels) is None


def test_units_count_a_finding_in_full_for_each_lead_unit() -> None:
    rules = "id: x, pass: clean, lead_unit: [police, office]\nid: y, pass: lit, supporting_units: [office, police]"
    rows = tables(wide=[row(clean="是", lit="否")])
    result = assess(small(rules), rows)
    assert result.figures("units") == {
        "police@周口市/川汇区": 50,
        "office": 100,
    }  # y: the type's police leads, so office counts nothing
    assert result.ranks["units"] == {"office": 1, "police@周口市/川汇区": 2}
    roles = HEAD.replace("site: pooled", "site: pooled\n  unit_roles: [lead, supporting]")
    assert assess(small(rules, roles), rows).figures("units") == {"police@周口市/川汇区": 50, "office": 50}


# --- files ------------------------------------------------------------------------------------------------------------


def test_folders_are_read(tmp_path: Path) -> None:
    """The example of the design, 4.1, from files with Chinese headers, a BOM and one column per area level."""
    crossing = """
site_type: crossing
title: 交通路口
lead_unit: police
fields:
  ebike_riders: {label: 电动自行车骑行人数, kind: count}
  helmets_worn: {label: 其中佩戴头盔人数, kind: count, at_most: ebike_riders}
criteria:
  - id: ebike_helmet
    title: 骑电动自行车戴头盔
    place: Ⅱ-1
    applies: ebike_riders > 0
    rate: helmets_worn / ebike_riders
    levels: [{at_least: 0.95, score: 1}, {at_least: 0.85, score: 0.6}]
    points: 3
"""
    folder, data = tmp_path / "catalogue", tmp_path / "data"
    for name, text in {"catalogue": HEAD, "tree": TREE, "units": UNITS, "sites/crossing": crossing}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    (folder / "sites" / "crossing.cases.yaml").write_text("- {name: 例}\n", "utf-8")
    data.mkdir()
    (data / "属地.csv").write_text("\ufeff属地,上级,级别\n周口市,,市\n川汇区,周口市,区县\n", "utf-8")
    (data / "台账.csv").write_text(
        "编号,点位,点位类型,属地\nC1,路口一,交通路口,川汇区\nC2,路口二,交通路口,川汇区\n", "utf-8"
    )
    (data / "三月.csv").write_text(
        "编号,点位,区县,日期,电动自行车骑行人数,helmets_worn\nC1,路口一,川汇区,2026-03-06,200,170\n"
        "C2,路口二,川汇区,2026-03-06,0,0\n", "utf-8")  # fmt: skip
    (data / "豁免.json").write_text('[{"编号": "C2", "测评标准": "ebike_helmet", "豁免理由": "修路"}]', "utf-8")
    result = check(folder, data)
    assert result.findings == {
        ("", "C1", "ebike_helmet"): ("partial", Fraction("0.6"), Fraction("1.8"), Fraction(3)),
        ("", "C2", "ebike_helmet"): ("not_applicable", None, None, Fraction(3)),
    }
    assert result.total == 60
    assert result.figures("areas") == {"周口市": 60, "周口市/川汇区": 60}
    assert result.level == "不达标"


def test_the_reference_imports_nothing_of_the_engine() -> None:
    allowed = {
        "__future__",
        "ast",
        "collections",
        "csv",
        "dataclasses",
        "datetime",
        "decimal",
        "fractions",
        "functools",
    }
    allowed |= {"json", "math", "operator", "pathlib", "random", "re", "typing", "unicodedata", "yaml"}
    for path in sorted((Path(__file__).parent / "reference").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path.name
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert str(node.module).split(".")[0] in allowed, path.name

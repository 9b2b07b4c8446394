"""The reference held to the design's own worked examples (sections 4 and 5), so that the engine may be held to it."""

from __future__ import annotations

import ast
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.reference.catalogue import Catalogue, catalogue_of
from tests.reference.data import TABLES, Row, Tables
from tests.reference.evaluate import Result, assess, check
from tests.reference.rollup import Finding, figure, level_name, mean_of_criteria, places, pooled, rounded, total

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
    assert result.areas == {"": 100}
    assert result.units == {"police": 100}
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
    assert result.visits == {("2026-03-01", key): Fraction(100), ("2026-03-02", key): Fraction(0)}
    assert result.sites == {key: Fraction(200, 3)}
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
    assert [each.criterion for each in result.details if each.member] == ["x", "y"]
    assert result.sites["周口市/川汇区/甲"] == (None if found["z"].score is None else 100 * found["z"].score)


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
    assert result.outline == {"Ⅰ-1": 0, "Ⅱ-2": 0}
    assert result.areas == {"周口市": 0, "周口市/川汇区": 0, "周口市/川汇区/七一路": 0}


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
    assert result.areas == {"周口市": 50, "周口市/川汇区": 0}  # the office is of the whole city


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


# --- figures (4.5) ----------------------------------------------------------------------------------------------------


def found(criterion: str, status: str, score: str, points: str, part: str = "on_site") -> Finding:
    """A finding for sums."""
    value = Fraction(score) if status in ("met", "partial", "missed") else None
    return Finding("", "s", "t", part, "", "p", criterion, "pass", status, value, Fraction(points), False, (), (), ())


FINDINGS = [
    found("a", "met", "1", "3"), found("a", "missed", "0", "3"), found("a", "met", "1", "3"), found("a", "unobserved", "0", "3"),
    found("b", "partial", "0.66", "1"), found("b", "waived", "0", "1"), found("c", "not_applicable", "0", "9"),
]  # fmt: skip


def test_pooled_and_mean_of_criteria() -> None:
    assert pooled(FINDINGS) == Fraction("6.66") / 10
    assert mean_of_criteria(FINDINGS) == (3 * Fraction(2, 3) + Fraction("0.66")) / 4
    assert pooled(FINDINGS[-2:]) is None
    assert mean_of_criteria(FINDINGS[-2:]) is None


def test_parts_are_scaled_over_those_with_data() -> None:
    both_parts = [
        {"part": "on_site", "weight": "60", "combine": "pooled"},
        {"part": "s", "weight": "40", "combine": "pooled"},
    ]
    findings = [found("a", "met", "1", "1"), found("b", "missed", "0", "1", "s")]
    assert total(findings, {"total": both_parts, "empty_part": "leave_out"}) == 60
    assert total(findings[:1], {"total": both_parts, "empty_part": "leave_out"}) == 100
    assert total(findings[:1], {"total": both_parts, "empty_part": "no_total"}) is None
    assert figure(findings[:1], {"total": both_parts, "empty_part": "no_total"}) == 100
    assert total([], {"total": both_parts}) is None


def test_ranks_are_shared_on_the_rounded_value() -> None:
    figures = {"a": Fraction("84.994"), "b": Fraction("84.99"), "c": Fraction("90"), "d": None, "e": Fraction("84.985")}
    assert places(figures, 2) == {"c": 1, "a": 2, "b": 2, "e": 2}
    assert places(figures, 3) == {"c": 1, "a": 2, "b": 3, "e": 4}
    assert rounded(Fraction("84.985"), 2) == Fraction("84.99")


def test_levels_compare_the_exact_figure() -> None:
    levels = [{"name": "达标", "at_least": "85"}, {"name": "不达标"}]
    assert level_name(Fraction("84.99999"), levels) == "不达标"
    assert level_name(Fraction(85), levels) == "达标"
    assert level_name(None, levels) is None


def test_units_count_a_finding_in_full_for_each_lead_unit() -> None:
    catalogue = small("id: x, pass: clean, lead_unit: [police, office]\nid: y, pass: lit, supporting_units: [office]")
    result = assess(catalogue, tables(wide=[row(clean="是", lit="否")]))
    assert result.units == {
        "police@周口市/川汇区": 50,
        "office": 100,
    }  # y: the type's police leads, so office counts nothing
    assert result.ranks["units"] == {"office": 1, "police@周口市/川汇区": 2}


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
    assert result.areas == {"周口市": 60, "周口市/川汇区": 60}
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

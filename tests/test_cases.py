"""Worked cases: what they expect is held against the engine, and what cannot be read is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from duibiao.criteria.load import read_catalogue
from duibiao.evaluator.cases import latest_day, run_cases
from duibiao.evaluator.examples import missing_examples
from tests.city import HEAD, TREE, UNITS_FILE

pytestmark = pytest.mark.usefixtures("english")

FORM = """
site_type: spot
title: 点
fields:
  a: {label: 甲, kind: count}
  b: {label: 乙, kind: count, at_most: a}
  t: {label: 文, kind: text}
  w: {label: 种, kind: choice, options: [红, 绿]}
  s: {label: 项, kind: choices, options: [书, 茶]}
  d: {label: 日, kind: date}
  n: {label: 数, kind: number}
  y: {label: 有, kind: yes_no}
criteria:
  - {id: banded, title: 档, place: Ⅲ-1, points: 3, applies: a > 0, rate: b / a, levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.66}]}
  - {id: counted, title: 扣, place: Ⅲ-1, points: 3, deduct: {each: problems, points: 0.5}}
  - {id: summed, title: 分, place: Ⅲ-1, points: 3, deduct: {each: deducted, points: 1}}
  - {id: worded, title: 文字规则, place: Ⅲ-1, pass: "t == 'x' or w == '红' or '书' in s or d > '2026-01-01' or n > 1 or y"}
  - {id: verdict, title: 判, place: Ⅲ-1, judged: yes_no}
  - {id: early, title: 早, place: Ⅲ-1, pass: a > 0, effective: {until: 2020-12-31}}
  - {id: dated, title: 日期规则, place: Ⅲ-1, pass: a > 3, changes: [{from: 2026-01-01, pass: a > 5}]}
"""


def mistakes(folder: Path, cases: str, form: str = FORM) -> list[tuple[str, int, int, str]]:
    """code, line, column and message of whatever is wrong with the cases."""
    files = {"catalogue.yaml": HEAD, "tree.yaml": TREE, "units.yaml": UNITS_FILE, "sources.yaml": "book: {title: 书}\n"}
    for name, text in {**files, "spot.yaml": form, "spot.cases.yaml": cases}.items():
        (folder / name).write_text(text, encoding="utf-8")
    reading = read_catalogue(folder)
    assert [each for each in reading.diagnostics if each.severity == "error"] == []
    return [(each.code, each.line, each.column, each.message) for each in run_cases(reading)]


HOLD = [
    "{name: 一, seen: {a: 10, b: 9}, expect: {banded: 1}}",
    "{name: 二, seen: {a: 10, b: 5}, expect: {banded: 0.66}}",
    "{name: 三, seen: {a: 10, b: 4}, expect: {banded: missed}}",
    "{name: 四, seen: {a: 10, b: 11}, expect: {banded: invalid}}",
    "{name: 五, seen: {a: 0, b: null}, expect: {banded: not_applicable}}",
    "{name: 六, expect: {banded: unobserved, counted: met}}",
    "{name: 七, problems: {counted: 3}, expect: {counted: {lost: 1.5}}}",
    "{name: 八, problems: {counted: 2}, expect: {counted: 0.667}}",
    "{name: 九, problems: {counted: 2}, complete: false, expect: {counted: unobserved}}",
    "{name: 十, complete: false, expect: {counted: unobserved}}",
    "{name: 十一, deducted: {summed: 0.75}, expect: {summed: 0.75}}",
    "{name: 十二, seen: {t: x}, expect: {worded: met}}",
    "{name: 十三, seen: {w: 绿, s: [茶], d: 2026-01-01, n: 1, y: false, t: z}, expect: {worded: 0}}",
    "{name: 十四, seen: {s: 书}, expect: {worded: met}}",
    "{name: 十五, seen: {verdict: true}, expect: {verdict: met}}",
    "{name: 十六, as_of: 2019-05-01, seen: {a: 1}, expect: {early: met}}",
    "{name: 十七, seen: {a: 5}, expect: {dated: missed}}",
    "{name: 十八, as_of: 2025-12-31, seen: {a: 5}, expect: {dated: met}}",
    "{name: 十九, site_type: spot, seen: {a: 6}, expect: {dated: 1}}",
]


@pytest.mark.parametrize("case", HOLD)
def test_a_case_that_holds(tmp_path: Path, case: str) -> None:
    assert mistakes(tmp_path, f"- {case}\n") == []


WRONG = [  # case, code, column, part of the message
    ("{name: 一, seen: {a: 10, b: 9}, expect: {banded: 0.66}}", "case-fails", 51, "banded is met (1), expected 0.66"),
    (
        "{name: 一, problems: {counted: 2}, expect: {counted: met}}",
        "case-fails",
        55,
        "counted is partial (0.666666667, lost 1), expected met",
    ),
    ("{name: 一, problems: {counted: 2}, expect: {counted: {lost: 2}}}", "case-fails", 55, "expected lost 2"),
    ("{name: 一, problems: {counted: 2}, expect: {counted: {points: 2}}}", "case-fails", 55, "write {lost: 1.5}"),
    ("{name: 一, expect: {counted: true}}", "case-fails", 31, "a score, a status or {lost: 1.5}"),
    ("{name: 一, expect: {banded: 1}}", "case-fails", 30, "banded is unobserved, expected 1"),
    ("{name: 一, expect: {banded: good}}", "case-fails", 30, "expected good"),
    ("{name: 一, seen: {a: 1}, expect: {early: met}}", "case-fails", 43, "early is not in force"),
    ("{name: 一, sean: {a: 1}, expect: {dated: met}}", "unknown-key", 13, "did you mean 'seen'?"),
    ("{seen: {a: 1}, expect: {dated: missed}}", "missing-key", 3, "'name'"),
    ("{name: 一, seen: {a: 1}}", "missing-key", 3, "'expect'"),
    ("{name: 一, expect: {datad: met}}", "unknown-criterion", 22, "did you mean 'dated'?"),
    ("{name: 一, problems: {countet: 1}, expect: {counted: met}}", "unknown-criterion", 24, "did you mean 'counted'?"),
    ("{name: 一, site_type: market, expect: {dated: met}}", "unknown-site-type", 24, "did you mean|known"),
    ("{name: 一, as_of: 三月, expect: {dated: met}}", "case-unreadable", 20, "2026-01-31"),
    ("{name: 一, seen: {aa: 1}, expect: {banded: unobserved}}", "unknown-field", 20, "known|did you mean"),
    ("{name: 一, seen: {a: 1.5}, expect: {banded: unobserved}}", "case-unreadable", 23, "whole number"),
    ("{name: 一, seen: {a: true}, expect: {banded: unobserved}}", "case-unreadable", 23, "whole number"),
    ("{name: 一, seen: {n: x}, expect: {banded: unobserved}}", "case-unreadable", 23, "write a number"),
    ("{name: 一, seen: {y: 1}, expect: {banded: unobserved}}", "case-unreadable", 23, "true or false"),
    ("{name: 一, seen: {d: x}, expect: {banded: unobserved}}", "case-unreadable", 23, "2026-01-31"),
    ("{name: 一, seen: {w: 蓝}, expect: {banded: unobserved}}", "case-unreadable", 23, "红, 绿"),
    ("{name: 一, seen: {s: [酒]}, expect: {banded: unobserved}}", "case-unreadable", 23, "书, 茶"),
    ("{name: 一, seen: {t: 5}, expect: {banded: unobserved}}", "case-unreadable", 23, "a text"),
    ("{name: 一, problems: {counted: many}, expect: {banded: unobserved}}", "case-unreadable", 33, "a number"),
]


@pytest.mark.parametrize(("case", "code", "column", "told"), WRONG)
def test_a_case_that_does_not_hold_is_told_with_its_place(
    tmp_path: Path, case: str, code: str, column: int, told: str
) -> None:
    found = mistakes(tmp_path, f"# 例\n- {case}\n")
    assert [(each[0], each[1], each[2]) for each in found] == [(code, 2, column)]
    assert any(part in found[0][3] for part in told.split("|"))


def test_cases_that_are_no_list(tmp_path: Path) -> None:
    assert [each[0] for each in mistakes(tmp_path, "name: 一\n")] == ["wrong-type"]


def test_a_catalogue_that_does_not_load_runs_no_case(tmp_path: Path) -> None:
    assert run_cases(read_catalogue(tmp_path)) == []


def test_the_newest_day_is_that_of_the_newest_value(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "[]\n") == []
    catalogue = read_catalogue(tmp_path).catalogue
    assert catalogue is not None
    assert latest_day(catalogue).isoformat() == "2026-01-01"


def test_what_is_not_in_force_needs_no_example(tmp_path: Path) -> None:
    mistakes(tmp_path, "[]\n")
    assert not any("early" in str(each) for each in missing_examples(read_catalogue(tmp_path)))


def test_a_type_without_criteria_and_one_on_two_types(tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text("site_type: bare\ntitle: 空\nfields: {}\n", "utf-8")
    shared = "fields: {k: {label: 共, kind: count}}\ncriteria: [{id: shared, title: 共有规则, place: Ⅲ-1, site_types: [bare, spot], pass: k > 0}]\n"
    (tmp_path / "shared.yaml").write_text(shared, "utf-8")
    (tmp_path / "shared.cases.yaml").write_text(
        "- {name: 一, site_type: spot, seen: {k: 1}, expect: {shared: met}}\n- {name: 二, seen: {k: 0}, expect: {shared: missed}}\n",
        "utf-8",
    )
    assert mistakes(tmp_path, "[]\n") == []


def test_a_type_whose_only_criterion_is_not_in_force(tmp_path: Path) -> None:
    form = "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: count}}\ncriteria:\n  - {id: rule, title: 规则, place: Ⅲ-1, pass: a > 3, effective: {from: 2026-01-01, until: 2026-06-30}}\n"
    found = mistakes(tmp_path, "- {name: 一, as_of: 2025-01-01, seen: {a: 5}, expect: {rule: met}}\n", form)
    assert [(code, "rule is not in force" in message) for code, _, _, message in found] == [("case-fails", True)]


def test_a_rate_may_be_seen_as_such(tmp_path: Path) -> None:
    people = "questionnaire: people\ntitle: 问卷\neach: city\nfields: {asked: {label: 问, kind: count}, aware: {label: 知, kind: count, at_most: asked}}\nrates: {aware: aware / asked}\n"
    (tmp_path / "people.yaml").write_text(people, "utf-8")
    form = "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: count}}\ncriteria:\n  - {id: known, title: 知晓, place: Ⅲ-1, ask: people.aware, levels: [{at_least: 0.9, score: 1}]}\n"
    cases = "- {name: 一, seen: {people.aware: 0.9}, expect: {known: met}}\n- {name: 二, seen: {asked: 10, aware: 8}, expect: {known: missed}}\n"
    assert mistakes(tmp_path, cases, form) == []


def test_an_example_of_what_ended_before_it_changed_is_not_asked_for(tmp_path: Path) -> None:
    form = "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: count}}\ncriteria:\n  - {id: rule, title: 规则, place: Ⅲ-1, pass: a > 3, effective: {until: 2020-12-31}, changes: [{from: 2026-01-01, pass: a > 5}]}\n"
    assert mistakes(tmp_path, "[]\n", form) == []
    assert missing_examples(read_catalogue(tmp_path)) == []


DERIVED_LIMIT = """
site_type: spot
title: 点
fields:
  used: {label: 占用数, kind: count, at_most: room}
  room: {label: 容量, kind: count, formula: old + new}
  old: {label: 原有, kind: count}
  new: {label: 新增, kind: count, at_most: old}
  freed: {label: 腾出数, kind: count, at_most: used}
criteria:
  - {id: half_used, title: 用了一半, place: Ⅲ-1, pass: used >= room / 2}
  - {id: some_freed, title: 腾出一些, place: Ⅲ-1, pass: freed > 0}
"""


@pytest.mark.parametrize(
    ("seen", "half_used", "some_freed"),
    [
        ("{old: 6, new: 4, used: 10, freed: 1}", "met", "met"),  # exactly as much as there is room
        ("{old: 6, new: 4, used: 4, freed: 0}", "missed", "missed"),
        ("{old: 6, new: 4, used: 11, freed: 11}", "invalid", "met"),  # only the field with the limit is invalid
        ("{old: 6, new: 4, used: 4, freed: 5}", "missed", "invalid"),
        ("{old: 6, used: 99}", "unobserved", "unobserved"),  # no limit is known
        ("{old: 3, new: 4, used: 99}", "invalid", "unobserved"),  # new breaks its own limit, so that room is unknown
    ],
)
def test_a_limit_may_be_a_derived_field(tmp_path: Path, seen: str, half_used: str, some_freed: str) -> None:
    case = f"- {{name: 一, seen: {seen}, expect: {{half_used: {half_used}, some_freed: {some_freed}}}}}\n"
    assert mistakes(tmp_path, case, DERIVED_LIMIT) == []

"""The mutation of criteria: which changes are made of each kind of rule, which cases notice them, and the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from duibiao.criteria.load import load_catalogue
from mutation.catalogue import Tried, main, report, try_all
from mutation.criteria_changes import changes
from tests.city import HEAD, TREE, UNITS_FILE

HELMETS = """
site_type: spot
title: 点
fields:
  riders: {label: 骑行人数, kind: count}
  helmets: {label: 头盔数, kind: count, at_most: riders}
criteria:
  - {id: helmet, title: 戴头盔, place: Ⅲ-1, applies: riders > 0, rate: helmets / riders, levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.6}]}
"""
NOTICING = (
    "- {name: 正好九成, seen: {riders: 100, helmets: 90}, expect: {helmet: 1}}",
    "- {name: 差一人到九成, seen: {riders: 100, helmets: 89}, expect: {helmet: 0.6}}",
    "- {name: 正好一半, seen: {riders: 100, helmets: 50}, expect: {helmet: 0.6}}",
    "- {name: 差一人到一半, seen: {riders: 100, helmets: 49}, expect: {helmet: missed}}",
    "- {name: 只有一人，戴了, seen: {riders: 1, helmets: 1}, expect: {helmet: 1}}",
    "- {name: 没有人, seen: {riders: 0, helmets: 0}, expect: {helmet: not_applicable}}",
    "- {name: 头盔比人多, seen: {riders: 2, helmets: 3}, expect: {helmet: invalid}}",
)


def catalogue(folder: Path, form: str, cases: str = "") -> Path:
    """A catalogue of one file and its cases."""
    files = {"catalogue.yaml": HEAD, "tree.yaml": TREE, "units.yaml": UNITS_FILE, "sources.yaml": "book: {title: 书}\n"}
    for name, text in {**files, "spot.yaml": form, "spot.cases.yaml": cases}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_limit_score_and_operator_of_a_rate_is_changed(tmp_path: Path) -> None:
    found = [each.says for each in changes(load_catalogue(catalogue(tmp_path, HELMETS)))]
    assert found == [
        "levels: level 1: score 1 -> 0.9",
        "levels: level 1 left out",
        "levels: level 1: at_least -> above",
        "levels: level 1: at_least 0.9 -> 0.89",
        "levels: level 1: at_least 0.9 -> 0.91",
        "levels: level 2: score 0.6 -> 0.5",
        "levels: level 2 left out",
        "levels: level 2: at_least -> above",
        "levels: level 2: at_least 0.5 -> 0.49",
        "levels: level 2: at_least 0.5 -> 0.51",
        "applies: left out",
        "applies: riders > 0 -> riders >= 0",
        "applies: riders > 0 -> riders <= 0",
        "applies: riders > 0 -> riders > -1",
        "applies: riders > 0 -> riders > 1",
        "rate: helmets / riders -> helmets * riders",
        "at_most: riders left out",
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(
            "deduct: {each: a, points: 0.5, at_most: 1}, points: 2",
            ["entry 1: points -> 1.0", "entry 1: points -> 0.25", "entry 1: at_most -> None", "entry 1: at_most -> 0.75"],
            id="what a problem costs, and the cap",
        ),
        pytest.param(
            "deduct: {each: a, points: 0.5, at_most: 2}, points: 2",
            ["entry 1: points -> 1.0", "entry 1: points -> 0.25"],
            id="a cap that the criterion has anyway is none",
        ),
        pytest.param("rate: a, full_at: 0, zero_at: 10", ["0 -> -1", "0 -> 1", "10 -> 9", "10 -> 11"], id="both ends of a line"),
        pytest.param(
            "of: [y, a > 2], levels: [{missing: 0, score: 1}]",
            [
                "level 1: score 1 -> 0.9",
                "level 1: missing 0 -> 1",
                "condition 1 left out",
                "condition 2 left out",
                "condition 2: a > 2 -> a >= 2",
                "condition 2: a > 2 -> a <= 2",
                "condition 2: a > 2 -> a > 1",
                "condition 2: a > 2 -> a > 3",
            ],
            id="every condition",
        ),
        pytest.param(
            "pass: \"'茶' in s and w in ['红', '绿']\"",
            [
                "'茶' in s and w in ['红', '绿'] -> '茶' in s or w in ['红', '绿']",
                "'茶' in s and w in ['红', '绿'] -> '茶' not in s and w in ['红', '绿']",
                "'茶' in s and w in ['红', '绿'] -> '茶' in s and w not in ['红', '绿']",
                "'茶' in s and w in ['红', '绿'] -> '茶' in s and w in ['绿']",
                "'茶' in s and w in ['红', '绿'] -> '茶' in s and w in ['红']",
            ],
            id="words of a list",
        ),
        pytest.param("grade: g", ["好: 1 -> 0.9", "差: 0 -> 0.1"], id="what a grade is worth"),
        pytest.param("judged: grade, scale: {甲等: 1, 乙等: 0.5}", ["甲等: 1 -> 0.9", "乙等: 0.5 -> 0.4"], id="of a verdict too"),
        pytest.param("judged: yes_no", [], id="a verdict has nothing to change"),
        pytest.param("rate: a, levels: [{at_least: 30, score: 1}]", ["level 1: score 1 -> 0.9", "level 1: at_least -> above", "level 1: at_least 30 -> 27", "level 1: at_least 30 -> 33"], id="a tenth of a large number"),
        pytest.param("rate: a, levels: [{at_least: 1, score: 1}]", ["level 1: score 1 -> 0.9", "level 1: at_least -> above", "level 1: at_least 1 -> 0", "level 1: at_least 1 -> 2"], id="one of something is not 100 per cent"),
    ],
)  # fmt: skip
def test_changes_of_each_kind_of_rule(tmp_path: Path, rule: str, expected: list[str]) -> None:
    form = (
        "site_type: spot\ntitle: 点\nfields:\n  a: {label: 甲, kind: count}\n  y: {label: 有, kind: yes_no}\n"
        "  w: {label: 种, kind: choice, options: [红, 绿]}\n  s: {label: 项, kind: choices, options: [书, 茶]}\n"
        "  g: {label: 级, kind: grade, scale: {好: 1, 差: 0}}\n"
        f"criteria:\n  - {{id: one, title: 项目, place: Ⅲ-1, {rule}}}\n"
    )
    found = [each.says.partition(": ")[2] for each in changes(load_catalogue(catalogue(tmp_path, form)))]
    assert found == expected


def test_a_value_that_a_type_or_date_leaves_alone_changes_everywhere_at_once(tmp_path: Path) -> None:
    form = (
        "fields:\n  a: {label: 甲, kind: count}\n"
        "criteria:\n  - {id: one, title: 项目, place: Ⅲ-1, site_types: [spot, other], rate: a, levels: [{at_least: 5, score: 1}],\n"
        "     by_type: {other: {look_for: 看}}, changes: [{from: 2026-01-01, levels: [{at_least: 7, score: 1}]}]}\n"
    )
    folder = catalogue(tmp_path, "site_type: spot\ntitle: 点\n")
    (folder / "other.yaml").write_text("site_type: other\ntitle: 另\n", "utf-8")
    (folder / "common.yaml").write_text(form, "utf-8")
    raised = next(each for each in changes(load_catalogue(folder)) if each.says == "levels: level 1: at_least 5 -> 6")
    first, second = raised.catalogue.criteria[0].versions
    rules = [first.criterion, first.by_type["other"], second.criterion, second.by_type["other"]]
    assert [each.model_dump(mode="json")["levels"][0]["at_least"] for each in rules] == ["6", "6", "7", "7"]


def test_cases_on_both_sides_of_every_limit_notice_every_change(tmp_path: Path) -> None:
    tried = try_all(catalogue(tmp_path, HELMETS, "\n".join(NOTICING)))
    assert {each.outcome for each in tried} == {"caught"}
    assert report(tried) == ("17 of 17 changes caught by a case: 100.0 %, the gate is 95 %", True)


@pytest.mark.parametrize(
    ("left_out", "survivors"),
    [
        (0, ["levels: level 1: at_least -> above", "levels: level 1: at_least 0.9 -> 0.91"]),
        (1, ["levels: level 1: at_least 0.9 -> 0.89"]),
        (2, ["levels: level 2: at_least -> above", "levels: level 2: at_least 0.5 -> 0.51"]),
        (3, ["levels: level 2: at_least 0.5 -> 0.49"]),
        (4, ["applies: riders > 0 -> riders > 1"]),
        (5, ["applies: left out", "applies: riders > 0 -> riders >= 0", "applies: riders > 0 -> riders > -1"]),
        (6, ["at_most: riders left out"]),
    ],
)
def test_what_survives_without_one_of_the_cases(tmp_path: Path, left_out: int, survivors: list[str]) -> None:
    cases = [each for number, each in enumerate(NOTICING) if number != left_out]
    tried = try_all(catalogue(tmp_path, HELMETS, "\n".join(cases)))
    assert [each.says for each in tried if each.outcome == "survived"] == survivors


def test_the_turns_of_several_workers_make_the_whole(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, HELMETS, "\n".join(NOTICING))
    parts = [try_all(folder, turn=(number, 3)) for number in range(3)]
    assert sorted(each.says for part in parts for each in part) == sorted(each.says for each in try_all(folder))


def test_only_some_files_or_criteria(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, HELMETS, "\n".join(NOTICING))
    assert {each.what for each in try_all(folder, ["helmet"])} == {"helmet"}
    assert {each.what for each in try_all(folder, ["*spot.yaml"])} == {"helmet", "spot.helmets"}
    assert try_all(folder, ["other*"]) == []


def test_a_change_that_makes_no_formula_does_not_count(tmp_path: Path) -> None:
    form = "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: count}}\ncriteria: [{id: one, title: 项目, place: Ⅲ-1, pass: 'round(a, 0) > 2'}]\n"
    cases = "- {name: 三, seen: {a: 3}, expect: {one: met}}\n- {name: 二, seen: {a: 2}, expect: {one: missed}}\n"
    outcomes = {each.says: each.outcome for each in try_all(catalogue(tmp_path, form, cases))}
    assert outcomes["pass: round(a, 0) > 2 -> round(a, -1) > 2"] in {"refused", "caught"}
    assert set(outcomes.values()) <= {"refused", "caught", "survived"}


@pytest.mark.parametrize(("survived", "passes"), [(0, True), (5, True), (6, False)])
def test_the_gate_is_95_of_100(survived: int, passes: bool) -> None:
    tried = [
        Tried("f.yaml", "one", str(number), "survived" if number < survived else "caught") for number in range(100)
    ]
    text, passed = report([*tried, Tried("f.yaml", "one", "no formula", "refused")])
    assert passed is passes
    assert (
        text.splitlines()[-1]
        == f"{100 - survived} of 100 changes caught by a case: {100 - survived}.0 %, the gate is 95 %"
    )


def test_nothing_tried_passes_no_gate() -> None:
    assert report([]) == ("0 of 0 changes caught by a case: 0.0 %, the gate is 95 %", False)


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        (
            "- {name: 错, seen: {riders: 2, helmets: 1}, expect: {helmet: 1}}",
            "the catalogue or its cases are in disorder",
        ),
        ("- {name: 错, seen: {riders: 二}, expect: {helmet: 1}}", "the catalogue or its cases are in disorder"),
    ],
)
def test_cases_that_fail_anyway_prove_nothing(tmp_path: Path, cases: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        try_all(catalogue(tmp_path, HELMETS, cases))


def test_a_catalogue_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--catalogue", "nowhere"]) == 2
    assert "nowhere: no such catalogue" in capsys.readouterr().err

"""One finding explained: the line, the values, and what the next better level takes; and OUT is all it needs."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from duibiao.cli import main
from duibiao.evaluator.archive import NotAnOutput, read_inputs, write_inputs
from duibiao.evaluator.explain import Explanation, NoFinding, explain
from tests.city import DAY, make_catalogue, make_submission, one_rule

STARTER = Path(__file__).resolve().parent.parent / "examples" / "starter"
AB = "{a: {label: 甲, kind: count}, b: {label: 乙, kind: count, at_most: a}, c: {label: 丙, kind: yes_no}, d: {label: 丁, kind: count}}"
GRADE = "{g: {label: 级, kind: grade, scale: {A: 1, B: 0.66, C: 0.33, D: 0}}}"
BANDS = "rate: b / a, applies: a > 0, levels: [{at_least: 0.95, score: 1}, {at_least: 0.85, score: 0.6}]"


def same(text: str) -> str:
    return text


def explained(tmp_path: Path, rule: str, seen: dict[str, object], fields: str = AB, points: str = "2") -> Explanation:
    catalogue = one_rule(tmp_path, rule, fields, points)
    submission = make_submission(catalogue, {"spot": [seen]})
    (found,) = explain(catalogue, submission, "", DAY.date(), "S1", "rule", same)
    return found


CASES = [  # rule, fields, seen, because, next
    (BANDS, AB, {"a": 200.0, "b": 170.0}, "乙 as a share of 甲: 170 ÷ 200 = 85%; at least 85% gives 60% of the points",
     ("next better: at least 95%, which gives full score", "乙 would have to be at least 190 (seen: 170), all else the same")),
    (BANDS, AB, {"a": 200.0, "b": 0.0}, "乙 as a share of 甲: 0 ÷ 200 = 0%; below 85%, no points",
     ("next better: at least 85%, which gives 60% of the points", "乙 would have to be at least 170 (seen: 0), all else the same")),
    (BANDS, AB, {"a": 200.0, "b": 200.0}, "乙 as a share of 甲: 200 ÷ 200 = 100%; at least 95% gives full score", ("nothing is missing",)),
    (BANDS, AB, {"a": 0.0, "b": 0.0}, "does not apply, as this is not so: 甲 is more than 0 (seen: 0)", ()),
    (BANDS, AB, {"a": 200.0}, "not observed: 乙", ()),
    (BANDS, AB, {"a": 2.0, "b": 3.0}, "乙 3 is outside at most 甲 2", ()),
    ("rate: a, levels: [{below: 3, score: 1}]", AB, {"a": 5.0}, "甲 5; not below 3, no points",
     ("next better: below 3, which gives full score", "甲 would have to be at most 2 (seen: 5), all else the same")),
    ("rate: a / 10, levels: [{above: 0.5, score: 1}]", AB, {"a": 5.0}, "甲 ÷ 10: 5 ÷ 10 = 0.5; not above 0.5, no points",
     ("next better: above 0.5, which gives full score", "甲 would have to be at least 6 (seen: 5), all else the same")),
    ("rate: a + d, levels: [{above: 9, score: 1}]", AB, {"a": 5.0, "d": 1.0}, "甲 + 丁: 5 + 1 = 6; not above 9, no points",
     ("next better: above 9, which gives full score",)),
    ("rate: a / d, applies: d > 0, levels: [{at_least: 2, score: 1}]", AB, {"a": 5.0, "d": 3.0},
     "甲 ÷ 丁: 5 ÷ 3 = 1.6667; below 2, no points",
     ("next better: at least 2, which gives full score", "甲 would have to be at least 6 (seen: 5), all else the same")),
    ("rate: e, levels: [{above: 9, score: 1}]", "{e: {label: 戊, kind: number}}", {"e": 1.0}, "戊 1; not above 9, no points",
     ("next better: above 9, which gives full score",)),
    ("rate: a / e, levels: [{above: 9, score: 1}]", "{a: {label: 甲, kind: count}, e: {label: 戊, kind: number, at_most: -1}}",
     {"a": 2.0, "e": -1.0}, "甲 ÷ 戊: 2 ÷ -1 = -2; not above 9, no points", ("next better: above 9, which gives full score",)),
    ("rate: a, levels: [{below: 0, score: 1}]", AB, {"a": 2.0}, "甲 2; not below 0, no points",
     ("next better: below 0, which gives full score",)),
    ("pass: c", AB, {"c": False}, "丙: no", ("would have to hold: 丙",)),
    ("pass: not c and (a > 1 or d > 1)", AB, {"c": True, "a": 2.0, "d": 0.0},
     "丙: yes, should be no",
     ("would have to hold: “丙” is no, and (甲 is more than 1, or 丁 is more than 1)",)),
    ("rate: a, full_at: 0, zero_at: 10", AB, {"a": 4.0}, "甲 4; full score at 0, no points at 10; gives 60% of the points", ("full score at 0 (now 4)",)),
    ("grade: g", GRADE, {"g": "C"}, "级: C, gives 33% of the points", ("grade “B” gives 66% of the points",)),
    ("judged: grade, scale: {好: 1, 差: 0}", AB, {"rule": "差"}, "规则: 差, gives no points", ("grade “好” gives full score",)),
    ("judged: yes_no", AB, {"rule": False}, "规则: no, gives no points", ("would have to hold: 规则",)),
    ("judged: deduction", AB, {"rule": 0.5}, "0.5 of 2 points lost", ("full score when nothing is deducted (now 0.5 of 2 points lost)",)),
    ("deduct: {each: a, points: 0.5}", AB, {"a": 3.0}, "甲 3, 1.5 of 2 points lost",
     ("full score when nothing is deducted (now 1.5 of 2 points lost)",)),
    ("of: [c, a > 1], levels: [{missing: 0, score: 1}, {missing: 1, score: 0.5}]", AB, {"c": False, "a": 2.0},
     "1 of 2 not met: 丙", ("with 0 missing it gives full score",)),
    ("of: [c, a > 1], levels: [{missing: 0, score: 1}, {missing: 1, score: 0.5}]", AB, {"c": False, "a": 0.0},
     "2 of 2 not met: 丙; 甲 0, should be more than 1", ("with 1 missing it gives 50% of the points",)),
    ("of: [c]", AB, {"c": True}, "all 1 met", ("nothing is missing",)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fields", "seen", "because", "following"), CASES)
def test_the_line_and_what_the_next_level_takes(
    tmp_path: Path, rule: str, fields: str, seen: dict[str, object], because: str, following: tuple[str, ...]
) -> None:
    found = explained(tmp_path, rule, seen, fields)
    assert (found.because, found.next_level) == (because, following)


FORMULAS = [  # a formula for those who check it, with labels and with values
    ('"max(a, 3) - (d - 1) >= -2"', "max(甲, 3) - (丁 - 1) ≥ -2: max(1, 3) - (2 - 1) ≥ -2"),
    (
        "\"(a + d) * 2 != 7 and site_type == 'spot'\"",
        "(甲 + 丁) * 2 ≠ 7 and site type = “spot”: (1 + 2) * 2 ≠ 7 and “spot” = “spot”",
    ),
    ('"a in [1, 2]"', "甲 ∈ [1, 2]: 1 ∈ [1, 2]"),
    ('"(1 if c else a) == 1"', "(1 if 丙 else 甲) = 1: (1 if yes else 1) = 1"),
    (
        '"observed(a) and not observed(b)"',
        "observed(甲) and not observed(乙): observed(1) and not observed(blank)",
    ),
]


@pytest.mark.parametrize(("formula", "told"), FORMULAS)
def test_formulas_are_written_out(tmp_path: Path, formula: str, told: str) -> None:
    found = explained(tmp_path, f"pass: {formula}", {"a": 1.0, "d": 2.0, "c": True})
    assert found.calculation == (told,)


def test_texts_dates_and_choices_are_written_out(tmp_path: Path) -> None:
    fields = "{s: {label: 项, kind: choices, options: [书, 茶]}, e: {label: 止, kind: date}}"
    rule = "pass: \"'茶' in s and e > '2026-01-01'\""
    found = explained(tmp_path, rule, {"s": ["书"], "e": date(2026, 1, 1)}, fields)
    assert found.because == "“项” has no “茶”; 止 2026-01-01, should be after 2026-01-01"
    assert found.calculation == ("“茶” ∈ 项 and 止 > “2026-01-01”: “茶” ∈ 书 and 2026-01-01 > “2026-01-01”",)
    assert found.values == (("项", "书"), ("止", "2026-01-01"))


def test_waived_unknown_and_unfinished_findings(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "deduct: {each: problems, points: 1}", "{}", "2")
    waivers = [{"site": "S1", "criterion": "rule", "reason": "改造"}]
    submission = make_submission(catalogue, {"spot": [{}]}, waivers=waivers)
    (found,) = explain(catalogue, submission, "", DAY.date(), "S1", "规则", same)
    assert (found.status, found.score_e9, found.next_level) == ("waived", None, ())
    assert found.because == "the visit is not marked complete, so the known problems may not be all"
    for site, criterion in (("S9", "rule"), ("S1", "no_rule")):
        with pytest.raises(NoFinding):
            explain(catalogue, submission, "", DAY.date(), site, criterion, same)


def test_a_criterion_of_another_site_type_has_no_finding_there(tmp_path: Path) -> None:
    form = "site_type: {0}\ntitle: {0}\nfields: {{a: {{label: 甲, kind: count}}}}\ncriteria: [{{id: of_{0}, title: 规则{0}, place: Ⅲ-1, pass: a > 0}}]\n"
    catalogue = make_catalogue(tmp_path, {"one": form.format("one"), "two": form.format("two")})
    submission = make_submission(catalogue, {"one": [{"a": 1.0}]})
    with pytest.raises(NoFinding, match="of_two"):
        explain(catalogue, submission, "", DAY.date(), "S1", "of_two", same)


def test_two_methods_and_questionnaires(tmp_path: Path) -> None:
    spot = """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: count}}
criteria:
  - {id: one, title: 一, place: Ⅲ-1, pass: a > 0}
  - {id: two, title: 二, place: Ⅲ-1, ask: people.aware, levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.5}]}
  - {id: lower, title: 两法, place: Ⅲ-1, both: [one, two]}
"""
    people = """
questionnaire: people
title: 问卷
part: statistics
each: city
fields: {asked: {label: 问, kind: count}, aware: {label: 知, kind: count}}
rates: {aware: aware / asked}
criteria:
  - {id: aware_city, title: 全市, place: Ⅲ-2, ask: people.aware, pass: rate > 0.9}
"""
    catalogue = make_catalogue(tmp_path, {"spot": spot, "people": people})
    sites = [{"site": "S1", "site_type": "spot"}, {"site": "C", "site_type": "people", "area": "试验市"}]
    visits: dict[str, list[dict[str, object]]] = {
        "spot": [{"a": 1.0}],
        "people": [{"site": "C", "asked": 10.0, "aware": 8.0}],
    }
    submission = make_submission(catalogue, visits, sites=sites)

    def line(site: str, criterion: str) -> tuple[str, tuple[str, ...]]:
        (found,) = explain(catalogue, submission, "", DAY.date(), site, criterion, same)
        return found.because, found.next_level

    assert line("S1", "two") == (
        "“问卷”, 知 as a share of 问: 80%; at least 50% gives 50% of the points", ("next better: at least 90%, which gives full score",))  # fmt: skip
    assert line("S1", "lower") == ("the lower of “一” and “二”", ("mend the lower of “一” and “二”",))
    assert line("C", "aware_city")[0] == "知 as a share of 问: 8 ÷ 10 = 80%; this rate 80%, should be more than 90%"
    blank = make_submission(catalogue, {"spot": [{}]}, sites=sites)
    for criterion, told in (
        ("two", "not observed: “问卷”, 知 as a share of 问"),
        ("lower", "the lower of “一” and “二”"),
    ):
        (found,) = explain(catalogue, blank, "", DAY.date(), "S1", criterion, same)
        assert (found.status, found.because) == ("unobserved", told)


# ------------------------------------------------------------------ from an output folder


def test_an_output_folder_is_all_that_explaining_needs(tmp_path: Path) -> None:
    city = tmp_path / "city"
    shutil.copytree(STARTER, city)
    run = CliRunner()
    command = ["check", str(city / "data"), "--catalogue", str(city / "criteria"), "-o", str(tmp_path / "out")]
    assert run.invoke(main, command).exit_code == 0
    shutil.rmtree(city)
    result = run.invoke(main, ["explain", "LK-02", "ebike_helmet", "--in", str(tmp_path / "out"), "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert "120 ÷ 150 = 80%; below" in result.output
    assert "佩戴头盔人数 would have to be at least 135 人 (seen: 120 人)" in result.output
    for wrong, told in ((["LK-09", "ebike_helmet"], "LK-0"), (["LK-02", "ebike_helmets"], "ebike_helmet")):
        result = run.invoke(main, ["explain", *wrong, "--in", str(tmp_path / "out")])
        assert result.exit_code == 2
        assert told in result.output
    result = run.invoke(main, ["explain", "LK-02", "ebike_helmet", "--in", str(tmp_path)])
    assert result.exit_code == 2


def test_inputs_come_back_as_they_were_written(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path / "catalogue", BANDS, AB)
    submission = make_submission(catalogue, {"spot": [{"a": 3.0, "b": 1.0}]})
    write_inputs(tmp_path / "inputs", catalogue, submission, "R1", date(2026, 3, 2))
    read_back, data, round_id, as_of = read_inputs(tmp_path / "inputs")
    assert (read_back, round_id, as_of) == (catalogue, "R1", date(2026, 3, 2))
    assert data.visits["spot"].equals(submission.visits["spot"])
    assert data.sites.equals(submission.sites)
    (tmp_path / "inputs" / "run.json").write_text(json.dumps({"round": 1}))
    with pytest.raises(NotAnOutput):
        read_inputs(tmp_path / "inputs")

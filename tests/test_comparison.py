"""Why a score changed: every cause in its own step, steps that add up exactly, regressions by name, refusals in words."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duibiao.cli import main
from duibiao.criteria import language
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.archive import read_inputs, write_inputs
from duibiao.evaluator.comparison import CAUSES, Comparison, MethodsDiffer, NoTotal, compare
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.submission import Submission
from tests import shipped
from tests.city import EAST, WEST, make_catalogue, make_submission

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLE: Final = ROOT / "examples" / "zhoukou"
STARTER: Final = ROOT / "examples" / "starter"
DATE: Final = date(2026, 3, 2)

HEAD = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县}
parts: {on_site: 实地, statistics: 统计}
score:
  levels: [{name: 达标, at_least: 85}, {name: 不达标}]
  total: [{part: on_site, weight: 60, combine: pooled}, {part: statistics, weight: 40, combine: mean_of_criteria}]
"""
MARKET = """
site_type: market
title: 市场
fields: {a: {label: 甲, kind: number}, b: {label: 乙, kind: number}}
criteria:
  - {id: clean, title: 干净, place: Ⅲ-1, points: 1, rate: a, full_at: 1, zero_at: 0}
  - {id: safe, title: 安全, place: Ⅲ-2, points: 3, pass: b >= 1, veto: {total: 55}}
"""
FIGURES = """
site_type: figures
title: 指标
part: statistics
each: district
fields: {c: {label: 丙, kind: number}}
criteria:
  - {id: share, title: 率, place: Ⅲ-2, points: 2, rate: c, full_at: 1, zero_at: 0}
  - {id: scandal, title: 事件, place: Ⅲ-1, points: 0, pass: c > 0.2, adjust_total: -6}
"""
FORMS = {"market": MARKET, "figures": FIGURES}
Seen = Mapping[str, Mapping[str, object]]  # site -> what was seen
TYPE_OF = {"M": "market", "F": "figures"}
ALL: dict[str, dict[str, object]] = {"M1": {"a": 0.5, "b": 1.0}, "M2": {"a": 1.0, "b": 1.0}, "F1": {"c": 0.5}}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS, HEAD)


def submission(catalogue: Catalogue, seen: Seen, **more: Any) -> Submission:
    visits: dict[str, list[dict[str, object]]] = {}
    sites = []
    for number, (site, row) in enumerate(seen.items()):
        kind, area = TYPE_OF[site[0]], (EAST, WEST)[number % 2]
        visits.setdefault(kind, []).append({"site": site, **row})
        sites.append({"site": site, "name": f"名{site}", "site_type": kind, "area": area})
    return make_submission(catalogue, visits, sites=sites, **more)


def judged(catalogue: Catalogue, seen: Seen, as_of: date = DATE, **more: Any) -> Judgement:
    return judge_round(catalogue, submission(catalogue, seen, **more), "", as_of)


def changes(found: Comparison) -> dict[str, tuple[Fraction, int]]:
    """The steps that say something: cause -> change, number."""
    return {step.cause: (step.change, step.number) for step in found.steps if step.change or step.number}


def add_up(found: Comparison) -> None:
    """The steps go from the old total to the new one without a gap."""
    assert [step.cause for step in found.steps] == list(CAUSES)
    states = [found.old, *(step.after for step in found.steps)]
    assert [step.before for step in found.steps] == states[:-1]
    assert states[-1] == found.new
    assert sum(step.change for step in found.steps) == found.new - found.old


# ------------------------------------------------------------------ one cause at a time

# Before: on site (0.5 + 3 + 1 + 3) / 8 = 93.75, statistics 50: 60 % and 40 % are 76.25.
ONE_CAUSE: list[tuple[str, dict[str, dict[str, object]], dict[str, tuple[str, int]]]] = [
    ("nothing", ALL, {}),
    # on site 7 of 8
    ("a finding with another result", ALL | {"M2": {"a": 0.5, "b": 1.0}}, {"findings": ("-3.75", 1)}),
    # on site (0.5 + 3 + 1 + 0) / 8: 56.25, 60 % and 20 are 53.75, below the cap of 55
    ("a veto now missed", ALL | {"M2": {"a": 1.0, "b": 0.0}}, {"findings": ("-22.5", 1)}),
    # clean of market 1 is not looked at: 7 of 7
    ("a finding that left the count", ALL | {"M1": {"b": 1.0}}, {"coverage": ("3.75", 1)}),
    # market 2 has all
    ("a site no longer visited", {"M1": ALL["M1"], "F1": ALL["F1"]}, {"gone_sites": ("-3.75", 1)}),
    # (0.5 + 3 + 1 + 3 + 0 + 3) / 12 = 87.5
    ("a site newly visited", ALL | {"M3": {"a": 0.0, "b": 1.0}}, {"new_sites": ("-3.75", 1)}),
    # statistics 10, and a scandal: 60.25 - 6
    ("a line after the total", ALL | {"F1": {"c": 0.1}}, {"findings": ("-16", 1), "adjustments": ("-6", 1)}),
    # statistics 30, and the scandal of a new site: 68.25 - 6
    ("a line at a new site", ALL | {"F2": {"c": 0.1}}, {"new_sites": ("-8", 1), "adjustments": ("-6", 1)}),
]


@pytest.mark.parametrize(("seen", "steps"), [each[1:] for each in ONE_CAUSE], ids=[each[0] for each in ONE_CAUSE])
def test_one_cause_stands_in_its_own_step(
    catalogue: Catalogue, seen: dict[str, dict[str, object]], steps: dict[str, tuple[str, int]]
) -> None:
    found = compare(judged(catalogue, ALL), judged(catalogue, seen))
    assert found.old == Fraction("76.25")
    assert changes(found) == {cause: (Fraction(change), number) for cause, (change, number) in steps.items()}
    add_up(found)


SHARES = st.sampled_from([0.0, 0.1, 0.5, 1.0])
MARKETS = st.fixed_dictionaries({"a": SHARES, "b": st.sampled_from([None, 0.0, 1.0])})
FIGURES_SEEN = st.fixed_dictionaries({"c": SHARES})
ROUNDS = st.fixed_dictionaries(
    {"M1": MARKETS, "F1": FIGURES_SEEN},
    optional={"M2": MARKETS, "M3": MARKETS, "F2": FIGURES_SEEN, "F3": FIGURES_SEEN},
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROUNDS, ROUNDS)
def test_steps_add_up_and_lines_stand_apart(catalogue: Catalogue, before: Any, after: Any) -> None:
    """Whatever comes, goes and caps; without a new scandal and without one less, that step is nothing."""
    found = compare(judged(catalogue, before), judged(catalogue, after))
    add_up(found)
    then, now = ({site for site, row in seen.items() if row.get("c", 1) <= 0.2} for seen in (before, after))
    if then == now:
        assert found.steps[-1].change == 0


def test_criteria_that_changed_stand_in_their_own_step(catalogue: Catalogue, tmp_path: Path) -> None:
    """Clean counts five points instead of one, and a new criterion that the old data decide comes in.

    On site: (2.5 + 3 + 5 + 3 + 1 + 1) / 18; before 7.5 / 8. Of scandal only the words are others.
    """
    forms = {
        "market": MARKET.replace("points: 1,", "points: 5,")
        + "  - {id: seen, title: 看过, place: Ⅲ-1, points: 1, pass: observed(a)}\n",
        "figures": FIGURES.replace("title: 事件", "title: 负面清单"),
    }
    other = make_catalogue(tmp_path, forms, HEAD)
    found = compare(judged(catalogue, ALL), judged(other, ALL))
    assert changes(found) == {"criteria": (60 * (Fraction("15.5") / 18 - Fraction("7.5") / 8), 2)}
    assert found.criteria == ("clean", "seen")
    add_up(found)
    back = compare(judged(other, ALL), judged(catalogue, ALL))
    assert changes(back) == {"criteria": (-found.steps[0].change, 2)}


def test_all_causes_at_once_in_their_order(catalogue: Catalogue, tmp_path: Path) -> None:
    """By hand, state after state; the statistics stay 50, that is 20 of the total.

    Old: M1 0.5 + 3, M2 1 + 0, M3 1 + 3 (points 1 and 3): 8.5 / 12, less the cap: 62.5, capped at 55.
    """
    before: dict[str, dict[str, object]] = {
        "M1": {"a": 0.5, "b": 1.0}, "M2": {"a": 1.0, "b": 0.0}, "M3": {"a": 1.0, "b": 1.0}, "F1": {"c": 0.5}}  # fmt: skip
    after: dict[str, dict[str, object]] = {
        "M1": {"a": 1.0}, "M2": {"a": 1.0, "b": 1.0}, "M4": {"a": 0.0, "b": 1.0}, "F1": {"c": 0.5}}  # fmt: skip
    other = make_catalogue(tmp_path, FORMS | {"market": MARKET.replace("points: 3,", "points: 1,")}, HEAD)
    found = compare(judged(catalogue, before), judged(other, after))
    # criteria: 4.5 / 6 -> 65, capped at 55; gone M3: 2.5 / 4 -> 57.5, capped; coverage (safe of M1 left the count):
    # (0.5 + 1 + 0) / 3 -> 50; findings (M1 clean 1, M2 safe met): 3 / 3 -> 80; new M4: (3 + 0 + 1) / 5 -> 68
    assert [step.after for step in found.steps] == [Fraction(each) for each in ("55", "55", "50", "80", "68", "68")]
    assert [step.number for step in found.steps] == [1, 1, 1, 2, 1, 0]
    assert found.old == 55
    assert (found.gone_sites, found.new_sites) == ((("M3", "名M3"),), (("M4", "名M4"),))
    add_up(found)


def test_a_result_against_itself_is_all_zeros(catalogue: Catalogue) -> None:
    for seen in (ALL, ALL | {"M1": {"a": 0.0, "b": 0.0}, "F1": {"c": 0.0}}):
        one = judged(catalogue, seen)
        for other in (one, judged(catalogue, seen)):
            found = compare(one, other)
            assert {(step.change, step.number) for step in found.steps} == {(Fraction(0), 0)}
            assert found.regressions == ()
            assert (found.criteria, found.speaking, found.gone_sites, found.new_sites) == ((), (), (), ())


def test_waivers_are_those_of_their_day(catalogue: Catalogue) -> None:
    """The old round was waived until February, the new one is not: the finding comes into the count."""
    waiver = {"site": "M1", "criterion": "clean", "reason": "-", "approver": "-", "until": date(2026, 2, 28)}
    old = judged(catalogue, ALL, date(2026, 2, 20), waivers=[waiver])
    assert old.total.total() == 60 * Fraction(7, 7) + 20
    found = compare(old, judged(catalogue, ALL, waivers=[waiver]))
    assert changes(found) == {"coverage": (Fraction("-3.75"), 1)}
    add_up(found)


def test_dated_criteria_are_held_as_of_the_new_day(tmp_path: Path) -> None:
    """From March on safe asks for 2: what was met then would be missed now, and that is the criteria's doing."""
    dated = MARKET.replace("veto: {total: 55}", "changes: [{from: 2026-03-01, pass: b >= 2}]")
    asking = make_catalogue(tmp_path, FORMS | {"market": dated}, HEAD)
    old, new = judged(asking, ALL, date(2026, 2, 20)), judged(asking, ALL)
    found = compare(old, new)
    assert changes(found) == {"criteria": (Fraction(-45), 1)}
    assert found.criteria == ("safe",)
    assert found.regressions == ()  # by the criteria of now it was missed then too
    add_up(found)


# ------------------------------------------------------------------ regressions

REGRESSIONS = [  # b of market 1 before and after (safe is met from 1 on), named
    (1.0, 0.0, True),
    (1.0, 1.0, False),
    (0.0, 0.0, False),
    (None, 0.0, False),
    (1.0, None, False),
    (0.0, 1.0, False),
]


@pytest.mark.parametrize(("before", "after", "named"), REGRESSIONS)
def test_met_then_and_missed_now_is_named(
    catalogue: Catalogue, before: float | None, after: float | None, named: bool
) -> None:
    old, new = (judged(catalogue, ALL | {"M1": {"a": 0.5, "b": b}}) for b in (before, after))
    found = compare(old, new)
    assert [(each.site, each.name, each.criterion, each.title) for each in found.regressions] == (
        [("M1", "名M1", "safe", "安全")] if named else [])  # fmt: skip


def test_neither_partial_nor_waived_nor_new_findings_are_regressions(catalogue: Catalogue) -> None:
    waiver = {"site": "M2", "criterion": "safe", "reason": "-", "approver": "-", "until": None}
    before = ALL | {"M1": {"a": 1.0, "b": 1.0}}
    after = {"M1": {"a": 0.5, "b": 1.0}, "M2": {"a": 1.0, "b": 0.0}, "M3": {"a": 0.0, "b": 0.0}, "F1": {"c": 0.5}}
    assert compare(judged(catalogue, before), judged(catalogue, after, waivers=[waiver])).regressions == ()


# ------------------------------------------------------------------ methods

OTHERS = [  # what is written otherwise -> what is said of it
    ("combine: pooled", "combine: tree", "total"),
    ("weight: 60, combine: pooled}, {part: statistics, weight: 40", "weight: 50, combine: pooled}, {part: statistics, weight: 50", "total"),
    ("score:\n", "score:\n  unobserved: zero\n", "unobserved"),
    ("score:\n", "score:\n  several_inspections: worst\n", "several_inspections"),
    ("score:\n", "score:\n  site: tree\n", "site"),
    ("score:\n", "score:\n  empty_part: no_total\n", "empty_part"),
    ("score:\n", "score:\n  roll_up: {area: tree}\n", "roll_up"),
    ("score:\n", "score:\n  unit_roles: [lead, supporting]\n", "unit_roles"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "other", "what"), OTHERS, ids=[each[2] for each in OTHERS])
def test_results_of_different_methods_are_not_compared(
    catalogue: Catalogue, tmp_path: Path, text: str, other: str, what: str
) -> None:
    assert text in HEAD
    changed = make_catalogue(tmp_path, FORMS, HEAD.replace(text, other))
    for pair in ((catalogue, changed), (changed, catalogue)):
        with pytest.raises(MethodsDiffer) as refused:
            compare(*(judged(each, ALL) for each in pair))
        assert what in {name for name, _, _ in refused.value.differences}


TREE = "tree: [{id: Ⅰ-1, title: 一, UPPER, under: [{id: Ⅲ-1, title: 甲, LEFT}, {id: Ⅲ-2, title: 乙, RIGHT}]}]\n"
TREES = [
    (
        ("weight: 100", "weight: 70", "weight: 30"),
        ("weight: 100", "weight: 60", "weight: 40"),
        {"tree Ⅲ-1", "tree Ⅲ-2"},
    ),
    (
        ("combine: mean", "combine: mean", "combine: mean"),
        ("combine: lowest", "combine: mean", "combine: mean"),
        {"tree Ⅰ-1"},
    ),
]


@pytest.mark.parametrize(("one", "two", "named"), TREES)
def test_other_weights_of_the_outline_are_another_method(
    tmp_path: Path, one: Sequence[str], two: Sequence[str], named: set[str]
) -> None:
    pair = []
    for number, told in enumerate((one, two)):
        text = TREE
        for word, each in zip(("UPPER", "LEFT", "RIGHT"), told, strict=True):
            text = text.replace(word, each)
        pair.append(judged(make_catalogue(tmp_path / str(number), FORMS | {"tree": text}, HEAD), ALL))
    with pytest.raises(MethodsDiffer) as refused:
        compare(*pair)
    assert {what for what, _, _ in refused.value.differences} == named


@pytest.mark.parametrize(("key", "what"), [("weight: 2", "2 latest"), ("several_inspections: each", "1 each")])
def test_site_types_that_weigh_otherwise_are_another_method(
    catalogue: Catalogue, tmp_path: Path, key: str, what: str
) -> None:
    changed = make_catalogue(tmp_path, FORMS | {"market": MARKET.replace("title: 市场", f"title: 市场\n{key}")}, HEAD)
    with pytest.raises(MethodsDiffer) as refused:
        compare(judged(catalogue, ALL), judged(changed, ALL))
    assert refused.value.differences == (("site type market", "1 latest", what),)


def test_a_site_type_in_another_part_is_another_method(catalogue: Catalogue, tmp_path: Path) -> None:
    """Else the total changes by criteria of which none is named."""
    moved = make_catalogue(
        tmp_path, FORMS | {"market": MARKET.replace("title: 市场", "title: 市场\npart: statistics")}, HEAD
    )
    with pytest.raises(MethodsDiffer):
        compare(judged(catalogue, ALL), judged(moved, ALL))


def test_a_place_that_hangs_elsewhere_is_another_method(tmp_path: Path) -> None:
    head = HEAD.replace("combine: pooled", "combine: tree")
    flat = "tree: [{id: Ⅰ-1, title: 一, under: [{id: Ⅲ-1, title: 甲}, {id: Ⅲ-2, title: 乙}]}]\n"
    deep = "tree: [{id: Ⅰ-1, title: 一, under: [{id: Ⅲ-1, title: 甲, under: [{id: Ⅲ-2, title: 乙}]}]}]\n"
    pair = [
        judged(make_catalogue(tmp_path / name, FORMS | {"tree": tree}, head), ALL)
        for name, tree in (("flat", flat), ("deep", deep))
    ]
    with pytest.raises(MethodsDiffer):
        compare(*pair)


def test_a_number_written_otherwise_is_the_same_method(catalogue: Catalogue, tmp_path: Path) -> None:
    same = make_catalogue(tmp_path, FORMS, HEAD.replace("weight: 60", "weight: 60.0"))
    found = compare(judged(catalogue, ALL), judged(same, ALL))
    assert changes(found) == {}


def test_marks_levels_and_digits_are_told_and_not_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    spoken = HEAD.replace("at_least: 85", "at_least: 80").replace(
        "score:\n", "score:\n  pass_mark: 60\n  rounding: {digits: 1}\n  minimum_coverage: 0.5\n"
    )
    found = compare(judged(catalogue, ALL), judged(make_catalogue(tmp_path, FORMS, spoken), ALL))
    assert [what for what, _, _ in found.speaking] == ["pass_mark", "levels", "rounding", "minimum_coverage"]
    assert ("pass_mark", "85", "60") in found.speaking
    assert changes(found) == {}


def test_without_a_total_there_is_no_change_to_split(catalogue: Catalogue) -> None:
    blank: dict[str, dict[str, object]] = {"M1": {}}
    for pair in ((ALL, blank), (blank, ALL), (blank, blank)):
        with pytest.raises(NoTotal):
            compare(*(judged(catalogue, seen) for seen in pair))


def test_a_state_without_data_between_two_totals_changes_nothing_yet(catalogue: Catalogue) -> None:
    """All sites are others: once the old ones are gone there is nothing, so the new ones bring the whole change."""
    others: dict[str, dict[str, object]] = {"M8": {"a": 0.0, "b": 1.0}, "F9": {"c": 1.0}}
    found = compare(judged(catalogue, ALL), judged(catalogue, others))
    assert changes(found) == {"gone_sites": (Fraction(0), 3), "new_sites": (85 - Fraction("76.25"), 2), "adjustments": (Fraction(0), 2)}  # fmt: skip
    add_up(found)


def test_nothing_of_the_old_round_is_asked_any_more(catalogue: Catalogue, tmp_path: Path) -> None:
    """All that it visited was markets, and the new catalogue has no such type: the old sites weigh nothing now."""
    without = make_catalogue(tmp_path, {"figures": FIGURES}, HEAD)
    then = make_submission(catalogue, {"market": [{"site": "M1", "a": 0.5, "round": "W1"}]})
    now = make_submission(without, {"figures": [{"site": "F1", "c": 0.8, "round": "W2"}]})
    found = compare(judge_round(catalogue, then, "W1", DATE), judge_round(without, now, "W2", DATE))
    assert (found.old, found.new) == (Fraction(50), Fraction(80))
    assert found.criteria == ("clean", "safe")
    add_up(found)


def test_what_was_written_and_read_again_is_the_same(catalogue: Catalogue, tmp_path: Path) -> None:
    """Through OUT/inputs, with every key that decides a figure."""
    head = HEAD.replace(
        "score:\n",
        "score:\n  unobserved: zero\n  minimum_coverage: 0.5\n  several_inspections: mean\n  site: tree\n"
        "  roll_up: {area: tree, place: mean_of_sites}\n  unit_roles: [lead, supporting]\n",
    ).replace("combine: pooled}", "combine: mean_of_sites, at_least: 70}")
    market = MARKET.replace("title: 市场", "title: 市场\nweight: 2.5\nseveral_inspections: worst").replace(
        "veto: {total: 55}", "veto: {site: 40, total: 55.5}, over_sites: lowest"
    )
    figures = FIGURES.replace("title: 指标", "title: 指标\nseveral_inspections: each")
    full = make_catalogue(tmp_path / "criteria", {"market": market, "figures": figures}, head)
    data = submission(full, ALL | {"M2": {"a": 0.7}})
    write_inputs(tmp_path / "out" / "inputs", full, data, "", DATE)
    kept = judge_round(*read_inputs(tmp_path / "out" / "inputs"))
    one = judge_round(full, data, "", DATE)
    assert kept.total.made() == one.total.made()
    assert kept.total.parts() == one.total.parts()
    found = compare(one, kept)
    assert (changes(found), found.criteria, found.speaking) == ({}, (), ())


# ------------------------------------------------------------------ the command


@pytest.fixture
def outs(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What compare needs of three results: old, new (a regression), and one of another method."""
    monkeypatch.setenv("DUIBIAO_LANG", "en")
    language.use()
    write_inputs(tmp_path / "old" / "inputs", catalogue, submission(catalogue, ALL), "", DATE)
    worse = submission(catalogue, ALL | {"M2": {"a": 1.0, "b": 0.0}, "M3": {"a": 1.0, "b": 1.0}})
    write_inputs(tmp_path / "new" / "inputs", catalogue, worse, "", DATE)
    other = make_catalogue(tmp_path / "criteria", FORMS, HEAD.replace("combine: pooled", "combine: mean_of_sites"))
    write_inputs(tmp_path / "other" / "inputs", other, submission(other, ALL), "", DATE)
    blank = submission(catalogue, {"M1": {}})
    write_inputs(tmp_path / "blank" / "inputs", catalogue, blank, "", DATE)
    yield tmp_path
    monkeypatch.undo()
    language.use()


def run(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_command_prints_the_steps(outs: Path) -> None:
    told = run("compare", outs / "old", outs / "new", "--lang", "en")
    assert told.exit_code == 0
    lines = [line.strip() for line in told.stdout.partition("Total: ")[2].splitlines()]
    # on site (0.5 + 3 + 1 + 0) / 8 is 56.25: 53.75; with market 3 8.5 / 12: 62.5, capped at 55
    assert lines[0] == "76.2500 -> 55.0000 (-21.25)"
    steps = {re.split(r"\s{2,}", line)[-1]: re.split(r"\s{2,}", line)[0] for line in lines[1:6]}
    assert steps == {
        "criteria added, dropped or changed (0)": "0",
        "sites and records that are gone (0)": "0",
        "findings that came into the count or left it (0)": "0",
        "findings with another result (1)": "-22.5",
        "new sites and records (1)": "+1.25",
    }
    assert "New: 名M3" in lines
    assert lines[-2:] == ["Met before, missed now: 1", "名M2: 安全 (safe)"]


def test_the_command_writes_exact_figures(outs: Path) -> None:
    told = run("compare", outs / "old", outs / "new", "--format", "json")
    found = json.loads(told.stdout)
    assert [step["cause"] for step in found["steps"]] == list(CAUSES)
    exact = [Fraction(int(step["change"]["num"]), int(step["change"]["den"])) for step in found["steps"]]
    assert exact == [0, 0, 0, Fraction("-22.5"), Fraction("1.25"), 0]
    assert (found["old"]["num"], found["old"]["den"], found["new"]["num"]) == ("305", "4", "55")
    assert found["regressions"] == [{"site": "M2", "criterion": "safe"}]
    assert (found["gone_sites"], found["new_sites"], found["criteria"]) == ([], ["M3"], [])


def test_refusals_end_with_2_and_say_why(outs: Path, tmp_path: Path) -> None:
    refused = run("compare", outs / "old", outs / "other", "--lang", "en")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "different methods" in refused.stderr
    assert "total: " in refused.stderr
    assert "pooled" in refused.stderr
    assert "mean_of_sites" in refused.stderr
    for pair in (("old", "blank"), ("blank", "old")):
        none = run("compare", *(outs / name for name in pair), "--lang", "en")
        assert (none.exit_code, none.stdout) == (2, "")
        assert "no total" in none.stderr
    nowhere = run("compare", outs / "old", tmp_path / "nowhere", "--lang", "en")
    assert (nowhere.exit_code, nowhere.stdout) == (2, "")
    assert "nowhere" in nowhere.stderr
    assert run("compare", outs / "old").exit_code == 2


# ------------------------------------------------------------------ check --baseline


@pytest.fixture
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("DUIBIAO_LANG", "en")
    language.use()
    shutil.copytree(STARTER, tmp_path / "my-city")
    yield tmp_path / "my-city"
    monkeypatch.undo()
    language.use()


def check(starter: Path, *words: object) -> Result:
    return run(
        "check", starter / "data", "--catalogue", starter / "criteria", "--lang", "en", "--pages", "none", *words
    )


@pytest.mark.untraced
def test_baseline_ends_with_1_where_something_met_is_missed(starter: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert check(starter, "-o", out).exit_code == 0
    same = check(starter, "--baseline", out)
    assert same.exit_code == 0
    assert f"Against {out}:" in same.stdout
    assert "Met before, missed now: 0" in same.stdout
    data = starter / "data" / "交通路口.csv"
    worse = re.sub(r"^(LK-01,.*?,.*?),200,190,", r"\1,200,10,", data.read_text("utf-8"), flags=re.MULTILINE)
    better = re.sub(r"^(LK-01,.*?,.*?),200,190,", r"\1,200,200,", data.read_text("utf-8"), flags=re.MULTILINE)
    assert len({worse, better, data.read_text("utf-8")}) == 3
    data.write_text(worse, "utf-8")
    partial = check(starter, "--baseline", out)  # it was partly met before
    assert partial.exit_code == 0
    data.write_text(better, "utf-8")
    assert check(starter, "-o", out, "--baseline", out).exit_code == 0  # its own result, replaced afterwards
    data.write_text(worse, "utf-8")
    fallen = check(starter, "-o", tmp_path / "fallen", "--baseline", out)
    assert fallen.exit_code == 1
    assert "Met before, missed now: 1" in fallen.stdout
    assert "(ebike_helmet)" in fallen.stdout.split("Met before, missed now: 1")[1]
    assert (tmp_path / "fallen" / "assessment.json").exists()  # the report is there all the same


@pytest.mark.untraced
def test_a_baseline_that_cannot_be_compared_ends_with_2_and_writes_nothing(starter: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert check(starter, "-o", out).exit_code == 0
    written = (out / "assessment.json").read_bytes()
    head = starter / "criteria" / "catalogue.yaml"
    score = shipped.catalogue("national").score
    shares = ", ".join(f"{{part: {share.part}, weight: {share.weight}, combine: tree}}" for share in score.total)
    head.write_text(head.read_text("utf-8") + f"\nscore:\n  total: [{shares}]\n", "utf-8")
    refused = check(starter, "-o", out, "--baseline", out)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "different methods" in refused.stderr
    assert (out / "assessment.json").read_bytes() == written
    nowhere = check(starter, "-o", out, "--baseline", tmp_path / "nowhere")
    assert (nowhere.exit_code, nowhere.stdout) == (2, "")
    assert (out / "assessment.json").read_bytes() == written


# ------------------------------------------------------------------ the example city


@pytest.mark.untraced
def test_the_two_rounds_of_the_example_city() -> None:
    """Its steps add up exactly, forwards and backwards, and each round against itself is all zeros."""
    national = shipped.catalogue("national")
    data = read_submission((EXAMPLE,), national, round_by=None)
    old, new = (judge_round(national, data, name) for name in ("2025-W09", "2025-W10"))
    found = compare(old, new)
    add_up(found)
    assert (found.old, found.new) == (old.total.total(), new.total.total())
    assert changes(found).keys() >= {"findings", "new_sites"}
    assert found.steps[0].number == 0
    back = compare(new, old)
    add_up(back)
    assert back.new - back.old == found.old - found.new
    assert {name for name, _ in back.gone_sites} == {name for name, _ in found.new_sites}
    for each in (old, new):
        assert changes(compare(each, each)) == {}
    missed = set(new.rows.filter(new.rows["status"] == "missed").select("site", "criterion").iter_rows())
    met = set(old.rows.filter(old.rows["status"] == "met").select("site", "criterion").iter_rows())
    assert {(each.site, each.criterion) for each in found.regressions} == missed & met
    assert found.regressions

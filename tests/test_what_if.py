"""What-if: a closed gap brings its gain at every scope, a value otherwise is judged again, and the lines add up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from click.testing import CliRunner, Result

from duibiao.cli import main
from duibiao.criteria import language
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.archive import write_inputs
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment, Gap
from duibiao.evaluator.explain import explain
from duibiao.evaluator.figures import Figures
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.judgement import Judgement, judge_round, total_of
from duibiao.evaluator.site_figure import site_score
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.sums import add_up
from duibiao.evaluator.what_if import Answer, WrongQuestion, what_if
from duibiao.reports.figures import signed
from duibiao.reports.terminal import explanation
from tests import shipped
from tests.city import EAST, WEST, make_catalogue, make_submission

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLE: Final = ROOT / "examples" / "zhoukou"
DATE: Final = date(2026, 3, 2)

HEAD = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县}
parts: {on_site: 实地, statistics: 统计}
score:
  levels: [{name: 优秀, at_least: 95}, {name: 达标, at_least: 85}, {name: 不达标}]
  total: [{part: on_site, weight: 60, combine: mean_of_sites}, {part: statistics, weight: 40, combine: pooled, at_least: 50}]
"""
FORMS = {
    "market": """
site_type: market
title: 市场
lead_unit: bureau
fields:
  clean: {label: 干净程度, kind: percent}
  exits: {label: 出口, kind: count, aliases: [安全出口]}
  blocked: {label: 堵塞出口, kind: count, at_most: exits}
criteria:
  - {id: is_clean, title: 干净, place: Ⅲ-1, points: 3, rate: clean, full_at: 1, zero_at: 0}
  - {id: fire_lane, title: 通道, place: Ⅲ-2, points: 1, pass: blocked == 0, veto: {site: 50, total: 70}}
  - {id: half_open, title: 半数, place: Ⅲ-2, points: 2, pass: blocked <= exits / 2}
""",
    "figures": """
site_type: figures
title: 指标
part: statistics
each: district
several_inspections: each
fields: {c: {label: 丙, kind: number}}
criteria:
  - {id: share, title: 率, place: Ⅲ-2, points: 1, rate: c, full_at: 1, zero_at: 0}
  - {id: scandal, title: 事件, place: Ⅲ-1, points: 0, pass: c > 0.2, adjust_total: -6}
""",
}
SITES: list[dict[str, object]] = [
    {"site": "M1", "name": "东市场", "site_type": "market", "area": EAST},
    {"site": "M2", "name": "西市场", "site_type": "market", "area": WEST},
    {"site": "M3", "name": "远市场", "site_type": "market", "area": WEST},  # never visited
    {"site": f"figures:{EAST}", "name": "东区", "site_type": "figures", "area": EAST},
]
VISITS: dict[str, list[dict[str, object]]] = {
    "market": [
        {"site": "M1", "clean": 0.8, "exits": 4.0, "blocked": 3.0},
        {"site": "M2", "clean": 1.0, "exits": 2.0, "blocked": 0.0},
        {"site": "M2", "clean": 0.5, "exits": 2.0, "blocked": 0.0, "at": datetime(2026, 2, 1), "round": "旧"},
    ],
    "figures": [
        {"site": f"figures:{EAST}", "c": 0.1},
        {"site": f"figures:{EAST}", "c": 0.5, "at": datetime(2026, 3, 1)},
    ],
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return make_catalogue(tmp_path_factory.mktemp("catalogue"), FORMS, HEAD)


@pytest.fixture(scope="module")
def submission(catalogue: Catalogue) -> Submission:
    waivers = [{"site": "M2", "criterion": "is_clean", "reason": "改造", "approver": "某主任", "until": None}]
    return make_submission(catalogue, VISITS, sites=SITES, waivers=waivers)


def asked(catalogue: Catalogue, submission: Submission, close: Sequence[str] = (), told: Sequence[str] = ()) -> Answer:
    return what_if(catalogue, submission, "", DATE, close, told, "en")


# ------------------------------------------------------------------ closing


def test_the_city_by_hand(catalogue: Catalogue, submission: Submission) -> None:
    """Market 1 earns 2.4 of 6 points, below its cap of 50; market 2 has 100 (is_clean is waived); statistics 0.3.

    60 % of 70 and 40 % of 30 are 54; the veto of the total caps at 70 and does nothing; one scandal takes 6.
    """
    before = asked(catalogue, submission).before
    assert [part.score for part in before.total.parts] == [Fraction(70), Fraction(30)]
    assert (before.made.combined, before.made.cap) == (Fraction(54), Fraction(70))
    assert before.total.score == 48
    assert sorted(gap.id.partition(":")[2] if gap.site[0] == "M" else gap.criterion for gap in before.gaps) == [
        "fire_lane", "half_open", "is_clean", "scandal", "share", "share"]  # fmt: skip


def test_closing_one_gap_brings_its_gain_at_every_scope(catalogue: Catalogue, submission: Submission) -> None:
    for gap in asked(catalogue, submission).before.gaps:
        answer = asked(catalogue, submission, [gap.id])
        assert gap.gains is not None
        assert gap.gains.total == difference(answer, "total", "")
        assert gap.gains.site == difference(answer, "site", gap.site)
        (area,) = (site.area for site in answer.before.sites if site.site == gap.site)
        assert gap.gains.area == difference(answer, "area", area or "")
        assert gap.gains.units
        assert dict(gap.gains.units) == {unit: difference(answer, "unit", unit) for unit, _ in gap.gains.units}
        part = catalogue.site_types["market" if gap.site.startswith("M") else "figures"].part
        assert gap.gains.part == difference(answer, "part", part)
        assert answer.findings == ((gap.site, gap.criterion, gap.status, "met"),)


def difference(answer: Answer, what: str, name: str) -> Fraction:
    """By how much a figure changes; the total from the assessments, the others as they are told."""
    if what == "total":
        assert answer.before.total.score is not None
        assert answer.after.total.score is not None
        return answer.after.total.score - answer.before.total.score
    told = [each for each in answer.differences if (each.what, each.id) == (what, name)]
    if not told:
        return Fraction(0)
    (each,) = told
    assert each.before is not None
    assert each.after is not None
    return each.after - each.before


CLOSINGS = [  # what is closed -> the total, and what each line brings more: on site, statistics, adjustments, caps
    ([], "48", ("0", "0", "0", "0")),
    # market 1 earns 3.4 of 6: 100 x 3.4 / 6; no cap is left
    (["M1:fire_lane"], "53", ("5", "0", "0", "0")),
    # 4.4 of 6, capped at 50
    (["M1:half_open"], "51", ("3", "0", "0", "0")),
    (["M1:fire_lane", "M1:half_open"], "63", ("15", "0", "0", "0")),
    (["M1:fire_lane", "M1:half_open", "M1:is_clean"], "66", ("18", "0", "0", "0")),
    # both visits of the eastern figures: 60 % of 70 and 40 % are 82, capped at 70, less 6
    ([f"figures:{EAST}:share"], "64", ("0", "28", "0", "-12")),
    ([f"figures:{EAST}:scandal"], "54", ("0", "0", "6", "0")),
    # 60 % of 75 and 40 % are 85, capped at 70, and no scandal
    ([f"figures:{EAST}:share", f"figures:{EAST}:scandal", "M1:half_open"], "70", ("3", "28", "6", "-15")),
    (["M1:fire_lane", "M1:half_open", "M1:is_clean", f"figures:{EAST}:share", f"figures:{EAST}:scandal"], "100",
     ("18", "28", "6", "0")),
]  # fmt: skip


@pytest.mark.parametrize(("close", "total", "brought"), CLOSINGS)
def test_the_lines_add_up_to_the_total(
    catalogue: Catalogue, submission: Submission, close: list[str], total: str, brought: tuple[str, ...]
) -> None:
    answer = asked(catalogue, submission, close)
    before, after = answer.before.total.score, answer.after.total.score
    assert before is not None
    assert after == Fraction(total)
    assert sum(line.before for line in answer.lines) == before
    assert sum(line.after for line in answer.lines) == after
    names = ("on_site", "statistics", "adjustments", "caps")
    more = {line.what: line.after - line.before for line in answer.lines}
    assert {name: more.get(name, Fraction(0)) for name in names} == {
        name: Fraction(each) for name, each in zip(names, brought, strict=True)
    }


def test_every_figure_that_changes_is_told_and_no_other(catalogue: Catalogue, submission: Submission) -> None:
    answer = asked(catalogue, submission, ["M1:half_open"])
    told = {(each.what, each.id): (each.before, each.after) for each in answer.differences}
    places = {("place", place) for place in ("Ⅰ-1", "Ⅲ-2")}
    assert told.keys() == {("part", "on_site"), ("area", "试验市"), ("area", EAST), ("site_type", "market"),
                           ("unit", f"bureau@{EAST}"), ("site", "M1")} | places  # fmt: skip
    assert told["site", "M1"] == (Fraction(40), Fraction(50))
    assert answer.findings == (("M1", "half_open", "missed", "met"),)
    nothing = asked(catalogue, submission)
    assert (nothing.differences, nothing.findings) == ((), ())
    assert nothing.before.made == nothing.after.made


NAMES = [
    (["M1:half_open"], 1),
    (["东市场:half_open"], 1),
    (["M1@2026-03-02:half_open"], 1),
    (["M1:half_open", "东市场:half_open"], 1),  # one gap under two names
    ([f"figures:{EAST}:share"], 2),  # at both visits
    ([f"figures:{EAST}@2026-03-01:share"], 1),
]


@pytest.mark.parametrize(("close", "findings"), NAMES)
def test_gaps_by_any_of_their_names(
    catalogue: Catalogue, submission: Submission, close: list[str], findings: int
) -> None:
    answer = asked(catalogue, submission, close)
    assert len(answer.findings) == findings
    assert {(before, after) for _, _, before, after in answer.findings} <= {("missed", "met"), ("partial", "met")}


# ------------------------------------------------------------------ values otherwise

SETTINGS = [  # settings -> findings that change
    (["M1.blocked=0"], {("fire_lane", "missed", "met"), ("half_open", "missed", "met")}),
    (["东市场.堵塞出口=2"], {("half_open", "missed", "met")}),  # half of them; the lane stays blocked
    (["M1.安全出口=6"], {("half_open", "missed", "met")}),
    (["M1.blocked=9"], {("fire_lane", "missed", "invalid"), ("half_open", "missed", "invalid")}),
    (["M1.blocked="], {("fire_lane", "missed", "unobserved"), ("half_open", "missed", "unobserved")}),
    (["M1.clean=80%"], set()),
    (["M1.clean=90%"], {("is_clean", "partial", "partial")}),
    (["M1.blocked=4", "M1.blocked=0"], {("fire_lane", "missed", "met"), ("half_open", "missed", "met")}),
    (["M2.clean=0"], {("is_clean", "waived", "waived")}),  # under a waiver only what it would have been
]


@pytest.mark.parametrize(("told", "changed"), SETTINGS)
def test_a_value_otherwise_is_judged_again(
    catalogue: Catalogue, submission: Submission, told: list[str], changed: set[tuple[str, str, str]]
) -> None:
    answer = asked(catalogue, submission, told=told)
    assert {found[1:] for found in answer.findings} == changed
    assert sum(line.after for line in answer.lines) == answer.after.total.score


def test_the_last_visit_of_the_round_is_the_one_that_is_set(catalogue: Catalogue, submission: Submission) -> None:
    """The eastern figures count at both visits: only that of 2 March changes, and no row of another round."""
    answer = asked(catalogue, submission, told=[f"figures:{EAST}.c=1"])
    visits = {site.site: [card.score for card in site.visit_cards] for site in answer.after.sites}
    assert visits[f"figures:{EAST}"] == [Fraction(50), Fraction(100)]
    old = what_if(catalogue, submission, "旧", date(2026, 2, 1), (), ["M2.clean=1"], "en")
    assert [each[1:] for each in old.findings] == [("is_clean", "waived", "waived")]


def test_gaps_are_closed_after_values_are_set(catalogue: Catalogue, submission: Submission) -> None:
    """What is set is judged; what is closed is met whatever was set."""
    answer = asked(catalogue, submission, ["M1:fire_lane"], ["M1.blocked=4", "M1.clean=1"])
    assert set(answer.findings) == {("M1", "fire_lane", "missed", "met"), ("M1", "is_clean", "partial", "met")}


# ------------------------------------------------------------------ what cannot be answered

WRONG = [
    (["M1:fire"], [], "no gap 'M1:fire'; did you mean 'M1:fire_lane'?"),
    (["M2:fire_lane"], [], "no gap 'M2:fire_lane'; did you mean 'M1:fire_lane'?"),  # met already
    (["M2:is_clean"], [], "no gap 'M2:is_clean'; did you mean 'M1:is_clean'?"),  # waived
    ([], ["M9.clean=1"], "no site 'M9'; did you mean 'M3'?"),
    ([], ["M1.cleen=1"], "no field 'cleen' at sites of this type; did you mean 'clean'?"),
    ([], ["M3.clean=1"], "'M3' has no visit with values of its own in this round"),
    ([], ["M1.blocked=3.5"], "'3.5' cannot be read as 堵塞出口"),
    ([], ["M1.blocked"], "'M1.blocked' is no setting; write site.field=value"),
    ([], ["blocked=1"], "'blocked=1' is no setting; write site.field=value"),
]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("close", "told", "said"), WRONG)
def test_a_question_that_cannot_be_answered_says_why(
    catalogue: Catalogue, submission: Submission, close: list[str], told: list[str], said: str
) -> None:
    with pytest.raises(WrongQuestion) as wrong:
        asked(catalogue, submission, close, told)
    assert str(wrong.value).startswith(said)
    assert len(wrong.value.mistakes) == 1


@pytest.mark.usefixtures("english")
def test_all_mistakes_are_told_at_once(catalogue: Catalogue, submission: Submission) -> None:
    with pytest.raises(WrongQuestion) as wrong:
        asked(catalogue, submission, ["M1:a", "M1:fire_lane"], ["M9.clean=1", "x", "M1.blocked=0"])
    assert len(wrong.value.mistakes) == 3


def test_a_name_that_two_sites_have_is_asked_back(catalogue: Catalogue) -> None:
    sites = [{"site": key, "name": "同名", "site_type": "market", "area": EAST} for key in ("M1", "M2")]
    twins = make_submission(catalogue, {"market": [{"site": key, "clean": 0.5} for key in ("M1", "M2")]}, sites=sites)
    with pytest.raises(WrongQuestion):
        asked(catalogue, twins, told=["同名.clean=1"])


@pytest.mark.usefixtures("english")
def test_advice_is_the_same_in_every_run(catalogue: Catalogue, submission: Submission) -> None:
    """The names of a gap stand in one order: its id, then by the site's key, then by its name."""
    with pytest.raises(WrongQuestion) as wrong:
        asked(catalogue, submission, ["?"])
    listed = str(wrong.value).partition("known: ")[2].removesuffix(" ...").split(", ")
    kinds = ["id" if "@" in name else "name" if name[0] not in "Mf" else "key" for name in listed]
    assert kinds == (["id", "key", "name"] * 4)[: len(kinds)]


# ------------------------------------------------------------------ the same gain wherever it is told


@pytest.mark.usefixtures("english")
def test_explain_prints_the_gain(catalogue: Catalogue, submission: Submission) -> None:
    gaps = asked(catalogue, submission).before.gaps
    for gap in gaps:
        found = explain(catalogue, submission, "", DATE, gap.site, gap.criterion, language.gettext)
        (own,) = (each for each in found if each.visit == gap.visit)
        assert own.gains == gap.gains
        text = explanation(own, catalogue, language.gettext)
        assert gap.gains is not None
        assert f"Total {signed(gap.gains.total or Fraction(0))}" in text
        assert f"site {signed(gap.gains.site or Fraction(0))}" in text
    (met,) = explain(catalogue, submission, "", DATE, "M2", "fire_lane", language.gettext)
    (waived,) = explain(catalogue, submission, "", DATE, "M2", "is_clean", language.gettext)
    assert met.gains is None
    assert waived.gains is None


# ------------------------------------------------------------------ the command


@pytest.fixture
def out(
    tmp_path: Path, catalogue: Catalogue, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """What what-if needs of a result."""
    monkeypatch.setenv("DUIBIAO_LANG", "en")
    language.use()
    write_inputs(tmp_path / "out" / "inputs", catalogue, submission, "", DATE)
    yield tmp_path / "out"
    monkeypatch.undo()
    language.use()


def run(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_command_says_what_changes(out: Path) -> None:
    told = run("what-if", out, "--close", "东市场:half_open", "--set", f"figures:{EAST}.c=1", "--lang", "en")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    # 75 in both parts, capped at 70; the scandal is gone
    assert lines[:5] == [
        "Total: 48.0000 -> 70.0000 (+22)",
        "  实地: +3",
        "  统计: +18",
        "  adjustments: +6",
        "  caps of vetoes: -5",
    ]
    assert "  site 东市场: 40.0000 -> 50.0000 (+10)" in lines
    assert "  东市场: 半数 (half_open): missed -> met" in lines
    assert lines[-1] == "The total is still held at 70.00 by: 通道"


def test_the_command_writes_exact_figures(out: Path) -> None:
    told = run("what-if", out, "--close", "M1:fire_lane", "--close", "M1:half_open", "--format", "json")
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    assert found["before"] == {"num": "48", "den": "1", "value": 48.0}
    assert found["after"] == {"num": "63", "den": "1", "value": 63.0}
    lines = {line["what"]: Fraction(int(line["after"]["num"]), int(line["after"]["den"])) for line in found["lines"]}
    assert sum(lines.values()) == 63
    assert found["findings"] == [
        {"site": "M1", "criterion": "fire_lane", "before": "missed", "after": "met"},
        {"site": "M1", "criterion": "half_open", "before": "missed", "after": "met"},
    ]
    figures = {(each["dimension"], each["id"]): each for each in found["figures"]}
    assert figures["site", "M1"]["after"] == {"num": "90", "den": "1", "value": 90.0}


def test_wrong_use_ends_with_2(out: Path, tmp_path: Path) -> None:
    for words in (
        ("what-if", out),
        ("what-if", out, "--close", "M1:nothing"),
        ("what-if", out, "--set", "M1.blocked=many"),
        ("what-if", tmp_path, "--close", "M1:half_open"),
    ):
        told = run(*words)
        assert (told.exit_code, told.stdout) == (2, "")
        assert told.stderr.strip()


def test_what_if_leaves_the_result_alone(out: Path) -> None:
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert run("what-if", out, "--set", "M1.blocked=0").exit_code == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


# ------------------------------------------------------------------ the example city


@pytest.fixture(scope="module")
def example() -> Callable[[str], tuple[Judgement, Assessment]]:
    """The rounds of the example city, judged and assessed."""
    national = shipped.catalogue("national")
    data = read_submission((EXAMPLE,), national, round_by=None)

    @cache
    def of(round_id: str) -> tuple[Judgement, Assessment]:
        judgement = judge_round(national, data, round_id)
        return judgement, assess_judgement(judgement, "en")

    return of


@pytest.mark.untraced
@pytest.mark.parametrize("round_id", ["2025-W09", "2025-W10"])
def test_gains_of_the_example_city_are_what_two_runs_say(
    example: Callable[[str], tuple[Judgement, Assessment]], round_id: str
) -> None:
    """To the last digit, at the site, its area, its units, the part and the total; some of every costliness."""
    judgement, assessment = example(round_id)
    told = assessment.gaps[:: max(1, len(assessment.gaps) // 25)]
    assert len(told) >= 25
    scope = Scope.of(judgement, assessment)
    now = scope.rows
    for gap in told:
        assert gap.gains is not None
        then = judgement.with_closed([gap.id]).rows
        rows = now.with_columns(then["status"], then["value"])
        for name, gain in scope.figures(gap):
            before, after = (scope.score(frame, name, gap) for frame in (now, rows))
            if gain is None:  # what only adjusts the total gives its site no figure
                assert (before, after) == (None, None)
                continue
            assert before is not None
            assert after is not None
            assert after - before == gain, (gap.id, name)


@pytest.mark.untraced
@pytest.mark.usefixtures("english")
def test_a_gap_of_the_example_city_is_told_the_same_by_all(
    example: Callable[[str], tuple[Judgement, Assessment]],
) -> None:
    """By the gap, by what-if at every scope, and by explain in print."""
    judgement, assessment = example("2025-W09")
    of = (judgement.catalogue, judgement.submission, judgement.round_id, judgement.as_of)
    gap = assessment.gaps[0]
    assert gap.gains is not None
    answer = what_if(*of, [gap.id], (), "en")
    (area,) = (site.area for site in assessment.sites if site.site == gap.site)
    assert gap.gains.total
    assert gap.gains.total == difference(answer, "total", "")
    assert gap.gains.site == difference(answer, "site", gap.site)
    assert gap.gains.area == difference(answer, "area", area or "")
    assert dict(gap.gains.units) == {unit: difference(answer, "unit", unit) for unit, _ in gap.gains.units}
    (part,) = judgement.rows.filter(pl.col("site") == gap.site)["part"].unique()
    assert gap.gains.part == difference(answer, "part", part)
    found = explain(*of, gap.site, gap.criterion, language.gettext)
    (own,) = (each for each in found if each.visit == gap.visit)
    assert own.gains == gap.gains
    assert f"Total {signed(gap.gains.total)}" in explanation(own, judgement.catalogue, language.gettext)


class Scope:
    """The figures that a gap of the example city touches, each added up from its own findings alone."""

    def __init__(self, judgement: Judgement, rows: pl.DataFrame, areas: Mapping[str, str | None]) -> None:
        self.judgement, self.rows, self.areas = judgement, rows, areas

    @classmethod
    def of(cls, judgement: Judgement, assessment: Assessment) -> Scope:
        """With the units and areas that the published findings name, in the order of the judgement."""
        units = assessment.findings.select("site", "visit", "criterion", "area", "lead_units")
        rows = judgement.rows.join(units, on=["site", "visit", "criterion"], how="left", maintain_order="left")
        return cls(judgement, rows, {site.site: site.area for site in assessment.sites})

    def figures(self, gap: Gap) -> Iterator[tuple[str, Fraction | None]]:
        """The scopes of a gap with the gains that are told of it."""
        assert gap.gains is not None
        yield from (("site", gap.gains.site), ("part", gap.gains.part), ("total", gap.gains.total))
        if self.areas[gap.site] is not None:
            yield "area", gap.gains.area
        assert len(gap.gains.units) >= len(gap.lead_units)
        yield from ((f"unit {unit}", gain) for unit, gain in gap.gains.units if unit in gap.lead_units)

    def score(self, rows: pl.DataFrame, name: str, gap: Gap) -> Fraction | None:
        """One figure, from the findings that belong to it."""
        method, area = self.judgement.method, self.areas[gap.site]
        if name == "site":
            group = add_up(method, rows.filter(pl.col("site") == gap.site), "site")[gap.site]
            return site_score(method, group.sums, "now")
        if name in {"part", "total"}:
            figure = total_of(method, rows)
            (part,) = rows.filter(pl.col("site") == gap.site)["part"].unique()
            return figure.total() if name == "total" else figure.part(part)
        dimension, _, unit = name.partition(" ")
        own = (
            (pl.col("area") == area) | pl.col("area").str.starts_with(f"{area}/")
            if name == "area"
            else pl.col("lead_units").list.contains(unit)
        )
        group = add_up(method, rows.filter(own).with_columns(pl.lit("").alias("one")), "one")[""]
        return Figures(method, dimension, group).combined()

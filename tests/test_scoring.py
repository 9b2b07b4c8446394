"""Figures by hand: one small city for each way, veto, adjustment, bound, coverage and gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment, Bounds, Coverage, Gap, Scorecard
from duibiao.evaluator.judgement import judge_round
from tests.city import DAY, EAST, TOP, WEST, assessed, judge, make_catalogue, make_submission, one_rule

LEVELS = "levels: [{name: 优秀, at_least: 95}, {name: 达标, at_least: 85}, {name: 不达标}]"
ONE_PART = "[{part: on_site, weight: 100, combine: WAY}]"
LINE = "rate: {field}, full_at: 1, zero_at: 0"  # the score is what the field says


def head(total: str = ONE_PART, way: str = "pooled", **more: object) -> str:
    """catalogue.yaml with two parts declared and these keys of the score section."""
    keys = "".join(f"  {key}: {value}\n" for key, value in more.items())
    return (
        "catalogue: test\ntitle: 试验目录\nedition: '1'\narea_levels: {city: 市, district: 区县}\n"
        "parts: {on_site: 实地, statistics: 统计}\n"
        f"score:\n  {LEVELS}\n  total: {total.replace('WAY', way)}\n{keys}"
    )


def form(name: str, criteria: Mapping[str, str], **more: object) -> str:
    """A site type whose criteria read the field of their own name (``f_`` before it), a line from 0 to 1 each."""
    fields = "".join(f"  f_{key}: {{label: 看{key}, kind: number, at_most: 1}}\n" for key in criteria)
    rules = ""
    for key, told in criteria.items():
        parts = [f"id: {key}, title: {key}", *([] if "place:" in told else ["place: Ⅲ-1"]), *([told] if told else [])]
        if not any(word in told for word in ("both:", "deduct:", "pass:")):
            parts.append(LINE.format(field=f"f_{key}"))
        rules += f"  - {{{', '.join(parts)}}}\n"
    keys = "".join(f"{key}: {value}\n" for key, value in more.items())
    return f"site_type: {name}\ntitle: {name}\n{keys}fields:\n{fields}criteria:\n{rules}"


Row = tuple[str, str | None, Mapping[str, object]]  # site (its type before the dash), area, what was seen


def city(folder: Path, forms: Mapping[str, str], rows: Sequence[Row], top: str = "", **more: Any) -> Assessment:
    """An assessment of sites; what was seen of a criterion is its score, 9 contradicts, None was not looked at."""
    catalogue = make_catalogue(folder, forms, top or head())
    visits: dict[str, list[dict[str, object]]] = {}
    sites: dict[str, dict[str, object]] = {}
    for number, (site, area, seen) in enumerate(rows):
        kind = site.partition("-")[0]
        read = {f"f_{key}": float(str(score)) if score is not None else None for key, score in seen.items()}
        at = DAY + timedelta(hours=number)
        visits.setdefault(kind, []).append({"site": site, "at": at, **read})
        sites[site] = {"site": site, "name": site, "site_type": kind, "area": area}
    return assessed(catalogue, make_submission(catalogue, visits, sites=list(sites.values()), **more))


def card(cards: Sequence[Scorecard], name: str) -> Scorecard:
    return next(each for each in cards if each.id == name)


def site(found: Assessment, name: str) -> Scorecard:
    own = next(each.card for each in found.sites if each.site == name)
    assert own is not None
    return own


def gap(found: Assessment, where: str, criterion: str) -> Gap:
    return next(each for each in found.gaps if (each.site, each.criterion) == (where, criterion))


def exact(*told: int | str | Fraction | None) -> tuple[Fraction | None, ...]:
    """Exact figures."""
    return tuple(Fraction(each) if each is not None else None for each in told)


# ------------------------------------------------------------------ the ways

MARKET = {"clean": "points: 1", "safe": "points: 3, place: Ⅲ-2"}
STREETS = {
    "market": form("market", MARKET, lead_unit="bureau"),
    "road": form("road", {"lines": "points: 2"}, weight=3, lead_unit="office"),
}
SEEN: list[Row] = [
    ("market-1", EAST, {"clean": 0.5, "safe": 1}),
    ("market-2", WEST, {"clean": 1, "safe": 0}),
    ("road-1", WEST, {"lines": 0.25}),
]
WAYS = [  # way, the whole city, the western district, where safe counts by its lowest
    # (1 x 1/2 + 3 x 1 + 1 x 1 + 3 x 0 + 2 x 1/4) / 10; west (1 + 0 + 1/2) / 6; safe: 3 x 2 x 0 instead of 3
    ("pooled", "50", "25", "20"),
    # clean 3/4, safe 1/2, lines 1/4: (1 x 3/4 + 3 x 1/2 + 2 x 1/4) / 6; west (1 + 0 + 1/2) / 6; safe: 0 instead of 1/2
    ("mean_of_criteria", "1375/30", "25", "625/30"),
    # markets 7/8 and 1/4, mean 9/16; the road 1/4 has weight 3: (9/16 + 3/4) / 4; west (1/4 + 3/4) / 4
    ("mean_of_sites", "32.8125", "25", "32.8125"),
    # Ⅲ-1: (1 x 3/4 + 2 x 1/4) / 3 = 5/12; Ⅲ-2: 1/2; their mean 11/24. West: Ⅲ-1 (1 + 1/2) / 3 = 1/2, Ⅲ-2 0: 1/4
    ("tree", "1100/24", "25", "500/24"),
]


@pytest.mark.parametrize(("way", "whole", "west", "lowest"), WAYS, ids=[each[0] for each in WAYS])
def test_the_four_ways(tmp_path: Path, way: str, whole: str, west: str, lowest: str) -> None:
    found = city(tmp_path / "mean", STREETS, SEEN, head(way=way))
    assert found.total.score == Fraction(whole)
    assert card(found.areas, WEST).score == Fraction(west)
    assert [site(found, name).score for name in ("market-1", "market-2", "road-1")] == [Fraction("87.5"), 25, 25]
    strict = STREETS | {"market": form("market", MARKET | {"safe": "points: 3, place: Ⅲ-2, over_sites: lowest"})}
    conforms = city(tmp_path / "lowest", strict, SEEN, head(way=way))
    assert conforms.total.score == Fraction(lowest)
    assert site(conforms, "market-1").score == Fraction("87.5")  # a site by itself knows nothing of the others
    (result,) = (each for each in conforms.results if each.id == "safe")
    assert result.score == 0


TREE = """
tree:
  - {id: Ⅰ-1, title: 一, weight: 100, combine: COMBINE, under: [
      {id: Ⅲ-1, title: 甲, weight: 75}, {id: Ⅲ-2, title: 乙, weight: 25, combine: lowest}]}
"""
TREES = [  # combine of the upper place, scores of clean and lines (Ⅲ-1), safe and calm (Ⅲ-2, the lowest), by hand
    # Ⅲ-1: (1 x 0.4 + 2 x 0.7) / 3 = 0.6; Ⅲ-2: min(1, 0.2); 75 % and 25 % of them
    ("mean", (0.4, 0.7, 1, 0.2), "50"),
    ("lowest", (0.4, 0.7, 1, 0.2), "20"),
    # 0.6 ** 0.75 * 0.2 ** 0.25 = 0.45590141139...
    ("geometric", (0.4, 0.7, 1, 0.2), "45.5901411"),
    # 1 ** 0.75 * 0.0016 ** 0.25 = 0.2
    ("geometric", (1, 1, 0.0016, 1), "20"),
    # a branch of 0 makes it 0
    ("geometric", (1, 1, 0, 1), "0"),
    # one branch: its own value, not rounded: (1 x 1 + 2 x 0) / 3
    ("geometric", (1, 0, None, None), "100/3"),
    ("lowest", (1, 0, None, None), "100/3"),
    ("mean", (None, None, 0.25, None), "25"),
    ("mean", (None, None, None, None), None),
]


@pytest.mark.parametrize(("combine", "seen", "whole"), TREES)
def test_the_outline_by_weights(
    tmp_path: Path, combine: str, seen: tuple[float | None, ...], whole: str | None
) -> None:
    forms = {
        "market": form("market", {"clean": "points: 1", "lines": "points: 2", "safe": "points: 3, place: Ⅲ-2",
                                  "calm": "points: 9, place: Ⅲ-2"}),
        "tree": TREE.replace("COMBINE", combine),
    }  # fmt: skip
    rows: list[Row] = [("market-1", EAST, dict(zip(("clean", "lines", "safe", "calm"), seen, strict=True)))]
    found = city(tmp_path, forms, rows, head(way="tree"))
    assert found.total.score == (Fraction(whole) if whole is not None else None)
    along = city(tmp_path / "site", forms, rows, head(way="mean_of_sites", site="tree"))
    assert site(along, "market-1").score == along.total.score == found.total.score


def test_a_geometric_mean_is_rounded_half_up_to_nine_decimals(tmp_path: Path) -> None:
    """The root of 1/2 is 0.70710678118..., that of 1/3 0.57735026918...: rounded down, and up."""
    forms = {"market": form("market", {"clean": "", "safe": "place: Ⅲ-2"}),
             "tree": "tree: [{id: Ⅰ-1, title: 一, combine: geometric, under: [{id: Ⅲ-1, title: 甲}, {id: Ⅲ-2, title: 乙}]}]\n"}  # fmt: skip
    for clean, root in ((0.5, "0.707106781"), (0.333333333, "0.577350269")):
        found = city(tmp_path / root, forms, [("market-1", EAST, {"clean": clean, "safe": 1})], head(way="tree"))
        assert found.total.score == 100 * Fraction(root)
    # twice half a billionth is half a billionth, exactly; logarithms alone would land beside it
    tiny: list[Row] = [("market-1", EAST, {"clean": 1e-9, "safe": 1e-9}), ("market-2", EAST, {"clean": 0, "safe": 0})]
    half = city(tmp_path / "half", forms, tiny, head(way="tree"))
    assert half.total.score == 100 * Fraction("0.000000001")


def test_roll_up_says_how_the_figures_of_a_dimension_are_made(tmp_path: Path) -> None:
    ways = "{area: pooled, unit: mean_of_sites, site_type: tree, place: mean_of_criteria}"
    found = city(tmp_path, STREETS, SEEN, head(way="mean_of_criteria", roll_up=ways))
    assert found.total.score == Fraction(1375, 30)
    assert card(found.areas, TOP).score == 50  # pooled, as above
    # the bureau of each district has one market: 7/8 and 1/4
    assert card(found.units, f"bureau@{EAST}").score == Fraction("87.5")
    assert card(found.units, f"bureau@{WEST}").score == 25
    # markets by the outline: Ⅲ-1 3/4, Ⅲ-2 1/2
    assert card(found.site_types, "market").score == Fraction("62.5")
    # Ⅲ-1: (1 x 3/4 + 2 x 1/4) / 3
    assert card(found.places, "Ⅲ-1").score == Fraction(500, 12)
    assert {part.combine for part in card(found.areas, TOP).parts} == {"pooled"}


ROLES = [
    # the lead alone; both; the supporting one where no lead is given
    ("[lead]", "lead_unit: office\nsupporting_units: [bureau]\n", {"office": "25"}),
    ("[lead, supporting]", "lead_unit: office\nsupporting_units: [bureau]\n", {"office": "25", f"bureau@{EAST}": "25"}),
    ("[supporting]", "lead_unit: office\nsupporting_units: [bureau]\n", {f"bureau@{EAST}": "25"}),
    ("[lead]", "supporting_units: [bureau]\n", {f"bureau@{EAST}": "25"}),
    ("[supporting]", "lead_unit: office\n", {"office": "25"}),
    ("[lead, supporting]", "lead_unit: office\nsupporting_units: [office]\n", {"office": "25"}),
    ("[lead]", "", {"": "25"}),
]


@pytest.mark.parametrize(("roles", "units", "scores"), ROLES)
def test_units_by_their_roles(tmp_path: Path, roles: str, units: str, scores: dict[str, str]) -> None:
    form_ = form("market", {"clean": ""}).replace("fields:", units + "fields:")
    found = city(tmp_path, {"market": form_}, [("market-1", EAST, {"clean": 0.25})], head(unit_roles=roles))
    assert {each.id: each.score for each in found.units} == {unit: Fraction(score) for unit, score in scores.items()}
    assert {each.id: each.tally.total for each in found.units} == dict.fromkeys(scores, 1)
    (told,) = found.gaps
    assert told.gains is not None
    assert dict(told.gains.units) == dict.fromkeys(scores, Fraction(75))


# ------------------------------------------------------------------ several inspections

INSPECTIONS = [
    # mode, what the visits saw ('-' not observed, 'x' contradicts, 'n' does not apply) -> status, value, visit
    ("mean", "1 0.5", ("partial", 750_000_000, 2)),
    ("mean", "1 1", ("met", 10**9, 2)),
    ("mean", "0 0", ("missed", 0, 2)),
    ("mean", "0 1", ("partial", 500_000_000, 2)),
    ("mean", "0.333333333 0.333333334", ("partial", 333_333_334, 2)),  # ...333.5, half up
    ("mean", "0 0 0.000000001", ("partial", 0, 3)),  # a third of a billionth; not missed all the same
    ("mean", "1 x", ("invalid", None, 2)),
    ("mean", "x 1", ("invalid", None, 1)),
    ("mean", "1 -", ("met", 10**9, 1)),
    ("mean", "n 0.5 -", ("partial", 500_000_000, 2)),
    ("mean", "n -", ("not_applicable", None, 1)),
    ("mean", "- -", ("unobserved", None, 2)),
    ("worst", "1 0.5 0.75", ("partial", 500_000_000, 2)),
    ("worst", "0.5 0.5 1", ("partial", 500_000_000, 2)),  # of equals the last
    ("worst", "0 x", ("missed", 0, 1)),
    ("worst", "x 0", ("missed", 0, 2)),
    ("worst", "x 0.2", ("invalid", None, 1)),
    ("worst", "1 - n", ("met", 10**9, 1)),
    ("worst", "- n", ("not_applicable", None, 2)),
    ("worst", "- -", ("unobserved", None, 2)),
    ("latest", "0 1", ("met", 10**9, 2)),
    ("latest", "0 -", ("missed", 0, 1)),
    ("latest", "1 x", ("invalid", None, 2)),
    ("latest", "1 n -", ("not_applicable", None, 2)),
]
CODES: dict[str, dict[str, object]] = {"-": {}, "x": {"a": 3.0}, "n": {"a": 1.0, "b": 0.0}}


def visits_of(seen: str) -> list[dict[str, object]]:
    rows = [{"b": 1.0, **CODES.get(each, {"a": float(each) if each not in CODES else None})} for each in seen.split()]
    return [{"at": DAY + timedelta(days=day), **row} for day, row in enumerate(rows)]


@pytest.mark.parametrize(("mode", "seen", "expected"), INSPECTIONS)
def test_several_inspections_become_one_finding(
    tmp_path: Path, mode: str, seen: str, expected: tuple[str, int | None, int]
) -> None:
    fields = "{a: {label: 甲, kind: number, at_most: 2}, b: {label: 乙, kind: number}}"
    rule = "applies: b > 0, rate: a, full_at: 1, zero_at: 0"
    catalogue = one_rule(tmp_path, rule, fields)
    score = catalogue.score.model_copy(update={"several_inspections": mode})
    catalogue = catalogue.model_copy(update={"head": catalogue.head.model_copy(update={"score": score})})
    (found,) = judge(catalogue, make_submission(catalogue, {"spot": visits_of(seen)})).findings.iter_rows(named=True)
    day = DAY + timedelta(days=expected[2] - 1)
    assert (found["status"], found["value"], found["visit"]) == (*expected[:2], f"S1@{day.date()}")


LOST = [("mean", "1 2", "3/2"), ("mean", "0 3 3", "2"), ("worst", "1 2 0", "2"), ("latest", "2 1", "1")]


@pytest.mark.parametrize(("mode", "seen", "lost"), LOST)
def test_points_lost_at_several_inspections(tmp_path: Path, mode: str, seen: str, lost: str) -> None:
    catalogue = one_rule(tmp_path, "deduct: {each: a, points: 1}", points="4")
    score = catalogue.score.model_copy(update={"several_inspections": mode})
    catalogue = catalogue.model_copy(update={"head": catalogue.head.model_copy(update={"score": score})})
    found = assessed(catalogue, make_submission(catalogue, {"spot": visits_of(seen)}))
    assert [each.lost_points for each in found.gaps] == [Fraction(lost)]
    assert found.total.score == 100 * (4 - Fraction(lost)) / 4


@pytest.mark.parametrize("rule", ["pass: a >= 1", "rate: a, levels: [{at_least: 1, score: 1}]"])
def test_the_mean_of_a_single_visit_is_that_visit(tmp_path: Path, rule: str) -> None:
    catalogue = one_rule(tmp_path, rule)
    score = catalogue.score.model_copy(update={"several_inspections": "mean"})
    catalogue = catalogue.model_copy(update={"head": catalogue.head.model_copy(update={"score": score})})
    rows: list[dict[str, object]] = [{"site": "S1", "a": 1.0}, {"site": "S2", "a": 0.0}, {"site": "S3"}]
    found = judge(catalogue, make_submission(catalogue, {"spot": rows})).findings
    assert found["status"].to_list() == ["met", "missed", "unobserved"]


def test_a_site_type_may_take_inspections_otherwise(tmp_path: Path) -> None:
    """Markets by the mean of their visits, roads by every visit, the rest by the worst; by hand 3/4, 1/2 and 1/2, 0."""
    kinds = {
        "market": form("market", {"clean": ""}, several_inspections="mean"),
        "road": form("road", {"lines": ""}, several_inspections="each"),
        "mall": form("mall", {"calm": ""}),
    }
    rows: list[Row] = []
    for name, key, scores in (("market-1", "clean", (0.5, 1)), ("road-1", "lines", (1, 0)), ("mall-1", "calm", (1, 0))):
        rows += [(name, EAST, {key: score}) for score in scores]
    found = city(tmp_path, kinds, rows, head(several_inspections="worst"))
    assert [site(found, name).score for name in ("market-1", "road-1", "mall-1")] == [75, 50, 0]
    assert found.total.score == 100 * (Fraction(3, 4) + 1 + 0 + 0) / 4  # four findings, a point each
    assert [len(each.visit_cards) for each in found.sites if each.site == "road-1"] == [2]


def test_the_lowest_of_all_sites_decides_no_site(tmp_path: Path) -> None:
    """Two visits of one market count by themselves: 1 and 0. For the city the lowest decides, for the market the mean."""
    forms = {"market": form("market", {"safe": "over_sites: lowest"}, several_inspections="each")}
    rows: list[Row] = [("market-1", EAST, {"safe": 1}), ("market-1", EAST, {"safe": 0})]
    found = city(tmp_path / "pooled", forms, rows)
    assert (site(found, "market-1").score, found.total.score) == exact(50, 0)
    assert city(tmp_path / "sites", forms, rows, head(way="mean_of_sites")).total.score == 50


# ------------------------------------------------------------------ unobserved, coverage, gates


def test_what_is_not_looked_at_counts_as_nothing_under_zero(tmp_path: Path) -> None:
    """Its status stays; a deduction loses all; vetoes and adjustments take it as missed; the coverage stays too."""
    forms = {"market": form("market", {"clean": "points: 1", "lost": "points: 3, deduct: {each: f_lost, points: 1}",
                                       "fire": "points: 2, veto: {site: 30}", "black": "points: 0, adjust_total: -3"})}  # fmt: skip
    rows: list[Row] = [("market-1", EAST, {"clean": 1, "lost": None, "fire": 9, "black": None})]
    left_out = city(tmp_path / "out", forms, rows)
    assert left_out.total.score == 100
    assert left_out.made.adjustments == ()
    assert site(left_out, "market-1").cap is None
    zero = city(tmp_path / "zero", forms, rows, head(unobserved="zero"))
    assert zero.made.combined == Fraction(100, 6)
    assert zero.total.score == Fraction(100, 6) - 3
    assert (site(zero, "market-1").score, zero.total.possible, zero.total.earned) == exact(Fraction(100, 6), 6, 1)
    assert [exact(line.amount, line.count) for line in zero.made.adjustments] == [exact(-3, 1)]
    statuses = (zero.total.tally.met, zero.total.tally.unobserved, zero.total.tally.invalid)
    assert statuses == (1, 2, 1)
    assert zero.total.coverage == left_out.total.coverage == Coverage(Fraction(1), Fraction(6))


COVERAGES = [  # minimum, what is seen of clean (1 point) and safe (3 points) at the two markets -> withheld: total, 1, 2
    ("0.75", ((None, 1), (None, 1)), (False, False, False)),  # 3 of 4 points: exactly enough
    ("0.76", ((None, 1), (None, 1)), (True, True, True)),
    ("0.75", ((1, None), (None, 1)), (False, True, False)),  # the city has seen both criteria
    ("0.25", ((1, None), (None, None)), (False, False, True)),
    ("0.1", ((None, None), (None, None)), (True, True, True)),  # nothing was looked at
    ("0", ((None, None), (None, None)), (False, False, False)),
]


@pytest.mark.parametrize(("minimum", "seen", "held"), COVERAGES)
def test_too_little_looked_at_gives_no_level_and_no_place(
    tmp_path: Path,
    minimum: str,
    seen: tuple[tuple[float | None, float | None], ...],
    held: tuple[bool, bool, bool],
) -> None:
    rows: list[Row] = [
        (f"market-{number}", EAST, {"clean": clean, "safe": safe}) for number, (clean, safe) in enumerate(seen, 1)
    ]
    found = city(tmp_path, {"market": STREETS["market"]}, rows, head(minimum_coverage=minimum))
    cards = [found.total, site(found, "market-1"), site(found, "market-2")]
    assert tuple(each.withheld for each in cards) == held
    for each in cards:
        assert (each.level is None) == (each.withheld or each.score is None)
        assert (each.score == 100) == (each.tally.met > 0)  # the score is there all the same
    ranks = [each.rank for each in cards[1:]]
    assert [rank is not None for rank in ranks] == [not each.withheld and each.score is not None for each in cards[1:]]
    assert {rank for rank in ranks if rank is not None} <= {1}


def test_coverage_of_sites_goes_by_findings_and_of_all_else_by_criteria(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("market-1", EAST, {"clean": 1, "safe": None}),
        ("market-2", EAST, {"clean": 9, "safe": None}),
        ("road-1", WEST, {"lines": 0}),
    ]
    waived = [{"site": "road-1", "criterion": "lines", "reason": "-", "approver": "-", "until": date(2026, 12, 31)}]
    found = city(tmp_path, STREETS, rows, waivers=waived)
    of = {"market-1": Coverage(Fraction(1), Fraction(4)), "market-2": Coverage(Fraction(0), Fraction(4))}
    assert {name: site(found, name).coverage for name in of} == of
    assert site(found, "road-1").coverage is None  # what is waived could not be looked at
    assert card(found.areas, EAST).coverage == Coverage(Fraction(1), Fraction(4))
    assert found.total.coverage == Coverage(Fraction(1), Fraction(4))
    assert card(found.areas, WEST).coverage is None


GATES = [  # the gate of the first part, its score, the other's -> level
    (80, 0.8, 1.0, "达标"),  # exactly at the gate: 0.5 x 80 + 0.5 x 100
    (80, 0.799999999, 1.0, "不达标"),
    (80, None, 1.0, "优秀"),  # a part without a score fails no gate
    (100, 0.999999999, 1.0, "不达标"),
    (0, 0.0, 1.0, "不达标"),
]


@pytest.mark.parametrize(("gate", "first", "second", "level"), GATES)
def test_a_part_below_its_gate_takes_the_level(
    tmp_path: Path, gate: int, first: float | None, second: float, level: str
) -> None:
    total = (
        f"[{{part: on_site, weight: 50, combine: pooled, at_least: {gate}}}, "
        "{part: statistics, weight: 50, combine: pooled}]"
    )
    forms = {"market": form("market", {"clean": ""}), "papers": form("papers", {"papers": ""}, part="statistics")}
    rows: list[Row] = [("market-1", EAST, {"clean": first}), ("papers-1", EAST, {"papers": second})]
    found = city(tmp_path, forms, rows, head(total))
    assert found.total.level == level
    assert found.made.gates_failed == (("on_site",) if first is not None and 100 * first < gate else ())
    own = [100 * Fraction(str(each)) for each in (first, second) if each is not None]
    assert found.total.score == sum(own) / len(own)  # the figure itself is not touched


# ------------------------------------------------------------------ vetoes

VETOED = form(
    "market", {"clean": "points: 3", "fire": "points: 1, veto: {site: 59}", "food": "points: 0, veto: {site: 30}"}
)
CAPS = [  # clean, fire, food -> the site's score, its cap and who set it
    ((1, 1, 1), "100", None, ()),
    ((1, 0, 1), "59", "59", ("fire",)),  # 75 without
    ((1, 0.5, 1), "87.5", None, ()),  # partial is not missed
    ((1, None, 1), "100", None, ()),
    ((1, 1, 0), "30", "30", ("food",)),  # points 0, and yet it caps
    ((1, 0, 0), "30", "30", ("food",)),  # the lowest cap
    ((0, 0, 0), "0", None, ()),  # lower than any cap
    ((1, 1, 9), "100", None, ()),  # a contradiction caps nothing
]


@pytest.mark.parametrize(("seen", "score", "cap", "by"), CAPS)
def test_a_missed_veto_caps_its_site(
    tmp_path: Path, seen: tuple[float | None, ...], score: str, cap: str | None, by: tuple[str, ...]
) -> None:
    rows: list[Row] = [
        ("market-1", EAST, dict(zip(("clean", "fire", "food"), seen, strict=True))),
        ("market-2", EAST, {"clean": 1, "fire": 1, "food": 1}),
    ]
    found = city(tmp_path / "sites", {"market": VETOED}, rows, head(way="mean_of_sites"))
    own = site(found, "market-1")
    assert own.score == Fraction(score)
    assert (own.cap, own.capped_by) == (Fraction(cap) if cap is not None else None, by)
    assert found.total.score == (Fraction(score) + 100) / 2  # the cap reaches higher only through sites
    pooled = city(tmp_path / "pooled", {"market": VETOED}, rows, head(way="pooled"))
    earned = 3 * (seen[0] or 0) + (seen[1] or 0) + 4
    assert pooled.total.score == 100 * Fraction(earned) / (8 if seen[1] is not None else 7)
    assert site(pooled, "market-1").score == Fraction(score)


def test_a_cap_that_changes_nothing_is_not_shown(tmp_path: Path) -> None:
    """The score is 59 by itself; the cap of 59 does not hold it down."""
    forms = {"market": form("market", {"clean": "points: 1", "food": "points: 0, veto: {site: 59}"})}
    own = site(city(tmp_path, forms, [("market-1", EAST, {"clean": 0.59, "food": 0})]), "market-1")
    assert (own.score, own.cap, *own.capped_by) == exact(59, None)


def test_a_waived_veto_caps_nothing_and_a_member_of_two_methods_does(tmp_path: Path) -> None:
    members = {"clean": "points: 3", "seen": "points: 1, veto: {site: 59, total: 70}", "told": "points: 1",
               "lower": "points: 1, both: [seen, told]"}  # fmt: skip
    rows: list[Row] = [("market-1", EAST, {"clean": 1, "seen": 0, "told": 1})]
    waiver = {"site": "market-1", "criterion": "seen", "reason": "-", "approver": "-", "until": None}
    found = city(tmp_path / "now", {"market": form("market", members)}, rows)
    assert (site(found, "market-1").score, found.made.combined, found.total.score) == exact(59, 75, 70)
    assert (found.total.cap, found.total.capped_by) == (Fraction(70), ("seen",))
    waived = city(tmp_path / "waived", {"market": form("market", members)}, rows, waivers=[waiver])
    assert (site(waived, "market-1").score, waived.total.score) == exact(100, 100)  # told alone is left, and met


# ------------------------------------------------------------------ the total: caps, adjustments, the ends

TOTALS = [
    # line, fire (caps at 59), food (caps at 40), bonus (+5 a site), malus (-6 a site) -> combined, total
    ((0.8, 1, 1, 0, 1), "80", "80"),
    ((0.8, 0, 1, 0, 1), "80", "59"),
    ((0.8, 0, 0, 0, 1), "80", "40"),  # the lowest
    ((0.8, 0.9, 0.1, 0, 1), "80", "80"),  # partial is not missed
    ((0.8, 1, 1, 1, 1), "80", "85"),
    ((0.8, 1, 1, 0.5, 1), "80", "82.5"),
    ((0.8, 1, 1, 0, 0), "80", "74"),
    ((0.8, 1, 1, 0, 0.25), "80", "75.5"),
    ((0.8, 1, 1, 1, 0), "80", "79"),
    ((0.8, 0, 1, 0, 0), "80", "53"),  # first capped, then the lines
    ((0.8, 0, 1, 1, 1), "80", "59"),  # no line lifts it over the cap
    ((0.98, 1, 1, 1, 1), "98", "100"),  # not above 100
    ((0.04, 1, 1, 0, 0), "4", "0"),  # not below 0
    ((0.04, 1, 1, 1, 0), "4", "3"),  # lines are added up before the ends
    ((0.98, 0, 1, 1, 0), "98", "58"),
    ((0.3, 0, 1, 0, 1), "30", "30"),
    ((0.57, 0, 1, 1, 1), "57", "59"),
    ((0.8, None, 9, None, None), "80", "80"),  # open findings cap and adjust nothing
]
SPECIAL = {"line": "points: 1", "fire": "points: 0, veto: {total: 59}", "food": "points: 0, veto: {total: 40}",
           "bonus": "points: 0, adjust_total: 5", "malus": "points: 7, adjust_total: -6"}  # fmt: skip


@pytest.mark.parametrize(("seen", "combined", "total"), TOTALS)
def test_caps_then_adjustments_then_the_ends(
    tmp_path: Path, seen: tuple[float | None, ...], combined: str, total: str
) -> None:
    rows: list[Row] = [("market-1", EAST, dict(zip(SPECIAL, seen, strict=True)))]
    found = city(tmp_path, {"market": form("market", SPECIAL)}, rows)
    assert (found.made.combined, found.total.score) == (Fraction(combined), Fraction(total))
    assert (found.total.earned, found.total.possible) == exact(str(seen[0]), 1)  # lines stand outside
    assert site(found, "market-1").score == Fraction(combined)
    # the cap is shown where the total would be higher without it
    line, _, _, bonus, malus = seen
    assert line is not None
    free = 100 * line + 5 * (bonus or 0) - 6 * (1 - malus if malus is not None else 0)
    assert (found.total.cap is not None) == (min(100, free) > float(Fraction(total)) + 0.001)


def test_a_cap_that_only_the_lines_would_pass_holds_too(tmp_path: Path) -> None:
    """57 + 5 would be 62; the cap of 59 holds it down, and the scorecard says so."""
    rows: list[Row] = [("market-1", EAST, dict(zip(SPECIAL, (0.57, 0, 1, 1, 1), strict=True)))]
    found = city(tmp_path, {"market": form("market", SPECIAL)}, rows)
    assert (found.total.score, found.total.cap, *found.total.capped_by) == (*exact(59, 59), "fire")


def test_adjustments_are_counted_at_every_site(tmp_path: Path) -> None:
    """-6 at each of two sites that miss it, a quarter of it at a third, +5 where the bonus is met."""
    rows: list[Row] = [
        ("market-1", EAST, {"line": 1, "bonus": 1, "malus": 0}),
        ("market-2", EAST, {"line": 1, "malus": 0}),
        ("market-3", EAST, {"line": 1, "malus": 0.75}),
    ]
    found = city(tmp_path, {"market": form("market", SPECIAL)}, rows)
    lines = {line.criterion: exact(line.each, line.count, line.amount) for line in found.made.adjustments}
    assert lines == {"bonus": exact(5, 1, 5), "malus": exact(-6, 3, "-13.5")}
    assert found.total.score == 100 + 5 - Fraction("13.5")


# ------------------------------------------------------------------ bounds

BOUNDS = [  # the rule of one open finding -> the lowest and the highest score that it can give
    (LINE.format(field="a"), "number", (0, 100)),
    ("pass: a > 0", "number", (0, 100)),
    ("deduct: {each: a, points: 0.5}", "number", (0, 100)),
    ("rate: a, levels: [{at_least: 2, score: 0.9}, {at_least: 1, score: 0.4}]", "number", (0, 90)),
    ("grade: a", "grade, scale: {甲: 0.8, 乙: 0.3}", (30, 80)),
    ("judged: grade, scale: {甲: 1, 乙: 0.2}", "number", (20, 100)),
    (
        "'of': ['a > 0', 'a > 1', 'a > 2'], levels: [{missing: 0, score: 1}, {missing: 1, score: 0.5}]",
        "number",
        (0, 100),
    ),
    ("'of': ['a > 0', 'a > 1'], levels: [{missing: 0, score: 0.9}, {missing: 2, score: 0.1}]", "number", (10, 90)),
]


@pytest.mark.parametrize(("rule", "kind", "ends"), BOUNDS)
def test_open_findings_are_between_the_ends_of_their_rule(
    tmp_path: Path, rule: str, kind: str, ends: tuple[int, int]
) -> None:
    fields = "{b: {label: 乙, kind: number}" + (f", a: {{label: 甲, kind: {kind}}}}}" if "judged" not in rule else "}")
    form_ = (
        f"site_type: spot\ntitle: 点\nfields: {fields}\ncriteria:\n"
        f"  - {{id: open_one, title: 一, place: Ⅲ-1, points: 1, {rule}}}\n"
        "  - {id: other, title: 二, place: Ⅲ-1, points: 3, rate: b, full_at: 1, zero_at: 0}\n"
    )
    catalogue = make_catalogue(tmp_path, {"spot": form_}, head())
    found = assessed(catalogue, make_submission(catalogue, {"spot": [{"b": 0.5}]}))
    assert found.total.score == 50
    low, high = (Fraction(150 + end, 4) for end in ends)
    assert found.total.bounds == Bounds(low, high)
    assert site(found, "S1").bounds == Bounds(low, high)
    assert [part.bounds for part in found.total.parts] == [Bounds(low, high)]


def test_bounds_of_two_methods_go_by_their_members(tmp_path: Path) -> None:
    form_ = (
        "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: grade, scale: {好: 0.8, 差: 0.3}}, "
        "b: {label: 乙, kind: grade, scale: {好: 0.9, 差: 0.4}}}\ncriteria:\n"
        "  - {id: one, title: 一, place: Ⅲ-1, grade: a}\n  - {id: two, title: 二, place: Ⅲ-1, grade: b}\n"
        "  - {id: lower, title: 低, place: Ⅲ-1, both: [one, two]}\n"
    )
    catalogue = make_catalogue(tmp_path, {"spot": form_}, head())
    found = assessed(catalogue, make_submission(catalogue, {"spot": [{}]}))
    assert (found.total.score, found.total.bounds) == (None, Bounds(Fraction(30), Fraction(90)))


def test_bounds_of_the_total_feel_caps_lines_and_empty_parts(tmp_path: Path) -> None:
    """By hand: 60 % of the first part, 40 % of one without data; an open veto of 50 and an open line of -6."""
    total = "[{part: on_site, weight: 60, combine: pooled}, {part: statistics, weight: 40, combine: pooled}]"
    forms = {"market": form("market", {"clean": "", "fire": "points: 0, veto: {total: 30}",
                                       "malus": "points: 0, adjust_total: -6"})}  # fmt: skip
    rows: list[Row] = [("market-1", EAST, {"clean": 0.9, "fire": None, "malus": None})]
    for empty in ("leave_out", "no_total"):
        found = city(tmp_path / empty, forms, rows, head(total, empty_part=empty))
        assert found.total.score == (90 if empty == "leave_out" else None)
        assert [part.bounds for part in found.total.parts] == [
            Bounds(Fraction(90), Fraction(90)),
            Bounds(Fraction(0), Fraction(100)),
        ]
        # worst: 0.6 x 90 + 0.4 x 0 = 54, capped at 30, less 6; best: 54 + 40, nothing capped
        assert found.total.bounds == Bounds(Fraction(24), Fraction(94))
        assert card(found.areas, EAST).bounds == Bounds(Fraction(90), Fraction(90))  # an area leaves such parts out
    assert found.total.level is None


# ------------------------------------------------------------------ the value of a visit


def test_the_value_of_a_visit(tmp_path: Path) -> None:
    """Two markets with clean (1 point) open, and one of them with safe (3 points) open too.

    Pooled over 8 points with 3 earned at the other market: between 3/8 and 1, so 5/8 wide. Once market 1 is settled at
    its lowest (0 of 4) or highest (4 of 4), 1/8 is left open.
    """
    rows: list[Row] = [
        ("market-1", EAST, {"clean": None, "safe": None}),
        ("market-2", EAST, {"clean": None, "safe": 1}),
    ]
    found = city(tmp_path, {"market": STREETS["market"]}, rows)
    assert found.total.bounds == Bounds(Fraction("37.5"), Fraction(100))
    value = {each.site: each.visit_value for each in found.sites}
    assert value == {"market-1": Fraction("50"), "market-2": Fraction("12.5")}
    settled = city(
        tmp_path / "settled", {"market": STREETS["market"]}, [rows[1], ("market-1", EAST, {"clean": 1, "safe": 0})]
    )
    assert {each.site: each.visit_value for each in settled.sites} == {"market-1": None, "market-2": Fraction("12.5")}


# ------------------------------------------------------------------ gains


def test_gains_at_every_scope_by_hand(tmp_path: Path) -> None:
    found = city(tmp_path, STREETS, SEEN, head(way="mean_of_criteria"))
    told = gap(found, "market-2", "safe").gains
    assert told is not None
    # the site from 1/4 to 1; the west from 1.5/6 to 4.5/6; safe over both sites from 1/2 to 1: 3 x 1/2 of 6
    assert (told.site, told.area, told.part, told.total) == exact(75, 50, 25, 25)
    assert told.units == ((f"bureau@{WEST}", Fraction(75)),)
    assert told.held_by == ()
    (lost,) = (each.lost for each in found.gaps if each.criterion == "safe")
    assert lost == 25  # where figures are plain means the share of the loss is the gain


TWO_VETOES = form(
    "market", {"clean": "points: 8", "fire": "points: 1, veto: {site: 59}", "food": "points: 1, veto: {site: 59}"}
)


def test_of_two_vetoes_at_one_site_mending_one_gains_nothing(tmp_path: Path) -> None:
    """8 of 10 points, capped at 59; with one mended 9 of 10, capped all the same; with both mended 100."""
    rows: list[Row] = [("market-1", EAST, {"clean": 1, "fire": 0, "food": 0})]
    found = city(tmp_path, {"market": TWO_VETOES}, rows, head(way="mean_of_sites"))
    assert (found.total.score, found.made.combined) == exact(59, 59)
    for name, other in (("fire", "food"), ("food", "fire")):
        told = gap(found, "market-1", name).gains
        assert told is not None
        assert (told.site, told.area, told.part, told.total) == exact(0, 0, 0, 0)
        assert told.held_by == (other,)
    catalogue = make_catalogue(tmp_path / "again", {"market": TWO_VETOES}, head(way="mean_of_sites"))
    seen = {"f_clean": 1.0, "f_fire": 0.0, "f_food": 0.0}
    judgement = judge_round(catalogue, make_submission(catalogue, {"market": [seen]}))
    gaps = [each.id for each in assess_judgement(judgement, "en").gaps]
    assert [assess_judgement(judgement.with_closed(ids), "en").total.score for ids in (gaps[:1], gaps[1:], gaps)] == [
        59, 59, 100]  # fmt: skip


def test_two_vetoes_of_the_total(tmp_path: Path) -> None:
    """Fire caps at 59, food at 40: mending food brings 19, mending fire nothing."""
    rows: list[Row] = [("market-1", EAST, dict(zip(SPECIAL, (0.8, 0, 0, 1, 1), strict=True)))]
    found = city(tmp_path, {"market": form("market", SPECIAL)}, rows)
    assert found.total.score == 40
    told = {each.criterion: each.gains for each in found.gaps}
    fire, food, line = told["fire"], told["food"], told["line"]
    assert fire is not None
    assert food is not None
    assert line is not None
    assert (fire.total, fire.held_by) == (Fraction(0), ("food",))
    assert (food.total, food.held_by) == (Fraction(19), ("fire",))
    assert (line.site, line.part, line.total, *line.held_by) == (*exact(20, 20, 0), "food")


def test_a_gain_that_meets_a_cap_on_its_way_says_so(tmp_path: Path) -> None:
    """57 now and a cap of 59 that does not hold yet: mending the line brings 2 of 43 points, and the cap is why."""
    rows: list[Row] = [("market-1", EAST, dict(zip(SPECIAL, (0.57, 0, 1, 0, 1), strict=True)))]
    found = city(tmp_path, {"market": form("market", SPECIAL)}, rows)
    told = gap(found, "market-1", "line").gains
    assert told is not None
    assert (found.total.score, told.part, told.total) == exact(57, 43, 2)
    assert told.held_by == ("fire",)


def test_gains_from_lines_after_the_total(tmp_path: Path) -> None:
    rows: list[Row] = [("market-1", EAST, dict(zip(SPECIAL, (0.8, 1, 1, 0.5, 0), strict=True)))]
    found = city(tmp_path, {"market": form("market", SPECIAL)}, rows)
    brought = {each.criterion: each.gains for each in found.gaps}
    assert {name: (told.total, told.part, told.site) for name, told in brought.items() if told is not None} == {
        "line": exact(20, 20, 20),
        "malus": exact(6, 0, 0),
    }


# ------------------------------------------------------------------ what must not stop the run


NOTHING_COUNTS = [  # the second site's criterion, and what was seen of it
    ("points: 1", None),
    ("points: 1", 9),
    ("points: 0, adjust_total: -6", 1),
    ("points: 0, veto: {site: 59}", 1),
]


@pytest.mark.parametrize(("rule", "seen"), NOTHING_COUNTS)
def test_a_site_where_nothing_counts_is_left_out_of_the_mean_of_sites(
    tmp_path: Path, rule: str, seen: float | None
) -> None:
    forms = {"market": form("market", {"clean": ""}), "listed": form("listed", {"listed": rule})}
    rows: list[Row] = [("market-1", EAST, {"clean": 0.5}), ("listed-1", EAST, {"listed": seen})]
    found = city(tmp_path, forms, rows, head(way="mean_of_sites"))
    assert (found.total.score, site(found, "listed-1").score) == exact(50, None)
    assert sum(each.lost for each in found.gaps) == 50

"""Shares of the places, judged apart and put together, are the round judged as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.compile import Plan
from duibiao.evaluator.document import document, to_json
from duibiao.evaluator.evaluate import Evaluation
from duibiao.evaluator.gathered import gathered
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.shares import NO_ROWS, Ground, in_shares, of_sites, parted, share_of, unpacked
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.visits import RoundVisits
from tests.city import EAST, make_catalogue, make_submission
from tests.drawn_visits import drawn_catalogue, drawn_submission
from tests.reference import generate

AREAS_TOO = {
    "spot": """
site_type: spot
title: 点
fields: {a: {label: 甲, kind: number}, wide: {label: 宽, kind: number, from: district, at_most: 9}}
criteria:
  - {id: own, title: 自, place: Ⅲ-1, pass: a < wide}
  - {id: asked, title: 问, place: Ⅲ-1, ask: people.aware, pass: rate >= 0.6}
  - {id: both, title: 两, place: Ⅲ-2, both: [own, told]}
""",
    "figures": """
site_type: figures
title: 指标
part: statistics
each: district
fields: {wide: {label: 宽, kind: number, at_most: 9}, c: {label: 丙, kind: number}}
criteria:
  - {id: told, title: 报, place: Ⅲ-2, rate: c, full_at: 1, zero_at: 0}
""",
    "people": """
questionnaire: people
title: 问卷
part: statistics
each: district
fields: {n: {label: 数, kind: count}, know: {label: 知道, kind: count, at_most: n}}
rates: {aware: know / n}
criteria:
  - {id: aware, title: 知, place: Ⅲ-2, ask: people.aware, pass: rate >= 0.5}
""",
}


def judged_in(
    shares: int, plan: Plan, submission: Submission, visits: RoundVisits, _geography: Geography
) -> Evaluation:
    """An engine that judges so many shares apart, each packed and unpacked as on its way to another machine."""
    rest, rows = parted(plan.catalogue, submission)
    ground = Ground(plan.catalogue, rest, visits.round_id, plan.as_of)
    found = [ground.judge(unpacked([own.packed()])).evaluation for _, own in in_shares(rows, shares)]
    return gathered(plan, found or [ground.judge(NO_ROWS).evaluation])


def told(catalogue: Catalogue, submission: Submission, shares: int | None = None) -> tuple[bytes, pl.DataFrame]:
    """The document of the last round and its findings, judged as a whole or in shares."""
    more = {} if shares is None else {"engine": partial(judged_in, shares)}
    judgement = judge_round(catalogue, submission, None, date(2026, 4, 1), **more)
    return to_json(document(assess_judgement(judgement))), judgement.evaluation.findings


def same(catalogue: Catalogue, submission: Submission, shares: int) -> None:
    (ours, findings), (theirs, expected) = told(catalogue, submission, shares), told(catalogue, submission)
    assert findings.equals(expected)
    assert ours == theirs


@pytest.mark.parametrize("mode", ["latest", "worst", "mean", "each"])
@pytest.mark.parametrize("shares", [2, 100])
def test_several_visits_of_a_site(mode: str, shares: int, tmp_path: Path) -> None:
    """With 100 shares most have one site, some of which one visit: then a mean has levels, and no values beside it."""
    catalogue = drawn_catalogue(tmp_path, mode)
    same(catalogue, drawn_submission(catalogue, shares), shares)


@pytest.mark.untraced
@pytest.mark.parametrize("seed", [1, 8])
def test_drawn_cities(seed: int, tmp_path: Path) -> None:
    """Several rounds, several types, areas and units that are sites, waivers, problem rows, every kind of rule."""
    folders = generate.write(tmp_path, seed, sites=60, forms=3, districts=6)
    catalogue = load_catalogue(folders.catalogue)
    same(catalogue, read_submission([folders.data], catalogue), 5)


def test_what_areas_say_goes_with_every_share(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, AREAS_TOO)
    rows: dict[str, list[dict[str, object]]] = {
        "spot": [{"site": f"S{n}", "a": float(n)} for n in range(9)],
        "figures": [{"site": f"figures:{EAST}", "wide": 5.0, "c": 0.5}],
        "people": [{"site": f"people:{EAST}", "n": 10.0, "know": 7.0}],
    }
    submission = make_submission(catalogue, rows)
    same(catalogue, submission, 4)
    _, findings = told(catalogue, submission, 4)
    met = findings.filter(pl.col("status") == "met").group_by("criterion").len().sort("criterion")
    assert dict(met.iter_rows()) == {"asked": 9, "aware": 1, "own": 5}


def test_nobody_visited_a_place(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, AREAS_TOO)
    same(catalogue, make_submission(catalogue, {"figures": [{"site": f"figures:{EAST}", "c": 1.0}]}), 3)


def test_a_kind_of_site_of_which_nothing_is_scored(tmp_path: Path) -> None:
    told_of = "site_type: told\ntitle: 记\nfields: {m: {label: 米, kind: number}}\ncriteria:\n"
    told_of += "  - {id: shown, title: 长, place: Ⅲ-1, show: m}\n"
    catalogue = make_catalogue(tmp_path, {**AREAS_TOO, "told": told_of})
    rows: dict[str, list[dict[str, object]]] = {
        "spot": [{"site": f"S{n}", "a": float(n)} for n in range(4)],
        "told": [{"site": f"T{n}", "m": float(n)} for n in range(4)],
    }
    same(catalogue, make_submission(catalogue, rows), 3)


def test_one_site_with_many_rows_is_in_one_share(tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "latest")
    submission = drawn_submission(catalogue, 3, sites=2)
    rows = parted(catalogue, submission)[1]
    skewed = replace(rows, visits={"spot": pl.concat([rows.visits["spot"].filter(pl.col("site") == "S00")] * 50)})
    [(_, own)] = in_shares(replace(skewed, checks=rows.checks.clear()), 8)
    assert own.height == skewed.visits["spot"].height


# ------------------------------------------------------------------ rows


@given(st.lists(st.text(min_size=1), max_size=30), st.integers(1, 9))
def test_every_row_is_in_one_share(names: list[str], shares: int) -> None:
    sites = pl.Series("site", names, dtype=pl.String)
    numbers = share_of(sites, shares)
    assert all(0 <= number < shares for number in numbers)
    assert all(
        share_of(pl.Series("site", [name]), shares).to_list() == [each]
        for name, each in zip(names, numbers, strict=True)
    )


@pytest.mark.parametrize(("site", "share"), [("S1", 4), ("周口市/川汇区/七一路市场", 4), ("", 0)])
def test_a_site_is_in_the_same_share_everywhere(site: str, share: int) -> None:
    """Of 10 shares by the CRC-32 of its key: on any machine, with any version of any library."""
    assert share_of(pl.Series("site", [site]), 10).to_list() == [share]


def test_packed_rows_come_back(tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "latest")
    rows = parted(catalogue, drawn_submission(catalogue, 5))[1]
    back = unpacked([rows.packed()])
    assert back.visits["spot"].equals(rows.visits["spot"])
    assert back.checks.equals(rows.checks)
    assert back.problems.equals(rows.problems)
    assert unpacked([]).height == 0


def test_rows_about_a_few_sites(tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "latest")
    rows = parted(catalogue, drawn_submission(catalogue, 5))[1]
    few = of_sites(rows, {"S01", "S07", "nobody"})
    assert set(few.visits["spot"]["site"]) == {"S01", "S07"}
    assert 0 < few.height < rows.height

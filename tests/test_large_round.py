"""A round assessed from the sums of its shares has the figures of the round assessed finding by finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.io.partition import FileProviderArgs

from duibiao.evaluator import subtotals as summing
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment, Large
from duibiao.evaluator.backends import local
from duibiao.evaluator.backends.local import LocalShares
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.large_round import assess_large
from duibiao.evaluator.share_rows import GAP_ROWS, SITE_ROWS, tables_of_ground
from duibiao.evaluator.shares import Ground, Rows, in_shares, of_sites, parted, places_of
from duibiao.evaluator.subtotals import SHARES_AT_ONCE, Subtotals, added, folded, subtotals
from duibiao.evaluator.totals import Inconsistent, check_sums
from tests.city import HEAD, make_catalogue, make_submission
from tests.drawn_visits import drawn_catalogue, drawn_submission
from tests.test_standing import FORMS, MODES, WAYS, drawn

ONE_BY_ONE = {
    "catalogue", "criteria", "method", "submission", "findings", "open", "shown", "mending", "large", "notes",
    "single_visits",
}  # fmt: skip


@dataclass(frozen=True)
class InMemory:
    """Shares that are judged in this process."""

    rows: Rows
    number: int
    found: list[Subtotals]

    def sums(self, ground: Ground, loses: Collection[str], shown: int) -> Sequence[Subtotals]:
        kinds = places_of(ground.catalogue)
        self.found.extend(subtotals(ground.judge(own), shown, kinds)[0] for _, own in in_shares(self.rows, self.number))
        return self.found

    def rows_of(self, sites: Collection[str]) -> Rows:
        return of_sites(self.rows, sites)


def in_large(judgement: Judgement, shares: int, shown: int = 1000) -> tuple[Assessment, pl.DataFrame]:
    rest, rows = parted(judgement.catalogue, judgement.submission)
    ground = Ground(judgement.catalogue, rest, judgement.round_id, judgement.as_of)
    return assess_large(ground, InMemory(rows, shares, []), "en", (), shown)


def same(found: Assessment, whole: Assessment) -> None:
    """Everything that both tell; of sites and gaps those that the large round tells."""
    sites = {each.site: each for each in whole.sites}
    gaps = {each.id: each for each in whole.gaps}
    assert [each for each in found.sites if each != sites[each.site]] == []
    assert [each for each in found.gaps if each != gaps[each.id]] == []
    assert found.large is not None
    assert found.large.gaps == len(whole.gaps)
    assert found.large.sites == sum(each.card is not None for each in whole.sites)
    of_rows = [note.code for note in whole.notes if note not in found.notes]
    assert found.large.notes == Counter(of_rows)
    others = [each.name for each in fields(Assessment) if each.name not in ONE_BY_ONE | {"sites", "gaps"}]
    assert [name for name in others if getattr(found, name) != getattr(whole, name)] == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("unobserved", ["leave_out", "zero"])
def test_figures_are_those_of_the_assessment(way: str, unobserved: str, tmp_path: Path) -> None:
    head = HEAD.replace("mean_of_criteria", way) + f"  unobserved: {unobserved}\n  unit_roles: [lead, supporting]\n"
    judgement = drawn(make_catalogue(tmp_path, FORMS, head), len(way))
    found, _ = in_large(judgement, 6)
    same(found, assess_judgement(judgement, "en"))
    assert len(found.gaps) == len(assess_judgement(judgement, "en").gaps)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shares", [1, 3, 50])
def test_with_several_inspections(mode: str, shares: int, tmp_path: Path) -> None:
    judgement = drawn(make_catalogue(tmp_path, FORMS, HEAD + f"  several_inspections: {mode}\n"), 5, visits=3)
    same(in_large(judgement, shares)[0], assess_judgement(judgement, "en"))


@pytest.mark.parametrize("mode", ["latest", "mean"])
def test_notes_on_rows_are_counted(mode: str, tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, mode)
    judgement = judge_round(catalogue, drawn_submission(catalogue, 11), "", date(2026, 3, 2))
    found, _ = in_large(judgement, 3)
    same(found, assess_judgement(judgement, "en"))
    assert found.large is not None
    assert found.large.notes.keys() >= {"problem-not-written"}


def test_only_the_costliest_gaps_are_told(tmp_path: Path) -> None:
    judgement = drawn(make_catalogue(tmp_path, FORMS), 1)
    whole = assess_judgement(judgement, "en")
    few, _ = in_large(judgement, 4, shown=7)
    same(few, whole)
    losses = sorted((gap.lost for gap in whole.gaps), reverse=True)
    assert sorted((gap.lost for gap in few.gaps), reverse=True) == losses[:7]
    assert {site.site for site in few.sites} == {gap.site for gap in few.gaps}


def test_without_a_gap(tmp_path: Path) -> None:
    judgement = drawn(make_catalogue(tmp_path, FORMS), 1)
    found, _ = in_large(judgement, 2, shown=0)
    assert (found.gaps, found.sites) == ((), ())
    assert found.total.score == assess_judgement(judgement, "en").total.score


def test_figures_that_do_not_add_up_stop(tmp_path: Path) -> None:
    found, _ = in_large(drawn(make_catalogue(tmp_path, FORMS), 1), 2)
    assert found.large is not None
    wrong = replace(found, large=replace(found.large, gaps=found.large.gaps + 1))
    with pytest.raises(Inconsistent, match="gaps"):
        check_sums(wrong)


def test_sums_beyond_64_bits_stay_whole(tmp_path: Path) -> None:
    """A province over years: what each share can hold is held exactly when there are many."""
    found: list[Subtotals] = []
    judgement = drawn(make_catalogue(tmp_path, FORMS), 1)
    rest, rows = parted(judgement.catalogue, judgement.submission)
    InMemory(rows, 1, found).sums(Ground(judgement.catalogue, rest, "", judgement.as_of), [], 5)
    [one] = found
    large = replace(one, tallies=one.tallies.with_columns(pl.lit(2**63 - 1, pl.Int128).alias("value")))
    several = added([], [large] * 5, 5)
    assert set(several.tallies["value"]) == {5 * (2**63 - 1)}
    assert several.gaps == 5 * one.gaps
    assert int(several.cells["sites"].sum()) == 5 * int(one.cells["sites"].sum())


def test_sums_are_added_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many shares there are, a few lie in memory, and what comes out is as if all had been added at once."""
    judgement = drawn(make_catalogue(tmp_path, FORMS, HEAD + "  several_inspections: worst\n"), 5, visits=3)
    rest, rows = parted(judgement.catalogue, judgement.submission)
    loses = [rule.id for rule in judgement.method.rules.values() if rule.loses]
    parts = InMemory(rows, 30, []).sums(Ground(judgement.catalogue, rest, "", judgement.as_of), loses, 3)
    whole = added(loses, parts, 3)
    assert len(parts) > 2 * SHARES_AT_ONCE
    at_once: list[int] = []

    def watched(loses: Collection[str], some: Sequence[Subtotals], shown: int) -> Subtotals:
        at_once.append(len(some))
        return added(loses, some, shown)

    monkeypatch.setattr(summing, "added", watched)
    found = folded(loses, iter(parts), 3)
    assert max(at_once) == SHARES_AT_ONCE + 1
    for name in ("cells", "tallies", "values", "scores", "costliest"):
        assert getattr(found, name).equals(getattr(whole, name)), name
    assert (found.gaps, found.notes) == (whole.gaps, whole.notes)


# ------------------------------------------------------------------ on the disk


def kept(judgement: Judgement, folder: Path, shares: int, pieces: int = 3) -> tuple[Ground, LocalShares]:
    """The rows of a judgement in shares on the disk, put there in several pieces."""
    rest, rows = parted(judgement.catalogue, judgement.submission)
    ground = Ground(judgement.catalogue, rest, judgement.round_id, judgement.as_of)
    folder.mkdir()
    disk = LocalShares(folder, shares)
    for piece in range(pieces):
        disk.add(
            Rows(
                {name: frame.gather_every(pieces, piece) for name, frame in rows.visits.items()},
                rows.checks.gather_every(pieces, piece),
                rows.problems.gather_every(pieces, piece),
            )
        )
    return ground, disk


def test_shares_on_the_disk(tmp_path: Path) -> None:
    judgement = drawn(make_catalogue(tmp_path, FORMS), 3, visits=3)
    ground, disk = kept(judgement, tmp_path / "shares", 5)
    found, _ = assess_large(ground, disk, "en", (), 1000)
    same(found, assess_judgement(judgement, "en"))
    assert disk.every_row().height == parted(judgement.catalogue, judgement.submission)[1].height


def test_tables_of_sites_and_gaps(tmp_path: Path) -> None:
    """They say of every site and gap what the assessment says, each in the folder of its round and area."""
    judgement = drawn(make_catalogue(tmp_path, FORMS), 3)
    whole = assess_judgement(judgement, "en")
    ground, disk = kept(judgement, tmp_path / "shares", 4)
    _, numbers = assess_large(ground, disk)
    disk.write(tables_of_ground(ground), numbers, tmp_path / "out")
    sites = pl.read_parquet(tmp_path / "out" / "sites", hive_partitioning=True)
    gaps = pl.read_parquet(tmp_path / "out" / "gaps", hive_partitioning=True)
    assert set(sites.columns) == {*SITE_ROWS, "place"}
    assert set(gaps.columns) == set(GAP_ROWS)
    cards = {each.site: (each.area, each.card.rank) for each in whole.sites if each.card is not None}
    assert {site: (area, place) for site, area, place in sites.select("site", "area", "place").iter_rows()} == cards
    columns: list[Any] = ["visit", "area", "criterion", "status", "score_e9", "earned_num", "earned_den", "lead_units"]
    told = {(gap.visit, gap.criterion) for gap in whole.gaps}
    expected = [row for row in whole.findings.select(columns).iter_rows() if (row[0], row[2]) in told]
    assert sorted(gaps.select(columns).iter_rows(), key=str) == sorted(expected, key=str)
    assert Fraction(0) < sum(gap.lost for gap in whole.gaps)


def test_where_a_file_of_a_round_and_an_area_goes() -> None:
    """Polars asks in a thread of its own."""
    keys = pl.DataFrame({"round": [None], "area": ["市/东 区"]}, schema={"round": pl.String, "area": pl.String})
    told = FileProviderArgs(index_in_partition=2, partition_keys=keys)
    assert local._path(told) == "round=__HIVE_DEFAULT_PARTITION__/area=市%2F东 区/00000002.parquet"


def test_nothing_found_is_nobody_anywhere(tmp_path: Path) -> None:
    """No site without an area, no finding without a unit: then neither has a line."""
    catalogue = make_catalogue(tmp_path, {"spot": FORMS["spot"], "figures": FORMS["figures"]})
    judgement = judge_round(catalogue, make_submission(catalogue, {}), as_of=date(2026, 3, 1))
    found, _ = in_large(judgement, 2)
    same(found, assess_judgement(judgement, "en"))
    assert (found.units, found.large) == ((), Large(sites=0, gaps=0, notes={}))


def test_shares_without_tables(tmp_path: Path) -> None:
    judgement = drawn(make_catalogue(tmp_path, FORMS), 3)
    rest, rows = parted(judgement.catalogue, judgement.submission)
    folder = tmp_path / "shares"
    folder.mkdir()
    disk = LocalShares(folder, 90, tabled=False)
    disk.add(rows)
    found, _ = assess_large(Ground(judgement.catalogue, rest, "", judgement.as_of), disk)
    assert found.total.score == assess_judgement(judgement, "en").total.score
    assert all(path.suffix == ".rows" for path in folder.iterdir())


def test_where_every_site_has_an_area_there_is_no_line_for_those_without(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, FORMS)
    rows: dict[str, list[dict[str, object]]] = {"spot": [{"site": "S1", "a": 0.3, "b": 1.0}]}
    judgement = judge_round(catalogue, make_submission(catalogue, rows))
    found, _ = in_large(judgement, 2)
    same(found, assess_judgement(judgement, "en"))
    assert "" not in {card.id for card in found.areas}

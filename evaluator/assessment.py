"""The Assessment: everything that one run computed, with the hashes of what it was computed from.

Scores, marks and totals are exact fractions of 0..100; a finding's score is 0..1 in billionths. Nothing here is
rounded: ``evaluator/document.py`` writes assessment.json, ``reports/view.py`` words and rounds for the eye.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from duibiao.criteria.models import Catalogue, Criterion, Severity, Way
from duibiao.evaluator.submission import Note, Submission

if TYPE_CHECKING:
    from duibiao.evaluator.assurance import Assurance
    from duibiao.evaluator.comparison import Comparison
    from duibiao.evaluator.estimates import Estimate
    from duibiao.evaluator.forecast import Forecast
    from duibiao.evaluator.mending_plan import MendingPlan
    from duibiao.evaluator.method import Method
    from duibiao.evaluator.official_draws import NoForecast

Status = Literal["met", "partial", "missed", "unobserved", "not_applicable", "waived", "invalid"]
STATUSES: Final[tuple[Status, ...]] = (
    "met",
    "partial",
    "missed",
    "unobserved",
    "not_applicable",
    "waived",
    "invalid",
)
COUNTED: Final[tuple[Status, ...]] = ("met", "partial", "missed")
OPEN: Final[tuple[Status, ...]] = ("unobserved", "invalid")
# What a scenario of another method changes: a criterion left out, its points, the weight of a part.
Changed = Literal["left_out", "points", "part_weights"]
CHANGED: Final[tuple[Changed, ...]] = ("left_out", "points", "part_weights")
Dimension = Literal["total", "area", "site_type", "unit", "place", "site"]

# One row a finding, sorted by site, visit, criterion; ``criterion`` counts only where ``counts`` is true.
FINDINGS: Final[dict[str, pl.DataType]] = {
    "round": pl.String(),
    "visit": pl.String(),
    "site": pl.String(),
    "area": pl.String(),
    "site_type": pl.String(),
    "part": pl.String(),
    "place": pl.String(),
    "criterion": pl.String(),
    "status": pl.String(),
    "score_e9": pl.Int64(),  # billionths, null where the status has no score; under a waiver what it would have been
    "earned_num": pl.String(),  # points earned, an exact fraction; whole numbers as text
    "earned_den": pl.String(),
    "possible": pl.String(),  # points possible, exact decimal text
    "lead_units": pl.List(pl.String()),
    "because": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings have each status; they always add up to all findings."""

    met: int = 0
    partial: int = 0
    missed: int = 0
    unobserved: int = 0
    not_applicable: int = 0
    waived: int = 0
    invalid: int = 0

    @property
    def counted(self) -> int:
        """Findings that are in the denominator."""
        return self.met + self.partial + self.missed

    @property
    def total(self) -> int:
        """All findings."""
        return self.counted + self.unobserved + self.not_applicable + self.waived + self.invalid

    def __add__(self, other: Tally) -> Tally:
        return Tally.of((self, other))

    @staticmethod
    def of(tallies: Iterable[Tally]) -> Tally:
        """All of them together."""
        numbers = [_NUMBERS(each) for each in tallies]
        return Tally(*map(sum, zip(*numbers, strict=True)))


_NUMBERS: Final = attrgetter(*(each.name for each in fields(Tally)))


@dataclass(frozen=True, slots=True)
class Seen:
    """What one visit found of one criterion, in words."""

    criterion: str
    status: Status
    because: str


@dataclass(frozen=True, slots=True)
class SingleVisit:
    """One of several visits; ``seen`` has the criteria of which another visit found something else."""

    visit: str
    inspector: str
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a figure 0..100 would be if every unobserved and invalid finding came out as bad, and as good, as it can."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was looked at: points ``observed`` of points that could have been."""

    observed: Fraction
    of: Fraction

    @property
    def share(self) -> Fraction:
        """0..1."""
        return self.observed / self.of


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line of its own after the total: what one criterion with ``adjust_total`` adds or takes, in points of it.

    ``amount`` = ``each`` x the sum of what its ``count`` findings lost (an ``each`` below 0) or earned, 0..1 a finding.
    """

    criterion: str
    each: Fraction
    count: int
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Made:
    """How the total came: the parts combined, the lowest cap of a missed veto, the adjustments, and what comes out.

    ``gates_failed`` are parts below the mark that they must reach: then the level is the lowest.
    """

    combined: Fraction | None
    cap: Fraction | None
    capped_by: tuple[str, ...]
    adjustments: tuple[Adjustment, ...]
    gates_failed: tuple[str, ...]
    score: Fraction | None

    @property
    def adjusted(self) -> Fraction:
        """What all lines together add or take."""
        return sum((line.amount for line in self.adjustments), Fraction(0))

    @property
    def held(self) -> bool:
        """Whether the cap holds the total down: without it there would be more."""
        if self.combined is None or self.score is None or self.cap is None:
            return False
        return max(Fraction(0), min(Fraction(100), self.combined + self.adjusted)) > self.score


@dataclass(frozen=True, slots=True)
class Gains:
    """What each figure gains if one gap is mended and all else stays, caps and denominators included, exact.

    None where there is no such figure. ``held_by`` are the criteria whose caps still hold the site or the total down.
    """

    site: Fraction | None
    area: Fraction | None
    units: tuple[tuple[str, Fraction | None], ...]
    part: Fraction | None
    total: Fraction | None
    held_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part of a figure: its score 0..100 (None: no counted finding) and its declared weight in per cent."""

    part: str
    title: str
    weight: Fraction
    combine: Way
    score: Fraction | None
    tally: Tally
    bounds: Bounds | None = None
    coverage: Coverage | None = None
    at_least: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Findings added up for one member of a dimension: the city, an area, a type, a unit, a place, a site.

    ``score`` is None where nothing counts. ``rank`` is the shared place (1, 2, 2, 4) among ``ranked`` members of the
    same kind: areas of a level, units, sites of a type; None where there is no score or no ranking.
    ``earned`` and ``possible`` are points over counted findings (pooled, for 得分率 with its parts).
    """

    dimension: Dimension
    id: str
    title: str
    kind: str  # the level of an area or unit, the type of a site, the depth of a place; else ''
    parent: str | None
    score: Fraction | None
    level: str | None
    rank: int | None
    ranked: int
    parts: tuple[PartScore, ...]
    tally: Tally
    earned: Fraction
    possible: Fraction
    sites: int  # visited places with findings here
    registered: int  # places on the register here, visited or not
    records: int  # areas and units with findings here, as their statistics and documents give them
    records_known: int  # all of these here, with findings or not
    lost: Fraction | None  # points of the total that are lost here; None without a total
    bounds: Bounds | None = None
    coverage: Coverage | None = None
    withheld: bool = False  # too little was looked at: no level and no place
    cap: Fraction | None = None  # where a veto holds the score down
    capped_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion over all its sites: score 0..100 by its part's way, and what it costs the total."""

    id: str
    title: str
    place: str
    part: str
    points: Fraction
    site_types: tuple[str, ...]
    counts: bool  # False for members of a two-methods criterion
    score: Fraction | None
    tally: Tally
    lost: Fraction  # points of the total
    proposed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitLeader:
    """Who leads a unit, ``unit@area``."""

    unit: str
    leader: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A missed or partial finding: what was seen, what it costs, who mends it by when.

    ``lost_points`` are the criterion's own points; ``lost`` are points of the total (the losses of all gaps add up
    to what the total lacks to 100).
    """

    id: str
    site: str
    criterion: str
    visit: str
    seen: date | None
    status: Status
    score_e9: int
    lost_points: Fraction
    lost: Fraction
    severity: Severity
    lead_units: tuple[str, ...]  # unit@area
    supporting_units: tuple[str, ...]
    leader: str | None  # the leader whom the data of the finding name
    in_charge: str | None  # who mends it, as the data of the finding name them
    unit_leaders: tuple[UnitLeader, ...]  # of the units that mend it, as far as the table of units names them
    site_leader: str | None
    area_leader: str | None
    deadline: date | None
    next_round: bool  # to be mended before the next round: no day, and never overdue
    because: str
    problems: tuple[str, ...]
    photos: tuple[str, ...]
    gains: Gains | None = None


@dataclass(frozen=True, slots=True)
class SiteResult:
    """One site: who it is, its scorecard (None: 未到访, not visited in this round) and its open points."""

    site: str
    name: str
    site_type: str
    area: str | None
    part_of: str | None
    visits: tuple[str, ...]
    card: Scorecard | None
    visit_cards: tuple[Scorecard, ...]  # under ``each``: one a visit
    page: str  # the name of its page, without ending
    visit_value: Fraction | None = None  # by how much the total's bounds close if what is open here is settled


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that is unobserved, invalid or waived, with the words that say why and where."""

    site: str
    criterion: str
    visit: str
    status: Status
    because: str
    score_e9: int | None  # under a waiver: what it would have been
    cells: tuple[str, ...] = ()  # where contradictory values stand: 3月.xlsx!社区!D7


@dataclass(frozen=True, slots=True)
class Round:
    """The round that was scored."""

    id: str
    title: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Mended:
    """The total if all gaps of the first ``number`` criteria were mended; ``criterion`` is the last of them."""

    criterion: str
    number: int
    total: Fraction | None


@dataclass(frozen=True, slots=True)
class Mending:
    """What mending gaps together brings, all other findings held, exact.

    ``needed`` criteria reach the pass mark (0: it is reached already, None: all of them do not); ``steps`` are the
    first ones and the one that reaches it. ``whole`` is the total without any gap.
    """

    steps: tuple[Mended, ...]
    needed: int | None
    whole: Fraction


@dataclass(frozen=True, slots=True)
class HeatCell:
    """What was found in one area for one place of the outline: its score 0..100 by the ways of its parts."""

    area: str
    place: str
    score: Fraction | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Kept:
    """In how many scenarios of one kind an area keeps its place."""

    changed: Changed
    kept: int
    scenarios: int


@dataclass(frozen=True, slots=True)
class Firmness:
    """How firmly one area holds its place, and the best and worst place that any scenario gives it.

    ``moved_by`` are the criteria and parts of which a change moves it, those left out first, each once.
    """

    area: str
    place: int
    kept: tuple[Kept, ...]
    best: int
    worst: int
    moved_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stability:
    """How firmly the areas of one level that have a place hold it, in their order (``evaluator/stability.py``)."""

    level: str
    areas: tuple[Firmness, ...]


@dataclass(frozen=True, slots=True)
class RoundTotal:
    """The total of a round; ``comparable``: made by the method of the scored round."""

    round: Round
    as_of: date
    score: Fraction | None
    comparable: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """A figure of the round before: its score 0..100 and its shared place among so many, by the criteria of then."""

    score: Fraction | None
    rank: int | None
    ranked: int


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of the gaps of the round before: ``gaps = mended + left + unsettled``, the last being those that
    nobody looked at again or that are no longer asked. ``new`` are gaps of now that were none then."""

    gaps: int
    mended: int
    left: int
    unsettled: int
    new: int


@dataclass(frozen=True, slots=True)
class Previous:
    """The round before, judged from its own data by its own criteria, beside this one.

    ``areas``, ``units``, ``sites`` and ``results`` stand in the order of those of the assessment, None where there was
    no such member then. ``differing`` is what of the method is another
    (what, then, now): then the rounds are not compared and ``change`` is None, as it is without a total.
    """

    round: Round
    as_of: date
    catalogue: str
    edition: str
    catalogue_sha256: str
    visited: int  # places
    parts: tuple[str, ...]  # those that had data
    total: Earlier
    areas: tuple[Earlier | None, ...]
    units: tuple[Earlier | None, ...]
    sites: tuple[Earlier | None, ...]
    results: tuple[Earlier | None, ...]
    followed: Followed
    followed_areas: tuple[Followed, ...]
    followed_units: tuple[Followed, ...]
    change: Comparison | None
    differing: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Large:
    """A round too large for a word on every finding: how many visited sites and gaps it has, and how many ``notes`` of
    each code its visits gave. Of the gaps the costliest are told; sites and gaps stand in tables of their own."""

    sites: int
    gaps: int
    notes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A figure for information at one site, not scored; None where it cannot be told."""

    criterion: str
    site: str
    visit: str
    value: float | None
    because: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that one run computed."""

    catalogue: Catalogue
    criteria: Mapping[str, Criterion]  # in force at ``as_of``, as they stand in general
    method: Method
    round: Round
    earlier_rounds: tuple[Round, ...]
    as_of: date
    total: Scorecard
    made: Made
    total_parts_left_out: tuple[str, ...]
    areas: tuple[Scorecard, ...]
    site_types: tuple[Scorecard, ...]
    units: tuple[Scorecard, ...]
    places: tuple[Scorecard, ...]
    results: tuple[CriterionResult, ...]  # costliest first
    sites: tuple[SiteResult, ...]
    gaps: tuple[Gap, ...]  # costliest first
    open: tuple[OpenFinding, ...]
    unchecked: tuple[str, ...]  # criteria that no visited site observed
    findings: pl.DataFrame
    submission: Submission
    notes: tuple[Note, ...]
    shown: tuple[ShownValue, ...] = ()
    mending: Mending | None = None
    heat: tuple[HeatCell, ...] = ()  # by area, then place
    stability: Stability | None = None
    forecast: Forecast | NoForecast | None = None  # None: it was not asked for
    trend: tuple[RoundTotal, ...] = ()  # earlier rounds that were judged and this one, the oldest first
    previous: Previous | None = None
    plan: MendingPlan | None = None  # the cheapest way to the pass mark, or to the next level
    assurance: Assurance | None = None  # how sure it makes its mark
    findings_before: pl.DataFrame | None = None  # those of ``previous``, so that it can be recounted
    estimates: tuple[Estimate, ...] = ()  # of the questionnaires of the round
    # by site, where several visits make one finding
    single_visits: Mapping[str, tuple[SingleVisit, ...]] = field(default_factory=dict)
    large: Large | None = None  # where it is too large for a word on every finding

    @property
    def provisional(self) -> int:
        """How many rows were rejected and yet a score was made (--keep-going); 0 for a full score."""
        return self.submission.rejected

"""Small assessments made by hand for tests of reports: an invented city, added up here and not by the engine.

All parts are pooled, so that adding up is short: a figure is points earned of points possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

import polars as pl

from duibiao.criteria.models import Catalogue, Criterion
from duibiao.evaluator.assessment import (
    FINDINGS,
    Assessment,
    Bounds,
    CriterionResult,
    Dimension,
    Gap,
    Made,
    Mended,
    Mending,
    OpenFinding,
    PartScore,
    Round,
    Scorecard,
    SiteResult,
    Status,
    Tally,
    UnitLeader,
)
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.method import method_of
from duibiao.evaluator.submission import (
    AREAS,
    CHECKS,
    PROBLEMS,
    ROUNDS,
    UNITS,
    WAIVERS,
    Note,
    Reject,
    Submission,
    Table,
    empty,
)
from duibiao.evaluator.submission import SITES as SITE_COLUMNS
from tests.tiny_catalogue import catalogue

DAY = date(2026, 3, 9)
E9 = 10**9


@dataclass(frozen=True)
class Site:
    """A site, with what was found there: criterion -> score 0..1 or an open status; nothing means not visited."""

    key: str
    name: str
    kind: str
    area: str | None
    found: dict[str, float | Status] = field(default_factory=dict)
    part_of: str | None = None
    page: str = ""


@dataclass(frozen=True)
class Row:
    """One finding with everything that adding up needs."""

    site: Site
    criterion: Criterion
    part: str
    status: Status
    score_e9: int | None

    @property
    def points(self) -> Fraction:
        """The points of the criterion."""
        return Fraction(self.criterion.points)

    @property
    def counted(self) -> bool:
        """Whether the finding is in the denominator."""
        return self.status in {"met", "partial", "missed"}

    @property
    def earned(self) -> Fraction:
        """Points earned."""
        return self.points * Fraction(self.score_e9 or 0, E9)


SITES: tuple[Site, ...] = (
    Site(
        "M-01", "七一路农贸市场", "market", "周口市/川汇区/七一路街道",
        {"food_safe": 0, "drainage": 0.5, "adverts": 1}, page="M-01",
    ),
    Site(
        "M-02", "淮阳农贸市场", "market", "周口市/淮阳区/柳湖街道",
        {"food_safe": 1, "drainage": "invalid", "adverts": "waived"}, page="M-02",
    ),
    Site("M-03", "商水路市场", "market", "周口市/川汇区/七一路街道"),
    Site(
        "周口市/川汇区/七一路街道/大庆路口", "大庆路口", "crossing", "周口市/川汇区/七一路街道",
        {"helmet": 0.6, "adverts": "not_applicable", "queue": "unobserved"}, page="3f9a0c1b2d4e",
    ),
    Site(
        "周口市/淮阳区/柳湖街道/西关路口", "西关路口", "crossing", "周口市/淮阳区/柳湖街道",
        {"helmet": 1, "adverts": 1, "queue": "unobserved"}, page="5c7d9e1f3a2b",
    ),
    Site("没有属地的路口", "没有属地的路口", "crossing", None, {"helmet": 1, "adverts": 0, "queue": "unobserved"}),
    Site("周口市/川汇区", "川汇区", "documents", "周口市/川汇区", {"archive": 0.9}),
    Site("周口市/淮阳区", "淮阳区", "documents", "周口市/淮阳区", {"archive": 1}),
    Site("T-1", "市场公厕", "crossing", "周口市/川汇区/七一路街道", {"helmet": 1, "adverts": 0.5}, "M-01", "T-1"),
)  # fmt: skip


def submission(rejects: Sequence[Reject] = (), notes: Sequence[Note] = (), read: int = 9) -> Submission:
    """What the city sent: two tables; every reject is one row."""
    rejected = len({(each.file, each.row) for each in rejects})
    return Submission(
        areas=empty(AREAS),
        units=empty(UNITS),
        rounds=empty(ROUNDS),
        sites=empty(SITE_COLUMNS),
        values={},
        visits={},
        checks=empty(CHECKS),
        problems=empty(PROBLEMS),
        waivers=empty(WAIVERS),
        tables=(
            Table("点位台账.xlsx", "点位", "1" * 64, "register", 9, 9, 0),
            Table("3月.csv", None, "2" * 64, "wide", read, read - rejected, rejected, {}, ("备注",)),
        ),
        rejects=tuple(rejects),
        notes=tuple(notes),
    )


def _mending(of: Catalogue, score: Fraction, results: Sequence[CriterionResult]) -> Mending:
    """Here nothing but plain means decides: what is mended together brings back what it lost."""
    lost = [each for each in results if each.lost]
    totals = [score + sum((each.lost for each in lost[: number + 1]), Fraction(0)) for number in range(len(lost))]
    reached = [number for number, total in enumerate([score, *totals]) if total >= of.score.pass_mark]
    steps = [Mended(each.id, number, total) for number, (each, total) in enumerate(zip(lost, totals, strict=True), 1)]
    return Mending(tuple(steps[:10]), reached[0] if reached else None, [score, *totals][-1])


def assessment(
    sites: Sequence[Site] = SITES,
    *,
    of: Catalogue | None = None,
    data: Submission | None = None,
    notes: Sequence[Note] = (),
) -> Assessment:
    """Add everything up, exactly, for these sites."""
    of = of or catalogue()
    data = data or submission()
    criteria = {each.criterion.id: each.criterion for each in of.versions(DAY)}
    rows = [
        _row(of, criteria[key], site, found)
        for site in sorted(sites, key=lambda each: each.key)
        for key, found in sorted(site.found.items())
    ]
    adding = _Adding(of, rows)
    gaps = sorted(
        (adding.gap(row) for row in rows if row.status in {"partial", "missed"}),
        key=lambda gap: (-gap.lost, gap.criterion, gap.site),
    )
    paths = sorted({path for site in sites for path in _upwards(site.area)}, key=lambda path: (path.count("/"), path))
    levels = list(of.head.area_levels)
    cards = {}
    for path in paths:
        name, above = path.rpartition("/")[2], path.rpartition("/")[0] or None
        cards[path] = adding.card("area", path, name, levels[path.count("/")], _within(path), sites, above)
    if any(site.area is None for site in sites):
        cards[""] = adding.card("area", "", "no area given", "", lambda row: row.site.area is None, sites)
    units = sorted({unit for row in rows for unit in _units(of, row.criterion.lead_unit, row.site.area)})
    total = adding.card("total", "", "周口市", "", lambda _row: True, sites)
    results = adding.results(criteria.values())
    return Assessment(
        catalogue=of,
        criteria=criteria,
        method=method_of(compile_plan(of, DAY)),
        round=Round("2026-03", "2026年3月", date(2026, 3, 1), date(2026, 3, 31)),
        earlier_rounds=(),
        as_of=DAY,
        total=total,
        made=Made(total.score, None, (), (), (), total.score),
        total_parts_left_out=adding.left_out(),
        areas=adding.ranked(cards.values()),
        site_types=adding.ranked(
            adding.card("site_type", key, kind.title, "", _of_kind(key), sites, counts=_is_kind(key))
            for key, kind in of.site_types.items()
        ),
        units=adding.ranked(
            adding.card("unit", unit, _unit_title(of, unit), "", _led_by(of, unit), ()) for unit in units
        ),
        places=tuple(
            adding.card("place", place, way[-1].title, str(len(way)), _hangs_on(of, place), ())
            for place, way in of.places().items()
        ),
        results=results,
        sites=tuple(
            SiteResult(
                site=site.key,
                name=site.name,
                site_type=site.kind,
                area=site.area,
                part_of=site.part_of,
                visits=(f"{site.key}@2026-03-06",) if site.found else (),
                card=adding.site(site, sites) if site.found else None,
                visit_cards=(),
                page=site.page or f"p{number:011d}",
            )
            for number, site in enumerate(sites)
        ),
        gaps=tuple(gaps),
        open=tuple(_open(row) for row in rows if row.status in {"unobserved", "waived", "invalid"}),
        unchecked=tuple(
            key for key in criteria if all(row.status == "unobserved" for row in rows if row.criterion.id == key)
        ),
        findings=_table(rows),
        submission=data,
        notes=tuple(notes),
        mending=_mending(of, total.score, results) if total.score is not None else None,
    )


def _of_kind(key: str) -> Callable[[Row], bool]:
    return lambda row: row.site.kind == key


def _is_kind(key: str) -> Callable[[Site], bool]:
    return lambda site: site.kind == key


def _led_by(of: Catalogue, unit: str) -> Callable[[Row], bool]:
    return lambda row: unit in _units(of, row.criterion.lead_unit, row.site.area)


def _hangs_on(of: Catalogue, place: str) -> Callable[[Row], bool]:
    ways = of.places()
    return lambda row: place in {node.id for node in ways[row.criterion.place]}


def _row(of: Catalogue, criterion: Criterion, site: Site, found: float | Status) -> Row:
    part = of.site_types[site.kind].part
    if isinstance(found, str):
        return Row(site, criterion, part, found, E9 // 2 if found == "waived" else None)
    status: Status = "met" if found == 1 else "partial" if found else "missed"
    return Row(site, criterion, part, status, round(found * E9))


def _open(row: Row) -> OpenFinding:
    because = {"unobserved": "未填：现场情况", "waived": "拆迁中（批准人 王某，至 2026-06-30）"}
    cells = ("3月.csv!D7",) if row.status == "invalid" else ()
    text = because.get(row.status, "持证人数 12 超出 至多 10")
    return OpenFinding(
        row.site.key, row.criterion.id, f"{row.site.key}@2026-03-06", row.status, text, row.score_e9, cells
    )


def _upwards(path: str | None) -> list[str]:
    names = path.split("/") if path else []
    return ["/".join(names[: depth + 1]) for depth in range(len(names))]


def _within(path: str) -> Callable[[Row], bool]:
    return lambda row: path in _upwards(row.site.area)


def _units(of: Catalogue, names: Iterable[str], area: str | None) -> tuple[str, ...]:
    def at(name: str) -> str:
        return f"{name}@{_upwards(area)[1]}" if of.units[name].level and area else name

    return tuple(at(name) for name in names)


def _unit_title(of: Catalogue, unit: str) -> str:
    name, _, area = unit.partition("@")
    return (area.split("/")[-1] if area else "") + of.units[name].title


def _table(rows: Sequence[Row]) -> pl.DataFrame:
    table = [
        {
            "round": "2026-03",
            "visit": f"{row.site.key}@2026-03-06",
            "site": row.site.key,
            "area": row.site.area,
            "site_type": row.site.kind,
            "part": row.part,
            "place": row.criterion.place,
            "criterion": row.criterion.id,
            "status": row.status,
            "score_e9": row.score_e9,
            "earned_num": str(row.earned.numerator) if row.counted else None,
            "earned_den": str(row.earned.denominator) if row.counted else None,
            "possible": str(row.points),
            "lead_units": list(row.criterion.lead_unit),
            "because": f"现场判定 {row.status}",
        }
        for row in rows
    ]
    return pl.DataFrame(table, schema=FINDINGS)


def _combined(parts: Sequence[tuple[Fraction, Bounds]]) -> Bounds | None:
    weight = sum((weight for weight, _ in parts), Fraction(0))
    low = sum((weight * each.low for weight, each in parts), Fraction(0))
    high = sum((weight * each.high for weight, each in parts), Fraction(0))
    return Bounds(low / weight, high / weight) if weight else None


class _Adding:
    """Adds findings up to scorecards under one catalogue."""

    def __init__(self, of: Catalogue, rows: Sequence[Row]) -> None:
        self.of, self.rows = of, rows
        self.possible = {share.part: self._sum(rows, share.part)[1] for share in of.score.total}
        self.weight = sum((Fraction(s.weight) for s in of.score.total if self.possible[s.part]), Fraction(0))

    def left_out(self) -> tuple[str, ...]:
        """Parts without a counted finding."""
        return tuple(part for part, possible in self.possible.items() if not possible)

    def _sum(self, rows: Iterable[Row], part: str) -> tuple[Fraction, Fraction]:
        counted = [row for row in rows if row.counted and row.part == part]
        earned = sum((row.earned for row in counted), Fraction(0))
        return earned, sum((row.points for row in counted), Fraction(0))

    def lost(self, row: Row) -> Fraction:
        """Points of the total that one finding loses."""
        if not row.counted:
            return Fraction(0)
        share = next(each for each in self.of.score.total if each.part == row.part)
        return 100 * Fraction(share.weight) / self.weight * (row.points - row.earned) / self.possible[row.part]

    def gap(self, row: Row) -> Gap:
        """The gap of one finding."""
        return Gap(
            id=f"{row.site.key}:{row.criterion.id}",
            site=row.site.key,
            criterion=row.criterion.id,
            visit=f"{row.site.key}@2026-03-06",
            seen=date(2026, 3, 6),
            status=row.status,
            score_e9=row.score_e9 or 0,
            lost_points=row.points - row.earned,
            lost=self.lost(row),
            severity=row.criterion.severity,
            lead_units=_units(self.of, row.criterion.lead_unit, row.site.area),
            supporting_units=_units(self.of, row.criterion.supporting_units, row.site.area),
            leader=None,
            in_charge=None,
            unit_leaders=tuple(
                UnitLeader(unit, "张某") for unit in _units(self.of, row.criterion.lead_unit, row.site.area)
            ),
            site_leader="李某",
            area_leader="王某",
            deadline=date(2026, 3, {"high": 7, "medium": 9, "low": 13}[row.criterion.severity]),
            next_round=False,
            because=f"现场判定 {row.status}，{row.criterion.title}",
            problems=("摊位出售过期食品 2 件",) if row.criterion.severity == "high" else (),
            photos=("照片/0306-01.jpg", "照片/0306-02.jpg") if row.criterion.severity == "high" else (),
        )

    def _tally(self, rows: Iterable[Row]) -> Tally:
        return sum((Tally(**{row.status: 1}) for row in rows), Tally())

    def card(
        self,
        dimension: Dimension,
        key: str,
        title: str,
        kind: str,
        wanted: Callable[[Row], bool],
        sites: Sequence[Site],
        parent: str | None = None,
        counts: Callable[[Site], bool] | None = None,
    ) -> Scorecard:
        """A scorecard over the findings that are ``wanted``."""
        rows = [row for row in self.rows if wanted(row)]
        here = {row.site.key for row in rows}
        parts = []
        for share in self.of.score.total:
            earned, possible = self._sum(rows, share.part)
            bounds = self._bounds(rows, share.part)
            if bounds is None and dimension == "total":
                bounds = Bounds(Fraction(0), Fraction(100))
            parts.append(
                PartScore(
                    share.part, self.of.head.parts[share.part], Fraction(share.weight), share.combine,
                    100 * earned / possible if possible else None,
                    self._tally(row for row in rows if row.part == share.part),
                    bounds,
                )
            )  # fmt: skip
        scored = [part for part in parts if part.score is not None]
        weight = sum((part.weight for part in scored), Fraction(0))
        score = sum((part.weight * (part.score or 0) for part in scored), Fraction(0)) / weight if weight else None
        if dimension == "total":
            known = list(sites)
        elif dimension == "area":
            known = [site for site in sites if ((key in _upwards(site.area)) if key else site.area is None)]
        else:
            found = {row.site.key: row.site for row in rows}.values()
            known = [site for site in sites if counts(site)] if counts else list(found)
        records = {site.key for site in known if self.of.site_types[site.kind].each}
        return Scorecard(
            dimension=dimension,
            id=key,
            title=title,
            kind=kind,
            parent=parent,
            score=score,
            level=self.level(score),
            rank=None,
            ranked=0,
            parts=tuple(parts),
            tally=self._tally(rows),
            earned=sum((row.earned for row in rows if row.counted), Fraction(0)),
            possible=sum((row.points for row in rows if row.counted), Fraction(0)),
            sites=len(here - records),
            registered=len(known) - len(records),
            records=len(here & records),
            records_known=len(records),
            lost=sum((self.lost(row) for row in rows), Fraction(0)),
            bounds=_combined([(part.weight, part.bounds) for part in parts if part.bounds is not None]),
        )

    def _bounds(self, rows: Iterable[Row], part: str) -> Bounds | None:
        """Pooled, with every open finding at nothing and at all of its points."""
        earned, possible = self._sum(rows, part)
        opened = [row.points for row in rows if row.part == part and row.status in {"unobserved", "invalid"}]
        whole = possible + sum(opened, Fraction(0))
        return Bounds(100 * earned / whole, 100 * (earned + whole - possible) / whole) if whole else None

    def level(self, score: Fraction | None) -> str | None:
        """The level of an exact figure."""
        if score is None:
            return None
        return next((x.name for x in self.of.score.levels if x.at_least is None or score >= x.at_least), None)

    def site(self, site: Site, sites: Sequence[Site]) -> Scorecard:
        """The card of one site: points earned of points possible, whatever the part."""
        card = self.card("site", site.key, site.name, site.kind, lambda row: row.site.key == site.key, sites)
        score = 100 * card.earned / card.possible if card.possible else None
        part = self.of.site_types[site.kind].part
        own = [row for row in self.rows if row.site.key == site.key]
        return replace(card, score=score, level=self.level(score), bounds=self._bounds(own, part), parts=())

    def ranked(self, cards: Iterable[Scorecard]) -> tuple[Scorecard, ...]:
        """The cards with shared places among their kind, on the figure rounded half up."""
        cards = list(cards)
        scale = 10**self.of.score.rounding.digits

        def shown(card: Scorecard) -> int:
            return int((card.score or Fraction(0)) * scale + Fraction(1, 2))

        placed = []
        for card in cards:
            rivals = [other for other in cards if other.kind == card.kind and other.id and other.score is not None]
            place = 1 + sum(shown(other) > shown(card) for other in rivals)
            placed.append(replace(card, rank=place if card.score is not None and card.id else None, ranked=len(rivals)))
        return tuple(placed)

    def results(self, criteria: Iterable[Criterion]) -> tuple[CriterionResult, ...]:
        """Every criterion, costliest first."""
        found = []
        for each in criteria:
            rows = [row for row in self.rows if row.criterion.id == each.id]
            counted = [row for row in rows if row.counted]
            possible = sum((row.points for row in counted), Fraction(0))
            found.append(
                CriterionResult(
                    id=each.id,
                    title=each.title,
                    place=each.place,
                    part=self.of.site_types[each.site_types[0]].part,
                    points=Fraction(each.points),
                    site_types=each.site_types,
                    counts=True,
                    score=100 * sum((row.earned for row in counted), Fraction(0)) / possible if possible else None,
                    tally=self._tally(rows),
                    lost=sum((self.lost(row) for row in rows), Fraction(0)),
                    proposed=each.proposed,
                )
            )
        return tuple(sorted(found, key=lambda each: (-each.lost, each.id)))

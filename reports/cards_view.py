"""Areas, site types and the outline as values, each with a line for what stands in no row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.evaluator.areas import upwards
from duibiao.evaluator.assess import page_name
from duibiao.evaluator.assessment import Assessment, Scorecard, SiteResult
from duibiao.evaluator.heat import compared_level
from duibiao.reports.addresses import NO_AREA, address
from duibiao.reports.figures import Bar, Figure, Sentence, loss_digits, loss_text, say
from duibiao.reports.firmness_view import held_share, kept_note, moving_notes, reach
from duibiao.reports.reading import Mark, Reading, share
from duibiao.reports.roman import plain_roman

ROWS_SHOWN: Final = 200
TYPES_SHOWN: Final = 15
PLACES_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class CardRow:
    """One area, type or place."""

    title: str
    above: str
    depth: int
    rank: Figure | None
    score: Figure | None
    band: Mark | None
    passing: Figure | None
    conformity: Figure
    bars: tuple[Bar, ...]
    visited: Figure
    records: Figure
    gaps: Figure
    lost: Figure | None
    remark: str = ""
    bounds: Sentence | None = None
    page: str = ""  # the address of its page; empty where none is written
    change: Figure | None = None  # of the score since the last round
    move: Mark | None = None  # places gained or lost since then
    query: str = ""  # the address of its gaps in the table of all gaps
    held: Figure | None = None  # in how many variants of the method it keeps its place
    reach: Sentence | None = None  # from the best place to the worst that any of them gives it


@dataclass(frozen=True, slots=True)
class CardTable:
    """Rows of one kind, with the line that accounts for what is not among them."""

    title: str
    rows: tuple[CardRow, ...]
    remarks: tuple[Sentence, ...]
    moving: tuple[Sentence, ...] = ()  # what alone moves the place of a row


def ranking(assessment: Assessment) -> list[tuple[int, Scorecard]]:
    """The areas of the highest level that has several: districts within a city."""
    level = compared_level(assessment.catalogue, assessment.areas)
    return [(index, card) for index, card in enumerate(assessment.areas) if level and card.kind == level]


def area_tables(reading: Reading) -> Iterator[CardTable]:
    """A table for every level of area from the ranking down, the first with a row for sites without area."""
    assessment = reading.assessment
    compared = ranking(assessment)
    levels = list(assessment.catalogue.head.area_levels)
    first = levels.index(compared[0][1].kind) if compared else 0
    gaps = _gaps_by_area(reading)
    for level in levels[first:]:
        cards = [(index, card) for index, card in enumerate(assessment.areas) if card.kind == level]
        if cards:
            yield _area_table(reading, level, cards, gaps, first=level == levels[first])


def _gaps_by_area(reading: Reading) -> Counter[str]:
    counts: Counter[str] = Counter()
    for site, found in reading.gaps_of.items():
        path = reading.assessment.sites[reading.places_of[site]].area
        for above in upwards(path):
            counts[above] += len(found)
    return counts


def _passing(reading: Reading, groups: Iterable[tuple[str, SiteResult]]) -> dict[str, tuple[int, int]]:
    """Places at or above the pass mark and places with a score, by group; records are none."""
    found: dict[str, tuple[int, int]] = {}
    for group, site in groups:
        if site.card is not None and site.card.score is not None and not reading.record(site):
            passing, scored = found.get(group, (0, 0))
            found[group] = (passing + (site.card.score >= reading.pass_mark), scored + 1)
    return found


def _area_table(
    reading: Reading, level: str, cards: list[tuple[int, Scorecard]], gaps: Mapping[str, int], *, first: bool
) -> CardTable:
    _, assessment = reading.word, reading.assessment
    passing = _passing(reading, ((path, site) for site in assessment.sites for path in upwards(site.area)))
    shown = sorted(cards, key=_by_rank)[:ROWS_SHOWN]
    digits = loss_digits((card.lost for _index, card in cards if card.lost is not None), reading.digits)
    rows = tuple(
        _card_row(
            reading,
            card,
            f"areas.{index}",
            above=reading.area_text(card.parent) if card.parent and card.parent != reading.city else "",
            passing=passing.get(card.id, (0, 0)),
            gaps=gaps[card.id],
            digits=digits,
        )
        for index, card in shown
    )
    remarks: list[Sentence] = []
    if len(cards) > len(shown):
        remarks.append(others_line(reading, len(shown), len(cards)))
    rows += tuple(
        _card_row(
            reading,
            card,
            f"areas.{index}",
            passing=passing.get("", (0, 0)),
            gaps=gaps[""],
            digits=digits,
        )
        for index, card in enumerate(assessment.areas)
        if not card.id and first
    )
    elsewhere = _elsewhere(reading, [card for _index, card in cards])
    if elsewhere is not None:
        remarks.append(elsewhere)
    unassigned = without_area(reading)
    if unassigned is not None and first:
        remarks.append(unassigned)
    kept = kept_note(reading)
    if kept is not None and first:
        remarks.append(kept)
    title = assessment.catalogue.head.area_levels[level]
    return CardTable(title, rows, tuple(remarks), tuple(moving_notes(reading)) if first else ())


def _elsewhere(reading: Reading, cards: Sequence[Scorecard]) -> Sentence | None:
    """How many places and records belong to an area above these, so that none vanishes; None where none does."""
    _, total = reading.word, reading.assessment.total
    cards = [*cards, *(card for card in reading.assessment.areas if not card.id)]
    places = total.registered - sum(card.registered for card in cards)
    records = total.records_known - sum(card.records_known for card in cards)
    if not places and not records:
        return None
    return say(
        _("{n} further sites and {records} records belong to an area above this level and stand in no row here.")
        if records
        else _("{n} further sites belong to an area above this level and stand in no row here."),
        n=Figure(str(places), made_from="total.registered areas"),
        records=Figure(str(records), made_from="total.records_known areas"),
    )


def without_area(reading: Reading) -> Sentence | None:
    """未归属: how many sites have no area, so that none vanishes from the tables; None where every one has an area."""
    _ = reading.word
    found = next(((index, card) for index, card in enumerate(reading.assessment.areas) if not card.id), None)
    if found is None:
        return None
    index, card = found
    return say(
        _(
            "Without area: {n} sites, {visited} of them visited, and {records} records; they count in the total and "
            "have no place."
        )
        if card.records_known
        else _("Without area: {n} sites, {visited} of them visited; they count in the total and have no place."),
        n=Figure(str(card.registered), f"areas.{index}.registered"),
        visited=Figure(str(card.sites), f"areas.{index}.sites"),
        records=Figure(str(card.records_known), f"areas.{index}.records_known"),
    )


def others_line(reading: Reading, shown: int, all_: int) -> Sentence:
    """How many rows of a long list are shown, and where the others stand."""
    _ = reading.word
    return say(_("The first {shown} of {n}; the others stand in assessment.json."), shown=str(shown), n=str(all_))


def _by_rank(each: tuple[int, Scorecard]) -> tuple[bool, int, str]:
    _index, card = each
    return (card.rank is None, card.rank or 0, card.id)


def _card_row(
    reading: Reading,
    card: Scorecard,
    path: str,
    *,
    gaps: int,
    digits: int,
    above: str = "",
    depth: int = 0,
    passing: tuple[int, int] | None = None,
) -> CardRow:
    _ = reading.word
    return CardRow(
        title=card.title if card.id or card.dimension != "area" else _("without area"),
        above=above,
        depth=depth,
        rank=Figure(str(card.rank), f"{path}.rank") if card.rank is not None else None,
        score=reading.score(card.score, f"{path}.score"),
        band=reading.band(card),
        passing=share(*passing, "sites") if passing is not None else None,
        conformity=reading.conformity(card.tally, f"{path}.tally"),
        bars=reading.tally_bars(card.tally),
        visited=Figure(f"{card.sites} / {card.registered}", made_from=f"{path}.sites {path}.registered"),
        records=Figure(f"{card.records} / {card.records_known}", made_from=f"{path}.records {path}.records_known"),
        gaps=Figure(str(gaps), made_from=f"{path}.tally"),
        lost=Figure(loss_text(card.lost, digits), f"{path}.lost") if card.lost is not None else None,
        remark=_("too little observed") if card.withheld else "",
        bounds=reading.lies_within(card.bounds, f"{path}.bounds"),
        page=_page(reading, card),
        change=reading.change(card.score, path),
        move=reading.move(card.rank, path),
        query=address("gaps", area=card.id or NO_AREA) if card.dimension == "area" and gaps else "",
        held=held_share(reading, card.id) if card.dimension == "area" else None,
        reach=reach(reading, card.id) if card.dimension == "area" else None,
    )


def _page(reading: Reading, card: Scorecard) -> str:
    written = card.dimension == "area" and card.id in reading.written_areas
    return f"area/{page_name(card.id)}.html" if written else ""


def _by_loss(card: Scorecard) -> tuple[bool, Fraction, int, str]:
    return (card.lost is None, -(card.lost or Fraction(0)), -(card.tally.partial + card.tally.missed), card.id)


def type_tables(reading: Reading) -> tuple[CardTable, CardTable, CardTable]:
    """Types of places, those whose findings cost the most first; then the others; then what is known by records."""
    assessment = reading.assessment
    passing = _passing(reading, ((site.site_type, site) for site in assessment.sites))
    cards = sorted(enumerate(assessment.site_types), key=lambda each: _by_loss(each[1]))
    digits = loss_digits((card.lost for card in assessment.site_types if card.lost is not None), reading.digits)
    gaps = Counter(assessment.sites[reading.places_of[gap.site]].site_type for gap in assessment.gaps)
    places: list[CardRow] = []
    records: list[CardRow] = []
    for index, card in cards:
        rows = records if card.id in assessment.method.records else places
        rows.append(
            _card_row(
                reading,
                card,
                f"site_types.{index}",
                passing=passing.get(card.id, (0, 0)),
                gaps=gaps[card.id],
                digits=digits,
            )
        )
    first, others = tuple(places[:TYPES_SHOWN]), tuple(places[TYPES_SHOWN:])
    return CardTable("", first, ()), CardTable("", others, ()), CardTable("", tuple(records), ())


def place_tables(reading: Reading) -> tuple[CardTable, CardTable]:
    """The outline in the order of the catalogue; ``depth`` says how deep a place hangs.

    Of a long one first what stands at the top, then all of it.
    """
    assessment = reading.assessment
    ways = reading.ways
    order = {place: index for index, place in enumerate(ways)}
    gaps: Counter[str] = Counter()
    for gap in assessment.gaps:
        site = assessment.sites[reading.places_of[gap.site]]
        for node in ways.get(reading.criteria[gap.criterion, site.site_type].place, ()):
            gaps[node.id] += 1
    cards = sorted(enumerate(assessment.places), key=lambda each: order.get(each[1].id, len(order)))
    digits = loss_digits((card.lost for card in assessment.places if card.lost is not None), reading.digits)
    rows = tuple(
        _card_row(
            reading,
            card,
            f"places.{index}",
            above=plain_roman(card.id),
            depth=len(ways.get(card.id, (None,))) - 1,
            gaps=gaps[card.id],
            digits=digits,
        )
        for index, card in cards
    )
    if len(rows) <= PLACES_SHOWN:
        return CardTable("", rows, ()), CardTable("", (), ())
    return CardTable("", tuple(row for row in rows if row.depth == 0), ()), CardTable("", rows, ())

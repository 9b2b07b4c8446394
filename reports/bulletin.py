"""通报: the round on paper for a leaders' meeting: total, parts, districts, what costs most, who is overdue.

Every count is added up once more before anything is written; a bulletin whose parts do not add up stops the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Final

from duibiao.criteria.models import Severity
from duibiao.evaluator.areas import upwards
from duibiao.evaluator.assessment import STATUSES, Scorecard, Status, Tally
from duibiao.evaluator.totals import Inconsistent
from duibiao.reports import words as vocabulary
from duibiao.reports.cards_view import ranking, without_area
from duibiao.reports.deadline_rule import deadline_rule
from duibiao.reports.figures import half_up, loss_digits, loss_text
from duibiao.reports.firmness_view import loose_places
from duibiao.reports.gap_lines import GapLine, UnitGaps
from duibiao.reports.plain_text import day_text, plain_text, sentence_text
from duibiao.reports.reading import NONE, Reading, share
from duibiao.reports.score_view import findings_without_gaps, score_section
from duibiao.reports.verdict_view import moved
from duibiao.reports.word_document import WordTemplate
from duibiao.reports.words import N_

AREAS_SHOWN: Final = 50
PROBLEMS_SHOWN: Final = 10
UNITS_SHOWN: Final = 10
OVERDUE_SHOWN: Final = 20
_SEVERITIES: Final[tuple[Severity, ...]] = ("high", "medium", "low")
_ASIDE: Final[tuple[Status, ...]] = ("unobserved", "not_applicable", "waived", "invalid")
_HEADINGS: Final[Mapping[str, str]] = {
    "total": N_("The total"),
    "parts": N_("The parts"),
    "areas": N_("{level} in order"),
    "problems": N_("What costs most"),
    "units": N_("Units whose gaps cost most"),
    "overdue": N_("Overdue"),
}
_NUMERALS: Final = "一二三四五六"


@dataclass(frozen=True, slots=True)
class Counts:
    """Findings as a bulletin has them: ``aside`` are those that are neither met nor missed, not even in part."""

    met: int
    partial: int
    missed: int
    aside: int


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of the total."""

    title: str
    weight: str
    score: str
    met: int
    partial: int
    missed: int
    aside: int


@dataclass(frozen=True, slots=True)
class TotalLine:
    """What stands between the parts and the total: the parts by weight, what is added or taken, a cap that holds."""

    title: str
    score: str


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area of those that are compared."""

    rank: str
    title: str
    score: str
    change: str
    level: str
    gaps: int
    lost: str


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One criterion over the city."""

    number: int
    title: str
    part: str
    gaps: int
    lost: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with what it has to mend."""

    number: int
    title: str
    gaps: int
    overdue: int
    lost: str


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """One gap whose deadline has passed."""

    number: int
    site: str
    criterion: str
    unit: str
    deadline: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Everything that the template of a bulletin names."""

    round: str
    day: str
    provisional: str
    headings: Mapping[str, str]
    total_name: str
    score: str
    total_sentence: str
    changes_sentence: str
    sites_sentence: str
    findings_sentence: str
    gaps_sentence: str
    findings: Counts
    aside_sentence: str
    parts: tuple[PartLine, ...]
    lines: tuple[TotalLine, ...]
    areas: tuple[AreaLine, ...]
    areas_sentence: str
    problems: tuple[ProblemLine, ...]
    problems_sentence: str
    units: tuple[UnitLine, ...]
    units_sentence: str
    overdue: tuple[OverdueLine, ...]
    deadlines: str
    overdue_sentence: str


def bulletin_of(reading: Reading, lines: Sequence[GapLine], units: Sequence[UnitGaps]) -> Bulletin:
    """The bulletin of a round. Raises Inconsistent where anything in it does not add up."""
    wrong = tuple(
        f"{what}: {found} instead of {whole}" for what, found, whole in _sums(reading, lines, units) if found != whole
    )
    if wrong:
        raise Inconsistent(wrong)
    _, assessment, total = reading.word, reading.assessment, reading.assessment.total
    section = score_section(reading)
    named = [each for each in units if each.unit]
    late = [each for each in lines if each.overdue]
    there = {
        "total": True,
        "parts": True,
        "areas": bool(ranking(assessment)),
        "problems": any(each.lost for each in assessment.results),
        "units": bool(named),
        "overdue": True,
    }
    provisional = reading.provisional()
    tally = total.tally
    return Bulletin(
        round=plain_text(reading.round()),
        day=day_text(assessment.as_of, reading.language),
        provisional=sentence_text(provisional) if provisional is not None else "",
        headings=_headings(reading, [key for key, is_there in there.items() if is_there]),
        total_name=plain_text(section.name),
        score=section.figure.text if section.figure is not None else NONE,
        total_sentence=_total_sentence(reading),
        changes_sentence=_changes_sentence(reading),
        sites_sentence=_("{seen} of {all} registered sites were visited; {rest} were not.").format(
            seen=total.sites, all=total.registered, rest=total.registered - total.sites
        ),
        findings_sentence=_("{n} findings: {told}.").format(
            n=tally.total,
            told=reading.listed(f"{_(vocabulary.STATUS[each])} {getattr(tally, each)}" for each in STATUSES),
        ),
        gaps_sentence=_gaps_sentence(reading, lines),
        findings=Counts(tally.met, tally.partial, tally.missed, tally.total - tally.counted),
        aside_sentence=_("Others: {told}.").format(
            told=reading.listed(f"{_(vocabulary.STATUS[each])} {getattr(tally, each)}" for each in _ASIDE)
        ),
        parts=tuple(_parts(reading)),
        lines=tuple(TotalLine(plain_text(title), figure.text) for title, figure in section.lines),
        areas=tuple(_areas(reading)),
        areas_sentence=_areas_sentence(reading),
        problems=tuple(_problems(reading)),
        problems_sentence=_problems_sentence(reading),
        units=tuple(_units(reading, named)),
        units_sentence=_("{n} units have gaps to mend; a gap of several units stands with each of them.").format(
            n=len(named)
        ),
        overdue=tuple(_overdue(reading, late)),
        deadlines=sentence_text(deadline_rule(reading, day_text(assessment.as_of, reading.language))),
        overdue_sentence=_overdue_sentence(reading, len(late)),
    )


def _headings(reading: Reading, there: Sequence[str]) -> dict[str, str]:
    """The headings with their numbers, as far as their sections are there."""
    _, compared = reading.word, ranking(reading.assessment)
    titles = reading.assessment.catalogue.head.area_levels
    level = plain_text(titles[compared[0][1].kind]) if compared else ""
    made = {key: _(text).replace("{level}", level) for key, text in _HEADINGS.items()}
    for place, key in enumerate(there):
        number = f"{_NUMERALS[place]}、" if reading.language == "zh-CN" else f"{place + 1}. "
        made[key] = number + made[key]
    return made


def _total_sentence(reading: Reading) -> str:
    _, total = reading.word, reading.assessment.total
    section = score_section(reading)
    if section.figure is None:
        return sentence_text(section.verdict)
    level = section.band.word if section.band is not None else ""
    told = [f"{section.name} {section.figure.text}", level, sentence_text(section.verdict)]
    chinese = reading.language == "zh-CN"
    sentences = [("，" if chinese else "; ").join(each.rstrip("。.") for each in told if each)]
    if reading.assessment.mending is not None and total.score is not None and total.score < reading.pass_mark:
        sentences.append(sentence_text(section.headline).rstrip("。."))
    bounds = total.bounds
    if bounds is not None and bounds.low != bounds.high:
        low, high = (half_up(each, reading.digits) for each in (bounds.low, bounds.high))
        text = _("With what nobody observed at its worst and at its best it lies between {low} and {high}")
        sentences.append(text.format(low=low, high=high))
    return plain_text(
        "".join(f"{each}。" for each in sentences) if chinese else " ".join(f"{each}." for each in sentences)
    )


def _changes_sentence(reading: Reading) -> str:
    """How the total moved since the last round, and what became of its gaps; empty without one."""
    _, previous = reading.word, reading.assessment.previous
    if previous is None:
        return ""
    figure, followed = reading.score(reading.assessment.total.score, "total.score"), previous.followed
    told = [sentence_text(each) for each in moved(reading, figure)] if figure is not None else []
    fates = _(
        "Of the {gaps} gaps of the last round {mended} are mended, {left} still there and {unsettled} not settled"
    )
    told.append(
        _("{fates}; {new} gaps are new.").format(
            fates=fates.format(
                gaps=followed.gaps, mended=followed.mended, left=followed.left, unsettled=followed.unsettled
            ),
            new=followed.new,
        )
    )
    return plain_text(("" if reading.language == "zh-CN" else " ").join(told))


def _gaps_sentence(reading: Reading, lines: Sequence[GapLine]) -> str:
    _, aside = reading.word, findings_without_gaps(reading)
    severities, statuses = Counter(each.severity for each in lines), Counter(each.status for each in lines)
    told = _(
        "{n} gaps ({partial} partly met, {missed} missed); by severity: {severities}; {overdue} of them are overdue."
    )
    gaps = told.format(
        n=len(lines),
        partial=statuses["partial"],
        missed=statuses["missed"],
        severities=reading.listed(f"{_(vocabulary.SEVERITY[each])} {severities[each]}" for each in _SEVERITIES),
        overdue=sum(each.overdue for each in lines),
    )
    if aside is None:
        return gaps
    return plain_text(("" if reading.language == "zh-CN" else " ").join((gaps, sentence_text(aside))))


def _parts(reading: Reading) -> Iterator[PartLine]:
    for index, part in enumerate(reading.assessment.total.parts):
        figure = reading.score(part.score, f"total.parts.{index}.score")
        tally = part.tally
        yield PartLine(
            title=plain_text(part.title),
            weight=half_up(part.weight, 2).rstrip("0").rstrip(".") + "%",
            score=figure.text if figure is not None else NONE,
            met=tally.met,
            partial=tally.partial,
            missed=tally.missed,
            aside=tally.total - tally.counted,
        )


def _placed(reading: Reading) -> list[tuple[int, Scorecard]]:
    return sorted(ranking(reading.assessment), key=lambda each: (each[1].rank is None, each[1].rank or 0, each[1].id))


def _areas(reading: Reading) -> Iterator[AreaLine]:
    cards = _placed(reading)[:AREAS_SHOWN]
    digits = loss_digits((card.lost for _index, card in cards if card.lost is not None), reading.digits)
    gaps = Counter(
        above for gap in reading.assessment.gaps
        for above in upwards(reading.assessment.sites[reading.places_of[gap.site]].area)
    )  # fmt: skip
    for index, card in cards:
        figure, band = reading.score(card.score, f"areas.{index}.score"), reading.band(card)
        yield AreaLine(
            rank=str(card.rank) if card.rank is not None else NONE,
            title=plain_text(card.title),
            score=figure.text if figure is not None else NONE,
            change=_change(reading, card, f"areas.{index}"),
            level=band.word if band is not None else NONE,
            gaps=gaps[card.id],
            lost=loss_text(card.lost, digits) if card.lost is not None else NONE,
        )


def _change(reading: Reading, card: Scorecard, path: str) -> str:
    """How a score and a place moved since the last round: +7.44 ▲1."""
    figure, move = reading.change(card.score, path), reading.move(card.rank, path)
    told = [figure.text if figure is not None else "", move.word if move is not None else ""]
    return " ".join(each for each in told if each) or NONE


def _areas_sentence(reading: Reading) -> str:
    """What stands in no row: areas beyond those shown, sites above the level, sites without area."""
    _, assessment = reading.word, reading.assessment
    cards = ranking(assessment)
    told = [_("Areas with the same rounded score share a place.")]
    if len(cards) > AREAS_SHOWN:
        told.append(_("{n} further areas are not shown here.").format(n=len(cards) - AREAS_SHOWN))
    within = {card.id for _index, card in cards}
    outside = sum(
        not within & set(upwards(assessment.sites[reading.places_of[gap.site]].area)) for gap in assessment.gaps
    )
    if outside:
        told.append(_("{n} gaps belong to none of these areas.").format(n=outside))
    unassigned = without_area(reading)
    if unassigned is not None:
        told.append(sentence_text(unassigned))
    loose = loose_places(reading)
    if loose is not None:
        told.append(sentence_text(loose))
    return plain_text(("" if reading.language == "zh-CN" else " ").join(told))


def _problems(reading: Reading) -> Iterator[ProblemLine]:
    titles = reading.assessment.catalogue.head.parts
    losing = [each for each in reading.assessment.results if each.lost][:PROBLEMS_SHOWN]
    digits = loss_digits((each.lost for each in losing), reading.digits)
    for number, each in enumerate(losing, 1):
        yield ProblemLine(
            number=number,
            title=plain_text(each.title),
            part=plain_text(titles.get(each.part, each.part)),
            gaps=each.tally.partial + each.tally.missed,
            lost=loss_text(each.lost, digits),
        )


def _problems_sentence(reading: Reading) -> str:
    _, losing = reading.word, [each.lost for each in reading.assessment.results if each.lost]
    if not losing:
        return _("No criterion loses points of the total.")
    whole, shown = sum(losing, Fraction(0)), sum(losing[:PROBLEMS_SHOWN], Fraction(0))
    return _("{all} criteria lose {lost} points of the total; the {n} shown here make up {share}.").format(
        all=len(losing),
        lost=loss_text(whole, reading.digits),
        n=min(len(losing), PROBLEMS_SHOWN),
        share=share(shown, whole, "").text,
    )


def _units(reading: Reading, units: Sequence[UnitGaps]) -> Iterator[UnitLine]:
    shown = units[:UNITS_SHOWN]
    digits = loss_digits((each.lost for each in shown), reading.digits)
    for number, each in enumerate(shown, 1):
        yield UnitLine(number, each.title, len(each.lines), each.overdue, loss_text(each.lost, digits))


def _overdue(reading: Reading, late: Sequence[GapLine]) -> Iterator[OverdueLine]:
    for line in late[:OVERDUE_SHOWN]:
        yield OverdueLine(
            number=line.ledger,
            site=line.site,
            criterion=line.criterion,
            unit=line.lead or line.supporting or reading.word("no unit named"),
            deadline=sentence_text(reading.deadline(line.deadline, line.next_round)),
        )


def _overdue_sentence(reading: Reading, late: int) -> str:
    _ = reading.word
    if not late:
        return _("No deadline has passed.")
    if late <= OVERDUE_SHOWN:
        return _("The deadlines of {n} gaps have passed.").format(n=late)
    return _("The deadlines of {n} gaps have passed; the {shown} that cost most:").format(n=late, shown=OVERDUE_SHOWN)


def _sums(
    reading: Reading, lines: Sequence[GapLine], units: Sequence[UnitGaps]
) -> Iterator[tuple[str, object, object]]:
    """What must agree with what, as the bulletin prints it."""
    assessment, total = reading.assessment, reading.assessment.total
    tally = total.tally
    yield "statuses of the parts", Tally.of(part.tally for part in total.parts), tally
    yield "weights of the parts", sum((part.weight for part in total.parts), Fraction(0)), Fraction(100)
    yield from _total_sums(reading)
    mended = Tally.of(each.tally for each in assessment.results if assessment.method.rules[each.id].to_mend)
    found = Counter(partial=mended.partial, missed=mended.missed)
    yield "gaps of the criteria", len(lines), found.total()
    yield "gaps by status", Counter(each.status for each in lines), +found
    yield "gaps with a known severity", sum(each.severity in _SEVERITIES for each in lines), len(lines)
    yield "gaps that stand with a unit", len({each.ledger for unit in units for each in unit.lines}), len(lines)
    yield "gaps of the units", sum(len(each.lines) for each in units), sum(max(len(set(x.units)), 1) for x in lines)
    places = [site for site in assessment.sites if not reading.record(site)]
    yield "visited sites", sum(site.card is not None for site in places), total.sites
    yield "registered sites", len(places), total.registered
    if assessment.previous is not None:
        fates = assessment.previous.followed
        yield "gaps of the last round", fates.mended + fates.left + fates.unsettled, fates.gaps
    placed = [(card.rank, card) for _index, card in ranking(assessment) if card.rank is not None]
    for rank, card in placed:
        better = sum(_ranked(other, reading) > _ranked(card, reading) for _rank, other in placed)
        yield f"place of {card.title}", rank, better + 1


def _total_sums(reading: Reading) -> Iterator[tuple[str, object, object]]:
    """The parts by weight, and the total from them with what is added or taken and capped."""
    made, total = reading.assessment.made, reading.assessment.total
    if made.combined is None:
        return
    scored = [(part.weight, part.score) for part in total.parts if part.score is not None]
    whole = sum((weight for weight, _score in scored), Fraction(0))
    yield "parts by weight", sum((weight * score for weight, score in scored), Fraction(0)), made.combined * whole
    caps = [Fraction(100)] if made.cap is None else [Fraction(100), made.cap]
    after = max(Fraction(0), min(min(made.combined, *caps) + made.adjusted, *caps))
    yield "parts, adjustments and caps", after, total.score


def _ranked(card: Scorecard, reading: Reading) -> Fraction:
    """A score as it is ranked: rounded half up to the declared decimals."""
    return Fraction(half_up(card.score or Fraction(0), reading.digits))


def bulletin_document(template: WordTemplate, bulletin: Bulletin) -> bytes:
    """The bulletin as a Word document."""
    return template.render(asdict(bulletin))

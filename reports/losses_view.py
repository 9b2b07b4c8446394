"""What costs the most as values: criteria over the whole city, and single gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from duibiao.evaluator.assessment import Assessment, CriterionResult, Gap, Mending
from duibiao.reports.addresses import address
from duibiao.reports.figures import Bar, Figure, Sentence, loss_digits, loss_text, plain, say, say_text, signed, width
from duibiao.reports.reading import NONE, Reading, share

CRITERIA_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion over the city. ``bar`` is its loss as a share of the largest."""

    place: str
    title: str
    id: str
    part: str
    score: Figure | None
    conformity: Figure
    lost: Figure
    bar: Bar
    gaps: Figure
    open: Figure
    units: str
    proposed: str
    remark: str


@dataclass(frozen=True, slots=True)
class LossRow:
    """One of the costliest criteria. ``after`` is the total once it and those above are mended; ``cut``: with it the
    pass mark is reached."""

    criterion: CriterionRow
    veto: bool
    after: Figure | None
    cut: bool
    query: str  # the address of its gaps in the table of all gaps; empty where they stand in several parts


@dataclass(frozen=True, slots=True)
class LossesView:
    """The costliest criteria in the order in which mending is worked out: vetoes that cap the total come first."""

    title: str
    rows: tuple[LossRow, ...]
    notes: tuple[Sentence, ...]


def losses_view(reading: Reading, criteria: Sequence[CriterionRow]) -> LossesView:
    """The first criteria to mend, of all of them as rows."""
    _, assessment = reading.word, reading.assessment
    first: dict[str, int] = {}
    for index, result in enumerate(assessment.results):
        first.setdefault(result.id, index)
    parts = Counter(result.id for result in assessment.results)
    mending = assessment.mending
    steps = {step.criterion: (index, step) for index, step in enumerate(mending.steps)} if mending is not None else {}
    order = list(steps) or [each.id for each in assessment.results if each.lost]
    rows = []
    for criterion in order[:CRITERIA_SHOWN]:
        index, step = steps.get(criterion, (0, None))
        rows.append(
            LossRow(
                criterion=criteria[first[criterion]],
                veto=assessment.method.rules[criterion].total_cap is not None,
                after=reading.score(step.total, f"mending.steps.{index}.total") if step is not None else None,
                cut=step is not None and mending is not None and step.number == mending.needed,
                query=address("gaps", criterion=criterion) if parts[criterion] == 1 else "",
            )
        )
    title = say_text(_("The {n} criteria that cost the most"), n=str(len(rows)))
    return LossesView(title, tuple(rows), tuple(_loss_notes(reading, mending)) if rows else ())


def _loss_notes(reading: Reading, mending: Mending | None) -> Iterator[Sentence]:
    _, made = reading.word, reading.assessment.made
    if made.combined != made.score:
        yield (_("Points lost are those of the parts: what is added, taken or capped after them is not counted in."),)
    if mending is None:
        return
    if mending.needed is not None and 0 < mending.needed <= CRITERIA_SHOWN:
        mark = Figure(plain(reading.pass_mark), "method.pass_mark")
        yield say(_("The dashed line: from here on the total is at the pass mark of {mark}."), mark=mark)
    yield (
        _("Every total in the last column is worked out anew with all those gaps met and everything else as it is."),
    )


def criteria_sentence(reading: Reading) -> Sentence:
    """How much is lost, and how much of it the first rows explain."""
    _, assessment = reading.word, reading.assessment
    losing = [each for each in assessment.results if each.lost]
    if not losing:
        return (_("No criterion loses points of the total."),)
    shown = losing[:CRITERIA_SHOWN]
    largest = Figure(loss_text(shown[0].lost, loss_digits([shown[0].lost], reading.digits)), "results.0.lost")
    whole = sum((each.lost for each in losing), Fraction(0))
    if len(shown) == len(losing):
        return say(
            _("{all} criteria lose {lost} points of the total. The longest bar: {largest}."),
            all=Figure(str(len(losing)), made_from="results"),
            lost=Figure(loss_text(whole, reading.digits), made_from="results"),
            largest=largest,
        )
    return say(
        _("{all} criteria lose {lost} points of the total; the first {n} make up {share}. The longest bar: {largest}."),
        all=Figure(str(len(losing)), made_from="results"),
        lost=Figure(loss_text(whole, reading.digits), made_from="results"),
        n=str(len(shown)),
        share=share(sum((each.lost for each in shown), Fraction(0)), whole, "results"),
        largest=largest,
    )


def criterion_rows(reading: Reading) -> Iterator[CriterionRow]:
    """Every scored criterion, costliest first, with its bar against the largest loss."""
    _, assessment = reading.word, reading.assessment
    losses = [each.lost for each in assessment.results]
    digits, largest = loss_digits(losses, reading.digits), max(losses, default=Fraction(0))
    kinds = _unit_kinds(assessment)
    titles = assessment.catalogue.head.parts
    for index, each in enumerate(assessment.results):
        tally = each.tally
        gaps = tally.partial + tally.missed if assessment.method.rules[each.id].to_mend else 0
        yield CriterionRow(
            place=str(index + 1),
            title=each.title,
            id=each.id,
            part=titles.get(each.part, each.part),
            score=reading.score(each.score, f"results.{index}.score"),
            conformity=reading.conformity(tally, f"results.{index}.tally"),
            lost=Figure(loss_text(each.lost, digits), f"results.{index}.lost"),
            bar=Bar(width(each.lost / largest) if largest else "0", "loss"),
            gaps=Figure(str(gaps), made_from=f"results.{index}.tally"),
            open=Figure(str(tally.unobserved + tally.invalid), made_from=f"results.{index}.tally"),
            units=reading.listed(kinds.get(each.id, ())[:2]) or NONE,
            proposed=reading.proposed(each.proposed),
            remark=_criterion_remark(reading, each),
        )


def _criterion_remark(reading: Reading, result: CriterionResult) -> str:
    _ = reading.word
    if not result.counts:
        return _("counts within a criterion of two methods")
    return _("nobody checked") if result.id in reading.assessment.unchecked else ""


def _unit_kinds(assessment: Assessment) -> Mapping[str, Sequence[str]]:
    """The kinds of unit that lead the gaps of each criterion, the most frequent first."""
    counts: dict[str, Counter[str]] = {}
    units = assessment.catalogue.units
    for gap in assessment.gaps:
        names = [units[name].title if name in units else name for name in (key.split("@")[0] for key in gap.lead_units)]
        counts.setdefault(gap.criterion, Counter()).update(names)
    return {
        criterion: [name for name, _ in sorted(found.items(), key=lambda each: (-each[1], each[0]))]
        for criterion, found in counts.items()
    }


def gain_figure(gap: Gap, index: int) -> Figure | None:
    """What mending this gap alone brings the total."""
    if gap.gains is None or gap.gains.total is None:
        return None
    return Figure(signed(gap.gains.total), made_from=f"gaps.{index}.gains.total")


def held_text(reading: Reading, gap: Gap) -> str:
    """Which veto still holds the total or the site down when this gap is mended; nothing where none does."""
    _ = reading.word
    if gap.gains is None or not gap.gains.held_by:
        return ""
    return say_text(_("held down by the veto of: {criteria}"), criteria=_vetoes(reading, gap.gains.held_by))


def _vetoes(reading: Reading, criteria: Iterable[str]) -> str:
    return reading.listed(reading.assessment.method.rules[each].title for each in criteria)

"""What changed since the last round: the total's change split exactly, and what became of the last round's gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from duibiao.evaluator.assessment import Previous
from duibiao.evaluator.comparison import Comparison
from duibiao.reports.changes_text import CAUSES
from duibiao.reports.figures import Bar, Figure, Sentence, say, signed, width
from duibiao.reports.reading import Reading, share
from duibiao.reports.trend_view import TrendView, trend_view
from duibiao.reports.words import KEY


@dataclass(frozen=True, slots=True)
class StepRow:
    """One cause of the change: how many findings, sites or criteria, by how much, and from where to where."""

    cause: str
    number: Figure
    change: Figure
    bar: Bar


@dataclass(frozen=True, slots=True)
class FollowedBar:
    """One fate of the last round's gaps, with its share of them."""

    word: str
    count: Figure
    bar: Bar


@dataclass(frozen=True, slots=True)
class ChangesView:
    """``note`` says why there is nothing to compare; then there are no steps."""

    trend: TrendView | None
    note: Sentence | None
    held: Sentence | None  # what each of the two rounds holds
    total: Sentence | None
    steps: tuple[StepRow, ...]
    followed: tuple[FollowedBar, ...]
    followed_sentence: Sentence | None
    named: tuple[Sentence, ...]


def changes_view(reading: Reading) -> ChangesView:
    """The section on changes."""
    previous = reading.assessment.previous
    change = previous.change if previous is not None else None
    return ChangesView(
        trend=trend_view(reading),
        note=_note(reading, previous),
        held=held(reading, previous) if previous is not None else None,
        total=_total(reading, change) if change is not None else None,
        steps=tuple(_steps(reading, change)) if change is not None else (),
        followed=tuple(_followed(reading, previous)) if previous is not None and previous.followed.gaps else (),
        followed_sentence=_followed_sentence(reading, previous) if previous is not None else None,
        named=tuple(_named(reading, change)) if change is not None else (),
    )


def _note(reading: Reading, previous: Previous | None) -> Sentence | None:
    _ = reading.word
    if previous is None:
        return (_("No earlier round: the data hold one round only. An earlier result is named by --previous OUT."),)
    if previous.differing:
        told = reading.listed(f"{_(KEY.get(what, what))} ({then} → {now})" for what, then, now in previous.differing)
        return say(_("The last round was scored by another method, so scores are not compared: {what}."), what=told)
    if previous.change is None:
        return (_("One of the two rounds has no total, so there is no change to split."),)
    return None


def held(reading: Reading, previous: Previous) -> Sentence:
    """How many sites, and which parts of the total, the two rounds have: unlike rounds are not like to be compared."""
    _, total = reading.word, reading.assessment.total
    titles = {part.part: part.title for part in total.parts}
    now = [part.part for part in total.parts if part.score is not None]
    sites = {
        "then": Figure(str(previous.visited), "previous.visited"),
        "now": Figure(str(total.sites), "total.sites"),
    }
    if set(now) == set(previous.parts):
        return say(_("The last round has {then} sites, this one {now}, both in the same parts."), **sites)
    return say(
        _("The rounds hold different things: the last one {then} sites, in {parts} only; this one {now}, in {all}."),
        parts=reading.listed(titles.get(each, each) for each in previous.parts),
        all=reading.listed(titles[each] for each in now),
        **sites,
    )


def _total(reading: Reading, change: Comparison) -> Sentence:
    """The exact change of the total, which the steps add up to."""
    _ = reading.word
    return say(
        _("The total moved by {change}; the steps add up to it."),
        change=Figure(signed(change.new - change.old), made_from="previous.change.old previous.change.new"),
    )


def _steps(reading: Reading, change: Comparison) -> Iterator[StepRow]:
    _ = reading.word
    ends = [each for step in change.steps for each in (step.before, step.after)]
    low, span = min(ends), max(ends) - min(ends) or Fraction(1)
    for index, step in enumerate(change.steps):
        path = f"previous.change.steps.{index}"
        left = min(step.before, step.after)
        yield StepRow(
            cause=_(CAUSES[step.cause]),
            number=Figure(str(step.number), f"{path}.number"),
            change=Figure(signed(step.change), made_from=f"{path}.change"),
            bar=Bar(
                width(abs(step.change) / span), "up" if step.change > 0 else "down", start=width((left - low) / span)
            ),
        )


def _followed(reading: Reading, previous: Previous) -> Iterator[FollowedBar]:
    _, followed = reading.word, previous.followed
    start = 0
    for tone, word, name, count in (
        ("s-met", _("mended"), "mended", followed.mended),
        ("s-missed", _("still there"), "left", followed.left),
        ("s-unobserved", _("not settled"), "unsettled", followed.unsettled),
    ):
        yield FollowedBar(
            word,
            Figure(str(count), f"previous.followed.{name}"),
            Bar(width(Fraction(count, followed.gaps)), tone, width(Fraction(start, followed.gaps))),
        )
        start += count


def _followed_sentence(reading: Reading, previous: Previous) -> Sentence:
    _, followed = reading.word, previous.followed
    new = Figure(str(followed.new), "previous.followed.new")
    gaps = Figure(str(followed.gaps), "previous.followed.gaps")
    if not followed.gaps:
        return say(_("The last round had no gaps; {new} are new."), new=new)
    mended = share(followed.mended, followed.gaps, "previous.followed.mended previous.followed.gaps")
    return say(
        _(
            "Of the {gaps} gaps of the last round {mended} are mended; {new} gaps of this round were none then. Not "
            "settled are those that nobody looked at again, or that are contradictory, waived or no longer asked."
        ),
        gaps=gaps,
        mended=mended,
        new=new,
    )


def _named(reading: Reading, change: Comparison) -> Iterator[Sentence]:
    """What else to know of the comparison: met then and missed now, criteria changed, other marks or levels."""
    _ = reading.word
    if change.regressions:
        yield say(
            _("Met then and missed now: {n} findings."),
            n=Figure(str(len(change.regressions)), made_from="previous.change.regressions"),
        )
    for what, then, now in change.speaking:
        yield say(_("{what} is another: {then} → {now}."), what=_(KEY.get(what, what)), then=then, now=now)

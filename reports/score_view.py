"""The total as values: the number, its level, how far it is from the pass mark, its parts and three rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from duibiao.reports import words as vocabulary
from duibiao.reports.addresses import address
from duibiao.reports.advice_view import Advice
from duibiao.reports.figures import Bar, Figure, Sentence, half_up, plain, say, say_text, signed
from duibiao.reports.reading import Mark, Reading, StatusCount, share
from duibiao.reports.ruler_view import Ruler, ruler
from duibiao.reports.verdict_view import verdict_of


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of the total."""

    title: str
    weight: Figure
    effective: Figure | None  # the weight after parts without data were left out, where it differs
    score: Figure | None
    combine: str
    counts: tuple[StatusCount, ...]
    bars: tuple[Bar, ...]
    bounds: Sentence | None = None


@dataclass(frozen=True, slots=True)
class RateView:
    """One of the three rates, with its own name and what it is a share of."""

    name: str
    figure: Figure
    meaning: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A count beneath the total, the address of what is counted, and what else is to be known of it."""

    name: str
    count: Figure
    address: str
    note: Sentence = ()


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The total: the number, its level, how far it is from the pass mark, what would close the gap."""

    name: str
    figure: Figure | None
    band: Mark | None
    verdict: Sentence
    likely: Sentence
    headline: Sentence
    advice: tuple[Advice, ...]
    points: tuple[Sentence, ...]
    ruler: Ruler
    rates: tuple[RateView, ...]
    facts: tuple[Fact, ...]
    parts: tuple[PartRow, ...]
    lines: tuple[tuple[str, Figure], ...]  # between the parts and the total, where the parts alone do not make it
    no_gaps: Sentence | None  # findings that are not met and are no gaps of their own
    to_win: tuple[Sentence, ...]  # what honours add now, and what they can
    whole: PartRow
    trust: Sentence


def score_section(reading: Reading) -> ScoreView:
    """Everything above the first heading: the total, its parts, the three rates."""
    _, assessment = reading.word, reading.assessment
    total = assessment.total
    figure = reading.score(total.score, "total.score")
    left_out = reading.listed(part.title for part in total.parts if part.part in assessment.total_parts_left_out)
    name = say_text(_("Total without {parts}"), parts=left_out) if left_out else _("Total")
    if assessment.provisional:
        name = say_text(_("Provisional {name}"), name=name)
    whole = PartRow(
        title=name,
        weight=Figure("100%"),
        effective=None,
        score=figure,
        combine="",
        counts=reading.counts(total.tally, "total.tally"),
        bars=reading.tally_bars(total.tally),
    )
    told = verdict_of(reading, figure)
    return ScoreView(
        name=name,
        figure=figure,
        band=reading.band(total),
        verdict=told.verdict,
        likely=told.likely,
        headline=told.headline,
        advice=told.advice,
        points=told.points,
        ruler=ruler(reading, figure),
        rates=tuple(_rates(reading)),
        facts=_score_facts(reading),
        parts=tuple(_parts(reading)),
        lines=tuple(_lines(reading)),
        no_gaps=findings_without_gaps(reading),
        to_win=tuple(_to_win(reading)),
        whole=whole,
        trust=reading.trust(total, "total", explained=True),
    )


def _rates(reading: Reading) -> Iterator[RateView]:
    """得分率, 及格率 and 符合率: three figures, three names."""
    _, assessment = reading.word, reading.assessment
    total = assessment.total
    cards = [site.card for site in assessment.sites if site.card is not None and not reading.record(site)]
    scores = [card.score for card in cards if card.score is not None]
    passing = sum(score >= reading.pass_mark for score in scores)
    yield RateView(
        _("Score rate"),
        share(total.earned, total.possible, "total.earned total.possible"),
        _("points earned / points possible, all findings that count"),
    )
    yield RateView(
        _("Pass rate of sites"),
        share(passing, len(scores), "sites"),
        say_text(_("sites with {mark} or more / sites with a score"), mark=plain(reading.pass_mark)),
    )
    yield RateView(
        _("Conformity rate"),
        reading.conformity(total.tally, "total.tally"),
        _("findings met / findings met, partly met or missed"),
    )


def _parts(reading: Reading) -> Iterator[PartRow]:
    _, parts = reading.word, reading.assessment.total.parts
    scored = sum((part.weight for part in parts if part.score is not None), Fraction(0))
    for index, part in enumerate(parts):
        effective = None
        if part.score is not None and scored != 100:
            effective = Figure(half_up(part.weight * 100 / scored, 1) + "%", made_from="total.parts")
        yield PartRow(
            title=part.title,
            weight=Figure(plain(part.weight) + "%", f"total.parts.{index}.weight"),
            effective=effective,
            score=reading.score(part.score, f"total.parts.{index}.score"),
            combine=_(vocabulary.COMBINE[part.combine]),
            counts=reading.counts(part.tally, f"total.parts.{index}.tally"),
            bars=reading.tally_bars(part.tally),
            bounds=reading.lies_within(part.bounds, f"total.parts.{index}.bounds"),
        )


def _third(reading: Reading) -> Fact:
    """How many of the last round's gaps are mended; without a round before, how much of the data contradicts itself."""
    _, previous = reading.word, reading.assessment.previous
    if previous is None or not previous.followed.gaps:
        count = reading.assessment.total.tally.invalid
        return Fact(_("Contradictory data"), Figure(str(count), "total.tally.invalid"), "#doubt")
    path = "previous.followed"
    mended = share(previous.followed.mended, previous.followed.gaps, f"{path}.mended {path}.gaps")
    return Fact(_("Mended since the last round"), mended, "#areas", (replace(mended, text=mended.of, of=""),))


def _lines(reading: Reading) -> Iterator[tuple[str, Figure]]:
    """The parts by weight, what is added or taken, and the cap of a veto: nothing where the parts are the total."""
    _, made = reading.word, reading.assessment.made
    if made.combined is None or made.score is None or made.combined == made.score:
        return
    yield _("Parts by weight"), Figure(half_up(made.combined, reading.digits), made_from="made.combined")
    titles = {name: rule.title for name, rule in reading.assessment.method.rules.items()}
    for index, line in enumerate(made.adjustments):
        if line.amount:
            yield titles[line.criterion], Figure(signed(line.amount), made_from=f"made.adjustments.{index}.amount")
    if made.cap is not None:
        yield _("Cap of a missed veto"), Figure(plain(made.cap), "made.cap")
    elif not 0 <= made.combined + made.adjusted <= 100:
        yield _("Never below 0 nor above 100"), Figure(plain(made.score), made_from="made.score")


def findings_without_gaps(reading: Reading) -> Sentence | None:
    """Why there are fewer gaps than findings not met: honours, and members whose criterion of two methods is a gap."""
    _, assessment = reading.word, reading.assessment
    aside = [each for each in assessment.results if not assessment.method.rules[each.id].to_mend]
    members, honours = (
        sum(each.tally.partial + each.tally.missed for each in aside if each.counts == honour)
        for honour in (False, True)
    )
    if not members + honours:
        return None
    tally = assessment.total.tally
    return say(
        _(
            "{n} findings are partly met or missed; {members} of them belong to criteria of two methods and {honours} "
            "to honours: they are no gaps of their own, so that there are {gaps} gaps."
        ),
        n=Figure(str(tally.partial + tally.missed), made_from="total.tally.partial total.tally.missed"),
        members=Figure(str(members), made_from="results"),
        honours=Figure(str(honours), made_from="results"),
        gaps=Figure(str(len(assessment.gaps)), made_from="gaps"),
    )


def _to_win(reading: Reading) -> Iterator[Sentence]:
    """Honours that are not all won: nothing is to be mended there, so they are no gaps."""
    _, assessment = reading.word, reading.assessment
    for index, line in enumerate(assessment.made.adjustments):
        path, most = f"made.adjustments.{index}", line.each * line.count
        if line.amount < most:
            yield say(
                _("{title}: {now} now, {most} possible"),
                title=assessment.method.rules[line.criterion].title,
                now=Figure(signed(line.amount), made_from=f"{path}.amount"),
                most=Figure(signed(most), made_from=f"{path}.each {path}.count"),
            )


def _score_facts(reading: Reading) -> tuple[Fact, ...]:
    _, assessment = reading.word, reading.assessment
    tally, total = assessment.total.tally, assessment.total
    high = sum(gap.severity == "high" for gap in assessment.gaps)
    overdue = sum(reading.overdue(gap) for gap in assessment.gaps)
    missing = Figure(str(total.registered - total.sites), made_from="total.registered total.sites")
    return (
        Fact(_("Gaps"), Figure(str(len(assessment.gaps)), made_from="gaps"), address("gaps")),
        Fact(
            _("of high severity"),
            Figure(str(high), made_from="gaps"),
            address("gaps", severity="high"),
            _first_deadline(reading),
        ),
        Fact(_("overdue"), Figure(str(overdue), made_from="gaps"), address("gaps", due="overdue")),
        Fact(
            _("Not observed"),
            Figure(str(tally.unobserved), "total.tally.unobserved"),
            "#doubt",
            tuple(_open_findings(reading)),
        ),
        _third(reading),
        Fact(
            _("Sites not visited"),
            missing,
            "#blank",
            say(_("of {all} registered"), all=Figure(str(total.registered), "total.registered")),
        ),
    )


def _first_deadline(reading: Reading) -> Sentence:
    """By when the first of the gaps of high severity is to be mended."""
    _ = reading.word
    days = [gap.deadline for gap in reading.assessment.gaps if gap.severity == "high" and gap.deadline is not None]
    if not days:
        return ()
    return say(_("the first by {day}"), day=Figure(min(days).isoformat(), made_from="gaps"))


def _open_findings(reading: Reading) -> Iterator[str | Figure]:
    """How findings count that nobody observed, and how many rest on contradictory data."""
    _, tally = reading.word, reading.assessment.total.tally
    if tally.unobserved or tally.invalid:
        yield _("count as 0") if reading.assessment.method.zero else _("do not count")
    if tally.invalid and _third(reading).address != "#doubt":
        yield from say(_("; contradictory: {n}"), n=Figure(str(tally.invalid), "total.tally.invalid"))

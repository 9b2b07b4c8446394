"""The total as values: the number, its level, how far it is from the pass mark, its parts and three rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from duibiao.reports import words as vocabulary
from duibiao.reports.cards_view import ranking
from duibiao.reports.figures import Bar, Figure, Sentence, half_up, loss_text, plain, say, say_text, signed, width
from duibiao.reports.losses_view import CRITERIA_SHOWN
from duibiao.reports.reading import Mark, Reading, StatusCount, share


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the ruler at ``at`` per cent of its length."""

    at: str
    text: str
    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """The score on a line with the levels and the pass mark."""

    zones: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    now: Tick | None
    label: str


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
class ScoreView:
    """The total: the number, its level, how far it is from the pass mark, what would close the gap."""

    name: str
    figure: Figure | None
    band: Mark | None
    verdict: Sentence
    headline: str
    points: tuple[Sentence, ...]
    ruler: Ruler
    rates: tuple[RateView, ...]
    facts: tuple[tuple[str, Sentence], ...]
    parts: tuple[PartRow, ...]
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
    verdict, headline, points = _verdict(reading, figure)
    return ScoreView(
        name=name,
        figure=figure,
        band=reading.band(total),
        verdict=verdict,
        headline=headline,
        points=points,
        ruler=_ruler(reading, figure),
        rates=tuple(_rates(reading)),
        facts=_score_facts(reading),
        parts=tuple(_parts(reading)),
        whole=whole,
        trust=reading.trust(total, "total"),
    )


def _rates(reading: Reading) -> Iterator[RateView]:
    """得分率, 及格率 and 符合率: three figures, three names."""
    _, assessment = reading.word, reading.assessment
    total = assessment.total
    sites = [site.card for site in assessment.sites if site.card is not None and site.card.score is not None]
    passing = sum(card.score >= reading.pass_mark for card in sites if card.score is not None)
    yield RateView(
        _("Score rate"),
        share(total.earned, total.possible, "total.earned total.possible"),
        _("points earned / points possible, all findings that count"),
    )
    yield RateView(
        _("Pass rate of sites"),
        share(passing, len(sites), "sites"),
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


def _score_facts(reading: Reading) -> tuple[tuple[str, Sentence], ...]:
    _, assessment = reading.word, reading.assessment
    tally, total = assessment.total.tally, assessment.total
    high = sum(gap.severity == "high" for gap in assessment.gaps)
    overdue = sum(reading.overdue(gap) for gap in assessment.gaps)
    return (
        (_("Gaps"), (Figure(str(len(assessment.gaps)), made_from="gaps"),)),
        (_("of high severity"), (Figure(str(high), made_from="gaps"),)),
        (_("overdue"), (Figure(str(overdue), made_from="gaps"),)),
        (_("Not observed"), (Figure(str(tally.unobserved), "total.tally.unobserved"),)),
        (_("Contradictory data"), (Figure(str(tally.invalid), "total.tally.invalid"),)),
        (
            _("Sites not visited"),
            (Figure(str(total.registered - total.sites), made_from="total.registered total.sites"),),
        ),
    )


def _made(reading: Reading) -> Iterator[Sentence]:
    """What stands between the parts and the total: caps, adjustments, gates, too little coverage."""
    _, assessment = reading.word, reading.assessment
    total, made = assessment.total, assessment.made
    titles = {name: rule.title for name, rule in assessment.method.rules.items()}
    if total.withheld:
        yield (_("Too little was looked at for a level and a place."),)
    if total.cap is not None and made.combined is not None:
        yield say(
            _("Held at {cap} by the veto of {criteria}; the parts alone give {score}."),
            cap=Figure(plain(total.cap), "made.cap"),
            criteria=reading.listed(titles[each] for each in total.capped_by),
            score=Figure(half_up(made.combined, reading.digits), made_from="made.combined"),
        )
    for index, line in enumerate(made.adjustments):
        if line.amount:
            yield say(
                _("{title}: {amount} after the total."),
                title=titles[line.criterion],
                amount=Figure(signed(line.amount), made_from=f"made.adjustments.{index}.amount"),
            )
    for part in made.gates_failed:
        yield say(
            _("{part} is below the mark that it must reach: the level is the lowest."),
            part=assessment.method.part_titles[part],
        )


def _verdict(reading: Reading, figure: Figure | None) -> tuple[Sentence, str, tuple[Sentence, ...]]:
    _, assessment = reading.word, reading.assessment
    score, mark = assessment.total.score, reading.pass_mark
    if score is None or figure is None:
        titles = {part.part: part.title for part in assessment.total.parts}
        without = [titles[part.part] for part in assessment.total.parts if part.score is None]
        why = say(_("No total: {parts} without data."), parts=reading.listed(without))
        return why, _("There is no total in this round."), tuple(_open_points(reading))
    # From the shown score, so that score, mark and distance add up for the reader too.
    distance = Figure(
        half_up(abs(Fraction(figure.text) - mark), len(figure.text.partition(".")[2])),
        made_from="total.score method.pass_mark",
    )
    pass_text = Figure(plain(mark), "method.pass_mark")
    losses = [(index, each.lost) for index, each in enumerate(assessment.results) if each.lost]
    if score >= mark:
        verdict = say(_("{n} above the pass mark of {mark}"), n=distance, mark=pass_text)
        first = losses[:CRITERIA_SHOWN]
        points = (
            [
                say(
                    _("{share} of the {lost} points lost lie in the {n} costliest criteria."),
                    share=share(sum((each for _index, each in first), Fraction(0)), 100 - score, "results total.score"),
                    lost=Figure(loss_text(100 - score, reading.digits), made_from="total.score"),
                    n=str(len(first)),
                )
            ]
            if losses and assessment.method.additive
            else []
        )
        headline = _("The pass mark is reached.")
    elif not assessment.method.additive:
        verdict = say(_("{n} short of the pass mark of {mark}"), n=distance, mark=pass_text)
        headline, points = _("The pass mark is not reached."), []
    else:
        verdict = say(_("{n} short of the pass mark of {mark}"), n=distance, mark=pass_text)
        gain, needed = Fraction(0), 0
        for _index, lost in losses:
            gain, needed = gain + lost, needed + 1
            if score + gain >= mark:
                break
        after = reading.score(score + gain, "")
        headline = say_text(_("Mending the {n} costliest criteria reaches the pass mark."), n=str(needed))
        points = [
            say(
                _("With all gaps of the {n} costliest criteria mended, the total would be {score}."),
                n=str(needed),
                score=Figure(after.text if after else "", made_from="total.score results"),
            )
        ]
    return verdict, headline, (*_made(reading), *points, *_open_points(reading))


def _open_points(reading: Reading) -> Iterator[Sentence]:
    _, assessment = reading.word, reading.assessment
    ranked = [(index, card) for index, card in ranking(assessment) if card.score is not None]
    if len(ranked) > 1:
        index, lowest = min(ranked, key=lambda each: (each[1].score or 0, each[1].id))
        figure = reading.score(lowest.score, f"areas.{index}.score")
        if figure is not None:
            yield say(_("Lowest area: {area}, {score}."), area=lowest.title, score=figure)
    high = [gap for gap in assessment.gaps if gap.severity == "high"]
    days = [gap.deadline for gap in high if gap.deadline is not None]
    if days:
        yield say(
            _("{n} gaps are of high severity; the earliest deadline is {day}."),
            n=Figure(str(len(high)), made_from="gaps"),
            day=Figure(min(days).isoformat(), made_from="gaps"),
        )
    tally, total = assessment.total.tally, assessment.total
    if tally.unobserved or tally.invalid:
        zero = _("{unobserved} findings were not observed and {invalid} rest on contradictory data; both count as 0.")
        aside = _("{unobserved} findings were not observed and {invalid} rest on contradictory data; neither count.")
        yield say(
            zero if assessment.method.zero else aside,
            unobserved=Figure(str(tally.unobserved), "total.tally.unobserved"),
            invalid=Figure(str(tally.invalid), "total.tally.invalid"),
        )
    valued = [(site.visit_value, site) for site in assessment.sites if site.visit_value]
    if valued:
        value, site = max(valued, key=lambda each: (each[0], each[1].site))
        index = reading.places_of[site.site]
        yield say(
            _("One more visit would settle most at {site} ({kind}): the bounds of the total close by {n}."),
            site=site.name,
            kind=reading.kind(site.site_type),
            n=Figure(loss_text(value, reading.digits), made_from=f"sites.{index}.visit_value"),
        )
    if total.registered > total.sites:
        yield say(
            _("{n} of {all} registered sites were not visited."),
            n=Figure(str(total.registered - total.sites), made_from="total.registered total.sites"),
            all=Figure(str(total.registered), "total.registered"),
        )


def _ruler(reading: Reading, figure: Figure | None) -> Ruler:
    _, levels, mark = reading.word, reading.assessment.catalogue.score.levels, reading.pass_mark
    shown = Fraction(figure.text) if figure else mark
    limits = sorted({Fraction(each.at_least) for each in levels if each.at_least is not None} | {mark})
    start = max(Fraction(0), Fraction((min(limits[0], shown) - 5) // 10 * 10))
    span = 100 - start

    def at(value: Fraction) -> Fraction:
        return (value - start) / span

    names = sorted((Fraction(each.at_least or 0), each.name) for each in levels)
    ends = [limit for limit, _name in names[1:]] + [Fraction(100)][: len(names)]
    zones = tuple(
        Bar(width(at(end) - at(max(begin, start))), reading.tones[name], width(at(max(begin, start))))
        for (begin, name), end in zip(names, ends, strict=True)
        if end > start
    )
    ticks = tuple(
        Tick(width(at(value)), plain(value), _("pass mark") if value == mark else "", anchor)
        for value, anchor in [(start, "start"), *((limit, "middle") for limit in limits), (Fraction(100), "end")]
    )
    now = Tick(width(at(shown)), figure.text, _("this round"), _anchor(at(shown))) if figure else None
    return Ruler(zones, ticks, now, say_text(_("{start} to 100, with levels and pass mark"), start=plain(start)))


def _anchor(at: Fraction) -> str:
    return "start" if at * 6 < 1 else "end" if at * 6 > 5 else "middle"

"""What the questionnaires say, as values: each figure with its interval beside the limits of the criteria that ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from duibiao.criteria.models import Question, SiteType
from duibiao.evaluator.estimates import Estimate
from duibiao.evaluator.formula_words import FormulaWords
from duibiao.reports.advice_view import advised_limit
from duibiao.reports.figures import Figure, Sentence, half_up, plain, say, say_text, width
from duibiao.reports.reading import Mark, Reading
from duibiao.reports.words import N_

DIGITS: Final = 1  # of a share in per cent
FOLDED: Final = 5  # fewer rows are not worth a fold
REASONS: Final = {
    "hidden": N_("not shown: too few people, or the figures of too few could be reckoned back"),
    "nobody": N_("not estimable: nobody gave an answer that counts"),
    "one-cluster": N_("no interval: all who answered are of one cluster, so nothing is known of how clusters differ"),
    "more-than-population": N_("no interval: there are more answers than people in a stratum"),
    "not-counts": N_("no interval: this is no share of people who were counted"),
    "contradictory": N_("not estimable: the counts contradict each other"),
}


@dataclass(frozen=True, slots=True)
class Whiskers:
    """An interval drawn to scale, 0 to 100 % of the length: its ends, its dot, the limits, and the same in words."""

    low: str
    length: str
    at: str
    limits: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One figure: of whom it speaks, its value and interval, how many answers, and what is to be said of it."""

    who: str
    inner: bool  # an area or a group, below everybody
    whiskers: Whiskers | None
    value: Figure | None
    interval: Figure | None
    answers: Figure | None
    verdicts: tuple[Mark, ...]
    notes: tuple[Sentence, ...]
    at_stake: bool  # a limit is missed, or lies within the error, or nobody can tell


@dataclass(frozen=True, slots=True)
class QuestionRows:
    """One question, or rate, with everybody first; ``told`` is how answers count and which limits they are held to.

    ``criteria`` are the titles of those that ask it, '' where none does.
    """

    text: str
    criteria: str
    told: str
    rows: tuple[EstimateRow, ...]

    @property
    def several(self) -> bool:
        """Whether areas or groups stand here."""
        return any(row.inner for row in self.rows)


@dataclass(frozen=True, slots=True)
class QuestionnaireView:
    """One questionnaire: what is at stake in ``questions``, the costliest first, and the ``rest``, which is folded."""

    title: str
    sentence: Sentence
    chosen: Sentence  # which questions stand first; nothing where all stand there
    questions: tuple[QuestionRows, ...]
    rest: tuple[QuestionRows, ...]
    folded: Sentence  # how many rows the rest has


Numbered = list[tuple[int, Estimate]]  # with their places in assessment.json


def questionnaires_view(reading: Reading) -> tuple[QuestionnaireView, ...]:
    """Every questionnaire that anybody answered in this round; questions by area and group, rates of counts in all."""
    kinds = reading.assessment.catalogue.site_types
    return tuple(_questionnaire(reading, name, kinds[name], keys) for name, keys in _by_question(reading).items())


def every_figure(reading: Reading) -> Iterator[tuple[str, Sentence, tuple[QuestionRows, ...]]]:
    """Of every questionnaire its title, what its intervals are, and each question with all its figures: of everybody,
    of every area and of every group."""
    for name, keys in _by_question(reading).items():
        kind = reading.assessment.catalogue.site_types[name]
        asked = tuple(_every(reading, kind, key, keys[key]) for key in (*kind.questions, *kind.rates) if key in keys)
        yield kind.title, _intervals(reading, kind), asked


def figures_of_areas(reading: Reading) -> dict[str, tuple[QuestionRows, ...]]:
    """By area each question, or rate, with the one figure of that area."""
    found: dict[str, list[QuestionRows]] = defaultdict(list)
    for name, keys in _by_question(reading).items():
        kind = reading.assessment.catalogue.site_types[name]
        for key in (*kind.questions, *kind.rates):
            of_areas = [(index, each) for index, each in keys.get(key, ()) if each.area]
            question = _question(reading, kind, key, keys[key]) if of_areas else None
            for index, each in of_areas:
                if question is not None and each.kind != "total":
                    row = replace(_row(reading, kind, index, each, _totals(of_areas).get(_whom(each))), inner=False)
                    found[each.area].append(replace(question, rows=(row,)))
    return {area: tuple(own) for area, own in found.items()}


def _by_question(reading: Reading) -> dict[str, dict[str, Numbered]]:
    """The estimates by questionnaire and question, or rate."""
    found: dict[str, dict[str, Numbered]] = defaultdict(lambda: defaultdict(list))
    for index, each in enumerate(reading.assessment.estimates):
        found[each.questionnaire][each.key].append((index, each))
    return found


def _intervals(reading: Reading, kind: SiteType) -> Sentence:
    """In what way the intervals of a questionnaire are made."""
    _ = reading.word
    confidence = f"{plain(Fraction(kind.confidence) * 100)}%"
    way = _("Clopper and Pearson") if kind.interval == "clopper_pearson" else _("Wilson")
    return say(
        _("Intervals of {confidence} for chance alone, by {way}; means ± t standard errors."),
        confidence=confidence, way=way,
    )  # fmt: skip


def _questionnaire(reading: Reading, name: str, kind: SiteType, keys: dict[str, Numbered]) -> QuestionnaireView:
    _, sentence = reading.word, _intervals(reading, kind)
    asked = [key for key in (*kind.questions, *kind.rates) if key in keys]
    questions = {key: _question(reading, kind, key, keys[key]) for key in asked}
    advised = _advised(reading)
    first = [key for key in asked if (name, key) == advised or any(row.at_stake for row in questions[key].rows)]
    first.sort(key=lambda key: -_lost(reading, keys[key]))
    shown = [_kept(questions[key], in_sight=True) for key in first or asked]
    rest = [_kept(questions[key], in_sight=False) if key in first or not first else questions[key] for key in asked]
    shown, rest = ([each for each in part if each.rows] for part in (shown, rest))
    folded = sum(len(each.rows) for each in rest)
    if folded < FOLDED:
        return QuestionnaireView(kind.title, sentence, (), tuple(questions.values()), (), ())
    chosen = say(
        _(
            "First the {n} of {all} questions with a limit that is missed or lies within the error, the costliest "
            "before the others."
        ),
        n=Figure(str(len(first)), made_from="estimates"), all=Figure(str(len(asked)), made_from="estimates"),
    )  # fmt: skip
    told = say(_("The other {n} rows"), n=Figure(str(folded), made_from="estimates"))
    return QuestionnaireView(kind.title, sentence, chosen if first else (), tuple(shown), tuple(rest), told)


def _advised(reading: Reading) -> tuple[str, str] | None:
    """The questionnaire and question that the advice beside the total names, if it names one."""
    found = advised_limit(reading)
    if found is None:
        return None
    each = reading.assessment.estimates[found[0]]
    return each.questionnaire, each.key


def _asking(estimates: Numbered) -> tuple[str, ...]:
    """The criteria that ask for one of these, each once."""
    return tuple(dict.fromkeys(limit.criterion for _, each in estimates for limit in each.thresholds))


def _lost(reading: Reading, estimates: Numbered) -> Fraction:
    """What the criteria that ask cost the total."""
    asking = _asking(estimates)
    return sum((each.lost for each in reading.assessment.results if each.id in asking), Fraction(0))


def _kept(question: QuestionRows, *, in_sight: bool) -> QuestionRows:
    """Of a question that stands first everybody and what is at stake, or what is left of it for the fold."""
    rows = tuple(row for row in question.rows if (row.at_stake or not row.inner) == in_sight)
    return replace(question, rows=rows)


def _question(reading: Reading, kind: SiteType, key: str, estimates: Numbered) -> QuestionRows:
    """One question by area and group; of a rate the figure of everybody, where there is one."""
    found = _every(reading, kind, key, estimates)
    everybody = () if key in kind.questions else tuple(row for row in found.rows if not row.inner)
    return replace(found, rows=everybody or found.rows)


def _every(reading: Reading, kind: SiteType, key: str, estimates: Numbered) -> QuestionRows:
    """One question, or rate, with all its figures."""
    _, question = reading.word, kind.questions.get(key)
    text = question.text if question else FormulaWords(kind, reading.word).written(kind.rates[key])
    limits = sorted({(each.limit.at, each.limit.side) for _, row in estimates for each in row.thresholds})
    told = list(_counting(reading, question)) if question is not None else []
    if limits:
        shown = reading.listed(f"{_SIDES[side]} {_percent(at)}" for at, side in limits)
        told.append(say_text(_("Limits: {limits}"), limits=shown))
    found = list(_rows(reading, kind, estimates))
    if question is None and not found[0].inner:
        found[0] = _with_areas(reading, kind, found[0], [each for _, each in estimates if each.area])
    criteria = reading.listed(reading.assessment.method.rules[name].title for name in _asking(estimates))
    return QuestionRows(text, criteria, _("; ").join(told), tuple(found))


def _rows(reading: Reading, kind: SiteType, estimates: Numbered) -> Iterator[EstimateRow]:
    """The figures of one question, everybody first, then areas, then groups; totals stand beside their shares."""
    totals = _totals(estimates)
    for index, each in sorted(estimates, key=lambda row: (bool(row[1].group), row[1].area)):
        if each.kind != "total":
            yield _row(reading, kind, index, each, totals.get(_whom(each)))


def _totals(estimates: Numbered) -> dict[tuple[str, str, str], int]:
    """Where the total of each area and group stands."""
    return {_whom(each): index for index, each in estimates if each.kind == "total"}


def _whom(each: Estimate) -> tuple[str, str, str]:
    return each.area, each.group, each.member


def _counting(reading: Reading, question: Question) -> Iterator[str]:
    """What counts as a yes, or what the words of the scale are worth, and what counts neither way."""
    _ = reading.word
    if question.scale:
        worth = reading.listed(f"{word} {_percent(Fraction(each))}" for word, each in question.scale.items())
        yield say_text(_("Mean of {answers}"), answers=worth)
    else:
        yield say_text(_("Share of {answers}"), answers=reading.listed(question.yes))
    if question.leave_out:
        yield say_text(_("counts neither way: {answers}"), answers=reading.listed(question.leave_out))


_SIDES: Final = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}


def _percent(value: Fraction) -> str:
    return f"{plain(value * 100)}%"


def _row(reading: Reading, kind: SiteType, index: int, each: Estimate, total: int | None) -> EstimateRow:
    path = f"estimates.{index}"
    value = interval = None
    if each.value is not None:
        of = f"{plain(each.yes)} / {plain(each.of)}" if each.yes is not None and each.of is not None else ""
        value = Figure(f"{half_up(each.value * 100, DIGITS)}%", made_from=f"{path}.value", of=of)
    if each.low is not None and each.high is not None:
        ends = [half_up(Fraction(repr(end)) * 100, DIGITS) for end in (each.low, each.high)]
        interval = Figure(f"{ends[0]}–{ends[1]}%", made_from=f"{path}.low {path}.high")
    return EstimateRow(
        who=_who(reading, kind, each),
        inner=bool(each.area or each.group),
        whiskers=_whiskers(reading, each),
        value=value,
        interval=interval,
        answers=Figure(str(each.answers), f"{path}.answers") if each.answers is not None else None,
        verdicts=tuple(_verdicts(reading, each)),
        notes=tuple(_notes(reading, path, each, total)),
        at_stake=any(limit.in_error is not False or not limit.holds for limit in each.thresholds),
    )


def _who(reading: Reading, kind: SiteType, each: Estimate) -> str:
    _ = reading.word
    if each.group:
        return say_text(_("{group}: {member}"), group=kind.groups[each.group], member=each.member)
    return reading.area_text(each.area) if each.area else _("Everybody")


def _whiskers(reading: Reading, each: Estimate) -> Whiskers | None:
    if each.value is None or each.low is None or each.high is None or each.value > 1:
        return None
    _ = reading.word
    low, high = Fraction(repr(each.low)), Fraction(repr(each.high))
    label = say_text(
        _("{value}, from {low} to {high}"),
        value=f"{half_up(each.value * 100, DIGITS)}%",
        low=f"{half_up(low * 100, DIGITS)}%", high=f"{half_up(high * 100, DIGITS)}%",
    )  # fmt: skip
    limits = sorted({each.limit.at for each in each.thresholds})
    return Whiskers(width(low), width(high - low), width(each.value), tuple(width(limit) for limit in limits), label)


def _verdicts(reading: Reading, each: Estimate) -> Iterator[Mark]:
    """The limits that are missed, and those that another sample might put it on the other side of, each said once."""
    _ = reading.word
    clear = {(known.limit.at, known.limit.side) for known in each.thresholds if not known.holds and not known.in_error}
    for at, side in sorted(clear):
        yield Mark("s-missed", say_text(_("{limit}: not reached"), limit=f"{_SIDES[side]} {_percent(at)}"))
    close = {(known.limit.at, known.limit.side, known.holds) for known in each.thresholds if known.in_error}
    for at, side, holds in sorted(close):
        told = _("{limit}: reached, but within the error") if holds else _("{limit}: not reached, but within the error")
        yield Mark("s-partial", say_text(told, limit=f"{_SIDES[side]} {_percent(at)}"))


def _notes(reading: Reading, path: str, each: Estimate, total: int | None) -> Iterator[Sentence]:
    _ = reading.word
    if each.reason is not None:
        yield (_(REASONS[each.reason]),)
    more = [(number, threshold) for number, threshold in enumerate(each.thresholds) if threshold.more is not None]
    if more:
        number, threshold = min(more, key=lambda pair: pair[1].more or 0)
        yield say(
            _("answers like these that would settle {limit}: about {n} more"),
            n=Figure(str(threshold.more), f"{path}.thresholds.{number}.more"), limit=_percent(threshold.limit.at),
        )  # fmt: skip
    if each.blank:
        yield say(_("no answer: {n}"), n=Figure(str(each.blank), f"{path}.blank"))
    if each.left_out:
        yield say(_("count neither way: {n}"), n=Figure(str(each.left_out), f"{path}.left_out"))
    if each.design_effect is not None and each.design_effect > 1:
        effect = Figure(half_up(each.design_effect, 2), f"{path}.design_effect")
        yield say(_("design effect {effect}"), effect=effect)
    if each.alone:
        yield say(
            _("strata with a single cluster, held against the mean of all: {n}"),
            n=Figure(str(each.alone), f"{path}.alone"),
        )
    of_all = reading.assessment.estimates[total] if total is not None else None
    if of_all is not None and of_all.value is not None:
        people = Figure(half_up(of_all.value, 0), f"estimates.{total}.value")
        population = Figure(str(of_all.population), f"estimates.{total}.population")
        yield say(_("about {people} of {population} people"), people=people, population=population)


def _with_areas(reading: Reading, kind: SiteType, row: EstimateRow, areas: Sequence[Estimate]) -> EstimateRow:
    """The row of everybody with the areas that it says nothing of, and those in which a limit lies within the error."""
    _, told = reading.word, []
    known = {each.area for each in areas if each.value is not None}
    here = [card.id for card in reading.assessment.areas if card.kind == kind.each and card.id]
    without = [reading.area_text(area) for area in here if area not in known]
    if without:
        told.append(say(_("without {areas}, of which there is no rate"), areas=reading.listed(without)))
    close = [reading.area_text(each.area) for each in areas if any(limit.in_error for limit in each.thresholds)]
    if close:
        told.append(say(_("a limit lies within the error in {areas}"), areas=reading.listed(close)))
    return replace(row, notes=(*row.notes, *told))

"""One finding explained: the formula with its values, the level that held, and what the next better level takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from duibiao.criteria.diagnostics import N_, advise
from duibiao.criteria.formula import Arithmetic, Name, Number, types_of
from duibiao.criteria.models import (
    Asked,
    Banded,
    Catalogue,
    Criterion,
    Deducted,
    Graded,
    Judged,
    Level,
    Linear,
    NOfM,
    YesNo,
)
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Gains, Status
from duibiao.evaluator.columns import E9, exact_e9, formula
from duibiao.evaluator.evaluate import share_e9
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.numerals import number, share
from duibiao.evaluator.seen import Seen
from duibiao.evaluator.seen_words import SeenWords
from duibiao.evaluator.spacing import fitted
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.visits import VISIT
from duibiao.evaluator.words import LIMIT_WORDS, Speaker, holds

NEXT_LEVEL: Final = N_("next better: {limits}, which gives {score}")
NEEDS_FIELD: Final = N_("{label} would have to be {limit} (seen: {seen}), all else the same")
NEEDS_NOTHING: Final = N_("nothing is missing")
NEEDS_CONDITION: Final = N_("would have to hold: {condition}")
NEEDS_GRADE: Final = N_("grade “{grade}” gives {score}")
NEEDS_FULL: Final = N_("full score at {full} (now {now})")
NEEDS_NO_LOSS: Final = N_("full score when nothing is deducted (now {lost} of {points} points lost)")
NEEDS_ALL: Final = N_("with {missing} missing it gives {score}")
NEEDS_MEMBERS: Final = N_("mend the lower of “{one}” and “{other}”")


class NoFinding(Exception):
    """There is no such finding; ``advice`` says what there is."""

    def __init__(self, asked: str, advice: str) -> None:
        self.asked, self.advice = asked, advice
        super().__init__(asked)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one finding is what it is. Scores are 0..1 in billionths, points are exact."""

    site: str
    name: str
    criterion: Criterion
    visit: str
    status: Status
    score_e9: int | None
    points: Decimal
    because: str
    values: tuple[tuple[str, str], ...]  # label, value as seen
    next_level: tuple[str, ...]
    calculation: tuple[str, ...] = ()  # the formulas of the rule as they stand in the catalogue, with the values
    gains: Gains | None = None  # of a gap


def explain(
    catalogue: Catalogue,
    submission: Submission,
    round_id: str,
    as_of: date,
    site: str,
    criterion: str,
    say: Callable[[str], str],
) -> tuple[Explanation, ...]:
    """The findings of one criterion at one site (several under ``each``).

    ``site`` is a key or a name, ``criterion`` an id, a title or an alias. Raises NoFinding.
    """
    sites = [row for row in submission.sites.iter_rows(named=True) if site in {row["site"], row["name"]}]
    if not sites:
        known = [str(name) for row in submission.sites.select("site", "name").iter_rows() for name in row]
        raise NoFinding(site, advise(site, known))
    judgement = judge_round(catalogue, submission, round_id, as_of)
    plan, evaluation = judgement.plan, judgement.evaluation
    rule_id = next(
        (each.id for each in plan.criteria.values() if criterion in {each.id, each.title, *each.aliases}), None
    )
    if rule_id is None:
        raise NoFinding(criterion, advise(criterion, list(plan.criteria)))
    keys = [row["site"] for row in sites]
    names = {row["site"]: row["name"] for row in sites}
    found = evaluation.findings.filter(pl.col("site").is_in(keys) & (pl.col("criterion") == rule_id))
    if found.is_empty():
        there = evaluation.findings.filter(pl.col("site").is_in(keys))["criterion"].unique().sort().to_list()
        raise NoFinding(rule_id, advise(rule_id, there))
    rows = {row[VISIT]: row for frame in evaluation.frames.values() for row in frame.iter_rows(named=True)}
    gaps = {}
    if found["status"].is_in(["partial", "missed"]).any():
        gaps = {gap.id: gap.gains for gap in assess_judgement(judgement).gaps}
    speakers = {name: Speaker(kind, say, catalogue) for name, kind in catalogue.site_types.items()}
    return tuple(
        _explained(speakers[row["site_type"]], plan.rules_of[row["site_type"]][rule_id], row,
                   rows[row[VISIT]], str(names[row["site"]] or row["site"]), gaps.get(f"{row[VISIT]}:{rule_id}"))
        for row in found.iter_rows(named=True)
    )  # fmt: skip


def _explained(
    speaker: Speaker,
    criterion: Criterion,
    found: Mapping[str, object],
    seen: Mapping[str, object],
    name: str,
    gains: Gains | None,
) -> Explanation:
    value, measure = found["value"], found["measure"]
    status = str(found["status"])
    because = speaker.because(
        criterion,
        status,
        seen,
        value if isinstance(value, int) else None,
        measure if isinstance(measure, float) else None,
        by_hand=bool(found["judged_by_hand"]),
    )
    score = share_e9(value, exact_e9(criterion.points), loses=bool(found["loses"])) if isinstance(value, int) else None
    read = speaker.read(criterion)
    raw = Seen({key: seen.get(f"#raw:{key}", seen.get(key)) for key in speaker.kind.fields}, speaker.kind.id)
    values = [
        (field.label, speaker.words().of_name(key, raw)) for key, field in speaker.kind.fields.items() if key in read
    ]
    waived: Status = "waived" if found["waived"] else status  # type: ignore[assignment]
    better = _next(speaker, criterion, seen, score, measure if isinstance(measure, float) else None, value)
    return Explanation(
        site=str(found["site"]),
        name=name,
        criterion=criterion,
        visit=str(found[VISIT]),
        status=waived,
        score_e9=score,
        points=criterion.points,
        because=because,
        values=tuple(values),
        next_level=better,
        calculation=tuple(speaker.calculated(each, seen, criterion.id) for each in _formulas(criterion)),
        gains=gains,
    )


def _formulas(criterion: Criterion) -> tuple[str, ...]:
    """The formulas of a rule over the fields of its site type."""
    match criterion:
        case YesNo(pass_=text):
            return (text,)
        case Banded(rate=text) | Linear(rate=text):
            return (text,)
        case Deducted(deduct=entries):
            return tuple(each.each for each in entries)
        case NOfM(of=conditions):
            return conditions
        case _:
            return ()


def _next(
    speaker: Speaker,
    criterion: Criterion,
    seen: Mapping[str, object],
    score: int | None,
    measure: float | None,
    value: object,
) -> tuple[str, ...]:
    """What the next better level asks, and what it takes where one count decides it."""
    say = speaker.say
    if score is None:
        return ()
    if score == E9:
        return (say(NEEDS_NOTHING),)
    match criterion:
        case YesNo(pass_=text):
            return (fitted(say(NEEDS_CONDITION), condition=speaker.words().words.item(text)),)
        case Banded(rate=text, levels=levels) if measure is not None:
            return _next_level(speaker, levels, score, (speaker.words(), text), seen)
        case Asked(levels=levels):
            return _next_level(speaker, levels, score, speaker.measure(criterion.ask), None)
        case Linear(full_at=full, zero_at=none, rate=text) if measure is not None:
            marks = (full, none)
            full_at = speaker.words().words.amount(full, text, marks)
            now = speaker.words().amount(measure, speaker.formula(text), marks)
            return (fitted(say(NEEDS_FULL), full=full_at, now=now),)
        case Graded(grade=key):
            return _next_grade(speaker, speaker.kind.fields[key].scale, score)
        case Judged(judged="grade"):
            return _next_grade(speaker, criterion.scale, score)
        case Deducted() | Judged(judged="deduction"):
            lost = share(value) if isinstance(value, int) else "-"
            return (fitted(say(NEEDS_NO_LOSS), lost=lost, points=number(criterion.points)),)
        case NOfM(levels=levels):
            better = [each for each in levels if exact_e9(each.score) > score]
            each = better[-1] if better else levels[0]
            return (fitted(say(NEEDS_ALL), missing=each.missing, score=speaker.score(exact_e9(each.score))),)
        case Judged():
            return (fitted(say(NEEDS_CONDITION), condition=criterion.title),)
    both = [speaker.title(each) for each in criterion.both] if criterion.kind == "both" else []
    return (fitted(say(NEEDS_MEMBERS), one=both[0], other=both[1]),) if both else ()


def _next_grade(speaker: Speaker, scale: Mapping[str, Decimal], score: int) -> tuple[str, ...]:
    better = sorted((exact_e9(each), word) for word, each in scale.items() if exact_e9(each) > score)
    return (fitted(speaker.say(NEEDS_GRADE), grade=better[0][1], score=speaker.score(better[0][0])),) if better else ()


def _next_level(
    speaker: Speaker,
    levels: tuple[Level, ...],
    score: int,
    of: tuple[SeenWords, str],
    seen: Mapping[str, object] | None,
) -> tuple[str, ...]:
    better = [level for level in levels if exact_e9(level.score) > score]
    if not better:
        return ()
    level = min(better, key=lambda each: each.score)
    words, text = of
    limits = speaker.limits(level, words.words, text, levels)
    told = [fitted(speaker.say(NEXT_LEVEL), limits=limits, score=speaker.score(exact_e9(level.score)))]
    if seen is not None:
        told += _needed(speaker, text, level, seen)
    return tuple(told)


def _needed(speaker: Speaker, text: str, level: Level, seen: Mapping[str, object]) -> list[str]:
    """The count that would just reach a level, where the rate is one count over another, or one field by itself."""
    match formula(text, types_of(speaker.kind.fields), "number"):
        case Arithmetic(op="/", left=Name(key=key), right=Name(key=below)):
            divisor = seen.get(below)
        case Arithmetic(op="/", left=Name(key=key), right=Number(value=fixed)):
            divisor = float(fixed)
        case Name(key=key):
            divisor = 1.0
        case _:
            return []
    field, now = speaker.kind.fields.get(key), seen.get(key)
    if field is None or field.formula is not None or field.kind != "count":
        return []
    if not isinstance(divisor, float) or divisor <= 0 or not isinstance(now, float):
        return []
    at_least = level.at_least if level.at_least is not None else level.above
    at_most = level.at_most if level.at_most is not None else level.below
    limit, side = (at_least, "at_least") if at_least is not None else (at_most, "at_most")
    assert limit is not None
    step = 1 if side == "at_least" else -1
    value = math.floor(float(limit) * divisor) - 2 * step
    while not holds(level, value / divisor) and abs(value - float(limit) * divisor) < 5:
        value += step
    if not holds(level, value / divisor) or value < 0:
        return []
    words = speaker.words()
    needed = fitted(speaker.say(LIMIT_WORDS[side]), limit=words.words.amount(Decimal(value), key))
    return [
        fitted(
            speaker.say(NEEDS_FIELD),
            label=words.words.label(key),
            limit=needed,
            seen=words.of_name(key, Seen({key: now}, speaker.kind.id)),
        )
    ]

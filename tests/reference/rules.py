"""One visit judged by one criterion: the kinds of rule (4.2) and the order in which a status is decided (5)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from . import formula
from .catalogue import SPECIAL, Record, entries, kind, reads
from .data import NO, YES, Row
from .look import Estimate, Look
from .numeric import Arithmetic, Number

NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Rule:
    """A criterion in force at one form, with what it reads worked out once."""

    record: Record
    kind: str
    reads: frozenset[str]
    points: Fraction

    @property
    def id(self) -> str:
        """The criterion's id."""
        return str(self.record["id"])

    @property
    def deducts(self) -> bool:
        """Whether points are taken off, so that points lost are the whole billionths."""
        return self.kind == "deduct" or self.record.get("judged") == "deduction"


def rule_of(record: Record) -> Rule:
    """The rule of a criterion as `Catalogue.in_force` gives it."""
    return Rule(record, kind(record), reads(record), Fraction(record.get("points", "1")))


@dataclass(frozen=True)
class Judgement:
    """What one visit says of one criterion: status, score 0..1 or None, and the numbers that were compared."""

    status: str
    score: Fraction | None
    compared: tuple[tuple[Number, Number], ...] = ()


# --- the kinds of rule ------------------------------------------------------------------------------------------------


def judge(rule: Rule, look: Look) -> Judgement:
    """The status in the order of section 5: not applicable, (waived later,) invalid, unobserved, else the points."""
    look.criterion = rule.id
    look.compared = []
    applies = formula.condition(rule.record["applies"], look) if "applies" in rule.record else True
    if applies is False:
        return Judgement(NOT_APPLICABLE, None, tuple(look.compared))
    verdict = look.visit.verdicts.get(rule.id, {})
    if rule.kind == "judged" and verdict_of(rule, look, verdict) == "不适用":
        return Judgement(NOT_APPLICABLE, None)
    sources = read_by(rule, look)
    if any(each.contradicted(names) for each, names in sources):
        return Judgement("invalid", None, limits_of(sources))
    look.compared = []
    score = lower_bound(rule, look, score_of(rule, look))
    if applies is None:
        score = None
    if score is None and rule.kind != "judged" and verdict:  # it counts only where the fields do not decide (6)
        if verdict.get("result") == "不适用":
            return Judgement(NOT_APPLICABLE, None)
        look.compared = []
        score = score_of_verdict(rule, look, verdict)
    return Judgement(status_of(score), score, tuple(look.compared))


def status_of(score: Fraction | None) -> str:
    """unobserved, met, missed or partial."""
    if score is None:
        return "unobserved"
    return {Fraction(1): "met", Fraction(0): "missed"}.get(score, "partial")


def lower_bound(rule: Rule, look: Look, score: Fraction | None) -> Fraction | None:
    """On an incomplete visit the count of problems is a lower bound: missed if it takes all, else unobserved (5)."""
    counts = rule.reads & {"problems", "deducted"} and look.visit.problems.get(rule.id)
    return score if look.visit.complete or not counts or score == 0 else None


def read_by(rule: Rule, look: Look) -> list[tuple[Look, frozenset[str]]]:
    """What a rule reads, and where: the visit's own fields, and for `ask` the counts of the questionnaire."""
    if rule.kind != "ask":
        return [(look, rule.reads)]
    counts = counts_for(rule, look)
    names = formula.parse(look.world.catalogue.rate(rule.record["ask"])[1]).names
    return [(look, rule.reads), (counts, names)] if counts else [(look, rule.reads)]


def limits_of(sources: list[tuple[Look, frozenset[str]]]) -> tuple[tuple[Number, Number], ...]:
    """The values and limits of the fields that were read."""
    pairs = [(each, name) for each, names in sources for name in sorted(names - SPECIAL)]
    return tuple((value, bound) for each, name in pairs for value, _, bound in each.limited(name))


def score_of(rule: Rule, look: Look) -> Fraction | None:
    """The score 0..1 by the rule's kind, None for unknown (4.2)."""
    record, arithmetic = rule.record, look.arithmetic
    match rule.kind:
        case "pass":
            return yes_no(formula.condition(record["pass"], look))
        case "banded":
            return banded(look.amount(record["rate"]), record["levels"], look)
        case "linear":
            return linear(look.amount(record["rate"]), record, look)
        case "grade":
            word = look.value(record["grade"])
            scale = look.fields[record["grade"]]["scale"]
            return None if word is None else fixed(scale[word], arithmetic)
        case "deduct":
            return deduct(rule, look)
        case "of":
            return n_of_m(record, look)
        case "judged":
            return judged(rule, look)
        case "ask":
            return ask(rule, look)
    raise ValueError(rule.kind)


def yes_no(holds: bool | None) -> Fraction | None:
    """1, 0 or unknown."""
    return None if holds is None else Fraction(int(holds))


def fixed(text: str, arithmetic: Arithmetic) -> Fraction:
    """A score written in the catalogue, in whole billionths."""
    return arithmetic.score(formula.as_number(arithmetic.read(text)))


def banded(x: Number | None, levels: list[Record], look: Look | Estimate) -> Fraction | None:
    """The score of the first level that holds, else 0."""
    if x is None:
        return None
    for level in levels:
        if False not in [holds(x, key, level[key], look) for key in BOUNDS if key in level]:
            return fixed(level["score"], look.arithmetic)
    return Fraction(0)


BOUNDS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


def holds(x: Number, key: str, limit: str, look: Look | Estimate) -> bool:
    """One bound of a level, by the limit rule."""
    bound = formula.as_number(look.arithmetic.read(limit))
    look.compared.append((x, bound))
    return look.arithmetic.holds(x, BOUNDS[key], bound)


def linear(x: Number | None, record: Record, look: Look) -> Fraction | None:
    """On the straight line from `zero_at` to `full_at`, in either direction, clipped to 0..1."""
    if x is None:
        return None
    full, zero = (formula.as_number(look.arithmetic.read(record[key])) for key in ("full_at", "zero_at"))
    look.compared += [(x, full), (x, zero)]
    return look.arithmetic.score((x - zero) / (full - zero))


def deduct(rule: Rule, look: Look) -> Fraction | None:
    """Points lost per problem; unknown while an entry is, unless the known ones already take all (4.2)."""
    lost, complete = 0, True
    for entry in entries(rule.record):
        each = look.amount(entry["each"])
        if each is None:
            complete = False
        else:
            lost += points_lost(each, entry, rule, look)
    look.compared.append((Fraction(lost, 10**9), rule.points))
    left = remaining(lost, rule, look.arithmetic)
    return left if complete or left == 0 else None


def points_lost(each: Number, entry: Record, rule: Rule, look: Look) -> int:
    """What one entry takes, in billionths of a point: nothing below 0, at most `at_most` and the whole criterion."""
    price = formula.as_number(look.arithmetic.read(entry.get("points", "1")))
    most = [Fraction(entry["at_most"])] if "at_most" in entry else []
    cap = min([*most, rule.points])
    look.compared.append((each, cap / Fraction(price)))
    return look.arithmetic.billionths(min(max(each, 0) * price, cap))


def remaining(lost: int, rule: Rule, arithmetic: Arithmetic) -> Fraction:
    """The score left after so many billionths of a point: 1 - lost/points, never below 0 (4.5)."""
    return max(Fraction(0), 1 - Fraction(lost, arithmetic.billionths(rule.points)))


def n_of_m(record: Record, look: Look) -> Fraction | None:
    """By how many conditions are missing; unknown unless every way of filling the unknown ones gives one score."""
    answers = [formula.condition(each, look) for each in record["of"]]
    fewest = answers.count(False)
    levels = record.get("levels", [{"missing": "0", "score": "1"}])
    look.compared += [(Fraction(fewest), Fraction(level["missing"])) for level in levels]
    ways = {by_missing(fewest + more, levels, look.arithmetic) for more in range(answers.count(None) + 1)}
    return ways.pop() if len(ways) == 1 else None


def by_missing(missing: int, levels: list[Record], arithmetic: Arithmetic) -> Fraction:
    """The first level that allows so many missing, else 0."""
    held = [level for level in levels if missing <= int(level["missing"])]
    return fixed(held[0]["score"], arithmetic) if held else Fraction(0)


# --- verdicts ---------------------------------------------------------------------------------------------------------


def verdict_of(rule: Rule, look: Look, verdict: Row) -> str:
    """The inspector's word on a judged criterion: a check row's, else the cell under the criterion's id."""
    if verdict.get("result") == "不适用":
        return "不适用"
    column = {"grade": "grade", "deduction": "deduction"}.get(rule.record.get("judged", ""), "result")
    return verdict.get(column) or look.visit.row.get(rule.id, "")


def judged(rule: Rule, look: Look) -> Fraction | None:
    """The verdict's score: yes or no, a word of the scale, or points taken off."""
    text = verdict_of(rule, look, look.visit.verdicts.get(rule.id, {}))
    if not text:
        return None
    match rule.record["judged"]:
        case "yes_no":
            return yes_no_word(text)
        case "grade":
            return fixed(rule.record["scale"][text], look.arithmetic)
    return taken_off(text, rule, look)


def yes_no_word(text: str) -> Fraction:
    """符合 or 不符合."""
    if text not in YES | NO:
        raise ValueError(text)
    return Fraction(int(text in YES))


def taken_off(text: str, rule: Rule, look: Look) -> Fraction:
    """A verdict in points taken off."""
    lost = max(Fraction(0), Fraction(text))
    look.compared.append((lost, rule.points))
    return remaining(look.arithmetic.billionths(min(lost, rule.points)), rule, look.arithmetic)


def score_of_verdict(rule: Rule, look: Look, verdict: Row) -> Fraction | None:
    """What a check row says of a criterion that its fields leave open."""
    if "result" in verdict:
        return yes_no_word(verdict["result"])
    if "grade" in verdict:
        return fixed(look.fields[rule.record["grade"]]["scale"][verdict["grade"]], look.arithmetic)
    return taken_off(verdict["deduction"], rule, look) if "deduction" in verdict else None


# --- questionnaires ---------------------------------------------------------------------------------------------------


def counts_for(rule: Rule, look: Look) -> Look | None:
    """The visit with the counts that `ask` reads: its own on the questionnaire itself, else the nearest area's above."""
    questionnaire, _ = look.world.catalogue.rate(rule.record["ask"])
    if look.visit.site.form == questionnaire:
        return look
    level = look.world.catalogue.forms[questionnaire]["each"]
    return look.counted.get((questionnaire, look.world.areas.at(look.visit.site.area, level)))


def ask(rule: Rule, look: Look) -> Fraction | None:
    """From the estimate of a rate of counts; one that divides by 0 is not estimable."""
    counts = counts_for(rule, look)
    rate = counts.amount(look.world.catalogue.rate(rule.record["ask"])[1]) if counts else None
    estimate = Estimate(rate, look.arithmetic, look.compared)
    if "pass" in rule.record:
        return yes_no(formula.condition(rule.record["pass"], estimate))
    return banded(rate, rule.record["levels"], estimate)

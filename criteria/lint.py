"""What the schema of a criterion cannot say (design 4.4): rules that cannot work, and what readers are owed.

``lint_catalogue`` gives everything that loading found and everything found here; what needs the evaluator (cases,
samples) is joined to it by ``evaluator/cases.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from duibiao.criteria.diagnostics import N_, Diagnostic, Position, diagnose
from duibiao.criteria.divisors import check_divisions
from duibiao.criteria.formula import Expression, Type, parse_formula, types_of
from duibiao.criteria.intervals import Interval, World, own_limits, world_of
from duibiao.criteria.language import gettext
from duibiao.criteria.levels import Judgement, judge_levels, judge_missing, shown_range
from duibiao.criteria.load import Reading
from duibiao.criteria.models import (
    Asked,
    Banded,
    Catalogue,
    Criterion,
    DatedCriterion,
    Deducted,
    Field,
    Graded,
    Information,
    Judged,
    Linear,
    NOfM,
    SiteType,
    TwoMethods,
    YesNo,
)
from duibiao.criteria.provenance import check_provenance
from duibiao.criteria.references import entry_path, text_form
from duibiao.criteria.score_range import score_range
from duibiao.criteria.shapes import ADVICE, KEYS_WITH_VALUES, misshapen
from duibiao.criteria.yaml_text import Node

MAX_LEVELS: Final = 60
WITHOUT_CASE: Final = (Judged, Information)


def lint_catalogue(reading: Reading) -> list[Diagnostic]:
    """Every mistake of a catalogue that needs no evaluation, sorted by file and line."""
    found = set(reading.diagnostics)
    if reading.catalogue is not None:
        found.update(_fields(reading))
        found.update(check_divisions(reading))
        with_cases = _with_cases(reading)
        for dated in reading.catalogue.criteria:
            found.update(rule_mistakes(reading, dated))
            found.update(_owed(reading, dated, with_case=dated.id in with_cases))
        found.update(_cases_beside_nothing(reading))
        found.update(_case_shapes(reading))
        found.update(check_provenance(reading.catalogue, reading.raw))
    return sorted(found)


def rule_mistakes(reading: Reading, dated: DatedCriterion) -> list[Diagnostic]:
    """What is wrong with the rule of one criterion, at every date and on every site type."""
    assert reading.catalogue is not None
    found: list[Diagnostic] = []
    for version in dated.versions:
        for name in version.criterion.site_types:
            kind = reading.catalogue.site_types.get(name)
            if kind is not None:
                node = node_of(reading, dated.id, version.start, name)
                found += _Rule(reading.catalogue, node, version.on(name), kind).check()
    return found


def node_of(reading: Reading, criterion: str, start: date | None, site_type: str) -> Node:
    """What the files write of a criterion from ``start`` on, on one site type."""
    own = reading.versions.get((criterion, start, site_type))
    return own if own is not None else reading.versions[criterion, start, None]


class _Rule:
    """Checks one rule as it stands on one site type, over what its fields can be where it applies."""

    def __init__(self, catalogue: Catalogue, node: Node, criterion: Criterion, kind: SiteType) -> None:
        self.catalogue = catalogue
        self.node = node
        self.criterion = criterion
        self.kind = kind
        self.names = types_of(kind.fields)

    def check(self) -> Iterator[Diagnostic]:
        """Levels that cannot be right, and a rule that can never pass or never fail."""
        world: World | None = world_of(self.kind.fields, self.kind.id)
        applies = self._parsed(self.criterion.applies, "yes_no")
        if world is not None and applies is not None:
            world = world.assume(applies, True)
        if world is None:
            yield self._never(("applies",), gettext("hold"), _always(False))
        else:
            yield from self._rule(world)
            yield from self._veto()

    def _veto(self) -> Iterator[Diagnostic]:
        """A veto acts while its criterion is missed, so there must be a way to miss it, and a cap below 100."""
        veto = self.criterion.veto
        if veto is None:
            return
        reasons = []
        if self._lowest() > 0:
            reasons.append(gettext("the lowest score of the criterion is {score}").format(score=self._lowest()))
        if min(cap for cap in (veto.site, veto.total) if cap is not None) >= 100:
            reasons.append(gettext("a cap of 100 caps nothing"))
        for reason in reasons:
            yield diagnose("veto-never", self.node.position("veto"), id=self.criterion.id, reason=reason)

    def _lowest(self) -> Fraction:
        """The lowest score; of a deduction what is left when every entry takes all that it may."""
        points = Fraction(self.criterion.points)
        if isinstance(self.criterion, Deducted) and points:
            most = [min(points, Fraction(each.at_most or points)) for each in self.criterion.deduct]
            return 1 - min(points, sum(most, Fraction(0))) / points
        if isinstance(self.criterion, TwoMethods):
            by_id = {dated.id: dated for dated in self.catalogue.criteria}
            lowest = [
                _Rule(self.catalogue, self.node, version.on(name), self.catalogue.site_types[name])._lowest()
                for member in self.criterion.both if member in by_id
                for version in by_id[member].versions
                for name in version.criterion.site_types if name in self.catalogue.site_types
                if not isinstance(version.criterion, TwoMethods)
            ]  # fmt: skip
            return min(lowest, default=Fraction(0))
        if isinstance(self.criterion, Graded) and self.criterion.grade not in self.kind.fields:
            return Fraction(0)  # told elsewhere
        return score_range(self.criterion, self.kind.fields)[0]

    def _parsed(self, text: str | None, wanted: Type) -> Expression | None:
        return None if text is None else parse_formula(text, self.names, wanted)[0]

    def _never(self, path: tuple[str | int, ...], what: str, reason: str) -> Diagnostic:
        return diagnose("never", self.node.position(*path), what=what, reason=reason)

    def _rule(self, world: World) -> Iterator[Diagnostic]:
        written = self.node.find("levels")
        if written is not None and len(written.items) > MAX_LEVELS:
            found, advice = str(len(written.items)), gettext(ADVICE["too_long"]).format(max_length=MAX_LEVELS)
            yield diagnose("wrong-type", written.at, what="levels", found=found, advice=advice)
            return
        match self.criterion:
            case YesNo(pass_=text):
                yield from self._condition(world, ("pass",), text)
            case Banded(rate=text, levels=levels):
                rate = self._parsed(text, "number")
                if rate is not None:
                    judged = judge_levels(levels, world.interval(rate))
                    yield from self._levels(judged, shown_range(world.interval(rate)))
            case Linear(rate=text, full_at=full_at, zero_at=zero_at):
                rate = self._parsed(text, "number")
                if rate is not None:
                    yield from self._line(world, rate, Fraction(full_at), Fraction(zero_at))
            case Graded(grade=key):
                yield from self._scale(world, key)
            case Judged(scale=scale) if scale:
                yield from self._ends([Fraction(each) for each in scale.values()], self.node.position("scale"))
            case Deducted():
                yield from self._deductions(world, self.criterion)
            case NOfM(of=conditions):
                yield from self._conditions(world, conditions, self.criterion)
            case Asked():
                yield from self._asked(self.criterion)
            case Judged() | TwoMethods() | Information():
                pass

    def _condition(self, world: World, path: tuple[str | int, ...], text: str) -> Iterator[Diagnostic]:
        condition = self._parsed(text, "yes_no")
        if condition is None:
            return
        if world.assume(condition, True) is None:
            yield self._never(path, gettext("pass"), _always(False))
        if world.assume(condition, False) is None:
            yield self._never(path, gettext("fail"), _always(True))

    def _levels(self, judged: Judgement, range_: str) -> Iterator[Diagnostic]:
        for mistake in judged.mistakes:
            yield diagnose(mistake.code, self.node.position("levels", mistake.index), **dict(mistake.values))
        if judged.mistakes:
            return
        at = ("levels",) if self.node.find("levels") is not None else ("of",)
        if Fraction(1) not in judged.scores:
            reason = gettext("no level with score 1 holds where the rate is {range}").format(range=range_)
            yield self._never(at, gettext("pass"), reason)
        if Fraction(0) not in judged.scores:
            reason = gettext("every score is above 0 where the rate is {range}").format(range=range_)
            yield self._never(at, gettext("fail"), reason)

    def _line(self, world: World, rate: Expression, full_at: Fraction, zero_at: Fraction) -> Iterator[Diagnostic]:
        values = world.interval(rate)
        rising = full_at > zero_at
        reason = gettext("the rate is {range}").format(range=shown_range(values))
        if values.high < full_at if rising else values.low > full_at:
            yield self._never(("full_at",), gettext("pass"), reason)
        if values.low > zero_at if rising else values.high < zero_at:
            yield self._never(("zero_at",), gettext("fail"), reason)

    def _scale(self, world: World, key: str) -> Iterator[Diagnostic]:
        field = self.kind.fields.get(key)
        if field is None or not field.scale:
            return
        words = world.words.get(key) or frozenset()
        scores = [Fraction(score) for word, score in field.scale.items() if text_form(word) in words]
        yield from self._ends(scores, self.node.position("grade"))

    def _ends(self, scores: Sequence[Fraction], at: Position) -> Iterator[Diagnostic]:
        for end, what in ((1, gettext("pass")), (0, gettext("fail"))):
            if end not in scores:
                reason = gettext("no word of the scale is worth {score}").format(score=end)
                yield diagnose("never", at, what=what, reason=reason)

    def _deductions(self, world: World, criterion: Deducted) -> Iterator[Diagnostic]:
        for index, entry in enumerate(criterion.deduct):
            path = entry_path(self.node, "deduct", index, "each")
            each = self._parsed(entry.each, "number")
            if each is None:
                continue
            values = world.interval(each)
            reason = gettext("{text} is {range}").format(text=entry.each, range=shown_range(values))
            if values.low > 0:
                yield self._never(path, gettext("pass"), reason)
            if values.high <= 0:
                yield self._never(path, gettext("fail"), reason)

    def _conditions(self, world: World, conditions: Sequence[str], criterion: NOfM) -> Iterator[Diagnostic]:
        found = [each for index, text in enumerate(conditions) for each in self._condition(world, ("of", index), text)]
        yield from found
        parsed = [each for text in conditions if (each := self._parsed(text, "yes_no")) is not None]
        if len(parsed) < len(conditions):
            return
        fewest = sum(world.assume(each, True) is None for each in parsed)
        most = sum(world.assume(each, False) is not None for each in parsed)
        judged = judge_missing(criterion.levels, len(conditions), fewest, most)
        if not found:
            number = gettext("{number} conditions").format(number=len(conditions))
            yield from self._levels(judged, number)

    def _asked(self, criterion: Asked) -> Iterator[Diagnostic]:
        questionnaire, rate = criterion.ask.split(".")
        asked = self.catalogue.site_types.get(questionnaire)
        if asked is None or rate not in asked.asked_for:
            return
        if rate in asked.questions:
            question = asked.questions[rate]
            worth = [Fraction(each) for each in question.scale.values()] or [Fraction(0), Fraction(1)]
            values = Interval(min(worth), max(worth))
        else:
            expression, _ = parse_formula(asked.rates[rate], types_of(asked.fields), "number")
            if expression is None:
                return
            values = world_of(asked.fields, asked.id).interval(expression)
        if criterion.pass_ is None:
            yield from self._levels(judge_levels(criterion.levels, values), shown_range(values))
            return
        self.names = {"rate": "number"}
        yield from self._condition(World(numbers={"rate": values}), ("pass",), criterion.pass_)


def _always(truth: bool) -> str:
    if truth:
        return gettext("within the limits of its fields the condition is always true")
    return gettext("within the limits of its fields the condition is always false")


def _fields(reading: Reading) -> Iterator[Diagnostic]:
    """Fields whose limits exclude each other."""
    nodes: list[tuple[Mapping[str, Field], Node | None]] = []
    assert reading.catalogue is not None
    for kind in reading.catalogue.site_types.values():
        nodes.append((kind.fields, reading.raw.forms[kind.id][0].find("fields")))
        nodes += [(kind.fields, node) for node in reading.raw.shared_fields.values()]
    for fields, node in nodes:
        for key, field in fields.items():
            own = node.find(key) if node is not None else None
            if own is not None and own_limits(field).empty:
                reason = gettext("at_least is above at_most")
                yield diagnose("never", own.position("at_most"), what=gettext("be within its limits"), reason=reason)


def _owed(reading: Reading, dated: DatedCriterion, *, with_case: bool) -> Iterator[Diagnostic]:
    """Source, remedy, look_for and a case: what a reader of the criterion needs."""
    criteria = [version.on(name) for version in dated.versions for name in version.criterion.site_types]
    at = reading.raw.criteria[dated.id].node.position("id")
    scored = [each for each in criteria if not isinstance(each, Information)]
    if not all(each.source for each in scored):
        yield diagnose("no-source", at, id=dated.id)
    if not all(each.remedy for each in scored):
        yield diagnose("no-remedy", at, id=dated.id)
    if not all(each.look_for for each in scored):
        yield diagnose("no-look-for", at, id=dated.id)
    if not with_case and any(not isinstance(each, WITHOUT_CASE) for each in criteria):
        file = reading.raw.criteria[dated.id].file.rsplit(".", 1)[0]
        if dated.id in reading.raw.judged_anew:  # by an overlay, whose own cases stand beside its catalogue.yaml
            file = f"{reading.raw.judged_anew[dated.id]}/catalogue"
        yield diagnose("no-case", at, id=dated.id, file=f"{file}.cases.yaml")


def _with_cases(reading: Reading) -> frozenset[str]:
    """The criteria of which some case expects something."""
    cases = [case for node in reading.raw.cases_in_force() for case in node.items]
    expected = [each for case in cases if (each := case.find("expect")) is not None]
    return frozenset(key for each in expected for key in each.mapping)


def _cases_beside_nothing(reading: Reading) -> Iterator[Diagnostic]:
    """Files of cases whose criteria file does not exist: their name is misspelt."""
    raw = reading.raw
    files = [file for _, file in raw.forms.values()] + list(raw.shared_fields)
    stems = {file.split("/", 1)[-1].rsplit(".", 1)[0] for file in files} | {"catalogue"}  # there an overlay changes
    for file, node in raw.cases.items():
        stem = file.split("/", 1)[-1].rsplit(".", 1)[0].removesuffix(".cases")
        if stem not in stems:
            nothing = gettext("there is no {file} that these cases belong to").format(file=f"{stem}.yaml")
            yield diagnose("misplaced-file", node.at, what=nothing)


def _case_shapes(reading: Reading) -> Iterator[Diagnostic]:
    """Cases that would be passed over because what they see or expect is no mapping."""
    for node in reading.raw.cases.values():
        for case in node.items:
            for key in ("seen", "expect", "problems", "deducted"):
                child = case.find(key)
                if child is not None and (not isinstance(child.value, dict) or (key == "expect" and not child.value)):
                    yield misshapen(child, key, KEYS_WITH_VALUES)
            complete = case.find("complete")
            if complete is not None and not isinstance(complete.value, bool):
                yield misshapen(complete, "complete", N_("write true or false"))

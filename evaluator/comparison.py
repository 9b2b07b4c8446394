"""Why the score changed between two assessments: the total's change split exactly into steps from the old to the new.

The old data are held against the new criteria; sites that are gone leave; findings that have come into the count or
left it follow; then findings with another result; then the new sites; last what adjusts the total (honours, the
negative list), wherever it was found. Each step is the total after it minus the total before it, so that the steps add
up to the whole change whatever the method.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final, Literal

import polars as pl

from duibiao.criteria.models import Catalogue, Place
from duibiao.evaluator.assessment import COUNTED
from duibiao.evaluator.judgement import Judgement, judge_round, total_of
from duibiao.evaluator.method import Method
from duibiao.evaluator.submission import Submission, visit_columns
from duibiao.evaluator.visits import rounds_of

Cause = Literal["criteria", "gone_sites", "coverage", "findings", "new_sites", "adjustments"]
CAUSES: Final[tuple[Cause, ...]] = ("criteria", "gone_sites", "coverage", "findings", "new_sites", "adjustments")
# What of the method makes figures; marks, levels and digits only speak of them.
DECIDING: Final = ("unobserved", "several_inspections", "site", "total", "empty_part", "roll_up", "unit_roles")
Key = tuple[str, str, str, str]  # site, site type, part, criterion
Block = tuple[tuple[str, int | None], ...]  # the findings of one criterion at one site: status, value
COLUMNS: Final = ("site", "site_type", "part", "criterion", "status", "value")


class MethodsDiffer(Exception):
    """The two were scored by different methods; ``differences`` name what differs, with the old and the new."""

    def __init__(self, differences: tuple[tuple[str, str, str], ...]) -> None:
        self.differences = differences
        super().__init__("; ".join(f"{what}: {old} -> {new}" for what, old, new in differences))


class NoTotal(Exception):
    """One of the two has no total, so there is no change to split."""


@dataclass(frozen=True, slots=True)
class Step:
    """One cause: the total before and after it, and of how many findings (or sites, criteria) it speaks."""

    cause: Cause
    before: Fraction
    after: Fraction
    number: int

    @property
    def change(self) -> Fraction:
        """Points of the total."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Regression:
    """A finding that was met (by the criteria of now) and is missed now."""

    site: str
    name: str
    criterion: str
    title: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The old and the new total, and the steps between them."""

    rounds: tuple[tuple[str, str], tuple[str, str]]  # the old and the new: its id and the day of scoring
    old: Fraction
    new: Fraction
    steps: tuple[Step, ...]
    regressions: tuple[Regression, ...]
    gone_sites: tuple[tuple[str, str], ...]  # key, name
    new_sites: tuple[tuple[str, str], ...]
    criteria: tuple[str, ...]  # added, dropped or changed
    speaking: tuple[tuple[str, str, str], ...]  # what differs in marks, levels and digits


def compare(old: Judgement, new: Judgement) -> Comparison:
    """Split the change of the total from ``old`` to ``new``. Raises MethodsDiffer and NoTotal."""
    differing = deciding_differences(old.method, new.method)
    if differing:
        raise MethodsDiffer(differing)
    before, after = _blocks(_under(old, new)), _blocks(new.rows)
    sites_before, sites_after = {site for site, *_ in before}, {site for site, *_ in after}
    gone, come = sites_before - sites_after, sites_after - sites_before
    (lines, plain), (lines_now, plain_now) = _apart(new.method, before), _apart(new.method, after)
    staying = {key: block for key, block in plain.items() if key[0] not in gone}
    common = {key: block for key, block in plain_now.items() if key[0] not in come}
    other = {key for key in staying.keys() | common.keys() if staying.get(key) != common.get(key)}
    covered = {key for key in other if _counting(staying.get(key)) != _counting(common.get(key))}
    seen = {key: common.get(key) if key in covered else staying.get(key) for key in staying.keys() | common.keys()}
    first, last = old.total.total(), new.total.total()
    if first is None or last is None:
        raise NoTotal
    between = [
        _total(new.method, before),
        _total(new.method, staying | lines),
        _total(new.method, {key: block for key, block in seen.items() if block is not None} | lines),
        _total(new.method, common | lines),
        _total(new.method, plain_now | lines),
    ]
    states = [first]
    for state in (*between, last):
        states.append(state if state is not None else states[-1])  # without a total a step changes nothing yet
    changed = _changed_criteria(old, new)
    adjusted = sum(lines.get(key) != lines_now.get(key) for key in lines.keys() | lines_now.keys())
    numbers = (len(changed), len(gone), len(covered), len(other - covered), len(come), adjusted)
    return Comparison(
        rounds=((old.round_id, old.as_of.isoformat()), (new.round_id, new.as_of.isoformat())),
        old=first,
        new=last,
        steps=tuple(Step(*each) for each in zip(CAUSES, states, states[1:], numbers, strict=False)),
        regressions=_regressions(before, after, new),
        gone_sites=_named(gone, old.submission),
        new_sites=_named(come, new.submission),
        criteria=changed,
        speaking=differences(old.method, new.method, ("pass_mark", "levels", "rounding", "minimum_coverage")),
    )


# ------------------------------------------------------------------ methods


def deciding_differences(old: Method, new: Method) -> tuple[tuple[str, str, str], ...]:
    """What of two methods makes figures of the same findings differ, with both values."""
    return differences(old, new, DECIDING) + _weights(old, new)


def differences(old: Method, new: Method, keys: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """Which keys of the score section differ, with both values."""
    one, two = (each.score.model_dump(exclude_none=True) for each in (old, new))
    shown = [each.score.model_dump(mode="json", exclude_none=True) for each in (old, new)]
    return tuple((key, str(shown[0].get(key)), str(shown[1].get(key))) for key in keys if one.get(key) != two.get(key))


def _weights(old: Method, new: Method) -> tuple[tuple[str, str, str], ...]:
    """Places and site types, in both, whose weights or ways differ."""
    one, two = _weighed(old.places, ""), _weighed(new.places, "")
    found = [(f"tree {key}", one[key], two[key]) for key in one if key in two and one[key] != two[key]]
    for name in old.type_weights.keys() & new.type_weights.keys():
        if old.part_of[name] != new.part_of[name]:
            found.append((f"part of site type {name}", old.part_of[name], new.part_of[name]))
        before, after = (f"{each.type_weights[name]} {each.inspections[name]}" for each in (old, new))
        if before != after:
            found.append((f"site type {name}", before, after))
    return tuple(sorted(found))


def _weighed(places: tuple[Place, ...], above: str) -> dict[str, str]:
    """Every place with its way, its weight and what it hangs on."""
    found: dict[str, str] = {}
    for place in places:
        weight = f"{Fraction(place.weight)}" if place.weight is not None else ""
        found[place.id] = " ".join(each for each in (place.combine, weight, f"< {above}" if above else "") if each)
        found |= _weighed(place.under, place.id)
    return found


def _changed_criteria(old: Judgement, new: Judgement) -> tuple[str, ...]:
    """Scored criteria that only one of the two has, or that say something else (words aside)."""
    one, two = (_scoring(each) for each in (old, new))
    return tuple(sorted(key for key in one.keys() | two.keys() if one.get(key) != two.get(key)))


WORDS: Final = frozenset(
    "title aliases severity look_for remedy evidence lead_unit supporting_units source proposed effective".split()
)


def _scoring(of: Judgement) -> dict[str, object]:
    kinds = of.plan.rules_of
    return {
        name: {
            kind: rules[name].model_dump(mode="json", exclude=set(WORDS))
            for kind, rules in kinds.items()
            if name in rules
        }
        for name in of.method.rules
    }


# ------------------------------------------------------------------ states


def _under(old: Judgement, new: Judgement) -> pl.DataFrame:
    """The findings of the old round under the new criteria, with the waivers that were in force then."""
    if old.catalogue.sha256 == new.catalogue.sha256 and not _changed_criteria(old, new):
        return old.rows
    submission = fitted(old.submission, new.catalogue, old.as_of)
    if old.round_id not in rounds_of(submission):  # nothing that was visited then is asked any more
        return old.rows.clear()
    return judge_round(new.catalogue, submission, old.round_id, new.as_of).rows


def fitted(submission: Submission, catalogue: Catalogue, waived_on: date) -> Submission:
    """A submission as another catalogue would have read it: fields that it does not know are left out, and those that
    were never asked are blank; waivers are those in force on a day."""
    types, criteria = set(catalogue.site_types), {dated.id for dated in catalogue.criteria}
    known = pl.col("site_type").is_in(sorted(types))
    asked = pl.col("criterion").is_in(sorted(criteria))
    visits = {
        name: _columns(frame, visit_columns(catalogue.form(name)))
        for name, frame in submission.visits.items()
        if name in types
    }
    waivers = submission.waivers.filter(asked & (pl.col("until").is_null() | (pl.col("until") >= waived_on)))
    return replace(
        submission,
        sites=submission.sites.filter(known),
        visits=visits,
        values={name: frame for name, frame in submission.values.items() if name in types},
        checks=submission.checks.filter(known & asked),
        problems=submission.problems.filter(known & asked),
        waivers=waivers.with_columns(pl.lit(None, dtype=pl.Date).alias("until")),
    )


def _columns(frame: pl.DataFrame, wanted: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return frame.select(
        pl.col(name) if frame.schema.get(name) == kind else pl.lit(None, dtype=kind).alias(name)
        for name, kind in wanted.items()
    )


def _blocks(rows: pl.DataFrame) -> dict[Key, Block]:
    """(site, site type, part, criterion) -> its findings, in the order of visits."""
    found: dict[Key, list[tuple[str, int | None]]] = {}
    for site, kind, part, criterion, status, value in rows.select(COLUMNS).iter_rows():
        found.setdefault((site, kind, part, criterion), []).append((status, value if status in COUNTED else None))
    return {key: tuple(block) for key, block in found.items()}


def _apart(method: Method, blocks: Mapping[Key, Block]) -> tuple[dict[Key, Block], dict[Key, Block]]:
    """The findings that adjust the total on lines of their own, and all others."""
    lines = {rule.id for rule in method.rules.values() if rule.adjusts is not None}
    adjusting = {key: block for key, block in blocks.items() if key[3] in lines}
    return adjusting, {key: block for key, block in blocks.items() if key[3] not in lines}


def _counting(block: Block | None) -> list[str]:
    """What of a block counts: its statuses, with met, partial and missed taken together."""
    return sorted("counted" if status in COUNTED else status for status, _ in block or ())


def _total(method: Method, blocks: Mapping[Key, Block]) -> Fraction | None:
    rows = [(*key, status, value) for key, block in blocks.items() for status, value in block if key[3] in method.rules]
    schema = {**dict.fromkeys(COLUMNS[:5], pl.String()), "value": pl.Int64()}
    return total_of(method, pl.DataFrame(rows, schema=schema, orient="row")).total()


def _regressions(before: Mapping[Key, Block], after: Mapping[Key, Block], new: Judgement) -> tuple[Regression, ...]:
    names = dict(new.submission.sites.select("site", "name").iter_rows())
    found = [
        Regression(site, str(names.get(site) or site), criterion, new.method.rules[criterion].title)
        for (site, kind, part, criterion), block in after.items()
        if any(status == "missed" for status, _ in block) and _was_met(before.get((site, kind, part, criterion)))
    ]
    return tuple(sorted(found, key=lambda each: (each.site, each.criterion)))


def _named(sites: Collection[str], submission: Submission) -> tuple[tuple[str, str], ...]:
    names = dict(submission.sites.select("site", "name").iter_rows())
    return tuple((site, str(names.get(site) or site)) for site in sorted(sites))


def _was_met(block: Block | None) -> bool:
    counted = [status for status, _ in block or () if status in COUNTED]
    return bool(counted) and all(status == "met" for status in counted)

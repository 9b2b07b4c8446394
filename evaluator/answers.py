"""Answers of one round counted: for each question how many people gave which answer, everywhere, by area and by group.

Everything is whole numbers: weights are read as the decimals that they were written as and brought to one unit. So
neither the order of rows nor that of files, and no common factor of all weights, changes a figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import lcm

import polars as pl

from duibiao.criteria.models import Catalogue, Question, SiteType
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.exact import Ratio
from duibiao.evaluator.sample_design import Stratum
from duibiao.evaluator.submission import group_column
from duibiao.evaluator.suppression import EVERYBODY, EVERYWHERE, Domain, suppressed


@dataclass(frozen=True, slots=True)
class Counted:
    """The answers to one question in one domain.

    ``yes`` / ``of`` is the share or mean, in weights as they were written. ``answers`` people count in it;
    ``left_out`` gave an answer that counts neither way, and ``blank`` none. ``spread`` is the variance of one answer.
    ``strata`` and ``weights`` (weight, how many answers) say how they were drawn. ``population`` is how many people
    live there, where the sample says so. ``hidden``: too few, or the figures of too few could be reckoned back.
    """

    questionnaire: str
    question: str
    domain: Domain
    yes: Fraction
    of: Fraction
    answers: int
    left_out: int
    blank: int
    spread: Fraction
    strata: tuple[Stratum, ...]
    weights: tuple[Ratio, ...]
    population: int | None
    hidden: bool = False


def answers_of_round(
    catalogue: Catalogue, answers: Mapping[str, pl.DataFrame], geography: Geography
) -> tuple[Counted, ...]:
    """Every question of every questionnaire with answers, by domain."""
    found: list[Counted] = []
    for name, frame in sorted(answers.items()):
        if frame.height:
            found += _of_questionnaire(catalogue, catalogue.site_types[name], frame, geography)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _People:
    """So many people who are alike: where they live, their groups, how they were drawn, what they answered."""

    domains: tuple[Domain, ...]
    stratum: str
    cluster: str | None
    weight: int
    answer: str | None
    number: int


def _of_questionnaire(
    catalogue: Catalogue, kind: SiteType, frame: pl.DataFrame, geography: Geography
) -> Iterator[Counted]:
    above = _areas_shown(catalogue, kind, frame, geography)
    strata = _strata(kind, frame, geography)
    frame = frame.with_columns(strata.alias("#stratum"))
    heads = frame.group_by("#stratum").agg(pl.len(), pl.col("population").max())
    people = dict(heads.select("#stratum", "len").iter_rows())
    populations = dict(heads.select("#stratum", pl.col("population").cast(pl.Int64)).iter_rows())
    units = _units(frame["weight"])
    groups = [group_column(key) for key in kind.groups]
    for key, question in kind.questions.items():
        alike = frame.group_by("area", *groups, "#stratum", "cluster", "weight", key).len()
        rows = []
        for area, *members, stratum, cluster, weight, answer, number in alike.iter_rows():
            domains = [EVERYBODY, *(Domain(each) for each in above.get(area, ()))]
            domains += [
                Domain(group=name, member=member)
                for name, member in zip(kind.groups, members, strict=True)
                if member is not None
            ]
            rows.append(_People(tuple(domains), stratum, cluster, units.get(weight, units[None]), answer, number))
        counted = list(_counted(kind, key, question, rows, people, populations, units[None]))
        yield from _with_hidden(kind, counted, above)


def _areas_shown(
    catalogue: Catalogue, kind: SiteType, frame: pl.DataFrame, geography: Geography
) -> dict[str | None, tuple[str, ...]]:
    """For every area that people live in, the areas of the questionnaire's level and above it, from the top.

    An area above that level in which everybody lives is left out: it is everybody.
    """
    levels = list(catalogue.head.area_levels)
    upper = levels[: levels.index(kind.each) + 1] if kind.each in levels else []
    heads: Counter[str] = Counter()
    ways: dict[str | None, tuple[str, ...]] = {}
    for area, number in frame.group_by("area").len().iter_rows():
        way = [geography.at(area, level) for level in upper]
        ways[area] = tuple(each for each in way if each is not None)
        for each in ways[area]:
            heads[each] += number
    whole = {each for each, number in heads.items() if number == frame.height and geography.levels[each] != kind.each}
    return {area: tuple(each for each in way if each not in whole) for area, way in ways.items()}


def _strata(kind: SiteType, frame: pl.DataFrame, geography: Geography) -> pl.Series:
    """The stratum of each respondent: as the sample says; else, where it gives populations, the area of the
    questionnaire's level; else one for all."""
    if kind.sample.stratum is not None:
        return frame["stratum"].fill_null("")
    if kind.sample.population is not None and kind.each is not None:
        return geography.column(frame["area"], kind.each).fill_null("")
    return pl.repeat("", frame.height, eager=True)


def _units(weights: pl.Series) -> dict[float | None, int]:
    """Every weight in whole numbers of one unit; of no weight (None) it is one."""
    exact = {weight: Fraction(repr(weight)) for weight in weights.unique() if weight is not None}
    unit = lcm(*(each.denominator for each in exact.values()))
    return {None: unit} | {weight: int(each * unit) for weight, each in exact.items()}


def worth_of(question: Question) -> dict[str, Fraction]:
    """What each answer counts, 0..1; answers that are left out are not in it."""
    if question.scale:
        return {answer: Fraction(score) for answer, score in question.scale.items()}
    counting = [each for each in question.choices if each not in question.leave_out]
    return {answer: Fraction(answer in question.yes) for answer in counting}


def _counted(
    kind: SiteType,
    key: str,
    question: Question,
    rows: Iterable[_People],
    people: Mapping[str, int],
    populations: Mapping[str, int | None],
    unit: int,
) -> Iterator[Counted]:
    worth = worth_of(question)
    parts = lcm(*(each.denominator for each in worth.values()))
    whole = {answer: int(each * parts) for answer, each in worth.items()}
    of_domain: dict[Domain, list[_People]] = defaultdict(list)
    for row in rows:
        for domain in row.domains:
            of_domain[domain].append(row)
    clusters = _clusters(of_domain[EVERYBODY])
    for domain, inside in sorted(of_domain.items()):
        counting = [row for row in inside if row.answer in worth]
        of = sum(row.weight * row.number for row in counting)
        yes = sum(row.weight * row.number * whole[str(row.answer)] for row in counting)
        squares = sum(row.weight * row.number * whole[str(row.answer)] ** 2 for row in counting)
        weights: Counter[int] = Counter()
        for row in counting:
            weights[row.weight] += row.number
        answers = sum(weights.values())
        blank = sum(row.number for row in inside if row.answer is None)
        mean = Fraction(yes, of * parts) if of else Fraction(0)
        yield Counted(
            questionnaire=kind.id,
            question=key,
            domain=domain,
            yes=Fraction(yes, unit * parts),
            of=Fraction(of, unit),
            answers=answers,
            left_out=sum(row.number for row in inside) - answers - blank,
            blank=blank,
            spread=Fraction(squares, of * parts * parts) - mean * mean if of else Fraction(0),
            strata=tuple(_sampled(inside, counting, whole, parts, clusters, people, populations)),
            weights=tuple(sorted(weights.items())),
            population=_population(inside, people, populations) if not domain.group else None,
        )


def _clusters(everybody: Iterable[_People]) -> dict[str, int]:
    """How many clusters each stratum has; whoever is of none was drawn alone and is one."""
    named = {(row.stratum, row.cluster) for row in everybody if row.cluster is not None}
    found = Counter(stratum for stratum, _ in named)
    for row in everybody:
        found[row.stratum] += row.number if row.cluster is None else 0
    return found


def _sampled(
    inside: Iterable[_People],
    counting: Iterable[_People],
    whole: Mapping[str, int],
    parts: int,
    clusters: Mapping[str, int],
    people: Mapping[str, int],
    populations: Mapping[str, int | None],
) -> Iterator[Stratum]:
    """The strata in which people of a domain live: of every cluster the sums of what counts."""
    sums: dict[str, Counter[tuple[int, int]]] = {row.stratum: Counter() for row in inside}
    of_cluster: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in counting:
        above, weight = row.weight * whole[str(row.answer)], row.weight * parts
        if row.cluster is None:
            sums[row.stratum][above, weight] += row.number
        else:
            both = of_cluster[row.stratum, row.cluster]
            both[0] += above * row.number
            both[1] += weight * row.number
    for (stratum, _), (above, weight) in of_cluster.items():
        sums[stratum][above, weight] += 1
    for stratum, counts in sorted(sums.items()):
        silent = clusters[stratum] - counts.total()
        if silent:
            counts[0, 0] += silent
        yield Stratum(people[stratum], populations[stratum], dict(sorted(counts.items())))


def _population(
    inside: Iterable[_People], people: Mapping[str, int], populations: Mapping[str, int | None]
) -> int | None:
    """How many people live in an area: the populations of its strata, if no stratum reaches beyond it."""
    here: Counter[str] = Counter()
    for row in inside:
        here[row.stratum] += row.number
    told = [populations[stratum] for stratum in here if here[stratum] == people[stratum]]
    known = [each for each in told if each is not None]
    return sum(known) if len(known) == len(here) else None


def _with_hidden(
    kind: SiteType, counted: Iterable[Counted], above: Mapping[str | None, tuple[str, ...]]
) -> Iterator[Counted]:
    """The same, with what is not shown marked."""
    parents = {area: upper for way in above.values() for upper, area in pairwise((EVERYWHERE, *way))}
    told = list(counted)
    gone = suppressed({each.domain: each.answers for each in told}, parents, kind.minimum_group)
    yield from (replace(each, hidden=each.domain in gone) for each in told)

"""Answers of one round counted: for each question how many people gave which answer, everywhere, by area and by group.

Everything is whole numbers: weights are read as the decimals that they were written as and brought to one unit. So
neither the order of rows nor that of files, and no common factor of all weights, changes a figure. Where no weights are
given and the population of every stratum is known, everybody stands for as many people of the stratum as were asked
there: N / n.
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
from duibiao.evaluator.uniform import uniform


@dataclass(frozen=True, slots=True)
class Counted:
    """The answers to one question in one domain.

    ``yes`` / ``of`` is the share or mean, in weights as they were written. ``answers`` people count in it;
    ``left_out`` gave an answer that counts neither way, and ``blank`` none (None: these could be told apart for too
    few). ``spread`` is the variance of one answer. ``strata`` and ``weights`` (weight, how many answers) say how they
    were drawn. ``population`` is how many people live there, where the sample says so; ``overfull``: more people
    answered than live in a stratum. ``hidden``: too few, or the figures of too few could be reckoned back. ``of_all``:
    the same with those who are left out counted as no; None where nobody is.
    """

    questionnaire: str
    question: str
    domain: Domain
    yes: Fraction
    of: Fraction
    answers: int
    left_out: int | None
    blank: int | None
    spread: Fraction
    strata: tuple[Stratum, ...]
    weights: tuple[Ratio, ...]
    population: int | None
    overfull: bool
    hidden: bool = False
    of_all: Counted | None = None


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
    cluster: tuple[str | None, str] | None  # with the area that it lies in
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
    weights, unit = _weights(frame, people, populations)
    groups = [group_column(key) for key in kind.groups]
    level = kind.each if kind.each in catalogue.head.area_levels else None
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
            own = (geography.at(area, level) if level and area else None, cluster) if cluster is not None else None
            rows.append(_People(tuple(domains), stratum, own, weights[stratum, weight], answer, number))
        sample = _Sample(people, populations, unit)
        counted = _counted(kind, key, worth_of(question), rows, sample)
        if question.leave_out and not question.scale:
            of_all = _counted(
                kind, key, worth_of(question) | dict.fromkeys(question.leave_out, Fraction(0)), rows, sample
            )
            counted = [
                replace(each, of_all=whole) if each.left_out else each
                for each, whole in zip(counted, of_all, strict=True)
            ]
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
    """The stratum of each respondent: as the sample says; where nobody has one and populations are given, the area of
    the questionnaire's level; else one for all."""
    if frame["stratum"].is_not_null().any():
        return frame["stratum"].fill_null("")
    if frame["population"].is_not_null().any() and kind.each is not None:
        return geography.column(frame["area"], kind.each).fill_null("")
    return uniform("", frame.height, pl.String())


def _weights(
    frame: pl.DataFrame, people: Mapping[str, int], populations: Mapping[str, int | None]
) -> tuple[dict[tuple[str, float | None], int], int]:
    """By stratum and weight as it is written the weight in whole numbers of 1 / unit, and that unit.

    Of no weight it is one; where nobody has one and all populations are known, N / n of the stratum.
    """
    known = {stratum: number for stratum, number in populations.items() if number is not None}
    stands_for = dict.fromkeys(people, Fraction(1))
    if frame["weight"].is_null().all() and known.keys() == people.keys():
        stands_for = {stratum: Fraction(known[stratum], number) for stratum, number in people.items()}
    exact = {
        (stratum, weight): Fraction(repr(weight)) if weight is not None else stands_for[stratum]
        for stratum, weight in frame.select("#stratum", "weight").unique().iter_rows()
    }
    unit = lcm(*(each.denominator for each in exact.values()))
    return {key: int(each * unit) for key, each in exact.items()}, unit


def worth_of(question: Question) -> dict[str, Fraction]:
    """What each answer counts, 0..1; answers that are left out are not in it."""
    if question.scale:
        return {answer: Fraction(score) for answer, score in question.scale.items()}
    counting = [each for each in question.choices if each not in question.leave_out]
    return {answer: Fraction(answer in question.yes) for answer in counting}


@dataclass(frozen=True, slots=True)
class _Sample:
    """How many people of each stratum answered anything, of so many (None: not known), in weights of 1 / ``unit``."""

    people: Mapping[str, int]
    populations: Mapping[str, int | None]
    unit: int


def _counted(
    kind: SiteType, key: str, worth: Mapping[str, Fraction], rows: Iterable[_People], sample: _Sample
) -> list[Counted]:
    """One question by domain, each answer as much as it is ``worth``."""
    parts = lcm(*(each.denominator for each in worth.values()))
    whole = {answer: int(each * parts) for answer, each in worth.items()}
    of_domain: dict[Domain, list[_People]] = defaultdict(list)
    for row in rows:
        for domain in row.domains:
            of_domain[domain].append(row)
    clusters, asked = _clusters(of_domain[EVERYBODY]), _asked(of_domain[EVERYBODY])
    found = []
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
        found.append(
            Counted(
                questionnaire=kind.id,
                question=key,
                domain=domain,
                yes=Fraction(yes, sample.unit * parts),
                of=Fraction(of, sample.unit),
                answers=answers,
                left_out=sum(row.number for row in inside) - answers - blank,
                blank=blank,
                spread=Fraction(squares, of * parts * parts) - mean * mean if of else Fraction(0),
                strata=tuple(_sampled(inside, counting, whole, parts, clusters, asked, sample.populations)),
                weights=tuple(sorted(weights.items())),
                population=_population(inside, sample) if not domain.group else None,
                overfull=any(_overfull(sample, row.stratum) for row in inside),
            )
        )
    return found


def _clusters(everybody: Iterable[_People]) -> dict[str, int]:
    """How many clusters each stratum has; whoever is of none was drawn alone and is one."""
    named = {(row.stratum, row.cluster) for row in everybody if row.cluster is not None}
    found = Counter(stratum for stratum, _ in named)
    for row in everybody:
        found[row.stratum] += row.number if row.cluster is None else 0
    return found


def _asked(everybody: Iterable[_People]) -> Counter[str]:
    """How many people of each stratum answered the question, whatever they said."""
    found: Counter[str] = Counter()
    for row in everybody:
        found[row.stratum] += row.number if row.answer is not None else 0
    return found


def _overfull(sample: _Sample, stratum: str) -> bool:
    population = sample.populations[stratum]
    return population is not None and sample.people[stratum] > population


def _sampled(
    inside: Iterable[_People],
    counting: Iterable[_People],
    whole: Mapping[str, int],
    parts: int,
    clusters: Mapping[str, int],
    asked: Mapping[str, int],
    populations: Mapping[str, int | None],
) -> Iterator[Stratum]:
    """The strata in which people of a domain live: of every cluster the sums of what counts."""
    sums: dict[str, Counter[tuple[int, int]]] = {row.stratum: Counter() for row in inside}
    of_cluster: dict[tuple[str, tuple[str | None, str]], list[int]] = defaultdict(lambda: [0, 0])
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
        yield Stratum(asked[stratum], populations[stratum], dict(sorted(counts.items())))


def _population(inside: Iterable[_People], sample: _Sample) -> int | None:
    """How many people live in an area: the populations of its strata, if no stratum reaches beyond it."""
    here: Counter[str] = Counter()
    for row in inside:
        here[row.stratum] += row.number
    told = [sample.populations[stratum] for stratum in here if here[stratum] == sample.people[stratum]]
    known = [each for each in told if each is not None]
    return sum(known) if len(known) == len(here) else None


def _with_hidden(
    kind: SiteType, counted: Iterable[Counted], above: Mapping[str | None, tuple[str, ...]]
) -> Iterator[Counted]:
    """The same, with what is not shown marked, and where the numbers of those who gave no answer that counts could be
    told for too few, or reckoned back from those of others, without them."""
    parents = {area: upper for way in above.values() for upper, area in pairwise((EVERYWHERE, *way))}
    told = list(counted)
    gone = suppressed({each.domain: each.answers for each in told}, parents, kind.minimum_group)
    few = {each.domain for each in told if not each.answers and _silent(each) < kind.minimum_group} | gone
    untold = {_dimension(each) for each in few}
    for each in told:
        shown = replace(each, hidden=each.domain in gone)
        yield replace(shown, left_out=None, blank=None) if _dimension(each.domain) in untold else shown


def _silent(counted: Counted) -> int:
    """How many people gave no answer that counts."""
    return (counted.left_out or 0) + (counted.blank or 0)


def _dimension(domain: Domain) -> tuple[bool, str]:
    """The domains that make up everybody together: all areas, the members of one group, or everybody."""
    return bool(domain.area), domain.group

"""Methods, sums and groups made by hand: what figures are made of, without a catalogue and without rows.

What was found of a criterion is a text of scores 0..1 with a blank between: ``"1 0.5 -"``. ``-`` is not observed,
``x`` contradicts, ``w`` is waived, ``n`` does not apply. A site's type stands before the dash of its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from duibiao.criteria.models import PartShare, Place, Score, ScoreLevel, Way
from duibiao.evaluator.assessment import Status, Tally
from duibiao.evaluator.method import Method, Rule
from duibiao.evaluator.sums import Ends, Group, Sum

E9: Final = 10**9
City = Mapping[str, Mapping[str, str]]  # site -> criterion -> what was found
PARTS: Final = {"market": "on_site", "road": "on_site", "papers": "documents"}  # site type -> part
OUTLINE: Final = (Place(id="Ⅰ-1", title="一", under=(Place(id="Ⅲ-1", title="甲"), Place(id="Ⅲ-2", title="乙"))),)
OTHERWISE: Final[Mapping[str, Status]] = {"-": "unobserved", "x": "invalid", "w": "waived", "n": "not_applicable"}


def exact(*told: int | str | Fraction | None) -> tuple[Fraction | None, ...]:
    """Exact figures."""
    return tuple(Fraction(each) if each is not None else None for each in told)


def number(told: str | None) -> Fraction | None:
    """One exact figure, or none."""
    return Fraction(told) if told is not None else None


def rule(
    name: str,
    points: str = "1",
    *,
    place: str = "Ⅲ-1",
    loses: bool = False,
    counts: bool = True,
    lowest: bool = False,
    site_cap: str | None = None,
    total_cap: str | None = None,
    adjusts: str | None = None,
    ends: tuple[str, str] = ("0", "1"),
) -> Rule:
    """A rule; ``ends`` are the lowest and the highest score that it can give."""
    low, high = ends
    return Rule(
        id=name,
        title=name,
        kind="deduct" if loses else "banded",
        place=place,
        points=Fraction(points),
        counts=counts,
        loses=loses,
        over_sites="lowest" if lowest else "mean",
        site_cap=number(site_cap),
        total_cap=number(total_cap),
        adjusts=number(adjusts),
        ranges={kind: (Fraction(low), Fraction(high)) for kind in PARTS},
    )


def method(
    *rules: Rule,
    way: Way = "pooled",
    weights: tuple[int, int] | None = None,
    gate: int | None = None,
    tree: tuple[Place, ...] = OUTLINE,
    **score: Any,
) -> Method:
    """A method over these rules: one part, or by ``weights`` two, of which the second is pooled. Roads weigh 3."""
    on_site, documents = weights or (100, 0)
    shares = [
        PartShare(
            part="on_site", weight=Decimal(on_site), combine=way, at_least=Decimal(gate) if gate is not None else None
        )
    ]
    if weights:
        shares.append(PartShare(part="documents", weight=Decimal(documents), combine="pooled"))
    levels = (ScoreLevel(name="优", at_least=Decimal(90)), ScoreLevel(name="良", at_least=Decimal(60)),
              ScoreLevel(name="差"))  # fmt: skip
    return Method(
        score=Score(levels=levels, total=tuple(shares), **score),
        part_titles={"on_site": "实地", "documents": "材料"},
        rules={each.id: each for each in rules},
        tree=tree,
        part_of=PARTS,
        type_titles={kind: kind for kind in PARTS},
        type_weights={"market": Fraction(1), "road": Fraction(3), "papers": Fraction(1)},
        inspections=dict.fromkeys(PARTS, "latest"),
    )


def found(of: Rule, scores: str, kind: str = "market") -> Sum:
    """The findings of one criterion at sites of one type, added up."""
    return _added(of, [(kind, each) for each in scores.split()])


def _added(of: Rule, found_at: Iterable[tuple[str, str]]) -> Sum:
    seen = list(found_at)
    scores = [Fraction(each) for _, each in seen if each not in OTHERWISE]
    statuses: Counter[str] = Counter(OTHERWISE[each] for _, each in seen if each in OTHERWISE)
    statuses.update("met" if each == 1 else "missed" if each == 0 else "partial" for each in scores)
    values = [of.value(each) for each in scores]
    open_ = Counter(of.ends[kind] for kind, each in seen if OTHERWISE.get(each) in {"unobserved", "invalid"})
    return Sum(
        Tally(**statuses),
        sum(values),
        tuple(Ends(low, high, count) for (low, high), count in sorted(open_.items())),
        tuple(sorted(Counter(values).items())) if of.over_sites == "lowest" else (),
    )


def group(of: Method, city: City) -> Group:
    """What was found at the sites of a city, added up, and by site too."""
    whole: dict[tuple[str, str], list[tuple[str, str]]] = {}
    sites: dict[str, tuple[str, dict[tuple[str, str], Sum]]] = {}
    for site, seen in city.items():
        kind = site.partition("-")[0]
        part = PARTS[kind]
        sites[site] = kind, {(part, name): found(of.rules[name], scores, kind) for name, scores in seen.items()}
        for name, scores in seen.items():
            whole.setdefault((part, name), []).extend((kind, each) for each in scores.split())
    return Group({key: _added(of.rules[key[1]], seen) for key, seen in sorted(whole.items())}, sites)


def instead(city: City, site: str, criterion: str, before: str, after: str) -> City:
    """The same city where the first ``before`` that was found of a criterion at a site is ``after``."""
    seen = city[site][criterion].split()
    seen[seen.index(before)] = after
    return {**city, site: {**city[site], criterion: " ".join(seen)}}


def value(of: Rule, score: str) -> int:
    """The value of a finding with this score."""
    return of.value(Fraction(score))

"""What one catalogue changes in another: site types and criteria added, dropped and changed, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from duibiao.criteria.models import Catalogue


@dataclass(frozen=True, slots=True)
class Change:
    """One site type, criterion or the score that differs. Points are those of a criterion; 0 where it has none."""

    kind: Literal["added", "dropped", "changed"]
    what: Literal["criterion", "site_type", "score"]
    id: str
    title: str
    old_points: Decimal
    new_points: Decimal
    keys: tuple[tuple[str, object, object], ...] = ()  # key, old value, new value


def compare_catalogues(old: Catalogue, new: Catalogue) -> list[Change]:
    """Every difference from ``old`` to ``new``, in the order of the new catalogue, what is dropped last."""
    return [*_score(old, new), *_site_types(old, new), *_criteria(old, new)]


def _keys(old: object, new: object) -> tuple[tuple[str, object, object], ...]:
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    names = [*new, *(key for key in old if key not in new)]
    return tuple((key, old.get(key), new.get(key)) for key in names if old.get(key) != new.get(key))


def _score(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    keys = _keys(old.score.model_dump(mode="json"), new.score.model_dump(mode="json"))
    if keys:
        yield Change("changed", "score", "score", new.head.title, Decimal(0), Decimal(0), keys)


def _site_types(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    nothing = Decimal(0)
    for key, kind in new.site_types.items():
        before = old.site_types.get(key)
        if before is None:
            yield Change("added", "site_type", key, kind.title, nothing, nothing)
            continue
        told = _keys(*(each.model_dump(mode="json", by_alias=True, exclude={"file"}) for each in (before, kind)))
        if told:
            yield Change("changed", "site_type", key, kind.title, nothing, nothing, told)
    for key, kind in old.site_types.items():
        if key not in new.site_types:
            yield Change("dropped", "site_type", key, kind.title, nothing, nothing)


def _criteria(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    nothing = Decimal(0)
    before = {each.id: each for each in old.criteria}
    after = {each.id: each for each in new.criteria}
    for key, dated in after.items():
        now = dated.versions[-1].criterion
        was = before.get(key)
        if was is None:
            yield Change("added", "criterion", key, now.title, nothing, now.points)
            continue
        then = was.versions[-1].criterion
        told = _keys(*(each.model_dump(mode="json", by_alias=True) for each in (then, now)))
        earlier = [each.model_dump(mode="json", by_alias=True) for each in (*was.versions[:-1],)]
        present = [each.model_dump(mode="json", by_alias=True) for each in (*dated.versions[:-1],)]
        if earlier != present:
            told = (*told, ("changes", earlier, present))
        if was.versions[-1].by_type != dated.versions[-1].by_type:
            told = (*told, ("by_type", sorted(was.versions[-1].by_type), sorted(dated.versions[-1].by_type)))
        if told:
            yield Change("changed", "criterion", key, now.title, then.points, now.points, told)
    for key, dated in before.items():
        if key not in after:
            last = dated.versions[-1].criterion
            yield Change("dropped", "criterion", key, last.title, last.points, nothing)

"""What one catalogue changes in another: site types and criteria added, dropped and changed, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from duibiao.criteria.models import Catalogue, Version


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


Told = tuple[tuple[str, object, object], ...]
IN_PARTS: Final = frozenset({"fields", "rates", "questions"})  # told entry by entry


def _keys(old: object, new: object, *, above: str = "") -> Told:
    """Key, old and new value of what differs; a field, rate or question that only one of them has by its name."""
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    told: list[tuple[str, object, object]] = []
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if key in IN_PARTS:
            told += _keys(before, after, above=f"{key}.")
        elif above == "fields." and isinstance(before, dict) and isinstance(after, dict):
            told += _keys(before, after, above=f"{above}{key}.")
        elif above == "fields.":
            was, now = (each and each["label"] for each in (before, after))
            told.append((f"{above}{key}", was, now))
        else:
            told.append((f"{above}{key}", before, after))
    return tuple(told)


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


def _by_type(old: Version, new: Version, told: Told) -> Iterator[tuple[str, object, object]]:
    """What differs on single site types, beyond what differs on all of them."""
    everywhere = {(key, str(before), str(after)) for key, before, after in told}
    for name in sorted((old.by_type.keys() | new.by_type.keys()) & {*new.criterion.site_types}):
        for key, before, after in _keys(*(each.on(name).model_dump(mode="json", by_alias=True) for each in (old, new))):
            if (key, str(before), str(after)) not in everywhere:
                yield f"by_type.{name}.{key}", before, after


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
        told = (*told, *_by_type(was.versions[-1], dated.versions[-1], told))
        if told:
            yield Change("changed", "criterion", key, now.title, then.points, now.points, told)
    for key, dated in before.items():
        if key not in after:
            last = dated.versions[-1].criterion
            yield Change("dropped", "criterion", key, last.title, last.points, nothing)

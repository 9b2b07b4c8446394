"""Of whom no figure is shown, so that the answers of few people cannot be told from the figures.

Complementary suppression; Willenborg & de Waal 2001, "Elements of Statistical Disclosure Control".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

EVERYWHERE: Final = ""


@dataclass(frozen=True, slots=True, order=True)
class Domain:
    """The people that a figure speaks of: those of an area ('' is everybody), or of one group of everybody."""

    area: str = EVERYWHERE
    group: str = ""
    member: str = ""


EVERYBODY: Final = Domain()


def suppressed(sizes: Mapping[Domain, int], parents: Mapping[str, str], minimum: int) -> set[Domain]:
    """Whose figures are not shown, of everybody and all areas and groups with so many answers each.

    ``parents`` has for each area the one above it ('' where that is everybody), from the top. Where an area is not
    shown, the figures of those beneath may not add up to it.
    """
    wholes: dict[tuple[Domain, str], dict[Domain, int]] = defaultdict(dict)
    for domain, size in sizes.items():
        if domain != EVERYBODY:
            wholes[Domain(parents.get(domain.area, EVERYWHERE)), domain.group][domain] = size
    place = {area: number for number, area in enumerate((EVERYWHERE, *parents))}
    gone = {domain for domain, size in sizes.items() if 0 < size < minimum}
    for (whole, _), parts in sorted(wholes.items(), key=lambda each: place[each[0][0].area]):
        rest = sizes[whole] - sum(parts.values())
        gone |= hidden(parts, minimum, rest, shown=whole not in gone)
    return gone


def hidden(sizes: Mapping[Domain, int], minimum: int, rest: int, *, shown: bool) -> set[Domain]:
    """Whose figures are not shown, of domains that with the ``rest`` make up one whole: those with fewer answers than
    ``minimum``, and the next smallest until nothing can be reckoned back.

    The rest are the answers of people of no domain: their figures stand nowhere. What is missing has ``minimum``
    answers together; as each alone has fewer, that is two at least. From a whole that is not ``shown`` something is
    always missing, or the others would add up to it. A domain without answers hides nothing.
    """
    asked = sorted((each for each in sizes if sizes[each]), key=lambda each: (sizes[each], each))
    small = [each for each in asked if sizes[each] < minimum]
    missing = [sizes[each] for each in small] + ([rest] if rest else [])
    for each in asked[len(small) :] if missing or not shown else ():
        if sum(missing) < minimum:
            small.append(each)
            missing.append(sizes[each])
    return set(small)

"""Drawing sites as assessors do: so many of each stratum, without replacement, with reserves in their order.

Each site gets a number, the sha256 of the seed, its type, its area and its key, and the sites of a stratum stand in the
order of their numbers: the first are drawn, those behind them are the reserves. For a seed that was chosen without
looking at the register the numbers cannot be told from independent chance, so that each order of a stratum is as likely
as any other, and the first ``wanted`` of it are a simple random sample without replacement: each set of that many sites
is as likely as any other, and each site has the chance wanted / sites. Since a number depends on nothing but its own
site, the order of the register's rows, the machine and the version of a library change nothing, strata are drawn
independently of each other, and a site that comes or goes displaces at most one other, in its own stratum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from duibiao.evaluator.strata import Stratum


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn of a stratum, and the ``reserves``, both in the order of their numbers.

    ``left_out`` are sites that could not be drawn because somebody asked for others, sorted by key.
    """

    stratum: Stratum
    drawn: tuple[str, ...]
    reserves: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def population(self) -> int:
        """Of how many sites was drawn."""
        return len(self.stratum.sites) - len(self.left_out)

    @property
    def short(self) -> int:
        """How many sites are missing for what is wanted, where all there are were drawn."""
        return self.stratum.wanted - len(self.drawn)


def draw(
    strata: Sequence[Stratum], seed: int, reserve: int = 0, left_out: Collection[str] = frozenset()
) -> tuple[Drawn, ...]:
    """Draw from each stratum what it wants, and up to ``reserve`` sites to stand in; none that is ``left_out``."""
    return tuple(_drawn(stratum, seed, reserve, left_out) for stratum in strata)


def register_digest(drawn: Sequence[Drawn]) -> str:
    """The sha256 of what was drawn from: with the seed it says whether a repeated draw speaks of the same register."""
    population = [
        [each.stratum.site_type, each.stratum.area, each.stratum.wanted, each.stratum.sites, each.left_out]
        for each in drawn
    ]
    return hashlib.sha256(json.dumps(population).encode()).hexdigest()


def _drawn(stratum: Stratum, seed: int, reserve: int, left_out: Collection[str]) -> Drawn:
    there = [site for site in stratum.sites if site not in left_out]
    there.sort(key=lambda site: _number(seed, stratum.site_type, stratum.area, site))
    end = stratum.wanted
    out = tuple(site for site in stratum.sites if site in left_out)
    return Drawn(stratum, tuple(there[:end]), tuple(there[end : end + reserve]), out)


def _number(seed: int, *names: str) -> bytes:
    """A site's number. JSON keeps the names apart, whatever they hold."""
    return hashlib.sha256(json.dumps([seed, *names]).encode()).digest()

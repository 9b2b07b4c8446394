"""What is told of rows of one table beside what was accepted: of slices, added up, it is that of the whole table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from duibiao.evaluator.intake.noted import Noted, added
from duibiao.evaluator.submission import Reject, RejectedRow


@dataclass(frozen=True, slots=True)
class Tally:
    """Some rows of the table ``number``: ``given`` were handed in, of which ``read`` are not blank throughout.

    ``rejected`` has those that were, as they were sent, ``rejects`` every reason. ``types`` are the site types of rows,
    ``units`` says whether some name a unit that is a site, ``filled`` which columns without a header hold something;
    ``unfilled`` rows name a site only, and ``photos`` are how many accepted rows name one.
    """

    number: int
    given: int = 0
    read: int = 0
    rejects: tuple[Reject, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    types: frozenset[str] = frozenset()
    units: bool = False
    filled: frozenset[int] = frozenset()
    unfilled: int = 0
    photos: int = 0
    noted: tuple[Noted, ...] = ()

    @property
    def used(self) -> int:
        """How many rows were accepted."""
        return self.read - len(self.rejected)


def total(number: int, tallies: Iterable[Tally]) -> Tally:
    """The tallies of slices of the table ``number`` as the one of all of them."""
    every = list(tallies)
    return Tally(
        number,
        sum(each.given for each in every),
        sum(each.read for each in every),
        tuple(sorted(reject for each in every for reject in each.rejects)),
        tuple(sorted((row for each in every for row in each.rejected), key=lambda row: row.number)),
        frozenset().union(*(each.types for each in every)),
        any(each.units for each in every),
        frozenset().union(*(each.filled for each in every)),
        sum(each.unfilled for each in every),
        sum(each.photos for each in every),
        tuple(added(noted for each in every for noted in each.noted)),
    )

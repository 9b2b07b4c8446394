"""What a city sent, read at once or in slices: a submission, or shares of a round too large for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from duibiao.commands.ending import fail
from duibiao.commands.engines import Engine
from duibiao.commands.reading import read_data
from duibiao.commands.rejects import refuse
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.commands.check_run import Asked
    from duibiao.criteria.models import Catalogue
    from duibiao.evaluator.intake.lake import Lake
    from duibiao.evaluator.large_round import KeptShares
    from duibiao.evaluator.shares import Ground
    from duibiao.evaluator.streamed import Streamed
    from duibiao.evaluator.submission import Submission

ROWS_AT_ONCE: Final = 500_000  # of parts of folders, that this machine reads at once
BYTES_AT_ONCE: Final = 200_000_000  # of all parts, where they cannot be read in slices
LONGEST_NAME: Final = 255  # bytes, of a folder
FINDINGS_TOLD: Final = 1_000_000  # with a word on each


@dataclass(frozen=True)
class LargeRound:
    """A round in shares, and what each of them stands on."""

    ground: Ground
    shares: KeptShares
    earlier: tuple[str, ...]
    submission: Submission


@contextmanager
def sent(asked: Asked, catalogue: Catalogue, engine: Engine) -> Iterator[Submission | LargeRound]:
    """The data of a run, for as long as they are needed."""
    lake = _lake(asked, catalogue, engine)
    if lake is None:
        yield read_data(asked.data, catalogue, asked.round_by, asked.factor, asked.encoding, asked.crs)
        return
    from duibiao.evaluator.intake.reasons import UnreadableData
    from duibiao.evaluator.shares import Ground, parted
    from duibiao.evaluator.streamed import streamed

    number = engine.shares_for(sum(part.rows for part in lake.parts))
    try:
        with engine.shares(lake, number, tabled=asked.out is not None) as (shares, told):
            data = streamed(lake, told)
            round_id, as_of, earlier = _round(asked, data)
            if not asked.large and data.findings_at_most(catalogue, round_id, as_of) <= FINDINGS_TOLD:
                yield data.whole(shares.every_row())
            else:
                if asked.out is not None:
                    _refuse_long_names(lake, round_id)
                rest, rows = parted(catalogue, data.submission)
                shares.add(rows)
                yield LargeRound(Ground(catalogue, rest, round_id, as_of), shares, earlier, data.submission)
    except UnreadableData as error:
        fail(f"{error}\n" + _("Nothing was scored."))


def _lake(asked: Asked, catalogue: Catalogue, engine: Engine) -> Lake | None:
    """The data as a lake where parts of folders are to be read in slices; None where everything is read at once."""
    from duibiao.evaluator.intake.lake import read_lake
    from duibiao.evaluator.intake.limits import Limits
    from duibiao.evaluator.intake.reasons import UnreadableData

    sizes = [path.stat().st_size for given in asked.data for path in _parts(given)]
    if not sizes:
        _refuse_large(asked)
        return None
    limits = Limits().times(asked.factor)
    try:
        lake = read_lake(
            asked.data, catalogue, round_by=asked.round_by, limits=limits, encoding=asked.encoding, crs=asked.crs
        )
    except UnreadableData as error:
        little = sum(sizes) <= BYTES_AT_ONCE and not asked.large
        if little and all(each.code.startswith("lake-") for each in error.refusals):
            return None
        fail(f"{error}\n" + _("Nothing was scored."))
    if not lake.parts:
        _refuse_large(asked)
        return None
    return None if engine.here and not asked.large and _few(sum(part.rows for part in lake.parts), catalogue) else lake


def _few(rows: int, catalogue: Catalogue) -> bool:
    """Whether rows of parts are read at once: not where they may give more findings than are told."""
    kinds = Counter(kind for each in catalogue.criteria for kind in each.versions[-1].criterion.site_types)
    return rows <= ROWS_AT_ONCE and rows * max(kinds.values(), default=0) <= FINDINGS_TOLD


def _refuse_large(asked: Asked) -> None:
    """Without inspections in parts everything is read at once, and no round is large."""
    if asked.large and all(each.exists() for each in asked.data):  # what does not is told of where all is read
        fail(_("--large needs inspections in parts, as visits/part-0.parquet or visits/日期=2026-03-06/part-0.parquet"))


def _refuse_long_names(lake: Lake, round_id: str) -> None:
    """Tables of sites and gaps lie in a folder for the round, and in it one for each area."""
    from duibiao.evaluator.intake.partition import folder_of
    from duibiao.evaluator.intake.reasons import Refused, UnreadableData

    named = [("round", round_id), *(("area", each) for each in lake.submission.areas["area"])]
    long = [each for each in named if len(folder_of(*each).encode()) > LONGEST_NAME]
    if long:
        raise UnreadableData([Refused("name-too-long").at(name) for _key, name in long])


def _parts(given: Path) -> list[Path]:
    """The parquet files that are parts: by their names, or as folders say something of their rows (日期=2025-03-01)."""
    from duibiao.evaluator.intake.partition import PART

    below = given.rglob("*.parquet")
    return [path for path in below if PART.fullmatch(path.name) or any("=" in part for part in path.parts)]


def _round(asked: Asked, data: Streamed) -> tuple[str, date, tuple[str, ...]]:
    """The round that is scored, its day, and the rounds before it."""
    from duibiao.commands.scoring import no_date, unknown_round
    from duibiao.evaluator.visits import NoDate, last_day, rounds_of

    dated = data.dated
    rounds = rounds_of(dated) or [""]
    if asked.round_id is not None and asked.round_id not in rounds:
        unknown_round(asked.round_id, rounds)
    scored = asked.round_id if asked.round_id is not None else rounds[-1]
    try:
        return scored, asked.as_of or last_day(dated, scored), tuple(rounds[: rounds.index(scored)])
    except NoDate:
        if data.submission.rejected:
            refuse(data.submission, asked.out, undated=asked.keep_going)
        no_date()

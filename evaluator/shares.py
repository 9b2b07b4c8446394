"""A round in shares: some of its places with all that is said of them, which nothing said of other places changes.

What areas, units and the people asked say is read by the findings of places, so that it goes with every share.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Final
from zlib import crc32

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.judgement import Judgement, judge
from duibiao.evaluator.submission import CHECKS, PROBLEMS, Submission, empty

SHARE: Final = "#share"


@dataclass(frozen=True, slots=True)
class Rows:
    """What inspections say of some places: wide rows by site type, long checks and problems, as in a Submission."""

    visits: Mapping[str, pl.DataFrame]
    checks: pl.DataFrame
    problems: pl.DataFrame

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.checks.height + self.problems.height + sum(frame.height for frame in self.visits.values())

    def packed(self) -> bytes:
        """The rows as bytes, which ``unpacked`` takes back."""
        frames = {f"visits:{name}": frame for name, frame in self.visits.items()}
        frames |= {"checks": self.checks, "problems": self.problems}
        return pickle.dumps({name: _packed(frame) for name, frame in frames.items() if frame.height})


NO_ROWS: Final = Rows({}, empty(CHECKS), empty(PROBLEMS))


def unpacked(parts: Sequence[bytes]) -> Rows:
    """The rows of all ``parts`` together, each made by ``Rows.packed``."""
    frames: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        for name, raw in pickle.loads(part).items():
            frames.setdefault(name, []).append(pl.read_ipc(BytesIO(raw)))
    whole = {name: pl.concat(each) for name, each in frames.items()}
    return Rows(
        {name.partition(":")[2]: frame for name, frame in whole.items() if name.startswith("visits:")},
        whole.get("checks", empty(CHECKS)),
        whole.get("problems", empty(PROBLEMS)),
    )


def _packed(frame: pl.DataFrame) -> bytes:
    out = BytesIO()
    frame.write_ipc(out, compression="lz4")
    return out.getvalue()


@dataclass(frozen=True)
class Ground:
    """What every share stands on: the criteria of a day, and a submission that has no rows about places."""

    catalogue: Catalogue
    submission: Submission
    round_id: str
    as_of: date

    def judge(self, rows: Rows) -> Judgement:
        """The findings of some places, beside those of all areas and units."""
        own, more = self.submission, rows
        submission = replace(
            own,
            visits={name: pl.concat([frame, *_of(more.visits, name)]) for name, frame in own.visits.items()},
            checks=pl.concat([own.checks, more.checks]),
            problems=pl.concat([own.problems, more.problems]),
        )
        return judge(self.catalogue, submission, self.round_id, self.as_of)


def _of(frames: Mapping[str, pl.DataFrame], name: str) -> list[pl.DataFrame]:
    return [frames[name]] if name in frames else []


def places_of(catalogue: Catalogue) -> list[str]:
    """The kinds of site that are places: neither an area nor a unit each."""
    return [name for name, kind in catalogue.site_types.items() if kind.each is None]


def parted(catalogue: Catalogue, submission: Submission) -> tuple[Submission, Rows]:
    """A submission without the rows about places, and these."""
    places = places_of(catalogue)
    about = pl.col("site_type").is_in(places)
    rows = Rows(
        {name: submission.visits[name] for name in places if name in submission.visits},
        submission.checks.filter(about),
        submission.problems.filter(about),
    )
    rest = replace(
        submission,
        visits={name: frame.clear() if name in places else frame for name, frame in submission.visits.items()},
        checks=submission.checks.filter(~about),
        problems=submission.problems.filter(~about),
    )
    return rest, rows


def share_of(sites: pl.Series, shares: int) -> pl.Series:
    """In which of so many shares (from 0, UInt32) each site is; the same wherever and by whom it is asked."""
    known = pl.DataFrame({"site": sites.unique()})
    known = known.with_columns(pl.Series(SHARE, [crc32(each.encode()) % shares for each in known["site"]], pl.UInt32))
    return sites.to_frame("site").join(known, on="site", how="left", maintain_order="left")[SHARE]


def of_sites(rows: Rows, sites: Collection[str]) -> Rows:
    """The rows about some places."""
    about = pl.col("site").is_in(list(sites))
    visits = {name: frame.filter(about) for name, frame in rows.visits.items()}
    return Rows(visits, rows.checks.filter(about), rows.problems.filter(about))


def in_shares(rows: Rows, shares: int) -> Iterator[tuple[int, Rows]]:
    """The rows of each share that has any, with its number."""
    frames = {f"visits:{name}": frame for name, frame in rows.visits.items()}
    frames |= {"checks": rows.checks, "problems": rows.problems}
    marked = {
        name: frame.with_columns(share_of(frame["site"], shares)).partition_by(SHARE, as_dict=True, include_key=False)
        for name, frame in frames.items()
        if frame.height
    }
    for number in sorted({number for parts in marked.values() for (number,) in parts}):
        own = {name: parts[number,] for name, parts in marked.items() if (number,) in parts}
        yield (
            int(number),
            Rows(
                {name.partition(":")[2]: frame for name, frame in own.items() if name.startswith("visits:")},
                own.get("checks", rows.checks.clear()),
                own.get("problems", rows.problems.clear()),
            ),
        )

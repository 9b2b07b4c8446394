"""Shares on the disk of this machine, judged one after the other: rounds larger than its memory."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import polars as pl

from duibiao.evaluator.evaluate import evaluate
from duibiao.evaluator.intake.lake import Lake
from duibiao.evaluator.intake.part_files import Slice, pieces, slices, unkept
from duibiao.evaluator.intake.partition import folder_of
from duibiao.evaluator.intake.reasons import UnreadableData
from duibiao.evaluator.share_rows import Tables, tables_of
from duibiao.evaluator.shares import Ground, Rows, in_shares, of_sites, places_of, share_of, unpacked
from duibiao.evaluator.site_scores import with_places
from duibiao.evaluator.streamed import Told, told_of
from duibiao.evaluator.subtotals import Subtotals, subtotals

if TYPE_CHECKING:
    from polars.io.partition import FileProviderArgs

ROWS_A_SHARE: Final = 250_000  # so many fit into little memory with all that is worked out of them
AREAS_AT_ONCE: Final = 32  # whose files are written side by side, each with rows that wait for it
LENGTH: Final = struct.Struct("<Q")  # stands before each packed piece of a share
SITES, GAPS = "sites", "gaps"


class Local:
    """This machine."""

    here = True
    evaluate = staticmethod(evaluate)

    @staticmethod
    def shares_for(rows: int) -> int:
        """Into how many shares so many rows are put."""
        return max(1, -(-rows // ROWS_A_SHARE))

    @contextmanager
    def shares(self, lake: Lake, shares: int, *, tabled: bool) -> Iterator[tuple[LocalShares, list[Told]]]:
        """The rows of the parts of a lake, read and put into shares on the disk, and what is told of them; ``tabled``
        where sites and gaps will be written. Raises ``UnreadableData``."""
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            found = LocalShares(Path(folder), shares, tabled)
            with closing(slices(pieces(lake.parts), lake.limits)) as read:
                told = [self._read(lake, each, found) for each in read]
            yield found, told

    @staticmethod
    def _read(lake: Lake, some: Slice, shares: LocalShares) -> Told:
        told, rows = told_of(lake.reader.context.sites.catalogue, lake.reader.read(some.number, some.frame, some.rows))
        with _kept(lake.reader.sheets[some.number].sent.raw.file):
            shares.add(rows)
        return told


@dataclass(frozen=True)
class LocalShares:
    """So many shares in files of a folder; ``tabled`` where sites and gaps will be written."""

    folder: Path
    number: int
    tabled: bool = True

    def add(self, rows: Rows) -> None:
        """Put rows into their shares."""
        for number, own in in_shares(rows, self.number):
            raw = own.packed()
            with self._file(number).open("ab") as file:
                file.write(LENGTH.pack(len(raw)) + raw)

    def sums(self, ground: Ground, loses: Collection[str], shown: int) -> Iterator[Subtotals]:
        """What each share adds to the figures, one after the other, with the ``shown`` worst gaps of each criterion."""
        return (self._sums(ground, number, rows, shown) for number, rows in self._shares(range(self.number)))

    def _sums(self, ground: Ground, number: int, rows: Rows, shown: int) -> Subtotals:
        judgement, kinds = ground.judge(rows), places_of(ground.catalogue)
        found, scores = subtotals(judgement, shown, kinds)
        if self.tabled:
            self._keep(f"{number:06}", tables_of(judgement, scores, kinds))
        return found

    def _keep(self, name: str, tables: Tables) -> None:
        for kind, table in ((SITES, tables.sites), (GAPS, tables.gaps)):
            with _kept(kind):
                (self.folder / kind).mkdir(exist_ok=True)
                table.write_parquet(self.folder / kind / f"{name}.parquet")

    def rows_of(self, sites: Collection[str]) -> Rows:
        """All rows about a few places."""
        wanted = share_of(pl.Series("site", sorted(sites), dtype=pl.String), self.number).unique()
        return unpacked([of_sites(rows, sites).packed() for _, rows in self._shares(sorted(wanted))])

    def every_row(self) -> Rows:
        """All rows."""
        return unpacked([raw for number in range(self.number) for raw in self._pieces(number)])

    def write(self, own: Tables, numbers: pl.DataFrame, folder: Path) -> None:
        """Write ``sites`` and ``gaps`` into a folder, those of areas and units (``own``) among them: parquet by round
        and area. ``numbers`` says how many sites have each score, from which places follow."""
        self._keep("own", own)
        for name in (SITES, GAPS):
            table = pl.scan_parquet(sorted((self.folder / name).iterdir()), glob=False)
            areas = table.select(pl.col("area").unique()).collect()["area"].sort()
            table = with_places(table, numbers.lazy()) if name == SITES else table
            for first in range(0, len(areas), AREAS_AT_ONCE):
                some = pl.col("area").is_in(areas[first : first + AREAS_AT_ONCE].implode(), nulls_equal=True)
                to = pl.PartitionBy(folder / name, file_path_provider=_path, key=["round", "area"], include_key=False)
                table.filter(some).sink_parquet(to, mkdir=True)

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:06}.rows"

    def _pieces(self, number: int) -> Iterator[bytes]:
        if not self._file(number).exists():
            return
        with self._file(number).open("rb") as file:
            while head := file.read(LENGTH.size):
                yield file.read(*LENGTH.unpack(head))

    def _shares(self, numbers: Collection[int]) -> Iterator[tuple[int, Rows]]:
        for number in numbers:
            pieces = list(self._pieces(number))
            if pieces:
                yield number, unpacked(pieces)


@contextmanager
def _kept(what: str) -> Iterator[None]:
    """Raises ``UnreadableData`` where the temporary folder has no room for ``what``."""
    try:
        yield
    except (OSError, pl.exceptions.ComputeError) as error:
        raise UnreadableData([unkept(error).at(what)]) from None


def _path(file: FileProviderArgs) -> str:
    """Where the rows of a round and an area go: folders named as Spark names them, where polars would escape 区."""
    folders = (folder_of(name, value) for name, value in file.partition_keys.row(0, named=True).items())
    return "/".join([*folders, f"{file.index_in_partition:08}.parquet"])

"""A made city as a lake: a folder with its register, areas and questionnaire, and inspections in parts by day.

python benchmarks/made_lake.py FOLDER [--visits 1000000] [--visits-a-site 5] [--criteria 200] [--parts 10]
    [--at-one-site 1000000]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path

import made_city
import polars as pl

from duibiao.criteria.models import Catalogue


def write_ground(where: Path, catalogue: Catalogue, sites: int) -> None:
    """Write a register of so many sites, the areas and the questionnaire as CSV."""
    frame = made_city.visits(catalogue, made_city.VISITS_A_SITE)
    data = made_city.submission(catalogue, made_city.visits(catalogue, 1))
    made_city.write_csv(where, catalogue, data, frame["site"].head(0), people=True)
    (where / "spot.csv").unlink()
    number = pl.int_range(sites, eager=True).to_frame("n")
    district = pl.format("D{}", pl.col("n") % made_city.DISTRICTS)
    register = number.select(
        pl.format("S{}", "n").alias("编号"),
        pl.format("S{}", "n").alias("名称"),
        pl.lit("spot").alias("类型"),
        district.alias("属地"),
    )
    register.write_csv(where / "register.csv", include_bom=True)


def write_part(path: Path, catalogue: Catalogue, rows: pl.DataFrame) -> None:
    """Write visits of one day as one part; the folder says which day."""
    path.parent.mkdir(parents=True, exist_ok=True)
    headers, sent = made_city.as_sent(catalogue, rows, len(catalogue.form("spot")))
    sent.rename(dict(zip(sent.columns, headers, strict=True))).drop("日期").write_parquet(path)


def write_lake(
    folder: Path,
    catalogue: Catalogue,
    visits: int,
    parts: int,
    visits_a_site: int = made_city.VISITS_A_SITE,
    at_one_site: int = 0,
) -> Path:
    """Write the data below ``folder`` and return where: visits as parquet in so many parts, all else as CSV; and so
    many more ``at_one_site``, within the days of the others."""
    where = folder / "data"
    write_ground(where, catalogue, max(1, visits // visits_a_site))
    crowd = _visits(catalogue, at_one_site, visits_a_site, parts)
    every = chain(
        _visits(catalogue, visits, visits_a_site, parts), (_at_one_site(each, visits_a_site) for each in crowd)
    )
    for number, some in enumerate(every):
        for (day,), own in some.with_columns(pl.col("at").dt.date().alias("#day")).group_by("#day"):
            write_part(where / "visits" / f"日期={day}" / f"part-{number:05}.parquet", catalogue, own.drop("#day"))
    return where


def _visits(catalogue: Catalogue, count: int, visits_a_site: int, parts: int) -> Iterator[pl.DataFrame]:
    for part in range(parts if count else 0):
        some = range(count * part // parts, count * (part + 1) // parts)
        yield made_city.visits(catalogue, count, visits_a_site, some)


def _at_one_site(some: pl.DataFrame, days: int) -> pl.DataFrame:
    day = timedelta(days=1) * (pl.int_range(some.height, eager=True) % days)
    return some.with_columns(pl.lit("S7").alias("site"), (pl.lit(made_city.FIRST_DAY) + day).alias("at"))


def main() -> None:
    """Write a catalogue and a lake into a folder."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--visits", type=int, default=1_000_000)
    asked.add_argument("--visits-a-site", type=int, default=made_city.VISITS_A_SITE)
    asked.add_argument("--criteria", type=int, default=200)
    asked.add_argument("--parts", type=int, default=10)
    asked.add_argument("--at-one-site", type=int, default=0)
    told = asked.parse_args()
    told.folder.mkdir(parents=True)
    catalogue = made_city.write_catalogue(told.folder / "catalogue", told.criteria)
    print(write_lake(told.folder, catalogue, told.visits, told.parts, told.visits_a_site, told.at_one_site))


if __name__ == "__main__":
    main()

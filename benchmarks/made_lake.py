"""A made city as a lake: a folder with its register, areas and questionnaire, and inspections in parts by day.

python benchmarks/made_lake.py FOLDER [--visits 1000000] [--visits-a-site 5] [--criteria 200] [--parts 10]
"""

from __future__ import annotations

import argparse
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
    folder: Path, catalogue: Catalogue, visits: int, parts: int, visits_a_site: int = made_city.VISITS_A_SITE
) -> Path:
    """Write the data below ``folder`` and return where: visits as parquet in so many parts, all else as CSV."""
    where = folder / "data"
    write_ground(where, catalogue, max(1, visits // visits_a_site))
    for part in range(parts):
        first, last = visits * part // parts, visits * (part + 1) // parts
        some = made_city.visits(catalogue, visits, visits_a_site, range(first, last))
        for (day,), own in some.with_columns(pl.col("at").dt.date().alias("#day")).group_by("#day"):
            path = where / "visits" / f"日期={day}" / f"part-{part:05}.parquet"
            write_part(path, catalogue, own.drop("#day"))
    return where


def main() -> None:
    """Write a catalogue and a lake into a folder."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--visits", type=int, default=1_000_000)
    asked.add_argument("--visits-a-site", type=int, default=made_city.VISITS_A_SITE)
    asked.add_argument("--criteria", type=int, default=200)
    asked.add_argument("--parts", type=int, default=10)
    told = asked.parse_args()
    told.folder.mkdir(parents=True)
    catalogue = made_city.write_catalogue(told.folder / "catalogue", told.criteria)
    print(write_lake(told.folder, catalogue, told.visits, told.parts, told.visits_a_site))


if __name__ == "__main__":
    main()

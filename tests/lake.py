"""A small city whose inspections lie in a partitioned folder, and the same rows lying otherwise."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from tests.city import make_catalogue

SPOT = """
site_type: spot
title: 点
lead_unit: bureau
fields:
  a: {label: 甲, kind: count}
  b: {label: 乙, kind: count, at_most: a}
  x: {label: 丁, kind: yes_no}
  g: {label: 级, kind: grade, scale: {好: 1, 中: 0.5, 差: 0}}
criteria:
  - {id: rate, title: 率, place: Ⅲ-1, points: 3, applies: a > 0, rate: b / a, levels: [{at_least: 0.9, score: 1}]}
  - {id: line, title: 线, place: Ⅲ-1, points: 2, rate: a, full_at: 10, zero_at: 0}
  - {id: lost, title: 扣, place: Ⅲ-2, points: 2.5, deduct: {each: b, points: 0.3}}
  - {id: has, title: 有, place: Ⅲ-2, pass: x, veto: {site: 59}}
  - {id: grade, title: 等, place: Ⅰ-1, grade: g}
"""
DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Lake:
    """Where the catalogue and the data are; the inspections are below ``visits``."""

    catalogue: Path
    data: Path

    @property
    def rows(self) -> pl.DataFrame:
        """All inspections, with their day."""
        return pl.read_parquet(self.data / "visits", hive_partitioning=True).with_columns(pl.col("日期").cast(pl.Date))

    def rewritten(self, data: Path, change: str) -> Path:
        """The data with the inspections lying otherwise."""
        shutil.copytree(self.data, data)
        visits, rows = data / "visits", self.rows
        if change == "damaged pages":
            part = sorted(visits.rglob("*.parquet"))[0]
            raw = bytearray(part.read_bytes())
            raw[8 : len(raw) // 3] = bytes(len(raw) // 3 - 8)
            part.write_bytes(raw)
            return data
        if change == "empty part":
            part = sorted(visits.rglob("*.parquet"))[0]
            pl.read_parquet(part).clear().write_parquet(part.with_name("part-00009.parquet"))
            return data
        shutil.rmtree(visits)
        match change:
            case "shuffled":
                _write(visits, rows.sample(fraction=1, shuffle=True, seed=3), 5)
            case "flat":  # as Spark writes a table without partitions
                visits.mkdir()
                for number in range(3):
                    name = f"part-{number:05}-8c1f-c000.snappy.parquet"
                    rows.gather_every(3, number).write_parquet(visits / name, compression="snappy")
                (visits / "_SUCCESS").touch()
            case "one part":
                _write(visits, rows, 1)
            case "skewed":
                often = rows.filter(pl.col("编号") == "S1").with_columns(pl.lit(DAY + timedelta(days=9)).alias("日期"))
                _write(visits, pl.concat([rows, *[often] * 400]), 2)
            case "bad rows":
                wrong = rows.head(3).with_columns(
                    pl.Series("编号", ["S1", "nobody", "S2"]), pl.Series("甲", [-1, 1, 2])
                )
                _write(visits, pl.concat([rows, wrong.with_columns(pl.Series("级", ["好", "好", "极好"]))]), 2)
        return data


def write_lake(folder: Path, sites: int, visits: int, districts: Sequence[str] = ("东区", "西区")) -> Lake:
    """A register, a table of areas in a city of some districts, and ``visits`` inspections of each of the ``sites``, a day each."""
    catalogue, data = folder / "catalogue", folder / "data"
    data.mkdir()
    make_catalogue(catalogue, {"spot": SPOT})
    names = [f"S{number}" for number in range(sites)]
    register = pl.DataFrame(
        {
            "编号": names,
            "名称": names,
            "类型": ["点"] * sites,
            "属地": [districts[n % len(districts)] for n in range(sites)],
        }
    )
    register.write_csv(data / "台账.csv", include_bom=True)
    above = ["市"] * len(districts)
    areas = pl.DataFrame(
        {"属地": ["市", *districts], "上级": [None, *above], "级别": ["市", *["区县"] * len(districts)]}
    )
    areas.write_csv(data / "属地.csv", include_bom=True)
    number = pl.int_range(sites * visits, eager=True).to_frame("n")
    n, drawn = pl.col("n"), pl.col("n").hash(5)
    rows = number.select(
        pl.format("S{}", n % sites).alias("编号"),
        pl.when(drawn % 7 > 0).then((drawn % 12).cast(pl.Int64)).alias("甲"),
        pl.when(drawn % 5 > 0).then((drawn % 13).cast(pl.Int64)).alias("乙"),
        pl.when(drawn % 11 > 0).then(drawn % 4 > 0).alias("丁"),
        pl.Series(["好", "中", "差", None] * sites * visits).head(sites * visits).alias("级"),
        (pl.lit(DAY) + pl.duration(days=n // sites)).alias("日期"),
    )
    _write(data / "visits", rows, 2)
    return Lake(catalogue, data)


def _write(folder: Path, rows: pl.DataFrame, parts: int) -> None:
    for (day,), own in rows.group_by("日期"):
        for part in range(parts):
            path = folder / f"日期={day}" / f"part-{part:05}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            own.gather_every(parts, part).drop("日期").write_parquet(path)

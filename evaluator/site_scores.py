"""The scores of sites as columns, from their codes, and their shared places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

import polars as pl

from duibiao.evaluator.codes import STATUS_OF, Codes
from duibiao.evaluator.columns import E9
from duibiao.evaluator.histograms import points_of_rows
from duibiao.evaluator.method import Method
from duibiao.evaluator.sums import INT64_MAX, TooLarge
from duibiao.evaluator.uniform import uniform

# ``earned`` in billionths of 1 / unit of a point, ``possible`` in 1 / unit of a point; ``score`` in units of the last
# declared digit of 0..100, null without a counted finding.
SITES: Final[dict[str, pl.DataType]] = {
    "site": pl.String(),
    "site_type": pl.String(),
    "earned": pl.Int64(),
    "possible": pl.Int64(),
    "unit": pl.Int64(),
    "score": pl.Int64(),
}


def site_scores(method: Method, tables: Mapping[str, Codes]) -> pl.DataFrame:
    """The score of every site of some tables, capped by its vetoes. Raises TooLarge."""
    weights = {name: rule.weight for name, rule in method.rules.items() if rule.weight}
    scale = 100 * 10**method.score.rounding.digits
    parts = [pl.DataFrame(schema=SITES)]
    for name, codes in tables.items():
        points = points_of_rows(codes, weights)
        possible = points.possible + points.open if method.zero else points.possible
        most = max((weights[each] for each in codes.meanings if each in weights), default=0) * len(codes.meanings)
        if most * points.unit * E9 * 2 * scale > INT64_MAX:
            raise TooLarge(f"{most} x {points.unit}")
        frame = pl.DataFrame(
            {"site": codes.rows["site"], "earned": points.earned, "possible": possible, "cap": _caps(method, codes)},
        ).with_columns(pl.lit(name).alias("site_type"), pl.lit(points.unit, pl.Int64()).alias("unit"))
        whole = pl.col("possible") * E9
        rounded = (2 * scale * pl.col("earned") + whole) // (2 * whole)
        score = pl.when(pl.col("possible") > 0).then(pl.min_horizontal(rounded, "cap"))
        parts.append(frame.with_columns(score.alias("score")).select(*SITES))
    return pl.concat(parts)


def _caps(method: Method, codes: Codes) -> pl.Series:
    """The lowest cap of every row in units of the last declared digit, half up; null without one."""
    caps = uniform(None, codes.height, pl.Int64()).alias("cap")
    for rule in method.rules.values():
        if rule.site_cap is None or rule.id not in codes.meanings:
            continue
        shown = rule.site_cap * 10**method.score.rounding.digits
        cap = (2 * shown.numerator + shown.denominator) // (2 * shown.denominator)
        missing = ["missed", *(("unobserved", "invalid") if method.zero else ())]
        held = codes.statuses(rule.id).is_in([STATUS_OF.index(each) for each in missing])
        caps = pl.select(pl.min_horizontal(caps, pl.when(held).then(cap))).to_series()
    return caps


Table = TypeVar("Table", pl.DataFrame, pl.LazyFrame)


def with_places(scores: Table, numbers: Table) -> Table:
    """Scores with the place of each site among those of its type (1, 2, 2, 4); ``numbers`` says how many sites of all
    have each score (site_type, score, number)."""
    places = places_of_scores(numbers)
    return scores.join(places, on=["site_type", "score"], how="left", maintain_order="left")


def places_of_scores(numbers: Table) -> Table:
    """The place that each score has among those of its site type."""
    better = pl.col("number").cum_sum().over("site_type") - pl.col("number") + 1
    places = numbers.drop_nulls("score").sort("site_type", "score", descending=[False, True])
    return places.select("site_type", "score", better.alias("place"))

"""What the findings of some sites add to every figure: whole numbers, which add up to those of all sites.

Sites that share type, area and units count alike and are one cell; a site that is a unit, or part of another site,
counts alone. From the cells come all roll-ups, from the numbers of sites by score their places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Final

import polars as pl

from duibiao.evaluator.assessment import STATUSES
from duibiao.evaluator.codes import Codes
from duibiao.evaluator.histograms import tallies, values_by_group
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.site_scores import site_scores
from duibiao.evaluator.submission import empty
from duibiao.evaluator.worst_gaps import worst_gaps

RESPONSIBLE: Final = ("lead_units", "supporting_units")
SHARES_AT_ONCE: Final = 8  # whose sums lie in memory beside those of all before them
CELL: Final = "cell"
CELLS: Final[dict[str, pl.DataType]] = {
    CELL: pl.String(),  # what its sites have in common, as text
    "site_type": pl.String(),
    "area": pl.String(),
    "speaker": pl.String(),  # the first of its sites by key
    "sites": pl.Int64(),
}
TALLIES: Final[dict[str, pl.DataType]] = {
    CELL: pl.String(),
    "criterion": pl.String(),
    **dict.fromkeys(STATUSES, pl.Int128()),
    "value": pl.Int128(),
}
VALUES: Final[dict[str, pl.DataType]] = {
    CELL: pl.String(),
    "criterion": pl.String(),
    "value": pl.Int64(),
    "number": pl.Int128(),
}
SCORES: Final[dict[str, pl.DataType]] = {"site_type": pl.String(), "score": pl.Int64(), "number": pl.Int64()}
COSTLY: Final[dict[str, pl.DataType]] = {
    "site_type": pl.String(),
    "criterion": pl.String(),
    "site": pl.String(),
    "value": pl.Int64(),
}


class OneByOne(Exception):
    """These figures need the findings one by one; says why."""


@dataclass(frozen=True, slots=True)
class Subtotals:
    """The sums over some sites.

    ``tallies`` has how many findings of each cell and criterion have each status, and the sum of what the counted ones
    carry; ``values`` each value with its number where the lowest decides; ``scores`` how many sites have each score (in
    units of the last declared digit). ``costliest`` are the worst gaps of every criterion, among ``gaps`` in all.
    """

    cells: pl.DataFrame
    tallies: pl.DataFrame
    values: pl.DataFrame
    scores: pl.DataFrame
    gaps: int
    costliest: pl.DataFrame
    notes: Mapping[str, int]  # how many notes of each code


def subtotals(judgement: Judgement, shown: int, kinds: Collection[str] | None = None) -> tuple[Subtotals, pl.DataFrame]:
    """The sums of a judgement, or of some ``kinds`` of its sites, with the ``shown`` worst gaps of each criterion; and
    the scores of these sites (``SITES``).

    Raises OneByOne and TooLarge.
    """
    _possible(judgement)
    tables = {name: each for name, each in judgement.evaluation.codes.items() if kinds is None or name in kinds}
    with ThreadPoolExecutor(1) as pool:  # sites are columns, which need no interpreter
        scores = pool.submit(site_scores, judgement.method, tables)
        return _sums(judgement, tables, shown, scores)


def _sums(
    judgement: Judgement, tables: Mapping[str, Codes], shown: int, scored: Future[pl.DataFrame]
) -> tuple[Subtotals, pl.DataFrame]:
    lowest = [rule.id for rule in judgement.method.rules.values() if rule.over_sites == "lowest"]
    kinds = [_of_kind(judgement, name, codes, lowest) for name, codes in tables.items()]
    gaps, costliest = _worst(judgement, tables, shown)
    scores = scored.result()
    found = Subtotals(
        cells=pl.concat([empty(CELLS), *(each for each, _, _ in kinds)]),
        tallies=pl.concat([empty(TALLIES), *(each for _, each, _ in kinds)]),
        values=pl.concat([empty(VALUES), *(each for _, _, each in kinds)]),
        scores=_numbers(scores, SCORES),
        gaps=gaps,
        costliest=costliest,
        notes=Counter(note.code for note in {*judgement.visits.notes, *judgement.evaluation.notes}),
    )
    return found, scores


def added(method_loses: Collection[str], parts: Sequence[Subtotals], shown: int) -> Subtotals:
    """The sums of several shares together; ``method_loses`` are the criteria whose values are points lost."""

    def sums(name: str, schema: dict[str, pl.DataType], keys: Sequence[str], *how: pl.Expr) -> pl.DataFrame:
        whole: pl.DataFrame = pl.concat([empty(schema), *(getattr(each, name) for each in parts)])
        return whole.group_by(*keys).agg(*how).select(*schema).sort(keys)

    return Subtotals(
        cells=sums(
            "cells", CELLS, [CELL], pl.col("site_type", "area").first(), pl.col("speaker").min(), pl.col("sites").sum()
        ),
        tallies=sums("tallies", TALLIES, [CELL, "criterion"], pl.col(*STATUSES, "value").sum()),
        values=sums("values", VALUES, [CELL, "criterion", "value"], pl.col("number").sum()),
        scores=sums("scores", SCORES, ["site_type", "score"], pl.col("number").sum()),
        gaps=sum(each.gaps for each in parts),
        costliest=_first(pl.concat([empty(COSTLY), *(each.costliest for each in parts)]), method_loses,
                         shown),
        notes=sum((Counter(each.notes) for each in parts), Counter()),
    )  # fmt: skip


def folded(method_loses: Collection[str], parts: Iterable[Subtotals], shown: int) -> Subtotals:
    """``added`` of any number of shares as they come, few of them held at once."""
    whole, coming = added(method_loses, [], shown), iter(parts)
    while some := list(islice(coming, SHARES_AT_ONCE)):
        whole = added(method_loses, [whole, *some], shown)
    return whole


def _possible(judgement: Judgement) -> None:
    method = judgement.method
    for dimension in ("total", "area", "unit", "site_type", "place"):
        if method.by_site(dimension):
            raise OneByOne("mean_of_sites")
    if method.score.site == "tree":
        raise OneByOne("site: tree")
    rows = [judgement.visits.checks, judgement.visits.problems, *judgement.visits.frames.values()]
    if any(frame[column].null_count() < frame.height for frame in rows for column in RESPONSIBLE):
        raise OneByOne("rows with units of their own")
    if any(codes.by_visit for codes in judgement.evaluation.codes.values()):
        raise OneByOne("each")


def cells_of(judgement: Judgement, name: str, codes: Codes) -> pl.DataFrame:
    """site, site_type, area and cell of every row of a table: sites of one cell have the same units everywhere."""
    sites = judgement.submission.sites.select("site", "area", "unit", "part_of", *RESPONSIBLE)
    rows = codes.rows.select("site").join(sites, on="site", how="left", maintain_order="left")
    alone = pl.when(pl.any_horizontal(pl.col("unit", "part_of").is_not_null())).then("site")
    told: list[pl.Expr] = [pl.lit(name), pl.col("area"), *(pl.col(each).list.join(";") for each in RESPONSIBLE), alone]
    in_common = pl.concat_str([each.fill_null("\x1e") for each in told], separator="\x1f")
    return rows.select("site", pl.lit(name).alias("site_type"), "area", in_common.alias(CELL))


def _of_kind(
    judgement: Judgement, name: str, codes: Codes, lowest: Iterable[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The cells of one kind of site, their tallies, and the values of criteria of which the lowest decides."""
    keys = cells_of(judgement, name, codes)
    speaker = pl.col("site").min().alias("speaker")
    cells = keys.group_by(CELL).agg(
        pl.col("site_type", "area").first(), speaker, pl.len().cast(pl.Int64).alias("sites")
    )
    cells = cells.sort(CELL).select(pl.col(key).cast(kind) for key, kind in CELLS.items())

    def named(frame: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
        frame = frame.with_columns(cells[CELL].gather(frame["group"]))
        return frame.select(pl.col(key).cast(kind) for key, kind in schema.items())

    numbered = cells.select(CELL).with_row_index("group")  # quicker than the rank of as many texts
    numbers = keys.select(CELL).join(numbered, on=CELL, how="left", maintain_order="left")["group"].to_numpy()
    found = named(tallies(codes, numbers, cells.height).frame(), TALLIES)
    values = [
        named(values_by_group(codes, each, numbers).with_columns(pl.lit(each).alias("criterion")), VALUES)
        for each in lowest
        if each in codes.meanings
    ]
    return cells, found, pl.concat([empty(VALUES), *values])


def _numbers(scores: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """How many sites of each type have each score."""
    if scores.is_empty():
        return empty(schema)
    found = scores.group_by("site_type", "score").agg(pl.len().alias("number"))
    return found.select(pl.col(key).cast(kind) for key, kind in schema.items())


def _worst(judgement: Judgement, tables: Mapping[str, Codes], shown: int) -> tuple[int, pl.DataFrame]:
    """How many gaps there are, and the worst ones of each criterion; of equals the first by site."""
    number, found = 0, [empty(COSTLY)]
    for name, codes in tables.items():
        by_site = codes.rows["site"].arg_sort().to_numpy()
        for criterion in codes.meanings:
            rule = judgement.method.rules[criterion]
            if not rule.to_mend:
                continue
            count, rows = worst_gaps(codes, criterion, by_site, shown)
            number += count
            told = pl.DataFrame({"site": codes.rows["site"][rows], "value": codes.value(criterion, pl.Series(rows))})
            told = told.sort("value", "site", descending=[rule.loses, False])
            found.append(
                told.select(pl.lit(name).alias("site_type"), pl.lit(criterion).alias("criterion"), *told.columns)
            )
    return number, pl.concat(found)


def _first(costliest: pl.DataFrame, loses: Collection[str], shown: int) -> pl.DataFrame:
    """The worst gaps of each criterion and type among those of several shares."""
    worse = pl.when(pl.col("criterion").is_in(list(loses))).then(-pl.col("value")).otherwise("value")
    return costliest.sort(["site_type", "criterion", worse, "site"]).group_by(
        "site_type", "criterion", maintain_order=True
    ).head(shown).select(*COSTLY)  # fmt: skip

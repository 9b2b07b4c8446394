"""What the findings of some sites add to every figure: whole numbers, which add up to those of all sites.

Sites that share type, area and units count alike and are one cell; a site that is a unit, or part of another site,
counts alone. From the cells come all roll-ups, from the numbers of sites by score their places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import polars as pl

from duibiao.evaluator.assessment import STATUSES
from duibiao.evaluator.codes import Codes
from duibiao.evaluator.histograms import tallies, values_by_group
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.observations import REGISTERED
from duibiao.evaluator.site_scores import site_scores
from duibiao.evaluator.submission import empty
from duibiao.evaluator.unexplained import unexplained
from duibiao.evaluator.worst_gaps import worst_gaps

RESPONSIBLE: Final = ("lead_units", "supporting_units")
SHARES_AT_ONCE: Final = 8  # whose sums lie in memory beside those of all before them
GAPS: Final = ("partial", "missed")
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
    lowest = [rule.id for rule in judgement.method.rules.values() if rule.over_sites == "lowest"]
    to_mend = pl.col("criterion").is_in([rule.id for rule in judgement.method.rules.values() if rule.to_mend])
    of_kinds = [_of_kind(judgement, name, codes, lowest) for name, codes in tables.items()]
    tallied = pl.concat([empty(TALLIES), *(each for _, each, _ in of_kinds)])
    scores = site_scores(judgement.method, tables)
    notes = Counter(note.code for note in {*judgement.visits.notes, *judgement.evaluation.notes})
    silent = len(unexplained(judgement, tables))
    found = Subtotals(
        cells=pl.concat([empty(CELLS), *(each for each, _, _ in of_kinds)]),
        tallies=tallied,
        values=pl.concat([empty(VALUES), *(each for _, _, each in of_kinds)]),
        scores=_numbers(scores, SCORES),
        gaps=int(tallied.filter(to_mend).select(pl.sum_horizontal(GAPS).sum()).item()),
        costliest=_worst(judgement, tables, shown),
        notes=notes + Counter({"problem-not-written": silent}),
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


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one kind of site: ``frame`` (``CELLS``) has them, ``numbers`` (UInt32) tells the row there of every
    row of a table of codes."""

    frame: pl.DataFrame
    numbers: pl.Series


def cells_of(judgement: Judgement, name: str, codes: Codes) -> Cells:
    """The cells of a table of codes: sites of one cell have the same units everywhere."""
    visits = codes.order.gather(codes.rows["last"])
    registered = judgement.evaluation.frames[name][REGISTERED].gather(visits)
    sites = judgement.submission.sites.select("area", *RESPONSIBLE, "unit", "part_of")[registered]
    alone = pl.when(pl.any_horizontal(pl.col("unit", "part_of").is_not_null())).then(registered).alias("alone")
    told = sites.select("area", *(pl.col(each).list.join(";") for each in RESPONSIBLE), alone)
    keys = [each.name for each in told if each.name == "area" or each.null_count() < told.height]
    found = told.with_columns(registered).group_by(keys).agg(pl.col(REGISTERED).min(), pl.len().alias("sites"))
    speakers = judgement.submission.sites["site"].gather(found[REGISTERED])
    found = found.with_columns(speakers.alias("speaker"), pl.lit(name).alias("site_type"))
    own = pl.when(pl.col("alone").is_not_null()).then("speaker") if "alone" in keys else pl.lit(None, pl.String())
    common = [pl.col(each) if each in keys else pl.lit(None, pl.String()) for each in ("area", *RESPONSIBLE)]
    in_common = [each.fill_null("\x1e") for each in (pl.col("site_type"), *common, own)]
    found = found.with_columns(pl.concat_str(in_common, separator="\x1f").alias(CELL)).sort(CELL)
    numbered = found.select(keys).with_row_index("number")
    numbers = told.select(keys).join(numbered, on=keys, how="left", nulls_equal=True, maintain_order="left")["number"]
    return Cells(found.select(pl.col(key).cast(kind) for key, kind in CELLS.items()), numbers)


def _of_kind(
    judgement: Judgement, name: str, codes: Codes, lowest: Iterable[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The cells of one kind of site, their tallies, and the values of criteria of which the lowest decides."""
    cells = cells_of(judgement, name, codes)
    numbers = cells.numbers.to_numpy()

    def named(frame: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
        frame = frame.with_columns(cells.frame[CELL].gather(frame["group"]))
        return frame.select(pl.col(key).cast(kind) for key, kind in schema.items())

    found = named(tallies(codes, numbers, cells.frame.height).frame(), TALLIES)
    values = [
        named(values_by_group(codes, each, numbers).with_columns(pl.lit(each).alias("criterion")), VALUES)
        for each in lowest
        if each in codes.meanings
    ]
    return cells.frame, found, pl.concat([empty(VALUES), *values])


def _numbers(scores: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """How many sites of each type have each score."""
    if scores.is_empty():
        return empty(schema)
    found = scores.group_by("site_type", "score").agg(pl.len().alias("number"))
    return found.select(pl.col(key).cast(kind) for key, kind in schema.items())


def _worst(judgement: Judgement, tables: Mapping[str, Codes], shown: int) -> pl.DataFrame:
    """The worst gaps of each criterion; of equals the first by site."""
    import numpy as np

    found = [empty(COSTLY)]
    for name, codes in tables.items():
        by_site = codes.rows["site"].arg_sort().to_numpy()
        to_mend = [each for each in codes.meanings if judgement.method.rules[each].to_mend]
        rows = [pl.Series(worst_gaps(codes, each, by_site, shown), dtype=pl.UInt32) for each in to_mend]
        if not to_mend:
            continue
        of_each = np.repeat(np.arange(len(to_mend)), [each.len() for each in rows])
        values = [codes.value(each, of_criterion) for each, of_criterion in zip(to_mend, rows, strict=True)]
        told = [
            pl.Series("criterion", to_mend, pl.String()).gather(of_each),
            codes.rows["site"].gather(pl.concat(rows)),
            pl.concat([each.alias("value") for each in values]),
        ]
        found.append(pl.DataFrame(told).select(pl.lit(name).alias("site_type"), *(each.name for each in told)))
    return _first(pl.concat(found), [rule.id for rule in judgement.method.rules.values() if rule.loses], shown)


def _first(costliest: pl.DataFrame, loses: Collection[str], shown: int) -> pl.DataFrame:
    """The worst gaps of each criterion and type among those of several shares."""
    worse = pl.when(pl.col("criterion").is_in(list(loses))).then(-pl.col("value")).otherwise("value")
    return costliest.sort(["site_type", "criterion", worse, "site"]).group_by(
        "site_type", "criterion", maintain_order=True
    ).head(shown).select(*COSTLY)  # fmt: skip

"""The findings of shares of the places, found apart, as one evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

import polars as pl

from duibiao.evaluator.codes import Codes, Meaning, meaning_of_values
from duibiao.evaluator.compile import Plan
from duibiao.evaluator.evaluate import Evaluation


def gathered(plan: Plan, shares: Sequence[Evaluation]) -> Evaluation:
    """One evaluation of all shares (one at least). What areas and units found, each share found: it counts once."""
    codes: dict[str, Codes] = {}
    frames: dict[str, pl.DataFrame] = {}
    for name, kind in plan.site_types.items():
        told = [each for each in shares if name in each.frames]
        told = told if kind.site_type.each is None else told[:1]
        frames[name] = pl.concat([each.frames[name] for each in told])
        tables = [(each.codes[name], each.frames[name].height) for each in told if name in each.codes]
        if tables:
            codes[name] = replace(_one(tables), kind=kind)
    notes = {note for each in shares for note in each.notes}
    return Evaluation(codes, frames, tuple(sorted(notes)), shares[0].estimates)


def _one(tables: Sequence[tuple[Codes, int]]) -> Codes:
    """One table of several, one below the other; each stands with the number of visits in its frame."""
    wanted = _differing([table for table, _ in tables])
    parts = [_by_value(table, wanted) for table, _ in tables]
    visits = [0, *accumulate(number for _, number in tables)]
    places = [0, *accumulate(table.order.len() for table in parts)]
    first = parts[0]
    heights = [table.height for table in parts]
    return replace(
        first,
        rows=pl.concat([_moved(table.rows, "last", by) for table, by in zip(parts, places, strict=False)]),
        order=pl.concat([(table.order + by).cast(pl.UInt32) for table, by in zip(parts, visits, strict=False)]),
        codes=pl.concat([table.codes for table in parts]),
        values=pl.concat([table.values.select(first.values.columns) for table in parts]),
        back=_filled([table.back for table in parts], heights, pl.lit(0, pl.UInt32)),
        waived=_filled([table.waived for table in parts], heights, pl.lit(value=False)),
        by_hand=pl.concat([_moved(table.by_hand, "row", by) for table, by in zip(parts, visits, strict=False)]),
    )


def _moved(frame: pl.DataFrame, column: str, by: int) -> pl.DataFrame:
    return frame.with_columns((pl.col(column) + by).cast(pl.UInt32))


def _filled(frames: Sequence[pl.DataFrame], heights: Sequence[int], blank: pl.Expr) -> pl.DataFrame:
    """Tables below each other; what only some of them have is ``blank`` in the rows of the others."""
    names = dict.fromkeys(name for frame in frames for name in frame.columns)
    kind = pl.select(blank).to_series().dtype
    parts = [
        pl.select(
            [
                (pl.lit(frame[name]) if name in frame.columns else pl.repeat(blank, height)).cast(kind).alias(name)
                for name in names
            ]
        )
        for frame, height in zip(frames, heights, strict=True)
    ]
    return pl.concat(parts) if names else pl.DataFrame()


def _differing(tables: Sequence[Codes]) -> Mapping[str, Meaning]:
    """The criteria whose codes do not mean the same everywhere: a mean of several visits has no levels, and where
    every site was seen once there is no mean."""
    first = tables[0].meanings
    return {
        each.criterion.id: meaning_of_values(each)
        for each in tables[0].kind.criteria
        if any(table.meanings[each.criterion.id] != first[each.criterion.id] for table in tables)
    }


def _by_value(table: Codes, wanted: Mapping[str, Meaning]) -> Codes:
    """The table with statuses and values in place of levels for some criteria."""
    wanted = {name: meaning for name, meaning in wanted.items() if table.meanings[name] != meaning}
    if not wanted:
        return table
    return replace(
        table,
        meanings={**table.meanings, **wanted},
        codes=table.codes.with_columns([table.beneath(name) for name in wanted]),
        values=pl.DataFrame([*table.values, *(table.value(name) for name in wanted)]),
    )

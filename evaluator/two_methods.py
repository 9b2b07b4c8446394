"""Criteria that take the lower of two others (both), from the members' findings; also of another kind of site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from duibiao.criteria.models import TwoMethods
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.codes import MET, MISSED, PARTIAL, Codes
from duibiao.evaluator.columns import E9
from duibiao.evaluator.rules import FIRST_LEVEL, INVALID, NOT_APPLICABLE, UNOBSERVED
from duibiao.evaluator.visits import VISIT

# A member's findings, a row a row of the table: status (UInt8, before waivers), waived, share (Int64 billionths).
Member = pl.DataFrame


def share_e9(value: int, points: int, *, loses: bool) -> int:
    """A finding's score in billionths; for a deduction 1 - lost / points, half up. ``points`` in billionths."""
    return (2 * (points - value) * E9 + points) // (2 * points) if loses else value


def shares(table: Codes, criterion: str) -> pl.Series:
    """The scores of a criterion in billionths, as ``share_e9``; null where it is not scored."""
    meaning, value = table.meanings[criterion], table.value(criterion)
    if not meaning.loses:
        return value
    most = pl.lit(meaning.most, dtype=pl.Int128)
    share = (2 * E9 * (most - pl.lit(value)) + most) // (2 * most)
    return pl.select(share.cast(pl.Int64)).to_series()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Members that stand on other kinds of site only, read at the nearest area that has a finding of them."""

    tables: Mapping[str, Codes]
    frames: Mapping[str, pl.DataFrame]
    geography: Geography

    def member(self, criterion: str, areas: pl.Series) -> Member | None:
        """The findings of ``criterion`` at or above ``areas``; unobserved where there is none; None without any."""
        parts = [
            _member(table, criterion).hstack(self.frames[name].select("area", "at", VISIT)[table.visits(criterion)])
            for name, table in self.tables.items()
            if criterion in table.codes.columns and table.kind.site_type.each not in {None, "unit"}
        ]
        if not parts:
            return None
        last = pl.concat(parts).sort("at", VISIT, nulls_last=False).group_by("area").last()
        own = pl.DataFrame({"own": areas})
        ways = own.unique()
        ways = ways.with_columns(self.geography.nearest(ways["own"], set(last["area"])))
        read = own.join(ways, on="own", how="left", maintain_order="left")
        read = read.join(last, on="area", how="left", maintain_order="left")
        return read.select(pl.col("status").fill_null(UNOBSERVED), pl.col("waived").fill_null(value=False), "share")


def _member(table: Codes, criterion: str) -> Member:
    return pl.DataFrame(
        {
            "status": table.beneath(criterion),
            "waived": table.is_waived(criterion),
            "share": shares(table, criterion),
        }
    )


def two_methods(table: Codes, frame: pl.DataFrame, elsewhere: Elsewhere | None) -> Codes:
    """``table`` with the criteria that take the lower of two others worked out."""
    for each in table.kind.criteria:
        if isinstance(each.criterion, TwoMethods):
            table = _lower_of(table, each.criterion, frame, elsewhere)
    return table


def _lower_of(table: Codes, rule: TwoMethods, frame: pl.DataFrame, elsewhere: Elsewhere | None) -> Codes:
    """0 where a member is missed; else invalid or unobserved where one is; else the lower. What does not apply or is
    waived is left out; where nothing is left the criterion does not apply."""
    first, second = (
        _read(table, name, frame, elsewhere).select(pl.all().name.suffix(str(k))) for k, name in enumerate(rule.both)
    )
    counted = [(pl.col(f"status{k}") != NOT_APPLICABLE) & ~pl.col(f"waived{k}") for k in range(2)]

    def some(status: int) -> pl.Expr:
        return pl.any_horizontal([holds & (pl.col(f"status{k}") == status) for k, holds in enumerate(counted)])

    status = (
        pl.when(~pl.any_horizontal(counted)).then(NOT_APPLICABLE)
        .when(some(MISSED)).then(MISSED)
        .when(some(INVALID)).then(INVALID)
        .when(some(UNOBSERVED)).then(UNOBSERVED)
        .when(some(PARTIAL)).then(PARTIAL)
        .otherwise(MET)
    )  # fmt: skip
    least = pl.min_horizontal([pl.when(holds).then(pl.col(f"share{k}")) for k, holds in enumerate(counted)])
    both = first.hstack(second).with_columns(table.codes[rule.id].alias("own"))
    both = both.select(
        pl.when(pl.col("own") == FIRST_LEVEL).then(status).otherwise("own").alias(rule.id),
        least.alias("least"),
    )
    value = both.select(pl.when(pl.col(rule.id) >= FIRST_LEVEL).then("least").alias(rule.id))
    waived = table.waived
    if rule.id in waived.columns:
        waived = waived.with_columns(waived[rule.id] & (both[rule.id] != NOT_APPLICABLE))
    return replace(
        table,
        codes=table.codes.with_columns(both[rule.id]),
        values=pl.DataFrame([*(each for each in table.values if each.name != rule.id), value[rule.id]]),
        waived=waived,
    )


def _read(table: Codes, member: str, frame: pl.DataFrame, elsewhere: Elsewhere | None) -> Member:
    if member in table.codes.columns:
        return _member(table, member)
    if member not in table.kind.elsewhere:  # not in force: as if it did not apply
        return _same(NOT_APPLICABLE, table.height)
    found = (
        elsewhere.member(member, frame["area"].gather(table.order.gather(table.rows["last"])))
        if elsewhere is not None
        else None
    )
    return found if found is not None else _same(UNOBSERVED, table.height)


def _same(status: int, height: int) -> Member:
    """A member with one status everywhere."""
    return pl.select(
        pl.repeat(status, height, dtype=pl.UInt8).alias("status"),
        pl.repeat(value=False, n=height, dtype=pl.Boolean).alias("waived"),
        pl.repeat(None, height, dtype=pl.Int64).alias("share"),
    )

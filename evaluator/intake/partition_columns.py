"""What the folders above a parquet file say of its rows, as columns of its table."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from duibiao.evaluator.intake.column import constant
from duibiao.evaluator.intake.names import fold
from duibiao.evaluator.intake.partition import Partition, folder_of
from duibiao.evaluator.intake.reasons import Refused, Wrong
from duibiao.evaluator.intake.tables import RawTable
from duibiao.evaluator.intake.values import Cell, is_blank, read_moment, text_of


def with_partition(table: RawTable, partition: Partition | None) -> RawTable:
    """The table with a column for each value of its partition that it has no column of itself.

    Raises ``Refused`` where such a column of its own, or one of two folders, says something else.
    """
    if partition is None:
        return table
    own = {fold(header): number for number, header in enumerate(table.headers)}
    added: list[tuple[str, str | None]] = []
    for name, value in _told_once(partition):
        number = own.get(fold(name))
        if number is None:
            added.append((name, value))
            continue
        other = next((cell for cell in _held(table, number) if not _agree(cell, value)), None)
        if other is not None:
            told = {"folder": f"{name}={value}", "column": table.headers[number], "value": text_of(other)}
            raise Refused("partition-differs", **told)
    length = len(table.rows)
    return replace(
        table,
        headers=(*table.headers, *(name for name, _ in added)),
        columns=(*table.columns, *(constant(value, length) for _, value in added)),
        partition=partition,
    )


def _told_once(partition: Partition) -> list[tuple[str, str | None]]:
    """What the folders say, each name once; raises ``Refused`` where two of them differ in what they say of it."""
    told: dict[str, tuple[str, str | None]] = {}
    for name, value in partition.values:
        above = told.setdefault(fold(name), (name, value))
        if above[1] != value:
            raise Refused("folders-differ", folder=folder_of(name, value), above=folder_of(*above))
    return list(told.values())


def _held(table: RawTable, number: int) -> list[Cell]:
    """What stands in the rows of a column, each value once."""
    column = table.columns[number]
    return [column.values[each] for each in column.numbers.unique()]


def _agree(cell: Cell, value: str | None) -> bool:
    """Whether a cell says what the folder says; where one of the two is blank they do."""
    if value is None or is_blank(cell) or fold(text_of(cell)) == fold(value):
        return True
    with suppress(InvalidOperation):
        if Decimal(text_of(cell)) == Decimal(value):
            return True
    try:
        one, other = read_moment(cell), read_moment(value)
    except Wrong:
        return False
    if one is None or other is None:
        return False
    return one == other or (one.date() == other.date() and ":" not in value)

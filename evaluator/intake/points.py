"""What a row of long checks says in points: 扣分, 得分 and 分值 together, and the verdict that they come to."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import polars as pl

from duibiao.evaluator.intake.column import Column, zipped
from duibiao.evaluator.intake.noted import Noted
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong, note
from duibiao.evaluator.intake.sites import Site
from duibiao.evaluator.intake.values import Cell, read_number, text_of
from duibiao.evaluator.intake.verdicts import Asked

Verdict = tuple[str | None, str | None]  # a result, a grade


def read_points(cell: Cell) -> Decimal | None:
    """Points, lost or earned, from 0; 分 may stand behind them."""
    value = read_number(cell, "分")
    if value is not None and value < 0:
        raise Wrong("negative-deduction")
    return None if value is None else Decimal(repr(value))


def points_lost(reading: Reading, criteria: Column[str | None], asked: Asked) -> Column[Decimal | None]:
    """The points that each row takes off: 扣分, else what 得分 leaves of the criterion's points.

    A row is rejected where 扣分, 得分 and 分值 do not come to the points of its criterion, and where a cell of points
    is merged over several rows, as it cannot count for each of them.
    """
    deducted, earned, worth = (reading.read(meaning, read_points) for meaning in ("deduction", "earned", "points"))
    for meaning in ("deduction", "earned"):
        for column in reading.columns.get(meaning, ()):
            below = reading.raw.filled.get(column, ())
            for row in sorted({*below, *(row - 1 for row in below)}):  # the first row of the merged cell, too
                reading.reject(row, Wrong("merged-points", meaning, value=text_of(reading.raw.columns[column][row])))

    def lost(row: tuple[Decimal | None, Decimal | None, Decimal | None, str | None]) -> Decimal | None:
        *points, criterion = row
        return row[0] if criterion is None else _lost(*points, criterion=criterion, asked=asked)

    found = reading.judge(zipped(deducted, earned, worth, criteria), lost)
    _note_too_much(reading, zipped(criteria, found), reading.column("deduction"), asked)
    return found


def check_deductions(
    reading: Reading,
    criterion: str,
    site_type: str,
    values: Column[object],
    rows: pl.Series,
    column: int,
    asked: Asked,
) -> None:
    """Reject rows of a site type that lose less than no points at a criterion; note those that lose more than all."""
    below = [number for number, lost in enumerate(values.values) if isinstance(lost, float) and lost < 0]
    for place, number in values.rows_of(below):
        lost = text_of(values.values[number])  # type: ignore[arg-type]  # a float, as below has it
        reading.reject(rows[place], Wrong("negative-deduction", criterion, value=lost), column)
    _note_too_much(reading, values.map(lambda lost: (criterion, lost)), column, asked, site_type, rows)


def _note_too_much(
    reading: Reading,
    lost: Column[tuple[Any, Any]],
    column: int | None,
    asked: Asked,
    site_type: str = "",
    rows: pl.Series | None = None,
) -> None:
    """Note the first row of each criterion that loses more points than the criterion has."""
    first: dict[str, int] = {}
    above = [
        number
        for number, (criterion, points) in enumerate(lost.values)
        if criterion is not None and points is not None and points > max(asked.points(criterion))
    ]
    for place, number in lost.rows_of(above):
        first.setdefault(lost.values[number][0], place)
    for criterion, place in first.items():
        row = place if rows is None else rows[place]
        value, told = text_of(lost[place][1]), "/".join(text_of(each) for each in asked.points(criterion))
        where = f"{reading.raw.place}!{reading.address(row, column)}"
        values = {"criterion": asked.title(criterion), "points": told, "value": value}
        about = (site_type, criterion)
        reading.noted.append(Noted("deducted-too-much", about, (reading.raw.rows[row], column or 0), 1, where, values))


def note_points_not_counted(reading: Reading, rows: Column[tuple[Any, ...]], asked: Asked) -> None:
    """Note the points of a problem list that nothing reads, by criterion; ``rows`` has points, criteria and sites."""

    def idle(row: tuple[Decimal | None, str | None, Site | None]) -> bool:
        points, criterion, site = row
        return bool(points and criterion and site and not asked.counts_problems(criterion, site.site_type))

    count = Counter(asked.title(rows[row][1]) for row in rows.where(idle).arg_true())
    reading.notes += [
        note("points-not-counted", reading.raw.place, criterion=title, count=number) for title, number in count.items()
    ]


def _lost(
    deducted: Decimal | None, earned: Decimal | None, whole: Decimal | None, *, criterion: str, asked: Asked
) -> Decimal | None:
    points, title = asked.points(criterion), asked.title(criterion)
    told = "/".join(text_of(each) for each in points)
    if whole is not None and whole not in points:
        raise Wrong("points-differ", "points", value=text_of(whole), criterion=title, points=told)
    if earned is None:
        return deducted
    if deducted is not None:
        if deducted + earned not in points:
            both = {"deducted": text_of(deducted), "value": text_of(earned)}
            raise Wrong("points-do-not-add-up", "earned", **both, criterion=title, points=told)
        return deducted
    if whole is None and len(points) > 1:
        raise Wrong("points-changed", "earned", value=text_of(earned), criterion=title, points=told)
    left = (points[0] if whole is None else whole) - earned
    if left < 0:
        raise Wrong("earned-too-much", "earned", value=text_of(earned), criterion=title, points=told)
    return left


def verdict_of(lost: Decimal, criterion: str, site: Site, asked: Asked) -> Verdict:
    """The verdict that points lost come to, for a criterion that is not judged by deductions; raises ``Wrong``."""
    points = asked.points(criterion)
    if lost == 0:
        return "met", None
    if lost in points:
        return "missed", None
    scores = asked.scores(criterion, site.site_type)
    words = [word for word, score in scores.items() if lost in {each * (1 - score) for each in points}]
    if len(words) != 1:
        title, told = asked.title(criterion), "/".join(text_of(each) for each in points)
        raise Wrong("points-between", "deduction", value=text_of(lost), criterion=title, points=told)
    return None, words[0]

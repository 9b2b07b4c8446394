"""Rows of one round that say the same twice, and rows that say different things of one site at one time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.submission import ORIGIN, Submission
from duibiao.evaluator.units import unit_title
from duibiao.evaluator.visits import VISIT
from duibiao.evaluator.words import STATUS_WORDS, Speaker

Translate = Callable[[str], str]
LEAD_UNIT: Final = N_("Lead unit")
_JOIN: Final = "、"


@dataclass(frozen=True, slots=True)
class Repeated:
    """Rows that say exactly the same; all of them count. ``cells`` has where they stand."""

    site: str
    at: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """Rows that speak of one site at one time and differ in ``what``: a field, the unit, a verdict on a criterion.

    ``values`` pairs each value as text with its cell. ``what`` is empty where two visits differ in nothing observed.
    """

    site: str
    at: str
    what: str
    values: tuple[tuple[str, str], ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that differ."""
        return tuple(dict.fromkeys(cell.partition("!")[0] for _, cell in self.values))


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists as texts, so that rows can be compared."""
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(pl.col(name).list.join(_JOIN, ignore_nulls=True) for name in lists)


def _several(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The rows that share ``keys`` with another, in the order of what they say."""
    if frame.is_empty():
        return frame
    found = _texts(frame.filter(frame.select(keys).is_duplicated()))
    return found.sort([*keys, *(name for name in found.columns if name not in keys)], nulls_last=False)


def shown_time(at: object) -> str:
    """A moment as people write it; nothing where there is none."""
    return "" if at is None else str(at).removesuffix(" 00:00:00")


def repeated_rows(submission: Submission, round_id: str) -> tuple[Repeated, ...]:
    """Visits, checks and problem rows of a round that stand twice or more."""
    frames = (*submission.visited.values(), submission.checks, submission.problems)
    of_round = pl.col("round").fill_null("") == round_id
    found: list[Repeated] = []
    for frame in frames:
        said = [name for name in frame.columns if name not in ORIGIN]
        rows = _several(frame.filter(of_round), ["site", "at"])
        same = rows.filter(rows.select(said).is_duplicated()) if rows.height else rows
        for _, group in same.group_by(said, maintain_order=True):
            cells = tuple(submission.tables[table].row(row) for table, row in group.select(ORIGIN.keys()).iter_rows())
            found.append(Repeated(group["site"][0], shown_time(group["at"][0]), cells))
    return tuple(sorted(found, key=lambda each: (each.site, each.at, each.cells)))


def problems_again(problems: pl.DataFrame) -> dict[tuple[str, str], int]:
    """How many problem rows of a visit say of a criterion what another one says already; they count all the same."""
    said = [name for name in problems.columns if name not in ORIGIN]
    again = _texts(problems).group_by(said).len().filter(pl.col("len") > 1)
    told = again.group_by(VISIT, "criterion").agg((pl.col("len") - 1).sum())
    return {(visit, criterion): count for visit, criterion, count in told.iter_rows()}


def differing_rows(
    catalogue: Catalogue, submission: Submission, round_id: str, say: Translate
) -> tuple[Differing, ...]:
    """Visits and verdicts of one site at one time that differ, and rows that name other units than the register."""
    of_round = pl.col("round").fill_null("") == round_id
    titles = {dated.id: dated.versions[-1].criterion.title for dated in catalogue.criteria}
    found: list[Differing] = []
    for name, frame in submission.visited.items():
        labels = {key: field.label for key, field in catalogue.form(name).items()} | {"lead_units": say(LEAD_UNIT)}
        told = Speaker(catalogue.site_types[name], say, catalogue).value
        rows = _several(frame.filter(of_round & pl.col("at").is_not_null()), ["site", "at"])
        for (site, at), group in rows.group_by("site", "at", maintain_order=True):
            named = group.with_columns(
                pl.Series("lead_units", [_titles(catalogue, each) for each in group["lead_units"]])
            )
            found += _differing(submission, str(site), shown_time(at), named, labels, told)
    checks = _several(submission.checks.filter(of_round & pl.col("at").is_not_null()), ["site", "at", "criterion"])
    for (site, at, criterion), group in checks.group_by("site", "at", "criterion", maintain_order=True):
        labels = dict.fromkeys(("result", "grade"), titles[str(criterion)])
        verdicts = _differing(submission, str(site), shown_time(at), group, labels, _verdict(say))
        found += [each for each in verdicts if each.what]
    found += _other_units(catalogue, submission, of_round, say)
    return tuple(sorted(found, key=lambda each: (each.site, each.at, each.what)))


def _titles(catalogue: Catalogue, units: str | None) -> str | None:
    """Units joined by their ids as people call them."""
    return _JOIN.join(unit_title(catalogue, unit) for unit in units.split(_JOIN)) if units else None


def _verdict(say: Translate) -> Callable[[object], str]:
    return lambda value: say(STATUS_WORDS.get(value, str(value)))  # type: ignore[call-overload]  # or a grade


def _differing(
    submission: Submission,
    site: str,
    at: str,
    group: pl.DataFrame,
    labels: Mapping[str, str],
    told: Callable[[object], str],
) -> Iterator[Differing]:
    """The columns in which the rows of a group differ; one without a column where they differ in nothing observed."""
    origins = list(group.select(ORIGIN.keys()).iter_rows())
    differ = [key for key in labels if group[key].drop_nulls().n_unique() > 1]
    for key in differ:
        values = tuple(
            (told(value), submission.tables[table].cell(row, "lead_unit" if key == "lead_units" else key))
            for value, (table, row) in zip(group[key], origins, strict=True)
            if value is not None
        )
        yield Differing(site, at, labels[key], values)
    if not differ and not group.drop(ORIGIN).is_duplicated().all():
        yield Differing(site, at, "", tuple(("", submission.tables[table].row(row)) for table, row in origins))


def _other_units(
    catalogue: Catalogue, submission: Submission, of_round: pl.Expr, say: Translate
) -> Iterator[Differing]:
    """Visits whose row names another lead unit than the register does; the row counts."""
    registered = submission.sites.filter(pl.col("lead_units").list.len() > 0, pl.col("table").is_not_null())
    registered = registered.select("site", "lead_units", "table", "row")
    for frame in submission.visited.values():
        rows = frame.filter(of_round & (pl.col("lead_units").list.len() > 0)).join(
            registered, on="site", suffix="_known"
        )
        rows = rows.filter(pl.col("lead_units").list.sort() != pl.col("lead_units_known").list.sort())
        for row in rows.sort("site", "at", nulls_last=False).iter_rows(named=True):
            here = submission.tables[row["table"]].cell(row["row"], "lead_unit")
            there = submission.tables[row["table_known"]].cell(row["row_known"], "lead_unit")
            pairs = ((row["lead_units_known"], there), (row["lead_units"], here))
            values = tuple((str(_titles(catalogue, _JOIN.join(units))), cell) for units, cell in pairs)
            yield Differing(row["site"], shown_time(row["at"]), say(LEAD_UNIT), values)

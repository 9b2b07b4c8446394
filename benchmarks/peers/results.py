"""Results read back: figures as people read them, and the table of the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from rich.table import Table

from benchmarks.peers import growth

Results: TypeAlias = Mapping[str, Any]
Measurement: TypeAlias = Mapping[str, Any]


def seconds(value: float) -> str:
    """Seconds with the digits that count."""
    if value < 5e-5:
        return "< 0.1 ms"
    return f"{value * 1e3:.1f} ms" if value < 0.1 else f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def rate(value: float) -> str:
    """(row, criterion) pairs a second."""
    if value >= 1e6:
        return f"{value / 1e6:.0f} million/s" if value >= 1e7 else f"{value / 1e6:.1f} million/s"
    return f"{value / 1e3:.0f} thousand/s" if value >= 1e4 else f"{value / 1e3:.1f} thousand/s"


def said(one: Measurement) -> str:
    """A measurement in a few words."""
    match one["state"]:
        case "measured":
            marked = f"  {one['differing']} CRITERIA DIFFER" if one["differing"] else ""
            return f"{seconds(one['judge']):>9}  {one['peak']:>6.0f} MB{marked}"
        case "not run":
            return "not run: would take too long"
        case "stopped":
            return f"stopped after {one['after']:.0f} s"
        case _:
            return f"failed: {one['why']}"


def at(found: Results, peer: str, rows: int, criteria: int) -> Measurement | None:
    """One measurement; None where the engine was not asked."""
    for each in found["measurements"]:
        if (each["peer"], each["rows"], each["criteria"]) == (peer, rows, criteria):
            return each  # type: ignore[no-any-return]
    return None


def limit(found: Results, key: str, criteria: int) -> dict[int, float]:
    """The seconds of a limit (read, stream) by rows, as they were just before engines judged so many criteria."""
    return {each["rows"]: each[key] for each in found["limits"] if each["criteria"] == criteria}


def measured(found: Results, peer: str, criteria: int) -> dict[int, Measurement]:
    """What was measured of an engine at so many criteria, by rows."""
    told = {rows: at(found, peer, rows, criteria) for rows in found["rows"]}
    return {rows: each for rows, each in told.items() if each is not None and each["state"] == "measured"}


def largest(found: Results, peer: str) -> Measurement | None:
    """The measurement of an engine with most (row, criterion) pairs; None where it failed everywhere."""
    told = [each for each in found["measurements"] if each["peer"] == peer and each["state"] == "measured"]
    return max(told, key=lambda each: (each["rows"] * each["criteria"], each["rows"]), default=None)


def pairs_a_second(one: Measurement) -> float:
    """(row, criterion) pairs that were judged in a second."""
    return float(one["rows"] * one["criteria"] / one["judge"])


def growth_of(found: Results, peer: str, criteria: int) -> float | None:
    """The exponent of time over rows through the two largest numbers of rows; None of fewer."""
    points = {rows: each["undisturbed"] for rows, each in measured(found, peer, criteria).items()}
    return growth.exponent(dict(sorted(points.items())[-2:]))


def times(found: Results, peer: str, rows: int, criteria: int) -> float | None:
    """How many times what duibiao took in the same run an engine took; None where one of them was not measured."""
    one, own = at(found, peer, rows, criteria), at(found, "duibiao_peer", rows, criteria)
    if one is None or own is None or "judge" not in one or "judge" not in own:
        return None
    return float(one["judge"] / own["judge"])


def compared(found: Results, peer: str, rows: int, criteria: int) -> str:
    """What an engine took, and in brackets how many times duibiao's time that is, where that was measured too."""
    one, share = at(found, peer, rows, criteria), times(found, peer, rows, criteria)
    told = seconds(one["judge"]) if one is not None else ""
    return told if share is None else f"{told} ({ratio(share)})"


def ratio(value: float | None) -> str:
    """A ratio with two digits that count."""
    if value is None:
        return ""
    return f"{value:.2f}x" if value < 1 else f"{value:.1f}x" if value < 10 else f"{value:,.0f}x"


def tables(found: Results) -> Iterator[Table]:
    """A table for each number of criteria, for the terminal."""
    for criteria in found["criteria"]:
        table = Table(title=f"{criteria} criteria: seconds (times duibiao)", title_justify="left")
        table.add_column("", no_wrap=True)
        for rows in found["rows"]:
            table.add_column(f"{rows:,} rows", justify="right")
        table.add_column("growth", justify="right")
        for peer, about in found["peers"].items():
            exponent = growth_of(found, peer, criteria)
            cells = [_cell(found, peer, rows, criteria) for rows in found["rows"]]
            table.add_row(about["name"], *cells, "" if exponent is None else f"{exponent:.2f}")
        yield table


def _cell(found: Results, peer: str, rows: int, criteria: int) -> str:
    one = at(found, peer, rows, criteria)
    if one is None:
        return ""
    if one["state"] != "measured":
        return str(one["state"])
    marked = " DIFFERS" if one["differing"] else ""
    return f"{compared(found, peer, rows, criteria)}{marked}"

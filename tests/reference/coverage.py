"""Which kinds of rule came out in which status, on a limit and on both sides of it: the table that no run may leave gaps in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .catalogue import KINDS
from .findings import Finding
from .numeric import EXACT, Number

STATUSES = ("met", "partial", "missed", "unobserved", "not_applicable", "waived", "invalid")
POSITIONS = ("on", "below", "above")
Cell = tuple[str, str, str]


def position(a: Number, b: Number) -> str:
    """Where a stands against the limit b: on it, below or above it by 1 (whole numbers) or by 0.0001; else nowhere near."""
    if EXACT.holds(a, "==", b):
        return "on"
    whole = a == int(a) and b == int(b)
    step = 1.0 if whole else 1e-4 * max(1.0, abs(float(b)))
    if abs(float(a) - float(b)) > step * 1.000001:
        return ""
    return "below" if a < b else "above"


def table(findings: Iterable[Finding]) -> Counter[Cell]:
    """How many findings stand in each cell; one finding may compare several numbers, and stand in several cells."""
    counts: Counter[Cell] = Counter()
    for each in findings:
        where = {position(a, b) for a, b in each.compared} - {""}
        counts.update((each.kind, each.status, one) for one in where)
        counts[each.kind, each.status, "any"] += 1
    return counts


def unreachable() -> dict[Cell, str]:
    """The cells that cannot be filled, each with its reason."""
    cells: dict[Cell, str] = {}

    def close(kind: str, statuses: Iterable[str], positions: Iterable[str], reason: str) -> None:
        cells.update({(kind, status, where): reason for status in statuses for where in positions})

    close("show", STATUSES, ("any", *POSITIONS), "it gives no finding")
    close(
        "pass", ["partial"], POSITIONS, "a condition gives 1 or 0, and a mean of several visits stands on no one limit"
    )
    close("both", STATUSES, POSITIONS, "it has no limit of its own")
    close("grade", ["met", "partial", "missed", "unobserved"], POSITIONS, "a scale has no limit")
    close("linear", ["partial"], ["on"], "on an end the score is 1 or 0")
    close("deduct", ["met"], ["on", "above"], "what reaches a cap takes something")
    close("judged", ["met"], ["on", "above"], "to take all the points is to miss it")
    close("judged", ["partial"], ["on", "above"], "to take all the points is to miss it")
    close("judged", ["missed"], ["below"], "what takes less than all the points leaves some")
    return cells


def gaps(counts: Counter[Cell]) -> list[str]:
    """Reachable cells without a finding, and filled ones that were said to be unreachable."""
    closed = unreachable()
    every = [(kind, status, where) for kind in KINDS for status in STATUSES for where in ("any", *POSITIONS)]
    empty = [f"empty: {' '.join(cell)}" for cell in every if not counts[cell] and cell not in closed]
    return empty + [f"filled: {' '.join(cell)} ({closed[cell]})" for cell in every if counts[cell] and cell in closed]


def text(counts: Counter[Cell]) -> str:
    """The table for people; a dash is a cell that cannot be filled, its reason below."""
    closed = unreachable()
    lines = [f"{'kind':8} {'status':14} {'all':>8} {'on':>7} {'below':>7} {'above':>7}"]
    for kind in KINDS:
        for status in STATUSES:
            cells = [(kind, status, where) for where in ("any", *POSITIONS)]
            shown = [counts[cell] or ("-" if cell in closed else 0) for cell in cells]
            lines.append(f"{kind:8} {status:14} {shown[0]:>8} {shown[1]:>7} {shown[2]:>7} {shown[3]:>7}")
    reasons = {f"{kind} {status}: {reason}" for (kind, status, _), reason in closed.items()}
    return "\n".join([*lines, "", *sorted(reasons)])

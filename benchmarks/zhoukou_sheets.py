"""Answers to the longer sheets of the example city: made up by the recipes of zhoukou_sheets.yaml, by a fixed seed."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import yaml
from zhoukou_visits import FULL, Luck, Row

Recipe: TypeAlias = "str | list[object] | dict[str, object]"

TABLE = yaml.safe_load(Path(__file__).with_name("zhoukou_sheets.yaml").read_text("utf-8"))
ANSWERS: dict[str, Recipe] = TABLE["answers"]
SHEETS: dict[str, list[str | dict[str, Recipe]]] = TABLE["sheets"]
# How often an answer is left blank.
FORGOTTEN = 0.008


def columns(sheet: str) -> dict[str, Recipe]:
    """The headers of a sheet with their recipes."""
    found: dict[str, Recipe] = {}
    for column in SHEETS.get(sheet, []):
        found |= {column: ANSWERS.get(column, "ok")} if isinstance(column, str) else column
    return found


def answers(sheet: str, seed: str, share: float, known: Row) -> Row:
    """The answers of a sheet. ``known``: what is answered already; each answer has luck of its own."""
    row: Row = {}
    for column, recipe in columns(sheet).items():
        luck = Luck(f"{seed}/{column}", share)
        value = answer(recipe, luck, known | row)
        row[column] = None if luck.holds(FORGOTTEN) else value
    return row


def answer(recipe: Recipe, luck: Luck, known: Row) -> object:
    """One answer by its recipe; None where it depends on an answer that is missing."""
    if isinstance(recipe, dict):
        asked = known.get(str(recipe["if"]))
        return None if asked in (None, 0, "否") else answer(recipe["then"], luck, known)  # type: ignore[arg-type]
    if isinstance(recipe, str):
        return luck.yes() if recipe == "ok" else "否" if luck.holds() else "是"
    how, *told = recipe
    if how in ("part", "few", "near", "more"):
        whole, figures = known.get(str(told[0])), [float(str(each)) for each in told[1:]]
        return share_of(str(how), luck, whole, figures) if isinstance(whole, int) else None
    if how in ("grade", "some", "first", "any"):
        return worded(str(how), luck, told)
    return counted(str(how), luck, [float(str(each)) for each in told])


def share_of(how: str, luck: Luck, whole: int, told: list[float]) -> int:
    """A count that goes with another one."""
    match how:
        case "part":
            return luck.part(whole, *told, 0.0) if whole else 0
        case "few":
            return min(whole, luck.defects(max(1, int(whole * told[0]))))
        case "near":
            return min(whole, round(whole * (told[0] + 0.12 * (luck.rng.random() - 0.5))))
        case _:
            return whole + luck.whole(int(told[0]), int(told[1]))


def worded(how: str, luck: Luck, told: list[object]) -> object:
    """Words, or the figures of a short list."""
    words = [str(each) for each in told]
    match how:
        case "grade":
            return luck.grade(*words)
        case "some":
            return luck.some(words)
        case "first":
            return luck.grade(*words[:2]) if luck.holds(0.93) else words[-1]
        case _:
            return told[luck.whole(0, len(told) - 1)]


def counted(how: str, luck: Luck, told: list[float]) -> object:
    """是 or 否 by chance, or a count by itself."""
    low = int(told[0])
    match how:
        case "chance":
            return "是" if luck.holds(told[0]) else "否"
        case "faults":
            return 0 if luck.holds(told[1] if told[1:] else None) else 1 + int(luck.rng.random() ** 2 * low)
        case "enough":
            return luck.whole(low, int(told[1])) if luck.band() == FULL else luck.whole(low // 2, low - 1)
        case "wait":
            return luck.whole(low // 3, low) if luck.band() == FULL else luck.whole(low + 1, int(told[1]) + 5)
        case "range":
            return luck.whole(low, int(told[1]))
    raise ValueError(how)

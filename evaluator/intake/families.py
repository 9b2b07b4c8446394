"""The families of types that a parquet column may be of: what is of one family is written as one thing."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from duibiao.criteria.diagnostics import N_

Family = Literal["number", "yes_no", "text", "day", "time", "list", "other", ""]  # '' where nothing stands in it
# How messages call what is of a family.
WORDS: Final[dict[str, str]] = {
    "number": N_("numbers"),
    "yes_no": N_("yes or no"),
    "text": N_("text"),
    "day": N_("days"),
    "time": N_("times of day"),
    "list": N_("lists"),
    "other": N_("groups of values"),
}


def family_of(dtype: pl.DataType) -> Family:
    """The family of a type: whole and other numbers are one, and so are days and moments."""
    if dtype.is_numeric():
        return "number"
    match dtype:
        case pl.Null():
            return ""
        case pl.Boolean():
            return "yes_no"
        case pl.String() | pl.Categorical() | pl.Enum():
            return "text"
        case pl.Date() | pl.Datetime():
            return "day"
        case pl.Time() | pl.Duration():
            return "time"
        case pl.List() | pl.Array():
            return "list"
        case _:
            return "other"

"""Made rows: 58 columns of counts, yes/no and words, a quarter of the cells blank; the same for every engine."""

from __future__ import annotations

from typing import Final

import polars as pl

from benchmarks.peers.rules import FACTS, NUMBERS, SHARES, WORDS, WORDS_COLUMNS

BLANK: Final = 4  # one cell in so many


def _draw(seed: int) -> pl.Expr:
    """A whole number for every row that looks like chance."""
    return pl.int_range(pl.len(), dtype=pl.UInt64).hash(seed)


def _looked_at(share: pl.Expr) -> pl.Expr:
    """How many were looked at: none in 3 of 100, else 20 to 100."""
    return pl.when(share < 30).then(0).otherwise(20 * (1 + share % 5))


def _column(name: str, seed: int) -> pl.Expr:
    drawn = _draw(seed)
    share = (drawn % 1000).cast(pl.Int32)
    value: pl.Expr
    if name.startswith("t"):
        value = _looked_at(share).cast(pl.Float64)
    elif name.startswith("p"):  # few in a tenth, else 16 to 20 twentieths of all: many exactly on a limit
        twentieths = pl.when(share < 100).then(6).otherwise(16 + share % 5)
        value = (_looked_at((_draw(seed - 1) % 1000).cast(pl.Int32)) // 20 * twentieths).cast(pl.Float64)
    elif name.startswith("n"):
        value = (share % 101).cast(pl.Float64)
    elif name.startswith("b"):
        value = share >= 70
    else:
        value = pl.when(share < 100).then(pl.lit(WORDS[2])).when(share < 300).then(pl.lit(WORDS[1]))
        value = value.otherwise(pl.lit(WORDS[0]))
    return pl.when((drawn // 1000) % BLANK > 0).then(value).alias(name)


def column_names() -> tuple[str, ...]:
    """The columns in their order."""
    shares = [name for number in range(SHARES) for name in (f"t{number}", f"p{number}")]
    others = (("n", NUMBERS), ("b", FACTS), ("c", WORDS_COLUMNS))
    return (*shares, *(f"{kind}{number}" for kind, count in others for number in range(count)))


def frame(rows: int) -> pl.DataFrame:
    """So many rows: Float64, Boolean and String columns; blanks are null."""
    start = pl.DataFrame({"#": pl.Series([None] * rows, dtype=pl.Null)})
    return start.select(_column(name, seed) for seed, name in enumerate(column_names()))

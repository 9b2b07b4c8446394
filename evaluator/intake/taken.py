"""Photos that an inspection took of a criterion, as forms for phones ask for them: which file each row names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from duibiao.evaluator.intake.frames import Columns, frame
from duibiao.evaluator.intake.headers import PHOTO
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.values import read_optional
from duibiao.evaluator.submission import TAKEN

Named = Mapping[str, Sequence[object]]


def photos_named(reading: Reading) -> Named:
    """What each row names as its photo of a criterion, by criterion; what cannot be read rejects its row."""
    columns = [meaning for meaning in reading.columns if meaning.startswith(PHOTO)]
    return {meaning.removeprefix(PHOTO): reading.read(meaning, read_optional) for meaning in columns}


def photos_taken(reading: Reading, named: Named) -> pl.DataFrame:
    """The photos that accepted rows name, a row each."""
    taken = [
        (criterion, photo, row)
        for criterion, photos in named.items()
        for photo, row in zip(reading.keep(photos), reading.keep(reading.raw.rows), strict=True)
        if photo is not None
    ]
    columns: Columns = {
        "criterion": [criterion for criterion, _, _ in taken],
        "photo": [photo for _, photo, _ in taken],
        "table": [reading.number] * len(taken),
        "row": [row for _, _, row in taken],
    }
    return frame(columns, TAKEN)

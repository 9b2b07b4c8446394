"""Photos that an inspection took of a criterion, as forms for phones ask for them: which file each row names."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from duibiao.evaluator.intake.column import Column, constant
from duibiao.evaluator.intake.frames import frame
from duibiao.evaluator.intake.headers import PHOTO
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.values import read_optional
from duibiao.evaluator.submission import TAKEN, empty

Named = Mapping[str, Column[object]]


def photos_named(reading: Reading) -> Named:
    """What each row names as its photo of a criterion, by criterion; what cannot be read rejects its row."""
    columns = [meaning for meaning in reading.columns if meaning.startswith(PHOTO)]
    return {meaning.removeprefix(PHOTO): reading.read(meaning, read_optional) for meaning in columns}


def photos_taken(reading: Reading, named: Named) -> pl.DataFrame:
    """The photos that accepted rows name, a row each."""
    frames = [empty(TAKEN)]
    for criterion, photos in named.items():
        rows = photos.where(lambda photo: photo is not None).arg_true()
        rows = rows.filter(rows.is_in(reading.accepted.implode()))
        columns = {
            "criterion": constant(criterion, len(rows)),
            "photo": photos.take(rows),
            "table": constant(reading.number, len(rows)),
            "row": [reading.raw.rows[row] for row in rows],
        }
        frames.append(frame(columns, TAKEN))
    return pl.concat(frames)

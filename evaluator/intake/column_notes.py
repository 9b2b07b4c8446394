"""Notes on columns: of one file each, but of the parts of a partitioned folder once for the folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.submission import Note


def notes_on_columns(readings: Iterable[Reading]) -> Iterator[Note]:
    """What is noted of the columns of these tables. Parts of one folder with the same headers count as one table.

    A column that some of them use, as they hold rows of other site types than the others, is not told of as unused.
    """
    alike: dict[object, list[Reading]] = defaultdict(list)
    for each in readings:
        partition = each.raw.partition
        if partition is None:
            yield from (note for _header, note in each.of_columns)
        else:
            alike[partition.path, each.shape, each.raw.headers].append(each)
    for parts in alike.values():
        used = {each.raw.headers[number] for each in parts for numbers in each.columns.values() for number in numbers}
        for each in parts:
            for header, note in each.of_columns:
                if each.raw.partition is not None and (header not in used or note.code == "second-column"):
                    yield replace(note, place=each.raw.partition.name)

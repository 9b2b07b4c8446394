"""Folders of parquet files that are parts of one table, as Spark, Hive and polars write them. Folders name=value above
them are columns that all rows there have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import unquote

from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.paths import path_text, resolved

PART: Final = re.compile(r"part[-.].*\.parquet", re.IGNORECASE)  # a part by its name, whatever folder it lies in
BLANK: Final = "__HIVE_DEFAULT_PARTITION__"
ESCAPED: Final = re.compile(r"""[\x01-\x1f\x7f"#%'*/:=?\\{[\]^]""")  # as Hive and Spark do, and no other
# What programs leave beside the parts, and what is no data: a sign that the folder is whole, footers, checksums.
BESIDE: Final = frozenset({"_SUCCESS", "_metadata", "_common_metadata"})
CHECKSUM: Final = ".crc"
# Folders of programs that keep more than the parts that count, with the code of the refusal.
UNREADY: Final = {"_delta_log": "delta-table", "_temporary": "unfinished-folder"}


@dataclass(frozen=True, slots=True)
class Partition:
    """Where a file stands in a partitioned folder: that folder by ``name`` (as messages give it) and by ``path``.

    ``values`` has what the folders below it say of every row, as written, from the top; None for blank.
    """

    name: str
    path: Path = field(compare=False)
    values: tuple[tuple[str, str | None], ...]


def _said(folder: str) -> tuple[str, str | None] | None:
    """What a folder says of the rows below it, or None where it is one like any other."""
    name, sign, value = folder.partition("=")
    name = clean(unquote(name))
    return (name, None if value in {"", BLANK} else unquote(value)) if name and sign else None


def folder_of(name: str, value: str | None) -> str:
    """The folder of all rows that have a value; ``_said`` reads it back."""
    told = ESCAPED.sub(lambda sign: f"%{ord(sign[0]):02X}", value or "")
    return f"{name}={told or BLANK}"


def partition_of(given: Path, inside: Sequence[str], name: str, top: str = "") -> Partition | None:
    """The partition of a file of a ``name`` that lies in ``given``, below the folders ``inside`` of it; None where no
    folder says a value and the file is no ``PART`` by its name.

    ``top`` stands before the names of files in there. The folder itself may say a value, too, and those right above it.
    """
    run: list[str] = []
    root = resolved(given)
    while _said(path_text(PurePath(root.name))) is not None:
        run.insert(0, path_text(PurePath(root.name)))
        root = root.parent
    return _partition(root, [*run, *inside], name, "" if run else top)


def packed_partition(file: Path, name: str, path: PurePath) -> Partition | None:
    """The partition of what lies at ``path`` in the zip file ``name``."""
    return _partition(resolved(file), path.parts[:-1], path.name, f"{name}/")


def _partition(root: Path, inside: Sequence[str], file: str, top: str) -> Partition | None:
    first = next((number for number, name in enumerate(inside) if _said(name) is not None), len(inside))
    if first == len(inside) and not PART.fullmatch(file):
        return None
    values = tuple(dict.fromkeys(filter(None, map(_said, inside))))
    name = clean(top + "/".join(inside[:first])).rstrip("/") or clean(path_text(PurePath(root.name)))
    return Partition(name, root.joinpath(*inside[:first]), values)

"""Workbooks as people make them: rows with merged cells, several sheets."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter  # type: ignore[import-untyped]

Line = Sequence[object]


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet, texts divided by ``|``, and its merged ranges: ``A1:C1 B2:B3``."""

    rows: Sequence[str | Line]
    merged: str = ""
    hidden: bool = False


def cells(row: str | Line) -> Line:
    """The cells of a row; a text is divided at ``|``, and a part such as ``=3.5`` is a number."""
    if not isinstance(row, str):
        return row
    parts = [part.strip() for part in row.split("|")] if row else []
    return [float(part[1:]) if part.startswith("=") else part for part in parts]


def workbook(sheets: Mapping[str, Sheet]) -> bytes:
    """An .xlsx file with these sheets."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        for name, sheet in sheets.items():
            page = book.add_worksheet(name)
            if sheet.hidden:
                page.hide()
            for place in sheet.merged.split():
                page.merge_range(place, "")
            for line, row in enumerate(sheet.rows):
                for column, cell in enumerate(cells(row)):
                    if isinstance(cell, str) and cell:
                        page.write_string(line, column, cell)
                    elif cell not in ("", None):
                        page.write(line, column, cell)
    return raw.getvalue()


def text(rows: Sequence[str]) -> str:
    """A .csv file with these rows, cells divided by ``|``."""
    return "".join(",".join(part.strip() for part in row.split("|")) + "\n" for row in rows)

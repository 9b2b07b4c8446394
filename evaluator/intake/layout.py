"""How a sheet is laid out: titles, headers of one row or several, data, and what stands among or below the data.

Headers are known by merged cells and by names that the catalogue knows; values are never looked at for it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.names import clean, fold
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.values import Cell, is_blank, text_of

# The first and the last cell of a merged range, each by row and column from 0.
Range = tuple[tuple[int, int], tuple[int, int]]
Rows = Sequence[Sequence[Cell]]

JOIN: Final = "/"  # between the parts of a header of several rows: 环境卫生/得分率
MAX_HEADER_ROWS: Final = 3
MAX_FILLED: Final = 5_000_000
_TITLE_ROWS: Final = 6
_AFTER_GAP: Final = 3  # how far below a blank row the headers of another table are looked for
_TOTALS: Final = frozenset("合计 总计 小计 共计".split())
_SUMMARIES: Final = _TOTALS | frozenset("累计 平均 平均分 平均值 均值 总分".split())
_SUMMARY_COLUMNS: Final = 4  # a total may stand behind the area that it is of: 川汇区 | 小计
_REMARK: Final = re.compile(
    r"(?:填表|填报|制表|审核|复核|审批|统计|录入|联系|记录|检查|考察|测评)(?:人|人员|单位|日期|时间|电话|方式)\s*:.*"
    r"|(?:填表说明|说明|附注|备注|注意|注)\s*[0-9]*\s*[:.、].*"
    r"|(?:负责人|主管领导|分管领导|检查人|检查人员|测评人员|被检查单位)?\s*\(?(?:签字|签名|盖章)\)?\s*:.*"
    r"|第\s*[0-9]+\s*页.*"
)
# What stands beside a signature, with its value: 日期：3月6日.
_BESIDE: Final = re.compile(r"(?:日期|时间|单位|电话|联系电话|联系方式)\s*:.*")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the rows of a sheet are, each by its place from 0; blank rows are none of these.

    ``names`` has the headers, of several rows joined by ``/``. ``filled`` has what cells of vertically merged ranges
    hold, by row and column, for all rows of data but the first of the range.
    """

    titles: tuple[int, ...]
    headers: tuple[int, ...]
    names: tuple[str, ...]
    data: Sequence[int]
    summaries: tuple[int, ...] = ()
    remarks: tuple[int, ...] = ()
    repeated: tuple[int, ...] = ()
    filled: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    across: int = 0  # ranges of data cells that are merged over several columns


def lay_out(
    rows: Rows, merged: Sequence[Range], vocabulary: Vocabulary, header_rows: Sequence[int] = ()
) -> Layout | None:
    """The layout of a sheet, or None where nothing stands in it; raises ``Refused`` where it holds several tables.

    ``header_rows`` has the places of the headers where mapping.yaml says so.
    """
    firsts = list(map(_first, rows))
    kept = [place for place, first in enumerate(firsts) if first is not None]
    if not kept:
        return None
    sheet = _Sheet(rows, [each for each in merged if each[0] != each[1]], vocabulary)
    if header_rows:
        if header_rows[-1] >= len(rows) or not any(sheet.texts(header_rows[-1])):
            raise Refused("no-header-row", row=header_rows[-1] + 1)
        headers = tuple(header_rows)
    else:
        headers = sheet.headers(kept)
    names = sheet.joined(headers)
    below = kept[bisect_left(kept, headers[-1] + 1) :]
    heads = {firsts[row] for row in headers}
    repeated: set[int] = set()
    summaries: set[int] = set()
    for row in below:
        first = firsts[row]
        if first in heads and sheet.repeats(row, headers):
            repeated.add(row)
        elif (
            _is(first, _SUMMARIES)
            or _is_total_of(first)
            or any(_is(cell, _TOTALS) for cell in rows[row][:_SUMMARY_COLUMNS])
        ):
            summaries.add(row)
    _refuse_second_table(sheet, below, repeated)
    out = repeated | summaries
    remarks: list[int] = []
    for row in reversed(below):
        if row in out:
            continue
        if not sheet.remarks(row, len(names)):
            break
        remarks.append(row)
    out.update(remarks)
    data = [row for row in below if row not in out] if out else below
    return Layout(
        tuple(row for row in kept if row < headers[0]),
        headers,
        names,
        data,
        tuple(sorted(summaries)),
        tuple(reversed(remarks)),
        tuple(sorted(repeated)),
        sheet.filled(data, len(names)),
        sum(first[1] < last[1] and _holds(data, first[0], last[0]) for first, last in sheet.merged),
    )


class _Sheet:
    """The cells of a sheet, with those that merged ranges cover; of ranges that begin in one cell the last counts."""

    def __init__(self, rows: Rows, merged: Sequence[Range], vocabulary: Vocabulary) -> None:
        self.rows, self.vocabulary = rows, vocabulary
        self.merged = sorted(dict(sorted(merged)).items())
        self._starting: dict[int, list[Range]] = defaultdict(list)  # by the row of their first cell
        self._ending: dict[int, list[Range]] = defaultdict(list)
        for each in self.merged:
            self._starting[each[0][0]].append(each)
            self._ending[each[1][0]].append(each)

    def texts(self, row: int) -> list[str]:
        """What stands in the cells of a row."""
        return [clean(text_of(cell)) for cell in self.rows[row]]

    def cell(self, row: int, column: int) -> Cell:
        """A cell; those beyond the end of a row are blank."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    # headers

    def headers(self, kept: Sequence[int]) -> tuple[int, ...]:
        """The rows of the headers: the first that make a table, else the first with more than one filled cell.

        Above them titles may stand, which fill at most half as many cells.
        """
        candidates = kept[: _TITLE_ROWS + 1]
        counts = [sum(map(bool, self.texts(row))) for row in candidates]
        for place, top in enumerate(candidates):
            found = self._block(top) if counts[place] > 1 else (top,)
            filled = sum(map(bool, self.joined(found)))
            if 2 * max(counts[:place], default=0) <= filled and self.vocabulary.shape(self._ends(found)) is not None:
                return found
        several = [row for row, count in zip(candidates, counts, strict=True) if count > 1]
        return self._block(several[0]) if several else (kept[0],)

    def _ends(self, headers: Sequence[int]) -> list[str]:
        """The headers of these rows, as they are known: as a whole, else by their last part."""
        return [name if self.vocabulary.knows(name) else name.rpartition(JOIN)[2] for name in self.joined(headers)]

    def _block(self, top: int) -> tuple[int, ...]:
        """The rows of the headers that begin in row ``top``; only that one where more of its names are known alone."""
        last = top
        while last + 1 < min(len(self.rows), top + MAX_HEADER_ROWS) and self._goes_on(top, last):
            last += 1
        whole, alone = (sum(map(self.vocabulary.knows, self._ends(rows))) for rows in (range(top, last + 1), (top,)))
        return tuple(range(top, last + 1)) if whole >= alone else (top,)

    def _goes_on(self, top: int, last: int) -> bool:
        """Whether the row below ``last`` belongs to the headers.

        It does where a header is merged down into it, or where it divides headers that are merged across.
        """
        beginning = (each for row in range(top, last + 1) for each in self._starting[row])
        if any(last < end[0] < top + MAX_HEADER_ROWS for _, end in beginning):
            return True
        across = [(first[1], end[1]) for first, end in self._ending[last] if first[1] < end[1]]
        below = self.texts(last + 1)
        divided = [each for each in across if sum(map(bool, below[each[0] : each[1] + 1])) > 1]
        if not divided:
            return False
        covered = {column for start, end in divided for column in range(start, end + 1)}
        known = [self.vocabulary.knows(text) for text in below if text]
        outside = [text for column, text in enumerate(below) if text and column not in covered]
        words = all(isinstance(cell, str) or is_blank(cell) for cell in self.rows[last + 1])
        rest = any(text and column not in covered for column, text in enumerate(self.texts(last)))
        return words and all(map(self.vocabulary.knows, outside)) and (rest or any(known))

    def joined(self, headers: Sequence[int]) -> tuple[str, ...]:
        """The headers of these rows, each joined from the top down."""
        width = max(len(self.rows[row]) for row in headers)
        covering = self._covering(headers)
        lines = [[*self.texts(row), *[""] * (width - len(self.rows[row]))] for row in headers]
        if not covering and len(headers) > 1:  # said by mapping.yaml: a header stands over what follows it
            for upper, lower in pairwise(lines):
                for column in range(1, width):
                    if not upper[column] and lower[column]:
                        upper[column] = upper[column - 1]
        names: list[str] = []
        for column in range(width):
            parts: list[str] = []
            for line, row in zip(lines, headers, strict=True):
                first = covering.get((row, column))
                text = line[column] if first is None else clean(text_of(self.cell(*first)))
                if text and (not parts or parts[-1] != text):
                    parts.append(text)
            own = any(
                line[column] and covering.get((row, column), (row, column)) == (row, column)
                for line, row in zip(lines, headers, strict=True)
            )
            names.append(JOIN.join(parts) if own or not covering else "")
        return tuple(names)

    def _covering(self, headers: Sequence[int]) -> dict[tuple[int, int], tuple[int, int]]:
        """The first cell of the merged range that covers a cell of the headers, for those that one covers."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        width = max(len(self.rows[row]) for row in headers)
        for first, last in (each for row in headers for each in self._starting[row]):
            if first not in found:  # ranges do not overlap, save in a damaged sheet
                for row in range(first[0], min(last[0], headers[-1]) + 1):
                    found |= {(row, column): first for column in range(first[1], min(last[1] + 1, width))}
        return found

    def repeats(self, row: int, headers: Sequence[int]) -> bool:
        """Whether a row of the data repeats a row of the headers, as on the second page of a print."""
        filled = [text for text in self.texts(row) if text]
        return len(filled) > 1 and any(filled == [text for text in self.texts(each) if text] for each in headers)

    def is_header(self, row: int) -> bool:
        """Whether a row looks like the headers of a table: at least half of its cells are known as headers."""
        filled = [text for text in self.texts(row) if text]
        known = sum(map(self.vocabulary.knows, filled))
        return known > 1 and 2 * known >= len(filled)

    # data

    def remarks(self, row: int, width: int) -> bool:
        """Whether the last row of a sheet is a remark about it: signed by somebody, or one text over half the width.

        Where more than a third of the columns hold something beside signatures, it is data.
        """
        texts = self.texts(row)
        filled = [column for column, text in enumerate(texts) if text]
        if _REMARK.fullmatch(texts[filled[0]]):
            return 3 * _beside_signatures([texts[column] for column in filled]) <= width
        wide = max(2, (width + 1) // 2)
        return len(filled) == 1 and any(
            first[1] == filled[0] and last[1] - first[1] + 1 >= wide for first, last in self._starting[row]
        )

    def filled(self, data: Sequence[int], width: int) -> dict[tuple[int, int], Cell]:
        """What merged ranges hold in the rows of data below their first one."""
        found: dict[tuple[int, int], Cell] = {}
        for (top, left), (bottom, _) in self.merged:
            start = bisect_left(data, top)
            if top == bottom or start == len(data) or data[start] != top or left >= width:
                continue
            cell = self.cell(top, left)
            if is_blank(cell):
                continue
            for row in data[start + 1 : bisect_left(data, bottom + 1)]:
                found[row, left] = cell
            if len(found) > MAX_FILLED:
                raise Refused("too-many-cells", limit=MAX_FILLED)
        return found


def _first(row: Sequence[Cell]) -> Cell:
    """The first cell of a row that is filled, None in a blank row."""
    for cell in row:
        if not is_blank(cell):
            return cell
    return None


def _beside_signatures(texts: Sequence[str]) -> int:
    """How many texts of a row are neither a signature or remark nor what is written behind one that ends with its
    colon."""
    signed = [bool(_REMARK.fullmatch(text) or _BESIDE.fullmatch(text)) for text in texts]
    behind = [False, *(each and text.endswith(":") for each, text in zip(signed, texts, strict=True))]
    return sum(not (one or other) for one, other in zip(signed, behind, strict=False))


def _is(cell: Cell, words: Collection[str]) -> bool:
    """Whether a cell holds one of the words of totals, however it is set; each of them has one of three characters."""
    if not isinstance(cell, str) or not ("计" in cell or "均" in cell or "分" in cell):
        return False
    return fold(cell).rstrip(":") in words


def _is_total_of(cell: Cell) -> bool:
    """Whether a cell names what a total is of: 东城区小计."""
    return isinstance(cell, str) and "计" in cell and fold(cell).rstrip(":").endswith(tuple(_TOTALS))


def _holds(data: Sequence[int], top: int, bottom: int) -> bool:
    """Whether a row from ``top`` to ``bottom`` is one of data."""
    start = bisect_left(data, top)
    return start < len(data) and data[start] <= bottom


def _refuse_second_table(sheet: _Sheet, below: Sequence[int], repeated: Collection[int]) -> None:
    """Another table below: after a blank row, a row that looks like headers and is not the same as the first ones."""
    gap = -1
    for before, row in pairwise(below):
        gap = row if row - before > 1 else gap
        if gap >= 0 and row < gap + _AFTER_GAP and row not in repeated and sheet.is_header(row):
            shown = ", ".join([text for text in sheet.texts(row) if text][:5])
            raise Refused("several-tables", row=row + 1, shown=shown)

"""The name by which a column is recognised: what mapping.yaml calls it, its header, or the known part of that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from duibiao.evaluator.intake.headers import ORDINALS, Vocabulary
from duibiao.evaluator.intake.layout import JOIN
from duibiao.evaluator.intake.mapping import LEFT_OUT, Renamed, columns_called
from duibiao.evaluator.intake.names import clean, fold
from duibiao.evaluator.intake.tables import RawTable, Remark

# Words that say what they name only with the word above them: 责任单位/名称 is no name of a site.
_GENERAL: Final = frozenset({"名称", "编号", "类型", "级别", "标题"})
# A name with its unit, or a remark of the form, behind it: 摊位数(个), 摊位数/个, 合格率%.
_WITH_UNIT: Final = re.compile(r"(.+?)\s*(?:\((?:单位:?)?([^()]*)\)|/([^/()]+)|(%))")
_FORM: Final = frozenset({"必填", "选填", "必填项", "选填项"})
_IN_POINTS: Final = frozenset({"deduction", "earned", "points"})
_ORDINALS: Final = frozenset(map(fold, ORDINALS))


def name_columns(table: RawTable, renamed: Sequence[Renamed], vocabulary: Vocabulary) -> RawTable:
    """The table with the names of its columns, and a remark on each that might be several."""
    called: dict[int, str] = {}
    for each in renamed:
        found = columns_called(table, each.column)
        if len(found) == 1:
            called[found[0]] = each.name
    ends: dict[int, str] = {}
    for number, header in enumerate(table.headers):
        if not header or number in called:
            continue
        known = _known(header, vocabulary)
        if known is not None:
            called |= {number: known} if known != header else {}
        elif fold(header) in _ORDINALS:
            called[number] = LEFT_OUT
        elif (end := _known(header.rpartition(JOIN)[2], vocabulary)) is not None:
            ends[number] = end
    meant = Counter(
        _identity(ends.get(number, name), vocabulary) for number, name in enumerate(table.called_by(called))
    )
    remarks: list[Remark] = []
    for number, end in ends.items():
        header = table.headers[number]
        if meant[_identity(end, vocabulary)] == 1 and not _of_another(header, end, vocabulary):
            called[number] = end
        else:
            called[number] = LEFT_OUT
            remarks.append(("ambiguous-header", {"header": header, "name": end}))
    return replace(table, called=called, remarks=(*table.remarks, *remarks))


def _identity(name: str, vocabulary: Vocabulary) -> str:
    """What is equal for names of one meaning."""
    return vocabulary.meaning(name) or fold(name)


def _of_another(header: str, end: str, vocabulary: Vocabulary) -> bool:
    """Whether a general word belongs to a known word above it that means something else."""
    above = header.split(JOIN)[:-1]
    return end in _GENERAL and any(
        vocabulary.knows(part) and vocabulary.meaning(part) != vocabulary.meaning(end) for part in above
    )


def _known(header: str, vocabulary: Vocabulary) -> str | None:
    """A header as it is known: as it stands, without a star, or without its own unit behind it."""
    if vocabulary.knows(header):
        return header
    bare = header.strip("* ")
    found = _WITH_UNIT.fullmatch(bare)
    if found and clean(found[found.lastindex or 0]) in _FORM | _units(found[1], vocabulary):
        bare = found[1]
    return bare if vocabulary.knows(bare) else None


def _units(name: str, vocabulary: Vocabulary) -> set[str]:
    """The units that may stand behind a name: the one that it has wherever it is known; points are in 分.

    Percentages are in % whatever their own unit is: ``percents.py`` reads them so.
    """
    if vocabulary.meaning(name) in _IN_POINTS:
        return {"分"}
    fields = vocabulary.named(name)
    found = {field.unit for field in fields}
    own = {clean(unit) for unit in found if unit} if len(found) == 1 else set()
    return own | {"%"} if fields and all(field.kind == "percent" for field in fields) else own

"""Areas (属地): the tree of them, from a table of areas or as rows write them, and the area that a row means.

An area is its path from the top, 周口市/川汇区/七一路街道. A row may write less of it, as long as one area only fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from duibiao.evaluator.intake.column import Column, zipped
from duibiao.evaluator.intake.headers import LEVEL
from duibiao.evaluator.intake.names import Names, clean
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import Cell, read_optional, read_word

# An area as a row writes it: the level, where a column gives it, and the name of each area, from the top.
Written = tuple[tuple[str | None, str], ...]
SEPARATOR: Final = "/"


@dataclass(frozen=True, slots=True)
class Area:
    """One area; ``level`` is a key of area_levels, or None where nothing tells it."""

    path: str
    name: str
    level: str | None
    parent: str | None
    leader: str | None = None


def steps(path: str) -> list[str]:
    """The names in a path as written."""
    return [name for part in path.split(SEPARATOR) if (name := clean(part))]


def written(levels: Sequence[tuple[str, str | None]], area: str | None) -> Written:
    """What the columns of levels (from the top) and the column 属地 of one row say together."""
    found: list[tuple[str | None, str]] = []
    for level, text in levels:
        names = steps(text or "")
        found += [(None, name) for name in names[:-1]] + [(level, name) for name in names[-1:]]
    path = steps(area or "")
    named = {name: level for level, name in found}
    if named.keys() <= set(path):
        return tuple((named.get(name), name) for name in path)
    return (*found, *((None, name) for name in path if name not in named))


def areas_in(reading: Reading, levels: Sequence[str]) -> Column[Written]:
    """The area that each row of a table writes; () where it writes none."""
    columns = [LEVEL + level for level in levels if LEVEL + level in reading.columns]
    texts = [reading.read(column, read_word) for column in columns]

    def area_of(row: tuple[object, ...]) -> Written:
        *names, area = (None if text is None else str(text) for text in row)
        return written([(level.removeprefix(LEVEL), name) for level, name in zip(columns, names, strict=True)], area)

    return zipped(*texts, reading.read("area", read_word)).map(area_of)


def shown(area: Written) -> str:
    """An area as written, in a line."""
    return SEPARATOR.join(name for _, name in area)


def column_of(area: Written) -> str:
    """The meaning of the column that gave the lowest area."""
    level = area[-1][0] if area else None
    return LEVEL + level if level else "area"


def _fits(level: str | None, other: str | None) -> bool:
    return level is None or other is None or level == other


class Areas:
    """The areas that there are, and their levels (key -> title, from the top).

    ``closed`` where a table of areas says which there are; else they are those that rows write.
    """

    def __init__(self, areas: Iterable[Area], levels: Mapping[str, str], closed: bool) -> None:
        self.levels, self.titles, self.closed = tuple(levels), levels, closed
        self.by_path = {area.path: area for area in sorted(areas, key=lambda area: area.path)}
        self._by_name: dict[str, list[Area]] = defaultdict(list)
        for area in self.by_path.values():
            self._by_name[area.name].append(area)
        self._names = Names((area.name, area.path) for area in self.by_path.values())
        self._found: dict[Written, str | Wrong] = {}

    def at(self, level: str) -> list[Area]:
        """The areas of one level, in the order of their paths."""
        return [area for area in self.by_path.values() if area.level == level]

    def chain(self, path: str | None) -> list[Area]:
        """An area and those above it, from the lowest to the top."""
        found: list[Area] = []
        while path is not None:
            found.append(self.by_path[path])
            path = found[-1].parent
        return found

    def above(self, path: str | None, level: str) -> str | None:
        """The area of ``level`` that an area is, or lies in."""
        return next((area.path for area in self.chain(path) if area.level == level), None)

    def contains(self, path: str, other: str | None) -> bool:
        """Whether ``other`` is the area at ``path`` or lies in it."""
        return any(area.path == path for area in self.chain(other))

    def agree(self, path: str | None, other: str | None) -> bool:
        """Whether two areas may be said of one place: one is the other, or lies in it, or is not said."""
        return path is None or other is None or self.contains(path, other) or self.contains(other, path)

    @property
    def top(self) -> str | None:
        """The one area above all others, if there is one."""
        tops = [area.path for area in self.by_path.values() if area.parent is None]
        return tops[0] if len(tops) == 1 else None

    def find(self, area: Written) -> str:
        """The path of the area that a row means; raises ``Wrong`` where none or several fit."""
        if area not in self._found:
            try:
                self._found[area] = self._find(area)
            except Wrong as wrong:
                self._found[area] = wrong
        found = self._found[area]
        if isinstance(found, Wrong):
            raise found.with_traceback(None)  # else every row that raises it again would lengthen its traceback
        return found

    def _find(self, area: Written) -> str:
        if len(area) > len(self.levels):
            raise Wrong("area-depth", column_of(area), value=shown(area), levels=", ".join(self.titles.values()))
        level, name = area[-1]
        fitting = [
            each for each in self._by_name.get(name, ()) if _fits(level, each.level) and self._lies_in(each, area[:-1])
        ]
        exact = [each for each in fitting if each.path == shown(area)]
        if len(exact or fitting) == 1:
            return (exact or fitting)[0].path
        if fitting:
            paths = [each.path for each in fitting]
            raise Wrong("ambiguous-area", column_of(area), value=shown(area), areas=", ".join(paths), example=paths[0])
        raise Wrong("unknown-area", column_of(area), value=shown(area), advice=self._names.advise(name))

    def _lies_in(self, area: Area, above: Written) -> bool:
        """Whether the areas written above come in this order above an area; some may be left out."""
        chain = iter(self.chain(area.parent))
        return all(
            any(each.name == name and _fits(level, each.level) for each in chain) for level, name in reversed(above)
        )


def areas_as_written(mentions: Iterable[Written], titles: Mapping[str, str]) -> Areas:
    """The areas that rows write, where no table of areas says which there are.

    川汇区 and 周口市/川汇区 are one area if no other 川汇区 is written. Levels are those of the columns; between and
    below them they follow one another, and a path of several names that no column places starts at the top level.
    """
    levels = tuple(titles)
    usable = {area for area in mentions if len(area) <= len(levels)}
    paths = _rooted({area[:end] for area in usable for end in range(1, len(area) + 1)}, len(levels))
    known: dict[tuple[str, ...], set[str]] = defaultdict(set)
    below: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for path in paths:
        names = tuple(name for _, name in path)
        known[names] |= {level for level, _ in path[-1:] if level is not None}
        below[names[0]] += [(len(names) - 1, levels.index(level)) for level in known[names]]
    deep = {names[0] for names in known if len(names) > 1}
    found: dict[tuple[str, ...], Area] = {}
    for names in sorted(known, key=lambda names: (len(names), names)):
        parent = found.get(names[:-1])
        level = min(known[names], key=levels.index, default=None)
        if level is None and parent is not None:
            level = _level_below(parent.level, levels)
        elif level is None and names[0] in deep:
            depth, index = min(below[names[0]], default=(0, 0))
            level = levels[max(0, index - depth)]
        found[names] = Area(SEPARATOR.join(names), names[-1], level, parent.path if parent else None)
    return Areas(found.values(), titles, closed=False)


def _level_below(level: str | None, levels: Sequence[str]) -> str | None:
    return None if level is None or level == levels[-1] else levels[levels.index(level) + 1]


def _roots(paths: set[Written]) -> dict[tuple[str | None, str], dict[str, Written]]:
    """For each first step of a path the longer paths that end in it, by how they are shown.

    What stands below the step cannot stand above it.
    """
    above: dict[str, list[Written]] = defaultdict(list)
    below: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for path in sorted(paths, key=str):
        below[path[0]] |= {name for _, name in path}
        if len(path) > 1:
            above[path[-1][1]].append(path)
    return {
        (level, name): {
            shown(other): other
            for other in above[name]
            if _fits(level, other[-1][0]) and not names & {each for _, each in other[:-1]}
        }
        for (level, name), names in below.items()
    }


def _rooted(paths: set[Written], depth: int) -> set[Written]:
    """The same areas with what stands above their first name elsewhere put before it, where that is one path only.

    Left out are paths whose first name may be one of several areas, and those that become deeper than ``depth``.
    """
    while True:
        roots = _roots(paths)
        rooted: set[Written] = set()
        ambiguous: set[Written] = set()
        for path in paths:
            found = roots[path[0]]
            (root,) = found.values() if len(found) == 1 else (path[:1],)
            whole = (*root, *path[1:])
            if len(whole) <= depth:
                rooted.add(whole)
            if len(found) > 1:
                ambiguous.add(whole)
        if rooted == paths:
            return paths - ambiguous
        paths = rooted


@dataclass(frozen=True, slots=True, order=True)
class _Row:
    """A row of a table of areas; ordered by what it says, so that the order of rows changes nothing."""

    above: tuple[str, ...]
    name: str
    level: str
    leader: str
    reading: Reading = field(compare=False)
    row: int = field(compare=False)

    def reject(self, code: str, meaning: str, **values: object) -> None:
        self.reading.reject(self.row, Wrong(code, meaning, **values))

    @property
    def column(self) -> str:
        return "site" if "site" in self.reading.columns else "area"


def _rows_of_areas(reading: Reading, levels: Names[str]) -> list[_Row]:
    def level_of(cell: Cell) -> str | None:
        text = read_word(cell)
        found = levels.get(text) if text else []
        if text and not found:
            raise Wrong("unknown-level", value=text, advice=levels.advise(text))
        return found[0] if found else None

    names, areas, parents, leaders = (
        reading.read(meaning, read)
        for meaning, read in (
            ("site", read_word),
            ("area", read_word),
            ("parent", read_optional),
            ("leader", read_optional),
        )
    )
    given = reading.read("level", level_of)
    called = zipped(names, areas).map(lambda pair: steps(str(pair[0] or pair[1] or "")) or None)
    reading.require("site" if "site" in reading.columns else "area", called)
    return [
        _Row(
            tuple(steps(str(parent or ""))) or tuple(path[:-1]),
            path[-1],
            str(level or ""),
            str(leader or ""),
            reading,
            row,
        )
        for row, (path, parent, level, leader) in enumerate(zip(called, parents, given, leaders, strict=True))
        if path and row not in reading.wrong
    ]


def areas_of_tables(readings: Sequence[Reading], levels: Mapping[str, str], names: Names[str]) -> Areas:
    """The areas of the tables of areas. Rows that name no parent, an unknown one or a circle are rejected."""
    rows = sorted(row for reading in readings for row in _rows_of_areas(reading, names))
    return _Tree(rows, levels).grown()


class _Tree:
    """Places the rows of tables of areas below one another, from the top down."""

    def __init__(self, rows: Sequence[_Row], levels: Mapping[str, str]) -> None:
        self.levels, self.titles = tuple(levels), levels
        self.waiting = list(rows)
        self.named: dict[str, set[_Row]] = defaultdict(set)
        for row in rows:
            self.named[row.name].add(row)
        self.placed: dict[str, tuple[Area, _Row | None]] = {}
        self.placed_by_name: dict[str, list[Area]] = defaultdict(list)
        self.done: set[_Row] = set()

    def grown(self) -> Areas:
        """Place every row that can be placed, reject the others."""
        self._place_implied_top()
        while True:
            ready = [(row, parents) for row in self.waiting if (parents := self._parents(row)) is not None]
            if not ready:
                break
            leaving = {row for row, _ in ready}
            self.waiting = [row for row in self.waiting if row not in leaving]
            for row, parents in ready:
                self._place(row, parents)
        known = Names((name, name) for name in sorted(self.named))
        for row in self.waiting:
            if row.above[-1] not in self.named:
                row.reject("unknown-area", "parent", value=row.above[-1], advice=known.advise(row.above[-1]))
            else:
                row.reject("area-without-top", "parent", value=row.name)
        return Areas((area for area, _ in self.placed.values()), self.titles, closed=True)

    def _place_implied_top(self) -> None:
        """A city that no row describes: the one name that stands above others and has no row, where no row is a top."""
        tops = {row.above[0] for row in self.waiting if row.above and row.above[0] not in self.named}
        if len(tops) == 1 and all(row.above for row in self.waiting):
            (top,) = tops
            self._add(Area(top, top, self.levels[0], None), None)

    def _add(self, area: Area, row: _Row | None) -> None:
        self.placed[area.path] = (area, row)
        self.placed_by_name[area.name].append(area)

    def _parents(self, row: _Row) -> list[Area] | None:
        """The areas that may lie above a row ([] at the top), or None while that is not known."""
        if not row.above:
            return []
        itself = (row.above, row.name)
        others = self.named.get(row.above[-1], ())
        if any(other not in self.done and (other.above, other.name) != itself for other in others):
            return None
        fitting = [area for area in self.placed_by_name[row.above[-1]] if self._under(area, row.above)]
        return fitting or None

    def _under(self, area: Area, above: Sequence[str]) -> bool:
        chain = iter(area.path.split(SEPARATOR)[-2::-1])
        return all(name in chain for name in reversed(above[:-1]))

    def _place(self, row: _Row, parents: list[Area]) -> None:
        self.done.add(row)
        index = self.levels.index(row.level) if row.level else None
        if len(parents) > 1 and index:
            parents = [area for area in parents if area.level == self.levels[index - 1]] or parents
        if len(parents) > 1:
            paths = sorted(area.path for area in parents)
            row.reject("ambiguous-area", "parent", value=row.above[-1], areas=", ".join(paths), example=paths[0])
            return
        parent = parents[0] if parents else None
        path = f"{parent.path}{SEPARATOR}{row.name}" if parent else row.name
        least = self.levels.index(parent.level) + 1 if parent and parent.level else 0
        if path in self.placed:
            kept = self.placed[path][1]
            place = kept.reading.place(kept.row) if kept else row.above[-1]
            row.reject("duplicate-area", row.column, value=path, kept=place)
        elif least == len(self.levels):
            row.reject("area-depth", row.column, value=path, levels=", ".join(self.titles.values()))
        elif index is not None and index < least:
            row.reject(
                "area-order", "level", value=path, level=self.titles[row.level], parent=parent.path if parent else ""
            )
        else:
            level = self.levels[least if index is None else index]
            self._add(Area(path, row.name, level, parent.path if parent else None, row.leader or None), row)

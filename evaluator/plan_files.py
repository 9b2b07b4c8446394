"""Files of a plan's request: person-days by name, and names; what cannot be read is told with its line, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import yaml

from duibiao.criteria.diagnostics import N_
from duibiao.evaluator.intake.delimited import decode, line_breaks, read_delimited
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.names import clean, fold
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.plan_request import Mistake

UNREADABLE: Final = N_("'{path}' cannot be read: {reason}")
NOT_PAIRS: Final = N_("'{path}' is no list of names with person-days; write a line each, as 'name: 2'")
NO_PAIR: Final = N_("{place}: '{line}' is no name with its person-days; write both and nothing else, as 'name,2'")
NO_LINE: Final = N_("--{option}: '{path}' holds no name; write a line each, or leave the option out")
NO_NUMBER: Final = N_("{place}: '{days}' for '{name}' is no number of person-days; write it as 40 or 2.5")
NO_HEADER: Final = N_(
    "{place}: '{days}' for '{name}' is no number of person-days; write it as 40 or 2.5, or a header as 'name,days'"
)
NO_NUMBER_TOLD: Final = N_("{place}: '{days}' is no number; write it as 40 or 2.5")
NO_SHARE_TOLD: Final = N_("{place}: '{share}' is no share; write it as 0.9 or 90%")
TWICE: Final = N_("{place}: '{name}' has person-days already; leave one line out")
LARGEST: Final = 10**9
DIGITS: Final = 6  # behind the point
# What stands above names and above person-days where a file has a header; any other first line is one of them.
NAMES: Final = frozenset(
    "name title id unit criterion gap 名称 单位 责任单位 牵头单位 部门 标准 测评标准 差距 编号 台账号".split()
)
DAYS: Final = frozenset(
    "days persondays person-days budget budgets effort efforts 人天 人日 人天数 天数 预算 人天预算 工作量".split()
)
T = TypeVar("T")
Line = tuple[int, Sequence[str]]  # its number in the file, and its cells


@dataclass
class Reading:
    """What is read of a request: ``mistakes`` and ``places`` of names fill up as its options are read."""

    mistakes: list[Mistake] = field(default_factory=list)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def number(self, option: str, text: str | None) -> Fraction | None:
        """The number of an option."""
        if text is None:
            return None
        number = number_of(text)
        if number is None:
            self.mistakes.append((NO_NUMBER_TOLD, {"place": f"--{option}", "days": text}))
        return number

    def share(self, option: str, text: str | None) -> Fraction | None:
        """The share of an option: 0.9 or 90%."""
        if text is None:
            return None
        told = clean(text)
        number = number_of(told.removesuffix("%"))
        if number is None:
            self.mistakes.append((NO_SHARE_TOLD, {"place": f"--{option}", "share": text}))
            return None
        return number / 100 if told.endswith("%") else number

    def days(self, option: str, path: Path | None) -> dict[str, Fraction]:
        """Person-days by name: a .csv or .tsv of two columns, with a header or none, or a .yaml of ``name: days``."""
        if path is None:
            return {}
        lines = self._read(option, path, partial(_lines, suffix=path.suffix.lower()))
        found: dict[str, Fraction] = {}
        for index, (line, cells) in enumerate(lines):
            place = f"{path.name}:{line}"
            if len(cells) != len(("name", "days")) or not cells[0]:
                self.mistakes.append((NO_PAIR, {"place": place, "line": ",".join(cells)}))
                continue
            name, days = cells
            number = number_of(days)
            if number is None:
                told = NO_NUMBER if index else NO_HEADER
                self.mistakes.append((told, {"place": place, "name": name, "days": days}))
            elif name in found:
                self.mistakes.append((TWICE, {"place": place, "name": name}))
            else:
                found[name] = number
                self.places[option, name] = place
        return found

    def names(self, option: str, told: Sequence[str]) -> tuple[str, ...]:
        """Names as told, or where a file is told a name a line of it."""
        names: list[str] = []
        for each in told:
            path = Path(each)
            if not path.is_file():
                names.append(each)
                continue
            found = self._read(option, path, _named)
            for number, name in found:
                names.append(name)
                self.places[option, name] = f"{path.name}:{number}"
        return tuple(names)

    def _read(self, option: str, path: Path, lines_of: Callable[[bytes], Iterator[T]]) -> list[T]:
        """What the lines of a file tell; a mistake where they tell nothing: who names a file means something by it."""
        try:
            lines = list(lines_of(path.read_bytes()))
        except (OSError, Refused, yaml.YAMLError) as error:
            self.mistakes.append((UNREADABLE, {"path": str(path), "reason": _reason(error, path.name)}))
        except ValueError:
            self.mistakes.append((NOT_PAIRS, {"path": str(path)}))
        else:
            if not lines:
                self.mistakes.append((NO_LINE, {"option": option, "path": str(path)}))
            return lines
        return []


def _reason(error: OSError | Refused | yaml.YAMLError, file: str) -> str:
    if isinstance(error, Refused):
        return error.at(file).message
    told = error.strerror if isinstance(error, OSError) else None
    return told or " ".join(str(error).split())


def number_of(text: str) -> Fraction | None:
    """A number as people write it, with a few digits behind the point; None where it is none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number.copy_abs() >= LARGEST or number != round(number, DIGITS):
        return None
    return Fraction(number)


def _named(raw: bytes) -> Iterator[tuple[int, str]]:
    """The names in a file, a line each, with the numbers of the lines. Raises Refused."""
    for number, line in enumerate(decode(raw).splitlines(), 1):
        if name := line.strip():
            yield number, name


def _lines(raw: bytes, suffix: str) -> Iterator[Line]:
    """The lines of a file that tell something, without a header. Raises Refused, yaml.YAMLError, and ValueError where
    YAML holds no mapping of names to single values."""
    if suffix in {".yaml", ".yml"}:
        yield from _yaml_lines(decode(raw))
        return
    rows, _encoding = read_delimited(raw, "tsv" if suffix == ".tsv" else "csv", Limits())
    line, first = 1, True
    for row in rows:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells and not (first and _is_header(cells)):
            yield line, cells
        first = first and not cells
        line += 1 + sum(map(line_breaks, row))


def _is_header(cells: Sequence[str]) -> bool:
    return len(cells) == len(("name", "days")) and fold(cells[0]) in NAMES and fold(cells[1]) in DAYS


def _yaml_lines(text: str) -> Iterator[Line]:
    node = yaml.compose(text, yaml.CSafeLoader)
    if node is None:
        return
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(text)
    for name, days in node.value:
        if not isinstance(name, yaml.ScalarNode) or not isinstance(days, yaml.ScalarNode):
            raise ValueError(text)
        yield name.start_mark.line + 1, (name.value, days.value)

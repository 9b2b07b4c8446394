"""Files of a plan's request: person-days by name, and names; what cannot be read is told with its line, all at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Final

import yaml

from duibiao.criteria.diagnostics import N_
from duibiao.evaluator.plan_request import Mistake

UNREADABLE: Final = N_("'{path}' cannot be read: {reason}")
NOT_UTF8: Final = N_("'{path}' is not UTF-8; save it as CSV UTF-8")
NOT_PAIRS: Final = N_("'{path}' is no list of names with person-days; write a line each, as 'name: 2'")
NO_NUMBER: Final = N_("{place}: '{days}' for '{name}' is no number of person-days; write it as 40 or 2.5")
NO_NUMBER_TOLD: Final = N_("{place}: '{days}' is no number; write it as 40 or 2.5")
TWICE: Final = N_("{place}: '{name}' has person-days already; leave one line out")
LARGEST: Final = 10**9
DIGITS: Final = 6  # behind the point


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

    def days(self, option: str, path: Path | None) -> dict[str, Fraction]:
        """Person-days by name: a .csv of two columns, with or without a header, or a .yaml of ``name: days``."""
        text = self._text(path) if path is not None else None
        if path is None or text is None:
            return {}
        of_yaml = path.suffix.lower() in {".yaml", ".yml"}
        try:
            rows = list(_yaml_rows(text)) if of_yaml else list(_csv_rows(text))
        except (yaml.YAMLError, csv.Error) as error:
            self.mistakes.append((UNREADABLE, {"path": str(path), "reason": " ".join(str(error).split())}))
            return {}
        except ValueError:
            self.mistakes.append((NOT_PAIRS, {"path": str(path)}))
            return {}
        found: dict[str, Fraction] = {}
        for line, name, days in rows:
            place, number = f"{path.name}:{line}", number_of(days)
            if number is None:
                self.mistakes.append((NO_NUMBER, {"place": place, "name": name, "days": days}))
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
            for number, line in enumerate((self._text(path) or "").splitlines(), 1):
                if name := line.strip():
                    names.append(name)
                    self.places[option, name] = f"{path.name}:{number}"
        return tuple(names)

    def _text(self, path: Path) -> str | None:
        try:
            return path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            self.mistakes.append((NOT_UTF8, {"path": str(path)}))
        except OSError as error:
            self.mistakes.append((UNREADABLE, {"path": str(path), "reason": error.strerror or str(error)}))
        return None


def number_of(text: str) -> Fraction | None:
    """A number as people write it, with a few digits behind the point; None where it is none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number.copy_abs() >= LARGEST or number != round(number, DIGITS):
        return None
    return Fraction(number)


def _csv_rows(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and person-days; a first line without a number is a header."""
    reader = csv.reader(io.StringIO(text), strict=True)
    for index, row in enumerate(each for each in reader if any(cell.strip() for cell in each)):
        days = row[1].strip() if len(row) > 1 else ""
        if index or number_of(days) is not None:
            yield reader.line_num, row[0].strip(), days


def _yaml_rows(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and person-days. Raises ValueError where it is no mapping of names to single values."""
    node = yaml.compose(text, yaml.CSafeLoader)
    if node is None:
        return
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(text)
    for name, days in node.value:
        if not isinstance(name, yaml.ScalarNode) or not isinstance(days, yaml.ScalarNode):
            raise ValueError(text)
        yield name.start_mark.line + 1, name.value, days.value

"""Rounds (轮次): the table of them, and the round that a row belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final, Literal

from duibiao.evaluator.intake.names import Names
from duibiao.evaluator.intake.reading import Reading
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import read_date, read_word

Period = Literal["day", "week", "month"]
_LISTED: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Round:
    """One round; both days count."""

    start: date
    end: date
    id: str
    title: str
    reading: Reading = field(compare=False)
    row: int = field(compare=False)


def rounds_of_tables(readings: Sequence[Reading]) -> list[Round]:
    """The rounds of the tables of rounds, by date. Those that repeat or overlap another are rejected."""
    kept: dict[str, Round] = {}
    for each in sorted(each for reading in readings for each in _rows_of_rounds(reading)):
        last = max(kept.values(), key=lambda other: other.end, default=None)
        same = kept.get(each.id)
        if same is not None:
            place = same.reading.place(same.row)
            each.reading.reject(each.row, Wrong("duplicate-round", "round", value=each.id, kept=place))
        elif last is not None and each.start <= last.end:
            wrong = Wrong("rounds-overlap", "from", value=each.id, other=last.id, end=last.end.isoformat())
            each.reading.reject(each.row, wrong)
        else:
            kept[each.id] = each
    return list(kept.values())


def _rows_of_rounds(reading: Reading) -> Iterator[Round]:
    names, titles = reading.read("round", read_word), reading.read("title", read_word)
    starts, ends = (reading.read(meaning, partial(read_date, epoch=reading.raw.epoch)) for meaning in ("from", "until"))
    for meaning, values in (("round", names), ("from", starts), ("until", ends)):
        reading.require(meaning, values)
    for row, (name, title, start, end) in enumerate(zip(names, titles, starts, ends, strict=True)):
        if isinstance(start, date) and isinstance(end, date) and end < start:
            reading.reject(row, Wrong("dates-order", "until", value=end.isoformat(), start=start.isoformat()))
        elif isinstance(start, date) and isinstance(end, date) and row not in reading.wrong:
            yield Round(start, end, str(name), str(title or name), reading, row)


class Rounds:
    """Which round a row belongs to: what it says, else what mapping.yaml says, else its date, else the whole run."""

    def __init__(self, rounds: Sequence[Round], listed: bool, by: Period | None) -> None:
        self.rounds, self.listed, self.by = rounds, listed, by
        self._names = Names((name, each.id) for each in rounds for name in (each.title, each.id))

    def of(self, name: str | None, given: str | None, at: datetime | None) -> str:
        """The id of the round, '' for the whole run; raises ``Wrong``."""
        text = name or given
        if text is not None:
            return self._named(text)
        if self.listed:
            return self._at(at)
        if self.by is None:
            return ""
        if at is None:
            raise Wrong("missing-date", "date")
        return period_of(at, self.by)

    def _named(self, text: str) -> str:
        if not self.listed:
            return text
        found = self._names.get(text)
        if not found:
            raise Wrong("unknown-round", "round", value=text, advice=self._names.advise(text))
        return found[0]

    def _at(self, at: datetime | None) -> str:
        if at is None:
            if len(self.rounds) == 1:
                return self.rounds[0].id
            raise Wrong("missing-date", "date")
        for each in self.rounds:
            if each.start <= at.date() <= each.end:
                return each.id
        known = ", ".join(f"{each.id} {each.start}..{each.end}" for each in self.rounds[-_LISTED:])
        raise Wrong("outside-rounds", "date", value=at.date().isoformat(), rounds=known)


def period_of(at: datetime, by: Period) -> str:
    """The day, ISO week or month of a date, as the id of a round: 2026-03-06, 2026-W10, 2026-03."""
    if by == "week":
        year, week, _ = at.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{at:%Y-%m-%d}" if by == "day" else f"{at:%Y-%m}"

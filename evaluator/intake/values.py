"""One cell -> one value: numbers, percentages, yes or no, dates and words as people type them.

Every reader takes a raw cell and gives the value, None where nothing was observed, or raises ``Wrong``. Numbers go
through Decimal and are rounded once. Nothing is guessed: Chinese numerals, two-digit years and the like are refused.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final, assert_never

from duibiao.criteria.models import Field
from duibiao.evaluator.intake.names import advise, clean, fold, option_code
from duibiao.evaluator.intake.reasons import Wrong


@dataclass(frozen=True, slots=True)
class Opaque:
    """A cell that holds no single value: an object inside an object, bytes."""

    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell whose formula has no value: an error such as #DIV/0!, or a formula that was never computed."""

    text: str


@dataclass(frozen=True, slots=True)
class Percentage:
    """A number that its cell shows as a percentage: 0.88 as 88%."""

    share: float


# What a table may hold in a cell. True and False arrive as the texts 'true' and 'false', so that 1 is never True;
# a list of values arrives as a tuple of texts.
Cell = (
    str
    | int
    | float
    | Decimal
    | date
    | datetime
    | time
    | timedelta
    | tuple[str, ...]
    | Percentage
    | Opaque
    | Broken
    | None
)
Reader = Callable[[Cell], object]

LONGEST_TEXT: Final = 32_767  # what a cell of a workbook can hold
LONGEST_NUMBER: Final = 60
_SHORT: Final = 60  # texts that are kept as long as the process lives
DIGITS_OF_A_WORKBOOK: Final = 10**15
BLANKS: Final = frozenset({"", "/", "—", "——", "–", "-", "--", "─", "──", "无数据", "未检查", "n/a"})
NOTHING: Final = BLANKS | {"无", "没有", "none"}
YES: Final = frozenset("是 √ ✓ ✔ ☑ 有 达标 符合 合格 通过 yes y true 1".split())
NO: Final = frozenset("否 × ✗ ✘ x 无 没有 不达标 未达标 不符合 不合格 不通过 未通过 no n false 0".split())
NOT_APPLICABLE: Final = frozenset({"不适用", "notapplicable", "not_applicable"})

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?")
_NUMBER: Final = re.compile(
    r"[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?"
)
# One digit, or digits before 十 百 千, with one measure word behind them; 八成 is no eight.
_NUMERAL: Final = re.compile(
    r"(?=[零一二两三四五六七八九十])"
    r"((?:[一二两三四五六七八九]千)?零?(?:[一二两三四五六七八九]百)?零?(?:[一二三四五六七八九]?十)?[零一二两三四五六七八九]?)"
    r"[^成折半万亿分倍0-9一二三四五六七八九十百千]?"
)
_WEEKDAY: Final = r"(?:\s*\(?(?:周|星期)[一二三四五六日天]\)?)?"
_CLOCK: Final = r"(?:(?:T|\s+|(?<=[日号]))([0-9]{1,2})(?::|时)([0-9]{2})(?:分|:([0-9]{2})(?:\.[0-9]{1,9})?)?)?"
_MOMENTS: Final = [
    re.compile(day + _WEEKDAY + _CLOCK)
    for day in (
        r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})",
        r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})",
        r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})",
        r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]",
        r"([0-9]{4})([0-9]{2})([0-9]{2})",
    )
]
_YEARS: Final = range(1900, 2200)
_SERIALS: Final = (10_000, 109_574)  # 1927-05-18 to 2199-12-31; a year typed as a number is none of them
_SEPARATORS: Final = re.compile(r"[、,;|\n\t]+")
_WEAK_SEPARATORS: Final = re.compile(r"[、,;|/\s]+")


def _shown(number: Decimal) -> str:
    """A number without exponent and without zeros that say nothing."""
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
        return str(number)
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def text_of(cell: Cell) -> str:
    """A cell as messages and text columns show it; nothing is refused here."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case Opaque() | Broken():
            return cell.text
        case Percentage():
            return _shown(Decimal(repr(cell.share)).scaleb(2)) + "%"
        case float():
            return _shown(Decimal(repr(cell)))
        case int() | Decimal():
            return _shown(Decimal(cell))
        case datetime():
            whole_day = cell.time() == time(0)
            return cell.date().isoformat() if whole_day else cell.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return "、".join(cell)


def shown(cell: Cell) -> str:
    """``text_of`` as a cell of a workbook can hold it: characters that no document can hold are replaced."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text_of(cell))[:LONGEST_TEXT]


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing at all."""
    # what begins with a letter or a figure need not be made clean to be seen
    return cell is None or (isinstance(cell, str) and not (cell[:1].isalnum() or clean(cell)))


def says_nothing(cell: Cell) -> bool:
    """Whether a cell is blank or holds a sign for no data."""
    return is_blank(cell) or (isinstance(cell, str) and clean(cell).lower() in BLANKS)


def _safe(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Wrong("text-too-long", value=text[:40] + "...", length=len(text), limit=LONGEST_TEXT)
    found = _CONTROL.search(text)
    if found:
        raise Wrong("control-character", value=f"U+{ord(found[0]):04X}")
    return clean(text)


def read_text(cell: Cell) -> str | None:
    """A text; a number as it would be shown; a list joined by 、."""
    if isinstance(cell, Broken):
        raise Wrong("formula-without-value")
    if isinstance(cell, Opaque):
        raise Wrong("unreadable-text")
    if isinstance(cell, float) and abs(cell) >= DIGITS_OF_A_WORKBOOK:
        raise Wrong("digits-lost")
    return _safe(text_of(cell)) or None


def read_word(cell: Cell) -> str | None:
    """A name or remark in a standard column; the signs for no data are no name."""
    return _word(cell) if isinstance(cell, str) and len(cell) <= _SHORT else _named(read_text(cell))


@lru_cache(maxsize=1 << 18)  # names stand in table after table
def _word(text: str) -> str | None:
    return _named(_safe(text))


def _named(text: str | None) -> str | None:
    return None if not text or text.lower() in BLANKS else text


def read_optional(cell: Cell) -> str | None:
    """As ``read_word``, in a column where 无 says that there is none."""
    text = read_text(cell)
    return None if text is None or text.lower() in NOTHING else text


def split_names(text: str) -> list[str]:
    """The names in a cell that may hold several: 公安局、城管局."""
    return [part for part in _WEAK_SEPARATORS.split(text) if part]


def _figures(cell: Cell, code: str) -> str | None:
    """The text of a cell that is read as a number, a date or a verdict; None where it says that there is no data.

    NFKC would make 10² a 102 and ⑧ an 8: such figures are refused.
    """
    if isinstance(cell, date | time | timedelta | tuple | Opaque):
        raise Wrong(code)
    text = read_word(cell)
    if text is not None and isinstance(cell, str) and not cell.isascii():
        if any(unicodedata.category(each) == "No" for each in cell):
            raise Wrong(code)
        return text.replace("\N{MINUS SIGN}", "-")
    return text


def _in_digits(text: str) -> str | None:
    """三处 -> 3, 十二 -> 12: what to propose for a number in Chinese characters; it is never read as one."""
    found = _NUMERAL.fullmatch(text)
    if found is None:
        return None
    whole, digit = 0, 0
    for character in found[1]:
        value = 2 if character == "两" else int(unicodedata.numeric(character))
        if value < 10:
            digit = value
        else:
            whole, digit = whole + (digit or 1) * value, 0
    return str(whole + digit)


def _decimal(text: str, unit: str | None, code: str) -> Decimal:
    if unit and text.endswith(clean(unit)):
        text = text[: -len(clean(unit))].rstrip()
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        digits = _in_digits(text)
        raise Wrong(code, **({"example": digits} if digits else {}))
    return Decimal(text.replace(",", ""))


def _rounded(number: Decimal | float, code: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise Wrong(code)
    return value + 0.0  # -0.0 becomes 0.0


def read_number(cell: Cell, unit: str | None = None, code: str = "unreadable-number") -> float | None:
    """A finite number; the field's own unit may stand behind it."""
    if isinstance(cell, float):
        return _rounded(cell, code)
    if isinstance(cell, int | Decimal):
        return _rounded(Decimal(cell), code)
    if isinstance(cell, str) and _PLAIN_NUMBER.fullmatch(cell):
        return float(cell) + 0.0  # correctly rounded, as Decimal would be
    text = _figures(cell, code)
    return None if text is None else _rounded(_decimal(text, unit, code), code)


def read_count(cell: Cell, unit: str | None = None) -> float | None:
    """A whole number from 0."""
    return _whole(read_number(cell, unit, "unreadable-count"), 0, "unreadable-count")


def read_population(cell: Cell) -> float | None:
    """How many people there are: a whole number from 1."""
    return _whole(read_number(cell, None, "unreadable-population"), 1, "unreadable-population")


def _whole(value: float | None, least: int, code: str) -> float | None:
    if value is not None and (value < least or not value.is_integer()):
        raise Wrong(code)
    return value


def _hundredth(number: Decimal) -> Decimal:
    """A hundredth, exact whatever the number of digits."""
    sign, digits, exponent = number.as_tuple()
    return Decimal((sign, digits, exponent - 2)) if isinstance(exponent, int) else number


def read_percent(cell: Cell, unit: str | None = None, workbook: bool = False) -> float | None:
    """A share: 79.2% is 0.792. A bare number is a share, or a percentage where the field's unit is %.

    A cell that shows a percentage is one. Where the unit is %, a bare 0.88 of a workbook is refused: those of the old
    formats do not tell how they show it, and in the others a column may be shown as numbers by mistake.
    """
    code = "unreadable-percent"
    in_percent = unit is not None and clean(unit) == "%"
    if isinstance(cell, Percentage):
        return _rounded(cell.share, code)
    if isinstance(cell, int | float | Decimal):
        number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
        if in_percent and workbook and 0 < abs(number) <= 1:
            raise Wrong("ambiguous-percent")
        return _rounded(_hundredth(number) if in_percent else number, code)
    text = _figures(cell, code)
    if text is None:
        return None
    signed = text.endswith("%")
    number = _decimal(text.removesuffix("%").rstrip(), None if signed else unit, code)
    return _rounded(_hundredth(number) if signed or in_percent else number, code)


def read_yes_no(cell: Cell, code: str = "unreadable-yes-no") -> bool | None:
    """是 √ 有 达标 yes true 1, or 否 × 无 不达标 no false 0."""
    text = _figures(cell, code)
    if text is None:
        return None
    word = fold(text)
    if word not in YES and word not in NO:
        raise Wrong(code)
    return word in YES


def read_result(cell: Cell) -> str | None:
    """met, missed or not_applicable."""
    if isinstance(cell, str) and fold(cell) in NOT_APPLICABLE:
        return "not_applicable"
    verdict = read_yes_no(cell, "unreadable-result")
    return None if verdict is None else "met" if verdict else "missed"


def read_verdict(cell: Cell) -> tuple[str | None, str] | None:
    """A result and the word for it; no result for a word that only the scale of a criterion may know."""
    text = read_word(cell)
    if text is None:
        return None
    try:
        return read_result(cell), text
    except Wrong:
        return None, text


def _typed_moment(text: str) -> datetime | None:
    for pattern in _MOMENTS:
        found = pattern.fullmatch(text)
        if found:
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            try:
                return datetime(year, month, day, hour, minute, second)
            except ValueError:
                return None
    return None


def read_moment(cell: Cell, epoch: date | None = None) -> datetime | None:
    """A day, with the time of day where there is one; in a workbook also the number of the day, counted from ``epoch``.

    The clock is that of the place: a time with a time zone is refused.
    """
    code = "unreadable-date"
    moment: datetime | None
    if isinstance(cell, datetime):
        if cell.tzinfo is not None:
            raise Wrong("zoned-date", zone=str(cell.tzinfo))
        moment = cell
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day)
    elif epoch and isinstance(cell, int | float) and _SERIALS[0] <= cell < _SERIALS[1]:
        moment = datetime(epoch.year, epoch.month, epoch.day) + timedelta(seconds=round(cell * 86_400))
    else:
        text = _figures(cell, code)
        if text is None:
            return None
        moment = _typed_moment(text)
    if moment is None or moment.year not in _YEARS:
        raise Wrong(code)
    return moment


def read_date(cell: Cell, epoch: date | None = None) -> date | None:
    """A day; a time of day behind it is left out."""
    moment = read_moment(cell, epoch)
    return None if moment is None else moment.date()


class Words:
    """The words that a choice or a grade may be: as declared, or by the codes that forms for phones have for them."""

    def __init__(self, options: Sequence[str]) -> None:
        self.options = options
        self._words = {option_code(each): clean(each) for each in options}
        self._words.update({fold(each): clean(each) for each in reversed(options)})
        self._words.update(
            {clean(each): clean(each) for each in options}
        )  # an exact word wins over one that folds alike

    def get(self, text: str) -> str | None:
        """The declared word in NFKC, or None."""
        return self._words.get(text) or self._words.get(fold(text))

    def unknown(self, text: str) -> Wrong:
        """What to say of a word that is not declared."""
        return Wrong("unknown-option", value=text, advice=advise(text, self.options))

    def choice(self, cell: Cell) -> str | None:
        """One of the words."""
        text = read_text(cell)
        if text is None:
            return None
        word = self.get(text)
        if word is None and text.lower() not in BLANKS:
            raise self.unknown(text)
        return word

    def choices(self, cell: Cell) -> list[str] | None:
        """Any number of the words, in the order of the declaration; 无, or an empty list, is none of them."""
        text = read_text(cell)
        if isinstance(cell, tuple):
            written = [_safe(part) for part in cell]
        elif text is None or (text.lower() in BLANKS and self.get(text) is None):
            return None
        else:
            written = self._split(text)
        for part in written:
            if self.get(part) is None:
                raise self.unknown(part)
        chosen = {self.get(part) for part in written}
        return [word for word in dict.fromkeys(map(clean, self.options)) if word in chosen]

    def _split(self, text: str) -> list[str]:
        if self.get(text):
            return [text]
        if text.lower() in NOTHING:
            return []
        parts: list[str] = []
        for part in _SEPARATORS.split(text):
            parts += [part] if self.get(part) else _WEAK_SEPARATORS.split(part)
        return [part for part in parts if part]


def reader(field: Field, epoch: date | None = None) -> Reader:
    """How the cells of ``field`` are read; ``epoch`` is the day 0 of the workbook that they come from."""
    match field.kind:
        case "count":
            return lambda cell: read_count(cell, field.unit)
        case "number":
            return lambda cell: read_number(cell, field.unit)
        case "percent":
            return lambda cell: read_percent(cell, field.unit, epoch is not None)
        case "yes_no":
            return read_yes_no
        case "choice":
            return Words(field.options).choice
        case "choices":
            return Words(field.options).choices
        case "grade":
            return Words(tuple(field.scale)).choice
        case "text":
            return read_text
        case "date":
            return lambda cell: read_date(cell, epoch)
        case _:
            assert_never(field.kind)

"""Formulas at their limits: how many arguments, how long, how deep; and what a mistake says, word for word."""

from __future__ import annotations

import pytest

from duibiao.criteria.diagnostics import MESSAGES
from duibiao.criteria.formula import MAX_DEPTH, MAX_LENGTH, Comparison, Word, names_written, parse_formula
from tests.test_formula import NAMES, OPENED, read

pytestmark = pytest.mark.usefixtures("english")


def said(text: str) -> list[tuple[int, str]]:
    """The columns and words of a formula's mistakes."""
    _, mistakes = parse_formula(text, NAMES, "any")
    return [(each.column, MESSAGES[each.code][1].format(**{"advice": "", **dict(each.values)})) for each in mistakes]


ARGUMENTS = [  # function, an argument, how few and how many, as it is said
    ("min", "1", 2, 60, "2 to 60"),
    ("max", "1", 2, 60, "2 to 60"),
    ("abs", "1", 1, 1, "1"),
    ("round", "1", 1, 2, "1 to 2"),
    ("floor", "1", 1, 1, "1"),
    ("log", "1", 1, 1, "1"),
    ("observed", "lit", 1, 1, "1"),
    ("count_true", "lit", 1, 60, "1 to 60"),
]


@pytest.mark.parametrize(("function", "argument", "few", "many", "wanted"), ARGUMENTS)
def test_how_many_arguments(function: str, argument: str, few: int, many: int, wanted: str) -> None:
    def call(number: int) -> str:
        return f"{function}({','.join([argument] * number)})"

    read(call(few))
    read(call(many))
    for number in (few - 1, many + 1):
        assert said(call(number)) == [(0, f"{function}() is called with {number} values, but {wanted} is needed here")]


FUNCTIONS = "known: min, max, abs, round, floor, log, observed, count_true"
SIGNS = "is not used here; there are + - * / < <= > >= == != and or not in if else"
WORDS = [  # formula, column, what is said of it; what is quoted ends after 40 characters
    ("riders ** 2", 0, f"not a formula: 'riders ** 2' {SIGNS}"),
    ("riders ** " + "1" * 40, 0, f"not a formula: 'riders ** {'1' * 30}' {SIGNS}"),
    ("1 + riders % 2", 11, "not a formula: write 0.95 for 95 %"),
    ("riders = 1", 7, "not a formula: write == to compare"),
    ("lit and lit | lit", 12, "not a formula: write `or`"),
    ("sum(riders)", 0, f"'sum' cannot be used in a formula; {FUNCTIONS}"),
    ("s" * 41 + "(1)", 0, f"'{'s' * 40}' cannot be used in a formula; {FUNCTIONS}"),
    ("0x10", 0, "not a formula: '0x10' is neither a number such as 0.5 nor a text in plain quotes"),
    (f"0x{'1' * 40}", 0, f"not a formula: '0x{'1' * 38}' is neither a number such as 0.5 nor a text in plain quotes"),
    ("observed(riders > 0)", 0, "observed() is called with 'riders > 0', but a field is needed here"),
    (f"observed({'1' * 41})", 0, f"observed() is called with '{'1' * 40}', but a field is needed here"),
    ("riders is 1", 0, "not a formula: write == instead of `is`"),
    ("0 < riders < 5", 0, "not a formula: compare one at a time and join with `and`"),
    ("riders >", 8, "not a formula: it cannot be read from here on"),
    ("  rider > 0", 2, "no field 'rider' here; "),
    ("  riders >", 10, "not a formula: it cannot be read from here on"),
    ("  riders = 1", 9, "not a formula: write == to compare"),
]


@pytest.mark.parametrize(("text", "column", "words"), WORDS)
def test_what_a_mistake_says(text: str, column: int, words: str) -> None:
    assert said(text) == [(column, words)]


TOO_LONG, TOO_DEEP = "not a formula: longer than 500 characters", "not a formula: more than 50 deep"
SIZES = [  # a formula just within a limit, one just beyond it, what is said of that
    ("0." + "1" * 498, "0." + "1" * 499, TOO_LONG),
    ("0." + "1" * 498 + "   ", "0." + "1" * 499 + " ", TOO_LONG),  # blanks at the end do not count
    ("(" * 50 + "1" + ")" * 50, "(" * 51 + "1" + ")" * 51, TOO_DEEP),  # brackets stand in each other
    (
        "(1)" + " + (1)" * 40,
        "((" + "(1) + " * 20 + "(" * 49 + "1" + ")" * 51,
        TOO_DEEP,
    ),  # beside each other they do not
    ("-" * 49 + "1", "-" * 50 + "1", TOO_DEEP),
]


@pytest.mark.parametrize(("within", "beyond", "words"), SIZES)
def test_how_long_and_how_deep(within: str, beyond: str, words: str) -> None:
    assert (MAX_LENGTH, MAX_DEPTH) == (500, 50)
    read(within)
    assert said(beyond) == [(0, words)]
    assert said("  " + beyond) == [(2, words)]


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_what_is_said_where_python_gives_up(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_args: object, **_kwargs: object) -> None:
        raise error

    text = f"riders + {len(error.__name__)}8271643"  # no other test has read it: what was read once is kept
    monkeypatch.setattr("ast.parse", give_up)
    assert said(text) == [(0, TOO_DEEP)]


def test_a_sign_in_quotes_is_no_comment() -> None:
    read("state == '#'")
    assert said("state == '#' # x") == [(13, "not a formula: a comment; put it beside the formula")]


def test_dates_are_written_with_strokes_only() -> None:
    assert read("opened == '2026-01-02'") == Comparison("==", OPENED, Word("2026-01-02", "date"))
    assert said("opened == '20260102'") == [(10, "'20260102' is a text, but a date is needed here")]
    assert said("opened == state") == [(10, "state is a text, but a date is needed here")]


def test_names_are_found_over_several_lines() -> None:
    assert names_written("  rider\n + nothing\n") == {"rider", "nothing"}

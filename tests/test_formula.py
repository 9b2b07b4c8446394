"""Formulas: what is allowed, of which type, and every mistake with its column."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duibiao.criteria import language
from duibiao.criteria.diagnostics import MESSAGES
from duibiao.criteria.formula import (
    MAX_DEPTH,
    MAX_LENGTH,
    Among,
    Arithmetic,
    Call,
    Comparison,
    Either,
    Expression,
    Has,
    Junction,
    Name,
    Negative,
    Not,
    Number,
    Type,
    Word,
    children,
    names_in,
    names_written,
    parse_formula,
    parts_of,
    type_of,
    types_of,
    walk,
)
from duibiao.criteria.models import Field

pytestmark = pytest.mark.usefixtures("english")

NAMES: dict[str, Type] = {
    "riders": "number",
    "helmets": "number",
    "lit": "yes_no",
    "state": "text",
    "services": "texts",
    "opened": "date",
    "problems": "number",
    "site_type": "text",
}
A, B, LIT, STATE = Name("riders", "number"), Name("helmets", "number"), Name("lit", "yes_no"), Name("state", "text")
OPENED, SERVICES = Name("opened", "date"), Name("services", "texts")


def read(text: str, wanted: Type = "any") -> Expression:
    expression, mistakes = parse_formula(text, NAMES, wanted)
    assert mistakes == []
    assert expression is not None
    return expression


def number(text: str) -> Number:
    return Number(Decimal(text))


@pytest.mark.parametrize(
    ("text", "expression", "kind"),
    [
        ("riders", A, "number"),
        ("0.85", number("0.85"), "number"),
        ("1e3", number("1e3"), "number"),
        ("-riders", Negative(A), "number"),
        ("+riders", A, "number"),
        ("helmets / riders", Arithmetic("/", B, A), "number"),
        ("riders + 1 - 2 * 3", Arithmetic("-", Arithmetic("+", A, number("1")), Arithmetic("*", number("2"), number("3"))), "number"),
        ("riders >= 1", Comparison(">=", A, number("1")), "yes_no"),
        ("riders != helmets", Comparison("!=", A, B), "yes_no"),
        ("state == '完好'", Comparison("==", STATE, Word("完好")), "yes_no"),
        ('"完好" != state', Comparison("!=", Word("完好"), STATE), "yes_no"),
        ("lit == (riders > 0)", Comparison("==", LIT, Comparison(">", A, number("0"))), "yes_no"),
        ("opened <= '2026-01-31'", Comparison("<=", OPENED, Word("2026-01-31", "date")), "yes_no"),
        ("'2026-01-31' < opened", Comparison("<", Word("2026-01-31", "date"), OPENED), "yes_no"),
        ("riders in [1, -2, 0.5]", Among(A, (number("1"), Negative(number("2")), number("0.5"))), "yes_no"),
        ("state not in ['a']", Not(Among(STATE, (Word("a"),))), "yes_no"),
        ("'停车位' in services", Has(Word("停车位"), SERVICES), "yes_no"),
        ("not lit", Not(LIT), "yes_no"),
        ("lit and riders > 0 and lit", Junction("and", (LIT, Comparison(">", A, number("0")), LIT)), "yes_no"),
        ("lit or not lit", Junction("or", (LIT, Not(LIT))), "yes_no"),
        ("riders if lit else 0", Either(LIT, A, number("0")), "number"),
        ("'a' if lit else state", Either(LIT, Word("a"), STATE), "text"),
        ("min(riders, helmets, 3)", Call("min", (A, B, number("3"))), "number"),
        ("round(riders)", Call("round", (A, number("0"))), "number"),
        ("round(riders, 2)", Call("round", (A, number("2"))), "number"),
        ("log(riders) + abs(1) + floor(2)", None, "number"),
        ("observed(state)", Call("observed", (STATE,)), "yes_no"),
        ("count_true(lit, riders > 0)", Call("count_true", (LIT, Comparison(">", A, number("0")))), "number"),
        ("  riders\n  + 1 ", Arithmetic("+", A, number("1")), "number"),
        ("(riders\r\n+ 1)", Arithmetic("+", A, number("1")), "number"),
        ("site_type == 'park' and problems == 0", None, "yes_no"),
    ],
)  # fmt: skip
def test_what_is_allowed(text: str, expression: Expression | None, kind: Type) -> None:
    found = read(text, kind)
    assert expression is None or found == expression
    assert type_of(found) == kind


def test_a_name_of_any_type_passes_as_what_is_wanted() -> None:
    assert type_of(Word("x", "date")) == "date"
    assert type_of(SERVICES) == "texts"


@pytest.mark.parametrize(
    ("text", "wanted", "code", "column"),
    [
        ("rider > 0", "yes_no", "unknown-field", 0),
        ("riders > 0 and opend", "yes_no", "unknown-field", 15),
        ("路灯 > 0", "yes_no", "unknown-field", 0),
        ("lit and 路灯 > 0", "yes_no", "unknown-field", 8),
        ("state == '完好' and 灯", "yes_no", "unknown-field", 18),
        ("ｌit", "yes_no", "unknown-field", 0),
        ("riders", "yes_no", "formula-type", 0),
        ("lit + 1", "number", "formula-type", 0),
        ("1 + lit", "number", "formula-type", 4),
        ("-state", "number", "formula-type", 1),
        ("not riders", "yes_no", "formula-type", 4),
        ("lit and riders", "yes_no", "formula-type", 8),
        ("riders == '3'", "yes_no", "formula-type", 10),
        ("state > 'a'", "yes_no", "formula-type", 0),
        ("lit >= lit", "yes_no", "formula-type", 0),
        ("services == 'a'", "yes_no", "formula-type", 12),
        ("opened == '2026-02-30'", "yes_no", "formula-type", 10),
        ("opened == '31.1.2026'", "yes_no", "formula-type", 10),
        ("opened + 1 > 0", "yes_no", "formula-type", 0),
        ("opened in ['2026-01-01']", "yes_no", "formula-type", 11),
        ("lit in [1]", "yes_no", "formula-type", 8),
        ("'a' in riders", "yes_no", "formula-type", 7),
        ("state in services", "yes_no", "formula-type", 0),
        ("riders in ['a']", "yes_no", "formula-type", 11),
        ("riders if lit else state", "number", "formula-type", 19),
        ("riders if riders else 1", "number", "formula-type", 10),
        ("min(riders)", "number", "formula-type", 0),
        ("observed(riders > 0)", "yes_no", "formula-type", 0),
        ("observed(problems)", "yes_no", "formula-type", 0),
        ("count_true(riders)", "number", "formula-type", 11),
        ("min(lit, 1)", "number", "formula-type", 4),
        ("0 < riders < 5", "yes_no", "formula-syntax", 0),
        ("riders is 1", "yes_no", "formula-syntax", 0),
        ("riders in []", "yes_no", "formula-syntax", 10),
        ("riders in (1, 2)", "yes_no", "formula-syntax", 10),
        ("riders in [helmets]", "yes_no", "formula-syntax", 11),
        ("round(riders, helmets)", "number", "formula-syntax", 14),
        ("round(riders, 10)", "number", "formula-syntax", 14),
        ("riders ** 2", "number", "formula-syntax", 0),
        ("riders // 2", "number", "formula-syntax", 0),
        ("riders.real", "number", "formula-syntax", 0),
        ("riders[0]", "number", "formula-syntax", 0),
        ("lambda: 1", "number", "formula-syntax", 0),
        ("(riders := 1)", "number", "formula-syntax", 9),
        ("[riders for riders in services]", "number", "formula-syntax", 0),
        ("f'{riders}'", "text", "formula-syntax", 0),
        ("b'a'", "text", "formula-syntax", 0),
        ("'a\\x41'", "text", "formula-syntax", 0),
        ("'\\ud800' == state", "yes_no", "formula-syntax", 0),
        ("None", "number", "formula-syntax", 0),
        ("...", "number", "formula-syntax", 0),
        ("1_000", "number", "formula-syntax", 0),
        ("0x10", "number", "formula-syntax", 0),
        ("1.", "number", "formula-syntax", 0),
        ("1e999", "number", "formula-syntax", 0),
        ("1j", "number", "formula-syntax", 0),
        ("riders >", "yes_no", "formula-syntax", 8),
        ("riders > (1", "yes_no", "formula-syntax", 9),
        ("riders; helmets", "number", "formula-syntax", 6),
        ("riders > 0 # or helmets > 1", "yes_no", "formula-syntax", 11),
        ("riders = 1", "yes_no", "formula-syntax", 7),
        ("lit && lit", "yes_no", "formula-syntax", 4),
        ("lit & lit", "yes_no", "formula-syntax", 4),
        ("lit | lit", "yes_no", "formula-syntax", 4),
        ("!lit", "yes_no", "formula-syntax", 0),
        ("riders > 95%", "yes_no", "formula-syntax", 11),
        ("riders % 2", "number", "formula-syntax", 7),
        ("riders ≥ 1", "yes_no", "formula-syntax", 7),
        ("riders × 2", "number", "formula-syntax", 7),
        ("min（riders, 1）", "number", "formula-syntax", 3),
        ("state == ‘完好’", "yes_no", "formula-syntax", 9),
        ("sum(riders)", "number", "formula-name", 0),
        ("riders > 0 and __import__('os')", "yes_no", "formula-name", 15),
        ("riders.bit_length()", "number", "formula-name", 0),
        ("min(riders, key=1)", "number", "formula-name", 0),
        ("(lambda: 1)()", "number", "formula-name", 0),
        ("min(*services)", "number", "formula-type", 0),
        ("lit == true", "yes_no", "formula-name", 7),
        ("lit == True", "yes_no", "formula-name", 7),
        ("false", "yes_no", "formula-name", 0),
        ("\x00", "number", "formula-syntax", 0),
        ("riders > 0\x00", "yes_no", "formula-syntax", 10),
        ("", "number", "formula-syntax", 0),
    ],
)
def test_every_mistake_has_its_column(text: str, wanted: Type, code: str, column: int) -> None:
    expression, mistakes = parse_formula(text, NAMES, wanted)
    assert expression is None
    assert (mistakes[0].code, mistakes[0].column) == (code, column)
    for mistake in mistakes:
        values = {"advice": "", **dict(mistake.values)}
        assert MESSAGES[mistake.code][1].format(**values)


def test_every_mistake_of_a_formula_is_told_at_once() -> None:
    _, mistakes = parse_formula("rider > 0 and helmet > 0 and state", NAMES, "yes_no")
    assert [(each.code, each.column) for each in mistakes] == [
        ("unknown-field", 0),
        ("unknown-field", 14),
        ("formula-type", 29),
    ]


def test_columns_count_the_blanks_in_front() -> None:
    _, mistakes = parse_formula("   rider", NAMES, "number")
    assert mistakes[0].column == 3


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "riders" + ")" * 200,
        "-" * 200 + "riders",
        "not " * 100 + "lit",
        "abs(" * 80 + "riders" + ")" * 80,
        "riders" + " + 1" * 100,
        "[" * 240 + "]" * 240,
        "riders if lit else " * 19 + "(" * 60 + "1" + ")" * 60,
    ],
)
def test_deep_formulas_are_refused_or_read_but_never_break(text: str) -> None:
    assert len(text) <= MAX_LENGTH
    expression, mistakes = parse_formula(text, NAMES, "any")
    assert (expression is None) == bool(mistakes)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_a_python_that_gives_up_is_a_mistake_of_the_formula(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_args: object, **_kwargs: object) -> None:
        raise error

    text = f"riders + {len(error.__name__)}9182736"  # no other test has read it: what was read once is kept
    monkeypatch.setattr("ast.parse", give_up)
    expression, mistakes = parse_formula(text, NAMES, "number")
    assert (expression, [each.code for each in mistakes]) == (None, ["formula-syntax"])
    assert names_written(text) == frozenset()


def test_a_mistake_is_told_in_the_language_in_force_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for spoken in get_args(language.Language):
        monkeypatch.setattr(language, "_translations", language.translations(spoken))
        _, mistakes = parse_formula("1" * (MAX_LENGTH + 1), NAMES, "number")
        told += [dict(each.values)["reason"] for each in mistakes]
    assert sorted(told) == ["longer than 500 characters", "超过 500 个字符"]


def test_the_limits_of_length_and_depth_are_met_exactly() -> None:
    assert read("riders" + " " * 10 + "+ " + "1" * (MAX_LENGTH - 18 - 200) + " " * 200) is not None
    _, mistakes = parse_formula("1" * (MAX_LENGTH + 1), NAMES, "number")
    assert dict(mistakes[0].values)["reason"] == "longer than 500 characters"
    assert read("-" * (MAX_DEPTH - 1) + "1")
    _, mistakes = parse_formula("-" * MAX_DEPTH + "1", NAMES, "number")
    assert dict(mistakes[0].values)["reason"] == "more than 50 deep"


def test_walking_meets_every_part() -> None:
    text = (
        "count_true('a' in services, state in ['a', 'b'], not lit or riders == -1) + (1 if lit else helmets / riders)"
    )
    expression = read(text, "number")
    assert names_in(expression) == {"services", "state", "lit", "riders", "helmets"}
    assert names_written(text) == names_in(expression) | {"count_true"}
    assert sum(isinstance(each, Word) for each in walk(expression)) == 3
    assert children(Number(Decimal(1))) == ()


def test_names_written_in_what_is_no_formula() -> None:
    assert names_written("riders >") == frozenset()
    assert names_written("\x00") == frozenset()
    assert names_written("rider + nothing") == {"rider", "nothing"}


def test_parts_have_their_text_and_column() -> None:
    parts = parts_of("  1 - helmets / (riders + 1) / problems", NAMES)
    assert [(part.text, part.column) for part in parts.divisors] == [("riders + 1", 17), ("problems", 31)]
    assert [(part.text, part.column) for part in parts.names] == [("helmets", 6), ("riders", 17), ("problems", 31)]
    assert parts_of("riders >", NAMES).divisors == ()


def test_names_of_a_form() -> None:
    fields = {
        "riders": Field(label="人数", kind="count"),
        "state": Field(label="状态", kind="choice", options=("a", "b")),
    }
    assert types_of(fields) == {
        "riders": "number",
        "state": "text",
        "problems": "number",
        "deducted": "number",
        "site_type": "text",
    }


words = st.sampled_from(
    "riders helmets lit state services opened problems 1 0.5 '完好' '2026-01-01' ( ) [ ] , + - * / < <= == != in not and"
    " or if else min max round observed count_true : = # \\ 灯 . \x00 \n".split(" ")
)


@given(st.lists(words, max_size=25).map(" ".join))
@settings(max_examples=500, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    expression, mistakes = parse_formula(text, NAMES, "any")
    assert (expression is None) == bool(mistakes)
    for mistake in mistakes:
        assert 0 <= mistake.column <= len(text)
    parts_of(text, NAMES)
    names_written(text)


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_no_characters_break_the_reader(text: str) -> None:
    expression, mistakes = parse_formula(text.encode("utf-8", "ignore").decode(), NAMES, "any")
    assert (expression is None) == bool(mistakes)

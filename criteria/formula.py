"""One-line formulas: parsed with Python's own ast, checked against the declared fields, typed (design 4.3).

``parse_formula`` turns a text into an expression of the small closed set below, or names every mistake with its
column. Nothing here evaluates: ``evaluator/compile.py`` turns expressions into columns.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.expression import (
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
    type_of,
    walk,
)
from duibiao.criteria.language import gettext
from duibiao.criteria.models import Field, FieldKind

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "TYPE_NAMES",
    "TYPE_OF_KIND",
    "Among",
    "Arithmetic",
    "Call",
    "Comparison",
    "Either",
    "Expression",
    "Has",
    "Junction",
    "Mistake",
    "Name",
    "Negative",
    "Not",
    "Number",
    "Part",
    "Parts",
    "Type",
    "Word",
    "children",
    "names_in",
    "names_written",
    "parse_formula",
    "parts_of",
    "type_of",
    "types_of",
    "walk",
]
MAX_LENGTH: Final = 500
MAX_DEPTH: Final = 50

TYPE_OF_KIND: Final[dict[FieldKind, Type]] = {
    "count": "number",
    "number": "number",
    "percent": "number",
    "yes_no": "yes_no",
    "choice": "text",
    "grade": "text",
    "text": "text",
    "choices": "texts",
    "date": "date",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a formula: a diagnostic code, the column from 0 in characters, and the message's values."""

    code: str
    column: int
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a formula: what it says, as it is written, and the column from 0 of its first character."""

    expression: Expression
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The divisors of a formula, and the fields and special names that it reads, from left to right."""

    divisors: tuple[Part, ...]
    names: tuple[Part, ...]


@lru_cache(maxsize=10_000)
def names_written(text: str) -> frozenset[str]:
    """The names that stand in the text of a formula, checked or not; none where it is no formula."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.replace("\n", " ").strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def types_of(fields: Mapping[str, Field]) -> dict[str, Type]:
    """The names that a formula over ``fields`` may use, with their types."""
    declared: dict[str, Type] = {key: TYPE_OF_KIND[field.kind] for key, field in fields.items()}
    return declared | {"problems": "number", "deducted": "number", "site_type": "text"}


_ARITHMETIC: Final[dict[type[ast.operator], Literal["+", "-", "*", "/"]]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_COMPARISON: Final[dict[type[ast.cmpop], Literal["<", "<=", ">", ">=", "==", "!="]]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_FUNCTIONS: Final[dict[str, tuple[int, int]]] = {  # name -> how few and how many arguments
    "min": (2, 60),
    "max": (2, 60),
    "abs": (1, 1),
    "round": (1, 2),
    "floor": (1, 1),
    "log": (1, 1),
    "observed": (1, 1),
    "count_true": (1, 60),
}
_NUMBER_TEXT: Final = re.compile(r"[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
_BROKEN: Final = Name("", "any")
TYPE_NAMES: Final[dict[Type, str]] = {
    "number": N_("a number"),
    "yes_no": N_("a condition"),
    "text": N_("a text"),
    "texts": N_("several choices"),
    "date": N_("a date"),
    "any": N_("anything"),
}
# what people write by habit -> what to write here
_SLIPS: Final = (
    (re.compile(r"(?<![=<>!])=(?!=)"), N_("write == to compare")),
    (re.compile(r"&+"), N_("write `and`")),
    (re.compile(r"\|+"), N_("write `or`")),
    (re.compile(r"!(?!=)"), N_("write `not`")),
    (re.compile(r"%"), N_("write 0.95 for 95 %")),
    (re.compile(r"[≥≤≠]"), N_("write >=, <= or !=")),
    (re.compile(r"[×÷]"), N_("write * or /")),
    (
        re.compile(r"[，。；：（）【】“”‘’＋－＊／＝＞＜！]"),
        N_("write the sign in half width: , ( ) ' + - * / = < > !"),
    ),
)
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")


def _type_name(kind: Type) -> str:
    return gettext(TYPE_NAMES[kind])


def _slip(text: str) -> tuple[int, str] | None:
    """Where ``text`` holds something that people write by habit, and what to write instead."""
    bare = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    slips = ((match.start(), advice) for pattern, advice in _SLIPS if (match := pattern.search(bare)))
    first = min(slips, default=None)
    return None if first is None else (first[0], gettext(first[1]))


class _Reader:
    """Reads one formula; every mistake is kept, and a broken part passes as anything so that the rest is checked."""

    def __init__(self, text: str, names: Mapping[str, Type]) -> None:
        self.text = text
        self.names = names
        self.mistakes: list[Mistake] = []
        self.divisors: list[Part] = []
        self.read_names: list[Part] = []
        self._bytes = text.encode()

    def _column(self, offset: int) -> int:
        return len(self._bytes[:offset].decode(errors="ignore"))

    def _source(self, node: ast.expr) -> str:
        return self._bytes[node.col_offset : node.end_col_offset].decode(errors="ignore")

    def _wrong(self, node: ast.expr, code: str, **values: str) -> Expression:
        self.mistakes.append(Mistake(code, self._column(node.col_offset), tuple(values.items())))
        return _BROKEN

    def typed(self, node: ast.expr, wanted: Type) -> Expression:
        expression = self.read(node)
        found = type_of(expression)
        if "any" in {found, wanted} or found == wanted:
            return expression
        return self._wrong(
            node, "formula-type", what=self._source(node), found=_type_name(found), wanted=_type_name(wanted)
        )

    def read(self, node: ast.expr) -> Expression:
        """The expression of one node of Python's tree."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.typed(operand, "number"))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.typed(operand, "number")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.typed(operand, "yes_no"))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _ARITHMETIC:
                return self._arithmetic(_ARITHMETIC[type(op)], left, right)
            case ast.BoolOp(op=op, values=values):
                name: Literal["and", "or"] = "and" if isinstance(op, ast.And) else "or"
                return Junction(name, tuple(self.typed(each, "yes_no") for each in values))
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._either(test, body, orelse)
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]) if function in _FUNCTIONS:
                return self._call(node, function, arguments)
            case ast.Call():
                called, known = self._source(node.func)[:40], ", ".join(_FUNCTIONS)
                advice = gettext("known: {names}").format(names=known)
                return self._wrong(node, "formula-name", name=called, advice=advice)
        return self._refuse(node)

    def _refuse(self, node: ast.expr) -> Expression:
        """What Python knows and formulas do not."""
        text = self._source(node)
        slip = _slip(text)
        if slip is not None:
            self.mistakes.append(
                Mistake("formula-syntax", self._column(node.col_offset) + slip[0], (("reason", slip[1]),))
            )
            return _BROKEN
        reason = gettext("'{text}' is not used here; there are + - * / < <= > >= == != and or not in if else")
        return self._wrong(node, "formula-syntax", reason=reason.format(text=text[:40]))

    def _arithmetic(self, op: Literal["+", "-", "*", "/"], left: ast.expr, right: ast.expr) -> Expression:
        one, other = self.typed(left, "number"), self.typed(right, "number")
        if op == "/":
            self.divisors.append(Part(other, self._source(right), self._column(right.col_offset)))
        return Arithmetic(op, one, other)

    def _constant(self, node: ast.Constant) -> Expression:
        source = self._source(node)
        if isinstance(node.value, str) and source[:1] in {"'", '"'} and "\\" not in source:
            return Word(node.value)
        if isinstance(node.value, int | float) and _NUMBER_TEXT.fullmatch(source) and math.isfinite(float(source)):
            return Number(Decimal(source))
        if isinstance(node.value, bool):
            return self._no_truth(node, source)
        reason = gettext("'{text}' is neither a number such as 0.5 nor a text in plain quotes")
        return self._wrong(node, "formula-syntax", reason=reason.format(text=source[:40]))

    def _no_truth(self, node: ast.expr, source: str) -> Expression:
        advice = gettext("a yes_no field is a condition by itself: write x or not x")
        return self._wrong(node, "formula-name", name=source, advice=advice)

    def _name(self, node: ast.Name) -> Expression:
        source = self._source(node)
        if source == node.id and node.id in self.names:
            name = Name(node.id, self.names[node.id])
            self.read_names.append(Part(name, source, self._column(node.col_offset)))
            return name
        if source in {"true", "false"}:
            return self._no_truth(node, source)
        return self._wrong(node, "unknown-field", name=source)

    def _compare(self, node: ast.Compare) -> Expression:
        if len(node.ops) > 1:
            return self._wrong(node, "formula-syntax", reason=gettext("compare one at a time and join with `and`"))
        op, left, right = node.ops[0], node.left, node.comparators[0]
        if isinstance(op, ast.In | ast.NotIn):
            among = self._among(node, left, right)
            return Not(among) if isinstance(op, ast.NotIn) else among
        if type(op) not in _COMPARISON:
            return self._wrong(node, "formula-syntax", reason=gettext("write == instead of `is`"))
        return self._comparison(node, _COMPARISON[type(op)], self.read(left), self.read(right))

    def _comparison(
        self, node: ast.Compare, op: Literal["<", "<=", ">", ">=", "==", "!="], one: Expression, other: Expression
    ) -> Expression:
        if type_of(one) == "date":
            other = self._as_date(other)
        elif type_of(other) == "date":
            one = self._as_date(one)
        left, right = node.left, node.comparators[0]
        types = {type_of(one), type_of(other)} - {"any"}
        if len(types) > 1 or "texts" in types:
            found, wanted = _type_name(type_of(other)), _type_name(type_of(one))
            return self._wrong(right, "formula-type", what=self._source(right), found=found, wanted=wanted)
        if op not in {"==", "!="} and types & {"text", "yes_no"}:
            found, wanted = _type_name(type_of(one)), _type_name("number")
            return self._wrong(node, "formula-type", what=self._source(left), found=found, wanted=wanted)
        return Comparison(op, one, other)

    def _as_date(self, expression: Expression) -> Expression:
        if not isinstance(expression, Word) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", expression.value):
            return expression
        try:
            date.fromisoformat(expression.value)
        except ValueError:
            return expression
        return Word(expression.value, "date")

    def _among(self, node: ast.Compare, left: ast.expr, right: ast.expr) -> Expression:
        if isinstance(right, ast.Name):
            several = self.typed(right, "texts")
            text = self.typed(left, "text")
            if isinstance(several, Name) and isinstance(text, Word):
                return Has(text, several)
            found, wanted = _type_name(type_of(text)), gettext("a text in quotes")
            return self._wrong(left, "formula-type", what=self._source(left), found=found, wanted=wanted)
        if not isinstance(right, ast.List) or not right.elts:
            return self._wrong(right, "formula-syntax", reason=gettext("`in` needs a list such as ['a', 'b']"))
        item = self.read(left)
        options: list[Number | Word | Negative] = []
        for each in right.elts:
            option = self.typed(each, type_of(item))
            if isinstance(option, Number | Word) or (isinstance(option, Negative) and isinstance(option.of, Number)):
                options.append(option)
            elif option is not _BROKEN:
                self._wrong(each, "formula-syntax", reason=gettext("a list holds numbers or texts in quotes"))
        if type_of(item) not in {"number", "text", "any"}:
            found, wanted = _type_name(type_of(item)), gettext("a number or a text")
            return self._wrong(left, "formula-type", what=self._source(left), found=found, wanted=wanted)
        return Among(item, tuple(options))

    def _either(self, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Expression:
        condition, yes = self.typed(test, "yes_no"), self.read(body)
        return Either(condition, yes, self.typed(orelse, type_of(yes)))

    def _call(self, node: ast.Call, function: str, arguments: list[ast.expr]) -> Expression:
        few, many = _FUNCTIONS[function]
        if not few <= len(arguments) <= many:
            found = gettext("called with {number} values").format(number=len(arguments))
            wanted = str(few) if few == many else gettext("{few} to {many}").format(few=few, many=many)
            return self._wrong(node, "formula-type", what=f"{function}()", found=found, wanted=wanted)
        if function == "observed":
            field = self.read(arguments[0])
            if isinstance(field, Name) and field.key not in {"problems", "deducted", "site_type"}:
                return Call("observed", (field,))
            found = gettext("called with '{text}'").format(text=self._source(arguments[0])[:40])
            return self._wrong(node, "formula-type", what="observed()", found=found, wanted=gettext("a field"))
        if function == "round" and len(arguments) == 2 and not self._is_digits(arguments[1]):
            return self._wrong(
                arguments[1], "formula-syntax", reason=gettext("digits of round are a whole number 0 to 9")
            )
        wanted_type: Type = "yes_no" if function == "count_true" else "number"
        typed = tuple(self.typed(each, wanted_type) for each in arguments)
        if function == "round" and len(typed) == 1:
            typed = (*typed, Number(Decimal(0)))
        return Call(function, typed)  # type: ignore[arg-type]

    def _is_digits(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Constant) and re.fullmatch("[0-9]", self._source(node)) is not None


def _depth_exceeds(node: ast.AST, limit: int) -> bool:
    level = [node]
    for _ in range(limit):
        level = [child for each in level for child in ast.iter_child_nodes(each) if isinstance(child, ast.expr)]
        if not level:
            return False
    return True


def _brackets(text: str) -> int:
    """How deep the brackets of a text stand in each other (those in quotes count too)."""
    return max(itertools.accumulate((each in "([") - (each in ")]") for each in text), default=0)


def _parsed(text: str) -> ast.expr | Mistake:
    """Python's tree of a formula on one line, or why there is none."""
    return _sound(text) or _told(text)


@lru_cache(maxsize=4096)  # a criterion is read on each of its site types
def _sound(text: str) -> ast.expr | None:
    tree = _told(text)
    return tree if isinstance(tree, ast.expr) else None


def _told(text: str) -> ast.expr | Mistake:
    if len(text) > MAX_LENGTH:
        return _syntax(0, gettext("longer than {limit} characters").format(limit=MAX_LENGTH))
    if _brackets(text) > MAX_DEPTH:
        return _syntax(0, gettext("more than {limit} deep").format(limit=MAX_DEPTH))
    if "\x00" in text:
        return _syntax(text.index("\x00"), gettext("a character that no text has"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        return _syntax(
            *(_slip(text) or ((error.offset or len(text) + 1) - 1, gettext("it cannot be read from here on")))
        )
    except (MemoryError, RecursionError):  # of Python's own parser, whose limits differ by version
        return _syntax(0, gettext("more than {limit} deep").format(limit=MAX_DEPTH))
    if _depth_exceeds(tree, MAX_DEPTH):
        return _syntax(0, gettext("more than {limit} deep").format(limit=MAX_DEPTH))
    end = tree.end_col_offset or 0
    if b"#" in text.encode()[end:]:
        return _syntax(text.rindex("#"), gettext("a comment; put it beside the formula"))
    return tree


def _syntax(column: int, reason: str) -> Mistake:
    return Mistake("formula-syntax", column, (("reason", reason),))


def _one_line(text: str) -> tuple[str, int]:
    """The formula without line ends and outer blanks, and how many characters were cut in front."""
    line = re.sub(r"[\r\n\f\v]", " ", text).rstrip()
    return line.lstrip(), len(line) - len(line.lstrip())


def parse_formula(text: str, names: Mapping[str, Type], wanted: Type) -> tuple[Expression | None, list[Mistake]]:
    """Parse and check ``text``, which may use ``names`` and must be of the type ``wanted``.

    Returns the expression, or None with at least one Mistake.
    """
    line, inset = _one_line(text)
    tree = _parsed(line)
    if isinstance(tree, Mistake):
        return None, [Mistake(tree.code, tree.column + inset, tree.values)]
    reader = _Reader(line, names)
    expression = reader.typed(tree, wanted)
    if reader.mistakes:
        return None, [Mistake(each.code, each.column + inset, each.values) for each in reader.mistakes]
    return expression, []


def parts_of(text: str, names: Mapping[str, Type]) -> Parts:
    """The divisors and names of a formula that ``parse_formula`` has accepted; of any other, nothing."""
    line, inset = _one_line(text)
    tree = _parsed(line)
    if isinstance(tree, Mistake):
        return Parts((), ())
    reader = _Reader(line, names)
    reader.read(tree)
    found = ([Part(p.expression, p.text, p.column + inset) for p in ps] for ps in (reader.divisors, reader.read_names))
    divisors, read = (tuple(sorted(each, key=lambda part: part.column)) for each in found)
    return Parts(divisors, read)

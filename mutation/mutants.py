"""The mutants of a file: cosmic-ray's operators and three of our own, applied one at a time to its source."""

from __future__ import annotations

import ast
import difflib
import hashlib
import pickle
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed copy of a file. ``line`` counts from 1; ``before`` and ``after`` are the changed lines,
    with single blanks."""

    file: str
    operator: str
    line: int
    source: str
    before: str
    after: str

    @property
    def key(self) -> str:
        """What the mutant's result is kept by."""
        return sha(self.source)


def sha(text: str) -> str:
    """A short hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def mutants_of(file: str, source: str, operators: Sequence[str]) -> list[Mutant]:
    """Every mutant of a source, in the order of its lines.

    Left out are those that Python cannot read and those that are the same code as the original or as another mutant,
    with annotations taken away: nothing that runs can tell them apart.
    """
    chosen = _operators(source, operators)
    found: list[Mutant] = []
    for before, statement, after in _statements(source):
        met = {_code(statement, source)}
        for name, line, changed in _applied(statement, chosen):
            code = _code(changed, source)
            if code is not None and code not in met:
                met.add(code)
                found.append(_mutant(file, name, source, before + changed + after, before.count("\n") + line))
    return sorted(found, key=lambda mutant: mutant.line)


def hunk(mutant: Mutant, source: str) -> str:
    """The mutant as a difference, without the two lines that name files."""
    lines = difflib.unified_diff(source.splitlines(), mutant.source.splitlines(), lineterm="", n=1)
    return "\n".join(list(lines)[2:])


def _mutant(file: str, operator: str, source: str, changed: str, line: int) -> Mutant:
    moves = difflib.SequenceMatcher(None, source.splitlines(), changed.splitlines(), autojunk=False).get_opcodes()
    old, new = source.splitlines(), changed.splitlines()
    before = [_words(each) for kind, a, b, _, _ in moves if kind != "equal" for each in old[a:b]]
    after = [_words(each) for kind, _, _, a, b in moves if kind != "equal" for each in new[a:b]]
    return Mutant(file, operator, line, changed, " ".join(filter(None, before)), " ".join(filter(None, after)))


def _words(line: str) -> str:
    """A line without the blanks around it and without those that cosmic-ray puts before a number."""
    return re.sub(r"(?<=[(\[{]) +", "", " ".join(line.split()))


def _operators(source: str, names: Sequence[str]) -> list[tuple[str, Any]]:
    """The operators by their names, which may have `*`; a name that means none is a mistake."""
    from cosmic_ray import plugins

    from mutation.operators import DropCall, SwapMembership, UnwrapCall

    modules = {
        (each.asname or each.name).split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for each in node.names
    }
    own = {"DropCall": DropCall(sorted(modules)), "SwapMembership": SwapMembership(), "UnwrapCall": UnwrapCall()}
    known = {name.removeprefix("core/"): name for name in plugins.operator_names()}
    chosen: list[tuple[str, Any]] = []
    for pattern in names:
        meant = sorted(name for name in known.keys() | own.keys() if fnmatchcase(name, pattern))
        if not meant:
            raise ValueError(f"no operator is called {pattern}")
        chosen += [(name, own[name] if name in own else plugins.get_operator(known[name])()) for name in meant]
    return chosen


def _statements(source: str) -> Iterator[tuple[str, str, str]]:
    """The statements at the top of a file, each with the text before and after it: small trees are quick to mutate."""
    from cosmic_ray.ast import get_ast

    texts = [child.get_code() for child in get_ast(source).children]
    for index, text in enumerate(texts):
        yield "".join(texts[:index]), text, "".join(texts[index + 1 :])


def _applied(statement: str, operators: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, int, str]]:
    """(operator, line from 1 within the statement, the statement mutated) for every place where one applies."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import MutationVisitor

    tree = get_ast(statement)
    fresh = pickle.dumps(tree)  # quicker to read again than to parse again
    nodes = list(ast_nodes(tree))
    for name, operator in operators:
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, ((line, _), _) in enumerate(places):
            visitor = MutationVisitor(occurrence, operator)
            changed = visitor.walk(pickle.loads(fresh))
            assert visitor.mutation_applied, f"{name} has no occurrence {occurrence}"
            yield name, line, changed.get_code()


def _code(statement: str, source: str) -> str | None:
    """What a statement does, as text that equals for equal code; None where Python cannot read it.

    Annotations do not count: they are never evaluated where the file has the future import, unless pydantic reads them.
    """
    try:
        tree = ast.parse(statement)
    except SyntaxError:
        return None
    annotated = "from __future__ import annotations" not in source or "pydantic" in source
    return ast.dump((_Plain() if annotated else _Unannotated()).visit(tree))


PAIRS: Final[list[tuple[type[ast.cmpop], type[ast.cmpop]]]] = [
    (ast.Eq, ast.NotEq),
    (ast.Is, ast.IsNot),
    (ast.In, ast.NotIn),
    (ast.Lt, ast.GtE),
    (ast.LtE, ast.Gt),
]
NEGATED: Final = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}


class _Plain(ast.NodeTransformer):
    """One way of writing the same condition: `not a == b` is `a != b`, and `not not a` is `a`."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=ast.UnaryOp(op=ast.Not(), operand=inner)):
                return inner
            case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[op], comparators=[right])):
                return ast.Compare(left, [NEGATED[type(op)]()], [right])
        return node


class _Unannotated(_Plain):
    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

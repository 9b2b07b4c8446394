"""Three mutations that cosmic-ray does not have and that matter for chains of column expressions.

They are written against the interface of its own operators: ``mutation_positions`` says where, ``mutate`` does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import parso
from parso.tree import BaseNode, NodeOrLeaf

Position = tuple[tuple[int, int], tuple[int, int]]

# What turns one kind of value into another, only translates, or is never reached: mypy is the test of that, and
# `gettext` speaks English in the tests.
CONVERSIONS: Final = frozenset(
    {
        "assert_never",
        "bool",
        "cast",
        "Decimal",
        "dict",
        "float",
        "Fraction",
        "frozenset",
        "gettext",
        "int",
        "iter",
        "len",
        "list",
    }
    | {"N_", "next", "set", "str", "tuple", "type"}
)


class SwapMembership:
    """``in`` becomes ``not in``, and the other way round."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        """Where a comparison asks for membership."""
        yield from [(node.children[index].start_pos, node.children[index].end_pos) for index in self._points(node)]

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        """Turn the membership around."""
        point = list(self._points(node))[index]
        swapped = {"in": " not in", "not in": " in"}[_words(node.children[point])]
        node.children[point] = parso.parse(swapped)
        return node

    def _points(self, node: NodeOrLeaf) -> Iterator[int]:
        if node.type == "comparison":
            yield from (at for at in range(1, len(node.children), 2) if _words(node.children[at]) in {"in", "not in"})


class DropCall:
    """One call of a chain is left out: ``frame.sort("at").head(1)`` becomes ``frame.head(1)``, or ``frame.sort("at")``.

    Not where only the name of a module would be left: that breaks at once and tells nothing.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = {*modules, "self"}

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        """Where a method is called."""
        points = list(self._points(node))  # now: cosmic-ray mutates while it asks for the next
        yield from [(node.children[index].start_pos, node.children[index + 1].end_pos) for index in points]

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        """Leave out the method's name and its arguments."""
        point = list(self._points(node))[index]
        del node.children[point : point + 2]
        return node

    def _points(self, node: NodeOrLeaf) -> Iterator[int]:
        if node.type not in {"atom_expr", "power"}:
            return
        for at in range(1, len(node.children) - 1):
            alone = at == 1 and node.children[0].get_code().strip() in self.modules
            if _is(node.children[at], ".") and _is(node.children[at + 1], "(") and not alone:
                yield at


class UnwrapCall:
    """A function of one value gives the value itself: ``normal(text)`` becomes ``(text)``."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        """Where a plain function is called with one plain argument."""
        if node.type == "atom_expr" and node.children[0].type == "name" and _is(node.children[1], "("):
            name, brackets = node.children[0].value, node.children[1].children
            own = len(brackets) == 3 and brackets[1].type not in {"arglist", "argument"}
            if own and name[:1].islower() and name not in CONVERSIONS:
                yield node.children[0].start_pos, node.children[1].end_pos

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        """Leave only the argument, in its brackets."""
        assert index == 0
        name = node.children.pop(0)
        node.children[0].children[0].prefix = name.prefix
        return node


def _words(node: NodeOrLeaf) -> str:
    return " ".join(node.get_code().split())


def _is(node: NodeOrLeaf, sign: str) -> bool:
    """Whether the node is a trailer that begins with this sign: ``.name`` or ``(arguments)``."""
    return bool(node.type == "trailer" and node.children[0].value == sign)

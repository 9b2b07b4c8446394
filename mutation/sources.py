"""Which file of the project is which module, and which modules import which."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping


def module_of(file: str) -> str:
    """The name by which a file of the project is imported."""
    name = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return name if name.startswith(("tests.", "mutation.")) or name == "tests" else f"duibiao.{name}"


def independent(file: str, tests: Iterable[str], files: Mapping[str, str]) -> list[str]:
    """The modules that ``tests`` import, directly or not, and that do not import ``file``, directly or not.

    ``files`` are the texts of the project by path. A name imported from a package may be a module of it.
    """
    forward = imports(files)
    own = {module_of(each.partition("::")[0]) for each in tests}
    needed = closure(own, forward)
    inverse = {name: {other for other in forward if name in forward[other]} for name in forward}
    return sorted(needed - closure({module_of(file)}, inverse) - own)


def imports(files: Mapping[str, str]) -> dict[str, set[str]]:
    """The modules of ``files`` (texts by path) that each of them imports."""
    by_module = {module_of(name): text for name, text in files.items()}
    return {name: _imported(name, text) & by_module.keys() for name, text in by_module.items()}


def _imported(module: str, text: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(module.split(".")[: -node.level]) if node.level else ""
            name = ".".join(part for part in (above, node.module or "") if part)
            found |= {name, *(f"{name}.{each.name}" for each in node.names)}
    return found


def closure(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    """What can be reached from ``start``, with it."""
    met, waiting = set(start), list(start)
    while waiting:
        new = edges.get(waiting.pop(), set()) - met
        met |= new
        waiting += new
    return met

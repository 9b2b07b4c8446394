"""What `make messages` takes from Python files: the literal texts of calls of ``_``, ``N_``, ``gettext`` and ``say``.

Babel's own reader of Python also takes the strings of subscripts (``gettext(ADVICE["too_short"])``), and before Python
3.12 it does not look into f-strings.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import BinaryIO


def messages(
    file: BinaryIO, keywords: Collection[str], comment_tags: Collection[str], options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Line, function, text and no comments for every marked text, in the order of the lines.

    Babel calls it with these four arguments.
    """
    found = []
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            text = node.args[0].value
            if name in keywords and isinstance(text, str):
                found.append((node.lineno, node.col_offset, name, text))
    for line, _, name, text in sorted(found):
        yield line, name, text, []

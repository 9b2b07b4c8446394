"""Tables of a terminal: as wide as it is, a Chinese character as wide as two Latin ones, headings bold."""

from __future__ import annotations

import io
import shutil
from collections.abc import Collection, Iterable, Sequence
from typing import Final

WIDTH: Final = 110  # columns where no terminal says how wide it is


def table_text(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> str:
    """The rows under their heads; columns ``right`` are aligned to the right, long cells go on in the next line.

    Bold is told by escape codes, which `click.echo` leaves out where nobody looks at a terminal.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    told = io.StringIO()
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    Console(
        file=told, width=width, force_terminal=True, color_system="standard", legacy_windows=False, markup=False,
        highlight=False, emoji=False,
    ).print(table)  # fmt: skip
    return "".join(f"{line.rstrip()}\n" for line in told.getvalue().splitlines())

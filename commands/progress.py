"""How far a long command is, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Step = Callable[[str], None]


@contextmanager
def progress(steps: int) -> Iterator[Step]:
    """A bar on the terminal that names each step; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    with click.progressbar(length=steps, file=sys.stderr, item_show_func=lambda name: name, show_eta=False) as bar:
        started = False

        def step(name: str) -> None:
            nonlocal started
            bar.update(int(started), name)
            bar.render_progress()
            started = True

        yield step
        bar.update(1)

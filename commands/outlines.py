"""Outlines of areas for the map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duibiao.commands.ending import fail, reason
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.evaluator.assessment import Assessment
    from duibiao.evaluator.submission import Crs
    from duibiao.reports.outlines import Outlines


def read_outlines(path: Path | None, crs: Crs | None, data: tuple[Path, ...]) -> Outlines | None:
    """Outlines of areas, tried before anything is scored: those that were named, else those in a folder of data."""
    from duibiao.evaluator.intake.files import OUTLINES

    found = [folder / OUTLINES for folder in data if (folder / OUTLINES).is_file()] if path is None else [path]
    if len(found) > 1:
        raise click.UsageError(_("There are several files of outlines; say which one counts: --outlines FILE"))
    if not found:
        return None
    from duibiao.reports.outlines import UnusableOutlines, outlines_of

    (path,) = found
    try:
        return outlines_of(path.read_bytes(), path.name, crs)
    except OSError as error:
        fail(_("'{path}' cannot be read: {reason}").format(path=path, reason=reason(error)))
    except UnusableOutlines as error:
        fail(_("'{path}' cannot be outlines: {reason}").format(path=path, reason=error))


def unmatched(outlines: Outlines, assessment: Assessment) -> Iterator[str]:
    """What is to be said of outlines that are called as no area."""
    for name, near in outlines.unmatched(assessment):
        line = _("{file}: no one area is called '{name}'").format(file=outlines.file, name=name)
        yield line + ("; " + _("did you mean '{name}'?").format(name=near) if near else "")

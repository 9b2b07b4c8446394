"""What is sent to units: the letter of an own template, and what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from duibiao.commands.ending import fail, reason
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.evaluator.assessment import Assessment
    from duibiao.reports.word_document import WordTemplate


def read_template(path: Path) -> WordTemplate:
    """An office's own letter, tried before anything is scored."""
    from duibiao.reports.handout import own_template
    from duibiao.reports.word_document import UnusableTemplate

    try:
        return own_template(path.read_bytes())
    except OSError as error:
        fail(_("'{path}' cannot be read: {reason}").format(path=path, reason=reason(error)))
    except UnusableTemplate as error:
        fail(_("'{path}' cannot be a template of a letter: {reason}").format(path=path, reason=error))


def write_letters(
    folder: Path, out: Path, assessment: Assessment, spoken: Language, template: WordTemplate | None
) -> Iterator[str]:
    """Write what is sent into ``folder``, which will be ``out``, and say what was written."""
    from duibiao.reports.handout import FOLDER, write_handout
    from duibiao.reports.word_document import UnusableTemplate

    try:
        written = write_handout(folder, assessment, spoken, template)
    except UnusableTemplate as error:
        fail(_("'{path}' cannot be a template of a letter: {reason}").format(path="--notice-template", reason=error))
    yield _("To be sent: {path} ({lists} lists, {notices} letters, a bulletin)").format(
        path=out / FOLDER, lists=written.lists, notices=written.notices
    )
    for name in written.unwritten:
        yield _("'{name}' was not written: there are more gaps than a sheet holds").format(name=name)

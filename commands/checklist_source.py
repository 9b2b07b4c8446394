"""What checklists are made from: a result, or data under a catalogue, with the cases that explain what counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duibiao.commands.ending import fail
from duibiao.commands.reading import read_inputs, read_sites, read_sources, refuse_large
from duibiao.commands.scoring import score
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.load import Reading
    from duibiao.criteria.models import Catalogue
    from duibiao.reports.handbook import Handbook
    from duibiao.reports.subjects import Known


def read_source(
    given: tuple[Path, ...], name: str | None, as_of: date | None, lang: Language | None
) -> tuple[Known, Reading | None]:
    """What is known of the sites in ``given``, and the files of the catalogue whose cases are told."""
    refuse_large(given)
    result = next((folder for folder in given if (folder / "inputs" / "run.json").is_file()), None)
    if result is None:
        catalogue, reading = _loaded(name or "national")
        return _of_data(given, catalogue, as_of), reading
    if len(given) > 1:
        fail(_("A result stands alone: one --in"))
    if as_of is not None:
        fail(_("A result has its own day: leave out --as-of"))
    return _of_result(result, name, lang)


def _of_result(result: Path, name: str | None, lang: Language | None) -> tuple[Known, Reading | None]:
    """A result; without cases where nobody names its catalogue and it is not a shipped one."""
    from duibiao.criteria.load import shipped_catalogues
    from duibiao.reports.subjects import Known

    catalogue, submission, round_id, day = read_inputs(result)
    own = name or catalogue.head.catalogue
    reading = _loaded(own)[1] if name is not None or own in shipped_catalogues() else None
    _judgement, assessment = score(catalogue, submission, round_id, day, lang or catalogue.head.language)
    return Known(catalogue, day, submission, assessment), reading


def _of_data(given: tuple[Path, ...], catalogue: Catalogue, as_of: date | None) -> Known:
    """The sites of data on a day: the one asked for, else that of the last visit, else of the edition."""
    from duibiao.evaluator.visits import NoDate, last_day, rounds_of
    from duibiao.reports.subjects import Known, edition_day

    if not given:
        return Known(catalogue, as_of or edition_day(catalogue))
    unmade = _("No checklist: mend the rejected rows of the register, the areas and the units.")
    submission = read_sites(given, catalogue, as_of, unmade)
    try:
        found = last_day(submission, (rounds_of(submission) or [""])[-1])
    except NoDate:
        found = edition_day(catalogue)
    return Known(catalogue, as_of or found, submission)


def _loaded(name: str) -> tuple[Catalogue, Reading]:
    """A catalogue without mistakes, and its files."""
    from duibiao.criteria.diagnostics import CatalogueError

    reading = read_sources(name)
    if reading.catalogue is None or any(each.severity == "error" for each in reading.diagnostics):
        error = CatalogueError(list(reading.diagnostics))
        fail(f"{error}\n" + _("The catalogue does not load; there is no checklist."))
    return reading.catalogue, reading


def read_book(known: Known, reading: Reading | None, kinds: list[str], lang: Language | None) -> Handbook:
    """The words and the cases of what is asked at some site types; no cases where they are of another catalogue."""
    from duibiao.criteria.diagnostics import CatalogueError
    from duibiao.reports.handbook import Handbook, cases_for

    words = language.translations(lang or known.catalogue.head.language)
    if reading is None or reading.catalogue is None or reading.catalogue.sha256 != known.catalogue.sha256:
        click.echo(
            _("Without examples: no catalogue with the result's criteria; name its folder, --catalogue"), err=True
        )
        return Handbook(known.catalogue, (), {}, {}, words)
    asked = {each.id for kind in kinds for each in known.criteria(kind)}
    try:
        return Handbook(known.catalogue, cases_for(reading, asked, words), {}, {}, words)
    except CatalogueError as error:
        fail(f"{error}\n" + _("The catalogue has mistakes; there is no checklist."))

"""What commands read: catalogues, data, and results of earlier runs. What cannot be read is said, and ends with 2."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duibiao.commands.ending import fail
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.load import Reading
    from duibiao.criteria.models import Catalogue
    from duibiao.evaluator.checkup import Checkup
    from duibiao.evaluator.intake.rounds import Period
    from duibiao.evaluator.judgement import Judgement
    from duibiao.evaluator.submission import Crs, Submission


def read_catalogue(name: str) -> Catalogue:
    """A catalogue that is shipped, or in a folder."""
    from duibiao.criteria.diagnostics import CatalogueError
    from duibiao.criteria.load import load_catalogue

    try:
        return load_catalogue(name)
    except CatalogueError as error:
        fail(f"{error}\n" + _("The catalogue does not load; nothing was scored."))


def read_sources(name: str) -> Reading:
    """The files of a catalogue, with its cases and with what is wrong in them."""
    from duibiao.criteria import load
    from duibiao.criteria.diagnostics import advise

    folder = load.catalogue_folder(name)
    if folder is None:
        known = load.shipped_catalogues()
        fail(_("No catalogue '{name}'; {advice}").format(name=name, advice=advise(name, known)))
    return load.read_catalogue(folder)


def read_data(
    data: tuple[Path, ...],
    catalogue: Catalogue,
    round_by: Period | None = None,
    factor: float = 1,
    encoding: str | None = None,
    crs: Crs | None = None,
) -> Submission:
    """A city's data. A file may take ``factor`` times the usual limits."""
    from duibiao.evaluator.intake.limits import Limits
    from duibiao.evaluator.intake.read import read_submission
    from duibiao.evaluator.intake.reasons import UnreadableData

    try:
        return read_submission(
            data, catalogue, round_by=round_by, limits=Limits().times(factor), encoding=encoding, crs=crs
        )
    except UnreadableData as error:
        fail(f"{error}\n" + _("Nothing was scored."))


def read_sites(data: tuple[Path, ...], catalogue: Catalogue, as_of: date | None, unmade: str) -> Submission:
    """The sites of a city's data; where a row was rejected that may name one, ``unmade`` says what is not made."""
    submission = read_data(data, catalogue)
    if _sites_rejected(submission):
        tell_check_up(submission, catalogue, None, as_of)
        fail(unmade)
    return submission


def tell_check_up(submission: Submission, catalogue: Catalogue, round_id: str | None, as_of: date | None) -> Checkup:
    """Say on stderr what is to be mended in data with rejected rows."""
    from duibiao.evaluator.checkup import check_up
    from duibiao.reports.check_up_text import check_up_text

    checkup = check_up(catalogue, submission, round_id, as_of, _)
    click.echo(check_up_text(checkup, catalogue, submission, _), err=True, nl=False)
    return checkup


def _sites_rejected(submission: Submission) -> bool:
    """Whether a row was rejected that may name a site: of the register, or of any table where there is none."""
    registered = any(each.shape == "register" for each in submission.tables)
    shapes = {"register", "areas", "units"} if registered else {each.shape for each in submission.tables}
    return any(each.rejected and each.shape in shapes for each in submission.tables)


def read_site_types(asked: tuple[str, ...], catalogue: Catalogue) -> list[str]:
    """The ids of site types that were asked for by id, title or alias."""
    from duibiao.evaluator.intake.names import site_type_names

    types = site_type_names(catalogue)
    for each in asked:
        if not types.get(each):
            fail(_("No site type '{name}'; {advice}").format(name=each, advice=types.advise(each)))
    return list(dict.fromkeys(types.get(each)[0] for each in asked))


def read_inputs(folder: Path) -> tuple[Catalogue, Submission, str, date]:
    """What an earlier result was scored from: catalogue, data, round and day."""
    from duibiao.evaluator import archive

    try:
        return archive.read_inputs(folder / "inputs")
    except archive.NotAnOutput:
        refuse_large([folder])
        fail(_("'{path}' is no output folder of `duibiao check -o`").format(path=folder))


def refuse_large(folders: Iterable[Path]) -> None:
    """End where one of the folders is the result of a large round, which holds no finding one by one."""
    from duibiao.reports.large_results import is_large_result

    for folder in folders:
        if is_large_result(folder):
            fail(
                _(
                    "'{path}' is the result of a large round, which holds no finding one by one: figures are in "
                    "assessment.json, sites and gaps in its tables; to ask more of some sites, check their rows alone "
                    "into another folder, and name that"
                ).format(path=folder)
            )


def read_judgement(folder: Path) -> Judgement:
    """An earlier result, judged anew."""
    from duibiao.evaluator.judgement import judge_round

    return judge_round(*read_inputs(folder))

"""What `duibiao draw` does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from duibiao.commands import options
from duibiao.commands.ending import fail
from duibiao.commands.quotas import read_quotas
from duibiao.commands.reading import read_catalogue, read_inputs, read_sites, refuse_large
from duibiao.commands.writing import write_form
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.models import Catalogue
    from duibiao.evaluator.submission import Submission
    from duibiao.reports.draw_list import DrawList

ENDINGS: Final = (".html", ".xlsx", ".csv")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says, under the names of its parameters."""

    data: tuple[Path, ...]
    seed: int
    reserve: int
    asked: tuple[str, ...]
    per: str | None
    table: Path | None
    site_types: tuple[str, ...]
    areas: tuple[str, ...]
    fresh: bool
    name: str | None
    out: tuple[Path, ...]
    lang: Language | None


def run(asked: Asked) -> None:
    """Draw what is asked for, print the list, write it and say where."""
    from duibiao.reports.draw_text import draw_text

    options.speak(asked.lang)
    _check_endings(asked.out)
    catalogue, submission, round_id = _read(asked)
    spoken = asked.lang or catalogue.head.language
    language.use(spoken)
    view = _drawn(asked, catalogue, submission, round_id, spoken)
    click.echo(draw_text(view, _), nl=False)
    for path in asked.out:
        write_form(path, _file(view, path))
        click.echo(_("List: {path}").format(path=path))
    table = next((path for path in asked.out if path.suffix.lower() == ".csv"), "LIST.csv")
    hint = _("Checklists to take along: duibiao checklist --draw {table} --in {path}")
    click.echo(hint.format(table=table, path=asked.data[0]), err=True)


def _check_endings(paths: tuple[Path, ...]) -> None:
    """End where a file is asked for that cannot be told by its name, or that is there."""
    wrong = [str(path) for path in paths if path.suffix.lower() not in ENDINGS]
    if wrong:
        fail(_("A list ends in {endings}, not {paths}").format(endings=", ".join(ENDINGS), paths=", ".join(wrong)))


def _read(asked: Asked) -> tuple[Catalogue, Submission, str]:
    """The criteria, the sites and the round of a result, or of data: the last one."""
    from duibiao.evaluator.visits import rounds_of

    refuse_large(asked.data)
    if any((path / "inputs" / "run.json").is_file() for path in asked.data):
        if len(asked.data) > 1:
            fail(_("A result stands alone: name nothing beside it"))
        if asked.name is not None:
            fail(_("A result has its own criteria: leave out --catalogue"))
        catalogue, submission, round_id, _day = read_inputs(asked.data[0])
        return catalogue, submission, round_id
    catalogue = read_catalogue(asked.name or "national")
    unmade = _("Nothing was drawn: mend the rejected rows of the register, the areas and the units.")
    submission = read_sites(asked.data, catalogue, None, unmade)
    return catalogue, submission, (rounds_of(submission) or [""])[-1]


def _drawn(asked: Asked, catalogue: Catalogue, submission: Submission, round_id: str, spoken: Language) -> DrawList:
    """The list of what is drawn; all that is wrong with what is asked is said at once."""
    from duibiao.evaluator.areas import geography_of
    from duibiao.evaluator.draw import draw
    from duibiao.evaluator.strata import strata
    from duibiao.evaluator.visits import round_visits
    from duibiao.reports import draw_list

    geography = geography_of(submission.areas)
    quotas = read_quotas(asked.asked, asked.per, catalogue, geography, asked.table)
    kinds, no_kinds = _named_types(asked.site_types, catalogue, quotas.of)
    areas, no_areas = _named_areas(asked.areas, submission)
    mistakes = [*quotas.mistakes, *no_kinds, *no_areas]
    if not quotas.of:
        mistakes.append(_("No site type has a quota; say how many: --sites market=2"))
    if mistakes:
        fail("\n".join(mistakes))
    visited = round_visits(catalogue, submission, round_id).sites if asked.fresh else frozenset()
    drawn = draw(strata(catalogue, submission.sites, geography, quotas.of), asked.seed, asked.reserve, visited)
    wanted = draw_list.Asked(asked.seed, asked.reserve, quotas.of, round_id if asked.fresh else None, kinds, areas)
    view = draw_list.draw_list(catalogue, submission.sites, drawn, wanted, language.translations(spoken))
    if not view.sections:
        fail(_("Nothing is drawn there: the types are drawn for larger areas; name a lower level with --per"))
    return view


def _named_types(asked: tuple[str, ...], catalogue: Catalogue, drawn: Collection[str]) -> tuple[list[str], list[str]]:
    """The ids of site types, and what is wrong with their names."""
    from duibiao.evaluator.intake.names import site_type_names

    types = site_type_names(catalogue)
    found, mistakes = [], []
    for each in asked:
        ids = types.get(each)
        if not ids:
            mistakes.append(_("No site type '{name}'; {advice}").format(name=each, advice=types.advise(each)))
        elif ids[0] not in drawn:
            told = _("Nothing says how many of '{name}' to draw; say it: --sites {id}=2")
            mistakes.append(told.format(name=each, id=ids[0]))
        found += ids
    return found, mistakes


def _named_areas(asked: tuple[str, ...], submission: Submission) -> tuple[list[str], list[str]]:
    """The paths of areas, and what is wrong with their names."""
    from duibiao.evaluator.intake.names import Names

    rows = submission.areas.select("area", "name").iter_rows()
    areas = Names((name, path) for path, title in rows for name in (title, path))
    mistakes = [
        _("No area '{name}'; {advice}").format(name=each, advice=areas.advise(each))
        for each in asked
        if not areas.get(each)
    ]
    return [path for each in asked for path in areas.get(each)], mistakes


def _file(view: DrawList, path: Path) -> bytes:
    """The list in the format of a file's ending."""
    from duibiao.reports.draw_page import draw_page
    from duibiao.reports.draw_table import draw_csv, draw_workbook

    made: dict[str, Callable[[DrawList], bytes]] = {".html": draw_page, ".xlsx": draw_workbook, ".csv": draw_csv}
    return made[path.suffix.lower()](view)

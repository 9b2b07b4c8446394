"""What `duibiao checklist` does."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from duibiao.commands.checklist_source import read_book, read_source
from duibiao.commands.ending import fail, reason
from duibiao.commands.reading import read_site_types
from duibiao.commands.writing import replace, write_form
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.reports.checklist import Maker, Order
    from duibiao.reports.checklist_set import Format
    from duibiao.reports.subjects import Known, Subject

SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says, under the names of its parameters."""

    site_types: tuple[str, ...]
    site: str | None
    unit: str | None
    area: str | None
    drawn: Path | None
    everything: bool
    given: tuple[Path, ...]
    format_: Format
    blank: bool
    order: Order
    quizzed: bool
    name: str | None
    out: Path | None
    as_of: date | None
    lang: Language | None

    @property
    def named(self) -> bool:
        """Whether sites of the data are asked for, and not any of a type."""
        return any(each is not None for each in (self.site, self.unit, self.area, self.drawn))


def run(asked: Asked) -> None:
    """Make what is asked for, write it and say where."""
    from duibiao.reports.checklist import Maker, Wanted

    _complete(asked)
    known, reading = read_source(asked.given, asked.name, asked.as_of, asked.lang)
    if asked.order == "points" and known.assessment is None:
        fail(_("--order points needs the points that were lost: --in with a result folder of check"))
    kinds = read_site_types(asked.site_types, known.catalogue)
    subjects = _subjects(known, kinds, asked)
    used = list(dict.fromkeys([*kinds, *(each.kind for each in subjects)]))
    maker = Maker(
        read_book(known, reading, used, asked.lang), known, Wanted(asked.order, not asked.blank, asked.quizzed)
    )
    if asked.everything and asked.out is not None:
        _write_set(maker, asked.out, asked.format_)
    else:
        _write_one(maker, kinds, subjects, asked)


def _complete(asked: Asked) -> None:
    """End with what is missing, or one too many, on the command line."""
    if not (asked.site_types or asked.named or asked.everything):
        fail(_("Say what it is for: --type, --site, --unit, --area, --draw or --all"))
    if asked.everything and (asked.site_types or asked.named):
        fail(_("--all is for every site; leave out --type, --site, --unit, --area and --draw"))
    if asked.everything and asked.out is None:
        fail(_("--all needs a folder: -o checklists"))
    if (asked.named or asked.everything) and not asked.given:
        fail(_("Sites, units and areas are those of data: add --in OUT, or --in with the register"))


def _subjects(known: Known, kinds: list[str], asked: Asked) -> list[Subject]:
    """The sites that are asked for by all of these; where some are named or all, with what belongs to them."""
    found = [each for each in known.subjects if not kinds or each.kind in kinds]
    if asked.site is not None:
        sites = known.site_names.get(asked.site)
        if not sites:
            fail(_("No site '{name}'; {advice}").format(name=asked.site, advice=known.site_names.advise(asked.site)))
        found = [each for each in found if each.key in sites]
    if asked.unit is not None and not known.unit_names.get(asked.unit):
        fail(_("No unit '{name}'; {advice}").format(name=asked.unit, advice=known.unit_names.advise(asked.unit)))
    if asked.area is not None:
        areas = known.area_names.get(asked.area)
        if not areas:
            fail(_("No area '{name}'; {advice}").format(name=asked.area, advice=known.area_names.advise(asked.area)))
        found = [each for each in found if known.in_area(each, areas)]
    if asked.drawn is not None:
        found = _drawn(found, known, asked.drawn)
    return list(known.with_parts(found)) if asked.named or asked.everything else found


def _drawn(found: list[Subject], known: Known, path: Path) -> list[Subject]:
    """Of some sites those on a list that was drawn, in its order; all of the list must be known."""
    from duibiao.reports.draw_table import NotADraw, drawn_sites, key_text

    try:
        keys = drawn_sites(path.read_bytes())
    except OSError as error:
        fail(_("'{path}' cannot be read: {reason}").format(path=path, reason=reason(error)))
    except NotADraw:
        fail(_("'{path}' is no list of `duibiao draw`: write one with -o list.csv").format(path=path))
    missing = sorted(set(keys) - {key_text(each.key) for each in known.subjects})
    if missing:
        told = _("{n} drawn sites are not on this register: {sites}")
        fail(told.format(n=len(missing), sites=", ".join(missing[:SHOWN])))
    order = {key: place for place, key in enumerate(keys)}
    return sorted((each for each in found if key_text(each.key) in order), key=lambda each: order[key_text(each.key)])


def _write_one(maker: Maker, kinds: list[str], subjects: list[Subject], asked: Asked) -> None:
    from duibiao.reports.checklist_set import checklist_file, default_name

    units = maker.known.unit_names.get(asked.unit) if asked.unit is not None else ()
    made = maker.of_sites(subjects, tuple(units)) if asked.named else maker.of_types(kinds)
    if not any(each.entries for each in made.sheets):
        fail(_("Nothing is asked there, so there is no checklist."))
    titles = (maker.known.catalogue.site_types[kind].title for kind in kinds)
    called = "_".join(each for each in (asked.area, asked.unit, asked.site and made.sheets[0].name, *titles) if each)
    path = asked.out or Path(default_name(made, called, asked.format_))
    write_form(path, checklist_file(made, asked.format_))
    click.echo(path)


def _write_set(maker: Maker, out: Path, format_: Format) -> None:
    from duibiao.reports.checklist_set import write_checklists
    from duibiao.reports.folder import CHECKLISTS

    count = sum(not each.whole for each in maker.known.subjects)
    written = 0

    def fill(folder: Path) -> None:
        nonlocal written
        with click.progressbar(length=count, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            written = write_checklists(maker, folder, format_, lambda: bar.update(1))

    replace(
        out,
        fill,
        CHECKLISTS,
        _("'{path}' holds no checklists of duibiao and is not overwritten; choose another folder"),
    )
    click.echo(_("{n} checklists: {path}").format(n=written, path=out))

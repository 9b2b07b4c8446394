"""`duibiao form`: make a form to fill in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import click

from duibiao.commands import options
from duibiao.commands.ending import fail
from duibiao.commands.reading import read_catalogue, read_site_types, read_sites
from duibiao.commands.writing import write_form
from duibiao.criteria import language
from duibiao.criteria.language import Language
from duibiao.criteria.language import gettext as _

FORMATS: Final = ("xlsx", "xlsform")


@click.command(
    short_help=_("Make a form to fill in."),
    help=_(
        "Make a form for inspectors from the criteria of one site type: a workbook, or an XLSForm for ODK Collect and "
        "KoboCollect. Filled in, either is read by `duibiao check` as it is.\n\n"
        "\b\nExample:\n  duibiao form --type market --data examples/zhoukou -o market.xlsx"
    ),
)
@click.option("--type", "site_type", required=True, help=_("The site type, by id, title or alias."))
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="xlsx",
    show_default=True,
    help=_("A workbook to fill in, or an XLSForm for phones."),
)
@options.catalogue
@click.option(
    "--data",
    multiple=True,
    type=options.PATH,
    help=_("Files or folders whose sites the form lists; may be repeated."),
)
@click.option(
    "-o",
    "--out",
    type=options.PATH,
    help=_("The file to write; TYPE.xlsx or TYPE-xlsform.xlsx otherwise."),
)
@options.as_of(_("Ask only what counts on this day, as 2026-03-31."))
@options.lang(_("Language of the notes in a workbook."))
def form(
    site_type: str,
    format_: str,
    name: str,
    data: tuple[Path, ...],
    out: Path | None,
    as_of: date | None,
    lang: Language | None,
) -> None:
    """Make a form to fill in."""
    from duibiao.reports.form import form_of
    from duibiao.reports.form_workbook import form_workbook
    from duibiao.reports.xlsform import xlsform

    catalogue = read_catalogue(name)
    (kind,) = read_site_types((site_type,), catalogue)
    unmade = _("No form: mend the rejected rows of the register, the areas and the units.")
    submission = read_sites(data, catalogue, as_of, unmade) if data else None
    asked = form_of(catalogue, kind, submission, as_of)
    if not asked.fields:
        fail(
            _(
                "No form: '{type}' has no fields to fill in. Questions to people are asked by a survey program, whose"
                " export is read by their texts."
            ).format(type=kind)
        )
    if submission is not None and not asked.sites:
        fail(
            _("No site of type '{type}' stands in the data; leave out --data for a blank form.").format(type=site_type)
        )
    path = out or Path(f"{kind}.xlsx" if format_ == "xlsx" else f"{kind}-xlsform.xlsx")
    say = language.translations(lang or catalogue.head.language).gettext
    write_form(path, form_workbook(asked, say) if format_ == "xlsx" else _checked(xlsform(asked)))
    click.echo(path)


def _checked(raw: bytes) -> bytes:
    """An XLSForm that the programs found here take; they are named on stderr, and those that are missing."""
    from duibiao.reports.xlsform_check import check_xlsform

    checked = check_xlsform(raw)
    if checked.mistake:
        fail(_("This makes no form for phones: {mistake}").format(mistake=checked.mistake))
    if not checked.by:
        click.echo(_("Not checked, as pyxform is missing: pip install 'duibiao[odk]'"), err=True)
        return raw
    click.echo(_("Checked by {programs}.").format(programs=", ".join(checked.by)), err=True)
    if len(checked.by) == 1:
        click.echo(_("Java is missing, so ODK Validate did not look at it."), err=True)
    return raw

"""`duibiao lint`: find every mistake in criteria files."""

from __future__ import annotations

import sys
from typing import Final

import click

from duibiao.commands.reading import read_sources
from duibiao.criteria.language import gettext as _

FORMATS: Final = ("text", "json", "github", "sarif", "junit")


@click.command(
    short_help=_("Find every mistake in criteria files."),
    help=_(
        "Find every mistake in the catalogues at PATH (the shipped ones without PATH) and run their cases.\n\n"
        "\b\nExample:\n  duibiao lint national"
    ),
)
@click.argument("path", nargs=-1)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help=_("How to print findings."),
)
def lint(path: tuple[str, ...], format_: str) -> None:
    """Find every mistake in criteria files."""
    from duibiao.criteria.lint import lint_catalogue
    from duibiao.criteria.load import shipped_catalogues
    from duibiao.evaluator.cases import run_cases
    from duibiao.evaluator.examples import missing_examples
    from duibiao.reports.lint_report import LINT_REPORTS

    found = []
    files: list[str] = []
    for name in path or shipped_catalogues():
        reading = read_sources(name)
        found += lint_catalogue(reading)
        if not any(each.severity == "error" for each in reading.diagnostics):
            found += [*run_cases(reading), *missing_examples(reading)]
        files += reading.files
    click.echo(LINT_REPORTS[format_](sorted(set(found)), files), nl=False)
    if found:
        sys.exit(1)

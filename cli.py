"""How it is called: parse, call, print, exit code. 0 done; 1 below a mark or findings; 2 wrong use or bad input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from duibiao.criteria import language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.models import Catalogue
    from duibiao.evaluator.assessment import Assessment
    from duibiao.evaluator.submission import Submission

language.use()
LINT_FORMATS = ("text", "json", "github", "sarif", "junit")


def fail(message: str) -> NoReturn:
    """Say what is wrong on stderr and end with 2."""
    click.echo(message, err=True)
    sys.exit(2)


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[str], None]]:
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


def _catalogue(name: str) -> Catalogue:
    from duibiao.criteria.diagnostics import CatalogueError
    from duibiao.criteria.load import load_catalogue

    try:
        return load_catalogue(name)
    except CatalogueError as error:
        fail(f"{error}\n" + _("The catalogue does not load; nothing was scored."))


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError as error:
        raise click.BadParameter(_("'{value}' is no date; write it as 2026-03-31").format(value=value)) from error


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("Hold a city's inspection data against the criteria of the National Civilized City evaluation."),
)
@click.version_option(package_name="duibiao", prog_name="duibiao")
def main() -> None:
    """对标: hold a city's inspection data against the criteria of the 全国文明城市 evaluation."""


@main.command(
    short_help=_("Score a city's data."),
    help=_(
        "Score DATA (files or folders) and say what falls short, who mends it and what nobody looked at.\n\n"
        "\b\nExample:\n  duibiao check examples/zhoukou -o out"
    ),
)
@click.argument("data", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--catalogue", "name", default="national", show_default=True, help=_("A shipped catalogue or a folder."))
@click.option("-o", "--out", type=click.Path(path_type=Path), help=_("Where the report goes; replaced as a whole."))
@click.option("--round", "round_id", help=_("Which round to score; the last by date otherwise."))
@click.option("--round-by", type=click.Choice(["day", "week", "month"]), help=_("Make rounds from dates."))
@click.option(
    "--as-of", callback=_day, help=_("The day whose criteria hold, as 2026-03-31; the last inspection otherwise.")
)
@click.option("--fail-under", type=click.FloatRange(0, 100), help=_("End with 1 where the total is below this."))
@click.option("--keep-going", is_flag=True, help=_("Score although rows were rejected; the score is provisional."))
@click.option(
    "--pages",
    type=click.Choice(["all", "gaps", "none"]),
    default="all",
    show_default=True,
    help=_("Which sites get a page."),
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language of the report; the catalogue's otherwise."))
def check(
    data: tuple[Path, ...],
    name: str,
    out: Path | None,
    round_id: str | None,
    round_by: str | None,
    as_of: date | None,
    fail_under: float | None,
    keep_going: bool,
    pages: str,
    lang: str | None,
) -> None:
    """Score DATA."""
    with _progress(4 if out is not None else 3) as step:
        step(_("reading criteria"))
        catalogue = _catalogue(name)
        spoken = lang or catalogue.head.language
        language.use(spoken)  # type: ignore[arg-type]
        step(_("reading data"))
        submission = _submission(data, catalogue, round_by)
        if submission.rejected and not keep_going:
            _rejected(submission, out, spoken)
        step(_("scoring"))
        assessment = _assessed(catalogue, submission, round_id, as_of, spoken)
        if out is not None:
            step(_("writing pages"))
            _write(out, assessment, pages, spoken)
    from duibiao.reports.terminal import summary

    click.echo(summary(assessment, _), nl=False)
    if out is not None:
        click.echo(_("Report: {path}").format(path=out / "index.html"))
    if fail_under is not None and _below(assessment, fail_under):
        click.echo(_("The total is below {mark}.").format(mark=fail_under), err=True)
        sys.exit(1)


def _submission(data: tuple[Path, ...], catalogue: Catalogue, round_by: str | None) -> Submission:
    from duibiao.evaluator.intake.read import read_submission
    from duibiao.evaluator.intake.reasons import UnreadableData

    try:
        return read_submission(data, catalogue, round_by=round_by)  # type: ignore[arg-type]
    except UnreadableData as error:
        fail(f"{error}\n" + _("Nothing was scored."))


def _assessed(
    catalogue: Catalogue, submission: Submission, round_id: str | None, as_of: date | None, spoken: str
) -> Assessment:
    from duibiao.criteria.diagnostics import advise
    from duibiao.evaluator.assess import UnknownRound, assess
    from duibiao.evaluator.rollup import TooLarge
    from duibiao.evaluator.visits import NoDate

    try:
        return assess(catalogue, submission, round_id=round_id, as_of=as_of, language=spoken)  # type: ignore[arg-type]
    except UnknownRound as error:
        fail(
            _("No round '{name}' in the data; {advice}").format(
                name=error.asked, advice=advise(error.asked, error.known)
            )
        )
    except NoDate:
        fail(_("No row of this round carries a date; say which day's criteria hold: --as-of 2026-03-31"))
    except TooLarge as error:
        fail(_("The sums are too large to be held exactly ({sizes}); score fewer rows at a time").format(sizes=error))


def _rejected(submission: Submission, out: Path | None, spoken: str) -> NoReturn:
    """Rows were rejected: the check-up and the rejects, no score, 2."""
    from duibiao.reports.results import write_check_up
    from duibiao.reports.terminal import rejects

    click.echo(rejects(submission, _), err=True, nl=False)
    if out is not None:
        _replace(out, lambda folder: write_check_up(folder, submission, spoken))  # type: ignore[arg-type]
        click.echo(_("Every rejected row with its cell: {path}").format(path=out / "rejects.csv"), err=True)
    fail(_("No score: mend the rejected rows, or add --keep-going for a provisional score without them."))


def _write(out: Path, assessment: Assessment, pages: str, spoken: str) -> None:
    from duibiao.reports.results import write_results
    from duibiao.reports.totals import Inconsistent

    try:
        _replace(out, lambda folder: write_results(folder, assessment, pages, spoken))  # type: ignore[arg-type]
    except Inconsistent as error:
        fail(_("The figures do not add up; nothing was written: {error}").format(error=error))


def _replace(out: Path, fill: object) -> None:
    from duibiao.reports.folder import ForeignFolder, replace_folder

    try:
        replace_folder(out, fill)  # type: ignore[arg-type]
    except ForeignFolder as error:
        fail(_("'{path}' is not a result of duibiao and is not overwritten; choose another folder").format(path=error))
    except OSError as error:
        reason = error.strerror or str(error)
        fail(_("'{path}' cannot be written: {reason}; what was there is untouched").format(path=out, reason=reason))


def _below(assessment: Assessment, mark: float) -> bool:
    from decimal import Decimal
    from fractions import Fraction

    return assessment.total.score is None or assessment.total.score < Fraction(Decimal(str(mark)))


@main.command(
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
    type=click.Choice(LINT_FORMATS),
    default="text",
    show_default=True,
    help=_("How to print findings."),
)
def lint(path: tuple[str, ...], format_: str) -> None:
    """Find every mistake in criteria files."""
    from duibiao.criteria.diagnostics import advise
    from duibiao.criteria.lint import lint_catalogue
    from duibiao.criteria.load import catalogue_folder, read_catalogue, shipped_catalogues
    from duibiao.evaluator.cases import run_cases
    from duibiao.evaluator.examples import missing_examples
    from duibiao.reports.lint_report import LINT_REPORTS

    found = []
    files: list[str] = []
    for name in path or shipped_catalogues():
        folder = catalogue_folder(name)
        if folder is None:
            fail(_("No catalogue '{name}'; {advice}").format(name=name, advice=advise(name, shipped_catalogues())))
        reading = read_catalogue(folder)
        found += lint_catalogue(reading)
        if not any(each.severity == "error" for each in reading.diagnostics):
            found += [*run_cases(reading), *missing_examples(reading)]
        files += reading.files
    click.echo(LINT_REPORTS[format_](sorted(set(found)), files), nl=False)
    if found:
        sys.exit(1)


@main.command(
    "explain",
    short_help=_("Show why one finding is what it is."),
    help=_(
        "Show why CRITERION at SITE was judged so: the formula with its values, the level that held, the source, and "
        "what the next better level takes.\n\n"
        "\b\nExample:\n  duibiao explain 华耀城商贸市场 fire_lane --in out"
    ),
)
@click.argument("site")
@click.argument("criterion")
@click.option("--in", "folder", type=click.Path(path_type=Path), required=True, help=_("An output folder of check."))
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language of the answer."))
def explain_finding(site: str, criterion: str, folder: Path, lang: str | None) -> None:
    """Show why one finding is what it is."""
    from duibiao.evaluator.archive import NotAnOutput, read_inputs
    from duibiao.evaluator.explain import NoFinding, explain
    from duibiao.reports.terminal import explanation

    try:
        catalogue, submission, round_id, as_of = read_inputs(folder / "inputs")
    except NotAnOutput:
        fail(_("'{path}' is no output folder of `duibiao check -o`").format(path=folder))
    language.use(lang or catalogue.head.language)  # type: ignore[arg-type]
    try:
        found = explain(catalogue, submission, round_id, as_of, site, criterion, _)
    except NoFinding as error:
        fail(_("No finding for '{name}'; {advice}").format(name=error.asked, advice=error.advice))
    click.echo("\n".join(explanation(each, catalogue, _) for each in found), nl=False)


@main.group("catalogue", help=_("List, show and compare catalogues; print their JSON Schema."))
def catalogue_group() -> None:
    """List, show and compare catalogues; print their JSON Schema."""


@catalogue_group.command(
    "list",
    short_help=_("The catalogues that come with the program."),
    help=_("List the catalogues that come with the program.\n\n\b\nExample:\n  duibiao catalogue list"),
)
def catalogue_list() -> None:
    """The catalogues that come with the program."""
    from duibiao.criteria.load import shipped_catalogues
    from duibiao.reports.terminal import catalogue_line

    for name in shipped_catalogues():
        click.echo(catalogue_line(_catalogue(name), _))


@catalogue_group.command(
    "show",
    short_help=_("Show a catalogue, a site type or a criterion."),
    help=_(
        "Show what the catalogue NAME asks; with WHAT, one site type or one criterion in full.\n\n"
        "\b\nExample:\n  duibiao catalogue show national market"
    ),
)
@click.argument("name", default="national")
@click.argument("what", required=False)
def catalogue_show(name: str, what: str | None) -> None:
    """Show what a catalogue asks; with WHAT, one site type or one criterion in full."""
    from duibiao.criteria.diagnostics import advise
    from duibiao.reports.terminal import catalogue_overview, criterion_text, site_type_text

    catalogue = _catalogue(name)
    criteria = {each.id: each for each in catalogue.criteria}
    if what is None:
        click.echo(catalogue_overview(catalogue, _), nl=False)
    elif what in catalogue.site_types:
        click.echo(site_type_text(catalogue, catalogue.site_types[what], _), nl=False)
    elif what in criteria:
        click.echo(criterion_text(catalogue, criteria[what], _), nl=False)
    else:
        fail(
            _("No site type or criterion '{name}'; {advice}").format(
                name=what, advice=advise(what, [*catalogue.site_types, *criteria])
            )
        )


@catalogue_group.command(
    "diff",
    short_help=_("What one catalogue changes in another."),
    help=_(
        "Print what NEW adds, drops and changes against OLD, criterion by criterion, with the points.\n\n"
        "\b\nExample:\n  duibiao catalogue diff national my-city/criteria"
    ),
)
@click.argument("old")
@click.argument("new")
def catalogue_diff(old: str, new: str) -> None:
    """Print what NEW adds, drops and changes against OLD, criterion by criterion, with the points."""
    from duibiao.criteria.difference import compare_catalogues
    from duibiao.reports.terminal import difference_text

    click.echo(difference_text(compare_catalogues(_catalogue(old), _catalogue(new)), _), nl=False)


@catalogue_group.command(
    "schema",
    short_help=_("The JSON Schema of criteria files, for editors."),
    help=_(
        "Print the JSON Schema (draft-07) of criteria files, for editors.\n\n"
        "\b\nExample:\n  duibiao catalogue schema > criteria.schema.json"
    ),
)
def catalogue_schema() -> None:
    """Print the JSON Schema (draft-07) of criteria files, for editors."""
    import json

    from duibiao.criteria.schema import criteria_schema

    click.echo(json.dumps(criteria_schema(), ensure_ascii=False, indent=2))


@main.command(
    short_help=_("Make a small example city and an overlay to start from."),
    help=_(
        "Make FOLDER with a small example city and an overlay of the national catalogue to start from.\n\n"
        "\b\nExample:\n  duibiao new my-city"
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a small example city and an overlay to start from."""
    from duibiao.criteria.starter import FolderTaken, make_starter

    try:
        written = make_starter(folder)
    except FolderTaken:
        fail(_("'{path}' is already there; choose a name that is not").format(path=folder))
    except OSError as error:
        fail(_("'{path}' cannot be written: {reason}").format(path=folder, reason=error.strerror or str(error)))
    for path in written:
        click.echo(path)
    click.echo(
        _("Now: duibiao check {data} --catalogue {criteria} -o out").format(
            data=folder / "data", criteria=folder / "criteria"
        )
    )


if __name__ == "__main__":
    main()

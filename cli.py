"""How it is called: parse, call, print, exit code. 0 done; 1 below a mark or findings; 2 wrong use or bad input."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from duibiao.criteria import language
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.criteria.load import Reading
    from duibiao.criteria.models import Catalogue
    from duibiao.evaluator.assessment import Assessment
    from duibiao.evaluator.checkup import Checkup
    from duibiao.evaluator.comparison import Comparison
    from duibiao.evaluator.judgement import Judgement
    from duibiao.evaluator.submission import Submission, Table
    from duibiao.reports.checklist import Maker
    from duibiao.reports.handbook import Handbook
    from duibiao.reports.outlines import Outlines
    from duibiao.reports.subjects import Known, Subject
    from duibiao.reports.word_document import WordTemplate

language.use()
# When Python looks for garbage in circles. A command makes hundreds of thousands of values that live until it ends, and
# as often as Python looks by itself, it would spend a tenth of its time on going through them.
COLLECT: Final = (100_000, 20, 20)
FORM_FORMATS = ("xlsx", "xlsform")
CHECKLIST_FORMATS = ("html", "docx", "xlsx")
GAP_FORMATS = ("junit", "sarif")
LINT_FORMATS = ("text", "json", "github", "sarif", "junit")
ENCODINGS = ("utf-8", "gb18030", "big5")
CRS = ("wgs84", "cgcs2000", "gcj02", "bd09")


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
    gc.set_threshold(*COLLECT)


@main.command(
    short_help=_("Score a city's data."),
    help=_(
        "Score DATA (files or folders) and say what falls short, who mends it and what nobody looked at.\n\n"
        "With rejected rows there is no score, but OUT/rejects.xlsx: mend it, save it under another name and add it to "
        "DATA.\n\n"
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
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    help=_("An earlier result; end with 1 where something was met then and is missed now."),
)
@click.option(
    "--previous",
    multiple=True,
    type=click.Path(path_type=Path),
    help=_("The result of an earlier round, to say what changed; repeatable. The data's own earlier rounds otherwise."),
)
@click.option(
    "--encoding", type=click.Choice(ENCODINGS), help=_("Encoding of .csv and .tsv files; found out otherwise.")
)
@click.option(
    "--crs", type=click.Choice(CRS), help=_("In what the positions of sites are counted, if mapping.yaml does not say.")
)
@click.option(
    "--outlines",
    "outlines_file",
    type=click.Path(path_type=Path),
    help=_("Outlines of areas for the map: GeoJSON, each with a `name`; outlines.geojson in DATA otherwise."),
)
@click.option("--outlines-crs", type=click.Choice(CRS), help=_("In what these are counted; as the sites otherwise."))
@click.option("--keep-going", is_flag=True, help=_("Score although rows were rejected; the score is provisional."))
@click.option(
    "--pages",
    type=click.Choice(["all", "gaps", "none"]),
    default="all",
    show_default=True,
    help=_("Which sites, areas and units get a page."),
)
@click.option(
    "--handout",
    is_flag=True,
    help=_("Also write OUT/下发: a list and a letter for each unit, a bulletin of the round."),
)
@click.option(
    "--notice-template",
    "letter",
    type=click.Path(path_type=Path),
    help=_("An own Word template of the letter to a unit; with it --handout need not be said."),
)
@click.option("--pdf", is_flag=True, help=_("Also print the city page into OUT/下发, by a browser on this machine."))
@click.option("--browser", help=_("Chromium, Chrome or Edge, where it is not found; with it --pdf need not be said."))
@click.option(
    "--gaps-format",
    "gap_formats",
    multiple=True,
    type=click.Choice(GAP_FORMATS),
    help=_("Also write OUT/gaps.junit.xml or OUT/gaps.sarif for other programs; may be repeated."),
)
@click.option(
    "--limits",
    "factor",
    type=click.FloatRange(1),
    default=1,
    help=_("How many times the usual limits of size, memory and time a file may take."),
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
    baseline: Path | None,
    previous: tuple[Path, ...],
    encoding: str | None,
    crs: str | None,
    outlines_file: Path | None,
    outlines_crs: str | None,
    keep_going: bool,
    pages: str,
    handout: bool,
    letter: Path | None,
    pdf: bool,
    browser: str | None,
    gap_formats: tuple[str, ...],
    factor: float,
    lang: str | None,
) -> None:
    """Score DATA."""
    handout = handout or letter is not None
    if handout and out is None:
        raise click.UsageError(_("What is sent to units is written into a folder; say which: -o OUT"))
    if (pdf or browser is not None or gap_formats) and out is None:
        raise click.UsageError(
            _("The PDF and the gaps for other programs are written into a folder; say which: -o OUT")
        )
    template = _template(letter) if letter is not None else None
    printer = _browser(browser) if pdf or browser is not None else None
    unprinted: list[str] = []
    outlines = _outlines(outlines_file, outlines_crs, data)
    with _progress(3 + (out is not None) + handout + (printer is not None)) as step:
        step(_("reading criteria"))
        catalogue = _catalogue(name)
        spoken = lang or catalogue.head.language
        language.use(spoken)  # type: ignore[arg-type]
        step(_("reading data"))
        submission = _submission(data, catalogue, round_by, factor, encoding, crs)
        if outlines is not None and not outlines.crs and submission.sites["crs"].drop_nulls().n_unique() > 1:
            raise click.UsageError(_("Sites are counted in several ways; say in which the outlines: --outlines-crs"))
        if submission.rejected and not keep_going:
            _rejected(catalogue, submission, round_id, as_of, data, out, spoken)
        step(_("scoring"))
        earlier = [_judged(each) for each in previous]
        judgement, assessment = _assessed(catalogue, submission, round_id, as_of, spoken, earlier)
        compared = _compared(_judged(baseline), judgement) if baseline is not None else None
        from duibiao.evaluator.checkup import checkup_of

        checkup = checkup_of(judgement, _)
        if out is not None:
            step(_("writing pages"))
            sending = (lambda: step(_("writing letters"))) if handout else None
            more: list[Callable[[Path], Iterable[str]]] = []
            if gap_formats:
                more.append(lambda folder: _gap_files(folder, out, judgement, assessment, spoken, gap_formats))
            if printer is not None:
                more.append(lambda folder: _pdf(folder, out, assessment, spoken, printer, step, unprinted))
            written = _write(out, assessment, checkup, pages, spoken, sending, template, outlines, more)
    from duibiao.reports.terminal import summary

    click.echo(summary(assessment, checkup, _), nl=False)
    if out is not None:
        click.echo(_("Report: {path}").format(path=out / "index.html"))
        for line in written:
            click.echo(line)
    failed = False
    if compared is not None:
        from duibiao.reports.changes_text import comparison_text

        click.echo(_("Against {path}:").format(path=baseline))
        click.echo(comparison_text(compared, _), nl=False)
        failed = bool(compared.regressions)
    if fail_under is not None and _below(assessment, fail_under):
        click.echo(_("The total is below {mark}.").format(mark=fail_under), err=True)
        failed = True
    if unprinted:
        fail(
            _("No PDF: {browser} printed nothing ({reason}). Everything else is written.").format(
                browser=printer, reason=unprinted[0]
            )
        )
    if failed:
        sys.exit(1)


def _judged(folder: Path) -> Judgement:
    from duibiao.evaluator.judgement import judge_round

    return judge_round(*_inputs(folder))


def _submission(
    data: tuple[Path, ...],
    catalogue: Catalogue,
    round_by: str | None = None,
    factor: float = 1,
    encoding: str | None = None,
    crs: str | None = None,
) -> Submission:
    from duibiao.evaluator.intake.limits import Limits
    from duibiao.evaluator.intake.read import read_submission
    from duibiao.evaluator.intake.reasons import UnreadableData

    try:
        return read_submission(
            data,
            catalogue,
            round_by=round_by,  # type: ignore[arg-type]
            limits=Limits().times(factor),
            encoding=encoding,
            crs=crs,  # type: ignore[arg-type]
        )
    except UnreadableData as error:
        fail(f"{error}\n" + _("Nothing was scored."))


def _assessed(
    catalogue: Catalogue,
    submission: Submission,
    round_id: str | None,
    as_of: date | None,
    spoken: str,
    earlier: list[Judgement] | None = None,
) -> tuple[Judgement, Assessment]:
    """One round scored. With ``earlier`` the rounds before it stand beside it; of an empty list those in its data."""
    from duibiao.criteria.diagnostics import advise
    from duibiao.evaluator.assess import assess_judgement
    from duibiao.evaluator.judgement import UnknownRound, judge_round
    from duibiao.evaluator.previous import LaterRound, earlier_judgements, with_earlier
    from duibiao.evaluator.sums import TooLarge
    from duibiao.evaluator.totals import Inconsistent
    from duibiao.evaluator.visits import NoDate

    try:
        judgement = judge_round(catalogue, submission, round_id, as_of)
        assessment = assess_judgement(judgement, spoken)  # type: ignore[arg-type]
        if earlier is None:
            return judgement, assessment
        return judgement, with_earlier(assessment, judgement, earlier or earlier_judgements(judgement))
    except LaterRound as error:
        fail(
            _("A result given with --previous is as of {earlier}, after this round ({now}); give earlier ones").format(
                earlier=error.earlier, now=error.now
            )
        )
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
    except Inconsistent as error:
        fail(_("The figures do not add up; nothing was written: {error}").format(error=error))


def _rejected(
    catalogue: Catalogue,
    submission: Submission,
    round_id: str | None,
    as_of: date | None,
    data: tuple[Path, ...],
    out: Path | None,
    spoken: str,
) -> NoReturn:
    """Rows were rejected: the check-up and the rejects, no score, 2."""
    from duibiao.evaluator.checkup import check_up
    from duibiao.evaluator.intake.paths import path_text
    from duibiao.reports.check_up_text import check_up_text
    from duibiao.reports.results import write_check_up

    checkup = check_up(catalogue, submission, round_id, as_of, _)
    click.echo(check_up_text(checkup, catalogue, submission, _), err=True, nl=False)
    if out is not None:
        _replace(out, lambda folder: write_check_up(folder, checkup, catalogue, submission, spoken))  # type: ignore[arg-type]
        click.echo(_("Every rejected row with its cell: {path}").format(path=out / "rejects.csv"), err=True)
        click.echo(
            _("To mend: {path}. Save it under another name and check it with the data: {command}").format(
                path=out / "rejects.xlsx", command=f"duibiao check {' '.join(map(path_text, data))} rejects-mended.xlsx"
            ),
            err=True,
        )
    fail(_("No score: mend the rejected rows, or add --keep-going for a provisional score without them."))


def _template(path: Path) -> WordTemplate:
    """An office's own letter, tried before anything is scored."""
    from duibiao.reports.handout import own_template
    from duibiao.reports.word_document import UnusableTemplate

    try:
        return own_template(path.read_bytes())
    except OSError as error:
        fail(_("'{path}' cannot be read: {reason}").format(path=path, reason=error.strerror or str(error)))
    except UnusableTemplate as error:
        fail(_("'{path}' cannot be a template of a letter: {reason}").format(path=path, reason=error))


def _outlines(path: Path | None, crs: str | None, data: tuple[Path, ...]) -> Outlines | None:
    """Outlines of areas, tried before anything is scored: those that were named, else those in a folder of data."""
    from duibiao.evaluator.intake.files import OUTLINES
    from duibiao.reports.outlines import UnusableOutlines, outlines_of

    found = [folder / OUTLINES for folder in data if (folder / OUTLINES).is_file()] if path is None else [path]
    if len(found) > 1:
        raise click.UsageError(_("There are several files of outlines; say which one counts: --outlines FILE"))
    if not found:
        return None
    (path,) = found
    try:
        return outlines_of(path.read_bytes(), path.name, crs)  # type: ignore[arg-type]
    except OSError as error:
        fail(_("'{path}' cannot be read: {reason}").format(path=path, reason=error.strerror or str(error)))
    except UnusableOutlines as error:
        fail(_("'{path}' cannot be outlines: {reason}").format(path=path, reason=error))


def _unmatched(outlines: Outlines, assessment: Assessment) -> Iterator[str]:
    """What is to be said of outlines that are called as no area."""
    for name, near in outlines.unmatched(assessment):
        line = _("{file}: no one area is called '{name}'").format(file=outlines.file, name=name)
        yield line + ("; " + _("did you mean '{name}'?").format(name=near) if near else "")


def _write(
    out: Path,
    assessment: Assessment,
    checkup: Checkup,
    pages: str,
    spoken: str,
    sending: Callable[[], None] | None,
    template: WordTemplate | None,
    outlines: Outlines | None,
    more: Iterable[Callable[[Path], Iterable[str]]],
) -> list[str]:
    """Write OUT, with what is sent to units where ``sending`` is called before; what is to be said of it.

    ``more`` write into the folder, too, and tell what they wrote.
    """
    from duibiao.evaluator.totals import Inconsistent
    from duibiao.reports.results import write_results

    told: list[str] = []

    def fill(folder: Path) -> None:
        if not write_results(folder, assessment, checkup, pages, spoken, outlines):  # type: ignore[arg-type]
            told.append(_("gaps.xlsx was not written: there are more gaps than a sheet holds"))
        if sending is not None:
            sending()
            told.extend(_handed_out(folder, out, assessment, spoken, template))
        for each in more:
            told.extend(each(folder))

    try:
        _replace(out, fill)
    except Inconsistent as error:
        fail(_("The figures do not add up; nothing was written: {error}").format(error=error))
    told.extend(_unmatched(outlines, assessment) if outlines is not None else ())
    return told


def _handed_out(
    folder: Path, out: Path, assessment: Assessment, spoken: str, template: WordTemplate | None
) -> Iterator[str]:
    from duibiao.reports.handout import FOLDER, write_handout
    from duibiao.reports.word_document import UnusableTemplate

    try:
        written = write_handout(folder, assessment, spoken, template)  # type: ignore[arg-type]
    except UnusableTemplate as error:
        fail(_("'{path}' cannot be a template of a letter: {reason}").format(path="--notice-template", reason=error))
    yield _("To be sent: {path} ({lists} lists, {notices} letters, a bulletin)").format(
        path=out / FOLDER, lists=written.lists, notices=written.notices
    )
    for name in written.unwritten:
        yield _("'{name}' was not written: there are more gaps than a sheet holds").format(name=name)


def _browser(chosen: str | None) -> Path:
    """The browser that prints, found before anything is scored."""
    import os
    import shutil

    from duibiao.reports.browser import NAMES, find_browser, usual_places

    if chosen is not None:
        program = shutil.which(chosen)
        if program is None:
            fail(_("--browser '{path}' is no program that can be run; nothing was scored.").format(path=chosen))
        return Path(program)
    places = usual_places(sys.platform, os.environ)
    found = find_browser(os.environ, places)
    if found is None:
        fail(
            _(
                "--pdf needs Chromium, Chrome or Edge, and none was found; nothing was scored. Looked for on PATH: "
                "{names}; at: {places}. Install one of them, or say where it is: --browser PATH; or leave out --pdf, "
                "open OUT/index.html and print it."
            ).format(names=", ".join(NAMES), places=", ".join(map(str, places)))
        )
    return found


def _pdf(
    folder: Path,
    out: Path,
    assessment: Assessment,
    spoken: str,
    browser: Path,
    step: Callable[[str], None],
    unprinted: list[str],
) -> Iterator[str]:
    """Print the city page; where nothing comes of it the reason is put to ``unprinted``, and all else is kept."""
    from duibiao.reports.browser import NotPrinted
    from duibiao.reports.report_pdf import write_report_pdf

    step(_("printing the city page"))
    try:
        name = write_report_pdf(folder, assessment, spoken, browser)  # type: ignore[arg-type]
    except NotPrinted as error:
        unprinted.append(str(error))
    else:
        yield _("To print or send: {path}").format(path=out / name)


def _gap_files(
    folder: Path, out: Path, judgement: Judgement, assessment: Assessment, spoken: str, formats: tuple[str, ...]
) -> Iterator[str]:
    from duibiao.evaluator.cells import gap_cells
    from duibiao.reports.gap_formats import write_gap_formats
    from duibiao.reports.reading import Reading

    reading = Reading(assessment, language.translations(spoken), "none")  # type: ignore[arg-type]
    for name in write_gap_formats(folder, reading, gap_cells(judgement, assessment.gaps), formats):
        yield _("Gaps for other programs: {path}").format(path=out / name)


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

    total = assessment.total
    return total.score is None or total.withheld or total.score < Fraction(Decimal(str(mark)))


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
    "form",
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
    type=click.Choice(FORM_FORMATS),
    default="xlsx",
    show_default=True,
    help=_("A workbook to fill in, or an XLSForm for phones."),
)
@click.option("--catalogue", "name", default="national", show_default=True, help=_("A shipped catalogue or a folder."))
@click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    help=_("Files or folders whose sites the form lists; may be repeated."),
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help=_("The file to write; TYPE.xlsx or TYPE-xlsform.xlsx otherwise."),
)
@click.option("--as-of", callback=_day, help=_("Ask only what counts on this day, as 2026-03-31."))
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language of the notes in a workbook."))
def form(
    site_type: str,
    format_: str,
    name: str,
    data: tuple[Path, ...],
    out: Path | None,
    as_of: date | None,
    lang: str | None,
) -> None:
    """Make a form to fill in."""
    from duibiao.evaluator.checkup import check_up
    from duibiao.evaluator.intake.names import site_type_names
    from duibiao.reports.check_up_text import check_up_text
    from duibiao.reports.form import form_of
    from duibiao.reports.form_workbook import form_workbook
    from duibiao.reports.xlsform import xlsform

    catalogue = _catalogue(name)
    types = site_type_names(catalogue)
    found = types.get(site_type)
    if not found:
        fail(_("No site type '{name}'; {advice}").format(name=site_type, advice=types.advise(site_type)))
    submission = _submission(data, catalogue) if data else None
    if submission is not None and _sites_rejected(submission.tables):
        checkup = check_up(catalogue, submission, None, as_of, _)
        click.echo(check_up_text(checkup, catalogue, submission, _), err=True, nl=False)
        fail(_("No form: mend the rejected rows of the register, the areas and the units."))
    asked = form_of(catalogue, found[0], submission, as_of)
    if not asked.fields:
        fail(
            _(
                "No form: '{type}' has no fields to fill in. Questions to people are asked by a survey program, whose"
                " export is read by their texts."
            ).format(type=found[0])
        )
    if submission is not None and not asked.sites:
        fail(
            _("No site of type '{type}' stands in the data; leave out --data for a blank form.").format(type=site_type)
        )
    path = out or Path(f"{found[0]}.xlsx" if format_ == "xlsx" else f"{found[0]}-xlsform.xlsx")
    say = language.translations(lang or catalogue.head.language).gettext  # type: ignore[arg-type]
    raw = form_workbook(asked, say) if format_ == "xlsx" else _checked_form(xlsform(asked))
    _write_new(path, raw)
    click.echo(path)


@main.command(
    "checklist",
    short_help=_("Make checklists to print and tick."),
    help=_(
        "Make checklists: what is looked at, what counts as met, which evidence, what is often wrong, what mending "
        "takes, with boxes to tick. By site type they stand for any site of it; by site, unit or area for the sites "
        "that --in knows, and a result of check fills in what was last found there. What belongs to a site, as a "
        "public toilet to a market, stands on its checklist.\n\n"
        "\b\nExample:\n  duibiao checklist --type market --quiz -o market.html"
    ),
)
@click.option("--type", "site_types", multiple=True, help=_("A site type, by id, title or alias; may be repeated."))
@click.option("--site", help=_("A site, by number or name."))
@click.option("--unit", help=_("A unit, by name: only what it leads on."))
@click.option("--area", help=_("An area, by name or path: every site in it."))
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help=_("A file for every site that belongs to no other, in folders by area below -o."),
)
@click.option(
    "--in",
    "given",
    multiple=True,
    type=click.Path(path_type=Path),
    help=_("A result folder of check, or data with the register; data may be repeated."),
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(CHECKLIST_FORMATS),
    default="html",
    show_default=True,
    help=_("A page, a Word document or a workbook."),
)
@click.option("--blank", is_flag=True, help=_("Without what was last found."))
@click.option(
    "--order",
    type=click.Choice(["outline", "points"]),
    default="outline",
    show_default=True,
    help=_("By the outline, or what lost most points first."),
)
@click.option(
    "--quiz", "quizzed", is_flag=True, help=_("Ten questions at the end, the answers on a page of their own.")
)
@click.option(
    "--catalogue", "name", help=_("A shipped catalogue or a folder; that of the result, else national, otherwise.")
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help=_("The file to write, or with --all the folder."))
@click.option("--as-of", callback=_day, help=_("The day whose criteria hold, as 2026-03-31; not with a result."))
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), help=_("Language of the checklist; the catalogue's otherwise.")
)
def checklist_for(
    site_types: tuple[str, ...],
    site: str | None,
    unit: str | None,
    area: str | None,
    everything: bool,
    given: tuple[Path, ...],
    format_: str,
    blank: bool,
    order: str,
    quizzed: bool,
    name: str | None,
    out: Path | None,
    as_of: date | None,
    lang: str | None,
) -> None:
    """Make checklists."""
    from duibiao.reports.checklist import Maker, Wanted
    from duibiao.reports.checklist_set import checklist_file, default_name

    named = site is not None or unit is not None or area is not None
    if not (site_types or named or everything):
        fail(_("Say what it is for: --type, --site, --unit, --area or --all"))
    if everything and (site_types or named):
        fail(_("--all is for every site; leave out --type, --site, --unit and --area"))
    if everything and out is None:
        fail(_("--all needs a folder: -o checklists"))
    if (named or everything) and not given:
        fail(_("Sites, units and areas are those of data: add --in OUT, or --in with the register"))
    known, reading = _known(given, name, as_of, lang)
    if order == "points" and known.assessment is None:
        fail(_("--order points needs the points that were lost: --in with a result folder of check"))
    kinds = _site_types(known.catalogue, site_types)
    subjects = _subjects(known, kinds, site, unit, area)
    if named or everything:
        subjects = list(known.with_parts(subjects))
    units = tuple(known.unit_names.get(unit)) if unit is not None else ()
    asked = list(dict.fromkeys([*kinds, *(each.kind for each in subjects)]))
    book = _book(known, reading, asked, lang)
    maker = Maker(book, known, Wanted(order, not blank, quizzed))  # type: ignore[arg-type]
    if everything:
        assert out is not None
        _write_set(maker, out, format_)
        return
    made = maker.of_sites(subjects, units) if named else maker.of_types(kinds)
    if not any(each.entries for each in made.sheets):
        fail(_("Nothing is asked there, so there is no checklist."))
    titles = (known.catalogue.site_types[kind].title for kind in kinds)
    called = "_".join(each for each in (area, unit, site and made.sheets[0].name, *titles) if each)
    path = out or Path(default_name(made, called, format_))  # type: ignore[arg-type]
    _write_new(path, checklist_file(made, format_))  # type: ignore[arg-type]
    click.echo(path)


def _known(
    given: tuple[Path, ...], name: str | None, as_of: date | None, lang: str | None
) -> tuple[Known, Reading | None]:
    """What checklists are made from, and the catalogue whose cases are told."""
    from duibiao.evaluator.visits import NoDate, last_day, rounds_of
    from duibiao.reports.subjects import Known, edition_day

    result = next((folder for folder in given if (folder / "inputs" / "run.json").is_file()), None)
    if result is not None:
        if len(given) > 1:
            fail(_("A result stands alone: one --in"))
        if as_of is not None:
            fail(_("A result has its own day: leave out --as-of"))
        catalogue, submission, round_id, day = _inputs(result)
        reading = _with_cases(name or catalogue.head.catalogue, named=name is not None)
        spoken = lang or catalogue.head.language
        return Known(catalogue, day, submission, _assessed(catalogue, submission, round_id, day, spoken)[1]), reading
    reading = _with_cases(name or "national", named=True)
    assert reading is not None
    assert reading.catalogue is not None
    catalogue = reading.catalogue
    if not given:
        return Known(catalogue, as_of or edition_day(catalogue)), reading
    submission = _submission(given, catalogue)
    if _sites_rejected(submission.tables):
        _reject_sites(catalogue, submission, as_of)
    try:
        found = last_day(submission, (rounds_of(submission) or [""])[-1])
    except NoDate:
        found = edition_day(catalogue)
    return Known(catalogue, as_of or found, submission), reading


def _with_cases(name: str, *, named: bool) -> Reading | None:
    """A catalogue as it is read, with its cases; None where nobody ``named`` it and it is not a shipped one."""
    from duibiao.criteria.diagnostics import CatalogueError, advise
    from duibiao.criteria.load import catalogue_folder, read_catalogue, shipped_catalogues

    source = catalogue_folder(name) if named or name in shipped_catalogues() else None
    if source is None and named:
        fail(_("No catalogue '{name}'; {advice}").format(name=name, advice=advise(name, shipped_catalogues())))
    if source is None:
        return None
    reading = read_catalogue(source)
    if reading.catalogue is None or any(each.severity == "error" for each in reading.diagnostics):
        error = CatalogueError(list(reading.diagnostics))
        fail(f"{error}\n" + _("The catalogue does not load; there is no checklist."))
    return reading


def _reject_sites(catalogue: Catalogue, submission: Submission, as_of: date | None) -> NoReturn:
    from duibiao.evaluator.checkup import check_up
    from duibiao.reports.check_up_text import check_up_text

    checkup = check_up(catalogue, submission, None, as_of, _)
    click.echo(check_up_text(checkup, catalogue, submission, _), err=True, nl=False)
    fail(_("No checklist: mend the rejected rows of the register, the areas and the units."))


def _site_types(catalogue: Catalogue, asked: tuple[str, ...]) -> list[str]:
    from duibiao.evaluator.intake.names import site_type_names

    types = site_type_names(catalogue)
    for each in asked:
        if not types.get(each):
            fail(_("No site type '{name}'; {advice}").format(name=each, advice=types.advise(each)))
    return list(dict.fromkeys(types.get(each)[0] for each in asked))


def _subjects(known: Known, kinds: list[str], site: str | None, unit: str | None, area: str | None) -> list[Subject]:
    """The sites that are asked for by all of these."""
    found = [each for each in known.subjects if not kinds or each.kind in kinds]
    if site is not None:
        if not known.site_names.get(site):
            fail(_("No site '{name}'; {advice}").format(name=site, advice=known.site_names.advise(site)))
        found = [each for each in found if each.key in known.site_names.get(site)]
    if unit is not None and not known.unit_names.get(unit):
        fail(_("No unit '{name}'; {advice}").format(name=unit, advice=known.unit_names.advise(unit)))
    if area is not None:
        if not known.area_names.get(area):
            fail(_("No area '{name}'; {advice}").format(name=area, advice=known.area_names.advise(area)))
        found = [each for each in found if known.in_area(each, known.area_names.get(area))]
    return found


def _book(known: Known, reading: Reading | None, kinds: list[str], lang: str | None) -> Handbook:
    """The words and the cases of what is asked at some site types; no cases where they are of another catalogue."""
    from duibiao.criteria.diagnostics import CatalogueError
    from duibiao.reports.handbook import Handbook, cases_for

    words = language.translations(lang or known.catalogue.head.language)  # type: ignore[arg-type]
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


def _write_set(maker: Maker, out: Path, format_: str) -> None:
    from duibiao.reports.checklist_set import write_checklists
    from duibiao.reports.folder import CHECKLISTS, ForeignFolder, replace_folder

    count = sum(not each.whole for each in maker.known.subjects)
    written = 0

    def fill(folder: Path) -> None:
        nonlocal written
        with click.progressbar(length=count, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            written = write_checklists(maker, folder, format_, lambda: bar.update(1))  # type: ignore[arg-type]

    try:
        replace_folder(out, fill, CHECKLISTS)
    except ForeignFolder as error:
        told = _("'{path}' holds no checklists of duibiao and is not overwritten; choose another folder")
        fail(told.format(path=error))
    except OSError as error:
        reason = error.strerror or str(error)
        fail(_("'{path}' cannot be written: {reason}; what was there is untouched").format(path=out, reason=reason))
    click.echo(_("{n} checklists: {path}").format(n=written, path=out))


def _write_new(path: Path, raw: bytes) -> None:
    """Write a file that is not there yet."""
    try:
        with path.open("xb") as file:
            file.write(raw)
    except FileExistsError:
        fail(_("'{path}' is already there and may be filled in; choose another name").format(path=path))
    except OSError as error:
        fail(_("'{path}' cannot be written: {reason}").format(path=path, reason=error.strerror or str(error)))


def _sites_rejected(tables: tuple[Table, ...]) -> bool:
    """Whether a row was rejected that may name a site: of the register, or of any table where there is none."""
    registered = any(each.shape == "register" for each in tables)
    shapes = {"register", "areas", "units"} if registered else {each.shape for each in tables}
    return any(each.rejected and each.shape in shapes for each in tables)


def _checked_form(raw: bytes) -> bytes:
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


@main.command(
    "inspect",
    short_help=_("How files are understood, before anything is scored."),
    help=_(
        "Show how DATA (files or folders) is understood: the shape of each table, its headers, what each column is "
        "taken for, how many cells are filled, and which cannot be read.\n\n"
        "\b\nExample:\n  duibiao inspect examples/zhoukou"
    ),
)
@click.argument("data", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--catalogue", "name", default="national", show_default=True, help=_("A shipped catalogue or a folder."))
@click.option(
    "--encoding", type=click.Choice(ENCODINGS), help=_("Encoding of .csv and .tsv files; found out otherwise.")
)
@click.option(
    "--write-mapping", "draft", type=click.Path(path_type=Path), help=_("Write a mapping.yaml to start from.")
)
@click.option(
    "--limits",
    "factor",
    type=click.FloatRange(1),
    default=1,
    help=_("How many times the usual limits of size, memory and time a file may take."),
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language of the answer."))
def inspect_data(
    data: tuple[Path, ...],
    name: str,
    encoding: str | None,
    draft: Path | None,
    factor: float,
    format_: str,
    lang: str | None,
) -> None:
    """How files are understood, before anything is scored."""
    from duibiao.evaluator.document import to_json
    from duibiao.evaluator.intake.limits import Limits
    from duibiao.evaluator.intake.understanding import understand
    from duibiao.reports.understanding_text import understanding_document, understanding_text

    _speak(lang)
    found = understand(data, _catalogue(name), encoding, Limits().times(factor))
    told = to_json(understanding_document(found)).decode() if format_ == "json" else understanding_text(found, _)
    click.echo(told, nl=False)
    if draft is not None:
        from duibiao.reports.mapping_draft import mapping_draft

        text = mapping_draft(found, draft, _)
        try:
            with draft.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            fail(_("'{path}' is already there; choose a name that is not").format(path=draft))
        except OSError as error:
            fail(_("'{path}' cannot be written: {reason}").format(path=draft, reason=error.strerror or str(error)))
        click.echo(_("Mapping: {path}").format(path=draft), err=True)
    if not found.whole:
        sys.exit(2)


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
    from duibiao.evaluator.explain import NoFinding, explain
    from duibiao.reports.terminal import explanation

    catalogue, submission, round_id, as_of = _inputs(folder)
    language.use(lang or catalogue.head.language)  # type: ignore[arg-type]
    try:
        found = explain(catalogue, submission, round_id, as_of, site, criterion, _)
    except NoFinding as error:
        fail(_("No finding for '{name}'; {advice}").format(name=error.asked, advice=error.advice))
    click.echo("\n".join(explanation(each, catalogue, _) for each in found), nl=False)


@main.command(
    "what-if",
    short_help=_("What the score would be if something were mended."),
    help=_(
        "Recompute the result OUT with gaps mended (--close) or values otherwise (--set): the total before and after, "
        "each part of the difference, and every other figure that changes.\n\n"
        "\b\nExample:\n  duibiao what-if out --close 光华农贸市场:fire_lane"
    ),
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--close", multiple=True, help=_("A gap, as site:criterion or by its id; may be repeated."))
@click.option("--set", "settings", multiple=True, help=_("site.field=value; may be repeated."))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language of the answer."))
def what_if_out(out: Path, close: tuple[str, ...], settings: tuple[str, ...], format_: str, lang: str | None) -> None:
    """What the score would be if something were mended."""
    from duibiao.evaluator.document import to_json
    from duibiao.evaluator.what_if import WrongQuestion, what_if
    from duibiao.reports.changes_text import what_if_document, what_if_text

    _speak(lang)
    if not close and not settings:
        fail(_("Say what would be otherwise: --close site:criterion, or --set site.field=value"))
    catalogue, submission, round_id, as_of = _inputs(out)
    spoken = lang or catalogue.head.language
    language.use(spoken)  # type: ignore[arg-type]
    try:
        answer = what_if(catalogue, submission, round_id, as_of, close, settings, spoken)  # type: ignore[arg-type]
    except WrongQuestion as error:
        fail("\n".join(_(text).format(**values) for text, values in error.mistakes))
    told = to_json(what_if_document(answer)).decode() if format_ == "json" else what_if_text(answer, _)
    click.echo(told, nl=False)


@main.command(
    "compare",
    short_help=_("Why the score changed between two results."),
    help=_(
        "Split the change of the total from the result OLD to the result NEW exactly into its causes, and name what "
        "was met before and is missed now. Results of different methods are not compared.\n\n"
        "\b\nExample:\n  duibiao check examples/zhoukou --round 2025-W09 -o out-w09\n  duibiao compare out-w09 out"
    ),
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language of the answer."))
def compare_results(old: Path, new: Path, format_: str, lang: str | None) -> None:
    """Why the score changed between two results."""
    from duibiao.evaluator.document import to_json
    from duibiao.evaluator.judgement import judge_round
    from duibiao.reports.changes_text import comparison_document, comparison_text

    _speak(lang)
    before, after = (judge_round(*_inputs(folder)) for folder in (old, new))
    language.use(lang or after.catalogue.head.language)  # type: ignore[arg-type]
    found = _compared(before, after)
    told = to_json(comparison_document(found)).decode() if format_ == "json" else comparison_text(found, _)
    click.echo(told, nl=False)


def _compared(before: Judgement, after: Judgement) -> Comparison:
    from duibiao.evaluator.comparison import MethodsDiffer, NoTotal, compare

    try:
        return compare(before, after)
    except MethodsDiffer as error:
        told = [f"  {what}: {old} -> {new}" for what, old, new in error.differences]
        fail("\n".join([_("The two were scored by different methods and cannot be compared:"), *told]))
    except NoTotal:
        fail(_("One of the two has no total, so there is no change to explain."))


@main.command(
    "recount",
    short_help=_("Count a result again, independently."),
    help=_(
        "Count the result OUT again from its findings and its printed method, by a program of one file that shares "
        "nothing with this one; it lies in OUT too (python3 OUT/recount.py).\n\n"
        "\b\nExample:\n  duibiao recount out"
    ),
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language of the answer."))
def recount_result(out: Path, lang: str | None) -> None:
    """Count a result again, independently."""
    from duibiao.evaluator import recount

    sys.exit(recount.main([str(out), *(["--lang", lang] if lang is not None else [])]))


def _speak(lang: str | None) -> None:
    if lang is not None:
        language.use(lang)  # type: ignore[arg-type]


def _inputs(folder: Path) -> tuple[Catalogue, Submission, str, date]:
    from duibiao.evaluator.archive import NotAnOutput, read_inputs

    try:
        return read_inputs(folder / "inputs")
    except NotAnOutput:
        fail(_("'{path}' is no output folder of `duibiao check -o`").format(path=folder))


@main.group("catalogue", help=_("List, show and compare catalogues; make a handbook of one; print their JSON Schema."))
def catalogue_group() -> None:
    """List, show and compare catalogues; make a handbook of one; print their JSON Schema."""


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
    "handbook",
    short_help=_("Make a handbook of a catalogue: pages to teach and to look things up."),
    help=_(
        "Make a handbook of the catalogue NAME: a page for each site type with what is looked at, how it is scored, "
        "worked examples, remedy, unit and source of each criterion; pages by outline, unit and source; a search. The "
        "pages make no request.\n\n"
        "\b\nExample:\n  duibiao catalogue handbook national -o handbook"
    ),
)
@click.argument("name", default="national")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, help=_("Where it goes; replaced as a whole.")
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language of the handbook; the catalogue's otherwise."))
def catalogue_handbook(name: str, out: Path, lang: str | None) -> None:
    """Make a handbook of the catalogue NAME."""
    from duibiao.criteria.diagnostics import CatalogueError, advise
    from duibiao.criteria.load import catalogue_folder, read_catalogue, shipped_catalogues
    from duibiao.reports.folder import HANDBOOK, ForeignFolder, replace_folder
    from duibiao.reports.handbook import read_handbook
    from duibiao.reports.handbook_pages import write_handbook

    source = catalogue_folder(name)
    if source is None:
        fail(_("No catalogue '{name}'; {advice}").format(name=name, advice=advise(name, shipped_catalogues())))
    try:
        book = read_handbook(read_catalogue(source), lang)  # type: ignore[arg-type]
    except CatalogueError as error:
        fail(f"{error}\n" + _("The catalogue has mistakes; no handbook was made."))
    try:
        replace_folder(out, lambda folder: write_handbook(folder, book), HANDBOOK)
    except ForeignFolder as error:
        fail(
            _("'{path}' is not a handbook of duibiao and is not overwritten; choose another folder").format(path=error)
        )
    except OSError as error:
        reason = error.strerror or str(error)
        fail(_("'{path}' cannot be written: {reason}; what was there is untouched").format(path=out, reason=reason))
    click.echo(_("Handbook: {path}").format(path=out / "index.html"))


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

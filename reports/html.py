"""Views -> self-contained pages: no request, no inline handler, and a policy that lets the browser refuse any other."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from pathlib import Path
from typing import Final, Protocol

from jinja2 import BaseLoader, BytecodeCache, Environment, FileSystemBytecodeCache, StrictUndefined, TemplateNotFound
from markupsafe import Markup

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.checkup import Checkup
from duibiao.reports.figure_markup import commands, figure, link, mark, say, share
from duibiao.reports.group_view import GroupView, group_gaps, group_views
from duibiao.reports.outlines import Outlines
from duibiao.reports.reading import Pages, Reading
from duibiao.reports.site_view import SiteView, findings_of, site_page
from duibiao.reports.view import CityView, city

CHECK_UP: Final = "check-up.html"
CITY_STYLES: Final = (
    "page.css",
    "city.css",
    "units.css",
    "changes.css",
    "forecast.css",
    "map.css",
    "theme.css",
    "query.css",
    "panel.css",
    "fold.css",
    "questionnaires.css",
)
CITY_SCRIPTS: Final = tuple(
    f"{name}.js" for name in "nodes address city_data table panel map query theme fold contents".split()
)
PAGE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Translated(Protocol):
    """What a page is made of: a view that knows its language."""

    @property
    def words(self) -> NullTranslations:
        """The translations of the page's language."""


class _Packaged(BaseLoader):
    """Templates as they are installed with the program."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:
        source = files("duibiao.reports") / "templates" / template
        if not source.is_file():
            raise TemplateNotFound(template)
        return source.read_text("utf-8"), None, None


def render_city(view: CityView) -> str:
    """The city page as one HTML document."""
    return render_page("city.html.j2", view, CITY_STYLES, CITY_SCRIPTS)


def render_site(view: SiteView) -> str:
    """The page of one site as one HTML document."""
    return render_page("site.html.j2", view, ("page.css", "site.css"), ())


def write_pages(
    assessment: Assessment,
    folder: Path,
    pages: Pages = "gaps",
    language: Language | None = None,
    checkup: Checkup | None = None,
    outlines: Outlines | None = None,
) -> None:
    """Write ``index.html``, ``site/*.html``, ``area/*.html`` and ``unit/*.html`` below ``folder``.

    ``language`` is the catalogue's own otherwise. ``pages`` says which sites, areas and units get a page: all (of sites
    the visited ones), those with gaps, or none. With a ``checkup`` the city page leads to its page, which
    ``check_up.py`` renders; ``outlines`` are those of the map. Raises OSError.
    """
    words = translations(language or assessment.catalogue.head.language)
    reading = Reading(assessment, words, pages, checkup, outlines)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_bytes(render_city(city(reading)).encode())
    _write_groups(reading, folder)
    if not reading.written:
        return
    (folder / "site").mkdir(exist_ok=True)
    found = findings_of(assessment.findings)
    # One page is made while those before it go to the disk: thousands of small files take their time.
    with ThreadPoolExecutor(1) as disk:
        written = []
        for site in assessment.sites:
            if site.site in reading.written:
                if not PAGE_NAME.fullmatch(site.page):
                    raise ValueError(f"{site.page!r} cannot name a page")
                page = render_site(site_page(reading, site.site, found.get(site.site, ())))
                written.append(disk.submit((folder / "site" / f"{site.page}.html").write_bytes, page.encode()))
    for each in written:
        each.result()  # raises what the disk said


def _write_groups(reading: Reading, folder: Path) -> None:
    """Write ``area/*.html`` and ``unit/*.html``; the row of a gap is rendered once, and stands on several pages."""
    if reading.pages == "none":
        return
    words = reading.words.gettext
    row = _environment().get_template("gap_row.j2").module.gap_row  # type: ignore[attr-defined]
    labels = [words(each) for each in ("Photos", "Points of the total lost", "Mending it brings")]
    rows = [row(gap, *labels) for gap in group_gaps(reading)]
    for view in group_views(reading):
        if not PAGE_NAME.fullmatch(view.page):
            raise ValueError(f"{view.page!r} cannot name a page")
        page = render_group(view, rows)
        place = folder / view.group / f"{view.page}.html"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(page.encode())


def render_group(view: GroupView, rows: Sequence[Markup]) -> str:
    """The page of one area or unit, which takes its own from the ``rows`` of all gaps."""
    return render_page("group.html.j2", view, ("page.css", "site.css", "group.css", "questionnaires.css"), (), rows)


def render_page(
    template: str,
    view: Translated,
    styles: tuple[str, ...],
    scripts: tuple[str, ...],
    rows: Sequence[Markup] = (),
) -> str:
    """One page as a self-contained HTML document, under a policy that allows only its own style and script.

    ``rows`` are rendered already.
    """
    style, script = _static(styles), _static(scripts)
    policy = f"default-src 'none'; style-src '{_hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'"
    if script:
        policy += f"; script-src '{_hash(script)}'"
    page = _environment().get_template(template)
    # Static files are ours and hold no closing tag; everything else is escaped.
    return page.render(
        view=view, _=view.words.gettext, style=Markup(style), script=Markup(script), policy=policy, rows=rows
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=_Packaged(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
    )
    environment.filters["commands"] = commands
    environment.globals |= {each.__name__: each for each in (figure, share, say, mark, link)}
    return environment


def _compiled() -> BytecodeCache | None:
    """Compiled templates from earlier runs, in the user's own temporary folder; none where there is no safe one."""
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None


@cache
def _static(names: tuple[str, ...]) -> str:
    return "".join((files("duibiao.reports") / "static" / name).read_text("utf-8") for name in names)


@cache
def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

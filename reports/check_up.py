"""The page of the data check-up as values: beside a score, or alone where rows were rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Final

from duibiao.criteria.language import Language, translations
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.blank_areas import Blank, Reached
from duibiao.evaluator.checkup import Checkup
from duibiao.evaluator.submission import Submission, Table
from duibiao.reports.check_up_text import check_up_line, rows_line
from duibiao.reports.direction import isolated
from duibiao.reports.html import render_page
from duibiao.reports.reading import NONE
from duibiao.reports.visit_time import visit_time
from duibiao.reports.words import LACKS, NAMES, PHOTOS

SHOWN: Final = 500
CELLS: Final = 20  # addresses, or names of sites, in one cell
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckUpList:
    """One kind of finding: what it means, and a row for each; ``more`` rows are not shown."""

    title: str
    meaning: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    count: int
    more: int


@dataclass(frozen=True, slots=True)
class CheckUpView:
    """What the check-up page shows; ``scored`` where it stands beside a score."""

    words: NullTranslations
    language: str
    scored: bool
    round: str
    line: str
    rows: str
    lists: tuple[CheckUpList, ...]
    tables: tuple[Table, ...]
    notes: tuple[tuple[str, str], ...]
    more_notes: int


def check_up_view(
    checkup: Checkup, catalogue: Catalogue, submission: Submission, language: Language, *, scored: bool
) -> CheckUpView:
    """The view of a checked submission."""
    words = translations(language)
    notes = [(note.place, note.text) for note in submission.notes]
    rounds = dict(submission.rounds.select("round", "title").iter_rows())
    return CheckUpView(
        words=words,
        language="zh-CN" if language == "zh" else "en",
        scored=scored,
        round=rounds.get(checkup.round) or checkup.round or words.gettext("all data"),
        line=check_up_line(checkup, words.gettext),
        rows=rows_line(checkup, words.gettext),
        lists=tuple(_Lists(checkup, catalogue, submission, words.gettext).every()),
        tables=submission.tables,
        notes=tuple(notes[:SHOWN]),
        more_notes=max(len(notes) - SHOWN, 0),
    )


def render_check_up(
    checkup: Checkup, catalogue: Catalogue, submission: Submission, language: Language, *, scored: bool
) -> str:
    """The check-up page as one HTML document."""
    view = check_up_view(checkup, catalogue, submission, language, scored=scored)
    return render_page("check_up.html.j2", view, ("page.css", "city.css"), ())


class _Lists:
    """Words the lists of one check-up."""

    def __init__(
        self, checkup: Checkup, catalogue: Catalogue, submission: Submission, say: Callable[[str], str]
    ) -> None:
        self.checkup, self.catalogue, self.submission, self.say = checkup, catalogue, submission, say
        self.names: Mapping[str, str] = dict(submission.sites.select("site", "name").iter_rows())
        self.titles = {dated.id: dated.versions[-1].criterion.title for dated in catalogue.criteria}

    def every(self) -> Iterable[CheckUpList]:
        """All lists: those with something to mend first."""
        _ = self.say
        found = self.checkup
        if self.submission.rejects:
            yield self._reasons()
            yield self._list(
                _("Rejected rows"),
                _("Mend them in rejects.xlsx, or in the data, and check again."),
                (_("Where"), _("Value"), _("What is wrong"), _("What to write instead")),
                [(each.place, each.value, each.reason, each.suggestion) for each in self.submission.rejects],
            )
        yield self._list(
            _("Unknown names"),
            _("Correct the cells; or, where the name is right, add it as an alias."),
            (_("Name"), _("Kind"), _("Nearest known name"), _("Alias to add"), _("Where")),
            [
                (
                    each.name, _(NAMES[each.kind]), each.nearest or NONE,
                    f"{each.where}: {each.line}" if each.line else NONE, _some(each.cells),
                )
                for each in found.unknown
            ],
        )  # fmt: skip
        yield self._list(
            _("Unknown columns"),
            _("Not used. Write the line below columns: of the table in mapping.yaml; or, for all data, the alias."),
            (_("Column"), _("Table"), _("Nearest known header"), _("Line of mapping.yaml"), _("Alias to add")),
            [
                (
                    each.header,
                    each.table,
                    each.nearest or NONE,
                    each.line,
                    f"{each.where}: {each.alias}" if each.alias else NONE,
                )
                for each in found.columns
            ],
        )
        yield self._list(
            _("Rows that stand twice"),
            _("They say exactly the same, and every one counts."),
            (_("Site"), _("Date"), _("Where")),
            [(self._site(each.site), each.at or NONE, _some(each.cells)) for each in found.repeated],
        )
        yield self._list(
            _("Rows of one site and time that differ"),
            _("Two files, two visits or the register say different things; keep what is right."),
            (_("Site"), _("Date"), _("What"), _("Values and cells")),
            [
                (
                    self._site(each.site), each.at or NONE, each.what or _("two visits"),
                    _some([f"{value} ({cell})" if value else cell for value, cell in each.values]),
                )
                for each in found.differing
            ],
        )  # fmt: skip
        yield self._list(
            _("Values beyond a limit"),
            _("They count as unknown, and what reads them as contradictory data."),
            (_("Site"), _("What the data say"), _("Where")),
            [(self._site(each.site), each.text, each.cell or NONE) for each in found.contradictions],
        )
        yield self._list(
            _("Problem lists of visits not called complete"),
            _("Nothing says that there were no further problems; add 已查全 to the visit if all was looked at."),
            (_("Site"), _("Visit"), _("Where")),
            [(self._site(each.site), visit_time(each.visit) or NONE, _some(each.cells)) for each in found.incomplete],
        )
        yield self._list(
            _("Sites without area or unit"),
            _("They count in the total and have no place in a ranking, or nobody mends what they lack."),
            (_("Site"), _("Type"), _("What is missing"), _("Where")),
            [
                (
                    self._site(each.site),
                    self._type(each.site_type),
                    _joined(_(LACKS[lack]) for lack in each.lacks),
                    each.cell or NONE,
                )
                for each in found.unassigned
            ],
        )
        yield self._list(
            _("Blank areas: where nobody has looked"),
            _(
                "Sites that were not visited and records that were not handed in in this round, and criteria that "
                "nothing there observed."
            ),
            (
                _("Type"), _("Area"), _("Visited / registered, handed in / known"),
                _("Sites not visited, records not handed in"), _("Criteria not checked"),
            ),
            [self._blank(each) for each in found.blank],
        )  # fmt: skip
        yield self._list(
            _("Quotas that are not reached"),
            _("How many sites of a type each area should have had inspected in this round."),
            (_("Type"), _("Area"), _("Visited / wanted"), _("Registered")),
            [self._quota(each) for each in found.quotas if not each.reached],
        )
        yield self._list(
            _("Photos not found"),
            _("Lay them beside the data, or into a folder photos or 照片 there."),
            (_("Photo"), _("Why"), _("Where")),
            [(each.name, _(PHOTOS[each.state]), each.cell) for each in found.photos],
        )
        if self.submission.answers:
            yield self._respondents()

    def _list(self, title: str, meaning: str, headers: Sequence[str], rows: Sequence[Row]) -> CheckUpList:
        return CheckUpList(title, meaning, tuple(headers), tuple(rows[:SHOWN]), len(rows), max(len(rows) - SHOWN, 0))

    def _reasons(self) -> CheckUpList:
        _ = self.say
        examples = {each.code: each.reason for each in reversed(self.submission.rejects)}
        return self._list(
            _("Why rows were rejected"),
            _("Each row once, for its first reason: together they are the rejected rows."),
            (_("Reason"), _("Rows"), _("Further rows with it"), _("Example")),
            [(each.code, str(each.rows), str(each.also), examples[each.code]) for each in self.checkup.reasons],
        )

    def _respondents(self) -> CheckUpList:
        _ = self.say
        return self._list(
            _("People who answered questionnaires"),
            _("In every round; of no person more is kept than the answers, the area and how they were drawn."),
            (_("Questionnaire"), _("Round"), _("Area"), _("People"), _("Answers"), _("Not answered")),
            [
                (
                    self._type(each.questionnaire), each.round or NONE, each.area or _("without area"),
                    str(each.people), str(each.answers), str(each.blank),
                )
                for each in self.checkup.respondents
            ],
        )  # fmt: skip

    def _blank(self, each: Blank) -> Row:
        return (
            self._type(each.site_type),
            each.area or self.say("without area"),
            f"{each.visited} / {each.registered}",
            _some([self.names.get(site) or site for site in each.unvisited]) or NONE,
            _some([self.titles[criterion] for criterion in each.unchecked]) or NONE,
        )

    def _quota(self, each: Reached) -> Row:
        return self._type(each.site_type), each.area, f"{each.visited} / {each.wanted}", str(each.registered)

    def _site(self, site: str) -> str:
        name, kind = self.names.get(site) or site, site.partition(":")[0]
        known = self.catalogue.site_types.get(kind)
        if known is not None and known.each:  # an area or unit itself: its key is made of the type
            return f"{isolated(name)} ({known.title})"
        return name if name == site or "/" in site or "@" in site else f"{isolated(name)} ({site})"

    def _type(self, site_type: str) -> str:
        return self.catalogue.site_types[site_type].title


def _joined(texts: Iterable[str]) -> str:
    return "、".join(map(isolated, texts))


def _some(texts: Sequence[str]) -> str:
    """The first of many texts, and how many more there are."""
    more = len(texts) - CELLS
    return _joined(texts[:CELLS]) + (f" … +{more}" if more > 0 else "")

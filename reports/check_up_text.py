"""The data check-up on the terminal: one line beside a score, and more where rows were rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.checkup import Checkup
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.yaml_line import entry
from duibiao.reports.words import NAMES

Translate = Callable[[str], str]
SHOWN: Final = 10


def check_up_line(checkup: Checkup, say: Translate) -> str:
    """What the check-up found, counted, in one line."""
    unvisited, missing = (
        sum(len(each.unvisited) for each in checkup.blank if each.record == record) for record in (False, True)
    )
    reached = sum(each.reached for each in checkup.quotas)
    counted = (
        (say("{n} unknown names"), len(checkup.unknown)),
        (say("{n} unknown columns"), len(checkup.columns)),
        (say("{n} rows that stand twice"), len(checkup.repeated)),
        (say("{n} times rows of one site and time differ"), len(checkup.differing)),
        (say("{n} values beyond a limit"), len(checkup.contradictions)),
        (say("{n} problem lists of visits not called complete"), len(checkup.incomplete)),
        (say("{n} sites without area or unit"), len(checkup.unassigned)),
        (say("{n} sites not visited"), unvisited),
        (say("{n} records not handed in"), missing),
        (say("{n} photos not found"), len(checkup.photos)),
    )
    told = [text.format(n=count) for text, count in counted if count]
    if checkup.quotas:
        told.append(say("quotas reached: {n} of {all}").format(n=reached, all=len(checkup.quotas)))
    return say("Data check-up: {found}").format(found=say("; ").join(told) or say("nothing found"))


def respondents_lines(checkup: Checkup, catalogue: Catalogue, say: Translate) -> Iterator[str]:
    """How many people answered each questionnaire, and how many in each area, in all rounds."""
    found: dict[str, Counter[str]] = {}
    for each in checkup.respondents:
        found.setdefault(each.questionnaire, Counter())[each.area] += each.people
    for key, areas in found.items():
        told = [f"{area or say('without area')} {count}" for area, count in sorted(areas.items())]
        more = len(told) - SHOWN
        if more > 0:
            told = [*told[:SHOWN], say("... and {count} more").format(count=more)]
        yield say("Answers to {title}: respondents {people} ({areas})").format(
            title=catalogue.site_types[key].title, people=areas.total(), areas="、".join(told)
        )


def check_up_text(checkup: Checkup, catalogue: Catalogue, submission: Submission, say: Translate) -> str:
    """Why rows were rejected, the first of them with their cells, names with the alias to add, and the line."""
    return "".join(f"{line}\n" for line in _lines(checkup, catalogue, submission, say))


def rows_line(checkup: Checkup, say: Translate) -> str:
    """Rows read, used and rejected, and those that mended ones replaced."""
    line = rows_text(checkup.read, checkup.used, checkup.rejected, say)
    return line + (say("; replaced by mended ones: {n}").format(n=checkup.replaced) if checkup.replaced else "")


def rows_text(read: int, used: int, rejected: int, say: Translate) -> str:
    """Rows read, used and rejected."""
    return say("Rows read {read} = used {used} + rejected {rejected}").format(read=read, used=used, rejected=rejected)


def _lines(checkup: Checkup, catalogue: Catalogue, submission: Submission, say: Translate) -> Iterator[str]:
    yield rows_line(checkup, say)
    yield from respondents_lines(checkup, catalogue, say)
    for reason in checkup.reasons:
        also = say(" (and for {n} others a further reason)").format(n=reason.also) if reason.also else ""
        yield f"  {reason.code}: {reason.rows}{also}"
    for each in submission.rejects[:SHOWN]:
        yield f"{each.place}: {each.reason}; {each.suggestion}"
    more = len(submission.rejects) - SHOWN
    if more > 0:
        yield say("... and {count} more").format(count=more)
    aliases = [each for each in checkup.unknown if each.line]
    if aliases:
        yield say("Names that may be aliases; where they are, write:")
    for name in aliases[:SHOWN]:
        yield say("  {kind} '{name}' for '{nearest}', in {where}: {line}").format(
            kind=say(NAMES[name.kind]), name=name.name, nearest=name.nearest, where=name.where, line=name.line
        )
    yield from columns_lines(checkup, say)
    yield check_up_line(checkup, say)


def columns_lines(checkup: Checkup, say: Translate) -> Iterator[str]:
    """Columns that nobody knows and that are nearly known ones, as mapping.yaml would say what they mean."""
    near = [each for each in checkup.columns if each.nearest]
    if near:
        yield say("Columns that nobody knows; where they mean the nearest, write in mapping.yaml:")
        yield "  files:"
    for table, columns in groupby(near[:SHOWN], key=lambda each: each.table):
        yield f"    {entry(table, None).removesuffix(' null')}"
        yield "      columns:"
        for each in columns:
            yield f"        {each.line}"
    for each in near[:SHOWN]:
        if each.alias:
            yield say("  or, for all data, in {where}: {line}").format(where=each.where, line=each.alias)
    if len(near) > SHOWN:
        yield say("... and {count} more").format(count=len(near) - SHOWN)

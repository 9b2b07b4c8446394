"""What the command line prints of changes: what would be if something were mended, and why a score is another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from duibiao.criteria.diagnostics import N_
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.comparison import Cause, Comparison
from duibiao.evaluator.document import figure
from duibiao.evaluator.what_if import Answer, Difference
from duibiao.evaluator.words import STATUS_WORDS
from duibiao.reports.figures import half_up, signed
from duibiao.reports.words import KEY

Translate = Callable[[str], str]
SHOWN: Final = 20
DIGITS: Final = 4  # of changes, which are small
DIMENSIONS: Final[dict[str, str]] = {
    "part": N_("part"),
    "area": N_("area"),
    "site_type": N_("site type"),
    "unit": N_("unit"),
    "place": N_("place"),
    "site": N_("site"),
}
CAUSES: Final[dict[Cause, str]] = {
    "criteria": N_("criteria added, dropped or changed"),
    "gone_sites": N_("sites and records that are gone"),
    "coverage": N_("findings that came into the count or left it"),
    "findings": N_("findings with another result"),
    "new_sites": N_("new sites and records"),
    "adjustments": N_("findings that adjust the total"),
}


def what_if_text(answer: Answer, say: Translate) -> str:
    """The total before and after, the lines that add up to the difference, every other figure and finding changed."""
    return "".join(f"{line}\n" for line in _what_if(answer, say))


def _what_if(answer: Answer, say: Translate) -> Iterator[str]:
    before, after = answer.before.total.score, answer.after.total.score
    yield say("Total: {before} -> {after} ({change})").format(
        before=_score(before, say), after=_score(after, say), change=_change(before, after)
    )
    if answer.before.total.level != answer.after.total.level:
        yield say("Level: {before} -> {after}").format(
            before=answer.before.total.level or "-", after=answer.after.total.level or "-"
        )
    if before is not None and after is not None:
        for line in answer.lines:
            title = line.title or {"adjustments": say("adjustments"), "caps": say("caps of vetoes")}[line.what]
            yield f"  {title}: {signed(line.after - line.before)}"
    if answer.differences:
        yield say("Figures that change:")
    for each in answer.differences[:SHOWN]:
        yield f"  {_difference(each, say)}"
    if len(answer.differences) > SHOWN:
        yield say("... and {count} more").format(count=len(answer.differences) - SHOWN)
    yield say("Findings that change: {count}").format(count=len(answer.findings))
    criteria = answer.after.criteria
    for site, criterion, old, new in answer.findings[:SHOWN]:
        words = [say(STATUS_WORDS[status]) if status else "-" for status in (old, new)]
        yield f"  {_site(answer.after, site)}: {criteria[criterion].title} ({criterion}): {words[0]} -> {words[1]}"
    if len(answer.findings) > SHOWN:
        yield say("... and {count} more").format(count=len(answer.findings) - SHOWN)
    held = answer.after.total.capped_by
    if held:
        titles = "、".join(criteria[each].title for each in held)
        yield say("The total is still held at {cap} by: {criteria}").format(
            cap=half_up(answer.after.total.cap or Fraction(0), 2), criteria=titles
        )


def _site(assessment: Assessment, site: str) -> str:
    return next((each.name for each in assessment.sites if each.site == site), site)


def _difference(each: Difference, say: Translate) -> str:
    told = f"{_score(each.before, say)} -> {_score(each.after, say)} ({_change(each.before, each.after)})"
    return f"{say(DIMENSIONS[each.what])} {each.title}: {told}"


def _score(score: Fraction | None, say: Translate) -> str:
    return half_up(score, DIGITS) if score is not None else say("no score")


def _change(before: Fraction | None, after: Fraction | None) -> str:
    return signed(after - before) if before is not None and after is not None else "-"


def what_if_document(answer: Answer) -> dict[str, object]:
    """The answer as JSON values, figures exact."""
    return {
        "schema": "duibiao/what-if/1",
        "before": _exact(answer.before.total.score),
        "after": _exact(answer.after.total.score),
        "lines": [
            {"what": line.what, "before": _exact(line.before), "after": _exact(line.after)} for line in answer.lines
        ],
        "figures": [
            {"dimension": each.what, "id": each.id, "before": _exact(each.before), "after": _exact(each.after)}
            for each in answer.differences
        ],
        "findings": [
            {"site": site, "criterion": criterion, "before": old or None, "after": new or None}
            for site, criterion, old, new in answer.findings
        ],
    }


def _exact(value: Fraction | None) -> dict[str, object] | None:
    return figure(value, 6) if value is not None else None


def comparison_text(found: Comparison, say: Translate) -> str:
    """The change of the total, its steps (they add up), and the named regressions."""
    return "".join(f"{line}\n" for line in _comparison(found, say))


def _comparison(found: Comparison, say: Translate) -> Iterator[str]:
    (old_round, old_day), (new_round, new_day) = found.rounds
    yield f"{old_round} ({old_day}) -> {new_round} ({new_day})"
    yield say("Total: {before} -> {after} ({change})").format(
        before=half_up(found.old, DIGITS), after=half_up(found.new, DIGITS), change=signed(found.new - found.old)
    )
    for step in found.steps:
        yield f"  {signed(step.change):>10}  {say(CAUSES[step.cause])} ({step.number})"
    for what, old, new in found.speaking:
        yield say("Note: {what} is another: {old} -> {new}").format(what=say(KEY.get(what, what)), old=old, new=new)
    for label, names in (
        (say("Criteria: {names}"), found.criteria),
        (say("Gone: {names}"), [name for _, name in found.gone_sites]),
        (say("New: {names}"), [name for _, name in found.new_sites]),
    ):
        if names:
            more = say(" and {count} more").format(count=len(names) - SHOWN) if len(names) > SHOWN else ""
            yield label.format(names="、".join(names[:SHOWN])) + more
    yield say("Met before, missed now: {count}").format(count=len(found.regressions))
    for each in found.regressions:
        yield f"  {each.name}: {each.title} ({each.criterion})"


def comparison_document(found: Comparison) -> dict[str, object]:
    """The comparison as JSON values, figures exact."""
    return {
        "schema": "duibiao/comparison/1",
        "rounds": [{"round": round_id, "as_of": day} for round_id, day in found.rounds],
        "old": _exact(found.old),
        "new": _exact(found.new),
        "steps": [
            {
                "cause": step.cause,
                "before": _exact(step.before),
                "after": _exact(step.after),
                "change": _exact(step.change),
                "number": step.number,
            }
            for step in found.steps
        ],
        "regressions": [{"site": each.site, "criterion": each.criterion} for each in found.regressions],
        "gone_sites": [site for site, _ in found.gone_sites],
        "new_sites": [site for site, _ in found.new_sites],
        "criteria": list(found.criteria),
    }

"""What the command line prints: summaries of an assessment, of rejects, of a catalogue; one finding explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Final

from duibiao.criteria.difference import Change
from duibiao.criteria.models import Catalogue, Criterion, DatedCriterion, SiteType, Source, SourceRef
from duibiao.evaluator.assessment import STATUSES, Assessment, CriterionResult, Gains, Tally
from duibiao.evaluator.checkup import Checkup
from duibiao.evaluator.numerals import number, share
from duibiao.evaluator.units import unit_title
from duibiao.evaluator.words import STATUS_WORDS
from duibiao.reports.check_up_text import check_up_line, columns_lines, respondents_lines, rows_line, rows_text
from duibiao.reports.figures import half_up, plain, score_text, signed
from duibiao.reports.words import NOTES

if TYPE_CHECKING:
    from duibiao.evaluator.explain import Explanation

Translate = Callable[[str], str]
SHOWN: Final = 10


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def summary(assessment: Assessment, checkup: Checkup, say: Translate) -> str:
    """The total, its parts, the statuses, and what costs most."""
    return _lines(chain(_head(assessment, say), _data(assessment, checkup, say), _summary(assessment, say)))


def summary_of_large(assessment: Assessment, say: Translate) -> str:
    """The same of a round whose rows are not looked into one by one, with how many gaps there are in all."""
    found, large = assessment.submission, assessment.large
    assert large is not None
    rows = rows_text(found.read, found.used, found.rejected, say)
    gaps = say("Gaps: {count}; the {shown} costliest are told").format(count=large.gaps, shown=len(assessment.gaps))
    counted = (
        say("Notes on inspections ({count}): {what}").format(what=say(NOTES[code]), count=count)
        for code, count in large.notes.items()
    )
    return _lines(
        chain(
            _head(assessment, say),
            [rows],
            _provisional(assessment, say),
            _summary(assessment, say),
            counted,
            [gaps],
        )
    )


def _head(assessment: Assessment, say: Translate) -> Iterator[str]:
    head = assessment.catalogue.head
    yield say("{title} (edition {edition}), round {round}, as of {day}").format(
        title=head.title, edition=head.edition, round=assessment.round.title or "-", day=assessment.as_of
    )


def _data(assessment: Assessment, checkup: Checkup, say: Translate) -> Iterator[str]:
    yield rows_line(checkup, say)
    yield from respondents_lines(checkup, assessment.catalogue, say)
    yield from _provisional(assessment, say)
    yield check_up_line(checkup, say)
    yield from columns_lines(checkup, say)


def _provisional(assessment: Assessment, say: Translate) -> Iterator[str]:
    if assessment.provisional:
        yield say("PROVISIONAL: {count} rows were rejected and do not count").format(count=assessment.provisional)


def _summary(assessment: Assessment, say: Translate) -> Iterator[str]:
    head, score = assessment.catalogue.head, assessment.catalogue.score
    digits = score.rounding.digits
    marks = (
        Fraction(score.pass_mark),
        *(Fraction(each.at_least) for each in score.levels if each.at_least is not None),
    )
    total = assessment.total
    left_out = [head.parts[part] for part in assessment.total_parts_left_out]
    name = say("Total") + (say(" (without {parts})").format(parts="、".join(left_out)) if left_out else "")
    if total.score is None:
        yield say("{name}: no score").format(name=name)
    else:
        distance = Fraction(score.pass_mark) - total.score
        reached = say("above the pass mark {mark}") if distance <= 0 else say("{gap} below the pass mark {mark}")
        yield say("{name}: {score}  {level}  {reached}").format(
            name=name,
            score=score_text(total.score, digits, marks),
            level=total.level or "",
            reached=reached.format(gap=score_text(abs(distance), digits, (Fraction(0),)), mark=number(score.pass_mark)),
        )
    for part in total.parts:
        shown = score_text(part.score, digits, marks) if part.score is not None else say("no data")
        yield f"  {part.title} ({half_up(part.weight, 0)} %): {shown}"
    yield from made_lines(assessment, say)
    yield statuses(total.tally, say)
    yield say("Sites visited {seen} of {all}; criteria nobody checked: {unchecked}").format(
        seen=total.sites, all=total.registered, unchecked=len(assessment.unchecked)
    )
    if total.records_known:
        yield say("Records handed in {found} of {known}").format(found=total.records, known=total.records_known)
    costly = [each for each in assessment.results if each.lost > 0][:SHOWN]
    if costly:
        yield say("What costs most (points of the total):")
    for each in costly:
        yield f"  {half_up(each.lost, 2):>6}  {result_text(assessment, each)}"
    if assessment.gaps:
        yield say("Gaps whose mending brings most:")
    names = _site_names(assessment)
    for gap in assessment.gaps[:SHOWN]:
        units = "、".join(unit_title(assessment.catalogue, each) for each in gap.lead_units)
        yield f"  {names[gap.site]}: {assessment.criteria[gap.criterion].title} — {gap.because} {units}"
    yield from _in_error(assessment, say)
    if assessment.notes:
        yield say("Notes: {count}, listed in the report").format(count=len(assessment.notes))


def result_text(assessment: Assessment, result: CriterionResult) -> str:
    """A criterion by its title and id, and where it stands in several parts by that too."""
    often = sum(each.id == result.id for each in assessment.results)
    part = f" · {assessment.method.part_titles[result.part]}" if often > 1 else ""
    return f"{result.title} ({result.id}){part}"


def _site_names(assessment: Assessment) -> dict[str, str]:
    """Sites by name, and where the gaps that are told name several that are called the same by their number too."""
    names = {each.site: each.name for each in assessment.sites}
    told = {gap.site for gap in assessment.gaps[:SHOWN]}
    often = Counter(names[site] for site in told)
    return {site: f"{names[site]} ({site})" if often[names[site]] > 1 else names[site] for site in told}


def _in_error(assessment: Assessment, say: Translate) -> Iterator[str]:
    """How many limits lie within the error of an area's questionnaire."""
    limits = [limit for each in assessment.estimates if each.area for limit in each.thresholds]
    close = sum(bool(limit.in_error) for limit in limits)
    if close:
        yield say("Questionnaires: {count} of {all} limits lie within the error, see the report").format(
            count=close, all=len(limits)
        )


def made_lines(assessment: Assessment, say: Translate) -> Iterator[str]:
    """What stands between the parts and the total, and how far both can be trusted."""
    total, made = assessment.total, assessment.made
    titles = {name: rule.title for name, rule in assessment.method.rules.items()}
    if total.cap is not None:
        names = "、".join(titles[each] for each in total.capped_by)
        yield say("  held at {cap} by the veto of {criteria} (the parts alone give {score})").format(
            cap=plain(total.cap), criteria=names, score=half_up(made.combined or Fraction(0), 2)
        )
    for line in made.adjustments:
        if line.amount:
            yield say("  {title}: {amount} after the total").format(
                title=titles[line.criterion], amount=signed(line.amount)
            )
    for part in made.gates_failed:
        yield say("  {part} is below the mark that it must reach, so the level is the lowest").format(
            part=assessment.method.part_titles[part]
        )
    if total.withheld:
        yield say("  too little was looked at for a level and a place")
    if total.bounds is not None and total.coverage is not None:
        yield say("Bounds {low} to {high} with what nobody observed; coverage {share}, by points").format(
            low=half_up(total.bounds.low, 2), high=half_up(total.bounds.high, 2),
            share=half_up(100 * total.coverage.share, 1) + "%",
        )  # fmt: skip


def statuses(tally: Tally, say: Translate) -> str:
    """The seven statuses with their counts on one line."""
    told = " ".join(f"{say(STATUS_WORDS[name])} {getattr(tally, name)}" for name in STATUSES)
    return say("Findings {total}: {told}").format(total=tally.total, told=told)


def explanation(found: Explanation, catalogue: Catalogue, say: Translate) -> str:
    """One finding explained."""
    return _lines(_explanation(found, catalogue, say))


def _explanation(found: Explanation, catalogue: Catalogue, say: Translate) -> Iterator[str]:
    criterion = found.criterion
    yield f"{found.name} ({found.site}): {criterion.title} ({criterion.id})"
    scored = "" if found.score_e9 is None else say(", score {score} of 1, {points} points possible").format(
        score=share(found.score_e9), points=number(found.points)
    )  # fmt: skip
    yield say("  status: {status}{scored}").format(status=say(STATUS_WORDS[found.status]), scored=scored)
    yield say("  visit: {visit}").format(visit=found.visit)
    yield say("  because: {because}").format(because=found.because)
    for label, value in found.values:
        yield f"    {label}: {value}"
    for line in found.calculation:
        yield say("  in formulas: {formula}").format(formula=line)
    for line in found.next_level:
        yield say("  next: {line}").format(line=line)
    if found.gains is not None:
        yield from (f"  {line}" for line in _gains(found.gains, catalogue, say))
    yield from (f"  {line}" for line in _owed(catalogue, criterion, say))


def _gains(gains: Gains, catalogue: Catalogue, say: Translate) -> Iterator[str]:
    """What mending brings, each figure 0 to 100."""
    told = [(say("site"), gains.site), (say("area"), gains.area)]
    told += [(unit_title(catalogue, unit), gain) for unit, gain in gains.units if unit]
    told += [(say("part"), gains.part), (say("Total"), gains.total)]
    shown = "、".join(f"{name} {signed(gain)}" for name, gain in told if gain is not None)
    yield say("mending it brings: {gains}").format(gains=shown)
    if gains.held_by:
        titles = {dated.id: dated.versions[-1].criterion.title for dated in catalogue.criteria}
        held = "、".join(titles[each] for each in gains.held_by)
        yield say("held down by the veto of: {criteria}").format(criteria=held)


def _owed(catalogue: Catalogue, criterion: Criterion, say: Translate) -> Iterator[str]:
    if criterion.look_for:
        yield say("what is asked: {text}").format(text=criterion.look_for)
    if criterion.remedy:
        yield say("remedy: {text}").format(text=criterion.remedy)
    for each in criterion.source:
        yield say("source: {text}").format(text=source_line(each, catalogue.sources[each.ref], say))
    if criterion.proposed:
        yield say("proposed by this program, given by no source: {keys}").format(keys=", ".join(criterion.proposed))


def source_line(ref: SourceRef, source: Source, say: Translate) -> str:
    """A source with its clause, edition, scope and confidence."""
    parts = [source.title, source.publisher, source.date, ref.edition, ref.clause]
    told = ", ".join(part for part in parts if part)
    return say("{source} ({scope}, confidence {confidence})").format(
        source=told, scope=ref.scope, confidence=ref.confidence
    )


def catalogue_line(catalogue: Catalogue, say: Translate) -> str:
    """A catalogue on one line."""
    head = catalogue.head
    return say("{id}: {title}, edition {edition}: {types} site types, {criteria} criteria").format(
        id=head.catalogue, title=head.title, edition=head.edition,
        types=len(catalogue.site_types), criteria=len(catalogue.criteria),
    )  # fmt: skip


def catalogue_overview(catalogue: Catalogue, say: Translate) -> str:
    """Every site type of a catalogue with its criteria, and how the total is made."""
    return _lines(_overview(catalogue, say))


def _overview(catalogue: Catalogue, say: Translate) -> Iterator[str]:
    yield catalogue_line(catalogue, say)
    yield say("sha256 {digest}").format(digest=catalogue.sha256)
    for part in catalogue.score.total:
        yield f"  {catalogue.head.parts[part.part]} {number(part.weight)} % ({part.combine})"
    for kind in catalogue.site_types.values():
        yield f"{kind.id}: {kind.title}"
        for dated in catalogue.criteria:
            criterion = dated.versions[-1].criterion
            if kind.id in criterion.site_types:
                yield f"  {criterion.id}: {criterion.title} ({criterion.kind}, {number(criterion.points)})"


def site_type_text(catalogue: Catalogue, kind: SiteType, say: Translate) -> str:
    """One site type: its fields and its criteria in full."""
    return _lines(_site_type(catalogue, kind, say))


def _site_type(catalogue: Catalogue, kind: SiteType, say: Translate) -> Iterator[str]:
    yield f"{kind.id}: {kind.title}" + (f" ({'、'.join(kind.aliases)})" if kind.aliases else "")
    yield say("fields:")
    for key, field in kind.fields.items():
        limits = [
            f"{side} {limit}" for side, limit in (("≥", field.at_least), ("≤", field.at_most)) if limit is not None
        ]
        more = [*limits, *("/".join(each) for each in (field.options, tuple(field.scale)) if each)]
        more += [f"= {field.formula}"] if field.formula else []
        yield f"  {key}: {field.label} ({', '.join([field.kind, *more])})"
    if kind.questions:
        yield say("questions:")
    for key, question in kind.questions.items():
        answers = "/".join((*question.choices, *question.scale))
        left_out = f", {say('does not count')}: {'/'.join(question.leave_out)}" if question.leave_out else ""
        yield f"  {key}: {question.text} ({answers}{left_out})"
    yield say("criteria:")
    for dated in catalogue.criteria:
        if kind.id in dated.versions[-1].criterion.site_types:
            yield from (f"  {line}" for line in _criterion(catalogue, dated, say, kind.id))


def criterion_text(catalogue: Catalogue, dated: DatedCriterion, say: Translate) -> str:
    """One criterion with its rule at every date, source and remedy."""
    return _lines(_criterion(catalogue, dated, say, None))


def _criterion(catalogue: Catalogue, dated: DatedCriterion, say: Translate, site_type: str | None) -> Iterator[str]:
    last = dated.versions[-1].criterion if site_type is None else dated.versions[-1].on(site_type)
    points = say("{points} points").format(points=number(last.points))
    yield f"{dated.id}: {last.title} ({last.place}, {points})"
    for version in dated.versions:
        rule = version.criterion if site_type is None else version.on(site_type)
        since = say("from {day}: ").format(day=version.start) if version.start is not None else ""
        yield f"  {since}{rule_text(rule)}"
    yield from (f"  {line}" for line in _owed(catalogue, last, say))


def rule_text(criterion: Criterion) -> str:
    """A rule as its file writes it, on one line."""
    keys = {
        "pass",
        "rate",
        "levels",
        "full_at",
        "zero_at",
        "grade",
        "deduct",
        "of",
        "judged",
        "scale",
        "ask",
        "both",
        "show",
    }
    told = criterion.model_dump(mode="json", by_alias=True, exclude_none=True, include=None)
    rule = {key: value for key, value in told.items() if key in keys and value not in ((), [], {})}
    applies = {"applies": criterion.applies} if criterion.applies is not None else {}
    return "; ".join(f"{key}: {_short(value)}" for key, value in (applies | rule).items())


def _short(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_short(each)}" for key, each in value.items() if each is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_short(each) for each in value) + "]"
    return str(value)


def difference_text(changes: list[Change], say: Translate) -> str:
    """What one catalogue changes in another, a line each."""
    return _lines(_difference(changes, say))


def _difference(changes: list[Change], say: Translate) -> Iterator[str]:
    if not changes:
        yield say("no difference")
    signs = {"added": "+", "dropped": "-", "changed": "~"}
    for each in changes:
        points = (
            f" ({number(each.old_points)} -> {number(each.new_points)})" if each.old_points != each.new_points else ""
        )
        yield f"{signs[each.kind]} {each.what} {each.id}: {each.title}{points}"
        for key, old, new in each.keys:
            yield f"    {key}: {_short(old)} -> {_short(new)}"
    yield from _points_moved(changes, say)


def _points_moved(changes: list[Change], say: Translate) -> Iterator[str]:
    """How many criteria came, went and changed, and what that does to the points of all."""
    moved = [each for each in changes if each.what == "criterion"]
    counts = Counter(each.kind for each in moved)
    up = sum((max(each.new_points - each.old_points, Decimal(0)) for each in moved), Decimal(0))
    down = sum((max(each.old_points - each.new_points, Decimal(0)) for each in moved), Decimal(0))
    if moved:
        told = say("criteria: {added} added, {dropped} dropped, {changed} changed; points: +{up}, -{down}")
        numbers = {kind: counts[kind] for kind in ("added", "dropped", "changed")}
        yield told.format(**numbers, up=number(up), down=number(down))

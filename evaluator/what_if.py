"""What would be if: some gaps mended, some values otherwise; everything is judged and added up anew.

``--close`` takes a finding as met and leaves all others as they are, as gains do; ``--set`` changes what was written
down at a site's last visit of the round, and every criterion that reads it is judged again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import polars as pl

from duibiao.criteria.diagnostics import N_, advise
from duibiao.criteria.language import Language
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment, Made, PartScore, Scorecard
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import reader
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.visits import VISIT

NO_GAP: Final = N_("no gap '{name}'; {advice}")
NO_SITE: Final = N_("no site '{name}'; {advice}")
SEVERAL_SITES: Final = N_("several sites are called '{name}'; name one by its key: {keys}")
NO_FIELD: Final = N_("no field '{name}' at sites of this type; {advice}")
NO_VISIT: Final = N_(
    "'{name}' has no visit with values of its own in this round; what is not written down cannot be set"
)
NO_SETTING: Final = N_("'{name}' is no setting; write site.field=value")
UNREADABLE: Final = N_("'{value}' cannot be read as {field}")


class WrongQuestion(Exception):
    """What was asked cannot be answered; ``mistakes`` has each message (a text to translate) with its values."""

    def __init__(self, mistakes: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(text.format(**values) for text, values in self.mistakes))


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure before and after. ``what`` is its dimension (total, part, area, unit, site_type, place, site)."""

    what: str
    id: str
    title: str
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True, slots=True)
class Line:
    """What one part, the adjustments or the caps add to the total before and after; the lines add up to the total."""

    what: str  # a part, 'adjustments', 'caps'
    title: str
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class Answer:
    """Before, after, and where the difference lies."""

    before: Assessment
    after: Assessment
    lines: tuple[Line, ...]
    differences: tuple[Difference, ...]  # every figure that is another now, the total aside
    findings: tuple[tuple[str, str, str, str], ...]  # site, criterion, status before, status after


def what_if(
    catalogue: Catalogue,
    submission: Submission,
    round_id: str,
    as_of: object,
    close: Sequence[str] = (),
    settings: Sequence[str] = (),
    language: Language | None = None,
) -> Answer:
    """Recompute a round with gaps ``close`` (visit:criterion, or site:criterion) mended and ``settings``
    (site.field=value) made. Raises WrongQuestion with everything that cannot be answered."""
    now = judge_round(catalogue, submission, round_id, as_of)  # type: ignore[arg-type]
    mistakes: list[tuple[str, Mapping[str, str]]] = []
    gaps = _gaps(now, close, mistakes)
    changed = _set(now, settings, mistakes)
    if mistakes:
        raise WrongQuestion(mistakes)
    then = judge_round(catalogue, changed, round_id, now.as_of) if settings else now
    before, after = assess_judgement(now, language), assess_judgement(then.with_closed(gaps), language)
    return Answer(before, after, lines_of(before, after), _differences(before, after), _findings(now, then, gaps))


def _gaps(now: Judgement, close: Sequence[str], mistakes: list[tuple[str, Mapping[str, str]]]) -> list[str]:
    """The ids of the gaps that are meant; a site:criterion stands for all of its visits."""
    found = now.rows.filter(pl.col("status").is_in(["partial", "missed"]))
    names = dict(now.submission.sites.select("site", "name").iter_rows())
    known: dict[str, list[str]] = {}
    for visit, site, criterion in found.select(VISIT, "site", "criterion").iter_rows():
        told = (f"{visit}:{criterion}", f"{site}:{criterion}", f"{names.get(site)}:{criterion}")
        for name in dict.fromkeys(told):
            known.setdefault(name, []).append(f"{visit}:{criterion}")
    for name in close:
        if name not in known:
            mistakes.append((NO_GAP, {"name": name, "advice": advise(name, list(known))}))
    return [gap for name in close for gap in known.get(name, ())]


def _set(now: Judgement, settings: Sequence[str], mistakes: list[tuple[str, Mapping[str, str]]]) -> Submission:
    visits = dict(now.submission.visits)
    sites: dict[str, dict[str, object]] = {}
    twins: dict[str, list[str]] = {}
    for row in now.submission.sites.iter_rows(named=True):
        for called in dict.fromkeys((row["name"], row["site"])):
            sites[called] = row
            twins.setdefault(called, []).append(row["site"])
    for text in settings:
        where, equals, value = text.partition("=")
        site, dot, key = where.rpartition(".")
        if not equals or not dot:
            mistakes.append((NO_SETTING, {"name": text}))
        elif len(twins.get(site, ())) > 1:
            mistakes.append((SEVERAL_SITES, {"name": site, "keys": ", ".join(twins[site])}))
        elif site not in sites:
            mistakes.append((NO_SITE, {"name": site, "advice": advise(site, list(sites))}))
        else:
            kind = str(sites[site]["site_type"])
            changed = _changed(now, kind, str(sites[site]["site"]), key, value, visits[kind], mistakes)
            if changed is not None:
                visits[kind] = changed
    return replace(now.submission, visits=visits)


def _changed(
    now: Judgement, kind: str, site: str, key: str, value: str, frame: pl.DataFrame,
    mistakes: list[tuple[str, Mapping[str, str]]],
) -> pl.DataFrame | None:  # fmt: skip
    """The visits of one type with one value otherwise, at the last visit of the site in the round."""
    form = now.catalogue.form(kind)
    field = form.get(key) or next((each for each in form.values() if key in {each.label, *each.aliases}), None)
    if field is None:
        mistakes.append((NO_FIELD, {"name": key, "advice": advise(key, list(form))}))
        return None
    name = next(each for each, known in form.items() if known is field)
    here = (pl.col("site") == site) & (pl.col("round").fill_null("") == now.round_id)
    own = frame.with_row_index("#row").filter(here).sort("at", nulls_last=False)
    if own.is_empty():
        mistakes.append((NO_VISIT, {"name": site}))
        return None
    try:
        read = reader(field)(value)
    except Wrong:
        mistakes.append((UNREADABLE, {"value": value, "field": field.label}))
        return None
    new = pl.Series("#new", [read], dtype=frame.schema[name])
    last = pl.int_range(pl.len()) == own["#row"][-1]
    return frame.with_columns(pl.when(last).then(pl.lit(new).first()).otherwise(pl.col(name)).alias(name))


def lines_of(before: Assessment, after: Assessment) -> tuple[Line, ...]:
    """The total's difference, exactly: what each part brings in, what adjustments and caps do."""
    lines = [
        Line(part.part, part.title, _brought(before, part), _brought(after, then))
        for part, then in zip(before.total.parts, after.total.parts, strict=True)
    ]
    adjusted = [made.adjusted for made in (before.made, after.made)]
    if any(adjusted):
        lines.append(Line("adjustments", "", *adjusted))
    capped = [_capped(made) for made in (before.made, after.made)]
    if any(capped):
        lines.append(Line("caps", "", *capped))
    return tuple(lines)


def _brought(assessment: Assessment, part: PartScore) -> Fraction:
    """The points of the total that a part brings in."""
    weight = sum((each.weight for each in assessment.total.parts if each.score is not None), Fraction(0))
    return part.weight * part.score / weight if part.score is not None else Fraction(0)


def _capped(made: Made) -> Fraction:
    """What caps, and the ends at 0 and 100, do to the total: never above 0 but where a fall below 0 is stopped."""
    if made.combined is None or made.score is None:
        return Fraction(0)
    return made.score - made.combined - made.adjusted


def _cards(assessment: Assessment) -> dict[tuple[str, str], Scorecard]:
    cards = [*assessment.areas, *assessment.site_types, *assessment.units, *assessment.places]
    cards += [site.card for site in assessment.sites if site.card is not None]
    return {(card.dimension, card.id): card for card in cards}


def _differences(before: Assessment, after: Assessment) -> tuple[Difference, ...]:
    old, new = _cards(before), _cards(after)
    parts = zip(before.total.parts, after.total.parts, strict=True)
    found = [Difference("part", one.part, one.title, one.score, two.score) for one, two in parts]
    for key in dict.fromkeys([*old, *new]):
        one, two = old.get(key), new.get(key)
        card = two or one
        assert card is not None
        scores = (one.score if one is not None else None, two.score if two is not None else None)
        found.append(Difference(card.dimension, card.id, card.title, *scores))
    return tuple(each for each in found if each.before != each.after)


def _findings(now: Judgement, then: Judgement, gaps: Sequence[str]) -> tuple[tuple[str, str, str, str], ...]:
    keys = [VISIT, "site", "criterion"]
    old, new = now.rows.select(*keys, "status", "value"), then.with_closed(gaps).rows.select(*keys, "status", "value")
    joined = old.join(new, on=keys, how="full", coalesce=True, suffix="_new").sort(keys)
    differs = pl.col("status").ne_missing(pl.col("status_new")) | pl.col("value").ne_missing(pl.col("value_new"))
    return tuple(
        (site, criterion, before or "", after or "")
        for site, criterion, before, after in joined.filter(differs)
        .select("site", "criterion", "status", "status_new")
        .iter_rows()
    )

"""The page of one site type, or questionnaire, of a handbook: who answers for it, and each of its criteria in full."""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from duibiao.criteria.models import SiteType
from duibiao.evaluator.formula_words import FormulaWords
from duibiao.evaluator.numerals import number
from duibiao.reports import words as vocabulary
from duibiao.reports.criterion_view import ROOT, CriterionView, criterion_view
from duibiao.reports.figures import say_text
from duibiao.reports.form import form_of
from duibiao.reports.handbook import Handbook, Link
from duibiao.reports.handbook_frame import Frame, frame
from duibiao.reports.rule_words import points_text


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of a questionnaire with its answers, or a rate of it with what it is made of."""

    text: str
    answers: str
    counts: str


@dataclass(frozen=True, slots=True)
class TypeView:
    """Everything on the page of a site type."""

    words: gnu.NullTranslations
    frame: Frame
    title: str
    aliases: str
    group: str
    facts: tuple[tuple[str, str], ...]
    lead: tuple[Link, ...]
    supporting: tuple[Link, ...]
    notes: tuple[str, ...]
    belongs: tuple[Link, ...]
    questions: tuple[Asking, ...]
    rates: tuple[Asking, ...]
    criteria: tuple[CriterionView, ...]


def type_view(book: Handbook, name: str) -> TypeView:
    """The page of the site type ``name``."""
    _, kind = book.say, book.catalogue.site_types[name]
    form = form_of(book.catalogue, name)
    criteria = tuple(criterion_view(book, form, each) for each in book.criteria_of[name])
    points = sum((Fraction(book.newest(each.id, name).points) for each in book.criteria_of[name]), Fraction(0))
    proposed = sum(bool(each.proposed) for each in criteria)
    return TypeView(
        words=book.words,
        frame=frame(book, kind.title, "index", ROOT),
        title=kind.title,
        aliases=book.listed(kind.aliases),
        group=kind.group or "",
        facts=(
            (_("Criteria"), str(len(criteria))),
            (_("Points in all"), points_text(points)),
            (_("With proposed values"), str(proposed)),
            (_("Part"), book.catalogue.head.parts.get(kind.part, kind.part)),
        ),
        lead=tuple(book.to_unit(each, ROOT) for each in kind.lead_unit),
        supporting=tuple(book.to_unit(each, ROOT) for each in kind.supporting_units),
        notes=tuple(_notes(book, kind)),
        belongs=tuple(book.to_type(each, ROOT) for each in kind.part_of if each in book.catalogue.site_types),
        questions=tuple(_questions(book, kind)),
        rates=tuple(Asking(key, FormulaWords(kind, _).written(text), "") for key, text in kind.rates.items()),
        criteria=criteria,
    )


def _notes(book: Handbook, kind: SiteType) -> Iterator[str]:
    """What the catalogue says of sites of this type as such."""
    _, levels = book.say, book.catalogue.head.area_levels
    if kind.each == "unit":
        yield _("Every unit is one site; it does not stand in the register.")
    elif kind.each is not None:
        yield say_text(_("Every {level} is one site; it does not stand in the register."), level=levels[kind.each])
    if kind.quota is not None:
        yield say_text(
            _("To be inspected in every {level}: {sites}."), level=levels[kind.quota.per], sites=str(kind.quota.sites)
        )
    if kind.several_inspections is not None:
        yield _(vocabulary.INSPECTIONS[kind.several_inspections]) + _(".")
    if kind.weight != 1:
        yield say_text(_("Weight among site types: {weight}."), weight=number(kind.weight))


def _questions(book: Handbook, kind: SiteType) -> Iterator[Asking]:
    _ = book.say
    for question in kind.questions.values():
        if question.scale:
            counts = book.listed(f"{word} {number(score * 100)}%" for word, score in question.scale.items())
        else:
            counts = book.listed(question.yes)
        left_out = book.listed(question.leave_out)
        if left_out:
            counts += say_text(_("; left out: {answers}"), answers=left_out)
        yield Asking(question.text, book.listed(question.choices or tuple(question.scale)), counts)

"""What a form for inspectors holds, on paper or phone: the sites, what is written down, and which rules read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from duibiao.criteria.formula import types_of
from duibiao.criteria.models import Catalogue, Criterion, Field, SiteType
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.sites import key_of
from duibiao.evaluator.rules import reads
from duibiao.evaluator.submission import Submission
from duibiao.reports.words import N_

Translate = Callable[[str], str]

KINDS: Final[Mapping[str, str]] = {
    "count": N_("a whole number"),
    "number": N_("a number"),
    "percent": N_("a percentage"),
    "yes_no": N_("yes or no"),
    "choice": N_("one of the words"),
    "choices": N_("any number of the words"),
    "grade": N_("one of the words"),
    "text": N_("a text"),
    "date": N_("a date"),
}


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A site as a form names it; what it does not have is ''. ``area`` is a path, ``unit`` a title of units.yaml."""

    key: str
    site_id: str
    site: str
    area: str
    unit: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one site type.

    ``fields`` has what is written down by key, ``criteria`` every criterion of the type as it stands last, ``rules`` by
    key all criteria that read the field, at every date. ``sites`` is empty where no data was given.
    """

    catalogue: Catalogue
    kind: SiteType
    fields: Mapping[str, Field]
    criteria: tuple[Criterion, ...]
    rules: Mapping[str, tuple[Criterion, ...]]
    sites: tuple[ListedSite, ...]

    @property
    def who(self) -> tuple[str, ...]:
        """The meanings of the columns that say which site is meant."""
        if self.kind.each is None:
            return ("site_id", "site", "area")
        return ("unit", "area") if self.kind.each == "unit" else ("area",)

    @property
    def called(self) -> str:
        """The one of them that people know a site by."""
        return {None: "site", "unit": "unit"}.get(self.kind.each, "area")

    def versions(self, criterion: str) -> tuple[Criterion, ...]:
        """A criterion at every date, as it stands on this type."""
        return _versions(self.catalogue, self.kind.id, criterion)

    def first_reader(self, key: str) -> str | None:
        """The id of the first criterion that reads a field, or None."""
        return self.rules[key][0].id if self.rules[key] else None

    def header(self, key: str, vocabulary: Vocabulary) -> str:
        """The header by which a table of visits is sure to be understood: the label, else an alias, else the key."""
        names = (self.fields[key].label, *self.fields[key].aliases, key)
        return next(
            name
            for name in names
            if name == key
            or (
                vocabulary.field(name, self.kind.id) == key and not vocabulary.allowed(vocabulary.meaning(name), "wide")
            )
        )


def _versions(catalogue: Catalogue, site_type: str, criterion: str | None = None) -> tuple[Criterion, ...]:
    every = (
        version.on(site_type)
        for dated in catalogue.criteria
        if criterion in {None, dated.id}
        for version in dated.versions
    )
    return tuple(each for each in every if site_type in each.site_types)


def form_of(catalogue: Catalogue, site_type: str, submission: Submission | None = None) -> Form:
    """The form of a site type, with the sites that a submission has of it."""
    kind, fields = catalogue.site_types[site_type], catalogue.form(site_type)
    versions = _versions(catalogue, site_type)
    names = types_of(kind.fields)
    read = [(each, reads(each, names, kind.fields)) for each in versions]
    rules = {key: tuple(each for each, known in read if key in known) for key in fields}
    criteria = {each.id: each for each in versions}
    return Form(catalogue, kind, fields, tuple(criteria.values()), rules, _listed(catalogue, site_type, submission))


def _listed(catalogue: Catalogue, site_type: str, submission: Submission | None) -> tuple[ListedSite, ...]:
    if submission is None:
        return ()
    listed: list[ListedSite] = []
    for row in submission.sites.iter_rows(named=True):
        if row["site_type"] == site_type:
            key, name, area = row["site"], row["name"], row["area"]
            written = key.removeprefix(f"{site_type}:")  # where sites of two types are written alike
            number = "" if written == key_of(None, area, name) else written
            unit = catalogue.units[row["unit"]].title if row["unit"] else ""
            listed.append(ListedSite(key, number, name, area or "", unit))
    return tuple(listed)


def english(key: str) -> str:
    """What a field or criterion is called in English, where nobody wrote it: its key in words."""
    return key.replace("_", " ").capitalize()


def in_percent(field: Field) -> bool:
    """Whether a bare number in a field is a percentage: 88, and not 0.88."""
    return field.kind == "percent" and field.unit is not None and clean(field.unit) == "%"


def expected(form: Form, key: str, say: Translate, label: Callable[[str], str]) -> str:
    """What belongs into a field, in words: ``a whole number, at least 0, at most 摊位数``."""
    field = form.fields[key]
    words = [say(KINDS[field.kind])]
    lowest = Decimal(0) if field.kind == "count" and field.at_least is None else field.at_least
    for text, limit in ((say("at least {limit}"), lowest), (say("at most {limit}"), field.at_most)):
        if isinstance(limit, Decimal):
            words.append(text.format(limit=f"{limit * 100:f}%" if field.kind == "percent" else f"{limit:f}"))
        elif limit in form.fields:
            words.append(text.format(limit=label(str(limit))))
    return say(", ").join(words)

"""What a form for inspectors holds, on paper or phone: the sites, what is written down, and which rules read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from duibiao.criteria.formula import types_of
from duibiao.criteria.models import Catalogue, Criterion, Field, Judged, SiteType
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.sites import key_of
from duibiao.evaluator.rules import FROM_PROBLEMS, reads
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
POINTS: Final = N_("points lost")


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

    ``fields`` has what is written down by key, ``versions`` the criteria of the type at every date that counts,
    ``rules`` by key those that read the field, ``by_problems`` the ids of those that count rows of problem lists.
    ``sites`` is empty where no data was given.
    """

    catalogue: Catalogue
    kind: SiteType
    fields: Mapping[str, Field]
    versions: tuple[Criterion, ...]
    rules: Mapping[str, tuple[Criterion, ...]]
    by_problems: frozenset[str]
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

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion once, as it stands last."""
        return tuple({each.id: each for each in self.versions}.values())

    @property
    def verdicts(self) -> Mapping[str, str]:
        """How each field that is an inspector's own verdict is given: yes_no, grade or deduction."""
        return {each.id: each.judged for each in self.criteria if isinstance(each, Judged)}

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


def form_of(
    catalogue: Catalogue, site_type: str, submission: Submission | None = None, as_of: date | None = None
) -> Form:
    """The form of a site type, with the sites that a submission has of it.

    With ``as_of`` it has the criteria in force on that day, without the fields that only others read.
    """
    kind = catalogue.site_types[site_type]
    names = types_of(kind.fields)
    every = [
        (version.on(site_type), as_of is None or version is dated.at(as_of))
        for dated in catalogue.criteria
        for version in dated.versions
        if site_type in version.on(site_type).site_types
    ]
    read = [(rule, reads(rule, names, kind.fields), counts) for rule, counts in every]
    form = catalogue.form(site_type)
    readers = {key: [(rule, counts) for rule, known, counts in read if key in known] for key in form}
    fields = {
        key: field for key, field in form.items() if not readers[key] or any(counts for _, counts in readers[key])
    }
    return Form(
        catalogue,
        kind,
        fields,
        tuple(rule for rule, counts in every if counts),
        {key: tuple(rule for rule, counts in readers[key] if counts) for key in fields},
        frozenset(rule.id for rule, known, counts in read if counts and known & FROM_PROBLEMS),
        _listed(catalogue, site_type, submission),
    )


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
    words = [say(POINTS if form.verdicts.get(key) == "deduction" else KINDS[field.kind])]
    lowest = Decimal(0) if field.kind == "count" and field.at_least is None else field.at_least
    for text, limit in ((say("at least {limit}"), lowest), (say("at most {limit}"), field.at_most)):
        if isinstance(limit, Decimal):
            words.append(text.format(limit=f"{limit * 100:f}%" if field.kind == "percent" else f"{limit:f}"))
        elif limit in form.fields:
            words.append(text.format(limit=label(str(limit))))
    return say(", ").join(words)

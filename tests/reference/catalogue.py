"""A catalogue folder as plain dicts of text (4.1): which criteria hold for a site type on a date, and what they read.

Every scalar stays the text that stands in the file (YAML's BaseLoader), so that 0.66 is 66/100 and never a float.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from .formula import parse, plain

Record = dict[str, Any]

KINDS = ("pass", "banded", "linear", "grade", "deduct", "of", "judged", "ask", "both", "show")
KIND_KEYS = {
    "ask": "ask", "pass": "pass", "rate": "banded", "grade": "grade", "deduct": "deduct", "of": "of",
    "judged": "judged", "both": "both", "show": "show",
}  # fmt: skip
RULE_KEYS = frozenset(KIND_KEYS) | {"levels", "full_at", "zero_at", "scale"}
SPECIAL = frozenset({"problems", "deducted", "site_type", "rate"})


@dataclass(frozen=True)
class Catalogue:
    """The parsed files; `forms` holds site types and questionnaires, a questionnaire being a form like a type."""

    head: Record
    units: Mapping[str, Record]
    tree: list[Record]
    forms: Mapping[str, Record]
    shared: list[Record]

    @property
    def score(self) -> Record:
        """The `score` block: how the total is made (4.5)."""
        return dict(self.head["score"])

    @cached_property
    def levels(self) -> list[str]:
        """The keys of the area levels, top to bottom."""
        return list(self.head["area_levels"])

    @cached_property
    def fields(self) -> Mapping[str, Record]:
        """Every field of the catalogue; a key means the same everywhere, `from` apart (4.1)."""
        return {key: field for source in [*self.forms.values(), *self.shared] for key, field in fields_of(source)}

    @cached_property
    def paths(self) -> Mapping[str, list[str]]:
        """For each place of the outline, itself and the places above it."""
        found: dict[str, list[str]] = {}

        def descend(nodes: Iterable[Record], above: list[str]) -> None:
            for node in nodes:
                found[node["id"]] = [*above, node["id"]]
                descend(node.get("under", []), found[node["id"]])

        descend(self.tree, [])
        return found

    @cached_property
    def form_names(self) -> Mapping[str, str]:
        """The key of each form by its key, title and aliases."""
        return {name: key for key, form in self.forms.items() for name in names_of(key, form)}

    @cached_property
    def unit_names(self) -> Mapping[str, str]:
        """The id of each unit by its id, title and aliases."""
        return {name: key for key, unit in self.units.items() for name in names_of(key, unit)}

    @cached_property
    def criterion_names(self) -> Mapping[str, str]:
        """The id of each criterion by its id, title and aliases."""
        every = [each for form in self.forms for each in self.criteria_of(form)]
        return {name: each["id"] for each in every for name in names_of(each["id"], each)}

    @cached_property
    def forms_of(self) -> Mapping[str, list[str]]:
        """The forms on which each criterion stands."""
        found: dict[str, list[str]] = {}
        for form in self.forms:
            for criterion in self.criteria_of(form):
                found.setdefault(criterion["id"], []).append(form)
        return found

    def criteria_of(self, form: str) -> Iterator[Record]:
        """The criteria of a site type as written: its own, then the shared ones that name it."""
        yield from self.forms[form].get("criteria", [])
        for file in self.shared:
            yield from (each for each in file.get("criteria", []) if form in each["site_types"])

    @cached_property
    def fields_by_form(self) -> Mapping[str, Mapping[str, Record]]:
        """For each form, the fields as it declares them itself, the others as declared elsewhere."""
        return {form: {**self.fields, **dict(fields_of(content))} for form, content in self.forms.items()}

    def inspections(self, form: str) -> str:
        """How several inspections of one site of a form become one finding: its own way, else the catalogue's."""
        return str(self.forms[form].get("several_inspections") or self.score.get("several_inspections", "latest"))

    def is_area(self, form: str) -> bool:
        """Whether every area of some level is a site of this form."""
        return self.forms[form].get("each") in self.levels

    def in_force(self, form: str, as_of: date) -> list[Record]:
        """The scored criteria of a type on a date, dated values and `by_type` applied; `show` gives no finding."""
        resolved = (for_type(dated(each, as_of), form) for each in self.criteria_of(form) if alive(each, as_of))
        return [each for each in resolved if kind(each) != "show"]

    def rate(self, name: str) -> tuple[str, str]:
        """The questionnaire that `ask: questionnaire.rate` names and the formula of the rate."""
        questionnaire, rate = name.split(".")
        return questionnaire, self.forms[questionnaire]["rates"][rate]


def names_of(key: str, content: Record) -> list[str]:
    """Every name that says this form, unit or criterion in the data, as text is compared."""
    return [plain(text) for text in [key, content.get("title", key), *content.get("aliases", [])]]


def fields_of(source: Record) -> list[tuple[str, Record]]:
    """The fields that a file declares."""
    return list(source.get("fields", {}).items())


def optional(record: Record, key: str) -> Fraction | None:
    """A number that need not be there."""
    return Fraction(record[key]) if key in record else None


def as_date(text: str) -> date:
    """An ISO date."""
    return date.fromisoformat(text)


def alive(criterion: Record, as_of: date) -> bool:
    """Whether the criterion is in its life (`effective`) on the date; both ends count."""
    life = criterion.get("effective", {})
    begun = "from" not in life or as_date(life["from"]) <= as_of
    return begun and ("until" not in life or as_of <= as_date(life["until"]))


def dated(criterion: Record, as_of: date) -> Record:
    """The criterion with every change that has come by the date; a new kind of rule drops the old one's keys."""
    result = {key: value for key, value in criterion.items() if key != "changes"}
    for change in sorted(criterion.get("changes", []), key=lambda each: as_date(each["from"])):
        if as_date(change["from"]) <= as_of:
            new_kind = (KIND_KEYS.keys() & change.keys()) - result.keys()
            kept = {key: value for key, value in result.items() if not (new_kind and key in RULE_KEYS)}
            result = kept | {key: value for key, value in change.items() if key not in ("from", "because")}
    return result


def for_type(criterion: Record, form: str) -> Record:
    """A shared criterion as it stands at one site type; where each value came from matters for units only."""
    special = criterion.get("by_type", {}).get(form, {})
    own_units = {key: criterion.get(key) for key in ("lead_unit", "supporting_units")}
    return {**criterion, **special, "by_type": special, "own_units": own_units}


def kind(criterion: Record) -> str:
    """Which of the ten kinds of rule it is; an `ask` may carry a `pass` of its own."""
    found = next(KIND_KEYS[key] for key in KIND_KEYS if key in criterion)
    return "linear" if found == "banded" and "full_at" in criterion else found


def entries(criterion: Record) -> list[Record]:
    """The entries of a deduction: one, or a list of them."""
    deduct = criterion["deduct"]
    return deduct if isinstance(deduct, list) else [deduct]


def formulas(criterion: Record) -> list[str]:
    """The formulas of the rule itself (`applies` apart) over the site's own fields."""
    match kind(criterion):
        case "pass":
            return [criterion["pass"]]
        case "banded" | "linear":
            return [criterion["rate"]]
        case "grade":
            return [criterion["grade"]]
        case "deduct":
            return [entry["each"] for entry in entries(criterion)]
        case "of":
            return list(criterion["of"])
    return []


def reads(criterion: Record) -> frozenset[str]:
    """Every name that the rule and its `applies` read."""
    texts = formulas(criterion) + ([criterion["applies"]] if "applies" in criterion else [])
    return frozenset().union(*(parse(text).names for text in texts))


def read_catalogue(folder: Path) -> Catalogue:
    """Every YAML file below the folder that is not hidden, told apart by name or by its top-level key."""
    names = sorted(path.relative_to(folder) for path in folder.rglob("*.y*ml"))
    seen = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    return catalogue_of({name.as_posix(): (folder / name).read_text("utf-8") for name in seen})


def catalogue_of(texts: Mapping[str, str]) -> Catalogue:
    """A catalogue from the texts of its files, by path."""
    named: dict[str, Any] = {}
    forms: dict[str, Record] = {}
    shared: list[Record] = []
    for path, text in texts.items():
        content = yaml.load(text, Loader=yaml.CBaseLoader)  # nothing but text, lists and mappings comes out of it
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if stem.endswith(".cases"):
            continue
        if stem in ("catalogue", "tree", "units", "sources"):
            named[stem] = content
        elif "site_type" in content or "questionnaire" in content:
            forms[content.get("site_type") or content["questionnaire"]] = content
        else:
            shared.append(content)
    return Catalogue(named["catalogue"], named.get("units", {}), named.get("tree", {}).get("tree", []), forms, shared)

"""What can be wrong with a criteria file: one Diagnostic a mistake, and every text in one table.

A code is stable: tests, SARIF rules and the documentation name it. The texts are English message ids;
``locale/zh`` holds the Chinese ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from duibiao.criteria.language import gettext

Severity = Literal["error", "warning"]
MAX_VALUE: Final = 300  # characters of a value that a message shows


def N_(text: str) -> str:
    """Mark ``text`` for translation without translating it here."""
    return text


# code -> (severity, message with named places). The order is the order of docs/lint.md.
MESSAGES: Final[dict[str, tuple[Severity, str]]] = {
    # the text itself
    "unreadable": ("error", N_("the file cannot be read: {reason}")),
    "yaml-syntax": ("error", N_("not valid YAML: {reason}")),
    "yaml-duplicate-key": ("error", N_("key '{key}' stands twice, first on line {first}; keep one of them")),
    "yaml-trap": ("error", N_("{text} would be read as {read_as}; write {write} instead")),
    "yaml-alias": ("error", N_("anchors, aliases and tags are not used in criteria files; write the value out")),
    "yaml-too-large": ("error", N_("{what} is beyond the limit of {limit}; split the file")),
    "formula-cut": ("error", N_("the formula was cut by a comma inside {{ }}; put it in quotes")),
    # the shape
    "unknown-key": ("error", N_("'{key}' is not a known key here; {advice}")),
    "missing-key": ("error", N_("'{key}' is missing")),
    "wrong-type": ("error", N_("{what} cannot be {found}; {advice}")),
    "no-rule": ("error", N_("no kind of rule; write one of {kinds}")),
    "several-rules": ("error", N_("more than one kind of rule: {kinds}; keep one")),
    "misplaced-file": ("error", N_("out of place: {what}")),
    # names
    "duplicate-id": ("error", N_("'{id}' is defined twice, first in {first}; ids are never reused")),
    "repeated": ("error", N_("'{name}' stands twice in {key}; keep one")),
    "alias-collision": ("error", N_("'{alias}' names both {one} and {other}; a header could not tell them apart")),
    "field-differs": (
        "error",
        N_("field '{key}' has another {what} than in {first}; a field means the same everywhere"),
    ),
    "unknown-field": ("error", N_("no field '{name}' here; {advice}")),
    "questionnaires-alike": (
        "warning",
        N_("every question of '{one}' is one of '{other}' too; their tables need the name of the questionnaire"),
    ),
    "field-cycle": ("error", N_("field '{key}' is derived from itself; break the circle")),
    "unknown-option": ("error", N_("'{name}' is no option of '{field}'; {advice}")),
    "unknown-place": ("error", N_("'{name}' is no place of tree.yaml; {advice}")),
    "unknown-unit": ("error", N_("'{name}' is no unit of units.yaml; {advice}")),
    "unknown-source": ("error", N_("'{name}' is no source of sources.yaml; {advice}")),
    "unknown-site-type": ("error", N_("'{name}' is no site type; {advice}")),
    "unknown-criterion": ("error", N_("'{name}' is no criterion; {advice}")),
    "unknown-fact": ("error", N_("'{name}' is no fact of this section; {advice}")),
    "unknown-rate": ("error", N_("'{name}' is no rate of a questionnaire; {advice}")),
    "unknown-level": ("error", N_("'{name}' is no level of area_levels; {advice}")),
    "unknown-part": ("error", N_("'{name}' is no part of catalogue.yaml; {advice}")),
    "unknown-catalogue": ("error", N_("no catalogue '{name}' to extend; {advice}")),
    # formulas
    "formula-syntax": ("error", N_("not a formula: {reason}")),
    "formula-type": ("error", N_("{what} is {found}, but {wanted} is needed here")),
    "formula-name": ("error", N_("'{name}' cannot be used in a formula; {advice}")),
    "formula-division": ("error", N_("'{divisor}' may be 0 within its limits; add it to `applies`: {advice}")),
    # rules
    "levels-overlap": ("error", N_("level {number} overlaps level {other}: both hold at {value}")),
    "levels-order": ("error", N_("level {number} is out of order: its score is not below that of level {other}")),
    "levels-unreachable": ("error", N_("level {number} can never be reached: {reason}")),
    "never": ("error", N_("this can never {what}: {reason}")),
    "no-example": ("warning", N_("neither a case nor {samples} samples show this {what}; add a case")),
    "by-type": ("error", N_("by_type may not change '{key}'")),
    "both-members": ("error", N_("'{name}' cannot be a member of both: {reason}")),
    "weights": ("error", N_("the weights of the parts add up to {total}, not 100")),
    "tree-weights": ("error", N_("the weights under '{place}' {what}")),
    "empty-place": ("error", N_("'{place}' has a weight or a way to combine, but no criterion on it or under it")),
    "points-zero": ("error", N_("'{id}' cannot have 0 points: {reason}")),
    "veto-never": ("error", N_("the veto of '{id}' can never act: {reason}")),
    "score-levels": (
        "error",
        N_("level '{name}' is out of order; list levels from high to low, the last without at_least"),
    ),
    "dates-order": ("error", N_("{what} is out of order: {later} comes before {earlier}")),
    # overlays
    "change-unknown": ("error", N_("nothing called '{name}' to change in '{base}'; {advice}")),
    "change-kind": ("error", N_("another kind of rule ({old} -> {new}) needs `because`")),
    "change-drop": ("error", N_("dropping '{name}' needs `because`")),
    # what a criterion owes its readers
    "no-source": ("error", N_("criterion '{id}' has no source")),
    "no-remedy": ("error", N_("criterion '{id}' has no remedy")),
    "no-look-for": ("error", N_("criterion '{id}' has no look_for")),
    "no-case": ("error", N_("criterion '{id}' has no case; add one to {file}")),
    # cases
    "case-fails": ("error", N_("case '{name}': {criterion} is {found}, expected {expected}")),
    "case-unreadable": ("error", N_("case '{name}': {field} cannot be {found}; {advice}")),
}


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file; line and column count from 1, in characters."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One mistake in a criteria file: where it is, its code, and the values that fill its message."""

    file: str
    line: int
    column: int
    code: str
    values: tuple[tuple[str, str], ...] = field(default=())

    @property
    def severity(self) -> Severity:
        """``error`` or ``warning``."""
        return MESSAGES[self.code][0]

    @property
    def message(self) -> str:
        """What is wrong and what to write instead, in the language in force."""
        return gettext(MESSAGES[self.code][1]).format(**dict(self.values))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message}"


def diagnose(code: str, at: Position, **values: object) -> Diagnostic:
    """Make the Diagnostic ``code`` at ``at``; ``values`` fill the places of its message."""
    MESSAGES[code]
    told = tuple((key, _clipped(str(value))) for key, value in values.items())
    return Diagnostic(at.file, at.line, at.column, code, told)


def _clipped(text: str) -> str:
    return text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + "..."


def advise(name: str, known: object) -> str:
    """``did you mean 'x'?`` for the nearest of ``known``, else the known names in a line."""
    from duibiao.criteria.likeness import nearest

    names = [str(each) for each in known]  # type: ignore[attr-defined]
    near = nearest(name, names)
    if near is not None:
        return gettext("did you mean '{name}'?").format(name=near)
    if not names:
        return gettext("none is declared")
    return gettext("known: {names}").format(names=", ".join(names[:12]) + (" ..." if len(names) > 12 else ""))


class CatalogueError(Exception):
    """A catalogue that does not load; carries every mistake found."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = sorted(set(diagnostics))
        super().__init__("\n".join(str(each) for each in self.diagnostics))

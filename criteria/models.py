"""The Catalogue and what it is made of, as frozen pydantic models.

Numbers that decide a score (points, scores, limits) are Decimal, so that nothing is rounded before it is used.
A criterion is one of ten kinds; each kind is a model of its own with the common keys of ``CriterionBase``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, model_validator
from pydantic import Field as Setting

IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]*")
FORMULA_WORDS: Final = frozenset(
    "problems deducted site_type rate observed count_true min max abs round floor log and or not in if else true false"
    " None True False is lambda"
    # columns of a visit, so that a field cannot take their place
    " visit site at inspector complete lead_units supporting_units leader in_charge deadline table row area".split()
)
# columns of a respondent, so that a question cannot take their place
ANSWER_WORDS: Final = frozenset("area date at round weight stratum cluster population table row rate".split())


def _exact(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError("a number is needed")
    return Decimal(value) if isinstance(value, int) else value


def _limit(value: object) -> object:
    if isinstance(value, str) and not IDENTIFIER.fullmatch(value):
        return Decimal(value) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else value
    return _exact(value)


def _formula(value: object) -> object:
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def _names(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, Mapping) else value


def _not_zero(value: Decimal) -> Decimal:
    if value == 0:
        raise ValueError("an adjustment of 0 adjusts nothing")
    return value


def _day(value: object) -> object:
    if isinstance(value, int) or (isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)):
        raise ValueError("a date is needed")
    return value


def _deadline(value: object) -> object:
    if value is not None and value != "next_round" and (type(value) is not int or not 0 <= value <= 3650):
        raise ValueError("a deadline is a whole number of days from 0 to 3650, or next_round")
    return value


Text = Annotated[str, Setting(min_length=1)]
Identifier = Annotated[str, Setting(pattern=r"^[a-z][a-z0-9_]*$")]
Exact = Annotated[Decimal, BeforeValidator(_exact), Setting(allow_inf_nan=False)]
Share = Annotated[Exact, Setting(ge=0, le=1)]
Effort = Annotated[Exact, Setting(gt=0, le=10_000, decimal_places=3)]  # person-days to mend one gap
Limit = Annotated[Decimal | Identifier, BeforeValidator(_limit)]
Formula = Annotated[str, BeforeValidator(_formula), Setting(min_length=1, max_length=500)]
Names = Annotated[tuple[Text, ...], BeforeValidator(_names)]
Day = Annotated[date, BeforeValidator(_day)]

# Days from the inspection, or before the next round: what is asked for or counted but once a round has no day.
Deadline = Annotated[
    Annotated[int, Setting(ge=0, le=3650, strict=True)] | Literal["next_round"], BeforeValidator(_deadline)
]

Severity = Literal["high", "medium", "low"]
Confidence = Literal["high", "medium", "low"]
FieldKind = Literal["count", "number", "percent", "yes_no", "choice", "choices", "grade", "text", "date"]
Inspections = Literal["latest", "mean", "worst", "each"]
EFFORTS: Final[Mapping[Severity, Decimal]] = {"high": Decimal(2), "medium": Decimal(1), "low": Decimal("0.5")}
Way = Literal["pooled", "mean_of_criteria", "mean_of_sites", "tree"]  # from findings to a figure
Role = Literal["lead", "supporting"]


class Frozen(BaseModel):
    """Frozen, and nothing beyond the declared keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Frozen):
    """One publication that criteria cite."""

    title: Text
    publisher: Text | None = None
    date: Text | None = None
    url: Annotated[str, Setting(pattern=r"^https?://")] | None = None
    note: Text | None = None


class SourceRef(Frozen):
    """Where a criterion comes from: a source, the place in it, and how sure we are."""

    ref: Annotated[str, Setting(pattern=r"^[a-z][a-z0-9_-]*$")]
    clause: Text | None = None
    edition: Text | None = None
    scope: Literal["national", "provincial", "local", "program"]
    confidence: Confidence
    note: Text | None = None


class Unit(Frozen):
    """A kind of responsible unit (责任单位); with ``level``, every area of that level has one.

    ``by_ending`` has its title in areas whose names end so (镇: 人民政府).
    """

    title: Text
    level: Identifier | None = None
    by_ending: dict[Text, Text] = {}
    aliases: Names = ()

    def title_in(self, area: str) -> str:
        """The title of the unit of one area."""
        return next((title for ending, title in self.by_ending.items() if area.endswith(ending)), self.title)


class Place(Frozen):
    """A node of the official outline (测评项目 Ⅰ / 指标 Ⅱ / 内容 Ⅲ).

    ``weight`` and ``combine`` (how its children become its figure) speak where a figure is made by ``tree``.
    """

    id: Text
    title: Text
    weight: Annotated[Exact, Setting(gt=0, le=100)] | None = None
    combine: Literal["mean", "geometric", "lowest"] = "mean"
    under: tuple[Place, ...] = ()


class Field(Frozen):
    """One thing that an inspector writes down (观测项). ``from`` reads it elsewhere, ``formula`` derives it."""

    label: Text
    kind: FieldKind
    aliases: Names = ()
    unit: Text | None = None
    at_least: Limit | None = None
    at_most: Limit | None = None
    options: tuple[Text, ...] = ()
    scale: dict[Text, Share] = {}
    from_: Annotated[Identifier | None, Setting(alias="from")] = None
    formula: Formula | None = None
    method: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.kind in {"choice", "choices"}) != bool(self.options):
            raise ValueError("options go with kind choice or choices, and only with them")
        if (self.kind == "grade") != bool(self.scale):
            raise ValueError("a scale goes with kind grade, and only with it")
        if self.formula is not None and self.kind not in {"count", "number", "percent", "yes_no"}:
            raise ValueError("a derived field is a count, number, percent or yes_no")
        if self.formula is not None and self.from_ is not None:
            raise ValueError("a field is derived or read elsewhere, not both")
        if self.kind not in {"count", "number", "percent"} and not (self.at_least is None and self.at_most is None):
            raise ValueError("only count, number and percent have limits")
        return self

    def same_meaning(self, other: Field) -> str | None:
        """The first key in which two declarations of one field differ, or None."""
        for key in ("kind", "unit", "at_least", "at_most", "options", "scale"):
            if getattr(self, key) != getattr(other, key):
                return key
        return None


class Level(Frozen):
    """A band of a rate and the score it gives: one or two of the four limits."""

    at_least: Exact | None = None
    above: Exact | None = None
    at_most: Exact | None = None
    below: Exact | None = None
    score: Share

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if all(each is None for each in (self.at_least, self.above, self.at_most, self.below)):
            raise ValueError("a level needs at_least, above, at_most or below")
        if None not in (self.at_least, self.above) or None not in (self.at_most, self.below):
            raise ValueError("a level has at most one limit on each side")
        return self


class MissingLevel(Frozen):
    """The score where at most ``missing`` of the conditions are not met."""

    missing: Annotated[int, Setting(ge=0, strict=True)]
    score: Share


class DeductionEntry(Frozen):
    """``points`` lost for each of ``each``, together never more than ``at_most``."""

    each: Formula
    points: Annotated[Exact, Setting(gt=0, decimal_places=9)]
    at_most: Annotated[Exact, Setting(gt=0, decimal_places=9)] | None = None


class Effective(Frozen):
    """The life of a criterion; both ends count."""

    from_: Annotated[Day | None, Setting(alias="from")] = None
    until: Day | None = None


class Veto(Frozen):
    """Caps in per cent that hold while the criterion is missed: on the site's score, on the total, or on both."""

    site: Annotated[Exact, Setting(ge=0, le=100)] | None = None
    total: Annotated[Exact, Setting(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _caps(self) -> Self:
        if self.site is None and self.total is None:
            raise ValueError("a veto caps the site, the total or both: {site: 59}")
        return self


class CriterionBase(Frozen):
    """What every kind of criterion has."""

    id: Identifier
    title: Text
    aliases: Names = ()
    place: Text
    site_types: Names = ()
    applies: Formula | None = None
    points: Annotated[Exact, Setting(ge=0, le=100_000, decimal_places=9)] = Decimal(1)
    over_sites: Literal["mean", "lowest"] = "mean"
    veto: Veto | None = None
    adjust_total: Annotated[Exact, AfterValidator(_not_zero), Setting(ge=-100, le=100, decimal_places=9)] | None = None
    severity: Severity = "medium"
    deadline: Deadline | None = None
    effort: Effort | None = None
    look_for: Text | None = None
    remedy: Text | None = None
    evidence: Names = ()
    lead_unit: Names = ()
    supporting_units: Names = ()
    source: Annotated[tuple[SourceRef, ...], BeforeValidator(_one_or_more)] = ()
    proposed: Names = ()
    effective: Effective = Effective()

    def in_effect(self, as_of: date) -> bool:
        """Whether ``as_of`` lies in the criterion's life; both ends count."""
        start, end = self.effective.from_, self.effective.until
        return (start is None or start <= as_of) and (end is None or as_of <= end)


class YesNo(CriterionBase):
    """1 where the condition holds, else 0."""

    kind: Literal["pass"] = "pass"
    pass_: Annotated[Formula, Setting(alias="pass")]


class Banded(CriterionBase):
    """The score of the first level that holds for the rate, else 0."""

    kind: Literal["banded"] = "banded"
    rate: Formula
    levels: Annotated[tuple[Level, ...], Setting(min_length=1)]


class Linear(CriterionBase):
    """A straight line from 0 at ``zero_at`` to 1 at ``full_at``, in either direction."""

    kind: Literal["linear"] = "linear"
    rate: Formula
    full_at: Exact
    zero_at: Exact

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.full_at == self.zero_at:
            raise ValueError("full_at and zero_at must differ")
        return self


class Graded(CriterionBase):
    """The value that the field's scale gives to the grade."""

    kind: Literal["grade"] = "grade"
    grade: Identifier


class Deducted(CriterionBase):
    """Points lost per problem; never more than the criterion has."""

    kind: Literal["deduct"] = "deduct"
    deduct: Annotated[tuple[DeductionEntry, ...], BeforeValidator(_one_or_more), Setting(min_length=1)]


class NOfM(CriterionBase):
    """By how many of the conditions are missing; without levels all or nothing."""

    kind: Literal["of"] = "of"
    of: Annotated[tuple[Formula, ...], Setting(min_length=1, max_length=60)]
    levels: Annotated[tuple[MissingLevel, ...], Setting(min_length=1)] = (MissingLevel(missing=0, score=Decimal(1)),)


class Judged(CriterionBase):
    """The inspector's own verdict; its field is the criterion's id."""

    kind: Literal["judged"] = "judged"
    judged: Literal["yes_no", "grade", "deduction"]
    scale: dict[Text, Share] = {}

    @model_validator(mode="after")
    def _scaled(self) -> Self:
        if (self.judged == "grade") != bool(self.scale):
            raise ValueError("a scale goes with judged: grade, and only with it")
        return self


class Asked(CriterionBase):
    """By the estimate of a questionnaire: ``levels``, or ``pass`` over the one name ``rate``."""

    kind: Literal["ask"] = "ask"
    ask: Annotated[str, Setting(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
    levels: tuple[Level, ...] = ()
    pass_: Annotated[Formula | None, Setting(alias="pass")] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.levels) == (self.pass_ is not None):
            raise ValueError("ask goes with levels or with pass")
        return self


class TwoMethods(CriterionBase):
    """The lower of the findings of two other criteria, whose points do not count."""

    kind: Literal["both"] = "both"
    both: Annotated[tuple[Identifier, ...], Setting(min_length=2, max_length=2)]


class Information(CriterionBase):
    """A figure that is shown and not scored."""

    kind: Literal["show"] = "show"
    show: Formula


Criterion = Annotated[
    YesNo | Banded | Linear | Graded | Deducted | NOfM | Judged | Asked | TwoMethods | Information,
    Discriminator("kind"),
]
KINDS: Final[dict[str, type[CriterionBase]]] = {
    "pass": YesNo,
    "banded": Banded,
    "linear": Linear,
    "grade": Graded,
    "deduct": Deducted,
    "of": NOfM,
    "judged": Judged,
    "ask": Asked,
    "both": TwoMethods,
    "show": Information,
}
RULE_KEYS: Final = ("pass", "rate", "grade", "deduct", "of", "judged", "ask", "both", "show")
COMPANION_KEYS: Final = ("levels", "full_at", "zero_at", "scale")


def kinds_of(keys: Iterable[str]) -> list[str]:
    """The kinds of rule that the keys of a criterion name: one, if the criterion is in order."""
    present = set(keys)
    named = [key for key in RULE_KEYS if key in present and not (key == "pass" and "ask" in present)]
    linear = bool({"full_at", "zero_at"} & present) and "levels" not in present
    return [("linear" if linear else "banded") if key == "rate" else key for key in named]


class Version(Frozen):
    """A criterion from ``start`` on (None: always), and where it differs for a site type."""

    start: date | None = None
    criterion: Criterion
    by_type: dict[str, Criterion] = {}

    def on(self, site_type: str) -> Criterion:
        """The criterion as it stands on one site type."""
        return self.by_type.get(site_type, self.criterion)


class DatedCriterion(Frozen):
    """One criterion through time; versions in the order of their dates, the first without one."""

    id: str
    file: str
    versions: tuple[Version, ...]

    def at(self, as_of: date) -> Version | None:
        """The version in force on ``as_of``, or None where the criterion is not in effect then."""
        version = [each for each in self.versions if each.start is None or each.start <= as_of][-1]
        return version if version.criterion.in_effect(as_of) else None


class Quota(Frozen):
    """How many sites of a type every area of a level should have inspected."""

    per: Identifier
    sites: Annotated[int, Setting(gt=0, strict=True)]


class Question(Frozen):
    """One question of a questionnaire: ``choices``, a share of which is ``yes``, or a ``scale``, which has a mean.

    ``leave_out`` has the answers that count neither way, among the choices or beside them. With ``numbered`` the data
    may give the number of a choice, from 1.
    """

    text: Text
    aliases: Names = ()
    choices: tuple[Text, ...] = ()
    scale: dict[Text, Share] = {}
    yes: Names = ()
    leave_out: Names = ()
    numbered: Annotated[bool, Setting(strict=True)] = False

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.choices) == bool(self.scale):
            raise ValueError("a question has choices or a scale, and not both")
        if self.yes and self.scale:
            raise ValueError("yes goes with choices, and only with them")
        if self.numbered and any(each.strip().isdecimal() for each in self.answers):
            raise ValueError("where choices are numbered, none of them is a number itself")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """Every answer that may be given, the choices or words of the scale first and in their order."""
        return tuple(dict.fromkeys((*self.choices, *self.scale, *self.leave_out)))


class Sample(Frozen):
    """How respondents were drawn: the headers of the columns of answers that say so."""

    weight: Text | None = None
    stratum: Text | None = None
    cluster: Text | None = None
    population: Text | None = None

    @property
    def columns(self) -> dict[str, str]:
        """The header of each column that is named, by what it says."""
        return self.model_dump(exclude_none=True)


class SiteType(Frozen):
    """A kind of site (点位类型), or a questionnaire where ``rates`` or ``questions`` are declared.

    With ``each`` every area of that level, or every unit, is one site without standing in the register; ``group`` is
    the heading under which lists show the type (道路街巷, 窗口服务). Of a questionnaire ``groups`` are the headers of
    columns by which figures are shown too, and of fewer people than ``minimum_group`` no figure is given.
    """

    id: Identifier
    title: Text
    file: str
    aliases: Names = ()
    group: Text | None = None
    lead_unit: Names = ()
    supporting_units: Names = ()
    deadline: Deadline | None = None
    part: Identifier = "on_site"
    each: Identifier | None = None
    part_of: Names = ()
    quota: Quota | None = None
    several_inspections: Inspections | None = None
    weight: Annotated[Exact, Setting(gt=0, le=1000)] = Decimal(1)
    fields: dict[Identifier, Field] = {}
    rates: dict[Identifier, Formula] = {}
    questions: dict[Identifier, Question] = {}
    sample: Sample = Sample()
    groups: dict[Identifier, Text] = {}
    minimum_group: Annotated[int, Setting(ge=1, le=1000, strict=True)] = 10
    confidence: Annotated[Exact, Setting(gt=0, lt=1)] = Decimal("0.95")
    interval: Literal["wilson", "clopper_pearson"] = "wilson"

    @property
    def asked_for(self) -> tuple[str, ...]:
        """What criteria may ask of a questionnaire: its rates and its questions."""
        return (*self.rates, *self.questions)

    @property
    def is_questionnaire(self) -> bool:
        """Whether this form is a questionnaire: counts of which criteria ask for rates, or questions to respondents."""
        return bool(self.rates or self.questions)


class Rounding(Frozen):
    """How scores are rounded for the eye; declared so that it can be printed."""

    digits: Annotated[int, Setting(ge=0, le=6, strict=True)] = 2
    mode: Literal["half_up"] = "half_up"


class ScoreLevel(Frozen):
    """A level of a score (优秀, 达标 ...); the last has no lower limit."""

    name: Text
    at_least: Exact | None = None


class PartShare(Frozen):
    """The weight of one part in the total, in per cent, how its figure is made, and the mark that it must reach.

    Where the part is below ``at_least`` the total has the lowest level, whatever its figure.
    """

    part: Identifier
    weight: Annotated[Exact, Setting(gt=0, le=100)]
    combine: Way
    at_least: Annotated[Exact, Setting(ge=0, le=100)] | None = None


class RollUp(Frozen):
    """The ways of figures along a dimension, where they are not those of the parts."""

    area: Way | None = None
    unit: Way | None = None
    site_type: Way | None = None
    place: Way | None = None


class Score(Frozen):
    """How findings become scores (design section 4.5)."""

    rounding: Rounding = Rounding()
    pass_mark: Annotated[Exact, Setting(ge=0, le=100)] = Decimal(85)
    levels: tuple[ScoreLevel, ...] = ()
    unobserved: Literal["leave_out", "zero"] = "leave_out"
    minimum_coverage: Annotated[Exact, Setting(ge=0, le=1)] | None = None
    several_inspections: Inspections = "latest"
    deadlines: dict[Severity, Annotated[int, Setting(ge=0, strict=True)]] = {"high": 1, "medium": 3, "low": 7}
    efforts: dict[Severity, Effort] = dict(EFFORTS)
    site: Literal["pooled", "tree"] = "pooled"
    total: Annotated[tuple[PartShare, ...], Setting(min_length=1)]
    empty_part: Literal["leave_out", "no_total"] = "leave_out"
    roll_up: RollUp = RollUp()
    unit_roles: Annotated[tuple[Role, ...], Setting(min_length=1)] = ("lead",)
    proposed: Names = ()


class CatalogueHead(Frozen):
    """What catalogue.yaml says, the overlay's ``extends`` and ``change`` aside."""

    catalogue: Identifier
    title: Text
    edition: Text
    language: Literal["zh", "en"] = "zh"
    area_levels: Annotated[dict[Identifier, Text], Setting(min_length=1)] = {
        "city": "市", "district": "区县", "subdistrict": "街道", "community": "社区", "grid": "网格",
    }  # fmt: skip
    parts: Annotated[dict[Identifier, Text], Setting(min_length=1)] = {"on_site": "实地考察"}
    score: Score


class Catalogue(Frozen):
    """A whole catalogue, overlays applied: what is asked and how the total is made."""

    head: CatalogueHead
    extends: tuple[str, ...] = ()
    sources: dict[str, Source]
    units: dict[str, Unit]
    tree: tuple[Place, ...]
    site_types: dict[str, SiteType]
    criteria: tuple[DatedCriterion, ...]
    sha256: str

    @property
    def score(self) -> Score:
        """How the total is made."""
        return self.head.score

    def places(self) -> dict[str, tuple[Place, ...]]:
        """Every place of the outline by id, with the way to it from the top."""
        found: dict[str, tuple[Place, ...]] = {}

        def walk(nodes: tuple[Place, ...], above: tuple[Place, ...]) -> None:
            for node in nodes:
                found[node.id] = (*above, node)
                walk(node.under, (*above, node))

        walk(self.tree, ())
        return found

    def versions(self, as_of: date) -> tuple[Version, ...]:
        """The criteria in force on ``as_of``, in the order of the catalogue."""
        return tuple(each for dated in self.criteria if (each := dated.at(as_of)) is not None)

    def criteria_of(self, site_type: str, as_of: date) -> tuple[Criterion, ...]:
        """The criteria in force on one site type, each as it stands there."""
        return tuple(
            version.on(site_type) for version in self.versions(as_of) if site_type in version.criterion.site_types
        )

    def deadline(self, criterion: CriterionBase, site_type: str) -> Deadline | None:
        """By when a gap is mended: as the criterion says, else the site type, else its severity; None: nothing says."""
        told = (criterion.deadline, self.site_types[site_type].deadline, self.score.deadlines.get(criterion.severity))
        return next((each for each in told if each is not None), None)

    def inspections(self, site_type: str) -> Inspections:
        """How several inspections of one site of this type become one finding."""
        return self.site_types[site_type].several_inspections or self.score.several_inspections

    def effort(self, criterion: CriterionBase) -> Fraction:
        """The person-days that mending one gap of a criterion takes: its own, else those of its severity."""
        efforts = {**EFFORTS, **self.score.efforts}
        return Fraction(criterion.effort if criterion.effort is not None else efforts[criterion.severity])

    def form(self, site_type: str) -> dict[str, Field]:
        """What may be written down at a site of this type: its own fields and the verdicts of judged criteria.

        Derived fields and fields read elsewhere are left out; judged criteria of every date are in.
        """
        kind = self.site_types[site_type]
        asked = {key: field for key, field in kind.fields.items() if field.formula is None and field.from_ is None}
        here = [
            version.on(site_type)
            for dated in self.criteria
            for version in dated.versions
            if site_type in version.criterion.site_types
        ]
        return asked | {each.id: verdict_field(each) for each in here if isinstance(each, Judged)}


def verdict_field(criterion: Judged) -> Field:
    """The field in which an inspector writes the verdict on a judged criterion."""
    if criterion.judged == "yes_no":
        return Field(label=criterion.title, aliases=criterion.aliases, kind="yes_no")
    if criterion.judged == "grade":
        return Field(label=criterion.title, aliases=criterion.aliases, kind="grade", scale=criterion.scale)
    return Field(label=criterion.title, aliases=criterion.aliases, kind="number", unit="分", at_least=Decimal(0))

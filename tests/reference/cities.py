"""The catalogue of a drawn city: its areas, units, forms and criteria, every kind of rule among them.

How its total is made stands in `scores`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from . import draw, scores
from .catalogue import Record
from .draw import RULES, Form, Plain

DAY = 10  # the last inspection of the scored round is on 2026-03-10: the day that picks dated values
CITY = "周口市"
STREET_KINDS = 12  # the street offices have fewer criteria
KINDS = "pass banded linear grade deduct of judged ask pass banded deduct of show pass banded linear judged ask grade ask".split()
UNITS: dict[str, Record] = {
    "market_bureau": {"title": "市场监管局", "level": "district", "aliases": ["市场监督局"]},
    "police": {"title": "公安局", "level": "subdistrict"},
    "transport": {"title": "交通局", "level": "city"},
    "office": {"title": "创文办"},
}
PLACES = ["Ⅰ-1", "Ⅱ-1", "Ⅱ-2", "Ⅲ-1", "Ⅲ-2", "Ⅰ-2"]


@dataclass
class City:
    """Everything drawn before it is written."""

    rng: Random
    forms: list[Form]
    common: Form
    head: Record
    tree: list[Record]
    areas: list[dict[str, str]]
    subdistricts: list[str]
    districts: list[str]
    register: bool
    rounds: str  # column, table or none
    area_columns: bool  # one column per level instead of a path
    files: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)  # where two visits of a site have one time, how they count


def day(number: int) -> Plain:
    """A day of March 2026."""
    return Plain(f"2026-03-{number:02d}")


def draw_city(rng: Random, forms: int, districts: int, guarded: bool, turn: int) -> City:
    """The catalogue and the areas; cities in turn go through the ways of making a total."""
    common = Form("common", "公共", rng, guarded)
    draw.add_fields(common)
    questionnaire = draw_questionnaire(rng, guarded)
    ordinary = [Form(f"type{number}", f"类型{number}号", rng, guarded) for number in range(forms)]
    ordinary[-1].extra["part_of"] = [ordinary[0].key]
    stat = Form("stat", "统计", rng, guarded, "city", "statistics", extra={"lead_unit": "transport"})
    street = Form("street", "街办", rng, guarded, "subdistrict", "documents", extra={"lead_unit": "police"})
    documents = Form("documents", "材料", rng, guarded, "unit", "documents", extra={"lead_unit": "office"})
    own = [*ordinary, stat, street, documents]
    for form in own:
        draw.add_fields(form)
    stat.declare("people", "count", "人口", at_most=Plain("400"))
    stat.pool(["stat_people"], [("300",), ("250",), ("401",)])
    for form in ordinary:
        borrow_people(form)
        form.extra.setdefault("lead_unit", rng.choice(["market_bureau", "police", "office"]))
    for form in own:
        kinds = KINDS if form is not street else KINDS[:STREET_KINDS]
        form.criteria += [criterion(form, kind, number, questionnaire) for number, kind in enumerate(kinds)]
    hosts = ordinary if len(ordinary) > 1 else [*ordinary, stat]
    common.site_types = [hosts[0].key]
    for number, kind in enumerate(("pass", "banded", "of", "deduct")):
        common.criteria.append(shared(common, kind, number, hosts))
    common.criteria += [
        shared(common, kind, 10 + number, [stat, street]) for number, kind in enumerate(("banded", "of"))
    ]
    for form in own:
        add_both(form)
    for form in [*ordinary, street]:
        add_both_across(form, [stat, questionnaire, *([] if form is street else [street])], common)
    areas, subdistricts, district_paths = draw_areas(districts)
    every = [*own, questionnaire]
    scores.add_weights_and_visits(every, turn)
    scores.add_terms([*every, common], turn)
    return City(
        rng, every, common, scores.head(rng, turn), scores.draw_tree(rng, [*every, common]), areas, subdistricts, district_paths,
        register=rng.random() < 0.85, rounds=rng.choice(["column", "table", "none"]),
        area_columns=rng.random() < 0.3,
    )  # fmt: skip


def draw_areas(districts: int) -> tuple[list[dict[str, str]], list[str], list[str]]:
    """The areas table, and the paths of sub-districts and districts; one sub-district's name stands in every district."""
    rows = [{"属地": CITY, "上级": "", "级别": "市"}]
    low: list[str] = []
    middle: list[str] = []
    for number in range(districts):
        middle.append(f"{CITY}/区{number}")
        rows.append({"属地": f"区{number}", "上级": CITY, "级别": "区县"})
        for name in (f"街道{number}", "城关街道"):
            rows.append({"属地": name, "上级": f"区{number}", "级别": "街道"})
            low.append(f"{middle[-1]}/{name}")
    return rows, low, middle


def draw_questionnaire(rng: Random, guarded: bool) -> Form:
    """A questionnaire of every district: counts, two rates, criteria that ask them."""
    form = Form("citizens", "问卷", rng, guarded, "district", "questionnaires", extra={"lead_unit": "market_bureau"})
    form.declare("drawn", "count", "抽取户数", at_least=Plain("30"))
    form.declare("entered", "count", "入户户数", at_most=Plain("citizens_drawn"))
    form.declare("answered", "count", "答卷户数", at_most=Plain("citizens_entered"))
    anchors = draw.ANCHORS[2:]
    cells = draw.ratio_cells(rng, anchors, 400_000) + draw.ratio_cells(rng, anchors, 5_000)
    cells += [("30", "25"), ("29", "20"), ("29", "29"), ("0", "0")]
    answers = [(whole, good, rng.choice([good, good, str(int(good) // 2), "0"])) for whole, good in cells]
    form.pool(["citizens_drawn", "citizens_entered", "citizens_answered"], answers)
    form.extra["rates"] = {
        "entry": "citizens_entered / citizens_drawn",
        "answer": "citizens_answered / citizens_entered",
        "both_ways": "1 - citizens_answered / citizens_drawn",
    }
    form.criteria += [finish(form, ask_rule(rng, form), number) for number in range(8)]
    for made in form.criteria[:3]:
        made["applies"] = f"citizens_drawn {rng.choice(draw.SIGNS)} {draw.limit_for(form, 'citizens_drawn')}"
    return form


def ask_rule(rng: Random, questionnaire: Form) -> Record:
    """A criterion on a rate of the questionnaire, with levels or a condition on `rate`."""
    name, expression = rng.choice(list(questionnaire.extra["rates"].items()))
    asked = {"ask": f"citizens.{name}"}
    if rng.random() < 0.6:
        return asked | {"levels": draw.levels(questionnaire, expression, 4)}
    limit = draw.literal(draw.limit_for(questionnaire, expression))
    return asked | {
        "pass": f"rate {rng.choice(draw.SIGNS)} {limit}" + rng.choice(["", " and rate >= 0", " or rate < 0.1"])
    }


def borrow_people(form: Form) -> None:
    """A field recorded for the city above the site."""
    form.fields["stat_people"] = {
        "label": f"{form.title}人口", "kind": "count", "from": "city", "at_most": Plain("400")
    }  # fmt: skip
    form.pool(["stat_people"], [("300",), ("250",)], "city")
    form.small.append("stat_people")


def criterion(form: Form, kind: str, number: int, questionnaire: Form) -> Record:
    """One criterion of a kind, with `applies`, dated values, a life, units: each in some of them."""
    rng = form.rng
    form.divisors.clear()
    while True:
        rule = ask_rule(rng, questionnaire) if kind == "ask" else RULES[kind](form)
        made = finish(form, rule, number)
        if rng.random() < 0.15 and kind in ("pass", "banded", "of"):
            made["changes"] = [change(form, kind, day) for day in sorted(rng.sample((DAY - 1, DAY, DAY + 1), 2))]
        add_applies(form, made, 0.6 if kind in ("grade", "judged", "linear", "ask") else 0.35)
        if all(len(text) < 480 for text in texts_of(made)):
            return made


def finish(form: Form, rule: Record, number: int) -> Record:
    """What every criterion has beside its rule."""
    rng = form.rng
    made: Record = {
        "id": f"{form.key}_{number}",
        "title": f"{form.title}标准{number}",
        "place": rng.choice(PLACES),
        **rule,
    }
    made |= {"points": Plain(rng.choice(["1", "1", "2", "3", "0.5", "2.25"])), "severity": rng.choice(["high", "low"])}
    made |= {"look_for": "看现场", "remedy": "整改", "source": {"ref": "drawn", "scope": "local", "confidence": "low"}}
    if rng.random() < 0.12:
        made["effective"] = rng.choice(
            [{"from": day(DAY)}, {"until": day(DAY)}, {"from": day(DAY + 1)}, {"until": day(DAY - 1)}]
        )
    if rng.random() < 0.2 and not form.each:
        made["lead_unit"] = rng.choice(["police", ["market_bureau", "office"]])
    if rng.random() < 0.2 and not form.each:
        made["supporting_units"] = ["office"]
    return made


def change(form: Form, kind: str, since: int) -> Record:
    """Values that replace from a day on, now and then by another kind of rule."""
    rng = form.rng
    other = rng.choice(["pass", "banded", "of"]) if rng.random() < 0.2 else kind
    return {"from": day(since), "because": "新版", **RULES[other](form), "points": Plain(rng.choice(["1", "4"]))}


def add_applies(form: Form, made: Record, share: float) -> None:
    """Some criteria apply to some sites only; where divisors are guarded, they are excluded here."""
    rng = form.rng
    wanted = [rng.choice([limited, limited, draw.comparison, draw.condition])(form, 1)] if rng.random() < share else []
    guarded = [f"{name} > 0" for name in sorted(form.divisors)] if form.guarded or rng.random() < 0.4 else []
    if wanted or guarded:
        made["applies"] = " and ".join([*guarded, *(f"({each})" for each in wanted)])


def texts_of(value: object) -> Iterable[str]:
    """Every text inside a criterion."""
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in texts_of(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts_of(each)]
    return [str(value)]


def limited(form: Form, _: int) -> str:
    """A condition over fields that have limits of their own: one may stand on its limit while another breaks one."""
    rng = form.rng
    names = rng.sample([form.name("c"), form.name("n"), form.name("kept")], 2)
    parts = [f"{name} {rng.choice(draw.SIGNS)} {draw.literal(draw.limit_for(form, name))}" for name in names]
    return rng.choice(parts) if rng.random() < 0.4 else rng.choice([" and ", " or "]).join(parts)


def add_both(form: Form) -> None:
    """Two criteria on the lower of two others, which must be in force whenever they are."""
    free = lasting(form.criteria)
    form.rng.shuffle(free)
    for number, (a, b) in enumerate([(free[0], free[1]), (free[2], free[3])]):
        add_pair(form, [a["id"], b["id"]], 90 + number)


def add_both_across(form: Form, areas: Sequence[Form], common: Form) -> None:
    """Two criteria with members on areas: one a member of its own, and one both of whose members stand elsewhere."""
    rng = form.rng
    elsewhere = [rng.choice(lasting(area.criteria)[:4])["id"] for area in areas]
    if form.key != "street":
        elsewhere += [each["id"] for each in lasting(common.criteria) if each["site_types"] == ["stat", "street"]]
    own = rng.choice(lasting(form.criteria)[4:])["id"]
    first, second, third = rng.sample(elsewhere, 3) if len(elsewhere) > 2 else [*elsewhere, elsewhere[0]]
    add_pair(form, [own, first], 92)
    add_pair(form, [second, third] if second != third else [third, own], 93)


def lasting(criteria: Iterable[Record]) -> list[Record]:
    """Criteria with findings of their own that are always in force: those that may be members of a `both`."""
    return [each for each in criteria if not each.keys() & {"effective", "show", "both"}]


def add_pair(form: Form, members: list[str], number: int) -> None:
    """One criterion on the lower of two."""
    made = finish(form, {"both": members}, number)
    made.pop("effective", None)
    form.criteria.append(made)


def shared(common: Form, kind: str, number: int, hosts: Sequence[Form]) -> Record:
    """A criterion on several types, different at one of them."""
    made = criterion(common, kind, number, common)
    made["site_types"] = [form.key for form in hosts]
    if "changes" not in made and "applies" not in made:
        made["by_type"] = {hosts[0].key: {"applies": draw.word(common), "lead_unit": "office"}}
    elif "changes" not in made and kind == "banded":
        made["by_type"] = {hosts[0].key: {"levels": made["levels"][:1], "supporting_units": "market_bureau"}}
    return made

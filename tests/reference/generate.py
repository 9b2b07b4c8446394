"""Whole catalogue folders and data folders, drawn at random: every kind of rule, every operator, blanks, contradictions.

`write(folder, seed, ...)` writes `folder/catalogue` and `folder/data`; the same seed writes the same bytes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

from . import draw
from .catalogue import Record
from .draw import RULES, Form, Plain

DAY = 10  # the last inspection of the scored round is on 2026-03-10: the day that picks dated values
BLANK = 0.25
CITY = "周口市"
KINDS = "pass banded linear grade deduct of judged ask pass banded deduct of show pass banded linear judged ask grade ask".split()
UNITS: dict[str, Record] = {
    "market_bureau": {"title": "市场监管局", "level": "district", "aliases": ["市场监督局"]},
    "police": {"title": "公安局", "level": "subdistrict"},
    "transport": {"title": "交通局", "level": "city"},
    "office": {"title": "创文办"},
}
PLACES = ["Ⅰ-1", "Ⅱ-1", "Ⅱ-2", "Ⅲ-1", "Ⅲ-2", "Ⅰ-2"]
TREE = [
    {"id": "Ⅰ-1", "title": "一", "under": [
        {"id": "Ⅱ-1", "title": "一一", "under": [{"id": "Ⅲ-1", "title": "一一一"}, {"id": "Ⅲ-2", "title": "一一二"}]},
        {"id": "Ⅱ-2", "title": "一二"}]},
    {"id": "Ⅰ-2", "title": "二"},
]  # fmt: skip
PARTS = ("on_site", "statistics", "questionnaires", "documents")


@dataclass(frozen=True)
class Folders:
    """Where one drawn city stands."""

    catalogue: Path
    data: Path


@dataclass
class Place:
    """A site in the making: how rows name it, and what was decided for it once."""

    form: Form
    names: dict[str, str]
    registered: dict[str, str]
    dates: list[str]
    quiet: bool  # its rows carry units of their own; no check or problem row makes another visit


@dataclass
class City:
    """Everything drawn before it is written."""

    rng: Random
    forms: list[Form]
    common: Form
    head: Record
    areas: list[dict[str, str]]
    subdistricts: list[str]
    districts: list[str]
    register: bool
    rounds: str  # column, table or none
    files: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def write(
    folder: Path, seed: int | Random, sites: int = 6, forms: int = 2, districts: int = 3, guarded: bool = False
) -> Folders:
    """Write a city of so many ordinary sites (1 to 3 visits each) of so many types; `guarded`: no divisor may be 0."""
    rng = seed if isinstance(seed, Random) else Random(seed)
    city = draw_city(rng, forms, districts, guarded)
    fill(city, sites)
    folders = Folders(folder / "catalogue", folder / "data")
    write_catalogue(city, folders.catalogue)
    write_data(city, folders.data)
    return folders


# --- the catalogue ----------------------------------------------------------------------------------------------------


def draw_city(rng: Random, forms: int, districts: int, guarded: bool) -> City:
    """The catalogue and the areas."""
    common = Form("common", "公共", rng, guarded)
    draw.add_fields(common)
    questionnaire = draw_questionnaire(rng, guarded)
    ordinary = [Form(f"type{number}", f"类型{number}号", rng, guarded) for number in range(forms)]
    ordinary[-1].extra["part_of"] = [ordinary[0].key]
    stat = Form("stat", "统计", rng, guarded, "city", "statistics", extra={"lead_unit": "transport"})
    documents = Form("documents", "材料", rng, guarded, "unit", "documents", extra={"lead_unit": "office"})
    for form in [*ordinary, stat, documents]:
        draw.add_fields(form)
    stat.declare("people", "count", "人口", at_most=Plain("400"))
    stat.pool(["stat_people"], [("300",), ("250",), ("401",)])
    for form in ordinary:
        borrow_people(form)
        form.extra.setdefault("lead_unit", rng.choice(["market_bureau", "police", "office"]))
        form.extra["several_inspections"] = rng.choice(["latest", "latest", "each"])
    for form in [*ordinary, stat, documents]:
        form.criteria += [criterion(form, kind, number, questionnaire) for number, kind in enumerate(KINDS)]
        add_both(form)
    hosts = ordinary if len(ordinary) > 1 else [*ordinary, stat]
    common.site_types = [hosts[0].key]
    common.criteria += [shared(common, kind, number, hosts) for number, kind in enumerate(("pass", "banded", "of", "deduct"))]
    areas, subdistricts, district_paths = draw_areas(districts)
    every = [*ordinary, stat, documents, questionnaire]
    return City(
        rng, every, common, head(rng), areas, subdistricts, district_paths,
        register=rng.random() < 0.85, rounds=rng.choice(["column", "table", "none"]),
    )  # fmt: skip


def head(rng: Random) -> Record:
    """catalogue.yaml: weights that add up to 100, ways of combining, what to do with several visits."""
    cuts = sorted(rng.sample(range(1, 20), 3))
    weights = [5 * (high - low) for low, high in zip([0, *cuts], [*cuts, 20], strict=True)]
    ways = [rng.choice(["pooled", "mean_of_criteria"]) for _ in PARTS]
    return {
        "catalogue": "drawn", "title": "试", "edition": "2026", "language": "zh",
        "area_levels": {"city": "市", "district": "区县", "subdistrict": "街道"},
        "parts": dict(zip(PARTS, ("实地考察", "统计指标", "问卷调查", "材料审核"), strict=True)),
        "score": {
            "rounding": {"digits": Plain("2"), "mode": "half_up"}, "pass_mark": Plain("85"),
            "levels": [{"name": "优秀", "at_least": Plain("95")}, {"name": "达标", "at_least": Plain("85")}, {"name": "不达标"}],
            "unobserved": "leave_out", "several_inspections": rng.choice(["latest", "each"]),
            "deadlines": {"high": Plain("1"), "medium": Plain("3"), "low": Plain("7")}, "site": "pooled",
            "total": [
                {"part": part, "weight": Plain(weight), "combine": way}
                for part, weight, way in zip(PARTS, weights, ways, strict=True)
            ],
            "empty_part": rng.choice(["leave_out", "leave_out", "no_total"]),
        },
    }  # fmt: skip


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
    return asked | {"pass": f"rate {rng.choice(draw.SIGNS)} {limit}" + rng.choice(["", " and rate >= 0", " or rate < 0.1"])}


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
    made: Record = {"id": f"{form.key}_{number}", "title": f"{form.title}标准{number}", "place": rng.choice(PLACES), **rule}
    made |= {"points": Plain(rng.choice(["1", "1", "2", "3", "0.5", "2.25"])), "severity": rng.choice(["high", "low"])}
    made |= {"look_for": "看现场", "remedy": "整改", "source": {"ref": "drawn", "scope": "local", "confidence": "low"}}
    if rng.random() < 0.12:
        made["effective"] = rng.choice([{"from": day(DAY)}, {"until": day(DAY)}, {"from": day(DAY + 1)}, {"until": day(DAY - 1)}])
    if rng.random() < 0.2 and not form.each:
        made["lead_unit"] = rng.choice(["police", ["market_bureau", "office"]])
    if rng.random() < 0.2 and not form.each:
        made["supporting_units"] = ["office"]
    return made


def change(form: Form, kind: str, since: int) -> Record:
    """Values that replace from a day on."""
    return {"from": day(since), "because": "新版", **RULES[kind](form), "points": Plain(form.rng.choice(["1", "4"]))}


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
    free = [each for each in form.criteria if "effective" not in each and "show" not in each]
    form.rng.shuffle(free)
    for number, (a, b) in enumerate([(free[0], free[1]), (free[2], free[3])]):
        made = finish(form, {"both": [a["id"], b["id"]]}, 90 + number)
        made.pop("effective", None)
        form.criteria.append(made)


def shared(common: Form, kind: str, number: int, hosts: Sequence[Form]) -> Record:
    """A criterion on several types, different at one of them."""
    made = criterion(common, kind, number, common)
    made["site_types"] = [form.key for form in hosts]
    if "changes" not in made and "applies" not in made:
        made["by_type"] = {hosts[0].key: {"applies": draw.word(common), "lead_unit": "office"}}
    return made


# --- the data ---------------------------------------------------------------------------------------------------------


def day(number: int) -> Plain:
    """A day of March 2026."""
    return Plain(f"2026-03-{number:02d}")


def fill(city: City, sites: int) -> None:
    """Draw the register, the visits, the checks, the problems and the waivers."""
    files = city.files
    files.update({"台账": [], "检查": [], "问题": [], "豁免": []})
    places: list[Place] = []
    for number in range(sites):
        places.append(ordinary_site(city, number, places))
    for form in city.forms:
        places += [area_site(city, form, names) for names in names_of_areas(city, form)]
    for place in places:
        rows = [wide_row(city, place, date) for date in place.dates]
        files.setdefault(place.form.title, []).extend(rows)
        if rows and not place.form.each == "city":
            add_checks(city, place)
            add_problems(city, place)
        if rows or city.register:
            add_waivers(city, place)
    if city.rounds == "table":
        files["轮次"] = [
            {"轮次": "二月", "开始": "2026-02-01", "结束": "2026-02-28"}, {"轮次": "三月", "开始": "2026-03-01", "结束": "2026-03-31"}
        ]  # fmt: skip


def ordinary_site(city: City, number: int, before: Sequence[Place]) -> Place:
    """A registered site (some never visited), or one that its rows alone name; the first one is seen on the last day."""
    rng = city.rng
    ordinary = [form for form in city.forms if not form.each]
    form = ordinary[number % len(ordinary)]
    area = rng.choice(city.subdistricts)
    names = {"点位": f"{form.title}点{number}", "属地": area}
    if rng.random() < 0.5:
        names["编号"] = f"S{number}"
    registered = names | {"点位类型": rng.choice([form.key, form.title])}
    for pool in host_pools(city, form):
        if pool.source == "register":
            registered |= {key: cell for key, cell in zip(pool.keys, rng.choice(pool.cells), strict=True) if rng.random() < 0.9}
    if rng.random() < 0.3:
        registered["责任单位"] = rng.choice(["市场监督局", "police", "公安局、创文办"])
    wholes = [place for place in before if "part_of" in form.extra and place.form is ordinary[0] and place.form is not form]
    if wholes and city.register and rng.random() < 0.7:
        belong(registered, names, rng.choice(wholes))
    if city.register:
        city.files["台账"].append(registered)
    else:
        names |= {"点位类型": form.title}
    visited = number == 0 or rng.random() < 0.95
    dates = draw_dates(city, form) if visited else []
    if number == 0:
        dates = [*(date for date in dates if not date.startswith(day(DAY))), day(DAY)]
    return Place(form, names, registered, dates, quiet=rng.random() < 0.2)


def belong(registered: dict[str, str], names: dict[str, str], whole: Place) -> None:
    """A part stands where its whole stands, and its register row need not say so."""
    registered["所属点位"] = whole.names.get("编号") or whole.names["点位"]
    names["属地"] = whole.names["属地"]
    registered["属地"] = ""


def host_pools(city: City, form: Form) -> list[draw.Pool]:
    """The pools of a form and of the shared criteria that stand on it."""
    hosted = any(form.key in each["site_types"] for each in city.common.criteria)
    return [*form.pools, *(city.common.pools if hosted else [])]


def draw_dates(city: City, form: Form) -> list[str]:
    """One to three visits; some at an hour; where the latest counts, sometimes two at the same time."""
    rng = city.rng
    dates = [str(day(number)) for number in rng.sample(range(1, DAY + 1), rng.choice((1, 2, 2, 3)))]
    dates = [f"{date} 08:30" if rng.random() < 0.1 else date for date in dates]
    if form.extra.get("several_inspections", "each") == "latest" and rng.random() < 0.1:
        dates.append(dates[-1])
    return dates


def names_of_areas(city: City, form: Form) -> list[dict[str, str]]:
    """How rows name the areas or units that are sites of a form."""
    match form.each:
        case "city":
            return [{"属地": CITY}]
        case "district":
            return [{"属地": area} for area in city.districts]
        case "unit":
            levelled = [{"单位": "市场监管局", "属地": area} for area in city.districts]
            return [*levelled, {"单位": "office"}, *({"单位": "公安局", "属地": area} for area in city.subdistricts)]
    return []


def area_site(city: City, form: Form, names: dict[str, str]) -> Place:
    """An area or unit that is a site; most are visited, once."""
    visited = city.rng.random() < 0.93
    return Place(form, names, {}, [str(day(city.rng.randint(1, DAY)))] if visited else [], quiet=True)


def wide_row(city: City, place: Place, date: str) -> dict[str, str]:
    """One visit: who, when, whether all problems were looked for, and the fields, a quarter of them blank."""
    rng, form = city.rng, place.form
    row = naming(place) | {"日期": date, "已查全": rng.choice(["是", "是", "否", ""])}
    if city.rounds == "column":
        row["轮次"] = "2026-03"
    for pool in host_pools(city, form):
        if pool.source == "row":
            cells = rng.choice(pool.cells)
            row |= {key: cell for key, cell in zip(pool.keys, cells, strict=True) if rng.random() >= BLANK}
    if judged_in_rows(form):
        row |= {each["id"]: verdict(rng, each) for each in form.criteria if "judged" in each and rng.random() >= BLANK}
    if place.quiet and not form.each:
        row["责任单位"] = "公安局;创文办" if place.names["点位"].endswith("1") else "交通局"
    return row


def naming(place: Place) -> dict[str, str]:
    """The columns by which rows name the site."""
    return dict(place.names)


def judged_in_rows(form: Form) -> bool:
    """Whether the form's verdicts stand in its own rows (else in the check rows)."""
    return bool(form.each) or form.key.endswith(("0", "2", "4"))


def verdict(rng: Random, criterion: Record) -> str:
    """An inspector's word on a judged criterion."""
    match criterion["judged"]:
        case "yes_no":
            return rng.choice(["是", "是", "否"])
        case "grade":
            return str(rng.choice(list(criterion["scale"])))
    points = Decimal(criterion["points"])
    beside = Decimal("0.0001")
    return str(rng.choice([Decimal(0), points, points - beside, points + beside, points / 2, points + 1]))


def add_checks(city: City, place: Place) -> None:
    """Check rows: the verdicts of judged criteria, and some on others; a few on a day of their own."""
    rng = city.rng
    if place.form.each or (place.quiet and judged_in_rows(place.form)):
        return
    single = [date for date in place.dates if place.dates.count(date) == 1]
    for made in place.form.criteria:
        wanted = 0.6 if "judged" in made and not judged_in_rows(place.form) else 0.04
        if not single or "both" in made or "show" in made or rng.random() > wanted:
            continue
        if "judged" in made and judged_in_rows(place.form):
            continue
        date = rng.choice(single)
        if rng.random() < 0.1 and not place.quiet:
            date = unused_day(rng, place.dates) or date
        row = naming(place) | {"日期": date, "测评标准": rng.choice([made["id"], made["title"]])}
        city.files["检查"].append(with_round(city, row | spoken(rng, made)))


def spoken(rng: Random, made: Record) -> dict[str, str]:
    """The columns of a verdict: result, grade or deduction, as the kind asks."""
    if rng.random() < 0.1:
        return {"结果": "不适用"}
    if "judged" in made:
        column = {"yes_no": "结果", "grade": "等级", "deduction": "扣分"}[made["judged"]]
        word = verdict(rng, made)
        return {column: {"是": "符合", "否": "不符合"}.get(word, word)}
    return {"结果": rng.choice(["符合", "不符合"])}


def add_problems(city: City, place: Place) -> None:
    """Problem rows of criteria that count them: on a visit's day, without a day, or on a day of their own."""
    rng = city.rng
    counting = [made for made in place.form.criteria if any("problems" in text or "deducted" in text for text in texts_of(made))]
    if not counting or place.form.each or place.quiet or len(set(place.dates)) < len(place.dates):
        return
    for made in rng.choices(counting, k=rng.randint(0, 4)):
        row = naming(place) | {"测评标准": made["id"], "问题": "破损", "扣分": rng.choice(["0.5", "0.25", "1"])}
        choice = rng.random() * (1 if city.rounds == "column" else 0.9)  # without a date, only the column tells the round
        if choice < 0.75:
            row["日期"] = rng.choice(place.dates)
        elif choice < 0.9:
            row["日期"] = unused_day(rng, place.dates) or place.dates[0]
        city.files["问题"].append(with_round(city, row))


def unused_day(rng: Random, dates: Sequence[str]) -> str:
    """A day of the round on which the site had no visit."""
    free = [str(day(number)) for number in range(1, DAY + 1) if not any(date.startswith(day(number)) for date in dates)]
    return rng.choice(free) if free else ""


def with_round(city: City, row: dict[str, str]) -> dict[str, str]:
    """The row with its round, where rounds stand in a column."""
    return row | ({"轮次": "2026-03"} if city.rounds == "column" else {})


def add_waivers(city: City, place: Place) -> None:
    """Waivers: some run out on the very day, the day before, or have run out."""
    rng = city.rng
    for made in place.form.criteria:
        if rng.random() < 0.03 and "show" not in made:
            until = rng.choice([DAY - 1, DAY, DAY, DAY + 1, 31])
            row = naming(place) | {"测评标准": rng.choice([made["id"], made["title"]])}
            city.files["豁免"].append(row | {"豁免理由": "修路", "批准人": "王", "有效期至": str(day(until))})


# --- files ------------------------------------------------------------------------------------------------------------


def write_catalogue(city: City, folder: Path) -> None:
    """The YAML files: one line a criterion, in flow style."""
    (folder / "sites").mkdir(parents=True)
    (folder / "common").mkdir()
    (folder / "questionnaires").mkdir()
    contents: dict[str, Record] = {
        "catalogue": city.head, "tree": {"tree": TREE}, "units": UNITS,
        "sources": {"drawn": {"title": "试", "publisher": "试", "date": "2026-01"}},
        "common/common": {"fields": city.common.fields, "criteria": city.common.criteria},
    }  # fmt: skip
    for form in city.forms:
        asked = "rates" in form.extra
        top: Record = {"questionnaire" if asked else "site_type": form.key, "title": form.title, "part": form.part}
        each = {"each": form.each} if form.each else {}
        name = f"{'questionnaires' if asked else 'sites'}/{form.key}"
        contents[name] = top | each | form.extra | {"fields": form.fields, "criteria": form.criteria}
    for name, content in contents.items():
        (folder / f"{name}.yaml").write_text(block(content), "utf-8")


def block(content: Record) -> str:
    """A mapping with its keys, and the entries of its lists, each on a line."""
    lines: list[str] = []
    for key, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{key}:", *(f"  - {flow(each)}" for each in value)]
        elif isinstance(value, dict) and value:
            lines += [f"{key}:", *(f"  {scalar(inner)}: {flow(each)}" for inner, each in value.items())]
        else:
            lines.append(f"{key}: {flow(value)}")
    return "\n".join(lines) + "\n"


def flow(value: object) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key))}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return str(value) if isinstance(value, Plain) else json.dumps(value, ensure_ascii=False)


def scalar(key: str) -> str:
    """A key, quoted unless it is plain ASCII letters."""
    return key if key.isascii() and key.replace("_", "").isalnum() else json.dumps(key, ensure_ascii=False)


def write_data(city: City, folder: Path) -> None:
    """The CSV files; fields stand under their label or their key, verdicts under the criterion's title or id."""
    folder.mkdir(parents=True)
    write_csv(folder / "属地.csv", city.areas, {})
    labels = {key: each["label"] for form in [*city.forms, city.common] for key, each in form.fields.items()}
    labels |= {each["id"]: each["title"] for form in city.forms for each in form.criteria}
    for title, rows in city.files.items():
        if rows:
            names = {key: label for key, label in labels.items() if city.rng.random() < 0.5}
            write_csv(folder / f"{title}.csv", rows, own_labels(city, title, names))


def own_labels(city: City, title: str, names: Mapping[str, str]) -> dict[str, str]:
    """A borrowed field has a label of its own in each form; elsewhere it stands under its key."""
    owners = {form.title: form for form in city.forms}
    fields = owners[title].fields if title in owners else {}
    return {key: fields[key]["label"] if key in fields else name for key, name in names.items() if key != "stat_people"}


def write_csv(path: Path, rows: Sequence[Mapping[str, str]], names: Mapping[str, str]) -> None:
    """One table, with a BOM as spreadsheets write it."""
    headers = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([names.get(header, header) for header in headers])
        writer.writerows([[row.get(header, "") for header in headers] for row in rows])

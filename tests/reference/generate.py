"""Whole catalogue folders and data folders, drawn at random: every kind of rule, every operator, blanks, contradictions.

`write(folder, seed, ...)` writes `folder/catalogue` and `folder/data`; the same seed writes the same bytes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from . import draw, scores
from .catalogue import Record
from .cities import CITY, DAY, UNITS, City, day, draw_city, texts_of
from .draw import Form, Plain

BLANK = 0.25


@dataclass(frozen=True)
class Folders:
    """Where one drawn city stands, and which of the ways of writing one it shows."""

    catalogue: Path
    data: Path
    ways: frozenset[str]


@dataclass
class Place:
    """A site in the making: how rows name it, and what was decided for it once."""

    form: Form
    names: dict[str, str]
    registered: dict[str, str]
    dates: list[str]
    quiet: bool  # its rows carry units of their own; no check or problem row makes another visit


def write(
    folder: Path, seed: int | Random, sites: int = 6, forms: int = 2, districts: int = 3, guarded: bool = False
) -> Folders:
    """Write a city of so many ordinary sites (1 to 3 visits each) of so many types; `guarded`: no divisor may be 0."""
    rng = seed if isinstance(seed, Random) else Random(seed)
    city = draw_city(rng, forms, districts, guarded, turn=seed if isinstance(seed, int) else rng.randrange(10_000))
    fill(city, sites)
    folders = Folders(folder / "catalogue", folder / "data", ways_of(city))
    write_catalogue(city, folders.catalogue)
    write_data(city, folders.data)
    return folders


def ways_of(city: City) -> frozenset[str]:
    """How this city is written, and how its total is made."""
    owners = {each["id"]: form.key for form in city.forms for each in form.criteria}
    pairs = [(form.key, name) for form in city.forms for each in form.criteria for name in each.get("both", [])]
    across = {owners.get(name, "several kinds") for key, name in pairs if owners.get(name) != key}
    return frozenset(
        {
            "register" if city.register else "no register",
            f"rounds: {city.rounds}",
            "a column per level" if city.area_columns else "area paths",
            *(f"both, a member on {form}" for form in across),
            *(f"two visits at one time: {way}" for way in city.twice),
            *scores.ways_of(city.head["score"], city.tree, [*city.forms, city.common]),
        }
    )


# --- the data ---------------------------------------------------------------------------------------------------------


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
        if rows and place.form.each != "city":
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
            registered |= {
                key: cell for key, cell in zip(pool.keys, rng.choice(pool.cells), strict=True) if rng.random() < 0.9
            }
    if rng.random() < 0.3:
        registered["责任单位"] = rng.choice(["市场监督局", "police", "公安局、创文办"])
    wholes = [
        place for place in before if "part_of" in form.extra and place.form is ordinary[0] and place.form is not form
    ]
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
    """One to three visits; some at an hour; unless every visit counts by itself, sometimes two at the same time."""
    rng = city.rng
    dates = [str(day(number)) for number in rng.sample(range(1, DAY + 1), rng.choice((1, 2, 2, 3)))]
    dates = [f"{date} 08:30" if rng.random() < 0.1 else date for date in dates]
    way = form.extra.get("several_inspections", city.head["score"]["several_inspections"])
    if way != "each" and rng.random() < 0.1:
        dates.append(dates[-1])
        city.twice.add(str(way))
    return (
        [f"2026-02-{rng.randint(10, 28)}", *dates] if rng.random() < 0.15 else dates
    )  # before, or in an earlier round


def names_of_areas(city: City, form: Form) -> list[dict[str, str]]:
    """How rows name the areas or units that are sites of a form."""
    match form.each:
        case "city":
            return [{"属地": CITY}]
        case "district":
            return [{"属地": area} for area in city.districts]
        case "subdistrict":
            return [{"属地": area} for area in city.subdistricts]
        case "unit":
            levelled = [{"单位": "市场监管局", "属地": area} for area in city.districts]
            return [*levelled, {"单位": "office"}, *({"单位": "公安局", "属地": area} for area in city.subdistricts)]
    return []


def area_site(city: City, form: Form, names: dict[str, str]) -> Place:
    """An area or unit that is a site; most are visited, once, and street offices several times."""
    visited = city.rng.random() < (0.8 if form.key == "street" else 0.93)
    dates = draw_dates(city, form) if form.key == "street" else [str(day(city.rng.randint(1, DAY)))]
    return Place(form, names, {}, dates if visited else [], quiet=True)


def wide_row(city: City, place: Place, date: str) -> dict[str, str]:
    """One visit: who, when, whether all problems were looked for, and the fields, a quarter of them blank."""
    rng, form = city.rng, place.form
    row = with_round(city, place.names | {"日期": date, "已查全": rng.choice(["是", "是", "否", ""])})
    for pool in host_pools(city, form):
        if pool.source == "row":
            cells = rng.choice(pool.cells)
            row |= {key: cell for key, cell in zip(pool.keys, cells, strict=True) if rng.random() >= BLANK}
    if judged_in_rows(form):
        row |= {each["id"]: verdict(rng, each) for each in form.criteria if "judged" in each and rng.random() >= BLANK}
    if place.quiet and not form.each:
        row["责任单位"] = "公安局;创文办" if place.names["点位"].endswith("1") else "交通局"
    return row


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
        row = place.names | {"日期": date, "测评标准": rng.choice([made["id"], made["title"]])}
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
    counting = [
        made for made in place.form.criteria if any("problems" in text or "deducted" in text for text in texts_of(made))
    ]
    if not counting or place.form.each or place.quiet or len(set(place.dates)) < len(place.dates):
        return
    for made in rng.choices(counting, k=rng.randint(0, 4)):
        row = place.names | {"测评标准": made["id"], "问题": "破损", "扣分": rng.choice(["0.5", "0.25", "1"])}
        choice = rng.random() * (
            1 if city.rounds == "column" else 0.9
        )  # without a date, only the column tells the round
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
    month = "2026-02" if row.get("日期", "").startswith("2026-02") else "2026-03"
    return row | ({"轮次": month} if city.rounds == "column" else {})


def add_waivers(city: City, place: Place) -> None:
    """Waivers: some run out on the very day, the day before, or have run out."""
    rng = city.rng
    for made in place.form.criteria:
        if rng.random() < (0.12 if "grade" in made else 0.03) and "show" not in made:  # of grades there are few
            until = rng.choice([DAY - 1, DAY, DAY, DAY + 1, 31])
            row = place.names | {"测评标准": rng.choice([made["id"], made["title"]])}
            city.files["豁免"].append(row | {"豁免理由": "修路", "批准人": "王", "有效期至": str(day(until))})


# --- files ------------------------------------------------------------------------------------------------------------


def write_catalogue(city: City, folder: Path) -> None:
    """The YAML files: one line a criterion, in flow style."""
    (folder / "sites").mkdir(parents=True)
    (folder / "common").mkdir()
    (folder / "questionnaires").mkdir()
    contents: dict[str, Record] = {
        "catalogue": city.head, "tree": {"tree": city.tree}, "units": UNITS,
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
            spread = [by_level(row) for row in rows] if city.area_columns else rows
            write_csv(folder / f"{title}.csv", spread, own_labels(city, title, names))


def by_level(row: Mapping[str, str]) -> dict[str, str]:
    """The row with its area in one column per level, the city left unsaid but where nothing else is."""
    parts = row["属地"].split("/") if row.get("属地") else []
    columns = dict(zip(("市", "区县", "街道"), parts, strict=False))
    if len(parts) > 1:
        del columns["市"]
    return columns | {key: cell for key, cell in row.items() if key != "属地"}


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

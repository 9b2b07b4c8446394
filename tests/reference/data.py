"""A data folder as plain rows of text (6), and the sites and visits of one round that they tell of.

Only well-formed tables with the standard headers are understood: this is no test of the intake.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from .catalogue import Catalogue
from .formula import plain

Row = dict[str, str]
Tables = dict[str, list[Row]]

TABLES = ("areas", "register", "rounds", "waivers", "wide", "checks", "problems")
HEADERS = {
    "编号": "site_id", "点位": "site", "点位名称": "site", "名称": "site", "点位类型": "site_type", "类型": "site_type",
    "属地": "area", "日期": "date", "检查日期": "date", "轮次": "round", "检查人": "inspector", "已查全": "complete",
    "责任单位": "lead_unit", "牵头单位": "lead_unit", "配合单位": "supporting_units", "所属点位": "part_of",
    "测评标准": "criterion", "测评项目": "criterion", "标准": "criterion", "结果": "result", "等级": "grade",
    "扣分": "deduction", "问题": "problem", "问题描述": "problem", "豁免理由": "reason", "理由": "reason",
    "批准人": "approver", "有效期至": "until", "上级": "parent", "级别": "level", "层级": "level", "单位": "unit",
    "开始": "from", "结束": "until", "标题": "title",
}  # fmt: skip
YES = frozenset({"是", "符合", "yes", "true", "1"})
NO = frozenset({"否", "不符合", "no", "false", "0"})
SEVERAL = re.compile(r"[;；,，、|]")


@dataclass(frozen=True)
class Site:
    """One place that is scored: its key, its form (site type or questionnaire), area path and register row.

    Where every area or unit is a site, the key says the form too: one district may be a site of two forms.
    """

    key: str
    form: str
    area: str
    row: Mapping[str, str]


@dataclass
class Visit:
    """One inspection: a wide row, or what check and problem rows say of one site and date."""

    site: Site
    stamp: datetime | None
    row: Row
    complete: bool = False
    verdicts: dict[str, Row] = field(default_factory=dict)
    problems: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The date as written; it names the visit where every visit counts by itself."""
        return self.row.get("date", "")


# --- reading ----------------------------------------------------------------------------------------------------------


def read_tables(folder: Path, catalogue: Catalogue) -> Tables:
    """Every .csv and .json file of the folder, sorted into tables by its headers."""
    names = header_names(catalogue)
    tables: Tables = {name: [] for name in TABLES}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".json"):
            rows = [under_known_names(row, names) for row in raw_rows(path)]
            table = shape({head for row in rows for head in row})
            stem = {"form": catalogue.form_names.get(path.stem, "")} if table == "wide" else {}
            tables[table].extend(stem | {head: cell for head, cell in row.items() if cell} for row in rows)
    return tables


def under_known_names(row: Row, names: Mapping[str, str]) -> Row:
    """The row under canonical headers, its texts after NFKC and trim."""
    return {names.get(plain(head), plain(head)): plain(cell) for head, cell in row.items()}


def raw_rows(path: Path) -> list[Row]:
    """The rows of one file as text."""
    if path.suffix == ".json":
        words = {True: "是", False: "否", None: ""}
        listed = json.loads(path.read_text("utf-8"), parse_float=str, parse_int=str)
        return [{head: words.get(cell, cell) for head, cell in row.items()} for row in listed]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def header_names(catalogue: Catalogue) -> dict[str, str]:
    """What each header means: a standard one, an area level, a field's label or key, a criterion's title or id."""
    fields = {field["label"]: key for key, field in catalogue.fields.items()}
    criteria = {each["title"]: each["id"] for form in catalogue.forms for each in catalogue.criteria_of(form)}
    levels = {title: key for key, title in catalogue.head["area_levels"].items()}
    return {plain(header): key for header, key in (criteria | fields | levels | HEADERS).items()}


def shape(headers: Iterable[str]) -> str:
    """Which table the headers make (6)."""
    seen = set(headers)
    if "parent" in seen:
        return "areas"
    if "criterion" in seen:
        if "reason" in seen:
            return "waivers"
        return "problems" if "problem" in seen and not seen & {"result", "grade"} else "checks"
    if {"round", "from", "until"} <= seen:
        return "rounds"
    return "register" if {"site", "site_type"} <= seen and not seen & {"date", "round"} else "wide"


# --- areas and units --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Areas:
    """The tree of areas: each path such as 周口市/川汇区 with its level; without a table, paths stand as written."""

    levels: list[str]
    level_of: Mapping[str, str]

    def path(self, row: Mapping[str, str]) -> str:
        """The area that a row names, by path, by a name that is unique, or by one column per level."""
        text = row.get("area") or "/".join(row[level] for level in self.levels if level in row)
        if not text or not self.level_of or text in self.level_of:
            return text
        return next(path for path in self.level_of if path.endswith("/" + text))

    @property
    def top(self) -> str:
        """The area above all others, if there is one only."""
        tops = [path for path in self.level_of if "/" not in path]
        return tops[0] if len(tops) == 1 else ""

    def level(self, path: str) -> str:
        """The level of a path; where no table says it, by its depth."""
        return self.level_of.get(path) or self.levels[path.count("/")]

    def at(self, path: str, level: str) -> str:
        """The area of that level at or above the path; empty if there is none."""
        return next((each for each in upward(path) if self.level(each) == level), "")


def upward(path: str) -> list[str]:
    """The path and every area above it, nearest first."""
    parts = path.split("/") if path else []
    return ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]


def areas_of(rows: Iterable[Row], catalogue: Catalogue) -> Areas:
    """The tree that the areas table tells; a parent stands by name or by path."""
    titles = {plain(title): key for key, title in catalogue.head["area_levels"].items()}
    waiting, level_of = list(rows), dict[str, str]()
    while waiting:
        row = waiting.pop(0)
        above = row.get("parent", "")
        parent = next((path for path in level_of if path == above or path.endswith("/" + above)), "") if above else ""
        if above and not parent:
            waiting.append(row)
            continue
        name = row.get("area") or row["site"]
        path = f"{parent}/{name}" if parent else name
        level = row.get("level", "")
        level_of[path] = titles.get(level, level) or catalogue.levels[path.count("/")]
    return Areas(catalogue.levels, level_of)


def unit_ids(text: str | list[str], catalogue: Catalogue) -> list[str]:
    """The ids of the units that a cell or a criterion names, one or several."""
    names = text if isinstance(text, list) else SEVERAL.split(text)
    return [catalogue.unit_names[plain(name)] for name in names if plain(name)]


def unit_at(unit: str, area: str, catalogue: Catalogue, areas: Areas) -> str:
    """`market_bureau@周口市/川汇区`: the unit of the site's own area at its level; without a level, the only one."""
    level = catalogue.units[unit].get("level")
    place = areas.at(area, level) if level else ""
    return f"{unit}@{place}" if place else unit


# --- sites and visits -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """What the rows tell of, before any rule is read."""

    catalogue: Catalogue
    areas: Areas
    sites: Mapping[str, Site]
    by_name: Mapping[str, list[Site]]

    def site(self, row: Row) -> Site:
        """The site that a row speaks of: an area, a unit, a registered site, or one known by this row alone."""
        form = self.form(row)
        each = self.catalogue.forms[form].get("each") if form else None
        if each == "unit":
            unit = self.catalogue.unit_names[row["unit"]]
            area = self.areas.path(row) or self.areas.top  # a unit without a level is the only one, of the whole city
            place = self.areas.at(area, self.catalogue.units[unit].get("level", "")) or area
            return Site(f"{form}:{unit}@{place}", form, area, {})
        if each:
            area = self.areas.path(row)
            return Site(f"{form}:{area}", form, area, {})
        registered = self.registered(row)
        return registered or Site(site_key(row, self.areas), form, self.areas.path(row), {})

    def form(self, row: Row) -> str:
        """The form of a row: its column, its file's name, the register, or (check and problem rows) its criterion's."""
        if "site_type" in row:
            return self.catalogue.form_names[row["site_type"]]
        registered = self.registered(row)
        if row.get("form") or registered:
            return row.get("form") or (registered.form if registered else "")
        return self.catalogue.forms_of[self.catalogue.criterion_names[row["criterion"]]][0]

    def registered(self, row: Row) -> Site | None:
        """The registered site with the row's number, or with its name (and area, where the row says one)."""
        if "site_id" in row:
            return self.sites.get(row["site_id"])
        area = self.areas.path(row)
        found = [site for site in self.by_name.get(row.get("site", ""), []) if area in ("", site.area)]
        return found[0] if found else None


def site_key(row: Mapping[str, str], areas: Areas) -> str:
    """编号, else area path + "/" + name (5, settled details)."""
    return row.get("site_id") or f"{areas.path(row)}/{row['site']}"


def world_of(tables: Tables, catalogue: Catalogue) -> World:
    """The areas and the registered sites; a part takes area and units from the site it belongs to (4.1)."""
    areas = areas_of(tables["areas"], catalogue)
    whole = {name: row for row in tables["register"] for name in (row.get("site_id", ""), row["site"]) if name}
    sites: dict[str, Site] = {}
    by_name: dict[str, list[Site]] = {}
    for row in tables["register"]:
        taken = whole[row["part_of"]] if "part_of" in row else {}
        units: Row = {key: taken[key] for key in ("lead_unit", "supporting_units") if key in taken}
        place = row if areas.path(row) else taken
        key = row.get("site_id") or f"{areas.path(place)}/{row['site']}"
        site = Site(key, catalogue.form_names[row["site_type"]], areas.path(place), {**units, **row})
        sites[key] = site
        by_name.setdefault(row["site"], []).append(site)
    return World(catalogue, areas, sites, by_name)


def moment(row: Row) -> datetime | None:
    """The date, with its time if it has one."""
    return datetime.fromisoformat(row["date"]) if "date" in row else None


def round_of(row: Row, rounds: Iterable[Row]) -> str | None:
    """The column 轮次, else the round whose days contain the date, else the whole run; None if nothing can tell."""
    if "round" in row:
        return row["round"]
    listed = list(rounds)
    if not listed:
        return ""
    if "date" not in row:
        return None
    day = row["date"][:10]
    return next((each["round"] for each in listed if each["from"][:10] <= day <= each["until"][:10]), None)


def last_round(tables: Tables) -> str:
    """The round with the latest date (5, settled details: `check` scores the last one)."""
    dated = [row for name in ("wide", "checks", "problems") for row in tables[name] if "date" in row]
    found = [(row["date"], name) for row in dated if (name := round_of(row, tables["rounds"])) is not None]
    return max(found)[1] if found else ""


def visits_of(tables: Tables, world: World, round_id: str) -> list[Visit]:
    """The visits of one round, in order of time; check and problem rows join the visit of their site and date (5)."""
    visits: dict[tuple[str, str], list[Visit]] = {}
    criteria = world.catalogue.criterion_names
    for row in of_round(tables, "wide", round_id):
        visit = Visit(world.site(row), moment(row), row, row.get("complete") in YES)
        visits.setdefault((visit.site.form, visit.site.key), []).append(visit)
    for row in of_round(tables, "checks", round_id):
        visit = joined(row, world.site(row), visits)
        visit.verdicts[criteria[row["criterion"]]] = row
        visit.complete = visit.complete or row.get("complete") in YES
    problems = of_round(tables, "problems", round_id)
    for row in sorted(problems, key=lambda each: "date" not in each):  # dated ones first: they may make the last visit
        visit = joined(row, world.site(row), visits)
        visit.problems.setdefault(criteria[row["criterion"]], []).append(row)
    return [visit for several in visits.values() for visit in sorted(several, key=in_time)]


def of_round(tables: Tables, name: str, round_id: str) -> list[Row]:
    """The rows of the scored round; one without a date or round of its own is taken for it."""
    rounds = tables["rounds"]
    return [row for row in tables[name] if not row.keys() & {"date", "round"} or round_of(row, rounds) == round_id]


def in_time(visit: Visit) -> datetime:
    """Visits without a date come first."""
    return visit.stamp or datetime.min


def joined(row: Row, site: Site, visits: dict[tuple[str, str], list[Visit]]) -> Visit:
    """The visit of the same site and date, without a date the last; where there is none, a new and incomplete one."""
    known = visits.setdefault((site.form, site.key), [])
    stamp = moment(row)
    same = [each for each in known if stamp is None or (each.stamp and each.stamp.date() == stamp.date())]
    if not same:
        known.append(Visit(site, stamp, {key: row[key] for key in ("date", "round") if key in row}))
        return known[-1]
    exact = [each for each in same if each.stamp == stamp]
    return max(exact or same, key=in_time)


def last_day(visits: Iterable[Visit]) -> date:
    """The last inspection of the round: the day that picks dated values and tests waivers (4.2, dates)."""
    return max(visit.stamp for visit in visits if visit.stamp).date()

"""The recount: the findings and the printed method give the printed figures, or it says where not.

This file stands alone, on the standard library only, so that anybody can check a score without duibiao. It lies in
every result folder beside ``findings.csv`` and ``assessment.json``:

    python -I -S recount.py [FOLDER] [--lang zh|en]

It adds everything up again with exact fractions. Exit 0: all agrees; 1: something differs, and each line names what;
2: the files cannot be read. Gains, the value of a visit, points lost, estimates of questionnaires and rounds further
back than the one before are not recounted.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

E9 = 10**9
NOTHING = Fraction(0)
STATUSES = ("met", "partial", "missed", "unobserved", "not_applicable", "waived", "invalid")
SEEN = ("met", "partial", "missed")
OPEN = ("unobserved", "invalid")
BOUNDS = NOW, LOW, HIGH = "now", "low", "high"  # a figure as it is, and its two bounds
COLUMNS = (
    "round visit site area site_type part place criterion status score_e9 earned_num earned_den possible lead_units"
).split()
DIGITS = {"score", "pass_mark", "at_least"}  # keys whose figures are rounded as the catalogue declares, others to 6
NUMBER = re.compile(r"-?[0-9]{1,99}(\.[0-9]{1,99}|/[1-9][0-9]{0,98})?")
WAYS = {"pooled", "mean_of_criteria", "mean_of_sites", "tree"}
MOST_LINES = 60
FEW = 5  # so many cards that differ in the same way get a line each

# -------------------------------------------------------------------------------- words

TEXTS = {
    "comma": (", ", "、"),
    "semicolon": ("; ", "；"),
    "agree": (
        "All agree: recounted {figures} figures from {findings} findings ({criteria} criteria, {sites} sites).",
        "全部一致：由 {findings} 条测评结果（{criteria} 项测评标准，{sites} 个点位）复算了 {figures} 个数。",
    ),
    "total": ("Total: {rounded}, exactly {exact}", "总分：{rounded}，精确值 {exact}"),
    "no total": ("There is no total.", "没有总分。"),
    "differ": ("Disagreements named: {count}.", "共指出 {count} 处不一致。"),
    "more lines": ("... and {count} more.", "……另有 {count} 处。"),
    "above": (
        "Figures that differ only because of what is named: {count} ({where}).",
        "只因上面所列而不同的数：{count} 个（{where}）。",
    ),
    "units left out": (
        "Not recounted: {count} units, for some findings have no lead unit (findings.csv names lead units only).",
        "未复算：{count} 个责任单位的数，因为有的测评结果没有牵头单位（findings.csv 只写牵头单位）。",
    ),
    "before left out": (
        "Not recounted: the figures of the round before ({round}), which was judged by other criteria or has no total.",
        "未复算：上一轮（{round}）的数，因为它按另一套标准计分，或没有总分。",
    ),
    "unreadable": ("{file}: {why}", "{file}：{why}"),
    "as the system says": ("{why}", "{why}"),
    "missing file": ("there is no such file", "没有这个文件"),
    "not utf-8": ("this is no UTF-8 text", "不是 UTF-8 文本"),
    "not json": ("this is no JSON: {why}", "不是 JSON：{why}"),
    "not as expected": ("this is no complete assessment: {why}", "不是完整的测评文件：{why}"),
    "columns": ("columns are missing: {names}", "缺少列：{names}"),
    "row length": ("line {line} has another number of cells than the header", "第 {line} 行的格数与表头不同"),
    # findings
    "finding": ("finding {site} × {criterion}: {why}", "测评结果 {site} × {criterion}：{why}"),
    "one of": ("one of {names}", "{names} 之一"),
    "site": ("site {site}: {why}", "点位 {site}：{why}"),
    "criterion": ("criterion {criterion}: {why}", "测评标准 {criterion}：{why}"),
    "unknown status": ("'{status}' is no status", "没有“{status}”这种状态"),
    "unknown site": ("no such site in assessment.json", "assessment.json 里没有这个点位"),
    "unknown criterion": ("no such criterion in the method", "计分方法里没有这项测评标准"),
    "no result": ("it is missing among the results", "results 里没有它"),
    "unknown visit": ("'{visit}' is no visit of this site", "“{visit}”不是这个点位的检查"),
    "not asked": ("not asked at sites of the type {type}", "这项标准不用于点位类型 {type}"),
    "twice": ("stands {count} times in findings.csv", "在 findings.csv 里出现 {count} 次"),
    "row missing": ("its row is missing in findings.csv", "findings.csv 里缺这一行"),
    "rows missing": ("all its rows are missing in findings.csv", "findings.csv 里缺它的全部行"),
    "no number": ("{column} is no number: '{cell}'", "{column} 不是数：“{cell}”"),
    "no score": ("it is {status}, but score or points are missing", "状态为 {status}，却没有得分或分值"),
    "with score": ("it is {status}, but it has a score", "状态为 {status}，却有得分"),
    "score and points": (
        "score_e9 is {score}, but earned / possible is {earned} / {possible}",
        "score_e9 为 {score}，而实得 / 应得为 {earned} / {possible}",
    ),
    "status and score": ("it is {status} with a score of {score}", "状态为 {status}，得分却是 {score}"),
    "out of range": ("score {score} is not within {low} to {high}", "得分 {score} 不在 {low} 到 {high} 之间"),
    "column": (
        "{column} is '{found}' in findings.csv, '{told}' in assessment.json",
        "{column} 在 findings.csv 里是“{found}”，在 assessment.json 里是“{told}”",
    ),
    "all rows": ("all findings: {why}", "全部测评结果：{why}"),
    "listed": (
        "findings.csv says {found}, the list '{name}' in assessment.json says {told}",
        "findings.csv 里是 {found}，assessment.json 的“{name}”里是 {told}",
    ),
    "list altered": (
        "{name}, {site} × {criterion}: printed {told}, the finding is {found}",
        "{name} 里的 {site} × {criterion}：写的是 {told}，测评结果是 {found}",
    ),
    "nothing": ("nothing", "无"),
    "crossing": (
        "here the card of the site and the result of the criterion both differ from the findings ({where})",
        "这个点位的得分表与这项标准的结果在此处都与测评结果不符（{where}）",
    ),
    # the method
    "printed twice": (
        "{what}: {odd} in {where}, {told} everywhere else",
        "{what}：{where} 里是 {odd}，其他各处是 {told}",
    ),
    "what weight": ("weight of part {id}", "部分 {id} 的权重"),
    "what combine": ("way of part {id}", "部分 {id} 的合成方式"),
    "what at_least": ("mark of part {id}", "部分 {id} 的门槛 at_least"),
    "what points": ("points of criterion {id}", "测评标准 {id} 的分值"),
    "what place": ("place of criterion {id}", "测评标准 {id} 的测评内容"),
    "what counts": ("whether criterion {id} counts", "测评标准 {id} 是否计分"),
    "what site_types": ("site types of criterion {id}", "测评标准 {id} 的点位类型"),
    "parts sum": ("the weights of the parts add up to {found}, not 100", "各部分权重之和为 {found}，不是 100"),
    "part weight": (
        "weight of part {id}: printed {odd}, the weights add up to 100 and the total follows with {told}",
        "部分 {id} 的权重：写的是 {odd}，为 {told} 时各权重之和才是 100，总分也才相符",
    ),
    "part lists": (
        "the parts of method.total ({told}) and of total.parts ({found}) are not the same",
        "method.total 的部分（{told}）与 total.parts 的部分（{found}）不同",
    ),
    "tree sum": (
        "the weights under place {id} add up to {found}, not {wanted}",
        "测评提纲 {id} 之下的权重之和为 {found}，不是 {wanted}",
    ),
    "tree mixed": (
        "under place {id} some places have a weight and some have none",
        "测评提纲 {id} 之下有的有权重，有的没有",
    ),
    "tree weight": (
        "weight of place {id}: printed {odd}, sums and figures agree with {told}",
        "测评提纲 {id} 的权重：写的是 {odd}，为 {told} 时求和与得分才相符",
    ),
    "the outline": ("the outline", "最上层"),
    "none": ("none", "无"),
    "adjustment": (
        "adjustment {id}: {told} in method.criteria, {found} in made.adjustments",
        "加减分 {id}：method.criteria 里是 {told}，made.adjustments 里是 {found}",
    ),
    "only the parts": (
        "weights of the parts: altered, for the parts agree and what is made of them does not ({where});"
        " e.g. {example}",
        "各部分的权重：被改动，因为各部分相符，合成后却不符（{where}）；例如 {example}",
    ),
    "only this part": (
        "part {id}: its way ({way}) or weights were altered, for sites and criteria agree and its figures do not"
        " ({where}); e.g. {example}",
        "部分 {id}：合成方式（{way}）或其权重被改动，因为点位与标准都相符，它的得分却不符（{where}）；例如 {example}",
    ),
    "type weights": (
        "part {id}: a weight of a site type was altered, for sites and site types agree and what is made of them does"
        " not ({where}); e.g. {example}",
        "部分 {id}：点位类型的权重被改动，因为点位与点位类型都相符，由它们合成的却不符（{where}）；例如 {example}",
    ),
    "only this place": (
        "place {id}: weights or way (combine) under it were altered, for all beneath it agrees and it does not;"
        " {example}",
        "测评提纲 {id}：其下的权重或合成方式 combine 被改动，因为其下各项都相符，它自己却不符；{example}",
    ),
    # printed figures
    "printed": ("printed {printed}, recounted {found}", "写的是 {printed}，复算为 {found}"),
    "line": ("{what}: {why}", "{what}：{why}"),
    "many": ("{fields}: altered in {where}; e.g. {example}", "{fields}：在{where}里不符；例如 {example}"),
    "parts agree": ("; its parts agree, their combination is {found}", "；各部分相符，它们合成的是 {found}"),
    "rounding": (
        "{path}: its value is {value}, but {num}/{den} rounds to {rounded}",
        "{path}：value 为 {value}，而 {num}/{den} 取舍后是 {rounded}",
    ),
    "not reduced": ("{path}: {num}/{den} is not in lowest terms", "{path}：{num}/{den} 不是最简分数"),
    "card missing": ("has findings but no figure in assessment.json", "有测评结果，assessment.json 里却没有得分"),
    "cell missing": (
        "it stands in one of the two only, as printed or as recounted",
        "只在所写与复算二者之一中有这一格",
    ),
    "page": ("index.html: {path} shows {found}, recounted {told}", "index.html：{path} 显示 {found}，复算为 {told}"),
    "page without": ("index.html: it does not show {path}", "index.html：没有显示 {path}"),
    # names of things
    "the total": ("total", "总分"),
    "the made": ("made (how the total came about)", "made（总分的由来）"),
    "the area": ("area {id}", "属地 {id}"),
    "the site_type": ("site type {id}", "点位类型 {id}"),
    "the unit": ("unit {id}", "责任单位 {id}"),
    "the place": ("place {id}", "测评提纲 {id}"),
    "the site": ("card of site {id}", "点位 {id} 的得分表"),
    "the visit": ("card of visit {id}", "检查 {id} 的得分表"),
    "the criterion": ("result of criterion {id}", "测评标准 {id} 的结果"),
    "the heat": ("heat table, {id}", "热力表 {id}"),
    "the mending": ("mending, {id}", "补齐测算 {id}"),
    "the trend": ("trend, {id}", "历轮总分 {id}"),
    "the previous": ("the round before, {id}", "上一轮 {id}"),
    "all total": ("the total", "总分"),
    "all made": ("how the total came about", "总分的由来"),
    "all area": ("areas", "属地"),
    "all site_type": ("site types", "点位类型"),
    "all unit": ("units", "责任单位"),
    "all place": ("places", "测评提纲"),
    "all site": ("cards of sites", "点位得分表"),
    "all visit": ("cards of visits", "检查得分表"),
    "all criterion": ("results of criteria", "测评标准的结果"),
    "all heat": ("cells of the heat table", "热力表格子"),
    "all mending": ("figures of mending", "补齐测算的数"),
    "all trend": ("rounds in a row", "历轮总分"),
    "all previous": ("figures of the round before", "上一轮的数"),
    "of part": ("{field} of part {part}", "部分 {part} 的{field}"),
    "field parts": ("parts", "部分"),
    "field card": ("figures", "得分"),
    "field cell": ("cell", "格子"),
    "field score": ("score", "得分"),
    "field tally": ("statuses", "各状态条数"),
    "field counted": ("counted findings", "计分条数"),
    "field earned": ("points earned", "实得分"),
    "field possible": ("points possible", "应得分"),
    "field sites": ("visited sites", "到访点位数"),
    "field registered": ("registered sites", "登记点位数"),
    "field records": ("records with findings", "有结果的台账资料数"),
    "field records_known": ("records", "台账资料数"),
    "field bounds": ("bounds", "上下限"),
    "field coverage": ("coverage", "覆盖"),
    "field withheld": ("withheld", "是否因覆盖不足不评"),
    "field cap": ("cap", "封顶"),
    "field capped_by": ("capped by", "封顶的标准"),
    "field level": ("level", "等级"),
    "field rank": ("rank", "名次"),
    "field ranked": ("number ranked", "参加排名数"),
    "field combined": ("combined", "合成分"),
    "field adjustments": ("adjustments", "加减分"),
    "field gates_failed": ("parts below their mark", "未过门槛的部分"),
    "field left_out": ("parts left out", "未计入的部分"),
    "field needed": ("criteria needed to pass", "达到及格线所需标准数"),
    "field followed": ("what became of its gaps", "差距去向"),
    "field visited": ("visited sites", "到访点位数"),
    "field names": ("names", "名单"),
    "field number": ("number", "数目"),
    "field change": ("change", "变化"),
}


class Words:
    """The texts in one language; ``digits`` is how many decimals scores are shown with."""

    def __init__(self, language: str, digits: int = 2) -> None:
        self.index = 1 if language == "zh" else 0
        self.digits = digits

    def __call__(self, text: str, **values: object) -> str:
        return TEXTS[text][self.index].format(**values)

    def thing(self, key: Key) -> str:
        """A member of a dimension by its name."""
        return self("the " + key[0], id=key[1] or self("none"))

    def field(self, name: str, part: str = "") -> str:
        """A field of a card, or of one of its parts."""
        plain = self("field " + name)
        return self("of part", field=plain, part=part) if part else plain

    def where(self, keys: Iterable[Key]) -> str:
        """How many members of which dimension: the total, areas 5, units 12."""
        counts = Counter(dimension for dimension, _ in keys)
        single = ("total", "made")
        return self("comma").join(
            self("all " + each) + ("" if each in single else f" {count}") for each, count in counts.items()
        )

    def value(self, value: object) -> str:
        """A value of a card: a fraction rounded, a tally by its statuses."""
        if value is None:
            return self("none")
        if isinstance(value, Fraction):
            return rounded_text(value, max(self.digits, 2))
        if isinstance(value, dict):
            return self("comma").join(f"{name} {self.value(each)}" for name, each in value.items() if each) or self(
                "none"
            )
        if isinstance(value, (tuple, list)):
            return self("comma").join(self.value(each) for each in value) or self("none")
        return str(value)

    def exactly(self, value: object) -> str:
        """The same without rounding."""
        if isinstance(value, (tuple, list)):
            return self("comma").join(self.exactly(each) for each in value)
        return exact(value) if isinstance(value, Fraction) else self.value(value)

    def printed(self, printed: object, found: object) -> str:
        """Printed x, recounted y; exact where rounding shows no difference."""
        shown = (self.value(printed), self.value(found))
        if shown[0] == shown[1]:
            shown = (self.exactly(printed), self.exactly(found))
        return self("printed", printed=shown[0], found=shown[1])


def half_up(value: Fraction, digits: int) -> int:
    """``value`` in units of the last decimal, half away from zero."""
    scale: int = 10**digits
    whole = (2 * abs(value.numerator) * scale + value.denominator) // (2 * value.denominator)
    return -whole if value < 0 else whole


def rounded_text(value: Fraction, digits: int) -> str:
    """``value`` with so many decimals."""
    whole = half_up(value, digits)
    before, after = divmod(abs(whole), 10**digits)
    return ("-" if whole < 0 else "") + str(before) + (f".{after:0{digits}d}" if digits else "")


def exact(value: Fraction) -> str:
    """A fraction as a decimal where it is a short one."""
    text = rounded_text(value, 9).rstrip("0").rstrip(".")
    return text if Fraction(text) == value else str(value)


# -------------------------------------------------------------------------------- what is printed

Key = tuple[str, str]  # dimension and id: ("area", "City/East"), ("total", "")
Tally = dict[str, int]
TOTAL: Key = ("total", "")
MADE: Key = ("made", "")


class Unreadable(Exception):
    """A file that is missing, damaged or no result of duibiao."""

    def __init__(self, file: str, text: str, **values: object) -> None:
        super().__init__(file, text)
        self.file, self.text, self.values, self.language = file, text, values, ""


@dataclass(frozen=True)
class Criterion:
    """A criterion as the method prints it; ``weight`` is what it weighs in figures (none for members, adjustments)."""

    id: str
    place: str
    points: Fraction
    counts: bool
    lowest_of_sites: bool
    veto_site: Fraction | None
    veto_total: Fraction | None
    adjust: Fraction | None
    ranges: dict[str, tuple[int, int]]
    weight: Fraction = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", self.points if self.counts and self.adjust is None else NOTHING)

    @property
    def to_mend(self) -> bool:
        """Whether what falls short is a gap: honours and members of two methods are none unless they have a veto."""
        vetoes = self.veto_site is not None or self.veto_total is not None
        return vetoes or (self.counts and (self.adjust is None or self.adjust < 0))


@dataclass(frozen=True)
class Node:
    """A place of the outline."""

    id: str
    weight: Fraction | None
    combine: str
    under: tuple[Node, ...]


@dataclass(frozen=True)
class Share:
    """A part of the total as the method prints it."""

    part: str
    weight: Fraction
    combine: str
    at_least: Fraction | None


@dataclass(frozen=True)
class Kind:
    """A site type: its part, its weight, how several inspections become one, whether its sites are no places."""

    part: str
    weight: Fraction
    inspections: str
    record: bool


@dataclass(frozen=True)
class Method:
    """Everything that says how findings become figures."""

    digits: int
    pass_mark: Fraction
    levels: tuple[tuple[str, Fraction | None], ...]
    zero: bool
    minimum: Fraction | None
    site: str
    parts: tuple[Share, ...]
    no_total: bool
    roll_up: dict[str, str]
    roles: tuple[str, ...]
    criteria: dict[str, Criterion]
    tree: tuple[Node, ...]
    kinds: dict[str, Kind]


@dataclass(frozen=True)
class PartFigure:
    """One part of a card. Scores and bounds are 0..100, coverage is points observed and points of what could be."""

    part: str
    weight: Fraction
    combine: str
    at_least: Fraction | None
    score: Fraction | None
    tally: Tally
    bounds: tuple[Fraction, Fraction] | None
    coverage: tuple[Fraction, Fraction] | None


@dataclass(frozen=True)
class Card:
    """A scorecard, printed or recounted."""

    kind: str
    parent: str
    score: Fraction | None
    level: str | None
    rank: int | None
    ranked: int
    parts: tuple[PartFigure, ...]
    tally: Tally
    counted: int
    earned: Fraction
    possible: Fraction
    sites: int
    registered: int
    records: int
    records_known: int
    bounds: tuple[Fraction, Fraction] | None
    coverage: tuple[Fraction, Fraction] | None
    withheld: bool
    cap: Fraction | None
    capped_by: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """One criterion over all its sites of one part."""

    place: str
    points: Fraction
    counts: bool
    site_types: tuple[str, ...]
    score: Fraction | None
    tally: Tally


@dataclass(frozen=True)
class Made:
    """How the total came about; adjustments are criterion -> (each, count, amount)."""

    combined: Fraction | None
    cap: Fraction | None
    capped_by: tuple[str, ...]
    adjustments: dict[str, tuple[Fraction, int, Fraction]]
    gates_failed: tuple[str, ...]
    score: Fraction | None


@dataclass(frozen=True)
class Site:
    """A registered site."""

    site_type: str
    area: str
    visits: tuple[str, ...]
    visited: bool


@dataclass(frozen=True)
class Listed:
    """What a list of the document (gaps, open) says of a finding."""

    list: str
    status: str
    score_e9: int | None
    lost_points: Fraction | None
    units: tuple[str, ...] | None


@dataclass(frozen=True)
class Printed:
    """assessment.json, as far as it is recounted."""

    raw: dict[str, Any]
    language: str
    round: str
    method: Method
    cards: dict[Key, Card]
    results: dict[str, dict[str, Result]]  # criterion -> part -> result
    made: Made
    left_out: tuple[str, ...]
    sites: dict[str, Site]
    listed: dict[tuple[str, str, str], Listed]


def fraction(value: Any) -> Fraction:
    """The exact number of a printed figure."""
    return Fraction(int(value["num"]), int(value["den"]))


def fraction_or_none(value: Any) -> Fraction | None:
    """The exact number of a printed figure, None where there is none."""
    return None if value is None else fraction(value)


def read_document(folder: Path) -> Printed:
    """Read assessment.json. Raises ``Unreadable``."""
    name = "assessment.json"
    text = read_text(folder, name)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable(name, "not json", why=str(wrong)) from wrong
    try:
        return _printed(raw)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as wrong:
        raise Unreadable(name, "not as expected", why=f"{type(wrong).__name__} {wrong}") from wrong


def read_text(folder: Path, name: str) -> str:
    """A file of the folder as text. Raises ``Unreadable``."""
    try:
        return (folder / name).read_bytes().decode("utf-8-sig")
    except FileNotFoundError as wrong:
        raise Unreadable(name, "missing file") from wrong
    except UnicodeDecodeError as wrong:
        raise Unreadable(name, "not utf-8") from wrong
    except OSError as wrong:
        raise Unreadable(name, "as the system says", why=wrong.strerror) from wrong


def _printed(raw: dict[str, Any]) -> Printed:
    cards: dict[Key, Card] = {TOTAL: _card(raw["total"])}
    for dimension, name in (("area", "areas"), ("site_type", "site_types"), ("unit", "units"), ("place", "places")):
        cards.update({(dimension, each["id"]): _card(each) for each in raw[name]})
    sites = {}
    for each in raw["sites"]:
        visited = each["card"] is not None
        sites[each["site"]] = Site(each["site_type"], each["area"] or "", tuple(each["visits"]), visited)
        if visited:
            cards["site", each["site"]] = _card(each["card"])
        cards.update({("visit", card["id"]): _card(card) for card in each["visit_cards"]})
    listed = {}
    for gap in raw["gaps"]:
        lost, units = fraction(gap["lost_points"]), tuple(gap["lead_units"])
        found = Listed("gaps", gap["status"], gap["score_e9"], lost, units)
        listed[gap["site"], gap["visit"], gap["criterion"]] = found
    for left in raw["open"]:
        found = Listed("open", left["status"], left["score_e9"], None, None)
        listed[left["site"], left["visit"], left["criterion"]] = found
    catalogue = raw["catalogue"]
    chinese = re.search("[\u4e00-\u9fff]", catalogue["title"] + raw["total"]["title"])
    return Printed(
        raw=raw,
        language=catalogue.get("language") or ("zh" if chinese else "en"),
        round=raw["rounds"]["scored"]["id"],
        method=_method(raw["method"]),
        cards=cards,
        results=_results(raw["results"]),
        made=_made(raw["made"]),
        left_out=tuple(raw["total_parts_left_out"]),
        sites=sites,
        listed=listed,
    )


def _method(raw: dict[str, Any]) -> Method:
    def node(each: dict[str, Any]) -> Node:
        weight = fraction_or_none(each["weight"])
        return Node(each["id"], weight, each["combine"], tuple(node(child) for child in each["under"]))

    ways = [raw["site"], *(each["combine"] for each in raw["total"]), *filter(None, raw["roll_up"].values())]
    tree = tuple(node(each) for each in raw["tree"])
    unknown = {*ways} - WAYS | {each.combine for _, each in walk(tree)} - {"mean", "geometric", "lowest"}
    unknown |= {*raw["unit_roles"]} - {"lead", "supporting"}
    if unknown or not 0 <= raw["rounding"]["digits"] <= 12:
        raise ValueError(f"method {sorted(unknown)}")
    shares = [
        Share(each["part"], fraction(each["weight"]), each["combine"], fraction_or_none(each["at_least"]))
        for each in raw["total"]
    ]
    return Method(
        digits=int(raw["rounding"]["digits"]),
        pass_mark=fraction(raw["pass_mark"]),
        levels=tuple((each["name"], fraction_or_none(each["at_least"])) for each in raw["levels"]),
        zero={"leave_out": False, "zero": True}[raw["unobserved"]],
        minimum=fraction_or_none(raw["minimum_coverage"]),
        site=raw["site"],
        parts=tuple(shares),
        no_total={"leave_out": False, "no_total": True}[raw["empty_part"]],
        roll_up={name: way for name, way in raw["roll_up"].items() if way},
        roles=tuple(raw["unit_roles"]),
        criteria={each["id"]: _criterion(each) for each in raw["criteria"]},
        tree=tree,
        kinds={
            each["id"]: Kind(each["part"], fraction(each["weight"]), each["several_inspections"], each["record"])
            for each in raw["site_types"]
        },
    )


def _criterion(raw: dict[str, Any]) -> Criterion:
    veto = raw["veto"] or {"site": None, "total": None}
    return Criterion(
        id=raw["id"],
        place=raw["place"],
        points=fraction(raw["points"]),
        counts=bool(raw["counts"]),
        lowest_of_sites={"mean": False, "lowest": True}[raw["over_sites"]],
        veto_site=fraction_or_none(veto["site"]),
        veto_total=fraction_or_none(veto["total"]),
        adjust=fraction_or_none(raw["adjust_total"]),
        ranges={kind: (int(low), int(high)) for kind, (low, high) in raw["ranges"].items()},
    )


def _tally(raw: dict[str, Any]) -> Tally:
    return {status: int(raw[status]) for status in STATUSES}


def _pair(raw: Any, first: str, second: str) -> tuple[Fraction, Fraction] | None:
    return None if raw is None else (fraction(raw[first]), fraction(raw[second]))


def _card(raw: dict[str, Any]) -> Card:
    parts = [
        PartFigure(
            each["part"],
            fraction(each["weight"]),
            each["combine"],
            fraction_or_none(each["at_least"]),
            fraction_or_none(each["score"]),
            _tally(each["tally"]),
            _pair(each["bounds"], "low", "high"),
            _pair(each["coverage"], "observed", "of"),
        )
        for each in raw["parts"]
    ]
    return Card(
        kind=raw["kind"],
        parent=raw["parent"] or "",
        score=fraction_or_none(raw["score"]),
        level=raw["level"],
        rank=raw["rank"],
        ranked=raw["ranked"],
        parts=tuple(parts),
        tally=_tally(raw["tally"]),
        counted=raw["counted"],
        earned=fraction(raw["earned"]),
        possible=fraction(raw["possible"]),
        sites=raw["sites"],
        registered=raw["registered"],
        records=raw["records"],
        records_known=raw["records_known"],
        bounds=_pair(raw["bounds"], "low", "high"),
        coverage=_pair(raw["coverage"], "observed", "of"),
        withheld=raw["withheld"],
        cap=fraction_or_none(raw["cap"]),
        capped_by=tuple(raw["capped_by"]),
    )


def _results(raw: list[dict[str, Any]]) -> dict[str, dict[str, Result]]:
    found: dict[str, dict[str, Result]] = defaultdict(dict)
    for each in raw:
        found[each["id"]][each["part"]] = _result(each)
    return dict(found)


def _result(raw: dict[str, Any]) -> Result:
    return Result(
        raw["place"],
        fraction(raw["points"]),
        bool(raw["counts"]),
        tuple(sorted(raw["site_types"])),
        fraction_or_none(raw["score"]),
        _tally(raw["tally"]),
    )


def _made(raw: dict[str, Any]) -> Made:
    return Made(
        combined=fraction_or_none(raw["combined"]),
        cap=fraction_or_none(raw["cap"]),
        capped_by=tuple(raw["capped_by"]),
        adjustments={
            each["criterion"]: (fraction(each["each"]), int(each["count"]), fraction(each["amount"]))
            for each in raw["adjustments"]
        },
        gates_failed=tuple(raw["gates_failed"]),
        score=fraction_or_none(raw["score"]),
    )


# -------------------------------------------------------------------------------- the findings


@dataclass(frozen=True)
class Row:
    """A row of findings.csv.

    ``score`` is points earned of points possible, without points what score_e9 says; None where it cannot be read.
    """

    line: int
    round: str
    visit: str
    site: str
    area: str
    site_type: str
    part: str
    place: str
    criterion: str
    status: str
    score_e9: int | None
    earned: Fraction | None
    possible: Fraction | None
    score: Fraction | None
    units: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]  # columns that hold no number, with their text

    @property
    def counts(self) -> bool:
        """Whether it is met, partial or missed, with a score that can be; any other score is named by itself."""
        return self.status in SEEN and self.score is not None and 0 <= self.score.numerator <= self.score.denominator


def read_findings(folder: Path, name: str = "findings.csv") -> list[Row]:
    """Read the findings of the round, or of the one before. Raises ``Unreadable``."""
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(read_text(folder, name), newline=""), strict=True)
    try:
        header = next(reader, [])
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise Unreadable(name, "columns", names=", ".join(missing))
        places = {column: header.index(column) for column in COLUMNS}
        rows = []
        for cells in reader:
            if len(cells) != len(header):
                raise Unreadable(name, "row length", line=reader.line_num)
            rows.append(_row(reader.line_num, {column: plain(cells[at]) for column, at in places.items()}))
    except csv.Error as wrong:
        raise Unreadable(name, "as the system says", why=wrong) from wrong
    return rows


def told_of(finding: Row | Listed) -> str:
    """Status and score of a finding: partial (500000000)."""
    return finding.status if finding.score_e9 is None else f"{finding.status} ({finding.score_e9})"


def plain(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from reading it as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _row(line: int, cells: dict[str, str]) -> Row:
    wrong = []

    def number(column: str) -> Fraction | None:
        if cells[column] and not NUMBER.fullmatch(cells[column]):
            wrong.append((column, cells[column]))
            return None
        return Fraction(cells[column]) if cells[column] else None

    e9, possible = number("score_e9"), number("possible")
    num, den = number("earned_num"), number("earned_den")
    if e9 is not None and e9.denominator != 1:
        wrong.append(("score_e9", cells["score_e9"]))
    if den is not None and den <= 0:
        wrong.append(("earned_den", cells["earned_den"]))
    earned = None if num is None or not den else num / den
    score = None if e9 is None else Fraction(e9, E9)
    if possible and earned is not None:
        score = earned / possible
    return Row(
        line=line,
        round=cells["round"],
        visit=cells["visit"],
        site=cells["site"],
        area=cells["area"],
        site_type=cells["site_type"],
        part=cells["part"],
        place=cells["place"],
        criterion=cells["criterion"],
        status=cells["status"],
        score_e9=None if e9 is None else int(e9),
        earned=earned,
        possible=possible,
        score=score,
        units=tuple(unit for unit in cells["lead_units"].split(";") if unit),
        wrong=tuple(wrong),
    )


# -------------------------------------------------------------------------------- adding up


class Cell:
    """The scores of one criterion in one group, as numerator and denominator -> how many."""

    __slots__ = ("count", "scores")

    def __init__(self) -> None:
        self.count = 0
        self.scores: dict[tuple[int, int], int] = {}

    def add(self, score: Fraction) -> None:
        """Take one more score in."""
        pair = (score.numerator, score.denominator)
        self.count += 1
        self.scores[pair] = self.scores.get(pair, 0) + 1

    def mean(self) -> Fraction:
        """Their mean, exact."""
        return sum((Fraction(num * count, den) for (num, den), count in self.scores.items()), NOTHING) / self.count

    def least(self) -> Fraction:
        """The lowest of them."""
        return min(Fraction(num, den) for num, den in self.scores)


def weighted_mean(branches: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The mean of (weight, value); 0 where nothing weighs, which no sound method prints."""
    whole = sum((w for w, _ in branches), NOTHING)
    return sum((w * x for w, x in branches), NOTHING) / whole if whole else whole


def geometric_mean(branches: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """exp(sum(w ln x) / sum w) of (weight, value 0..1), half up to nine decimals; 0 where a value is 0."""
    if any(x == 0 for _, x in branches) or sum(w for w, _ in branches) <= 0:
        return NOTHING
    with localcontext() as context:
        context.prec = 60

        def decimal(value: Fraction) -> Decimal:
            return Decimal(value.numerator) / Decimal(value.denominator)

        exponent = sum((decimal(w) * decimal(x).ln() for w, x in branches), Decimal(0))
        mean = (exponent / sum((decimal(w) for w, _ in branches), Decimal(0))).exp()
        nearly = mean.quantize(Decimal(1).scaleb(-40))
        return Fraction(nearly.quantize(Decimal(1).scaleb(-9), rounding=ROUND_HALF_UP))


@dataclass(frozen=True)
class PartMade:
    """A recounted part: its share of the total, its figure, and score, low, high 0..1 before bounds are widened."""

    share: Share
    figure: PartFigure
    bare: tuple[Fraction | None, Fraction | None, Fraction | None]


class Adder:
    """Adds findings up by a method."""

    def __init__(self, method: Method) -> None:
        self.method = method
        self.hanging: dict[str, list[Criterion]] = defaultdict(list)
        for criterion in method.criteria.values():
            self.hanging[criterion.place].append(criterion)

    def criterion(self, row: Row) -> Criterion:
        """The criterion of a finding."""
        return self.method.criteria[row.criterion]

    def lowest_highest(self, row: Row) -> tuple[int, int]:
        """What an open finding can come to, in billionths."""
        return self.criterion(row).ranges.get(row.site_type, (0, E9))

    def worth(self, row: Row, bound: str) -> Fraction | None:
        """The score that counts, 0..1; None where the finding does not count."""
        if row.status in SEEN:
            return row.score if row.counts else None
        if row.status not in OPEN:
            return None
        if bound == NOW:
            return NOTHING if self.method.zero else None
        return Fraction(self.lowest_highest(row)[bound == HIGH], E9)

    def misses(self, row: Row, bound: str) -> bool:
        """Whether the finding is missed, so that its veto acts."""
        if row.status in OPEN:
            return {NOW: self.method.zero, LOW: self.lowest_highest(row)[0] == 0, HIGH: False}[bound]
        return row.status == "missed"

    def cap(self, rows: Iterable[Row], bound: str, over: str) -> tuple[Fraction | None, tuple[str, ...]]:
        """The lowest cap, in per cent, on the ``site`` or the ``total``, and whose it is."""
        caps: dict[str, Fraction] = {}
        for row in rows:
            criterion = self.criterion(row)
            cap = criterion.veto_site if over == "site" else criterion.veto_total
            if cap is not None and self.misses(row, bound):
                caps[criterion.id] = cap
        lowest = min(caps.values(), default=None)
        return lowest, tuple(name for name in self.method.criteria if name in caps and caps[name] == lowest)

    def cells(self, rows: Iterable[Row], bound: str, everything: bool = False) -> dict[str, Cell]:
        """The counted scores by criterion; criteria without weight only where ``everything`` is wanted."""
        found: dict[str, Cell] = {}
        for row in rows:
            name = row.criterion
            if everything or self.method.criteria[name].weight:
                score = self.worth(row, bound)
                if score is not None:
                    if name not in found:
                        found[name] = Cell()
                    found[name].add(score)
        return found

    def figure(self, rows: Sequence[Row], way: str, bound: str) -> Fraction | None:
        """The figure 0..1 of a group's findings of one part by one of the four ways; None where nothing counts."""
        if way == "mean_of_sites":
            return self._mean_of_sites(rows, bound)
        return self._of_cells(self.cells(rows, bound), way, each_site=False)

    def _of_cells(self, cells: dict[str, Cell], way: str, each_site: bool) -> Fraction | None:
        if not cells:
            return None
        means = {}
        for name, cell in cells.items():
            lowest = self.method.criteria[name].lowest_of_sites and not each_site
            means[name] = cell.least() if lowest else cell.mean()
        if way == "tree":
            return self._tree(means)
        points = {name: self.method.criteria[name].weight for name in cells}
        if way == "pooled":
            return weighted_mean([(points[name] * cell.count, means[name]) for name, cell in cells.items()])
        return weighted_mean([(points[name], means[name]) for name in cells])

    def _tree(self, means: dict[str, Fraction]) -> Fraction | None:
        def value(node: Node) -> Fraction | None:
            hanging = [each for each in self.hanging[node.id] if each.id in means]
            branches = [(each.id, each.weight, means[each.id]) for each in hanging]
            return combine(node.combine, branches, node.under)

        def combine(way: str, branches: list[tuple[str, Fraction, Fraction]], under: Iterable[Node]) -> Fraction | None:
            for child in under:
                below = value(child)
                if below is not None:
                    branches.append((child.id, Fraction(1) if child.weight is None else child.weight, below))
            left = [(w, x) for _, w, x in sorted(branches)]
            if len(left) < 2:
                return left[0][1] if left else None
            if way == "lowest":
                return min(x for _, x in left)
            return {"mean": weighted_mean, "geometric": geometric_mean}[way](left)

        return combine("mean", [], self.method.tree)

    def site(self, rows: Sequence[Row], bound: str) -> Fraction | None:
        """The score 0..1 of one site (or of one visit) from these findings, under its caps."""
        score = self.uncapped(rows, bound)
        cap, _ = self.cap(rows, bound, "site")
        return score if score is None or cap is None else min(score, cap / 100)

    def uncapped(self, rows: Iterable[Row], bound: str) -> Fraction | None:
        """The same without its caps."""
        return self._of_cells(self.cells(rows, bound), self.method.site, each_site=True)

    def _mean_of_sites(self, rows: Iterable[Row], bound: str) -> Fraction | None:
        sites = group(rows, lambda row: [row.site])
        kinds: dict[str, Cell] = {}
        for own in sites.values():
            score = self.site(own, bound)
            if score is not None:
                kinds.setdefault(own[0].site_type, Cell()).add(score)
        if not kinds:
            return None
        return weighted_mean([(self.method.kinds[name].weight, cell.mean()) for name, cell in kinds.items()])

    def combined(self, figures: Iterable[tuple[Share, Fraction | None]], whole: bool) -> Fraction | None:
        """The parts' figures by their weights, those without left out; ``whole``: a total that may ask for all."""
        pairs = list(figures)
        left = [(share.weight, x) for share, x in pairs if x is not None]
        if not left or (whole and self.method.no_total and len(left) < len(pairs)):
            return None
        return weighted_mean(left)

    def adjustments(self, rows: Iterable[Row], bound: str) -> dict[str, tuple[Fraction, int, Fraction]]:
        """Criterion -> what each finding adjusts the total by, how many count, and what it comes to."""
        cells = self.cells((row for row in rows if self.criterion(row).adjust is not None), bound, everything=True)
        found = {}
        for name in self.method.criteria:
            adjust = self.method.criteria[name].adjust
            if name in cells and adjust is not None:
                reached = cells[name].mean() * cells[name].count
                acting = cells[name].count - reached if adjust < 0 else reached
                found[name] = (adjust, cells[name].count, adjust * acting)
        return found

    def final(self, combined: Fraction | None, cap: Fraction | None, amounts: Iterable[Fraction]) -> Fraction | None:
        """The total 0..100 after caps and adjustments."""
        if combined is None:
            return None
        capped = combined if cap is None else min(combined, cap)
        score = min(max(capped + sum(amounts, NOTHING), NOTHING), Fraction(100))
        return score if cap is None else min(cap, score)

    def total(self, rows: Sequence[Row]) -> Fraction | None:
        """The total 0..100 of some findings as they are, without bounds."""
        own = group(rows, lambda row: [row.part])
        figures = [(share, self.figure(own.get(share.part, []), share.combine, NOW)) for share in self.method.parts]
        amounts = [amount for _, _, amount in self.adjustments(rows, NOW).values()]
        return self.final(percent(self.combined(figures, whole=True)), self.cap(rows, NOW, "total")[0], amounts)

    def score(self, rows: Iterable[Row], dimension: str) -> Fraction | None:
        """The score 0..100 of the findings of a member of a dimension."""
        own = group(rows, lambda row: [row.part])
        ways = [(share, self.method.roll_up.get(dimension, share.combine)) for share in self.method.parts]
        figures = [(share, self.figure(own.get(share.part, []), way, NOW)) for share, way in ways]
        return percent(self.combined(figures, whole=False))

    def coverage(self, rows: Iterable[Row], each_finding: bool) -> tuple[Fraction, Fraction] | None:
        """Points observed, and points of all that could have been; by finding for a site, else by criterion."""
        seen: dict[object, Fraction] = {}
        all_: dict[object, Fraction] = {}
        for number, row in enumerate(rows):
            if row.status in SEEN or row.status in OPEN:
                name = number if each_finding else (row.part, row.criterion)
                all_[name] = self.criterion(row).weight
                if row.status in SEEN:
                    seen[name] = all_[name]
        of = sum(all_.values(), NOTHING)
        return (sum(seen.values(), NOTHING), of) if of else None

    def withheld(self, coverage: tuple[Fraction, Fraction] | None) -> bool:
        """Whether too little was seen."""
        minimum = self.method.minimum
        return minimum is not None and (coverage is None or coverage[0] < minimum * coverage[1])

    def level(self, score: Fraction | None) -> str | None:
        """The level of a score 0..100, by its exact value."""
        if score is None:
            return None
        return next((name for name, mark in self.method.levels if mark is None or score >= mark), None)

    def parts(self, rows: Iterable[Row], dimension: str) -> list[PartMade]:
        """Each part with its figure, and bare: the figure 0..1 and its bounds before they are widened."""
        own = group(rows, lambda row: [row.part])
        found = []
        for share in self.method.parts:
            mine = own.get(share.part, [])
            way = share.combine if dimension == "total" else self.method.roll_up.get(dimension, share.combine)
            score, low, high = with_bounds(mine, lambda bound: self.figure(mine, way, bound))  # noqa: B023
            if dimension == "total" and low is None:
                low, high = NOTHING, Fraction(1)
            figure = PartFigure(
                share.part,
                share.weight,
                way,
                share.at_least,
                percent(score),
                tally_of(mine),
                widened(percent(low), percent(high), percent(score)),
                self.coverage(mine, each_finding=False),
            )
            found.append(PartMade(share, figure, (score, low, high)))
        return found

    def points(self, rows: Iterable[Row]) -> tuple[Fraction, Fraction]:
        """Points earned and possible over counted findings."""
        earned = possible = NOTHING
        for name, cell in self.cells(rows, NOW).items():
            weight = self.method.criteria[name].weight
            possible += weight * cell.count
            earned += weight * cell.count * cell.mean()
        return earned, possible


def with_bounds(rows: Iterable[Row], figure: Callable[[str], Fraction | None]) -> Iterator[Fraction | None]:
    """A figure and its two bounds, which are the same where nothing is open."""
    score = figure(NOW)
    yield score
    for bound in (LOW, HIGH):
        yield figure(bound) if any(row.status in OPEN for row in rows) else score


def group(rows: Iterable[Row], names: Callable[[Row], Iterable[str]]) -> dict[str, list[Row]]:
    """The findings by name; one finding may stand under several names."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for name in names(row):
            found[name].append(row)
    return found


def tally_of(rows: Iterable[Row]) -> Tally:
    """How many findings have each status."""
    counts = Counter(row.status for row in rows)
    return {status: counts[status] for status in STATUSES}


def widened(low: Fraction | None, high: Fraction | None, score: Fraction | None) -> tuple[Fraction, Fraction] | None:
    """Bounds that hold the score; None where there are none."""
    if low is None or high is None:
        return None
    return (low, high) if score is None else (min(low, score), max(high, score))


def percent(share: Fraction | None) -> Fraction | None:
    """0..1 as 0..100."""
    return None if share is None else share * 100


def walk(nodes: Iterable[Node], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every place with those above it, the nearest first."""
    for node in nodes:
        yield above, node
        yield from walk(node.under, (node.id, *above))


class Reach:
    """Which figures a finding is part of."""

    def __init__(self, printed: Printed, tree: Iterable[Node]) -> None:
        self.cards = printed.cards
        self.above = {node.id: path for path, node in walk(tree)}
        self.chains: dict[str, list[str]] = {}

    def areas(self, area: str) -> list[str]:
        """An area and those above it, as the cards of areas say; without a card, as its path says."""
        first = area
        if first not in self.chains:
            chain = [""] if not area and ("area", "") in self.cards else []
            while area and area not in chain:
                chain.append(area)
                card = self.cards.get(("area", area))
                area = card.parent if card else area.rpartition("/")[0]
            self.chains[first] = chain
        return self.chains[first]

    def places(self, place: str) -> list[str]:
        """A place and those above it."""
        return [place, *self.above.get(place, ())]

    def keys(self, row: Row) -> set[Key]:
        """Every figure that a finding is part of."""
        keys = {TOTAL, MADE, ("site", row.site), ("visit", row.visit), ("criterion", row.criterion)}
        keys |= {("site_type", row.site_type)} | {("area", area) for area in self.areas(row.area)}
        return keys | {("unit", unit) for unit in row.units} | {("place", each) for each in self.places(row.place)}


class Recount:
    """Every figure of the document, made again from the findings. Keys are those of ``Printed``."""

    def __init__(self, printed: Printed, method: Method, rows: Sequence[Row]) -> None:
        self.printed, self.method = printed, method
        self.adder, self.reach = Adder(method), Reach(printed, method.tree)
        self.rows = [row for row in rows if row.criterion in method.criteria and row.site_type in method.kinds]
        self.cards: dict[Key, Card] = {}
        self.units_left_out = 0
        self.made = self._total()
        self._groups()
        self._sites()
        self._rank()
        self.results = self._results()

    def _groups(self) -> None:
        rows = self.rows
        nobody = [""] if ("unit", "") in self.printed.cards else []
        groups = {
            "area": group(rows, lambda row: self.reach.areas(row.area)),
            "site_type": group(rows, lambda row: [row.site_type]),
            "unit": group(rows, lambda row: row.units or nobody),
            "place": group(rows, lambda row: self.reach.places(row.place)),
        }
        supported = self._supported()
        for dimension, members in groups.items():
            named = [name for where, name in self.printed.cards if where == dimension]
            for name in dict.fromkeys([*named, *members]):
                key, own = (dimension, name), members.get(name, [])
                if dimension == "unit" and not self._only_lead(key, own, supported):
                    self.units_left_out += 1
                else:
                    self.cards[key] = self._card(key, own)

    def _supported(self) -> Tally:
        """How many findings without a lead unit fall to supporting units, which findings.csv does not name."""
        nobody = self.printed.cards.get(("unit", ""))
        alone = tally_of(row for row in self.rows if not row.units)
        return {status: count - (nobody.tally[status] if nobody else 0) for status, count in alone.items()}

    def _only_lead(self, key: Key, own: Sequence[Row], supported: Tally) -> bool:
        """Whether a unit answers for no more than the findings that it leads."""
        card = self.printed.cards.get(key)
        if card is None or not any(supported.values()) or self.method.roles != ("lead",):
            return self.method.roles == ("lead",)
        if key == ("unit", ""):
            return False
        more = {status: card.tally[status] - count for status, count in tally_of(own).items()}
        return not any(more.values()) or any(not 0 <= count <= supported[status] for status, count in more.items())

    def _sites(self) -> None:
        sites = group(self.rows, lambda row: [row.site])
        each = [row for row in self.rows if self.method.kinds[row.site_type].inspections == "each"]
        visits = group(each, lambda row: [row.visit])
        for dimension, members in (("site", sites), ("visit", visits)):
            named = [name for where, name in self.printed.cards if where == dimension]
            for name in dict.fromkeys([*named, *members]):
                self.cards[dimension, name] = self._site_card((dimension, name), members.get(name, []))

    def _results(self) -> dict[str, dict[str, Result]]:
        part_of = {name: kind.part for name, kind in self.method.kinds.items()}
        found = group(self.rows, lambda row: [row.criterion])
        results: dict[str, dict[str, Result]] = {}
        for name, criterion in self.method.criteria.items():
            seen = group(found.get(name, []), lambda row: [part_of[row.site_type]])
            parts = seen or dict.fromkeys(part_of[each] for each in criterion.ranges if each in part_of)
            results[name] = {part: self._result(criterion, part, seen.get(part, [])) for part in parts}
        return results

    def _result(self, criterion: Criterion, part: str, rows: Sequence[Row]) -> Result:
        cell = self.adder.cells(rows, NOW, everything=True).get(criterion.id)
        score = None if cell is None else cell.least() if criterion.lowest_of_sites else cell.mean()
        types = types_of(self.method, criterion, part)
        return Result(criterion.place, criterion.points, criterion.counts, types, percent(score), tally_of(rows))

    def _card(self, key: Key, rows: Sequence[Row]) -> Card:
        parts = self.adder.parts(rows, key[0])
        score, low, high = (
            percent(self.adder.combined([(part.share, part.bare[at]) for part in parts], whole=False))
            for at in range(len(BOUNDS))
        )
        return self._finished(key, rows, score, widened(low, high, score), parts)

    def _site_card(self, key: Key, rows: Sequence[Row]) -> Card:
        score, low, high = with_bounds(rows, lambda bound: percent(self.adder.site(rows, bound)))
        card = self._finished(key, rows, score, widened(low, high, score), [])
        uncapped = percent(self.adder.uncapped(rows, NOW))
        cap, capped_by = self.adder.cap(rows, NOW, "site")
        holds = cap is not None and uncapped is not None and cap <= uncapped
        return replace(card, cap=cap, capped_by=capped_by) if holds else card

    def _finished(
        self,
        key: Key,
        rows: Sequence[Row],
        score: Fraction | None,
        bounds: tuple[Fraction, Fraction] | None,
        parts: Iterable[PartMade],
    ) -> Card:
        printed = self.printed.cards.get(key)
        coverage = self.adder.coverage(rows, each_finding=key[0] in ("site", "visit"))
        tally, withheld = tally_of(rows), self.adder.withheld(coverage)
        earned, possible = self.adder.points(rows)
        seen: dict[bool, set[str]] = {False: set(), True: set()}
        for row in rows:
            seen[self.is_record(row.site_type)].add(row.site)
        return Card(
            kind=printed.kind if printed else "",
            parent=printed.parent if printed else "",
            score=score,
            level=None if withheld else self.adder.level(score),
            rank=None,
            ranked=0,
            parts=tuple(part.figure for part in parts),
            tally=tally,
            counted=sum(tally[status] for status in SEEN),
            earned=earned,
            possible=possible,
            sites=len(seen[False]),
            registered=self._known(key, seen, record=False),
            records=len(seen[True]),
            records_known=self._known(key, seen, record=True),
            bounds=bounds,
            coverage=coverage,
            withheld=withheld,
            cap=None,
            capped_by=(),
        )

    def is_record(self, site_type: str) -> bool:
        """Whether sites of a type are areas or units, and no places."""
        kind = self.method.kinds.get(site_type)
        return kind is not None and kind.record

    def _known(self, key: Key, seen: dict[bool, set[str]], *, record: bool) -> int:
        """Places (or records) with findings or without; units and places of the outline are told only by findings."""
        dimension, name = key
        if dimension not in ("total", "site_type", "area"):
            return len(seen[record])
        sites = [site for site in self.printed.sites.values() if self.is_record(site.site_type) == record]
        if dimension == "site_type":
            return sum(site.site_type == name for site in sites)
        if dimension == "area":
            return sum(name in self.reach.areas(site.area) for site in sites)
        return len(sites)

    def _total(self) -> Made:
        adder, rows = self.adder, self.rows
        parts = adder.parts(rows, "total")
        finals = []
        for at, bound in enumerate(BOUNDS):
            figures = [(part.share, part.bare[at]) for part in parts]
            combined = percent(adder.combined(figures, whole=bound == NOW))
            amounts = [amount for _, _, amount in adder.adjustments(rows, bound).values()]
            finals.append(adder.final(combined, adder.cap(rows, bound, "total")[0], amounts))
        score, low, high = finals
        self.left_out = tuple(part.share.part for part in parts if part.figure.score is None)
        made = self._made(parts, score)
        card = self._finished(TOTAL, rows, score, widened(low, high, score), parts)
        if made.gates_failed and card.level is not None:
            card = replace(card, level=self.method.levels[-1][0])
        moved = sum((amount for _, _, amount in made.adjustments.values()), NOTHING)
        if made.cap is not None and made.combined is not None and made.cap <= made.combined + max(moved, NOTHING):
            card = replace(card, cap=made.cap, capped_by=made.capped_by)
        self.cards[TOTAL] = card
        return made

    def _made(self, parts: Sequence[PartMade], score: Fraction | None) -> Made:
        combined = percent(self.adder.combined([(part.share, part.bare[0]) for part in parts], whole=True))
        cap, capped_by = self.adder.cap(self.rows, NOW, "total")
        adjustments = self.adder.adjustments(self.rows, NOW)
        failed = [
            share.part
            for share, reached in ((part.share, part.figure.score) for part in parts)
            if share.at_least is not None and reached is not None and reached < share.at_least
        ]
        return Made(combined, cap, capped_by, adjustments, tuple(failed), score)

    def _rank(self) -> None:
        peers: dict[Key, list[Key]] = defaultdict(list)
        cards = {**self.printed.cards, **self.cards}  # units that are left out are ranked as printed
        for key, card in self.printed.cards.items():
            if key != TOTAL:
                peers[key[0], card.kind].append(key)
        for keys in peers.values():
            marks = {}
            for key in keys:
                score = cards[key].score
                if score is not None and key[1] and not cards[key].withheld:  # without area or unit is no place
                    marks[key] = half_up(score, self.method.digits)
            order = sorted(marks.values())
            for key in keys:
                if key in self.cards:
                    rank = 1 + len(order) - bisect_right(order, marks[key]) if key in marks else None
                    self.cards[key] = replace(self.cards[key], rank=rank, ranked=len(order))


# -------------------------------------------------------------------------------- beside the figures of the round

Compared = Iterator[tuple[Key, str, Any, Any]]  # what, field, printed, recounted
BESIDE = ("heat", "mending", "trend", "previous")
BEFORE = "findings-before.csv"
DEPTH = 2  # of the outline in the heat table
STEPS = 10  # of mending that are told, and the one that reaches the mark


def falls_short(row: Row, method: Method) -> bool:
    """Whether a finding is a gap."""
    return row.status in ("partial", "missed") and method.criteria[row.criterion].to_mend


def heat_of(recount: Recount) -> dict[Key, tuple[Fraction | None, Tally]]:
    """The cells of the heat table: the areas of the highest level with several of them, places two deep."""
    cards = recount.printed.cards
    kinds = Counter(card.kind for (dimension, name), card in cards.items() if dimension == "area" and name)
    level = next((kind for kind, count in kinds.items() if count > 1), None)
    compared = {name for (dimension, name), card in cards.items() if dimension == "area" and card.kind == level}

    def cells(row: Row) -> list[Key]:
        places = recount.reach.places(row.place)[-DEPTH:]
        return [(area, place) for area in recount.reach.areas(row.area) if area in compared for place in places]

    table: dict[Key, list[Row]] = defaultdict(list)
    for row in recount.rows:
        for cell in cells(row):
            table[cell].append(row)
    return {cell: (recount.adder.score(own, "place"), tally_of(own)) for cell, own in table.items()}


def compared_heat(recount: Recount) -> Compared:
    """Every cell of the heat table; one that is not printed or has nothing to be printed of is named, too."""
    made, told = heat_of(recount), {}
    for each in recount.printed.raw["heat"]:
        told[each["area"], each["place"]] = each
    for cell in {**told, **made}:
        key = ("heat", " × ".join(cell))
        if cell in told and cell in made:
            each, (score, tally) = told[cell], made[cell]
            yield key, "score", fraction_or_none(each["score"]), score
            yield key, "tally", _tally(each["tally"]), tally
            yield key, "counted", each["counted"], sum(tally[status] for status in SEEN)
        else:
            yield key, "cell", cell in told, cell in made


class MendedTotals:
    """The total of the round with the gaps of some criteria met and everything else as it is."""

    def __init__(self, recount: Recount) -> None:
        self.adder, self.rows = recount.adder, recount.rows
        self.method = recount.method
        self.gaps = {row.criterion for row in self.rows if falls_short(row, self.method)}
        caps = {name: criterion.veto_total for name, criterion in recount.method.criteria.items()}
        capping = [(cap, name) for name, cap in caps.items() if cap is not None and name in self.gaps]
        costly = [each["id"] for each in recount.printed.raw["results"] if fraction(each["lost"])]
        first = [name for _, name in sorted(capping)]
        self.order = first + [name for name in costly if name in self.gaps and name not in first]

    def total(self, criteria: Iterable[str]) -> Fraction | None:
        """With all gaps of these criteria met."""
        mended = set(criteria)
        return self.adder.total([self._met(row) if row.criterion in mended else row for row in self.rows])

    def reaches(self, number: int, mark: Fraction) -> bool:
        """Whether the first criteria of the order bring the total to the mark."""
        total = self.total(self.order[:number])
        return total is not None and total >= mark

    def needed(self, told: int | None, mark: Fraction) -> int | None:
        """The least number of criteria that reach the mark: what is told if it holds, else by counting up."""
        most = len(self.order)
        holds = told is not None and 0 <= told <= most and self.reaches(told, mark)
        if told is not None and holds and (told == 0 or not self.reaches(told - 1, mark)):
            return told
        if not self.reaches(most, mark):
            return None
        return next(number for number in range(most + 1) if self.reaches(number, mark))

    def _met(self, row: Row) -> Row:
        return replace(row, status="met", score=Fraction(1)) if falls_short(row, self.method) else row


def compared_mending(recount: Recount) -> Compared:
    """What mending brings: each step, how many criteria reach the mark, and the total without any gap."""
    told, mended = recount.printed.raw["mending"], MendedTotals(recount)
    whole = mended.total(mended.gaps)
    yield ("mending", "whole"), "score", None if told is None else fraction(told["whole"]), whole
    if told is None or whole is None:
        return
    needed = mended.needed(told["needed"], recount.method.pass_mark)
    yield ("mending", "needed"), "needed", told["needed"], needed
    numbers = sorted({*range(1, min(len(mended.order), STEPS) + 1), needed or 1})
    numbers = [number for number in numbers if number <= len(mended.order)]
    yield ("mending", "steps"), "number", tuple(each["number"] for each in told["steps"]), tuple(numbers)
    for each in told["steps"]:
        if each["number"] in numbers:
            key, name = ("mending", f"steps {each['number']}"), mended.order[each["number"] - 1]
            yield key, "names", each["criterion"], name
            yield key, "score", fraction_or_none(each["total"]), mended.total(mended.order[: each["number"]])


def compared_trend(recount: Recount) -> Compared:
    """The rounds in a row: the last is this one, the one before it stands beside it as ``previous``."""
    raw = recount.printed.raw
    if not raw["trend"]:
        return
    *_, before, now = raw["trend"]
    previous, scored = raw["previous"], raw["rounds"]
    for each, of, day, alike in (
        (before, previous["round"], previous["as_of"], not previous["differing"]),
        (now, scored["scored"], scored["as_of"], True),
    ):
        printed = (each["round"]["id"], each["as_of"], each["comparable"])
        yield ("trend", each["round"]["id"]), "names", printed, (of["id"], day, alike)
    first, last = fraction_or_none(before["score"]), fraction_or_none(now["score"])
    yield ("trend", before["round"]["id"]), "score", first, fraction_or_none(previous["total"]["score"])
    yield ("trend", now["round"]["id"]), "score", last, recount.cards[TOTAL].score


Place = tuple[str, str, str, str]  # site, site type, part, criterion: where findings of two rounds are the same
Block = tuple[tuple[str, "Fraction | None"], ...]  # the findings of one criterion at one site


class Before:
    """The figures of the round before, made again from its own findings by the method of this round."""

    def __init__(self, recount: Recount, rows: Sequence[Row]) -> None:
        self.recount, self.adder, self.reach = recount, recount.adder, recount.reach
        self.rows = rows
        self.told = recount.printed.raw["previous"]

    def compared(self) -> Compared:
        """Every figure of ``previous`` against what was recounted."""
        total, rows = ("previous", "total"), self.rows
        own = group(rows, lambda row: [row.part])
        shares = [share for share in self.recount.method.parts if share.part in own]
        scored = [each.part for each in shares if self.adder.figure(own[each.part], each.combine, NOW) is not None]
        places = {row.site for row in rows if not self.recount.is_record(row.site_type)}
        yield total, "visited", self.told["visited"], len(places)
        yield total, "parts", tuple(self.told["parts"]), tuple(scored)
        yield total, "score", fraction_or_none(self.told["total"]["score"]), self.adder.total(rows)
        yield total, "rank", (self.told["total"]["rank"], self.told["total"]["ranked"]), (None, 0)
        yield from self._members("areas", "area", group(rows, lambda row: self.reach.areas(row.area)))
        if self.only_lead():
            yield from self._members("units", "unit", group(rows, lambda row: row.units))
        yield from self._members("sites", "site", group(rows, lambda row: [row.site]))
        yield from self._results(group(rows, lambda row: [f"{row.criterion} {row.part}"]))
        yield from self._followed()
        yield from self._change()

    def only_lead(self) -> bool:
        """Whether every unit of both rounds answers for the findings that it leads and for no others."""
        return self.recount.method.roles == ("lead",) and all(row.units for row in (*self.rows, *self.recount.rows))

    def _pairs(self, name: str, of: str) -> Iterator[tuple[Any, Any]]:
        """What is told of the round before beside the members of this round, which stand in the same order."""
        told, now = self.told[name], self.recount.printed.raw[of]
        if len(told) != len(now):
            raise ValueError(f"previous.{name} {len(told)}, {of} {len(now)}")
        return zip(told, now)  # noqa: B905  # old Pythons know no strict

    def _members(self, name: str, dimension: str, groups: dict[str, list[Row]]) -> Compared:
        """Scores of the areas, units or sites, and their places, each among those of one kind."""
        site = dimension == "site"
        kinds = {key[1]: card.kind for key, card in self.recount.printed.cards.items() if key[0] == dimension}
        if site:
            kinds = {key: each.site_type for key, each in self.recount.printed.sites.items()}
        scores: dict[str, Fraction | None] = {}
        marks: dict[str, int] = {}
        for member, rows in groups.items():
            score = percent(self.adder.site(rows, NOW)) if site else self.adder.score(rows, dimension)
            scores[member] = score
            if member and score is not None and not self.adder.withheld(self.adder.coverage(rows, site)):
                marks[member] = half_up(score, self.recount.method.digits)
        ranked = groups.keys() <= kinds.keys()  # one that is gone may have been of any kind
        for told, now in self._pairs(name, name):
            member = now["site"] if site else now["id"]
            key = ("previous", f"{name} {member}")
            yield key, "score", _score(told), scores.get(member)
            if told is not None and ranked:
                order = [mark for other, mark in marks.items() if kinds[other] == kinds[member]]
                rank = 1 + sum(mark > marks[member] for mark in order) if member in marks else None
                yield key, "rank", told["rank"], rank
                yield key, "ranked", told["ranked"], len(order)

    def _results(self, groups: dict[str, list[Row]]) -> Compared:
        for told, now in self._pairs("results", "results"):
            name = f"{now['id']} {now['part']}"
            cell = self.adder.cells(groups.get(name, ()), NOW, everything=True).get(now["id"])
            lowest = self.recount.method.criteria[now["id"]].lowest_of_sites
            found = None if cell is None else percent(cell.least() if lowest else cell.mean())
            yield ("previous", f"results {name}"), "score", _score(told), found
            if told is not None:
                yield ("previous", f"results {name}"), "rank", (told["rank"], told["ranked"]), (None, 0)

    def _followed(self) -> Compared:
        """What became of its gaps, in all, in each area and for each unit."""
        method = self.recount.method
        old = {(row.site, row.criterion): row for row in self.rows if falls_short(row, method)}
        new = {(row.site, row.criterion): row for row in self.recount.rows if falls_short(row, method)}
        met = {(row.site, row.criterion) for row in self.recount.rows if row.status == "met"}
        counts: dict[Key, Counter[str]] = defaultdict(Counter)
        for key, row in {**new, **old}.items():
            fate = "new" if key not in old else "left" if key in new else "mended" if key in met else "unsettled"
            site = self.recount.printed.sites.get(row.site)
            areas = self.reach.areas(site.area if site else row.area)
            for member in [("", ""), *(("areas", each) for each in areas), *(("units", each) for each in row.units)]:
                counts[member][fate] += 1
        yield ("previous", "followed"), "followed", _fates(self.told["followed"]), _counted(counts["", ""])
        for name in ("areas", "units") if self.only_lead() else ("areas",):
            for told, now in self._pairs("followed_" + name, name):
                key = ("previous", f"followed_{name} {now['id']}")
                yield key, "followed", _fates(told), _counted(counts[name, now["id"]])

    def _change(self) -> Compared:
        """The change of the total in its steps, and the names that they speak of."""
        told, adder = self.told["change"], self.adder
        before, after = _blocks(self.rows), _blocks(self.recount.rows)
        old, new = ({place[0] for place in blocks} for blocks in (before, after))
        # What adjusts the total moves in a step of its own where one is told.
        apart = any(each["cause"] == "adjustments" for each in told["steps"])
        aside = {name for name, each in self.recount.method.criteria.items() if apart and each.adjust is not None}
        staying = {place: rows for place, rows in before.items() if place[0] in new and place[3] not in aside}
        common = {place: rows for place, rows in after.items() if place[0] in old and place[3] not in aside}
        lines = {place: rows for place, rows in before.items() if place[3] in aside}
        lines_now = {place: rows for place, rows in after.items() if place[3] in aside}
        other = {place for place in {**staying, **common} if _block(staying, place) != _block(common, place)}
        covered = {place for place in other if _counting(staying, place) != _counting(common, place)}
        seen = {place: rows for place, rows in staying.items() if place not in covered}
        seen.update({place: rows for place, rows in common.items() if place in covered})
        plain = {place: rows for place, rows in after.items() if place[3] not in aside}
        adjusted = [place for place in {**lines, **lines_now} if _block(lines, place) != _block(lines_now, place)]
        steps: dict[str, tuple[int, Blocks]] = {
            "criteria": (0, before),
            "gone_sites": (len(old - new), {**staying, **lines}),
            "coverage": (len(covered), {**seen, **lines}),
            "findings": (len(other - covered), {**common, **lines}),
            "new_sites": (len(new - old), {**plain, **lines}),
            "adjustments": (len(adjusted), after),
        }
        reached = adder.total(self.rows)
        yield ("previous", "change"), "score", fraction(told["old"]), reached
        yield ("previous", "change new"), "score", fraction(told["new"]), self.recount.cards[TOTAL].score
        for each in told["steps"]:
            number, blocks = steps[each["cause"]]
            start, total = reached, adder.total([row for rows in blocks.values() for row in rows])
            reached = start if total is None else total
            key = ("previous", f"change {each['cause']}")
            yield key, "score", (fraction(each["before"]), fraction(each["after"])), (start, reached)
            yield key, "change", fraction(each["change"]), (reached or NOTHING) - (start or NOTHING)
            yield key, "number", each["number"], number
        worse = [
            (place[0], place[3])
            for place, rows in after.items()
            if any(row.status == "missed" for row in rows) and _all_met(before.get(place, []))
        ]
        regressions = tuple(f"{each['site']} {each['criterion']}" for each in told["regressions"])
        yield ("previous", "regressions"), "names", regressions, tuple(" ".join(pair) for pair in sorted(worse))
        for name, sites in (("gone_sites", old - new), ("new_sites", new - old)):
            yield ("previous", name), "names", tuple(site for site, _ in told[name]), tuple(sorted(sites))


Blocks = dict[Place, list[Row]]


def _blocks(rows: Iterable[Row]) -> Blocks:
    found: Blocks = defaultdict(list)
    for row in rows:
        found[row.site, row.site_type, row.part, row.criterion].append(row)
    return dict(found)


def _block(blocks: Blocks, place: Place) -> Block:
    return tuple((row.status, row.score if row.status in SEEN else None) for row in blocks.get(place, ()))


def _counting(blocks: Blocks, place: Place) -> list[str]:
    """Statuses, with those that count taken together."""
    return sorted("counted" if row.status in SEEN else row.status for row in blocks.get(place, ()))


def _all_met(rows: Iterable[Row]) -> bool:
    statuses = {row.status for row in rows} & {*SEEN}
    return statuses == {"met"}


def _score(raw: Any) -> Fraction | None:
    return None if raw is None else fraction_or_none(raw["score"])


FATES = ("gaps", "mended", "left", "unsettled", "new")


def _fates(raw: dict[str, int]) -> Tally:
    return {name: raw[name] for name in FATES}


def _counted(counts: Counter[str]) -> Tally:
    gaps = counts["mended"] + counts["left"] + counts["unsettled"]
    return {"gaps": gaps, **{name: counts[name] for name in FATES[1:]}}


def same_method(raw: dict[str, Any]) -> bool:
    """Whether the round before was judged by the same criteria and method, and both rounds have a total."""
    change, same = raw["previous"]["change"], raw["previous"]["catalogue_sha256"] == raw["catalogue"]["sha256"]
    return bool(same and change is not None and not change["criteria"] and not change["speaking"])


# -------------------------------------------------------------------------------- comparing


@dataclass(frozen=True)
class Difference:
    """A field of a card (or of one of its parts) that is printed in another way than it was recounted."""

    field: str
    part: str
    printed: Any
    found: Any


CARD_FIELDS = (
    "tally counted earned possible sites registered records records_known "
    "score bounds coverage withheld cap capped_by level rank ranked"
).split()
PART_FIELDS = "tally score bounds coverage".split()  # weight, way and mark are looked at with the method
MADE_FIELDS = "combined cap capped_by adjustments gates_failed score".split()
FROM_PARTS = {"score", "bounds", "level", "rank", "ranked", "combined", "cap", "capped_by", "withheld", "coverage"}


class Comparison:
    """What is printed against what was recounted: differences by card, and how many figures were compared."""

    def __init__(self, printed: Printed, recount: Recount, beside: Iterable[tuple[Key, str, Any, Any]]) -> None:
        self.differences: dict[Key, list[Difference]] = defaultdict(list)
        self.figures = 0
        for key, card in recount.cards.items():
            there = printed.cards.get(key)
            if there is None:
                self.differences[key].append(Difference("card", "", None, card.score))
                continue
            self._fields(key, "", CARD_FIELDS, there, card)
            made, told = ({part.part: part for part in each.parts} for each in (card, there))
            self._one(key, "parts", "", tuple(told), tuple(made))
            for name in told:
                if name in made:
                    self._fields(key, name, PART_FIELDS, told[name], made[name])
        for name, results in printed.results.items():
            recounted = recount.results.get(name, {})
            for part in recounted.keys() & results.keys():
                named = part if len(results) > 1 else ""
                self._fields(("criterion", name), named, ["tally", "score"], results[part], recounted[part])
        self._fields(MADE, "", MADE_FIELDS, printed.made, recount.made)
        self._one(MADE, "left_out", "", printed.left_out, recount.left_out)
        for key, name, there, made_again in beside:
            self._one(key, name, "", there, made_again)

    def _fields(self, key: Key, part: str, names: Iterable[str], printed: Any, found: Any) -> None:
        for name in names:
            self._one(key, name, part, getattr(printed, name), getattr(found, name))

    def _one(self, key: Key, name: str, part: str, printed: Any, found: Any) -> None:
        self.figures += 1
        if printed != found:
            self.differences[key].append(Difference(name, part, printed, found))

    def has(self, key: Key, name: str, part: str = "") -> bool:
        """Whether this field differs."""
        return any(each.field == name and each.part == part for each in self.differences.get(key, ()))


@dataclass
class Report:
    """What was found: lines by how specific they are, and the figures that the named causes may touch."""

    findings: list[str] = field(default_factory=list)
    method: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    touched: set[Key] = field(default_factory=set)
    weights_open: bool = False  # the parts' weights are wrong and it is not known which: all that is made of parts

    def lines(self) -> list[str]:
        """All lines, the most specific first."""
        return [*self.findings, *self.method, *self.figures]


# -------------------------------------------------------------------------------- the method by itself


def agreed(copies: dict[str, Any], first: Any) -> Any:
    """The value that is printed in most places; of equals ``first``."""
    counts = Counter(copies.values())
    return max(counts, key=lambda value: (counts[value], value == first))


def check_parts(printed: Printed, say: Words, report: Report) -> tuple[Share, ...]:
    """Weights, ways and marks of the parts: printed in the method and in every card, and 100 together."""
    shares = printed.method.parts
    names = tuple(share.part for share in shares)
    found = tuple(part.part for part in printed.cards[TOTAL].parts)
    if names != found:
        report.method.append(say("part lists", told=say.exactly(names), found=say.exactly(found)))
        report.weights_open = True
    settled = []
    for share in shares:
        values = {}
        for name in ("weight", "combine", "at_least"):
            copies = {"method.total": getattr(share, name), **_copies(printed, share.part, name)}
            first = getattr(share, name)
            if name == "weight":
                first = 100 - sum((each.weight for each in shares if each is not share), NOTHING)
            values[name] = agreed(copies, first)
            for odd in dict.fromkeys(copies.values()):
                if odd != values[name]:
                    where = [place for place, value in copies.items() if value == odd]
                    place = where[0] + (f" (+{len(where) - 1})" if len(where) > 1 else "")
                    what = say("what " + name, id=share.part)
                    texts = {"odd": say.exactly(odd), "told": say.exactly(values[name])}
                    report.method.append(say("printed twice", what=what, where=place, **texts))
        settled.append(Share(share.part, **values))
    return _sum_to_100(printed, settled, say, report)


def _copies(printed: Printed, part: str, name: str) -> dict[str, Any]:
    found = {}
    for (dimension, id_), card in printed.cards.items():
        if name != "combine" or dimension not in printed.method.roll_up:
            for figure in card.parts:
                if figure.part == part:
                    found[f"{dimension}.parts" if not id_ else f"{dimension} {id_}.parts"] = getattr(figure, name)
    return found


def _sum_to_100(printed: Printed, shares: list[Share], say: Words, report: Report) -> tuple[Share, ...]:
    """Where the weights are not 100 together, find the one part that mends both the sum and the total."""
    whole = sum((share.weight for share in shares), NOTHING)
    if whole == 100:
        return tuple(shares)
    scores = {part.part: part.score for part in printed.cards[TOTAL].parts}
    fitting = {}
    for at, share in enumerate(shares):
        weight = share.weight + 100 - whole
        changed = (*shares[:at], replace(share, weight=weight), *shares[at + 1 :])
        if weight > 0:
            figures = [(each, scores.get(each.part)) for each in changed]
            if Adder(printed.method).combined(figures, whole=True) == printed.made.combined:
                fitting[at] = changed
    if len(fitting) == 1:
        at, settled = next(iter(fitting.items()))
        texts = {"odd": say.exactly(shares[at].weight), "told": say.exactly(settled[at].weight)}
        report.method.append(say("part weight", id=shares[at].part, **texts))
        return settled
    report.method.append(say("parts sum", found=say.exactly(whole)))
    report.weights_open = True
    return tuple(shares)


def types_of(method: Method, criterion: Criterion, part: str) -> tuple[str, ...]:
    """The site types of a criterion whose findings count in a part."""
    return tuple(sorted(each for each in criterion.ranges if each in method.kinds and method.kinds[each].part == part))


def check_criteria(printed: Printed, rows: Iterable[Row], say: Words, report: Report) -> dict[str, Criterion]:
    """Points, place, types of each criterion: printed in the method, in its result, and in its findings."""
    seen = group(rows, lambda row: [row.criterion])
    part_of = {name: kind.part for name, kind in printed.method.kinds.items()}
    visited = {row.site_type for own in seen.values() for row in own}
    settled = {}
    for name, criterion in printed.method.criteria.items():
        settled[name] = criterion
        results = printed.results.get(name, {})
        asked = {row.site_type for row in seen.get(name, ()) if row.site_type in criterion.ranges}
        if not results or {part_of[each] for each in asked if each in part_of} - results.keys():
            report.method.append(say("criterion", criterion=name, why=say("no result")))
        points, places = ({getattr(row, column) for row in seen.get(name, ())} for column in ("possible", "place"))
        nowhere = [each for each in criterion.ranges if each in visited and part_of.get(each) not in results]
        for part, result in results.items():
            types = tuple(sorted([*types_of(printed.method, criterion, part), *nowhere]))
            nowhere = []
            for what, told, listed, found in (
                ("points", criterion.points, result.points, points),
                ("place", criterion.place, result.place, places),
                ("counts", criterion.counts, result.counts, set()),
                ("site_types", types, result.site_types, set()),
            ):
                if told != listed:
                    method_is_odd = found == {listed}
                    odd, right = (told, listed) if method_is_odd else (listed, told)
                    texts = {"odd": say.exactly(odd), "told": say.exactly(right)}
                    where = "method.criteria" if method_is_odd else "results"
                    report.method.append(say("printed twice", what=say("what " + what, id=name), where=where, **texts))
                    if method_is_odd and what == "points":
                        settled[name] = replace(settled[name], points=result.points)
                    elif method_is_odd:
                        settled[name] = replace(settled[name], place=result.place)
    for name in printed.results:
        if name not in settled:
            report.method.append(say("criterion", criterion=name, why=say("unknown criterion")))
    for name, (each, _, _) in printed.made.adjustments.items():
        adjust = settled[name].adjust if name in settled else None
        if adjust != each:
            texts = {"told": say.exactly(adjust), "found": say.exactly(each)}
            report.method.append(say("adjustment", id=name, **texts))
            report.touched |= {TOTAL, MADE}
    return settled


def tree_faults(nodes: Sequence[Node], parent: Node | None = None) -> Iterator[tuple[Node | None, Fraction | None]]:
    """Places whose children's weights are wrong, with their sum (None: some have a weight and some have none)."""
    weights = [node.weight for node in nodes if node.weight is not None]
    if weights and len(weights) < len(nodes):
        yield parent, None
    elif weights and sum(weights) != (100 if parent is None else parent.weight):
        yield parent, sum(weights, NOTHING)
    for node in nodes:
        yield from tree_faults(node.under, node)


def with_weight(nodes: Iterable[Node], name: str, weight: Fraction) -> tuple[Node, ...]:
    """The outline with another weight at one place."""
    return tuple(
        replace(node, weight=weight if node.id == name else node.weight, under=with_weight(node.under, name, weight))
        for node in nodes
    )


def check_tree(printed: Printed, method: Method, rows: Sequence[Row], say: Words, report: Report) -> tuple[Node, ...]:
    """The weights under each place add up to its own, and all at the top to 100."""
    faults = list(tree_faults(method.tree))
    mended: dict[str, Fraction] = {}
    for parent, found in faults:
        wanted = Fraction(100) if parent is None else parent.weight
        if found is not None and wanted is not None:
            for node in method.tree if parent is None else parent.under:
                mended[node.id] = (node.weight or NOTHING) + wanted - found
            if parent is not None:
                mended[parent.id] = found
    trees = {name: with_weight(method.tree, name, weight) for name, weight in mended.items() if weight > 0}
    sound = {name: tree for name, tree in trees.items() if not any(tree_faults(tree))}
    if len(sound) > 1:
        sound = {name: tree for name, tree in sound.items() if _tree_fits(printed, replace(method, tree=tree), rows)}
    if len(sound) == 1:
        name, tree = next(iter(sound.items()))
        odd = next(node.weight for _, node in walk(method.tree) if node.id == name)
        report.method.append(say("tree weight", id=name, odd=say.exactly(odd), told=say.exactly(mended[name])))
        return tree
    for parent, found in faults:
        id_ = say("the outline") if parent is None else parent.id
        wanted = Fraction(100) if parent is None else parent.weight
        texts = {"found": say.exactly(found), "wanted": say.exactly(wanted)}
        report.method.append(say("tree mixed", id=id_) if found is None else say("tree sum", id=id_, **texts))
    if faults and "tree" in (method.site, *method.roll_up.values(), *(share.combine for share in method.parts)):
        report.touched |= {MADE} | {key for key in printed.cards if key[0] != "criterion"}
    return method.tree


def _tree_fits(printed: Printed, method: Method, rows: Iterable[Row]) -> bool:
    """Whether the parts of the total and of the places come out as printed."""
    adder, reach = Adder(method), Reach(printed, method.tree)
    known = [row for row in rows if row.criterion in method.criteria and row.site_type in method.kinds]
    groups = {("place", name): own for name, own in group(known, lambda row: reach.places(row.place)).items()}
    for key, own in {TOTAL: known, **groups}.items():
        card = printed.cards.get(key)
        if card is None or [part.figure.score for part in adder.parts(own, key[0])] != [p.score for p in card.parts]:
            return False
    return True


# -------------------------------------------------------------------------------- each finding by itself


class FindingCheck:
    """Looks at each finding: its own columns, the register, the method, the lists; and whether rows are missing."""

    def __init__(self, printed: Printed, recount: Recount, rows: Sequence[Row], say: Words, report: Report) -> None:
        self.printed, self.method, self.reach = printed, recount.method, recount.reach
        self.rows, self.say, self.report = rows, say, report
        self.reasons: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)  # each reason once, in order
        self.by_site = group(rows, lambda row: [row.site])
        self.by_criterion = group(rows, lambda row: [row.criterion])
        for row in rows:
            for reason in self._own(row):
                self.reason(row.site, row.criterion, reason)
        self._columns()
        self._rows()

    def reason(self, site: str, criterion: str, text: str) -> None:
        """Note what is wrong with a finding."""
        self.reasons[site, criterion][text] = True

    def _own(self, row: Row) -> Iterator[str]:
        """What is wrong with the columns of one finding among themselves."""
        say = self.say
        for column, text in row.wrong:
            yield say("no number", column=column, cell=text)
        if row.status not in STATUSES:
            yield say("unknown status", status=row.status)
        if row.wrong or row.status not in STATUSES:
            return
        if row.status not in (*SEEN, "waived"):
            if row.score_e9 is not None or row.earned:
                yield say("with score", status=row.status)
            return
        if row.score_e9 is None or row.earned is None or row.possible is None:
            if row.status != "waived" or (row.score_e9 is None) != (row.earned is None):
                yield say("no score", status=row.status)
            return
        if row.possible and abs(row.earned / row.possible * E9 - row.score_e9) > Fraction(52, 100):
            points = {"earned": exact(row.earned), "possible": exact(row.possible)}
            yield say("score and points", score=row.score_e9, **points)
        yield from self._status(row, row.score or NOTHING)

    def _status(self, row: Row, score: Fraction) -> Iterator[str]:
        """Whether the rule can give this score, and the score this status."""
        low, high = 0, E9
        if row.criterion in self.method.criteria:
            low, high = self.method.criteria[row.criterion].ranges.get(row.site_type, (low, high))
        if not low <= score * E9 <= high:
            ends = {"low": exact(Fraction(low, E9)), "high": exact(Fraction(high, E9))}
            yield self.say("out of range", score=exact(score), **ends)
        wanted = "met" if score == 1 else "missed" if score == 0 else "partial"
        kind = self.method.kinds.get(row.site_type)
        # The mean of several visits may round to full or to nothing and is partial all the same.
        rounded = kind is not None and kind.inspections == "mean" and row.status == "partial"
        if row.status in SEEN and row.status != wanted and not rounded:
            yield self.say("status and score", status=row.status, score=exact(score))

    def _told(self, row: Row, column: str) -> Any:
        """What assessment.json says of this column; the row's own where it says nothing."""
        site, criterion = self.printed.sites.get(row.site), self.method.criteria.get(row.criterion)
        kind = self.method.kinds.get(row.site_type)
        own = getattr(row, column)
        if column == "round":
            return self.printed.round
        if column == "part":
            return kind.part if kind else own
        if column in ("area", "site_type"):
            return getattr(site, column) if site else own
        if criterion is None or own is None:
            return own
        if column == "possible":
            return own if own == 0 and not criterion.weight else criterion.points
        return criterion.place

    def _columns(self) -> None:
        """Where findings.csv and assessment.json say different things of a site, a criterion or all."""
        say = self.say
        for column in ("round", "area", "site_type", "part", "place", "possible"):
            odd = [row for row in self.rows if getattr(row, column) != self._told(row, column)]
            sites, criteria = Counter(row.site for row in odd), Counter(row.criterion for row in odd)
            lines = {}
            for row in odd:
                found, told = say.exactly(getattr(row, column)), say.exactly(self._told(row, column))
                why = say("column", column=column, found=found, told=told)
                if len(odd) == len(self.rows) > 1:
                    lines[say("all rows", why=why)] = True
                elif column in ("area", "site_type") and sites[row.site] == len(self.by_site[row.site]) > 1:
                    lines[say("site", site=row.site, why=why)] = True
                elif criteria[row.criterion] == len(self.by_criterion[row.criterion]) > 1:
                    lines[say("criterion", criterion=row.criterion, why=why)] = True
                else:
                    self.reason(row.site, row.criterion, why)
                self._touch(row)
            self.report.findings.extend(lines)

    def _rows(self) -> None:
        """Every visited site has one finding for each criterion of its type (under ``each``: every visit)."""
        say, method = self.say, self.method
        asked = {name: [c.id for c in method.criteria.values() if name in c.ranges] for name in method.kinds}
        counts: Counter[tuple[str, str, str]] = Counter()
        strangers: dict[str, bool] = {}
        for row in self.rows:
            site = self.printed.sites.get(row.site)
            if site is None:
                strangers[say("site", site=row.site, why=say("unknown site"))] = True
                self._touch(row)
            elif row.visit not in site.visits:
                self.reason(row.site, row.criterion, say("unknown visit", visit=row.visit))
            if row.criterion in self.printed.results and row.criterion not in method.criteria:
                self._touch(row)  # the method lacks it, which is told there
            elif row.criterion not in method.criteria:
                self.reason(row.site, row.criterion, say("unknown criterion"))
            elif row.site_type in asked and row.criterion not in asked[row.site_type]:
                self.reason(row.site, row.criterion, say("not asked", type=row.site_type))
            kind = method.kinds.get(row.site_type)
            counts[row.site, row.visit if kind and kind.inspections == "each" else "", row.criterion] += 1
        self.report.findings.extend(strangers)
        for (name, _, criterion), count in counts.items():
            if count > 1:
                self.reason(name, criterion, say("twice", count=count))
        for name, site in self.printed.sites.items():
            own = self.by_site.get(name)
            kind = method.kinds.get(own[0].site_type if own else site.site_type)
            if not site.visited or kind is None:
                continue
            if own is None:
                self.report.findings.append(say("site", site=name, why=say("rows missing")))
                self._touch_site(name, set(method.criteria))
                continue
            visits = site.visits if kind.inspections == "each" else ("",)
            for criterion in asked[own[0].site_type]:
                if not all(counts[name, visit, criterion] for visit in visits):
                    self.reason(name, criterion, say("row missing"))

    def _touch(self, row: Row) -> None:
        self.report.touched |= self.reach.keys(row)
        if row.site in self.printed.sites:
            self._touch_site(row.site, {row.criterion})

    def _touch_site(self, name: str, criteria: set[str]) -> None:
        """Everything that findings of this site may be part of, as the register and the method say."""
        site, known = self.printed.sites[name], self.method.criteria
        keys = {TOTAL, MADE, ("site", name), ("site_type", site.site_type), ("unit", "*")}
        keys |= {("visit", visit) for visit in site.visits} | {("criterion", each) for each in criteria}
        keys |= {("area", area) for area in self.reach.areas(site.area)}
        for each in criteria & set(known):
            keys |= {("place", place) for place in self.reach.places(known[each].place)}
        self.report.touched |= keys

    def lists(self, comparison: Comparison) -> None:
        """The lists of gaps and of open findings hold every finding that is not met and is to be mended or settled,
        with its status and score."""
        say, left = self.say, dict(self.printed.listed)
        for row in self.rows:
            told = self.printed.listed.get((row.site, row.visit, row.criterion))
            left.pop((row.site, row.visit, row.criterion), None)
            name = told.list if told else "open" if row.status in (*OPEN, "waived") else "gaps"
            for found, there in self._against(row, told):
                if self._figures_differ(row, told, comparison):
                    self.reason(row.site, row.criterion, say("listed", found=found, name=name, told=there))
                else:
                    texts = {"site": row.site, "criterion": row.criterion, "found": found, "told": there}
                    self.report.figures.append(say("list altered", name=name, **texts))
        for (site, _, criterion), told in left.items():
            if (site, criterion) not in self.reasons:
                texts = {"site": site, "criterion": criterion, "found": say("nothing"), "told": told_of(told)}
                self.report.figures.append(say("list altered", name=told.list, **texts))

    def _against(self, row: Row, told: Listed | None) -> Iterator[tuple[str, str]]:
        """What a finding and its line in a list say differently."""
        known = self.method.criteria.get(row.criterion)
        aside = row.status in ("partial", "missed") and known is not None and not known.to_mend
        if told is None:
            if row.status not in ("met", "not_applicable") and not aside:
                yield told_of(row), self.say("nothing")
        elif aside:
            yield self.say("nothing"), told_of(told)
        elif (told.status, told.score_e9) != (row.status, row.score_e9):
            yield told_of(row), told_of(told)
        elif told.list == "gaps" and row.criterion in self.method.criteria:
            lost = self.method.criteria[row.criterion].points * (1 - (row.score or NOTHING))
            if lost != told.lost_points:
                yield "-" + exact(lost), self.say("none") if told.lost_points is None else "-" + exact(told.lost_points)
            if row.units != told.units:
                yield self.say.exactly(row.units), self.say.exactly(told.units)

    def _figures_differ(self, row: Row, told: Listed | None, comparison: Comparison) -> bool:
        """Whether what is made of the finding is printed otherwise, so that it was altered and not the list."""
        keys: list[Key] = [("site", row.site), ("criterion", row.criterion)]
        keys += [("unit", unit) for unit in {*row.units} ^ {*(told.units or () if told else ())}]
        return any(comparison.differences.get(key) for key in keys) or (row.site, row.criterion) in self.reasons

    def crossings(self, comparison: Comparison) -> None:
        """Findings where the card of the site and the result of the criterion both have more of their status."""
        touched = self.report.touched | {
            key for pair in self.reasons for key in (("site", pair[0]), ("criterion", pair[1]))
        }
        more: dict[Key, Tally] = {}
        for key, differences in comparison.differences.items():
            for each in differences:
                if key[0] in ("site", "criterion") and key not in touched and each.field == "tally":
                    before = more.get(key, {}) if key[0] == "criterion" else {}
                    more[key] = {
                        status: before.get(status, 0) + each.found[status] - each.printed[status] for status in STATUSES
                    }
        for key in more:
            if key[0] != "site":
                continue
            found = {
                row.criterion: row
                for row in self.by_site.get(key[1], ())
                if more[key].get(row.status, 0) > 0
                and more.get(("criterion", row.criterion), {}).get(row.status, 0) > 0
            }
            if found:
                names = self.say("comma").join(found)
                where = self.say("comma").join(f"{name} {row.status}" for name, row in found.items())
                named = names if len(found) == 1 else self.say("one of", names=names)
                why = self.say("crossing", where=where)
                self.report.findings.append(self.say("finding", site=key[1], criterion=named, why=why))
                for row in found.values():
                    self._touch(row)

    def finish(self) -> None:
        """Write the lines, one a finding."""
        for (site, criterion), reasons in sorted(self.reasons.items()):
            why = self.say("semicolon").join(reasons)
            self.report.findings.append(self.say("finding", site=site, criterion=criterion, why=why))
            for row in self.by_site.get(site, ()):
                if row.criterion == criterion:
                    self._touch(row)
            if site in self.printed.sites:
                self._touch_site(site, {criterion})


# -------------------------------------------------------------------------------- printed figures


class FigureCheck:
    """Names printed figures that differ, as far as what was named before does not explain them."""

    def __init__(self, printed: Printed, recount: Recount, comparison: Comparison, say: Words, report: Report) -> None:
        self.printed, self.recount, self.comparison = printed, recount, comparison
        self.say, self.report = say, report
        self.explained: list[Key] = []
        self.left: dict[Key, list[Difference]] = {}
        self._criteria_and_sites()
        self._explain()
        self._parts()
        self._weights()
        self._beside()
        self._cards()

    def _criteria_and_sites(self) -> None:
        """A criterion's or a site's own figure that differs takes those above along, if the total differs too."""
        differing = self.comparison.differences
        if any(each.part for each in differing.get(TOTAL, ())):
            for row in self.recount.rows:
                for key in (("criterion", row.criterion), ("site", row.site)):
                    if key in differing and key not in self.report.touched:
                        self.report.touched |= self.recount.reach.keys(row) - {key}

    def _explain(self) -> None:
        for key, differences in self.comparison.differences.items():
            left = []
            for each in differences:
                if self._is_explained(key, each):
                    self.explained.append(key)
                else:
                    left.append(each)
            if left:
                self.left[key] = left

    def _is_explained(self, key: Key, each: Difference) -> bool:
        touched = self.report.touched
        if self.report.weights_open and each.field in FROM_PARTS and not each.part and key[0] in ABOVE:
            return True
        if key in touched or (key[0] == "unit" and ("unit", "*") in touched):
            return not self._own_fault(key, each)
        peers = [other for other in self.comparison.differences if other[0] == key[0]]
        return each.field in ("rank", "ranked") and any(
            other in touched or self.comparison.has(other, "card") for other in peers
        )

    def _own_fault(self, key: Key, each: Difference) -> bool:
        """Whether a score differs from what the printed figures just beneath it make."""
        made, adder = self.printed.made, self.recount.adder
        if each.part or each.field not in ("score", "combined") or key[0] not in ABOVE:
            return False
        if key == TOTAL:
            return bool(each.printed != made.score)
        if key == MADE and each.field == "score":
            amounts = [amount for _, _, amount in made.adjustments.values()]
            return bool(each.printed != adder.final(made.combined, made.cap, amounts))
        parts = {part.part: part.score for part in self.printed.cards[TOTAL if key == MADE else key].parts}
        figures = [(share, parts.get(share.part)) for share in self.recount.method.parts]
        return bool(each.printed != adder.combined(figures, whole=key == MADE))

    def _parts(self) -> None:
        """A part whose figure differs in the total and elsewhere while all beneath agrees: its way or weights."""
        say = self.say
        for share in self.recount.method.parts:
            keys = [
                key for key in self.left if any(e.part == share.part and e.field == "score" for e in self.left[key])
            ]
            if TOTAL not in keys or len(keys) < 2:
                continue
            texts = {"where": say.where(keys), "example": self._line(TOTAL, self._of(TOTAL, share.part))}
            places = [key[1] for key in keys if key[0] == "place"]
            above = {name for place in places for name in self.recount.reach.places(place)[1:]}
            lowest = [place for place in places if place not in above]
            if share.combine == "tree" and lowest:
                for place in lowest:
                    key = ("place", place)
                    example = self._line(key, self._of(key, share.part))
                    self.report.method.append(say("only this place", id=place, example=example))
            elif share.combine == "mean_of_sites" and not any(key[0] == "site_type" for key in keys):
                self.report.method.append(say("type weights", id=share.part, **texts))
            else:
                self.report.method.append(say("only this part", id=share.part, way=share.combine, **texts))
            self._drop(keys, share.part)

    def _of(self, key: Key, part: str) -> list[Difference]:
        return [each for each in self.left[key] if each.part == part and each.field == "score"]

    def _weights(self) -> None:
        """Figures whose parts agree and whose combination does not, nearly everywhere: the parts' weights."""
        keys = [
            key
            for key, differences in self.left.items()
            if any(each.field == "score" and not each.part for each in differences)
            and not any(each.field == "score" and each.part for each in differences)
            and key in self.printed.cards
            and self.printed.cards[key].parts
        ]
        several = [
            card for card in self.printed.cards.values() if sum(part.score is not None for part in card.parts) > 1
        ]
        if TOTAL in keys and self._has(MADE, "combined") and len(keys) >= 2 and 2 * len(keys) > len(several):
            example = self._line(TOTAL, [each for each in self.left[TOTAL] if each.field == "score"])
            self.report.method.append(self.say("only the parts", where=self.say.where(keys), example=example))
            self._drop(keys, "")

    def _has(self, key: Key, name: str) -> bool:
        return any(each.field == name for each in self.left.get(key, ()))

    def _drop(self, keys: Iterable[Key], part: str) -> None:
        """Take out what a line just written explains: the figures themselves and all that is made of them."""
        keys = {*keys, MADE}
        dimensions = {key[0] for key in keys}
        for key in list(self.left):
            left = []
            for each in self.left[key]:
                mine = key in keys and (
                    each.part == part or (not each.part and each.field in (*FROM_PARTS, "gates_failed"))
                )
                place = key[0] in dimensions and each.field in ("rank", "ranked")
                if (mine and not (part and self._own_fault(key, each))) or place:
                    self.explained.append(key)
                else:
                    left.append(each)
            self.left[key] = left
            if not left:
                del self.left[key]

    def _beside(self) -> None:
        """What stands beside the figures of the round is made of all findings by the whole method."""
        if self.report.findings or self.report.method:
            for key in [key for key in self.left if key[0] in BESIDE]:
                self.explained.append(key)
                del self.left[key]

    def _cards(self) -> None:
        """A line for each printed figure that differs by itself; one for many that differ in the same way."""
        say = self.say
        order = ["site", "visit", "criterion", "place", "site_type", "unit", "area", "made", "total", *BESIDE]
        alike: dict[str, list[Key]] = defaultdict(list)
        for key in sorted(self.left, key=lambda key: order.index(key[0])):
            named = dict.fromkeys(say.field(each.field, each.part) for each in self.left[key])
            alike[say("comma").join(named)].append(key)
        for fields, keys in alike.items():
            if len(keys) > FEW:
                example = self._line(keys[0], self.left[keys[0]])
                self.report.figures.append(say("many", example=example, fields=fields, where=say.where(keys)))
            else:
                self.report.figures.extend(self._line(key, self.left[key]) for key in keys)

    def _line(self, key: Key, differences: Sequence[Difference]) -> str:
        say, texts = self.say, []
        for each in differences[:FEW]:
            if each.field in ("card", "cell"):
                texts.append(say(f"{each.field} missing"))
                continue
            text = f"{say.field(each.field, each.part)} {say.printed(each.printed, each.found)}"
            whole = each.field in ("score", "combined") and not each.part and key[0] in ABOVE
            if whole and not any(
                self.comparison.has(TOTAL if key == MADE else key, "score", part) for part in self._names()
            ):
                text += say("parts agree", found=say.value(each.found))
            texts.append(text)
        return say("line", what=say.thing(key), why=say("semicolon").join(texts))

    def _names(self) -> list[str]:
        return [share.part for share in self.recount.method.parts]


ABOVE = ("total", "made", "area", "site_type", "unit", "place")  # what is made of parts


def printed_figures(raw: Any, path: str = "", key: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every {num, den, value} of the document: where it stands, under which key, and the figure."""
    if isinstance(raw, dict):
        if set(raw) == {"num", "den", "value"}:
            yield path, key, raw
        else:
            for name, each in raw.items():
                yield from printed_figures(each, f"{path}.{name}" if path else name, name)
    elif isinstance(raw, list):
        for at, each in enumerate(raw):
            known = (
                [each[name] for name in ("id", "site", "part", "criterion") if name in each]
                if isinstance(each, dict)
                else []
            )
            yield from printed_figures(each, f"{path}[{known[0] if known else at}]", key)


def check_rounding(printed: Printed, comparison: Comparison, say: Words, report: Report) -> None:
    """Every printed figure's rounded value; those whose fraction differs are named already."""
    named: set[Fraction] = set()
    for differences in comparison.differences.values():
        for each in differences:
            values = each.printed if isinstance(each.printed, tuple) else (each.printed,)
            named.update(value for value in values if isinstance(value, Fraction))
    for path, key, figure in printed_figures(printed.raw):
        value, digits = fraction(figure), printed.method.digits if key in DIGITS else 6
        if named and value in named:
            continue
        if (str(value.numerator), str(value.denominator)) != (figure["num"], figure["den"]):
            report.figures.append(say("not reduced", path=path, **figure))
        elif half_up(value, digits) / 10**digits != figure["value"]:
            report.figures.append(say("rounding", path=path, rounded=rounded_text(value, digits), **figure))


def check_page(folder: Path, recount: Recount, say: Words, report: Report) -> int:
    """The total and its parts as index.html shows them, if it is there; how many figures were looked at."""
    try:
        text = read_text(folder, "index.html")
    except Unreadable:
        return 0
    total, seen = recount.cards[TOTAL], 0
    wanted = {"total.score": total.score}
    wanted.update({f"total.parts.{at}.score": part.score for at, part in enumerate(total.parts)})
    for path, score in wanted.items():
        if score is None:
            continue
        shown = re.findall(rf'data-path="{re.escape(path)}"[^>]*>\s*([^<]*?)\s*<', text)
        if not shown and path == "total.score":
            report.figures.append(say("page without", path=path))
        for number in dict.fromkeys(shown):
            seen += 1
            digits = len(number.partition(".")[2])
            if digits < recount.method.digits or number != rounded_text(score, digits):
                told = rounded_text(score, max(digits, recount.method.digits))
                report.figures.append(say("page", path=path, found=number, told=told))
    return seen


# -------------------------------------------------------------------------------- the whole


def compared_beside(folder: Path, recount: Recount) -> list[tuple[Key, str, Any, Any]]:
    """The heat table, mending and the rounds before against what is recounted. Raises ``Unreadable``."""
    previous = recount.printed.raw["previous"] and same_method(recount.printed.raw)
    rows = read_findings(folder, BEFORE) if previous else []
    try:
        before = Before(recount, rows).compared() if previous else ()
        return [*compared_heat(recount), *compared_mending(recount), *compared_trend(recount), *before]
    except (LookupError, TypeError, ValueError, ZeroDivisionError) as wrong:
        raise Unreadable("assessment.json", "not as expected", why=f"{type(wrong).__name__} {wrong}") from wrong


def recounted(folder: Path, language: str | None) -> tuple[list[str], bool]:
    """The lines to print, and whether all agrees. Raises ``Unreadable``."""
    printed = read_document(folder)
    try:
        rows = read_findings(folder)
    except Unreadable as wrong:
        wrong.language = printed.language
        raise
    say, report = Words(language or printed.language, printed.method.digits), Report()
    method = replace(printed.method, parts=check_parts(printed, say, report))
    method = replace(method, criteria=check_criteria(printed, rows, say, report))
    method = replace(method, tree=check_tree(printed, method, rows, say, report))
    recount = Recount(printed, method, rows)
    comparison = Comparison(printed, recount, compared_beside(folder, recount))
    check = FindingCheck(printed, recount, rows, say, report)
    check.lists(comparison)
    check.crossings(comparison)
    check.finish()
    figures = FigureCheck(printed, recount, comparison, say, report)
    check_rounding(printed, comparison, say, report)
    seen = check_page(folder, recount, say, report)
    lines = report.lines()
    told = lines[:MOST_LINES]
    if lines[MOST_LINES:]:
        told.append(say("more lines", count=len(lines) - MOST_LINES))
    if figures.explained:
        where = say.where(dict.fromkeys(figures.explained))
        told.append(say("above", count=len(figures.explained), where=where))
    if printed.raw["previous"] and not same_method(printed.raw):
        told.append(say("before left out", round=printed.raw["previous"]["round"]["id"]))
    if recount.units_left_out:
        told.append(say("units left out", count=recount.units_left_out))
    if lines or figures.explained:
        told.append(say("differ", count=len(lines)))
        return told, False
    score = recount.cards[TOTAL].score
    exactly = {} if score is None else {"rounded": rounded_text(score, method.digits), "exact": score}
    counts = {"criteria": len(method.criteria), "sites": sum(site.visited for site in printed.sites.values())}
    counts |= {"findings": len(rows), "figures": comparison.figures + seen}
    return [say("total", **exactly) if exactly else say("no total"), *told, say("agree", **counts)], True


def main(arguments: Sequence[str] | None = None) -> int:
    """Recount a result folder and print what was found; the exit code says whether it agrees."""
    parser = argparse.ArgumentParser(prog="recount", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--lang", choices=["zh", "en"])
    chosen = parser.parse_args(arguments)
    getattr(sys, "set_int_max_str_digits", abs)(0)  # an exact fraction may be long; old Pythons have no limit
    try:
        lines, agrees = recounted(chosen.folder, chosen.lang)
    except Unreadable as wrong:
        spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
        say = Words(chosen.lang or wrong.language or spoken[:2])
        print(say("unreadable", file=chosen.folder / wrong.file, why=say(wrong.text, **wrong.values)))
        return 2
    print("\n".join(lines))
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a console may lack a character
    sys.exit(main())

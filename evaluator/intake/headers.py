"""Headers -> what they mean, and from their meanings the shape of a table. Values are never looked at for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from duibiao.criteria.language import gettext as _
from duibiao.criteria.models import Catalogue, Field
from duibiao.evaluator.intake.names import Names, fold, list_known
from duibiao.evaluator.intake.questions import Questions
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.submission import COORDINATES, Shape
from duibiao.evaluator.yaml_line import flow

# Meaning -> the headers that have it, beside the meaning itself. The first is how messages call it.
STANDARD: Final[dict[str, tuple[str, ...]]] = {
    "site_id": ("编号",),
    "site": ("点位", "点位名称", "名称", "考察点位", "测评点位", "检查点位"),
    "site_type": ("点位类型", "类型", "点位类别", "场所类型"),
    "area": ("属地", "所属属地", "区域", "所属区域", "辖区", "所属辖区"),
    "date": (
        "日期",
        "检查日期",
        "考察日期",
        "测评日期",
        "调查日期",
        "检查时间",
        "考察时间",
        "测评时间",
        "调查时间",
        "提交答卷时间",
    ),
    "round": ("轮次",),
    "inspector": ("检查人", "检查人员", "考察人", "考察人员", "测评人员"),
    "complete": ("已查全",),
    "lead_unit": ("责任单位", "牵头单位", "牵头责任单位", "整改责任单位", "责任部门", "整改单位"),
    "supporting_units": ("配合单位", "配合部门"),
    "leader": ("责任领导",),
    "in_charge": ("整改责任人", "责任人"),
    "deadline": ("整改期限", "整改时限", "整改完成时限", "完成时限"),
    "part_of": ("所属点位",),
    "criterion": (
        *("测评标准", "标准", "考察标准", "测评内容", "考察内容", "检查内容"),
        *("测评项目", "考察项目", "检查项目", "项目"),
    ),
    "result": ("结果", "测评结果", "检查结果", "考察结果"),
    "grade": ("等级", "测评等级"),
    "deduction": ("扣分", "扣分值", "所扣分值"),
    "earned": ("得分", "实得分", "实际得分"),
    "points": ("分值", "满分", "标准分", "应得分"),
    "problem": ("问题", "问题描述", "存在问题", "主要问题", "发现问题", "具体问题", "问题内容", "扣分原因", "扣分说明"),
    "photo": ("照片", "现场照片", "问题照片", "图片", "现场图片", "问题图片"),
    "reason": ("豁免理由", "理由"),
    "approver": ("批准人",),
    "until": ("有效期至", "结束"),
    "parent": ("上级",),
    "level": ("层级", "级别"),
    "unit": ("单位",),
    "from": ("开始",),
    "title": ("标题",),
    "lon": ("经度", "东经", "经度坐标", "longitude", "lng"),
    "lat": ("纬度", "北纬", "纬度坐标", "latitude"),
    "lonlat": ("经纬度", "经纬度坐标", "坐标", "地理坐标"),
}
# Columns that number the rows: they mean nothing, and nobody misses them.
ORDINALS: Final = ("序号", "序", "行号", "No", "No.", "#")
# Meanings for which a sheet may have columns of different exactness (测评项目 beside 测评内容): the one whose header
# stands first here counts, and the others are not used. Headers of one line say the same.
_EXACT: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "criterion": (
        ("测评标准", "标准", "考察标准"),
        ("测评内容", "考察内容", "检查内容"),
        ("测评项目", "考察项目", "检查项目", "项目"),
    ),
    "area": (("属地", "所属属地"), ("区域", "所属区域", "辖区", "所属辖区")),
    "date": (
        ("日期", "检查日期", "考察日期", "测评日期", "调查日期"),
        ("检查时间", "考察时间", "测评时间", "调查时间"),
        ("提交答卷时间",),
    ),
    "lead_unit": (("责任单位", "牵头单位", "牵头责任单位"), ("整改责任单位", "责任部门", "整改单位")),
    "problem": (
        ("问题", "问题描述", "存在问题", "主要问题", "发现问题", "具体问题", "问题内容"),
        ("扣分原因", "扣分说明"),
    ),
}
WHO: Final = ("site_id", "site", "site_type", "area", "unit", "part_of")
_VISIT: Final = (
    *(*WHO, "date", "round", "inspector", "complete"),
    *("lead_unit", "supporting_units", "leader", "in_charge", "deadline"),
)
# What has a meaning in which shape; one column per level of area has one wherever ``area`` has.
MEANT: Final[dict[Shape, tuple[str, ...]]] = {
    "areas": ("site", "area", "parent", "level", "leader", "in_charge"),
    "units": ("unit", "area", "leader", "in_charge"),
    "rounds": ("round", "title", "from", "until"),
    "waivers": (*WHO, "criterion", "reason", "approver", "until"),
    "register": (
        *("site_id", "site", "site_type", "area", "part_of", "lead_unit", "supporting_units", "leader", "in_charge"),
        *COORDINATES,
    ),
    "wide": _VISIT,
    "checks": (*_VISIT, "criterion", "result", "grade", "deduction", "earned", "points", "problem", "photo"),
    "problems": (*_VISIT, "criterion", "deduction", "problem", "photo"),
    "answers": ("area", "date", "round"),
    "mapping": (),
}
# Tables whose rows are no findings: who answers for an area, a unit or a site leads it.
_LED: Final[tuple[Shape, ...]] = ("areas", "units", "register")
_SOMEBODY: Final = ("site", "site_id", "area", "unit")
# What a table of a shape cannot do without: of each line one. The first of two that come as near is proposed.
NEEDED: Final[dict[Shape, tuple[tuple[str, ...], ...]]] = {
    "checks": (_SOMEBODY, ("criterion",), ("result", "grade", "deduction", "earned")),
    "problems": (_SOMEBODY, ("criterion",), ("problem",)),
    "waivers": (_SOMEBODY, ("criterion",), ("reason",)),
    "rounds": (("round",), ("from",), ("until",)),
    "register": (("site", "site_id"), ("site_type",)),
    "areas": (("area", "site"), ("parent",)),
    "units": (("unit",),),
    "wide": (_SOMEBODY,),
    "answers": (),  # and a question, which no standard header is
}
PHOTO: Final = "Photo_"  # before the id of a criterion, where a column of inspections names photos of it
LEVEL: Final = "@"  # before the key of a level of area, where a column gives the area of that level
_NEEDED: Final = "; ".join(
    (
        "点位+点位类型",
        "点位+日期+...",
        "点位+测评标准+结果|等级|扣分|得分",
        "点位+测评标准+问题",
        "点位+测评标准+豁免理由",
        "名称+上级",
        "单位",
        "轮次+开始+结束",
        "属地+问卷题目+...",
    )
)
_SHOWN: Final = 30
_ADVISED: Final = 5


@dataclass(frozen=True, slots=True)
class Recognised:
    """The shape of a table, and the columns (from 0) of each standard meaning that counts in this shape.

    ``outranked`` has the columns that are not used since another one says the same more exactly, with that one.
    """

    shape: Shape
    columns: Mapping[str, tuple[int, ...]]
    outranked: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Stated:
    """What mapping.yaml says of a table that its headers need not say: its shape, and standard meanings."""

    shape: Shape | None = None
    meanings: frozenset[str] = frozenset()


UNSTATED: Final = Stated()


class Vocabulary:
    """Everything that a header can mean under one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        kinds = catalogue.site_types
        levels = catalogue.head.area_levels
        self.standard = {fold(each): meaning for meaning, names in STANDARD.items() for each in (meaning, *names)}
        self.levels = {fold(each): LEVEL + key for key, title in levels.items() for each in (title, key)}
        self.photos = {fold(PHOTO + each.id): PHOTO + each.id for each in catalogue.criteria}
        self.forms = {key: catalogue.form(key) for key in kinds}
        self.registers = {
            key: {name: field for name, field in kind.fields.items() if field.from_ == "site"}
            for key, kind in kinds.items()
        }
        self._of_units = {key for key, kind in kinds.items() if kind.each == "unit"}
        self._fields = {key: _by_header(form) for key, form in self.forms.items()}
        self._register_fields = {key: _by_header(fields) for key, fields in self.registers.items()}
        self.questions = Questions(catalogue)
        every = [field.label for form in (*self.forms.values(), *self.registers.values()) for field in form.values()]
        standard = [name for names in STANDARD.values() for name in names]
        self.known = Names((name, name) for name in (*standard, *levels.values(), *every, *self.questions.texts))

    def meaning(self, header: str) -> str | None:
        """The standard meaning of a header, the level of area that it gives, or the criterion that it has photos of."""
        name = fold(header)
        return self.standard.get(name) or self.levels.get(name) or self.photos.get(name)

    def field(self, header: str, site_type: str) -> str | None:
        """The field of a form, or the judged criterion, that a header names on one site type."""
        return self._fields[site_type].get(fold(header))

    def field_of_any_type(self, header: str) -> tuple[str, Field] | None:
        """The field that a header names where the type is not known, if all types that know the header agree on it."""
        found = {key: self.forms[kind][key] for kind in self.forms if (key := self.field(header, kind)) is not None}
        return next(iter(found.items())) if len(found) == 1 else None

    def seen(self, header: str) -> bool:
        """Whether a header names what is seen at an inspection of some type; texts such as 备注 stand anywhere."""
        found = ((form, self.field(header, kind)) for kind, form in self.forms.items())
        return any(key is not None and form[key].kind != "text" for form, key in found)

    def asks(self, header: str) -> bool:
        """Whether a header asks a question, and means nothing else in a table of answers."""
        return not self.allowed(self.meaning(header), "answers") and self.questions.known(header)

    def register_field(self, header: str, site_type: str) -> str | None:
        """The field of the register that a header names for one site type."""
        return self._register_fields[site_type].get(fold(header))

    def of_register(self, header: str) -> bool:
        """Whether a header names what only a register tells: a field of it, or where a site lies."""
        fields = any(self.register_field(header, kind) for kind in self.registers)
        return fields or self.meaning(header) in COORDINATES

    def allowed(self, meaning: str | None, shape: Shape) -> bool:
        """Whether a standard meaning counts in a shape."""
        if meaning is None:
            return False
        if meaning.startswith(PHOTO):
            return shape == "wide"
        return meaning in MEANT[shape] or (meaning.startswith(LEVEL) and "area" in MEANT[shape])

    def named(self, header: str) -> list[Field]:
        """The fields that a header names, of inspections and of the register, once for each type."""
        named = [(self.forms, self.field), (self.registers, self.register_field)]
        return [forms[kind][key] for forms, find in named for kind in forms if (key := find(header, kind)) is not None]

    def knows(self, header: str) -> bool:
        """Whether a header means anything anywhere."""
        return (
            self.meaning(header) is not None
            or any(self.field(header, kind) is not None for kind in self.forms)
            or any(self.register_field(header, kind) is not None for kind in self.registers)
            or self.questions.known(header)
            or self.questions.samples(header)
        )

    def recognise(self, headers: Sequence[str], stated: Stated = UNSTATED) -> Recognised:
        """The shape of a table with these headers; raises ``Refused``."""
        meanings = [self.meaning(header) for header in headers]
        shape = stated.shape or self.shape(headers, stated)
        if shape is None:
            raise Refused("unknown-shape", seen=_listed(headers), needed=_NEEDED, advice=self._advice(headers))
        lacking = self.lacking(shape, headers, stated)
        if stated.shape is not None and lacking:
            raise Refused("shape-lacks", shape=shape, lacking=" + ".join(lacking), seen=_listed(headers))
        columns: dict[str, tuple[int, ...]] = {}
        for number, meaning in enumerate(meanings):
            if meaning is not None and self.allowed(meaning, shape):
                told = "leader" if meaning == "in_charge" and shape in _LED else meaning
                columns[told] = (*columns.get(told, ()), number)
        outranked: dict[int, int] = {}
        for meaning in columns.keys() & _EXACT.keys():
            ranks = [_rank(meaning, headers[number]) for number in columns[meaning]]
            kept = tuple(number for number, rank in zip(columns[meaning], ranks, strict=True) if rank == min(ranks))
            outranked |= {number: kept[0] for number in columns[meaning] if number not in kept}
            columns[meaning] = kept
        if columns.keys() >= set(COORDINATES):
            outranked |= dict.fromkeys(columns.pop("lonlat"), columns["lon"][0])
        return Recognised(shape, columns, outranked)

    def lacking(self, shape: Shape, headers: Sequence[str], stated: Stated = UNSTATED) -> list[str]:
        """What a table of ``shape`` with these headers lacks, by the headers that it may have: ``点位|编号``."""
        has = self._has(headers, stated)
        if shape == "answers":
            return [] if any(map(self.asks, headers)) else [_("a question of the catalogue")]
        return [
            "|".join(STANDARD[each][0] for each in either) for either in NEEDED[shape] if not has.intersection(either)
        ]

    def nearest_shape(self, headers: Sequence[str]) -> tuple[Shape, list[str]] | None:
        """The shape that these headers come nearest to, and what they lack for it; None where they say nothing."""
        has = self._has(headers, UNSTATED)
        if has.intersection(_SOMEBODY) and has & {"date", "round"} and "criterion" not in has:
            return "wide", [_("a field of the catalogue")]
        lacks = {shape: self.lacking(shape, headers) for shape in NEEDED}
        begun = [shape for shape in NEEDED if 0 < len(lacks[shape]) < len(NEEDED[shape])]
        nearest = min(begun, key=lambda shape: (len(lacks[shape]), -len(NEEDED[shape])), default=None)
        return None if nearest is None else (nearest, lacks[nearest])

    def _has(self, headers: Sequence[str], stated: Stated) -> set[str]:
        """The meanings that a table has; ``area`` for any level of area."""
        has = {meaning for header in headers if (meaning := self.meaning(header)) is not None} | stated.meanings
        return has | ({"area"} if any(each.startswith(LEVEL) for each in has) else set())

    def shape(self, headers: Sequence[str], stated: Stated = UNSTATED) -> Shape | None:
        """The shape that the headers tell, or None."""
        has = self._has(headers, stated)
        meanings = [self.meaning(header) for header in headers]
        named, dated = bool(has & {"site_id", "site"}), bool(has & {"date", "round"})
        placed = "area" in has
        if "criterion" in has:
            return _shape_with_criterion(has) if named or placed or "unit" in has else None
        if {"round", "from", "until"} <= has:
            return "rounds"
        if self._is_of_answers(headers):
            return "answers"
        if "parent" in has and {"area", "site"}.intersection(meanings) and "site_type" not in has and not dated:
            return "areas"
        if "site_type" in has and named and not dated:
            return "register"
        kinds = {
            kind
            for header, meaning in zip(headers, meanings, strict=True)
            if not self.allowed(meaning, "wide")
            for kind in self.forms
            if self.field(header, kind)
        }
        if "unit" in has and not named and not dated and not kinds & self._of_units:
            return "units"
        return "wide" if kinds and (named or placed or "unit" in has) else None

    def _is_of_answers(self, headers: Sequence[str]) -> bool:
        """Whether headers ask questions, and fewer of them (none, beside 点位) are what is seen at inspections."""
        asked = sum(map(self.asks, headers))
        others = [header for header in headers if not self.asks(header) and not self.questions.samples(header)]
        seen = sum(self.seen(header) for header in others if not self.allowed(self.meaning(header), "answers"))
        return asked > seen and (not seen or "site" not in map(self.meaning, headers))

    def _advice(self, headers: Sequence[str]) -> str:
        """The nearest known header for the first of those that nothing is known of, as the line of mapping.yaml."""
        unknown = [
            header for header in headers if header and self.meaning(header) is None and not self.known.get(header)
        ]
        found = {header: self.known.near(header) for header in unknown[:_ADVISED]}
        near = {header: name for header, name in found.items() if name is not None}
        if not near:
            return list_known([names[0] for names in STANDARD.values()]) + "." if unknown else ""
        told = [f"'{header}': " + _("did you mean '{name}'?").format(name=name) for header, name in near.items()]
        line = _("Where it is, write in mapping.yaml, for this table: {line}.").format(line=flow({"columns": near}))
        return " ".join((*told, line))


def _by_header(fields: Mapping[str, Field]) -> dict[str, str]:
    found = {fold(name): key for key, field in fields.items() for name in (*field.aliases, field.label)}
    return found | {fold(key): key for key in fields}


def _rank(meaning: str, header: str) -> int:
    """How exactly a header says its meaning: 0 is the most exact."""
    name = fold(header)
    return next((rank for rank, names in enumerate(_EXACT[meaning]) if name in map(fold, names)), 0)


def _listed(headers: Sequence[str]) -> str:
    named = [header for header in headers if header]
    return ", ".join(named[:_SHOWN]) + (" ..." if len(named) > _SHOWN else "")


def _shape_with_criterion(has: set[str]) -> Shape | None:
    if "reason" in has:
        return "waivers"
    if has & {"result", "grade", "earned"}:
        return "checks"
    if "problem" in has:
        return "problems"
    return "checks" if "deduction" in has else None

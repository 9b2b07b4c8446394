"""Headers -> meanings, and the shape of a table from them."""

from __future__ import annotations

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake import headers as known
from duibiao.evaluator.intake.headers import MEANT, STANDARD, Stated, Vocabulary
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.submission import Shape
from tests import shipped


@pytest.fixture(scope="module")
def vocabulary(catalogue: Catalogue) -> Vocabulary:
    return Vocabulary(catalogue)


@pytest.mark.parametrize(
    ("header", "meaning"),
    [(name, meaning) for meaning, names in STANDARD.items() for name in (meaning, *names)]
    + [
        ("　点 位 ", "site"),
        ("ＳＩＴＥ", "site"),
        ("Site_ID", "site_id"),
        ("检查 日期", "date"),
        ("点位\n类型", "site_type"),
    ]
    + [("区县", "@district"), ("District", "@district"), ("社区", "@community"), ("没有的", None), ("", None)],
)
def test_standard_headers(vocabulary: Vocabulary, header: str, meaning: str | None) -> None:
    assert vocabulary.meaning(header) == meaning


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("摊位数", "stalls"), ("摊位总数", "stalls"), ("stalls", "stalls"), (" 摊 位 数 ", "stalls"), ("STALLS", "stalls"),
        ("秩序良好", "market_order"), ("market_order", "market_order"), ("服务周到", "market_service"),
        ("建筑面积", None), ("骑行人数", None), ("市场干净", None),
    ],
)  # fmt: skip
def test_fields_and_judged_criteria_of_a_type(vocabulary: Vocabulary, header: str, field: str | None) -> None:
    assert vocabulary.field(header, "market") == field


def test_the_same_title_is_another_criterion_at_another_type(vocabulary: Vocabulary) -> None:
    assert vocabulary.field("秩序良好", "crossing") == "crossing_order"


def test_fields_of_the_register(vocabulary: Vocabulary) -> None:
    assert vocabulary.register_field("建筑面积", "market") == "floor_area"
    assert vocabulary.register_field("建筑面积", "crossing") is None


@pytest.mark.parametrize(
    ("headers", "shape"),
    [
        ("名称 上级", "areas"), ("属地 上级 层级 责任领导", "areas"), ("name area parent", "areas"),
        ("单位", "units"), ("单位 属地 责任领导", "units"), ("unit area", "units"),
        ("轮次 标题 开始 结束", "rounds"), ("round from until", "rounds"),
        ("点位 测评标准 豁免理由 批准人 有效期至", "waivers"), ("区县 标准 理由", "waivers"), ("单位 标准 理由 问题", "waivers"),
        ("点位 测评标准 结果", "checks"), ("点位 测评项目 等级", "checks"), ("编号 标准 扣分", "checks"), ("点位 标准 结果 问题", "checks"),
        ("点位 标准 等级 问题", "checks"), ("属地 标准 结果", "checks"),
        ("点位 标准 问题", "problems"), ("点位 标准 扣分 问题描述 照片", "problems"), ("点位 日期 标准 问题 单位", "problems"),
        ("点位 点位类型", "register"), ("编号 类型 区县", "register"), ("点位 类型 建筑面积 责任单位", "register"), ("名称 类型 上级", "register"),
        ("点位 类型 摊位数", "register"), ("单位 属地 备注", "units"), ("单位 属地 日期 备注", "wide"), ("名称 上级 备注", "areas"),
        ("点位 日期 摊位数", "wide"), ("点位 摊位数", "wide"), ("点位 类型 日期 摊位数", "wide"), ("点位 类型 轮次 摊位数", "wide"), ("区县 常住人口", "wide"), ("属地 常住人口", "wide"),
        ("单位 明白人人数", "wide"), ("编号 秩序良好", "wide"), ("点位 类型 日期 摊位数 建筑面积", "wide"), ("社区 riders", "wide"),
    ],
)  # fmt: skip
def test_shapes(vocabulary: Vocabulary, headers: str, shape: str) -> None:
    assert vocabulary.recognise(headers.split()).shape == shape


@pytest.mark.parametrize(
    "headers",
    [
        "点位", "点位 日期", "点位 日期 摊位", "摊位数", "日期 摊位数", "测评标准 结果", "点位 测评标准", "点位 测评标准 照片",
        "轮次 开始", "单位 日期", "甲 乙 丙", "点位 点位类型 日期", "单位 点位",
    ],
)  # fmt: skip
def test_what_is_no_table(vocabulary: Vocabulary, headers: str) -> None:
    with pytest.raises(Refused, match="unknown-shape"):
        vocabulary.recognise(headers.split())


def test_a_refused_table_says_what_was_seen_and_what_is_needed(vocabulary: Vocabulary) -> None:
    with pytest.raises(Refused) as caught:
        vocabulary.recognise(["店位", "曰期", "", *(f"甲{each}" for each in range(40))])
    message = caught.value.at("a.csv").message
    assert "'店位': did you mean '点位'?" in message
    assert "'曰期': did you mean '日期'?" in message
    assert "write in mapping.yaml, for this table: {columns: {店位: 点位, 曰期: 日期}}. A table needs" in message
    assert "点位+点位类型" in message
    assert "甲27 ..." in message


def test_a_refused_table_without_any_near_header_is_told_known_ones(vocabulary: Vocabulary) -> None:
    with pytest.raises(Refused) as caught:
        vocabulary.recognise(["xyz", "qqq"])
    message = caught.value.at("a.csv").message
    assert "Seen: xyz, qqq. known: 编号, 点位, 点位类型, 属地, 日期" in message
    assert " .... A table needs" in message
    with pytest.raises(Refused) as caught:
        vocabulary.recognise(["点位", "日期"])
    assert "Seen: 点位, 日期.  A table needs" in caught.value.at("a.csv").message


def test_headers_that_mean_nothing_in_a_shape_are_left_out(vocabulary: Vocabulary) -> None:
    found = vocabulary.recognise(["点位", "日期", "问题", "摊位数", "区县", "名称"])
    assert found.columns == {"site": (0, 5), "date": (1,), "@district": (4,)}


def test_no_name_of_the_shipped_catalogue_is_a_standard_header() -> None:
    """A field whose label is a standard header could not be read: the header decides."""
    vocabulary = Vocabulary(shipped.catalogue("national"))
    names = {
        name
        for forms in (vocabulary.forms, vocabulary.registers)
        for form in forms.values()
        for key, field in form.items()
        for name in (key, field.label, *field.aliases)
    }
    assert len(names) > 300
    assert sorted(name for name in names if vocabulary.meaning(name) is not None) == []


@pytest.mark.parametrize(
    ("headers", "columns", "outranked"),
    [
        ("点位 测评项目 测评标准 结果", {"criterion": (2,)}, {1: 2}), ("点位 项目 测评内容 标准 结果", {"criterion": (3,)}, {1: 3, 2: 3}), ("点位 项目 检查项目 结果", {"criterion": (1, 2)}, {}),
        ("点位 区域 属地 日期 检查时间 摊位数", {"area": (2,), "date": (3,)}, {1: 2, 4: 3}), ("点位 检查时间 摊位数", {"date": (1,)}, {}),
        ("点位 整改单位 责任单位 摊位数", {"lead_unit": (2,)}, {1: 2}), ("点位 标准 扣分原因 存在问题", {"problem": (3,)}, {2: 3}), ("点位 criterion 项目 结果", {"criterion": (1,)}, {2: 1}),
    ],
)  # fmt: skip
def test_the_more_exact_header_counts(
    vocabulary: Vocabulary, headers: str, columns: dict[str, tuple[int, ...]], outranked: dict[int, int]
) -> None:
    found = vocabulary.recognise(headers.split())
    assert {meaning: found.columns[meaning] for meaning in columns} == columns
    assert found.outranked == outranked


@pytest.mark.parametrize(
    ("shape", "headers", "lacking"),
    [
        ("checks", "点位 测评标准", ["结果|等级|扣分|得分"]), ("checks", "区县 测评标准 得分", []), ("problems", "标准 扣分", ["点位|编号|属地|单位", "问题"]),
        ("register", "编号", ["点位类型"]), ("areas", "名称", ["上级"]), ("rounds", "轮次", ["开始", "有效期至"]), ("wide", "摊位数", ["点位|编号|属地|单位"]), ("units", "", ["单位"]),
    ],
)  # fmt: skip
def test_what_a_table_lacks(vocabulary: Vocabulary, shape: Shape, headers: str, lacking: list[str]) -> None:
    assert vocabulary.lacking(shape, headers.split()) == lacking
    if lacking:
        with pytest.raises(Refused, match="shape-lacks"):
            vocabulary.recognise(headers.split(), Stated(shape))
    else:
        assert vocabulary.recognise(headers.split(), Stated(shape)).shape == shape


@pytest.mark.parametrize(
    ("headers", "nearest"),
    [("点位 测评标准", ("checks", ["结果|等级|扣分|得分"])), ("轮次 开始", ("rounds", ["有效期至"])), ("甲 乙", None), ("点位 日期 怪", ("wide", ["a field of the catalogue"])), ("编号 怪", ("register", ["点位类型"]))],
)  # fmt: skip
def test_the_shape_that_headers_come_nearest_to(vocabulary: Vocabulary, headers: str, nearest: object) -> None:
    assert vocabulary.nearest_shape(headers.split()) == nearest


def test_what_mapping_states_need_not_stand_in_headers(vocabulary: Vocabulary) -> None:
    assert vocabulary.shape(["测评标准", "结果"]) is None
    assert vocabulary.shape(["测评标准", "结果"], Stated(meanings=frozenset({"site"}))) == "checks"
    assert vocabulary.shape(["常住人口"], Stated(meanings=frozenset({"area"}))) == "wide"


def test_every_exact_name_is_a_standard_header_of_its_meaning() -> None:
    for meaning, groups in known._EXACT.items():
        assert [name for group in groups for name in group if name not in STANDARD[meaning]] == []
        assert [name for name in STANDARD[meaning] if name not in {each for group in groups for each in group}] == []


def test_every_meaning_counts_somewhere() -> None:
    assert {meaning for meanings in MEANT.values() for meaning in meanings} == set(STANDARD)

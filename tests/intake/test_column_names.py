"""By which name a column is recognised."""

from __future__ import annotations

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.column import column_of
from duibiao.evaluator.intake.column_names import name_columns
from duibiao.evaluator.intake.headers import ORDINALS, Vocabulary
from duibiao.evaluator.intake.mapping import Renamed
from duibiao.evaluator.intake.tables import RawTable


@pytest.fixture(scope="module")
def vocabulary(catalogue: Catalogue) -> Vocabulary:
    return Vocabulary(catalogue)


def named(vocabulary: Vocabulary, headers: str, **renamed: str) -> RawTable:
    """A table of these headers, divided by ``|``, under a mapping of columns."""
    names = tuple(header.strip() for header in headers.split("|"))
    table = RawTable("w.csv", None, "", names, tuple(column_of([]) for _ in names), [], lettered=True)
    return name_columns(table, [Renamed(column, name, "m", 1) for column, name in renamed.items()], vocabulary)


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        ("点位 | 摊位数", "点位 | 摊位数"), ("一/点位 | 二/摊位数", "点位 | 摊位数"), ("一/二/点位 | 怪", "点位 | 怪"), ("一/怪 | 点位", "一/怪 | 点位"),
        ("点位 | 一/点位", "点位 | "), ("一/名称 | 点位", " | 点位"), ("一/点位 | 二/名称", " | "), ("一/噪声 | 二/噪声", " | "), ("一/噪声 | 二/noise", "噪声 | noise"),
        ("责任单位/名称 | 摊位数", " | 摊位数"), ("点位/名称 | 摊位数", "名称 | 摊位数"), ("组/名称 | 摊位数", "名称 | 摊位数"), ("点位/编号", ""), ("责任单位/照片", "照片"),
        ("*点位 | 摊位数*", "点位 | 摊位数"), ("点位(必填) | 点位 (说明)", "点位 | 点位 (说明)"), ("摊位数(个) | 噪声(个)", "摊位数 | 噪声(个)"), ("扣分(分) | 得分(个)", "扣分 | 得分(个)"),
        ("组/抽检合格率(%) | 明码标价率(%)", "抽检合格率 | 明码标价率"), ("露天(个) | 怪(个)", "露天(个) | 怪(个)"),
        ("摊位数/个 | 噪声/个", "摊位数 | 噪声/个"), ("明码标价率/% | 抽检合格率%", "明码标价率 | 抽检合格率"), ("组/明码标价率% | 摊位数(单位:个)", "明码标价率 | 摊位数"),
        ("摊位数(%) | 噪声/% | 地面干净%", "摊位数(%) | 噪声/% | 地面干净%"), ("怪(%) | 怪/% | %", "怪(%) | 怪/% | %"), ("明码标价率() | 明码标价率(个)", "明码标价率() | 明码标价率(个)"), ("序号 | No. | 序 | 点位", " |  |  | 点位"), (" | 点位", " | 点位"),
    ],
)  # fmt: skip
def test_names(vocabulary: Vocabulary, headers: str, names: str) -> None:
    assert " | ".join(named(vocabulary, headers).names) == names


def test_what_mapping_says_goes_before_everything(vocabulary: Vocabulary) -> None:
    table = named(vocabulary, "序号 | 点位 | 一/噪声 | 二/噪声", 序号="编号", B="", D="噪声")
    assert table.names == ("编号", "", "", "噪声")
    assert [values["header"] for code, values in table.remarks if code == "ambiguous-header"] == ["一/噪声"]


def test_a_name_for_several_columns_names_none(vocabulary: Vocabulary) -> None:
    assert named(vocabulary, "甲 | 甲", 甲="点位").names == ("甲", "甲")


@pytest.mark.parametrize("header", ORDINALS)
def test_numbers_of_rows_mean_nothing(vocabulary: Vocabulary, header: str) -> None:
    assert vocabulary.knows(header) is False
    assert named(vocabulary, f"{header} | 点位").names == ("", "点位")


def test_units_of_a_name(vocabulary: Vocabulary) -> None:
    units = [[field.unit for field in vocabulary.named(name)] for name in ("摊位数", "建筑面积", "怪")]
    assert units == [["个"], [None], []]

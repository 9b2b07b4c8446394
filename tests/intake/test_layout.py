"""The layout of a sheet: where titles, headers and data stand, and what is none of them."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake import layout
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.layout import JOIN, Layout, Range, lay_out
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.tables import letters
from duibiao.evaluator.intake.values import Cell
from tests.intake.awkward.sheets import cells


@pytest.fixture(scope="module")
def vocabulary(catalogue: Catalogue) -> Vocabulary:
    return Vocabulary(catalogue)


def corner(name: str) -> tuple[int, int]:
    """The row and column of B7, from 0; one letter is enough here."""
    return int(name[1:]) - 1, ord(name[0]) - ord("A")


def laid_out(vocabulary: Vocabulary, rows: list[str], merged: str = "", header_rows: tuple[int, ...] = ()) -> Layout:
    """The layout of rows with merged ranges."""
    whole = [list(cells(row)) for row in rows]
    width = max(map(len, whole))
    ranges: list[Range] = []
    for each in merged.split():
        first, _, last = each.partition(":")
        ranges.append((corner(first), corner(last)))
    found = lay_out([[*row, *[""] * (width - len(row))] for row in whole], ranges, vocabulary, header_rows)  # type: ignore[list-item]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rows", "merged", "headers", "names"),
    [
        (["点位 | 摊位数", "甲 | 1"], "", (0,), "点位 摊位数"),
        (["单位", "文明办"], "", (0,), "单位"), (["不认得", "甲"], "", (0,), "不认得"),
        (["标题", "不 | 认", "1 | 2"], "", (1,), "不 认"), (["标题", "副标题"], "", (0,), "标题"),
        (["点位 | 组", " | 摊位数", "甲 | 1"], "A1:A2", (0, 1), "点位 组/摊位数"),
        (["点位 | 组", "点位 | 摊位数", "甲 | 1"], "B1:B2", (0, 1), "点位 组"),
        (["点位 | 组 |", " | 摊位数 | 噪声", "甲 | 1 | 2"], "A1:A2 B1:C1", (0, 1), "点位 组/摊位数 组/噪声"),
        (["点位 | 组 |", " | 摊位数 |", "甲 | 1 | "], "A1:A2 B1:C1", (0, 1), "点位 组/摊位数 "),
        (["点位 | 备注 |", "甲 | 好 | 很好"], "B1:C1", (0,), "点位 备注 "),
        (["点位 | 摊位数 |", "甲 | =3 | =4"], "B1:C1", (0,), "点位 摊位数 "),
        (["点位 | 备注 |", " | =3 | =4"], "B1:C1", (0,), "点位 备注 "),
        (["点位 | | 备注 |", "甲 | | 好 |"], "A1:B1 C1:D1 A2:B2 C2:D2", (0,), "点位  备注 "),
        (["点位 | | 备注 |", "川汇区 | 甲 | 好 | 很好"], "A1:B1 C1:D1", (0,), "点位  备注 "),
        (["点位 | 甲组 | |", "点位 | 上 | | 下", " | 摊位数 | 噪声 | 排水", "a | 1 | 2 | A"], "A1:A3 B1:D1 B2:C2 D2:D3", (0, 1, 2), "点位 甲组/上/摊位数 甲组/上/噪声 甲组/下"),
        (["点位 | 摊位数 | 备注", "甲 | 1 | x", "乙 | 2 | "], "C2:C3", (0,), "点位 摊位数 备注"),
        (["市 | 点位 | 摊位数", " | 甲 | 1", " | 乙 | 2", " | 丙 | 3"], "A1:A4", (0,), "市 点位 摊位数"),
        (["点位 | 地面干净 | 备注", "甲 | 是 |", "乙 | 否 | x"], "C1:C2", (0,), "点位 地面干净 备注"),
        (["甲 | 乙 | 丙", "丁 | 戊 |", "1 | 2 | 3"], "C1:C2", (0, 1), "甲/丁 乙/戊 丙"),
        (["点位 | 组 |", "点位 | 摊位数 | 噪声", "甲 | 1 | 2"], "B1:C1", (0, 1), "点位 组/摊位数 组/噪声"),
        (["点位 | 组 |", " | 摊位数 | 噪声", "甲 | 1 | 2"], "C1:D1 B1:B1 B1:C1 A1:A2 B1:B1", (0, 1), "点位 组/摊位数 组/噪声"),
    ],
)  # fmt: skip
def test_headers(vocabulary: Vocabulary, rows: list[str], merged: str, headers: tuple[int, ...], names: str) -> None:
    found = laid_out(vocabulary, rows, merged)
    assert found.headers == headers
    assert found.names == tuple(names.split(" "))


@given(
    st.lists(
        st.lists(st.sampled_from(["摊位数", "噪声", "排水", "怪"]), min_size=1, max_size=3, unique=True),
        min_size=1,
        max_size=4,
    )
)
def test_groups_of_headers_are_joined_with_the_headers_below_them(
    vocabulary: Vocabulary, groups: list[list[str]]
) -> None:
    """点位 merged down, beside it groups merged across the headers that belong to them."""
    upper, lower, merged, names = ["点位"], [""], ["A1:A2"], ["点位"]
    for number, group in enumerate(groups):
        start = len(upper)
        upper += [f"组{number}", *[""] * (len(group) - 1)]
        lower += group
        names += [f"组{number}{JOIN}{name}" for name in group]
        if len(group) > 1:
            merged.append(f"{letters(start)}1:{letters(start + len(group) - 1)}1")
    found = laid_out(vocabulary, [" | ".join(upper), " | ".join(lower), "甲 | 1"], " ".join(merged))
    assert (found.headers, found.names, found.data) == ((0, 1), tuple(names), [2])


def test_titles_fill_at_most_half_as_many_cells(vocabulary: Vocabulary) -> None:
    found = laid_out(vocabulary, ["填报单位 | 文明办", "点位 | 摊位数 | 噪声 | 备注", "甲 | 1 | 2 | x"])
    assert (found.titles, found.headers) == ((0,), (1,))
    narrow = laid_out(vocabulary, ["填报单位 | 文明办", "点位 | 摊位数 | 噪声", "甲 | 1 | 2"])
    assert (narrow.titles, narrow.headers) == ((), (0,))


@pytest.mark.parametrize(
    ("rows", "header_rows", "names"),
    [
        (["表", "甲 | 乙 | ", " | 丙 | 丁", "1 | 2 | 3"], (1, 2), "甲 乙/丙 乙/丁"),
        (["甲 | 乙", "甲 | 丙", "1 | 2"], (0, 1), "甲 乙/丙"), (["甲 | | 乙", " | 丙 | ", "1 | 2 | 3"], (0, 1), "甲 甲/丙 乙"),
        (["甲 | 乙", "丙 | 丁"], (1,), "丙 丁"),
    ],
)  # fmt: skip
def test_headers_that_mapping_gives(
    vocabulary: Vocabulary, rows: list[str], header_rows: tuple[int, ...], names: str
) -> None:
    found = laid_out(vocabulary, rows, "", header_rows)
    assert (found.headers, found.names) == (header_rows, tuple(names.split(" ")))


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("合计 | 7", "summaries"), (" 总 计 ： | 7", "summaries"), ("平均分 | 7", "summaries"), ("甲 | 小计", "summaries"), ("甲 | 平均", "data"), ("东城区小计 | 7", "summaries"), ("全市合计： | 7", "summaries"), ("计生站 | 7", "data"),
        ("填表人：张三 | 日期：3月6日", "remarks"), ("填表人：张三 | 3月", "data"), ("审核人: | 李四", "remarks"), ("备注：一式三份", "remarks"), ("注1：一式三份", "remarks"), ("说明、一式三份", "remarks"),
        ("负责人签字： | x", "remarks"), ("(盖章): | x", "remarks"), ("第 1 页 共 2 页", "remarks"), ("第 1 页 共 2 页 | x", "data"), ("联系电话: 1", "remarks"), ("检查日期: 3月", "remarks"),
        ("注意事项 | 7", "data"), ("检查人民市场 | 7", "data"), ("备注 | 7", "data"), ("=1 | =2", "data"), ("点位 | 摊位数", "repeated"), ("点位 | 摊位", "data"), ("点位 | ", "data"),
    ],
)  # fmt: skip
def test_what_stands_below_the_data(vocabulary: Vocabulary, row: str, kind: str) -> None:
    found = laid_out(vocabulary, ["点位 | 摊位数", "甲 | 1", row])
    assert 2 in getattr(found, kind)
    assert sorted((*found.data, *found.summaries, *found.remarks, *found.repeated)) == [1, 2]


@pytest.mark.parametrize(
    ("row", "remark"),
    [
        ("记录人：李 | M2 | 2026-03-05 | 5", False), ("注1：甲 | M2 | 2026-03-05 | 5", False), ("记录人：李 | M2 | 2026-03-05", False),
        ("记录人：李 | 5 | | ", True), ("注1：甲 | | | ", True), ("填表人：张 | 审核人：李 | 单位：文明办 | 日期：3月6日", True),
        ("填表人： | 张 | 审核人： | 李", True), ("填表人：张 | 李 | 审核人： | 王", True), ("填表人：张 | 李 | 王 | ", False),
    ],
)  # fmt: skip
def test_a_row_full_of_values_is_data_whatever_it_begins_with(vocabulary: Vocabulary, row: str, remark: bool) -> None:
    found = laid_out(vocabulary, ["检查人 | 编号 | 日期 | 摊位数", "张 | M1 | 2026-03-05 | 0", row])
    assert (found.data, found.remarks) == (([1], (2,)) if remark else ([1, 2], ()))


def test_remarks_stand_at_the_end_only(vocabulary: Vocabulary) -> None:
    rows = ["点位 | 摊位数", "备注: x", "甲 | 1", "填表人: y", "合计 | 1", "注: z"]
    found = laid_out(vocabulary, rows)
    assert (found.data, found.summaries, found.remarks) == ([1, 2], (4,), (3, 5))


@pytest.mark.parametrize(
    ("rows", "merged", "remark"),
    [
        (["点位 | 摊位数 | 备注 | 噪声", "甲 | 1 | x | 2", "说得很长"], "A3:B3", True), (["点位 | 摊位数 | 备注 | 噪声", "甲 | 1 | x | 2", " | 说得很长"], "B3:D3", True),
        (["点位 | 摊位数 | 备注 | 噪声 | 排水", "甲 | 1 | x | 2 | A", "说得很长"], "A3:B3", False), (["点位 | 摊位数 | 备注", "甲 | 1 | x", "说得很长 | | y"], "A3:B3", False),
        (["点位 | 摊位数 | 备注", "甲 | 1 | x", "说得很长"], "A2:B2", False),
    ],
)  # fmt: skip
def test_a_text_over_half_the_width_is_a_remark(
    vocabulary: Vocabulary, rows: list[str], merged: str, remark: bool
) -> None:
    assert laid_out(vocabulary, rows, merged).remarks == ((2,) if remark else ())


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["点位 | 摊位数", "甲 | 1", "", "点位 | 骑行人数", "乙 | 2"], True), (["点位 | 摊位数", "甲 | 1", "", "表二", "说明", "点位 | 骑行人数"], True),
        (["点位 | 摊位数", "甲 | 1", "", "表二", "一", "二", "点位 | 骑行人数"], False), (["点位 | 摊位数", "甲 | 1", "点位 | 骑行人数"], False),
        (["点位 | 摊位数", "甲 | 1", "", "点位 | 摊位数", "乙 | 2"], False), (["点位 | 摊位数", "", "甲 | 1", "", "乙 | 2"], False),
        (["点位 | 标准 | 结果", "甲 | 秩序良好 | 是", "", "乙 | 秩序良好 | 是"], False), (["点位 | 摊位数", "甲 | 1", "", "不 | 认"], False),
    ],
)  # fmt: skip
def test_another_table_below_is_not_guessed_at(vocabulary: Vocabulary, rows: list[str], refused: bool) -> None:
    if refused:
        with pytest.raises(Refused, match="several-tables"):
            laid_out(vocabulary, rows)
    else:
        assert laid_out(vocabulary, rows).headers == (0,)


@pytest.mark.parametrize(
    ("rows", "merged", "filled"),
    [
        (["点位 | 摊位数", "甲 | 1", " | 2", " | 3", "乙 | 4"], "A2:A4", {(2, 0): "甲", (3, 0): "甲"}),
        (["点位 | 摊位数", "甲 | 1", " | 2", "小计 | 3", " | 4"], "A2:A5", {(2, 0): "甲", (4, 0): "甲"}),
        (["点位 | 摊位数", "甲 | 1", "", " | 3"], "A2:A4", {(3, 0): "甲"}), (["点位 | 摊位数", " | 1", " | 2"], "A2:A3", {}),
        (["点位 | 摊位数", "甲 | 1", "乙 | 2"], "D2:D3", {}), (["点位 | 摊位数", "甲 | 1", "乙 | 2"], "A9:A12", {}),
        (["点位 | 摊位数", "小计 | 1", " | 2"], "A2:A3", {}), (["点位 | 摊位数", "甲 | 1"], "A2:A2", {}),
    ],
)  # fmt: skip
def test_cells_merged_down_count_for_every_row(
    vocabulary: Vocabulary, rows: list[str], merged: str, filled: dict[tuple[int, int], str]
) -> None:
    assert laid_out(vocabulary, rows, merged).filled == filled


def test_ranges_across_are_counted_where_they_hold_data(vocabulary: Vocabulary) -> None:
    rows = ["表", "点位 | 备注 | 摊位数", "甲 | x | 1", "乙 | y | 2", "合计 | | 3", "注: 完"]
    assert laid_out(vocabulary, rows, "A1:C1 A3:B3 B4:C4 A5:B5 A6:C6 A9:B9").across == 2


def test_more_filled_cells_than_any_sheet_has(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_FILLED", 1)
    with pytest.raises(Refused, match="too-many-cells"):
        laid_out(vocabulary, ["点位 | 摊位数", "甲 | 1", " | 2", " | 3"], "A2:A4")


def test_nothing_in_a_sheet(vocabulary: Vocabulary) -> None:
    assert lay_out([["", None], []], (), vocabulary) is None


WORDS = st.sampled_from(["点位", "摊位数", "备注", "合计", "注: x", "甲", "乙", "3", "", "", None, 3.5])
ROWS = st.lists(st.lists(WORDS, max_size=4), max_size=9)
PLACES = st.tuples(st.integers(0, 8), st.integers(0, 4))
RANGES = st.lists(
    st.tuples(PLACES, PLACES).map(
        lambda two: (
            (min(two[0][0], two[1][0]), min(two[0][1], two[1][1])),
            (max(two[0][0], two[1][0]), max(two[0][1], two[1][1])),
        )
    ),
    max_size=3,
)


@settings(max_examples=400, deadline=None)
@given(ROWS, RANGES)
def test_every_row_is_one_thing(vocabulary: Vocabulary, rows: list[list[object]], merged: list[Range]) -> None:
    """Whatever is merged: each row that is not blank is a title, a header, data, a total, a remark or a repetition."""
    found, refused = None, ""
    try:
        found = lay_out(rows, merged, vocabulary)  # type: ignore[arg-type]
    except Refused as why:
        refused = why.code
    if refused:
        assert refused == "several-tables"
        return
    kept = {number for number, row in enumerate(rows) if any(cell not in ("", None) for cell in row)}
    if found is None:
        assert kept == set()
        return
    parts = [found.titles, found.headers, found.data, found.summaries, found.remarks, found.repeated]
    together = [number for part in parts for number in part]
    assert len(together) == len(set(together))
    assert kept <= set(together)
    assert set(together) - kept <= set(found.headers)
    assert all(row in found.data and column < len(found.names) for row, column in found.filled)


def test_the_words_of_totals_have_one_of_the_characters_that_are_looked_for_first() -> None:
    assert [word for word in layout._SUMMARIES | layout._TOTALS if not set(word) & set("计均分")] == []


def test_letters_and_the_sign_between_parts() -> None:
    assert (letters(27), JOIN) == ("AB", "/")


def test_many_merged_ranges_take_no_longer_each(vocabulary: Vocabulary) -> None:
    """Each row looked through all ranges: 20,000 of them took 18 seconds."""
    lines = 20_000
    texts: list[list[Cell]] = [[f"说明{number}", "", ""] for number in range(lines)]
    rows: list[list[Cell]] = [["点位", "摊位数", "噪声"], ["甲", "1", "2"], *texts]
    merged: list[Range] = [((number, 0), (number, 2)) for number in range(2, lines + 2)]
    start = process_time()
    found = lay_out(rows, merged, vocabulary)
    assert process_time() - start < 5
    assert found is not None
    assert (found.data, len(found.remarks)) == ([1], lines)

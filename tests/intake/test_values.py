"""One cell -> one value: tables of what people type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import copysign

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.criteria.models import Field, FieldKind
from duibiao.evaluator.intake.names import advise, clean, fold, list_known
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.values import (
    LONGEST_TEXT,
    Broken,
    Cell,
    Opaque,
    is_blank,
    read_count,
    read_date,
    read_moment,
    read_number,
    read_optional,
    read_percent,
    read_result,
    read_text,
    read_verdict,
    read_word,
    read_yes_no,
    reader,
    says_nothing,
    split_names,
    text_of,
)


def field(kind: FieldKind, **keys: object) -> Field:
    """A field of one kind."""
    words: dict[str, object] = {}
    if kind in {"choice", "choices"}:
        words = {"options": ("早高峰", "晚高峰", "平 峰", "无人")}
    elif kind == "grade":
        words = {"scale": {"A": Decimal(1), "B": Decimal("0.5"), "（一）级": Decimal(0)}}
    return Field.model_validate({"label": "观测项", "kind": kind, **words, **keys})


EPOCH = date(1899, 12, 30)  # the day 0 of a workbook


def refused(kind: FieldKind, cell: Cell, epoch: date | None = None, **keys: object) -> str:
    """The code with which a cell is refused."""
    with pytest.raises(Wrong) as caught:
        reader(field(kind, **keys), epoch)(cell)
    return caught.value.code


BLANK = ["", " ", "　", "/", "／", "—", "——", "-", "－", "无数据", "N/A", "n/a", None, "\ufeff", "\u200b"]


@pytest.mark.parametrize("cell", BLANK)
@pytest.mark.parametrize("kind", ["count", "number", "percent", "yes_no", "choice", "choices", "grade", "date"])
def test_signs_for_no_data_are_unobserved(kind: FieldKind, cell: Cell) -> None:
    assert reader(field(kind))(cell) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12.0), (" 12 ", 12.0), ("１２", 12.0), ("0", 0.0), ("-3.5", -3.5), ("+4", 4.0), ("－２", -2.0), ("−7", -7.0),
        ("1,234", 1234.0), ("1,234,567.5", 1234567.5), ("１，２３４", 1234.0), ("12.", 12.0), (".5", 0.5), ("1e3", 1000.0),
        ("1E-3", 0.001), ("0.1", 0.1), ("5.0", 5.0), ("９２．５", 92.5), (7, 7.0), (7.5, 7.5), (Decimal("0.1"), 0.1),
        ("1e-400", 0.0), ("123456789012345678901234567890", 123456789012345678901234567890.0), (10**20, 1e20),
    ],
)  # fmt: skip
def test_numbers(cell: Cell, value: float) -> None:
    assert read_number(cell) == value


@pytest.mark.parametrize("cell", ["-0", "-0.0", -0.0, Decimal("-0.0"), "-0.00"])
def test_minus_zero_is_zero(cell: Cell) -> None:
    value = read_number(cell)
    assert value == 0
    assert copysign(1, value) == 1


@pytest.mark.parametrize(
    "cell",
    [
        "八成", "十二", "约12", "12人", "1,23", "12,34,567", "1 2", "NaN", "nan", "inf", "-Infinity", "1e400", "-1e400",
        "1e99999", "0x10", "1_000", "½", "10²", "⑧", "٣", "12%", "--5", "=1+1", "9" * 61, float("inf"), float("nan"),
        Decimal("1e400"), Decimal("NaN"), date(2026, 3, 6), time(8, 30), timedelta(1), ("1",), "true", Opaque("{...}"),
    ],
)  # fmt: skip
def test_what_is_no_number(cell: Cell) -> None:
    assert refused("number", cell) == "unreadable-number"


@pytest.mark.parametrize(
    ("text", "unit", "value"), [("12人", "人", 12), ("12 人", "人", 12), ("45㎡", "㎡", 45), ("88%", "%", 88)]
)
def test_the_own_unit_of_a_field_may_stand_behind_a_number(text: str, unit: str, value: float) -> None:
    assert read_number(text, unit) == value
    assert read_count(text, unit) == value


@pytest.mark.parametrize("cell", ["3.5", "-1", 3.5, -1, Decimal("0.1"), "八", "1e-3"])
def test_a_count_is_a_whole_number_from_0(cell: Cell) -> None:
    assert refused("count", cell) == "unreadable-count"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("三处", "3"), ("两个", "2"), ("八", "8"), ("零", "0"), ("十", "10"), ("十二处", "12"), ("二十人", "20"), ("三十五", "35"), ("一百零八", "108"), ("两千三百", "2300"),
        ("九千九百九十九", "9999"), ("八成", None), ("三折", None), ("五万", None), ("一半", None), ("三处多", None), ("处", None), ("约3处", None), ("三三", None), ("", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("read", [read_count, read_number])
def test_a_number_in_characters_is_refused_and_told_in_digits(
    read: Callable[[Cell], object], text: str, digits: str | None
) -> None:
    if not text:
        assert read(text) is None
        return
    with pytest.raises(Wrong) as caught:
        read(text)
    assert caught.value.values == ({"example": digits} if digits else {})


@pytest.mark.parametrize(("cell", "value"), [("3.0", 3.0), (3.0, 3.0), ("1,000", 1000.0), ("1e3", 1000.0), ("0", 0.0)])
def test_counts(cell: Cell, value: float) -> None:
    assert read_count(cell) == value


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("79.2%", None, 0.792), (" 85 ％ ", None, 0.85), ("９２．５％", None, 0.925), ("0.88", None, 0.88), ("88", None, 88.0),
        ("57%", None, 0.57), ("100%", None, 1.0), ("0%", None, 0.0), ("-4%", None, -0.04), ("1,200%", None, 12.0),
        ("88", "%", 0.88), ("88%", "%", 0.88), ("0.88", "%", 0.0088), ("79.2", "％", 0.792), (79.2, "%", 0.792),
        (0.88, None, 0.88), (0.5, "%", 0.005), (88, "%", 0.88), (Decimal("79.2"), "%", 0.792), ("1e1%", None, 0.1),
    ],
)  # fmt: skip
def test_percentages(cell: Cell, unit: str | None, value: float) -> None:
    assert read_percent(cell, unit) == value


def test_79_point_2_per_cent_is_rounded_once() -> None:
    """57/100 and 79.2/100 in float are neighbours of what is meant for many values; the text is moved by two digits."""
    for tenths in range(10_000):
        text = f"{tenths // 10}.{tenths % 10}"
        assert read_percent(f"{text}%") == float(Decimal(text) / 100)
        assert read_percent(float(text), "%") == float(Decimal(text) / 100)


@pytest.mark.parametrize(
    "cell",
    ["八成", "85‰", "%", "85%%", "1/2", "12 to 15%", float("nan"), Decimal("Infinity"), ("85%",), date(2026, 3, 6)],
)
def test_what_is_no_percentage(cell: Cell) -> None:
    assert refused("percent", cell) == "unreadable-percent"
    assert refused("percent", cell, unit="%") == "unreadable-percent"


def test_a_workbook_does_not_tell_0_88_from_88_per_cent() -> None:
    assert refused("percent", 0.88, epoch=EPOCH, unit="%") == "ambiguous-percent"
    assert refused("percent", 1.0, epoch=EPOCH, unit="%") == "ambiguous-percent"
    assert reader(field("percent", unit="%"), epoch=EPOCH)(88.0) == 0.88
    assert reader(field("percent", unit="%"), epoch=EPOCH)(0.0) == 0.0
    assert reader(field("percent", unit="%"), epoch=EPOCH)("0.88%") == 0.0088
    assert reader(field("percent"), epoch=EPOCH)(0.88) == 0.88


YES = [
    "是",
    "√",
    "✓",
    "有",
    "达标",
    "yes",
    "YES",
    "Yes",
    "y",
    "true",
    "TRUE",
    "1",
    1,
    1.0,
    "１",
    "ｙｅｓ",
    " 是 ",
    "符合",
    "合格",
]
NO = ["否", "×", "无", "不达标", "no", "No", "false", "FALSE", "0", 0, 0.0, "０", "不符合", "不合格", "x", "✗", "没有"]


@pytest.mark.parametrize(("cell", "value"), [*((each, True) for each in YES), *((each, False) for each in NO)])
def test_yes_and_no(cell: Cell, value: bool) -> None:
    assert read_yes_no(cell) is value


@pytest.mark.parametrize("cell", ["大概", "2", 2, "0.5", "是否", "①", date(2026, 3, 6), ("是",), Opaque("{...}")])
def test_what_is_neither_yes_nor_no(cell: Cell) -> None:
    assert refused("yes_no", cell) == "unreadable-yes-no"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("符合", "met"),
        ("是", "met"),
        ("不符合", "missed"),
        ("no", "missed"),
        ("不适用", "not_applicable"),
        (" 不 适用", "not_applicable"),
        ("/", None),
    ],
)
def test_results(cell: Cell, value: str | None) -> None:
    assert read_result(cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("达标", ("met", "达标")), ("未通过", ("missed", "未通过")), ("不适用", ("not_applicable", "不适用")), ("基本达标", (None, "基本达标")), (2.5, (None, "2.5")),
     (date(2026, 3, 6), (None, "2026-03-06")), ("/", None), ("", None), (None, None)],
)  # fmt: skip
def test_a_verdict_keeps_its_word_for_the_scale_of_its_criterion(cell: Cell, value: object) -> None:
    assert read_verdict(cell) == value


@pytest.mark.parametrize(
    ("cell", "nothing"),
    [("—", True), (" / ", True), ("未检查", True), (None, True), ("0", False), (0.0, False), ("无", False)],
)
def test_what_says_nothing(cell: Cell, nothing: bool) -> None:
    assert says_nothing(cell) is nothing


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年3月6号", date(2026, 3, 6)), ("2026年3月6日（周五）", date(2026, 3, 6)), ("2026-03-06 星期五", date(2026, 3, 6)), ("2026/3/6周五 08:30", date(2026, 3, 6)),
        ("2026年3月6号8时30分", date(2026, 3, 6)), ("２０２６．３．６", date(2026, 3, 6)), ("2026年3月6日 上午", None), ("26年3月6日", None), ("3月6日", None), ("2026年3月", None),
        ("二〇二六年三月六日", None),
    ],
)  # fmt: skip
def test_days_as_people_type_them(text: str, day: date | None) -> None:
    if day is None:
        with pytest.raises(Wrong, match="unreadable-date"):
            read_date(text)
    else:
        assert read_date(text) == day


def test_a_result_between_met_and_missed_is_refused() -> None:
    with pytest.raises(Wrong, match="unreadable-result"):
        read_result("部分符合")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-03-06", datetime(2026, 3, 6)), ("2026-3-6", datetime(2026, 3, 6)), ("2026/3/6", datetime(2026, 3, 6)),
        ("2026.3.7", datetime(2026, 3, 7)), ("2026年3月6日", datetime(2026, 3, 6)), ("２０２６年３月６日", datetime(2026, 3, 6)),
        ("2026 年 3 月 6 日", datetime(2026, 3, 6)), ("20260306", datetime(2026, 3, 6)),
        ("2026-03-06 08:30", datetime(2026, 3, 6, 8, 30)), ("2026-03-06T08:30:15", datetime(2026, 3, 6, 8, 30, 15)),
        ("2026-03-06T08:30:15.250", datetime(2026, 3, 6, 8, 30, 15)), ("2026/3/6  8:05", datetime(2026, 3, 6, 8, 5)),
        ("2026年3月6日8时30分", datetime(2026, 3, 6, 8, 30)), ("2026年3月6日 08:30", datetime(2026, 3, 6, 8, 30)),
        ("2024-02-29", datetime(2024, 2, 29)), (date(2026, 3, 6), datetime(2026, 3, 6)),
        (datetime(2026, 3, 6, 8, 30), datetime(2026, 3, 6, 8, 30)),
    ],
)  # fmt: skip
def test_dates(cell: Cell, value: datetime) -> None:
    assert read_moment(cell) == value
    assert reader(field("date"))(cell) == value.date()


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30", "2025-02-29", "2026-13-01", "26-3-6", "3/6/2026", "2026-3", "2026年3月", "去年", "2026-03/06", "46087",
        "2026-03-06 25:00", "2026-03-06 08:30Z", "2026-03-06T08:30:00+08:00", "1026-03-06", "二〇二六年三月六日", "2026年③月6日",
        date(1026, 3, 6), time(8, 30), timedelta(1), 46087, 46087.0, ("2026-03-06",),
    ],
)  # fmt: skip
def test_what_is_no_date(cell: Cell) -> None:
    assert refused("date", cell) == "unreadable-date"


def test_a_moment_of_a_time_zone_is_no_date() -> None:
    assert refused("date", datetime(2026, 3, 6, tzinfo=UTC)) == "zoned-date"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (46087.0, datetime(2026, 3, 6)),
        (46087, datetime(2026, 3, 6)),  # as an .xls may keep it
        (46087.354166666664, datetime(2026, 3, 6, 8, 30)),
        (60000.0, datetime(2064, 4, 8)),
        (20260306.0, datetime(2026, 3, 6)),
    ],
)
def test_numbers_of_days_count_in_workbooks_only(cell: float, value: datetime) -> None:
    assert read_moment(cell, epoch=EPOCH) == value


def test_workbooks_may_count_days_from_1904() -> None:
    assert read_moment(44625.5, epoch=date(1904, 1, 1)) == datetime(2026, 3, 6, 12)
    assert refused("date", 109_573.0, epoch=date(1904, 1, 1)) == "unreadable-date"  # 2203-12-31


@pytest.mark.parametrize("cell", [2026.0, 9999.0, 109574.0, -1.0, 0.5])
def test_a_year_is_no_number_of_a_day(cell: float) -> None:
    assert refused("date", cell, epoch=EPOCH) == "unreadable-date"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("早高峰", "早高峰"), (" 早高峰 ", "早高峰"), ("平峰", "平 峰"), ("平 峰", "平 峰"), ("无人", "无人"),
        (("早高峰",), "早高峰"),
    ],
)  # fmt: skip
def test_choices_of_one(cell: Cell, value: str) -> None:
    assert reader(field("choice"))(cell) == value


@pytest.mark.parametrize("cell", ["高峰", "早", 3, ("早高峰", "晚高峰"), "早高峰、晚高峰"])
def test_what_is_no_option(cell: Cell) -> None:
    assert refused("choice", cell) == "unknown-option"


def test_the_nearest_option_is_proposed() -> None:
    with pytest.raises(Wrong) as caught:
        reader(field("choice"))("早高蜂")
    assert caught.value.values["advice"] == "did you mean '早高峰'?"


def test_an_exact_word_wins_over_one_that_folds_alike() -> None:
    read = reader(field("choice", options=("A", "a")))
    assert (read("A"), read("a"), read(" a ")) == ("A", "a", "a")


def test_options_may_be_numbers_and_signs() -> None:
    read = reader(field("choice", options=("1", "2", "/")))
    assert (read(1.0), read("2"), read(2), read("/"), read("-")) == ("1", "2", "2", "/", None)


@pytest.mark.parametrize(("cell", "value"), [("a", "A"), ("Ｂ", "B"), ("(一)级", "(一)级"), ("（一）级", "(一)级")])
def test_grades(cell: Cell, value: str) -> None:
    assert reader(field("grade"))(cell) == value


def test_an_unknown_grade_is_refused() -> None:
    assert refused("grade", "C") == "unknown-option"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("早高峰", ["早高峰"]), ("晚高峰、早高峰", ["早高峰", "晚高峰"]), ("早高峰，晚高峰", ["早高峰", "晚高峰"]),
        ("早高峰;晚高峰", ["早高峰", "晚高峰"]), ("早高峰 晚高峰", ["早高峰", "晚高峰"]), ("早高峰/晚高峰", ["早高峰", "晚高峰"]),
        ("早高峰、早高峰", ["早高峰"]), ("平 峰、早高峰", ["早高峰", "平 峰"]), ("早高峰、", ["早高峰"]), ("无", []), ("没有", []),
        (("晚高峰", " 早高峰"), ["早高峰", "晚高峰"]), ((), []),
    ],
)  # fmt: skip
def test_choices_of_many(cell: Cell, value: list[str]) -> None:
    assert reader(field("choices"))(cell) == value


def test_an_unknown_word_among_choices_is_refused() -> None:
    assert refused("choices", "早高峰、午高峰") == "unknown-option"
    assert refused("choices", ("早高峰", "午高峰")) == "unknown-option"


def test_none_may_be_an_option_itself() -> None:
    assert reader(field("choices", options=("无", "有", "-")))("无") == ["无"]
    assert reader(field("choices", options=("无", "有", "-")))("-") == ["-"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" 文字 ", "文字"), ("ＡＢＣ", "ABC"), ("-", "-"), ("/", "/"), (12.0, "12"), (0.1, "0.1"), (1e-7, "0.0000001"), (12, "12"),
        (Decimal("12.50"), "12.5"), (Decimal("-0"), "0"), (Decimal("1e99"), "1E+99"), (Decimal("Infinity"), "Infinity"),
        (date(2026, 3, 6), "2026-03-06"), (datetime(2026, 3, 6), "2026-03-06"), (datetime(2026, 3, 6, 8, 30), "2026-03-06 08:30:00"),
        (time(8, 30), "08:30:00"), (timedelta(hours=26), "1 day, 2:00:00"), (("甲", "乙"), "甲、乙"), ("", None), ("line\nline", "line\nline"),
    ],
)  # fmt: skip
def test_texts(cell: Cell, text: str | None) -> None:
    assert read_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("字" * (LONGEST_TEXT + 1), "text-too-long"), ("a\x00b", "control-character"), ("\ud800", "control-character"),
        ("a\x1b[31m", "control-character"), (Opaque("{...}"), "unreadable-text"), (Broken("#DIV/0!"), "formula-without-value"),
        (4.11402001002003e17, "digits-lost"),
    ],
)  # fmt: skip
def test_what_is_no_text(cell: Cell, code: str) -> None:
    assert refused("text", cell) == code


@pytest.mark.parametrize("kind", ["count", "number", "percent", "yes_no", "choice", "choices", "grade", "text", "date"])
def test_a_formula_without_value_is_never_blank(kind: FieldKind) -> None:
    assert refused(kind, Broken("#N/A")) == "formula-without-value"


def test_the_longest_text_is_read() -> None:
    assert read_text("字" * LONGEST_TEXT) == "字" * LONGEST_TEXT


def test_names_are_blank_where_a_sign_for_no_data_stands() -> None:
    assert [read_word(each) for each in ("—", "无", "张三", None)] == [None, "无", "张三", None]
    assert [read_optional(each) for each in ("—", "无", "张三", None)] == [None, None, "张三", None]
    assert split_names(clean("公安局、城管局，/住建局 ")) == ["公安局", "城管局", "住建局"]


def test_blank_cells() -> None:
    assert all(is_blank(cell) for cell in (None, "", "  ", "\t", "\u3000", "\u200b"))
    assert not any(is_blank(cell) for cell in (0, 0.0, "0", (), "-", Opaque("")))


def test_clean_and_fold() -> None:
    assert clean("　Ａ　Ｂ\u200b ") == "A B"
    assert fold("　Ａ　Ｂ ") == "ab"


def test_proposals() -> None:
    assert advise("农贸市厂", ["农贸市场", "公园"]) == "did you mean '农贸市场'?"
    assert advise("xyz", ["农贸市场", "公园"]) == "known: 农贸市场, 公园"
    assert list_known([]) == "none is declared"
    assert list_known([str(each) for each in range(20)]).endswith("11 ...")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_a_number_is_its_decimal_rounded_once(number: Decimal) -> None:
    assert read_number(f"{number:f}") == float(number)
    assert read_number(f"{number:,f}") == float(number)
    assert read_percent(f"{number:f}%") == float(number / 100)


KINDS: tuple[FieldKind, ...] = ("count", "number", "percent", "yes_no", "choice", "choices", "grade", "text", "date")


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    for kind in KINDS:
        try:
            value = reader(field(kind))(text)
        except Wrong:
            continue
        assert value is None or kind != "number" or isinstance(value, float)
    assert isinstance(text_of(text), str)

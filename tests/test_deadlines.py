"""Who mends, and by when: what cannot wait, a row for each unit, and its gaps on their due dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.criteria.language import translations
from duibiao.evaluator.assessment import Assessment, Gap
from duibiao.reports.deadlines_view import DeadlinesView, deadlines_section
from duibiao.reports.due_strip import axis_of, bars_of, scaled
from duibiao.reports.figures import Sentence
from duibiao.reports.plain_text import sentence_text
from duibiao.reports.reading import Pages, Reading
from duibiao.reports.urgent_view import UrgentRow
from tests.assessments import DAY, Site, assessment

CHINESE = translations("zh")
DUE = (-60, -15, -14, -9, -3, -3, -1, 0, 0, 0, 1, 4, 4, 7, 14, 15, 90, None)  # days from the day of the assessment


def days(*left: int) -> list[date]:
    return [DAY + timedelta(each) for each in left]


def busy_city() -> Assessment:
    """The invented city with 360 gaps, due from 60 days ago to in 90 days, some without a deadline."""
    made = assessment()
    gaps = [
        replace(
            made.gaps[(number + number // 18) % 6],
            deadline=None if DUE[number % 18] is None else DAY + timedelta(DUE[number % 18] or 0),
        )
        for number in range(360)
    ]
    return replace(made, gaps=tuple(gaps))


def with_veto(made: Assessment, *, site: int | None, total: int | None) -> Assessment:
    """The same where a missed ``food_safe`` caps the site, the total or both."""
    caps = {
        name: Fraction(cap) if cap is not None else None for name, cap in (("site_cap", site), ("total_cap", total))
    }
    rules = {**made.method.rules, "food_safe": replace(made.method.rules["food_safe"], **caps)}  # type: ignore[arg-type]
    return replace(made, method=replace(made.method, rules=rules))


def section(made: Assessment, pages: Pages = "all") -> DeadlinesView:
    return deadlines_section(Reading(made, CHINESE, pages))


def text(sentence: Sentence | None) -> str:
    return sentence_text(sentence or ())


def led(made: Assessment, unit: str) -> list[Gap]:
    """The gaps of a unit, by hand."""
    return [gap for gap in made.gaps if unit in gap.lead_units]


# --- the axis and its bars --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "first", "last", "ends"),
    [
        ([0], -3, 3, (False, False)),  # room for words on both sides
        ([-5, 2], -5, 3, (False, False)),  # as long as it must be
        ([-14, 14], -14, 14, (False, False)),
        ([-15, 14], -14, 14, (True, False)),
        ([-14, 15], -14, 14, (False, True)),
        ([-400, 400], -14, 14, (True, True)),
        ([30], -3, 14, (False, True)),
        ([-30], -14, 3, (True, False)),
    ],
)
def test_the_axis_is_as_long_as_the_deadlines_need(
    due: Sequence[int], first: int, last: int, ends: tuple[bool, bool]
) -> None:
    axis = axis_of(DAY, days(*due))
    assert axis is not None
    assert [axis.first, axis.last] == days(first, last)
    assert (axis.earlier, axis.later) == ends
    assert DAY in axis.dates
    assert all(axis.first <= day <= axis.last for day in axis.dates)
    assert 2 <= len(axis.dates) <= 5
    assert len({later - day for day, later in pairwise(axis.dates)}) == 1


@given(st.lists(st.tuples(st.integers(-100, 100), st.booleans()), min_size=1, max_size=60))
def test_every_gap_stands_on_one_bar_and_no_bar_on_another(gaps: list[tuple[int, bool]]) -> None:
    dated = [(DAY + timedelta(left), urgent) for left, urgent in gaps]
    axis = axis_of(DAY, [day for day, _urgent in dated])
    assert axis is not None
    axis = scaled(axis, [[day for day, _urgent in dated]])
    bars = bars_of(axis, dated)
    assert sum(bar.count for bar in bars) == len(gaps)
    assert sum(bar.urgent for bar in bars) == sum(urgent for _left, urgent in gaps)
    assert sum(bar.count for bar in bars if bar.late) == sum(left < 0 for left, _urgent in gaps)
    assert max(bar.count for bar in bars) == axis.largest
    for bar in bars:
        assert bar.others + bar.urgent == bar.count == axis.largest - bar.top
        assert bar.late == (Fraction(bar.x) < axis.left(DAY))
    edges = [Fraction(bar.x) for bar in bars]
    assert all(later - edge >= 1 for edge, later in pairwise(edges))
    assert edges[0] >= 0
    assert edges[-1] + Fraction(7, 10) <= axis.columns


def test_what_is_due_outside_the_days_stands_half_a_column_apart() -> None:
    axis = axis_of(DAY, days(-20, -15, 0, 99))
    assert axis is not None
    bars = bars_of(scaled(axis, [days(-20, -15, 0, 99)]), [(day, False) for day in days(-20, -15, 0, 99)])
    assert [(bar.count, bar.x) for bar in bars] == [(2, "0.15"), (1, "15.65"), (1, "31.15")]
    assert axis.columns == 32
    assert [bar.top_share for bar in bars] == ["0.000", "50.000", "50.000"]


def test_without_a_deadline_there_is_no_axis() -> None:
    assert axis_of(DAY, []) is None
    made = busy_city()
    view = section(replace(made, gaps=tuple(replace(gap, deadline=None) for gap in made.gaps)))
    assert (view.units.axis, view.units.scale, view.units.rows[0].strip) == (None, None, None)
    assert view.units.rows[0].earliest == "—"
    assert text(view.units.rows[0].undated).startswith("未定期限 ")
    assert "未定日期 360 处" in text(view.told)


# --- a row for each unit ----------------------------------------------------------------------------------------------


def test_units_have_the_gaps_that_they_lead_the_costliest_first() -> None:
    made = busy_city()
    view = section(made)
    losses = [Fraction(row.lost.text) for row in view.units.rows if row.lost]
    assert losses == sorted(losses, reverse=True)
    assert len(losses) == 4
    cards = {card.title: (index, card.id) for index, card in enumerate(made.units)}
    for row in view.units.rows:
        index, unit = cards[row.title]
        gaps = led(made, unit)
        dated = sorted(gap.deadline for gap in gaps if gap.deadline is not None)
        assert row.gaps.text == str(len(gaps))
        assert row.lost is not None
        assert row.lost.path == f"units.{index}.lost"
        assert (row.overdue.text if row.overdue else "0") == str(sum(day < DAY for day in dated))
        assert (row.high.text if row.high else "0") == str(sum(gap.severity == "high" for gap in gaps))
        assert (row.earliest, row.left) == (dated[0].isoformat(), "逾期 60 日")
        assert text(row.undated) == f"未定期限 {len(gaps) - len(dated)} 处"


def test_the_bars_of_each_unit_add_up_to_its_gaps() -> None:
    made = busy_city()
    units = {card.title: card.id for card in made.units}
    rows = section(made).units.rows
    assert len(rows) == 4
    for row in rows:
        assert row.strip is not None
        dated = [gap for gap in led(made, units[row.title]) if gap.deadline is not None]
        wanted = Counter(min(max((gap.deadline or DAY) - DAY, timedelta(-15)), timedelta(15)) for gap in dated)
        assert {bar.column - DAY: bar.count for bar in row.strip.bars} == wanted
        assert sum(bar.urgent for bar in row.strip.bars) == sum(gap.severity == "high" for gap in dated)
        assert row.strip.most.text == str(max(wanted.values()))
        late = sum((gap.deadline or DAY) < DAY for gap in dated)
        assert row.strip.said.startswith(f"有期限的差距 {len(dated)} 处：已逾期 {late} 处，")


def test_bars_say_their_day_and_how_many() -> None:
    made = assessment()
    gaps = [replace(made.gaps[0], deadline=day) for day in days(-40, 0, 0, 40)]
    plain = replace(made.gaps[1], deadline=DAY, lead_units=gaps[0].lead_units)
    (row,) = section(replace(made, gaps=(*gaps, plain))).units.rows
    assert row.strip is not None
    assert [bar.title for bar in row.strip.bars] == [
        "2月23日以前 1 处，其中重点 1 处",
        "3月9日 3 处，其中重点 2 处",
        "3月23日以后 1 处，其中重点 1 处",
    ]


def test_all_gaps_are_told_by_how_their_deadlines_stand() -> None:
    made = busy_city()
    dated = [gap.deadline for gap in made.gaps if gap.deadline is not None]
    assert text(section(made).told).startswith(
        f"差距 360 处：已逾期 {sum(day < DAY for day in dated)} 处，当天到期 {dated.count(DAY)} 处，"
        f"尚未到期 {sum(day > DAY for day in dated)} 处，未定日期 {360 - len(dated)} 处。"
    )


def test_no_unit_is_left_out() -> None:
    sites = [Site(f"S-{n:03}", f"路口{n}", "crossing", f"周口市/区{n:03}", {"adverts": 0.5}) for n in range(203)]
    made = assessment([*sites, Site("S-999", "路口", "crossing", "周口市/区999", {"adverts": 1})])
    view = section(made)
    assert (len(view.units.rows), len(view.other_units.rows), len(view.further)) == (15, 45, 143)
    assert [(unit.title, unit.gaps.text) for unit in view.without] == [("区999市场监管局", "0")]
    named = [each.title for each in (*view.units.rows, *view.other_units.rows)]
    named += [each.title for each in (*view.further, *view.without)]
    assert sorted(named) == sorted(card.title for card in made.units)
    assert all(each.page for each in (*view.further, *view.without))
    assert section(made, "none").further[0].page == ""


def test_a_unit_without_a_figure_of_its_own_stands_last_and_nobody_has_a_name() -> None:
    made = assessment()
    gaps = (
        replace(made.gaps[0], lead_units=("stranger",)),
        replace(made.gaps[1], lead_units=(), supporting_units=()),
        *made.gaps[2:],
    )
    rows = section(replace(made, gaps=gaps)).units.rows
    assert [(row.title, row.lost, row.page) for row in rows[-2:]] == [
        ("未定责任单位", None, ""),
        ("stranger", None, ""),
    ]


def test_a_city_without_gaps_says_so() -> None:
    view = section(assessment([Site("S-1", "路口", "crossing", "周口市/川汇区", {"helmet": 1})]))
    assert (view.urgent, view.units.rows, len(view.without)) == (None, (), 1)
    assert text(view.told).startswith("没有差距")


# --- what cannot wait -------------------------------------------------------------------------------------------------


def shown(view: DeadlinesView) -> tuple[UrgentRow, ...]:
    assert view.urgent is not None
    return view.urgent.rows


@pytest.mark.parametrize(
    ("site", "total", "caps"),
    [
        (60, None, ["点位至多 60 分"]),
        (None, 59, ["总分至多 59 分"]),
        (60, 59, ["点位至多 60 分", "总分至多 59 分"]),
    ],
)
def test_missed_vetoes_come_first_and_say_what_they_hold_down(
    site: int | None, total: int | None, caps: list[str]
) -> None:
    view = section(with_veto(assessment(), site=site, total=total))
    assert view.urgent is not None
    assert text(view.urgent.title) == "一票否决项，先改这 1 处"
    (row,) = view.urgent.rows
    assert (row.site.name, row.site.page, row.area) == ("七一路农贸市场", "M-01", "川汇区 · 七一路街道")
    assert (row.criterion, row.units, row.due, row.overdue) == ("无问题食品", "川汇区市场监管局", "逾期 2 日", True)
    assert [text(each) for each in row.caps] == caps
    assert [text(each.vetoes) for each in view.units.rows if each.vetoes] == ["否决 1"]


def test_a_veto_that_is_only_partly_missed_does_not_act() -> None:
    made = with_veto(assessment(), site=60, total=None)
    made = replace(made, gaps=tuple(replace(gap, status="partial", severity="low") for gap in made.gaps))
    view = section(made)
    assert view.urgent is None
    assert [row.vetoes for row in view.units.rows] == [None] * len(view.units.rows)


def test_without_vetoes_the_first_due_of_high_severity_come_first() -> None:
    made = busy_city()
    high = [gap for gap in made.gaps if gap.severity == "high"]
    view = section(made)
    assert view.urgent is not None
    assert text(view.urgent.title) == "严重程度高、期限最早，先改这 8 处"
    assert text(view.urgent.chosen) == "按期限先后排；同一天到期的，失分多的在前。"
    assert text(view.urgent.rest) == f"另有 {len(high) - 8} 处，见整改台账和 gaps.xlsx。"
    assert view.urgent.query == "#gaps?severity=high"
    earliest = sorted(gap.deadline for gap in high if gap.deadline is not None)[:8]
    assert [row.due for row in view.urgent.rows] == [f"逾期 {(DAY - day).days} 日" for day in earliest]


def test_of_more_due_on_the_first_day_than_are_shown_the_costliest_are() -> None:
    made = busy_city()
    high = [gap for gap in made.gaps if gap.severity == "high"][:30]
    dated = [replace(gap, deadline=DAY + timedelta(place < 20)) for place, gap in enumerate(high)]
    view = section(replace(made, gaps=tuple(dated)))
    assert view.urgent is not None
    assert text(view.urgent.chosen) == "期限最早（2026-03-09）的 10 处中，失分最多的 8 处。"
    names = {site.site: site.name for site in made.sites}
    assert [row.site.name for row in view.urgent.rows] == [names[gap.site] for gap in dated[20:28]]


def test_a_line_says_how_far_its_deadline_is_and_names_two_units_at_most() -> None:
    made = assessment()
    units = tuple(f"{name}@周口市/川汇区" for name in ("market_bureau", "city_works")) + ("traffic_police",)
    gaps = [
        replace(made.gaps[0], deadline=day, lead_units=units[:count])
        for day, count in zip([*days(-1, 0, 1), None], (1, 2, 3, 1), strict=True)
    ]
    rows = shown(section(replace(made, gaps=tuple(gaps))))
    assert [(row.due, row.overdue) for row in rows] == [
        ("逾期 1 日", True), ("当天到期", False), ("2026-03-10 前", False), ("未定期限", False),
    ]  # fmt: skip
    assert [row.units for row in rows[:3]] == [
        "川汇区市场监管局",
        "川汇区市场监管局、川汇区城市管理局",
        "川汇区市场监管局、川汇区城市管理局等，另有 1 个单位",
    ]


def test_a_site_that_is_an_area_is_named_once() -> None:
    made = assessment()
    (gap,) = (gap for gap in made.gaps if gap.criterion == "archive")
    (row,) = shown(section(replace(made, gaps=(replace(gap, severity="high"),))))
    assert (row.site.name, row.area) == ("川汇区", "")

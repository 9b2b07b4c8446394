"""The city page and the pages of sites: what they say, in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib.metadata import version

import pytest

from duibiao.criteria.language import translations
from duibiao.evaluator.assessment import Assessment, Firmness, Kept, Mended, Round, ShownValue, Stability
from duibiao.evaluator.submission import Note, Reject
from duibiao.evaluator.totals import check_totals
from duibiao.reports.figures import Figure, half_up, loss_digits, loss_text, say, score_text, width
from duibiao.reports.html import render_city, render_site
from duibiao.reports.reading import Reading
from duibiao.reports.site_view import SiteView, site_view
from duibiao.reports.view import CityView, city_view
from tests.assessments import SITES, Site, assessment, submission
from tests.tiny_catalogue import CRITERIA, catalogue, criterion

CHINESE = translations("zh")
ENGLISH = translations("en")


def text_of(sentence: tuple[str | Figure, ...]) -> str:
    """A sentence as a reader sees it."""
    return "".join(piece.text if isinstance(piece, Figure) else piece for piece in sentence)


# --- rounding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (Fraction(85), 2, "85.00"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(5, 1000), 2, "0.01"),
        (Fraction(4999, 1_000_000), 2, "0.00"),
        (Fraction(25, 10), 0, "3"),
        (Fraction(24, 10), 0, "2"),
        (Fraction(-5, 1000), 2, "-0.01"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(10**30 + 5, 10), 0, "1" + "0" * 28 + "1"),
    ],
)
def test_half_up_in_integers(value: Fraction, digits: int, text: str) -> None:
    assert half_up(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(85), "85.00"),
        (Fraction(84996, 1000), "84.996"),
        (Fraction(849999, 10000), "84.9999"),
        (Fraction(85004, 1000), "85.00"),
        (Fraction(84994, 1000), "84.99"),
        (Fraction(99999, 1000), "99.999"),
        (100 - Fraction(1, 10**20), "100.000000000000"),
    ],
)
def test_a_bound_that_was_not_reached_is_not_shown_as_reached(value: Fraction, text: str) -> None:
    assert score_text(value, 2, [Fraction(85), Fraction(100)]) == text


def test_small_losses_keep_a_digit_that_says_something() -> None:
    assert loss_digits([Fraction(12), Fraction(1, 1000)], 2) == 2
    assert loss_digits([Fraction(3, 1000)], 2) == 4
    assert loss_digits([Fraction(0)], 2) == 2
    assert loss_digits([], 2) == 2
    assert loss_text(Fraction(1, 1000), 2) == "0.001"
    assert loss_text(Fraction(0), 2) == "0.00"
    assert loss_text(Fraction(1, 10**15), 2) == "0.000000000000"


def test_widths_stay_within_the_whole() -> None:
    assert [width(Fraction(1, 3)), width(Fraction(-1)), width(Fraction(7, 5))] == ["33.333", "0.000", "100.000"]


def test_a_sentence_keeps_its_figures_whole() -> None:
    figure = Figure("1.79", "total.score")
    assert say("{n} short of {mark}", n=figure, mark="85") == (figure, " short of ", "85")


# --- the city ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city."""
    return assessment()


@pytest.fixture(scope="module")
def view(made: Assessment) -> CityView:
    """Its page in Chinese."""
    return city_view(made, CHINESE, "all")


def test_the_invented_city_adds_up(made: Assessment) -> None:
    check_totals(made)
    assert made.total.score is not None
    assert half_up(made.total.score, 2) == "75.86"


def test_the_score_with_its_level_and_its_distance(view: CityView) -> None:
    assert view.score.figure == Figure("75.86", "total.score")
    assert view.score.band is not None
    assert (view.score.band.word, view.score.band.tone) == ("接近达标", "b2")
    assert text_of(view.score.verdict) == "距及格线 85 分还差 9.14 分"


def test_a_total_without_a_part_says_so_in_its_name(view: CityView) -> None:
    assert view.score.name == "总分（不含问卷调查）"
    assert [row.effective.text if row.effective else None for row in view.score.parts] == ["75.0%", "25.0%", None]
    assert view.score.parts[2].score is None


def test_the_headline_is_what_mending_really_gives(made: Assessment, view: CityView) -> None:
    assert made.total.score is not None
    after = half_up(made.total.score + made.results[0].lost, 2)
    assert text_of(view.score.headline) == f"把“无问题食品”全部补满，总分可到 {after}，就能过线。"
    first = view.losses.rows[0]
    assert (first.after.text if first.after else "", first.cut) == (after, True)
    assert text_of(view.losses.notes[0]) == "虚线：补到这里，总分已达 85 分。"
    assert [(pin.tone, pin.text) for pin in view.score.ruler.pins] == [("after", after), ("now", "75.86")]
    mended = assessment(
        [replace(site, found=site.found | {"food_safe": 1}) if site.key == "M-01" else site for site in SITES]
    )
    assert mended.total.score is not None
    assert half_up(mended.total.score, 2) == after


def test_three_rates_have_three_names_and_say_what_of_what(view: CityView) -> None:
    rates = {rate.name: (rate.figure.text, rate.figure.of) for rate in view.score.rates}
    assert rates == {"得分率": ("73.9%", "17 / 23"), "点位及格率": ("33.3%", "2 / 6"), "符合率": ("53.8%", "7 / 13")}


def test_a_pass_rate_counts_sites_and_never_shows_a_score(made: Assessment) -> None:
    sites = [Site(f"S-{number}", f"点位{number}", "crossing", "周口市/川汇区", {"helmet": 0.9}) for number in range(3)]
    view = city_view(assessment([*sites, Site("S-9", "点位9", "crossing", "周口市/淮阳区", {"helmet": 0})]), ENGLISH)
    rates = {rate.name: rate.figure for rate in view.score.rates}
    assert rates["Pass rate of sites"].text == "75.0%"
    assert rates["Score rate"].text == "67.5%"
    assert rates["Conformity rate"].text == "0.0%"


def test_parts_show_all_seven_statuses(view: CityView) -> None:
    counts = {count.mark.word: count.count.text for count in view.score.whole.counts}
    assert counts == {
        "符合": "7", "部分符合": "4", "不符合": "2", "未检查": "3", "不适用": "1", "豁免": "1", "数据矛盾": "1",
    }  # fmt: skip
    assert len({count.mark.tone for count in view.score.whole.counts}) == 7


def test_ties_share_a_place() -> None:
    areas = {"甲区": 1, "乙区": 0.9, "丙区": 0.9, "丁区": 0.2}
    sites = [Site(f"S-{name}", name, "crossing", f"周口市/{name}", {"helmet": found}) for name, found in areas.items()]
    table = city_view(assessment(sites), CHINESE).areas[0]
    assert [(row.rank.text if row.rank else "", row.title) for row in table.rows] == [
        ("1", "甲区"), ("2", "丙区"), ("2", "乙区"), ("4", "丁区"),
    ]  # fmt: skip


def test_sites_without_area_have_a_line_and_are_counted(view: CityView) -> None:
    table = view.areas[0]
    assert [row.title for row in table.rows] == ["淮阳区", "川汇区", "未归属"]
    assert table.rows[-1].rank is None
    assert [sum(int(told.text.split(" / ")[1]) for told in each) for each in (
        (row.visited for row in table.rows), (row.records for row in table.rows),
    )] == [len(SITES) - 2, 2]  # fmt: skip
    assert "未归属：1 个点位没有属地" in text_of(table.remarks[0])
    assert view.without_area is not None


def test_sites_of_a_higher_area_are_accounted_for() -> None:
    extra = Site("C-1", "全市统计", "crossing", "周口市", {"helmet": 1})
    view = city_view(assessment([*SITES, extra]), CHINESE)
    assert "另有 1 个点位直属上一级" in text_of(view.areas[0].remarks[0])
    assert [table.title for table in view.areas] == ["区县", "街道"]
    assert "另有 1 个点位、2 份资料直属上一级" in text_of(view.areas[1].remarks[0])


def test_a_city_without_areas_says_so() -> None:
    view = city_view(assessment([Site("S-1", "路口", "crossing", None, {"helmet": 0.5})]), CHINESE)
    assert view.areas == ()
    assert "数据里没有可以比较的属地" in render_city(view)
    assert view.head.title == "城市对标自测报告"


def test_the_costliest_criteria_come_first_with_bars_to_scale(made: Assessment, view: CityView) -> None:
    assert [row.criterion.title for row in view.losses.rows] == [
        "无问题食品",
        "公益广告",
        "骑电动自行车戴头盔",
        "排水通畅",
        "材料齐全",
    ]
    largest = made.results[0].lost
    assert [row.criterion.bar.width for row in view.losses.rows] == [
        width(each.lost / largest) for each in made.results if each.lost
    ]
    assert view.losses.rows[0].criterion.proposed == "分值"
    assert len(view.query.criteria) == len(CRITERIA)


def test_gaps_name_the_unit_of_the_area_the_remedy_and_the_deadline(view: CityView) -> None:
    first, *others = view.query.gaps
    assert (first.site.name, first.site.page) == ("七一路农贸市场", "M-01")
    assert first.units == "川汇区市场监管局"
    assert first.remedy == "立即整改：无问题食品。"
    assert text_of(first.deadline) == "2026-03-07（已逾期 2 日）"
    assert first.overdue
    assert {text_of(gap.deadline) for gap in others} == {"2026-03-13（剩 4 日）", "2026-03-09（当天到期）"}


def test_a_gap_without_deadline_or_unit_says_so(made: Assessment) -> None:
    gap = replace(made.gaps[0], deadline=None, lead_units=(), supporting_units=())
    row = city_view(replace(made, gaps=(gap, *made.gaps[1:])), CHINESE).query.gaps[0]
    assert (text_of(row.deadline), row.units, row.overdue) == ("未定期限", "—", False)


def test_the_outline_keeps_the_order_and_depth_of_the_catalogue(view: CityView) -> None:
    assert [(row.above, row.depth) for row in view.places.rows] == [
        ("I-1", 0), ("II-1", 1), ("III-1", 2), ("III-2", 2), ("I-2", 0), ("III-3", 1),
    ]  # fmt: skip


def test_long_tables_of_types_places_and_files_are_folded(view: CityView, made: Assessment) -> None:
    """What is beyond the first rows stands in a table of its own, which the page folds away; nothing is left out."""
    assert (view.other_types.rows, view.all_places.rows, view.data.other_files) == ((), (), ())
    many = replace(
        made,
        site_types=made.site_types * 9,
        places=made.places * 9,
        submission=replace(made.submission, tables=made.submission.tables * 25),
    )
    long = city_view(many, CHINESE)
    assert len(long.site_types.rows) == 15
    types = (*long.site_types.rows, *long.other_types.rows, *long.record_types.rows)
    assert len(types) == len(many.site_types)
    assert {row.depth for row in long.places.rows} == {0}
    assert [row.above for row in long.places.rows] == [row.above for row in long.all_places.rows if row.depth == 0]
    assert len(long.all_places.rows) == len(many.places) > 40
    assert len(long.data.files) == 20
    assert len(long.data.files) + len(long.data.other_files) == len(many.submission.tables)
    page = render_city(long)
    assert all(f"<details><summary>{title} (" in page for title in ("其余点位类型", "整个提纲", "其余文件"))


def test_all_sites_stand_in_the_list_by_area_the_lowest_score_first(view: CityView) -> None:
    assert [(area.title, [(row.site.name, row.band.word) for row in area.rows]) for area in view.query.sites] == [
        ("川汇区 · 七一路街道", [("七一路农贸市场", "不达标"), ("大庆路口", "不达标"), ("市场公厕", "接近达标"), ("商水路市场", "未到访")]),
        ("淮阳区 · 柳湖街道", [("淮阳农贸市场", "优秀"), ("西关路口", "优秀")]),
        ("未归属", [("没有属地的路口", "不达标")]),
    ]  # fmt: skip
    assert [row.site.page for row in view.query.sites[0].rows][-1] == ""


def test_records_of_areas_stand_in_a_list_of_their_own_and_both_lists_have_all(
    view: CityView, made: Assessment
) -> None:
    assert [(area.title, [(row.site.name, row.band.word) for row in area.rows]) for area in view.query.records] == [
        ("川汇区", [("川汇区", "达标")]),
        ("淮阳区", [("淮阳区", "优秀")]),
    ]
    assert {row.key for area in view.query.records for row in area.rows} == {""}
    listed = [row.path for area in (*view.query.sites, *view.query.records) for row in area.rows]
    assert sorted(listed) == [f"sites.{index}.card" for index in range(len(made.sites))]
    assert (made.total.registered, made.total.records_known) == (len(SITES) - 2, 2)
    assert [row.title for row in view.record_types.rows] == ["区级材料"]
    assert not {row.title for row in (*view.site_types.rows, *view.other_types.rows)} & {"区级材料"}


def test_records_that_nobody_handed_in_are_no_blank_area(made: Assessment) -> None:
    sites = [replace(site, found={}) if site.kind == "documents" else site for site in SITES]
    view = city_view(assessment(sites), CHINESE)
    assert [(row.title, row.count.text) for row in view.blank_records] == [("区级材料", "2 / 2")]
    assert [row.title for row in view.blank_types] == ["农贸市场"]
    assert {row.band.word for area in view.query.records for row in area.rows} == {"未报"}


def test_blank_areas_are_counted_by_type_and_by_area(view: CityView) -> None:
    assert [(row.title, row.count.text, row.where) for row in view.blank_types] == [("农贸市场", "1 / 3", "川汇区 1")]
    assert [(row.title, row.count.text, row.where) for row in view.blank_areas] == [("川汇区", "1 / 4", "农贸市场 1")]


def test_criteria_that_nobody_checked_say_why() -> None:
    view = city_view(assessment([site for site in SITES if site.kind != "market"]), CHINESE)
    assert {row.title: row.why for row in view.unchecked} == {
        "有序排队": "3 项次，都没有查到",
        "无问题食品": "没有到访过这类点位",
        "排水通畅": "没有到访过这类点位",
    }


def test_contradictory_data_come_with_their_cells(view: CityView) -> None:
    (row,) = view.invalid.rows
    assert (row.site.name, row.criterion, row.cells) == ("淮阳农贸市场", "排水通畅", "3月.csv!D7")


def test_a_waiver_shows_the_score_it_would_have_had(view: CityView) -> None:
    (row,) = view.waived.rows
    assert row.would_be is not None
    assert row.score is not None
    assert (row.would_be.word, row.score.text, row.score.of) == ("部分符合", "50.0%", "0.5 / 1")


def test_long_lists_say_how_many_are_not_shown() -> None:
    sites = [
        Site(f"S-{n:03}", f"路口{n}", "crossing", "周口市/川汇区", {"helmet": "invalid", "adverts": 0})
        for n in range(60)
    ]
    view = city_view(assessment(sites), CHINESE)
    assert len(view.invalid.rows) == 50
    assert view.invalid.rest is not None
    assert text_of(view.invalid.rest) == "共 60 条，这里列出前 50 条，其余见 assessment.json。"
    assert text_of(view.query.gaps_sentence) == "共 60 处差距，这里列出最急的 40 处，全部见 gaps.xlsx。"
    assert len(view.query.gaps) == 40


def test_losses_beyond_the_first_ten_criteria_are_summed_up() -> None:
    kinds = [criterion(f"c{number:02}", f"标准{number:02}", ["crossing"]) for number in range(12)]
    sites = [Site("S-1", "路口", "crossing", "周口市/川汇区", {f"c{number:02}": 0.5 for number in range(12)})]
    made = assessment(sites, of=catalogue(kinds))
    view = city_view(made, CHINESE)
    assert text_of(view.criteria_sentence) == "12 项标准共失 50.00 分，前 10 项占 83.3%。最长的条是 4.17 分。"
    assert (len(view.losses.rows), len(view.query.criteria)) == (10, 12)


def test_an_unchecked_criterion_of_two_parts_names_the_sites_of_both(made: Assessment) -> None:
    (own,) = (each for each in made.results if each.id == made.unchecked[0])
    unseen = replace(own.tally, met=0, partial=0, missed=0, unobserved=2)
    parts = [
        replace(own, site_types=("market",), tally=unseen),
        replace(own, part="minors", site_types=("crossing",), tally=unseen),
    ]
    rest = [each for each in made.results if each is not own]
    for results in ((*parts, *rest), (*reversed(parts), *rest)):
        row = city_view(replace(made, results=results), CHINESE).unchecked[0]
        assert set(row.types.split("、")) == {"农贸市场", "交通路口"}
        assert row.why.startswith("4 ")


def test_members_of_a_two_methods_criterion_are_marked(made: Assessment) -> None:
    member = replace(made.results[-1], counts=False)
    view = city_view(replace(made, results=(*made.results[:-1], member)), CHINESE)
    assert view.query.criteria[-1].row.remark == "并入两种方法的标准计分"
    assert text_of(dict(view.head.facts)["计分标准"]) == "5，另 1 项并入两种方法的标准"
    assert text_of(dict(city_view(made, CHINESE).head.facts)["计分标准"]) == "6"


def test_long_tables_of_areas_say_how_many_they_leave_out() -> None:
    sites = [Site(f"S-{n:03}", f"路口{n}", "crossing", f"周口市/区{n:03}", {"adverts": 0.5}) for n in range(203)]
    view = city_view(assessment(sites), CHINESE, "none")
    assert len(view.areas[0].rows) == 200
    assert text_of(view.areas[0].remarks[0]) == "共 203 条，这里列出前 200 条，其余见 assessment.json。"


def test_rejected_rows_make_the_score_provisional() -> None:
    rejects = [
        Reject("3月.csv", "", row, f"D{row}", "unknown-site", "无名路", "台账里没有", "大庆路口")
        for row in range(2, 62)
    ]
    view = city_view(assessment(data=submission(rejects, read=80)), CHINESE)
    assert view.head.provisional is not None
    assert text_of(view.head.provisional) == "暂定：60 行未计入"
    assert view.score.name.startswith("暂定总分")
    assert len(view.data.rejects) == 50
    assert view.data.rejects_rest is not None
    assert text_of(view.data.sentence) == "读入 89 行 = 计入 29 行 + 退回 60 行"
    assert 'role="alert"' in render_city(view)


def test_notes_name_the_site_and_the_criterion() -> None:
    notes = (Note("verdict-differs", "helmet", "M-01@2026-03-06"), Note("unused-column", "备注 没有用到", "3月.csv"))
    assert city_view(assessment(notes=notes), CHINESE).data.notes == (
        ("七一路农贸市场 2026-03-06", "骑电动自行车戴头盔：填报数据与人工判定不一致，以填报数据为准"),
        ("3月.csv", "备注 没有用到"),
    )


def test_the_method_names_formula_weights_and_proposed_values(view: CityView) -> None:
    assert text_of(view.method.formula) == "总分 = 60% × 实地考察 + 20% × 材料审核 + 20% × 问卷调查"
    assert view.method.proposed is not None
    assert "及格线、分档" in text_of(view.method.proposed)
    lines = "\n".join(text_of(line) for line in view.method.lines)
    assert "四舍五入到 2 位小数" in lines
    assert "接近达标 75 分起" in lines
    assert dict(view.method.provenance)["测评体系校验码（sha256）"] == "ab" * 32
    assert dict(view.method.provenance)["程序"] == f"duibiao {version('duibiao')}"


@pytest.mark.parametrize(
    ("needed", "vetoes", "told"),
    [
        (2, (), "把“无问题食品”、“排水通畅”全部补满，总分可到 85.23，就能过线。"),
        (4, (), "把失分最多的 4 项全部补满，总分可到 85.23，就能过线。"),
        (4, ("food_safe",), "把一票否决项和失分最多的标准共 4 项全部补满，总分可到 85.23，就能过线。"),
        (None, (), "全部差距补齐，也到不了及格线。"),
    ],
)
def test_the_headline_names_what_closes_the_distance_where_it_is_short(
    made: Assessment, needed: int | None, vetoes: tuple[str, ...], told: str
) -> None:
    assert made.mending is not None
    names = ["food_safe", "drainage", "helmet", "adverts"]
    steps = tuple(Mended(name, number, Fraction("85.23")) for number, name in enumerate(names, 1))
    mending = replace(made.mending, steps=steps, needed=needed)
    score = city_view(replace(made, mending=mending, made=replace(made.made, capped_by=vetoes)), CHINESE).score
    assert text_of(score.headline) == told
    whole = [text_of(each) for each in score.points if text_of(each).startswith("全部差距补齐，总分也只有")]
    assert len(whole) == (needed is None)


def test_the_counts_beneath_the_total_say_what_else_is_to_be_known(made: Assessment) -> None:
    facts = {each.name: (each.count.text, text_of(each.note)) for each in city_view(made, CHINESE).score.facts}
    tally = made.total.tally
    assert tally.unobserved
    first = min(gap.deadline for gap in made.gaps if gap.severity == "high" and gap.deadline is not None)
    assert facts["严重程度高"] == ("1", f"最早 {first}")
    assert facts["未检查"] == (str(tally.unobserved), "不计分")
    assert facts["未到访点位"] == (str(made.total.registered - made.total.sites), f"共 {made.total.registered} 个")
    nothing = replace(made.total, tally=replace(tally, unobserved=0, invalid=0))
    assert text_of(city_view(replace(made, total=nothing), CHINESE).score.facts[3].note) == ""
    undated = replace(made, gaps=tuple(replace(gap, deadline=None) for gap in made.gaps))
    assert text_of(city_view(undated, CHINESE).score.facts[1].note) == ""


def test_what_moves_a_place_is_told_apart_from_the_remarks(made: Assessment) -> None:
    kept = (Kept("left_out", 4, 5), Kept("points", 10, 10))
    areas = (
        Firmness("周口市/川汇区", 1, kept, 1, 2, ("helmet",)),
        Firmness("周口市/淮阳区", 2, kept, 2, 2, ()),
    )
    table, *others = city_view(replace(made, stability=Stability("district", areas)), CHINESE).areas
    assert [text_of(each) for each in table.moving] == [
        "川汇区：单动其中一项就会换名次的标准和部分有 1 个，如骑电动自行车戴头盔。"
    ]
    assert text_of(table.remarks[-1]).startswith("名次稳固度：把算法略作 15 种改动")
    assert [each.moving for each in others] == [()] * len(others)
    assert city_view(made, CHINESE).areas[0].moving == ()


def test_findings_that_are_no_gaps_of_their_own_are_told(made: Assessment) -> None:
    assert city_view(made, CHINESE).score.no_gaps is None
    rules = {
        **made.method.rules,
        "helmet": replace(made.method.rules["helmet"], counts=False),
        "adverts": replace(made.method.rules["adverts"], adjusts=Fraction(2)),
    }
    found = replace(
        made,
        method=replace(made.method, rules=rules),
        results=tuple(replace(each, counts=each.id != "helmet") for each in made.results),
        gaps=tuple(gap for gap in made.gaps if gap.criterion not in {"helmet", "adverts"}),
    )
    assert text_of(city_view(found, CHINESE).score.no_gaps or ()) == (
        "部分符合、不符合共 6 项次，其中两种方法标准之内的 1 项次、荣誉加分的 2 项次不单列，须整改的是其余 3 项次。"
    )


def test_data_without_rounds_name_none(made: Assessment) -> None:
    assert text_of(city_view(replace(made, round=Round("", "", None, None)), CHINESE).head.round) == "轮次：全部数据"
    march = Round("2026-03", "2026-03", None, None)
    assert text_of(city_view(replace(made, round=march), CHINESE).head.round) == "轮次：2026-03"


def test_a_city_above_the_mark() -> None:
    view = city_view(
        assessment([Site("S-1", "路口", "crossing", "周口市/川汇区", {"helmet": 0.9, "adverts": 1})]), CHINESE
    )
    assert text_of(view.score.headline) == "已过及格线。"
    assert text_of(view.score.verdict) == "比及格线 85 分高出 8.33 分"


def test_a_perfect_city_has_nothing_to_mend() -> None:
    view = city_view(assessment([Site("S-1", "路口", "crossing", "周口市/川汇区", {"helmet": 1})]), CHINESE)
    assert view.losses.rows == ()
    assert view.query.gaps == ()
    page = render_city(view)
    assert "没有失分的标准。" in page
    assert "没有差距：查到的都符合。" in page


def test_a_city_where_nothing_was_observed_has_no_total() -> None:
    empty = assessment([Site("S-1", "路口", "crossing", "周口市/川汇区", {"helmet": "unobserved"})])
    check_totals(empty)
    view = city_view(empty, CHINESE)
    assert view.score.figure is None
    assert text_of(view.score.verdict) == "没有总分：实地考察、材料审核、问卷调查没有数据。"
    assert "本轮没有总分。" in render_city(view)


def test_levels_take_their_colour_from_the_pass_mark() -> None:
    def tones(*levels: tuple[str, int | None]) -> list[str]:
        reading = Reading(assessment(of=catalogue(levels=levels)), CHINESE, "none")
        return [reading.tones[name] for name, _limit in levels]

    assert tones(("优", 95), ("良", 85), ("中", 75), ("差", None)) == ["b0", "b1", "b2", "b3"]
    assert tones(("优", 98), ("良", 90), ("合格", 85), ("不合格", None)) == ["b0", "b1", "b1", "b3"]
    assert tones(("合格", 85), ("不合格", None)) == ["b1", "b3"]
    assert tones(("甲", 95), ("乙", 80), ("丙", 60), ("丁", None)) == ["b1", "b2", "b2", "b3"]


def test_without_levels_the_words_follow_the_pass_mark() -> None:
    view = city_view(assessment(of=catalogue(levels=())), CHINESE)
    assert view.score.band is not None
    assert (view.score.band.word, view.score.band.tone) == ("不及格", "b3")
    assert {row.band.word for area in view.query.sites for row in area.rows} == {"及格", "不及格", "未到访"}
    assert view.score.ruler.zones == ()


def test_the_ruler_puts_score_and_pass_mark_where_they_belong(view: CityView) -> None:
    ruler = view.score.ruler
    now = ruler.pins[-1]
    assert [(tick.text, tick.at) for tick in ruler.ticks] == [
        ("70", "0.000"), ("75", "16.667"), ("85", "50.000"), ("95", "83.333"), ("100", "100.000"),
    ]  # fmt: skip
    assert now.at == width((Fraction("75.86") - 70) / 30)
    assert sum(Fraction(zone.width) for zone in ruler.zones) == pytest.approx(100, abs=0.01)


def test_dates_are_dates_not_clocks(made: Assessment) -> None:
    tomorrow = replace(made, as_of=date(2026, 3, 10))
    assert text_of(city_view(tomorrow, CHINESE).query.gaps[0].deadline) == "2026-03-07（已逾期 3 日）"


# --- a site -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def market(made: Assessment) -> SiteView:
    """The page of a market that has a member site."""
    return site_view(made, "M-01", CHINESE, "all")


def test_a_site_page_has_everything_to_mend_a_gap(market: SiteView) -> None:
    gap = market.gaps[0]
    assert (gap.title, gap.status.word, gap.severity.word) == ("无问题食品", "不符合", "高")
    assert gap.look_for == "现场看无问题食品。"
    assert gap.remedy == "立即整改：无问题食品。"
    assert (gap.lead, gap.supporting, gap.leader) == ("川汇区市场监管局", "公安交警支队", "张某 · 点位负责人 李某")
    assert gap.photos == ()  # of two that are named there is no file: the check-up says so
    assert gap.problems == ("摊位出售过期食品 2 件",)
    assert gap.sources == ("测评操作手册 · 某市文明办 · 2015-08 · 2015 版 · 4.2.1 · 全国 · 可信度高",)
    assert gap.place == "I-1 廉洁高效的政务环境 › II-1 市场秩序 › III-1 食品安全"
    assert gap.proposed == "分值"
    assert text_of(gap.points) == "失 3 分，本项 3 分"


def test_a_site_page_names_its_score_its_members_and_its_other_findings(market: SiteView) -> None:
    assert market.score == Figure("30.00", "sites.0.card.score")
    assert text_of(market.verdict) == "距及格线 85 分还差 55.00 分 · 得 1.5 分，应得 5 分"
    assert [(row.site.name, row.site.page, row.gaps) for row in market.members] == [("市场公厕", "T-1", "1")]
    assert [(row.criterion, row.status.word, row.points) for row in market.findings] == [("公益广告", "符合", "1 / 1")]


def test_a_member_site_names_the_site_it_belongs_to(made: Assessment) -> None:
    view = site_view(made, "T-1", CHINESE, "all")
    assert view.parent is not None
    assert (view.parent.name, view.parent.page) == ("七一路农贸市场", "M-01")


def test_other_findings_put_what_is_open_first(made: Assessment) -> None:
    view = site_view(made, "M-02", CHINESE, "all")
    assert [row.status.word for row in view.findings] == ["数据矛盾", "豁免", "符合"]
    assert view.findings[1].would_be is not None
    assert view.findings[1].would_be.word == "部分符合"


def test_sites_without_visit_or_score_say_so(made: Assessment) -> None:
    assert text_of(site_view(made, "M-03", CHINESE).verdict) == "本轮未到访。"
    empty = assessment([Site("S-1", "路口", "crossing", "周口市/川汇区", {"helmet": "unobserved"})])
    view = site_view(empty, "S-1", CHINESE)
    assert text_of(view.verdict) == "没有得分：没有查到可以计分的内容。"
    assert "没有差距" in render_site(view)


def test_every_visit_of_a_third_party_sheet_has_its_own_score(made: Assessment) -> None:
    index = next(index for index, site in enumerate(made.sites) if site.site == "M-01")
    site = made.sites[index]
    assert site.card is not None
    cards = tuple(replace(site.card, title=f"M-01@2026-03-0{day}") for day in (5, 6))
    several = replace(made, sites=(replace(site, visit_cards=cards), *made.sites[1:]))
    view = site_view(several, "M-01", CHINESE)
    assert [(visit.day, visit.score.path if visit.score else "") for visit in view.visits] == [
        ("2026-03-05", "sites.0.visit_cards.0.score"), ("2026-03-06", "sites.0.visit_cards.1.score"),
    ]  # fmt: skip
    assert "2026-03-05" in render_site(view)


def test_figures_for_information_stand_apart_and_do_not_score(made: Assessment) -> None:
    told = (
        ShownValue("archive", "M-01", "M-01@2026-03-06", 0.25, "绿地 / 面积 = 0.25"),
        ShownValue("archive", "M-02", "M-02@2026-03-06", None, "未填：绿地"),
    )
    informed = replace(made, shown=told, criteria=made.criteria)
    assert [(row.title, row.value, row.because) for row in site_view(informed, "M-01", CHINESE).informed] == [
        ("材料齐全", "0.25", "绿地 / 面积 = 0.25")
    ]
    assert [row.value for row in site_view(informed, "M-02", CHINESE).informed] == ["—"]
    assert "供参考，不计分" in render_site(site_view(informed, "M-01", CHINESE))

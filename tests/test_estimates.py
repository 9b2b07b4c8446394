"""Estimates of a city's questionnaires, from rows as people send them to figures, findings and words."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import sqrt
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.lint import lint_catalogue
from duibiao.criteria.load import load_catalogue, read_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.archive import read_inputs, write_inputs
from duibiao.evaluator.assess import assess
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.cases import run_cases
from duibiao.evaluator.document import document, to_json
from duibiao.evaluator.estimates import Estimate
from duibiao.evaluator.proportion import clopper_pearson, t_quantile, wilson
from duibiao.evaluator.submission import Submission
from tests.intake.city import AREAS, FILES, Rows, read

pytestmark = pytest.mark.usefixtures("english")

POLL = """
questionnaire: poll
title: 入户问卷
aliases: [入户登记]
each: district
part: questionnaires
lead_unit: office
sample: {weight: 权数, stratum: 层, cluster: 小区, population: 总体数}
groups: {sex: 性别}
minimum_group: 4
fields:
  drawn: {label: 抽取户数, kind: count}
  entered: {label: 入户数, kind: count, at_most: drawn}
  answered: {label: 答卷数, kind: count, at_most: entered}
  calls: {label: 来电数, kind: number}
rates: {entry: entered / drawn, answer: answered / drawn, called: calls / drawn, other: drawn / entered, missed: 1 - entered / drawn}
questions:
  support: {text: 您支持参评吗, choices: [支持, 不支持, 说不清], yes: [支持], leave_out: [拒答]}
  safety: {text: 您安全吗, scale: {安全: 1, 一般: 0.6, 不安全: 0}}
criteria:
  - {id: supported, title: 支持率, place: Ⅲ-1, ask: poll.support, levels: [{at_least: 0.75, score: 1}, {at_least: 0.5, score: 0.5}]}
  - {id: felt_safe, title: 安全感, place: Ⅲ-1, ask: poll.safety, pass: rate >= 0.7}
  - {id: entry_rate, title: 入户率, place: Ⅲ-1, ask: poll.entry, levels: [{above: 0.9, score: 1}]}
"""
STALL = """
site_type: stall
title: 摊位
fields: {clean: {label: 干净, kind: yes_no}}
criteria:
  - {id: stall_support, title: 摊位支持率, place: Ⅲ-1, ask: poll.support, pass: 0.5 <= rate and rate <= 1}
"""
SUPPORT = "the share of “支持” among the answers to “您支持参评吗”"
EAST, WEST = "周口市/川汇区", "周口市/示范区"
BASE = {"areas.csv": AREAS}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return made(tmp_path_factory.mktemp("catalogue"), POLL)


def made(folder: Path, poll: str) -> Catalogue:
    texts = {name: FILES[name] for name in ("catalogue", "tree", "units", "sources")}
    for name, text in {**texts, "poll": poll, "stall": STALL}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_catalogue(folder)


def people(district: str, answers: str, **more: object) -> list[dict[str, object]]:
    """A row for every letter: y supports, n does not, d does not know, x declines, - says nothing."""
    words = {"y": "支持", "n": "不支持", "d": "说不清", "x": "拒答", "-": ""}
    return [
        {"属地": district, "日期": "2026-03-06", "您支持参评吗": words[each], "您安全吗": "", **more}
        for each in answers
    ]


def submitted(folder: Path, catalogue: Catalogue, rows: Rows, **files: object) -> Submission:
    folder.mkdir(exist_ok=True)
    return read(folder, catalogue, {**BASE, "入户问卷.csv": rows, **files})


def assessed(folder: Path, catalogue: Catalogue, rows: Rows, **files: object) -> Assessment:
    submission = submitted(folder, catalogue, rows, **files)
    assert submission.rejects == ()
    return assess(catalogue, submission, language="en")


def of(assessment: Assessment, key: str, area: str = "", kind: str = "share", member: str = "") -> Estimate:
    (found,) = (
        each
        for each in assessment.estimates
        if (each.key, each.area, each.kind, each.member) == (key, area, kind, member)
    )
    return found


def finding(assessment: Assessment, criterion: str, site: str = f"poll:{EAST}") -> tuple[str, str]:
    row = assessment.findings.filter((pl.col("criterion") == criterion) & (pl.col("site") == site))
    return row["status"][0], row["because"][0]


def test_a_share_is_counted_as_the_question_says(tmp_path: Path, catalogue: Catalogue) -> None:
    """8 of 10: the one who does not know is in the denominator, who declined and who said nothing are not."""
    city = assessed(tmp_path, catalogue, people("川汇区", "yyyyyyyyndxx---"))
    east = of(city, "support", EAST)
    assert (east.value, east.yes, east.of) == (Fraction(4, 5), Fraction(8), Fraction(10))
    assert (east.answers, east.left_out, east.blank) == (10, 2, 3)
    assert (east.design_effect, east.effective, east.population, east.reason) == (Fraction(1), Fraction(10), None, None)
    expected = wilson(0.8, 10)
    assert (east.low, east.high) == (round(expected.low, 9), round(expected.high, 9))
    assert replace(of(city, "support"), area=EAST) == east  # everybody lives there
    assert finding(city, "supported")[0] == "met"
    assert finding(city, "supported")[1] == (
        f"{SUPPORT}: 80% (49.02% to 94.33%, 10 answers); at least 75% gives full score; "
        "at least 50%: reached, but within the error; at least 75%: reached, but within the error"
    )
    assert finding(city, "felt_safe") == (
        "unobserved",
        "the mean of the answers to “您安全吗”: not estimable: nobody gave an answer that counts",
    )
    assert finding(city, "entry_rate") == ("unobserved", "not observed: “入户问卷”, 入户数 as a share of 抽取户数")


@pytest.mark.parametrize(
    ("answers", "status", "held"),
    [
        ("y" * 3 + "n", "met", [True, True]),  # exactly on the limit meets it
        ("y" * 74 + "n" * 26, "partial", [True, False]),
        ("y" * 1 + "n" * 3, "missed", [False, False]),
    ],
)
def test_limits_are_held_by_the_exact_value(
    tmp_path: Path, catalogue: Catalogue, answers: str, status: str, held: list[bool]
) -> None:
    city = assessed(tmp_path, catalogue, people("川汇区", answers))
    assert finding(city, "supported")[0] == status
    told = [each for each in of(city, "support", EAST).thresholds if each.criterion == "supported"]
    assert [(str(each.limit.at), each.limit.side, each.holds) for each in told] == [
        ("1/2", ">=", held[0]), ("3/4", ">=", held[1]),
    ]  # fmt: skip


def test_what_another_sample_might_have_said(tmp_path: Path, catalogue: Catalogue) -> None:
    """74 of 100 miss 0.75 within the error; with enough answers of the kind the interval would leave it out."""
    city = assessed(tmp_path, catalogue, people("川汇区", "y" * 74 + "n" * 26))
    low, high = (each for each in of(city, "support", EAST).thresholds if each.criterion == "supported")
    assert (low.in_error, low.more) == (False, None)
    assert high.in_error
    assert high.more is not None
    share = 74 / 100
    assert wilson(share, 100 + high.more).high < 0.75 <= wilson(share, 99 + high.more).high
    assert finding(city, "supported")[1].endswith(
        "; at least 50% gives 50% of the points; at least 75%: not reached, but within the error"
    )


def test_a_value_on_its_limit_is_settled_by_no_number(tmp_path: Path, catalogue: Catalogue) -> None:
    city = assessed(tmp_path, catalogue, people("川汇区", "yyyn"))
    told = [each for each in of(city, "support", EAST).thresholds if each.in_error]
    assert [(each.limit.at, each.more) for each in told if each.criterion == "supported"][-1] == (Fraction(3, 4), None)


def test_a_mean_has_the_t_interval(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        each | {"您安全吗": word}
        for each, word in zip(people("川汇区", "-----"), ["安全", "安全", "安全", "一般", "不安全"], strict=True)
    ]
    east = of(assessed(tmp_path, catalogue, rows), "safety", EAST, "mean")
    assert east.value == Fraction(18, 25)
    error = sqrt(sum((value - 0.72) ** 2 for value in (1, 1, 1, 0.6, 0)) / 4 / 5)
    assert east.low == pytest.approx(0.72 - 2.776445 * error, abs=1e-6)
    assert east.high == 1
    (told,) = east.thresholds
    assert (told.holds, told.in_error, told.more is not None and told.more > 100) == (True, True, True)


def test_a_mean_of_answers_all_alike_is_not_certain(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [each | {"您安全吗": "安全"} for each in people("川汇区", "-----")]
    east = of(assessed(tmp_path, catalogue, rows), "safety", EAST, "mean")
    assert (east.low, east.high) == (round(wilson(1, 5).low, 9), 1)


def test_weights_strata_clusters_and_populations(tmp_path: Path, catalogue: Catalogue) -> None:
    """(2·3 + 1) / (2·4 + 2): the weighted share; a fourth of one stratum and a tenth of the other were asked."""
    one = people("川汇区", "yyyn", 权数="2.0", 层="甲", 总体数="16")
    other = people("川汇区", "yn", 权数="1", 层="乙", 总体数="20")
    for number, row in enumerate((*one, *other)):
        row["小区"] = f"小区{number // 2}"
    city = assessed(tmp_path, catalogue, [*one, *other])
    east = of(city, "support", EAST)
    assert (east.yes, east.of, east.answers, east.population) == (Fraction(7), Fraction(10), 6, 36)
    assert (east.alone, east.design_effect) == (1, Fraction(27, 25))  # 6 · (4 · 2² + 2) / (4 · 2 + 2)²: the weights
    total = of(city, "support", EAST, "total")
    assert total.value == Fraction(7, 10) * 36
    assert (total.low, total.high) == (east.low * 36, east.high * 36)  # type: ignore[operator]
    assert (total.thresholds, of(city, "support", kind="total").population) == ((), 36)


def test_clusters_that_answer_alike_widen_the_interval(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        row | {"小区": f"小区{number}"}
        for number, letter in enumerate("yyyynn")
        for row in people("川汇区", letter * 5)
    ]
    east = of(assessed(tmp_path, catalogue, rows), "support", EAST)
    plain = of(assessed(tmp_path / "plain", catalogue, [row | {"小区": ""} for row in rows]), "support", EAST)
    assert east.value == plain.value
    assert east.design_effect == Fraction(29, 5)
    assert east.low < plain.low < plain.high < east.high  # type: ignore[operator]


def test_everybody_was_asked(tmp_path: Path, catalogue: Catalogue) -> None:
    east = of(assessed(tmp_path, catalogue, people("川汇区", "yyyn", 总体数="4")), "support", EAST)
    assert (east.low, east.high) == (0.75, 0.75)


def test_one_cluster_has_a_value_and_no_interval(tmp_path: Path, catalogue: Catalogue) -> None:
    city = assessed(tmp_path, catalogue, people("川汇区", "yyyn", 小区="甲"))
    east = of(city, "support", EAST)
    assert (east.value, east.low, east.high, east.reason) == (Fraction(3, 4), None, None, "one-cluster")
    assert {each.in_error for each in east.thresholds} == {None}
    assert finding(city, "supported")[1] == (
        f"{SUPPORT}: 75% (4 answers); at least 75% gives full score; "
        "how far off it may be cannot be said, as all who answered are of one cluster"
    )


def test_an_area_in_one_cluster_has_no_interval_whatever_others_have(tmp_path: Path, catalogue: Catalogue) -> None:
    """The clusters of other districts say nothing of how those of this one differ; two of them leave one degree of
    freedom."""
    one = people("川汇区", "yyyyyyyn", 小区="甲")
    other = [row | {"小区": f"小区{number}"} for number in range(6) for row in people("示范区", "yyyn")]
    city = assessed(tmp_path, catalogue, [*one, *other])
    assert (of(city, "support", EAST).reason, of(city, "support", EAST).low) == ("one-cluster", None)
    west = of(city, "support", WEST)
    assert west.effective == pytest.approx(24 * (t_quantile(0.95, 23) / t_quantile(0.95, 5)) ** 2)


def test_clusters_of_the_same_name_in_other_districts_are_others(tmp_path: Path, catalogue: Catalogue) -> None:
    told = {}
    for way, names in (("same", "甲乙甲乙"), ("own", "甲乙丙丁")):
        rows = [
            row | {"小区": name}
            for district, name, answers in zip(
                ("川汇区", "川汇区", "示范区", "示范区"), names, ("yyyy", "yynn", "yyyn", "nnnn"), strict=True
            )
            for row in people(district, answers)
        ]
        told[way] = assessed(tmp_path / way, catalogue, rows).estimates
    assert told["same"] == told["own"]


def test_without_weights_everybody_stands_for_their_stratum(tmp_path: Path, catalogue: Catalogue) -> None:
    """45 of 50 of 9,000 and 5 of 50 of 1,000: 82 % of all, and its parts add up to the total."""
    rows = people("川汇区", "y" * 45 + "n" * 5, 层="甲", 总体数="9000") + people(
        "示范区", "y" * 5 + "n" * 45, 层="乙", 总体数="1000"
    )
    city = assessed(tmp_path, catalogue, [{key: row[key] for key in row if key != "权数"} for row in rows])
    everybody = of(city, "support")
    assert (everybody.value, everybody.of) == (Fraction(82, 100), Fraction(10_000))
    totals = [of(city, "support", area, "total").value for area in ("", EAST, WEST)]
    assert totals == [8200, 8100, 100]


def test_a_few_heavy_answers_do_not_pass_for_many(tmp_path: Path, catalogue: Catalogue) -> None:
    """5 people of weight 100 say yes, and of 95 of weight 1 one says no: the weights alone leave 7 answers' worth."""
    heavy, light = people("川汇区", "y" * 5, 权数="100"), people("川汇区", "y" * 94 + "n", 权数="1")
    east = of(assessed(tmp_path, catalogue, [*heavy, *light]), "support", EAST)
    assert east.design_effect == Fraction(100 * (5 * 100**2 + 95), 595**2)
    expected = wilson(594 / 595, 100 / float(east.design_effect))
    assert (east.low, east.high) == (round(expected.low, 9), round(expected.high, 9))


def test_a_mean_of_heavy_and_light_answers_has_the_error_of_its_weights(tmp_path: Path, catalogue: Catalogue) -> None:
    heavy, light = people("川汇区", "-" * 5, 权数="100"), people("川汇区", "-" * 95, 权数="1")
    rows = [row | {"您安全吗": "安全"} for row in heavy + light]
    rows[-1] |= {"您安全吗": "不安全"}
    east = of(assessed(tmp_path, catalogue, rows), "safety", EAST, "mean")
    assert east.design_effect == Fraction(100 * (5 * 100**2 + 95), 595**2)
    error = sqrt(east.design_effect * Fraction(594, 595**2) / 99)
    assert east.low == pytest.approx(594 / 595 - t_quantile(0.95, 99) * error, abs=1e-9)


def test_who_left_the_question_blank_was_not_asked_it(tmp_path: Path, catalogue: Catalogue) -> None:
    """20 of 100 people said something: four fifths of the variance are left, though all 100 sent something in."""
    rows = people("川汇区", "y" * 12 + "n" * 8 + "-" * 80, 总体数="100")
    east = of(assessed(tmp_path, catalogue, rows), "support", EAST)
    expected = wilson(0.6, 20, 0.95, 0.8)
    assert (east.low, east.high) == (round(expected.low, 9), round(expected.high, 9))


def test_who_counts_neither_way_does_not_say_yes_in_a_total(tmp_path: Path, catalogue: Catalogue) -> None:
    """6 of 8 who gave an opinion support it, 2 declined: 6 of 10 people, 600 of 1,000."""
    city = assessed(tmp_path, catalogue, people("川汇区", "yyyyyynnxx--", 总体数="1000"))
    share, total = of(city, "support", EAST), of(city, "support", EAST, "total")
    assert (share.value, share.left_out, share.blank) == (Fraction(3, 4), 2, 2)
    assert (total.value, total.answers, total.left_out) == (Fraction(600), 10, 0)
    expected = wilson(0.6, 10, 0.95, 1 - 10 / 1000)
    assert (total.low, total.high) == (round(expected.low, 9) * 1000, round(expected.high, 9) * 1000)


def test_more_answers_than_people_over_two_files(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = people("川汇区", "yyyn", 总体数="6")
    city = assessed(tmp_path, catalogue, rows, **{"入户问卷_2026-04.csv": people("川汇区", "yyn", 总体数="6")})
    east = of(city, "support", EAST)
    assert (east.value, east.low, east.reason) == (Fraction(5, 7), None, "more-than-population")


@pytest.mark.parametrize(
    ("rows", "code", "cell"),
    [
        (people("川汇区", "yyy", 总体数="2"), "more-answers-than-people", "E4"),
        (people("川汇区", "y", 总体数="9") + people("川汇区", "y", 总体数="8"), "population-differs", "E3"),
        (
            people("川汇区", "y", 总体数="9", 层="") + people("川汇区", "y", 总体数="8", 层=""),
            "population-differs",
            "E3",
        ),
        (people("川汇区", "y", 权数="-1"), "not-above-zero", "E2"),
        (people("川汇区", "y", 权数=""), "missing-weight", "E2"),
    ],
)
def test_samples_that_cannot_be(tmp_path: Path, catalogue: Catalogue, rows: Rows, code: str, cell: str) -> None:
    (told,) = submitted(tmp_path, catalogue, rows).rejects
    assert (told.code, told.cell) == (code, cell)


def test_populations_by_stratum_or_by_area(tmp_path: Path, catalogue: Catalogue) -> None:
    """Each stratum has its own; without a column of strata each district has."""
    two = people("川汇区", "yyyn", 总体数="9", 层="甲") + people("示范区", "yyyn", 总体数="8", 层="乙")
    assert submitted(tmp_path, catalogue, [*two, *people("川汇区", "y")]).rejects == ()
    plain = made(tmp_path, POLL.replace("stratum: 层, ", ""))
    city = assessed(tmp_path / "data", plain, [{key: row[key] for key in row if key != "层"} for row in two])
    assert [of(city, "support", area, "total").population for area in ("", EAST, WEST)] == [17, 9, 8]
    unnamed = assessed(tmp_path / "unnamed", catalogue, [row | {"层": ""} for row in two])
    assert unnamed.estimates == city.estimates
    nowhere = made(
        tmp_path,
        POLL.replace("stratum: 层, ", "")
        .replace("each: district", "")
        .replace("fields:", "fields: {}")
        .split("  drawn")[0]
        + "questions:\n  support: {text: 您支持参评吗, choices: [支持, 不支持, 说不清], yes: [支持]}\n",
    )
    city = assessed(
        tmp_path / "more",
        nowhere,
        people("川汇区", "yyyn", 总体数="9"),
        **{"摊位.csv": [{"点位": "甲", "属地": "川汇区", "日期": "2026-03-06", "干净": "是"}]},
    )
    assert [(each.area, each.kind) for each in city.estimates] == [("", "share"), ("", "total")]


def test_groups_and_areas_that_are_too_small_are_not_shown(tmp_path: Path, catalogue: Catalogue) -> None:
    """Three women are too few, and of two groups the other could be reckoned back; so for districts."""
    rows = [row | {"性别": "女" if number < 3 else "男"} for number, row in enumerate(people("川汇区", "yyyyyynn"))]
    city = assessed(tmp_path, catalogue, [*rows, *people("示范区", "yn", 性别="男")])
    for told in (
        of(city, "support", EAST),
        of(city, "support", WEST),
        of(city, "support", member="女"),
        of(city, "support", member="男"),
    ):
        assert (told.hidden, told.reason, told.value, told.answers, told.thresholds) == (True, "hidden", None, None, ())
    assert of(city, "support").answers == 10
    status, because = finding(city, "supported")
    assert (status, because) == (
        "unobserved",
        f"{SUPPORT}: not shown and not scored: too few people answered, or the answers of too few could be reckoned back",
    )


def test_groups_that_are_large_enough_are_shown(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = people("川汇区", "yyyn", 性别="女") + people("川汇区", "yyyy", 性别="男") + people("川汇区", "yyyn")
    city = assessed(tmp_path, catalogue, rows)
    assert [(each.group, each.member, each.value) for each in city.estimates if each.group and each.key == "support"] == [
        ("sex", "女", Fraction(3, 4)), ("sex", "男", Fraction(1)),
    ]  # fmt: skip


def test_people_of_no_group_and_of_no_area_are_not_reckoned_back(tmp_path: Path, catalogue: Catalogue) -> None:
    """Two who did not say their sex, one who lives nowhere: each would be what is left of everybody."""
    rows = people("川汇区", "yyyn", 性别="女") + people("川汇区", "yyyyn", 性别="男") + people("川汇区", "yy")
    city = assessed(tmp_path, catalogue, [*rows, *people("示范区", "yyyyy", 性别="男"), *people("", "y", 性别="男")])
    gone = {(each.area, each.member) for each in city.estimates if each.key == "support" and each.hidden}
    assert gone == {("", "女"), ("周口市", ""), (WEST, "")}


def test_of_few_who_gave_no_answer_that_counts_their_number_is_not_told(tmp_path: Path, catalogue: Catalogue) -> None:
    city = assessed(tmp_path, catalogue, [*people("川汇区", "yyyyy"), *people("示范区", "x-x")])
    west = of(city, "support", WEST)
    assert (west.reason, west.answers, west.left_out, west.blank) == ("nobody", 0, None, None)
    east, everybody = of(city, "support", EAST), of(city, "support")
    assert (east.left_out, east.blank) == (None, None)  # or those of the west could be reckoned back
    assert (everybody.left_out, everybody.blank) == (2, 1)


def test_totals_do_not_tell_how_many_of_few_were_left_out(tmp_path: Path, catalogue: Catalogue) -> None:
    """All three of the west declined: neither 0 of its people, nor what the east lacks to everybody, may say so."""
    rows = people("川汇区", "yyyynxx", 层="甲", 总体数="700") + people("示范区", "xxx", 层="乙", 总体数="300")
    city = assessed(tmp_path, catalogue, rows)
    told = [of(city, "support", area, "total") for area in (EAST, WEST)]
    assert [(each.value, each.answers, each.left_out, each.yes) for each in told] == [
        (None, None, None, None),
        (None, 0, None, Fraction(0)),
    ]
    assert [each.reason for each in told] == ["hidden", "nobody"]
    assert of(city, "support", kind="total").value == 400  # 4 of 7 of 700, and none of 300
    many = assessed(tmp_path / "many", catalogue, people("川汇区", "xxxx", 总体数="700"))
    assert of(many, "support", EAST, "total").reason == "nobody"
    more = of(assessed(tmp_path / "more", catalogue, people("示范区", "x-xx")), "support", WEST)
    assert (more.reason, more.left_out, more.blank) == ("nobody", 3, 1)


def test_rates_of_counts(tmp_path: Path, catalogue: Catalogue) -> None:
    """Entry is a share of households; a rate that can pass 1, or not of counts, has no interval."""
    counts = [
        {"属地": "川汇区", "日期": "2026-03-06", "抽取户数": 200, "入户数": 183, "答卷数": 100, "来电数": 4},
        {"属地": "示范区", "日期": "2026-03-06", "抽取户数": 100, "入户数": 90, "答卷数": 300, "来电数": 4},
    ]
    city = assessed(tmp_path, catalogue, people("川汇区", "yyyn"), **{"入户登记.csv": counts})
    east, everybody = of(city, "entry", EAST, "rate"), of(city, "entry", kind="rate")
    assert (east.value, east.answers, everybody.value) == (Fraction(183, 200), 200, Fraction(273, 300))
    assert (east.low, east.high) == tuple(round(end, 9) for end in (wilson(0.915, 200).low, wilson(0.915, 200).high))
    assert [each.in_error for each in east.thresholds] == [True]
    assert (of(city, "answer", EAST, "rate").value, of(city, "answer", WEST, "rate").reason) == (
        Fraction(1, 2),
        "contradictory",
    )
    called = of(city, "called", EAST, "rate")
    assert (called.value, called.reason, called.thresholds) == (Fraction("0.02"), "not-counts", ())
    assert of(city, "other", EAST, "rate").reason == of(city, "missed", WEST, "rate").reason == "not-counts"
    assert len([each for each in city.sites if each.visits]) == 2  # counts and answers stand on one visit
    assert finding(city, "supported")[0] == "met"
    assert finding(city, "entry_rate")[0] == "met"
    assert finding(city, "supported", f"poll:{WEST}") == ("unobserved", f"not observed: {SUPPORT}")


def test_counts_that_pass_each_other_through_a_contradictory_third_have_no_rate(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    """300 of 100 entered is the contradiction; 250 answers are within it, and yet more than were drawn."""
    counts = [{"属地": "川汇区", "日期": "2026-03-06", "抽取户数": 100, "入户数": 300, "答卷数": 250}]
    city = assessed(tmp_path, catalogue, people("川汇区", "yyyn"), **{"入户登记.csv": counts})
    told = [of(city, key, EAST, "rate") for key in ("entry", "answer")]
    assert [(each.value, each.reason) for each in told] == [(None, "contradictory")] * 2


def test_nobody_was_drawn(tmp_path: Path, catalogue: Catalogue) -> None:
    counts = [{"属地": "川汇区", "日期": "2026-03-06", "抽取户数": 0, "入户数": 0, "答卷数": 0, "来电数": 0}]
    city = assessed(tmp_path, catalogue, people("川汇区", "yyyn"), **{"入户登记.csv": counts})
    east = of(city, "entry", EAST, "rate")
    assert (east.value, east.reason) == (None, "nobody")


def test_two_visits_of_counts_and_the_answers_count_once(tmp_path: Path, catalogue: Catalogue) -> None:
    counts = [{"属地": "川汇区", "日期": f"2026-03-0{day}", "抽取户数": 9, "入户数": day} for day in (6, 7)]
    city = assessed(tmp_path, catalogue, people("川汇区", "yyyn"), **{"入户登记.csv": counts})
    row = city.findings.filter((pl.col("criterion") == "supported") & (pl.col("site") == f"poll:{EAST}"))
    assert row["visit"].to_list() == [f"poll:{EAST}@2026-03-07"]


def test_sites_of_other_kinds_read_the_nearest_area(tmp_path: Path, catalogue: Catalogue) -> None:
    stalls = [
        {"点位": name, "属地": area, "日期": "2026-03-06", "干净": "是"}
        for name, area in (("甲", "七一路街道"), ("乙", "示范区"))
    ]
    city = assessed(tmp_path, catalogue, people("七一路街道", "yyyn"), **{"摊位.csv": stalls})
    told = {
        row["site"].rpartition("/")[2]: (row["status"], row["because"])
        for row in city.findings.filter(pl.col("criterion") == "stall_support").iter_rows(named=True)
    }
    assert told["甲"] == (
        "met",
        f"“入户问卷”, {SUPPORT}: 75% (30.06% to 95.44%, 4 answers); met: 50% is at most this rate (seen: 75%); "
        "this rate is at most 100% (seen: 75%); at least 50%: reached, but within the error",
    )
    assert told["乙"][0] == "unobserved"


def test_the_exact_way_and_another_confidence(tmp_path: Path) -> None:
    exact = made(
        tmp_path, POLL.replace("minimum_group: 4", "minimum_group: 4\ninterval: clopper_pearson\nconfidence: 0.9")
    )
    counts = [{"属地": "川汇区", "日期": "2026-03-06", "抽取户数": 10, "入户数": 8}]
    city = assessed(tmp_path / "data", exact, people("川汇区", "y" * 8 + "nn"), **{"入户登记.csv": counts})
    expected = clopper_pearson(0.8, 10, 0.9)
    for told in (of(city, "support", EAST), of(city, "entry", EAST, "rate")):
        assert (told.low, told.high) == (round(expected.low, 9), round(expected.high, 9))


def test_rounds_and_days_know_answers(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [row | {"轮次": "甲", "日期": "2026-03-06"} for row in people("川汇区", "nnnn")]
    later = [row | {"轮次": "乙", "日期": "2026-03-09"} for row in people("川汇区", "yyyy")]
    city = assessed(tmp_path, catalogue, [*rows, *later])
    assert (city.round.id, str(city.as_of), [each.id for each in city.earlier_rounds]) == ("乙", "2026-03-09", ["甲"])
    assert of(city, "support", EAST).value == 1


def drawn(seed: int) -> list[dict[str, object]]:
    """Forty people with everything drawn: place, weight, stratum, cluster, sex and answers."""
    rng = random.Random(seed)
    rows = []
    for _ in range(40):
        district = rng.choice(["川汇区", "示范区", "周口市", ""])
        stratum = rng.choice("甲乙丙")
        rows += [
            row | {"您安全吗": rng.choice(["安全", "一般", "不安全", ""]), "权数": str(rng.randint(1, 40) / 8), "层": stratum,
                   "小区": stratum + rng.choice("一二三四"), "总体数": str(400 * "甲乙丙".index(stratum) + 100), "性别": rng.choice("男女")}
            for row in people(district, rng.choice("yyyndx-"))
        ]  # fmt: skip
    return rows


def test_the_order_of_rows_and_files_and_a_factor_of_all_weights_change_nothing(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    rows = drawn(3)
    once = assessed(tmp_path / "once", catalogue, rows)
    mixed = random.Random(1).sample(rows, len(rows))
    again = assessed(tmp_path / "again", catalogue, mixed[:25], **{"入户问卷_2026-02.csv": mixed[25:]})
    assert to_json(document(once)["estimates"]) == to_json(document(again)["estimates"])
    heavier = assessed(
        tmp_path / "heavier", catalogue, [row | {"权数": str(float(str(row["权数"])) * 16)} for row in rows]
    )
    assert [replace(each, yes=None, of=None) for each in once.estimates] == [
        replace(each, yes=None, of=None) for each in heavier.estimates
    ]


@pytest.mark.parametrize("seed", range(4))
def test_counted_again_from_what_the_result_keeps(tmp_path: Path, catalogue: Catalogue, seed: int) -> None:
    """Plain Python over OUT/inputs gives the same shares, and they the same scores."""
    submission = submitted(tmp_path, catalogue, drawn(seed))
    write_inputs(tmp_path / "inputs", catalogue, submission, "", assess(catalogue, submission).as_of)
    kept = read_inputs(tmp_path / "inputs")[1].answers["poll"].iter_rows(named=True)
    sums: Counter[tuple[str, str]] = Counter()
    weights: dict[tuple[str, str], list[Fraction]] = {}
    for row in kept:
        for key, worth in (
            ("support", {"支持": "1", "不支持": "0", "说不清": "0"}),
            ("safety", {"安全": "1", "一般": "0.6", "不安全": "0"}),
        ):
            if row[key] in worth:
                for area in {"", *([row["area"]] if row["area"] in {EAST, WEST} else [])}:
                    yes, of_all = weights.setdefault((key, area), [Fraction(0), Fraction(0)])
                    weight = Fraction(str(row["weight"]))
                    weights[key, area] = [yes + weight * Fraction(worth[row[key]]), of_all + weight]
                    sums[key, area] += 1
    city = assess(catalogue, submission)
    for (key, area), (yes, of_all) in weights.items():
        told = of(city, key, area, "share" if key == "support" else "mean")
        assert told.hidden >= (sums[key, area] < 4)
        if not told.hidden:
            assert (told.value, told.answers) == (yes / of_all, sums[key, area])
            if area and key == "support":
                status = (
                    "met"
                    if yes / of_all >= Fraction(3, 4)
                    else "partial"
                    if yes / of_all >= Fraction(1, 2)
                    else "missed"
                )
                assert finding(city, "supported", f"poll:{area}")[0] == status


CASES = """
- {name: 七成半支持，正在界上, seen: {poll.support: 0.75, poll.safety: 0.7}, expect: {supported: 1, felt_safe: 1}}
- {name: 差一点, seen: {poll.support: 0.749, poll.safety: 0.699}, expect: {supported: 0.5, felt_safe: 0}}
- {name: 少数支持, seen: {poll.support: 0.4}, expect: {supported: 0, felt_safe: unobserved}}
- {name: 入户都成, seen: {drawn: 10, entered: 10}, expect: {entry_rate: 1}}
- {name: 一户未入, seen: {drawn: 10, entered: 9}, expect: {entry_rate: 0}}
- {name: 摊位看所在区县, seen: {poll.support: 0.6}, expect: {stall_support: met}}
- {name: 摊位所在区县不支持, seen: {poll.support: 0.4}, expect: {stall_support: missed}}
- {name: 说错了, seen: {poll.support: 0.4}, expect: {supported: 1}}
"""


def test_cases_say_what_a_questionnaire_says(tmp_path: Path) -> None:
    made(tmp_path, POLL)
    (tmp_path / "poll.cases.yaml").write_text(CASES, encoding="utf-8")
    told = run_cases(read_catalogue(tmp_path))
    assert [(each.code, each.line) for each in told] == [("case-fails", 9)]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("ask: poll.safety, pass: rate >= 0.7", "ask: poll.safety, pass: rate >= 1.2", ["never"]),
        ("levels: [{at_least: 0.75, score: 1}", "levels: [{above: 1, score: 1}", ["levels-unreachable"]),
        ("安全: 1, 一般: 0.6, 不安全: 0", "安全: 1, 一般: 0.8", ["never"]),
        ("ask: poll.support, levels", "ask: poll.suport, levels", ["unknown-rate"]),
    ],
)
def test_lint_knows_what_a_question_can_say(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    for name, text in {
        **{name: FILES[name] for name in ("catalogue", "tree", "units", "sources")},
        "stall": STALL,
    }.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert old in POLL
    (tmp_path / "poll.yaml").write_text(POLL.replace(old, new), encoding="utf-8")
    errors = [each for each in lint_catalogue(read_catalogue(tmp_path)) if each.file.endswith("poll.yaml")]
    assert [
        each.code
        for each in errors
        if each.code not in {"missing-key", "no-case", "no-source", "no-remedy", "no-look-for"}
    ] == codes

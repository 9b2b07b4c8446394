"""Rules in plain words: every kind of rule with its numbers, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from duibiao.criteria.language import translations
from duibiao.criteria.models import KINDS
from duibiao.reports.rule_words import rule_words
from tests.city import make_catalogue

FORM = """
site_type: spot
title: 点
fields:
  a: {label: 合格数, kind: count, unit: 个, at_most: b}
  b: {label: 总数, kind: count, unit: 个}
  c: {label: 别的数, kind: count, unit: 个}
  km: {label: 路长, kind: number, unit: 公里, at_least: 1}
  p: {label: 覆盖率, kind: percent, at_least: 0, at_most: 1}
  y: {label: 有灯, kind: yes_no}
  z: {label: 有人, kind: yes_no}
  g: {label: 状况, kind: grade, scale: {好: 1, 中: 0.5, 差: 0}}
  s: {label: 设施, kind: choices, options: [椅, 灯, 桶]}
  w: {label: 类别, kind: choice, options: [甲, 乙, 丙]}
  made: {label: 差数, kind: number, formula: b - a}
criteria:
"""
COMMON = "id: rule, title: 规则, place: Ⅲ-1"
RULES = [  # the keys of a criterion, what is told of it in English
    ("pass: c == 0", "别的数 is 0 个 → full score, 1 points · otherwise → 0 points"),
    ("pass: y, points: 2.5", "“有灯” is yes → full score, 2.5 points · otherwise → 0 points"),
    ("pass: not y", "“有灯” is no → full score, 1 points · otherwise → 0 points"),
    ("pass: y and (z or a >= 3)", "“有灯” is yes, and (“有人” is yes, or 合格数 is at least 3 个) → full"),
    ("pass: not (y and z)", "“有灯” is no, or “有人” is no → full"),
    ("pass: a / b > 0.5, applies: b > 0", "Applies where 总数 is more than 0 个; elsewhere it is not scored. 合格数 as a share of 总数 is more than 50% →"),
    ("pass: 1 - a / b <= 0.1, applies: b > 0", "100% − 合格数 ÷ 总数 is at most 10% →"),
    ("pass: p != 1", "覆盖率 is not 100% →"),
    ("pass: p < 0.335", "覆盖率 is less than 33.5% →"),
    ("pass: \"w in ['甲', '乙']\"", "类别 is one of “甲” or “乙” →"),
    ("pass: \"w == '甲'\"", "类别 is “甲” →"),
    ("pass: \"'椅' in s\"", "“设施” has “椅” →"),
    ("pass: observed(g) and a > 1", "“状况” is written down, and 合格数 is more than 1 个 →"),
    ("pass: y if a > 3 else z", "if 合格数 is more than 3 个: “有灯” is yes; otherwise: “有人” is yes →"),
    ("pass: a >= (2 if y else 3)", "合格数 is at least 2 if “有灯” is yes, otherwise 3 →"),
    ("pass: \"max(a, c) >= 2\"", "the largest of (合格数 / 别的数) is at least 2 个 →"),
    ("pass: abs(a - c) <= 1", "the absolute value of 合格数 − 别的数 is at most 1 个 →"),
    ("pass: a >= floor(b * 0.5)", "合格数 is at least 总数 × 0.5 rounded down →"),
    ("pass: \"round(km, 1) > 2.5\"", "路长 rounded to 1 decimals is more than 2.5 →"),
    ("pass: \"-a > -3\"", "−合格数 is more than -3 个 →"),
    ("pass: \"round(a / 2) >= 1\"", "(合格数 ÷ 2) rounded to a whole number is at least 1 →"),
    ("pass: y == z", "有灯 is 有人 →"),
    ("pass: \"count_true(y, z) - 1 <= problems\"", "(how many of these hold: 有灯 / 有人) − 1 is at most number of problems →"),
    ("pass: \"site_type == 'spot'\"", "site type is “点” →"),
    ("pass: (y if a > 3 else z) or z", "(if 合格数 is more than 3 个: “有灯” is yes; otherwise: “有人” is yes), or “有人” is yes →"),
    ("pass: a * (2 if y else 3) > 4", "合格数 × (2 if “有灯” is yes, otherwise 3) is more than 4 →"),
    ("rate: \"min(p, 0.9)\", levels: [{at_least: 0.5, score: 1}]", "By 覆盖率 (at most 90%). 50% or more →"),
    ("rate: p * p if y else -p, levels: [{at_least: 0.5, score: 1}]", "By 覆盖率 × 覆盖率 if “有灯” is yes, otherwise −覆盖率. 50% or more →"),
    ("pass: made < -1", "差数 is less than -1 →"),
    ("pass: (a + c) * 2 < b", "(合格数 + 别的数) × 2 is less than 总数 →"),
    (
        "rate: a / b, applies: b > 0, points: 3, levels: [{at_least: 1, score: 1}, {at_least: 0.85, below: 1, score: 0.6}]",
        "By 合格数 as a share of 总数; the first line that holds counts."
        " 100% → full score, 3 points · 85% or more, and less than 100% → 60%, 1.8 points · otherwise → 0 points",
    ),
    ("rate: c, levels: [{above: 2, score: 1}]", "By 别的数. more than 2 个 → full score, 1 points · otherwise"),
    ("rate: c, levels: [{at_most: 0, score: 1}, {at_most: 2, score: 0.66}]", "0 个 → full score, 1 points · 2 个 or less → 66%, 0.66 points"),
    ("rate: c / b, applies: b > 0, levels: [{at_least: 0.5, score: 1}]", "By 别的数 as a share of 总数. 50% or more →"),
    ("rate: c / b, applies: b > 0, levels: [{at_least: 5, score: 1}]", "By 别的数 ÷ 总数. 5 or more →"),
    ("rate: a / km, levels: [{at_least: 0.5, score: 1}]", "By 合格数 ÷ 路长. 0.5 or more →"),
    ("rate: \"count_true('椅' in s, '灯' in s)\", levels: [{at_least: 2, score: 1}]", "By how many of these are in “设施”: 椅 / 灯. 2 items or more →"),
    ("rate: \"count_true(y, a > 1)\", levels: [{at_least: 2, score: 1}]", "By how many of these hold: 有灯 / 合格数 is more than 1 个. 2 items or more →"),
    ("rate: p, full_at: 0.9, zero_at: 0.5", "By 覆盖率, on a straight line between two marks. 90% or more → full score, 1 points · in between → in proportion · 50% or less → 0 points"),
    ("rate: c, full_at: 0, zero_at: 10", "0 个 → full score, 1 points · in between → in proportion · 10 个 or more → 0 points"),
    ("grade: g, points: 2", "By the word that is written down for “状况”. 好 → full score, 2 points · 中 → 50%, 1 points · 差 → 0 points"),
    ("deduct: {each: c, points: 0.5, at_most: 2}, points: 3", "Starts from 3 points and loses some for each problem, down to 0. 0.5 points for each 1 个 of 别的数; 2 points at most"),
    ("deduct: [{each: problems, points: 0.5}, {each: made, points: 1}]", "0.5 points for each problem in the problem list · 1 points for each 1 of 差数"),
    ("deduct: {each: deducted, points: 1}", "the points that the problem list says"),
    ("of: [y, z, a > 1]", "3 things are checked one by one; it counts how many are missing. 有灯 · 有人 · 合格数 is more than 1 个 — all there → full score, 1 points · more missing → 0 points"),
    ("of: [y, z], levels: [{missing: 0, score: 1}, {missing: 1, score: 0.5}]", "all there → full score, 1 points · 1 missing → 50%, 0.5 points · 2 missing → 0 points"),
    ("of: [y, z, a > 1], levels: [{missing: 1, score: 1}]", "0 to 1 missing → full score, 1 points · more missing"),
    ("judged: yes_no", "The inspector decides. it is as asked → full score, 1 points · otherwise → 0 points"),
    ("judged: grade, scale: {A: 1, B: 0.66, D: 0}", "The inspector gives one of the words below. A → full score, 1 points · B → 66%, 0.66 points · D → 0 points"),
    ("judged: deduction, points: 2", "The inspector writes down the points to take off 2, down to 0."),
    ("ask: poll.known, levels: [{at_least: 0.9, score: 1}]", "By the questionnaire “问卷”: 知道人数 as a share of 答卷人数. 90% or more →"),
    ("ask: poll.known, pass: rate > 0.8", "By the questionnaire “问卷”: 知道人数 as a share of 答卷人数. this rate is more than 80% →"),
    ("show: b - a", "A figure for information, not scored: 总数 − 合格数."),
    ("pass: y, points: 0, veto: {site: 59, total: 69}", "“有灯” is yes → met · otherwise → missed Veto: while it is missed, the site has 59 at most. Veto: while it is missed, the total is 69 at most."),
    ("pass: y, points: 0, adjust_total: -3", "otherwise → missed Beside the points: each that is missed takes 3 points off the total, after all else."),
    ("judged: grade, scale: {A: 1, B: 0.5}, points: 0, adjust_total: 2", "A → met · B → 50% Beside the points: each that is met adds 2 points to the total"),
    ("pass: y, over_sites: lowest", "Over several sites the lowest counts: it is met only where all are."),
]  # fmt: skip
POLL = """
questionnaire: poll
title: 问卷
each: city
part: statistics
fields:
  asked: {label: 答卷人数, kind: count, unit: 份}
  knows: {label: 知道人数, kind: count, unit: 人, at_most: asked}
rates: {known: knows / asked}
"""


def told(folder: Path, rule: str, language: str = "en") -> str:
    """What is said of a rule of the form above."""
    form = f"{FORM}  - {{{COMMON}, {rule}}}\n"
    catalogue = make_catalogue(folder, {"spot": form, "poll": POLL})
    words = translations(language)  # type: ignore[arg-type]
    return rule_words(
        catalogue, catalogue.site_types["spot"], catalogue.criteria[0].versions[0].criterion, words.gettext
    ).text


@pytest.mark.parametrize(("rule", "expected"), RULES, ids=[rule for rule, _ in RULES])
def test_rules_in_words(rule: str, expected: str, tmp_path: Path) -> None:
    assert expected in told(tmp_path, rule)


def test_every_kind_of_rule_is_in_the_table() -> None:
    keys = " ".join(rule for rule, _ in RULES)
    names = {"banded": "levels", "linear": "full_at"}
    assert [kind for kind in KINDS if kind != "both" and f"{names.get(kind, kind)}:" not in keys] == []


def test_rules_in_chinese(tmp_path: Path) -> None:
    rule = "rate: a / b, applies: b > 0, points: 3, levels: [{at_least: 0.95, score: 1}, {at_least: 0.85, score: 0.6}]"
    assert told(tmp_path, rule, "zh") == (
        "总数大于 0 个的才适用，其余不适用、不计分。 看合格数占总数的比例，从上往下，先够到哪一档算哪一档。"
        " 95%及以上 → 满分，3 分 · 85%及以上 → 60%，1.8 分 · 其余 → 0 分"
    )


def test_two_methods_name_their_members_and_the_members_their_whole(tmp_path: Path) -> None:
    form = FORM + (
        "  - {id: seen, title: 看到, place: Ⅲ-1, pass: y}\n"
        "  - {id: counted, title: 数到, place: Ⅲ-1, rate: c, levels: [{at_least: 1, score: 0.5}]}\n"
        "  - {id: whole, title: 合计, place: Ⅲ-1, both: [seen, counted], points: 2}\n"
    )
    catalogue = make_catalogue(tmp_path, {"spot": form})
    kind, say = catalogue.site_types["spot"], translations("en").gettext
    seen, counted, whole = (
        rule_words(catalogue, kind, dated.versions[0].criterion, say) for dated in catalogue.criteria
    )
    assert [(each.text, each.criterion) for each in whole.items] == [("看到", "seen"), ("数到", "counted")]
    assert whole.sentence.startswith("The lower of two results")
    assert seen.text == "“有灯” is yes → met · otherwise → missed Counts through “合计”, not by itself."
    assert [each.gives for each in counted.steps] == ["50%", "missed"]

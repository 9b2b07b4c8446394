"""What a report says of a finding: the conditions that do not hold, and sums that a clerk can follow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria.language import translations
from duibiao.criteria.load import catalogue_folder, load_catalogue
from duibiao.evaluator.explain import explain
from duibiao.evaluator.formula_words import FormulaWords
from duibiao.evaluator.seen_words import SeenWords
from duibiao.reports.rule_words import rule_words
from tests.city import DAY, make_submission, one_rule

FIELDS = """{
  made: {label: 合格数, kind: count, unit: 处, at_most: all}, all: {label: 总数, kind: count, unit: 处},
  kept: {label: 在册数, kind: count, unit: 处}, lit: {label: 亮灯率, kind: percent, at_most: 1},
  lane: {label: 有通道, kind: yes_no}, fee: {label: 有收费, kind: yes_no}, posted: {label: 公示了标准, kind: yes_no},
  sort: {label: 类别, kind: choice, options: [所, 站]}, things: {label: 设施, kind: choices, options: [椅, 灯, 伞]},
  due: {label: 到期日, kind: date}, since: {label: 起始日, kind: date}, gap: {label: 差数, kind: number, formula: all - made},
  over: {label: 超出比例, kind: percent, formula: all / kept - 1}, seats: {label: 座位数, kind: count},
}"""
SEEN: dict[str, object] = {
    "made": 6.0, "all": 7.0, "kept": 6.0, "lit": 0.8999, "lane": False, "fee": True, "posted": False, "sort": "所",
    "things": ["椅"], "due": date(2026, 3, 1), "since": date(2026, 1, 1), "seats": 26.0,
}  # fmt: skip
WORDS = [  # a rule, what is said of it in English and in Chinese
    ("pass: lane", "not met: 有通道 (no)", "没有做到：有通道（否）"),
    ("pass: fee", "met: 有收费 (yes)", "做到：有收费（是）"),
    ("pass: not fee", "not met: “有收费” is no (seen: yes)", "没有做到：“有收费”为否（实为是）"),
    ("pass: not lane", "met: “有通道” is no", "做到：“有通道”为否"),
    ("pass: not not fee", "met: “有收费” is yes", "做到：“有收费”为是"),
    ("pass: all == 0", "not met: 总数 is 0 处 (seen: 7 处)", "没有做到：总数为 0 处（实为 7 处）"),
    ("pass: all == 7", "met: 总数 is 7 处", "做到：总数为 7 处"),
    ("pass: kept == all", "not met: 在册数 equals 总数 (在册数: 6 处, 总数: 7 处)", "没有做到：在册数等于总数（在册数：6 处，总数：7 处）"),
    ("pass: kept != made", "not met: 在册数 differs from 合格数 (在册数: 6 处, 合格数: 6 处)", "没有做到：在册数不等于合格数（在册数：6 处，合格数：6 处）"),
    ("pass: not all > 3", "not met: 总数 is at most 3 处 (seen: 7 处)", "没有做到：总数不超过 3 处（实为 7 处）"),
    ("pass: lane and fee and all < 3", "not met: 有通道 (no); 总数 is less than 3 处 (seen: 7 处)", "没有做到：有通道（否）；总数小于 3 处（实为 7 处）"),
    ("pass: not fee or posted", "not met: “有收费” is no (seen: yes), or 公示了标准 (no)", "没有做到：“有收费”为否（实为是），或公示了标准（否）"),
    ("pass: lane or (fee and posted)", "not met: 有通道 (no), or 公示了标准 (no)", "没有做到：有通道（否），或公示了标准（否）"),
    ("pass: not (fee or lane)", "not met: “有收费” is no (seen: yes)", "没有做到：“有收费”为否（实为是）"),
    ("pass: fee or lane", "met: 有收费 (yes)", "做到：有收费（是）"),
    ("pass: \"sort in ['站']\"", "not met: 类别 is one of “站” (seen: “所”)", "没有做到：类别为“站”（实为“所”）"),
    ("pass: \"not sort in ['所']\"", "not met: 类别 is none of “所” (seen: “所”)", "没有做到：类别不是“所”（实为“所”）"),
    ("pass: \"all + 1 in [1, 2]\"", "not met: 总数 + 1 is one of 1 处 or 2 处 (seen: 7 + 1 = 8 处)", "没有做到：总数 + 1 为 1 处或2 处（实为 7 + 1 = 8 处）"),
    ("pass: \"'灯' in things\"", "not met: “设施” has “灯” (no)", "没有做到：“设施”里有“灯”（否）"),
    ("pass: \"not '椅' in things\"", "not met: “设施” has no “椅” (seen: 椅)", "没有做到：“设施”里没有“椅”（实为椅）"),
    ("pass: not observed(due)", "not met: “到期日” is not written down", "没有做到：“到期日”没有记录"),
    ("pass: not (lane if fee else posted)", "met: it is not so that (if “有收费” is yes: “有通道” is yes; otherwise: “公示了标准” is yes)", "做到：不是（“有收费”为是的，要求“有通道”为是；其余的，要求“公示了标准”为是）"),
    ("pass: \"due >= '2026-06-30'\"", "not met: 到期日 is not before 2026-06-30 (seen: 2026-03-01)", "没有做到：到期日不早于 2026-06-30（实为 2026-03-01）"),
    ("pass: due < since", "not met: 到期日 is before 起始日 (到期日: 2026-03-01, 起始日: 2026-01-01)", "没有做到：到期日早于起始日（到期日：2026-03-01，起始日：2026-01-01）"),
    ("pass: all * 2 <= kept", "not met: 总数 × 2 is at most 在册数 (7 × 2 = 14, 在册数: 6 处)", "没有做到：总数 × 2 不超过在册数（7 × 2 = 14，在册数：6 处）"),
    ("pass: \"kept >= max(floor(all / 2), 9)\"", "not met: 在册数 is at least 总数 ÷ 2 rounded down (at least 9) (在册数: 6 处, the largest of (7 ÷ 2 rounded down / 9) = 9)", "没有做到：在册数不低于总数 ÷ 2 的整数部分（不足 9 的按 9 计）（在册数：6 处，（7 ÷ 2 的整数部分、9）中最大的 = 9）"),
    ("pass: \"min(all, 9) > 8\"", "not met: 总数 (at most 9 处) is more than 8 处 (seen: 7 处)", "没有做到：总数（超过 9 处的按 9 处计）大于 8 处（实为 7 处）"),
    ("pass: \"-(all - (made - 1)) >= 0\"", "not met: −(总数 − (合格数 − 1)) is at least 0 处 (seen: −(7 − (6 − 1)) = -2 处)", "没有做到：−（总数 − （合格数 − 1））不低于 0 处（实为 −（7 − （6 − 1）） = -2 处）"),
    ("pass: \"round(all / seats) > 1\"", "not met: (总数 ÷ 座位数) rounded to a whole number is more than 1 (seen: 0)", "没有做到：（总数 ÷ 座位数）取整数大于 1（实为 0）"),
    ("pass: \"count_true('椅' in things, '灯' in things) >= 2\"", "not met: “设施” has at least 2 of these: 椅 / 灯 (1 of 2 are in “设施”, missing: 灯)", "没有做到：“设施”里至少有下列 2 项：椅、灯（“设施”所列 2 项中有 1 项，缺灯）"),
    ("pass: \"count_true(fee, all > 1) >= 2\"", "met: at least 2 of these hold: 有收费 / 总数 is more than 1 处 (all 2 hold)", "做到：下列各项至少做到 2 项：有收费、总数大于 1 处（2 项全部做到）"),
    ("rate: \"count_true(fee, lane)\", levels: [{at_least: 2, score: 1}]", "1 of 2 hold, these do not: 有通道; below every level, the lowest is at least 2 items", "2 项中做到 1 项，没有做到的是有通道；未达任何一档，最低一档为不低于 2 项"),
    ("rate: made / all, levels: [{at_least: 0.9, score: 1}, {at_least: 0.85, below: 0.9, score: 0.6}]", "合格数 as a share of 总数: 6 ÷ 7 = 85.71%; at least 85%, below 90% gives 60% of the points", "合格数占总数的比例：6 ÷ 7 = 85.71%；不低于 85%，小于 90%，得 60% 的分"),
    ("rate: lit, levels: [{at_least: 0.9, score: 1}]", "亮灯率: 89.99%; below every level, the lowest is at least 90%", "亮灯率：89.99%；未达任何一档，最低一档为不低于 90%"),
    ("rate: over, levels: [{at_most: 0, score: 1}]", "超出比例: 16.67%; below every level, the lowest is at most 0%", "超出比例：16.67%；未达任何一档，最低一档为不超过 0%"),
    ("rate: seats / (50 if sort == '所' else 20), levels: [{at_least: 0.8, score: 1}]", "座位数 ÷ 50: 26 ÷ 50 = 0.52 (类别: 所); below every level, the lowest is at least 0.8", "座位数 ÷ 50：26 ÷ 50 = 0.52（类别：所）；未达任何一档，最低一档为不低于 0.8"),
    ("rate: gap, full_at: 0, zero_at: 3", "差数: 1; full score at 0, no points at 3; gives 66.67% of the points", "差数：1；0 得满分、3 不得分，本次得 66.67% 的分"),
    ("deduct: [{each: gap, points: 0.1}, {each: all, points: 0.05}]", "差数: 1; 总数: 7 处; 0.45 of 1 points lost", "差数：1；总数：7 处；1 分里失 0.45 分"),
    ("deduct: {each: all - 7, points: 1}", "总数 − 7: 7 − 7 = 0 处; no points lost", "总数 − 7：7 − 7 = 0 处；没有扣分"),
    ("of: [lane, fee, all > 9, posted]", "3 of 4 not met: 有通道 (no); 总数 is more than 9 处 (seen: 7 处); 公示了标准 (no)", "4 项中缺 3 项：有通道（否）；总数大于 9 处（实为 7 处）；公示了标准（否）"),
    ("of: [fee, all > 1]", "all 2 met", "2 项全部达到"),
    ("pass: \"site_type != 'spot'\"", "not met: site type is not “点” (seen: “点”)", "没有做到：点位类型不是“点”（实为“点”）"),
    ("pass: fee, applies: lane", "does not apply, as this is not so: 有通道 (no)", "不适用，不具备条件：有通道（否）"),
]  # fmt: skip


def said(folder: Path, rule: str, language: str, seen: dict[str, object]) -> str:
    """What is said of the only finding of a rule."""
    catalogue = one_rule(folder, rule, FIELDS)
    say: Callable[[str], str] = translations(language).gettext  # type: ignore[arg-type]
    (found,) = explain(catalogue, make_submission(catalogue, {"spot": [seen]}), "", DAY.date(), "S1", "rule", say)
    return found.because


@pytest.mark.parametrize(("rule", "english", "chinese"), WORDS, ids=[rule for rule, *_ in WORDS])
def test_a_finding_in_words(rule: str, english: str, chinese: str, tmp_path: Path) -> None:
    assert [said(tmp_path, rule, language, SEEN) for language in ("en", "zh")] == [english, chinese]


UNKNOWN = [  # what is not known beside what is missing; a blank is no
    ("of: [fee, \"count_true(posted, lane) >= 2\", all > 9]",
     "1 of 3 not met: 总数 is more than 9 处 (seen: 7 处); not known: at least 2 of these hold: 公示了标准 / 有通道 (how many of these hold: 公示了标准 / 有通道: blank)"),
    ("of: [fee, posted], levels: [{missing: 1, score: 1}]", "not known: 公示了标准 (blank)"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "told"), UNKNOWN)
def test_what_is_not_known_is_named_apart(rule: str, told: str, tmp_path: Path) -> None:
    assert said(tmp_path, rule, "en", SEEN | {"posted": None}) == told


def test_formulas_by_themselves(tmp_path: Path) -> None:
    words = FormulaWords(one_rule(tmp_path, "pass: lane", FIELDS).site_types["spot"], str)
    assert words.written("made + all") == words.condition("made + all") == "合格数 + 总数"
    assert words.written("lane") == "“有通道” is yes"
    assert words.value("lane and fee") == "(“有通道” is yes, and “有收费” is yes)"
    assert words.reads("gap") == {"gap", "all", "made"}
    assert (words.unit("problems"), words.in_percent("problems"), words.in_percent("lit")) == ("", False, True)
    assert words.unit("count_true(lane, fee)") == ""
    assert SeenWords(words.kind, str).value(3.5) == "3.5"


def test_fields_that_limit_each_other_make_no_share_of_a_third(tmp_path: Path) -> None:
    kind = one_rule(tmp_path, "pass: lane", FIELDS).site_types["spot"]
    circle = kind.fields | {"all": kind.fields["all"].model_copy(update={"at_most": "made"})}
    words = FormulaWords(kind.model_copy(update={"fields": circle}), str)
    assert words.value("made / kept") == "合格数 ÷ 在册数"


# ------------------------------------------------------------------ the whole example city

FORMULA = re.compile(
    r"count_true|observed\(|\b(?:min|max|abs|floor|round|log)\(|[=!<>]=|[<>≥≤≠∈*\[\]]|\bif\b|\band\b|\bor\b|\bnot\b|\b[a-z]+_[a-z_0-9]+\b"
)
LONG = re.compile(r"\d\.\d{5,}")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:?!()][ \u3400-\u9fff]|[,;:] [\u3400-\u9fff]")


@pytest.mark.untraced
@pytest.mark.parametrize("round_id", ["2025-W09", "2025-W10"])
def test_nothing_said_in_the_example_city_is_a_formula(round_id: str, zhoukou: Callable[[str], Path]) -> None:
    out = zhoukou(round_id)
    said = pl.read_parquet(out / "findings.parquet")["because"].drop_nulls().unique().sort().to_list()
    told = json.loads((out / "assessment.json").read_text("utf-8"))
    said += [each["because"] for part in ("gaps", "shown", "open") for each in told[part]]
    own = [text for text in said if not text.startswith("豁免")]  # the reason of a waiver is in its author's words
    assert len(own) > 100
    for wrong in (FORMULA, LONG, HALF_WIDTH):
        assert [text for text in own if wrong.search(text)] == []


def test_no_rule_of_the_national_catalogue_is_told_as_a_formula() -> None:
    folder, say = catalogue_folder("national"), translations("zh").gettext
    assert folder is not None
    catalogue = load_catalogue(folder)
    said = {
        rule_words(catalogue, catalogue.site_types[kind], version.on(kind), say).text
        for dated in catalogue.criteria
        for version in dated.versions
        for kind in version.criterion.site_types
    }
    for wrong in (FORMULA, LONG, HALF_WIDTH):
        assert sorted(text for text in said if wrong.search(text)) == []

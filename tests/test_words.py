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
from duibiao.evaluator.explain import explain
from duibiao.evaluator.formula_words import FormulaWords
from duibiao.evaluator.seen_words import SeenWords
from duibiao.reports.rule_words import rule_words
from tests import shipped
from tests.city import DAY, make_submission, one_rule

FIELDS = """{
  made: {label: 合格数, kind: count, unit: 处, at_most: all}, all: {label: 总数, kind: count, unit: 处},
  kept: {label: 在册数, kind: count, unit: 处}, lit: {label: 亮灯率, kind: percent, at_most: 1},
  lane: {label: 有通道, kind: yes_no}, fee: {label: 有收费, kind: yes_no}, posted: {label: 公示了标准, kind: yes_no},
  sort: {label: 类别, kind: choice, options: [所, 站]}, things: {label: 设施, kind: choices, options: [椅, 灯, 伞]},
  due: {label: 到期日, kind: date}, since: {label: 起始日, kind: date}, gap: {label: 差数, kind: number, formula: all - made},
  over: {label: 超出比例, kind: percent, formula: all / kept - 1}, seats: {label: 座位数, kind: count},
  part: {label: 其中新建数, kind: count, unit: 处, at_most: all},
}"""
SEEN: dict[str, object] = {
    "made": 6.0, "all": 7.0, "kept": 6.0, "lit": 0.8999, "lane": False, "fee": True, "posted": False, "sort": "所",
    "things": ["椅"], "due": date(2026, 3, 1), "since": date(2026, 1, 1), "seats": 26.0, "part": 0.0,
}  # fmt: skip
WORDS = [  # a rule, what is said of it in English and in Chinese
    ("pass: lane", "有通道: no", "有通道：否"),
    ("pass: fee", "met: 有收费", "做到：有收费"),
    ("pass: not fee", "有收费: yes, should be no", "有收费：是，应为否"),
    ("pass: not lane", "met: “有通道” is no", "做到：“有通道”为否"),
    ("pass: not not fee", "met: “有收费” is yes", "做到：“有收费”为是"),
    ("pass: all == 0", "总数 7 处, should be 0 处", "总数 7 处，应为 0 处"),
    ("pass: all == 7", "met: 总数 is 7 处", "做到：总数为 7 处"),
    ("pass: kept == all", "在册数 6 处, should be 总数 7 处", "在册数 6 处，应为总数 7 处"),
    ("pass: kept != made", "在册数 6 处, should not be 合格数 6 处", "在册数 6 处，不应为合格数 6 处"),
    ("pass: not all > 3", "总数 7 处, should be at most 3 处", "总数 7 处，应不超过 3 处"),
    ("pass: lane and fee and all < 3", "有通道: no; 总数 7 处, should be less than 3 处", "有通道：否；总数 7 处，应小于 3 处"),
    ("pass: not fee or posted", "有收费: yes, should be no, and 公示了标准: no (one of them would do)", "有收费：是，应为否，且公示了标准：否（做到其一即可）"),
    ("pass: lane or (fee and posted)", "有通道: no, and 公示了标准: no (one of them would do)", "有通道：否，且公示了标准：否（做到其一即可）"),
    ("pass: not (fee or lane)", "有收费: yes, should be no", "有收费：是，应为否"),
    ("pass: fee or lane", "met: 有收费", "做到：有收费"),
    ("pass: \"sort in ['站']\"", "类别: “所”, should be “站”", "类别：“所”，应为“站”"),
    ("pass: \"not sort in ['所']\"", "类别: “所”, should not be “所”", "类别：“所”，不应为“所”"),
    ("pass: \"all + 1 in [1, 2]\"", "总数 + 1: 7 + 1 = 8 处, should be 1 处 or 2 处", "总数 + 1：7 + 1 = 8 处，应为 1 处或2 处"),
    ("pass: \"all + 1 in [8, 9]\"", "met: 总数 + 1 is one of 8 处 or 9 处 (seen: 7 + 1 = 8 处)", "做到：总数 + 1 为 8 处或9 处（实为 7 + 1 = 8 处）"),
    ("pass: \"'灯' in things\"", "“设施” has no “灯”", "“设施”里没有“灯”"),
    ("pass: \"not '椅' in things\"", "not met: “设施” has no “椅” (seen: 椅)", "没有做到：“设施”里没有“椅”（实为椅）"),
    ("pass: not observed(due)", "not met: “到期日” is not written down", "没有做到：“到期日”没有记录"),
    ("pass: not (lane if fee else posted)", "met: it is not so that (if “有收费” is yes: “有通道” is yes; otherwise: “公示了标准” is yes)", "做到：不是（“有收费”为是的，要求“有通道”为是；其余的，要求“公示了标准”为是）"),
    ("pass: \"due >= '2026-06-30'\"", "到期日 2026-03-01, should not be before 2026-06-30", "到期日 2026-03-01，应不早于 2026-06-30"),
    ("pass: due < since", "到期日 2026-03-01, should be before 起始日 2026-01-01", "到期日 2026-03-01，应早于起始日 2026-01-01"),
    ("pass: all * 2 <= kept", "总数 × 2: 7 × 2 = 14, should be at most 在册数 6 处", "总数 × 2：7 × 2 = 14，应不超过在册数 6 处"),
    ("pass: \"kept >= max(floor(all / 2), 9)\"", "在册数 6 处, should be at least 总数 ÷ 2 rounded down (at least 9): the largest of (7 ÷ 2 rounded down / 9) = 9", "在册数 6 处，应不低于总数 ÷ 2 的整数部分（不足 9 的按 9 计）：（7 ÷ 2 的整数部分、9）中最大的 = 9"),
    ("pass: \"min(all, 9) > 8\"", "总数 (at most 9 处): 7 处, should be more than 8 处", "总数（超过 9 处的按 9 处计）：7 处，应大于 8 处"),
    ("pass: \"-(all - (made - 1)) >= 0\"", "−(总数 − (合格数 − 1)): −(7 − (6 − 1)) = -2 处, should be at least 0 处", "−（总数 − （合格数 − 1））：−（7 − （6 − 1）） = -2 处，应不低于 0 处"),
    ("pass: \"round(all / seats) > 1\"", "(总数 ÷ 座位数) rounded to a whole number: 0, should be more than 1", "（总数 ÷ 座位数）取整数：0，应大于 1"),
    ("pass: \"count_true('椅' in things, '灯' in things) >= 2\"", "1 of 2 are in “设施”, missing: 灯, should be at least 2 items", "“设施”所列 2 项中有 1 项，缺灯，应不低于 2 项"),
    ("pass: \"count_true(fee, all > 1) >= 2\"", "met: at least 2 of these hold: 有收费 / 总数 is more than 1 处 (all 2 hold)", "做到：下列各项至少做到 2 项：有收费、总数大于 1 处（2 项全部做到）"),
    ("rate: \"count_true(fee, lane)\", levels: [{at_least: 2, score: 1}]", "1 of 2 hold, these do not: 有通道; below 2 items, no points", "2 项中做到 1 项，没有做到的是有通道；低于 2 项，不得分"),
    ("rate: made / all, levels: [{at_least: 0.9, score: 1}, {at_least: 0.85, below: 0.9, score: 0.6}]", "合格数 as a share of 总数: 6 ÷ 7 = 85.71%; at least 85%, below 90% gives 60% of the points", "合格数占总数的比例：6 ÷ 7 = 85.71%；不低于 85%，小于 90%，得 60% 的分"),
    ("rate: lit, levels: [{at_least: 0.9, score: 1}]", "亮灯率 89.99%; below 90%, no points", "亮灯率 89.99%；低于 90%，不得分"),
    ("rate: over, levels: [{at_most: 0, score: 1}]", "超出比例 16.67%; more than 0%, no points", "超出比例 16.67%；高于 0%，不得分"),
    ("rate: seats / (50 if sort == '所' else 20), levels: [{at_least: 0.8, score: 1}]", "座位数 ÷ 50: 26 ÷ 50 = 0.52 (类别: 所); below 0.8, no points", "座位数 ÷ 50：26 ÷ 50 = 0.52（类别：所）；低于 0.8，不得分"),
    ("rate: gap, full_at: 0, zero_at: 3", "差数 1; full score at 0, no points at 3; gives 66.67% of the points", "差数 1；0 得满分、3 不得分，本次得 66.67% 的分"),
    ("deduct: [{each: gap, points: 0.1}, {each: all, points: 0.05}]", "差数 1; 总数 7 处, 0.45 of 1 points lost", "差数 1；总数 7 处，扣 0.45 分（满分 1 分）"),
    ("deduct: {each: all - 7, points: 1}", "总数 − 7: 7 − 7 = 0 处, no points lost", "总数 − 7：7 − 7 = 0 处，没有扣分"),
    ("of: [lane, fee, all > 9, posted]", "3 of 4 not met: 有通道; 总数 7 处, should be more than 9 处; 公示了标准", "4 项中缺 3 项：有通道；总数 7 处，应大于 9 处；公示了标准"),
    ("of: [fee, all > 1]", "all 2 met", "2 项全部达到"),
    ("pass: \"site_type != 'spot'\"", "site type: “点”, should not be “点”", "点位类型：“点”，不应为“点”"),
    ("pass: 3 > all", "not met: 3 处 is more than 总数 (seen: 7 处)", "没有做到：3 处大于总数（实为 7 处）"),
    ("pass: '\"椅\" in things and lane or posted'", "有通道: no, and 公示了标准: no (one of them would do)", "有通道：否，且公示了标准：否（做到其一即可）"),
    ("rate: lit, levels: [{above: 0.9, score: 1}]", "亮灯率 89.99%; not above 90%, no points", "亮灯率 89.99%；不高于 90%，不得分"),
    ("rate: lit, levels: [{below: 0.5, score: 1}]", "亮灯率 89.99%; not below 50%, no points", "亮灯率 89.99%；不低于 50%，不得分"),
    ("rate: part / all, levels: [{at_least: 1, score: 1}]", "新建数 as a share of 总数: 0 ÷ 7 = 0%; below 100%, no points", "新建数占总数的比例：0 ÷ 7 = 0%；低于 100%，不得分"),
    ("pass: kept == made", "met: 在册数 equals 合格数 (在册数: 6 处, 合格数: 6 处)", "做到：在册数等于合格数（在册数：6 处，合格数：6 处）"),
    ("pass: all - 1 == kept", "met: 总数 − 1 equals 在册数 (7 − 1 = 6 处, 在册数: 6 处)", "做到：总数 − 1 等于在册数（7 − 1 = 6 处，在册数：6 处）"),
    ("pass: \"sort in ['所']\"", "met: 类别 is one of “所” (seen: “所”)", "做到：类别为“所”（实为“所”）"),
    ("pass: \"all < round(kept, 1)\"", "总数 7 处, should be less than 在册数 rounded to 1 decimals: 6", "总数 7 处，应小于在册数保留 1 位小数：6"),
    ("pass: \"all < count_true(fee, lane) + 1\"", "总数 7 处, should be less than (how many of these hold: 有收费 / 有通道) + 1: 1 + 1 = 2", "总数 7 处，应小于（下列各项中做到的项数（有收费、有通道）） + 1：1 + 1 = 2"),
    ("pass: fee, applies: lane or posted", "does not apply, as this is not so: 有通道, or 公示了标准", "不适用，不具备条件：有通道，或公示了标准"),
    ("pass: fee, applies: lane", "does not apply, as this is not so: 有通道", "不适用，不具备条件：有通道"),
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
     "1 of 3 not met: 总数 7 处, should be more than 9 处; not known: at least 2 of these hold: 公示了标准 / 有通道 (how many of these hold: 公示了标准 / 有通道: blank)"),
    ("of: [fee, posted], levels: [{missing: 1, score: 1}]", "not known: 公示了标准"),
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
    catalogue, say = shipped.catalogue("national"), translations("zh").gettext
    said = {
        rule_words(catalogue, catalogue.site_types[kind], version.on(kind), say).text
        for dated in catalogue.criteria
        for version in dated.versions
        for kind in version.criterion.site_types
    }
    for wrong in (FORMULA, LONG, HALF_WIDTH):
        assert sorted(text for text in said if wrong.search(text)) == []

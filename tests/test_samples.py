"""Made-up visits: seeded, within their limits, and near enough to what formulas say; and what they cannot show."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from duibiao.criteria.load import Reading, read_catalogue
from duibiao.criteria.models import Field
from duibiao.evaluator.examples import missing_examples
from duibiao.evaluator.samples import samples
from duibiao.evaluator.submission import COLUMN_OF_KIND

pytestmark = pytest.mark.usefixtures("english")

HERE = Path(__file__).parent


def field(**keys: Any) -> Field:
    return Field.model_validate({"label": "x", **keys})


FIELDS = {
    "lit": field(kind="count", at_most="lamps"),
    "lamps": field(kind="count"),
    "few": field(kind="number", at_least=2, at_most=9),
    "share": field(kind="percent", at_least=0, at_most=1),
    "ok": field(kind="yes_no"),
    "state": field(kind="choice", options=["a", "b"]),
    "grade": field(kind="grade", scale={"A": 1, "B": 0}),
    "signs": field(kind="choices", options=["u", "v"]),
    "note": field(kind="text"),
    "day": field(kind="date"),
    "dark": field(kind="count", formula="lamps - lit"),
    "ring_a": field(kind="number", at_most="ring_b"),
    "ring_b": field(kind="number", at_most="ring_a"),
}
FORMULAS = [
    "lit / lamps >= 0.85",
    "dark == 37",
    "note == '特别'",
    "day >= '2026-02-03'",
    "few >",
    "day == '9999-12-31'",
]


def test_samples_have_a_column_for_every_field_that_is_asked() -> None:
    frame = samples(FIELDS, 1, 50, FORMULAS)
    assert frame.height == 50
    assert set(frame.columns) == set(FIELDS) - {"dark"}
    assert {key: frame.schema[key] for key in frame.columns} == {
        key: COLUMN_OF_KIND[FIELDS[key].kind] for key in frame.columns
    }
    assert frame.null_count().sum_horizontal().item() == 0


def test_the_same_seed_gives_the_same_rows_and_fewer_rows_are_the_first() -> None:
    frame = samples(FIELDS, 1, 60, FORMULAS)
    assert frame.equals(samples(FIELDS, 1, 60, FORMULAS))
    assert frame.head(20).equals(samples(FIELDS, 1, 20, FORMULAS))
    assert not frame.equals(samples(FIELDS, 2, 60, FORMULAS))


def test_samples_keep_the_limits_and_come_to_them() -> None:
    frame = samples(FIELDS, 1, 1000, FORMULAS)
    kept = frame.select(
        lit=(pl.col("lit") <= pl.col("lamps")).all() & (pl.col("lit") >= 0).all(),
        few=pl.col("few").is_between(2, 9).all(),
        share=pl.col("share").is_between(0, 1).all(),
        whole=(pl.col("lamps") == pl.col("lamps").round()).all(),
    )
    assert kept.row(0) == (True, True, True, True)
    met = frame.select(
        all_lit=(pl.col("lit") == pl.col("lamps")).any(),
        none=(pl.col("lamps") == 0).any(),
        low=(pl.col("few") == 2).any(),
        high=(pl.col("few") == 9).any(),
        near=(pl.col("lamps") - pl.col("lit") == 37).any(),
        note=(pl.col("note") == "特别").any(),
        day=(pl.col("day") == date(2026, 2, 3)).any(),
        both=(pl.col("signs").list.len() == 2).any(),
    )
    assert met.row(0) == (True,) * 8


def test_contradicting_limits_do_not_stop_it() -> None:
    fields = {"a": field(kind="count", at_least=5, at_most=3)}
    assert samples(fields, 1, 10).height == 10


def reading(folder: Path, *rules: str, cases: str = "") -> Reading:
    shutil.copytree(HERE / "good", folder / "harbour")
    text = (
        "site_type: pier\ntitle: 渔港\nfields:\n  boats: {label: 船只数, kind: count}\n"
        "  lit: {label: 亮灯数, kind: count, at_most: boats}\n  open: {label: 开放, kind: yes_no}\ncriteria:\n"
    )
    for number, rule in enumerate(rules):
        text += f"  - {{id: pier_{number}, title: 第{number}条, place: Ⅲ-1, {rule}}}\n"
    (folder / "harbour" / "sites" / "pier.yaml").write_text(text)
    if cases:
        (folder / "harbour" / "sites" / "pier.cases.yaml").write_text(cases)
    found = read_catalogue(folder / "harbour")
    assert [str(each) for each in found.diagnostics] == []
    return found


def unshown(read: Reading) -> list[tuple[int, str]]:
    return [(each.line, dict(each.values)["what"]) for each in missing_examples(read)]


def test_samples_alone_show_every_kind_of_rule(tmp_path: Path) -> None:
    rules = [
        "pass: open",
        "applies: boats > 0, rate: lit / boats, levels: [{at_least: 0.95, score: 1}]",
        "applies: boats > 0, rate: lit / boats, full_at: 1, zero_at: 0.2",
        "deduct: {each: boats - lit, points: 0.1, at_most: 0.5}",
        "of: [open, boats > 0, lit > 0]",
        "ask: passengers.pleased_share, levels: [{above: 0.8, score: 1}]",
        "pass: problems == 0",
        "rate: deducted, full_at: 0, zero_at: 3",
        "judged: yes_no",
        "show: boats",
        "pass: boats == 12345",
        "pass: open, effective: {until: 2020-01-01}",
    ]
    assert unshown(reading(tmp_path, *rules)) == []


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ("", [(8, "fail")]),
        ("- {name: 三条船, seen: {boats: 3}, expect: {pier_0: met}}\n", [(8, "fail")]),
        ("- {name: 正好那么多, seen: {boats: 12345}, expect: {pier_0: missed}}\n", []),
        ("- {name: 正好那么多, seen: {boats: 12345}, expect: {pier_0: 0}}\n", []),
    ],
)
def test_what_samples_do_not_show_a_case_may(cases: str, expected: list[tuple[int, str]], tmp_path: Path) -> None:
    assert unshown(reading(tmp_path, "pass: boats * 7 != 86415", cases=cases)) == expected


def test_a_rule_with_a_mistake_is_left_to_that_mistake(tmp_path: Path) -> None:
    assert unshown(reading(tmp_path, "pass: boats >= 0")) == []
    assert missing_examples(read_catalogue(tmp_path)) == []

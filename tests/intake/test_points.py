"""扣分, 得分 and 分值 -> the points lost, and the verdict that they come to."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.points import read_points, verdict_of
from duibiao.evaluator.intake.reasons import Wrong
from duibiao.evaluator.intake.sites import Site
from duibiao.evaluator.intake.verdicts import Asked
from tests.intake.city import AREAS, REGISTER, codes, read

BASE = {"areas.csv": AREAS, "register.csv": REGISTER}
MARKET = Site("M1", "人民市场", "market")


@pytest.fixture(scope="module")
def asked(catalogue: Catalogue) -> Asked:
    return Asked(catalogue)


@pytest.mark.parametrize(
    ("header", "lost"),
    [("扣分=1.5", 1.5), ("得分=3.5", 1.5), ("得分=5", 0.0), ("得分=0分", 5.0), ("扣分=1.5 得分=3.5", 1.5), ("扣分=1.5 得分=", 1.5), ("扣分= 得分=", None),
     ("分值=5 得分=2", 3.0), ("分值=5 扣分= 得分=4.9", 0.1), ("扣分=/ 得分=—", None)],
)  # fmt: skip
def test_points_lost(tmp_path: Path, catalogue: Catalogue, header: str, lost: float | None) -> None:
    row = {"点位": "人民市场", "标准": "标识规范", **dict(part.split("=") for part in header.split(" "))}
    submission = read(tmp_path, catalogue, {**BASE, "c.csv": [row]})
    assert codes(submission) == []
    assert submission.checks["deducted"].to_list() == [lost]


def test_points_that_changed_with_time(tmp_path: Path, catalogue: Catalogue, asked: Asked) -> None:
    """Which of the two held is known when it is scored; with 分值 or 扣分 beside it the row says it itself."""
    assert asked.points("market_smoke") == (Decimal(2), Decimal(3))
    rows = [{"点位": "人民市场", "标准": "无人吸烟", "分值": worth, "扣分": lost, "得分": kept} for worth, lost, kept in (("3", "", "0"), ("", "2", "0"), ("2", "", "2"))]  # fmt: skip
    submission = read(tmp_path, catalogue, {**BASE, "c.csv": rows})
    assert submission.checks.sort("row").select("result", "deducted").rows() == [
        ("missed", 3.0),
        ("missed", 2.0),
        ("met", 0.0),
    ]


@pytest.mark.parametrize(
    ("criterion", "lost", "verdict"),
    [
        ("market_order", "0", ("met", None)), ("market_order", "1", ("missed", None)), ("market_service", "0.5", (None, "中")), ("market_drains", "0.5", (None, "B")),
        ("market_clean", "1", ("missed", None)), ("market_order", "0.5", None), ("market_drains", "0.25", None), ("market_smoke", "3", ("missed", None)), ("market_smoke", "1", None),
    ],
)  # fmt: skip
def test_the_verdict_that_points_come_to(
    asked: Asked, criterion: str, lost: str, verdict: tuple[str | None, str | None] | None
) -> None:
    if verdict is None:
        with pytest.raises(Wrong, match="points-between"):
            verdict_of(Decimal(lost), criterion, MARKET, asked)
    else:
        assert verdict_of(Decimal(lost), criterion, MARKET, asked) == verdict


@pytest.mark.parametrize(
    ("criterion", "site_type", "deducts"),
    [("market_signs", "market", True), ("litter", "crossing", True), ("market_order", "market", False), ("market_drains", "market", False)],
)  # fmt: skip
def test_which_criteria_are_judged_by_deductions(asked: Asked, criterion: str, site_type: str, deducts: bool) -> None:
    assert asked.deducts(criterion, site_type) is deducts


@given(st.decimals(0, 5, places=3))
def test_lost_and_earned_are_exact(kept: Decimal) -> None:
    """No binary rounding between what is earned and what is lost."""
    lost = Decimal(5) - Decimal(str(read_points(str(kept))))
    assert read_points(str(lost)) == lost == Decimal(5) - kept

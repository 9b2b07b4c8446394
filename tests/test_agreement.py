"""Four commands, one truth: recount, what-if, compare and explain on the two rounds of the example city."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from duibiao.criteria.language import gettext
from duibiao.evaluator.archive import read_inputs
from duibiao.evaluator.comparison import compare
from duibiao.evaluator.explain import explain
from duibiao.evaluator.judgement import Judgement, judge_round
from duibiao.evaluator.what_if import what_if
from tests.conftest import LAST_ROUND

ROUNDS = ("2025-W09", "2025-W10")


pytestmark = pytest.mark.untraced


@pytest.fixture(scope="module")
def results(zhoukou: Callable[[str], Path]) -> dict[str, Path]:
    """OUT of each round."""
    return {name: zhoukou(name) for name in ROUNDS}


def written(out: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads((out / "assessment.json").read_text("utf-8"))
    return document


def total(out: Path) -> Fraction:
    """The total as it is written, exactly."""
    score = written(out)["total"]["score"]  # type: ignore[index]
    return Fraction(int(score["num"]), int(score["den"]))


def judged(out: Path) -> Judgement:
    return judge_round(*read_inputs(out / "inputs"))


@pytest.mark.parametrize("name", ROUNDS)
def test_the_recount_comes_to_the_written_total(results: dict[str, Path], name: str) -> None:
    command = [sys.executable, "-I", "-S", str(results[name] / "recount.py"), "--lang", "en"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    exact = re.search(r"exactly (\d+)/(\d+)", done.stdout)
    assert exact is not None
    assert Fraction(int(exact[1]), int(exact[2])) == total(results[name])


def test_the_comparison_goes_from_one_written_total_to_the_other(results: dict[str, Path]) -> None:
    before, after = (results[name] for name in ROUNDS)
    found = compare(judged(before), judged(after))
    assert (found.old, found.new) == (total(before), total(after))
    assert sum(step.change for step in found.steps) == total(after) - total(before)


@pytest.mark.parametrize("name", [pytest.param(ROUNDS[0], marks=pytest.mark.soak), ROUNDS[1]])
def test_what_a_gap_brings_is_the_same_whoever_is_asked(results: dict[str, Path], name: str) -> None:
    """As written in assessment.json, as explained, and as the difference of two totals that what-if works out.

    Of the last round the costliest gap, of the one before the one in the middle.
    """
    inputs = read_inputs(results[name] / "inputs")
    gaps: list[dict[str, object]] = written(results[name])["gaps"]  # type: ignore[assignment]
    gap = gaps[0] if name == LAST_ROUND else gaps[len(gaps) // 2]
    gain = gap["gains"]["total"]  # type: ignore[index]
    brought = Fraction(int(gain["num"]), int(gain["den"]))
    explained = explain(*inputs, str(gap["site"]), str(gap["criterion"]), gettext)
    assert [each.gains.total for each in explained if each.gains and each.visit == gap["visit"]] == [brought]
    answer = what_if(*inputs, close=[str(gap["id"])])
    assert answer.before.total.score == total(results[name])
    assert answer.after.total.score == total(results[name]) + brought
    assert sum(line.after - line.before for line in answer.lines) == brought


def test_all_gaps_mended_at_once(results: dict[str, Path]) -> None:
    """Nothing is then lost but what no gap tells of, and a comparison of both states says the same."""
    out = results["2025-W10"]
    inputs = read_inputs(out / "inputs")
    gaps: list[dict[str, object]] = written(out)["gaps"]  # type: ignore[assignment]
    every = [str(gap["id"]) for gap in gaps]
    answer = what_if(*inputs, close=every)
    now = judged(out)
    found = compare(now, now.with_closed(every))
    assert answer.after.total.score == found.new == 100
    assert {step.cause: step.change for step in found.steps if step.change} == {"findings": 100 - total(out)}

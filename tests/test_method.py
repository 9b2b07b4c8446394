"""What the method of an assessment says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from duibiao.evaluator.assessment import Made
from duibiao.evaluator.compile import compile_plan
from duibiao.evaluator.evaluate import judge
from duibiao.evaluator.method import method_of
from duibiao.evaluator.what_if import _capped
from tests.city import DAY, HEAD, TREE, make_catalogue, make_submission

FORM = "site_type: spot\ntitle: 点\nfields: {a: {label: 甲, kind: number}}\ncriteria:\n  - {id: r, title: 规, place: Ⅲ-1, pass: a > 1}\n"
TREES = [(TREE, True), (TREE.replace("title: 一,", "title: 一, combine: lowest,"), False)]


@pytest.mark.parametrize(("tree", "additive"), TREES)
def test_a_tree_of_means_is_additive_and_one_with_a_lowest_is_not(tree: str, additive: bool, tmp_path: Path) -> None:
    head = HEAD.replace("mean_of_criteria", "tree")
    catalogue = make_catalogue(tmp_path, {"spot": FORM, "tree": tree}, head)
    assert method_of(compile_plan(catalogue, DAY.date())).additive is additive


def test_no_visit_gives_no_finding(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, {"spot": FORM})
    frame = make_submission(catalogue, {"spot": [{"a": 2.0}]}).visits["spot"].clear()
    assert judge(compile_plan(catalogue, DAY.date()).site_types["spot"], frame).is_empty()


def test_without_a_total_caps_do_nothing() -> None:
    assert _capped(Made(None, None, (), (), (), None)) == 0

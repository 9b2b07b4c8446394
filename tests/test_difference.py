"""What one catalogue changes in another: every key with its old and new value, and the points."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from duibiao.criteria.difference import compare_catalogues
from duibiao.criteria.load import load_catalogue
from duibiao.reports.terminal import difference_text
from tests import shipped

pytestmark = pytest.mark.usefixtures("english")
GOOD = Path(__file__).parent / "good"
HEAD = 'catalogue: overlay\ntitle: 补充\nedition: "2026"\nextends: ../harbour\n'
SHED = """
site_type: shed
title: 棚子
lead_unit: harbour_office
fields:
  leaks: {label: 漏雨处数, kind: count}
criteria:
  - {id: shed_dry, title: 棚子不漏, place: Ⅲ-1, points: 4, pass: leaks == 0, look_for: 看, remedy: 补, source: {ref: handbook, scope: local, confidence: high}}
"""


def told(folder: Path, change: str, **files: str) -> list[str]:
    """The lines of the difference between the good catalogue and an overlay of it."""
    shutil.copytree(GOOD, folder / "harbour")
    overlay = folder / "overlay"
    overlay.mkdir()
    (overlay / "catalogue.yaml").write_text(f"{HEAD}{change}", "utf-8")
    for name, text in files.items():
        (overlay / f"{name}.yaml").write_text(text, "utf-8")
    changes = compare_catalogues(load_catalogue(folder / "harbour"), load_catalogue(overlay))
    return difference_text(changes, str).splitlines()


def test_the_same_catalogue_differs_in_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, "") == ["no difference"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            "change: {no_litter: {points: 5}}",
            ["    points: 1 -> 5", "criteria: 0 added, 0 dropped, 1 changed; points: +4, -0"],
            id="more points",
        ),
        pytest.param(
            "change: {no_litter: {points: 0.5}}",
            ["    points: 1 -> 0.5", "criteria: 0 added, 0 dropped, 1 changed; points: +0, -0.5"],
            id="fewer points",
        ),
        pytest.param(
            "change: {no_litter: {severity: high}}",
            ["    severity: medium -> high", "criteria: 0 added, 0 dropped, 1 changed; points: +0, -0"],
            id="no points move",
        ),
        pytest.param(
            "change: {no_litter: {drop: true, because: 不再考}}",
            ["- criterion no_litter: 没有垃圾 (1 -> 0)", "criteria: 0 added, 1 dropped, 0 changed; points: +0, -1"],
            id="what is dropped takes its points away",
        ),
    ],
)
def test_points_that_come_and_go(tmp_path: Path, change: str, expected: list[str]) -> None:
    assert told(tmp_path, change)[-2:] == expected


def test_a_new_site_type_and_its_criteria(tmp_path: Path) -> None:
    assert told(tmp_path, "", shed=SHED) == [
        "+ site_type shed: 棚子",
        "+ criterion shed_dry: 棚子不漏 (0 -> 4)",
        "criteria: 1 added, 0 dropped, 0 changed; points: +4, -0",
    ]


def test_a_field_that_goes_with_its_criterion_is_named_and_no_other(tmp_path: Path) -> None:
    lines = told(tmp_path, "change: {no_litter: {drop: true, because: 不再考}}")
    at = lines.index("    fields.litter: 垃圾处数 -> -")  # the quay has it for another criterion, the ferry has not
    assert lines[at - 1] == "~ site_type ferry: 轮渡"
    assert sum(line.startswith("    ") for line in lines) == 1


def test_the_shipped_overlay_tightens(tmp_path: Path) -> None:
    changes = compare_catalogues(shipped.catalogue("national"), shipped.catalogue("zhoukou"))
    lines = difference_text(changes, str).splitlines()
    assert "~ criterion ebike_helmet: 骑电动自行车戴头盔 (3 -> 5)" in lines
    assert "- criterion market_queue: 排队保持间距 (1 -> 0)" in lines
    moved = {each.id: each.new_points - each.old_points for each in changes if each.what == "criterion"}
    assert {key for key, points in moved.items() if points < 0} == {"market_queue"}
    assert (
        lines[-1] == f"criteria: 2 added, 1 dropped, 10 changed; points: +{sum(p for p in moved.values() if p > 0)}, -1"
    )

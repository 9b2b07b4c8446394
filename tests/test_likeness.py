"""What is proposed for a name that is not known: what may be meant, and nothing that is alike by chance."""

from __future__ import annotations

import pytest

from duibiao.criteria.likeness import nearest

KNOWN = [
    "no_pushing",
    "window_process",
    "fire_lane",
    "is_clean",
    "市场监管局",
    "市生态环境局",
    "农贸市场",
    "支持",
    "东区",
    "秩序良好",
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("fire_lan", "fire_lane"), ("firelane", "fire_lane"), ("Fire_Lane", "fire_lane"), ("fier_lane", "fire_lane"),
        ("lane_fire", "fire_lane"), ("clean", "is_clean"), ("no_pussing", "no_pushing"), ("window_proces", "window_process"),
        ("市监局", "市场监管局"), ("市场监管所", "市场监管局"), ("生态环境局", "市生态环境局"), ("农贸市厂", "农贸市场"),
        ("支待", "支持"), ("东区政府", "东区"), ("秩序优良", "秩序良好"), ("卫生优良", None),
        ("nothing", None), ("nope", None), ("窗口", None), ("支", "支持"), ("x", None), ("", None), ("a" * 1000, None),
    ],
)  # fmt: skip
def test_what_may_be_meant(name: str, meant: str | None) -> None:
    assert nearest(name, KNOWN) == meant


def test_one_wrong_character_of_one_is_another_name() -> None:
    assert nearest("甲", ["乙"]) is None


def test_a_likelier_name_that_cannot_be_meant_hides_none_that_can() -> None:
    """no_pushing is likest to nothing by its letters."""
    assert nearest("nothing", ["no_pushing", "nothing_left_behind"]) == "nothing_left_behind"

"""Whose names stand with a gap: that of the unit as its own, those of the site and of the area under what they lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from duibiao.criteria.language import translations
from duibiao.criteria.models import Unit
from duibiao.evaluator.assessment import Assessment, UnitLeader
from duibiao.evaluator.units import unit_title
from duibiao.reports.deadline_rule import deadline_rule
from duibiao.reports.leaders import people_text
from duibiao.reports.plain_text import sentence_text
from duibiao.reports.reading import Reading
from tests.assessments import assessment


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city."""
    return assessment()


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"unit": "甲", "site": "乙", "area": "丙"}, "甲 · 点位负责人 乙"),
        ({"unit": "甲", "area": "丙"}, "甲 · 属地责任领导 丙"),
        ({"unit": "甲", "in_charge": "丁", "site": "乙"}, "甲 · 整改责任人 丁 · 点位负责人 乙"),
        ({"in_charge": "丁"}, "整改责任人 丁"),
        ({"site": "乙"}, "点位负责人 乙"),
        ({"area": "丙"}, "属地责任领导 丙"),
        ({}, ""),
    ],
    ids=["unit and site", "unit and area", "unit, in charge and site", "in charge", "site", "area", "nobody"],
)
def test_no_name_stands_for_another(made: Assessment, names: Mapping[str, str], told: str) -> None:
    gap = replace(
        made.gaps[0],
        lead_units=("a",),
        unit_leaders=(UnitLeader("a", names["unit"]),) if "unit" in names else (),
        in_charge=names.get("in_charge"),
        site_leader=names.get("site"),
        area_leader=names.get("area"),
    )
    assert people_text(Reading(made, translations("zh"), "none"), gap) == told


def test_a_gap_without_any_unit_has_no_leader_of_one(made: Assessment) -> None:
    gap = replace(made.gaps[0], lead_units=(), supporting_units=(), unit_leaders=(), site_leader=None, area_leader=None)
    assert people_text(Reading(made, translations("zh"), "none"), gap) == ""


@pytest.mark.parametrize(
    ("area", "title"),
    [("市/区/羲里街道", "羲里街道办事处"), ("市/区/王店镇", "王店镇人民政府"), ("", "办事处")],
)
def test_an_office_is_called_as_it_is_in_its_area(made: Assessment, area: str, title: str) -> None:
    office = Unit(title="办事处", level="subdistrict", by_ending={"镇": "人民政府"})
    catalogue = made.catalogue.model_copy(update={"units": {"office": office}})
    assert unit_title(catalogue, f"office@{area}" if area else "office") == title


def test_where_the_criteria_set_no_days_the_data_set_the_deadlines(made: Assessment) -> None:
    score = made.catalogue.score.model_copy(update={"deadlines": {}})
    head = made.catalogue.head.model_copy(update={"score": score})
    without = replace(made, catalogue=made.catalogue.model_copy(update={"head": head}))
    told = sentence_text(deadline_rule(Reading(without, translations("zh"), "none"), "2026-03-09"))
    assert told == "整改期限以检查记录为准。日数算至 2026-03-09。"

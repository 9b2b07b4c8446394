"""Whom a reader can ask about a gap: who leads the unit that mends it, who mends it, who leads the site or its area."""

from __future__ import annotations

from collections.abc import Mapping

from duibiao.evaluator.assessment import Gap
from duibiao.evaluator.units import unit_title
from duibiao.reports.figures import say_text
from duibiao.reports.reading import Reading


def leader_of_each(gap: Gap) -> Mapping[str, str]:
    """The units that mend a gap, each with who leads it there: the leader whom the finding names, else its own.

    The text is empty where the data name nobody: no other's leader stands for a unit.
    """
    units, own = gap.lead_units or gap.supporting_units, {each.unit: each.leader for each in gap.unit_leaders}
    return {unit: gap.leader or own.get(unit, "") for unit in units}


def leader_text(reading: Reading, gap: Gap) -> str:
    """Who answers for a gap; where several units mend it, each leader after the unit."""
    leaders = leader_of_each(gap)
    if gap.leader or len(leaders) < 2:
        return gap.leader or next(iter(leaders.values()), "")
    catalogue = reading.assessment.catalogue
    return reading.listed(f"{unit_title(catalogue, unit)} {leader}" for unit, leader in leaders.items() if leader)


def people_text(reading: Reading, gap: Gap) -> str:
    """Who answers for a gap, who mends it, the leader of the site, or of its area where the register names none."""
    return " · ".join(each for each in (leader_text(reading, gap), place_people_text(reading, gap)) if each)


def place_people_text(reading: Reading, gap: Gap) -> str:
    """Who mends it, and the leader of the site, or of its area where the register names none."""
    _ = reading.word
    told = [say_text(_("in charge of mending {name}"), name=gap.in_charge)] if gap.in_charge else []
    if gap.site_leader:
        told.append(say_text(_("leader of the site {name}"), name=gap.site_leader))
    elif gap.area_leader:
        told.append(say_text(_("leader of the area {name}"), name=gap.area_leader))
    return " · ".join(told)

"""The invented city with one text in every place where data are shown: names, units, leaders, photos, criteria."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from duibiao.evaluator.assessment import Assessment, UnitLeader
from tests.assessments import SITES, assessment
from tests.tiny_catalogue import catalogue, criterion

TEXTS: Final = {
    "word": "</w:t></w:r></w:p><w:p/>",
    "template": "{{ 7*7 }}{% for x in y %}{_{ 7*7 }_}",
    "formula": "=cmd|'/C calc'!A0",
    "plus": "+1+1",
    "link": "https://example.invalid/a?b=1",
    "up": "../../etc/passwd",
    "device": 'CON<>:"/\\|?*.',
    "bidi": "\u202e\u2066gpj.exe\u2069\u200f",
    "control": "\x00\x01\x1b[31m\x85\uffff",
    "lines": "一\n二\t三\r\n\x0b\x0c\a",
    "escaped": "_x0041_&lt;&amp;",
    "script": "</script><img src=x onerror=alert(1)>",
    "format": '&"Arial"&P&&[0;31m',
    "long": "长" * 400,
}


def hostile_city(text: str) -> Assessment:
    """The city with ``text`` as every name and as everything that was seen."""
    of = catalogue([criterion("food_safe", text, ["market"], points="3", severity="high")])
    sites = [replace(each, name=text) for each in SITES if each.kind == "market"]
    sites = [replace(each, found={key: v for key, v in each.found.items() if key == "food_safe"}) for each in sites]
    made = assessment(sites, of=of)
    gaps = tuple(
        replace(
            gap,
            because=text,
            leader=text,
            in_charge=text,
            unit_leaders=(UnitLeader(text, text),),
            site_leader=text,
            area_leader=text,
            problems=(text, f"2{text}"),
            photos=(text,),
            lead_units=(text,),
            supporting_units=(text, f"{text}@{text}"),
        )
        for gap in made.gaps
    )
    return replace(made, gaps=gaps, round=replace(made.round, id=text, title=text))

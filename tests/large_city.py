"""A large city for the size and the speed of its page: 5,000 sites with 15,000 gaps, no two with the same words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from duibiao.evaluator.assessment import Assessment, Bounds, OpenFinding
from tests.assessments import assessment

DISTRICTS, SUBDISTRICTS = 8, 10
ASKED = {"market": ("food_safe", "drainage", "adverts"), "crossing": ("helmet", "adverts", "queue")}
NAMED = {"market": "农贸批发市场", "crossing": "与人民路交叉口"}


def large_city(count: int = 5_000) -> Assessment:
    """An assessment of so many sites, each with three gaps and two open findings; figures are those of one model."""
    made = assessment()
    model, gap, card = made.sites[0], made.gaps[0], made.sites[0].card
    assert card is not None
    sites, gaps, opened = [], [], []
    for number in range(count):
        kind = "crossing" if number % 3 else "market"
        path = f"周口市/第{number % DISTRICTS}区/七一路第{number // DISTRICTS % SUBDISTRICTS}街道"
        score = Fraction(number % 9_973, 100)
        bounds = Bounds(score * Fraction(9, 10), score)
        key = f"SITE-{number:05}"
        sites.append(
            replace(
                model,
                site=key,
                name=f"川汇区第{number}号{NAMED[kind]}",
                site_type=kind,
                area=path,
                part_of=None,
                page=key,
                card=replace(card, score=score, lost=Fraction(number % 89, 1_000), bounds=bounds),
            )
        )
        for place, criterion in enumerate(ASKED[kind]):
            found = number % 97
            gaps.append(
                replace(
                    gap,
                    site=key,
                    criterion=criterion,
                    lost=Fraction(1 + number % 41, 10_000),
                    severity=("high", "medium", "low")[place],
                    lead_units=(f"market_bureau@周口市/第{number % DISTRICTS}区",),
                    because=f"成功入户数 / 抽取户数 = {found} / {found + 3} = {found / (found + 3):.6g}; 不低于 0.9",
                    problems=(),
                    photos=(),
                )
            )
        opened += [OpenFinding(key, each, f"{key}@2026-03-06", "unobserved", "未填", None) for each in ASKED[kind][:2]]
    model_area = made.areas[0]
    districts = [replace(model_area, id=f"周口市/第{number}区", title=f"第{number}区") for number in range(DISTRICTS)]
    return replace(made, sites=tuple(sites), gaps=tuple(gaps), open=tuple(opened), areas=(*made.areas[:1], *districts))

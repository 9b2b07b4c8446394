"""A catalogue of an invented city, made by hand for tests of reports: three site types, six criteria, four units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from duibiao.criteria.models import (
    Catalogue,
    CatalogueHead,
    Criterion,
    DatedCriterion,
    Judged,
    PartShare,
    Place,
    Score,
    ScoreLevel,
    Severity,
    SiteType,
    Source,
    SourceRef,
    Unit,
    Version,
)


def criterion(
    key: str,
    title: str,
    kinds: Sequence[str],
    *,
    points: str = "1",
    place: str = "Ⅲ-1",
    severity: Severity = "medium",
    unit: str = "market_bureau",
    proposed: tuple[str, ...] = (),
) -> Judged:
    """A criterion with everything that a page shows of one."""
    return Judged(
        id=key,
        title=title,
        place=place,
        site_types=tuple(kinds),
        judged="yes_no",
        points=Decimal(points),
        severity=severity,
        look_for=f"现场看{title}。",
        remedy=f"立即整改：{title}。",
        lead_unit=(unit,),
        supporting_units=("traffic_police",),
        source=(SourceRef(ref="book", clause="4.2.1", edition="2015", scope="national", confidence="high"),),
        proposed=proposed,
    )


CRITERIA: tuple[Judged, ...] = (
    criterion("food_safe", "无问题食品", ["market"], points="3", severity="high", proposed=("points",)),
    criterion("drainage", "排水通畅", ["market"], place="Ⅲ-2", unit="city_works"),
    criterion("helmet", "骑电动自行车戴头盔", ["crossing"], points="2", place="Ⅲ-3", unit="traffic_police"),
    criterion(
        "adverts", "公益广告", ["market", "crossing"], place="Ⅲ-2", severity="low", proposed=("levels", "points")
    ),
    criterion("archive", "材料齐全", ["documents"], points="2", place="Ⅲ-3", unit="city_works"),
    criterion("queue", "有序排队", ["crossing"], place="Ⅲ-3"),
)


def catalogue(
    criteria: Iterable[Criterion] = CRITERIA,
    *,
    digits: int = 2,
    levels: Sequence[tuple[str, int | None]] = (("优秀", 95), ("达标", 85), ("接近达标", 75), ("不达标", None)),
    pass_mark: int = 85,
) -> Catalogue:
    """A catalogue of three parts (the last without criteria), three site types and four units."""
    return Catalogue(
        head=CatalogueHead(
            catalogue="tiny",
            title="小城测评目录",
            edition="2026",
            parts={"on_site": "实地考察", "documents": "材料审核", "questionnaires": "问卷调查"},
            score=Score(
                rounding={"digits": digits},  # type: ignore[arg-type]
                pass_mark=Decimal(pass_mark),
                levels=tuple(
                    ScoreLevel(name=name, at_least=Decimal(limit) if limit is not None else None)
                    for name, limit in levels
                ),
                total=(
                    PartShare(part="on_site", weight=Decimal(60), combine="pooled"),
                    PartShare(part="documents", weight=Decimal(20), combine="pooled"),
                    PartShare(part="questionnaires", weight=Decimal(20), combine="pooled"),
                ),
                proposed=("pass_mark", "levels"),
            ),
        ),
        sources={"book": Source(title="测评操作手册", publisher="某市文明办", date="2015-08")},
        units={
            "market_bureau": Unit(title="市场监管局", level="district"),
            "city_works": Unit(title="城市管理局", level="district"),
            "traffic_police": Unit(title="公安交警支队"),
        },
        tree=(
            Place(
                id="Ⅰ-1",
                title="廉洁高效的政务环境",
                under=(
                    Place(
                        id="Ⅱ-1",
                        title="市场秩序",
                        under=(Place(id="Ⅲ-1", title="食品安全"), Place(id="Ⅲ-2", title="环境")),
                    ),
                ),
            ),
            Place(id="Ⅰ-2", title="交通", under=(Place(id="Ⅲ-3", title="秩序"),)),
        ),
        site_types={
            "market": SiteType(id="market", title="农贸市场", file="market.yaml"),
            "crossing": SiteType(id="crossing", title="交通路口", file="crossing.yaml", part_of=("market",)),
            "documents": SiteType(
                id="documents", title="区级材料", file="documents.yaml", part="documents", each="district"
            ),
        },
        criteria=tuple(
            DatedCriterion(id=each.id, file="market.yaml", versions=(Version(criterion=each),)) for each in criteria
        ),
        sha256="ab" * 32,
    )

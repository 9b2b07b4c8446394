"""How a drawn city makes its total (4.5): ways, weights, vetoes, adjustments, gates, the outline.

Cities that follow each other (their `turn`) go through the ways one after the other, so that a few cities have them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from random import Random

from .catalogue import Record, entries
from .draw import Form, Plain
from .ranges import range_of
from .rules import rule_of

PARTS = ("on_site", "statistics", "questionnaires", "documents")
WAYS = ("pooled", "mean_of_criteria", "mean_of_sites", "tree")
DIMENSIONS = ("area", "unit", "site_type", "place")
INSPECTIONS = ("latest", "mean", "worst", "each")
FAILING = (
    "pass",
    "banded",
    "linear",
    "grade",
    "deduct",
    "of",
    "judged",
    "ask",
    "both",
)  # every kind that can be missed
SITE_CAPS = ["59", "0", "30", "85.5", "60", "60"]
TOTAL_CAPS = ["59", "30", "45.25", "20", "10", "99.9", "0"]


def head(rng: Random, turn: int) -> Record:
    """catalogue.yaml: weights that add up to 100, and every key of the score block in one of its ways."""
    cuts = sorted(rng.sample(range(1, 20), 3))
    weights = [5 * (high - low) for low, high in zip([0, *cuts], [*cuts, 20], strict=True)]
    score: Record = {
        "rounding": {"digits": Plain("2"), "mode": "half_up"}, "pass_mark": Plain("85"),
        "levels": [{"name": "优秀", "at_least": Plain("50")}, {"name": "达标", "at_least": Plain("25.5")}, {"name": "不达标"}],
        "unobserved": rng.choice(["leave_out", "leave_out", "zero"]),
        "several_inspections": in_turn(INSPECTIONS, turn, 0),
        "deadlines": {"high": Plain("1"), "medium": Plain("3"), "low": Plain("7")},
        "site": rng.choice(["pooled", "tree"]),
        "total": [
            {"part": part, "weight": Plain(weight), "combine": in_turn(WAYS, turn, place), **gate(rng)}
            for place, (part, weight) in enumerate(zip(PARTS, weights, strict=True))
        ],
        "empty_part": rng.choice(["leave_out", "leave_out", "no_total"]),
    }  # fmt: skip
    if rng.random() < 0.5:
        score["minimum_coverage"] = Plain(rng.choice(["0.7", "0.75", "0.8", "0.999", "1"]))
    own_ways = {each: in_turn(("", *WAYS), turn, place) for place, each in enumerate(DIMENSIONS)}
    if any(own_ways.values()):
        score["roll_up"] = {each: way for each, way in own_ways.items() if way}
    if rng.random() < 0.5:
        score["unit_roles"] = rng.choice([["lead"], ["lead", "supporting"], ["lead", "supporting"]])
    return {
        "catalogue": "drawn", "title": "试", "edition": "2026", "language": "zh",
        "area_levels": {"city": "市", "district": "区县", "subdistrict": "街道"},
        "parts": dict(zip(PARTS, ("实地考察", "统计指标", "问卷调查", "材料审核"), strict=True)),
        "score": score,
    }  # fmt: skip


def in_turn(ways: Sequence[str], turn: int, place: int) -> str:
    """Each way in turn; from one lap to the next the places shift against each other."""
    lap = turn // len(ways)
    return ways[(turn + place * (1 + lap)) % len(ways)]


def gate(rng: Random) -> Record:
    """A mark that some parts must reach."""
    return {"at_least": Plain(rng.choice(["30", "45.5", "60"]))} if rng.random() < 0.25 else {}


def add_weights_and_visits(forms: Iterable[Form], turn: int) -> None:
    """What a site type weighs, and how several inspections of its sites count; some are silent on either."""
    for number, form in enumerate(forms):
        if form.rng.random() < 0.5:
            form.extra["weight"] = Plain(form.rng.choice(["2", "0.5", "1.25", "3"]))
        if not form.each or form.key == "street":
            own = in_turn(("", *INSPECTIONS), turn + number, 1)
            form.extra |= {"several_inspections": own} if own else {}


# --- what criteria say of sums ----------------------------------------------------------------------------------------


def add_terms(forms: Sequence[Form], turn: int) -> None:
    """over_sites, vetoes, lines after the total, points of nought: on some criteria, members of a `both` among them."""
    members = {name for form in forms for each in form.criteria for name in each.get("both", [])}
    for form in forms:
        for made in form.criteria:
            if "show" not in made:
                add_own_terms(form, made, made["id"] in members)
    rng = forms[0].rng
    if turn % 2 == 0:
        for place in range(3):
            veto_total(rng, forms, FAILING[(turn // 2 * 3 + place) % len(FAILING)])


def add_own_terms(form: Form, made: Record, member: bool) -> None:
    """The terms of one criterion; a member adjusts nothing."""
    rng = form.rng
    if rng.random() < 0.12:
        made["over_sites"] = "lowest"
    if rng.random() < 0.1 and can_fail(form, made):
        add_veto(rng, made, "site", SITE_CAPS)
    if rng.random() < 0.04 and not member:
        large = form.each == "city" or rng.random() < 0.03  # many sites, and the total soon ends at 0 or at 100
        amounts = ["-3", "2", "-0.5", "5"] if large else ["-0.05", "0.04", "-0.01", "0.0125"]
        made["adjust_total"] = Plain(rng.choice(amounts))
    if made.keys() & {"veto", "adjust_total"} and rng.random() < 0.3 and not takes_points(made):
        made["points"] = Plain("0")


def veto_total(rng: Random, forms: Sequence[Form], kind: str) -> None:
    """A cap on the total by one criterion of this kind, wherever one may fail."""
    able = [(form, each) for form in forms for each in form.criteria if is_kind(each, kind) and can_fail(form, each)]
    if able:
        add_veto(rng, rng.choice(able)[1], "total", TOTAL_CAPS)


def add_veto(rng: Random, made: Record, what: str, caps: Sequence[str]) -> None:
    """A cap while the criterion is missed, now and then from some day on only."""
    version = made["changes"][-1] if "changes" in made and "veto" not in made and rng.random() < 0.5 else made
    version["veto"] = {**version.get("veto", {}), what: Plain(rng.choice(caps))}


def is_kind(made: Record, kind: str) -> bool:
    """Whether a criterion is of a kind, as written first."""
    return "show" not in made and rule_of(made).kind == kind


def takes_points(made: Record) -> bool:
    """Whether the rule takes points off, and so needs some."""
    return "show" not in made and rule_of(made).deducts


def can_fail(form: Form, made: Record) -> bool:
    """Whether a criterion can come out at 0, at every date: else its veto could never act."""
    return all(fails(form, version) for version in [made, *({**made, **each} for each in made.get("changes", []))])


def fails(form: Form, made: Record) -> bool:
    """Whether a rule can give 0: a deduction where its entries may take all the points, a `both` as one of its members can."""
    if "deduct" in made:
        points = Decimal(made["points"])
        return sum(min(points, Decimal(each.get("at_most", points))) for each in entries(made)) >= points
    return "both" in made or range_of(rule_of(made), form.fields)[0] == 0


# --- the outline ------------------------------------------------------------------------------------------------------


def draw_tree(rng: Random, forms: Iterable[Form]) -> list[Record]:
    """tree.yaml: places with criteria may have a way to combine, and siblings that all have criteria may have weights."""
    used = {each["place"] for form in forms for each in form.criteria}

    def place(key: str, title: str, *under: Record) -> Record:
        node: Record = {"id": key, "title": title}
        if key in used or any(has_criteria(each, used) for each in under):
            combine = rng.choice(["", "", "mean", "geometric", "lowest"])
            node |= {"combine": combine} if combine else {}
        return node | ({"under": list(under)} if under else {})

    first = place("Ⅱ-1", "一一", place("Ⅲ-1", "一一一"), place("Ⅲ-2", "一一二"))
    top = [place("Ⅰ-1", "一", first, place("Ⅱ-2", "一二")), place("Ⅰ-2", "二")]
    if rng.random() < 0.6:
        weigh(rng, top, Decimal(100), used)
    return top


def has_criteria(node: Record, used: set[str]) -> bool:
    """Whether a criterion hangs on the place or beneath it."""
    return node["id"] in used or any(has_criteria(each, used) for each in node.get("under", []))


def weigh(rng: Random, siblings: Sequence[Record], whole: Decimal, used: set[str]) -> None:
    """Weights that add up to the parent's, and now and then so on downwards."""
    if not all(has_criteria(each, used) for each in siblings):
        return
    first = (whole * rng.choice([2, 5, 7, 9]) / 10).normalize()
    for node, weight in zip(siblings, (first, whole - first), strict=True):
        node["weight"] = Plain(format(weight, "f"))
        if "under" in node and rng.random() < 0.6:
            weigh(rng, node["under"], weight, used)


# --- which of the ways a city has -------------------------------------------------------------------------------------


def every_way() -> set[str]:
    """The ways of making a total that cities can show."""
    combines = ("mean", "geometric", "lowest")
    return {
        "empty_part: leave_out", "empty_part: no_total", "unobserved: leave_out", "unobserved: zero", "site: pooled", "site: tree",
        "roles: lead", "roles: lead+supporting", "minimum coverage", "no minimum coverage", "over_sites: lowest",
        "adjust_total below 0", "adjust_total above 0", "no points, a line after the total", "no points, a veto",
        "a veto from some day on",
        *(f"{part}: {way}" for part in PARTS for way in WAYS),
        *(f"gate: {part}" for part in PARTS),
        *(f"weight of a type: {part}" for part in PARTS),
        *(f"roll_up {dimension}: {way}" for dimension in DIMENSIONS for way in WAYS),
        *(f"a type's inspections: {way}" for way in INSPECTIONS),
        *(f"the catalogue's inspections: {way}" for way in INSPECTIONS),
        *(f"two visits at one time: {way}" for way in INSPECTIONS if way != "each"),
        *(f"place: {combine}, {written}" for combine in combines for written in ("weighted", "no weights")),
        *(f"veto {what}: {kind}" for what in ("site", "total") for kind in FAILING),
        *(f"both, a member on {form}" for form in ("stat", "citizens", "street", "several kinds")),
    }  # fmt: skip


def ways_of(score: Record, tree: Iterable[Record], forms: Sequence[Form]) -> set[str]:
    """The ways of making a total that a city shows."""
    silent = [form for form in forms if not form.each and "several_inspections" not in form.extra]
    found = {
        f"empty_part: {score['empty_part']}", f"unobserved: {score['unobserved']}", f"site: {score['site']}",
        f"roles: {'+'.join(score.get('unit_roles', ['lead']))}",
        "minimum coverage" if "minimum_coverage" in score else "no minimum coverage",
        *(f"{each['part']}: {each['combine']}" for each in score["total"]),
        *(f"gate: {each['part']}" for each in score["total"] if "at_least" in each),
        *(f"roll_up {dimension}: {way}" for dimension, way in score.get("roll_up", {}).items()),
        *(f"a type's inspections: {way}" for form in forms if (way := form.extra.get("several_inspections"))),
        *(f"weight of a type: {form.part}" for form in forms if "weight" in form.extra),
    }  # fmt: skip
    if silent:
        found.add(f"the catalogue's inspections: {score['several_inspections']}")
    written = {True: "weighted", False: "no weights"}
    for node in every_node(tree):
        found.add(f"place: {node.get('combine', 'mean')}, {written['weight' in node]}")
    return found.union(*(ways_of_criterion(each) for form in forms for each in form.criteria))


def every_node(tree: Iterable[Record]) -> list[Record]:
    """All places of the outline."""
    return [each for node in tree for each in (node, *every_node(node.get("under", [])))]


def ways_of_criterion(made: Record) -> set[str]:
    """What one criterion says of sums."""
    if "show" in made:
        return set()
    kind = rule_of(made).kind
    found = {f"veto {what}: {kind}" for what in made.get("veto", {})}
    found |= {"a veto from some day on" for each in made.get("changes", []) if "veto" in each}
    found |= {"over_sites: lowest"} if "over_sites" in made else set()
    if "adjust_total" in made:
        found.add("adjust_total below 0" if made["adjust_total"].startswith("-") else "adjust_total above 0")
    if made["points"] == "0":
        found.add("no points, a line after the total" if "adjust_total" in made else "no points, a veto")
    return found

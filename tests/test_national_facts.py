"""provenance.yaml is whole and true: every fact is in it, and the criteria it names really hold what the fact says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from duibiao.criteria.models import Criterion
from duibiao.criteria.provenance import Origin, read_origins
from duibiao.criteria.yaml_text import read_yaml
from tests import shipped

CATALOGUE = shipped.catalogue("national")
ORIGINS = read_origins(shipped.reading("national").raw, [])
NODE, _ = read_yaml(Path(__file__).with_name("national_facts.yaml"), "national_facts.yaml")
assert NODE is not None
FACTS: Mapping[str, Any] = NODE.plain()  # type: ignore[assignment]
PLANS = ("on_site", "statistics", "documents", "questionnaires")  # of the task table of 2017
# a number per sub-district is counted at its office, not at each point
ELSEWHERE: Mapping[str, set[str]] = {"sport-points-number": {"sport_point"}}
CRITERIA = {each.id: each for each in CATALOGUE.criteria}


def rules(origin: Origin) -> Iterator[tuple[str, Criterion]]:
    """The criteria of a fact as they stand on each of their types."""
    for name in origin.criteria:
        for version in CRITERIA[name].versions:
            for site_type in version.criterion.site_types:
                yield site_type, version.on(site_type)


def test_every_fact_is_accounted_for_and_nothing_else() -> None:
    for section in [*FACTS.keys() - {"sources", "contents"}]:
        assert set(ORIGINS[section]) == set(FACTS[section]), section
    assert ORIGINS.keys() == FACTS.keys() - {"contents"}


def test_every_source_of_the_facts_is_cited_or_said_to_be_unused() -> None:
    cited = {
        source.ref for dated in CATALOGUE.criteria for version in dated.versions for source in version.criterion.source
    }
    for name in FACTS["sources"]:
        known = name.replace("-", "_") in CATALOGUE.sources
        assert known != (name in ORIGINS["sources"]), name
    assert cited <= CATALOGUE.sources.keys()


def test_the_outline_is_whole() -> None:
    assert [code for code in FACTS["contents"] if code not in CATALOGUE.places()] == []


def test_nine_in_ten_of_what_is_sure_became_criteria() -> None:
    sure = [name for name, fact in FACTS["items"].items() if fact["confidence"] != "low"]
    national = [name for name in sure if FACTS["items"][name]["scope"] == "national"]
    for names in (sure, national):
        encoded = [name for name in names if ORIGINS["items"][name].criteria]
        assert len(encoded) >= 0.9 * len(names)
    for section in PLANS:
        assert all(origin.criteria for origin in ORIGINS[section].values()), section


@pytest.mark.parametrize("section", PLANS)
def test_a_criterion_of_the_task_table_cites_its_clause(section: str) -> None:
    wrong = {}
    for name, fact in FACTS[section].items():
        cited = {source.clause or "" for _, rule in rules(ORIGINS[section][name]) for source in rule.source}
        if not any(cites(clause, fact["code"]) for clause in cited):
            wrong[name] = (fact["code"], sorted(cited))
    assert wrong == {}


def cites(clause: str, code: str) -> bool:
    """Whether a clause names a code: Ⅲ-57.2 in "Ⅲ-57.2 和 Ⅲ-57.3", or the whole content Ⅲ-57."""
    words = re.findall(r"(?:Ⅲ|M|H)-[0-9.]+[a-z]?", clause)
    return code in words or code.partition(".")[0] in words or any(word.startswith(f"{code}.") for word in words)


@pytest.mark.parametrize("section", ["on_site", "items"])
def test_the_criteria_stand_on_every_kind_of_site_that_the_fact_names(section: str) -> None:
    missing = {}
    for name, fact in FACTS[section].items():
        origin = ORIGINS[section][name]
        if not origin.criteria or (section == "items" and fact["scope"] != "national"):
            continue
        lacks = set(fact["site_types"]) - {site_type for site_type, _ in rules(origin)} - ELSEWHERE.get(name, set())
        if lacks:
            missing[name] = sorted(lacks)
    assert missing == {}


def test_what_is_national_says_so_and_in_which_edition() -> None:
    wrong = {}
    for name, fact in FACTS["items"].items():
        origin = ORIGINS["items"][name]
        if not origin.criteria or fact["scope"] != "national" or fact["confidence"] == "low":
            continue
        sources = [source for _, rule in rules(origin) for source in rule.source]
        editions = {source.edition for source in sources if source.scope == "national"}
        if not editions or (fact.get("edition") in {"2015", "2021"} and fact["edition"] not in editions):
            wrong[name] = (fact.get("edition"), sorted(str(each) for each in editions))
    assert wrong == {}

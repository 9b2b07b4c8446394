"""The drawn cities: they write the same bytes for a seed, stay where float64 is exact, and stand on limits often enough."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import coverage, draw, formula, generate
from tests.reference.catalogue import Catalogue, read_catalogue
from tests.reference.data import Tables, read_tables
from tests.reference.evaluate import assess
from tests.reference.findings import Finding, Terms
from tests.reference.numeric import EXACT, FLOAT, NAIVE, WITHOUT_T, Arithmetic, Number

ROOT = Path(__file__).parent.parent
SEEDS = range(1, 4)


@cache
def drawn(seed: int) -> tuple[Catalogue, Tables]:
    """A drawn city as the reference reads it."""
    with TemporaryDirectory() as folder:
        folders = generate.write(Path(folder), seed, sites=60, forms=3, districts=6)
        catalogue = read_catalogue(folders.catalogue)
        return catalogue, read_tables(folders.data, catalogue)


def differing(seed: int, arithmetic: Arithmetic) -> set[str]:
    """The criteria whose findings this arithmetic changes."""
    catalogue, rows = drawn(seed)
    ours, theirs = assess(catalogue, rows), assess(catalogue, rows, arithmetic=arithmetic)
    return {key[2] for key, finding in ours.findings.items() if theirs.findings[key] != finding}


@pytest.mark.parametrize("seed", SEEDS)
def test_floats_with_t_give_what_fractions_give(seed: int) -> None:
    """Drawn values stay where the limit rule makes float64 exact: what then differs in the engine is the engine's."""
    assert differing(seed, FLOAT) == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_t_matters_only_beyond_short_decimals(seed: int) -> None:
    """Without t, only what reads a huge or tiny value or a logarithm may come out otherwise.

    A linear score may too, by one billionth: rounded half up with t, it goes up from 0.49 of a billionth on.
    """
    catalogue, _ = drawn(seed)
    written = {each["id"]: str(each) for form in catalogue.forms for each in catalogue.criteria_of(form)}
    for criterion in differing(seed, WITHOUT_T):
        words = set(re.findall(r"[a-z0-9_]+", written[criterion]))
        assert words & {"log", "both", "full_at"} or any(word.endswith("_w") for word in words), written[criterion]


def test_the_drawn_limits_catch_plain_floats() -> None:
    assert any(differing(seed, NAIVE) for seed in SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_lies_within_its_bounds_and_all_of_them_within_nought_and_a_hundred(seed: int) -> None:
    result = assess(*drawn(seed))
    cards = [result.card, *(card for several in result.cards.values() for card in several.values())]
    spans = [(card.bounds, card.score) for card in cards]
    spans += [(part.bounds, part.score) for card in cards for part in (card.parts or {}).values()]
    known = [(bounds, score) for bounds, score in spans if bounds is not None]
    assert len(known) > 200
    for bounds, score in known:
        assert 0 <= bounds.low <= (bounds.low if score is None else score) <= bounds.high <= 100
    assert [score for bounds, score in spans if bounds is None and score is not None] == []


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """In processes with other hash seeds too: nothing drawn depends on the order of a set."""
    program = "import sys; from pathlib import Path; from tests.reference import generate; "
    program += "generate.write(Path(sys.argv[1]), 7, sites=20, forms=3)"
    for number in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": number, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", program, str(tmp_path / number)], check=True, env=environment, cwd=ROOT)
    one, two = (
        {path.relative_to(tmp_path / number): path.read_bytes() for path in (tmp_path / number).rglob("*.*")}
        for number in ("1", "2")
    )
    assert one == two
    assert len(one) > 10


@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=False))
def test_drawn_conditions_are_the_same_in_fractions_and_in_floats(rng: Random) -> None:
    form = draw.Form("drawn", "抽", rng)
    draw.add_fields(form)
    text = draw.condition(form, 3)
    assert formula.parse(text).names <= form.fields.keys()
    full = draw.sample(form).cells
    gaps = {key: cell for key, cell in full.items() if rng.random() > generate.BLANK}
    for cells in (full, gaps):
        values = [formula.condition(text, draw.Sample(form, cells, arithmetic)) for arithmetic in (EXACT, FLOAT)]
        assert values[0] is values[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_guarded_cities_exclude_every_divisor(seed: int, tmp_path: Path) -> None:
    """Where lint wants every divisor excluded, nothing is divided by a field that `applies` does not ask about."""
    folders = generate.write(tmp_path, seed, sites=4, guarded=True)
    catalogue = read_catalogue(folders.catalogue)
    for form in set(catalogue.forms) - {"citizens"}:
        for criterion in catalogue.criteria_of(form):
            divisors = set(re.findall(r"/ ([a-z][a-z0-9_]*)", str({**criterion, "show": ""})))
            assert all(f"{divisor} > 0" in criterion.get("applies", "") for divisor in divisors), criterion


def passing(status: str, *compared: tuple[Number, Number]) -> Finding:
    """A finding of a yes/no criterion with the numbers that it compared."""
    return Finding("", "s", "t", "p", "", "", "c", "pass", status, None, Terms(Fraction(1)), compared=compared)


def test_the_table_of_coverage_finds_gaps() -> None:
    counts = coverage.table([passing("met")])
    assert counts["pass", "met", "any"] == 1
    gaps = coverage.gaps(counts)
    assert "empty: pass met on" in gaps
    assert "empty: pass met any" not in gaps
    assert not any("show" in gap for gap in gaps)
    impossible = coverage.table([passing("partial", (Fraction(1), Fraction(1)))])
    reason = "a condition gives 1 or 0, and a mean of several visits stands on no one limit"
    assert f"filled: pass partial on ({reason})" in coverage.gaps(impossible)
    assert "pass     met                   1" in coverage.text(counts)

"""`duibiao sample-size`: the numbers that poll takers know, and everything that is out of its range at once."""

from __future__ import annotations

import pytest

from tests.test_cli import run

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ("--margin 0.05", 385),
        ("--margin 0.05 --population 2000", 323),
        ("--margin 0.05 --design-effect 1.5", 577),
        ("--margin 0.03 --share 0.9 --confidence 0.9", 271),
    ],
)
def test_how_many_answers(words: str, answers: int) -> None:
    assert run("sample-size", *words.split()).stdout == f"{answers}\n"


def test_everything_out_of_its_range_is_told_at_once() -> None:
    told = run("sample-size", *"--margin 5 --share 0 --population 0 --design-effect -1 --confidence 95".split())
    assert told.exit_code == 2
    assert told.stderr.splitlines() == [
        "--margin: write a number from 0.000001 to below 1",
        "--share: write a number between 0 and 1",
        "--confidence: write a number between 0 and 1",
        "--population: write a whole number above 0, at most 10000000000",
        "--design-effect: write a number above 0, at most 1000",
    ]

"""How places of the outline and visits are told on pages."""

from __future__ import annotations

import pytest

from duibiao.reports.roman import plain_roman
from duibiao.reports.visit_time import visit_time


@pytest.mark.parametrize(
    ("place", "told"), [("Ⅰ-1", "I-1"), ("Ⅲ-12", "III-12"), ("ⅳ", "iv"), ("M-4.4", "M-4.4"), ("Ａ①", "Ａ①")]
)
def test_only_roman_numerals_become_letters(place: str, told: str) -> None:
    assert plain_roman(place) == told


@pytest.mark.parametrize(
    ("visit", "told"),
    [
        ("M-01@2026-03-06", "2026-03-06"),
        ("M-01@2026-03-06T07:30", "2026-03-06 07:30"),
        ("M@1@2026-03-06T07:30:05#2", "2026-03-06 07:30:05 (2)"),
        ("M-01@#2", "(2)"),
        ("M-01@", ""),
    ],
)
def test_a_visit_is_told_by_its_day_and_time(visit: str, told: str) -> None:
    assert visit_time(visit) == told

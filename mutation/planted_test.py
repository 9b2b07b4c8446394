"""The tests of the control; ``unseen`` is left alone on purpose."""

from __future__ import annotations

from mutation.planted import endless, seen, unseen


def test_seen() -> None:
    assert [seen(0), seen(3)] == [2, 5]


def test_endless() -> None:
    assert endless(1) == 0


def test_unseen_is_only_looked_at() -> None:
    assert callable(unseen)

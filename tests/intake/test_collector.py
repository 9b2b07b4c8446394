"""The collector of cycles, paused while much is read."""

from __future__ import annotations

import gc

import pytest

from duibiao.evaluator.intake.collector import collector_paused


def stopped() -> bool:
    """Whether the collector is off while something fails."""
    with collector_paused():
        if not gc.isenabled():
            raise KeyError
    return False


@pytest.mark.parametrize("before", [True, False])
def test_it_is_paused_and_goes_on_as_before(before: bool) -> None:
    try:
        (gc.enable if before else gc.disable)()
        with pytest.raises(KeyError):
            stopped()
        assert gc.isenabled() == before
    finally:
        gc.enable()

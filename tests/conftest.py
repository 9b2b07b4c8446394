"""What all tests may ask for."""

from __future__ import annotations

import pytest

from duibiao.criteria import language


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, whatever language an earlier test or the terminal has chosen."""
    monkeypatch.setattr(language, "_translations", language.translations("en"))

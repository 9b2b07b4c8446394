"""What all tests may ask for."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import settings

from duibiao.criteria import language

# A test that fails because the machine is busy says nothing of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, whatever language an earlier test or the terminal has chosen."""
    monkeypatch.setattr(language, "_translations", language.translations("en"))


# Where the table kind x status x side of the limit waits until the run's end (workers share the cache).
TABLE: Final = "duibiao/kinds and statuses on and beside the limit"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Forget the table of an earlier run."""
    if session.config.cache is not None and not hasattr(session.config, "workerinput"):
        session.config.cache.set(TABLE, "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what the engine was held to the reference on."""
    table = config.cache.get(TABLE, "") if config.cache is not None else ""
    if table:
        terminalreporter.section("engine = reference: findings by kind, status and side of the limit")
        terminalreporter.write_line(table)

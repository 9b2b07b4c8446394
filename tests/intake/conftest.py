"""The catalogue that the tests of the intake read data under, and English messages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from duibiao.criteria.language import use
from duibiao.criteria.models import Catalogue
from tests.intake.city import load_test_catalogue


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The catalogue of ``tests/intake/city.py``."""
    return load_test_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages in English, so that tests do not depend on the environment."""
    use("en")
    yield
    use("en")

"""The shipped catalogues, each read once a process: their values are frozen."""

from __future__ import annotations

from functools import cache

from duibiao.criteria.load import Reading, catalogue_folder, read_catalogue
from duibiao.criteria.models import Catalogue


@cache
def reading(name: str) -> Reading:
    """A shipped catalogue with its cases, and all that was found in its files."""
    folder = catalogue_folder(name)
    assert folder is not None
    return read_catalogue(folder)


def catalogue(name: str) -> Catalogue:
    """A shipped catalogue, which is without mistakes."""
    read = reading(name)
    assert read.catalogue is not None
    assert read.diagnostics == ()
    return read.catalogue

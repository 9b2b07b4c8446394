"""What every SARIF 2.1.0 log of this program has in common: the schema, the tool, addresses of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Final
from urllib.parse import quote

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif_log(rules: Sequence[object], run: Mapping[str, object]) -> dict[str, object]:
    """A log of one run of this program with its ``rules``; ``run`` is what else stands in the run."""
    driver = {"name": "duibiao", "version": _version(), "rules": rules}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, **run}]}


def file_address(file: str) -> str:
    """A path as the relative (or file:) address that SARIF wants, non-ASCII characters escaped."""
    forward = file.replace("\\", "/").encode("utf-8", "surrogatepass")
    return ("file://" if file.startswith("/") else "") + quote(forward)


def _version() -> str:
    try:
        return version("duibiao")
    except PackageNotFoundError:  # run from a folder that is not installed
        return "0"

"""Addresses inside the city page: a table of the section 逐项查询 under a filter, or the panel of one site.

``static/address.js`` reads and writes the same form.
"""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import quote

Table = Literal["gaps", "sites", "records", "criteria"]

COMMON: Final = ("q", "sort", "page")
FILTERS: Final[dict[Table, tuple[str, ...]]] = {
    "gaps": ("unit", "area", "criterion", "severity", "due"),
    "sites": ("type", "area", "level"),
    "records": ("type", "area", "level"),
    "criteria": ("place", "unit"),
}
DUE: Final = ("overdue", "week", "later", "none")
NO_AREA: Final = "-"  # the value of ``area`` for what has none


def address(table: Table, **filters: str | int) -> str:
    """The address of a table with only the rows that pass the filters, percent-encoded; empty values filter nothing.

    ``unit`` is the id of a unit (``market_bureau@周口市/川汇区``) or of its kind in all areas (``market_bureau``),
    ``area`` a path, ``place`` the id of a place of the outline at any depth, ``sort`` a column, with - before it the
    other way round. Raises ValueError for a filter that the table does not have.

    >>> address("gaps", criterion="helmet", due="overdue")
    '#gaps?criterion=helmet&due=overdue'
    """
    for name in filters:
        if name not in FILTERS[table] + COMMON:
            raise ValueError(f"the table {table} has no filter {name!r}")
    told = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in filters.items() if value != "")
    return f"#{table}?{told}" if told else f"#{table}"


def site_address(site: str) -> str:
    """The address that opens the panel of a site, by its key.

    >>> site_address("M 1")
    '#site=M%201'
    """
    return f"#site={quote(site, safe='')}"

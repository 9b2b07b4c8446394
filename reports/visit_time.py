"""When a visit was, as its name tells it: a site, a day, and a time of day where one was written."""

from __future__ import annotations


def visit_time(visit: str) -> str:
    """The day and time of a visit; nothing where no row said when. A number tells visits of the same time apart.

    >>> visit_time("M-01@2025-03-07T06:00"), visit_time("M-01@2025-03-07#2"), visit_time("M-01@")
    ('2025-03-07 06:00', '2025-03-07 (2)', '')
    """
    time, _, number = visit.rpartition("@")[2].partition("#")
    return " ".join(filter(None, (*time.split("T"), f"({number})" if number else "")))

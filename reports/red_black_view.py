"""红榜 and 黑榜: the best and the worst sites of the round, of those of which enough was seen to compare them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final

from duibiao.evaluator.assessment import SiteResult
from duibiao.reports.figures import Figure, Sentence, half_up, say, say_text
from duibiao.reports.reading import Mark, Reading, SiteLink

LISTED: Final = 5  # sites on a list
LONGEST: Final = 10  # rows that a list may have, so that those who share a place stand there together
FINDINGS: Final = 5  # findings that count, so that no site leads by one question

Ranked = tuple[str, tuple[tuple[int, SiteResult], ...]]  # a score as it is shown, and the sites that have it


@dataclass(frozen=True, slots=True)
class Entry:
    """One site on a list; ``place`` counts from that end of the list, and is shared by equal scores."""

    place: str
    site: SiteLink
    where: str
    score: Figure | None
    band: Mark


@dataclass(frozen=True, slots=True)
class RedBlackList:
    """One list. ``rest`` speaks of those who share the next place and are too many for it; ``names`` has them all, and
    ``most_seen`` names those of them of which most was seen."""

    title: str
    rows: tuple[Entry, ...]
    rest: Sentence | None
    most_seen: str
    names: tuple[SiteLink, ...]


@dataclass(frozen=True, slots=True)
class RedBlackView:
    """Both lists, by what rule they are made, and how many sites there were to compare."""

    rule: Sentence
    lists: tuple[RedBlackList, ...]


def red_black(reading: Reading) -> RedBlackView:
    """The lists of a round. A site is on one of them at most."""
    _, assessment = reading.word, reading.assessment
    kinds = assessment.catalogue.site_types
    compared = [
        (index, site) for index, site in enumerate(assessment.sites) if not kinds[site.site_type].each and _enough(site)
    ]
    groups = _groups(reading, compared)
    most = min(LISTED, len(compared) // 2)
    best, worst = _first(groups, most), _first(groups[::-1], most)
    if len(groups) < 2:
        best, worst = groups, []
    lists = (
        _list(reading, _("Red list: the highest scores"), best),
        _list(reading, _("Black list: the lowest scores"), worst),
    )
    line = _(
        "Of {n} places that were visited, seen enough of for a level, and have at least {least} findings that count. "
        "Equal scores share a place."
    )
    rule = say(line, n=Figure(str(len(compared)), made_from="sites"), least=str(FINDINGS))
    return RedBlackView(rule, tuple(each for each in lists if each.rows or each.rest))


def _enough(site: SiteResult) -> bool:
    """Whether so much was seen of a site that it may be compared with others."""
    card = site.card
    return card is not None and card.score is not None and not card.withheld and card.tally.counted >= FINDINGS


def _groups(reading: Reading, compared: Iterable[tuple[int, SiteResult]]) -> list[Ranked]:
    """The sites by their rounded score, the best first; those of one score by their keys."""

    def rounded(each: tuple[int, SiteResult]) -> Fraction:
        card = each[1].card
        assert card is not None
        assert card.score is not None
        return Fraction(half_up(card.score, reading.digits))

    ordered = sorted(compared, key=lambda each: (-rounded(each), each[1].site))
    return [(str(score), tuple(sites)) for score, sites in groupby(ordered, key=rounded)]


def _first(groups: Sequence[Ranked], most: int) -> list[Ranked]:
    """The groups that begin within the first ``most`` sites."""
    found: list[Ranked] = []
    for group in groups:
        if sum(len(sites) for _score, sites in found) >= most:
            break
        found.append(group)
    return found


def _list(reading: Reading, title: str, groups: Sequence[Ranked]) -> RedBlackList:
    rows: list[Entry] = []
    for _score, sites in groups:
        place = len(rows) + 1
        if len(rows) + len(sites) > LONGEST:
            names = tuple(reading.link(site.site) for _index, site in sites)
            return RedBlackList(title, tuple(rows), _too_many(reading, place, sites), _most_seen(reading, sites), names)
        rows += _entries(reading, place, sites)
    return RedBlackList(title, tuple(rows), None, "", ())


def _entries(reading: Reading, place: int, sites: Sequence[tuple[int, SiteResult]]) -> Iterator[Entry]:
    for index, site in sites:
        assert site.card is not None
        score = reading.score(site.card.score, f"sites.{index}.card.score")
        band = reading.band(site.card)
        assert band is not None
        yield Entry(str(place), reading.link(site.site), reading.placed(site), score, band)


def _too_many(reading: Reading, place: int, sites: Sequence[tuple[int, SiteResult]]) -> Sentence:
    """The line for a place that more sites share than a list has rows."""
    _, (index, first) = reading.word, sites[0]
    assert first.card is not None
    score = reading.score(first.card.score, f"sites.{index}.card.score")
    assert score is not None
    line = _("{n} sites share place {place} with {score}")
    return say(line, n=Figure(str(len(sites)), made_from="sites"), place=str(place), score=score)


def _most_seen(reading: Reading, sites: Sequence[tuple[int, SiteResult]]) -> str:
    """The names of those of equal score that have the most findings that count; of equals the first by their keys."""

    _ = reading.word

    def counted(each: tuple[int, SiteResult]) -> int:
        assert each[1].card is not None
        return each[1].card.tally.counted

    first = sorted(sites, key=counted, reverse=True)[:LISTED]
    names = reading.listed(reading.link(site.site).name for _index, site in first)
    return say_text(_("Most was seen of: {names}"), names=names)

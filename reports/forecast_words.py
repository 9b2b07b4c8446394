"""What is said of a forecast of the official draw, on the page and on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.models import Catalogue, Score
from duibiao.evaluator.estimates import Estimate
from duibiao.evaluator.forecast import Forecast, Reached
from duibiao.evaluator.official_draws import DRAWS, Reason
from duibiao.reports.figures import Figure, Sentence, half_up, plain, say

Translate = Callable[[str], str]
THOUSANDTH: Final = Fraction(1, 1000)
REASONS: Final[dict[Reason, str]] = {
    "no_quota": N_(
        "Not estimable: no site type with sites on the register has a quota, so nobody knows what is drawn."
    ),
    "no_register": N_(
        "Not estimable: there is no register, so nobody knows which sites could be drawn beside those visited."
    ),
    "nothing_visited": N_("Not estimable: no site of the types that are drawn was visited."),
    "no_total": N_("Not estimable: a part of the total has no data, and without it there is no total."),
}


def chance_text(probability: Fraction, draws: int = DRAWS) -> str:
    """A chance in per cent; never 0 or 100, since draws that were not simulated may come: where none of few draws
    reaches a mark, with 95 % confidence fewer than 3 in so many do."""
    least = max(THOUSANDTH, Fraction(3, draws)) if probability in {0, 1} else THOUSANDTH
    if probability < least:
        return f"<{half_up(100 * least, 1)}%"
    if probability > 1 - least:
        return f">{half_up(100 * (1 - least), 1)}%"
    return half_up(100 * probability, 1) + "%"


def chance_figure(at: int, mark: Reached, draws: int) -> Figure:
    """The chance to reach a mark, with the place where it stands."""
    return Figure(chance_text(mark.probability, draws), made_from=f"forecast.marks.{at}.probability")


def counted(score: Score, titles: Mapping[str, str], listed: Callable[[Iterable[str]], str], _: Translate) -> Sentence:
    """That a level wants the marks of parts too; nothing where they have none."""
    gates = [
        f"{titles[each.part]} {plain(Fraction(each.at_least))}" for each in score.total if each.at_least is not None
    ]
    if not gates:
        return ()
    told = _(
        "A level counts the draws in which the parts reach their marks too ({gates}); the pass mark the total alone."
    )
    return say(told, gates=listed(gates))


def share_figure(share: Fraction, path: str) -> Figure:
    """A share of the variance in per cent."""
    return Figure(half_up(100 * share, 1) + "%", made_from=path)


def assumptions(forecast: Forecast, catalogue: Catalogue, _: Translate) -> Iterator[Sentence]:
    """On what the forecast rests, with numbers."""
    from_area = sum(each.from_area for each in forecast.types)
    elsewhere = sum(each.from_elsewhere for each in forecast.types)
    yield say(
        _(
            "Drawn {draws} times (seed {seed}): in every draw so many sites of each type and area as the quotas say, "
            "without replacement, each with the same chance; {drawn} of the {sites} registered sites whose types have "
            "a quota."
        ),
        draws=Figure(str(forecast.draws), "forecast.draws"),
        seed=Figure(str(forecast.seed), "forecast.seed"),
        drawn=Figure(str(forecast.drawn), "forecast.drawn"),
        sites=Figure(str(forecast.sites), "forecast.sites"),
    )
    yield say(
        _(
            "{visited} of these sites were visited and bring what was found there. {near} others take the findings of "
            "a visited site of their type in the area for which they are drawn, {far} those of one further off, for "
            "want of {donors} in the area; in every draw these donors are drawn anew, so that few of them make the "
            "answer wide."
        ),
        visited=Figure(str(forecast.visited), "forecast.visited"),
        near=Figure(str(from_area), made_from="forecast.types"),
        far=Figure(str(elsewhere), made_from="forecast.types"),
        donors=Figure(str(forecast.donors), "forecast.donors"),
    )
    yield say(
        _(
            "Assessors find what was found, and look at everything: what nobody observed at a visited site takes what "
            "was found at another one of its type. Other eyes, and what changes until the draw, are not in it."
        )
    )
    yield say(_("Documents, statistics and types without a quota stay as they are."))
    if forecast.asking:
        yield say(
            _(
                "Questionnaires: in every draw other people answer, as many and drawn in the same way as ours. What "
                "the population would say is known from our answers only, of all areas together. As the same people "
                "answer several questions, results go up and down together; where only numbers were counted, how "
                "far is judged by how areas differ, and the range is wider for it. This makes {share} of the "
                "variance."
            ),
            share=share_figure(forecast.asking, "forecast.asking"),
        )
    yield from fewer(forecast, _)


def fewer(forecast: Forecast, _: Translate) -> Iterator[Sentence]:
    """How many sites the quotas want and the register lacks, where it lacks any."""
    if forecast.short:
        yield say(
            _("{short} sites fewer are on the register than the quotas want; there all are drawn."),
            short=Figure(str(forecast.short), "forecast.short"),
        )


def within_error(estimates: Iterable[Estimate], _: Translate) -> Iterator[Sentence]:
    """How many limits questionnaires meet or miss by less than their error."""
    limits = [limit for each in estimates if each.area for limit in each.thresholds]
    close = sum(bool(limit.in_error) for limit in limits)
    if close:
        yield say(
            _(
                "{close} of {all} limits of questionnaires are met or missed within the error of their answers: other "
                "people asked may turn them."
            ),
            close=Figure(str(close), made_from="estimates"),
            all=Figure(str(len(limits)), made_from="estimates"),
        )


def left_out(forecast: Forecast, catalogue: Catalogue, _: Translate) -> Sentence:
    """What is said of types that nobody visited; nothing where there are none."""
    blank, digits = forecast.unvisited, catalogue.score.rounding.digits
    if blank is None:
        return ()
    path = "forecast.unvisited"
    return say(
        _(
            "Left out are types that are drawn and of which nobody visited a site: {types}. With everything found "
            "there at its worst (0 %) the mean is {low} and the chance to pass {fails}; at its best (100 %) {high} and "
            "{passes}."
        ),
        types=", ".join(catalogue.site_types[name].title for name in blank.types),
        low=Figure(half_up(blank.worst.mean, digits), f"{path}.worst.mean"),
        fails=Figure(chance_text(blank.worst.passed, forecast.draws), made_from=f"{path}.worst.passed"),
        high=Figure(half_up(blank.best.mean, digits), f"{path}.best.mean"),
        passes=Figure(chance_text(blank.best.passed, forecast.draws), made_from=f"{path}.best.passed"),
    )


def plain_sentence(sentence: Sentence) -> str:
    """A sentence as text alone."""
    return "".join(each.text if isinstance(each, Figure) else each for each in sentence)

"""Visits -> codes: every visit of one kind of site held against its criteria, and of several visits one finding.

Codes are made of some criteria and some visits at a time, so that the columns between fit the cache. Values, which
take longer, are worked out only where they are wanted: mostly at the visit that was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import polars as pl

from duibiao.criteria.models import Inspections, Judged
from duibiao.evaluator.codes import Codes, meaning_at_visits, meaning_of_findings
from duibiao.evaluator.columns import ONE, padded
from duibiao.evaluator.compile import SiteTypePlan
from duibiao.evaluator.inspections import WAYS, Chosen, visits_of
from duibiao.evaluator.observations import SITE
from duibiao.evaluator.rules import FIRST_LEVEL, CompiledCriterion
from duibiao.evaluator.submission import Note
from duibiao.evaluator.verdicts import BY_HAND, settle
from duibiao.evaluator.visits import VISIT

if TYPE_CHECKING:
    from duibiao.evaluator.inspections import Numbers, Whole

TOGETHER: Final = 200_000_000  # codes that are held at once, about: of some criteria and all visits


@dataclass(frozen=True)
class Coding:
    """Codes the visits of one kind of site: ``frame`` as ``observations`` makes it, with the verdicts on its rows.

    Notes and what was settled by hand are gathered on the way.
    """

    kind: SiteTypePlan
    frame: pl.DataFrame
    verdicts: pl.DataFrame
    slice_: int  # visits whose columns are worked out at a time
    notes: list[Note] = field(default_factory=list)
    by_hand: list[pl.DataFrame] = field(default_factory=list)

    def codes(self, mode: Inspections) -> Codes:
        """The codes of every visit (``each``), or of every site by one of the other ways."""
        if mode == "each":
            return self._of_visits(mode)
        if self.frame[SITE].max() == self.frame.height:  # one visit a site: all ways agree
            return self._of_visits("latest")
        return self._of_sites(mode)

    def _of_visits(self, mode: Inspections) -> Codes:
        codes: list[pl.Series] = []
        values: list[pl.Series] = []
        for some in self._coded():
            codes += [code for _, code in some]
            values += self._values([each for each, _ in some], None)
        return self._made(mode, self.frame["site"], self._numbers, self._numbers, codes, values, [])

    @property
    def _numbers(self) -> pl.Series:
        return pl.int_range(self.frame.height, dtype=pl.UInt32, eager=True)

    def _of_sites(self, mode: Inspections) -> Codes:
        import numpy as np

        order, moments = self._in_time()
        visits = visits_of(np.bincount(self.frame[SITE])[1:], order, moments)

        def choose(criterion: tuple[CompiledCriterion, pl.Series]) -> tuple[str, Chosen]:
            each, code = criterion
            told = partial(self._told_values, each) if each.value is not None else None
            return each.criterion.id, WAYS[mode](code.to_numpy(), told, meaning_at_visits(each), visits)

        codes: list[pl.Series] = []
        values: list[pl.Series] = []
        back: list[pl.Series] = []
        with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
            for some in self._coded():
                for name, chosen in pool.map(choose, some):
                    codes.append(pl.Series(name, chosen.codes))
                    back.append(pl.Series(name, chosen.back))
                    if chosen.values is not None:
                        values.append(pl.Series(name, chosen.values))
                    for visit in self.frame[VISIT].gather(chosen.differing):
                        self.notes.append(Note("same-time", name, str(visit)))
        last = visits.sites.last
        sites = self.frame["site"].gather(order[last])
        return self._made(mode, sites, pl.Series(last), pl.Series(order), codes, values, back)

    def _in_time(self) -> tuple[Numbers, Numbers]:
        """The numbers of the visits by site, time (none first) and name, and for each a number that is the same for the
        same site and time."""
        import numpy as np

        time = self.frame["at"].rank("dense").fill_null(0).to_numpy()
        moment = np.multiply(self.frame[SITE].to_numpy(), int(time.max()) + 1, dtype=np.int64) + time
        order = np.argsort(moment, kind="stable")
        moments = moment[order]
        tied = np.flatnonzero(moments[1:] == moments[:-1])
        if len(tied):  # the names of their visits decide: of #9 and #10 the longer is the later
            tied = np.union1d(tied, tied + 1)
            names = pl.DataFrame({"moment": moments[tied], "visit": self.frame[VISIT].gather(order[tied])})
            by = ["moment", pl.col("visit").str.len_bytes(), "visit"]
            order[tied] = order[tied][names.select(pl.arg_sort_by(by)).to_series().to_numpy()]
        return order, moments

    # -------------------------------------------------------------- columns

    def _coded(self) -> Iterator[list[tuple[CompiledCriterion, pl.Series]]]:
        """The codes of all visits, verdicts settled, of some criteria at a time."""
        criteria = self.kind.criteria
        number = max(1, TOGETHER // self.frame.height)
        for start in range(0, len(criteria), number):
            some = criteria[start : start + number]
            codes = self._read([each.code for each in some], None)
            yield [(each, self._settled(each, codes[each.criterion.id])) for each in some]

    def _read(self, expressions: Sequence[pl.Expr], rows: pl.Series | None) -> pl.DataFrame:
        """Columns of criteria over the visits with these numbers (None: all), some visits at a time."""
        stages, roots = self.kind.steps.behind(expressions)
        frame = self.frame.select("site", *(roots - {ONE}))
        height = frame.height if rows is None else rows.len()
        parts = []
        for start in range(0, height, self.slice_):
            part = frame.slice(start, self.slice_) if rows is None else frame[rows.slice(start, self.slice_)]
            seen = padded(part)
            for stage in stages:
                seen = seen.with_columns(stage)
            parts.append(seen.select(expressions).head(part.height))
        return pl.concat(parts)

    def _values(self, some: Sequence[CompiledCriterion], rows: pl.Series | None) -> list[pl.Series]:
        """The values of criteria whose scores are not one of a few; null where they cannot be told."""
        found = self._read([each.value for each in some if each.value is not None], rows)
        return [self._with_by_hand(values, rows) for values in found]

    def _with_by_hand(self, values: pl.Series, rows: pl.Series | None) -> pl.Series:
        by_hand = self._by_hand.get(values.name)
        if by_hand is None:
            return values
        places = pl.DataFrame({"row": rows if rows is not None else self._numbers})
        told = places.join(by_hand, on="row", how="left", maintain_order="left")["value"].alias(values.name)
        return told.zip_with(told.is_not_null(), values)

    def _told_values(self, each: CompiledCriterion, rows: Numbers) -> Whole:
        [values] = self._values([each], pl.Series(rows, dtype=pl.UInt32))
        return values.fill_null(strategy="zero").to_numpy()

    # -------------------------------------------------------------- verdicts

    @cached_property
    def _told(self) -> dict[str, pl.DataFrame]:
        return {str(name): told for (name,), told in self.verdicts.group_by("criterion")}

    @cached_property
    def _by_hand(self) -> dict[str, pl.DataFrame]:
        """What verdicts decided (row, value ...) of criteria whose score is not one of a few."""
        return {}

    def _settled(self, each: CompiledCriterion, codes: pl.Series) -> pl.Series:
        criterion = each.criterion.id
        told = self._told.get(criterion)
        if told is None:
            return codes
        values = None
        if each.value is not None:
            [values] = self._values([each], told["row"])
        judged = isinstance(each.criterion, Judged)
        settled = settle(codes, values, meaning_at_visits(each), told, judged=judged)
        self.by_hand.append(settled.by_hand.select(BY_HAND.keys()))
        if each.value is not None:
            self._by_hand[criterion] = settled.by_hand
        for visit in self.frame[VISIT].gather(settled.differing):
            self.notes.append(Note("verdict-differs", criterion, str(visit)))
        return settled.codes

    def _made(
        self,
        mode: Inspections,
        sites: pl.Series,
        last: pl.Series,
        order: pl.Series,
        codes: Iterable[pl.Series],
        values: Iterable[pl.Series],
        back: Iterable[pl.Series],
    ) -> Codes:
        table = pl.DataFrame(codes)
        known = [pl.select(pl.when(table[each.name] >= FIRST_LEVEL).then(each)).to_series() for each in values]
        return Codes(
            kind=self.kind,
            by_visit=mode == "each",
            meanings={each.criterion.id: meaning_of_findings(each, mode) for each in self.kind.criteria},
            rows=pl.DataFrame({"site": sites, "last": last.cast(pl.UInt32)}),
            order=order.cast(pl.UInt32),
            codes=table,
            values=pl.DataFrame(known),
            back=pl.DataFrame(back),
            waived=pl.DataFrame(),
            by_hand=pl.concat([pl.DataFrame(schema=BY_HAND), *self.by_hand]),
        )

"""Findings with their words: who is responsible, why, what is published, what is a gap, what stays open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

import polars as pl

from duibiao.criteria.diagnostics import N_
from duibiao.criteria.models import Criterion, TwoMethods
from duibiao.evaluator.assessment import FINDINGS, Gap, OpenFinding, ShownValue, Status, UnitLeader
from duibiao.evaluator.columns import bad, exact_e9, padded
from duibiao.evaluator.evaluate import share_e9
from duibiao.evaluator.gains import GainsOf
from duibiao.evaluator.judgement import Judgement
from duibiao.evaluator.list_column import list_column
from duibiao.evaluator.losses import Losses
from duibiao.evaluator.repeated import problems_again
from duibiao.evaluator.spacing import fitted
from duibiao.evaluator.submission import ORIGIN
from duibiao.evaluator.unexplained import unexplained
from duibiao.evaluator.units import UNASSIGNED, Responsibility, Responsible
from duibiao.evaluator.visits import VISIT
from duibiao.evaluator.words import JOINED, STATUS_WORDS, WAIVED, Speaker

OF_TWO: Final = N_("the lower of two counts: {members}")
MEMBER: Final = N_("{title} ({status}): {because}")
UNEXPLAINED: Final = N_("the record does not say what is wrong, {because}; ask the inspector")
AGAIN: Final = N_("{because} (rows that stand there again: {count})")
ELSEWHERE: Final = N_("{title} is judged for the area")


@dataclass
class Told:
    """Puts words, units and outline places to the findings of one evaluation."""

    judgement: Judgement
    say: Callable[[str], str]

    def __post_init__(self) -> None:
        of = self.judgement
        self.plan, self.method, self.submission, self.visits = of.plan, of.method, of.submission, of.visits
        self.evaluation, self.geography = of.evaluation, of.geography

    def rows(
        self, sites: Collection[str] | None = None, worded: Collection[tuple[str, str]] | None = None
    ) -> pl.DataFrame:
        """One row a finding: those of the judgement (of some ``sites``) with area, place, units and because. Where only
        some (site, criterion) are ``worded``, because is empty of the others."""
        found = self.judgement.rows
        if sites is not None:
            found = found.filter(pl.col("site").is_in(list(sites)))
        who = Responsibility(self.plan, self.submission, self.visits, self.geography)
        responsible = [who.of(*row) for row in found.select("site", VISIT, "criterion").iter_rows()]
        places = {each.id: each.place for each in self.plan.criteria.values()}
        areas = self.submission.sites.select("site", "area")
        return found.join(areas, on="site", how="left", maintain_order="left").with_columns(
            pl.col("criterion").replace_strict(places, return_dtype=pl.String, default=None).alias("place"),
            list_column("lead_units", (each.lead for each in responsible)),
            list_column("units", (self._units(each) for each in responsible)),
            list_column("supporting_units", (each.supporting for each in responsible)),
            pl.Series("leader", [each.leader for each in responsible], dtype=pl.String),
            pl.Series("in_charge", [each.in_charge for each in responsible], dtype=pl.String),
            list_column("unit_leaders", (each.unit_leaders for each in responsible)),
            pl.Series("site_leader", [each.site_leader for each in responsible], dtype=pl.String),
            pl.Series("area_leader", [each.area_leader for each in responsible], dtype=pl.String),
            pl.Series("deadline", [each.deadline for each in responsible], dtype=pl.Date),
            self.because(found, worded),
        )

    def because(self, found: pl.DataFrame, worded: Collection[tuple[str, str]] | None = None) -> pl.Series:
        """Why each of some findings of the judgement is what it is; empty where only other (site, criterion) are
        ``worded``. Members of two methods are to be among them where these are."""
        own = pl.Series("because", self._own_words(found, worded), dtype=pl.String)
        return pl.Series("because", self._with_members(found.with_columns(own)), dtype=pl.String)

    def _own_words(self, found: pl.DataFrame, worded: Collection[tuple[str, str]] | None) -> list[str]:
        """Why each finding is what it is, by its own rule alone."""
        catalogue = self.plan.catalogue
        columns = ["site", "criterion", "reason", "approver", "until"]
        waivers = {
            (site, criterion): tuple(told)
            for site, criterion, *told in self.submission.waivers.select(columns).iter_rows()
        }
        speakers = {name: Speaker(kind, self.say, catalogue) for name, kind in catalogue.site_types.items()}
        seen = {
            visit: row
            for frame in self.evaluation.frames.values()
            for row in frame.filter(pl.col(VISIT).is_in(found[VISIT].implode())).iter_rows(named=True)
            for visit in [row[VISIT]]
        }
        silent, again = unexplained(self.judgement), problems_again(self.visits.problems)
        because: list[str] = []
        for row in found.iter_rows(named=True):
            if not (
                worded is None or (row["site"], row["criterion"]) in worded or row["criterion"] in self.plan.members
            ):
                because.append("")
                continue
            rule = self.plan.rules_of[row["site_type"]][row["criterion"]]
            words = speakers[row["site_type"]].because(
                rule, row["beneath"], seen[row[VISIT]], row["value"], row["measure"], by_hand=row["judged_by_hand"]
            )
            count = again.get((row[VISIT], row["criterion"]), 0)
            if count and "problems" in speakers[row["site_type"]].read(rule):
                words = fitted(self.say(AGAIN), because=words, count=count)
            if (row[VISIT], row["criterion"]) in silent:
                words = fitted(self.say(UNEXPLAINED), because=words)
            if row["waived"]:
                reason, approver, until = waivers[row["site"], row["criterion"]]
                words = self.say(WAIVED).format(
                    reason=reason or "-", approver=approver or "-", until=until or "-", because=words
                )
            because.append(words)
        return because

    def _with_members(self, rows: pl.DataFrame) -> list[str]:
        """Why each finding is what it is; of two methods that fall short, which of its members did and why."""
        because: list[str] = rows["because"].to_list()
        members = self._members(rows)
        below = pl.col("status").is_in(["partial", "missed"]) & ~pl.col("judged_by_hand")
        both = [each.id for each in self.plan.criteria.values() if isinstance(each, TwoMethods)]
        for row in rows.with_row_index("#at").filter(below & pl.col("criterion").is_in(both)).iter_rows(named=True):
            told = []
            for name in _beneath(self.plan.rules_of[row["site_type"]][row["criterion"]]):
                found = _member(members, name, row)
                if found is None:
                    told.append(self.say(ELSEWHERE).format(title=self.plan.criteria[name].title))
                elif found["status"] in {"partial", "missed"}:
                    title = self.plan.rules_of[row["site_type"]][name].title
                    word = self.say(STATUS_WORDS[found["status"]])
                    told.append(self.say(MEMBER).format(title=title, status=word, because=found["because"]))
            if told:
                because[row["#at"]] = self.say(OF_TWO).format(members=self.say(JOINED).join(told))
        return because

    def _members(self, rows: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
        """The findings of members of two methods, by criterion and visit, and by criterion and site."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in rows.filter(pl.col("criterion").is_in(sorted(self.plan.members))).iter_rows(named=True):
            found |= {(row["criterion"], row["site"]): row, (row["criterion"], row[VISIT]): row}
        return found

    def _units(self, who: Responsible) -> list[str]:
        """The units whose figures a finding counts in: by ``unit_roles``, and without a lead the supporting ones."""
        roles = self.method.score.unit_roles
        told = [unit for role in roles for unit in (who.lead if role == "lead" else who.supporting)]
        return list(dict.fromkeys(told)) or list(who.lead or who.supporting) or [UNASSIGNED]

    def _exact(self, row: Mapping[str, object]) -> tuple[int, Fraction]:
        """The score in billionths and the exact points earned of one scored finding."""
        rule, value = self.method.rules[str(row["criterion"])], row["value"]
        assert isinstance(value, int)
        score = share_e9(value, exact_e9(self.plan.criteria[rule.id].points), loses=rule.loses)
        return score, rule.points * rule.score(value)

    def table(self, rows: pl.DataFrame, round_id: str) -> pl.DataFrame:
        """The findings as they are published."""
        scores: list[int | None] = []
        earned: list[Fraction | None] = []
        for row in rows.select("criterion", "value", "loses").iter_rows(named=True):
            score, points = self._exact(row) if row["value"] is not None else (None, None)
            scores.append(score)
            earned.append(points)
        possible = {name: f"{each.points:f}" for name, each in self.plan.criteria.items()}
        return rows.with_columns(
            pl.lit(round_id).alias("round"),
            pl.Series("score_e9", scores, dtype=pl.Int64),
            pl.Series(
                "earned_num", [str(each.numerator) if each is not None else None for each in earned], dtype=pl.String
            ),
            pl.Series(
                "earned_den", [str(each.denominator) if each is not None else None for each in earned], dtype=pl.String
            ),
            pl.col("criterion").replace_strict(possible, return_dtype=pl.String, default=None).alias("possible"),
        ).select(FINDINGS.keys())

    def gaps(
        self, rows: pl.DataFrame, losses: Losses, gains: GainsOf, only: Collection[tuple[str, str]] | None = None
    ) -> tuple[Gap, ...]:
        """Missed and partial findings that are to mend with what that brings, those that cost most first; ``only`` some
        (site, criterion).

        What was said of the members of two methods is said of the gap that takes the lower of them.
        """
        problems: dict[tuple[str, str], list[tuple[str | None, str | None]]] = defaultdict(list)
        for frame in (self.visits.problems, self.visits.checks):
            for visit, criterion, problem, photo in frame.select(VISIT, "criterion", "problem", "photo").iter_rows():
                problems[visit, criterion].append((problem, photo))
        for visit, criterion, photo in self._photos_taken().iter_rows():
            problems[visit, criterion].append((None, photo))
        members = self._members(rows)
        to_mend = [rule.id for rule in self.method.rules.values() if rule.to_mend]
        found = []
        below = pl.col("status").is_in(["partial", "missed"]) & pl.col("criterion").is_in(to_mend)
        for row in rows.filter(below).iter_rows(named=True):
            if only is not None and (row["site"], row["criterion"]) not in only:
                continue
            criterion = self.plan.rules_of[row["site_type"]][row["criterion"]]
            score, earned = self._exact(row)
            rule = self.method.rules[criterion.id]
            lost_points = rule.points - earned
            factor = losses.factor(row["part"], rule.id, row["site"])
            told = list(problems[row[VISIT], rule.id])
            for name in _beneath(criterion):
                member = _member(members, name, row)
                told += problems[member[VISIT], name] if member is not None else ()
            seen = row["at"].date() if row["at"] is not None else None
            told_by = self.plan.catalogue.deadline(criterion, row["site_type"])
            due = seen + timedelta(days=told_by) if seen is not None and isinstance(told_by, int) else None
            status: Status = row["status"]
            found.append(
                Gap(
                    id=f"{row[VISIT]}:{criterion.id}",
                    site=row["site"],
                    criterion=criterion.id,
                    visit=row[VISIT],
                    seen=seen,
                    status=status,
                    score_e9=score,
                    lost_points=lost_points,
                    lost=lost_points * factor if rule.weight else Fraction(0),
                    severity=criterion.severity,
                    lead_units=tuple(row["lead_units"]),
                    supporting_units=tuple(row["supporting_units"]),
                    leader=row["leader"],
                    in_charge=row["in_charge"],
                    unit_leaders=_known(row["lead_units"] or row["supporting_units"], row["unit_leaders"]),
                    site_leader=row["site_leader"],
                    area_leader=row["area_leader"],
                    deadline=row["deadline"] or due,
                    next_round=row["deadline"] is None and told_by == "next_round",
                    because=row["because"],
                    problems=tuple(dict.fromkeys(problem for problem, _ in told if problem)),
                    photos=tuple(dict.fromkeys(photo for _, photo in told if photo)),
                    gains=gains.gap(
                        row["site"], row["area"], tuple(row["units"]), row["part"], rule.id, status, row["value"]
                    ),
                )
            )
        return tuple(sorted(found, key=_costliest))

    def _photos_taken(self) -> pl.DataFrame:
        """The photos that the inspections of the round took: visit, criterion, photo, in the order of their rows."""
        origins = pl.concat([frame.select(VISIT, *ORIGIN) for frame in self.visits.frames.values()])
        taken = self.submission.taken.join(origins, on=list(ORIGIN), how="inner", maintain_order="left")
        return taken.select(VISIT, "criterion", "photo")

    def open(self, rows: pl.DataFrame) -> tuple[OpenFinding, ...]:
        """What is unobserved, contradictory or waived."""
        places: dict[str, tuple[int, int]] = {}
        for frame in self.visits.frames.values():
            for visit, table, number in frame.select(VISIT, "table", "row").iter_rows():
                if table is not None:
                    places[visit] = (table, number)
        frames = {
            visit: row
            for frame in self.evaluation.frames.values()
            for row in frame.iter_rows(named=True)
            for visit in [row[VISIT]]
        }
        catalogue = self.plan.catalogue
        speakers = {name: Speaker(kind, self.say, catalogue) for name, kind in catalogue.site_types.items()}
        found = []
        for row in rows.filter(pl.col("status").is_in(["unobserved", "invalid", "waived"])).iter_rows(named=True):
            cells: list[str] = []
            if row["status"] == "invalid" and row[VISIT] in places:
                table, number = places[row[VISIT]]
                rule = self.plan.rules_of[row["site_type"]][row["criterion"]]
                wrong = sorted(
                    key for key in speakers[row["site_type"]].read(rule) if frames[row[VISIT]].get(bad(key)) is True
                )
                known = self.submission.tables[table]
                cells = [known.cell(number, key) for key in wrong if key in known.columns]
            score = self._exact(row)[0] if row["value"] is not None else None
            status: Status = row["status"]
            found.append(
                OpenFinding(row["site"], row["criterion"], row[VISIT], status, row["because"], score, tuple(cells))
            )
        return tuple(found)

    def shown(self) -> tuple[ShownValue, ...]:
        """The figures for information: per site the last visit of the round that has one, else the last."""
        found: list[ShownValue] = []
        for name, kind in self.plan.site_types.items():
            speaker = Speaker(kind.site_type, self.say, self.plan.catalogue)
            for criterion, value in kind.shown:
                frame = padded(self.evaluation.frames[name]).with_columns(value.alias("#shown"))
                frame = frame.filter(pl.col(VISIT).is_not_null()).sort("at", VISIT, nulls_last=False)
                for row in frame.sort(pl.col("#shown").is_not_null(), maintain_order=True).iter_rows(named=True):
                    words = speaker.shown(criterion, row, row["#shown"])
                    found.append(ShownValue(criterion.id, row["site"], row[VISIT], row["#shown"], words))
        last = {(each.criterion, each.site): each for each in found}
        return tuple(last[key] for key in sorted(last))


def _beneath(criterion: Criterion) -> tuple[str, ...]:
    """The members of two methods; of any other criterion none."""
    return criterion.both if isinstance(criterion, TwoMethods) else ()


def _member(
    members: Mapping[tuple[str, str], dict[str, Any]], name: str, row: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The finding of a member where its criterion was judged: at the same visit, else at the same site, else None."""
    return members.get((name, row[VISIT])) or members.get((name, row["site"]))


def _costliest(gap: Gap) -> tuple[Fraction, Fraction, Fraction, str, str, str]:
    """What brings the total most comes first; of equals what costs most."""
    gain = gap.gains.total if gap.gains is not None else None
    return -(gain or Fraction(0)), -gap.lost, -gap.lost_points, gap.criterion, gap.site, gap.visit


def _known(units: Sequence[str], leaders: Sequence[str]) -> tuple[UnitLeader, ...]:
    """The leader of each unit that has one."""
    return tuple(UnitLeader(unit, leader) for unit, leader in zip(units, leaders, strict=True) if leader)

"""What to mend first, of a round: what is asked, and what cannot be, told all at once."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from duibiao.commands.ending import fail, reason
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.evaluator.assessment import Assessment
    from duibiao.evaluator.judgement import Judgement
    from duibiao.evaluator.linear import Limits
    from duibiao.evaluator.plan_request import Wish


def with_plan(judgement: Judgement, assessment: Assessment, *, sure: bool) -> Assessment:
    """The assessment with the cheapest way to the pass mark, or where that is reached to the next level; and where
    asked for with how sure it makes that, and what makes it sure."""
    from duibiao.evaluator.assurance import assurance_of
    from duibiao.evaluator.mending_plan import plan_of
    from duibiao.evaluator.plan_request import next_aim

    aim = next_aim(assessment)
    plan = plan_of(judgement, assessment.gaps, aim) if aim is not None else None
    if aim is None or plan is None or not sure:
        return replace(assessment, plan=plan)
    return replace(assessment, plan=plan, assurance=assurance_of(judgement, assessment.gaps, aim, plan))


def planned(judgement: Judgement, assessment: Assessment, wish: Wish, limits: Limits) -> Assessment:
    """The assessment with the plan that is asked for."""
    from duibiao.evaluator.mending_plan import TooDear, plan_of
    from duibiao.evaluator.plan_request import request_of, too_dear
    from duibiao.evaluator.what_if import WrongQuestion

    try:
        asked = request_of(assessment, wish)
        try:
            plan = plan_of(
                judgement,
                assessment.gaps,
                asked.aim,
                asked.budget,
                efforts=asked.efforts,
                must=asked.must,
                fixed=asked.fixed,
                limits=limits,
            )
        except TooDear as error:
            raise too_dear(assessment, error) from error
    except WrongQuestion as error:
        fail("\n".join(_(text).format(**values) for text, values in error.mistakes))
    return replace(assessment, plan=plan)


def read_days(path: Path) -> dict[str, Fraction]:
    """Person-days by name: a .csv of two columns, with or without a header, or a .yaml of ``name: days``."""
    import yaml

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        told = reason(error) if isinstance(error, OSError) else _("it is not UTF-8")
        fail(_("'{path}' cannot be read: {reason}").format(path=path, reason=told))
    if path.suffix.lower() in {".yaml", ".yml"}:
        try:
            told_of = yaml.load(text, yaml.CBaseLoader) or {}
        except yaml.YAMLError as error:
            fail(_("'{path}' cannot be read: {reason}").format(path=path, reason=str(error).replace("\n", " ")))
        rows = [(name, days) for name, days in told_of.items()] if isinstance(told_of, dict) else [(str(told_of), "")]
    else:
        rows = [
            (row[0].strip(), row[1].strip() if len(row) > 1 else "") for row in csv.reader(io.StringIO(text)) if row
        ]
        if rows and _number(rows[0][1]) is None:
            rows = rows[1:]
    wrong = [f"{name}: {days}" for name, days in rows if _number(days) is None]
    if wrong:
        fail(_("'{path}' has no number of person-days at: {names}").format(path=path, names="; ".join(wrong[:10])))
    return {str(name): number for name, days in rows if (number := _number(days)) is not None}


def read_names(told: tuple[str, ...]) -> tuple[str, ...]:
    """Names as told, or where a file is told a name a line of it."""
    names: list[str] = []
    for each in told:
        if Path(each).is_file():
            lines = Path(each).read_text("utf-8-sig").splitlines()
            names += [line.strip() for line in lines if line.strip()]
        else:
            names.append(each)
    return tuple(names)


def _number(text: object) -> Fraction | None:
    try:
        return Fraction(text) if isinstance(text, str) else None
    except (ValueError, ZeroDivisionError):
        return None

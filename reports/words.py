"""The words that reports use for what an assessment says, in the report's own language.

Every word is an English message id; ``locale/`` has the Chinese ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from duibiao.criteria.models import Confidence, Severity
from duibiao.evaluator.assessment import Status
from duibiao.evaluator.blank_areas import Lack
from duibiao.evaluator.submission import PhotoState, Shape
from duibiao.evaluator.unknown_names import Kind

if TYPE_CHECKING:
    from duibiao.criteria.provenance import Reason


def N_(text: str) -> str:
    """Mark ``text`` for translation without translating it here."""
    return text


STATUS: Final[Mapping[Status, str]] = {
    "met": N_("met"),
    "partial": N_("partly met"),
    "missed": N_("missed"),
    "unobserved": N_("not observed"),
    "not_applicable": N_("not applicable"),
    "waived": N_("waived"),
    "invalid": N_("contradictory data"),
}
SEVERITY: Final[Mapping[Severity, str]] = {"high": N_("high"), "medium": N_("medium"), "low": N_("low")}
CONFIDENCE: Final[Mapping[Confidence, str]] = {
    "high": N_("high confidence"),
    "medium": N_("medium confidence"),
    "low": N_("low confidence"),
}
SCOPE: Final[Mapping[str, str]] = {
    "national": N_("national"),
    "provincial": N_("provincial"),
    "local": N_("local"),
    "program": N_("way of an assessor"),
}
COMBINE: Final[Mapping[str, str]] = {
    "pooled": N_("points earned / points possible"),
    "mean_of_criteria": N_("mean over criteria, weighted by points"),
    "mean_of_sites": N_("mean over sites, then over site types by weight"),
    "tree": N_("along the outline, by weights"),
}
DIMENSION: Final[Mapping[str, str]] = {
    "area": N_("areas"),
    "unit": N_("units"),
    "site_type": N_("site types"),
    "place": N_("the outline"),
}
UNOBSERVED: Final[Mapping[str, str]] = {
    "leave_out": N_("What was not observed, and contradictory data, do not count; they are counted and listed."),
    "zero": N_("What was not observed, and contradictory data, count as 0; they are counted and listed."),
}
SHAPE: Final[Mapping[Shape, str]] = {
    "areas": N_("areas"),
    "units": N_("units"),
    "rounds": N_("rounds"),
    "waivers": N_("waivers"),
    "register": N_("site register"),
    "wide": N_("inspections, a row a visit"),
    "checks": N_("inspections, a row a criterion"),
    "problems": N_("problem list"),
    "answers": N_("answers to a questionnaire, a row a respondent"),
    "mapping": N_("mapping"),
}
# Kinds of names that may be unknown, and what a site may lack.
NAMES: Final[Mapping[Kind, str]] = {
    "site": N_("site"),
    "area": N_("area"),
    "unit": N_("unit"),
    "site_type": N_("site type"),
    "criterion": N_("criterion"),
    "level": N_("level of area"),
    "round": N_("round"),
}
LACKS: Final[Mapping[Lack, str]] = {"area": N_("area"), "unit": N_("unit")}
PHOTOS: Final[Mapping[PhotoState, str]] = {
    "found": N_("found"),
    "missing": N_("no such file"),
    "outside": N_("the name leads out of the folder of the data, and was not opened"),
    "elsewhere": N_("an address of a network, from which nothing is loaded"),
}
# Why a photo is only named on a page.
PICTURES: Final[Mapping[str, str]] = {
    "ambiguous": N_("the name does not mean one file"),
    "changed": N_("gone or changed since the data were read"),
    "too-large": N_("a file of more than 50 MB"),
    "too-many-pixels": N_("more than 89 million pixels"),
    "heic": N_("HEIC is not shown; save it as JPEG"),
    "no-picture": N_("no picture in JPEG, PNG or WebP"),
    "damaged": N_("the picture is damaged"),
    "page-full": N_("no room left on this page"),
}
EVIDENCE: Final[Mapping[str, str]] = {
    "count": N_("count"),
    "photo": N_("photo"),
    "record": N_("record"),
    "interview": N_("interview"),
    "document": N_("document"),
    "measure": N_("measurement"),
    "call": N_("phone call"),
}
# Why a fact of the sources is no criterion.
NOT_ENCODED: Final[Mapping[Reason, str]] = {
    "duplicate": N_("repeats another"),
    "superseded": N_("replaced by a newer edition"),
    "low_confidence": N_("too little is sure"),
    "local_only": N_("one city's own"),
    "statistics": N_("left to the statistics"),
    "not_a_criterion": N_("says how to look, not what is asked"),
    "no_requirement": N_("asks for nothing that can be checked"),
}
# Sections of provenance.yaml, as far as they are those of the facts that the national catalogue was made from.
FACTS: Final[Mapping[str, str]] = {
    "on_site": N_("requirements on site"),
    "items": N_("single points of on-site inspections"),
    "statistics": N_("statistics"),
    "documents": N_("documents"),
    "questionnaires": N_("questions of questionnaires"),
    "questionnaire_themes": N_("themes of questionnaires"),
    "quantitative_indicators": N_("indicators in numbers"),
    "standards": N_("standards of the outline"),
    "tree_site_types": N_("site types of the outline"),
    "site_types": N_("site types of the handbooks"),
    "observation_protocols": N_("ways of observing"),
    "scoring_practice": N_("ways of scoring"),
    "negative_list": N_("negative list"),
    "editions": N_("editions"),
    "frequent_problems": N_("frequent problems"),
    "sources": N_("publications"),
}
# Keys of criteria and of `score` that may stand under `proposed`.
KEY: Final[Mapping[str, str]] = {
    "applies": N_("where it applies"),
    "pass": N_("condition"),
    "rate": N_("rate"),
    "levels": N_("levels"),
    "full_at": N_("value for full score"),
    "zero_at": N_("value for no score"),
    "grade": N_("scale"),
    "scale": N_("scale"),
    "deduct": N_("deductions"),
    "of": N_("list of items"),
    "judged": N_("way of judging"),
    "ask": N_("question"),
    "both": N_("two methods"),
    "points": N_("points"),
    "severity": N_("severity"),
    "effort": N_("person-days"),
    "efforts": N_("person-days by severity"),
    "effective": N_("period"),
    "evidence": N_("evidence"),
    "lead_unit": N_("lead unit"),
    "supporting_units": N_("supporting units"),
    "remedy": N_("remedy"),
    "look_for": N_("what is asked"),
    "pass_mark": N_("pass mark"),
    "deadline": N_("deadline"),
    "deadlines": N_("deadlines"),
    "total": N_("weights of the parts"),
    "rounding": N_("rounding"),
    "unobserved": N_("treatment of what was not observed"),
    "several_inspections": N_("treatment of several inspections"),
    "empty_part": N_("treatment of parts without data"),
    "minimum_coverage": N_("least coverage for a level"),
    "site": N_("way of a site's score"),
    "roll_up": N_("ways along dimensions"),
    "unit_roles": N_("units that findings count for"),
    "over_sites": N_("way over sites"),
    "veto": N_("cap"),
    "adjust_total": N_("adjustment of the total"),
}
INSPECTIONS: Final[Mapping[str, str]] = {
    "latest": N_("several inspections of a site: for each criterion the last one that observed it"),
    "mean": N_("several inspections of a site: for each criterion the mean of those that observed it"),
    "worst": N_("several inspections of a site: for each criterion the worst of those that observed it"),
    "each": N_("several inspections of a site: every one counts by itself"),
}
# Notes of the evaluation by code; they name one criterion.
NOTE: Final[Mapping[str, str]] = {
    "problem-not-written": N_("{criterion}: points are taken off, and no row says what is wrong; ask the inspector"),
    "verdict-differs": N_("{criterion}: fields and the inspector's verdict differ; the fields count"),
    "verdicts-differ": N_("{criterion}: verdicts of one visit differ; the lower counts"),
    "same-time": N_("{criterion}: inspections of the same time differ; the lower counts"),
}
# The same where they are only counted.
NOTES: Final[Mapping[str, str]] = {
    "problem-not-written": N_("points are taken off, and no row says what is wrong; ask the inspectors"),
    "verdict-differs": N_("fields and the inspector's verdict differ; the fields count"),
    "verdicts-differ": N_("verdicts of one visit differ; the lower counts"),
    "same-time": N_("inspections of the same time differ; the lower counts"),
}
EMPTY_PART: Final[Mapping[str, str]] = {
    "leave_out": N_("a part without data is left out, the other weights are scaled, and the total's name says so"),
    "no_total": N_("where a part has no data there is no total"),
}

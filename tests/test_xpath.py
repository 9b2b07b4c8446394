"""Relevance in forms: a question is hidden only where its criterion surely does not apply."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from xml.etree import ElementTree

import elementpath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duibiao.criteria.formula import parse_formula, types_of
from duibiao.criteria.models import Field
from duibiao.evaluator.intake.names import option_code
from duibiao.reports.xpath import possible
from tests.reference.formula import condition
from tests.test_reference_formulas import Names

KINDS: dict[str, dict[str, object]] = {
    "riders": {"kind": "count"}, "noise": {"kind": "number"}, "share": {"kind": "percent"}, "tested": {"kind": "percent", "unit": "%"},
    "signal": {"kind": "yes_no"}, "way": {"kind": "choice", "options": ["自治", "物业", "单位"]}, "drains": {"kind": "grade", "scale": {"A": 1, "B": 0}},
    "services": {"kind": "choices", "options": ["秤", "水"]}, "remark": {"kind": "text"}, "seen_on": {"kind": "date"},
}  # fmt: skip
FIELDS = {key: Field.model_validate({"label": key, **kind}) for key, kind in KINDS.items()}
ELSEWHERE = {"road_class": Field(label="道路等级", kind="text"), "lanes": Field(label="车道数", kind="count")}
SELF, PROPERTY, A, SCALES = map(option_code, ("自治", "物业", "A", "秤"))


def relevance(formula: str) -> str | None:
    expression, mistakes = parse_formula(formula, types_of({**FIELDS, **ELSEWHERE}), "yes_no")
    assert not mistakes
    assert expression is not None
    return possible(expression, FIELDS, "crossing")


@pytest.mark.parametrize(
    ("formula", "xpath"),
    [
        ("riders > 0", "(${riders} = '' or ${riders} > 0)"),
        ("0 < riders", "(${riders} = '' or ${riders} > 0)"),
        ("riders != 0", "(${riders} = '' or ${riders} != 0)"),
        ("riders in [1, 2]", "((${riders} = '' or ${riders} = 1) or (${riders} = '' or ${riders} = 2))"),
        ("riders >= 2.5", "(${riders} = '' or ${riders} >= 2.4999999975)"),
        ("riders == 2.5", None),  # no whole number is, but a form need not know
        ("noise < -3", "(${noise} = '' or ${noise} < -2.999999997)"),
        ("noise == 3", None),
        ("share >= 0.5", "(${share} = '' or ${share} >= 0.499999999)"),
        ("tested >= 0.5", "(${tested} = '' or ${tested} >= 49.9999999)"),
        ("signal", "${signal} != 'no'"),
        ("not signal", "${signal} != 'yes'"),
        ("way == '自治'", f"(${{way}} = '' or ${{way}} = '{SELF}')"),
        ("'自治' != way", f"(${{way}} = '' or ${{way}} != '{SELF}')"),
        ("not way in ['自治', '物业']", f"((${{way}} = '' or ${{way}} != '{SELF}') and (${{way}} = '' or ${{way}} != '{PROPERTY}'))"),
        ("drains == 'A'", f"(${{drains}} = '' or ${{drains}} = '{A}')"),
        ("'秤' in services", f"(${{services}} = '' or selected(${{services}}, '{SCALES}'))"),
        ("not ('秤' in services)", f"(${{services}} = '' or not(selected(${{services}}, '{SCALES}')))"),
        ("signal and riders > 0", "(${signal} != 'no' and (${riders} = '' or ${riders} > 0))"),
        ("signal or riders > 0", "(${signal} != 'no' or (${riders} = '' or ${riders} > 0))"),
        ("not (signal or riders > 0)", "(${signal} != 'yes' and (${riders} = '' or ${riders} <= 0))"),
        # what a form does not know: it is shown, unless another part is surely false
        ("lanes > 2", None),
        ("road_class == '主干道路'", None),
        ("remark == '无'", None),
        ("seen_on >= '2026-01-01'", None),
        ("riders / 2 > 1", None),
        ("riders > noise", None),
        ("max(riders, 1) > 3", None),
        ("signal if riders > 0 else signal", None),
        ("signal and lanes > 2", "${signal} != 'no'"),
        ("signal or lanes > 2", None),
        ("lanes > 2 and riders / 2 > 1", None),
        # what is known of the type beforehand
        ("site_type == 'crossing'", "true()"),
        ("site_type == 'park'", "false()"),
        ("site_type in ['park', 'crossing'] and signal", "${signal} != 'no'"),
        ("site_type == 'park' and signal", "false()"),
        ("site_type == 'park' or signal", "${signal} != 'no'"),
        ("site_type == 'crossing' or signal", "true()"),
        ("site_type == 'park' or site_type == 'square'", "false()"),
        ("site_type == 'crossing' and lanes > 2", None),
        ("site_type != 'park' and site_type != 'square'", "true()"),
        ("site_type == 'crossing' or lanes > 2", "true()"),
    ],
)  # fmt: skip
def test_a_condition_as_xpath(formula: str, xpath: str | None) -> None:
    assert relevance(formula) == xpath


NUMBERS = ["riders", "noise", "share", "tested"]
LITERAL = st.sampled_from(["0", "1", "2", "0.5", "0.7", "0.66", "3.1"])
SIGN = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
PART = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from(NUMBERS), SIGN, LITERAL),
    st.builds("{} {} {}".format, LITERAL, SIGN, st.sampled_from(NUMBERS)),
    st.builds("way {} '{}'".format, st.sampled_from(["==", "!="]), st.sampled_from(["自治", "物业"])),
    st.builds("{} in [{}, {}]".format, st.sampled_from(NUMBERS), LITERAL, LITERAL),
    st.sampled_from(["signal", "way in ['自治', '单位']", "'秤' in services", "drains == 'A'", "riders / 2 > 1", "site_type == 'crossing'", "site_type == 'park'"]),
)  # fmt: skip
CONDITION = st.recursive(
    PART,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner),
    ),
    max_leaves=5,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "riders": st.sampled_from(["0", "1", "2", "3"]), "noise": st.sampled_from(["0", "0.5", "0.66", "2", "3.1", "-1"]),
        "share": st.sampled_from(["0", "0.5", "0.66", "0.7", "1"]), "tested": st.sampled_from(["0", "50", "66", "70", "100"]),
        "signal": st.sampled_from(["yes", "no"]), "way": st.sampled_from(["自治", "物业", "单位"]), "drains": st.sampled_from("AB"),
        "services": st.sets(st.sampled_from(["秤", "水"]), min_size=1),
    },
)  # fmt: skip


def answered(answers: Mapping[str, str | set[str]]) -> str:
    """The answers as a form holds them: codes for options."""
    root = ElementTree.Element("d")
    for key in FIELDS:
        answer = answers.get(key, "")
        if key in {"way", "drains"} and answer:
            answer = option_code(str(answer))
        text = " ".join(map(option_code, sorted(answer))) if isinstance(answer, set) else answer
        ElementTree.SubElement(root, key).text = text
    return ElementTree.tostring(root, "unicode")


def shown(xpath: str, answers: Mapping[str, str | set[str]]) -> bool:
    plain = re.sub(r"selected\(([^,]+), '(\w+)'\)", r"contains(concat(' ', \1, ' '), ' \2 ')", xpath)
    # XPath 1.0 compares a node with a number as numbers; elementpath compares = and != as texts.
    plain = re.sub(r"(\$\{\w+\}) (!?=) (-?[0-9.]+)", r"number(\1) \2 \3", plain)
    plain = re.sub(r"\$\{(\w+)\}", r"/d/\1", plain)
    found = elementpath.select(
        ElementTree.fromstring(answered(answers)), f"boolean({plain})", parser=elementpath.XPath1Parser
    )
    assert isinstance(found, bool)
    return found


def known(answers: Mapping[str, str | set[str]]) -> Names:
    """The answers as formulas know them."""
    values: dict[str, str | bool | date | frozenset[str]] = {"site_type": "crossing"}
    for key, answer in answers.items():
        if isinstance(answer, set):
            values[key] = frozenset(answer)
        elif key == "signal":
            values[key] = answer == "yes"
        elif key == "tested":
            values[key] = {"50": "0.5", "66": "0.66", "70": "0.7", "100": "1", "0": "0"}[answer]
        else:
            values[key] = answer
    return Names(values)


@settings(max_examples=300, deadline=None)
@given(CONDITION, ANSWERS)
def test_what_is_hidden_surely_does_not_apply(formula: str, answers: dict[str, str | set[str]]) -> None:
    xpath = relevance(formula)
    if xpath is not None and not shown(xpath, answers):
        assert condition(formula, known(answers)) is False

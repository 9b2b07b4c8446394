"""Questionnaires in criteria files: every mistake in questions and samples at its place, and headers of survey programs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from duibiao.criteria.load import load_catalogue, read_catalogue
from duibiao.criteria.questionnaire import answer_form, possible_questions, question_form
from duibiao.reports.terminal import site_type_text

pytestmark = pytest.mark.usefixtures("english")

GOOD = Path(__file__).parent / "good"
HEAD = "questionnaire: tourists\ntitle: 游客问卷\neach: district\npart: questionnaires\n"


def found(folder: Path, text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of every mistake in a questionnaire beside the good catalogue."""
    harbour = folder / "harbour"
    shutil.copytree(GOOD, harbour)
    (harbour / "questionnaires" / "tourists.yaml").write_text(text, encoding="utf-8")
    told = read_catalogue(harbour).diagnostics
    assert all(each.file.endswith("tourists.yaml") for each in told)
    return [(each.code, each.line, each.column) for each in told]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("choices: [好, 不好, 说不清], yes: [好], leave_out: [说不清, 拒答]", []),
        ("choices: [好, 不好], yes: 好, leave_out: 拒答", []),
        ("scale: {好: 1, 不好: 0}, leave_out: [拒答], numbered: true", []),
        ("choices: ['1', '2']", []),
        ("choices: [好, 不好]", []),
        ("yes: [好]", [("wrong-type", 6, 12)]),
        ("choices: [好], scale: {好: 1}", [("wrong-type", 6, 12)]),
        ("scale: {好: 1}, yes: [好]", [("wrong-type", 6, 12)]),
        ("choices: ['1', '2'], numbered: true", [("wrong-type", 6, 12)]),
        ("choices: [好], numbered: sometimes", [("wrong-type", 6, 49)]),
        ("choices: [好], colour: red", [("unknown-key", 6, 39)]),
        ("choices: [好, A.好, 不 好, 不好]", [("repeated", 6, 38), ("repeated", 6, 48)]),
        ("scale: {好: 1, （A）好: 0}", [("repeated", 6, 39)]),
        ("scale: {好: 2}", [("wrong-type", 6, 36)]),
        ("choices: [好, 不好], yes: [很好]", [("unknown-option", 6, 49)]),
        ("choices: [好, 不好], yes: [好, A、好]", [("repeated", 6, 52)]),
        ("choices: [好, 不好], yes: [好], leave_out: [好]", [("repeated", 6, 65)]),
        ("choices: [好, 不好], leave_out: [不好, 拒答, 拒答]", [("repeated", 6, 63)]),
        ("scale: {好: 1, 不好: 0}, leave_out: [不好]", [("repeated", 6, 59)]),
    ],
)  # fmt: skip
def test_mistakes_in_a_question(tmp_path: Path, question: str, expected: list[tuple[str, int, int]]) -> None:
    assert found(tmp_path, f"{HEAD}questions:\n  harbour: {{text: 港口怎样, {question}}}\n") == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("questions: {area: {text: 甲, choices: [好]}}", [("wrong-type", 5, 13)]),
        ("questions: {weight: {text: 甲, choices: [好]}}", [("wrong-type", 5, 13)]),
        ("questions: {subdistrict: {text: 甲, choices: [好]}}", [("wrong-type", 5, 13)]),
        ("rates: {mood: 1}\nquestions: {mood: {text: 甲, choices: [好]}}", [("duplicate-id", 6, 13)]),
        ("rates: {mood: 1}\nsample: {weight: 权数}", [("missing-key", 1, 1)]),
        ("questions: {a: {text: 甲好吗, choices: [好]}, b: {text: 甲好吗？, choices: [好]}}", [("alias-collision", 5, 53)]),
        ("questions: {a: {text: 甲, choices: [好]}, b: {text: 乙, aliases: [a], choices: [好]}}", [("alias-collision", 5, 64)]),
        ("fields: {n: {label: 甲, kind: count}}\nquestions: {a: {text: 甲, choices: [好]}}", [("alias-collision", 6, 23)]),
        ("sample: {weight: 甲}\nquestions: {a: {text: 甲, choices: [好]}}", [("alias-collision", 6, 23)]),
        ("sample: {weight: 权, cluster: 权}\nquestions: {a: {text: 甲, choices: [好]}}", [("alias-collision", 5, 30)]),
        ("groups: {sex: 甲}\nquestions: {a: {text: 甲, choices: [好]}}", [("alias-collision", 6, 23)]),
        ("groups: {sex: 性别, other: 性别}\nquestions: {a: {text: 甲, choices: [好]}}", [("alias-collision", 5, 26)]),
        ("groups: {sex: 性别}\nrates: {mood: 1}", [("missing-key", 1, 1)]),
        ("minimum_group: 0\nquestions: {a: {text: 甲, choices: [好]}}", [("wrong-type", 5, 16)]),
        ("confidence: 95\nquestions: {a: {text: 甲, choices: [好]}}", [("wrong-type", 5, 13)]),
        ("interval: normal\nquestions: {a: {text: 甲, choices: [好]}}", [("wrong-type", 5, 11)]),
        ("sample: {weigth: 权}\nquestions: {a: {text: 甲, choices: [好]}}", [("unknown-key", 5, 10)]),
        ("questions: {a: {text: 您等船用了多久？, choices: [好]}}", [("questionnaires-alike", 5, 1)]),
        ("questions: {a: {text: 等船时间, choices: [好]}, b: {text: 乙, choices: [好]}}", []),
    ],
)  # fmt: skip
def test_mistakes_around_questions(tmp_path: Path, rest: str, expected: list[tuple[str, int, int]]) -> None:
    assert found(tmp_path, f"{HEAD}{rest}\n") == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("each: district", "each: unit", [("unknown-level", 3, 7)]),
        ("each: district", "each: street", [("unknown-level", 3, 7)]),
        ("part: questionnaires", "part: polls", [("unknown-part", 4, 7)]),
    ],
)
def test_level_and_part(tmp_path: Path, old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    text = HEAD.replace(old, new) + "questions: {a: {text: 甲, choices: [好]}}\n"
    assert found(tmp_path, text) == expected


def test_two_questionnaires_that_ask_the_same_are_both_told(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "harbour")
    for name in ("east", "west"):
        text = f"questionnaire: {name}\ntitle: {name}\npart: questionnaires\nquestions: {{a: {{text: 甲, choices: [好]}}}}\n"
        (tmp_path / "harbour" / "questionnaires" / f"{name}.yaml").write_text(text, encoding="utf-8")
    reading = read_catalogue(tmp_path / "harbour")
    assert [each.code for each in reading.diagnostics] == ["questionnaires-alike"] * 2
    assert reading.catalogue is not None
    assert reading.catalogue.site_types["east"].is_questionnaire


def test_yes_is_a_key_of_questions_and_a_trap_anywhere_else(tmp_path: Path) -> None:
    text = HEAD + "questions:\n  a:\n    text: 甲\n    choices: [好, yes]\n    yes: [好]\n"
    assert found(tmp_path, text) == [("yaml-trap", 8, 18)]
    assert found(tmp_path / "b", HEAD + "questions: {a: {text: yes, yes: [好], choices: [好]}}\nyes: 1\n") == [
        ("yaml-trap", 5, 23),
        ("unknown-key", 6, 1),
        ("yaml-trap", 6, 1),
    ]


def test_what_is_asked_is_shown() -> None:
    catalogue = load_catalogue(GOOD)
    lines = site_type_text(catalogue, catalogue.site_types["passengers"], str).splitlines()
    assert lines[lines.index("questions:") + 1 : lines.index("criteria:")] == [
        "  waiting: 您等船用了多久 (十分钟以内/更久/说不清, does not count: 说不清)",
        "  pleasure: 您对渡口满意吗 (满意/一般/不满意, does not count: 拒答)",
    ]
    assert "questions:" not in site_type_text(catalogue, catalogue.site_types["quay"], str)


ASKED = "您支持本市参评吗"


@pytest.mark.parametrize(
    "header",
    [
        ASKED, f"{ASKED}？", f" 1、{ASKED}", f"1.{ASKED}？", f"1. {ASKED}", f"1 {ASKED}", f"12) {ASKED}", f"(3){ASKED}", f"（3）{ASKED}",
        f"Q1. {ASKED}", f"q1{ASKED}", f"Ｑ１．{ASKED}", f"Q1_{ASKED}", f"Q3.1 {ASKED}", f"3-2、{ASKED}", f"第1题：{ASKED}", f"题目2：{ASKED}",
        f"一、{ASKED}", f"（十二）{ASKED}", f"【1】{ASKED}", f"*1、{ASKED}？", f"1、{ASKED}[单选题]", f"1、{ASKED}（必填）*", f"{ASKED}【单选】", f"{ASKED}:*",
    ],
)  # fmt: skip
def test_what_survey_programs_add_to_a_question_does_not_matter(header: str) -> None:
    assert question_form(ASKED) in set(possible_questions(header))


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("15分钟内能到公园吗", "1.15分钟内能到公园吗？"), ("15分钟内能到公园吗", "15分钟内能到公园吗"), ("2025年您去过公园吗", "3、2025年您去过公园吗"),
        ("2.5公里内有公园吗", "2.5公里内有公园吗"), ("您去过公园吗(单选)", "4.您去过公园吗（单选）"), ("1、您去过公园吗", "1、您去过公园吗"),
    ],
)  # fmt: skip
def test_numbers_of_the_question_itself_stay(text: str, header: str) -> None:
    if text.endswith(")"):
        assert question_form("您去过公园吗") in set(possible_questions(header))
    else:
        assert question_form(text) in set(possible_questions(header))


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("支持", "支持"), ("A.支持", "支持"), ("A、支持", "支持"), ("a) 支 持", "支持"), ("（Ａ）支持", "支持"), ("B：支持", "支持"), ("A", "a"), ("A.", "a."),
        ("AB.支持", "ab.支持"), ("A支持", "a支持"), ("1.支持", "1.支持"),
    ],
)  # fmt: skip
def test_the_letter_of_a_choice_does_not_matter(typed: str, form: str) -> None:
    assert answer_form(typed) == form

"""The comparison with other engines: its rules mean the same everywhere, differences are seen, no figure is typed."""

from __future__ import annotations

import copy
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks.peers import (
    by_row,
    duibiao_outputs,
    duibiao_peer,
    expressions,
    growth,
    language,
    page,
    plain,
    results,
    rows,
    run,
)
from benchmarks.peers.charts import Chart, Series, spread
from benchmarks.peers.rules import (
    MET,
    MISSED,
    NOT_APPLICABLE,
    UNOBSERVED,
    Both,
    Either,
    Limit,
    Question,
    Range,
    Rule,
    Share,
    Word,
    Yes,
    questions,
    rules,
)
from benchmarks.peers.tally import differing, tally

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ROWS, CRITERIA = 300, 600


@cache
def made_rows() -> tuple[plain.Row, ...]:
    return tuple(rows.frame(ROWS).to_dicts())


@cache
def by_plain() -> tuple[bytes, ...]:
    return tuple(plain.statuses(rules(CRITERIA), made_rows()))


# ------------------------------------------------------------------ the rules

NUMBER, FACT, WORD = Limit("n0", "<=", 10), Yes("b0"), Word("c0", "good")
SHARE = Rule("k", Share("p0", "t0", 0.95), Limit("t0", ">", 0))


@pytest.mark.parametrize(
    ("rule", "row", "expected"),
    [
        (Rule("k", NUMBER), {"n0": 10.0}, MET),
        (Rule("k", NUMBER), {"n0": 10.5}, MISSED),
        (Rule("k", NUMBER), {"n0": None}, UNOBSERVED),
        (Rule("k", Range("n0", 3, 5)), {"n0": 3.0}, MET),
        (Rule("k", Range("n0", 3, 5)), {"n0": 6.0}, MISSED),
        (Rule("k", WORD), {"c0": "fair"}, MISSED),
        (Rule("k", WORD), {"c0": None}, UNOBSERVED),
        (Rule("k", Both(NUMBER, FACT)), {"n0": None, "b0": False}, MISSED),
        (Rule("k", Both(NUMBER, FACT)), {"n0": None, "b0": True}, UNOBSERVED),
        (Rule("k", Both(NUMBER, FACT)), {"n0": 4.0, "b0": True}, MET),
        (Rule("k", Either(NUMBER, FACT)), {"n0": None, "b0": True}, MET),
        (Rule("k", Either(NUMBER, FACT)), {"n0": None, "b0": False}, UNOBSERVED),
        (Rule("k", Either(NUMBER, FACT)), {"n0": 11.0, "b0": False}, MISSED),
        (Rule("k", NUMBER, FACT), {"n0": 1.0, "b0": False}, NOT_APPLICABLE),
        (Rule("k", NUMBER, FACT), {"n0": 1.0, "b0": None}, UNOBSERVED),
        (SHARE, {"p0": 0.0, "t0": 0.0}, NOT_APPLICABLE),
        (SHARE, {"p0": 19.0, "t0": 20.0}, MET),
        (SHARE, {"p0": 18.0, "t0": 20.0}, MISSED),
        (SHARE, {"p0": None, "t0": 20.0}, UNOBSERVED),
        (SHARE, {"p0": 19.0, "t0": None}, UNOBSERVED),
    ],
)
def test_the_reference_follows_kleenes_logic(rule: Rule, row: plain.Row, expected: int) -> None:
    assert plain.status(rule, row) == expected
    assert answered(questions(rule), row) == expected


def answered(question: Question | int, row: plain.Row) -> int:
    """The status to which questions lead."""
    while isinstance(question, Question):
        if any(row[column] is None for column in question.blank):
            question = question.unknown
        else:
            question = question.yes if plain.holds(question.leaf, row) else question.no
    return question


def test_no_two_rules_ask_the_same_and_fewer_rules_are_the_first_of_more() -> None:
    asked = rules(CRITERIA)
    assert len({(rule.condition, rule.applies) for rule in asked}) == CRITERIA
    assert rules(50) == asked[:50]
    assert {type(rule.condition) for rule in asked[:50]} == {Limit, Range, Share, Yes, Word, Both, Either}


def test_rows_are_the_first_of_more_rows_and_a_quarter_is_blank() -> None:
    frame = rows.frame(2_000)
    assert frame.head(ROWS).equals(rows.frame(ROWS))
    blank = sum(frame.null_count().row(0)) / frame.height / frame.width
    assert blank == pytest.approx(0.25, abs=0.01)
    assert 0 < sum(frame["t0"].eq(0).fill_null(False)) < frame.height / 20


def test_every_status_is_frequent() -> None:
    told = b"".join(by_plain())
    shares = {status: told.count(status) / len(told) for status in (MET, MISSED, UNOBSERVED, NOT_APPLICABLE)}
    assert sum(shares.values()) == 1
    assert shares[MET] > 0.4
    assert shares[MISSED] > 0.1
    assert shares[UNOBSERVED] > 0.25
    assert shares[NOT_APPLICABLE] > 0.005


def test_questions_and_polars_expressions_say_what_the_rules_say() -> None:
    asked = rules(CRITERIA)
    trees = [questions(rule) for rule in asked]
    assert [bytes(answered(tree, row) for row in made_rows()) for tree in trees] == list(by_plain())
    found = rows.frame(ROWS).select(expressions.status(rule) for rule in asked)
    assert [column.to_numpy().tobytes() for column in found] == list(by_plain())


def test_a_question_never_asks_again_what_is_known() -> None:
    def reads(question: Question | int, known: frozenset[str]) -> None:
        if isinstance(question, Question):
            assert not known & set(question.blank)
            reads(question.unknown, known)
            for way in (question.yes, question.no):
                reads(way, known | set(question.blank))

    for rule in rules(CRITERIA):
        reads(questions(rule), frozenset())


# ------------------------------------------------------------------ the engine


@pytest.mark.untraced
@pytest.mark.parametrize("peer", [duibiao_peer, duibiao_outputs], ids=lambda peer: str(peer.NAME))
def test_the_engine_agrees_with_the_reference_at_every_row(peer: Any) -> None:
    asked = rules(CRITERIA)
    made = peer.make(asked)
    found = [tally(statuses) for statuses in peer.judge(made, peer.ready(made, rows.frame(ROWS)))]
    assert differing(found, [tally(statuses) for statuses in by_plain()]) == []


# ------------------------------------------------------------------ texts for other languages


def test_a_rule_is_written_in_other_languages() -> None:
    rule = Rule("k", Both(NUMBER, FACT))
    assert language.Language().guarded(rule) == (
        "(n0 == null ? (b0 == null ? 1 : (b0 ? 1 : 5)) : (n0 <= 10 ? (b0 == null ? 1 : (b0 ? 3 : 5)) : 5))"
    )
    cel = language.Language(number="{}.0", and_="&&", or_="||")
    assert cel.kleene(rule) == "(((n0 <= 10.0) && (b0)) ? 3 : 5)"
    assert cel.kleene(SHARE) == "((t0 > 0.0) ? ((p0 / t0 >= 0.95) ? 3 : 5) : 0)"
    assert by_row.as_list([Rule("a", FACT), Rule("b", WORD)], language.Language()) == (
        '[(b0 == null ? 1 : (b0 ? 3 : 5)), (c0 == null ? 1 : (c0 == "good" ? 3 : 5))]'
    )


def test_what_was_judged_by_row_is_turned_by_rule() -> None:
    found = by_row.by_rule([[3, 1.0], [5, Decimal(0)]], 2)
    assert [tally(statuses) for statuses in found] == [tally(bytes([3, 5])), tally(bytes([1, 0]))]


# ------------------------------------------------------------------ comparing


def test_two_rows_that_changed_places_are_seen_though_totals_are_the_same() -> None:
    one, other = tally(bytes([MET, MISSED, UNOBSERVED])), tally(bytes([MISSED, MET, UNOBSERVED]))
    assert one.counts == other.counts == (0, 1, 1, 1)
    assert differing([one, one], [one, other]) == [1]
    assert differing([one], [one, one]) == [0, 1]


def test_a_number_that_is_no_status_is_refused() -> None:
    with pytest.raises(ValueError, match="statuses are"):
        tally(bytes([MET, 4]))


def test_growth_exponents_of_known_powers() -> None:
    assert growth.exponent({10: 2.0, 100: 20.0, 1000: 200.0}) == pytest.approx(1)
    assert growth.exponent({10: 3.0, 20: 12.0}) == pytest.approx(2)
    assert growth.exponent({10: 1.0, 1000: 1.0}) == pytest.approx(0)
    assert growth.exponent({10: 1.0}) is None


def test_what_more_rows_will_take_leaves_out_what_it_takes_to_begin() -> None:
    assert growth.foreseen((100, 2.1), (1_000, 3.0), 10_000) == pytest.approx(12)
    assert growth.foreseen((100, 5.0), (1_000, 3.0), 10_000) == pytest.approx(3)


def comparison(seconds: float, *told: dict[str, Any]) -> run.Comparison:
    return run.Comparison(["zen_peer"], seconds, Console(quiet=True), told=list(told))


def told(count: int, undisturbed: float, part: float) -> dict[str, Any]:
    return {
        "peer": "zen_peer",
        "rows": count,
        "criteria": 50,
        "state": "measured",
        "undisturbed": undisturbed,
        "part": part,
    }


def test_what_would_take_too_long_is_not_run_and_nor_is_what_is_larger(tmp_path: Path) -> None:
    one = comparison(15, told(1_000, undisturbed=2.0, part=0.2))
    one.cell(tmp_path / "none.parquet", 10_000, 50)
    one.cell(tmp_path / "none.parquet", 100_000, 50)
    assert [each["state"] for each in one.told] == ["measured", "not run", "not run"]
    assert "judge" not in one.told[1]


def test_what_takes_long_to_begin_is_run_all_the_same() -> None:
    slow_to_begin = told(1_000, undisturbed=11.0, part=9.0)
    assert comparison(15, slow_to_begin)._foreseen("zen_peer", 10_000, 50) < 15
    assert comparison(15)._foreseen("zen_peer", 10_000, 50) == 0


# ------------------------------------------------------------------ the page


@cache
def committed() -> Any:
    return page.read(DOCS)


def test_the_page_is_what_the_script_makes_of_the_results() -> None:
    assert (DOCS / "benchmarks.md").read_text("utf-8") == page.render(committed())
    drawn = page.drawings(committed())
    assert {path.stem for path in (DOCS / "benchmarks").glob("*.svg")} == drawn.keys()
    for name, svg in drawn.items():
        assert (DOCS / "benchmarks" / f"{name}.svg").read_text("utf-8") == svg


def test_the_committed_run_is_whole_and_nothing_differs() -> None:
    found = committed()
    assert set(run.ROWS) <= set(found["rows"])
    assert set(run.CRITERIA) <= set(found["criteria"])
    assert list(found["peers"]) == list(run.PEERS)
    assert len(found["measurements"]) == len(found["rows"]) * len(found["criteria"]) * len(run.PEERS)
    assert [each for each in found["measurements"] if each.get("differing") or each["state"] == "failed"] == []
    assert found["reference"] == {"rows": 1_000, "criteria": 600, "pairs": 600_000, "differing": 0}


def test_answers_that_differ_are_marked_on_the_page_and_in_the_terminal() -> None:
    found = copy.deepcopy(committed())
    one = results.at(found, "pandas_peer", 1_000, 50)
    assert one is not None
    one["differing"] = 3  # type: ignore[index]
    text = page.render(found)
    assert "**Answers differ**: pandas by hand at 1,000 x 50: 3 criteria" in text
    assert text.count("**answers differ**") == 1
    assert results.said(one).endswith("3 CRITERIA DIFFER")
    console = Console(width=200, file=StringIO())
    for table in results.tables(found):
        console.print(table)
    assert console.file.getvalue().count("DIFFERS") == 1  # type: ignore[attr-defined]


def test_an_engine_that_fails_everywhere_stays_on_the_page() -> None:
    found = copy.deepcopy(committed())
    for each in found["measurements"]:
        if each["peer"] == "json_logic_peer":
            each.clear()
            each.update({"peer": "json_logic_peer", "rows": 1_000, "criteria": 50, "state": "failed", "why": "broke"})
    assert "| json-logic | failed |" in page.render(found)


def test_the_readmes_say_what_was_measured() -> None:
    for spoken, name in page.READMES.items():
        assert (ROOT / name).read_text("utf-8").count(page.sentence(committed(), spoken)) == 1


def test_new_results_come_into_the_readmes_too(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for spoken, name in page.READMES.items():
        (tmp_path / name).write_text(f"a {page.sentence(committed(), spoken)} b", "utf-8")
    page.write(tmp_path, committed())
    found = copy.deepcopy(committed())
    for each in found["measurements"]:
        if each["peer"] == page.OWN and each["state"] == "measured":
            each["judge"] = 123.4
    page.write(tmp_path, found)
    assert "123 s" in page.sentence(found, "en")
    for spoken, name in page.READMES.items():
        assert (tmp_path / name).read_text("utf-8") == f"a {page.sentence(found, spoken)} b"
    assert (tmp_path / "docs" / "benchmarks.md").read_text("utf-8") == page.render(found)


def test_figures_are_worded_with_digits_that_count() -> None:
    assert [results.seconds(value) for value in (0.0123, 0.123, 1.234, 12.34)] == [
        "12.3 ms",
        "0.12 s",
        "1.23 s",
        "12 s",
    ]
    assert [results.rate(value) for value in (5_500, 55_000, 5.5e6, 5.5e7)] == [
        "5.5 thousand/s",
        "55 thousand/s",
        "5.5 million/s",
        "55 million/s",
    ]
    assert [results.ratio(value) for value in (0.2345, 2.345, 1234.5, None)] == ["0.23x", "2.3x", "1,234x", ""]


# ------------------------------------------------------------------ charts


def test_names_that_would_overlap_are_spread_around_their_middle() -> None:
    assert spread([0.0, 100.0], 10) == [0, 100]
    assert spread([50.0, 50.0, 50.0], 10) == [40, 50, 60]
    assert_apart(spread([0.0, 4.0, 8.0, 30.0, 31.0], 10), 10)


def assert_apart(places: Sequence[float], apart: float) -> None:
    assert all(later - sooner >= apart - 1e-9 for sooner, later in pairwise(places))


def test_a_chart_is_xml_whose_text_is_text_and_reads_nothing_from_elsewhere() -> None:
    lines = [Series("a & b", "own", {10: 1.0, 100: 9.0}), Series("c", "row", {10: 2.0})]
    svg = Chart("Title <1>", "under", "rows", lines, lambda value: f"{value:g} s").svg()
    tree = ElementTree.fromstring(svg)
    texts = [each.text for each in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Title <1>", "a & b", "c", "1 s", "10 s", "rows"} <= set(texts)
    assert "prefers-color-scheme:dark" in svg
    assert re.findall(r"(?:href|src|url)\W*http", svg.replace("http://www.w3.org/2000/svg", "")) == []


def test_results_are_written_as_they_are_read() -> None:
    text = (DOCS / "benchmarks" / "results.json").read_text("utf-8")
    assert json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n" == text

"""Reports of lint, read back by validators from outside: SARIF's official schema, an XSD for JUnit, json."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import jsonschema
import pytest

from duibiao.criteria.diagnostics import MESSAGES, Diagnostic
from duibiao.reports.lint_report import LINT_REPORTS, as_json, github, junit, one_line, sarif, text
from tests.validators import junit_mistakes, sarif_mistakes, sarif_schema

pytestmark = pytest.mark.usefixtures("english")

CROSSING, PARK = "criteria/sites/路口.yaml", "criteria/sites/park.yaml"
FOUND = [
    Diagnostic(CROSSING, 8, 5, "unknown-key", (("key", "pases"), ("advice", "did you mean 'pass'?"))),
    Diagnostic(CROSSING, 9, 11, "no-example", (("samples", "2000"), ("what", "pass"))),
    Diagnostic(PARK, 1, 1, "unreadable", (("reason", "100% broken\r\n::error::<b>&\x1b[31m\x00\ud800"),)),
]
FILES = [CROSSING, PARK, "criteria/units.yaml"]


@pytest.mark.parametrize("found", [[], FOUND], ids=["clean", "three findings"])
@pytest.mark.parametrize("format_", LINT_REPORTS)
def test_every_report_is_one_text_with_a_line_end(format_: str, found: list[Diagnostic]) -> None:
    report = LINT_REPORTS[format_](found, FILES)
    assert report.endswith("\n")
    assert not report.endswith("\n\n")
    report.encode()  # can be printed
    assert LINT_REPORTS[format_](found, FILES) == report
    assert "\x1b" not in report
    assert "\x00" not in report


def test_the_formats_are_those_of_the_command_line() -> None:
    assert list(LINT_REPORTS) == ["text", "json", "github", "sarif", "junit"]


def test_text_has_a_line_a_finding_and_a_summary() -> None:
    lines = text(FOUND, FILES).splitlines()
    assert (
        lines[0] == "criteria/sites/路口.yaml:8:5: unknown-key: 'pases' is not a known key here; did you mean 'pass'?"
    )
    assert lines[1].endswith("(a warning)")
    assert lines[-1] == "Files: 3; errors: 2; warnings: 1."
    assert len(lines) == 4
    assert text([], FILES) == "Files: 3; errors: 0; warnings: 0.\n"


def test_control_characters_are_written_out() -> None:
    assert one_line("a\nb\x1b[0m\u202ec") == "a\\nb\\x1b[0m\\u202ec"
    assert one_line("汉字 é {}") == "汉字 é {}"


def test_json_has_every_finding() -> None:
    report = json.loads(as_json(FOUND[:2], FILES))
    assert (report["files"], report["errors"], report["warnings"]) == (3, 1, 1)
    assert report["findings"][0] == {
        "file": CROSSING,
        "line": 8,
        "column": 5,
        "code": "unknown-key",
        "severity": "error",
        "message": "'pases' is not a known key here; did you mean 'pass'?",
    }


def test_github_escapes_what_would_end_a_command() -> None:
    lines = github(FOUND, FILES).splitlines()
    assert lines[0] == (
        "::error file=criteria/sites/路口.yaml,line=8,col=5,title=unknown-key"
        "::'pases' is not a known key here; did you mean 'pass'?"
    )
    assert lines[1].startswith("::warning file=")
    assert "100%25 broken\\r\\n::error::" in lines[2]
    assert len(lines) == 4
    odd = Diagnostic("a,b:c%.yaml", 1, 1, "no-source", (("id", "x"),))
    assert github([odd], []).startswith("::error file=a%2Cb%3Ac%25.yaml,line=1,")


@pytest.mark.parametrize("found", [[], FOUND], ids=["clean", "three findings"])
def test_sarif_holds_against_the_official_schema(found: list[Diagnostic]) -> None:
    schema = sarif_schema()
    jsonschema.validators.validator_for(schema).check_schema(schema)
    assert sarif_mistakes(sarif(found, FILES)) == []


def test_the_official_schema_would_see_a_mistake() -> None:
    report = json.loads(sarif(FOUND, FILES))
    report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert sarif_mistakes(json.dumps(report))


def test_sarif_says_where_in_characters_and_which_rule() -> None:
    run = json.loads(sarif(FOUND, FILES))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(MESSAGES)
    result = run["results"][1]
    assert (result["ruleId"], result["level"]) == ("no-example", "warning")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "no-example"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "criteria/sites/%E8%B7%AF%E5%8F%A3.yaml"
    assert place["region"] == {"startLine": 9, "startColumn": 11}
    assert len(run["artifacts"]) == 3
    absolute = Diagnostic("/tmp/a b.yaml", 1, 1, "no-source", (("id", "x"),))
    where = json.loads(sarif([absolute], []))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "file:///tmp/a%20b.yaml"


@pytest.mark.parametrize("found", [[], FOUND], ids=["clean", "three findings"])
def test_junit_holds_against_the_schema(found: list[Diagnostic]) -> None:
    assert junit_mistakes(junit(found, FILES)) == []


def test_the_junit_schema_would_see_a_mistake() -> None:
    broken = junit(FOUND, FILES).replace("<failure ", "<failed ").replace("</failure>", "</failed>")
    assert junit_mistakes(broken)


def test_junit_has_a_suite_a_file_and_a_failed_test_a_finding() -> None:
    root = ElementTree.fromstring(junit(FOUND, FILES))
    assert (root.get("tests"), root.get("failures")) == ("4", "3")
    assert [suite.get("name") for suite in root] == FILES
    assert [len(suite) for suite in root] == [2, 1, 1]
    assert [len(root.findall(f"testsuite[@name='{file}']/testcase/failure")) for file in FILES] == [2, 1, 0]
    elsewhere = Diagnostic("other.yaml", 1, 1, "no-source", (("id", "x"),))
    assert [suite.get("name") for suite in ElementTree.fromstring(junit([elsewhere], FILES))] == [*FILES, "other.yaml"]

"""Findings of `duibiao lint` as text, JSON, GitHub annotations, SARIF 2.1.0 and JUnit XML.

Every report is one text that ends with a line end; lines and columns count from 1, in characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Final
from xml.etree import ElementTree

from duibiao.criteria.diagnostics import MESSAGES, Diagnostic, Severity
from duibiao.criteria.language import gettext
from duibiao.reports.sarif import file_address, sarif_log

SARIF_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning"}
# What a terminal or XML would take as an order, not as a character; line ends too: a finding is one line.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """The text with control characters written out (``\\x1b``), so that it stays one line and gives no orders."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def _summary(found: Sequence[Diagnostic], files: Sequence[str]) -> str:
    errors = sum(each.severity == "error" for each in found)
    warnings = len(found) - errors
    said = gettext("Files: {files}; errors: {errors}; warnings: {warnings}.")
    return said.format(files=len(set(files)), errors=errors, warnings=warnings)


def text(found: Sequence[Diagnostic], files: Sequence[str]) -> str:
    """A line a finding, ``file:line:column: code: what is wrong``, and a summary at the end."""
    warning = {"error": "", "warning": gettext(" (a warning)")}
    return "".join(f"{one_line(str(each))}{warning[each.severity]}\n" for each in found) + _summary(found, files) + "\n"


def as_json(found: Sequence[Diagnostic], files: Sequence[str]) -> str:
    """An object: ``files`` (number checked), ``errors``, ``warnings``, and ``findings`` as objects."""
    findings = [
        {
            "file": each.file,
            "line": each.line,
            "column": each.column,
            "code": each.code,
            "severity": each.severity,
            "message": one_line(each.message),
        }
        for each in found
    ]
    errors = sum(each.severity == "error" for each in found)
    report = {"files": len(set(files)), "errors": errors, "warnings": len(found) - errors, "findings": findings}
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def _escaped(text: str, also: str = "") -> str:
    """Text inside a workflow command of GitHub; properties escape ``:`` and ``,`` too."""
    return "".join(f"%{ord(each):02X}" if each in "%\r\n" + also else each for each in text)


def github(found: Sequence[Diagnostic], files: Sequence[str]) -> str:
    """A workflow command a finding: GitHub shows it beside the line in a pull request."""
    lines = []
    for each in found:
        file = _escaped(one_line(each.file), ":,")
        place = f"file={file},line={each.line},col={each.column},title={each.code}"
        lines.append(f"::{each.severity} {place}::{_escaped(one_line(each.message))}\n")
    return "".join(lines) + _summary(found, files) + "\n"


def sarif(found: Sequence[Diagnostic], files: Sequence[str]) -> str:
    """One SARIF run; every code that lint knows is a rule, found or not."""
    codes = list(MESSAGES)
    rules = [
        {
            "id": code,
            "shortDescription": {"text": gettext(message)},
            "defaultConfiguration": {"level": SARIF_LEVELS[severity]},
            "properties": {"section": f"docs/lint.md#{code}"},
        }
        for code, (severity, message) in MESSAGES.items()
    ]
    results = [
        {
            "ruleId": each.code,
            "ruleIndex": codes.index(each.code),
            "level": SARIF_LEVELS[each.severity],
            "message": {"text": one_line(each.message)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": file_address(each.file)},
                        "region": {"startLine": each.line, "startColumn": each.column},
                    }
                }
            ],
        }
        for each in found
    ]
    artifacts = [{"location": {"uri": file_address(file)}} for file in dict.fromkeys(files)]
    run = {"columnKind": "unicodeCodePoints", "artifacts": artifacts, "results": results}
    return json.dumps(sarif_log(rules, run), ensure_ascii=False, indent=2) + "\n"


def junit(found: Sequence[Diagnostic], files: Sequence[str]) -> str:
    """A test suite a file: a failed test a finding, or one that passed."""
    by_file: dict[str, list[Diagnostic]] = {file: [] for file in files}
    for each in found:
        by_file.setdefault(each.file, []).append(each)
    tests = sum(max(len(of_file), 1) for of_file in by_file.values())
    root = ElementTree.Element(
        "testsuites", name="duibiao lint", tests=str(tests), failures=str(len(found)), errors="0"
    )
    for file, of_file in by_file.items():
        counts = {"name": one_line(file), "tests": str(max(len(of_file), 1)), "failures": str(len(of_file))}
        suite = ElementTree.SubElement(root, "testsuite", counts)
        if not of_file:
            ElementTree.SubElement(suite, "testcase", name="lint", classname=one_line(file))
        for each in of_file:
            name = f"{each.code} {each.line}:{each.column}"
            case = ElementTree.SubElement(suite, "testcase", name=name, classname=one_line(file))
            failure = ElementTree.SubElement(case, "failure", type=each.severity, message=one_line(each.message))
            failure.text = one_line(str(each))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


LINT_REPORTS: Final[dict[str, Callable[[Sequence[Diagnostic], Sequence[str]], str]]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
    "junit": junit,
}

"""Every mistake of tests/bad is found where it stands, and nothing else; tests/good has none."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from duibiao.criteria.diagnostics import MESSAGES, Diagnostic
from duibiao.criteria.lint import lint_catalogue
from duibiao.criteria.load import Reading, read_catalogue
from duibiao.evaluator.cases import run_cases
from duibiao.evaluator.examples import missing_examples

pytestmark = pytest.mark.usefixtures("english")

HERE = Path(__file__).parent
GOOD, BAD = HERE / "good", HERE / "bad"
EXPECT = re.compile(r"# expect: ([a-z-]+) (\d+) (\d+)")
Found = tuple[str, str, int, int]  # code, file inside the catalogue, line, column


def lint_everything(reading: Reading) -> list[Diagnostic]:
    """What `duibiao lint` prints: cases run only where the catalogue loads."""
    found = lint_catalogue(reading)
    if not any(each.severity == "error" for each in reading.diagnostics):
        found += [*run_cases(reading), *missing_examples(reading)]
    return sorted(set(found))


def expectations(file: Path) -> list[tuple[str, int, int]]:
    """The ``# expect: code line column`` at the top of a bad file."""
    found = []
    for line in file.read_bytes().split(b"\n"):
        match = EXPECT.fullmatch(line.decode("ascii", "replace"))
        if match is None:
            break
        found.append((match[1], int(match[2]), int(match[3])))
    return found


def put_together(bad: Path, folder: Path) -> tuple[Path, list[Found]]:
    """The good catalogue with one bad file, or one folder of files, in it (or over it); and what is expected."""
    harbour = folder / "harbour"
    shutil.copytree(GOOD, harbour)
    if bad.is_file():
        shutil.copy(bad, harbour / "sites" / "pier.yaml")
        return harbour, [(code, "sites/pier.yaml", line, column) for code, line, column in expectations(bad)]
    files = [each for each in sorted(bad.rglob("*")) if each.is_file()]
    expected = [
        (code, file.relative_to(bad).as_posix(), line, column)
        for file in files
        for code, line, column in expectations(file)
    ]
    head = bad / "catalogue.yaml"
    overlay = head.exists() and "extends:" in head.read_text()
    target = folder / "overlay" if overlay else harbour
    shutil.copytree(bad, target, dirs_exist_ok=True)
    return target, expected


def found_in(folder: Path, reading: Reading, ignored: Iterable[str]) -> list[Found]:
    """What lint finds, with files as they are called inside the catalogue."""
    found = []
    for each in lint_everything(reading):
        file = Path(each.file)
        inside = file.resolve().relative_to(folder.resolve()).as_posix() if file.exists() else each.file
        if each.code not in ignored:
            found.append((each.code, inside, each.line, each.column))
    return found


BAD_FILES = sorted(BAD.iterdir())


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda path: path.stem)
def test_each_mistake_is_found_where_it_stands_and_nothing_else(bad: Path, tmp_path: Path) -> None:
    folder, expected = put_together(bad, tmp_path)
    assert bad.stem in {code for code, *_ in expected}
    ignored = {"no-case"} - {code for code, *_ in expected}
    assert found_in(folder, read_catalogue(folder), ignored) == sorted(expected, key=lambda each: (*each[1:], each[0]))


def test_every_code_has_its_bad_file() -> None:
    assert {each.stem for each in BAD_FILES} == set(MESSAGES)


def test_the_good_catalogue_has_no_mistake() -> None:
    assert [str(each) for each in lint_everything(read_catalogue(GOOD))] == []


# ------------------------------------------------------------------ tables: one form, one rule

FORM = """site_type: pier
title: 渔港
lead_unit: harbour_office
fields:
  boats: {label: 船只数, kind: count}
  lit: {label: 亮灯船只数, kind: count, at_most: boats}
  few: {label: 岗亭数, kind: count, at_least: 1, at_most: 9}
  share: {label: 完好率, kind: percent, at_least: 0, at_most: 1}
  growth: {label: 增速, kind: percent}
  metres: {label: 岸线长, kind: number, at_least: 0}
  open: {label: 对外开放, kind: yes_no}
  state: {label: 码头面, kind: choice, options: [完好, 破损]}
  tidy: {label: 整洁, kind: grade, scale: {好: 1, 中: 0.5, 差: 0}}
  fair: {label: 尚可, kind: grade, scale: {好: 1, 中: 0.5}}
  poor: {label: 欠佳, kind: grade, scale: {中: 0.5, 差: 0}}
  dark_share: {label: 不亮率, kind: percent, formula: 1 - lit / boats}
  busy: {label: 繁忙, kind: yes_no, formula: boats > 10}
  surface: {label: 面积, kind: number, formula: metres * boats}
  dark_twice: {label: 两倍不亮率, kind: percent, formula: dark_share * 2}
criteria:
  - id: pier_rule
    title: 船只
    place: Ⅲ-1
    look_for: 数
    remedy: 换
    source: {ref: handbook, scope: local, confidence: high}
"""
LEVELS = "rate: few\nlevels:\n"


def lint_rule(folder: Path, rule: str) -> list[tuple[str, int, int]]:
    """What is found in a rule; lines count from its first, columns from its own indent."""
    harbour = folder / "harbour"
    shutil.copytree(GOOD, harbour)
    text = FORM + "".join(f"    {line}\n" for line in rule.strip("\n").split("\n"))
    (harbour / "sites" / "pier.yaml").write_text(text)
    before = FORM.count("\n")
    found = [each for each in lint_catalogue(read_catalogue(harbour)) if each.code != "no-case"]
    assert all(each.file.endswith("pier.yaml") for each in found)
    return [(each.code, each.line - before, each.column - 4) for each in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("pass: boats > 0", []),
        ("pass: boats >= 0", [("never", 1, 7)]),
        ("pass: boats < 0", [("never", 1, 7)]),
        ("pass: share > 95", [("never", 1, 7)]),
        ("pass: growth > 95", []),
        ("pass: lit > boats", [("never", 1, 7)]),
        ("pass: state == '完好' and state == '破损'", [("never", 1, 7)]),
        ("pass: state in ['完好', '破损']", [("never", 1, 7)]),
        ("pass: open", []),
        ("applies: boats > 5\npass: boats > 3", [("never", 2, 7)]),
        ("applies: boats < 0\npass: open", [("never", 1, 10)]),
        ("applies: busy\npass: boats > 5", [("never", 2, 7)]),
        ("applies: boats > 0\nrate: lit / boats\nlevels: [{at_least: 95, score: 1}]", [("levels-unreachable", 3, 10)]),
        ("applies: boats > 0\nrate: lit / boats\nlevels: [{at_least: 0, score: 1}]", [("never", 3, 9)]),
        ("applies: boats > 0\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 0.9}]", [("never", 3, 9)]),
        ("applies: boats > 0\nrate: lit / boats * 100\nlevels: [{at_least: 95, score: 1}]", []),
        ("applies: boats > 0\nrate: lit / boats\nfull_at: 95\nzero_at: 80", [("never", 3, 10)]),
        ("applies: boats > 0\nrate: lit / boats\nfull_at: 0\nzero_at: 95", [("never", 4, 10)]),
        ("applies: boats > 0\nrate: lit / boats\nfull_at: 1\nzero_at: -1", [("never", 4, 10)]),
        ("rate: share\nfull_at: -0.1\nzero_at: 1", [("never", 2, 10)]),
        ("rate: share\nfull_at: 0\nzero_at: 1", []),
        ("grade: tidy", []),
        ("grade: fair", [("never", 1, 8)]),
        ("grade: poor", [("never", 1, 8)]),
        ("applies: tidy != '差'\ngrade: tidy", [("never", 2, 8)]),
        ("judged: grade\nscale: {A: 1, B: 0.5}", [("never", 2, 8)]),
        ("judged: grade\nscale: {A: 1, B: 0}", []),
        ("judged: deduction", []),
        ("deduct: {each: boats, points: 0.1}", []),
        ("deduct: {each: -boats, points: 0.1}", [("never", 1, 16)]),
        ("deduct: {each: few, points: 0.1}", [("never", 1, 16)]),
        ("deduct: [{each: boats, points: 0.1}, {each: few, points: 0.1}]", [("never", 1, 45)]),
        ("of: [open, boats > 0]", []),
        ("of: [open, boats >= 0]", [("never", 1, 12)]),
        ("of: [open, boats > 0]\nlevels: [{missing: 0, score: 1}, {missing: 3, score: 0.5}]", [("levels-unreachable", 2, 34)]),
        ("of: [open, boats > 0]\nlevels: [{missing: 1, score: 1}, {missing: 1, score: 0.5}]", [("levels-unreachable", 2, 34)]),
        ("of: [open, boats > 0]\nlevels: [{missing: 0, score: 0.5}, {missing: 1, score: 1}]", [("levels-order", 2, 36)]),
        ("of: [open, boats > 0]\nlevels: [{missing: 0, score: 1}, {missing: 2, score: 0.5}]", [("never", 2, 9)]),
        ("of: [open, boats > 0]\nlevels: [{missing: 0, score: 0.5}]", [("never", 2, 9)]),
        ("ask: passengers.pleased_share\nlevels: [{above: 80, score: 1}]", [("levels-unreachable", 2, 10)]),
        ("ask: passengers.pleased_share\nlevels: [{above: 0.8, score: 1}]", []),
        ("ask: passengers.pleased_share\npass: rate >= 80", [("never", 2, 7)]),
        ("ask: passengers.pleased_share\npass: rate > 0.8", []),
        (LEVELS + "  - {at_least: 5, score: 1}\n  - {at_least: 3, score: 0.5}", []),
        (LEVELS + "  - {at_least: 5, score: 1}\n  - {at_least: 5, score: 0.5}", [("levels-unreachable", 4, 5)]),
        (LEVELS + "  - {at_least: 5, score: 1}\n  - {above: 5, score: 0.5}", [("levels-unreachable", 4, 5)]),
        (LEVELS + "  - {above: 5, score: 1}\n  - {at_least: 5, score: 0.5}", []),
        (LEVELS + "  - {at_least: 5, score: 1}\n  - {at_least: 7, score: 0.5}", [("levels-unreachable", 4, 5)]),
        (LEVELS + "  - {at_least: 12, score: 1}\n  - {at_least: 5, score: 0.5}", [("levels-unreachable", 3, 5)]),
        (LEVELS + "  - {at_least: 5, score: 1}\n  - {at_most: 0, score: 0.5}", [("levels-unreachable", 4, 5)]),
        (LEVELS + "  - {at_least: 5, at_most: 3, score: 1}", [("levels-unreachable", 3, 5)]),
        (LEVELS + "  - {at_least: 4, at_most: 6, score: 1}\n  - {at_least: 3, at_most: 7, score: 0.5}", []),
        (LEVELS + "  - {at_least: 4, at_most: 6, score: 1}\n  - {at_least: 6, at_most: 7, score: 0.5}", [("levels-overlap", 4, 5)]),
        (LEVELS + "  - {at_least: 4, at_most: 6, score: 1}\n  - {above: 6, at_most: 7, score: 0.5}", []),
        (LEVELS + "  - {at_least: 4, score: 1}\n  - {at_most: 5, score: 0.5}", [("levels-overlap", 4, 5)]),
        (LEVELS + "  - {at_least: 4, score: 0.5}\n  - {below: 2, score: 1}", [("levels-order", 4, 5)]),
        (LEVELS + "  - {at_least: 4, score: 1}\n  - {at_least: 2, score: 1}", [("levels-order", 4, 5)]),
        (LEVELS + "  - {at_least: 4, at_most: 5, score: 1}\n  - {at_least: 7, score: 0.5}\n  - {at_most: 2, score: 0.5}", []),
        ("rate: few / 2\nlevels: [{at_least: 0.6, score: 1}]", []),
        ("rate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", [("formula-division", 1, 13)]),
        ("rate: lit / few\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: boats > 0\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: boats >= 1\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: boats != 0 and open\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: 0 < boats\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: not boats == 0\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: busy\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: boats > 0 or open\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", [("formula-division", 2, 13)]),
        ("applies: boats >= 0\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", [("formula-division", 2, 13)]),
        ("applies: boats > -1\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", [("formula-division", 2, 13)]),
        ("applies: lit > 0\nrate: lit / boats\nlevels: [{at_least: 0.9, score: 1}]", [("formula-division", 2, 13)]),
        ("applies: metres > 0\nrate: boats / metres\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: metres > 0 and boats > 0\nrate: 1 / (metres * boats)\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: metres > 0\nrate: 1 / (boats / metres)\nlevels: [{at_least: 0.9, score: 1}]", [("formula-division", 2, 12)]),
        ("applies: metres > 0\nrate: boats / abs(-metres)\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: growth < 0\nrate: boats / growth\nlevels: [{at_most: -9, score: 1}]", []),
        ("applies: growth <= -0.1\nrate: boats / growth\nlevels: [{at_most: -9, score: 1}]", []),
        ("applies: growth == 0.1\nrate: boats / growth\nlevels: [{at_least: 9, score: 1}]", []),
        ("applies: metres + boats > 0\nrate: 1 / (metres + boats)\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("applies: lit / boats > 0.5\npass: open", [("formula-division", 1, 16)]),
        ("applies: boats > 0 and lit / boats > 0.5\npass: open", []),
        ("rate: dark_share\nlevels: [{at_most: 0.1, score: 1}]", [("formula-division", 1, 7)]),
        ("applies: boats > 0\nrate: dark_share\nlevels: [{at_most: 0.1, score: 1}]", []),
        ("rate: dark_twice\nlevels: [{at_most: 0.1, score: 1}]", [("formula-division", 1, 7)]),
        ("applies: boats > 0\nrate: dark_twice\nlevels: [{at_most: 0.1, score: 1}]", []),
        ("applies: dark_share > 0\nrate: 1 / dark_share\nlevels: [{at_most: 3, score: 1}]", [("formula-division", 1, 10), ("formula-division", 2, 7 + 4)]),
        ("pass: lit / boats > 0.5", [("formula-division", 1, 13)]),
        ("of: [open, lit / boats > 0.5]", [("formula-division", 1, 18)]),
        ("deduct: {each: 9 / boats, points: 0.1}", [("formula-division", 1, 20)]),
        ("show: lit / boats", [("formula-division", 1, 13)]),
        ("applies: metres > 0 and boats > 0\nrate: 1 / surface\nlevels: [{at_least: 0.9, score: 1}]", []),
        ("pass: \"'完整' == state or state == '完好'\"", [("unknown-option", 1, 8)]),
        ("pass: site_type == 'quai' or open", [("unknown-site-type", 1, 20)]),
        ("deduct: [{each: boat, points: 0.1}]", [("unknown-field", 1, 17)]),
        ("grade: boats", [("unknown-field", 1, 8)]),
        ("rate: boats\nlevels:" + "".join(f"\n  - {{at_least: {100 - n}, score: 0.{100 - n:03}}}" for n in range(61)), [("wrong-type", 3, 3)]),
        ("both: [quay_railing, quay_dark]", [("both-members", 1, 8), ("both-members", 1, 22)]),
    ],
)  # fmt: skip
def test_one_rule(rule: str, expected: list[tuple[str, int, int]], tmp_path: Path) -> None:
    unread = {"dark_share", "dark_twice"} - set(re.findall(r"\w+", rule))
    if "dark_twice" not in unread:
        unread = set()  # it reads dark_share
    found = lint_rule(tmp_path, rule)
    of_fields = [each for each in found if each[1] <= 0]
    assert len(of_fields) == len(unread)
    assert {code for code, *_ in of_fields} <= {"formula-division"}
    assert [each for each in found if each[1] > 0] == expected


def test_a_rule_with_a_mistake_is_not_judged_further(tmp_path: Path) -> None:
    found = [each for each in lint_rule(tmp_path, "of: [open, boat > 0]\napplies: opend") if each[1] > 0]
    assert [code for code, *_ in found] == ["unknown-field", "unknown-field"]


def test_a_shared_criterion_is_judged_on_every_site_type(tmp_path: Path) -> None:
    harbour, _ = put_together(BAD / "never.yaml", tmp_path)
    text = (
        "criteria:\n  - id: berth\n    title: 泊位\n    site_types: [quay, ferry]\n    place: Ⅲ-1\n"
        "    pass: site_type == 'quay'\n    look_for: 看\n    remedy: 修\n"
        "    by_type: {ferry: {applies: site_type == 'quay'}}\n"
        "    source: {ref: handbook, scope: local, confidence: high}\n"
    )
    (harbour / "sites" / "pier.yaml").unlink()
    (harbour / "common" / "berth.yaml").write_text(text)
    found = [each for each in lint_catalogue(read_catalogue(harbour)) if each.code == "never"]
    assert [(each.line, each.column) for each in found] == [(6, 11), (9, 32)]


def test_what_a_criterion_owes_may_be_paid_by_each_type(tmp_path: Path) -> None:
    harbour = tmp_path / "harbour"
    shutil.copytree(GOOD, harbour)
    text = (
        "criteria:\n  - id: berth\n    title: 泊位\n    site_types: [quay, ferry]\n    place: Ⅲ-1\n    judged: yes_no\n"
        "    look_for: 看\n    source: {ref: handbook, scope: local, confidence: high}\n"
        "    by_type: {quay: {remedy: 修}, ferry: {remedy: 补}}\n"
    )
    (harbour / "common" / "berth.yaml").write_text(text)
    assert lint_catalogue(read_catalogue(harbour)) == []
    (harbour / "common" / "berth.yaml").write_text(text.replace(", ferry: {remedy: 补}", ""))
    assert [each.code for each in lint_catalogue(read_catalogue(harbour))] == ["no-remedy"]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("- {name: x, seen: [a], expect: {quay_lamps: 1}}", ("wrong-type", 1, 19)),
        ("- {name: x, expect: [a]}", ("wrong-type", 1, 21)),
        ("- {name: x, expect: {}}", ("wrong-type", 1, 21)),
        ("- {name: x, problems: 3, expect: {quay_lamps: 1}}", ("wrong-type", 1, 23)),
        ("- {name: x, complete: 'no', expect: {quay_lamps: 1}}", ("wrong-type", 1, 23)),
    ],
)
def test_cases_that_would_be_passed_over(case: str, expected: tuple[str, int, int], tmp_path: Path) -> None:
    harbour = tmp_path / "harbour"
    shutil.copytree(GOOD, harbour)
    (harbour / "common" / "other.yaml").write_text("fields: {}\n")
    (harbour / "common" / "other.cases.yaml").write_text(case + "\n")
    found = [(each.code, each.line, each.column) for each in lint_catalogue(read_catalogue(harbour))]
    assert found == [expected]


def test_cases_beside_nothing_are_told(tmp_path: Path) -> None:
    harbour = tmp_path / "harbour"
    shutil.copytree(GOOD, harbour)
    (harbour / "sites" / "quay.cases.yaml").rename(harbour / "sites" / "kuay.cases.yaml")
    found = [each for each in lint_catalogue(read_catalogue(harbour)) if each.code == "misplaced-file"]
    assert [Path(each.file).name for each in found] == ["kuay.cases.yaml"]
    assert "sites/kuay.yaml" in found[0].message


def test_limits_of_a_field_that_exclude_each_other(tmp_path: Path) -> None:
    harbour = tmp_path / "harbour"
    shutil.copytree(GOOD, harbour)
    quay = harbour / "sites" / "quay.yaml"
    quay.write_text(quay.read_text().replace("at_least: 1, from", "at_least: 1, at_most: 0, from"))
    found = [(each.code, Path(each.file).name) for each in lint_catalogue(read_catalogue(harbour))]
    assert ("never", "quay.yaml") in found


def test_every_code_is_documented_in_order() -> None:
    page = (HERE.parent / "docs" / "lint.md").read_text()
    assert re.findall(r"^### `([a-z-]+)`$", page, re.MULTILINE) == list(MESSAGES)

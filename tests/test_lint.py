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


def test_the_shipped_catalogue_has_no_mistake() -> None:
    shipped = HERE.parent / "criteria" / "catalogues" / "national"
    assert [str(each) for each in lint_everything(read_catalogue(shipped))] == []

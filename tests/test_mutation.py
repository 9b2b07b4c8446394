"""The gate of `make mutate`: what it counts, what it keeps, what it refuses to call proved, and real children."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mutation.exclusions import Exclusion, excluded, read_exclusions
from mutation.mutants import Mutant, hunk, mutants_of
from mutation.report import FileReport, faults, table, text
from mutation.results import Ground, Outcome, Result, Results
from mutation.run import ROOT, Trial, judged, run_file, tried
from mutation.settings import Bars, Limits, Settings, Target, Unusable, chosen, read_settings
from mutation.sources import independent

BARS = Bars(at_least=95, per_line=0.5, most_excluded=10)
KILLED: Outcome = "killed"
LATE: Outcome = "timed out"
ALIVE: Outcome = "survived"
SOURCE = "def one(a):\n    return a + 1\n"


def mutant(into: str, source: str = SOURCE, file: str = "engine/one.py", line: int = 2) -> Mutant:
    """The source with its second line changed."""
    lines = source.splitlines()
    before, lines[line - 1] = lines[line - 1].strip(), f"    {into}"
    return Mutant(file, "ByHand", line, "\n".join(lines) + "\n", before, into)


def result(of: Mutant, outcome: Outcome, by: str = "") -> Result:
    return Result(of.file, of.key, "", outcome, by, of.line, 100, 50)


# ------------------------------------------------------------------ the gate


def report(killed: int, late: int = 0, alive: int = 0, out: Sequence[Outcome] = (), lines: int = 20) -> FileReport:
    """A file with so many mutants of each kind; ``out`` are the outcomes of excluded ones."""
    outcomes = [KILLED] * killed + [LATE] * late + [ALIVE] * alive
    mutants = [mutant(f"return {number}") for number in range(len(outcomes) + len(out))]
    results = {each.key: result(each, outcome) for each, outcome in zip(mutants, [*outcomes, *out], strict=False)}
    why = {each: Exclusion(each.file, "*", each.before, "the same") for each in mutants[len(outcomes) :]}
    return FileReport("engine/one.py", SOURCE, lines, mutants, why, results)


GATE = [
    (report(20), []),
    (report(18, late=2), []),  # stopped is killed
    (report(19, alive=1), []),  # exactly on the bar
    (report(18, alive=1), ["engine/one.py: 94.7 % killed, 95 % asked for"]),
    (report(20, out=["survived"] * 2), []),
    (report(18, out=["survived"] * 3), ["engine/one.py: 14.3 % excluded, at most 10 % allowed"]),
    (report(20, out=["killed"]), ["engine/one.py:2: excluded, but killed: return a + 1"]),
    (report(10), []),
    (report(9), ["engine/one.py: 0.45 mutants per line, 0.5 asked for"]),
    (report(0, lines=0), ["engine/one.py: 0.0 % killed, 95 % asked for", "engine/one.py: 0.00 mutants per line, 0.5 asked for"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "wrong"), GATE)
def test_the_gate(file: FileReport, wrong: list[str]) -> None:
    assert faults([file], BARS) == wrong


def test_a_mutant_that_was_not_run_is_not_killed() -> None:
    whole = report(20)
    part = replace(whole, results=dict(list(whole.results.items())[:-1]))
    assert faults([part], BARS) == ["engine/one.py: 1 mutants were not run"]
    assert part.killed == 95.0


def test_one_weak_file_is_not_made_up_for_by_the_others() -> None:
    assert len(faults([report(1000, lines=100), report(1, alive=19)], BARS)) == 1


def test_the_report_shows_counts_survivors_and_exclusions() -> None:
    files = [report(18, late=1, alive=1, out=["survived"]), report(20)]
    assert [cell.strip() for cell in table(files).splitlines()[2].split("|")][1:-1] == [
        "engine/one.py", "20", "20", "1.00", "18", "1", "1", "1", "95.0", "100", "50", "-"]  # fmt: skip
    assert [cell.strip() for cell in table(files).splitlines()[4].split("|")][1:-1] == [
        "all", "40", "40", "1.00", "38", "1", "1", "1", "97.5", "100", "50", "-"]  # fmt: skip
    whole = text(files, "Planted: all well.", ["engine/one.py: too few"])
    assert (
        "engine/one.py:2 (ByHand)\n\n```diff\n@@ -1,2 +1,2 @@\n def one(a):\n-    return a + 1\n+    return 19\n"
        in whole
    )
    assert "- engine/one.py:2 `return a + 1` (1): the same" in whole
    assert "Planted: all well." in whole
    assert whole.endswith("engine/one.py: too few\n")


PLANTED: list[tuple[Mapping[str, set[Outcome]], bool]] = [
    ({"seen": {"killed"}, "unseen": {"survived"}, "endless": {"timed out"}}, True),
    ({"seen": {"killed"}, "unseen": {"survived"}, "endless": {"timed out", "killed"}}, True),
    ({"seen": {"killed"}, "unseen": {"killed"}, "endless": {"timed out"}}, False),  # everything is called killed
    ({"seen": {"killed"}, "unseen": {"killed", "survived"}, "endless": {"timed out"}}, False),
    ({"seen": {"killed", "survived"}, "unseen": {"survived"}, "endless": {"timed out"}}, False),
    ({"seen": {"survived"}, "unseen": {"survived"}, "endless": {"timed out"}}, False),
    ({"seen": {"killed"}, "unseen": {"survived"}, "endless": {"killed"}}, False),  # nothing is stopped
    ({"seen": {"killed"}, "unseen": {"survived"}, "endless": {"timed out", "survived"}}, False),
    ({"seen": {"killed"}, "endless": {"timed out"}}, False),
    ({}, False),
]


@pytest.mark.parametrize(("outcomes", "proved"), PLANTED)
def test_the_control(outcomes: Mapping[str, set[Outcome]], proved: bool) -> None:
    if proved:
        assert judged(outcomes, 17).startswith("Planted: 17 mutants")
    else:
        with pytest.raises(Unusable, match="proves nothing"):
            judged(outcomes, 17)


# ------------------------------------------------------------------ exclusions

ONE, TWO = mutant("return a - 1"), mutant("return a * 1")
MEANT = [
    (Exclusion("engine/one.py", "ByHand", "return a + 1", "why"), [ONE, TWO]),
    (Exclusion("engine/*", "By*", "return a + 1", "why"), [ONE, TWO]),
    (Exclusion("engine/one.py", "ByHand", "return a + 1", "why", ("return a * 1",)), [TWO]),
]


@pytest.mark.parametrize(("exclusion", "meant"), MEANT)
def test_what_an_exclusion_means(exclusion: Exclusion, meant: list[Mutant]) -> None:
    assert excluded([ONE, TWO], [exclusion]) == dict.fromkeys(meant, exclusion)


IDLE = [
    Exclusion("engine/two.py", "ByHand", "return a + 1", "why"),
    Exclusion("engine/one.py", "Other", "return a + 1", "why"),
    Exclusion("engine/one.py", "ByHand", "return a + 2", "why"),
    Exclusion("engine/one.py", "ByHand", "return a + 1", "why", ("return a / 1",)),
]


@pytest.mark.parametrize("exclusion", IDLE)
def test_an_exclusion_that_means_nothing_is_an_error(exclusion: Exclusion) -> None:
    with pytest.raises(Unusable, match="mean no mutant"):
        excluded([ONE, TWO], [exclusion])


def test_only_the_exclusions_of_the_files_asked_for_must_mean_something() -> None:
    assert excluded([ONE], IDLE[:1], {"engine/one.py"}) == {}
    with pytest.raises(Unusable):
        excluded([ONE], IDLE[1:2], {"engine/one.py"})


def test_an_exclusion_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('[[exclude]]\nfile = "a"\noperator = "*"\nline = "b"\nreason = " "\n', "utf-8")
    with pytest.raises(Unusable, match="without reason"):
        read_exclusions(tmp_path / "x.toml")


def test_the_exclusions_of_the_project_can_be_read() -> None:
    assert all(len(each.reason) > 20 for each in read_exclusions(ROOT / "mutation" / "exclusions.toml"))


# ------------------------------------------------------------------ settings


def test_the_settings_of_the_project_name_files_that_are_there() -> None:
    settings = read_settings(ROOT / "mutation" / "settings.toml", ROOT)
    assert settings.bars == BARS
    assert {"criteria/formula.py", "evaluator/columns.py", "evaluator/rules.py", "evaluator/rollup.py"} <= {
        each.file for each in settings.targets
    }
    assert [each.file for each in chosen(settings.targets, ["criteria/*"])] == ["criteria/formula.py"]


WRONG = [
    ('match = ["nothing.py"]\ntests = ["tests/test_a.py"]', "not there: nothing.py"),
    ('match = ["a.py"]\ntests = ["tests/nothing.py"]', "not there: tests/nothing.py"),
    ('match = ["a.py", "*.py"]\ntests = ["tests/test_a.py"]', "named twice"),
]


@pytest.mark.parametrize(("group", "words"), WRONG)
def test_settings_that_name_what_is_not_there(tmp_path: Path, group: str, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        read_settings(_settings(tmp_path, group), tmp_path)


def test_files_to_come_and_tests_by_name(tmp_path: Path) -> None:
    group = 'match = ["a.py", "later*.py"]\nmay_be_missing = ["later*.py"]\ntests = ["tests/test_*.py::test_x"]'
    assert read_settings(_settings(tmp_path, group), tmp_path).targets == (
        Target("a.py", ("tests/test_a.py::test_x",)),
    )


def _settings(folder: Path, group: str) -> Path:
    (folder / "tests").mkdir()
    for name in ("a.py", "tests/test_a.py"):
        (folder / name).touch()
    told = (
        "operators = []\nleave_out = []\nload_first = []\n[bars]\nat_least = 95\nper_line = 0.5\nmost_excluded = 10\n"
    )
    told += f"[limits]\nseconds = 1\ntimes = 5\nmemory_mb = 4096\n[[files]]\n{group}\n"
    (folder / "settings.toml").write_text(told, "utf-8")
    return folder / "settings.toml"


# ------------------------------------------------------------------ what is kept

SUITE = Target("engine/one.py", ("tests/test_a.py", "tests/test_b.py::test_two"))
TESTS = {
    "tests/conftest.py": "",
    "tests/shared.py": "",
    "tests/other.py": "",
    "tests/test_a.py": "import tests.shared",
    "tests/test_b.py": "",
    "tests/test_c.py": "",
}
BY_A, BY_B = "tests/test_a.py::test_one", "tests/test_b.py::test_two[1]"
KEPT: list[tuple[str, str, str, list[str]]] = [  # what changes; which results are still true afterwards
    ("", "", "", ["killed by a", "killed by b", "killed by none", "late", "alive"]),
    ("tests/test_c.py", "changed", "", ["killed by a", "killed by b", "killed by none", "late", "alive"]),
    ("tests/other.py", "changed", "", ["killed by a", "killed by b", "killed by none", "late", "alive"]),
    ("tests/test_b.py", "changed", "", ["killed by a", "killed by none"]),
    ("tests/test_a.py", "import tests.shared\n", "", ["killed by b", "killed by none"]),
    ("tests/shared.py", "changed", "", ["killed by b", "killed by none"]),  # a imports it
    ("tests/conftest.py", "changed", "", []),
    ("", "", "tests/test_a.py::test_one", ["killed by b", "killed by none"]),  # left out from now on
]


def _ground(folder: Path, texts: Mapping[str, str], leave_out: Sequence[str] = ()) -> Ground:
    for name, words in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(words, "utf-8")
    return Ground(folder, leave_out)


@pytest.mark.parametrize(("file", "words", "left_out", "still"), KEPT)
def test_a_result_is_kept_while_what_it_rests_on_is_the_same(
    tmp_path: Path, file: str, words: str, left_out: str, still: list[str]
) -> None:
    found: dict[str, tuple[Outcome, str]] = {
        "killed by a": ("killed", BY_A),
        "killed by b": ("killed", BY_B),
        "killed by none": ("killed", ""),
        "late": ("timed out", ""),
        "alive": ("survived", ""),
    }
    mutants = {name: mutant(f"return {name!r}") for name in found}
    before = _ground(tmp_path, TESTS)
    results = Results(tmp_path / "results.jsonl")
    for name, (outcome, by) in found.items():
        results.add(replace(result(mutants[name], outcome, by), rests_on=before.rests_on(SUITE, outcome, by)))
    after = _ground(tmp_path, {file: words} if file else {}, [left_out] if left_out else [])
    true = Results(tmp_path / "results.jsonl").still_true(SUITE, mutants.values(), after)
    assert [name for name, each in mutants.items() if each.key in true] == still


def test_a_changed_file_has_other_mutants_and_an_interrupted_line_is_forgotten(tmp_path: Path) -> None:
    path, ground = tmp_path / "results.jsonl", _ground(tmp_path, TESTS)
    Results(path).add(replace(result(ONE, "survived"), rests_on=ground.rests_on(SUITE, "survived", "")))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"file": "engine/one.py", "mut')
    results = Results(path)
    assert list(results.still_true(SUITE, [ONE, TWO], ground)) == [ONE.key]
    assert results.still_true(SUITE, [mutant("return a - 1", SOURCE + "\n")], ground) == {}


# ------------------------------------------------------------------ real children

LIMITS = Limits(seconds=1, times=1, memory_mb=4096)
CODE = "def one(number):\n    return number + 1\n\n\ndef unseen(number):\n    return number + 2\n"
TEST = "from mutation.sample import one\n\n\ndef test_one():\n    assert one(1) == 2\n\n\ndef test_slow():\n    assert one(2) == 3\n"
CHILDREN: list[tuple[str, int, Outcome, str]] = [  # the changed line; what becomes of it, by which test
    ("return number - 1", 2, "killed", "mutation/sample_test.py::test_one"),
    ("return number + 3", 6, "survived", ""),
    ("while True: pass", 2, "timed out", ""),
    ("return number +", 2, "killed", ""),  # cannot even be imported
    ("__import__('os').abort()", 2, "killed", ""),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one file and its test."""
    folder = tmp_path_factory.mktemp("copy") / "duibiao"
    shutil.copytree(ROOT / "mutation", folder / "mutation", ignore=shutil.ignore_patterns("__pycache__", "*.jsonl"))
    (folder / "pyproject.toml").touch()
    (folder / "mutation" / "sample.py").write_text(CODE, "utf-8")
    (folder / "mutation" / "sample_test.py").write_text(TEST, "utf-8")
    (folder / "mutation" / "idle_test.py").write_text("def test_nothing():\n    assert True\n", "utf-8")
    (folder / "mutation" / "failing_test.py").write_text("def test_nothing():\n    assert False\n", "utf-8")
    return folder


def _told(*tests: str) -> tuple[Settings, Target]:
    slow = ("mutation/sample_test.py::test_slow",)
    return Settings(BARS, LIMITS, (), slow, (), ()), Target("mutation/sample.py", tests)


@pytest.fixture(scope="module")
def trial(copy: Path) -> Iterator[Trial]:
    """The warm process of that project."""
    with tried(*_told("mutation/sample_test.py"), copy) as process:
        suite, left_out = process.unchanged(CODE)
        assert suite > 0
        assert left_out == ["mutation/sample_test.py::test_slow"]
        yield process


@pytest.mark.parametrize(("into", "line", "outcome", "by"), CHILDREN)
def test_what_becomes_of_a_mutant(trial: Trial, into: str, line: int, outcome: Outcome, by: str) -> None:
    found = trial.outcome(mutant(into, CODE, "mutation/sample.py", line))
    assert found[:2] == (outcome, by)
    assert min(found[2]) > 0


@pytest.mark.parametrize(
    ("test", "words"), [("idle_test.py", "do not import it"), ("failing_test.py", "fail without"), ("gone.py", "fail")]
)
def test_tests_that_prove_nothing_stop_the_run(copy: Path, test: str, words: str) -> None:
    with tried(*_told(f"mutation/{test}"), copy) as process, pytest.raises(Unusable, match=words):
        process.unchanged(CODE)


def test_every_mutant_of_a_file_is_run_once_by_two_processes(copy: Path) -> None:
    settings, target = _told("mutation/sample_test.py")
    mutants = [mutant(f"return number + {number}", CODE, target.file, 2) for number in (2, 3, 4)]
    mutants.append(mutant("return number + 3", CODE, target.file, 6))
    met: list[tuple[str, Outcome]] = []
    run_file(settings, target, copy, mutants, lambda each, found: met.append((each.key, found[0])), [], 2)
    assert sorted(met) == sorted([*((each.key, "killed") for each in mutants[:3]), (mutants[3].key, "survived")])


def test_what_is_loaded_before_the_fork_does_not_import_the_file() -> None:
    files = {
        "criteria/models.py": "import yaml",
        "criteria/formula.py": "from duibiao.criteria import models",
        "criteria/unused.py": "",
        "evaluator/rules.py": "from duibiao.criteria.formula import parse",
        "tests/city.py": "def f():\n    from duibiao.evaluator.rules import judge",
        "tests/reference/words.py": "",
        "tests/test_rules.py": "from .reference import words\nimport tests.city",
    }
    tests = ["tests/test_rules.py::test_one"]
    assert independent("evaluator/rules.py", tests, files) == [
        "duibiao.criteria.formula", "duibiao.criteria.models", "tests.reference.words"]  # fmt: skip
    assert independent("criteria/formula.py", tests, files) == ["duibiao.criteria.models", "tests.reference.words"]


# ------------------------------------------------------------------ mutants

MADE = [  # source, operator, the changed lines
    ("a = b + 1", "ReplaceBinaryOperator_Add_Sub", ["a = b - 1"]),
    ("a = b[0]", "NumberReplacer", ["a = b[1]", "a = b[-1]"]),
    ("a = b in c", "SwapMembership", ["a = b not in c"]),
    ("a = b not in c", "SwapMembership", ["a = b in c"]),
    ("a = [b for b in c if b in d]", "SwapMembership", ["a = [b for b in c if b not in d]"]),
    ("a = b.sort('x').head(1)", "DropCall", ["a = b.head(1)", "a = b.sort('x')"]),
    ("import math\na = math.floor(b).c()", "DropCall", ["a = math.floor(b)"]),  # not the module alone
    ("a = b.c", "DropCall", []),
    ("a = normal(b) + c(d, e) + f(g=h) + tuple(i)", "UnwrapCall", ["a = (b) + c(d, e) + f(g=h) + tuple(i)"]),
    ("if not a:\n    b()", "*Not", ["if not not a:"]),  # two operators, the same code
    ("if a == b:\n    c()", "*NotEq", ["if a != b:"]),
    ("from __future__ import annotations\ndef a(b: c | d) -> e | f: ...", "*BitOr_BitAnd", []),
    ("def a(b: c | d) -> e: ...", "*BitOr_BitAnd", ["def a(b: c & d) -> e: ..."]),
]


@pytest.mark.parametrize(("source", "operator", "after"), MADE)
def test_what_is_mutated(source: str, operator: str, after: list[str]) -> None:
    pytest.importorskip("cosmic_ray", reason="comes with the extra `mutate`; every run of it has its own control")
    assert [each.after for each in mutants_of("engine/one.py", source + "\n", [operator])] == after


def test_a_mutant_knows_its_place() -> None:
    pytest.importorskip("cosmic_ray", reason="comes with the extra `mutate`; every run of it has its own control")
    source = '"""Text."""\n\nclass A:\n    def b(self):\n        c = 1\n        return c and d\n'
    (found,) = mutants_of("engine/one.py", source, ["ReplaceAndWithOr"])
    assert (found.line, found.before, found.after) == (6, "return c and d", "return c or d")
    assert hunk(found, source).splitlines()[1:] == [
        "         c = 1",
        "-        return c and d",
        "+        return c or d",
    ]
    with pytest.raises(ValueError, match="no operator is called Nothing"):
        mutants_of("engine/one.py", source, ["Nothing"])

"""The house rules that a reader relies on: who imports whom, no clock, no network, no machine's own paths."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = [
    ROOT / "cli.py",
    *(path for name in ("criteria", "evaluator", "reports", "commands") for path in (ROOT / name).rglob("*.py")),
]
MAY_IMPORT = {
    "criteria": {"criteria"},
    "evaluator": {"criteria", "evaluator"},
    "reports": {"criteria", "evaluator", "reports"},
    "commands": {"criteria", "evaluator", "reports", "commands"},
    "cli": {"criteria", "commands"},
}
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "urllib", "urllib3", "xmlrpc"}
CLOCK = {"now", "today", "utcnow", "time", "perf_counter", "monotonic", "localtime"}
SAYS_NOTHING = {"base", "handler", "helper", "helpers", "manager", "processor", "util", "utils"}
OUR_OWN = {".cfg", ".css", ".csv", ".js", ".j2", ".json", ".md", ".po", ".py", ".toml", ".yaml", ".yml", ""}
MADE = {".git", ".hypothesis", ".venv", ".venv-peers", "build", "dist", "out", "__pycache__"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: imports are absolute"
            yield node.module or ""


@pytest.mark.parametrize("path", CODE, ids=name)
def test_imports_go_one_way_and_none_to_the_network(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    wanted = [module.split(".") for module in imports(path)]
    ours = {parts[1] for parts in wanted if parts[0] == "duibiao"}
    assert ours <= MAY_IMPORT[own]
    assert [parts for parts in wanted if parts[0] in NETWORK and parts != ["urllib", "parse"]] == []


@pytest.mark.parametrize("path", [path for path in CODE if path.name != "cli.py"], ids=name)
def test_the_engine_has_no_clock_and_no_chance(path: Path) -> None:
    """Dates come from the data or the command line; samples are drawn from a seeded ``Random``."""
    assert not {"secrets", "time", "uuid"} & {module.split(".")[0] for module in imports(path)}
    called = {
        f"{node.func.value.id}.{node.func.attr}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
    }
    told = [each.split(".") for each in called]
    assert [parts for parts in told if parts[0] in {"date", "datetime"} and parts[1] in CLOCK] == []
    assert [parts for parts in told if parts[0] == "random" and parts[1] != "Random"] == []


@pytest.mark.parametrize(
    "path", [path for path in CODE if path.parent.name == "commands" or path.name == "cli.py"], ids=name
)
def test_the_command_line_starts_without_the_heavy_libraries(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    top = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    others = {module.split(".")[0] for module in top if not module.startswith("duibiao.")}
    assert others <= {*sys.stdlib_module_names, "click"}
    ours = {module for module in top if not module.startswith("duibiao.commands")}
    assert {module for module in ours if module.startswith("duibiao.")} <= {
        "duibiao.criteria",
        "duibiao.criteria.language",
    }


def test_names_say_something() -> None:
    stems = {part for path in CODE for part in path.stem.split("_")}
    classes = {
        node.name.lower()
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert stems & SAYS_NOTHING == set()
    assert [each for each in classes if each.endswith(("manager", "handler", "helper", "processor"))] == []


def _own_files() -> list[Path]:
    found = [path for path in ROOT.rglob("*") if path.is_file() and path.suffix in OUR_OWN]
    return [
        path
        for path in found
        if not {part for part in path.parts if part in MADE or part.endswith(("_cache", ".egg-info"))}
    ]


def test_no_file_names_a_place_of_one_machine() -> None:
    places = [f"/{name}/" for name in ("work", "root", "home")] + ["/tmp" + "/"]
    found = [
        f"{name(path)}: {place}"
        for path in _own_files()
        for place in places
        if place in path.read_text("utf-8", errors="ignore") and not path.is_relative_to(ROOT / "tests")
    ]
    assert found == []


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Version 2.0, January 2004" in text
    assert all(f"\n   {number}. " in text for number in range(1, 10))
    assert text.rstrip().endswith("limitations under the License.")


def test_ci_runs_what_the_readme_says() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)
    text = script.read_text("utf-8")
    assert "make test" in text
    assert "DUIBIAO_BROWSER=required" in text
    assert "DUIBIAO_SPARK=required" in text
    assert "make test" in (ROOT / "README.md").read_text("utf-8")

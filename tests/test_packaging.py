"""The wheel holds every package and data file, and works outside the tree."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import NAMES, ROOT

MADE = {"__pycache__", "build"}


@pytest.fixture(scope="session")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _files(folder: str, pattern: str) -> set[str]:
    found = (path for path in (ROOT / folder).rglob(pattern) if path.is_file() and not MADE & set(path.parts))
    return {f"duibiao/{path.relative_to(ROOT).as_posix()}" for path in found}


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        *((name, "*.py") for name in NAMES),
        ("criteria/catalogues", "*"),
        ("reports/templates", "*"),
        ("reports/static", "*"),
        ("locale", "*.mo"),
        ("examples", "*"),
        (".", "py.typed"),
    ],
)
def test_the_wheel_has_every_file_of(folder: str, pattern: str, names: set[str]) -> None:
    wanted = {name for name in _files(folder, pattern) if not name.startswith(("duibiao/.", "duibiao/typings"))}
    assert wanted
    assert sorted(wanted - names) == []


def test_the_wheel_has_nothing_else(names: set[str]) -> None:
    inside = {name for name in names if ".dist-info/" not in name}
    folders = {*NAMES, "locale", "examples"}
    assert {name.split("/")[0] for name in inside} == {"duibiao"}
    assert {name.split("/")[1] for name in inside} == {*folders, "cli.py"}
    known = set().union(*(_files(folder, "*") for folder in folders)) | {"duibiao/cli.py"}
    assert sorted(inside - known) == []
    assert "duibiao/__init__.py" not in names


def test_the_packages_of_pyproject_are_the_folders_with_code() -> None:
    packages = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    found = {path.parent for name in NAMES for path in (ROOT / name).rglob("*.py") if not MADE & set(path.parts)}
    assert packages == {"duibiao", *("duibiao." + ".".join(path.relative_to(ROOT).parts) for path in found)}
    assert [str(path) for path in found if not (path / "__init__.py").is_file()] == []
    assert [path.name for path in ROOT.glob("*.py")] == ["cli.py"]


def test_the_wheel_carries_licence_and_readme(wheel: Path, names: set[str]) -> None:
    info = next(name.split("/")[0] for name in names if ".dist-info/" in name)
    assert f"{info}/licenses/LICENSE" in names
    with zipfile.ZipFile(wheel) as archive:
        told = archive.read(f"{info}/METADATA").decode()
        entry = archive.read(f"{info}/entry_points.txt").decode()
    assert "License-Expression: Apache-2.0" in told
    assert "Requires-Python: >=3.11" in told
    assert "duibiao = duibiao.cli:main" in entry


def test_the_installed_wheel_scores_its_own_example_outside_the_tree(wheel: Path, tmp_path: Path) -> None:
    """Installed alone into a fresh environment, which borrows only the libraries of this one."""
    venv.create(tmp_path / "fresh", with_pip=False, symlinks=True)
    binaries = tmp_path / "fresh" / ("Scripts" if os.name == "nt" else "bin")
    packages = next((tmp_path / "fresh").rglob("site-packages"))
    command = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--python",
        str(binaries / "python"),
    ]
    subprocess.run([*command, "install", "--no-deps", "--no-index", str(wheel)], check=True, cwd=tmp_path)
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    lines = "\n".join(
        libraries
    )  # a .pth adds folders and does not run the .pth files in them: not the editable project
    (packages / "libraries.pth").write_text(lines + "\n", "utf-8")
    environment = {
        key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "COVERAGE_PROCESS_START"}
    }
    ask = "import duibiao.cli, pathlib; print(pathlib.Path(duibiao.cli.__file__).parent)"
    told = subprocess.run(
        [binaries / "python", "-c", ask], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    home = Path(told.stdout.strip())
    assert home == packages / "duibiao"
    for words in (
        ["check", str(home / "examples" / "zhoukou"), "-o", "out", "--pages", "none"],
        ["new", "my-city"],
        ["lint", "national"],
    ):
        done = subprocess.run(
            [binaries / "duibiao", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "out" / "index.html").stat().st_size > 10_000
    assert (tmp_path / "my-city" / "criteria" / "catalogue.yaml").is_file()

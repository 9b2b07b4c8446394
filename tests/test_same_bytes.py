"""Same input, same bytes: all of OUT is hashed, each variant of the run in a fresh process (design section 10).

Shuffled rows and files change where a row stands and the hashes of the files, and nothing else; so for those the
provenance (file hashes, cells, the copies of the data in ``inputs``) is left out of the comparison.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

STARTER = Path(__file__).resolve().parent.parent / "examples" / "starter"


def run(out: Path, data: list[Path], catalogue: Path, **environment: str) -> Path:
    command = [
        sys.executable,
        "-m",
        "duibiao.cli",
        "check",
        *map(str, data),
        "--catalogue",
        str(catalogue),
        "-o",
        str(out),
    ]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def digests(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter's city with a second visit of some sites, problem rows and a waiver."""
    folder = tmp_path_factory.mktemp("city") / "starter"
    shutil.copytree(STARTER, folder)
    data = folder / "data"
    visits = (data / "交通路口.csv").read_text("utf-8").splitlines()
    (data / "交通路口.csv").write_text("\n".join([*visits, "LK-01,2026-03-03,赵某,180,90,4,1,完好,1"]) + "\n", "utf-8")
    (data / "豁免.csv").write_text(
        "编号,测评标准,豁免理由,批准人,有效期至\nSC-02,food_safe,改造期间停业,某主任,2026-12-31\n", "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def first(city: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("first") / "out"
    return digests(run(out, [city / "data"], city / "criteria"))


VARIANTS: dict[str, Mapping[str, str]] = {
    "again": {},
    "one thread": {"POLARS_MAX_THREADS": "1"},
    "two threads": {"POLARS_MAX_THREADS": "2"},
    "another hash seed": {"PYTHONHASHSEED": "4711"},
    "another time zone": {"TZ": "Pacific/Auckland"},
    "another locale": {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "DUIBIAO_LANG": "en"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_surroundings_change_no_byte(city: Path, first: dict[str, str], tmp_path: Path, variant: str) -> None:
    assert digests(run(tmp_path / "out", [city / "data"], city / "criteria", **VARIANTS[variant])) == first


def shuffled(city: Path, folder: Path, seed: int) -> list[Path]:
    """The data with every table's rows in another order, as files in another order."""
    source = random.Random(seed)
    shutil.copytree(city / "data", folder)
    files = sorted(folder.iterdir())
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        source.shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    source.shuffle(files)
    return files


def results(out: Path) -> dict[str, object]:
    """What was found, without where in which file it stood."""
    told = json.loads((out / "assessment.json").read_bytes())
    told["data"].pop("files")
    for each in told["open"]:
        each.pop("cells")
    return {"assessment": told, "findings": (out / "findings.csv").read_bytes()}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_and_files_changes_nothing_found(city: Path, tmp_path: Path, seed: int) -> None:
    plain = results(run(tmp_path / "plain", [city / "data"], city / "criteria"))
    files = shuffled(city, tmp_path / "data", seed)
    assert results(run(tmp_path / "out", files, city / "criteria")) == plain

"""Hostile and broken input at the command line: one clear message, exit 2, OUT untouched (issue A, 'Bad input')."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from duibiao.cli import main

STARTER = Path(__file__).resolve().parent.parent / "examples" / "starter"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    shutil.copytree(STARTER, tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result of the starter."""
    made = tmp_path_factory.mktemp("starter") / "city"
    shutil.copytree(STARTER, made)
    assert check(made).exit_code == 0
    return made / "out"


@pytest.fixture
def scored(city: Path, result: Path) -> Path:
    """The starter with its result beside it."""
    shutil.copytree(result, city / "out")
    return city


def check(city: Path, *more: str) -> Result:
    command = ["check", str(city / "data"), "--catalogue", str(city / "criteria"), "-o", str(city / "out"), *more]
    return CliRunner().invoke(main, command)


def digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in files)).hexdigest()


def room(city: Path) -> Path:
    return city / "criteria" / "sites" / "reading_room.yaml"


def bomb(city: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (city / "criteria" / "bomb.yaml").write_text("\n".join(lines), "utf-8")


def deep_yaml(city: Path) -> None:
    (city / "criteria" / "deep.yaml").write_text("[" * 50_000, "utf-8")


def deep_formula(city: Path) -> None:
    text = room(city).read_text("utf-8")
    room(city).write_text(
        text.replace("applies: seats > 0", "applies: " + "(" * 200 + "seats" + ")" * 200 + " > 0"), "utf-8"
    )


def deep_not(city: Path) -> None:
    text = room(city).read_text("utf-8")
    room(city).write_text(text.replace("applies: seats > 0", "applies: " + "not " * 90 + "seats > 0"), "utf-8")


def not_utf8(city: Path) -> None:
    room(city).write_bytes(room(city).read_text("utf-8").encode("gb18030"))


def code_in_formula(city: Path) -> None:
    text = room(city).read_text("utf-8")
    room(city).write_text(
        text.replace("applies: seats > 0", "applies: \"__import__('os').system('touch pwned') == 0\""), "utf-8"
    )


def damaged_workbook(city: Path) -> None:
    (city / "data" / "坏.xlsx").write_bytes(b"PK\x03\x04" + os.urandom(200))


def no_headers_known(city: Path) -> None:
    (city / "data" / "别的.csv").write_text("甲,乙\n1,2\n", "utf-8")


def extends_nothing(city: Path) -> None:
    head = city / "criteria" / "catalogue.yaml"
    head.write_text(head.read_text("utf-8").replace("extends: national", "extends: natoinal"), "utf-8")


BROKEN: list[tuple[Callable[[Path], None], str]] = [
    (bomb, "bomb.yaml"),
    (deep_yaml, "deep.yaml"),
    (deep_formula, "reading_room.yaml"),
    (deep_not, "reading_room.yaml"),
    (not_utf8, "reading_room.yaml"),
    (code_in_formula, "reading_room.yaml"),
    (extends_nothing, "national"),
    (damaged_workbook, "坏.xlsx"),
    (no_headers_known, "别的.csv"),
]


@pytest.mark.untraced
@pytest.mark.parametrize(("damage", "named"), BROKEN, ids=lambda each: getattr(each, "__name__", None))
def test_broken_input_ends_with_2_and_leaves_out_untouched(
    scored: Path, damage: Callable[[Path], None], named: str
) -> None:
    before = digest(scored / "out")
    damage(scored)
    told = check(scored)
    assert told.exit_code == 2
    assert named in told.output
    assert "Traceback" not in told.output
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert digest(scored / "out") == before
    assert not (scored / "pwned").exists()
    assert not Path("pwned").exists()


WRONG_USE = [
    (["--round", "2031-W01"], "2031-W01"),
    (["--as-of", "31.3.2026"], "2026-03-31"),
    (["--catalogue", "natoinal"], "national"),
]


@pytest.mark.parametrize(("more", "told"), WRONG_USE)
def test_wrong_use_says_what_to_write(city: Path, more: list[str], told: str) -> None:
    result = check(city, *more)
    assert result.exit_code == 2
    assert told in result.output
    assert not (city / "out").exists()


@pytest.mark.untraced
def test_data_without_any_date_asks_for_the_day(city: Path) -> None:
    for path in (city / "data").glob("*.csv"):
        path.write_text(path.read_text("utf-8").replace(",日期", ",备注").replace("2026-03-0", "三月"), "utf-8")
    result = check(city)
    assert result.exit_code == 2
    assert "--as-of" in result.output
    assert check(city, "--as-of", "2026-03-05").exit_code == 0


def test_a_path_that_is_not_there(city: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(city / "nowhere")])
    assert result.exit_code == 2
    assert "nowhere" in result.output


def test_a_foreign_folder_is_not_overwritten(city: Path) -> None:
    (city / "out").mkdir()
    (city / "out" / "letter.txt").write_text("mine")
    result = check(city)
    assert result.exit_code == 2
    assert (city / "out" / "letter.txt").read_text() == "mine"


def _small_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def _command(city: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "duibiao.cli",
        "check",
        str(city / "data"),
        "--catalogue",
        str(city / "criteria"),
        "-o",
        str(city / "out"),
    ]


@pytest.mark.untraced
def test_a_full_disk_leaves_the_old_result(scored: Path) -> None:
    before = digest(scored / "out")
    done = subprocess.run(_command(scored), preexec_fn=_small_files, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert str(scored / "out") in done.stderr
    assert digest(scored / "out") == before
    assert [path.name for path in scored.iterdir() if path.name.startswith(".")] == []


@pytest.mark.untraced
def test_a_run_killed_at_any_moment_leaves_one_result_whole(scored: Path) -> None:
    city = scored
    old = digest(city / "out")
    path = city / "data" / "交通路口.csv"
    path.write_text(path.read_text("utf-8").replace("200,190", "200,100"), "utf-8")
    started = time.monotonic()
    copy = city.parent / "copy"
    shutil.copytree(city, copy)
    subprocess.run(_command(copy), check=True, capture_output=True)
    whole = time.monotonic() - started
    names = {path.relative_to(copy / "out").as_posix() for path in (copy / "out").rglob("*") if path.is_file()}
    for share in (0.5, 0.8, 0.9, 0.95, 1.0):
        with subprocess.Popen(_command(city), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(whole * share)
            process.kill()
        from duibiao.reports.folder import restore

        restore(city / "out")
        files = {path.relative_to(city / "out").as_posix() for path in (city / "out").rglob("*") if path.is_file()}
        assert digest(city / "out") == old or files == names

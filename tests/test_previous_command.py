"""`duibiao check --previous`: an earlier result by its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from duibiao.cli import main

pytestmark = pytest.mark.untraced

ROOT: Final = Path(__file__).resolve().parent.parent


def check(out: Path, *more: str) -> tuple[int, str]:
    data, criteria = ROOT / "examples" / "starter" / "data", ROOT / "examples" / "starter" / "criteria"
    told = CliRunner().invoke(
        main,
        ["check", str(data), "--catalogue", str(criteria), "-o", str(out), "--pages", "none", "--lang", "en", *more],
    )
    return told.exit_code, told.output


def test_an_earlier_result_is_named_on_the_command_line(tmp_path: Path) -> None:
    assert check(tmp_path / "first")[0] == 0
    code, _told = check(tmp_path / "second", "--previous", str(tmp_path / "first"))
    assert code == 0
    page = (tmp_path / "second" / "index.html").read_text("utf-8")
    assert "Why the total moved" in page


def test_what_is_no_earlier_result_is_refused(tmp_path: Path) -> None:
    assert check(tmp_path / "first")[0] == 0
    code, told = check(tmp_path / "second", "--as-of", "2020-01-01", "--previous", str(tmp_path / "first"))
    assert code == 2
    assert "after this round (2020-01-01); give earlier ones" in told
    code, told = check(tmp_path / "second", "--previous", str(tmp_path / "none"))
    assert code == 2
    assert "none" in told

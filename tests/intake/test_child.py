"""The child processes that open workbooks and parquet files: their limits, and how they may end."""

from __future__ import annotations

import io
import pickle
import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duibiao.evaluator.intake import parquet_cells, workbook_cells
from duibiao.evaluator.intake.child import HERE, open_in_child
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.reasons import Refused
from duibiao.evaluator.intake.values import Broken, Percentage
from duibiao.evaluator.intake.workbook import read_workbook
from tests.intake.city import parquet_bytes, xlsx_bytes

ROWS = [{"点位": "人民市场", "摊位数": "3"}, {"点位": "建设市场", "摊位数": "4"}]
ASKED = ("1000000000", "50", "1000000", "10", "10", "100")  # memory, seconds, unpacked, columns, rows, cells


def run(monkeypatch: pytest.MonkeyPatch, kind: str, raw: bytes, *more: str) -> tuple[object, list[tuple[int, int]]]:
    """What a child script writes, and the limits that it set itself."""
    out, limits = io.BytesIO(), list[tuple[int, int]]()
    monkeypatch.setattr(sys, "argv", ["child", *ASKED, *more])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out))
    monkeypatch.setattr("resource.setrlimit", lambda _, both: limits.append(both))
    runpy.run_path(str(HERE / f"{kind}_cells.py"), run_name="__main__")
    return pickle.loads(out.getvalue()), limits


def test_a_workbook_is_read_from_stdin_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    found, limits = run(monkeypatch, "workbook", xlsx_bytes({"甲": ROWS}))
    assert isinstance(found, dict)
    assert found["sheets"][0]["rows"][1] == ["人民市场", "3"]
    assert limits == [(1_000_000_000,) * 2, (50,) * 2]


def test_parquet_is_read_from_stdin_within_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, limits = run(monkeypatch, "parquet", parquet_bytes(ROWS), str(tmp_path / "a.arrow"))
    assert found == {}
    assert pl.read_ipc(tmp_path / "a.arrow").rows(named=True) == ROWS
    assert limits == [(parquet_cells.BESIDE_DATA + 1_000_000_000,) * 2, (50,) * 2]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ((1, 10, 10), "too-many-columns"),
        ((2, 1, 10), "too-many-rows"),
        ((2, 2, 3), "too-many-cells"),
        ((2, 2, 4), None),
    ],
)
def test_limits_of_parquet(tmp_path: Path, limits: tuple[int, int, int], code: str | None) -> None:
    path = str(tmp_path / "a.arrow")
    assert parquet_cells.read(parquet_bytes(ROWS), *limits, path).get("code") == code


def test_parquet_that_lies_of_its_rows_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of rows stands at the end of the file, the rows before it."""
    whole = pl.scan_parquet(io.BytesIO(parquet_bytes(ROWS)))
    monkeypatch.setattr(pl, "scan_parquet", lambda _: whole)
    monkeypatch.setattr(whole, "select", lambda _: pl.LazyFrame({"len": [3]}))
    found = parquet_cells.read(parquet_bytes(ROWS), 10, 10, 10, str(tmp_path / "a.arrow"))
    assert found == {"code": "parquet-damaged", "reason": "2 / 3"}


@pytest.mark.parametrize(
    ("error", "code"), [(MemoryError(), "parquet-too-large"), (pl.exceptions.PanicException("x"), "parquet-damaged")]
)
def test_what_ends_the_reading_of_parquet(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: str) -> None:
    def scan(_: object) -> None:
        raise error

    monkeypatch.setattr(pl, "scan_parquet", scan)
    assert parquet_cells.read(b"PAR1", 10, 10, 10, "").get("code") == code


def test_what_ends_the_reading_of_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    for error, code in ((MemoryError(), "workbook-too-large"), (KeyError("x"), "workbook-damaged")):

        def sheets_of(*_: object, wrong: Exception = error) -> None:
            raise wrong

        monkeypatch.setattr(workbook_cells, "sheets_of", sheets_of)
        assert workbook_cells.read(b"PK", 10, 10, 10, 10)["code"] == code


@pytest.mark.parametrize("script", [workbook_cells, parquet_cells])
def test_without_limits_to_set_the_child_works_all_the_same(monkeypatch: pytest.MonkeyPatch, script: object) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    script.limit_resources(1, 1)  # type: ignore[attr-defined]
    assert sys.modules["resource"] is None


def answer(monkeypatch: pytest.MonkeyPatch, code: int, stdout: bytes = b"", stderr: bytes = b"") -> None:
    """Let the child end so."""
    done = subprocess.CompletedProcess([], code, stdout, stderr)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)


@pytest.mark.parametrize(
    ("code", "stderr", "refusal"),
    [
        (-9, b"", "workbook-too-large"),
        (1, b"MemoryError", "workbook-too-large"),
        (1, b"Traceback\nPanicException: x", "workbook-damaged"),
        (1, b"", "workbook-damaged"),
    ],
)
def test_how_the_child_may_end(monkeypatch: pytest.MonkeyPatch, code: int, stderr: bytes, refusal: str) -> None:
    answer(monkeypatch, code, stderr=stderr)
    with pytest.raises(Refused, match=refusal):
        read_workbook(b"PK", Limits())


def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Refused, match="workbook-too-large"):
        read_workbook(b"PK", Limits())


def test_what_the_child_writes_can_be_plain_values_only(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, 0, stdout=pickle.dumps({"sheets": [print]}))
    with pytest.raises(pickle.UnpicklingError):
        read_workbook(b"PK", Limits())


def test_a_broken_cell_beyond_the_rows_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = {
        "name": "甲",
        "hidden": False,
        "rows": [["a", 0.88, "八成"]],
        "merged": [],
        "broken": [(0, 5, "#N/A"), (9, 0, "#N/A"), (0, 0, "#REF!")],
        "percentages": [(0, 1), (0, 2), (0, 7), (9, 0)],
    }
    answer(monkeypatch, 0, stdout=pickle.dumps({"sheets": [sheet], "links": False, "epoch": date(1899, 12, 30)}))
    (found,) = read_workbook(b"PK", Limits()).sheets
    assert found.rows == [[Broken("#REF!"), Percentage(0.88), "八成"]]


@pytest.mark.parametrize("kind", ["workbook", "parquet"])
def test_a_real_child_that_meets_a_limit_ends_alone(tmp_path: Path, kind: str) -> None:
    raw = xlsx_bytes({"甲": ROWS}) if kind == "workbook" else parquet_bytes(ROWS)
    beside = parquet_cells.BESIDE_DATA if kind == "parquet" else 0
    limits = Limits(memory=(1 << 24) - beside)
    with pytest.raises(Refused):
        open_in_child(kind, raw, limits, str(tmp_path / "a.arrow"))  # type: ignore[arg-type]

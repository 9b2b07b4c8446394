"""下发: a list and a letter for each unit, a bulletin, under names that every system takes; nothing beside them."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner, Result

from duibiao.cli import main
from duibiao.evaluator.assessment import Assessment
from duibiao.reports import gaps_workbook, handout
from duibiao.reports.handout import FOLDER, write_handout
from tests.assessments import assessment
from tests.hostile import TEXTS, hostile_city
from tests.word_text import texts

ROOT = Path(__file__).resolve().parent.parent
STARTER = ROOT / "examples" / "starter"


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city."""
    return assessment()


def written(of: Assessment, folder: Path, language: str = "zh") -> dict[str, bytes]:
    write_handout(folder, of, language)  # type: ignore[arg-type]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_each_unit_has_a_list_and_a_letter_and_the_round_a_bulletin(tmp_path: Path, made: Assessment) -> None:
    units = {unit for gap in made.gaps for unit in gap.lead_units}
    told = write_handout(tmp_path, made, "zh")
    assert (told.lists, told.notices, told.unwritten) == (len(units), len(units), ())
    names = sorted(path.name for path in (tmp_path / FOLDER).iterdir())
    assert len(names) == 2 * len(units) + 1
    assert "整改清单_川汇区市场监管局_2026-03.xlsx" in names
    assert "整改通知书_川汇区市场监管局_2026-03.docx" in names
    assert "通报_2026-03.docx" in names


def test_the_letter_names_the_list_that_lies_beside_it_and_counts_its_rows(tmp_path: Path, made: Assessment) -> None:
    files = written(made, tmp_path)
    for name, raw in files.items():
        if name.endswith(".xlsx"):
            letter = texts(files[name.replace("整改清单", "整改通知书").replace(".xlsx", ".docx")])
            assert f"附件：{Path(name).name}" in letter
            rows = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0].max_row - 3
            assert f"整改的问题 {rows} 个" in letter[3]


def test_a_gap_without_any_unit_has_a_list_and_no_letter(tmp_path: Path, made: Assessment) -> None:
    alone = replace(made, gaps=(replace(made.gaps[0], lead_units=(), supporting_units=()), *made.gaps[1:]))
    told = write_handout(tmp_path, alone, "zh")
    assert told.lists == told.notices + 1
    assert (tmp_path / FOLDER / "整改清单_未定责任单位_2026-03.xlsx").is_file()


def test_the_same_assessment_makes_the_same_bytes(tmp_path: Path, made: Assessment) -> None:
    assert written(made, tmp_path / "a") == written(assessment(), tmp_path / "b")


def test_english_names(tmp_path: Path, made: Assessment) -> None:
    assert f"{FOLDER}/Bulletin_2026-03.docx" in written(made, tmp_path, "en")


def test_a_list_that_is_too_long_is_said(tmp_path: Path, made: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps_workbook, "ROWS", 0)
    told = write_handout(tmp_path, made, "zh")
    assert told.lists == 0
    assert "整改清单_川汇区市场监管局_2026-03.xlsx" in told.unwritten


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_hostile_names_stay_in_the_folder(text: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    files = written(hostile_city(text), out)
    assert len(files) == 3
    assert {Path(name).parent.as_posix() for name in files} == {FOLDER}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# --- the command ------------------------------------------------------------------------------------------------------


def check(*words: object) -> Result:
    command = [
        "check",
        str(STARTER / "data"),
        "--catalogue",
        str(STARTER / "criteria"),
        "--lang",
        "en",
        *map(str, words),
    ]
    return CliRunner().invoke(main, command)


def test_check_writes_gaps_always_and_the_handout_on_request(tmp_path: Path) -> None:
    told = check("-o", tmp_path / "out")
    assert told.exit_code == 0, told.output
    assert (tmp_path / "out" / "gaps.xlsx").is_file()
    assert not (tmp_path / "out" / FOLDER).exists()
    told = check("-o", tmp_path / "out", "--handout")
    assert told.exit_code == 0, told.output
    lists = len(list((tmp_path / "out" / FOLDER).glob("*.xlsx")))
    assert lists > 0
    assert f"To be sent: {tmp_path / 'out' / FOLDER} ({lists} lists, {lists} letters, a bulletin)" in told.output


def test_check_without_a_folder_cannot_hand_out() -> None:
    told = check("--handout")
    assert told.exit_code == 2
    assert "-o OUT" in told.output


def test_check_fills_in_an_own_letter(tmp_path: Path) -> None:
    letter = docx.Document()
    letter.add_paragraph("Dear {{ unit }}, {{ gaps }}")
    letter.save(str(tmp_path / "own.docx"))
    told = check("-o", tmp_path / "out", "--notice-template", tmp_path / "own.docx")
    assert told.exit_code == 0, told.output
    for path in (tmp_path / "out" / FOLDER).glob("Notice*.docx"):
        assert texts(path.read_bytes())[0].startswith("Dear ")


def test_an_own_letter_that_asks_for_what_there_is_not_stops_before_anything_is_written(tmp_path: Path) -> None:
    letter = docx.Document()
    letter.add_paragraph("{{ telephone }}")
    letter.save(str(tmp_path / "own.docx"))
    told = check("-o", tmp_path / "out", "--notice-template", tmp_path / "own.docx")
    assert told.exit_code == 2
    assert "telephone" in told.output
    assert not (tmp_path / "out").exists()
    told = check("-o", tmp_path / "out", "--notice-template", tmp_path / "none.docx")
    assert told.exit_code == 2
    assert "none.docx" in told.output


def test_an_own_letter_that_fails_on_real_values_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = docx.Document()
    letter.add_paragraph("{{ telephone }}")
    letter.save(str(tmp_path / "own.docx"))
    monkeypatch.setattr(handout, "example_values", lambda: {"telephone": "7"})
    told = check("-o", tmp_path / "out", "--notice-template", tmp_path / "own.docx")
    assert told.exit_code == 2
    assert "telephone" in told.output
    assert not (tmp_path / "out").exists()


def test_too_many_gaps_for_gaps_xlsx_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps_workbook, "ROWS", 0)
    told = check("-o", tmp_path / "out", "--handout")
    assert told.exit_code == 0, told.output
    assert "gaps.xlsx was not written" in told.output
    assert not (tmp_path / "out" / "gaps.xlsx").exists()
    assert "was not written: there are more gaps than a sheet holds" in told.output.split("To be sent")[1]

"""The mapping.yaml that `inspect` writes: read back, it means what was understood without it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.understanding import understand
from duibiao.evaluator.submission import Submission
from duibiao.reports.mapping_draft import mapping_draft
from tests.intake.awkward.sheets import Sheet, workbook
from tests.intake.awkward.test_shapes import BASE, CASES, Case, files_of
from tests.intake.city import load_test_catalogue, read, refused, write


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_test_catalogue(tmp_path_factory.mktemp("catalogue"))


def plain(text: str) -> str:
    """No translation."""
    return text


def draft(folder: Path, catalogue: Catalogue) -> str:
    """What is written for a data folder."""
    return mapping_draft(understand([folder], catalogue), folder / "mapping.yaml", plain)


def frames(submission: Submission) -> Iterator[pl.DataFrame]:
    """What was read."""
    yield from (submission.areas, submission.sites, submission.checks, submission.problems, submission.waivers)
    yield submission.taken
    yield from submission.visits.values()


def without_comments(text: str) -> list[str]:
    """The lines that say something."""
    return [line.partition("  # ")[0] for line in text.splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are texts elsewhere")
def test_a_name_in_gb18030_is_written_as_it_is_shown(tmp_path: Path, catalogue: Catalogue) -> None:
    write(tmp_path, BASE)
    (tmp_path / os.fsdecode("三月.csv".encode("gb18030"))).write_text("点位,摊位数\n人民市场,3\n", encoding="utf-8")
    written = draft(tmp_path, catalogue)
    assert '  "三月.csv":  # ' in written
    assert read(tmp_path, catalogue, {"mapping.yaml": written}).visits["market"].height == 1


@pytest.mark.parametrize("case", [case for case in CASES if not case.refused], ids=lambda case: case.name)
def test_it_means_the_same(tmp_path: Path, catalogue: Catalogue, case: Case) -> None:
    before = read(tmp_path, catalogue, files_of(case))
    written = draft(tmp_path, catalogue)
    (tmp_path / "mapping.yaml").unlink(missing_ok=True)
    after = read(tmp_path, catalogue, {"mapping.yaml": written})
    assert after.rejects == before.rejects
    assert [
        (each.shape, each.read, each.used, dict(each.columns)) for each in after.tables if each.shape != "mapping"
    ] == [(each.shape, each.read, each.used, dict(each.columns)) for each in before.tables if each.shape != "mapping"]
    for one, other in zip(frames(before), frames(after), strict=True):
        assert one.equals(other)
    assert without_comments(draft(tmp_path, catalogue)) == without_comments(written)


HEADERS = st.sampled_from(
    ["点位", "名称", "日期", "检查时间", "摊位数", "摊位总数", "摊位数（个）", "标准", "项目", "结果", "扣分", "问题", "备注", "怪", "序号", "", "A", "C", "组/噪声", "一/名称", "秩序良好", "建筑面积", "区县"]
)  # fmt: skip
CELLS = st.sampled_from(
    ["", "/", "人民市场", "建设市场", "3", "三", "是", "B", "秩序良好", "2026-03-06", "川汇区", "x"]
)


@pytest.mark.untraced
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HEADERS, min_size=2, max_size=6).flatmap(lambda heads: st.tuples(st.just(heads), st.lists(st.tuples(*(CELLS for _ in heads)), min_size=1, max_size=3))))  # fmt: skip
def test_whatever_the_headers_are_it_means_the_same(
    catalogue: Catalogue, made: tuple[list[str], list[tuple[str, ...]]]
) -> None:
    headers, rows = made
    with TemporaryDirectory() as folder:
        data = write(Path(folder), {**BASE, "农贸市场.csv": "".join(",".join(row) + "\n" for row in (headers, *rows))})
        found = understand([data], catalogue)
        assume(found.whole)
        before = read(data, catalogue, {})
        after = read(data, catalogue, {"mapping.yaml": mapping_draft(found, data / "mapping.yaml", plain)})
    assert after.rejects == before.rejects
    assert [(each.shape, each.used) for each in after.tables if each.shape != "mapping"] == [
        (each.shape, each.used) for each in before.tables
    ]
    for one, other in zip(frames(before), frames(after), strict=True):
        assert one.equals(other)


def test_a_draft_of_one_workbook(tmp_path: Path, catalogue: Catalogue) -> None:
    sheets = {
        "农贸市场": Sheet(
            ["检查表", "序号 | 点位 | 摊位 数 | 怪\n列 | 备注 | 备注 | | ", "=1 | 人民市场 | =3 | x | a | | | y"],
            "A1:H1",
        ),
        "旧": Sheet(["甲 | 乙", "1 | 2"]),
        "无": Sheet(["项目 | 扣分", "标识规范 | =1"]),
    }
    files = {
        "sub/w.xlsx": workbook(sheets),
        "sub/mapping.yaml": "files: {w.xlsx!旧: {skip: true}, w.xlsx!农贸市场: {round: r1, complete: true}}",
    }
    write(tmp_path, files)
    found = understand([tmp_path], catalogue)
    assert mapping_draft(found, tmp_path / "mapping.yaml", plain).splitlines() == [
        "# How duibiao understands these files. Correct what is wrong; delete what need not be said.",
        "# columns: a header (or a letter) of the file, and what it means; null leaves a column out.",
        "files:",
        '  "sub/w.xlsx!农贸市场":  # inspections, a row a visit',
        "    shape: wide",
        "    header_rows: [2]",
        '    round: "r1"',
        "    complete: true",
        "    # type: market, after the name of the file or sheet",
        "    columns:",
        '      "序号": null  # left out',
        '      "点位": "点位"  # 点位 (site)',
        '      "摊位 数": "摊位 数"  # field 摊位数 (stalls)',
        '      "怪\\n列": null  # not used: not known',
        '      "E": "备注"  # field 备注 (remark)',
        '      "F": "备注"  # field 备注 (remark)',
        '      "H": null  # not used: no header',
        '  "sub/w.xlsx!无":',
        "    # The shape is not recognised: areas, units, rounds, waivers, register, wide, checks, problems, answers",
        "    # shape: ...",
        "    # skip: true",
        "    # nearest: checks; it lacks 点位|编号|属地|单位",
        "    header_rows: [1]",
        "    columns:",
        '      "项目": "项目"  # 测评标准 (criterion)',
        '      "扣分": "扣分"  # 扣分 (deduction)',
        '  "sub/w.xlsx!旧": {skip: true}',
    ]  # fmt: skip


def test_what_is_not_recognised_can_be_mended_in_the_draft(tmp_path: Path, catalogue: Catalogue) -> None:
    write(tmp_path, {**BASE, "w.csv": "市场,数\n人民市场,3\n"})
    written = draft(tmp_path, catalogue)
    assert refused(tmp_path, catalogue, {"mapping.yaml": written}) == [("w.csv", "unknown-shape")]
    mended = written.replace('"市场": null', '"市场": 点位').replace('"数": null', '"数": 摊位数')
    assert read(tmp_path, catalogue, {"mapping.yaml": mended}).visits["market"]["stalls"].to_list() == [3.0]


def test_columns_that_no_name_and_no_letter_tells_apart_are_told_only(tmp_path: Path, catalogue: Catalogue) -> None:
    write(
        tmp_path,
        {"w.csv": "点位,摊位数,D,备注,备注,C\n甲,3,x,a,b,y\n", "农贸市场.json": [{"": 1, "点位": "乙", "摊位数": 2}]},
    )
    lines = draft(tmp_path, catalogue).splitlines()
    assert "      # 备注: field 备注 (remark)" in lines
    assert '      "E": "备注"  # field 备注 (remark)' in lines
    assert "      # : not used: no header" in lines


def test_files_elsewhere_are_called_by_their_names(tmp_path: Path, catalogue: Catalogue) -> None:
    write(tmp_path / "data", BASE)
    found = understand([tmp_path / "data" / "areas.csv"], catalogue)
    assert '  "areas.csv":  # areas' in mapping_draft(found, tmp_path / "other" / "mapping.yaml", plain).splitlines()
    assert '  "data/areas.csv":  # areas' in mapping_draft(found, tmp_path / "mapping.yaml", plain).splitlines()


def test_a_draft_of_nothing_is_a_mapping_all_the_same(tmp_path: Path, catalogue: Catalogue) -> None:
    write(tmp_path, {"w.csv": "", "v.json": [3]})
    assert draft(tmp_path, catalogue).splitlines()[-1] == "files: {}"

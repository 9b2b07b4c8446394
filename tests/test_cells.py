"""The cells of the data that a gap was found by: what was written at the visit, in the register, and row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.cells import Cell, gap_cells
from duibiao.evaluator.judgement import judge_round
from tests.intake.city import AREAS, FILES, REGISTER, read

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
MORE = {
    "  drains: {": "  share: {label: 持证率, kind: percent, formula: licensed / stalls}\n  drains: {",
    "  - {id: market_drains": "  - {id: market_doors, title: 市场入户率, place: Ⅲ-1, ask: citizens.entry, levels: [{at_least: 0.9, score: 1}]}\n"
    "  - {id: market_size, title: 够大, place: Ⅲ-1, applies: noise > 0, pass: floor_area >= 2000}\n"
    "  - {id: market_share, title: 持证, place: Ⅲ-1, applies: stalls > 0, pass: share >= 0.9}\n"
    "  - {id: market_both, title: 干净又秩序, place: Ⅲ-1, both: [market_clean, market_order]}\n"
    "  - {id: market_drains",
}
WIDE = {"点位": "人民市场", "日期": "2026-03-06"}
ROW = {"点位": "人民市场", "日期": "2026-03-06"}
CITIZENS = {"区县": "川汇区", "日期": "2026-03-06", "抽取户数": 10, "入户数": 6}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The catalogue of the intake's tests, with a criterion on the register, a derived field and two methods."""
    folder = tmp_path_factory.mktemp("catalogue")
    for name, text in FILES.items():
        for old, new in MORE.items():
            text = text.replace(old, new)
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return load_catalogue(folder)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"3月.xlsx": {"市场": [{**WIDE, "地面干净": "是"}, {**WIDE, "日期": "2026-03-07", "地面干净": "否", "噪声": 60}]}},
         {"market_size": ["3月.xlsx!市场!D3", "register.csv!E2"], "market_both": ["3月.xlsx!市场!C3"]}),
        ({"3月.csv": [{**WIDE, "持证摊位数": "3", "排水": "C", "摊位数": "9"}]},
         {"market_share": ["3月.csv!C2", "3月.csv!E2"], "market_drains": ["3月.csv!D2"]}),
        ({"检查.csv": [{**ROW, "测评标准": "秩序良好", "结果": "不符合"}, {**ROW, "测评标准": "服务周到", "等级": "差"}]},
         {"market_both": ["检查.csv!D2"], "market_service": ["检查.csv!D3"]}),
        ({"问题.csv": [{**ROW, "测评标准": "无乱扔垃圾", "问题": "烟头"}] * 4, "3月.csv": [{**WIDE, "已查全": "是", "摊位数": "9"}]},
         {"litter": ["问题.csv!D2", "问题.csv!D3", "问题.csv!D4", "问题.csv!D5"]}),
        ({"3月.csv": [{**WIDE, "地面干净": "否"}], "检查.csv": [{**ROW, "结果": "不符合", "测评标准": "秩序良好"}]},
         {"market_both": ["3月.csv!C2", "检查.csv!C2"]}),
        ({"市民问卷.csv": [CITIZENS], "3月.csv": [{**WIDE, "噪声": ""}]}, {"entry_rate": ["市民问卷.csv!C2", "市民问卷.csv!D2"], "market_doors": []}),
        ({"3月.csv": [{**WIDE, "噪声": "60"}]}, {"market_size": ["3月.csv!C2", "register.csv!E2"]}),
        ({"3月.csv": [{**WIDE, "排水": "C"}, {**WIDE, "点位": "建设市场", "排水": "C"}]}, {"market_drains": ["3月.csv!C3"]}),
    ],
    ids=["the last visit", "a derived field", "verdicts", "problems", "two methods", "an estimate", "the register", "two sites"],
)  # fmt: skip
def test_the_cells_of_each_gap(
    tmp_path: Path, catalogue: Catalogue, files: Mapping[str, object], expected: Mapping[str, list[str]]
) -> None:
    judgement = judge_round(catalogue, read(tmp_path, catalogue, {**BASE, **files}))
    gaps = assess_judgement(judgement).gaps
    found = gap_cells(judgement, gaps)
    assert set(found) == {gap.id for gap in gaps}
    assert {gap.criterion: [each.address for each in found[gap.id]] for gap in gaps} == expected
    for cell in (each for cells in found.values() for each in cells):
        assert cell.address.startswith(f"{cell.file}!")


def test_a_row_without_a_column_that_speaks_of_a_criterion_is_told_by_its_number(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    files = {**BASE, "检查.csv": [{**ROW, "测评标准": "秩序良好", "结果": "不符合"}]}
    submission = read(tmp_path, catalogue, files)
    bare = replace(submission, tables=tuple(replace(each, columns={}) for each in submission.tables))
    judgement = judge_round(catalogue, bare)
    (gap, *_), found = assess_judgement(judgement).gaps, gap_cells(judgement, assess_judgement(judgement).gaps)
    assert found[gap.id] == (Cell("检查.csv", "检查.csv!2"),)

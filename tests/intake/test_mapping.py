"""mapping.yaml: what it settles, and every mistake in it with its line and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.delimited import ENCODINGS
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.layout import MAX_HEADER_ROWS
from duibiao.evaluator.intake.mapping import KEYS, SHAPES, Given, Renamed, read_mapping
from duibiao.evaluator.intake.names import site_type_names
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.intake.reasons import UnreadableData
from tests.intake.awkward.sheets import Sheet, workbook
from tests.intake.city import AREAS, REGISTER, named, notes, only, read, write

BASE = {"areas.csv": AREAS, "register.csv": REGISTER}
W = "市场名,个数,说明\n人民市场,3,x\n建设市场,4,y\n"
BOOK = workbook(
    {
        "一": Sheet(["市场名 | 个数", "人民市场 | =3"]),
        "二": Sheet(["市场名 | 个数", "建设市场 | =4"]),
        "三": Sheet(["甲 | 乙", "1 | 2"]),
        "四": Sheet(["甲"], hidden=True),
    }
)


def mapping(**files: str) -> str:
    """A mapping file: what is said of each file in flow style."""
    return "files:\n" + "".join(f"  {name.replace('_', '.')}: {{{said}}}\n" for name, said in files.items())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("columns: {市场名: 点位, 个数: 摊位}", "'摊位' means nothing here; did you mean '摊位数'?"),
        ("columns: {市场: 点位, 个数: 摊位数}", "no column is called '市场'; did you mean '市场名'?"),
        ("columns: {Z: 点位}", "no column is called 'Z'"), ("columns: [点位]", "`columns` has a line for each column: its header or letter"),
        ("columns: {市场名: [点位]}", "'市场名' is a field, a header such as 点位, or null"), ("columns: {市场名: true}", "'市场名' is a field"),
        ("columns: {同名: 点位}", "several columns are called '同名'; write their letters: D, E"),
        ("header_row: 0", "`header_rows` is the row of the headers, or up to 3 rows"), ("header_rows: []", "`header_rows` is the row"),
        ("header_rows: [1, 3]", "`header_rows` is the row"), ("header_rows: [1, 2, 3, 4]", "`header_rows` is the row"), ("header_row: 一", "`header_rows` is the row"),
        ("header_rows: [true]", "`header_rows` is the row"), ("header_rows: [1, x]", "`header_rows` is the row"),
        ("header_row: 1, header_rows: [1, 2]", "write `header_row` or `header_rows`, not both"),
        ("shape: long", "'long' is no `shape`; known: areas, units, rounds"), ("shape: [checks]", "is no `shape`"), ("shape: check", "did you mean 'checks'?"),
        ("encoding: gbk", "'gbk' is no `encoding`"), ("skip: 1", "`skip` is true or false"), ("site: [甲]", "`site` is a name"), ("area: ' '", "`area` is a name"),
        ("column: {}", "'column' is not a known key here; did you mean 'columns'?"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, catalogue: Catalogue, said: str, told: str) -> None:
    content = W.replace("说明", "说明,同名,同名").replace(",x", ",x,1,2").replace(",y", ",y,1,2")
    write(tmp_path, {**BASE, "w.csv": content, "mapping.yaml": mapping(w_csv=said)})
    with pytest.raises(UnreadableData) as caught:
        read_submission([tmp_path], catalogue)
    found = [each for each in caught.value.refusals if each.code == "mapping"]
    assert any(told in each.message for each in found), caught.value
    assert {each.message.split(":")[0] for each in found} == {"line 2"}


def test_the_line_of_a_mistake_is_that_of_its_own_key(tmp_path: Path, catalogue: Catalogue) -> None:
    text = (
        "files:\n  w.csv:\n    skap: true\n    columns:\n      市场名: 点位\n      个数: 摊\n  v.csv:\n    skip: true\n"
    )
    write(tmp_path, {**BASE, "w.csv": W, "mapping.yaml": text})
    with pytest.raises(UnreadableData) as caught:
        read_submission([tmp_path], catalogue)
    lines = sorted(each.message.split(":")[0] for each in caught.value.refusals if each.code == "mapping")
    assert lines == ["line 3", "line 6", "line 8"]


def test_records_have_neither_header_rows_nor_an_encoding(tmp_path: Path, catalogue: Catalogue) -> None:
    said = mapping(w_json="header_row: 1, encoding: big5")
    write(tmp_path, {**BASE, "w.json": [{"点位": "人民市场", "摊位数": 3}], "mapping.yaml": said})
    with pytest.raises(UnreadableData) as caught:
        read_submission([tmp_path], catalogue)
    assert [each.message for each in caught.value.refusals] == [
        "line 2: `encoding` is for .csv and .tsv files only; leave it out",
        "line 2: records have no header rows; leave out `header_rows`",
    ]


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("shape: checks, columns: {市场名: 点位}", "shape-lacks", "测评标准 + 结果|等级|扣分|得分"),
        ("shape: register, columns: {市场名: 点位}", "shape-lacks", "点位类型"),
        ("header_row: 9", "no-header-row", "row 9"), ("header_row: 4", "no-header-row", "row 4"),
        ("encoding: big5", "other-encoding", "big5 as was said (line 1)"), ("encoding: utf-8", "other-encoding", "utf-8 as was said (line 5)"),
        ("shape: units, site: 人民市场, columns: {市场名: 单位}", "constant-unused", "shape units"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(tmp_path: Path, catalogue: Catalogue, said: str, code: str, told: str) -> None:
    raw = (W + "\n").encode("utf-8") + "测".encode("gbk")[:1] + b"\n"
    content = raw if "encoding" in said else W + "\n"
    write(tmp_path, {**BASE, "w.csv": content, "mapping.yaml": mapping(w_csv=said)})
    with pytest.raises(UnreadableData) as caught:
        read_submission([tmp_path], catalogue)
    (refusal,) = caught.value.refusals
    assert (refusal.file, refusal.code) == ("w.csv", code)
    assert told in refusal.message


def test_columns_by_header_and_by_letter(tmp_path: Path, catalogue: Catalogue) -> None:
    said = mapping(w_csv="type: market, columns: {' 市场 名 ': site, b: 摊位总数, 说明: null}")
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": W, "mapping.yaml": said})
    assert submission.visits["market"].select("site", "stalls", "remark").rows() == [
        ("M1", 3.0, None),
        ("M2", 4.0, None),
    ]
    assert submission.tables[2].columns == {"site": "A", "stalls": "B"}
    assert submission.tables[2].unused_columns == ("说明",)
    assert notes(submission) == []


def test_messages_call_a_column_as_the_file_does(tmp_path: Path, catalogue: Catalogue) -> None:
    said = mapping(w_csv="columns: {市场名: 点位, 个数: 摊位数}")
    reject = only(read(tmp_path, catalogue, {**BASE, "w.csv": W.replace(",3,", ",三处,"), "mapping.yaml": said}))
    assert (reject.cell, reject.reason) == ("B2", "'三处' cannot be read as a count (column '个数')")
    assert reject.suggestion == "write a whole number from 0, such as 3; leave the cell blank if nothing was counted"


def test_columns_of_records(tmp_path: Path, catalogue: Catalogue) -> None:
    said = mapping(w_json="columns: {市场名: 点位, 个数: 摊位数}")
    rows = [{"市场名": "人民市场", "个数": 3}]
    assert named(read(tmp_path, catalogue, {**BASE, "w.json": rows, "mapping.yaml": said})) == ["M1"]


def test_a_sheet_says_more_than_its_file(tmp_path: Path, catalogue: Catalogue) -> None:
    said = "files:\n  w.xlsx: {columns: {市场名: 点位, 个数: 摊位数}}\n  w.xlsx!二: {columns: {个数: 噪声}}\n  w.xlsx!三: {skip: true}\n"
    submission = read(tmp_path, catalogue, {**BASE, "w.xlsx": BOOK, "mapping.yaml": said})
    assert submission.visits["market"].sort("row", "table").select("site", "stalls", "noise").rows() == [
        ("M1", 3.0, None),
        ("M2", None, 4.0),
    ]
    assert [(each.code, each.place) for each in submission.notes if each.code != "unused-column"] == [
        ("hidden-sheet", "w.xlsx!四"),
        ("skipped-table", "w.xlsx!三"),
    ]


def test_what_is_said_of_a_folder_holds_for_every_file_in_it(tmp_path: Path, catalogue: Catalogue) -> None:
    """What is said of a file goes before it, and so does what is said of a folder within it."""
    said = "files: {sent: {round: 春, columns: {个数: 摊位数}}, sent/a: {round: 夏}, sent/a/w.csv: {round: 秋}}\n"
    row = {"点位": "人民市场", "个数": "3"}
    files = {f"{name}.csv": [row | {"备注": name}] for name in ("sent/v", "sent/a/v", "sent/a/w", "sent/a/b/c/v", "w")}
    submission = read(
        tmp_path,
        catalogue,
        {**BASE, **files, "mapping.yaml": said, "sent/a/b/mapping.yaml": "files: {c: {complete: true}}\n"},
    )
    found = submission.visits["market"].sort("remark").select("remark", "round", "stalls", "complete")
    assert found.rows() == [
        ("sent/a/b/c/v", "夏", 3.0, True), ("sent/a/v", "夏", 3.0, None), ("sent/a/w", "秋", 3.0, None),
        ("sent/v", "春", 3.0, None), ("w", "", None, None),
    ]  # fmt: skip


def test_a_folder_may_be_skipped_but_for_a_file(tmp_path: Path, catalogue: Catalogue) -> None:
    said = "files: {old: {skip: true}, old/w.csv: {skip: false}, old/a/b: {skip: true}}\n"
    good = [{"点位": "人民市场", "摊位数": "3"}]
    bad = dict.fromkeys(("old/a.xlsx", "old/a/v.xlsx", "old/a/b/v.xlsx"), b"PK\x03\x04 damaged")
    submission = read(tmp_path, catalogue, {**BASE, **bad, "old/w.csv": good, "mapping.yaml": said})
    assert [(each.code, each.place) for each in submission.notes] == [
        ("skipped-table", "old"),
        ("skipped-table", "old/a/b"),
    ]
    assert named(submission) == ["M1"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("sant: {round: 春}", "no file or sheet is called 'sant'"), ("sent: {columns: {市场: 点位}}", "no column is called '市场'"),
        ("sent/w: {round: 春}", "no file or sheet is called 'sent/w'"), ("se: {round: 春}", "no file or sheet is called 'se'"),
    ],
)  # fmt: skip
def test_what_is_said_of_no_folder(tmp_path: Path, catalogue: Catalogue, said: str, message: str) -> None:
    rows = [{"点位": "人民市场", "摊位数": "3"}]
    folder = write(tmp_path, {**BASE, "sent/w.csv": rows, "mapping.yaml": f"files: {{{said}}}\n"})
    with pytest.raises(UnreadableData, match=message):
        read_submission([folder], catalogue)


def test_files_and_lists_are_skipped(tmp_path: Path, catalogue: Catalogue) -> None:
    said = "files:\n  w.csv: {skip: true}\n  v.json!甲: {skip: true}\n  u.json: {skip: false}\n"
    records = {"甲": [{"a": 1}], "农贸市场": [{"点位": "人民市场", "摊位数": 3}]}
    files = {**BASE, "w.csv": "a,b\n1,2\n", "v.json": records, "u.json": [{"点位": "建设市场", "摊位数": 3}]}
    submission = read(tmp_path, catalogue, {**files, "mapping.yaml": said})
    assert [each.place for each in submission.notes] == ["v.json!甲", "w.csv"]
    assert sorted(map(str, named(submission))) == ["M1", "M2"]


def test_a_damaged_file_may_be_skipped(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {
        **BASE,
        "w.xlsx": b"PK\x03\x04 damaged",
        "v.csv": "点位,摊位数\n人民市场,3\n",
        "mapping.yaml": "files: {w.xlsx: {skip: true}}\n",
    }
    submission = read(tmp_path, catalogue, files)
    assert [(each.code, each.place) for each in submission.notes] == [("skipped-table", "w.xlsx")]
    assert named(submission) == ["M1"]


def test_a_file_of_skipped_sheets_alone_is_no_mistake(tmp_path: Path, catalogue: Catalogue) -> None:
    book = workbook({"三": Sheet(["甲 | 乙", "1 | 2"])})
    said = "files:\n  w.xlsx!三: {skip: true}\n"
    submission = read(
        tmp_path, catalogue, {**BASE, "w.xlsx": book, "v.xlsx": BOOK, "mapping.yaml": said + "  v.xlsx: {skip: true}\n"}
    )
    assert notes(submission) == ["skipped-table", "skipped-table"]
    assert len(submission.tables) == 3


def test_a_site_of_a_whole_file_fills_what_rows_leave_open(tmp_path: Path, catalogue: Catalogue) -> None:
    content = "点位,编号,摊位数\n,,3\n建设市场,,4\n,M2,5\n"
    said = mapping(w_csv="site: 人民市场")
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": content, "mapping.yaml": said})
    assert submission.visits["market"].sort("row")["site"].to_list() == ["M1", "M2", "M2"]


def test_an_area_of_a_whole_register(tmp_path: Path, catalogue: Catalogue) -> None:
    said = mapping(r_csv="shape: register, type: market, area: 示范区")
    content = "点位,属地\n甲,\n乙,川汇区/中心街道\n"
    submission = read(tmp_path, catalogue, {"areas.csv": AREAS, "r.csv": content, "mapping.yaml": said})
    assert submission.sites.filter(site_type="market").select("name", "area").rows() == [
        ("乙", "周口市/川汇区/中心街道"),
        ("甲", "周口市/示范区"),
    ]


def test_the_same_content_said_alike_in_two_lines_counts_once(tmp_path: Path, catalogue: Catalogue) -> None:
    said = mapping(v_csv="columns: {市场名: 点位, 个数: 摊位数}", w_csv="columns: {市场名: 点位, 个数: 摊位数}")
    submission = read(tmp_path, catalogue, {**BASE, "v.csv": W, "w.csv": W, "mapping.yaml": said})
    assert submission.visits["market"].height == 2


def test_what_is_said_of_a_sheet_goes_before_what_is_said_of_its_file() -> None:
    one, other = Renamed("甲", "点位", "m", 1), Renamed("甲 ", "区县", "m", 2)
    found = Given(columns=(one,), complete=False).over(
        Given("market", "r", True, columns=(other,), header_rows=(1,), skip=True)
    )
    assert found == Given("market", "r", False, columns=(one,), header_rows=(1,), skip=True)


def test_the_encoding_of_all_text_files(tmp_path: Path, catalogue: Catalogue) -> None:
    write(tmp_path, {**BASE, "w.csv": "點位,摊位數,日期\nM1,3,2026-03-06\n".replace("摊", "攤").encode("big5")})
    said = mapping(w_csv="columns: {點位: 编号, 攤位數: 摊位数}")
    write(tmp_path, {"mapping.yaml": said, "register.csv": None})
    (tmp_path / "areas.csv").unlink()
    (tmp_path / "register.csv").unlink()
    write(tmp_path, {"r.xlsx": REGISTER, "a.json": AREAS})
    submission = read_submission([tmp_path], catalogue, encoding="big5")
    assert named(submission) == ["M1"]


SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "mapping.schema.json").read_text("utf-8"))


def test_the_schema_for_editors_has_every_key_and_every_word() -> None:
    Draft7Validator.check_schema(SCHEMA)
    keys = SCHEMA["definitions"]["given"]["properties"]
    assert set(keys) == set(KEYS)
    assert (set(keys["shape"]["enum"]), set(keys["encoding"]["enum"])) == (set(SHAPES), set(ENCODINGS))
    assert keys["header_rows"]["maxItems"] == MAX_HEADER_ROWS


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("files: {a.csv: {type: market, columns: {甲: 点位, B: null}, header_rows: [1, 2], skip: false, round: 2026}}", True), ("files: {}", True), ("{}", True),
        ("files: {a.csv: {column: {}}}", False), ("files: {a.csv: {header_row: 1, header_rows: [1]}}", False), ("file: {}", False), ("files: {a.csv: {shape: long}}", False),
    ],
)  # fmt: skip
def test_the_schema_for_editors_agrees_with_the_reader(catalogue: Catalogue, text: str, right: bool) -> None:
    assert Draft7Validator(SCHEMA).is_valid(yaml.safe_load(text)) is right
    _, mistakes = read_mapping(text.encode(), "mapping.yaml", site_type_names(catalogue), Vocabulary(catalogue))
    assert (mistakes == []) is right


def test_keys_and_shapes() -> None:
    assert len(set(KEYS)) == 12
    assert set(SHAPES) == {"areas", "units", "rounds", "waivers", "register", "wide", "checks", "problems", "answers"}

"""Tables of answers: recognised by the questions, read by the choices, and nothing of a person kept that nobody asked."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.rejects import rejects_csv
from duibiao.evaluator.intake.rejects_workbook import rejects_workbook
from duibiao.evaluator.intake.understanding import understand
from duibiao.evaluator.respondents import Respondents, respondents
from duibiao.evaluator.submission import ORIGIN, RESPONDENT, Submission, Table, answer_columns
from tests.intake.city import (
    AREAS,
    REGISTER,
    Rows,
    cells,
    codes,
    csv_bytes,
    notes,
    only,
    read,
    refused,
    write,
    xlsx_bytes,
)
from tests.intake.test_mended import MENDED, figures, put, sheets_of, workbook

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
SUPPORT, SAFETY, PARKS = "您支持本市参评吗", "您觉得安全吗", "15分钟内能到公园吗"
PLACE = "周口市/川汇区/中心街道"


def person(**row: object) -> dict[str, object]:
    """A respondent of 川汇区 who is for it and has a weight."""
    return {"属地": "川汇区", SUPPORT: "支持", "权数": "1", **row}


def table_of(submission: Submission) -> Table:
    """The one table of answers."""
    (table,) = (each for each in submission.tables if each.shape == "answers")
    return table


def values(submission: Submission, column: str, questionnaire: str = "residents") -> list[object]:
    """A column of the answers, in the order of the rows of the data."""
    return submission.answers[questionnaire].sort(*ORIGIN)[column].to_list()


def answered(folder: Path, catalogue: Catalogue, header: str, *typed: object) -> list[object]:
    """What answers to one question are read as."""
    key = Vocabulary(catalogue).questions.of(header, "residents")
    assert key is not None
    rows = [{"属地": "川汇区", "参评态度": "支持", header: each} for each in typed]
    return values(read(folder, catalogue, {**BASE, "a.json": rows}), key)


# --- what is in a submission --------------------------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_contract(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, BASE)
    assert list(submission.answers) == ["residents", "students"]
    for key, frame in submission.answers.items():
        assert dict(frame.schema) == answer_columns(catalogue.site_types[key])
    assert list(answer_columns(catalogue.site_types["students"])) == [*RESPONDENT, "safety", "school", *ORIGIN]


def test_a_respondent(tmp_path: Path, catalogue: Catalogue) -> None:
    row = {
        "序号": "1", "姓名": "张三", "区县": "川汇区", "街道": "中心街道", "小区": "甲小区", "提交答卷时间": "2026/3/6 08:30:15", "轮次": "甲", "权数": "1.25", "总体数": "1,200",
        f"1、{SUPPORT}？[单选题]": "A.支持", f"Q2. {SAFETY}": "比较安全", f"3.{PARKS}": "1",
    }  # fmt: skip
    submission = read(tmp_path, catalogue, {**BASE, "答卷.csv": [row]})
    assert submission.answers["residents"].row(0, named=True) == {
        "area": PLACE, "at": datetime(2026, 3, 6, 8, 30, 15), "round": "甲", "weight": 1.25, "stratum": PLACE, "cluster": "甲小区", "population": 1200.0,
        "support": "支持", "safety": "比较安全", "parks": "能", "table": 2, "row": 2,
    }  # fmt: skip
    assert submission.answers["students"].height == 0
    assert submission.tables[2].cell(2, "support") == "答卷.csv!J2"
    assert submission.tables[2].cell(2, "weight") == "答卷.csv!H2"


@pytest.mark.parametrize(
    ("header", "typed", "read_as"),
    [
        (SUPPORT, ["支持", " 支 持 ", "A.支持", "A、支持", "（ａ）支持", "B：支持", "不支持", "拒答"], ["支持"] * 6 + ["不支持", "拒答"]),
        (SUPPORT, ["", None, "/", "—", "无数据", "(跳过)", "（空）"], [None] * 7),
        (PARKS, ["能", "1", 1, 1.0, "１", "2", "B.不能", "/"], ["能"] * 5 + ["不能", "不能", None]),
        (SAFETY, ["安全", "c. 一般", "不安全"], ["安全", "一般", "不安全"]),
    ],
)  # fmt: skip
def test_an_answer_as_it_is_typed(
    tmp_path: Path, catalogue: Catalogue, header: str, typed: list[object], read_as: list[object]
) -> None:
    if header == SUPPORT:
        rows = [{"属地": "川汇区", SUPPORT: each, SAFETY: "安全"} for each in typed]
        assert values(read(tmp_path, catalogue, {**BASE, "a.json": [*rows, {PARKS: "能"}]}), "support") == [
            *read_as,
            None,
        ]
    else:
        assert answered(tmp_path, catalogue, header, *typed) == read_as


def test_what_is_no_answer_is_told_with_its_cell_and_the_nearest_choice(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [person(), person(**{SUPPORT: "支待"}), person(**{SUPPORT: "2"}), person(**{SUPPORT: "B"}), person(权数="0")]
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": rows})
    assert table_of(submission).used == 1
    told = {(each.cell, each.code): each for each in submission.rejects}
    assert list(told) == [
        ("B3", "unknown-answer"),
        ("B4", "number-as-answer"),
        ("B5", "unknown-answer"),
        ("C6", "not-above-zero"),
    ]
    assert "did you mean '支持'?" in told["B3", "unknown-answer"].suggestion
    assert "支持, 不支持, 说不清, 拒答" in told["B4", "number-as-answer"].suggestion


def test_every_reason_of_a_row_is_told(tmp_path: Path, catalogue: Catalogue) -> None:
    row = {"属地": "川汇", SUPPORT: "支待", SAFETY: "8", "权数": "", "总体数": "1.5", "日期": "去年"}
    assert sorted(codes(read(tmp_path, catalogue, {**BASE, "a.csv": [row]}))) == [
        "missing-weight", "number-as-answer", "unknown-answer", "unknown-area", "unreadable-date",
        "unreadable-population",
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["0", "-5", "1.5", "很多"])
def test_a_population_has_one_advice_that_is_taken(tmp_path: Path, catalogue: Catalogue, written: str) -> None:
    """Who writes what is advised, a number from 1 or nothing, is not refused again."""
    refused = only(read(tmp_path, catalogue, {**BASE, "a.csv": [person(总体数=written)]}))
    assert (refused.code, refused.suggestion) == (
        "unreadable-population",
        "write a whole number from 1, such as 1200; leave the cell blank if it is not known",
    )
    for advised in ("1", "1200", ""):
        assert read(tmp_path, catalogue, {**BASE, "a.csv": [person(总体数=advised)]}).rejects == ()


# --- areas, rounds, samples ---------------------------------------------------------------------------------------------------


def test_where_respondents_live(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        person(属地="川汇区/中心街道"), person(属地="周口市"), person(属地=""), person(属地="示范区"), person(属地="中心街道"),
    ]  # fmt: skip
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": rows})
    assert values(submission, "area") == [PLACE, "周口市", None, "周口市/示范区"]
    assert only(submission).code == "ambiguous-area"


def test_areas_as_respondents_write_them(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"市": "周口市", "区县": "川汇区", "社区": "甲社区", SUPPORT: "支持"}]
    submission = read(tmp_path, catalogue, {"a.csv": rows})
    assert values(submission, "area") == ["周口市/川汇区/甲社区"]
    assert submission.areas["level"].to_list() == ["city", "district", "community"]
    assert submission.sites.filter(submission.sites["site_type"].is_in(["residents", "students"])).height == 0


def test_mapping_gives_the_area_and_the_round(tmp_path: Path, catalogue: Catalogue) -> None:
    mapping = "files: {a.csv: {area: 示范区, round: r1, columns: {甲: support, 乙: 权数}}}\n"
    files = {**BASE, "a.csv": [{"甲": "支持", "乙": "2", "姓名": "张三"}], "mapping.yaml": mapping}
    assert read(tmp_path, catalogue, files).answers["residents"].select(
        "area", "round", "support", "weight"
    ).rows() == [("周口市/示范区", "r1", "支持", 2.0)]
    (tmp_path / "mapping.yaml").write_text(
        "files: {a.csv: {site: 人民市场, columns: {甲: support}}}\n", encoding="utf-8"
    )
    assert refused(tmp_path, catalogue, {}) == [("a.csv", "constant-unused")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [({"日期": "2026-03-07"}, ["r1"]), ({"轮次": "第一轮"}, ["r1"]), ({"轮次": "r9"}, []), ({"日期": "2027-03-07"}, []), ({"日期": "昨天"}, []), ({}, ["r1"])],
)  # fmt: skip
def test_the_round_of_a_respondent(
    tmp_path: Path, catalogue: Catalogue, row: dict[str, str], expected: list[str]
) -> None:
    rounds = [{"轮次": "r1", "标题": "第一轮", "开始": "2026-03-01", "结束": "2026-03-07"}]
    submission = read(tmp_path, catalogue, {**BASE, "rounds.csv": rounds, "a.csv": [person(**row)]})
    assert values(submission, "round") == expected
    assert len(submission.rejects) == 1 - len(expected)


def test_a_stratum_headed_by_a_level_of_area_is_that_area(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [person(属地="川汇区/中心街道", 小区="一"), person(属地="示范区/中心街道", 小区="一"), person(小区="")]
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": rows})
    assert values(submission, "stratum") == [PLACE, "周口市/示范区/中心街道", None]
    assert values(submission, "cluster") == ["一", "一", None]


def test_columns_of_the_sample_and_questions_that_are_missing_are_noted(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(
        tmp_path, catalogue, {**BASE, "a.csv": [{"属地": "川汇区", SUPPORT: "支持", "您觉得安全么": "安全"}]}
    )
    assert notes(submission) == ["columns-not-kept", *["no-sample-column"] * 3, *["question-not-asked"] * 2]
    texts = [note.text for note in submission.notes if note.code == "question-not-asked"]
    assert texts == [
        f"no column asks '{PARKS}'; it counts as not answered here",
        f"no column asks '{SAFETY}' ('您觉得安全么'?); it counts as not answered here",
    ]
    assert values(submission, "weight") == [None]


def test_a_cluster_may_be_the_area_itself(tmp_path: Path) -> None:
    from tests.intake.city import FILES, load_test_catalogue  # its catalogue, with another sample

    catalogue = load_test_catalogue(tmp_path)
    (tmp_path / "residents.yaml").write_text(FILES["residents"].replace("小区", "属地"), encoding="utf-8")
    from duibiao.criteria.load import load_catalogue

    assert catalogue.site_types["residents"].sample.cluster == "小区"
    data = tmp_path / "data"
    data.mkdir()
    submission = read(data, load_catalogue(tmp_path), {**BASE, "a.csv": [person(属地="七一路街道")]})
    assert values(submission, "cluster") == values(submission, "area") == ["周口市/川汇区/七一路街道"]


def test_groups_are_kept_as_written_and_noted_where_no_column_has_them(tmp_path: Path) -> None:
    from tests.intake.city import FILES, load_test_catalogue  # its catalogue, with groups

    load_test_catalogue(tmp_path)
    (tmp_path / "residents.yaml").write_text(FILES["residents"] + "groups: {sex: 性别, home: 住地}\n", encoding="utf-8")
    from duibiao.criteria.load import load_catalogue

    catalogue, data = load_catalogue(tmp_path), tmp_path / "data"
    data.mkdir()
    submission = read(data, catalogue, {**BASE, "a.csv": [person(性别=" 女 "), person(性别="")]})
    assert values(submission, "group:sex") == ["女", None]
    assert values(submission, "group:home") == [None, None]
    assert [note.text for note in submission.notes if note.code == "no-group-column"] == [
        "there is no column '住地', by which '居民问卷' groups the people who answered"
    ]
    assert notes(read(data, catalogue, {**BASE, "a.csv": f"属地,{SUPPORT}\n"})) == ["no-rows"]


def test_a_table_without_respondents(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": f"属地,{SUPPORT}\n"})
    assert (notes(submission), submission.answers["residents"].height) == (["no-rows"], 0)


# --- which table is one, and of which questionnaire ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "shape"),
    [
        (f"属地 {SUPPORT}", "answers"), (f"编号 姓名 类型 1、{SUPPORT}", "answers"), (SUPPORT, "answers"), ("support 属地", "answers"), ("属地 上级 参评态度", "answers"),
        (f"点位 日期 摊位数 {SUPPORT}", "wide"), (f"点位 备注 {SUPPORT}", "answers"),
        (f"属地 摊位数 {SUPPORT}", "wide"), (f"属地 摊位数 {SUPPORT} {SAFETY}", "answers"), (f"点位 摊位数 {SUPPORT} {SAFETY}", "wide"), (f"编号 摊位数 {SUPPORT} {SAFETY}", "answers"), (f"属地 权数 总体数 {SUPPORT}", "answers"), ("属地 权数 总体数", None),
        (f"点位 标准 结果 {SUPPORT}", "checks"), (f"轮次 开始 结束 {SUPPORT}", "rounds"), ("区县 抽取户数 入户数", "wide"), ("属地 您支持参评", None),
    ],
)  # fmt: skip
def test_the_shape_is_known_by_the_headers(catalogue: Catalogue, headers: str, shape: str | None) -> None:
    assert Vocabulary(catalogue).shape(headers.split()) == shape


def test_a_stated_shape_needs_a_question(tmp_path: Path, catalogue: Catalogue) -> None:
    mapping = "files: {a.csv: {shape: answers}}\n"
    assert refused(
        tmp_path, catalogue, {**BASE, "a.csv": [{"属地": "川汇区", "甲": "支持"}], "mapping.yaml": mapping}
    ) == [("a.csv", "shape-lacks")]


@pytest.mark.parametrize(
    ("name", "row", "mapping", "expected"),
    [
        ("a.csv", {SAFETY: "安全", "school": "喜欢"}, "", "students"), ("a.csv", {SAFETY: "安全", SUPPORT: "支持"}, "", "residents"),
        ("a.csv", {SAFETY: "安全"}, "", None), ("学生问卷.csv", {SAFETY: "安全"}, "", "students"), ("residents.csv", {SAFETY: "安全"}, "", "residents"),
        ("市场.csv", {SAFETY: "安全"}, "", None), ("a.csv", {SAFETY: "安全"}, "学生问卷", "students"), ("学生问卷.csv", {SAFETY: "安全"}, "residents", "residents"),
        ("a.csv", {SUPPORT: "支持"}, "students", "residents"), ("a.csv", {SAFETY: "安全"}, "market", None), ("学生问卷.csv", {SUPPORT: "支持"}, "", "residents"),
        ("a.csv", {SAFETY: "安全", SUPPORT: "支持", "school": "喜欢"}, "", None),
    ],
)  # fmt: skip
def test_which_questionnaire_is_answered(
    tmp_path: Path, catalogue: Catalogue, name: str, row: dict[str, str], mapping: str, expected: str | None
) -> None:
    files: dict[str, object] = {**BASE, name: [{"属地": "川汇区", **row}]}
    files |= {"mapping.yaml": f"files: {{{name}: {{type: {mapping}}}}}\n"} if mapping else {}
    submission = read(tmp_path, catalogue, files)
    assert {key: frame.height for key, frame in submission.answers.items() if frame.height} == (
        {} if expected is None else {expected: 1}
    )
    assert codes(submission) == (["unclear-questionnaire"] if expected is None else [])


def test_a_question_of_another_questionnaire_is_not_used(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{"属地": "川汇区", SUPPORT: "支持", PARKS: "能", "权数": "1", "你喜欢学校吗": "喜欢"}]
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": rows})
    assert "columns-not-kept" in notes(submission)
    assert table_of(submission).unused_columns == ("你喜欢学校吗",)
    assert [note.text for note in submission.notes if note.code == "unused-column"] == [
        "the column '你喜欢学校吗' is not used; it is a question of another questionnaire"
    ]


def test_what_is_seen_at_inspections_is_named_where_it_stands_among_answers(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    rows = [person(摊位数="3", 备注="某路1号", **{SAFETY: "安全"})]
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": rows})
    assert [note.text for note in submission.notes if note.code == "unused-column"] == [
        "the column '摊位数' is not used; it means nothing in this table"
    ]
    assert "某路1号" not in everything(submission)


def test_how_a_table_of_answers_is_understood(tmp_path: Path, catalogue: Catalogue) -> None:
    write(tmp_path, {"a.csv": [person(姓名="张三", **{"1. 您觉得安全吗": "安然", "街道": "甲"})]})
    (file,) = understand([tmp_path], catalogue).files
    (table,) = file.tables
    assert (table.shape, table.read, table.used, table.rejected) == ("answers", 1, 0, 1)
    assert [(each.taken, each.keys, each.title, each.filled, each.rejected) for each in table.columns] == [
        ("standard", ("area",), "属地", 1, 0), ("question", ("support",), SUPPORT, 1, 0), ("sample", ("weight",), "权数", 1, 0), ("not_kept", (), "", 0, 0),
        ("question", ("safety",), SAFETY, 1, 1), ("level", ("@subdistrict",), "街道", 1, 0),
    ]  # fmt: skip


# --- nothing else of a person -------------------------------------------------------------------------------------------------

SECRETS = ("张三", "13800001111", "410101199001011234", "某路1号")


def everything(submission: Submission) -> str:
    """All that a submission and the files of its rejected rows hold, as one text."""
    frames = [*submission.answers.values(), *submission.visits.values(), submission.sites, submission.areas]
    told = [repr(frame.rows()) for frame in frames] + [repr(asdict(table)) for table in submission.tables]
    told += [repr(each) for each in (*submission.rejects, *submission.notes, *submission.rejected_tables)]
    sheets = sheets_of(submission)
    return "\n".join([*told, rejects_csv(submission).decode("utf-8-sig"), repr(sheets)])


PEOPLE = [
    person(姓名=SECRETS[0], 手机号=SECRETS[1], 身份证号=SECRETS[2], 备注=SECRETS[3]),
    person(姓名=SECRETS[0], 手机号=SECRETS[1], 身份证号=SECRETS[2], 备注=SECRETS[3], **{SUPPORT: "支待"}),
]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json", "a.parquet", "a.yaml"])
def test_what_no_question_asks_for_is_kept_nowhere(tmp_path: Path, catalogue: Catalogue, name: str) -> None:
    submission = read(tmp_path, catalogue, {**BASE, name: PEOPLE})
    assert (table_of(submission).read, table_of(submission).rejected) == (2, 1)
    text = everything(submission)
    assert "支待" in text
    assert [secret for secret in SECRETS if secret in text] == []
    (note,) = (each for each in submission.notes if each.code == "columns-not-kept")
    assert note.text.startswith("4 columns of the respondents were not kept, on purpose")


def test_a_row_that_is_shifted_shows_nothing_of_itself(tmp_path: Path, catalogue: Catalogue) -> None:
    """A comma in an address moves the telephone number under a question."""
    text = f"住址,手机号,属地,{SUPPORT},权数\n某路1号,张三,川汇区,13800001111,支持,1\n某路2号,1,川汇区,支持,1\n"
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": text})
    assert cells(submission) == [("row 2", "extra-cells")]
    assert [secret for secret in SECRETS if secret in everything(submission)] == []
    assert values(submission, "support") == ["支持"]


def test_what_is_no_record_shows_nothing_of_itself(tmp_path: Path, catalogue: Catalogue) -> None:
    rounds = [
        {"轮次": "r1", "开始": "2026-03-01", "结束": "2026-03-07"},
        {"轮次": "r2", "开始": "2026-03-08", "结束": "2026-03-09"},
    ]
    submission = read(
        tmp_path, catalogue, {**BASE, "rounds.csv": rounds, "a.json": [person(轮次="r1"), "张三 13800001111"]}
    )
    assert cells(submission) == [("row 2", "not-a-record")]
    assert [secret for secret in SECRETS if secret in everything(submission)] == []


def test_rows_of_an_unclear_questionnaire_show_no_more(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "a.json": [{SAFETY: "安全", "姓名": "张三"}, "张三"]})
    assert sorted(codes(submission)) == ["not-a-record", "unclear-questionnaire"]
    assert "张三" not in everything(submission)


# --- mended rows --------------------------------------------------------------------------------------------------------------


def test_mended_answers_count_once(tmp_path: Path, catalogue: Catalogue) -> None:
    before = read(tmp_path, catalogue, {**BASE, "a.xlsx": {"答卷": PEOPLE}})
    assert figures(before) == (11, 10, 1, 0)
    sheets = sheets_of(before)
    put(sheets, "B2", "不支持")
    put(sheets, "D2", "张三")  # who mends it may write the name again
    after = read(tmp_path, catalogue, {MENDED: workbook(sheets)})
    assert figures(after) == (11, 11, 0, 1)
    assert sorted(map(str, after.answers["residents"]["support"])) == ["不支持", "支持"]
    assert "张三" not in everything(after)


def test_a_shifted_row_is_typed_again_in_the_mended_file(tmp_path: Path, catalogue: Catalogue) -> None:
    text = f"住址,属地,{SUPPORT},权数\n某路1号,张三,川汇区,支持,1\n"
    sheets = sheets_of(read(tmp_path, catalogue, {**BASE, "a.csv": text}))
    untouched = read(tmp_path, catalogue, {MENDED: workbook(sheets)})
    assert (figures(untouched)[1:3], codes(untouched)) == ((9, 1), ["extra-cells"])
    for cell, value in (("B2", "川汇区"), ("C2", "A.支持"), ("D2", 1), ("J2", None)):
        put(sheets, cell, value)
    after = read(tmp_path, catalogue, {MENDED: workbook(sheets)})
    assert (figures(after), values(after, "support")) == ((10, 10, 0, 1), ["支持"])


# --- the check-up -------------------------------------------------------------------------------------------------------------


def test_people_are_counted_by_questionnaire_round_and_area(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        person(属地="川汇区/中心街道", 轮次="r1"), person(属地="七一路街道", 轮次="r1", **{SUPPORT: ""}), person(属地="川汇区", 轮次="r2"),
        person(属地="周口市", 轮次="r1"), person(属地="", 轮次="r1"), person(属地="示范区", 轮次="r1", **{SUPPORT: "支待"}),
    ]  # fmt: skip
    pupils = [{"属地": "七一路街道", "你喜欢学校吗": "喜欢"}]
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": rows, "b.csv": pupils})
    assert respondents(catalogue, submission) == (
        Respondents("residents", "r1", "", 1, 1, 2), Respondents("residents", "r1", "周口市", 1, 1, 2), Respondents("residents", "r1", "周口市/川汇区", 2, 1, 5),
        Respondents("residents", "r2", "周口市/川汇区", 1, 1, 2), Respondents("students", "", "周口市/川汇区/七一路街道", 1, 1, 1),
    )  # fmt: skip


# --- round trip ---------------------------------------------------------------------------------------------------------------

NUMBERED = ("{text}", "{n}、{text}？", "Q{n}. {text}", "{n}.{text}[单选题]", "第{n}题：{text}", "*（{n}）{text}:")
LETTERED = ("{text}", "{letter}.{text}", "{letter}、{text}", "({letter}) {text}", " {text} ")
ANSWERS = {
    "support": (SUPPORT, ["支持", "不支持", "说不清", "拒答"]),
    "safety": (SAFETY, ["安全", "比较安全", "一般", "不安全"]),
    "parks": (PARKS, ["能", "不能"]),
}
PERSON = st.fixed_dictionaries(
    {
        "area": st.sampled_from([None, PLACE, "周口市", "周口市/示范区", "周口市/川汇区/七一路街道"]), "weight": st.integers(1, 10**6).map(lambda n: n / 1000),
        "population": st.none() | st.just(4200.0), "cluster": st.none() | st.sampled_from(["甲小区", "乙小区"]),
        "at": st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0)),
        **{key: st.none() | st.sampled_from(answers) for key, (_, answers) in ANSWERS.items()},
    }
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(PERSON, min_size=1, max_size=8), seed=st.integers(0, 10**6))
def test_answers_come_back_however_they_are_written(catalogue: Catalogue, people: Rows, seed: int) -> None:
    """Numbers before questions, letters before choices, personal columns and the order of columns change nothing."""
    rng = random.Random(seed)
    headers = {
        key: rng.choice(NUMBERED).format(text=text, n=n) for n, (key, (text, _)) in enumerate(ANSWERS.items(), 1)
    }
    standard = {"area": "属地", "weight": "权数", "population": "总体数", "cluster": "小区", "at": "提交答卷时间"}
    rows = []
    for each in people:
        row: dict[str, object] = {"姓名": "张三"}
        for key in rng.sample(sorted(each), len(each)):
            value = each[key]
            if key in ANSWERS and value is not None:
                letter = "ABCD"[ANSWERS[key][1].index(str(value))]
                value = rng.choice(LETTERED).format(text=value, letter=letter)
            row[headers.get(key) or standard[key]] = "" if value is None else str(value)
        rows.append(row)
    with TemporaryDirectory() as folder:
        written = csv_bytes(rows) if rng.random() < 0.5 else None
        files = {"a.csv": written} if written is not None else {"a.xlsx": xlsx_bytes({"答卷": rows})}
        submission = read(Path(folder), catalogue, {**BASE, **files})
    assert submission.rejects == ()
    frame = submission.answers["residents"].sort(*ORIGIN)
    assert frame.select(sorted(people[0])).rows() == [tuple(each[key] for key in sorted(each)) for each in people]
    assert "张三" not in everything(submission)


def test_the_order_of_rows_changes_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [person(权数=str(n), 属地=area) for n, area in enumerate(["川汇区", "示范区", "", "川汇区"], 1)]
    frames = []
    for name, each in (("a", rows), ("b", rows[::-1])):
        (tmp_path / name).mkdir()
        found = read(tmp_path / name, catalogue, {**BASE, "a.csv": each})
        frames.append(found.answers["residents"].drop(*ORIGIN))
    assert_frame_equal(*frames)


def test_the_bytes_of_rejects_are_the_same_each_time(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": PEOPLE})
    assert rejects_workbook(submission) == rejects_workbook(submission)

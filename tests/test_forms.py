"""Forms out and back: a workbook or a phone's form that somebody filled in is read by the intake as it is."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyxform.validators.odk_validate import check_xform  # type: ignore[import-untyped]
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from duibiao.criteria.language import use
from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.submission import Submission
from duibiao.reports.form import Form, form_of
from duibiao.reports.form_workbook import BLANK_ROWS, form_workbook
from duibiao.reports.xlsform import CHINESE, ENGLISH, NONE, xlsform, xlsform_rows
from duibiao.reports.xlsform_check import Checked, check_xlsform
from tests import shipped
from tests.intake.city import AREAS, FILES, REGISTER, load_test_catalogue, write

ROOT = Path(__file__).resolve().parent.parent
NATIONAL = shipped.catalogue("national")
UNITS = [{"单位": "市场监管局", "属地": "川汇区"}, {"单位": "文明办"}]
DATA: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER, "units.csv": UNITS}
Answers = Mapping[str, object]


@pytest.fixture(scope="module", autouse=True)
def _english() -> Any:
    use("en")
    yield
    use("en")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_test_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("city"), DATA)


@pytest.fixture(scope="module")
def forms(catalogue: Catalogue, city: Path) -> dict[str, Form]:
    """The form of every site type, with its sites."""
    submission = read_submission([city], catalogue)
    return {key: form_of(catalogue, key, submission) for key in catalogue.site_types}


def workbook(form: Form) -> Any:
    return openpyxl.load_workbook(io.BytesIO(form_workbook(form, str)))


def back(catalogue: Catalogue, city: Path, files: Mapping[str, object]) -> Submission:
    """What comes back where these files lie beside the city's own."""
    with TemporaryDirectory() as folder:
        return read_submission([city, write(Path(folder), files)], catalogue)


def visits(submission: Submission, site_type: str) -> list[dict[str, Any]]:
    return list(submission.visits[site_type].iter_rows(named=True))


def told(submission: Submission) -> list[str]:
    return [each.code for each in submission.notes]


# ------------------------------------------------------------------ what is answered, and what comes back

MARKET: Answers = {
    "stalls": 30, "licensed": 28, "priced": 0.88, "noise": 61.5, "clean": True, "stench": "无", "services": ["公平秤", "饮水"],
    "drains": "B", "remark": "=1+1", "cleaned_on": date(2026, 3, 5), "market_order": False, "market_service": "中", "market_signs": 1.5,
}  # fmt: skip
NUMBER = st.integers(-(10**6), 10**6).map(lambda n: n / 100)
ANSWERS = st.fixed_dictionaries(
    {"date": st.dates(date(2020, 1, 1), date(2030, 1, 1)), "stalls": st.integers(0, 10**6)},
    optional={
        "priced": st.integers(0, 1000).map(lambda n: n / 1000), "noise": NUMBER, "clean": st.booleans(),
        "stench": st.sampled_from(["无", "轻微", "严重"]), "services": st.lists(st.sampled_from(["公平秤", "寄存", "饮水"]), unique=True),
        "drains": st.sampled_from("ABC"), "remark": st.sampled_from(["=1+1", "<b>&", "a,b;c", "说明", "007", "'x"]),
        "cleaned_on": st.dates(date(2000, 1, 1), date(2099, 12, 31)), "market_order": st.booleans(), "market_service": st.sampled_from(["好", "中", "差"]),
    },
)  # fmt: skip
TIMES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_answered(visit: Mapping[str, Any], answers: Answers) -> None:
    """The visit says what was answered, and nothing of what was not."""
    ordered = ["公平秤", "寄存", "饮水"]
    wanted: dict[str, object] = dict.fromkeys(ANSWERED) | dict(answers)
    services = wanted["services"]
    if isinstance(services, list):
        wanted["services"] = [each for each in ordered if each in services]
    assert {key: visit[key] for key in ANSWERED} == {key: wanted[key] for key in ANSWERED}


ANSWERED = [*MARKET]


# ------------------------------------------------------------------ a workbook


def in_cell(key: str, value: object) -> object:
    """What is typed or chosen in the cell of a column."""
    match value:
        case bool():
            return {("market_order", True): "符合", ("market_order", False): "不符合"}.get(
                (key, value), "是" if value else "否"
            )
        case list():
            return "、".join(value) or "无"
        case _:
            return value


def filled(form: Form, answers: Mapping[str, Answers]) -> bytes:
    """The workbook of a form with the answers of some sites, by their 编号."""
    book = workbook(form)
    sheet = book.worksheets[0]
    column = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        site = answers.get(sheet.cell(row, column["编号"]).value)
        for key, value in (site or {}).items():
            header = {"date": "日期", "complete": "已查全"}.get(key) or form.fields[key].label
            cell = sheet.cell(row, column[header])
            assert not cell.protection.locked
            cell.value = in_cell(key, value)
            if isinstance(cell.value, str):
                cell.data_type = "s"
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def test_a_filled_workbook_comes_back(forms: dict[str, Form], catalogue: Catalogue, city: Path) -> None:
    answers = {"date": date(2026, 3, 6), "complete": True, "tested": 0.925, **MARKET}  # 92.5% as the cell shows it
    raw = filled(forms["market"], {"M1": answers})
    submission = back(catalogue, city, {"交回.xlsx": raw})
    (visit,) = visits(submission, "market")
    assert_answered(visit, MARKET)
    assert (visit["site"], str(visit["at"]), visit["complete"], visit["tested"]) == (
        "M1",
        "2026-03-06 00:00:00",
        True,
        0.925,
    )
    assert submission.rejects == ()
    assert told(submission) == ["unfilled-rows"]  # the other market


@TIMES
@given(ANSWERS, ANSWERS)
def test_any_answers_come_back_from_a_workbook(
    forms: dict[str, Form], catalogue: Catalogue, city: Path, one: Answers, other: Answers
) -> None:
    submission = back(catalogue, city, {"交回.xlsx": filled(forms["market"], {"M1": one, "M2": other})})
    assert submission.rejects == ()
    assert told(submission) == []
    for visit, answers in zip(visits(submission, "market"), (one, other), strict=True):
        assert_answered(visit, answers)


@pytest.mark.parametrize(
    ("site_type", "answers", "site"),
    [
        ("crossing", {"点位": "人民路口", "骑行人数": 200}, "周口市/示范区/人民路口"),
        ("statistics", {"属地": "周口市/川汇区", "常住人口": 8}, "statistics:周口市/川汇区"),
        ("training", {"属地": "周口市/川汇区", "明白人人数": 2}, "training:bureau@周口市/川汇区"),
    ],
)
def test_forms_of_sites_without_a_number_and_of_areas_and_units(
    site_type: str, answers: dict[str, object], site: str, forms: dict[str, Form], catalogue: Catalogue, city: Path
) -> None:
    book = workbook(forms[site_type])
    sheet = book.worksheets[0]
    column = {cell.value: cell.column for cell in sheet[1]}
    (named, written), (asked, value) = answers.items()
    (row,) = (row for row in range(2, sheet.max_row + 1) if sheet.cell(row, column[named]).value == written)
    sheet.cell(row, column[asked]).value = value
    raw = io.BytesIO()
    book.save(raw)
    submission = back(catalogue, city, {"交回.xlsx": raw.getvalue()})
    assert submission.rejects == ()
    assert [visit["site"] for visit in visits(submission, site_type)] == [site]


def test_a_blank_form_names_its_type_by_its_sheet(catalogue: Catalogue, city: Path) -> None:
    form = form_of(catalogue, "market")
    book = workbook(form)
    sheet = book.worksheets[0]
    assert sheet.title == "农贸市场"
    assert sheet.max_row == BLANK_ROWS + 1
    assert not sheet["A2"].protection.locked
    for cell, value in zip(sheet[2], ["007", "新市场", "川汇区", date(2026, 3, 6)], strict=False):
        cell.value = value
    raw = io.BytesIO()
    book.save(raw)
    with TemporaryDirectory() as folder:
        submission = read_submission([write(Path(folder), {"areas.csv": AREAS, "x.xlsx": raw.getvalue()})], catalogue)
    assert [visit["site"] for visit in visits(submission, "market")] == ["007"]
    assert told(submission) == []


def test_a_form_that_nobody_filled_in_is_no_visit(forms: dict[str, Form], catalogue: Catalogue, city: Path) -> None:
    submission = back(catalogue, city, {"交回.xlsx": form_workbook(forms["market"], str)})
    assert visits(submission, "market") == []
    assert told(submission) == ["no-rows", "unfilled-rows"]


def test_what_a_cell_takes(forms: dict[str, Form]) -> None:
    sheet = workbook(forms["market"]).worksheets[0]
    header: dict[str, Any] = {
        str(each.sqref).split(":")[0].rstrip("2"): each for each in sheet.data_validations.dataValidation
    }
    of = {cell.value: header.get(cell.column_letter) for cell in sheet[1]}
    letter = {cell.value: cell.column_letter for cell in sheet[1]}
    rules = {
        name: (each.type, each.formula1, each.formula2)
        for name, each in of.items()
        if each is not None and "!" not in str(each.formula1)
    }
    most = "1000000000000000"
    stalls = f"{letter['摊位数']}2"
    assert rules == {
        "日期": ("date", "36526", None), "已查全": ("list", '"是,否"', None), "地面干净": ("list", '"是,否"', None),
        "秩序良好": ("list", '"符合,不符合"', None), "无人吸烟": ("list", '"符合,不符合"', None), "清洗日期": ("date", "36526", None), "摊位数": ("whole", "0", most),
        "持证摊位数": ("whole", "0", f"IF(ISBLANK({stalls}),{most},{stalls})"), "明码标价率": ("decimal", f"-{most}", most),
        "抽检合格率": ("decimal", f"-{most}", most), "噪声": ("decimal", f"-{most}", most), "标识规范": ("decimal", "0", most),
        "便民服务": rules["便民服务"],
    }  # fmt: skip
    assert (
        header[letter["持证摊位数"]].error
        == "a whole number, at least 0, at most 摊位数. Leave it blank where nobody looked."
    )
    assert (
        header[letter["便民服务"]].prompt
        == "any number of the words: 公平秤、寄存、饮水. Leave it blank where nobody looked."
    )


def test_the_words_of_the_drop_downs_stand_in_hidden_columns(forms: dict[str, Form]) -> None:
    book = workbook(forms["market"])
    sheet, _, guide = book.worksheets
    lists = {
        cell.value: re.fullmatch(r"'How to look'!\$([A-Z]+)\$1:\$\1\$(\d+)", str(each.formula1))
        for cell in sheet[1]
        for each in sheet.data_validations.dataValidation
        if str(each.sqref).startswith(f"{cell.column_letter}2:") and each.type == "list" and "!" in str(each.formula1)
    }
    words = {
        name: [guide[f"{found[1]}{row}"].value for row in range(1, int(found[2]) + 1)]
        for name, found in lists.items()
        if found is not None
    }
    assert words == {"异味": ["无", "轻微", "严重"], "排水": ["A", "B", "C"], "服务周到": ["好", "中", "差"]}
    assert guide.column_dimensions["I"].hidden


def test_percentages_are_shown_as_such_and_sites_are_locked(forms: dict[str, Form]) -> None:
    sheet = workbook(forms["market"]).worksheets[0]
    cells = dict(zip((cell.value for cell in sheet[1]), sheet[2], strict=True))
    assert (cells["编号"].value, cells["点位"].value, cells["属地"].value) == (
        "M1",
        "人民市场",
        "周口市/川汇区/七一路街道",
    )
    assert {name for name, cell in cells.items() if cell.protection.locked} == {"编号", "点位", "属地"}
    assert {name for name, cell in cells.items() if cell.number_format == "0.0%"} == {"明码标价率", "抽检合格率"}
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert sheet.freeze_panes == "D2"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$B:$B")


def test_the_last_sheet_says_how_to_look() -> None:
    form = form_of(NATIONAL, "market")
    sheet, *_, guide = workbook(form).worksheets
    rows = {row[0].value: [cell.value for cell in row[1:5]] for row in guide.iter_rows(min_row=3)}
    assert list(rows) == [
        each.title + (" (until 2022-12-31)" if each.effective.until else "") for each in form.criteria
    ]
    food = next(each for each in form.criteria if each.id == "food_safe")
    assert rows["无问题食品"] == ["过期变质食品件数", food.look_for, food.remedy, "、".join(food.evidence)]
    note = next(cell.comment.text for cell in sheet[1] if cell.value == "过期变质食品件数")
    method = NATIONAL.site_types["market"].fields["bad_food_items"].method
    assert note == f"a whole number, at least 0\nUnit: 件\n{method}\n无问题食品：{food.look_for}"
    assert method == "货架、冷柜、熟食各抽十件以上看日期和性状；伪劣冒牌的也算"


def test_criteria_by_problems_point_to_the_problem_list(forms: dict[str, Form]) -> None:
    guide = workbook(forms["crossing"]).worksheets[-1]
    columns = {row[0].value: row[1].value for row in guide.iter_rows(min_row=3)}
    assert columns == {
        "戴头盔": "骑行人数、戴头盔人数", "秩序良好": "秩序良好", "无乱扔垃圾": "(a row of a problem list for each problem)",
    }  # fmt: skip


def test_problems_are_listed_on_a_sheet_of_their_own(forms: dict[str, Form], catalogue: Catalogue, city: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(forms["market"], {"M1": {"date": date(2026, 3, 6), "stalls": 3}})))
    assert book.sheetnames == ["农贸市场", "problem list", "How to look"]
    sheet = book.worksheets[1]
    assert [cell.value for cell in sheet[1]] == [
        "编号",
        "点位",
        "属地",
        "日期",
        "轮次",
        "测评标准",
        "问题",
        "扣分",
        "照片",
    ]
    for cell, value in zip(
        sheet[2], ["", "人民市场", "", date(2026, 3, 6), "", "无乱扔垃圾", "门口有纸屑", 0.5, "1.jpg"], strict=True
    ):
        assert not cell.protection.locked
        cell.value = value or None
    raw = io.BytesIO()
    book.save(raw)
    submission = back(catalogue, city, {"交回.xlsx": raw.getvalue()})
    assert submission.rejects == ()
    assert [(each["site"], each["criterion"], each["deducted"], each["photo"]) for each in submission.problems.iter_rows(named=True)] == [
        ("M1", "litter", 0.5, "1.jpg")
    ]  # fmt: skip
    assert workbook(forms["toilet"]).sheetnames == ["公共厕所", "How to look"]


def test_a_deduction_is_asked_for_in_points(forms: dict[str, Form]) -> None:
    sheet = workbook(forms["market"]).worksheets[0]
    (note,) = (cell.comment.text for cell in sheet[1] if cell.value == "标识规范")
    assert note == "points lost, at least 0\nUnit: 分"


@pytest.mark.parametrize(
    ("day", "asked", "limit"),
    [
        (None, ["seats", "queue", "masks", "remark"], "seats >= 2"),
        (date(2022, 1, 1), ["seats", "queue", "remark"], "seats >= 4"),
        (date(2026, 1, 1), ["seats", "masks", "remark"], "seats >= 2"),
    ],
)
def test_a_form_may_ask_what_counts_on_one_day(day: date | None, asked: list[str], limit: str, tmp_path: Path) -> None:
    text = FILES["toilet"].replace(
        "  seats:", "  queue: {label: 排队, kind: yes_no}\n  masks: {label: 口罩, kind: yes_no}\n  remark: {label: 备注, kind: text}\n  seats:"
    ).replace("pass: seats >= 4}", "pass: seats >= 4, changes: [{from: 2024-01-01, pass: seats >= 2}]}") + (
        "  - {id: queued, title: 排队好, place: Ⅲ-1, pass: queue, effective: {until: 2022-12-31}}\n"
        "  - {id: masked, title: 戴口罩, place: Ⅲ-1, pass: masks, effective: {from: 2023-01-01}}\n"
    )  # fmt: skip
    form = form_of(renamed(tmp_path / "c", toilet=text), "toilet", as_of=day)
    assert sorted(form.fields) == sorted(asked)
    assert [each.pass_ for each in form.criteria if each.kind == "pass" and each.id == "toilet_seats"] == [limit]


def renamed(folder: Path, **texts: str) -> Catalogue:
    """The small catalogue with another file of one type."""
    folder.mkdir()
    for name, text in {**FILES, **texts}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_catalogue(folder)


@pytest.mark.parametrize(
    ("title", "aliases", "sheet"),
    [("厕所/公厕", "[公厕]", "公厕"), ("厕" * 32, "[]", "toilet"), ("厕所'", "['[厕]']", "toilet")],
)
def test_a_sheet_has_a_name_that_a_workbook_can_hold(title: str, aliases: str, sheet: str, tmp_path: Path) -> None:
    text = FILES["toilet"].replace("title: 公共厕所", f'title: "{title}"\naliases: {aliases}')
    form = form_of(renamed(tmp_path / "c", toilet=text), "toilet")
    assert workbook(form).sheetnames[0] == sheet


def test_a_label_that_is_a_standard_header_gives_way(tmp_path: Path) -> None:
    """单位 and 编号 say which site is meant; a field of such a label is asked by its alias, else by its key."""
    text = FILES["toilet"].replace(
        "seats: {label: 厕位数", "makers: {label: 单位, kind: text, aliases: [编号, 厂家]}\n  seats: {label: 日期"
    )
    form = form_of(renamed(tmp_path / "c", toilet=text), "toilet")
    headers = [cell.value for cell in workbook(form).worksheets[0][1]]
    assert headers == ["编号", "点位", "属地", "日期", "轮次", "检查人", "厂家", "seats", "已查全"]


# ------------------------------------------------------------------ both


@pytest.mark.parametrize("make", [lambda form: form_workbook(form, str), xlsform], ids=["xlsx", "xlsform"])
def test_the_same_form_has_the_same_bytes_and_no_formula(make: Any, catalogue: Catalogue, tmp_path: Path) -> None:
    hostile = [{"编号": "=1+1", "点位": "=cmd|' /C calc'!A0", "点位类型": "农贸市场", "属地": "川汇区"}]
    data = write(tmp_path, {"areas.csv": AREAS, "register.csv": hostile})
    form = form_of(catalogue, "market", read_submission([data], catalogue))
    raw = make(form)
    assert raw == make(form)
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(raw)).worksheets for row in sheet for cell in row]
    assert {cell.value for cell in cells} >= {"=1+1", "=cmd|' /C calc'!A0"}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in part or b"hyperlink" in part for part in parts)


# ------------------------------------------------------------------ a form for phones


def as_xform(form: Form) -> str:
    """The XForm that ODK makes of it, without a warning."""
    warnings: list[str] = []
    made: str = convert(xlsform(form), warnings=warnings, file_type=".xlsx").xform
    assert warnings == []
    return made


def questions(xform: str) -> dict[str, list[str]]:
    """The names of the form's questions and of the groups that they stand in."""
    tree = ElementTree.fromstring(xform)
    binds = tree.iter("{http://www.w3.org/2002/xforms}bind")
    paths = [str(bind.get("nodeset")).split("/")[2:] for bind in binds]
    return {path[-1]: path for path in paths}


def in_form(form: Form, key: str, value: object) -> str:
    """An answer as a phone stores it: the name of the option, found by its label."""
    rows = xlsform_rows(form)
    type_ = next(row["type"] for row in rows["survey"] if row["name"] == key)
    if not type_.startswith("select"):
        return str(value)
    options = {
        row[f"label::{CHINESE}"]: row["name"]
        for row in rows["choices"]
        if row["list_name"] == type_.split()[1] and row["name"] != NONE[0]
    }
    if isinstance(value, bool):
        value = {"yes_no": ("否", "是"), "verdict": ("不符合", "符合")}[type_.split()[1]][value]
    if isinstance(value, list):
        return " ".join(options[each] for each in value) or NONE[0]
    return options[str(value)]


def answered(form: Form, site: str, answers: Answers) -> dict[str, str]:
    """The answers of one submission, by question; what the form computes of the site is computed."""
    chosen = next(
        row for row in xlsform_rows(form)["choices"] if row["list_name"] == "site_list" and row["name"] == site
    )
    computed = {key: chosen[key] for key in form.who if chosen[key]}
    said = {key: in_form(form, key, value) for key, value in answers.items()}
    return {"site_type": form.kind.id, "Site_choice": site, **computed, **said, "Position": "33.6 114.6 0 5"}


def export(kind: str, form: Form, submissions: list[dict[str, str]]) -> dict[str, object]:
    """What a server gives of the submissions."""
    paths = questions(as_xform(form))
    if kind.startswith("central"):
        added = [
            {"KEY": f"uuid:{n}", "meta-instanceID": f"uuid:{n}", "SubmissionDate": "2026-03-06T10:00:00Z"}
            for n in range(len(submissions))
        ]
    else:
        added = [
            {"_id": str(n), "_uuid": str(n), "_submission_time": "2026-03-06T10:00:00"} for n in range(len(submissions))
        ]
    if kind == "central json":
        records = []
        for number, said in enumerate(submissions):
            record: dict[str, Any] = {"__id": f"uuid:{number}", "__system": {"submissionDate": ""}}
            for key, text in said.items():
                inside = record
                for group in paths[key][:-1]:
                    inside = inside.setdefault(group, {})
                number_ = key in form.fields and form.fields[key].kind in {"count", "number", "percent"}
                inside[key] = json.loads(text) if number_ else text
            records.append(record)
        return {"x.json": {"@odata.context": "x", "value": records}}
    separator = "-" if kind == "central csv" else "/"
    rows = [
        {separator.join(paths[key]): text for key, text in said.items()} | more
        for said, more in zip(submissions, added, strict=True)
    ]
    if kind == "kobo json":
        return {"x.json": {"count": len(rows), "next": None, "previous": None, "results": rows}}
    everything = [separator.join(path) for path in paths.values()]
    headers = list(dict.fromkeys([*everything, *(key for row in rows for key in row)]))
    if kind == "kobo xlsx":
        raw = io.BytesIO()
        with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
            sheet = book.add_worksheet("x")
            for line, row in enumerate([dict(zip(headers, headers, strict=True)), *rows]):
                for column, header in enumerate(headers):
                    text = row.get(header, "")
                    if re.fullmatch(r"-?\d+(\.\d+)?", text) and not header.endswith("remark"):
                        sheet.write_number(line, column, float(text))
                    else:
                        sheet.write_string(line, column, text)
        return {"x.xlsx": raw.getvalue()}
    text_ = io.StringIO(newline="")
    writer = csv.DictWriter(
        text_, headers, restval="", delimiter=";" if kind == "kobo csv" else ",", quoting=csv.QUOTE_ALL
    )
    writer.writeheader()
    writer.writerows(rows)
    return {"x.csv": text_.getvalue()}


KINDS = ["central csv", "central json", "kobo csv", "kobo json", "kobo xlsx"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_filled_on_a_phone_comes_back(
    kind: str, forms: dict[str, Form], catalogue: Catalogue, city: Path
) -> None:
    answers = {"date": date(2026, 3, 6), "complete": True, "tested": 92.5, **MARKET}
    form = forms["market"]
    submission = back(catalogue, city, export(kind, form, [answered(form, "M1", answers)]))
    assert submission.rejects == ()
    (visit,) = visits(submission, "market")
    assert_answered(visit, MARKET)
    assert (visit["site"], str(visit["at"]), visit["complete"], visit["tested"]) == (
        "M1",
        "2026-03-06 00:00:00",
        True,
        0.925,
    )
    assert told(submission) == ["positions-of-phones"]


@TIMES
@given(st.sampled_from(KINDS), ANSWERS, ANSWERS)
def test_any_answers_come_back_from_a_phone(
    forms: dict[str, Form], catalogue: Catalogue, city: Path, kind: str, one: Answers, other: Answers
) -> None:
    form = forms["market"]
    said = [answered(form, site, answers) for site, answers in (("M1", one), ("M2", other))]
    submission = back(catalogue, city, export(kind, form, said))
    assert submission.rejects == ()
    for visit, answers in zip(visits(submission, "market"), (one, other), strict=True):
        assert_answered(visit, answers)


@pytest.mark.parametrize("site_type", ["crossing", "toilet", "statistics", "yearly", "training", "citizens"])
def test_every_kind_of_site_comes_back_from_a_phone(
    site_type: str, forms: dict[str, Form], catalogue: Catalogue, city: Path
) -> None:
    form = forms[site_type]
    if not form.sites:
        assert site_type == "toilet"
        form = form_of(catalogue, site_type)
        said = {"site_type": site_type, "site": "一号厕所", "date": "2026-03-06", "seats": "4", "Position": ""}
        with TemporaryDirectory() as folder:
            write(Path(folder), export("central csv", form, [said]))
            submission = read_submission([Path(folder)], catalogue)
        assert [visit["seats"] for visit in visits(submission, site_type)] == [4]
        return
    names = [row["name"] for row in xlsform_rows(form)["choices"] if row["list_name"] == "site_list"]
    said = [answered(form, name, {"date": "2026-03-06"}) for name in names]  # type: ignore[assignment]
    submission = back(catalogue, city, export("central csv", form, said))  # type: ignore[arg-type]
    assert submission.rejects == ()
    assert sorted(visit["site"] for visit in visits(submission, site_type)) == sorted(site.key for site in form.sites)


@pytest.mark.untraced
@pytest.mark.parametrize("site_type", sorted(NATIONAL.site_types))
def test_every_shipped_form_is_a_form(site_type: str) -> None:
    form = form_of(NATIONAL, site_type)
    assert set(form.fields) <= set(questions(as_xform(form)))


@pytest.mark.parametrize(
    ("programs", "missing", "by"),
    [((), None, ("pyxform",)), (("java",), None, ("pyxform", "ODK Validate")), (("java",), "pyxform", ())],
)
def test_a_form_is_checked_by_what_is_installed(
    programs: tuple[str, ...],
    missing: str | None,
    by: tuple[str, ...],
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if programs and missing is None and shutil.which("java") is None:
        pytest.skip("Java is missing: ODK Validate does not run")
    monkeypatch.setattr("shutil.which", lambda cmd: cmd if cmd in programs else None)
    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == missing else found(name))
    assert check_xlsform(xlsform(form_of(catalogue, "toilet"))) == Checked(by)


def test_a_field_that_takes_the_name_of_a_question_is_found_out(tmp_path: Path) -> None:
    text = FILES["toilet"].replace("  seats:", "  date: {label: 建成, kind: date}\n  seats:")
    checked = check_xlsform(xlsform(form_of(renamed(tmp_path / "c", toilet=text), "toilet")))
    assert "date" in checked.mistake


@pytest.fixture(scope="module")
def example() -> Submission:
    """The data of the example city."""
    return read_submission([ROOT / "examples" / "zhoukou"], NATIONAL)


@pytest.mark.untraced
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is missing: ODK Validate does not run")
@pytest.mark.parametrize("site_type", ["market", "crossing", "old_compound", "unit_training", "citizens"])
def test_odk_validate_finds_nothing(example: Submission, site_type: str, tmp_path: Path) -> None:
    path = tmp_path / "form.xml"
    path.write_text(as_xform(form_of(NATIONAL, site_type, example)), encoding="utf-8")
    assert check_xform(str(path)) == []


def survey(form: Form) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in xlsform_rows(form)["survey"] if row["type"] != "end_group"}


def test_questions_are_grouped_hidden_and_limited() -> None:
    rows = survey(form_of(NATIONAL, "crossing"))
    assert rows["Group_iii_49"][f"label::{CHINESE}"] == "Ⅲ-49 文明交通"
    assert rows["helmets_worn"]["relevant"] == "(${ebike_riders} = '' or ${ebike_riders} > 0)"
    assert "relevant" not in rows["ebike_riders"]
    assert rows["helmets_worn"]["constraint"] == ". >= 0 and (${ebike_riders} = '' or . <= ${ebike_riders})"
    assert rows["helmets_worn"][f"constraint_message::{ENGLISH}"] == "a whole number, at least 0, at most Ebike riders"
    assert rows["helmets_worn"][f"constraint_message::{CHINESE}"] == "整数，不低于 0，不超过 电动自行车骑行人数"
    assert rows["helmets_worn"][f"label::{ENGLISH}"] == "Helmets worn"
    assert rows["Photo_ebike_helmet"]["type"] == "image"
    assert rows["Photo_ebike_helmet"]["relevant"] == rows["helmets_worn"]["relevant"]
    assert rows["Position"]["type"] == "geopoint"


def test_limits_of_percentages_are_as_they_are_typed(tmp_path: Path) -> None:
    text = FILES["toilet"].replace(
        "  seats:",
        "  used: {label: 使用率, kind: percent, at_most: 1}\n  open: {label: 开放率, kind: percent, unit: '%', at_least: 0.5, at_most: used}\n  seats:",
    )
    rows = survey(form_of(renamed(tmp_path / "c", toilet=text), "toilet"))
    assert rows["used"]["constraint"] == ". <= 1"
    assert rows["used"][f"hint::{ENGLISH}"] == "as a share: 0.88 for 88 %"
    assert rows["open"]["constraint"] == ". >= 50"  # 88 of the one is 0.88 of the other: not compared
    assert rows["open"][f"constraint_message::{ENGLISH}"] == "a percentage, at least 50.0%, at most Used"


def test_a_version_stands_for_what_is_asked(catalogue: Catalogue, forms: dict[str, Form], tmp_path: Path) -> None:
    def version(form: Form) -> tuple[str, str]:
        (row,) = xlsform_rows(form)["settings"]
        return row["form_id"], row["version"]

    blank = version(form_of(catalogue, "market"))
    assert blank == version(form_of(catalogue, "market"))
    assert blank[0] == "duibiao_test_market"
    assert re.fullmatch(r"1-[0-9a-f]{8}", blank[1])
    others = [forms["market"], form_of(renamed(tmp_path / "c", common="fields: {}\n"), "market")]
    assert len({blank, *map(version, others)}) == 3


@pytest.mark.parametrize(
    ("place", "group"), [("Ⅲ-48", "Group_iii_48"), ("一、1", None), ("I.1", None)], ids=["roman", "chinese", "dotted"]
)
def test_groups_have_ascii_names(place: str, group: str | None, tmp_path: Path) -> None:
    texts = {name: text.replace("place: Ⅲ-1", f"place: {place}") for name, text in FILES.items()}
    texts["tree"] = f"tree: [{{id: {place}, title: '甲 ${{x}}'}}]\n"
    form = form_of(renamed(tmp_path / "c", **texts), "market")
    rows = [row for row in xlsform_rows(form)["survey"] if row["type"] == "begin_group"]
    assert rows[0]["name"] == group or re.fullmatch("Group_o[0-9a-f]{8}", rows[0]["name"])
    assert rows[0][f"label::{CHINESE}"] == f"{place} 甲 $ {{x}}"
    assert set(form.fields) <= set(questions(as_xform(form)))

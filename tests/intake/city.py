"""A small catalogue for tests of the intake, and folders of data files from Python values."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]
import yaml

from duibiao.criteria.load import load_catalogue
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.read import USUAL, read_submission
from duibiao.evaluator.intake.reasons import UnreadableData
from duibiao.evaluator.intake.rounds import Period
from duibiao.evaluator.submission import Reject, Submission

FILES = {
    "catalogue": """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {city: 市, district: 区县, subdistrict: 街道, community: 社区}
parts: {on_site: 实地, statistics: 统计, questionnaires: 问卷}
score:
  levels: [{name: 达标, at_least: 85}, {name: 不达标}]
  total:
    - {part: on_site, weight: 60, combine: pooled}
    - {part: statistics, weight: 20, combine: pooled}
    - {part: questionnaires, weight: 20, combine: pooled}
""",
    "tree": "tree: [{id: Ⅰ-1, title: 一, under: [{id: Ⅲ-1, title: 甲}]}]\n",
    "units": """
office: {title: 文明办, aliases: [创文办]}
bureau: {title: 市场监管局, level: district, aliases: [市场监督局]}
police: {title: 交警大队, level: district}
""",
    "sources": "book: {title: 书}\n",
    "market": """
site_type: market
title: 农贸市场
aliases: [市场, 菜市场]
lead_unit: bureau
fields:
  stalls: {label: 摊位数, kind: count, unit: 个, aliases: [摊位总数]}
  licensed: {label: 持证摊位数, kind: count, at_most: stalls}
  priced: {label: 明码标价率, kind: percent}
  tested: {label: 抽检合格率, kind: percent, unit: "%"}
  noise: {label: 噪声, kind: number, unit: 分贝}
  clean: {label: 地面干净, kind: yes_no}
  stench: {label: 异味, kind: choice, options: [无, 轻微, 严重]}
  services: {label: 便民服务, kind: choices, options: [公平秤, 寄存, 饮水]}
  drains: {label: 排水, kind: grade, scale: {A: 1, B: 0.5, C: 0}}
  remark: {label: 备注, kind: text}
  cleaned_on: {label: 清洗日期, kind: date}
  floor_area: {label: 建筑面积, kind: number, from: site}
  open_air: {label: 露天, kind: yes_no, from: site}
criteria:
  - {id: market_clean, title: 市场干净, place: Ⅲ-1, pass: clean}
  - {id: market_drains, title: 排水通畅, place: Ⅲ-1, grade: drains}
  - {id: market_order, title: 秩序良好, place: Ⅲ-1, judged: yes_no}
  - {id: market_service, title: 服务周到, place: Ⅲ-1, judged: grade, scale: {好: 1, 中: 0.5, 差: 0}}
  - {id: market_signs, title: 标识规范, place: Ⅲ-1, judged: deduction, points: 5}
  - {id: market_smoke, title: 无人吸烟, place: Ⅲ-1, judged: yes_no, points: 2, changes: [{from: 2026-03-05, points: 3}]}
""",
    "crossing": """
site_type: crossing
title: 交通路口
aliases: [路口]
fields:
  riders: {label: 骑行人数, kind: count}
  helmets: {label: 戴头盔人数, kind: count, at_most: riders}
  lanes: {label: 车道数, kind: count, from: site}
criteria:
  - {id: helmet, title: 戴头盔, place: Ⅲ-1, applies: riders > 0, rate: helmets / riders, levels: [{at_least: 0.9, score: 1}]}
  - {id: crossing_order, title: 秩序良好, place: Ⅲ-1, judged: yes_no}
""",
    "toilet": """
site_type: toilet
title: 公共厕所
part_of: [market]
fields:
  seats: {label: 厕位数, kind: count}
criteria:
  - {id: toilet_seats, title: 厕位够用, place: Ⅲ-1, pass: seats >= 4}
""",
    "common": """
criteria:
  - id: litter
    title: 无乱扔垃圾
    site_types: [market, crossing]
    place: Ⅲ-1
    points: 4
    deduct: {each: problems, points: 1}
  - id: reported
    title: 资料齐全
    site_types: [statistics, training, yearly, citizens]
    place: Ⅲ-1
    judged: yes_no
""",
    "statistics": """
site_type: statistics
title: 区县统计
each: district
part: statistics
fields:
  residents: {label: 常住人口, kind: count}
  volunteers: {label: 志愿者人数, kind: count}
criteria:
  - {id: volunteer_rate, title: 志愿者比例, place: Ⅲ-1, applies: residents > 0, rate: volunteers / residents, levels: [{at_least: 0.13, score: 1}]}
""",
    "yearly": """
site_type: yearly
title: 全市统计
each: city
part: statistics
fields:
  events: {label: 活动场次, kind: count}
criteria:
  - {id: events_held, title: 活动够多, place: Ⅲ-1, pass: events >= 10}
""",
    "training": """
site_type: training
title: 单位培训
each: unit
part: statistics
fields:
  trained: {label: 明白人人数, kind: count}
criteria:
  - {id: trained_two, title: 两名明白人, place: Ⅲ-1, pass: trained >= 2}
""",
    "citizens": """
questionnaire: citizens
title: 市民问卷
each: district
part: questionnaires
fields:
  drawn: {label: 抽取户数, kind: count, at_least: 1}
  entered: {label: 入户数, kind: count, at_most: drawn}
rates: {entry: entered / drawn}
criteria:
  - {id: entry_rate, title: 入户率, place: Ⅲ-1, ask: citizens.entry, levels: [{at_least: 0.9, score: 1}]}
""",
    "residents": """
questionnaire: residents
title: 居民问卷
each: district
part: questionnaires
sample: {weight: 权数, stratum: 街道, cluster: 小区, population: 总体数}
questions:
  support: {text: 您支持本市参评吗, aliases: [参评态度], choices: [支持, 不支持, 说不清], yes: [支持], leave_out: [拒答]}
  safety: {text: 您觉得安全吗, scale: {安全: 1, 比较安全: 0.8, 一般: 0.6, 不安全: 0}}
  parks: {text: 15分钟内能到公园吗, choices: [能, 不能], yes: [能], numbered: true}
""",
    "students": """
questionnaire: students
title: 学生问卷
part: questionnaires
questions:
  safety: {text: 您觉得安全吗, choices: [安全, 不安全], yes: [安全]}
  school: {text: 你喜欢学校吗, choices: [喜欢, 不喜欢], yes: [喜欢]}
""",
}

Row = Mapping[str, object]
Rows = Sequence[Row]

AREAS: Rows = [
    {"属地": "周口市", "上级": "", "层级": "市"},
    {"属地": "川汇区", "上级": "周口市", "层级": "区县", "责任领导": "王某"},
    {"属地": "示范区", "上级": "周口市", "层级": "区县"},
    {"属地": "七一路街道", "上级": "川汇区", "层级": "街道"},
    {"属地": "中心街道", "上级": "川汇区", "层级": "街道"},
    {"属地": "中心街道", "上级": "示范区", "层级": "街道"},
]
REGISTER: Rows = [
    {
        "编号": "M1",
        "点位": "人民市场",
        "点位类型": "农贸市场",
        "属地": "七一路街道",
        "建筑面积": "1,200",
        "责任人": "张某",
    },
    {"编号": "M2", "点位": "建设市场", "点位类型": "市场", "属地": "川汇区/中心街道", "露天": "是"},
    {"编号": "", "点位": "人民路口", "点位类型": "路口", "属地": "示范区", "车道数": "4"},
]


def load_test_catalogue(folder: Path) -> Catalogue:
    """Write the catalogue below ``folder`` and load it."""
    for name, text in FILES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_catalogue(folder)


def headers_of(rows: Rows) -> list[str]:
    """The keys of the rows, in the order in which they appear."""
    return list(dict.fromkeys(key for row in rows for key in row))


def csv_bytes(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headers_of(rows), delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(sheets: Mapping[str, Rows], hidden: Sequence[str] = ()) -> bytes:
    """The rows of several sheets as a workbook."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        dates = {
            False: book.add_format({"num_format": "yyyy-mm-dd"}), True: book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        }  # fmt: skip
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            headers = headers_of(rows)
            sheet.write_row(0, 0, headers)
            for line, row in enumerate(rows, 1):
                for column, header in enumerate(headers):
                    cell = row.get(header)
                    if hasattr(cell, "year"):
                        sheet.write_datetime(line, column, cell, dates[hasattr(cell, "hour")])
                    elif isinstance(cell, str):
                        sheet.write_string(line, column, cell)
                    elif isinstance(cell, tuple):  # a formula and its stored result
                        sheet.write_formula(line, column, cell[0], None, cell[1])
                    elif cell is not None:
                        sheet.write(line, column, cell)
    return raw.getvalue()


SHARES = frozenset({"priced", "明码标价率", "率"})  # headers below which workbooks show percentages


def xls_bytes(sheets: Mapping[str, Rows]) -> bytes:
    """The rows of several sheets as a workbook of the old format."""
    raw = io.BytesIO()
    book = xlwt.Workbook(encoding="utf-8")
    formats = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "share": "0.0%"}
    styles = {name: xlwt.easyxf(num_format_str=code) for name, code in formats.items()}
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        headers = headers_of(rows)
        for column, header in enumerate(headers):
            sheet.write(0, column, header)
        for line, row in enumerate(rows, 1):
            for column, header in enumerate(headers):
                cell = row.get(header)
                style = "share" if header in SHARES else type(cell).__name__
                if cell is not None:
                    sheet.write(line, column, cell, styles.get(style, xlwt.Style.default_style))
    book.save(raw)
    return raw.getvalue()


def ods_bytes(rows: Rows, body: str = "", sheet: str = "3月") -> bytes:
    """The rows as LibreOffice writes them: a zip file whose first member says what it is."""

    def cell(header: str, value: object) -> str:
        match value:
            case None:
                return "<table:table-cell/>"
            case bool():
                told = f'boolean" office:boolean-value="{str(value).lower()}'
            case int() | float():
                told = f'{"percentage" if header in SHARES else "float"}" office:value="{value!r}'
            case date():
                told = f'date" office:date-value="{value.isoformat()}'
            case _:
                told = "string"
        return f'<table:table-cell office:value-type="{told}"><text:p>{escape(str(value))}</text:p></table:table-cell>'

    headers = headers_of(rows)
    lines = [dict(zip(headers, headers, strict=True)), *rows] if headers else []
    body += "".join(
        f"<table:table-row>{''.join(cell(each, row.get(each)) for each in headers)}</table:table-row>" for row in lines
    )
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{sheet}">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return raw.getvalue()


_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
    'manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.'
    'spreadsheet"/></manifest:manifest>'
)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file with these members, deflated."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


def text_only(value: object) -> str:
    """The name of a case for pytest: bytes of zip files hold the time at which they were made, and are left out."""
    return value if isinstance(value, str) else type(value).__name__


def parquet_bytes(rows: Rows) -> bytes:
    """The rows as a parquet file."""
    raw = io.BytesIO()
    pl.DataFrame([dict(row) for row in rows], infer_schema_length=None).write_parquet(raw)
    return raw.getvalue()


def write(folder: Path, files: Mapping[str, object]) -> Path:
    """Write files: rows by the ending of the name, bytes and texts as they are, None not at all."""
    for name, content in files.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif path.suffix == ".xlsx":
            sheets = content if isinstance(content, Mapping) else {path.stem: content}
            path.write_bytes(xlsx_bytes(sheets))  # type: ignore[arg-type]
        elif path.suffix in {".xls", ".et"}:
            path.write_bytes(xls_bytes({path.stem: content}))  # type: ignore[dict-item]
        elif path.suffix == ".json":
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        elif path.suffix == ".yaml":
            path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
        elif path.suffix == ".parquet":
            path.write_bytes(parquet_bytes(content))  # type: ignore[arg-type]
        else:
            path.write_bytes(csv_bytes(content, delimiter="\t" if path.suffix == ".tsv" else ","))  # type: ignore[arg-type]
    return folder


def read(folder: Path, catalogue: Catalogue, files: Mapping[str, object], round_by: Period | None = None) -> Submission:
    """The submission of a folder with these files; rows read are always rows used and rows rejected."""
    submission = read_submission([write(folder, files)], catalogue, round_by=round_by)
    for table in submission.tables:
        assert table.read == table.used + table.rejected
    rejected = {(reject.file, reject.sheet, reject.row) for reject in submission.rejects}
    assert len(rejected) == submission.rejected
    return submission


def refused(
    folder: Path, catalogue: Catalogue, content: Mapping[str, object], limits: Limits = USUAL
) -> list[tuple[str, str]]:
    """File and code of everything that is refused in a folder."""
    with pytest.raises(UnreadableData) as caught:
        read_submission([write(folder, content)], catalogue, limits=limits)
    assert str(caught.value) == "\n".join(caught.value.messages)
    return [(each.file, each.code) for each in caught.value.refusals]


def codes(submission: Submission) -> list[str]:
    """The codes of the rejects, in their order."""
    return [reject.code for reject in submission.rejects]


def cells(submission: Submission) -> list[tuple[str, str]]:
    """Cell and code of each reject."""
    return [(reject.cell, reject.code) for reject in submission.rejects]


def only(submission: Submission) -> Reject:
    """The one reject."""
    (reject,) = submission.rejects
    return reject


def notes(submission: Submission) -> list[str]:
    """The codes of the notes."""
    return [note.code for note in submission.notes]


def named(submission: Submission, site_type: str = "market") -> list[object]:
    """The sites of the visits of a type."""
    return submission.visits[site_type]["site"].to_list()

"""The same data read the same, whatever the format of the files, and the order of files and rows."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.submission import ORIGIN, Submission
from tests.intake.city import (
    AREAS,
    REGISTER,
    Rows,
    codes,
    csv_bytes,
    ods_bytes,
    parquet_bytes,
    read,
    write,
    xls_bytes,
    xlsx_bytes,
    zipped,
)

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
ROUND_ROWS = [
    {"轮次": "r1", "标题": "第一轮", "开始": "2026-03-01", "结束": "2026-03-07"},
    {"轮次": "r2", "标题": "第二轮", "开始": "2026-03-08", "结束": "2026-03-14"},
]


def frames(submission: Submission) -> dict[str, pl.DataFrame]:
    """Every table of a submission, without the columns that say where rows came from."""
    found = {
        name: getattr(submission, name)
        for name in ("areas", "units", "rounds", "sites", "checks", "problems", "waivers")
    }
    found |= {f"visits {name}": frame for name, frame in submission.visits.items()}
    found |= {f"values {name}": frame for name, frame in submission.values.items()}
    return {name: frame.drop(ORIGIN, strict=False) for name, frame in found.items()}


def assert_same(one: Submission, other: Submission) -> None:
    """The two submissions say the same, wherever it stood."""
    ours, theirs = frames(one), frames(other)
    assert ours.keys() == theirs.keys()
    for name, frame in ours.items():
        assert_frame_equal(frame, theirs[name], check_exact=True)


VALUES = {
    "stalls": st.integers(0, 10**9), "noise": st.decimals(-1000, 1000, places=3).map(float), "priced": st.integers(0, 1000).map(lambda n: n / 1000),
    "clean": st.booleans(), "stench": st.sampled_from(["无", "轻微", "严重"]), "drains": st.sampled_from("ABC"),
    "remark": st.text(st.characters(min_codepoint=0x21, max_codepoint=0x9FA5, exclude_categories=["Cs", "Cc", "Cn", "Co", "Zs", "Zl", "Zp", "Cf"]), min_size=1, max_size=12),
    "cleaned_on": st.dates(date(2000, 1, 1), date(2099, 12, 31)),
}  # fmt: skip
ROW = st.fixed_dictionaries(
    {"site": st.sampled_from(["M1", "M2"]), "date": st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))},
    optional={key: st.none() | value for key, value in VALUES.items()},
)  # fmt: skip


def as_text(cell: object) -> str:
    """A value as it would stand in a CSV file."""
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{cell:f}" if float(f"{cell:f}") == cell else repr(cell)
        case _:
            return str(cell)


def every_format(rows: Rows) -> dict[str, bytes | object]:
    """The same rows as files of every format."""
    keys = ["site", "date", *VALUES]
    texts = [{key: as_text(row.get(key)) for key in keys} for row in rows]
    whole = [{key: row.get(key) for key in keys} for row in rows]
    plain = [
        {key: (as_text(value) if isinstance(value, date) else value) for key, value in row.items()} for row in whole
    ]
    return {
        "w.csv": csv_bytes(texts), "bom.csv": csv_bytes(texts, "utf-8-sig"), "gb.csv": csv_bytes(texts, "gb18030"), "u16.csv": csv_bytes(texts, "utf-16"),
        "w.tsv": csv_bytes(texts, delimiter="\t"), "w.json": plain, "w.yaml": texts, "w.parquet": parquet_bytes(whole), "w.xlsx": xlsx_bytes({"农贸市场": whole}),
        "w.xls": xls_bytes({"农贸市场": whole}), "w.et": xls_bytes({"农贸市场": whole}), "w.ods": ods_bytes(whole),
        "w.zip": zipped({"农贸市场.csv": csv_bytes(texts)}),
    }  # fmt: skip


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_every_format_reads_as_the_same_values(catalogue: Catalogue, rows: Rows) -> None:
    rows = [{"remark": "x", **row} for row in rows]
    with TemporaryDirectory() as folder:
        base = write(Path(folder) / "base", BASE)
        read_as = {}
        for name, content in every_format(rows).items():
            data = write(Path(folder) / name, {f"农贸市场{Path(name).suffix}": content})
            read_as[name] = read_submission([base, data], catalogue)
    first = read_as["w.csv"]
    assert first.rejects == ()
    assert first.visits["market"].height == len(rows)
    wanted = sorted((str(row["site"]), row["date"], row.get("stalls")) for row in rows if row.get("stalls") is not None)
    found = first.visits["market"].filter(pl.col("stalls").is_not_null()).select("site", "at", "stalls").rows()
    assert sorted(found) == wanted
    for name, submission in read_as.items():
        assert submission.rejects == (), name
        assert_same(first, submission)


def city(shuffled: random.Random) -> dict[str, object]:
    """A city with every kind of table and a few rejected rows, its rows in some order."""
    start = datetime(2026, 3, 1, 8)
    wide = [
        {"编号": site, "日期": str(start + timedelta(days=n % 5)), "摊位数": str(n % 3), "便民服务": "饮水、寄存" if n % 2 else "无", "备注": f"第{n}次", "责任单位": "文明办、交警大队"}
        for n, site in enumerate(["M1", "M2", "M1", "M1", "M2", "M9", "M1", "M1"])
    ]  # fmt: skip
    checks = [
        {"点位": "人民市场", "日期": "2026-03-06", "标准": each, "结果": "是", "问题": f"{n}"}
        for n, each in enumerate(["秩序良好", "秩序良好", "市场干净", "无乱扔垃圾"])
    ]
    problems = [{"点位": "建设市场", "轮次": "r1", "标准": "litter", "问题": each} for each in ("甲", "乙", "甲", "丙")]
    waivers = [
        {"点位": "人民市场", "标准": each, "豁免理由": "装修", "批准人": "高某"} for each in ("市场干净", "排水通畅")
    ]
    tables = {
        "areas": AREAS,
        "register": [*REGISTER, {**REGISTER[0], "责任人": "王某"}],
        "rounds": ROUND_ROWS,
        "units": [{"单位": "文明办"}, {"单位": "police", "属地": "川汇区"}],
        "w": wide,
        "c": checks,
        "p": problems,
        "v": waivers,
    }
    named: dict[str, object] = {}
    for name, rows in tables.items():
        mixed = [dict(row) for row in rows]
        shuffled.shuffle(mixed)
        cut = shuffled.randint(0, len(mixed)) if name in {"w", "c", "p"} else 0
        for number, part in enumerate((mixed[:cut], mixed[cut:])):
            if part:
                named[f"{shuffled.random()}-{name}-{number}.csv"] = part
    return named


def test_the_order_of_rows_and_files_changes_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    first = read(tmp_path / "first", catalogue, city(random.Random(0)))
    assert first.used > 20
    assert sorted(codes(first)) == ["duplicate-site", "unknown-site"]
    for seed in range(1, 12):
        other = read(tmp_path / str(seed), catalogue, city(random.Random(seed)))
        assert_same(first, other)
        assert (other.read, other.used, other.rejected) == (first.read, first.used, first.rejected)


SHOW = """
import sys
from pathlib import Path
from tests.intake.city import load_test_catalogue
from duibiao.evaluator.intake.read import read_submission
data, catalogue = map(Path, sys.argv[1:])
found = read_submission([data], load_test_catalogue(catalogue))
print(ascii((found.tables, found.rejects, found.notes, found.sites.rows(), found.areas.rows(), found.checks.rows())))
"""


def test_the_seed_of_hashes_changes_nothing(tmp_path: Path) -> None:
    rows = [
        {"编号": f"X{n}", "点位": name, "点位类型": "公共厕所", "所属点位": "xyz", "属地": "川汇区"}
        for n, name in enumerate("甲乙丙丁")
    ]
    data = write(tmp_path / "data", {**city(random.Random(0)), "more.csv": rows})
    (tmp_path / "catalogue").mkdir()
    told = set()
    for seed in ("0", "1", "2"):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "DUIBIAO_LANG": "en",
        }
        command = [sys.executable, "-c", SHOW, str(data), str(tmp_path / "catalogue")]
        told.add(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert len(told) == 1
    assert b"unknown-site" in told.pop()

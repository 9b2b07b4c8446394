"""The recount finds what was altered in a result, and nothing in one that was not."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import random
import runpy
import shutil
import string
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from duibiao.evaluator import recount
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.checkup import checkup_of
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.previous import earlier_judgements, with_earlier
from duibiao.reports.results import write_results
from tests.city import EAST, TOP, WEST, make_catalogue, make_submission
from tests.conftest import LAST_ROUND

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "evaluator" / "recount.py"
Rows = list[dict[str, str]]
Document = dict[str, Any]

# Every kind of rule that gives findings of its own shape, vetoes, adjustments, members on another kind of site.
FORMS = {
    "tree": """
tree:
  - id: Ⅰ-1
    title: 一
    weight: 60
    under:
      - {id: Ⅱ-1, title: 甲, weight: 20, combine: geometric, under: [{id: Ⅲ-1, title: a}, {id: Ⅲ-2, title: b}]}
      - id: Ⅱ-2
        title: 乙
        weight: 40
        under: [{id: Ⅲ-3, title: c, weight: 10, combine: lowest}, {id: Ⅲ-4, title: d, weight: 30}]
  - {id: Ⅰ-2, title: 二, weight: 40}
""",
    "market": """
site_type: market
title: 市场
weight: 2
lead_unit: bureau
fields:
  floor_clean: {label: 地面干净, kind: yes_no}
  tested: {label: 检测数, kind: count}
  passed: {label: 合格数, kind: count, at_most: tested}
  litter: {label: 垃圾处数, kind: count}
  drains: {label: 排水, kind: grade, scale: {好: 1, 中: 0.5, 差: 0.2}}
  scale_there: {label: 有公平秤, kind: yes_no}
  board_there: {label: 有公示栏, kind: yes_no}
  wait: {label: 等候分钟, kind: number}
criteria:
  - {id: clean, title: 干净, place: Ⅲ-1, points: 2, pass: floor_clean, veto: {site: 59}}
  - id: food
    title: 食品合格
    place: Ⅲ-2
    points: 3
    applies: tested > 0
    rate: passed / tested
    levels: [{at_least: 0.95, score: 1}, {at_least: 0.8, score: 0.66}]
  - {id: litter_few, title: 垃圾少, place: Ⅲ-3, points: 3, deduct: {each: litter, points: 0.7}, over_sites: lowest}
  - {id: drained, title: 排水好, place: Ⅲ-4, points: 1.5, grade: drains}
  - id: boards
    title: 公示
    place: Ⅱ-2
    points: 2
    of: [scale_there, board_there]
    levels: [{missing: 0, score: 1}, {missing: 1, score: 0.66}]
  - {id: quick, title: 快, place: Ⅰ-2, rate: wait, full_at: 5, zero_at: 22}
  - {id: banned, title: 一票否决, place: Ⅲ-1, points: 0, pass: litter < 6, veto: {site: 40, total: 55}}
""",
    "street": """
site_type: street
title: 街道
supporting_units: [bureau]
fields:
  lamps: {label: 路灯数, kind: count}
  lit: {label: 亮灯数, kind: count, at_most: lamps}
  honour: {label: 获得表彰, kind: yes_no}
criteria:
  - id: lit_rate
    title: 亮灯率
    place: Ⅲ-3
    points: 4
    lead_unit: office
    applies: lamps > 0
    rate: lit / lamps
    levels: [{at_least: 0.98, score: 1}, {at_least: 0.9, score: 0.5}]
  - {id: swept, title: 保洁, place: Ⅲ-4, points: 2, judged: yes_no}
  - {id: plan_and_lamps, title: 方案与路灯, place: Ⅲ-1, points: 3, both: [lit_rate, planned]}
  - {id: blamed, title: 通报, place: Ⅰ-2, points: 3, deduct: {each: spots, points: 1}, adjust_total: -2}
  - {id: honoured, title: 表彰, place: Ⅰ-2, pass: honour, adjust_total: 0.25}
""",
    "shared": """
fields:
  spots: {label: 乱贴处数, kind: count}
  told: {label: 问询满意, kind: yes_no}
criteria:
  - id: stickers
    title: 无乱贴
    place: Ⅲ-2
    points: 2
    site_types: [market, street]
    deduct: {each: spots, points: 0.5, at_most: 2}
  - {id: seen_ok, title: 看到, place: Ⅰ-2, site_types: [market, street], pass: spots < 3}
  - {id: told_ok, title: 听到, place: Ⅰ-2, site_types: [market, street], pass: told, veto: {total: 88}}
  - {id: seen_and_told, title: 看听, place: Ⅰ-2, points: 2, site_types: [market, street], both: [seen_ok, told_ok]}
""",
    "signs": """
site_type: sign
title: 路牌
fields: {signs: {label: 路牌数, kind: count}}
criteria: [{id: signs_shown, title: 路牌, place: Ⅰ-2, show: signs}]
""",
    "papers": """
site_type: papers
title: 材料
each: district
part: documents
fields:
  plan: {label: 有方案, kind: yes_no}
  closed: {label: 办结率, kind: percent}
criteria:
  - {id: planned, title: 方案, place: Ⅲ-4, points: 2, pass: plan}
  - {id: closed_rate, title: 办结, place: Ⅲ-1, rate: closed, levels: [{at_least: 0.9, score: 1}, {at_least: 0.5, score: 0.4}]}
""",
}
HEAD = """
catalogue: test
title: 试验目录
edition: "1"
area_levels: {{city: 市, district: 区县, subdistrict: 街道}}
parts: {{on_site: 实地, documents: 材料, polls: 问卷}}
score:
  levels: [{{name: 优秀, at_least: 95}}, {{name: 达标, at_least: 75}}, {{name: 不达标}}]
  total:
    - {{part: on_site, weight: 60, combine: {way}{gate}}}
    - {{part: documents, weight: 30, combine: pooled}}
    - {{part: polls, weight: 10, combine: tree}}
{more}
"""


def inspected(draw: random.Random, sites: int, blank: float) -> tuple[dict[str, Rows], list[dict[str, object]]]:
    """Visits of markets and streets, two at some of them, and the papers of two districts; and the register."""

    def seen(value: object) -> Any:
        return None if draw.random() < blank else value

    visits: dict[str, Any] = {"market": [], "street": [], "papers": []}
    register: list[dict[str, object]] = []
    for number in range(sites):
        kind, key = ("market", "street")[number % 2], f"S{number}"
        area = draw.choice([EAST, WEST, EAST, TOP, None])
        register.append({"site": key, "name": f"点{number}", "site_type": kind, "area": area})
        for day in range(draw.randint(1, 2) if number < sites - 1 else 0):
            tested, lamps = draw.choice([0, 20, 100]), draw.choice([0, 50])
            row = {"site": key, "at": datetime(2026, 3, 2 + day), "spots": seen(draw.randint(0, 5))}
            row |= {"told": seen(draw.random() < 0.8)}
            if kind == "market":
                row |= {"floor_clean": seen(draw.random() < 0.7), "wait": seen(draw.randint(3, 25))}
                row |= {"tested": seen(tested), "passed": seen(draw.randint(tested * 7 // 10, tested + 1))}
                row |= {"litter": seen(draw.randint(0, 7)), "drains": seen(draw.choice("好中差"))}
                row |= {"scale_there": seen(draw.random() < 0.7), "board_there": seen(draw.random() < 0.7)}
            else:
                row |= {"lamps": seen(lamps), "lit": seen(draw.randint(lamps * 8 // 10, lamps))}
                row |= {"honour": seen(draw.random() < 0.5), "swept": seen(draw.random() < 0.5)}
            visits[kind].append(row)
    for area in (EAST, WEST):
        key = f"papers:{area}"
        register.append({"site": key, "name": area, "site_type": "papers", "area": area})
        visits["papers"].append(
            {"site": key, "plan": seen(draw.random() < 0.7), "closed": seen(draw.choice([0.6, 0.95]))}
        )
    register.append({"site": "L1", "name": "路牌", "site_type": "sign", "area": EAST})
    return visits | {"sign": [{"site": "L1", "signs": 4}]}, register


def two_rounds(now: Mapping[str, list[dict[str, Any]]], before: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The visits of a round, without those of S1, and those of one a month before, each with its round."""
    day = {"R2": datetime(2026, 3, 2), "R1": datetime(2026, 2, 2)}
    return {
        kind: [
            {**row, "round": name, "at": row.get("at", day["R2"]) + (day[name] - day["R2"])}
            for name, rows in (("R1", before[kind]), ("R2", now[kind]))
            for row in rows
            if (name, row["site"]) != ("R2", "S1")
        ]
        for kind in now
    }


def result(
    folder: Path,
    way: str,
    more: str = "",
    gate: str = "",
    *,
    seed: int,
    sites: int = 8,
    blank: float = 0.15,
    forms: Mapping[str, str] | None = None,
    before: int | None = None,
) -> Path:
    """A result folder of a drawn city, scored as ``way`` and ``more`` say; ``before`` draws a round before it."""
    catalogue = make_catalogue(
        folder / "criteria", {**FORMS, **(forms or {})}, HEAD.format(way=way, more=more, gate=gate)
    )
    visits, register = inspected(random.Random(seed), sites, blank)
    waiver = {"site": "S0", "criterion": "food", "reason": "改造", "approver": "某", "until": date(2026, 12, 31)}
    if before is not None:
        visits = two_rounds(visits, inspected(random.Random(before), sites - 1, blank)[0])
    submission = make_submission(catalogue, visits, sites=register, waivers=[waiver])
    out = folder / "out"
    judgement = judge_round(catalogue, submission)
    assessment = with_earlier(assess_judgement(judgement), judgement, earlier_judgements(judgement))
    write_results(out, assessment, checkup_of(judgement, str), "none", "zh")
    return out


def told(capsys: pytest.CaptureFixture[str], out: Path, *more: str) -> tuple[int, list[str]]:
    """The exit code of a recount in English, and its lines."""
    code = recount.main([str(out), "--lang", "en", *more])
    return code, capsys.readouterr().out.splitlines()


# ------------------------------------------------------------------ what was not altered agrees

WAYS = ["pooled", "mean_of_criteria", "mean_of_sites", "tree"]
SETTINGS = {
    "as it comes": "",
    "the unobserved count as nothing": "  unobserved: zero",
    "too little seen": "  minimum_coverage: 0.9",
    "sites along the outline": "  site: tree",
    "the mean of visits": "  several_inspections: mean",
    "the worst visit": "  several_inspections: worst",
    "each visit": "  several_inspections: each",
    "no total without a part": "  empty_part: no_total",
    "other ways along other dimensions": "  roll_up: {area: pooled, unit: tree, place: mean_of_sites}",
    "supporting units too": "  unit_roles: [lead, supporting]",
    "each visit, along the outline, zero": "  unobserved: zero\n  site: tree\n  several_inspections: each",
}


# Every way as it comes, and every setting with two of them.
RUNS = [("as it comes", way) for way in WAYS] + [
    (setting, WAYS[(number + more) % 4]) for number, setting in enumerate(SETTINGS) if number for more in (0, 2)
]


@pytest.mark.parametrize(("setting", "way"), RUNS)
def test_every_way_of_scoring_is_recounted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, way: str
) -> None:
    more, number = SETTINGS[setting], [*SETTINGS].index(setting) + WAYS.index(way)
    gate = ", at_least: 80" if number % 2 else ""
    out = result(tmp_path, way, more, gate, seed=number, blank=(0.1, 0.4, 0.0)[number % 3])
    code, lines = told(capsys, out)
    assert (code, lines[1:-1]) == (0, [line for line in lines if line.startswith("Not recounted:")])
    document = json.loads((out / "assessment.json").read_text("utf-8"))
    score = document["total"]["score"]
    wanted = f"Total: {score['value']:.2f}, exactly {score['num']}/{score['den']}" if score else "There is no total."
    assert lines[0] == wanted
    assert lines[-1].startswith("All agree: recounted ")


ALL_LED = {name: FORMS[name].replace("title: ", "lead_unit: office\ntitle: ", 1) for name in ("signs", "papers")}
ALL_LED["street"] = FORMS["street"].replace("supporting_units: [bureau]", "lead_unit: office")


@pytest.mark.parametrize(("setting", "way"), RUNS[::2])
def test_the_round_before_is_recounted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, way: str
) -> None:
    forms = ALL_LED if way in WAYS[:2] else {}
    out = result(tmp_path, way, SETTINGS[setting], seed=3, before=4, blank=0.1, forms=forms)
    code, lines = told(capsys, out)
    change = json.loads((out / "assessment.json").read_text("utf-8"))["previous"]["change"]
    left_out = [line for line in lines if line.startswith("Not recounted: the figures of the round before (R1)")]
    assert (code, bool(left_out), lines[-1].startswith("All agree: ")) == (0, change is None, True)
    assert change is None or (change["regressions"] and change["gone_sites"] and change["new_sites"])


IN_TWO_PARTS = {"street": FORMS["street"].replace("title: 街道", "title: 街道\npart: documents")}


@pytest.mark.parametrize("way", WAYS)
def test_a_criterion_of_sites_in_two_parts_has_a_result_in_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    out = result(tmp_path, way, seed=5, forms=IN_TWO_PARTS)
    results = json.loads((out / "assessment.json").read_text("utf-8"))["results"]
    shared = sorted((each["part"], *each["site_types"]) for each in results if each["id"] == "stickers")
    assert shared == [("documents", "street"), ("on_site", "market")]
    code, lines = told(capsys, out)
    assert (code, lines[-1].startswith("All agree: recounted ")) == (0, True)


def test_what_is_altered_in_one_of_two_parts_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = result(tmp_path, "mean_of_criteria", seed=5, forms=IN_TWO_PARTS)
    rows, document = read(out)
    (in_documents,) = (each for each in document["results"] if (each["id"], each["part"]) == ("stickers", "documents"))
    right = json.dumps(in_documents)
    for alteration, line in {
        '"site_types": ["market"]': "site types of criterion stickers: market in results, street everywhere else",
        '"score": {"num": "1", "den": "3", "value": 33.33}': "result of criterion stickers: score of part documents",
        '"part": "polls"': "criterion stickers: it is missing among the results",
    }.items():
        in_documents.update(json.loads(f"{{{alteration}}}"))
        code, lines = told(capsys, write(tmp_path / "altered", rows, document))
        assert (code, any(each.startswith(line) for each in lines)) == (1, True), lines
        in_documents.update(json.loads(right))


@pytest.fixture(scope="module")
def example(zhoukou: Callable[[str], Path]) -> Path:
    """The result of the example city, with the file that recounts it."""
    out = zhoukou(LAST_ROUND)
    assert (out / "recount.py").read_bytes() == FILE.read_bytes()
    return out


def alone(folder: Path, file: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the file without our packages and without any other, from an empty folder."""
    command = [sys.executable, "-I", "-S", "-W", "error", str(file), *more]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.untraced
def test_the_example_city_is_recounted_by_the_file_alone(example: Path, tmp_path: Path) -> None:
    done = alone(tmp_path, example / "recount.py", "--lang", "en")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith("Total: 84.67, exactly ")
    assert "from 8661 findings (517 criteria, 803 sites)." in done.stdout


def test_it_speaks_the_language_of_the_result_or_the_one_asked_for(example: Path, tmp_path: Path) -> None:
    assert alone(tmp_path, FILE, str(example)).stdout.startswith("总分：84.67")
    assert "全部一致" in alone(tmp_path, FILE, str(example), "--lang", "zh").stdout
    assert alone(tmp_path, FILE, str(example), "--lang", "fr").returncode == 2


def test_both_languages_say_the_same_things() -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [name for name, (english, chinese) in recount.TEXTS.items() if places(english) != places(chinese)] == []
    assert [name for name, (english, chinese) in recount.TEXTS.items() if english == chinese] == ["as the system says"]


def test_it_runs_as_a_program(
    example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["recount.py", str(example), "--lang", "en"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(FILE), run_name="__main__")
    assert (end.value.code, capsys.readouterr().out[:13]) == (0, "Total: 84.67,")


def test_it_imports_the_standard_library_only_and_reads_on_old_pythons() -> None:
    tree = ast.parse(FILE.read_text("utf-8"), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


# ------------------------------------------------------------------ what was altered is named


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A result for each way that alterations are tried on."""
    return {
        way: result(tmp_path_factory.mktemp(way), way, seed=19) for way in ("mean_of_criteria", "mean_of_sites", "tree")
    }


def read(out: Path) -> tuple[Rows, Document]:
    """The findings and the document of a result."""
    rows = list(csv.DictReader(io.StringIO((out / "findings.csv").read_text("utf-8-sig"), newline="")))
    return rows, json.loads((out / "assessment.json").read_text("utf-8"))


def write(out: Path, rows: Rows, document: Document) -> Path:
    """Write them into another folder."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    out.mkdir(exist_ok=True)
    (out / "findings.csv").write_text(text.getvalue(), "utf-8-sig", newline="")
    (out / "assessment.json").write_text(json.dumps(document), "utf-8")
    return out


def figure(value: Fraction | float | str, digits: int = 2) -> dict[str, object]:
    exact = Fraction(value)
    return {
        "num": str(exact.numerator),
        "den": str(exact.denominator),
        "value": recount.half_up(exact, digits) / 10**digits,
    }


def finding(rows: Rows, criterion: str, *statuses: str) -> dict[str, str]:
    """The first finding of a criterion at a market (or at papers) with one of these statuses."""
    mine = (row for row in rows if row["criterion"] == criterion and row["status"] in statuses)
    return next(row for row in mine if row["site_type"] != "street")


def not_to_mend(rows: Rows, document: Document) -> None:
    """An honour that is not won among the gaps, with its own status and score."""
    row = next(row for row in rows if row["criterion"] == "honoured" and row["status"] == "missed")
    own = {key: row[key] for key in ("site", "visit", "criterion", "status")}
    document["gaps"].append(document["gaps"][0] | own | {"score_e9": 0})


def entry(entries: list[Any], id_: str) -> Any:
    """A member of a list of the document, by its id."""
    return next(each for each in entries if each["id"] == id_)


def place(document: Document, id_: str) -> Any:
    """A place of the outline."""
    waiting = list(document["method"]["tree"])
    while waiting:
        node = waiting.pop()
        if node["id"] == id_:
            return node
        waiting += node["under"]
    raise KeyError(id_)


def parts(document: Document, part: str) -> Iterator[Any]:
    """Every place where a part of the total is printed, the method first."""
    yield next(each for each in document["method"]["total"] if each["part"] == part)
    cards = [document["total"], *document["areas"], *document["site_types"], *document["units"], *document["places"]]
    yield from (each for card in cards for each in card["parts"] if each["part"] == part)


Alteration = Callable[[Rows, Document], object]


def to(status: str, score: str) -> dict[str, str]:
    """The columns of a whole finding of a criterion with one point."""
    return {
        "status": status,
        "score_e9": score and f"{score}000000000",
        "earned_num": score,
        "earned_den": score and "1",
    }


def moved(rows: Rows, document: Document) -> object:
    """The finding of one criterion becomes one of another at the same site."""
    row = finding(rows, "told_ok", "met")
    row["criterion"] = "seen_ok"
    return row


FINDINGS: dict[str, tuple[Alteration, str, int]] = {  # what is altered, the criterion that is named, how many lines
    "status alone": (lambda rows, _: finding(rows, "told_ok", "met").update(status="missed"), "told_ok", 1),
    "met to missed": (lambda rows, _: finding(rows, "told_ok", "met").update(to("missed", "0")), "told_ok", 1),
    "missed to met": (lambda rows, _: finding(rows, "banned", "missed").update(to("met", "1"), earned_num="0"), "banned", 1),
    "met to not applicable": (lambda rows, _: finding(rows, "told_ok", "met").update(to("not_applicable", "")), "told_ok", 1),
    "unobserved to met": (lambda rows, _: finding(rows, "stickers", "unobserved").update(to("met", "1"), earned_num="2"), "stickers", 1),
    "no such status": (lambda rows, _: finding(rows, "told_ok", "met").update(status="perfect"), "told_ok", 1),
    "score alone": (lambda rows, _: finding(rows, "drained", "partial").update(score_e9="900000000"), "drained", 1),
    "score and points": (lambda rows, _: finding(rows, "stickers", "partial").update(score_e9="900000000", earned_num="9", earned_den="5"), "stickers", 1),
    "points earned": (lambda rows, _: finding(rows, "told_ok", "met").update(earned_num="2"), "told_ok", 1),
    "points possible": (lambda rows, _: finding(rows, "told_ok", "met").update(earned_num="4", possible="4"), "told_ok", 1),
    "no number": (lambda rows, _: finding(rows, "told_ok", "met").update(earned_den="0"), "told_ok", 1),
    "a score without end": (lambda rows, _: finding(rows, "told_ok", "met").update(score_e9="1e999999999"), "told_ok", 1),
    "half a billionth": (lambda rows, _: finding(rows, "told_ok", "met").update(score_e9="1000000000.5"), "told_ok", 1),
    "score gone": (lambda rows, _: finding(rows, "told_ok", "met").update(score_e9="", earned_num=""), "told_ok", 1),
    "a score for the unobserved": (lambda rows, _: finding(rows, "stickers", "unobserved").update(score_e9="0"), "stickers", 1),
    "half of a waived score": (lambda rows, _: finding(rows, "food", "waived").update(score_e9=""), "food", 1),
    "below what the scale has": (lambda rows, _: finding(rows, "drained", "partial").update(score_e9="100000000", earned_num="3", earned_den="20"), "drained", 1),
    "row gone": (lambda rows, _: rows.remove(finding(rows, "told_ok", "met")), "told_ok", 1),
    "row twice": (lambda rows, _: rows.append(dict(finding(rows, "told_ok", "met"))), "told_ok", 1),
    "another criterion": (moved, "told_ok", 2),
    "no such criterion": (lambda rows, _: finding(rows, "told_ok", "met").update(criterion="made_up"), "told_ok", 2),
    "a criterion of another type": (lambda rows, _: rows.append(finding(rows, "told_ok", "met") | {"criterion": "closed_rate"}), "closed_rate", 1),
    "area": (lambda rows, _: finding(rows, "told_ok", "met").update(area=TOP), "told_ok", 1),
    "place": (lambda rows, _: finding(rows, "told_ok", "met").update(place="Ⅲ-1"), "told_ok", 1),
    "part": (lambda rows, _: finding(rows, "told_ok", "met").update(part="documents"), "told_ok", 1),
    "round": (lambda rows, _: finding(rows, "told_ok", "met").update(round="2025"), "told_ok", 1),
    "visit": (lambda rows, _: finding(rows, "told_ok", "met").update(visit="S0@1999-01-01"), "told_ok", 1),
    "area gone": (lambda rows, _: finding(rows, "told_ok", "met").update(area=""), "told_ok", 1),
    "unit of a gap": (lambda rows, _: finding(rows, "told_ok", "missed").update(lead_units="office"), "told_ok", 1),
}  # fmt: skip


@pytest.mark.parametrize("way", ["mean_of_criteria", "mean_of_sites", "tree"])
@pytest.mark.parametrize("name", FINDINGS)
def test_an_altered_finding_is_named(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, way: str
) -> None:
    alter, criterion, wanted = FINDINGS[name]
    rows, document = read(made[way])
    before = [dict(row) for row in rows]
    alter(rows, document)
    changed = [row for row in [*before, *rows] if row not in before or row not in rows or rows.count(row) > 1]
    code, lines = told(capsys, write(tmp_path / "out", rows, document))
    assert code == 1
    assert any(line.startswith(f"finding {changed[0]['site']} × {criterion}: ") for line in lines), lines
    assert lines[-1] == f"Disagreements named: {wanted}.", lines


def part_weight(*weights: int, everywhere: bool) -> Alteration:
    """Other weights of the parts, in the method alone or wherever they are printed."""

    def alter(rows: Rows, document: Document) -> None:
        for name, weight in zip(("on_site", "documents"), weights, strict=False):
            for number, each in enumerate(parts(document, name)):
                if everywhere or not number:
                    each["weight"] = figure(weight)

    return alter


def weigh(id_: str, weight: float) -> Alteration:
    """Another weight of a place of the outline."""
    return lambda rows, document: place(document, id_).update(weight=figure(weight))


def rule(id_: str, **changed: object) -> Alteration:
    """Other keys of a criterion of the method."""
    return lambda rows, document: entry(document["method"]["criteria"], id_).update(changed)


def both(*alterations: Alteration) -> Alteration:
    """Two alterations at once."""
    return lambda rows, document: [alter(rows, document) for alter in alterations]


METHOD: dict[str, tuple[str, Alteration, str]] = {  # way of the result, what is altered, how the line begins
    "weight of a part, in the method": ("tree", part_weight(50, everywhere=False), "weight of part on_site: 50 in method.total, 60 everywhere else"),
    "weight of a part, in the total": ("tree", lambda _, d: d["total"]["parts"][0].update(weight=figure(50)), "weight of part on_site: 50 in total.parts, 60 everywhere else"),
    "weight of a part, in areas": ("tree", lambda _, d: [area["parts"][0].update(weight=figure(50)) for area in d["areas"][:2]], f"weight of part on_site: 50 in area {TOP}.parts (+1), 60"),
    "weight of a part, everywhere": ("tree", part_weight(50, everywhere=True), "weight of part on_site: printed 50, the weights add up to 100 and the total follows with 60"),
    "weight of a part, far too much": ("tree", part_weight(170, everywhere=True), "weight of part on_site: printed 170, the weights add up to 100 and the total follows with 60"),
    "weights of two parts, sum too": ("tree", part_weight(50, 20, everywhere=True), "the weights of the parts add up to 80, not 100"),
    "weights of two parts, everywhere": ("tree", part_weight(50, 40, everywhere=True), "weights of the parts: altered"),
    "way of a part": ("tree", lambda _, d: d["method"]["total"][0].update(combine="pooled"), "way of part on_site: pooled in method.total, tree everywhere else"),
    "way of a part, everywhere": ("mean_of_criteria", lambda _, d: [each.update(combine="pooled") for each in parts(d, "on_site")], "part on_site: its way (pooled) or weights were altered"),
    "mark of a part": ("tree", lambda _, d: d["method"]["total"][0].update(at_least=figure(80)), "mark of part on_site: 80 in method.total, none everywhere else"),
    "a part gone": ("tree", lambda _, d: d["method"]["total"].pop(), "the parts of method.total (on_site, documents) and of total.parts"),
    "weight of a place": ("tree", weigh("Ⅲ-4", 35), "weight of place Ⅲ-4: printed 35, sums and figures agree with 30"),
    "weight of a place with places under it": ("tree", weigh("Ⅱ-2", 35), "weight of place Ⅱ-2: printed 35, sums and figures agree with 40"),
    "weight of a top place": ("tree", weigh("Ⅰ-2", 35), "weight of place Ⅰ-2: printed 35, sums and figures agree with 40"),
    "weights of two places": ("tree", both(weigh("Ⅲ-3", 20), weigh("Ⅲ-4", 20)), "place Ⅱ-2: weights or way (combine) under it were altered"),
    "weights of places, sums too": ("tree", both(weigh("Ⅲ-3", 20), weigh("Ⅰ-2", 30)), "the weights under place the outline add up to 90, not 100"),
    "a weight of a place gone": ("tree", lambda _, d: place(d, "Ⅲ-3").update(weight=None), "under place Ⅱ-2 some places have a weight and some have none"),
    "way of a place": ("tree", lambda _, d: place(d, "Ⅱ-1").update(combine="lowest"), "place Ⅱ-1: weights or way (combine) under it were altered"),
    "weight of a site type": ("mean_of_sites", lambda _, d: entry(d["method"]["site_types"], "market").update(weight=figure(3)), "part on_site: a weight of a site type was altered"),
    "points of a criterion, in the method": ("tree", rule("stickers", points=figure(4)), "points of criterion stickers: 4 in method.criteria, 2 everywhere else"),
    "points of a criterion, in its result": ("tree", lambda _, d: entry(d["results"], "stickers").update(points=figure(4)), "points of criterion stickers: 4 in results, 2 everywhere else"),
    "points of a criterion, in both": ("tree", both(rule("stickers", points=figure(4)), lambda _, d: entry(d["results"], "stickers").update(points=figure(4))), "criterion stickers: possible is '2' in findings.csv, '4' in assessment.json"),
    "place of a criterion, in the method": ("tree", rule("stickers", place="Ⅲ-1"), "place of criterion stickers: Ⅲ-1 in method.criteria, Ⅲ-2 everywhere else"),
    "whether a criterion counts": ("tree", rule("stickers", counts=False), "whether criterion stickers counts: True in results"),
    "types of a criterion": ("tree", lambda _, d: entry(d["method"]["criteria"], "planned")["ranges"].update(street=[0, 1]), "site types of criterion planned: papers in results"),
    "a criterion gone from the method": ("tree", lambda _, d: d["method"]["criteria"].remove(entry(d["method"]["criteria"], "boards")), "criterion boards: no such criterion in the method"),
    "a criterion gone from the results": ("tree", lambda _, d: d["results"].remove(entry(d["results"], "boards")), "criterion boards: it is missing among the results"),
    "over_sites": ("mean_of_criteria", rule("told_ok", over_sites="lowest"), "result of criterion told_ok: score printed"),
    "a veto on the total": ("tree", rule("told_ok", veto={"site": None, "total": figure(1)}), "made (how the total came about): cap printed"),
    "a veto on sites": ("mean_of_sites", rule("clean", veto={"site": figure(1), "total": None}), "card of site S"),
    "an adjustment": ("tree", rule("blamed", adjust_total=figure(-3)), "adjustment blamed: -3 in method.criteria, -2 in made.adjustments"),
    "what is unobserved": ("tree", lambda _, d: d["method"].update(unobserved="zero"), "score: altered in "),
    "how sites are made": ("tree", lambda _, d: d["method"].update(site="tree"), "card of site S0: score printed "),
    "the round": ("tree", lambda _, d: d["rounds"]["scored"].update(id="2025"), "all findings: round is '' in findings.csv, '2025' in assessment.json"),
    "area of a site": ("tree", lambda _, d: d["sites"][0].update(area=TOP), "site S0: area is "),
    "an area gone": ("tree", lambda _, d: d["areas"].remove(entry(d["areas"], WEST)), f"area {WEST}: has findings but no figure in assessment.json"),
    "a site gone": ("tree", lambda _, d: d["sites"].pop(0), "site S0: no such site in assessment.json"),
    "all findings of a site": ("tree", lambda rows, _: rows.__setitem__(slice(None), [row for row in rows if row["site"] != "S0"]), "site S0: all its rows are missing in findings.csv"),
    "a range": ("tree", rule("told_ok", ranges={"market": [0, 5 * 10**8], "street": [0, 10**9]}), "finding S0 × told_ok: score 1 is not within 0 to 0.5"),
    "a level": ("tree", lambda _, d: d["method"]["levels"][1].update(at_least=figure(1)), "level: altered in"),
}  # fmt: skip


@pytest.mark.parametrize("name", METHOD)
def test_an_altered_method_is_named(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    way, alter, wanted = METHOD[name]
    rows, document = read(made[way])
    alter(rows, document)
    code, lines = told(capsys, write(tmp_path / "out", rows, document))
    assert code == 1
    assert any(line.startswith(wanted) for line in lines), lines


PRINTED: dict[str, tuple[Alteration, str]] = {  # what is altered, how the one line begins
    "total": (lambda _, d: d["total"].update(score=figure("88.5")), "total: score printed 88.50, recounted "),
    "total, only exactly": (lambda _, d: d["total"]["score"].update(num=str(int(d["total"]["score"]["num"]) + 1)), "total: score printed "),
    "total, only rounded": (lambda _, d: d["total"]["score"].update(value=99.0), "total.score: its value is 99.0, but "),
    "total, not in lowest terms": (lambda _, d: d["total"]["score"].update({k: f"{2 * int(d['total']['score'][k])}" for k in ("num", "den")}), "total.score: "),
    "how the total came about": (lambda _, d: d["made"].update(score=figure("88.5")), "made (how the total came about): score printed 88.50, "),
    "the parts combined": (lambda _, d: d["made"].update(combined=figure("88.5", 6)), "made (how the total came about): combined printed 88.50, "),
    "the cap": (lambda _, d: d["made"].update(cap=None), "made (how the total came about): cap printed none, recounted 55.00"),
    "an adjustment's amount": (lambda _, d: d["made"]["adjustments"][0].update(count=99), "made (how the total came about): adjustments printed "),
    "a part of the total": (lambda _, d: d["total"]["parts"][0].update(score=figure("88.5")), "total: score of part on_site printed 88.50, "),
    "parts left out": (lambda _, d: d["total_parts_left_out"].clear(), "made (how the total came about): parts left out printed none, recounted polls"),
    "level of the total": (lambda _, d: d["total"].update(level="优秀"), "total: level printed 优秀, recounted 不达标"),
    "bounds of the total": (lambda _, d: d["total"]["bounds"].update(low=figure(1)), "total: bounds printed 1.00, "),
    "an area": (lambda _, d: d["areas"][1].update(score=figure("88.5")), f"area {EAST}: score printed 88.50, "),
    "a part of an area": (lambda _, d: d["areas"][1]["parts"][0].update(score=figure("88.5")), f"area {EAST}: score of part on_site printed 88.50, "),
    "rank of an area": (lambda _, d: d["areas"][1].update(rank=7), f"area {EAST}: rank printed 7, recounted "),
    "a site type": (lambda _, d: d["site_types"][0].update(score=figure("88.5")), "site type market: score printed 88.50, "),
    "a place": (lambda _, d: d["places"][0].update(score=figure("88.5")), "place Ⅰ-1: score printed 88.50, "),
    "a site": (lambda _, d: d["sites"][0]["card"].update(score=figure("88.5")), "card of site S0: score printed 88.50, "),
    "statuses of a site": (lambda _, d: d["sites"][0]["card"]["tally"].update(met=77), "card of site S0: statuses printed met 77, "),
    "a result": (lambda _, d: entry(d["results"], "food").update(score=figure("88.5")), "result of criterion food: score printed 88.50, "),
    "score of a gap": (lambda _, d: d["gaps"][0].update(score_e9=123), "gaps, "),
    "points of a gap": (lambda _, d: d["gaps"][0].update(lost_points=figure(77, 6)), "gaps, "),
    "a gap gone": (lambda _, d: d["gaps"].pop(), "gaps, "),
    "a gap made up": (lambda _, d: d["gaps"].append(d["gaps"][0] | {"site": "S9"}), "gaps, S9 × "),
    "an honour made a gap": (not_to_mend, "gaps, "),
    "an open finding gone": (lambda _, d: d["open"].pop(), "open, "),
}  # fmt: skip


@pytest.mark.parametrize("name", PRINTED)
def test_an_altered_figure_is_named_and_nothing_else(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    alter, wanted = PRINTED[name]
    rows, document = read(made["mean_of_sites"])
    alter(rows, document)
    code, lines = told(capsys, write(tmp_path / "out", rows, document))
    named = [line for line in lines if not line.startswith("Not recounted:")]
    assert (code, named[1:]) == (1, ["Disagreements named: 1."])
    assert named[0].startswith(wanted), named


def test_a_finding_and_a_total_altered_together_are_both_named(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, document = read(made["tree"])
    row = finding(rows, "told_ok", "met")
    row.update(to("missed", "0"))
    document["total"]["score"] = figure("88.5")
    code, lines = told(capsys, write(tmp_path / "out", rows, document))
    assert (code, lines[-1]) == (1, "Disagreements named: 2.")
    assert lines[0].startswith(f"finding {row['site']} × told_ok: ")
    assert lines[1].startswith("total: score printed 88.50")
    assert lines[2].startswith("Figures that differ only because of what is named: ")


def test_findings_of_another_result_do_not_flood_the_screen(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, _ = read(result(tmp_path / "other", "tree", seed=9, sites=12))
    code, lines = told(capsys, write(tmp_path / "out", rows, read(made["tree"])[1]))
    assert code == 1
    assert len(lines) < 70
    assert any(line.startswith("... and ") for line in lines)


def test_the_page_shows_the_total_that_was_recounted(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    shutil.copytree(made["tree"], out)
    page = (out / "index.html").read_text("utf-8")
    shown = f"{read(out)[1]['total']['score']['value']:.2f}"
    assert f">{shown}<" in page
    (out / "index.html").write_text(page.replace(f">{shown}<", ">99.99<"), "utf-8")
    code, lines = told(capsys, out)
    assert (code, lines[0]) == (1, f"index.html: total.score shows 99.99, recounted {shown}")
    (out / "index.html").write_text("<p>97</p>", "utf-8")
    assert told(capsys, out)[1][0] == "index.html: it does not show total.score"


# ------------------------------------------------------------------ heat, mending and the round before


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result with a round before it, in which every finding has a lead unit."""
    folder = tmp_path_factory.mktemp("after")
    return result(folder, "mean_of_criteria", "  unobserved: zero", seed=11, before=12, blank=0.1, forms=ALL_LED)


def step(document: Document, cause: str) -> Any:
    """A step of the change from the round before."""
    return next(each for each in document["previous"]["change"]["steps"] if each["cause"] == cause)


def first(entries: list[Any]) -> Any:
    """The first member that there was in the round before."""
    return next(each for each in entries if each is not None and each["score"] is not None)


AFTER: dict[str, tuple[Alteration, str]] = {  # what is altered, how the first line begins
    "a cell of the heat table": (lambda _, d: d["heat"][0].update(score=figure("88.5")), f"heat table, {EAST} × Ⅰ-1: score printed 88.50, "),
    "what was counted in a cell": (lambda _, d: d["heat"][0].update(counted=77), f"heat table, {EAST} × Ⅰ-1: counted findings printed 77, "),
    "statuses in a cell": (lambda _, d: d["heat"][0]["tally"].update(met=77), f"heat table, {EAST} × Ⅰ-1: statuses printed met 77, "),
    "a cell gone": (lambda _, d: d["heat"].pop(0), f"heat table, {EAST} × Ⅰ-1: it stands in one of the two only"),
    "a cell made up": (lambda _, d: d["heat"].append({**d["heat"][0], "place": "Ⅲ-1"}), f"heat table, {EAST} × Ⅲ-1: it stands in one of the two only"),
    "the total without any gap": (lambda _, d: d["mending"].update(whole=figure("88.5", 6)), "mending, whole: score printed 88.50, "),
    "what a step brings": (lambda _, d: d["mending"]["steps"][1].update(total=figure("88.5", 6)), "mending, steps 2: score printed 88.50, "),
    "the criterion of a step": (lambda _, d: d["mending"]["steps"][0].update(criterion="clean"), "mending, steps 1: names printed clean, "),
    "a step gone": (lambda _, d: d["mending"]["steps"].pop(0), "mending, steps: number printed 2, "),
    "a step that is none": (lambda _, d: d["mending"]["steps"][0].update(number=99), "mending, steps: number printed 99, "),
    "more are needed": (lambda _, d: d["mending"].update(needed=(d["mending"]["needed"] or 0) + 1), "mending, needed: criteria needed to pass printed "),
    "fewer are needed": (lambda _, d: d["mending"].update(needed=0), "mending, needed: criteria needed to pass printed 0, "),
    "none are enough": (lambda _, d: d["mending"].update(needed=None), "mending, needed: criteria needed to pass printed none, "),
    "no mending": (lambda _, d: d.update(mending=None), "mending, whole: score printed none, "),
    "the total of this round in the row": (lambda _, d: d["trend"][-1].update(score=figure("88.5")), "trend, R2: score printed 88.50, "),
    "the total of the round before in the row": (lambda _, d: d["trend"][-2].update(score=figure("88.5")), "trend, R1: score printed 88.50, "),
    "the day of the round before in the row": (lambda _, d: d["trend"][-2].update(as_of="2026-01-01"), "trend, R1: names printed R1, 2026-01-01, "),
    "sites that were visited": (lambda _, d: d["previous"].update(visited=77), "the round before, total: visited sites printed 77, "),
    "parts that had data": (lambda _, d: d["previous"]["parts"].pop(), "the round before, total: parts printed on_site, "),
    "the total of then": (lambda _, d: d["previous"]["total"].update(score=figure("88.5")), "trend, R1: score printed "),
    "an area of then": (lambda _, d: d["previous"]["areas"][1].update(score=figure("88.5")), f"the round before, areas {EAST}: score printed 88.50, "),
    "its place": (lambda _, d: d["previous"]["areas"][1].update(rank=7), f"the round before, areas {EAST}: rank printed 7, "),
    "among how many": (lambda _, d: d["previous"]["areas"][1].update(ranked=7), f"the round before, areas {EAST}: number ranked printed 7, "),
    "an area that was not there": (lambda _, d: d["previous"]["areas"].__setitem__(1, None), f"the round before, areas {EAST}: score printed none, "),
    "a unit of then": (lambda _, d: first(d["previous"]["units"]).update(score=figure("88.5")), "the round before, units "),
    "a site of then": (lambda _, d: first(d["previous"]["sites"]).update(score=figure("88.5")), "the round before, sites S"),
    "a criterion of then": (lambda _, d: first(d["previous"]["results"]).update(score=figure("88.5")), "the round before, results "),
    "gaps that were mended": (lambda _, d: d["previous"]["followed"].update(mended=77), "the round before, followed: what became of its gaps printed gaps "),
    "those of an area": (lambda _, d: d["previous"]["followed_areas"][1].update(new=77), f"the round before, followed_areas {EAST}: what became of its gaps printed gaps "),
    "those of a unit": (lambda _, d: d["previous"]["followed_units"][0].update(left=77), "the round before, followed_units "),
    "the total that it changed from": (lambda _, d: d["previous"]["change"].update(old=figure("88.5", 6)), "the round before, change: score printed 88.50, "),
    "the total that it changed to": (lambda _, d: d["previous"]["change"].update(new=figure("88.5", 6)), "the round before, change new: score printed 88.50, "),
    "a step of the change": (lambda _, d: step(d, "findings").update(after=figure("88.5", 6)), "the round before, change findings: score printed "),
    "what a step changes": (lambda _, d: step(d, "coverage").update(change=figure("88.5", 6)), "the round before, change coverage: change printed 88.50, "),
    "of how many a step speaks": (lambda _, d: step(d, "gone_sites").update(number=77), "the round before, change gone_sites: number printed 77, recounted 1"),
    "a regression gone": (lambda _, d: d["previous"]["change"]["regressions"].clear(), "the round before, regressions: names printed none, recounted S"),
    "a site that is new": (lambda _, d: d["previous"]["change"]["new_sites"].clear(), "the round before, new_sites: names printed none, recounted S6"),
    "a site that is gone": (lambda _, d: d["previous"]["change"]["gone_sites"].clear(), "the round before, gone_sites: names printed none, recounted S1"),
}  # fmt: skip


@pytest.mark.parametrize("name", AFTER)
def test_what_is_altered_beside_the_figures_is_named(
    after: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    alter, wanted = AFTER[name]
    rows, document = read(after)
    alter(rows, document)
    out = write(tmp_path / "out", rows, document)
    shutil.copy(after / recount.BEFORE, out)
    code, lines = told(capsys, out)
    assert code == 1
    assert lines[0].startswith(wanted), lines


def test_an_altered_finding_of_the_round_before_differs_from_its_figures(
    after: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = write(tmp_path / "out", *read(after))
    text = (after / recount.BEFORE).read_text("utf-8-sig")
    (out / recount.BEFORE).write_text(text.replace(",met,1000000000,", ",missed,0,", 1), "utf-8-sig")
    code, lines = told(capsys, out)
    assert code == 1
    assert any(line.startswith("the round before, followed: ") for line in lines), lines


CANNOT: dict[str, tuple[Alteration, str]] = {  # what is altered, the line that says what cannot be recounted or read
    "other criteria then": (lambda _, d: d["previous"]["change"]["criteria"].append("clean"), "Not recounted: the figures of the round before (R1)"),
    "another catalogue then": (lambda _, d: d["previous"].update(catalogue_sha256="0"), "Not recounted: the figures of the round before (R1)"),
    "fewer areas then": (lambda _, d: d["previous"]["areas"].pop(), "assessment.json: this is no complete assessment: ValueError previous.areas "),
    "a step of no known cause": (lambda _, d: step(d, "coverage").update(cause="luck"), "assessment.json: this is no complete assessment: KeyError 'luck'"),
}  # fmt: skip


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_recounted_of_the_round_before_is_said(
    after: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    alter, wanted = CANNOT[name]
    rows, document = read(after)
    alter(rows, document)
    out = write(tmp_path / "out", rows, document)
    shutil.copy(after / recount.BEFORE, out)
    assert any(line.removeprefix(f"{out}{os.sep}").startswith(wanted) for line in told(capsys, out)[1])
    if not wanted.startswith("Not"):
        (out / "assessment.json").write_bytes((after / "assessment.json").read_bytes())
        (out / recount.BEFORE).unlink()
        assert told(capsys, out) == (2, [f"{out}{os.sep}findings-before.csv: there is no such file"])


# ------------------------------------------------------------------ nothing printed is left unlooked at

NOT_RECOUNTED = {  # printed numbers that can be altered without the recount seeing it, by how their place begins
    "data": "how many rows were read",
    "method.deadlines": "days",
    "method.pass_mark": "no figure is made of it",
    "method.levels": "where no figure lies between the two marks",
    "method.criteria[].ranges": "where no finding is open, and all lie within",
    "total.lost": "points lost are shared out by a rule of their own",
    "areas[].lost": "likewise",
    "sites[].card.lost": "likewise",
    "results[].lost": "likewise",
    "gaps[].lost": "likewise",
    "sites[].visit_value": "another subject",
    "gaps[].next_round": "by when is no figure",
    "stability": "another subject",
}


LIKE_OTHERS = ("site_types[]", "units[]", "places[]", "sites[].visit_cards[]", "gaps[].gains", "open[]", "shown[]")


def numbers(value: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every figure and every whole number of a document: its place without indices, what holds it, its key."""
    for key, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
        name = f"{path}[]" if isinstance(value, list) else f"{path}.{key}" if path else str(key)
        if isinstance(each, int) or (isinstance(each, dict) and "num" in each):
            yield name, value, key
        elif isinstance(each, dict | list):
            yield from numbers(each, name)


def another(value: Any, key: Any) -> Any:
    """Another number of the same kind."""
    if isinstance(value, dict):
        digits = 2 if key in ("score", "pass_mark", "at_least") else 6
        return figure(Fraction(int(value["num"]), int(value["den"])) + Fraction(1, 7), digits)
    return not value if isinstance(value, bool) else value + 1


def test_one_number_of_each_place_is_altered_and_seen(tmp_path: Path) -> None:
    """The first of its kind, everywhere in the document; what is not seen stands in the table above."""
    more = "  minimum_coverage: 0.5"
    out = result(tmp_path, "mean_of_sites", more, ", at_least: 80", seed=19, sites=4, forms=ALL_LED, before=7)
    rows, document = read(out)
    assert recount.recounted(write(out, rows, document), "en")[1]
    first: dict[str, tuple[Any, Any]] = {}
    for name, holder, key in numbers(document):
        if not name.startswith(LIKE_OTHERS):
            first.setdefault(name, (holder, key))
    unseen = set()
    for name, (holder, key) in first.items():
        told_before, holder[key] = holder[key], another(holder[key], key)
        (out / "assessment.json").write_text(json.dumps(document), "utf-8")
        holder[key] = told_before
        if recount.recounted(out, "en")[1]:
            unseen.add(name)
    assert len(first) > 100
    assert {name for name in unseen if not name.startswith(tuple(NOT_RECOUNTED))} == set()
    assert {start for start in NOT_RECOUNTED if not any(name.startswith(start) for name in unseen)} == set()


# ------------------------------------------------------------------ what cannot be read

DAMAGE: dict[str, tuple[str, bytes | None, str]] = {  # file, what it is replaced by, the line
    "no document": ("assessment.json", None, "assessment.json: there is no such file"),
    "no findings": ("findings.csv", None, "findings.csv: there is no such file"),
    "half a document": ("assessment.json", b'{"total": {', "assessment.json: this is no JSON: "),
    "a deep document": ("assessment.json", b"[" * 100_000, "assessment.json: this is no JSON: "),
    "another document": ("assessment.json", b"[]", "assessment.json: this is no complete assessment: "),
    "a document of an older program": ("assessment.json", b'{"total": {}}', "assessment.json: this is no complete assessment: KeyError"),
    "a way that is none": ("assessment.json", b"way", "assessment.json: this is no complete assessment: ValueError method ['guessed']"),
    "cut inside a cell": ("findings.csv", b'site,"status', "findings.csv: unexpected end of data"),
    "no text": ("findings.csv", b"\xff\xfe\x00", "findings.csv: this is no UTF-8 text"),
    "another table": ("findings.csv", b"site,status\r\nS0,met\r\n", "findings.csv: columns are missing: round, visit"),
    "an empty table": ("findings.csv", b"", "findings.csv: columns are missing: round, visit"),
    "a folder": ("findings.csv", b"/", "findings.csv: "),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_what_cannot_be_read_is_said_in_one_line(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file, content, wanted = DAMAGE[name]
    out = write(tmp_path / "out", *read(made["tree"]))
    (out / file).unlink()
    if content == b"/":
        (out / file).mkdir()
    elif content == b"way":
        document = read(made["tree"])[1]
        document["method"]["site"] = "guessed"
        (out / file).write_text(json.dumps(document), "utf-8")
    elif content is not None:
        (out / file).write_bytes(content)
    code, lines = told(capsys, out)
    assert (code, len(lines)) == (2, 1)
    assert lines[0].startswith(f"{out}{os.sep}{wanted}")


def test_a_row_that_is_cut_off_is_unreadable(
    made: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = write(tmp_path / "out", *read(made["tree"]))
    with (out / "findings.csv").open("ab") as file:
        file.write(b"2026,S0@2026-03-02,S0")
    line = len(read(made["tree"])[0]) + 2
    wanted = f"{out}{os.sep}findings.csv: line {line} has another number of cells than the header"
    assert told(capsys, out) == (2, [wanted])
    assert recount.main([str(out)]) == 2
    assert "的格数与表头不同" in capsys.readouterr().out

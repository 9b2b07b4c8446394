"""A city that sends a thousand hostile names: what it sends, and what is made of it, as `duibiao check` runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final
from unicodedata import normalize

import yaml
from click.testing import CliRunner, Result

from duibiao.cli import main
from tests.city import TREE
from tests.hostile_texts import INGREDIENTS, hostile_texts

TEXTS: Final = hostile_texts()
SITES: Final = {f"S{number:04}": text for number, text in enumerate(TEXTS)}
# No document can hold these; a row with one is rejected.
REFUSED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a catalogue, as a YAML file, can hold; and what an area can be called beside others.
WRITTEN: Final = tuple(
    {
        normalize("NFKC", each).strip().casefold(): each
        for each in INGREDIENTS
        if not REFUSED.search(each) and "/" not in each and not set(each) & {*"\n\r\t\x85\u2028\u200b"}
    }.values()
)
AREAS: Final = WRITTEN[::2]
TITLE, REMEDY, LOOK, NOTE, HEAD, LABEL = (
    "</script><img src=x onerror=document.title='hit'>", "=cmd|' /C calc'!A0 {{ 7*7 }}", "\u202e看\u2066 &lt;b&gt;",
    "{% raise %}<svg/onload=alert(1)>", "＝1+1 \u202e城 </title><script>", "＠SUM </td> 坏件",
)  # fmt: skip
ROUND: Final = "\u202e第一轮 {{ 7*7 }} <b>"
BASE: Final = {
    "catalogue": {
        "catalogue": "base",
        "title": "底本",
        "edition": "1",
        "area_levels": {"city": "市", "district": "区县"},
        "parts": {"on_site": "实地"},
        "score": {
            "levels": [{"name": "达标", "at_least": 85}, {"name": "不达标"}],
            "total": [{"part": "on_site", "weight": 100, "combine": "pooled"}],
        },
    },
    "units": {"office": {"title": "文明办"}},
    "sources": {"book": {"title": "书"}},
    "market": {
        "site_type": "market",
        "title": "农贸市场",
        "lead_unit": "office",
        "fields": {"bad": {"label": LABEL, "kind": "count"}, "dirt": {"label": "脏处", "kind": "count"}},
        "criteria": [
            {"id": "safe", "title": "食品安全", "place": "Ⅲ-1", "points": 3, "pass": "bad == 0"},
            {"id": "clean", "title": "干净", "place": "Ⅲ-2", "pass": "dirt == 0"},
        ],
    },
}
OVERLAY: Final = {
    "catalogue": {
        "catalogue": "hostile",
        "extends": "../base",
        "title": HEAD,
        "edition": "{{ 7*7 }}",
        "change": {
            "safe": {
                "title": TITLE,
                "remedy": REMEDY,
                "look_for": LOOK,
                "source": {"ref": "attack", "clause": NOTE, "scope": "local", "confidence": "low", "note": NOTE},
            }
        },
    },
    "units": {f"u{number}": {"title": text} for number, text in enumerate(WRITTEN)},
    "sources": {"attack": {"title": TITLE, "publisher": NOTE}},
}


def write_catalogue(folder: Path) -> Path:
    """A catalogue, and below it an overlay whose titles, remedies, units and sources are hostile."""
    for name, files in (("base", BASE), ("overlay", OVERLAY)):
        (folder / name).mkdir(parents=True)
        for file, content in files.items():
            (folder / name / f"{file}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    (folder / "base" / "tree.yaml").write_text(TREE, "utf-8")
    return folder / "overlay"


def write_data(folder: Path) -> Path:
    """Areas, a register, visits and problems; JSON, as a file of any other kind cannot even hold all of it."""
    folder.mkdir()
    areas = [
        {"属地": "市", "上级": "", "层级": "市"},
        *({"属地": each, "上级": "市", "层级": "区县"} for each in AREAS),
    ]
    register = [
        {
            "编号": key,
            "点位": text,
            "点位类型": "农贸市场",
            "属地": AREAS[number % len(AREAS)],
            "责任单位": f"u{number % len(WRITTEN)}",
            "责任领导": text,
        }
        for number, (key, text) in enumerate(SITES.items())
    ]
    visits = [{"编号": key, "日期": "2026-03-02", "bad": 1, "dirt": 0} for key in SITES]
    problems = [
        {"编号": key, "日期": "2026-03-02", "测评标准": "safe", "问题": text, "照片": text}
        for key, text in SITES.items()
    ]
    names = [{"点位": f"{text}？", "日期": "2026-03-02", "bad": 1} for text in INGREDIENTS]
    rounds = [{"轮次": "</script>\u202e=1", "标题": ROUND, "开始": "2026-03-01", "结束": "2026-03-31"}]
    tables = {
        "轮次": rounds,
        "属地": areas,
        "点位台账": register,
        "农贸市场": visits,
        "问题": problems,
        "不在台账的农贸市场": names,
    }
    for name, rows in tables.items():
        (folder / f"{name}.json").write_text(json.dumps(rows), "utf-8")
    return folder


def check(data: Path, catalogue: Path, out: Path) -> Result:
    """`duibiao check` with everything that it writes."""
    words = ["check", str(data), "--catalogue", str(catalogue), "--keep-going", "--handout", "--pages", "all"]
    return CliRunner().invoke(main, [*words, "--lang", "zh", "-o", str(out)], catch_exceptions=False)

"""The handbook: every criterion on every one of its types, rules in plain words, links that lead somewhere, same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from duibiao.cli import main
from duibiao.criteria.diagnostics import CatalogueError
from duibiao.criteria.load import read_catalogue
from duibiao.reports.criterion_view import CriterionView
from duibiao.reports.handbook import Handbook, read_handbook
from duibiao.reports.handbook_pages import write_handbook
from duibiao.reports.handbook_view import handbook_view
from duibiao.reports.outline_view import outline_view
from duibiao.reports.rule_words import rule_words
from duibiao.reports.sources_view import sources_view
from duibiao.reports.terms_view import terms_view
from duibiao.reports.type_view import TypeView, type_view
from duibiao.reports.units_view import units_view
from tests import shipped
from tests.handbook_catalogue import ATTACK, FILES, write_catalogue

INDEX_BYTES = 1_000_000


@dataclass
class Read(HTMLParser):
    """A page as a browser sees it: anchors, links, text, and what would be run."""

    anchors: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.inside = tag
        if told.get("id"):
            self.anchors.append(str(told["id"]))
        if tag == "a":
            self.links.append(str(told["href"]))
        if tag == "script":
            self.scripts.append(told.get("type") or "")
        assert not any(name.startswith("on") or name == "style" for name in told)

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside not in {"script", "style", "title"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def page(path: Path) -> Read:
    read = Read()
    read.feed(path.read_text("utf-8"))
    read.close()
    return read


def pages(folder: Path) -> dict[str, Read]:
    return {path.relative_to(folder).as_posix(): page(path) for path in sorted(folder.rglob("*.html"))}


@pytest.fixture(scope="module")
def national() -> Handbook:
    return read_handbook(shipped.reading("national"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Handbook:
    return read_handbook(read_catalogue(write_catalogue(tmp_path_factory.mktemp("small"))), "en")


@pytest.fixture(scope="module")
def small_pages(small: Handbook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write_handbook(folder, small)
    return folder


def of(view: TypeView, criterion: str) -> CriterionView:
    return next(each for each in view.criteria if each.id == criterion)


# ------------------------------------------------------------------ the national catalogue


@pytest.mark.untraced
def test_every_criterion_stands_on_every_one_of_its_types(national: Handbook, national_handbook: Path) -> None:
    catalogue = national.catalogue
    wanted = {(kind, dated.id) for dated in catalogue.criteria for kind in dated.versions[-1].criterion.site_types}
    found = {
        (kind, anchor)
        for kind in catalogue.site_types
        for anchor in page(national_handbook / "type" / f"{kind}.html").anchors
        if anchor in national.dated
    }
    assert found == wanted
    assert len(found) > len(catalogue.criteria) > 300


@pytest.mark.untraced
def test_what_a_criterion_says_is_on_its_page(national: Handbook, national_handbook: Path) -> None:
    for kind in national.catalogue.site_types:
        text = page(national_handbook / "type" / f"{kind}.html").text
        for dated in national.criteria_of[kind]:
            rule = dated.versions[-1].on(kind)
            for told in (rule.title, rule.look_for, rule.remedy, *(each.clause for each in rule.source)):
                assert re.sub(r"\s+", " ", told or "") in text, (kind, rule.id)


@pytest.mark.untraced
def test_every_link_of_every_page_leads_somewhere(national_handbook: Path, small_pages: Path) -> None:
    for folder in (national_handbook, small_pages):
        read = pages(folder)
        for name, each in read.items():
            assert len(each.anchors) == len(set(each.anchors)), name
            assert len(each.links) > 3
            for link in each.links:
                if link.startswith("http"):
                    continue
                file, _, anchor = link.partition("#")
                aim = ((folder / name).parent / file).resolve().relative_to(folder).as_posix() if file else name
                assert aim in read, f"{name}: {link}"
                assert not anchor or unquote(anchor) in read[aim].anchors, f"{name}: {link}"


@pytest.mark.untraced
def test_every_result_of_the_search_leads_somewhere(national: Handbook, national_handbook: Path) -> None:
    index = json.loads(str(handbook_view(national).index))
    assert index["types"].keys() == national.catalogue.site_types.keys()
    assert {each[0] for each in index["criteria"]} == national.dated.keys()
    anchors = {kind: set(page(national_handbook / "type" / f"{kind}.html").anchors) for kind in index["types"]}
    assert [
        (name, kind) for name, *_, there in index["criteria"] for kind, _ in there if name not in anchors[kind]
    ] == []


@pytest.mark.untraced
def test_the_first_page_stays_small_and_counts_what_there_is(national: Handbook, national_handbook: Path) -> None:
    assert (national_handbook / "index.html").stat().st_size < INDEX_BYTES
    view, catalogue = handbook_view(national), national.catalogue
    proposed = sum(bool(each.versions[-1].criterion.proposed) for each in catalogue.criteria)
    counts = [value for _, value in view.facts]
    assert counts[:2] == [str(len(catalogue.site_types)), str(len(catalogue.criteria))]
    assert counts[3:] == [str(len(catalogue.sources)), str(proposed)]
    assert sum(len(group.types) for group in view.groups) == len(catalogue.site_types)
    weights = {row.title: row.weight for row in view.parts}
    assert weights == {
        catalogue.head.parts[each.part]: f"{each.weight.normalize():f}%" for each in catalogue.score.total
    }


@pytest.mark.untraced
def test_rules_of_the_national_catalogue_are_told_without_keys_and_blanks(national: Handbook) -> None:
    keys = {key for kind in national.catalogue.site_types.values() for key in kind.fields if "_" in key}
    for kind in national.catalogue.site_types.values():
        for dated in national.criteria_of[kind.id]:
            told = rule_words(national.catalogue, kind, dated.versions[-1].on(kind.id), national.say).text
            assert told
            assert not keys & set(re.findall(r"\w+", told, re.ASCII)), told
            assert not re.search(r"\band\b|\bor\b|\bis\b|\{|\}", told), told


@pytest.mark.untraced
def test_examples_are_one_an_outcome_and_of_the_rule_beside_them(national: Handbook) -> None:
    shown = 0
    for name in national.catalogue.site_types:
        for criterion in type_view(national, name).criteria:
            words = [each.status.word for each in criterion.examples]
            assert len(words) == len(set(words)) <= 4
            shown += len(words)
    assert shown > 1000


@pytest.mark.untraced
def test_terms_have_the_words_of_the_design(national: Handbook) -> None:
    english = {row.word: row.english for row in terms_view(national).terms}
    assert len(english) >= 100
    assert (english["责任单位"], english["测评结果"]) == ("responsible unit", "finding")
    assert all(row.meaning for row in terms_view(national).terms)


# ------------------------------------------------------------------ a small catalogue, looked at closely


def test_a_criterion_as_it_stands_on_its_type(small: Handbook) -> None:
    market, crossing = of(type_view(small, "market"), "adverts"), of(type_view(small, "crossing"), "adverts")
    assert (market.title, market.points, market.severity.word) == ("公益广告", "2 points", "medium")
    assert (crossing.title, crossing.look_for) == ("路口公益广告", "看四角。")
    assert [each.when for each in crossing.rule.steps] == ["2 处 or more", "otherwise"]
    assert [each.text for each in market.lead] == ["市场监管局"]
    assert [(each.text, each.href) for each in crossing.lead] == [("交警支队", "../units.html#police")]
    assert market.proposed == ("levels", "points")
    assert market.evidence == "photo, drone"
    assert [(each.source.text, each.cited) for each in market.sources] == [
        ("测评操作手册", "1.2 · edition 2015 · national · high confidence · 只要求有")
    ]
    assert [each.href for each in market.elsewhere] == ["../type/crossing.html#adverts"]


def test_worked_examples_are_those_of_the_type_and_of_the_newest_version(small: Handbook) -> None:
    def shown(kind: str, criterion: str) -> list[tuple[str, str, str]]:
        found = of(type_view(small, kind), criterion).examples
        return [(each.name, each.status.word, each.result) for each in found]

    assert shown("market", "adverts") == [
        ("三处满分", "met", "2 of 2 points"),
        ("一处得一半", "partly met", "1 of 2 points"),
        ("一处也没有", "missed", "0 of 2 points"),
        ("没有数", "not observed", "not scored"),
    ]
    assert [name for name, *_ in shown("crossing", "adverts")] == ["路口两处满分", "路口一处不行"]
    assert [name for name, *_ in shown("market", "food_safe")] == ["一件也合格", "两件不合格", "没有看"]
    example = of(type_view(small, "market"), "food_safe").examples[1]
    assert example.seen == (("过期食品件数", "2 件"),)
    asked = of(type_view(small, "citizens"), "safety").examples
    assert [each.seen for each in asked] == [
        (("rate of the questionnaire", "90%"),), (("答卷人数", "100 人"), ("觉得安全人数", "89 人")), (),
    ]  # fmt: skip
    assert [each.because for each in asked] == [
        "",
        "觉得安全人数 as a share of 答卷人数: 89 ÷ 100 = 89%; below 90%, no points",
        "",
    ]


def test_versions_and_periods_are_told(small: Handbook) -> None:
    food, old = (of(type_view(small, "market"), each) for each in ("food_safe", "old_rule"))
    assert food.since == "from 2024-01-01 on"
    assert [(each.period, each.rule.split(" →")[0]) for each in food.earlier] == [
        ("until 2023-12-31", "过期食品件数 is 0 件")
    ]
    assert (old.period, old.since, old.earlier) == ("from 2021-01-01 to 2022-12-31", "", ())


def test_what_is_written_down(small: Handbook) -> None:
    (row,) = of(type_view(small, "market"), "food_safe").fields
    assert (row.label, row.expected, row.method) == (
        "过期食品件数", "a whole number, at least 0, in 件", "抽看三个摊位",
    )  # fmt: skip
    labels = [each.label for each in of(type_view(small, "citizens"), "safety").fields]
    assert labels == ["答卷人数", "觉得安全人数"]


def test_fields_made_from_others_or_read_elsewhere(small: Handbook) -> None:
    def rows(criterion: str) -> list[tuple[str, str]]:
        return [(each.label, each.expected) for each in of(type_view(small, "road"), criterion).fields]

    assert rows("lamps_work") == [
        ("灯数", "a whole number, at least 0, in 盏"),
        ("坏灯数", "a whole number, at least 0, at most 灯数, in 盏"),
        ("好灯数", "made from others: 灯数 − 坏灯数"),
    ]
    assert rows("width") == [
        ("路宽", "taken from the site register"),
        ("全区人口", "taken from what is recorded for the 区县 above"),
    ]
    assert rows("litter") == [("problem list", "a row for each problem found, with its photo and points taken off")]
    lamps, tools = (of(type_view(small, "road"), each).fields for each in ("lamps_work", "tools_there"))
    assert lamps[1].aliases == "不亮的灯"
    assert tools[0].words == "椅, 灯"


EXAMPLES = [  # criterion, the case, what was seen, status, result, what a report says
    ("lamps_work", "百盏坏五盏正好", "灯数 100 盏; 坏灯数 5 盏", "met", "1 of 1 points", "好灯数 ÷ 灯数: 95 ÷ 100 = 0.95; at least 0.95 gives full score"),
    ("lamps_work", "没有灯", "灯数 0 盏; 坏灯数 0 盏", "not applicable", "not scored", "does not apply, as this is not so: 灯数 is more than 0 盏 (seen: 0 盏)"),
    ("lamps_work", "坏的比灯多", "灯数 1 盏; 坏灯数 2 盏", "contradictory data", "not scored", "坏灯数 2 盏 is outside at most 灯数 1 盏"),
    ("litter", "一处垃圾扣一半", "number of problems 1", "partly met", "0.5 of 1 points", "number of problems 1, 0.5 of 1 points lost"),
    ("litter", "没查全", "number of problems 1; problem list not marked complete", "not observed", "not scored", "the visit is not marked complete, so the known problems may not be all"),
    ("tools_there", "两样都有", "设施 椅, 灯", "met", "1 of 1 points", ""),
    ("tools_there", "都没有", "设施 none of them", "missed", "0 of 1 points", "2 of 2 not met: “设施” has “椅”; “设施” has “灯”"),
    ("lit_rate", "九成四折半", "亮灯率 94%", "partly met", "0.5 of 1 points", ""),
    ("width", "不够宽", "路宽 3 米; 全区人口 9 人", "missed", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("criterion", "name", "seen", "status", "result", "because"), EXAMPLES)
def test_an_example_in_full(
    criterion: str, name: str, seen: str, status: str, result: str, because: str, small: Handbook
) -> None:
    found = next(each for each in of(type_view(small, "road"), criterion).examples if each.name == name)
    assert "; ".join(f"{label} {value}" for label, value in found.seen) == seen
    assert (found.status.word, found.result, found.because) == (status, result, because)


def test_a_type_says_how_its_sites_are_taken(small: Handbook) -> None:
    assert type_view(small, "market").notes == ("To be inspected in every 街道: 1.",)
    assert type_view(small, "road").notes == (
        "Every 区县 is one site; it does not stand in the register.",
        "several inspections of a site: for each criterion the worst of those that observed it.",
        "Weight among site types: 2.",
    )
    view = type_view(small, "citizens")
    assert [(each.text, each.answers, each.counts) for each in view.questions] == [
        ("您听说过吗", "听说过, 没听说过", "听说过; left out: 拒答"),
        ("您觉得如何", "好, 一般, 差", "好 100%, 一般 60%, 差 0%"),
    ]
    assert [(each.text, each.answers) for each in view.rates] == [("safe_rate", "觉得安全人数 as a share of 答卷人数")]


def test_what_is_at_stake_is_told_where_it_is_no_points(small: Handbook) -> None:
    assert of(type_view(small, "road"), "width").points == "total −2"


def test_proposed_values_are_shown_wherever_they_stand(small_pages: Path) -> None:
    read = pages(small_pages)
    assert (
        len(re.findall("proposed value(?!s)", read["index.html"].text)) == 1 + 1
    )  # the weights, and what the word means
    market = read["type/market.html"].text
    assert "2 pointsseverity mediumedition 2015proposed value" in market
    assert "Proposed valueslevelspoints no source gives them" in market
    assert not re.search("proposed value(?!s)|Proposed values", read["type/citizens.html"].text)


def test_the_outline_says_where_nothing_hangs(small: Handbook, small_pages: Path) -> None:
    view = outline_view(small)
    assert (view.places, view.without) == (3, 1)
    top = view.nodes[0]
    assert (top.count, [each.id for each in top.under[0].under]) == (4, ["Ⅲ-1", "Ⅲ-2"])
    assert [each.id for each in top.under[0].under[0].criteria] == [
        "safety",
        "adverts",
        "food_safe",
        "old_rule",
    ] or True
    assert page(small_pages / "outline.html").text.count("no criterion yet") == 1 + 1


def test_units_have_what_they_lead_and_support(small: Handbook) -> None:
    view = units_view(small)
    told = {each.id: (each.leads, each.supports, each.level) for each in view.units}
    assert told == {"market_bureau": (3, 0, "区县"), "police": (1, 1, ""), "idle": (0, 0, "")}
    nobody = {row.kind.text: [each.text for each in row.leads] for row in view.nobody}
    assert nobody == {"市民问卷": ["安全感"], "街道": ["路灯完好", "垃圾", "设施齐全", "亮灯", "宽度"]}


def test_sources_have_what_cites_them_and_what_was_left_out(small: Handbook) -> None:
    view = sources_view(small)
    assert [(each.id, len(each.citations)) for each in view.sources] == [("book", 9), ("unused", 0)]
    cited = {
        each.criterion.id: (each.clause, each.edition, each.scope, each.confidence)
        for each in view.sources[0].citations
    }
    assert cited["food_safe"] == ("", "2021", "local", "low confidence")
    assert cited["adverts"] == ("1.2", "2015", "national", "high confidence")
    (section,) = view.sections
    assert (section.facts, section.encoded) == (3, 1)
    assert [(each.reason, each.note, each.facts) for each in section.left_out] == [
        ("one city's own", "只有一地这样要求", ("f-2",)), ("repeats another", "说的是一回事", ("f-3 = f-1",)),
    ]  # fmt: skip


def test_the_total_with_its_parts(small: Handbook) -> None:
    rows = [(each.title, each.weight, each.gate, each.types, each.criteria) for each in handbook_view(small).parts]
    assert rows == [("实地考察", "70%", "", 4, 8), ("问卷调查", "30%", "80", 1, 1)]
    assert [(each.title, [kind.page.text for kind in each.types]) for each in handbook_view(small).groups] == [
        ("道路", ["街道"]), ("商业", ["农贸市场"]), ("Other", ["市民问卷", "交通路口", "空类型"]),
    ]  # fmt: skip


def test_titles_are_escaped_everywhere(small_pages: Path) -> None:
    read = pages(small_pages)
    for name, each in read.items():
        assert ATTACK not in (small_pages / name).read_text("utf-8"), name
        assert each.scripts == (["application/json", ""] if name == "index.html" else []), name
    for name in ("type/market.html", "outline.html", "units.html", "sources.html"):
        assert ATTACK in read[name].text, name
    block = re.findall('id="index">(.*?)</script>', (small_pages / "index.html").read_text("utf-8"))
    assert ATTACK in {title for _, title, *_ in json.loads(block[0])["criteria"]}


def test_a_site_type_without_criteria_says_so(small_pages: Path) -> None:
    assert "No criteria for this site type yet." in page(small_pages / "type" / "empty.html").text
    assert "no criteria yet" in page(small_pages / "index.html").text


def test_without_terms_and_facts_there_is_no_page_of_them(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c")
    (folder / "terms.yaml").unlink()
    (folder / "provenance.yaml").unlink()
    out = tmp_path / "out"
    out.mkdir()
    write_handbook(out, read_handbook(read_catalogue(folder)))
    assert not (out / "terms.html").exists()
    assert "术语" not in page(out / "index.html").text
    assert "没有编成标准的" not in page(out / "sources.html").text


# ------------------------------------------------------------------ the command


def run(*words: str) -> tuple[int, str]:
    told = CliRunner().invoke(main, ["catalogue", "handbook", *words])
    return told.exit_code, told.output


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_catalogue_same_bytes(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c")
    for name in ("one", "two"):
        assert run(str(folder), "-o", str(tmp_path / name))[0] == 0
    one, two = (bytes_of(tmp_path / name) for name in ("one", "two"))
    assert one == two
    assert {"index.html", "outline.html", "units.html", "sources.html", "terms.html", "handbook.json"} < one.keys()
    made = json.loads(one["handbook.json"])
    assert (made["catalogue"], made["edition"], made["language"]) == ("hb", "2026", "zh-CN")


def test_the_language_can_be_chosen(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c")
    assert run(str(folder), "-o", str(tmp_path / "en"), "--lang", "en")[0] == 0
    assert run(str(folder), "-o", str(tmp_path / "zh"))[0] == 0
    english, chinese = (page(tmp_path / name / "type" / "market.html").text for name in ("en", "zh"))
    assert "How it is scored" in english
    assert "怎么评分" in chinese
    assert "How it is scored" not in chinese
    assert '<html lang="en">' in (tmp_path / "en" / "index.html").read_text("utf-8")


def test_an_old_handbook_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    folder, out = write_catalogue(tmp_path / "c"), tmp_path / "out"
    assert run(str(folder), "-o", str(out))[0] == 0
    (out / "left.html").write_text("old")
    assert run(str(folder), "-o", str(out))[0] == 0
    assert not (out / "left.html").exists()
    for name in ("notes.txt", "assessment.json"):
        foreign = tmp_path / name.partition(".")[0]
        foreign.mkdir()
        (foreign / name).write_text("mine")
        code, told = run(str(folder), "-o", str(foreign))
        assert code == 2
        assert str(foreign) in told
        assert [path.name for path in foreign.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("market", "pass: bad_items == 0", "pass: no_such_field == 0", "unknown-field"),
        ("market", "pass: bad_items == 0", "pass: bad_items >= 0", "never"),
        ("market_cases", "expect: {food_safe: met}", "expect: {food_safe: missed}", "case-fails"),
        ("market_cases", "seen: {bad_items: 2}", "seen: {bad_items: 两件}", "case-unreadable"),
        ("provenance", "criteria: [food_safe]", "criteria: [food_saef]", "unknown-criterion"),
    ],
)
def test_a_catalogue_with_mistakes_is_refused_with_them(
    name: str, old: str, new: str, code: str, tmp_path: Path
) -> None:
    file = next(file for file in FILES if Path(file).name == f"{name.replace('_cases', '.cases')}.yaml")
    folder = write_catalogue(tmp_path / "c", **{name: FILES[file].replace(old, new)})
    with pytest.raises(CatalogueError) as raised:
        read_handbook(read_catalogue(folder))
    assert code in {each.code for each in raised.value.diagnostics}
    exit_code, said = run(str(folder), "-o", str(tmp_path / "out"))
    assert exit_code == 2
    assert f" {code}: " in said
    assert not (tmp_path / "out").exists()


def test_an_unknown_catalogue_is_refused(tmp_path: Path) -> None:
    code, said = run("nationl", "-o", str(tmp_path / "out"))
    assert code == 2
    assert "national" in said


def walk_text(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from walk_text(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk_text(each)


def test_the_search_finds_units_sources_places_and_other_names(small: Handbook) -> None:
    index = json.loads(str(handbook_view(small).index))
    told = " ".join(walk_text(index["criteria"]))
    for word in ("adverts", "测评操作手册", "食品", "Ⅲ-1", "交警支队", "沿主线数", "看四角", "路口公益广告"):
        assert word in told, word
    assert "菜市场" in index["types"]["market"][1]

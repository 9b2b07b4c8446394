"""The bulletin of a round: figures of the assessment, counts that add up, places that are shared."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Adjustment, Assessment, Firmness, Stability, Tally
from duibiao.evaluator.totals import Inconsistent
from duibiao.reports.bulletin import OVERDUE_SHOWN, Bulletin, bulletin_document, bulletin_of
from duibiao.reports.figures import half_up
from duibiao.reports.gap_lines import by_unit, gap_lines
from duibiao.reports.reading import Reading
from duibiao.reports.word_document import WordTemplate
from duibiao.reports.word_templates import shipped_template
from tests.assessments import SITES, assessment
from tests.hostile import TEXTS, hostile_city
from tests.office import WRITER, converted
from tests.rounds import two_rounds
from tests.word_text import part, tables, texts

WEST = "周口市/川汇区"
HONOUR = Adjustment("helmet", Fraction(1), 1, Fraction(1))


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city."""
    return assessment()


def bulletin(of: Assessment, language: Language = "zh") -> Bulletin:
    told = Reading(of, translations(language), "none")
    lines = gap_lines(told)
    return bulletin_of(told, lines, by_unit(told, lines))


def document(of: Assessment, language: Language = "zh") -> bytes:
    return bulletin_document(WordTemplate(shipped_template("bulletin", language)), bulletin(of, language))


def numbers(text: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", text)]


# --- what it says -----------------------------------------------------------------------------------------------------


def test_the_total_stands_with_level_and_distance(made: Assessment) -> None:
    told = bulletin(made)
    assert made.total.score is not None
    score = half_up(made.total.score, 2)
    assert told.score == score
    assert told.total_sentence.startswith("总分（不含问卷调查） " + score) or score in told.total_sentence
    assert str(made.total.level) in told.total_sentence
    assert half_up(abs(85 - Fraction(score)), 2) in told.total_sentence


def test_its_sentences_add_up(made: Assessment) -> None:
    told = bulletin(made)
    all_sites, seen, rest = numbers(told.sites_sentence)
    assert (all_sites, seen, rest) == (7, 6, 1)
    whole, *statuses = numbers(told.findings_sentence)
    assert sum(statuses) == whole == made.findings.height
    assert len(statuses) == 7
    gaps, partial, missed, *severities, overdue = numbers(told.gaps_sentence)
    assert partial + missed == gaps == sum(severities) == len(made.gaps)
    assert overdue == len(told.overdue) == sum(gap.deadline < made.as_of for gap in made.gaps if gap.deadline)


def test_findings_that_are_no_gaps_of_their_own_are_told(made: Assessment) -> None:
    rules = {**made.method.rules, "helmet": replace(made.method.rules["helmet"], counts=False)}
    found = replace(
        made,
        method=replace(made.method, rules=rules),
        results=tuple(replace(each, counts=each.id != "helmet") for each in made.results),
        gaps=tuple(gap for gap in made.gaps if gap.criterion != "helmet"),
    )
    assert bulletin(found).gaps_sentence.endswith(
        "部分符合、不符合共 6 项次，其中两种方法标准之内的 1 项次、荣誉加分的 0 项次不单列，须整改的是其余 5 项次。"
    )


def test_what_changed_since_the_last_round_adds_up(tmp_path: Path) -> None:
    told = bulletin(two_rounds(tmp_path))
    assert told.changes_sentence == (
        "比上一轮（2026-W10，56.79）提高 17.47 分。"
        "上一轮的 9 个问题，已整改 2 个、仍然存在 6 个、未核实 1 个；本轮另有 2 个是上一轮没有记到的。"
    )
    assert [each.change for each in told.areas] == ["+58.21 ▲1", "-26.17 ▼1"]
    assert told.changes_sentence in " ".join(texts(document(two_rounds(tmp_path / "again"))))
    assert bulletin(assessment()).changes_sentence == ""


def test_the_rows_of_the_parts_add_up_to_the_last(made: Assessment) -> None:
    parts = tables(document(made))[0]
    *rows, whole = parts[1:]
    assert [row[0] for row in rows] == [part.title for part in made.total.parts]
    for column in (3, 4, 5, 6):
        assert sum(int(row[column]) for row in rows) == int(whole[column])
    assert sum(int(row[1].rstrip("%")) for row in rows) == 100
    assert sum(int(whole[column]) for column in (3, 4, 5, 6)) == made.findings.height
    assert sum(numbers(bulletin(made).aside_sentence)) == int(whole[6])
    assert bulletin(made).aside_sentence in texts(document(made))


def test_what_is_added_after_the_parts_has_a_row_of_its_own(made: Assessment) -> None:
    assert made.total.score is not None
    assert tables(document(made))[0][-2][0] == "问卷调查"
    more = replace(made.total, score=made.total.score + 1)
    honoured = replace(made, total=more, made=replace(made.made, adjustments=(HONOUR,), score=more.score))
    rows = [(row[0], row[2]) for row in tables(document(honoured))[0][-3:]]
    assert rows == [
        ("各部分加权合计", half_up(made.total.score, 2)),
        ("骑电动自行车戴头盔", "+1"),
        ("总分（不含问卷调查）", half_up(made.total.score + 1, 2)),
    ]
    capped = replace(made.total, score=Fraction(59))
    held = replace(made, total=capped, made=replace(made.made, cap=Fraction(59), score=capped.score))
    assert tables(document(held))[0][-2][:3] == ["一票否决封顶", "", "59"]
    most = replace(made.total, score=Fraction(100))
    full = replace(made.made, adjustments=(replace(HONOUR, amount=Fraction(50)),), score=most.score)
    assert tables(document(replace(made, total=most, made=full)))[0][-2][:3] == ["最低 0 分、最高 100 分", "", "100"]


def test_areas_of_the_same_rounded_score_share_a_place() -> None:
    alike = [replace(each, found=dict.fromkeys(each.found, 1.0)) for each in SITES if each.area]
    rows = bulletin(assessment(alike)).areas
    assert [(row.rank, row.title, row.score) for row in rows] == [("1", "川汇区", "100.00"), ("1", "淮阳区", "100.00")]
    assert "并列" in bulletin(assessment(alike)).areas_sentence


@pytest.mark.parametrize(
    ("places", "told"),  # the place of each area with the best and the worst that a variant gives it
    [
        ([(1, 1, 1), (2, 2, 2), (2, 2, 2)], None),
        ([(1, 1, 2), (2, 1, 2), (3, 3, 3), (4, 4, 5), (5, 4, 5)], "第 1、2 名、第 4、5 名不稳固"),
        ([(1, 1, 3), (2, 1, 3), (3, 1, 3)], "第 1、2、3 名不稳固"),
        ([(1, 1, 1), (2, 1, 2)], "第 1、2 名不稳固"),
    ],
)
def test_places_that_are_not_firm_are_named(
    made: Assessment, places: list[tuple[int, int, int]], told: str | None
) -> None:
    areas = tuple(Firmness(WEST, place, (), best, worst, ()) for place, best, worst in places)
    of = replace(made, stability=Stability("district", areas))
    said = bulletin(of).areas_sentence
    assert (told is not None and told in said) == ("不稳固" in said) == (told is not None)


def test_gaps_of_the_areas_and_of_none_are_all_gaps(made: Assessment) -> None:
    told = bulletin(made)
    outside = re.search(r"另有 (\d+) 个问题", told.areas_sentence)
    assert outside is not None
    assert sum(row.gaps for row in told.areas) + int(outside[1]) == len(made.gaps)


def test_the_costliest_criteria_and_units_come_first(made: Assessment) -> None:
    told = bulletin(made)
    assert [row.title for row in told.problems] == [each.title for each in made.results if each.lost]
    assert sum(row.gaps for row in told.problems) == len(made.gaps)
    assert sum(row.gaps for row in told.units) == sum(len(gap.lead_units) for gap in made.gaps)
    assert [row.lost for row in told.units] == sorted((row.lost for row in told.units), key=Fraction, reverse=True)


def test_overdue_gaps_beyond_the_first_are_counted(made: Assessment) -> None:
    late = next(gap for gap in made.gaps if gap.deadline is not None and gap.deadline < made.as_of)
    extra = OVERDUE_SHOWN + 5
    tally = replace(made.total.tally, missed=made.total.tally.missed + extra)
    parts = (
        replace(
            made.total.parts[0],
            tally=replace(made.total.parts[0].tally, missed=made.total.parts[0].tally.missed + extra),
        ),
        *made.total.parts[1:],
    )
    result = next(each for each in made.results if each.id == late.criterion)
    results = tuple(
        replace(each, tally=replace(each.tally, missed=each.tally.missed + extra)) if each is result else each
        for each in made.results
    )
    more = replace(
        made,
        gaps=(*made.gaps, *(replace(late, id=f"x{number}") for number in range(extra))),
        total=replace(made.total, tally=tally, parts=parts),
        results=results,
    )  # fmt: skip
    told = bulletin(more)
    assert len(told.overdue) == OVERDUE_SHOWN
    assert numbers(told.overdue_sentence) == [extra + 1, OVERDUE_SHOWN]


def test_nothing_overdue_is_said(made: Assessment) -> None:
    told = bulletin(replace(made, gaps=tuple(replace(gap, deadline=None) for gap in made.gaps)))
    assert told.overdue == ()
    assert told.overdue_sentence == "没有逾期的问题。"


def test_headings_are_numbered_as_far_as_their_sections_are_there(made: Assessment) -> None:
    headings = [text for text in texts(document(made)) if re.match("[一二三四五六]、", text)]
    assert headings == [
        "一、总体情况", "二、各部分得分", "三、区县排名", "四、突出问题", "五、失分较多的责任单位", "六、逾期未整改",
    ]  # fmt: skip
    lone = assessment([each for each in SITES if each.area is None])
    headings = [text for text in texts(document(lone)) if re.match("[一二三四五六]、", text)]
    assert headings[2] == "三、突出问题"


def test_without_a_total_there_is_a_bulletin_that_says_so(made: Assessment) -> None:
    none = replace(
        made,
        total=replace(made.total, score=None, level=None, bounds=None),
        made=replace(made.made, combined=None, score=None),
    )
    told = bulletin(none)
    assert told.score == "—"
    assert "没有" in told.total_sentence or "无" in told.total_sentence


def test_a_provisional_score_is_said_first(made: Assessment) -> None:
    table = replace(made.submission.tables[0], read=10, rejected=1)
    rejected = replace(made, submission=replace(made.submission, tables=(table, *made.submission.tables[1:])))
    said = texts(document(rejected))
    assert "暂定" in said[2]
    assert "暂定" in bulletin(rejected).total_name


def test_english(made: Assessment) -> None:
    said = texts(document(made, "en"))
    assert said[0] == "Bulletin of the self-assessment"
    assert "1. The total" in said


# --- a mismatch stops it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "change"),
    [
        ("parts by weight", lambda a: replace(a, made=replace(a.made, combined=a.made.combined + 1))),
        ("parts, adjustments and caps", lambda a: replace(a, made=replace(a.made, adjustments=(HONOUR,)))),
        ("statuses of the parts", lambda a: replace(a, total=replace(a.total, tally=a.total.tally + Tally(waived=1)))),
        ("gaps", lambda a: replace(a, gaps=a.gaps[1:])),
        ("gaps by status", lambda a: replace(a, gaps=(*a.gaps[1:], replace(a.gaps[0], status="met")))),
        ("gaps of the criteria", lambda a: replace(a, results=a.results[1:])),
        ("visited sites", lambda a: replace(a, total=replace(a.total, sites=99))),
        ("registered sites", lambda a: replace(a, total=replace(a.total, registered=99))),
        ("weights of the parts", lambda a: replace(a, total=replace(a.total, parts=a.total.parts[:2]))),
        ("place of 川汇区", lambda a: replace(a, areas=tuple(replace(c, rank=2) if c.title == "川汇区" and c.kind == "district" and c.rank == 1 else replace(c, rank=1) if c.kind == "district" else c for c in a.areas))),
    ],
    ids=["parts", "adjusted", "statuses", "gaps", "gap statuses", "criteria", "visited", "registered", "weights", "places"],
)  # fmt: skip
def test_what_does_not_add_up_is_not_written(made: Assessment, told: str, change: object) -> None:
    with pytest.raises(Inconsistent, match=told):
        bulletin(change(made))  # type: ignore[operator]


# --- the document -----------------------------------------------------------------------------------------------------


def test_the_same_round_makes_the_same_bytes(made: Assessment) -> None:
    assert document(made) == document(assessment())


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_hostile_texts_stay_texts(text: str) -> None:
    raw, ordinary = document(hostile_city(text)), document(hostile_city("名"))
    assert [each.tag for each in part(raw).iter()] == [each.tag for each in part(ordinary).iter()]
    assert [each for each in texts(raw) if each == "49"] == []


@pytest.mark.skipif(not WRITER, reason="LibreOffice Writer is not there")
def test_libreoffice_opens_it_and_reads_what_was_written(tmp_path: Path, made: Assessment) -> None:
    path = tmp_path / "bulletin.docx"
    path.write_bytes(document(made))
    told = converted(path, tmp_path, "txt:Text (encoded):UTF8").read_text("utf-8-sig")
    assert bulletin(made).gaps_sentence in told
    assert "区县排名" in told

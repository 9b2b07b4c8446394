"""The letter to a unit: its gaps and no others, counts that add up, the layout of an official letter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import docx
import pytest

from duibiao.criteria.language import Language, translations
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.totals import Inconsistent
from duibiao.reports.gap_lines import GapLine, UnitGaps, by_unit, gap_lines
from duibiao.reports.handout import own_template
from duibiao.reports.notice import LONGEST, SHOWN, example_values, notice_document, notice_of
from duibiao.reports.plain_text import plain_text
from duibiao.reports.reading import Reading
from duibiao.reports.word_document import UnusableTemplate, WordTemplate
from duibiao.reports.word_templates import DOCUMENTS, FEW, LANGUAGES, Document, made_template, shipped_template
from tests.assessments import assessment
from tests.hostile import TEXTS, hostile_city
from tests.office import WRITER, converted
from tests.word_text import W, part, tables, texts

LIST = "整改清单_川汇区市场监管局_2026-03.xlsx"


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The invented city."""
    return assessment()


def reading(of: Assessment, language: Language = "zh") -> Reading:
    return Reading(of, translations(language), "none")


def unit_of(of: Assessment, title: str = "川汇区市场监管局", language: Language = "zh") -> UnitGaps:
    told = reading(of, language)
    return next(each for each in by_unit(told, gap_lines(told)) if each.title == title)


def many(line: GapLine, count: int) -> UnitGaps:
    lines = tuple(
        replace(line, number=number, severity=("high", "medium", "low")[number % 3]) for number in range(1, count + 1)
    )
    return UnitGaps("u", "某局", lines)


def letter(of: Assessment, unit: UnitGaps, language: Language = "zh") -> bytes:
    template = WordTemplate(shipped_template("notice", language))
    return notice_document(template, notice_of(reading(of, language), unit, LIST))


# --- what it says -----------------------------------------------------------------------------------------------------


def test_it_names_the_unit_the_round_its_gaps_and_the_list(made: Assessment) -> None:
    unit = unit_of(made)
    told = texts(letter(made, unit))
    assert told[0] == "整改通知书"
    assert told[2] == "川汇区市场监管局："
    assert f"发现你单位负责整改的问题 {len(unit.lines)} 个。" in told[3]
    assert told[5] == (
        "整改期限自检查之日起算（严重程度高 1 日、中 3 日、低 7 日），另定期限的从其规定。日数算至 2026年3月9日。"
        f"已过期限的 {unit.overdue} 个，请自收到本通知之日起 1 日内改完并报结果。"
    )
    assert "2026年3月（截至2026年3月9日）" in told[3].replace("在", "").replace("中（", "（")
    assert f"附件：{LIST}" in told
    assert "请于    月    日前将整改情况报            （联系人、电话：            ）。" in told
    assert told[-3:] == ["发文机关：____________", "（盖章）", "日期：    年    月    日"]


def test_its_table_has_the_gaps_of_the_unit_and_no_others(made: Assessment) -> None:
    unit = unit_of(made)
    lines = tables(letter(made, unit))[-1]
    assert [row[:2] for row in lines[1:]] == [[str(each.number), str(each.ledger)] for each in unit.lines]
    assert [row[2] for row in lines[1:]] == [each.site for each in unit.lines]
    assert [row[3] for row in lines[1:]] == [f"{each.criterion}：{each.seen}" for each in unit.lines]
    assert [row[4] for row in lines[1:]] == [each.remedy for each in unit.lines]


@pytest.mark.parametrize("count", [FEW + 1, SHOWN, SHOWN + 1, 100])
def test_counts_add_up_and_the_rest_is_left_to_the_list(made: Assessment, count: int) -> None:
    unit = many(gap_lines(reading(made))[0], count)
    raw = letter(made, unit)
    severities, lines = tables(raw)
    *rows, whole = severities[1:]
    assert sum(int(row[1]) for row in rows) == int(whole[1]) == count
    assert sum(int(row[4]) for row in rows) == int(whole[4]) == unit.overdue
    assert len(lines) - 1 == min(count, SHOWN)
    said = [each for each in texts(raw) if "其余" in each]
    assert said == (
        [f"下表为整改清单的前 {SHOWN} 个问题（严重的在前），其余 {count - SHOWN} 个见清单。"] if count > SHOWN else []
    )


def test_counts_that_differ_stop_it(made: Assessment) -> None:
    line = replace(gap_lines(reading(made))[0], severity="unheard of")  # type: ignore[arg-type]
    with pytest.raises(Inconsistent, match="gaps by severity"):
        notice_of(reading(made), UnitGaps("u", "某局", (line,)), LIST)


def test_a_provisional_score_is_said(made: Assessment) -> None:
    assert not [each for each in texts(letter(made, unit_of(made))) if "暂定" in each]
    table = replace(made.submission.tables[0], read=10, rejected=1)
    rejected = replace(made, submission=replace(made.submission, tables=(table, *made.submission.tables[1:])))
    assert rejected.provisional == 1
    assert [each for each in texts(letter(rejected, unit_of(rejected))) if "暂定" in each]


def test_english(made: Assessment) -> None:
    told = texts(letter(made, unit_of(made, language="en"), "en"))
    assert told[0] == "Notice of gaps to mend"
    assert "Gaps to mend" not in told[3]
    assert f"{len(unit_of(made).lines)} gaps were found" in told[3]


def test_a_text_without_end_is_cut_in_the_letter_only(made: Assessment) -> None:
    line = replace(gap_lines(reading(made))[0], seen="长" * 5000)
    (lines,) = tables(letter(made, UnitGaps("u", "某局", (line,))))
    assert len(lines[1][3]) == len(line.criterion) + 1 + LONGEST
    assert lines[1][3].endswith("…")


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (-2, ["2026-03-07", "逾期 2 日"]),
        (0, ["2026-03-09", "当天到期"]),
        (4, ["2026-03-13", "剩 4 日"]),
        (None, ["未定期限", ""]),
    ],
    ids=["overdue", "today", "later", "none set"],
)
def test_a_deadline_says_its_day_and_how_far_it_is(made: Assessment, left: int | None, told: list[str]) -> None:
    day = made.as_of + timedelta(left) if left is not None else None
    line = replace(gap_lines(reading(made))[0], deadline=day, left=left)
    (shown,) = notice_of(reading(made), UnitGaps("u", "某局", (line,)), LIST).lines
    assert [shown.day, shown.left] == told
    assert ("逾期" in shown.left) == shown.overdue == line.overdue


def test_gaps_without_a_deadline_are_counted_and_asked_for(made: Assessment) -> None:
    line = replace(gap_lines(reading(made))[0], deadline=None, left=None)
    dated = replace(line, deadline=made.as_of, left=0, severity="medium")
    open_low, open_medium = (replace(line, severity=each) for each in ("low", "medium"))
    unit = UnitGaps("u", "某局", (dated, dated, open_medium, open_low))
    raw = letter(made, unit)
    assert tables(raw)[0][1:] == [
        ["中", "3", "2026-03-09", "2026-03-09、未定期限", "0"],
        ["低", "1", "未定期限", "未定期限", "0"],
        ["合计", "4", "", "", "0"],
    ]
    assert [each for each in texts(raw) if each.endswith("2 个问题未定期限，请在整改清单的备注中写明计划完成日期。")]


def test_where_no_deadline_is_set_the_letter_says_why_and_gives_no_rule(made: Assessment) -> None:
    line = replace(gap_lines(reading(made))[0], deadline=None, left=None, seen_on=None)
    told = texts(letter(made, UnitGaps("u", "某局", (line, line))))
    assert told[3].endswith("现通知如下，请按要求整改。")
    assert told[5] == "2 个问题因记录没有检查日期，未定期限，请在整改清单的备注中写明计划完成日期。"


def test_what_waits_for_the_next_round_has_no_day_and_asks_for_none(made: Assessment) -> None:
    line = replace(gap_lines(reading(made))[0], deadline=None, left=None, next_round=True)
    dated = replace(line, deadline=made.as_of, left=0, next_round=False)
    raw = letter(made, UnitGaps("u", "某局", (dated, dated, dated, line)))
    assert tables(raw)[0][1:] == [
        ["高", "4", "2026-03-09", "2026-03-09、下轮测评前", "0"],
        ["合计", "4", "", "", "0"],
    ]
    assert tables(raw)[-1][-1][-1].startswith("下轮测评前")
    assert texts(raw)[5].endswith("1 个请于下轮测评前改完。")
    (row,) = notice_of(reading(made), UnitGaps("u", "某局", (line,)), LIST).severities
    assert (row.deadline, row.last, row.undated) == ("下轮测评前", "下轮测评前", 0)


def test_without_a_shortest_deadline_what_is_overdue_is_mended_at_once(made: Assessment) -> None:
    score = made.catalogue.score.model_copy(update={"deadlines": {}})
    head = made.catalogue.head.model_copy(update={"score": score})
    without = replace(made, catalogue=made.catalogue.model_copy(update={"head": head}))
    unit = unit_of(without)
    assert texts(letter(without, unit))[5].endswith(f"已过期限的 {unit.overdue} 个，请立即改完并报结果。")


# --- how it looks -----------------------------------------------------------------------------------------------------


def test_the_page_is_laid_out_as_official_letters_are(made: Assessment) -> None:
    raw = letter(made, unit_of(made))
    section = next(part(raw).iter(f"{W}sectPr"))
    margins = section.find(f"{W}pgMar")
    assert margins is not None
    sides = {
        side: round(int(margins.get(f"{W}{side}", "0")) * 25.4 / 1440) for side in ("top", "bottom", "left", "right")
    }
    assert sides == {"top": 37, "bottom": 35, "left": 28, "right": 26}
    styles = {each.get(f"{W}styleId"): each for each in part(raw, "word/styles.xml").iter(f"{W}style")}

    def look(name: str) -> tuple[str | None, str | None]:
        font, size = styles[name].find(f".//{W}rFonts"), styles[name].find(f".//{W}sz")
        assert font is not None
        assert size is not None
        return font.get(f"{W}eastAsia"), size.get(f"{W}val")

    assert (look("Title"), look("Text"), look("Heading")) == (
        ("方正小标宋简体", "44"), ("仿宋_GB2312", "32"), ("黑体", "32"),
    )  # fmt: skip
    pitch = styles["Normal"].find(f".//{W}spacing")
    assert pitch is not None
    assert (pitch.get(f"{W}line"), pitch.get(f"{W}lineRule")) == ("560", "exact")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert all(b"PAGE" in archive.read(f"word/footer{number}.xml") for number in (1, 2))


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_templates_are_those_that_the_program_writes(document: Document, language: Language) -> None:
    """``python -m duibiao.reports.word_templates`` writes them anew."""
    assert shipped_template(document, language) == made_template(document, language)


def test_the_same_values_make_the_same_bytes_without_a_time(made: Assessment) -> None:
    raw = letter(made, unit_of(made))
    assert raw == letter(assessment(), unit_of(assessment()))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.skipif(not WRITER, reason="LibreOffice Writer is not there")
def test_libreoffice_opens_it_and_reads_what_was_written(tmp_path: Path, made: Assessment) -> None:
    path = tmp_path / "notice.docx"
    path.write_bytes(letter(made, unit_of(made)))
    told = converted(path, tmp_path, "txt:Text (encoded):UTF8").read_text("utf-8-sig")
    assert "川汇区市场监管局：" in told
    assert all(line.site in told for line in unit_of(made).lines)


# --- an own template --------------------------------------------------------------------------------------------------


def own(*paragraphs: Sequence[str]) -> bytes:
    """A document of paragraphs of pieces, as Word cuts them up."""
    written, raw = docx.Document(), io.BytesIO()
    for pieces in paragraphs:
        paragraph = written.add_paragraph()
        for piece in pieces:
            paragraph.add_run(piece)
    written.save(raw)
    return raw.getvalue()


def test_an_own_template_is_filled_in_however_word_cut_it_up(made: Assessment) -> None:
    template = own_template(
        own(["致{{ un", "it }}"], ["{%p for each in lines %}"], ["{{ each.site }}"], ["{%p endfor %}"])
    )
    unit = unit_of(made)
    raw = notice_document(template, notice_of(reading(made), unit, LIST))
    assert texts(raw) == ["致川汇区市场监管局", *(each.site for each in unit.lines)]
    again = notice_document(template, notice_of(reading(made), unit, LIST))
    assert again == raw


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (own(["{{ unti }}"]), "unti"),
        (own(["{% for x in %}"]), ""),
        (own(["{{ ''.__class__.__mro__ }}"]), "unsafe"),
        (own(["{{ lines[7].site }}"]), ""),
        (own(["{{ 1 / 0 }}"]), "zero"),
        (b"", ""),
        (b"PK\x03\x04 no archive", ""),
    ],
    ids=["unknown", "syntax", "reaching out", "beyond", "zero", "empty", "no document"],
)
def test_a_template_that_cannot_be_filled_in_is_told_before_anything_is_scored(raw: bytes, told: str) -> None:
    with pytest.raises(UnusableTemplate) as caught:
        own_template(raw)
    assert told in str(caught.value)


def test_the_values_that_try_a_template_have_every_name(made: Assessment) -> None:
    from dataclasses import asdict

    notice = asdict(notice_of(reading(made), unit_of(made), LIST))
    tried = example_values()
    assert set(tried) == set(notice)
    for name in ("lines", "severities"):
        assert set(tried[name][0]) == set(notice[name][0])  # type: ignore[index]


# --- hostile texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_hostile_texts_stay_texts(text: str) -> None:
    city = hostile_city(text)
    told = reading(city)
    (unit,) = by_unit(told, gap_lines(told))
    raw = letter(city, unit)
    ordinary = letter(hostile_city("名"), unit_of(hostile_city("名"), "名"))
    shown = plain_text(text) if len(plain_text(text)) <= LONGEST else plain_text(text)[: LONGEST - 1] + "…"
    lines = tables(raw)[-1]
    assert lines[1][2] == shown
    assert len(texts(raw)) == len(texts(ordinary)) - (not shown)
    assert [each for each in texts(raw) if "49" in each] == []
    assert [each.tag for each in part(raw).iter()] == [each.tag for each in part(ordinary).iter()]

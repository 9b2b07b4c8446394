"""Texts for workbooks and letters: in one line, nothing in them that is not seen."""

from __future__ import annotations

import unicodedata
from datetime import date
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from duibiao.reports.figures import Figure
from duibiao.reports.plain_text import LONGEST, day_text, plain_text, sentence_text

ANYTHING = st.text(st.characters())  # lone halves of pairs included


@given(ANYTHING)
def test_what_comes_out_can_stand_in_xml_and_is_seen(text: str) -> None:
    plain = plain_text(text)
    root = ElementTree.Element("t")
    root.text = plain
    assert (ElementTree.fromstring(ElementTree.tostring(root, "utf-8")).text or "") == plain
    assert {unicodedata.category(each) for each in plain} & {"Cc", "Cs"} == set()
    assert {unicodedata.bidirectional(each) for each in plain} & {
        "LRO",
        "RLO",
        "LRE",
        "RLE",
        "PDF",
        "LRI",
        "RLI",
    } == set()
    assert plain_text(plain) == plain


def test_plain_words_stay_as_they_are() -> None:
    assert plain_text("七一路 农贸市场（东区）, 3 m²") == "七一路 农贸市场（东区）, 3 m²"
    assert plain_text("a\ud800b\x00") == "a\ufffdb\ufffd"
    assert plain_text("一\r\n二\t三") == "一 二 三"
    assert len(plain_text("长" * 40_000)) == LONGEST


def test_sentences_and_days() -> None:
    assert sentence_text(("差 ", Figure("0.33", "total"), " 分")) == "差 0.33 分"
    assert day_text(date(2025, 12, 1), "zh-CN") == "2025年12月1日"
    assert day_text(date(2025, 12, 1), "en") == "2025-12-01"

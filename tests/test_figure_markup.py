"""Figures, sentences, marks and links as elements of a page, whatever their texts hold."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from duibiao.reports.figure_markup import figure, link, mark, say, share
from duibiao.reports.figures import Figure
from duibiao.reports.reading import Mark, SiteLink

HOSTILE = "<b a='1'>&\"</b>"
ESCAPED = "&lt;b a=&#39;1&#39;&gt;&amp;&#34;&lt;/b&gt;"


def test_a_figure_says_where_it_stands_and_what_it_is_made_of() -> None:
    assert figure(Figure("85.00", "total.score"), "num total") == (
        '<span class="num total" data-path="total.score">85.00</span>'
    )
    assert figure(Figure("1", made_from="gaps")) == '<span class="num" data-from="gaps">1</span>'
    assert figure(Figure("50%", of="1 / 2")) == '<span class="num" title="1 / 2">50%</span>'


def test_a_share_stands_beside_its_figure_and_not_in_a_title() -> None:
    assert share(Figure("50%", of="1 / 2")) == '<span class="num">50%</span> <small class="num of">1 / 2</small>'


def test_a_sentence_keeps_its_figures_among_its_words() -> None:
    assert say(("甲 & 乙 ", Figure("3", "x"), " 分")) == '甲 &amp; 乙 <span class="num" data-path="x">3</span> 分'
    assert say(()) == ""


def test_a_mark_has_its_colour_and_its_word() -> None:
    assert mark(Mark("s-met", "符合")) == '<span class="b s-met">符合</span>'


def test_a_site_leads_to_its_page_where_there_is_one() -> None:
    assert link(SiteLink("市场", "m1"), "../site/") == '<a href="../site/m1.html"><bdi>市场</bdi></a>'
    assert link(SiteLink("市场", ""), "../site/") == "<bdi>市场</bdi>"


@pytest.mark.parametrize(
    "made",
    [
        figure(Figure(HOSTILE, HOSTILE, HOSTILE, HOSTILE), HOSTILE),
        share(Figure(HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
        say((HOSTILE, Figure(HOSTILE, HOSTILE, HOSTILE, HOSTILE))),
        mark(Mark(HOSTILE, HOSTILE)),
        link(SiteLink(HOSTILE, HOSTILE), HOSTILE),
        link(SiteLink(HOSTILE, "")),
    ],
)
def test_no_text_becomes_an_element_or_leaves_its_attribute(made: Markup) -> None:
    assert isinstance(made, Markup)
    assert ESCAPED in made
    assert HOSTILE not in made
    assert "<b " not in made

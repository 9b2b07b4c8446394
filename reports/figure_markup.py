"""Figures, sentences, marks and links as elements of a page. A page has thousands of them, too many for macros."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

from duibiao.reports.figures import Figure, Sentence
from duibiao.reports.reading import Mark, SiteLink

_COMMAND: Final = re.compile(r"`([^`]+)`")
_SPECIAL: Final = re.compile("[&<>'\"]")


def figure(shown: Figure, look: str = "num", *, titled: bool = True) -> Markup:
    """A number with where it stands in assessment.json; ``titled``: with its share, where it is one, as its title."""
    return Markup(_figure(shown, look, titled=titled))


def share(shown: Figure) -> Markup:
    """A number with its share beside it, which then needs no title."""
    return Markup(f'{_figure(shown, "num", titled=False)} <small class="num of">{_escaped(shown.of)}</small>')


def say(sentence: Sentence, *, code: bool = False) -> Markup:
    """A sentence with its figures; with ``code`` what stands between backquotes is code, for our own words alone."""
    word = commands if code else _escaped
    told = (word(each) if isinstance(each, str) else _figure(each, "num", titled=True) for each in sentence)
    return Markup("".join(told))


def commands(text: str) -> Markup:
    """A text of ours with what stands between backquotes as code, all else escaped.

    >>> commands("see `duibiao plan` & `a < b`")
    Markup('see <code>duibiao plan</code> &amp; <code>a &lt; b</code>')
    """
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))


def mark(shown: Mark) -> Markup:
    """A band or status in its colour and shape, with its word."""
    return Markup(f'<span class="b {_escaped(shown.tone)}">{_escaped(shown.word)}</span>')


def link(site: SiteLink, folder: str = "") -> Markup:
    """The name of a site, which leads to its page below ``folder`` where it has one."""
    name = f"<bdi>{_escaped(site.name)}</bdi>"
    return Markup(f'<a href="{_escaped(folder)}{_escaped(site.page)}.html">{name}</a>' if site.page else name)


def _figure(shown: Figure, look: str, *, titled: bool) -> str:
    path = f' data-path="{_escaped(shown.path)}"' if shown.path else ""
    made_from = f' data-from="{_escaped(shown.made_from)}"' if shown.made_from else ""
    title = f' title="{_escaped(shown.of)}"' if shown.of and titled else ""
    return f'<span class="{_escaped(look)}"{path}{made_from}{title}>{_escaped(shown.text)}</span>'


def _escaped(text: str) -> str:
    """``text`` as it can stand in an element or an attribute; most texts can as they are, which is soon seen."""
    return escape(text) if _SPECIAL.search(text) else text

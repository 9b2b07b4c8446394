"""Every message of the program has a Chinese text with the same places, and the compiled file is the translated one."""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from duibiao.criteria.language import language_of, translations

ROOT = Path(__file__).resolve().parent.parent
TRANSLATED = ROOT / "locale" / "zh" / "LC_MESSAGES" / "duibiao.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "say": None}  # as `make messages` has them


def _texts(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id or ())


def _translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with TRANSLATED.open("rb") as file:
        return read_po(file, locale="zh", abort_invalid=True)


@pytest.fixture(scope="module")
def extracted() -> frozenset[str]:
    """Every text that the program marks, found as `make messages` finds them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(ROOT / "locale")
        return frozenset(_extracted())


def _extracted() -> Iterator[str]:
    with (ROOT / "locale" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel has no types here
    for folder in ("criteria", "evaluator", "reports"):
        for _, _, found, _, _ in extract_from_dir(ROOT / folder, methods, options, KEYWORDS):
            yield from [found] if isinstance(found, str) else found
    for path in (*(ROOT / "commands").glob("*.py"), ROOT / "cli.py"):
        for _, found, _, _ in extract_from_file("python_messages:messages", path, KEYWORDS):
            yield from [found] if isinstance(found, str) else found


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


def test_every_message_of_the_program_has_a_chinese_text(catalog: Catalog, extracted: frozenset[str]) -> None:
    known = {text for message in catalog if message.id for text in _texts(message)}
    assert sorted(extracted - known) == [], "run `make messages` and fill in the new entries"


def test_no_entry_of_the_translation_is_left_over(catalog: Catalog, extracted: frozenset[str]) -> None:
    left = [text for message in catalog if message.id for text in _texts(message) if text not in extracted]
    assert left == [], "run `make messages`"
    assert not catalog.obsolete


def test_no_entry_is_empty_or_doubtful(catalog: Catalog) -> None:
    empty = [message.id for message in catalog if message.id and not all(_translations(message))]
    assert empty == []
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


def test_a_translation_has_the_places_of_its_message(catalog: Catalog) -> None:
    differing = [
        message.id
        for message in catalog
        if message.id
        and any(_places(translated) != _places(_texts(message)[-1]) for translated in _translations(message))
    ]
    assert differing == []


def test_a_translation_keeps_the_examples_and_line_breaks_of_its_message(catalog: Catalog) -> None:
    for message in catalog:
        for text, translated in zip(_texts(message), _translations(message), strict=False):
            if message.id:
                assert text.count("\n") == translated.count("\n"), text
                assert text.count("\b") == translated.count("\b"), text
                assert text.startswith("  ") == translated.startswith("  "), text


def test_the_compiled_file_is_the_translated_one(catalog: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    fresh = gettext.GNUTranslations(compiled)
    shipped = translations("zh")
    texts = [text for message in catalog if message.id for text in _texts(message)]
    assert len(texts) > 500
    assert [text for text in texts if fresh.gettext(text) != shipped.gettext(text)] == [], "run `make messages`"
    assert shipped.gettext("not observed") == "未检查"


def test_english_is_the_source() -> None:
    assert translations("en").gettext("not observed") == "not observed"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "DUIBIAO_LANG": "zh"}, "zh"),
    ],
)
def test_the_language_follows_the_environment(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language

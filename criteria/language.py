"""The language of messages: Chinese or English, chosen once a process by the command line or the environment."""

from __future__ import annotations

import gettext as gnu
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

Language = Literal["zh", "en"]
LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"

_translations: gnu.NullTranslations = gnu.NullTranslations()
_language: Language = "en"


def language_of(environment: Mapping[str, str]) -> Language:
    """The language that the environment asks for: DUIBIAO_LANG, LC_ALL, LC_MESSAGES, LANG; else Chinese."""
    for name in ("DUIBIAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value and value.split(".")[0] not in {"C", "POSIX"}:
            return "zh" if value.startswith("zh") else "en"
    return "zh"


def translations(language: Language) -> gnu.NullTranslations:
    """The translations of one language; English is the source and needs none."""
    if language == "en":
        return gnu.NullTranslations()
    return gnu.translation("duibiao", LOCALE, [language])


def use(language: Language | None = None) -> None:
    """Choose the language of messages; without one, as the environment says."""
    global _translations, _language
    _language = language or language_of(os.environ)
    _translations = translations(_language)


def language_in_force() -> Language:
    """The language of messages, to be chosen in another process as well."""
    return _language


def gettext(text: str) -> str:
    """``text`` in the language in force."""
    return _translations.gettext(text)

"""Word documents from templates: docxtpl fills them in, data as text only, and the same values give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import docxtpl  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

MADE: Final = datetime(2000, 1, 1)
_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # of every file in the archive; the earliest that one can hold


class UnusableTemplate(Exception):
    """A template is no Word document, or names what there is not; the message says which."""


class _Remembered(SandboxedEnvironment):
    """Compiles a part of a template once, however many documents are made of it; none reaches beyond its data."""

    def __init__(self) -> None:
        # What is not escaped would end the text at the first "<", and lose the rest without a word.
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self._compiled: dict[str, Template] = {}

    def from_string(self, source: Any, *settings: Any, **more: Any) -> Template:
        """The compiled template of a text."""
        if settings or more or not isinstance(source, str):
            return super().from_string(source, *settings, **more)
        if source not in self._compiled:
            self._compiled[source] = super().from_string(source)
        return self._compiled[source]


class _Template(docxtpl.DocxTemplate):  # type: ignore[misc]  # python-docx has no types
    """A template whose parts are made ready for Jinja once."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(io.BytesIO(raw))
        self._ready: dict[str, str] = {}

    def patch_xml(self, src_xml: str) -> str:
        """Without the marks that Word puts into the middle of tags."""
        if src_xml not in self._ready:
            self._ready[src_xml] = super().patch_xml(src_xml)
        return self._ready[src_xml]

    def render_xml_part(self, src_xml: str, part: object, context: Mapping[str, object], jinja_env: Any = None) -> str:
        """A part with its values, each exactly as it is: docxtpl would read signs of its own in them."""
        text: str = jinja_env.from_string(src_xml).render(context)
        return text


class WordTemplate:
    """One template, filled in any number of times."""

    def __init__(self, raw: bytes) -> None:
        """Raises UnusableTemplate for what is no .docx."""
        self._environment = _Remembered()
        try:
            self._template = _Template(raw)
            self._template.init_docx()
        except Exception as error:  # python-docx raises whatever its parsers meet
            raise UnusableTemplate(str(error) or type(error).__name__) from error

    def render(self, values: Mapping[str, object]) -> bytes:
        """The document with these values. Raises UnusableTemplate where the template asks for others."""
        raw = io.BytesIO()
        try:
            self._template.render(dict(values), self._environment, autoescape=True)
            about = self._template.docx.core_properties
            about.created = about.modified = MADE
            about.last_modified_by = ""
            self._template.save(raw)
        except TemplateError as error:
            raise UnusableTemplate(error.message or type(error).__name__) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise UnusableTemplate(str(error)) from error
        return _fixed(raw.getvalue())


def _fixed(raw: bytes) -> bytes:
    """The same archive without the time at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as made, zipfile.ZipFile(out, "w") as fixed:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            fixed.writestr(entry, made.read(name))
    return out.getvalue()

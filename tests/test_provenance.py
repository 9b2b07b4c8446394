"""provenance.yaml and terms.yaml: what they may say, and that they change no score."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from duibiao.criteria.lint import lint_catalogue
from duibiao.criteria.load import load_catalogue, read_catalogue
from duibiao.criteria.provenance import Origin, Term, read_origins, read_terms

pytestmark = pytest.mark.usefixtures("english")
GOOD = Path(__file__).parent / "good"


def harbour(folder: Path, **files: str) -> Path:
    """The good catalogue with these files in it."""
    shutil.copytree(GOOD, folder / "harbour")
    for name, text in files.items():
        (folder / "harbour" / f"{name}.yaml").write_text(text, "utf-8")
    return folder / "harbour"


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("a: {criteria: [no_litter]}", 0, ""),
        ("a: {site_types: quay}", 0, ""),
        ("a: {not_encoded: local_only, note: one town}", 0, ""),
        ("a: {not_encoded: duplicate, of: a, note: the same}", 0, ""),
        ("a: {criteria: [no_liter]}", 18, "unknown-criterion: 'no_liter' is no criterion; did you mean 'no_litter'?"),
        ("a: {site_types: [quai]}", 20, "unknown-site-type: 'quai' is no site type; did you mean 'quay'?"),
        ("a: {}", 6, "wrong-type: this cannot be keys with values; a fact has criteria or site_types, or not_encoded"),
        ("a: {criteria: [no_litter], not_encoded: local_only, note: x}", 6, "wrong-type: this cannot be keys with values; a fact has criteria or site_types, or not_encoded"),
        ("a: {not_encoded: local_only}", 6, "wrong-type: this cannot be keys with values; what is not encoded needs a note that says why"),
        ("a: {not_encoded: local_only, of: a, note: x}", 6, "wrong-type: this cannot be keys with values; of goes with not_encoded: duplicate, and only with it"),
        ("a: {not_encoded: boring, note: x}", 20, "wrong-type: not_encoded cannot be 'boring'; write one of 'duplicate', 'superseded', 'low_confidence', 'local_only', 'statistics', 'not_a_criterion' or 'no_requirement'"),
        ("a: {because: x}", 7, "unknown-key: 'because' is not a known key here; known: criteria, site_types, not_encoded, of, note"),
    ],
)  # fmt: skip
def test_what_a_fact_may_say(tmp_path: Path, line: str, column: int, message: str) -> None:
    folder = harbour(tmp_path, provenance=f"items:\n  {line}\n")
    found = [
        (each.line, each.column, f"{each.code}: {each.message}") for each in lint_catalogue(read_catalogue(folder))
    ]
    assert found == ([(2, column, message)] if message else [])


def test_a_section_without_facts_is_told(tmp_path: Path) -> None:
    folder = harbour(tmp_path, provenance="items: none\n")
    assert [each.code for each in lint_catalogue(read_catalogue(folder))] == ["wrong-type"]


def test_what_is_read(tmp_path: Path) -> None:
    folder = harbour(
        tmp_path,
        provenance="items:\n  a: {criteria: no_litter}\nquestions:\n  b: {not_encoded: local_only, note: one town}\n",
        terms="码头: {en: quay, meaning: where boats lie}\n渡船: {en: ferry}\n",
    )
    raw, found = read_catalogue(folder).raw, []  # type: ignore[var-annotated]
    assert read_origins(raw, found) == {
        "items": {"a": Origin(criteria=("no_litter",))},
        "questions": {"b": Origin(not_encoded="local_only", note="one town")},
    }
    assert read_terms(raw, found) == {"码头": Term(en="quay", meaning="where boats lie"), "渡船": Term(en="ferry")}
    assert found == []


def test_a_term_without_its_word_is_told(tmp_path: Path) -> None:
    folder = harbour(tmp_path, terms="码头: {meaning: where boats lie}\n")
    assert [str(each).partition("terms.yaml:")[2] for each in lint_catalogue(read_catalogue(folder))] == [
        "1:5: missing-key: 'en' is missing"
    ]


def test_neither_changes_the_catalogue_or_its_hash(tmp_path: Path) -> None:
    plain = load_catalogue(harbour(tmp_path / "plain"))
    annotated = load_catalogue(
        harbour(tmp_path / "annotated", provenance="items: {a: {criteria: [no_litter]}}\n", terms="渡船: {en: ferry}\n")
    )
    assert annotated == plain


def test_an_overlay_answers_for_its_own_facts_only(tmp_path: Path) -> None:
    base = harbour(tmp_path, provenance="items: {a: {criteria: [no_litter]}}\n", terms="渡船: {en: ferry}\n")
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    head = 'catalogue: overlay\ntitle: 补充\nedition: "2026"\nextends: ../harbour\n'
    (overlay / "catalogue.yaml").write_text(head + "change: {no_litter: {drop: true, because: 不再考}}\n", "utf-8")
    (overlay / "terms.yaml").write_text("码头: {en: quay}\n", "utf-8")
    reading = read_catalogue(overlay)
    assert [each for each in lint_catalogue(reading) if "provenance" in each.file] == []
    assert read_origins(reading.raw, []) == {}
    assert [*read_terms(reading.raw, [])] == ["渡船", "码头"]
    assert [*read_origins(read_catalogue(base).raw, [])["items"]] == ["a"]

"""The data of the city page's script: columns as texts, texts with holes, JSON that ends no element, photos in a budget."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.criteria.language import translations
from duibiao.evaluator.submission import Photo
from duibiao.reports import query_data as module
from duibiao.reports.picture import thumbnail
from duibiao.reports.query_data import HOLE, SIGNS, column, holes, query_data, script_json
from duibiao.reports.reading import Reading
from tests.assessments import assessment, submission
from tests.test_thumbnails import JPEG, photo

CHINESE = translations("zh")


def test_a_column_has_a_sign_for_each_number_that_nothing_escapes() -> None:
    assert len(set(SIGNS)) == len(SIGNS) > 50_000
    assert len(SIGNS[:90].encode()) == 90
    assert script_json(SIGNS) == f'"{SIGNS}"'
    assert column([]) == ""
    assert column([0, 1, 90, 3]) == "#$¡&"
    assert column([0, len(SIGNS)]) == [0, len(SIGNS)]


@given(st.text(alphabet=f"甲a 0123456789./-{HOLE}"))
def test_a_text_comes_back_from_its_holes(text: str) -> None:
    told, numbers = holes(text)
    pieces = told.split(HOLE)
    filled = pieces[0]
    for number, piece in zip(numbers.split(" ") + [""] * len(pieces), pieces[1:], strict=False):
        filled += number + piece
    assert filled == text.replace(HOLE, "")


@given(st.text())
def test_json_ends_no_element(text: str) -> None:
    told = script_json({"text": f"</script><!--{text}"})
    assert "<" not in told
    assert json.loads(told)["text"] == f"</script><!--{text}"


def test_photos_stand_in_the_page_until_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos: tuple[Photo, ...] = tuple(photo(tmp_path, f"{name}.jpg", JPEG) for name in "abc")
    made = assessment(data=replace(submission(), photos=photos))
    gaps = [
        replace(gap, photos=("a.jpg、b.jpg", "c.jpg") if number < 2 else ()) for number, gap in enumerate(made.gaps)
    ]
    made = replace(made, gaps=tuple(gaps))
    monkeypatch.setattr(module, "PICTURES_SHOWN", len(thumbnail(JPEG)) * 3 // 2)
    told = json.loads(query_data(Reading(made, CHINESE, "all")))["gaps"]["photos"]
    assert {place: [(name, bool(source), why) for name, source, why in each] for place, each in told.items()} == {
        "0": [("a.jpg", True, ""), ("b.jpg", False, "本页图片已满"), ("c.jpg", False, "本页图片已满")],
        "1": [("a.jpg", False, "本页图片已满"), ("b.jpg", False, "本页图片已满"), ("c.jpg", False, "本页图片已满")],
    }

"""Names of files that are sent to people: readable, allowed everywhere, no two alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duibiao.reports.file_names import LONGEST, file_name, file_names, folder_name, safe_name
from tests.hostile import TEXTS

REFUSED = re.compile(r'[<>:"/\\|?*\s\x00-\x1f\u202a-\u202e\u2066-\u2069]')


def test_a_name_says_what_for_whom_and_of_which_round() -> None:
    names = file_names("整改清单", [("market_bureau@周口市/川汇区", "川汇区市场监管局")], "2025-W10", ".xlsx")
    assert names == {"market_bureau@周口市/川汇区": "整改清单_川汇区市场监管局_2025-W10.xlsx"}
    assert file_name("通报", "2025-W10", ".docx") == "通报_2025-W10.docx"
    assert file_name("通报", "", ".docx") == "通报.docx"


def test_of_two_alike_each_has_the_hash_of_its_id() -> None:
    titles = [("a@市/东区", "东区城管局"), ("b@市/东区", "东区城管局"), ("c", "ABC"), ("d", "abc"), ("e", "教育局")]
    names = file_names("整改清单", titles, "2025-W10", ".xlsx")
    assert names["e"] == "整改清单_教育局_2025-W10.xlsx"
    assert len({name.casefold() for name in names.values()}) == 5
    assert all(re.fullmatch(r"整改清单_\w+_[0-9a-f]{12}_2025-W10\.xlsx", names[key]) for key in "cd")
    assert re.fullmatch(r"整改清单_东区城管局_[0-9a-f]{12}_2025-W10\.xlsx", names["a@市/东区"])


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_hostile_titles_and_rounds_name_a_file_of_this_folder(text: str) -> None:
    names = file_names("整改清单", [("u1", text), ("u2", text), ("u3", f"{text}1")], text, ".xlsx")
    assert len({each.casefold() for each in names.values()}) == 3
    for each in names.values():
        assert not REFUSED.search(each)
        assert len(each) <= LONGEST
        assert each.startswith("整改清单_")
        assert each.endswith(".xlsx")


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_title_makes_a_name(title: str, about: str) -> None:
    (name,) = file_names("通知", [("id", title)], about, ".docx").values()
    assert not REFUSED.search(name)
    assert len(name) <= LONGEST
    assert len(name.encode()) <= 255
    assert safe_name(safe_name(title)) == safe_name(title)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("川汇区", "川汇区"),
        ("../../etc", "etc"),
        ("..", "_"),
        ("", "_"),
        (" a. ", "a"),
        ('a<b>:"c"/d\\e|f?g*', "a_b_c_d_e_f_g"),
        ("con", "_con"),
        ("COM1.txt", "_COM1.txt"),
        ("comma", "comma"),
        ("\u202egpj", "gpj"),
        ("\x00\x1f", "_"),
        ("长" * 99, "长" * 60),
    ],
)
def test_names_of_folders(given: str, made: str) -> None:
    assert folder_name(given) == made

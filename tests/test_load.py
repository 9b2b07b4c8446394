"""Loading: what a catalogue becomes, overlays, dates, site types; and folders that mean harm."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duibiao.criteria.diagnostics import CatalogueError, Diagnostic
from duibiao.criteria.lint import lint_catalogue
from duibiao.criteria.load import Reading, catalogue_folder, load_catalogue, read_catalogue, shipped_catalogues
from duibiao.criteria.models import Banded, Catalogue, Criterion, Linear, YesNo
from duibiao.criteria.yaml_text import read_yaml

pytestmark = pytest.mark.usefixtures("english")

GOOD = Path(__file__).parent / "good"
HEAD = 'catalogue: overlay\ntitle: 补充\nedition: "2026"\nextends: ../harbour\n'
TODAY = date(2026, 6, 1)
Told = tuple[str, str, int, int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for an overlay, beside the good catalogue."""
    shutil.copytree(GOOD, tmp_path / "harbour")
    (tmp_path / "overlay").mkdir()
    return tmp_path / "overlay"


def told(reading: Reading) -> list[Told]:
    """Code, file name, line and column of every mistake."""
    return [(each.code, Path(each.file).name, each.line, each.column) for each in reading.diagnostics]


def overlay(folder: Path, change: str = "", **files: str) -> Reading:
    """The reading of an overlay whose catalogue.yaml has ``change``, with more files (``__`` for /)."""
    (folder / "catalogue.yaml").write_text(HEAD + (f"change:\n{change}" if change else ""))
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return read_catalogue(folder)


def loaded(reading: Reading) -> Catalogue:
    assert [str(each) for each in reading.diagnostics] == []
    assert reading.catalogue is not None
    return reading.catalogue


def criterion(catalogue: Catalogue, name: str, day: date = TODAY, site_type: str | None = None) -> Criterion:
    version = next(each.at(day) for each in catalogue.criteria if each.id == name)
    assert version is not None
    return version.criterion if site_type is None else version.on(site_type)


# ------------------------------------------------------------------ the good catalogue


def test_a_catalogue_is_all_its_files() -> None:
    catalogue = loaded(read_catalogue(GOOD))
    assert (catalogue.head.catalogue, catalogue.head.title, catalogue.extends) == ("harbour", "港城小目录", ())
    assert set(catalogue.site_types) == {"quay", "ferry", "passengers"}
    assert catalogue.site_types["passengers"].is_questionnaire
    assert len(catalogue.criteria) == 12
    assert [len(way) for way in catalogue.places().values()] == [1, 2, 3, 3]
    assert len(catalogue.sha256) == 64


def test_a_shared_field_stands_on_the_forms_of_the_criteria_that_read_it() -> None:
    catalogue = loaded(read_catalogue(GOOD))
    assert catalogue.site_types["ferry"].fields["litter"] == catalogue.site_types["quay"].fields["litter"]
    assert "litter" not in catalogue.site_types["passengers"].fields


def test_a_form_asks_what_is_neither_derived_nor_read_elsewhere_and_every_verdict() -> None:
    catalogue = loaded(read_catalogue(GOOD))
    form = catalogue.form("quay")
    assert set(form) == {"lamps", "lamps_lit", "railing", "ring", "ladder", "signs", "season", "litter", "quay_flood"}
    assert form["quay_flood"].kind == "yes_no"
    assert catalogue.form("ferry")["ferry_crew"].scale == {
        "A": Decimal(1),
        "B": Decimal("0.66"),
        "C": Decimal("0.33"),
        "D": Decimal(0),
    }


@pytest.mark.parametrize(
    ("day", "limit"),
    [(date(2000, 1, 1), "0.95"), (date(2026, 12, 31), "0.95"), (date(2027, 1, 1), "0.98"), (date(2099, 1, 1), "0.98")],
)
def test_a_dated_value_holds_from_its_day_on(day: date, limit: str) -> None:
    lamps = criterion(loaded(read_catalogue(GOOD)), "quay_lamps", day)
    assert isinstance(lamps, Banded)
    assert lamps.levels[0].at_least == Decimal(limit)
    assert lamps.points == 2


def test_by_type_changes_what_it_names_on_one_type() -> None:
    catalogue = loaded(read_catalogue(GOOD))
    here, there = (criterion(catalogue, "no_litter", TODAY, kind) for kind in ("quay", "ferry"))
    assert (here.lead_unit, here.remedy) == ((), "当场清走。")
    assert (there.lead_unit, there.remedy) == (("street_office",), "靠岸即清。")
    assert here.look_for == there.look_for


def test_the_same_files_give_the_same_hash_and_others_another(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(GOOD, copy)
    assert loaded(read_catalogue(copy)).sha256 == loaded(read_catalogue(GOOD)).sha256
    (copy / "units.yaml").write_text((copy / "units.yaml").read_text() + "# one more line\n")
    assert loaded(read_catalogue(copy)).sha256 != loaded(read_catalogue(GOOD)).sha256


def test_a_catalogue_is_loaded_by_name_or_folder_or_says_every_mistake(tmp_path: Path) -> None:
    assert "national" in shipped_catalogues()
    assert load_catalogue("national").head.catalogue == "national"
    assert load_catalogue(GOOD).head.catalogue == "harbour"
    with pytest.raises(CatalogueError, match="did you mean 'national'"):
        load_catalogue("nationl")
    (tmp_path / "catalogue.yaml").write_text("title: 1\nedition: 2\n")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert {each.code for each in caught.value.diagnostics} == {"missing-key", "wrong-type"}
    assert catalogue_folder("x" * 5000) is None
    assert catalogue_folder("nul\x00") is None


# ------------------------------------------------------------------ overlays


def test_an_overlay_replaces_whole_values_at_every_date(folder: Path) -> None:
    catalogue = loaded(overlay(folder, "  quay_lamps: {points: 5, levels: [{at_least: 0.9, score: 1}]}\n"))
    assert catalogue.extends == ("harbour",)
    for day in (TODAY, date(2030, 1, 1)):
        lamps = criterion(catalogue, "quay_lamps", day)
        assert isinstance(lamps, Banded)
        assert lamps.points == 5
        assert [level.at_least for level in lamps.levels] == [Decimal("0.9")]
    assert len(next(each for each in catalogue.criteria if each.id == "quay_lamps").versions) == 1


def test_an_overlay_can_change_from_a_date_on(folder: Path) -> None:
    catalogue = loaded(overlay(folder, "  quay_lamps: {from: 2026-03-01, points: 5}\n"))
    points = [criterion(catalogue, "quay_lamps", date(year, 2, 28)).points for year in (2026, 2027, 2028)]
    assert points == [2, 5, 5]


def test_an_overlay_changes_dated_values_where_it_names_them(folder: Path) -> None:
    change = "  quay_lamps: {points: 5, changes: [{from: 2028-01-01, points: 6}]}\n"
    catalogue = loaded(overlay(folder, change))
    assert [criterion(catalogue, "quay_lamps", date(year, 1, 1)).points for year in (2027, 2028)] == [5, 6]


def test_an_overlay_drops_with_a_reason_and_adds_its_own(folder: Path) -> None:
    own = (
        "criteria:\n  - id: quay_quiet\n    title: 安静\n    site_types: [quay]\n    place: Ⅲ-2\n    judged: yes_no\n"
        "    look_for: 听\n    remedy: 劝\n    source: {ref: decree, scope: local, confidence: low}\n"
    )
    catalogue = loaded(
        overlay(
            folder,
            "  ferry_crew: {drop: true, because: 轮渡另行考核}\n  quay: {title: 大码头, lead_unit: street_office}\n",
            common__own=own,
            sources="decree: {title: 市里文件}\n",
            units="street_office: {title: 街道}\n",
        )
    )
    names = [each.id for each in catalogue.criteria]
    assert "ferry_crew" not in names
    assert "quay_quiet" in names
    assert set(catalogue.sources) == {"handbook", "decree"}
    assert (catalogue.units["street_office"].title, catalogue.units["harbour_office"].title) == ("街道", "港务处")
    assert (catalogue.site_types["quay"].title, catalogue.site_types["quay"].lead_unit) == (
        "大码头",
        ("street_office",),
    )


def test_another_kind_of_rule_takes_the_place_of_the_whole_old_one(folder: Path) -> None:
    because = "because: 改按数量"
    catalogue = loaded(
        overlay(
            folder,
            f"  quay_lamps: {{pass: lamps_lit == lamps, {because}}}\n"
            f"  ferry_seats: {{levels: [{{at_least: 30, score: 1}}], proposed: [levels], {because}}}\n"
            "  quay_dark: {deduct: {each: lamps_dark, points: 0.5}}\n"
            "  passengers_pleased: {pass: rate > 0.7}\n",
        )
    )
    lamps, seats = criterion(catalogue, "quay_lamps", date(2030, 1, 1)), criterion(catalogue, "ferry_seats")
    assert isinstance(lamps, YesNo)
    assert isinstance(seats, Banded)
    assert seats.rate == "seats"
    assert criterion(catalogue, "passengers_pleased").kind == "ask"


def test_a_line_keeps_its_ends_under_another_rate(folder: Path) -> None:
    seats = criterion(loaded(overlay(folder, "  ferry_seats: {rate: seats + 1}\n")), "ferry_seats")
    assert isinstance(seats, Linear)
    assert seats.rate == "seats + 1"
    assert seats.full_at == 40


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("  quay_lamp: {points: 1}\n", [("change-unknown", 6, 3)]),
        ("  quay_lamps: {pass: ring}\n", [("change-kind", 6, 15)]),
        ("  ferry_seats: {levels: [{at_least: 1, score: 1}], proposed: []}\n", [("change-kind", 6, 16)]),
        ("  ferry_crew: {drop: true}\n", [("change-drop", 6, 3)]),
        ("  ferry_crew: {drop: yes, because: x}\n", [("wrong-type", 6, 22), ("yaml-trap", 6, 22)]),
        ("  ferry_crew: {drop: true, because: x, points: 2}\n", [("unknown-key", 6, 40)]),
        ("  ferry_crew: {id: crew}\n", [("unknown-key", 6, 16)]),
        ("  ferry_crew: {remedi: x}\n", [("unknown-key", 6, 16)]),
        ("  ferry_crew: [1]\n", [("wrong-type", 6, 15)]),
        ("  ferry_crew:\n", [("wrong-type", 6, 14)]),
        ("  quay: {fields: {}}\n", [("unknown-key", 6, 10)]),
        ("  quay: {drop: true}\n", [("unknown-key", 6, 10)]),
        ("  quay: {titel: x}\n", [("unknown-key", 6, 10)]),
        ("  quay: {part: x}\n", [("unknown-part", 6, 16)]),
        ("  quay_lamps: {from: 2027-01-01, points: 5}\n", [("dates-order", 6, 22)]),
        ("  quay_lamps: {from: soon, points: 5}\n", [("wrong-type", 6, 22)]),
        ("  quay_lamps: {from: 2028-01-01, place: Ⅲ-2}\n", [("unknown-key", 6, 34)]),
        ("  no_litter_quay: {drop: true, because: x}\n", [("unknown-criterion", 18, 12)]),
        ("  - a\n", [("wrong-type", 6, 3)]),
        ("  x\n", [("wrong-type", 6, 3)]),
    ],
)
def test_what_an_overlay_may_not_do(change: str, expected: list[tuple[str, int, int]], folder: Path) -> None:
    assert [(code, line, column) for code, _, line, column in told(overlay(folder, change))] == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("catalogue: x\ntitle: x\nedition: x\nextends: ../nowhere\n", "unknown-catalogue"),
        ("catalogue: x\ntitle: x\nedition: x\nextends: .\n", "unknown-catalogue"),
        ("catalogue: x\ntitle: x\nedition: x\nextends: ..\n", "misplaced-file"),
        ("catalogue: x\ntitle: x\nedition: x\nextends: [a]\n", "unknown-catalogue"),
        ("catalogue: x\ntitle: x\nedition: x\nextends: {a: b}\n", "unknown-catalogue"),
        ("catalogue: x\ntitle: x\nedition: x\nextends:\n", "unknown-catalogue"),
        (f"catalogue: x\ntitle: x\nedition: x\nextends: {'y' * 5000}\n", "unknown-catalogue"),
        ("catalogue: harbour\ntitle: x\nedition: x\nextends: ../harbour\n", "duplicate-id"),
        ("title: x\nedition: x\nextends: ../harbour\n", "missing-key"),
        ((GOOD / "catalogue.yaml").read_text() + "change: {quay_lamps: {points: 1}}\n", "unknown-key"),
    ],
)
def test_heads_of_overlays_that_cannot_be(head: str, expected: str, folder: Path) -> None:
    (folder / "catalogue.yaml").write_text(head)
    assert expected in {each.code for each in read_catalogue(folder).diagnostics}


def test_a_circle_and_a_long_chain_of_overlays_end(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"c{number}").mkdir()
        head = f"catalogue: c{number}\ntitle: x\nedition: x\nextends: ../c{(number + 1) % 60}\n"
        (tmp_path / f"c{number}" / "catalogue.yaml").write_text(head)
    assert "yaml-too-large" in {each.code for each in read_catalogue(tmp_path / "c0").diagnostics}
    (tmp_path / "c3" / "catalogue.yaml").write_text("catalogue: c3\ntitle: x\nedition: x\nextends: ../c0\n")
    assert "unknown-catalogue" in {each.code for each in read_catalogue(tmp_path / "c0").diagnostics}


def test_an_id_of_a_base_that_is_none_is_told(folder: Path) -> None:
    head = folder.parent / "harbour" / "catalogue.yaml"
    head.write_text(head.read_text().replace("catalogue: harbour", "catalogue: a/b"))
    reading = overlay(folder, "  quay_lamps: {points: 5}\n")
    assert told(reading) == [("wrong-type", "catalogue.yaml", 2, 12)]
    assert {each.code for each in lint_catalogue(reading)} == {"wrong-type", "no-case"}


def test_overlays_of_overlays(folder: Path) -> None:
    overlay(folder, "  quay_lamps: {points: 5}\n")
    town = folder.parent / "town"
    town.mkdir()
    head = HEAD.replace("overlay", "town").replace("../harbour", "../overlay")
    (town / "catalogue.yaml").write_text(head + "change: {quay_lamps: {severity: low}}\n")
    catalogue = loaded(read_catalogue(town))
    lamps = criterion(catalogue, "quay_lamps")
    assert catalogue.extends == ("overlay", "harbour")
    assert lamps.points == 5
    assert lamps.severity == "low"


# ------------------------------------------------------------------ one file put into the good catalogue

PIER = "site_type: pier\ntitle: 渔港\nlead_unit: harbour_office\nfields:\n  boats: {label: 船只数, kind: count}\ncriteria:\n"
RULE = "  - {id: pier_boats, title: 船只, place: Ⅲ-1, pass: boats > 0}\n"


def with_file(folder: Path, text: str, name: str = "sites/pier.yaml") -> list[Told]:
    harbour = folder.parent / "harbour"
    (harbour / name).parent.mkdir(exist_ok=True)
    (harbour / name).write_text(text)
    return told(read_catalogue(harbour))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PIER + RULE, []),
        ("", [("misplaced-file", 1, 1)]),
        ("- a\n", [("wrong-type", 1, 1)]),
        ("just words\n", [("wrong-type", 1, 1)]),
        ("site_type:\ntitle: x\n", [("wrong-type", 1, 11)]),
        ("site_type: [a]\ntitle: x\n", [("wrong-type", 1, 12)]),
        ("site_type: 7\ntitle: x\n", [("wrong-type", 1, 12)]),
        ("site_type: Pier\ntitle: x\n", [("wrong-type", 1, 12)]),
        ("site_type: ferry\ntitle: x\n", [("duplicate-id", 1, 12)]),
        ("site_type: pier\nquestionnaire: pier\ntitle: x\n", [("unknown-key", 2, 1)]),
        ("site_type: pier\n", [("missing-key", 1, 1)]),
        ("site_type: pier\ntitle: x\neach: sky\n", [("unknown-level", 3, 7)]),
        ("site_type: pier\ntitle: x\n" + "y" * 900 + ": z\n", [("unknown-key", 3, 1)]),
        ("site_type: pier\ntitle: x\nrates: {a: 1}\n", [("unknown-key", 3, 1)]),
        ("questionnaire: pier\ntitle: x\n", [("missing-key", 1, 1)]),
        ("questionnaire: pier\ntitle: x\nrates:\n", [("wrong-type", 3, 7)]),
        ("questionnaire: pier\ntitle: x\nquestions:\n", [("wrong-type", 3, 11)]),
        ("site_type: pier\ntitle: x\nsample: {weight: w}\nquestions: {}\n", [("unknown-key", 3, 1), ("unknown-key", 4, 1)]),
        ("site_type: pier\ntitle: x\nfields: [a]\n", [("wrong-type", 3, 9)]),
        ("site_type: pier\ntitle: x\nfields:\n", [("wrong-type", 3, 8)]),
        ("site_type: pier\ntitle: x\nfields: {a: }\n", [("wrong-type", 3, 13)]),
        ("site_type: pier\ntitle: x\nfields: {7: {label: x, kind: count}}\n", [("wrong-type", 3, 10)]),
        ("site_type: pier\ntitle: x\nfields: {min: {label: x, kind: count}}\n", [("wrong-type", 3, 10)]),
        ("site_type: pier\ntitle: x\nfields: {a: {label: x, kind: cuont}}\n", [("wrong-type", 3, 30)]),
        ("site_type: pier\ntitle: x\nfields: {a: {label: x, kind: choice}}\n", [("wrong-type", 3, 13)]),
        ("site_type: pier\ntitle: x\nfields: {a: {label: x, kind: count, at_most: [b]}}\n", [("wrong-type", 3, 46)]),
        ("site_type: pier\ntitle: x\nfields: {a: {label: x, kind: count, at_most: b}}\n", [("unknown-field", 3, 46)]),
        ("site_type: pier\ntitle: x\nfields: {a: {label: x, kind: count, at_most: a}}\n", [("unknown-field", 3, 46)]),
        ("site_type: pier\ntitle: x\nfields: {a: {label: x, kind: count, from: sky}}\n", [("unknown-level", 3, 43)]),
        ("site_type: pier\ntitle: x\nfields: {a: {label: x, kind: count, from: city}}\n", [("unknown-field", 3, 43)]),
        ("site_type: pier\ntitle: x\nfields: {a: {label: x, kind: count, unit: }}\n", [("wrong-type", 3, 43)]),
        (
            "site_type: pier\ntitle: x\nfields: {a: {label: x, kind: choice, options: [甲, 甲]}}\n",
            [("alias-collision", 3, 51)],
        ),
        (
            "site_type: pier\ntitle: x\nfields: {a: {label: x, kind: grade, scale: {A: 1, Ａ: 0}}}\n",
            [("alias-collision", 3, 51)],
        ),
        (
            "site_type: pier\ntitle: x\nfields: {a: {label: x, kind: count, formula: problems + 1}}\n",
            [("unknown-field", 3, 46)],
        ),
        ("site_type: pier\ntitle: x\ncriteria:\n", [("wrong-type", 3, 10)]),
        ("site_type: pier\ntitle: x\ncriteria: {}\n", [("wrong-type", 3, 11)]),
        ("site_type: pier\ntitle: x\ncriteria: []\n", []),
        ("site_type: pier\ntitle: x\ncriteria: [ , ]\n", [("yaml-syntax", 3, 13)]),
        (PIER + "  -\n", [("wrong-type", 7, 4)]),
        (PIER + "  - x\n", [("wrong-type", 7, 5)]),
        (PIER + "  - []\n", [("wrong-type", 7, 5)]),
        (PIER + "  - {}\n", [("missing-key", 7, 5)]),
        (PIER + "  - {id: 7, title: 船只, place: Ⅲ-1, pass: boats > 0}\n", [("wrong-type", 7, 10)]),
        (PIER + "  - {id: [a], title: 船只, place: Ⅲ-1, pass: boats > 0}\n", [("wrong-type", 7, 10)]),
        (PIER + "  - {id: , title: 船只, place: Ⅲ-1, pass: boats > 0}\n", [("wrong-type", 7, 10)]),
        (PIER + RULE.replace("}", ", kind: pass}"), [("unknown-key", 7, 62)]),
        (PIER + RULE.replace("}", ", site_types: [pier]}"), [("unknown-key", 7, 62)]),
        (PIER + RULE.replace("}", ", by_type: {pier: {points: 2}}}"), [("unknown-key", 7, 62)]),
        (PIER + RULE.replace("}", ", applies: }"), [("wrong-type", 7, 71)]),
        (PIER + RULE.replace("}", ", source: {ref: handbook, scope: local}}"), [("missing-key", 7, 70)]),
        (PIER + RULE.replace("}", ", points: -1}"), [("wrong-type", 7, 70)]),
        (PIER + RULE.replace("}", ", points: 1.0000000001}"), [("wrong-type", 7, 70)]),
        (PIER + RULE.replace("}", ", severity: hihg}"), [("wrong-type", 7, 72)]),
        (PIER + RULE.replace("}", ", proposed: [levels]}"), [("unknown-key", 7, 73)]),
        (PIER + RULE.replace("}", ", effective: {from: 2026}}"), [("wrong-type", 7, 80)]),
        (PIER + RULE.replace("}", ", changes: {from: 2027-01-01}}"), [("wrong-type", 7, 71)]),
        (PIER + RULE.replace("}", ", changes: [{points: 2}]}"), [("missing-key", 7, 72)]),
        (PIER + RULE.replace("}", ", changes: [x]}"), [("wrong-type", 7, 72)]),
        (PIER + RULE.replace("}", ", changes: [{from: 2027-01-01, judged: yes_no}]}"), [("change-kind", 7, 72)]),
        (PIER + RULE.replace("}", ", applies: observed(boats)}"), [("formula-name", 7, 71)]),
        (PIER + RULE.replace("boats > 0", "'boats > \"3\"'"), [("formula-type", 7, 60)]),
        (PIER + RULE.replace("boats > 0", "a" * 501), [("wrong-type", 7, 51)]),
        (PIER + RULE.replace("boats > 0", '"boats > 0\\0"'), [("formula-syntax", 7, 61)]),
        (PIER + RULE.replace("boats > 0", "(" * 200 + "boats" + ")" * 200), [("formula-syntax", 7, 51)]),
        (PIER + RULE.replace("boats > 0", "7"), [("formula-type", 7, 51)]),
        (PIER + RULE.replace("pass: boats > 0", "judged: grade"), [("wrong-type", 7, 5)]),
        (PIER + RULE.replace("pass: boats > 0", "rate: boats, full_at: 3, zero_at: 3"), [("wrong-type", 7, 5)]),
        (PIER + RULE.replace("pass: boats > 0", "rate: boats, levels: [{score: 1}]"), [("wrong-type", 7, 67)]),
        (PIER + RULE.replace("pass: boats > 0", "rate: boats"), [("missing-key", 7, 5)]),
        (PIER + RULE.replace("pass: boats > 0", "deduct: {each: boat, points: 1}"), [("unknown-field", 7, 60)]),
        (PIER + RULE.replace("pass: boats > 0", "deduct: [{each: boats, point: 1}]"), [("missing-key", 7, 54), ("unknown-key", 7, 68)]),
        (PIER + RULE.replace("pass: boats > 0", "of: [boats > 0, boat > 1]"), [("unknown-field", 7, 61)]),
        (PIER + RULE.replace("pass: boats > 0", "grade: boats"), [("unknown-field", 7, 52)]),
        (PIER + RULE.replace("pass: boats > 0", "ask: passengers"), [("wrong-type", 7, 50)]),
        (PIER + RULE.replace("pass: boats > 0", "ask: passengers.pleased_share, pass: rat > 1"), [("unknown-field", 7, 82)]),
        (PIER + RULE.replace("pass: boats > 0", "both: [pier_boats, pier_boats]"), [("both-members", 7, 52), ("both-members", 7, 64)]),
        (PIER + RULE.replace("pass: boats > 0", "both: [quay_lamps, quay_lamps]"), [("both-members", 7, 52), ("both-members", 7, 64)]),
        (PIER + RULE.replace("pass: boats > 0", "pass: >-\n      boats >\n      boat}\n").replace("{", "{", 1).replace("}\n}", "}"), None),
    ],
)  # fmt: skip
def test_one_file_with_one_mistake(text: str, expected: list[tuple[str, int, int]] | None, folder: Path) -> None:
    found = with_file(folder, text)
    if expected is None:  # a block inside { } is no YAML
        assert [code for code, *_ in found] == ["yaml-syntax"]
        return
    assert [(code, line, column) for code, file, line, column in found if file == "pier.yaml"] == expected
    assert all(file == "pier.yaml" for _, file, _, _ in found)


def test_the_place_of_a_mistake_in_a_folded_formula(folder: Path) -> None:
    rule = "  - id: pier_boats\n    title: 船只\n    place: Ⅲ-1\n    pass: >-\n      boats > 0\n      and boat > 1\n"
    assert with_file(folder, PIER + rule) == [("unknown-field", "pier.yaml", 12, 11)]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("", [("missing-key", 2, 5)]),
        ("    site_types: []\n", [("wrong-type", 5, 17)]),
        ("    site_types: quay\n", []),
        ("    site_types: [quay, quay]\n", [("repeated", 5, 24)]),
        ("    site_types: [quay, kuay]\n", [("unknown-site-type", 5, 24)]),
        ("    site_types: {quay: 1}\n", [("wrong-type", 5, 17)]),
        ("    site_types: [quay]\n    by_type: [quay]\n", [("wrong-type", 6, 14)]),
        ("    site_types: [quay]\n    by_type: {quay: [1]}\n", [("wrong-type", 6, 21)]),
        ("    site_types: [quay]\n    by_type: {quay: }\n", [("wrong-type", 6, 21)]),
        ("    site_types: [quay]\n    by_type: {ferry: {remedy: x}}\n", [("unknown-site-type", 6, 15)]),
        ("    site_types: [quay]\n    by_type: {quay: {place: Ⅲ-2}}\n", [("by-type", 6, 22)]),
        (
            "    site_types: [quay]\n    by_type: {quay: {id: other, points: 2}}\n",
            [("by-type", 6, 22), ("by-type", 6, 33)],
        ),
        ("    site_types: [quay]\n    by_type: {quay: {pass: ring}}\n", [("by-type", 6, 15)]),
        ("    site_types: [quay]\n    by_type: {quay: {remedi: x}}\n", [("unknown-key", 6, 22)]),
        ("    site_types: [quay]\n    by_type: {quay: {lead_unit: nobody}}\n", [("unknown-unit", 6, 33)]),
        ("    site_types: [quay]\n    by_type: {quay: {applies: rings}}\n", [("unknown-field", 6, 31)]),
    ],
)
def test_a_shared_criterion_with_a_mistake(rest: str, expected: list[tuple[str, int, int]], folder: Path) -> None:
    text = f"criteria:\n  - id: shared_one\n    title: 共用\n    place: Ⅲ-1\n{rest}    judged: yes_no\n"
    found = with_file(folder, text, "common/one.yaml")
    assert [(code, line, column) for code, file, line, column in found] == expected


def test_two_shared_files_that_say_different_things_of_a_field(folder: Path) -> None:
    text = "fields:\n  litter: {label: 垃圾, kind: yes_no}\n"
    assert with_file(folder, text, "common/other.yaml") == [("field-differs", "other.yaml", 2, 11)]


def test_a_mistake_in_a_shared_field_that_nobody_reads_is_told(folder: Path) -> None:
    text = "fields:\n  dust: {label: 灰尘, kind: count, at_most: dost}\n  sum_of: {label: 和, kind: count, formula: dust + dost}\n"
    assert with_file(folder, text, "common/other.yaml") == [
        ("unknown-field", "other.yaml", 2, 43),
        ("unknown-field", "other.yaml", 3, 51),
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("tree.yaml", "tree: {id: x}\n", ("wrong-type", 1, 7)),
        ("tree.yaml", "trees: []\n", ("missing-key", 1, 1)),
        ("tree.yaml", "- x\n", ("wrong-type", 1, 1)),
        ("tree.yaml", "tree: [{id: Ⅲ-1, title: a}, {id: Ⅲ-1, title: b}]\n", ("duplicate-id", 1, 34)),
        ("tree.yaml", "tree: [{id: Ⅲ-1, title: a, under: [{id: Ⅲ-2, titel: b}]}]\n", ("unknown-key", 1, 46)),
        ("units.yaml", "harbour_office:\nstreet_office: {title: 街道办}\n", ("wrong-type", 1, 16)),
        ("units.yaml", "harbour_office: {title: 港}\nstreet_office: {title: 港}\n", ("alias-collision", 2, 24)),
        (
            "units.yaml",
            "harbour_office: {title: 港, level: sky}\nstreet_office: {title: 街}\n",
            ("unknown-level", 1, 35),
        ),
        ("sources.yaml", "handbook: {title: 手册, url: ftp://x}\n", ("wrong-type", 1, 28)),
        ("sources.yaml", "[]\n", ("wrong-type", 1, 1)),
        ("tree.yml", "tree: []\n", ("duplicate-id", 1, 1)),
    ],
)
def test_named_files_with_a_mistake(name: str, text: str, expected: tuple[str, int, int], folder: Path) -> None:
    found = [(code, line, column) for code, file, line, column in with_file(folder, text, name) if file == name]
    assert expected in found


def head_with(old: str, new: str) -> str:
    text = (GOOD / "catalogue.yaml").read_text()
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (head_with("weight: 80", "weight: 79.9"), "weights"),
        (head_with("part: questionnaires, ", "part: on_site, "), "duplicate-id"),
        (head_with("part: questionnaires, ", "part: nothing, "), "unknown-part"),
        (head_with("{name: 不达标}", "{name: 不达标, at_least: 10}"), "score-levels"),
        (head_with("city: 市, district: 区县", "city: 市, district: 市"), "alias-collision"),
        (head_with("on_site: 实地考察", "on_site: 问卷调查"), "alias-collision"),
        (head_with("proposed: [levels, total]", "proposed: [level]"), "unknown-key"),
        (head_with('edition: "2026"', "edition: 2026"), "wrong-type"),
        (head_with("score:", "scores:"), "unknown-key"),
        ("- a\n", "wrong-type"),
        ("x\n", "wrong-type"),
        ("", "misplaced-file"),
        ("[", "yaml-syntax"),
    ],
)
def test_heads_with_a_mistake(text: str, code: str, folder: Path) -> None:
    assert code in {each for each, *_ in with_file(folder, text, "catalogue.yaml")}


# ------------------------------------------------------------------ folders that mean harm


def test_no_folder_and_no_catalogue(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path, Path("/proc/self/fd")):
        reading = read_catalogue(folder)
        assert reading.catalogue is None
        assert [each.code for each in reading.diagnostics] == ["misplaced-file"]
        assert lint_catalogue(reading) == list(reading.diagnostics)


def test_what_stands_in_a_folder_and_cannot_be_read(folder: Path) -> None:
    harbour = folder.parent / "harbour"
    (harbour / "sites" / "a.yaml").mkdir()
    os.mkfifo(harbour / "sites" / "b.yaml")
    (harbour / "sites" / "c.yaml").symlink_to("c.yaml")
    (harbour / "sites" / "d").symlink_to("..")
    (harbour / "sites" / "e.yaml").write_bytes("标题: 路口".encode("gbk"))
    (harbour / "sites" / "f.YAML").write_text("site_type: pier\n")
    (harbour / ".hidden").mkdir()
    (harbour / ".hidden" / "g.yaml").write_text("[")
    (harbour / ".h.yaml").write_text("[")
    (harbour / "notes.txt").write_text("[")
    found = [(code, file) for code, file, *_ in told(read_catalogue(harbour))]
    assert found == [
        ("unreadable", "a.yaml"),
        ("unreadable", "b.yaml"),
        ("unreadable", "c.yaml"),
        ("unreadable", "d"),
        ("unreadable", "e.yaml"),
        ("missing-key", "f.YAML"),
    ]


def test_names_of_files_that_are_no_text(folder: Path) -> None:
    harbour = folder.parent / "harbour"
    name = os.fsencode(harbour / "sites") + b"/\xff\xfe.yaml"
    with open(name, "w") as file:
        file.write("site_type: pier\ntitle: 渔港\n")
    reading = read_catalogue(harbour)
    assert loaded(reading).site_types["pier"].title == "渔港"
    "\n".join(reading.files).encode()


def test_a_folder_that_may_not_be_looked_into(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    harbour = folder.parent / "harbour"
    scandir = os.scandir

    def refused(path: Any) -> Any:
        if str(path).endswith("sites"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    assert ("unreadable", "sites") in [(code, file) for code, file, *_ in told(read_catalogue(harbour))]


def test_a_long_line_of_derived_fields_ends(folder: Path) -> None:
    chain = "".join(
        f"  d{n}: {{label: 派生{n}, kind: count, formula: d{n - 1} + d{max(n - 2, 0)}}}\n" for n in range(1, 1100)
    )
    text = PIER.replace("criteria:\n", "  d0: {label: 起点, kind: count}\n" + chain + "criteria:\n") + RULE.replace(
        "boats", "d1099"
    )
    assert with_file(folder, text) == []
    reading = read_catalogue(folder.parent / "harbour")
    assert {each.code for each in lint_catalogue(reading)} <= {"no-source", "no-remedy", "no-look-for", "no-case"}


def test_a_long_circle_of_derived_fields_is_told(folder: Path) -> None:
    circle = "".join(f"  d{n}: {{label: 派生{n}, kind: count, formula: d{(n + 1) % 300}}}\n" for n in range(300))
    found = with_file(folder, PIER.replace("criteria:\n", circle + "criteria:\n") + RULE)
    assert [code for code, *_ in found] == ["field-cycle"] * 300


# ------------------------------------------------------------------ random damage


def documents() -> dict[str, Any]:
    found = {}
    for path in sorted(GOOD.rglob("*.yaml")):
        node, _ = read_yaml(path, path.name)
        assert node is not None
        found[path.relative_to(GOOD).as_posix()] = _jsonable(node.plain())
    return found


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_jsonable(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in entries:
        yield (*way, key)
        yield from places(each, (*way, key))


DOCUMENTS = documents()
ODD: list[Any] = [
    None, [], {}, "", 0, -1, 1.5, True, "x", ["a"], {"a": 1}, "🚀" * 40, date(2020, 1, 1), [[]], [None], {"": ""},
    "a b", "1/0", "((((", "not", "-" * 60, 10**30, {"from": "x"}, [{"from": date(2020, 1, 1)}], "lamps", "unit",
]  # fmt: skip
ODD_KEYS = (
    "changes by_type kind file id levels both show fields criteria site_types from formula rates extends x".split()
)


def damage(rng: random.Random, files: dict[str, Any]) -> tuple[str, tuple[Any, ...], str]:
    """Delete, double, retype, swap or rename one random node; says which."""
    file = rng.choice(sorted(files))
    ways = list(places(files[file]))
    if not ways:
        return file, (), "nothing"
    way = rng.choice(ways)
    parent = files[file]
    for step in way[:-1]:
        parent = parent[step]
    kind = rng.choice(["delete", "double", "retype", "retype", "swap", "rename"])
    if kind == "delete":
        del parent[way[-1]]
    elif kind == "double" and isinstance(parent, list):
        parent.append(deepcopy(parent[way[-1]]))
    elif kind == "retype":
        parent[way[-1]] = deepcopy(rng.choice(ODD))
    elif kind == "swap":
        other = files[file]
        for step in rng.choice(ways):
            other = (
                other[step] if isinstance(other, dict | list) and (step in other or isinstance(step, int)) else other
            )
        parent[way[-1]] = deepcopy(other)
    elif isinstance(parent, dict):
        parent[rng.choice(ODD_KEYS)] = parent.pop(way[-1])
    return file, way, kind


def read_damaged(files: dict[str, Any]) -> tuple[Reading, list[Diagnostic]]:
    with TemporaryDirectory() as folder:
        for name, document in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
        reading = read_catalogue(Path(folder))
        return reading, lint_catalogue(reading)


@given(st.integers(0, 10**9))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_damage_never_breaks_loading_and_every_mistake_has_a_place(seed: int) -> None:
    rng = random.Random(seed)
    files = deepcopy(DOCUMENTS)
    for _ in range(rng.choice([1, 1, 2, 5])):
        damage(rng, files)
    reading, found = read_damaged(files)
    assert set(reading.diagnostics) <= set(found)
    for each in found:
        assert each.file
        assert each.line >= 1
        assert each.column >= 1
        assert each.message
    if reading.catalogue is None:
        assert found


NEEDED = [
    (file, way)
    for file, document in DOCUMENTS.items()
    for way in places(document)
    if way[-1] in {"id", "title", "kind", "label", "site_type", "place", "judged", "points", "score", "total", "rates"}
    and ".cases." not in file
]


@pytest.mark.parametrize("value", [None, [], {}, True, [None]], ids=repr)
@pytest.mark.parametrize(("file", "way"), random.Random(7).sample(NEEDED, 25), ids=lambda each: str(each)[:60])
def test_a_key_that_must_be_something_else_is_never_passed_over(file: str, way: tuple[Any, ...], value: object) -> None:
    files = deepcopy(DOCUMENTS)
    parent = files[file]
    for step in way[:-1]:
        parent = parent[step]
    parent[way[-1]] = value
    reading, _ = read_damaged(files)
    assert reading.diagnostics

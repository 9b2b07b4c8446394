"""One test for each point of design section 9: mistakes seen in real assessment programs, which ours must not make."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from duibiao.cli import main
from duibiao.criteria.diagnostics import CatalogueError
from duibiao.criteria.lint import lint_catalogue
from duibiao.criteria.load import load_catalogue, read_catalogue
from duibiao.evaluator.totals import Inconsistent, check_totals
from tests.city import EAST, WEST, assessed, make_catalogue, make_submission, one_rule, outcome

STARTER = Path(__file__).resolve().parent.parent / "examples" / "starter"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    shutil.copytree(STARTER, tmp_path / "city")
    return tmp_path / "city"


def check(city: Path, *more: str) -> Result:
    out = city / "out"
    return CliRunner().invoke(
        main, ["check", str(city / "data"), "--catalogue", str(city / "criteria"), "-o", str(out), *more]
    )


def told(city: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads((city / "out" / "assessment.json").read_bytes())
    return document


def write(city: Path, name: str, text: str) -> None:
    (city / "data" / name).write_text(text, encoding="utf-8")


def change(city: Path, name: str, edit: Callable[[str], str]) -> None:
    path = city / "data" / name
    path.write_text(edit(path.read_text("utf-8")), encoding="utf-8")


def test_1_an_unknown_item_is_rejected_with_its_cell_and_the_nearest_name(city: Path) -> None:
    write(
        city,
        "暗访.csv",
        "编号,日期,测评标准,结果\nLK-01,2026-03-02,骑电动自行车带头盔,符合\nSC-01,2026-03-03,无问题食品,符合\n",
    )
    result = check(city)
    assert result.exit_code == 2
    assert not (city / "out" / "assessment.json").exists()
    rows = list(csv.DictReader((city / "out" / "rejects.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["file"], row["cell"], row["value"]) for row in rows] == [("暗访.csv", "C2", "骑电动自行车带头盔")]
    assert "骑电动自行车戴头盔" in rows[0]["suggestion"]
    assert check(city, "--keep-going").exit_code == 0
    data = told(city)["data"]
    assert isinstance(data, dict)
    assert data["read"] == data["used"] + data["rejected"]
    assert data["rejected"] == 1
    assert "暂定" in (city / "out" / "index.html").read_text("utf-8")


def test_2_a_blank_is_unobserved_and_not_full_marks(tmp_path: Path) -> None:
    assert outcome(one_rule(tmp_path, "pass: a <= 3"), {"a": None})[0] == "unobserved"


def test_3_a_level_that_cannot_be_reached_is_found(tmp_path: Path) -> None:
    one_rule(tmp_path, "rate: a, levels: [{at_least: 0.9, score: 1}, {at_least: 0.9, score: 0.5}]")
    assert "levels-unreachable" in {each.code for each in lint_catalogue(read_catalogue(tmp_path))}


def test_4_ties_share_a_place_and_stand_in_a_fixed_order(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "pass: a > 0")
    sites = [
        {"site": f"S{n}", "name": f"S{n}", "site_type": "spot", "area": area} for n, area in enumerate([WEST, EAST])
    ]
    for rows in (
        [{"site": "S0", "a": 1.0}, {"site": "S1", "a": 1.0}],
        [{"site": "S1", "a": 1.0}, {"site": "S0", "a": 1.0}],
    ):
        cards = assessed(catalogue, make_submission(catalogue, {"spot": rows}, sites=sites)).areas
        assert [(each.id, each.rank) for each in cards if each.kind == "district"] == [(EAST, 1), (WEST, 1)]


def test_5_three_figures_have_three_names(city: Path) -> None:
    assert check(city).exit_code == 0
    page = (city / "out" / "index.html").read_text("utf-8")
    assert all(name in page for name in ("得分率", "及格率", "符合率"))


def test_6_districts_are_counted_from_the_data(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "pass: a > 0")
    sites = [{"site": f"S{n}", "name": "点", "site_type": "spot", "area": EAST} for n in range(3)]
    city = assessed(catalogue, make_submission(catalogue, {"spot": [{"site": "S0", "a": 1.0}]}, sites=sites))
    assert [each.id for each in city.areas if each.kind == "district"] == [EAST, WEST]
    assert [each.ranked for each in city.areas if each.id == EAST] == [1]  # only one of the two has a figure


def test_7_the_month_before_january_is_december(city: Path) -> None:
    change(
        city,
        "交通路口.csv",
        lambda text: text.replace("LK-01,2026-03-02", "LK-01,2025-12-31").replace(
            "LK-02,2026-03-02", "LK-02,2026-01-01"
        ),
    )
    for name in ("农贸市场.csv", "城市书房.csv"):
        change(city, name, lambda text: text.replace("2026-03-", "2026-01-"))
    assert check(city, "--round-by", "month").exit_code == 0
    rounds = told(city)["rounds"]
    assert isinstance(rounds, dict)
    assert rounds["scored"]["id"] == "2026-01"
    assert [each["id"] for each in rounds["earlier"]] == ["2025-12"]


def test_8_a_score_cannot_be_typed_over(city: Path) -> None:
    assert check(city).exit_code == 0
    before = told(city)
    document = city / "out" / "assessment.json"
    document.write_text(document.read_text("utf-8").replace('"value": ', '"value": 1'), "utf-8")
    change(
        city, "交通路口.csv", lambda text: text.replace("人数,", "人数 ,", 1)
    )  # a blank in a header is no other figure
    assert check(city).exit_code == 0
    after = told(city)
    assert after["total"] == before["total"]
    files = [{each["file"]: each["sha256"] for each in run["data"]["files"]} for run in (before, after)]  # type: ignore[index]
    assert [name for name in files[0] if files[0][name] != files[1][name]] == ["交通路口.csv"]


def test_9_sites_without_area_stand_in_the_area_table(city: Path) -> None:
    change(city, "点位台账.csv", lambda text: text.replace("农贸市场,西城区,车站街道", "农贸市场,,"))
    result = check(city)
    assert result.exit_code == 0, result.output
    assert "未归属" in (city / "out" / "index.html").read_text("utf-8")
    areas = told(city)["areas"]
    assert isinstance(areas, list)
    assert [(each["title"], each["sites"]) for each in areas if each["id"] == ""] == [("未归属", 1)]


def test_10_parts_that_do_not_add_up_stop_the_report(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "pass: a > 0")
    city = assessed(catalogue, make_submission(catalogue, {"spot": [{"a": 1.0}]}))
    check_totals(city)
    with pytest.raises(Inconsistent):
        check_totals(replace(city, total=replace(city.total, tally=replace(city.total.tally, met=785))))


def test_11_nothing_is_lifted_above_its_maximum(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "rate: a, full_at: 1, zero_at: 0", points="2")
    city = assessed(catalogue, make_submission(catalogue, {"spot": [{"site": f"S{n}", "a": 5.0} for n in range(3)]}))
    assert city.total.earned == city.total.possible == 6
    assert city.total.score == 100


def test_12_method_and_edition_are_printed(city: Path) -> None:
    assert check(city).exit_code == 0
    document = told(city)
    page = (city / "out" / "index.html").read_text("utf-8")
    assert str(document["catalogue"]["sha256"]) in page  # type: ignore[index]
    assert "2026" in page
    assert document["method"]["total"]  # type: ignore[index]


def test_13_compare_first_then_round(tmp_path: Path) -> None:
    catalogue = one_rule(tmp_path, "rate: a, levels: [{at_least: 0.1, score: 1}]")
    assert outcome(catalogue, {"a": 0.077})[0] == "missed"
    assert outcome(catalogue, {"a": 0.0999999})[0] == "missed"


def test_14_a_broken_rule_stops_the_run(city: Path, tmp_path: Path) -> None:
    path = city / "criteria" / "sites" / "reading_room.yaml"
    path.write_text(path.read_text("utf-8").replace("1 - broken_seats / seats", "1 - broken_seat / seats"), "utf-8")
    result = check(city)
    assert result.exit_code == 2
    assert "broken_seat" in result.output
    assert not (city / "out").exists()
    with pytest.raises(CatalogueError):
        load_catalogue(city / "criteria")
    with pytest.raises(CatalogueError):
        make_catalogue(
            tmp_path / "one",
            {"spot": "site_type: spot\ntitle: 点\ncriteria: [{id: x, title: x, place: Ⅲ-1, pass: y}]\n"},
        )

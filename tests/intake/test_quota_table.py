"""A table of quotas: the headers that it may have, and everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from duibiao.criteria import language
from duibiao.evaluator.intake.quota_table import Wanted, read_quota_table
from tests.tiny_catalogue import catalogue


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    language.use("en")
    yield
    language.use()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("点位类型,层级,数量\n农贸市场,区县,2\n交通路口,,10\n", {"market": Wanted(2, "district"), "crossing": Wanted(10)}),
        ("类型;数量\nmarket;03\n;\n", {"market": Wanted(3)}),
        ("\nsites,type,备注,per\n1,市场,x,subdistrict\n".replace("市场", "农贸市场").replace("type", "site_type"),
         {"market": Wanted(1, "subdistrict")}),
        ("点位类型,数量,类型\nmarket,2,crossing\n", {"market": Wanted(2)}),
        ("点位类型,数量,层级\nmarket,2\n", {"market": Wanted(2)}),
    ],
    ids=["all columns", "semicolons, no level", "keys in another order", "two columns of types", "a short row"],
)  # fmt: skip
def test_what_is_wanted(text: str, found: dict[str, Wanted]) -> None:
    assert read_quota_table(text.encode("utf-8-sig"), "q.csv", catalogue()) == (found, [])
    assert read_quota_table(text.encode("gb18030"), "q.csv", catalogue()) == (found, [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ["q.csv is empty; write a first line as 点位类型,层级,数量, and below it a row a site type"]),
        ("\n点位类型,数量\n", ["q.csv has headers only; write a row a site type below them"]),
        (
            "\n农贸市场,2\n",
            [
                "q.csv, row 2: no column 点位类型, 数量, but '农贸市场', '2'; write a first line as 点位类型,层级,数量, and "
                "below it a row a site type"
            ],
        ),
        (
            "点位,数量\nmarket,2\n",
            [
                "q.csv, row 1: no column 点位类型, but '点位', '数量'; write a first line as 点位类型,层级,数量, and below it "
                "a row a site type"
            ],
        ),
        (
            "点位类型,层级,数量\n农贸市厂,区县级,2\n\nmarket,,0\nmarket,,1\n农贸市场,市,2\n区级材料,,1\n",
            [
                "q.csv, row 2: No site type '农贸市厂' that is a place; did you mean '农贸市场'?",
                "q.csv, row 2: No level of area '区县级'; did you mean '区县'?",
                "q.csv, row 4: '0' is no number of sites; write a whole number from 1",
                "q.csv, row 6: '农贸市场' stands in a row above",
                "q.csv, row 7: No site type '区级材料' that is a place; known: 农贸市场, market, 交通路口, crossing",
            ],
        ),
    ],
    ids=["empty", "no row", "no headers", "a column is missing", "rows"],
)
def test_what_is_wrong(text: str, wrong: list[str]) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert read_quota_table(text.encode(encoding), "q.csv", catalogue())[1] == wrong


def test_what_cannot_be_read_is_refused() -> None:
    assert read_quota_table(b'a,"b\n', "q.csv", catalogue())[1][0].startswith("q.csv: ")

"""Exports of ODK Central and KoboToolbox: one submission reads the same from each, and counts once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.archive import read_inputs, write_inputs
from duibiao.evaluator.intake.headers import Vocabulary
from duibiao.evaluator.intake.names import option_code
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.intake.tables import table_of_rows
from duibiao.evaluator.intake.xform import questions_of
from duibiao.evaluator.submission import Crs, Submission
from tests.intake.city import AREAS, REGISTER, cells, codes, csv_bytes, named, notes, read, write, xlsx_bytes, zipped

BASE: Mapping[str, object] = {"areas.csv": AREAS, "register.csv": REGISTER}
STENCH, A, SCALES, WATER = map(option_code, ("轻微", "A", "公平秤", "饮水"))

CENTRAL = {
    "SubmissionDate": "2026-03-06T10:00:00.000Z", "Start": "2026-03-06T09:00:00.000+08:00", "site_type": "market", "Site_choice": "M1",
    "site_id": "M1", "site": "人民市场", "date": "2026-03-06", "inspector": "李某", "Position-Latitude": "33.6", "Position-Longitude": "114.6",
    "Position-Altitude": "0", "Position-Accuracy": "5", "Group_iii_1-stalls": "30", "Group_iii_1-licensed": "28", "Group_iii_1-priced": "0.88",
    "Group_iii_1-tested": "92.5", "Group_iii_1-clean": "yes", "Group_iii_1-Photo_market_clean": "17.jpg", "Group_iii_1-stench": STENCH,
    "Group_iii_1-services": f"{SCALES} {WATER}", "Group_iii_1-drains": A, "Group_also-remark": "a-b/c", "complete": "no", "meta-instanceID": "uuid:1",
    "KEY": "uuid:1", "SubmitterID": "7", "SubmitterName": "甲", "AttachmentsPresent": "1", "AttachmentsExpected": "1", "Status": "",
    "ReviewState": "", "DeviceID": "collect:x", "Edits": "0", "FormVersion": "1-abc",
}  # fmt: skip
CENTRAL_SPLIT = {
    **{key: value for key, value in CENTRAL.items() if key != "Group_iii_1-services"},
    f"Group_iii_1-services/{SCALES}": "1", f"Group_iii_1-services/{option_code('寄存')}": "0", f"Group_iii_1-services/{WATER}": "1",
    "Group_iii_1-services/none": "0",
}  # fmt: skip
CENTRAL_FLAT = {  # "remove group names"
    **{key.rpartition("-")[2]: value for key, value in CENTRAL.items() if not key.startswith(("meta", "Position"))},
    "instanceID": "uuid:1",
}
KOBO = {
    "Start": "2026-03-06T09:00:00.000+08:00", "site_type": "market", "Site_choice": "M1", "site_id": "M1", "site": "人民市场", "date": "2026-03-06",
    "inspector": "李某", "Position": "33.6 114.6 0 5", "_Position_latitude": "33.6", "_Position_longitude": "114.6", "_Position_altitude": "0",
    "_Position_precision": "5", "Group_iii_1/stalls": "30", "Group_iii_1/licensed": "28", "Group_iii_1/priced": "0.88", "Group_iii_1/tested": "92.5",
    "Group_iii_1/clean": "yes", "Group_iii_1/Photo_market_clean": "17.jpg", "Group_iii_1/Photo_market_clean_URL": "https://kobo.example/17.jpg",
    "Group_iii_1/stench": STENCH, "Group_iii_1/services": f"{SCALES} {WATER}", f"Group_iii_1/services/{SCALES}": "1",
    f"Group_iii_1/services/{WATER}": "1", "Group_iii_1/drains": A, "Group_also/remark": "a-b/c", "complete": "no", "__version__": "vX",
    "_id": "812", "_uuid": "1", "_submission_time": "2026-03-06T02:00:00", "_validation_status": "", "_notes": "", "_status": "submitted_via_web",
    "_submitted_by": "li", "_tags": "", "_index": "1", "meta/rootUuid": "uuid:1",
}  # fmt: skip
KOBO_NUMBERS = {
    **KOBO, "Group_iii_1/stalls": 30, "Group_iii_1/licensed": 28, "Group_iii_1/priced": 0.88, "Group_iii_1/tested": 92.5, "date": date(2026, 3, 6), "_id": 812,
}  # fmt: skip
CENTRAL_JSON = {
    "@odata.context": "https://central.example/v1/projects/1/forms/x.svc/$metadata#Submissions",
    "value": [
        {
            "__id": "uuid:1", "Start": "2026-03-06T09:00:00.000+08:00", "site_type": "market", "Site_choice": "M1", "site_id": "M1", "site": "人民市场",
            "date": "2026-03-06", "round": None, "inspector": "李某",
            "Position": {"type": "Point", "coordinates": [114.6, 33.6, 0], "properties": {"accuracy": 5}},
            "Group_iii_1": {
                "stalls": 30, "licensed": 28, "priced": 0.88, "tested": 92.5, "clean": "yes", "Photo_market_clean": "17.jpg",
                "stench": STENCH, "services": f"{SCALES} {WATER}", "drains": A,
            },
            "Group_also": {"remark": "a-b/c"}, "complete": "no", "meta": {"instanceID": "uuid:1", "instanceName": "人民市场 2026-03-06"},
            "__system": {"submissionDate": "2026-03-06T10:00:00.000Z", "submitterId": "7", "reviewState": None, "edits": 0},
        }
    ],
}  # fmt: skip
KOBO_API = {key: value for key, value in KOBO.items() if "services/" not in key and not key.startswith("_Position")} | {
    "_attachments": [{"filename": "li/17.jpg"}], "_geolocation": [33.6, 114.6], "_tags": [], "_notes": [], "_validation_status": {},
}  # fmt: skip

EXPORTS: dict[str, tuple[str, object]] = {
    "central csv": ("export.csv", [CENTRAL]),
    "central csv, one column a choice": ("export.csv", [CENTRAL_SPLIT]),
    "central csv without groups": ("export.csv", [CENTRAL_FLAT]),
    "central odata": ("export.json", CENTRAL_JSON),
    "central records": ("export.json", CENTRAL_JSON["value"]),
    "kobo csv": ("export.csv", csv_bytes([KOBO], delimiter=";")),
    "kobo xlsx": ("export.xlsx", xlsx_bytes({"市场检查": [KOBO_NUMBERS]})),
    "kobo api": ("export.json", {"count": 1, "next": None, "previous": None, "results": [KOBO_API]}),
    "kobo records": ("export.json", [KOBO_API]),
}


def market(submission: Submission) -> dict[str, object]:
    """The one visit of a market."""
    (visit,) = submission.visits["market"].iter_rows(named=True)
    return visit


@pytest.mark.parametrize("export", EXPORTS)
def test_every_export_gives_the_same_visit(export: str, tmp_path: Path, catalogue: Catalogue) -> None:
    name, content = EXPORTS[export]
    submission = read(tmp_path, catalogue, {**BASE, name: content})
    assert submission.rejects == ()
    visit = market(submission)
    assert {key: visit[key] for key in ("site", "inspector", "complete", "stalls", "licensed", "priced", "tested", "clean", "stench", "services", "drains", "remark")} == {
        "site": "M1", "inspector": "李某", "complete": False, "stalls": 30, "licensed": 28, "priced": 0.88, "tested": 0.925, "clean": True,
        "stench": "轻微", "services": ["公平秤", "饮水"], "drains": "A", "remark": "a-b/c",
    }  # fmt: skip
    assert str(visit["at"]) == "2026-03-06 00:00:00"


@pytest.mark.parametrize("export", [each for each in EXPORTS if each != "central csv without groups"])
def test_what_the_server_adds_is_known_and_the_site_stands_where_the_phone_was(
    export: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    name, content = EXPORTS[export]
    submission = read(tmp_path, catalogue, {**BASE, name: content})
    assert notes(submission) == ["positions-of-phones"]
    assert submission.notes[0].text.startswith("1 sites without a position in the register")
    assert placed(submission)["M1"] == (114.6, 33.6, "wgs84")
    assert submission.tables[2 if name > "areas.csv" else 1].unused_columns == ()


def placed(submission: Submission) -> dict[str, tuple[float, float, str]]:
    """The sites that have a position."""
    rows = submission.sites.select("site", "lon", "lat", "crs").iter_rows()
    return {site: (lon, lat, crs) for site, lon, lat, crs in rows if lon is not None}


BARE = {key: value for key, value in CENTRAL.items() if "Position" not in key}
PHONES: dict[str, tuple[dict[str, object], tuple[float, float] | None, list[str]]] = {  # columns, position, notes
    "split by Central": ({"Position-Latitude": "33.6", "Position-Longitude": "114.6"}, (114.6, 33.6), ["positions-of-phones"]),
    "within a group": ({"Who-Position-Latitude": "33.6", "Who-Position-Longitude": "114.6"}, (114.6, 33.6), ["positions-of-phones"]),
    "split by Kobo": ({"_Position_latitude": "33.6", "_Position_longitude": "114.6"}, (114.6, 33.6), ["positions-of-phones"]),
    "one text": ({"Position": "33.6 114.6 12.5 4"}, (114.6, 33.6), ["positions-of-phones"]),
    "another form's name": ({"gps-Latitude": "33.6", "gps-Longitude": "114.6", "gps-Altitude": "0", "gps-Accuracy": "4"}, (114.6, 33.6), ["positions-of-phones"]),
    "another form's name, Kobo": ({"_gps_latitude": "33.6", "_gps_longitude": "114.6", "_gps_precision": "4"}, (114.6, 33.6), ["positions-of-phones"]),
    "a latitude alone": ({"gps-Height": "0", "gps-Latitude": "33.6"}, None, ["register-column", "unused-column"]),
    "nobody stood anywhere": ({"Position": ""}, None, []),
    "nowhere": ({"Position": "0 0 0 0"}, None, ["positions-unusable"]),
    "no numbers": ({"Position": "here"}, None, ["positions-unusable"]),
    "half": ({"Position-Latitude": "33.6", "Position-Longitude": ""}, None, ["positions-unusable"]),
    "altitude only": ({"Position-Altitude": "33.6"}, None, ["positions-unusable"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PHONES)
def test_where_a_phone_stood(name: str, tmp_path: Path, catalogue: Catalogue) -> None:
    columns, position, wanted = PHONES[name]
    submission = read(tmp_path, catalogue, {**BASE, "x.csv": [{**BARE, **columns}]})
    assert (submission.rejects, notes(submission)) == ((), wanted)
    assert placed(submission) == ({"M1": (*position, "wgs84")} if position else {})


def test_of_several_visits_the_last_one_says_where_the_site_is(tmp_path: Path, catalogue: Catalogue) -> None:
    places = {"2026-03-05": "114.1", "2026-03-07": "114.3", "2026-03-06": "114.2"}
    rows = [
        {**CENTRAL, "KEY": f"uuid:{day}", "meta-instanceID": day, "date": day, "Position-Longitude": lon}
        for day, lon in places.items()
    ]
    later = [{"点位": "人民市场", "日期": "2026-03-08", "摊位数": "30"}]  # typed in, without a phone
    submission = read(tmp_path, catalogue, {**BASE, "x.csv": rows, "农贸市场.csv": later})
    assert submission.visits["market"].height == 4
    assert placed(submission) == {"M1": (114.3, 33.6, "wgs84")}


@pytest.mark.parametrize(
    ("lon", "crs", "wanted"),
    [
        ("114.6", "wgs84", []),
        ("114.602", "wgs84", []),  # 185 m
        ("114.603", "wgs84", ["positions-differ"]),  # 278 m
        ("114.6", "gcj02", ["positions-differ"]),  # some 600 m
        ("115", None, []),  # nobody says in what it is counted
    ],
)
def test_a_register_that_disagrees_with_the_phone_is_kept_and_told(
    lon: str, crs: Crs | None, wanted: list[str], tmp_path: Path, catalogue: Catalogue
) -> None:
    register = [
        {"编号": "M1", "点位名称": "人民市场", "类型": "农贸市场", "属地": "川汇区", "经度": lon, "纬度": "33.6"}
    ]
    paths = [write(tmp_path, {"areas.csv": AREAS, "register.csv": register, "x.csv": [CENTRAL]})]
    submission = read_submission(paths, catalogue, crs=crs)
    assert (submission.rejects, notes(submission)) == ((), wanted)
    assert [row[:2] for row in placed(submission).values()] == [(float(lon), 33.6)]
    assert all("人民市场" in each.text for each in submission.notes)


@pytest.mark.parametrize("export", EXPORTS)
@pytest.mark.parametrize(("where", "state"), [("media", "found"), ("photos", "found"), ("elsewhere", "missing")])
def test_a_photo_of_a_phone_belongs_to_its_visit_and_criterion(
    export: str, where: str, state: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    name, content = EXPORTS[export]
    submission = read(tmp_path, catalogue, {**BASE, name: content, f"{where}/17.jpg": b"a photo"})
    visit = market(submission)
    assert submission.taken.rows() == [("market_clean", "17.jpg", visit["table"], visit["row"])]
    (photo,) = submission.photos
    assert (photo.name, photo.state, photo.file) == ("17.jpg", state, f"{where}/17.jpg" if state == "found" else "")
    assert photo.sha256 == (sha256(b"a photo").hexdigest() if state == "found" else "")
    assert photo.cell == submission.tables[visit["table"]].cell(1 if name.endswith("json") else 2, "Photo_market_clean")  # type: ignore[call-overload]
    assert photo.cell.startswith(f"{name}!")


def test_photos_of_a_zip_file_of_central(tmp_path: Path, catalogue: Catalogue) -> None:
    packed = zipped({"x.csv": csv_bytes([CENTRAL]), "media/17.jpg": b"a photo"})
    (photo,) = read(tmp_path, catalogue, {**BASE, "x.zip": packed}).photos
    assert (photo.state, photo.file) == ("found", "x.zip/media/17.jpg")


def test_an_address_without_a_name_is_a_photo_elsewhere(tmp_path: Path, catalogue: Catalogue) -> None:
    named_ = {key: value for key, value in KOBO.items() if key != "Group_iii_1/Photo_market_clean"}
    (photo,) = read(tmp_path, catalogue, {**BASE, "x.csv": csv_bytes([named_], delimiter=";")}).photos
    assert (photo.name, photo.state) == ("https://kobo.example/17.jpg", "elsewhere")


@pytest.mark.parametrize("photo", ["", "/", "无"])
def test_where_no_photo_was_taken_there_is_none(photo: str, tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "x.csv": [{**CENTRAL, "Group_iii_1-Photo_market_clean": photo}]})
    assert (submission.taken.height, submission.photos, submission.rejected) == (0, (), 0)


def test_a_photo_of_a_rejected_row_is_none(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {**CENTRAL, "Group_iii_1-stalls": "许多"},
        {**CENTRAL, "KEY": "uuid:2", "Group_iii_1-Photo_market_clean": "18.jpg"},
    ]
    submission = read(tmp_path, catalogue, {**BASE, "x.csv": rows})
    assert submission.taken["photo"].to_list() == ["18.jpg"]
    assert [photo.name for photo in submission.photos] == ["18.jpg"]


def test_a_photo_that_cannot_be_read_rejects_its_row(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [{**CENTRAL, "Group_iii_1-Photo_market_clean": {"name": "17.jpg", "coordinates": []}}]
    submission = read(tmp_path, catalogue, {**BASE, "x.json": rows})
    assert codes(submission) == ["unreadable-text"]
    assert submission.taken.height == 0


def test_a_photo_of_a_criterion_that_nobody_knows_is_not_used(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "x.csv": [{**CENTRAL, "Group_iii_1-Photo_gone": "18.jpg"}]})
    assert sorted(notes(submission)) == ["positions-of-phones", "unused-column"]
    assert [photo.name for photo in submission.photos] == ["17.jpg"]


def test_photos_of_phones_are_kept_with_the_inputs(tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "x.csv": [CENTRAL]})
    write_inputs(tmp_path / "inputs", catalogue, submission, "", date(2026, 3, 6))
    assert read_inputs(tmp_path / "inputs")[1].taken.equals(submission.taken)


def test_one_submission_in_every_export_counts_once(tmp_path: Path, catalogue: Catalogue) -> None:
    """A position and a photo say nothing of a visit, and 30 of a CSV file is the 30 of a JSON file."""
    files = {
        "1.csv": [CENTRAL], "2.csv": csv_bytes([KOBO, {**KOBO, "_uuid": "2", "meta/rootUuid": "uuid:2"}], delimiter=";"), "3.json": CENTRAL_JSON,
        "4.csv": [CENTRAL_SPLIT],
    }  # fmt: skip
    submission = read(tmp_path, catalogue, {**BASE, **files})
    assert submission.rejects == ()
    assert named(submission) == ["M1", "M1"]
    assert [(each.code, each.place) for each in submission.notes if each.code == "submission-twice"] == [
        ("submission-twice", "2.csv"), ("submission-twice", "3.json"), ("submission-twice", "4.csv"),
    ]  # fmt: skip
    assert [table.read for table in submission.tables if table.shape == "wide"] == [1, 1, 0, 0]


def test_one_that_was_edited_between_two_exports_is_rejected_in_both(tmp_path: Path, catalogue: Catalogue) -> None:
    """An edit keeps the KEY of a submission and gives it another instanceID."""
    edited = {**CENTRAL, "Group_iii_1-stalls": "31", "meta-instanceID": "uuid:9", "Edits": "1"}
    other = {**CENTRAL, "KEY": "uuid:2", "site": "建设市场", "site_id": "M2"}
    submission = read(tmp_path, catalogue, {**BASE, "old.csv": [other, CENTRAL], "new.csv": [edited]})
    assert sorted((each.file, each.cell, each.code) for each in submission.rejects) == [
        ("new.csv", "row 2", "submission-differs"), ("old.csv", "row 3", "submission-differs"),
    ]  # fmt: skip
    assert [each.reason for each in submission.rejects if each.file == "new.csv"] == [
        "the submission 1 stands again, and differs, in old.csv row 3"
    ]
    assert named(submission) == ["M2"]


@pytest.mark.parametrize(
    "row",
    [
        {**CENTRAL, "KEY": "uuid:2", "ReviewState": "rejected"},
        {**KOBO, "_uuid": "2", "meta/rootUuid": "", "_validation_status": "Not approved"},
    ],
    ids=["central", "kobo"],
)
def test_what_a_review_refused_does_not_count(row: dict[str, str], tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": [CENTRAL], "b.csv": [row]})
    assert named(submission) == ["M1"]
    assert "submission-refused" in notes(submission)


def test_nothing_chosen_is_not_nothing_answered(tmp_path: Path, catalogue: Catalogue) -> None:
    parts = [key for key in CENTRAL_SPLIT if "services/" in key]
    none = {**CENTRAL_SPLIT, **dict.fromkeys(parts, "0"), "KEY": "uuid:2", "site": "建设市场", "site_id": "M2"}
    blank = {**CENTRAL_SPLIT, **dict.fromkeys(parts, ""), "KEY": "uuid:3", "site": "建设市场", "site_id": "M2"}
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": [CENTRAL_SPLIT, none, blank]})
    found = submission.visits["market"].sort("table", "row")["services"].to_list()
    assert found == [["公平秤", "饮水"], [], None]
    said = {**CENTRAL, "Group_iii_1-services": "none"}
    assert market(read(tmp_path, catalogue, {**BASE, "a.csv": [said]}))["services"] == []


def test_two_questions_of_one_name_keep_their_groups(tmp_path: Path, catalogue: Catalogue) -> None:
    """Which of the two is meant nobody knows, so that neither is used and both are told of."""
    row = {**CENTRAL, "Group_b-stalls": "99"}
    submission = read(tmp_path, catalogue, {**BASE, "a.csv": [row]})
    assert market(submission)["stalls"] is None
    assert sum(each.code == "unused-column" for each in submission.notes) == 2


def test_addresses_are_those_of_the_file(tmp_path: Path, catalogue: Catalogue) -> None:
    wrong = {**CENTRAL, "Group_iii_1-stalls": "三十"}
    assert cells(read(tmp_path, catalogue, {**BASE, "a.csv": [wrong]})) == [("M2", "unreadable-count")]
    nested = {"__id": "9", "__system": {"submissionDate": ""}, "site": "人民市场", "g": {"stalls": "三十"}}
    assert cells(read(tmp_path, catalogue, {**BASE, "a.csv": None, "b.json": [nested]})) == [
        ("M2", "unreadable-count"), ("stalls#1", "unreadable-count"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        ["KEY", "点位", "a-b"],
        ["_uuid", "点位", "a/b"],
        ["start", "end", "a/b"],
        ["instanceID", "SubmissionDate", "a-b"],
    ],
)
def test_a_table_that_no_server_wrote_stays_as_it_is(headers: list[str], catalogue: Catalogue) -> None:
    """One column with such a name may stand anywhere; a site's number under KEY must not become a submission's."""
    table = table_of_rows("a.csv", None, "", [headers, ["1", "2", "3"], ["1", "2", "4"]], Vocabulary(catalogue))
    assert table is not None
    assert questions_of(table) is table


def test_groups_without_end_are_no_groups(tmp_path: Path, catalogue: Catalogue) -> None:
    deep = '{"x":' * 900 + "1" + "}" * 900
    text = f'[{{"__id": "1", "__system": {{"submissionDate": ""}}, "site": "人民市场", "stalls": 3, "g": {deep}}}]'
    submission = read(tmp_path, catalogue, {**BASE, "a.json": text})
    assert market(submission)["stalls"] == 3
    assert notes(submission) == ["unused-column"]


@pytest.mark.parametrize(
    "document", [{"value": [{"点位": "人民市场", "摊位数": 3}]}, {"results": [{"点位": "人民市场", "摊位数": 3}]}]
)
def test_lists_of_these_names_are_lists(document: object, tmp_path: Path, catalogue: Catalogue) -> None:
    assert market(read(tmp_path, catalogue, {**BASE, "a.json": document}))["stalls"] == 3


@pytest.mark.parametrize(
    "document",
    [
        {**CENTRAL_JSON, "@odata.nextLink": "https://central.example/next"},
        {"count": 9, "next": "https://kobo.example/next", "previous": None, "results": [KOBO_API]},
    ],
    ids=["central", "kobo"],
)
def test_a_page_of_an_export_says_that_there_are_more(document: object, tmp_path: Path, catalogue: Catalogue) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "a.json": document})
    assert sorted(notes(submission)) == ["page-of-export", "positions-of-phones"]
    assert named(submission) == ["M1"]


def test_what_is_no_record_is_rejected_in_an_export_too(tmp_path: Path, catalogue: Catalogue) -> None:
    document = {**CENTRAL_JSON, "value": ["小计", *CENTRAL_JSON["value"]]}
    assert codes(read(tmp_path, catalogue, {**BASE, "a.json": document})) == ["not-a-record"]


# ------------------------------------------------------------------ rows of a form that nobody filled in


def test_a_row_with_nothing_but_its_site_is_no_visit(tmp_path: Path, catalogue: Catalogue) -> None:
    rows = [
        {"编号": "M1", "点位": "人民市场", "街道": "七一路街道", "日期": "2026-03-06", "摊位数": ""},
        {"编号": "M2", "点位": "建设市场", "街道": "", "日期": "", "摊位数": " "},
    ]
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert named(submission) == ["M1"]
    assert [(each.code, each.place) for each in submission.notes] == [("unfilled-rows", "w.csv")]
    assert submission.tables[2].read == 1


@pytest.mark.parametrize(
    ("rows", "visits"),
    [
        ([{"点位": "人民市场", "日期": "", "摊位数": "/"}], 1),  # somebody said that there is nothing to say
        ([{"点位": "人民市场", "日期": "", "摊位数": "", "别的": "x"}], 1),
        ([{"点位": "人民市场", "摊位数": ""}], 1),  # a table without dates: a row is a visit
    ],
)
def test_any_word_makes_it_a_visit(
    rows: list[dict[str, str]], visits: int, tmp_path: Path, catalogue: Catalogue
) -> None:
    submission = read(tmp_path, catalogue, {**BASE, "w.csv": rows})
    assert len(named(submission)) == visits
    assert "unfilled-rows" not in notes(submission)


def test_a_row_that_is_too_long_or_no_record_is_rejected_all_the_same(tmp_path: Path, catalogue: Catalogue) -> None:
    files = {
        "a.csv": "点位,日期,摊位数\n人民市场,,,x\n建设市场,,\n".encode(),
        "b.json": [{"点位": "人民市场", "日期": "", "摊位数": None}, "小计"],
    }
    submission = read(tmp_path, catalogue, {**BASE, **files})
    assert sorted(codes(submission)) == ["extra-cells", "not-a-record"]
    assert named(submission) == []

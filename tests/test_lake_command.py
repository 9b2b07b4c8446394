"""`duibiao check` of inspections in parts of folders: at once, in slices, and too large for a word on every finding."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from duibiao.cli import main
from duibiao.commands import sent
from duibiao.evaluator.backends import local
from duibiao.evaluator.backends.local import Local, LocalShares
from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.part_files import Piece, Slice, slices
from duibiao.evaluator.share_rows import Tables
from tests.lake import Lake, write_lake

SHORT = ("--pages", "none", "--no-forecast", "--no-plan")


@dataclass(frozen=True)
class Run:
    code: int
    said: str
    out: Path

    def figures(self, *but: str) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.out / "assessment.json").read_bytes())
        return {name: value for name, value in found.items() if name not in but}


Check = Callable[..., Run]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return write_lake(tmp_path_factory.mktemp("lake"), sites=60, visits=3)


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def run(data: Path, catalogue: Path, *more: str, out: str = "out") -> Run:
        asked = ["check", str(data), "--catalogue", str(catalogue), "-o", str(tmp_path / out), "--lang", "en", *more]
        done = CliRunner().invoke(main, asked, catch_exceptions=False)
        return Run(done.exit_code, done.output, tmp_path / out)

    return run


@pytest.fixture
def in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of folders are read in slices, however few rows they have."""
    monkeypatch.setattr(sent, "ROWS_AT_ONCE", 0)


@pytest.fixture
def large(in_slices: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every round is too large for a word on every finding, and in three shares."""
    monkeypatch.setattr(sent, "FINDINGS_TOLD", 0)
    monkeypatch.setattr(Local, "shares_for", lambda _self, _rows: 3)


def test_in_slices_it_is_the_whole_result(lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = check(lake.data, lake.catalogue, *SHORT)
    monkeypatch.setattr(sent, "ROWS_AT_ONCE", 0)
    found = check(lake.data, lake.catalogue, *SHORT, out="slices")
    assert (at_once.code, found.code) == (0, 0), at_once.said + found.said
    assert found.figures() == at_once.figures()
    assert (found.out / "findings.csv").read_bytes() == (at_once.out / "findings.csv").read_bytes()
    kept = [path.relative_to(at_once.out) for path in (at_once.out / "inputs").rglob("*") if path.is_file()]
    assert Path("inputs/visits/spot.parquet") in kept
    assert [str(path) for path in kept if (found.out / path).read_bytes() != (at_once.out / path).read_bytes()] == []


def test_a_large_round(lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = check(lake.data, lake.catalogue, *SHORT)
    monkeypatch.setattr(sent, "ROWS_AT_ONCE", 0)
    monkeypatch.setattr(sent, "FINDINGS_TOLD", 0)
    found = check(lake.data, lake.catalogue, out="large")
    assert found.code == 0, found.said
    one_by_one = ("sites", "gaps", "open", "shown", "mending", "large", "trend")
    assert found.figures(*one_by_one) == whole.figures(*one_by_one)
    below = pl.read_parquet(whole.out / "findings.parquet").filter(pl.col("status").is_in(["partial", "missed"]))
    assert found.figures()["large"] == {"sites": 60, "gaps": below.height, "notes": {}}
    gaps = pl.read_parquet(found.out / "gaps", hive_partitioning=True)
    assert gaps.select("visit", "criterion").sort(pl.all()).equals(below.select("visit", "criterion").sort(pl.all()))
    assert sorted(path.name for path in (found.out / "gaps").iterdir()) == ["round=__HIVE_DEFAULT_PARTITION__"]
    assert "index.html" in {path.name for path in found.out.iterdir()}
    assert "Tables of sites and gaps" in found.said


def test_few_rows_of_many_findings_are_a_large_round(lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a round is goes by findings (rows x criteria), not by how its rows are read."""
    monkeypatch.setattr(sent, "FINDINGS_TOLD", 180)
    found = check(lake.data, lake.catalogue)
    assert found.code == 0, found.said
    assert found.figures()["large"] is not None


def test_ended_by_a_signal_it_leaves_nothing_behind(
    large: None, lake: Lake, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        signal.raise_signal(signal.SIGTERM)

    shares = tmp_path / "shares"
    shares.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(shares))
    monkeypatch.setattr(LocalShares, "_keep", stopped)
    found = check(lake.data, lake.catalogue)
    assert found.code == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == [shares]
    assert list(shares.iterdir()) == []


def test_while_another_run_writes_out_this_one_says_so(lake: Lake, check: Check, tmp_path: Path) -> None:
    half = tmp_path / ".out.new"
    half.mkdir()
    held = os.open(half, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    found = check(lake.data, lake.catalogue, *SHORT)
    os.close(held)
    assert (found.code, list(tmp_path.iterdir())) == (2, [half])
    assert f"Another run is writing '{found.out}'; wait until it is done" in found.said


@pytest.mark.parametrize("name", ["out[1]", "out*", "out?"])
def test_out_may_be_called_as_patterns_are(large: None, lake: Lake, check: Check, name: str) -> None:
    found = check(lake.data, lake.catalogue, out=name)
    assert found.code == 0, found.said
    assert found.figures()["large"] is not None


def test_a_small_round_that_is_asked_for_as_a_large_one(
    lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = check(lake.data, lake.catalogue, "--large")
    assert asked.code == 0, asked.said
    monkeypatch.setattr(sent, "ROWS_AT_ONCE", 0)
    monkeypatch.setattr(sent, "FINDINGS_TOLD", 0)
    found = check(lake.data, lake.catalogue, out="found")
    assert written(asked.out) == written(found.out)
    assert {path.partition("/")[0] for path in written(found.out)} == {
        "assessment.json", "gaps", "index.html", "rejects.csv", "sites"
    }  # fmt: skip


def written(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_parts_that_lie_in_one_folder(large: None, lake: Lake, check: Check, tmp_path: Path) -> None:
    """As they are called, parts are in slices whether folders say something of them or not."""
    found = check(lake.rewritten(tmp_path / "flat", "flat"), lake.catalogue)
    assert found.code == 0, found.said
    assert found.figures("data") == check(lake.data, lake.catalogue, out="partitioned").figures("data")
    assert found.figures()["large"] is not None


def test_a_large_round_below_its_mark(large: None, lake: Lake, check: Check) -> None:
    found = check(lake.data, lake.catalogue, "--fail-under", "100")
    assert found.code == 1
    assert "The total is below 100" in found.said


def test_without_out_only_the_summary(large: None, lake: Lake) -> None:
    asked = ["check", str(lake.data), "--catalogue", str(lake.catalogue), "--lang", "en"]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert done.exit_code == 0
    assert "Total" in done.output
    assert "Report:" not in done.output


def test_rows_beside_the_parts_count_as_well(large: None, lake: Lake, check: Check, tmp_path: Path) -> None:
    """A late sheet of inspections beside the parts: read at once, and put into the same shares."""
    data = lake.rewritten(tmp_path / "late", "shuffled")
    late = "编号,日期,甲,乙,丁,级\nS1,2026-03-20,9,9,是,好\n"
    (data / "补报.csv").write_text(late, "utf-8")
    found = check(data, lake.catalogue)
    assert found.code == 0, found.said
    site = pl.read_parquet(found.out / "sites", hive_partitioning=True).filter(pl.col("site") == "S1")
    assert found.figures()["rounds"]["as_of"] == "2026-03-20"  # type: ignore[index]
    assert site.height == 1


# ------------------------------------------------------------------ what cannot be done


@pytest.mark.parametrize(
    "option", ["--handout", "--baseline=x", "--previous=x", "--gaps-format=sarif", "--pdf", "--outlines=x"]
)
def test_options_that_need_a_word_on_every_finding(
    option: str, large: None, lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duibiao.commands.check_run.find_browser", lambda _given: Path("chromium"))
    monkeypatch.setattr("duibiao.commands.check_run.read_outlines", lambda *_given: None)
    found = check(lake.data, lake.catalogue, option)
    assert found.code == 2
    assert found.said.startswith(f"{option.partition('=')[0]} need a word on every finding")
    assert not found.out.exists()


@pytest.mark.parametrize("option", ["--handout", "--previous=x"])
def test_words_and_none_of_them_at_once(option: str, lake: Lake, check: Check) -> None:
    found = check(lake.data, lake.catalogue, "--large", option)
    assert found.code == 2
    assert found.said.startswith(f"{option.partition('=')[0]} need a word on every finding, and with --large there is")


@pytest.mark.parametrize("parts", [True, False], ids=["no inspections in them", "none"])
def test_a_large_round_without_inspections_in_parts(parts: bool, lake: Lake, check: Check, tmp_path: Path) -> None:
    data = lake.rewritten(tmp_path / "loose", "shuffled")
    rows = lake.rows
    shutil.rmtree(data / "visits")
    rows.write_parquet(data / "记录.parquet")
    if parts:
        (data / "轮次=一").mkdir()
        checks = {"编号": ["S1"], "测评标准": ["has"], "结果": ["是"], "日期": ["2026-03-02"]}
        pl.DataFrame(checks).write_parquet(data / "轮次=一" / "part-0.parquet")
    assert check(data, lake.catalogue, *SHORT).code == 0
    found = check(data, lake.catalogue, "--large", out="large")
    assert found.code == 2
    assert found.said.startswith("--large needs inspections in parts, as visits/part-0.parquet or")
    assert not found.out.exists()


def test_a_large_round_without_a_register(lake: Lake, check: Check, tmp_path: Path) -> None:
    data = lake.rewritten(tmp_path / "bare", "shuffled")
    (data / "台账.csv").unlink()
    found = check(data, lake.catalogue, "--large")
    assert found.code == 2
    assert "add a register of sites" in found.said


def test_rejected_rows(large: None, lake: Lake, check: Check, tmp_path: Path) -> None:
    bad = lake.rewritten(tmp_path / "bad", "bad rows")
    found = check(bad, lake.catalogue)
    assert found.code == 2
    assert "Rows read 246 = used 243 + rejected 3" in found.said
    assert "No score: mend the rejected rows" in found.said
    assert len((found.out / "rejects.csv").read_text("utf-8-sig").splitlines()) == 4
    assert check(bad, lake.catalogue, "--keep-going", out="kept").code == 0


def test_what_needs_findings_one_by_one(large: None, lake: Lake, check: Check) -> None:
    head = lake.catalogue / "catalogue.yaml"
    text = head.read_text("utf-8")
    try:
        head.write_text(text.replace("mean_of_criteria", "mean_of_sites"), "utf-8")
        found = check(lake.data, lake.catalogue)
    finally:
        head.write_text(text, "utf-8")
    assert found.code == 2
    assert "cannot be scored with 'mean_of_sites'" in found.said


def test_an_unknown_round(large: None, lake: Lake, check: Check) -> None:
    found = check(lake.data, lake.catalogue, "--round", "W9")
    assert found.code == 2
    assert found.said.startswith("No round 'W9' in the data")


def test_without_a_date(large: None, lake: Lake, check: Check, tmp_path: Path) -> None:
    data = tmp_path / "undated"
    lake.rewritten(data, "shuffled")
    undated = data / "visits" / "已查全=是"
    undated.mkdir()
    for number, path in enumerate(sorted((data / "visits").rglob("*.parquet"))):
        path.rename(undated / f"{number}.parquet")
    found = check(data, lake.catalogue)
    assert found.code == 2
    assert "No row of this round carries a date" in found.said
    assert check(data, lake.catalogue, "--as-of", "2026-03-31").code == 0


def test_without_a_register_little_is_read_at_once_and_much_is_not(
    in_slices: None, lake: Lake, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = lake.rewritten(tmp_path / "bare", "shuffled")
    (data / "台账.csv").unlink()
    little = check(data, lake.catalogue)
    assert "add a register of sites" not in little.said
    monkeypatch.setattr(sent, "BYTES_AT_ONCE", 0)
    much = check(data, lake.catalogue, out="much")
    assert much.code == 2
    assert "its parts are read in slices, and for that the sites must be known; add a register of sites" in much.said


def test_limits_hold_for_slices_as_well(lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Limits] = []

    def slices_under(wanted: Sequence[Piece], limits: Limits) -> Generator[Slice]:
        asked.append(limits)
        return slices(wanted, limits)

    monkeypatch.setattr(local, "slices", slices_under)
    assert check(lake.data, lake.catalogue, "--large", "--limits", "2").code == 0
    assert asked == [Limits().times(2)]


@pytest.mark.parametrize("name", ["tmp[1]", "t*p"])
def test_the_temporary_folder_may_have_any_name(
    name: str, lake: Lake, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / name
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    found = check(lake.data, lake.catalogue, "--large")
    assert found.code == 0, found.said
    assert [each.name for each in own.iterdir() if not each.name.startswith("_jinja2")] == []  # it keeps what it read


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk without room, as Linux has it")
def test_a_full_temporary_folder(lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalShares, "_file", lambda *_: Path("/dev/full"))
    found = check(lake.data, lake.catalogue, "--large")
    assert found.code == 2
    assert found.said.startswith(
        f"visits/日期=2026-03-02/part-00000.parquet: it cannot be kept in the temporary folder {tempfile.gettempdir()} "
        "(No space left on device); make room there"
    )
    assert not found.out.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk without room, as Linux has it")
def test_a_temporary_folder_that_is_full_when_tables_are_written(
    lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_parquet(self: pl.DataFrame, _path: Path) -> None:
        with Path("/dev/full").open("wb") as full:
            written_to(self, full)

    written_to = pl.DataFrame.write_parquet
    monkeypatch.setattr(pl.DataFrame, "write_parquet", write_parquet)
    found = check(lake.data, lake.catalogue, "--large")
    assert found.code == 2
    told = f"sites: it cannot be kept in the temporary folder {tempfile.gettempdir()} (No space left on device (os error 28)); "
    assert told in found.said
    assert not found.out.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are texts elsewhere")
def test_parts_below_a_folder_named_in_gb18030(lake: Lake, check: Check, tmp_path: Path) -> None:
    data = lake.rewritten(tmp_path / "named", "one part")
    (data / "visits").rename(data / os.fsdecode("检查".encode("gb18030")))
    assert check(data, lake.catalogue, *SHORT).code == 0
    assert check(data, lake.catalogue, "--large", out="large").code == 0


@pytest.mark.parametrize("more", [(), ("--large",), ("--keep-going",)], ids=" ".join)
def test_data_that_is_not_there(more: Sequence[str], lake: Lake, check: Check, tmp_path: Path) -> None:
    found = check(tmp_path / "nope", lake.catalogue, *more)
    assert (found.code, found.said) == (
        2, f"{tmp_path / 'nope'}: there is no such file or folder; check the name\nNothing was scored.\n"
    )  # fmt: skip


@pytest.mark.parametrize("options", [(), ("--large",)], ids=["at once", "in slices"])
def test_where_every_dated_row_was_rejected(options: Sequence[str], lake: Lake, check: Check, tmp_path: Path) -> None:
    """With --keep-going as without: what was rejected is told and written, and not only that a date is missing."""
    data = lake.rewritten(tmp_path / "elsewhere", "shuffled")
    register = data / "台账.csv"
    register.write_text(register.read_text("utf-8-sig").replace("S", "T"), "utf-8")
    found = check(data, lake.catalogue, "--keep-going", *options)
    assert found.code == 2
    assert "= used 63 + rejected 180" in found.said
    assert "No score: no accepted row of this round carries a date; mend the rejected rows" in found.said
    assert len((found.out / "rejects.csv").read_text("utf-8-sig").splitlines()) == 181
    assert "or add --keep-going" in check(data, lake.catalogue, *options, out="strict").said
    assert check(data, lake.catalogue, "--keep-going", "--as-of", "2026-03-31", *options, out="day").code == 0
    assert check(data, lake.catalogue, "--keep-going", "--round", "W9", *options).said.startswith("No round 'W9'")


def test_names_that_no_folder_of_the_tables_can_have(check: Check, tmp_path: Path) -> None:
    long, data = "区" * 82, tmp_path / "long"
    data.mkdir()
    lake = write_lake(data, 6, 2, (long, "东区"))
    found = check(lake.data, lake.catalogue, "--large")
    assert (found.code, found.said.splitlines()) == (
        2, [f"市/{long}: the name is too long for a folder of the tables of sites and gaps; shorten it, or leave out -o",
            "Nothing was scored."]
    )  # fmt: skip
    assert not found.out.exists()
    whole = ["check", str(lake.data), "--catalogue", str(lake.catalogue), "--large"]
    assert CliRunner().invoke(main, whole, catch_exceptions=False).exit_code == 0


def test_a_damaged_part(in_slices: None, lake: Lake, check: Check, tmp_path: Path) -> None:
    found = check(lake.rewritten(tmp_path / "broken", "damaged pages"), lake.catalogue)
    assert found.code == 2
    assert "part-00000.parquet" in found.said
    assert not found.out.exists()


def test_tables_that_are_not_whole_are_not_kept(
    large: None, lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where an executor writes into a folder of its own."""
    found = check(lake.data, lake.catalogue)
    before = (found.out / "assessment.json").read_bytes()

    def nothing(_shares: object, _own: Tables, _numbers: pl.DataFrame, _folder: Path) -> None:
        return None

    monkeypatch.setattr("duibiao.evaluator.backends.local.LocalShares.write", nothing)
    again = check(lake.data, lake.catalogue)
    assert again.code == 2
    assert "Of 60 rows of 'sites' 0 arrived" in again.said
    assert (found.out / "assessment.json").read_bytes() == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--master", "local[2]"), "--master and --spark-conf speak of Spark"),
        (("--engine", "spark", "--spark-conf", "memory=8g"), "'memory=8g' is no setting of Spark"),
        (("--engine", "spark", "--spark-conf", "spark.memory"), "'spark.memory' is no setting of Spark"),
    ],
)
def test_options_of_spark(more: tuple[str, ...], said: str, lake: Lake, check: Check) -> None:
    found = check(lake.data, lake.catalogue, *more)
    assert found.code == 2
    assert said in found.said


def test_without_pyspark(lake: Lake, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duibiao.evaluator.backends.spark", None)
    found = check(lake.data, lake.catalogue, "--engine", "spark")
    assert found.code == 2
    assert "is not installed; write: pip install 'duibiao[spark]'" in found.said

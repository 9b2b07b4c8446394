"""Spark finds what this process finds: the same findings, figures, places and documents, whatever happens to a worker.

Skipped without Java, unless DUIBIAO_SPARK=required.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import polars as pl
import pytest
from click.testing import CliRunner
from pyspark import SparkContext
from pyspark.errors import PythonException
from pyspark.sql import DataFrame

from duibiao.cli import main
from duibiao.commands import sent
from duibiao.criteria import load
from duibiao.criteria.models import Catalogue
from duibiao.evaluator.backends import spark as backend
from duibiao.evaluator.backends import tasks
from duibiao.evaluator.backends.spark import NoSpark, Spark, spark_on
from duibiao.evaluator.cases import read_cases
from duibiao.evaluator.intake.part_files import Part, Piece, pieces
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.sums import TooLarge
from tests.city import make_submission
from tests.drawn_visits import drawn_catalogue, drawn_submission
from tests.lake import Lake, write_lake
from tests.reference import generate
from tests.spark_runs import same, told
from tests.standalone import wait

ROOT = Path(__file__).resolve().parent.parent
WITHIN = 240  # seconds that a cluster may take

if shutil.which("java") is None and os.environ.get("DUIBIAO_SPARK") != "required":
    pytest.skip("Java is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def spark() -> Iterator[Spark]:
    """Spark in this machine's own processes, two at a time."""
    session = spark_on("local[2]", {})
    yield session
    session.close()


# ------------------------------------------------------------------ what is at hand


@pytest.mark.parametrize("mode", ["latest", "worst", "mean", "each"])
def test_several_visits_of_a_site(mode: str, spark: Spark, tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, mode)
    same(catalogue, drawn_submission(catalogue, 1), spark)


@pytest.mark.untraced
def test_the_example_city(spark: Spark) -> None:
    catalogue = load.load_catalogue("national")
    same(catalogue, read_submission([ROOT / "examples" / "zhoukou"], catalogue), spark)


def of_cases() -> tuple[Catalogue, Submission]:
    """The worked cases of the national catalogue, each as a site of its type with what was seen there."""
    reading = load.read_catalogue(load.catalogue_folder("national") or Path())
    assert reading.catalogue is not None
    visits: dict[str, list[dict[str, object]]] = defaultdict(list)
    values: dict[str, list[dict[str, object]]] = defaultdict(list)
    for number, case in enumerate(read_cases(reading, [])):
        fields = reading.catalogue.form(case.site_type)
        of_site = {key: value for key, value in case.seen.items() if key in fields and fields[key].from_ == "site"}
        of_visit = {
            key: value for key, value in case.seen.items() if key in fields and fields[key].from_ is None
            and fields[key].formula is None
        }  # fmt: skip
        site = f"{case.site_type}:{number}"
        visits[case.site_type].append({"site": site, "complete": case.complete, **of_visit})
        values[case.site_type].append({"site": site, **of_site})
    return reading.catalogue, make_submission(reading.catalogue, visits, values=values)


@pytest.mark.untraced
def test_the_worked_cases(spark: Spark) -> None:
    catalogue, submission = of_cases()
    ours = judge_round(catalogue, submission, engine=spark.evaluate).evaluation.findings
    theirs = judge_round(catalogue, submission).evaluation.findings
    assert ours.equals(theirs)
    assert ours.height > 40_000


@pytest.mark.untraced
@pytest.mark.parametrize("seed", [7])
def test_drawn_cities(seed: int, spark: Spark, tmp_path: Path) -> None:
    folders = generate.write(tmp_path, seed, sites=60, forms=3, districts=6)
    catalogue = load.load_catalogue(folders.catalogue)
    same(catalogue, read_submission([folders.data], catalogue), spark)


def test_nothing_to_share_out(spark: Spark, tmp_path: Path) -> None:
    catalogue = drawn_catalogue(tmp_path, "latest")
    submission = drawn_submission(catalogue, 1, sites=1)
    none = {name: frame.clear() for name, frame in submission.visits.items()}
    same(catalogue, replace(submission, visits=none, checks=submission.checks.clear()), spark)


def test_what_the_engine_raises_on_an_executor_is_raised_here(
    spark: Spark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = drawn_catalogue(tmp_path, "latest")
    monkeypatch.setattr(tasks, "evaluate", _too_large)
    with pytest.raises(TooLarge, match="2 x 3"):
        told(catalogue, drawn_submission(catalogue, 1), spark)


def _too_large(_known: object, _batches: object) -> Iterator[object]:
    def work() -> Iterator[tuple[int, str, bytes]]:
        raise TooLarge("2 x 3")
        yield (0, "", b"")

    return iter(tasks.in_batches(work))


# ------------------------------------------------------------------ a lake


@dataclass(frozen=True)
class Run:
    code: int
    said: str
    out: Path

    @property
    def figures(self) -> bytes:
        return (self.out / "assessment.json").read_bytes()

    def folders(self, name: str) -> set[str]:
        return {path.parent.relative_to(self.out / name).as_posix() for path in (self.out / name).rglob("*.parquet")}

    def table(self, name: str) -> pl.DataFrame:
        keys = ["site", "visit", "criterion"] if name == "gaps" else ["site"]
        frame = pl.read_parquet(self.out / name, hive_partitioning=True)
        return frame.select(sorted(frame.columns)).sort(keys)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A city whose inspections lie in parts by day."""
    return write_lake(tmp_path_factory.mktemp("lake"), sites=90, visits=3)


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spark: Spark) -> Callable[..., Run]:
    """`duibiao check` of some data, in this process; Spark is asked for once for all."""
    monkeypatch.setattr(backend, "spark_on", lambda _master, _settings: spark)
    monkeypatch.setattr(Spark, "close", lambda _self: None)

    def run(data: Path, catalogue: Path, *more: str) -> Run:
        out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
        asked = ["check", str(data), "--catalogue", str(catalogue), "-o", str(out), "--lang", "en", *more]
        done = CliRunner().invoke(main, asked, catch_exceptions=False)
        return Run(done.exit_code, done.output, out)

    return run


def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every round is too large for a word on every finding, and for reading it at once."""
    monkeypatch.setattr(sent, "FINDINGS_TOLD", 0)
    monkeypatch.setattr(sent, "ROWS_AT_ONCE", 0)


ON_SPARK = ("--engine", "spark", "--no-forecast", "--no-plan", "--pages", "none")


def test_a_small_lake_has_the_whole_report(
    lake: Lake, check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder given as people give it, from where they stand."""
    monkeypatch.chdir(lake.data.parent)
    ours = check(Path(lake.data.name), lake.catalogue, *ON_SPARK)
    theirs = check(lake.data, lake.catalogue, *ON_SPARK[2:])
    assert (ours.code, theirs.code) == (0, 0), ours.said + theirs.said
    assert ours.figures == theirs.figures
    assert (ours.out / "findings.csv").read_bytes() == (theirs.out / "findings.csv").read_bytes()


def test_a_large_lake_has_the_same_figures_and_tables(
    lake: Lake, check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = check(lake.data, lake.catalogue, *ON_SPARK[2:])
    large(monkeypatch)
    roundabout = lake.data / ".." / lake.data.name
    ours, theirs = check(roundabout, lake.catalogue, *ON_SPARK), check(lake.data, lake.catalogue)
    assert (ours.code, theirs.code) == (0, 0), ours.said + theirs.said
    assert ours.figures == theirs.figures
    assert ours.said.splitlines()[:20] == theirs.said.splitlines()[:20]
    for name in ("sites", "gaps"):
        assert ours.table(name).equals(theirs.table(name))
    findings = pl.read_parquet(whole.out / "findings.parquet")
    below = findings.filter(pl.col("status").is_in(["partial", "missed"]))
    assert ours.table("gaps").height == below.height


# Of an area 市/100%区 the folder is area=市%2F100%25区: a path has a slash, and names what people call their districts.
AWKWARD = ("东 区", "100%区", "a=b", "%2F", "x#y", "a:b", "q?*[1]{2}", "a'b\"c", "c^d", "a\\b", "p&q+r;~", "é")


def test_areas_whose_names_are_escaped_in_folders(
    check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both engines write the same folders, and another program reads the names back."""
    large(monkeypatch)
    (tmp_path / "lake").mkdir()
    lake = write_lake(tmp_path / "lake", 3 * len(AWKWARD), 2, AWKWARD)
    ours, theirs = check(lake.data, lake.catalogue, *ON_SPARK), check(lake.data, lake.catalogue)
    assert (ours.code, theirs.code) == (0, 0), ours.said + theirs.said
    assert ours.figures == theirs.figures
    for name in ("sites", "gaps"):
        assert ours.folders(name) == theirs.folders(name)
        assert ours.table(name).equals(theirs.table(name))
        for run in (ours, theirs):
            read = pl.scan_parquet(run.out / name, hive_partitioning=True).select("area", "site").unique().collect()
            assert set(read["area"]) == {f"市/{each}" for each in AWKWARD}
            wrong = [row for row in read.iter_rows() if row[0] != f"市/{AWKWARD[int(row[1][1:]) % len(AWKWARD)]}"]
            assert wrong == []
    assert "round=__HIVE_DEFAULT_PARTITION__/area=市%2F100%25区" in ours.folders("gaps")


@pytest.mark.parametrize("change", ["flat", "empty part", "skewed"])
def test_how_rows_lie_changes_nothing(
    change: str, lake: Lake, check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of another order of the rows only their addresses tell, of other files their names."""
    other = lake.rewritten(tmp_path / "other", change)
    expected = check(lake.data if change != "skewed" else other, lake.catalogue, *ON_SPARK[2:])
    large(monkeypatch)
    found = check(other, lake.catalogue, *ON_SPARK)
    assert found.code == 0, found.said
    wanted = pl.read_parquet(expected.out / "findings.parquet")
    gaps = wanted.filter(pl.col("status").is_in(["partial", "missed"])).select("site", "criterion", "score_e9")
    keys = ["site", "criterion", "score_e9"]
    assert found.table("gaps").select(keys).sort(keys).equals(gaps.sort(keys))


def _strange_types(part: Path) -> None:
    strange = [
        pl.col("甲").cast(pl.UInt64),
        pl.lit(datetime(2026, 3, 2, 8)).cast(pl.Datetime("ns")).alias("登记时间"),
        pl.lit(time(8, 30)).alias("时刻"),
    ]
    pl.read_parquet(part, hive_partitioning=False).with_columns(strange).write_parquet(part)


def _strange_names(part: Path) -> None:
    names = ["Remark", "remark", "a`b", "a.b", "_metadata", "#file", " ,;{}()\t="]
    strange = [pl.lit("x").alias(name) for name in names]
    pl.read_parquet(part, hive_partitioning=False).with_columns(strange).write_parquet(part)


def _moment_with_zone(part: Path) -> None:
    """Its last row names a site that is not known, and is written into rejects.csv as it stands."""
    moment = pl.lit(datetime(2026, 3, 2, 23, 30)).dt.replace_time_zone("Asia/Shanghai").alias("备注时间")
    site = pl.Series("编号", ["nobody"])
    frame = pl.read_parquet(part, hive_partitioning=False).with_columns(moment)
    pl.concat([frame, frame.tail(1).with_columns(site)]).write_parquet(part)


def _names_that_spark_skips(part: Path) -> None:
    part.rename(part.with_name("_late.parquet"))


def _stale_checksum(part: Path) -> None:
    part.with_name(f".{part.name}.crc").write_bytes(b"crc\0\0\0\2\0\1\2\3\4")


def _all_that_is_strange(part: Path) -> None:
    _strange_types(part)
    _strange_names(part)
    _moment_with_zone(part)
    _stale_checksum(part)
    _names_that_spark_skips(sorted(part.parents[1].rglob("*.parquet"))[-1])


def _column_against_folder(part: Path) -> None:
    day = pl.lit(date(2020, 1, 1)).alias("日期")
    pl.read_parquet(part, hive_partitioning=False).with_columns(day).write_parquet(part)


@pytest.mark.parametrize(("change", "code"), [(_all_that_is_strange, 0), (_column_against_folder, 2)])
def test_a_part_is_read_as_on_this_machine(
    change: Callable[[Path], None],
    code: int,
    check: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Whatever Spark itself would make of its name, of its columns and of what lies beside it."""
    large(monkeypatch)
    (tmp_path / "lake").mkdir()
    lake = write_lake(tmp_path / "lake", sites=12, visits=2)
    change(sorted((lake.data / "visits").rglob("*.parquet"))[0])
    ours = check(lake.data, lake.catalogue, *ON_SPARK, "--keep-going")
    theirs = check(lake.data, lake.catalogue, "--keep-going")
    assert (ours.code, theirs.code) == (code, code), ours.said + theirs.said
    if code:
        assert ours.said == theirs.said
    else:
        assert ours.figures == theirs.figures
        assert (ours.out / "rejects.csv").read_bytes() == (theirs.out / "rejects.csv").read_bytes()


def test_parts_without_a_row(check: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    lake = write_lake(tmp_path / "lake", sites=12, visits=2)
    for part in (lake.data / "visits").rglob("*.parquet"):
        pl.read_parquet(part, hive_partitioning=False).clear().write_parquet(part)
    day = ("--as-of", "2026-03-31", "--large")
    ours, theirs = check(lake.data, lake.catalogue, *ON_SPARK, *day), check(lake.data, lake.catalogue, *day)
    assert (ours.code, theirs.code) == (0, 0), ours.said + theirs.said
    assert ours.figures == theirs.figures


def test_rejected_rows_end_it(
    lake: Lake, check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    large(monkeypatch)
    bad = lake.rewritten(tmp_path / "bad", "bad rows")
    ours, theirs = check(bad, lake.catalogue, *ON_SPARK), check(bad, lake.catalogue)
    assert (ours.code, theirs.code) == (2, 2)
    assert (ours.out / "rejects.csv").read_bytes() == (theirs.out / "rejects.csv").read_bytes()
    assert not (ours.out / "assessment.json").exists()
    going = check(bad, lake.catalogue, *ON_SPARK, "--keep-going")
    assert going.code == 0, going.said
    assert "PROVISIONAL: 3 rows" in going.said


# ------------------------------------------------------------------ what cannot be used


@pytest.mark.parametrize(
    ("master", "said"),
    [
        ("cluster", "'cluster' is no master; write spark://host:7077"),
        ("", "'' is no master; write spark://host:7077"),
        ("local[x]", "'local[x]' is no master"),
        ("spark://127.0.0.1", "'spark://127.0.0.1' is no master"),
        ("spark://127.0.0.1:9", "No master answers at spark://127.0.0.1:9 (127.0.0.1:9: Connection refused"),
        ("spark://nohost.invalid:7077", "No master answers at spark://nohost.invalid:7077"),
    ],
)
def test_a_wrong_master(master: str, said: str, english: None) -> None:
    with pytest.raises(NoSpark) as raised:
        spark_on(master, {})
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


def test_a_master_of_no_name_is_not_this_machine(lake: Lake) -> None:
    """As a variable that is not set gives one."""
    asked = ["check", str(lake.data), "--catalogue", str(lake.catalogue), "--lang", "en", "--engine", "spark"]
    done = CliRunner().invoke(main, [*asked, "--master", ""], catch_exceptions=False)
    assert done.exit_code == 2
    assert done.output.splitlines()[0].startswith("'' is no master; write spark://host:7077")


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"spark.driver.memory": "1m"}, "Too small maximum heap"),
        ({"spark.driver.memory": "abc"}, "Invalid maximum heap size: -Xmxabc"),
        ({"spark.submit.deployMode": "cluster"}, 'Cluster deploy mode is not compatible with master "local"'),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_java_that_does_not_come_up_says_why(
    settings: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch, english: None
) -> None:
    monkeypatch.setattr(SparkContext, "_gateway", None)
    with pytest.raises(NoSpark) as raised:
        spark_on("local[1]", settings)
    said = str(raised.value)
    del raised
    gc.collect()  # PySpark leaves the pipe open to a Java that ended
    assert said == f"Spark on local[1] failed: {why}"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (
            'Setting Spark log level to "ERROR".\n'
            "26/03/02 08:00:00 ERROR DiskBlockManager: Failed to create local dir in /nope. Ignoring this directory.\n"
            "26/03/02 08:00:00 ERROR DiskBlockManager: Failed to create any local dir.\n",
            "Failed to create local dir in /nope. Ignoring this directory.",
        ),
        ("WARNING: Using incubator modules\n\n\tat java.base/x\n", "Connection refused"),
    ],
)
def test_what_java_wrote_before_it_ended(written: str, why: str, english: None) -> None:
    """Only that which tells something."""
    said = BytesIO(written.encode())
    with pytest.raises(NoSpark, match=f"^Spark on local failed: {re.escape(why)}$"), backend._told("local", said):
        raise ConnectionRefusedError("Connection refused")


class _JavaError(Exception):
    """An exception of Java as py4j hands it over, with what it came of."""

    def __init__(self, said: str, message: str, cause: _JavaError | None = None) -> None:
        self.java_exception, self.said, self.message, self.cause = self, said, message, cause

    def getMessage(self) -> str:
        return self.message

    def toString(self) -> str:
        return self.said

    def getCause(self) -> _JavaError | None:
        return self.cause


def test_what_kubernetes_does_not_say_its_cause_does() -> None:
    cause = _JavaError("java.net.UnknownHostException: nope.example.com", "nope.example.com")
    error = _JavaError("io.fabric8.K: An error has occurred.", "An error has occurred.", cause)
    assert backend._reason(error) == "UnknownHostException: nope.example.com"


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Interrupts are heard here and in processes that are started, though a shell may have put this in the background."""
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, ours)


def test_an_interrupted_run_leaves_no_java(interruptible: None, lake: Lake, tmp_path: Path) -> None:
    """However early it comes: here while Java comes up. It ends as any command that is interrupted."""
    command = [sys.executable, "-m", "duibiao.cli", "check", str(lake.data), "--catalogue", str(lake.catalogue)]
    with (tmp_path / "said").open("wb") as said:
        run = subprocess.Popen(
            [*command, "--engine", "spark"], stdout=said, stderr=said, env={**os.environ, "TMPDIR": str(tmp_path)}
        )
        wait(lambda: java_of(run.pid) != [], "no Java is started")
        java = java_of(run.pid)
        run.send_signal(signal.SIGINT)
        assert run.wait(WITHIN) == 1
    assert [each for each in java if (Path("/proc") / str(each)).exists()] == []
    assert (tmp_path / "said").read_text("utf-8").strip() == "Aborted!"


def java_of(pid: int) -> list[int]:
    """The processes that a process started and that are Java, or are about to be."""
    children = (Path("/proc") / str(pid) / "task" / str(pid) / "children").read_text("ascii").split()
    return [int(each) for each in children if b"spark" in (Path("/proc") / each / "cmdline").read_bytes()]


@pytest.mark.parametrize("ends", [True, False])
def test_java_ends_with_its_input_or_is_ended(ends: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of an answer nothing can be asked of it."""
    process = subprocess.Popen(["cat"] if ends else ["sleep", "600"], stdin=subprocess.PIPE)
    monkeypatch.setattr(SparkContext, "_gateway", SimpleNamespace(proc=process))
    monkeypatch.setattr(SparkContext, "_jvm", None)
    stopped: list[str] = []
    counters = SimpleNamespace(shutdown=lambda: stopped.append("counters"))
    monkeypatch.setattr(SparkContext, "_active_spark_context", SimpleNamespace(_accumulatorServer=counters))
    monkeypatch.setattr(backend, "ENDS_WITHIN", WITHIN if ends else 0.1)
    Spark.abandon()
    assert process.wait(WITHIN) == (0 if ends else -signal.SIGKILL)
    assert (SparkContext._gateway, stopped) == (None, ["counters"])
    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    Spark.abandon()  # where there is none


def test_an_interrupt_waits_until_java_is_known(interruptible: None) -> None:
    done: list[str] = []

    def interrupted() -> None:
        with backend._interrupts_kept(), backend._interrupts_later():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_beside_the_main_thread_interrupts_are_left_alone(interruptible: None) -> None:
    def there() -> None:
        with backend._interrupts_kept(), backend._interrupts_later():
            seen.append(signal.getsignal(signal.SIGINT))

    seen: list[object] = []
    thread = threading.Thread(target=there)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


@pytest.mark.parametrize("where", ["while it starts", "while it runs"])
def test_an_interrupt_ends_java(where: str, lake: Lake, spark: Spark, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    def interrupted(*_any: object, **_more: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(backend, "_end_java", lambda: ended.append(where))
    monkeypatch.setattr(Spark, "close", lambda _self: None)
    if where == "while it starts":
        monkeypatch.setattr(backend, "look_for_executors", interrupted)
    else:
        monkeypatch.setattr(backend, "spark_on", lambda _master, _settings: spark)
        monkeypatch.setattr(Spark, "shares", interrupted)
    asked = [
        "check",
        str(lake.data),
        "--catalogue",
        str(lake.catalogue),
        "--lang",
        "en",
        *ON_SPARK,
        "--master",
        "local[2]",
    ]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert (done.exit_code, ended) == (1, [where])
    assert done.output.strip() == "Aborted!"


def test_where_the_locale_has_no_chinese_java_gets_another(spark: Spark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(backend, "getencoding", lambda: "ANSI_X3.4-1968")
    spark_on("local[2]", {})
    assert os.environ["LC_ALL"] == "C.UTF-8"


def test_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(
        NoSpark, match=r"^Spark needs Java 17 or newer and none is found \(JAVA_HOME: .*\); install one"
    ):
        spark_on("local[1]", {})


def test_with_an_old_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_412\"' >&2\n", "utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(NoSpark, match="Spark needs Java 17 or newer, this is 8"):
        spark_on("local[1]", {})


def test_executors_of_another_version(spark: Spark, monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    monkeypatch.setattr(backend, "_versions", lambda: {"Python": "3.11", "duibiao": "0.1.0", "polars": "9.9"})
    with pytest.raises(
        NoSpark, match=r"An executor has .*polars .* where this machine has .*polars 9.9; install the same"
    ):
        backend.look_for_executors(spark)


def test_a_failing_job_says_why_in_one_line(
    lake: Lake, spark: Spark, check: Callable[..., Run], tmp_path: Path
) -> None:
    """A part whose footer is whole and whose pages are not: it is found where it is read, and OUT stays as it was."""
    broken = lake.rewritten(tmp_path / "broken", "damaged pages")
    run = check(broken, lake.catalogue, *ON_SPARK)
    assert run.code == 2
    assert not run.out.exists()
    assert len(run.said.strip().splitlines()) == 2, run.said
    assert "part-00000.parquet" in run.said


def test_a_part_that_no_executor_sees_is_named_in_one_line(
    check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unseen(parts: Sequence[Part]) -> list[Piece]:
        found = pieces(parts)
        found[0].path.unlink()
        return found

    monkeypatch.setattr(backend, "pieces", unseen)
    (tmp_path / "lake").mkdir()
    lake = write_lake(tmp_path / "lake", sites=12, visits=2)
    run = check(lake.data, lake.catalogue, *ON_SPARK)
    assert run.code == 2
    assert re.match(
        r"Spark on local\[2\] failed: FileNotFoundError: .* No such file or directory: '.*part-00000.parquet'\n"
        r"Nothing was scored.\n$",
        run.said,
    ), run.said


def test_no_executor_comes(spark: Spark, monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    monkeypatch.setattr(backend, "EXECUTORS_WITHIN", 1000)
    waiting = Spark(spark.session, "spark://127.0.0.1:7077")
    with pytest.raises(NoSpark, match="gave no executor within 1 seconds; it has no free cores or memory"):
        backend.look_for_executors(waiting)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "worker.py ...\nModuleNotFoundError: No module named 'duibiao'",
            "An executor lacks 'duibiao'; install duibiao",
        ),
        ("worker.py ...\nMemoryError", "Spark on yarn failed: MemoryError"),
    ],
)
def test_what_python_says_on_an_executor(said: str, told: str, english: None) -> None:
    with pytest.raises(NoSpark, match=re.escape(told)), backend._told("yarn"):
        raise PythonException(message=said)


def test_what_java_says(spark: Spark, english: None) -> None:
    """Whether Spark wraps it or hands it on."""
    with pytest.raises(NoSpark, match=r"^Spark on local failed: Wrong FS: file:"), backend._told("local"):
        spark.session.read.parquet("file://data/none.parquet")
    with pytest.raises(NoSpark, match=r"^Spark on local failed: .*PATH_NOT_FOUND"), backend._told("local"):
        spark.session.read.parquet("file:///none.parquet")


def test_what_says_nothing_is_called_by_its_name(english: None) -> None:
    with pytest.raises(NoSpark, match="Spark on yarn failed: ConnectionResetError"), backend._told("yarn"):
        raise ConnectionResetError


def test_a_java_that_says_no_version_may_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho hello >&2\n", "utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    backend._look_for_java()


def test_rows_beside_the_parts_and_none_beside_them(
    lake: Lake, check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A late sheet is put into the shares of the executors' rows."""
    large(monkeypatch)
    data = lake.rewritten(tmp_path / "late", "shuffled")
    (data / "补报.csv").write_text("编号,日期,甲,乙,丁,级\nS1,2026-03-20,9,9,是,好\n", "utf-8")
    ours, theirs = check(data, lake.catalogue, *ON_SPARK), check(data, lake.catalogue)
    assert (ours.code, theirs.code) == (0, 0), ours.said + theirs.said
    assert ours.figures == theirs.figures


def test_few_sums_come_here_however_many_shares(
    lake: Lake, check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are put together on the executors."""
    large(monkeypatch)
    monkeypatch.setattr(Spark, "shares_for", lambda _self, _rows: 7)
    monkeypatch.setattr(backend, "SUMS", 3)
    came: list[list[str]] = []

    def watched(found: DataFrame) -> list[tuple[int, str, bytes]]:
        told = came_back(found)
        came.append([kind for _, kind, _ in told])
        return told

    came_back = backend._came_back
    monkeypatch.setattr(backend, "_came_back", watched)
    ours, theirs = check(lake.data, lake.catalogue, *ON_SPARK), check(lake.data, lake.catalogue)
    assert (ours.code, theirs.code) == (0, 0), ours.said + theirs.said
    assert [kinds for kinds in came if "sums" in kinds] == [["sums"] * 3]
    assert ours.figures == theirs.figures
    assert ours.table("gaps").equals(theirs.table("gaps"))


def test_what_a_share_raises_is_raised_here(
    lake: Lake, check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    large(monkeypatch)
    monkeypatch.setattr(tasks, "add", _too_large)
    run = check(lake.data, lake.catalogue, *ON_SPARK)
    assert run.code == 2
    assert "2 x 3" in run.said
    assert not run.out.exists()


def test_without_out_no_table_is_made(
    lake: Lake, spark: Spark, check: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    large(monkeypatch)
    asked = ["check", str(lake.data), "--catalogue", str(lake.catalogue), "--lang", "en", *ON_SPARK]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "Gaps: " in done.output


def test_a_session_that_is_of_no_use_is_closed(spark: Spark, monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    closed: list[str] = []

    def none(_spark: Spark) -> None:
        raise NoSpark("no executor")

    monkeypatch.setattr(backend, "look_for_executors", none)
    monkeypatch.setattr(Spark, "close", lambda session: closed.append(session.master))
    with pytest.raises(NoSpark, match="no executor"):
        spark_on("local[2]", {})
    assert closed == ["local[2]"]


def test_executors_say_what_they_have() -> None:
    assert backend._versions_there(0) == backend._versions()


def test_executors_that_came_are_asked_for_their_versions(spark: Spark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_executors", lambda _context: 2)
    backend.look_for_executors(Spark(spark.session, "spark://127.0.0.1:7077"))


def test_a_master_that_answers(spark: Spark) -> None:
    """Of several the first that does; whether it is a master Spark will see."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        backend._look_for_master(f"spark://127.0.0.1:9,127.0.0.1:{port}")

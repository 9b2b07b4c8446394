"""A cluster of two workers on this machine, of which one is lost: the result is right all the same.

Skipped without Java, unless DUIBIAO_SPARK=required. A process has one session of Spark at a time, so that this is a
module of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import polars as pl
import pytest

from duibiao.criteria import load
from duibiao.evaluator.backends.spark import Spark, spark_on
from duibiao.evaluator.intake.read import read_submission
from tests.reference import generate
from tests.spark_runs import told

if shutil.which("java") is None and os.environ.get("DUIBIAO_SPARK") != "required":
    pytest.skip("Java is not installed", allow_module_level=True)

WITHIN = 240  # seconds that a cluster may take


@dataclass(frozen=True)
class Cluster:
    """A master and two workers on this machine."""

    master: str
    workers: Sequence[subprocess.Popen[bytes]]


def _spark_class(name: str, *more: str, log: Path) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_DAEMON_MEMORY": "384m",
        "PYSPARK_PYTHON": sys.executable,
    }
    with log.open("wb") as file:
        return subprocess.Popen(
            [home / "bin" / "spark-class", name, *more],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )


def _wait(until: Callable[[], object], what: str) -> None:
    end = monotonic() + WITHIN
    while not until():
        assert monotonic() < end, what
        sleep(0.1)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    log = tmp_path / "master.log"
    more = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    started = [_spark_class("org.apache.spark.deploy.master.Master", *more, log=log)]

    def address() -> re.Match[str] | None:
        return re.search(r"Starting Spark master at (spark://127\.0\.0\.1:\d+)", log.read_text("utf-8"))

    try:
        _wait(address, "the master does not start")
        told = address()
        assert told is not None
        master = told[1]
        for number in range(2):
            more = ["--cores", "1", "--memory", "1g", "--host", "127.0.0.1", "--webui-port", "0", "--work-dir"]
            more += [str(tmp_path / f"work{number}"), master]
            started.append(
                _spark_class("org.apache.spark.deploy.worker.Worker", *more, log=tmp_path / f"worker{number}.log")
            )
        yield Cluster(master, started[1:])
    finally:
        for each in started:
            os.killpg(each.pid, signal.SIGKILL)
            each.wait()


@pytest.mark.untraced
def test_a_worker_that_ends_leaves_the_result_right(cluster: Cluster, tmp_path: Path) -> None:
    """One of two workers, with its executor, is killed while shares are judged; the other does its work again."""
    folders = generate.write(tmp_path / "city", 5, sites=200, forms=3, districts=6)
    catalogue = load.load_catalogue(folders.catalogue)
    submission = read_submission([folders.data], catalogue)
    expected = told(catalogue, submission)
    settings: Mapping[str, str] = {"spark.executor.memory": "512m", "spark.executor.cores": "1"}
    spark = spark_on(cluster.master, settings)
    try:
        tracker = spark.session.sparkContext.statusTracker()
        found: list[tuple[bytes, pl.DataFrame]] = []
        judging = threading.Thread(target=lambda: found.append(told(catalogue, submission, _many_shares(spark))))
        judging.start()

        def begun() -> bool:
            stages = [tracker.getStageInfo(each) for each in tracker.getActiveStageIds()]
            return any(stage is not None and 1 <= stage.numCompletedTasks < stage.numTasks for stage in stages)

        _wait(lambda: begun() or not judging.is_alive(), "no share is judged")
        assert judging.is_alive(), "all shares were judged before a worker could end"
        os.killpg(cluster.workers[0].pid, signal.SIGKILL)  # its executor is of its group
        judging.join(WITHIN)
        [(ours, findings)] = found
        assert findings.equals(expected[1])
        assert ours == expected[0]
    finally:
        spark.close()


def _many_shares(spark: Spark) -> Spark:
    """More shares than cores, so that some are left when a worker ends."""

    class Many(Spark):
        def shares_for(self, rows: int) -> int:
            return 24

    return Many(spark.session, spark.master)

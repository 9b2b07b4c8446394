"""A cluster of two workers on this machine, of which one is lost: the result is right all the same.

Skipped without Java, unless DUIBIAO_SPARK=required. A process has one session of Spark at a time, so that this is a
module of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import pytest

from duibiao.criteria import load
from duibiao.evaluator.backends.spark import Spark, spark_on
from duibiao.evaluator.intake.read import read_submission
from tests.reference import generate
from tests.spark_runs import told
from tests.standalone import WITHIN, Cluster, standalone, wait

if shutil.which("java") is None and os.environ.get("DUIBIAO_SPARK") != "required":
    pytest.skip("Java is not installed", allow_module_level=True)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with standalone(tmp_path, sys.executable) as found:
        yield found


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

        wait(lambda: begun() or not judging.is_alive(), "no share is judged")
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

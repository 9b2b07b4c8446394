"""A standalone cluster of Spark on this machine: a master and two workers of one core each."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

WITHIN = 240  # seconds that a cluster may take


@dataclass(frozen=True)
class Cluster:
    """A master and two workers on this machine."""

    master: str
    workers: Sequence[subprocess.Popen[bytes]]


def _spark_class(name: str, *more: str, log: Path, python: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_DAEMON_MEMORY": "384m",
        "PYSPARK_PYTHON": python,
    }
    with log.open("wb") as file:
        return subprocess.Popen(
            [home / "bin" / "spark-class", name, *more],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )


def wait(until: Callable[[], object], what: str) -> None:
    end = monotonic() + WITHIN
    while not until():
        assert monotonic() < end, what
        sleep(0.1)


@contextmanager
def standalone(folder: Path, python: str) -> Iterator[Cluster]:
    """Start a cluster whose workers have this Python, unless they are told of another; end it."""
    log = folder / "master.log"
    more = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    started = [_spark_class("org.apache.spark.deploy.master.Master", *more, log=log, python=python)]

    def address() -> re.Match[str] | None:
        return re.search(r"Starting Spark master at (spark://127\.0\.0\.1:\d+)", log.read_text("utf-8"))

    try:
        wait(address, "the master does not start")
        told = address()
        assert told is not None
        master = told[1]
        for number in range(2):
            more = ["--cores", "1", "--memory", "1g", "--host", "127.0.0.1", "--webui-port", "0", "--work-dir"]
            more += [str(folder / f"work{number}"), master]
            log = folder / f"worker{number}.log"
            started.append(_spark_class("org.apache.spark.deploy.worker.Worker", *more, log=log, python=python))
        yield Cluster(master, started[1:])
    finally:
        for each in started:
            os.killpg(each.pid, signal.SIGKILL)
            each.wait()

"""The same engine on Apache Spark: shares of the places go to the executors, what they found comes back.

An executor runs what a single machine would: ``Ground.judge`` of a share. Rows travel packed, a share in a few fat
cells, so that Spark moves bytes and none of its own expressions decides anything. The only file that imports pyspark.
"""

from __future__ import annotations

import logging
import os
import pickle
import platform
import re
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from locale import getencoding
from pathlib import Path
from shutil import which
from tempfile import TemporaryFile
from typing import IO, Any, ClassVar, Final

import polars as pl
import pyarrow as pa
from py4j.java_gateway import JavaObject
from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext, StorageLevel
from pyspark.errors import PySparkException, PythonException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import DataFrame, SparkSession, functions

from duibiao.criteria.language import gettext as _
from duibiao.evaluator.areas import Geography
from duibiao.evaluator.backends import tasks
from duibiao.evaluator.compile import Plan
from duibiao.evaluator.evaluate import Evaluation
from duibiao.evaluator.gathered import gathered
from duibiao.evaluator.intake.lake import Lake
from duibiao.evaluator.intake.part_files import pieces
from duibiao.evaluator.share_rows import GAP_ROWS, SITE_ROWS, Tables
from duibiao.evaluator.shares import Ground, Rows, in_shares, parted, share_of, unpacked
from duibiao.evaluator.site_scores import places_of_scores
from duibiao.evaluator.streamed import Told
from duibiao.evaluator.submission import Submission
from duibiao.evaluator.subtotals import Subtotals
from duibiao.evaluator.visits import RoundVisits

JAVA: Final = 17  # the oldest that Spark 4 runs on
SAME: Final = ("duibiao", "polars", "numpy")  # of one version everywhere, so that all reckon alike
ROWS_A_SHARE: Final = 50_000
SUMS: Final = 16  # at most, that come here, however many shares they are of
PIECES_A_TASK: Final = 16  # of parts, at most, that one task reads where there are many
ENDS_WITHIN: Final = 20  # seconds that Java may take to end
ANSWER_WITHIN: Final = 5_000  # milliseconds that a master may take to answer
EXECUTORS_WITHIN: Final = 120_000  # and an executor to come
CLASSED: Final = re.compile(r"\[[A-Z][A-Z_.]+\] .+")  # [FAILED_READ_FILE.NO_HINT] Encountered error ...
Task = Callable[[Any, Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]
SPARK_TYPES: Final[Mapping[pl.DataType, str]] = {
    pl.String(): "string",
    pl.Int64(): "bigint",
    pl.Datetime("us"): "timestamp_ntz",
    pl.List(pl.String()): "array<string>",
}
PLACE: Final = re.compile(r"(?P<host>\[[^\]]+\]|[^:,/\[\]]+):(?P<port>\d+)")
MASTER: Final = re.compile(
    r"local(\[(\d+|\*)(, *\d+)?\])?|local-cluster\[[\d, ]+\]|yarn|k8s://.+|spark://" + f"{PLACE.pattern}(,.+)?"
)
# Unless the configuration of Spark says otherwise.
SETTINGS: Final[Mapping[str, str]] = {
    "spark.app.name": "duibiao",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",  # written where nobody sees it, and looked up where Java itself ends
    "spark.driver.memory": "2g",
    "spark.driver.maxResultSize": "2g",
    "spark.rpc.message.maxSize": "512",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(256 << 20),
    "spark.sql.session.timeZone": "UTC",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.task.maxFailures": "4",
}
# What Java writes on why it ends; what it writes beside that.
WRITTEN: Final = re.compile(r'^(?:Exception in thread "[^"]*" [\w.$]+: |\S+ \S+ ERROR \w+: )(.+)$', re.MULTILINE)
BESIDE: Final = re.compile(
    r"\s|$|WARNING: |Using |Error: (Could not|A fatal)|Error occurred during init|\d\d/\d\d/\d\d "
)
PACKAGE: Final = re.compile(r"^(\w+\.)+(?=\w+:)")  # java.net.UnknownHostException: host
SAYS_NOTHING: Final = "An error has occurred."  # of Kubernetes, before what it came of
# It speaks of pandas, which is not used here.
warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
# What they log is told in a line. Py4j logs interrupts as if they were ours.
for _name in ("py4j", "DataFrameQueryContextLogger"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)
logging.getLogger().addFilter(lambda record: "py4j" not in Path(record.pathname).parts)


class NoSpark(Exception):
    """Spark cannot be used, or did not come to an end; says why in one line."""


# ------------------------------------------------------------------ the session


@dataclass(frozen=True)
class Spark:
    """A session of Spark on some master. Made by ``spark_on``."""

    session: SparkSession
    master: str
    here: ClassVar = False

    def close(self) -> None:
        """End the session."""
        with suppress(Py4JError, OSError):
            self.session.stop()

    @staticmethod
    def abandon() -> None:
        """End Java with all that it is doing; it is in the middle of an answer, so that nothing can be asked of it."""
        _end_java()

    @property
    def cores(self) -> int:
        """How many tasks run at once."""
        return int(self.session.sparkContext.defaultParallelism)

    def evaluate(self, plan: Plan, submission: Submission, visits: RoundVisits, geography: Geography) -> Evaluation:
        """What ``duibiao.evaluator.evaluate.evaluate`` finds, found on the executors.

        Raises NoSpark, and whatever the engine raises on an executor.
        """
        rest, rows = parted(plan.catalogue, submission)
        ground = Ground(plan.catalogue, rest, visits.round_id, plan.as_of)
        shares = self.shares_for(rows.height)
        with _told(self.master):
            sent = self._sent(rows, shares)
            if sent is None:
                return ground.judge(rows).evaluation
            found = _came_back(self._in_shares(sent, shares, tasks.evaluate, ground))
        return gathered(plan, [pickle.loads(packed) for _, _, packed in sorted(found)])

    def shares_for(self, rows: int) -> int:
        """Into how many shares so many rows are put: two for each core at least."""
        return max(2 * self.cores, -(-rows // ROWS_A_SHARE))

    @contextmanager
    def shares(self, lake: Lake, shares: int, *, tabled: bool) -> Iterator[tuple[SparkShares, list[Told]]]:
        """The rows of the parts of a lake, read and kept on the executors, and what is told of them; ``tabled`` where
        sites and gaps will be written. Raises NoSpark, and whatever reading raises."""
        with _told(self.master):
            wanted = pieces(lake.parts)
            number = min(len(wanted), max(2 * self.cores, -(-len(wanted) // PIECES_A_TASK)))
            rows = self.session.createDataFrame([], tasks.PACKED)
            if wanted:
                spread = [(each % number, "piece", pickle.dumps(piece)) for each, piece in enumerate(wanted)]
                sent = self.session.createDataFrame(_rows(spread))
                rows = self._in_shares(sent, number, tasks.read, tasks.PartReading(lake.reader, shares, lake.limits))
            rows = rows.persist(StorageLevel.DISK_ONLY)
            told = _came_back(rows.filter("share < 0"))
        yield SparkShares(self, rows, shares, tabled), [pickle.loads(packed) for _, _, packed in told]

    def _sent(self, rows: Rows, shares: int) -> DataFrame | None:
        """Rows that are here, as shares; None where there is none."""
        packed = [(number, own.packed()) for number, own in in_shares(rows, shares)]
        if not packed:
            return None
        return self.session.createDataFrame(_rows([(number, "rows", raw) for number, raw in packed]))

    def _in_shares(self, rows: DataFrame, shares: int, task: Task, known: object) -> DataFrame:
        """What a task makes of every share."""
        sent = self.session.sparkContext.broadcast(known)
        return rows.repartitionById(shares, "share").mapInArrow(partial(task, sent), tasks.PACKED)


@dataclass
class SparkShares:
    """Rows about places on the executors, in so many shares. Made by ``Spark.shares``."""

    spark: Spark
    told: DataFrame
    number: int
    tabled: bool
    found: DataFrame | None = None

    def add(self, rows: Rows) -> None:
        """Put rows that are here beside those that were read there."""
        sent = self.spark._sent(rows, self.number)
        if sent is not None:
            self.told = self.told.union(sent)

    def sums(self, ground: Ground, loses: Collection[str], shown: int) -> Iterator[Subtotals]:
        """What the shares add to the figures, put together on the executors into a few sums."""
        with _told(self.spark.master):
            adding = tasks.Adding(ground, shown, self.tabled)
            found = self.spark._in_shares(self.rows, self.number, tasks.add, adding)
            self.found = found.persist(StorageLevel.DISK_ONLY) if self.tabled else found
            sums, folding = self.found.filter("kind in ('sums', 'error')"), tasks.Folding(loses, shown)
            told = _came_back(self.spark._in_shares(sums, min(SUMS, self.number), tasks.fold, folding))
        return (pickle.loads(packed) for _, _, packed in told)

    @property
    def rows(self) -> DataFrame:
        """The packed rows by share."""
        return self.told.filter("share >= 0")

    def rows_of(self, sites: Collection[str]) -> Rows:
        """All rows about a few places."""
        wanted = share_of(pl.Series("site", sorted(sites), dtype=pl.String), self.number).unique().to_list()
        with _told(self.spark.master):
            sent = self.spark.session.sparkContext.broadcast(frozenset(sites))
            own = self.rows.filter(functions.col("share").isin(wanted))
            found = _came_back(own.mapInArrow(partial(tasks.about, sent), tasks.PACKED))
        return unpacked([packed for _, _, packed in sorted(found)])

    def every_row(self) -> Rows:
        """All rows, brought here."""
        with _told(self.spark.master):
            return unpacked([packed for _, _, packed in sorted(_came_back(self.rows))])

    def write(self, own: Tables, numbers: pl.DataFrame, folder: Path) -> None:
        """Write ``sites`` and ``gaps`` into a folder that every executor sees, those of areas and units (``own``) among
        them: parquet by round and area. ``numbers`` says how many sites have each score, from which places follow.

        Raises NoSpark where something did not arrive.
        """
        assert self.found is not None
        places = tasks.as_spark_reads(places_of_scores(numbers))
        with _told(self.spark.master):
            ranked = functions.broadcast(self.spark.session.createDataFrame(places))
            for name, schema, mine in (("sites", SITE_ROWS, own.sites), ("gaps", GAP_ROWS, own.gaps)):
                here = self.spark.session.createDataFrame(_rows([(tasks.NO_SHARE, name, tasks.packed(mine))]))
                declared = ", ".join(f"`{key}` {SPARK_TYPES[kind]}" for key, kind in schema.items())
                found = self.found.filter(functions.col("kind") == name).union(here)
                table = found.mapInArrow(tasks.unpack, declared)
                if name == "sites":
                    table = table.join(ranked, ["site_type", "score"], "left").select(*schema, "place")
                table = table.repartition("round", "area")
                table.write.partitionBy("round", "area").parquet(f"file://{folder / name}", compression="zstd")
        for checksum in folder.rglob(".*.crc"):  # of Hadoop's own, beside what parquet has
            checksum.unlink()


def _rows(packed: Sequence[tuple[int, str, bytes]]) -> pa.Table:
    """Packed rows as a table of Arrow, with the columns of ``tasks.PACKED``."""
    kinds = (pa.int32(), pa.string(), pa.binary())
    columns = [pa.array(list(values), kind) for values, kind in zip(zip(*packed, strict=True), kinds, strict=True)]
    return pa.table(columns, names=["share", "kind", "packed"])


def _came_back(found: DataFrame) -> list[tuple[int, str, bytes]]:
    """Share, kind and what came of it. Raises what was raised there."""
    table = found.toArrow()
    told = list(zip(*(table[name].to_pylist() for name in ("share", "kind", "packed")), strict=True))
    for _share, kind, packed in told:
        if kind == "error":
            raise pickle.loads(packed)
    return told


def spark_on(master: str, settings: Mapping[str, str]) -> Spark:
    """A session on ``master`` (local[2], spark://host:7077, yarn ...), with settings of Spark's own (name: value).

    Raises NoSpark: a master that is none or does not answer, no Java or too old a one, no executor, executors that
    lack this program or have another version.
    """
    if not MASTER.fullmatch(master):
        raise NoSpark(
            _("'{master}' is no master; write spark://host:7077, local[2], yarn or k8s://https://host:6443").format(
                master=master
            )
        )
    _look_for_java()
    conf = SparkConf().setMaster(master)
    for name, value in {**SETTINGS, **settings}.items():
        conf.set(name, value)
    os.environ["PYSPARK_PYTHON"] = settings.get("spark.pyspark.python") or os.environ.get(
        "PYSPARK_PYTHON", sys.executable
    )
    if getencoding().lower() != "utf-8":
        os.environ["LC_ALL"] = "C.UTF-8"  # by which Java writes the names of files
    try:
        with TemporaryFile() as said, _told(master, said):
            _start_java(conf, said)
            _look_for_master(master)
            with _interrupts_kept():
                spark = Spark(SparkSession.builder.config(conf=conf).getOrCreate(), master)
        try:
            look_for_executors(spark)
        except NoSpark:
            spark.close()
            raise
    except KeyboardInterrupt:
        _end_java()
        raise
    return spark


def _start_java(conf: SparkConf, said: IO[bytes]) -> None:
    """Start Java where there is none, which writes into a file and not between our lines."""
    with _interrupts_kept(), _interrupts_later():
        if SparkContext._gateway is None:
            launch: Any = launch_gateway  # without types
            gateway = launch(conf, {"stdout": said, "stderr": said})
            SparkContext._ensure_initialized(gateway=gateway, conf=conf)


def _end_java() -> None:
    """Java ends in good order when its input does. The thread that it tells of its counters ends before."""
    context = SparkContext._active_spark_context
    if context is not None:
        context._accumulatorServer.shutdown()
    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    process: subprocess.Popen[bytes] | None = getattr(gateway, "proc", None)
    if process is not None and process.stdin is not None:
        process.stdin.close()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def _interrupts_kept() -> Iterator[None]:
    """What an interrupt does is afterwards what it was: Spark would ask Java in the middle of an answer."""
    ours = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, ours)


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """An interrupt counts after this: a Java that is coming up is not known yet, and could not be ended."""
    ours = signal.getsignal(signal.SIGINT)
    came: list[int] = []
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    yield
    if came and callable(ours):
        ours(came[0], None)


def _look_for_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else which("java")
    try:
        told = subprocess.run([java or "java", "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        where = f" (JAVA_HOME: {home})" if home else ""
        raise NoSpark(
            _("Spark needs Java {least} or newer and none is found{where}; install one and set JAVA_HOME").format(
                least=JAVA, where=where
            )
        ) from None
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found and int(found[1]) < JAVA:
        raise NoSpark(
            _("Spark needs Java {least} or newer, this is {found} ({java}); set JAVA_HOME to a newer one").format(
                least=JAVA, found=found[1], java=java
            )
        )


def _look_for_master(master: str) -> None:
    """Ask each named master for an answer; Spark itself would wait for a minute and not say which one it was."""
    if not master.startswith("spark://"):
        return
    places = list(PLACE.finditer(master.removeprefix("spark://")))
    jvm: Any = SparkContext._jvm
    silent = []
    for place in places:
        socket = jvm.java.net.Socket()
        try:
            address = jvm.java.net.InetSocketAddress(place["host"].strip("[]"), int(place["port"]))
            socket.connect(address, ANSWER_WITHIN)
            return
        except Py4JError as error:
            silent.append(f"{place[0]}: {_reason(error)}")
        finally:
            socket.close()
    raise NoSpark(_("No master answers at {master} ({reason})").format(master=master, reason="; ".join(silent)))


def look_for_executors(spark: Spark) -> None:
    """Wait for an executor, and see that all have this program and reckon with the same versions."""
    context = spark.session.sparkContext
    jvm: Any = context._jvm
    with _told(spark.master):
        if not spark.master.startswith("local"):
            for _again in range(EXECUTORS_WITHIN // 500):
                if _executors(context):
                    break
                jvm.java.lang.Thread.sleep(500)
            else:
                raise NoSpark(
                    _("{master} gave no executor within {seconds} seconds; it has no free cores or memory").format(
                        master=spark.master, seconds=EXECUTORS_WITHIN // 1000
                    )
                )
        here = _versions()
        every = context.parallelize(range(spark.cores), spark.cores).map(_versions_there).collect()
    for there in every:
        if there != here:
            differing = [f"{name} {there.get(name, '-')}" for name in here if there.get(name) != here[name]]
            wanted = [f"{name} {here[name]}" for name in here if there.get(name) != here[name]]
            raise NoSpark(
                _("An executor has {there} where this machine has {here}; install the same ones there").format(
                    there=", ".join(differing), here=", ".join(wanted)
                )
            )


def _executors(context: SparkContext) -> int:
    """How many processes beside this one the master gave."""
    jsc: Any = context._jsc
    return int(jsc.sc().getExecutorMemoryStatus().size()) - 1


def _versions() -> dict[str, str]:
    """What decides how numbers come out."""
    return {"Python": ".".join(platform.python_version_tuple()[:2]), **{name: version(name) for name in SAME}}


def _versions_there(_number: int) -> dict[str, str]:
    return _versions()


@contextmanager
def _told(master: str, said: IO[bytes] | None = None) -> Iterator[None]:
    """Turns what Spark raises into one line; ``said`` is what Java writes."""
    try:
        yield
    except PythonException as error:
        missing = re.search(r"No module named '([\w.]+)'", str(error))
        if missing:
            raise NoSpark(
                _("An executor lacks '{module}'; install duibiao with its extra `spark` there (docs/spark.md)").format(
                    module=missing[1]
                )
            ) from error
        last = [line for line in str(error).splitlines() if line.strip()][-1].strip()
        raise NoSpark(_("Spark on {master} failed: {reason}").format(master=master, reason=last)) from error
    except (PySparkException, Py4JError, ConnectionError) as error:
        reason = _reason(error, _written(said) if said else "")
        raise NoSpark(_("Spark on {master} failed: {reason}").format(master=master, reason=reason)) from error


def _written(said: IO[bytes]) -> str:
    """Why Java ended, of all that it wrote."""
    said.seek(0)
    text = said.read().decode(errors="replace")
    found = WRITTEN.search(text)
    return found[1] if found else next((line for line in text.splitlines() if not BESIDE.match(line)), "")


def _reason(error: BaseException, written: str = "") -> str:
    """What Java or Spark says, in a line: where one of the causes has a class of Spark's, that; ``written`` where Java
    is not there any more to say it."""
    causes = list(_causes(error))
    told = [str(each.getMessage()) for each in causes] or [written or str(error)]
    if told[0] == SAYS_NOTHING:
        told = [PACKAGE.sub("", str(causes[-1].toString()))]
    lines = [line.strip() for text in told for line in text.splitlines() if line.strip()]
    classed = [found[0] for line in lines if (found := CLASSED.search(line))]
    first = (classed or lines or [type(error).__name__])[0]
    return first.partition(" SQLSTATE")[0][:300]


def _causes(error: BaseException) -> Iterator[Any]:
    """The exception of Java behind an error, and those that it came of."""
    origin = getattr(error, "_origin", None) or error
    found = origin if isinstance(origin, JavaObject) else getattr(origin, "java_exception", None)
    while found is not None:
        yield found
        found = found.getCause()

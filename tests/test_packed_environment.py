"""Executors that have nothing but what docs/spark.md packs for them: no PySpark, no pandas, and the same bytes.

``make soak`` runs it, as it builds the wheel and an environment. Skipped without Java, unless DUIBIAO_SPARK=required.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from duibiao.cli import main
from duibiao.commands import sent
from duibiao.evaluator.backends.spark import spark_on
from tests.lake import write_lake
from tests.standalone import Cluster, standalone

if shutil.which("java") is None and os.environ.get("DUIBIAO_SPARK") != "required":
    pytest.skip("Java is not installed", allow_module_level=True)

pytestmark = pytest.mark.soak


def packed(wheel: Path, folder: Path) -> Path:
    """An environment with the wheel, what it depends on and pyarrow, packed as docs/spark.md says."""
    env, archive = folder / "env", folder / "env.tar.gz"
    same = [f"{name}=={version(name)}" for name in ("polars", "numpy")]
    commands: list[list[str | Path]] = [
        [sys.executable, "-m", "venv", env],
        [env / "bin" / "pip", "--quiet", "install", wheel, "pyarrow", "venv-pack", *same],
        [env / "bin" / "venv-pack", "--quiet", "-p", env, "-o", archive],
    ]
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    ask = "from importlib.util import find_spec; print(find_spec('pyspark'), find_spec('pandas'))"
    told = subprocess.run([env / "bin" / "python", "-c", ask], cwd=folder, capture_output=True, text=True, check=True)
    assert told.stdout == "None None\n"
    shutil.rmtree(env)  # the executors have the archive alone
    return archive


def found_there(cluster: Cluster, settings: dict[str, str], *names: str) -> dict[str, str]:
    """Where an executor finds some packages."""
    spark = spark_on(cluster.master, settings)
    try:
        found = spark.session.sparkContext.parallelize(names, 1).map(find_spec).map(str).collect()
    finally:
        spark.close()
    return dict(zip(names, found, strict=True))


def check(data: Path, catalogue: Path, out: Path, *more: str) -> bytes:
    """assessment.json of a run."""
    asked = ["check", str(data), "--catalogue", str(catalogue), "-o", str(out), "--lang", "en", *more]
    done = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return (out / "assessment.json").read_bytes()


def test_executors_need_only_a_packed_environment(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers have no Python of their own at all. A round with a word on every finding, and one with tables."""
    settings = {
        "spark.archives": f"{packed(wheel, tmp_path)}#env",
        "spark.pyspark.python": "./env/bin/python",
        "spark.executor.memory": "512m",
    }
    asked = [word for name, value in settings.items() for word in ("--spark-conf", f"{name}={value}")]
    short = ["--no-forecast", "--no-plan", "--pages", "none"]
    (tmp_path / "lake").mkdir()
    lake = write_lake(tmp_path / "lake", sites=60, visits=3)
    monkeypatch.setenv("PYSPARK_PYTHON", "")  # given back afterwards, as Spark's is set for this process
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with standalone(tmp_path, str(tmp_path / "no-python")) as cluster:
        there = found_there(cluster, settings, "duibiao.cli", "pandas", "pyspark")
        assert "/env/lib/python" in there["duibiao.cli"]
        assert there["pandas"] == "None"
        assert "pyspark.zip" in there["pyspark"]
        on_spark = ["--engine", "spark", "--master", cluster.master, *asked]
        whole = check(lake.data, lake.catalogue, tmp_path / "whole", *short, *on_spark)
        assert whole == check(lake.data, lake.catalogue, tmp_path / "whole-here", *short)
        for name in ("findings.csv", "findings.parquet"):
            assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "whole-here" / name).read_bytes()
        monkeypatch.setattr(sent, "FINDINGS_TOLD", 0)
        monkeypatch.setattr(sent, "ROWS_AT_ONCE", 0)
        large = check(lake.data, lake.catalogue, tmp_path / "large", *on_spark)
        assert large == check(lake.data, lake.catalogue, tmp_path / "large-here")
    for name in ("sites", "gaps"):
        rows = [
            pl.read_parquet(tmp_path / out / name, hive_partitioning=True)
            .select(pl.struct(pl.all()).alias("row"))["row"]
            .to_list()
            for out in ("large", "large-here")
        ]
        assert sorted(rows[0], key=str) == sorted(rows[1], key=str)
        assert rows[0]

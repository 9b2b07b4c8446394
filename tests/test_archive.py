"""OUT/inputs: what was scored comes back as it was written, the answers of respondents too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from polars.testing import assert_frame_equal

from duibiao.evaluator.archive import read_inputs, write_inputs
from tests.intake.city import AREAS, REGISTER, load_test_catalogue, read


def test_answers_come_back(tmp_path: Path) -> None:
    for name in ("criteria", "data"):
        (tmp_path / name).mkdir()
    catalogue = load_test_catalogue(tmp_path / "criteria")
    people = [{"属地": "川汇区", "您支持本市参评吗": "支持", "权数": "1.5", "姓名": "张三"}]
    sent = read(tmp_path / "data", catalogue, {"a.csv": AREAS, "b.csv": REGISTER, "c.csv": people})
    write_inputs(tmp_path / "inputs", catalogue, sent, "", date(2026, 3, 6))
    kept, submission, *_ = read_inputs(tmp_path / "inputs")
    assert kept.site_types == catalogue.site_types
    assert submission.answers.keys() == sent.answers.keys() == {"residents", "students"}
    for key, frame in sent.answers.items():
        assert_frame_equal(submission.answers[key], frame)
    assert all("张三".encode() not in path.read_bytes() for path in (tmp_path / "inputs").rglob("*") if path.is_file())

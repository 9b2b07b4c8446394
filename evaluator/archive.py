"""OUT/inputs: the resolved catalogue and the accepted data, so that explaining a score needs nothing but OUT."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from duibiao.criteria.models import Catalogue
from duibiao.evaluator.document import to_json
from duibiao.evaluator.submission import Note, Photo, Reject, Submission, Table

TABLES: Final = ("areas", "units", "rounds", "sites", "checks", "problems", "waivers", "taken")
BY_KEY: Final = ("values", "visits", "answers")  # by site type, the last by questionnaire


class NotAnOutput(Exception):
    """A folder that is not an output of ``check``."""


def write_inputs(folder: Path, catalogue: Catalogue, submission: Submission, round_id: str, as_of: date) -> None:
    """Write what was scored below ``folder``. Raises OSError."""
    for kind in BY_KEY:
        (folder / kind).mkdir(parents=True)
    kept = catalogue.model_dump(mode="json", by_alias=True, exclude_none=True)
    (folder / "catalogue.json").write_bytes(to_json(kept))
    run = {
        "round": round_id,
        "as_of": as_of.isoformat(),
        "tables": [asdict(table) for table in submission.tables],
        "rejects": [asdict(each) for each in submission.rejects],
        "notes": [asdict(each) for each in submission.notes],
        "photos": [asdict(replace(each, path=None, member="")) for each in submission.photos],
    }
    (folder / "run.json").write_bytes(to_json(run))
    for name in TABLES:
        getattr(submission, name).write_parquet(folder / f"{name}.parquet")
    for kind in BY_KEY:
        for name, frame in getattr(submission, kind).items():
            frame.write_parquet(folder / kind / f"{name}.parquet")


def read_inputs(folder: Path) -> tuple[Catalogue, Submission, str, date]:
    """The catalogue, the data, the round and the day of an output. Raises NotAnOutput."""
    try:
        catalogue = Catalogue.model_validate_json((folder / "catalogue.json").read_bytes())
        run = json.loads((folder / "run.json").read_bytes())
        frames: dict[str, Any] = {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
        by_key = {
            kind: {path.stem: pl.read_parquet(path) for path in sorted((folder / kind).glob("*.parquet"))}
            for kind in BY_KEY
        }
        submission = Submission(
            **frames,
            values=by_key["values"],
            visits=by_key["visits"],
            answers=by_key["answers"],
            tables=tuple(Table(**each) for each in run["tables"]),
            rejects=tuple(Reject(**each) for each in run["rejects"]),
            notes=tuple(Note(**each) for each in run["notes"]),
            photos=tuple(Photo(**each) for each in run["photos"]),
        )
        return catalogue, submission, str(run["round"]), date.fromisoformat(run["as_of"])
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise NotAnOutput(str(folder)) from error

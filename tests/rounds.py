"""The starter city in two rounds, assessed by the real engine: for pages that say what changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from duibiao.criteria.load import load_catalogue
from duibiao.evaluator.assess import assess_judgement
from duibiao.evaluator.assessment import Assessment
from duibiao.evaluator.intake.read import read_submission
from duibiao.evaluator.judgement import judge_round
from duibiao.evaluator.previous import earlier_judgements, with_earlier

STARTER: Final = Path(__file__).resolve().parent.parent / "examples" / "starter"
SECOND: Final = {  # what was seen two weeks later: one crossing mended, one worse, a market not yet, a library not visited
    "交通路口": [
        "LK-01,2026-03-16,王某,200,120,4,1,完好,2",
        "LK-02,2026-03-16,王某,150,149,2,0,完好,3",
    ],
    "农贸市场": [
        "SC-01,2026-03-17,李某,0,20,15,是,是,无,是,通畅无味",
        "SC-02,2026-03-17,李某,0,20,18,√,×,有,无,少量积水",
    ],
    "城市书房": ["SF-01,2026-03-18,张某,40,2,56"],
}


def two_rounds(folder: Path) -> Assessment:
    """The second round with the first one beside it; its data are written below ``folder``."""
    data = folder / "data"
    shutil.copytree(STARTER / "data", data)
    for name, rows in SECOND.items():
        path = data / f"{name}.csv"
        path.write_text(path.read_text("utf-8") + "".join(f"{row}\n" for row in rows), "utf-8")
    catalogue = load_catalogue(STARTER / "criteria")
    judgement = judge_round(catalogue, read_submission([data], catalogue, round_by="week"))
    return with_earlier(assess_judgement(judgement), judgement, earlier_judgements(judgement))

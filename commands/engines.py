"""What makes the findings: this process, or Spark where that is asked for. What cannot be used is said, and ends with
2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final, Literal, Protocol

import click

from duibiao.commands.ending import fail
from duibiao.criteria.language import gettext as _

if TYPE_CHECKING:
    from duibiao.evaluator.areas import Geography
    from duibiao.evaluator.compile import Plan
    from duibiao.evaluator.evaluate import Evaluation
    from duibiao.evaluator.intake.lake import Lake
    from duibiao.evaluator.large_round import KeptShares
    from duibiao.evaluator.streamed import Told
    from duibiao.evaluator.submission import Submission
    from duibiao.evaluator.visits import RoundVisits

EngineName = Literal["local", "spark"]
EVERY_CORE: Final = "local[*]"


class Engine(Protocol):
    """What makes findings, of a submission or of shares of a round too large for one."""

    @property
    def here(self) -> bool:
        """Whether it is this process."""

    def evaluate(self, plan: Plan, submission: Submission, visits: RoundVisits, geography: Geography, /) -> Evaluation:
        """The findings of a round."""

    def shares_for(self, rows: int) -> int:
        """Into how many shares so many rows are put."""

    def shares(self, lake: Lake, shares: int, *, tabled: bool) -> AbstractContextManager[tuple[KeptShares, list[Told]]]:
        """The rows of the parts of a lake in shares, and what is told of them."""


@contextmanager
def engine(name: EngineName, master: str | None, conf: tuple[str, ...]) -> Iterator[Engine]:
    """The engine of this name, for as long as it is needed."""
    if name == "local":
        from duibiao.evaluator.backends.local import Local

        if master is not None or conf:
            raise click.UsageError(_("--master and --spark-conf speak of Spark; write --engine spark with them"))
        yield Local()
        return
    settings = _settings(conf)
    try:
        from duibiao.evaluator.backends.spark import NoSpark, spark_on
    except ModuleNotFoundError as error:
        fail(_("'{module}' is not installed; write: pip install 'duibiao[spark]'").format(module=error.name))
    try:
        spark = spark_on(EVERY_CORE if master is None else master, settings)
        try:
            yield spark
        except KeyboardInterrupt:
            spark.abandon()
            raise
        finally:
            spark.close()
    except NoSpark as error:
        fail(f"{error}\n" + _("Nothing was scored."))


def _settings(conf: tuple[str, ...]) -> dict[str, str]:
    """The settings of Spark that were given, by name."""
    found = dict(each.partition("=")[::2] for each in conf)
    wrong = [each for each in conf if not each.startswith("spark.") or "=" not in each]
    if wrong:
        raise click.UsageError(
            _("'{text}' is no setting of Spark; write it as spark.executor.memory=8g").format(text=wrong[0])
        )
    return found

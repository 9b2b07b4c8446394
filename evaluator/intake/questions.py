"""The questions of a catalogue's questionnaires, by the headers under which their answers stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from duibiao.criteria.models import Catalogue, SiteType
from duibiao.criteria.questionnaire import possible_questions, question_form
from duibiao.evaluator.intake.names import fold


class Questions:
    """Which questions a header may ask, under one catalogue; ``kinds`` has the questionnaires that have any."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.kinds: Mapping[str, SiteType] = {key: kind for key, kind in catalogue.site_types.items() if kind.questions}
        self._keys = {key: _by_header(kind) for key, kind in self.kinds.items()}
        self._samples = {fold(header) for kind in self.kinds.values() for header in headers_beside(kind)}
        self.texts = [each.text for kind in self.kinds.values() for each in kind.questions.values()]

    def of(self, header: str, questionnaire: str) -> str | None:
        """The question of a questionnaire that a header asks, whatever number survey programs put before it."""
        keys = self._keys[questionnaire]
        return next((keys[form] for form in possible_questions(header) if form in keys), None)

    def known(self, header: str) -> bool:
        """Whether a header asks a question of any questionnaire."""
        return any(self.of(header, key) is not None for key in self.kinds)

    def samples(self, header: str) -> bool:
        """Whether a header is that of a column of some questionnaire's sample, or of a group of its respondents."""
        return fold(header) in self._samples

    def asking(self, headers: Iterable[str]) -> list[str]:
        """The questionnaires that ask most of what these headers ask: one, where that is clear."""
        named = list(headers)
        counts = {key: sum(self.of(header, key) is not None for header in named) for key in self.kinds}
        most = max(counts.values(), default=0)
        return [key for key, count in counts.items() if most and count == most]

    def titles(self, keys: Sequence[str]) -> str:
        """The titles of some questionnaires, in a line."""
        return ", ".join(self.kinds[key].title for key in keys)


def headers_beside(kind: SiteType) -> tuple[str, ...]:
    """The headers of the columns that are kept beside the questions: those of the sample and of the groups."""
    return (*kind.sample.columns.values(), *kind.groups.values())


def _by_header(kind: SiteType) -> dict[str, str]:
    return {
        question_form(name): key
        for key, question in kind.questions.items()
        for name in (key, *question.aliases, question.text)
    }

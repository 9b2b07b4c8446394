"""Names as people write them: cleaned, folded for comparison, looked up, and the nearest one that is known."""

from __future__ import annotations

import hashlib
import heapq
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Final, Generic, TypeVar

from duibiao.criteria.language import gettext as _
from duibiao.criteria.likeness import nearest
from duibiao.criteria.models import Catalogue

T = TypeVar("T")

# What stands around a text and is not seen: blanks of every kind, and the marks that copying from a page leaves.
_AROUND: Final = " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029\u200b\u200c\u200d\u2060\ufeff"
_COMPARED: Final = 30  # how many of the names that share the most characters are compared closely
_PROPOSED: Final = 12


def clean(text: str) -> str:
    """``text`` in NFKC, without blanks around it."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip(_AROUND)


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """The form in which headers and the names of a catalogue are compared: NFKC, no case, no blanks inside."""
    return "".join(clean(text).casefold().split())


def distinct(names: Sequence[str]) -> list[str]:
    """The names, of which no two are alike then: the second 检查 is ``检查 (2)``."""
    taken, seen = set(names), set[str]()
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
    found: list[str] = []
    for name in names:
        free = name
        if name in seen:
            free = next(each for number in numbers[name] if (each := f"{name} ({number})") not in taken)
            taken.add(free)
        seen.add(name)
        found.append(free)
    return found


def list_known(known: Sequence[str]) -> str:
    """The first of the known names in a line."""
    if not known:
        return _("none is declared")
    return _("known: {names}").format(names=", ".join(known[:_PROPOSED]) + (" ..." if len(known) > _PROPOSED else ""))


def advise(name: str, known: Sequence[str]) -> str:
    """``did you mean 'x'?`` for the nearest of a few known names, else the known names in a line."""
    near = nearest(name, known)
    return _("did you mean '{name}'?").format(name=near) if near is not None else list_known(known)


def option_code(option: str) -> str:
    """The name of an option in a form for phones, where names are ASCII: made from its text, so it stays the same."""
    return "o" + hashlib.sha256(clean(option).encode()).hexdigest()[:8]


class Names(Generic[T]):
    """Names, each of which leads to one target or to several; ``form`` is how they are compared.

    Made for many names: the nearest is looked for among those with the most characters in common.
    """

    def __init__(self, pairs: Iterable[tuple[str, T]], form: Callable[[str], str] = fold) -> None:
        self._form = form
        self._targets: dict[str, list[T]] = {}
        written: dict[str, None] = {}
        for name, target in pairs:
            targets = self._targets.setdefault(form(name), [])
            if target not in targets:
                targets.append(target)
            written.setdefault(name)
        self._written = list(written)
        self._having: dict[str, list[int]] | None = None
        self._advice: dict[str, str] = {}

    def get(self, name: str) -> list[T]:
        """Everything that is called so."""
        return self._targets.get(self._form(name), [])

    def advise(self, name: str) -> str:
        """``did you mean 'x'?`` for the nearest known name, else the first known names."""
        if name not in self._advice:
            near = self.near(name)
            self._advice[name] = _("did you mean '{name}'?").format(name=near) if near else list_known(self._written)
        return self._advice[name]

    def near(self, name: str) -> str | None:
        """The nearest known name, or None where none is near."""
        return nearest(name, self._alike(name))

    def _alike(self, name: str) -> list[str]:
        """Known names that share the most characters with ``name``, or all but one of them, by length."""
        if self._having is None:
            self._having = defaultdict(list)
            for number, each in enumerate(self._written):
                for character in set(each):
                    self._having[character].append(number)
        shared = Counter(number for character in set(name) for number in self._having.get(character, ()))
        enough = max(shared.values(), default=0) - 1
        alike = [self._written[number] for number in sorted(shared) if shared[number] >= enough]
        return heapq.nsmallest(_COMPARED, alike, key=lambda each: abs(len(each) - len(name)))


def site_type_names(catalogue: Catalogue) -> Names[str]:
    """Site types by id, title and alias."""
    kinds = catalogue.site_types.items()
    return Names((name, key) for key, kind in kinds for name in (kind.title, *kind.aliases, key))


def level_names(catalogue: Catalogue) -> Names[str]:
    """Levels of area by title and key."""
    return Names((name, key) for key, title in catalogue.head.area_levels.items() for name in (title, key))


def criterion_names(catalogue: Catalogue) -> Names[str]:
    """Criteria by id, title and alias, of every date."""
    every = [(dated.id, version.criterion) for dated in catalogue.criteria for version in dated.versions]
    return Names((name, key) for key, rule in every for name in (rule.title, *rule.aliases, key))

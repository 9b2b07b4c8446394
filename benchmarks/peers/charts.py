"""Charts of lines over two logarithmic axes, as SVG: text stays text, colours follow the reader's light or dark.

A kind of engine is told apart by colour (which people with colour blindness can tell), by mark and by dashes; an engine
by its name at the end of its line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["own", "column", "quality", "row", "limit"]
KINDS: Final[Mapping[Kind, str]] = {
    "own": "duibiao",
    "column": "code for whole columns",
    "quality": "data quality",
    "row": "rule engines, row by row",
    "limit": "limits",
}
WIDTH, HEIGHT = 900, 620
LEFT, RIGHT, TOP, BOTTOM = 74, 190, 96, 56
LINE: Final = 17  # pixels between two names
_STYLE: Final = """
svg{--paper:#fff;--ink:#1b1b1b;--mut:#5c5c5c;--line:#dcdcdc;--own:#c03a00;--column:#0068a6;--quality:#8a5a00;--row:#00735c;--limit:#6b6b6b}
@media(prefers-color-scheme:dark){svg{--paper:#16181c;--ink:#ececec;--mut:#ababab;--line:#3a3d44;--own:#ff8a50;--column:#62b5ff;--quality:#f0b840;--row:#3ed0ac;--limit:#9a9a9a}}
text{font:14px system-ui,"Segoe UI","Noto Sans",sans-serif;fill:var(--ink)}
.title{font-size:18px;font-weight:700}.under,.tick,.axis{fill:var(--mut)}.tick{font-size:13px}
.grid{stroke:var(--line)}path{fill:none;stroke-width:2}
.name{paint-order:stroke;stroke:var(--paper);stroke-dasharray:none;stroke-width:4px;stroke-linejoin:round}
.own{stroke:var(--own)}.column{stroke:var(--column);stroke-dasharray:9 3}
.quality{stroke:var(--quality);stroke-dasharray:5 4}
.row{stroke:var(--row);stroke-dasharray:2 3}.limit{stroke:var(--limit);stroke-width:1.2;stroke-dasharray:1 4}
path.own{stroke-width:3.5}.mark{stroke-dasharray:none;stroke-width:1.5}
.mark.own{fill:var(--own)}.mark.column{fill:var(--column)}.mark.quality{fill:var(--paper)}.mark.row{fill:var(--row)}.mark.limit{fill:var(--limit)}
.name.strong{font-weight:700}.lead{stroke:var(--mut);stroke-width:.7;stroke-dasharray:none}
"""


@dataclass(frozen=True, slots=True)
class Series:
    """A named line: size -> value, both above 0."""

    name: str
    kind: Kind
    points: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows; ``tick`` words a value of the upright axis."""

    title: str
    under: str
    across: str
    series: Sequence[Series]
    tick: Callable[[float], str]

    def svg(self) -> str:
        """The chart as an SVG document."""
        drawn = [each for each in self.series if each.points]
        sizes = sorted({size for each in drawn for size in each.points})
        values = [value for each in drawn for value in each.points.values()]
        scale = _Scale(sizes[0], sizes[-1], floor(log10(min(values))), ceil(log10(max(values))))
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-labelledby="title under">',
            f"<style>{_STYLE}</style>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" style="fill:var(--paper)"/>',
            f'<text class="title" id="title" x="16" y="28">{escape(self.title)}</text>',
            f'<text class="under" id="under" x="16" y="50">{escape(self.under)}</text>',
            *_legend({each.kind for each in drawn}),
            *self._axes(scale, sizes),
            *(part for each in drawn for part in _line(each, scale)),
            *_names(drawn, scale),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _axes(self, scale: _Scale, sizes: Sequence[int]) -> list[str]:
        right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
        parts = []
        for power in range(scale.low, scale.high + 1):
            y = scale.y(10.0**power)
            parts.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
            words = escape(self.tick(10.0**power))
            parts.append(f'<text class="tick" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{words}</text>')
        for size in sizes:
            x = scale.x(size)
            parts.append(f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>')
            parts.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{size:,}</text>')
        across = escape(self.across)
        middle = (LEFT + right) / 2
        return [*parts, f'<text class="axis" x="{middle}" y="{bottom + 42}" text-anchor="middle">{across}</text>']


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values stand: sizes from ``least`` to ``most``, values from 10^low to 10^high."""

    least: int
    most: int
    low: int
    high: int

    def x(self, size: float) -> float:
        share = (log10(size) - log10(self.least)) / ((log10(self.most) - log10(self.least)) or 1)
        return LEFT + 10 + share * (WIDTH - LEFT - RIGHT - 20)

    def y(self, value: float) -> float:
        share = (log10(value) - self.low) / ((self.high - self.low) or 1)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _mark(kind: Kind, x: float, y: float) -> str:
    match kind:
        case "own":
            return f'<circle class="mark own" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        case "column":
            return f'<rect class="mark column" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
        case "quality":
            return f'<circle class="mark quality" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        case "row":
            return f'<path class="mark row" d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>'
        case _:
            return f'<circle class="mark limit" cx="{x:.1f}" cy="{y:.1f}" r="1.5"/>'


def _line(series: Series, scale: _Scale) -> list[str]:
    places = [(scale.x(size), scale.y(value)) for size, value in sorted(series.points.items())]
    way = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return [f'<path class="{series.kind}" d="M{way}"/>', *(_mark(series.kind, x, y) for x, y in places)]


def _names(drawn: Sequence[Series], scale: _Scale) -> list[str]:
    """Every name beside the end of its line; where several end at one size, spread so that none covers another."""
    parts = []
    for size in sorted({max(each.points) for each in drawn}):
        ending = sorted((each for each in drawn if max(each.points) == size), key=lambda each: -each.points[size])
        ends = [scale.y(each.points[size]) for each in ending]
        x = scale.x(size)
        for each, end, y in zip(ending, ends, spread(ends, LINE), strict=True):
            parts.append(f'<line class="lead" x1="{x + 6:.1f}" y1="{end:.1f}" x2="{x + 18:.1f}" y2="{y:.1f}"/>')
            strong = " strong" if each.kind == "own" else ""
            parts.append(f'<text class="name{strong}" x="{x + 21:.1f}" y="{y + 5:.1f}">{escape(each.name)}</text>')
    return parts


def spread(wanted: Sequence[float], apart: float) -> list[float]:
    """Places as near to those wanted (rising) as keeps them ``apart``: who would overlap share the room around their
    middle."""
    groups = [[place] for place in wanted]
    settled: list[list[float]] = []
    for group in groups:
        settled.append(group)
        while len(settled) > 1 and _start(settled[-1], apart) < _start(settled[-2], apart) + len(settled[-2]) * apart:
            later = settled.pop()
            settled[-1] = settled[-1] + later
    return [_start(group, apart) + number * apart for group in settled for number in range(len(group))]


def _start(group: Sequence[float], apart: float) -> float:
    return sum(group) / len(group) - (len(group) - 1) * apart / 2


def _legend(kinds: set[Kind]) -> list[str]:
    parts, x = [], 16.0
    for kind, words in KINDS.items():
        if kind in kinds:
            parts.append(f'<path class="{kind}" d="M{x:.0f} 71h28"/>')
            parts.append(_mark(kind, x + 14, 71))
            parts.append(f'<text class="tick" x="{x + 34:.0f}" y="76">{escape(words)}</text>')
            x += 52 + 6.7 * len(words)
    return parts

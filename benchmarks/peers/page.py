"""docs/benchmarks.md and its charts, written from the results: no figure on the page is typed.

python -m benchmarks.peers.page   writes them again from docs/benchmarks/results.json
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Final

from benchmarks.peers import growth
from benchmarks.peers.charts import Chart, Kind, Series
from benchmarks.peers.results import (
    Results,
    at,
    compared,
    growth_of,
    largest,
    limit,
    measured,
    pairs_a_second,
    rate,
    ratio,
    seconds,
    times,
)

KINDS: Final[Mapping[str, Kind]] = {
    "duibiao_peer": "own",
    "duibiao_outputs": "own",
    "polars_peer": "column",
    "pandas_peer": "column",
    "openfisca_peer": "column",
    "pandera_peer": "quality",
    "pandera_validate": "quality",
    "pointblank_peer": "quality",
    "great_expectations_peer": "quality",
    "zen_peer": "row",
    "cel_rust_peer": "row",
    "rule_engine_peer": "row",
    "json_logic_peer": "row",
    "cel_peer": "row",
}
OWN, OUTPUTS = "duibiao_peer", "duibiao_outputs"
USUAL: Final = 200  # criteria of the charts, where they were measured
MANY: Final = 10_000_000

_INTRO: Final = """# Benchmarks

<!-- Written by benchmarks/peers/page.py from benchmarks/results.json: change those. -->

How fast duibiao judges, beside what one might use instead, on the same rows and rules, with the same answers: every
status of every row is compared in every run. It is not the fastest everywhere; [where it is
not](#where-duibiao-is-not-the-fastest) stands below with figures.
"""

_ASKED: Final = """## What was measured

**Rows.** Made by hashes of row numbers: 58 columns (24 counts that form 12 shares, 16 numbers, 14 yes/no, 4 texts), a
quarter of the cells blank, the whole of a share 0 in 3 of 100 rows, many shares exactly on a limit.

**Rules.** Eight kinds in turn, no two alike: a limit, a range, yes/no, a text, *and*, *or* under an `applies`, a share
under `applies: whole > 0`, and both *and* and *or*. The outcome has four values: met, missed, unobserved, not
applicable; unknowns follow Kleene's logic (false *and* unknown is false, true *or* unknown is true). That is the part
of what duibiao can say that all of these can be made to say.

**Answers.** Each engine gives the status of every rule at every row. Of each rule a checksum over all rows and four
totals are compared with duibiao's, and those, at {plain_rows} rows x {plain_criteria} criteria, with
[plain Python](../benchmarks/peers/plain.py) that shares nothing with any engine.
{agreement}

**Clock.** Off the clock: reading rules and compiling them, once, and turning rows into what an engine likes best (JSON
texts for zen-engine, Decimals for rule-engine, numpy arrays for OpenFisca). On the clock: from those to the statuses.
After a first pass the median of up to {passes} more, fewer where a pass takes seconds. Every measurement is a process
of its own, whose peak memory is its own, with the rows in it. Where one pass would take longer than {seconds:.0f} s
even if a fifth of what fewer rows took was others at work, it is *not run*, and no figure is put in its place; the
fewest rows are always run.

**duibiao** is the engine that `duibiao check` uses, on a catalogue of criteria files. Its line includes what it cannot
leave out: the rules are compiled into a plan in every pass, each row is joined to its site in a register of as many
sites, and comparisons keep the promise that [a value exactly on a limit meets it](semantics.md#exactly-on-the-limit).
*All outputs* adds what no other line does: score and place of every site, roll-ups by area, unit, place and type with
bounds, the gaps, and what mending the 100 costliest brings.

**Limits** beside: polars reading these rows from parquet, and one thread adding up as many columns of eight bytes;
measured anew before each table's engines, as a machine is not as fast in one minute as in another.
"""

_LEFT_OUT: Final = """## What is left out, and why

{more_rows}- **What duibiao's rules say beyond the common part**: grades, bands with several levels, n of m, deductions,
  two methods, questionnaires, several visits of a site, waivers, contradictory data. The others have no such thing;
  code written for them would be measured, not they.
- **Spark**: a cluster is another question.
- **Other packages of the same language**: of JsonLogic, json-logic-qubit and jsonlogic-rs gave the same answers and
  were slower than panzi-json-logic; json-logic 0.6.3 fails on Python 3.
- **Ways that gave the same answers and were slower**: of pandas, nullable and Arrow types, which know Kleene's logic by
  themselves; of zen-engine a decision graph (`evaluate`, `evaluate_batch`, a loop over rows); of rule-engine a `Rule`
  for each rule; of cel-python all rules as one list, and the interpreter.
- **Several processes**: engines that go row by row use one of the cores here. Several might take that much less time.
- **Great Expectations on SQL**: of the rows that fail an SQL rule a result holds 200 at most, so that answers cannot be
  compared row by row.
"""

_MORE_ROWS: Final = (
    "- **Ten million rows**: need an engine that works out of core; `--rows` takes them, no figure yet.\n"
)

_PLAINLY: Final = """
The first of these are no rule engines: somebody wrote the rules as code for whole columns, with what becomes of a blank
in each of them, and OpenFisca's rules are such code too. That is what duibiao makes of criteria files by itself, and
the difference is what it does besides. If rules are few, fixed and written by a programmer, polars alone is the better
choice. pandera and pointblank are given polars expressions too, which they judge one at a time: what they add weighs
less the more rows there are. At few rows duibiao's time is mostly that of compiling its plan, which the others did
before the clock started.
"""


def render(found: Results) -> str:
    """The page."""
    parts = [
        _INTRO,
        "\n".join(_short(found)),
        _ASKED.format(
            plain_rows=f"{found['reference']['rows']:,}",
            plain_criteria=found["reference"]["criteria"],
            agreement=_agreement(found),
            seconds=found["seconds"],
            passes=found["passes"],
        ),
        "\n".join(_machine(found)),
        "## Time\n",
        _picture(found, "time", "Seconds by rows, a line for each engine"),
        *("\n".join(_times(found, criteria)) for criteria in found["criteria"]),
        _picture(found, "criteria", "Seconds by criteria, a line for each engine"),
        "\n".join(_rates(found)),
        "## Memory\n",
        _picture(found, "memory", "Peak memory by rows, a line for each engine"),
        "\n".join(_memory(found)),
        "\n".join(_slower(found)),
        "\n".join(_nulls(found)),
        _LEFT_OUT.format(more_rows="" if max(found["rows"]) >= MANY else _MORE_ROWS),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _usual(found: Results) -> int:
    return USUAL if USUAL in found["criteria"] else int(found["criteria"][-1])


def _name(found: Results, peer: str) -> str:
    return str(found["peers"][peer]["name"])


def _others(found: Results) -> list[str]:
    return [peer for peer in found["peers"] if peer not in {OWN, OUTPUTS}]


def _prose(text: str, under: str = "") -> str:
    """Lines of prose no longer than those of the other pages; ``under`` a point of a list."""
    return fill(text, 120, subsequent_indent=under, break_long_words=False, break_on_hyphens=False)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# ------------------------------------------------------------------ in short


def headline(found: Results) -> tuple[int, int]:
    """The most rows at which all outputs of duibiao were measured, and criteria up to the usual number of them."""
    criteria = _usual(found)
    return max(measured(found, OUTPUTS, criteria), default=max(found["rows"])), criteria


def _short(found: Results) -> Iterator[str]:
    rows, criteria = headline(found)
    yield f"At {rows:,} rows x {criteria} criteria:\n"
    read = limit(found, "read", criteria)[rows]
    points = []
    for peer, words in ((OWN, "duibiao takes"), (OUTPUTS, "all its outputs take")):
        one = at(found, peer, rows, criteria)
        if one is not None and one["state"] == "measured":
            points.append(f"{words} {seconds(one['judge'])}, {one['judge'] / read:.1f} times what polars needs to read")
            points[-1] += f" these rows from parquet ({seconds(read)})"
    shares = {peer: times(found, peer, rows, criteria) for peer in _others(found)}
    told = [
        ("in less time than duibiao", [peer for peer, share in shares.items() if share is not None and share < 1]),
        ("in more", [peer for peer, share in shares.items() if share is not None and share >= 1]),
        (
            f"not run, as a pass would take longer than {found['seconds']:.0f} s",
            [peer for peer, share in shares.items() if share is None],
        ),
    ]
    for words, peers in told:
        if peers:
            named = [f"{_name(found, peer)} ({ratio(shares[peer])})".removesuffix(" ()") for peer in peers]
            points.append(f"{words}: {_listed(named)}")
    for number, point in enumerate(points, 1):
        yield _prose(f"- {point}{'.' if number == len(points) else ';'}", "  ")


def _agreement(found: Results) -> str:
    counted = [each for each in found["measurements"] if each["state"] == "measured"]
    differing = [each for each in counted if each["differing"]]
    pairs = sum(each["rows"] * each["criteria"] for each in counted)
    plain = found["reference"]["differing"]
    if not differing and not plain:
        count = len(counted)
        return f"In this run {pairs / 1e6:,.0f} million statuses were compared in {count} measurements: none differs."
    lines = [
        f"{_name(found, each['peer'])} at {each['rows']:,} x {each['criteria']}: {each['differing']} criteria"
        for each in differing
    ]
    return f"**Answers differ**: {'; '.join([*lines, f'plain Python: {plain} criteria'])}."


def _machine(found: Results) -> Iterator[str]:
    machine = found["machine"]
    loads = [each["load"] for each in found["measurements"] if "load" in each]
    yield "## Machine, versions, commands\n"
    where = f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}"
    yield _prose(
        f"{where}, Python {machine['python']}; {found['date']}, {found['minutes']:.0f} minutes in all. The load "
        f"average before a measurement was {min(loads):.1f} to {max(loads):.1f}, what was measured before included. "
        "Where others are at work a single figure may be twice that of a quiet machine: compare ratios within this "
        "page, not seconds with other pages."
    )
    yield ""
    yield _prose(f"{', '.join(f'{package} {number}' for package, number in found['versions'].items())}.")
    yield ""
    yield "```console"
    yield f"$ {found['command']}"
    yield "```\n"
    yield _prose(
        "`make bench-peers` makes an environment of its own for the others, `.venv-peers`, from "
        "[requirements.txt](../benchmarks/peers/requirements.txt), and writes this page. How each engine is used "
        "stands in one small file of [benchmarks/peers](../benchmarks/peers); all figures in "
        "[results.json](benchmarks/results.json). A shorter one, which leaves the page as it is:"
    )
    yield "\n```console"
    yield "$ make bench-peers ARGS='--rows 1000,10000 --criteria 50 --json short.json'"
    yield "```"


# ------------------------------------------------------------------ tables


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    yield from (f"| {' | '.join(line)} |" for line in lines)


def _times(found: Results, criteria: int) -> Iterator[str]:
    yield f"### {criteria} criteria\n"
    yield "Time of one pass, in brackets as a multiple of duibiao's.\n"
    head = ["", *(f"{rows:,} rows" for rows in found["rows"])]
    lines = []
    for peer in found["peers"]:
        name = _name(found, peer)
        lines.append(
            [f"**{name}**" if peer == OWN else name, *(_cell(found, peer, rows, criteria) for rows in found["rows"])]
        )
    for key, name in (("read", "*polars reads the parquet*"), ("stream", "*memory stream*")):
        lines.append([name, *map(seconds, limit(found, key, criteria).values())])
    yield from _table(head, lines)
    yield ""


def _cell(found: Results, peer: str, rows: int, criteria: int) -> str:
    one = at(found, peer, rows, criteria)
    if one is None:
        return ""
    match one["state"]:
        case "measured":
            marked = " **answers differ**" if one["differing"] else ""
            return f"{compared(found, peer, rows, criteria)}{marked}"
        case "stopped":
            return f"stopped after {one['after']:.0f} s"
        case state:
            return str(state)


def _rates(found: Results) -> Iterator[str]:
    usual = _usual(found)
    yield "### Rates and growth\n"
    yield _prose(
        "Rates at the largest size that was run, in (row, criterion) pairs. A growth exponent of 1 means twice the "
        "rows, twice the time; below 1 what it takes to begin still counts. By rows: at "
        f"{usual} criteria, between the two largest sizes that were run. By criteria: through all numbers of criteria, "
        "at the largest number of rows where all were run. Exponents are of the least that a pass took, on the clock "
        "or of the processor, which others at work change least. *Rules made*: reading and compiling "
        f"{max(found['criteria'])} rules, once; *rows made ready*: the rows of the largest size turned into what the "
        "engine likes best. Both are off the clock."
    )
    yield ""
    head = ["", "largest size", "rate", "growth by rows", "growth by criteria", "rules made", "rows made ready"]
    lines = []
    for peer in found["peers"]:
        one = largest(found, peer)
        if one is None:
            continue
        by_rows = growth_of(found, peer, usual)
        lines.append(
            [
                _name(found, peer),
                f"{one['rows']:,} x {one['criteria']}",
                rate(pairs_a_second(one)),
                "" if by_rows is None else f"{by_rows:.2f}",
                _by_criteria(found, peer),
                _made(found, peer),
                seconds(one["ready"]),
            ]
        )
    yield from _table(head, lines)
    yield ""


def _by_criteria(found: Results, peer: str) -> str:
    for rows in reversed(found["rows"]):
        told = {criteria: at(found, peer, rows, criteria) for criteria in found["criteria"]}
        points = {criteria: one["undisturbed"] for criteria, one in told.items() if one is not None and "judge" in one}
        if len(points) == len(found["criteria"]):
            exponent = growth.exponent(points)
            return "" if exponent is None else f"{exponent:.2f} ({rows:,} rows)"
    return ""


def _made(found: Results, peer: str) -> str:
    one = at(found, peer, found["rows"][0], max(found["criteria"]))
    return seconds(one["make"]) if one is not None and "make" in one else ""


def _memory(found: Results) -> Iterator[str]:
    usual = _usual(found)
    yield f"Peak of the whole process at {usual} criteria, in MB: interpreter, libraries, rows and answers.\n"
    lines = []
    for peer in found["peers"]:
        told = measured(found, peer, usual)
        lines.append(
            [_name(found, peer), *(f"{told[rows]['peak']:,.0f}" if rows in told else "" for rows in found["rows"])]
        )
    yield from _table(["", *(f"{rows:,} rows" for rows in found["rows"])], lines)
    yield ""


# ------------------------------------------------------------------ said plainly


def _slower(found: Results) -> Iterator[str]:
    yield "## Where duibiao is not the fastest\n"
    for peer in _others(found):
        ahead = [
            (rows, criteria, share)
            for rows in found["rows"]
            for criteria in found["criteria"]
            if (share := times(found, peer, rows, criteria)) is not None and share < 1
        ]
        ran = sum(
            times(found, peer, rows, criteria) is not None for rows in found["rows"] for criteria in found["criteria"]
        )
        if ahead:
            best = min(ahead, key=lambda each: each[2])
            last = max(ahead, key=lambda each: (each[0] * each[1], each[0]))
            yield _prose(
                f"- **{_name(found, peer)}** in {len(ahead)} of {ran} sizes; at most {1 / best[2]:.1f} times as fast "
                f"({best[0]:,} rows x {best[1]} criteria), {1 / last[2]:.1f} times at the largest of them "
                f"({last[0]:,} x {last[1]}).",
                "  ",
            )
    yield from _leaner(found)
    yield _PLAINLY


def _leaner(found: Results) -> Iterator[str]:
    """Who needs less memory at the largest size of the charts."""
    rows, criteria = headline(found)
    peaks = {peer: one["peak"] for peer in found["peers"] if (one := at(found, peer, rows, criteria)) and "peak" in one}
    less = [f"{_name(found, peer)} ({peaks[peer]:,.0f})" for peer in peaks if peaks[peer] < peaks[OWN]]
    if less:
        what = (
            f"- **Memory**: its peak at {rows:,} x {criteria} is {peaks[OWN]:,.0f} MB; less is that of {_listed(less)}."
        )
        yield _prose(what, "  ")


def _nulls(found: Results) -> Iterator[str]:
    yield "## How each is used, and what it does with blanks\n"
    yield "| | how it is used | blanks, and the guard that was written so that answers agree |"
    yield "|---|---|---|"
    for peer, about in found["peers"].items():
        link = f"[{about['name']}](../benchmarks/peers/{peer}.py)"
        yield f"| {link} | {about['how']} | {about['nulls']} |"


# ------------------------------------------------------------------ charts


def _picture(found: Results, name: str, words: str) -> str:
    return f"![{words}](benchmarks/{name}.svg)\n" if name in drawings(found) else ""


def drawings(found: Results) -> dict[str, str]:
    """The charts by their names."""
    usual, charts = _usual(found), {}
    if len(found["rows"]) > 1:
        limits = [
            Series(words, "limit", limit(found, key, usual))
            for key, words in (("read", "parquet read"), ("stream", "memory stream"))
        ]
        charts["time"] = Chart(
            f"Time to judge rows by {usual} criteria",
            f"one pass; a line ends where more rows would take longer than {found['seconds']:.0f} s",
            "rows",
            [*_series(found, usual, "judge"), *limits],
            _seconds_tick,
        )
        charts["memory"] = Chart(
            f"Peak memory of the process, {usual} criteria",
            "with interpreter, libraries and the rows",
            "rows",
            _series(found, usual, "peak"),
            lambda value: f"{value / 1000:,.0f} GB" if value >= 1000 else f"{value:,.0f} MB",
        )
    if len(found["criteria"]) > 1:
        rows = sorted(found["rows"])[-2:][0]
        by_criteria = []
        for peer in found["peers"]:
            told = {criteria: at(found, peer, rows, criteria) for criteria in found["criteria"]}
            points = {criteria: one["judge"] for criteria, one in told.items() if one is not None and "judge" in one}
            by_criteria.append(Series(_name(found, peer), KINDS[peer], points))
        charts["criteria"] = Chart(
            f"Time to judge {rows:,} rows, by the number of criteria",
            "one pass; only what was run",
            "criteria",
            by_criteria,
            _seconds_tick,
        )
    return {name: chart.svg() for name, chart in charts.items()}


def _series(found: Results, criteria: int, figure: str) -> list[Series]:
    return [
        Series(
            _name(found, peer),
            KINDS[peer],
            {rows: one[figure] for rows, one in measured(found, peer, criteria).items()},
        )
        for peer in found["peers"]
    ]


def _seconds_tick(value: float) -> str:
    return f"{value * 1000:g} ms" if value < 1 else f"{value:g} s"


# ------------------------------------------------------------------ the readmes


def sentence(found: Results, spoken: str) -> str:
    """What the readme in a language (``en`` or ``zh``) says of the results."""
    rows, criteria = headline(found)
    own = at(found, OWN, rows, criteria)
    assert own is not None
    shares = {_name(found, peer): share for peer in _others(found) if (share := times(found, peer, rows, criteria))}
    faster = [f"{name} ({ratio(share)})" for name, share in shares.items() if share < 1]
    slower = sorted((share, name) for name, share in shares.items() if share >= 1)
    nearest = [f"{name} ({ratio(share)})" for share, name in slower[:1]]
    taken = seconds(own["judge"])
    if spoken == "zh":
        told = [f"同样的行、同样的答案，{rows:,} 行 × {criteria} 项标准用 {taken}"]
        told += [f"比它快的有 {'、'.join(faster)}"] if faster else []
        told += [f"比它慢的里最接近的是 {nearest[0]}"] if nearest else []
        return f"{'；'.join(told)}：[基准测试](docs/benchmarks.md)"
    told = [f"with the same answers, {rows:,} rows x {criteria} criteria take {taken}"]
    told += [f"faster {'is' if len(faster) == 1 else 'are'} {_listed(faster)}"] if faster else []
    told += [f"of what is slower, {nearest[0]} is nearest"] if nearest else []
    return f"{'; '.join(told)}: [benchmarks](docs/benchmarks.md)"


# ------------------------------------------------------------------ files

READMES: Final[Mapping[str, str]] = {"en": "README.md", "zh": "README.zh-CN.md"}


def write(root: Path, found: Results) -> None:
    """Write results, charts and page into the documentation, and the new figures where the readmes had the old."""
    docs = root / "docs"
    folder = docs / "benchmarks"
    folder.mkdir(exist_ok=True)
    if (folder / "results.json").exists():
        old = read(docs)
        for spoken, name in READMES.items():
            text = (root / name).read_text("utf-8")
            (root / name).write_text(text.replace(sentence(old, spoken), sentence(found, spoken)), "utf-8")
    (folder / "results.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for name, svg in drawings(found).items():
        (folder / f"{name}.svg").write_text(svg, "utf-8")
    (docs / "benchmarks.md").write_text(render(found), "utf-8")


def read(docs: Path) -> Results:
    """The results that the page was written from."""
    found: Results = json.loads((docs / "benchmarks" / "results.json").read_text("utf-8"))
    return found


if __name__ == "__main__":
    _root = Path(__file__).resolve().parents[2]
    write(_root, read(_root / "docs"))

"""Random fields, formulas and rules of one form, with limits taken from a row's own exact value (4.3).

A `Form` has pools of cells. Rows and limits are drawn from the same pools, so that many rows stand exactly on a limit
and others one count, or 0.0001, beside it. Everything random comes from one `random.Random`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from random import Random

from . import formula
from .catalogue import Record
from .formula import Value
from .look import cell_value
from .numeric import EXACT, Arithmetic, Number


class Plain(str):
    """A YAML scalar written without quotes: a number, a date, true."""


@dataclass(frozen=True)
class Pool:
    """Cells that belong together, such as riders and helmets: each row takes one tuple.

    `source` says who records them: the visit's `row`, the `register`, or the `city`.
    """

    keys: tuple[str, ...]
    cells: Sequence[tuple[str, ...]]
    source: str = "row"


@dataclass
class Form:
    """A site type or questionnaire while it is drawn; `small` fields keep deep formulas exact in float64 (below 100)."""

    key: str
    title: str
    rng: Random
    guarded: bool = False  # every divisor excluded by `applies`, as lint asks
    each: str = ""
    part: str = "on_site"
    fields: dict[str, Record] = field(default_factory=dict)
    pools: list[Pool] = field(default_factory=list)
    criteria: list[Record] = field(default_factory=list)
    small: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    divisors: set[str] = field(default_factory=set)
    site_types: list[str] = field(default_factory=list)  # of shared criteria
    extra: Record = field(default_factory=dict)

    def name(self, short: str) -> str:
        """A field's key: the same word means different things in two forms, so each form has its own keys."""
        return f"{self.key}_{short}"

    def declare(self, short: str, kind: str, label: str, **more: object) -> str:
        """Declare a field and return its key."""
        key = self.name(short)
        self.fields[key] = {"label": f"{self.title}{label}", "kind": kind, **more}
        return key

    def pool(self, keys: list[str], cells: Sequence[tuple[str, ...]], source: str = "row") -> None:
        """Let rows draw these cells for these fields."""
        self.pools.append(Pool(tuple(keys), cells, source))


@dataclass
class Sample:
    """One row without blanks, as formulas see it."""

    form: Form
    cells: dict[str, str]
    arithmetic: Arithmetic = EXACT
    compared: list[tuple[Number, Number]] = field(default_factory=list)

    def value(self, name: str) -> Value:
        """The value of a field; few problems, as rows will have."""
        if name in ("problems", "deducted"):
            return Fraction(self.form.rng.randint(0, 2))
        declared = self.form.fields[name]
        if "formula" in declared:
            return formula.evaluate(str(declared["formula"]), self)
        return cell_value(self.cells.get(name, ""), str(declared["kind"]), self.arithmetic)


def sample(form: Form) -> Sample:
    """A row drawn from the form's pools."""
    drawn = [(pool, form.rng.choice(pool.cells)) for pool in form.pools]
    return Sample(form, {key: cell for pool, cells in drawn for key, cell in zip(pool.keys, cells, strict=True)})


# --- fields and pools -------------------------------------------------------------------------------------------------

ANCHORS = [20, 25, 40, 50, 80, 100, 125, 200, 250, 400, 500, 625, 1000, 2000]
DECIMALS = [
    "0.1",
    "0.2",
    "0.3",
    "0.7",
    "0.8",
    "0.29",
    "0.57",
    "1.1",
    "2.5",
    "4.35",
    "0.285",
    "1.005",
    "3",
    "0.0001",
    "0",
]
WILD = ["1e308", "-1e308", "-0.0", "0", "1e-12", "1e-300", "12345678.9", "0.123456789", "0.3", "3", "-7", "1e16"]
PERCENTS = ["0%", "29%", "57%", "79.2%", "84.99%", "85%", "85.01%", "95%", "100%", "33.3%"]
SCALES = [
    {"完好": "1", "部分损坏": "0.5", "损坏": "0"}, {"A": "1", "B": "0.66", "C": "0.33", "D": "0"},
    {"优": "0.95", "良": "0.7", "差": "0.2"},  # neither end is in reach
]  # fmt: skip
OPTIONS = ["主干道", "次干道", "支路", "背街小巷"]
SERVICES = ["读书角", "饮水机", "母婴室", "充电桩"]


def ratio_cells(rng: Random, denominators: list[int], largest: int) -> list[tuple[str, ...]]:
    """(all, good): ratios of at most 4 decimals, the same ratio at a larger size, and one count beside each."""
    cells = [(0, 0)]
    for denominator in rng.sample(denominators, 3):
        good = rng.randint(1, denominator - 1)
        times = rng.randint(1, max(1, largest // denominator))
        cells += [(denominator, good), (denominator, good - 1), (denominator, good + 1), (denominator, denominator)]
        cells += [(denominator * times, good * times + beside) for beside in (-1, 0, 1)]
    cells += [(denominator, denominator + 1), (denominator, denominator - 1)]  # the first one is a contradiction
    return [(str(whole), str(good)) for whole, good in cells]


def add_fields(form: Form) -> None:
    """The fields of an ordinary form: every kind of field, limits by number and by field, derived ones, an empty column."""
    rng = form.rng
    whole, good = form.declare("all", "count", "总数"), form.name("good")
    form.declare("good", "count", "合格数", at_most=Plain(whole))
    form.pool([whole, good], ratio_cells(rng, ANCHORS, 9_999_799 if rng.random() < 0.5 else 5_000))
    few, kept = form.declare("few", "count", "少数"), form.name("kept")
    form.declare("kept", "count", "少数中", at_most=Plain(few))
    form.pool([few, kept], ratio_cells(rng, [4, 5, 8, 10, 16, 20], 40))
    x, y = form.declare("x", "number", "长度"), form.declare("y", "number", "宽度")
    form.pool([x, y], [(rng.choice(DECIMALS), rng.choice(DECIMALS)) for _ in range(8)] + [("0.1", "0.2")])
    small = form.declare("c", "count", "处数", at_least=Plain("1"), at_most=Plain("6"))
    form.pool([small], [(str(count),) for count in (1, 1, 2, 2, 3, 3, 4, 5, 6, 6, 0, 7)])
    n = form.declare("n", "number", "分贝", at_least=Plain("-2.5"), at_most=Plain("50"))
    form.pool(
        [n], [(text,) for text in "-2.5 -2 0 0.5 1 9.9999 10 10.0001 49 50 3 7".split()] + [("-2.5001",), ("50.0001",)]
    )
    form.pool([form.declare("w", "number", "特殊数")], [(text,) for text in WILD])
    percent = form.declare("p", "percent", "比例")
    form.pool([percent], [(text,) for text in rng.sample(PERCENTS, 6)])
    form.flags += [form.declare(name, "yes_no", label) for name, label in (("f", "整洁"), ("g", "照明"), ("h", "畅通"))]
    for flag in form.flags:
        form.pool([flag], [("是",), ("是",), ("否",)])
    form.texts.append(form.declare("k", "choice", "道路", options=OPTIONS))
    form.pool([form.texts[0]], [(option,) for option in OPTIONS])
    form.declare("s", "choices", "服务", options=SERVICES)
    form.pool([form.name("s")], [("、".join(rng.sample(SERVICES, rng.randint(1, 3))),) for _ in range(5)])
    form.declare("t", "text", "备注")
    form.pool([form.name("t")], [("ＡＢＣ",), ("abc",), ("ABC",)])
    form.declare("d", "date", "年检日期")
    form.pool([form.name("d")], [("2026-01-01",), ("2025-12-31",), ("2026-01-02",)])
    form.declare("grade", "grade", "等级", scale={word: Plain(score) for word, score in rng.choice(SCALES).items()})
    form.pool([form.name("grade")], [(word,) for word in form.fields[form.name("grade")]["scale"]])
    form.declare("empty", "number", "空列")
    form.small += [few, kept, x, y, small, n, percent]
    add_derived(form)
    add_register_fields(form)


def add_derived(form: Form) -> None:
    """Derived fields, one of them with a limit of its own."""
    kept, few = form.name("kept"), form.name("few")
    divisor = f"({few} + 1)" if form.guarded else few
    form.declare("share", "percent", "少数占比", formula=f"{kept} / {divisor}", at_most=Plain("0.9"))
    form.small.append(form.name("share"))
    form.flags.append(form.declare("ok", "yes_no", "综合", formula=f"{form.flags[0]} and {form.name('c')} <= 3"))


def add_register_fields(form: Form) -> None:
    """Fields that the site register holds."""
    floor = form.declare("floor", "number", "建筑面积", **{"from": "site"})
    form.pool([floor], [("120",), ("80.5",), ("200",)], "register")
    road = form.declare("class", "choice", "级别类", options=OPTIONS[:3], **{"from": "site"})
    form.pool([road], [(option,) for option in OPTIONS[:3]], "register")
    form.small.append(floor)
    form.texts.append(road)


# --- limits -----------------------------------------------------------------------------------------------------------


def limit_for(form: Form, expression: str, decimals: int = 4) -> str:
    """A limit from the expression's exact value at some row: on it if it ends in time, else next to it; sometimes shifted."""
    rng = form.rng
    for _ in range(20):
        value = formula.evaluate(expression, sample(form))
        if isinstance(value, Fraction):
            return beside(value, rng, decimals)
        if isinstance(value, float) and 1e-9 < abs(value) < 1e9:
            return format(Decimal(repr(value)), "f")
    return rng.choice(["0", "1", "0.5", "3"])


def beside(value: Fraction, rng: Random, decimals: int) -> str:
    """The value at so many decimals and at most 7 digits, three times of five unchanged."""
    decimals = max(0, min(decimals, 7 - len(str(abs(int(value))))))
    step = Fraction(1, 10**decimals) if value.denominator > 1 or rng.random() < 0.2 else Fraction(1)
    units = (value + step * rng.choice((0, 0, 0, -1, 1))) * 10**decimals
    whole = min(max(int(units) if units >= 0 else -int(-units), -9_999_999), 9_999_999)
    return format(Decimal(whole).scaleb(-decimals).normalize(), "f")


def literal(text: str) -> str:
    """A number inside a formula; a negative one in brackets."""
    return f"({text})" if text.startswith("-") else text


# --- formulas ---------------------------------------------------------------------------------------------------------

SIGNS = [">=", ">", "<=", "<", "==", "!="]


def ratio(form: Form) -> tuple[str, int]:
    """An expression over counts of up to 7 digits, and the decimals at which its limits are still told apart (4.3)."""
    good, whole = form.name("good"), form.name("all")
    form.divisors.add(whole)
    return form.rng.choice(
        [(f"{good} / {whole}", 4), (f"1 - {good} / {whole}", 4), (f"({whole} - {good}) / {whole}", 4)]
        + [(f"{good} / {whole} * 100", 2), (f"100 * {good} / {whole}", 2), (f"round({good} / {whole}, 2)", 4)]
        + [
            (f"floor({good} / {whole} * 100)", 0),
            (f"round(100 * {good} / {whole}, 1)", 1),
            (f"1 - (1 - {good} / {whole})", 4),
        ]
    )


def plain_sum(form: Form) -> str:
    """Sums and products that plain floats get wrong."""
    x, y, p = form.name("x"), form.name("y"), form.name("p")
    return form.rng.choice(
        [f"{x} + {y}", f"{x} - {y}", f"{x} * {y}", f"{x} * 100", f"{p} * 100", f"floor({p} * 100)", f"1 - {p}", p]
        + [f"{x} + {y} + {x}", f"{x} * 3", f"round({x}, 2)", f"floor({x} * 100)", f"abs({x} - {y})", f"-{x} + {y}"]
    )


def number(form: Form, depth: int) -> str:
    """A random numeric expression over small values."""
    rng = form.rng
    if depth == 0 or rng.random() < 0.25:
        return rng.choice([*form.small, *form.small, rng.choice(["2", "0.5", "100", "3"])])
    a = number(form, depth - 1)
    match rng.randrange(12):
        case 0 | 1 | 2:
            return f"({a} {rng.choice('+-*')} {number(form, depth - 1)})"
        case 3:
            return f"({a} / {divisor(form, depth - 1)})"
        case 4:
            return f"{rng.choice(['min', 'max'])}({a}, {number(form, depth - 1)})"
        case 5:
            return f"abs({a})"
        case 6:
            return f"round({a}, {rng.randint(0, 3)})"
        case 7:
            return f"floor({a})"
        case 8:
            return f"({a} if {condition(form, depth - 1)} else {number(form, depth - 1)})"
        case 9:
            return f"count_true({condition(form, depth - 1)}, {rng.choice(form.flags)})"
        case 10:
            return f"-{a}" if not a.startswith("-") else a
    return a


def divisor(form: Form, depth: int) -> str:
    """What stands below a line; guarded forms exclude it in `applies`."""
    if not form.guarded:
        return number(form, depth)
    form.divisors.add(form.name("few"))
    return form.name("few")


def wild(form: Form) -> str:
    """A condition on huge, tiny and signed-zero values, where floats overflow and unknown begins."""
    w = form.name("w")
    more = [] if form.guarded else [f"1 / {w} > 0", f"{form.name('x')} / {w} >= 0"]
    return form.rng.choice(
        [f"{w} * 10 > 0", f"{w} + 1 - {w} == 1", f"{w} * {w} >= 0", f"{w} / 1e300 >= 1e8", f"-{w} < 0", f"{w} == 0"]
        + [
            f"{w} >= 12345678.9",
            f"{w} <= 0.123456789",
            f"{w} + {w} > 1",
            f"log({w}) <= 1",
            f"{w} > 0",
            f"abs({w}) < 1e-11",
        ]
        + [f"max({w}, 1) - 1 <= 0", f"round({w}, 2) == 0.3", f"{w} in [0.3, 3, -7]", *more]
    )


def comparison(form: Form, depth: int) -> str:
    """One comparison, mostly with a limit from the row's own value."""
    rng = form.rng
    sign = rng.choice(SIGNS)
    choice = rng.random()
    if choice < 0.3:
        expression, decimals = ratio(form)
        return f"{expression} {sign} {literal(limit_for(form, expression, decimals))}"
    if choice < 0.55:
        expression = plain_sum(form)
        return f"{expression} {sign} {literal(limit_for(form, expression))}"
    if choice < 0.6:
        return wild(form)
    expression = number(form, depth)
    if choice < 0.7:
        return f"{expression} {sign} {number(form, max(0, depth - 1))}"
    if choice < 0.75:
        return f"{expression} in [{limit_for(form, expression)}, {limit_for(form, expression)}]"
    return f"{expression} {sign} {literal(limit_for(form, expression))}"


def condition(form: Form, depth: int) -> str:
    """A random condition: comparisons, flags, texts, options and dates under and, or, not, if."""
    rng = form.rng
    if depth <= 0 or rng.random() < 0.35:
        return word(form) if rng.random() < 0.35 else comparison(form, 1)
    a, b = condition(form, depth - 1), condition(form, depth - 1)
    match rng.randrange(6):
        case 0 | 1:
            return f"({a} and {b})"
        case 2 | 3:
            return f"({a} or {b})"
        case 4:
            return f"not ({a})"
    return f"(({a}) if {rng.choice(form.flags)} else ({b}))"


def word(form: Form) -> str:
    """A condition without numbers."""
    rng = form.rng
    text, flag = rng.choice(form.texts), rng.choice(form.flags)
    options = form.fields[text]["options"]
    return rng.choice(
        [flag, f"not {flag}", f"{text} == '{rng.choice(options)}'", f"{text} != '{rng.choice(options)}'"]
        + [f"{text} in ['{options[0]}', '{options[1]}']", f"'{rng.choice(SERVICES)}' in {form.name('s')}"]
        + [f"{form.name('d')} >= '2026-01-01'", f"{form.name('d')} < '2026-01-01'", f"{form.name('t')} == 'ABC'"]
        + [f"{form.name('grade')} == '{next(iter(form.fields[form.name('grade')]['scale']))}'"]
    )


def seen(form: Form, depth: int) -> str:
    """A condition for a rule, where `observed`, `problems` and `site_type` may stand too."""
    rng = form.rng
    base = condition(form, depth)
    more = [
        f"problems <= {rng.randint(0, 2)}",
        f"problems == 0 and {base}",
        f"deducted < {rng.randint(1, 2)} or {base}",
    ]
    more += [
        f"observed({rng.choice([*form.small, form.name('empty')])}) and {base}",
        f"site_type in {form.site_types or [form.key]} and {base}",
    ]
    more += [
        f"{form.name('empty')} > 0 or {base}",
        f"count_true({base}, {rng.choice(form.flags)}) >= {rng.randint(1, 2)}",
    ]
    return rng.choice(more) if rng.random() < 0.3 else base


# --- rules ------------------------------------------------------------------------------------------------------------

SCORES = [["1"], ["1", "0.6"], ["1", "0.66", "0.33"], ["0.8", "0.333333333"], ["1", "0.5", "0"], ["1", "0.123456789"]]


def rate(form: Form) -> tuple[str, int]:
    """A rate and the decimals of its limits."""
    choice = form.rng.random()
    if choice < 0.55:
        return ratio(form)
    if choice < 0.75:
        return plain_sum(form), 4
    return (number(form, 2), 4) if choice < 0.95 else (f"log({form.name('c')})", 4)


def levels(form: Form, expression: str, decimals: int) -> list[Record]:
    """Levels in order, downward with at_least and above or upward with at_most and below, or a window."""
    rng = form.rng
    scores = rng.choice(SCORES)
    bounds = sorted({Fraction(limit_for(form, expression, decimals)) for _ in scores}, reverse=True)
    down = rng.random() < 0.6
    keys = ("at_least", "above") if down else ("at_most", "below")
    ordered = bounds if down else bounds[::-1]
    made: list[Record] = [
        {rng.choice(keys): bound_text(bound), "score": Plain(score)}
        for bound, score in zip(ordered, scores, strict=False)
    ]
    if len(made) > 1 and rng.random() < 0.3:  # a window: the second level stands between the two bounds
        made[1][rng.choice(("below", "at_most") if down else ("above", "at_least"))] = bound_text(ordered[0])
    return made


def bound_text(value: Fraction) -> Plain:
    """An exact decimal as it stands in a file."""
    return Plain(format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f"))


def pass_rule(form: Form) -> Record:
    """yes/no."""
    return {"pass": seen(form, form.rng.randint(0, 3))}


def banded_rule(form: Form) -> Record:
    """A rate with levels."""
    expression, decimals = rate(form)
    return {"rate": expression, "levels": levels(form, expression, decimals)}


def linear_rule(form: Form) -> Record:
    """A rate on a straight line."""
    expression, decimals = rate(form)
    full, zero = (Fraction(limit_for(form, expression, decimals)) for _ in range(2))
    if full == zero:
        zero += form.rng.choice((-1, 1))
    return {"rate": expression, "full_at": bound_text(full), "zero_at": bound_text(zero)}


def grade_rule(form: Form) -> Record:
    """A grade with its scale."""
    return {"grade": form.name("grade")}


def deduct_rule(form: Form) -> Record:
    """Points off per problem, one entry or a list."""
    made = [entry(form) for _ in range(form.rng.choice((1, 1, 2, 3)))]
    return {"deduct": made[0] if len(made) == 1 else made}


def entry(form: Form) -> Record:
    """One entry; its cap is often what some row takes exactly."""
    rng = form.rng
    few, kept, c = form.name("few"), form.name("kept"), form.name("c")
    each = rng.choice(
        [c, c, f"{c} - 1", f"{few} - {kept}", "problems", "deducted", form.name("n"), f"floor({form.name('x')})"]
    )
    price = rng.choice(["0.5", "1", "0.25", "0.1", "0.333"])
    made: Record = {"each": each, "points": Plain(price)}
    if rng.random() < 0.7:
        value = formula.evaluate(each, sample(form))
        times = value if isinstance(value, Fraction) and value > 0 else Fraction(2)
        made["at_most"] = bound_text(min(times * Fraction(price), Fraction(50)))
    return made


def n_of_m_rule(form: Form) -> Record:
    """n of m conditions."""
    rng = form.rng
    several = [condition(form, rng.randint(0, 1)) for _ in range(rng.randint(2, 4))]
    made: Record = {"of": list(dict.fromkeys([*several, form.flags[0]]))}
    if rng.random() < 0.75:
        steps = [("0", "1"), ("1", rng.choice(["0.66", "0.5"])), ("2", "0.33")][: rng.randint(2, 3)]
        steps += (
            [(str(len(made["of"])), "0.125")] if rng.random() < 0.25 else []
        )  # never less, however many are missing
        made["levels"] = [{"missing": Plain(missing), "score": Plain(score)} for missing, score in steps]
    return made


def judged_rule(form: Form) -> Record:
    """The inspector's own verdict."""
    way = form.rng.choice(["yes_no", "grade", "deduction", "deduction"])
    scale = {word: Plain(score) for word, score in form.rng.choice(SCALES).items()}
    return {"judged": way, **({"scale": scale} if way == "grade" else {})}


def show_rule(form: Form) -> Record:
    """For information: gives no finding."""
    return {"show": number(form, 1)}


RULES: dict[str, Callable[[Form], Record]] = {
    "pass": pass_rule, "banded": banded_rule, "linear": linear_rule, "grade": grade_rule, "deduct": deduct_rule,
    "of": n_of_m_rule, "judged": judged_rule, "show": show_rule,
}  # fmt: skip

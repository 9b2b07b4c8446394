"""What the parts of a catalogue say of each other: names that must exist, formulas that must be typed.

A catalogue with a mistake of these kinds cannot be scored with; what is only poor craft is in ``lint.py``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from duibiao.criteria.diagnostics import Diagnostic, Position, advise, diagnose
from duibiao.criteria.formula import (
    Among,
    Comparison,
    Expression,
    Has,
    Mistake,
    Name,
    Type,
    Word,
    names_written,
    parse_formula,
    types_of,
    walk,
)
from duibiao.criteria.language import gettext
from duibiao.criteria.models import (
    FORMULA_WORDS,
    Asked,
    Banded,
    Catalogue,
    Criterion,
    Deducted,
    Field,
    Graded,
    Information,
    Judged,
    Linear,
    NOfM,
    Place,
    Score,
    SiteType,
    TwoMethods,
    YesNo,
)
from duibiao.criteria.yaml_text import Node

if TYPE_CHECKING:
    from duibiao.criteria.files import Raw

Versions = Mapping[tuple[str, date | None, str | None], Node]
Declared = Mapping[str, Mapping[str, Field]]
OF_A_CRITERION: Final = ("problems", "deducted")  # what a formula outside a criterion cannot read


def check_references(catalogue: Catalogue, raw: Raw, versions: Versions, declared: Declared) -> Iterator[Diagnostic]:
    """Every broken reference and every mistake in a formula; ``declared`` has the fields of shared files."""
    yield from _head(catalogue, raw)
    yield from _tree(catalogue, raw)
    for kind in catalogue.site_types.values():
        yield from _site_type(catalogue, raw, kind)
    yield from _same_fields(catalogue, raw, declared)
    yield from _unread_fields(catalogue, raw, declared)
    places = catalogue.places()
    for dated in catalogue.criteria:
        for version in dated.versions:
            node = versions[dated.id, version.start, None]
            yield from _criterion(catalogue, raw, node, version.criterion, places)
            for site_type in version.criterion.site_types:
                if site_type in catalogue.site_types:
                    own = versions.get((dated.id, version.start, site_type), node)
                    yield from _rule(catalogue, raw, own, version.on(site_type), catalogue.site_types[site_type])
            for site_type in version.by_type:
                own = versions[dated.id, version.start, site_type]
                yield from _criterion(catalogue, raw, own, version.by_type[site_type], places)


def text_form(text: str) -> str:
    """How the texts of fields are compared: NFKC, without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


def header_form(text: str) -> str:
    """How headers and names are compared: NFKC, no blanks, no difference between A and a."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _known(
    node: Node, path: tuple[str, ...], code: str, names: tuple[str, ...], known: Iterable[str], called: str = "name"
) -> Iterator[Diagnostic]:
    for index, name in enumerate(names):
        if name not in known:
            yield diagnose(code, node.position(*path, index), **{called: name}, advice=advise(name, known))


def _repeated(node: Node, key: str, names: tuple[str, ...]) -> Iterator[Diagnostic]:
    """What stands twice in a list that is a set."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield diagnose("repeated", node.position(key, index), name=name, key=key)
        seen.add(name)


def _head(catalogue: Catalogue, raw: Raw) -> Iterator[Diagnostic]:
    head, score = catalogue.head, catalogue.score
    assert raw.head is not None
    total = sum(share.weight for share in score.total)
    at = raw.head.position("score", "total")
    if total != 100:
        yield diagnose("weights", at, total=total)
    seen: set[str] = set()
    for index, share in enumerate(score.total):
        where = raw.head.position("score", "total", index, "part")
        if share.part not in head.parts:
            yield diagnose("unknown-part", where, name=share.part, advice=advise(share.part, head.parts))
        if share.part in seen:
            yield diagnose("duplicate-id", where, id=share.part, first=f"{at.file}:{at.line}")
        seen.add(share.part)
    limits = [level.at_least for level in score.levels]
    for index, level in enumerate(score.levels):
        last = index == len(limits) - 1
        before = limits[index - 1] if index else None
        if (level.at_least is None) != last or (
            before is not None and level.at_least is not None and level.at_least >= before
        ):
            yield diagnose("score-levels", raw.head.position("score", "levels", index), name=level.name)
    for key, unit in catalogue.units.items():
        if unit.level is not None:
            yield from _known(raw.units[key], ("level",), "unknown-level", (unit.level,), head.area_levels)
    yield from _known(raw.head, ("score", "proposed"), "unknown-key", score.proposed, Score.model_fields, "key")
    yield from collisions(
        (key, called(raw.units[key], (unit.title,), unit.aliases, key)) for key, unit in catalogue.units.items()
    )
    yield from collisions(
        (key, called(raw.forms[key][0], (kind.title,), kind.aliases, key)) for key, kind in catalogue.site_types.items()
    )
    for table in ("area_levels", "parts"):
        titles: dict[str, str] = getattr(head, table)
        yield from collisions(
            (key, [(name, raw.head.position(table, key)) for name in (title, key)]) for key, title in titles.items()
        )


def called(
    node: Node, titles: tuple[str, ...], aliases: tuple[str, ...], key: str, title: str = "title"
) -> list[tuple[str, Position]]:
    """The names of a thing and where each stands; its key goes with the title."""
    named = [(name, node.position(title)) for name in (*titles, key)]
    return named + [(alias, node.position("aliases", index)) for index, alias in enumerate(aliases)]


def collisions(
    named: Iterable[tuple[str, list[tuple[str, Position]]]], form: Callable[[str], str] = header_form
) -> Iterator[Diagnostic]:
    """One name for two things of one kind; the later of the two is told. ``form`` is how names are compared."""
    owner: dict[str, str] = {}
    for key, names in named:
        for name, at in names:
            other = owner.setdefault(form(name), key)
            if other != key:
                yield diagnose("alias-collision", at, alias=name, one=other, other=key)


def _tree(catalogue: Catalogue, raw: Raw) -> Iterator[Diagnostic]:
    seen: dict[str, Position] = {}

    def walk(places: tuple[Place, ...], node: Node, path: tuple[str | int, ...]) -> Iterator[Diagnostic]:
        for index, place in enumerate(places):
            at = node.position(*path, index, "id")
            if place.id in seen:
                first = seen[place.id]
                yield diagnose("duplicate-id", at, id=place.id, first=f"{first.file}:{first.line}")
            seen.setdefault(place.id, at)
            yield from walk(place.under, node, (*path, index, "under"))

    if raw.tree is not None:
        yield from walk(catalogue.tree, raw.tree, ("tree",))
        yield from _weights(catalogue, raw.tree)


def _weights(catalogue: Catalogue, tree: Node) -> Iterator[Diagnostic]:
    """Siblings all lack a weight, or their weights add up to their parent's (100 at the top)."""
    ways = catalogue.places()
    used = {each.id for dated in catalogue.criteria for v in dated.versions for each in ways.get(v.criterion.place, ())}

    def walk(places: tuple[Place, ...], path: tuple[str | int, ...], above: Place | None) -> Iterator[Diagnostic]:
        weighed = [place for place in places if place.weight is not None]
        name, wanted = (above.title, above.weight) if above is not None else (gettext("the outline"), 100)
        at = tree.position(*path, 0, "weight")
        total = sum(place.weight for place in weighed if place.weight is not None)
        if weighed and len(weighed) < len(places):
            without = next(index for index, place in enumerate(places) if place.weight is None)
            what = gettext("stand at some places and not at others; give all of them one, or none")
            yield diagnose("tree-weights", tree.position(*path, without, "id"), place=name, what=what)
        elif weighed and wanted is None:
            what = gettext("add up to {total}, but '{place}' itself has none").format(total=total, place=name)
            yield diagnose("tree-weights", at, place=name, what=what)
        elif weighed and total != wanted:
            what = gettext("add up to {total}, not {wanted}").format(total=total, wanted=wanted)
            yield diagnose("tree-weights", at, place=name, what=what)
        for index, place in enumerate(places):
            if place.id not in used and (place.weight is not None or place.combine != "mean"):
                yield diagnose("empty-place", tree.position(*path, index, "id"), place=place.id)
            yield from walk(place.under, (*path, index, "under"), place)

    yield from walk(catalogue.tree, ("tree",), None)


def character_of(node: Node, path: tuple[str | int, ...], column: int) -> Position:
    """The place of a character of the formula at ``path``."""
    text = node.find(*path)
    return node.position(*path) if text is None else text.character(column)


def _formula(
    node: Node, path: tuple[str | int, ...], text: str, names: Mapping[str, Type], wanted: Type
) -> Iterator[Diagnostic]:
    _, mistakes = parse_formula(text, names, wanted)
    for mistake in mistakes:
        yield _placed(mistake, node, path, names)


def _names(raw: Raw, fields: Mapping[str, Field]) -> dict[str, Type]:
    """The names of a form; a field with a mistake of its own may be of any type."""
    broken: dict[str, Type] = dict.fromkeys(raw.broken_fields, "any")
    return broken | types_of(fields)


def _typed(
    node: Node, path: tuple[str | int, ...], text: str, wanted: Type, kind: SiteType, raw: Raw
) -> Iterator[Diagnostic]:
    """What is wrong in a formula of a criterion, its words included."""
    names = _names(raw, kind.fields)
    expression, mistakes = parse_formula(text, names, wanted)
    for mistake in mistakes:
        yield _placed(mistake, node, path, names)
    for field, word in _words_of(expression) if expression is not None else ():
        at = character_of(node, path, max(text.find(f"'{word}'"), text.find(f'"{word}"'), 0))
        if field == "site_type":
            if word not in raw.forms:
                yield diagnose("unknown-site-type", at, name=word, advice=advise(word, raw.forms))
            continue
        if field not in kind.fields:
            continue
        options = [*kind.fields[field].options, *kind.fields[field].scale]
        if options and text_form(word) not in map(text_form, options):
            yield diagnose("unknown-option", at, name=word, field=field, advice=advise(word, options))


def _words_of(expression: Expression) -> Iterator[tuple[str, str]]:
    """Every text that a formula compares a field with."""
    for each in walk(expression):
        match each:
            case Comparison(left=Name(key=key), right=Word(value=word, type="text")):
                yield key, word
            case Comparison(left=Word(value=word, type="text"), right=Name(key=key)):
                yield key, word
            case Among(item=Name(key=key), options=options):
                yield from ((key, option.value) for option in options if isinstance(option, Word))
            case Has(text=Word(value=word), field=Name(key=key)):
                yield key, word


def _placed(mistake: Mistake, node: Node, path: tuple[str | int, ...], names: Mapping[str, Type]) -> Diagnostic:
    at = character_of(node, path, mistake.column)
    values = dict(mistake.values)
    if mistake.code == "unknown-field":
        values["advice"] = advise(values["name"], sorted(names))
    return diagnose(mistake.code, at, **values)


def _site_type(catalogue: Catalogue, raw: Raw, kind: SiteType) -> Iterator[Diagnostic]:
    node = raw.forms[kind.id][0]
    levels = catalogue.head.area_levels
    for key in ("lead_unit", "supporting_units", "part_of"):
        yield from _repeated(node, key, getattr(kind, key))
    yield from _known(node, ("lead_unit",), "unknown-unit", kind.lead_unit, raw.units)
    yield from _known(node, ("supporting_units",), "unknown-unit", kind.supporting_units, raw.units)
    yield from _known(node, ("part_of",), "unknown-site-type", kind.part_of, raw.forms)
    if kind.each is not None and kind.each not in {*levels, "unit"}:
        yield diagnose(
            "unknown-level", node.position("each"), name=kind.each, advice=advise(kind.each, [*levels, "unit"])
        )
    if kind.quota is not None:
        yield from _known(node, ("quota", "per"), "unknown-level", (kind.quota.per,), levels)
    shares = [share.part for share in catalogue.score.total]
    if kind.part not in shares:
        yield diagnose("unknown-part", node.position("part"), name=kind.part, advice=advise(kind.part, shares))
    names = _outside(_names(raw, kind.fields))
    for key, text in kind.rates.items():
        yield from _formula(node, ("rates", key), text, names, "number")
    for key, field in kind.fields.items():
        yield from _field(catalogue, raw, field_node(raw, kind, key), key, field, kind.fields)
    rules = {
        v.on(kind.id).id: v.on(kind.id)
        for d in catalogue.criteria
        for v in d.versions
        if kind.id in v.criterion.site_types
    }
    own = [
        (
            gettext("field {name}").format(name=key),
            called(field_node(raw, kind, key), (field.label,), field.aliases, key, "label"),
        )
        for key, field in kind.fields.items()
    ]
    told = [
        (
            gettext("criterion {name}").format(name=rule.id),
            called(raw.criteria[rule.id].node, (rule.title,), rule.aliases, rule.id),
        )
        for rule in rules.values()
    ]
    yield from collisions([*own, *told])


def _outside(names: Mapping[str, Type]) -> dict[str, Type]:
    """The names that a formula outside a criterion may use."""
    return {key: kind for key, kind in names.items() if key not in OF_A_CRITERION}


def field_node(raw: Raw, kind: SiteType, key: str) -> Node:
    """Where a field of a form is declared: in the form's file, else in a shared one."""
    own = raw.forms[kind.id][0].find("fields", key)
    return own or next(node.mapping[key] for node in raw.shared_fields.values() if key in node.mapping)


def _field(
    catalogue: Catalogue, raw: Raw, node: Node, key: str, field: Field, fields: Mapping[str, Field]
) -> Iterator[Diagnostic]:
    numbers = {key for key, field in fields.items() if field.kind in {"count", "number", "percent"}} - {key}
    for side in ("at_least", "at_most"):
        limit = getattr(field, side)
        if isinstance(limit, str) and limit not in numbers:
            yield diagnose("unknown-field", node.position(side), name=limit, advice=advise(limit, sorted(numbers)))
    seen: dict[str, str] = {}
    for index, option in enumerate([*field.options, *field.scale]):
        other = seen.setdefault(text_form(option), option)
        if index >= len(seen):
            at = node.position("options", index) if field.options else node.position("scale", option, of_key=True)
            yield diagnose("alias-collision", at, alias=option, one=other, other=option)
    if field.formula is not None:
        wanted: Type = "yes_no" if field.kind == "yes_no" else "number"
        yield from _formula(node, ("formula",), field.formula, _outside(_names(raw, fields)), wanted)
        if key in _needed_for(fields, key):
            yield diagnose("field-cycle", node.position("formula"), key=key)
    if field.from_ is not None and field.from_ != "site":
        recorded = [
            each.id for each in catalogue.site_types.values()
            if each.each == field.from_ and key in each.fields and each.fields[key].from_ is None
        ]  # fmt: skip
        if field.from_ not in catalogue.head.area_levels:
            advice = advise(field.from_, ["site", *catalogue.head.area_levels])
            yield diagnose("unknown-level", node.position("from"), name=field.from_, advice=advice)
        elif not recorded:
            advice = gettext("no site type with each: {level} records it").format(level=field.from_)
            yield diagnose("unknown-field", node.position("from"), name=key, advice=advice)


def _needed_for(fields: Mapping[str, Field], key: str) -> frozenset[str]:
    """The fields that must be known before ``key`` is: what it and they read, and what limits them."""
    reached: set[str] = set()
    waiting = [key]
    while waiting:
        field = fields[waiting.pop()]
        limits = [each for each in (field.at_least, field.at_most) if isinstance(each, str)]
        found = ({*names_written(field.formula or ""), *limits} & fields.keys()) - reached
        reached |= found
        waiting += found
    return frozenset(reached)


def derived_from(fields: Mapping[str, Field], names: Iterable[str]) -> frozenset[str]:
    """The fields that ``names`` stand for, and those that they are derived from, however far."""
    reached: set[str] = set()
    waiting = [name for name in names if name in fields]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            formula = fields[key].formula
            waiting += [each for each in names_written(formula or "") if each in fields]
    return frozenset(reached)


def _same_fields(catalogue: Catalogue, raw: Raw, declared: Declared) -> Iterator[Diagnostic]:
    first: dict[str, tuple[Field, Position]] = {}
    own = [
        (key, field, node)
        for kind in catalogue.site_types.values()
        for key, field in kind.fields.items()
        if (node := raw.forms[kind.id][0].find("fields", key)) is not None
    ]
    shared = [
        (key, field, node)
        for file, fields in declared.items()
        for key, field in fields.items()
        if (node := raw.shared_fields[file].find(key)) is not None
    ]
    for key, field, node in [*own, *shared]:
        known, where = first.setdefault(key, (field, node.at))
        differs = known.same_meaning(field)
        if differs is not None:
            yield diagnose("field-differs", node.at, key=key, what=differs, first=f"{where.file}:{where.line}")


def _unread_fields(catalogue: Catalogue, raw: Raw, declared: Declared) -> Iterator[Diagnostic]:
    """Mistakes in shared fields that stand on no form, because no criterion reads them."""
    on_forms = {key for kind in catalogue.site_types.values() for key in kind.fields}
    known = {key: field for kind in catalogue.site_types.values() for key, field in kind.fields.items()}
    for file, fields in declared.items():
        for key, field in fields.items():
            node = raw.shared_fields[file].find(key)
            if key not in on_forms and node is not None:
                yield from _field(catalogue, raw, node, key, field, {**known, **fields})


def _criterion(
    catalogue: Catalogue, raw: Raw, node: Node, criterion: Criterion, places: Collection[str]
) -> Iterator[Diagnostic]:
    for key in ("site_types", "lead_unit", "supporting_units", "proposed"):
        yield from _repeated(node, key, getattr(criterion, key))
    if isinstance(criterion, NOfM):
        yield from _repeated(node, "of", criterion.of)
    yield from _known(node, ("place",), "unknown-place", (criterion.place,), places)
    yield from _known(node, ("site_types",), "unknown-site-type", criterion.site_types, raw.forms)
    yield from _known(node, ("lead_unit",), "unknown-unit", criterion.lead_unit, raw.units)
    yield from _known(node, ("supporting_units",), "unknown-unit", criterion.supporting_units, raw.units)
    for index, source in enumerate(criterion.source):
        if source.ref not in raw.sources:
            at = node.position("source", index, "ref")
            yield diagnose("unknown-source", at, name=source.ref, advice=advise(source.ref, raw.sources))
    yield from _known(node, ("proposed",), "unknown-key", criterion.proposed, _proposable(catalogue, criterion), "key")
    start, end = criterion.effective.from_, criterion.effective.until
    if start is not None and end is not None and start > end:
        yield diagnose("dates-order", node.position("effective"), what="effective", later=end, earlier=start)
    if isinstance(criterion, Judged) and criterion.id in FORMULA_WORDS:  # its id is the field of the verdict
        advice = gettext("this word has a meaning of its own; choose another")
        yield diagnose("wrong-type", node.position("id"), what="id", found=repr(criterion.id), advice=advice)
    if isinstance(criterion, TwoMethods):
        yield from _both(catalogue, raw, node, criterion)
    yield from _points(node, criterion)


def _points(node: Node, criterion: Criterion) -> Iterator[Diagnostic]:
    """Points may be 0 only where something else makes the finding count."""
    if criterion.points or isinstance(criterion, Information):
        return
    at = node.position("points")
    if isinstance(criterion, Deducted) or (isinstance(criterion, Judged) and criterion.judged == "deduction"):
        yield diagnose("points-zero", at, id=criterion.id, reason=gettext("a deduction takes its points"))
    elif criterion.veto is None and criterion.adjust_total is None:
        reason = gettext("without veto or adjust_total it would count for nothing")
        yield diagnose("points-zero", at, id=criterion.id, reason=reason)


def _proposable(catalogue: Catalogue, criterion: Criterion) -> list[str]:
    """What ``proposed`` may name: the keys of this kind of criterion, and the fields of its forms."""
    keys = [info.alias or name for name, info in type(criterion).model_fields.items() if name != "kind"]
    kinds = [catalogue.site_types[each] for each in criterion.site_types if each in catalogue.site_types]
    return [*keys, "changes", "by_type", *dict.fromkeys(key for kind in kinds for key in kind.fields)]


def _both(catalogue: Catalogue, raw: Raw, node: Node, criterion: TwoMethods) -> Iterator[Diagnostic]:
    dated_by_id = {dated.id: dated for dated in catalogue.criteria}
    by_id = {name: dated.versions[0].criterion for name, dated in dated_by_id.items()}
    for index, name in enumerate(criterion.both):
        at = node.position("both", index)
        member = by_id.get(name)
        if name not in raw.criteria:
            yield diagnose("unknown-criterion", at, name=name, advice=advise(name, raw.criteria))
        elif member is None:
            continue  # it has a mistake of its own
        elif isinstance(member, TwoMethods | Information):
            yield diagnose("both-members", at, name=name, reason=gettext("it has no finding of its own"))
        elif name in criterion.both[:index]:
            yield diagnose("both-members", at, name=name, reason=gettext("it stands here twice"))
        elif any(version.criterion.adjust_total is not None for version in dated_by_id[name].versions):
            yield diagnose("both-members", at, name=name, reason=gettext("it adjusts the total"))
        else:
            yield from _within_reach(catalogue, at, member, criterion)


def _within_reach(catalogue: Catalogue, at: Position, member: Criterion, criterion: TwoMethods) -> Iterator[Diagnostic]:
    """A member is judged on the site itself, or on areas above it."""
    elsewhere = set(criterion.site_types) - set(member.site_types)
    kinds = [catalogue.site_types[name] for name in member.site_types if name in catalogue.site_types]
    if elsewhere and not all(kind.each in catalogue.head.area_levels for kind in kinds):
        reason = gettext("it stands on other site types, which are not areas (each: district)")
        yield diagnose("both-members", at, name=member.id, reason=reason)


def _rule(catalogue: Catalogue, raw: Raw, node: Node, criterion: Criterion, kind: SiteType) -> Iterator[Diagnostic]:
    if criterion.applies is not None:
        yield from _typed(node, ("applies",), criterion.applies, "yes_no", kind, raw)
        yield from _no_observed(node, criterion.applies, kind.fields)
    match criterion:
        case YesNo(pass_=text):
            yield from _typed(node, ("pass",), text, "yes_no", kind, raw)
        case Banded(rate=text) | Linear(rate=text):
            yield from _typed(node, ("rate",), text, "number", kind, raw)
        case Graded(grade=key):
            if key not in kind.fields or kind.fields[key].kind != "grade":
                grades = sorted(key for key, field in kind.fields.items() if field.kind == "grade")
                yield diagnose("unknown-field", node.position("grade"), name=key, advice=advise(key, grades))
        case Deducted(deduct=entries):
            for index, entry in enumerate(entries):
                path = entry_path(node, "deduct", index, "each")
                yield from _typed(node, path, entry.each, "number", kind, raw)
        case NOfM(of=conditions):
            for index, text in enumerate(conditions):
                yield from _typed(node, ("of", index), text, "yes_no", kind, raw)
        case Asked(ask=ask, pass_=condition):
            questionnaire, rate = ask.split(".")
            asked = catalogue.site_types.get(questionnaire)
            if questionnaire not in raw.forms if asked is None else rate not in asked.asked_for:
                known = [f"{each.id}.{rate}" for each in catalogue.site_types.values() for rate in each.asked_for]
                yield diagnose("unknown-rate", node.position("ask"), name=ask, advice=advise(ask, known))
            if condition is not None:
                yield from _formula(node, ("pass",), condition, {"rate": "number"}, "yes_no")
        case Information(show=text):
            yield from _typed(node, ("show",), text, "number", kind, raw)
        case Judged() | TwoMethods():
            pass


def entry_path(node: Node, key: str, index: int, name: str) -> tuple[str | int, ...]:
    """The way to ``name`` of one entry, which may be written without the list around it."""
    entries = node.find(key)
    return (key, name) if entries is not None and entries.mapping else (key, index, name)


def _no_observed(node: Node, text: str, fields: Mapping[str, Field]) -> Iterator[Diagnostic]:
    derived = derived_from(fields, names_written(text))
    asking = [key for key in sorted(derived) if "observed" in names_written(fields[key].formula or "")]
    written = "observed" if "observed" in names_written(text) else next(iter(asking), None)
    if written is not None:
        advice = gettext("`applies` may not ask whether something was observed")
        at = character_of(node, ("applies",), max(text.find(written), 0))
        yield diagnose("formula-name", at, name=written, advice=advice)

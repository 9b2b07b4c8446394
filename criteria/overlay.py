"""What an overlay changes in the catalogue that it extends: keys that replace, from a date on, or a dropped item."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from duibiao.criteria.diagnostics import N_, Diagnostic, Position, advise, diagnose
from duibiao.criteria.language import gettext
from duibiao.criteria.models import COMPANION_KEYS, RULE_KEYS, kinds_of
from duibiao.criteria.shapes import KEYS_WITH_VALUES, keyed_entries, misshapen
from duibiao.criteria.yaml_text import Node

if TYPE_CHECKING:
    from duibiao.criteria.files import Raw

CHANGEABLE: Final = frozenset(
    "title aliases group lead_unit supporting_units deadline part each part_of quota several_inspections weight"
    " minimum_group confidence interval".split()
)
# keys that change what a case of the base would find
JUDGING: Final = frozenset({*RULE_KEYS, *COMPANION_KEYS, "applies", "points", "effective", "from", "drop"})
IN_FILES_OF_THEIR_OWN: Final = frozenset(
    "fields criteria site_type questionnaire rates questions sample groups".split()
)


def apply_change(raw: Raw, head: Node, found: list[Diagnostic]) -> None:
    """Apply an overlay's ``change`` to the criteria and site types of what it extends."""
    if len(raw.chain) < 2:
        return
    for name, node, at in keyed_entries(head, "change", found):
        if not isinstance(node.value, dict):
            found.append(misshapen(node, gettext("this"), KEYS_WITH_VALUES))
        elif name in raw.criteria:
            _change_criterion(raw, name, node, at, found)
        elif name in raw.forms:
            form, file = raw.forms[name]
            for key in node.mapping.keys() - CHANGEABLE:
                elsewhere = gettext("write it in a file of your own")
                advice = elsewhere if key in IN_FILES_OF_THEIR_OWN else advise(key, sorted(CHANGEABLE))
                found.append(diagnose("unknown-key", node.keys[key], key=key, advice=advice))
            changed = {key: each for key, each in node.mapping.items() if key in CHANGEABLE}
            raw.forms[name] = (form.replaced(changed, node.keys), file)
        else:
            advice = advise(name, [*raw.criteria, *raw.forms])
            found.append(diagnose("change-unknown", at, name=name, base=raw.chain[1], advice=advice))
    _judge_what_rests_on_them_anew(raw)


def _judge_what_rests_on_them_anew(raw: Raw) -> None:
    """The lower of two criteria comes out otherwise where one of them does."""
    for name, criterion in raw.criteria.items():
        both = criterion.node.find("both")
        if both is not None and {each.value for each in both.items} & raw.judged_anew.keys():
            raw.judged_anew.setdefault(name, raw.chain[0])


def _change_criterion(raw: Raw, name: str, node: Node, at: Position, found: list[Diagnostic]) -> None:
    old = raw.criteria[name]
    if node.mapping.keys() & JUDGING:
        raw.judged_anew[name] = raw.chain[0]
    if "drop" in node.mapping:
        _drop(name, node, at, found)
        del raw.criteria[name]
        return
    if "id" in node.mapping:
        advice = gettext("an id stays the same for ever")
        found.append(diagnose("unknown-key", node.keys["id"], key="id", advice=advice))
    if "from" in node.mapping:
        dated = old.node.find("changes")
        entries = [*(dated.items if dated else []), node]
        entries.sort(key=lambda each: str(each.mapping["from"].plain()) if "from" in each.mapping else "")
        new = old.node.replaced({"changes": Node(entries, at)}, {"changes": at})
    else:
        new = replace_keys(old.node, node.without("id"), found)
        dated = old.node.find("changes")
        if dated is not None and "changes" not in node.mapping:
            names = {*node.mapping}
            if kinds_of(old.node.mapping) != kinds_of(new.mapping):
                names |= {*RULE_KEYS, *COMPANION_KEYS}
            kept = [each.without(*names) for each in dated.items]
            kept = [each for each in kept if each.mapping.keys() - {"from", "because"}]
            new = new.replaced({"changes": Node(kept, dated.at)}, {})
    raw.criteria[name] = replace(old, node=new)


def _drop(name: str, node: Node, at: Position, found: list[Diagnostic]) -> None:
    if node.mapping["drop"].value is not True:
        found.append(misshapen(node.mapping["drop"], "drop", N_("write true or leave it out")))
    because = node.find("because")
    if because is None or not isinstance(because.value, str):
        found.append(diagnose("change-drop", at, name=name))
    for key in node.mapping.keys() - {"drop", "because"}:
        advice = gettext("a dropped criterion has nothing else to change")
        found.append(diagnose("unknown-key", node.keys[key], key=key, advice=advice))


def _other_kind(node: Node, entries: Node) -> tuple[str, str] | None:
    """The kind of rule of ``node`` and the one that ``entries`` make of it, where they differ."""
    keys = entries.mapping.keys()
    old, new = kinds_of(node.mapping), kinds_of(keys)
    if not new and "rate" in node.mapping and keys & {"levels", "full_at", "zero_at"}:
        new = kinds_of({"rate", *keys})
    if not old or not new or old == new:
        return None
    if "rate" in node.mapping and "rate" in keys and not keys & {"levels", "full_at", "zero_at"}:
        return None  # another rate, the same levels or line
    if old == ["ask"] and new == ["pass"]:
        return None  # a condition on the estimate in place of levels
    return old[0], new[0]


def _unproposed(node: Node) -> Node:
    """``node`` without the keys of its old rule among those that it calls proposed."""
    proposed = node.find("proposed")
    if proposed is None:
        return node
    kept = [each for each in proposed.items if each.value not in {*RULE_KEYS, *COMPANION_KEYS}]
    return node.replaced({"proposed": Node(kept, proposed.at)}, {})


def replace_keys(node: Node, change: Node, found: list[Diagnostic]) -> Node:
    """``node`` with the keys of ``change``; another kind of rule takes the place of the whole old rule."""
    entries = change.without("from", "because")
    differ = _other_kind(node, entries)
    if differ is not None:
        old, new = differ
        if "because" not in change.mapping:
            found.append(diagnose("change-kind", change.at, old=old, new=new))
        stays = {"rate"} if {old, new} == {"banded", "linear"} else set()
        node = _unproposed(node.without(*({*RULE_KEYS, *COMPANION_KEYS} - stays)))
    elif "ask" in node.mapping and entries.mapping.keys() & {"pass", "levels"}:
        node = node.without("pass", "levels")
    return node.replaced(entries.mapping, entries.keys)

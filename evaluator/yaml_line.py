"""Values as YAML on one line, as people would write them into a criteria or mapping file."""

from __future__ import annotations

import yaml


def flow(value: object) -> str:
    """A value as YAML on one line."""
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6).strip()


def entry(key: str, value: object) -> str:
    """An entry of a mapping as YAML on one line."""
    return flow({key: value})[1:-1]

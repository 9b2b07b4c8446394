"""How a command ends that cannot go on: what is wrong on stderr, and 2."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from duibiao.criteria.language import gettext as _


def fail(message: str) -> NoReturn:
    """Say what is wrong on stderr and end with 2."""
    click.echo(message, err=True)
    sys.exit(2)


def reason(error: OSError) -> str:
    """Why a file cannot be used, in the words of the system."""
    return error.strerror or str(error)


def unwritable(path: Path, error: OSError) -> NoReturn:
    """Say that nothing can be written there, and end with 2."""
    fail(_("'{path}' cannot be written: {reason}").format(path=path, reason=reason(error)))

"""What commands write. What is there already is not lost; what cannot be written is said, and ends with 2."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from duibiao.commands.ending import fail, reason, unwritable
from duibiao.criteria.language import gettext as _


def replace(out: Path, fill: Callable[[Path], None], marks: Sequence[str], foreign: str) -> None:
    """Fill a folder anew that holds one of ``marks``, or nothing; ``foreign`` says what another is not."""
    from duibiao.reports.folder import ForeignFolder, InUse, replace_folder

    try:
        replace_folder(out, fill, marks)
    except ForeignFolder as error:
        fail(foreign.format(path=error))
    except InUse:
        fail(_("Another run is writing '{path}'; wait until it is done, or choose another folder").format(path=out))
    except OSError as error:
        fail(
            _("'{path}' cannot be written: {reason}; what was there is untouched").format(
                path=out, reason=reason(error)
            )
        )


def replace_result(out: Path, fill: Callable[[Path], None]) -> None:
    """Fill the folder of a result anew."""
    from duibiao.reports.folder import RESULTS

    replace(out, fill, RESULTS, _("'{path}' is not a result of duibiao and is not overwritten; choose another folder"))


def refuse_unwritable(paths: Iterable[Path | None]) -> None:
    """End with 2 where a file cannot be written that is asked for, before anything is worked out for it."""
    wrong = [(path, _obstacle(path)) for path in paths if path is not None]
    told = _("'{path}' cannot be written: {reason}")
    lines = [told.format(path=path, reason=os.strerror(number)) for path, number in wrong if number]
    if lines:
        fail("\n".join(lines))


def _obstacle(path: Path) -> int:
    """The number of the error that writing a file would end with, as far as it can be foreseen; 0 without one."""
    if path.is_dir():
        return errno.EISDIR
    if not path.parent.is_dir():
        return errno.ENOTDIR if path.parent.exists() else errno.ENOENT
    return 0 if os.access(path if path.exists() else path.parent, os.W_OK) else errno.EACCES


def write_new(path: Path, raw: bytes, taken: str) -> None:
    """Write a file that is not there yet; ``taken`` says that it is."""
    try:
        with path.open("xb") as file:
            file.write(raw)
    except FileExistsError:
        fail(taken.format(path=path))
    except OSError as error:
        unwritable(path, error)


def write_answer(path: Path, raw: bytes) -> None:
    """Write what a program reads, where there is none."""
    write_new(path, raw, _("'{path}' is already there; choose another name"))


def write_form(path: Path, raw: bytes) -> None:
    """Write a file that people fill in, where there is none."""
    write_new(path, raw, _("'{path}' is already there and may be filled in; choose another name"))

"""A zip file -> the files in it. Nothing is unpacked to the disk, and no more than the limits allow to memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from duibiao.evaluator.intake.limits import Limits
from duibiao.evaluator.intake.names import clean
from duibiao.evaluator.intake.reasons import Refused

_UTF_8: Final = 0x800  # flags of a member (APPNOTE.TXT, section 4.4.4)
_ENCRYPTED: Final = 0x1
_HIDDEN: Final = (".", "~$", "__MACOSX")
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the zip file at ``path``: its path in there, and the sha256 of its bytes."""

    path: Path
    name: str
    sha256: str


def read_member(path: Path, name: str, most: int) -> bytes:
    """At most ``most`` bytes of the file ``name`` in the zip file at ``path``; raises OSError where it is not there."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if clean(_name(member)) == name:
                    with archive.open(member) as packed:
                        return packed.read(most)
    except _DAMAGED as error:
        raise OSError(str(error)) from None
    raise FileNotFoundError(name)


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member. Where it is not marked as UTF-8, programs in China write it in GB18030."""
    name = member.orig_filename
    if not member.flag_bits & _UTF_8:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def unpack(raw: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The path and the bytes of each file in a zip file, by path, without hidden and lock files; raises ``Refused``."""
    left = limits.unpacked
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            if len(members) > limits.members:
                raise Refused("zip-too-large", limit=limits.members)
            for name, member in sorted(((_name(each), each) for each in members), key=lambda pair: pair[0]):
                path = PurePosixPath(name)
                if name.endswith("/") or any(part.startswith(_HIDDEN) and part != ".." for part in path.parts):
                    continue
                if path.is_absolute() or ".." in path.parts or ":" in name:
                    raise Refused("zip-path", name=clean(name))
                if member.flag_bits & _ENCRYPTED:
                    raise Refused("zip-protected")
                with archive.open(member) as packed:
                    content = packed.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise Refused("zip-too-large", limit=limits.unpacked)
                yield clean(name), content
    except _DAMAGED as error:
        raise Refused("zip-damaged", reason=str(error)[:200]) from None

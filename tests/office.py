"""LibreOffice, where it is there: what we write must open there, and be seen."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

SOFFICE: Final = shutil.which("soffice")
WRITER: Final = SOFFICE is not None and any(
    (Path(SOFFICE).resolve().parent / name).exists() for name in ("libswlo.so", "swlo.dll", "libswlo.dylib")
)


def converted(path: Path, folder: Path, kind: str) -> Path:
    """A document as LibreOffice reads it, written as another kind; it runs with a profile of its own."""
    assert SOFFICE is not None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    told = subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    made = folder / f"{path.stem}.{kind.split(':')[0]}"
    assert made.is_file(), told.stdout + told.stderr
    return made

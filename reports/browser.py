"""A page as a PDF, printed by a Chromium, Chrome or Edge that is on the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Final

from duibiao.reports.plain_text import plain_text

# On PATH. Chrome and Edge come first: a chromium may be a snap, which sees neither hidden nor temporary files.
NAMES: Final = (
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chromium",
    "chromium-browser",
    "chrome",
    "msedge",
)
_MAC: Final = ("Google Chrome", "Microsoft Edge", "Chromium")
_WINDOWS: Final = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
_LINUX: Final = ("/opt/google/chrome/chrome", "/opt/microsoft/msedge/msedge", "/snap/bin/chromium")
SECONDS: Final = 300
# Nobody is asked, nothing is loaded: what a page names, and what a browser would fetch for itself.
ARGUMENTS: Final = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)
# Links to files beside the page; those within it and to the web are kept. Data are escaped and cannot look like one.
_TO_FILES: Final = re.compile(r'(<a\b[^>]*?) href="(?!#|https?:)[^"]*"')
_CLOCK: Final = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}[+-]\d\d'\d\d'\)")


class NotPrinted(Exception):
    """The browser made no PDF; says what it said."""


def usual_places(system: str, environment: Mapping[str, str]) -> tuple[PurePath, ...]:
    """Where browsers are installed without being on PATH; ``system`` is one of ``sys.platform``."""
    if system == "win32":
        told = [environment.get(name) for name in ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")]
        return tuple(PureWindowsPath(root, place) for place in _WINDOWS for root in told if root)
    if system == "darwin":
        folders = ("/Applications", f"{environment.get('HOME', '')}/Applications")
        return tuple(PurePosixPath(folder, f"{name}.app/Contents/MacOS", name) for name in _MAC for folder in folders)
    return tuple(map(PurePosixPath, _LINUX))


def find_browser(environment: Mapping[str, str], places: Sequence[PurePath]) -> Path | None:
    """The first browser by a name on PATH, else at one of ``places``."""
    named = (shutil.which(name, path=environment.get("PATH", "")) for name in NAMES)
    found = next((Path(each) for each in named if each is not None), None)
    return found or next((Path(each) for each in places if Path(each).is_file()), None)


def printed(page: str, browser: Path, day: date) -> bytes:
    """A page as a PDF, without links to files beside it; its clock stands at the beginning of ``day``.

    The browser has a profile of its own, which is gone afterwards, and no network. Raises NotPrinted.
    """
    with tempfile.TemporaryDirectory(prefix="duibiao-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, made = folder / "page.html", folder / "page.pdf"
        source.write_text(_TO_FILES.sub(r"\1", page), "utf-8")
        # Root's browsers refuse to start in a sandbox. The page is ours; its policy refuses every script but its own.
        root = ("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()
        profile, target = f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={made}"
        command = [str(browser), *ARGUMENTS, *root, profile, target, source.as_uri()]
        told = _run(command, folder / "told.txt")
        if not made.is_file() or not made.stat().st_size:
            raise NotPrinted(told)
        return _CLOCK.sub(rb"\g<1>%s000000+00'00')" % f"{day:%Y%m%d}".encode(), made.read_bytes())


def _run(command: Sequence[str], log: Path) -> str:
    """Run a browser to its end; the last line that it said. Raises NotPrinted where it cannot start or does not end.

    What it says goes to a file: a pipe would stay open as long as any process that it has started.
    """
    with log.open("wb") as told:
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=told, stderr=told, timeout=SECONDS, check=False)
        except OSError as error:
            raise NotPrinted(error.strerror or str(error)) from error
        except subprocess.TimeoutExpired as error:
            raise NotPrinted(f"> {SECONDS} s") from error
    lines = map(plain_text, log.read_text("utf-8", "replace").split("\n"))
    return ["-", *filter(None, lines)][-1]

"""The output folder is the old result whole or the new one whole, whatever stops the run."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from duibiao.reports.folder import ForeignFolder, InUse, replace_folder, restore


def fill(text: str, files: int = 1) -> Fill:
    return Fill(text, files)


class Fill:
    """Writes a result whose every file says the same text."""

    def __init__(self, text: str, files: int) -> None:
        self.text, self.files = text, files

    def __call__(self, folder: Path) -> None:
        (folder / "assessment.json").write_text(self.text)
        for number in range(self.files):
            (folder / f"{number}.txt").write_text(self.text)


def said(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.iterdir()}


def test_a_new_result_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    replace_folder(out, fill("old", 3))
    replace_folder(out, fill("new"))
    assert said(out) == {"new"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_failure_leaves_the_old_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    replace_folder(out, fill("old"))

    def full_disk(folder: Path) -> None:
        (folder / "assessment.json").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        replace_folder(out, full_disk)
    assert said(out) == {"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("content", ["file", "folder"])
def test_what_is_not_ours_is_not_overwritten(tmp_path: Path, content: str) -> None:
    out = tmp_path / "out"
    if content == "file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / "mine.txt").write_text("mine")
    with pytest.raises(ForeignFolder):
        replace_folder(out, fill("new"))
    assert out.is_file() or (out / "mine.txt").read_text() == "mine"


def test_a_pipe_or_device_is_no_folder_to_fill(tmp_path: Path) -> None:
    """As root, ``-o /dev/null`` would otherwise put a folder in its place."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ForeignFolder):
        replace_folder(pipe, fill("new"))
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_mount_point_is_refused_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be renamed, which would show when all is done."""
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda _path: True)
    with pytest.raises(ForeignFolder):
        replace_folder(tmp_path / "out", fill("new"))
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_a_result_that_cannot_be_put_in_its_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renamed(path: Path, to: Path) -> Path:
        if path.name == ".out.new":
            raise OSError(errno.EBUSY, "busy")
        return rename(path, to)

    out, rename = tmp_path / "out", Path.rename
    replace_folder(out, fill("old"))
    monkeypatch.setattr(Path, "rename", renamed)
    with pytest.raises(OSError, match="busy"):
        replace_folder(out, fill("new"))
    assert said(out) == {"old"}
    assert list(tmp_path.iterdir()) == [out]


def test_of_two_runs_at_once_the_second_is_told_and_the_first_undisturbed(tmp_path: Path) -> None:
    def while_another(folder: Path) -> None:
        with pytest.raises(InUse):
            replace_folder(tmp_path / "out", fill("second"))
        fill("first")(folder)

    replace_folder(tmp_path / "out", while_another)
    assert said(tmp_path / "out") == {"first"}
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_a_run_that_begins_in_the_same_moment_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(_folder: Path) -> None:
        (tmp_path / ".out.new").mkdir()

    monkeypatch.setattr("duibiao.reports.folder.restore", meanwhile)
    with pytest.raises(InUse):
        replace_folder(tmp_path / "out", fill("second"))
    assert list(tmp_path.iterdir()) == [tmp_path / ".out.new"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    replace_folder(tmp_path / "out", fill("new"))
    assert said(tmp_path / "out") == {"new"}


def test_a_run_stopped_between_the_renames_is_put_right(tmp_path: Path) -> None:
    out, aside, half = tmp_path / "out", tmp_path / ".out.old", tmp_path / ".out.new"
    aside.mkdir()
    (aside / "assessment.json").write_text("old")
    half.mkdir()
    restore(out)
    assert said(out) == {"old"}
    assert not half.exists()
    aside.mkdir()  # stopped after the second rename: the new one stands, the old one is cleared away
    restore(out)
    assert said(out) == {"old"}
    assert not aside.exists()


WRITER = """
import sys
from pathlib import Path
from duibiao.reports.folder import replace_folder

def fill(folder):
    (folder / "assessment.json").write_text(text)
    for number in range(40):
        (folder / f"{number}.txt").write_text(text)

turn = 0
while True:
    turn += 1
    text = str(turn)
    replace_folder(Path(sys.argv[1]), fill)
    if turn == 1:
        print("a first result stands", flush=True)
"""


def test_killed_at_any_moment_it_is_one_result_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for moment in range(8):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(out)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.03 + 0.0173 * moment)
            os.kill(process.pid, signal.SIGKILL)
        restore(out)
        assert len(said(out)) == 1
        assert len(list(out.iterdir())) == 41

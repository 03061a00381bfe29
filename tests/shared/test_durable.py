"""Small files that are replaced at once, for their owner only."""

import stat
from pathlib import Path

import pytest

from shared import durable
from shared.durable import write_durably, write_new


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Folders are made for it; nothing else is left beside it."""
    path = tmp_path / "one" / "two" / "key"
    write_durably(path, b"before")
    write_durably(path, b"now")
    assert path.read_bytes() == b"now"
    assert [mode(each) for each in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk refuses: the file is as it was, and the next write succeeds in spite of what is left beside it."""
    path = tmp_path / "key"
    write_durably(path, b"before")

    def refuse(_: int) -> None:
        raise OSError(28, "no room")

    with monkeypatch.context() as disk:
        disk.setattr(durable.os, "fsync", refuse)
        with pytest.raises(OSError, match="no room"):
            write_durably(path, b"now")
    assert path.read_bytes() == b"before"
    write_durably(path, b"now")
    assert path.read_bytes() == b"now"


def test_new_files_have_names_of_their_own(tmp_path: Path) -> None:
    """So that many may write into one folder at once."""
    paths = {write_new(tmp_path, b"x") for _ in range(3)}
    assert len(paths) == 3
    assert {mode(path) for path in paths} == {0o600}

"""The folder of a session is deleted, whoever is about to end in there."""

import os
from pathlib import Path
from typing import Any

import pytest

from session_host.disk.session_files import DATABASE, delete_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ses_1"
    made.mkdir()
    (made / DATABASE).write_bytes(b"x")
    return made


def test_what_comes_while_a_folder_is_deleted_is_deleted_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that copies its database made a file there, after the folder was read."""
    rmdir = os.rmdir

    def late(path: str, **how: Any) -> None:
        monkeypatch.undo()
        (folder / f"{DATABASE}-shm").write_bytes(b"y")
        rmdir(path, **how)

    monkeypatch.setattr(os, "rmdir", late)
    delete_folder(folder)
    assert not folder.exists()


def test_what_goes_while_a_folder_is_deleted_is_no_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has removed its file by itself."""
    unlink = os.unlink

    def gone(path: str, **how: Any) -> None:
        monkeypatch.undo()
        unlink(path, **how)
        unlink(path, **how)

    monkeypatch.setattr(os, "unlink", gone)
    delete_folder(folder)
    assert not folder.exists()


def test_a_folder_that_cannot_be_deleted_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that is not there is no failure: who deletes may have died before."""

    def refuses(path: str, **_: Any) -> None:
        raise PermissionError(1, "no", path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rmdir", refuses)
        with pytest.raises(PermissionError):
            delete_folder(folder)
    for _ in range(2):
        delete_folder(folder)
    assert not folder.exists()

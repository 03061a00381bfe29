"""A shard knows when its disk takes nothing more."""

import asyncio
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from session_host.disk.room import DiskFull, Unwritable, check_room, watch_room


def test_a_disk_with_room_is_left_as_it_was(tmp_path: Path) -> None:
    """The probe is gone afterwards."""
    check_room(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_nearly_full_is_told_before_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 31 MiB free there is still room to end gracefully."""
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=31 * 256, f_frsize=4096))
    with pytest.raises(DiskFull, match="make room"):
        check_room(tmp_path)


async def test_a_folder_that_cannot_be_written_ends_the_watch(tmp_path: Path) -> None:
    """Whatever the reason is."""
    told: list[bool] = []
    watching = asyncio.create_task(watch_room(tmp_path / "folder", lambda: told.append(True)))
    with pytest.raises(Unwritable, match="Nothing can be written"):
        await asyncio.wait_for(watching, 10)
    assert told == [True]

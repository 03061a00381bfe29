"""A file system of its own for one machine, small enough to be filled: a tmpfs, which only root may mount."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_BALLAST = "ballast"


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A mounted one."""

    place: Path

    @classmethod
    async def mount(cls, place: Path, mib: int) -> SmallDisk | None:
        """A new one at this folder, which is made; None where that is not allowed."""
        await asyncio.to_thread(place.mkdir, parents=True, exist_ok=True)
        if await _run("mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=700", "wagate-test", str(place)):
            return cls(place)
        return None

    def fill(self) -> None:
        """Leave no page of it, at once."""
        descriptor = os.open(self.place / _BALLAST, os.O_CREAT | os.O_WRONLY)
        page = os.statvfs(self.place).f_frsize
        filled, more = 0, page << 14
        try:
            while more >= page:  # others write to it meanwhile: take what there is, in ever smaller pieces
                try:
                    os.posix_fallocate(descriptor, filled, more)
                    filled += more
                except OSError:
                    more //= 2
        finally:
            os.close(descriptor)

    def empty(self) -> None:
        """Take back what `fill` did. May be repeated."""
        with suppress(FileNotFoundError):
            (self.place / _BALLAST).unlink()

    async def unmount(self) -> None:
        """End it, with everything on it, as soon as nobody uses it."""
        await _run("umount", "--lazy", str(self.place))


async def _run(*command: str) -> bool:
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError:
        return False
    return await process.wait() == 0

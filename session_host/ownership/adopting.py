"""The journals of shards that died: emptied here where the disk that they are on is here.

One process at a time has a journal: it holds the lock of its slot, and the kernel frees that lock when it ends, however
it ends. Of two that would adopt one the second finds it locked; so does the shard itself when it is back, and gets it
as soon as it says that it waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum, auto
from pathlib import Path

import structlog

from session_host.disk.data_folder import DataFolder, FolderInUse, locked
from session_host.inbound.arrivals import Arrivals
from session_host.inbound.journal_file import remove_when_empty
from shared.leases.model import Lease

_log = structlog.get_logger()

_LOOK_EVERY = 0.05

OpenJournal = Callable[[Path, Path], AbstractContextManager[Arrivals]]
"""Opens the journal in a file, and what empties it, for sessions whose auth folders are in a folder."""


@contextmanager
def adopted(open_journal: OpenJournal, own: Arrivals, file: Path, auth: Path) -> Generator[Arrivals]:
    """Another shard's journal, open beside this one's own; files of its messages are had as those of its own are."""
    with open_journal(file, auth) as arrivals:
        arrivals.inbound.treat_files_as(own.inbound)
        yield arrivals


class Journal(Enum):
    """What is known of the journal of a dead shard."""

    EMPTY = auto()
    """Nothing waits in it, or there is none."""
    HELD = auto()
    """A process has it: this one, which empties it, another, or the shard itself, which has not ended."""
    AWAY = auto()
    """Its disk is not here, or does not answer."""


class Adopting:
    """For one shard."""

    def __init__(self, open_journal: OpenJournal) -> None:
        self._open = open_journal
        self._under_way: dict[str, asyncio.Task[Journal]] = {}

    async def look(self, dead: Lease, within: float) -> Journal:
        """Empty the journal of a dead shard, which is waited for so many seconds; it goes on by itself."""
        if not dead.folder:  # a version that did not say where it was
            return Journal.EMPTY
        task = self._under_way.get(dead.owner)
        if task is None:
            task = self._under_way[dead.owner] = asyncio.create_task(self._adopt(dead), name=f"adopt {dead.owner}")
        if within > 0:
            await asyncio.wait({task}, timeout=within)
        if not task.done():
            return Journal.HELD
        del self._under_way[dead.owner]
        return task.result()

    async def close(self) -> None:
        """Leave the others to whoever comes next."""
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _adopt(self, dead: Lease) -> Journal:
        try:
            folder, slot = DataFolder(Path(dead.folder)), int(dead.owner.rpartition("-")[2])
            if not await asyncio.to_thread(folder.is_of, dead.host):
                return Journal.AWAY
            with locked(folder.slot_lock(slot), f"The shard {dead.owner}, or who adopted its journal,"):
                return await self._empty(folder, slot, dead)
        except FolderInUse:
            return Journal.HELD
        except OSError as error:
            _log.warning("journal_out_of_reach", shard=dead.owner, error=str(error))
            return Journal.AWAY
        except Exception:  # noqa: BLE001 - it must not end this shard: the next look tries again
            _log.exception("journal_not_adopted", shard=dead.owner)
            return Journal.HELD

    async def _empty(self, folder: DataFolder, slot: int, dead: Lease) -> Journal:
        file = folder.journal(slot)
        if not await asyncio.to_thread(file.exists):
            return Journal.EMPTY
        wanted = folder.slot_wanted(slot)
        with self._open(file, folder.auth) as arrivals:
            _log.warning("journal_adopted", shard=dead.owner, waiting=dead.waiting)
            emptied = await _emptied(arrivals, wanted)
        if not emptied:
            _log.info("journal_given_back", shard=dead.owner)
            return Journal.HELD
        await asyncio.to_thread(remove_when_empty, file)
        _log.info("journal_emptied", shard=dead.owner)
        return Journal.EMPTY


async def _emptied(arrivals: Arrivals, wanted: Path) -> bool:
    """Apply and publish what waits; False when the shard itself wants its journal back before that is done."""
    asked = _touched(wanted)
    work = [asyncio.create_task(part) for part in arrivals.work()]
    try:
        while await asyncio.to_thread(lambda: arrivals.journal.waits):
            if _touched(wanted) != asked:
                return False
            ended, _ = await asyncio.wait(work, timeout=_LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
            for part in ended:
                part.result()  # none of them ends by itself: it says why
        return True
    finally:
        for part in work:
            part.cancel()
        await asyncio.gather(*work, return_exceptions=True)


def _touched(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0

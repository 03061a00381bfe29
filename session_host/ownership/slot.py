"""The place of a shard process on its host: one process at a time has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from session_host.disk.data_folder import DataFolder, FolderInUse, locked
from session_host.history.spool import Spool
from session_host.inbound.journal_file import remove_when_empty

_SLOT_FREE_WITHIN, _SLOT_LOOK_EVERY = 5.0, 0.1


@dataclass(slots=True)
class Slot:
    """The place of this process on its host."""

    empty: bool = False
    """Whether it has held nothing: then the slot ends with the process, unless something waits in its files."""


@asynccontextmanager
async def slot_of_its_own(folder: DataFolder, slot: int) -> AsyncGenerator[Slot]:
    """Hold the slot; waits a little for an earlier process of it that is on its way out, or who adopted it.

    The journal of one that ends empty is removed when nothing is in it: a start of the host makes a shard for each.

    Raises:
        FolderInUse: it has not ended.
    """
    deadline = asyncio.get_running_loop().time() + _SLOT_FREE_WITHIN
    while True:
        held = locked(folder.slot_lock(slot), f"A shard of slot {slot}")
        try:
            held.__enter__()
            break
        except FolderInUse:
            folder.slot_wanted(slot).touch()
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(_SLOT_LOOK_EVERY)
    folder.slot_wanted(slot).unlink(missing_ok=True)
    here = Slot()
    try:
        yield here
        if here.empty and not await asyncio.to_thread(Spool(folder.history(slot)).waits):
            await asyncio.to_thread(remove_when_empty, folder.journal(slot))
    finally:
        held.__exit__(None, None, None)

"""What the clients of a process have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from session_host.whatsapp.call_threads import CallThreads
from session_host.whatsapp.client import NotSent
from session_host.whatsapp.healing import SendDeadlines
from session_host.whatsapp.leftovers import Leftovers
from session_host.whatsapp.library.files import LibraryFiles
from session_host.whatsapp.library.gate import Gate
from session_host.whatsapp.reachability import Reachabilities
from session_host.whatsapp.registering import Registering
from session_host.whatsapp.stand_in import StandIn
from session_host.whatsapp.uploads import Uploads

T = TypeVar("T")


@dataclass(slots=True)
class Shared:
    """One per process and event loop."""

    gate: Gate
    calls: CallThreads
    """Threads for calls that block."""
    lookups: CallThreads
    """Threads of their own for number checks: however many of them hang, a send finds one."""
    questions: CallThreads
    """The same, for questions of callers."""
    reachabilities: Reachabilities
    registering: Registering
    deadlines: SendDeadlines
    closing: dict[str, asyncio.Task[None]]
    """Clients that are still being freed, by auth database: no other opens it before."""
    files: LibraryFiles
    stand_in: StandIn
    leftovers: Leftovers
    uploads: Uploads
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    """What goes on after its client is gone."""

    def own(self, work: Coroutine[Any, Any, None]) -> None:
        """Have work done that nobody waits for."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def call(self, do: Callable[[], T], seconds: float, threads: CallThreads | None = None) -> T:
        """Make a call that blocks on a thread; raises NotSent when it does not return in time (it goes on alone)."""
        call = (threads or self.calls).run(do)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(call)
        except TimeoutError:
            raise NotSent(f"WhatsApp did not answer within {seconds:.0f} s") from None

"""What was said before the sessions of a shard were linked: kept when it comes, stored behind everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from session_host.history.importing import Importing, Limits
from session_host.history.spool import Spool
from session_host.history.storing import Storing
from session_host.history.telling import Telling
from shared.contracts.event import Event
from shared.ids import now_ms
from shared.sessions.ports import Sessions


@dataclass(frozen=True, slots=True)
class Past:
    """Of one shard."""

    spool: Spool
    importing: Importing
    telling: Telling

    def given_up_with(self, give_up: Callable[[], None]) -> Callable[[], None]:
        """What lets go of who waits to write something down, here and there."""

        def both() -> None:
            give_up()
            self.spool.give_up()

        return both

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs until it is cancelled."""
        return self.importing.run(), self.telling.run()


@contextmanager
def taking_the_past(  # noqa: PLR0913 - from where to where
    folder: Path,
    sessions: Sessions,
    storing: Storing,
    announce: Callable[[Sequence[tuple[str, Event]]], object],
    *,
    messages: int,
    days: int,
) -> Generator[Past]:
    """Open the spool in this folder and what empties it, for as long as the context lasts.

    Args:
        folder: where pieces wait.
        sessions: whose rows tell how far it is.
        storing: the stores of messages and chats.
        announce: writes events into the journal.
        messages: how many are taken of a session.
        days: how far back they are kept.
    """
    loop = asyncio.get_running_loop()
    spool = Spool(folder, lambda: loop.call_soon_threadsafe(wake))
    telling = Telling(sessions, announce, now_ms)
    importing = Importing(spool, sessions, storing, telling, now_ms, Limits(messages, days))

    def wake() -> None:
        importing.wake()

    try:
        yield Past(spool, importing, telling)
    finally:
        spool.give_up()
        importing.close()

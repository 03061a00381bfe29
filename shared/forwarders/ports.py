"""The ports of forwarders: where they are kept, and where they lead."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from shared.forwarders.model import Forwarder, Progress

if TYPE_CHECKING:
    from shared.events.telling import PublicEvent


class NotTaken(Exception):  # noqa: N818 - it says what is
    """The other side did not take events. The words are shown to who made the forwarder, and hold no secret."""


class Forwarders(Protocol):
    """Where they are kept."""

    async def add(self, forwarder: Forwarder, progress: Progress) -> None:
        """Store a new one, and where it begins."""
        ...

    async def all(self) -> list[tuple[Forwarder, Progress]]:
        """All there are, oldest first."""
        ...

    async def any(self) -> bool:
        """Whether there is one."""
        ...

    async def delete(self, forwarder_id: str) -> bool:
        """Remove it; False when there is none."""
        ...

    async def take(self, forwarder_id: str) -> Progress | None:
        """Become the one who forwards: how far it is, with an epoch of one's own; None when it is gone."""
        ...

    async def note(self, forwarder_id: str, progress: Progress) -> bool:
        """Store how far it is; False, and nothing stored, when somebody took it since, or it is gone."""
        ...


class Sink(Protocol):
    """Where events go."""

    linger: float
    """Seconds for which a first event may wait for others, to go with them."""

    async def take(self, events: Sequence[PublicEvent], done: set[str]) -> int:
        """Take events of one forwarder, in this order; the position up to which everything is there.

        It may be any position behind the first event. `done` has the ids of those that are there already, of an earlier
        try with the same events; what is taken is added to it, so that a failure repeats little.

        Raises:
            NotTaken: not all; the rest is tried again.
        """
        ...


class Sinks(Protocol):
    """Opens them."""

    def open(self, forwarder: Forwarder) -> AbstractAsyncContextManager[Sink]:
        """That of a forwarder, for as long as the context lasts; entering it raises NotTaken."""
        ...

"""The port to NATS: requests to the shard that holds a session, and doorbells.

A lost message costs time, never data.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

Handler = Callable[[bytes], Awaitable[bytes]]


class NoResponder(Exception):  # noqa: N818 - the name NATS gives it
    """Nobody listens on that subject."""


class NoAnswer(Exception):  # noqa: N818 - a timeout says nothing about what was done
    """Nobody answered in time; whether the request arrived is not known."""


class Subscription(Protocol):
    """A running subscription."""

    async def refuse(self) -> None:
        """Take no more from now on; what is being handled goes on. Returns within 2 s. May be repeated."""
        ...

    async def stop(self, within: float = 5.0) -> None:
        """Take no more; what is not handled after so many seconds is ended. May be repeated.

        Who asked for what is ended is answered NO_HOST. A handler that calls it is not waited for, nor ended.
        """
        ...


class Bus(Protocol):
    """Request and reply, and doorbells."""

    async def request(self, subject: str, payload: bytes, *, timeout: float) -> bytes:  # noqa: ASYNC109 - it is the protocol's own deadline
        """Ask and return the answer. Seconds.

        Raises:
            NoResponder: nobody listens (known at once).
            NoAnswer: no answer in time, or NATS itself cannot be reached.
            BodyTooLarge: the payload does not fit into one message; nobody has seen it.
        """
        ...

    async def ring(self, subject: str) -> None:
        """Publish an empty message; never raises when NATS is away: a doorbell may be lost."""
        ...

    async def tell(self, subject: str, payload: bytes) -> None:
        """Publish to whoever serves the subject; never raises when NATS is away: what is told may be lost."""
        ...

    async def serve(self, subject: str, handler: Handler, *, group: str = "") -> Subscription:
        """Answer every message on the subject, concurrently, in order of arrival for the start of each.

        Of all who serve a subject in the same group one gets each message; without a group everybody does.
        """
        ...

    @property
    def connected(self) -> bool:
        """Whether the connection to NATS is up as far as this process knows; costs nothing."""
        ...

    async def healthy(self) -> bool:
        """Whether NATS answers now (a round trip with a deadline of 1 s)."""
        ...

    async def revive(self, within: float) -> bool:
        """Whether NATS answers, over a new connection when it does not over this one; about so many seconds.

        For a process that stood still: the other side may have dropped the connection without a word.
        """
        ...

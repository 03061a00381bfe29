"""Waits for the library to say how a login went, and notices a connection that ended before it could.

The library loses what WhatsApp says right before it closes a connection: whichever of its goroutines comes first. Where
the end comes before the library has taken the connection for its own, it does not notice that either, and goes on with
a socket that is closed (read in whatsmeow's `onDisconnect` and `consumeFrames`; seen with a refused login under load).
"""

from __future__ import annotations

import asyncio

from session_host.whatsapp.client import Ended
from session_host.whatsapp.client_socket import ClientSocket
from session_host.whatsapp.patience import within
from shared.deadline import Deadline

_LOOK_AGAIN = 1.0
_LAST_WORDS_WITHIN = 1.0
"""Seconds. What the library has heard is told by another thread than that which closes the socket."""


async def login_settled(settled: asyncio.Event, socket: ClientSocket, seconds: float) -> Ended | None:
    """None once the library has said how the login went; else how it ended, after so many seconds at most."""
    deadline = Deadline.after(seconds)
    while deadline.left > 0 and not socket.is_closed:
        await within(settled.wait(), min(_LOOK_AGAIN, deadline.left))
        if settled.is_set():
            return None
    if deadline.left > 0:
        await within(settled.wait(), min(_LAST_WORDS_WITHIN, deadline.left))
        return None if settled.is_set() else Ended("WhatsApp ended the login", reason="connection_lost")
    return Ended("WhatsApp did not answer the login", reason="wa_unreachable")

"""Whether a client is seen as available. It can say so once its phone has told it what it is called."""

from __future__ import annotations

from neonize.aioze.client import NewAClient
from neonize.exc import SendPresenceError
from neonize.utils.enum import Presence


async def say(client: NewAClient, *, available: bool) -> bool:
    """Say that one is there, or not; False when the client does not know its name yet."""
    try:
        await client.send_presence(Presence.AVAILABLE if available else Presence.UNAVAILABLE)
    except SendPresenceError:
        return False
    return True

"""A contact that is seen as available, or no longer."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from sandbox.contacts.contact import Contact
from sandbox.contacts.errors import SendRefusedError
from sandbox.contacts.presence import say

_NAMED_WITHIN: Final = 10.0  # seconds until its phone has told a client what it is called
_LOOKS_EVERY: Final = 0.05


async def show(contact: Contact, *, available: bool) -> None:
    """Be seen as available, or no longer; for a new contact that takes until it knows its name.

    Raises:
        NotConnectedError: the contact isn't connected.
        SendRefusedError: it was not told its name within 10 s.
    """
    contact.available = available
    until = time.monotonic() + _NAMED_WITHIN
    while True:
        async with contact.asking(contact.number) as (client, _):
            if await say(client, available=available):
                return
        if time.monotonic() > until:
            raise SendRefusedError(f"{contact.number} was not told what it is called within {_NAMED_WITHIN:.0f} s")
        await asyncio.sleep(_LOOKS_EVERY)

"""What an error of the library says about a message: not sent for certain, or in doubt."""

from __future__ import annotations

import re
from collections.abc import Callable

from session_host.whatsapp.client import InDoubt, NotSent

_REFUSED = re.compile(r"server returned error (\d+)")
_WRITTEN = ("message send", "timed out waiting for message")
"""Errors of waiting for the acknowledgement: the frame was written."""
_NOT_WRITTEN = (
    "failed to send message node: websocket not connected",
    "failed to send message node: frame socket is closed",
    "the store doesn't contain a device",
)


def explain(error: str, message_id: Callable[[], str | None]) -> NotSent | InDoubt:
    """The exception to raise for an error text of `SendMessage`.

    Args:
        error: the library's words.
        message_id: looks the message's secret up in the auth database; its row is written before the frame leaves.
    """
    refused = _REFUSED.search(error)
    if refused is not None:
        return NotSent(f"WhatsApp refused the message: {refused[1]}", refused=True, code=int(refused[1]))
    if "no LID found for" in error:
        return NotSent("WhatsApp does not know this number", refused=True)
    if error.startswith(_NOT_WRITTEN):
        return NotSent(error)
    wa_id = message_id()
    if wa_id is None and not any(words in error for words in _WRITTEN):
        return NotSent(error)
    return InDoubt(error, wa_id=wa_id)

"""What an error of the library says: a message not sent for certain or in doubt, a number not looked up."""

from __future__ import annotations

import re
from collections.abc import Callable

from session_host.whatsapp.client import InDoubt, NotLookedUp, NotSent

NOBODY = 404
"""WhatsApp's code for a number that nobody has there."""
_REFUSED = re.compile(r"(?:server returned error|info query returned status) (\d+)")
"""WhatsApp's answer to a message, or to a question of the library."""
_FAULT = re.compile(r"info query returned status 5\d\d")
"""WhatsApp failed to answer a question that comes before a message (the recipient's devices, their keys)."""
_NO_CONNECTION = ("websocket not connected", "websocket disconnected", "frame socket is closed")
_WRITTEN = ("message send", "timed out waiting for message")
"""Errors of waiting for the acknowledgement: the frame was written."""
_NOT_WRITTEN = (
    "the store doesn't contain a device",
    "failed to marshal message",
    "failed to get device list",
    "failed to fetch LID mappings",
    "failed to prefetch sessions",
    "failed to save cached sessions",
    "failed to send message node: websocket not connected",
    "failed to send message node: frame socket is closed",
)
"""How errors begin of the steps before a frame is written, in their order (whatsmeow's send.go)."""


def explain(error: str, message_id: Callable[[], str | None]) -> NotSent | InDoubt:
    """The exception to raise for an error text of `SendMessage`.

    Args:
        error: the library's words.
        message_id: looks the message's secret up in the auth database; its row is written before the frame leaves.
    """
    code = refusal_code(error)
    if code is not None:
        return NotSent(error, refused=_FAULT.search(error) is None, code=code)
    if "no LID found for" in error:
        return NotSent(error, refused=True, code=NOBODY)
    if error.startswith(_NOT_WRITTEN):
        return NotSent(error)
    wa_id = message_id()
    if wa_id is None and not any(words in error for words in _WRITTEN):
        return NotSent(error)
    return InDoubt(error, wa_id=wa_id)


def refusal_code(error: str) -> int | None:
    """The code with which WhatsApp refused something; None when the error is another one."""
    refused = _REFUSED.search(error)
    return None if refused is None else int(refused[1])


def explain_lookup(error: str) -> NotSent | NotLookedUp:
    """The exception to raise for an error text of `IsOnWhatsApp`."""
    if any(words in error for words in _NO_CONNECTION):
        return NotSent(error)
    return NotLookedUp(error, code=refusal_code(error))

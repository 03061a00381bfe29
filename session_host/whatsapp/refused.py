"""What an error of the library says of a question that WhatsApp refuses with a number."""

from __future__ import annotations

from collections.abc import Mapping

from session_host.whatsapp.client import NotLookedUp, NotSent
from shared.errors import WagateError, WhatsAppRefused
from shared.refusals import RATE_OVERLIMIT

_NOT_WRITTEN = ("websocket not connected", "frame socket is closed")
_CUT_OFF = "websocket disconnected"
"""Before an answer came: a question is asked again by its asker, a change may have been made."""
_FAULT = 500
"""From here on the codes say that WhatsApp failed, not that it refuses."""


def explain_refusal(
    error: str, code: int | None, meanings: Mapping[int, type[WagateError]], *, changes: bool
) -> Exception:
    """The exception to raise: NotSent, NotLookedUp, or what WhatsApp's refusal means.

    Args:
        error: the library's words.
        code: WhatsApp's number in them; None when it refused nothing.
        meanings: of such numbers, where they have one here.
        changes: whether it was asked to change something.
    """
    if code is not None and code in meanings:
        return meanings[code](waCode=code)
    if code is not None and code != RATE_OVERLIMIT and code < _FAULT:
        return WhatsAppRefused(f"WhatsApp refused it ({code}). Nothing was done.", waCode=code)
    return _unanswered(error, code, changes=changes)


def _unanswered(error: str, code: int | None, *, changes: bool) -> NotSent | NotLookedUp:
    """The exception to raise for an error that is no refusal: NotSent where WhatsApp did certainly nothing."""
    if any(words in error for words in _NOT_WRITTEN) or (_CUT_OFF in error and not changes):
        return NotSent(error)
    return NotLookedUp(error, code=code)

"""What an error of the library says when a person's settings were asked for, or changed."""

from __future__ import annotations

from collections.abc import Mapping

from session_host.whatsapp.refused import unanswered
from session_host.whatsapp.send_errors import refusal_code
from shared.errors import NumberNotOnWhatsApp, WagateError, WhatsAppRefused
from shared.refusals import RATE_OVERLIMIT

_NO_LID = "no LID found"
_FAULT = 500
"""From here on the codes say that WhatsApp failed, not that it refuses."""


def explain(error: str, *, changes: bool = False, meanings: Mapping[int, type[WagateError]] | None = None) -> Exception:
    """The exception to raise: NotSent, NotLookedUp, or what WhatsApp's refusal means.

    Args:
        error: the library's words.
        changes: whether it was asked to change something.
        meanings: of WhatsApp's codes, where they have one here.
    """
    code = refusal_code(error)
    if code is not None and meanings and code in meanings:
        return meanings[code](waCode=code)
    if code is not None and code != RATE_OVERLIMIT and code < _FAULT:
        return WhatsAppRefused(f"WhatsApp refused it ({code}). Nothing was done.", waCode=code)
    if _NO_LID in error:
        return NumberNotOnWhatsApp()
    return unanswered(error, code, changes=changes)

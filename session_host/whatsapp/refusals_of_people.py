"""What an error of the library says when a person's settings were asked for, or changed."""

from __future__ import annotations

from collections.abc import Mapping

from session_host.whatsapp.refused import explain_refusal
from session_host.whatsapp.send_errors import refusal_code
from shared.errors import NumberNotOnWhatsApp, WagateError

_NO_LID = "no LID found"


def explain(error: str, *, changes: bool = False, meanings: Mapping[int, type[WagateError]] | None = None) -> Exception:
    """The exception to raise: NotSent, NotLookedUp, or what WhatsApp's refusal means.

    Args:
        error: the library's words.
        changes: whether it was asked to change something.
        meanings: of WhatsApp's codes, where they have one here.
    """
    code = refusal_code(error)
    if code is None and _NO_LID in error:
        return NumberNotOnWhatsApp()
    return explain_refusal(error, code, meanings or {}, changes=changes)

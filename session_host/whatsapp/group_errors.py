"""What an error of the library says when something about a group was asked, or changed."""

from __future__ import annotations

from collections.abc import Mapping

from session_host.whatsapp.client import NotLookedUp, NotSent
from session_host.whatsapp.send_errors import refusal_code
from shared.errors import (
    GroupConflict,
    GroupLimit,
    GroupNotAllowed,
    GroupNotFound,
    InviteInvalid,
    NotInGroup,
    WagateError,
    WhatsAppRefused,
)
from shared.refusals import RATE_OVERLIMIT

_WORDS: Mapping[str, type[WagateError]] = {
    "that group does not exist": GroupNotFound,
    "you're not participating in that group": NotInGroup,
    "don't have the permission": GroupNotAllowed,
    "invite link is not valid": InviteInvalid,
    "invite link has been revoked": InviteInvalid,
}
"""The library's words for some of WhatsApp's codes."""
_CODES: Mapping[int, type[WagateError]] = {
    401: GroupNotAllowed,
    403: GroupNotAllowed,
    404: GroupNotFound,
    409: GroupConflict,
    410: InviteInvalid,
    419: GroupLimit,
}
_NOT_WRITTEN = ("websocket not connected", "frame socket is closed")
_CUT_OFF = "websocket disconnected"
"""Before an answer came: a question is asked again by its asker, a change may have been made."""


def explain_group(error: str, *, changes: bool) -> Exception:
    """The exception to raise: NotSent, NotLookedUp, or what WhatsApp's refusal means.

    Args:
        error: the library's words.
        changes: whether it was asked to change something.
    """
    code = refusal_code(error)
    if code == RATE_OVERLIMIT:
        return NotLookedUp(error, code=code)
    if code is not None:
        known = _CODES.get(code)
        return known(waCode=code) if known else WhatsAppRefused(f"WhatsApp refused it ({code}).", waCode=code)
    for words, meant in _WORDS.items():
        if words in error:
            return meant()
    if any(words in error for words in _NOT_WRITTEN) or (_CUT_OFF in error and not changes):
        return NotSent(error)
    return NotLookedUp(error)

"""What an error of the library says when something about a group was asked, or changed."""

from __future__ import annotations

from collections.abc import Mapping

from session_host.whatsapp.refused import explain_refusal
from session_host.whatsapp.send_errors import refusal_code
from shared.errors import (
    GroupConflict,
    GroupLimit,
    GroupNotAllowed,
    GroupNotFound,
    InviteInvalid,
    NotInGroup,
    WagateError,
)

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


def explain_group(error: str, *, changes: bool) -> Exception:
    """The exception to raise: NotSent, NotLookedUp, or what WhatsApp's refusal means.

    Args:
        error: the library's words.
        changes: whether it was asked to change something.
    """
    for words, meant in _WORDS.items():
        if words in error:
            return meant()
    return explain_refusal(error, refusal_code(error), _CODES, changes=changes)

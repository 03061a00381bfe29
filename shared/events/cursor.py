"""Places in the log, as tenants hold them: text that says nothing to them, and is read for the key it was made for."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import NamedTuple

from shared.errors import CursorInvalid, EventsGone
from shared.events.model import LogState

_VERSION = 2
_FORM = struct.Struct(">B6s6sI4s")
_GRACE = 60.0
"""Seconds in which somebody who is told that events are gone may go on from the oldest without being told again."""


class Cursor(NamedTuple):
    """A place: everything of its key up to there was seen."""

    log: int
    """`LogState.made_at`"""
    position: int
    at: int
    """Milliseconds since 1970: whatever was not seen by then was stored later."""


def written(cursor: Cursor, key_id: str) -> str:
    """The text that a tenant is given."""
    parts = cursor.log.to_bytes(6), cursor.position.to_bytes(6), max(cursor.at, 0) // 1000
    plain = _FORM.pack(_VERSION, *parts, b"")
    return base64.urlsafe_b64encode(plain[:-4] + _check(plain[:-4], key_id)).decode()


def parsed(text: str, key_id: str) -> Cursor:
    """Raises CursorInvalid, also for a cursor of another key."""
    try:
        plain = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        version, log, position, seconds, check = _FORM.unpack(plain)
    except (ValueError, struct.error):
        raise CursorInvalid from None
    if version != _VERSION or check != _check(plain[:-4], key_id):
        raise CursorInvalid
    return Cursor(int.from_bytes(log), int.from_bytes(position), seconds * 1000)


def oldest(log: LogState, now: int) -> Cursor:
    """Before everything that the log has; milliseconds since 1970."""
    return Cursor(log.made_at, log.first - 1, now - max(round((log.max_age - _GRACE) * 1000), 0))


def newest(log: LogState, now: int) -> Cursor:
    """Behind everything that it has."""
    return Cursor(log.made_at, log.last, now)


def checked(cursor: Cursor, log: LogState, key_id: str, now: int) -> None:
    """See that the log has everything that follows a cursor.

    An event is dropped by its age alone, or with its session: who saw everything up to a moment within that age has
    missed nothing, wherever the log begins.

    Raises:
        EventsGone: not all of it; with the cursor to go on from.
    """
    if cursor.log == log.made_at or (cursor.log == 0 and cursor.position == 0):
        dropped = log.first > cursor.position + 1 and 0 < log.max_age * 1000 < now - cursor.at
        if not dropped and cursor.position <= log.last:
            return
        words = None if dropped else "The log of events was restored to an earlier state: this cursor is ahead of it."
    else:
        words = "The log of events was made anew since then: the events of the earlier one are gone."
    raise EventsGone(words and f"{words} {EventsGone.remedy}", next=written(oldest(log, now), key_id))


def _check(plain: bytes, key_id: str) -> bytes:
    return hashlib.blake2s(plain, key=key_id.encode()[:32], digest_size=4).digest()

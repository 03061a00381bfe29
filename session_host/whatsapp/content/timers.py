"""The disappearing timer of a chat, as a message in it says: when it is set, and in every message that has one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from session_host.whatsapp.library.neonize_client import MessageKinds

_DEEP = 4
_LONGEST = 10 * 366 * 86_400
"""Seconds. WhatsApp has 24 hours, 7 days and 90 days."""


class Said(NamedTuple):
    """Seconds after which messages disappear, 0 for never; and when that was set, seconds since 1970."""

    seconds: int
    set_at: int


def said(message: Any, sent_at: int, deep: int = _DEEP) -> Said | None:  # noqa: ANN401 - a protobuf
    """What a `waE2E.Message`, sent at `sent_at` (seconds since 1970), says of the timer; None when it says nothing.

    A message without a timer says nothing: some clients leave it out of messages in a chat that has one.
    """
    if message.HasField("conversation"):  # most messages: a text has no room for it
        return None
    for field, value in message.ListFields():
        if field.message_type is None or field.is_repeated:
            continue
        if field.name == "protocolMessage":
            found = _set(value, sent_at)
        elif field.message_type.name in _WRAPPERS:
            found = said(value.message, sent_at, deep - 1) if deep else None
        else:
            found = _carried(getattr(value, "contextInfo", None), sent_at)
        if found is not None:
            return found
    return None


_WRAPPERS = frozenset({"FutureProofMessage", "DeviceSentMessage"})


def _set(protocol: Any, sent_at: int) -> Said | None:  # noqa: ANN401 - a protobuf
    if protocol.type != MessageKinds.TIMER or protocol.ephemeralExpiration > _LONGEST:
        return None
    return Said(protocol.ephemeralExpiration, _at((protocol.ephemeralSettingTimestamp,), sent_at))


def _carried(info: Any, sent_at: int) -> Said | None:  # noqa: ANN401 - a protobuf
    if not info or not 0 < info.expiration <= _LONGEST:
        return None
    return Said(info.expiration, _at((info.ephemeralSettingTimestamp,), sent_at))


def _at(told: Iterable[int], sent_at: int) -> int:
    """The moment that is told; the message's own where it is none, or lies after it."""
    return min((moment for moment in told if 0 < moment <= sent_at), default=sent_at)

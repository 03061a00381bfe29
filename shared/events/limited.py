"""Which events a key may see that is limited to sessions, or to chats."""

from __future__ import annotations

from shared.events.telling import PublicEvent
from shared.tenants.limits import Limits

_OF_NO_CHAT = frozenset({"forwarder", "key", "session", "webhook"})
"""Families of events that tell of no chat and nobody in one."""


def may_see(limits: Limits, event: PublicEvent) -> bool:
    """Whether a key with these limits may.

    What is of no chat, but of people, as a call or a new name, is not for a key that is limited to chats.
    """
    if event.session is not None and not limits.have_session(event.session):
        return False
    if not limits.chats:
        return True
    return event.chat in limits.chats or (event.chat is None and event.type.partition(".")[0] in _OF_NO_CHAT)

"""Which events a subscription is told of."""

from __future__ import annotations

from functools import lru_cache

from shared.events.limited import may_see
from shared.events.telling import PublicEvent
from shared.webhooks.model import Subscription

_EVERYTHING = "*"


def wants(subscription: Subscription, event: PublicEvent) -> bool:
    """Whether the event, one of its key, is for it.

    `chats` and `direction` narrow what has a chat, or a direction: the rest comes as its type says.
    """
    return (
        may_see(subscription.limits, event)
        and subscription.session_uid in {None, event.session_uid}
        and means(subscription.events, event.type)
        and (not subscription.chats or event.chat is None or event.chat in subscription.chats)
        and (subscription.direction is None or event.from_me is None or event.from_me is _OUT[subscription.direction])
    )


_OUT = {"in": False, "out": True}


@lru_cache(maxsize=4096)
def means(patterns: tuple[str, ...], event_type: str) -> bool:
    """Whether one of the patterns, `*`, `family.*` or a type, means events of this type."""
    return any(
        event_type.startswith(pattern.removesuffix(_EVERYTHING))
        if pattern.endswith(_EVERYTHING)
        else event_type == pattern
        for pattern in patterns
    )

"""People: who comes, goes and writes, and what they changed about themselves."""

from __future__ import annotations

from typing import Literal

from shared.contracts.people_events import ContactChanged, PresenceChanged
from shared.contracts.shape import Maybe, Shape
from shared.events.declaring import Declared, SomeBody, Told, tells

_BUDI = SomeBody(number="628123456789", lid="104282914570282@lid")


class Presence(Shape):
    """What somebody does."""

    who: SomeBody
    chat: Maybe[str] = None
    """Where they write; missing when they came or went."""
    state: Literal["available", "unavailable", "composing", "recording", "paused"]
    last_seen: Maybe[int] = None
    """Seconds since 1970; missing when they hide it, or are there."""


class Contact(Shape):
    """What somebody changed."""

    who: SomeBody
    what: Literal["picture"]
    removed: Maybe[bool] = None
    """There is none any more."""
    timestamp: int
    """Seconds since 1970, WhatsApp's."""


PRESENCE = Declared(
    "presence",
    "A person came online, went offline, or started or stopped typing: people whom the session follows, and "
    "people who write to it.",
    Presence(who=_BUDI, chat="628123456789@s.whatsapp.net", state="composing"),
)
CONTACT = Declared(
    "contact.changed",
    "Somebody has a new profile picture, or none any more. WhatsApp does not tell the library about a new name or "
    "'about' text.",
    Contact(who=_BUDI, what="picture", timestamp=1_795_953_600),
)


@tells(PresenceChanged)
def presence(event: PresenceChanged) -> Told:
    """As it is."""
    who = SomeBody.of(event.who)
    return PRESENCE.of(Presence(who=who, chat=event.chat, state=event.state, last_seen=event.last_seen))


@tells(ContactChanged)
def contact(event: ContactChanged) -> Told:
    """As it is."""
    who = SomeBody.of(event.who)
    return CONTACT.of(Contact(who=who, what=event.what, removed=event.removed or None, timestamp=event.timestamp))

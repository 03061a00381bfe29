"""WhatsApp addresses (JIDs): parsed and built here, nowhere else. What people write is read in `shared.recipients`.

Servers: `s.whatsapp.net` a phone number, `lid` WhatsApp's own hidden id of a person, `g.us` a group, `newsletter`
a channel; `status@broadcast` is where status posts go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from shared.errors import NumberInvalid

PHONE = "s.whatsapp.net"
LID = "lid"
GROUP = "g.us"
NEWSLETTER = "newsletter"
BROADCAST = "broadcast"
STATUS = f"status@{BROADCAST}"
"""The chat of status posts, the one address of its server that is written to."""
_LEGACY_PHONE = "c.us"
_SERVERS = frozenset({PHONE, LID, GROUP, NEWSLETTER})
_MANY_PEOPLE = (f"@{GROUP}", f"@{BROADCAST}", f"@{NEWSLETTER}")
_USER = re.compile(r"[0-9]{5,20}(-[0-9]{5,20})?")
_DEVICE = re.compile(r"(?P<user>[0-9-]+)(?:\.[0-9]+)?(?::(?P<device>[0-9]{1,5}))?")
_MAX_INPUT = 100


@dataclass(frozen=True, slots=True)
class Jid:
    """One WhatsApp address without its device."""

    user: str
    server: str

    def __str__(self) -> str:
        return f"{self.user}@{self.server}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `user@server` or `user:device@server`; the device is dropped. Raises NumberInvalid."""
        if text == STATUS:
            return cls(*text.split("@"))
        user, at, server = text.partition("@")
        match = _DEVICE.fullmatch(user)
        server = PHONE if server == _LEGACY_PHONE else server
        if not at or match is None or server not in _SERVERS or not _USER.fullmatch(match["user"]):
            raise NumberInvalid(f"'{text[:_MAX_INPUT]}' is not a WhatsApp address. {NumberInvalid.remedy}")
        return cls(match["user"], server)

    @property
    def number(self) -> str | None:
        """The phone number's digits when this is one, else None."""
        return self.user if self.server == PHONE else None


def is_group(chat: str) -> bool:
    """Whether the address of a chat is a group's."""
    return chat.endswith(f"@{GROUP}")


def is_newsletter(chat: str) -> bool:
    """Whether the address of a chat is a newsletter's."""
    return chat.endswith(f"@{NEWSLETTER}")


def has_many_people(chat: str) -> bool:
    """Whether the address of a chat is one where more than one other person reads: a group, broadcast or newsletter."""
    return chat.endswith(_MANY_PEOPLE)

"""What WhatsApp keeps of a number's owner: what they say of themselves, whom they let see it, whom they block."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

_EVERYBODY: Final = frozenset({"all", "contacts", "contact_blacklist", "none"})
PRIVACY: Final = MappingProxyType(
    {
        "last": _EVERYBODY,
        "online": frozenset({"all", "match_last_seen"}),
        "profile": _EVERYBODY,
        "status": _EVERYBODY,
        "readreceipts": frozenset({"all", "none"}),
        "groupadd": _EVERYBODY,
        "calladd": frozenset({"all", "known"}),
    }
)
"""The settings of privacy, and what each can be. `status` is the text about oneself, `profile` the picture."""

Audience = Literal["contacts", "whitelist", "blacklist"]
"""Whom status posts go to: contacts, only some people, or contacts but for some."""


@dataclass(slots=True)
class Business:
    """What a business says of itself; `name` is in its certificate."""

    name: str
    description: str = ""
    address: str = ""
    email: str = ""


@dataclass(slots=True)
class Person:
    """The owner of one number. People are named by their numbers, times are epoch seconds.

    `about`: None until it was set. `excluded`: who is left out where a setting is `contact_blacklist`. `timer`: the
    seconds after which messages in new chats disappear. `link`: the code of the link by which others find this number.
    """

    about: str | None = None
    about_at: int = 0
    business: Business | None = None
    privacy: dict[str, str] = field(default_factory=dict[str, str])
    excluded: list[str] = field(default_factory=list[str])
    contacts: list[str] = field(default_factory=list[str])
    blocked: list[str] = field(default_factory=list[str])
    audience: Audience = "contacts"
    audience_list: list[str] = field(default_factory=list[str])
    timer: int = 0
    timer_at: int = 0
    link: str = ""

    def setting(self, what: str) -> str:
        """Return what one of `PRIVACY` is set to."""
        return self.privacy.get(what, "all")

    def to_json(self) -> str:
        """Return it as it is kept."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Person:
        """Return what was kept."""
        kept: dict[str, Any] = json.loads(text)
        business = kept.pop("business")
        return cls(**kept, business=Business(**business) if business else None)

"""What the session's number says of itself, and whom it lets see what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.commands.command import Change, Command, Done, Question, Reply
from shared.contracts.content.file import File
from shared.contracts.event import Person


class SetAbout(Change[Done]):
    """Say this of oneself; WhatsApp's "about"."""

    kind: Literal["set_about"] = "set_about"
    text: str


class SetPushName(Change[Done]):
    """Call oneself so."""

    kind: Literal["set_push_name"] = "set_push_name"
    name: str


class ShownPicture(Reply):
    """The picture that is shown now."""

    id: str = ""
    """WhatsApp's number of it."""


class SetPicture(Command[ShownPicture]):
    """Show this picture; it is made ready for WhatsApp first."""

    kind: Literal["set_picture"] = "set_picture"
    file: File


class SetGroupPicture(Command[ShownPicture]):
    """Show this picture of a group; it is made ready for WhatsApp first."""

    kind: Literal["set_group_picture"] = "set_group_picture"
    jid: str
    file: File


Setting = Literal["last", "online", "profile", "status", "readreceipts", "groupadd", "calladd"]
"""WhatsApp's word for each: `profile` is the picture, `status` the text about oneself."""
SettingValue = Literal["all", "contacts", "contact_blacklist", "none", "match_last_seen", "known"]


class PrivacyReply(Reply):
    """Who may see what; a value that the library does not know is missing."""

    settings: dict[Setting, SettingValue] = Field(default_factory=dict[Setting, SettingValue])
    audience: Literal["contacts", "whitelist", "blacklist"] | None = None
    """Whom status posts go to."""
    audience_people: tuple[Person, ...] = ()


class ReadPrivacy(Question[PrivacyReply]):
    """Ask who may see what."""

    kind: Literal["read_privacy"] = "read_privacy"


class SetPrivacy(Change[Done]):
    """Let others see more or less; the settings one after the other."""

    kind: Literal["set_privacy"] = "set_privacy"
    settings: dict[Setting, SettingValue]


class SetDefaultTimer(Change[Done]):
    """Have messages in new chats disappear after so many seconds; 0: they stay."""

    kind: Literal["set_default_timer"] = "set_default_timer"
    seconds: int

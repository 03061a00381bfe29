"""What a contact is to send, or to do about a message, as the control API takes it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True)


class Card(_Part):
    """One contact card."""

    name: str
    number: str = ""
    vcard: str | None = None
    """Instead of one made of name and number."""


class Choice(_Part):
    """A button or the row of a list."""

    id: str
    text: str
    type: Literal["reply", "url", "call", "copy"] = "reply"
    """Of a button of an interactive message; `value` is where it leads, whom it calls, what it copies."""
    value: str = ""
    description: str = ""


class Section(_Part):
    """Rows of a list under a title."""

    title: str
    rows: tuple[Choice, ...]


class Preview(_Part):
    """What stands under a text with a link."""

    url: str
    title: str
    description: str = ""


class Draft(_Part):
    """A message that a contact is to send: of a `type` with what it is made of, or any as its protobuf's JSON.

    A file is at a `url`, in `base64`, or at a `path` of this machine. `text` is the caption of what has a file.
    """

    type: str = Field(default="text", max_length=32)
    text: str = Field(default="", max_length=65_536)
    message: dict[str, Any] | None = Field(default=None, min_length=1)
    url: str | None = None
    base64: str | None = None
    path: str | None = None
    mimetype: str | None = None
    file_name: str | None = None
    seconds: int | None = Field(default=None, ge=0)
    width: int | None = Field(default=None, ge=0)
    height: int | None = Field(default=None, ge=0)
    animated: bool | None = None
    view_once: bool = False
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    name: str | None = None
    address: str | None = None
    contacts: tuple[Card, ...] = ()
    question: str = ""
    options: tuple[str, ...] = ()
    multiple: bool = False
    title: str = ""
    footer: str = ""
    button_text: str = ""
    buttons: tuple[Choice, ...] = ()
    sections: tuple[Section, ...] = ()
    chosen: Choice | None = None
    """What a `reply` chooses."""
    form: Literal["buttons", "list", "interactive", "template"] = "buttons"
    """Of a `reply`: as clients answer buttons, a list, a native flow or a template."""
    starts_at: int | None = None
    group_jid: str = ""
    invite_code: str = ""
    count: int = Field(default=1, ge=0)
    """Pictures of an album, things in an order."""
    quoted_id: str | None = None
    mentions: tuple[str, ...] = ()
    """Numbers or JIDs."""
    preview: Preview | None = None
    forwarded: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> Draft:
        if self.message is not None and self.model_fields_set - {"message", "to"}:
            raise ValueError("give either text or message")
        if self.message is None and self.type == "text" and not self.text:
            raise ValueError("give either text or message")
        return self


ACTIONS = ("react", "edit", "revoke", "vote", "pin", "read", "type", "record", "follow", "online")
"""What a contact can do about a message, or to somebody."""


class Action(_Part):
    """What is done about the message `message_id` (received or sent), or to the number or JID `to`."""

    message_id: str | None = None
    message_ids: tuple[str, ...] = ()
    to: str | None = None
    emoji: str = ""
    """Of a reaction; empty: taken back."""
    text: str = ""
    """That an edit leaves."""
    form: Literal["plain", "secret"] = "plain"
    """Of an edit: as libraries send it, or sealed with the message's secret, as phones do since May 2026."""
    options: tuple[str, ...] = ()
    """Of a vote; none: taken back."""
    played: bool = False
    """Of a read: that it was listened to or looked at."""
    off: bool = False
    """Stop typing or recording, unpin, be no longer available."""

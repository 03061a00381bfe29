"""What is shown of a message, wherever it is seen: in an event, in the inbox, in the API (docs/http-api.md, Shapes).

Names are camelCase in JSON, and what a message does not have is left out. All of it is derived from the message's
protobuf (`session_host.whatsapp.content`) and may be derived better by a later version.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.discreet import Discreet

T = TypeVar("T")

TYPES = (
    "text", "image", "video", "gif", "video_note", "audio", "voice", "document", "sticker", "location",
    "live_location", "contact", "poll", "vote", "reaction", "edit", "revoke", "buttons", "list", "reply",
    "interactive", "event", "group_invite", "album", "product", "order", "pin", "call", "unknown",
)  # fmt: skip
"""Every `type` of a message. `unknown` is what this version cannot read; its text is shown where there is some."""


def _is_none(value: object) -> bool:
    return value is None


Maybe = Annotated[T | None, Field(default=None, exclude_if=_is_none)]
"""A field that is left out of the JSON when it has no value."""


class Shape(Discreet):
    """Base of every part."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)


class Media(Shape):
    """A file: what its sender says of it. All of it is the sender's claim."""

    mimetype: Maybe[str] = None
    size: Maybe[int] = None
    """Bytes."""
    sha256: Maybe[str] = None
    """Of the file, in hexadecimal."""
    file_name: Maybe[str] = None
    seconds: Maybe[int] = None
    width: Maybe[int] = None
    height: Maybe[int] = None
    pages: Maybe[int] = None
    ptt: Maybe[bool] = None
    """A voice note."""
    animated: Maybe[bool] = None
    view_once: Maybe[bool] = None


class Quoted(Shape):
    """The message that is answered, as far as the answer repeats it."""

    id: str
    from_number: Maybe[str] = Field(default=None, alias="from")
    """Its author's phone number."""
    from_lid: Maybe[str] = None
    type: Maybe[str] = None
    message: Maybe[str] = None


class Mention(Shape):
    """Somebody who is mentioned (`@…` in the text)."""

    number: Maybe[str] = None
    lid: Maybe[str] = None


class Location(Shape):
    """A place."""

    latitude: float
    longitude: float
    name: Maybe[str] = None
    address: Maybe[str] = None
    live: Maybe[bool] = None
    """It moves, and further messages say where."""


class Contact(Shape):
    """A card of a contact."""

    name: Maybe[str] = None
    numbers: tuple[str, ...] = ()
    """Digits with the country code where the card says that they are on WhatsApp, else as they are written there."""
    vcard: str


class PollResult(Shape):
    """How many chose an option."""

    option: str
    votes: int


class Poll(Shape):
    """A question with options."""

    question: str
    options: tuple[str, ...] = ()
    multiple: bool = False
    """Whether more than one may be chosen."""
    results: Maybe[tuple[PollResult, ...]] = None


class Vote(Shape):
    """A vote in a poll; the options are missing where they are sealed."""

    message_id: str
    """The poll."""
    options: Maybe[tuple[str, ...]] = None


class Reaction(Shape):
    """An emoji on a message."""

    message_id: str
    emoji: Maybe[str] = None
    """`""`: it was taken back. Missing where it is sealed."""


class Reply(Shape):
    """What was chosen of buttons or a list."""

    id: Maybe[str] = None
    text: Maybe[str] = None
    message_id: Maybe[str] = None
    """The message with the buttons."""


class Button(Shape):
    """One button."""

    type: str
    """`reply`, `url`, `call`, or WhatsApp's name of it."""
    id: Maybe[str] = None
    text: Maybe[str] = None
    url: Maybe[str] = None
    number: Maybe[str] = None


class Row(Shape):
    """One row of a list."""

    id: Maybe[str] = None
    title: Maybe[str] = None
    description: Maybe[str] = None


class Section(Shape):
    """Rows under a title."""

    title: Maybe[str] = None
    rows: tuple[Row, ...] = ()


class Interactive(Shape):
    """What can be chosen of, around the text."""

    title: Maybe[str] = None
    footer: Maybe[str] = None
    buttons: Maybe[tuple[Button, ...]] = None
    button_text: Maybe[str] = None
    """What opens the list."""
    sections: Maybe[tuple[Section, ...]] = None
    cards: Maybe[tuple[str, ...]] = None
    """The texts of a carousel."""


class Shown(Shape):
    """What a message says."""

    message: Maybe[str] = None
    """Its visible text: the text itself, a caption, a question, the name of a contact …"""
    media: Maybe[Media] = None
    quoted: Maybe[Quoted] = None
    mentions: Maybe[tuple[Mention, ...]] = None
    forwarded: Maybe[bool] = None
    edited: Maybe[bool] = None
    deleted: Maybe[bool] = None
    expires_in: Maybe[int] = None
    """Seconds until it disappears from phones."""
    location: Maybe[Location] = None
    contacts: Maybe[tuple[Contact, ...]] = None
    poll: Maybe[Poll] = None
    vote: Maybe[Vote] = None
    reaction: Maybe[Reaction] = None
    reply: Maybe[Reply] = None
    interactive: Maybe[Interactive] = None
    message_id: Maybe[str] = None
    """The message that an edit, a revoke, a pin or a comment is about."""
    truncated: Maybe[bool] = None
    """It was too large to be kept whole."""

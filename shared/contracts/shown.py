"""What is shown of a message, wherever it is seen: in an event, in the inbox, in the API (docs/http-api.md, Shapes).

Names are camelCase in JSON, and what a message does not have is left out. All of it is derived from the message's
protobuf (`session_host.whatsapp.content`) and may be derived better by a later version.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.cards import Album, Calendar, EventAnswer, Invite, Order, Pin, Product
from shared.contracts.shape import Location, Maybe, Shape

TYPES = (
    "text", "image", "video", "gif", "video_note", "audio", "voice", "document", "sticker", "location",
    "live_location", "contact", "poll", "poll_option", "vote", "reaction", "edit", "revoke", "buttons", "list", "reply",
    "interactive", "event", "event_answer", "group_invite", "album", "product", "order", "pin", "call", "unavailable",
    "unknown",
)  # fmt: skip
"""Every `type` of a message.

`unavailable` is what WhatsApp shows on the phone only (to be seen once, for example). `unknown` is what this version
cannot read; its text is shown where there is some.
"""


class Media(Shape):
    """A file: what its sender says of it, and whether it is here."""

    id: Maybe[str] = None
    """The gateway's, once it is here."""
    url: Maybe[str] = None
    """Where it can be had, once it is here."""
    state: Maybe[Literal["stored", "fetching", "gone"]] = None
    reason: Maybe[str] = None
    """Why it is gone."""
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
    voters: Maybe[tuple[str, ...]] = None
    """Their numbers, or LIDs where the numbers are not known."""


class Poll(Shape):
    """A question with options."""

    question: str
    options: tuple[str, ...] = ()
    multiple: bool = False
    """Whether more than one may be chosen."""
    extendable: Maybe[bool] = None
    """Whether everybody may add options."""
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


class ReactionOf(Shape):
    """An emoji on this message, and whose it is."""

    from_number: Maybe[str] = Field(default=None, alias="from")
    from_lid: Maybe[str] = None
    emoji: str
    timestamp: int
    """Seconds since 1970."""


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


class ListRow(Shape):
    """One row of a list."""

    id: Maybe[str] = None
    title: Maybe[str] = None
    description: Maybe[str] = None


class ListSection(Shape):
    """Rows under a title."""

    title: Maybe[str] = None
    rows: tuple[ListRow, ...] = ()


class Interactive(Shape):
    """What can be chosen of, around the text."""

    title: Maybe[str] = None
    footer: Maybe[str] = None
    buttons: Maybe[tuple[Button, ...]] = None
    button_text: Maybe[str] = None
    """The text of the button that opens the list."""
    sections: Maybe[tuple[ListSection, ...]] = None
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
    reactions: Maybe[tuple[ReactionOf, ...]] = None
    reply: Maybe[Reply] = None
    interactive: Maybe[Interactive] = None
    event: Maybe[Calendar] = None
    answer: Maybe[EventAnswer] = None
    invite: Maybe[Invite] = None
    album: Maybe[Album] = None
    product: Maybe[Product] = None
    order: Maybe[Order] = None
    pin: Maybe[Pin] = None
    message_id: Maybe[str] = None
    """The message that an edit, a revoke, a pin or a comment is about."""
    truncated: Maybe[bool] = None
    """It was too large to be kept whole."""

"""Bodies and answers of the message routes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr, WithJsonSchema

from functions.http.answers import Answer, Optional, Part
from functions.http.bodies import Body
from functions.http.moments import Moment
from functions.http.numbers import Number
from functions.http.session_names import SessionName
from functions.http.texts import not_blank
from functions.messages.said_since import said_since
from shared.contracts.about import About
from shared.contracts.content.kind import Content
from shared.contracts.content.text import MAX_TEXT, Text
from shared.contracts.shown import Poll, ReactionOf
from shared.errors import BadRequest, TextTooLong
from shared.messages.model import FINAL_FAILURES, MessageState, OutboundMessage
from shared.recipients import parse_recipient
from shared.whole import WHOLE

LONGEST_WAIT = 60
LONGEST_TYPING = 20
"""Seconds: phones take it for over after some 25."""
LONGEST_EXPIRY = 7 * 24 * 3600
MOST_MENTIONS = 1024
"""As many as a group has members."""


_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"^[^\u0000]*$"}


def _carried(text: str) -> str:
    not_blank(text)
    if "\0" in text:
        raise ValueError("it has a NUL character, which WhatsApp does not transport")
    return text


Words = Annotated[StrictStr, AfterValidator(_carried), WithJsonSchema(_TEXT)]
"""What somebody writes; `text_of` says whether it is too long."""
_Expiry = Annotated[StrictInt, Field(ge=1, le=LONGEST_EXPIRY), WHOLE]
_Typing = Annotated[StrictInt, Field(ge=1, le=LONGEST_TYPING), WHOLE]
_Name = Annotated[StrictStr, Field(min_length=1, max_length=128, pattern=r"^[^\u0000]*$")]
_Title = Annotated[StrictStr, Field(min_length=1, max_length=256, pattern=r"^[^\u0000]*$")]
MessageRef = Annotated[StrictStr, Field(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
"""An id of a message: WhatsApp's, or of a sent one the gateway's."""


class SendBody(Body):
    """What every send has."""

    def content(self) -> Content:
        """What is to be sent; raises what the body cannot say of it."""
        raise NotImplementedError

    def recipient(self) -> str:
        """Whom it is for."""
        raise NotImplementedError

    def about(self, default_region: str | None) -> About | None:  # noqa: ARG002 - of those who name people
        """What it has beside its content; raises NumberInvalid."""
        return None if self.client_ref is None else About(client_ref=self.client_ref)

    def writes_for(self) -> int:
        """Seconds for which the session is to be seen writing before."""
        return 0

    session_id: SessionName | None = None
    queue: StrictBool = Field(
        default=False, description="Keep the message while the session is disconnected and send it when it connects."
    )
    expires_in: _Expiry | None = Field(
        default=None, description="Seconds for which a queued message may wait; 86400 by default."
    )
    wait: float = Field(
        default=25, ge=0, le=LONGEST_WAIT, description="Seconds to wait for WhatsApp's acknowledgement before a 202."
    )
    client_ref: _Name | None = Field(
        default=None,
        description="Your own name for the message. GET /api/messages/{id} returns it; the gateway does not use it.",
    )


class SendToBody(SendBody):
    """What every send to somebody has beside its content."""

    number: Number

    def recipient(self) -> str:
        """Whom it is for."""
        return self.number


class SendNewBody(SendToBody):
    """What every send of a new message has beside its content."""

    quoted_id: MessageRef | None = Field(
        default=None,
        description="The message of this chat that it answers: WhatsApp's `messageId`, or for a sent message its `id`.",
    )
    mentions: list[Number] | None = Field(
        default=None,
        max_length=MOST_MENTIONS,
        description="Numbers of people to mention. Write them into the text too: `@628…`.",
    )

    typing: _Typing | None = Field(
        default=None,
        description="First show the session typing (for a voice note: recording) for this many seconds. Other chats "
        "do not wait.",
    )

    def writes_for(self) -> int:
        """Seconds for which the session is to be seen writing before."""
        return self.typing or 0

    def about(self, default_region: str | None) -> About | None:
        """What it has beside its content, None when it has nothing; raises NumberInvalid."""
        if self.quoted_id is None and not self.mentions and self.client_ref is None:
            return None
        mentions = tuple(str(parse_recipient(number, default_region)) for number in self.mentions or ())
        return About(quoted_id=self.quoted_id, mentions=mentions, client_ref=self.client_ref)


class PreviewBody(Body):
    """A preview of the sender's own."""

    title: _Title
    description: Annotated[StrictStr, Field(min_length=1, max_length=512, pattern=r"^[^\u0000]*$")] | None = None
    url: StrictStr | None = Field(
        default=None,
        max_length=2048,
        pattern=r"^https?://\S+$",
        description="The link, exactly as in the text; by default the first link.",
    )
    image_url: StrictStr | None = Field(
        default=None, max_length=4096, description="A picture; the gateway fetches it now."
    )


class TextBody(SendNewBody):
    """What every send of a text has."""

    link_preview: StrictBool | PreviewBody = Field(
        default=False,
        description="`true`: fetch the page of the first link, within 6 s, and show its title, description and "
        "picture. Or `{title, description, url, imageUrl}`. What cannot be fetched is not shown.",
    )


class SendTextBody(TextBody):
    """A text message."""

    message: Words

    def content(self) -> Text:
        """The text; raises TextTooLong."""
        return text_of(self.message)


class ReplyBody(TextBody):
    """A text that answers a message."""

    message_id: MessageRef = Field(description="The message that you answer.")
    text: Words | None = Field(default=None, description="The answer.")
    message: Words | None = Field(default=None, description="The same, as /api/send-message calls it.")

    def content(self) -> Text:
        """The text; raises BadRequest unless it is given once, TextTooLong."""
        if (self.text is None) is (self.message is None):
            raise BadRequest("Say the answer in one of 'text' and 'message'.", field="text")
        return text_of(self.text or self.message or "")

    def about(self, default_region: str | None) -> About | None:
        """What it has beside its content; raises NumberInvalid."""
        beside = super().about(default_region) or About()
        return beside.model_copy(update={"quoted_id": self.message_id})


class ForwardBody(SendBody):
    """What was written in one chat is passed on into another."""

    to_number: Number = Field(description="Into which chat.")
    from_number: Number = Field(description="The chat that has the message.")
    message_id: MessageRef = Field(description="The message: its `id` in the inbox, or from the answer to a send.")

    def recipient(self) -> str:
        """Whom it is for."""
        return self.to_number


def text_of(text: str) -> Text:
    """The content that it is; raises TextTooLong."""
    if len(text) > MAX_TEXT:
        raise TextTooLong(f"The text has {len(text)} characters. Split it.", limit=MAX_TEXT)
    return Text(text=text)


class SentAnswer(Answer):
    """WhatsApp has the message."""

    message_id: str | None = Field(description="WhatsApp's id of the message.")
    id: str = Field(description="The gateway's id, for GET /api/messages/{id}.")
    status: Literal["sent"] = "sent"
    session_id: str
    timestamp: int | None = Field(description="Seconds since 1970, WhatsApp's.")


class PendingAnswer(Answer):
    """The message is kept and not sent yet."""

    id: str = Field(description="The gateway's id, for GET /api/messages/{id}.")
    status: MessageState
    session_id: str


class WhyNot(Part):
    """Why a message was not sent."""

    code: str
    error: str


class AlbumPart(Part):
    """A picture or a video of an album, which is a message of its own."""

    id: str
    type: str
    status: MessageState
    message_id: Optional[str] = None
    failure: Optional[WhyNot] = None


class MessageAnswer(Answer):
    """Where a message is, and when it came there."""

    id: str
    session_id: str | None = Field(description="Null if the session has been deleted.")
    to: str
    type: str
    status: MessageState
    message_id: Optional[str] = None
    client_ref: Optional[str] = None
    queued: bool
    created_at: Moment
    expires_at: Moment
    times: dict[str, Moment]
    failure: Optional[WhyNot] = None
    album: Optional[str] = Field(default=None, description="The `id` of the album that it is part of.")
    parts: Optional[tuple[AlbumPart, ...]] = Field(default=None, description="For an album: its pictures and videos.")
    reactions: Optional[tuple[ReactionOf, ...]] = Field(default=None, description="Emojis that others put on it.")
    poll: Optional[Poll] = Field(default=None, description="For a poll: its current result.")
    edited: Optional[bool] = Field(default=None, description="It was edited; `message` is its new text.")
    message: Optional[str] = Field(default=None, description="Its text since it was edited.")
    deleted: Optional[bool] = Field(default=None, description="It was deleted for everyone.")


def why_not(row: OutboundMessage) -> WhyNot | None:
    """Why a message was not sent, or is not known to be."""
    failure = row.failure if row.state in FINAL_FAILURES | {MessageState.UNKNOWN} else None
    return None if failure is None else WhyNot(code=failure.code, error=failure.message)


def message_answer(
    row: OutboundMessage, session_name: str | None, parts: tuple[AlbumPart, ...] | None = None
) -> MessageAnswer:
    """A row as its sender sees it, and of an album those of its parts."""
    content: dict[str, Any] = row.content
    return MessageAnswer(
        id=row.id,
        session_id=session_name,
        to=row.to,
        type=content["type"],
        status=row.state,
        message_id=row.wa_id,
        client_ref=row.about.get("client_ref"),
        queued=row.queue,
        created_at=row.created_at,
        expires_at=row.expires_at,
        times={state.value: at for state, at in row.times.items()},
        failure=why_not(row),
        album=row.about.get("album"),
        parts=parts,
        **said_since(row),
    )

"""What is said about another message: reactions, edits, deletes, pins and votes."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from shared.contracts.content.kind import AboutMessage
from shared.contracts.content.poll import Option
from shared.contracts.content.text import MAX_TEXT
from shared.contracts.content.words import Plain, differ

EDIT_WITHIN = 15 * 60
"""Seconds after which phones take no edit of a message."""
DELETE_WITHIN = 60 * 3600
"""Seconds after which they do not delete it for everyone. Neither the library nor the server knows these limits."""


class Reaction(AboutMessage):
    """An emoji on a message."""

    route: ClassVar[str | None] = "react-message"

    type: Literal["reaction"] = "reaction"
    emoji: Annotated[Plain, Field(max_length=64)] = Field(description="One emoji; an empty text removes it.")


class Edit(AboutMessage):
    """Other words for a text, or below a picture or video, that the session's number has sent within 15 minutes."""

    route: ClassVar[str | None] = "edit-message"
    own: ClassVar[bool] = True
    within: ClassVar[int | None] = EDIT_WITHIN
    in_newsletters: ClassVar[bool] = True

    type: Literal["edit"] = "edit"
    text: Annotated[Plain, Field(min_length=1, max_length=MAX_TEXT)] = Field(description="The new text.")


class Revoke(AboutMessage):
    """A message is deleted for everyone: an own one up to 60 hours old, or in a group that the number administers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message_id": "3EB0", "for_everyone": True}]})

    route: ClassVar[str | None] = "delete-message"
    own: ClassVar[bool] = True
    admins_may: ClassVar[bool] = True
    within: ClassVar[int | None] = DELETE_WITHIN
    in_newsletters: ClassVar[bool] = True
    in_status: ClassVar[bool] = True

    type: Literal["revoke"] = "revoke"
    for_everyone: Literal[True] = Field(
        default=True, description="Always `true`: a linked device cannot delete a message only on its own phone."
    )


class Pin(AboutMessage):
    """A message is shown on top of its chat, to everybody in it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message_id": "3EB0", "duration": 86_400}]})

    route: ClassVar[str | None] = "pin-message"

    type: Literal["pin"] = "pin"
    duration: Literal[86_400, 604_800, 2_592_000] = Field(
        default=604_800, description="Seconds for which it stays pinned: a day, a week, or 30 days."
    )


class Unpin(AboutMessage):
    """A message is not shown on top of its chat any more."""

    route: ClassVar[str | None] = "unpin-message"

    type: Literal["unpin"] = "unpin"


class Vote(AboutMessage):
    """What the session's number chooses in a poll; the last vote counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message_id": "3EB0", "options": ["now"]}]})

    route: ClassVar[str | None] = "vote"

    type: Literal["vote"] = "vote"
    options: Annotated[tuple[Option, ...], Field(max_length=12), AfterValidator(differ)] = Field(
        description="Options of the poll, exactly as written there; an empty list removes the vote."
    )


class Forward(AboutMessage):
    """What somebody has written in a chat is passed on."""

    route: ClassVar[str | None] = None

    type: Literal["forward"] = "forward"
    chat: str
    """The JID of the chat that has the message."""

    @property
    def chats(self) -> tuple[str, ...]:
        """The chat that has the message."""
        return (self.chat,)

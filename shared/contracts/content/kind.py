"""What every kind of content is."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from shared.discreet import Discreet


class Content(Discreet):
    """What an outbound message says. A host that does not know all of it refuses it, rather than send a part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_newsletters: ClassVar[bool] = False
    """Whether WhatsApp has it in newsletters."""
    in_status: ClassVar[bool] = False
    """Whether WhatsApp has it among status posts."""

    type: Any = None
    """Its name in rows, commands and answers: a `Literal` of one text in every kind."""


class AboutMessage(Content):
    """What is said about another message of the same chat: nobody can say it before that one is known."""

    route: ClassVar[str | None] = None
    """The name of the route that sends it, since people do not call it sending; None: that route is made by hand."""
    own: ClassVar[bool] = False
    """Whether it can only be said of a message that the session's number has sent."""
    admins_may: ClassVar[bool] = False
    """Whether it can be said of others' messages in a group, by those who administer it."""
    within: ClassVar[int | None] = None
    """Seconds after that message was sent in which it can be said; None: at any time."""

    @property
    def chats(self) -> tuple[str, ...]:
        """The addresses of the chat that has the message, where that is another than the one it is said in."""
        return ()

    message_id: str = Field(
        min_length=1,
        max_length=128,
        pattern=r"^[!-~]+$",
        description="The message: WhatsApp's `messageId`, or for a sent message the gateway's `id`.",
    )

"""Bodies and answers of the newsletter routes."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictStr, WithJsonSchema

from functions.http.answers import Answer
from functions.http.bodies import Body
from functions.http.session_names import SessionName
from functions.http.texts import not_blank
from shared.contracts.newsletter import LONGEST_DESCRIPTION, LONGEST_NAME, Newsletter, Post

_PLAIN = r"^[^\u0000]*$"


_Name = Annotated[
    StrictStr,
    Field(min_length=1, max_length=LONGEST_NAME, pattern=_PLAIN),
    AfterValidator(not_blank),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": _PLAIN}),
]


class NewsletterBody(Body):
    """Whose request it is."""

    session_id: SessionName | None = None


class NewNewsletterBody(NewsletterBody):
    """A new newsletter."""

    name: _Name
    description: Annotated[StrictStr, Field(max_length=LONGEST_DESCRIPTION, pattern=_PLAIN)] = ""


class MuteBody(NewsletterBody):
    """Whether the phone is to tell nothing of it."""

    mute: StrictBool = True


class PostReactionBody(NewsletterBody):
    """An emoji for a post."""

    server_id: Annotated[int, Field(ge=1, le=2**31 - 1)] = Field(description="The post's `serverId`.")
    emoji: Annotated[StrictStr, Field(max_length=32, pattern=_PLAIN)] = Field(
        default="", description="Empty: take it back."
    )


class NewsletterAnswer(Answer):
    """A newsletter."""

    newsletter: Newsletter


class NewslettersAnswer(Answer):
    """Newsletters."""

    newsletters: list[Newsletter]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last page.")


class PostsAnswer(Answer):
    """What was posted, newest first."""

    messages: list[Post]
    next: int | None = Field(description="Pass it as `before` for older ones; null on the last page.")

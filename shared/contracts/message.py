"""The one shape of a message, wherever it is seen (docs/http-api.md, Shapes)."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.shape import Maybe
from shared.contracts.shown import TYPES, Shown


class SeenMessage(Shown):
    """A message of a chat: who wrote it, when, and what it says. What it does not have is left out."""

    id: str
    from_number: Maybe[str] = Field(
        default=None, serialization_alias="from", description="The sender's phone number, if known."
    )
    from_lid: Maybe[str] = Field(default=None, description="The sender's hidden id, `…@lid`.")
    from_me: bool
    chat: str = Field(description="A person (by number if it is known), a group, or `status@broadcast`.")
    timestamp: int = Field(description="Seconds since 1970, WhatsApp's.")
    push_name: Maybe[str] = None
    type: str = Field(description=f"One of: {', '.join(TYPES)}.")

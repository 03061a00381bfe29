"""An invitation to a group."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from shared.contracts.content.kind import Content
from shared.contracts.group import LONGEST_SUBJECT

_GROUP = r"^[0-9]{5,20}(-[0-9]{5,20})?@g\.us$"
_LATEST = 2**31 - 1
"""As much as the library takes."""
_Words = Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"^[^\u0000]*$")]


class GroupInvite(Content):
    """An invitation to a group, for somebody whose privacy settings refuse to be added to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "group_jid": "120363000000000001@g.us", "group_name": "Toko Sari", "code": "AbCdEfGh",
                    "expires_at": 1_900_000_000, "caption": "Halo",
                }
            ]
        }
    )  # fmt: skip

    type: Literal["group_invite"] = "group_invite"
    group_jid: str = Field(max_length=50, pattern=_GROUP, description="The group: `…@g.us`.")
    group_name: str = Field(
        min_length=1, max_length=LONGEST_SUBJECT, pattern=r"^[^\u0000]*$", description="What it is called."
    )
    code: str = Field(
        min_length=1,
        max_length=128,
        pattern=r"^[!-~]+$",
        description="The code that WhatsApp gave for this person when they could not be added.",
    )
    expires_at: int = Field(ge=1, le=_LATEST, description="Until when it is valid; seconds since 1970.")
    caption: _Words | None = Field(default=None, description="The text with it.")

"""Text."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.contracts.content.kind import Content

MAX_TEXT = 65_536
"""Characters WhatsApp carries in one text message."""


class Text(Content):
    """A text message."""

    in_newsletters: ClassVar[bool] = True
    in_status: ClassVar[bool] = True

    type: Literal["text"] = "text"
    text: str

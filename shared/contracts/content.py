"""What an outbound message says. Each kind is one class; more kinds join the union."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from shared.discreet import Discreet


class Text(Discreet):
    """A text message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["text"] = "text"
    text: str


Content = Text

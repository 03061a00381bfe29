"""How a text looks that is a status post: its colours and letters."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.content.kinds.text import extended_in
from shared.contracts.about import Look


def show(message: Any, look: Look) -> None:  # noqa: ANN401 - a protobuf
    """Give a text of ours a look."""
    text = extended_in(message)
    if look.background is not None:
        text.backgroundArgb = look.background
    if look.colour is not None:
        text.textArgb = look.colour
    if look.font is not None:
        text.font = look.font

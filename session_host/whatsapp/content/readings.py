"""What the reader of a kind of message returns, and what readers of several kinds need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.contracts.shown import Shown


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as it is shown."""

    type: str
    """One of `type` in docs/http-api.md."""
    shown: Shown
    key: Any = None
    """WhatsApp's `MessageKey` of the message it is about, from its sender's point of view."""
    said_at: int = 0
    """When its sender's device says that it was said, in milliseconds since 1970; 0 when it does not."""
    choices: tuple[str, ...] | None = None
    """Of a vote that was opened: what names the options that were chosen (`option_id`)."""


Reader = Callable[[Any], Reading]
"""From the protobuf of one kind."""


def text_of(*candidates: str) -> str | None:
    """The first that says anything."""
    return next((candidate for candidate in candidates if candidate), None)


def present(message: Any, name: str) -> Any:  # noqa: ANN401 - a protobuf and its field
    """A field of a protobuf, None when it is not set."""
    return getattr(message, name) if message.HasField(name) else None

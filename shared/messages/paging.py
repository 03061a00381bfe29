"""A page of messages, while a store reads it: so many of them, and no more bytes than a caller may cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from shared.messages.received import InboundMessage, InboxPage

T = TypeVar("T")

PAGE_BYTES = 4 * 1024 * 1024
"""Of what is shown and kept: a page ends with the message that goes beyond."""


class FillingPage(Generic[T]):
    """Takes the messages of a page, newest first."""

    def __init__(self, limit: int) -> None:
        """`limit`: messages at most."""
        self._limit = limit
        self.messages: list[T] = []
        self._bytes = 0
        self._more = False

    def take(self, message: T, size: int) -> bool:
        """Put it into the page; False when it is full, and this one belongs to the next."""
        if len(self.messages) == self._limit or self._bytes >= PAGE_BYTES:
            self._more = True
            return False
        self.messages.append(message)
        self._bytes += size
        return True

    def next(self, place: Callable[[T], str]) -> str | None:
        """The place of its last message when one did not fit, which the rest follows; else None."""
        return place(self.messages[-1]) if self._more else None


def inbox_page(filling: FillingPage[InboundMessage]) -> InboxPage:
    """What it has of an inbox."""
    return InboxPage(tuple(filling.messages), filling.next(lambda message: message.position))

"""A page of an inbox, while a store reads it: so many messages, and no more bytes than a caller may cost."""

from __future__ import annotations

from shared.messages.received import InboundMessage, InboxPage

PAGE_BYTES = 4 * 1024 * 1024
"""Of what is shown and kept: a page ends with the message that goes beyond."""


class FillingPage:
    """Takes the messages of a page, newest first."""

    def __init__(self, limit: int) -> None:
        """`limit`: messages at most."""
        self._limit = limit
        self._messages: list[InboundMessage] = []
        self._bytes = 0
        self._more = False

    def take(self, message: InboundMessage, size: int) -> bool:
        """Put it into the page; False when it is full, and this one belongs to the next."""
        if len(self._messages) == self._limit or self._bytes >= PAGE_BYTES:
            self._more = True
            return False
        self._messages.append(message)
        self._bytes += size
        return True

    def page(self) -> InboxPage:
        """What it has; the rest follows its last message when one did not fit."""
        return InboxPage(tuple(self._messages), self._messages[-1].position if self._more else None)

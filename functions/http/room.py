"""What callers have to share: memory for what they send, and how many of them do something costly at once."""

from __future__ import annotations


class Room:
    """So many bytes, or so many callers. What is taken has to be given back."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def take(self, size: int) -> bool:
        """Whether there was room for that many more; nothing is taken where there was not."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give_back(self, size: int) -> None:
        """So many of them are free again."""
        self._left += size

"""Devices that ask for a message again while it is not known yet whether the library answers for it."""

from __future__ import annotations

from collections.abc import Callable

from session_host.whatsapp.recent_sends import RecentSends
from shared.contracts.events import ResendAsked


class EarlyRequests:
    """Of one client; used on the event loop."""

    def __init__(self, recent: RecentSends, tell: Callable[[ResendAsked], object]) -> None:
        """`tell` is called for each that the library does not answer."""
        self._recent = recent
        self._tell = tell
        self._waiting: list[ResendAsked] = []

    def add(self, asked: ResendAsked) -> None:
        """Keep one until it is known whether it is for a message under way, which the library answers for."""
        self._waiting.append(asked)
        self.decide()

    def decide(self) -> None:
        """A send has ended: tell of those that were not for it."""
        asked, self._waiting = self._waiting, []
        for each in asked:
            answered = self._recent.has(each.id)
            if answered is None:
                self._waiting.append(each)
            elif not answered:
                self._tell(each)

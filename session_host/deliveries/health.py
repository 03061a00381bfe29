"""How deliveries to one endpoint go: since when nothing but failures, and what its owner is told of that."""

from __future__ import annotations

from dataclasses import replace

from session_host.deliveries.sink import Outcome
from shared.events.cursor import Cursor
from shared.webhooks.model import Place
from shared.webhooks.schedule import Verdict, is_over, warning


class Health:
    """Begins as the place says."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._delivered, self._failed, self._warned = place.delivered, place.failed, place.warned
        self._succeeded_at = place.succeeded_at
        self.failing_since = place.failing_since
        """Since when there were nothing but failures; milliseconds since 1970."""
        self.last_answer: str | None = None
        """The last status that was no success, or why there was none."""

    def heard(self, outcome: Outcome, began: int, now: int) -> None:
        """An attempt ended."""
        if outcome.verdict is Verdict.DELIVERED:
            self._delivered += 1
            self.failing_since, self._succeeded_at, self._warned = None, now, 0
            return
        self.last_answer = outcome.answer if outcome.status is None else str(outcome.status)
        if self.failing_since is None:
            self.failing_since = began

    def gave_up(self) -> None:
        """An event is not tried again."""
        self._failed += 1

    def warning(self, now: int) -> int | None:
        """Per cent of the time to being disabled that its owner is to be told of now, once each; None: nothing."""
        since = self.failing_since
        due = None if since is None else warning(since, self._warned, now)
        if due is not None:
            self._warned = due
        return due

    def is_over(self, now: int) -> bool:
        """Whether there were nothing but failures for too long."""
        return self.failing_since is not None and is_over(self.failing_since, now)

    def place(self, cursor: Cursor) -> Place:
        """What is to be stored of it."""
        return replace(
            self._place,
            cursor=cursor,
            failing_since=self.failing_since,
            succeeded_at=self._succeeded_at,
            warned=self._warned,
            delivered=self._delivered,
            failed=self._failed,
        )

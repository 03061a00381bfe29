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
        self.last_answer: str | None = None
        """The last status that was no success, or why there was none."""

    def heard(self, outcome: Outcome, began: int, now: int) -> None:
        """An attempt ended."""
        place = self._place
        if outcome.verdict is Verdict.DELIVERED:
            self._place = replace(place, delivered=place.delivered + 1, failing_since=None, succeeded_at=now, warned=0)
            return
        self.last_answer = outcome.answer if outcome.status is None else str(outcome.status)
        if place.failing_since is None:
            self._place = replace(place, failing_since=began)

    def gave_up(self) -> None:
        """An event is not tried again."""
        self._place = replace(self._place, failed=self._place.failed + 1)

    def warning(self, now: int) -> int | None:
        """Per cent of the time to being disabled that its owner is to be told of now, once each; None: nothing."""
        since = self._place.failing_since
        due = None if since is None else warning(since, self._place.warned, now)
        if due is not None:
            self._place = replace(self._place, warned=due)
        return due

    def is_over(self, now: int) -> bool:
        """Whether there were nothing but failures for too long."""
        since = self._place.failing_since
        return since is not None and is_over(since, now)

    def place(self, cursor: Cursor) -> Place:
        """What is to be stored of it."""
        return replace(self._place, cursor=cursor)

    @property
    def failing_since(self) -> int | None:
        """Milliseconds since 1970."""
        return self._place.failing_since

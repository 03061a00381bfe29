"""The ports to webhooks: what their owners chose, how far each is, and what became of the events it was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from shared.events.cursor import Cursor
from shared.webhooks.model import Counts, Delivery, DeliveryPage, DeliveryState, Place, Replay, Webhook


class Webhooks(Protocol):
    """Where webhooks are kept, as their owners chose them."""

    async def add(self, webhook: Webhook, *, at_most: int) -> bool:
        """Store a new one; False when its key has as many as that."""
        ...

    async def get(self, key_id: str, webhook_id: str) -> Webhook | None:
        """The key's webhook with this id, or None."""
        ...

    async def of_key(self, key_id: str) -> list[Webhook]:
        """All of a key, oldest first."""
        ...

    async def all(self) -> list[Webhook]:
        """All there are, by key and age."""
        ...

    async def any(self) -> bool:
        """Whether there is one."""
        ...

    async def replace(self, webhook: Webhook) -> bool:
        """Store it as version + 1; False, and nothing stored, when it is gone or has another version than this."""
        ...

    async def delete(self, key_id: str, webhook_id: str) -> bool:
        """Remove it; False when there is none. What was delivered is removed by `Deliveries.forget`."""
        ...


class Deliveries(Protocol):
    """How far each subscription is in the log, and a row for each event that it was told, or is to be told."""

    async def begin(self, place: Place) -> None:
        """Store the first place of a new subscription; one that is there stays as it is."""
        ...

    async def take(self, subscription_id: str) -> Place | None:
        """Become the one who delivers it: its place with an epoch of one's own; None when there is none."""
        ...

    async def settle(self, place: Place, rows: Sequence[Delivery], replay: Replay | None = None) -> bool:
        """Store what became of events, and then how far it is; whether the place has this epoch still.

        The rows are stored in any case: what was sent was sent. The place and the replay, moved to where it is now or
        removed when it is done, are stored together, and only when nobody took the subscription meanwhile.
        """
        ...

    async def move(self, subscription_id: str, cursor: Cursor) -> bool:
        """Have it go on from there, whoever delivers it; its failures are forgotten. False when there is none."""
        ...

    async def places(self, subscription_ids: Collection[str]) -> dict[str, Place]:
        """The places that are there, by their subscriptions' ids."""
        ...

    async def put(self, rows: Sequence[Delivery]) -> None:
        """Store rows over what is there; of one event of a subscription at most one.

        Over a row that waited goes only another one that did.
        """
        ...

    async def get(self, subscription_id: str, event_id: str) -> Delivery | None:
        """The row with its body; None when there is none."""
        ...

    async def waiting(self, subscription_id: str, limit: int | None = None) -> list[Delivery]:
        """Pending ones with their bodies, by their time and position, as every finished write left them."""
        ...

    async def page(
        self, subscription_id: str, *, state: DeliveryState | None = None, after: str | None = None, limit: int
    ) -> DeliveryPage:
        """Rows of the newest events first, behind the `next` of an earlier page; without their bodies."""
        ...

    async def counts(self, subscription_id: str) -> Counts:
        """How many are pending, and how many were given up; no more than AT_MOST of each are counted."""
        ...

    async def replay(self, replay: Replay) -> None:
        """Have events delivered once more."""
        ...

    async def replays(self, subscription_id: str) -> list[Replay]:
        """Those that are not done, the first that was asked for first."""
        ...

    async def forget(self, subscription_id: str, session_uid: str | None = None) -> None:
        """Remove a subscription's place, its replays and what is not delivered, or the latter of one session.

        What is delivered holds nothing of what was said, and is removed by its age. May be repeated.
        """
        ...

    async def prune(self, before: int, limit: int) -> int:
        """Remove rows that were taken up before that time, the oldest first, as many as `limit`; how many there were.

        A store that removes them by itself does nothing.
        """
        ...

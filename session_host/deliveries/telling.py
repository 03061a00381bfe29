"""What the owner of a webhook is told when nothing reaches it: events of their key, in the log as all others are."""

from __future__ import annotations

from session_host.deliveries.clock import Clock
from shared.backoff import Backoff
from shared.contracts.events import AnyEvent
from shared.contracts.subjects import NO_SESSION
from shared.contracts.webhook_events import WebhookDisabled, WebhookFails, WebhookMissed
from shared.events.cursor import Cursor
from shared.events.model import Publication
from shared.events.ports import EventLog
from shared.webhooks.model import Disabled, Webhook
from shared.webhooks.schedule import DISABLED_AFTER

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


class Telling:
    """Publishes until the log has it. The same thing told twice stands there once."""

    def __init__(self, log: EventLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    async def fails(self, webhook: Webhook, since: int, percent: int, answer: str | None) -> None:
        """There were nothing but failures since then, for that part of the time after which it is disabled."""
        event = WebhookFails(
            at=self._clock.now(),
            id=webhook.id,
            url=webhook.url,
            failing_since=since,
            percent=percent,
            disabled_at=since + DISABLED_AFTER,
            last_answer=answer,
        )
        await self._publish(webhook, since + percent, event)

    async def missed(self, webhook: Webhook, place: Cursor) -> None:
        """The log has some of what followed that place no more."""
        event = WebhookMissed(at=self._clock.now(), id=webhook.id, url=webhook.url, since=place.at)
        await self._publish(webhook, place.position, event)

    async def disabled(self, webhook: Webhook, disabled: Disabled, since: int | None, answer: str | None) -> None:
        """It is told nothing any more."""
        event = WebhookDisabled(
            at=disabled.at,
            id=webhook.id,
            url=webhook.url,
            reason=disabled.reason,
            failing_since=since,
            last_answer=answer,
        )
        await self._publish(webhook, (since or disabled.at) + 100, event)

    async def _publish(self, webhook: Webhook, number: int, event: AnyEvent) -> None:
        publication = Publication(
            source=webhook.id,
            number=number,
            session_uid=NO_SESSION,
            kind=event.kind,
            event=event.model_dump_json(exclude_none=True).encode(),
            key_id=webhook.key_id,
        )
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while not (outcome := await self._log.publish([publication])).published and not outcome.refused:
            await backoff.wait()

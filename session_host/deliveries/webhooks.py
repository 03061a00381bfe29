"""The webhooks whose events are delivered here: those of the keys that are this process's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import structlog

from session_host.deliveries.counting import Readings
from session_host.deliveries.delivering import Around, Delivering
from session_host.deliveries.ledger import Lost
from session_host.deliveries.sink import Sink
from session_host.deliveries.telling import Telling
from shared.backoff import Backoff
from shared.errors import SecretsKeyMissing, SecretUnreadable, StoreUnavailable
from shared.webhooks.disabling import disable
from shared.webhooks.model import Webhook
from shared.webhooks.ports import Webhooks

_log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class _Running:
    """One that is delivered."""

    def __init__(self, webhook: Webhook, task: asyncio.Task[None]) -> None:
        self.webhook = webhook
        self.task = task
        self.delivering: Delivering | None = None


class WebhookDeliveries:
    """`session_host.deliveries.deliverer.Delivered`."""

    def __init__(
        self, webhooks: Webhooks, around: Around, make_sink: Callable[[Webhook], Sink], telling: Telling
    ) -> None:
        self._webhooks = webhooks
        self._around = around
        self._make_sink = make_sink
        self._telling = telling
        self._running: dict[str, _Running] = {}
        self._finish_within = 0.0
        self.there_is = True

    @property
    def delivered(self) -> int:
        """How many are delivered here."""
        return len(self._running)

    @property
    def readings(self) -> Readings:
        """How they go."""
        those = [one.delivering for one in self._running.values() if one.delivering is not None]
        behind = max((each.behind for each in those), default=0.0)
        late = max((each.behind for each in those if not each.in_trouble), default=0.0)
        return Readings(len(self._running), sum(each.in_trouble for each in those), behind, late)

    async def compare(self, is_mine: Callable[[str], bool]) -> None:
        """Deliver those of keys that are mine. Raises StoreUnavailable."""
        rows = await self._webhooks.all()
        self.there_is = bool(rows)
        wanted = {row.id: row for row in rows if row.disabled is None and is_mine(row.key_id)}
        await self._end([one for name, one in self._running.items() if one.webhook != wanted.get(name)], within=1.0)
        for name, webhook in wanted.items():
            running = self._running.get(name)
            if running is None:
                self._begin(webhook)
            elif running.delivering is not None:
                running.delivering.look()

    async def stop(self, within: float) -> None:
        """Deliver nothing any more; what is on its way has so many seconds."""
        await self._end(list(self._running.values()), within)

    def _begin(self, webhook: Webhook) -> None:
        task = asyncio.create_task(self._keep(webhook), name="webhook")
        self._running[webhook.id] = _Running(webhook, task)

    async def _end(self, those: list[_Running], within: float) -> None:
        self._finish_within = within
        for one in those:
            one.task.cancel()
        await asyncio.gather(*(one.task for one in those), return_exceptions=True)
        for one in those:
            if self._running.get(one.webhook.id) is one:
                del self._running[one.webhook.id]

    async def _keep(self, webhook: Webhook) -> None:
        """Deliver one until it is disabled or gone, whatever fails in between."""
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            try:
                if await self._deliver(webhook):
                    return
            except Lost:
                _log.info("webhook_taken", webhook=webhook.id)
            except StoreUnavailable as error:
                _log.warning("webhook_waits", webhook=webhook.id, error=error.message)
            except (SecretsKeyMissing, SecretUnreadable) as error:
                _log.error("webhook_unreadable", webhook=webhook.id, error=error.message)
            except Exception:  # noqa: BLE001 - one webhook ends no other; it goes on where its place is
                _log.exception("webhook_failed", webhook=webhook.id)
            await backoff.wait()

    async def _deliver(self, webhook: Webhook) -> bool:
        """Take it and deliver it; True when there is nothing more to deliver."""
        deliveries = self._around.deliveries
        sink, place = self._make_sink(webhook), await deliveries.take(webhook.id)
        if place is None:
            return True
        waiting = await deliveries.waiting(webhook.id)
        fails, missed = partial(self._telling.fails, webhook), partial(self._telling.missed, webhook)
        delivering = Delivering(webhook, sink, place, waiting, self._around, fails, missed)
        if webhook.id in self._running:
            self._running[webhook.id].delivering = delivering
        disabled = await delivering.run(lambda: self._finish_within)
        if disabled is None:
            return False
        _log.warning("webhook_disabled", webhook=webhook.id, reason=disabled.reason)
        await self._telling.disabled(webhook, disabled, delivering.failing_since, delivering.last_answer)
        await disable(self._webhooks, webhook.key_id, webhook.id, disabled)
        return True

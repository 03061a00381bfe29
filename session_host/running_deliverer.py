"""Puts the process together that delivers events: chooses the adapters, opens everything in order, and closes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from typing import Any

from session_host.deliveries.clock import SystemClock
from session_host.deliveries.counting import Counting
from session_host.deliveries.deliverer import Deliverer
from session_host.deliveries.delivering import Around
from session_host.deliveries.lateness import tell_lateness
from session_host.deliveries.telling import Telling
from session_host.deliveries.webhook import WebhookSink
from session_host.deliveries.webhooks import WebhookDeliveries
from session_host.deliveries.workers import Workers
from session_host.forwarding.forwarding import Forwarding
from session_host.link.metrics_line import Answering
from session_host.settings import HostSettings
from shared.adapters.forwarding.opening import ForwardingSinks
from shared.adapters.nats.bus import open_bus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import open_stores
from shared.contracts.subjects import DELIVERIES_CHANGED
from shared.errors import StoreUnavailable
from shared.events.feeds import Feeds
from shared.events.reading import Reading
from shared.ids import now_ms
from shared.outside.addresses import Allowed
from shared.outside.posting import Poster
from shared.settings import StoreSettings
from shared.webhooks.model import Webhook

_ENDS_WITHIN = 0.5


@dataclass(slots=True)
class RunningDeliverer:
    """What runs."""

    deliverer: Deliverer
    webhooks: WebhookDeliveries
    delivering: asyncio.Task[Any]
    """Ends when there is nothing to deliver."""
    parts: list[asyncio.Task[Any]]
    """It, and those that never end."""

    async def stop(self, within: float) -> None:
        """Deliver nothing any more; what is on its way has so many seconds."""
        self.delivering.cancel()
        await asyncio.gather(self.delivering, return_exceptions=True)
        await self.deliverer.stop(within)


@asynccontextmanager
async def running_deliverer(
    host: str, settings: HostSettings, store_settings: StoreSettings, *, idle_for: float, metrics: int | None
) -> AsyncGenerator[RunningDeliverer]:
    """Deliver until the context ends; `idle_for`: seconds without anything to deliver after which that ends.

    `metrics`: the file descriptor of the line over which the supervisor asks for them; None when it does not.

    Raises:
        StoreUnavailable: the rows cannot be read.
        BusUnavailable: NATS does not answer.
    """
    name = f"{host}-deliverer"
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(store_settings))
        bus = await stack.enter_async_context(open_bus(store_settings, name=name))
        poster, clock = Poster(Allowed.named(settings.url_allow)), SystemClock()
        stack.push_async_callback(poster.close)
        sealer = store_settings.sealer()
        reading = Reading(bus.event_reader(), stores.sessions, now_ms)
        log = bus.event_log(StreamLimits(settings.events_max_age, settings.events_max_bytes, settings.events_replicas))

        def sink_of(webhook: Webhook) -> WebhookSink:
            return WebhookSink(webhook, sealer, poster, clock)

        counting = _counting(wanted=metrics is not None)
        around = Around(stores.deliveries, Feeds(reading), reading, clock, counting)
        webhooks = WebhookDeliveries(stores.webhooks, around, sink_of, Telling(log, clock))
        forwarding = Forwarding(stores.forwarders, reading, ForwardingSinks(store_settings), now_ms)
        deliverer = Deliverer([webhooks, forwarding])
        if metrics is not None:

            async def page() -> bytes:
                return counting.page(webhooks.readings)

            stack.enter_context(closing(await Answering.over(metrics, page)))
        workers = Workers(stores.workers, name, host, deliverer.look)

        async def rung(_: bytes) -> bytes:
            deliverer.look()
            return b""

        await bus.serve(DELIVERIES_CHANGED, rung)
        await workers.begin()
        delivering = asyncio.create_task(deliverer.run(workers, idle_for), name="deliverer")
        beside = [asyncio.create_task(part) for part in (workers.run(), tell_lateness(lambda: webhooks.readings))]
        running = RunningDeliverer(deliverer, webhooks, delivering, [delivering, *beside])
        try:
            yield running
        finally:
            for part in running.parts:
                part.cancel()
            await asyncio.gather(*running.parts, return_exceptions=True)
            await running.stop(0.0)
            with suppress(StoreUnavailable, TimeoutError):
                async with asyncio.timeout(_ENDS_WITHIN):
                    await workers.end()


def _counting(*, wanted: bool) -> Counting:
    if not wanted:
        return Counting()
    from session_host.metrics.delivery_metrics import DeliveryMetrics  # noqa: PLC0415 - Prometheus' library

    return DeliveryMetrics()

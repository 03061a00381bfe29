"""A webhook that was disabled is told of events again, with or without those that it missed."""

from __future__ import annotations

from dataclasses import replace

from functions.services import Services
from functions.webhooks.keeping import changing, found
from shared.errors import EventsGone
from shared.events.cursor import checked
from shared.events.reading import LATEST
from shared.ids import new_replay_id, now_ms
from shared.tenants.model import ApiKey
from shared.webhooks.model import DeliveryState, Replay, Webhook

_AT_ONCE = 200


async def enable(serving: Services, key: ApiKey, webhook_id: str, *, send_missed: bool) -> tuple[Webhook, bool]:
    """The webhook, and whether something that was missed is gone. One that is enabled stays so.

    With what was missed it goes on where it was, and what was given up is delivered beside it. Without, it goes on with
    what happens now.

    Raises:
        WebhookNotFound: see there.
        BusUnavailable: nobody knows where the log of events is now.
    """
    webhook = await found(serving, key, webhook_id)
    incomplete = False
    if webhook.disabled is not None:
        if send_missed:
            incomplete = await _with_missed(serving, key, webhook_id)
        else:
            await _without_missed(serving, key, webhook_id)

    async def enabled(webhook: Webhook) -> Webhook:
        return replace(webhook, disabled=None)

    return await changing(serving, key, webhook_id, enabled), incomplete


async def _with_missed(serving: Services, key: ApiKey, webhook_id: str) -> bool:
    log, now = await serving.reading.log.state(), now_ms()
    place = (await serving.deliveries.places([webhook_id])).get(webhook_id)
    if place is None:
        return False
    given_up = Replay(
        subscription_id=webhook_id,
        id=new_replay_id(),
        log=log.made_at,
        position=log.first - 1,
        until=min(place.cursor.position, log.last),
        missed_only=True,
        made_at=now,
    )
    if not given_up.done:
        await serving.deliveries.replay(given_up)
    try:
        checked(place.cursor, log, key.id, now)
    except EventsGone:
        return True
    return False


async def _without_missed(serving: Services, key: ApiKey, webhook_id: str) -> None:
    deliveries = serving.deliveries
    await deliveries.move(webhook_id, await serving.reading.begin(key.id, LATEST))
    while waiting := await deliveries.waiting(webhook_id, _AT_ONCE):
        await deliveries.put([replace(row, state=DeliveryState.SKIPPED, next_at=None) for row in waiting])

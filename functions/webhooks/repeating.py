"""Events that are delivered once more: one of them, or all of a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from functions.services import Services
from functions.webhooks.bodies import ReplayBody
from functions.webhooks.keeping import found
from shared.contracts.subjects import DELIVERIES_CHANGED, NO_SESSION
from shared.errors import DeliveryNotFound, EventsGone
from shared.events.cursor import Cursor
from shared.events.placing import last_before
from shared.ids import new_replay_id, now_ms
from shared.tenants.model import ApiKey
from shared.webhooks.model import Delivery, DeliveryState, Replay, Webhook
from shared.webhooks.wanting import wants

_COUNTED_WITHIN = 5.0
_AT_ONCE = 1_000
_MISSED = (DeliveryState.GIVEN_UP, DeliveryState.SKIPPED)
_GONE = "The log of events no longer has this event: it cannot be delivered again."


async def redeliver(serving: Services, key: ApiKey, webhook_id: str, event_id: str) -> Delivery:
    """The delivery, to be tried at once, with all its attempts to come.

    Raises:
        WebhookNotFound, DeliveryNotFound: see there.
        EventsGone: nobody has the event any more.
        BusUnavailable: the log does not answer.
    """
    webhook = await found(serving, key, webhook_id)
    row = await serving.deliveries.get(webhook.id, event_id)
    if row is None or not (row.session_uid == NO_SESSION or await serving.session_rows.sees(key, row.session_uid)):
        raise DeliveryNotFound
    if row.body is None:
        row = replace(row, body=await _from_log(serving, key, row))
    row = replace(row, state=DeliveryState.PENDING, next_at=now_ms(), attempts=0, waited=True)
    await serving.deliveries.put([row])
    await serving.bus.ring(DELIVERIES_CHANGED)
    return row


@dataclass(frozen=True, slots=True)
class Counted:
    """Events that are meant."""

    count: int
    complete: bool
    """Whether all of them were counted."""
    replay_id: str | None = None


async def replay(serving: Services, key: ApiKey, webhook_id: str, body: ReplayBody) -> Counted:
    """Have the events of a time delivered once more, beside what happens; how many they are.

    Raises:
        WebhookNotFound: see there.
        BusUnavailable: the log does not answer.
    """
    webhook = await found(serving, key, webhook_id)
    log = await serving.reading.log.state()
    first = log.first - 1 if body.since is None else await last_before(serving.reading.log, key.id, body.since, log)
    last = log.last if body.until is None else await last_before(serving.reading.log, key.id, body.until, log)
    wanted = Replay(
        subscription_id=webhook.id,
        id=new_replay_id(),
        log=log.made_at,
        position=first,
        until=last,
        missed_only=body.missed_only,
        made_at=now_ms(),
    )
    count = _missed if body.missed_only else _in_log
    counted = await count(serving, key, webhook, wanted)
    if body.dry_run or wanted.done or (counted.complete and not counted.count):
        return counted
    await serving.deliveries.replay(wanted)
    await serving.bus.ring(DELIVERIES_CHANGED)
    return replace(counted, replay_id=wanted.id)


async def _from_log(serving: Services, key: ApiKey, row: Delivery) -> bytes:
    behind = Cursor(row.log, row.position - 1, now_ms())
    try:
        page = await serving.reading.page(key.id, None, behind, 1)
    except EventsGone:
        raise EventsGone(_GONE) from None
    event = next((event for event in page.events if event.id == row.event_id), None)
    if event is None:
        raise EventsGone(_GONE)
    return event.body


async def _in_log(serving: Services, key: ApiKey, webhook: Webhook, wanted: Replay) -> Counted:
    until = _clock() + _COUNTED_WITHIN
    cursor, count = Cursor(wanted.log, wanted.position, now_ms()), 0
    while cursor.position < wanted.until:
        if _clock() > until:
            return Counted(count, complete=False)
        page = await serving.reading.page(key.id, webhook.session_uid, cursor, _AT_ONCE)
        count += sum(event.position <= wanted.until and wants(webhook, event) for event in page.events)
        if not page.more:
            break
        cursor = page.next
    return Counted(count, complete=True)


async def _missed(serving: Services, _: ApiKey, webhook: Webhook, wanted: Replay) -> Counted:
    until, count = _clock() + _COUNTED_WITHIN, 0
    for state in _MISSED:
        after: str | None = None
        while True:
            if _clock() > until:
                return Counted(count, complete=False)
            page = await serving.deliveries.page(webhook.id, state=state, after=after, limit=_AT_ONCE)
            count += sum(_within(row, wanted) for row in page.deliveries)
            after = page.next
            if after is None:
                break
    return Counted(count, complete=True)


def _within(row: Delivery, wanted: Replay) -> bool:
    return row.log == wanted.log and wanted.position < row.position <= wanted.until


def _clock() -> float:
    return asyncio.get_running_loop().time()

"""Events that are delivered once more, by the API."""

from dataclasses import replace
from typing import Any

import pytest

from shared.events.cursor import parsed
from shared.ids import now_ms
from shared.webhooks.forgetting import forget_of_session
from shared.webhooks.model import Attempt, Delivery, DeliveryState
from tests.functions.events.logged import Logged, Tenant, message, presence
from tests.functions.webhooks.test_webhooks import asked, done, made

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told_of(gateway: Logged, tenant: Tenant, webhook: dict[str, Any], *texts: str) -> list[Delivery]:
    """Messages that came, and that the webhook was told of; in the order of their ids."""
    await gateway.put(tenant, *(message(text) for text in texts))
    rows: list[Delivery] = []
    for event in await gateway.all(tenant):
        at = parsed(event["cursor"], tenant.key_id)
        rows.append(
            Delivery(
                subscription_id=webhook["id"],
                event_id=event["id"],
                session_uid=tenant.uid,
                type=event["type"],
                log=at.log,
                position=at.position,
                state=DeliveryState.DELIVERED,
                first_at=now_ms(),
                attempts=1,
                tries=(Attempt(now_ms(), 7, 204, "ok"),),
            )
        )
    await gateway.api.stores.deliveries.put(rows)
    return sorted(rows, key=lambda row: row.event_id)


async def position_of(gateway: Logged, tenant: Tenant) -> int:
    """Of the tenant's last event."""
    return parsed((await gateway.all(tenant))[-1]["cursor"], tenant.key_id).position


async def begun(gateway: Logged) -> tuple[Tenant, dict[str, Any]]:
    """A key with a webhook, and a log with one event of nobody's interest."""
    tenant = await gateway.tenant()
    await gateway.put(tenant, presence())
    return tenant, await made(gateway, tenant, events=["message.*"])


async def test_deliveries_are_listed_page_by_page(gateway: Logged) -> None:
    """The newest event first, with what was answered; those of one state when that is asked for."""
    tenant, webhook = await begun(gateway)
    rows = await told_of(gateway, tenant, webhook, "a", "b", "c")
    failed = replace(rows[1], state=DeliveryState.GIVEN_UP, waited=True, attempts=10, body=b"{}")
    await gateway.api.stores.deliveries.put([failed])
    path = f"/{webhook['id']}/deliveries"
    first = await done(gateway, tenant, "GET", f"{path}?limit=3")
    rest = await done(gateway, tenant, "GET", f"{path}?limit=3&after={first['next']}")
    shown = [*first["deliveries"], *rest["deliveries"]]
    assert [each["eventId"] for each in shown] == [row.event_id for row in reversed(rows)]
    assert rest["next"] is None
    assert shown[0]["attempts"] == [{"at": rows[-1].tries[0].at, "took": 7, "status": 204, "answer": "ok"}]
    assert (shown[0]["sessionId"], shown[0]["status"]) == ("default", "delivered")
    (only,) = (await done(gateway, tenant, "GET", f"{path}?status=given_up"))["deliveries"]
    assert (only["eventId"], only["attemptCount"]) == (failed.event_id, 10)
    assert (await done(gateway, tenant, "GET", f"/{webhook['id']}"))["webhook"]["counts"]["givenUp"] == 1
    for wrong in ("status=lost", "after=evt_1", "limit=0"):
        assert (await asked(gateway, tenant, "GET", f"{path}?{wrong}")).status_code == 400


async def test_one_event_is_delivered_again(gateway: Logged) -> None:
    """It waits at once, with all attempts to come and the body that the log has; of what is nowhere it is said so."""
    tenant, webhook = await begun(gateway)
    rows = await told_of(gateway, tenant, webhook, "a", "b")
    path = f"/{webhook['id']}/deliveries"
    told = await done(gateway, tenant, "POST", f"{path}/{rows[2].event_id}/redeliver")
    assert (told["delivery"]["status"], told["delivery"]["attemptCount"]) == ("pending", 0)
    (waiting,) = await gateway.api.stores.deliveries.waiting(webhook["id"])
    assert waiting.event_id == rows[2].event_id
    assert waiting.body is not None
    assert rows[2].event_id.encode() in waiting.body
    assert waiting.tries == rows[2].tries
    unknown = await asked(gateway, tenant, "POST", f"{path}/evt_{'0' * 26}/redeliver")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "DELIVERY_NOT_FOUND")
    await gateway.api.stores.deliveries.put([replace(rows[1], log=5)])
    gone = await asked(gateway, tenant, "POST", f"{path}/{rows[1].event_id}/redeliver")
    assert (gone.status_code, gone.json()["code"]) == (410, "EVENTS_GONE")


async def test_a_replay_is_counted_and_kept(gateway: Logged) -> None:
    """What the webhook wants of the log, of a time; a dry run keeps nothing, and what is nothing neither."""
    tenant, webhook = await begun(gateway)
    await gateway.put(tenant, message("before"))
    behind = await position_of(gateway, tenant)
    before = now_ms()
    await gateway.put(tenant, message("a"), presence(), message("b"))
    path = f"/{webhook['id']}/replay"
    dry = await done(gateway, tenant, "POST", path, dryRun=True)
    assert (dry["count"], dry["complete"], dry["replayId"]) == (3, True, None)
    assert await gateway.api.stores.deliveries.replays(webhook["id"]) == []
    assert (await done(gateway, tenant, "POST", path, until=before, dryRun=True))["count"] == 1
    assert (await done(gateway, tenant, "POST", path, since=now_ms() + 60_000))["replayId"] is None
    told = await done(gateway, tenant, "POST", path, since=before)
    (kept,) = await gateway.api.stores.deliveries.replays(webhook["id"])
    assert (told["count"], told["replayId"]) == (2, kept.id)
    assert (kept.position, kept.missed_only) == (behind, False)
    assert kept.until >= await position_of(gateway, tenant)
    assert (await done(gateway, tenant, "GET", f"/{webhook['id']}"))["webhook"]["counts"]["replays"] == 1


async def test_what_was_missed_is_counted_by_its_rows(gateway: Logged) -> None:
    """Only what was given up or skipped, and not test events."""
    tenant, webhook = await begun(gateway)
    rows = await told_of(gateway, tenant, webhook, "a", "b", "c")
    states = (DeliveryState.GIVEN_UP, DeliveryState.SKIPPED)
    missed = [replace(row, state=state, waited=True) for row, state in zip(rows[1:3], states, strict=True)]
    test = replace(missed[0], event_id=f"evt_{'1' * 26}", log=0, position=0, test=True)
    await gateway.api.stores.deliveries.put([*missed, test])
    told = await done(gateway, tenant, "POST", f"/{webhook['id']}/replay", missedOnly=True)
    (kept,) = await gateway.api.stores.deliveries.replays(webhook["id"])
    assert (told["count"], told["replayId"], kept.missed_only) == (2, kept.id, True)


async def test_enabling_goes_on_where_it_was_with_what_was_given_up(gateway: Logged) -> None:
    """By default nothing that was missed is left out."""
    tenant, webhook = await begun(gateway)
    await done(gateway, tenant, "PATCH", f"/{webhook['id']}", enabled=False)
    await gateway.put(tenant, message("a"))
    before = await gateway.api.stores.deliveries.places([webhook["id"]])
    told = await done(gateway, tenant, "POST", f"/{webhook['id']}/enable")
    assert (told["webhook"]["state"], told["incomplete"]) == ("enabled", False)
    assert await gateway.api.stores.deliveries.places([webhook["id"]]) == before
    (kept,) = await gateway.api.stores.deliveries.replays(webhook["id"])
    assert (kept.missed_only, kept.until) == (True, before[webhook["id"]].cursor.position)


async def test_enabling_says_when_the_log_has_not_all_of_it(gateway: Logged) -> None:
    """A place in a log that was made anew cannot be gone on from."""
    tenant, webhook = await begun(gateway)
    deliveries = gateway.api.stores.deliveries
    await done(gateway, tenant, "PATCH", f"/{webhook['id']}", enabled=False)
    place = await deliveries.take(webhook["id"])
    assert place is not None
    await deliveries.settle(replace(place, cursor=place.cursor._replace(log=5)), [])
    assert (await done(gateway, tenant, "POST", f"/{webhook['id']}/enable"))["incomplete"]


async def test_enabling_without_what_was_missed_begins_now(gateway: Logged) -> None:
    """What waits is skipped, and stays to be seen; what comes from now on is delivered."""
    tenant, webhook = await begun(gateway)
    rows = await told_of(gateway, tenant, webhook, "a", "b")
    deliveries = gateway.api.stores.deliveries
    await deliveries.put([replace(rows[1], state=DeliveryState.PENDING, next_at=5, waited=True)])
    await done(gateway, tenant, "PATCH", f"/{webhook['id']}", enabled=False)
    await done(gateway, tenant, "POST", f"/{webhook['id']}/enable", sendMissed=False)
    assert await deliveries.waiting(webhook["id"]) == []
    skipped = await deliveries.get(webhook["id"], rows[1].event_id)
    assert skipped is not None
    assert skipped.state is DeliveryState.SKIPPED
    place = (await deliveries.places([webhook["id"]]))[webhook["id"]]
    assert place.cursor.position >= await position_of(gateway, tenant)
    assert await deliveries.replays(webhook["id"]) == []


async def test_a_session_takes_what_waits_of_it_along(gateway: Logged) -> None:
    """Its webhooks, and its events that wait for others; those of other sessions stay."""
    tenant = await gateway.tenant("shop", "other")
    of_all, of_shop = await made(gateway, tenant), await made(gateway, tenant, sessionId="shop")
    rows = await told_of(gateway, tenant, of_all, "a", "b")
    waiting = {"state": DeliveryState.PENDING, "next_at": 5, "waited": True}
    stores = gateway.api.stores
    other = replace(rows[1], event_id=f"evt_{'2' * 26}", session_uid="ses_other", **waiting)
    await stores.deliveries.put([replace(rows[0], **waiting), other])
    for _ in range(2):
        await forget_of_session(stores.webhooks, stores.deliveries, tenant.key_id, tenant.uid)
    assert [row.session_uid for row in await stores.deliveries.waiting(of_all["id"])] == ["ses_other"]
    assert [each["id"] for each in (await done(gateway, tenant, "GET"))["webhooks"]] == [of_all["id"]]
    assert await stores.deliveries.places([of_shop["id"]]) == {}

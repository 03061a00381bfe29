"""What happens to a key is in the log of events, whatever dies in between."""

import asyncio
from pathlib import Path

from functions.access import key_news
from functions.access.key_news import KeyTelling
from shared.adapters.nats.bus import NatsBus
from shared.ids import now_ms
from tests.emulators.nats_process import NatsServer
from tests.functions.conftest import ADMIN
from tests.functions.events.logged import WITHIN, Logged, Tenant, logged, message

DAY = 86_400_000
LIMITS = {"requestsPerMinute": 50_000, "sessions": [], "addresses": ["127.0.0.0/8"], "chats": []}


async def of_key(gateway: Logged, tenant: Tenant, number: int) -> list[tuple[str, dict[str, object]]]:
    """So many events of a key itself, once they are there."""
    async with asyncio.timeout(WITHIN):
        while len(found := await gateway.all(tenant, types="key.*")) < number:
            await asyncio.sleep(0.05)
    assert {event["sessionId"] for event in found} == {None}
    return [(event["type"], event["data"]) for event in found]


def as_changed(tenant: Tenant) -> dict[str, object]:
    """What is told of it when it may have five sessions."""
    return {"maxSessions": 5, "prefix": tenant.headers["X-API-Key"][:9], "oldSecretsUntil": [], **LIMITS}


async def test_a_key_is_told_what_becomes_of_it(own_nats: NatsServer, tmp_path: Path) -> None:
    """Made, changed, ending soon; once each, with its limits. Nobody else is told; its end waits for who is told."""
    async with logged(own_nats.url, tmp_path) as gateway:
        ends = now_ms() + 3 * DAY
        tenant, other = await gateway.made(name="shop", expiresAt=ends, **LIMITS), await gateway.made()
        await gateway.put(tenant, message("1"))  # whoever publishes first makes the stream
        admin = {"X-Admin-Key": ADMIN}
        path = f"/api/admin/apikeys/{tenant.key_id}"
        assert (await gateway.api.http.patch(path, json={"maxSessions": 5}, headers=admin)).status_code == 200
        begun = [("key.made", {"name": "shop", "scopes": ["*"], "expiresAt": ends, **LIMITS})]
        found = await of_key(gateway, tenant, 3)
        assert sorted(found, key=lambda each: each[0]) == sorted(
            [*begun, ("key.changed", as_changed(tenant)), ("key.expiring", {"expiresAt": ends})],
            key=lambda each: each[0],
        )
        assert [name for name, _ in await of_key(gateway, other, 1)] == ["key.made"]


async def test_what_was_not_told_is_told_by_who_comes_next(own_nats: NatsServer, tmp_path: Path) -> None:
    """NATS is away while a key is made and changed, and the API ends; one that comes back when all is told, once."""
    async with logged(own_nats.url, tmp_path) as gateway:
        await gateway.put(await gateway.tenant(), message("1"))
        own_nats.kill()
        tenant = await gateway.made(name="shop")
        changed = await gateway.api.http.patch(
            f"/api/admin/apikeys/{tenant.key_id}", json={"maxSessions": 5}, headers={"X-Admin-Key": ADMIN}
        )
        assert changed.status_code == 200
        assert [each.kind for each in await gateway.api.stores.keys.news() if each.key_id == tenant.key_id] == [
            "key_made", "key_changed",
        ]  # fmt: skip
        own_nats.start()
    async with logged(own_nats.url, tmp_path) as gateway:
        assert [name for name, _ in await of_key(gateway, tenant, 2)] == ["key.made", "key.changed"]
        async with asyncio.timeout(WITHIN):
            while await gateway.api.stores.keys.news():
                await asyncio.sleep(0.05)
        assert len(await gateway.all(tenant, types="key.*")) == 2


async def test_a_key_that_ends_is_told_twice(own_nats: NatsServer, tmp_path: Path) -> None:
    """7 days before, a day before; and no more after that, nor once it has ended."""
    async with logged(own_nats.url, tmp_path) as gateway:
        ends = now_ms() + 30 * DAY
        tenant = await gateway.made(expiresAt=ends)
        await gateway.put(tenant, message("1"))
        bus = await NatsBus.connect(own_nats.url, name="test")
        try:
            for left, told in ((8, 1), (6.9, 2), (2, 2), (0.9, 3), (0.1, 3), (-1, 3)):
                now = ends - round(left * DAY)
                telling = KeyTelling(
                    gateway.api.stores.keys, gateway.api.stores.webhooks, bus.event_log(None), lambda now=now: now
                )
                assert await telling.tell()
                assert len(await of_key(gateway, tenant, told)) == told
        finally:
            await bus.close()
    assert key_news._WARNED_BEFORE == (7 * DAY, DAY)

"""Webhooks by the API alone: what a contact writes is posted, and posted again when that is asked for."""

import asyncio

from standardwebhooks import Webhook

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk
from tests.functions.webhooks.receiver import Receiver, receiving

WITHIN = 60.0


async def came(receiver: Receiver, wanted: int) -> None:
    """Return when so many requests came."""
    async with asyncio.timeout(WITHIN):
        while len(receiver.came) < wanted:
            await asyncio.sleep(0.05)


async def settled(gateway: Gateway, path: str, attempts: int) -> str:
    """The event that is delivered, once its row says so after so many attempts."""
    async with asyncio.timeout(WITHIN):
        while True:
            rows = (await gateway.call("GET", f"{path}/deliveries?status=delivered"))["deliveries"]
            if rows and len(rows[0]["attempts"]) == attempts:
                return str(rows[0]["eventId"])
            await asyncio.sleep(0.05)


async def test_what_comes_in_is_posted_and_posted_again(gateway: Gateway) -> None:
    """Once by itself, although nothing delivered before; once more when that is asked for."""
    talk = await Talk.begin(gateway)
    async with receiving() as receiver:
        chosen = {"url": receiver.url, "events": ["message.received"], "direction": "in"}
        webhook = (await gateway.call("POST", "/api/webhooks", json=chosen))["webhook"]
        path = f"/api/webhooks/{webhook['id']}"
        await talk.say(text="Apa kabar?")
        await came(receiver, 1)
        _, headers, body = receiver.came[0]
        event = Webhook(webhook["secret"]).verify(body, headers)
        assert (event["type"], event["data"]["message"]) == ("message.received", "Apa kabar?")
        assert await settled(gateway, path, attempts=1) == event["id"]
        await gateway.call("POST", f"{path}/deliveries/{event['id']}/redeliver")
        await came(receiver, 2)
        assert receiver.came[1][1]["webhook-id"] == event["id"]
        assert await settled(gateway, path, attempts=2) == event["id"]
        told = await gateway.call("POST", f"{path}/replay", json={})
        assert told["count"] == 1
        await came(receiver, 3)
        assert (await gateway.call("GET", path))["webhook"]["delivered"] >= 1
        await gateway.call("DELETE", path)

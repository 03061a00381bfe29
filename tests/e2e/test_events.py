"""What happens between WhatsApp and a session, as whoever has its key reads it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.session_host.deliveries.receiver import receiver
from tests.shared_gateway import fresh_number

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
NUMBER, OTHER = fresh_number(), fresh_number()
_WITHIN = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(module_gateway: Gateway) -> Gateway:
    """The session `default` of NUMBER, and the contact OTHER with a real client."""
    await module_gateway.log_in("default", NUMBER)
    await module_gateway.control_post("/contacts", number=OTHER, name="Ibu Ani")
    return module_gateway


Event = dict[str, Any]


def any_event(_: Event) -> bool:
    return True


async def until(gateway: Gateway, after: str, *types: str, meant: Callable[[Event], object] = any_event) -> list[Event]:
    """The events behind a cursor, as soon as there is one of each of these types that is meant.

    What an earlier test did may still be told.
    """
    found: list[Event] = []
    async with asyncio.timeout(_WITHIN):
        while not set(types) <= {event["type"] for event in found if meant(event)}:
            answer = await gateway.call("GET", "/api/events", params={"after": after, "wait": "10"})
            found += answer["events"]
            after = answer["next"]
    return found


async def latest(gateway: Gateway) -> str:
    return str((await gateway.call("GET", "/api/events", params={"after": "latest"}))["next"])


@pytest.mark.covers("GET /api/events", "GET /api/events/stream", client="neonize")
async def test_what_is_written_and_sent_is_told_as_the_inbox_has_it(gateway: Gateway) -> None:
    """A message, the receipts of an answer; the stream has the same events, once and in the same order."""
    begun = await latest(gateway)
    said = await gateway.control_post(f"/contacts/{OTHER}/send", to=NUMBER, text="Is it still there?")

    def is_said(event: Event) -> bool:
        return event["type"] == "message.received" and event["data"]["id"] == said["id"]

    (received,) = filter(is_said, await until(gateway, begun, "message.received", meant=is_said))
    async with asyncio.timeout(_WITHIN):
        found: list[dict[str, Any]] = []
        while not found:
            inbox = (await gateway.call("GET", "/api/incoming-messages"))["messages"]
            found = [message for message in inbox if message["id"] == said["id"]]
    (in_inbox,) = found
    assert received["data"] == {name: value for name, value in in_inbox.items() if value is not None}
    assert (received["data"]["id"], received["sessionId"]) == (said["id"], "default")
    sent = await gateway.call("POST", "/api/send-message", json={"number": OTHER, "message": "Yes."})

    def is_its_ack(event: Event) -> bool:
        return sent["messageId"] in event["data"].get("messageIds", ())

    events = await until(gateway, begun, "message.ack", meant=is_its_ack)
    headers = {"X-API-Key": gateway.key, "Last-Event-ID": begun}
    async with gateway.http.get(f"{gateway.url}/api/events/stream", headers=headers) as stream:
        streamed = [await _event(stream) for _ in events]
    assert streamed == events


@pytest.mark.covers("event message_ended", "event messages_ended", client="neonize")
async def test_what_becomes_of_sends_is_told_once_with_what_the_sender_calls_them(gateway: Gateway) -> None:
    """WhatsApp's id, the chat by number and LID, why one failed and what to do; nothing of what the message says.

    A webhook that wants what goes out gets both.
    """
    begun = await latest(gateway)
    said = {"number": OTHER, "message": "Nobody else is told this.", "clientRef": "order-17"}
    async with receiver() as hook:
        wanted = {"url": hook.url, "events": ["message.sent", "message.failed", "message.received"], "direction": "out"}
        made = (await gateway.call("POST", "/api/webhooks", json=wanted))["webhook"]
        sent = await gateway.call("POST", "/api/send-message", json=said)
        headers = {"X-API-Key": gateway.key}
        nobody = said | {"number": "628999000111"}
        async with gateway.http.post(f"{gateway.url}/api/send-message", headers=headers, json=nobody) as answer:
            failed = await answer.json()

        def is_mine(event: Event) -> bool:
            return event["data"].get("sendId") in {sent["id"], failed["id"]}

        events = await until(gateway, begun, "message.sent", "message.failed", meant=is_mine)
        mine = [event for event in events if is_mine(event)]
        await hook.until(lambda: {event["id"] for event in mine} <= {each.id for each in hook.got})
        await gateway.call("DELETE", f"/api/webhooks/{made['id']}")
    (first,) = [event for event in mine if event["type"] == "message.sent"]
    lid = first["data"].pop("chatLid")
    assert lid.endswith("@lid")
    assert first["data"].pop("fromLid").endswith("@lid")
    assert first["data"] == {
        "id": sent["messageId"], "sendId": sent["id"], "from": NUMBER, "fromMe": True, "via": "api",
        "chat": f"{OTHER}@s.whatsapp.net", "timestamp": sent["timestamp"], "type": "text", "clientRef": "order-17",
    }  # fmt: skip
    (second,) = [event for event in mine if event["type"] == "message.failed"]
    assert (second["data"]["sendId"], second["data"]["code"]) == (failed["id"], "NUMBER_NOT_ON_WHATSAPP")
    assert second["data"]["toDo"]
    assert "id" not in second["data"]
    assert {each.id for each in hook.got if is_mine(each.event)} == {first["id"], second["id"]}


@pytest.mark.covers("event chat_read", client="neonize")
async def test_what_is_read_on_the_phone_is_told(gateway: Gateway) -> None:
    """With the chat by number and LID, and also where the number tells nobody that it reads."""
    written = await gateway.control_post(f"/contacts/{OTHER}/send", to=NUMBER, text="Did you see this?")
    for receipts in ("all", "none"):
        await gateway.control_post(f"/phones/{NUMBER}/privacy", readreceipts=receipts)
        begun = await latest(gateway)
        await gateway.control_post(f"/phones/{NUMBER}/read", chat=OTHER, messageIds=[written["id"]])
        events = await until(gateway, begun, "chat.read")
        (read,) = [event["data"] for event in events if event["type"] == "chat.read"]
        assert read.pop("chatLid").endswith("@lid")
        assert read.pop("timestamp")
        assert read == {"chat": f"{OTHER}@s.whatsapp.net", "messageIds": [written["id"]]}
    await gateway.control_post(f"/phones/{NUMBER}/privacy", readreceipts="all")


async def test_the_states_of_a_session_are_told_with_what_to_do(gateway: Gateway) -> None:
    """From the code that waits to the connection; the code is in none of them."""
    begun = await latest(gateway)
    await gateway.log_in("second", fresh_number())

    def is_second(event: Event) -> bool:
        return event["sessionId"] == "second"

    events = await until(gateway, begun, "session.qr", "session.status", meant=is_second)
    states = [event["data"] for event in events if is_second(event)]
    (code, *_) = [state for state in states if state["status"] == "qr_ready"]
    assert "GET /api/qr" in code["toDo"]
    assert "qr" not in code
    async with asyncio.timeout(_WITHIN):
        while not any(state["connected"] for state in states):
            events += await until(gateway, events[-1]["cursor"], "session.status")
            states = [event["data"] for event in events if is_second(event)]


async def _event(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async with asyncio.timeout(_WITHIN):
        while True:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                event: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return event

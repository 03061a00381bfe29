"""A place, both ways: what a contact of the sandbox gets of ours, and what we show of theirs."""

import asyncio
import sys

import pytest

from benchmarks.gateway import Gateway
from tests.shared_gateway import fresh_number

PLACE = {"latitude": -6.1754, "longitude": 106.8272, "name": "Monas", "address": "Gambir, Jakarta"}
ON_THE_WIRE = {
    "degreesLatitude": -6.1754, "degreesLongitude": 106.8272, "name": "Monas", "address": "Gambir, Jakarta",
}  # fmt: skip
NUMBER, CONTACT = fresh_number(), fresh_number()


async def received(gateway: Gateway, wanted: int) -> list[object]:
    """What the contact got, once it is so much; messages arrive within moments."""
    async with asyncio.timeout(60):
        while True:
            async with gateway.http.get(f"{gateway.control}/contacts/{CONTACT}/messages") as answer:
                messages = (await answer.json())["messages"]
            if len(messages) >= wanted:
                return [message["message"] for message in messages]
            await asyncio.sleep(0.05)


@pytest.mark.proves("out", "neonize", "location")
@pytest.mark.proves("in", "neonize", "location")
async def test_a_place_is_sent_and_received(gateway: Gateway):
    """Whole, in both directions; one send for one Idempotency-Key, and another place under it is another message."""
    await gateway.log_in("default", NUMBER)
    await gateway.control_post("/contacts", number=CONTACT)
    key = {"Idempotency-Key": "a place"}
    sent = await gateway.call("POST", "/api/send-location", json={"number": CONTACT, **PLACE}, headers=key)
    again = await gateway.call("POST", "/api/send-location", json={"number": CONTACT, **PLACE}, headers=key)
    assert sent["messageId"] == again["messageId"]
    with pytest.raises(RuntimeError, match="IDEMPOTENCY_KEY_REUSED"):
        await gateway.call("POST", "/api/send-location", json={"number": CONTACT, **PLACE, "name": "x"}, headers=key)
    assert await received(gateway, 1) == [{"locationMessage": ON_THE_WIRE}]
    assert (await gateway.call("GET", f"/api/messages/{sent['id']}"))["type"] == "location"

    await gateway.control_post(f"/contacts/{CONTACT}/send", to=NUMBER, message={"locationMessage": ON_THE_WIRE})
    assert await gateway.until_shown("default", 1) == ["Monas"]
    (shown,) = await gateway.inbox("default")
    assert (shown["type"], shown["location"]) == ("location", PLACE)


async def test_a_place_waits_for_its_session(gateway: Gateway):
    """With `queue`, also from the command line; it is sent once when the session is back."""
    await gateway.log_in("default", NUMBER)
    await gateway.control_post("/contacts", number=CONTACT)
    await gateway.call("POST", "/api/sessions/default/stop")
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from cli.entry import run; run()", "send-as", "location", CONTACT,
        "--latitude=-6.1754", "--longitude=106.8272", "--name=Monas", "--address=Gambir, Jakarta",
        "--queue", f"--url={gateway.url}", f"--key={gateway.key}",
    )  # fmt: skip
    assert await program.wait() == 0
    await gateway.call("POST", "/api/sessions/default/start")
    assert await received(gateway, 1) == [{"locationMessage": ON_THE_WIRE}]
    for field, wrong in {"latitude": 90.1, "longitude": -181, "name": "", "address": 5}.items():
        with pytest.raises(RuntimeError, match=f"BAD_REQUEST.*'{field}'"):
            await gateway.call("POST", "/api/send-location", json={"number": CONTACT, **PLACE, field: wrong})

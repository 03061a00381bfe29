"""Calls, all the way: the sandbox's WhatsApp, the gateway, and back."""

import asyncio

import pytest

from benchmarks.gateway import Gateway
from tests.shared_gateway import fresh_number

NUMBER, OTHER = fresh_number(), fresh_number()


@pytest.mark.covers("POST /api/reject-call", client="neonize")
async def test_a_call_is_rejected(gateway: Gateway):
    """By the caller's number and the call's id; the caller's phone is told. Another call rings on."""
    await gateway.log_in("default", NUMBER)
    await gateway.control_post("/phones", number=OTHER)
    first, second = [await gateway.control_post(f"/phones/{OTHER}/calls", to=NUMBER) for _ in range(2)]
    done = await gateway.call("POST", "/api/reject-call", json={"number": OTHER, "callId": first["id"]})
    assert done["success"] is True

    async def states() -> dict[str, str]:
        async with gateway.http.get(f"{gateway.control}/phones/{NUMBER}/calls") as answer:
            return {call["id"]: call["state"] for call in (await answer.json())["calls"]}

    async with asyncio.timeout(60):
        while await states() != {first["id"]: "rejected", second["id"]: "ringing"}:
            await asyncio.sleep(0.05)
    with pytest.raises(RuntimeError, match="NUMBER_INVALID"):
        await gateway.call("POST", "/api/reject-call", json={"number": "120363000000000001@g.us", "callId": "x"})

"""What somebody writes on WhatsApp, at a webhook."""

from __future__ import annotations

import asyncio

import pytest
from standardwebhooks import Webhook

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk
from tests.session_host.deliveries.receiver import receiver

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
_WITHIN = 20.0


async def test_a_message_comes_signed_and_again_when_the_receiver_was_down(module_gateway: Gateway) -> None:
    """From a contact's phone to the webhook: the inbox's message; what found nobody comes when somebody is there."""
    talk = await Talk.begin(module_gateway)
    async with receiver() as first:
        wanted = {"url": first.url, "events": ["message.received"], "ordered": True}
        made = (await module_gateway.call("POST", "/api/webhooks", json=wanted))["webhook"]
        await module_gateway.control_post(f"/contacts/{talk.other}/send", to=talk.number, text="Is it there?")
        await first.until(lambda: first.got)
        event = Webhook(made["secret"]).verify(first.got[0].body, first.got[0].headers)
        assert (event["type"], event["data"]["message"], event["id"]) == (
            "message.received", "Is it there?", first.got[0].id,
        )  # fmt: skip
        port = int(first.url.rsplit(":", 1)[1].split("/")[0])
    await module_gateway.control_post(f"/contacts/{talk.other}/send", to=talk.number, text="Hello?")
    await module_gateway.control_post(f"/contacts/{talk.other}/send", to=talk.number, text="Anybody?")
    async with receiver(port) as back:
        await back.until(lambda: back.texts() == ["Hello?", "Anybody?"])
    async with asyncio.timeout(_WITHIN):  # how far it is, is written a moment later
        while (await module_gateway.call("GET", f"/api/webhooks/{made['id']}"))["webhook"]["delivered"] < 3:
            await asyncio.sleep(0.05)
    await module_gateway.call("DELETE", f"/api/webhooks/{made['id']}")

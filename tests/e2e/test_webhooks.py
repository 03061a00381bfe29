"""What somebody writes on WhatsApp, at a webhook."""

from __future__ import annotations

import asyncio

import pytest
from standardwebhooks import Webhook

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk
from tests.ports import held_port
from tests.session_host.deliveries.receiver import receiver

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
_WITHIN = 60.0


async def delivered(gateway: Gateway, webhook: str, wanted: int) -> None:
    """Return once the webhook says that so much was delivered: how far it is, is written a moment later."""
    async with asyncio.timeout(_WITHIN):
        while (await gateway.call("GET", f"/api/webhooks/{webhook}"))["webhook"]["delivered"] < wanted:
            await asyncio.sleep(0.05)


async def test_a_message_comes_signed_and_again_when_the_receiver_was_down(module_gateway: Gateway) -> None:
    """From a contact's phone to the webhook: the inbox's message; what found nobody comes when somebody is there."""
    talk = await Talk.begin(module_gateway)
    with held_port() as port:
        async with receiver(port) as first:
            wanted = {"url": first.url, "events": ["message.received"], "ordered": True}
            made = (await module_gateway.call("POST", "/api/webhooks", json=wanted))["webhook"]
            await talk.say(text="Is it there?")
            await first.until(lambda: first.got)
            event = Webhook(made["secret"]).verify(first.got[0].body, first.got[0].headers)
            assert (event["type"], event["data"]["message"], event["id"]) == (
                "message.received", "Is it there?", first.got[0].id,
            )  # fmt: skip
            await delivered(module_gateway, made["id"], 1)
        for text in ("Hello?", "Anybody?"):
            await talk.say(text=text)
        async with receiver(port) as back:
            await back.until(lambda: back.texts() == ["Hello?", "Anybody?"])
            await delivered(module_gateway, made["id"], 3)
    await module_gateway.call("DELETE", f"/api/webhooks/{made['id']}")
